"""Calibration and thresholds of all themes, learnt on out-of-fold scores and judged without each row's own fold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gxclassify.model.linear import Calibration, decide, log_odds_of, probabilities_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.config import CalibrationConfig, Config, ThresholdConfig
    from gxclassify.training.targets import Targets


_Float64s = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tuning:
    """Each theme's calibration and threshold, in column order."""

    calibration: list[Calibration]
    thresholds: _Float64s


def untuned(themes: Sequence[str], config: Config) -> Tuning:
    """Return what stands where there are no out-of-fold scores: the settings' own shares, value and offsets."""
    share = config.calibration.sentence_share
    shifts = [config.calibration.logit_offsets.get(theme, 0.0) for theme in themes]
    offsets = [config.thresholds.offsets.get(theme, 0.0) for theme in themes]
    return Tuning(
        [Calibration(1 - share, share, shift) for shift in shifts],
        np.clip(config.thresholds.value + np.array(offsets), 0.01, 0.99),
    )


def tune(score: _Float64s, targets: Targets, themes: Sequence[str], config: Config) -> Tuning:
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
    score: _Float64s,
    targets: Targets,
    fold: NDArray[np.int64],
    themes: Sequence[str],
    config: Config,
    *,
    exclusive: bool,
    at_least_one: bool,
) -> tuple[_Float64s, NDArray[np.bool_]]:
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


# ---- From scores to probabilities, and from probabilities to tags: both learnt on out-of-fold scores.


def fit_calibration(
    paragraph: _Float64s, sentence: _Float64s, told: NDArray[np.bool_], config: CalibrationConfig, offset: float = 0.0
) -> Calibration:
    """Fit a theme's calibration by logistic regression on out-of-fold scores (Platt scaling).

    Parameters
    ----------
    paragraph, sentence : float arrays (n,)
        Scores of paragraphs and of their strongest sentences.
    told : bool array (n,)
        Whether the paragraph tells the theme.
    config : CalibrationConfig
        ``sigmoid`` scales the two scores' weighted mean, ``stacked`` learns a weight for each.
    offset : float
        Added to the log-odds.
    """
    from sklearn.linear_model import LogisticRegression

    share = config.sentence_share
    if config.method == "stacked":
        features = np.column_stack([paragraph, sentence])
    else:
        features = ((1 - share) * paragraph + share * sentence)[:, None]
    # With one or two features Newton's steps reach the optimum itself, in an eighth of the time of the default.
    model = LogisticRegression(C=100.0, solver="newton-cholesky", tol=1e-8).fit(features, told)
    weights = model.coef_[0]
    intercept = float(model.intercept_[0]) + offset
    if config.method == "stacked":
        return Calibration(float(weights[0]), float(weights[1]), intercept)
    return Calibration(float(weights[0] * (1 - share)), float(weights[0] * share), intercept)


def tune_threshold(
    probability: _Float64s, told: NDArray[np.bool_], config: ThresholdConfig, offset: float = 0.0
) -> float:
    """Return the threshold for one theme: a paragraph is tagged when its probability reaches it.

    ``f1`` takes, in log-odds, the middle of the thresholds whose F1 comes within ``tolerance`` of the highest: the
    curve is flat near its top, where on it the very highest point lies is chance. Where that middle lies in a valley
    between two tops, it is the middle of the highest one alone. ``precision`` and ``recall`` take the threshold of
    highest F1 among those that reach ``target``, or the nearest to it when none does. A threshold lies halfway between
    two probabilities seen; it is moved by ``shrink`` towards ``value``, shifted by `offset`, and kept within
    0.01 … 0.99.
    """
    if config.objective == "fixed":
        threshold = config.value
    else:
        order = np.argsort(-probability, kind="stable")
        ranked, hits = probability[order], np.cumsum(told[order])
        count = np.arange(1, len(ranked) + 1)
        precision, recall = hits / count, hits / max(1, told.sum())
        f1 = 2 * hits / (count + told.sum())
        merit = f1
        if config.objective != "f1":
            measure = precision if config.objective == "precision" else recall
            merit = np.where(measure >= config.target, 1 + f1, measure)
        cuts = np.flatnonzero(np.append(ranked[1:] < ranked[:-1], True))  # equal probabilities fall on one side
        merit, odds = merit[cuts], _log_odds((ranked + np.append(ranked[1:], 0.0))[cuts] / 2)
        best = int(np.argmax(merit))
        threshold = _middle(odds[best], odds[best])
        if config.objective == "f1" and config.tolerance:
            good = np.flatnonzero(merit >= merit[best] - config.tolerance)
            threshold = _middle(odds[good[0]], odds[good[-1]])
            tagged = np.count_nonzero(ranked >= threshold)
            if tagged - 1 not in cuts[good]:
                run = good[good - np.arange(len(good)) == best - np.searchsorted(good, best)]  # without a gap to best
                threshold = _middle(odds[run[0]], odds[run[-1]])
        threshold += config.shrink * (config.value - threshold)
    return float(np.clip(threshold + offset, 0.01, 0.99))


def _middle(one: float, other: float) -> float:
    """Return the probability midway between two log-odds."""
    return float(1 / (1 + np.exp(-(one + other) / 2)))


def _log_odds(probability: _Float64s) -> _Float64s:
    clipped = np.clip(probability, 1e-9, 1 - 1e-9)
    odds: _Float64s = np.log(clipped / (1 - clipped))
    return odds
