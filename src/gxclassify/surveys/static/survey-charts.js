// Charts as SVG, and their files: every style is written into the file, since the page's own do not go along.
import { element, percent, shape, styled } from "./dom.js";
import { csvText, save } from "./files.js";
import { headed, say, themeName } from "./language.js";
import { hue } from "./themes.js";
import { figure, groupName, periodShare, periodsOf, share } from "./survey-data.js";

const KEPT_STYLES = ["fill", "stroke", "stroke-width", "font-family", "font-size", "font-weight", "opacity", "text-anchor"];
const PNG_SCALE = 2;

// What `shareChart` draws for the first and the second group.
export const MARKS = ["●", "□"];

// ---- drawing

function label(x, y, content, more = {}) {
  return shape("text", { x, y, class: "label", ...more }, content);
}

// Bars by period for one theme; the same height stands for the same share in all charts of a section.
export function timeChart(group, theme, place, grain, top) {
  const periods = periodsOf(group, grain);
  const width = 360;
  const height = 128;
  const [left, base, room] = [38, 98, 78];
  const step = (width - left - 6) / periods.length;
  const names = periodLabels(periods.map(([period]) => period), grain, step);
  const parts = [0, top].flatMap((value) => {
    const y = base - (value / top) * room;
    return [shape("line", { x1: left, x2: width - 4, y1: y, y2: y, class: "rule" }), label(left - 5, y + 4, percent(value), { "text-anchor": "end" })];
  });
  periods.forEach(([period, counts], i) => {
    const part = periodShare(counts, place) ?? 0;
    const bar = { x: left + i * step + step * 0.14, width: step * 0.72, y: base - (part / top) * room, height: (part / top) * room };
    if (counts[place + 1]) parts.push(styled(shape("rect", { ...bar, rx: 1.5 }), { fill: hue(theme) }));
    const middle = left + (i + 0.5) * step;
    if (step > 15 && counts[0]) parts.push(label(middle, bar.y - 4, figure(counts[place + 1]), { "text-anchor": "middle", class: "label small" }));
    if (names[i]) {
      // A label wider than its bar begins with it.
      const starts = textWidth(names[i]) > step;
      parts.push(label(starts ? bar.x : middle, base + 17, names[i], { "text-anchor": starts ? "start" : "middle" }));
    }
  });
  const told = periods.map(([period, counts]) => `${period} ${counts[0] ? percent(periodShare(counts, place)) : say("no_paragraphs")}`).join(", ");
  return shape("svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": say("chart_of", themeName(theme), told) }, parts);
}

// What stands below each bar: of several years where each begins, else the periods that have room, the first with its year.
function periodLabels(periods, grain, step) {
  const years = periods.map((period) => period.slice(0, 4));
  if (grain !== "year" && years[0] !== years.at(-1)) {
    const yearWidth = step * (grain === "quarter" ? 4 : 12);
    const every = Math.ceil(32 / yearWidth);
    const first = Number(years[0]);
    return years.map((year, i) => (year !== years[i - 1] && (Number(year) - first) % every === 0 ? year : ""));
  }
  let free = 0;
  return periods.map((period, i) => {
    if (i * step < free) return "";
    const [year, part] = period.split("-");
    const values = [Number(part?.replace("Q", "")), part, year];
    const name = grain === "year" ? period : say(i ? `${grain}_name` : `${grain}_of_year`, ...values);
    free = i * step + textWidth(name) + 6;
    return name;
  });
}

// About how wide a label is: Chinese characters are squares, others half of that.
function textWidth(text) {
  return Array.from(text).reduce((sum, sign) => sum + (sign > "\u2e7f" ? 11 : 6.2), 0);
}

function widest(names) {
  return Math.max(0, ...names.map(textWidth));
}

// Shares with their intervals, a row for each theme and in it a line for each group.
export function shareChart(view, groups) {
  // On a phone the drawing is as wide as the page, so that its letters keep their size.
  const left = 20 + widest(view.themes.map(themeName));
  const width = Math.max(innerWidth < 560 ? 340 : 520, left + 186);
  const line = 17;
  const row = groups.length * line + 16;
  const height = view.themes.length * row + 26;
  const at = (value) => left + value * (width - left - 56);
  const parts = [0, 0.25, 0.5, 0.75, 1].flatMap((value) => [
    shape("line", { x1: at(value), x2: at(value), y1: 4, y2: height - 22, class: "rule" }),
    label(at(value), height - 6, percent(value), { "text-anchor": "middle" }),
  ]);
  view.themes.forEach((theme, i) => {
    parts.push(label(left - 12, i * row + row / 2 + 4, themeName(theme), { "text-anchor": "end" }));
    groups.forEach((group, n) => {
      const y = i * row + 14 + n * line;
      const [low, high] = group.intervals[i];
      const colour = { stroke: hue(theme), fill: n ? "var(--card)" : hue(theme) };
      const dot = n ? shape("rect", { x: at(share(group, i)) - 4.5, y: y - 4.5, width: 9, height: 9, "stroke-width": 2 }) : shape("circle", { cx: at(share(group, i)), cy: y, r: 5 });
      parts.push(styled(shape("line", { x1: at(low), x2: at(high), y1: y, y2: y, "stroke-width": 2.5, opacity: 0.55 }), { stroke: hue(theme) }));
      parts.push(styled(dot, colour), label(width - 4, y + 4, `${figure(group.told[i])}/${figure(group.paragraphs)}`, { "text-anchor": "end", class: "label small" }));
    });
  });
  const told = groups.map((group) => `${groupName(group)} ${view.themes.map((theme, i) => `${themeName(theme)} ${percent(share(group, i))}`).join(", ")}`).join("; ");
  return shape("svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": told }, parts);
}

export function heatChart(view, groups) {
  const [left, column] = [20 + widest(groups.map(groupName)), Math.max(96, 12 + widest(view.themes.map(themeName)))];
  const [row, head] = [34, 34];
  const most = Math.max(0.01, ...groups.flatMap((group) => view.themes.map((_, i) => share(group, i))));
  const parts = view.themes.map((theme, i) => label(left + (i + 0.5) * column, head - 12, themeName(theme), { "text-anchor": "middle" }));
  groups.forEach((group, n) => {
    const y = head + n * row;
    parts.push(label(left - 10, y + row / 2 + 4, groupName(group), { "text-anchor": "end" }));
    view.themes.forEach((theme, i) => {
      const part = share(group, i);
      parts.push(styled(shape("rect", { x: left + i * column + 1, y: y + 1, width: column - 2, height: row - 2 }), { fill: heatColour(theme, part / most) }));
      parts.push(label(left + (i + 0.5) * column, y + row / 2 + 4, `${percent(part)}  ${figure(group.told[i])}`, { "text-anchor": "middle" }));
    });
  });
  const size = [left + view.themes.length * column + 8, head + groups.length * row + 8];
  return shape("svg", { class: "chart", viewBox: `0 0 ${size.join(" ")}` }, parts);
}

export function heatColour(theme, strength) {
  return `color-mix(in srgb, ${theme.colour} ${(strength * 44).toFixed(1)}%, var(--card))`;
}

// ---- files

// Buttons for the files of a part: `rows` gives its table, `charts` (where there are any) its drawings, and `groups`
// those that it is of, where it is not of all: their names stand in the drawing, their ids in the names of the files.
export function exportButtons(name, title, rows, charts = null, groups = () => []) {
  const file = (kind) => `${[name, ...groups().map((group) => group.id)].filter(Boolean).join("-")}.${kind}`;
  const button = (kind, action) =>
    element("button", { type: "button", class: "small", "aria-label": say("export_of", title, say(`export_${kind}`)), "data-export": `${name}.${kind}`, onclick: action }, say(`export_${kind}`));
  const drawing = () => standalone([...headLines(title, groups()), ...charts()]);
  return element(
    "div",
    { class: "exports" },
    button("csv", () => save(`\ufeff${csvText(rows())}`, "text/csv", file("csv"))),
    charts ? button("svg", () => save(drawing().text, "image/svg+xml", file("svg"))) : null,
    charts ? button("png", () => savePng(drawing(), file("png"))) : null,
  );
}

// What a drawing is of: one group behind the title, two with their marks below it.
function headLines(title, groups) {
  const lines = groups.length === 1 ? [headed(title, groupName(groups[0]))] : [title, ...groups.map((group, i) => `${MARKS[i]} ${groupName(group)}`)];
  return lines.map((line, i) => caption(line, i ? "" : "head"));
}

// A line of text as a drawing, to stand above another.
export function caption(text, kind = "") {
  const size = kind ? 14 : 12;
  return shape("svg", { class: "chart", viewBox: `0 0 ${Math.ceil((textWidth(text) * size) / 10) + 16} ${size * 2}` }, label(8, size * 1.5, text, { class: `label caption ${kind}` }));
}

// One drawing of several, one below the other, with every style that it needs.
function standalone(charts) {
  const boxes = charts.map((chart) => chart.getAttribute("viewBox").split(" ").map(Number));
  const width = Math.max(...boxes.map((box) => box[2]));
  const height = boxes.reduce((sum, box) => sum + box[3], 0);
  const host = element("div", { class: "visually-hidden" });
  document.body.append(host);
  const whole = shape("svg", { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${width} ${height}`, width, height });
  host.append(whole);
  whole.append(styled(shape("rect", { width, height }), { fill: "var(--card)" }));
  let y = 0;
  charts.forEach((chart, i) => {
    const copy = chart.cloneNode(true);
    for (const [attribute, value] of Object.entries({ x: 0, y, width: boxes[i][2], height: boxes[i][3] })) copy.setAttribute(attribute, value);
    whole.append(copy);
    y += boxes[i][3];
  });
  const nodes = [...whole.querySelectorAll("*")];
  const looks = nodes.map((node) => KEPT_STYLES.map((style) => [style, getComputedStyle(node).getPropertyValue(style)]));
  nodes.forEach((node, i) => {
    node.removeAttribute("style");
    node.removeAttribute("class");
    for (const [style, value] of looks[i]) node.setAttribute(style, style === "fill" || style === "stroke" ? plainColour(value) : value);
  });
  host.remove();
  return { text: new XMLSerializer().serializeToString(whole), width, height };
}

// Browsers know mixed colours, other programs that open a drawing often do not.
function plainColour(value) {
  if (value === "none" || value.startsWith("rgb")) return value;
  const pixel = element("canvas", { width: 1, height: 1 }).getContext("2d");
  pixel.fillStyle = value;
  pixel.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}

async function savePng(drawing, name) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawing.text)}`;
  await image.decode();
  const canvas = element("canvas", { width: drawing.width * PNG_SCALE, height: drawing.height * PNG_SCALE });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => save(blob, "image/png", name), "image/png");
}
