"""Text for a terminal: styled, wrapped, with Chinese characters counted as the two columns they take.

A general library for the styles costs more time to load than a page takes to be scored.
"""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TextIO

# Text from a file must not steer the terminal: control characters show as what cannot be shown, and so do half
# surrogate pairs.
_HOSTILE = (*range(0x20), *range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000))
_CONTROLS = dict.fromkeys(_HOSTILE, "\ufffd") | {0x09: " ", 0x0A: " ", 0x0D: " "}
# What a line may be broken between: wide characters one by one, the rest in words.
_UNIT = re.compile(r"[\u1100-\uffff\U00010000-\U0010ffff]|[^\S\u3000]+|[^\s\u1100-\uffff\U00010000-\U0010ffff]+")
_NEVER_FIRST = frozenset("，。、；：！？”’）》】〉」』…%)]},.;:!?")
_NEVER_LAST = frozenset("“‘（《【〈「『([{")
_HEX = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")
_RESET = "\x1b[0m"


class Span(NamedTuple):
    """Some text in one style: words such as ``bold underline #0072B2``."""

    text: str
    style: str = ""


def nearest(error: UnicodeError) -> tuple[str, int]:
    """Return what is written for what an encoding such as GBK lacks, as `codecs.register_error` wants it.

    That is ``?``, but for the mark before a tag, which as ``?`` would look like a doubt.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(">" if sign == "▸" else "?" for sign in error.object[error.start : error.end]), error.end


_SHELL = re.compile(r"""[\s()\[\]{}<>&|;*?!$`'"\\#~]""")


def argument(text: object) -> str:
    """Return a path or a label as it is typed into a command, in quotation marks where a shell would cut or read it.

    >>> argument("标注 1.csv"), argument("标注.csv")
    ('"标注 1.csv"', '标注.csv')
    """
    word = str(text)
    return f'"{word}"' if _SHELL.search(word) else word


def visible(text: str) -> str:
    r"""Return `text`, of the same length, without control characters.

    >>> visible("签约\x1b[2J")
    '签约�[2J'
    """
    return text.translate(_CONTROLS)


def columns(text: str) -> int:
    """Return how many columns of a terminal `text` takes.

    >>> columns("高新区ABC")
    9
    """
    return len(text) if text.isascii() else sum(map(_columns_of, text))


def _columns_of(character: str) -> int:
    if unicodedata.east_asian_width(character) in "WF":
        return 2
    return 0 if unicodedata.category(character) in {"Mn", "Me", "Cf"} else 1


def wrap(spans: Sequence[Span], width: int) -> list[list[Span]]:
    """Break spans into lines of at most `width` columns.

    Chinese text breaks between any two characters, yet no line begins with a closing mark or ends with an opening
    one; Latin words stay whole where they fit.
    """
    lines: list[list[Span]] = [[]]
    room = width
    for unit, style in _units(spans, width):
        size = columns(unit)
        line = lines[-1]
        if size > room and line:
            if unit.isspace():
                continue
            carried = _carried(line, unit)
            lines.append(carried)
            room = width - sum(columns(span.text) for span in carried)
        lines[-1].append(Span(unit, style))
        room -= size
    return [_joined(line) for line in lines]


def _units(spans: Iterable[Span], width: int) -> Iterable[Span]:
    for text, style in spans:
        for unit in _UNIT.findall(text):
            for start in range(0, len(unit), width):  # a word longer than the line is cut
                yield Span(unit[start : start + width], style)


def _carried(line: list[Span], unit: str) -> list[Span]:
    """Take from the end of a line what must go to the next one together with `unit`."""
    carried: list[Span] = []
    while len(line) > 1 and (unit[0] in _NEVER_FIRST or line[-1].text in _NEVER_LAST):
        last = line.pop()
        carried.insert(0, last)
        unit = last.text
    return carried


def _joined(line: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in line:
        if joined and joined[-1].style == span.style:
            joined[-1] = Span(joined[-1].text + span.text, span.style)
        else:
            joined.append(span)
    return joined


class Terminal:
    """Write lines of spans to `stream`, with colours and wrapped where it is a terminal, plain elsewhere.

    ``NO_COLOR`` and ``TERM=dumb`` turn the styles off, ``FORCE_COLOR`` turns them on.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        terminal = stream.isatty()
        forced = bool(os.environ.get("FORCE_COLOR"))
        plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
        self.styled = (terminal or forced) and not plain
        self.width = max(20, shutil.get_terminal_size().columns) if terminal else None
        self._many_colours = os.environ.get("COLORTERM", "").lower() in {"truecolor", "24bit"}

    def line(self, *spans: Span, indent: int = 0) -> None:
        """Write one line; on a terminal longer ones go on below, indented alike."""
        spans = tuple(Span(visible(text), style) for text, style in spans)
        lines = [list(spans)] if self.width is None else wrap(spans, max(10, self.width - indent))
        for line in lines:
            self._stream.write(" " * indent + "".join(map(self._span, line)) + "\n")

    def row(self, span: Span) -> None:
        """Write a line of a table, which is never wrapped."""
        self._stream.write(self._span(Span(visible(span.text), span.style)).rstrip() + "\n")

    def _span(self, span: Span) -> str:
        codes = ";".join(filter(None, map(self._code, span.style.split()))) if self.styled else ""
        return f"\x1b[{codes}m{span.text}{_RESET}" if codes else span.text

    def _code(self, word: str) -> str:
        colour = _HEX.fullmatch(word)
        if colour is None:
            return {"bold": "1", "dim": "2", "underline": "4"}.get(word, "")
        red, green, blue = (int(part, 16) for part in colour.groups())
        if self._many_colours:
            return f"38;2;{red};{green};{blue}"
        cube = [round(part / 255 * 5) for part in (red, green, blue)]
        return f"38;5;{16 + 36 * cube[0] + 6 * cube[1] + cube[2]}"
