// The two languages of the pages: what was chosen here, else what the browser asks for; Chinese where it asks for neither.
import { remember, remembered } from "./preferences.js";

const words = {};
const listeners = [];
const asked = [remembered("language"), ...navigator.languages].map((tag) => tag.slice(0, 2).toLowerCase());
let current = asked.find((tag) => tag === "zh" || tag === "en") ?? "zh";

// A table of key: [Chinese, English]; {0}, {1} … stand for values.
export function addWords(table) {
  Object.assign(words, table);
}

export function language() {
  return current;
}

// Where there is no keyboard at hand, the words under `key_touch` speak of buttons instead of keys.
const byFinger = matchMedia("(hover: none) and (pointer: coarse)");

export function knows(key) {
  return key in words;
}

export function say(key, ...values) {
  const pair = (byFinger.matches && words[`${key}_touch`]) || words[key];
  if (!pair) throw new Error(`no words for ${key}`);
  // {0} is the first value, {0:paragraph|paragraphs} the one or the other word, as that is one or not.
  return pair[current === "zh" ? 0 : 1].replace(/(“)?\{(\d)(?::([^|}]*)\|([^}]*))?\}/g, (_, quote = "", n, one, more) => {
    const value = values[Number(n)];
    return quote + (one !== undefined ? (String(value) === "1" ? one : more) : quote ? withinQuotes(value) : value);
  });
}

// Quotes within quotes are single ones, in either language.
function withinQuotes(value) {
  return String(value).replace(/“/g, "‘").replace(/”/g, "’");
}

// Texts one after the other, and a name with what is told of it, in the punctuation of the language.
export function listed(texts) {
  return texts.join(current === "zh" ? "、" : ", ");
}

export function joined(sentences) {
  return sentences.join(current === "zh" ? "" : " ");
}

// A text of its own: some begin small, to stand behind a name.
export function sentence(text) {
  return current === "zh" ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

export function headed(name, text = "") {
  return current === "zh" ? `${name}：${text}` : `${name}: ${text}`;
}

// Words of ours that were kept with data, in whatever language they were said then.
export function saidAgain(key, text) {
  return words[key].includes(text) ? say(key) : text;
}

// A moment, to the minute, as the language writes it.
export function moment(time) {
  const shown = { year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" };
  return new Date(time).toLocaleString(current === "zh" ? "zh-CN" : "en", shown);
}

// A text that came in every language.
export function inLanguage(text) {
  return text[current];
}

export function themeName(theme) {
  return current === "zh" ? theme.zh : theme.en;
}

export function useLanguage(code) {
  current = code === "en" ? "en" : "zh";
  remember("language", current);
  applyLanguage();
  for (const listener of listeners) listener();
}

export function applyLanguage() {
  document.documentElement.lang = current === "zh" ? "zh-CN" : "en";
}

export function onLanguage(listener) {
  listeners.push(listener);
}
