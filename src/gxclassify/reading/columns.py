"""Text whose columns stand side by side in its lines, as ``pdftotext -layout`` leaves it: column after column.

Places are counted in cells, as a terminal counts them: a Chinese character takes two, an ASCII character one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_GAP = re.compile(r"(?<=\S) *(?:  |\u3000 | \u3000)[ \u3000]*(?=\S)")
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
_NEAR = 2  # cells by which a column's edge may waver


def side_by_side(source: str) -> str | None:
    """Return the text of columns that stand side by side, one after the other, page by page; None where there are none.

    Every character that is no white space is kept; a line across all columns stays in its place.
    """
    sample = source[:_SURVEYED]
    if len(_GAP.findall(sample)) < max(_FEWEST, _RARE * sample.count("\n")):
        return None
    pages = source.split("\f")
    done = [_columns(page) for page in pages]
    if not any(done):
        return None
    return "\f".join(text or page for text, page in zip(done, pages, strict=True))


def _columns(page: str) -> str | None:
    lines = [line.rstrip() for line in page.replace("\r\n", "\n").split("\n")]
    edge = _edge(lines)
    if edge is None:
        return None
    cuts = [_cut(line, edge) for line in lines]
    pieces = [(line[:cut].rstrip(), line[cut:]) for line, cut in zip(lines, cuts, strict=True) if cut is not None]
    if not all(_is_prose(column) for column in zip(*pieces, strict=True)):
        return None
    parts: list[str] = []
    left: list[str] = []
    right: list[str] = []
    for line, cut in [*zip(lines, cuts, strict=True), ("", None)]:
        if cut is None:  # it runs across and ends the columns above
            rest = "\n".join(right)
            parts += [*left, _columns(rest) or rest, line]
            left, right = [], []
        else:
            left.append(line[:cut].rstrip())
            right.append(line[cut:])
    return "\n".join(parts)


def _edge(lines: list[str]) -> int | None:
    """Return the cell at which the second column begins."""
    filled = [line for line in lines if line.strip()]
    starts: Counter[int] = Counter()
    for line in filled:
        starts.update({cell for gap in _GAP.finditer(line) for cell in _begins(line, gap.start(), gap.end())})
    for edge in sorted(cell for cell, _ in starts.most_common(_TRIED)):
        cuts = [(line, _cut(line, edge)) for line in filled]
        right = [line[:cut].strip() for line, cut in cuts if cut is not None and line[cut:]]
        both = sum(map(bool, right))
        across = sum(cut is None for _, cut in cuts)
        if both >= _FEWEST and len(right) >= _SHARE * len(filled) and across <= _CROSSING * len(filled):
            return edge
    return None


def _begins(line: str, start: int, end: int) -> set[int]:
    """Return the cells at which a column may begin in a gap: behind it, or before the indent of a paragraph."""
    indent = len(line[start:end]) - len(line[start:end].rstrip("\u3000"))
    return {_cells(line[:end]), _cells(line[: end - indent])}


def _cut(line: str, edge: int) -> int | None:
    """Return where a line is to be cut for its second column; None where it runs across."""
    if _cells(line) <= edge:
        return len(line)
    blank = _LEADING.match(line)
    gaps = [(0, blank.end())] if blank else []
    gaps += [match.span() for match in _GAP.finditer(line)]
    for start, end in gaps:
        indent = len(line[start:end]) - len(line[start:end].rstrip("\u3000"))
        for cut in (end - indent, end):
            if abs(_cells(line[:cut]) - edge) <= _NEAR:
                return cut
        if _cells(line[:start]) <= edge < _cells(line[:end]):
            return end - indent
    return None


def _cells(text: str) -> int:
    return len(text) + sum(unicodedata.east_asian_width(char) in "WFA" for char in text)


def _is_prose(column: Sequence[str]) -> bool:
    """Tell whether a column is running text, not one of a table."""
    filled = [line.strip() for line in column if line.strip()]
    size = sum(map(len, filled))
    return size >= _NARROWEST * len(filled) and sum(len(_MARKS.findall(line)) for line in filled) >= _PROSE * size
