// The dialogs of the labelling page: who is labelling, adding paragraphs, and the guideline.
import { asked } from "./dialog.js";
import { element } from "./dom.js";
import { sentByKeys } from "./intake.js";
import { say, themeName } from "./language.js";
import { themeQuestion } from "./labelling-view.js";
import { markdownNodes } from "./markdown.js";

// Resolves with a name, or with null when it was closed without one. `people`: who has labelled how much so far.
export function askWho(name, people) {
  const field = element("input", { type: "text", id: "annotator", value: name, required: true, "aria-describedby": "who-told", autocomplete: "nickname", list: "who-known" });
  const told = element("p", { class: "hint", id: "who-told", role: "status" });
  const start = element("button", { class: "primary", value: "ok" }, say("start"));
  const look = () => {
    const [wrong, text] = judged(field.value.trim(), people);
    told.textContent = text;
    told.classList.toggle("is-bad", wrong && field.value !== "");
    field.setAttribute("aria-invalid", String(wrong && field.value !== ""));
    start.disabled = wrong;
  };
  field.addEventListener("input", look);
  look();
  const parts = [
    element("p", {}, say("who_text")),
    element("label", { for: "annotator" }, say("who_field")),
    field,
    element("datalist", { id: "who-known" }, Object.keys(people).map((own) => element("option", { value: own }))),
    told,
    element("div", { class: "buttons" }, start),
  ];
  return asked("who-title", say("who_title"), parts, (agreed) => (agreed ? field.value.trim() : null));
}

// Whether the server would refuse the name, and what there is to say of it while it is typed.
function judged(name, people) {
  if (!name) return [true, say("who_empty")];
  if (name.includes("+")) return [true, say("who_plus")];
  if (Array.from(name).length > 64) return [true, say("who_long")];
  if (Object.hasOwn(people, name)) return [false, say("who_known", name, people[name])];
  const plain = (text) => text.normalize("NFKC").replace(/[\s\p{Default_Ignorable_Code_Point}]/gu, "").toLowerCase();
  const like = Object.keys(people).find((own) => plain(own) === plain(name));
  return [false, like ? say("who_like", like, people[like]) : say("who_new", name)];
}

let typed = ""; // and not added: closing the dialog throws nothing away

// Paragraphs for the queue: pasted, or from a file. `send(body, name)` adds them and returns what to say of it.
export function askForParagraphs(send, failure) {
  const field = element("textarea", { id: "add-text", rows: 8, autofocus: true, lang: "zh-CN", spellcheck: "false" });
  const file = element("input", { type: "file", multiple: true, id: "add-file", class: "visually-hidden", tabindex: "-1", "aria-label": say("choose_file") });
  const told = element("p", { class: "status", role: "status", id: "add-told" });
  field.value = typed;
  const tell = (text, bad = false) => told.append(element("span", { class: bad ? "told is-bad" : "told" }, text));
  // One text after another, each with its own sentence, so that one that cannot be read does not stop the rest.
  const run = async (texts) => {
    told.replaceChildren();
    for (const [body, name] of texts) {
      const line = (text) => (texts.length > 1 ? say("of_file", name, text) : text);
      tell(line(say("wait")));
      let said;
      let bad = false;
      try {
        said = await send(body, name);
        if (body === field.value) field.value = "";
      } catch (error) {
        [said, bad] = [failure(error), true];
      }
      told.lastChild.remove();
      tell(line(said), bad);
    }
    file.value = "";
  };
  file.addEventListener("change", () => file.files.length && run([...file.files].map((each) => [each, each.name])));
  const go = () => (field.value.trim() ? run([[field.value, say("pasted")]]) : told.replaceChildren(say("nothing")));
  sentByKeys(field, go);
  const close = () => dialog.close();
  const dialog = element(
    "dialog",
    { class: "dialog", "aria-labelledby": "add-title" },
    element("button", { type: "button", class: "details-close", "aria-label": say("close"), onclick: close }, "×"),
    element("h2", { id: "add-title" }, say("add")),
    element("p", { class: "hint" }, say("add_text")),
    element("label", { for: "add-text" }, say("add_field")),
    field,
    told,
    element("div", { class: "buttons" }, element("button", { type: "button", class: "primary", id: "add-go", onclick: go }, say("add_go")),
      element("button", { type: "button", id: "add-choose", onclick: () => file.click() }, say("choose_file")), file),
  );
  dialog.addEventListener("close", () => {
    typed = field.value;
    dialog.remove();
    // What opened it may have been drawn anew meanwhile; who has added paragraphs goes on with the first of them.
    if (document.activeElement === document.body) (document.getElementById("task-text") ?? document.getElementById("add"))?.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
}

export function showGuideline(themes, text) {
  const questions = themes.map((theme) => element("li", {}, element("strong", {}, themeName(theme)), ` ${themeQuestion(theme)}`));
  const close = () => dialog.close();
  const dialog = element(
    "dialog",
    { class: "dialog guideline", "aria-label": say("guide_key") },
    element("button", { type: "button", class: "details-close", "aria-label": say("close"), onclick: close }, "×"),
    element("div", { class: "guideline-text", tabindex: "0" }, text.trim() ? markdownNodes(text) : [element("p", {}, say("no_guideline")), element("ul", {}, questions)]),
  );
  // The key that opened it closes it as well.
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "h" && event.key !== "?") return;
    event.preventDefault(); // or it would open it again
    close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector(".guideline-text").focus();
}
