"""Bylines that a narrow column wraps: the lines of each become one before anything is told of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gxclassify.reading.text.bylines import BEGINS_BYLINE, MOST_BYLINE_LINES, splits_role, wrapped_byline
from gxclassify.reading.text.lines import join_with
from gxclassify.reading.text.signs import BYLINE_FIRST, COMMA, FULL_STOP, SEMICOLON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.reading.text.lines import Line, Lines

_MARKS = FULL_STOP | SEMICOLON | COMMA


def with_whole_bylines(lines: Lines, gap: int) -> Lines:
    """Return the lines with each wrapped byline as one of them; `gap` is the usual number of empty lines between."""
    signs = lines.signs
    bare = signs.any & _MARKS == 0
    may_be = (signs.first[:-1] & BYLINE_FIRST != 0) & bare[:-1] & bare[1:] & (lines.gap[1:] <= gap)
    kept: list[int] = []
    whole: dict[int, Line] = {}
    end = 0  # of the last one
    for i in may_be.nonzero()[0].tolist():
        if i >= end and BEGINS_BYLINE.match(lines[i].text) and (gaps := _gaps(lines, i, gap)):
            kept += range(end, i + 1)
            end = i + 1 + len(gaps)
            whole[i] = _joined(lines[i:end], gaps)
    if not whole:
        return lines
    return lines.replaced([*kept, *range(end, len(lines))], whole)


def _gaps(lines: Lines, i: int, usual: int) -> list[str]:
    """Return what belongs between the lines from `i` that are one byline, empty where it does not break off there."""
    if lines[i].role:
        return []
    end = i + 1
    while end < min(i + MOST_BYLINE_LINES, len(lines)) and not (
        lines[end].role or lines[end].gap > usual or lines[end].signs & _MARKS
    ):
        end += 1
    gaps = wrapped_byline([lines[k].text for k in range(i, end)])
    return gaps if gaps and not (i and splits_role(lines[i - 1].text, lines[i].text)) else []


def _joined(lines: Sequence[Line], gaps: Sequence[str]) -> Line:
    """Return lines as one, which ends where the last does: a full one might go on in the next."""
    body = join_with([line.body for line in lines], gaps)
    span = (lines[0].span[0], lines[-1].span[1])
    repairs = tuple(repair for line in lines for repair in line.repairs)
    width = lines[-1].width
    return replace(lines[0], text=body.text, span=span, width=width, moved=body.segments, repairs=repairs)
