"""Pages that form feeds part, as ``pdftotext`` leaves them: their running heads and numbers, and text across them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from gxclassify.messages import Message
from gxclassify.reading.text.cues import ends_sentence
from gxclassify.reading.text.lines import Lines
from gxclassify.reading.text.signs import NUMBERING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gxclassify.reading.document import Repair

_DEPTH = 2  # lines from the edge of a page
_LONGEST = 60  # characters of a running head
_OFTEN = 0.3  # of the pages: left and right ones may have heads of their own
_NUMBER = re.compile(  # - 3 - | 第3页 共9页
    r"[-—–－·\s]*第?\s*([1-9][0-9]{0,3})\s*页?(?:\s*[/／,，]?\s*共?\s*[0-9]{1,4}\s*页?)?[-—–－·\s]*"
)
_NUMBER_LENGTH = 16  # characters
_FEWEST, _SHORTEST, _FIRST = 4, 6, 3  # pages, lines of one, and the number of the first, where numbers part them
_FIGURES = re.compile("[0-9]+")
_RUNNING, _PAGE_NUMBER = Message("running head"), Message("page number")


def take_page_edges(lines: Lines, source: str) -> tuple[Lines, list[Repair]]:
    """Take out what stands again at the edge of pages, and their numbers; a paragraph goes on across them.

    Where no form feeds part them, pages end at the lines that count them. What stands on top of the first page as well
    is its title there.
    """
    breaks = [i for i, char in enumerate(source) if char == "\f"] if "\f" in source else []
    numbers = [bisect_right(breaks, line.span[0]) for line in lines] if breaks else _counted(lines)
    pages = [[i for i, _ in page] for _, page in groupby(enumerate(numbers), key=lambda told: told[1])]
    if len(pages) < 2 or (not breaks and len(pages) < _FEWEST):  # noqa: PLR2004 (nothing can stand again)
        return lines, []
    out = dict(_again(lines, pages))
    kept = [[i for i in page if i not in out] for page in pages]
    kept = [page for page in kept if page]
    cut = [(above[-1], page[0]) for above, page in pairwise(kept) if not ends_sentence(lines[above[-1]].text)]
    if not cut and _PAGE_NUMBER not in out.values():  # each page is a text of its own
        return lines, []
    usual = Counter(line.gap for line in lines[1:]).most_common(1)[0][0]
    for _, first in cut:
        lines[first].gap = min(lines[first].gap, usual)
    repairs = [repair for i, reason in out.items() for repair in lines[i].out("furniture", reason)]
    return Lines.of([lines[i] for page in kept for i in page]), repairs


def _counted(lines: Lines) -> list[int]:
    """Return the page of each line by the numbers that stand alone between them, one more from page to page."""
    short = (lines.signs.lengths <= _NUMBER_LENGTH) & (lines.signs.all & NUMBERING != 0)
    found = [(i, int(told[1])) for i in short.nonzero()[0].tolist() if (told := _NUMBER.fullmatch(lines[i].text))]
    ends = [i for i, _ in found]
    counts = [number for _, number in found]
    if len(found) < _FEWEST - 1 or any(b != a + 1 for a, b in pairwise(counts)) or min(counts) > _FIRST:
        return []
    if any(b - a < _SHORTEST for a, b in pairwise(ends)):
        return []
    return [bisect_left(ends, i) for i in range(len(lines))]


def _again(lines: Lines, pages: Sequence[Sequence[int]]) -> Iterator[tuple[int, Message]]:
    """Yield the lines at the edges of pages that stand there again and again, or number them."""
    title = next((i for i in pages[0] if not _NUMBER.fullmatch(lines[i].text)), 0)
    for edge in (slice(0, _DEPTH), slice(None, -_DEPTH - 1, -1)):
        found = [(number, i, lines[i].text) for number, page in enumerate(pages) for i in page[edge]]
        offsets = [(int(told[1]) - number, i) for number, i, text in found if (told := _NUMBER.fullmatch(text))]
        counted = Counter(offset for offset, _ in offsets)
        yield from ((i, _PAGE_NUMBER) for offset, i in offsets if counted[offset] > 1)
        heads = [
            (number, i, _FIGURES.sub("0", "".join(text.split())))
            for number, i, text in found
            if len(text) <= _LONGEST and not ends_sentence(text) and not _NUMBER.fullmatch(text)
        ]
        often = Counter(head for _, head in {(number, head) for number, _, head in heads})
        least = max(2, _OFTEN * len(pages))
        yield from ((i, _RUNNING) for _, i, head in heads if often[head] >= least and i != title)
