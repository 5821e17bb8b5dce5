// The tags of articles and documents, from those of their paragraphs: the rule of model/groups.py.

// What is tagged together at a level: [{ document, article, title, paragraphs }]; `article` is null for a document of several.
export function groupsOf(view, level) {
  return view.documents.flatMap((document) => {
    const articles = document.articles.map((article) => articleGroup(document, article)).filter((group) => group.paragraphs.length);
    if (level === "article" || document.records || articles.length < 2) return articles;
    const title = articles.find((group) => group.title)?.title ?? null;
    return [{ document, article: null, title, paragraphs: articles.flatMap((group) => group.paragraphs) }];
  });
}

export function articleGroup(document, article) {
  const paragraphs = article.pieces.filter((piece) => piece.kind === "paragraph");
  return { document, article: paragraphs[0]?.article ?? null, title: article.title, paragraphs };
}

// A record without a text keeps its row, but is no paragraph where those are counted.
export const hasText = (piece) => piece.kind === "paragraph" && piece.where?.kind !== "missing";

// How a group tells a theme: { paragraphs, share, score, strongest, sentence }, where `strongest` is the paragraph.
export function groupTheme(state, group, id) {
  const told = group.paragraphs.filter((paragraph) => state.tags.get(paragraph).includes(id)).length;
  const strongest = group.paragraphs.reduce((best, one) => (one.scores[id] > best.scores[id] ? one : best));
  const mark = state.tags.get(strongest).includes(id) ? strongest.evidence[id]?.[0] : undefined;
  return {
    paragraphs: told,
    share: told / group.paragraphs.length,
    score: strongest.scores[id],
    strongest,
    // Offsets count characters as Python does.
    sentence: mark ? Array.from(strongest.text).slice(...mark.within).join("") : null,
  };
}

export function groupTags(view, state, group) {
  const told = new Set(group.paragraphs.flatMap((paragraph) => state.tags.get(paragraph)));
  return view.themes.filter((theme) => told.has(theme.id));
}

// The zones that a group names, the zone that it is about and its date; null where they were not asked for.
export function groupFacts(group) {
  const facts = group.paragraphs.map((paragraph) => paragraph.facts).filter(Boolean);
  if (!facts.length) return null;
  const zones = new Map();
  const about = new Map();
  for (const one of facts) {
    for (const { id, name } of one.zones) zones.set(id, { id, name, mentions: (zones.get(id)?.mentions ?? 0) + 1 });
    const zone = one.article_zone;
    if (zone) about.set(zone.id, { zone, paragraphs: (about.get(zone.id)?.paragraphs ?? 0) + 1 });
  }
  const main = [...about.values()].reduce((most, one) => (one.paragraphs > (most?.paragraphs ?? 0) ? one : most), null);
  return {
    zones: [...zones.values()].sort((a, b) => b.mentions - a.mentions),
    article_zone: main?.zone ?? null,
    date: facts[0].date,
  };
}
