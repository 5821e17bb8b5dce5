"""The pages of a printed document to its lines: which of them begin a paragraph is told by where they stand.

A line goes on with the paragraph before it when that line left no room for its first word, it is not indented, no white
parts the two, and the type is the same; over columns and pages as well. What looks like a headline is one by its size,
its place in the middle, its weight or its number.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from gxclassify.reading.cues import (
    CAPTION_START,
    DATED,
    HEADING,
    ITEM_MARKS,
    NUMBERED_CAPTION,
    SIGNED,
    STRONG_END,
    is_byline,
    is_credit,
    lone_lead,
)
from gxclassify.reading.lines import first_unit, width
from gxclassify.reading.paragraphs import TALL
from gxclassify.reading.pdf_furniture import mark_menus, take_furniture, take_repeated_marks, take_watermark
from gxclassify.reading.pdf_tables import take_contents, take_tables
from gxclassify.reading.reading_order import PageLine, body_size, find_runs, reading_order, to_line, without_shadows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gxclassify.reading.pdf_page import PageText
    from gxclassify.reading.reading_order import Piece, Rule, Run

_INDENTED = 0.04  # of the lines: where fewer are indented, paragraphs are parted otherwise
_EDGE = 0.5  # ems
_HANGING = 1.0  # ems by which a mark may stand out at a line's end
_INDENT = 0.8  # ems: less is no indent
_FULL_INDENT = 1.5  # ems: and less is none after a full line in mid-sentence, whose next may begin with a hole
_GAP = 1.3  # of the usual step between lines: more parts two paragraphs
_SAME_SIZE = 0.1
_OTHER_SIZE = 0.05
_SMALL = 0.9  # of the body's size
_NEARLY_ALL = 0.8
_SLACK = 0.3  # ems that a justified line may leave over
_RAGGED = 4.0  # ems: what leaves over more is no full line
_EARLY = 0.25  # of the column's width, that a line leaves over which ends in mid-sentence where paragraphs are marked
_ENOUGH = 4  # lines
_PAUSES = "。！？…；：，、”’）》.!?;:"
_CENTRED = 1.0  # ems by which the white at both ends may differ
_MARGIN = 2.6  # ems of white at both ends of what stands in the middle
_FRAME = 2.5  # ems of white inside a frame, both sides together
_SET_IN = 16.0  # ems: lines that are set in at both sides and shorter are verse
_AT_RIGHT = 0.4  # of the column's width
_CAP = 1.8  # so many times the size of the lines beside it is a first letter that is set large
_CAP_LINES = (2, 4)
_CAP_GAP = 1.5  # ems
_SUBHEAD = 20.0  # ems
_LONGEST_HEAD = 60  # characters
_LONGEST_CAPTION = 200
_CAPTION_LINES = 6
_LABELS = 3  # lines
_BESIDE = 4  # glyphs of a vertical headline: what stands beside its first ones
_LONGEST_LABEL = 30.0  # ems
_NEXT_LINE = 2.0  # times the type size
_APART = 100.0  # ems
_LITTLE = 100  # characters
_FIGURE = re.compile(
    r"[附续]?图\s?(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})(?:[.．·\-－—–][0-9]{1,2})*[：:.．、\s]\s*[^。；]{1,60}$"
)
_STATEMENT = re.compile("。[”’」』]?$")
_MARK = re.compile("[，。；：、！？,;!?]")
_ITEM = re.compile(
    r"第\s*[〇零一二三四五六七八九十百千0-9]+\s*[条章节款编]|[（(][一二三四五六七八九十0-9]{1,3}[）)]|[一二三四五六七八九十]{1,3}、|[0-9]{1,3}[.、．)）]\s*\D"
    r"|[①-⑳●■◆▲★•]|(?:关\s*键\s*[词字]|[Kk]ey\s?[Ww]ords)\s*[：:]"
)
_NUMBER = re.compile(r"[（(]?(?:[0-9]+(?:\.[0-9]+)*|[一二三四五六七八九十]+)(?:[）)、．]|\.|[ \u3000])")
_FIGURES = re.compile("[0-9]+|[一二三四五六七八九十]+")
_ADDRESS = re.compile("[!-~]+$")
_CLOSE = 3.0  # times the type size: farther below is no next line
_LONG_WORD = 20  # characters with a stroke among them: an address of the web
_LABEL = re.compile(r"[\u3400-\u9fff]{2,8}[：:]")  # of an entry in a form
_REFERENCE = re.compile(r"[\[［〔【][0-9]{1,3}[\]］〕】]")
_NOTE = re.compile(r"[①-⑳*※]|注\s?[：:0-9①-⑳]|[\[〔][0-9]{1,2}[\]〕]|[0-9]{1,2}[ \u3000]?[^\s\d.．、%年月日:：/-]")
_NOTE_LINES = 15  # of a page or column: more are text in small type
_POINTS = "•●■▪◆"
_PARTED = re.compile("[。！？；：…!?;:][”’」』）)》】]*$")


@dataclass(slots=True)
class Sheet:
    """A page on its way: what it shows, then its lines in reading order."""

    number: int
    text: PageText
    verticals: list[Piece] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    lines: list[PageLine] = field(default_factory=list)
    web: bool = False


@dataclass(slots=True)
class Placed:
    """A line of the document: what it begins (``first``, ``display``, or ``later`` for a line that goes on)."""

    line: PageLine
    page: int
    begins: str = ""


def lay_out(texts: Sequence[PageText]) -> list[Placed]:
    """Return the lines of all pages in reading order, with what each begins."""
    sheets = [Sheet(number, text) for number, text in enumerate(texts, start=1)]
    left_out: dict[int, list[Placed]] = {sheet.number: [] for sheet in sheets}
    for sheet in sheets:
        _take_runs(sheet, left_out[sheet.number])
    for sheet, (runs, marks) in zip(sheets, take_repeated_marks([sheet.runs for sheet in sheets]), strict=True):
        sheet.runs = runs
        left_out[sheet.number] += _out(marks, "watermark", sheet.number)
    title = _title(sheets)
    cleared = take_furniture([(sheet.runs, sheet.text.height) for sheet in sheets], title)
    before: dict[int, list[Placed]] = {}
    placed: list[Placed] = []
    region = 0
    for sheet, clear in zip(sheets, cleared, strict=True):
        em = body_size(clear.runs) if clear.runs else 1.0
        runs, leaders = take_contents(clear.runs, em)
        left_out[sheet.number] += _out(leaders, "furniture", sheet.number)
        runs = take_tables(runs, sheet.text.rules, em)
        columns = _with_verticals(runs, sheet.verticals, sheet.text.rules)
        for aside in sheet.text.asides:
            columns += reading_order(find_runs(aside))
        for column in columns:
            region += 1
            for line in column:
                line.region = region
            sheet.lines += column
        heads = [line for line in clear.furniture if line.y < sheet.text.height / 2]
        feet = [line for line in clear.furniture if line.y >= sheet.text.height / 2]
        for line in clear.furniture:
            line.role = "furniture"
        left_out[sheet.number] += [Placed(line, sheet.number) for line in feet]
        before[sheet.number] = [Placed(line, sheet.number) for line in heads]
    if any(clear.web for clear in cleared):
        mark_menus([sheet.lines for sheet in sheets])
    for sheet in sheets:
        placed += before[sheet.number]
        placed += [Placed(line, sheet.number) for line in sheet.lines]
        placed += left_out[sheet.number]
    body = body_of(placed)
    _take_labels([item for item in placed if item.line.role in {"", "row"}], body)
    _mark([item for item in placed if not item.line.role], body)
    return placed


def _take_labels(placed: Sequence[Placed], body: float) -> None:
    """Name the words inside a figure: short lines in small type between its caption and the text above, else below it.

    Those of an axis stand in a row, and may have been taken for one of a table.
    """
    for item in placed:
        caption = item.line
        if not _FIGURE.match(caption.text) or STRONG_END.search(caption.text):
            continue
        lines = [other.line for other in placed if other.page == item.page and other.line is not caption]
        words = [line for line in lines if _is_label(line, body)]
        text = [line for line in lines if not _is_label(line, body) and _one_above_other(line, caption)]
        above = max((line for line in text if line.y < caption.y), key=lambda line: line.y, default=None)
        below = min((line for line in text if line.y > caption.y), key=lambda line: line.y, default=None)
        around = [line for line in (above, below, caption) if line]
        left, right = min(line.x0 for line in around) - body, max(line.x1 for line in around) + body
        words = [line for line in words if left <= line.x0 and line.x1 <= right]
        over = [line for line in words if (above.y if above else 0.0) < line.y < caption.y]
        under = [line for line in words if caption.y < line.y < (below.y if below else math.inf)]
        for labels in (over, under):
            if len(labels) >= _LABELS:
                for label in labels:
                    label.role = "figure"
                break


def _one_above_other(line: PageLine, other: PageLine) -> bool:
    return min(line.x1, other.x1) > max(line.x0, other.x0)


def _is_label(line: PageLine, body: float) -> bool:
    text = line.text
    if line.size >= _SMALL * body or width(text) > _LONGEST_LABEL or STRONG_END.search(text):
        return False
    return not (CAPTION_START.match(text) or is_credit(text) or NUMBERED_CAPTION.match(text) or is_byline(text))


def body_of(placed: Sequence[Placed]) -> float:
    """Return the type size of the running text; of tables as well where there is hardly anything else."""
    running = [item.line for item in placed if not item.line.role]
    rows = [item.line for item in placed if item.line.role == "row"]
    few = sum(len(line.text) for line in running) < _LITTLE
    return body_size([*running, *rows] if few else running) if running or rows else 1.0


def _take_runs(sheet: Sheet, left_out: list[Placed]) -> None:
    sheet.verticals, pieces = _vertical_headlines(sheet.text.verticals, sheet.text.pieces)
    runs, twins = without_shadows(find_runs(pieces, sheet.text.rules))
    runs, marks = take_watermark(runs)
    sheet.runs = _with_caps(runs)
    left_out += _out(twins, "layer", sheet.number) + _out(marks, "watermark", sheet.number)


def _with_caps(runs: list[Run]) -> list[Run]:
    """Put first characters that are set large over several lines into the first of these."""
    em = body_size(runs) if runs else 0.0
    large = [run for run in runs if run.size >= _CAP * em and len(run.text) == 1 and run.text.isalpha()]
    for cap in large:
        alone = not any(other is not cap and other.x0 < cap.x1 and other.x1 > cap.x0 for other in large)
        beside = _beside_cap(cap, runs, em) if alone else []
        for run in beside:
            run.x0 = cap.x0
        if beside:
            beside[0].text, beside[0].x0 = cap.text + beside[0].text, cap.x0 + 2 * em
            runs = [run for run in runs if run is not cap]
    return runs


def _beside_cap(cap: Run, runs: Sequence[Run], em: float) -> list[Run]:
    """Return the lines that begin at one edge beside a large character, if the next begins below it; else none."""
    near = [run for run in runs if 0 < run.y - cap.y0 < cap.size + 3 * em and run.x0 < cap.x1 + _CAP_GAP * em]
    near = sorted((run for run in near if run is not cap and run.x0 > cap.x0 - em), key=lambda run: run.y)
    edge = cap.x1 - 0.5 * em
    beside = list(takewhile(lambda run: run.x0 > edge, near))
    if not _CAP_LINES[0] <= len(beside) <= _CAP_LINES[1] or len(near) == len(beside):
        return []
    even = max(abs(run.x0 - beside[0].x0) for run in beside) < 0.5 * em
    return beside if even and abs(near[len(beside)].x0 - cap.x0) < 0.5 * em and beside[0].y < cap.y0 + 2 * em else []


def _vertical_headlines(verticals: Sequence[Piece], pieces: list[Piece]) -> tuple[list[Piece], list[Piece]]:
    """Return vertical headlines from top to bottom, each with its further lines on the left, and the other pieces.

    The last of its lines may be of one character, which looks like any other.
    """
    joined: list[Piece] = []
    for piece in sorted(verticals, key=lambda piece: -piece.left[0]):
        for i, last in enumerate(joined):
            if last.size == piece.size and _next_line(last, piece.left[0], piece.y):
                joined[i] = replace(piece, text=last.text + piece.text, right=last.right)
                break
        else:
            joined.append(piece)
    for i, piece in enumerate(joined):
        single = [other for other in pieces if len(other.text) == 1 and other.size == piece.size]
        for last in [other for other in single if _next_line(piece, other.left[0], other.y)][:1]:
            joined[i] = replace(piece, text=piece.text + last.text)
            pieces = [other for other in pieces if other is not last]
    return sorted(joined, key=lambda piece: piece.y), pieces


def _next_line(piece: Piece, left: float, y: float) -> bool:
    """Tell whether what begins at this place is the next line of vertical text."""
    return 0 < piece.left[0] - left < _NEXT_LINE * piece.size and abs(piece.y - y) < _SLACK * piece.size


def _with_verticals(runs: Sequence[Run], verticals: Sequence[Piece], rules: Sequence[Rule]) -> list[list[PageLine]]:
    """Return the columns of a page with each vertical headline before the text beside it.

    Where white over the whole page lies at the top of such a headline, what stands above is read first.
    """
    columns: list[list[PageLine]] = []
    waiting: list[Piece] = []
    em = body_size(runs) if runs and verticals else 0.0
    for piece in verticals:
        cut, reach = 0.0, math.inf
        for run in sorted(runs, key=lambda run: run.y0):
            if run.y0 > piece.y + 0.5 * piece.size:
                break
            if run.y0 - reach > em:
                cut = run.y0
            reach = run.y1 if reach == math.inf else max(reach, run.y1)
        above = [run for run in runs if run.y0 < cut]
        if above:
            columns += _headed(reading_order(above, rules), waiting)
            runs, waiting = [run for run in runs if run.y0 >= cut], []
        waiting.append(piece)
    return columns + _headed(reading_order(runs, rules), waiting)


def _headed(columns: list[list[PageLine]], verticals: Sequence[Piece]) -> list[list[PageLine]]:
    """Put vertical headlines into the columns that they stand beside: before the first of those on their nearer side.

    Traditionally they stand on the right of their text; columns on their left are all theirs up to a headline.
    """
    for piece in verticals:
        beside = {
            i: (min(line.x0 for line in column), max(line.x1 for line in column))
            for i, column in enumerate(columns)
            if any(0 <= line.y - piece.y < _BESIDE * piece.size for line in column)
        }
        at = min(
            beside,
            key=lambda i: min(abs(beside[i][0] - piece.right[0]), abs(piece.left[0] - beside[i][1])),
            default=0,
        )
        if beside and beside[at][1] <= piece.left[0] + piece.size / 2:  # on its left
            while at - 1 in beside and columns[at][0].size < TALL * body_size(columns[at]):
                at -= 1
        columns.insert(at, _upright(piece))
    return columns


def _upright(piece: Piece) -> list[PageLine]:
    """Return vertical text on a page of horizontal text as a column of its own, of one line."""
    x0, x1, size = piece.left[0], piece.right[0], piece.size
    return [PageLine(piece.text, x0, x1, piece.y, size, x0, x1 + _APART * size, piece.style[1], piece.style[0])]


def _title(sheets: Sequence[Sheet]) -> str:
    """Return what the first page says in its largest type."""
    first = next((sheet.runs for sheet in sheets if sheet.runs), [])
    if not first:
        return ""
    largest = max(run.size for run in first)
    return "".join(run.text for run in first if run.size > 0.95 * largest)


# ---- Lines to paragraphs.


def _mark(placed: Sequence[Placed], body: float) -> None:
    """Tell of each line of running text what it begins."""
    if not placed:
        return
    _set_edges([item.line for item in placed])
    indents = sum(_indent(item.line) >= _INDENT for item in placed)
    setting = _Setting(body, indents > _INDENTED * len(placed), _steps(placed), _slack(placed))
    setting.parted = setting.white_between(placed)
    units: list[list[Placed]] = []
    last: PageLine | None = None
    for i, item in enumerate(placed):
        after = placed[i + 1].line if i + 1 < len(placed) else None
        if last is None or setting.begins(last, item.line, after, units[-1]):
            units.append([item])
        else:
            item.begins = "later"
            units[-1].append(item)
        last = item.line
    items = _items(units, body)
    captions = _captions(units, items, body)
    captions += [units[i] for i in range(1, len(units) - 1) if _is_quote(units[i - 1], units[i], units[i + 1], body)]
    notes = [] if captions else _notes(units, body)
    if captions or notes:  # paragraphs go on across them
        for item in (item for unit in captions or notes for item in unit):
            item.line.role = "caption" if captions else "note"
        for item in (rest := [item for item in placed if not item.line.role]):
            item.begins = ""
        _mark(rest, body)
        return
    bold = sum(len(item.line.text) for item in placed if item.line.bold) > 0.5 * sum(len(i.line.text) for i in placed)
    _mark_displays(units, body, bold=bold)


def _mark_displays(units: Sequence[Sequence[Placed]], body: float, *, bold: bool) -> None:
    """Tell of each unit whether it is a headline; where most of the text is `bold`, weight says nothing."""
    kinds = [_kind(unit, body, bold=bold) for unit in units]
    texts = ["".join(item.line.text for item in unit) for unit in units]
    for i in (*_attached(texts), *_listed(units, kinds, texts, body)):
        kinds[i] = "first"
    for i, unit in enumerate(units):
        if kinds[i] == "first" and i and kinds[i - 1] == "display" and _is_deck(units[i - 1], unit, body):
            kinds[i] = "display"
        if kinds[i] == "first" and len(unit) == 1 and _lone(unit[0].line, texts, kinds, i):
            kinds[i] = "display"
        unit[0].begins = kinds[i]


def _set_edges(lines: Sequence[PageLine]) -> None:
    """Set the edges of each line's column, those of like columns where it has few lines of its own."""
    columns: dict[int, list[PageLine]] = {}
    for line in lines:
        columns.setdefault(line.region, []).append(line)
    known: list[tuple[int, float, float]] = []
    for column in columns.values():
        em = body_size(column)
        left = _usual_edge([line.x0 for line in column], em)
        right = _far_edge(column, left, em)
        for line in column:
            line.left, line.right = left, max(right, line.x1)
        known.append((len(column), left, right))
    known.sort(reverse=True)
    carried = {id(column): last for last, column in pairwise(columns.values()) if _carried_over(last, column)}
    for column in columns.values():
        if id(column) in carried:
            for line in column:
                line.right = max(line.right, line.left + _measure(carried[id(column)][0]) * line.size)
            continue
        _borrow_edges(column, known)


def _borrow_edges(column: Sequence[PageLine], known: Sequence[tuple[int, float, float]]) -> None:
    """Set the edges of a column of few lines to those of one that it may be like; of these the longest come first."""
    em = body_size(column)
    left, right = column[0].left, min(line.right for line in column)
    for count, a, b in known:
        if count < max(_ENOUGH, 2 * len(column)):
            break
        if len(column) >= _ENOUGH and min(abs(left - a), abs(left - a - 2 * em)) > _EDGE * em:
            continue  # it knows its own edges: they are not those of the other, with or without an indent
        if a - 0.5 * em <= left and right <= b + 0.5 * em and (left + right) / 2 > a and (left - a < 0.4 * (b - a)):
            for line in column:
                line.left, line.right = min(a, left), max(b, line.right)
            break


def _carried_over(last: Sequence[PageLine], column: Sequence[PageLine]) -> bool:
    """Tell whether a sentence goes on in a column of few lines, which begins in one line with the last at its right."""
    one, first = last[0], column[0]
    level = abs(first.y - one.y) < first.size and first.x0 > max(line.x1 for line in last)
    return (
        level
        and len(column) < _ENOUGH
        and abs(first.size - one.size) < _SAME_SIZE * one.size
        and STRONG_END.search(last[-1].text) is None
    )


def _usual_edge(starts: list[float], em: float) -> float:
    """Return where the lines of a column begin: the leftmost place that more than a few of them share."""
    starts = sorted(starts)
    for x in starts:
        if sum(abs(other - x) < 0.5 * em for other in starts) >= min(2, 1 + len(starts) // 3):
            return x
    return starts[0]


def _far_edge(column: Sequence[PageLine], left: float, em: float) -> float:
    """Return where the lines of a column end; beyond it may go what is set otherwise, such as a wider headline."""

    def apart(line: PageLine) -> bool:
        return abs(line.size - em) > _OTHER_SIZE * em or line.x0 - left > _RAGGED * em

    lines = sorted(column, key=lambda line: -line.x1)
    heads = list(takewhile(apart, lines))
    rest = lines[len(heads) :]
    if not heads or len(rest) < _ENOUGH or heads[0].x1 - rest[0].x1 < _RAGGED * em:
        return lines[0].x1
    shared = sum(line.x1 > rest[0].x1 - _HANGING * em for line in rest)
    return rest[0].x1 if shared >= 0.25 * len(rest) else lines[0].x1


def _steps(placed: Sequence[Placed]) -> dict[int, float]:
    """Return the usual step between lines of each column: what most of those that follow close have."""
    steps: dict[int, list[float]] = {}
    for one, other in pairwise(placed):
        if one.line.region == other.line.region and other.line.y > one.line.y:
            steps.setdefault(one.line.region, []).append(
                (other.line.y - one.line.y) / max(one.line.size, other.line.size)
            )
    every = sorted(step for found in steps.values() for step in found)
    general = every[len(every) // 3] if every else 2.0
    usual = {}
    for region, found in steps.items():
        found.sort()
        own = found[len(found) // 3]
        usual[region] = own if len(found) > 3 or own < general else general  # noqa: PLR2004
    return usual


def _slack(placed: Sequence[Placed]) -> dict[int, float]:
    """Return how many ems lines of each column leave over although a sentence goes on behind them in the next line."""
    slack: dict[int, list[float]] = {}
    every: list[float] = []
    for one, other in pairwise(placed):
        a, b = one.line, other.line
        if a.region == b.region and a.size == b.size and _indent(b) < _INDENT and a.text[-1] not in _PAUSES:
            left_over = _room(a) - _head(b)
            if left_over < _RAGGED:
                slack.setdefault(a.region, []).append(left_over)
                every.append(left_over)
    general = _high(every)
    return {
        item.line.region: _high(slack[item.line.region]) if len(slack.get(item.line.region, ())) >= _ENOUGH else general
        for item in placed
    }


def _high(found: list[float]) -> float:
    """Return what nine in ten do not go beyond."""
    return max(_SLACK, sorted(found)[int(0.9 * (len(found) - 1))] + 0.1) if found else _SLACK


def _indent(line: PageLine) -> float:
    return (line.x0 - line.left) / line.size


def _head(line: PageLine) -> float:
    """Return the width of the first unit of a line, in ems; of a Latin word by how wide the line's letters are."""
    unit = first_unit(line.text)
    if len(unit) > 3 and unit.isascii() and line.text.isascii():  # noqa: PLR2004
        return len(unit) * (line.x1 - line.x0) / (len(line.text) * line.size)
    return width(unit)


def _measure(line: PageLine) -> float:
    """Return the width of a line's column, in ems."""
    return (line.right - line.left) / line.size


def _room(line: PageLine) -> float:
    """Return the white at the end of a line, in ems."""
    return (line.right - line.x1) / line.size


@dataclass(slots=True)
class _Setting:
    """How a document is set: type size, whether first lines are indented or white parts paragraphs; steps, slack."""

    body: float
    indented: bool
    steps: dict[int, float]
    slack: dict[int, float]
    parted: bool = False

    def begins(self, last: PageLine, line: PageLine, after: PageLine | None, unit: Sequence[Placed]) -> bool:
        """Tell whether a line begins something new, and does not go on with the one before it."""
        headed = line.bold and not last.bold and STRONG_END.search(last.text)
        same_size = _OTHER_SIZE if headed else _SAME_SIZE
        if line.text[0] in _POINTS or abs(last.size - line.size) > same_size * max(last.size, line.size):
            return True
        same = last.region == line.region
        if same and ((self._white(last, line) and not self._runs_on(last, line)) or _at_right(last, line, unit)):
            return True
        if same and (_rest_of_centred(last, line) or _in_address(last, line) or self._one_setting(last, line, unit)):
            return False
        if line.size > TALL * self.body or _in_middle(last):
            return not (same and self._one_headline(last, line))
        parted = _PARTED.search(last.text) is not None
        if "a" <= line.text[0] <= "z" and not parted and last.text[-1].isascii():
            return False  # a Latin sentence goes on, however long its next word
        return self._ends(last, line, parted=parted) or self._opens(last, line, after, unit, parted=parted)

    def white_between(self, placed: Sequence[Placed]) -> bool:
        """Tell whether white parts paragraphs: it nearly always follows a sentence that ends in a short line."""
        pairs = [(a.line, b.line) for a, b in pairwise(placed) if a.line.region == b.line.region]
        ends = [(a, b) for a, b in pairs if a.size == b.size and _room(a) > _RAGGED and STRONG_END.search(a.text)]
        return len(ends) >= 2 and sum(self._white(a, b) for a, b in ends) >= _NEARLY_ALL * len(ends)  # noqa: PLR2004

    def _white(self, last: PageLine, line: PageLine) -> bool:
        """Tell whether more white than usual lies between two lines of a column."""
        return (line.y - last.y) / max(last.size, line.size) > _GAP * self.steps.get(line.region, 2.0)

    def _runs_on(self, last: PageLine, line: PageLine) -> bool:
        """Tell whether a sentence goes on below a picture: indents tell paragraphs, and the line before it is full."""
        full = _room(last) < _head(line) + self.slack.get(last.region, _SLACK)
        return self.indented and full and _indent(line) < _INDENT and not _PARTED.search(last.text)

    def _one_setting(self, last: PageLine, line: PageLine, unit: Sequence[Placed]) -> bool:
        """Tell whether a line goes on with a paragraph that is set in, or in large type."""
        first = unit[0].line
        return _set_in(last, line, first) or (line.size > TALL * self.body and _fills(last, line, first))

    def _one_headline(self, last: PageLine, line: PageLine) -> bool:
        if (line.size <= TALL * self.body and not _in_middle(line)) or DATED.fullmatch(line.text):
            return False
        shift = min(abs(last.x0 - line.x0), abs(last.x0 + last.x1 - line.x0 - line.x1) / 2)
        return shift <= _CENTRED * line.size and not (HEADING.match(line.text) or STRONG_END.search(last.text))

    def _ends(self, last: PageLine, line: PageLine, *, parted: bool) -> bool:
        """Tell whether the last line left room for what the next begins with, and so ends a paragraph."""
        spare = self.slack.get(last.region, _SLACK)
        marked = self.indented or (self.parted and not last.text[-1].isascii())  # references are parted by numbers
        if marked and not parted and _indent(line) < _INDENT:
            spare = max(spare, _EARLY * _measure(last))
        return _room(last) >= _head(line) + spare

    def _opens(
        self, last: PageLine, line: PageLine, after: PageLine | None, unit: Sequence[Placed], *, parted: bool
    ) -> bool:
        """Tell whether a line after a full one opens a paragraph, by its indent, its number or a new column."""
        same = last.region == line.region
        rest = same and (_hangs(last, line, after, unit) or (not parted and _in_block(last, line)))
        if _indent(line) >= (_INDENT if parted else _FULL_INDENT) and not rest:
            return True
        if parted and _ITEM.match(line.text) and (not self.indented or _indent(last) < _INDENT):
            return True
        first = unit[0].line
        entries = any(one.match(line.text) and one.match(first.text) for one in (_LABEL, _REFERENCE))
        if entries and abs(line.x0 - first.x0) < _SLACK * line.size:
            return True
        return not same and not self.indented and STRONG_END.search(last.text) is not None


def _hangs(above: PageLine, line: PageLine, after: PageLine | None, unit: Sequence[Placed]) -> bool:
    """Tell whether a line stands under the words of an item whose number or point hangs out to the left."""
    shift = (line.x0 - above.x0) / line.size
    if len(unit) > 1:  # as the line before it does
        return abs(shift) < 0.3 and _indent(unit[0].line) < _indent(line) - 0.5  # noqa: PLR2004
    if shift < _INDENT or not (_ITEM.match(above.text) or _REFERENCE.match(above.text)):
        return False
    goes_on = after is not None and abs(after.x0 - line.x0) < 0.3 * line.size
    return goes_on or _room(line) > 1.0


def _in_address(last: PageLine, line: PageLine) -> bool:
    """Tell whether an address of the web goes on in the next line."""
    rest = _ADDRESS.search(last.text) if line.text[0].isascii() and line.text[0].isalnum() else None
    return rest is not None and len(rest[0]) >= _LONG_WORD and "/" in rest[0]


def _set_in(last: PageLine, line: PageLine, first: PageLine) -> bool:
    """Tell whether two lines are of a paragraph, set in at both sides, whose first line has an indent: a quotation."""
    before, behind = _indent(line), _room(last)
    if _indent(first) < before + _INDENT:
        return False
    if min(before, behind) < _INDENT or abs(before - behind) > _FULL_INDENT or _PARTED.search(last.text):
        return False
    full = last.x1 - last.x0 >= max(_SET_IN * last.size, 0.5 * (last.right - last.left))
    return full and line.x0 <= last.x0 + _SLACK * line.size and line.x1 <= last.x1 + _HANGING * line.size


def _at_right(last: PageLine, line: PageLine, unit: Sequence[Placed]) -> bool:
    """Tell whether the first of two lines stands at the right edge, such as the number of a document."""
    far = last.x0 - last.left > _AT_RIGHT * (last.right - last.left)
    return far and len(unit) == 1 and last.x0 - line.x0 > _RAGGED * line.size


def _fills(last: PageLine, line: PageLine, first: PageLine) -> bool:
    """Tell whether a line goes on with a paragraph, indented and in large type, such as the first of an article."""
    indented = abs(_indent(first) - 2.0) < _EDGE and _indent(line) < _EDGE
    return indented and _room(last) < _head(line) + _SLACK and STRONG_END.search(last.text) is None


def _in_block(last: PageLine, line: PageLine) -> bool:
    """Tell whether a line stands below a full one that is set in as far, but not as a first line is: of a list."""
    far = abs(_indent(line) - 2.0) > _SLACK and _indent(line) > _FULL_INDENT
    return far and abs(last.x0 - line.x0) < _SLACK * line.size and _room(last) < 1.0 and not _ITEM.match(line.text)


def _in_middle(line: PageLine) -> bool:
    """Tell whether a line stands in the middle of its column."""
    before, behind = _indent(line), _room(line)
    return min(before, behind) > _MARGIN and abs(before - behind) < _CENTRED


def _rest_of_centred(last: PageLine, line: PageLine) -> bool:
    """Tell whether a line in the middle is the rest of a full one on the same axis, as in a framed notice."""
    axis = abs(last.x0 + last.x1 - line.x0 - line.x1) / 2
    if axis > _SLACK * line.size or not _in_middle(line) or STRONG_END.search(last.text):
        return False
    return abs(_indent(last) - _room(last)) < _CENTRED and _room(last) + _indent(last) < _head(line) + _FRAME


def _kind(unit: Sequence[Placed], body: float, *, bold: bool) -> str:
    """Return ``display`` for what is a headline by its looks, else ``first``."""
    first, last = unit[0].line, unit[-1].line
    text = "".join(item.line.text for item in unit)
    if first.size >= TALL * body:
        return "first" if len(text) > 2 * _LONGEST_HEAD or _STATEMENT.search(text) else "display"
    asks = first.bold and text[-1] in "？?！!"  # a headline may
    if len(text) > _LONGEST_HEAD or (STRONG_END.search(text) and not asks) or text[-1] in "，、；":
        return "first"
    middle = _in_middle(last) and abs(_indent(first) - 2) > 0.3  # noqa: PLR2004
    if first.size < _SMALL * body and len(unit) > 1 and not _in_middle(first):
        middle = False  # small print whose last line is centred
    if middle or (first.bold and last.bold and not bold):
        return "display"
    if len(unit) == 1 and (is_byline(text) or lone_lead(text) or (HEADING.match(text) and _room(first) > 1)):
        return "display"
    return "first"


def _captions(units: Sequence[Sequence[Placed]], items: set[int], body: float) -> list[list[Placed]]:
    """Return the captions among units, each with its other lines where small type sets them in a narrow column."""
    found: list[list[Placed]] = []
    done = 0
    for i, unit in enumerate(units):
        if i < done or i in items or not _is_caption(unit, body):
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


def _notes(units: Sequence[Sequence[Placed]], body: float) -> list[list[Placed]]:
    """Return the notes among units: in small type at the foot of a page or column, the first with its mark."""
    found: list[list[Placed]] = []
    run: list[Sequence[Placed]] = []
    for unit, after in zip(units, [*units[1:], None], strict=True):
        line = unit[0].line
        small = line.size < _SMALL * body
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


def _one_caption(unit: Sequence[Placed], after: Sequence[Placed], body: float) -> bool:
    """Tell whether one caption may go on from a unit to the next: small type of one size, line below line."""
    last, line = unit[-1].line, after[0].line
    small = max(last.size, line.size) < (1 - _OTHER_SIZE) * body and abs(last.size - line.size) < _OTHER_SIZE * body
    return small and last.region == line.region and 0 < line.y - last.y < _NEXT_LINE * line.size


def _is_whole(unit: Sequence[Placed]) -> bool:
    text = "".join(item.line.text for item in unit)
    return is_credit(text) or STRONG_END.search(text) is not None


def _is_caption(unit: Sequence[Placed], body: float) -> bool:
    text = "".join(item.line.text for item in unit)
    told = len(text) <= _LONGEST_CAPTION and unit[0].line.size < TALL * body
    return told and (is_credit(text) or CAPTION_START.match(text) is not None)


def _is_quote(before: Sequence[Placed], unit: Sequence[Placed], after: Sequence[Placed], body: float) -> bool:
    """Tell whether a unit is a sentence in large type that interrupts another: what somebody said, set again."""
    last, line = before[-1].line, after[0].line
    text = "".join(item.line.text for item in unit)
    if unit[0].line.size < TALL * body or not _STATEMENT.search(text) or max(last.size, line.size) >= TALL * body:
        return False
    return not STRONG_END.search(last.text) and _room(last) < _RAGGED and _indent(line) < _INDENT


def _is_deck(head: Sequence[Placed], unit: Sequence[Placed], body: float) -> bool:
    """Tell whether a unit is the line below a headline that says more: larger than the body, without a full stop."""
    size, text = unit[0].line.size, "".join(item.line.text for item in unit)
    if head[-1].page != unit[0].page or head[0].line.size < TALL * body or size <= (1 + _OTHER_SIZE) * body:
        return False
    return size < head[0].line.size and len(text) <= _LONGEST_HEAD and not STRONG_END.search(text)


def _items(units: Sequence[Sequence[Placed]], body: float) -> set[int]:
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
    text = "".join(item.line.text for item in unit)
    same = all(abs(item.line.size - body) <= _OTHER_SIZE * body for item in unit)
    return same and STRONG_END.search(text) is not None and not is_credit(text)


def _listed(units: Sequence[Sequence[Placed]], kinds: Sequence[str], texts: Sequence[str], body: float) -> list[int]:
    """Return which units are headings by their number alone and follow another of their level: items of a list."""
    levels = ["" for _ in units]
    for i, (unit, text) in enumerate(zip(units, texts, strict=True)):
        line = unit[0].line
        plain = not line.bold and line.size < (1 + _OTHER_SIZE) * body and not _in_middle(line)
        number = _NUMBER.match(text) if kinds[i] == "display" and plain else None
        levels[i] = _FIGURES.sub("#", number[0]) if number else ""
    pairs = [i for i in range(1, len(units)) if levels[i] and levels[i] == levels[i - 1]]
    pairs = [i for i in pairs if _close_below(units[i - 1][-1], units[i][0])]  # no table lies between
    return sorted({*pairs, *(i - 1 for i in pairs)})


def _close_below(above: Placed, item: Placed) -> bool:
    return above.page == item.page and 0 < item.line.y - above.line.y < _CLOSE * item.line.size


def _attached(texts: Sequence[str]) -> Iterator[int]:
    """Yield which units list what is attached, above the signature: 附件：1.申报书 | 2.汇总表."""
    for i, text in enumerate(texts):
        if text.startswith("附") and HEADING.match(text):
            end = i + 1
            while end < len(texts) and texts[end][0].isdigit() and HEADING.match(texts[end]):
                end += 1
            if end > i + 1 or (end < len(texts) and SIGNED.search(texts[end])):
                yield from range(i, end)


def _lone(line: PageLine, texts: Sequence[str], kinds: Sequence[str], i: int) -> bool:
    """Tell whether a short line without a mark stands alone between paragraphs."""
    text = texts[i]
    if _MARK.search(text) or width(text) > _SUBHEAD or _room(line) < 2 or is_credit(text):  # noqa: PLR2004
        return False
    if not 0 < i < len(texts) - 1:
        return False
    around = [texts[i + 1]] if kinds[i - 1] == "display" else [texts[i - 1], texts[i + 1]]
    return all(STRONG_END.search(t) and width(t) > _SUBHEAD for t in around)


def _out(runs: Sequence[Run], role: str, page: int) -> list[Placed]:
    """Return the lines of what is left out for this reason."""
    lines = [to_line([run]) for run in runs]
    for line in lines:
        line.role = role
    return [Placed(line, page) for line in lines]
