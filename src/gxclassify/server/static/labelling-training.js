// The model beside the paragraph: which is in use, a new one from these labels, how the two compare, and the way back.
import { element, percent } from "./dom.js";
import { language, listed, moment, say, themeName } from "./language.js";
import { figureTable, progressBar, signed } from "./labelling-figures.js";

export function trainingSection(themes, training, actions) {
  const { last, ready, new: fresh } = training;
  const running = last?.state === "running";
  const button = element("button", { type: "button", id: "train", onclick: actions.train, disabled: running || ready.missing > 0 || training.lacks !== "" || training.foreign > 0 }, say("train"));
  const told = training.lacks
    ? say("problem_training-lacks")
    : training.foreign
    ? say("foreign_themes", training.foreign)
    : ready.missing
    ? say("train_missing", ready.missing, ready.least, ready.least_articles, ready.fresh, ready.articles)
    : say("train_wait", duration(ready.seconds));
  return element(
    "section",
    { id: "training", tabindex: "-1" },
    element("h2", {}, say("training")),
    element("p", { class: "hint", id: "model-now" }, say("model_now", training.in_use.model, trainedOn(training.in_use.kept, training.in_use.documents))),
    button,
    running ? null : element("p", { class: "hint", id: "train-ready" }, told),
    training.unseen ? element("p", { class: "hint is-bad", role: "alert" }, say("training_unseen", training.unseen)) : null,
    last ? trainingState(last) : null,
    fresh && !running && !training.foreign ? newModel(themes, training, fresh, actions) : null,
    keptModels(training, actions),
  );
}

function trainedOn(kept, documents) {
  if (kept?.answers) return say("model_answers", kept.answers, count(kept.start.paragraphs), kept.start.model);
  return say("model_documents", count(kept?.start.paragraphs ?? documents ?? "?"));
}

function count(number) {
  return typeof number === "number" ? number.toLocaleString(language() === "zh" ? "zh-CN" : "en") : number;
}

function duration(seconds) {
  return seconds < 90 ? say("seconds", Math.max(1, Math.round(seconds))) : say("minutes", Math.round(seconds / 60));
}

function trainingState(last) {
  if (last.state === "running") {
    const share = last.total ? last.done / last.total : 0;
    return element("div", {}, element("p", { class: "hint" }, say("training_running", duration(last.left)), " ", percent(share)), progressBar(share, say("training")));
  }
  if (last.state === "failed") return element("p", { class: "hint is-bad" }, say("training_failed", last.texts[language()]));
  if (last.state === "lost") return element("p", { class: "hint is-bad" }, say("training_lost"));
  return null;
}

function newModel(themes, training, fresh, actions) {
  const { comparison, stale } = fresh;
  const { macro_f1: macro, map } = comparison.overall;
  // Every theme, one that nobody told too: it counts in the mean above.
  const own = themes.filter((theme) => comparison.per_theme[theme.id]).map((theme) => [themeName(theme), comparison.per_theme[theme.id]]);
  const figures = [[say("macro"), macro], [say("map"), map], ...own];
  const heading = figures.every(([, figure]) => isSame(figure)) ? "compared_alike" : "compared_on";
  const barred = comparison.worse_beyond_chance || stale || training.registry;
  return element(
    "div",
    { class: "training-result" },
    element("p", { class: "hint" }, say("new_model", fresh.model, trainedOn(fresh))),
    element("p", { class: "hint" }, say(heading, comparison.paragraphs, comparison.articles)),
    figureTable([say("figure"), say("before"), say("after"), say("change")], figures.map(([name, figure]) => changeRow(name, figure))),
    element("p", { class: `verdict ${comparison.worse_beyond_chance ? "is-bad" : ""}`, id: "verdict" }, verdict(themes, comparison)),
    stale ? element("p", { class: "hint" }, say("new_stale")) : null,
    training.registry ? element("p", { class: "hint" }, say("new_registry")) : null,
    element("button", { type: "button", id: "use", disabled: barred, onclick: () => actions.useModel(fresh.digest) }, say("use_new")),
  );
}

function verdict(themes, comparison) {
  if (comparison.worse_beyond_chance) return say("verdict_worse", listed(comparison.worse.map((name) => figureName(themes, name))));
  if (comparison.better_beyond_chance) return say("verdict_better");
  const same = !comparison.changed && Object.values(comparison.overall).every(isSame);
  return same ? say("verdict_same") : say("verdict_unclear", comparison.paragraphs);
}

function figureName(themes, name) {
  const theme = themes.find((own) => name === `f1.${own.id}`);
  const overall = { macro_f1: say("macro"), map: say("map"), micro_f1: say("micro") };
  return theme ? `F1 ${themeName(theme)}` : overall[name] ?? name;
}

function changeRow(name, own) {
  const [low, high] = own.interval;
  const sign = own.verdict === "better" ? "is-up" : own.verdict === "worse" ? "is-down" : null;
  return element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, own.a.toFixed(3)), element("td", {}, own.b.toFixed(3)),
    element("td", { class: sign }, signed(own.difference), isSame(own) ? null : element("span", { class: "interval" }, `${signed(low)} … ${signed(high)}`)));
}

// Alike in every draw: there is nothing between which the difference lies.
function isSame(own) {
  return own.verdict === "same";
}

function keptModels(training, actions) {
  if (!training.kept.length) return null;
  const row = (kept) => {
    const when = moment(kept.taken);
    return element("li", { class: "kept-model" },
      element("p", {}, element("strong", {}, kept.model), kept.in_use ? ` · ${say("kept_now")}` : ""),
      element("p", { class: "hint" }, say("kept_line", trainedOn(kept), kept.by ? say("kept_by", when, kept.by) : say("kept_since", when))),
      kept.in_use || training.registry ? null : element("button", { type: "button", "data-kept": kept.name, onclick: () => actions.backTo(kept) }, say("go_back")));
  };
  return element("details", { class: "fold", id: "kept-models" }, element("summary", { id: "kept-models-head" }, say("kept_models", training.kept.length)), element("ul", {}, training.kept.map(row)));
}
