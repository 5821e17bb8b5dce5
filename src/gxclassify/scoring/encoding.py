"""Tagged paragraphs as the bytes of an output file, chunk by chunk, so that a file can be cut off after any chunk."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from gxclassify.reading.compressed import Compression, compressor
from gxclassify.report.machine import csv_columns, csv_row, record_cell, split_record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gxclassify.tagged import TaggedParagraph

__all__ = ["Encoder", "Layout", "encoder_for"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How an output file is laid out.

    Attributes
    ----------
    form : {"jsonl", "csv", "parquet"}
    compression : {"", "gzip", "zstd"}
    fields : dict of str to str
        The fields of the input's records that get a column of their own, with their types.
    evidence : bool
        Whether the evidence is written; CSV has no place for it.
    """

    form: Literal["jsonl", "csv", "parquet"]
    compression: Compression = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    evidence: bool = True


class Encoder(Protocol):
    """Turns tagged paragraphs into bytes."""

    def head(self) -> bytes:
        """Return what stands before all paragraphs."""
        ...

    def body(self, paragraphs: Sequence[TaggedParagraph]) -> bytes:
        """Return some paragraphs."""
        ...


def encoder_for(layout: Layout, themes: Sequence[str]) -> Encoder:
    """Return the encoder of a layout."""
    if layout.form == "parquet":
        from gxclassify.report.parquet import ParquetRows  # noqa: PLC0415 - loads pyarrow

        return ParquetRows(themes, layout.fields, evidence=layout.evidence)
    plain: Encoder = _CsvRows(themes, layout.fields) if layout.form == "csv" else _JsonLines()
    return _Compressed(plain, layout.compression) if layout.compression else plain


class _JsonLines:
    def head(self) -> bytes:
        return b""

    def body(self, paragraphs: Sequence[TaggedParagraph]) -> bytes:
        lines = [json.dumps(p.to_json(), ensure_ascii=False, default=str) + "\n" for p in paragraphs]
        return "".join(lines).encode("utf-8", "replace")


class _CsvRows:
    def __init__(self, themes: Sequence[str], fields: Mapping[str, str]) -> None:
        self._themes = themes
        self._fields = tuple(fields)

    def head(self) -> bytes:
        columns = csv_columns(self._themes)
        if self._fields:
            columns += [f"record.{name}" for name in self._fields] + ["record"]
        return self._rows([columns])

    def body(self, paragraphs: Sequence[TaggedParagraph]) -> bytes:
        rows = [csv_row(paragraph) for paragraph in paragraphs]
        if self._fields:
            own, rest = split_record([paragraph.record for paragraph in paragraphs], self._fields)
            for i, row in enumerate(rows):
                row.extend([record_cell(own[name][i]) for name in self._fields] + [record_cell(rest[i] or None)])
        return self._rows(rows)

    @staticmethod
    def _rows(rows: Sequence[Sequence[object]]) -> bytes:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        return text.getvalue().encode("utf-8", "replace")


class _Compressed:
    """Every piece compressed by itself, where it is made: the pieces end to end are a whole file of the kind."""

    def __init__(self, plain: Encoder, compression: Compression) -> None:
        self._plain = plain
        self._compress = compressor(compression)

    def head(self) -> bytes:
        data = self._plain.head()
        return self._compress(data) if data else b""

    def body(self, paragraphs: Sequence[TaggedParagraph]) -> bytes:
        data = self._plain.body(paragraphs)
        return self._compress(data) if data else b""
