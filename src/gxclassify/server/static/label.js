// The page `/label`: one paragraph at a time; the next one is shown when the answer is on the server's disk.
import { element } from "./dom.js";
import { applyLanguage, onLanguage, say } from "./language.js";
import { remember, remembered } from "./preferences.js";
import { ask, askJson, failure, Refused } from "./api.js";
import { drawBar } from "./bar.js";
import { answerOf, emptyAnswer, newKey, pressMaybe, pressNone, pressSentence, pressTheme, stated } from "./labelling-answer.js";
import { askWho, showGuideline } from "./labelling-dialogs.js";
import { listenToKeys } from "./labelling-keys.js";
import { sideNode } from "./labelling-side.js";
import { finishedNode, secondThought, taskNode } from "./labelling-view.js";
import "./words-reading.js";
import "./words-page.js";
import "./words-labelling.js";

const POLL = 1000;
const main = document.getElementById("main");
const status = element("p", { class: "status", role: "status" });
const place = element("div", { class: "task-place" });
const side = element("div", {});

let annotator = remembered("annotator");
let themes = [];
let progress = null;
let training = { last: null };
let task = null;
let answer = emptyAnswer();
let guess = null;
let key = newKey();
let warned = ""; // what the person was told before saving all the same
let busy = false;

function tell(text, bad = false) {
  status.textContent = text;
  status.classList.toggle("is-bad", bad);
}

const actions = {
  theme: (n) => themes[n] && task && change(() => pressTheme(answer, themes[n].id, task.sentences)),
  none: () => task && change(() => pressNone(answer), say("none_chosen")),
  maybe: () => task && change(() => pressMaybe(answer), "", say("choose_maybe")),
  sentence: (n) => task && n < task.sentences.length && change(() => pressSentence(answer, n, task.sentences), "", say("choose_first")),
  save: () => task && save("label"),
  skip: () => task && save("skip"),
  undo: () => undo(),
  guess: () => task && showGuess(),
  guide: () => guide(),
  train: () => attempt(async () => {
    training = await askJson("label/training", { method: "POST" });
    tell(say("training_started"));
    drawSide();
    setTimeout(watchTraining, POLL);
  }),
  suggest: () => attempt(async () => {
    const { moved } = await askJson("label/suggest", { method: "POST" });
    tell(say("suggested", moved));
  }),
  exportLabels: () => attempt(saveExport),
};

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
    tell(failure(error), true);
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
    try {
      // The key stays the same until the server has confirmed: sent twice, the answer counts once.
      take(await askJson("label/answer", { method: "POST", json: { ...said, kind, key, annotator, paragraph: task.id } }));
      tell(say(kind === "label" ? "saved" : "skipped"));
    } catch (error) {
      tell(say("not_saved", failure(error)), true);
    }
  });
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

function take(state) {
  task = state.task;
  progress = state.progress;
  answer = task?.previous ? answerOf(task.previous, task.sentences) : emptyAnswer();
  guess = null;
  warned = "";
  key = newKey();
  drawTask();
  drawSide();
  document.getElementById("task-text")?.focus({ preventScroll: true });
}

async function watchTraining() {
  try {
    training = await askJson("label/training");
  } catch {
    // the server is away for a moment; the next look will tell
  }
  drawSide();
  const last = training.last;
  const waits = last?.state === "running" || (last?.state === "done" && training.watched && !last.in_use);
  if (waits) setTimeout(watchTraining, POLL);
}

function drawTask() {
  // Redrawing must not take the keyboard's place away from who tabs through the controls.
  const at = [...place.querySelectorAll("button, .sentence")].indexOf(document.activeElement);
  place.replaceChildren(task ? taskNode(themes, task, answer, guess, actions) : finishedNode(progress, actions));
  if (at >= 0) place.querySelectorAll("button, .sentence")[at]?.focus({ preventScroll: true });
}

function drawSide() {
  const active = document.activeElement?.id;
  side.replaceChildren(sideNode(themes, progress, training, actions));
  if (active) document.getElementById(active)?.focus({ preventScroll: true });
}

function drawHead() {
  document.title = `${say("label_title")} · gxclassify`;
  const who = annotator ? element("button", { type: "button", class: "quiet", id: "who", onclick: changeWho }, say("who", annotator)) : null;
  drawBar(document.getElementById("bar"), [["read", "./", false], ["survey", "survey", false], ["label", "label", true]], ...(who ? [who] : []));
}

async function changeWho() {
  const name = await askWho(annotator);
  if (!name) return;
  annotator = name;
  remember("annotator", name);
  drawHead();
  await start();
}

function start() {
  return attempt(async () => {
    const state = await askJson(`label/state?annotator=${encodeURIComponent(annotator)}`);
    ({ themes, training } = state);
    main.replaceChildren(element("h1", { class: "visually-hidden" }, say("label_title")), element("div", { class: "labelling" }, element("div", {}, place, status), side));
    take(await askJson("label/next", { method: "POST", json: { annotator } }));
    if (training.last?.state === "running") watchTraining();
  });
}

function absent() {
  const command = "gxclassify serve --label-store labels.db --label-queue queue.jsonl";
  main.replaceChildren(element("section", { class: "intake" }, element("h1", {}, say("off_title")), element("p", { class: "lead" }, say("off_text")), element("pre", {}, command)));
}

async function open() {
  try {
    await askJson("label/state");
  } catch (error) {
    if (error instanceof Refused && error.kind === "no-label-store") absent();
    else main.replaceChildren(status), tell(failure(error), true);
    return;
  }
  while (!annotator) annotator = (await askWho("")) ?? "";
  remember("annotator", annotator);
  drawHead();
  listenToKeys(actions);
  await start();
}

applyLanguage();
onLanguage(() => {
  drawHead();
  if (progress) (drawTask(), drawSide(), tell(""));
});
drawHead();
open();
