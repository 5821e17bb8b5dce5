"""Everything that is known of how right a model is: what ``gxclassify evaluate`` shows, and what a training gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gxclassify.evaluation.compare import Interval, Resamples, intervals
from gxclassify.evaluation.metrics import (
    Metrics,
    Pointing,
    PrecisionRecall,
    Predictions,
    Reliability,
    Slice,
    measure,
    pointing,
    precision_recalls,
    predictions,
    reliability,
    slices,
)
from gxclassify.labels.statistics import kinds_of, length_band, length_bands
from gxclassify.messages import Message

if TYPE_CHECKING:
    from gxclassify.config import Config
    from gxclassify.evaluation.learning import LearningCurve
    from gxclassify.labels.records import LabelRecord, LabelSet
    from gxclassify.model.model import Model
    from gxclassify.themes import Taxonomy
    from gxclassify.training import ThemeClassifier


def remembered(model: Model, hashes: Mapping[str, str]) -> list[Message]:
    """Return a sentence for each file of `hashes` (SHA-256 by name) that `model`, or what it started from, learnt from.

    Figures on it tell little.
    """
    trained_on = {entry["sha256"] for entry in model.provenance.get("labels") or []} | _of_its_start(model)
    return [
        Message(
            "{name}: {model} was trained on this file; the figures show what it remembers, not what it can do.",
            name=name,
            model=model.name,
        )
        for name, digest in hashes.items()
        if digest in trained_on
    ]


def known_before(model: Model, hashes: Mapping[str, str]) -> list[Message]:
    """Return a sentence where what `model` started from was trained on files that it was trained on itself.

    Then no model of the cross-validation is without them, and out-of-fold figures tell little.
    """
    known = _of_its_start(model)
    files = [name for name, digest in hashes.items() if digest in known]
    if not files:
        return []
    return [
        Message(
            "{files}: what it starts from was trained on this as well; the figures out of fold show what that "
            "remembers, not what it can do.",
            files=files,
        )
    ]


def _of_its_start(model: Model) -> set[str]:
    return {entry["sha256"] for entry in (model.provenance.get("prior") or {}).get("labels") or []}


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
    not_learnt : tuple of str
        Themes that the model has and never tags.
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
    not_learnt: tuple[str, ...] = ()

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
    return EvaluationReport(
        model=model.name,
        taxonomy=model.taxonomy,
        articles=resamples.n_articles,
        metrics=measure(p),
        intervals=intervals(p, resamples),
        reliability=reliability(p.told[p.known], p.probability[p.known]),
        curves=precision_recalls(p),
        by_kind=slices(p, kinds_of(records)),
        by_length=slices(p, [length_band(record.text) for record in records], length_bands()),
        pointing=pointing(model, records),
        mistakes=worst_mistakes(model, records, p, mistakes),
        not_learnt=tuple(model.provenance.get("not_learnt") or ()),
    )


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
    advice : str
        What more labels may bring and which to label next, in one line.
    sources : mapping
        ``labels``, ``prior`` and ``evaluate`` as an experiment file names them, those that there are.
    min_support : int
        Of how many articles the paragraphs had to be that tell a theme, for it to be learnt.
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
    advice: str = ""
    sources: Mapping[str, Any] = field(default_factory=dict)
    min_support: int = 2

    @property
    def measured(self) -> tuple[Evaluation, ...]:
        """All that was measured: `out_of_fold`, where there is that, and `evaluations`; no two of one name."""
        return self.evaluations if self.out_of_fold is None else (self.out_of_fold, *self.evaluations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A wrong decision.

    Attributes
    ----------
    told : bool
        What the label says; the model said the other.
    probability : float
        What the model gave.
    threshold : float or None
        Where it begins to tag; None where themes exclude each other and the nearest wins.
    sentence_span : (start, end)
        The sentence that spoke most for the theme, in characters of `text`.
    terms : list of (str, float)
        Its weightiest words with what each adds to the score; empty when nothing spoke for the theme.
    marked_spans : tuple of (start, end)
        The sentences that the label marks; empty where it marks none.
    """

    id: str
    where: str
    theme: str
    told: bool
    probability: float
    threshold: float | None
    sentence_span: tuple[int, int]
    terms: list[tuple[str, float]]
    marked_spans: tuple[tuple[int, int], ...]
    text: str

    @property
    def sentence(self) -> str:
        """The sentence that spoke most for the theme."""
        return self.text[slice(*self.sentence_span)]

    @property
    def marked(self) -> str:
        """What the label marks."""
        return "".join(self.text[start:end] for start, end in self.marked_spans)

    def reason(self) -> str:
        """Say why in one sentence."""
        words = [f"{term} {weight:+.2f}" for term, weight in self.terms]
        because = (
            Message("most for it speaks «{sentence}» with {words}", sentence=self.sentence, words=words)
            if words
            else Message("most for it speaks «{sentence}», where no word does", sentence=self.sentence)
        )
        if self.told:
            marked = (
                Message("; the label marks «{marked}»", marked=self.marked)
                if self.marked and self.marked != self.sentence
                else ""
            )
            if self.threshold is None:
                return Message(
                    "missed at {probability:.2f} (another theme was nearer): {because}{marked}.",
                    probability=self.probability,
                    because=because,
                    marked=marked,
                )
            return Message(
                "missed at {probability:.2f} (tagged from {threshold:.2f}): {because}{marked}.",
                probability=self.probability,
                threshold=self.threshold,
                because=because,
                marked=marked,
            )
        return Message(
            "tagged at {probability:.2f}, but not told: {because}.", probability=self.probability, because=because
        )

    def to_json(self) -> dict[str, Any]:
        """Return the mistake as a dict."""
        terms = [{"term": term, "weight": round(weight, 4)} for term, weight in self.terms]
        spans = {"sentence_span": list(self.sentence_span), "marked_spans": [list(span) for span in self.marked_spans]}
        return {**asdict(self), **spans, "terms": terms, "reason": self.reason()}


def worst_decisions(p: Predictions, count: int) -> list[tuple[int, int]]:
    """Return (row, column) of the `count` wrong decisions with the probability farthest from the label, worst first."""
    rows, columns = np.nonzero((p.told != p.tagged) & p.known)
    distance = np.abs(p.probability[rows, columns] - p.told[rows, columns])
    order = np.lexsort((columns, rows, -distance))[:count]
    return list(zip(rows[order].tolist(), columns[order].tolist(), strict=True))


def worst_mistakes(model: Model, records: Sequence[LabelRecord], p: Predictions, count: int) -> list[Mistake]:
    """Return the `worst_decisions` with the sentence and the words that decided."""
    explaining, thresholds = model.telling_all(), not model.taxonomy.exclusive
    worst = worst_decisions(p, count)
    return [_mistake(explaining, records[row], p, row, column, thresholds=thresholds) for row, column in worst]


def _mistake(
    explaining: Model, record: LabelRecord, p: Predictions, row: int, column: int, *, thresholds: bool
) -> Mistake:
    theme = p.themes[column]
    (paragraph,) = explaining.tag([record.text])
    strongest = paragraph.evidence.get(theme, ())[:1]
    return Mistake(
        id=record.id,
        where=record.where,
        theme=theme,
        told=bool(p.told[row, column]),
        probability=float(p.probability[row, column]),
        threshold=float(p.thresholds[column]) if thresholds else None,
        sentence_span=strongest[0].within if strongest else (0, 0),
        terms=[(term.term, float(term.weight)) for term in strongest[0].terms] if strongest else [],
        marked_spans=tuple(record.evidence.get(theme, ())),
        text=record.text,
    )
