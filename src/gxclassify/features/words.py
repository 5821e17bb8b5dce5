"""Words and pairs of neighbouring words: learn them, find them in a batch."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from gxclassify.errors import ModelError
from gxclassify.features.batch import MARK, Batch
from gxclassify.features.index import KeyIndex
from gxclassify.features.vocabulary import CODE_BITS, Hits, checked_array, count_documents

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gxclassify.features.segmenter import Segmenter

__all__ = ["WordVocabulary"]

_Ints = NDArray[np.int64]
_PAIR_BITS = 31
_SHORT = 4
"""Words up to this length are packed into one key, 16 bits a character, and looked up all at once."""
_SHORT_MASK = np.array([*((1 << CODE_BITS * n) - 1 for n in range(_SHORT)), -1, 0], dtype=np.int64)
"""By length, which bits of four characters are a word's; none for a longer word."""


class WordVocabulary:
    """Words and pairs of neighbouring words.

    Parameters
    ----------
    words : list of str
        Entries 0 … n_words-1; none holds a line break.
    pairs : int32 array (n_pairs, 2)
        The entries that follow: two words each.
    document_frequency : int32 array (n_words + n_pairs,)
        In how many training paragraphs it stood; 0 when the entry is no term.
    segmenter : Segmenter
        Cuts the text.
    """

    def __init__(
        self,
        words: list[str],
        pairs: NDArray[np.int32],
        document_frequency: NDArray[np.int32],
        segmenter: Segmenter,
    ) -> None:
        self.words = words
        self.pairs = pairs
        self.document_frequency = document_frequency
        self.segmenter = segmenter
        # Short words, ninety-nine of a hundred, are looked up as numbers; the rest one by one.
        codes = np.frombuffer("\n".join([*words, ""]).encode("utf-16-le", "surrogatepass"), dtype=np.uint16)
        end = np.flatnonzero(codes == MARK)
        position = np.concatenate(([0], end + 1))[:-1]
        length = end - position
        short = np.flatnonzero(length <= _SHORT)
        self._short_entry = short.astype(np.int32)
        self._short = KeyIndex(_packed_at(codes, position[short], length[short]))
        self._long = {words[i]: i for i in np.flatnonzero(length > _SHORT).tolist()}
        self._pairs = KeyIndex((pairs[:, 0].astype(np.int64) << _PAIR_BITS) | pairs[:, 1])

    @classmethod
    def fit(cls, batch: Batch, segmenter: Segmenter, *, pairs: bool, min_df: int) -> Self:
        """Learn the words and pairs that stand in at least `min_df` paragraphs."""
        words = batch.words(segmenter)
        tokens, position = words.tokens, words.position
        number: dict[str, int] = {}
        entry = np.array([number.setdefault(token, len(number)) for token in tokens], dtype=np.int64)
        paragraph = batch.paragraph_of_sentence()[batch.sentence_of_position()[position]]
        blank = [number[token] for token in ("\n", " ") if token in number]
        solid = ~np.isin(entry, blank)
        keys, frequency = count_documents(entry[solid], paragraph[solid])
        frequent = frequency >= min_df
        keys, frequency = keys[frequent], frequency[frequent]
        spelling = np.array(list(number), dtype=object)[keys]
        order = np.argsort(spelling, kind="stable")  # by spelling: the order of the training files leaves no trace
        final = np.full(len(number), -1, dtype=np.int64)
        final[keys[order]] = np.arange(len(order))
        frequency = frequency[order]
        pair_table = np.zeros((0, 2), dtype=np.int32)
        if pairs:
            entry = final[entry]
            first = np.flatnonzero((entry[:-1] >= 0) & (entry[1:] >= 0))
            key = (entry[first] << _PAIR_BITS) | entry[first + 1]
            keys, pair_frequency = count_documents(key, paragraph[first])
            frequent = pair_frequency >= min_df
            keys = keys[frequent]
            pair_table = np.stack([keys >> _PAIR_BITS, keys & ((1 << _PAIR_BITS) - 1)], axis=1).astype(np.int32)
            frequency = np.concatenate((frequency, pair_frequency[frequent]))
        return cls([str(word) for word in spelling[order]], pair_table, frequency.astype(np.int32), segmenter)

    def find(self, batch: Batch) -> list[Hits]:
        """Return the occurrences of the words, then those of the pairs."""
        words = batch.words(self.segmenter)
        tokens, position, length = words.tokens, words.position, words.length
        entry = np.full(len(tokens), -1, dtype=np.int32)
        known, place = self._short.find(_packed_at(batch.codes, position, length))
        entry[known] = self._short_entry.take(place)
        long = np.flatnonzero(length > _SHORT)
        spellings = [tokens[i] for i in long.tolist()]
        entry[long] = np.fromiter(map(self._long.get, spellings, itertools.repeat(-1)), np.int32, count=len(long))
        known = np.flatnonzero(entry >= 0)
        groups = [Hits(position.take(known), entry.take(known), length.take(known))]
        first = known[:-1][np.diff(known) == 1]
        key = (entry.take(first).astype(np.int64) << _PAIR_BITS) | entry.take(first + 1)
        paired, pair = self._pairs.find(key)
        first = first.take(paired)
        size = length.take(first) + length.take(first + 1)
        groups.append(Hits(position.take(first), pair + np.int32(len(self.words)), size))
        return groups

    def keep(self, wanted: NDArray[np.bool_]) -> tuple[Self, _Ints]:
        """Keep the `wanted` terms and the words that wanted pairs are made of."""
        n_words = len(self.words)
        kept_pairs = np.flatnonzero(wanted[n_words:])
        needed = wanted[:n_words].copy()
        needed[self.pairs[kept_pairs].ravel()] = True
        kept_words = np.flatnonzero(needed)
        number = np.cumsum(needed) - 1
        old = np.concatenate((kept_words, n_words + kept_pairs))
        frequency = np.where(wanted, self.document_frequency, 0)[old].astype(np.int32)
        pairs = number[self.pairs[kept_pairs]].astype(np.int32).reshape(-1, 2)
        return type(self)([self.words[i] for i in kept_words], pairs, frequency, self.segmenter), old

    def term(self, entry: int) -> str:
        """Return a word, or the two words of a pair."""
        if entry < len(self.words):
            return self.words[entry]
        first, second = self.pairs[entry - len(self.words)]
        return self.words[int(first)] + self.words[int(second)]

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return ``words`` (UTF-8, one a line), ``pairs`` and ``df``."""
        text = np.frombuffer("\n".join(self.words).encode("utf-8"), dtype=np.uint8)
        return {"words": text, "pairs": self.pairs, "df": self.document_frequency}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]], segmenter: Segmenter) -> Self:
        """Build the vocabulary that `arrays` came from; a `ModelError` tells what does not fit."""
        try:
            text = checked_array(arrays, "words", np.uint8).tobytes().decode("utf-8")
        except UnicodeDecodeError as error:
            msg = "the word table is not UTF-8"
            raise ModelError(msg) from error
        words = text.split("\n") if text else []
        pairs = checked_array(arrays, "pairs", np.int32, ndim=2)
        frequency = checked_array(arrays, "df", np.int32)
        if len(set(words)) != len(words) or len(frequency) != len(words) + len(pairs):
            msg = "the word table repeats a word or its columns differ in length"
            raise ModelError(msg)
        if pairs.shape[1] != 2 or (len(pairs) and (pairs.min() < 0 or pairs.max() >= len(words))):  # noqa: PLR2004
            msg = "a word pair points outside the word table"
            raise ModelError(msg)
        return cls(words, pairs, frequency, segmenter)


def _packed_at(codes: NDArray[np.uint16], position: _Ints, length: _Ints) -> _Ints:
    """Return short words as numbers, 16 bits a character, the first one lowest; 0 for longer ones."""
    ahead = np.zeros(len(codes) + _SHORT - 1, dtype=np.int64)
    ahead[: len(codes)] = codes
    number = ahead[: len(codes)].copy()
    for n in range(1, _SHORT):
        number |= ahead[n : n + len(codes)] << (CODE_BITS * n)
    return number.take(position) & _SHORT_MASK.take(np.minimum(length, _SHORT + 1))
