"""Which units of lines are headlines: by size, by their place in the middle, by weight, by number, or alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gxclassify.reading.pdf.lines import (
    CENTRED,
    OTHER_SIZE,
    SENTENCE_END,
    SMALL,
    in_middle,
    indent,
    off_axis,
    room_left,
    text_of,
)
from gxclassify.reading.text.bylines import MOST_BYLINE_LINES, byline_gaps, is_byline, is_credit, lone_lead
from gxclassify.reading.text.cues import DATED, HEADING, ISSUER, STATEMENT, STRONG_END, is_deck, names_signer
from gxclassify.reading.text.lines import width
from gxclassify.reading.text.paragraphs import TALL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gxclassify.reading.pdf.lines import Placed

_LONGEST_HEAD = 60  # characters
_LONGEST_FIRST = 40  # characters of a headline that is set as the text
_SUBHEAD = 20.0  # ems
_SET_IN = 0.5  # ems of white at both sides
_CLOSE = 3.0  # times the type size: farther below is no next line
_MARK = re.compile("[，。；：、！？,;!?]")
_NUMBER = re.compile(r"[（(]?(?:[0-9]+(?:\.[0-9]+)*|[一二三四五六七八九十]+)(?:[）)、．]|\.|[ \u3000])")
_FIGURES = re.compile("[0-9]+|[一二三四五六七八九十]+")
_ITEM = re.compile("[•‣◦]|–[^–—]")  # before an item of a list, bold or not


def mark_headlines(units: Sequence[Sequence[Placed]], body: float) -> None:
    """Tell of each unit whether it is a headline; where most of the text is bold, weight says nothing."""
    lines = [item.line for unit in units for item in unit]
    bold = sum(len(line.text) for line in lines if line.bold) > 0.5 * sum(len(line.text) for line in lines)
    kinds = [_kind(unit, body, bold=bold) for unit in units]
    texts = [text_of(unit) for unit in units]
    for i in (*_attached(texts), *_listed(units, kinds, texts, body)):
        kinds[i] = "first"
    for i, unit in enumerate(units):
        if kinds[i] == "first" and i and kinds[i - 1] == "display" and _is_deck(units[i - 1], unit, body):
            kinds[i] = "display"
        if (
            kinds[i] == "first"
            and i + 1 < len(units)
            and kinds[i + 1] == "display"
            and (_is_kicker(unit, units[i + 1], body) or (i and _tops_column(units[i - 1], unit, units[i + 1], body)))
        ):
            kinds[i] = "display"
        if kinds[i] == "first" and len(unit) == 1 and _lone(units, texts, kinds, i):
            kinds[i] = "display"
        heads = kinds[i] == "display" and any(run.heads for run in unit[0].line.runs)
        unit[0].begins = "article" if heads else kinds[i]
    if units and _heads_all(units, texts, kinds):
        units[0][0].begins = "display"
        if is_deck(texts[1]):
            units[1][0].begins = "display"


def _kind(unit: Sequence[Placed], body: float, *, bold: bool) -> str:
    """Return ``display`` for what is a headline by its looks, else ``first``."""
    first, last = unit[0].line, unit[-1].line
    text = text_of(unit)
    if first.size >= TALL * body:
        return "first" if len(text) > 2 * _LONGEST_HEAD or STATEMENT.search(text) else "display"
    asks = first.bold and text[-1] in "？?！!"  # a headline may
    if len(text) > _LONGEST_HEAD or (STRONG_END.search(text) and not asks) or text[-1] in "，、；":
        return "first"
    middle = in_middle(last) and abs(indent(first) - 2) > 0.3  # noqa: PLR2004
    if not middle and _ITEM.match(text):
        return "first"
    if first.size < SMALL * body and len(unit) > 1 and not in_middle(first):
        middle = False  # small print whose last line is centred
    if middle or (first.bold and last.bold and not bold):
        return "display"
    if len(unit) == 1 and (is_byline(text) or lone_lead(text) or (HEADING.match(text) and room_left(first) > 1)):
        return "display"
    wrapped = 1 < len(unit) <= MOST_BYLINE_LINES and byline_gaps([item.line.text for item in unit])
    return "display" if wrapped else "first"


def _heads_all(units: Sequence[Sequence[Placed]], texts: Sequence[str], kinds: Sequence[str]) -> bool:
    """Tell whether the first line is the headline, though set as the text: short, over a byline or whole paragraphs."""
    first, rest = units[0][0].line, 1
    text = texts[0]
    if len(units[0]) > 1 or kinds[0] == "display" or len(text) > _LONGEST_FIRST:
        return False
    if (
        STRONG_END.search(text)
        or text[-1] in "，、；：;:,"
        or HEADING.match(text)
        or is_byline(text)
        or is_credit(text)
    ):
        return False
    while rest < len(units) and (
        is_deck(texts[rest])
        or is_byline(texts[rest])
        or (kinds[rest] == "display" and units[rest][0].line.size <= first.size)
    ):
        rest += 1
    if rest == len(units):
        return False
    before, behind = indent(first), room_left(first)
    set_off = behind >= 2 or (before > _SET_IN < behind and abs(before - behind) < CENTRED)  # noqa: PLR2004
    if not set_off and first.region == units[rest][0].line.region:
        return False
    return STRONG_END.search(texts[rest]) is not None and width(texts[rest]) > _SUBHEAD


def _is_deck(head: Sequence[Placed], unit: Sequence[Placed], body: float) -> bool:
    """Tell whether a unit is the line below a headline that says more: larger than the body, without a full stop."""
    size, text = unit[0].line.size, text_of(unit)
    if head[-1].page != unit[0].page or head[0].line.size < TALL * body or size <= (1 + OTHER_SIZE) * body:
        return False
    return size < head[0].line.size and len(text) <= _LONGEST_HEAD and not STRONG_END.search(text)


def _is_kicker(unit: Sequence[Placed], head: Sequence[Placed], body: float) -> bool:
    """Tell whether a unit is a line just over a headline, larger than the body, without a mark."""
    line, below = unit[0].line, head[0].line
    if len(unit) > 1 or not (1 + OTHER_SIZE) * body < line.size < below.size:
        return False
    return below.size >= TALL * body and _close_below(unit[0], head[0]) and not _MARK.search(line.text)


def _tops_column(before: Sequence[Placed], unit: Sequence[Placed], head: Sequence[Placed], body: float) -> bool:
    """Tell whether a short line in the text's type, on top of a column and just over a headline, is its kicker."""
    line, below, text = unit[0].line, head[0].line, text_of(unit)
    if len(unit) > 1 or before[-1].line.region == line.region or below.region != line.region:
        return False
    if (
        _MARK.search(text)
        or DATED.fullmatch(text)
        or ISSUER.fullmatch(text)
        or not SENTENCE_END.search(text_of(before))
    ):
        return False
    alike = abs(line.size - body) <= OTHER_SIZE * body and below.size >= TALL * body
    return alike and _close_below(unit[0], head[0]) and min(off_axis(line, below), abs(line.x0 - below.x0)) < line.size


def _listed(units: Sequence[Sequence[Placed]], kinds: Sequence[str], texts: Sequence[str], body: float) -> list[int]:
    """Return which units are headings by their number alone and follow another of their level: items of a list."""
    levels = ["" for _ in units]
    for i, (unit, text) in enumerate(zip(units, texts, strict=True)):
        line = unit[0].line
        plain = not line.bold and line.size < (1 + OTHER_SIZE) * body and not in_middle(line)
        number = _NUMBER.match(text) if kinds[i] == "display" and plain else None
        levels[i] = _FIGURES.sub("#", number[0]) if number else ""
    pairs = [i for i in range(1, len(units)) if levels[i] and levels[i] == levels[i - 1]]
    pairs = [i for i in pairs if _close_below(units[i - 1][-1], units[i][0])]  # no table lies between
    return sorted({*pairs, *(i - 1 for i in pairs)})


def _close_below(above: Placed, item: Placed) -> bool:
    return above.page == item.page and 0 < item.line.y - above.line.y < _CLOSE * item.line.size


def _attached(texts: Sequence[str]) -> Iterator[int]:
    """Yield which units list what is attached, above the signature: 附件：1.申报书 | 2.汇总表."""
    for i, text in enumerate(texts):
        if text.startswith("附") and HEADING.match(text):
            end = i + 1
            while end < len(texts) and texts[end][0].isdigit() and HEADING.match(texts[end]):
                end += 1
            if end > i + 1 or (end < len(texts) and names_signer(texts[end])):
                yield from range(i, end)


def _lone(units: Sequence[Sequence[Placed]], texts: Sequence[str], kinds: Sequence[str], i: int) -> bool:
    """Tell whether a short line without a mark stands alone between paragraphs; in larger type it may be full."""
    text, line = texts[i], units[i][0].line
    if not 0 < i < len(texts) - 1 or _MARK.search(text) or width(text) > _SUBHEAD or is_credit(text):
        return False
    below = i + 1 + (is_byline(texts[i + 1]) and i + 2 < len(texts))
    between = units[i - 1][-1].line.region != line.region != units[below][0].line.region  # columns, and over these
    larger = line.size > (1 + OTHER_SIZE) * units[below][0].line.size
    if room_left(line) < 2 and not (between or larger):  # noqa: PLR2004
        return False
    around = [texts[below]] if kinds[i - 1] == "display" else [texts[i - 1], texts[below]]
    return all(SENTENCE_END.search(t) and width(t) > _SUBHEAD for t in around)
