// The panel beside the text: totals as bars, the filter, the threshold sliders, repairs and downloads.
import { element, percent, shape, styled } from "./dom.js";
import { say, themeName } from "./language.js";
import { hue, swatch } from "./themes.js";

const WIDE = 200;
const TICK = 1.5;
const LEVELS = ["paragraph", "article", "document"];

// The parts that change with every move of a slider are kept and refreshed, so that the slider keeps its focus.
export function makePanel(view, state, actions) {
  const summary = element("p", { class: "summary", role: "status" });
  const levels = levelButtons(state, actions);
  const rows = view.themes.map((theme) => filterRow(view, theme.id, actions));
  const extra = ["none", "review"].map((id) => filterRow(view, id, actions));
  const sliders = view.themes.map((theme) => sliderRow(view, state, theme, actions));
  const reset = element("button", { type: "button", class: "quiet", onclick: () => actions.reset() }, say("reset"));
  const all = element("button", { type: "button", class: "quiet", onclick: () => actions.showAll() }, say("all"));
  const node = element(
    "aside",
    { class: "panel", "aria-label": say("themes") },
    element("section", {}, element("h2", {}, say("themes")), levels.node, summary, element("ul", { class: "rows" }, [...rows, ...extra].map((row) => row.node)), element("p", { class: "hint" }, say("filter_hint"), " ", all)),
    element("details", { class: "fold", open: matchMedia("(min-width: 60rem)").matches },
      element("summary", {}, element("h2", {}, say("thresholds"))),
      element("p", { class: "hint" }, say("thresholds_hint", percent(view.lowest_threshold))),
      element("div", { class: "sliders" }, sliders.map((row) => row.node)), reset),
    toolSection(view, state, actions),
  );
  const refresh = () => {
    const units = state.shown();
    const withTheme = units.filter((unit) => view.themes.some((theme) => state.fits(unit, theme.id))).length;
    summary.textContent = say("summary", units.length, withTheme, say(`unit_${state.level}`, units.length));
    levels.refresh();
    for (const row of [...rows, ...extra]) row.refresh(state);
    for (const row of sliders) row.refresh();
    all.hidden = state.chosen.size === 0;
    reset.hidden = view.themes.every((theme) => state.thresholds[theme.id] === theme.threshold);
  };
  return { node, refresh };
}

// What is looked at: paragraphs, and articles and files where those are more than their parts.
function levelButtons(state, actions) {
  const sizes = LEVELS.map((level) => state.units[level].length);
  const offered = LEVELS.filter((level, place) => level === state.level || place === 0 || sizes[place] < sizes[place - 1]);
  const buttons = offered.map((level) =>
    element("button", { type: "button", "data-level": level, onclick: () => actions.level(level) }, say(`level_${level}`)),
  );
  const node = element("div", { class: "levels", role: "group", "aria-label": say("levels"), hidden: offered.length < 2 }, buttons);
  const refresh = () => {
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.level === state.level));
  };
  return { node, refresh };
}

function filterRow(view, id, actions) {
  const theme = view.themes.find((candidate) => candidate.id === id);
  const name = theme ? themeName(theme) : say(id);
  const figure = element("span", { class: "figure" });
  const bar = shape("rect", { x: 0, y: 0, height: 8, rx: 2, class: theme ? null : "plain" });
  if (theme) styled(bar, { fill: hue(theme) });
  const ground = shape("rect", { x: 0, y: 0, width: WIDE, height: 8, rx: 2, class: "ground" });
  const chart = shape("svg", { class: "bar-chart", viewBox: `0 0 ${WIDE} 8`, preserveAspectRatio: "none", role: "img" }, ground, bar);
  const mark = theme ? swatch(view.themes, theme) : element("span", { class: "swatch plain", "aria-hidden": "true" }, id === "none" ? "–" : "?");
  const button = element("button", { type: "button", class: "filter", "data-theme": id, onclick: () => actions.filter(id) }, mark, element("span", { class: "name" }, name), figure);
  const refresh = (state) => {
    const units = state.shown();
    const count = units.filter((unit) => state.fits(unit, id)).length;
    const unit = say(`unit_${state.level}`, units.length);
    button.setAttribute("aria-pressed", String(state.chosen.has(id)));
    figure.textContent = say("count", count, unit);
    bar.setAttribute("width", units.length ? (count / units.length) * WIDE : 0);
    chart.setAttribute("aria-label", say("bar_label", name, count, units.length, unit));
  };
  return { node: element("li", {}, button, chart), refresh };
}

function sliderRow(view, state, theme, actions) {
  const least = view.lowest_threshold;
  const value = element("output", { class: "figure" });
  const input = element("input", {
    type: "range", min: least, max: 1, step: 0.01, "aria-label": say("threshold_of", themeName(theme)), "data-theme": theme.id,
    oninput: () => actions.threshold(theme.id, Number(input.value)),
  });
  styled(input, { "--hue": hue(theme) });
  const refresh = () => {
    const threshold = state.thresholds[theme.id];
    if (Math.abs(Number(input.value) - threshold) > 0.006) input.value = threshold;
    input.setAttribute("aria-valuetext", percent(threshold));
    // The thumb's middle travels 16 px less than the track is long.
    const share = (threshold - least) / (1 - least);
    input.style.setProperty("--fill", `calc(${share * 100}% + ${8 - share * 16}px)`);
    value.textContent = percent(threshold);
  };
  input.value = state.thresholds[theme.id];
  const head = element("div", { class: "slider-head" }, swatch(view.themes, theme), element("span", { class: "name" }, themeName(theme)), value);
  return { node: element("div", { class: "slider" }, head, strip(state, theme, least), input), refresh };
}

// Every paragraph's probability as a tick over the slider, whole at the ends too: one sees what a move would take in or let
// go. Below the lowest threshold no move does.
function strip(state, theme, least) {
  const ticks = state.paragraphs
    .filter((paragraph) => paragraph.scores[theme.id] !== null && paragraph.scores[theme.id] >= least)
    .map((paragraph) => shape("rect", { x: (((paragraph.scores[theme.id] - least) / (1 - least)) * (WIDE - TICK)).toFixed(1), y: 0, width: TICK, height: 8 }));
  const svg = shape("svg", { class: "strip", viewBox: `0 0 ${WIDE} 8`, preserveAspectRatio: "none", "aria-hidden": "true" }, ticks);
  return styled(svg, { fill: hue(theme) });
}

function toolSection(view, state, actions) {
  const repairs = element("input", { type: "checkbox", id: "show-repairs", onchange: () => actions.repairs(repairs.checked) });
  repairs.checked = state.repairs;
  const buttons = actions.downloads.map(([format, run]) =>
    element("button", { type: "button", "data-download": format, onclick: run }, say(`download_${format}`)),
  );
  return element(
    "section",
    { class: "tools" },
    element("h2", {}, say("tools")),
    element("label", { class: "check", for: "show-repairs" }, repairs, say("show_repairs"), element("span", { class: "faint" }, ` ${say("repairs", state.repairCount)}`)),
    element("div", { class: "buttons", role: "group", "aria-label": say("download") }, buttons),
    element("p", { class: "hint model" }, say("model", view.model)),
  );
}
