"""Pieces of text with their places to lines in reading order: runs, columns by recursive cuts, lines."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import accumulate, islice, pairwise
from operator import attrgetter, sub
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_GUTTER = 0.55  # ems: the narrowest white strip between two columns
_RUN_GAP = 0.9  # ems: a wider gap in a line starts a new run, which may lie in another column
_SPACED_GAP = 1.6  # ems: and where spaces are set in the gap
_TIGHTLY = 0.05  # ems between characters at the most where a gap stands for a space
_WALL = 0.15  # ems by which characters may reach over a ruling line that parts them
_AFTER_NUMBER = 0.5  # ems: the white between a heading and its number
_SPACE = 0.2  # ems: a gap between Latin letters or digits that stands for a space
_CROSSING = 0.05  # the share of runs that may stick out of their column
_STICKING_OUT = 4.0  # ems that they may do so where no text is in their way
_THIN = 0.2  # ems: a white strip between rows is no thinner
_BAND = 1.2  # ems
_HIGH = 8.0  # ems of white over the whole width, which part a page before its columns do
_FLAT = 1.0  # points
_LONG_RULE = 8.0  # ems: a shorter ruling line parts no columns
_LABEL = re.compile(
    r"[（(\[【]?(?:[0-9]{1,3}(?:\.[0-9]{1,2})*|[A-Za-z]|[一二三四五六七八九十]{1,3}|[①-⑳•●■◆▪·–—-])[）)\]】.、．]?"
)
_STOPS = frozenset("，。、；：！？")
_MID_SENTENCE = re.compile(r"[\w，、]$")
_TRIED = 12  # white strips, the widest first
_FULL_COLUMN = 8  # lines
_MASTHEAD = 4  # rows: what stands over the first headline of a page is no text in columns
_HEADED = 12  # lines below a headline that tell which columns it heads
_HEAD_SIZE, _HEAD_GAP = 1.2, 1.3  # ems; and of a headline's own type
_SIDE_HEAD = 1.1  # ems: a headline no wider than a column
_INDENT_OF_HEAD = 2.5  # ems
_WHITE_ABOVE = 3.0  # ems of a headline: more white above it ends what stands there
_LEVEL = 0.4  # ems by which first lines of columns differ at most
_UNEVEN = 2.0  # ems by which columns above a headline may differ in length, but for the last
_FARTHER = 1.3  # of the usual step between lines
_PROSE = 7  # ems: narrower are the cells of tables
_DEEPEST = 40
_FEW = 12  # runs: in fewer of them none may cross a gutter
_SAME_BASELINE = 0.25  # ems: the E of TeX is lowered by less
_LARGER = 1.3  # so many times as large
_RAISED = 0.5  # ems: an exponent or index is no farther from the baseline
_NO_SIZE = 0.1
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

    `y` is the baseline, downwards from the top of the page, `y0` the top of the type's body and `y1` its bottom.
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
    y0: float = field(init=False)
    y1: float = field(init=False)

    def __post_init__(self) -> None:
        self.y0, self.y1 = self.y - _ASCENT * self.size, self.y + _DESCENT * self.size


@dataclass(slots=True)
class PageLine:
    """A line of a page, with the edges of the column that it stands in; `y`, `y0` and `y1` as of a run."""

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
    y0: float = field(init=False)
    y1: float = field(init=False)

    def __post_init__(self) -> None:
        self.y0, self.y1 = self.y - _ASCENT * self.size, self.y + _DESCENT * self.size


Rule = tuple[float, float, float, float]
"""A ruling line: x and y of its upper left end, and of the other."""

_Rules = list[tuple[float, float, float]]  # level ones: y, and where each begins and ends
_BASELINE = attrgetter("y")
_Strip = tuple[float, float]  # where it begins and ends


def reading_order(runs: Sequence[Run], rules: Iterable[Rule] = ()) -> list[list[PageLine]]:
    """Return the columns of a page in reading order, each as its lines from top to bottom."""
    if not runs:
        return []
    em = body_size(runs)
    level = sorted((y0, x0, x1) for x0, y0, x1, y1 in rules if abs(y1 - y0) <= _FLAT and x1 - x0 >= _LONG_RULE * em)
    return [_lines(region) for region in _cut(list(runs), em, level, 0)]


def body_size(runs: Iterable[Run | PageLine]) -> float:
    """Return the median type size, each run counted by its length."""
    weights: dict[float, int] = {}
    for run in runs:
        weights[run.size] = weights.get(run.size, 0) + len(run.text) // 4 + 1
    sizes = sorted(weights)
    reached = list(accumulate(weights[size] for size in sizes))
    low, high = (sizes[bisect_right(reached, (reached[-1] - n) // 2)] for n in (1, 0))
    return (low + high) / 2


# ---- Pieces to runs.


def find_runs(pieces: Iterable[Piece], rules: Iterable[Rule] = ()) -> list[Run]:
    """Join pieces that go on from each other on a baseline; part them where the gap is wide or an upright rule lies."""
    walls = _Walls(rules)
    runs: list[Run] = []
    chain: list[Piece] = []
    for piece in walls.part(pieces):
        if chain and (not _goes_on(chain[-1], piece) or walls.between(chain[-1], piece)):
            runs += _split(chain)
            chain = []
        chain.append(piece)
    return runs + _split(chain) if chain else runs


class _Walls:
    """The upright rules of a page, which part what stands in cells without white between them."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = sorted((x0, y0, y1) for x0, y0, x1, y1 in rules if x1 - x0 <= _FLAT < y1 - y0)
        self.top = min((y0 for _, y0, _ in self.rules), default=math.inf)
        self.bottom = max((y1 for _, _, y1 in self.rules), default=-math.inf)

    def part(self, pieces: Iterable[Piece]) -> Iterable[Piece]:
        """Return the pieces, those that go on over a rule in several parts."""
        if not self.rules:
            return pieces
        return [part for piece in pieces for part in self._parts(piece)]

    def _parts(self, piece: Piece) -> list[Piece]:
        places = {0, len(piece.text)}
        slack = _WALL * piece.size
        for x in self._across(piece.left[0], piece.right[-1], piece):
            i = bisect_left(piece.left, x - slack)
            if i < len(piece.left) and piece.right[i - 1] <= x + slack:
                places.add(i)
        if len(places) == 2:  # noqa: PLR2004 (nearly always)
            return [piece]
        return [
            replace(piece, text=piece.text[a:b], left=piece.left[a:b], right=piece.right[a:b])
            for a, b in pairwise(sorted(places))
        ]

    def between(self, last: Piece, piece: Piece) -> bool:
        """Tell whether a rule lies between two pieces of a line."""
        slack = _WALL * piece.size
        return bool(self.rules) and any(self._across(last.right[-1] - slack, piece.left[0] + slack, piece))

    def _across(self, start: float, end: float, piece: Piece) -> Iterator[float]:
        """Yield the places of rules between two places on the line of a piece."""
        y = piece.y - 0.35 * piece.size
        if not self.top <= y <= self.bottom:
            return
        for x, y0, y1 in self.rules[bisect_left(self.rules, (start,)) :]:
            if x > end:
                return
            if y0 <= y <= y1:
                yield x


def _goes_on(last: Piece, piece: Piece) -> bool:
    size, other = last.size, piece.size
    if size == other > _NO_SIZE and last.y == piece.y and last.color == piece.color:
        return -0.6 * size <= piece.left[0] - last.right[-1] <= 3 * size
    if last.color[:3] != piece.color[:3] and max(last.color[:3]) > 130 != max(piece.color[:3]) > 130:  # noqa: PLR2004
        return False
    most = max(size, other, _NO_SIZE)
    away = abs(last.y - piece.y)
    if away > (_SAME_BASELINE if abs(size - other) < 0.15 * most else _RAISED) * most:
        return False
    if min(size, other) < (0.5 if away or len(piece.text) < 4 else 0.7) * most:  # noqa: PLR2004
        return False
    return -0.6 * most <= piece.left[0] - last.right[-1] <= 3 * most


def _split(chain: Sequence[Piece]) -> list[Run]:
    """Part pieces on one baseline at wide gaps; spaces stand where words part, Chinese ones in tightly set lines."""
    main = max(chain, key=lambda piece: (len(piece.text), piece.size)) if len(chain) > 1 else chain[0]
    text, left, right = _joined(chain)
    size = max(main.size, _NO_SIZE)
    solid: Sequence[int] = range(len(text))
    if text.split() == [text]:
        gaps = tight = list(map(sub, islice(left, 1, None), right))
        if max(gaps, default=0.0) <= _SPACE * size:
            return [_run([text], left[0], right[-1], main)]
    else:
        solid = [i for i, char in enumerate(text) if not char.isspace()]
        gaps = [left[b] - right[a] for a, b in pairwise(solid)]
        tight = [gap for gap, a, b in zip(gaps, solid, solid[1:], strict=False) if b == a + 1]
    tracking = max(0.0, min(sorted(tight)[len(tight) // 2], size)) if len(tight) > 3 else 0.0  # noqa: PLR2004
    widest, word = tracking + _RUN_GAP * size, max(_SPACE * size, tracking + 0.5 * _SPACE * size)
    pitch = _pitch(text, left, size) if word < max(gaps, default=0.0) else 0.0
    tightly_set = cache(partial(_tightly_set, text, left, right, size, word))
    runs: list[Run] = []
    parts: list[str] = []
    start = done = 0
    for k, (gap, last, i) in enumerate(zip(gaps, solid, solid[1:], strict=False), 1):
        spaced = i > last + 1
        if gap <= word and not spaced:
            continue
        parts.append(text[solid[done] : last + 1])
        done = k
        if gap > (max(widest, _SPACED_GAP * size) if spaced else widest):
            runs.append(_run(parts, left[solid[start]], right[last], main))
            parts, start = [], k
        elif spaced:
            if gap > 0.6 * tracking or not _mixed(text[last], text[i]):
                parts.append(" ")
        elif (
            (_word(text[last]) and _word(text[i]) and left[i] - left[last] > pitch)
            or (gap > tracking + _AFTER_NUMBER * size and "".join(parts).replace(".", "").isdecimal())
            or (_chinese(text[last]) and _chinese(text[i]) and tightly_set())
        ):
            parts.append(" ")
    if solid:
        parts.append(text[solid[done] : solid[-1] + 1])
        runs.append(_run(parts, left[solid[start]], right[solid[-1]], main))
    return runs


def _joined(chain: Sequence[Piece]) -> tuple[str, list[float], list[float]]:
    """Return the text of pieces, with the left and the right edges of its characters."""
    if len(chain) == 1:
        return chain[0].text, chain[0].left, chain[0].right
    left, right = ([x for piece in chain for x in getattr(piece, side)] for side in ("left", "right"))
    return "".join([piece.text for piece in chain]), left, right


def _pitch(text: str, left: Sequence[float], size: float) -> float:
    """Return the step from one Latin character to the next where they are set on a grid, else 0."""
    steps = sorted(
        left[i + 1] - left[i] for i in range(len(text) - 1) if "!" <= text[i] <= "~" and "!" <= text[i + 1] <= "~"
    )
    if len(steps) < 3:  # noqa: PLR2004
        return 0.0
    usual = steps[len(steps) // 2]
    return 1.2 * usual if sum(abs(step - usual) < 0.04 * size for step in steps) > 0.7 * len(steps) else 0.0


def _word(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char == ".")


def _tightly_set(text: str, left: Sequence[float], right: Sequence[float], size: float, word: float) -> bool:
    """Tell whether Chinese characters and marks stand close but for a few words: the line is not filled up by white."""
    apart = close = 0
    for i, (one, other) in enumerate(pairwise(text)):
        if not _chinese(one) or not (_chinese(other) or other in _STOPS):
            continue
        gap = left[i + 1] - right[i]
        if gap > word and other not in _STOPS:
            apart += 1
        elif gap > _TIGHTLY * size:
            return False
        else:
            close += 1
    return close > apart


def _chinese(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def _mixed(one: str, other: str) -> bool:
    return one.isascii() != other.isascii()


def _run(parts: Iterable[str], x0: float, x1: float, main: Piece) -> Run:
    return Run("".join(parts), x0, x1, main.y, main.size, main.style[1], main.style[0], main.color)


def without_shadows(runs: list[Run]) -> tuple[list[Run], list[Run]]:
    """Return the runs, and apart from them those drawn again at the same place for a shadow or for boldness."""
    kept: list[Run] = []
    twins: list[Run] = []
    places: dict[str, list[Run]] = {}
    for run in runs:
        near = 0.5 * run.size
        known = places.setdefault(run.text, [])
        if any(abs(twin.x0 - run.x0) < near and abs(twin.y - run.y) < near for twin in known[-50:]):
            twins.append(run)
            continue
        known.append(run)
        kept.append(run)
    return kept, twins


# ---- Runs to columns.


def _cut(runs: list[Run], em: float, rules: _Rules, depth: int) -> list[list[Run]]:
    """Cut a region at its white strips: between columns where it can be, else between rows, from the widest down."""
    if len(runs) < 2 or depth >= _DEEPEST or not _side_by_side(runs):  # noqa: PLR2004
        return [runs]
    parts = _wide_cut(runs, em)
    if not parts and (parts := _rule_cut(runs, em, rules) or _head_cut(runs, em)):
        above, below = parts
        if _rows(above) <= _MASTHEAD and not _gutters_of_prose(above, em):
            return [above, *_cut(below, em, rules, depth + 1)]  # name, date and page of a newspaper, side by side
    parts = parts or _column_cut(runs, em) or _row_cut(runs, em)
    if not parts:
        return [runs]
    return [region for part in parts for region in _cut(part, em, rules, depth + 1)]


def _rule_cut(runs: Sequence[Run], em: float, rules: _Rules) -> tuple[list[Run], list[Run]] | None:
    """Return the runs above and below the first ruling line over the whole region, with no text across it."""
    if not rules:
        return None
    left, right = min(run.x0 for run in runs) + em, max(run.x1 for run in runs) - em
    for y, x0, x1 in rules:
        if x0 <= left and x1 >= right:
            above = [run for run in runs if run.y <= y]
            below = [run for run in runs if run.y1 > y and run.y - 0.5 * run.size >= y]
            if above and below and len(above) + len(below) == len(runs):
                return above, below
    return None


def _head_cut(runs: Sequence[Run], em: float) -> tuple[list[Run], list[Run]] | None:
    """Return the runs above and below the top, else the bottom, of a headline over columns of text."""
    if max(run.size for run in runs) < _SIDE_HEAD * em:
        return None
    bands = _Bands(runs, em)
    at = bands.head()
    return (
        ([run for row in bands.rows[:at] for run in row], [run for row in bands.rows[at:] for run in row])
        if at
        else None
    )


class _Bands:
    """A region as rows, which white over its whole width parts; `alone` has the edges of those that are one line."""

    def __init__(self, runs: Sequence[Run], em: float) -> None:
        self.em = em
        self.left, self.right = min(run.x0 for run in runs), max(run.x1 for run in runs)
        edges = [(start + end) / 2 for start, end in _strips((run.y0, run.y1) for run in runs)]
        self.rows: list[list[Run]] = [[] for _ in range(len(edges) + 1)]
        for run in runs:
            self.rows[bisect_right(edges, run.y0)].append(run)
        self.alone = [_alone(row, em) for row in self.rows]
        for i, head in enumerate(self.alone[:-1]):
            if head and not self.alone[i + 1]:
                self.alone[i + 1] = _spaced_words(self.rows[i + 1], head, em)

    def head(self) -> int:
        """Return the row at which the first headline over columns parts the region, 0 if there is none.

        It lies across a gutter of the lines below it, with what stands in the middle above and below it: a kicker, a
        deck, a byline. It may leave other gutters free; no column goes past it through these.
        """
        first = 0
        while first < len(self.rows):
            last = first
            while last < len(self.rows) and self.alone[last]:
                last += 1
            ends = next((i for i in range(last, len(self.rows)) if self.alone[i]), len(self.rows))
            heads = [extent for extent in self.alone[first:last] if extent]
            at = 0
            if not heads:
                at = first if self._beside_each_other(first) else self._below_broken_off(first)
            elif last == len(self.rows) or not (gutters := self._gutters(last, ends)):
                at = self._over_one_column(first, last)
            else:
                across = [i for i, (x0, x1) in enumerate(heads) if any(x0 < a and x1 > b for a, b in gutters)]
                if not across:
                    at = self._narrow(first, last, gutters)
                elif not self._passed(first, last, heads, gutters):
                    centred = [abs(sum(head) - sum(heads[across[0]])) < 2 * self.em for head in heads]
                    top = next((i + 1 for i in reversed(range(across[0])) if not centred[i]), 0)
                    bottom = next((i for i in range(across[-1], len(heads)) if not centred[i]), len(heads))
                    at = first + top or bottom
            if at:
                return at
            first = max(last, first + 1)
        return 0

    def _narrow(self, first: int, last: int, gutters: Sequence[_Strip]) -> int:
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

    def _passed(self, first: int, last: int, heads: Sequence[_Strip], gutters: Sequence[_Strip]) -> bool:
        """Tell whether columns go past a headline beside it, through a gutter that it leaves free."""
        free = any(all(x1 <= a or x0 >= b for x0, x1 in heads) for a, b in gutters)
        return free and first > 0 and not self._begin_level(last, gutters) and not self._end_level(first, gutters)

    def _beside_each_other(self, row: int) -> bool:
        """Tell whether a row is of headlines alone, and a column above it ends there.

        It breaks off in mid-sentence, to go on in the next, or leaves more white than a headline below it would.
        """
        heads = self.rows[row]
        if not row or min(run.size for run in heads) < _HEAD_SIZE * self.em:
            return False
        above = self._runs(max(0, row - _HEADED), row)
        columns = _columns(above, _gutters_of_prose(above, self.em))
        if any(column and _breaks_off(column) for column in columns[:-1]):
            return True
        high = min(run.y0 for run in heads) - _WHITE_ABOVE * max(run.size for run in heads)
        columns = _columns(self._runs(0, row), _gutters_of_prose(self._runs(row + 1, row + 1 + _HEADED), self.em))
        return len(columns) > 1 and any(max(run.y1 for run in column) < high for column in columns if column)

    def _below_broken_off(self, row: int) -> int:
        """Return the row at which to cut for a headline below text that breaks off to go on in the next column, else 0.

        All other columns end a paragraph there, with more white below it than between their lines.
        """
        if not row or max(run.size for run in self.rows[row]) < _HEAD_SIZE * self.em:
            return 0
        start = max(0, row - _HEADED)
        gutters = _gutters_of_prose(self._runs(start, row), self.em)
        columns = _columns(self._runs(start, row), gutters)
        below = _columns(self.rows[row], gutters)
        for i, column in enumerate(columns[:-1]):
            if not column or not columns[i + 1] or not below[i] or not _breaks_off(column):
                continue
            last = max(column, key=_BASELINE)
            if last.size < _HEAD_SIZE * self.em <= min(below[i], key=_BASELINE).size:
                first = next(k for k in range(start, row + 1) if self.rows[k][0].y > last.y)
                return next((at for at in range(first, row + 1) if self._ends_beside(i, start, at, gutters)), 0)
        return 0

    def _ends_beside(self, column: int, start: int, at: int, gutters: Sequence[_Strip]) -> bool:
        """Tell whether all columns but one end a paragraph above row `at`."""
        pairs = list(zip(_columns(self._runs(start, at), gutters), _columns(self._runs(at), gutters), strict=True))
        return all(_ends_above(*pair) for i, pair in enumerate(pairs) if i != column and all(pair))

    def _gutters(self, start: int, end: int) -> list[_Strip]:
        """Return the gutters of the rows below a headline; one row alone has none."""
        return _gutters_of_prose(self._runs(start, min(end, start + _HEADED)), self.em) if end > start + 1 else []

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

    def _begin_level(self, row: int, gutters: Sequence[_Strip]) -> bool:
        """Tell whether all columns begin in one line from this row on."""
        starts = [min((run.y0 for run in column), default=math.inf) for column in _columns(self._runs(row), gutters)]
        return max(starts) - min(starts) <= _LEVEL * self.em

    def _end_level(self, row: int, gutters: Sequence[_Strip]) -> bool:
        """Tell whether all columns above this row end in one line, the last of them maybe before; so do none."""
        columns = _columns(self._runs(max(0, row - _HEADED), row), gutters)
        ends = [max((run.y1 for run in column), default=-math.inf) for column in columns]
        return min(ends[:-1]) == -math.inf or max(ends) - min(ends[:-1]) < _UNEVEN * self.em

    def _runs(self, start: int, end: int | None = None) -> list[Run]:
        return [run for row in self.rows[start:end] for run in row]


def _columns(runs: Iterable[Run], gutters: Sequence[_Strip]) -> list[list[Run]]:
    """Return the runs left of the first gutter, between it and the second, and so on."""
    middles = [(start + end) / 2 for start, end in gutters]
    found: list[list[Run]] = [[] for _ in range(len(middles) + 1)]
    for run in runs:
        found[bisect_right(middles, run.x0)].append(run)
    return found


def _breaks_off(column: Sequence[Run]) -> bool:
    """Tell whether the last line of a column is full, and ends in mid-sentence."""
    last, left = max(column, key=lambda run: run.y), min(run.x0 for run in column)
    width = max(run.x1 for run in column) - left
    return last.x1 - left > max(_PROSE * last.size, width - last.size) and _MID_SENTENCE.search(last.text) is not None


def _ends_above(column: Sequence[Run], below: Sequence[Run]) -> bool:
    """Tell whether a column ends a paragraph above what stands below it, farther down than its next line would be."""
    lines = sorted(column, key=_BASELINE)
    steps = [b.y - a.y for a, b in pairwise(lines) if b.y - a.y > 0.5 * a.size]
    if not steps or _MID_SENTENCE.search(lines[-1].text):
        return False
    return min(run.y for run in below) - lines[-1].y > _FARTHER * median(steps)


def _alone(row: Sequence[Run], em: float) -> _Strip | None:
    """Return the edges of what stands in a row, if it is one line; a headline may have gaps of a character."""
    line = sorted(row, key=lambda run: run.x0)
    if len(line) > 1 and min(run.size for run in line) < _HEAD_SIZE * em:
        return None
    if any(after.x0 - run.x1 > _HEAD_GAP * run.size or abs(after.y - run.y) > em for run, after in pairwise(line)):
        return None
    return line[0].x0, line[-1].x1


def _spaced_words(row: Sequence[Run], head: _Strip, em: float) -> _Strip | None:
    """Return the edges of words a character apart in the middle below a headline: 本报记者　周　宁.

    The lines of columns so close to each other are longer than words.
    """
    if any(run.x1 - run.x0 >= _PROSE * em for run in row):
        return None
    extent = _alone(row, 0.0)
    return extent if extent and abs(sum(extent) - sum(head)) < em else None


def _gutters_of_prose(runs: Sequence[Run], em: float) -> list[tuple[float, float]]:
    """Return the gutters between columns of running text; there are none between the cells of a table."""
    if not _side_by_side(runs) or _column_cut(runs, em, 0) is None:
        return []
    if median(run.x1 - run.x0 for run in runs) < _PROSE * em:
        return []
    return _gutters(runs, em, 0)


def _side_by_side(runs: Sequence[Run]) -> bool:
    """Tell whether any runs stand beside each other, without which there are no columns."""
    return next(_beside(runs), None) is not None


def _beside(runs: Sequence[Run]) -> Iterator[float]:
    """Yield the tops of runs that stand beside one before them, from the top of the page."""
    reach = -math.inf
    for run in sorted(runs, key=_BASELINE):
        if run.y0 + 0.3 * run.size < reach:
            yield run.y0
        reach = max(reach, run.y1)


def _wide_cut(runs: Sequence[Run], em: float) -> tuple[list[Run], list[Run]] | None:
    """Return the runs above and below white that is as high as a part of the page, if there is such."""
    strips = _strips((run.y0, run.y1) for run in runs)
    start, end = max(strips, key=lambda strip: strip[1] - strip[0], default=(0.0, 0.0))
    if end - start < _HIGH * em:
        return None
    return [run for run in runs if run.y1 <= start + 0.01], [run for run in runs if run.y0 >= end - 0.01]


def _column_cut(runs: Sequence[Run], em: float, few: int | None = None) -> tuple[list[Run], list[Run]] | None:
    """Return the runs left and right of the leftmost gutter that has text of two lines and more on both sides.

    A few runs may stick out of their column into the gutter or into the next column's text.
    """
    if few is None:
        few = int(_CROSSING * len(runs)) or int(len(runs) >= _FEW)
    found = _gutters(runs, em, 0)
    for start, end in [*found, *(_gutters(runs, em, few) if few else [])]:
        middle = (start + end) / 2
        left = [run for run in runs if run.x0 < middle]
        right = [run for run in runs if run.x0 >= middle]
        if min(_rows(left), _rows(right)) < 2 and not _last_line(left, right):  # noqa: PLR2004
            continue
        if (not _is_column(right, em) and not _is_column(left, em)) or _are_labels(left, right):
            continue
        crossing = [run for run in left if run.x1 > end + 0.01]
        if all(run.x1 < end + _STICKING_OUT * em or any(_overlap(run, other) for other in right) for run in crossing):
            return left, right
    return None


def _are_labels(left: Sequence[Run], right: Sequence[Run]) -> bool:
    """Tell whether all that stands on the left are numbers or points of lines on the right."""
    if not all(_LABEL.fullmatch(run.text) for run in left):
        return False
    return all(any(abs(run.y - other.y) < _SAME_BASELINE * run.size for other in right) for run in left)


def _is_column(runs: Sequence[Run], em: float) -> bool:
    """Tell whether most lines begin at one edge or at an indent from it: what stands after holes does not.

    Of several columns the first is looked at.
    """
    edge, few = min(run.x0 for run in runs), int(_CROSSING * len(runs)) or int(len(runs) >= _FEW)
    inner = next((start for start, _ in _gutters(runs, em, few)), math.inf)
    runs = [run for run in runs if run.x0 < inner]
    return sum(min(abs(run.x0 - edge), abs(run.x0 - edge - 2 * em)) < 0.6 * em for run in runs) >= 0.5 * len(runs)


def _last_line(left: Sequence[Run], right: Sequence[Run]) -> bool:
    """Tell whether the right side is a column of one line, the end of a text, beside a full one.

    One of few lines is full if the last of them breaks off in mid-sentence at its edge.
    """
    if len(right) != 1:
        return False
    if _rows(left) < (2 if _breaks_off(left) else _FULL_COLUMN):
        return False
    return right[0].y0 <= min(run.y0 for run in left) + 0.5 * right[0].size


def _gutters(runs: Sequence[Run], em: float, allowed: int) -> list[tuple[float, float]]:
    """Return the vertical strips, from the left, that no more than `allowed` runs cover."""
    edges = sorted([(run.x0, 1) for run in runs] + [(run.x1, -1) for run in runs])
    gutters: list[tuple[float, float]] = []
    covered, start = 0, None
    for x, step in edges:
        covered += step
        if covered > allowed:
            if start is not None and x - start >= _GUTTER * em:
                gutters.append((start, x))
            start = None
        elif start is None:
            start = x
    return [gutter for gutter in gutters if gutter[0] > edges[0][0]]


def _overlap(run: Run, other: Run) -> bool:
    if min(run.x1, other.x1) <= max(run.x0, other.x0):
        return False
    return min(run.y1, other.y1) - max(run.y0, other.y0) > 0.5 * min(run.size, other.size)


def _strips(edges: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the white strips (start, end) between sorted, possibly overlapping extents."""
    strips: list[tuple[float, float]] = []
    reach: float | None = None
    for low, high in sorted(edges):
        if reach is not None and low > reach:
            strips.append((reach, low))
        reach = high if reach is None else max(reach, high)
    return strips


def _rows(runs: Sequence[Run]) -> int:
    rows = 0
    reach = -math.inf
    for run in sorted(runs, key=lambda r: r.y0):
        if run.y0 + 0.3 * run.size > reach:
            rows += 1
        reach = max(reach, run.y1)
    return rows


def _row_cut(runs: Sequence[Run], em: float) -> tuple[list[Run], list[Run]] | None:
    """Return the runs above and below the white strip that best frees columns, if the region has any.

    Columns that nothing crosses are worth most; then a band that is much wider than the other strips, come what may.
    """
    strips = [strip for strip in _strips((run.y0, run.y1) for run in runs) if strip[1] - strip[0] > _THIN * em]
    if not strips:
        return None
    strips.sort(key=lambda strip: strip[0] - strip[1])
    usual = median(end - start for start, end in strips)
    beside = list(_beside(runs))
    highest, lowest = min(beside), max(beside)
    for few in (0, None):
        best, best_gain = None, 0.0
        for start, end in strips[:_TRIED]:
            above = [run for run in runs if run.y1 <= start + 0.01]
            below = [run for run in runs if run.y0 >= end - 0.01]
            freed = sum(
                len(part)
                for part, are_beside in ((above, highest < start), (below, lowest > start))
                if are_beside and _column_cut(part, em, few)
            )
            if freed and freed + 0.001 * (end - start) > best_gain:
                best, best_gain = (above, below), freed + 0.001 * (end - start)
        if best:
            return _with_its_head(*best, em)
        start, end = strips[0]
        if end - start > max(_BAND * em, 2 * usual):
            above = [run for run in runs if run.y1 <= start + 0.01]
            return _with_its_head(above, [run for run in runs if run.y0 >= end - 0.01], em)
    return None


def _with_its_head(above: list[Run], below: list[Run], em: float) -> tuple[list[Run], list[Run]]:
    """Return the runs above and below a cut, the headline just above it, nearer to what is below, with that."""
    edges = _strips((run.y0, run.y1) for run in above)
    if not edges:
        return above, below
    start, end = edges[-1]
    head = [run for run in above if run.y0 >= end - 0.01]
    white = min(run.y0 for run in below) - max(run.y1 for run in head)
    if white >= end - start or not _alone(head, em) or min(run.size for run in head) < _SIDE_HEAD * em:
        return above, below
    return [run for run in above if run.y1 <= start + 0.01], head + below


# ---- A column to lines.


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


def _by_size(row: Sequence[Run]) -> list[list[Run]]:
    """Part what stands apart on one baseline in another size, such as a byline beside a headline; no number."""
    parts = [[row[0]]]
    for last, run in pairwise(row):
        size, other = sorted((last.size, run.size))
        if other > _LARGER * size and run.x0 - last.x1 > other and not _LABEL.fullmatch(last.text):
            parts.append([])
        parts[-1].append(run)
    return parts


def _lines(runs: Sequence[Run]) -> list[PageLine]:
    """Return the lines of one column, which tells each of its edges."""
    lines = [to_line(part) for row in find_rows(runs) for part in _by_size(row)]
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    for line in lines:
        line.left, line.right = left, right
    return lines
