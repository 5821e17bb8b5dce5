"""Headlines over columns: where one parts a region, and which headline goes with what is below it."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from itertools import pairwise, takewhile
from operator import attrgetter
from statistics import median
from typing import TYPE_CHECKING

from gxclassify.reading.pdf.columns import (
    GUTTER,
    OWN_WHITE,
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
from gxclassify.reading.pdf.lines import OTHER_SIZE, SAME_SIZE, off_edge, one_above_other
from gxclassify.reading.text.bylines import is_byline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gxclassify.reading.pdf.columns import Strip
    from gxclassify.reading.pdf.lines import Run

_HEADED = 12  # lines below a headline that tell which columns it heads
_HEAD_SIZE, _HEAD_GAP = 1.2, 1.3  # ems; and of a headline's own type
_HEAD_LINES = 2  # rows: what is no more is a headline alone
_GREAT = 1.35  # ems: the type of headlines that no subheads have
_SHIFTED = 0.2  # ems by which lines that are not level differ at least
_ALIKE = 1.2  # times the type of the smaller of two headlines of one rank
_SIDE_HEAD = 1.1  # ems: a headline no wider than a column
_INDENT_OF_HEAD = 2.5  # ems
_SET_IN = 1.5  # ems of white at both sides
_WHITE_ABOVE = 3.0  # ems of a headline: more white above it ends what stands there
_NEXT = 2.5  # times the type size: the next line of a column stands no lower
_LEVEL = 0.9  # ems by which first lines of columns differ at most
_UNEVEN = 2.0  # ems by which columns above a headline may differ in length, but for the last
_FARTHER = 1.3  # of the usual step between lines
_NEXT_OF_HEAD = 1.6  # times the type size
_PAUSE = re.compile("[，。；]")
_BASELINE = attrgetter("y")


def head_cut(runs: Sequence[Run], em: float) -> list[list[Run]]:
    """Return the runs left and right of where articles stand beside each other, and those below; else of a headline.

    That lies over columns of text; the cut is at its top, else at its bottom. There may be none.
    """
    bands = _Bands(runs, em)
    if not bands.plain and (beside := _articles_beside(bands)):
        return beside
    at = bands.cut_at()
    return [bands.runs(0, at), bands.runs(at)] if at else []


def _articles_beside(bands: _Bands) -> list[list[Run]]:
    """Return the runs left and right of a gutter that has a headline on top at both sides, and those below, if any.

    Or at one, in the middle over several columns, for which the other side makes no room. The gutter goes down to where
    something crosses it, or to the next headlines: what these head may go on across it.
    """
    end = bands.second_heads()
    above, below = bands.runs(0, end), bands.runs(end)
    sides = _headed_sides(above, bands.em, _HEAD_SIZE)
    tops = [run for side in sides for run in _top(side, bands.em)]
    if tops and max(run.size for run in tops) > _ALIKE * min(run.size for run in tops):
        _mark(run for run in tops if run.size >= _GREAT * bands.em)  # alike they may be subheads on top of columns
    sides = sides or _headed_side(above, bands.em)
    if sides and below:
        bands.mark_below(end)
    return [*sides, below] if sides and below else sides


def _headed_sides(runs: Sequence[Run], em: float, least: float) -> list[list[Run]]:
    """Return what stands left and right of a gutter that nothing crosses, if a headline is on top at both sides.

    Both have type of `least` ems and are in great type, or none is, or their type hardly differs: much smaller type
    beside great is of its kicker, unless it heads text of its own.
    """
    for one, other, size, other_size in _gutter_sides(runs, em):
        smaller, larger = sorted((size, other_size))
        alike = smaller >= _GREAT * em or larger < _GREAT * em or larger <= _ALIKE * smaller
        if smaller >= least * em and (alike or _heads_own(*((one, other) if size < other_size else (other, one)), em)):
            return [one, other]
    return []


def _heads_own(headed: Sequence[Run], other: Sequence[Run], em: float) -> bool:
    """Tell whether a headline is signed, or text begins below it at another height than beside it, as in no article."""
    (signed, top), (_, beside) = _text_below_head(headed, em), _text_below_head(other, em)
    return signed or abs(top - beside) > _SHIFTED * em


def _text_below_head(runs: Sequence[Run], em: float) -> tuple[bool, float]:
    """Return whether a byline stands over the first line of text, and the top of that."""
    rest = [run for run in runs if run.size < _HEAD_SIZE * em]
    signed = False
    while rest and is_byline(_text(first := _top(rest, em))):
        signed, foot = True, max(run.y0 for run in first)
        rest = [run for run in rest if run.y0 > foot]
    return signed, min((run.y0 for run in rest), default=math.inf)


def _headed_side(runs: Sequence[Run], em: float) -> list[list[Run]]:
    """Return what stands left and right of a gutter, where a headline over columns at one side has no room beyond."""
    least = _HEAD_SIZE * em
    for one, other, size, other_size in _gutter_sides(runs, em):
        headed, beside = (one, other) if size >= least else (other, one)
        if max(size, other_size) >= least and _is_apart(headed, beside, em):
            return [one, other]
    return []


def _gutter_sides(runs: Sequence[Run], em: float) -> Iterator[tuple[list[Run], list[Run], float, float]]:
    """Yield what stands left and right of each gutter that nothing crosses, and the sizes of the headlines on top."""
    reach = max(run.x1 for run in runs)
    for start, end in gutters(runs, em, 0):
        left = [run for run in runs if run.x1 <= start + 0.01]
        right = [run for run in runs if run.x0 >= end - 0.01]
        yield left, right, _head_size(left, em, end), _head_size(right, em, reach)


def _head_size(runs: Sequence[Run], em: float, end: float) -> float:
    """Return the type size of a headline on top, at the left edge of what is below it or in the middle; 0 for none.

    It may have a kicker above. The two halves of one headline over a gutter stand at neither place. There is room up to
    `end`, which the last column may leave where it is of one line. A frame has its headline inside.
    """
    head = _top(runs, em)
    if all(run.role == "frame" for run in head):
        return math.inf
    if max(run.size for run in head) < _GREAT * em and len(head) == 1:
        below = _top([run for run in runs if run.y0 > head[0].y] or runs, em)
        larger = min(run.size for run in below) > head[0].size  # what is no larger is a byline
        head = below if larger and below[0].y0 - head[0].y1 < head[0].size else head
    size = min(run.size for run in head)
    (x0, x1), (left, right) = ((min(run.x0 for run in part), max(run.x1 for run in part)) for part in (head, runs))
    placed = x0 - left < em or left + right - size < x0 + x1 < left + max(right, end) + size
    return size if placed and count_rows(runs) > _HEAD_LINES else 0.0


def _top(runs: Sequence[Run], em: float) -> list[Run]:
    top = min(run.y0 for run in runs)
    return [run for run in runs if run.y0 < top + 0.5 * em]


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


def with_last_head(above: list[Run], below: list[Run], em: float) -> tuple[list[Run], list[Run]]:
    """Return the runs above and below a cut, a headline that nothing stands below but its byline with what is below."""
    bands = _Bands(above, em)
    first = next((i + 1 for i in reversed(range(len(bands.rows))) if not bands.alone[i]), 0)
    head = next((i for i in range(first, len(bands.rows)) if bands.rows[i][0].size >= _HEAD_SIZE * em), 0)
    if not first or not head:
        return above, below
    head = bands.with_kickers(head, first)
    return bands.runs(0, head), [*bands.runs(head), *below]


class _Bands:
    """A region as rows, which white over its whole width parts; `alone` has the edges of those that are one line."""

    def __init__(self, runs: Sequence[Run], em: float) -> None:
        self.em = em
        self.plain = max(run.size for run in runs) < _SIDE_HEAD * em  # its headlines, too
        self.left, self.right = min(run.x0 for run in runs), max(run.x1 for run in runs)
        edges = [(start + end) / 2 for start, end in white_strips((run.y0, run.y1) for run in runs)]
        self.rows: list[list[Run]] = [[] for _ in range(len(edges) + 1)]
        for run in runs:
            self.rows[bisect_right(edges, run.y0)].append(run)
        self.alone = [_alone(row, em) for row in self.rows]
        self.alone[0] = self.alone[0] or _spaced_byline(self.rows[0])  # its headline may be vertical
        for i, head in enumerate(self.alone[:-1]):
            if head and not self.alone[i + 1]:
                self.alone[i + 1] = _spaced_words(self.rows[i + 1], head, em)

    def runs(self, start: int, end: int | None = None) -> list[Run]:
        """Return what stands in some rows."""
        return [run for row in self.rows[start:end] for run in row]

    def second_heads(self) -> int:
        """Return the first row of headlines below the text under those on top, kickers included."""
        text = next((i for i, row in enumerate(self.rows) if max(run.size for run in row) < _HEAD_SIZE * self.em), 0)
        at = next((i for i in range(text + 1, len(self.rows)) if self._great(i) or self._paired(i)), len(self.rows))
        return self.with_kickers(at, text + 1) if at < len(self.rows) else at

    def mark_below(self, row: int) -> None:
        """Mark the headlines in great type of a row, or just below its kickers, that has white of its own above."""
        heads = next(filter(None, (self._great(i) for i in range(row, min(row + 2, len(self.rows))))), [])
        if self._white_above(row) >= OWN_WHITE * self.em:
            _mark(heads)

    def _great(self, row: int) -> list[Run]:
        """Return the headlines in great type of a row, if nothing but kickers and frames begins beside the first."""
        great = [run for run in self.rows[row] if run.size >= _GREAT * self.em]
        foot = min((run.y for run in great), default=-math.inf)
        others = [run for run in self.rows[row] if run.size < _GREAT * self.em and run.y0 < foot]
        return great if all(self._is_kicker(run, row) or self._begins_frame(run, row) for run in others) else []

    def _paired(self, row: int) -> bool:
        """Tell whether articles begin beside each other in a row that no white parts, as their lines are not level."""
        if max(run.size for run in self.rows[row]) < _GREAT * self.em:
            return False
        end = next((i for i in range(row + 1, len(self.rows)) if self.alone[i]), len(self.rows))
        return bool(_headed_sides(self.runs(row, min(end, row + _HEADED)), self.em, _GREAT))

    def _is_kicker(self, run: Run, row: int) -> bool:
        """Tell whether a small line stands just over a headline in great type."""
        near = self.runs(row, row + 2)
        if any(self._is_next(run, other) for other in near):
            return False
        close = [other for other in near if other.y > run.y and other.y0 - run.y1 < run.size]
        close = [other for other in close if one_above_other(run, other)] or close  # one in the middle is beside it
        return bool(close) and min(other.size for other in close) >= _GREAT * self.em

    def _begins_frame(self, run: Run, row: int) -> bool:
        """Tell whether a notice in a frame begins in a row, or beside its kickers, as an article does."""
        if run.role != "frame":
            return False
        of_frame = (any(o.role == "frame" and o.x0 == run.x0 for o in self.rows[i]) for i in reversed(range(row)))
        first = row - sum(takewhile(bool, of_frame))
        beside = (o for i in range(first, row) for o in self.rows[i] if o.role != "frame" and not self._is_kicker(o, i))
        above = self.rows[first - 1] if first else []
        return next(beside, None) is None and not any(self._is_next(o, run) for o in above)

    def _is_next(self, run: Run, other: Run) -> bool:
        """Tell whether text stands just below a line, which is so one of a column."""
        below = 0 < other.y - run.y < _NEXT * run.size and one_above_other(run, other)
        return below and other.size < _HEAD_SIZE * self.em

    def with_kickers(self, row: int, first: int) -> int:
        """Return the row above a row of headlines where the kickers over them begin, not above row `first`."""
        while (
            row > first
            and self._white_above(row - 1) > self._white_above(row)
            and all(self._is_kicker(run, row - 1) or self._begins_frame(run, row - 1) for run in self.rows[row - 1])
        ):
            row -= 1
        return row

    def cut_at(self) -> int:
        """Return the row at which the first headline over columns parts the region, 0 if there is none."""
        first = at = 0
        while first < len(self.rows) and not at:
            last = next((i for i in range(first, len(self.rows)) if not self.alone[i]), len(self.rows))
            if last > first:
                headed = not self.plain or self._set_in(first, last) or is_byline(_text(self.rows[first]))
                at = (self._over_columns(first, last) or self._below_level_ends(first, last)) if headed else 0
            elif not self.plain:
                at = self._beside_each_other(first) or self._below_broken_off(first)
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
        while 0 < first < last and self._goes_down(first):
            first += 1  # the last lines of a column above, which is longer than the others
        if first == last:
            return 0
        heads = [extent for extent in self.alone[first:last] if extent]
        across = [i for i, (x0, x1) in enumerate(heads) if any(x0 < a and x1 > b for a, b in gutters)]
        across = [i for i in across if not self._is_text(first + i)]
        if not across:
            return self._narrow(first, last, gutters)
        if self._passed(first, last, heads, gutters):
            return 0
        centred = self._of_head(first, heads, sum(heads[across[0]]) / 2)
        over = [centred[i] or self._nearer_below(first + i) for i in range(across[0])]
        top = next((i + 1 for i in reversed(range(across[0])) if not over[i]), 0)
        below = range(across[-1], len(heads))
        bottom = next((i for i in below if not centred[i] and not is_byline(_text(self.rows[first + i]))), len(heads))
        return first + top or bottom

    def _below_level_ends(self, first: int, last: int) -> int:
        """Return the row of a headline in great type, kickers included, below columns that end level, else 0.

        It has white of its own above. Text of its article that breaks off at the foot would go on in those columns.
        """
        row = next((i for i in range(first, last) if self._great(i)), 0)
        top = self.with_kickers(row, max(first, 1)) if row else 0
        if not top or self._white_above(top) < OWN_WHITE * self.em:
            return 0
        gutters = gutters_of_prose(self.runs(max(0, top - _HEADED), top), self.em)
        if not gutters or not self._end_level(top, gutters):
            return 0
        columns = by_column(self.runs(max(0, top - _HEADED), top), gutters)
        below = by_column(self.runs(top), gutters)
        own = next((i for i, column in enumerate(below) if column), 0)
        if breaks_off(below[own]) and not breaks_off(columns[own]):
            return 0
        _mark(self.rows[row])
        return top

    def _is_text(self, row: int) -> bool:
        """Tell whether a row is a line of text that goes on below: white in the last lines of a column is no gutter."""
        line = self.rows[row][0]
        paused = line.size < _SIDE_HEAD * self.em and _PAUSE.search(line.text) is not None
        return paused and self._runs_on([line], self.rows[row + 1])

    def _set_in(self, first: int, last: int) -> bool:
        """Tell whether rows of one line stand in the middle of the region, as headlines do that are set as the text."""
        middle, least = (self.left + self.right) / 2, _SET_IN * self.em
        extents = [extent for extent in self.alone[first:last] if extent]
        return all(
            abs(sum(e) / 2 - middle) < self.em and e[0] - self.left >= least <= self.right - e[1] for e in extents
        )

    def _of_head(self, first: int, heads: Sequence[Strip], middle: float) -> list[bool]:
        """Tell of rows of one line whether they stand in the middle, or below such as further lines or as a deck."""
        found: list[bool] = []
        for row, head in zip(self.rows[first:], heads, strict=False):
            last = self.rows[first + len(found) - 1] if found and found[-1] else row
            further = last is not row and (_further(last[0], row[0], self.em) or is_byline(_text(row)))
            found.append(abs(sum(head) / 2 - middle) < self.em or further)
        return found

    def _goes_down(self, row: int) -> bool:
        """Tell whether a row of one line goes on below one of the same type, from its left edge or to its right one."""
        line = self.rows[row][0]
        return line.size < _SIDE_HEAD * self.em and any(
            self._is_next(run, line)
            and abs(run.size - line.size) <= OTHER_SIZE * line.size
            and min(off_edge(line.x0, run.x0, self.em), off_edge(run.x0, line.x0, self.em), abs(run.x1 - line.x1))
            < self.em
            for run in self.rows[row - 1]
        )

    def _nearer_below(self, row: int) -> bool:
        """Tell whether a row has white of its own above and less below, as a kicker at the left has over a headline."""
        if not row:
            return True
        above, below = self._white_above(row), self._white_above(row + 1)
        return above >= OWN_WHITE * self.em and above > below

    def _white_above(self, row: int) -> float:
        if not row:
            return math.inf
        return min(run.y0 for run in self.rows[row]) - max(run.y1 for run in self.rows[row - 1])

    def _narrow(self, first: int, last: int, gutters: Sequence[Strip]) -> int:
        """Return the row at which to cut for a headline no wider than one of the columns below it, else 0.

        It is the headline's own, or below it where nothing stands above. All columns make room for it; where it heads
        but one, the others run on beside it.
        """
        x0, x1 = self.alone[first] or (self.left, self.right)
        off_axis = abs(x0 + x1 - self.left - self.right) > 2 * self.em
        while first + off_axis and first < last and self.rows[first][0].size < _SIDE_HEAD * self.em:
            first += 1  # the last line of the column above
        if first == last:
            return 0
        x0, x1 = self.alone[first] or (self.left, self.right)
        columns = zip((self.left, *(b for _, b in gutters)), (*(a for a, _ in gutters), self.right), strict=True)
        own = [self.left + self.right, *(a + b for a, b in columns if a < x1 and x0 < b)]
        off_axis = all(abs(x0 + x1 - axis) > 2 * self.em for axis in own)
        if (x0 - self.left > _INDENT_OF_HEAD * self.em and off_axis) or not self._begin_level(last, gutters):
            return 0
        if not first:
            return last
        return first if self._end_level(first, gutters) else 0

    def _passed(self, first: int, last: int, heads: Sequence[Strip], gutters: Sequence[Strip]) -> bool:
        """Tell whether columns go past a headline beside it, through a gutter that it leaves free."""
        free = any(all(x1 <= a or x0 >= b for x0, x1 in heads) for a, b in gutters)
        return free and first > 0 and not self._begin_level(last, gutters) and not self._end_level(first, gutters)

    def _beside_each_other(self, row: int) -> int:
        """Return the row at which to cut for headlines beside each other and their kickers, 0 if it is none of these.

        A column above breaks off there in mid-sentence, to go on in the next, or leaves more white than a headline
        below it would; or the headlines are in great type or signed, with white of their own above.
        """
        paired = self._paired(row)
        heads = self._great(row) or self.rows[row]
        if not row or not (paired or min(run.size for run in heads) >= _HEAD_SIZE * self.em):
            return 0
        top = self.with_kickers(row, 1)
        white = self._white_above(top)
        if not paired and white < min(run.size for run in self.rows[top - 1]) >= _HEAD_SIZE * self.em:
            return 0  # the second lines of headlines
        if any(_further(run, head, self.em) and _near_below(run, head) for run in self.rows[top - 1] for head in heads):
            return 0  # of one of them, beside text
        great = (
            paired
            or min(run.size for run in heads) >= _GREAT * self.em
            or all(self._is_signed(head, row) for head in heads)
        )
        if great and white >= OWN_WHITE * self.em:
            self.mark_below(top)
            return top
        return top if not paired and self._ends_over(top, row, heads) else 0

    def _is_signed(self, head: Run, row: int) -> bool:
        """Tell whether a byline stands just below a headline of a row: it heads an article, in whatever type."""
        below = (run for run in self.runs(row, row + 3) if 0 < run.y - head.y < _NEXT * head.size)
        return any(one_above_other(head, run) and is_byline(run.text) for run in below)

    def _ends_over(self, top: int, row: int, heads: Sequence[Run]) -> bool:
        """Tell whether a column ends above row `top`, for headlines in `row`: it breaks off, or leaves much white."""
        above = self.runs(max(0, top - _HEADED), top)
        gutters = gutters_of_prose(above, self.em)
        columns, below = by_column(above, gutters), by_column(self.runs(top, row + 2), gutters)
        ends = zip(columns[:-1], below, strict=False)
        if any(column and breaks_off(column) and not self._runs_on(column, rest) for column, rest in ends):
            return True
        high = min(run.y0 for run in heads) - _WHITE_ABOVE * max(run.size for run in heads)
        columns = by_column(self.runs(0, top), gutters_of_prose(self.runs(row + 1, row + 1 + _HEADED), self.em))
        return len(columns) > 1 and any(max(run.y1 for run in column) < high for column in columns if column)

    def _runs_on(self, column: Sequence[Run], below: Sequence[Run]) -> bool:
        """Tell whether a column goes on in its next line, in its type."""
        last = max(column, key=_BASELINE)
        alike = [run for run in below if abs(run.size - last.size) <= OTHER_SIZE * last.size]
        return any(self._is_next(last, run) for run in alike)

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
        """Return the gutters of the rows below a headline, down to the next; one row alone has none.

        Columns whose lines are not level are one row of many lines.
        """
        end = next((i for i in range(start, len(self.rows)) if self.alone[i]), len(self.rows))
        several = end > start + 1 or (end > start and len(self.rows[start]) > _HEADED)
        return gutters_of_prose(self.runs(start, min(end, start + _HEADED)), self.em) if several else []

    def _over_one_column(self, first: int, last: int) -> int:
        """Return the row of a headline in the middle of the region where but its first column goes on below, else 0.

        Where nothing stands above the headline it is the row below it.
        """
        middle = (self.left + self.right) / 2
        centred = self._of_head(first, [extent for extent in self.alone[first:last] if extent], middle)
        for i, row in enumerate(self.rows[first:last]):
            rest = centred.index(False, i) if False in centred[i:] else len(centred)
            if rest == i or first + rest == len(self.rows) or row[0].size < _HEAD_SIZE * self.em:
                continue
            column = self.rows[first + rest]
            edge = min(run.x0 for run in column) - self.left
            if edge < _INDENT_OF_HEAD * self.em and max(run.x1 for run in column) < middle:
                return self.with_kickers(first + i, 0) or rest
        return 0

    def _begin_level(self, row: int, gutters: Sequence[Strip]) -> bool:
        """Tell whether all columns begin in one line from this row on."""
        columns = [column for column in by_column(self.runs(row), gutters) if not _is_caption(column)]
        starts = [min((run.y0 for run in column if run.role != "caption"), default=math.inf) for column in columns]
        return max(starts) - min(starts) <= _LEVEL * self.em

    def _end_level(self, row: int, gutters: Sequence[Strip]) -> bool:
        """Tell whether all columns above this row end in one line, the last of them maybe before; so do none."""
        columns = by_column(self.runs(max(0, row - _HEADED), row), gutters)
        ends = [max((run.y1 for run in column), default=-math.inf) for column in columns]
        return min(ends[:-1]) == -math.inf or max(ends) - min(ends[:-1]) < _UNEVEN * self.em


def _mark(heads: Iterable[Run]) -> None:
    """Mark headlines with which articles begin."""
    for run in heads:
        run.heads = True


def _further(last: Run, run: Run, em: float) -> bool:
    """Tell whether a line goes on with a headline above it in great type, or is a deck that begins below it."""
    if abs(last.size - run.size) <= OTHER_SIZE * last.size:
        return run.size >= _GREAT * em
    return last.size > run.size > (1 + OTHER_SIZE) * em and abs(last.x0 - run.x0) < em


def _near_below(run: Run, head: Run) -> bool:
    """Tell whether a line stands so close below another as those of one headline do."""
    return one_above_other(run, head) and 0 < head.y - run.y < _NEXT_OF_HEAD * head.size


def _is_caption(column: Sequence[Run]) -> bool:
    """Tell whether a photo has a column to itself."""
    return bool(column) and all(run.role == "caption" for run in column)


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
    for run, after in pairwise(line):
        if after.x0 - run.x1 > _HEAD_GAP * run.size or abs(after.y - run.y) > em:
            return None
        if abs(after.size - run.size) > SAME_SIZE * run.size and after.x0 - run.x1 > GUTTER * em:
            return None
    return line[0].x0, line[-1].x1


def _spaced_words(row: Sequence[Run], head: Strip, em: float) -> Strip | None:
    """Return the edges of words a character apart below a headline, a byline or in the middle: 本报记者　周　宁.

    The lines of columns so close to each other are longer than words.
    """
    extent = _alone(row, 0.0)
    if extent is None or _spaced_byline(row):
        return extent
    words = all(run.x1 - run.x0 < PROSE_WIDTH * em for run in row)
    return extent if words and abs(sum(extent) - sum(head)) < em else None


def _spaced_byline(row: Sequence[Run]) -> Strip | None:
    return _alone(row, 0.0) if is_byline(_text(row)) else None


def _text(row: Sequence[Run]) -> str:
    return " ".join(run.text for run in sorted(row, key=attrgetter("x0")))
