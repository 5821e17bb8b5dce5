// Beside the paragraph: how far the queue is, what was labelled, how people agree, and training.
import { element } from "./dom.js";
import { headed, say, themeName } from "./language.js";
import { hue, swatch } from "./themes.js";
import { figureTable, progressBar } from "./labelling-figures.js";
import { trainingSection } from "./labelling-training.js";

const FEW = 50; // of a theme that one paragraph in five tells, ten: one of them more or less moves F1 by 0.05 to 0.1

export function sideNode(themes, progress, training, actions) {
  return element(
    "aside",
    { class: "side", "aria-label": say("progress") },
    progressSection(progress),
    labelSection(themes, progress),
    agreementSection(themes, progress.agreement),
    training ? trainingSection(themes, training, actions) : null,
    element("div", { class: "buttons" },
      element("button", { type: "button", id: "add", onclick: actions.add }, say("add")),
      element("button", { type: "button", id: "suggest", onclick: actions.suggest }, say("suggest")),
      element("button", { type: "button", id: "export", onclick: actions.exportLabels }, say("export"))),
  );
}

function progressSection(progress) {
  const told = say("progress_of", progress.labelled, progress.paragraphs);
  const more = [say("progress_mine", progress.mine)];
  if (progress.mine_skipped) more.push(say("progress_skipped", progress.mine_skipped));
  const people = Object.entries(progress.people);
  return element(
    "section",
    {},
    element("h2", {}, say("progress")),
    element("p", { id: "progress" }, told),
    progressBar(progress.paragraphs ? progress.labelled / progress.paragraphs : 0, told),
    element("p", { class: "hint" }, more.join(" · ")),
    people.length > 1 ? element("p", { class: "hint" }, headed(say("people")), people.map(([name, count]) => `${name} ${count}`).join(" · ")) : null,
  );
}

function labelSection(themes, progress) {
  const most = Math.max(1, progress.none, ...Object.values(progress.labels));
  const counted = themes.filter((theme) => theme.id in progress.labels); // the model may have changed under the page
  const rows = counted.map((theme) => {
    const [count, maybe] = [progress.labels[theme.id], progress.maybe[theme.id]];
    const figure = maybe ? say("maybe_count", count, maybe) : say("answer_count", count);
    return countRow(swatch(themes, theme), themeName(theme), figure, count / most, hue(theme));
  });
  const dash = element("span", { class: "swatch plain", "aria-hidden": "true" }, "–");
  rows.push(countRow(dash, say("key_none"), say("answer_count", progress.none), progress.none / most));
  return element("section", {}, element("h2", {}, say("answers_head")), element("ul", { class: "rows" }, rows));
}

function countRow(mark, name, figure, share, colour = null) {
  const head = element("div", { class: "row-head" }, mark, element("span", { class: "name" }, name), element("span", { class: "figure" }, figure));
  return element("li", {}, head, progressBar(share, headed(name, figure), colour));
}

function agreementSection(themes, agreement) {
  const head = element("h2", {}, say("agreement"));
  if (!agreement.paragraphs) return element("section", {}, head, element("p", { class: "hint" }, say("agreement_none")));
  const row = (name, figures) => element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, figureOf(figures.f1)), element("td", {}, figureOf(figures.kappa)));
  const rows = [row(say("all_themes"), agreement), ...themes.map((theme) => row(themeName(theme), agreement.themes[theme.id] ?? {}))];
  const few = agreement.paragraphs < FEW ? element("p", { class: "hint", id: "agreement-few" }, say("agreement_few")) : null;
  return element("section", {}, head, element("p", { class: "hint", id: "agreement" }, say("agreement_of", agreement.paragraphs)), few, figureTable([say("theme"), say("f1"), say("kappa")], rows));
}

function figureOf(value) {
  return value === null || value === undefined ? "–" : value.toFixed(2).replace(/^-(0\.00)$/, "$1").replace("-", "−");
}
