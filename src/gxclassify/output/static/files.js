// Files that the browser writes: tables as CSV, and the download itself.

// A spreadsheet takes a cell that begins so for a formula, and runs it: the rule of output/forms.py, `harmless`.
const FORMULA = /^'*(?:[\t\r\n]|[\s\0-\x1f\x85\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠])/;

// Text is made harmless, a number stays as it is, all else is JSON; nothing stands for null.
function cellText(value) {
  if (typeof value === "number") return String(value);
  const plain = typeof value === "string" ? value : JSON.stringify(value ?? undefined) ?? "";
  const text = FORMULA.test(plain) ? `'${plain}` : plain;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
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
