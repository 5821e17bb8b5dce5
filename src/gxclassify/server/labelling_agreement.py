"""What the answers come to: one record per paragraph, how well people agree, and how far they are."""

from __future__ import annotations

import dataclasses
from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING, Any

from gxclassify.labels.agreement import cohen_kappa, f1
from gxclassify.labels.records import indicators

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from gxclassify.labels.records import LabelRecord
    from gxclassify.server.labelling_answers import Answer
    from gxclassify.server.labelling_store import LabelStore

__all__ = ["agreement", "merged", "progress"]


def merged(paragraph: LabelRecord, answers: Sequence[Answer]) -> LabelRecord:
    """Return what `answers` say of `paragraph` together: what all say stands, what they differ on is left open."""
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
        annotator="+".join(answer.annotator for answer in answers),
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
    by_paragraph: dict[str, list[Answer]] = {}
    for answer in answers:
        if answer.kind == "label":
            by_paragraph.setdefault(answer.paragraph, []).append(answer)
    pairs = [pair for said in by_paragraph.values() for pair in combinations(said, 2)]
    (told_a, known_a), (told_b, known_b) = (indicators([pair[side] for pair in pairs], themes) for side in (0, 1))
    known = known_a & known_b
    return {
        "paragraphs": sum(len(said) > 1 for said in by_paragraph.values()),
        **_figures(told_a[known], told_b[known]),
        "themes": {theme: _figures(told_a[known[:, t], t], told_b[known[:, t], t]) for t, theme in enumerate(themes)},
    }


def _figures(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> dict[str, float | None]:
    nobody = not (a | b).any()
    return {"f1": None if nobody else f1(a, b), "kappa": None if nobody else cohen_kappa(a, b)}


def progress(store: LabelStore, annotator: str) -> dict[str, Any]:
    """Return how far the queue is: paragraphs in all, labelled, skipped; answers by person; labels by theme."""
    answers = store.answers()
    labelled = [answer for answer in answers if answer.kind == "label"]
    done = {answer.paragraph for answer in labelled}
    labels = Counter(theme for answer in labelled for theme in answer.labels)
    maybe = Counter(theme for answer in labelled for theme in answer.maybe)
    people = Counter(answer.annotator for answer in labelled)
    with store.connection() as db:
        total = int(db.execute("SELECT count(*) FROM paragraph").fetchone()[0])
    return {
        "paragraphs": total,
        "labelled": len(done),
        "skipped": len({answer.paragraph for answer in answers} - done),
        "mine": people[annotator],
        "people": dict(people.most_common()),
        "labels": {theme: labels[theme] for theme in store.themes},
        "maybe": {theme: maybe[theme] for theme in store.themes},
        "none": sum(not answer.labels and not answer.maybe for answer in labelled),
        "agreement": agreement(answers, store.themes),
    }
