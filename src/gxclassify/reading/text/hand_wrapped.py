"""Text that was wrapped by hand, or fills few lines: its layout by marks of paragraphs, or by what breaks off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gxclassify.reading.text.bylines import signature_start
from gxclassify.reading.text.cues import HEADING, ITEM, ends_sentence
from gxclassify.reading.text.kinds import SHORTEST_TITLE
from gxclassify.reading.text.paragraphs import Layout, find_layout
from gxclassify.reading.text.signs import COMMA, FULL_STOP, PAUSE, PAUSING, SEMICOLON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.reading.text.lines import Line, Lines

_FEWEST, _MOST_SPARSE = 4, 400  # lines
_NARROWEST, _WIDEST, _SURE_WIDTH = 20.0, 84.0, 28.0  # ems
_CLOSE = 2.6  # ems: a full line is not shorter by more than this than the widest
_RAGGED = 0.7  # of the widest line: one that was wrapped by hand reaches so far
_FEW_BROKEN = 2  # lines that show it
_INSIDE = re.compile("[，。；、]|(?<=[\u4e00-\u9fff])[,;](?=[\u4e00-\u9fff])")
NARROW = 12.0  # ems: a shorter line may be an item of a list


def find_any_layout(lines: Lines, *, spaced: bool = False) -> Layout | None:
    """Find how lines are set that were wrapped in any of the ways; None where each is a paragraph."""
    layout = find_marked_layout(lines, spaced=spaced) or find_layout(lines, spaced=spaced)
    return layout or find_sparse_layout(lines, spaced=spaced)


def find_marked_layout(lines: Lines, *, spaced: bool = False) -> Layout | None:
    """Find how text is set whose every paragraph begins with an indent or behind an empty line, and no other line.

    Then its lines may stop well before the widest, as in what was wrapped by hand, and few paragraphs need fill one.
    """
    if len(lines) < _FEWEST:
        return None
    signs, reach = lines.signs, lines.width + lines.indent.clip(max=2.0)
    marked = (lines.indent >= 1) | (lines.gap > 0)
    inside = (signs.any & (COMMA | FULL_STOP | SEMICOLON | PAUSE) != 0) & (lines.width >= NARROW)
    may_break = inside[:-1] & ((signs.last[:-1] & PAUSING == 0) | (signs.last[:-1] & (COMMA | PAUSE) != 0))
    texts = lines.texts
    broken = [i for i in may_break.nonzero()[0].tolist() if texts[i][-1].isalnum() or texts[i][-1] in "，、"]
    if len(broken) < _FEW_BROKEN or marked[1:][broken].any():
        return None
    stops = signs.any & FULL_STOP != 0
    facts = stops.any() and not stops[[*broken, *(i + 1 for i in broken)]].any()  # a list of them
    least, width = reach[broken].min(), reach.max()
    if facts or not _NARROWEST <= width <= _WIDEST or least < _RAGGED * width:
        return None
    short = (reach[:-1] < least) & ~marked[1:] & (lines.width[:-1] >= SHORTEST_TITLE)  # 祝好！ stands over who signs
    if any(ends_sentence(lines[i].text) for i in short.nonzero()[0].tolist()):
        return None
    if not all(_is_rest(lines[i], lines[i + 1]) for i in broken):
        return None
    indented = float((lines.indent >= 1).sum() >= 0.5 * marked.sum())
    return Layout(
        (float(round(width)),), 0.0, indented, 0, 0.0, squeezed=False, spaced=spaced, ragged=float(width - least)
    )


def find_sparse_layout(lines: Sequence[Line], *, spaced: bool = False) -> Layout | None:
    """Find how text is set of which few paragraphs fill a line, such as the clauses of a rule; None where it is not.

    No line goes beyond the widest, and those that reach it break off within a sentence although they are running text,
    so that the next line, which is not indented more, has to be their rest.
    """
    if not _FEWEST <= len(lines) <= _MOST_SPARSE:
        return None
    reach = [line.width + min(line.indent, 2.0) for line in lines]
    width = max(reach)
    full = [i for i, wide in enumerate(reach[:-1]) if wide > width - _CLOSE]
    if not _NARROWEST <= width <= _WIDEST or not full:
        return None
    if any(_breaks_off(lines, i) for i, wide in enumerate(reach[:-1]) if wide <= width - _CLOSE):
        return None
    broken = [i for i in full if i and _breaks_off(lines, i) and _is_rest(lines[i], lines[i + 1])]
    if 2 * len(broken) < len(full) or (len(broken) == 1 and width < _SURE_WIDTH):
        return None
    indented = sum(line.indent >= 1 for line in lines) >= 0.5 * len(lines)
    gap = lines[broken[0] + 1].gap
    return Layout((float(round(width)),), 0.0, float(indented), gap, 0.0, squeezed=False, spaced=spaced)


def _breaks_off(lines: Sequence[Line], i: int) -> bool:
    """Tell whether running text ends with a line within a sentence, and not with who signs it."""
    text = lines[i].text
    broken = "\u4e00" <= text[-1] <= "\u9fff" and _INSIDE.search(text) is not None and lines[i].width >= NARROW
    return broken and signature_start(text) is None


def _is_rest(line: Line, below: Line) -> bool:
    return below.indent <= line.indent and not (HEADING.match(below.text) or ITEM.match(below.text))
