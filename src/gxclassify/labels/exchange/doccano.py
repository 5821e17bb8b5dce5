"""doccano's JSON Lines.

Text classification: ``{"text", "label": [name, …]}``. Intent detection and slot filling, which has labels and spans:
``{"text", "cats": [name, …], "entities": [[start, end, name], …]}``. Sequence labelling: ``{"text", "label": [[start,
end, name], …]}``, and with relations ``"entities": [{"label", "start_offset", "end_offset"}, …]``. Every other field
is doccano's metadata of the example and comes back as it went in, but for ``id``, which doccano gives itself.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gxclassify.errors import LabelError
from gxclassify.labels.exchange.base import MAYBE, Exported, Imported, Themes, json_lines, metadata
from gxclassify.labels.exchange.table import Cells
from gxclassify.messages import Message, json_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.labels.records import LabelRecord
    from gxclassify.themes import Taxonomy

_MARKS = "entities"
_KEYS = ("label", "labels", "cats", _MARKS)
_TRIPLE = 3
_TOLD = 0.5  # from which a category counts


def decode(text: str, where: str, themes: Themes) -> Imported:
    """Read an export of any of the shapes."""
    records, silent, empty = [], 0, 0
    cells = Cells(themes)
    for place, table in json_lines(text, where):
        names: list[Any] = []
        spans: list[tuple[Any, Any, Any]] = []
        spans_tell = True
        for key in _KEYS:
            listed = _listed(table.get(key), place, key, cells)
            own = [_span(item, place) for item in listed if not isinstance(item, str)]
            names += [item for item in listed if isinstance(item, str)]
            spans += own
            spans_tell &= bool(own) or key == _MARKS or table.get(key) is None
        if not set(_KEYS) & set(table):
            raise LabelError(
                "{place}: neither label, cats nor entities; export an annotated doccano project as JSONL.", place=place
            )
        given = [table[key] for key in _KEYS if table.get(key) is not None]
        if not given and not themes.empty_is_none:
            silent += 1
            continue
        empty += not names and not (spans_tell and spans)
        meta = {**table, **(table.get("meta") or {})} if isinstance(table.get("meta"), dict) else table
        record_id = meta.get("record_id") or (f"doccano-{table['id']}" if "id" in table else None)
        content = table.get("text", table.get("data"))
        records.append(
            themes.record(place, content, names, spans=spans, spans_tell=spans_tell, record_id=record_id, meta=meta)
        )
    unclear = Message(
        "{n} {n:example has|examples have} an empty list of labels: taken for no theme. Export approved ones alone.",
        n=empty,
    )
    return Imported(records, [unclear] if empty else [], silent)


def _listed(value: Any, place: str, key: str, cells: Cells) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, str):
        return [name for part in value.split("#") for name in cells.split(part)]  # doccano joins with #, others with 、
    if isinstance(value, dict) and all(isinstance(said, int | float) for said in value.values()):
        return [name for name, said in value.items() if said >= _TOLD]  # as spaCy and Prodigy write categories
    if isinstance(value, list):
        return [str(item) if _is_number(item) else item for item in value]
    if _is_number(value):
        return [str(value)]  # of a class, as sets of data for training have it
    raise LabelError(
        "{place}: {key!r} is a list of labels in a doccano export. Got {type}.",
        place=place,
        key=key,
        type=json_word(value),
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _span(item: Any, place: str) -> tuple[Any, Any, Any]:
    if isinstance(item, list) and len(item) == _TRIPLE:
        return item[0], item[1], item[2]
    if isinstance(item, dict) and {"start_offset", "end_offset", "label"} <= set(item):
        return item["start_offset"], item["end_offset"], item["label"]
    raise LabelError("{place}: not a label, nor a marked span of doccano: {item!r:.60}.", place=place, item=item)


def encode(records: Sequence[LabelRecord], taxonomy: Taxonomy) -> Exported:  # noqa: ARG001 - all formats are called alike
    """Write the shape of text classification, or where sentences are marked that of intent detection."""
    marked = any(record.evidence for record in records)
    lines = []
    for record in records:
        names = [*record.labels, *(theme + MAYBE for theme in record.maybe)]
        table: dict[str, Any] = {"text": record.text, "cats" if marked else "label": names}
        if marked:
            table["entities"] = sorted([s, e, t] for t, spans in record.evidence.items() for s, e in spans)
        lines.append(json.dumps({**table, **metadata(record)}, ensure_ascii=False) + "\n")
    project = "Intent Detection and Slot Filling" if marked else "Text Classification"
    return Exported("".join(lines).encode(), [Message("For a doccano project of the type {project}.", project=project)])
