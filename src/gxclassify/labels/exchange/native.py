"""The project's own records, so that ``import`` and ``export`` also copy, merge and check them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gxclassify.labels.exchange.base import Exported, Imported, Themes, json_lines
from gxclassify.labels.records import LabelRecord, record_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.themes import Taxonomy


def decode(text: str, where: str, themes: Themes) -> Imported:
    """Read label records."""
    return Imported([record_of(table, place, themes.taxonomy) for place, table in json_lines(text, where)])


def encode(records: Sequence[LabelRecord], taxonomy: Taxonomy) -> Exported:  # noqa: ARG001 - all formats are called alike
    """Write label records."""
    return Exported("".join(json.dumps(r.to_json(), ensure_ascii=False) + "\n" for r in records).encode())
