"""Headlines over columns: where one parts a region, and which headline goes with what is below it."""

from __future__ import annotations

import math
from bisect import bisect_right
from itertools import pairwise
from operator import attrgetter
from statistics import median
from typing import TYPE_CHECKING

from gxclassify.reading.pdf.columns import (
    PROSE_WIDTH,
    above_and_below,
    breaks_off,
    by_column,
    count_rows,
    gutters,
    gutters_of_prose,
    mid_sentence,
    white_strips,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.reading.pdf.columns import Strip
    from gxclassify.reading.pdf.lines import Run

_HEADED = 12  # lines below a headline that tell which columns it heads
_HEAD_SIZE, _HEAD_GAP = 1.2, 1.3  # ems; and of a headline's own type
_HEAD_LINES = 2  # rows: what is no more is a headline alone
_GREAT, _OWN_WHITE = 1.35, 1.2  # ems: the type of headlines that no subheads have, and the white above them
_SIDE_HEAD = 1.1  # ems: a headline no wider than a column
_INDENT_OF_HEAD = 2.5  # ems
_WHITE_ABOVE = 3.0  # ems of a headline: more white above it ends what stands there
_LEVEL = 0.4  # ems by which first lines of columns differ at most
_UNEVEN = 2.0  # ems by which columns above a headline may differ in length, but for the last
_FARTHER = 1.3  # of the usual step between lines
_BASELINE = attrgetter("y")


def head_cut(runs: Sequence[Run], em: float) -> tuple[list[Run], list[Run]] | None:
    """Return the runs left and right of where articles stand beside each other, else above and below a headline.

    That lies over columns of text, and the cut is at its top, else at its bottom.
    """
    if max(run.size for run in runs) < _SIDE_HEAD * em:
        return None
    bands = _Bands(runs, em)
    if beside := _articles_beside(runs, bands):
        return beside
    at = bands.cut_at()
    return (bands.runs(0, at), bands.runs(at)) if at else None


def _articles_beside(runs: Sequence[Run], bands: _Bands) -> tuple[list[Run], list[Run]] | None:
    """Return the runs left and right of a gutter that nothing crosses and that has a headline on top at both sides.

    Or at one, in the middle over several columns, for which the other side makes no room. Where more headlines stand
    below them, what these head may go on across the gutter: rows are parted first.
    """
    em = bands.em
    sizes = [max(run.size for run in row) for row in bands.rows]
    text = next((i for i, size in enumerate(sizes) if size < _HEAD_SIZE * em), len(sizes))
    if max(sizes[text:], default=0.0) >= _GREAT * em:
        return None
    for start, end in gutters(runs, em, 0):
        left = [run for run in runs if run.x1 <= start + 0.01]
        right = [run for run in runs if run.x0 >= end - 0.01]
        headed = [_is_headed(side, em) for side in (left, right)]
        if all(headed) or (any(headed) and _is_apart(*((left, right) if headed[0] else (right, left)), em)):
            return left, right
    return None


def _is_headed(runs: Sequence[Run], em: float) -> bool:
    """Tell whether a headline of its own stands on top: at the left edge of what is below it, or in the middle.

    The two halves of one headline over a gutter stand at neither.
    """
    top = min(run.y0 for run in runs)
    head = [run for run in runs if run.y0 < top + 0.5 * em]
    size = min(run.size for run in head)
    if size < _HEAD_SIZE * em or count_rows(runs) <= _HEAD_LINES:
        return False
    (x0, x1), (left, right) = ((min(run.x0 for run in part), max(run.x1 for run in part)) for part in (head, runs))
    return x0 - left < em or abs(x0 + x1 - left - right) < size


def _is_apart(headed: Sequence[Run], other: Sequence[Run], em: float) -> bool:
    """Tell whether a headline in the middle over several columns is not over what stands beside these.

    That begins above the headline's foot, in its lines' usual type.
    """
    size = max(run.size for run in headed)
    foot = max(run.y1 for run in headed if run.size == size)
    top = min(other, key=_BASELINE)
    return (
        top.y < foot
        and top.size < _HEAD_SIZE * em
        and count_rows(other) > _HEAD_LINES
        and bool(gutters_of_prose([run for run in headed if run.y0 >= foot], em))
    )


def with_its_head(above: list[Run], below: list[Run], em: float) -> tuple[list[Run], list[Run]]:
    """Return the runs above and below a cut, the headline just above it, nearer to what is below, with that."""
    edges = white_strips((run.y0, run.y1) for run in above)
    if not edges:
        return above, below
    rest, head = above_and_below(above, edges[-1])
    start, end = edges[-1]
    white = min(run.y0 for run in below) - max(run.y1 for run in head)
    if white >= end - start or not _alone(head, em) or min(run.size for run in head) < _SIDE_HEAD * em:
        return above, below
    return rest, head + below


class _Bands:
    """A region as rows, which white over its whole width parts; `alone` has the edges of those that are one line."""

    def __init__(self, runs: Sequence[Run], em: float) -> None:
        self.em = em
        self.left, self.right = min(run.x0 for run in runs), max(run.x1 for run in runs)
        edges = [(start + end) / 2 for start, end in white_strips((run.y0, run.y1) for run in runs)]
        self.rows: list[list[Run]] = [[] for _ in range(len(edges) + 1)]
        for run in runs:
            self.rows[bisect_right(edges, run.y0)].append(run)
        self.alone = [_alone(row, em) for row in self.rows]
        for i, head in enumerate(self.alone[:-1]):
            if head and not self.alone[i + 1]:
                self.alone[i + 1] = _spaced_words(self.rows[i + 1], head, em)

    def runs(self, start: int, end: int | None = None) -> list[Run]:
        """Return what stands in some rows."""
        return [run for row in self.rows[start:end] for run in row]

    def cut_at(self) -> int:
        """Return the row at which the first headline over columns parts the region, 0 if there is none."""
        first = at = 0
        while first < len(self.rows) and not at:
            last = next((i for i in range(first, len(self.rows)) if not self.alone[i]), len(self.rows))
            if last > first:
                at = self._over_columns(first, last)
            else:
                at = first if self._beside_each_other(first) else self._below_broken_off(first)
            first = max(last, first + 1)
        return at

    def _over_columns(self, first: int, last: int) -> int:
        """Return the row at which to cut for a headline among the rows of one line from `first` to `last`, else 0.

        It lies across a gutter of the lines below it, with what stands in the middle above and below it: a kicker, a
        deck, a byline. It may leave other gutters free; no column goes past it through these.
        """
        gutters = self._gutters_below(last)
        if not gutters:
            return self._over_one_column(first, last)
        heads = [extent for extent in self.alone[first:last] if extent]
        across = [i for i, (x0, x1) in enumerate(heads) if any(x0 < a and x1 > b for a, b in gutters)]
        if not across:
            return self._narrow(first, last, gutters)
        if self._passed(first, last, heads, gutters):
            return 0
        centred = [abs(sum(head) - sum(heads[across[0]])) < 2 * self.em for head in heads]
        over = [centred[i] or self._nearer_below(first + i) for i in range(across[0])]
        top = next((i + 1 for i in reversed(range(across[0])) if not over[i]), 0)
        bottom = next((i for i in range(across[-1], len(heads)) if not centred[i]), len(heads))
        return first + top or bottom

    def _nearer_below(self, row: int) -> bool:
        """Tell whether a row has white of its own above and less below, as a kicker at the left has over a headline."""
        if not row:
            return True
        above, below = self._white_above(row), self._white_above(row + 1)
        return above >= _OWN_WHITE * self.em and above > below

    def _white_above(self, row: int) -> float:
        return min(run.y0 for run in self.rows[row]) - max(run.y1 for run in self.rows[row - 1])

    def _narrow(self, first: int, last: int, gutters: Sequence[Strip]) -> int:
        """Return the row at which to cut for a headline no wider than one of the columns below it, else 0.

        It is the headline's own, or below it where nothing stands above. All columns make room for it; where it heads
        but one, the others run on beside it.
        """
        while first < last and self.rows[first][0].size < _SIDE_HEAD * self.em:
            first += 1  # the last line of the column above
        if first == last:
            return 0
        x0, x1 = self.alone[first] or (self.left, self.right)
        off_axis = abs(x0 + x1 - self.left - self.right) > 2 * self.em
        if (x0 - self.left > _INDENT_OF_HEAD * self.em and off_axis) or not self._begin_level(last, gutters):
            return 0
        if not first:
            return last
        return first if self._end_level(first, gutters) else 0

    def _passed(self, first: int, last: int, heads: Sequence[Strip], gutters: Sequence[Strip]) -> bool:
        """Tell whether columns go past a headline beside it, through a gutter that it leaves free."""
        free = any(all(x1 <= a or x0 >= b for x0, x1 in heads) for a, b in gutters)
        return free and first > 0 and not self._begin_level(last, gutters) and not self._end_level(first, gutters)

    def _beside_each_other(self, row: int) -> bool:
        """Tell whether a row is of headlines alone, and a column above it ends there.

        It breaks off in mid-sentence, to go on in the next, or leaves more white than a headline below it would; or the
        headlines are in great type, with white of their own above.
        """
        heads = self.rows[row]
        if not row or min(run.size for run in heads) < _HEAD_SIZE * self.em:
            return False
        white = self._white_above(row)
        if white < min(run.size for run in self.rows[row - 1]) >= _HEAD_SIZE * self.em:
            return False  # the second lines of headlines
        if min(run.size for run in heads) >= _GREAT * self.em and white >= _OWN_WHITE * self.em:
            return True
        above = self.runs(max(0, row - _HEADED), row)
        columns = by_column(above, gutters_of_prose(above, self.em))
        if any(column and breaks_off(column) for column in columns[:-1]):
            return True
        high = min(run.y0 for run in heads) - _WHITE_ABOVE * max(run.size for run in heads)
        columns = by_column(self.runs(0, row), gutters_of_prose(self.runs(row + 1, row + 1 + _HEADED), self.em))
        return len(columns) > 1 and any(max(run.y1 for run in column) < high for column in columns if column)

    def _below_broken_off(self, row: int) -> int:
        """Return the row at which to cut for a headline below text that breaks off to go on in the next column, else 0.

        All other columns end a paragraph there, with more white below it than between their lines.
        """
        if not row or max(run.size for run in self.rows[row]) < _HEAD_SIZE * self.em:
            return 0
        start = max(0, row - _HEADED)
        gutters = gutters_of_prose(self.runs(start, row), self.em)
        columns = by_column(self.runs(start, row), gutters)
        below = by_column(self.rows[row], gutters)
        for i, column in enumerate(columns[:-1]):
            if not column or not columns[i + 1] or not below[i] or not breaks_off(column):
                continue
            last = max(column, key=_BASELINE)
            if last.size < _HEAD_SIZE * self.em <= min(below[i], key=_BASELINE).size:
                first = next(k for k in range(start, row + 1) if self.rows[k][0].y > last.y)
                return next((at for at in range(first, row + 1) if self._ends_beside(i, start, at, gutters)), 0)
        return 0

    def _ends_beside(self, column: int, start: int, at: int, gutters: Sequence[Strip]) -> bool:
        """Tell whether all columns but one end a paragraph above row `at`."""
        pairs = list(zip(by_column(self.runs(start, at), gutters), by_column(self.runs(at), gutters), strict=True))
        return all(_ends_above(*pair) for i, pair in enumerate(pairs) if i != column and all(pair))

    def _gutters_below(self, start: int) -> list[Strip]:
        """Return the gutters of the rows below a headline, down to the next; one row alone has none."""
        end = next((i for i in range(start, len(self.rows)) if self.alone[i]), len(self.rows))
        return gutters_of_prose(self.runs(start, min(end, start + _HEADED)), self.em) if end > start + 1 else []

    def _over_one_column(self, first: int, last: int) -> int:
        """Return the row of a headline in the middle of the region where but its first column goes on below, else 0.

        Where nothing stands above the headline it is the row below it.
        """
        middle = (self.left + self.right) / 2
        centred = [abs(sum(extent) / 2 - middle) < self.em for extent in self.alone[first:last] if extent]
        for i, row in enumerate(self.rows[first:last]):
            rest = centred.index(False, i) if False in centred[i:] else len(centred)
            if rest == i or first + rest == len(self.rows) or row[0].size < _HEAD_SIZE * self.em:
                continue
            column = self.rows[first + rest]
            edge = min(run.x0 for run in column) - self.left
            if edge < _INDENT_OF_HEAD * self.em and max(run.x1 for run in column) < middle:
                return first + i or rest
        return 0

    def _begin_level(self, row: int, gutters: Sequence[Strip]) -> bool:
        """Tell whether all columns begin in one line from this row on."""
        starts = [min((run.y0 for run in column), default=math.inf) for column in by_column(self.runs(row), gutters)]
        return max(starts) - min(starts) <= _LEVEL * self.em

    def _end_level(self, row: int, gutters: Sequence[Strip]) -> bool:
        """Tell whether all columns above this row end in one line, the last of them maybe before; so do none."""
        columns = by_column(self.runs(max(0, row - _HEADED), row), gutters)
        ends = [max((run.y1 for run in column), default=-math.inf) for column in columns]
        return min(ends[:-1]) == -math.inf or max(ends) - min(ends[:-1]) < _UNEVEN * self.em


def _ends_above(column: Sequence[Run], below: Sequence[Run]) -> bool:
    """Tell whether a column ends a paragraph above what stands below it, farther down than its next line would be."""
    lines = sorted(column, key=_BASELINE)
    steps = [b.y - a.y for a, b in pairwise(lines) if b.y - a.y > 0.5 * a.size]
    if not steps or mid_sentence(lines[-1].text):
        return False
    return min(run.y for run in below) - lines[-1].y > _FARTHER * median(steps)


def _alone(row: Sequence[Run], em: float) -> Strip | None:
    """Return the edges of what stands in a row, if it is one line; a headline may have gaps of a character."""
    line = sorted(row, key=lambda run: run.x0)
    if len(line) > 1 and min(run.size for run in line) < _HEAD_SIZE * em:
        return None
    if any(after.x0 - run.x1 > _HEAD_GAP * run.size or abs(after.y - run.y) > em for run, after in pairwise(line)):
        return None
    return line[0].x0, line[-1].x1


def _spaced_words(row: Sequence[Run], head: Strip, em: float) -> Strip | None:
    """Return the edges of words a character apart in the middle below a headline: 本报记者　周　宁.

    The lines of columns so close to each other are longer than words.
    """
    if any(run.x1 - run.x0 >= PROSE_WIDTH * em for run in row):
        return None
    extent = _alone(row, 0.0)
    return extent if extent and abs(sum(extent) - sum(head)) < em else None
