// The repairs that reading made, beside what stood there before.
import { element } from "./dom.js";
import { headed, inLanguage, say } from "./language.js";

function repairName({ kind, note }) {
  return inLanguage(note) || kind;
}

export function paragraphRepairs(paragraph) {
  if (!paragraph.repairs?.length) return null;
  const names = new Map();
  for (const repair of paragraph.repairs) names.set(repairName(repair), (names.get(repairName(repair)) ?? 0) + 1);
  const list = [...names].map(([name, times]) => element("li", {}, times > 1 ? `${name} × ${times}` : name));
  return element(
    "div",
    { class: "repairs" },
    element("ul", { class: "repair-kinds" }, list),
    element("p", { class: "repair-head" }, say("as_found")),
    element("pre", { lang: "zh-CN" }, markedSource(paragraph)),
  );
}

// The source with the repaired places marked, except those that cover all of it (joined lines).
function markedSource({ source, repairs, span }) {
  const points = Array.from(source);
  const whole = span[1] - span[0];
  const marked = new Array(points.length).fill(false);
  for (const { span: [start, end], kind } of repairs) {
    if (kind !== "joined_lines" && end - start < whole) marked.fill(true, start, end);
  }
  const nodes = [];
  for (let start = 0; start < points.length; ) {
    let end = start;
    while (end < points.length && marked[end] === marked[start]) end += 1;
    const text = points.slice(start, end).join("");
    nodes.push(marked[start] ? element("mark", { class: "repaired" }, text) : text);
    start = end;
  }
  return nodes;
}

export function otherRepairs(repairs) {
  if (!repairs.length) return null;
  const rows = repairs.map((repair) => element("li", {}, headed(repairName(repair)), element("q", { lang: "zh-CN" }, repair.text.trim())));
  return element("section", { class: "repairs" }, element("h3", {}, say("repairs_elsewhere")), element("ul", {}, rows));
}
