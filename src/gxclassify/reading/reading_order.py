"""Characters with boxes to lines in reading order: runs, columns by recursive cuts, lines with their indents."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_GUTTER = 0.55  # ems: the narrowest white strip between two columns
_RUN_GAP = 0.9  # ems: a wider gap in a line starts a new run, which may lie in another column
_CROSSING = 0.05  # the share of runs that may stick out of their column
_STICKING_OUT = 4.0  # ems that they may do so where no text is in their way
_THIN = 0.2  # ems: a white strip between rows is no thinner
_TRIED = 12  # white strips, the widest first
_FULL_COLUMN = 8  # lines
_DEEPEST = 40
_INDENT_MOST = 4


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character and its box, in points from the top left corner of the page."""

    char: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float


@dataclass(slots=True)
class _Run:
    """Characters of one size that follow each other on a baseline."""

    glyphs: list[Glyph]
    x0: float = 0.0
    x1: float = 0.0
    y0: float = 0.0
    y1: float = 0.0
    size: float = 0.0
    text: str = field(default="")

    def close(self) -> None:
        self.x0, self.x1 = min(g.x0 for g in self.glyphs), max(g.x1 for g in self.glyphs)
        self.size = median(g.size for g in self.glyphs)
        middle = median((g.y0 + g.y1) / 2 for g in self.glyphs)
        self.y0, self.y1 = middle - self.size / 2, middle + self.size / 2
        self.text = "".join(g.char for g in self.glyphs)


def reading_order(glyphs: Sequence[Glyph]) -> list[tuple[str, float]]:
    """Return the lines of a page as (text, type size), columns one after the other, indents as ideographic spaces.

    An empty line stands where the page leaves a gap.
    """
    runs = _without_shadows(_runs(glyphs))
    if not runs:
        return []
    em = _body_size(runs)
    lines: list[tuple[str, float]] = []
    for region in _cut(runs, em, 0):
        if lines:
            lines.append(("", em))
        lines += _lines(region)
    return lines


def _body_size(runs: Sequence[_Run]) -> float:
    return median(run.size for run in runs for _ in range(len(run.text) // 4 + 1))


def _runs(glyphs: Iterable[Glyph]) -> list[_Run]:
    runs: list[_Run] = []
    last: Glyph | None = None
    for glyph in glyphs:
        if glyph.char.isspace() and not (runs and last):
            continue
        if last is None or _parts(last, glyph):
            if glyph.char.isspace():
                continue
            runs.append(_Run([]))
        runs[-1].glyphs.append(glyph)
        last = glyph
    for run in runs:
        while run.glyphs[-1].char.isspace():
            run.glyphs.pop()
        run.close()
    return runs


def _parts(last: Glyph, glyph: Glyph) -> bool:
    size = max(last.size, glyph.size, 0.1)
    if abs(last.size - glyph.size) > 0.15 * size:
        return True
    if abs((last.y0 + last.y1) - (glyph.y0 + glyph.y1)) > 0.7 * size:
        return True
    return not -0.6 * size <= glyph.x0 - last.x1 <= _RUN_GAP * size


def _without_shadows(runs: list[_Run]) -> list[_Run]:
    """Drop runs drawn again at the same place for a shadow or for boldness."""
    kept: list[_Run] = []
    places: dict[str, list[_Run]] = {}
    for run in runs:
        near = 0.5 * run.size
        twins = places.setdefault(run.text, [])
        if any(abs(twin.x0 - run.x0) < near and abs(twin.y0 - run.y0) < near for twin in twins[-50:]):
            continue
        twins.append(run)
        kept.append(run)
    return kept


def _cut(runs: list[_Run], em: float, depth: int) -> list[list[_Run]]:
    """Cut a region at its white strips: between columns where it can be, else between rows, from the widest down."""
    if len(runs) < 2 or depth >= _DEEPEST:  # noqa: PLR2004
        return [runs]
    parts = _column_cut(runs, em) or _row_cut(runs, em)
    if not parts:
        return [runs]
    return [region for part in parts for region in _cut(part, em, depth + 1)]


def _column_cut(runs: Sequence[_Run], em: float) -> tuple[list[_Run], list[_Run]] | None:
    """Return the runs left and right of the leftmost gutter that has text of two lines and more on both sides.

    A few runs may stick out of their column into the gutter or into the next column's text.
    """
    few = max(1, int(_CROSSING * len(runs)))
    for start, end in [*_gutters(runs, em, 0), *_gutters(runs, em, few)]:
        middle = (start + end) / 2
        left = [run for run in runs if run.x0 < middle]
        right = [run for run in runs if run.x0 >= middle]
        if min(_rows(left), _rows(right)) < 2 and not _last_line(left, right):  # noqa: PLR2004
            continue
        crossing = [run for run in left if run.x1 > end + 0.01]
        if all(run.x1 < end + _STICKING_OUT * em or any(_overlap(run, other) for other in right) for run in crossing):
            return left, right
    return None


def _last_line(left: Sequence[_Run], right: Sequence[_Run]) -> bool:
    """Tell whether the right side is a column of one line, the end of a text, beside a full one."""
    if len(right) != 1 or _rows(left) < _FULL_COLUMN:
        return False
    return right[0].y0 <= min(run.y0 for run in left) + 0.5 * right[0].size


def _gutters(runs: Sequence[_Run], em: float, allowed: int) -> list[tuple[float, float]]:
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


def _overlap(run: _Run, other: _Run) -> bool:
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


def _rows(runs: Sequence[_Run]) -> int:
    rows = 0
    reach = -math.inf
    for run in sorted(runs, key=lambda r: r.y0):
        if run.y0 + 0.3 * run.size > reach:
            rows += 1
        reach = max(reach, run.y1)
    return rows


def _row_cut(runs: Sequence[_Run], em: float) -> tuple[list[_Run], list[_Run]] | None:
    """Return the runs above and below the white strip that best frees columns, if the region has any."""
    strips = [strip for strip in _strips((run.y0, run.y1) for run in runs) if strip[1] - strip[0] > _THIN * em]
    best, best_gain = None, 0.0
    for start, end in sorted(strips, key=lambda strip: strip[0] - strip[1])[:_TRIED]:
        above = [run for run in runs if run.y1 <= start + 0.01]
        below = [run for run in runs if run.y0 >= end - 0.01]
        freed = sum(len(part) for part in (above, below) if _column_cut(part, em))
        if freed and freed + 0.001 * (end - start) > best_gain:
            best, best_gain = (above, below), freed + 0.001 * (end - start)
    return best


def _lines(runs: Sequence[_Run]) -> list[tuple[str, float]]:
    """Return the lines of one column: runs on the same baseline together, indents from the column's left edge."""
    rows: list[list[_Run]] = []
    for run in sorted(runs, key=lambda r: (r.y0 + r.y1, r.x0)):
        if rows and abs((rows[-1][0].y0 + rows[-1][0].y1) - (run.y0 + run.y1)) < 0.8 * min(rows[-1][0].size, run.size):
            rows[-1].append(run)
        else:
            rows.append([run])
    em = _body_size(runs)
    left = min(run.x0 for run in runs)
    steps = [rows[i + 1][0].y0 - rows[i][0].y0 for i in range(len(rows) - 1)]
    usual = median(steps) if steps else 0.0
    lines: list[tuple[str, float]] = []
    for i, row in enumerate(rows):
        row.sort(key=lambda r: r.x0)
        size = max(run.size for run in row)
        if i and steps[i - 1] > 1.4 * usual * max(1.0, size / em):
            lines.append(("", em))
        ems = round((row[0].x0 - left) / max(em, 0.1))
        lines.append(("\u3000" * min(ems, _INDENT_MOST) + _text(row), size))
    return lines


def _text(row: Sequence[_Run]) -> str:
    parts: list[str] = []
    last: Glyph | None = None
    for run in row:
        for glyph in run.glyphs:
            if last is not None:
                parts.append(_space(last, glyph))
            parts.append(glyph.char)
            last = glyph
    return "".join(parts)


def _space(last: Glyph, glyph: Glyph) -> str:
    """Return the space that the gap between two characters stands for."""
    gap = (glyph.x0 - last.x1) / max(last.size, 0.1)
    if last.char.isspace() or glyph.char.isspace():
        return ""
    latin = last.char.isascii() and glyph.char.isascii() and last.char.isalnum() and glyph.char.isalnum()
    return " " if gap > (0.15 if latin else _RUN_GAP) else ""
