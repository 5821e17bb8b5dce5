// Requests to the server, with a token where it asks for one, and problem documents made into sentences.
import { asked } from "./dialog.js";
import { element } from "./dom.js";
import { inLanguage, knows, language, say, sentence } from "./language.js";

export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail ?? "");
    this.status = status;
    this.problem = problem;
    this.kind = (problem.type ?? "").split(":").pop();
  }
}

// A file that was changed, moved or locked after it was chosen: the browser no longer sends it.
export class Unreadable extends Error {}

// Addresses are relative to the page, so that a proxy may show the server under a path of its own.
// With `admin` a token that is not the administrator's is asked for again, and kept apart, for this page alone.
let adminToken = "";
let worked = ""; // the token that was taken last

export async function ask(address, { method = "GET", body = null, json = undefined, signal = null, admin = false } = {}) {
  const headers = { "Accept-Language": language() };
  if (json !== undefined) headers["Content-Type"] = "application/json";
  for (;;) {
    const token = (admin && adminToken) || heldToken();
    if (token) headers.Authorization = `Bearer ${token}`;
    const response = await fetch(address, { method, headers, signal, body: json === undefined ? body : JSON.stringify(json) }).catch((error) => explained(error, body));
    if (response.ok) {
      worked = token || worked;
      return response;
    }
    const problem = await response.json().catch(() => ({}));
    const refused = new Refused(response.status, problem);
    if (admin && refused.kind === "not-administrator") {
      const given = await askForToken(say(adminToken ? "token_no_admin" : "token_admin"));
      if (!given) {
        adminToken = ""; // the next request asks anew
        throw refused;
      }
      adminToken = given;
    } else {
      if (response.status !== 401) throw refused;
      const given = await askForToken(say(!token ? "token_text" : token === worked ? "token_ended" : "token_wrong"));
      if (!given) throw token && token !== worked ? notTaken(refused, token) : refused;
      if (admin && adminToken) adminToken = given;
      else takeToken(given);
    }
  }
}

// Who gives up after a token that is not valid: it is forgotten, and the person told that it was that.
function notTaken(refused, token) {
  if (token === adminToken) adminToken = "";
  else dropToken();
  refused.kind = "token-wrong";
  return refused;
}

// `fetch` says the same of a server that is away and of a file that cannot be read: looking at the file tells.
async function explained(error, body) {
  if (body instanceof Blob && body.size) await body.slice(0, 1).arrayBuffer().catch(() => Promise.reject(new Unreadable()));
  throw error;
}

export async function askJson(address, options) {
  return (await ask(address, options)).json();
}

// A sentence for people, in their language: the server answers in it.
export function failure(error) {
  const [text, alone] = told(error);
  return alone ? text : say("failed", text);
}

// The same behind words that say already what did not work.
export function reason(error) {
  return told(error)[0];
}

// What went wrong, and whether it says by itself that something did.
function told(error) {
  if (error instanceof Unreadable) return [say("failed_file"), true];
  if (!(error instanceof Refused)) {
    if (error instanceof TypeError) return [say("failed_network"), true]; // what fetch throws
    console.error(error);
    return [String(error), false];
  }
  const known = `problem_${error.kind}`;
  const detail = error.problem.texts ? inLanguage(error.problem.texts) : error.message;
  if (knows(known)) return [say(known), true];
  if (error.status === 429) return [say("failed_429"), true];
  if (error.status === 504 || error.status === 408) return [say("failed_504"), true];
  if (error.status === 413 && error.problem.most) return [say("failed_413", Math.round((10 * error.problem.most) / 2 ** 20) / 10), true];
  if (error.status === 413) return detail ? [detail, false] : [say("failed_413_proxy"), true];
  if (error.kind === "unreadable" || error.kind === "empty") return [say("failed_unreadable", sentence(detail)), true];
  if (detail) return [detail, false];
  return error.status === 502 || error.status === 503 ? [say("failed_network"), true] : [say("failed_proxy", error.status), false]; // not the server's words
}

// Asks for the token of somebody else, and returns what an address answers to it; null where none is given. One that
// does not do leaves that in force which was.
export async function changeToken(text, address) {
  const given = await askForToken(text);
  if (!given) return null;
  const before = [heldToken(), adminToken];
  takeToken(given);
  try {
    return await askJson(address);
  } catch (error) {
    holdToken(before[0]);
    adminToken = before[1];
    throw error;
  }
}

// Of whoever goes on: what an administrator gave for the one before is theirs no more.
function takeToken(given) {
  adminToken = "";
  holdToken(given);
}

export function holdsToken() {
  return Boolean(heldToken());
}

// So that the next request asks for another.
export function dropToken() {
  holdToken("");
}

function heldToken() {
  try {
    return sessionStorage.getItem("gxclassify-token") ?? "";
  } catch {
    return heldToken.value ?? "";
  }
}

function holdToken(token) {
  heldToken.value = token;
  try {
    sessionStorage.setItem("gxclassify-token", token);
  } catch {
    // held in memory until the page is left
  }
}

let asking = null;

// Several requests may find out at once that a token is needed: they share one question.
function askForToken(text) {
  asking ??= askOnce(text).finally(() => (asking = null));
  return asking;
}

// A header takes no other signs, as no token has them: `fetch` would throw, and the page say that no server answers.
async function askOnce(text) {
  const given = await tokenDialog(text);
  return /^[!-~]*$/.test(given) ? given : askOnce(say("token_wrong"));
}

function tokenDialog(text) {
  const field = element("input", { type: "password", id: "token", autocomplete: "off", required: true });
  const buttons = [element("button", { class: "primary", value: "ok" }, say("ok")), element("button", { value: "", formnovalidate: true }, say("cancel"))];
  const parts = [element("p", {}, text), element("label", { for: "token" }, say("token")), field, element("div", { class: "buttons" }, buttons)];
  return asked("token-title", say("token_title"), parts, (agreed) => (agreed ? field.value.trim() : ""));
}
