"""A read-only map from 64-bit keys to 0 … n-1 that looks up whole arrays at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["KeyIndex"]

_EMPTY = -1
# Fibonacci hashing (Knuth, The Art of Computer Programming, volume 3, 6.4): the high bits of key * 2^64/phi.
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


class KeyIndex:
    """Open addressing with linear probing, at most half full.

    Parameters
    ----------
    keys : int64 array (n,)
        Distinct and not negative; a key's value is its place.
    """

    def __init__(self, keys: NDArray[np.int64]) -> None:
        bits = max(4, int(2 * len(keys)).bit_length())
        self._shift = np.uint64(64 - bits)
        self._last = (1 << bits) - 1
        self._keys = np.full(1 << bits, _EMPTY, dtype=np.int64)
        self._values = np.zeros(1 << bits, dtype=np.int32)
        pending = np.arange(len(keys), dtype=np.int32)
        slots = self._home(keys)
        while len(pending):
            free = self._keys[slots] == _EMPTY
            self._keys[slots[free]] = keys[pending[free]]  # of several that want one slot the last one gets it
            placed = free & (self._keys[slots] == keys[pending])
            self._values[slots[placed]] = pending[placed]
            pending, slots = pending[~placed], (slots[~placed] + 1) & self._last

    def _home(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        return ((keys.view(np.uint64) * _MULTIPLIER) >> self._shift).view(np.int64)

    def find(self, keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return which of `keys` are known (ascending places in `keys`), and their values."""
        slots = self._home(keys)
        there = self._keys[slots]
        known = there == keys
        # The rest met another key or an empty slot; only the former go on.
        astray = np.flatnonzero(~known & (there != _EMPTY))
        while len(astray):
            slots[astray] = (slots[astray] + 1) & self._last
            there = self._keys[slots[astray]]
            hit = there == keys[astray]
            known[astray[hit]] = True
            astray = astray[~hit & (there != _EMPTY)]
        places = np.flatnonzero(known)
        return places, self._values[slots[places]]
