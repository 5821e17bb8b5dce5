"""Calibration and thresholds of all themes, learnt on out-of-fold scores and judged without each row's own fold."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gxclassify.config import settled
from gxclassify.model.linear import Calibration, decide, log_odds_of, probabilities_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.config import CalibrationConfig, Config, ThresholdConfig
    from gxclassify.training.targets import Targets


_Float64s = NDArray[np.float64]
_SHARE = "calibration.sentence_share"


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


NOT_LEARNT = Calibration(0.0, 0.0, -30.0)
"""The calibration of a theme that was too rare to learn: a probability of 1e-13 for every text, and so no tag."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How the taxonomy lets tags stand together: exactly one of them, or at least one."""

    exclusive: bool = False
    at_least_one: bool = False


def untuned(themes: Sequence[str], config: Config, given: Given = MappingProxyType({})) -> Tuning:
    """Return what stands where there are no out-of-fold scores: what is `given`, else the settings' own values."""
    share = settled(config.calibration.sentence_share, _SHARE)
    tuned = []
    for theme in themes:
        if theme in given:
            tuned.append(_of_given(given[theme], theme, config))
        else:
            plain = Calibration(1 - share, share, config.calibration.logit_offsets.get(theme, 0.0))
            threshold = config.thresholds.value + config.thresholds.offsets.get(theme, 0.0)
            tuned.append((plain, float(np.clip(threshold, _LEAST, 1 - _LEAST))))
    return Tuning([calibration for calibration, _ in tuned], np.array([threshold for _, threshold in tuned]))


def tune(
    score: _Float64s,
    targets: Targets,
    fold: NDArray[np.int64],
    themes: Sequence[str],
    config: Config,
    *,
    rules: Rules | None = None,
    given: Given = MappingProxyType({}),
) -> Tuning:
    """Calibrate each theme and tune its threshold on the rows that say anything of it, or on what is `given` for it.

    Parameters
    ----------
    score : float array (n, n_themes, 2)
        Of each paragraph and of its strongest sentence, by models that never saw it.
    targets : Targets
    fold : int64 array (n,)
        Of each row; a threshold's shrinkage is judged on folds that it was not tuned on.
    themes : sequence of str
    config : Config
    rules : Rules, optional
        Default: tags stand together freely.
    given : mapping of theme ids, optional
    """
    rules = rules or Rules()
    all_given = all(theme in given for theme in themes)
    own = Tuning([], np.zeros(0)) if all_given else _tuned(score, targets, fold, themes, config, rules)
    found = [
        _of_given(given[theme], theme, config) if theme in given else (own.calibration[t], float(own.thresholds[t]))
        for t, theme in enumerate(themes)
    ]
    return Tuning([calibration for calibration, _ in found], np.array([threshold for _, threshold in found]))


def _of_given(found: Sample | tuple[Calibration, float], theme: str, config: Config) -> tuple[Calibration, float]:
    return found if isinstance(found, tuple) else tune_theme(found, theme, config)


def _tuned(
    score: _Float64s,
    targets: Targets,
    fold: NDArray[np.int64],
    themes: Sequence[str],
    config: Config,
    rules: Rules,
) -> Tuning:
    """Calibrate and tune on the rows' own scores."""
    together = rules.exclusive and _best_together(score, targets, fold, config.calibration)
    plain = _calibrations(score, targets, config.calibration, together=together)
    weights = np.ones(targets.told.shape)
    for t, theme in enumerate(themes):
        if theme in config.thresholds.base_rate:
            known = targets.known[:, t]
            shift, weights[known, t] = _at_rate(targets.told[known, t], config.thresholds.base_rate[theme])
            plain[t] = _shifted(plain[t], shift)
    # Thresholds are tuned before the offsets: both say how other text differs from the labels.
    probability = probabilities_of(log_odds_of(plain, score[:, :, 0], score[:, :, 1]), exclusive=False)
    thresholds = _thresholds(probability, targets, fold, config.thresholds, rules, weights)
    shifts = [config.calibration.logit_offsets.get(theme, 0.0) for theme in themes]
    offsets = np.array([config.thresholds.offsets.get(theme, 0.0) for theme in themes])
    return Tuning(
        [_shifted(calibration, shift) for calibration, shift in zip(plain, shifts, strict=True)],
        np.clip(thresholds + offsets, _LEAST, 1 - _LEAST),
    )


def _shifted(calibration: Calibration, shift: float) -> Calibration:
    return dataclasses.replace(calibration, intercept=calibration.intercept + shift)


def _at_rate(told: NDArray[np.bool_], rate: float) -> tuple[float, _Float64s]:
    """Return what a `rate` of paragraphs that tell a theme adds to its log-odds, and the weight of each paragraph.

    The log-odds move by the difference of the log-odds of the shares (Elkan 2001, The foundations of cost-sensitive
    learning), and paragraphs that tell the theme weigh more or less than others in the threshold's F1.
    """
    own = float(told.mean())
    shift = float(np.log(rate / (1 - rate)) - np.log(own / (1 - own)))
    return shift, np.where(told, rate / own, (1 - rate) / (1 - own))


def tune_theme(sample: Sample, theme: str, config: Config) -> tuple[Calibration, float]:
    """Return a theme's calibration and threshold, at the share of ``thresholds.base_rate`` where that names it."""
    plain = fit_calibration(sample.paragraph, sample.sentence, sample.told, config.calibration)
    weight = np.ones(len(sample.told))
    if theme in config.thresholds.base_rate:
        shift, weight = _at_rate(sample.told, config.thresholds.base_rate[theme])
        plain = _shifted(plain, shift)
    # The threshold is tuned before the offsets: both say how other text differs from the labels.
    probability = probabilities_of(plain.log_odds(sample.paragraph, sample.sentence), exclusive=False)
    offset = config.thresholds.offsets.get(theme, 0.0)
    threshold = tune_threshold(probability, sample.told, config.thresholds, offset, weight)
    return _shifted(plain, config.calibration.logit_offsets.get(theme, 0.0)), threshold


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
    rules = Rules(exclusive=exclusive, at_least_one=at_least_one)
    for f in range(config.classifier.folds):
        test = fold == f
        tuning = tune(score[~test], targets.where(~test), fold[~test], themes, config, rules=rules, given=given)
        odds = log_odds_of(tuning.calibration, score[test, :, 0], score[test, :, 1])
        probability[test] = probabilities_of(odds, exclusive=exclusive)
        tag[test] = decide(probability[test], tuning.thresholds, exclusive=exclusive, at_least_one=at_least_one)
    return probability, tag


# ---- A theme's own threshold, the one that all share, and what lies between.


_LEAST = 0.01
"""A threshold is kept within _LEAST … 1 - _LEAST."""
_STRENGTHS = (np.inf, 100.0, 30.0, 10.0, 0.0)
"""As how many paragraphs the shared threshold counts beside those that tell the theme; the most shared first."""
_AS_GOOD = 0.002
"""A difference in F1 below this is chance: the more shared threshold is taken."""


def _thresholds(
    probability: _Float64s,
    targets: Targets,
    fold: NDArray[np.int64],
    config: ThresholdConfig,
    rules: Rules,
    weights: _Float64s,
) -> _Float64s:
    """Return every theme's threshold, without the offsets; `weights` (n, n_themes) say how much each row counts."""
    if rules.exclusive and config.shrink == "auto":  # the most probable theme is tagged, whatever the thresholds
        return np.full(probability.shape[1], config.value)
    if config.objective == "fixed" or config.shrink != "auto":
        return _own(probability, targets, config, weights)
    strength = _best_strength(probability, targets, fold, config, rules, weights)
    return _blended(probability, targets, config, rules, weights).thresholds(strength)


def _own(probability: _Float64s, targets: Targets, config: ThresholdConfig, weights: _Float64s) -> _Float64s:
    columns = zip(probability.T, targets.told.T, targets.known.T, weights.T, strict=True)
    return np.array([tune_threshold(p[known], told[known], config, weight=w[known]) for p, told, known, w in columns])


@dataclass(frozen=True, slots=True)
class _Blend:
    """Each theme's own threshold and the shared one in log-odds, and how many paragraphs tell each theme."""

    own: _Float64s
    shared: float
    support: NDArray[np.int64]

    def thresholds(self, strength: float) -> _Float64s:
        """Return (support * own + strength * shared) / (support + strength), as probabilities."""
        whole = np.maximum(self.support + strength, 1)
        weight = np.zeros(len(self.own)) if np.isinf(strength) else self.support / whole
        odds = weight * self.own + (1 - weight) * self.shared
        return np.clip(1 / (1 + np.exp(-odds)), _LEAST, 1 - _LEAST)


def _blended(
    probability: _Float64s, targets: Targets, config: ThresholdConfig, rules: Rules, weights: _Float64s
) -> _Blend:
    pooled = probability
    if rules.at_least_one:  # the theme nearest to its threshold is tagged anyway, so it says nothing of the threshold
        pooled = probability.copy()
        pooled[np.arange(len(pooled)), pooled.argmax(axis=1)] = 1.0
    plain = dataclasses.replace(config, shrink=0.0)
    # So many pairs leave little to chance: a tenth of the tolerance.
    sharp = dataclasses.replace(plain, tolerance=config.tolerance / 10)
    shared = tune_threshold(pooled[targets.known], targets.told[targets.known], sharp, weight=weights[targets.known])
    support = (targets.told & targets.known).sum(axis=0)
    return _Blend(
        _log_odds(_own(probability, targets, plain, weights)), float(_log_odds(np.array([shared]))[0]), support
    )


def _best_strength(
    probability: _Float64s,
    targets: Targets,
    fold: NDArray[np.int64],
    config: ThresholdConfig,
    rules: Rules,
    weights: _Float64s,
) -> float:
    """Return how strongly thresholds do best to be shared, by the mean of micro and macro F1 on folds apart."""
    hits, sizes = ([np.zeros(probability.shape[1]) for _ in _STRENGTHS] for _ in range(2))
    folds = np.unique(fold)
    for f in folds if len(folds) > 1 else ():
        test = fold == f
        blend = _blended(probability[~test], targets.where(~test), config, rules, weights[~test])
        told, known = targets.told[test] & targets.known[test], targets.known[test]
        for k, strength in enumerate(_STRENGTHS):
            tags = decide(
                probability[test], blend.thresholds(strength), exclusive=False, at_least_one=rules.at_least_one
            )
            tags &= known
            hits[k] += (tags & told).sum(axis=0)
            sizes[k] += tags.sum(axis=0) + told.sum(axis=0)
    merits = [
        (2 * hit.sum() / max(1.0, size.sum()) + np.mean(2 * hit / np.maximum(1, size))) / 2
        for hit, size in zip(hits, sizes, strict=True)
    ]
    return next(s for s, merit in zip(_STRENGTHS, merits, strict=True) if merit >= max(merits) - _AS_GOOD)


# ---- From scores to probabilities, and from probabilities to tags: both learnt on out-of-fold scores.


def _calibrations(
    score: _Float64s, targets: Targets, config: CalibrationConfig, *, together: bool = False
) -> list[Calibration]:
    """Return every theme's calibration, without the offsets; `together` they have the common one."""
    if config.method != "shrunk":
        return [
            fit_calibration(score[known, t, 0], score[known, t, 1], targets.told[known, t], config)
            for t, known in enumerate(targets.known.T)
        ]
    share = settled(config.sentence_share, _SHARE)
    mixed = (1 - share) * score[:, :, 0] + share * score[:, :, 1]
    common = _logistic(mixed[targets.known], targets.told[targets.known], *_MARGIN)
    calibrations = []
    for t, known in enumerate(targets.known.T):
        slope, shift = 1.0, 0.0
        if not together:
            slope, shift = _logistic(common[0] * mixed[known, t] + common[1], targets.told[known, t], *_NEAR_COMMON)
        a, b = slope * common[0], slope * common[1] + shift
        calibrations.append(Calibration(float(a * (1 - share)), float(a * share), float(b)))
    return calibrations


def _best_together(score: _Float64s, targets: Targets, fold: NDArray[np.int64], config: CalibrationConfig) -> bool:
    """Tell whether the common calibration finds the one theme of a text as often as each theme's own, on folds apart.

    Calibrations that rest on a handful of texts move themes up and down by chance, and where themes compete that costs.
    With a hundred texts each they do not, and nothing is asked.
    """
    if config.method != "shrunk" or len(score) > _FEW:
        return False
    right = dict.fromkeys((True, False), 0)
    for f in np.unique(fold):
        test = fold == f
        for together in right:
            fitted = _calibrations(score[~test], targets.where(~test), config, together=together)
            best = log_odds_of(fitted, score[test, :, 0], score[test, :, 1]).argmax(axis=1)
            right[together] += int(targets.told[test][np.arange(len(best)), best].sum())
    return right[True] >= right[False]


_FEW = 1000
"""Up to so many texts, exclusive themes may have the common calibration."""
_MARGIN = ((3.0, 0.0), (2.0, 10.0))
"""What is expected of the common calibration, mean and deviation of slope and shift: scores are margins of about 1."""
_NEAR_COMMON = ((1.0, 0.0), (0.5, 1.0))
"""A theme's calibration has the slope of the common one within half of it, and its log-odds within 1."""
_FLATTEST = 0.1


def _logistic(
    x: _Float64s, told: NDArray[np.bool_], mean: tuple[float, float], deviation: tuple[float, float]
) -> _Float64s:
    """Return slope and shift of the logistic regression of `told` on `x` with normal priors, by Newton's method.

    It is the most probable pair given the labels (Bayesian logistic regression, MacKay 1992): with few of them it
    stays near `mean`, with many the prior does not count.
    """
    y = told.astype(np.float64)
    centre, precision = np.array(mean), 1 / np.square(deviation)
    at = centre.copy()

    def loss(pair: _Float64s) -> float:
        odds = pair[0] * x + pair[1]
        return float(np.sum(np.logaddexp(0, odds) - y * odds) + precision @ np.square(pair - centre) / 2)

    now = loss(at)
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(at[0] * x + at[1], -500, 500)))
        error, curve = p - y, p * (1 - p)
        gradient = np.array([error @ x, error.sum()]) + precision * (at - centre)
        cross = curve @ x
        hessian = np.array([[curve @ (x * x), cross], [cross, curve.sum()]]) + np.diag(precision)
        step = np.linalg.solve(hessian, gradient)
        size = 1.0
        while loss(at - size * step) > now and size > 1e-6:  # noqa: PLR2004 - no further than rounding
            size /= 2
        at = at - size * step
        before, now = now, loss(at)
        if before - now <= 1e-10 * max(1.0, abs(now)):
            break
    return np.array([max(at[0], _FLATTEST * mean[0]), at[1]])


def shift_for(log_odds: _Float64s, told: NDArray[np.bool_]) -> float:
    """Return what a theme's log-odds should move by on text like this, of which a few labels are known.

    Parameters
    ----------
    log_odds : float array (n,)
        By models that did not see the paragraphs.
    told : bool array (n,)

    It is the most probable shift given the labels, where one of `_SHIFT` either way is expected: twenty labels move
    it little, some hundreds decide. Log-likelihood takes from few labels what the F1 of a threshold does not show.
    """
    return float(_logistic(log_odds, told, (1.0, 0.0), (1e-3, _SHIFT))[1])


_SHIFT = 0.25
"""How far the log-odds of one kind of text lie from those of another, as a standard deviation: the value that did best
on two of the published sources by models that had not learnt from them (benchmarks/tuning.py)."""


def shifted_for(given: Given, score: _Float64s, targets: Targets, themes: Sequence[str]) -> Given:
    """Return `given` calibrations moved by `shift_for` on out-of-fold scores (n, n_themes, 2) of other paragraphs."""
    moved = dict(given)
    for t, theme in enumerate(themes):
        found, known = given.get(theme), targets.known[:, t]
        if isinstance(found, tuple):
            log_odds = found[0].log_odds(score[known, t, 0], score[known, t, 1])
            moved[theme] = (_shifted(found[0], shift_for(log_odds, targets.told[known, t])), found[1])
    return moved


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

    share = 0.0 if config.method == "stacked" else settled(config.sentence_share, _SHARE)
    if config.method == "stacked":
        features = np.column_stack([paragraph, sentence])
    else:
        features = ((1 - share) * paragraph + share * sentence)[:, None]
    if told.all() or not told.any():  # a fold of few labels: there is no curve to fit
        return Calibration(1 - share, share, offset)
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
        shrink = 0.0 if config.shrink == "auto" else config.shrink
        threshold += shrink * (config.value - threshold)
    return float(np.clip(threshold + offset, _LEAST, 1 - _LEAST))


def _middle(one: float, other: float) -> float:
    """Return the probability midway between two log-odds."""
    return float(1 / (1 + np.exp(-(one + other) / 2)))


def _log_odds(probability: _Float64s) -> _Float64s:
    clipped = np.clip(probability, 1e-9, 1 - 1e-9)
    odds: _Float64s = np.log(clipped / (1 - clipped))
    return odds
