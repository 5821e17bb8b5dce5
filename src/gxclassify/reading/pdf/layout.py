"""The pages of a printed document to its lines in reading order, each with what it begins.

What stands beside the text is taken out, page by page and over all pages; then lines become paragraphs
(`pdf.paragraphs`), what these go on across is named (`pdf.captions`), and headlines are told (`pdf.headlines`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gxclassify.reading.pdf.captions import (
    find_interruptions,
    join_captions,
    mark_beside,
    mark_figure_words,
    take_captions,
)
from gxclassify.reading.pdf.edges import mark_between
from gxclassify.reading.pdf.frames import take_frames
from gxclassify.reading.pdf.furniture import mark_menus, take_furniture, take_repeated_marks, take_watermark
from gxclassify.reading.pdf.grids import cells_apart, find_zones, white_walls
from gxclassify.reading.pdf.headlines import mark_headlines
from gxclassify.reading.pdf.lines import Placed, body_size, to_line
from gxclassify.reading.pdf.order import reading_order
from gxclassify.reading.pdf.paragraphs import find_paragraphs
from gxclassify.reading.pdf.runs import find_runs, with_initials, without_shadows
from gxclassify.reading.pdf.tables import take_contents, take_tables
from gxclassify.reading.pdf.verticals import columns_with_verticals, vertical_headlines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.reading.pdf.frames import Frame
    from gxclassify.reading.pdf.furniture import Cleared
    from gxclassify.reading.pdf.grids import Zone
    from gxclassify.reading.pdf.lines import PageLine, Piece, Run
    from gxclassify.reading.pdf.page import PageText

_LITTLE = 100  # characters


@dataclass(slots=True)
class _Sheet:
    """A page on its way: what it shows, then its lines: heads, columns in reading order, what is left out.

    Its ruling lines make grids in the `zones`; what stands in `frames` among the columns has columns of its own.
    """

    number: int
    text: PageText
    zones: list[Zone] = field(default_factory=list)
    verticals: list[Piece] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    heads: list[PageLine] = field(default_factory=list)
    columns: list[list[PageLine]] = field(default_factory=list)
    frames: list[tuple[Frame, list[list[PageLine]]]] = field(default_factory=list)
    left_out: list[PageLine] = field(default_factory=list)

    def leave_out(self, runs: Sequence[Run], role: str) -> None:
        """Put runs behind the lines of the page, as what they are."""
        lines = [to_line([run]) for run in runs]
        for line in lines:
            line.role = role
        self.left_out += lines

    def lines(self) -> list[PageLine]:
        """Return the lines of its columns, in reading order, with those of each frame where it stands."""
        lines = [line for column in self.columns for line in column]
        for frame, columns in reversed(self.frames):  # the outer ones first
            stand_ins = {id(run) for run in frame.stand_ins}
            at = next(i for i, line in enumerate(lines) if any(id(run) in stand_ins for run in line.runs))
            lines[at:at] = [line for column in columns for line in column]
        return [line for line in lines if line.role != "frame"]

    def placed(self) -> list[Placed]:
        """Return all its lines."""
        return [Placed(line, self.number) for line in (*self.heads, *self.lines(), *self.left_out)]


def lay_out(texts: Sequence[PageText]) -> list[Placed]:
    """Return the lines of all pages in reading order, with what each begins."""
    sheets = [_Sheet(number, text) for number, text in enumerate(texts, start=1)]
    for sheet in sheets:
        _find_runs(sheet)
    for sheet, (runs, marks) in zip(sheets, take_repeated_marks([sheet.runs for sheet in sheets]), strict=True):
        sheet.runs = runs
        sheet.leave_out(marks, "watermark")
    cleared = take_furniture([(sheet.runs, sheet.text.height) for sheet in sheets], _title(sheets))
    for sheet, clear in zip(sheets, cleared, strict=True):
        _find_columns(sheet, clear)
    _number(sheets)
    if any(clear.web for clear in cleared):
        mark_menus([sheet.lines() for sheet in sheets])
    placed = [item for sheet in sheets for item in sheet.placed()]
    join_captions(placed)
    body = body_of(placed)
    mark_figure_words([item for item in placed if item.line.role in {"", "row"}], body)
    _mark_each(placed, body)
    return placed


def _number(sheets: Sequence[_Sheet]) -> None:
    """Tell all lines in which frame and in which region they stand."""
    frames = [columns for sheet in sheets for _, columns in sheet.frames]
    for number, columns in enumerate(frames, start=1):
        for line in (line for column in columns for line in column):
            line.frame = number
    around = [column for sheet in sheets for column in sheet.columns]
    for region, column in enumerate([*around, *(column for columns in frames for column in columns)], start=1):
        for line in column:
            line.region = region


def _find_runs(sheet: _Sheet) -> None:
    """Find the runs of a page, and leave out what was drawn twice and watermarks."""
    text = sheet.text
    sheet.zones = find_zones(text.rules)
    vertical = (piece for line in text.verticals for piece in line)
    walls = [*text.rules, *white_walls([*text.pieces, *vertical], sheet.zones)]
    cells, verticals = cells_apart(text.verticals, sheet.zones, walls)
    sheet.verticals, pieces = vertical_headlines(verticals, [*text.pieces, *cells])
    runs, twins = without_shadows(find_runs(pieces, walls))
    runs, marks = take_watermark(runs)
    sheet.runs = with_initials(runs)
    sheet.leave_out(twins, "layer")
    sheet.leave_out(marks, "watermark")


def _title(sheets: Sequence[_Sheet]) -> str:
    """Return what the first page says in its largest type."""
    first = next((sheet.runs for sheet in sheets if sheet.runs), [])
    if not first:
        return ""
    largest = max(run.size for run in first)
    return "".join(run.text for run in first if run.size > 0.95 * largest)


def _find_columns(sheet: _Sheet, clear: Cleared) -> None:
    """Find the columns of a page, with rows of tables and entries of contents, and put its furniture around them."""
    em = body_size(clear.runs) if clear.runs else 1.0
    pictures = take_captions(clear.runs, sheet.text, em)
    runs, leaders = take_contents(clear.runs, em)
    runs = take_tables(runs, sheet.zones, em)
    runs, frames, rules = take_frames(runs, sheet.text, em)
    sheet.frames = [(frame, frame.columns(rules)) for frame in frames]
    sheet.columns = columns_with_verticals(runs, sheet.verticals, rules)
    pictures += [frame.extent for frame in frames]
    for columns in (sheet.columns, *(columns for _, columns in sheet.frames)):
        mark_between(columns)
        for column in columns if pictures else ():
            mark_beside(column, pictures)
    for aside in sheet.text.asides:
        sheet.columns += reading_order(find_runs(aside))
    sheet.leave_out(leaders, "furniture")
    for line in clear.furniture:
        line.role = "furniture"
        (sheet.heads if line.y < sheet.text.height / 2 else sheet.left_out).append(line)


def body_of(placed: Sequence[Placed]) -> float:
    """Return the type size of the running text; of tables as well where there is hardly anything else."""
    running = [item.line for item in placed if not item.line.role]
    rows = [item.line for item in placed if item.line.role == "row"]
    few = sum(len(line.text) for line in running) < _LITTLE
    return body_size([*running, *rows] if few else running) if running or rows else 1.0


def _mark_each(placed: Sequence[Placed], body: float) -> None:
    """Mark the running text around frames, which goes on across these, and that of each frame by its own size."""
    apart: dict[int, list[Placed]] = {0: []}
    for item in placed:
        if not item.line.role:
            apart.setdefault(item.line.frame, []).append(item)
    for number, items in apart.items():
        _mark(items, body_size([item.line for item in items]) if number else body)


def _mark(placed: Sequence[Placed], body: float) -> None:
    """Tell of each line of running text what it begins, and name what paragraphs go on across."""
    if not placed:
        return
    units = find_paragraphs(placed, body)
    interruptions, role = find_interruptions(units, body)
    if not interruptions:
        mark_headlines(units, body)
        return
    for item in (item for unit in interruptions for item in unit):
        item.line.role = role
    rest = [item for item in placed if not item.line.role]
    for item in rest:
        item.begins = ""
    _mark(rest, body)
