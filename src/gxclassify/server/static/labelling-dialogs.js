// The two dialogs of the labelling page: who is labelling, and the guideline.
import { element } from "./dom.js";
import { say, themeName } from "./language.js";
import { markdownNodes } from "./markdown.js";

// Resolves with a name, or with null when it was closed without one.
export function askWho(name) {
  return new Promise((resolve) => {
    const field = element("input", { type: "text", id: "annotator", value: name, maxlength: 64, required: true, pattern: "[^+]*\\S[^+]*", title: say("who_wrong"), autocomplete: "nickname" });
    const dialog = element(
      "dialog",
      { class: "dialog", "aria-labelledby": "who-title" },
      element(
        "form",
        { method: "dialog" },
        element("h2", { id: "who-title" }, say("who_title")),
        element("p", {}, say("who_text")),
        element("label", { for: "annotator" }, say("who_field")),
        field,
        element("div", { class: "buttons" }, element("button", { class: "primary", value: "ok" }, say("start"))),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "ok" ? field.value.trim() : null);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

export function showGuideline(themes, text) {
  const questions = themes.map((theme) => element("li", {}, element("strong", {}, themeName(theme)), ` ${theme.question}`));
  const close = () => dialog.close();
  const dialog = element(
    "dialog",
    { class: "dialog guideline", "aria-label": say("guide_key") },
    element("button", { type: "button", class: "details-close", "aria-label": say("close"), onclick: close }, "×"),
    element("div", { class: "guideline-text", tabindex: "0" }, text.trim() ? markdownNodes(text) : element("ul", {}, questions)),
  );
  // The key that opened it closes it as well.
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "h" || event.key === "?") close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector(".guideline-text").focus();
}
