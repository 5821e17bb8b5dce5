"""The rules that make probabilities of calibrated scores, and tags of probabilities; the same in training and use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.calibration import Calibration

__all__ = ["decide", "log_odds_of", "probabilities_of"]

_Floats = NDArray[np.float64]


def log_odds_of(
    calibration: Sequence[Calibration], paragraph: NDArray[np.floating], sentence: NDArray[np.floating]
) -> _Floats:
    """Return log-odds (n, n_themes) for the scores of paragraphs and of their strongest sentences, each that shape."""
    a = np.array([c.paragraph for c in calibration])
    b = np.array([c.sentence for c in calibration])
    odds: _Floats = a * paragraph + b * sentence + np.array([c.intercept for c in calibration])
    return odds


def probabilities_of(log_odds: _Floats, *, exclusive: bool) -> _Floats:
    """Return the logistic function of `log_odds`; for exclusive themes scaled so that each row adds up to 1."""
    logarithm = -np.logaddexp(0, -log_odds)
    if exclusive:
        logarithm -= logarithm.max(axis=1, keepdims=True)  # falls out of the quotient, which else might be 0 / 0
    probability: _Floats = np.exp(logarithm)
    if exclusive:
        probability /= probability.sum(axis=1, keepdims=True)
    return probability


def decide(probability: _Floats, thresholds: _Floats, *, exclusive: bool, at_least_one: bool) -> NDArray[np.bool_]:
    """Tell which texts get which themes.

    Exclusive themes: the most probable one. Otherwise every theme whose probability reaches its threshold; with
    `at_least_one` a text that would get none gets the theme nearest to its threshold.
    """
    nearest = np.argmax(probability if exclusive else probability - thresholds, axis=1)
    best = np.zeros(probability.shape, dtype=np.bool_)
    best[np.arange(len(best)), nearest] = True
    if exclusive:
        return best
    tags = probability >= thresholds
    if at_least_one:
        tags |= best & ~tags.any(axis=1, keepdims=True)
    return tags
