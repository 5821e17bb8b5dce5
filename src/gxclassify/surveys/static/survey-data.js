// What the parts of a survey's page ask of its data.
import { language, say } from "./language.js";

// Numbers of a group by period of the grain: [[period, [paragraphs, told by theme …]]], without gaps between years.
export function periodsOf(group, grain) {
  const sums = new Map();
  for (const [month, counts] of Object.entries(group.periods)) {
    const period = periodOf(month, grain);
    if (!period) continue;
    const sum = sums.get(period) ?? counts.map(() => 0);
    sums.set(period, sum.map((value, i) => value + counts[i]));
  }
  const empty = group.told.map(() => 0);
  return between([...sums.keys()].sort(), grain).map((period) => [period, sums.get(period) ?? [0, ...empty]]);
}

export function periodOf(date, grain) {
  if (!date || (grain !== "year" && date.length < 7)) return "";
  if (grain === "year") return date.slice(0, 4);
  return grain === "month" ? date.slice(0, 7) : `${date.slice(0, 4)}-Q${Math.ceil(Number(date.slice(5, 7)) / 3)}`;
}

function between(known, grain) {
  if (!known.length) return [];
  const periods = [];
  const parts = { year: [""], quarter: ["-Q1", "-Q2", "-Q3", "-Q4"], month: Array.from({ length: 12 }, (_, i) => `-${String(i + 1).padStart(2, "0")}`) };
  for (let year = Number(known[0].slice(0, 4)); year <= Number(known.at(-1).slice(0, 4)); year += 1) {
    periods.push(...parts[grain].map((part) => `${year}${part}`));
  }
  return periods.filter((period) => period >= known[0] && period <= known.at(-1));
}

// Years where there are many, else quarters, else months: some ten bars.
export function usualGrain(view) {
  const years = periodsOf(view.total, "year").length;
  return years > 3 ? "year" : years > 1 ? "quarter" : "month";
}

export function groupName(group) {
  return group.name || say("unknown_group");
}

export function figure(number) {
  return number.toLocaleString("en");
}

// Sentences that there are, one after another; in Chinese no space stands between them.
export function sentences(parts) {
  return parts.filter(Boolean).join(language() === "zh" ? "" : " ");
}

// The share of a theme in a period's paragraphs, null where there are none.
export function periodShare(counts, theme) {
  return counts[0] ? counts[theme + 1] / counts[0] : null;
}

export function share(group, theme) {
  return group.paragraphs ? group.told[theme] / group.paragraphs : 0;
}

// The names of documents without the folder that all of them are in.
export function documentName(view, number) {
  view.folderLength ??= commonFolder(view.documents);
  return view.documents[number].slice(view.folderLength);
}

function commonFolder(names) {
  const folders = names.map((name) => name.split(/(?<=[/\\])/).slice(0, -1));
  const shared = folders[0]?.findIndex((part, i) => folders.some((other) => other[i] !== part)) ?? 0;
  return (folders[0] ?? []).slice(0, shared < 0 ? undefined : shared).join("").length;
}

export function themeIds(view, passage) {
  return view.themes.map((theme) => theme.id).filter((id) => id in passage.told);
}

export function passagesOf(view, group, theme) {
  const number = view.groups.indexOf(group);
  return view.passages
    .filter((passage) => passage.groups.includes(number) && (!theme || theme in passage.told))
    .sort((a, b) => (theme ? b.told[theme][0] - a.told[theme][0] : 0));
}
