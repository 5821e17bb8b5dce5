"""Tables in plain text: cells that white space or tabs part, and grids drawn with +---+, | and box characters.

Their lines are taken out before the text is read, for they say nothing of how wide it is set, and come back as rows.

```text
指标            单位    本期数         +--------+------+        ┌────┬───┐
地区生产总值    亿元    312.6          | 指标   | 数值 |        │指标    │数值  │
固定资产投资    亿元    128.0          +--------+------+        ├────┼───┤
```
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter, deque
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise, zip_longest
from typing import TYPE_CHECKING

from gxclassify.messages import Message
from gxclassify.reading.document import Mapped, Repair, concat
from gxclassify.reading.text.blocks import Block
from gxclassify.reading.text.bylines import are_names, is_byline
from gxclassify.reading.text.cues import ITEM_MARKS, is_furniture, is_rule
from gxclassify.reading.text.signs import BLANK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gxclassify.reading.text.articles import Group
    from gxclassify.reading.text.lines import Line, Lines

_BARS = "│┃║┆┊|｜"
_GRID = re.compile(r"[-+=:|｜\s\u2500-\u257f]+")  # nothing but what rules are drawn with
_STROKES = re.compile("[-=\u2500\u2501\u2550]{2}|[\u2500\u2501\u2550]")
_BAR = re.compile(f"[{_BARS}]")
# White space between cells: none that follows a sentence or a label (地点：　　管委会), or an item's mark.
_GAP = re.compile(r"(?<=[^\s，；。！？,;.!?：:])(?:[ \u3000\xa0]{2,}|[ \u3000\xa0]*\t\s*)(?=\S)")
_MARK = re.compile(r"[（(]?[0-9a-zA-Z一二三四五六七八九十]{1,3}[)）.．、]|第.{1,4}[条章节]|[①-⑳•●■◆▪·*-]")
_INSIDE = re.compile("[，。；！？]")
_LONGEST_CELL = 24  # characters: a longer one with a mark in it is a sentence
_LONGEST_ROW = 300
_FEWEST_ROWS, _FEWEST_DRAWN = 3, 2
_FEWEST_CELLS = 2
_ALIKE = 0.6  # of the rows have as many cells
_NARROW = 1.5  # characters: cells that are shorter on average are letter-spacing
_GUTTER = 2  # places of a terminal, of which a Chinese character takes two


@dataclass(slots=True)
class _Row:
    cells: list[Mapped]
    repairs: list[Repair]
    width: float


def take_tables(lines: Lines, source: str) -> tuple[list[Block], list[Repair], Lines]:
    """Return the rows of the tables among the lines of a source, the rules that were drawn, and the other lines."""
    runs = [*_drawn(lines)] if any(bar in source for bar in _BARS) else []
    runs += _spaced(lines)
    if not runs:
        return [], [], lines
    blocks: list[Block] = []
    repairs: list[Repair] = []
    taken: set[int] = set()
    for start, rows, rules, end in runs:
        if taken.isdisjoint(range(start, end)):
            blocks += [_block(row) for row in rows]
            repairs += rules
            taken.update(range(start, end))
    return blocks, repairs, lines.take([i for i in range(len(lines)) if i not in taken])


def put_back(blocks: Sequence[Block], groups: Sequence[Group]) -> None:
    """Put rows among the blocks of the articles that stand around them in the source."""
    if not blocks:
        return
    starts = [min((block.body.span[0] for block in [*group.title, *group.blocks]), default=0) for group in groups]
    waiting: dict[int, deque[Block]] = {}
    for block in blocks:
        waiting.setdefault(max(0, bisect_right(starts, block.body.span[0]) - 1), deque()).append(block)
    for i, rows in waiting.items():
        kept, groups[i].blocks = groups[i].blocks, []
        for block in kept:
            while rows and rows[0].body.span[0] < block.body.span[0]:
                groups[i].blocks.append(rows.popleft())
            groups[i].blocks.append(block)
        groups[i].blocks += rows


_Run = tuple[int, list[_Row], list[Repair], int]  # the first line, rows, rules, and the line behind


def _block(row: _Row) -> Block:
    """Return a row as a block; empty cells at its ends are not seen, as in every other format."""
    filled = [i for i, cell in enumerate(row.cells) if cell.text]
    cells = row.cells[filled[0] : filled[-1] + 1] if filled else []
    parts: list[Mapped] = []
    end = 0
    for cell in cells:
        if parts:
            parts.append(Mapped("\t", ((0, end, 1),)))  # what parts the cells
        parts.append(cell)
        end = cell.span[1] if cell.text else end
    return Block("table", concat(parts), 1, row.repairs, row.width)


# ---- Grids.


def _drawn(lines: Lines) -> Iterator[_Run]:
    """Yield the grids: rules, and rows with bars between their cells."""
    texts = lines.texts
    kinds = [_drawn_kind(line.text) if not line.role else "" for line in lines]
    for is_drawn, numbers in groupby(range(len(texts)), key=lambda i: bool(kinds[i])):
        here = list(numbers)
        rules = [i for i in here if kinds[i] == "rule"]
        bars = {line.text.count("|") for line in (lines[i] for i in here)} if is_drawn and not rules else set()
        alike = len(bars) == 1 and len(here) >= _FEWEST_ROWS
        if not is_drawn or len(here) - len(rules) < _FEWEST_DRAWN or not (rules or alike):
            continue
        out = [repair for i in rules for repair in lines[i].out("furniture", _RULE)]
        yield here[0], list(_grid_rows(lines, here, kinds)), out, here[-1] + 1


_RULE = Message("rule of a table")


def _drawn_kind(text: str) -> str:
    """Tell whether a line is a rule of a grid or one of its rows; empty where it is neither."""
    first, last = text[0], text[-1]
    if first not in "+-=|｜:" and not "\u2500" <= first <= "\u257f" and not _has_box_bar(text):
        return ""
    if _GRID.fullmatch(text) and _STROKES.search(text):
        return "rule"
    edged = first in _BARS and last in _BARS
    return "row" if len(text) <= _LONGEST_ROW and (edged or _has_box_bar(text)) else ""


def _has_box_bar(text: str) -> bool:
    return "│" in text or "║" in text or "┃" in text


def _grid_rows(lines: Lines, here: Sequence[int], kinds: Sequence[str]) -> Iterator[_Row]:
    """Yield the rows of a grid; where rules part them all, a row may take several lines."""
    stretches = [[lines[i] for i in part] for is_row, part in _parts(here, kinds) if is_row]
    ruled = len(stretches) > _FEWEST_DRAWN  # a head and what is below it are two
    for stretch in stretches:
        rows = [_grid_row(line) for line in stretch]
        if ruled and len({len(row.cells) for row in rows}) == 1:
            yield _merged(rows)
        else:
            yield from rows


def _parts(here: Sequence[int], kinds: Sequence[str]) -> Iterator[tuple[bool, list[int]]]:
    for kind, part in groupby(here, key=kinds.__getitem__):
        yield kind == "row", list(part)


def _grid_row(line: Line) -> _Row:
    body, bars = line.body, [found.start() for found in _BAR.finditer(line.text)]
    edges = [-1, *bars, len(line.text)]
    cells = [body.cut(start + 1, end).strip() for start, end in pairwise(edges)]
    cells = cells[line.text[0] in _BARS : len(cells) - (line.text[-1] in _BARS)]
    return _Row(cells, [*line.repairs, Repair("furniture", line.span, _RULE, len(bars))], line.width)


def _merged(rows: Sequence[_Row]) -> _Row:
    """Return one row of several lines."""
    cells = [concat(pieces) for pieces in zip(*(row.cells for row in rows), strict=True)]
    return _Row(cells, [repair for row in rows for repair in row.repairs], rows[0].width)


# ---- Cells that white space parts.


def _spaced(lines: Lines) -> Iterator[_Run]:
    """Yield the tables whose cells stand below each other, or have tabs between."""
    may_be = lines.signs.any & BLANK != 0
    near = may_be & False
    for step in (1, 2):  # there may be a rule between two rows
        both = may_be[step:] & may_be[:-step]
        near[step:] |= both
        near[:-step] |= both
    gaps: list[list[tuple[int, int]]] = [[]] * len(lines)
    found = []
    for i in near.nonzero()[0].tolist():
        if here := _gaps(lines[i]):
            gaps[i] = here
            found.append(i)
    end = 0
    for start in found:
        if start < end:
            continue
        end = start
        while end < len(lines) and (gaps[end] or _between(lines, gaps, start, end)):
            end += 1
        rows = [i for i in range(start, end) if gaps[i]]
        if _is_table(lines, gaps, rows):
            rules = {i for i in range(start, end) if is_rule(lines[i].text)}
            out = [repair for i in sorted(rules) for repair in lines[i].out("furniture", _RULE)]
            inside = [i for i in range(start, end) if i not in rules]
            yield start, list(_spaced_rows(lines, gaps, inside)), out, end


def _gaps(line: Line) -> list[tuple[int, int]]:
    """Return the gaps between the cells of what may be a row; none for any other line."""
    text = line.text
    if not ("  " in text or "\t" in text or "\u3000" in text or "\xa0" in text):
        return []
    if line.role or len(text) > _LONGEST_ROW or is_rule(text):
        return []
    gaps = [found.span() for found in _GAP.finditer(text)]
    if not gaps or _MARK.fullmatch(text, 0, gaps[0][0]) or text[0] in ITEM_MARKS:
        return []
    cells = _texts(text, gaps)
    if any(len(cell) > _LONGEST_CELL and _INSIDE.search(cell) for cell in cells):
        return []
    return [] if are_names(text) or is_byline(text) or is_furniture(text) else gaps


def _texts(text: str, gaps: Sequence[tuple[int, int]]) -> list[str]:
    edges = [0, *(edge for gap in gaps for edge in gap), len(text)]
    return [text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _between(lines: Lines, gaps: Sequence[Sequence[tuple[int, int]]], start: int, i: int) -> bool:
    """Tell whether a line between two rows is the rest of a cell, which stands below it, or a rule."""
    inside = start < i < len(lines) - 1 and bool(gaps[i - 1]) and bool(gaps[i + 1])
    if not inside:
        return False
    line, above = lines[i], lines[i - 1]
    if is_rule(line.text):
        return True
    short = line.width <= above.width and not line.gap and len(line.text) <= _LONGEST_CELL
    return short and line.indent > above.indent + 1 and not line.role


def _is_table(lines: Lines, gaps: Sequence[Sequence[tuple[int, int]]], rows: Sequence[int]) -> bool:
    counts = Counter(len(gaps[i]) + 1 for i in rows)
    if not counts:
        return False
    most, alike = counts.most_common(1)[0]
    tabbed = all("\t" in lines[i].text for i in rows)
    if len(rows) < (_FEWEST_DRAWN if tabbed or most > _FEWEST_CELLS else _FEWEST_ROWS):
        return False
    if alike < _ALIKE * len(rows) and len(_strips([lines[i] for i in rows])) + 1 < max(counts):
        return False  # neither have they as many cells, nor are these below each other
    cells = [cell for i in rows for cell in _texts(lines[i].text, gaps[i])]
    return sum(map(len, cells)) >= _NARROW * len(cells)


def _spaced_rows(lines: Lines, gaps: Sequence[Sequence[tuple[int, int]]], here: Sequence[int]) -> Iterator[_Row]:
    """Yield the rows: where all have as many cells, these; else what stands between the white strips down the table."""
    counts = {len(gaps[i]) for i in here}
    strips = [] if len(counts) == 1 else _strips([lines[i] for i in here])
    most = max(counts)
    waiting: _Row | None = None
    for i in here:
        line = lines[i]
        if len(strips) >= most:
            cells = _cut(line, strips)
        else:
            edges = [0, *(edge for gap in gaps[i] for edge in gap), len(line.text)]
            cells = [line.body.cut(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True)]
        row = _Row(cells, list(line.repairs), line.width)
        if not gaps[i] and waiting:  # the rest of a cell
            waiting = _continued(waiting, row)
            continue
        if waiting:
            yield waiting
        waiting = row
    if waiting:
        yield waiting


def _continued(row: _Row, rest: _Row) -> _Row:
    """Return a row with what stands below its cells."""
    nothing = Mapped("", ())
    row.cells = [concat(pieces) for pieces in zip_longest(row.cells, rest.cells, fillvalue=nothing)]
    row.repairs += rest.repairs
    return row


def _places(line: Line) -> list[int]:
    """Return at which place of a terminal each character of a line begins, and where it ends."""
    wide = (1 + (unicodedata.east_asian_width(char) in "WFA") for char in line.text)
    return list(accumulate(wide, initial=round(2 * line.indent)))


def _strips(lines: Sequence[Line]) -> list[int]:
    """Return where the white strips end that run down all lines."""
    used: set[int] = set()
    for line in lines:
        places = _places(line)
        for char, start, end in zip(line.text, places, places[1:], strict=False):
            if not char.isspace():
                used.update(range(start, end))
    ends, white = [], 0
    for place in range(min(used), max(used) + 1):
        if place in used:
            if white >= _GUTTER:
                ends.append(place)
            white = 0
        else:
            white += 1
    return ends


def _cut(line: Line, strips: Sequence[int]) -> list[Mapped]:
    """Return what of a line stands between the strips; cells of its beginning and inside may be empty."""
    places = _places(line)
    edges = [0, *(min(bisect_left(places, strip), len(line.text)) for strip in strips)]
    cells = [
        line.body.cut(start, end).strip() for start, end in zip_longest(edges, edges[1:], fillvalue=len(line.text))
    ]
    while cells and not cells[-1].text:
        cells.pop()
    return cells
