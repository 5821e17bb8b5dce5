"""What every report has in common, and which one a format's name means."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gxclassify.model import Model
    from gxclassify.reading import Document
    from gxclassify.tagged import TaggedParagraph

__all__ = ["Report", "open_report"]


class Report(AbstractContextManager["Report"]):
    """A way of writing tagged paragraphs: opened, given documents one after another, closed."""

    def __init__(self, model: Model, stream: TextIO) -> None:
        self.model = model
        self.stream = stream

    def write(self, document: Document, paragraphs: Iterable[TaggedParagraph]) -> None:
        """Write one document's tagged paragraphs."""
        raise NotImplementedError

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write what stands at the end."""


def open_report(form: str, model: Model, stream: TextIO) -> Report:
    """Return the report of that format: ``table``, ``jsonl``, ``json``, ``csv`` or ``html``.

    Parquet is no stream of text and is written by `gxclassify.scoring.bulk.tag_files`.
    """
    if form == "table":
        from gxclassify.report.terminal import TerminalReport

        return TerminalReport(model, stream)
    if form == "html":
        from gxclassify.report.html import HtmlReport

        return HtmlReport(model, stream)
    from gxclassify.report.machine import CsvReport, JsonLinesReport, JsonReport

    return {"jsonl": JsonLinesReport, "json": JsonReport, "csv": CsvReport}[form](model, stream)
