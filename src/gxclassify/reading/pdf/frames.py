"""Notices in frames: what four rules or a tint set apart among columns is read by itself, and these go on across it."""

from __future__ import annotations

import math
import re
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from gxclassify.reading.pdf.columns import OWN_WHITE, count_rows, gutters, gutters_of_prose, side_by_side, white_strips
from gxclassify.reading.pdf.grids import level_and_upright
from gxclassify.reading.pdf.lines import SAME_SIZE, Run
from gxclassify.reading.pdf.order import reading_order
from gxclassify.reading.text.cues import STRONG_END
from gxclassify.reading.text.paragraphs import TALL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gxclassify.reading.pdf.columns import Strip
    from gxclassify.reading.pdf.lines import Extent, PageLine, Rule
    from gxclassify.reading.pdf.page import PageText

_ROWS = 3  # a headline and two lines of text: fewer are a headline on a ground, or a label, but for whole sentences
_MOST = 0.5  # of the page's text: what holds more frames the page
_CORNER = 0.6  # ems that the rules of a frame may leave open or stand over at its corners, which may be round
_TOUCHES = 2.5  # points
_SIDE = 1.0  # ems: what stands nearer to a side is of a double rule
_PADDING = 3.0  # ems of white between a frame and what it holds, at the most
_SET_IN = 2.5  # ems by which a frame may be narrower than its column
_WHITE = 3.0  # ems of it above and below
_NEAR = 8  # lines above and below it that tell its columns
_ASCENT, _STEP = 0.8, 1.4  # ems
_SAME_ROW = 0.5  # ems
_STOP = re.compile("[，。；]")


class Frame(NamedTuple):
    """A frame on a page, the runs inside, and lines that stand in its place while columns are looked for around it."""

    extent: Extent
    runs: list[Run]
    stand_ins: list[Run]

    def columns(self, rules: Sequence[Rule]) -> list[list[PageLine]]:
        """Return the columns inside in reading order; one alone leaves as much white at its left as at its right."""
        found = reading_order(self.runs, rules)
        if len(found) == 1:
            x0, _, x1, _ = self.extent
            white = min(found[0][0].left - x0, x1 - found[0][0].right)
            for line in found[0]:
                line.left, line.right = x0 + white, x1 - white
        return found


def take_frames(runs: list[Run], page: PageText, em: float) -> tuple[list[Run], list[Frame], list[Rule]]:
    """Return runs with each frame of text as lines of the role ``frame``, the frames, and the rules that are of none.

    No frame of that kind is a cell of a table, nor what holds rows of one or a headline alone, nor what frames half of
    the page or columns over its whole width, which articles do, nor one that goes on in the next column. One may stand
    in another.
    """
    frames: list[Frame] = []
    extents = {*page.shapes, *_boxes(page.rules, em)} if side_by_side(runs) else set()
    extents -= _parted(extents, runs, em)
    for extent in sorted(extents, key=lambda extent: (extent[2] - extent[0]) * (extent[3] - extent[1])):
        inside = [run for run in runs if _holds(extent, run)]
        rest = [run for run in runs if not _holds(extent, run)]
        if rest and _is_notice(inside, em) and _is_among(inside, rest, em):
            between = _between_rules(extent, page.rules, em)
            frames.append(Frame(extent, inside, _stand_ins(extent, rest, between, em)))
            runs = [*rest, *frames[-1].stand_ins]
    rules = [rule for rule in page.rules if not any(_frames(frame.extent, rule) for frame in frames)]
    return runs, frames, rules


def _parted(extents: Iterable[Extent], runs: Sequence[Run], em: float) -> set[Extent]:
    """Return the parts of frames that go on, without a headline, in a column at the right, and higher up there."""
    held = {extent: [run for run in runs if _holds(extent, run)] for extent in extents}
    texts = {extent: inside for extent, inside in held.items() if inside and _is_notice(inside, em)}
    parts: set[Extent] = set()
    for rest, inside in texts.items():
        if not _is_headed(inside, rest, em):
            parts |= {part for one in texts if _goes_on(one, rest, em) for part in (one, rest)}
    return parts


def _is_headed(inside: Sequence[Run], extent: Extent, em: float) -> bool:
    """Tell whether the first line in a frame may be a headline: it does not fill the frame, and has no mark."""
    top = min(run.y for run in inside)
    first = [run for run in inside if run.y - top < _SAME_ROW * em]
    return max(run.x1 for run in first) < extent[2] - _PADDING * em and not any(_STOP.search(run.text) for run in first)


def _goes_on(one: Extent, rest: Extent, em: float) -> bool:
    alike = abs((one[2] - one[0]) - (rest[2] - rest[0])) < em
    return alike and one[2] <= rest[0] and rest[3] < one[3]


def _between_rules(extent: Extent, rules: Iterable[Rule], em: float) -> Strip:
    """Return where the nearest ruling lines above and below a frame are that go over it and past it."""
    x0, y0, x1, y1 = extent
    wide = [rule for rule in rules if rule[0] < x0 + _TOUCHES and rule[2] > x1 - _TOUCHES]
    levels = [y for left, y, right, _ in wide if right - left > x1 - x0 + _SET_IN * em]
    return max((y for y in levels if y < y0), default=-math.inf), min((y for y in levels if y > y1), default=math.inf)


def _stand_ins(extent: Extent, rest: Sequence[Run], between: Strip, em: float) -> list[Run]:
    """Return lines that fill the place of a frame as those of its columns would, level with the text beside it.

    Its columns go no farther than between the ruling lines `between` which it stands. One below all else has none.
    """
    x0, y0, x1, y1 = extent
    lines = [run for run in rest if abs(run.size - em) <= SAME_SIZE * em and not run.role]
    lines = [run for run in lines if between[0] < run.y < between[1]] if any(run.y > y0 for run in rest) else []
    beside = [run for run in lines if y0 - _WHITE * em < run.y < y1 + _WHITE * em]
    around = [run for run in lines if x0 - _SET_IN * em < run.x0 and run.x1 < x1 + _SET_IN * em]
    near = sorted((run for run in around if not y0 < run.y < y1), key=lambda run: max(y0 - run.y, run.y - y1))[:_NEAR]
    edges = [x0, x1]
    if near and not any(y0 < run.y < y1 for run in around):
        inner = (x for gutter in gutters(near, em, len(near) // _NEAR) for x in gutter)
        edges = [min(run.x0 for run in near), *inner, max(run.x1 for run in near)]
    above = max((run for run in near if run.y < y0), key=lambda run: (run.y, run.x1), default=None)
    top = max((run.y1 for run in near if run.y < y0 < run.y1 + _WHITE * em), default=y0)
    bottom = min((run.y0 for run in near if run.y0 - _WHITE * em < y1 < run.y), default=y1)
    for start, end in white_strips((run.y0, run.y1) for run in rest):
        if end - start >= OWN_WHITE * em:  # the columns beside it end, or begin, where the frame does
            top = max(top, min(end, y0)) if start < y0 else top
            bottom = min(bottom, max(start, y1)) if end > y1 else bottom
    return [
        Run(above.text if above else "，", left, right, y, em, role="frame")
        for y in _baselines(min(top, y0), max(bottom, y1), sorted(run.y for run in beside), em)
        for left, right in zip(edges[::2], edges[1::2], strict=True)
    ]


def _baselines(top: float, bottom: float, beside: Sequence[float], em: float) -> list[float]:
    """Return where lines stand that fill a place from top to bottom, level with those beside it as far as they go."""
    found = [next((y for y in beside if _ASCENT * em < y - top < 2 * em), top + em)]
    while found[-1] + em < bottom:
        found.append(next((y for y in beside if em < y - found[-1] < 2 * em), found[-1] + _STEP * em))
    return found


def _boxes(rules: Sequence[Rule], em: float) -> Iterator[Extent]:
    """Yield what four rules frame, but for the cells of a table, which upright rules part from edge to edge."""
    level, upright = level_and_upright(rules)
    near = _CORNER * em
    for y, x0, x1 in level:
        begun = [side for side in upright if abs(side[1] - y) <= near]
        feet = [b for x, _, b in begun if abs(x - x0) <= near and any(_meets(end, x1, b, near) for end in begun)]
        for foot in feet:
            if not any(_meets(line, foot, x1, near) and abs(line[1] - x0) <= near for line in level):
                continue
            places = [at for at, a, b in level if y - _TOUCHES <= at <= foot + _TOUCHES and b > x0 and a < x1]
            inner = [side for side in upright if x0 + _SIDE * em < side[0] < x1 - _SIDE * em]
            across = [(a, b) for _, a, b in inner if a < foot - near and b > y + near]
            if not any(abs(end - at) <= _TOUCHES for ends in across for end in ends for at in places):
                yield x0, y, x1, foot


def _meets(line: tuple[float, float, float], at: float, end: float, near: float) -> bool:
    """Tell whether a rule stands at some place and ends at another."""
    return abs(line[0] - at) <= near and abs(line[2] - end) <= near


def _holds(extent: Extent, run: Run) -> bool:
    x0, y0, x1, y1 = extent
    return x0 <= (run.x0 + run.x1) / 2 <= x1 and y0 <= run.y - 0.35 * run.size <= y1


def _frames(extent: Extent, rule: Rule) -> bool:
    """Tell whether a rule is of a frame, or inside it."""
    x0, y0, x1, y1 = extent
    return rule[0] > x0 - _TOUCHES and rule[1] > y0 - _TOUCHES and rule[2] < x1 + _TOUCHES and rule[3] < y1 + _TOUCHES


def _is_notice(inside: Sequence[Run], em: float) -> bool:
    """Tell whether a frame holds text: sentences in no larger type than the text around it has, and no rows."""
    text = [run for run in inside if not run.role]
    rows = count_rows(text)
    if any(run.role == "row" for run in inside) or rows < _ROWS - 1:
        return False
    if rows < _ROWS and not STRONG_END.search(max(text, key=attrgetter("y")).text):
        return False
    return any(run.size < TALL * em and _STOP.search(run.text) for run in text)


def _is_among(inside: Sequence[Run], rest: Sequence[Run], em: float) -> bool:
    """Tell whether what a frame holds stands among other text, and is neither the page nor a band of articles."""
    held, others = (sum(len(run.text) for run in part) for part in (inside, rest))
    if held > _MOST * (held + others):
        return False
    narrower = min(run.x0 for run in rest) < min(run.x0 for run in inside) - _PADDING * em
    narrower |= max(run.x1 for run in rest) > max(run.x1 for run in inside) + _PADDING * em
    return narrower or not gutters_of_prose(inside, em)
