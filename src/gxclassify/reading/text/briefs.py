"""Briefs under one label: what such a label or a column's name is, and which mark tells headlines of one rank."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gxclassify.reading.text.cues import BRIEFS, CLIPPINGS, DIGEST

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gxclassify.reading.text.lines import Line

LONGEST_LABEL = 12  # characters of the name of an account, or of a box of briefs
_SHORT_NAME = 9  # characters with their mark: of a part of a report
_LONGEST_NAME = 24  # characters of the name of a digest
_NUMBERED = re.compile("期[）)〕]?$|[0-9〇零一二三四五六七八九十][年月日]?[）)〕]$")
# What a newspaper calls its columns, over the headline: 评论员文章 | 今日关注 | 园区风采
_COLUMN = re.compile(
    "(?:本报)?(?:特约)?评论员(?:文章|观察)|本报(?:评论|社论|时评|特稿|调查|专访)|(?:社|时|短|锐|快|述|微|网|星期)[论评]|评论|通讯|特写|专[题栏版访论稿]|特[稿刊]|头条|深度|综合(?:新闻|报道)?|本报讯"
    "|(?:[重热焦]点|今日|本[期周]|特别|深度|独家|图片|连续|系列|专题)(?:关注|聚焦|报道|策划|新闻|调查|话题|推荐|观察)"
    "|[^，。；：！？\\s]{2}(?:风采|纵横|视点|视窗|之窗|广角|看台|论坛|关注|在线|天地|前沿|时空|走笔|访谈|要情)"
)
_LONGEST_COLUMN = 8  # characters with marks around
_AROUND = "【】[]［］■◆●★▶ \u3000"
_MARKS = "【◆◇●○◎■□▲△★☆▶►※▌▍"
_NUMBERS = (
    ("一、", re.compile(r"[一二三四五六七八九十]{1,3}[、．.]")),
    ("（一）", re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]")),
    (
        "01",
        re.compile(
            r"0[1-9](?:[ \u3000/／|｜丨、．]|(?![0-9.:：年月日时点-]))"
            r"|1[0-9][ \u3000/／|｜丨]+(?![0-9])|N[oO]\.[0-9]{1,2}(?![0-9])"
        ),
    ),
    ("1", re.compile(r"[0-9]{1,2}(?:[、．/／]|\.(?![0-9])|[ \u3000]+(?![0-9]))")),
    ("①", re.compile(r"[①-⑳]")),
    ("[1]", re.compile(r"[\[［(（【][0-9]{1,2}[\]］)）】]")),
)
_CHAPTERS = re.compile("[一（1]")  # ranks that the chapters of a report have as well


def is_label(text: str) -> bool:
    """Tell whether a line names a box of briefs, a digest with its number, or a column.

    >>> is_label("【园区简讯】"), is_label("园区动态一周简报（第12期）"), is_label("园区签约十二个项目")
    (True, True, False)
    """
    if is_column(text):
        return True
    name = text.strip(_AROUND)
    if len(name) > LONGEST_LABEL:
        return len(name) <= _LONGEST_NAME and _NUMBERED.search(name) is not None and DIGEST.search(name) is not None
    return BRIEFS.search(name) is not None or DIGEST.search(name) is not None


def is_column(text: str) -> bool:
    """Tell whether a line names a column of a newspaper.

    >>> is_column("评论员文章"), is_column("■今日关注"), is_column("园区签约")
    (True, True, False)
    """
    return len(text) <= _LONGEST_COLUMN and _COLUMN.fullmatch(text.strip(_AROUND)) is not None


def rank_of(text: str) -> str:
    """Return what marks or numbers a headline, the same for all of its rank; nothing where it is plain.

    >>> rank_of("◆园区签约"), rank_of("二、园区签约"), rank_of("12.园区签约"), rank_of("3.5亿元落地")
    ('◆', '一、', '1', '')
    """
    return next((rank for rank, number in _NUMBERS if number.match(text)), text[0] if text[0] in _MARKS else "")


def of_rank(lines: Iterable[Line], rank: str) -> list[int]:
    """Return the numbers of the lines of a rank."""
    return [i for i, line in enumerate(lines) if rank_of(line.text) == rank]


def rank_of_briefs(first: str, label: str) -> str:
    """Return the rank of briefs whose first headline this is, below their label or without one; nothing for others.

    Parts of a report may be numbered as well, and without a label they may have a mark, but short names.

    >>> rank_of_briefs("◆园区签约十二个项目", ""), rank_of_briefs("【主要做法】", "")
    ('◆', '')
    """
    rank = rank_of(first)
    told = not _CHAPTERS.match(rank) or BRIEFS.search(label) is not None or CLIPPINGS.search(label) is not None
    return rank if told and (label or len(first) > _SHORT_NAME) else ""
