"""Where the lines of a column begin and end: what leaves white at its right edge, and what is indented."""

from __future__ import annotations

from collections import Counter
from itertools import dropwhile, groupby, pairwise, takewhile
from math import inf
from operator import attrgetter
from typing import TYPE_CHECKING

from gxclassify.reading.pdf.lines import HANGING, OTHER_SIZE, RAGGED, SAME_SIZE, body_size, column_width, off_edge
from gxclassify.reading.text.cues import STRONG_END

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.reading.pdf.lines import Extent, PageLine

_EDGE = 0.5  # ems
_ENOUGH = 4  # lines
_SHORT = 3.0  # ems of white behind a last line
_FAR = 2.5  # ems: text begins nearer to a picture on its left


def mark_between(columns: Sequence[Sequence[PageLine]]) -> None:
    """Tell the lines of the columns of a page between which others they stand; a photo is of its caption's column."""
    extents = [_extent(column) for column in columns]
    for column, (x0, y0, x1, y1) in zip(columns, extents, strict=True):
        beside = [other for other in extents if other[1] < y1 and other[3] > y0]
        start = max((other[2] for other in beside if other[2] < x0), default=-inf)
        end = min((other[0] for other in beside if other[0] > x1), default=inf)
        for line in column:
            line.between = start, end


def _extent(column: Sequence[PageLine]) -> Extent:
    extents = [(line.x0, line.y0, line.x1, line.y1) for line in column]
    extents += [run.picture for line in column for run in line.runs if run.picture]
    x0, y0, x1, y1 = zip(*extents, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def set_edges(lines: Sequence[PageLine]) -> None:
    """Set the edges of each line's column, those of like columns where it has few lines of its own."""
    columns: dict[int, list[PageLine]] = {}
    for line in lines:
        columns.setdefault(line.region, []).append(line)
    known: list[tuple[int, float, float]] = []
    framed = Counter(line.frame for line in lines)
    for column in columns.values():
        em = body_size(column)
        if column[0].frame and len(column) == framed[column[0].frame]:
            known.append((len(column), column[0].left, column[0].right))
            continue  # the frame tells them
        text = [line for line in column if abs(line.size - em) <= OTHER_SIZE * em]
        left = _usual_edge([line.x0 for line in text or column], em)
        shown = column[0].left  # by a caption, headline or byline above first lines
        paragraphs = _are_paragraphs(text, em)
        left = shown if (paragraphs or len(text) == 1) and abs(left - shown - 2 * em) < _EDGE * em else left
        right = _far_edge(column, left, em) + (_SHORT * em if paragraphs else 0)  # none shows where a full line ends
        left = _edge_of_rest(column, (left, right), em)
        for line in column:
            line.left, line.right = left, max(right, line.x1)
        known.append((len(column), left, right))
    known.sort(reverse=True)
    carried = {id(column): last for last, column in pairwise(columns.values()) if _carried_over(last, column)}
    for column in columns.values():
        if id(column) in carried:
            last = carried[id(column)]
            first_lines = len(column) > 1 and _indents(last) and STRONG_END.search(last[-1].text) is not None
            for line in column:
                line.left -= 2 * line.size if first_lines else 0
                line.right = max(line.right, line.left + column_width(last[0]) * line.size)
            continue
        _borrow_edges(column, known)
    _set_beside_pictures(lines)


def _set_beside_pictures(lines: Sequence[PageLine]) -> None:
    for picture, group in groupby(lines, key=attrgetter("picture")):
        if picture:
            _set_beside(list(group), picture)


def _set_beside(lines: Sequence[PageLine], picture: Extent) -> None:
    """Set the edges of lines beside a picture to what it leaves."""
    start, _, end, _ = picture
    before = [line for line in lines if line.x1 <= start]
    behind = [line for line in lines if line.x0 >= end]
    if before:
        right = max(line.x1 for line in before) if len(before) > 1 else min(start, before[0].right)
        for line in before:
            line.right = right
    if behind:
        left = min(line.x0 for line in behind)
        first_lines = max(line.x0 for line in behind) - left < _EDGE * behind[0].size
        left -= 2 * behind[0].size * (first_lines and left - end > _FAR * behind[0].size)
        for line in behind:
            line.left = left


def _borrow_edges(column: Sequence[PageLine], known: Sequence[tuple[int, float, float]]) -> None:
    """Set the edges of a column of few lines to those of one that it may be like; of these the longest come first.

    They lie between the columns beside it.
    """
    start, end = column[0].between
    em = body_size(column)
    left, right = column[0].left, min(line.right for line in column)
    flush = sum(abs(line.x0 - left) < _EDGE * em for line in column)
    shown = flush > 1 and any(abs(line.x0 - left - 2 * em) < _EDGE * em for line in column)
    for count, a, b in known:
        if count < max(_ENOUGH, 2 * len(column)):
            break
        if (shown or len(column) >= _ENOUGH) and off_edge(left, a, em) > _EDGE * em:
            continue  # it knows its own edges: they are not those of the other, with or without an indent
        if a < start or b > end:
            continue
        if a - 0.5 * em <= left and right <= b + 0.5 * em and (left + right) / 2 > a and (left - a < 0.4 * (b - a)):
            for line in column:
                line.left, line.right = min(a, left), max(b, line.right)
            break


def _carried_over(last: Sequence[PageLine], column: Sequence[PageLine]) -> bool:
    """Tell whether a column of few lines, which begins in one line with the last at its right, is as wide as that.

    A sentence goes on in it, or each of its lines ends one, so that none shows where a full line would end.
    """
    one, first = last[0], column[0]
    level = abs(first.y - one.y) < first.size and first.x0 > max(line.x1 for line in last)
    if not level or len(column) >= _ENOUGH or abs(first.size - one.size) >= SAME_SIZE * one.size:
        return False
    return STRONG_END.search(last[-1].text) is None or all(STRONG_END.search(line.text) for line in column)


def _are_paragraphs(lines: Sequence[PageLine], em: float) -> bool:
    """Tell whether each of several lines below a byline, if any, is a paragraph: it ends a sentence, and all are level.

    A byline begins farther to the left.
    """
    rest = list(dropwhile(lambda line: STRONG_END.search(line.text) is None, lines))
    starts = [line.x0 for line in rest]
    if len(rest) < 2 or max(starts) - min(starts) >= _EDGE * em:  # noqa: PLR2004
        return False
    over = lines[: len(lines) - len(rest)]
    return all(line.x0 < starts[0] - em for line in over) and all(STRONG_END.search(line.text) for line in rest)


def _indents(column: Sequence[PageLine]) -> bool:
    """Tell whether a column has first lines two ems farther in than the others."""
    return any(abs(line.x0 - line.left - 2 * line.size) < _EDGE * line.size for line in column)


def _usual_edge(starts: list[float], em: float) -> float:
    """Return where the lines of a column begin: the leftmost place that more than a few of them share."""
    starts = sorted(starts)
    for x in starts:
        if sum(abs(other - x) < 0.5 * em for other in starts) >= min(2, 1 + len(starts) // 3):
            return x
    return starts[0]


def _edge_of_rest(column: Sequence[PageLine], edges: tuple[float, float], em: float) -> float:
    """Return where the rest of a full line begins if all others at the usual edge are first lines; else that edge."""
    left, right = edges
    for last, line in pairwise(column):
        first = abs(last.x0 - left) < _EDGE * em and abs(left - line.x0 - 2 * em) < _EDGE * em
        if first and right - last.x1 < HANGING * em and not STRONG_END.search(last.text):
            return line.x0
    return left


def _far_edge(column: Sequence[PageLine], left: float, em: float) -> float:
    """Return where the lines of a column end; beyond it may go what is set otherwise, such as a wider headline."""

    def apart(line: PageLine) -> bool:
        return abs(line.size - em) > OTHER_SIZE * em or line.x0 - left > RAGGED * em

    lines = sorted(column, key=lambda line: -line.x1)
    heads = list(takewhile(apart, lines))
    rest = lines[len(heads) :]
    if not heads or len(rest) < _ENOUGH or heads[0].x1 - rest[0].x1 < RAGGED * em:
        return lines[0].x1
    shared = sum(line.x1 > rest[0].x1 - 1.1 * HANGING * em for line in rest)
    return rest[0].x1 if shared >= 0.25 * len(rest) else lines[0].x1
