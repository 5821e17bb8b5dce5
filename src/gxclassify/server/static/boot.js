// Runs before the first paint, so that a page in the dark never flashes white. Not a module: those run too late.
try {
  const kept = localStorage.getItem("gxclassify-scheme");
  if (kept === "light" || kept === "dark") document.documentElement.dataset.scheme = kept;
} catch {
  // no storage: the system's choice holds
}
