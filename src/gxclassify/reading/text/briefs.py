"""Briefs under one label: what such a label is, and by which mark or number their headlines are of one rank."""

from __future__ import annotations

import re

from gxclassify.reading.text.cues import BRIEFS, DIGEST

LONGEST_LABEL = 12  # characters of the name of an account, or of a box of briefs
_SHORT_NAME = 9  # characters with their mark: of a part of a report
_LONGEST_NAME = 24  # characters of the name of a digest
_NUMBERED = re.compile("期[）)〕]?$")
_AROUND = "【】[]［］■◆●★▶ \u3000"
_MARKS = "【◆◇●○■□▲△★☆▶►※"
_NUMBERS = (
    ("一、", re.compile(r"[一二三四五六七八九十]{1,3}[、．.]")),
    ("（一）", re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]")),
    ("1", re.compile(r"[0-9]{1,2}(?:[、．]|\.(?![0-9]))")),
    ("①", re.compile(r"[①-⑳]")),
    ("[1]", re.compile(r"[\[［(（【][0-9]{1,2}[\]］)）】]")),
)
_CHAPTERS = re.compile("[一（1]")  # ranks that the chapters of a report have as well


def is_label(text: str) -> bool:
    """Tell whether a line names a box of briefs, or a digest with its number.

    >>> is_label("【园区简讯】"), is_label("园区动态一周简报（第12期）"), is_label("园区签约十二个项目")
    (True, True, False)
    """
    name = text.strip(_AROUND)
    if len(name) > LONGEST_LABEL:
        return len(name) <= _LONGEST_NAME and _NUMBERED.search(name) is not None and DIGEST.search(name) is not None
    return BRIEFS.search(name) is not None or DIGEST.search(name) is not None


def rank_of(text: str) -> str:
    """Return what marks or numbers a headline, the same for all of its rank; nothing where it is plain.

    >>> rank_of("◆园区签约"), rank_of("二、园区签约"), rank_of("12.园区签约"), rank_of("3.5亿元落地")
    ('◆', '一、', '1', '')
    """
    return next((rank for rank, number in _NUMBERS if number.match(text)), text[0] if text[0] in _MARKS else "")


def rank_of_briefs(first: str, label: str) -> str:
    """Return the rank of briefs whose first headline this is, below their label or without one; nothing for others.

    Parts of a report may be numbered as well, and without a label they may have a mark, but short names.

    >>> rank_of_briefs("◆园区签约十二个项目", ""), rank_of_briefs("【主要做法】", "")
    ('◆', '')
    """
    rank = rank_of(first)
    told = not _CHAPTERS.match(rank) or BRIEFS.search(label) is not None
    return rank if told and (label or len(first) > _SHORT_NAME) else ""
