"""Which sentences told a theme, and which words in them."""

from __future__ import annotations

import functools
import itertools
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gxclassify.decision import log_odds_of, probabilities_of
from gxclassify.features.index import group_equal
from gxclassify.linear import ranges

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from gxclassify.features.batch import Batch
    from gxclassify.features.segmenter import Segmenter
    from gxclassify.linear import LinearScorer, Scored
    from gxclassify.parts import ModelParts

__all__ = ["Evidence", "EvidenceSentence", "EvidenceTerm", "sentence_evidence"]

MOST_SENTENCES = 3
MOST_TERMS = 3
_MOST_PLACES = 2 * MOST_TERMS  # that are looked at for the weightiest words: one word may stand at several


def _naming() -> NDArray[np.bool_]:
    """Tell by code point what a word that names something may start with; punctuation may weigh, but names nothing."""
    table = np.zeros(0x10000, dtype=np.bool_)
    table[0x3400:0xA000] = True  # Chinese characters
    table[0xC0:0x2000] = True  # Latin letters with accents, Greek, Cyrillic …; behind them punctuation begins
    table[ord("0") : ord("9") + 1] = True
    table[ord("a") : ord("z") + 1] = True
    return table


_NAMES = _naming()


class EvidenceTerm(NamedTuple):
    """A word of a sentence, what it adds to the theme's score, and where it stands.

    ``spans`` are offsets into the document's decoded source, ``within`` the same places in the paragraph's text.
    """

    term: str
    weight: float
    spans: tuple[tuple[int, int], ...]
    within: tuple[tuple[int, int], ...]

    def to_json(self) -> dict[str, Any]:
        """Return the word as the tagged paragraph's schema shows it."""
        return {
            "term": self.term,
            "weight": round(self.weight, 4),
            "spans": [*map(list, self.spans)],
            "within": [*map(list, self.within)],
        }


class EvidenceSentence(NamedTuple):
    """A sentence that tells a theme: its place, its probability read alone, and its weightiest words.

    ``span`` is in the document's decoded source, ``within`` in the paragraph's text.
    """

    span: tuple[int, int]
    within: tuple[int, int]
    score: float
    terms: tuple[EvidenceTerm, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the sentence as the tagged paragraph's schema shows it."""
        return {
            "span": [*self.span],
            "within": [*self.within],
            "score": round(self.score, 6),
            "terms": [term.to_json() for term in self.terms],
        }

    def moved(self, place: Callable[[int, int], tuple[int, int]]) -> EvidenceSentence:
        """Return the sentence with every source span taken from its place in the text by `place`."""
        terms = tuple(EvidenceTerm(t.term, t.weight, tuple(place(*s) for s in t.within), t.within) for t in self.terms)
        return EvidenceSentence(place(*self.within), self.within, self.score, terms)


Evidence = dict[str, tuple[EvidenceSentence, ...]]
"""For each theme that is tagged the sentences that tell it, strongest first."""

# What the constructors do after sorting out their arguments, at a third of the time.
_sentence = functools.partial(tuple.__new__, EvidenceSentence)
_term = functools.partial(tuple.__new__, EvidenceTerm)


def sentence_evidence(
    scored: Scored, tags: NDArray[np.bool_], parts: ModelParts, scorer: LinearScorer, segmenter: Segmenter
) -> list[Evidence]:
    """Return for each paragraph the sentences that tell each of its tags, strongest first.

    A sentence is shown when it alone would be tagged; the strongest one always, and three at the most. Its words are
    those of the segmenter; a word's weight is the sum of what all terms that cover its characters add to the score.
    All spans are offsets in the paragraph's own text.
    """
    batch = scored.batch
    marks: list[Evidence] = [{} for _ in range(batch.n_paragraphs)]
    if not tags.any():
        return marks
    alone = probabilities_of(
        log_odds_of(parts.calibration, scored.sentence, scored.sentence), exclusive=parts.taxonomy.exclusive
    )
    paragraph, theme = np.nonzero(tags)
    tag, sentence = _telling(batch, paragraph, theme, alone, parts.thresholds)
    weights, first = scorer.character_weights(scored, sentence, theme.take(tag))
    spans = _spans(batch, batch.sentence_start.take(sentence) + 1, batch.sentence_start.take(sentence + 1))
    scores = alone[sentence, theme.take(tag)].tolist()
    words = _strongest_words(segmenter, batch, sentence, weights, first)
    found = tuple(map(_sentence, zip(spans, spans, scores, words, strict=True)))
    ends = np.searchsorted(tag, np.arange(len(paragraph) + 1)).tolist()
    names = parts.taxonomy.ids
    for p, t, (a, b) in zip(paragraph.tolist(), theme.tolist(), itertools.pairwise(ends), strict=True):
        marks[p][names[t]] = found[a:b]
    return marks


def _telling(
    batch: Batch,
    paragraph: NDArray[np.int64],
    theme: NDArray[np.int64],
    alone: NDArray[np.float64],
    thresholds: NDArray[np.float64],
) -> tuple[NDArray[np.integer], NDArray[np.int64]]:
    """Return the sentences that tell the tags, the strongest of each tag first: the tags' numbers, the sentences'."""
    tag, sentence = ranges(batch.first_sentence.take(paragraph), batch.first_sentence.take(paragraph + 1))
    score = alone[sentence, theme.take(tag)]
    order = np.lexsort((-score, tag))
    tag, sentence, score = tag.take(order), sentence.take(order), score.take(order)
    rank = _rank(tag)
    shown = (rank == 0) | ((rank < MOST_SENTENCES) & (score >= thresholds.take(theme.take(tag))))
    return tag[shown], sentence[shown]


def _rank(group: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return the place of each element in its run of equal, adjacent elements."""
    if not len(group):
        return np.zeros(0, dtype=np.int64)
    first = np.flatnonzero(np.concatenate(([True], group[1:] != group[:-1])))
    return np.arange(len(group)) - np.repeat(first, np.diff(np.append(first, len(group))))


def _spans(batch: Batch, first: NDArray[np.int64], end: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return where the characters from `first` to before `end` of a batch stand in their paragraphs' own texts."""
    empty = end <= first
    begin = np.where(empty, 0, batch.origin.take(first, mode="clip"))
    stop = np.where(empty, 0, batch.origin.take(end - 1) + 1)
    return list(zip(begin.tolist(), stop.tolist(), strict=True))


def _strongest_words(
    segmenter: Segmenter,
    batch: Batch,
    sentences: NDArray[np.int64],
    weights: NDArray[np.float64],
    first: NDArray[np.int64],
) -> list[tuple[EvidenceTerm, ...]]:
    """Return the weightiest words of each of `sentences`, by the weights of its characters (see `character_weights`).

    What weighs is the sum over a word's occurrences among the sentence's weightiest places.
    """
    words = batch.words(segmenter)
    bounds = np.searchsorted(words.position, batch.sentence_start)
    row, word = ranges(bounds.take(sentences) + 1, bounds.take(sentences + 1))  # behind the sentence's mark
    position, length = words.position.take(word), words.length.take(word)
    start = position + (first[:-1] - batch.sentence_start.take(sentences)).take(row)
    until = np.concatenate(([0.0], np.cumsum(weights)))
    weight = until.take(start + length) - until.take(start)
    telling = np.flatnonzero((weight > 0) & _NAMES.take(batch.codes.take(position)))
    row, weight = row.take(telling), weight.take(telling)
    order = np.argsort(row * (1 + weight.max(initial=0)) - weight, kind="stable")
    rank = _rank(row.take(order))
    order, rank = order[rank < _MOST_PLACES], rank[rank < _MOST_PLACES]
    row, word, weight = row.take(order), word.take(telling.take(order)), weight.take(order)
    position, length = words.position.take(word), words.length.take(word)
    tokens = words.tokens

    def terms(chosen: NDArray[np.integer]) -> tuple[EvidenceTerm, ...]:
        begin = position.take(chosen)
        places = list(zip(_spans(batch, begin, begin + length.take(chosen))))
        names = map(tokens.__getitem__, word.take(chosen).tolist())
        return tuple(map(_term, zip(names, weight.take(chosen).tolist(), places, places, strict=True)))

    like = _in_row_with_like_words(row, batch.codes.take(position), batch.codes.take(position + length - 1), length)
    alone = np.flatnonzero((rank < MOST_TERMS) & ~like)
    found = terms(alone)
    ends = np.searchsorted(row.take(alone), np.arange(len(sentences) + 1)).tolist()
    result = [found[a:b] for a, b in itertools.pairwise(ends)]
    together = np.flatnonzero(like)
    found = terms(together)
    rows, starts = np.unique(row.take(together), return_index=True)
    for r, (a, b) in zip(rows.tolist(), itertools.pairwise([*starts.tolist(), len(found)]), strict=True):
        result[r] = _merged(found[a:b])
    return result


def _in_row_with_like_words(
    row: NDArray[np.integer], first: NDArray[np.uint16], last: NDArray[np.uint16], length: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Tell of words in rows, ascending, whether two of their row agree in length, first and last character."""
    ends = (first.astype(np.int64) << 16) | last
    leader, count = group_equal((row.astype(np.int64) << 48) ^ (ends << 16) ^ length)
    return np.isin(row, row[count.take(leader) > 1])


def _merged(terms: Iterable[EvidenceTerm]) -> tuple[EvidenceTerm, ...]:
    """Return the weightiest words of `terms`, which hold one place each, with all their places in order."""
    weights: dict[str, float] = {}
    places: dict[str, tuple[tuple[int, int], ...]] = {}
    for name, weight, spans, _ in terms:
        weights[name] = weights.get(name, 0) + weight
        places[name] = tuple(sorted(places[name] + spans)) if name in places else spans
    names = sorted(weights, key=weights.__getitem__, reverse=True)[:MOST_TERMS]
    return tuple([_term((name, weights[name], places[name], places[name])) for name in names])
