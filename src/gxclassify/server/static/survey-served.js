// The page `/survey`: files come in, the survey that the command line would write comes out.
import { element } from "./dom.js";
import { applyLanguage, inLanguage, onLanguage, say } from "./language.js";
import { drawBar } from "./bar.js";
import { save } from "./files.js";
import { ask, askJson, failure } from "./api.js";
import { acceptDrops } from "./intake.js";
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
let chosen = [];
let shown = null; // { view, state }
let asked = { by: "zone", from: "", to: "", text: "" };

function tell(text, bad = false) {
  status.textContent = text;
  status.classList.toggle("is-bad", bad);
}

async function go() {
  const files = [...chosen];
  if (asked.text.trim()) files.push(new File([asked.text], "text.txt"));
  if (!files.length) return tell(say("survey_nothing"), true);
  const head = JSON.stringify(files.map((file) => ({ name: file.webkitRelativePath || file.name, size: file.size })));
  const { by, from, to } = asked;
  tell(say("working"));
  document.body.classList.add("is-busy");
  try {
    const view = await askJson(`page/survey?${new URLSearchParams({ by, from, to })}`, { method: "POST", body: new Blob([head, "\n", ...files]) });
    if (!view.total.paragraphs && new Set(view.problems.map(({ name }) => name)).size === new Set(files.map((file) => file.webkitRelativePath || file.name)).size) {
      tell(leftOut(view), true);
      return;
    }
    shown = { view, state: surveyState() };
    drawPart();
    scrollTo({ top: 0 });
    main.focus({ preventScroll: true });
  } catch (error) {
    tell(failure(error), true);
  } finally {
    document.body.classList.remove("is-busy");
  }
}

function leftOut(view) {
  return view.problems.map(({ name, detail }) => say("survey_left_out", name, inLanguage(detail))).join("\n");
}

async function savePage() {
  try {
    const template = await (await ask("page/survey-template")).text();
    const data = JSON.stringify(shown.view).replaceAll("<", "\\u003c");
    save(template.split("@@" + "DATA@@").join(data), "text/html", "survey.html");
  } catch (error) {
    tell(failure(error), true);
  }
}

function choose(files) {
  chosen = [...files];
  if (shown) {
    shown = null;
    drawPart();
  }
  tellChosen();
}

function tellChosen() {
  const size = chosen.reduce((sum, file) => sum + file.size, 0);
  tell(chosen.length ? say("survey_chosen", chosen.length, size < 1e5 ? `${Math.ceil(size / 1e3)} kB` : `${(size / 1e6).toFixed(1)} MB`) : "");
}

function dateField(name) {
  const field = element("input", { type: "text", id: `survey-${name}`, maxlength: 10, inputmode: "numeric", autocomplete: "off", value: asked[name], oninput: () => (asked[name] = field.value.trim()) });
  return element("div", { class: "choice" }, element("label", { for: field.id }, say(`survey_${name}`)), field);
}

function intakePart() {
  const picker = element("input", { type: "file", id: "files", multiple: true, class: "visually-hidden", tabindex: "-1", "aria-label": say("choose_files"), onchange: () => choose(picker.files) });
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
      element("button", { type: "button", class: "primary", id: "go", onclick: go }, say("survey_go")),
      element("span", { class: "faint" }, say("kinds")),
    ),
    element("p", { class: "hint" }, say("local")),
  );
}

function drawPart() {
  if (!shown) {
    part.replaceChildren(intakePart());
    tellChosen();
    return;
  }
  tell(leftOut(shown.view));
  const again = () => {
    shown = null;
    drawPart();
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
  drawPart();
}

main.replaceChildren(status, part);
applyLanguage();
onLanguage(draw);
draw();
acceptDrops(choose);
