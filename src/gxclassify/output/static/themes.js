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

// A short sign for each theme: the first letter of its name, where letters meet two of them, and else its number.
export function sign(themes, theme) {
  const short = SIGNS.find((make) => themes.filter((other) => make(themeName(other)) === make(themeName(theme))).length === 1);
  return short ? short(themeName(theme)) : String(themes.indexOf(theme) + 1);
}

// "Innovation platforms": I, IP; 创新平台: 创, 创新.
const SIGNS = [
  (name) => Array.from(name)[0],
  (name) => {
    const words = name.split(/[\s-]+/).filter(Boolean);
    return words.length > 1 ? words.slice(0, 2).map((word) => Array.from(word)[0].toUpperCase()).join("") : Array.from(name).slice(0, 2).join("");
  },
];

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
