"""The columns of a region: white strips, gutters between columns of text, and what is no column."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from operator import attrgetter
from statistics import median
from typing import TYPE_CHECKING

from gxclassify.reading.pdf.lines import ITEM_NUMBER, off_edge, one_above_other

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gxclassify.reading.pdf.lines import Extent, Run

Strip = tuple[float, float]
"""Where white begins and ends, from the left or from the top; or the edges of what stands there."""

PROSE_WIDTH = 7  # ems: narrower are the cells of tables
GUTTER = 0.55  # ems: the narrowest white strip between two columns
OWN_WHITE = 1.2  # ems: the white over all columns above headlines, and no wider is that between lines
_BESIDE = 0.1  # ems by which lines of columns that are not level lie beside each other at least
_CROSSING = 0.05  # the share of runs that may stick out of their column
_FEW = 12  # runs: in fewer of them none may cross a gutter
_STICKING_OUT = 4.0  # ems that they may do so where no text is in their way
_WORD_GAP = 1.3  # ems: the white of a character between words
_SAME_BASELINE = 0.25  # ems
_FULL_COLUMN, _FEW_LINES = 8, 3  # lines
_LONG_UNIT = 2.0  # ems that a full line may leave over before a number
_MID_SENTENCE = re.compile(r"[\w，、]$")


def white_strips(extents: Iterable[Strip]) -> list[Strip]:
    """Return the white strips between extents, which may overlap."""
    strips: list[Strip] = []
    reach: float | None = None
    for low, high in sorted(extents):
        if reach is not None and low > reach:
            strips.append((reach, low))
        reach = high if reach is None else max(reach, high)
    return strips


def above_and_below(runs: Sequence[Run], strip: Strip) -> tuple[list[Run], list[Run]]:
    """Return the runs above and below a level white strip."""
    start, end = strip
    return [run for run in runs if run.y1 <= start + 0.01], [run for run in runs if run.y0 >= end - 0.01]


def side_by_side(runs: Sequence[Run]) -> bool:
    """Tell whether any runs stand beside each other, without which there are no columns."""
    return next(tops_beside(runs), None) is not None


def tops_beside(runs: Sequence[Run]) -> Iterator[float]:
    """Yield the tops of runs that stand beside one before them, from the top of the page."""
    reach = -math.inf
    for run in sorted(runs, key=attrgetter("y")):
        if run.y0 + _BESIDE * run.size < reach:
            yield run.y0
        reach = max(reach, run.y1)


def count_rows(runs: Sequence[Run]) -> int:
    """Return how many rows stand one below the other."""
    rows = 0
    reach = -math.inf
    for run in sorted(runs, key=attrgetter("y0")):
        if run.y0 + 0.3 * run.size > reach:
            rows += 1
        reach = max(reach, run.y1)
    return rows


# ---- Gutters.


def column_cut(runs: Sequence[Run], em: float, allowed: int | None = None) -> tuple[list[Run], list[Run]] | None:
    """Return the runs left and right of the leftmost gutter that has text of two lines and more on both sides.

    Some runs may stick out of their column into the gutter or into the next column's text: so many as `allowed`, else a
    small share of them.
    """
    if allowed is None:
        allowed = _may_cross(runs)
    found = gutters(runs, em, 0)
    for start, end in [*found, *(gutters(runs, em, allowed) if allowed else [])]:
        middle = (start + end) / 2
        left = [run for run in runs if run.x0 < middle]
        right = [run for run in runs if run.x0 >= middle]
        few = min(count_rows(left), count_rows(right)) < 2  # noqa: PLR2004
        if few and not (_last_line(left, right) or is_captioned(left) or is_captioned(right)):
            continue
        if (not _is_column(right, em) and not _is_column(left, em)) or _are_labels(left, right):
            continue
        if _are_words(left, right, em) or _part_caption(left, right):
            continue
        crossing = [run for run in left if run.x1 > end + 0.01]
        if all(run.x1 < end + _STICKING_OUT * em or any(_overlap(run, other) for other in right) for run in crossing):
            return left, right
    return None


def staggered(runs: Sequence[Run], em: float) -> list[list[Run]]:
    """Return two columns of which the right one begins below the left one, as under a picture; else none.

    A caption tells of a picture in its column.
    """
    for start, end in gutters(runs, em, 0):
        left = [run for run in runs if run.x1 <= start + 0.01]
        right = [run for run in runs if run.x0 >= end - 0.01]
        below = max(run.y1 for run in left) <= min(run.y0 for run in right)
        pictured = _picture_on_top(left) != _picture_on_top(right) and not _part_caption(left, right)
        if pictured or (below and all(_is_prose(side, em) for side in (left, right))):
            return [left, right]
    return []


def is_captioned(runs: Sequence[Run]) -> bool:
    """Tell whether there is nothing in a column but captions of pictures."""
    return {run.role for run in runs} == {"caption"}


def _picture_on_top(runs: Sequence[Run]) -> Extent | None:
    """Return where a picture stands on top of a column, as its caption shows; else none."""
    return min(runs, key=attrgetter("y")).picture


def _is_prose(runs: Sequence[Run], em: float) -> bool:
    wide = [run for run in runs if run.x1 - run.x0 >= PROSE_WIDTH * em]
    return len(wide) >= _FEW_LINES and _is_column(wide, em)


def gutters_of_prose(runs: Sequence[Run], em: float) -> list[Strip]:
    """Return the gutters between columns of running text; there are none between the cells of a table."""
    if not side_by_side(runs) or column_cut(runs, em, 0) is None:
        return []
    if median(run.x1 - run.x0 for run in runs) < PROSE_WIDTH * em:
        return []
    return gutters(runs, em, 0)


def by_column(runs: Iterable[Run], gutters: Sequence[Strip]) -> list[list[Run]]:
    """Return the runs left of the first gutter, between it and the second, and so on."""
    middles = [(start + end) / 2 for start, end in gutters]
    found: list[list[Run]] = [[] for _ in range(len(middles) + 1)]
    for run in runs:
        found[bisect_right(middles, run.x0)].append(run)
    return found


def gutters(runs: Sequence[Run], em: float, allowed: int) -> list[Strip]:
    """Return the vertical strips, from the left, that no more than `allowed` runs cover."""
    edges = sorted([(run.x0, 1) for run in runs] + [(run.x1, -1) for run in runs])
    gutters: list[Strip] = []
    covered, start = 0, None
    for x, step in edges:
        covered += step
        if covered > allowed:
            if start is not None and x - start >= GUTTER * em:
                gutters.append((start, x))
            start = None
        elif start is None:
            start = x
    return [gutter for gutter in gutters if gutter[0] > edges[0][0]]


def _may_cross(runs: Sequence[Run]) -> int:
    """Return how many of these runs may stick out of their column."""
    return int(_CROSSING * len(runs)) or int(len(runs) >= _FEW)


# ---- What is a column, and how it ends.


def _is_column(runs: Sequence[Run], em: float) -> bool:
    """Tell whether most lines begin at one edge or at an indent from it: what stands after holes does not.

    Of several columns the first is looked at.
    """
    edge = min(run.x0 for run in runs)
    inner = next((start for start, _ in gutters(runs, em, _may_cross(runs))), math.inf)
    runs = [run for run in runs if run.x0 < inner]
    return sum(off_edge(run.x0, edge, em) < 0.6 * em for run in runs) >= 0.5 * len(runs)


def _are_labels(left: Sequence[Run], right: Sequence[Run]) -> bool:
    """Tell whether all that stands on the left are numbers or points of lines on the right."""
    if not all(ITEM_NUMBER.fullmatch(run.text) for run in left):
        return False
    return all(any(abs(run.y - other.y) < _SAME_BASELINE * run.size for other in right) for run in left)


def _are_words(left: Sequence[Run], right: Sequence[Run], em: float) -> bool:
    """Tell whether all that stands on the left are words of lines that go on a character farther: 本报记者　周宁."""
    if any(run.x1 - run.x0 >= PROSE_WIDTH * em for run in left):
        return False
    return all(
        any(
            0 <= other.x0 - run.x1 < _WORD_GAP * run.size and abs(run.y - other.y) < _SAME_BASELINE * run.size
            for other in right
        )
        for run in left
    )


def _part_caption(left: Sequence[Run], right: Sequence[Run]) -> bool:
    """Tell whether the caption of one picture stands at both sides."""
    return not {run.picture for run in left if run.picture}.isdisjoint(run.picture for run in right)


def _last_line(left: Sequence[Run], right: Sequence[Run]) -> bool:
    """Tell whether the right side is a column of one line, the end of a text, beside a full one.

    One of few lines is full if the last of them breaks off in mid-sentence at its edge.
    """
    if len(right) != 1:
        return False
    if count_rows(left) < (2 if breaks_off(left) else _FULL_COLUMN):
        return False
    return right[0].y0 <= min(run.y0 for run in left) + 0.5 * right[0].size


def breaks_off(column: Sequence[Run]) -> bool:
    """Tell whether the last line of a column is full, and ends in mid-sentence."""
    last, left = max(column, key=lambda run: run.y), min(run.x0 for run in column)
    width = max(run.x1 for run in column) - left
    full = max(PROSE_WIDTH * last.size, width - _LONG_UNIT * last.size)
    return last.x1 - left > full and mid_sentence(last.text)


def mid_sentence(text: str) -> bool:
    """Tell whether a line ends in mid-sentence."""
    return _MID_SENTENCE.search(text) is not None


def _overlap(run: Run, other: Run) -> bool:
    """Tell whether two runs lie on each other, by half of the height of one."""
    height = min(run.y1, other.y1) - max(run.y0, other.y0)
    return one_above_other(run, other) and height > 0.5 * min(run.size, other.size)
