// Beside the paragraph: how far the queue is, what was labelled, how people agree, and training.
import { element, percent, shape, styled } from "./dom.js";
import { say, themeName } from "./language.js";
import { hue, swatch } from "./themes.js";

const WIDE = 200;

export function sideNode(themes, progress, training, actions) {
  return element(
    "aside",
    { class: "side", "aria-label": say("progress") },
    progressSection(progress),
    labelSection(themes, progress),
    agreementSection(themes, progress.agreement),
    trainingSection(themes, training, actions),
    element("div", { class: "buttons" },
      element("button", { type: "button", id: "suggest", onclick: actions.suggest }, say("suggest")),
      element("button", { type: "button", id: "export", onclick: actions.exportLabels }, say("export"))),
  );
}

function bar(share, label, colour = null) {
  const fill = shape("rect", { width: Math.max(0, Math.min(1, share)) * WIDE, height: 8, rx: 2, class: colour ? null : "fill" });
  if (colour) styled(fill, { fill: colour });
  const svg = { class: "bar-chart", viewBox: `0 0 ${WIDE} 8`, preserveAspectRatio: "none", role: "img", "aria-label": label };
  return shape("svg", svg, shape("rect", { width: WIDE, height: 8, rx: 2, class: "ground" }), fill);
}

function progressSection(progress) {
  const told = say("progress_of", progress.labelled, progress.paragraphs);
  const more = [say("progress_mine", progress.mine)];
  if (progress.skipped) more.push(say("progress_skipped", progress.skipped));
  const people = Object.entries(progress.people);
  return element(
    "section",
    {},
    element("h2", {}, say("progress")),
    element("p", { id: "progress" }, told),
    bar(progress.paragraphs ? progress.labelled / progress.paragraphs : 0, told),
    element("p", { class: "hint" }, more.join(" · ")),
    people.length > 1 ? element("p", { class: "hint" }, `${say("people")}：`, people.map(([name, count]) => `${name} ${count}`).join(" · ")) : null,
  );
}

function labelSection(themes, progress) {
  const most = Math.max(1, progress.none, ...Object.values(progress.labels));
  const rows = themes.map((theme) => {
    const [count, maybe] = [progress.labels[theme.id], progress.maybe[theme.id]];
    const figure = maybe ? say("maybe_count", count, maybe) : say("label_count", count);
    return countRow(swatch(themes, theme), themeName(theme), figure, count / most, hue(theme));
  });
  const dash = element("span", { class: "swatch plain", "aria-hidden": "true" }, "–");
  rows.push(countRow(dash, say("key_none"), String(progress.none), progress.none / most));
  return element("section", {}, element("h2", {}, say("labels_head")), element("ul", { class: "rows" }, rows));
}

function countRow(mark, name, figure, share, colour = null) {
  const head = element("div", { class: "row-head" }, mark, element("span", { class: "name" }, name), element("span", { class: "figure" }, figure));
  return element("li", {}, head, bar(share, `${name}：${figure}`, colour));
}

function agreementSection(themes, agreement) {
  const head = element("h2", {}, say("agreement"));
  if (!agreement.paragraphs) return element("section", {}, head, element("p", { class: "hint" }, say("agreement_none")));
  const row = (name, figures) => element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, figureOf(figures.f1)), element("td", {}, figureOf(figures.kappa)));
  const rows = [row(say("all_themes"), agreement), ...themes.map((theme) => row(themeName(theme), agreement.themes[theme.id]))];
  return element("section", {}, head, element("p", { class: "hint", id: "agreement" }, say("agreement_of", agreement.paragraphs)), figureTable([say("theme"), say("f1"), say("kappa")], rows));
}

function figureTable(heads, rows) {
  return element("table", { class: "figures" },
    element("thead", {}, element("tr", {}, heads.map((head) => element("th", { scope: "col" }, head)))), element("tbody", {}, rows));
}

function figureOf(value) {
  return value === null || value === undefined ? "–" : value.toFixed(2);
}

function trainingSection(themes, training, actions) {
  const last = training.last;
  const running = last?.state === "running";
  const button = element("button", { type: "button", id: "train", onclick: actions.train, disabled: running }, say("train"));
  return element("section", { id: "training" }, element("h2", {}, say("training")), button, last ? trainingState(themes, training, last) : null);
}

function trainingState(themes, training, last) {
  if (last.state === "running") {
    const share = last.total ? last.done / last.total : 0;
    return element("div", {}, element("p", { class: "hint" }, say("training_running"), " ", percent(share)), bar(share, say("training_running")));
  }
  if (last.state === "failed") return element("p", { class: "hint is-bad" }, say("training_failed", last.message));
  if (last.state === "lost") return element("p", { class: "hint is-bad" }, say("training_lost"));
  return trainingResult(themes, training, last);
}

const FEW = 30;

function trainingResult(themes, training, last) {
  const { before, after, compared, paragraphs, out_of_fold: whole } = last.result;
  const rows = [];
  if (before && after) {
    rows.push(changeRow(say("macro"), before.macro_f1, after.macro_f1));
    for (const theme of themes) {
      if (after.themes[theme.id].support) rows.push(changeRow(themeName(theme), before.themes[theme.id].f1, after.themes[theme.id].f1));
    }
  }
  const use = last.in_use ? say("in_use") : training.watched ? say("use_watched") : say("use_how", training.folder);
  return element(
    "div",
    { class: "training-result" },
    rows.length ? element("p", { class: "hint" }, say("training_compared", compared)) : null,
    rows.length ? figureTable(["F1", say("before"), say("after"), say("change")], rows) : null,
    rows.length && compared < FEW ? element("p", { class: "hint" }, say("training_few")) : null,
    whole ? element("p", { class: "hint" }, say("training_whole", paragraphs, whole.macro_f1.toFixed(3))) : null,
    element("p", { class: "hint" }, use),
  );
}

function changeRow(name, before, after) {
  const change = after - before;
  const told = `${change > 0 ? "+" : change < 0 ? "−" : "±"}${Math.abs(change).toFixed(3)}`;
  return element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, before.toFixed(3)), element("td", {}, after.toFixed(3)),
    element("td", { class: change > 0 ? "is-up" : change < 0 ? "is-down" : null }, told));
}
