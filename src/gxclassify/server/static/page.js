// The page `/`: a text comes in, the marked articles come out.
import { element } from "./dom.js";
import { applyLanguage, inLanguage, listed, moment, onLanguage, saidAgain, say } from "./language.js";
import { headingNode, makeState, readingNode } from "./reading.js";
import { movedThresholds } from "./decide.js";
import { saveHtml } from "./downloads.js";
import { drawBar } from "./bar.js";
import { ask, askJson, failure, holdsToken, Refused } from "./api.js";
import { confirmed } from "./dialog.js";
import { EXAMPLES } from "./examples.js";
import { acceptDrops, intakeNode } from "./intake.js";
import { closePopover } from "./popover.js";
import { held, hold, isSmall, onLeaving, resultHistory } from "./session.js";
import "./words-reading.js";
import "./words-page.js";

const main = document.getElementById("main");
const status = element("p", { class: "status", role: "status" });
const intake = element("div", {});
const keptPart = element("div", {});
const result = element("div", {});
const MOST_NAMES = 20;
// { view, state, name, body, others }, or with the kept result's id in the place of the body, which is null where the
// browser no longer has the file; `others` are the names of files that were brought with it and not read.
let shown = null;
let kept = { kept: false, results: [] };
let running = null;
let told = () => ""; // said anew when the language changes

function tell(text, bad = false) {
  told = text;
  status.textContent = text();
  status.classList.toggle("is-bad", bad);
  if (bad) status.scrollIntoView({ block: "nearest" });
}

const clear = () => tell(() => "");

const look = ({ state }) => ({ thresholds: state.thresholds, level: state.level, chosen: [...state.chosen] });
const entries = resultHistory("read", packed, look, unpacked);

function packed({ view, state, name, body, others }) {
  return isSmall(state.paragraphs.map((paragraph) => paragraph.text ?? "")) ? { view, name, body: typeof body === "string" ? body : null, others } : null;
}

function unpacked({ view, name, body, others }, { thresholds, level, chosen }) {
  const state = makeState(view);
  Object.assign(state.thresholds, thresholds);
  Object.assign(state, { level: level ?? state.level, chosen: new Set(chosen) });
  state.decide();
  return { view, state, name, body, others };
}

async function take(body, name, others = []) {
  running?.abort();
  const mine = (running = new AbortController());
  tell(() => say("working"));
  document.body.classList.add("is-busy");
  try {
    const view = await askJson(`page/document?name=${encodeURIComponent(name.slice(0, 200))}`, { method: "POST", body, signal: mine.signal });
    shown = { view, state: makeState(view), name, body, others };
    entries.add(shown);
    drawResult();
    window.scrollTo({ top: 0 });
    main.focus({ preventScroll: true });
  } catch (error) {
    if (error.name !== "AbortError") tell(() => [failure(error), othersText(name, others)].filter(Boolean).join("\n"), true);
  } finally {
    if (running === mine) document.body.classList.remove("is-busy");
  }
}

async function saveReport() {
  try {
    const template = await (await ask("page/report-template")).text();
    saveHtml(shown.view, shown.state, template);
  } catch (error) {
    tell(() => failure(error), true);
  }
}

// Several files were dropped, of which this page reads one.
function othersText(name, others) {
  if (!others.length) return "";
  const names = [name, ...others];
  const more = names.length - MOST_NAMES;
  return say("one_of_several", names.length, listed([...names.slice(0, MOST_NAMES), ...(more > 0 ? [say("more_files", more)] : [])]), name);
}

// Among results that are kept, texts that were pasted are told apart by how they begin.
const MOST_BEGINNING = 24;
const OURS = ["pasted", ...EXAMPLES.map(({ id }) => `example_${id}`)]; // names that are words of this page

function nameShown(name) {
  return OURS.reduce((said, key) => saidAgain(key, said), name);
}

function keptName({ name, body }) {
  if (saidAgain("pasted", name) !== say("pasted")) return name;
  const line = body.trim().split("\n", 1)[0].trim();
  const signs = Array.from(line);
  return signs.length > MOST_BEGINNING ? `${signs.slice(0, MOST_BEGINNING).join("")}…` : line;
}

async function keep() {
  tell(() => say("working"));
  const mine = shown;
  const name = keptName(shown);
  try {
    const moved = encodeURIComponent(JSON.stringify(movedThresholds(shown.view, shown.state.thresholds)));
    const model = encodeURIComponent(shown.view.model); // what is kept is what was seen
    const { id } = await askJson(`page/results?name=${encodeURIComponent(name.slice(0, 200))}&thresholds=${moved}&model=${model}`, { method: "POST", body: shown.body });
    if (shown !== mine) return; // somebody went on meanwhile; it stands in the list
    Object.assign(shown, { id, name });
    entries.keepHere(id);
    drawResult();
    if (document.activeElement === document.body) document.querySelector("#kept-here a").focus(); // its button is gone
  } catch (error) {
    if (shown !== mine) return;
    tell(() => failure(error), true);
    if (error instanceof Refused && error.kind === "other-model") offerNew();
  }
}

function offerNew() {
  const { body, name, others } = shown;
  status.append(" ", element("button", { type: "button", id: "tag-anew", onclick: () => take(body, name, others) }, say("tag_anew")));
}

// Shows what the entry of the browser's history in sight is of.
async function openEntry() {
  running?.abort();
  closePopover();
  const id = new URLSearchParams(location.search).get("result");
  if (!id) {
    const here = entries.here();
    const was = shown;
    shown = here ?? null;
    clear();
    drawResult();
    if (here === undefined) tell(() => say("not_held"), true);
    if (was !== shown) (shown ? main : document.getElementById("text")).focus({ preventScroll: true });
    return;
  }
  try {
    const { name, view } = await askJson(`page/results/${encodeURIComponent(id)}`);
    if (new URLSearchParams(location.search).get("result") !== id) return; // somebody went on meanwhile
    shown = { view, state: makeState(view), name, id };
    drawResult();
  } catch (error) {
    shown = null;
    drawResult();
    tell(() => failure(error), true);
  }
}

async function forget(id, name) {
  if (!(await confirmed(say("kept_delete_sure", name), say("kept_delete_text"), say("kept_delete")))) return;
  try {
    await ask(`page/results/${encodeURIComponent(id)}`, { method: "DELETE" });
    if (shown?.id === id) startAgain();
    await lookForKept();
    tell(() => say("kept_deleted", name));
    if (document.activeElement === document.body) (document.getElementById("kept-head") ?? document.getElementById("text")).focus();
  } catch (error) {
    tell(() => failure(error), true);
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
    tell(() => failure(error), true);
  }
}

function keptNode() {
  if (!shown.id && kept.kept && shown.body === null) return element("p", { class: "hint", id: "keep-needs-file" }, say("keep_needs_file"));
  if (!shown.id) return kept.kept ? element("button", { type: "button", id: "keep", onclick: keep }, say("keep")) : null;
  const remove = element("button", { type: "button", id: "forget", onclick: () => forget(shown.id, shown.name) }, say("kept_delete"));
  return element("p", { class: "hint", id: "kept-here" }, say("kept_here"), " ", element("a", { href: location.href }, location.href), " ", remove);
}

function keptList() {
  if (!kept.results.length) return "";
  const row = (one) => element("li", {}, element("a", { href: `?result=${one.id}` }, one.name), " ",
    element("span", { class: "hint" }, say("kept_figures", moment(one.time), one.paragraphs)), " ",
    element("button", { type: "button", class: "quiet", "aria-label": `${say("kept_delete")} ${one.name}`, onclick: () => forget(one.id, one.name) }, say("kept_delete")));
  return element("section", { class: "intake kept" }, element("h2", { id: "kept-head", tabindex: "-1" }, say("kept_head", kept.results.length, kept.most)), element("ul", {}, kept.results.map(row)));
}

function drawResult() {
  intake.hidden = keptPart.hidden = shown !== null;
  status.classList.toggle("of-form", !shown);
  if (!shown) {
    result.replaceChildren();
    return;
  }
  const notes = shown.view.documents.flatMap((document) => document.notes);
  clear();
  const head = element(
    "div",
    { class: "result-head" },
    headingNode(shown.view, shown.state, nameShown(shown.name)),
    element("button", { type: "button", id: "another", onclick: startAgain }, say("another")),
  );
  const others = othersText(shown.name, shown.others ?? []);
  const unread = others ? element("p", { class: "hint", id: "others" }, others, " ", element("a", { href: "survey" }, say("several_survey"))) : null;
  result.replaceChildren(head, ...[unread, keptNode()].filter(Boolean), ...notes.map((note) => element("p", { class: "hint" }, inLanguage(note))), readingNode(shown.view, shown.state, [["html", saveReport]]));
}

function startAgain() {
  shown = null;
  entries.addForm();
  closePopover();
  clear();
  drawResult();
  lookForKept();
  document.getElementById("text").focus();
}

function draw() {
  document.title = `gxclassify · ${say("title")}`;
  drawBar(document.getElementById("bar"), [["read", "./", true], ["survey", "survey", false], ["label", "label", false]]);
  const typed = document.getElementById("text")?.value ?? "";
  const active = document.activeElement?.id; // drawing anew must not take the keyboard's place away
  intake.replaceChildren(intakeNode(take, (key) => tell(() => say(key), true), kept.kept));
  keptPart.replaceChildren(keptList());
  document.getElementById("text")?.setRangeText(typed);
  if (active) document.getElementById(active)?.focus({ preventScroll: true });
  status.textContent = told();
  drawResult();
}

main.replaceChildren(intake, status, keptPart, result);
applyLanguage();
onLanguage(draw);
draw();
document.getElementById("text").value = held("read:text") ?? "";
onLeaving(() => {
  const { value } = document.getElementById("text");
  hold("read:text", isSmall([value]) ? value : null);
});
acceptDrops(([first, ...others]) => take(first, first.name, others.map((file) => file.name)));
addEventListener("popstate", openEntry);
if (!new URLSearchParams(location.search).has("result")) openEntry();
if (held("read:text") === null) tell(() => say("text_not_held"), true);
lookForKept().then(() => new URLSearchParams(location.search).has("result") && openEntry());
