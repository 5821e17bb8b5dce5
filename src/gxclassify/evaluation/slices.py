"""The same figures for parts of the paragraphs: by kind of text and by length."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gxclassify.evaluation.metrics import Predictions, measure

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Slice", "slices"]


@dataclass(frozen=True, slots=True)
class Slice:
    """One part; ``macro_f1`` and ``map`` are means over the ``themes`` that it tells, None where it tells none."""

    name: str
    paragraphs: int
    themes: int
    macro_f1: float | None
    micro_f1: float
    map: float | None
    subset_accuracy: float
    calibration_error: float

    def to_json(self) -> dict[str, Any]:
        """Return the part's figures as a dict."""
        return asdict(self)


def slices(p: Predictions, names: Sequence[str], order: Sequence[str] = ()) -> list[Slice]:
    """Measure each group of paragraphs with one name in `names` (length n), in `order` or the largest first."""
    own = np.asarray(names, dtype=str)
    labels, size = np.unique(own, return_counts=True)
    if not order:
        order = [str(label) for label in labels[np.lexsort((labels, -size))]]
    return [_slice(name, p.rows(own == name)) for name in order if name in labels]


def _slice(name: str, p: Predictions) -> Slice:
    metrics = measure(p)
    told = [theme for theme in metrics.per_theme.values() if theme.support]
    return Slice(
        name=name,
        paragraphs=metrics.paragraphs,
        themes=len(told),
        macro_f1=float(np.mean([theme.f1 for theme in told])) if told else None,
        micro_f1=metrics.micro_f1,
        map=float(np.mean([theme.average_precision for theme in told])) if told else None,
        subset_accuracy=metrics.subset_accuracy,
        calibration_error=metrics.calibration_error,
    )
