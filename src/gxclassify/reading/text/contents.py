"""Lists of contents, which leaders to page numbers show: 一、总体要求 ……………… 1."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from gxclassify.reading.text.blocks import Block, told_block
from gxclassify.reading.text.cues import CONTENTS
from gxclassify.reading.text.signs import ASCII, END

if TYPE_CHECKING:
    from gxclassify.reading.text.lines import Line, Lines

_LEADER = re.compile(r"(?:…{2,}|[.．·]{4,}|(?:[.．·…] ){3,}[.．·…])\s*[（(—-]{0,2}\s*[0-9]{1,4}\s*[）)—-]{0,2}$")
_NUMBER = r"[（(—-]{0,2}[0-9]{1,4}[）)—-]{0,2}"
_OF_PAGE = (re.compile(rf"{_NUMBER}$"), re.compile(rf"^{_NUMBER}"))  # behind its entry or before it
_PAGED = re.compile(r"[^\s0-9]\s+[（(]?[0-9]{1,4}[）)]?$")
_LONGEST_CONTENTS = 8  # characters: 目　　　录, CONTENTS
_FEWEST_LISTED = 3  # lines


def take_contents(lines: Lines) -> tuple[list[Block], Lines]:
    """Return the lists of contents among some lines, which leaders to page numbers show, and the others."""
    titled = [i for i in (lines.signs.lengths <= _LONGEST_CONTENTS).nonzero()[0].tolist() if _heads_contents(lines[i])]
    numbered = lines.signs.last & (END | ASCII) != 0  # with a page number, maybe in brackets
    led = [i for i in numbered.nonzero()[0].tolist() if lines[i].role == "" and _LEADER.search(lines[i].text)]
    if not (titled or led):
        return [], lines
    listed = [False] * len(lines)
    for i in led:
        listed[i] = True
    for i in titled:
        for k in _entries(lines, i):
            listed[k] = True
    for i in titled:
        listed[i] |= i + 1 < len(lines) and listed[i + 1]
    blocks: list[Block] = []
    rest: list[int] = []
    for is_listed, numbers in groupby(range(len(lines)), key=listed.__getitem__):
        here = list(numbers)
        if is_listed and len(here) >= _FEWEST_LISTED:
            blocks.append(told_block(lines[here[0] : here[-1] + 1], "contents"))
        else:
            rest += here
    return (blocks, lines.take(rest)) if blocks and rest else ([], lines)


def _heads_contents(line: Line) -> bool:
    return line.text[0] in "目Cc" and line.role in {"", "heading"} and CONTENTS.fullmatch(line.text) is not None


def _entries(lines: Lines, start: int) -> list[int]:
    """Return the lines of a list of contents below its head: each has a page behind white, or comes again below."""
    entries: list[int] = []
    seen: set[str] = set()
    again = Counter("".join(line.text.split()) for line in lines[start + 1 :])
    for i in range(start + 1, len(lines)):
        text = "".join(lines[i].text.split())
        bare = next((name for page in _OF_PAGE if again[name := page.sub("", text)] and name != text), text)
        paged = _PAGED.search(lines[i].text) is not None
        if lines[i].role not in {"", "heading"} or bare in seen or not (paged or again[bare] > (bare == text)):
            break
        seen.add(bare)
        entries.append(i)
    return entries if len(entries) >= _FEWEST_LISTED else []
