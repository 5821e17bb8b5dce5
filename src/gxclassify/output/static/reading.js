// The view of tagged documents: keeps what is chosen, decides the tags, and draws panel and articles.
import { element } from "./dom.js";
import { say } from "./language.js";
import { needsReview, startThresholds, tagsOf } from "./decide.js";
import { articleNode } from "./article.js";
import { makePanel } from "./panel.js";
import { closePopover } from "./popover.js";
import { otherRepairs } from "./repairs.js";
import { saveCsv, saveJson } from "./downloads.js";

// What is shown and how; survives a change of language.
export function makeState(view) {
  const articles = view.documents.flatMap((document) => document.articles);
  const paragraphs = articles.flatMap((article) => article.pieces.filter((piece) => piece.kind === "paragraph"));
  const counts = [...view.documents, ...articles, ...paragraphs].map((owner) => owner.repairs?.length ?? 0);
  const state = {
    paragraphs,
    thresholds: startThresholds(view),
    chosen: new Set(),
    repairs: false,
    repairCount: counts.reduce((sum, count) => sum + count, 0),
    tags: new Map(),
    review: new Map(),
    fits: (paragraph, id) => fits(state, paragraph, id),
    shows: (paragraph) => state.chosen.size === 0 || [...state.chosen].some((id) => fits(state, paragraph, id)),
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

function fits(state, paragraph, id) {
  if (id === "none") return state.tags.get(paragraph).length === 0;
  if (id === "review") return state.review.get(paragraph);
  return state.tags.get(paragraph).includes(id);
}

// Returns the node with panel and text. `extraDownloads`: [[format, function]].
export function readingNode(view, state, extraDownloads = []) {
  const text = element("div", { class: "column" });
  const draw = () => {
    closePopover();
    const shown = view.documents.flatMap((document) => documentNodes(view, state, document));
    const empty = state.paragraphs.length ? !state.paragraphs.some(state.shows) : true;
    const note = element("p", { class: "empty" }, say(state.paragraphs.length ? "nothing_left" : "no_paragraphs"));
    text.replaceChildren(...shown, ...(empty ? [note] : []));
  };
  const changed = () => {
    state.decide();
    panel.refresh();
    draw();
  };
  const panel = makePanel(view, state, {
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
  const articles = view.documents.reduce((sum, document) => sum + document.articles.length, 0);
  return element("h1", { class: "result-name" }, say("done", name, articles, state.paragraphs.length));
}

// A slider moves many times a second; one drawing per frame is enough.
let waiting = null;
function later(run) {
  if (waiting === null) requestAnimationFrame(() => (waiting(), (waiting = null)));
  waiting = run;
}

function documentNodes(view, state, document) {
  const several = view.documents.length > 1;
  const articles = document.articles.filter(
    (article) => state.chosen.size === 0 || article.pieces.some((piece) => piece.kind === "paragraph" && state.shows(piece)),
  );
  return [
    several && articles.length ? element("p", { class: "document-name", id: `file-${view.documents.indexOf(document)}` }, document.document) : null,
    ...articles.map((article) => articleNode(view, state, article)),
    state.repairs ? otherRepairs(document.repairs) : null,
  ].filter(Boolean);
}
