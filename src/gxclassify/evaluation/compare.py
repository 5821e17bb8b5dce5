"""Whether one model is better than another: what ``gxclassify compare`` says."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gxclassify.errors import ConfigError
from gxclassify.evaluation.intervals import Interval, Resamples, percentiles, resampled
from gxclassify.evaluation.metrics import Predictions, measure, predictions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.labels.records import LabelRecord
    from gxclassify.model import Model

__all__ = ["Comparison", "Difference", "compare", "compare_predictions"]

CONFIDENCE = 0.95
_OVERALL = {"macro_f1": "macro F1", "micro_f1": "micro F1", "map": "mean average precision"}


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
        if self.interval.low > 0:
            return "better"
        if self.interval.high < 0:
            return "worse"
        return "same" if self.interval.low == self.interval.high == 0 else "unclear"

    def sentence(self) -> str:
        """Say it in one sentence."""
        figures = f"{self.name}: A {self.a:.3f}, B {self.b:.3f}"
        change = f"{self.difference:+.3f}, {self.interval.low:+.3f} to {self.interval.high:+.3f}"
        says = {
            "better": "B is better; chance alone would hardly do this.",
            "worse": "B is worse; chance alone would hardly do this.",
            "unclear": f"within what chance does (B is ahead in {self.share_better:.0%} of the draws).",
            "same": "no difference at all.",
        }
        return f"{figures} ({change}): {says[self.verdict]}"

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
    """

    a: str
    b: str
    paragraphs: int
    articles: int
    draws: int
    overall: dict[str, Difference]
    per_theme: dict[str, Difference]
    changed: int

    @property
    def worse(self) -> list[str]:
        """The figures in which B is worse beyond chance, such as ``macro_f1`` or ``f1.policy``."""
        overall = [name for name, difference in self.overall.items() if difference.verdict == "worse"]
        return overall + [f"f1.{theme}" for theme, d in self.per_theme.items() if d.verdict == "worse"]

    @property
    def worse_beyond_chance(self) -> bool:
        """Whether B is worse than A, beyond what chance explains, overall or in a theme."""
        return bool(self.worse)

    @property
    def better_beyond_chance(self) -> bool:
        """Whether B is better than A in macro F1 or mean average precision beyond chance, and worse in nothing."""
        return not self.worse and any(self.overall[name].verdict == "better" for name in ("macro_f1", "map"))

    def summary(self) -> str:
        """Return the outcome in one sentence."""
        if not self.changed and all(d.verdict == "same" for d in self.overall.values()):
            return "The two models decide alike on every paragraph."
        if self.worse_beyond_chance:
            return f"B is worse than A beyond chance in {', '.join(self.worse)}: keep A."
        if self.better_beyond_chance:
            return "B is better than A beyond chance, and worse in nothing: take B."
        return (
            f"These {self.paragraphs} paragraphs cannot tell the two apart: the differences are of the size that "
            f"chance makes. Judge by other reasons, or label more paragraphs."
        )

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as nested dicts."""
        return {
            "a": self.a,
            "b": self.b,
            "paragraphs": self.paragraphs,
            "articles": self.articles,
            "draws": self.draws,
            "changed": self.changed,
            "overall": {name: difference.to_json() for name, difference in self.overall.items()},
            "per_theme": {theme: difference.to_json() for theme, difference in self.per_theme.items()},
            "worse": self.worse,
            "worse_beyond_chance": self.worse_beyond_chance,
            "better_beyond_chance": self.better_beyond_chance,
            "summary": self.summary(),
        }


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
    draws : int
    seed : int

    Raises
    ------
    ConfigError
        The models have different themes.
    LabelError
        A record states a theme that the models lack.
    """
    if set(model_a.themes) != set(model_b.themes):
        msg = (
            f"The models have different themes and cannot be compared: {', '.join(model_a.themes)} against "
            f"{', '.join(model_b.themes)}."
        )
        raise ConfigError(msg)
    a, b = predictions(model_a, records), predictions(model_b, records)
    articles = [record.article for record in records]
    b = _in_order(b, a.themes)
    return compare_predictions(a, b, articles, names=(model_a.name, model_b.name), draws=draws, seed=seed)


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
        change = draws_b[key] - draws_a[key]
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
        per_theme={theme: difference(f"f1.{theme}", f"F1 of {theme}", themes_confidence) for theme in a.themes},
        changed=int(((a.tagged != b.tagged) & a.known).sum()),
    )
