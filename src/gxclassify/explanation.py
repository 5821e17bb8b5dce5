"""Which sentences told a theme, and which words in them."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gxclassify.decision import log_odds_of, probabilities_of
from gxclassify.linear import Shares

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gxclassify.features.batch import Batch, Words
    from gxclassify.linear import Scored
    from gxclassify.model import Model

__all__ = ["EvidenceSentence", "EvidenceTerm", "sentence_evidence"]

MOST_SENTENCES = 3
MOST_TERMS = 3
_FIRST_HAN, _LAST_HAN = 0x3400, 0x9FFF
_FIRST_LETTER, _FIRST_SIGN = 0xC0, 0x2000  # Latin with accents, Greek, Cyrillic …; then punctuation begins


@dataclass(frozen=True, slots=True)
class EvidenceTerm:
    """A word of a sentence, what it adds to the theme's score, and where it stands.

    ``spans`` are offsets into the document's decoded source, ``within`` the same places in the paragraph's text.
    """

    term: str
    weight: float
    spans: tuple[tuple[int, int], ...]
    within: tuple[tuple[int, int], ...]

    def to_json(self) -> dict[str, Any]:
        """Return the word as the tagged paragraph's schema shows it."""
        places = {"spans": [list(s) for s in self.spans], "within": [list(s) for s in self.within]}
        return {"term": self.term, "weight": round(self.weight, 4), **places}


@dataclass(frozen=True, slots=True)
class EvidenceSentence:
    """A sentence that tells a theme: its place, its probability read alone, and its weightiest words.

    ``span`` is in the document's decoded source, ``within`` in the paragraph's text.
    """

    span: tuple[int, int]
    within: tuple[int, int]
    score: float
    terms: tuple[EvidenceTerm, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the sentence as the tagged paragraph's schema shows it."""
        places = {"span": list(self.span), "within": list(self.within)}
        return {**places, "score": round(self.score, 6), "terms": [term.to_json() for term in self.terms]}

    def moved(self, place: Callable[[int, int], tuple[int, int]]) -> EvidenceSentence:
        """Return the sentence with every source span taken from its place in the text by `place`."""
        terms = tuple(EvidenceTerm(t.term, t.weight, tuple(place(*s) for s in t.within), t.within) for t in self.terms)
        return EvidenceSentence(place(*self.within), self.within, self.score, terms)


def sentence_evidence(model: Model, scored: Scored, tags: NDArray[np.bool_]) -> list[dict[int, list[EvidenceSentence]]]:
    """Return for each paragraph, by theme number, the sentences that tell each of its tags, strongest first.

    A sentence is shown when it alone would be tagged; the strongest one always, and three at the most. Its words are
    those of the segmenter; a word's weight is the sum of what all terms that cover its characters add to the score.
    All spans are offsets in the paragraph's own text.
    """
    batch = scored.batch
    marks: list[dict[int, list[EvidenceSentence]]] = [{} for _ in range(batch.n_paragraphs)]
    if not tags.any():
        return marks
    alone = probabilities_of(
        log_odds_of(model.calibration, scored.sentence, scored.sentence), exclusive=model.taxonomy.exclusive
    )
    thresholds = list(model.thresholds.values())
    words = _Words(batch, batch.words(model.segmenter))
    themes = np.flatnonzero(tags.any(axis=0)).tolist()
    telling = [_telling(batch, tags[:, t], alone[:, t], thresholds[t]) for t in themes]
    shares = Shares(model.scorer, scored, np.concatenate([sentence for _, sentence in telling]))
    for theme, (paragraph, sentence) in zip(themes, telling, strict=True):
        weights = shares.character_weights(sentence, theme)
        for p, span, score, terms in zip(
            paragraph.tolist(),
            words.sentence_spans(sentence),
            alone[sentence, theme].tolist(),
            words.strongest(sentence, weights),
            strict=True,
        ):
            marks[p].setdefault(theme, []).append(EvidenceSentence(span, span, score, terms))
    return marks


def _telling(
    batch: Batch, tagged: NDArray[np.bool_], alone: NDArray[np.float64], threshold: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the paragraphs and sentences to show for one theme, paragraph by paragraph, the strongest first."""
    owner = batch.paragraph_of_sentence()
    sentence = np.flatnonzero(tagged[owner])
    paragraph = owner[sentence].astype(np.int64)
    order = np.lexsort((-alone[sentence], paragraph))
    rank = _rank(paragraph)
    sentence = sentence[order]
    shown = (rank == 0) | ((rank < MOST_SENTENCES) & (alone[sentence] >= threshold))
    return paragraph[shown], sentence[shown]


def _rank(group: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the place of each element in its run of equal, adjacent elements."""
    if not len(group):
        return group
    first = np.flatnonzero(np.concatenate(([True], group[1:] != group[:-1])))
    return np.arange(len(group)) - np.repeat(first, np.diff(np.append(first, len(group))))


class _Words:
    """The words of a batch by sentence, for naming what weighed."""

    def __init__(self, batch: Batch, words: Words) -> None:
        self._batch = batch
        self._tokens = words.tokens
        self._start = words.position
        self._last = words.position + words.length - 1
        self._bounds = np.searchsorted(words.position, batch.sentence_start)
        code = batch.codes[words.position]
        # Punctuation may weigh, but names nothing: a word starts with a letter, a figure or a Chinese character.
        self._names = ((code >= _FIRST_HAN) & (code <= _LAST_HAN)) | ((code >= _FIRST_LETTER) & (code < _FIRST_SIGN))
        self._names |= (code >= ord("0")) & (code <= ord("9"))
        self._names |= (code >= ord("a")) & (code <= ord("z"))

    def sentence_spans(self, sentence: NDArray[np.int64]) -> list[tuple[int, int]]:
        first, last = self._batch.sentence_start[sentence] + 1, self._batch.sentence_start[sentence + 1] - 1
        origin = self._batch.origin
        empty = last < first
        begin = np.where(empty, 0, origin[np.minimum(first, len(origin) - 1)])
        end = np.where(empty, 0, origin[last] + 1)
        return list(zip(begin.tolist(), end.tolist(), strict=True))

    def strongest(self, sentence: NDArray[np.int64], weights: NDArray[np.float32]) -> list[tuple[EvidenceTerm, ...]]:
        """Return the weightiest words of each sentence, by the weight of all their occurrences there."""
        total = np.add.reduceat(weights, self._start, dtype=np.float64)
        first, last = self._bounds[sentence], self._bounds[sentence + 1]
        size = last - first
        row = np.repeat(np.arange(len(sentence)), size)
        word = np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size) + np.repeat(first, size)
        use = self._names[word] & (total[word] > 0)
        row, word = row[use], word[use]
        order = np.lexsort((-total[word], row))
        row, word = row[order], word[order]
        few = _rank(row) < 2 * MOST_TERMS  # a word may stand twice among them
        row, word = row[few], word[few]
        origin = self._batch.origin
        spans = zip(origin[self._start[word]].tolist(), (origin[self._last[word]] + 1).tolist(), strict=True)
        tokens = [self._tokens[w] for w in word.tolist()]
        found: list[dict[str, list[tuple[tuple[int, int], float]]]] = [{} for _ in range(len(sentence))]
        for r, token, span, weight in zip(row.tolist(), tokens, spans, total[word].tolist(), strict=True):
            found[r].setdefault(token, []).append((span, weight))
        return [_terms(occurrences) for occurrences in found]


_weight = operator.attrgetter("weight")


def _terms(occurrences: dict[str, list[tuple[tuple[int, int], float]]]) -> tuple[EvidenceTerm, ...]:
    """Return the weightiest words, each with all its places in order."""
    terms = []
    for token, places in occurrences.items():
        if len(places) > 1:
            places.sort()
        spans = tuple([span for span, _ in places])
        terms.append(EvidenceTerm(token, sum([weight for _, weight in places]), spans, spans))
    terms.sort(key=_weight, reverse=True)
    return tuple(terms[:MOST_TERMS])
