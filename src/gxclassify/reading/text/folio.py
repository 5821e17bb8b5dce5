"""The folio of a newspaper's page: the row of its name, its date and its page, which no article has."""

from __future__ import annotations

import re

from gxclassify.reading.text.cues import BRIEFS, CJK, DATED, DIGEST, FIGURE, STAFF, WEEKDAY, is_furniture, is_origin

_LONGEST = 100  # characters
_KINDS = 2  # one alone is a date in a sentence, a headline, a number

_PAPERS = (
    "日报|晚报|早报|晨报|周报|时报|商报|都市报|导报|快报|新报|信报|青年报|参考报|经济报|科技报|教育报|建设报|环境报"
    "|园区报|新区报|开发区报"
)
# 某某日报 at the head of a page.
MASTHEAD = re.compile(rf"^[{CJK}]{{2,8}}(?:{_PAPERS})(?:\s*[A-Za-z .]+)?$")
# What a folio is made of, in any order: 临江日报 | 2026年10月10日 | 星期六 | 第8421期 | 第03版：要闻 | 责编：林溪 | 3
_PART = re.compile(
    rf"(?P<name>《[{CJK}·]{{2,16}}(?:[报刊]》|》(?=\s*(?:19|20)[0-9]{{2}}\s*年\s*第))|[{CJK}]{{2,8}}(?:{_PAPERS})(?:海外版|电子版|数字报)?)(?![{CJK}])"
    rf"|(?P<day>(?:(?:19|20)[0-9]{{2}}|[０-９〇○零一二三四五六七八九]{{4}})\s*(?:年[/／]?|[-./／])\s*{FIGURE}{{1,3}}\s*(?:月[/／]?|[-./／])\s*{FIGURE}{{1,3}}\s*日?"
    rf"|(?:{FIGURE}{{4}}\s*年\s*)?{FIGURE}{{1,3}}\s*月(?:\s*{FIGURE}{{1,3}}\s*日)?)(?!{FIGURE})"
    rf"|(?P<weekday>{WEEKDAY})"
    r"|(?P<calendar>农历[^，。；\s|｜]{2,12}|[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]年\S{2,6})"
    rf"|(?P<issue>(?:(?:19|20)[0-9]{{2}}\s*年\s*)?总?第?\s*{FIGURE}{{1,6}}\s*期)"
    rf"|(?P<page>今日\s*{FIGURE}{{1,3}}\s*版|第?\s*[A-Z]?\s*{FIGURE}{{1,3}}\s*版(?:面)?)(?:\s*[：:·]?\s*(?!{_PAPERS})[{CJK}]{{2,4}}(?=$|[\s|｜/／）)]))?"
    rf"|(?P<staff>{STAFF}\s*[：:]?\s*[{CJK}]{{2,4}}(?:\s[{CJK}]{{2,3}})?(?![{CJK}]))"
    rf"|(?P<number>[A-Z]?[0-9]{{1,3}}(?![0-9A-Za-z%％年月日.])(?:\s*[{CJK}]{{2,4}}(?=\s))?)"
    rf"|(?P<section>(?<=\s)[{CJK}]{{2,4}}(?=\s))"
)
# Where an article stands: A03 要闻 | 【深度】 | ■园区
_SECTION = re.compile(rf"(?:[A-Z]?[0-9]{{1,2}}[ \u3000]*|[【■●▌▍┃|]\s*)(?P<name>[{CJK}]{{2,4}})】?")
_TOLD_BY = re.compile("[报刊版期周]")  # a name, a page or a weekday, one of which each folio has: a quick look
_GAP = re.compile(r"[\s|｜丨/／·•,，、：:—（(）)【】-]*")


def is_folio(text: str) -> bool:
    """Tell whether a line is nothing but a newspaper's name, date, page and the like, two of them at least.

    >>> is_folio("《临江日报》2026年10月10日第3版"), is_folio("A03版 园区　2026.10.10 星期六")
    (True, True)
    >>> is_folio("2026年10月10日"), is_folio("临江日报2026年10月10日报道")
    (False, False)
    """
    kinds = _kinds(text)
    told = kinds & {"name", "day", "weekday", "issue", "page", "number"}
    return len(told) >= _KINDS and (bool(kinds & {"name", "page"}) or kinds >= {"day", "weekday"})


def names_page(text: str) -> bool:
    """Tell whether a line is what stands over a newspaper's page: its name, its day or its folio."""
    return MASTHEAD.match(text) is not None or DATED.fullmatch(text) is not None or is_folio(text)


def is_section(text: str) -> bool:
    """Tell whether a line says in which section of a newspaper an article stands, and is no label of briefs.

    >>> is_section("A03 要闻"), is_section("【深度】"), is_section("【园区简讯】"), is_section("园区签约")
    (True, True, False, False)
    """
    section = _SECTION.fullmatch(text)
    if section is None:
        return False
    return text[0].isascii() or not (BRIEFS.search(section["name"]) or DIGEST.search(section["name"]))


def stands_over(text: str) -> bool:
    """Tell whether a line over a title is none of the article: what page or section it is on, who edits it, its source.

    >>> stands_over("责任编辑：林溪"), stands_over("临江日报"), stands_over("园区签约")
    (True, True, False)
    """
    return is_section(text) or names_page(text) or is_furniture(text) or is_origin(text)


def is_whole_folio(text: str) -> bool:
    """Tell whether a line is a name, a day and a page with white between, which no sentence goes on with.

    >>> is_whole_folio("临江日报　2026年10月10日　第3版"), is_whole_folio("《临江日报》2026年10月10日第3版")
    (True, False)
    """
    return len(text.split()) > 1 and _kinds(text) >= {"name", "day", "page"}


def _kinds(text: str) -> set[str]:
    """Return what a line tells of a page; nothing where it tells something else, too."""
    if len(text) > _LONGEST or _TOLD_BY.search(text) is None:
        return set()
    kinds: set[str] = set()
    at = _GAP.match(text).end()  # type: ignore[union-attr]
    while at < len(text):
        part = _PART.match(text, at)
        if part is None:
            return set()
        kinds.add(str(part.lastgroup))
        at = _GAP.match(text, part.end()).end()  # type: ignore[union-attr]
    return kinds
