// Answers that are not stored yet: each stays with its paragraph until it is stored, or given up. No drawing here.
import { agreedAnswer, answerOf, contentOf, emptyAnswer, newKey, packedAnswer, unpackedAnswer } from "./labelling-answer.js";
import { held, hold, onLeaving } from "./session.js";

const HELD = "label:drafts";
const before = held(HELD) ?? { drafts: [], guessed: [] }; // from before the page was loaded anew
const drafts = new Map(before.drafts.map((draft) => [draft.name, { ...draft, answer: unpackedAnswer(draft.answer) }]));
const guessed = new Set(before.guessed); // of which paragraph who looked at the model's guess: that stays true when a draft is given up

onLeaving(() => hold(HELD, { drafts: [...drafts.values()].map((draft) => ({ ...draft, answer: packedAnswer(draft.answer) })), guessed: [...guessed] }));

const named = (person, task) => JSON.stringify([person, task]);

// What is said of a paragraph so far: its draft, else what is stored; `said`: what everybody said, where it is decided.
// Each person has drafts of their own.
export function draftOf(person, task, themes, said = null) {
  const name = JSON.stringify([person, task?.id, Boolean(said)]);
  const stands = said ? said.decision : task?.previous;
  const left = drafts.get(name);
  const withdrawn = left && !left.unsaved && left.seen.length && !stands; // what it was to change
  const foreign = left && [...left.answer.states.keys()].some((id) => !themes.some((theme) => theme.id === id)); // of another model
  if (left && !withdrawn && !foreign) return left;
  const answer = stands ? answerOf(stands, task.sentences, themes) : said ? agreedAnswer(said.answers, task.sentences, themes) : emptyAnswer();
  if (guessed.has(named(person, task?.id))) answer.guessSeen = true;
  // `seen`: the keys of the stored answers that it may replace, its own among them when their confirmation was lost.
  const begun = contentOf(answer);
  return { name, answer, begun, guess: null, seen: stands ? [stands.key] : [], sent: "", key: "", unsaved: false, kept: false, changed: false };
}

// After a press: what was changed, and back by hand to where it began, is no change.
export function noteChange(draft) {
  draft.changed = contentOf(draft.answer) !== draft.begun;
  keepDraft(draft);
}

// That they looked counts for the paragraph, however they came to it.
export function noteGuess(draft, guess) {
  const [person, task] = JSON.parse(draft.name);
  guessed.add(named(person, task));
  draft.guess = guess;
  draft.answer.guessSeen = true;
  keepDraft(draft);
}

export function keepDraft(draft) {
  draft.kept = true;
  drafts.set(draft.name, draft);
}

// Somebody else goes on with what is in sight.
export function handDraft(draft, person) {
  dropDraft(draft);
  draft.name = JSON.stringify([person, ...JSON.parse(draft.name).slice(1)]);
  keepDraft(draft);
}

export function dropDraft(draft) {
  drafts.delete(draft.name);
}

// Left for another paragraph: what was chosen stays, what was only looked at does not.
export function leaveDraft(draft) {
  if (!draft.unsaved && !draft.changed) dropDraft(draft);
}

export function isUnsaved() {
  return [...drafts.values()].some((draft) => draft.unsaved);
}

// The key stays the same until the server has confirmed: sent twice, the answer counts once. Another content is another answer.
export function keyFor(draft, content) {
  const sent = JSON.stringify(content);
  if (draft.sent !== sent) {
    draft.sent = sent;
    draft.key = newKey();
    draft.seen.push(draft.key);
  }
  return draft.key;
}

// Another answer stands meanwhile: the person is told, and what they save now may replace it.
export function meetStored(draft, stored) {
  draft.seen.push(stored.key);
  draft.sent = ""; // the next is another attempt
}
