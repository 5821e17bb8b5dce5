"""The points of the plots: reliability and precision-recall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.metrics import precision_recall_curve

from gxclassify.evaluation.metrics import BINS, Predictions, bin_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["PrecisionRecall", "Reliability", "precision_recall", "reliability"]

_MOST_POINTS = 200


@dataclass(frozen=True, slots=True)
class Reliability:
    """Per bin of equal width that holds any pair: mean probability, share told, number of (paragraph, theme) pairs."""

    probability: list[float]
    told: list[float]
    pairs: list[int]

    def to_json(self) -> dict[str, Any]:
        """Return the bins as lists."""
        return {"probability": self.probability, "told": self.told, "pairs": self.pairs}


@dataclass(frozen=True, slots=True)
class PrecisionRecall:
    """Precision and recall at falling thresholds, of one theme, and where its own threshold stands among them."""

    precision: list[float]
    recall: list[float]
    at_threshold: tuple[float, float]

    def to_json(self) -> dict[str, Any]:
        """Return the points as lists; ``at_threshold`` is (precision, recall)."""
        return {"precision": self.precision, "recall": self.recall, "at_threshold": list(self.at_threshold)}


def reliability(told: NDArray[np.bool_], probability: NDArray[np.float64]) -> Reliability:
    """Sort pairs into bins by probability; where the model is calibrated, share told and mean probability agree."""
    place = bin_of(probability)
    pairs = np.bincount(place, minlength=BINS)
    filled = pairs > 0
    mean = np.bincount(place, probability, BINS)[filled] / pairs[filled]
    share = np.bincount(place, told.astype(np.float64), BINS)[filled] / pairs[filled]
    return Reliability(mean.tolist(), share.tolist(), pairs[filled].tolist())


def precision_recall(p: Predictions, theme: str) -> PrecisionRecall | None:
    """Return the curve of one theme; None where no paragraph tells it, and recall has no meaning."""
    t = p.themes.index(theme)
    rows = p.known[:, t]
    told, tagged = p.told[rows, t], p.tagged[rows, t]
    if not told.any():
        return None
    precision, recall, _ = precision_recall_curve(told, p.probability[rows, t])
    step = max(1, len(recall) // _MOST_POINTS)
    kept = np.unique(np.append(np.arange(0, len(recall), step), len(recall) - 1))
    hits = int((told & tagged).sum())
    at_threshold = (hits / max(1, int(tagged.sum())), hits / int(told.sum()))
    return PrecisionRecall(precision[kept].tolist(), recall[kept].tolist(), at_threshold)
