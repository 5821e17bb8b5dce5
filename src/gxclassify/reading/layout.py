"""How a text is set: hard-wrapped into columns or not, how wide the columns are, whether indents survive."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from gxclassify.reading.cues import STRONG_END

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.reading.lines import Line

__all__ = ["Layout", "find_layout"]

_NARROWEST, _WIDEST = 7, 64
_WINDOW = 24  # lines: enough to see a column's width, few enough to see it change
_MOST_WIDTHS = 5
_NEARLY = 0.4
_SUPPORT = 0.45  # of 2 for a full line and 1 for one that is nearly so, per line of a window
_PAUSES = "。！？…；：，、”’）》"


@dataclass(frozen=True, slots=True)
class Layout:
    """The typesetting of a hard-wrapped text.

    Attributes
    ----------
    widths
        The column widths that occur, in ems, the commonest first.
    lost_indent
        How many ems the first line of a paragraph is shorter by although no indent is to be seen.
    indented
        The share of paragraphs whose indent survives, 0 to 1.
    gap
        The usual number of empty lines between two lines.
    looseness
        The share of lines broken in mid-sentence although the next unit would just have fitted: near 0 where lines
        are filled greedily, higher where they are justified by other rules.
    squeezed
        Whether the compositor squeezes marks to get more into a line than the column is wide.
    spaced
        Whether spaces stand between Chinese characters and digits.
    """

    widths: tuple[float, ...]
    lost_indent: float
    indented: float
    gap: int
    looseness: float
    squeezed: bool
    spaced: bool = False


def find_layout(lines: Sequence[Line], *, spaced: bool = False) -> Layout | None:
    """Find how `lines` are set; None where they are not hard-wrapped, each line being a paragraph.

    Hard-wrapped text shows itself in three ways: many lines reach the same width, few go beyond, and most that reach
    it break off in the middle of a sentence.
    """
    if len(lines) < 3:  # noqa: PLR2004 (two lines show no width)
        return None
    sample = lines[:20_000]
    widths = _column_widths(sample)
    if not widths:
        return None
    full = [any(w - 2.6 <= line.width + min(line.indent, 2) <= w + 1.1 for w in widths) for line in sample]
    reaching = [line for line, is_full in zip(sample, full, strict=True) if is_full]
    longer = sum(line.width > max(widths) + 2 for line in sample)
    broken = sum(STRONG_END.search(line.text) is None for line in reaching)
    marks = sum(line.text.count("，") + line.text.count("。") + line.text.count("、") for line in sample)
    characters = sum(len(line.text) for line in sample)
    if len(reaching) < 0.3 * len(sample) or longer > 0.25 * len(sample):
        return None
    if broken < max(2, 0.5 * len(reaching)) or marks < 0.012 * characters:
        return None
    gap = Counter(line.gap for line in sample[1:]).most_common(1)[0][0]
    return Layout(widths, 2.0, _indented(sample), gap, *_manner(sample, widths), spaced)


def _column_widths(lines: Sequence[Line]) -> tuple[float, ...]:
    support: Counter[int] = Counter()
    rounded = [line.width + min(line.indent, 2.0) for line in lines]
    for start in range(0, max(1, len(rounded) - _WINDOW // 2), _WINDOW // 2):
        window = rounded[start : start + _WINDOW]
        scores: Counter[int] = Counter()
        for w in window:
            column = int(w + 0.5)  # a line of half-width signs may stop half an em early
            scores[column] += 2
            scores[int(w)] += w == int(w)
            scores[column - 1] += 1  # or its last mark hangs one em beyond
        column, score = max(scores.items(), key=lambda item: (item[1], item[0]))
        if scores[column + 2] >= _NEARLY * score:  # first lines, shorter by a lost indent, are as many as full ones
            column += 2
        if score >= _SUPPORT * len(window):
            support[column] += score
    total = sum(support.values())
    known = [(w, s) for w, s in support.most_common(_MOST_WIDTHS) if s >= 0.04 * total]
    first_lines = {w for w, s in known if support[w + 2] > 2 * s}  # shorter by a lost indent, no column of its own
    return tuple(float(w) for w, _ in known if _NARROWEST <= w <= _WIDEST and w not in first_lines)


def _indented(lines: Sequence[Line]) -> float:
    """Estimate the share of paragraphs that keep their indent: of lines after a full stop in a short line."""
    widest = sorted(line.width for line in lines)[int(0.9 * (len(lines) - 1))]
    starts = [
        line.indent >= 1
        for before, line in pairwise(lines)
        if before.width < widest - 3 and STRONG_END.search(before.text)
    ]
    return sum(starts) / len(starts) if starts else 0.0


def _manner(lines: Sequence[Line], widths: Sequence[float]) -> tuple[float, bool]:
    """Judge from the lines that break off inside a clause, and so are full, how they were filled."""
    loose = tight = beyond = 0
    narrowest, widest = min(widths) - 1.6, max(widths)
    sets = [line.width + min(line.indent, 2.0) for line in lines]
    for i in range(1, len(lines) - 1):
        inside = all(narrowest < sets[j] <= widest + 2 for j in (i - 1, i, i + 1))
        if not inside or lines[i].text[-1] in _PAUSES:
            continue
        column = min((w for w in widths if sets[i] <= w + 1), default=widest)
        beyond += sets[i] > widest
        loose += sets[i] + lines[i + 1].head <= column
        tight += 1
    return loose / max(1, tight), beyond > 0.03 * tight
