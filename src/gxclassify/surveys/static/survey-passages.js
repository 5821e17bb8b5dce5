// The paragraphs behind the figures: filtered by group, theme, period and words, the strongest first.
import { element, percent, styled } from "./dom.js";
import { listed, say, themeName } from "./language.js";
import { hue, swatch } from "./themes.js";
import { exportButtons } from "./survey-charts.js";
import { documentName, figure, groupName, themeIds } from "./survey-data.js";

const AT_ONCE = 25;

// `state.filter`: { group: a group or null, theme: an id or "", words }.
export function passagesPart(view, state) {
  const list = element("ol", { class: "passages" });
  const count = element("p", { class: "count", role: "status" });
  const more = element("button", { type: "button", id: "more-passages" });
  const link = element("p", {});
  const group = choice("passages-group", say(`one_${view.by}`), [["", say("any")], ...view.groups.map((one, i) => [String(i), groupName(one)])]);
  const theme = choice("passages-theme", say("theme"), [["", say("any")], ...view.themes.map((one) => [one.id, themeName(one)])]);
  const search = element("input", { type: "text", id: "search", autocomplete: "off", "aria-label": say("search"), placeholder: say("search") });
  let shown = AT_ONCE;
  let fitting = [];

  function refresh() {
    const { group: chosen, theme: told, words: wanted } = state.filter;
    group.select.value = chosen ? String(view.groups.indexOf(chosen)) : "";
    theme.select.value = told;
    if (search.value !== wanted) search.value = wanted;
    fitting = fittingPassages(view, state.filter);
    count.textContent = say("found", figure(fitting.length));
    const page = chosen && told && chosen.pages?.[told];
    link.replaceChildren(...(page ? [element("a", { href: page }, say("all_of_cell", figure(chosen.told[view.themes.findIndex((one) => one.id === told)])))] : []));
    draw();
  }

  function draw() {
    list.replaceChildren(...fitting.slice(0, shown).map((passage) => element("li", {}, passageNode(view, passage, state.filter))));
    more.hidden = fitting.length <= shown;
    more.textContent = say("show_more", Math.min(AT_ONCE, fitting.length - shown));
  }

  more.addEventListener("click", () => {
    const first = shown;
    shown += AT_ONCE;
    draw();
    list.children[first]?.querySelector("h3")?.focus();
  });
  const change = (changes) => {
    shown = AT_ONCE;
    Object.assign(state.filter, changes);
    refresh();
  };
  group.select.addEventListener("change", () => change({ group: view.groups[Number(group.select.value || -1)] ?? null }));
  theme.select.addEventListener("change", () => change({ theme: theme.select.value }));
  search.addEventListener("input", () => change({ words: search.value }));
  const clear = element("button", { type: "button", class: "quiet", onclick: () => change({ group: null, theme: "", words: "" }) }, say("clear"));
  const files = exportButtons("paragraphs", say("passages"), () => passageRows(view, fitting));
  const node = element(
    "section",
    { id: "passages", "aria-labelledby": "passages-head" },
    element("div", { class: "part-head" }, element("h2", { id: "passages-head", tabindex: "-1" }, say("passages")), files),
    element("div", { class: "controls" }, element("div", { class: "grow" }, search), group.node, theme.node, clear),
    count,
    link,
    list,
    more,
  );
  refresh();
  return { node, choose: (changes) => change({ words: "", ...changes }) };
}

function fittingPassages(view, { group, theme, words }) {
  const number = view.groups.indexOf(group);
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (passage) =>
    (!group || passage.groups.includes(number)) &&
    (!theme || theme in passage.told) &&
    wanted.every((word) => `${passage.text}\n${passage.title ?? ""}\n${view.documents[passage.document]}`.toLowerCase().includes(word));
  const strength = (passage) => (theme ? passage.told[theme][0] : 0);
  return view.passages.filter(fits).sort((a, b) => strength(b) - strength(a));
}

// A select with its label: { node, select }.
export function choice(id, name, options, value = "") {
  const select = element("select", { id }, options.map(([key, content]) => element("option", { value: key }, content)));
  select.value = value;
  return { node: element("div", { class: "choice" }, element("label", { for: id }, name), select), select };
}

function passageNode(view, passage, filter) {
  const told = themeIds(view, passage).map((id) => {
    const theme = view.themes.find((one) => one.id === id);
    return element("span", { class: "chip" }, swatch(view.themes, theme), ` ${themeName(theme)} `, element("span", { class: "figure faint" }, percent(passage.told[id][0])));
  });
  const zones = listed(passage.groups.map((number) => groupName(view.groups[number])));
  return element(
    "article",
    {},
    element("h3", { tabindex: "-1", lang: "zh-CN" }, passage.title ?? say("untitled")),
    element("p", { class: "source" }, sourceText(view, passage), zones ? ` · ${zones}` : ""),
    element("p", { class: "text", lang: "zh-CN" }, markedText(view, passage, filter)),
    told.length ? element("p", { class: "chips" }, told) : null,
  );
}

export function sourceText(view, passage) {
  return [passage.date, documentName(view, passage.document), say("place", passage.article + 1, passage.paragraph + 1)].filter(Boolean).join(" · ");
}

// The text with the strongest sentence of the chosen theme underlined, of any where none is, and search words marked.
function markedText(view, passage, filter) {
  const id = filter.theme || themeIds(view, passage).sort((a, b) => passage.told[b][0] - passage.told[a][0])[0];
  const [, start, end] = passage.told[id] ?? [0, 0, 0];
  const theme = view.themes.find((one) => one.id === id);
  const wanted = filter.words.toLowerCase().split(/\s+/).filter(Boolean);
  const parts = [passage.text.slice(0, start), passage.text.slice(start, end), passage.text.slice(end)];
  return parts.map((part, i) => {
    const marked = searched(part, wanted);
    return i === 1 && part ? styled(element("span", { class: "told-sentence" }, marked), { "text-decoration-color": hue(theme) }) : marked;
  }).flat();
}

function searched(text, wanted) {
  if (!wanted.length) return [text];
  const lower = text.toLowerCase();
  const parts = [];
  let at = 0;
  while (at < text.length) {
    const hits = wanted.map((word) => [lower.indexOf(word, at), word.length]).filter(([place]) => place >= 0);
    if (!hits.length) break;
    const [place, size] = hits.sort((a, b) => a[0] - b[0] || b[1] - a[1])[0];
    parts.push(text.slice(at, place), element("mark", {}, text.slice(place, place + size)));
    at = place + size;
  }
  return [...parts, text.slice(at)];
}

function passageRows(view, passages) {
  const head = ["document", "article", "title", "paragraph", "date", "groups", ...view.themes.map((theme) => theme.id), "text"];
  return [
    head,
    ...passages.map((passage) => [
      view.documents[passage.document], passage.article, passage.title, passage.paragraph, passage.date,
      passage.groups.map((number) => view.groups[number].id).join(";"),
      ...view.themes.map((theme) => passage.told[theme.id]?.[0] ?? null), passage.text,
    ]),
  ];
}
