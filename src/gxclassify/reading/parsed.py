"""What a parser hands to the reader: the lines of a file with what its format knows of them, and what it left out.

A parser runs in a child process and answers JSON (`Parsed.to_json`); the reader makes a Document of it. A parser hands
over **every** character that the file holds, also those that are no text of anybody: then the role of their line says
why (`LEFT_OUT`), they stand in the Document's source, and the repair that takes them out has their place and count.
What cannot be handed over, such as a glyph without a character, is counted in a notice.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from gxclassify.messages import Message, message_json, message_of

if TYPE_CHECKING:
    from collections.abc import Mapping

LEFT_OUT: Final = {
    "furniture": Message("running heads and feet, page numbers, staff lines, menus"),
    "contents": Message("lists of contents"),
    "hidden": Message("text that is not shown"),
    "watermark": Message("watermarks"),
    "figure": Message("words inside figures"),
    "deleted": Message("deletions that are tracked"),
    "ruby": Message("readings beside characters"),
    "comment": Message("comments in the margin"),
    "outside": Message("text outside the page"),
    "layer": Message("a second layer of the same text"),
    "unmapped": Message("glyphs without a character"),
}
"""The kinds of repairs, and of notices, that say which characters of a file are not in the Document's texts.

Each is also the role of a line that is handed over all the same: a repair of that kind takes it out. A list of contents
stays in the Document, as a part of its article.
"""

Box = tuple[float, float, float, float]
"""Left, top, right and bottom in points, from the top left corner of the page as it is shown."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a reader should know of a source.

    Attributes
    ----------
    kind
        A word for programs: a key of `LEFT_OUT`, or ``lost``, ``encoding``, ``damaged``, ``no_text``, ``not_prose``,
        ``records`` and ``record`` (left out: how many, and which), ``missing`` (kept without text), ``fields`` (which
        holds the text), ``format`` …
    place
        Where, in words: ``page 3``, ``pages 4-9``, ``line 12``; empty for all of the source.
    count
        How many: of a kind in `LEFT_OUT`, and of ``lost``, characters without white space; else what `text` says.
    text
        One sentence, for people.
    """

    kind: str
    place: str
    count: int
    text: str

    def to_json(self) -> dict[str, Any]:
        """Return the notice as a plain dict."""
        return asdict(self)


@dataclass(slots=True)
class ParsedLine:
    """One line: a whole paragraph, heading or row of a table; or a printed line, where a file is hard-wrapped.

    Attributes
    ----------
    text
        Its characters, without a line break. A row of a table has a tab between its cells; an empty text is a gap.
    role
        ``title``, ``heading``, ``caption``, ``byline``, ``row`` (of a table), ``note`` (at the foot or end), ``text``
        (a paragraph beyond doubt), a key of `LEFT_OUT`, or nothing where the format says nothing.
    page
        The page, from 1.
    box
        Where it stands on the page.
    size
        The type size in relation to the body's, or 1 where it is unknown.
    indent, width
        Of a printed line of known geometry: the white before it, from the left edge of its column, and the room that
        its characters take as they are set, in ems of the body type. None where it is to be counted from `text`.
    block
        Lines that follow each other and have the same number stand in one block, such as a column: how they are set is
        judged by themselves. A paragraph may still go on from one block to the next.
    frame
        The number of the frame on a page that it stands in, among other text; 0 for none.
    begins
        What a printed line begins, where its place on the page tells it: ``first`` a paragraph, ``display`` a headline
        or another line that stands for itself, ``article`` a headline that is no subhead; ``later`` goes on with the
        line before it, pages and columns apart.
    """

    text: str
    role: str = ""
    page: int | None = None
    box: Box | None = None
    size: float = 1.0
    indent: float | None = None
    width: float | None = None
    block: int = 0
    frame: int = 0
    begins: str = ""


@dataclass(slots=True)
class Parsed:
    """The lines of a file, in order.

    Attributes
    ----------
    lines
    notices
        What the parser has to say: pages without text, glyphs without a character, what it left out and counted.
    held
        How many characters, white space not counted, the file holds, by a count that does not go the way of `lines`;
        None where there is no such count. Those of `lines` and of the notices must add up to it, else the reader says
        how many were lost.
    wrapped
        Whether `lines` are printed lines, of which paragraphs are made; if not, each is a paragraph. None: judge by
        looks.
    metadata
        What the file says of itself: ``title``, ``date``, ``source``, ``author``.
    sheets
        Of a workbook, which has no lines: the name and the rows of cells of each sheet.
    format
        The format, where the parser and not the reader found it out.
    figures
        Of each sheet the columns, from 0, that hold numbers or dates.
    """

    lines: list[ParsedLine]
    notices: list[Notice] = field(default_factory=list)
    held: int | None = None
    wrapped: bool | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    sheets: list[tuple[str, list[list[str]]]] = field(default_factory=list)
    format: str = ""
    figures: list[list[int]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` takes: lines as columns, those without any content left out."""
        named = {name: [getattr(line, name) for line in self.lines] for name in _COLUMNS}
        usual = {name: [default] * len(self.lines) for name, default in _DEFAULTS.items()}
        return {
            "lines": {name: column for name, column in named.items() if self.lines and column != usual.get(name)},
            "notices": [
                (notice.kind, message_json(notice.place), notice.count, message_json(notice.text))
                for notice in self.notices
            ],
            "held": self.held,
            "wrapped": self.wrapped,
            "metadata": self.metadata,
            "sheets": self.sheets,
            "format": self.format,
            "figures": self.figures,
        }

    @classmethod
    def from_json(cls, table: dict[str, Any]) -> Parsed:
        """Return what `to_json` was asked of."""
        columns = table["lines"]
        rows = zip(*columns.values(), strict=True)
        lines = [ParsedLine(**dict(zip(columns, row, strict=True))) for row in rows]
        for line in lines:
            line.box = line.box and (line.box[0], line.box[1], line.box[2], line.box[3])
        told = table["notices"]
        notices = [Notice(kind, message_of(place), count, message_of(text)) for kind, place, count, text in told]
        rest = (table[name] for name in ("held", "wrapped", "metadata", "sheets", "format", "figures"))
        return cls(lines, notices, *rest)


_COLUMNS = [column.name for column in fields(ParsedLine)]
_DEFAULTS = asdict(ParsedLine(""))
del _DEFAULTS["text"]


def solid(text: str) -> int:
    r"""Return how many characters of `text` are no white space: what is counted when nothing may get lost.

    >>> solid("高新区 提速\n")
    5
    """
    return len("".join(text.split()))


def left_out(counts: Mapping[str, int], place: str = "") -> list[Notice]:
    """Return a notice for each kind in `LEFT_OUT` whose characters a parser counted and did not hand over."""
    where = Message(" on {place}", place=place) if place else ""
    return [
        Notice(
            kind,
            place,
            count,
            Message(
                "{count:,} characters{where} are left out: {left_out}.",
                count=count,
                where=where,
                left_out=LEFT_OUT[kind],
            ),
        )
        for kind, count in counts.items()
        if count
    ]
