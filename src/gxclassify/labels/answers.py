"""What people said of paragraphs, and what it comes to: one record a paragraph, and how well people agree."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any

from gxclassify.labels.agreement import f1, kappa_of_told
from gxclassify.labels.records import LabelRecord, indicators, tells_none

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one person said of one paragraph.

    Attributes
    ----------
    key : str
        Made by the browser, one per answer: the same answer sent twice counts once, and another one is refused.
    kind : str
        ``label`` or ``skip``; ``decision`` for what shall hold whatever people answered.
    guess_seen : bool
        Whether the person had looked at the model's guess.
    time : str
        When it was stored, ISO 8601 in UTC.
    """

    key: str
    paragraph: str
    annotator: str
    kind: str = "label"
    labels: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    evidence: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    guess_seen: bool = False
    time: str = ""

    @property
    def tells_none(self) -> bool:
        """Whether it says that the paragraph tells no theme; who skips it says nothing."""
        return self.kind != "skip" and tells_none(self)


def by_paragraph(answers: Iterable[Answer]) -> dict[str, list[Answer]]:
    """Return the answers that label, by paragraph."""
    grouped: dict[str, list[Answer]] = {}
    for answer in answers:
        if answer.kind == "label":
            grouped.setdefault(answer.paragraph, []).append(answer)
    return grouped


def merged(paragraph: LabelRecord, answers: Sequence[Answer], decision: Answer | None = None) -> LabelRecord:
    """Return what `answers` say of `paragraph` together: what all say stands, what they differ on is left open.

    With a `decision` that is what stands.
    """
    people = "+".join(answer.annotator for answer in answers)
    if decision is not None:
        record = merged(paragraph, [decision])
        return dataclasses.replace(record, annotator=people, adjudicated=decision.annotator)
    said = [set(answer.labels) for answer in answers]
    agreed = set.intersection(*said)
    open_themes = set.union(*said, *(set(answer.maybe) for answer in answers)) - agreed
    order = list(dict.fromkeys(theme for answer in answers for theme in (*answer.labels, *answer.maybe)))
    evidence = {}
    for theme in (theme for theme in order if theme in agreed):
        spans = sorted({span for answer in answers for span in answer.evidence.get(theme, ())})
        if spans:
            evidence[theme] = tuple(spans)
    return dataclasses.replace(
        paragraph,
        labels=tuple(theme for theme in order if theme in agreed),
        maybe=tuple(theme for theme in order if theme in open_themes),
        evidence=evidence,
        annotator=people,
        time=max(answer.time for answer in answers),
    )


def agreement(answers: Sequence[Answer], themes: Sequence[str]) -> dict[str, Any]:
    """Return how well people agree on the paragraphs that two or more have labelled.

    Returns
    -------
    dict
        ``paragraphs``: on how many; ``f1`` and ``kappa`` (Cohen, 1960) over all themes, and ``themes``: the same of
        each. A theme that either person leaves open on a paragraph does not count there. None: nobody tells it.
    """
    grouped = by_paragraph(answers)
    pairs = [pair for said in grouped.values() for pair in combinations(said, 2)]
    (told_a, known_a), (told_b, known_b) = (indicators([pair[side] for pair in pairs], themes) for side in (0, 1))
    known = known_a & known_b
    return {
        "paragraphs": sum(len(said) > 1 for said in grouped.values()),
        **_figures(told_a[known], told_b[known]),
        "themes": {theme: _figures(told_a[known[:, t], t], told_b[known[:, t], t]) for t, theme in enumerate(themes)},
    }


def differing(answers: Iterable[Answer], themes: Sequence[str]) -> tuple[str, ...]:
    """Return the themes that one person tells and another, who does not leave it open, does not."""
    said = [answer for answer in answers if answer.kind == "label"]
    return tuple(
        theme
        for theme in themes
        if any(
            (theme in a.labels) != (theme in b.labels) and theme not in a.maybe and theme not in b.maybe
            for a, b in combinations(said, 2)
        )
    )


def _figures(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> dict[str, float | None]:
    return {"f1": f1(a, b), "kappa": kappa_of_told(a, b)}
