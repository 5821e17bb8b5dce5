// The view of tagged documents: keeps what is chosen, decides the tags, and draws panel and articles.
import { element } from "./dom.js";
import { say } from "./language.js";
import { needsReview, startThresholds, tagsOf } from "./decide.js";
import { articleNode, groupNode } from "./article.js";
import { groupsOf, hasText } from "./groups.js";
import { makePanel } from "./panel.js";
import { closePopover } from "./popover.js";
import { otherRepairs } from "./repairs.js";
import { saveCsv, saveJson } from "./downloads.js";

// What is shown and how; survives a change of language.
export function makeState(view) {
  for (const document of view.documents) {
    // Results that a server kept from before do not say which article a paragraph is of.
    document.articles.forEach((article, number) => article.pieces.forEach((piece) => (piece.article ??= number)));
  }
  const articles = view.documents.flatMap((document) => document.articles);
  const paragraphs = articles.flatMap((article) => article.pieces.filter((piece) => piece.kind === "paragraph"));
  const counts = [...view.documents, ...articles, ...paragraphs].map((owner) => owner.repairs?.length ?? 0);
  const state = {
    paragraphs,
    numbers: new Map(paragraphs.map((paragraph, number) => [paragraph, number])),
    level: view.level ?? "paragraph",
    units: { paragraph: paragraphs.filter(hasText), article: groupsOf(view, "article"), document: groupsOf(view, "document") },
    shown: () => state.units[state.level],
    thresholds: { ...startThresholds(view), ...view.thresholds }, // a kept result has those that had been moved
    chosen: new Set(),
    repairs: false,
    repairCount: counts.reduce((sum, count) => sum + count, 0),
    tags: new Map(),
    review: new Map(),
    fits: (unit, id) => fits(view, state, unit, id),
    shows: (unit) => state.chosen.size === 0 || [...state.chosen].some((id) => fits(view, state, unit, id)),
    decide: () => {
      for (const paragraph of paragraphs) {
        state.tags.set(paragraph, tagsOf(view, state.thresholds, paragraph.scores));
        state.review.set(paragraph, needsReview(state.thresholds, paragraph.scores));
      }
    },
  };
  state.decide();
  return state;
}

// Whether a paragraph, an article or a document is among those of a theme, of no theme, or to be checked.
function fits(view, state, unit, id) {
  const paragraphs = (unit.paragraphs ?? [unit]).filter(hasText);
  if (!paragraphs.length) return false;
  if (id === "none") return paragraphs.every((paragraph) => state.tags.get(paragraph).length === 0);
  if (id === "review") return paragraphs.some((paragraph) => state.review.get(paragraph));
  return paragraphs.some((paragraph) => state.tags.get(paragraph).includes(id));
}

// Returns the node with panel and text. `extraDownloads`: [[format, function]].
export function readingNode(view, state, extraDownloads = []) {
  const text = element("div", { class: "column" });
  const draw = () => {
    closePopover();
    const shown = state.level === "paragraph" ? view.documents.flatMap((one) => documentNodes(view, state, one)) : groupNodes(view, state, open);
    const empty = !state.shown().some(state.shows);
    const note = element("p", { class: "empty" }, say(state.paragraphs.length ? "nothing_left" : "no_paragraphs"));
    text.replaceChildren(...shown, ...(empty ? [note] : []));
  };
  const changed = () => {
    state.decide();
    panel.refresh();
    draw();
  };
  const open = (paragraph) => {
    state.level = "paragraph";
    if (!state.shows(paragraph)) state.chosen.clear();
    changed();
    const node = document.getElementById(`p-${state.numbers.get(paragraph)}`);
    node.tabIndex = -1;
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "center" });
  };
  const panel = makePanel(view, state, {
    level: (level) => ((state.level = level), changed()),
    filter: (id) => {
      if (!state.chosen.delete(id)) state.chosen.add(id);
      changed();
    },
    showAll: () => (state.chosen.clear(), changed()),
    threshold: (id, value) => ((state.thresholds[id] = value), later(changed)),
    reset: () => (Object.assign(state.thresholds, startThresholds(view)), changed()),
    repairs: (on) => ((state.repairs = on), draw()),
    downloads: [["json", () => saveJson(view, state)], ["csv", () => saveCsv(view, state)], ...extraDownloads],
  });
  panel.refresh();
  draw();
  return element("div", { class: "reading" }, panel.node, text);
}

// What stands over the view: the text's name and size.
export function headingNode(view, state, name) {
  const articles = view.documents.flatMap((document) => document.articles).filter((article) => article.pieces.some(hasText));
  return element("h1", { class: "result-name" }, say("done", name, articles.length, state.units.paragraph.length));
}

// A slider moves many times a second; one drawing per frame is enough.
let waiting = null;
function later(run) {
  if (waiting === null) requestAnimationFrame(() => (waiting(), (waiting = null)));
  waiting = run;
}

function groupNodes(view, state, open) {
  const groups = state.shown().filter(state.shows);
  return groups.flatMap((group, number) => {
    const name = group.document === groups[number - 1]?.document ? null : nameNode(view, group.document);
    return [name, groupNode(view, state, group, open)].filter(Boolean);
  });
}

function nameNode(view, document) {
  if (view.documents.length < 2) return null;
  return element("p", { class: "document-name", id: `file-${view.documents.indexOf(document)}` }, document.document);
}

function documentNodes(view, state, document) {
  const articles = document.articles.filter(
    (article) => state.chosen.size === 0 || article.pieces.some((piece) => piece.kind === "paragraph" && state.shows(piece)),
  );
  return [
    articles.length ? nameNode(view, document) : null,
    ...articles.map((article) => articleNode(view, state, document, article)),
    state.repairs ? otherRepairs(document.repairs) : null,
  ].filter(Boolean);
}
