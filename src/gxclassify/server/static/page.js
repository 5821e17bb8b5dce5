// The page `/`: a text comes in, the marked articles come out.
import { element } from "./dom.js";
import { applyLanguage, onLanguage, say } from "./language.js";
import { headingNode, makeState, readingNode } from "./reading.js";
import { saveHtml } from "./downloads.js";
import { drawBar } from "./bar.js";
import { ask, askJson, failure } from "./api.js";
import { acceptDrops, intakeNode } from "./intake.js";
import { closePopover } from "./popover.js";
import "./words-reading.js";
import "./words-page.js";

const main = document.getElementById("main");
const status = element("p", { class: "status", role: "status" });
const intake = element("div", {});
const result = element("div", {});
let shown = null; // { view, state, name }
let running = null;

function tell(text, bad = false) {
  status.textContent = text;
  status.classList.toggle("is-bad", bad);
}

async function take(body, name) {
  running?.abort();
  const mine = (running = new AbortController());
  tell(say("working"));
  document.body.classList.add("is-busy");
  try {
    const view = await askJson(`page/document?name=${encodeURIComponent(name.slice(0, 200))}`, { method: "POST", body, signal: mine.signal });
    shown = { view, state: makeState(view), name };
    drawResult();
    window.scrollTo({ top: 0 });
    main.focus({ preventScroll: true });
  } catch (error) {
    if (error.name !== "AbortError") tell(failure(error), true);
  } finally {
    if (running === mine) document.body.classList.remove("is-busy");
  }
}

async function saveReport() {
  try {
    const template = await (await ask("page/report-template")).text();
    saveHtml(shown.view, shown.state, template);
  } catch (error) {
    tell(failure(error), true);
  }
}

function drawResult() {
  intake.hidden = shown !== null;
  if (!shown) {
    result.replaceChildren();
    return;
  }
  const notes = shown.view.documents.flatMap((document) => document.notes);
  tell("");
  const head = element(
    "div",
    { class: "result-head" },
    headingNode(shown.view, shown.state, shown.name),
    element("button", { type: "button", id: "another", onclick: startAgain }, say("another")),
  );
  result.replaceChildren(head, ...notes.map((note) => element("p", { class: "hint" }, note)), readingNode(shown.view, shown.state, [["html", saveReport]]));
}

function startAgain() {
  shown = null;
  closePopover();
  drawResult();
  document.getElementById("text").focus();
}

function draw() {
  document.title = `gxclassify · ${say("title")}`;
  drawBar(document.getElementById("bar"), [["read", "./", true], ["survey", "survey", false], ["label", "label", false]]);
  const typed = document.getElementById("text")?.value ?? "";
  intake.replaceChildren(intakeNode(take, (text) => tell(text, true)));
  document.getElementById("text")?.setRangeText(typed);
  drawResult();
}

main.replaceChildren(intake, status, result);
applyLanguage();
onLanguage(draw);
draw();
acceptDrops((files) => {
  if (files.length > 1) tell(say("one_file"), true);
  take(files[0], files[0].name);
});
