// Bringing a text in: paste, drop, choose a file, or take an example.
import { element } from "./dom.js";
import { headed, say } from "./language.js";
import { EXAMPLES } from "./examples.js";

// Control or Command with Enter in a field for a text does what its button does.
export function sentByKeys(field, go) {
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      go();
    }
  });
}

// Hands over what was chosen, and lets go of it: the same file can be chosen again.
export function chosen(picker, take) {
  const files = [...picker.files];
  picker.value = "";
  if (files.length) take(files);
}

// `take(body, name)` is called with what a person brought, `complain(key)` where that is nothing.
export function intakeNode(take, complain, keeps) {
  const field = element("textarea", { id: "text", rows: 9, lang: "zh-CN", spellcheck: "false", placeholder: say("text_hint") });
  const file = element("input", { type: "file", id: "file", class: "visually-hidden", tabindex: "-1", "aria-label": say("choose_file"), onchange: () => chosen(file, ([one]) => take(one, one.name)) });
  const go = () => (field.value.trim() ? take(field.value, say("pasted")) : complain("nothing"));
  sentByKeys(field, go);
  const examples = EXAMPLES.map((example) =>
    element("button", { type: "button", class: "link", "data-example": example.id, onclick: () => take(example.text, say(`example_${example.id}`)) }, say(`example_${example.id}`)),
  );
  return element(
    "section",
    { class: "intake" },
    element("h1", {}, say("tagline")),
    element("p", { class: "lead" }, say("lead")),
    element("label", { class: "visually-hidden", for: "text" }, say("text")),
    field,
    element(
      "div",
      { class: "buttons" },
      element("button", { type: "button", class: "primary", id: "go", onclick: go, title: say("go_hint") }, say("go")),
      element("button", { type: "button", id: "choose", onclick: () => file.click() }, say("choose_file")),
      file,
      element("span", { class: "faint" }, say("kinds")),
    ),
    element("p", { class: "examples" }, headed(say("examples")), examples.flatMap((button, n) => (n ? [" · ", button] : [button]))),
    element("p", { class: "hint", id: "kept-note" }, say(keeps ? "local_keeps" : "local")),
  );
}

// Files may be dropped anywhere on the page; `take` gets them all.
export function acceptDrops(take) {
  const sheet = element("div", { class: "drop-sheet", hidden: true, "aria-hidden": "true" });
  document.body.append(sheet);
  const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  let depth = 0; // dragenter and dragleave come for every element on the way
  const show = (on) => {
    sheet.textContent = say("drop");
    sheet.hidden = !on;
  };
  addEventListener("dragenter", (event) => carriesFiles(event) && show((depth += 1) > 0));
  addEventListener("dragleave", (event) => carriesFiles(event) && show((depth = Math.max(0, depth - 1)) > 0));
  addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
  addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    show((depth = 0) > 0);
    if (event.dataTransfer.files.length) take([...event.dataTransfer.files]);
  });
}
