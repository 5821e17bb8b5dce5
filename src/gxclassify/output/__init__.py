"""Tagged paragraphs written for people and machines: terminal, HTML, workbook, JSON, JSON Lines, CSV, Parquet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal, TextIO

from gxclassify.output.forms import (
    Compressed,
    CsvEncoder,
    Encoder,
    GroupCsvEncoder,
    JsonEncoder,
    JsonLinesEncoder,
    JsonReport,
    Layout,
    Report,
)

if TYPE_CHECKING:
    from gxclassify.model.groups import Level, TaggedGroup
    from gxclassify.model.model import Model, TaggedParagraph

__all__ = ["Report", "encode", "encode_groups", "encoder_for", "open_report"]


def open_report(
    form: str,
    model: Model,
    stream: TextIO,
    *,
    level: Level = "paragraph",
    fields: Iterable[str] = (),
    more: bool = False,
    facts: bool = False,
) -> Report:
    """Return the report of that format, which takes document after document: ``table``, ``json``, ``html`` or ``xlsx``.

    It takes paragraphs whatever the level, and makes articles or documents of them itself.

    What is made for any amount, JSON Lines, CSV and Parquet, is written by `gxclassify.scoring.bulk.tag_files`. A
    workbook goes to the bytes below `stream`, with columns for the records' `fields`, for what they have `more`, and
    for zones, date and amounts.
    """
    if form == "xlsx":
        from gxclassify.output.xlsx import XlsxReport

        return XlsxReport(model, stream, level=level, fields=fields, more=more, facts=facts)
    if form == "table":
        from gxclassify.output.terminal import TerminalReport

        return TerminalReport(model, stream, level)
    if form == "html":
        from gxclassify.output.html import HtmlReport

        return HtmlReport(model, stream, level)
    return JsonReport(model, stream, level)


def encoder_for(layout: Layout, themes: Sequence[str]) -> Encoder:
    """Return the encoder of a layout."""
    if layout.form == "parquet" and layout.level != "paragraph":
        from gxclassify.output.parquet import GroupParquetEncoder

        return GroupParquetEncoder(themes, layout.fields, facts=layout.facts)
    if layout.form == "parquet":
        from gxclassify.output.parquet import ParquetEncoder

        return ParquetEncoder(themes, layout.fields, evidence=layout.evidence, facts=layout.facts)
    plain: Encoder
    if layout.form == "csv" and layout.level != "paragraph":
        plain = GroupCsvEncoder(themes, layout.fields, facts=layout.facts)
    elif layout.form == "csv":
        plain = CsvEncoder(themes, layout.fields, more=layout.more, facts=layout.facts)
    else:
        plain = JsonEncoder() if layout.form == "json" else JsonLinesEncoder()
    return Compressed(plain, layout.compression) if layout.compression else plain


def encode(
    form: Literal["json", "jsonl", "csv"], themes: Sequence[str], paragraphs: Sequence[TaggedParagraph]
) -> bytes:
    """Return a whole file of `paragraphs`; in CSV every field of their records has its column."""
    names = dict.fromkeys(name for paragraph in paragraphs for name in paragraph.record)
    facts = any(paragraph.facts is not None for paragraph in paragraphs)
    encoder = encoder_for(Layout(form=form, fields=dict.fromkeys(names, "json"), facts=facts), themes)
    return encoder.head() + encoder.body(paragraphs) + encoder.tail()


def encode_groups(
    form: Literal["json", "jsonl", "csv"], themes: Sequence[str], groups: Sequence[TaggedGroup], level: Level
) -> bytes:
    """Return a whole file of articles or documents; in CSV every field of their records has its column."""
    names = dict.fromkeys(name for group in groups for name in group.record)
    facts = any(group.zones is not None for group in groups)
    layout = Layout(form=form, fields=dict.fromkeys(names, "json"), facts=facts, level=level)
    encoder: Any = encoder_for(layout, themes)
    return bytes(encoder.head() + encoder.body(groups) + encoder.tail())
