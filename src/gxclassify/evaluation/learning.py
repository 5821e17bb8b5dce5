"""How much more labels would help: the learning curve."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gxclassify.errors import ConfigError, TrainingError
from gxclassify.evaluation.metrics import Metrics, Predictions, measure, predictions
from gxclassify.labels.records import LabelRecord, LabelSet, indicators
from gxclassify.messages import Message

if TYPE_CHECKING:
    from pathlib import Path

    from gxclassify.config import Config
    from gxclassify.model.model import Model
    from gxclassify.training import ThemeClassifier

FRACTIONS = (0.125, 0.25, 0.5, 1.0)
"""The parts of the labels that are trained on: each is twice the one before."""

_LAST = 3  # points that tell what the next doubling will bring


@dataclass(frozen=True, slots=True)
class LearningPoint:
    """The figures on one test set after training on ``paragraphs`` paragraphs, means over the repeats."""

    paragraphs: int
    test: str
    macro_f1: float
    map: float
    average_precision: dict[str, float]


@dataclass(frozen=True, slots=True)
class Gain:
    """What each doubling of the labels added."""

    macro_f1: float
    map: float


@dataclass(frozen=True, slots=True)
class LearningCurve:
    """The points, and by test set the gain per doubling: the slope over log2 of the last three sizes."""

    points: list[LearningPoint]
    per_doubling: dict[str, Gain]

    def to_json(self) -> dict[str, Any]:
        """Return the curve as nested dicts."""
        return asdict(self)


def learning_curve(
    labels: LabelSet,
    tests: Mapping[str, Sequence[LabelRecord]],
    config: Config,
    *,
    fractions: Sequence[float] = FRACTIONS,
    repeats: int = 1,
    seed: int = 0,
    prior: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> LearningCurve:
    """Train on growing parts of the labels and measure each model on test sets.

    The parts hold whole articles and are nested: a larger one has all of a smaller one.

    Parameters
    ----------
    labels : LabelSet
        What is trained on.
    tests : mapping of name to records
        What is measured on; none of it may be trained on.
    config : Config
    fractions : sequence of float
        Parts of the labels, ascending, 0 … 1.
    repeats : int
        How many orders of the articles to average over.
    seed : int
    prior : Path, optional
        What every training starts from, as for ``train``.
    progress : callable, optional
        Called with (models trained, models in all).

    Raises
    ------
    ConfigError
        There is no test set, or a fraction is not in 0 … 1.
    TrainingError
        The smallest part has too few labels of a theme.
    """
    if not tests or not fractions or not all(0 < fraction <= 1 for fraction in fractions):
        raise ConfigError(
            "A learning curve needs a test set and fractions within 0 … 1. Got {fractions}.", fractions=list(fractions)
        )
    sums: dict[tuple[int, str], list[tuple[float, float, dict[str, float]]]] = {}
    for repeat in range(repeats):
        order = _article_order(labels.records, seed + repeat)
        for i, fraction in enumerate(sorted(fractions)):
            model = _train(labels, order[: max(1, round(fraction * len(order)))], config, prior)
            for name, records in tests.items():
                metrics = measure(predictions(model, records))
                precision = {theme: m.average_precision for theme, m in metrics.per_theme.items()}
                sums.setdefault((i, name), []).append((metrics.macro_f1, metrics.map, precision))
            if progress is not None:
                progress(repeat * len(fractions) + i + 1, repeats * len(fractions))
    sizes = [max(1, round(fraction * len(labels.records))) for fraction in sorted(fractions)]
    points = [_point(sizes[i], name, runs) for (i, name), runs in sums.items()]
    return LearningCurve(points, {name: _gain([p for p in points if p.test == name]) for name in tests})


def _article_order(records: Sequence[LabelRecord], seed: int) -> list[int]:
    """Return the numbers of the records, article by article in random order."""
    names, article = np.unique([record.article for record in records], return_inverse=True)
    rank = np.random.default_rng(seed).permutation(len(names))[article]
    return np.argsort(rank, kind="stable").tolist()  # type: ignore[no-any-return]  # numpy types tolist as Any


def _train(labels: LabelSet, rows: Sequence[int], config: Config, prior: Path | None) -> Model:
    part = LabelSet(tuple(labels.records[i] for i in sorted(rows)), labels.taxonomy, {})
    return part.fit(config, prior=prior).to_model(labels.taxonomy)


def _point(paragraphs: int, test: str, runs: Sequence[tuple[float, float, dict[str, float]]]) -> LearningPoint:
    precision = {theme: float(np.mean([run[2][theme] for run in runs])) for theme in runs[0][2]}
    macro_f1, mean_ap = (float(np.mean([run[i] for run in runs])) for i in (0, 1))
    return LearningPoint(paragraphs, test, macro_f1, mean_ap, precision)


def _gain(points: Sequence[LearningPoint]) -> Gain:
    last = sorted(points, key=lambda point: point.paragraphs)[-_LAST:]
    if len(last) < 2:  # noqa: PLR2004 - a slope takes two
        return Gain(0.0, 0.0)
    doublings = np.log2([point.paragraphs for point in last])
    slopes = [np.polyfit(doublings, [getattr(point, name) for point in last], 1)[0] for name in ("macro_f1", "map")]
    return Gain(*map(float, slopes))


# ---- What more labels may bring, after a training on few: one line.


_MOST_HALVED = 1000
"""Up to so many paragraphs a training on each half is a matter of seconds."""
_NEXT = 3
_TOLD_FROM_CHANCE = 0.005
_NO_MORE = 0.995
"""From this mean AP on another label can only win what chance does."""


def advise(classifier: ThemeClassifier, labels: LabelSet, config: Config, metrics: Metrics) -> str:
    """Return in one line what more labels may bring and which to label next.

    Of few labels each half is trained on and judged out of fold; what the whole has over them is what twice as many
    may bring at most, for curves flatten.

    Parameters
    ----------
    classifier : ThemeClassifier
        Trained on `labels`.
    labels : LabelSet
    config : Config
        What `classifier` was trained with.
    metrics : Metrics
        Out of fold, of the whole.
    """
    weak = sorted(metrics.per_theme.items(), key=lambda item: (item[1].f1, item[1].support))[:_NEXT]
    names = {theme.id: theme.name for theme in labels.taxonomy.themes}
    named = [
        Message("{theme} (F1 {f1:.2f}, {support} told)", theme=names[theme], f1=own.f1, support=own.support)
        for theme, own in weak
    ]
    after = Message(
        "Label next: {named}; 'gxclassify labels suggest' finds the paragraphs that teach most.", named=named
    )
    few = len(labels.records) <= _MOST_HALVED
    half = _halved(labels, config.with_values(classifier.chosen_, "chosen"), classifier.prior) if few else None
    if half is None:
        return after
    if metrics.map >= _NO_MORE:
        return Message(
            "Mean AP is {half:.3f} with half of the labels and {map:.3f} with all: more of the same kind can hardly "
            "add anything. Measure on texts from where the model is to be used: 'gxclassify evaluate --labels FILE'.",
            half=half,
            map=metrics.map,
        )
    gain = metrics.map - half
    if gain < _TOLD_FROM_CHANCE:
        return Message(
            "Mean AP is {half:.3f} with half of the labels and {map:.3f} with all: what more would add cannot be told "
            "from so few. {after}",
            half=half,
            map=metrics.map,
            after=after,
        )
    return Message(
        "Mean AP is {half:.3f} with half of the labels and {map:.3f} with all: twice as many may "
        "add up to {gain:.3f}. {after}",
        half=half,
        map=metrics.map,
        gain=min(gain, 1 - metrics.map),
        after=after,
    )


def _halved(labels: LabelSet, config: Config, prior: Any) -> float | None:
    """Return the out-of-fold mean AP of trainings on the two halves, or None where one is too small."""
    order = _article_order(labels.records, seed=0)
    middle = len(order) // 2
    probability = np.zeros((len(order), len(labels.taxonomy.themes)))
    for rows in (sorted(order[:middle]), sorted(order[middle:])):
        part = LabelSet(tuple(labels.records[i] for i in rows), labels.taxonomy, {})
        try:
            probability[rows] = part.fit(config, prior=prior).oof_probability_
        except TrainingError:
            return None
    told, known = indicators(labels.records, labels.taxonomy.ids)
    tagged = np.zeros_like(told)  # only the order of the probabilities is judged
    return measure(Predictions(labels.taxonomy.ids, told, known, probability, tagged, np.ones(told.shape[1]))).map
