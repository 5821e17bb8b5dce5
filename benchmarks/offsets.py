"""Offsets of the log-odds per theme for text whose base rates differ from those of the labels, and what they gain.

Usage: python benchmarks/offsets.py LABELS.jsonl [MODEL]

For each theme the offset of highest F1, averaged over bootstrap samples so that chance moves it less, and its F1 by
cross-validation within LABELS: offsets chosen on four fifths of the articles, measured on the fifth, three times over.
The model's own offsets are taken out first. The numbers go into an experiment file by hand, under
calibration.logit_offsets.
"""

import sys
from pathlib import Path

import numpy as np

from gxclassify.evaluation.metrics import Predictions, predictions
from gxclassify.labels.records import load_labels
from gxclassify.loading import load_model
from gxclassify.training.targets import grouped_folds

GRID = np.arange(-2.5, 2.51, 0.25)
SAMPLES = 200
REPEATS = 3
FOLDS = 5


def log_odds(probability: np.ndarray) -> np.ndarray:
    """Return ln(p / (1 - p))."""
    clipped = np.clip(probability, 1e-9, 1 - 1e-9)
    return np.log(clipped / (1 - clipped))


def f1(told: np.ndarray, tagged: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """F1 in every bootstrap sample; `weight` (samples, n) says how often each row was drawn."""
    return 2 * (weight @ (told & tagged)) / np.maximum(1, weight @ (told.astype(int) + tagged))


def best_offset(margin: np.ndarray, told: np.ndarray, rng: np.random.Generator) -> float:
    """Return the offset of highest mean F1 over bootstrap samples; `margin` is log-odds beyond the threshold."""
    weight = rng.multinomial(len(told), np.full(len(told), 1 / len(told)), size=SAMPLES)
    return float(GRID[np.argmax([f1(told, margin + offset >= 0, weight).mean() for offset in GRID])])


def study(p: Predictions, theme: int, own: float, articles: list[str]) -> tuple[float, float, float]:
    """Return the best offset, the F1 without any, and the cross-validated F1 with offsets."""
    rows = p.known[:, theme]
    told = p.told[rows, theme]
    margin = log_odds(p.probability[rows, theme]) - own - log_odds(p.thresholds[theme : theme + 1])
    groups = [article for article, use in zip(articles, rows, strict=True) if use]
    rng = np.random.default_rng(0)
    once = np.ones((1, len(told)), dtype=int)
    scores = []
    for repeat in range(REPEATS):
        fold = grouped_folds(told[:, None], groups, FOLDS, seed=repeat)
        tagged = np.zeros(len(told), dtype=bool)
        for f in range(FOLDS):
            offset = best_offset(margin[fold != f], told[fold != f], rng)
            tagged[fold == f] = margin[fold == f] + offset >= 0
        scores.append(f1(told, tagged, once)[0])
    return best_offset(margin, told, rng), float(f1(told, margin >= 0, once)[0]), float(np.mean(scores))


def main() -> None:
    """Print the table."""
    model = load_model(sys.argv[2] if len(sys.argv) > 2 else None)
    labels = load_labels([Path(sys.argv[1])], model.taxonomy)
    p = predictions(model, labels.records)
    own = model.provenance.get("settings", {}).get("calibration.logit_offsets", {})
    articles = [record.article for record in labels.records]
    rows = {theme: study(p, t, own.get(theme, 0.0), articles) for t, theme in enumerate(p.themes)}
    print(f"{'theme':<22}  best offset  shipped  F1 without  F1 with, cross-validated")
    for theme, (best, without, crossed) in rows.items():
        print(f"{theme:<22}  {best:11.2f}  {own.get(theme, 0.0):7.2f}  {without:10.3f}  {crossed:24.3f}")
    without, crossed = (np.mean([row[i] for row in rows.values()]) for i in (1, 2))
    print(f"{'macro F1':<22}  {'':11}  {'':7}  {without:10.3f}  {crossed:24.3f}")


if __name__ == "__main__":
    main()
