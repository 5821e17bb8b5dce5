"""Hash tables over whole arrays: a read-only map from 64-bit keys to 0 … n-1, and the grouping of equal keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["KeyIndex", "group_equal"]

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
    """Group equal keys; sorting them would take twice as long.

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
