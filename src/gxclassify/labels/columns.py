"""Rows of cells as lines of aligned columns, with Chinese characters two columns wide."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["columns", "width"]


def width(text: str) -> int:
    """Return how many columns of a terminal `text` takes.

    >>> width("目标 goals")
    10
    """
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def columns(rows: Sequence[Sequence[object]], *, indent: str = "") -> str:
    """Return `rows` as lines; numbers stand right, a None is shown as ``-``, floats have three decimals.

    >>> print(columns([["theme", "F1"], ["目标", 0.5], ["政策", 10]]))
    theme     F1
    目标   0.500
    政策      10
    """
    cells = [[_shown(cell) for cell in row] for row in rows]
    widths = [max(width(row[i]) for row in cells) for i in range(len(cells[0]))]
    right = [any(isinstance(row[i], (int, float)) for row in rows) for i in range(len(cells[0]))]
    lines = []
    for row in cells:
        padded = [
            " " * (widths[i] - width(cell)) + cell if right[i] else cell + " " * (widths[i] - width(cell))
            for i, cell in enumerate(row)
        ]
        lines.append((indent + "  ".join(padded)).rstrip())
    return "\n".join(lines)


def _shown(cell: object) -> str:
    if cell is None:
        return "-"
    return f"{cell:.3f}" if isinstance(cell, float) else str(cell)
