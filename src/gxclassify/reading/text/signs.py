"""Which signs stand in which line: one look at all characters of a text, so that few lines need a second one."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Self

from gxclassify.reading.text.bylines import LEAD_SIGNS, MAY_BE_CREDIT, NAME_SIGNS, ROLE_SIGNS
from gxclassify.reading.text.cues import (
    CLOSERS,
    ITEM_MARKS,
    MAY_BE_CAPTION,
    OPENERS,
    OPENING_SIGNS,
    SPEECH_SIGNS,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# What one of these tells a line by, where it stands in it.
ALONE = 1 << 0
"""What a line that stands apart has: a credit, a caption, some page furniture (`Signs.apart` has the others)."""
FULL_STOP, SEMICOLON, COMMA, SPACE, PAUSE, LOUD = (1 << n for n in range(1, 7))
STOP = 1 << 7
"""What ends a sentence, but for a full stop."""
END = 1 << 8
"""What a paragraph may end with, but for a full stop."""
TAIL = 1 << 9
"""What may stand before the names or the note at a paragraph's end."""
PAGE = 1 << 10
"""What every continuation note has."""
PAUSING = 1 << 11
"""What a clause may end with."""
SPEECH = 1 << 12
"""What words have that tell of somebody's speaking."""
SQUEEZED = 1 << 13
"""Marks that a compositor may squeeze."""
NO_NAME = 1 << 14
"""What stands in no list of names."""
NAME_GAP = 1 << 15
"""What stands between names."""
ASCII, OPENER, CLOSER = 1 << 16, 1 << 17, 1 << 18
MONTH, DAY, DUTY, COLON, NUMBERING = (1 << n for n in range(19, 24))
DOT = 1 << 24
"""What stands inside the names of some peoples."""
BLANK = 1 << 25
"""White space."""
# What one of these tells a line by, where it begins with it.
OPENING_FIRST = 1 << 26
"""What words begin with that often, or seldom, open a paragraph."""
LEAD_FIRST, BYLINE_FIRST, HEADLINE_FIRST, CLAUSE_FIRST, NAME_FIRST = (1 << n for n in range(27, 32))
"""What a lead, a byline that names a role, a headline in brackets, a clause, item or brief, a name begins with."""

_SETS = {
    ALONE: MAY_BE_CREDIT + MAY_BE_CAPTION + "@:w农刊邮扫",
    FULL_STOP: "。",
    SEMICOLON: "；",
    COMMA: "，",
    SPACE: " ",
    STOP: "！？…!?",
    END: "！？…!?”’」』）)》】]0123456789①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳.：:；;—",
    TAIL: "。！？…”）!?（下上",
    PAGE: "版页",
    PAUSING: "。！？…；：，、”’）》",
    SPEECH: SPEECH_SIGNS,
    SQUEEZED: "，。、；：！？“”‘’（）《》…",
    OPENING_FIRST: OPENING_SIGNS,
    PAUSE: "、",
    LOUD: "？！…",
    OPENER: OPENERS,
    CLOSER: CLOSERS,
    LEAD_FIRST: LEAD_SIGNS,
    BYLINE_FIRST: ROLE_SIGNS + "（(【",
    HEADLINE_FIRST: "【",
    CLAUSE_FIRST: "第（(-–－―━─" + ITEM_MARKS,  # or a second headline
    NO_NAME: "0123456789“”‘’：；！？《》…—%.的了是在",
    NAME_GAP: "· \u3000\t\xa0、，,/／",
    ASCII: "".join(map(chr, range(128))),
    NAME_FIRST: NAME_SIGNS,
    DOT: "·",
    BLANK: "".join(char for char in map(chr, range(0x3001)) if char.isspace()),
    MONTH: "月",
    DAY: "日",
    DUTY: "编校版审策筹监话热邮投源",
    COLON: "：:/／|｜丨",
    NUMBERING: '-—－·第页共/／0123456789 \u3000\t\xa0PAGEpageofNumbr!"–=＝_*#~<>[]【】()（）|:：.',
}


@cache
def _table() -> Any:
    """Return the bits of each character; those beyond the basic plane have those of its last one, none."""
    import numpy as np

    table = np.zeros(0x10000, np.uint32)
    for bit, characters in _SETS.items():
        table[[ord(character) for character in characters]] |= bit
    return table


def code_points(text: str) -> Any:
    """Return the code points of a text as an array."""
    import numpy as np

    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


class _Characters:
    """All characters of some lines, and the columns worked out so far."""

    def __init__(self, texts: Sequence[str]) -> None:
        import numpy as np

        self.codes = code_points("".join(texts))
        self.lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        self.starts = np.cumsum(self.lengths) - self.lengths
        self.bits = np.append(_table().take(self.codes, mode="clip"), np.uint32(0))
        self.columns: dict[str | int, Any] = {}


class Signs:
    """The signs of some lines, none of them empty: arrays of one number a line.

    Attributes
    ----------
    lengths
        Its length in characters.
    """

    def __init__(self, characters: _Characters, where: Any) -> None:
        self._all, self._where = characters, where
        self.lengths = characters.lengths[where]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """Return the signs of the lines that have these characters."""
        return cls(_Characters(texts), slice(None))

    def part(self, which: Any) -> Self:
        """Return the signs of some of the lines."""
        import numpy as np

        return type(self)(self._all, np.arange(len(self._all.lengths))[self._where][which])

    def _column(self, name: str | int, compute: Callable[[Any, Any], Any]) -> Any:
        """Return a column, worked out once for all lines from their bits and where each begins in them."""
        everything = self._all
        if name not in everything.columns:
            everything.columns[name] = compute(everything.bits, everything.starts)
        return everything.columns[name][self._where]

    def hold(self, table: Any) -> bool:
        """Tell whether any of the characters is true in a table, whose last place stands for all behind it."""
        return bool(table.take(self._all.codes, mode="clip").any())

    @property
    def any(self) -> Any:
        """The bits that one of its characters has."""
        return self._column("any", lambda bits, starts: _reduced("bitwise_or", bits[:-1], starts))

    @property
    def all(self) -> Any:
        """The bits that each of its characters has."""
        return self._column("all", lambda bits, starts: _reduced("bitwise_and", bits[:-1], starts))

    @property
    def first(self) -> Any:
        """The bits of its first character."""
        return self._column("first", lambda bits, starts: bits[starts])

    @property
    def second(self) -> Any:
        """The bits of its second character, none where there is no such."""
        lengths = self._all.lengths
        return self._column("second", lambda bits, starts: bits[starts + 1] * (lengths > 1))

    @property
    def last(self) -> Any:
        """The bits of its last character."""
        lengths = self._all.lengths
        return self._column("last", lambda bits, starts: bits[starts + lengths - 1])

    @property
    def beginning(self) -> Any:
        """The bits that one of its first eight characters has."""
        import numpy as np

        def compute(bits: Any, starts: Any) -> Any:
            ends = starts + self._all.lengths.clip(max=_BEGINNING)
            return _reduced("bitwise_or", bits, np.stack([starts, ends], axis=1).ravel())[::2]

        return self._column("beginning", compute)

    @property
    def even(self) -> Any:
        """Whether all its characters but for spaces may stand in it an even number of times, as in a doubled line."""

        def compute(bits: Any, starts: Any) -> Any:
            mixed = self._all.codes * _MIXER * (bits[:-1] & SPACE == 0)
            return _reduced("bitwise_xor", mixed, starts) == 0

        return self._column("even", compute)

    def count(self, bit: int) -> Any:
        """Return for each line how many of its characters have a bit."""
        return self._column(bit, lambda bits, starts: _reduced("add", (bits[:-1] & bit != 0).astype("int64"), starts))

    @property
    def apart(self) -> Any:
        """Whether the line has what every line has that is furniture, a credit, a caption or a continuation note.

        Each alternative of `cues.FURNITURE` has a date, a page, a colon, a duty and white space, an address, or nothing
        but the number of a page or the name of its picture; what `cues.is_origin` knows has a colon, or a source behind
        white space. A note on whether a document is public is short and in brackets.
        """
        has = self.any
        dated = (has & MONTH != 0) & (has & DAY != 0) | (self.last & MONTH != 0)  # 2026年3月, which a letter has
        on_duty = (has & DUTY != 0) & (has & BLANK != 0)
        numbered = self.all & NUMBERING != 0
        bracketed = (self.first & OPENER != 0) & (self.last & CLOSER != 0) & (self.lengths <= _NOTE)
        file = (self.last & ASCII != 0) & (has & BLANK == 0) & (self.lengths <= _FILE)
        return (has & (ALONE | PAGE | COLON) != 0) | dated | on_duty | numbered | bracketed | file


_BEGINNING = 8  # characters
_NOTE = 16  # characters: （此件公开发布）
_FILE = 64  # characters: IMG_0003.jpg
_MIXER = 0x9E3779B1  # so that few lines of other characters pass for doubled ones


def _reduced(operation: str, values: Any, starts: Any) -> Any:
    import numpy as np

    return getattr(np, operation).reduceat(values, starts) if len(starts) else values[:0]
