// As much Markdown as a guideline needs: headings, paragraphs, lists, tables, emphasis, code. Text stays text.
import { element } from "./dom.js";

export function markdownNodes(source) {
  const lines = source.replaceAll("\r", "").split("\n");
  const nodes = [];
  for (let at = 0; at < lines.length; ) {
    const [node, next] = blockAt(lines, at);
    if (node) nodes.push(node);
    at = next;
  }
  return nodes;
}

const STARTS = /^(#{1,4} |\||- |\d+\. )/;

function blockAt(lines, at) {
  const line = lines[at];
  if (!line.trim()) return [null, at + 1];
  const heading = line.match(/^(#{1,4}) (.*)/);
  if (heading) return [element(`h${Math.min(4, heading[1].length + 1)}`, {}, inline(heading[2])), at + 1];
  if (line.startsWith("|")) return tableAt(lines, at);
  if (/^(- |\d+\. )/.test(line)) return listAt(lines, at);
  const end = runEnd(lines, at + 1, (text) => text.trim() && !STARTS.test(text));
  return [element("p", {}, inline(lines.slice(at, end).join(" "))), end];
}

function runEnd(lines, at, belongs) {
  let end = at;
  while (end < lines.length && belongs(lines[end])) end += 1;
  return end;
}

function listAt(lines, at) {
  const mark = lines[at].startsWith("- ") ? /^- / : /^\d+\. /;
  const end = runEnd(lines, at, (text) => mark.test(text));
  const items = lines.slice(at, end).map((text) => element("li", {}, inline(text.replace(mark, ""))));
  return [element(lines[at].startsWith("- ") ? "ul" : "ol", {}, items), end];
}

function tableAt(lines, at) {
  const end = runEnd(lines, at, (text) => text.startsWith("|"));
  const rows = lines.slice(at, end).filter((text) => !/^[|\s:-]+$/.test(text));
  const cells = rows.map((text) => text.replace(/^\||\|\s*$/g, "").split("|").map((cell) => inline(cell.trim())));
  const [head, ...body] = cells;
  const row = (tag) => (own) => element("tr", {}, own.map((cell) => element(tag, {}, cell)));
  return [element("table", {}, element("thead", {}, row("th")(head)), element("tbody", {}, body.map(row("td")))), end];
}

function inline(text) {
  return text.split(/(\*\*[^*]+\*\*|\*[^*\s][^*]*\*|`[^`]+`)/).filter(Boolean).map((part) => {
    if (part.startsWith("**") && part.length > 4) return element("strong", {}, part.slice(2, -2));
    if (part.startsWith("*") && part.length > 2) return element("em", {}, part.slice(1, -1));
    if (part.startsWith("`") && part.length > 2) return element("code", {}, part.slice(1, -1));
    return part;
  });
}
