"""Tagged paragraphs that `predict` wrote and people went over: their tags are labels, what else the model said is not.

A paragraph without tags tells no theme, as for a survey. Those of an article stay together.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gxclassify.messages import Message, named
from gxclassify.reading.records.fields import fields_before
from gxclassify.reading.records.written import sheet_headings, theme_columns

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

Row = tuple[str, Sequence[str]]
"""Where a row of a table stands, and its cells."""


def label_rows(
    names: Sequence[str],
    rows: Sequence[Row],
    fields: Mapping[str, str],
    wanted: Collection[str],
    *,
    tagged: bool = True,
) -> tuple[list[str], list[Row]]:
    """Return the header and the rows of a table of results as those of a table of labels.

    Parameters
    ----------
    names : sequence of str
        The header.
    rows : sequence of Row
    fields : mapping of str to str
        Which columns hold which field of a tagged paragraph.
    wanted : collection of str
        Further columns that are kept where people have added them, in small letters.
    tagged : bool
        Whether its tags are labels; else people told the labels in columns of their own.
    """
    columns = {field: name for name, field in fields.items()}
    first = int(columns.get("article") != "article")  # in a sheet articles are counted from one
    added = [name for name in names if name not in fields and name.casefold() in wanted]
    tables = [(place, dict(zip(names, row, strict=False))) for place, row in rows]
    own = [
        fields_before(cells) | {name: cell for name, cell in cells.items() if cell and name not in fields}
        for _, cells in tables
    ]
    ids = [str(told.get("id") or "") for told in own]
    header = [columns["text"], *([columns["tags"]] if tagged else []), *added, "article", "source"]
    if all(ids) and len({*ids}) == len(ids):
        header.append("id")
    found: list[Row] = []
    for (place, cells), told, number in zip(tables, own, ids, strict=True):
        document, number_of = (cells.get(columns.get(field, ""), "") for field in ("document", "article"))
        article = (document, str(int(number_of) - first) if number_of.isdecimal() else number_of)
        row = {
            **cells,
            columns["tags"]: cells.get(columns["tags"], "").strip() or "[]",
            "article": str(told.get("article") or ":".join(filter(None, article))),
            "source": str(told.get("source") or ""),
            "id": number,
        }
        found.append((place, [row.get(name, "") for name in header]))
    return header, found


def names_of_themes(names: Sequence[str], rows: Sequence[Row]) -> dict[str, str]:
    """Return by what names people may call the themes of a table of results, with their ids.

    These are what its columns of probabilities are called, and any name of the shipped model's themes where they are,
    or where people took these columns away.
    """
    from gxclassify.loading import load_model

    shipped = load_model().taxonomy
    columns = theme_columns(names, sheet_headings(tuple(names))) or [*filter(shipped.find, names)]
    if not columns and "scores" in names and rows:  # of JSON
        columns = [*json.loads(dict(zip(names, rows[0][1], strict=False))["scores"])]
    ids = {shipped.find(column) for column in columns} or {*shipped.ids}
    if None in ids:
        return {column: column for column in columns}
    return {name: one.id for one in shipped.themes if one.id in ids for name in (one.id, one.zh, one.en)}


def said(column: str) -> Message:
    """Return a notice of how a table of results is read."""
    return Message(
        "This is what predict wrote: the tags in {column!r} are taken for labels, an empty one for no theme, and "
        "probabilities and evidence are passed over.",
        column=column,
    )


def said_otherwise(columns: Sequence[str]) -> Message:
    """Return a notice of how a table of results is read in which people filled in columns of labels."""
    return Message(
        "This is what predict wrote, and the labels are those of {columns}: what the model said is passed over.",
        columns=named(columns),
    )
