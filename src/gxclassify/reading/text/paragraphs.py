"""Lines to paragraphs: which lines are body text, and where a paragraph begins.

A newspaper fills its columns greedily, so a line break inside a paragraph is only where the next unit does not fit.
Every reading of the lines (first line of a paragraph, later line, display line such as a headline) has a cost, and the
cheapest sequence of readings wins (Viterbi). Costs are natural logarithms of odds, roughly: 3 is one in twenty.
"""

from __future__ import annotations

import copy
import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import eq
from typing import TYPE_CHECKING, Any

from gxclassify.reading.text.bylines import byline_end, match_lead, signature_start
from gxclassify.reading.text.cues import (
    CARRY_ON,
    CLAUSE,
    CONTINUATION,
    HALF_MARK,
    ITEM,
    ITEM_MARKS,
    NOTE_OPENS,
    OPENING,
    SALUTATION,
    WEAK_ENDS,
    ends_sentence,
    is_deck,
    note_start,
)
from gxclassify.reading.text.lines import is_doubled, width
from gxclassify.reading.text.signs import (
    ASCII,
    BLANK,
    BYLINE_FIRST,
    CLAUSE_FIRST,
    CLOSER,
    COMMA,
    DOT,
    END,
    FULL_STOP,
    HEADLINE_FIRST,
    LEAD_FIRST,
    LOUD,
    NAME_FIRST,
    NAME_GAP,
    NO_NAME,
    OPENING_FIRST,
    PAGE,
    PAUSE,
    PAUSING,
    SEMICOLON,
    SPACE,
    SPEECH,
    SQUEEZED,
    STOP,
    TAIL,
    Signs,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gxclassify.reading.text.lines import Lines


FIRST, LATER, DISPLAY = "first", "later", "display"
_TRIAL = 100  # lines: enough to tell whether first lines were indented
_STOP = re.compile("[。！？…”）!?（下上]")
_NEVER = 60.0
_FINE = 1000  # costs are compared in thousandths, as whole numbers: their sums are the same in any order
_IMPOSSIBLE = 1 << 29  # of these; two of them can be added
_LONG = 5000  # lines: the costs of more might not fit into 32 bits
_LEAD = 30  # ems, and characters: longer lines hold their lead wholly
_SHORTER = 4.0  # ems by which a headline is shorter than the line below
_TAIL_WIDTH = 16.0  # ems: names and notes are no longer
_FIRST_NAME = 8  # characters: the first name of a byline ends before
_BEFORE_NAME = 0.5  # ems: a space
_NAME_LENGTH = 4  # characters, with a compound surname
_NOTE_LENGTH = 8  # characters: the beginning of a continuation note is no longer
_PAGE = re.compile("[版页]")  # no continuation note lacks it
_NOTE = 30  # characters at a line's end where one may stand
TALL = 1.15  # a type size of a headline, in relation to the body's
_INDENT = 0.9  # ems: less is no indent
_USUAL = 0.5  # of the paragraphs: what more have is the manner of the page


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
    missing_gap: float = 3.0  # no empty line before a paragraph where others have one, or one below a full stop inside
    cut_off: float = 4.5  # a full line in mid-sentence before an indented one: the text is cut off there
    opening: float = 0.6  # less, where its first words often open one
    carry_on: float = 0.8  # more, where they seldom do
    lead: float = 2.5  # less, where a paragraph starts with 本报讯, and more where it goes on with it
    item: float = 5.0  # a line goes on with what begins a clause, an item or a brief
    clause: float = 8.0  # a clause of a rule, or a brief, is a headline
    closer: float = 8.0  # a paragraph starts with a closing mark
    deck: float = 3.0  # less, where it looks like a second headline, and more where a paragraph goes on with it
    doubled: float = 3.0  # less, where a headline was printed twice, side by side or one below the other
    tall: float = 5.0  # body text in the type size of headlines, or a change of size inside a paragraph


def label_lines(lines: Lines, layout: Layout) -> list[str]:
    """Return for each line whether it is the FIRST or a LATER one of a paragraph, or a DISPLAY line."""
    if not len(lines):
        return []
    facts = _Facts(lines, Costs(), spaced=layout.spaced)
    if layout.indented < _USUAL and layout.lost_indent:  # where indents survive there is no doubt
        shifted = [tuple(w + step for w in layout.widths) for step in (2, -2)]  # first lines taken for full ones
        readings = [layout, replace(layout, lost_indent=0.0), *(replace(layout, widths=widths) for widths in shifted)]
        totals = _Search(facts.first(_TRIAL), readings).totals()
        layout = readings[totals.index(min(totals))]
    return _Search(facts, [layout]).labels()


class _Facts:
    """What is known of each line whatever the layout: arrays of one number a line, in ems, or in costs.

    ``mixed`` tells of each line whether a page that sets spaces beside digits would set one between it and the last.
    """

    def __init__(self, lines: Lines, costs: Costs, *, spaced: bool) -> None:
        import numpy as np  # here: ordinary text needs none of this

        c = self.costs = costs
        texts, signs = lines.texts, lines.signs
        self.width, self.head, self.indent, self.gap = lines.width, lines.head, lines.indent, lines.gap
        self.slack = 0.5 * signs.count(SQUEEZED) + 0.25 * signs.count(SPACE)
        self.mixed = np.zeros(len(texts), bool)
        if spaced:
            self.mixed[1:] = [_mixed(one[-1], other[0]) for one, other in pairwise(texts)]
        tail = np.fromiter(_running_tails(lines), bool, len(texts))
        self.head = _with_names(self.head, tail, texts)
        tall = c.tall * (lines.size >= TALL)
        lead, closes = np.zeros(len(texts)), np.zeros(len(texts), bool)
        _fill(lead, signs.first & LEAD_FIRST != 0, texts, lambda text: match_lead(text[:60]) is not None)
        broken = np.zeros(len(texts), bool)  # leads that go on in the next line
        may_be = (signs.first[:-1] & LEAD_FIRST != 0) & (lead[:-1] == 0) & (self.width[:-1] <= _LEAD)
        for i in (may_be & (signs.first[1:] & LEAD_FIRST == 0)).nonzero()[0].tolist():
            broken[i] = match_lead(texts[i] + texts[i + 1][:_LEAD]) is not None and not byline_end(texts[i])
        lead[broken] = 1.0
        _fill(closes, signs.first & CLOSER != 0, texts, lambda text: not text.startswith("——"))
        opening = signs.first & OPENING_FIRST | signs.any & SPEECH

        self.end = np.where(signs.last & FULL_STOP, 0.0, c.no_end)
        unclear = (signs.last & FULL_STOP == 0) & ((signs.last & END | signs.any & (FULL_STOP | STOP | PAGE)) != 0)
        _fill(self.end, unclear, texts, lambda text: end_cost(text, c))
        self.end[tail] = 0.0
        self.start = c.start + 6.0 * tail - c.lead * lead + tall
        words = np.zeros(len(texts))
        _fill(words, opening != 0, texts, lambda text: _opening_cost(text, c))
        self.start += np.where(closes, c.closer, words)
        self.later = c.stray_indent * (self.indent >= _INDENT) + c.lead * lead - 2.0 * tail
        items, clauses = _item_costs(lines, signs, c)
        self.later += items
        _tell_salutations(self, unclear & (signs.last & END != 0), texts)
        self.item = items > 0
        self.later[1:] += c.tall * (np.abs(np.diff(lines.size)) > TALL - 1)
        self.display = c.display - tall + c.closer * closes + 0.2 * np.maximum(0.0, self.width - 60)
        self.display += _looks(signs, c) + clauses
        _tell_decks(self, signs, texts)
        _fill(self.display, signs.even, texts, lambda text: -c.doubled if is_doubled(text) else None)
        again = np.zeros(len(texts), bool)
        again[:-1] = np.fromiter(map(eq, texts, texts[1:]), bool, len(texts) - 1)
        again[1:] |= again[:-1]
        self.display[again] -= c.doubled
        named = (signs.first & NAME_FIRST != 0) & ((signs.beginning & NAME_GAP != 0) | (signs.lengths < _FIRST_NAME))
        named = (named | (signs.beginning & DOT != 0)) & (signs.any & NO_NAME == 0)
        noted = (signs.first & NAME_FIRST != 0) & (signs.any & PAGE != 0)
        names = (signs.any & FULL_STOP == 0) & (named | noted | (signs.first & BYLINE_FIRST != 0))
        _fill(self.display, names, texts, lambda text: 0.5 if byline_end(text) else None)
        self.display[tail] = c.display + 2.0
        self.display[broken] += c.clause
        # Of these their format says that they are display.
        told = np.fromiter((line.role in {"title", "heading"} for line in lines), bool, len(lines))
        self.display[told], self.start[told], self.later[told] = -_NEVER, _NEVER, _NEVER

    def first(self, n: int) -> _Facts:
        """Return what is known of the first `n` lines."""
        part = copy.copy(self)
        for name, value in vars(self).items():
            if name != "costs":
                setattr(part, name, value[:n])
        return part


def _item_costs(lines: Lines, signs: Signs, c: Costs) -> tuple[Any, Any]:
    """Return what it costs that a paragraph goes on with an item, and that a clause or a brief is a headline."""
    import numpy as np

    items, clauses = np.zeros(len(lines)), np.zeros(len(lines))
    for i in (signs.first & CLAUSE_FIRST != 0).nonzero()[0].tolist():
        text = lines[i].text
        marked = text[0] in ITEM_MARKS
        items[i] = c.item * (marked or bool(ITEM.match(text)))
        clauses[i] = c.clause * (not _heads_brief(lines, i) if marked else bool(CLAUSE.match(text)))
    return items, clauses


def _heads_brief(lines: Lines, i: int) -> bool:
    """Tell whether a line with a mark heads a brief: a short one over text that does not have the mark."""
    text, below = lines[i].text, lines[i + 1] if i + 1 < len(lines) else None
    if below is None or lines[i].width + _SHORTER >= below.width:
        return False
    return below.text[0] != text[0] and not ends_sentence(text)


def _tell_salutations(facts: _Facts, where: Any, texts: Sequence[str]) -> None:
    """Put in what tells that a line turns to somebody (各有关单位：): a whole paragraph, flush as it may be."""
    for i in where.nonzero()[0].tolist():
        if texts[i][-1] in "：:" and SALUTATION.fullmatch(texts[i]):
            facts.end[i] = 0.0
            facts.start[i] -= facts.costs.missing_indent * (facts.indent[i] < _INDENT)
            facts.later[i] += facts.costs.item


def _tell_decks(facts: _Facts, signs: Signs, texts: Sequence[str]) -> None:
    """Put in what tells that a line is a second headline (——总投资186亿元) and not the rest of a paragraph."""
    for i in (signs.first & (CLOSER | CLAUSE_FIRST) != 0).nonzero()[0].tolist():
        broken = texts[i][0] == "—" != texts[i][1:2]  # the second half of a dash
        if is_deck(texts[i]) and not broken:
            facts.display[i] -= facts.costs.deck
            facts.later[i] += facts.costs.deck


def _with_names(head: Any, tail: Any, texts: Sequence[str]) -> Any:
    """Return the widths of first units, in the rest of a byline those of a name, which does not break."""
    head = head.copy()
    for i in tail.nonzero()[0].tolist():
        head[i] = max(head[i], width(texts[i].split()[0]) + _BEFORE_NAME)
    return head


def _fill(values: Any, where: Any, texts: Sequence[str], cost: Callable[[str], float | None]) -> None:
    """Put in the cost of some texts; None leaves what is there."""
    for i in where.nonzero()[0].tolist():
        found = cost(texts[i])
        if found is not None:
            values[i] = found


def _looks(signs: Signs, c: Costs) -> Any:
    """Return what it costs display lines to look like sentences; 【 looks like a headline."""
    import numpy as np

    ends = signs.last & (FULL_STOP | SEMICOLON) != 0
    cost = c.display_stop * (ends | (signs.last & (COMMA | PAUSE) != 0)) + 0.5 * (signs.last & LOUD != 0)
    inside = signs.count(FULL_STOP | SEMICOLON) > ends
    return cost + 3.0 * inside + np.minimum(signs.count(COMMA), 3) - 2.0 * (signs.first & HEADLINE_FIRST != 0)


def _opening_cost(text: str, c: Costs) -> float:
    """Return what the first words of a line say against its opening a paragraph."""
    return -c.opening * bool(OPENING.match(text)) + c.carry_on * bool(CARRY_ON.match(text))


class _Search:
    """The cheapest reading of all lines, by Viterbi's algorithm; in several layouts of equally many widths at once.

    The states of a line are FIRST in each column width, LATER in each, and DISPLAY. What it costs to go from the state
    of a line to that of the next is a matrix, and the cheapest way over two steps is their product in which sums are
    the products and minima the sums. So all steps are multiplied pair by pair, and the products again, until one is
    left: all pairs of a round at a time, which numpy does fast where one line after the other would be slow.
    """

    def __init__(self, facts: _Facts, readings: Sequence[Layout]) -> None:
        import numpy as np

        k = self.k = len(readings[0].widths)
        widths = np.array([reading.widths for reading in readings]).T[..., None]  # widths, readings, lines
        lost = np.array([reading.lost_indent for reading in readings])[:, None]
        layout, c = readings[0], facts.costs
        indented = facts.indent >= _INDENT
        starts = facts.start + np.where(indented, 0.0, c.missing_indent * layout.indented)
        first_indent = np.where(indented, np.minimum(facts.indent, 3.0), lost)
        later_indent = np.minimum(facts.indent, 2.0)
        first = starts + self._over(facts, layout, first_indent - widths)
        later = facts.later + self._over(facts, layout, later_indent - widths)
        self._kind = np.int32 if len(facts.width) <= _LONG else np.int64
        begin = np.full((2 * k + 1, len(readings)), _NEVER)
        begin[:k], begin[-1] = first[..., 0], facts.display[0]
        self._begin = self._exact(begin)
        self._ending = self._exact(np.append(np.full(2 * k, facts.end[-1]), 0.0))
        taken = facts.width[:-1] + facts.head[1:] + 0.5 * (facts.mixed[1:] & layout.spaced)
        taken += layout.ragged - 0.5 * facts.slack[:-1] * layout.squeezed
        last_indent = np.where(indented, facts.indent, lost)[:, :-1]
        rooms = [widths - taken - last_indent, widths - taken - later_indent[:-1]]
        room = np.concatenate([np.broadcast_to(part, (k, len(readings), len(taken))) for part in rooms])
        self._steps = self._costs_of_steps(facts, layout, first, later, room)

    def _costs_of_steps(self, facts: _Facts, layout: Layout, first: Any, later: Any, room: Any) -> Any:
        """Return the cost of each step: state of the line before, state of the line, readings, steps."""
        import numpy as np

        c, k = facts.costs, self.k
        loose, loose_em = min(c.loose, max(0.8, -math.log(layout.looseness + 0.01))), c.loose_em
        if layout.squeezed:
            loose, loose_em = min(loose, 1.2), 2.0
        end = facts.end[:-1]
        end = np.where(facts.item[1:] & (end == c.weak_end), 0.0, end)  # what a list is announced with
        ended = end + c.full_end * (room < 0)
        cut = (room < 0) & (facts.indent[1:] >= _INDENT)
        ended = np.where(cut & (layout.indented >= _USUAL), np.minimum(ended, c.cut_off), ended)
        ended[:k] += c.single
        broken = np.where(room < 0, 0.0, np.minimum(loose + loose_em * room, c.loose_most))
        unusual = facts.gap[1:] - layout.gap
        split, joined = c.no_gap * (unusual < 0), c.gap * (unusual > 0)
        weak = 1.5 * ((end == c.weak_end) | (end == c.quote_end))
        display = facts.display[1:]
        first, later = self._exact(first[..., 1:] + split), self._exact(later[..., 1:] + joined)
        close = c.missing_gap * layout.parted * (unusual <= 0)
        steps = np.empty((2 * k + 1, 2 * k + 1, *room.shape[1:]), self._kind)
        across = c.missing_gap * layout.parted * ((unusual > 0) & (facts.end[:-1] == 0))
        begun, going = self._exact(ended + (close + c.switch)), self._exact(broken + (across + c.switch_inside))
        np.add(begun[:, None], first, out=steps[:-1, :k])
        np.add(going[:, None], later, out=steps[:-1, k:-1])
        for state in range(2 * k):  # those of the same column do not change its width
            steps[state, state % k] -= self._exact(c.switch)
            steps[state, k + state % k] -= self._exact(c.switch_inside)
        steps[:-1, -1] = self._exact(ended + (split + weak + display))
        steps[-1, :k], steps[-1, k:-1] = first, _IMPOSSIBLE
        steps[-1, -1] = self._exact(c.display_next - c.display + display)
        return steps

    def _exact(self, costs: Any) -> Any:
        """Return costs as whole numbers."""
        import numpy as np

        return np.rint(np.multiply(costs, _FINE)).astype(self._kind)

    @staticmethod
    def _over(facts: _Facts, layout: Layout, indent: Any) -> Any:
        """Return the cost of lines going beyond their column; one mark may hang, and more may be squeezed."""
        import numpy as np

        c = facts.costs
        excess = facts.width + indent
        if layout.squeezed:
            beyond = np.maximum(0.0, excess - facts.slack)
            cost = np.minimum(c.squeeze_em * excess + c.over_em * beyond, c.over_most)
        else:
            cost = np.where(excess <= 1, 0.4, np.minimum(0.4 + c.over_em * (excess - 1), c.over_most))
        return np.where(excess <= 0, 0.0, cost)

    def totals(self) -> list[int]:
        """Return the cost of the cheapest reading in each layout."""
        costs: list[int] = self._whole(self._rounds()[-1]).min(axis=(0, 1)).tolist()
        return costs

    def labels(self) -> list[str]:
        """Return the labels of the cheapest reading in the first layout."""
        import numpy as np

        rounds = self._rounds()
        whole = self._whole(rounds[-1])[..., 0]
        states = np.array(np.unravel_index(whole.argmin(), whole.shape))
        for steps in rounds[-2::-1]:  # between the states that are known, find those in the middle of each product
            pairs = np.arange(steps.shape[-1] // 2)
            before, after = states[: len(pairs)], states[1 : len(pairs) + 1]
            ways = steps[before, :, 0, 2 * pairs] + steps[:, after, 0, 2 * pairs + 1].T
            between = np.empty(len(states) + len(pairs), int)
            between[: 2 * len(pairs) + 1 : 2] = states[: len(pairs) + 1]
            between[1 : 2 * len(pairs) : 2] = ways.argmin(axis=1)
            between[2 * len(pairs) :] = states[len(pairs) :]
            states = between
        names = [FIRST] * self.k + [LATER] * self.k + [DISPLAY]
        return [names[state] for state in states.tolist()][: self._steps.shape[-1] + 1]

    def _whole(self, steps: Any) -> Any:
        return self._begin[:, None] + steps[..., 0] + self._ending[None, :, None]

    def _rounds(self) -> list[Any]:
        """Return the steps, their products by pairs, the products of those, and so on to the product of all."""
        import numpy as np

        steps = self._steps
        if not steps.shape[-1]:  # one line: its first state is its last
            return [np.where(np.eye(len(steps)) > 0, 0, _IMPOSSIBLE)[:, :, None, None]]
        rounds = [steps]
        while steps.shape[-1] > 1:
            end = steps.shape[-1] // 2 * 2
            one, other = steps[..., 0:end:2].copy(), steps[..., 1:end:2].copy()
            product = one[:, 0, None] + other[None, 0]
            way = np.empty_like(product)
            for state in range(1, len(steps)):
                np.add(one[:, state, None], other[None, state], out=way)
                np.minimum(product, way, out=product)
            steps = np.concatenate([product, steps[..., end:]], axis=-1)
            rounds.append(steps)
        return rounds


def _running_tails(lines: Lines) -> list[bool]:
    """Tell of each line whether it holds the rest of what stands after a last full stop: of names, of a note."""
    result = [False] * len(lines)
    signs = lines.signs
    noted = signs.any & PAGE != 0
    may_be = (signs.lengths <= _NAME_LENGTH) | (signs.any & BLANK != 0) | noted
    may_be[1:] = (may_be[1:] | noted[:-1]) & (lines.width[1:] <= _TAIL_WIDTH)
    may_be[1:] &= (signs.any[:-1] & TAIL != 0) | may_be[:-1]
    before, texts = "", lines.texts
    for i in (may_be[1:].nonzero()[0] + 1).tolist():
        before = (before if result[i - 1] else "") + texts[i - 1][-40:]
        result[i] = _STOP.search(before) is not None and _tail_goes_on(before[-80:], texts[i])
    return result


def _tail_goes_on(before: str, text: str) -> bool:
    if _PAGE.search(text) or _PAGE.search(before, max(0, len(before) - _NOTE_LENGTH)):
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


def end_cost(text: str, c: Costs) -> float:
    """Return what it costs to end a paragraph with this line."""
    if text[-1] == "。":  # as every other line that is no break inside a sentence
        return 0.0
    note = note_start(text, _NOTE)
    if note is not None:
        text = text[:note].rstrip() or "。"
    if ends_sentence(text) or signature_start(text) is not None:
        return 0.0
    if text[-1] in "”’」』》":
        return c.quote_end
    return c.weak_end if text[-1] in WEAK_ENDS else c.no_end


# ---- How a text is set: hard-wrapped into columns or not, how wide the columns are, whether indents survive.


_SAMPLE = 20_000  # lines
_NARROWEST, _WIDEST = 7, 84
_FEW_LINES = 20
_VERSES, _UNPAUSED = 4, 0.2  # lines; the share of those that break off where nobody would pause
_MOST_ROWS = 0.25  # of the lines with a tab in them
_WINDOW = 24  # lines: enough to see a column's width, few enough to see it change
_MOST_WIDTHS = 5
_NEARLY = 0.4
_BEYOND = 0.25  # of the lines: where more are wider, that was not the text's column
_FIRST_LINE = 0.6  # of the widest: a shorter line after a paragraph is rather a headline or a byline
_FIRST_INDENT, _ALL_FIRST = 2.0, 0.8  # ems, and the share of lines
_SUPPORT = 0.45  # of 2 for a full line and 1 for one that is nearly so, per line of a window


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
    parted
        The share of paragraphs with more empty lines before them than other lines have, 0 to 1.
    ragged
        How many ems a full line may stop before the column's end, as where it was wrapped by hand.
    """

    widths: tuple[float, ...]
    lost_indent: float
    indented: float
    gap: int
    looseness: float
    squeezed: bool
    spaced: bool = False
    parted: float = 0.0
    ragged: float = 0.0


_PRINTED = 0.5  # ems that a Latin sign is wide
_MEASURES = ((1.0, 1.0), (1.0, 2.0), (1 / 3, 1.0), (1 / 3, 2 / 3))
"""What else a Latin sign counts where a program wrapped the text, and an em of indent, which may be one ideographic
space or two Latin ones: by characters, and by bytes of UTF-8. By bytes of GBK they are as wide as in print.
"""
_STEPS = 6  # of an em, in which all of these can be counted
_FEWEST_TOLD = 3  # lines
_ALIKE, _CLEARLY_MORE = 0.6, 1.08  # of the lines that tell, and times those that are alike in print


def all_begin(lines: Lines) -> bool:
    """Tell whether the lines begin as paragraphs do, each of them but for titles."""
    return bool((lines.indent == _FIRST_INDENT).mean() > _ALL_FIRST and lines.indent.max() == _FIRST_INDENT)


def measure(lines: Lines) -> Lines:
    """Return the lines with their widths as whoever wrapped them counted: in ems, in characters or in bytes.

    It is the measure in which most of the lines that break off inside a clause reach the same width.
    """
    import numpy as np

    latin = lines.signs.count(ASCII)
    told = (lines.signs.last & (PAUSING | ASCII) == 0) & (lines.width >= _NARROWEST)
    if np.count_nonzero(told & (latin > 0)) < _FEWEST_TOLD:
        return lines
    indent = np.minimum(lines.indent, 2.0)
    reach = (lines.width + indent)[told]
    usual = _alike(reach)
    counts = [_alike(reach + ((a - _PRINTED) * latin + (b - 1) * indent)[told]) for a, b in _MEASURES]
    best = counts.index(max(counts))
    if counts[best] < max(_FEWEST_TOLD, _ALIKE * np.count_nonzero(told), _CLEARLY_MORE * usual, usual + 2):
        return lines
    return lines.measured(*_MEASURES[best])


def _alike(reach: Any) -> int:
    """Return how many lines reach the same width, give or take an em."""
    import numpy as np

    counts = np.bincount((_STEPS * reach.clip(max=_WIDEST + 2) + 0.5).astype(int))
    window = np.convolve(counts, np.ones(_STEPS + 1, int))
    return int(window.max())


def find_layout(lines: Lines, *, spaced: bool = False) -> Layout | None:
    """Find how `lines` are set; None where they are not hard-wrapped, each line being a paragraph.

    Hard-wrapped text shows itself in three ways: many lines reach the same width, few go beyond, and most that reach
    it break off in the middle of a sentence.
    """
    if len(lines) < 3:  # noqa: PLR2004 (two lines show no width)
        return None
    import numpy as np

    sample = lines[:_SAMPLE] if len(lines) > _SAMPLE else lines
    texts = sample.texts
    signs, alone, indent = sample.signs, sample.width, sample.indent
    sets = alone + np.minimum(indent, 2.0)  # how far each line reaches
    widths = column_widths(sets[~signs.even])  # headlines that were printed twice are of another width
    if widths and np.count_nonzero(alone > max(widths) + 2) > _BEYOND * len(sample):  # of headlines in several lines
        widths = column_widths(sets[alone > max(widths) + 2])
    if not widths:
        return None
    reach = np.array([(w - 2.6 <= sets) & (sets <= w + 1.1) for w in widths])
    full = reach.any(axis=0)
    longer = np.count_nonzero(alone > max(widths) + 2)
    if np.count_nonzero(full) < 0.3 * len(sample) or longer > _BEYOND * len(sample):
        return None
    ends = _strong_ends(texts, signs)
    if not _show_columns(texts, signs, reach, ends) or not _is_prose(texts, signs):
        return None
    if len(sample) <= _FEW_LINES and np.any((alone > max(widths) + 2) & ends):
        return None  # a whole sentence beyond the column: a list of facts, whose lines happen to be as wide
    gap = Counter(sample.gap[1:].tolist()).most_common(1)[0][0]
    manner = _manner(sets, sample.head, signs.last & PAUSING != 0, widths)
    indented, parted = _marked(alone, ends, indent >= 1, sample.gap > gap)
    return Layout(widths, 2.0, indented, gap, *manner, spaced, parted)


def _show_columns(texts: Sequence[str], signs: Signs, reach: Any, ends: Any) -> bool:
    """Tell whether most lines that reach a column's width (a row of `reach` each) break off there, and not as verse.

    Of many, running text does so at one of the widths: headings and days are of one width, too.
    """
    import numpy as np

    full = reach.any(axis=0)
    broken = full & ~ends
    count = np.count_nonzero(broken)
    unpaused = np.count_nonzero(broken & (signs.last & PAUSING == 0))
    if count < max(2, 0.5 * np.count_nonzero(full)) or (count >= _VERSES and unpaused < _UNPAUSED * count):
        return False
    running = broken & (signs.any & (COMMA | FULL_STOP | SEMICOLON) != 0)
    if not running.any():
        running[[i for i in broken.nonzero()[0].tolist() if HALF_MARK.search(texts[i])]] = True
    shown = reach[(reach & running).any(axis=1)]
    most = 2 * np.count_nonzero(shown & broken, axis=1) >= np.count_nonzero(shown, axis=1)
    return len(ends) <= _FEW_LINES or bool(most.any())


def _is_prose(texts: Sequence[str], signs: Signs) -> bool:
    """Tell whether lines are running text by their marks, full stops among them, and by being no rows of a table."""
    marks, least = signs.count(COMMA | FULL_STOP | PAUSE).sum(), 0.012 * signs.lengths.sum()
    stops = signs.count(FULL_STOP | STOP).sum()
    if marks < least or not stops:
        half = [mark for text in texts for mark in HALF_MARK.findall(text)]
        marks, stops = marks + len(half), stops + half.count(".")
    rows = sum(["\t" in texts[i] for i in (signs.any & BLANK != 0).nonzero()[0].tolist()])
    return bool(marks >= least and stops) and rows <= _MOST_ROWS * len(texts)


def _strong_ends(texts: Sequence[str], signs: Signs) -> Any:
    """Tell of each line whether a sentence ends with it."""
    ends = signs.last & FULL_STOP != 0
    for i in (~ends & (signs.last & END != 0)).nonzero()[0].tolist():
        ends[i] = ends_sentence(texts[i])
    return ends


def column_widths(sets: Any) -> tuple[float, ...]:
    """Return the widths that many of the lines in some window reach, the commonest first."""
    import numpy as np

    columns = (sets + 0.5).astype(int).clip(0, _WIDEST + 2)  # a line of half-width signs may stop half an em early
    whole = sets == columns
    most = _WIDEST + 6
    parts = np.arange(len(sets)) // (_WINDOW // 2) * most  # each window is two of them
    count = max(1, (len(sets) - 1) // (_WINDOW // 2))
    scores, wholes = (
        np.bincount(at, minlength=(count + 1) * most)[: (count + 1) * most].reshape(-1, most)
        for at in (parts + columns, (parts + columns)[whole])
    )
    lines = scores[:-1] + scores[1:]
    scores = 2 * lines + wholes[:-1] + wholes[1:]
    scores[:, :-1] += lines[:, 1:]  # or its last mark hangs one em beyond
    column = most - 1 - scores[:, ::-1].argmax(axis=1)  # the widest of the best
    window = np.arange(count)
    score = scores[window, column]
    # First lines, shorter by a lost indent, are as many as full ones.
    column += 2 * (scores[window, np.minimum(column + 2, most - 1)] >= _NEARLY * score)
    known = score >= _SUPPORT * lines.sum(axis=1)
    support: Counter[int] = Counter()
    for reached, points in zip(column[known].tolist(), score[known].tolist(), strict=True):
        support[reached] += points
    total = sum(support.values())
    known = [(w, s) for w, s in support.most_common(_MOST_WIDTHS) if s >= 0.04 * total]
    first_lines = {w for w, s in known if support[w + 2] > 2 * s}  # shorter by a lost indent, no column of its own
    return tuple(float(w) for w, _ in known if _NARROWEST <= w <= _WIDEST and w not in first_lines)


def _marked(alone: Any, ends: Any, *signs: Any) -> tuple[float, ...]:
    """Estimate which share of paragraphs has each sign: of long lines after a full stop in a short line."""
    import numpy as np

    widest = np.sort(alone)[int(0.9 * (len(alone) - 1))]
    begins = np.append(False, (alone[:-1] < widest - 3) & ends[:-1]) & (alone > _FIRST_LINE * widest)
    return tuple(float(sign[begins].mean()) if begins.any() else 0.0 for sign in signs)


def _manner(sets: Any, heads: Any, pauses: Any, widths: Sequence[float]) -> tuple[float, bool]:
    """Judge from the lines that break off inside a clause, and so are full, how they were filled."""
    import numpy as np

    inside = (sets > min(widths) - 1.6) & (sets <= max(widths) + 2)
    told = inside[:-2] & inside[1:-1] & inside[2:] & ~pauses[1:-1]
    reach, head = sets[1:-1][told], heads[2:][told]
    fitting = np.min([np.where(reach <= w + 1, w, np.inf) for w in widths], axis=0)
    columns = np.where(np.isinf(fitting), max(widths), fitting)
    tight = max(1, len(reach))
    loose = np.count_nonzero(reach + head <= columns)
    return loose / tight, bool(np.count_nonzero(reach > max(widths)) > 0.03 * len(reach))
