// The page `/label`: one paragraph at a time; the next one is shown when the answer is on the server's disk.
import { element } from "./dom.js";
import { applyLanguage, inLanguage, joined, onLanguage, say } from "./language.js";
import { remember, remembered } from "./preferences.js";
import { ask, askJson, changeToken, dropToken, failure, reason, Refused } from "./api.js";
import { drawBar } from "./bar.js";
import { pressMaybe, pressNone, pressSentence, pressTheme, stated } from "./labelling-answer.js";
import { confirmed } from "./dialog.js";
import { askForParagraphs, askWho, showGuideline } from "./labelling-dialogs.js";
import { draftOf, dropDraft, handDraft, isUnsaved, keepDraft, keyFor, leaveDraft, meetStored, noteChange, noteGuess } from "./labelling-drafts.js";
import { listenToKeys } from "./labelling-keys.js";
import { addressOf, emptyFilter, filterNode, filterOf, listNode, queryOf, saidText } from "./labelling-list.js";
import { sideNode } from "./labelling-side.js";
import { barredBy, commandRow, finishedNode, secondThought, taskNode } from "./labelling-view.js";
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
let rules = {}; // exclusive, at_least_one
let progress = null;
let training = null;
let task = null;
// A paragraph beside the queue: { from, said, last }, with what everybody said where it is to be decided, and the key of the
// answer where it is one of those that the person gave last.
let opened = null;
let filter = emptyFilter("list");
let filtered = ""; // of which list it is
let at = null; // where in a list the keyboard is, { id, n } of the row: a list is drawn anew, at first without its rows
let found = null;
let draft = draftOf("", null, themes);
let warned = ""; // what the person was told before saving all the same
let doing = null; // what the page is at; null where it waits for a press
let told = () => "";

// `text()` says it in the language in force: what stands there stays when that changes.
function tell(text, bad = false) {
  told = text;
  status.textContent = text();
  status.classList.toggle("is-bad", bad);
}

const clear = () => tell(() => "");

// What a save is put off for, once; it is asked anew where the person has been elsewhere meanwhile.
const putOff = () => secondThought(themes, draft.answer, say(`again_${saved(opened?.said)}`));

// For what was asked for elsewhere on the page: on a phone the paragraph is far above what stands beside it.
function tellInSight(text, bad = false) {
  tell(text, bad);
  status.scrollIntoView({ block: "nearest" });
}

function view() {
  const [name] = location.hash.slice(1).split("?");
  return VIEWS.includes(name) ? name : "task";
}

// What the button that saves is called: that of a decision otherwise.
const saved = (said) => (said ? "decide" : "label");

const labelling = () => task && view() === "task";

const actions = {
  theme: (n) => themes[n] && labelling() && change(() => pressTheme(draft.answer, themes[n].id, task.sentences, rules.exclusive)),
  none: () => labelling() && change(() => !rules.at_least_one && pressNone(draft.answer), "none_chosen", "some_theme"),
  maybe: () => labelling() && change(() => pressMaybe(draft.answer, rules.exclusive), "", "choose_maybe"),
  sentence: (n) => labelling() && n < task.sentences.length && change(() => pressSentence(draft.answer, n, task.sentences), "", "choose_first"),
  save: () => labelling() && save("label"),
  skip: () => labelling() && (!opened || opened.last) && save("skip"),
  last: () => progress && view() === "task" && (!opened || opened.last) && openLast(),
  leave: () => opened && attempt(() => leave().then(clear)),
  guess: () => labelling() && showGuess(),
  guide: () => progress && guide(),
  train: () => attempt(async () => {
    training = await askModels("label/training", { method: "POST" });
    tell(() => say("training_started"));
    drawSide();
    setTimeout(watchTraining, POLL);
  }),
  useModel: async (digest) => {
    if (!(await confirmed(say("use_sure"), say("use_sure_text"), say("use_new")))) return;
    await attempt(async () => takeModels(await askModels("label/models/use", { method: "POST", json: { annotator, digest }, admin: true })));
  },
  backTo: async (kept) => {
    if (!(await confirmed(say("back_sure", kept.model), say("use_sure_text"), say("go_back")))) return;
    await attempt(async () => takeModels(await askModels("label/models/back", { method: "POST", json: { annotator, name: kept.name }, admin: true })));
  },
  suggest: () => attempt(async () => {
    const { moved } = await askJson("label/suggest", { method: "POST" });
    if (!opened) await next();
    tellInSight(() => (moved ? say("suggested", moved) : say("suggested_none")));
  }),
  add: () => askForParagraphs(addParagraphs, failure),
  exportLabels: () => attempt(saveExport),
  open: (paragraph, deciding) => attemptNext(() => openParagraph(paragraph, deciding)),
  withdraw: async (row) => {
    const own = row.decision.annotator === annotator;
    const title = own ? say("withdraw_own_sure") : say("withdraw_sure", row.decision.annotator);
    if (await confirmed(title, say("withdraw_text"), say("withdraw"))) await takeBack("label/withdraw", row.decision, "withdrawn", "decision_changed");
  },
  takeBack: async (row) => {
    const own = row.answers.find((answer) => answer.annotator === annotator);
    const others = row.answers.filter((answer) => answer !== own && answer.kind === "label").length;
    const text = others < row.asked ? "take_back_text" : "take_back_enough_text";
    if (await confirmed(say("take_back_sure"), say(text), say("take_back"))) await takeBack("label/undo", own, "taken_back", "answer_changed");
  },
  more: () => list(found.rows.length),
  relist: () => relist(),
};

// Takes back what the list shows, and nothing that was stored in its place meanwhile: the list then shows that.
function takeBack(address, shown, word, changed) {
  return attemptNext(async () => {
    try {
      ({ progress } = await askJson(address, { method: "POST", json: { annotator, paragraph: shown.paragraph, seen: [shown.key] } }));
      tell(() => say(word));
      noticeReadiness();
    } catch (error) {
      if (!(error instanceof Refused) || error.kind !== "stored-meanwhile") throw error;
      const { stored } = error.problem;
      tell(() => say(changed, saidText(themes, stored), stored.annotator), true);
    }
    drawViews();
    drawSide();
    await relist();
  });
}

// What is refused was pressed beside an old state: another tab, or somebody else, has trained or changed the model.
async function askModels(address, options) {
  try {
    return await askJson(address, options);
  } catch (error) {
    if (error instanceof Refused) watchTraining();
    throw error;
  }
}

function takeModels(state) {
  training = state;
  tell(() => say("used_new"));
  drawSide();
}

function change(press, done = "", refused = "") {
  if (doing) return;
  const worked = press() !== false;
  if (worked) noteChange(draft);
  warned = "";
  const word = worked ? done : refused;
  const { said } = opened ?? {};
  tell(() => (word ? say(word, say(`press_${saved(said)}`)) : ""), !worked);
  drawTask();
}

async function attempt(work) {
  if (doing) return;
  doing = carryOut(work);
  await doing;
}

async function carryOut(work) {
  document.body.classList.add("is-busy");
  try {
    await work();
  } catch (error) {
    if (!(await takeAccount(error))) tellInSight(() => failure(error), true);
  } finally {
    doing = null;
    document.body.classList.remove("is-busy");
  }
}

// A list is in sight before what led back to it is done: a press there waits, and is not lost.
async function attemptNext(work) {
  await doing;
  await attempt(work);
}

// Somebody else's token was given meanwhile: the page goes on under that name, with the paragraph that is in sight.
async function takeAccount(error) {
  if (!account || !(error instanceof Refused) || error.kind !== "account") return false;
  try {
    const state = await askJson("label/state");
    if (!state.account || state.account === annotator) return false;
    annotator = account = state.account;
    drawHead();
    if (opened?.last) opened = null; // it was the last one of somebody else
    const kept = task && draft.kept;
    if (kept) handDraft(draft, annotator);
    const shown = await askJson(kept ? "label/open" : "label/next", { method: "POST", json: kept ? { annotator, paragraph: task.id } : { annotator } });
    if (opened?.said) opened.said = shown.said;
    if (!kept) opened = null;
    take(shown);
    if (opened) openEntry();
    if (!kept) show();
  } catch (failed) {
    if (failed instanceof Refused && failed.kind === "account") dropToken(); // of a program: what is pressed next asks
    return false;
  }
  tellInSight(() => say(draft.kept ? "who_now_kept" : "who_now", annotator));
  return true;
}

async function save(kind) {
  if (doing) return;
  const { answer } = draft;
  const barred = kind === "label" ? barredBy(rules, answer) : "";
  if (barred) {
    tell(() => say(barred), true);
    return;
  }
  const thought = kind === "label" ? putOff() : "";
  if (thought && warned !== thought) {
    warned = thought;
    tell(putOff);
    return;
  }
  await attempt(async () => {
    const deciding = Boolean(opened?.said);
    const said = kind === "label" ? stated(draft.answer, task.sentences) : { guess_seen: draft.answer.guessSeen };
    const content = { ...said, annotator, paragraph: task.id, ...(deciding ? {} : { kind }) };
    const body = { ...content, key: keyFor(draft, content), seen: draft.seen };
    draft.unsaved = true;
    keepDraft(draft);
    let state;
    try {
      state = await askJson(deciding ? "label/decide" : "label/answer", { method: "POST", json: body });
    } catch (error) {
      if (!(await takeAccount(error))) refuse(error, deciding ? "decide" : kind);
      return;
    }
    const word = deciding ? "decided" : kind === "label" && task.previous?.kind === "label" ? "corrected" : kind === "label" ? "saved" : "skipped";
    dropDraft(draft);
    if (opened && !opened.last) await leave();
    else {
      if (opened) await shut();
      take(state);
    }
    tell(() => say(word));
    noticeReadiness();
  });
}

// An answer that was not stored, with what to press; where another one stands meanwhile, saving again replaces that.
function refuse(error, kind) {
  if (error instanceof Refused && error.kind === "stored-meanwhile") {
    const { stored } = error.problem;
    meetStored(draft, stored);
    tell(() => say(kind === "decide" ? "decided_meanwhile" : "answered_meanwhile", say(`again_${kind}`), saidText(themes, stored), stored.annotator), true);
  } else {
    tell(() => say(kind === "skip" ? "not_skipped" : "not_saved", reason(error), say(`again_${kind}`)), true);
  }
}

// How far the next training is changes with every answer; only the server knows exactly, and is asked now and then,
// after the last answer too.
let asked = 0;
let toAsk = false;
function noticeReadiness() {
  if (!(training?.ready.missing || training?.foreign) || toAsk) return;
  toAsk = true;
  setTimeout(() => {
    toAsk = false;
    asked = Date.now();
    watchTraining();
  }, Math.max(0, asked + 3000 - Date.now()));
}

// Back to where the paragraph was opened; what was changed of it is shown when it is opened again.
async function leave() {
  leaveDraft(draft);
  at = opened.row;
  const away = shut().then(() => (task = null)); // not before: the page would ask for the next one twice
  const [state] = await Promise.all([askNext(), away]);
  take(state);
}

// What is opened has an entry of its own in the browser's history, so that its way back leads to where one was. The entry
// holds what it takes to open it again.
function openEntry() {
  const entry = { opened: { ...opened, said: Boolean(opened.said), paragraph: task.id, by: annotator } };
  if (history.state?.opened) history.replaceState(entry, "");
  else history.pushState(entry, "", "#task");
}

// The page is loaded anew: what was opened is again, unless it is gone meanwhile or somebody else looks.
async function reopen() {
  const { paragraph, by, ...entry } = history.state.opened;
  const gone = (error) => {
    if (!(error instanceof Refused)) throw error;
    return null;
  };
  const state = by === annotator ? await askJson("label/open", { method: "POST", json: { annotator, paragraph } }).catch(gone) : null;
  const previous = state?.task.previous;
  if (!state || (entry.last && !previous) || (entry.said && !state.said)) {
    history.replaceState(null, "");
    await next();
    return;
  }
  opened = { ...entry, said: entry.said ? state.said : null, ...(entry.last ? { last: previous.key } : {}) };
  take(state);
  if (opened.last) tellLast();
}

// Opened no longer: its entry is left by the way back.
async function shut() {
  opened = null;
  if (!history.state?.opened) return;
  await new Promise((done) => {
    addEventListener("popstate", () => setTimeout(done), { once: true }); // when what follows from it is done
    history.back();
  });
}

async function openParagraph(paragraph, deciding) {
  const from = location.hash || "#list";
  const row = { id: paragraph, n: found.rows.findIndex((own) => own.id === paragraph) };
  const state = await askJson("label/open", { method: "POST", json: { annotator, paragraph } });
  clear(); // what was said of another paragraph
  opened = { from, row, said: deciding ? state.said : null };
  take(state);
  openEntry();
  draw();
  toStart();
}

const askNext = () => askJson("label/next", { method: "POST", json: { annotator } });

async function next() {
  take(await askNext());
}

// The answer given last, and again the one before: it stands until another is saved.
function openLast() {
  return attempt(async () => {
    const state = await askJson(`label/last?${new URLSearchParams({ annotator, ...(opened ? { before: opened.last } : {}) })}`);
    if (!state.task) {
      tell(() => say(opened ? "nothing_before" : "nothing_to_change"), true);
      return;
    }
    if (opened) leaveDraft(draft);
    opened = { from: "#task", said: null, last: state.task.previous.key };
    take(state);
    openEntry();
    tellLast();
  });
}

function tellLast() {
  const skipped = task.previous.kind === "skip";
  if (!notStored()) tell(() => say(skipped ? "last_skipped" : "last_opened"));
}

function showGuess() {
  return attempt(async () => {
    noteGuess(draft, await askJson(`label/guess?paragraph=${encodeURIComponent(task.id)}`));
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
  draft = draftOf(annotator, task, themes, opened?.said);
  warned = "";
  draw();
  toStart();
  tellUnsaved();
}

// Whether something else is shown than what is stored: of a first answer, which nothing is stored of, that is plain.
const notStored = () => draft.unsaved || (opened && draft.changed);

const unsaved = () => say("unsaved_here", say(`press_${saved(opened?.said)}`));

// It is said of the paragraph that is shown alone: not of another one, nor of the list.
function tellUnsaved() {
  if (notStored()) tell(unsaved, true);
  else if (told === unsaved) clear();
}

// To where a paragraph begins: who came from far down, in a list or under a long paragraph, would see its end or none of it.
function toStart() {
  place.querySelector("#task-text, .finished")?.focus({ preventScroll: true });
  const shown = place.querySelector(".task");
  if (shown?.getBoundingClientRect().top < 0) shown.scrollIntoView();
}

async function list(from = 0) {
  const wanted = JSON.stringify(filter);
  if (!from) found = null;
  if (view() !== "task") history.replaceState(null, "", addressOf(filter, view()));
  if (!from) drawList();
  let now;
  try {
    let rows = from ? found.rows : [];
    do {
      const came = await askJson(`label/list?${queryOf(filter, rows.length)}`);
      rows = [...rows, ...came.rows];
      now = { ...came, rows };
    } while (at?.n >= now.rows.length && now.rows.length < now.total); // as far as it was shown
  } catch (error) {
    now = { failed: reason(error) };
  }
  if (wanted !== JSON.stringify(filter)) return; // another filter was set meanwhile
  found = now;
  drawList();
}

const relist = () => list();

// What was told is of the list before.
function refilter() {
  clear();
  relist();
}

// Others answer meanwhile: what stands beside a list is as new as the list.
async function refresh() {
  const before = Object.keys(progress.people).join();
  try {
    ({ progress } = await askJson(`label/state?annotator=${encodeURIComponent(annotator)}`));
  } catch (error) {
    tell(() => failure(error), true);
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
    const worked = training.last?.state === "done";
    const waits = [say("training_started"), say("problem_training-runs")].includes(status.textContent);
    if (ran && training.last?.state !== "running" && waits) tell(() => say(worked ? "training_done" : "training_not_done"), !worked);
  } catch (error) {
    // A failure that hides no training is told where it was met.
    training = { ...training, unseen: !training || training.last?.state === "running" ? reason(error) : null };
    wait = POLL_AFTER_FAILURE;
  }
  drawSide();
  if (training.unseen || training.last?.state === "running") setTimeout(watchTraining, wait);
}

function drawTask() {
  // Redrawing must not take the keyboard's place away from who tabs through the controls.
  const places = () => [...place.querySelectorAll("#task-text, button, .sentence")];
  const at = places().indexOf(document.activeElement);
  place.replaceChildren(task ? taskNode(themes, rules, task, draft.answer, draft.guess, opened?.said, actions) : finishedNode(progress, actions));
  if (at >= 0) places()[at]?.focus({ preventScroll: true });
}

function drawCommands() {
  const focused = document.activeElement?.dataset.command;
  commands.replaceChildren(commandRow(actions, Boolean(task), opened));
  if (focused) commands.querySelector(`[data-command="${focused}"]`)?.focus({ preventScroll: true });
}

function drawList() {
  if (view() === "task") return;
  const rows = () => [...place.querySelectorAll(".labelled-row")];
  if (!at && place.contains(document.activeElement)) {
    const row = document.activeElement.closest(".labelled-row");
    at = { id: row?.dataset.id, n: row ? rows().indexOf(row) : rows().length };
  }
  place.replaceChildren(listNode(themes, annotator, filter, found, actions));
  if (!found || !at) return;
  // The row itself, or the one in its place: an Enter too many presses nothing there.
  const now = rows();
  const row = now.find((own) => own.dataset.id === at.id) ?? now[at.n] ?? now.at(-1);
  if (document.activeElement === document.body) (row ?? place.querySelector("#list-total, button"))?.focus();
  at = null;
}

function drawFilters() {
  const active = filters.contains(document.activeElement) ? document.activeElement.id : "";
  filters.replaceChildren(filterNode(themes, Object.keys(progress.people), filter, refilter));
  if (active) document.getElementById(active)?.focus({ preventScroll: true });
}

function drawViews() {
  views.setAttribute("aria-label", say("views"));
  const differ = progress.differ ? say("view_differ_count", progress.differ) : say("view_differ");
  const names = { task: say("view_task"), list: say("view_list"), differ };
  // A paragraph that was opened from a list is at its address, and still of that list.
  const current = opened ? opened.from.slice(1).split("?")[0] : view();
  const go = (name) => {
    clear();
    if (opened && name === "task") attempt(toQueue);
  };
  const active = views.contains(document.activeElement) ? document.activeElement.getAttribute("href") : "";
  views.replaceChildren(...VIEWS.map((name) => element("a", { href: `#${name}`, onclick: () => go(name), "aria-current": current === name ? "page" : null }, names[name])));
  if (active) views.querySelector(`[href="${active}"]`)?.focus({ preventScroll: true });
}

function drawSide() {
  const active = side.contains(document.activeElement) ? document.activeElement.id : null;
  const open = document.getElementById("kept-models")?.open;
  side.replaceChildren(sideNode(themes, progress, training, actions));
  if (open) document.getElementById("kept-models")?.setAttribute("open", "");
  // A button that is gone, or bars itself while a training runs, leaves the keyboard beside what came of it.
  for (const id of active === null ? [] : [active, "training"]) {
    const node = document.getElementById(id);
    node?.focus({ preventScroll: true });
    if (node && document.activeElement === node) break;
  }
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

async function toQueue() {
  leaveDraft(draft);
  opened = null;
  history.replaceState(null, "");
  await next();
}

// Another part of the page: its address can be kept, and the browser's way back leads through them.
function show() {
  if (told === unsaved || told === putOff) clear();
  warned = "";
  if (view() !== "task") {
    if (opened) {
      leaveDraft(draft);
      at = opened.row;
      task = opened = null; // the next one of the queue is asked for where it is wanted
    }
    filter = filterOf(location.hash) ?? (filtered === view() ? filter : emptyFilter(view()));
    filtered = view();
    drawFilters();
    relist().then(() => found?.failed || refresh()); // what keeps the list away is said once
  } else if (!opened && !task) {
    next().catch((error) => {
      draw();
      tell(() => failure(error), true);
    });
    return; // “all done” is not said before one knows
  }
  draw();
  const lost = document.activeElement === document.body || views.contains(document.activeElement);
  if (view() !== "task") return;
  if (lost) toStart(); // where the keys are
  if (!status.textContent) tellUnsaved();
}

function drawHead() {
  for (const head of main.querySelectorAll("h1.visually-hidden")) head.textContent = say("label_title");
  document.title = `${say("label_title")} · gxclassify`;
  const who = annotator ? element("button", { type: "button", class: "quiet", id: "who", title: say(account ? "who_hand_over" : "who_change"), onclick: account ? handOver : changeWho }, say("who", annotator)) : null;
  drawBar(document.getElementById("bar"), [["read", "./", false], ["survey", "survey", false], ["label", "label", true]], ...(who ? [who] : []));
}

async function changeWho() {
  const name = await askWho(annotator, progress.people);
  if (!name) return;
  remember("annotator", name);
  await goOnAs(name);
}

// Somebody else at the same computer; their token says who.
async function handOver() {
  let state;
  try {
    state = await changeToken(say("token_hand_over"), "label/state");
  } catch (error) {
    tellInSight(() => failure(error), true);
    return;
  }
  if (!state || state.account === annotator) return;
  account = state.account;
  await goOnAs(account);
}

async function goOnAs(name) {
  leaveDraft(draft);
  task = opened = null; // what is in sight was asked for by somebody else
  history.replaceState(null, "");
  annotator = name;
  clear();
  drawHead();
  await start();
  if (document.activeElement === document.body) document.getElementById("who")?.focus();
}

function start() {
  return attempt(async () => {
    try {
      ({ themes, progress, ...rules } = await askJson(`label/state?annotator=${encodeURIComponent(annotator)}`));
    } catch (error) {
      if (progress) throw error;
      redraw = () => drawKeptAway(error);
      redraw();
      return;
    }
    foot.prepend(status); // it stood alone where something kept the page away
    main.replaceChildren(element("h1", { class: "visually-hidden" }, say("label_title")), element("div", { class: "labelling" }, element("div", {}, views, filters, place, foot), side));
    await (history.state?.opened ? reopen() : next());
    show();
    watchTraining();
  });
}

function drawAbsent() {
  const command = "gxclassify serve --label-store labels.db";
  main.replaceChildren(element("section", { class: "intake" }, element("h1", {}, say("off_title")), element("p", { class: "lead" }, say("off_text")), element("pre", { class: "command" }, command)));
}

let redraw = null; // how what stands in the place of the page is drawn, where something keeps it away

// Without the page: what keeps it away, and the way to it.
function drawKeptAway(error) {
  tell(() => failure(error), true);
  const nobody = error instanceof Refused && error.kind === "account"; // the token is valid, and of a program
  const again = () => {
    if (nobody) dropToken();
    main.replaceChildren();
    clear();
    open();
  };
  const lacks = error instanceof Refused && ["token", "token-wrong"].includes(error.kind);
  main.replaceChildren(status, element("button", { type: "button", class: "primary", id: "again", onclick: again }, say(lacks || nobody ? "give_token" : "try_again")));
}

async function open() {
  redraw = null;
  let state;
  try {
    state = await askJson("label/state");
  } catch (error) {
    redraw = error instanceof Refused && error.kind === "no-label-store" ? drawAbsent : () => drawKeptAway(error);
    redraw();
    return;
  }
  account = state.account;
  if (account) annotator = account;
  while (!annotator) annotator = (await askWho("", state.progress.people)) ?? "";
  if (!account) remember("annotator", annotator);
  drawHead();
  await start();
}

listenToKeys(actions);
// A click beside a paragraph must not move the focus: Enter saves the answer right after it.
document.addEventListener("mousedown", (event) => {
  if (labelling() && !event.target.closest("dialog") && event.target.closest("button, summary, .sentence")) event.preventDefault();
});
addEventListener("hashchange", () => progress && show());
addEventListener("popstate", () => {
  if (history.state?.opened && !opened) history.replaceState(null, ""); // by the way forward: what was opened is not
  else if (!history.state?.opened && opened?.last && view() === "task") attempt(() => leave().then(clear));
});
addEventListener("unhandledrejection", (event) => tell(() => failure(event.reason), true));
// Only what somebody pressed “save” for and is not stored: choices alone are no promise.
addEventListener("beforeunload", (event) => isUnsaved() && event.preventDefault());
applyLanguage();
onLanguage(() => {
  drawHead();
  tell(told, status.classList.contains("is-bad"));
  redraw?.();
  if (progress) show();
});
drawHead();
open();
