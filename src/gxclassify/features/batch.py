"""Paragraphs laid end to end as one array of normalised code points, with their sentences marked.

Everything that counts terms works on this array, so that a text is decoded, normalised and split exactly once.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gxclassify.errors import InputError
from gxclassify.features.characters import FOLDED

MARK = 0x0A
"""The code point that opens every sentence of a batch and closes the one before it."""

_SPACE = 0x20
_REPLACEMENT = 0xFFFD
_ENDERS = "。！？；"
_HALF_WIDTH_ENDERS = "!?;"
_CLOSERS = "”’」』）》】〉)"
_LONGEST_CLOSING = 4

_Codes = NDArray[np.uint16]
_Ints = NDArray[np.int64]


_BASIC_PLANE = range(0x10000)
_LOOK_ALIKES = {code: ord(form) for code, form in FOLDED.items() if code in _BASIC_PLANE and ord(form) in _BASIC_PLANE}


def _normal_form() -> _Codes:
    table = np.arange(0x10000, dtype=np.uint16)
    table[0xFF01:0xFF5F] = np.arange(0x21, 0x7F)  # full-width forms
    table[0xD800:0xE000] = _REPLACEMENT  # lone surrogates
    table[0xFFFE:] = _REPLACEMENT
    upper = np.arange(ord("A"), ord("Z") + 1)
    table[upper] = table[upper + 0xFEE0] = upper + 0x20
    spaces = [*range(0x21), 0x7F, 0x85, 0xA0, 0x1680, *range(0x2000, 0x2010), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000]
    table[[*spaces, 0xFEFF, *range(0xFE00, 0xFE10)]] = _SPACE  # variation selectors too
    table[list(_LOOK_ALIKES)] = table[list(_LOOK_ALIKES.values())]
    return table


_NORMAL = _normal_form()
_FIRST_CJK = 0x2E80
# What a character is, by its code point before it is normalised (for Latin and blank: after).
_ENDER, _HALF_ENDER, _CLOSER, _LATIN, _BLANK = (1 << (16 + bit) for bit in range(5))


def _kinds() -> NDArray[np.uint32]:
    """Return for every code point its normal form in the low 16 bits, and above them what it is."""
    table = _NORMAL.astype(np.uint32)
    for characters, kind in ((_ENDERS, _ENDER), (_HALF_WIDTH_ENDERS, _HALF_ENDER), (_CLOSERS, _CLOSER)):
        table[[ord(c) for c in characters]] |= kind
    latin = np.isin(_NORMAL, [ord(c) for c in "abcdefghijklmnopqrstuvwxyz0123456789"])
    table[latin] |= _LATIN
    table[_NORMAL == _SPACE] |= _BLANK
    table[list(_LOOK_ALIKES)] = table[list(_LOOK_ALIKES.values())]
    return table


_KINDS = _kinds()
_KINDS_DIGITS_FOLDED = _KINDS.copy()
_KINDS_DIGITS_FOLDED[np.isin(_NORMAL, np.arange(ord("0"), ord("9") + 1))] = _LATIN | ord("0")


class _Cutter(Protocol):
    """A `Segmenter`, which itself builds on this module."""

    def cut(self, text: str, /) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a batch, in order: their spellings, where each starts in `codes`, and their lengths."""

    tokens: list[str]
    position: _Ints
    length: _Ints


@dataclass(frozen=True, slots=True)
class Batch:
    """Many paragraphs as one array.

    Attributes
    ----------
    codes : uint16 array (n,)
        Normalised code points; each sentence is preceded by `MARK`, and one `MARK` stands at the end.
    sentence_start : int64 array (n_sentences + 1,)
        Where each sentence's `MARK` stands in `codes`; the last entry is the closing one.
    first_sentence : int64 array (n_paragraphs + 1,)
        The index of each paragraph's first sentence. Every paragraph has at least one, if need be empty.
    origin : int64 array (n,)
        The offset in the paragraph's own text that each code came from (undefined at a `MARK`).
    """

    codes: _Codes
    sentence_start: _Ints
    first_sentence: _Ints
    origin: _Ints
    _words: dict[_Cutter, Words] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def n_sentences(self) -> int:
        """Number of sentences."""
        return len(self.sentence_start) - 1

    @property
    def n_paragraphs(self) -> int:
        """Number of paragraphs."""
        return len(self.first_sentence) - 1

    def text(self) -> str:
        """Return `codes` as a string of the same length."""
        return self.codes.tobytes().decode("utf-16-le")

    def words(self, segmenter: _Cutter) -> Words:
        """Cut the batch into words; scoring and explaining share one cut, which is the dearest step of all."""
        if segmenter not in self._words:
            tokens = segmenter.cut(self.text())
            # Joined with a NUL, which no batch holds, the words tell their places faster than one by one.
            joined = np.frombuffer("\0".join(tokens).encode("utf-16-le"), dtype=np.uint16)
            end = np.append(np.flatnonzero(joined == 0), len(joined)) - np.arange(len(tokens))
            position = np.concatenate(([0], end[:-1]))
            self._words[segmenter] = Words(tokens, position, end - position)
        return self._words[segmenter]

    def sentence_of_position(self) -> NDArray[np.int32]:
        """Return for every position of `codes` the sentence it belongs to; the closing mark gets the last one."""
        lengths = np.diff(self.sentence_start)
        lengths[-1:] += 1  # a batch of no paragraphs has none
        return np.repeat(np.arange(self.n_sentences, dtype=np.int32), lengths)

    def paragraph_of_sentence(self) -> NDArray[np.int32]:
        """Return for every sentence the paragraph it belongs to."""
        return np.repeat(np.arange(self.n_paragraphs, dtype=np.int32), np.diff(self.first_sentence))

    def sentence_spans(self) -> list[list[tuple[int, int]]]:
        """Return for every paragraph the spans of its sentences, as offsets in its own text."""
        first, last = self.sentence_start[:-1] + 1, self.sentence_start[1:] - 1
        empty = last < first
        begin = np.where(empty, 0, self.origin[np.minimum(first, len(self.origin) - 1)]).tolist()
        end = np.where(empty, 0, self.origin[last] + 1).tolist()
        bounds = self.first_sentence.tolist()
        spans = list(zip(begin, end, strict=True))
        return [spans[a:b] for a, b in itertools.pairwise(bounds)]


def make_batch(texts: Sequence[str], *, fold_digits: bool = False) -> Batch:
    """Lay `texts`, one paragraph each, end to end.

    Full-width forms become half-width, Latin letters small, radicals and other look-alikes ordinary characters; white
    space goes, except one space between two Latin words or figures. A code point beyond the basic plane counts as one
    unknown character.
    """
    try:
        joined = "".join(texts)
    except TypeError as error:
        n, wrong = next((n, text) for n, text in enumerate(texts) if not isinstance(text, str))
        raise InputError(
            "Every text must be a string. Got {type} as text {n}.", type=type(wrong).__name__, n=n
        ) from error
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    raw = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kinds = (_KINDS_DIGITS_FOLDED if fold_digits else _KINDS).take(raw, mode="clip")
    bounds = np.concatenate(([0], np.cumsum(lengths)))  # paragraph starts in raw
    kept = _keep_words_apart(kinds, bounds)
    kinds = kinds.take(kept)
    paragraph_end = np.searchsorted(kept, bounds[1:])  # paragraph ends in what is kept
    return _with_marks(kinds.astype(np.uint16), kept, bounds, paragraph_end, _sentence_ends(kinds, paragraph_end))


def _keep_words_apart(kinds: NDArray[np.uint32], bounds: _Ints) -> _Ints:
    """Return the indices of the characters to keep: all but white space, yet one space between Latin words."""
    solid = kinds & _BLANK == 0
    kept = np.flatnonzero(solid)
    gap = np.flatnonzero(np.diff(kept) > 1)
    before, after = kept.take(gap), kept.take(gap + 1)
    latin = (kinds.take(before) & kinds.take(after) & _LATIN) != 0
    before, after = before[latin], after[latin]
    same = np.searchsorted(bounds, before, side="right") == np.searchsorted(bounds, after, side="right")
    spaces = before[same] + 1
    if not len(spaces):
        return kept
    solid[spaces] = True
    return np.flatnonzero(solid)


def _sentence_ends(kinds: NDArray[np.uint32], paragraph_end: _Ints) -> _Ints:
    """Return the places of what ends a sentence: 。！？； or the last of the closing marks that follow."""
    opens = np.zeros(len(kinds) + 1, dtype=np.bool_)  # what stands before a paragraph's first character is another's
    opens[0] = True
    opens[paragraph_end] = True
    place = np.flatnonzero(kinds & (_ENDER | _HALF_ENDER | _CLOSER))
    kind, inner = kinds.take(place), ~opens.take(place)
    ending = np.zeros(len(kinds) + 1, dtype=np.bool_)
    ending[place[kind & _ENDER != 0]] = True
    half = place[inner & (kind & _HALF_ENDER != 0)]
    # Half-width marks end a sentence behind a Chinese character.
    ending[half[kinds.take(half - 1) & 0xFFFF >= _FIRST_CJK]] = True
    closer = place[inner & (kind & _CLOSER != 0)]
    for _ in range(_LONGEST_CLOSING):
        ending[closer[ending.take(closer - 1)]] = True
    place = np.flatnonzero(ending)
    return place[~ending.take(place + 1)]


def _with_marks(codes: _Codes, kept: _Ints, bounds: _Ints, paragraph_end: _Ints, ends: _Ints) -> Batch:
    # A paragraph's last sentence ends at the paragraph's end, whatever the punctuation.
    inner = ends + 1
    inner = inner[~np.isin(inner, paragraph_end)]
    sentence_end = np.sort(np.concatenate((inner, paragraph_end)), kind="stable")
    # An inner end at i belongs to the paragraph whose end is the first beyond i; equal ends are empty paragraphs.
    per_paragraph = np.bincount(np.searchsorted(paragraph_end, inner, side="right"), minlength=len(paragraph_end)) + 1
    first_sentence = np.concatenate(([0], np.cumsum(per_paragraph)))
    n_sentences = len(sentence_end)
    start = np.concatenate(([0], sentence_end[:-1])) if n_sentences else sentence_end
    mark = np.concatenate((start + np.arange(n_sentences), [len(codes) + n_sentences])).astype(np.int64)
    padded = np.full(len(codes) + n_sentences + 1, MARK, dtype=np.uint16)
    solid = np.ones(len(padded), dtype=np.bool_)
    solid[mark] = False
    padded[solid] = codes
    origin = np.zeros(len(padded), dtype=np.int64)
    paragraph_size = np.diff(np.concatenate(([0], paragraph_end)))
    origin[solid] = kept - np.repeat(bounds[:-1], paragraph_size)
    return Batch(padded, mark, first_sentence, origin)


def normal_form(text: str) -> str:
    """Return a text's characters as a batch holds them, white space left out.

    >>> normal_form("５G ＋AI"), normal_form("⾼新区")
    ('5g+ai', '高新区')
    """
    codes = np.minimum(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32), 0xFFFF)
    return "".join(map(chr, _NORMAL[codes].tolist())).replace(chr(_SPACE), "")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return the spans of the sentences of one paragraph, white space at their ends left out.

    >>> sentence_spans("招商会签约12个项目。“落户就开工！”区长说。")
    [(0, 11), (11, 19), (19, 23)]
    """
    return make_batch([text]).sentence_spans()[0]


def mostly_marked(sentences: Sequence[tuple[int, int]], marks: Iterable[Sequence[int]]) -> list[int]:
    """Return the numbers of the sentences of which more than half lies within one of the marks.

    Parameters
    ----------
    sentences : sequence of (start, end)
    marks : iterable of (start, end)

    >>> mostly_marked([(0, 9), (9, 14)], [(0, 8), (9, 11)])
    [0]
    """
    marks = list(marks)
    return [
        i
        for i, (start, end) in enumerate(sentences)
        if any(2 * (min(end, last) - max(start, first)) > end - start for first, last in marks)
    ]
