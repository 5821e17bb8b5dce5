// Keys to actions. Nothing is a shortcut while a person types or a dialog is open.
import { LETTERS } from "./labelling-answer.js";

export function listenToKeys(actions) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    // A dialog that has just closed keeps the focus until the browser next draws: what is pressed then is for the page.
    const target = event.target.closest("dialog:not([open])") ? document.body : event.target;
    if (target.closest("input, textarea, select") || document.querySelector("dialog[open]")) return;
    const key = keyOf(event);
    // A focused control does what it is there for.
    if ((key === "enter" || key === " ") && target.closest("button, a, summary, [role=button]")) return;
    const action = actionOf(key, actions);
    if (!action) return;
    event.preventDefault();
    action();
  });
}

function actionOf(key, actions) {
  if (/^[1-9]$/.test(key)) return () => actions.theme(Number(key) - 1);
  const named = { 0: actions.none, enter: actions.save, escape: actions.leave, m: actions.maybe, s: actions.skip, z: actions.last, g: actions.guess, h: actions.guide, "?": actions.guide, "？": actions.guide };
  if (named[key]) return named[key];
  return key.length === 1 && LETTERS.includes(key) ? () => actions.sentence(LETTERS.indexOf(key)) : null;
}

// A Chinese input method that is switched on takes the keys' letters; their places on the keyboard remain.
function keyOf(event) {
  if (event.key !== "Process" && !event.isComposing) return event.key.toLowerCase();
  const match = event.code.match(/^(?:Key|Digit|Numpad)([A-Z0-9])$/);
  return match ? match[1].toLowerCase() : event.code === "Enter" ? "enter" : "";
}
