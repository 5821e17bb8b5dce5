"""Cells of the sheets of a workbook as a parser tells them: what of them is left out, articles typed into a sheet."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from gxclassify.errors import InputError
from gxclassify.reading.package import flat_text
from gxclassify.reading.parsed import Parsed, ParsedLine, left_out, solid
from gxclassify.reading.records.fields import Figure, named_text_field
from gxclassify.reading.text.cues import STRONG_END

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

Rows = list[list[str]]

_MOST_CELLS = 2_000_000
MOST_COLUMNS = 16_384
_FEW_TYPED, _MOST_TYPED = 12, 200  # lines of an article that was typed into a sheet
_SHORTEST_TITLE, _LONGEST_TITLE, _PROSE = 8, 45, 15  # characters of its title, of a sentence


def check_size(cells: int) -> None:
    """Refuse a workbook of more cells than are read.

    Raises
    ------
    InputError
        It has so many.
    """
    if cells > _MOST_CELLS:
        raise InputError("the workbook has more than {most_cells:,} cells; save it as CSV.", most_cells=_MOST_CELLS)


def take_out(rows: Rows, unseen: Collection[int], columns: Collection[int]) -> int:
    """Empty rows of a sheet, which keep their numbers, and take out columns; return how many characters were there."""
    if not unseen and not columns:
        return 0
    before = sum(solid(cell) for row in rows for cell in row)
    for number, row in enumerate(rows):
        kept = () if number in unseen else (cell for column, cell in enumerate(row) if column not in columns)
        rows[number] = list(kept)
    return before - sum(solid(cell) for row in rows for cell in row)


def workbook(sheets: list[tuple[str, Rows]], out: Mapping[str, int]) -> Parsed:
    """Return the sheets that show something, or the lines of articles that were typed into them.

    Raises
    ------
    InputError
        No sheet shows any text.
    """
    sheets = [(name, rows) for name, rows in sheets if any(cell.strip() for row in rows for cell in row)]
    if not sheets:
        raise InputError(
            "the Excel or OpenDocument workbook shows no text; save the sheet that holds the texts as CSV."
        )
    typed = [_typed_lines(rows) for _, rows in sheets]
    if all(typed):
        lines = [
            ParsedLine(line, "title" if len(typed) > 1 and not i else "")
            for told in typed
            for i, line in enumerate(told)
        ]
        return Parsed(lines, left_out(out), wrapped=False)
    return Parsed([], left_out(out), sheets=sheets, figures=[_figures(rows) for _, rows in sheets])


def _typed_lines(rows: Rows) -> list[str]:
    """Return the lines of an article that was typed into a sheet, below each other under its title; none of a table."""
    filled = [(column, cell) for row in rows for column, cell in enumerate(row) if cell.strip()]
    if len(filled) > _MOST_TYPED or len({column for column, _ in filled}) != 1 or len(filled) < sum(map(any, rows)):
        return []
    lines = [flat for _, cell in filled for line in cell.split("\n") if (flat := flat_text(line).strip())]
    first, *rest = lines
    whole_lines = sum(len(line) >= _PROSE and STRONG_END.search(line) is not None for line in rest)
    titled = (
        _SHORTEST_TITLE <= len(first) <= _LONGEST_TITLE
        and first[-1] not in "。？！：；，?!:;,"
        and not named_text_field([first])
    )
    listed = whole_lines == len(rest) > _FEW_TYPED  # a header over as many answers
    return lines if titled and not listed and 2 * whole_lines >= len(rest) > 1 else []


def _figures(rows: Rows) -> list[int]:
    """Return the columns of numbers or dates: a third of their cells at least, as heads and words for none are text."""
    filled: Counter[int] = Counter()
    typed: Counter[int] = Counter()
    for row in rows:
        filled.update(column for column, cell in enumerate(row) if cell)
        typed.update(column for column, cell in enumerate(row) if cell and isinstance(cell, Figure))
    return sorted(column for column, times in typed.items() if 3 * times >= filled[column])
