// One box that tells more about a thing: shown on hover, focus or tap, kept by a click, closed by Escape.
import { element } from "./dom.js";
import { say } from "./language.js";

const OPEN_AFTER = 140;
const CLOSE_AFTER = 240;

let box = null;
let owner = null;
let kept = false;
let timer = 0;

function theBox() {
  if (box) return box;
  box = element("section", { id: "details", class: "details", hidden: true });
  box.addEventListener("pointerenter", () => clearTimeout(timer));
  box.addEventListener("pointerleave", () => !kept && closeLater());
  document.body.append(box);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && owner) closePopover();
  });
  document.addEventListener("pointerdown", (event) => {
    if (owner && !box.contains(event.target) && !owner.contains(event.target)) closePopover();
  });
  addEventListener("scroll", () => owner && !box.hidden && place(owner), { passive: true });
  return box;
}

// Let `node` show what `content()` returns.
export function explains(node, content) {
  node.setAttribute("aria-expanded", "false");
  node.addEventListener("pointerenter", (event) => {
    if (event.pointerType !== "mouse" || kept) return;
    clearTimeout(timer);
    timer = setTimeout(() => open(node, content, event.clientX), OPEN_AFTER);
  });
  node.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && !kept && closeLater());
  node.addEventListener("focus", () => node.matches(":focus-visible") && open(node, content));
  node.addEventListener("blur", () => owner === node && !kept && closeLater());
  node.addEventListener("click", (event) => toggle(node, content, event));
  node.addEventListener("keydown", (event) => {
    if (node.tagName === "BUTTON" || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    toggle(node, content, event);
  });
}

function toggle(node, content, event) {
  clearTimeout(timer);
  if (owner === node && kept) {
    closePopover();
    return;
  }
  open(node, content, event.clientX);
  kept = true;
}

function open(node, content, x) {
  clearTimeout(timer);
  if (owner && owner !== node) release();
  owner = node;
  const close = element("button", { type: "button", class: "details-close", "aria-label": say("close"), onclick: closePopover }, "×");
  theBox().replaceChildren(close, content());
  box.setAttribute("aria-label", say("details"));
  box.hidden = false;
  node.classList.add("is-open");
  node.setAttribute("aria-expanded", "true");
  node.setAttribute("aria-describedby", "details");
  place(node, x, false);
  uncover(node);
}

function release() {
  owner.classList.remove("is-open");
  owner.setAttribute("aria-expanded", "false");
  owner.removeAttribute("aria-describedby");
  kept = false;
}

export function closePopover() {
  clearTimeout(timer);
  if (!owner) return;
  release();
  document.body.style.removeProperty("padding-bottom");
  owner = null;
  box.hidden = true;
}

function closeLater() {
  clearTimeout(timer);
  timer = setTimeout(closePopover, CLOSE_AFTER);
}

let anchor = null;

// Below the thing, or above it where there is no room. On a phone the style sheet lays the box along the bottom; then
// the thing itself is moved out from under it.
function place(node, x, moved = true) {
  const around = node.getBoundingClientRect();
  if (x) anchor = x;
  else if (!moved) anchor = node.getClientRects()[0].left + 40;
  const left = Math.max(12, Math.min(anchor - 60, innerWidth - box.offsetWidth - 12));
  const below = around.bottom + 6;
  const fits = below + box.offsetHeight < innerHeight - 8 || around.top < box.offsetHeight + 14;
  box.style.setProperty("left", `${left}px`);
  box.style.setProperty("top", `${fits ? below : around.top - box.offsetHeight - 6}px`);
}

function uncover(node) {
  const sheet = box.getBoundingClientRect();
  const over = node.getBoundingClientRect().bottom - sheet.top;
  if (sheet.width < innerWidth || over <= 0) return;
  document.body.style.setProperty("padding-bottom", `${sheet.height}px`); // else the page's last lines cannot move up
  scrollBy({ top: over + 16, behavior: "instant" });
}
