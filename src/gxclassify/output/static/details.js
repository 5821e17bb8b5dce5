// What the box says of a sentence or a paragraph: probabilities, thresholds, and the words that decided.
import { element, percent, shape, styled } from "./dom.js";
import { say, themeName } from "./language.js";
import { groupTheme } from "./groups.js";
import { hue, swatch } from "./themes.js";

const WIDTH = 120;

export function sentenceDetails(view, state, paragraph, sentence) {
  return element(
    "div",
    {},
    element("h3", {}, say("sentence")),
    sentence.told.map((told) => toldBlock(view, told)),
    paragraphDetails(view, state, paragraph),
  );
}

function toldBlock(view, { theme, score, terms }) {
  const words = terms.map((term) =>
    element("li", {}, styled(element("b", { lang: "zh-CN" }, term.term), { "border-color": hue(theme) }), ` +${term.weight.toFixed(2)}`),
  );
  return element(
    "div",
    { class: "told-block" },
    element("p", {}, swatch(view.themes, theme), " ", say("told_alone", themeName(theme), percent(score))),
    words.length ? element("p", { class: "words-head" }, say("words_decided")) : null,
    words.length ? element("ul", { class: "words" }, words) : null,
  );
}

export function paragraphDetails(view, state, paragraph) {
  const rows = view.themes.map((theme) => {
    const score = paragraph.scores[theme.id];
    const threshold = state.thresholds[theme.id];
    const tagged = state.tags.get(paragraph).includes(theme.id);
    return element(
      "tr",
      { class: tagged ? "is-over" : null },
      element("th", { scope: "row" }, swatch(view.themes, theme), " ", themeName(theme)),
      element("td", {}, gauge(theme, score, threshold)),
      element("td", { class: "figure" }, percent(score), element("span", { class: "visually-hidden" }, ` ${say(tagged ? "over" : "under")}`)),
      element("td", { class: "figure faint" }, say("threshold_short", percent(threshold))),
    );
  });
  return element("div", {}, element("h3", {}, say("paragraph")), element("table", { class: "scores" }, element("tbody", {}, rows)));
}

// How an article or document tells each theme, and by which sentence.
export function groupDetails(view, state, group) {
  const told = view.themes.map((theme) => ({ theme, ...groupTheme(state, group, theme.id) }));
  const rows = told.map(({ theme, paragraphs, score }) =>
    element(
      "tr",
      { class: paragraphs ? "is-over" : null },
      element("th", { scope: "row" }, swatch(view.themes, theme), " ", themeName(theme)),
      element("td", { class: "figure" }, `${paragraphs}/${group.paragraphs.length}`),
      element("td", {}, gauge(theme, score, state.thresholds[theme.id])),
      element("td", { class: "figure" }, percent(score)),
    ),
  );
  const heads = [say("theme"), say("told_in"), element("span", { class: "visually-hidden" }, say("gauge")), say("highest")];
  const sentences = told.filter(({ sentence }) => sentence).map(({ theme, sentence }) =>
    element("li", {}, swatch(view.themes, theme), " ", element("q", { lang: "zh-CN" }, sentence)),
  );
  return element(
    "div",
    {},
    element("h3", {}, say(group.article === null ? "whole_document" : "whole_article")),
    element(
      "table",
      { class: "scores" },
      element("thead", {}, element("tr", {}, heads.map((head) => element("th", { scope: "col" }, head)))),
      element("tbody", {}, rows),
    ),
    sentences.length ? element("h3", { class: "next" }, say("strongest_sentences")) : null,
    sentences.length ? element("ul", { class: "quotes" }, sentences) : null,
  );
}

// A bar for the probability and a tick where the threshold stands.
function gauge(theme, score, threshold) {
  const bar = shape("rect", { x: 0, y: 3, height: 6, width: Math.max(1, score * WIDTH), rx: 1.5 });
  const tick = shape("rect", { x: threshold * WIDTH - 1, y: 0, height: 12, width: 2, class: "tick" });
  const ground = shape("rect", { x: 0, y: 3, height: 6, width: WIDTH, rx: 1.5, class: "ground" });
  const svg = { class: "gauge", viewBox: `0 0 ${WIDTH} 12`, width: WIDTH, height: 12, "aria-hidden": "true" };
  return shape("svg", svg, ground, styled(bar, { fill: hue(theme) }), tick);
}
