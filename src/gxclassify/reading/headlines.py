"""Headlines doubled by a shadow effect: the PDF draws each run twice, and the text holds it twice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gxclassify.reading.spans import Mapped

__all__ = ["same_text", "undouble"]

_MIN, _MAX = 6, 200  # in characters; a shorter line doubles by chance, a longer one is no headline


def undouble(line: Mapped) -> Mapped | None:
    """Return the line with each doubled run once, or None where it is not doubled throughout.

    >>> from gxclassify.reading.spans import Mapped
    >>> undouble(Mapped.at("衡阳高新区衡阳高新区““高企高企””竞速竞速", 0)).text
    '衡阳高新区“高企”竞速'
    >>> undouble(Mapped.at("高高兴兴迎新春", 0)) is None
    True
    """
    text = line.text
    if not _MIN <= len(text) <= _MAX:
        return None
    sorted_text = sorted(text.replace(" ", ""))
    if sorted_text[::2] != sorted_text[1::2]:
        return None  # some character stands an odd number of times
    solid = [i for i, char in enumerate(text) if not char.isspace()]
    runs = _squares("".join(text[i] for i in solid))
    if runs is None:
        return None
    drop: list[tuple[int, int]] = []
    for middle, end in runs:
        drop.append((solid[middle], solid[end - 1] + 1))
    return line.without(drop).strip()


def _squares(text: str) -> list[tuple[int, int]] | None:
    """Cover `text` by the fewest runs that stand twice in a row; return the (middle, end) of each."""
    n = len(text)
    if n % 2:
        return None
    half = n // 2
    if text[:half] == text[half:]:
        return [(half, n)]
    best: list[tuple[int, int] | None] = [None] * (n + 1)  # at each end: (runs so far, half length of the last)
    best[0] = (0, 0)
    for start in range(n):
        here = best[start]
        if here is None:
            continue
        for size in range(1, (n - start) // 2 + 1):
            end = start + 2 * size
            known = best[end]
            if (known is None or known[0] > here[0] + 1) and text.startswith(text[start : start + size], start + size):
                best[end] = (here[0] + 1, size)
    if best[n] is None:
        return None
    runs, end = [], n
    while end:
        entry = best[end]
        assert entry is not None  # noqa: S101 (every end on the path was reached)
        runs.append((end - entry[1], end))
        end -= 2 * entry[1]
    return runs[::-1]


_SAME = re.compile(r"\s+")


def same_text(one: str, other: str) -> bool:
    """Tell whether two lines are the same but for white space."""
    return _SAME.sub("", one) == _SAME.sub("", other)
