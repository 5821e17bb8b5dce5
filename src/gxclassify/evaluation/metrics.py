"""The figures of merit of all paragraphs, of parts, of marked sentences; themes that a label leaves open are masked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gxclassify.errors import LabelError
from gxclassify.extras import need
from gxclassify.labels.agreement import marked_sentences
from gxclassify.labels.records import LabelRecord, indicators

need("sklearn", "Training or measuring a model")

from sklearn.metrics import average_precision_score, precision_recall_curve  # noqa: E402 - what is missing is said first

if TYPE_CHECKING:
    from gxclassify.model.model import Model

_Bools = NDArray[np.bool_]
_Floats = NDArray[np.float64]

BINS = 10
"""Into how many bins probabilities are sorted to see how well they are calibrated."""


@dataclass(frozen=True, slots=True)
class Predictions:
    """What a model says of labelled paragraphs beside what people said.

    Attributes
    ----------
    themes : tuple of str
    told, known, tagged : bool arrays (n, n_themes)
        What the label tells; where it says anything (not `maybe`); what the model tags.
    probability : float array (n, n_themes)
    thresholds : float array (n_themes,)
    """

    themes: tuple[str, ...]
    told: _Bools
    known: _Bools
    probability: _Floats
    tagged: _Bools
    thresholds: _Floats

    def rows(self, index: NDArray[np.integer] | _Bools) -> Predictions:
        """Return the predictions of some rows."""
        return Predictions(
            self.themes,
            self.told[index],
            self.known[index],
            self.probability[index],
            self.tagged[index],
            self.thresholds,
        )


@dataclass(frozen=True, slots=True)
class ThemeMetrics:
    """One theme: precision, recall and F1 of the tags, average precision and Brier score of the probabilities.

    ``support`` is the number of paragraphs that tell the theme. A value that nothing defines (no tag, no support) is 0.
    """

    precision: float
    recall: float
    f1: float
    average_precision: float
    brier: float
    calibration_error: float
    threshold: float
    support: int


@dataclass(frozen=True, slots=True)
class Metrics:
    """All themes: means over themes (macro F1, mean average precision), over decisions (micro F1), over paragraphs.

    ``subset_accuracy`` is the share of paragraphs all of whose known themes are right; ``brier`` and
    ``calibration_error`` are the Brier score and the expected calibration error over all (paragraph, theme) pairs.
    """

    macro_f1: float
    micro_f1: float
    map: float
    subset_accuracy: float
    brier: float
    calibration_error: float
    per_theme: dict[str, ThemeMetrics]
    paragraphs: int

    def to_json(self) -> dict[str, Any]:
        """Return the metrics as nested dicts."""
        return asdict(self)

    def flat(self) -> dict[str, float]:
        """Return the metrics under names as MLflow takes them, ``f1.policy``."""
        names = ("macro_f1", "micro_f1", "map", "subset_accuracy", "brier", "calibration_error")
        whole: dict[str, float] = {name: getattr(self, name) for name in names}
        for theme, metrics in self.per_theme.items():
            whole |= {f"{name}.{theme}": float(value) for name, value in asdict(metrics).items()}
        return whole


def predictions(model: Model, records: Sequence[LabelRecord]) -> Predictions:
    """Run `model` over the records' texts.

    Raises
    ------
    LabelError
        A record states a theme that the model does not have.
    """
    for record in records:
        for theme in (*record.labels, *record.maybe):
            if theme not in model.themes:
                raise LabelError(
                    "{where}: the model has no theme {theme!r}; it has {themes}.",
                    where=record.where,
                    theme=theme,
                    themes=[*model.themes],
                )
    told, known = indicators(records, model.themes)
    probability = model.predict_proba(record.text for record in records)
    thresholds = np.array(list(model.thresholds.values()))
    return Predictions(model.themes, told, known, probability, model.decide(probability), thresholds)


def measure(p: Predictions) -> Metrics:
    """Return the metrics of predictions."""
    per_theme = {theme: _theme_metrics(p, t) for t, theme in enumerate(p.themes)}
    hits = int((p.told & p.tagged & p.known).sum())
    wrong = int(((p.told ^ p.tagged) & p.known).sum())
    right_rows = ((p.told == p.tagged) | ~p.known).all(axis=1)
    return Metrics(
        macro_f1=float(np.mean([m.f1 for m in per_theme.values()])),
        micro_f1=2 * hits / max(1, 2 * hits + wrong),
        map=float(np.mean([m.average_precision for m in per_theme.values()])),
        subset_accuracy=float(right_rows.mean()) if len(right_rows) else 0.0,
        brier=brier_score(p.told[p.known], p.probability[p.known]),
        calibration_error=calibration_error(p.told[p.known], p.probability[p.known]),
        per_theme=per_theme,
        paragraphs=len(p.told),
    )


def _theme_metrics(p: Predictions, t: int) -> ThemeMetrics:
    rows = p.known[:, t]
    told, tagged, probability = p.told[rows, t], p.tagged[rows, t], p.probability[rows, t]
    hits = int((told & tagged).sum())
    n_told, n_tagged = int(told.sum()), int(tagged.sum())
    return ThemeMetrics(
        precision=hits / max(1, n_tagged),
        recall=hits / max(1, n_told),
        f1=2 * hits / max(1, n_told + n_tagged),
        average_precision=float(average_precision_score(told, probability)) if n_told else 0.0,
        brier=brier_score(told, probability),
        calibration_error=calibration_error(told, probability),
        threshold=float(p.thresholds[t]),
        support=n_told,
    )


def brier_score(told: _Bools, probability: _Floats) -> float:
    """Return the mean squared distance of the probabilities from 0 and 1 (Brier, 1950); 0 is best."""
    return float(np.mean((probability - told) ** 2)) if len(told) else 0.0


def calibration_error(told: _Bools, probability: _Floats) -> float:
    """Return the expected calibration error over `BINS` equal-width bins (Naeini, Cooper and Hauskrecht, 2015).

    The mean over bins, weighted by their size, of the distance between the mean probability and the share told.
    """
    if not len(told):
        return 0.0
    place = bin_of(probability)
    count = np.bincount(place, minlength=BINS)
    gap = np.abs(np.bincount(place, probability, BINS) - np.bincount(place, told.astype(np.float64), BINS))
    return float(gap.sum() / count.sum())


def bin_of(probability: _Floats) -> NDArray[np.int64]:
    """Return which of `BINS` equal-width bins each probability falls in; 1 falls in the last."""
    place: NDArray[np.int64] = np.minimum((probability * BINS).astype(np.int64), BINS - 1)
    return place


_MOST_POINTS = 200


@dataclass(frozen=True, slots=True)
class Reliability:
    """Per bin of equal width that holds any pair: mean probability, share told, number of (paragraph, theme) pairs."""

    probability: list[float]
    told: list[float]
    pairs: list[int]

    def to_json(self) -> dict[str, Any]:
        """Return the bins as lists."""
        return {"probability": self.probability, "told": self.told, "pairs": self.pairs}


@dataclass(frozen=True, slots=True)
class PrecisionRecall:
    """Precision and recall at falling thresholds, of one theme, and where its own threshold stands among them."""

    precision: list[float]
    recall: list[float]
    at_threshold: tuple[float, float]

    def to_json(self) -> dict[str, Any]:
        """Return the points as lists; ``at_threshold`` is (precision, recall)."""
        return {"precision": self.precision, "recall": self.recall, "at_threshold": list(self.at_threshold)}


def reliability(told: NDArray[np.bool_], probability: NDArray[np.float64]) -> Reliability:
    """Sort pairs into bins by probability; where the model is calibrated, share told and mean probability agree."""
    place = bin_of(probability)
    pairs = np.bincount(place, minlength=BINS)
    filled = pairs > 0
    mean = np.bincount(place, probability, BINS)[filled] / pairs[filled]
    share = np.bincount(place, told.astype(np.float64), BINS)[filled] / pairs[filled]
    return Reliability(mean.tolist(), share.tolist(), pairs[filled].tolist())


def precision_recalls(p: Predictions) -> dict[str, PrecisionRecall]:
    """Return the curves of the themes that are told."""
    return {theme: curve for theme in p.themes if (curve := precision_recall(p, theme)) is not None}


def precision_recall(p: Predictions, theme: str) -> PrecisionRecall | None:
    """Return the curve of one theme; None where no paragraph tells it, and recall has no meaning."""
    t = p.themes.index(theme)
    rows = p.known[:, t]
    told, tagged = p.told[rows, t], p.tagged[rows, t]
    if not told.any():
        return None
    precision, recall, _ = precision_recall_curve(told, p.probability[rows, t])
    step = max(1, len(recall) // _MOST_POINTS)
    kept = np.unique(np.append(np.arange(0, len(recall), step), len(recall) - 1))
    hits = int((told & tagged).sum())
    at_threshold = (hits / max(1, int(tagged.sum())), hits / int(told.sum()))
    return PrecisionRecall(precision[kept].tolist(), recall[kept].tolist(), at_threshold)


@dataclass(frozen=True, slots=True)
class Slice:
    """One part; ``macro_f1`` and ``map`` are means over the ``themes`` that it tells, None where it tells none."""

    name: str
    paragraphs: int
    themes: int
    macro_f1: float | None
    micro_f1: float
    map: float | None
    subset_accuracy: float
    calibration_error: float

    def to_json(self) -> dict[str, Any]:
        """Return the part's figures as a dict."""
        return asdict(self)


def slices(p: Predictions, names: Sequence[str], order: Sequence[str] = ()) -> list[Slice]:
    """Measure each group of paragraphs with one name in `names` (length n), in `order` or the largest first."""
    own = np.asarray(names, dtype=str)
    labels, size = np.unique(own, return_counts=True)
    if not order:
        said = {name: name for name in names}  # an array keeps of a message its English alone
        order = [said[str(label)] for label in labels[np.lexsort((labels, -size))]]
    return [_slice(name, p.rows(own == name)) for name in order if name in labels]


def _slice(name: str, p: Predictions) -> Slice:
    metrics = measure(p)
    told = [theme for theme in metrics.per_theme.values() if theme.support]
    return Slice(
        name=name,
        paragraphs=metrics.paragraphs,
        themes=len(told),
        macro_f1=float(np.mean([theme.f1 for theme in told])) if told else None,
        micro_f1=metrics.micro_f1,
        map=float(np.mean([theme.average_precision for theme in told])) if told else None,
        subset_accuracy=metrics.subset_accuracy,
        calibration_error=metrics.calibration_error,
    )


_BATCH = 256


@dataclass(frozen=True, slots=True)
class Pointing:
    """Over the labels with marked sentences in paragraphs of two or more sentences.

    Attributes
    ----------
    labels : int
        How many such (paragraph, theme) there are.
    agreement : float or None
        Share of them whose strongest sentence, by the model, is marked; None when there are none.
    by_chance : float or None
        The share that pointing at random would reach.
    one_sentence : int
        Marked labels in paragraphs of one sentence, which agree by themselves and are left out.
    per_theme : dict of str to (labels, agreement or None)
    """

    labels: int
    agreement: float | None
    by_chance: float | None
    one_sentence: int
    per_theme: dict[str, tuple[int, float | None]]

    def to_json(self) -> dict[str, Any]:
        """Return the figures as nested dicts."""
        themes = {theme: {"labels": n, "agreement": share} for theme, (n, share) in self.per_theme.items()}
        return {**asdict(self), "per_theme": themes}


def pointing(model: Model, records: Sequence[LabelRecord]) -> Pointing:
    """Hold the model's strongest sentence against the marked ones, for every label with marks.

    It asks where the model would point if it tagged the theme, whether it does or not.
    """
    hits: dict[str, list[bool]] = {theme: [] for theme in model.themes}
    chances: list[float] = []
    one_sentence = 0
    marked_records = [record for record in records if record.evidence]
    for record, strongest, n_sentences in _strongest(model, marked_records):
        for theme, spans in record.evidence.items():
            marked = marked_sentences(record.text, spans)
            if not marked or n_sentences == 1:
                one_sentence += bool(marked)
                continue
            hits[theme].append(strongest[theme] in marked)
            chances.append(len(marked) / n_sentences)
    together = [hit for own in hits.values() for hit in own]
    return Pointing(
        labels=len(together),
        agreement=_share(together),
        by_chance=_share(chances),
        one_sentence=one_sentence,
        per_theme={theme: (len(own), _share(own)) for theme, own in hits.items()},
    )


def _strongest(model: Model, records: Sequence[LabelRecord]) -> Iterator[tuple[LabelRecord, dict[str, int], int]]:
    """Yield each record with the number of the strongest sentence by theme, and how many sentences there are."""
    for start in range(0, len(records), _BATCH):
        batch = records[start : start + _BATCH]
        scored = model._score([record.text for record in batch])  # noqa: SLF001 - as the explanation does, many at once
        first = scored.batch.first_sentence.tolist()
        for i, record in enumerate(batch):
            best = scored.sentence[first[i] : first[i + 1]].argmax(axis=0)
            yield record, dict(zip(model.themes, best.tolist(), strict=True)), first[i + 1] - first[i]


def _share(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None
