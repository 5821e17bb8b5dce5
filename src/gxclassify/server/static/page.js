// The page `/`: a text comes in, the marked articles come out.
import { element } from "./dom.js";
import { applyLanguage, inLanguage, moment, onLanguage, saidAgain, say } from "./language.js";
import { headingNode, makeState, readingNode } from "./reading.js";
import { movedThresholds } from "./decide.js";
import { saveHtml } from "./downloads.js";
import { drawBar } from "./bar.js";
import { ask, askJson, failure, holdsToken } from "./api.js";
import { acceptDrops, intakeNode } from "./intake.js";
import { closePopover } from "./popover.js";
import "./words-reading.js";
import "./words-page.js";

const main = document.getElementById("main");
const status = element("p", { class: "status", role: "status" });
const intake = element("div", {});
const result = element("div", {});
let shown = null; // { view, state, name, body }, or with the kept result's id in the place of the body
let kept = { kept: false, results: [] };
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
    shown = { view, state: makeState(view), name, body };
    goTo("");
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

// The address of what is shown: a kept result has one of its own, which can be loaded again and given to others.
function goTo(id) {
  const address = new URL(location.href);
  address.search = id ? `?result=${id}` : "";
  if (address.href !== location.href) history.pushState(null, "", address);
}

// Among results that are kept, texts that were pasted are told apart by how they begin.
const MOST_BEGINNING = 24;

function keptName({ name, body }) {
  if (saidAgain("pasted", name) !== say("pasted")) return name;
  const line = body.trim().split("\n", 1)[0].trim();
  const signs = Array.from(line);
  return signs.length > MOST_BEGINNING ? `${signs.slice(0, MOST_BEGINNING).join("")}…` : line;
}

async function keep() {
  tell(say("working"));
  const name = keptName(shown);
  try {
    const moved = encodeURIComponent(JSON.stringify(movedThresholds(shown.view, shown.state.thresholds)));
    const { id } = await askJson(`page/results?name=${encodeURIComponent(name.slice(0, 200))}&thresholds=${moved}`, { method: "POST", body: shown.body });
    Object.assign(shown, { id, name });
    goTo(id);
    drawResult();
  } catch (error) {
    tell(failure(error), true);
  }
}

async function openKept() {
  const id = new URLSearchParams(location.search).get("result");
  if (!id) {
    if (shown?.id) startAgain();
    return;
  }
  try {
    const { name, view } = await askJson(`page/results/${encodeURIComponent(id)}`);
    shown = { view, state: makeState(view), name, id };
    drawResult();
  } catch (error) {
    shown = null;
    drawResult();
    tell(failure(error), true);
  }
}

async function forget(id, name) {
  try {
    await ask(`page/results/${encodeURIComponent(id)}`, { method: "DELETE" });
    if (shown?.id === id) startAgain();
    await lookForKept();
    tell(say("kept_deleted", name));
  } catch (error) {
    tell(failure(error), true);
  }
}

// Which results the server keeps, if it keeps any. Nobody is asked for a token before they bring a text.
async function lookForKept() {
  try {
    const settings = await askJson("page/settings");
    const now = settings.results && (!settings.token || holdsToken()) ? await askJson("page/results") : { kept: settings.results, results: [] };
    if (JSON.stringify(now) === JSON.stringify(kept)) return;
    kept = now;
    draw();
  } catch (error) {
    tell(failure(error), true);
  }
}

function keptNode() {
  if (!shown.id) return kept.kept ? element("button", { type: "button", id: "keep", onclick: keep }, say("keep")) : null;
  const remove = element("button", { type: "button", id: "forget", onclick: () => forget(shown.id, shown.name) }, say("kept_delete"));
  return element("p", { class: "hint", id: "kept-here" }, say("kept_here"), " ", element("a", { href: location.href }, location.href), " ", remove);
}

function keptList() {
  if (!kept.results.length) return "";
  const row = (one) => element("li", {}, element("a", { href: `?result=${one.id}` }, one.name), " ",
    element("span", { class: "hint" }, say("kept_figures", moment(one.time), one.paragraphs)), " ",
    element("button", { type: "button", class: "quiet", "aria-label": `${say("kept_delete")} ${one.name}`, onclick: () => forget(one.id, one.name) }, say("kept_delete")));
  return element("section", { class: "intake kept" }, element("h2", {}, say("kept_head", kept.results.length, kept.most)), element("ul", {}, kept.results.map(row)));
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
  const keeping = keptNode();
  result.replaceChildren(head, ...(keeping ? [keeping] : []), ...notes.map((note) => element("p", { class: "hint" }, inLanguage(note))), readingNode(shown.view, shown.state, [["html", saveReport]]));
}

function startAgain() {
  shown = null;
  goTo("");
  closePopover();
  drawResult();
  lookForKept();
  document.getElementById("text").focus();
}

function draw() {
  document.title = `gxclassify · ${say("title")}`;
  drawBar(document.getElementById("bar"), [["read", "./", true], ["survey", "survey", false], ["label", "label", false]]);
  const typed = document.getElementById("text")?.value ?? "";
  const active = document.activeElement?.id; // drawing anew must not take the keyboard's place away
  intake.replaceChildren(intakeNode(take, (text) => tell(text, true), kept.kept), keptList());
  document.getElementById("text")?.setRangeText(typed);
  if (active) document.getElementById(active)?.focus({ preventScroll: true });
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
addEventListener("popstate", openKept);
lookForKept().then(openKept);
