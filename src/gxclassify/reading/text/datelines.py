"""The date line of a clipping: a day, maybe with the newspaper's name, between its title and its text."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from gxclassify.reading.text.briefs import is_label, of_rank, rank_of
from gxclassify.reading.text.cues import (
    CJK,
    DOCUMENT_TITLE,
    FIGURE,
    WEEKDAY,
    ends_sentence,
    is_deck,
    is_office_name,
    is_origin,
    is_rule,
)
from gxclassify.reading.text.furniture import PARTICULARS
from gxclassify.reading.text.kinds import (
    TITLE_WIDTH,
    have_roles,
    holds_byline,
    is_numbered_headline,
    looks_like_title,
)
from gxclassify.reading.text.lines import Lines, width
from gxclassify.reading.text.signs import ASCII, DAY, FULL_STOP, MONTH
from gxclassify.reading.text.stacks import is_text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from gxclassify.reading.document import Repair
    from gxclassify.reading.text.lines import Line

_SHORTEST, _LONGEST = 8, 48  # characters
_ABOVE = 3  # lines: the title, a second headline, a byline
_NEAR = 12  # lines below a day in which another shows that each heads what is below it
_SEVERAL, _OVER = 2, 2
_FULL = 0.8  # of the usual width of printed lines
_CHRONICLE = re.compile("大事记|纪事|年表|日程")
_DAY = (
    rf"(?:(?:19|20)[0-9]{{2}}|[〇○零一二三四五六七八九]{{4}})\s*[-年./／]\s*{FIGURE}{{1,3}}\s*[-月./／]\s*{FIGURE}{{1,3}}(?:\s*日)?"
    rf"(?!{FIGURE})(?:\s*[（(]?{WEEKDAY}[）)]?)?(?:\s*第?\s*[A-Z]?[0-9]{{1,3}}\s*版)?"
)
# Who published it: 威海日报 | 《威海日报》 | 中国新闻网 | 威海发布
_PUBLISHER = rf"《?[{CJK}·]{{1,12}}(?:报|网|社|刊|电视台|电台|发布|客户端|融媒|融媒体中心|公众号|在线)》?"
_BETWEEN = r"[\s|｜丨/／·:：]*"
_WHEN = r"发[布表稿]\s*(?:时间|日期)\s*[：:]\s*"
_NAMED = re.compile(_PUBLISHER)
_OPEN, _CLOSE = r"[（(【\[]?\s*", r"\s*[）)】\]]?"
_TOLD = rf"{_OPEN}(?:{_PUBLISHER}{_BETWEEN}|{_WHEN})?{_OPEN}{_DAY}{_CLOSE}"
_DATE_LINE = re.compile(rf"{_TOLD}|{_OPEN}{_DAY}{_CLOSE}{_BETWEEN}{_PUBLISHER}{_CLOSE}")
# The day behind a headline on its line: 园区签约十二个项目（2024年3月15日） | 园区签约十二个项目　2024-03-15
_DAY_BEHIND = re.compile(rf"(?:\s+|\s*(?=[（(【\[])){_TOLD}$")


def is_date_line(text: str) -> bool:
    """Tell whether a line is wholly a day, or a newspaper's or a site's name with a day.

    >>> is_date_line("2024-03-15"), is_date_line("（威海日报　2024年5月6日）"), is_date_line("2024年5月6日　威海发布")
    (True, True, True)
    >>> is_date_line("发布时间：2024-05-06"), is_date_line("时间：2024年5月6日"), is_date_line("管委会 2024年5月6日")
    (True, False, False)
    """
    return _SHORTEST <= len(text) <= _LONGEST and _DATE_LINE.fullmatch(text) is not None


def title_over(lines: Sequence[Line], i: int, column: float = math.inf, *, piled: bool = False) -> int | None:
    """Return the title over the date line `i`; a second headline and a byline may stand between. None without one.

    It is the last line of one that fills its `column`. In a pile of such articles it need not look like a title, if it
    is short and the article before it has ended.
    """
    k = next((k for k in range(i - 1, max(-1, i - 1 - _ABOVE), -1) if not _is_between(lines[k])), None)
    if k is None or is_date_line(lines[k].text):
        return None
    first = _begin(lines, k)
    if first < k:  # a headline that a printed page wraps
        whole = replace(lines[first], text="".join(line.text for line in lines[first : k + 1]), moved=None)
        whole.width = width(whole.text)
        return k if looks_like_title(whole) or is_numbered_headline(whole.text) else None
    ended = k == 0 or lines[k].gap > 1 or ends_sentence(lines[k - 1].text)
    odd = piled and ended and lines[k].width <= TITLE_WIDTH and not is_text(lines[k])
    told = odd or looks_like_title(lines[k]) or is_numbered_headline(lines[k].text)
    return k if told or (not ends_sentence(lines[k].text) and _first_of_title(lines, k, column) < k) else None


def find_days(lines: Lines) -> list[int]:
    """Return the lines that are wholly a day, or a publisher's name with a day."""
    return [i for i in _with_day(lines, _LONGEST) if not lines[i].role and is_date_line(lines[i].text)]


def date_lines(lines: Lines, *, printed: bool = False) -> dict[int, int]:
    """Return the date lines of articles and the title over each, if there are several, or one below the title on top.

    A chronicle is none of them: there a day stands over what happened, below what happened before. Nor is a signature,
    with the next document's title below it. In `printed` lines a day in the midst of a sentence fills its line.
    """
    days = find_days(lines)
    column = _column(lines) if printed and days else TITLE_WIDTH
    placed = [i for i in days if not (printed and lines[i].width >= column)]
    full = column if printed else math.inf
    days = _without_feet(lines, [i for i in placed if _heads_text(lines, i, column)], full)
    sure = sum(title_over(lines, i, full) is not None for i in days)
    piled = sure >= _SEVERAL and 2 * sure > len(days)
    titles = {i: title for i in days if (title := title_over(lines, i, full, piled=piled)) is not None}
    if not titles or len(titles) < len(days) or not may_head(lines, titles.values()):
        return {}
    if piled:  # there a text may be a sentence of a few words
        brief = [i for i in placed if i not in titles and i + 1 < len(lines) and ends_sentence(lines[i + 1].text)]
        titles |= {i: title for i in brief if (title := title_over(lines, i, full, piled=True)) is not None}
    first = min(titles)
    may_be_others = [i for i in _with_day(lines, _LONGEST) if i not in titles and is_origin(lines[i].text)]
    others = [title for i in may_be_others if (title := title_over(lines, i, full)) is not None]
    named = any(_NAMED.search(lines[i].text) for i in titles)
    begun = named or _begins_pile(lines, min([titles[first], *others]))
    if len(titles) + len(others) >= _SEVERAL and (begun or _are_all_of_a_rank(lines, titles.values())):
        return titles
    near = lines[first + 1 : first + _NEAR]
    alone = titles[first] == 0 and not have_roles(lines) and not any(is_date_line(line.text) for line in near)
    return {first: titles[first]} if alone else {}


def days_apart(lines: Lines, *, printed: bool) -> Lines:
    """Return the lines with the day that stands behind a headline below it, if several articles are headed so.

    Over the first of them stands nothing but a label: below the name of a document they may be deadlines, or meetings.
    """
    if have_roles(lines):
        return lines
    may_be = _with_day(lines, _LONGEST + int(TITLE_WIDTH))
    column = _column(lines) if printed and may_be else TITLE_WIDTH
    found = {
        i: match.start()
        for i in may_be
        if (match := _DAY_BEHIND.search(lines[i].text)) and _heads_text(lines, i, column)
    }
    if len({lines[i].text[:end] for i, end in found.items()}) < _SEVERAL:  # a name again and again is a running head
        return lines
    if not all(is_label(line.text) for line in lines[: min(found)]):
        return lines
    parted: list[Line] = []
    for i, line in enumerate(lines):
        parted += _title_and_day(line, found[i]) if i in found else [line]
    days = {i + k + 1 for k, i in enumerate(sorted(found))}
    apart = Lines.of(parted)
    return apart if days == date_lines(apart, printed=printed).keys() else lines


def _title_and_day(line: Line, end: int) -> list[Line]:
    """Return a headline and the day behind it as two lines."""
    parts = [line.body.cut(0, end).strip(), line.body.cut(end, len(line.text)).strip()]
    title, day = (
        replace(line, text=part.text, span=part.span, moved=part.segments, width=width(part.text)) for part in parts
    )
    return [title, replace(day, repairs=(), indent=0.0, gap=0)]


def _with_day(lines: Lines, longest: int) -> list[int]:
    """Return the lines that may hold a day, by their signs."""
    signs = lines.signs
    may_be = (signs.lengths >= _SHORTEST) & (signs.lengths <= longest) & (signs.any & FULL_STOP == 0)
    may_be &= ((signs.any & MONTH != 0) & (signs.any & DAY != 0)) | (signs.count(ASCII) >= _SHORTEST)
    found: list[int] = may_be.nonzero()[0].tolist()
    return found


def _column(lines: Lines) -> float:
    """Return the width beyond which a printed line fills its column."""
    import numpy as np

    return _FULL * float(np.sort(lines.width)[3 * len(lines) // 4])


def tell_offices(lines: Sequence[Line], dated: Mapping[int, int]) -> None:
    """Tell of the lines between a date line and the title over it that name an office that they are bylines."""
    for day, title in dated.items():
        for line in lines[title + 1 : day]:
            if is_office_name(line.text):
                line.role = "byline"


def without_date_lines(lines: Lines) -> tuple[Lines, list[Repair]]:
    """Return printed lines without the date lines, and the repairs that take them out; the lines above are titles."""
    found = date_lines(lines, printed=True)
    if not found:
        return lines, []
    column = _column(lines)
    for last in found.values():
        for i in range(_first_of_title(lines, last, column), last + 1):
            lines[i].role = "title"
    tell_offices(lines, found)
    kept = lines.take([i for i in range(len(lines)) if i not in found])
    return kept, [repair for i in sorted(found) for repair in lines[i].out("furniture", PARTICULARS)]


def _without_feet(lines: Sequence[Line], days: Sequence[int], column: float) -> list[int]:
    """Return the days but for those at the end of a text, which the title over the next day stands below."""
    titles = [title_over(lines, i, column) for i in days]
    below = {_first_of_title(lines, title, column) for title in titles if title is not None}
    return [i for i in days if i + 1 not in below]


def _first_of_title(lines: Sequence[Line], last: int, column: float) -> int:
    """Return the first line of the title that ends with line `last`: it fills the column below the end of a text."""
    first = _begin(lines, last)
    if lines[last].begins:
        return first
    while first and last - first < _ABOVE and not lines[first].gap and _breaks_off(lines[first - 1], column):
        first -= 1
    return first if not first or lines[first].gap or _ends_text(lines, first - 1) else last


def _begin(lines: Sequence[Line], last: int) -> int:
    """Return the first line of the paragraph of a printed page that ends with line `last`."""
    while last and lines[last].begins == "later":
        last -= 1
    return last


def _ends_text(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a text ends with line `i`: with a sentence, or with the day below one or below who signs it."""
    text = lines[i].text
    if i and is_date_line(text):
        text = lines[i - 1].text
        return ends_sentence(text) or is_office_name(text)
    return ends_sentence(text) or is_rule(text)


def _breaks_off(line: Line, column: float) -> bool:
    return line.width >= column and not (ends_sentence(line.text) or _is_between(line) or is_date_line(line.text))


def may_head(lines: Sequence[Line], titles: Collection[int]) -> bool:
    """Tell whether the format lets dated titles head articles: it names none below the first, and no other heading."""
    first = min(titles)
    named = {i for i, line in enumerate(lines) if line.role == "heading" or (line.role == "title" and i > first)}
    return named.issubset(titles)


def _begins_pile(lines: Sequence[Line], title: int) -> bool:
    """Tell whether over the first dated title nothing stands but a label or a kicker, and no name of a document."""
    above = lines[:title]
    if len(above) > _OVER or _CHRONICLE.search(lines[title].text):
        return False
    named = (line.text for line in above if not is_label(line.text))
    told = any(DOCUMENT_TITLE.search(text) or _CHRONICLE.search(text) for text in named)
    return not (told or any(map(is_text, above)))


def _are_all_of_a_rank(lines: Sequence[Line], titles: Collection[int]) -> bool:
    """Tell whether the dated titles are all that are numbered so, and not what a document has for each of its stages.

    Such a document has a name (…工作方案); where the titles are such names themselves, it is that of a collection.
    """
    dated = sorted(titles)
    rank = rank_of(lines[dated[0]].text)
    if not rank or dated != of_rank(lines, rank):
        return False
    above = [line.text for line in lines[: dated[0]]]
    named = any(DOCUMENT_TITLE.search(text) for text in above)
    staged = named and not all(DOCUMENT_TITLE.search(lines[i].text) for i in dated)
    return len(above) <= _OVER and not (staged or any(map(_CHRONICLE.search, above)))


def _is_between(line: Line) -> bool:
    return holds_byline(line) or is_deck(line.text) or is_office_name(line.text)


def _heads_text(lines: Sequence[Line], i: int, column: float) -> bool:
    """Tell whether a paragraph stands below line `i`, or below the byline there; its lines may be so wide."""
    below = next((line for line in lines[i + 1 : i + 3] if not _is_between(line)), None)
    return below is not None and (is_text(below) or below.width + min(below.indent, 2.0) > column)
