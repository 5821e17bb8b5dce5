"""What stands on a page: pieces of text, runs, lines, and where a line stands in its column.

From here on PDF and OFD are one. Places are in points, from the upper left corner of the page.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from gxclassify.reading.text.cues import STRONG_END
from gxclassify.reading.text.lines import first_unit, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Extent = tuple[float, float, float, float]
"""The least x and y of something, and the greatest; of a line, its two ends."""
Rule = tuple[float, float, float, float]
"""A ruling line: x and y of its upper left end, and of the other."""

FLAT = 1.0  # points: a ruling line whose ends differ by no more is level, or upright
SMALL = 0.9  # of the body's size: smaller is small type
SAME_SIZE = 0.1  # of a size: lines of one paragraph differ by no more
OTHER_SIZE = 0.05  # of a size: what differs by more is set otherwise
INDENT = 0.8  # ems: less is no indent
RAGGED = 4.0  # ems: what leaves over more is no full line
HANGING = 1.0  # ems by which a mark may stand out at a line's end
CENTRED = 1.0  # ems by which the white at both ends may differ
ITEM_NUMBER = re.compile(  # or a point, by itself before what it numbers
    r"[（(\[【]?(?:[0-9]{1,3}(?:\.[0-9]{1,2})*|[A-Za-z]|[一二三四五六七八九十]{1,3}|[①-⑳•●■◆▪·–—-])[）)\]】.、．]?"
)
SIGNED = "[（(][^（()）。]{2,16}[）)]"  # behind the last sentence: （柳　青）
SENTENCE_END = re.compile(f"{STRONG_END.pattern}|[。！？…”]{SIGNED}$")
_MARGIN = 2.6  # ems of white at both ends of what stands in the middle
_LARGER = 1.3  # so many times as large
_ASCENT, _DESCENT = 0.88, 0.12  # of the size: the body of type above and below its baseline


@dataclass(slots=True)
class Piece:
    """What one text operation shows: characters on one baseline, each with its left and right edge, in points."""

    text: str
    left: list[float]
    right: list[float]
    y: float
    size: float
    style: tuple[int, bool] = (0, False)
    color: tuple[int, int, int, int] = (0, 0, 0, 255)


@dataclass(slots=True)
class Run:
    """Characters that follow each other on a baseline.

    `y` is the baseline, downwards from the top of the page, `y0` the top of the type's body and `y1` its bottom; of a
    row of a table, of all its lines. `table` is the number of the table that it is part of; 0 is none. Of a caption,
    `picture` is the place of what it stands below; `heads` tells of a headline that its place shows that an article
    begins with it.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool = False
    font: int = 0
    color: tuple[int, int, int, int] = (0, 0, 0, 255)
    role: str = ""
    table: int = 0
    picture: Extent | None = None
    heads: bool = False
    y0: float = field(init=False)
    y1: float = field(init=False)

    def __post_init__(self) -> None:
        self.y0, self.y1 = self.y - _ASCENT * self.size, self.y + _DESCENT * self.size


@dataclass(slots=True)
class PageLine:
    """A line of a page, with the edges of the column that it stands in; `y`, `y0` and `y1` as of a run.

    `picture` is the place of one that it stands beside, which leaves it less room; `between` is where the columns
    beside its own end and begin; `frame` is the number of the frame that it stands in, or 0.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    left: float = 0.0
    right: float = 0.0
    bold: bool = False
    font: int = 0
    region: int = 0
    role: str = ""
    runs: list[Run] = field(default_factory=list)
    picture: Extent | None = None
    between: tuple[float, float] = (-math.inf, math.inf)
    frame: int = 0
    y0: float = field(init=False)
    y1: float = field(init=False)

    def __post_init__(self) -> None:
        self.y0, self.y1 = self.y - _ASCENT * self.size, self.y + _DESCENT * self.size


@dataclass(slots=True)
class Placed:
    """A line of the document: what it begins, as `ParsedLine` has it."""

    line: PageLine
    page: int
    begins: str = ""


def text_of(unit: Iterable[Placed]) -> str:
    """Return the text of lines that follow each other in one paragraph."""
    return "".join([item.line.text for item in unit])


def body_size(runs: Iterable[Run | PageLine]) -> float:
    """Return the median type size, each run counted by its length."""
    weights: dict[float, int] = {}
    for run in runs:
        weights[run.size] = weights.get(run.size, 0) + len(run.text) // 4 + 1
    sizes = sorted(weights)
    reached = list(accumulate(weights[size] for size in sizes))
    low, high = (sizes[bisect_right(reached, (reached[-1] - n) // 2)] for n in (1, 0))
    return (low + high) / 2


def one_above_other(one: Run | PageLine, other: Run | PageLine) -> bool:
    """Tell whether some of one stands above or below some of the other."""
    return min(one.x1, other.x1) > max(one.x0, other.x0)


def off_edge(x: float, edge: float, em: float) -> float:
    """Return how far from an edge something begins, or from an indent of two characters there."""
    return min(abs(x - edge), abs(x - edge - 2 * em))


def off_axis(one: PageLine, other: PageLine) -> float:
    """Return how far the middles of two lines lie beside each other."""
    return abs(one.x0 + one.x1 - other.x0 - other.x1) / 2


# ---- Runs to lines.


def find_rows(runs: Sequence[Run]) -> list[list[Run]]:
    """Return runs on the same baseline together, from top to bottom and from left to right."""
    rows: list[list[Run]] = []
    main_at = main_size = 0.0  # of the largest run of the row
    for at, _, _, run in sorted((run.y0 + run.y1, run.x0, i, run) for i, run in enumerate(runs)):
        if rows and abs(main_at - at) < 0.8 * min(main_size, run.size):
            rows[-1].append(run)
            if run.size > main_size:
                main_at, main_size = at, run.size
        else:
            rows.append([run])
            main_at, main_size = at, run.size
    for row in rows:
        if len(row) > 1:
            row.sort(key=lambda r: r.x0)
    return rows


def to_line(row: Sequence[Run]) -> PageLine:
    """Return the line that runs on one baseline make; a wide gap stands as a space."""
    if len(row) == 1:
        run = row[0]
        return PageLine(
            run.text,
            run.x0,
            run.x1,
            run.y,
            run.size,
            bold=run.bold,
            font=run.font,
            role=run.role,
            runs=[run],
        )
    main = max(row, key=lambda run: len(run.text))
    size = max(run.size for run in row if 3 * len(run.text) >= len(main.text))
    text = row[0].text
    for last, run in pairwise(row):
        text += (" " if run.x0 - last.x1 > 0.5 * size else "") + run.text
    return PageLine(
        text,
        row[0].x0,
        max(run.x1 for run in row),
        main.y,
        size,
        bold=main.bold,
        font=main.font,
        role=row[0].role,
        runs=list(row),
    )


def _parts(row: Sequence[Run]) -> list[list[Run]]:
    """Part what stands apart on one baseline in another size, such as a byline beside a headline; no number.

    A caption is parted from text beside it, of whatever size.
    """
    parts = [[row[0]]]
    for last, run in pairwise(row):
        size, other = sorted((last.size, run.size))
        apart = other > _LARGER * size and run.x0 - last.x1 > other and not ITEM_NUMBER.fullmatch(last.text)
        if apart or last.role != run.role:
            parts.append([])
        parts[-1].append(run)
    return parts


def lines_of_column(runs: Sequence[Run]) -> list[PageLine]:
    """Return the lines of one column, each with the column's edges."""
    lines = [to_line(part) for row in find_rows(runs) for part in _parts(row)]
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    for line in lines:
        line.left, line.right = left, right
    return lines


# ---- Where a line stands in its column, in ems.


def indent(line: PageLine) -> float:
    """Return the white before a line, in ems."""
    return (line.x0 - line.left) / line.size


def room_left(line: PageLine) -> float:
    """Return the white at the end of a line, in ems."""
    return (line.right - line.x1) / line.size


def column_width(line: PageLine) -> float:
    """Return the width of a line's column, in ems."""
    return (line.right - line.left) / line.size


def first_width(line: PageLine) -> float:
    """Return the width of the first unit of a line, in ems; of a Latin word by how wide the line's letters are."""
    unit = first_unit(line.text)
    if len(unit) > 3 and unit.isascii() and line.text.isascii():  # noqa: PLR2004
        return len(unit) * (line.x1 - line.x0) / (len(line.text) * line.size)
    return width(unit)


def in_middle(line: PageLine) -> bool:
    """Tell whether a line stands in the middle of its column."""
    before, behind = indent(line), room_left(line)
    return min(before, behind) > _MARGIN and abs(before - behind) < CENTRED
