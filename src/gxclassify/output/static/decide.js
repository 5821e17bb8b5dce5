// The rule that makes tags of probabilities: the same as the package's own, so that thresholds can be moved here.

const REVIEW_MARGIN = 0.1;

export function startThresholds(view) {
  return Object.fromEntries(view.themes.map((theme) => [theme.id, theme.threshold]));
}

// Those that are set otherwise than the model has them, by theme.
export function movedThresholds(view, thresholds) {
  return Object.fromEntries(view.themes.filter((theme) => thresholds[theme.id] !== theme.threshold).map((theme) => [theme.id, thresholds[theme.id]]));
}

// The ids of a paragraph's tags, in the order of the themes; none of a record without a text, whose scores are null.
export function tagsOf(view, thresholds, scores) {
  const ids = view.themes.map((theme) => theme.id);
  if (ids.some((id) => scores[id] === null)) return [];
  const nearness = (id) => (view.exclusive ? scores[id] : scores[id] - thresholds[id]);
  const nearest = ids.reduce((best, id) => (nearness(id) > nearness(best) ? id : best), ids[0]);
  if (view.exclusive) return [nearest];
  const tags = ids.filter((id) => scores[id] >= thresholds[id]);
  return tags.length === 0 && view.at_least_one ? [nearest] : tags;
}

export function needsReview(thresholds, scores) {
  return Object.entries(scores).some(([id, score]) => score !== null && Math.abs(score - thresholds[id]) <= REVIEW_MARGIN);
}

// The sentences that tell a theme: the strongest one, and those that would be tagged by themselves.
export function evidenceOf(paragraph, id, threshold) {
  return (paragraph.evidence[id] ?? []).filter((sentence, n) => n === 0 || sentence.score >= threshold);
}
