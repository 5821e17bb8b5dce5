// Articles as a reader sees them: headline, byline, subheads, paragraphs with their chips and marked sentences.
import { element, percent, styled } from "./dom.js";
import { listed, say, themeName } from "./language.js";
import { evidenceOf } from "./decide.js";
import { markedSentences, wordRuns } from "./marks.js";
import { explains } from "./popover.js";
import { groupDetails, paragraphDetails, sentenceDetails } from "./details.js";
import { articleGroup, hasText, groupFacts, groupTags, groupTheme } from "./groups.js";
import { otherRepairs, paragraphRepairs } from "./repairs.js";
import { hue, sign, swatch, tint, underline } from "./themes.js";

export function articleNode(view, state, document, article) {
  const group = articleGroup(document, article);
  const pieces = [];
  let hiddenRun = 0;
  const tellHidden = () => {
    if (hiddenRun) pieces.push(element("p", { class: "left-out" }, say("left_out", hiddenRun)));
    hiddenRun = 0;
  };
  for (const piece of article.pieces) {
    if (piece.kind === "paragraph" && !state.shows(piece)) {
      hiddenRun += 1;
      continue;
    }
    tellHidden();
    pieces.push(pieceNode(view, state, piece));
  }
  tellHidden();
  return element(
    "article",
    { class: "article", lang: "zh-CN" },
    article.title ? element("h2", {}, article.title) : null,
    // A record is an article of one paragraph, which has the same tags beside it.
    article.title || group.paragraphs.length > 1 ? groupChips(view, state, group) : null,
    article.byline ? element("p", { class: "byline" }, say("byline", article.byline)) : null,
    factsNode(group),
    pieces,
    state.repairs ? otherRepairs(article.repairs) : null,
  );
}

// An article or a document with its tags and, for each, the sentence that tells it most; `open(paragraph)` shows where.
export function groupNode(view, state, group, open) {
  const rows = groupTags(view, state, group).map((theme) => {
    const { strongest, sentence } = groupTheme(state, group, theme.id);
    const number = group.paragraphs.indexOf(strongest) + 1;
    const go = element("button", { type: "button", class: "link", onclick: () => open(strongest) }, say("in_paragraph", number));
    return element("div", { class: "paragraph" }, element("div", { class: "chips" }, groupChip(view, state, group, theme)), element("p", { class: "text" }, sentence ?? "", " ", go));
  });
  const title = group.title ?? (group.document.records ? null : say("untitled"));
  return element(
    "article",
    { class: "article group", lang: "zh-CN" },
    title ? element("h2", {}, title) : null,
    factsNode(group),
    rows.length ? rows : element("p", { class: "left-out none" }, say("none")),
  );
}

function factsNode(group) {
  const facts = groupFacts(group);
  const told = [facts?.article_zone?.name, facts?.date?.date].filter(Boolean).join(" · ");
  return told ? element("p", { class: "byline" }, told) : null;
}

function groupChips(view, state, group) {
  const themes = groupTags(view, state, group);
  if (!themes.length) return null;
  const chips = themes.map((theme) => groupChip(view, state, group, theme));
  return element("div", { class: "article-tags", role: "group", "aria-label": say(group.article === null ? "whole_document" : "whole_article") }, chips);
}

function groupChip(view, state, group, theme) {
  const { paragraphs, score } = groupTheme(state, group, theme.id);
  const label = say("group_chip_label", themeName(theme), paragraphs, group.paragraphs.length, percent(score));
  const figures = element("span", { class: "figure" }, `${paragraphs}/${group.paragraphs.length} · ${percent(score)}`);
  const chip = element("button", { type: "button", class: "chip", "aria-label": label }, swatch(view.themes, theme), themeName(theme), figures);
  explains(chip, () => groupDetails(view, state, group));
  return styled(chip, { "background-color": tint(theme), "border-color": hue(theme) });
}

function pieceNode(view, state, piece) {
  if (piece.kind === "subhead") return element("h3", { class: "subhead" }, piece.text);
  if (piece.kind === "caption") return element("p", { class: "caption" }, piece.text);
  if (!hasText(piece)) return element("p", { class: "left-out none", id: `p-${state.numbers.get(piece)}` }, say("no_text"));
  return paragraphNode(view, state, piece);
}

function paragraphNode(view, state, paragraph) {
  const tags = state.tags.get(paragraph);
  const themes = view.themes.filter((theme) => tags.includes(theme.id));
  const chips = themes.map((theme) => chipNode(view, state, paragraph, theme));
  return element(
    "div",
    { class: "paragraph", id: `p-${state.numbers.get(paragraph)}` },
    element("div", { class: "chips" }, chips, state.review.get(paragraph) ? reviewNode(view, state, paragraph) : null),
    element("p", { class: "text" }, textNodes(view, state, paragraph, themes)),
    state.repairs ? paragraphRepairs(paragraph) : null,
  );
}

function chipNode(view, state, paragraph, theme) {
  const label = say("chip_label", themeName(theme), percent(paragraph.scores[theme.id]));
  const chip = element("button", { type: "button", class: "chip", "aria-label": label }, swatch(view.themes, theme), themeName(theme));
  explains(chip, () => paragraphDetails(view, state, paragraph));
  return styled(chip, { "background-color": tint(theme), "border-color": hue(theme) });
}

function reviewNode(view, state, paragraph) {
  const node = element("button", { type: "button", class: "chip chip-review", title: say("review_hint") }, "? ", say("review"));
  explains(node, () => paragraphDetails(view, state, paragraph));
  return node;
}

// Offsets count characters as Python does; JavaScript's own strings count rare characters twice.
function textNodes(view, state, paragraph, themes) {
  const points = Array.from(paragraph.text);
  const cut = (start, end) => points.slice(start, end).join("");
  const evidence = Object.fromEntries(
    themes.map((theme) => [theme.id, evidenceOf(paragraph, theme.id, state.thresholds[theme.id])]),
  );
  const nodes = [];
  let last = 0;
  for (const sentence of markedSentences(evidence, view.themes)) {
    nodes.push(cut(last, sentence.start), sentenceNode(view, state, paragraph, sentence, cut));
    last = sentence.end;
  }
  nodes.push(cut(last, points.length));
  return nodes;
}

function sentenceNode(view, state, paragraph, sentence, cut) {
  const told = sentence.told.map(({ theme }) => theme);
  const runs = wordRuns(sentence).map((run) => {
    const text = cut(run.start, run.end);
    if (run.themes.length === 0) return text;
    return styled(element("span", { class: "word" }, text), { "--word": hue(run.themes[0]) });
  });
  const names = element("span", { class: "visually-hidden" }, say("tells", listed(told.map(themeName))));
  const signs = told.map((theme) => sign(view.themes, theme)).join("·");
  const node = element("span", { class: "told", role: "button", tabindex: "0", "data-signs": signs }, runs, names);
  explains(node, () => sentenceDetails(view, state, paragraph, sentence));
  return underline(node, view.themes, told);
}
