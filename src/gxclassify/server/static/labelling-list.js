// What was labelled, as a list with search and filters; a row leads to correcting it, or to a decision.
import { element, styled } from "./dom.js";
import { listed, moment, saidAgain, say, themeName } from "./language.js";
import { hue } from "./themes.js";

const ONLY = ["differ", "maybe", "decided", "skipped", "foreign"];

export function emptyFilter(view) {
  return { search: "", theme: "", annotator: "", since: "", until: "", only: view === "differ" ? "differ" : "" };
}

// A filter stands in the address, behind the name of the list: `#list?theme=policy`. Nothing there goes to the server.
export function addressOf(filter, view) {
  const empty = emptyFilter(view);
  const query = String(new URLSearchParams(Object.entries(filter).filter(([name, value]) => value !== empty[name])));
  return query ? `#${view}?${query}` : `#${view}`;
}

// The filter of an address, or null where it names none.
export function filterOf(hash) {
  const [view, query] = hash.slice(1).split("?");
  if (!query) return null;
  const empty = emptyFilter(view);
  return { ...empty, ...Object.fromEntries([...new URLSearchParams(query)].filter(([name]) => name in empty)) };
}

// The query of a filter; days are those of the person's own clock.
export function queryOf(filter, place) {
  const query = new URLSearchParams({ place });
  for (const [name, value] of Object.entries(filter)) if (value) query.set(name, value);
  if (filter.since) query.set("since", new Date(`${filter.since}T00:00`).toISOString());
  if (filter.until) {
    const day = new Date(`${filter.until}T00:00`);
    day.setDate(day.getDate() + 1);
    query.set("until", day.toISOString());
  }
  return query;
}

// `changed()` is called when the filter says something else.
export function filterNode(themes, people, filter, changed) {
  let typing = 0;
  const later = () => {
    clearTimeout(typing);
    typing = setTimeout(changed, 250);
  };
  const field = (name, type) => {
    const node = element("input", { type, id: `filter-${name}`, value: filter[name], oninput: () => ((filter[name] = node.value), later()) });
    return labelled(name, node);
  };
  const choice = (name, options) => {
    const node = element("select", { id: `filter-${name}`, onchange: () => ((filter[name] = node.value), changed()) },
      [["", say("list_any")], ...options].map(([value, text]) => element("option", { value, selected: filter[name] === value }, text)));
    return labelled(name, node);
  };
  return element(
    "search",
    { class: "filters" },
    field("search", "search"),
    choice("theme", [...themes.map((theme) => [theme.id, themeName(theme)]), ["none", say("key_none")]]),
    choice("annotator", people.map((name) => [name, name])),
    choice("only", ONLY.map((name) => [name, say(`only_${name}`)])),
    field("since", "date"),
    field("until", "date"),
  );
}

function labelled(name, node) {
  return element("div", { class: `filter-field is-${name}` }, element("label", { for: node.id }, say(`list_${name}`)), node);
}

// `found`: { total, rows }, or { failed }; null while it comes.
export function listNode(themes, annotator, filter, found, actions) {
  if (!found) return element("p", { class: "hint" }, say("wait"));
  if (found.failed) {
    return element("div", { role: "alert" }, element("p", { class: "is-bad" }, say("list_failed", found.failed)), element("button", { type: "button", onclick: actions.relist }, say("try_again")));
  }
  const left = found.total - found.rows.length;
  const filtered = Object.values(filter).some(Boolean);
  const swapped = filter.since && filter.until && filter.since > filter.until;
  const nothing = swapped ? "list_swapped" : filter.only === "differ" ? "differ_nothing" : filtered ? "list_nothing" : "nothing_labelled";
  return element(
    "div",
    {},
    element("p", { class: "hint", id: "list-total", role: "status", tabindex: "-1" }, found.total ? say("list_total", found.total) : say(nothing)),
    element("ol", { class: "labelled" }, found.rows.map((row) => rowNode(themes, annotator, row, actions))),
    left ? element("button", { type: "button", id: "more", onclick: actions.more }, say("list_more", left)) : null,
  );
}

function rowNode(themes, annotator, row, actions) {
  const mine = row.answers.some((answer) => answer.annotator === annotator);
  const button = (word, run) => element("button", { type: "button", "data-row": word, onclick: run }, say(word));
  return element(
    "li",
    { class: "labelled-row", "data-id": row.id, tabindex: "-1" },
    element("p", { class: "labelled-text", lang: "zh-CN" }, row.text),
    row.source ? element("p", { class: "hint" }, say("from", saidAgain("pasted", row.source))) : null,
    saidNode(themes, row),
    element("div", { class: "buttons" },
      button(mine ? "correct" : "label_too", () => actions.open(row.id, false)),
      mine ? button("take_back", () => actions.takeBack(row)) : null,
      row.decision ? button("decide_again", () => actions.open(row.id, true)) : row.answers.length > 1 ? button("decide", () => actions.open(row.id, true)) : null,
      row.decision ? button("withdraw", () => actions.withdraw(row)) : null),
  );
}

// Who said what of a paragraph, and on which themes they differ.
export function saidNode(themes, row) {
  const said = row.answers.map((answer) => saidLine(themes, answer, answer.annotator));
  if (row.decision) said.push(saidLine(themes, row.decision, say("said_decided", row.decision.annotator)));
  const differ = themes.filter((theme) => row.differ.includes(theme.id)).map(themeName);
  return element("ul", { class: "said" }, said, differ.length ? element("li", { class: "differ" }, say("differ_on", listed(differ))) : null);
}

// The themes of an answer; one that the model in use does not have goes by its id.
function themesOf(themes, ids) {
  const others = ids.filter((id) => !themes.some((theme) => theme.id === id));
  return [...themes.filter((theme) => ids.includes(theme.id)), ...others.map((id) => ({ zh: id, en: id, colour: "currentcolor" }))];
}

// The same in words.
export function saidText(themes, answer) {
  if (answer.kind === "skip") return say("said_skip");
  const names = (ids) => themesOf(themes, ids).map(themeName);
  return listed([...names(answer.labels), ...names(answer.maybe).map((name) => say("said_maybe", name))]) || say("key_none");
}

function saidLine(themes, answer, name) {
  const marks = (ids, wrap) => themesOf(themes, ids).map((theme) => styled(element("span", { class: "mark" }, wrap(themeName(theme))), { "border-color": hue(theme) }));
  const told = answer.kind === "skip" ? [say("said_skip")] : [...marks(answer.labels, (own) => own), ...marks(answer.maybe, (own) => say("said_maybe", own))];
  const when = moment(answer.time);
  return element("li", {}, element("strong", {}, name), " ", told.length ? told : say("key_none"), " ", element("time", { class: "hint", datetime: answer.time }, when));
}
