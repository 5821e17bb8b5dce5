"""What stands on a printed page around its text: why a line is furniture, by its words and those beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gxclassify.messages import Message
from gxclassify.reading.text.captions import CLEARLY
from gxclassify.reading.text.cues import (
    BARE_PAGE_MARK,
    CONTINUATION,
    DATED,
    NET_ADDRESS,
    NOTE_OPENS,
    PAGE_BREAK,
    PAGE_MARK,
    POSTED,
    ends_sentence,
    is_furniture,
    is_imprint,
    is_rule,
)
from gxclassify.reading.text.folio import MASTHEAD, is_folio, is_section, is_whole_folio, names_page, stands_over
from gxclassify.reading.text.offices import TOP, is_under_title
from gxclassify.reading.text.signs import PAGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.reading.text.lines import Line

PARTICULARS = Message("date line, source, staff or page number")
"""Why such a line is furniture."""
CONTINUED = "continuation note"
IMPRINTED = Message("the head or the imprint of a document: its number, who gets it, when it was printed")
_LONGEST, _LONGEST_NOTICE = 100, 60  # characters of furniture, and of the name of a notice
_CLOSE_TO_END = 3  # lines
# Whom to ask, which a notice tells and a newspaper's page too: 联系电话：0551-0000 | 电子邮箱：a@b.cn
_CONTACT = re.compile(
    "[（(]?(?:(?:联系|咨询|报名|申报|受理|监督|办公|公示|举报)?(?:人|电话|方式|邮箱|传真)|(?:电子)?邮[箱件]|联系人及?(?:联系)?电话|E-?mail)"
    r"\s*[：:]",
    re.IGNORECASE,
)
_BESIDE_CONTACT = re.compile("[（(]?(?:联系|咨询|报名|申报|受理|监督|时间|地点|参加)[^，。；：]{0,8}[：:]")
_NOTICE = re.compile("(?:通知|公告|公示|启事|招聘|邀请函|指南|须知|通告|征集|简章)")
# What an address in the net stands behind: 平台的地址是： | 详情请访问 | 有问题可以写信到
_LEADS_TO_ADDRESS = re.compile("(?:[：:，,、]|[是为到至在于见]|访问|登录|查看|浏览|网[站址]|[邮信]箱|地址|链接)$")
_PAGE = re.compile("[A-Z][0-9]{1,2}")  # A3, below the newspaper's name
_PAGE_MARK = 8  # characters
_BROKEN_WIDTH = 10.0  # ems of a line at least that breaks off
_NOT_BROKEN = frozenset("：:；;)）]】")
_PAGE_LINES, _FEW_LINES = 100, 3  # from the number of one page to that of the next
_COUNTS_PARTS = re.compile(r"[^\d.:：-]\n0\d$")


def furniture(lines: Sequence[Line], i: int) -> str | None:
    """Tell why line `i` is page furniture, or None where it is not."""
    text = lines[i].text
    last = lines[i - 1].text if i else ""
    if len(text) > _LONGEST:
        return None
    dated = i + 1 < len(lines) and DATED.fullmatch(text) and is_under_title(lines, i) if 0 < i < TOP else False
    posted = 0 < i < TOP and POSTED.fullmatch(text)
    if dated or posted or (is_rule(text) and _is_by_page_mark(lines, i)) or _turns_page(lines, i):
        return PARTICULARS
    if is_furniture(text):
        rest = NOTE_OPENS.search(last[-12:])  # of a note that a paragraph ends with is no furniture either
        # A number that belongs to a sentence; 01 over a part of it does not.
        carried = text.isdigit() and last and not ends_sentence(last) and not _COUNTS_PARTS.search(f"{last}\n{text}")
        carried = carried and not _counts_pages(lines, i)
        return None if rest or carried or _is_of_notice(lines, i) or _is_led_to(lines, i) else PARTICULARS
    if _is_of_imprint(lines, i):
        return IMPRINTED
    paged = lines[i].signs & PAGE or text.isascii()
    if paged and (CONTINUATION.fullmatch(text) or PAGE_BREAK.fullmatch(text)):
        return None if NOTE_OPENS.search(last[-12:]) else CONTINUED
    return _over_page(lines, i)


def _turns_page(lines: Sequence[Line], i: int) -> bool:
    """Tell whether line `i` is a page's number in brackets, where a sentence breaks off above and goes on below."""
    text = lines[i].text
    if len(text) > _PAGE_MARK or not 0 < i < len(lines) - 1 or not BARE_PAGE_MARK.fullmatch(text):
        return False
    above, below = lines[i - 1], lines[i + 1]
    broken = above.width >= _BROKEN_WIDTH and above.text[-1] not in _NOT_BROKEN and not ends_sentence(above.text)
    return broken and below.width > lines[i].width + CLEARLY and not below.role


def _is_by_page_mark(lines: Sequence[Line], i: int) -> bool:
    beside = (*lines[max(0, i - 1) : i], *lines[i + 1 : i + 2])
    return any(len(line.text) <= _LONGEST and PAGE_MARK.fullmatch(line.text) for line in beside)


def _counts_pages(lines: Sequence[Line], i: int) -> bool:
    """Tell whether line `i` is a number that the one of the page before or behind goes on with."""
    beside = {str(int(lines[i].text) + step) for step in (-1, 1)}
    around = (*lines[max(0, i - _PAGE_LINES) : max(0, i - _FEW_LINES)], *lines[i + _FEW_LINES : i + _PAGE_LINES])
    return any(line.text in beside for line in around)


def _over_page(lines: Sequence[Line], i: int) -> str | None:
    """Tell why line `i` stands over a newspaper's page, or None where it does not; a folio may stand between pages."""
    text = lines[i].text
    if i >= TOP:
        found = is_folio(text) and (ends_sentence(lines[i - 1].text) or is_whole_folio(text))
        return PARTICULARS if found else None
    if is_folio(text) or (is_section(text) and all(stands_over(line.text) for line in lines[:i])):
        return PARTICULARS
    told = names_page(text) or (i and _PAGE.fullmatch(text))
    below_name = told and all(names_page(line.text) for line in lines[:i])
    return "masthead" if MASTHEAD.match(text) or below_name else None


def _is_of_imprint(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line is of a document's imprint; what it says of who else gets it may be two lines."""
    text, last = lines[i].text, lines[i - 1].text if i else ""
    if text[0] != "抄" != last[:1]:
        return is_imprint(text)
    if is_imprint(text) and (text[0] != "抄" or text[-1] == "。" or i + _CLOSE_TO_END >= len(lines)):
        return True
    below = lines[i + 1].text if i + 1 < len(lines) else ""
    return tells_who_gets_it(text + below) or (last[-1:] != "。" and tells_who_gets_it(last + text))


def tells_who_gets_it(text: str) -> bool:
    """Tell whether a text is the whole of what an imprint says of who else gets a document, be it of several lines."""
    return text[:1] == "抄" and text[-1] == "。" and "。" not in text[:-1] and is_imprint(text)


def _is_of_notice(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line tells whom to ask about what a notice announces, and is no part of a newspaper's page."""
    if not _CONTACT.match(lines[i].text):
        return False
    if lines[i].frame:
        return True
    near = (*lines[max(0, i - 2) : i], *lines[i + 1 : i + 2])
    return any(_BESIDE_CONTACT.match(line.text) for line in near) or any(
        _NOTICE.search(line.text) and len(line.text) <= _LONGEST_NOTICE for line in lines[:TOP]
    )


def _is_led_to(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line is an address in the net that the one above, or the first of several, leads up to."""
    if not NET_ADDRESS.fullmatch(lines[i].text):
        return False
    near = reversed(lines[max(0, i - _FEW_LINES) : i])
    above = next((line.text for line in near if not NET_ADDRESS.fullmatch(line.text)), "")
    return _LEADS_TO_ADDRESS.search(above[-8:]) is not None
