"""The runs of a page to columns in reading order, by cuts one inside the other, and each column to its lines.

A region is cut at white as high as a part of the page, at ruling lines and headlines over its columns
(`pdf.head_cuts`), between columns (`pdf.columns`), and else between rows.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from gxclassify.reading.pdf.columns import (
    above_and_below,
    column_cut,
    count_rows,
    gutters_of_prose,
    is_captioned,
    side_by_side,
    staggered,
    tops_beside,
    white_strips,
)
from gxclassify.reading.pdf.head_cuts import head_cut, with_its_head, with_last_head
from gxclassify.reading.pdf.lines import FLAT, body_size, lines_of_column, one_above_other
from gxclassify.reading.pdf.tables import tables_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gxclassify.reading.pdf.lines import PageLine, Rule, Run

_LONG_RULE = 8.0  # ems: a shorter ruling line parts no columns
_HIGH = 8.0  # ems of white over the whole width, which part a page before its columns do
_THIN = 0.2  # ems: a white strip between rows is no thinner
_BAND = 1.2  # ems
_HEAD_SIZE = 1.2  # ems: of a headline
_TRIED = 12  # white strips, the widest first
_MASTHEAD = 4  # rows: what stands over the first headline of a page is no text in columns
_MOST_OF_MASTHEAD = 12  # runs: lines of columns that are not level are one row, too
_DEEPEST = 40

_Rules = list[tuple[float, float, float]]  # level ones: y, and where each begins and ends


def reading_order(runs: Sequence[Run], rules: Iterable[Rule] = ()) -> list[list[PageLine]]:
    """Return the columns of a page in reading order, each as its lines from top to bottom."""
    if not runs:
        return []
    em = body_size(runs)
    level = sorted((y0, x0, x1) for x0, y0, x1, y1 in rules if abs(y1 - y0) <= FLAT and x1 - x0 >= _LONG_RULE * em)
    return [lines_of_column(region) for region in _cut(list(runs), em, level, 0)]


def _cut(runs: list[Run], em: float, rules: _Rules, depth: int) -> list[list[Run]]:
    """Cut a region at its white strips: between columns where it can be, else between rows, from the widest down."""
    if len(runs) < 2 or depth >= _DEEPEST:  # noqa: PLR2004
        return [runs] if runs else []
    if not side_by_side(runs):
        columns = _pictured_cut(runs, em) or staggered(runs, em)
        return [region for column in columns for region in _cut(column, em, rules, depth + 1)] or [runs]
    if parted := _table_cut(runs, em):
        above, table, below = parted
        return [*_cut(above, em, rules, depth + 1), table, *_cut(below, em, rules, depth + 1)]
    parts: Sequence[list[Run]] | None = _wide_cut(runs, em)
    if not parts and (parts := _rule_cut(runs, em, rules) or head_cut(runs, em)):
        first, *rest = parts
        if _is_masthead(first, rest[0], em):
            return [first, *(region for part in rest for region in _cut(part, em, rules, depth + 1))]
    parts = parts or column_cut(runs, em) or _pictured_cut(runs, em) or _caption_cut(runs) or _row_cut(runs, em)
    if not parts:
        return [runs]
    return [region for part in parts for region in _cut(part, em, rules, depth + 1)]


def _is_masthead(runs: Sequence[Run], below: Sequence[Run], em: float) -> bool:
    """Tell whether the few lines above others are the name, date and page of a newspaper: no article, if short."""
    if count_rows(runs) > _MASTHEAD or len(runs) > _MOST_OF_MASTHEAD:
        return False
    if max(run.y1 for run in runs) > min(run.y0 for run in below):
        return False
    return not any(gutters_of_prose(part, em) for part in (runs, *head_cut(runs, em)))


def _table_cut(runs: Sequence[Run], em: float) -> tuple[list[Run], list[Run], list[Run]] | None:
    """Return what stands above the first table that nothing stands beside, the table, and what stands below it."""
    for table in tables_of(runs):
        top, bottom = min(run.y0 for run in table), max(run.y1 for run in table)
        rest = [run for run in runs if run.table != table[0].table]
        above = [run for run in rest if run.y <= top + 0.2 * run.size]
        below = [run for run in rest if run.y0 >= bottom - 0.2 * run.size]
        if rest and len(above) + len(below) == len(rest):
            return (*(with_its_head(above, table, em) if above else (above, table)), below)
    return None


def _rule_cut(runs: Sequence[Run], em: float, rules: _Rules) -> tuple[list[Run], list[Run]] | None:
    """Return the runs above and below the first ruling line over the whole region, with no text across it."""
    if not rules:
        return None
    left, right = min(run.x0 for run in runs) + em, max(run.x1 for run in runs) - em
    for y, x0, x1 in rules:
        if x0 <= left and x1 >= right:
            above = [run for run in runs if run.y <= y]
            below = [run for run in runs if run.y1 > y and run.y - 0.5 * run.size >= y]
            if above and below and len(above) + len(below) == len(runs):
                return above, below
    return None


def _wide_cut(runs: Sequence[Run], em: float) -> tuple[list[Run], list[Run]] | None:
    """Return the runs above and below white that is as high as a part of the page, such as a picture, if there is.

    A picture with nothing but captions below it lies in a column.
    """
    strips = white_strips((run.y0, run.y1) for run in runs)
    start, end = max(strips, key=lambda strip: strip[1] - strip[0], default=(0.0, 0.0))
    above, below = above_and_below(runs, (start, end))
    if end - start < _HIGH * em or is_captioned(below):
        return None
    return with_last_head(above, below, em)


def _pictured_cut(runs: Sequence[Run], em: float) -> tuple[list[Run], list[Run]] | None:
    """Return the headline on top of all, and what is below it, if captions show that pictures stand among that."""
    heads = [run for run in runs if run.size > _HEAD_SIZE * em]
    rest = [run for run in runs if run.size <= _HEAD_SIZE * em]
    if not heads or not any(run.role == "caption" for run in rest):
        return None
    return (heads, rest) if max(run.y1 for run in heads) <= min(run.y0 for run in rest) else None


def _caption_cut(runs: Sequence[Run]) -> tuple[list[Run], list[Run]] | None:
    """Return the text and the captions of a region in which one stands beside text, alone in its column."""
    captions = [run for run in runs if run.role == "caption"]
    text = [run for run in runs if run.role != "caption"]
    pairs = ((run, caption) for caption in captions for run in text if not one_above_other(run, caption))
    return (text, captions) if any(min(a.y1, b.y1) > max(a.y0, b.y0) for a, b in pairs) else None


def _row_cut(runs: Sequence[Run], em: float) -> tuple[list[Run], list[Run]] | None:
    """Return the runs above and below the white strip that best frees columns, if the region has any.

    Columns that nothing crosses are worth most; then a band that is much wider than the other strips, come what may.
    """
    strips = [strip for strip in white_strips((run.y0, run.y1) for run in runs) if strip[1] - strip[0] > _THIN * em]
    if not strips:
        return None
    strips.sort(key=lambda strip: strip[0] - strip[1])
    usual = median(end - start for start, end in strips)
    beside = list(tops_beside(runs))
    highest, lowest = min(beside), max(beside)
    for allowed in (0, None):
        best, best_gain = None, 0.0
        for start, end in strips[:_TRIED]:
            above, below = above_and_below(runs, (start, end))
            freed = sum(
                len(part)
                for part, are_beside in ((above, highest < start), (below, lowest > start))
                if are_beside and column_cut(part, em, allowed)
            )
            if freed and freed + 0.001 * (end - start) > best_gain:
                best, best_gain = (above, below), freed + 0.001 * (end - start)
        if best:
            return with_its_head(*best, em)
        start, end = strips[0]
        if end - start > max(_BAND * em, 2 * usual):
            return with_its_head(*above_and_below(runs, (start, end)), em)
    return None
