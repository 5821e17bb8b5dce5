"""Blocks to articles: which display lines are headlines, of the body before or after them, and which are subheads.

Between two paragraphs there is a boundary with a run of display lines, bylines and captions, possibly empty. Either the
article goes on and the display lines are subheads, or it ends there, and the run is split: what stands before the split
belongs to the article above, what stands after it to the article below. The cheapest division of the whole page wins.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from itertools import pairwise
from operator import add
from typing import TYPE_CHECKING

from gxclassify.messages import Message
from gxclassify.reading.document import Repair
from gxclassify.reading.parsed import solid
from gxclassify.reading.text.briefs import is_label, rank_of, rank_of_briefs
from gxclassify.reading.text.cues import (
    DATED,
    DOCUMENT_TITLE,
    HEADING,
    ISSUER,
    LETTERHEAD,
    NUMBER_LINE,
    ends_sentence,
    holds_number,
    is_day,
    is_deck,
    is_letterhead,
    is_office_name,
)
from gxclassify.reading.text.kinds import holds_office, is_numbered_headline, numbered_title
from gxclassify.reading.text.lines import same_text
from gxclassify.reading.text.subheads import GREAT, ONE_SIZE, find_tall

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from gxclassify.reading.text.blocks import Block
_ARTICLE = 1.5  # the cost of any article's end
_HEADLESS = 3.5  # of an article without a headline
_TWO_HEADLINES = 6.0  # of one with a headline above and another below
_OFF_TOPIC = 2.5  # of a headline whose words the article does not hold
_NUMBERED = 4.0  # of a headline with a number, as parts of a report have
_LONE = 1.2  # of the only subhead of an article
_PARTED = 1.0  # of a subhead in two lines that would have fitted on one
_TWO_SHORT = 12  # ems: two lines together that are a subhead all the same
_RULED = 2.0  # of going on below a rule
_TITLED = 9.0  # of going on where a headline is known to be a title, as by the line of the day or the number below it
_OF_ONE_RANK = 9.0  # of going on where a headline has the mark that the first of briefs has
_WHITE, _WHITE_ALONE = 2.5, 6.0  # of going on below white that stands nowhere else but above headlines, and not all
_TURN = 1.5  # of a change between headlines above and below
_NEAR = 12  # blocks of a run between which it may be split, from either end
_LOOKBACK = 10  # boundaries with a run: an article has fewer subheads and captions than that
_SHADOWED = 5  # ems: a shorter line that stands twice may be an entry of a list
_STOOD_TWICE = Message("its lines stood twice")
_FAR_WIDER = 1.5  # times the widest line of a list: a headline below it
_LIST = 7  # so many display lines in a row are a list, not headlines
_SPOKEN_OF = 6.0  # a headline says what its article's first paragraph says; a subhead does so less
_HARDLY = 0.35  # the share of its character pairs that a subhead may have in common with a paragraph
_OPENINGS = 4  # paragraphs above that may open the article whose headline comes after it
_TOPIC = 3  # paragraphs at an article's start that its headline speaks of


@dataclass(slots=True)
class Group:
    """The blocks of one article: its headline lines, and everything else in order."""

    title: list[Block] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class _Boundary:
    """A place where an article may end: before paragraph number `at`, with the blocks of the run between."""

    at: int
    run: list[Block]
    go_on: float = 0.0  # the cost of the article's going on


_NOTHING: frozenset[str] = frozenset()

NONE, ABOVE, BELOW = 0, 1, 2  # the headline stands above its body, or below


def group_articles(blocks: Sequence[Block], column: float) -> list[Group]:
    """Divide the blocks of a page into articles; `column` is the usual width in ems."""
    _tell_days(blocks)
    _tell_numbers(blocks)
    paragraphs, runs = _runs(blocks)
    if not paragraphs:
        return [_headless(runs[0])] if runs[0] else []
    tall, of_parts = find_tall(paragraphs, runs)
    boundaries = _boundaries(paragraphs, runs, column, tall, of_parts=of_parts)
    division = _Division(paragraphs, boundaries, column, tall)
    path = division.best()
    lone = _lone_subheads(boundaries, path)
    if lone:
        for boundary in lone:
            boundary.go_on += _LONE
        path = division.best()
    return _build(paragraphs, runs, boundaries, path)


# What each subhead of an article may begin with: 【补链】 | ■补链 | 第一招　补链 | “补链”
_MARK = re.compile("([【■◎●◆◇○★☆▲□▌▍]|第(?=[一二三四五六七八九十])|“(?=[^”]+”$))")
# The first of numbered questions, each over its answer: 问题一：谁可以申请？
_QUESTION = re.compile(
    r"(?:问题?|Q)?\s*(?:[一二三四五六七八九十]{1,3}|[0-9]{1,3})\s*[、.．：:\s][^。；]{2,40}[？?]$", re.IGNORECASE
)
# What the foot of a letter or notice begins with: 附件：…, 联系人：…, 特此公告, 此致, the day
_FOOT = re.compile(
    rf"附件?\s*[0-9一二三四五六七八九十]*\s*[：:]|特此|此致|敬礼|[^，。；：]{{0,6}}(?:联系人|联系方式|电\s*话|地\s*址|邮\s*[箱编])\s*[：:]"
    rf"|{DATED.pattern}$"
)


def stands_over_title(blocks: Sequence[Block], at: int = 0) -> bool:
    """Tell whether block `at` stands over the title of what an office issues, however wide its letters stand."""
    return is_letterhead("".join(blocks[i].body.text.split()) for i in range(at, len(blocks)))


def _headless(run: Sequence[Block]) -> Group:
    group = Group()
    group.title = [block for block in run if block.kind == "display"][:3]
    group.blocks = [block for block in run if block not in group.title]
    return group


def _tell_days(blocks: Sequence[Block]) -> None:
    """Tell the days at the ends of texts from lines of the headlines below, where the last text ends with one, too."""
    if not blocks or not is_day(blocks[-1].body.text):
        return
    for above, block, below in zip(blocks, blocks[1:], blocks[2:], strict=False):
        over = above.kind == "paragraph" and below.kind == "display" and ends_sentence(above.body.text)
        if over and block.kind == "display" and is_day(block.body.text):
            block.kind, block.closes = "paragraph", True


def _tell_numbers(blocks: Sequence[Block]) -> None:
    """Tell the number of a document from the lines of its title, which it stands below."""
    for above, block in pairwise(blocks):
        under = above.kind == block.kind == "display" and DOCUMENT_TITLE.search(above.body.text)
        if under and NUMBER_LINE.fullmatch(block.body.text):
            block.kind = "imprint"


def _runs(blocks: Sequence[Block]) -> tuple[list[Block], list[list[Block]]]:
    """Return the paragraphs and, for each place before, between and after them, the run that stands there."""
    paragraphs: list[Block] = []
    runs: list[list[Block]] = [[]]
    for block in _once(_listed(blocks)):
        if block.kind in {"paragraph", "table"}:
            paragraphs.append(block)
            runs.append([])
        else:
            runs[-1].append(block)
    return paragraphs, runs


def _once(blocks: Sequence[Block]) -> list[Block]:
    """Take out the second of two display lines that are the same, one below the other: a headline's shadow."""
    result: list[Block] = []
    for block in blocks:
        last = result[-1] if result else None
        if last and last.kind == block.kind == "display" and block.width >= _SHADOWED and _same(last, block):
            last.repairs += [*block.repairs, stood_twice([block])]
            last.doubled = True
        else:
            result.append(block)
    return result


def _same(one: Block, other: Block) -> bool:
    return same_text(one.body.text, other.body.text)


def stood_twice(blocks: Sequence[Block]) -> Repair:
    """Return the repair that takes out the lines of a headline that stand there again."""
    place = blocks[0].body.span[0], blocks[-1].body.span[1]
    return Repair("doubled_headline", place, _STOOD_TWICE, sum(solid(block.body.text) for block in blocks))


def _listed(blocks: Sequence[Block]) -> list[Block]:
    """Turn long runs of display lines into paragraphs: lists and tables keep their lines."""
    result = list(blocks)
    start = 0
    while start < len(result):
        end = start
        while end < len(result) and result[end].kind == "display":
            end += 1
        if end - start >= _LIST:
            headed = end < len(result) and _ends_list(result[start:end])
            for block in result[start : end - headed]:
                block.kind = "paragraph"
        start = max(end, start + 1)
    return result


def _ends_list(run: Sequence[Block]) -> bool:
    """Tell whether the last of many display lines heads what is below: it is far wider, or one that was listed."""
    last, others = run[-1], run[:-1]
    wider = last.width >= _FAR_WIDER * max(block.width for block in others)
    return wider or any(block.body.text == last.body.text for block in others)


def _boundaries(
    paragraphs: Sequence[Block], runs: Sequence[list[Block]], column: float, tall: AbstractSet[int], *, of_parts: bool
) -> list[_Boundary]:
    places = [_Boundary(0, runs[0])]
    openings = [0]
    white = _white_above(paragraphs, runs)
    rank = _first_rank(runs[0])
    ranked = of_parts or len(tall) > 1
    for i in range(1, len(paragraphs)):
        above, below = paragraphs[i - 1], paragraphs[i]
        if runs[i] or above.signed or below.lead:
            heads = [block for block in runs[i] if block.kind == "display"]
            small = ranked and not any(id(block) in tall for block in heads)  # subheads, whatever they speak of
            cost = _going_on(above, runs[i], below, column, tall)
            cost += 0.0 if small else white.get(i, 0.0)
            cost += _OF_ONE_RANK * (bool(rank and heads) and rank_of(heads[0].body.text) == rank)
            if heads and not small:
                pairs = _pairs_of(heads)
                cost += _SPOKEN_OF * max(0.0, _share(pairs, _told(below)) - _HARDLY)
                told = max([_share(pairs, _told(paragraphs[j])) for j in openings[-_OPENINGS:]])
                cost += _SPOKEN_OF * max(0.0, told - _HARDLY - 0.1)
                openings.append(i)
            places.append(_Boundary(i, runs[i], cost))
    places.append(_Boundary(len(paragraphs), runs[-1]))
    return places


def _first_rank(run: Sequence[Block]) -> str:
    """Return by which mark the headlines of briefs are told, the first of which stands on top or below their label.

    So are numbered titles of documents, as of notices, below the name of their collection or without one.
    """
    heads = [block.body.text for block in run if block.kind == "display"]
    document = next((text for text in heads[:2] if DOCUMENT_TITLE.search(numbered_title(text))), "")
    if document:
        return rank_of(document)
    label = heads.pop(0) if len(heads) > 1 and is_label(heads[0]) else ""
    return rank_of_briefs(heads[0], label) if heads else ""


def _white_above(paragraphs: Sequence[Block], runs: Sequence[list[Block]]) -> dict[int, float]:
    """Return what it costs to go on where display lines have white above that no paragraphs have between, none below.

    It costs more where others have none, the subheads.
    """
    heads = {i: [block for block in run if block.kind == "display"] for i, run in enumerate(runs[1:-1], 1)}
    heads = {i: run for i, run in heads.items() if run and not HEADING.match(run[0].body.text)}
    gaps = Counter(paragraphs[i].gap for i in range(1, len(paragraphs)) if not runs[i])
    usual = max(gaps, key=lambda gap: (gaps[gap], gap), default=min((run[0].gap for run in heads.values()), default=0))
    set_off = {
        i: first.gap > max(usual, paragraphs[i].gap, *(block.gap for block in others))
        for i, (first, *others) in heads.items()
    }
    cost = _WHITE if all(set_off.values()) else _WHITE_ALONE
    return {i: cost for i, white in set_off.items() if white}


def _lone_subheads(boundaries: Sequence[_Boundary], path: Sequence[tuple[int, int]]) -> list[_Boundary]:
    """Return the boundaries whose display lines would be the only subhead of their article, which is seldom."""
    lone = []
    for (a, _), (b, _) in pairwise(path):
        inside = [boundary for boundary in boundaries[a + 1 : b] if any(x.kind == "display" for x in boundary.run)]
        lone += inside if len(inside) == 1 else []
    return lone


def _doubled(heads: Sequence[Block]) -> bool:
    """Tell whether the display lines, or their runs, stand twice."""
    half = len(heads) // 2
    if half and len(heads) % 2 == 0 and all(map(_same, heads[:half], heads[half:])):
        return True
    return any(block.doubled for block in heads)


def _going_on(above: Block, run: Sequence[Block], below: Block, column: float, tall: AbstractSet[int]) -> float:
    """Return the cost of reading the run as lying inside one article, by its looks."""
    kinds = [block.kind for block in run]
    heads = [block for block in run if block.kind == "display"]
    cost = 6.5 * (above.signed is not None or (above.closes and bool(heads))) + 6.0 * below.lead
    cost += (7.0 if heads else 4.0) * ("byline" in kinds) + 0.3 * ("caption" in kinds) + _RULED * ("rule" in kinds)
    if not heads:
        return cost
    widths = [block.width for block in heads]
    cost += {1: 1.2, 2: 0.4, 3: 2.5}.get(len(heads), 5.0)
    cost += 0.5 * max(0.0, sum(widths) - 12) + 6.0 * _doubled(heads)
    cost += 2.0 * sum([width > 0.8 * column for width in widths])
    cost += _PARTED * (len(heads) == 2 and _TWO_SHORT < sum(widths) < column)  # noqa: PLR2004
    cost += 3.0 * any(id(block) in tall for block in heads)
    cost += _TITLED * ("imprint" in kinds or any(block.titled for block in heads))
    return cost + 3.0 * any(block.body.text.startswith("【") for block in heads)


@dataclass(slots=True)
class _Side:
    """The part of a run that would belong to one article: its headline lines and what is odd about them."""

    heads: list[Block]
    cost: int
    pairs: AbstractSet[str]
    off_topic: dict[int, int]


def _exact(cost: float) -> int:
    """Return a cost in millionths: their sums are the same in whichever order they are taken."""
    return round(1_000_000 * cost)


_END_COST, _HEADLESS_COST, _TWO_COST, _TURN_COST = map(_exact, (_ARTICLE, _HEADLESS, _TWO_HEADLINES, _TURN))

_Way = tuple[int, int, int, int]
"""A way to begin an article: its cost, less what going on cost up to there; the boundary's number, negative, so that of
two that cost the same the shorter article is the least; the split of the run there, and the order of the article above.
"""
_Key = tuple[int, int]  # split of a run, order of the article above it


class _Division:
    """The search for the cheapest division; a state is (split of the run, order of the article above)."""

    def __init__(
        self, paragraphs: Sequence[Block], boundaries: Sequence[_Boundary], column: float, tall: AbstractSet[int]
    ) -> None:
        self.boundaries, self.column, self.tall = boundaries, column, tall
        sides = [self._sides(boundary.run) for boundary in boundaries]
        self.heads, self.tails = [heads for heads, _ in sides], [tails for _, tails in sides]
        self.topics = [
            "\n".join([_told(paragraph) for paragraph in paragraphs[b.at : min(b.at + _TOPIC, after.at)]])
            for b, after in pairwise(boundaries)
        ]

    def best(self) -> list[tuple[int, int]]:
        """Return (boundary, split) for every place where an article ends or begins, in order."""
        last = len(self.boundaries) - 1
        # Of the last boundaries the cheapest ways to begin an article: with a headline, what it says about its body
        # counted or not (there will be another below); without one, which comes below; without one that could come, for
        # each order of the articles before.
        self._above, self._two, self._below = deque[_Way](), deque[_Way](), deque[_Way]()
        self._none = [deque[_Way](), deque[_Way](), deque[_Way]()]
        self._going_on = 0  # the cost of all boundaries so far
        states: list[dict[_Key, tuple[int, _Way | None]]] = [{(0, NONE): (0, None)}]
        for b in range(1, last + 1):
            self._start(b - 1, states[b - 1])
            states.append(self._arrive(b))
            self._going_on += _exact(self.boundaries[b].go_on)
        key = min(states[last], key=lambda k: states[last][k][0])
        path = [(last, key[0])]
        way = states[last][key][1]
        while way is not None:
            _, b, split, order = way
            path.append((-b, split))
            way = states[-b][split, order][1]
        return path[::-1]

    def _start(self, a: int, states: dict[_Key, tuple[int, _Way | None]]) -> None:
        """Keep the cheapest ways to begin an article at boundary `a`, and forget those too far above."""
        heads = self.heads[a]
        above, two, below = [], [], []
        none: list[list[_Way]] = [[], [], []]
        for (split, order), (cost, _) in states.items():
            head = heads[split]
            begun = cost + head.cost - self._going_on
            if head.heads:
                begun += _TURN_COST * (order == BELOW)
                above.append((begun + self._off_topic(head, a), -a, split, order))
                two.append((begun, -a, split, order))
            else:
                none[order].append((begun, -a, split, order))
                below.append((begun + _TURN_COST * (order == ABOVE), -a, split, order))
        kept = (self._above, self._two, self._below, *self._none)
        for ways, found in zip(kept, (above, two, below, *none), strict=True):
            if found:
                ways.append(min(found))
            if ways and ways[0][1] > _LOOKBACK - 1 - a:
                ways.popleft()

    def _arrive(self, b: int) -> dict[_Key, tuple[int, _Way | None]]:
        """Return the cheapest way to end an article at boundary `b`, for each split and order."""
        final = b == len(self.boundaries) - 1
        on = self._going_on + (0 if final else _END_COST)
        begun = [(order, min(ways), _HEADLESS_COST) for order, ways in enumerate(self._none) if ways]
        begun += [(ABOVE, min(self._above), 0)] if self._above else []
        headless = sorted([(way[0] + on + extra, order, way) for order, way, extra in begun])
        tails = self.tails[b]
        here: dict[_Key, tuple[int, _Way | None]] = {}
        for split in [len(self.boundaries[b].run)] if final else tails:
            tail = tails[split]
            if not tail.heads:
                for cost, order, way in headless:
                    here.setdefault((split, order), (cost + tail.cost, way))
                continue
            if self._two:
                way = min(self._two)
                here[split, ABOVE] = way[0] + on + tail.cost + _TWO_COST, way
            if self._below:
                cost, way = self._below_this(tail)
                here[split, BELOW] = cost + on + tail.cost, way
        return here

    def _below_this(self, tail: _Side) -> tuple[int, _Way]:
        """Return the cheapest way to begin an article whose headline is `tail`, below it, and what it costs."""
        best: tuple[int, int, _Way] | None = None
        for way in sorted(self._below):
            if best is not None and way[0] > best[0]:
                break  # what comes to the costs is not negative
            this = (way[0] + self._off_topic(tail, -way[1]), way[1], way)
            best = this if best is None else min(best, this)
        assert best is not None  # noqa: S101 (some way is known)
        return best[0], best[2]

    def _off_topic(self, side: _Side, a: int) -> int:
        """Return the cost of a headline's speaking of something else than the article from boundary `a` on."""
        if a not in side.off_topic:
            side.off_topic[a] = _exact(_OFF_TOPIC * (1.0 - min(1.0, 2.0 * _share(side.pairs, self.topics[a]))))
        return side.off_topic[a]

    def _sides(self, run: Sequence[Block]) -> tuple[dict[int, _Side], dict[int, _Side]]:
        """Return what would belong to the article below a run and to the one above it, for each split of the run."""
        kinds = [block.kind for block in run]
        told: dict[tuple[int, int], tuple[list[Block], float, AbstractSet[str], dict[int, int]]] = {}

        def side(start: int, end: int, *, tail: bool) -> _Side:
            part = kinds[start:end]
            if "display" not in part:
                cost = 0.0 if tail else 2.0 * ("byline" in part) + 1.0 * ("caption" in part)
                return _Side([], _exact(cost), _NOTHING, {})
            first, last = part.index("display"), len(part) - 1 - part[::-1].index("display")
            place = start + first, start + last
            if place not in told:  # what other splits of the run find as well
                heads = [block for block in run[place[0] : place[1] + 1] if block.kind == "display"]
                told[place] = heads, self._shape(heads), _pairs_of(heads), {}
            heads, cost, pairs, off_topic = told[place]
            cost += 3.0 * (last - first + 1 - len(heads))  # something stands between the headline's lines
            if "byline" in part:
                at = part.index("byline")
                cost += 1.0 * (tail and at > last) + 4.0 * (not tail and at < first)
            if "caption" in part:
                early = part.index("caption") < first
                cost += 0.7 * early if tail else 1.0 if early else 0.5
            return _Side(heads, _exact(cost), pairs, off_topic)

        splits = _splits(run)
        heads = {split: side(split, len(run), tail=False) for split in splits}
        return heads, {split: side(0, split, tail=True) for split in splits}

    def _shape(self, heads: Sequence[Block]) -> float:
        """Return how unlike a headline these display lines look together."""
        size = sum([block.width for block in heads])
        doubled = _doubled(heads)
        lines = len(heads) // 2 if doubled and len(heads) > 1 else len(heads)
        cost = {1: 0.0, 2: 0.3, 3: 1.2}.get(lines, 2.0 * lines)
        if any(block.size < GREAT or id(block) not in self.tall for block in heads):
            cost += 0.6 * max(0.0, 9 - size)  # too short for a headline, unless its type says otherwise: 简讯
        if len(heads) == 2 and size <= _TWO_SHORT and all(block.width < 0.6 * self.column for block in heads):  # noqa: PLR2004
            cost += 2.0
        cost += _NUMBERED * (HEADING.match(heads[0].body.text) is not None)
        return cost - 2.0 * doubled - 2.0 * all(id(block) in self.tall for block in heads)


def _splits(run: Sequence[Block]) -> Sequence[int]:
    """Return where a run may be split: a headline stands near the body that it belongs to."""
    places = range(len(run) + 1)
    return places if len(places) <= 2 * _NEAR else [*places[:_NEAR], *places[-_NEAR:]]


def _told(paragraph: Block) -> str:
    """Return what is held against a headline: a paragraph's first characters."""
    return paragraph.body.text[:600]


def _share(pairs: AbstractSet[str], text: str) -> float:
    """Return the share of character pairs that a text holds."""
    return sum(map(text.__contains__, pairs)) / max(1, len(pairs))


def _pairs_of(heads: Sequence[Block]) -> set[str]:
    title = "".join([block.body.text for block in heads])[:120]
    return set(map(add, title, title[1:]))


def _build(
    paragraphs: Sequence[Block],
    runs: Sequence[list[Block]],
    boundaries: Sequence[_Boundary],
    path: Sequence[tuple[int, int]],
) -> list[Group]:
    groups = []
    for (a, split), (b, end) in pairwise(path):
        start, stop = boundaries[a].at, boundaries[b].at
        head, tail = boundaries[a].run[split:], boundaries[b].run[:end]
        if tail:
            _tell_foot(tail)
        _tell_first_subhead(head, [block for boundary in boundaries[a + 1 : b] for block in boundary.run])
        shown = [block for block in head if block.kind == "display"]
        titled = _headline(shown or [block for block in tail if block.kind == "display"])
        group = Group(title=titled)
        group.blocks += [block for block in head if block not in titled]
        for i in range(start, stop):
            if i > start:
                group.blocks += _subheads(runs[i])
            group.blocks.append(paragraphs[i])
        group.blocks += [block for block in tail if block not in titled]
        groups.append(group)
    _tell_first_of_rank(groups)
    return groups


def _tell_first_of_rank(groups: Sequence[Group]) -> None:
    """Tell the first of numbered or marked headlines, if all the others head articles, from a subhead."""
    others = {rank_of(group.title[0].body.text) if group.title else "" for group in groups[1:]}
    if len(others) != 1 or not groups[0].title:
        return
    first = groups[0].blocks[0]
    text = first.body.text
    told = is_numbered_headline(text) or rank_of_briefs(text, "")
    if first.kind in {"subhead", "deck"} and told and rank_of(text) in others:
        groups[0].blocks[:1] = groups[0].title
        for block in groups[0].title:
            block.kind = "deck"
        first.kind = "display"
        groups[0].title = [first]


def _tell_foot(tail: Sequence[Block]) -> None:
    """Tell what stands at the foot of a letter or notice from headlines: what is attached, whom to ask, the day."""
    begins = next((i for i, block in enumerate(tail) if _FOOT.match(block.body.text)), len(tail))
    signed = 0 < begins < len(tail) and ISSUER.fullmatch(tail[begins - 1].body.text)
    begins -= bool(signed)  # above the day
    for block in tail[begins:]:
        if block.kind == "display":
            block.kind = "paragraph"


def _tell_first_subhead(head: Sequence[Block], others: Sequence[Block]) -> None:
    """Tell the first subhead below a headline from its lines: it stands below the byline, or is as the others are.

    They have one mark, or most name offices. Nor is one of the lines who speaks: 区长　周宁.
    """
    lines = [(i, block) for i, block in enumerate(head) if block.kind == "display"]
    if len(lines) < 2 or _doubled([block for _, block in lines]):  # noqa: PLR2004 (a headline and it)
        return
    (first, title), (above, _), (last, block) = lines[0], lines[-2], lines[-1]
    signed = any(between.kind == "byline" for between in head[above:last])
    mark = _MARK.match(block.body.text)
    like = [other for other in others if other.kind == "display"] if mark and first < last else []
    marks = {found[0] if (found := _MARK.match(other.body.text)) else "" for other in like}
    offices = [ISSUER.fullmatch(other.body.text) is not None for other in others if other.kind == "display"]
    of_parts = first < last and is_office_name(block.body.text) and 0 < len(offices) < 2 * sum(offices)
    if signed or of_parts or (mark and marks == {mark[0]} and _MARK.match(title.body.text) is None):
        block.kind = "subhead"
    several = any(holds_office(other.body.text) for other in others if other.kind == "display")
    for _, speaker in lines[1:]:
        if holds_office(speaker.body.text):
            speaker.kind = "subhead" if several else "byline"


def _headline(heads: Sequence[Block]) -> list[Block]:
    """Return the display lines that are the headline; below it may stand a document's number and its first chapter."""
    while len(heads) > 1 and is_label(heads[0].body.text) and _heads_briefs(*heads[:2]):
        heads[0].kind = "deck"  # the label of a box of briefs, of which each has its own headline
        heads = heads[1:]
    while len(heads) > 1 and ((letterhead := stands_over_title(heads)) or holds_number(heads[0].body.text)):
        heads[0].kind = "imprint" if letterhead else of_imprint(heads[0])  # over the title of what an office issues
        heads = heads[1:]
    for i, block in enumerate(heads):
        text = block.body.text
        numbered = HEADING.match(text) or is_numbered_headline(text) or _QUESTION.match(text)
        if i and (numbered or holds_number(text)):
            for rest in heads[i:]:
                rest.kind = of_imprint(rest) if holds_number(rest.body.text) else "subhead"
            return _largest(heads[:i])
    return _largest(heads)


def _heads_briefs(label: Block, below: Block) -> bool:
    """Tell whether what stands below a label is the headline of a brief and no chapter of a report."""
    return not rank_of(below.body.text) or bool(rank_of_briefs(below.body.text, label.body.text))


def of_imprint(block: Block) -> str:
    """Return of which kind a line over a title is: the number or head of what an office issues, or a paragraph."""
    text = block.body.text
    return "imprint" if NUMBER_LINE.fullmatch(text) or LETTERHEAD.fullmatch(text) else "paragraph"


def _largest(heads: Sequence[Block]) -> list[Block]:
    """Return the lines in the largest type: smaller ones above and below are no headline but say more to it.

    So do those from a second headline (——…) on, unless the first one stands there again, and those that the format does
    not call a title, beside one that it does.
    """
    largest = max((block.size for block in heads), default=0.0)
    called = any(block.titled for block in heads)
    second = next((i for i, block in enumerate(heads) if i and is_deck(block.body.text)), len(heads))
    if any(same_text(heads[0].body.text, block.body.text) for block in heads[second:]):
        second = len(heads)
    for i, block in enumerate(heads):
        if i >= second or block.size < ONE_SIZE * largest or (called and not block.titled):
            block.kind = "deck"
    return [block for block in heads if block.kind == "display"]


def _subheads(run: Sequence[Block]) -> list[Block]:
    for block in run:
        if block.kind == "display":
            block.kind = "subhead"
    return list(run)
