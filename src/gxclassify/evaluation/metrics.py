"""The figures of merit, with labels that leave a theme open masked."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from gxclassify.errors import LabelError
from gxclassify.labels.records import indicators

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.labels.records import LabelRecord
    from gxclassify.model import Model

__all__ = [
    "BINS",
    "Metrics",
    "Predictions",
    "ThemeMetrics",
    "bin_of",
    "brier_score",
    "calibration_error",
    "measure",
    "predictions",
]

_Bools = NDArray[np.bool_]
_Floats = NDArray[np.float64]

BINS = 10
"""Into how many bins probabilities are sorted to see how well they are calibrated."""


@dataclass(frozen=True, slots=True)
class Predictions:
    """What a model says of labelled paragraphs beside what people said.

    Attributes
    ----------
    themes : tuple of str
    told, known, tagged : bool arrays (n, n_themes)
        What the label tells; where it says anything (not `maybe`); what the model tags.
    probability : float array (n, n_themes)
    thresholds : float array (n_themes,)
    """

    themes: tuple[str, ...]
    told: _Bools
    known: _Bools
    probability: _Floats
    tagged: _Bools
    thresholds: _Floats

    def rows(self, index: NDArray[np.integer] | _Bools) -> Predictions:
        """Return the predictions of some rows."""
        return Predictions(
            self.themes,
            self.told[index],
            self.known[index],
            self.probability[index],
            self.tagged[index],
            self.thresholds,
        )


@dataclass(frozen=True, slots=True)
class ThemeMetrics:
    """One theme: precision, recall and F1 of the tags, average precision and Brier score of the probabilities.

    ``support`` is the number of paragraphs that tell the theme. A value that nothing defines (no tag, no support) is 0.
    """

    precision: float
    recall: float
    f1: float
    average_precision: float
    brier: float
    calibration_error: float
    threshold: float
    support: int


@dataclass(frozen=True, slots=True)
class Metrics:
    """All themes: means over themes (macro F1, mean average precision), over decisions (micro F1), over paragraphs.

    ``subset_accuracy`` is the share of paragraphs all of whose known themes are right; ``brier`` and
    ``calibration_error`` are the Brier score and the expected calibration error over all (paragraph, theme) pairs.
    """

    macro_f1: float
    micro_f1: float
    map: float
    subset_accuracy: float
    brier: float
    calibration_error: float
    per_theme: dict[str, ThemeMetrics]
    paragraphs: int

    def to_json(self) -> dict[str, Any]:
        """Return the metrics as nested dicts."""
        return asdict(self)

    def flat(self) -> dict[str, float]:
        """Return the metrics under names as MLflow takes them, ``f1.policy``."""
        whole = {"macro_f1": self.macro_f1, "micro_f1": self.micro_f1, "map": self.map}
        whole |= {"subset_accuracy": self.subset_accuracy, "brier": self.brier}
        whole |= {"calibration_error": self.calibration_error}
        for theme, metrics in self.per_theme.items():
            whole |= {f"{name}.{theme}": float(value) for name, value in asdict(metrics).items()}
        return whole


def predictions(model: Model, records: Sequence[LabelRecord]) -> Predictions:
    """Run `model` over the records' texts.

    Raises
    ------
    LabelError
        A record states a theme that the model does not have.
    """
    for record in records:
        for theme in (*record.labels, *record.maybe):
            if theme not in model.themes:
                msg = f"{record.where}: the model has no theme {theme!r}; it has {', '.join(model.themes)}."
                raise LabelError(msg)
    told, known = indicators(records, model.themes)
    probability = model.predict_proba(record.text for record in records)
    thresholds = np.array(list(model.thresholds.values()))
    return Predictions(model.themes, told, known, probability, model.decide(probability), thresholds)


def measure(p: Predictions) -> Metrics:
    """Return the metrics of predictions."""
    per_theme = {theme: _theme_metrics(p, t) for t, theme in enumerate(p.themes)}
    hits = int((p.told & p.tagged & p.known).sum())
    wrong = int(((p.told ^ p.tagged) & p.known).sum())
    right_rows = ((p.told == p.tagged) | ~p.known).all(axis=1)
    return Metrics(
        macro_f1=float(np.mean([m.f1 for m in per_theme.values()])),
        micro_f1=2 * hits / max(1, 2 * hits + wrong),
        map=float(np.mean([m.average_precision for m in per_theme.values()])),
        subset_accuracy=float(right_rows.mean()) if len(right_rows) else 0.0,
        brier=brier_score(p.told[p.known], p.probability[p.known]),
        calibration_error=calibration_error(p.told[p.known], p.probability[p.known]),
        per_theme=per_theme,
        paragraphs=len(p.told),
    )


def _theme_metrics(p: Predictions, t: int) -> ThemeMetrics:
    rows = p.known[:, t]
    told, tagged, probability = p.told[rows, t], p.tagged[rows, t], p.probability[rows, t]
    hits = int((told & tagged).sum())
    n_told, n_tagged = int(told.sum()), int(tagged.sum())
    return ThemeMetrics(
        precision=hits / max(1, n_tagged),
        recall=hits / max(1, n_told),
        f1=2 * hits / max(1, n_told + n_tagged),
        average_precision=float(average_precision_score(told, probability)) if n_told else 0.0,
        brier=brier_score(told, probability),
        calibration_error=calibration_error(told, probability),
        threshold=float(p.thresholds[t]),
        support=n_told,
    )


def brier_score(told: _Bools, probability: _Floats) -> float:
    """Return the mean squared distance of the probabilities from 0 and 1 (Brier, 1950); 0 is best."""
    return float(np.mean((probability - told) ** 2)) if len(told) else 0.0


def calibration_error(told: _Bools, probability: _Floats) -> float:
    """Return the expected calibration error over `BINS` equal-width bins (Naeini, Cooper and Hauskrecht, 2015).

    The mean over bins, weighted by their size, of the distance between the mean probability and the share told.
    """
    if not len(told):
        return 0.0
    place = bin_of(probability)
    count = np.bincount(place, minlength=BINS)
    gap = np.abs(np.bincount(place, probability, BINS) - np.bincount(place, told.astype(np.float64), BINS))
    return float(gap.sum() / count.sum())


def bin_of(probability: _Floats) -> NDArray[np.int64]:
    """Return which of `BINS` equal-width bins each probability falls in; 1 falls in the last."""
    place: NDArray[np.int64] = np.minimum((probability * BINS).astype(np.int64), BINS - 1)
    return place
