"""How sure one can be of a figure, by the bootstrap over articles, and whether one model is better than another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gxclassify.errors import ConfigError
from gxclassify.evaluation.metrics import BINS, Predictions, bin_of, measure, predictions
from gxclassify.messages import Message

if TYPE_CHECKING:
    from gxclassify.labels.records import LabelRecord
    from gxclassify.model.model import Model

CONFIDENCE = 0.95
SMALLEST = 6
"""Of a difference's digits, the last that counts: what is less comes of adding up in another order."""

_OVERALL = {
    "macro_f1": Message("macro F1"), "micro_f1": Message("micro F1"), "map": Message("mean average precision"),
}  # fmt: skip


def signed(difference: float) -> str:
    """Return a difference with its sign and three digits, or as many as tell it from none; none has no sign.

    >>> [signed(value) for value in (0.0264, -0.00017, 0.0)]
    ['+0.026', '-0.0002', '0.000']
    """
    for digits in range(3, SMALLEST + 1):
        if rounded := round(difference, digits):
            return f"{rounded:+.{digits}f}"
    return "0.000"


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of both models, B's less A's, and between which values the difference lies.

    ``share_better`` is the share of the bootstrap's draws in which B is above A.
    """

    name: str
    a: float
    b: float
    interval: Interval
    share_better: float

    @property
    def difference(self) -> float:
        """What B has more than A."""
        return self.b - self.a

    @property
    def verdict(self) -> str:
        """``better`` or ``worse`` when the whole interval says so of B; ``same``, or ``unclear``."""
        low, high = round(self.interval.low, SMALLEST), round(self.interval.high, SMALLEST)
        if low > 0:
            return "better"
        if high < 0:
            return "worse"
        return "same" if low == high == 0 else "unclear"

    def sentence(self) -> str:
        """Say it in one sentence."""
        says = {
            "better": Message("B is better; chance alone would hardly do this."),
            "worse": Message("B is worse; chance alone would hardly do this."),
            "unclear": Message(
                "within what chance does (B is ahead in {share:.0%} of the draws).", share=self.share_better
            ),
            "same": Message("no difference at all."),
        }
        return Message(
            "{name}: A {a:.3f}, B {b:.3f} ({change}, {low} to {high}): {verdict}",
            name=self.name,
            a=self.a,
            b=self.b,
            change=signed(self.difference),
            low=signed(self.interval.low),
            high=signed(self.interval.high),
            verdict=says[self.verdict],
        )

    def to_json(self) -> dict[str, Any]:
        """Return the difference as a dict."""
        return {
            **asdict(self),
            "interval": self.interval.to_json(),
            "difference": self.difference,
            "verdict": self.verdict,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two models on the same paragraphs.

    Attributes
    ----------
    a, b : str
        The models' names.
    paragraphs, articles, draws : int
    overall : dict of str to Difference
        ``macro_f1``, ``micro_f1`` and ``map``, each with a 95 % interval.
    per_theme : dict of str to Difference
        F1 by theme; their intervals are widened so that all of them hold together with 95 % (Bonferroni).
    changed : int
        Decisions (paragraph, theme) on which the two differ.
    only_a, only_b : tuple of str
        Themes that the other one does not have. They count in no figure; one that only A has makes B worse, which
        never tags it.
    """

    a: str
    b: str
    paragraphs: int
    articles: int
    draws: int
    overall: dict[str, Difference]
    per_theme: dict[str, Difference]
    changed: int
    only_a: tuple[str, ...] = ()
    only_b: tuple[str, ...] = ()

    @property
    def worse(self) -> list[str]:
        """The figures in which B is worse beyond chance, such as ``macro_f1`` or ``f1.policy``."""
        overall = [name for name, difference in self.overall.items() if difference.verdict == "worse"]
        themes = [theme for theme, difference in self.per_theme.items() if difference.verdict == "worse"]
        return overall + [f"f1.{theme}" for theme in (*themes, *self.only_a)]

    @property
    def worse_beyond_chance(self) -> bool:
        """Whether B is worse than A, beyond what chance explains, overall or in a theme."""
        return bool(self.worse)

    @property
    def better_beyond_chance(self) -> bool:
        """Whether B is better than A in macro F1 or mean average precision beyond chance, and worse in nothing."""
        return not self.worse and any(self.overall[name].verdict == "better" for name in ("macro_f1", "map"))

    def summary(self, names: Mapping[str, str] | None = None) -> str:
        """Return the outcome in one sentence; `names` is what to call themes otherwise than by their ids."""
        return summary_of(self._told(), names)

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as nested dicts."""
        return self._told() | {"summary": self.summary()}

    def _told(self) -> dict[str, Any]:
        return {
            "a": self.a,
            "b": self.b,
            "paragraphs": self.paragraphs,
            "articles": self.articles,
            "draws": self.draws,
            "changed": self.changed,
            "only_a": [*self.only_a],
            "only_b": [*self.only_b],
            "overall": {name: difference.to_json() for name, difference in self.overall.items()},
            "per_theme": {theme: difference.to_json() for theme, difference in self.per_theme.items()},
            "worse": self.worse,
            "worse_beyond_chance": self.worse_beyond_chance,
            "better_beyond_chance": self.better_beyond_chance,
        }


def figure_names(
    figures: Iterable[str], lacking: Collection[str] = (), names: Mapping[str, str] | None = None
) -> list[Message]:
    """Return what people call figures such as ``macro_f1`` and ``f1.policy``; `lacking` are themes of A alone."""

    def of_theme(theme: str) -> Message:
        name = (names or {}).get(theme, theme)
        return Message("{theme} (a theme that it lacks)", theme=name) if theme in lacking else _f1_of(name)

    return [_OVERALL.get(figure) or of_theme(figure.removeprefix("f1.")) for figure in figures]


def _f1_of(theme: str) -> Message:
    return Message("F1 of {theme}", theme=theme)


def summary_of(told: Mapping[str, Any], names: Mapping[str, str] | None = None) -> str:
    """Return the outcome of a comparison that `Comparison.to_json` told of in one sentence, for people."""
    same = all(difference["verdict"] == "same" for difference in told["overall"].values())
    if same and not told["changed"] and not told.get("only_a"):
        return Message("The two models decide alike on every paragraph.")
    if told["worse_beyond_chance"]:
        worse = figure_names(told["worse"], told.get("only_a", ()), names)
        return Message("B is worse than A beyond chance in {worse}: keep A.", worse=worse)
    if told["better_beyond_chance"]:
        return Message("B is better than A beyond chance, and worse in nothing: take B.")
    return Message(
        "These {paragraphs} paragraphs cannot tell the two apart: the differences are of the "
        "size that chance makes. Judge by other reasons, or label more paragraphs.",
        paragraphs=told["paragraphs"],
    )


def compare(
    model_a: Model, model_b: Model, records: Sequence[LabelRecord], *, draws: int = 2000, seed: int = 0
) -> Comparison:
    """Tell whether `model_b` is better than `model_a` on labelled paragraphs.

    The paired bootstrap (Efron and Tibshirani, 1993, chapter 16; for text tagging Koehn, 2004): articles are drawn
    with replacement, both models are measured on each draw, and the differences show what chance does.

    Parameters
    ----------
    model_a, model_b : Model
        A is the one in use, B the newcomer.
    records : sequence of LabelRecord
        Where the models have different themes, those count that both have.
    draws : int
    seed : int

    Raises
    ------
    ConfigError
        The models have no theme in common.
    LabelError
        A record states a theme that neither model has.
    """
    themes = tuple(theme for theme in model_a.themes if theme in model_b.themes)
    if not themes:
        raise ConfigError(
            "The models have no theme in common and cannot be compared: {themes} against {themes_2}; "
            "'gxclassify evaluate' measures each by itself.",
            themes=[*model_a.themes],
            themes_2=[*model_b.themes],
        )
    only_a = tuple(theme for theme in model_a.themes if theme not in themes)
    only_b = tuple(theme for theme in model_b.themes if theme not in themes)
    records = [_without({*only_a, *only_b}, record) for record in records]
    a, b = (_in_order(predictions(model, records), themes) for model in (model_a, model_b))
    articles = [record.article for record in records]
    found = compare_predictions(a, b, articles, names=(model_a.name, model_b.name), draws=draws, seed=seed)
    return replace(found, only_a=only_a, only_b=only_b)


def _without(themes: set[str], record: LabelRecord) -> LabelRecord:
    """Return a record that says nothing of these themes."""
    if themes.isdisjoint(record.labels) and themes.isdisjoint(record.maybe):
        return record
    return replace(
        record,
        labels=tuple(theme for theme in record.labels if theme not in themes),
        maybe=tuple(theme for theme in record.maybe if theme not in themes),
        evidence={theme: spans for theme, spans in record.evidence.items() if theme not in themes},
    )


def _in_order(p: Predictions, themes: tuple[str, ...]) -> Predictions:
    column = [p.themes.index(theme) for theme in themes]
    return Predictions(
        themes,
        p.told[:, column],
        p.known[:, column],
        p.probability[:, column],
        p.tagged[:, column],
        p.thresholds[column],
    )


def compare_predictions(
    a: Predictions,
    b: Predictions,
    articles: Sequence[str],
    *,
    names: tuple[str, str] = ("A", "B"),
    draws: int = 2000,
    seed: int = 0,
) -> Comparison:
    """Compare two models' predictions for the same paragraphs; `articles` names the article of each."""
    resamples = Resamples(articles, draws=draws, seed=seed)
    figures = measure(a).flat(), measure(b).flat()
    draws_a, draws_b = resampled(a, resamples), resampled(b, resamples)

    def difference(key: str, name: str, confidence: float) -> Difference:
        change = np.round(draws_b[key] - draws_a[key], SMALLEST)
        share = float(np.mean(change > 0))
        return Difference(name, figures[0][key], figures[1][key], percentiles(change, confidence), share)

    themes_confidence = 1 - (1 - CONFIDENCE) / len(a.themes)
    return Comparison(
        a=names[0],
        b=names[1],
        paragraphs=len(articles),
        articles=resamples.n_articles,
        draws=draws,
        overall={key: difference(key, name, CONFIDENCE) for key, name in _OVERALL.items()},
        per_theme={theme: difference(f"f1.{theme}", _f1_of(theme), themes_confidence) for theme in a.themes},
        changed=int(((a.tagged != b.tagged) & a.known).sum()),
    )


# Paragraphs of one article resemble each other, so articles are drawn, with replacement, and every figure is computed
# anew on each draw (Efron, 1979; clusters: Davison and Hinkley, 1997, section 3.8). A draw is a row of weights, how
# often each article was drawn, and all draws are computed at once as products of that matrix with counts per article.
_Floats = NDArray[np.float64]
_CHUNK = 64  # draws ranked at a time: keeps the arrays of (draws, paragraphs) small


@dataclass(frozen=True, slots=True)
class Interval:
    """Between which values a figure lies with the confidence asked for."""

    low: float
    high: float

    def to_json(self) -> list[float]:
        """Return ``[low, high]``."""
        return [self.low, self.high]


class Resamples:
    """Draws of articles, the same for every model that is measured with them.

    Parameters
    ----------
    articles : sequence of str, length n
        The article of each paragraph.
    draws : int
    seed : int

    Attributes
    ----------
    article : int64 array (n,)
        The number of each paragraph's article.
    weight : float array (draws, n_articles)
        How often each article was drawn.
    """

    def __init__(self, articles: Sequence[str], *, draws: int = 1000, seed: int = 0) -> None:
        names, self.article = np.unique(np.asarray(articles, dtype=str), return_inverse=True)
        share = np.full(len(names), 1 / len(names))
        self.weight = np.random.default_rng(seed).multinomial(len(names), share, size=draws).astype(np.float64)

    @property
    def n_articles(self) -> int:
        """Number of articles."""
        return int(self.weight.shape[1])

    def totals(self, per_paragraph: NDArray[np.generic]) -> _Floats:
        """Return the sums of `per_paragraph`, (n, …), over each draw, (draws, …)."""
        values = per_paragraph.astype(np.float64).reshape(len(self.article), -1)
        per_article = np.zeros((self.n_articles, values.shape[1]))
        np.add.at(per_article, self.article, values)
        return (self.weight @ per_article).reshape(-1, *per_paragraph.shape[1:])


def resampled(p: Predictions, resamples: Resamples) -> dict[str, _Floats]:
    """Return every figure of `Metrics.flat` that is not a setting or a count, on every draw: name -> (draws,)."""
    hits = resamples.totals(p.told & p.tagged & p.known)
    told = resamples.totals(p.told & p.known)
    tagged = resamples.totals(p.tagged & p.known)
    figures = {
        "precision": hits / np.maximum(tagged, 1),
        "recall": hits / np.maximum(told, 1),
        "f1": 2 * hits / np.maximum(told + tagged, 1),
        "average_precision": np.column_stack([_average_precision(p, t, resamples) for t in range(len(p.themes))]),
    }
    right = ((p.told == p.tagged) | ~p.known).all(axis=1)
    known = np.maximum(resamples.totals(p.known).sum(axis=1), 1)
    squares = np.where(p.known, (p.probability - p.told) ** 2, 0)
    whole = {
        "macro_f1": figures["f1"].mean(axis=1),
        "micro_f1": 2 * hits.sum(axis=1) / np.maximum((told + tagged).sum(axis=1), 1),
        "map": figures["average_precision"].mean(axis=1),
        "subset_accuracy": resamples.totals(right) / resamples.totals(np.ones_like(right)),
        "brier": resamples.totals(squares).sum(axis=1) / known,
        "calibration_error": _calibration_error(p, resamples) / known,
    }
    for name, values in figures.items():
        whole |= {f"{name}.{theme}": values[:, t] for t, theme in enumerate(p.themes)}
    return whole


def _average_precision(p: Predictions, t: int, resamples: Resamples) -> _Floats:
    """Return one theme's average precision on every draw, by the definition of scikit-learn.

    AP = sum over distinct probabilities, from the highest, of (recall gained there) * (precision there).
    """
    rows = np.flatnonzero(p.known[:, t])
    order = rows[np.argsort(-p.probability[rows, t], kind="stable")]
    ranked, told = p.probability[order, t], p.told[order, t]
    if not len(ranked):
        return np.zeros(len(resamples.weight))
    last = np.flatnonzero(np.append(ranked[1:] < ranked[:-1], True))
    article = resamples.article[order]
    result = np.zeros(len(resamples.weight))
    for start in range(0, len(result), _CHUNK):
        weight = resamples.weight[start : start + _CHUNK, article]
        seen = np.cumsum(weight, axis=1)[:, last]
        hits = np.cumsum(weight * told, axis=1)[:, last]
        precision = hits / np.maximum(seen, 1)
        gained = np.diff(hits, axis=1, prepend=0)
        result[start : start + _CHUNK] = (precision * gained).sum(axis=1) / np.maximum(hits[:, -1], 1)
    return result


def _calibration_error(p: Predictions, resamples: Resamples) -> _Floats:
    """Return on every draw the sum over bins of |sum of probabilities - number told|."""
    gap = np.where(p.known, p.probability - p.told, 0)
    place = bin_of(p.probability)
    per_bin = np.stack([np.where(place == b, gap, 0).sum(axis=1) for b in range(BINS)], axis=1)
    return np.asarray(np.abs(resamples.totals(per_bin)).sum(axis=1))


def percentiles(values: _Floats, confidence: float = 0.95) -> Interval:
    """Return the percentile interval of a figure's `values` on the draws."""
    tail = (1 - confidence) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return Interval(float(low), float(high))


def intervals(p: Predictions, resamples: Resamples) -> dict[str, Interval]:
    """Return the interval of every figure, under the names of `Metrics.flat`."""
    return {name: percentiles(values) for name, values in resampled(p, resamples).items()}
