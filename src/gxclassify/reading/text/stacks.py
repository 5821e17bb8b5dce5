"""Headlines of several lines in ordinary text: a kicker, the title, a second headline and a byline over one article."""

from __future__ import annotations

import re
from operator import add
from typing import TYPE_CHECKING

from gxclassify.reading.text.bylines import is_byline, signature_start
from gxclassify.reading.text.cues import (
    HEADING,
    ITEM,
    LETTERHEAD,
    SALUTATION,
    ends_sentence,
    holds_number,
    is_day,
    is_deck,
    is_entry,
    is_rule,
)
from gxclassify.reading.text.lines import again, is_doubled
from gxclassify.reading.text.signatures import ends_letter, is_over

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.reading.text.lines import Line

_WIDEST, _TITLE, _HALVES = 45.0, 8.0, 12.0  # ems: of any line; at least of the title, of one in two lines
_BODY = 20.0  # ems: of the text below at least
_MOST, _LONGEST = 4, 7  # lines besides bylines, and with them
_TOLD = 600  # characters of the text below that a headline speaks of
_SPOKEN = 2  # pairs of characters in both
_DECK = re.compile(
    "(?:侧记|纪实|综述|观察|扫描|掠影|见闻|探访|探营|巡礼|小记|札记|走笔|速写|印象)(?:之[一二三四五六七八九十]|[①-⑩])?$"
)
_ENDS, _GREETS = "。；，：、", "：:！!，,"  # what no headline ends with, and what a greeting does
_FIGURES = re.compile(r"[0-9０-９.%％]+[^\s]{0,3}$")


def is_text(line: Line) -> bool:
    """Tell whether a line is a paragraph that ends with its sentence, or with who signs it."""
    return line.width > _BODY and (ends_sentence(line.text) or signature_start(line.text) is not None)


def find_stacks(lines: Sequence[Line]) -> list[range]:
    """Return the lines that stand over each other above a text, of which one may be its title."""
    stacks = []
    widths = [line.width for line in lines]
    for end in [end for end in range(1, len(lines)) if widths[end] > _BODY and widths[end - 1] <= _WIDEST]:
        if not (_may_head(lines[end - 1]) and is_text(lines[end])):
            continue
        start = end - 1
        while start and end - start <= _LONGEST and _may_head(lines[start - 1]) and not _ends_text(lines, start - 1):
            start -= 1
        heads = next((i for i in range(start, end) if not is_byline(lines[i].text)), end)
        if heads < end <= start + _LONGEST and _is_stack(lines, range(heads, end)):
            stacks.append(range(heads if start else 0, end))  # a byline above signs the article before, if any
    return stacks


def _ends_text(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line tells who signs what is above, or when it was."""
    day = i > 0 and is_day(lines[i].text) and ends_sentence(lines[i - 1].text) and not is_over(lines, i, i + 1)
    return day or ends_letter(lines, i)


def article_stacks(lines: Sequence[Line], stacks: Sequence[range]) -> list[range]:
    """Return the headlines of several lines, or doubled ones, that several articles have, the first of them on top."""
    clear = (stack for stack in stacks if len(stack) > 1 or is_doubled(lines[stack.start].text))
    told = [stack for stack in clear if _spoken_of(lines, stack) >= _SPOKEN]
    if len(told) < 2 or told[0].start > 0 or _are_subheads(lines, told):  # noqa: PLR2004 (several)
        return []
    return told


def _are_subheads(lines: Sequence[Line], stacks: Sequence[range]) -> bool:
    """Tell whether these may be subheads of two lines, the first of them below the title."""
    first, *others = (len(stack) for stack in stacks)
    return all(first == other + 1 for other in others) and not any(ends_below(lines, stack) for stack in stacks)


def title_lines(lines: Sequence[Line], stack: range, *, of_several: bool) -> list[int]:
    """Return which lines of a stack are the title: its first, unless that is a kicker, and the same below it.

    A kicker is no longer than the title below it, and says hardly anything of what the text tells. Over one
    `of_several` articles the title goes on to a second headline or a byline, since its next line is no subhead.
    """
    best = next(i for i in stack if not is_byline(lines[i].text))
    for i in range(best + 1, stack.stop):
        if _is_below(lines[i]) or lines[i].width < max(_TITLE, lines[best].width):
            continue
        if _spoken_of(lines, range(i, i + 1), stack.stop) > 2 * _spoken_of(lines, range(best, best + 1), stack.stop):
            best = i
    title = [best]
    out, of = again([lines[i].text for i in stack]) if len(stack) > 1 else (set(), set())
    if out:
        places = [stack.start + k for k in out | of] + title
        return list(range(min(places), max(places) + 1))
    for i in range(best + 1, stack.stop):
        if not of_several or _is_below(lines[i]):
            break
        title.append(i)
    return title


def ends_below(lines: Sequence[Line], stack: range) -> bool:
    """Tell whether a second headline or a byline ends a stack, so that no subhead stands in it."""
    return len(stack) > 1 and _is_below(lines[stack[-1]])


def _is_below(line: Line) -> bool:
    """Tell whether a line stands below a title and is none: a second headline, a byline, 某某会议侧记."""
    return is_byline(line.text) or is_deck(line.text) or _DECK.search(line.text) is not None


def width_of(lines: Sequence[Line], stack: range) -> float:
    """Return how wide the lines of a headline would be beside each other."""
    return sum(lines[i].width for i in stack if not is_byline(lines[i].text))


def _may_head(line: Line) -> bool:
    """Tell whether a line may stand in a headline; quick looks first, since most short lines are asked."""
    text = line.text
    if line.role or line.width > _WIDEST or "\t" in text or HEADING.match(text) or ITEM.match(text):
        return False
    if (text[-1] in _ENDS or text[0] in "（(" or "。" in text or _FIGURES.match(text)) and not is_byline(text):
        return False
    if text[-1] in _GREETS and SALUTATION.fullmatch(text):
        return False
    return not (holds_number(text) or is_entry(text) or LETTERHEAD.fullmatch(text) or is_rule(text))


def _is_stack(lines: Sequence[Line], stack: range) -> bool:
    heads = [lines[i] for i in stack if not is_byline(lines[i].text)]
    if any(is_byline(lines[i].text) and not is_byline(lines[i + 1].text) for i in stack[:-1]):
        return False  # of people, each with what they are
    widths = [line.width for line in heads if not is_deck(line.text)]
    return 0 < len(widths) <= len(heads) <= _MOST and (max(widths) >= _TITLE or sum(widths) >= _HALVES)


def _spoken_of(lines: Sequence[Line], stack: range, below: int = 0) -> int:
    """Return how many pairs of characters of some lines the text below has, too."""
    told = lines[below or stack.stop].text[:_TOLD]
    pairs = {pair for i in stack for pair in map(add, lines[i].text, lines[i].text[1:])}
    return sum(map(told.__contains__, pairs))
