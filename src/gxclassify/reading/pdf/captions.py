"""What paragraphs go on across: captions, quotations set again in large type, notes; and the words inside a figure."""

from __future__ import annotations

import math
import re
from itertools import accumulate, pairwise, takewhile
from operator import attrgetter
from typing import TYPE_CHECKING

from gxclassify.reading.pdf.lines import (
    INDENT,
    OTHER_SIZE,
    RAGGED,
    SAME_SIZE,
    SMALL,
    find_rows,
    indent,
    one_above_other,
    room_left,
    text_of,
)
from gxclassify.reading.text.bylines import is_byline, is_credit
from gxclassify.reading.text.cues import (
    CAPTION_START,
    ITEM_MARKS,
    NUMBERED_CAPTION,
    POSTED,
    STATEMENT,
    STRONG_END,
    WAY,
    is_furniture,
)
from gxclassify.reading.text.lines import width
from gxclassify.reading.text.paragraphs import TALL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.reading.pdf.lines import Extent, PageLine, Placed, Run
    from gxclassify.reading.pdf.page import PageText

_LONGEST_CAPTION = 200  # characters
_CAPTION_LINES = 6
_TOLD_LINES = 3  # in the text's type
_SMALLEST_PICTURE = 4.0  # ems
_LONGEST_SIDE = 6.0  # times the other of a drawing
_SHORTEST_CAPTION = 6  # characters of what stands below one
_BESIDE = 1.0  # ems by which a line below a picture still makes room for it
_WORD_SPACE = 1.3  # ems between the words of one caption
_SMALL_TYPE = 0.97  # of the body's size
_NEXT_LINE = 2.0  # times the type size
_NEXT_PARAGRAPH = 3.0  # times the type size
_NOTE = re.compile(
    r"[①-⑳*※]|注\s?[：:0-9①-⑳]|(?:数据|资料)来源\s?[：:]"
    r"|[\[〔][0-9]{1,2}[\]〕]|[0-9]{1,2}[ \u3000]?[^\s\d.．、%年月日:：/-]"
)
_RAGGED = 2.0  # ems by which full lines of one column differ
_SENTENCES = 3  # of what is no caption
_OF_PICTURE = re.compile("[图摄]|照片|画面")
_NOTE_LINES = 15  # of a page or column: more are text in small type
_FIGURE = re.compile(
    r"[附续]?图\s?(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})(?:[.．·\-－—–][0-9]{1,2})*[：:.．、\s]\s*[^。；]{1,60}$"
)
_LABELS = 3  # lines
_LONGEST_LABEL = 30.0  # ems


def find_interruptions(units: Sequence[Sequence[Placed]], body: float) -> tuple[list[Sequence[Placed]], str]:
    """Return the captions and quotations among units, else the notes, and the role of their lines."""
    captions: list[Sequence[Placed]] = [*_captions(units, body)]
    threes = zip(units, units[1:], units[2:], strict=False)
    captions += [unit for before, unit, after in threes if _is_quote(before, unit, after, body)]
    return (captions, "caption") if captions else ([*_notes(units, body)], "note")


# ---- Captions below pictures, by their place.


def take_captions(runs: Sequence[Run], page: PageText, body: float) -> list[Extent]:
    """Name the few lines just below a picture as its caption: in small type, or no wider and told by their words.

    Return where pictures stand with their captions.
    """
    shapes = [shape for shape in page.shapes if _is_like_picture(shape, runs)]
    found: list[Extent] = []
    for picture in [*page.pictures, *shapes]:
        x0, y0, x1, y1 = picture
        if min(x1 - x0, y1 - y0) < _SMALLEST_PICTURE * body:
            continue
        below = [run for run in runs if not run.role and run.y0 > y1 - 0.5 * body]
        rows = _small_rows(below, picture, body)
        if not rows:
            inside = [run for run in below if run.x0 >= x0 - body and run.x1 <= x1 + body]
            rows = _told_rows(_near_rows(find_rows(inside), y1), body)
        if picture in shapes and sum(len(run.text) for row in rows for run in row) < _SHORTEST_CAPTION:
            rows = []  # the name of a bar in a chart
        caption = [run for row in rows for run in row] if rows and _may_be_caption(rows, below) else []
        for run in caption:
            run.role, run.picture = "caption", picture
        found.append((x0, y0, x1, max((run.y1 for run in caption), default=y1)))
    return found


def _small_rows(runs: Sequence[Run], picture: Extent, body: float) -> list[list[Run]]:
    """Return the rows of small type just below a picture, if the text below them is not small; they may be wider.

    Where nothing is below it, a line that has the height of the page to itself may stand to its left or right.
    """
    x0, _, x1, foot = picture
    runs = [run for run in runs if run.y0 < foot + _CAPTION_LINES * _NEXT_LINE * body]
    own = _between(runs, x0, x1, body)
    if not any(run.y0 < foot + run.size for run in own):
        own += [run for run in runs if _is_alone(run, runs)]
    small: list[list[Run]] = []
    while True:
        rows = find_rows(own)
        last, small = small, list(takewhile(lambda row: _is_small(row, body), _near_rows(rows, foot)))
        if not small or len(last) == len(small):
            break
        reach = [_reach(row, runs) for row in small]
        x0, x1 = min(x0, *(left for left, _ in reach)), max(x1, *(right for _, right in reach))
        own = _between(runs, x0, x1, body)
    after = rows[len(small) : len(small) + 1] if small else []
    more = any(_is_small(row, body) and row[0].y - small[-1][0].y < _NEXT_PARAGRAPH * row[0].size for row in after)
    return [] if more else small


def _reach(row: Sequence[Run], runs: Sequence[Run]) -> tuple[float, float]:
    """Return from where to where a row reaches with the words a space apart in its type: 本报记者　苏　航　摄."""
    left, right, size = row[0].x0, row[-1].x1, row[0].size
    beside = sorted(
        (run for run in runs if abs(run.y0 - row[0].y0) < 0.5 * size and abs(run.size - size) < SAME_SIZE * size),
        key=attrgetter("x0"),
    )
    for run in beside:
        right = run.x1 if 0 < run.x0 - right <= _WORD_SPACE * size else right
    for run in reversed(beside):
        left = run.x0 if 0 < left - run.x1 <= _WORD_SPACE * size else left
    return left, right


def _between(runs: Sequence[Run], left: float, right: float, em: float) -> list[Run]:
    """Return the runs that lie between two edges, and those over one that reach more than a little inside."""
    return [
        run
        for run in runs
        if (run.x0 >= left - em and run.x1 <= right + em) or (run.x0 < right - em and run.x1 > left + em)
    ]


def _told_rows(rows: list[list[Run]], body: float) -> list[list[Run]]:
    """Return the first of the rows just below a picture that by their words are its caption, in the text's type."""
    if not rows or _is_small(rows[0], body) or max(run.size for run in rows[0]) >= TALL * body:
        return []
    told = list(accumulate(["　".join(run.text for run in row) for row in rows[:_TOLD_LINES]]))
    for count, text in enumerate(told, 1):
        if is_credit(text) or (CAPTION_START.match(text) and STRONG_END.search(text)):
            return rows[:count]
    return rows[:1] if CAPTION_START.match(told[0]) else []


def _may_be_caption(rows: Sequence[list[Run]], below: Sequence[Run]) -> bool:
    """Tell whether rows below a picture are few, no cells of a table, and do not tell that they are something else."""
    text = "　".join(run.text for run in rows[0])
    if len(rows) > _CAPTION_LINES or sum(len(run.text) for row in rows for run in row) > _LONGEST_CAPTION:
        return False
    if sum(len(row) > 1 for row in rows) > 1 or _is_whole_paragraph(rows, below):
        return False
    otherwise = is_byline(text) or is_furniture(text) or WAY.match(text) or POSTED.fullmatch(text)
    note = _NOTE.match(text) and not text[0].isdecimal()
    return is_credit(text) or not (otherwise or note)


def _is_whole_paragraph(rows: Sequence[list[Run]], below: Sequence[Run]) -> bool:
    """Tell whether rows are an indented paragraph of several sentences about no picture, as wide as the text below."""
    text = "".join(run.text for row in rows for run in row)
    if len(rows) == 1 or text.count("。") < _SENTENCES or not STATEMENT.search(text) or _OF_PICTURE.search(text):
        return False
    em = rows[0][0].size
    x0, x1 = min(row[0].x0 for row in rows), max(row[-1].x1 for row in rows)
    own = {id(run) for row in rows for run in row}
    wide = any(id(r) not in own and abs(r.x0 - x0) < INDENT * em and abs(r.x1 - x1) < _RAGGED * em for r in below)
    return wide and rows[0][0].x0 - x0 >= INDENT * em


def _near_rows(rows: Sequence[list[Run]], foot: float) -> list[list[Run]]:
    """Return the rows just below the foot of a picture, each close to the one above it."""
    near: list[list[Run]] = []
    for row in rows:
        if min(run.y0 for run in row) > foot + min(run.size for run in row):
            break
        near.append(row)
        foot = max(foot, *(run.y1 for run in row))
    return near


def _is_alone(run: Run, runs: Sequence[Run]) -> bool:
    return not any(other.y0 < run.y1 and other.y1 > run.y0 for other in runs if other is not run)


def _is_small(row: Sequence[Run], body: float) -> bool:
    return max(run.size for run in row) <= _SMALL_TYPE * body


def _is_like_picture(shape: Extent, runs: Sequence[Run]) -> bool:
    """Tell whether a filled shape has the proportions of a picture and no text inside."""
    x0, y0, x1, y1 = shape
    if not y1 - y0 <= _LONGEST_SIDE * (x1 - x0) <= _LONGEST_SIDE**2 * (y1 - y0):
        return False
    return not any(run.x0 < x1 and run.x1 > x0 and y0 < run.y - 0.35 * run.size < y1 for run in runs)


def mark_beside(column: Sequence[PageLine], pictures: Sequence[Extent]) -> None:
    """Tell of the lines of a column which of them stand beside a picture that lies in it."""
    left, right = min(line.x0 for line in column), max(line.x1 for line in column)
    for picture in pictures:
        x0, y0, x1, y1 = picture
        if x0 >= right or x1 <= left:
            continue
        for line in column:
            below = line.y0 - y1
            if line.y1 > y0 and below < _BESIDE * line.size and not line.role and (line.x1 <= x0 or line.x0 >= x1):
                line.picture = picture


def join_captions(placed: Sequence[Placed]) -> None:
    """Tell of the further lines of captions that were taken that they go on."""
    for last, item in pairwise(placed):
        one, line = last.line, item.line
        if one.role == line.role == "caption" and one.region == line.region and line.y - one.y < _NEXT_LINE * line.size:
            item.begins = "later"


# ---- Captions by their words.


def _captions(units: Sequence[Sequence[Placed]], body: float) -> list[list[Placed]]:
    """Return the captions among units, each with its other lines where small type sets them in a narrow column."""
    briefs = _briefs(units, body)
    found: list[list[Placed]] = []
    done = 0
    for i, unit in enumerate(units):
        if i < done or i in briefs or not _is_caption(unit, body):
            continue
        first, end = i, i + 1
        while first > done and not CAPTION_START.match(units[first][0].line.text) and first > i - _CAPTION_LINES:
            if not _one_caption(units[first - 1], units[first], body):
                break
            first -= 1
        while end < min(len(units), i + _CAPTION_LINES) and not _is_whole(units[end - 1]):
            if not _one_caption(units[end - 1], units[end], body):
                break
            end += 1
        caption = [item for k in range(first, end) for item in units[k]]
        for k, item in enumerate(caption):
            item.begins = "later" if k else ""
        found.append(caption)
        done = end
    return found


def _one_caption(unit: Sequence[Placed], after: Sequence[Placed], body: float) -> bool:
    """Tell whether one caption may go on from a unit to the next: small type of one size, line below line."""
    last, line = unit[-1].line, after[0].line
    small = max(last.size, line.size) < (1 - OTHER_SIZE) * body and abs(last.size - line.size) < OTHER_SIZE * body
    return small and last.region == line.region and 0 < line.y - last.y < _NEXT_LINE * line.size


def _is_whole(unit: Sequence[Placed]) -> bool:
    text = text_of(unit)
    return is_credit(text) or STRONG_END.search(text) is not None


def _is_caption(unit: Sequence[Placed], body: float) -> bool:
    text = text_of(unit)
    told = len(text) <= _LONGEST_CAPTION and unit[0].line.size < TALL * body
    return told and (is_credit(text) or CAPTION_START.match(text) is not None)


def _briefs(units: Sequence[Sequence[Placed]], body: float) -> set[int]:
    """Return which units are a list of briefs: two or more in a row of the body's size after one and the same mark."""
    found: set[int] = set()
    for i, (unit, after) in enumerate(pairwise(units)):
        mark = unit[0].line.text[0]
        if mark not in ITEM_MARKS or after[0].line.text[0] != mark:
            continue
        if all(_is_brief(one, body) for one in (unit, after)):
            found |= {i, i + 1}
    return found


def _is_brief(unit: Sequence[Placed], body: float) -> bool:
    text = text_of(unit)
    same = all(abs(item.line.size - body) <= OTHER_SIZE * body for item in unit)
    return same and STRONG_END.search(text) is not None and not is_credit(text)


# ---- Quotations and notes.


def _is_quote(before: Sequence[Placed], unit: Sequence[Placed], after: Sequence[Placed], body: float) -> bool:
    """Tell whether a unit is a sentence in large type that interrupts another: what somebody said, set again."""
    last, line = before[-1].line, after[0].line
    text = text_of(unit)
    if unit[0].line.size < TALL * body or not STATEMENT.search(text) or max(last.size, line.size) >= TALL * body:
        return False
    return not STRONG_END.search(last.text) and room_left(last) < RAGGED and indent(line) < INDENT


def _notes(units: Sequence[Sequence[Placed]], body: float) -> list[list[Placed]]:
    """Return the notes among units: in small type at the foot of a page or column, the first with its mark."""
    found: list[list[Placed]] = []
    run: list[Sequence[Placed]] = []
    for unit, after in zip(units, [*units[1:], None], strict=True):
        line = unit[0].line
        small = line.size < SMALL * body
        run = [*run, unit] if small and (run or _NOTE.match(line.text)) else []
        at_foot = after is None or (after[0].page, after[0].line.region) != (unit[-1].page, unit[-1].line.region)
        if run and at_foot:
            found += _note_lines(run) if sum(map(len, run)) <= _NOTE_LINES else []
            run = []
    return found


def _note_lines(run: Sequence[Sequence[Placed]]) -> list[list[Placed]]:
    """Return the notes of such a run: a line without a mark goes on with the one above unless that is whole."""
    notes: list[list[Placed]] = []
    for item in (item for unit in run for item in unit):
        text = notes[-1][-1].line.text if notes else ""
        goes_on = notes and (not _NOTE.match(item.line.text) or text[-1] in "，、") and not STRONG_END.search(text)
        item.begins = "later" if goes_on else ""
        if goes_on:
            notes[-1].append(item)
        else:
            notes.append([item])
    return notes


# ---- Words inside a figure.


def mark_figure_words(placed: Sequence[Placed], body: float) -> None:
    """Name the words inside a figure: short lines in small type between its caption and the text above, else below it.

    Those of an axis stand in a row, and may have been taken for one of a table.
    """
    for item in placed:
        caption = item.line
        if not _FIGURE.match(caption.text) or STRONG_END.search(caption.text):
            continue
        lines = [other.line for other in placed if other.page == item.page and other.line is not caption]
        words = [line for line in lines if _is_label(line, body)]
        text = [line for line in lines if not _is_label(line, body) and one_above_other(line, caption)]
        above = max((line for line in text if line.y < caption.y), key=lambda line: line.y, default=None)
        below = min((line for line in text if line.y > caption.y), key=lambda line: line.y, default=None)
        around = [line for line in (above, below, caption) if line]
        left, right = min(line.x0 for line in around) - body, max(line.x1 for line in around) + body
        words = [line for line in words if left <= line.x0 and line.x1 <= right]
        over = [line for line in words if (above.y if above else 0.0) < line.y < caption.y]
        under = [line for line in words if caption.y < line.y < (below.y if below else math.inf)]
        for label in next((labels for labels in (over, under) if len(labels) >= _LABELS), []):
            label.role = "figure"


def _is_label(line: PageLine, body: float) -> bool:
    """Tell whether a line may be a word inside a figure."""
    text = line.text
    if line.size >= SMALL * body or width(text) > _LONGEST_LABEL or STRONG_END.search(text):
        return False
    return not (CAPTION_START.match(text) or is_credit(text) or NUMBERED_CAPTION.match(text) or is_byline(text))
