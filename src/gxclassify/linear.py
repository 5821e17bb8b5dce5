"""Scores of a linear model over TF-IDF terms, for whole batches, with numpy alone.

For a text unit (a sentence or a paragraph) and one block of terms with counts c, the TF-IDF row is
tf(c) * idf / norm, with tf(c) = 1 + ln c (or c), so its product with the coefficients w is

    sum(tf(c) * idf * w) / sqrt(sum((tf(c) * idf)^2)).

Both sums are taken over occurrences first, as if tf(c) were c, which needs no grouping; the few terms that a unit
repeats are then found and put right. A paragraph's sums are those of its sentences, put right for what repeats
across them. ``idf * w`` is stored as one number, the *impact* of a term on a theme.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.features.batch import Batch
    from gxclassify.features.vocabulary import Hits, Vocabulary

__all__ = ["Block", "LinearScorer", "Scored", "Shares"]

_Floats = NDArray[np.float32]
_Ints = NDArray[np.int64]
_HASH_A = np.uint32(0x9E3779B1)
_HASH_B = np.uint32(0x85EBCA77)


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
class Scored:
    """A batch with its scores, and what explaining them takes.

    Attributes
    ----------
    paragraph : float32 array (n_paragraphs, n_themes)
    sentence : float32 array (n_sentences, n_themes)
    hits : list of (hits of one block, its TF-IDF length of every sentence)
    """

    batch: Batch
    paragraph: _Floats
    sentence: _Floats
    hits: list[tuple[list[Hits], _Floats]]


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
    """

    def __init__(self, blocks: Sequence[Block], intercept: NDArray[np.float64], *, sublinear: bool) -> None:
        self.blocks = tuple(blocks)
        self.intercept = intercept.astype(np.float32)
        self.sublinear = sublinear
        self._tables = [_Table(block) for block in blocks]

    def score(self, batch: Batch) -> Scored:
        """Score every paragraph of `batch` as a whole, and every sentence."""
        paragraph = np.tile(self.intercept, (batch.n_paragraphs, 1))
        sentence = np.tile(self.intercept, (batch.n_sentences, 1))
        owner = batch.sentence_of_position()
        paragraph_of_sentence = batch.paragraph_of_sentence()
        found = []
        for block, table in zip(self.blocks, self._tables, strict=True):
            groups = block.vocabulary.find(batch)
            plain = np.zeros((batch.n_sentences, table.width), dtype=np.float32)
            in_sentence = np.zeros_like(plain)
            in_paragraph = np.zeros((batch.n_paragraphs, table.width), dtype=np.float32)
            for hits in groups:
                where = owner[hits.position]
                _add_by_unit(plain, where, table.rows(hits.entry))
                # What a sentence repeats its paragraph repeats: the second search is among the finds of the first.
                entry, where = self._correct(in_paragraph, table, hits.entry, where, paragraph_of_sentence)
                self._correct(in_sentence, table, entry, where, None)
            in_sentence += plain
            in_paragraph += np.add.reduceat(plain, batch.first_sentence[:-1], axis=0)
            length = _length(in_sentence[:, table.themes])
            sentence += in_sentence[:, : table.themes] / length[:, None]
            paragraph += in_paragraph[:, : table.themes] / _length(in_paragraph[:, table.themes])[:, None]
            found.append((groups, length))
        return Scored(batch, paragraph, sentence, found)

    def _correct(
        self,
        sums: _Floats,
        table: _Table,
        entry: NDArray[np.int32],
        sentence: NDArray[np.int32],
        unit_of_sentence: NDArray[np.int32] | None,
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Put right in `sums` what units (sentences, or what they belong to) repeat; return the entries looked at."""
        unit = sentence if unit_of_sentence is None else unit_of_sentence[sentence]
        again = _maybe_repeated(unit, entry)
        if len(again):
            entry, sentence = entry[again], sentence[again]
            units, repeated, count = _groups(unit[again], entry, len(table))
            tf = 1 + np.log(count) if self.sublinear else count
            _add_by_unit(sums, units, table.corrections(repeated, count, tf))
            return entry, sentence
        return entry[:0], sentence[:0]

    def character_weights(self, scored: Scored, sentences: NDArray[np.int64], theme: int) -> _Floats:
        """Return what each position of the batch adds to the score of `theme` of its sentence, for `sentences`.

        A term's share in the score is spread evenly over the characters it covers, so that the weights of a sentence,
        from its mark to the next one, add up to its score less the intercept; a mark between two of `sentences` holds
        shares of both. Positions of other sentences have weight 0. For several themes, `Shares` does the common part
        once.
        """
        return Shares(self, scored, sentences).character_weights(sentences, theme)


class Shares:
    """What the terms of some sentences add to their scores, all but the theme's impact; see `character_weights`."""

    def __init__(self, scorer: LinearScorer, scored: Scored, sentences: NDArray[np.integer]) -> None:
        owner = scored.batch.sentence_of_position()
        wanted = np.zeros(scored.batch.n_sentences, dtype=np.bool_)
        wanted[sentences] = True
        self._n_sentences = len(wanted)
        self._size = len(scored.batch.codes) + 1
        # Per group of hits: impact of the block, entries, first and last position, sentences, factor.
        self._groups: list[tuple[NDArray[np.float16], NDArray[np.int32], _Ints, _Ints, NDArray[np.int32], _Floats]] = []
        for block, (groups, length) in zip(scorer.blocks, scored.hits, strict=True):
            for hits in groups:
                chosen = np.flatnonzero(wanted[owner[hits.position]])
                entry, start = hits.entry[chosen], hits.position[chosen]
                size = hits.length if isinstance(hits.length, int) else hits.length[chosen]
                sentence = owner[start]
                factor = (1 / (length[sentence] * size)).astype(np.float32)
                if scorer.sublinear:
                    _damp(factor, sentence, entry)
                self._groups.append((block.impact, entry, start, start + size, sentence, factor))

    def character_weights(self, sentences: NDArray[np.integer], theme: int) -> _Floats:
        """Return the weights as `LinearScorer.character_weights` does, for some of the sentences."""
        wanted = np.zeros(self._n_sentences, dtype=np.bool_)
        wanted[sentences] = True
        starts, ends, shares = [], [], []
        for impact, entry, start, end, sentence, factor in self._groups:
            chosen = np.flatnonzero(wanted[sentence])
            starts.append(start[chosen])
            ends.append(end[chosen])
            shares.append(impact[entry[chosen], theme] * factor[chosen])
        share = np.concatenate(shares)
        change = np.bincount(np.concatenate(starts), share, self._size)
        change -= np.bincount(np.concatenate(ends), share, self._size)
        return np.cumsum(change)[:-1].astype(np.float32)


def _damp(factor: _Floats, sentence: NDArray[np.int32], entry: NDArray[np.int32]) -> None:
    """Multiply in tf(count) / count for the entries that a sentence repeats."""
    again = _maybe_repeated(sentence, entry)
    key = (sentence[again].astype(np.int64) << 32) | entry[again]
    _, inverse, count = np.unique(key, return_inverse=True, return_counts=True)
    factor[again] *= ((1 + np.log(count)) / count).astype(np.float32)[inverse]


def _add_by_unit(sums: _Floats, unit: NDArray[np.integer], rows: _Floats) -> None:
    """Add `rows` to the rows of `sums` that `unit`, ascending, names."""
    if not len(unit):
        return
    starts = np.flatnonzero(np.concatenate(([True], unit[1:] != unit[:-1])))
    sums[unit[starts]] += np.add.reduceat(rows, starts, axis=0)


def _length(square: _Floats) -> _Floats:
    length = np.sqrt(np.maximum(square, 0))
    length[length == 0] = 1
    return length


def _maybe_repeated(unit: NDArray[np.int32], entry: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the occurrences whose (unit, entry) stands more than once, and a few more that share a hash with one."""
    if not len(entry):
        return np.zeros(0, dtype=np.int64)
    bits = max(8, min(22, (2 * len(entry)).bit_length()))
    slot = (unit.view(np.uint32) * _HASH_A + entry.view(np.uint32)) * _HASH_B >> np.uint32(32 - bits)
    count = np.bincount(slot, minlength=1 << bits)
    return np.flatnonzero(count[slot] > 1)


def _groups(
    unit: NDArray[np.int32], entry: NDArray[np.int32], n_entries: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], _Floats]:
    """Return the distinct (unit, entry) that stand more than once, and how often."""
    key = unit.astype(np.int64) * n_entries + entry
    if (int(unit.max()) + 1) * n_entries < 1 << 31:
        key = key.astype(np.int32)  # sorts twice as fast
    key = np.sort(key)
    first = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1])))
    count = np.diff(np.append(first, len(key)))
    several = count > 1
    units, entries = np.divmod(key[first[several]].astype(np.int64), n_entries)
    return units, entries, count[several].astype(np.float32)
