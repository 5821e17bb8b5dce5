"""Titles of official documents that are set in several lines: 某区管委会 / 关于印发《某办法》的 / 通知."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gxclassify.reading.text.briefs import is_label
from gxclassify.reading.text.cues import (
    DOCUMENT_TITLE,
    HEADING,
    ITEM,
    holds_number,
    is_day,
    is_deck,
    is_entry,
    is_office_name,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST, MOST_LINES = 45, 4  # characters of a line, lines
_MARK = re.compile("[，。；：！？,;!?]")
_OWNER = re.compile("[^，。；：、0-9]{2,16}[区县市省园镇局会院司]")
_ZONE = re.compile(
    "(?!.*(?:[走迈]进|探[访秘]|访|聚焦|解码|直击|[在到]|召开|建设|打造|落户))[\u4e00-\u9fff]{2,14}"
    "(?:新区|经开区|开发区|园区|产业园|科[学技]城|示范区|保税区)"
)
_OF_A_YEAR = re.compile("(?:19|20)[0-9]{2}(?:年|[-—–][0-9]{4})")
# What no title of a document ends with: 关于进一步做好 | …关于印发 | 某区2026年度 | …的
_OPEN = re.compile(
    f"关于(?:(?!{DOCUMENT_TITLE.pattern}|(?:思考|探[讨索析]|研究|调[查研]|启示|体会|看法|问题|建议)$)[^。；]){{1,60}}$"
    "|(?:印发|转发|公布|发布)$|(?:[0-9]{4}|[〇零一二三四五六七八九]{4})年?度?$|[的及与和暨、]$"
)
_GOING_ON = ("关于", "的", "若干")
DECREE_NUMBER = re.compile(r"第\s*[0-9〇零一二三四五六七八九十百]{1,5}\s*号")
"""What stands below 某市人民政府令."""


def lines_of_title(texts: Sequence[str]) -> int:
    """Return how many of the first lines are one title that says at its end what the document is; 0 for one or none.

    Each but the last goes on: with whose document it is, or what it is about.

    >>> lines_of_title(["关于进一步做好2026年", "招商引资工作的通知", "各处室："])
    2
    >>> lines_of_title(["东岭经开区", "2026年工作要点"]), lines_of_title(["关于园区的调查", "情况通报"])
    (2, 0)
    >>> lines_of_title(["东岭市人民政府令", "第12号", "《东岭市开发区办法》已经审议通过，现予公布。"])
    2
    """
    if not texts or not _may_be_line(texts[0]) or is_label(texts[0]):
        return 0
    if texts[0].endswith("令") and len(texts) > 1 and DECREE_NUMBER.fullmatch(texts[1]):
        return 2
    for i in range(1, min(MOST_LINES, len(texts))):
        if not (_may_be_line(texts[i]) and _goes_on("".join(texts[:i]), texts[i])):
            break
        if DOCUMENT_TITLE.search(texts[i]):
            return 0 if _is_first_of_several(texts, i) else i + 1
    return 0


def _is_first_of_several(texts: Sequence[str], i: int) -> bool:
    """Tell whether a title under the name of a collection is whole by itself, with others as it is below."""
    whole = i == 1 and texts[1].startswith("关于") and not (_names_owner(texts[0]) or _OPEN.search(texts[0]))
    below = (text for text in texts[2:] if text.startswith("关于") and _may_be_line(text))
    return whole and any(DOCUMENT_TITLE.search(text) for text in below)


def _may_be_line(text: str) -> bool:
    if len(text) > _LONGEST or _MARK.search(text) or "\t" in text:
        return False
    other = HEADING.match(text) or ITEM.match(text) or holds_number(text)
    return not (other or is_entry(text) or is_deck(text) or is_day(text))


def _goes_on(above: str, text: str) -> bool:
    """Tell whether a title goes on in the line below, as one of the two says."""
    owned = is_name_over(above, text) or _names_owner(above)
    return owned or text.startswith(_GOING_ON) or _OPEN.search(above) is not None


def _names_owner(text: str) -> bool:
    return is_office_name(text) or _ZONE.fullmatch(text) is not None


def is_name_over(above: str, text: str) -> bool:
    """Tell whether a line is the name of whose document the line below tells the year and kind.

    >>> is_name_over("东岭经开区", "2026年招商工作方案")
    True
    """
    owned = _OWNER.fullmatch(above) and _OF_A_YEAR.match(text)
    return bool(owned) and DOCUMENT_TITLE.search(text) is not None
