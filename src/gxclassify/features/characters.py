"""Character n-grams as a trie: learn them, find them in a batch."""

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

__all__ = ["CharVocabulary"]

_Ints = NDArray[np.int64]


class CharVocabulary:
    """Character n-grams as a trie: an n-gram is its first n-1 characters, one entry, and one more character.

    A position is followed to length n only where the first n-1 characters are a known beginning, so that most of a
    text is left after two or three look-ups. The sentence mark may open or close an n-gram and never stands inside.

    Parameters
    ----------
    code : uint16 array (n,)
        The last character of each entry.
    parent : int32 array (n,)
        The entry that an entry continues; -1 for single characters, which come first. Ascending.
    document_frequency : int32 array (n,)
        In how many training paragraphs it stood; 0 when the entry is no term.
    """

    def __init__(
        self, code: NDArray[np.uint16], parent: NDArray[np.int32], document_frequency: NDArray[np.int32]
    ) -> None:
        self.code = code
        self.parent = parent
        self.document_frequency = document_frequency
        singles = int(np.searchsorted(parent, 0))
        self._single = np.full(1 << CODE_BITS, -1, dtype=np.int32)
        self._single[code[:singles]] = np.arange(singles, dtype=np.int32)
        keys = (parent[singles:].astype(np.int64) << CODE_BITS) | code[singles:]
        self._longer = KeyIndex(keys)
        self._singles = singles
        self._has_child = np.zeros(len(code), dtype=np.bool_)
        self._has_child[parent[singles:]] = True

    @classmethod
    def fit(cls, batch: Batch, *, shortest: int, longest: int, min_df: int, marks: bool) -> Self:
        """Learn the n-grams of `shortest` to `longest` characters that stand in at least `min_df` paragraphs."""
        codes = batch.codes
        paragraph = batch.paragraph_of_sentence()[batch.sentence_of_position()]
        position = np.arange(len(codes) - 1)  # the closing mark opens nothing
        if not marks:
            position = position[codes[position] != MARK]
        entry = np.full(len(codes), -1, dtype=np.int64)  # of the n-gram so far, by its first position
        columns: list[tuple[NDArray[np.uint16], NDArray[np.int32], NDArray[np.int32]]] = []
        size = 0
        for n in range(1, longest + 1):
            last = codes[position + n - 1]
            if not marks:
                position, last = position[last != MARK], last[last != MARK]
            key = ((entry[position] + 1) << CODE_BITS) | last
            keys, frequency = count_documents(key, paragraph[position])
            frequent = frequency >= min_df
            keys, frequency = keys[frequent], frequency[frequent]
            place = np.searchsorted(keys, key)
            place[place == len(keys)] = 0
            known = keys[place] == key if len(keys) else np.zeros(len(key), dtype=np.bool_)
            code = (keys & ((1 << CODE_BITS) - 1)).astype(np.uint16)
            is_term = np.full(len(keys), n >= shortest) & ~((code == MARK) & (n == 1))
            columns.append((code, ((keys >> CODE_BITS) - 1).astype(np.int32), np.where(is_term, frequency, 0)))
            position = position[known]
            entry[position] = size + place[known]
            if n > 1:  # nothing continues beyond a closing mark
                position = position[codes[position + n - 1] != MARK]
            size += len(keys)
        code, parent, frequency = (np.concatenate(parts) for parts in zip(*columns, strict=True))
        return cls(code, parent, frequency.astype(np.int32))

    def find(self, batch: Batch) -> list[Hits]:
        """Return the occurrences of all entries, shortest first."""
        codes = batch.codes
        entry = self._single.take(codes[:-1])
        position = np.flatnonzero(entry >= 0)
        entry = entry.take(position)
        groups = [Hits(position, entry, 1)]
        for n in itertools.count(2):
            alive = np.flatnonzero(self._has_child.take(entry))
            if not len(alive):
                return groups
            position, entry = position.take(alive), entry.take(alive)
            key = (entry.astype(np.int64) << CODE_BITS) | codes.take(position + (n - 1))
            known, place = self._longer.find(key)
            position, entry = position.take(known), place + np.int32(self._singles)
            groups.append(Hits(position, entry, n))
        raise AssertionError  # pragma: no cover - the loop above ends by returning

    def keep(self, wanted: NDArray[np.bool_]) -> tuple[Self, _Ints]:
        """Keep the `wanted` terms and the beginnings that lead to them."""
        needed = wanted.copy()
        level = np.flatnonzero(wanted)
        while len(level):
            parent = self.parent[level]
            level = np.unique(parent[parent >= 0])
            needed[level] = True
        old = np.flatnonzero(needed)
        number = np.cumsum(needed) - 1
        parent = self.parent[old]
        parent = np.where(parent >= 0, number[parent], -1).astype(np.int32)
        frequency = np.where(wanted, self.document_frequency, 0)[old].astype(np.int32)
        return type(self)(self.code[old], parent, frequency), old

    def term(self, entry: int) -> str:
        """Return the characters of an entry; a sentence's edge shows as ``|``."""
        characters = []
        while entry >= 0:
            characters.append("|" if self.code[entry] == MARK else chr(self.code[entry]))
            entry = int(self.parent[entry])
        return "".join(reversed(characters))

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return ``code``, ``parent`` and ``df``."""
        return {"code": self.code, "parent": self.parent, "df": self.document_frequency}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """Build the vocabulary that `arrays` came from; a `ModelError` tells what does not fit."""
        code = checked_array(arrays, "code", np.uint16)
        parent = checked_array(arrays, "parent", np.int32)
        frequency = checked_array(arrays, "df", np.int32)
        places = np.arange(len(code))
        if not (len(code) == len(parent) == len(frequency)):
            msg = "the character table's columns differ in length"
            raise ModelError(msg)
        if len(code) and (parent.min() < -1 or (parent >= places).any() or (np.diff(parent) < 0).any()):
            msg = "the character table is not in order"
            raise ModelError(msg)
        if (code[parent[parent >= 0]] == MARK)[parent[parent[parent >= 0]] >= 0].any():
            msg = "the character table goes on beyond a sentence's end"
            raise ModelError(msg)
        return cls(code, parent, frequency)
