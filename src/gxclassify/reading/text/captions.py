"""Captions of pictures in printed lines, and where briefs behind marks end, which are none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gxclassify.reading.text.bylines import is_credit, match_lead, opens_lead
from gxclassify.reading.text.cues import CAPTION_START, ITEM_MARKS, NUMBERED_CAPTION, ends_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.reading.text.lines import Line

_LONGEST = 200  # characters of a line of a caption
_CAPTION_LINES = 6
_BRIEF_LINES = 24  # of a narrow column
CLEARLY = 4.0  # ems by which a last line is shorter
LEAD_LINES = 2  # that its bracket may go on below it
CLOSED = re.compile("[）)]")
_CREDIT_END = re.compile(r"(?:摄|供图|图)[）)]?$")


def caption_lines(lines: Sequence[Line], i: int) -> int:
    """Return how many lines from `i` are a caption, 0 for none."""
    text = lines[i].text
    if len(text) > _LONGEST:
        return 0
    if not CAPTION_START.match(text):
        return 1 if is_credit(text) and not is_of_lead(lines, i) else 0
    reach = range(i, _caption_end(lines, i))
    for ends in (lambda t: is_credit(t) or _CREDIT_END.search(t), ends_sentence):
        for j in reach:
            if ends(lines[j].text):
                return j - i + 1
    return 1


def is_of_lead(lines: Sequence[Line], i: int) -> bool:
    """Tell whether in line `i` stands the bracket of a lead, or the rest of one, that names who took the pictures."""
    whole = ""
    for line in lines[max(0, i - LEAD_LINES) : i + 1][::-1]:
        begun, whole = len(line.text), line.text + whole
        opened = opens_lead(whole)
        if opened and (opened != begun + 1 or match_lead(line.text)):  # not below 传来好消息
            above = whole[opened : len(whole) - len(lines[i].text)]
            return begun == len(whole) or CLOSED.search(above) is None
    return False


def _caption_end(lines: Sequence[Line], i: int) -> int:
    """Return where a caption from `i` ends at the latest: behind its name (图1：…) where a paragraph begins below."""
    end = min(i + _CAPTION_LINES, len(lines))
    if i + 1 >= end or not NUMBERED_CAPTION.match(lines[i].text):
        return end
    below = lines[i + 1]
    return i + 1 if below.indent > lines[i].indent or lines[i].width + CLEARLY < below.width else end


def list_begins(lines: Sequence[Line], i: int, after: int) -> bool:
    """Tell whether a brief from `i` to `after` begins a list: another of its mark follows, and it is no single line.

    Single lines one after another are the captions of several pictures.
    """
    return after > i + 1 and brief_end(lines, after) > 0 and lines[after].text[0] == lines[i].text[0]


def brief_end(lines: Sequence[Line], i: int) -> int:
    """Return behind which line ends what may be one of a list of briefs, a paragraph behind a mark; 0 for none."""
    first = lines[i].text if i < len(lines) else ""
    if first[:1] not in ITEM_MARKS or first[1:2] in {"", "图"}:
        return 0
    for j in range(i, min(i + _BRIEF_LINES, len(lines))):
        text, after = lines[j].text, lines[j + 1] if j + 1 < len(lines) else None
        if ends_sentence(text) and (
            after is None or after.text[:1] == first[0] or lines[j].width + CLEARLY < after.width
        ):
            return j + 1
        if lines[j].role or is_credit(text) or _CREDIT_END.search(text):
            return 0
    return 0
