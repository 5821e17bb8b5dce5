"""Vertical headlines on pages of horizontal text: each is read before the text beside it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from gxclassify.reading.pdf.lines import PageLine, body_size
from gxclassify.reading.pdf.order import reading_order
from gxclassify.reading.text.paragraphs import TALL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.reading.pdf.lines import Piece, Rule, Run

_BESIDE = 4  # glyphs of a vertical headline: what stands beside its first ones
_NEXT_LINE = 2.0  # times the type size
_LEVEL = 0.3  # ems by which the tops of its lines may differ
_APART = 100.0  # ems


def vertical_headlines(verticals: Sequence[Sequence[Piece]], pieces: list[Piece]) -> tuple[list[Piece], list[Piece]]:
    """Return vertical headlines from top to bottom, each with its further lines on the left, and the other pieces.

    The last of its lines may be of one character, which looks like any other.
    """
    joined: list[Piece] = []
    lines = [replace(chain[0], text="".join(piece.text for piece in chain)) for chain in verticals]
    for piece in sorted(lines, key=lambda piece: -piece.left[0]):
        for i, last in enumerate(joined):
            if last.size == piece.size and _next_line(last, piece.left[0], piece.y):
                joined[i] = replace(piece, text=last.text + piece.text, right=last.right)
                break
        else:
            joined.append(piece)
    for i, piece in enumerate(joined):
        single = [other for other in pieces if len(other.text) == 1 and other.size == piece.size]
        for last in [other for other in single if _next_line(piece, other.left[0], other.y)][:1]:
            joined[i] = replace(piece, text=piece.text + last.text)
            pieces = [other for other in pieces if other is not last]
    return sorted(joined, key=lambda piece: piece.y), pieces


def _next_line(piece: Piece, left: float, y: float) -> bool:
    """Tell whether what begins at this place is the next line of vertical text."""
    return 0 < piece.left[0] - left < _NEXT_LINE * piece.size and abs(piece.y - y) < _LEVEL * piece.size


def columns_with_verticals(
    runs: Sequence[Run], verticals: Sequence[Piece], rules: Sequence[Rule]
) -> list[list[PageLine]]:
    """Return the columns of a page with each vertical headline before the text beside it.

    Where white over the whole page lies at the top of such a headline, what stands above is read first.
    """
    columns: list[list[PageLine]] = []
    waiting: list[Piece] = []
    em = body_size(runs) if runs and verticals else 0.0
    for piece in verticals:
        cut, reach = 0.0, math.inf
        for run in sorted(runs, key=lambda run: run.y0):
            if run.y0 > piece.y + 0.5 * piece.size:
                break
            if run.y0 - reach > em:
                cut = run.y0
            reach = run.y1 if reach == math.inf else max(reach, run.y1)
        above = [run for run in runs if run.y0 < cut]
        if above:
            columns += _headed(reading_order(above, rules), waiting)
            runs, waiting = [run for run in runs if run.y0 >= cut], []
        waiting.append(piece)
    return columns + _headed(reading_order(runs, rules), waiting)


def _headed(columns: list[list[PageLine]], verticals: Sequence[Piece]) -> list[list[PageLine]]:
    """Put vertical headlines into the columns that they stand beside: before the first of those on their nearer side.

    Traditionally they stand on the right of their text; columns on their left are all theirs up to a headline.
    """
    for piece in verticals:
        beside = {
            i: (min(line.x0 for line in column), max(line.x1 for line in column))
            for i, column in enumerate(columns)
            if any(0 <= line.y - piece.y < _BESIDE * piece.size for line in column)
        }
        at = min(
            beside,
            key=lambda i: min(abs(beside[i][0] - piece.right[0]), abs(piece.left[0] - beside[i][1])),
            default=0,
        )
        if beside and beside[at][1] <= piece.left[0] + piece.size / 2:  # on its left
            while at - 1 in beside and columns[at][0].size < TALL * body_size(columns[at]):
                at -= 1
        columns.insert(at, _upright(piece))
    return columns


def _upright(piece: Piece) -> list[PageLine]:
    """Return vertical text on a page of horizontal text as a column of its own, of one line."""
    x0, x1, size = piece.left[0], piece.right[0], piece.size
    return [PageLine(piece.text, x0, x1, piece.y, size, x0, x1 + _APART * size, piece.style[1], piece.style[0])]
