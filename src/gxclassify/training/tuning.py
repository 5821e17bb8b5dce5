"""Calibration and thresholds of all themes, learnt on out-of-fold scores and judged without each row's own fold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gxclassify.calibration import Calibration, fit_calibration, tune_threshold
from gxclassify.decision import decide, log_odds_of, probabilities_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.config import Config
    from gxclassify.training.targets import Targets

__all__ = ["Tuning", "judge", "tune", "untuned"]

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tuning:
    """Each theme's calibration and threshold, in column order."""

    calibration: list[Calibration]
    thresholds: _Floats


def untuned(themes: Sequence[str], config: Config) -> Tuning:
    """Return what stands where there are no out-of-fold scores: the settings' own shares, value and offsets."""
    share = config.calibration.sentence_share
    shifts = [config.calibration.logit_offsets.get(theme, 0.0) for theme in themes]
    offsets = [config.thresholds.offsets.get(theme, 0.0) for theme in themes]
    return Tuning(
        [Calibration(1 - share, share, shift) for shift in shifts],
        np.clip(config.thresholds.value + np.array(offsets), 0.01, 0.99),
    )


def tune(score: _Floats, targets: Targets, themes: Sequence[str], config: Config) -> Tuning:
    """Calibrate each theme and tune its threshold on the rows that say anything of it.

    Parameters
    ----------
    score : float array (n, n_themes, 2)
        Of each paragraph and of its strongest sentence, by models that never saw it.
    targets : Targets
    themes : sequence of str
    config : Config
    """
    calibrations, thresholds = [], []
    for t, theme in enumerate(themes):
        use = targets.known[:, t]
        paragraph, sentence = score[use, t, 0], score[use, t, 1]
        told = targets.told[use, t]
        plain = fit_calibration(paragraph, sentence, told, config.calibration)
        # The threshold is tuned before the offsets: both say how other text differs from the labels.
        probability = probabilities_of(plain.log_odds(paragraph, sentence), exclusive=False)
        offset = config.thresholds.offsets.get(theme, 0.0)
        thresholds.append(tune_threshold(probability, told, config.thresholds, offset))
        shift = config.calibration.logit_offsets.get(theme, 0.0)
        calibrations.append(Calibration(plain.paragraph, plain.sentence, plain.intercept + shift))
    return Tuning(calibrations, np.array(thresholds))


def judge(
    score: _Floats,
    targets: Targets,
    fold: NDArray[np.int64],
    themes: Sequence[str],
    config: Config,
    *,
    exclusive: bool,
    at_least_one: bool,
) -> tuple[_Floats, NDArray[np.bool_]]:
    """Return every row's probabilities and tags, (n, n_themes), by a `tune` on the other folds alone."""
    probability = np.zeros(targets.told.shape)
    tag = np.zeros(targets.told.shape, dtype=np.bool_)
    for f in range(config.classifier.folds):
        test = fold == f
        tuning = tune(score[~test], targets.where(~test), themes, config)
        odds = log_odds_of(tuning.calibration, score[test, :, 0], score[test, :, 1])
        probability[test] = probabilities_of(odds, exclusive=exclusive)
        tag[test] = decide(probability[test], tuning.thresholds, exclusive=exclusive, at_least_one=at_least_one)
    return probability, tag
