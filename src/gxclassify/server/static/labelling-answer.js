// The answer under construction: which themes, how sure, told by which sentences. No drawing here.

export const LETTERS = "abcdefijklnopqrtuvwxy"; // without the letters of commands: g h m s z

export function emptyAnswer() {
  return { states: new Map(), evidence: new Map(), current: null, saidNone: false, guessSeen: false };
}

// An answer that is stored, to be changed. A theme that the model in use does not have cannot be stored again.
export function answerOf(previous, sentences, themes) {
  const answer = emptyAnswer();
  const known = (ids) => ids.filter((id) => themes.some((theme) => theme.id === id));
  for (const id of known(previous.labels)) answer.states.set(id, "label");
  for (const id of known(previous.maybe)) answer.states.set(id, "maybe");
  for (const [id, spans] of Object.entries(previous.evidence)) {
    if (!answer.states.has(id)) continue;
    const places = spans.map(([start, end]) => sentences.findIndex((s) => s[0] === start && s[1] === end));
    answer.evidence.set(id, new Set(places.filter((place) => place >= 0)));
  }
  answer.current = [...answer.states.keys()].at(-1) ?? null;
  answer.saidNone = previous.kind === "label" && previous.labels.length + previous.maybe.length === 0;
  answer.guessSeen = previous.guess_seen;
  return answer;
}

// As JSON holds it, and back.
export function packedAnswer(answer) {
  return { ...answer, states: [...answer.states], evidence: [...answer.evidence].map(([id, places]) => [id, [...places]]) };
}

export function unpackedAnswer(packed) {
  return { ...packed, states: new Map(packed.states), evidence: new Map(packed.evidence.map(([id, places]) => [id, new Set(places)])) };
}

// Off → on and current; on but not current → current; current → off. `exclusive`: the themes exclude each other.
export function pressTheme(answer, id, sentences, exclusive = false) {
  answer.saidNone = false;
  if (!answer.states.has(id)) {
    if (exclusive) dropLabels(answer);
    answer.states.set(id, "label");
    answer.current = id;
    // Where there is but one sentence, that one tells it.
    if (sentences.length === 1) answer.evidence.set(id, new Set([0]));
  } else if (answer.current === id) {
    answer.states.delete(id);
    answer.evidence.delete(id);
    answer.current = [...answer.states.keys()].at(-1) ?? null;
  } else {
    answer.current = id;
  }
}

function dropLabels(answer) {
  for (const id of withState(answer, "label")) {
    answer.states.delete(id);
    answer.evidence.delete(id);
  }
}

export function pressNone(answer) {
  answer.states.clear();
  answer.evidence.clear();
  answer.current = null;
  answer.saidNone = true;
}

export function pressMaybe(answer, exclusive = false) {
  if (!answer.current) return false;
  const sure = answer.states.get(answer.current) === "maybe";
  if (sure && exclusive) dropLabels(answer);
  answer.states.set(answer.current, sure ? "label" : "maybe");
  return true;
}

export function pressSentence(answer, place, sentences) {
  if (!answer.current) return false;
  if (!answer.evidence.has(answer.current)) answer.evidence.set(answer.current, new Set());
  const marked = answer.evidence.get(answer.current);
  // The only sentence is marked from the start: whoever presses its letter all the same does not mean to take it away.
  if (sentences.length === 1 || !marked.delete(place)) marked.add(place);
  return true;
}

export function withState(answer, state) {
  return [...answer.states].filter(([, own]) => own === state).map(([id]) => id);
}

export function withoutSentence(answer) {
  return withState(answer, "label").filter((id) => !answer.evidence.get(id)?.size);
}

// What the server stores.
export function stated(answer, sentences) {
  const labels = withState(answer, "label");
  const spans = labels.map((id) => [id, [...(answer.evidence.get(id) ?? [])].sort((a, b) => a - b).map((n) => sentences[n])]);
  return {
    labels,
    maybe: withState(answer, "maybe"),
    evidence: Object.fromEntries(spans.filter(([, places]) => places.length)),
    guess_seen: answer.guessSeen,
  };
}

// What a person chose, the same however they came to it: in which order, by way of what.
export function contentOf(answer) {
  const marked = [...answer.evidence].filter(([id, places]) => answer.states.get(id) === "label" && places.size);
  return JSON.stringify([[...answer.states].sort(), marked.map(([id, places]) => [id, [...places].sort((a, b) => a - b)]).sort(), answer.saidNone]);
}

// randomUUID is missing on plain http addresses other than localhost; getRandomValues is not.
export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Where a decision begins: what all say, with the sentences that any of them marked.
export function agreedAnswer(answers, sentences, themes) {
  const said = answers.filter((own) => own.kind === "label").map((own) => answerOf(own, sentences, themes));
  const answer = emptyAnswer();
  for (const [id, state] of said[0]?.states ?? []) {
    if (state === "label" && said.every((own) => own.states.get(id) === "label")) {
      answer.states.set(id, "label");
      answer.evidence.set(id, new Set(said.flatMap((own) => [...(own.evidence.get(id) ?? [])])));
    }
  }
  answer.current = [...answer.states.keys()].at(-1) ?? null;
  return answer;
}
