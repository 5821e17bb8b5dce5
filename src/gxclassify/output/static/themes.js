// How themes look: a colour, and a line pattern and a letter that tell them apart without colour.
import { element, styled } from "./dom.js";
import { language, themeName } from "./language.js";

// Lines as gradients, 3 px high: whole, dashed, dotted, double, dash-dot; then again from the start.
const PATTERNS = [
  (c) => `linear-gradient(${c} 0 2px, transparent 2px)`,
  (c) => `repeating-linear-gradient(90deg, ${c} 0 8px, transparent 8px 12px)`,
  (c) => `repeating-linear-gradient(90deg, ${c} 0 2.5px, transparent 2.5px 6px)`,
  (c) => `linear-gradient(${c} 0 1px, transparent 1px 2px, ${c} 2px 3px)`,
  (c) => `repeating-linear-gradient(90deg, ${c} 0 12px, transparent 12px 15px, ${c} 15px 17.5px, transparent 17.5px 20.5px)`,
];

// The colour as it reads on the page's ground: lighter in the dark.
export function hue(theme) {
  return `color-mix(in oklab, ${theme.colour}, white var(--lift))`;
}

export function tint(theme, share = "var(--tint)") {
  return `color-mix(in srgb, ${theme.colour} ${share}, transparent)`;
}

// A short sign for each theme: the first letter of its name, or its number where letters meet.
export function sign(themes, theme) {
  const letter = (t) => Array.from(themeName(t))[0];
  const alone = themes.filter((other) => letter(other) === letter(theme)).length === 1;
  return alone ? letter(theme) : String(themes.indexOf(theme) + 1);
}

// Lay one line per theme under a sentence, one below the other, over a soft ground of the first theme's colour.
export function underline(node, themes, told) {
  const images = told.map((theme) => PATTERNS[themes.indexOf(theme) % PATTERNS.length](hue(theme)));
  const lines = told.map((_, n) => `left calc(100% - ${(told.length - 1 - n) * 5}px)`);
  return styled(node, {
    "background-color": tint(told[0]),
    "background-image": images.join(", "),
    "background-position": lines.join(", "),
    "background-size": "100% 3px",
    "background-repeat": "no-repeat",
    "padding-bottom": `${told.length * 5}px`,
  });
}

// A sample of a theme's line, as the key to the marks.
export function swatch(themes, theme) {
  const line = PATTERNS[themes.indexOf(theme) % PATTERNS.length](hue(theme));
  const node = element("span", { class: "swatch", "aria-hidden": "true", lang: language() === "zh" ? "zh-CN" : "en" }, sign(themes, theme));
  return styled(node, { "background-color": tint(theme, "22%"), "background-image": line });
}
