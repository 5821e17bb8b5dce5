"""Which signs stand in which line: one look at all characters of a text, so that few lines need a second one."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from gxclassify.reading.cues import (
    CLOSERS,
    LEAD_SIGNS,
    MAY_BE_CAPTION,
    MAY_BE_CREDIT,
    MAY_BE_FURNITURE,
    OPENING_SIGNS,
    ROLE_SIGNS,
    SPEECH_SIGNS,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

APART = 1
"""What a line has that may stand apart from the running text: furniture, a credit, a caption, a continuation note."""
FULL_STOP, SEMICOLON, COMMA, SPACE = 2, 4, 8, 16
STOP = 32
"""What ends a sentence, but for a full stop."""
END = 64
"""What a paragraph may end with, but for a full stop."""
PAGE = 128
"""What every continuation note has."""
SPEECH = 256
"""What words have that tell of somebody's speaking."""
SQUEEZED = 512
"""Marks that a compositor may squeeze."""
OPENING_FIRST = 1024
"""What words begin with that often, or seldom, open a paragraph."""
PAUSE = 2048
"""The mark between the members of a list."""
LOUD = 4096
CLOSER = 8192
LEAD_FIRST, BYLINE_FIRST, HEADLINE_FIRST = 16384, 32768, 65536
"""What a lead, and a byline that names what somebody did, and what a headline in brackets begins with."""
NO_NAME = 131072
"""What stands in no list of names."""

_SETS = {
    APART: MAY_BE_FURNITURE + MAY_BE_CREDIT + MAY_BE_CAPTION,
    FULL_STOP: "。",
    SEMICOLON: "；",
    COMMA: "，",
    SPACE: " ",
    STOP: "！？…!?",
    END: "！？…!?”’」』）)》】]0123456789①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳.：:；;—",
    PAGE: "版页",
    SPEECH: SPEECH_SIGNS,
    SQUEEZED: "，。、；：！？“”‘’（）《》…",
    OPENING_FIRST: OPENING_SIGNS,
    PAUSE: "、",
    LOUD: "？！…",
    CLOSER: CLOSERS,
    LEAD_FIRST: LEAD_SIGNS,
    BYLINE_FIRST: ROLE_SIGNS + "（(【",
    HEADLINE_FIRST: "【",
    NO_NAME: "0123456789“”‘’：；！？《》…—%.",
}


@cache
def _table() -> Any:
    """Return the bits of each character; those beyond the basic plane have those of its last one, none."""
    import numpy as np

    table = np.zeros(0x10000, np.uint32)
    for bit, characters in _SETS.items():
        table[[ord(character) for character in characters]] |= bit
    return table


class Signs:
    """The signs of some lines, none of them empty.

    Attributes
    ----------
    any
        For each line the bits of all its characters together.
    first, last
        The bits of its first and of its last character.
    lengths
        Its length in characters.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        import numpy as np

        codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
        self.lengths = np.array([len(text) for text in texts])
        self._starts = np.concatenate([[0], np.cumsum(self.lengths)])
        self._bits = _table()[np.minimum(codes, 0xFFFF)]
        self.any = np.bitwise_or.reduceat(self._bits, self._starts[:-1]) if len(codes) else self._bits
        self.first, self.last = self._bits[self._starts[:-1]], self._bits[self._starts[1:] - 1]

    def count(self, bit: int) -> Any:
        """Return for each line how many of its characters have a bit."""
        import numpy as np

        return np.add.reduceat((self._bits & bit) != 0, self._starts[:-1], dtype=np.int64)
