// Bars and tables of figures beside the paragraph.
import { element, shape, styled } from "./dom.js";

const WIDE = 200;

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
