"""What a line of ordinary text is, by itself and by those around it: title, heading, byline, caption, paragraph."""

from __future__ import annotations

import re
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING

from gxclassify.reading.text.bylines import are_names, is_affiliated, is_byline, is_credit, match_lead
from gxclassify.reading.text.captions import is_of_lead
from gxclassify.reading.text.cues import (
    CAPTION_START,
    CLAUSE,
    DOCUMENT_TITLE,
    ENTRY,
    HEADING,
    ITEM,
    LETTERHEAD,
    NUMBERED_CAPTION,
    OFFICE_HOLDER,
    TABLE_UNIT,
    ends_sentence,
    holds_number,
    is_day,
    is_deck,
    is_entry,
    names_signer,
)
from gxclassify.reading.text.offices import is_author_over, is_issuer, is_office, texts_below
from gxclassify.reading.text.signatures import ends_letter
from gxclassify.reading.text.signs import ALONE, FULL_STOP
from gxclassify.reading.text.stacks import is_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gxclassify.reading.text.lines import Line

TITLE_WIDTH, SUBHEAD_WIDTH = 45.0, 20.0  # ems that these have at most
CAPTION_WIDTH = 60  # characters
HEAD = 4  # lines of a text where what belongs to its title may stand, or the links of the web page it was copied from
_WIDER = 1.5  # times its title: the only paragraph below it
SHORTEST_TITLE = 5  # characters: a shorter line between paragraphs is a subhead
_LONG_TITLE = 8  # characters
_LONGEST_WORD = 4  # characters: a line of one word
_ROW = 40  # lines about one in which others like it may stand
MARK = re.compile("[，。；：、！？,;!?]")
# A headline of two clauses between paragraphs, as newspapers set them: 算面积，更算产出
_TWO_CLAUSES = re.compile("[^，。；：、！？,;!?\\s]{2,9}，[^，。；：、！？,;!?\\s]{2,9}$")
SIGNATURE = 3  # lines: office, date, to whom it may be shown
_BARE_DATE = re.compile(r"(?:19|20)\d\d[-./年]\d{1,2}[-./月]\d{1,2}日?")
_CLAUSE_NUMBERS = "一二三四五六七八九十（("
_CLAUSE_HEADING = re.compile(
    "(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)])[^。；！？：]{4,40}$"
)
# An item of a list with its label: 三、报名方式：现场报名
_LABELLED_ITEM = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十0-9]{1,3}[）)]|[0-9]{1,2}[、．.])\s*[^，。；：]{1,16}[：:]\s*\S"
)
_NUMBERED_TITLE = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|[（(](?:[一二三四五六七八九十]{1,3}|[0-9]{1,2})[）)]|[0-9]{1,2}[、．.]|0[1-9](?=\s))"
    r"\s*([^。；：，]+)"
)
_LEVELS = re.compile(
    r"(第[^章节]{1,8}[编篇部分])|(第[^节]{1,8}章)|(第)|([一二三四五六七八九十])|([（(])|([0-9]+(?:\.[0-9]+)*)|(附)"
)


def have_roles(lines: Iterable[Line]) -> bool:
    """Tell whether the format said of any line what it is."""
    return any(map(attrgetter("role"), lines))


def looks_like_title(line: Line) -> bool:
    """Tell whether a line may be a title by itself: short, without a number or a mark that goes on."""
    text = line.text
    return (
        len(text) >= SHORTEST_TITLE
        and line.width <= TITLE_WIDTH
        and text[-1] not in "。；，：、"
        and "\t" not in text
        and not (HEADING.match(text) or ITEM.match(text) or names_signer(text) or holds_number(text) or is_entry(text))
    )


def numbered_title(text: str) -> str:
    """Return what follows the number of a line that may be a numbered headline, else nothing.

    >>> numbered_title("1. 关于申报技术改造补助的通知"), numbered_title("（二）加快建设；")
    ('关于申报技术改造补助的通知', '')
    """
    match = _NUMBERED_TITLE.fullmatch(text)
    return match[1] if match else ""


def is_numbered_headline(text: str) -> bool:
    """Tell whether a line is a numbered title so long that it may be no heading of a chapter."""
    return len(numbered_title(text)) >= _LONG_TITLE


def holds_byline(line: Line) -> bool:
    """Tell whether a line is nothing but a byline."""
    return len(line.text) <= CAPTION_WIDTH and not line.signs & FULL_STOP and is_byline(line.text)


def kind_at(lines: Sequence[Line], i: int) -> str:
    """Return of which kind a line's block is: caption, paragraph, display, byline or subhead."""
    line, text = lines[i], lines[i].text
    if len(text) > CAPTION_WIDTH and not (line.signs & ALONE or line.role):
        return "paragraph"  # as nearly every one
    if _is_caption(lines, i):
        return "caption"
    if line.role:
        return "paragraph" if line.role == "text" else "display"
    return "paragraph" if len(text) > CAPTION_WIDTH else _kind_by_looks(lines, i)


def _kind_by_looks(lines: Sequence[Line], i: int) -> str:
    """Return of which kind the block of a short line is, which is no caption."""
    line, text = lines[i], lines[i].text
    if ends_sentence(text) or CLAUSE.match(text) or is_of_names(lines, i):
        return "paragraph"
    if is_of_a_row(lines, i):
        return "subhead"
    placed = i in {1, len(lines) - 1} or (i and (lines[i - 1].role == "title" or ends_sentence(lines[i - 1].text)))
    if _closes_letter(lines, i):
        return "paragraph"
    signs = i and holds_byline(line) and (placed or is_under_head(lines, i))
    if signs or is_issuer(lines, i) or _is_author(lines, i) or _is_speaker(lines, i):
        return "byline"
    titled = i == 0 and is_title(lines)
    heads = titled or is_heading(lines, i)
    small = (is_deck(text) and is_under_head(lines, i)) or (heads and i == 0 and not titled)
    return "subhead" if small else "display" if heads else "paragraph"


def _closes_letter(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line below a text is the office that signs it, over what the format calls a title or heading."""
    return (i + 1 == len(lines) or lines[i + 1].role in {"title", "heading"}) and ends_letter(lines, i)


def _is_caption(lines: Sequence[Line], i: int) -> bool:
    line, text = lines[i], lines[i].text
    if text[0] in "表附续" and _names_table(lines, i):
        return True
    if not line.signs & ALONE or line.role or len(text) > 2 * CAPTION_WIDTH:
        return False  # as nearly every line
    if is_credit(text):
        return not is_of_lead(lines, i)
    return len(text) <= CAPTION_WIDTH and CAPTION_START.match(text) is not None


def _names_table(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line is the caption of a table that stands below it, the units between, or above it."""
    if lines[i].role not in {"", "heading"} or not NUMBERED_CAPTION.match(lines[i].text):
        return False
    below = next((line for line in lines[i + 1 : i + 3] if not TABLE_UNIT.match(line.text)), None)
    return any(line is not None and line.role == "row" for line in (lines[i - 1] if i else None, below))


def is_of_names(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line of several bare names is one of several such, a list of people and no byline."""
    if not i or not _has_names(lines[i]):
        return False
    return any(map(_has_names, (*lines[i - 1 : i], *lines[i + 1 : i + 2])))


def _has_names(line: Line) -> bool:
    several = holds_byline(line) and len(line.text.split()) > 1
    return several and (are_names(line.text) or is_affiliated(line.text))


def _is_author(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line just below what is the title beyond doubt names the office whose text it is."""
    if not 0 < i < HEAD or not is_office(lines[i].text, texts_below(lines, i)):
        return False
    if not (lines[i - 1].role == "title" or (i == 1 and lines[0].role in {"", "heading"} and is_title(lines))):
        return False
    after = texts_below(lines, i)[:1]
    return bool(after) and is_author_over(lines[i].text, after[0]) and (is_day(after[0]) or not _is_of_parts(lines, i))


def _is_of_parts(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line may be the first of the headings of parts, as others below are that are not numbered."""
    below = range(i + 1, min(i + 1 + len(texts_below(lines, i)), len(lines)))
    return any(is_heading(lines, k) and not HEADING.match(lines[k].text) for k in below)


def _is_speaker(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line below a title names one person by office and name, whose speech or report it is."""
    if not 0 < i < HEAD or not holds_office(lines[i].text) or not is_under_head(lines, i):
        return False
    return i + 1 == len(lines) or not holds_office(lines[i + 1].text)


def holds_office(text: str) -> bool:
    """Tell whether a whole line names one person by office and name.

    >>> holds_office("区长　周宁"), holds_office("区长周宁调研园区")
    (True, False)
    """
    found = OFFICE_HOLDER.fullmatch(text) if len(text) <= CAPTION_WIDTH else None
    return found is not None and is_byline("".join(found["name"].split()))


def is_of_a_row(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a word heads a paragraph as others near it do, though it look like a name: 常山 after 安徽."""
    if not _is_word_above(lines, i):
        return False
    near = chain(range(i + 2, min(i + _ROW, len(lines))), range(i - 2, max(-1, i - _ROW), -1))
    return any(_is_word_above(lines, k) for k in near)


def _is_word_above(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line of one word stands alone above a paragraph."""
    return (
        len(lines[i].text) <= _LONGEST_WORD
        and i + 1 < len(lines)
        and (i <= 1 or ends_sentence(lines[i - 1].text) or holds_byline(lines[i - 1]))
        and not MARK.search(lines[i].text)
        and ends_sentence(lines[i + 1].text)
        and lines[i + 1].width > SUBHEAD_WIDTH
    )


def is_title(lines: Sequence[Line]) -> bool:
    """Tell whether the first line is a title: short, without a full stop, over paragraphs that have them."""
    line, rest = lines[0], lines[1:60]
    if len(rest) == 1 and line.width >= SHORTEST_TITLE and _WIDER * line.width <= rest[0].width:
        return line.width <= SUBHEAD_WIDTH and not MARK.search(line.text) and is_text(rest[0])
    if len(rest) < 2 or line.width > TITLE_WIDTH or line.text[-1] in "。；，：、" or HEADING.match(line.text):  # noqa: PLR2004
        return False
    if LETTERHEAD.fullmatch(line.text):
        return False
    plain = (i for i in range(1, min(len(lines), 60)) if not HEADING.match(lines[i].text))
    if line.width < SHORTEST_TITLE and any(is_heading(lines, i) for i in plain):
        return False  # 江苏, with 安徽 further down: the first of the subheads
    told = [
        other.text
        for i, other in enumerate(rest, 1)
        if "\t" not in other.text and not HEADING.match(other.text) and not is_of_a_row(lines, i)
    ]
    stops = sum(map(ends_sentence, told))
    labelled = sum(ENTRY.match(text) is not None for text in told)
    if ((stops or 2 * labelled > len(told)) and DOCUMENT_TITLE.search(line.text)) or _are_dated(rest):
        return True
    return stops > 0 and stops + sum(text[-1] in "；：;:" for text in told) >= 0.5 * len(told)


def _are_dated(lines: Sequence[Line]) -> bool:
    """Tell whether these are items, each over its day, or sentences."""
    days = [is_day(line.text) for line in lines]
    over = zip(lines, days, [*days[1:], False], strict=True)
    return sum(days) > 1 and not days[0] and all(day or below or ends_sentence(line.text) for line, day, below in over)


def is_heading(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line heads what follows: numbered without being a list item, or short and alone.

    Over a byline, a second headline or a lead it may be as long as a title.
    """
    line = lines[i]
    after = _first_below(lines, i)
    if after is None or line.text[-1] in "。；，：、":
        return False
    ended = i - 1
    if i and holds_byline(lines[ended]):
        ended = next((k for k in range(i - 2, max(-1, i - SIGNATURE), -1) if not holds_byline(lines[k])), ended)
    titled = i > ended == 0 and lines[0].width >= SHORTEST_TITLE and is_title(lines)
    above = [] if titled else lines[max(0, ended) : ended + 1]  # but for who signs it
    around = [other for other in (*above, after) if other.role not in {"title", "heading"}]
    if HEADING.match(line.text) or _is_clause_heading(line, after):
        if names_signer(after.text) or (line.text[0] == "附" and HEADING.match(after.text)):
            return False  # of what is attached, over the signature
        near = [other.text for other in around if len(other.text) <= CAPTION_WIDTH]
        kinds = [HEADING, _CLAUSE_HEADING, *([_LABELLED_ITEM] if _LABELLED_ITEM.match(line.text) else [])]
        numbered = (text for text in near if any(kind.match(text) for kind in kinds))
        return not any(_level(text) == _level(line.text) for text in numbered)
    if not all(map(is_text, around)) or "\t" in line.text or _BARE_DATE.fullmatch(line.text):
        return False
    if after is not lines[i + 1] or match_lead(after.text[:80]):  # with what an article opens with below it
        return line.width <= TITLE_WIDTH
    return line.width <= SUBHEAD_WIDTH and (not MARK.search(line.text) or _is_couplet(lines, i))


def _is_couplet(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line of two clauses is one of several such lines, each alone between paragraphs."""
    if not _TWO_CLAUSES.match(lines[i].text):
        return False
    near = (k for k in range(max(1, i - _ROW), min(i + _ROW, len(lines) - 1)) if k != i)
    return any(
        _TWO_CLAUSES.match(lines[k].text)
        and all(ends_sentence(line.text) and line.width > SUBHEAD_WIDTH for line in (lines[k - 1], lines[k + 1]))
        for k in near
    )


def _first_below(lines: Sequence[Line], i: int) -> Line | None:
    """Return the first line of what line `i` heads, if it does: below a second headline and a byline."""
    below = lines[i + 1 : i + 4]
    for line in below:
        if not (is_deck(line.text) or holds_byline(line)):
            return line
    return below[0] if below else None


def is_under_head(lines: Sequence[Line], i: int) -> bool:
    """Tell whether line `i` stands under a title or heading, or the second headline under that."""
    above = i - 2 if i > 1 and is_deck(lines[i - 1].text) else i - 1
    if above < 0:
        return False
    return lines[above].role == "title" or is_heading(lines, above) or (above == 0 and is_title(lines))


def _is_clause_heading(line: Line, after: Line) -> bool:
    """Tell whether a numbered line of two clauses heads a paragraph: 二、展望新征程，任务更加艰巨."""
    if line.text[0] not in _CLAUSE_NUMBERS:
        return False
    below = after.width > SUBHEAD_WIDTH and ends_sentence(after.text) and after.width > line.width
    return below and _CLAUSE_HEADING.match(line.text) is not None


def _level(text: str) -> tuple[int, int]:
    """Return of which rank a number is, and how many dots it has: 1.2 is below 1."""
    found = _LEVELS.match(text)
    return (found.lastindex or 0, found[0].count(".")) if found else (0, 0)
