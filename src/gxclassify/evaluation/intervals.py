"""How sure one can be of a figure: the bootstrap over articles.

Paragraphs of one article resemble each other, so articles are drawn, with replacement, and every figure is computed
anew on each draw (Efron, 1979; clusters: Davison and Hinkley, 1997, section 3.8). A draw is a row of weights, how
often each article was drawn, and all draws are computed at once as products of that matrix with counts per article.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gxclassify.evaluation.metrics import BINS, Predictions, bin_of

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Interval", "Resamples", "intervals", "percentiles", "resampled"]

_Floats = NDArray[np.float64]
_CHUNK = 64  # draws ranked at a time: keeps the arrays of (draws, paragraphs) small


@dataclass(frozen=True, slots=True)
class Interval:
    """Between which values a figure lies with the confidence asked for."""

    low: float
    high: float

    def to_json(self) -> list[float]:
        """Return ``[low, high]``."""
        return [self.low, self.high]


class Resamples:
    """Draws of articles, the same for every model that is measured with them.

    Parameters
    ----------
    articles : sequence of str, length n
        The article of each paragraph.
    draws : int
    seed : int

    Attributes
    ----------
    article : int64 array (n,)
        The number of each paragraph's article.
    weight : float array (draws, n_articles)
        How often each article was drawn.
    """

    def __init__(self, articles: Sequence[str], *, draws: int = 1000, seed: int = 0) -> None:
        names, self.article = np.unique(np.asarray(articles, dtype=str), return_inverse=True)
        share = np.full(len(names), 1 / len(names))
        self.weight = np.random.default_rng(seed).multinomial(len(names), share, size=draws).astype(np.float64)

    @property
    def n_articles(self) -> int:
        """Number of articles."""
        return int(self.weight.shape[1])

    def totals(self, per_paragraph: NDArray[np.generic]) -> _Floats:
        """Return the sums of `per_paragraph`, (n, …), over each draw, (draws, …)."""
        values = per_paragraph.astype(np.float64).reshape(len(self.article), -1)
        per_article = np.zeros((self.n_articles, values.shape[1]))
        np.add.at(per_article, self.article, values)
        return (self.weight @ per_article).reshape(-1, *per_paragraph.shape[1:])


def resampled(p: Predictions, resamples: Resamples) -> dict[str, _Floats]:
    """Return every figure of `Metrics.flat` that is not a setting or a count, on every draw: name -> (draws,)."""
    hits = resamples.totals(p.told & p.tagged & p.known)
    told = resamples.totals(p.told & p.known)
    tagged = resamples.totals(p.tagged & p.known)
    figures = {
        "precision": hits / np.maximum(tagged, 1),
        "recall": hits / np.maximum(told, 1),
        "f1": 2 * hits / np.maximum(told + tagged, 1),
        "average_precision": np.column_stack([_average_precision(p, t, resamples) for t in range(len(p.themes))]),
    }
    right = ((p.told == p.tagged) | ~p.known).all(axis=1)
    known = np.maximum(resamples.totals(p.known).sum(axis=1), 1)
    squares = np.where(p.known, (p.probability - p.told) ** 2, 0)
    whole = {
        "macro_f1": figures["f1"].mean(axis=1),
        "micro_f1": 2 * hits.sum(axis=1) / np.maximum((told + tagged).sum(axis=1), 1),
        "map": figures["average_precision"].mean(axis=1),
        "subset_accuracy": resamples.totals(right) / resamples.totals(np.ones_like(right)),
        "brier": resamples.totals(squares).sum(axis=1) / known,
        "calibration_error": _calibration_error(p, resamples) / known,
    }
    for name, values in figures.items():
        whole |= {f"{name}.{theme}": values[:, t] for t, theme in enumerate(p.themes)}
    return whole


def _average_precision(p: Predictions, t: int, resamples: Resamples) -> _Floats:
    """Return one theme's average precision on every draw, by the definition of scikit-learn.

    AP = sum over distinct probabilities, from the highest, of (recall gained there) * (precision there).
    """
    rows = np.flatnonzero(p.known[:, t])
    order = rows[np.argsort(-p.probability[rows, t], kind="stable")]
    ranked, told = p.probability[order, t], p.told[order, t]
    if not len(ranked):
        return np.zeros(len(resamples.weight))
    last = np.flatnonzero(np.append(ranked[1:] < ranked[:-1], True))
    article = resamples.article[order]
    result = np.zeros(len(resamples.weight))
    for start in range(0, len(result), _CHUNK):
        weight = resamples.weight[start : start + _CHUNK, article]
        seen = np.cumsum(weight, axis=1)[:, last]
        hits = np.cumsum(weight * told, axis=1)[:, last]
        precision = hits / np.maximum(seen, 1)
        gained = np.diff(hits, axis=1, prepend=0)
        result[start : start + _CHUNK] = (precision * gained).sum(axis=1) / np.maximum(hits[:, -1], 1)
    return result


def _calibration_error(p: Predictions, resamples: Resamples) -> _Floats:
    """Return on every draw the sum over bins of |sum of probabilities - number told|."""
    gap = np.where(p.known, p.probability - p.told, 0)
    place = bin_of(p.probability)
    per_bin = np.stack([np.where(place == b, gap, 0).sum(axis=1) for b in range(BINS)], axis=1)
    return np.asarray(np.abs(resamples.totals(per_bin)).sum(axis=1))


def percentiles(values: _Floats, confidence: float = 0.95) -> Interval:
    """Return the percentile interval of a figure's `values` on the draws."""
    tail = (1 - confidence) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return Interval(float(low), float(high))


def intervals(p: Predictions, resamples: Resamples) -> dict[str, Interval]:
    """Return the interval of every figure, under the names of `Metrics.flat`."""
    return {name: percentiles(values) for name, values in resampled(p, resamples).items()}
