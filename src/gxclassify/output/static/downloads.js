// Files of what is shown, at the thresholds that are set: the package's own JSON and CSV forms, and the HTML report.
import { evidenceOf } from "./decide.js";
import { csvText, fourPlaces, save } from "./files.js";
import { groupFacts, groupTags, groupTheme } from "./groups.js";

// The tagged paragraphs in the schema that files, HTTP and Python share.
export function taggedParagraphs(view, state) {
  const rows = [];
  for (const document of view.documents) {
    for (const article of document.articles) {
      for (const paragraph of article.pieces.filter((piece) => piece.kind === "paragraph")) {
        rows.push(taggedRow(view, state, document, article, paragraph));
      }
    }
  }
  return rows;
}

function taggedRow(view, state, document, article, paragraph) {
  const tags = state.tags.get(paragraph);
  const evidence = tags.map((id) => [id, evidenceOf(paragraph, id, state.thresholds[id])]);
  const row = {
    document: document.document,
    article: paragraph.article,
    title: article.title,
    paragraph: paragraph.place,
    text: paragraph.text,
    span: paragraph.span,
    tags,
    scores: paragraph.scores,
    review: state.review.get(paragraph),
    evidence: Object.fromEntries(evidence.filter(([, sentences]) => sentences.length)),
    model: view.model,
    ...paragraph.where,
    ...paragraph.facts,
  };
  if (row.amounts) row.amounts = amountsOf(row);
  return paragraph.record ? { ...row, record: paragraph.record } : row;
}

// The amounts of the sentences that tell a theme at the thresholds that are set, each with the themes that it tells.
function amountsOf({ amounts, evidence }) {
  const tells = (id, place) => (evidence[id] ?? []).some(({ within }) => within[0] === place[0] && within[1] === place[1]);
  const told = amounts.map((amount) => ({ ...amount, themes: amount.themes.filter((id) => tells(id, amount.sentence)) }));
  return told.filter((amount) => amount.themes.length);
}

// Articles or documents in the schema that files, HTTP and Python share.
export function taggedGroups(view, state) {
  return state.shown().map((group) => {
    const themes = view.themes.map(({ id }) => {
      const { paragraphs, share, score, strongest, sentence } = groupTheme(state, group, id);
      const place = [strongest.article, strongest.place];
      return [id, { paragraphs, share: Number(share.toFixed(6)), score, strongest: place, sentence }];
    });
    const row = {
      document: group.document.document,
      article: group.article,
      title: group.title,
      paragraphs: group.paragraphs.length,
      tags: groupTags(view, state, group).map((theme) => theme.id),
      themes: Object.fromEntries(themes),
      model: view.model,
      ...groupFacts(group),
    };
    const { record } = group.paragraphs[0];
    return record ? { ...row, record } : row;
  });
}

function taggedRows(view, state) {
  return state.level === "paragraph" ? taggedParagraphs(view, state) : taggedGroups(view, state);
}

function groupsCsv(view, state) {
  const groups = taggedGroups(view, state);
  const ids = view.themes.map((theme) => theme.id);
  const facts = groups.some((row) => row.zones);
  const fields = fieldsOf(groups);
  const head = ["document", "article", "title", "paragraphs", "tags", ...ids.flatMap((id) => [id, `${id}.share`, `${id}.sentence`]), "model"];
  if (facts) head.push("zones", "article_zone", "article_zone_name", "date");
  const rows = groups.map((row) => [
    row.document, row.article, row.title, row.paragraphs, row.tags.join(";"),
    ...ids.flatMap((id) => [fourPlaces(row.themes[id].score), fourPlaces(row.themes[id].share), row.themes[id].sentence]),
    row.model,
    ...(facts ? [row.zones.map((zone) => zone.id).join(";"), row.article_zone?.id, row.article_zone?.name, row.date?.date] : []),
    ...recordCells(row, fields), "",
  ]);
  return csvText([[...head, ...recordColumns(fields), "record"], ...rows]);
}

function fieldsOf(rows) {
  return [...new Set(rows.flatMap((row) => Object.keys(row.record ?? {})))];
}

function recordColumns(fields) {
  return fields.map((name) => `record.${name}`);
}

function recordCells(row, fields) {
  return fields.map((name) => row.record?.[name]);
}

function factCells(row) {
  const zones = new Map(row.zones.map((zone) => [zone.id, zone.name]));
  return [[...zones.keys()].join(";"), [...zones.values()].join(";"), row.article_zone?.id, row.article_zone?.name, row.date?.date, row.amounts.length ? row.amounts : null];
}

export function asCsv(view, state) {
  if (state.level !== "paragraph") return groupsCsv(view, state);
  const ids = view.themes.map((theme) => theme.id);
  const paragraphs = taggedParagraphs(view, state);
  const fields = fieldsOf(paragraphs);
  const place = ["article", "paragraph", "start", "end", "kind", "subhead", "page", "box"];
  const head = ["document", "title", "tags", "text", "review", ...ids, ...place, "model"];
  const facts = paragraphs.some((row) => row.zones);
  if (facts) head.push("zones", "zone_names", "article_zone", "article_zone_name", "date", "amounts");
  if (fields.length) head.push(...recordColumns(fields), "record");
  const rows = paragraphs.map((row) => [
    row.document, row.title, row.tags.join(";"), row.text, row.review ? "True" : "False",
    ...ids.map((id) => fourPlaces(row.scores[id])),
    row.article, row.paragraph, ...row.span, row.kind ?? "paragraph", row.subhead, row.page, row.box, row.model,
    ...(facts ? factCells(row) : []),
    ...(fields.length ? [...recordCells(row, fields), ""] : []),
  ]);
  return csvText([head, ...rows]);
}

export function saveJson(view, state) {
  const lines = taggedRows(view, state).map((row) => JSON.stringify(row));
  save(lines.length ? `[\n${lines.join(",\n")}\n]\n` : "[]\n", "application/json", fileName(view, "json"));
}

export function saveCsv(view, state) {
  // The mark at the start makes spreadsheets read UTF-8 as what it is.
  save(`\ufeff${asCsv(view, state)}`, "text/csv", fileName(view, "csv"));
}

// The report's page is asked for without data; what is shown here is put into it here.
export function saveHtml(view, state, template) {
  const themes = view.themes.map((theme) => ({ ...theme, threshold: state.thresholds[theme.id] }));
  // What the command line adds to its reports: the day, in the clock of who saves, and what could not be read.
  const made = new Date().toLocaleDateString("sv");
  const data = JSON.stringify({ ...view, level: state.level, themes, thresholds: undefined, made, left_out: [] }).replaceAll("<", "\\u003c");
  save(template.split("@@" + "DATA@@").join(data), "text/html", fileName(view, "html"));
}

// After the file that is shown; after the report where it shows several.
function fileName(view, ending) {
  const name = view.documents.length > 1 ? pageName() : (view.documents[0]?.document ?? "");
  const stem = name.replace(/\.[A-Za-z0-9]{1,5}$/, "").replace(/[^\p{L}\p{N}_-]+/gu, "-").replace(/^-+|-+$/g, "");
  return `${stem || "gxclassify"}.${ending}`;
}

function pageName() {
  try {
    return decodeURIComponent(location.pathname.split("/").pop());
  } catch {
    return ""; // an address with a lone %
  }
}
