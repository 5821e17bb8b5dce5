// Themes over time: of all, or of one group.
import { element, percent } from "./dom.js";
import { say, themeName } from "./language.js";
import { swatch } from "./themes.js";
import { caption, exportButtons, timeChart } from "./survey-charts.js";
import { figure, groupName, periodShare, periodsOf, sentences, usualGrain } from "./survey-data.js";
import { choice } from "./survey-passages.js";

const GRAINS = ["year", "quarter", "month"];

export function timePart(view, state) {
  state.grain ??= usualGrain(view);
  const charts = element("div", { class: "charts" });
  const note = element("p", { class: "hint" });
  const body = element("tbody", {});
  const groups = choice("time-group", say(`one_${view.by}`), [["", say("everything")], ...view.groups.map((group, i) => [String(i), groupName(group)])], state.timeGroup);
  const grains = choice("grain", say("grain"), GRAINS.map((grain) => [grain, say(`grain_${grain}`)]), state.grain);
  const chosen = () => view.groups[Number(state.timeGroup || -1)] ?? view.total;

  function drawings() {
    const group = chosen();
    const periods = periodsOf(group, state.grain);
    const most = Math.max(0, ...periods.flatMap(([, counts]) => view.themes.map((_, i) => periodShare(counts, i) ?? 0)));
    const top = Math.min(1, Math.max(0.1, Math.ceil(most * 10) / 10));
    return periods.length ? view.themes.map((theme, i) => timeChart(group, theme, i, state.grain, top)) : [];
  }

  function draw() {
    const group = chosen();
    const figures = drawings();
    charts.replaceChildren(
      ...(figures.length
        ? view.themes.map((theme, i) => element("figure", {}, element("figcaption", {}, swatch(view.themes, theme), " ", themeName(theme)), figures[i]))
        : [element("p", { class: "faint" }, say("nothing_dated"))]),
    );
    const years = Object.entries(group.periods).filter(([period]) => period.length === 4).reduce((sum, [, counts]) => sum + counts[0], 0);
    const undated = group.periods[""]?.[0];
    note.textContent = sentences([
      say("time_hint"),
      undated ? say("undated", figure(undated)) : "",
      state.grain !== "year" && years ? say("only_year", figure(years)) : "",
    ]);
    body.replaceChildren(
      ...periodsOf(group, state.grain).map(([period, counts]) =>
        element("tr", {}, element("th", { scope: "row" }, period), element("td", {}, figure(counts[0])), view.themes.map((_, i) => element("td", {}, periodText(counts, i)))),
      ),
    );
  }

  groups.select.addEventListener("change", () => {
    state.timeGroup = groups.select.value;
    draw();
  });
  grains.select.addEventListener("change", () => {
    state.grain = grains.select.value;
    draw();
  });
  draw();
  const columns = [say("period"), say("paragraphs_short"), ...view.themes.map(themeName)].map((name) => element("th", { scope: "col" }, name));
  const table = element("table", { class: "plain" }, element("thead", {}, element("tr", {}, columns)), body);
  return element(
    "section",
    { id: "time", "aria-labelledby": "time-head" },
    element("div", { class: "part-head" }, element("h2", { id: "time-head" }, say("time")), exportButtons("themes-over-time", say("time"), () => timeRows(view, chosen(), state.grain), () => drawings().flatMap((chart, i) => [caption(themeName(view.themes[i])), chart]), () => (chosen() === view.total ? [] : [chosen()]))),
    note,
    element("div", { class: "controls" }, groups.node, grains.node),
    charts,
    element("details", {}, element("summary", {}, say("as_table")), element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say("as_table") }, table)),
  );
}

function periodText(counts, theme) {
  const part = periodShare(counts, theme);
  return part === null ? percent(part) : `${figure(counts[theme + 1])} · ${percent(part)}`;
}

function timeRows(view, group, grain) {
  const rows = periodsOf(group, grain).flatMap(([period, counts]) =>
    view.themes.map((theme, i) => [group.id ?? "", group.name, period, theme.id, counts[0], counts[i + 1], periodShare(counts, i)]),
  );
  return [["group", "name", "period", "theme", "paragraphs", "told", "share"], ...rows];
}
