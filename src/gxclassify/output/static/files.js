// Files that the browser writes: tables as CSV, and the download itself.

// A spreadsheet takes a cell that begins so for a formula, and runs it: the rule of output/forms.py, `harmless`.
const FORMULA = /^'*(?:[\t\r\n]|[\s\0-\x1f\x85\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠])/;

// What is nothing but a negative number stays one, by the same rule.
const NEGATIVE = /^-(?:[0-9]+(?:,[0-9]{3})*(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s?[%‰]?$/;

// Text is made harmless, a number stays as it is, all else is JSON; nothing stands for null.
function cellText(value) {
  if (typeof value === "number") return String(value);
  const plain = typeof value === "string" ? value : value === null || value === undefined ? "" : jsonText(value);
  const text = FORMULA.test(plain) && !NEGATIVE.test(plain) ? `'${plain}` : plain;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// JSON as the package writes it, with white behind commas and colons.
function jsonText(value) {
  if (Array.isArray(value)) return `[${value.map(jsonText).join(", ")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value ?? null);
  return `{${Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${jsonText(one)}`).join(", ")}}`;
}

// A probability to four places as the package rounds it: a half, such as 1/32, to the even side, where toFixed goes up.
export function fourPlaces(score) {
  if (score === null || score === undefined) return ""; // of a record without a text
  const below = Math.floor(score * 1e4);
  return ((score * 32) % 2 === 1 && below % 2 === 0 ? below / 1e4 : score).toFixed(4);
}

export function csvText(rows) {
  return rows.map((cells) => `${cells.map(cellText).join(",")}\n`).join("");
}

export function save(text, type, name) {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
