"""Settings chosen from the data: those that say ``auto`` get the value that does best out of fold.

A short path, not a grid: C starts at 1 and moves by steps of about three while the merit rises: up or else down, of
many paragraphs down or else up, for the best C falls as they grow in number and a small one is fitted faster. Of few
paragraphs this is walked with every term, and its end is tried with the terms of two paragraphs or more; of many the
top of the parabola through the end and its neighbours is tried, for they tell less than a step. Three folds are looked
at or, of large sets, as many as hold `_ENOUGH` paragraphs. Their scores are kept, so that the chosen settings are not
fitted twice: with five folds a usual path fits 9 to 15 times where given settings fit 6 times.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gxclassify.config import settled
from gxclassify.training.fitting import FoldScores, Material, assembled, score_fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gxclassify.config import Config
    from gxclassify.training.fitting import Fit
    from gxclassify.training.targets import Targets

_Floats = NDArray[np.float64]

_STRENGTHS = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
_FIRST = _STRENGTHS.index(1.0)
_STRONGEST_OF_FEW = 10.0
"""Few paragraphs are told apart by any larger C, so that a gain there is chance; many themes among many may need it."""
_FEW = 1000
"""Up to this many paragraphs, rare terms are tried as well; of more they cost size and bring nothing."""
_REPEATS = ((100, 5), (300, 3))
"""Up to how many paragraphs the folds are dealt how often, so that chance in the dealing chooses less."""
_ENOUGH = 2000
"""With this many paragraphs out of fold, a difference of a hundredth is more than chance."""
_MOST_FOLDS = 3
_GAIN = 0.001
"""What a step must bring to be taken, and at least one paragraph in all: in doubt the first setting stays."""
_NEAR = 0.2
"""A C that differs by less than a fifth is the same."""
_SHARES = (0.25, 0.5, 0.0)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The settings that were chosen, and what is known of them.

    Attributes
    ----------
    config : Config
        Without ``auto`` in what is fitted: C, min_df and the share of the strongest sentence.
    material : Material
        With the terms of the chosen min_df.
    values : dict of str to number
        What stands in the place of each ``auto``, by dotted key.
    scores : dict of int to FoldScores
        The folds that were scored on the way by the chosen settings.
    trials : list of (values, merit)
        Every combination that was looked at.
    """

    config: Config
    material: Material
    values: dict[str, Any]
    scores: dict[int, FoldScores] = field(default_factory=dict)
    trials: list[tuple[dict[str, Any], float]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Walked:
    merit: float
    min_df: int
    config: Config
    scores: dict[int, FoldScores]


def choose(
    config: Config,
    folds: Sequence[NDArray[np.int64]],
    make_material: Callable[[int], Material],
    fit_with: Callable[[Config], Fit],
    *,
    exclusive: bool,
) -> Chosen:
    """Put a value in the place of every ``auto`` among the settings that are fitted with.

    Parameters
    ----------
    config : Config
    folds : sequence of int64 arrays (n,)
        The fold of each paragraph, as often as it was dealt; the first is the one whose scores are kept. Without any
        nothing is out of fold: C becomes 1, min_df 1 or 2 by the number of paragraphs.
    make_material : callable
        Counts terms, given min_df.
    fit_with : callable
        Gives the `Fit` of some settings.
    exclusive : bool
    """
    given = config
    if config.features.min_df != "auto":
        material = make_material(config.features.min_df)
        materials = {config.features.min_df: material}
    else:
        material = make_material(2)
        materials = {2: material}
        if len(material.targets.told) <= _FEW:
            materials = {1: make_material(1), 2: material}
    gain = max(_GAIN, 1 / len(material.targets.told))
    if not folds:
        least = min(materials)
        chosen = _with(config, least, 1.0 if config.classifier.C == "auto" else config.classifier.C)
        return Chosen(_with_share(chosen, 0.25), materials[least], _values(given, _with_share(chosen, 0.25)))
    looked_at = _folds_to_look_at(folds[0], config.classifier.folds)
    trials: list[tuple[dict[str, Any], float]] = []

    def walk_to(min_df: int, C: float) -> _Walked:
        own = _with(config, min_df, C)
        fit = fit_with(own)
        scores = [{f: score_fold(materials[min_df], fold, f, own, fit) for f in looked_at} for fold in folds]
        merit, share = _best_share(own, materials[min_df], folds, scores, exclusive=exclusive)
        own = _with_share(own, share)
        trials.append((_values(given, own), merit))
        return _Walked(merit, min_df, own, scores[0])

    if len(materials) == 1 and config.classifier.C != "auto":
        (only,) = materials
        if config.calibration.sentence_share != "auto" or config.calibration.method == "stacked":
            fixed = _with_share(_with(config, only, config.classifier.C), 0.5)
            return Chosen(fixed, material, _values(given, fixed))
        best = walk_to(only, config.classifier.C)
    else:
        first, *others = materials
        best = _path(config, walk_to, first, gain, many=len(material.targets.told) > _FEW)
        for min_df in others:
            other = walk_to(min_df, settled(best.config.classifier.C, "classifier.C"))
            best = other if other.merit > best.merit + gain else best
    return Chosen(best.config, materials[best.min_df], _values(given, best.config), best.scores, trials)


def most_rounds(config: Config, n: int, dealt: int) -> int:
    """Return how many trainings on folds a usual path takes, for a progress bar."""
    if config.classifier.C != "auto" and config.features.min_df != "auto":
        return config.classifier.folds
    return dealt * config.classifier.folds * (4 if n <= _FEW and config.features.min_df == "auto" else 3)


def repeats(n: int) -> int:
    """Return how often the folds of `n` paragraphs are dealt."""
    return next((times for most, times in _REPEATS if n <= most), 1)


def _path(config: Config, walk_to: Callable[[int, float], _Walked], min_df: int, gain: float, *, many: bool) -> _Walked:
    """Walk from C = 1 while it pays, one way or else the other; of `many` rows look between the steps at the end."""
    if config.classifier.C != "auto":
        return walk_to(min_df, config.classifier.C)
    best = walk_to(min_df, _STRENGTHS[_FIRST])
    merits = {_STRENGTHS[_FIRST]: best.merit}
    up, down = _STRENGTHS[_FIRST + 1 :], _STRENGTHS[:_FIRST][::-1]
    if not many:
        up = tuple(C for C in up if C <= _STRONGEST_OF_FEW)
    for path in (down, up) if many else (up, down):
        moved = False
        for C in path:
            walked = walk_to(min_df, C)
            merits[C] = walked.merit
            if walked.merit <= best.merit + gain:
                break
            best, moved = walked, True
        if moved:
            break
    if many and (top := _top(merits, settled(best.config.classifier.C, "classifier.C"))) is not None:
        walked = walk_to(min_df, top)
        best = walked if walked.merit > best.merit else best
    return best


def _top(merits: Mapping[float, float], C: float) -> float | None:
    """Return where the parabola through the merits of `C` and its neighbours, over log C, is highest.

    None where a neighbour was not looked at, or where the top is so near to `C` that another fit tells nothing.
    """
    at = _STRENGTHS.index(C)
    if not 0 < at < len(_STRENGTHS) - 1 or not {_STRENGTHS[at - 1], _STRENGTHS[at + 1]} <= set(merits):
        return None
    x = np.log(_STRENGTHS[at - 1 : at + 2]) - np.log(C)
    a, b, _ = np.polyfit(x, [merits[c] for c in _STRENGTHS[at - 1 : at + 2]], 2)
    if a >= 0 or abs(b / (2 * a)) < _NEAR:
        return None
    return float(f"{C * np.exp(np.clip(-b / (2 * a), x[0] / 2, x[2] / 2)):.2g}")


def _folds_to_look_at(fold: NDArray[np.int64], folds: int) -> list[int]:
    if len(fold) <= _REPEATS[-1][0]:
        return list(range(folds))
    size = np.cumsum(np.bincount(fold, minlength=folds))
    return list(range(min(folds, _MOST_FOLDS, 1 + int(np.searchsorted(size, _ENOUGH)))))


def _best_share(
    config: Config,
    material: Material,
    folds: Sequence[NDArray[np.int64]],
    scores: Sequence[Mapping[int, FoldScores]],
    *,
    exclusive: bool,
) -> tuple[float, float]:
    """Return the merit of scores, and the share of the strongest sentence with which they have it."""
    dealt = []
    for fold, own in zip(folds, scores, strict=True):
        rows = np.isin(fold, list(own))
        dealt.append((assembled(material, fold, own)[rows], material.targets.where(rows)))
    share = config.calibration.sentence_share
    if config.calibration.method == "stacked" or share != "auto":
        shares: tuple[float, ...] = (0.5 if share == "auto" else share,)
    elif material.batch.n_sentences == material.batch.n_paragraphs:
        shares = (_SHARES[0],)
    else:
        shares = _SHARES
    best = (-np.inf, shares[0])
    for candidate in shares:
        value = float(
            np.mean(
                [
                    merit((1 - candidate) * score[:, :, 0] + candidate * score[:, :, 1], targets, exclusive=exclusive)
                    for score, targets in dealt
                ]
            )
        )
        if value > best[0] + max(_GAIN, 1 / len(dealt[0][0])):
            best = (value, candidate)
    return best


def merit(score: _Floats, targets: Targets, *, exclusive: bool) -> float:
    """Return how well scores (n, n_themes) order what is told.

    Exclusive themes: the share of texts whose highest score is the theme told. Otherwise the mean of the mean average
    precision over themes and the average precision over all (text, theme) pairs: the first weighs rare themes like
    common ones, the second asks that the scores of different themes can be compared.
    """
    if exclusive:
        rows = np.arange(len(score))
        return float(targets.told[rows, score.argmax(axis=1)].mean())
    each = [
        average_precision(score[known, t], told[known])
        for t, (told, known) in enumerate(zip(targets.told.T, targets.known.T, strict=True))
        if (told & known).any()
    ]
    together = average_precision(score[targets.known], targets.told[targets.known])
    return float((np.mean(each) + together) / 2) if each else 0.0


def average_precision(score: _Floats, told: NDArray[np.bool_]) -> float:
    """Return the mean, over what is told, of the precision at its rank; ties in the order given."""
    hits = told[np.argsort(-score, kind="stable")]
    places = np.flatnonzero(hits)
    return float(np.mean(np.arange(1, len(places) + 1) / (places + 1))) if len(places) else 0.0


def _with(config: Config, min_df: int, C: float) -> Config:
    return dataclasses.replace(
        config,
        features=dataclasses.replace(config.features, min_df=min_df),
        classifier=dataclasses.replace(config.classifier, C=C),
    )


def _with_share(config: Config, share: float) -> Config:
    """Put `share` in the place of ``auto``."""
    if config.calibration.sentence_share != "auto":
        return config
    return dataclasses.replace(config, calibration=dataclasses.replace(config.calibration, sentence_share=share))


def _values(given: Config, config: Config) -> dict[str, Any]:
    """Return what stands in `config` where `given` says ``auto``, as far as it has been chosen."""
    chosen = config.flat()
    return {key: chosen[key] for key, value in given.flat().items() if value == "auto" and chosen[key] != "auto"}
