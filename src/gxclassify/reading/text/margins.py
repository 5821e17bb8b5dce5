"""Text that a program set in and wrapped, as a browser prints a page to a file: white before each line is no indent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gxclassify.reading.document import Repair
from gxclassify.reading.text.blocks import join, joined
from gxclassify.reading.text.cues import ITEM
from gxclassify.reading.text.lines import Line, Lines
from gxclassify.reading.text.signs import ASCII, COMMA, FULL_STOP, PAUSE, PAUSING, SEMICOLON

if TYPE_CHECKING:
    from collections.abc import Sequence

_INDENT = 1.0  # ems
_NARROWEST, _WIDEST = 20.0, 84.0  # ems: columns of running text
_FEWEST = 3  # lines that go on in one set in as they are
_MOSTLY = 4  # times as many as go on at the left edge
_CLOSE = 3.0  # ems: full lines are not shorter by more than this than most of them
_FULL = 0.8  # the share of them that are full
_RUNNING = 0.5  # the share of them with a comma or a stop
_PARTED = 15  # lines a paragraph on average, which empty lines part
_FIRST = 4.0  # ems: a first line is set in no farther
_ROOM = 1.0  # ems: programs count marks such as “ and … as wide, or not
# What begins an item of a list, whose other lines are set in farther: * 园区 | + 企业 | 1. 项目 | 2）项目
_MARK = re.compile(
    r"(?:[*+o–—-](?=\s)|[•·]|[（(]?[0-9a-z]{1,2}[.)）、]|[0-9]{1,2}(?:\.[0-9]{1,2})+\.?(?=\s))(?![0-9])\s*"
)


def without_margin(lines: Lines) -> Lines:
    """Return lines that are all set in without the white that each of them has."""
    margin = float(lines.indent.min())
    return lines.set_out(margin) if margin >= _INDENT else lines


def unwrap(lines: Lines) -> Lines | None:
    """Return lines that stand behind a margin with each paragraph as one line; None where lines stand otherwise.

    A margin shows itself by full lines that break off in mid-sentence above others set in as far as they are, where
    empty lines part the paragraphs. The line of an item or a first line may be set in otherwise than the next.
    """
    import numpy as np

    indent, gap = lines.indent, lines.gap
    deep = indent >= _INDENT
    if len(lines) <= _FEWEST or 2 * np.count_nonzero(deep) < len(lines) or _PARTED * np.count_nonzero(gap) < len(lines):
        return None
    reach, signs = lines.width + indent, lines.signs
    beside = gap[1:] == 0
    broken = beside & (signs.last[:-1] & (PAUSING | ASCII) == 0) & (reach[:-1] >= _NARROWEST)
    alike = broken & deep[:-1] & (indent[1:] == indent[:-1])
    count = np.count_nonzero(alike)
    if count < _FEWEST or count < _MOSTLY * np.count_nonzero(broken & ~deep[1:]):
        return None
    running = np.count_nonzero(alike & (signs.any[:-1] & (COMMA | FULL_STOP | SEMICOLON | PAUSE) != 0))
    usual = float(np.median(reach[:-1][alike]))
    near = np.abs(reach[:-1][alike] - usual) <= _CLOSE
    if running < _RUNNING * count or np.count_nonzero(near) < _FULL * count or usual > _WIDEST:
        return None
    full = beside & (reach[:-1] <= usual + _CLOSE) & (reach[:-1] + lines.head[1:] > usual - _ROOM)
    items = [_MARK.match(text) is not None or ITEM.match(text) is not None for text in lines.texts]
    later = [False] * len(lines)
    for i in full.nonzero()[0].tolist():
        step = indent[i + 1] - indent[i]
        first = not later[i]
        goes_on = step == 0 or (first and (items[i] if step > 0 else -step <= _FIRST))
        later[i + 1] = bool(goes_on) and not (items[i + 1] and step <= 0)
    starts = [i for i, is_later in enumerate(later) if not is_later]
    return Lines.of(_one([*lines[a:b]]) for a, b in zip(starts, [*starts[1:], len(lines)], strict=True))


def _one(lines: Sequence[Line]) -> Line:
    """Return the line that the lines of a paragraph make."""
    first, body = lines[0], join(lines)
    if len(lines) == 1:
        return Line(first.text, first.span, 0.0, first.gap, first.width, first.moved, first.repairs)
    repairs = [repair for line in lines for repair in line.repairs]
    made = (*repairs, Repair("joined_lines", body.span, joined(len(lines))))
    wide = sum(line.width for line in lines)
    return Line(body.text, body.span, 0.0, first.gap, wide, body.segments, made)
