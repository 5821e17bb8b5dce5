// The parts of a survey's page, laid together; redrawn as a whole when the language changes.
import { element } from "./dom.js";
import { say } from "./language.js";
import { figure, sentences } from "./survey-data.js";
import { heatPart } from "./survey-heat.js";
import { passagesPart } from "./survey-passages.js";
import { comparePart, profilePart } from "./survey-profile.js";
import { timePart } from "./survey-time.js";

const TABLES = ["paragraphs", "amounts", "shares", "timeline"];

export function surveyState() {
  return { filter: { group: null, theme: "", words: "" }, order: "size", grain: null, timeGroup: "", profile: 0, compared: [0, 1] };
}

export function surveyNodes(view, state) {
  const actions = {};
  const passages = passagesPart(view, state);
  actions.read = (group, theme) => {
    passages.choose({ group, theme });
    passages.node.querySelector("h2").focus();
  };
  const nodes = [headNode(view)];
  if (view.groups.length) {
    const profile = profilePart(view, state, actions);
    actions.profile = profile.choose;
    nodes.push(heatPart(view, state, actions), timePart(view, state), profile.node);
    if (view.groups.length > 1) nodes.push(comparePart(view, state));
  } else nodes.push(timePart(view, state));
  nodes.push(passages.node);
  if (view.folder) nodes.push(tablesNode());
  return nodes;
}

function headNode(view) {
  const dates = Object.keys(view.total.periods).filter(Boolean).sort();
  const span = dates.length ? say("dates", dates[0], dates.at(-1)) : say("no_dates");
  const known = view.all_groups - view.groups.filter((group) => !group.name).length; // (unknown) is no province and no kind
  const counts = say("survey_counts", figure(view.total.paragraphs), figure(view.total.articles), say(`by_${view.by}`, figure(known)));
  const notes = [
    say("note_zone"),
    view.without_zone ? say("note_no_zone", figure(view.without_zone)) : "",
    view.undated ? say("note_undated", figure(view.undated)) : "",
    view.left_aside > view.undated ? say("note_aside", figure(view.left_aside - view.undated)) : "",
    view.all_groups > view.groups.length ? say("note_groups", figure(view.groups.length), figure(view.all_groups)) : "",
    view.whole ? say("note_whole") : say("note_kept", view.kept),
  ];
  return element(
    "header",
    { class: "survey-head" },
    element("h1", {}, say("survey_title")),
    element("p", { class: "counts" }, `${counts} · ${span}`),
    view.start || view.end ? element("p", { class: "counts" }, say("chosen_dates", view.start || "…", view.end || "…")) : null,
    element("p", { class: "hint" }, sentences(notes)),
  );
}

function tablesNode() {
  const links = TABLES.map((name) => element("li", {}, `${name}: `, element("a", { href: `${name}.parquet` }, "Parquet"), " · ", element("a", { href: `${name}.csv` }, "CSV")));
  return element("section", { id: "tables", "aria-labelledby": "tables-head" }, element("h2", { id: "tables-head" }, say("tables")), element("p", { class: "hint" }, say("tables_hint")), element("ul", { class: "tables" }, links));
}
