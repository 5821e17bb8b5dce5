"""Which sentences told a theme, and which words in them."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gxclassify.model.linear import LinearScorer, ModelParts, Scored, log_odds_of, probabilities_of, ranges

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gxclassify.features.batch import Batch
    from gxclassify.features.segmenter import Segmenter

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
) -> Iterator[Evidence]:
    """Yield for each paragraph the sentences that tell each of its tags, strongest first.

    A sentence is shown when it alone would be tagged; the strongest one always, and three at the most. Its words are
    those of the segmenter; a word's weight is the sum of what all terms that cover its characters add to the score.
    All spans are offsets in the paragraph's own text.
    """
    batch = scored.batch
    alone = probabilities_of(
        log_odds_of(parts.calibration, scored.sentence, scored.sentence), exclusive=parts.taxonomy.exclusive
    )
    paragraph, theme = np.nonzero(tags)
    tag, sentence = _telling(batch, paragraph, theme, alone, parts.thresholds)
    weights, first = scorer.character_weights(scored, sentence, theme.take(tag))
    words = _strongest_words(segmenter, batch, sentence, weights, first)
    bounds = _bounds(batch, batch.sentence_start.take(sentence) + 1, batch.sentence_start.take(sentence + 1))
    spans = zip(*bounds, strict=True)
    scores = alone[sentence, theme.take(tag)].tolist()
    # Objects are made one paragraph at a time: thousands at once would keep the garbage collector busy.
    found = (_sentence((span, span, score, terms)) for span, score, terms in zip(spans, scores, words, strict=True))
    sizes = np.bincount(tag, minlength=len(theme)).tolist()
    marks = zip(map(parts.taxonomy.ids.__getitem__, theme.tolist()), sizes, strict=True)
    for n_tags in np.count_nonzero(tags, axis=1).tolist():
        yield {name: tuple(itertools.islice(found, size)) for name, size in itertools.islice(marks, n_tags)}


def _telling(
    batch: Batch,
    paragraph: NDArray[np.int64],
    theme: NDArray[np.int64],
    alone: NDArray[np.float64],
    thresholds: NDArray[np.float64],
) -> tuple[NDArray[np.integer], NDArray[np.int64]]:
    """Return the sentences that tell the tags, the strongest of each tag first: the tags' numbers, the sentences'."""
    size, sentence = ranges(batch.first_sentence.take(paragraph), batch.first_sentence.take(paragraph + 1))
    tag = np.repeat(np.arange(len(size)), size)
    score = alone[sentence, theme.take(tag)]
    order = _greatest_first(tag, score)
    tag, sentence, score = tag.take(order), sentence.take(order), score.take(order)
    rank = _rank(tag)
    shown = (rank == 0) | ((rank < MOST_SENTENCES) & (score >= thresholds.take(theme.take(tag))))
    return tag[shown], sentence[shown]


def _greatest_first(group: NDArray[np.integer], value: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return what sorts values, none negative, downwards within their groups; equal ones stay as they stood."""
    return np.argsort(group * (1 + value.max(initial=0)) - value, kind="stable")  # half the time of a lexsort


def _rank(group: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return the place of each element in its run of equal, adjacent elements."""
    if not len(group):
        return np.zeros(0, dtype=np.int64)
    first = np.flatnonzero(np.concatenate(([True], group[1:] != group[:-1])))
    return np.arange(len(group)) - np.repeat(first, np.diff(np.append(first, len(group))))


def _bounds(batch: Batch, first: NDArray[np.int64], end: NDArray[np.int64]) -> tuple[list[int], list[int]]:
    """Return where the characters from `first` to before `end` of a batch begin and end in their paragraphs' texts."""
    empty = end <= first
    begin = np.where(empty, 0, batch.origin.take(first, mode="clip"))
    stop = np.where(empty, 0, batch.origin.take(end - 1) + 1)
    return begin.tolist(), stop.tolist()


@functools.lru_cache(maxsize=1 << 14)
def _one_place(begin: int, end: int) -> tuple[tuple[int, int], ...]:
    """Return one place as a term holds it, one tuple for all that stand there: less work for the garbage collector."""
    return ((begin, end),)


def _strongest_words(
    segmenter: Segmenter,
    batch: Batch,
    sentences: NDArray[np.int64],
    weights: NDArray[np.float64],
    first: NDArray[np.int64],
) -> Iterator[tuple[EvidenceTerm, ...]]:
    """Yield the weightiest words of each of `sentences`, by the weights of its characters (see `character_weights`).

    What weighs is the sum over a word's occurrences among the sentence's weightiest places.
    """
    words = batch.words(segmenter)
    bounds = np.searchsorted(words.position, batch.sentence_start)
    size, word = ranges(bounds.take(sentences) + 1, bounds.take(sentences + 1))  # behind the sentence's mark
    row = np.repeat(np.arange(len(size)), size)
    position, length = words.position.take(word), words.length.take(word)
    start = position + np.repeat(first[:-1] - batch.sentence_start.take(sentences), size)
    until = np.concatenate(([0.0], np.cumsum(weights)))
    weight = until.take(start + length) - until.take(start)
    telling = np.flatnonzero((weight > 0) & _NAMES.take(batch.codes.take(position)))
    row, weight = row.take(telling), weight.take(telling)
    order = _greatest_first(row, weight)
    rank = _rank(row.take(order))
    looked_at = rank < _MOST_PLACES
    order, rank = order[looked_at], rank[looked_at]
    row, word, weight = row.take(order), word.take(telling.take(order)), weight.take(order)
    position, length = words.position.take(word), words.length.take(word)
    repeating = _rows_with_like_words(
        row, batch.codes.take(position), batch.codes.take(position + length - 1), length, len(sentences)
    )
    chosen = np.flatnonzero((rank < MOST_TERMS) | repeating.take(row))
    position, length = position.take(chosen), length.take(chosen)
    places = list(map(_one_place, *_bounds(batch, position, position + length)))
    names = map(words.tokens.__getitem__, word.take(chosen).tolist())
    terms = map(_term, zip(names, weight.take(chosen).tolist(), places, places, strict=True))
    sizes = np.bincount(row.take(chosen), minlength=len(sentences)).tolist()
    for size, merge in zip(sizes, repeating.tolist(), strict=True):
        found = tuple(itertools.islice(terms, size))
        yield _merged(found) if merge else found


def _rows_with_like_words(
    row: NDArray[np.integer],
    first: NDArray[np.uint16],
    last: NDArray[np.uint16],
    length: NDArray[np.int64],
    n_rows: int,
) -> NDArray[np.bool_]:
    """Tell of each row whether two of its words, which are few, agree in length, first and last character."""
    word = (((row.astype(np.int64) << 16 | first) << 16) | last) << 16 ^ length
    like = np.zeros(n_rows, dtype=np.bool_)
    for apart in range(1, _MOST_PLACES):
        like[row[apart:][word[apart:] == word[:-apart]]] = True
    return like


def _merged(terms: Iterable[EvidenceTerm]) -> tuple[EvidenceTerm, ...]:
    """Return the weightiest words of `terms`, which hold one place each, with all their places in order."""
    weights: dict[str, float] = {}
    places: dict[str, tuple[tuple[int, int], ...]] = {}
    for name, weight, spans, _ in terms:
        weights[name] = weights.get(name, 0) + weight
        places[name] = tuple(sorted(places[name] + spans)) if name in places else spans
    names = sorted(weights, key=weights.__getitem__, reverse=True)[:MOST_TERMS]
    return tuple([_term((name, weights[name], places[name], places[name])) for name in names])
