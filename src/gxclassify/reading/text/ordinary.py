"""Ordinary text, one paragraph a line: reports, rules, web pages. Its paragraphs come through as they are.

Only lines that say plainly what they are get another part: the title on top, numbered headings, credits, staff lines.
"""

from __future__ import annotations

import re
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from gxclassify.reading.text.articles import Group, group_articles
from gxclassify.reading.text.blocks import (
    Block,
    display_block,
    find_blocks,
    paragraph_block,
    told_block,
    told_lines,
    trim,
)
from gxclassify.reading.text.briefs import is_label
from gxclassify.reading.text.bylines import match_lead, signature_start
from gxclassify.reading.text.cues import BARE_PAGE_MARK, HEADING, ITEM, PAGE_TURN, is_rule
from gxclassify.reading.text.datelines import date_lines, tell_offices
from gxclassify.reading.text.documents import (
    bulletin_heads,
    document_heads,
    further_titles,
    letterheads,
    official_title,
    parted_heads,
    signed_heads,
    with_second_lines,
)
from gxclassify.reading.text.folio import stands_over
from gxclassify.reading.text.furniture import CONTINUED, IMPRINTED, PARTICULARS, furniture
from gxclassify.reading.text.hand_wrapped import NARROW
from gxclassify.reading.text.kinds import (
    CAPTION_WIDTH,
    TITLE_WIDTH,
    holds_byline,
    is_heading,
    is_of_a_row,
    is_of_names,
    is_under_head,
    kind_at,
)
from gxclassify.reading.text.paragraphs import find_layout
from gxclassify.reading.text.signs import FULL_STOP, STOP
from gxclassify.reading.text.stacks import article_stacks, ends_below, find_stacks, title_lines, width_of
from gxclassify.reading.text.surroundings import FOOT, Surroundings, may_be_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.messages import Message
    from gxclassify.reading.document import Repair
    from gxclassify.reading.text.lines import Line, Lines

_WINDOW = 16  # lines: enough to see how they are set
_BROKEN = 0.3  # of a window: lines that end in mid-sentence
_LEAST_BROKEN = 20  # characters of a line that breaks off
_CLAUSE_MARK = re.compile("[，。；：]")
_PAUSES = "。！？…；：，、”’）》)】"


def group_ordinary(lines: Lines, *, bulletin: bool = False) -> tuple[list[Group], list[Repair]]:
    """Return the articles of ordinary text, nearly always one unless it is a `bulletin`, and the repairs made."""
    kept, repairs = without_furniture(lines)
    rules = [i for i, line in enumerate(kept) if not line.signs & FULL_STOP and is_rule(line.text)]
    found = _headlines(kept, lines, rules, bulletin=bulletin)
    if rules or found.imprinted:
        repairs += [repair for i in rules for repair in kept[i].out("furniture", "rule")]
        repairs += [repair for i in sorted(found.imprinted) for repair in kept[i].out("furniture", IMPRINTED)]
        out = found.imprinted.union(rules)
        kept = [line for i, line in enumerate(kept) if i not in out]
    blocks, begins = ordinary_blocks(kept, found.heads, found.titles, found.shown)
    if found.several:
        return group_articles(blocks, TITLE_WIDTH), repairs
    edges = [*_under_name(blocks, [0, *(at for at in begins if at)]), len(blocks)]
    return [_article(blocks[start:end]) for start, end in pairwise(edges) if end > start], repairs


class _Headlines(NamedTuple):
    """The lines that head documents, those of their titles, and all that stand in a headline.

    Those `imprinted` are the numbers of the lines of letterheads; `several` are articles of a newspaper.
    """

    heads: list[Line]
    titles: list[Line]
    shown: list[Line]
    imprinted: set[int]
    several: bool


def _headlines(lines: Sequence[Line], printed: Lines, rules: Sequence[int], *, bulletin: bool) -> _Headlines:
    """Find what heads the documents or articles of a text; some of its lines as `printed` are out by now."""
    stacks = find_stacks(lines)
    starts = {stack.start: width_of(lines, stack) for stack in stacks if len(stack) > 1}
    numbers = document_heads(lines, rules, starts, bulletin=bulletin)
    numbers = numbers or (bulletin_heads(lines) if bulletin else parted_heads(lines, printed, starts))
    numbers = numbers | signed_heads(lines, starts)
    articles = article_stacks(lines, stacks) if not numbers else []
    if articles and len(articles) == len(stacks):
        numbers = {stack.start for stack in articles}
    official = official_title(lines)
    further = further_titles(lines)
    numbers, more = with_second_lines(lines, numbers, official, further)
    headed = [
        stack for stack in stacks if not official and (stack.start in numbers or _heads_all(lines, stacks, stack))
    ]
    named = {i for stack in headed for i in title_lines(lines, stack, of_several=bool(numbers))}
    more += sorted(i for i in named.difference(more) if i not in numbers or i + 1 in named)
    heads = [lines[i] for i in sorted(numbers) if i >= official.stop or not official]
    several = not heads and (bool(articles) or _several(lines))
    above = stacks if several else headed if heads else []
    if headed and not above and is_label(lines[0].text):
        above = [range(1)]
    return _Headlines(
        heads,
        [lines[i] for i in (*official, *more)],
        [lines[i] for stack in above for i in stack if not is_of_names(lines, i)],
        letterheads(lines, official, further, numbers),
        several,
    )


def _heads_all(lines: Sequence[Line], stacks: Sequence[range], stack: range) -> bool:
    """Tell whether the lines on top of a text are its headline, so that none of them may be its first subhead."""
    if stack.start or len(stack) < 2:  # noqa: PLR2004
        return False
    alone = len(stacks) == 1 and not any(is_heading(lines, i) for i in range(stack.stop + 1, len(lines)))
    return alone or ends_below(lines, stack) or is_label(lines[0].text)


def without_furniture(lines: Lines) -> tuple[list[Line], list[Repair]]:
    """Return the lines that are no furniture, and the repairs that take out the others."""
    repairs: list[Repair] = []
    kept: list[Line] = []
    every = list(lines)
    around = Surroundings(every, printed=False)
    may_be = lines.signs.apart & (lines.signs.lengths <= CAPTION_WIDTH)
    may_be[: around.head] = may_be[-FOOT:] = may_be[around.foot :] = True
    dated = date_lines(lines)
    tell_offices(every, dated)
    reasons: dict[int, Message | str | None] = dict.fromkeys(dated, PARTICULARS)
    for i in may_be.nonzero()[0].tolist() if len(lines) > 1 else ():
        if i not in dated and every[i].role == "":
            reasons[i] = (furniture(every, i) if i else _over_title(every)) or around.why(i)
    if not any(reasons.values()):
        return every, []
    turned = False  # whether a page ends between the line and the last that was kept
    for i, line in enumerate(every):
        reason = reasons.get(i)
        if reason:
            repairs += line.out("furniture", reason)
            turned = turned or reason == CONTINUED or _turns_page(line.text)
        else:
            if turned and kept and _goes_on(kept[-1], line):
                line.begins = "later"
            kept.append(line)
            turned = False
    return (kept, repairs) if kept else (every, [])


def _turns_page(text: str) -> bool:
    """Tell whether a line of furniture is what stands between two pages."""
    return PAGE_TURN.fullmatch(text) is not None or BARE_PAGE_MARK.fullmatch(text) is not None


def _goes_on(above: Line, line: Line) -> bool:
    """Tell whether a line breaks off in mid-sentence, to go on in another on the next page."""
    text = above.text
    if (
        above.role
        or line.role
        or len(text) < _LEAST_BROKEN
        or text[-1] in _PAUSES.replace("，", "")
        or HEADING.match(text)
    ):
        return False
    return _CLAUSE_MARK.search(text) is not None and not (HEADING.match(line.text) or ITEM.match(line.text))


def _over_title(lines: Sequence[Line]) -> Message | None:
    """Tell why the first line is none of the text: it names a newspaper, a source or a day, and a title follows."""
    return PARTICULARS if may_be_title(lines[1].text) and stands_over(lines[0].text) else None


def ordinary_blocks(
    lines: Sequence[Line],
    heads: Sequence[Line] = (),
    titles: Sequence[Line] = (),
    shown: Sequence[Line] = (),
) -> tuple[list[Block], list[int]]:
    """Return the blocks of lines that each are a paragraph or another part, and the numbers of those with `heads`.

    The `titles` are lines of a title that are known to be it, those `shown` stand in a headline.
    """
    known, display = set(map(id, titles)), set(map(id, [*titles, *shown]))
    blocks: list[Block] = []
    begins: list[int] = []
    left = iter(heads)
    next_head = next(left, None)
    i, length = 0, len(lines)
    while i < length:
        line = lines[i]
        head = line is next_head
        if head:
            begins.append(len(blocks))
            next_head = next(left, None)
        count = told_lines(lines, i) if line.role else 0
        if count:
            blocks.append(told_block(lines[i : i + count]))
            i += count
            continue
        displayed = head or id(line) in display
        end = i + 1
        while end < length and lines[end].begins == "later" and not displayed:
            end += 1
        if end > i + 1:
            block = paragraph_block(lines[i:end])
        else:
            block = _block(line, "display" if displayed else kind_at(lines, i))
        block.titled = block.titled or id(line) in known
        blocks.append(block)
        i = end
    return blocks, begins


def _under_name(blocks: Sequence[Block], begins: Sequence[int]) -> list[int]:
    """Return where articles begin when the name over several, which heads none, goes to the first of them."""
    if begins[1:2] != [1] or len(begins) <= 2 or blocks[0].kind != "display":  # noqa: PLR2004 (the name, and one)
        return [*begins]
    blocks[0].titled, blocks[1].titled = False, True
    return [0, *begins[2:]]


def _article(blocks: Sequence[Block]) -> Group:
    """Return the article of these blocks: its title is what the format names so, else the first if it is set off."""
    group = Group()
    first = next((i for i, block in enumerate(blocks) if block.titled), 0)
    for i, block in enumerate(blocks):
        if block.kind == "display" and (i == first or (block.titled and i == first + len(group.title))):
            group.title.append(block)
            continue
        if block.kind == "display":
            block.kind = "subhead" if group.title else "deck"
        group.blocks.append(block)
    return group


# ---- Hard-wrapped text after a list of contents, a menu, a table: each stretch is judged by itself.


def group_mixed(lines: Lines, *, spaced: bool) -> tuple[list[Group], list[Repair]] | None:
    """Return the articles of a text that is hard-wrapped in parts, and the repairs made; None where it is nowhere."""
    wrapped = _wrapped(lines, spaced=spaced)
    if not any(wrapped):
        return None
    blocks: list[Block] = []
    repairs: list[Repair] = []
    widths: list[float] = []
    for is_wrapped, numbers in groupby(range(len(lines)), key=wrapped.__getitem__):
        here = list(numbers)
        stretch = lines[here[0] : here[-1] + 1]
        layout = find_layout(stretch, spaced=spaced) if is_wrapped else None
        if layout:
            found, made = find_blocks(stretch, layout)
            widths.append(layout.widths[0])
        else:
            kept, made = without_furniture(stretch)
            after = lines[here[-1] + 1 : here[-1] + 2]  # which shows whether the last line is a heading
            found = ordinary_blocks([*kept, *after])[0]
            found = found[: len(found) - len(after)]
        blocks += found
        repairs += made
    return (group_articles(blocks, widths[0]), repairs) if widths else None


def _wrapped(lines: Lines, *, spaced: bool) -> list[bool]:
    """Tell of each line whether it stands in a stretch of hard-wrapped text, which a window of lines shows."""
    broken = [
        line.width >= NARROW
        and line.role == ""
        and line.text[-1] not in _PAUSES
        and not line.text[-1].isascii()
        and not (line.signs & (FULL_STOP | STOP) and signature_start(line.text) is not None)
        for line in lines
    ]
    column = [0.0] * len(lines)  # how wide a line's column is; 0 where it is not hard-wrapped
    for start in range(0, len(lines), _WINDOW // 2):
        end = start + _WINDOW
        if sum(broken[start:end]) >= _BROKEN * _WINDOW:
            layout = find_layout(lines[start:end], spaced=spaced)
            if layout:
                column[start:end] = [layout.widths[0]] * len(lines[start:end])
    if not any(column):  # as in nearly every text
        return [False] * len(lines)
    for i in range(1, len(lines)):  # a line that breaks off belongs to the next one, and a full one to its neighbours
        if not column[i] and column[i - 1] and (broken[i - 1] or _is_full(lines[i], column[i - 1])):
            column[i] = column[i - 1]
    for i in range(len(lines) - 2, -1, -1):
        if not column[i] and column[i + 1] and (broken[i] or _is_full(lines[i], column[i + 1])):
            column[i] = column[i + 1]
    return [width > 0 for width in column]


def _is_full(line: Line, column: float) -> bool:
    return line.role == "" and column - 2.6 <= line.width + min(line.indent, 2.0) <= column + 1.1


def _several(lines: Sequence[Line]) -> bool:
    """Tell whether these are several newspaper articles: more than one signed end, or opening by a lead or a byline."""
    bylines = {i for i, line in enumerate(lines) if holds_byline(line) and not is_of_a_row(lines, i)}
    under = {i for i in bylines if i and (i == 1 or is_under_head(lines, i))}
    leads = sum(match_lead(line.text[:80]) is not None and i - 1 not in under for i, line in enumerate(lines))
    signed = sum(signature_start(line.text) is not None or i in bylines for i, line in enumerate(lines[:-1]))
    return leads + len(under) > 1 or signed > 1


def _block(line: Line, kind: str) -> Block:
    if kind in {"display", "subhead"}:
        block = display_block([line])
        block.kind = "subhead" if kind == "subhead" else block.kind
        return block
    block = Block(kind, line.body, 1, list(line.repairs), line.width, gap=line.gap, page=line.page, box=line.box)
    if kind == "paragraph":
        trim(block)
    return block
