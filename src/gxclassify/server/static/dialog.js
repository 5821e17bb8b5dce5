// Dialogs that ask for one thing and go away.
import { element } from "./dom.js";
import { say } from "./language.js";

// Resolves with what `answer` makes of whether it was agreed to; `id` is the title's.
export function asked(id, title, parts, answer) {
  return new Promise((resolve) => {
    const dialog = element("dialog", { class: "dialog", "aria-labelledby": id }, element("form", { method: "dialog" }, element("h2", { id }, title), parts));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer(dialog.returnValue === "ok"));
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

// Once more before what cannot be taken back, or what others will notice: resolves with true when the person says so.
export function confirmed(title, text, go) {
  const buttons = [element("button", { class: "primary", value: "ok", id: "sure" }, go), element("button", { value: "" }, say("cancel"))];
  return asked("sure-title", title, [element("p", {}, text), element("div", { class: "buttons" }, buttons)], (agreed) => agreed);
}
