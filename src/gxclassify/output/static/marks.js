// From a paragraph's evidence to the runs of text that are marked.

// The marked sentences in order: [{ start, end, told: [{ theme, score, terms }] }]; one entry where themes meet.
export function markedSentences(evidence, themes) {
  const found = new Map();
  for (const theme of themes) {
    for (const { within, score, terms } of evidence[theme.id] ?? []) {
      const key = within.join("-");
      if (!found.has(key)) found.set(key, { start: within[0], end: within[1], told: [] });
      found.get(key).told.push({ theme, score, terms });
    }
  }
  return [...found.values()].sort((a, b) => a.start - b.start);
}

// The runs of a sentence: [{ start, end, themes }], with the themes for which a word there weighed.
export function wordRuns({ start, end, told }) {
  const cuts = new Set([start, end]);
  const words = [];
  for (const { theme, terms } of told) {
    for (const term of terms) {
      for (const [from, to] of term.within) {
        words.push({ from, to, theme });
        cuts.add(from).add(to);
      }
    }
  }
  const places = [...cuts].filter((place) => place >= start && place <= end).sort((a, b) => a - b);
  return places.slice(1).map((to, n) => {
    const from = places[n];
    const over = words.filter((word) => word.from <= from && word.to >= to);
    return { start: from, end: to, themes: [...new Set(over.map((word) => word.theme))] };
  });
}
