// Asking once more before what cannot be taken back, or what others will notice.
import { element } from "./dom.js";
import { say } from "./language.js";

// Resolves with true when the person says so.
export function confirmed(title, text, go) {
  return new Promise((resolve) => {
    const dialog = element(
      "dialog",
      { class: "dialog", "aria-labelledby": "sure-title" },
      element(
        "form",
        { method: "dialog" },
        element("h2", { id: "sure-title" }, title),
        element("p", {}, text),
        element("div", { class: "buttons" }, element("button", { class: "primary", value: "ok", id: "sure" }, go), element("button", { value: "" }, say("cancel"))),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "ok");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
