// Themes by group as a table whose cells open the paragraphs behind them.
import { element, percent, shape, styled } from "./dom.js";
import { say, themeName } from "./language.js";
import { hue, swatch } from "./themes.js";
import { exportButtons, heatChart, heatColour } from "./survey-charts.js";
import { figure, groupName, share } from "./survey-data.js";
import { choice } from "./survey-passages.js";

const ROWS_AT_ONCE = 20;

export function heatPart(view, state, actions) {
  const body = element("tbody", {});
  const more = element("button", { type: "button", id: "more-rows" });
  const search = element("input", { type: "text", id: "find-group", autocomplete: "off", placeholder: " " });
  const orders = [["size", say("order_size")], ["name", say("order_name")], ...view.themes.map((theme) => [theme.id, themeName(theme)])];
  const order = choice("order", say("order"), orders, state.order);
  let shown = ROWS_AT_ONCE;

  function groups() {
    const wanted = search.value.trim().toLowerCase();
    const fitting = view.groups.filter((group) => `${groupName(group)} ${group.id} ${group.province ?? ""} ${group.kind ?? ""}`.toLowerCase().includes(wanted));
    const theme = view.themes.findIndex((one) => one.id === state.order);
    if (theme >= 0) return fitting.sort((a, b) => b.intervals[theme][0] - a.intervals[theme][0]);
    return state.order === "name" ? fitting.sort((a, b) => groupName(a).localeCompare(groupName(b), "zh-CN")) : fitting;
  }

  function draw() {
    const fitting = groups();
    const visible = fitting.slice(0, shown);
    const most = Math.max(0.01, ...visible.flatMap((group) => view.themes.map((_, i) => share(group, i))));
    body.replaceChildren(...visible.map((group) => heatRow(view, group, most, actions)));
    more.hidden = fitting.length <= shown;
    more.textContent = say("more_rows", Math.min(ROWS_AT_ONCE, fitting.length - shown));
  }

  search.addEventListener("input", draw);
  order.select.addEventListener("change", () => {
    state.order = order.select.value;
    draw();
  });
  more.addEventListener("click", () => {
    const first = shown;
    shown += ROWS_AT_ONCE;
    draw();
    body.children[first]?.querySelector("button")?.focus();
  });
  draw();
  const themes = view.themes.map((theme) => element("th", { scope: "col" }, swatch(view.themes, theme), " ", themeName(theme)));
  const table = element(
    "table",
    { class: "heat" },
    element("thead", {}, element("tr", {}, element("th", { scope: "col" }, say(`one_${view.by}`)), themes)),
    body,
  );
  return element(
    "section",
    { id: "heat", "aria-labelledby": "heat-head" },
    element("div", { class: "part-head" }, element("h2", { id: "heat-head" }, say("heat")), exportButtons("themes-by-group", say("heat"), () => heatRows(view), () => [heatChart(view, groups().slice(0, shown))])),
    element("p", { class: "hint" }, say("heat_hint")),
    element("div", { class: "controls" }, element("div", { class: "choice" }, element("label", { for: "find-group" }, say("find_group")), search), order.node),
    element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say("heat_table") }, table),
    more,
  );
}

function heatRow(view, group, most, actions) {
  const where = [group.province, group.kind].filter(Boolean).join(" · ");
  const name = element("button", { type: "button", class: "link name", onclick: () => actions.profile(group) }, groupName(group));
  const about = [say("found", figure(group.paragraphs)), where, group.listed === false ? say("unlisted") : ""].filter(Boolean).join(" · ");
  return element("tr", {}, element("th", { scope: "row" }, name, element("span", { class: "faint about" }, about)), view.themes.map((theme, i) => element("td", {}, heatCell(view, group, theme, i, most, actions))));
}

function heatCell(view, group, theme, place, most, actions) {
  const part = share(group, place);
  const [low, high] = group.intervals[place];
  const text = say("cell", groupName(group), themeName(theme), percent(part), figure(group.told[place]), figure(group.paragraphs), percent(low), percent(high));
  const button = element(
    "button",
    { type: "button", class: "cell", "aria-label": text, title: text, disabled: group.told[place] === 0, onclick: () => actions.read(group, theme.id) },
    element("span", { class: "share" }, percent(part)),
    element("span", { class: "of" }, `${figure(group.told[place])}/${figure(group.paragraphs)}`),
    intervalMark(theme, part, low, high),
  );
  return styled(button, { "background-color": heatColour(theme, part / most) });
}

function intervalMark(theme, part, low, high) {
  const ends = { y1: 4, y2: 4 };
  return shape(
    "svg",
    { viewBox: "0 0 100 8", preserveAspectRatio: "none", class: "interval", "aria-hidden": "true" },
    shape("line", { ...ends, x1: 0, x2: 100, class: "rule" }),
    styled(shape("line", { ...ends, x1: low * 100, x2: high * 100, "stroke-width": 3 }), { stroke: hue(theme) }),
    shape("line", { x1: part * 100, x2: part * 100, y1: 0, y2: 8, class: "tick" }),
  );
}

function heatRows(view) {
  const head = ["group", "name", "province", "kind", "theme", "paragraphs", "told", "share", "low", "high", "articles", "articles_told"];
  const rows = view.groups.flatMap((group) =>
    view.themes.map((theme, i) => [
      group.id, group.name, group.province ?? null, group.kind ?? null, theme.id, group.paragraphs, group.told[i], share(group, i),
      ...group.intervals[i], group.articles, group.articles_told[i],
    ]),
  );
  return [head, ...rows];
}
