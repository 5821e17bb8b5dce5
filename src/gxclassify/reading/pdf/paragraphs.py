"""The lines of pages to paragraphs: which of them begin one is told by where they stand.

A line goes on with the paragraph before it when that line left no room for its first word, it is not indented, no white
parts the two, and the type is the same; over columns and pages as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from gxclassify.reading.pdf.edges import set_edges
from gxclassify.reading.pdf.lines import (
    CENTRED,
    HANGING,
    INDENT,
    OTHER_SIZE,
    RAGGED,
    SAME_SIZE,
    SIGNED,
    column_width,
    first_width,
    in_middle,
    indent,
    off_axis,
    room_left,
)
from gxclassify.reading.text.bylines import (
    BEGINS_BYLINE,
    MOST_BYLINE_LINES,
    are_names,
    is_byline,
    splits_role,
    wrapped_byline,
)
from gxclassify.reading.text.cues import CJK, DATED, ENTRY_LABEL, HEADING, ISSUER, STRONG_END, is_deck
from gxclassify.reading.text.paragraphs import TALL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gxclassify.reading.pdf.lines import PageLine, Placed

    _Pairs = Sequence[tuple[PageLine, PageLine]]  # lines that follow each other in a column

_INDENTED = 0.04  # of the lines: where fewer are indented, paragraphs are parted otherwise
_FULL_INDENT = 1.5  # ems: and less is none after a full line in mid-sentence, whose next may begin with a hole
_GAP = 1.3  # of the usual step between lines: more parts two paragraphs
_LOOSE = 1.4  # times the type size: the step between the lines of a headline
_NEARLY_ALL = 0.8
_SLACK = 0.3  # ems that a justified line may leave over
_EARLY = 0.25  # of the column's width, that a line leaves over which ends in mid-sentence where paragraphs are marked
_ENOUGH = 4  # lines of a column that tell its slack
_SEVERAL = 3  # lines
_FRAME = 2.5  # ems of white inside a frame, both sides together
_SET_IN = 16.0  # ems: lines that are set in at both sides and shorter are verse
_AT_RIGHT = 0.4  # of the column's width
_LONGEST_UNDER = 40  # characters of a deck or byline
_LONG_WORD = 20  # characters with a stroke among them: an address of the web
_ADDRESS = re.compile("[!-~]+$")
_PAUSES = "。！？…；：，、”’）》.!?;:"
_POINTS = "•●■▪◆"
_ENDED = re.compile(f"[。！？；：…!?;:](?:[”’」』）)》】]*|{SIGNED})$")
_LONE = re.compile(f"[{CJK}“][^，。；：、！？…,;:!?）)@]{{3,19}}$")  # a subhead that is set as the text
_ITEM = re.compile(
    r"第\s*[〇零一二三四五六七八九十百千0-9]+\s*[条章节款编]|[（(][一二三四五六七八九十0-9]{1,3}[）)]|[一二三四五六七八九十]{1,3}、|[0-9]{1,3}[.、．)）]\s*\D"
    r"|[①-⑳●■◆▲★•]|(?:关\s*键\s*[词字]|[Kk]ey\s?[Ww]ords)\s*[：:]"
)
_ANNEX = re.compile("附\\s*[件表录]\\s*[0-9一二三四五六七八九十]{0,2}\\s*[：:]?")
_REFERENCE = re.compile(r"[\[［〔【][0-9]{1,3}[\]］〕】]")


def find_paragraphs(placed: Sequence[Placed], body: float) -> list[list[Placed]]:
    """Return lines of running text by what they are part of, a paragraph or a headline; what goes on is ``later``."""
    lines = [item.line for item in placed]
    set_edges(lines)
    setting = _Setting.of(lines, body)
    units: list[list[Placed]] = []
    signed = _bylines(lines)
    for i, (item, last, after) in enumerate(zip(placed, [None, *lines], [*lines[1:], None], strict=False)):
        begins = signed.get(i)
        if begins is None:
            begins = last is None or setting.begins(last, item.line, after, units[-1])
        if begins:
            units.append([item])
        else:
            item.begins = "later"
            units[-1].append(item)
    return units


def _bylines(lines: Sequence[PageLine]) -> dict[int, bool]:
    """Tell of lines of wrapped bylines, and of those below, whether they begin something."""
    begins: dict[int, bool] = {}
    for i, line in enumerate(lines):
        if BEGINS_BYLINE.match(line.text) and begins.get(i) is not False:
            end = i + 1
            while end < min(i + MOST_BYLINE_LINES, len(lines)) and _alike(line, lines[end]):
                end += 1
            count = len(wrapped_byline([one.text for one in lines[i:end]]))
            if count and not (i and splits_role(lines[i - 1].text, line.text)):
                begins |= {i: True, i + count + 1: True} | dict.fromkeys(range(i + 1, i + count + 1), False)
    return begins


def _alike(line: PageLine, other: PageLine) -> bool:
    """Tell whether lines stand in one column, in the same size."""
    return line.region == other.region and abs(line.size - other.size) <= OTHER_SIZE * line.size


@dataclass(slots=True)
class _Setting:
    """How a document is set.

    `body` is the size of its type; first lines are `indented`, or white sets paragraphs apart, which are `spaced`. By
    region, `steps` are the usual steps between lines, and `slack` is what lines leave over in mid-sentence, in ems. In
    regions that are `whole` each line is a paragraph.
    """

    body: float
    indented: bool
    steps: dict[int, float]
    slack: dict[int, float]
    spaced: bool
    whole: frozenset[int]

    @classmethod
    def of(cls, lines: Sequence[PageLine], body: float) -> _Setting:
        """Return how these lines are set, whose edges are known."""
        indented = sum(indent(line) >= INDENT and not in_middle(line) for line in lines) > _INDENTED * len(lines)
        pairs = [(last, line) for last, line in pairwise(lines) if last.region == line.region]
        steps = _steps(pairs)
        return cls(body, indented, steps, _slack(lines, pairs), _is_spaced(pairs, steps), _whole(lines, body))

    def begins(self, last: PageLine, line: PageLine, after: PageLine | None, unit: Sequence[Placed]) -> bool:
        """Tell whether a line begins something new, and does not go on with the one before it."""
        headed = line.bold and not last.bold and STRONG_END.search(last.text)
        over_head = last.region != line.region and after is not None and after.size > TALL * self.body  # a kicker
        same_size = OTHER_SIZE if headed or over_head else SAME_SIZE
        other_type = abs(last.size - line.size) > same_size * max(last.size, line.size)
        same = last.region == line.region
        own = self._under_headline(last, line) if same else _between_columns(last, line, after)
        if line.text[0] in _POINTS or other_type or own or _is_apart(last, line, after, unit):
            return True
        if same and ((self._far_below(last, line) and not self._runs_on(last, line)) or _at_right(last, line, unit)):
            return True
        if same and (_rest_of_centred(last, line) or _in_address(last, line) or self._set_otherwise(last, line, unit)):
            return False
        if line.size > TALL * self.body or in_middle(last):
            return not (same and self._one_headline(last, line))
        ended = _ENDED.search(last.text) is not None
        if "a" <= line.text[0] <= "z" and not ended and last.text[-1].isascii():
            return False  # a Latin sentence goes on, however long its next word
        return self._ends(last, line, ended=ended) or self._opens(last, line, after, unit, ended=ended)

    def _far_below(self, last: PageLine, line: PageLine) -> bool:
        """Tell whether more white lies between two lines than one text has; a headline's are set by their own size."""
        loose = line.size > TALL * self.body and _step(last, line) <= _LOOSE
        return not loose and _far_below(last, line, self.steps)

    def _runs_on(self, last: PageLine, line: PageLine) -> bool:
        """Tell whether a sentence goes on below a picture: indents tell paragraphs, and the line before it is full."""
        full = room_left(last) < first_width(line) + self.slack.get(last.region, _SLACK)
        alike = abs(last.size - line.size) <= OTHER_SIZE * last.size
        return self.indented and full and alike and indent(line) < INDENT and not _ENDED.search(last.text)

    def _under_headline(self, last: PageLine, line: PageLine) -> bool:
        """Tell whether a line is no more of the headline above it: a deck, or who wrote what follows."""
        if len(line.text) > _LONGEST_UNDER or _ENDED.search(last.text):
            return False
        large = line.size > TALL * self.body
        headed = large or in_middle(line) or is_deck(last.text)
        if is_byline(line.text) and not is_byline(last.text):
            return not are_names(line.text) or (headed and not large)  # the last words of a headline may be as a name
        return headed and is_deck(line.text)

    def _set_otherwise(self, last: PageLine, line: PageLine, unit: Sequence[Placed]) -> bool:
        """Tell whether a line goes on with a paragraph that is set in, or in large type."""
        first = unit[0].line
        return _set_in(last, line, first) or (line.size > TALL * self.body and _fills(last, line, first))

    def _one_headline(self, last: PageLine, line: PageLine) -> bool:
        """Tell whether two lines are of one headline."""
        if (line.size <= TALL * self.body and not in_middle(line)) or DATED.fullmatch(line.text):
            return False
        shift = min(abs(last.x0 - line.x0), off_axis(last, line))
        return shift <= CENTRED * line.size and not (HEADING.match(line.text) or STRONG_END.search(last.text))

    def _ends(self, last: PageLine, line: PageLine, *, ended: bool) -> bool:
        """Tell whether the last line left room for what the next begins with, and so ends a paragraph."""
        spare = self.slack.get(last.region, _SLACK)
        marked = self.indented or (self.spaced and not last.text[-1].isascii())  # references are parted by numbers
        if marked and not ended and indent(line) < INDENT:
            spare = max(spare, _EARLY * column_width(last))
        return room_left(last) >= first_width(line) + spare

    def _opens(
        self, last: PageLine, line: PageLine, after: PageLine | None, unit: Sequence[Placed], *, ended: bool
    ) -> bool:
        """Tell whether a line after a full one opens a paragraph, by its indent, its number or a new column."""
        same = last.region == line.region
        rest = same and (_hangs(last, line, after, unit) or (not ended and _in_block(last, line)))
        if indent(line) >= (INDENT if ended else _FULL_INDENT) and not rest:
            return True
        if ended and same and (line.region in self.whole or self._is_lone(line, after)):
            return True
        if ended and _ITEM.match(line.text) and (not self.indented or indent(last) < INDENT):
            return True
        first = unit[0].line
        entries = any(one.match(line.text) and one.match(first.text) for one in (ENTRY_LABEL, _REFERENCE))
        if entries and abs(line.x0 - first.x0) < _SLACK * line.size:
            return True
        return not same and not self.indented and STRONG_END.search(last.text) is not None

    def _is_lone(self, line: PageLine, after: PageLine | None) -> bool:
        """Tell whether a short line without a mark stands over a first line: no paragraph ends so."""
        if not self.indented or after is None or after.region != line.region:
            return False
        if not _LONE.match(line.text) and (not HEADING.match(line.text) or _ENDED.search(line.text)):
            return False
        over_first = abs(after.size - line.size) < SAME_SIZE * line.size and indent(after) >= _FULL_INDENT
        return over_first and indent(line) < INDENT and room_left(line) > RAGGED


# ---- What is measured of a document.


def _steps(pairs: _Pairs) -> dict[int, float]:
    """Return the usual step between lines of each column: what most of those that follow close have."""
    steps: dict[int, list[float]] = {}
    for last, line in pairs:
        if line.y > last.y:
            steps.setdefault(line.region, []).append(_step(last, line))
    every = sorted(step for found in steps.values() for step in found)
    general = every[len(every) // 3] if every else 2.0
    usual = {}
    for region, found in steps.items():
        found.sort()
        own = found[len(found) // 3]
        usual[region] = own if len(found) > 3 or own < general else general  # noqa: PLR2004
    return usual


def _step(last: PageLine, line: PageLine) -> float:
    return (line.y - last.y) / max(last.size, line.size)


def _far_below(last: PageLine, line: PageLine, steps: Mapping[int, float]) -> bool:
    """Tell whether more white than usual lies between two lines of a column."""
    return _step(last, line) > _GAP * steps.get(line.region, 2.0)


def _is_spaced(pairs: _Pairs, steps: Mapping[int, float]) -> bool:
    """Tell whether white parts paragraphs: it nearly always follows a sentence that ends in a short line."""
    ends = [(a, b) for a, b in pairs if a.size == b.size and room_left(a) > RAGGED and STRONG_END.search(a.text)]
    return len(ends) >= 2 and sum(_far_below(a, b, steps) for a, b in ends) >= _NEARLY_ALL * len(ends)  # noqa: PLR2004


def _whole(lines: Sequence[PageLine], body: float) -> frozenset[int]:
    """Return the regions in which each of several lines of text ends a sentence: none of them goes on in the next."""
    ends: dict[int, list[bool]] = {}
    for line in lines:
        if abs(line.size - body) <= OTHER_SIZE * body and line.x1 - line.x0 > _EARLY * (line.right - line.left):
            ends.setdefault(line.region, []).append(STRONG_END.search(line.text) is not None)
    return frozenset(region for region, found in ends.items() if len(found) >= _SEVERAL and all(found))


def _slack(lines: Sequence[PageLine], pairs: _Pairs) -> dict[int, float]:
    """Return how many ems lines of each column leave over although a sentence goes on behind them in the next line."""
    slack: dict[int, list[float]] = {}
    every: list[float] = []
    for last, line in pairs:
        if last.size == line.size and indent(line) < INDENT and last.text[-1] not in _PAUSES:
            left_over = room_left(last) - first_width(line)
            if left_over < RAGGED:
                slack.setdefault(line.region, []).append(left_over)
                every.append(left_over)
    general = _high(every)
    return {
        region: _high(slack[region]) if len(slack.get(region, ())) >= _ENOUGH else general
        for region in {line.region for line in lines}
    }


def _high(found: list[float]) -> float:
    """Return what nine in ten do not go beyond."""
    return max(_SLACK, sorted(found)[int(0.9 * (len(found) - 1))] + 0.1) if found else _SLACK


# ---- What goes on, and what does not.


def _is_apart(last: PageLine, line: PageLine, after: PageLine | None, unit: Sequence[Placed]) -> bool:
    """Tell whether one of two lines stands for itself: the day below a signature, 附件 over what is attached."""
    if _ANNEX.fullmatch(line.text):
        return True
    if len(unit) == 1:  # the last line is the whole of it
        if _ANNEX.fullmatch(last.text) or (last.region != line.region and DATED.fullmatch(last.text)):
            return True
        if DATED.fullmatch(line.text) and ISSUER.fullmatch(last.text):
            return True
    signs = after is not None and DATED.fullmatch(after.text) and ISSUER.fullmatch(line.text)
    return bool(signs) and STRONG_END.search(last.text) is not None


def _between_columns(last: PageLine, line: PageLine, after: PageLine | None) -> bool:
    """Tell whether a line stands for itself between columns, below the end of a sentence: a headline or kicker."""
    if len(line.text) > _LONGEST_UNDER or not STRONG_END.search(last.text) or STRONG_END.search(line.text):
        return False
    if indent(line) >= _FULL_INDENT and room_left(line) < _SLACK:
        return False  # the only line of a paragraph at the foot of a column
    if after is None or after.region != line.region or is_byline(after.text):
        return True
    return after.size >= TALL * line.size and not re.match(SIGNED, line.text)


def _hangs(above: PageLine, line: PageLine, after: PageLine | None, unit: Sequence[Placed]) -> bool:
    """Tell whether a line stands under the words of an item whose number or point hangs out to the left."""
    shift = (line.x0 - above.x0) / line.size
    if len(unit) > 1:  # as the line before it does
        return abs(shift) < 0.3 and indent(unit[0].line) < indent(line) - 0.5  # noqa: PLR2004
    if shift < INDENT or not (_ITEM.match(above.text) or _REFERENCE.match(above.text)):
        return False
    goes_on = after is not None and abs(after.x0 - line.x0) < 0.3 * line.size
    return goes_on or room_left(line) > 1.0


def _in_address(last: PageLine, line: PageLine) -> bool:
    """Tell whether an address of the web goes on in the next line."""
    rest = _ADDRESS.search(last.text) if line.text[0].isascii() and line.text[0].isalnum() else None
    return rest is not None and len(rest[0]) >= _LONG_WORD and "/" in rest[0]


def _set_in(last: PageLine, line: PageLine, first: PageLine) -> bool:
    """Tell whether two lines are of a paragraph, set in at both sides, whose first line has an indent: a quotation."""
    before, behind = indent(line), room_left(last)
    if indent(first) < before + INDENT:
        return False
    if min(before, behind) < INDENT or abs(before - behind) > _FULL_INDENT or _ENDED.search(last.text):
        return False
    full = last.x1 - last.x0 >= max(_SET_IN * last.size, 0.5 * (last.right - last.left))
    return full and line.x0 <= last.x0 + _SLACK * line.size and line.x1 <= last.x1 + HANGING * line.size


def _at_right(last: PageLine, line: PageLine, unit: Sequence[Placed]) -> bool:
    """Tell whether the first of two lines stands at the right: the number of a document, or who signs over the day."""
    far = last.x0 - last.left > _AT_RIGHT * (last.right - last.left) and not (in_middle(last) and in_middle(line))
    apart = last.x0 - line.x0 > RAGGED * line.size or DATED.fullmatch(line.text) is not None
    return far and len(unit) == 1 and apart


def _fills(last: PageLine, line: PageLine, first: PageLine) -> bool:
    """Tell whether a line goes on with a paragraph, indented and in large type, such as the first of an article."""
    indented = abs(indent(first) - 2.0) < 0.5 and indent(line) < 0.5  # noqa: PLR2004
    return indented and room_left(last) < first_width(line) + _SLACK and STRONG_END.search(last.text) is None


def _in_block(last: PageLine, line: PageLine) -> bool:
    """Tell whether a line stands below a full one that is set in as far, but not as a first line is: of a list."""
    far = abs(indent(line) - 2.0) > _SLACK and indent(line) > _FULL_INDENT
    return far and abs(last.x0 - line.x0) < _SLACK * line.size and room_left(last) < 1.0 and not _ITEM.match(line.text)


def _rest_of_centred(last: PageLine, line: PageLine) -> bool:
    """Tell whether a line in the middle is the rest of a full one on the same axis, as in a framed notice."""
    if off_axis(last, line) > _SLACK * line.size or not in_middle(line) or STRONG_END.search(last.text):
        return False
    return abs(indent(last) - room_left(last)) < CENTRED and room_left(last) + indent(last) < first_width(line) + _FRAME
