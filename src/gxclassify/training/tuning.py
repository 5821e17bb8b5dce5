"""Calibration and thresholds of all themes, learnt on out-of-fold scores and judged without each row's own fold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
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
class Sample:
    """Out-of-fold scores of paragraphs for one theme, and whether they tell it: what calibration and threshold rest on.

    Attributes
    ----------
    paragraph, sentence : float arrays (n,)
        Of paragraphs and of their strongest sentences.
    told : bool array (n,)
    """

    paragraph: _Float64s
    sentence: _Float64s
    told: NDArray[np.bool_]


Given = Mapping[str, "Sample | tuple[Calibration, float]"]
"""What a prior brings for some themes: a sample to tune on, or calibration and threshold as they shall be."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """Each theme's calibration and threshold, in column order."""

    calibration: list[Calibration]
    thresholds: _Float64s


def untuned(themes: Sequence[str], config: Config, given: Given = MappingProxyType({})) -> Tuning:
    """Return what stands where there are no out-of-fold scores: what is `given`, else the settings' own values."""
    share = config.calibration.sentence_share
    tuned = []
    for theme in themes:
        if theme in given:
            found = given[theme]
            tuned.append(found if isinstance(found, tuple) else tune_theme(found, theme, config))
        else:
            plain = Calibration(1 - share, share, config.calibration.logit_offsets.get(theme, 0.0))
            threshold = config.thresholds.value + config.thresholds.offsets.get(theme, 0.0)
            tuned.append((plain, float(np.clip(threshold, 0.01, 0.99))))
    return Tuning([calibration for calibration, _ in tuned], np.array([threshold for _, threshold in tuned]))


def tune(
    score: _Float64s, targets: Targets, themes: Sequence[str], config: Config, given: Given = MappingProxyType({})
) -> Tuning:
    """Calibrate each theme and tune its threshold on the rows that say anything of it, or on what is `given` for it.

    Parameters
    ----------
    score : float array (n, n_themes, 2)
        Of each paragraph and of its strongest sentence, by models that never saw it.
    targets : Targets
    themes : sequence of str
    config : Config
    given : mapping of theme ids, optional
    """
    calibrations, thresholds = [], []
    for t, theme in enumerate(themes):
        use = targets.known[:, t]
        found = given.get(theme) or Sample(score[use, t, 0], score[use, t, 1], targets.told[use, t])
        calibration, threshold = found if isinstance(found, tuple) else tune_theme(found, theme, config)
        calibrations.append(calibration)
        thresholds.append(threshold)
    return Tuning(calibrations, np.array(thresholds))


def tune_theme(sample: Sample, theme: str, config: Config) -> tuple[Calibration, float]:
    """Return a theme's calibration and threshold.

    Where ``thresholds.base_rate`` says that another share of paragraphs tells the theme than in the sample, the
    log-odds move by the difference of the log-odds of the shares (Elkan 2001, The foundations of cost-sensitive
    learning), and paragraphs that tell it weigh more or less than others in the threshold's F1.
    """
    plain = fit_calibration(sample.paragraph, sample.sentence, sample.told, config.calibration)
    weight = np.ones(len(sample.told))
    if theme in config.thresholds.base_rate:
        rate, own = config.thresholds.base_rate[theme], float(sample.told.mean())
        weight = np.where(sample.told, rate / own, (1 - rate) / (1 - own))
        shift = np.log(rate / (1 - rate)) - np.log(own / (1 - own))
        plain = Calibration(plain.paragraph, plain.sentence, plain.intercept + float(shift))
    # The threshold is tuned before the offsets: both say how other text differs from the labels.
    probability = probabilities_of(plain.log_odds(sample.paragraph, sample.sentence), exclusive=False)
    offset = config.thresholds.offsets.get(theme, 0.0)
    threshold = tune_threshold(probability, sample.told, config.thresholds, offset, weight)
    shift = config.calibration.logit_offsets.get(theme, 0.0)
    return Calibration(plain.paragraph, plain.sentence, plain.intercept + shift), threshold


def judge(
    score: _Float64s,
    targets: Targets,
    fold: NDArray[np.int64],
    themes: Sequence[str],
    config: Config,
    *,
    exclusive: bool,
    at_least_one: bool,
    given: Given = MappingProxyType({}),
) -> tuple[_Float64s, NDArray[np.bool_]]:
    """Return every row's probabilities and tags, (n, n_themes), by a `tune` on the other folds alone."""
    probability = np.zeros(targets.told.shape)
    tag = np.zeros(targets.told.shape, dtype=np.bool_)
    for f in range(config.classifier.folds):
        test = fold == f
        tuning = tune(score[~test], targets.where(~test), themes, config, given)
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
    probability: _Float64s,
    told: NDArray[np.bool_],
    config: ThresholdConfig,
    offset: float = 0.0,
    weight: _Float64s | None = None,
) -> float:
    """Return the threshold for one theme: a paragraph is tagged when its probability reaches it.

    ``f1`` takes, in log-odds, the middle of the thresholds whose F1 comes within ``tolerance`` of the highest: the
    curve is flat near its top, where on it the very highest point lies is chance. Where that middle lies in a valley
    between two tops, it is the middle of the highest one alone. ``precision`` and ``recall`` take the threshold of
    highest F1 among those that reach ``target``, or the nearest to it when none does. A threshold lies halfway between
    two probabilities seen; it is moved by ``shrink`` towards ``value``, shifted by `offset`, and kept within
    0.01 … 0.99. `weight`, (n,), says how much each paragraph counts; all alike without it.
    """
    if config.objective == "fixed":
        threshold = config.value
    else:
        order = np.argsort(-probability, kind="stable")
        ranked, counts = probability[order], np.ones(len(order)) if weight is None else weight[order]
        hits, count = np.cumsum(told[order] * counts), np.cumsum(counts)
        in_all = hits[-1]
        precision, recall = hits / count, hits / (in_all or 1.0)
        f1 = 2 * hits / (count + in_all)
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
