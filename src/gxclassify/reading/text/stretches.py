"""A text of two kinds: where hard-wrapped articles end, and others begin that have a paragraph a line."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from gxclassify.reading.text.bylines import is_credit, signature_start
from gxclassify.reading.text.cues import CAPTION_START, HEADING, ends_sentence, is_rule
from gxclassify.reading.text.hand_wrapped import find_any_layout
from gxclassify.reading.text.kinds import is_numbered_headline, looks_like_title
from gxclassify.reading.text.paragraphs import column_widths
from gxclassify.reading.text.signs import COMMA, END, FULL_STOP, PAUSE, PAUSING, SEMICOLON

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gxclassify.reading.document import Repair
    from gxclassify.reading.text.articles import Group
    from gxclassify.reading.text.blocks import Block
    from gxclassify.reading.text.lines import Line, Lines
    from gxclassify.reading.text.paragraphs import Layout

_NARROWEST = 7.0  # ems of a line that shows a column
_SHORT, _BEYOND = 2.6, 2.0  # ems by which a full line is shorter than the column, and a whole paragraph wider
_MARKS = COMMA | FULL_STOP | SEMICOLON | PAUSE
# What is odd about the lines of a stretch, and about where one begins; the cheapest cuts win.
_WHOLE = 6  # a whole paragraph beyond the column, among hard-wrapped lines
_HEADED = 5  # and more below what may be its title
_GOES_ON = 1  # a full line that breaks off and goes on below, where each line is a paragraph
_RUNNING = 5  # and more where it is running text by its marks
_BEGINS, _LEAST = 6, 4  # that another kind begins, below the end of a sentence; at least, below much white or a rule
_UNTITLED, _INSIDE = 4, 4  # and more with what is no title, or within an article


def find_stretches(lines: Lines, *, spaced: bool) -> tuple[list[tuple[Lines, Layout | None]], list[Repair]]:
    """Cut a text where its kind changes, and tell of each stretch how it is hard-wrapped; None where it is not.

    Only a text that has both kinds is cut: paragraphs beyond any column, and lines that go on below. The repairs take
    out the rules between two stretches.
    """
    kinds = _kinds(lines)
    runs = _runs(kinds) if any(kinds) else []
    stops = lines.signs.any & FULL_STOP != 0
    prose = [run for run in runs if kinds[run.start] and stops[run.start : run.stop].any() >= stops.any()]  # no facts
    hard = {run.start: find_any_layout(_within(lines, run), spaced=spaced) for run in prose}
    shown = next((layout for layout in hard.values() if layout), None)  # which one too short to show its own has
    hard = {start: layout or shown for start, layout in hard.items()}
    for run in runs:
        if hard.get(run.start) is None:
            kinds[run.start : run.stop] = [False] * len(run)
    runs = _runs(kinds)
    if len(runs) < 2:  # noqa: PLR2004 (nearly every text)
        return [(lines, find_any_layout(lines, spaced=spaced))], []
    stretches = [(_within(lines, run), hard[run.start] if kinds[run.start] else None) for run in runs]
    kept = {id(line) for stretch, _ in stretches for line in stretch}
    return stretches, [repair for line in lines if id(line) not in kept for repair in line.out("furniture", "rule")]


def _runs(kinds: Sequence[bool]) -> list[range]:
    """Return the runs of lines of one kind."""
    starts = [i for i in range(len(kinds)) if not i or kinds[i] != kinds[i - 1]]
    return [range(*run) for run in pairwise([*starts, len(kinds)])]


def _within(lines: Lines, run: range) -> Lines:
    """Return a run of lines without the rules it begins and ends with."""
    start, end = run.start, run.stop
    while start + 1 < end and is_rule(lines[start].text):
        start += 1
    while start + 1 < end and is_rule(lines[end - 1].text):
        end -= 1
    return lines[start:end]


def _kinds(lines: Lines) -> list[bool]:
    """Tell of each line whether it is of hard-wrapped text; no lines at all where nothing speaks for two kinds."""
    import numpy as np

    reach, signs = lines.width + lines.indent.clip(max=2.0), lines.signs
    breaks = ((signs.last & PAUSING == 0) | (signs.last & (COMMA | PAUSE) != 0)) & (lines.width >= _NARROWEST)
    inside = breaks & (signs.any & _MARKS != 0)
    widths = column_widths(reach[inside]) if inside.any() else ()
    may_be = (reach > max(widths, default=np.inf) + _BEYOND) & (signs.last & (FULL_STOP | END) != 0)
    if not may_be.any():  # as in nearly every text
        return []
    full = reach >= min(widths) - _SHORT
    goes_on, usual = _goes_on(lines, full, breaks)
    running = goes_on & inside
    if not running.any():
        return []
    whole, headed = _whole(lines, may_be, goes_on, running)
    headed[1:] &= ~full[:-1]
    goes_on[:-1] &= ~whole[1:]
    running &= goes_on
    wrapped = _WHOLE * whole + _HEADED * headed
    unwrapped = _GOES_ON * goes_on + _RUNNING * running
    if min(_most(wrapped - unwrapped), _most(unwrapped - wrapped)) <= 2 * _LEAST:
        return []
    return _cheapest(wrapped.tolist(), unwrapped.tolist(), _begins(lines, running, usual).tolist())


def _goes_on(lines: Lines, full: Any, breaks: Any) -> tuple[Any, float]:
    """Tell of each line whether it is full, breaks off and goes on in the next; and the usual gap between such lines.

    The next is neither set in nor set off, and a short one has the end of a sentence in it.
    """
    import numpy as np

    signs = lines.signs
    goes_on = full & breaks
    may_be_rest = full | (signs.any & FULL_STOP != 0) | (signs.last & END != 0)
    goes_on[:-1] &= may_be_rest[1:] & (lines.indent[1:] < 1)
    goes_on[-1] = False
    usual = float(np.median(lines.gap[1:][goes_on[:-1]])) if goes_on.any() else 0.0
    goes_on[:-1] &= lines.gap[1:] <= usual
    return goes_on, usual


def _whole(lines: Lines, may_be: Any, goes_on: Any, running: Any) -> tuple[Any, Any]:
    """Tell of each line that `may_be` a whole paragraph whether it is, and stands below what ends no sentence.

    It is not where it is the rest of a paragraph; a single line beyond the column may be that below one line already.
    """
    import numpy as np

    whole, headed = np.zeros((2, len(lines)), bool)
    for i in may_be.nonzero()[0].tolist():
        single = not may_be[i + 1 : i + 2].any()
        rest = i > 0 and single and (running[i - 1] or (goes_on[i - 1] and running[i - 2]))
        whole[i] = not (rest or CAPTION_START.match(lines[i].text)) and _closes(lines[i].text)
        headed[i] = whole[i] and i > 0 and not _closes(lines[i - 1].text)
    return whole, headed


def _begins(lines: Lines, running: Any, usual: float) -> Any:
    """Return what it costs that another kind begins with each line, where so many empty lines are `usual`."""
    import numpy as np

    texts, gap = lines.texts, lines.gap
    rules = np.array([is_rule(text) for text in texts])
    closes = rules | [_closes(text) for text in texts]
    captions = np.array([CAPTION_START.match(text) is not None for text in texts])
    below = np.append(gap[1:], 0)
    set_off = (gap > below) & (gap > np.roll(gap, 1))  # as a title is, below one that belongs to the text above
    after = np.roll(closes, 1) | set_off
    white = np.where(np.roll(rules, 1), _BEGINS - _LEAST, gap - usual).clip(0, _BEGINS - _LEAST).astype(int)
    return _BEGINS - white + _UNTITLED * (closes | captions | running) + _INSIDE * ~after


def _closes(text: str) -> bool:
    """Tell whether a sentence ends with a line, or a byline or credit that stands behind it."""
    return ends_sentence(text) or signature_start(text) is not None or is_credit(text)


def _most(costs: Any) -> int:
    """Return the most that lines in a row cost, where one that ends at an edge of the text saves its cut there."""
    import numpy as np

    sums = np.zeros(len(costs) + 3, int)
    np.cumsum(np.pad(costs, 1, constant_values=_LEAST), out=sums[1:])
    return int((sums - np.minimum.accumulate(sums)).max())


def _cheapest(wrapped: Sequence[int], unwrapped: Sequence[int], begins: Sequence[int]) -> list[bool]:
    """Tell of each line whether it is of hard-wrapped text, by what it costs in either kind and where one begins."""
    costs = [0, 0]
    came: list[tuple[bool, bool]] = []  # whether the kind changes from the line before, of wrapped and of unwrapped
    for one, other, change in zip(wrapped, unwrapped, begins, strict=True):
        came.append((costs[1] + change < costs[0], costs[0] + change < costs[1]))
        costs = [min(costs[0], costs[1] + change) + one, min(costs[1], costs[0] + change) + other]
    kind = costs[1] < costs[0]
    kinds: list[bool] = []
    for changes in reversed(came):
        kinds.append(not kind)
        kind ^= changes[kind]
    return kinds[::-1]


def joined_articles(stretches: Sequence[tuple[Lines, Sequence[Group]]]) -> list[Group]:
    """Return the articles of stretches in order; what begins one without a title goes on with the article above."""
    if len(stretches) == 1:
        return list(stretches[0][1])
    groups: list[Group] = []
    for lines, found in stretches:
        first = found[0] if groups and found else None
        if first and first.blocks and not first.title and _is_title(first.blocks[0], lines[0]):
            first.title = [first.blocks.pop(0)]
        if first and first.title and groups and _is_chapter(first.title[0].body.text):
            for block in first.title:
                block.kind = "subhead"
            first.blocks, first.title = [*first.title, *first.blocks], []
        if first and not first.title:
            groups[-1].blocks += first.blocks
            groups += found[1:]
        else:
            groups += found
    return groups


def _is_chapter(text: str) -> bool:
    """Tell whether a headline is the numbered one of a part, which heads no article."""
    return HEADING.match(text) is not None and not is_numbered_headline(text)


def _is_title(block: Block, line: Line) -> bool:
    """Tell whether a stretch begins with a title that was taken for a paragraph, as over one sentence."""
    return block.kind == "paragraph" and block.body.span == line.span and looks_like_title(line)
