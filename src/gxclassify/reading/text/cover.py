"""The title page of a report or book: its title, who made it and when, over the list of contents or the first chapter.

青禾镇2026年度 / 民生项目实施情况报告 | （征求意见稿） | 编制单位：青禾镇人民政府 | 2026年11月.
"""

from __future__ import annotations

import re
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from gxclassify.messages import Message
from gxclassify.reading.text.bulletins import KEPT_IN
from gxclassify.reading.text.cues import CJK, DATED, DOCUMENT_TITLE, FIGURE, HEADING, ISSUER, VERSION, ends_sentence
from gxclassify.reading.text.datelines import date_lines, is_date_line
from gxclassify.reading.text.kinds import SUBHEAD_WIDTH, TITLE_WIDTH, looks_like_title, numbered_title
from gxclassify.reading.text.signs import FULL_STOP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.reading.document import Repair
    from gxclassify.reading.text.blocks import Block
    from gxclassify.reading.text.lines import Line, Lines

_LONGEST = 12  # lines of a title page
_TITLE_LINES = 3
_SHORTEST = 2  # characters of a line of the title
_MONTH = rf"(?:(?:19|20)\d\d|{FIGURE}{{4}})\s*[年./-]\s*{FIGURE}{{1,3}}\s*月?(?:\s*[./-]?\s*{FIGURE}{{1,3}}\s*日?)?"
_OFFICE = (
    rf"[{CJK}（）()·]{{2,24}}(?:委员会|编委会|政府|编[写制]组|课题组|研究[院所]|协会|中心|公司|集团|大学|学院|出版社"
    "|[局厅院部处室办委])"
)
# What a title page says of how a document was made: 编制单位：… | 版本号：V1.2 | 密级：内部
_MADE = re.compile(
    r"(?:(?:编制|编写|编印|主编|起草|申报|报告|完成|承担|课题)\s*(?:单位|机构|部门|人员?|日期|时间)"
    r"|(?:版本|文件|文档|报告|合同)?\s*(?:版本|编号|号)|版本|版次|密\s*级|保密(?:级别|等级))\s*[：:]\s*.{1,40}"
    r"|(?:版本号?\s*)?[VvＶ]\s*[0-9]+(?:\.[0-9]+)*\s*版?"
)
_NAMED = re.compile(f"{DOCUMENT_TITLE.pattern}|(?:书|手册|汇编|年鉴|读本|研究|文集|大全)$")
_DATED = re.compile(rf"{_MONTH}|{_OFFICE}\s*(?:编制|编写|编印|编|印制?|制)(?:\s+{_MONTH})?")
_WHY = Message("the title page of a report: who made it and when")
_AGAIN = Message("the title, as on the title page")


def take_cover(lines: Lines, contents: Sequence[Block], *, printed: bool) -> tuple[Lines, list[Repair]]:
    """Return the lines without what the title page of a report says beside the title, and the repairs for it.

    The page ends where the list of `contents` stood, else at the first heading or sentence, and then it says who made
    the document. The lines of the title are known to be it from then on.
    """
    end = _end(lines, contents, printed=printed)
    if not end:
        return lines, []
    out = {i for i in range(end) if _is_particular(lines[i].text)}
    start = next((i for i in range(end) if i not in out), end)
    title = list(takewhile(lambda i: i not in out and _may_be_of_title(lines[i]), range(start, end)))
    named = max((i for i in title if _NAMED.search(lines[i].text) or VERSION.fullmatch(lines[i].text)), default=-1)
    title = [i for i in title if i <= named] or title[: 1 if contents else 0]
    if not 0 < len(title) <= _TITLE_LINES:
        return lines, []
    for i in title:
        lines[i].role = "title"
    for i in range(title[-1] + 1, end):
        if ISSUER.fullmatch(lines[i].text):
            lines[i].role = "byline"
    repairs = [repair for i in sorted(out) for repair in lines[i].out("furniture", _WHY)]
    again = _again(lines, title, end)
    first = lines[again.stop or end]
    listed = bool(contents) and _close(first.text) in _close(contents[0].body.text)
    if listed and not first.role:  # no second line of the title
        first.role = "heading"
    repairs += [repair for i in again for repair in lines[i].out("furniture", _AGAIN)]
    return lines.take([i for i in range(len(lines)) if i not in out and i not in again]), repairs


def _end(lines: Lines, contents: Sequence[Block], *, printed: bool) -> int:
    """Return how many lines a title page has; 0 where there is none."""
    above = list(islice(lines, _LONGEST + 1))  # quicker than a slice of `Lines`
    if contents:
        at = contents[0].body.span[0]
        end = sum(1 for line in above if line.span[0] < at)
    else:
        page = takewhile(lambda line: _is_plain(line) and not numbered_title(line.text), above)
        made = [i for i, line in enumerate(page) if _is_particular(line.text)]
        end = max(made, default=-1) + 1
        if made and all(is_date_line(above[i].text) for i in made) and len(date_lines(lines, printed=printed)) > 1:
            return 0  # notices below each other, each with its day
    return end if end <= _LONGEST and end < len(lines) and all(map(_is_plain, lines[:end])) else 0


def _is_plain(line: Line) -> bool:
    return line.width <= TITLE_WIDTH and not (line.signs & FULL_STOP or line.role or ends_sentence(line.text))


def _is_particular(text: str) -> bool:
    return any(kind.fullmatch(text) for kind in (KEPT_IN, _MADE, _DATED, DATED))


def _may_be_of_title(line: Line) -> bool:
    text = line.text
    if VERSION.fullmatch(text) or looks_like_title(line):
        return ISSUER.fullmatch(text) is None
    return (
        len(text) >= _SHORTEST
        and line.width <= SUBHEAD_WIDTH
        and text[-1] not in "。；，：、"
        and not HEADING.match(text)
    )


def _again(lines: Sequence[Line], title: Sequence[int], start: int) -> range:
    """Return the lines over the text that say the title again."""
    said = _close("".join(lines[i].text for i in title if not VERSION.fullmatch(lines[i].text)))
    for end in range(start + 1, min(start + _TITLE_LINES, len(lines) - 1) + 1):
        if _close("".join(line.text for line in lines[start:end])) == said:
            return range(start, end)
    return range(0)


def _close(text: str) -> str:
    return "".join(text.split())
