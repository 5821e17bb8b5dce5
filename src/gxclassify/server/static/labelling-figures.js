// Bars and tables of figures beside the paragraph.
import { element, shape, styled } from "./dom.js";

const WIDE = 200;
const DIGITS = [3, 4, 5, 6];

export function progressBar(share, label, colour = null) {
  const fill = shape("rect", { width: Math.max(0, Math.min(1, share)) * WIDE, height: 8, rx: 2, class: colour ? null : "fill" });
  if (colour) styled(fill, { fill: colour });
  const svg = { class: "bar-chart", viewBox: `0 0 ${WIDE} 8`, preserveAspectRatio: "none", role: "img", "aria-label": label };
  return shape("svg", svg, shape("rect", { width: WIDE, height: 8, rx: 2, class: "ground" }), fill);
}

export function figureTable(heads, rows) {
  return element("table", { class: "figures" },
    element("thead", {}, element("tr", {}, heads.map((head) => element("th", { scope: "col" }, head)))), element("tbody", {}, rows));
}

// A difference with three digits, or as many as tell it from none, as `gxclassify compare` writes it.
export function signed(difference) {
  const digits = DIGITS.find((n) => Number(difference.toFixed(n)));
  if (!digits) return "0.000";
  return `${difference > 0 ? "+" : "−"}${Math.abs(difference).toFixed(digits)}`;
}
