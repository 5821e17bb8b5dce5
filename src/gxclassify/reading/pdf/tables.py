"""Tables and lists of contents on a page: their rows are taken out of the running text, cells with a tab between."""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from gxclassify.reading.pdf.grids import NEAR, OVER
from gxclassify.reading.pdf.lines import Run, find_rows, off_edge, one_above_other
from gxclassify.reading.text.cues import CONTENTS, ENTRY_LABEL, NUMBERED_CAPTION, STRONG_END, TABLE_UNIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gxclassify.reading.pdf.grids import Lines, Zone

_LONGEST_CELL = 400  # characters: a longer cell is an article in a box
_USUAL_CELL = 60
_SHORT_CELL, _NEARLY_ALL = 8, 0.7
_CELL_WIDTH = 9.0  # ems: cells of a table without rules are no wider; columns of text are
_CELL_GAP = 1.2  # ems
_ROWS = 3
_COLUMNS = 3  # that no running text has between two rules over its whole width
_TALL = 0.85  # of the type size: how far a line reaches above its baseline
_PARTED = 1.3  # times the white between the lines of a cell: white between rows
_TALL_BAND = 4  # lines between two rules that are rows of their own
_NEXT_LINE = 2.0  # times the type size: the rest of a cell stands no lower
_OVER_PAGE = 4  # cells of a row that is the rest of a table, at the top of a page
_ALIGNED = 0.6  # ems
_HEADLINE = 1.35  # ems
_NARROW, _MANY, _MARKED = 5.0, 12, 0.3  # ems; cells; and their share with a mark
_RAGGED = 2.0  # ems
_FIGURE = re.compile(r"[-+−]?[0-9][0-9,. ]*[%％]?")
_STOP = re.compile("[，。；]")


def take_tables(runs: list[Run], zones: Iterable[Zone], em: float) -> list[Run]:
    """Return the runs of a page with each row of a table as one run of the role ``row``, and the captions named.

    The `zones` are where rules make grids.
    """
    for zone in zones:
        runs = _ruled(runs, *zone, em)
    runs = _unruled(runs, em)
    for rows in tables_of(runs):
        _take_heading(rows, runs)
    return runs


def tables_of(runs: Iterable[Run]) -> list[list[Run]]:
    """Return the runs of each table."""
    tables: dict[int, list[Run]] = {}
    for run in runs:
        if run.table:
            tables.setdefault(run.table, []).append(run)
    return list(tables.values())


def _is_heading(line: Sequence[Run]) -> bool:
    """Tell whether a line is the caption of a table, or the unit of its figures, or both."""
    caption = " ".join(run.text for run in line if not TABLE_UNIT.match(run.text))
    return not any(run.role for run in line) and (not caption or NUMBERED_CAPTION.match(caption) is not None)


def _take_heading(rows: Sequence[Run], runs: Sequence[Run]) -> None:
    """Make the caption above a table part of it, and the unit of its figures."""
    top, x0, x1 = min(run.y0 for run in rows), min(run.x0 for run in rows), max(run.x1 for run in rows)
    over = [run for run in runs if 0 < top - run.y < 2 * _NEXT_LINE * run.size]
    for row in reversed(find_rows(over)):
        line = row if _is_heading(row) else [run for run in row if x0 <= (run.x0 + run.x1) / 2 <= x1]
        if not line:  # what is there stands beside
            continue
        captions = [run for run in line if not TABLE_UNIT.match(run.text)]
        if not _is_heading(line) or top - max(run.y for run in line) > _NEXT_LINE * line[0].size:
            return
        for run in line:
            run.table = rows[0].table
        for run in captions:
            run.role = "caption"
        top = min(run.y0 for run in line)
        if captions:
            return


# ---- Tables with rules.


def _ruled(runs: list[Run], level: Lines, upright: Lines, em: float) -> list[Run]:
    x0, x1 = min(a for _, a, _ in level), max(b for _, _, b in level)
    within = [run for run in runs if x0 - em <= (run.x0 + run.x1) / 2 <= x1 + em]
    if not upright:
        level = _without_prose(within, level, em)
        if len(level) < 3:  # noqa: PLR2004 (a table without upright rules has one under its head)
            return runs
    top, bottom = level[0][0], level[-1][0]
    inside = [run for run in within if top <= run.y - 0.35 * run.size <= bottom]
    if len(inside) < 2 or any(run.role for run in inside):  # noqa: PLR2004
        return runs
    sides = sorted({x for x, _, _ in upright} | {x0, x1})
    sides = [x for i, x in enumerate(sides) if not i or x - sides[i - 1] > NEAR]
    edges = sides if len(sides) > 2 else _white_edges(inside, em)  # noqa: PLR2004
    if len(edges) < 3:  # noqa: PLR2004 (one column is a box)
        return runs
    by_line = len(sides) == 2  # noqa: PLR2004 (no rule between its columns)
    notice = len(level) == 2 and any(_is_sentence(run, em) for run in inside)  # noqa: PLR2004 (in a box)
    if by_line and (notice or _are_articles(inside, em) or _is_text(find_rows(inside), edges, em, _MANY)):
        return runs
    rows = _rows_of(inside, level, edges, em, by_line=by_line)
    if not upright and len(edges) > _COLUMNS and (head := _head_over(runs, inside, top, x0, x1, edges, em)):
        rows.insert(0, _cells(head, edges))
    texts = [["".join(run.text for row in find_rows(cell) for run in row) for cell in row] for row in rows]
    if not _is_table(texts):
        return runs
    taken = {id(run) for row in rows for cell in row for run in cell}
    kept = [run for run in runs if id(run) not in taken]
    number = 1 + max(run.table for run in runs)
    for cells, row in zip(rows, texts, strict=True):
        kept.append(_row_run([run for cell in cells for run in cell], row, x0, x1, number))
    return kept


def _are_articles(runs: Sequence[Run], em: float) -> bool:
    """Tell whether what stands between level rules is articles: text with marks in it below a large headline."""
    lines = [run for run in runs if run.x1 - run.x0 > _NARROW * em]
    marked = sum(_STOP.search(run.text) is not None for run in lines)
    return max(run.size for run in runs) >= _HEADLINE * em and len(lines) >= _MANY and marked > _MARKED * len(lines)


def _is_sentence(run: Run, em: float) -> bool:
    """Tell whether a line is wider than two cells are and ends a sentence."""
    return run.x1 - run.x0 > 2 * _CELL_WIDTH * em and STRONG_END.search(run.text) is not None


def _without_prose(runs: Sequence[Run], level: Lines, em: float) -> Lines:
    """Drop the outer rules between which there is text and no cells: those under a running head, over a foot."""

    def between(a: tuple[float, float, float], b: tuple[float, float, float]) -> list[Run]:
        return [run for run in runs if a[0] <= run.y - 0.35 * run.size <= b[0]]

    def cells(here: Sequence[Run], rest: Sequence[Run]) -> bool:
        rows = find_rows(here)
        if 2 * sum(len(row) > 1 for row in rows) >= max(1, len(rows)):
            return True
        edges = _white_edges(rest, em)  # cells of several lines, in the middle of their row
        in_columns = len(edges) > _COLUMNS and len(_white_edges([*rest, *here], em)) == len(edges)
        return in_columns and len(set().union(*_filled(rows, edges))) == len(edges) - 1

    while len(level) > 1 and not cells(between(*level[:2]), between(level[1], level[-1])):
        level = level[1:]
    while len(level) > 1 and not cells(between(*level[-2:]), between(level[0], level[-2])):
        level = level[:-1]
    return level


def _rows_of(
    runs: Sequence[Run], level: Lines, edges: Sequence[float], em: float, *, by_line: bool
) -> list[list[list[Run]]]:
    """Return the cells of each row: of what stands between two rules, or of each line there.

    A cell over several rows stands in the first of them.
    """
    bands: list[list[Run]] = [[] for _ in level]
    for run in runs:
        bands[_band(run, level, over_all=by_line)].append(run)
    rows: list[list[list[Run]]] = []
    if by_line and len(level) > _ROWS:  # rules part all rows, or only the head from the others
        by_line = _hold_several(bands, edges)
    for number, here in enumerate(bands):
        lines = _with_rests(_lines_of_rows(here, edges), edges) if by_line else [line for _, line in _levels(here)]
        if by_line and not number and _go_on(lines, edges):
            lines = [[run for line in lines for run in line]]
        apart = by_line or (_each_a_row(lines, edges) and not _is_text(lines, edges, em, _TALL_BAND))
        rows += [_cells(group, edges) for group in (lines if apart else [here]) if group]
    return rows


def _hold_several(bands: Sequence[Sequence[Run]], edges: Sequence[float]) -> bool:
    """Tell whether most lines between rules stand where several rows do: each begins in the first column."""
    several = rest = 0
    for here in bands:
        filled = _filled(find_rows(here), edges)
        beside = sum(len(line - {0}) for line in filled)
        if len(filled) > 1 and all(0 in line for line in filled) and 2 * beside > len(filled) * (len(edges) - 2):
            several += len(filled)
        else:
            rest += len(filled)
    return several > rest


def _lines_of_rows(runs: Sequence[Run], edges: Sequence[float]) -> list[list[Run]]:
    """Return the runs of each row of a table: lines side by side, and what stands closer below them than a row.

    A cell of several lines beside one in the middle of the row overlaps it; where cells begin at the top, the white
    between the lines of a cell is less than that between rows, and columns end one after the other.
    """
    levels = _levels(runs)
    groups = [line for _, line in levels]
    inner = [white for white, _ in levels[1:]]
    if not inner or max(inner) < _PARTED * min(inner):
        return groups
    between = (min(inner) + max(inner)) / 2
    close = [groups[:1]]
    for group, white in zip(groups[1:], inner, strict=True):
        if white < between:
            close[-1].append(group)
        else:
            close.append([group])
    tall = [lines for lines in close if len(find_rows([run for line in lines for run in line])) > 1]
    ending = [len(lines) == 1 or _end_in_turn(_filled(lines, edges)) for lines in tall]
    if len(close) > 1 and 2 * sum(ending) > len(ending):
        return [[run for line in lines for run in line] for lines in close]
    rows: list[list[Run]] = []
    for lines in close:
        rows.append(lines[0])
        for line in lines[1:]:
            if _are_one_row(rows[-1], line, edges):
                rows[-1] = [*rows[-1], *line]
            else:
                rows.append(line)
    return rows


def _levels(runs: Sequence[Run]) -> list[tuple[float, list[Run]]]:
    """Return the lines of cells, each with the white above it; those that overlap are one."""
    lines: list[tuple[float, list[Run]]] = []
    bottom = 0.0
    for line in find_rows(runs):
        white = min(run.y - _TALL * run.size for run in line) - bottom
        if lines and white < 0:
            lines[-1][1].extend(line)
        else:
            lines.append((white, line))
        bottom = max(bottom, *(run.y for run in line))
    return lines


def _end_in_turn(filled: Sequence[set[int]]) -> bool:
    """Tell whether of lines one fills all columns that any does, and the others fewer the farther they are from it."""
    middle = max(range(len(filled)), key=lambda i: len(filled[i]))
    above, below = filled[: middle + 1], filled[middle:]
    nested = all(a <= b for a, b in pairwise(above)) and all(a >= b for a, b in pairwise(below))
    return nested and len(filled[0] & filled[-1]) < len(filled[middle])


def _are_one_row(above: Sequence[Run], below: Sequence[Run], edges: Sequence[float]) -> bool:
    """Tell whether of lines with little white between one holds rests of few cells, and no sum (合计) or the like."""
    one, other = _filled((above, below), edges)
    few = min(len(one), len(other))
    return 2 * few < len(edges) and (few == 1 or 0 not in one & other)


def _go_on(lines: Sequence[Sequence[Run]], edges: Sequence[float]) -> bool:
    """Tell whether lines of a head are one row: below the first stand rests of its cells, and not of all."""
    filled = _filled(lines, edges)
    return len(lines) > 1 and all(rests < filled[0] for rests in filled[1:])


def _head_over(
    runs: Sequence[Run], inside: Sequence[Run], top: float, x0: float, x1: float, edges: Sequence[float], em: float
) -> list[Run]:
    """Return the head of a table that has rules below its rows alone: lines over its columns, each cell in its own."""
    over = [
        run for run in runs if 0 < top - (run.y - 0.35 * run.size) < OVER * em and x0 <= (run.x0 + run.x1) / 2 <= x1
    ]
    head: list[Run] = []
    columns: set[int] = set()
    for line in reversed(find_rows(over)):
        white = min((run.y - _TALL * run.size for run in head), default=top) - max(run.y for run in line)
        apart = len(_white_edges([*inside, *head, *line], em)) == len(edges) and not any(run.role for run in line)
        if not apart or white > em or (white > 0 and len(columns) >= len(edges) - 2):
            break
        head += line
        columns |= _filled([line], edges)[0]
    return head if len(columns) >= len(edges) - 2 else []


def _band(run: Run, level: Lines, *, over_all: bool) -> int:
    """Return the number of the rule that a cell stands below: of those over its column, if not of those `over_all`."""
    y, middle = run.y - 0.35 * run.size, (run.x0 + run.x1) / 2
    above = [i for i, (at, _, _) in enumerate(level) if at <= y]
    over = [i for i in above if over_all or level[i][1] - NEAR <= middle <= level[i][2] + NEAR]
    return (over or above or [0])[-1]


def _with_rests(lines: Sequence[list[Run]], edges: Sequence[float]) -> list[list[Run]]:
    """Return lines as rows, with the rest of a cell, alone in its line behind the first column, in the row above."""
    rows: list[list[Run]] = []
    for line in lines:
        column = next(k for k, cell in enumerate(_cells(line, edges)) if cell)
        rest = rows and column and len(line) == 1 and any(_cells(rows[-1], edges)[column])
        if rest and line[0].y - max(run.y for run in rows[-1]) < _NEXT_LINE * line[0].size:
            rows[-1] = [*rows[-1], *line]
        else:
            rows.append(line)
    return rows


def _is_table(texts: Sequence[Sequence[str]]) -> bool:
    """Tell whether cells are short and most rows have several: else rules part articles."""
    filled = [text for row in texts for text in row if text]
    if not filled or max(map(len, filled)) > _LONGEST_CELL:
        return False
    numbered = sum(len(row) > 1 and 0 < len(row[0]) <= _SHORT_CELL for row in texts)  # tasks, each beside its number
    if median(map(len, filled)) > _USUAL_CELL and (len(texts) < _ROWS or numbered < _NEARLY_ALL * len(texts)):
        return False
    return sum(len([text for text in row if text]) > 1 for row in texts) >= 0.5 * len(texts)


def _cells(runs: Sequence[Run], edges: Sequence[float]) -> list[list[Run]]:
    cells: list[list[Run]] = [[] for _ in range(len(edges) - 1)]
    for run in runs:
        middle = (run.x0 + run.x1) / 2
        column = sum(edge <= middle for edge in edges[1:-1])
        cells[column].append(run)
    return cells


def _filled(lines: Iterable[Sequence[Run]], edges: Sequence[float]) -> list[set[int]]:
    """Return which columns each line fills."""
    return [{column for column, cell in enumerate(_cells(line, edges)) if cell} for line in lines]


def _each_a_row(lines: Sequence[Sequence[Run]], edges: Sequence[float]) -> bool:
    """Tell whether of many lines between two rules nearly every one fills several columns, and so is a row of its own.

    Columns that end one after the other are cells of one row.
    """
    filled = _filled(lines, edges)
    several = sum(len(columns) > 1 for columns in filled)
    return len(lines) >= _TALL_BAND and several >= 0.8 * len(lines) and not _end_in_turn(filled)


def _row_run(runs: Sequence[Run], texts: Sequence[str], x0: float, x1: float, table: int) -> Run:
    first = min(runs, key=lambda run: run.y)
    row = Run("\t".join(texts).rstrip("\t"), x0, x1, first.y, first.size, role="row", table=table)
    row.y1 = max(run.y1 for run in runs)
    return row


def _white_edges(runs: Sequence[Run], em: float) -> list[float]:
    """Return the edges of columns, in the middle of the white between them."""
    reach, edges = None, []
    for run in sorted(runs, key=lambda r: r.x0):
        if reach is None:
            edges.append(run.x0)
        elif run.x0 - reach > 0.5 * em:
            edges.append((reach + run.x0) / 2)
        reach = run.x1 if reach is None else max(reach, run.x1)
    return [*edges, reach] if reach is not None else []


# ---- Tables that show themselves by the places of their cells alone.


def _unruled(runs: list[Run], em: float) -> list[Run]:
    rows = find_rows([run for run in runs if not run.role])
    if sum(len(row) > 1 for row in rows) < 2 and not _is_rest(rows[:1], rows):  # noqa: PLR2004
        return runs
    beside = _columns_of_prose(rows, em)
    if beside:
        rows = [kept for row in rows if (kept := [run for run in row if not _is_prose(run, row, beside, em)])]
    tables: list[list[list[Run]]] = []
    group: list[list[Run]] = []
    for row, below in pairwise([*rows, [], []]):
        if (group and _goes_on(row, group, below, em)) or (
            _row_of_cells(row, em) and (not group or _is_next_row(row, group, em))
        ):
            group.append(row)
        else:
            if (
                sum(_row_of_cells(line, em) for line in group) >= _ROWS
                or _is_rest(group, rows)
                or (len(group) > 1 and all(ENTRY_LABEL.fullmatch(row[0].text) for row in group))
            ):
                tables.append(group)
            group = [row] if _row_of_cells(row, em) else []
    for table in tables:
        if _is_text(table, _white_edges([run for row in table for run in row], em), em, _MANY):
            continue
        taken = {id(run) for row in table for run in row}
        runs = [run for run in runs if id(run) not in taken]
        every = [run for row in table for run in row]
        edges = _white_edges(every, em)
        x0, x1 = min(run.x0 for run in every), max(run.x1 for run in every)
        number = 1 + max((run.table for run in runs), default=0)
        for lines in _whole_rows(table, edges):
            row = [run for line in lines for run in line]
            cells = _cells(row, edges) if len(edges) > 2 else [[run] for run in row]  # noqa: PLR2004
            texts = ["".join(" ".join(run.text for run in line) for line in find_rows(cell)) for cell in cells]
            runs.append(_row_run(row, texts, x0, x1, number))
    return runs


def _whole_rows(lines: Sequence[list[Run]], edges: Sequence[float]) -> list[list[list[Run]]]:
    """Return the lines of each row of a table without rules: the first column tells where a row is.

    The white between the lines of a cell is less than that between rows; where it is not, what fills few columns and
    not the first, or stands alone, is the rest of the row above.
    """
    white = [min(r.y - _TALL * r.size for r in b) - max(r.y for r in a) for a, b in pairwise(lines)]
    steps = sorted(max(w, 0.1) for w in white)
    for low, high in sorted(pairwise(steps), reverse=True):
        if high < _PARTED * low:
            continue
        rows = [[lines[0]]]
        for line, over in zip(lines[1:], white, strict=True):
            if over < (low + high) / 2:
                rows[-1].append(line)
            else:
                rows.append([line])
        if all(sum(0 in filled for filled in _filled(row, edges)) == 1 for row in rows):
            return rows
    rows = [[lines[0]]]
    for line, filled in zip(lines[1:], _filled(lines[1:], edges), strict=True):
        if len(line) == 1 or (0 not in filled and 2 * len(filled) < len(edges) - 1):
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _is_rest(group: Sequence[Sequence[Run]], rows: Sequence[Sequence[Run]]) -> bool:
    """Tell whether rows of many cells, figures among them, are the rest of a table from the page before."""
    if not group or group[0] is not rows[0] or any(len(row) < _OVER_PAGE for row in group):
        return False
    return all(sum(_FIGURE.fullmatch(run.text) is not None for run in row) > 1 for row in group)


def _is_text(rows: Sequence[Sequence[Run]], edges: Sequence[float], em: float, fewest: int) -> bool:
    """Tell whether rows are lines of narrow columns of text: most end at its edge, many have a mark."""
    cells = [run for row in rows for run in row if run.x1 - run.x0 > _NARROW * em and run.size < _HEADLINE * em]
    marked = sum(_STOP.search(run.text) is not None for run in cells)
    if len(cells) < fewest or 2 * len(cells) <= sum(map(len, rows)) or marked <= _MARKED * len(cells):
        return False
    columns = [[run.x1 for run in column] for column in _cells(cells, edges) if column]
    full = sum(x1 > max(column) - _RAGGED * em for column in columns for x1 in column)
    return full > _NEARLY_ALL * len(cells)


def _columns_of_prose(rows: Sequence[Sequence[Run]], em: float) -> list[float]:
    """Return where columns of running text begin, but for the first: in several rows of nothing but long lines."""
    starts: list[float] = []
    for row in rows:
        if len(row) > 1 and all(run.x1 - run.x0 > _CELL_WIDTH * em for run in row):
            starts += [run.x0 for run in row[1:]]
    starts.sort()
    return [
        x
        for i, x in enumerate(starts)
        if i + _ROWS <= len(starts) and starts[i + _ROWS - 1] - x < _ALIGNED * em and (not i or x - starts[i - 1] > em)
    ]


def _is_prose(run: Run, row: Sequence[Run], starts: Sequence[float], em: float) -> bool:
    """Tell whether a run is a line of one of the columns of running text, beside which a table may stand.

    A short one, the last line of a paragraph, has nothing behind it, as the cells of a table over all columns have.
    """
    if run.x1 - run.x0 <= _CELL_WIDTH * em and run is not row[-1]:
        return False
    return any(off_edge(run.x0, x, em) < _ALIGNED * em for x in starts)


def _row_of_cells(row: Sequence[Run], em: float) -> bool:
    if len(row) < 2:  # noqa: PLR2004
        return False
    widths = [run.x1 - run.x0 for run in row]
    gaps = [b.x0 - a.x1 for a, b in pairwise(row)]
    if len(row) >= _COLUMNS and _FIGURE.fullmatch(row[0].text):  # numbered, and its cells may be wide
        return (
            max(widths) <= 2 * _CELL_WIDTH * em and min(gaps) >= _CELL_GAP * em and not STRONG_END.search(row[-1].text)
        )
    if len(row) == 2 and ENTRY_LABEL.fullmatch(row[0].text):  # noqa: PLR2004
        return gaps[0] >= 0.5 * em and widths[1] <= 2 * _CELL_WIDTH * em and not STRONG_END.search(row[1].text)
    return median(widths) <= _CELL_WIDTH * em and median(gaps) >= _CELL_GAP * em and not STRONG_END.search(row[-1].text)


def _full(group: Sequence[Sequence[Run]]) -> Sequence[Run]:
    """Return the last row of more than one cell, and of one in the first column if there is any."""
    several = [row for row in reversed(group) if len(row) > 1]
    left = min(row[0].x0 for row in several)
    return next((row for row in several if row[0].x0 - left < row[0].size), several[0])


def _is_next_row(row: Sequence[Run], group: Sequence[Sequence[Run]], em: float) -> bool:
    """Tell whether cells line up with those of the last whole row, or of the line that has the most."""
    last = group[-1][0].y
    return _line_up(_full(group), row, em, last) or _line_up(max(group, key=len), row, em, last)


def _goes_on(row: Sequence[Run], group: Sequence[Sequence[Run]], below: Sequence[Run], em: float) -> bool:
    """Tell whether a line is of a row that has cells of several lines, none of them in the first column."""
    if len(group) > 1 and _rest_of_cell(row, _full(group), below, em):
        return True
    most = max(map(len, group))
    if not row or len(row) >= most or most < _COLUMNS:
        return False
    white = row[0].y - group[-1][0].y
    over = _row_of_cells(below, em) and below[0].y - row[0].y < row[0].size  # beside one in the middle of the row
    if white > (4 * em if over else _NEXT_LINE * row[0].size):
        return False
    cells = [run for line in group for run in line]
    left = min(run.x0 for run in cells) + em
    for part in row:
        ends = min((run.x0 for run in cells if run.x0 > part.x0 + em), default=float("inf"))
        beside = part.x1 >= ends or part.x1 - part.x0 > 2 * _CELL_WIDTH * em
        if beside or part.x0 < left or not any(_aligned(run, part, em) for run in cells):
            return False
    return True


def _aligned(run: Run, other: Run, em: float) -> bool:
    near = _ALIGNED * em
    return abs(run.x0 - other.x0) < near or abs(run.x0 + run.x1 - other.x0 - other.x1) < near


def _rest_of_cell(row: Sequence[Run], above: Sequence[Run], below: Sequence[Run], em: float) -> bool:
    """Tell whether a run alone in its row is the second line of a cell."""
    if len(row) != 1 or len(above) < 2 or not _row_of_cells(below, em):  # noqa: PLR2004
        return False
    cell = next((run for run in above if abs(run.x0 - row[0].x0) < _ALIGNED * em), None)
    return cell is not None and row[0].x1 - row[0].x0 <= _CELL_WIDTH * em and _line_up(above, below, em)


def _line_up(above: Sequence[Run], row: Sequence[Run], em: float, last: float | None = None) -> bool:
    """Tell whether the cells of two rows begin, end or are centred at the same places, or stand one below another.

    The last line over the second stands at `last`, if that is not the first row.
    """
    if abs(row[0].y - (above[0].y if last is None else last)) >= 4 * em:
        return False
    if len(row) == len(above) >= _ROWS and all(map(one_above_other, above, row)):
        return True  # a head that is set otherwise than its columns
    near = _ALIGNED * em
    found = sum(
        any(
            abs(run.x0 - other.x0) < near
            or abs(run.x1 - other.x1) < near
            or abs(run.x0 + run.x1 - other.x0 - other.x1) < near
            for other in above
        )
        for run in row
    )
    return found >= 0.7 * len(row)


# ---- Lists of contents.

_ENTRY = re.compile(
    r"^(.*?[^\s.…·・．。_—-])[\s.…·・．。_—-]*?(?:\.{3,}|…+|[·・．]{3,}|_{3,}|-{4,}|\s+)[\s.…·・．_-]*[（(]?([0-9]{1,4}|[ivxIVX]{1,6})([)）]?)$"
)
_LEADERS = re.compile(  # by its first character, for which Python looks fast
    r"[.…·・．_-](?:(?<=…)|(?<=\.)(?:\s?\.){2}|(?<=[·・．])(?:\s?[·・．]){2}|(?<=_)_{3}|(?<=-)-{4})"
)
_ENTRIES = 3


def take_contents(runs: list[Run], em: float) -> tuple[list[Run], list[Run]]:
    """Return the runs of a page, each entry of a list of contents as one run, and apart the dots before its number."""
    if not any(_LEADERS.search(run.text) or CONTENTS.fullmatch(run.text) or run.text in "目录錄次" for run in runs):
        return runs, []
    rows = find_rows([run for run in runs if not run.role])
    texts = [" ".join(run.text for run in row) for row in rows]
    led = [i for i, text in enumerate(texts) if _LEADERS.search(text) and _ENTRY.match(text)]
    titled = [i for i, text in enumerate(texts) if CONTENTS.fullmatch(text)]
    entries = set(led)
    if titled or len(led) >= _ENTRIES:
        entries |= {i for i, text in enumerate(texts) if _ENTRY.match(text) and _to_the_right(rows[i], em)}
    if len(entries) < _ENTRIES:
        return runs, []
    first, last = min(entries), max(entries)
    gone: set[int] = set()
    listed: list[Run] = []
    leaders: list[Run] = []
    for i in [*(k for k in titled if k < first), *range(first, last + 1)]:  # an entry may run over two lines
        row, text = rows[i], texts[i]
        gone |= {id(run) for run in row}
        found = _ENTRY.match(text)
        if found:
            dots = text[found.end(1) : found.start(2)].strip() + found[3]
            if dots:
                leaders.append(Run(dots, row[0].x0, row[-1].x1, row[0].y, row[0].size))
            text = f"{found[1].strip()}\t{found[2]}"
        elif i in titled:
            text = "".join(text.split())
        listed.append(Run(text, row[0].x0, row[-1].x1, row[0].y, row[0].size, role="contents"))
    return [run for run in runs if id(run) not in gone] + listed, leaders


def _to_the_right(row: Sequence[Run], em: float) -> bool:
    return len(row) > 1 and row[-1].x0 - row[-2].x1 > em
