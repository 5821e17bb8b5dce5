"""CSV, for spreadsheets: one row a paragraph.

The columns are those of a label record, lists joined by ``;`` and evidence written ``theme:start-end``. Reading also
takes a column per theme (1, 0, or ``?`` for open), which is how many spreadsheets hold labels.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from gxclassify.errors import LabelError
from gxclassify.labels.exchange.base import MAYBE, Exported, Imported, Themes
from gxclassify.output.forms import BYTE_ORDER_MARK, CsvRows, unguarded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.labels.records import LabelRecord
    from gxclassify.themes import Taxonomy

_COLUMNS = ("id", "text", "labels", "maybe", "evidence", "article", "source", "annotator", "time")
_SEPARATOR = re.compile(r"[;,|#；，、]")
_MARK = re.compile(r"(.+):(\d+)-(\d+)")
_YES, _NO = {"1", "1.0", "true", "yes", "x", "是"}, {"", "0", "0.0", "false", "no", "否"}
_MOST_CELL = 1_000_000


def decode(text: str, where: str, themes: Themes) -> Imported:
    """Read a table with a header row; it needs ``text`` and either ``labels`` (or ``label``) or a column per theme."""
    csv.field_size_limit(_MOST_CELL)
    reader = csv.DictReader(io.StringIO(text, newline=""))
    header = {name.strip().casefold(): name for name in reader.fieldnames or []}
    listed = header.get("labels") or header.get("label")
    per_theme = {name: column for name, column in header.items() if themes.knows(name)}
    if "text" not in header or not (listed or per_theme):
        msg = f"{where}:1: the header needs a column 'text' and a column 'labels', or one for each theme."
        raise LabelError(msg)
    records = []
    try:
        for row in reader:
            place = f"{where}:{reader.line_num}"
            cells = {name: unguarded(row.get(column) or "").strip() for name, column in header.items()}
            names = _split(cells["labels" if "labels" in header else "label"]) if listed else []
            names += _ticked(cells, per_theme, place)
            records.append(
                themes.record(
                    place,
                    unguarded(row[header["text"]] or ""),
                    names,
                    spans=[_mark(mark, place) for mark in _split(cells.get("evidence", ""))],
                    maybe=_split(cells.get("maybe", "")),
                    record_id=cells.get("id"),
                    meta=cells,
                )
            )
    except csv.Error as error:
        msg = f"{where}:{reader.line_num}: not CSV ({error}); save the table as CSV, UTF-8."
        raise LabelError(msg) from error
    return Imported(records)


def _split(cell: str) -> list[str]:
    return [part.strip() for part in _SEPARATOR.split(cell) if part.strip()]


def _ticked(cells: dict[str, str], per_theme: dict[str, str], place: str) -> list[str]:
    names = []
    for name in per_theme:
        value = cells[name].casefold()
        if value in _YES:
            names.append(name)
        elif value == MAYBE:
            names.append(name + MAYBE)
        elif value not in _NO:
            msg = f"{place}: the column {name!r} holds 1, 0 or {MAYBE}. Got {cells[name]!r:.30}."
            raise LabelError(msg)
    return names


def _mark(mark: str, place: str) -> tuple[int, int, str]:
    found = _MARK.fullmatch(mark)
    if found is None:
        msg = f"{place}: evidence is written theme:start-end, for example policy:0-34. Got {mark!r:.40}."
        raise LabelError(msg)
    return int(found[2]), int(found[3]), found[1]


def encode(records: Sequence[LabelRecord], taxonomy: Taxonomy) -> Exported:  # noqa: ARG001 - all formats are called alike
    """Write a table that Excel opens as UTF-8, with formulas made harmless."""
    rows: list[Sequence[str]] = [_COLUMNS]
    for record in records:
        row = {key: getattr(record, key) for key in _COLUMNS}
        row["labels"], row["maybe"] = ";".join(record.labels), ";".join(record.maybe)
        row["evidence"] = ";".join(f"{theme}:{s}-{e}" for theme, spans in record.evidence.items() for s, e in spans)
        rows.append(list(row.values()))
    return Exported(BYTE_ORDER_MARK + CsvRows("\r\n").text(rows).encode("utf-8", "replace"))
