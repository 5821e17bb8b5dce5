"""Titles and headings by their looks, in files whose styles do not name them: in large type, set in the middle."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from gxclassify.reading.parsed import LEFT_OUT
from gxclassify.reading.text.bylines import is_byline
from gxclassify.reading.text.cues import (
    HEADING,
    STRONG_END,
    WEEKDAY,
    holds_number,
    is_deck,
    is_letterhead,
    names_signer,
)
from gxclassify.reading.text.folio import stands_over
from gxclassify.reading.text.titles import lines_of_title

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from gxclassify.reading.parsed import ParsedLine

LONGEST_HEADING = 60  # characters; what is longer, or ends like a sentence, is a paragraph in the dress of a heading
_LONGEST_FIRST = 40
_LETTERHEAD = 3  # rows
_LARGER = 1.15  # type size of a title in relation to the body's
_BREAKS_OFF = re.compile("[\u4e00-\u9fff，、]$")
_LEAST_PRINTED, _FEWEST_PRINTED = 12, 5  # characters of a line, lines
_BROKEN = 0.4  # of the lines: where each is a paragraph fewer end without a mark
_WEEKDAY = re.compile(WEEKDAY)
_NUMBER = re.compile(r"第\s*[0-9〇零一二三四五六七八九十百]+\s*期")
_PUBLISHER = re.compile(
    "(?:文件|委员会|管委会|政府|办公室|[局厅部院]|公司|集团|[学协商]会|[日晚早周快简]报|动态|专刊)$"
)
"""What stands in larger type above the title of what is issued."""


def find_titles(lines: list[ParsedLine], centred: Collection[int], usual: float) -> None:
    """Turn type sizes into shares of the body's, and give roles by them, as far as the format gave none.

    Large centred lines above the text are the title, unless a style says which line is; else a short first line is, if
    whole paragraphs follow. Large lines further down, and a second headline under the title, are headings; those set
    like the title are titles too, of another article, in the middle or above smaller headings. A title of several lines
    is made one.

    Parameters
    ----------
    lines : list of ParsedLine
        All of a file, with sizes in any unit, 0 where it is unknown.
    centred : collection of int
        The identities (`id`) of those set in the middle.
    usual : float
        The size that is the body's where nothing tells it.
    """
    told = [line for line in lines if line.role not in LEFT_OUT]
    body = main_size((line.size or usual, len(line.text)) for line in told if line.role != "row") or usual
    for line in lines:
        line.size = 1.0 if line.role in {"row", *LEFT_OUT} else round((line.size or usual) / body, 2)
    if not any(line.role == "title" for line in told):
        for line in list(takewhile(_over_page, told)):
            heads = len(told) > 1 and _may_head(told[1]) and not _NUMBER.search(told[1].text)  # as below 信息快报
            if heads and not HEADING.match(told[1].text):
                line.role = "furniture"
                del told[0]
        rows = sum(1 for _ in takewhile(lambda line: line.role == "row", told))  # the office's name may be a table
        head = _below_letterhead(list(takewhile(_may_head, told[rows if rows <= _LETTERHEAD else 0 :])))
        large = [line for line in head if line.size >= _LARGER and id(line) in centred and not is_deck(line.text)]
        whole = _official(large)
        named = [line for line in large if id(line) in whole or not _PUBLISHER.search(line.text)] or large[-1:]
        largest = max((line.size for line in named), default=0.0)
        for line in named if len(head) < len(told) else ():
            if line.size == largest:
                line.role = "title"
        for line in takewhile(lambda line: line.role != "title", head if named and len(head) < len(told) else ()):
            if not line.role and (_PUBLISHER.search(line.text) or holds_number(line.text)):
                line.role = "text"  # over the title, and no heading
        for line in [] if large else _first_lines(lines, told):
            line.role = "title"
    _find_headings(told, centred)
    _join(lines)


def printed(lines: list[ParsedLine]) -> bool | None:
    """Return True where lines that nothing is known of break off in mid-sentence, as those of a page that was pasted.

    Whether they are set at one width is for the reader to see; None leaves it to him whether it looks at all.
    """
    told = [line for line in lines if line.role not in LEFT_OUT]
    texts = [line.text.strip() for line in told if not line.role]
    long = [text for text in texts if len(text) >= _LEAST_PRINTED and not names_signer(text)]
    broken = sum(_BREAKS_OFF.search(text) is not None for text in long)
    rows = any(line.role == "row" for line in told)
    return True if len(long) >= _FEWEST_PRINTED and broken >= _BROKEN * len(long) and not rows else None


def _first_lines(lines: list[ParsedLine], told: list[ParsedLine]) -> list[ParsedLine]:
    """Return the lines of a title that is not set larger than the text: the first below a letterhead, or none."""
    below = told[_lines_of_letterhead(told) :]
    if not (_is_headed(below) or _stands_below_contents(lines, told)):
        return []
    return below[: max(1, lines_of_title([line.text for line in below]))]


def _is_headed(lines: list[ParsedLine]) -> bool:
    """Tell whether the first line heads a text of whole paragraphs and rows: short, no sentence, not numbered."""
    if not lines:
        return False
    first, rest = lines[0], lines[1:]
    if first.role or not _may_head(first) or first.text[-1] in "；;：:，,、" or HEADING.match(first.text):
        return False
    over = len(rest) > 1 and _may_head(rest[0]) and not (_may_head(rest[1]) or is_byline(rest[0].text))
    if over and not any(line.role for line in lines):
        return False  # one of the two is a kicker or a second headline: what they say tells which
    plain = [line for line in rest if line.size < _LARGER and not is_byline(line.text)]
    whole_lines = sum(line.role == "row" or STRONG_END.search(line.text) is not None for line in plain)
    return len(first.text) <= _LONGEST_FIRST and whole_lines > 0 and whole_lines * 2 >= len(plain)


def _stands_below_contents(lines: list[ParsedLine], told: list[ParsedLine]) -> bool:
    """Tell whether the text begins with a heading without a number, below a list of contents."""
    below = bool(told) and lines[0].role == "contents" and told[0].role == "heading"
    return below and not HEADING.match(told[0].text)


def _find_headings(told: list[ParsedLine], centred: Collection[int]) -> None:
    first = next((i for i, line in enumerate(told) if line.role == "title"), None)
    if first is None:
        return
    ranks = {line.size for line in told if line.role == "" and line.size >= _LARGER and _may_head(line)}
    ranked = (
        told[first].size >= _LARGER and min(ranks, default=0.0) < told[first].size and id(told[first]) not in centred
    )
    for above, line in pairwise(told[first:]):
        deck = is_deck(line.text) and above.role == "title"
        if line.role == "" and (line.size >= _LARGER or deck) and _may_head(line):
            like = (id(line) in centred or ranked) and line.size == told[first].size and not HEADING.match(line.text)
            line.role = "title" if like and not deck else "heading"


def _join(lines: list[ParsedLine]) -> None:
    """Make titles of several lines, or paragraphs, one."""
    whole: list[ParsedLine] = []
    for line in lines:
        above = whole[-1] if whole else None
        if above and above.role == line.role == "title" and above.size == line.size:
            above.text += (" " if above.text[-1].isascii() and line.text[0].isascii() else "") + line.text
        else:
            whole.append(line)
    lines[:] = whole


def _lines_of_letterhead(lines: Sequence[ParsedLine]) -> int:
    """Return how many lines on top of others are a letterhead."""
    count = len(lines)
    heads = takewhile(lambda i: is_letterhead(lines[k].text for k in range(i, count)), range(count))
    return sum(1 for _ in heads)


def _below_letterhead(head: list[ParsedLine]) -> list[ParsedLine]:
    """Make the letterhead furniture, and return what is below it; one that is all there is may be the title."""
    count = _lines_of_letterhead(head)
    if count == len(head):
        return head
    for line in head[:count]:
        line.role = line.role or "furniture"
    return head[count:]


def _official(large: Sequence[ParsedLine]) -> set[int]:
    """Return the identities of the lines of an official document's title, which may begin with an office's name."""
    for i, first in enumerate(large):
        alike = list(takewhile(lambda line: line.size == first.size, large[i:]))  # noqa: B023 (used at once)
        count = lines_of_title([line.text for line in alike])
        if count:
            return set(map(id, alike[:count]))
    return set()


def _over_page(line: ParsedLine) -> bool:
    """Tell whether a line names the page or section over a title; a number (第37期) may be a bulletin's."""
    return not line.role and "期" not in _WEEKDAY.sub("", line.text) and stands_over(line.text)


def _may_head(line: ParsedLine) -> bool:
    """Tell whether a line may stand above the text."""
    return line.role != "row" and len(line.text) <= LONGEST_HEADING and not STRONG_END.search(line.text)


def main_size(sizes: Iterable[tuple[float, int]]) -> float:
    """Return the size that most characters have; each is given with its number of them. 0: none is given."""
    counts: Counter[float] = Counter()
    for size, characters in sizes:
        counts[size] += characters
    return max(counts, key=lambda size: counts[size], default=0.0)
