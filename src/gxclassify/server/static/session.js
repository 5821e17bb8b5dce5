// What this tab of the browser holds until it is closed, so that Back, Forward and loading the page anew bring it back.

const MARK = "gxclassify-held:";
const MOST_SIGNS = 300_000; // of the texts of a result; with what is told of them a tab holds about five million
const MOST_AT_HAND = 10;
const WHAT = "result";

// Returns whether it could be held; older results make room for it, and come back where that does not help.
export function hold(key, value) {
  const text = JSON.stringify(value);
  const gone = [];
  for (;;) {
    try {
      sessionStorage.setItem(MARK + key, text);
      return true;
    } catch {
      const oldest = letOldestGo(MARK + key);
      if (oldest) gone.push(oldest);
      else return putBack(gone);
    }
  }
}

function putBack(entries) {
  try {
    for (const [key, text] of entries) sessionStorage.setItem(key, text);
  } catch {
    // Another tab of the same site has taken the room.
  }
  return false;
}

// Undefined where there is none.
export function held(key) {
  try {
    return JSON.parse(sessionStorage.getItem(MARK + key) ?? undefined);
  } catch {
    return undefined;
  }
}

function letOldestGo(but) {
  try {
    const keys = Object.keys(sessionStorage).filter((key) => key.startsWith(MARK) && key.includes(`:${WHAT}:`) && key !== but);
    const age = (key) => Number(key.split(":").pop());
    const [oldest] = keys.sort((a, b) => age(a) - age(b));
    if (!oldest) return null;
    const text = sessionStorage.getItem(oldest);
    sessionStorage.removeItem(oldest);
    return [oldest, text];
  } catch {
    return null;
  }
}

// The results of a page by the entries of the browser's history that show them, the latest at hand as they are, so that a
// file that was chosen is there as well. `packed(result)` is what is held of one, or null where it is too large, `look` how
// it is looked at when the page is left, and `unpacked(packed, look)` makes a result of both.
export function resultHistory(page, packed, look, unpacked) {
  const atHand = new Map();
  onLeaving(() => {
    const entry = history.state?.entry;
    if (atHand.has(entry)) hold(`${page}:look:${entry}`, look(atHand.get(entry)));
  });
  const address = (id) => {
    const url = new URL(location.href);
    url.search = id ? `?result=${id}` : "";
    return url;
  };
  return {
    // A result has an entry of its own.
    add(result) {
      const entry = Math.max(Date.now(), ...[...atHand.keys()].map((key) => key + 1));
      atHand.set(entry, result);
      if (atHand.size > MOST_AT_HAND) atHand.delete(atHand.keys().next().value);
      const data = packed(result);
      if (data) hold(`${page}:${WHAT}:${entry}`, data);
      history.pushState({ entry }, "", address(""));
    },
    addForm: () => history.pushState(null, "", address("")),
    // The entry is that of a result that the server keeps from now on.
    keepHere: (id) => history.replaceState(null, "", address(id)),
    // The result of the entry in sight: null where it is the form's, undefined where the result could not be held.
    here() {
      const entry = history.state?.entry;
      if (!entry) return null;
      if (!atHand.has(entry)) {
        const data = held(`${page}:${WHAT}:${entry}`);
        if (data === undefined) return undefined;
        try {
          atHand.set(entry, unpacked(data, held(`${page}:look:${entry}`) ?? {}));
        } catch {
          return undefined; // of a version before this one
        }
      }
      return atHand.get(entry);
    },
  };
}

export function isSmall(texts) {
  return texts.reduce((sum, text) => sum + text.length, 0) <= MOST_SIGNS;
}

// Runs when the page is left or hidden: the last moment in which something can be held.
export function onLeaving(run) {
  addEventListener("pagehide", run);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && run());
}
