// The page `/survey`: files come in, the survey that the command line would write comes out.
import { element } from "./dom.js";
import { applyLanguage, headed, inLanguage, onLanguage, say, sentence } from "./language.js";
import { drawBar } from "./bar.js";
import { save } from "./files.js";
import { ask, askJson, failure } from "./api.js";
import { acceptDrops, chosen as handedOver } from "./intake.js";
import { held, hold, isSmall, onLeaving, resultHistory } from "./session.js";
import { choice } from "./survey-passages.js";
import { surveyNodes, surveyState } from "./survey-page.js";
import "./words-reading.js";
import "./words-page.js";
import "./words-survey.js";
import "./words-surveying.js";

const BY = ["zone", "province", "kind"];
const main = document.getElementById("main");
const status = element("p", { class: "status", role: "status" });
const part = element("div", {});
const count = element("span", { id: "chosen", role: "status" });
const allOff = element("button", { type: "button", class: "quiet", id: "all-off", onclick: () => takeOff(0, chosen.length) });
const list = element("ul", { class: "chosen" });
let chosen = [];
let running = null;
let told = () => ""; // said anew when the language changes
let gone = 0; // so many files had been chosen when the page was loaded anew
let shown = null; // { view, state }
const NOTHING_ASKED = { by: "zone", from: "", to: "", text: "" };
let asked = { ...NOTHING_ASKED };
const entries = resultHistory("survey", packed, () => null, (view) => ({ view, state: surveyState() }));

function packed({ view }) {
  return isSmall(view.passages.map((passage) => passage.text)) ? view : null;
}

function tell(text, bad = false) {
  told = text;
  status.textContent = text();
  status.classList.toggle("is-bad", bad);
  if (bad) status.scrollIntoView({ block: "nearest" });
}

const clear = () => tell(() => "");

async function go() {
  const files = [...chosen];
  if (asked.text.trim()) files.push(new File([asked.text], "text.txt"));
  if (!files.length) return tell(() => say("survey_nothing"), true);
  const head = JSON.stringify(files.map((file) => ({ name: file.webkitRelativePath || file.name, size: file.size })));
  const { by, from, to } = asked;
  running?.abort();
  const mine = (running = new AbortController());
  tell(() => say("working"));
  document.body.classList.add("is-busy");
  try {
    const view = await askJson(`page/survey?${new URLSearchParams({ by, from, to })}`, { method: "POST", body: new Blob([head, "\n", ...files]), signal: mine.signal });
    if (!view.total.paragraphs && new Set(view.problems.map(({ name }) => name)).size === new Set(files.map((file) => file.webkitRelativePath || file.name)).size) {
      tell(() => leftOut(view), true);
      return;
    }
    shown = { view, state: surveyState() };
    entries.add(shown);
    drawPart();
    scrollTo({ top: 0 });
    main.focus({ preventScroll: true });
  } catch (error) {
    if (error.name !== "AbortError") tell(() => failure(error), true);
  } finally {
    if (running === mine) document.body.classList.remove("is-busy");
  }
}

function leftOut(view) {
  return view.problems.map(leftOutText).join("\n");
}

// The name once: a line that is left out has it before its number.
function leftOutText({ name, detail, read }) {
  const said = inLanguage(detail);
  if (!read) return say("survey_left_out", name, sentence(said));
  return said.startsWith(name) ? said : headed(name, said);
}

async function savePage() {
  try {
    const template = await (await ask("page/survey-template")).text();
    const data = JSON.stringify(shown.view).replaceAll("<", "\\u003c");
    save(template.split("@@" + "DATA@@").join(data), "text/html", "survey.html");
  } catch (error) {
    tell(() => failure(error), true);
  }
}

function choose(files) {
  chosen = files;
  gone = 0;
  clear();
  if (shown) {
    asked.text = ""; // what was pasted is of the survey before
    startAgain();
  } else tellChosen();
}

function startAgain() {
  shown = null;
  entries.addForm();
  drawPart();
}

// How many files are chosen, and which, each with a button that takes it off again.
function tellChosen() {
  const size = chosen.reduce((sum, file) => sum + file.size, 0);
  const figure = size < 1e5 ? `${Math.ceil(size / 2 ** 10)} kB` : `${(size / 2 ** 20).toFixed(1)} MB`;
  count.textContent = chosen.length ? say("survey_chosen", chosen.length, figure) : gone ? say("survey_gone", gone) : "";
  allOff.textContent = say("survey_take_all_off");
  allOff.hidden = chosen.length < 2;
  list.replaceChildren(...chosen.map(chosenRow));
  list.hidden = !chosen.length;
}

function chosenRow(file, number) {
  const name = file.webkitRelativePath || file.name;
  return element("li", {}, element("span", {}, name), element("button", { type: "button", class: "quiet", "aria-label": say("survey_take_off", name), title: say("survey_take_off", name), onclick: () => takeOff(number, 1) }, "×"));
}

function takeOff(number, many) {
  chosen.splice(number, many);
  tellChosen();
  const buttons = list.querySelectorAll(".quiet");
  (buttons[Math.min(number, buttons.length - 1)] ?? document.getElementById("choose")).focus();
}

function dateField(name) {
  const field = element("input", { type: "text", id: `survey-${name}`, maxlength: 10, inputmode: "numeric", autocomplete: "off", value: asked[name], oninput: () => (asked[name] = field.value.trim()) });
  return element("div", { class: "choice" }, element("label", { for: field.id }, say(`survey_${name}`)), field);
}

function intakePart() {
  const picker = element("input", { type: "file", id: "files", multiple: true, class: "visually-hidden", tabindex: "-1", "aria-label": say("choose_files"), onchange: () => handedOver(picker, choose) });
  const field = element("textarea", { id: "text", rows: 5, lang: "zh-CN", spellcheck: "false", placeholder: say("survey_paste"), oninput: () => (asked.text = field.value) });
  field.value = asked.text;
  const by = choice("survey-by", say("survey_by"), BY.map((name) => [name, say(`one_${name}`)]), asked.by);
  by.select.addEventListener("change", () => (asked.by = by.select.value));
  return element(
    "section",
    { class: "intake" },
    element("h1", {}, say("survey_title")),
    element("p", { class: "lead" }, say("survey_lead")),
    element("label", { class: "visually-hidden", for: "text" }, say("survey_paste")),
    field,
    element("div", { class: "controls" }, by.node, dateField("from"), dateField("to")),
    element(
      "div",
      { class: "buttons" },
      element("button", { type: "button", id: "choose", onclick: () => picker.click() }, say("choose_files")),
      picker,
      count,
      allOff,
      element("button", { type: "button", class: "primary", id: "go", onclick: go }, say("survey_go")),
      element("span", { class: "faint" }, say("kinds")),
    ),
    list,
    element("p", { class: "hint" }, say("local")),
  );
}

// What goes wrong is said under the form, and what was left out over the survey.
function drawPart() {
  if (shown) main.prepend(status);
  else main.append(status);
  status.classList.toggle("of-form", !shown);
  if (!shown) {
    part.replaceChildren(intakePart());
    tellChosen();
    return;
  }
  tell(() => leftOut(shown.view));
  const again = () => {
    [chosen, gone, asked] = [[], 0, { ...asked, text: "" }];
    clear();
    startAgain();
    document.getElementById("choose").focus();
  };
  const buttons = element(
    "div",
    { class: "buttons" },
    element("button", { type: "button", id: "another", onclick: again }, say("survey_again")),
    element("button", { type: "button", id: "save-page", onclick: savePage }, say("survey_save")),
  );
  part.replaceChildren(buttons, ...surveyNodes(shown.view, shown.state));
}

function draw() {
  document.title = `gxclassify · ${say("survey")}`;
  drawBar(document.getElementById("bar"), [["read", "./", false], ["survey", "survey", true], ["label", "label", false]]);
  status.textContent = told();
  drawPart();
}

function openEntry() {
  running?.abort();
  const here = entries.here();
  const was = shown;
  shown = here ?? null;
  clear();
  drawPart();
  if (here === undefined) tell(() => say("survey_not_held"), true);
  if (was !== shown) (shown ? main : document.getElementById("choose")).focus({ preventScroll: true });
}

const before = held("survey:asked");
if (before) [asked, gone] = [{ ...NOTHING_ASKED, ...before.asked }, before.files];
onLeaving(() => {
  const { text, ...choices } = asked;
  hold("survey:asked", { asked: { ...choices, text: isSmall([text]) ? text : "" }, files: chosen.length || gone });
});
main.replaceChildren(status, part);
applyLanguage();
onLanguage(draw);
draw();
openEntry();
addEventListener("popstate", openEntry);
acceptDrops(choose);
