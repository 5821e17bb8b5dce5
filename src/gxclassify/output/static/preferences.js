// What the browser remembers of a person's choices. A browser that forbids it forgets, nothing else.

const PREFIX = "gxclassify-";

export function remembered(name, otherwise = "") {
  try {
    return localStorage.getItem(PREFIX + name) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // private windows: the choice holds until the page is closed
  }
}

export const SCHEMES = ["auto", "light", "dark"];

export function scheme() {
  const kept = remembered("scheme", "auto");
  return SCHEMES.includes(kept) ? kept : "auto";
}

export function useScheme(name) {
  remember("scheme", name);
  if (name === "auto") delete document.documentElement.dataset.scheme;
  else document.documentElement.dataset.scheme = name;
}
