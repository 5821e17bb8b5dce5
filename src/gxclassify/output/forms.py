"""Tagged paragraphs as the bytes of an output file: one encoder for each form that machines and spreadsheets read.

Whoever writes such a form, the command line, the server or a run over millions, asks an encoder for it: for what stands
before all paragraphs, for some paragraphs at a time, and for what stands behind them. JSON Lines, CSV and Parquet may
be cut off after any of these pieces and go on from there.
"""

from __future__ import annotations

import base64
import csv
import json
import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, TextIO

from gxclassify.reading.records.rows import FORMULA

if TYPE_CHECKING:
    from gxclassify.model.facts import Facts
    from gxclassify.model.groups import Level, TaggedGroup
    from gxclassify.model.model import Model, TaggedParagraph
    from gxclassify.reading import Document
    from gxclassify.reading.compressed import Compression

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""What every CSV file begins with: without it spreadsheets take UTF-8 for the system's old encoding."""

# What is nothing but a negative number stays one, as in a column of growth rates; behind a plus stand telephones, too.
_NUMBER = re.compile(r"-(?:[0-9]+(?:,[0-9]{3})*(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s?[%‰]?")


def harmless(cell: str) -> str:
    """Return `cell` with an apostrophe before it when a spreadsheet would run it as a formula.

    >>> harmless("=1+1"), harmless("签约12个项目"), harmless("-5.2%"), harmless("-5.2-1")
    ("'=1+1", '签约12个项目', '-5.2%', "'-5.2-1")
    """
    return f"'{cell}" if FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def json_text(value: Any) -> str:
    """Return `value` as JSON in one line, with Chinese characters as they are.

    Not a number and infinity, which JSON lacks, become null; what else JSON lacks, such as a date, becomes its text,
    bytes become base64.

    >>> print(json_text({"产值": float("nan"), "面积": 1.5}))
    {"产值": null, "面积": 1.5}
    """
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_as_text)
    except ValueError:
        loose = json.dumps(value, ensure_ascii=False, default=_as_text)
        return json.dumps(json.loads(loose, parse_constant=lambda _: None), ensure_ascii=False)


def _as_text(value: Any) -> str:
    return base64.b64encode(value).decode() if isinstance(value, bytes | bytearray | memoryview) else str(value)


def split_record(
    records: Sequence[Mapping[str, Any]], names: Collection[str]
) -> tuple[dict[str, list[Any]], list[dict[str, Any]]]:
    """Return the fields `names` of input records as columns, and for each record what it has besides."""
    own = {name: [record.get(name) for record in records] for name in names}
    return own, [{name: value for name, value in record.items() if name not in own} for record in records]


class CsvRows:
    """Rows of CSV as text, each cell quoted where it must be and every formula made harmless."""

    def __init__(self, line_end: str = "\n") -> None:
        self._line_end = line_end
        self._lines: list[str] = []
        # With this line end Python quotes both of its characters; before 3.13 it quotes those of the line end alone.
        self._writer = csv.writer(self, lineterminator="\r\n")

    def write(self, line: str) -> None:
        """Take a line from the standard library's writer."""
        self._lines.append(line.removesuffix("\r\n") + self._line_end)

    def text(self, rows: Iterable[Iterable[Any]]) -> str:
        """Return rows of cells: texts made harmless, numbers as they are, all else as JSON, None as nothing."""
        self._writer.writerows(map(_cell, row) for row in rows)
        text = "".join(self._lines)
        self._lines.clear()
        return text


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return harmless(value)
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    return value if isinstance(value, int | float | Decimal) else harmless(cell_text(value))


def cell_text(value: Any) -> str:
    """Return what is no number as the text of a cell: lists and objects as JSON, all else as it reads.

    >>> from datetime import date
    >>> cell_text([1, 2.0]), cell_text(date(2024, 3, 5))
    ('[1, 2]', '2024-03-05')
    """
    return json_text(_whole(value)) if isinstance(value, dict | list | tuple) else _as_text(value)


def _whole(value: Any) -> Any:
    """Return JSON with whole numbers without a fraction, as the pages write it, to whom both are one."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, dict):
        return {name: _whole(one) for name, one in value.items()}
    return [_whole(one) for one in value] if isinstance(value, list | tuple) else value


def four_places(score: float | None) -> str:
    """Return a probability as tables show it: what JSON has, rounded, so that all ways to a table give one number.

    >>> four_places(0.01015000004), four_places(math.nan)
    ('0.0101', '')
    """
    return "" if score is None or math.isnan(score) else f"{round(score, 6):.4f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How an output file is laid out.

    Attributes
    ----------
    form : {"json", "jsonl", "csv", "parquet"}
    compression : {"", "gzip", "zstd"}
    fields : dict of str to str
        The fields of the input's records that get a column of their own, with their types.
    more : bool
        Whether there may be records with other fields: CSV has a column for the rest then, as Parquet always has.
    evidence : bool
        Whether Parquet has a column for the evidence; CSV has no place for it.
    facts : bool
        Whether CSV and Parquet have columns for zones, date and amounts.
    level : {"paragraph", "article", "document"}
        What a row or line is.
    """

    form: Literal["json", "jsonl", "csv", "parquet"]
    compression: Compression = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    more: bool = False
    evidence: bool = True
    facts: bool = False
    level: Level = "paragraph"


class Encoder:
    """Turns tagged paragraphs into the bytes of one form; half surrogate pairs, which UTF-8 lacks, become ``?``.

    Those of JSON and those for groups take articles or documents (`TaggedGroup`) in the same way.
    """

    def head(self) -> bytes:
        """Return what stands before all paragraphs."""
        return b""

    def body(self, paragraphs: Sequence[TaggedParagraph]) -> bytes:
        """Return some paragraphs."""
        raise NotImplementedError

    def tail(self) -> bytes:
        """Return what stands behind all paragraphs."""
        return b""


class JsonLinesEncoder(Encoder):
    """One tagged paragraph a line."""

    def body(self, paragraphs: Sequence[TaggedParagraph]) -> bytes:
        """Return a line for each paragraph."""
        return "".join(json_text(p.to_json()) + "\n" for p in paragraphs).encode("utf-8", "replace")


class JsonEncoder(Encoder):
    """All tagged paragraphs as one array, an entry a line; the pieces must be asked for in their order."""

    def __init__(self) -> None:
        self._before = "[\n"

    def body(self, paragraphs: Sequence[TaggedParagraph]) -> bytes:
        """Return some entries of the array."""
        if not paragraphs:
            return b""
        text = self._before + ",\n".join(json_text(p.to_json()) for p in paragraphs)
        self._before = ",\n"
        return text.encode("utf-8", "replace")

    def tail(self) -> bytes:
        """Close the array."""
        return b"[]\n" if self._before == "[\n" else b"\n]\n"


class CsvEncoder(Encoder):
    """A table for spreadsheets: one row a paragraph, one column for each theme's probability to four places.

    What a person looks for comes first: whose text, its tags, the text; places and the model's id stand behind.

    Parameters
    ----------
    themes : sequence of str
    fields : collection of str
        The fields of the input's records that get a column ``record.NAME``; where there are any, the rest of a record
        goes, as JSON, to the column ``record``.
    more : bool
        Whether there is that column though there are no `fields`.
    facts : bool
        Whether there are columns for zones, date and amounts.
    """

    def __init__(
        self, themes: Sequence[str], fields: Collection[str] = (), *, more: bool = False, facts: bool = False
    ) -> None:
        self._themes = themes
        self._records = more or bool(fields)
        self._facts = facts
        self._fields = tuple(fields)
        self._rows = CsvRows()

    def head(self) -> bytes:
        """Return the byte-order mark and the header."""
        first = ["document", "title", "tags", "text", "review"]
        place = ["article", "paragraph", "start", "end", "kind", "subhead", "page", "box"]
        record = [*(f"record.{name}" for name in self._fields), "record"] if self._records else []
        zones = ["zones", "zone_names", "article_zone", "article_zone_name"]
        facts = [*zones, "date", "amounts"] if self._facts else []
        names = [*first, *self._themes, *place, "model", *facts, *record]
        return BYTE_ORDER_MARK + self._encoded([names])

    def body(self, paragraphs: Sequence[TaggedParagraph]) -> bytes:
        """Return a row for each paragraph, its tags joined by ``;``."""
        rows: list[list[Any]] = [
            [
                p.document, p.title, ";".join(p.tags), p.text, p.review,
                *map(four_places, p.scores.values()),
                p.article, p.paragraph, *p.span, p.kind, p.subhead, p.page, p.box, p.model,
            ]
            for p in paragraphs
        ]  # fmt: skip
        if self._facts:
            for row, paragraph in zip(rows, paragraphs, strict=True):
                row.extend(_facts_cells(paragraph.facts))
        if self._records:
            own, rest = split_record([p.record for p in paragraphs], self._fields)
            for i, row in enumerate(rows):
                row += [_json_truth(own[name][i]) for name in self._fields]
                row.append(rest[i] or None)
        return self._encoded(rows)

    def _encoded(self, rows: Iterable[Iterable[Any]]) -> bytes:
        return self._rows.text(rows).encode("utf-8", "replace")


class GroupCsvEncoder(Encoder):
    """A table of articles or documents, a row each; for each theme its greatest probability, its share, its sentence.

    Parameters
    ----------
    themes : sequence of str
    fields : collection of str
        The fields of the input's records that get a column ``record.NAME``; the rest of a record goes, as JSON, to the
        column ``record``.
    facts : bool
        Whether there are columns for zones and date.
    """

    def __init__(self, themes: Sequence[str], fields: Collection[str] = (), *, facts: bool) -> None:
        self._fields = tuple(fields)
        self._columns = [*group_columns(themes, facts=facts), *(f"record.{name}" for name in fields), "record"]
        self._rows = CsvRows()

    def head(self) -> bytes:
        """Return the byte-order mark and the header."""
        return BYTE_ORDER_MARK + self._rows.text([self._columns]).encode("utf-8", "replace")

    def body(self, paragraphs: Sequence[Any]) -> bytes:
        """Return a row for each group."""
        own, rest = split_record([group.record for group in paragraphs], self._fields)
        rows = []
        for i, group in enumerate(paragraphs):
            rows.append(
                [
                    *map(_group_cell, group_cells(group)),
                    *(_json_truth(own[name][i]) for name in self._fields),
                    rest[i] or None,
                ]
            )
        return self._rows.text(rows).encode("utf-8", "replace")


def group_columns(themes: Sequence[str], *, facts: bool) -> dict[str, str]:
    """Return the columns of a table of articles or documents, with their types; those of its records come behind."""
    columns = {"document": "string", "article": "int64", "title": "string", "paragraphs": "int64", "tags": "strings"}
    for theme in themes:
        columns |= {theme: "double", f"{theme}.share": "double", f"{theme}.sentence": "string"}
    columns["model"] = "string"
    if facts:
        columns["zones"] = "strings"
        columns |= dict.fromkeys(("article_zone", "article_zone_name", "date"), "string")
    return columns


def group_cells(group: TaggedGroup) -> list[Any]:
    """Return the cells of an article or document, in the order of `group_columns`."""
    cells: list[Any] = [group.document, group.article, group.title, group.paragraphs, list(group.tags)]
    for told in group.themes.values():
        cells += [None if math.isnan(told.score) else told.score, told.share, told.sentence]
    cells.append(group.model)
    if group.zones is not None:
        zones = [zone.id for zone in group.zones]
        cells += [zones, *(group.article_zone or (None, None)), group.date and group.date.date]
    return cells


def _group_cell(cell: Any) -> Any:
    """Return a cell of `group_cells` as CSV has it."""
    if isinstance(cell, list):
        return ";".join(cell)
    return four_places(cell) if isinstance(cell, float) else cell


def _facts_cells(facts: Facts | None) -> list[Any]:
    if facts is None:
        return [None] * 6
    zones = {mention.id: mention.name for mention in facts.zones}
    amounts = [amount.to_json() for amount in facts.amounts] or None
    return [
        ";".join(zones),
        ";".join(zones.values()),
        *(facts.article_zone or (None, None)),
        facts.date and facts.date.date,
        amounts,
    ]


def _json_truth(value: Any) -> Any:
    """Return a field of a record; its truth values are spelled as the record spells them."""
    return json_text(value) if isinstance(value, bool) else value


class Compressed(Encoder):
    """Every piece compressed by itself, where it is made: the pieces end to end are a whole file of the kind."""

    def __init__(self, plain: Encoder, compression: Compression) -> None:
        from gxclassify.reading.compressed import compressor

        self._plain = plain
        self._compress = compressor(compression)

    def head(self) -> bytes:
        """Return what stands before all paragraphs, packed."""
        return self._packed(self._plain.head())

    def body(self, paragraphs: Sequence[TaggedParagraph]) -> bytes:
        """Return some paragraphs, packed."""
        return self._packed(self._plain.body(paragraphs))

    def tail(self) -> bytes:
        """Return what stands at the end, packed."""
        return self._packed(self._plain.tail())

    def _packed(self, data: bytes) -> bytes:
        return self._compress(data) if data else b""


class Report(AbstractContextManager["Report"]):
    """A way of writing tagged paragraphs: opened, given documents one after another, closed.

    Parameters
    ----------
    model : Model
    stream : TextIO
    level : {"paragraph", "article", "document"}
        What is written.
    """

    def __init__(self, model: Model, stream: TextIO, level: Level = "paragraph") -> None:
        self.model = model
        self.stream = stream
        self.level = level

    def write(self, document: Document, paragraphs: Iterable[TaggedParagraph]) -> None:
        """Write one document's tagged paragraphs."""
        raise NotImplementedError

    def leave_out(self, problem: str) -> None:
        """Take note of the sentence on an input that could not be read, where the form has a place for it."""

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            self.abandon()

    def abandon(self) -> None:
        """Let go of what is held besides the stream, when nothing is to be written any more."""

    def close(self) -> None:
        """Write what stands at the end."""


class JsonReport(Report):
    """All tagged paragraphs, articles or documents as one JSON array."""

    def __init__(self, model: Model, stream: TextIO, level: Level = "paragraph") -> None:
        super().__init__(model, stream, level)
        self._encoder = JsonEncoder()

    def write(self, document: Document, paragraphs: Iterable[TaggedParagraph]) -> None:
        """Write the paragraphs, or what they make up, as entries of the array."""
        from gxclassify.model.groups import groups_in

        entries: Any = paragraphs if self.level == "paragraph" else groups_in(document, paragraphs, self.level)
        self.stream.write(self._encoder.body(list(entries)).decode())

    def close(self) -> None:
        """Close the array."""
        self.stream.write(self._encoder.tail().decode())
