"""The two vocabularies, words with word pairs and character n-grams, and the hash tables in which they look terms up.

They learn their terms from a batch and find them in others. A vocabulary numbers its *entries*. Most are terms; some
are only the way to a term, as the two-character beginning of a three-character term or a word that counts in a pair
alone. What an entry weighs is not known here: the document frequency of such a mere step is recorded as 0.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from gxclassify.errors import ModelError
from gxclassify.features.batch import MARK, Batch

if TYPE_CHECKING:
    from gxclassify.features.segmenter import Segmenter

_Ints = NDArray[np.int64]
CODE_BITS = 16
"""How many bits of a key a character takes."""


@dataclass(frozen=True, slots=True)
class Hits:
    """Where entries stand in a batch: ascending positions, the entries there, and how many codes each covers."""

    position: _Ints
    entry: NDArray[np.int32]
    length: NDArray[np.int64] | int


class Vocabulary(Protocol):
    """What counting, scoring and the bundle need of a vocabulary."""

    document_frequency: NDArray[np.int32]

    def find(self, batch: Batch) -> list[Hits]:
        """Return the occurrences of all entries, in groups ordered by position."""
        ...

    def keep(self, wanted: NDArray[np.bool_]) -> tuple[Self, _Ints]:
        """Return a vocabulary of the `wanted` terms, and for each of its entries its old number."""
        ...

    def places_in(self, other: Self) -> _Ints:
        """Return for each entry which entry of `other` it is there, -1 for none."""
        ...

    def term(self, entry: int) -> str:
        """Return the text of an entry, for people."""
        ...

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return the arrays that `from_arrays` builds the vocabulary from."""
        ...


def count_documents(keys: _Ints, paragraph: NDArray[np.int32]) -> tuple[_Ints, NDArray[np.int32]]:
    """Return the distinct `keys`, ascending, and in how many paragraphs each stands; paragraphs ascend."""
    if not len(keys):
        return keys, np.zeros(0, dtype=np.int32)
    order = np.argsort(keys, kind="stable")
    keys, paragraph = keys[order], paragraph[order]
    new_key = np.concatenate(([True], keys[1:] != keys[:-1]))
    new_document = new_key.copy()
    new_document[1:] |= paragraph[1:] != paragraph[:-1]
    starts = np.flatnonzero(new_key)
    return keys[starts], np.add.reduceat(new_document.astype(np.int32), starts, dtype=np.int32)


def inverse_document_frequency(document_frequency: NDArray[np.int32], n_documents: int) -> NDArray[np.float32]:
    """Return ln((1 + n) / (1 + df)) + 1, scikit-learn's smoothed idf; 0 where an entry is no term (df 0)."""
    idf = np.log((1 + n_documents) / (1 + document_frequency.astype(np.float64))) + 1
    return np.where(document_frequency > 0, idf, 0.0).astype(np.float32)


def checked_array(arrays: Mapping[str, NDArray[np.generic]], name: str, dtype: type, *, ndim: int = 1) -> NDArray:  # type: ignore[type-arg]
    """Return one of `arrays`; a `ModelError` tells that it is missing, of another type or out of range."""
    array = arrays.get(name)
    if array is None or array.dtype != dtype or array.ndim != ndim or (name == "df" and array.min(initial=0) < 0):
        raise ModelError("the table {name} is missing, of another type or out of range", name=name)
    return array


# ---- Hash tables over whole arrays: a read-only map from 64-bit keys to 0 … n-1, and the grouping of equal keys.

_EMPTY = -1
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


class KeyIndex:
    """Open addressing with linear probing, at most a quarter full: half full, one key in four met another one first.

    Parameters
    ----------
    keys : int64 array (n,)
        Distinct and none -1; a key's value is its place.
    """

    def __init__(self, keys: NDArray[np.int64]) -> None:
        bits = max(4, (4 * len(keys)).bit_length())
        self._bits = bits
        self._last = (1 << bits) - 1
        self._keys = np.full(1 << bits, _EMPTY, dtype=np.int64)
        self._values = np.zeros(1 << bits, dtype=np.int32)
        pending = np.arange(len(keys), dtype=np.int32)
        slots = _slots(keys, self._bits)
        while len(pending):
            free = self._keys[slots] == _EMPTY
            self._keys[slots[free]] = keys[pending[free]]  # of several that want one slot the last one gets it
            placed = free & (self._keys[slots] == keys[pending])
            self._values[slots[placed]] = pending[placed]
            pending, slots = pending[~placed], (slots[~placed] + 1) & self._last

    def find(self, keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return which of `keys` are known (ascending places in `keys`), and their values."""
        slots = _slots(keys, self._bits)
        there = self._keys.take(slots)
        known = there == keys
        # The rest met another key or an empty slot; only the former go on.
        astray = np.flatnonzero(known ^ (there != _EMPTY))
        while len(astray):
            onward = (slots.take(astray) + 1) & self._last
            slots[astray] = onward
            there = self._keys.take(onward)
            hit = there == keys.take(astray)
            known[astray[hit]] = True
            astray = astray[hit ^ (there != _EMPTY)]
        places = np.flatnonzero(known)
        return places, self._values.take(slots.take(places))


def group_equal(keys: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Group equal keys; sorting them takes more than twice as long.

    Parameters
    ----------
    keys : int64 array (n,)

    Returns
    -------
    leader : int32 array (n,)
        For every key the place of the last one equal to it. That makes what is summed in the order of leaders, and its
        rounding, independent of the other keys.
    count : int64 array (n,)
        At a leader's place how many keys are equal to it; 0 elsewhere.
    """
    n = len(keys)
    bits = max(4, (8 * n).bit_length())
    slots = _slots(keys, bits)
    last = np.empty(1 << bits, dtype=np.int32)  # half the memory of int64, which counts here
    last[slots] = np.arange(n, dtype=np.int32)  # of several keys in one slot the last one leads …
    leader = last.take(slots)
    astray = np.flatnonzero(keys.take(leader) != keys)  # … its equals; the few others are sorted
    if len(astray):
        order = astray[np.argsort(keys[astray], kind="stable")]
        change = np.diff(keys[order]) != 0
        last_equal = np.append(np.flatnonzero(change), len(order) - 1)
        leader[order] = order[last_equal][np.concatenate(([0], np.cumsum(change)))]
    return leader, np.bincount(leader, minlength=n)


def _slots(keys: NDArray[np.int64], bits: int) -> NDArray[np.int64]:
    """Return slots in 0 … 2^bits - 1; Fibonacci hashing (Knuth, The Art of Computer Programming, volume 3, 6.4).

    They are the high bits of key * 2^64/phi.
    """
    return ((keys.view(np.uint64) * _MULTIPLIER) >> np.uint64(64 - bits)).view(np.int64)


# ---- Words and pairs of neighbouring words: learn them, find them in a batch.

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

    def places_in(self, other: Self) -> _Ints:
        """Return for each word, then for each pair, which entry of `other` it is there, -1 for none."""
        number = {word: i for i, word in enumerate(other.words)}
        word = np.fromiter(map(number.get, self.words, itertools.repeat(-1)), np.int64, count=len(self.words))
        first, second = word[self.pairs].T
        known = np.flatnonzero((first >= 0) & (second >= 0))
        there, place = other._pairs.find((first[known] << _PAIR_BITS) | second[known])
        pair = np.full(len(self.pairs), -1, dtype=np.int64)
        pair[known[there]] = place + len(other.words)
        return np.concatenate((word, pair))

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
            raise ModelError("the word table is not UTF-8") from error
        words = text.split("\n") if text else []
        pairs = checked_array(arrays, "pairs", np.int32, ndim=2)
        frequency = checked_array(arrays, "df", np.int32)
        if len(set(words)) != len(words) or len(frequency) != len(words) + len(pairs):
            raise ModelError("the word table repeats a word or its columns differ in length")
        if pairs.shape[1] != 2 or (len(pairs) and (pairs.min() < 0 or pairs.max() >= len(words))):  # noqa: PLR2004
            raise ModelError("a word pair points outside the word table")
        return cls(words, pairs, frequency, segmenter)


def _packed_at(codes: NDArray[np.uint16], position: _Ints, length: _Ints) -> _Ints:
    """Return short words as numbers, 16 bits a character, the first one lowest; 0 for longer ones."""
    ahead = np.zeros(len(codes) + _SHORT - 1, dtype=np.int64)
    ahead[: len(codes)] = codes
    number = ahead[: len(codes)].copy()
    for n in range(1, _SHORT):
        number |= ahead[n : n + len(codes)] << (CODE_BITS * n)
    return number.take(position) & _SHORT_MASK.take(np.minimum(length, _SHORT + 1))


# ---- Character n-grams as a trie: learn them, find them in a batch.


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

    def places_in(self, other: Self) -> _Ints:
        """Return for each entry which entry of `other` it is there, -1 for none."""
        places = other._single[self.code].astype(np.int64)
        level = np.flatnonzero(self.parent >= 0)
        places[level] = -1
        while len(level):  # the n-grams whose beginnings are placed, the shortest first
            begun = level[places[self.parent[level]] >= 0]
            key = (places[self.parent[begun]] << CODE_BITS) | self.code[begun]
            there, place = other._longer.find(key)
            found = begun[there]
            places[found] = place + other._singles
            level = level[np.isin(self.parent[level], found)]
        return places

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
            raise ModelError("the character table's columns differ in length")
        if len(code) and (parent.min() < -1 or (parent >= places).any() or (np.diff(parent) < 0).any()):
            raise ModelError("the character table is not in order")
        if (code[parent[parent >= 0]] == MARK)[parent[parent[parent >= 0]] >= 0].any():
            raise ModelError("the character table goes on beyond a sentence's end")
        return cls(code, parent, frequency)
