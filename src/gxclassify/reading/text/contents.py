"""Contents: leaders to page numbers show them (一、总体要求 …… 1), or their head and entries that come again."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from operator import add
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
# What a bulletin has over the headlines of the number: 本期要目
_OF_BULLETIN = re.compile(
    r"【?(?:本\s*期\s*(?:[要篇]\s*目|导\s*读|目\s*录|内\s*容|提\s*要|看\s*点|要\s*闻)|要\s*目|导\s*读|内容提要)】?[：:]?"
)
_MARK = re.compile(r"[◆◇●○■□★☆▲△►▶➤•·※◎—-]+|[0-9]{1,2}[.、．]|[一二三四五六七八九十]{1,2}、|[①-⑳]")


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
    if line.text[0] not in "目Cc本要导内【" or line.role not in {"", "heading"}:
        return False
    return (CONTENTS.fullmatch(line.text) or _OF_BULLETIN.fullmatch(line.text)) is not None


def _entries(lines: Lines, start: int) -> list[int]:
    """Return the lines of a list of contents below its head: each has a page behind white, or comes again below."""
    entries: list[int] = []
    seen: set[str] = set()
    texts = ["".join(line.text.split()) for line in lines[start + 1 :]]
    again = Counter([*texts, *map(add, texts, texts[1:])])  # a headline may be wrapped
    fewest = _FEWEST_LISTED - 1
    for i, text in enumerate(texts, start + 1):
        marked = _MARK.match(text)
        unmarked = text[marked.end() :] if marked else text
        names = [*(page.sub("", name) for name in (text, unmarked) for page in _OF_PAGE), unmarked]
        bare = next((name for name in names if again[name] and name != text), text)
        paged = _PAGED.search(lines[i].text) is not None
        if lines[i].role not in {"", "heading"} or bare in seen or not (paged or again[bare] > (bare == text)):
            break
        if again[bare] <= (bare == text):
            fewest = _FEWEST_LISTED  # its page alone tells little
        seen.add(bare)
        entries.append(i)
    return entries if len(entries) >= fewest else []
