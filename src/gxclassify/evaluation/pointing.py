"""How often the sentence that the model points at is one that a person marked."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gxclassify.labels.agreement import marked_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gxclassify.labels.records import LabelRecord
    from gxclassify.model import Model

__all__ = ["Pointing", "pointing"]

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
