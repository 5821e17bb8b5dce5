"""Rows of cells as a table: aligned columns for a terminal, with Chinese characters two wide, or Markdown."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

__all__ = ["columns", "markdown", "shown", "width"]


def width(text: str) -> int:
    """Return how many columns of a terminal `text` takes.

    >>> width("目标 goals")
    10
    """
    shown = (character for character in text if not unicodedata.combining(character))
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in shown)


def columns(rows: Sequence[Sequence[object]]) -> str:
    """Return `rows` as lines; columns with numbers stand right, cells are as `shown`.

    >>> print(columns([["theme", "F1"], ["目标", 0.5], ["政策", 10]]))
    theme     F1
    目标   0.500
    政策      10
    """
    cells = [[shown(cell) for cell in row] for row in rows]
    widths = [max(width(row[i]) for row in cells) for i in range(len(cells[0]))]
    right = [any(isinstance(row[i], (int, float)) for row in rows) for i in range(len(cells[0]))]
    lines = []
    for row in cells:
        padded = [
            " " * (widths[i] - width(cell)) + cell if right[i] else cell + " " * (widths[i] - width(cell))
            for i, cell in enumerate(row)
        ]
        lines.append("  ".join(padded).rstrip())
    return "\n".join(lines)


def markdown(rows: Sequence[Sequence[object]], *, right: Collection[int] = ()) -> str:
    r"""Return `rows`, the first of them a header, as a Markdown table with a blank line behind it.

    Parameters
    ----------
    rows : sequence of rows of cells
        Shown as `shown`.
    right : collection of int
        The numbers of the columns that stand right.

    >>> print(markdown([["theme", "F1"], ["a|b", 0.5]], right=[1]))
    | theme | F1 |
    |---|--:|
    | a\|b | 0.500 |
    <BLANKLINE>
    """
    head, *body = ("| " + " | ".join(shown(cell).replace("|", r"\|") for cell in row) + " |" for row in rows)
    rule = "".join("--:|" if i in right else "---|" for i in range(len(rows[0])))
    return "\n".join([head, f"|{rule}", *body, ""])


def shown(cell: object) -> str:
    """Return a cell's text: floats with three decimals, a None as a dash."""
    if cell is None:
        return "–"
    return f"{cell:.3f}" if isinstance(cell, float) else str(cell)
