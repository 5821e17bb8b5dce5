"""Everything that is known of how right a model is: what ``gxclassify evaluate`` shows, and what a training gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gxclassify.evaluation.curves import PrecisionRecall, Reliability, precision_recall, reliability
from gxclassify.evaluation.intervals import Interval, Resamples, intervals
from gxclassify.evaluation.metrics import Metrics, Predictions, measure, predictions
from gxclassify.evaluation.mistakes import Mistake, worst_mistakes
from gxclassify.evaluation.pointing import Pointing, pointing
from gxclassify.evaluation.slices import Slice, slices
from gxclassify.labels.statistics import kinds_of, length_band, length_bands

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gxclassify.config import Config
    from gxclassify.evaluation.learning import LearningCurve
    from gxclassify.labels.records import LabelRecord, LabelSet
    from gxclassify.model import Model
    from gxclassify.themes import Taxonomy
    from gxclassify.training import ThemeClassifier

__all__ = ["Evaluation", "EvaluationReport", "TrainingResult", "Trial", "evaluate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationReport:
    """How a model did on labelled paragraphs.

    Attributes
    ----------
    model : str
        The model's name.
    taxonomy : Taxonomy
    articles : int
    metrics : Metrics
    intervals : dict of str to Interval
        95 % intervals by the names of `Metrics.flat`.
    reliability : Reliability
        Over all (paragraph, theme) pairs.
    curves : dict of str to PrecisionRecall
        By theme, of the themes that are told.
    by_kind, by_length : list of Slice
    pointing : Pointing
    mistakes : list of Mistake
        The worst first.
    """

    model: str
    taxonomy: Taxonomy
    articles: int
    metrics: Metrics
    intervals: dict[str, Interval]
    reliability: Reliability
    curves: dict[str, PrecisionRecall]
    by_kind: list[Slice]
    by_length: list[Slice]
    pointing: Pointing
    mistakes: list[Mistake]

    def to_json(self) -> dict[str, Any]:
        """Return the metrics as `Metrics.to_json` does, with everything else beside them."""
        return {
            "model": self.model,
            **self.metrics.to_json(),
            "articles": self.articles,
            "intervals": {name: interval.to_json() for name, interval in self.intervals.items()},
            "reliability": self.reliability.to_json(),
            "precision_recall": {theme: curve.to_json() for theme, curve in self.curves.items()},
            "by_kind": [part.to_json() for part in self.by_kind],
            "by_length": [part.to_json() for part in self.by_length],
            "marked_sentences": self.pointing.to_json(),
            "mistakes": [mistake.to_json() for mistake in self.mistakes],
        }


def evaluate(
    model: Model, records: Sequence[LabelRecord], *, draws: int = 1000, mistakes: int = 20, seed: int = 0
) -> EvaluationReport:
    """Measure a model on labelled paragraphs.

    Parameters
    ----------
    model : Model
    records : sequence of LabelRecord
    draws : int
        Bootstrap draws of articles for the intervals.
    mistakes : int
        How many of the worst errors to explain.
    seed : int
        Of the draws; the same seed gives the same intervals.

    Raises
    ------
    LabelError
        A record states a theme that the model does not have.
    """
    p = predictions(model, records)
    resamples = Resamples([record.article for record in records], draws=draws, seed=seed)
    curves = {theme: precision_recall(p, theme) for theme in p.themes}
    return EvaluationReport(
        model=model.name,
        taxonomy=model.taxonomy,
        articles=resamples.n_articles,
        metrics=measure(p),
        intervals=intervals(p, resamples),
        reliability=reliability(p.told[p.known], p.probability[p.known]),
        curves={theme: curve for theme, curve in curves.items() if curve is not None},
        by_kind=slices(p, kinds_of(records)),
        by_length=slices(p, [length_band(record.text) for record in records], length_bands()),
        pointing=pointing(model, records),
        mistakes=worst_mistakes(model, records, p, mistakes),
    )


# ---- what a training comes to


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How a model did on one label file.

    Attributes
    ----------
    name : str
        The file's name without its ending; two files of one name get their folder before it.
    """

    name: str
    labels: LabelSet
    predictions: Predictions
    metrics: Metrics


@dataclass(frozen=True, slots=True)
class Trial:
    """One setting that a search tried: its number from 1, what it changed, and its out-of-fold metrics."""

    number: int
    changes: dict[str, Any]
    config: Config
    metrics: Metrics


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """A trained model, saved in `folder`, and how it did on paragraphs it had not seen.

    Attributes
    ----------
    out_of_fold : Evaluation or None
        Every label by a model that never saw it; None when ``classifier.folds`` is 0. After a search it is the best
        of several and so a little too good: judge by `evaluations`.
    evaluations : tuple of Evaluation
        One for each file named for evaluation.
    trials : tuple of Trial
        What a search tried, in order; empty without one.
    learning : LearningCurve or None
        How the figures grew with the labels, when that was asked for.
    """

    model: Model
    classifier: ThemeClassifier
    labels: LabelSet
    config: Config
    folder: Path
    out_of_fold: Evaluation | None
    evaluations: tuple[Evaluation, ...] = ()
    trials: tuple[Trial, ...] = ()
    learning: LearningCurve | None = None
