"""Texts that say the same in nearly the same words: shingles, MinHash, and the Jaccard similarity.

Comparing every paragraph with every other takes quadratic time. MinHash (Broder, 1997) gives each text a signature
whose entries agree with those of another with a probability equal to their Jaccard similarity; texts that agree on a
whole band of entries are then compared exactly. The time grows with the number of texts and of similar pairs.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["SimilarPair", "essence", "fingerprint", "grams", "similar_pairs"]

_NOT_WORDS = re.compile(r"[\W_]+")
_SHINGLE = 4
# 64 bands of 3 entries: two texts of Jaccard similarity 0.5 share a band with probability 1 - (1 - 0.5^3)^64 = 0.9998,
# texts of similarity 0.05, as most on one topic have, with 0.008.
_BANDS, _ROWS = 64, 3
_BASE = np.uint64(0x100000001B3)
_EMPTY = np.uint64(0)

_Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class SimilarPair:
    """Two texts, by number (``first`` < ``second``), and their Jaccard similarity, 0 … 1."""

    first: int
    second: int
    similarity: float


def essence(text: str) -> str:
    """Return what a text says: letters, digits and Han characters alone, widths and cases folded.

    >>> essence("“ＥＰＣ”项目， 12个。")
    'epc项目12个'
    """
    return _NOT_WORDS.sub("", unicodedata.normalize("NFKC", text)).lower()


def fingerprint(text: str) -> str:
    """Return a short name for what a text says: 16 hexadecimal digits of the SHA-256 of its `essence`."""
    return hashlib.sha256(essence(text).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def grams(text: str, size: int) -> _Hashes:
    """Return a 64-bit hash of every run of `size` characters of `text`, in order."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    count = len(codes) - size + 1
    if count < 1:
        return np.zeros(0, dtype=np.uint64)
    value = np.zeros(count, dtype=np.uint64)
    for i in range(size):
        value = value * _BASE + codes[i : i + count]
    return _mixed(value)


def _mixed(value: _Hashes) -> _Hashes:
    """Scramble 64-bit numbers one to one (the finalizer of splitmix64, Steele, Lea and Flood, 2014)."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


def similar_pairs(texts: Sequence[str], threshold: float) -> list[SimilarPair]:
    """Find the pairs of texts whose shingles overlap by `threshold` or more, most similar first.

    Of many texts that are all alike each is paired with one or a few of the others, not with all.

    Parameters
    ----------
    texts : sequence of str
    threshold : float
        The least Jaccard similarity of the sets of 4-character shingles, 0 … 1. From 0.5 on no pair is missed with a
        probability over 0.9998; at 0.3 with one over 0.82.
    """
    shingles = [np.unique(grams(essence(text), _SHINGLE)) for text in texts]
    pairs = []
    for first, second in sorted(_candidates(shingles)):
        similarity = _jaccard(shingles[first], shingles[second])
        if similarity >= threshold:
            pairs.append(SimilarPair(first, second, similarity))
    return sorted(pairs, key=lambda pair: (-pair.similarity, pair.first, pair.second))


def _jaccard(a: _Hashes, b: _Hashes) -> float:
    common = len(np.intersect1d(a, b, assume_unique=True))
    return common / (len(a) + len(b) - common)


def _candidates(shingles: Sequence[_Hashes]) -> set[tuple[int, int]]:
    numbers = np.array([i for i, own in enumerate(shingles) if len(own)], dtype=np.int64)
    pairs: set[tuple[int, int]] = set()
    if len(numbers) < 2:  # noqa: PLR2004 - a pair takes two
        return pairs
    for band in _band_hashes([shingles[i] for i in numbers]):
        order = np.argsort(band, kind="stable")
        same = np.flatnonzero(band[order][1:] == band[order][:-1])
        head = _heads(band[order])
        for place in same.tolist():
            member = int(numbers[order[place + 1]])
            # The neighbour and the first of the bucket: a bucket of n alike texts costs 2n comparisons, not n².
            for other in {int(numbers[order[place]]), int(numbers[order[head[place]]])}:
                pairs.add((min(member, other), max(member, other)))
    return pairs


def _heads(ordered: _Hashes) -> NDArray[np.int64]:
    """Return for every place of a sorted array where its run of equal values begins."""
    starts = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    heads: NDArray[np.int64] = np.maximum.accumulate(np.where(starts, np.arange(len(ordered)), 0))
    return heads


def _band_hashes(shingles: Sequence[_Hashes]) -> Iterator[_Hashes]:
    whole = np.concatenate(shingles)
    starts = np.concatenate(([0], np.cumsum([len(own) for own in shingles])[:-1]))
    seeds = np.random.default_rng(0).integers(1, 2**63, size=_BANDS * _ROWS, dtype=np.uint64)
    for band in range(_BANDS):
        combined = np.full(len(shingles), _EMPTY)
        for seed in seeds[band * _ROWS : (band + 1) * _ROWS]:
            # An odd multiplier makes of the mixed hashes another order; the least in it is the MinHash.
            least = np.minimum.reduceat(whole * (seed | np.uint64(1)), starts)
            combined = _mixed(combined ^ least)
        yield combined
