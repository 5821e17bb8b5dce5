"""Lines to paragraphs: which lines are body text, and where a paragraph begins.

A newspaper fills its columns greedily, so a line break inside a paragraph is only where the next unit does not fit.
Every reading of the lines (first line of a paragraph, later line, display line such as a headline) has a cost, and the
cheapest sequence of readings wins (Viterbi). Costs are natural logarithms of odds, roughly: 3 is one in twenty.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from gxclassify.reading.cues import (
    CARRY_ON,
    CLOSERS,
    CONTINUATION,
    NOTE_OPENS,
    OPENING,
    STRONG_END,
    WEAK_END,
    is_byline,
    match_lead,
    signature_start,
)
from gxclassify.reading.lines import undouble

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.reading.lines import Line


FIRST, LATER, DISPLAY = "first", "later", "display"
_SQUEEZABLE = re.compile("[，。、；：！？“”‘’（）《》…]")
_TRIAL = 200  # lines: enough to tell whether first lines were indented
_STOP = re.compile("[。！？…”）!?（下上]")
_NEVER = 60.0
_TAIL_WIDTH = 16.0  # ems: names and notes are no longer
_NAME_LENGTH = 4  # characters, with a compound surname
TALL = 1.15  # a type size of a headline, in relation to the body's
_INDENT = 0.9  # ems: less is no indent


@dataclass(frozen=True, slots=True)
class Costs:
    """What each irregularity costs; the defaults were set on typeset pages with known structure."""

    start: float = 0.8  # any paragraph start
    single: float = 1.2  # a paragraph of one line
    full_end: float = 1.2  # a paragraph whose last line happens to be full
    weak_end: float = 3.0  # it ends with a colon, a bracket
    quote_end: float = 4.5  # it ends with a quotation that has no full stop, as headlines do
    no_end: float = 6.5  # it ends with no mark
    loose: float = 4.0  # a break where the next unit just fitted, on a page that fills its lines greedily
    loose_em: float = 2.6  # and for each em that was left over
    loose_most: float = 14.0
    over_em: float = 3.2  # for each em beyond the column
    over_most: float = 16.0
    squeeze_em: float = 0.3  # for each em that marks were squeezed by, on a page that squeezes
    display: float = 3.0  # any display line
    display_next: float = 2.0  # one more of them
    display_stop: float = 5.0  # it ends like a sentence
    switch: float = 4.0  # the column changes its width between paragraphs
    switch_inside: float = 6.0  # or inside one
    missing_indent: float = 3.0  # a first line without the indent that others have
    stray_indent: float = 6.0  # a later line with an indent
    gap: float = 3.0  # an unusual empty line inside a paragraph
    no_gap: float = 1.0  # no empty line at a break where they are usual
    opening: float = 0.6  # less, where its first words often open one
    carry_on: float = 0.8  # more, where they seldom do
    lead: float = 2.5  # less, where a paragraph starts with 本报讯, and more where it goes on with it
    closer: float = 8.0  # a paragraph starts with a closing mark
    tall: float = 5.0  # body text in the type size of headlines, or a change of size inside a paragraph


def label_lines(lines: Sequence[Line], layout: Layout) -> list[str]:
    """Return for each line whether it is the FIRST or a LATER one of a paragraph, or a DISPLAY line."""
    if not lines:
        return []
    costs = Costs()
    if layout.indented < 0.5 and layout.lost_indent:  # noqa: PLR2004 (where indents survive there is no doubt)
        shifted = [tuple(w + step for w in layout.widths) for step in (2, -2)]  # first lines taken for full ones
        readings = [layout, replace(layout, lost_indent=0.0), *(replace(layout, widths=widths) for widths in shifted)]
        trial = lines[:_TRIAL]
        layout = min(readings, key=lambda reading: _Search(trial, reading, costs).run()[0])
    return _Search(lines, layout, costs).run()[1]


class _Search:
    """One Viterbi pass. The states of a line are FIRST and LATER in each column width, and DISPLAY."""

    def __init__(self, lines: Sequence[Line], layout: Layout, costs: Costs) -> None:
        self.lines, self.layout, self.costs = lines, layout, costs
        self.k = len(layout.widths)
        self.loose = min(costs.loose, max(0.8, -math.log(layout.looseness + 0.01)))
        self.loose_em = costs.loose_em
        if layout.squeezed:
            self.loose, self.loose_em = min(self.loose, 1.2), 2.0
        self.slack = [squeeze(line.text) if layout.squeezed else 0.0 for line in lines]
        tails = _running_tails(lines)
        self.ends = [0.0 if tail else end_cost(line.text, costs) for line, tail in zip(lines, tails, strict=True)]
        leads = [match_lead(line.text[:60]) is not None for line in lines]
        self.starts = [self._start_cost(*known) for known in zip(lines, leads, tails, strict=True)]
        self.laters = [self._later_cost(*known) for known in zip(lines, leads, tails, strict=True)]
        self.displays = [self._display_cost(line, tail) for line, tail in zip(lines, tails, strict=True)]
        for i, line in enumerate(lines):
            if line.role in {"title", "heading"}:
                self.displays[i] = -_NEVER
        for i in range(1, len(lines)):
            self.laters[i] += costs.tall * (abs(lines[i].size - lines[i - 1].size) > TALL - 1)

    def run(self) -> tuple[float, list[str]]:
        """Return the total cost of the cheapest reading, and its labels."""
        k = self.k
        before = self._begin()
        back = [bytes(2 * k + 1)]  # for each line and state, the state of the line before
        for i in range(1, len(self.lines)):
            before, come = self._step(i, before)
            back.append(bytes(come))
        ending = [total + (self.ends[-1] if s < 2 * k else 0.0) for s, total in enumerate(before)]
        state = min(range(len(ending)), key=ending.__getitem__)
        total = ending[state]
        labels: list[str] = []
        for come_from in reversed(back):
            labels.append(FIRST if state < k else LATER if state < 2 * k else DISPLAY)
            state = come_from[state]
        return total, labels[::-1]

    def _begin(self) -> list[float]:
        starts = [self.starts[0] + self._over(0, self._first_indent(0), w) for w in self.layout.widths]
        return [*starts, *([_NEVER] * self.k), self.displays[0]]

    def _step(self, i: int, before: list[float]) -> tuple[list[float], list[int]]:
        """Return the total of each state at line `i` and the state before it."""
        c, k, display = self.costs, self.k, 2 * self.k
        line = self.lines[i]
        unusual = line.gap - self.layout.gap
        split, joined = (0.0, c.gap) if unusual > 0 else (c.no_gap, 0.0) if unusual < 0 else (0.0, 0.0)
        rooms = self._rooms(i)
        end = self.ends[i - 1]
        ended, broken = [], []
        for s, room in enumerate(rooms):
            ended.append(before[s] + end + (c.full_end if room < 0 else 0.0) + (c.single if s < k else 0.0))
            broken.append(before[s] + (0.0 if room < 0 else min(self.loose + self.loose_em * room, c.loose_most)))
        best, cheapest = ended.index(min(ended)), broken.index(min(broken))
        first, later = self._first_indent(i), min(line.indent, 2.0)
        totals, come = [0.0] * (display + 1), [0] * (display + 1)
        for j, w in enumerate(self.layout.widths):
            same = j if ended[j] <= ended[k + j] else k + j
            cost, source = min((ended[same], same), (ended[best] + c.switch, best), (before[display], display))
            totals[j], come[j] = cost + self.starts[i] + self._over(i, first, w) + split, source
            same = j if broken[j] <= broken[k + j] else k + j
            cost, source = min((broken[same], same), (broken[cheapest] + c.switch_inside, cheapest))
            totals[k + j], come[k + j] = cost + self.laters[i] + self._over(i, later, w) + joined, source
        weak = 1.5 if end in {c.weak_end, c.quote_end} else 0.0
        go_on = before[display] - c.display + c.display_next
        cost, source = min((ended[best] + split + weak, best), (go_on, display))
        totals[display], come[display] = cost + self.displays[i], source
        return totals, come

    def _rooms(self, i: int) -> list[float]:
        """Return, for each state of line `i` - 1, the ems that it leaves over beyond the first unit of line `i`."""
        last, line = self.lines[i - 1], self.lines[i]
        taken = last.width + line.head - 0.5 * self.slack[i - 1]
        if self.layout.spaced and _mixed(last.text[-1], line.text[0]):
            taken += 0.5
        first = taken + (last.indent if last.indent >= _INDENT else self.layout.lost_indent)
        later = taken + min(last.indent, 2.0)
        return [w - first for w in self.layout.widths] + [w - later for w in self.layout.widths]

    def _first_indent(self, i: int) -> float:
        indent = self.lines[i].indent
        return min(indent, 3.0) if indent >= _INDENT else self.layout.lost_indent

    def _over(self, i: int, indent: float, w: float) -> float:
        """Return the cost of a line's going beyond its column; one mark may hang, and more may be squeezed."""
        excess = self.lines[i].width + indent - w
        if excess <= 0:
            return 0.0
        c = self.costs
        if self.layout.squeezed:
            beyond = max(0.0, excess - self.slack[i])
            return min(c.squeeze_em * excess + c.over_em * beyond, c.over_most)
        return 0.4 if excess <= 1 else min(0.4 + c.over_em * (excess - 1), c.over_most)

    def _start_cost(self, line: Line, lead: bool, tail: bool) -> float:  # noqa: FBT001
        """Return the cost of a paragraph's starting with this line, whatever the column."""
        c = self.costs
        cost = c.start + 6.0 * tail - c.lead * lead + c.tall * (line.size >= TALL)
        if line.indent < _INDENT:
            cost += c.missing_indent * self.layout.indented
        if line.text[0] in CLOSERS and not line.text.startswith("——"):
            return cost + c.closer
        return cost - c.opening * bool(OPENING.match(line.text)) + c.carry_on * bool(CARRY_ON.match(line.text))

    def _later_cost(self, line: Line, lead: bool, tail: bool) -> float:  # noqa: FBT001
        """Return the cost of a paragraph's going on with this line, whatever the column."""
        return self.costs.stray_indent * (line.indent >= _INDENT) + self.costs.lead * lead - 2.0 * tail

    def _display_cost(self, line: Line, tail: bool) -> float:  # noqa: FBT001
        """Return the cost of the line's being a headline, subhead or byline."""
        c, text = self.costs, line.text
        if tail:
            return c.display + 2.0
        if is_byline(text):
            return 0.5
        if undouble(line.body) is not None:
            return -3.0
        cost = c.display - c.tall * (line.size >= TALL)
        if text[-1] in "。；，、":
            cost += c.display_stop
        elif text[-1] in "？！…":
            cost += 0.5
        cost += 3.0 * ("。" in text[:-1] or "；" in text[:-1]) + min(text.count("，"), 3)
        if text[0] in CLOSERS and not text.startswith("——"):
            cost += c.closer
        if text[0] == "【":
            cost -= 2.0
        return cost + max(0.0, line.width - 60) * 0.2


def _running_tails(lines: Sequence[Line]) -> list[bool]:
    """Tell of each line whether it holds the rest of what stands after a last full stop: of names, of a note."""
    result = [False]
    before = ""
    for last, line in pairwise(lines):
        before = (before if result[-1] else "") + last.text[-40:]
        short = line.width <= _TAIL_WIDTH and _STOP.search(before) is not None
        result.append(short and _tail_goes_on(before[-80:], line.text))
    return result


def _tail_goes_on(before: str, text: str) -> bool:
    note = NOTE_OPENS.search(before)
    if note and CONTINUATION.fullmatch(before[note.start() :] + text):
        return True
    note = CONTINUATION.search(text)
    if note and note.start() and note.end() == len(text):
        text = text[: note.start()]
    if max(map(len, text.split())) > _NAME_LENGTH:
        return False
    starts = [signature_start(before + gap + text) for gap in ("", " ")]
    return any(start is not None and start < len(before) for start in starts)


def _mixed(one: str, other: str) -> bool:
    """Tell whether a page that sets spaces beside digits would set one between these characters."""
    return (one.isascii() and one not in " ,.;:") != (other.isascii()) and (one.isalnum() and other.isalnum())


def squeeze(text: str) -> float:
    """Return by how many ems a compositor can squeeze a line: half of each mark, half of each space."""
    return 0.5 * len(_SQUEEZABLE.findall(text)) + 0.25 * text.count(" ")


def end_cost(text: str, c: Costs) -> float:
    """Return what it costs to end a paragraph with this line."""
    note = CONTINUATION.search(text, max(0, len(text) - 30))
    if note and note.end() == len(text):
        text = text[: note.start()].rstrip() or "。"
    if STRONG_END.search(text) or signature_start(text) is not None:
        return 0.0
    if text[-1] in "”’」』》":
        return c.quote_end
    return c.weak_end if WEAK_END.search(text) else c.no_end


# ---- How a text is set: hard-wrapped into columns or not, how wide the columns are, whether indents survive.


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
