"""How far two people who labelled the same paragraphs agree: what ``gxclassify labels agree`` shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gxclassify.errors import LabelError
from gxclassify.features.batch import mostly_marked, sentence_spans
from gxclassify.labels.checking import fingerprint
from gxclassify.labels.records import LabelRecord, indicators

_Bools = NDArray[np.bool_]
_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeAgreement:
    """One theme, over the paragraphs on which neither leaves it open.

    Attributes
    ----------
    paragraphs, both, only_a, only_b : int
        Paragraphs judged by both; those that both, A alone and B alone say tell the theme.
    kappa, alpha : float or None
        Cohen's kappa and Krippendorff's alpha; 1 where both say the same of every paragraph. None: nobody tells the
        theme, so there is nothing that they could agree about.
    f1 : float or None
        F1 of B's labels held against A's; it is the same the other way round.
    strict_f1 : float or None
        The same with every ``maybe`` counted as not told.
    evidence_paragraphs : int
        Paragraphs where both tell the theme and mark sentences.
    evidence_overlap, evidence_jaccard : float or None
        Share of these where a sentence is marked by both; mean Jaccard similarity of the two sets of sentences.
    """

    paragraphs: int
    both: int
    only_a: int
    only_b: int
    kappa: float | None
    alpha: float | None
    f1: float | None
    strict_f1: float | None
    evidence_paragraphs: int
    evidence_overlap: float | None
    evidence_jaccard: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A (paragraph, theme) that one tells and the other does not; id, place and text are those of B's record."""

    id: str
    where: str
    theme: str
    told_by: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The agreement of A and B over the paragraphs that both labelled.

    ``alpha`` and ``kappa`` are pooled over all (paragraph, theme) pairs and None where nobody tells any;
    ``same_labels`` is the share of paragraphs on which they agree about every theme that neither leaves open.
    """

    paragraphs: int
    only_in_a: int
    only_in_b: int
    kappa: float | None
    alpha: float | None
    same_labels: float
    per_theme: dict[str, ThemeAgreement]
    disagreements: list[Disagreement]

    def to_json(self) -> dict[str, Any]:
        """Return the agreement as nested dicts."""
        return asdict(self)


def agree_readings(records: Sequence[LabelRecord], themes: Sequence[str]) -> dict[tuple[str, str], Agreement]:
    """Compare every two people who read some of the same paragraphs, told by ``annotator`` and matched by text.

    A record that somebody decided (``adjudicated``) is nobody's own reading and left out.

    Raises
    ------
    LabelError
        No paragraph was read by two people.
    """
    readings: dict[str, dict[str, LabelRecord]] = {}
    for record in records:
        if record.adjudicated:
            continue
        readings.setdefault(record.annotator, {})[fingerprint(record.text)] = record
    found = {}
    for one, other in combinations(readings, 2):
        if readings[one].keys() & readings[other].keys():
            found[one, other] = _agreement(readings[one], readings[other], themes)
    if not found:
        raise LabelError(
            "No paragraph was read by two people (the field annotator tells them apart); name two label files."
        )
    return found


def agree(a: Sequence[LabelRecord], b: Sequence[LabelRecord], themes: Sequence[str]) -> Agreement:
    """Compare two people's labels of the same paragraphs, matched by id.

    Parameters
    ----------
    a, b : sequence of LabelRecord
    themes : sequence of str
        The theme ids to compare.

    Raises
    ------
    LabelError
        No id stands in both, or an id stands for two texts.
    """
    of_a, of_b = ({record.id: record for record in side} for side in (a, b))
    both = [key for key in of_a if key in of_b]
    if not both:
        raise LabelError(
            "The two label files have no id in common; agreement needs the same paragraphs labelled twice."
        )
    for first, second in ((of_a[key], of_b[key]) for key in both):
        if first.text != second.text:
            raise LabelError(
                "{where}: the id {second_id!r} stands for another text than at {first_where}; mend the ids.",
                where=second.where,
                second_id=second.id,
                first_where=first.where,
            )
    return _agreement(of_a, of_b, themes)


def _agreement(a: Mapping[str, LabelRecord], b: Mapping[str, LabelRecord], themes: Sequence[str]) -> Agreement:
    """Compare the labels of two people, each by what tells that a paragraph is the same; they have some in common."""
    pairs = [(record, b[key]) for key, record in a.items() if key in b]
    (told_a, known_a), (told_b, known_b) = (indicators(side, themes) for side in zip(*pairs, strict=True))
    known = known_a & known_b
    return Agreement(
        paragraphs=len(pairs),
        only_in_a=len(a) - len(pairs),
        only_in_b=len(b) - len(pairs),
        kappa=kappa_of_told(told_a[known], told_b[known]),
        alpha=_alpha_of_told(told_a[known], told_b[known]),
        same_labels=float(((told_a == told_b) | ~known).all(axis=1).mean()),
        per_theme={
            theme: _theme_agreement(pairs, theme, told_a[:, t], told_b[:, t], known[:, t])
            for t, theme in enumerate(themes)
        },
        disagreements=[
            Disagreement(
                id=second.id, where=second.where, theme=theme, told_by="A" if told_a[i, t] else "B", text=second.text
            )
            for i, (_, second) in enumerate(pairs)
            for t, theme in enumerate(themes)
            if known[i, t] and told_a[i, t] != told_b[i, t]
        ],
    )


def _theme_agreement(
    pairs: Sequence[tuple[LabelRecord, LabelRecord]], theme: str, told_a: _Bools, told_b: _Bools, known: _Bools
) -> ThemeAgreement:
    a, b = told_a[known], told_b[known]
    similarity = []
    for (first, second), both in zip(pairs, told_a & told_b, strict=True):
        if both and first.evidence.get(theme) and second.evidence.get(theme):
            sets = [marked_sentences(record.text, record.evidence[theme]) for record in (first, second)]
            similarity.append(len(sets[0] & sets[1]) / max(1, len(sets[0] | sets[1])))
    return ThemeAgreement(
        paragraphs=int(known.sum()),
        both=int((a & b).sum()),
        only_a=int((a & ~b).sum()),
        only_b=int((b & ~a).sum()),
        kappa=kappa_of_told(a, b),
        alpha=_alpha_of_told(a, b),
        f1=f1(a, b),
        strict_f1=f1(told_a, told_b),
        evidence_paragraphs=len(similarity),
        evidence_overlap=float(np.mean([s > 0 for s in similarity])) if similarity else None,
        evidence_jaccard=float(np.mean(similarity)) if similarity else None,
    )


def f1(a: _Bools, b: _Bools) -> float | None:
    """Return the F1 of one person's yes held against another's, the same either way; None where neither says yes.

    Parameters
    ----------
    a, b : bool arrays (n,)
    """
    marks = int(a.sum()) + int(b.sum())
    return 2 * int((a & b).sum()) / marks if marks else None


def kappa_of_told(a: _Bools, b: _Bools) -> float | None:
    """Return `cohen_kappa`, or None where neither says yes, as `f1` does: all that they share is silence."""
    return cohen_kappa(a, b) if (a | b).any() else None


def _alpha_of_told(a: _Bools, b: _Bools) -> float | None:
    return krippendorff_alpha(np.stack([a, b]).astype(np.float64)) if (a | b).any() else None


def marked_sentences(text: str, spans: Sequence[tuple[int, int]]) -> frozenset[int]:
    """Return the numbers of the sentences of `text` of which more than half lies within one of `spans`.

    >>> sorted(marked_sentences("签约12个项目。区长到会。", [(0, 8)]))
    [0]
    """
    return frozenset(mostly_marked(sentence_spans(text), spans))


def cohen_kappa(a: _Bools, b: _Bools) -> float:
    """Return Cohen's kappa (1960) of two people's yes and no; 1 where both give the same answers.

    (observed agreement - agreement by chance) / (1 - agreement by chance), as ``sklearn.metrics.cohen_kappa_score``
    computes it, without the second that importing scikit-learn costs the labelling page.

    Parameters
    ----------
    a, b : bool arrays (n,)
    """
    if np.array_equal(a, b):
        return 1.0  # also with one answer alone, where chance agrees as well: 0 / 0
    by_chance = a.mean() * b.mean() + (1 - a.mean()) * (1 - b.mean())
    return float(((a == b).mean() - by_chance) / (1 - by_chance))


def krippendorff_alpha(values: _Floats) -> float:
    """Return Krippendorff's alpha for nominal data (Krippendorff 2011, *Computing Krippendorff's alpha-reliability*).

    alpha = 1 - observed / expected disagreement, both from the coincidence matrix, in which every unit with m values
    adds 1 / (m - 1) for each ordered pair of them.

    Parameters
    ----------
    values : float array (n_people, n_units)
        Categories as numbers; NaN where a person did not judge a unit.

    Returns
    -------
    float
        1 where all agree, or nothing can be compared; 0 for chance.
    """
    counts = np.stack(
        [(values == category).sum(axis=0) for category in np.unique(values[~np.isnan(values)])] or [np.zeros(0)]
    )
    people = counts.sum(axis=0)
    counts, people = counts[:, people > 1], people[people > 1]
    coincidence = (counts / np.maximum(people - 1, 1)) @ counts.T - np.diag(
        (counts / np.maximum(people - 1, 1)).sum(axis=1)
    )
    total = coincidence.sum(axis=1)
    n = total.sum()
    expected = n**2 - (total**2).sum()
    if not expected:
        return 1.0
    observed = n - np.trace(coincidence)
    return float(1 - (n - 1) * observed / expected)
