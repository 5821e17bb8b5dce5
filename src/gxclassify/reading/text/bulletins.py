"""The head of a bulletin: its name and number, who issues it and when, over the first headline.

Offices print it over what they report: 工作简报 | 第37期（总第215期） | 管委会办公室编　2026年9月14日.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from gxclassify.messages import Message
from gxclassify.reading.text.cues import CJK, HEADING, is_rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.reading.document import Repair
    from gxclassify.reading.text.lines import Line, Lines

_ABOVE = 3  # lines over the one with the number: the name, a note of secrecy
_BELOW = 4  # lines under it: offices, the day, a note, a rule
_LONGEST = 60  # characters of a line of the head
_NAME_LENGTH = 24  # characters
_FIGURE = "[0-9０-９〇零一二三四五六七八九十百]"
_NUMBER = re.compile(
    rf"[（(〔\[【]?\s*(?:[〔\[（(【]?\s*(?:19|20)\d\d\s*[〕\]）)】]?\s*年?度?\s*)?第\s*{_FIGURE}+\s*期"
    rf"(?:\s*[（(，,]?\s*总\s*第?\s*{_FIGURE}+\s*期?\s*[）)]?)?\s*[）)〕\]】]?"
)
_OF_YEAR = re.compile(r"[〔\[（(【]\s*(?:19|20)\d\d\s*[〕\]）)】]\s*第?\s*\d+\s*号")
_OF_A_SERIES = re.compile(
    "^(?!关于)[^的]*(?:会议纪要|纪要|简报|通报|信息|专报|动态|公报)$"
)  # what such a number may stand under
_NAME = re.compile(r"[^，。；：！？、,;:!?0-9]{2,}")
_NO_HEADLINE = re.compile("[，。；]")
_OFFICE = rf"[{CJK}（）()·]{{2,24}}(?:委员会|管委会|政府|党组|研究[院所]|协会|中心|公司|集团|[局厅院部处科室办委])"
_BARE_OFFICE = re.compile(_OFFICE)
_DAY = rf"(?:(?:19|20)\d\d|{_FIGURE}{{4}})\s*[年./-]\s*{_FIGURE}{{1,3}}\s*[月./-]\s*{_FIGURE}{{1,3}}\s*日?"
_ISSUED = re.compile(
    rf"(?:{_OFFICE}\s*(?:主编|主办|编印|编发|编写|整理|印发|编|印)?\s*){{0,2}}(?:[（(]?{_DAY}[）)]?\s*(?:编印|印发|编|印)?)?"
)
KEPT_IN = re.compile(
    r"(?:(?:内部(?:资料|文件|刊物|参考)|注意保[存密]|妥善保管|仅供(?:内部|领导)?参考|[请不]勿外传|不得外传|[秘机绝]密)[\s★☆，,·]*)+"
)
_WHO = re.compile(
    r"(?:(?:主办|承办|编印|编发|编辑|编审|主编|责编|责任编辑|审核|核稿|签发)(?:单位|人)?\s*[：:]\s*[^，。；]{1,20})+"
)
_WHY = Message("the head of a bulletin: its name and number, its office and day")


def take_head(lines: Lines) -> tuple[Lines, list[Repair]]:
    """Return the lines without the head of the bulletin that they are, if they are one, and the repairs for it."""
    end = _head_end(list(islice(lines, _ABOVE + 1 + _BELOW + 1)))
    if not end:
        return lines, []
    repairs = [repair for line in lines[:end] for repair in line.out("furniture", _WHY)]
    return lines.take(range(end, len(lines))), repairs


def _head_end(lines: Sequence[Line]) -> int:
    """Return how many lines the head of a bulletin has; 0 where there is none.

    Its number alone tells little, since courses and salons have one too: a name stands before it, who issued it or the
    day stands beside it or below, and under all of that there is a headline.
    """
    for at, line in enumerate(lines[: _ABOVE + 1]):
        number = _number(lines, at)
        if number is None:
            continue
        before, beside = line.text[: number.start()].strip(), line.text[number.end() :].strip()
        names = [other.text for other in lines[:at] if not KEPT_IN.fullmatch(other.text)] + [before] * bool(before)
        if not names or not all(map(_is_name, names)) or not _is_below(beside):
            return 0
        end = at + 1
        while end < len(lines) and end <= at + _BELOW and _is_below(lines[end].text):
            end += 1
        if end - 1 > at and not _headed(lines[end:]) and _BARE_OFFICE.fullmatch(lines[end - 1].text):
            end -= 1  # the headline, which ends as the name of an office may: 招商工作开新局
        issued = bool(beside) or any(not is_rule(below.text) for below in lines[at + 1 : end])
        return end if issued and _headed(lines[end:]) else 0
    return 0


def _number(lines: Sequence[Line], at: int) -> re.Match[str] | None:
    text = lines[at].text
    if len(text) > _LONGEST:
        return None
    named = at > 0 and len(lines[at - 1].text) <= _NAME_LENGTH and _OF_A_SERIES.search(lines[at - 1].text)
    return _NUMBER.search(text) or (_OF_YEAR.search(text) if named else None)


def _headed(lines: Sequence[Line]) -> bool:
    return len(lines) > 0 and not _NO_HEADLINE.search(lines[0].text)


def _is_name(text: str) -> bool:
    return len(text) <= _NAME_LENGTH and _NAME.fullmatch(text) is not None and not HEADING.match(text)


def _is_below(text: str) -> bool:
    """Tell whether a text may stand beside the number or under it, which nothing may, too."""
    if len(text) > _LONGEST:
        return False
    return not text or is_rule(text) or any(kind.fullmatch(text) for kind in (_ISSUED, KEPT_IN, _WHO))
