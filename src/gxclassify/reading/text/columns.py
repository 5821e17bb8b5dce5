"""Text whose columns stand side by side in its lines, as ``pdftotext -layout`` leaves it: column after column.

Places are counted in cells, as a terminal counts them: a Chinese character takes two, an ASCII character one. Poppler's
``pdftotext`` counts characters instead, so these are tried too.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Possessive throughout: a run of spaces is looked at a few times, however long it is.
_GAP = re.compile(r"(?<=\S)(?: {2,}+|\u3000[ \u3000]| ++\u3000)[ \u3000]*+(?=\S)")
_LEADING = re.compile(r"[ \u3000]*")
_MARKS = re.compile("[，。、；：！？]")
_SURVEYED = 20_000  # characters
_FEWEST = 4  # lines beside each other
_TRIED = 6  # edges
_SHARE = 0.4  # of the lines: so many have something in both columns
_RARE = 0.1  # of the lines: with fewer gaps it is not worth a look
_CROSSING = 0.1  # of the lines may run across both, such as a headline
_NARROWEST = 6.0  # characters: the average piece of a narrower column is a cell of a table
_PROSE = 0.015  # of the characters are marks
_LONGEST = 1000  # characters: a longer line is a paragraph and runs across
_IDEOGRAPHIC = 0.75  # of the lines of a column begin with such a space: it is of the gap
_EDGE = 0.2  # of the lines of a column begin at its edge; fewer lie beyond it
_NEAR = 2  # cells by which a column's edge may waver


def side_by_side(source: str) -> str | None:
    """Return the text of columns that stand side by side, one after the other, page by page; None where there are none.

    Every character that is no white space is kept; a line across all columns stays in its place.
    """
    sample = source[:_SURVEYED]
    least = max(_FEWEST, _RARE * sample.count("\n"))
    if sample.count("  ") + sample.count("\u3000") < least or len(_GAP.findall(sample)) < least:
        return None
    pages = source.split("\f")
    done = [_columns(page) for page in pages]
    if not any(done):
        return None
    return "\f".join(text or page for text, page in zip(done, pages, strict=True))


def _columns(page: str) -> str | None:
    lines = [line.rstrip() for line in page.replace("\r\n", "\n").split("\n")]
    counts = [_cells(line) for line in lines], [list(range(len(line) + 1)) for line in lines]
    edges = [(found, cells) for cells in counts if (found := _edge(lines, cells))]
    if not edges:
        return None
    (edge, _), cells = max(edges, key=lambda one: one[0][1])
    cuts = [_cut(line, places, edge) for line, places in zip(lines, cells, strict=True)]
    pieces = [(line[:cut].rstrip(), line[cut:]) for line, cut in zip(lines, cuts, strict=True) if cut is not None]
    if not all(_is_prose(column) for column in zip(*pieces, strict=True)):
        return None
    parts: list[str] = []
    left: list[str] = []
    right: list[tuple[str, int]] = []  # with the cells at which their text begins
    for line, places, cut in [*zip(lines, cells, cuts, strict=True), ("", [0], None)]:
        if cut is None:  # it runs across and ends the columns above
            rest = "\n".join(_without_gap(right))
            parts += [*left, _columns(rest) or rest, line]
            left, right = [], []
        else:
            left.append(line[:cut].rstrip())
            right.append((line[cut:], places[len(line) - len(line[cut:].lstrip())]))
    return "\n".join(parts)


def _without_gap(pieces: Sequence[tuple[str, int]]) -> list[str]:
    """Return the lines of a column without the gap before it where that is of ideographic spaces, as indents are."""
    filled = [(piece, cell) for piece, cell in pieces if piece.strip()]
    if sum(piece[0] == "\u3000" for piece, _ in filled) < _IDEOGRAPHIC * max(1, len(filled)):
        return [piece for piece, _ in pieces]
    cells = Counter(cell for _, cell in filled)
    edge = min(cell for cell in cells if cells[cell] >= _EDGE * len(filled) or cells[cell] == max(cells.values()))
    return ["\u3000" * max(0, (cell - edge) // 2) + piece.strip() for piece, cell in pieces]


def _edge(lines: list[str], cells: list[list[int]]) -> tuple[int, int] | None:
    """Return the cell at which the second column begins, and how many lines have something in both columns."""
    filled = [(line, places) for line, places in zip(lines, cells, strict=True) if line]
    starts: Counter[int] = Counter()
    for line, places in filled:
        if len(line) <= _LONGEST:
            starts.update({places[cut] for gap in _GAP.finditer(line) for cut in _begins(line, *gap.span())})
    for edge in sorted(cell for cell, _ in starts.most_common(_TRIED)):
        cuts = [(line, _cut(line, places, edge)) for line, places in filled]
        right = [line[:cut].strip() for line, cut in cuts if cut is not None and line[cut:]]
        both = sum(map(bool, right))
        across = sum(cut is None for _, cut in cuts)
        if both >= _FEWEST and len(right) >= _SHARE * len(filled) and across <= _CROSSING * len(filled):
            return edge, both
    return None


def _begins(line: str, start: int, end: int) -> tuple[int, int]:
    """Return where a column may begin in a gap: before the indent of a paragraph, or behind it."""
    indent = end - start - len(line[start:end].rstrip("\u3000"))
    return end - indent, end


def _cut(line: str, places: list[int], edge: int) -> int | None:
    """Return where a line is to be cut for its second column; None where it runs across."""
    if places[-1] <= edge:
        return len(line)
    if len(line) > _LONGEST:
        return None
    blank = _LEADING.match(line)
    gaps = [(0, blank.end())] if blank else []
    gaps += [match.span() for match in _GAP.finditer(line)]
    for start, end in gaps:
        for cut in _begins(line, start, end):
            if abs(places[cut] - edge) <= _NEAR:
                return cut
        if places[start] <= edge < places[end]:
            return _begins(line, start, end)[0]
    return None


def _cells(line: str) -> list[int]:
    """Return at which cell each character of a line begins, and where it ends."""
    wide = (1 + (unicodedata.east_asian_width(char) in "WFA") for char in line)
    return list(accumulate(wide, initial=0)) if line else [0]


def _is_prose(column: Sequence[str]) -> bool:
    """Tell whether a column is running text, not one of a table."""
    filled = [line.strip() for line in column if line.strip()]
    size = sum(map(len, filled))
    return size >= _NARROWEST * len(filled) and sum(len(_MARKS.findall(line)) for line in filled) >= _PROSE * size
