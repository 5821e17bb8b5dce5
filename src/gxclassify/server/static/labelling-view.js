// The paragraph that is being labelled, its themes, and what can be done.
import { element, percent, styled } from "./dom.js";
import { knows, listed, saidAgain, say, themeName } from "./language.js";
import { LETTERS, withState, withoutSentence } from "./labelling-answer.js";
import { saidNode } from "./labelling-list.js";
import { hue, swatch, tint, underline } from "./themes.js";

// `said`: what everybody said of it, where this is a decision between them; `rules`: how the themes stand together.
export function taskNode(themes, rules, task, answer, guess, said, actions) {
  return element(
    "section",
    { class: "task", "aria-label": say("which") },
    said ? element("div", { class: "deciding" }, element("h2", {}, say("deciding")), element("p", { class: "hint" }, say("deciding_text"))) : null,
    element("p", { class: "task-text", lang: "zh-CN", id: "task-text", tabindex: "-1" }, sentenceNodes(themes, task, answer, actions)),
    task.source ? element("p", { class: "hint" }, say("from", saidAgain("pasted", task.source))) : null,
    said ? saidNode(themes, said) : null,
    element("h2", {}, say("which")),
    element("div", { class: "theme-keys" }, themes.map((theme, n) => themeKey(themes, theme, n, answer, guess, actions)), rules.at_least_one ? null : noneKey(answer, actions)),
    guess ? element("p", { class: "hint" }, say("guess_shown")) : null,
  );
}

function sentenceNodes(themes, task, answer, actions) {
  const points = Array.from(task.text);
  const nodes = [];
  let last = 0;
  task.sentences.forEach(([start, end], n) => {
    nodes.push(points.slice(last, start).join(""), sentenceNode(themes, answer, n, points.slice(start, end).join(""), actions));
    last = end;
  });
  nodes.push(points.slice(last).join(""));
  return nodes;
}

function sentenceNode(themes, answer, n, text, actions) {
  const told = themes.filter((theme) => answer.states.get(theme.id) === "label" && answer.evidence.get(theme.id)?.has(n));
  const letter = LETTERS[n] ?? "";
  const marked = Boolean(answer.current) && Boolean(answer.evidence.get(answer.current)?.has(n));
  const node = element(
    "span",
    { class: "sentence", role: "button", tabindex: "0", "aria-pressed": String(marked), "data-letter": letter, onclick: () => actions.sentence(n) },
    element("span", { class: "visually-hidden" }, letter ? `${letter}. ` : ""),
    text,
  );
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    actions.sentence(n);
  });
  if (told.length) underline(node, themes, told);
  return node;
}

function themeKey(themes, theme, n, answer, guess, actions) {
  const state = answer.states.get(theme.id);
  const places = [...(answer.evidence.get(theme.id) ?? [])].sort((a, b) => a - b).map((place) => LETTERS[place] ?? place + 1);
  const missing = withoutSentence(answer).includes(theme.id);
  const note = state === "maybe" ? say("maybe") : places.length ? say("by_sentences", places.join(" ")) : missing ? say("no_sentence") : "";
  const node = element(
    "button",
    { type: "button", class: `theme-key ${state ? `is-${state}` : ""} ${answer.current === theme.id ? "is-current" : ""}`, "aria-pressed": String(Boolean(state)), "data-theme": theme.id, title: themeQuestion(theme), onclick: () => actions.theme(n) },
    n < 9 ? element("kbd", {}, String(n + 1)) : null, // one key is one figure
    swatch(themes, theme),
    element("span", { class: "told" }, element("span", { class: "name" }, themeName(theme)), note ? element("span", { class: "note" }, note) : null),
    guess ? element("span", { class: `guess ${guess.tags.includes(theme.id) ? "is-over" : ""}` }, percent(guess.scores[theme.id])) : null,
  );
  if (state) styled(node, { "border-color": hue(theme), "background-color": state === "label" ? tint(theme, "16%") : "transparent" });
  return node;
}

// What to ask of a paragraph: in the page's language where it is ours, else as the themes' owner wrote it.
export function themeQuestion(theme) {
  const key = `question_${theme.id}`;
  return knows(key) ? saidAgain(key, theme.question) : theme.question;
}

function noneKey(answer, actions) {
  return element("button", { type: "button", class: `theme-key ${answer.saidNone ? "is-label is-none" : ""}`, "aria-pressed": String(answer.saidNone), id: "none", onclick: actions.none },
    element("kbd", {}, "0"), element("span", { class: "swatch plain", "aria-hidden": "true" }, "–"), element("span", { class: "name" }, say("key_none")));
}

// What can be done with the paragraph, if there is one; `opened`: it came from a list or is the last one, and the way leads back.
export function commandRow(actions, there, opened) {
  const inTurn = !opened || opened.last;
  const command = (key, word, run, primary = false, always = false) =>
    element("button", { type: "button", class: primary ? "primary" : "", "data-command": word, disabled: !there && !always, onclick: run }, say(word), key ? " " : "", key ? element("kbd", {}, key) : null);
  return element(
    "div",
    { class: "buttons commands", role: "group", "aria-label": say("keys") },
    command("Enter", opened?.said ? "decide" : opened ? "save_opened" : "save", actions.save, true),
    command("m", "maybe_key", actions.maybe),
    inTurn ? command("s", "skip_key", actions.skip) : null,
    inTurn ? command("z", opened ? "before_key" : "last_key", actions.last, false, true) : null,
    opened ? command("Esc", "back_to_list", actions.leave) : null,
    command("g", "guess_key", actions.guess),
    command("h", "guide_key", actions.guide, false, true),
  );
}

// Nothing to label: all is done, or the queue is empty and the way to fill it stands here.
export function finishedNode(progress, actions) {
  const all = progress.held ? "none_now" : "all_done";
  return element("section", { class: "task finished", tabindex: "-1" }, element("h2", {}, say(progress.paragraphs ? all : "nothing_queued")), element("p", {}, say(progress.paragraphs ? "all_done_text" : "nothing_queued_text")),
    progress.paragraphs ? null : element("button", { type: "button", class: "primary", onclick: actions.add }, say("add")),
    progress.held ? element("p", {}, say("others_have", progress.held)) : null);
}

// What bars a save: no training takes an answer that the rules of the themes rule out.
export function barredBy(rules, answer) {
  if (rules.exclusive && withState(answer, "label").length > 1) return "one_theme";
  return rules.at_least_one && !answer.states.size ? "some_theme" : "";
}

// What stops a save for a moment: a sentence for the person, or nothing; `again`: what to press.
export function secondThought(themes, answer, again) {
  if (answer.states.size === 0) return answer.saidNone ? "" : say("again_none", again);
  const missing = withoutSentence(answer);
  if (!missing.length || !withState(answer, "label").length) return "";
  return say("again_evidence", again, listed(themes.filter((theme) => missing.includes(theme.id)).map(themeName)));
}
