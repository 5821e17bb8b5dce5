"""Scores of a linear model over TF-IDF terms, for whole batches, with numpy alone.

For a text unit (a sentence or a paragraph) and one block of terms with counts c, the TF-IDF row is
tf(c) * idf / norm, with tf(c) = 1 + ln c (or c), so its product with the coefficients w is

    sum(tf(c) * idf * w) / sqrt(sum((tf(c) * idf)^2)).

Both sums are taken over occurrences first, as if tf(c) were c, which needs no grouping; the few terms that a unit
repeats are then found and put right. A paragraph's sums are those of its sentences, put right for what repeats
across them. ``idf * w`` is stored as one number, the *impact* of a term on a theme.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gxclassify.features.vocabulary import Hits, Vocabulary, group_equal

if TYPE_CHECKING:
    from gxclassify.config import FeatureConfig
    from gxclassify.features.batch import Batch
    from gxclassify.themes import Taxonomy

_Floats = NDArray[np.float32]
_Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Block:
    """One vocabulary with what its entries weigh.

    Attributes
    ----------
    vocabulary : Vocabulary
        Of n entries.
    idf : float32 array (n,)
        0 for an entry that is no term.
    impact : float16 array (n, n_themes)
        idf times coefficient times the block's weight.
    """

    vocabulary: Vocabulary
    idf: _Floats
    impact: NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Found:
    """A group of hits in a batch, and what of it sentences repeat.

    Attributes
    ----------
    bounds : int64 array (n_sentences + 1,)
        Where each sentence's hits begin.
    repeated : int64 array (k,)
        The places among the hits of entries that their sentence has more than once.
    number : int64 array (k,)
        How often it has each of them.
    """

    hits: Hits
    bounds: _Ints
    repeated: _Ints
    number: _Ints


@dataclass(frozen=True, slots=True)
class Scored:
    """A batch with its scores, and what explaining them takes.

    Attributes
    ----------
    paragraph : float32 array (n_paragraphs, n_themes)
    sentence : float32 array (n_sentences, n_themes)
    found : list of (groups, length)
        Per block what was found, and the TF-IDF length of every sentence, float32 (n_sentences,).
    """

    batch: Batch
    paragraph: _Floats
    sentence: _Floats
    found: list[tuple[list[Found], _Floats]]


class _Table:
    """A block's numbers laid out for gathering: a row per entry with its impact on each theme, then its idf squared.

    Rows are filled up to 16 or 32 bytes where that is enough, sizes that numpy copies fastest.
    """

    def __init__(self, block: Block) -> None:
        n, self.themes = block.impact.shape
        self.width = next((width for width in (4, 8) if width > self.themes), self.themes + 1)
        self._rows = np.zeros((n, self.width), dtype=np.float32)
        self._rows[:, : self.themes] = block.impact
        self._rows[:, self.themes] = block.idf**2
        self._row_type = np.dtype((np.void, self._rows.itemsize * self.width))
        self._packed = self._rows.view(self._row_type).reshape(n)

    def __len__(self) -> int:
        return len(self._packed)

    def rows(self, entry: NDArray[np.integer]) -> _Floats:
        """Return the rows of entries, (len(entry), width)."""
        return np.take(self._packed, entry).view(np.float32).reshape(len(entry), self.width)

    def impact(self, entry: NDArray[np.integer], theme: NDArray[np.integer]) -> _Floats:
        """Return the impact of each entry on a theme of its own; from here, where scoring has just read the entries."""
        place = entry * np.int64(self.width)
        place += theme
        return self._rows.ravel().take(place)

    def corrections(self, entry: NDArray[np.integer], count: _Floats, tf: _Floats) -> _Floats:
        """Return what to add where an entry was counted `count` times and should count `tf`."""
        rows = self.rows(entry)
        rows[:, : self.themes] *= (tf - count)[:, None]
        rows[:, self.themes] *= tf * tf - count
        return rows


class LinearScorer:
    """Score paragraphs and their sentences for every theme.

    Parameters
    ----------
    blocks : sequence of Block
    intercept : float array (n_themes,)
    sublinear : bool
        Whether tf is 1 + ln(count) rather than the count.
    least_length : float
        What the length of a TF-IDF row counts as where it is less.
    """

    def __init__(
        self, blocks: Sequence[Block], intercept: NDArray[np.float64], *, sublinear: bool, least_length: float = 0.0
    ) -> None:
        self.blocks = tuple(blocks)
        self.intercept = intercept.astype(np.float32)
        self.sublinear = sublinear
        self.least_length = least_length
        self._tables = [_Table(block) for block in blocks]

    def score(self, batch: Batch) -> Scored:
        """Score every paragraph of `batch` as a whole, and every sentence."""
        paragraph = np.tile(self.intercept, (batch.n_paragraphs, 1))
        sentence = np.tile(self.intercept, (batch.n_sentences, 1))
        sentence_at = batch.sentence_of_position()
        paragraph_at = batch.paragraph_of_sentence().take(sentence_at)
        found = []
        for block, table in zip(self.blocks, self._tables, strict=True):
            plain = np.zeros((batch.n_sentences, table.width), dtype=np.float32)
            in_sentence = np.zeros_like(plain)
            in_paragraph = np.zeros((batch.n_paragraphs, table.width), dtype=np.float32)
            groups = []
            for hits in block.vocabulary.find(batch):
                bounds = np.searchsorted(hits.position, batch.sentence_start)
                _add_ranges(plain, table.rows(hits.entry), bounds)
                # What a sentence repeats its paragraph repeats: the second search is among the finds of the first.
                again, _ = self._correct(in_paragraph, table, paragraph_at.take(hits.position), hits.entry)
                sentences = sentence_at.take(hits.position.take(again))
                places, number = self._correct(in_sentence, table, sentences, hits.entry.take(again))
                groups.append(Found(hits, bounds, again.take(places), number))
            in_sentence += plain
            in_paragraph += np.add.reduceat(plain, batch.first_sentence[:-1], axis=0)
            length = self._length(in_sentence[:, table.themes])
            sentence += in_sentence[:, : table.themes] / length[:, None]
            paragraph += in_paragraph[:, : table.themes] / self._length(in_paragraph[:, table.themes])[:, None]
            found.append((groups, length))
        return Scored(batch, paragraph, sentence, found)

    def _correct(
        self, sums: _Floats, table: _Table, unit: NDArray[np.int32], entry: NDArray[np.int32]
    ) -> tuple[_Ints, _Ints]:
        """Put right in `sums` what units, ascending, repeat; return the places of what is repeated, and how often."""
        leader, count = group_equal(unit * np.int64(len(table)) + entry)
        several = np.flatnonzero(count > 1)
        if len(several):
            unit, number = unit.take(several), count.take(several).astype(np.float32)
            rows = table.corrections(entry.take(several), number, self._tf(number))
            _add_ranges(sums, rows, np.searchsorted(unit, np.arange(len(sums) + 1)))
            several = np.flatnonzero(count.take(leader) > 1)
        return several, count.take(leader.take(several))

    def _tf(self, count: _Floats) -> _Floats:
        return 1 + np.log(count) if self.sublinear else count

    def _length(self, square: _Floats) -> _Floats:
        length = np.maximum(np.sqrt(np.maximum(square, 0)), np.float32(self.least_length))
        length[length == 0] = 1
        return length

    def character_weights(
        self, scored: Scored, sentences: NDArray[np.integer], themes: NDArray[np.integer]
    ) -> tuple[NDArray[np.float64], _Ints]:
        """Return what each character of some sentences adds to the score of a theme.

        A term's share in the score is spread evenly over the characters it covers, so that the weights of a sentence
        add up to its score less the intercept.

        Parameters
        ----------
        sentences, themes : integer arrays (n,)
            Which sentences of the batch, and the theme to weigh each for.

        Returns
        -------
        weights : float64 array (n_characters,)
            For one sentence after the other, from its mark to the next one, both included.
        first : int64 array (n + 1,)
            Where each sentence's weights begin.
        """
        start = scored.batch.sentence_start
        origin = start.take(sentences)
        first = np.concatenate(([0], np.cumsum(start.take(sentences + 1) + 1 - origin)))
        shift = first[:-1] - origin
        n = int(first[-1])
        change = np.zeros(n + 1)  # of the weight from one character to the next
        for table, (groups, length) in zip(self._tables, scored.found, strict=True):
            per_length = 1 / length.take(sentences)
            for found in groups:
                hits = found.hits
                factor = np.ones(len(hits.entry), dtype=np.float32)  # what one occurrence counts, for each character
                factor[found.repeated] = self._tf(found.number.astype(np.float32)) / found.number
                factor /= hits.length
                size, place = ranges(found.bounds.take(sentences), found.bounds.take(sentences + 1))
                share = table.impact(hits.entry.take(place), np.repeat(themes, size))
                share *= factor.take(place)
                share *= np.repeat(per_length, size)
                begin = hits.position.take(place)
                begin += np.repeat(shift, size)
                begun = np.bincount(begin, share, n + 1)
                change += begun
                if isinstance(hits.length, int):
                    change[hits.length :] -= begun[: -hits.length]
                else:
                    begin += hits.length.take(place)
                    change -= np.bincount(begin, share, n + 1)
        return np.cumsum(change[:-1]), first


def ranges(first: _Ints, end: _Ints) -> tuple[_Ints, _Ints]:
    """Return the sizes of the ranges `first` … `end` - 1, and their numbers, one range after the other."""
    size = end - first
    until = np.cumsum(size)
    number = np.repeat(first - until + size, size)
    number += np.arange(len(number))
    return size, number


def _add_ranges(sums: _Floats, rows: _Floats, bounds: _Ints) -> None:
    """Add to the i-th of `sums` those of `rows` from ``bounds[i]`` to before ``bounds[i + 1]``."""
    filled = np.flatnonzero(bounds[1:] > bounds[:-1])
    if len(filled):
        sums[filled] += np.add.reduceat(rows, bounds[filled], axis=0)


# ---- What a model is made of: training makes it, a bundle holds it, `Model` scores with it.


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelParts:
    """All that a model has learnt, and where it comes from.

    Attributes
    ----------
    taxonomy : Taxonomy
    features : FeatureConfig
        What the vocabularies count.
    blocks : tuple of Block
        The vocabularies with their weights.
    intercept : float array (n_themes,)
    calibration : tuple of Calibration
        One per theme.
    thresholds : float array (n_themes,)
        The probability from which each theme is tagged.
    provenance : mapping
        What the bundle records of its making; JSON.
    digest : str
        SHA-256 of the bundle; empty for a model that was never saved.
    """

    taxonomy: Taxonomy
    features: FeatureConfig
    blocks: tuple[Block, ...]
    intercept: NDArray[np.float64]
    calibration: tuple[Calibration, ...]
    thresholds: NDArray[np.float64]
    provenance: Mapping[str, Any] = field(default_factory=dict)
    digest: str = ""


# ---- The rules that make probabilities of calibrated scores, and tags of probabilities; the same in training and use.

_Float64s = NDArray[np.float64]


def log_odds_of(
    calibration: Sequence[Calibration], paragraph: NDArray[np.floating], sentence: NDArray[np.floating]
) -> _Float64s:
    """Return log-odds (n, n_themes) for the scores of paragraphs and of their strongest sentences, each that shape."""
    a = np.array([c.paragraph for c in calibration])
    b = np.array([c.sentence for c in calibration])
    odds: _Float64s = a * paragraph + b * sentence + np.array([c.intercept for c in calibration])
    return odds


def probabilities_of(log_odds: _Float64s, *, exclusive: bool) -> _Float64s:
    """Return the logistic function of `log_odds`; for exclusive themes scaled so that each row adds up to 1."""
    logarithm = -np.logaddexp(0, -log_odds)
    if exclusive:
        logarithm -= logarithm.max(axis=1, keepdims=True)  # falls out of the quotient, which else might be 0 / 0
    probability: _Float64s = np.exp(logarithm)
    if exclusive:
        probability /= probability.sum(axis=1, keepdims=True)
    return probability


def decide(probability: _Float64s, thresholds: _Float64s, *, exclusive: bool, at_least_one: bool) -> NDArray[np.bool_]:
    """Tell which texts get which themes.

    Exclusive themes: the most probable one. Otherwise every theme whose probability reaches its threshold; with
    `at_least_one` a text that would get none gets the theme nearest to its threshold. A row of NaN, that of a null
    text, gets none.
    """
    nearest = np.argmax(probability if exclusive else probability - thresholds, axis=1)
    best = np.zeros(probability.shape, dtype=np.bool_)
    best[np.arange(len(best)), nearest] = ~np.isnan(probability).any(axis=1)
    if exclusive:
        return best
    tags = probability >= thresholds
    if at_least_one:
        tags |= best & ~tags.any(axis=1, keepdims=True)
    return tags


@dataclass(frozen=True, slots=True)
class Calibration:
    """One theme's map from scores to a probability.

    log-odds = paragraph * (paragraph's score) + sentence * (strongest sentence's score) + intercept
    """

    paragraph: float
    sentence: float
    intercept: float

    def log_odds(self, paragraph: _Float64s, sentence: _Float64s) -> _Float64s:
        """Return the log-odds for scores of paragraphs and their strongest sentences, both (n,)."""
        return self.paragraph * paragraph + self.sentence * sentence + self.intercept
