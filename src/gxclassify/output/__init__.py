"""Tagged paragraphs written for people and machines: terminal, HTML, JSON, JSON Lines, CSV, Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from gxclassify.output.forms import JsonReport, Report

if TYPE_CHECKING:
    from gxclassify.model import Model

__all__ = ["Report", "open_report"]


def open_report(form: str, model: Model, stream: TextIO) -> Report:
    """Return the report of that format, which takes document after document: ``table``, ``json`` or ``html``.

    What is made for any amount, JSON Lines, CSV and Parquet, is written by `gxclassify.scoring.bulk.tag_files`.
    """
    if form == "table":
        from gxclassify.output.terminal import TerminalReport

        return TerminalReport(model, stream)
    if form == "html":
        from gxclassify.output.html import HtmlReport

        return HtmlReport(model, stream)
    return JsonReport(model, stream)
