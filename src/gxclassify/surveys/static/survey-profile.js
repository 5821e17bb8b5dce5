// One group: its themes, strongest sentences, amounts and goals; and two beside each other.
import { element } from "./dom.js";
import { say, themeName } from "./language.js";
import { swatch } from "./themes.js";
import { MARKS, exportButtons, shareChart } from "./survey-charts.js";
import { groupName, passagesOf, share } from "./survey-data.js";
import { choice, sourceText } from "./survey-passages.js";

const SENTENCES = 3;
const MOST_AMOUNTS = 30;

export function profilePart(view, state, actions) {
  const inside = element("div", { class: "profile" });
  const picked = choice("profile-group", say(`one_${view.by}`), view.groups.map((group, i) => [String(i), groupName(group)]), String(state.profile));
  const group = () => view.groups[state.profile];
  const draw = () => {
    picked.select.value = String(state.profile);
    inside.replaceChildren(...(group() ? profileNodes(view, group(), actions) : []));
  };
  picked.select.addEventListener("change", () => {
    state.profile = Number(picked.select.value);
    draw();
  });
  const head = element("h2", { id: "profile-head", tabindex: "-1" }, say("profile"));
  draw();
  const node = element("section", { id: "profile", "aria-labelledby": "profile-head" }, element("div", { class: "part-head" }, head), element("div", { class: "controls" }, picked.node), inside);
  const choose = (chosen) => {
    state.profile = view.groups.indexOf(chosen);
    draw();
    head.focus();
  };
  return { node, choose };
}

function profileNodes(view, group, actions) {
  const amounts = amountsOf(view, group);
  const goals = amounts.filter(({ amount }) => amount.target_year).sort((a, b) => a.amount.target_year - b.amount.target_year);
  const money = amounts.filter(({ amount }) => !amount.target_year);
  return [
    element("div", { class: "profile-shares" }, element("div", { class: "part-head" }, element("h3", {}, say("share_of")), exportButtons("profile", say("profile"), () => shareRows(view, [group]), () => [shareChart(view, [group])], () => [group])), shareChart(view, [group])),
    element("div", { class: "profile-sentences" }, element("h3", {}, say("strongest")), view.themes.map((theme) => sentencesNode(view, group, theme, actions))),
    element("div", { class: "profile-amounts" }, amountsHead(say("amounts"), "amounts", view, group, money), element("p", { class: "hint" }, say("amounts_hint")), amountTable(view, money, false)),
    element("div", { class: "profile-goals" }, amountsHead(say("goals_years"), "goals", view, group, goals), amountTable(view, goals, true)),
  ];
}

function sentencesNode(view, group, theme, actions) {
  const passages = passagesOf(view, group, theme.id).slice(0, SENTENCES);
  if (!passages.length) return null;
  const items = passages.map((passage) => {
    const [, start, end] = passage.told[theme.id];
    return element("li", {}, element("q", { lang: "zh-CN" }, end ? passage.text.slice(start, end) : passage.text), element("span", { class: "source" }, sourceText(view, passage)));
  });
  return element(
    "div",
    { class: "sentences" },
    element("h4", {}, swatch(view.themes, theme), " ", element("button", { type: "button", class: "link", onclick: () => actions.read(group, theme.id) }, themeName(theme))),
    element("ul", {}, items),
  );
}

// Every amount of the group's paragraphs, money first and the largest first.
function amountsOf(view, group) {
  const all = passagesOf(view, group).flatMap((passage) => passage.amounts.map((amount) => ({ passage, amount })));
  const rank = ({ amount }) => (amount.kind === "money" ? 0 : 1);
  return all.sort((a, b) => rank(a) - rank(b) || a.amount.unit.localeCompare(b.amount.unit) || b.amount.value - a.amount.value);
}

function amountsHead(title, name, view, group, rows) {
  return element("div", { class: "part-head" }, element("h3", {}, title), rows.length ? exportButtons(name, title, () => amountRows(view, rows), null, () => [group]) : null);
}

function amountTable(view, rows, years) {
  if (!rows.length) return element("p", { class: "faint" }, say("no_amounts"));
  const head = [...(years ? [say("year")] : []), say("amount"), say("told_by"), say("source")].map((name) => element("th", { scope: "col" }, name));
  const body = rows.slice(0, MOST_AMOUNTS).map(({ passage, amount }) =>
    element(
      "tr",
      {},
      years ? element("td", { class: "figure" }, String(amount.target_year)) : null,
      element("th", { scope: "row", class: "figure", lang: "zh-CN" }, amount.text),
      element("td", { lang: "zh-CN", class: "quoted" }, passage.text.slice(...amount.sentence)),
      element("td", { class: "source" }, sourceText(view, passage)),
    ),
  );
  const name = say(years ? "goals_years" : "amounts");
  return element("div", { class: "scroll low", tabindex: "0", role: "region", "aria-label": name }, element("table", { class: "plain" }, element("thead", {}, element("tr", {}, head)), element("tbody", {}, body)));
}

function amountRows(view, rows) {
  const head = ["document", "article", "paragraph", "date", "themes", "amount", "kind", "value", "unit", "lower", "upper", "target_year", "sentence"];
  return [
    head,
    ...rows.map(({ passage, amount }) => [
      view.documents[passage.document], passage.article, passage.paragraph, passage.date, amount.themes.join(";"), amount.text, amount.kind,
      amount.value, amount.unit, amount.lower, amount.upper, amount.target_year, passage.text.slice(...amount.sentence),
    ]),
  ];
}

// ---- two beside each other

export function comparePart(view, state) {
  const chart = element("div", { class: "wide-chart" });
  const options = view.groups.map((group, i) => [String(i), groupName(group)]);
  const pickers = ["first_one", "second_one"].map((name, i) => choice(`compare-${i}`, say(name), options, String(state.compared[i])));
  const both = () => state.compared.map((number) => view.groups[number]);
  const key = element("p", { class: "key" });
  const draw = () => {
    key.replaceChildren(...both().flatMap((group, i) => [element("span", { "aria-hidden": "true" }, ` ${MARKS[i]} `), groupName(group)]));
    chart.replaceChildren(shareChart(view, both()));
  };
  pickers.forEach(({ select }, i) =>
    select.addEventListener("change", () => {
      state.compared[i] = Number(select.value);
      draw();
    }),
  );
  draw();
  return element(
    "section",
    { id: "compare", "aria-labelledby": "compare-head" },
    element("div", { class: "part-head" }, element("h2", { id: "compare-head" }, say("compare")), exportButtons("comparison", say("compare"), () => shareRows(view, both()), () => [shareChart(view, both())], both)),
    element("p", { class: "hint" }, say("compare_hint")),
    element("div", { class: "controls" }, pickers.map(({ node }) => node)),
    key,
    chart,
  );
}

function shareRows(view, groups) {
  const rows = groups.flatMap((group) => view.themes.map((theme, i) => [group.id, group.name, theme.id, group.paragraphs, group.told[i], share(group, i), ...group.intervals[i]]));
  return [["group", "name", "theme", "paragraphs", "told", "share", "low", "high"], ...rows];
}
