// What stands before the articles of a report: the totals of every file, with a way to it, and what could not be read.
import { element } from "./dom.js";
import { inLanguage, say, themeName } from "./language.js";
import { hasText } from "./groups.js";
import { swatch } from "./themes.js";

// Of one file the panel shows the same, but paper has no panel. The totals at the thresholds that the report came with, as `predict --summary` has them.
export function contentsNode(view, state) {
  const several = view.documents.length > 1;
  const rows = view.documents.map((document, number) => [
    several ? element("a", { href: `#file-${number}` }, document.document) : document.document,
    ...counts(view, state, document.articles),
  ]);
  if (several) rows.push([say("in_all"), ...counts(view, state, view.documents.flatMap((document) => document.articles))]);
  const themes = view.themes.map((theme) => [swatch(view.themes, theme), ` ${themeName(theme)}`]);
  const heads = [say("file"), say("paragraphs"), ...themes, say("none"), say("review")];
  const table = element(
    "table",
    { class: "totals" },
    element("thead", {}, element("tr", {}, heads.map((head) => element("th", { scope: "col" }, head)))),
    element("tbody", {}, rows.map(([name, ...numbers]) =>
      element("tr", {}, element("th", { scope: "row" }, name), numbers.map((number) => element("td", {}, String(number)))),
    )),
  );
  const scrolled = element("div", { class: "scrolled", tabindex: "0", role: "region", "aria-label": say("contents") }, table);
  return element("section", { class: several ? "contents" : "contents on-paper" }, element("h2", {}, say("contents")), scrolled);
}

function counts(view, state, articles) {
  const paragraphs = articles.flatMap((article) => article.pieces).filter(hasText);
  const count = (id) => paragraphs.filter((paragraph) => state.fits(paragraph, id)).length;
  return [paragraphs.length, ...view.themes.map((theme) => count(theme.id)), count("none"), count("review")];
}

export function leftOutNode(sentences) {
  if (!sentences.length) return null;
  const list = element("ul", {}, sentences.map((sentence) => element("li", {}, inLanguage(sentence))));
  return element("section", { class: "contents not-read" }, element("h2", {}, say("not_read", sentences.length)), list);
}
