"""The worst errors, each with the sentence and the words that decided."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.evaluation.metrics import Predictions
    from gxclassify.labels.records import LabelRecord
    from gxclassify.model import Model

__all__ = ["Mistake", "worst_mistakes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A wrong decision.

    Attributes
    ----------
    told : bool
        What the label says; the model said the other.
    probability, threshold : float
        What the model gave, and where it begins to tag.
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
    threshold: float
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
        words = "、".join(f"{term} {weight:+.2f}" for term, weight in self.terms)
        because = f"most for it speaks «{self.sentence}»" + (f" with {words}" if words else ", where no word does")
        if self.told:
            marked = f"; the label marks «{self.marked}»" if self.marked and self.marked != self.sentence else ""
            return f"missed at {self.probability:.2f} (tagged from {self.threshold:.2f}): {because}{marked}."
        return f"tagged at {self.probability:.2f}, but not told: {because}."

    def to_json(self) -> dict[str, Any]:
        """Return the mistake as a dict."""
        terms = [{"term": term, "weight": round(weight, 4)} for term, weight in self.terms]
        spans = {"sentence_span": list(self.sentence_span), "marked_spans": [list(span) for span in self.marked_spans]}
        return {**asdict(self), **spans, "terms": terms, "reason": self.reason()}


def worst_mistakes(
    model: Model, records: Sequence[LabelRecord], p: Predictions, count: int, *, theme: str | None = None
) -> list[Mistake]:
    """Return the `count` wrong decisions with the probability farthest from the label, of all themes or of one."""
    wrong = (p.told != p.tagged) & p.known
    if theme is not None:
        wrong &= np.array([name == theme for name in p.themes])
    rows, columns = np.nonzero(wrong)
    distance = np.abs(p.probability[rows, columns] - p.told[rows, columns])
    order = np.lexsort((columns, rows, -distance))[:count]
    # With every threshold at 0 the model explains every theme, told or not.
    explaining = model.with_thresholds(dict.fromkeys(model.themes, 0.0))
    return [_mistake(explaining, records[rows[i]], p, int(rows[i]), int(columns[i])) for i in order]


def _mistake(explaining: Model, record: LabelRecord, p: Predictions, row: int, column: int) -> Mistake:
    theme = p.themes[column]
    (paragraph,) = explaining.tag([record.text])
    strongest = paragraph.evidence.get(theme, ())[:1]
    return Mistake(
        id=record.id,
        where=record.where,
        theme=theme,
        told=bool(p.told[row, column]),
        probability=float(p.probability[row, column]),
        threshold=float(p.thresholds[column]),
        sentence_span=strongest[0].within if strongest else (0, 0),
        terms=[(term.term, float(term.weight)) for term in strongest[0].terms] if strongest else [],
        marked_spans=tuple(record.evidence.get(theme, ())),
        text=record.text,
    )
