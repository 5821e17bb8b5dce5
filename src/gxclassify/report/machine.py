"""Reports for machines."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any, TextIO

from gxclassify.report.base import Report

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from gxclassify.model import Model
    from gxclassify.reading import Document
    from gxclassify.tagged import TaggedParagraph

__all__ = [
    "CsvReport",
    "JsonLinesReport",
    "JsonReport",
    "csv_columns",
    "csv_row",
    "neutral",
    "record_cell",
    "split_record",
]

# A spreadsheet takes a cell that starts so for a formula, and runs it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class JsonLinesReport(Report):
    """One tagged paragraph a line."""

    def write(self, document: Document, paragraphs: Iterable[TaggedParagraph]) -> None:  # noqa: ARG002 - each line names it
        """Write one line per paragraph."""
        for paragraph in paragraphs:
            self.stream.write(json.dumps(paragraph.to_json(), ensure_ascii=False) + "\n")


class JsonReport(Report):
    """All tagged paragraphs as one JSON array."""

    def __init__(self, model: Model, stream: TextIO) -> None:
        super().__init__(model, stream)
        self._before = "["

    def write(self, document: Document, paragraphs: Iterable[TaggedParagraph]) -> None:  # noqa: ARG002 - each entry names it
        """Write the paragraphs as entries of the array."""
        for paragraph in paragraphs:
            self.stream.write(f"{self._before}\n{json.dumps(paragraph.to_json(), ensure_ascii=False)}")
            self._before = ","

    def close(self) -> None:
        """Close the array."""
        self.stream.write("[]\n" if self._before == "[" else "\n]\n")


def csv_columns(themes: Iterable[str]) -> list[str]:
    """Return the header of the CSV form: one row per paragraph, one column per theme's probability."""
    return ["document", "article", "title", "paragraph", "start", "end", "tags", "review", *themes, "text", "model"]


def csv_row(paragraph: TaggedParagraph) -> list[Any]:
    """Return a paragraph's row: tags joined by ``;``, probabilities to four places."""
    return [
        neutral(paragraph.document),
        paragraph.article,
        neutral(paragraph.title or ""),
        paragraph.paragraph,
        *paragraph.span,
        ";".join(paragraph.tags),
        paragraph.review,
        *(f"{score:.4f}" for score in paragraph.scores.values()),
        neutral(paragraph.text),
        paragraph.model,
    ]


def split_record(
    records: Sequence[Mapping[str, Any]], names: Collection[str]
) -> tuple[dict[str, list[Any]], list[dict[str, Any]]]:
    """Return the fields `names` of input records as columns, and for each record what it has besides."""
    own = {name: [record.get(name) for record in records] for name in names}
    return own, [{name: value for name, value in record.items() if name not in own} for record in records]


def record_cell(value: Any) -> str:
    """Return a field of an input record as a CSV cell: text as it is, anything else as JSON, null as nothing."""
    if value is None:
        return ""
    return neutral(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))


def neutral(cell: str) -> str:
    """Return `cell` with an apostrophe before it when a spreadsheet would run it as a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


class CsvReport(Report):
    """A table for spreadsheets, with formulas made harmless."""

    def __init__(self, model: Model, stream: TextIO) -> None:
        super().__init__(model, stream)
        self._writer = csv.writer(stream, lineterminator="\n")
        self._writer.writerow(csv_columns(model.themes))

    def write(self, document: Document, paragraphs: Iterable[TaggedParagraph]) -> None:  # noqa: ARG002 - each row names it
        """Write one row per paragraph."""
        self._writer.writerows(map(csv_row, paragraphs))
