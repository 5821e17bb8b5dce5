"""What thresholds and base rates a few labels of one's own text speak for: ``gxclassify evaluate --tune``."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gxclassify.evaluation.metrics import Predictions


STRENGTH = 20
"""How many paragraphs the base rate learnt is worth."""

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the labels say of one theme.

    Attributes
    ----------
    told, paragraphs : int
        How many of how many paragraphs tell it.
    base_rate : float
        That share, drawn to the one that the model was calibrated for.
    threshold, proposed : float
        The probability from which it is tagged now, and from which it should be.
    f1, proposed_f1 : float
        With the threshold in use, and with thresholds proposed by the other articles' labels (5 folds).
    """

    theme: str
    told: int
    paragraphs: int
    base_rate: float
    threshold: float
    proposed: float
    f1: float
    proposed_f1: float

    def to_json(self) -> dict[str, Any]:
        """Return the proposal as a dict."""
        return asdict(self)


def propose(predicted: Predictions, articles: Sequence[str], base_rates: dict[str, float]) -> list[Proposal]:
    """Propose a threshold and a base rate for each theme.

    A threshold is the one in use, moved as far as the theme's log-odds are off on these labels
    (`gxclassify.training.tuning.shift_for`): ten labels move it a little, some hundreds decide.

    Parameters
    ----------
    predicted : Predictions
        Of paragraphs that the model has not learnt from.
    articles : sequence of str, length n
        Folds keep articles whole.
    base_rates : dict of theme id to float
        What the model was calibrated for, as far as it is known.
    """
    from gxclassify.training.targets import grouped_folds

    proposals = []
    for t, theme in enumerate(predicted.themes):
        use = np.flatnonzero(predicted.known[:, t])
        told, probability = predicted.told[use, t], predicted.probability[use, t]
        now = float(predicted.thresholds[t])
        fold = grouped_folds(told[:, None], [articles[i] for i in use.tolist()], FOLDS)
        tagged = np.zeros(len(use), dtype=np.bool_)
        for f in range(FOLDS):
            own = fold == f
            tagged[own] = probability[own] >= _threshold(probability[~own], told[~own], now)
        rate = base_rates.get(theme, float(told.mean()) if len(use) else 0.0)
        proposals.append(
            Proposal(
                theme,
                int(told.sum()),
                len(use),
                (int(told.sum()) + STRENGTH * rate) / (len(use) + STRENGTH),
                now,
                _threshold(probability, told, now),
                _f1(told, probability >= now),
                _f1(told, tagged),
            )
        )
    return proposals


def _threshold(probability: NDArray[np.float64], told: NDArray[np.bool_], now: float) -> float:
    from gxclassify.training.tuning import shift_for

    odds = np.clip(np.append(probability, now), 1e-9, 1 - 1e-9)
    odds = np.log(odds / (1 - odds))
    return float(np.clip(1 / (1 + np.exp(shift_for(odds[:-1], told) - odds[-1])), 0.01, 0.99))


def _f1(told: NDArray[np.bool_], tagged: NDArray[np.bool_]) -> float:
    return float(2 * (told & tagged).sum() / max(1, told.sum() + tagged.sum()))
