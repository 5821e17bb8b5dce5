// The page `/label`: one paragraph at a time; the next one is shown when the answer is on the server's disk.
import { element } from "./dom.js";
import { applyLanguage, inLanguage, joined, onLanguage, say } from "./language.js";
import { remember, remembered } from "./preferences.js";
import { ask, askJson, failure, Refused } from "./api.js";
import { drawBar } from "./bar.js";
import { agreedAnswer, answerOf, emptyAnswer, newKey, pressMaybe, pressNone, pressSentence, pressTheme, stated } from "./labelling-answer.js";
import { askForParagraphs, askWho, confirmed, showGuideline } from "./labelling-dialogs.js";
import { listenToKeys } from "./labelling-keys.js";
import { emptyFilter, filterNode, listNode, queryOf } from "./labelling-list.js";
import { sideNode } from "./labelling-side.js";
import { commandRow, finishedNode, secondThought, taskNode } from "./labelling-view.js";
import "./words-reading.js";
import "./words-page.js";
import "./words-labelling.js";

const POLL = 1000;
const POLL_AFTER_FAILURE = 5000;
const VIEWS = ["task", "list", "differ"];
const main = document.getElementById("main");
// What happened stands beside the commands, which stay in sight however long the paragraph is.
const status = element("p", { class: "status", role: "status" });
const commands = element("div", {});
const foot = element("div", { class: "foot" }, status, commands);
const views = element("nav", { class: "views" });
const place = element("div", { class: "task-place" });
const filters = element("div", {});
const side = element("div", {});

let annotator = remembered("annotator");
let account = null;
let themes = [];
let progress = null;
let training = null;
let task = null;
let opened = null; // a paragraph from the list: { from, said }, with what everybody said where it is to be decided
let filter = emptyFilter();
let found = null;
let answer = emptyAnswer();
let guess = null;
let key = newKey();
let warned = ""; // what the person was told before saving all the same
let busy = false;

function tell(text, bad = false) {
  status.textContent = text;
  status.classList.toggle("is-bad", bad);
}

// For what was asked for elsewhere on the page: on a phone the paragraph is far above what stands beside it.
function tellInSight(text, bad = false) {
  tell(text, bad);
  status.scrollIntoView({ block: "nearest" });
}

function view() {
  const name = location.hash.slice(1);
  return VIEWS.includes(name) ? name : "task";
}

const labelling = () => task && view() === "task";

const actions = {
  theme: (n) => themes[n] && labelling() && change(() => pressTheme(answer, themes[n].id, task.sentences)),
  none: () => labelling() && change(() => pressNone(answer), say("none_chosen")),
  maybe: () => labelling() && change(() => pressMaybe(answer), "", say("choose_maybe")),
  sentence: (n) => labelling() && n < task.sentences.length && change(() => pressSentence(answer, n, task.sentences), "", say("choose_first")),
  save: () => labelling() && save("label"),
  skip: () => labelling() && !opened && save("skip"),
  undo: () => view() === "task" && !opened && undo(),
  leave: () => opened && leave(),
  guess: () => labelling() && showGuess(),
  guide: () => guide(),
  train: () => attempt(async () => {
    training = await askJson("label/training", { method: "POST" });
    tell(say("training_started"));
    drawSide();
    setTimeout(watchTraining, POLL);
  }),
  useModel: async (digest) => {
    if (!(await confirmed(say("use_sure"), say("use_sure_text"), say("use_new")))) return;
    await attempt(async () => takeModels(await askJson("label/models/use", { method: "POST", json: { annotator, digest }, admin: true })));
  },
  backTo: async (kept) => {
    if (!(await confirmed(say("back_sure", kept.model), say("use_sure_text"), say("go_back")))) return;
    await attempt(async () => takeModels(await askJson("label/models/back", { method: "POST", json: { annotator, name: kept.name }, admin: true })));
  },
  suggest: () => attempt(async () => {
    const { moved } = await askJson("label/suggest", { method: "POST" });
    if (!opened) await next();
    tellInSight(say("suggested", moved));
  }),
  add: () => askForParagraphs(addParagraphs, failure),
  exportLabels: () => attempt(saveExport),
  open: (paragraph, deciding) => attempt(() => openParagraph(paragraph, deciding)),
  withdraw: (paragraph) => attempt(async () => {
    ({ progress } = await askJson("label/withdraw", { method: "POST", json: { annotator, paragraph } }));
    tell(say("withdrawn"));
    drawViews();
    drawSide();
    await relist();
  }),
  more: () => list(found.rows.length),
  queue: () => attempt(async () => {
    opened = null;
    await next();
  }),
  relist: () => relist(),
};

function takeModels(state) {
  training = state;
  tell(say("used_new"));
  drawSide();
}

function change(press, done = "", refused = "") {
  if (busy) return;
  const worked = press() !== false;
  warned = "";
  tell(worked ? done : refused, !worked);
  drawTask();
}

async function attempt(work) {
  if (busy) return;
  busy = true;
  document.body.classList.add("is-busy");
  try {
    await work();
  } catch (error) {
    tellInSight(failure(error), true);
  } finally {
    busy = false;
    document.body.classList.remove("is-busy");
  }
}

async function save(kind) {
  if (busy) return;
  const thought = kind === "label" ? secondThought(themes, answer) : "";
  if (thought && warned !== thought) {
    warned = thought;
    tell(thought);
    return;
  }
  await attempt(async () => {
    const said = kind === "label" ? stated(answer, task.sentences) : { guess_seen: answer.guessSeen };
    const body = { ...said, key, annotator, paragraph: task.id };
    try {
      // The key stays the same until the server has confirmed: sent twice, the answer counts once.
      if (opened?.said) {
        ({ progress } = await askJson("label/decide", { method: "POST", json: body }));
      } else {
        const state = await askJson("label/answer", { method: "POST", json: { ...body, kind } });
        if (!opened) take(state);
        progress = state.progress;
      }
    } catch (error) {
      tell(say("not_saved", failure(error)), true);
      return;
    }
    const done = opened?.said ? "decided" : opened ? "corrected" : kind === "label" ? "saved" : "skipped";
    if (opened) await leave();
    tell(say(done));
    noticeReadiness();
  });
}

// How far the next training is changes with every answer; only the server knows exactly, and is asked now and then,
// after the last answer too.
let asked = 0;
let toAsk = false;
function noticeReadiness() {
  if (!training?.ready.missing || toAsk) return;
  toAsk = true;
  setTimeout(() => {
    toAsk = false;
    asked = Date.now();
    watchTraining();
  }, Math.max(0, asked + 3000 - Date.now()));
}

async function leave() {
  const { from } = opened;
  opened = null;
  task = null;
  location.hash = from;
  await next();
}

async function openParagraph(paragraph, deciding) {
  const from = location.hash || "#list";
  const state = await askJson("label/open", { method: "POST", json: { annotator, paragraph } });
  opened = { from, said: deciding ? state.said : null };
  take(state);
  if (deciding) answer = state.said.decision ? answerOf(state.said.decision, task.sentences) : agreedAnswer(state.said.answers, task.sentences);
  location.hash = "#task";
  draw();
  toStart();
}

async function next() {
  take(await askJson("label/next", { method: "POST", json: { annotator } }));
}

function undo() {
  return attempt(async () => {
    const state = await askJson("label/undo", { method: "POST", json: { annotator } });
    if (!state.task) {
      tell(say("nothing_to_undo"), true);
      return;
    }
    take(state);
    tell(say("undone"));
  });
}

function showGuess() {
  return attempt(async () => {
    guess = await askJson(`label/guess?paragraph=${encodeURIComponent(task.id)}`);
    answer.guessSeen = true;
    drawTask();
  });
}

function guide() {
  return attempt(async () => showGuideline(themes, await (await ask("label/guideline")).text()));
}

async function saveExport() {
  const address = URL.createObjectURL(await (await ask("label/export")).blob());
  element("a", { href: address, download: "labels.jsonl" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

async function addParagraphs(body, name) {
  const { added, known, notes } = await askJson(`label/queue?name=${encodeURIComponent(name.slice(0, 200))}`, { method: "POST", body });
  if (!task && !opened) await next();
  else ({ progress } = await askJson(`label/state?annotator=${encodeURIComponent(annotator)}`));
  drawSide();
  return joined([known ? say("added_known", added, known) : say("added", added), ...notes.map(inLanguage)]);
}

function take(state) {
  task = state.task;
  progress = state.progress;
  answer = task?.previous ? answerOf(task.previous, task.sentences) : emptyAnswer();
  guess = null;
  warned = "";
  key = newKey();
  draw();
  toStart();
}

// To where a paragraph begins: who came from far down, in a list or under a long paragraph, would see its end or none of it.
function toStart() {
  document.getElementById("task-text")?.focus({ preventScroll: true });
  const shown = place.querySelector(".task");
  if (shown?.getBoundingClientRect().top < 0) shown.scrollIntoView();
}

async function list(from = 0) {
  const wanted = JSON.stringify(filter);
  if (!from) found = null;
  drawList();
  try {
    const came = await askJson(`label/list?${queryOf(filter, from)}`);
    if (wanted !== JSON.stringify(filter)) return; // another filter was set meanwhile
    found = from ? { ...came, rows: [...found.rows, ...came.rows] } : came;
  } catch (error) {
    found = { failed: failure(error) };
  }
  drawList();
}

const relist = () => list();

// Others answer meanwhile: what stands beside a list is as new as the list.
async function refresh() {
  const before = Object.keys(progress.people).join();
  try {
    ({ progress } = await askJson(`label/state?annotator=${encodeURIComponent(annotator)}`));
  } catch (error) {
    tell(failure(error), true);
    return;
  }
  if (before !== Object.keys(progress.people).join()) drawFilters();
  drawViews();
  drawSide();
}

async function watchTraining() {
  let wait = POLL;
  const ran = training?.last?.state === "running";
  try {
    training = await askJson("label/training");
    // Who is waiting looks where its start was told; what somebody did meanwhile is not written over.
    if (ran && training.last?.state !== "running" && status.textContent === say("training_started")) tell(say(training.last?.state === "done" ? "training_done" : "training_not_done"), training.last?.state !== "done");
  } catch (error) {
    // A failure that hides no training is told where it was met.
    training = { ...training, unseen: !training || training.last?.state === "running" ? failure(error) : null };
    wait = POLL_AFTER_FAILURE;
  }
  drawSide();
  if (training.unseen || training.last?.state === "running") setTimeout(watchTraining, wait);
}

function drawTask() {
  // Redrawing must not take the keyboard's place away from who tabs through the controls.
  const at = [...place.querySelectorAll("button, .sentence")].indexOf(document.activeElement);
  place.replaceChildren(task ? taskNode(themes, task, answer, guess, opened?.said, actions) : finishedNode(progress, actions));
  if (at >= 0) place.querySelectorAll("button, .sentence")[at]?.focus({ preventScroll: true });
}

function drawCommands() {
  const focused = document.activeElement?.dataset.command;
  commands.replaceChildren(commandRow(actions, Boolean(task), Boolean(opened), Boolean(opened?.said)));
  if (focused) commands.querySelector(`[data-command="${focused}"]`)?.focus({ preventScroll: true });
}

function drawList() {
  if (view() !== "task") place.replaceChildren(listNode(themes, annotator, filter, found, actions));
}

function drawFilters() {
  filters.replaceChildren(filterNode(themes, Object.keys(progress.people), filter, relist));
}

function drawViews() {
  views.setAttribute("aria-label", say("views"));
  const differ = progress.differ ? say("view_differ_count", progress.differ) : say("view_differ");
  const names = { task: say("view_task"), list: say("view_list"), differ };
  // A paragraph that was opened from a list is at its address, and still of that list.
  const current = opened ? opened.from.slice(1) : view();
  const go = (name) => {
    tell("");
    if (opened && name === "task") actions.queue();
  };
  views.replaceChildren(...VIEWS.map((name) => element("a", { href: `#${name}`, onclick: () => go(name), "aria-current": current === name ? "page" : null }, names[name])));
}

function drawSide() {
  const active = document.activeElement?.id;
  const open = document.getElementById("kept-models")?.open;
  side.replaceChildren(sideNode(themes, progress, training, actions));
  if (open) document.getElementById("kept-models")?.setAttribute("open", "");
  if (active) document.getElementById(active)?.focus({ preventScroll: true });
}

function draw() {
  drawViews();
  drawSide();
  const atTask = view() === "task";
  filters.hidden = atTask;
  commands.hidden = !atTask || (!task && !progress.paragraphs);
  drawCommands();
  if (atTask) drawTask();
  else drawList();
}

// Another part of the page: its address can be kept, and the browser's way back leads through them.
function show() {
  if (view() !== "task") {
    opened = null;
    if (filter.shown !== view()) filter = Object.defineProperty(emptyFilter(view() === "differ" ? "differ" : ""), "shown", { value: view() });
    drawFilters();
    relist().then(() => found?.failed || refresh()); // what keeps the list away is said once
  }
  draw();
}

function drawHead() {
  document.title = `${say("label_title")} · gxclassify`;
  const who = annotator ? element("button", { type: "button", class: "quiet", id: "who", onclick: account ? null : changeWho, disabled: Boolean(account) }, say("who", annotator)) : null;
  drawBar(document.getElementById("bar"), [["read", "./", false], ["survey", "survey", false], ["label", "label", true]], ...(who ? [who] : []));
}

async function changeWho() {
  const name = await askWho(annotator, progress.people);
  if (!name) return;
  annotator = name;
  remember("annotator", name);
  drawHead();
  await start();
}

function start() {
  return attempt(async () => {
    ({ themes, progress } = await askJson(`label/state?annotator=${encodeURIComponent(annotator)}`));
    main.replaceChildren(element("h1", { class: "visually-hidden" }, say("label_title")), element("div", { class: "labelling" }, element("div", {}, views, filters, place, foot), side));
    await next();
    show();
    watchTraining();
  });
}

function absent() {
  const command = "gxclassify serve --label-store labels.db";
  main.replaceChildren(element("section", { class: "intake" }, element("h1", {}, say("off_title")), element("p", { class: "lead" }, say("off_text")), element("pre", { class: "command" }, command)));
}

async function open() {
  let state;
  try {
    state = await askJson("label/state");
  } catch (error) {
    if (error instanceof Refused && error.kind === "no-label-store") absent();
    else main.replaceChildren(status), tell(failure(error), true);
    return;
  }
  account = state.account;
  if (account) annotator = account;
  while (!annotator) annotator = (await askWho("", state.progress.people)) ?? "";
  if (!account) remember("annotator", annotator);
  drawHead();
  listenToKeys(actions);
  addEventListener("hashchange", () => progress && show());
  addEventListener("unhandledrejection", (event) => tell(failure(event.reason), true));
  await start();
}

applyLanguage();
onLanguage(() => {
  drawHead();
  tell("");
  if (progress) show();
});
drawHead();
open();
