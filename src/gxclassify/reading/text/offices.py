"""Offices below the title of a document, which issued it or wrote it, and on the last line, which sign it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gxclassify.reading.text.cues import (
    DATED,
    DOCUMENT_TITLE,
    HEADING,
    ISSUER,
    OFFICE_HOLDER,
    SALUTATION,
    ends_sentence,
    is_day,
    is_office_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gxclassify.reading.text.lines import Line

TOP = 4  # lines at the head of a page where its masthead may stand
_NEAR = 40  # lines below an office's name among which there is another, if it is one of a list
# What a text opens with that presents an office, or those in it: 【概况】 | 管委会成立于… | 林溪：主持全面工作。
_ABOUT = re.compile("[【〔]|[^，。；：]{0,20}(?:位于|地处|坐落|成立于|始建于|组建于|前身)|[\u3400-\u9fff]{2,4}[：:]")


def is_issuer(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line names the office that issued the document whose title stands above, and is none of a list."""
    return 0 < i < TOP and is_office(lines[i].text, texts_below(lines, i)) and is_under_title(lines, i)


def texts_below(lines: Sequence[Line], i: int) -> list[str]:
    """Return the texts of the lines below line `i` among which others of a list would be."""
    return [line.text for line in lines[i + 1 : i + _NEAR]]


def is_office(text: str, below: Iterable[str]) -> bool:
    """Tell whether a text names an office, and none of the texts `below` names another, as in a list."""
    return is_office_name(text) and not any(ISSUER.fullmatch(b) and b != text for b in below)


def is_author_over(office: str, after: str) -> bool:
    """Tell whether the office named below a title wrote the text that begins with `after`, or issued it on that day.

    Else the text is about it, as in a year book, or the name is the end of a headline: 园区走出三家上市公司.
    """
    if is_day(after):
        return True
    if after.startswith(office) or _ABOUT.match(after) or office.endswith(("中心", "公司", "集团")):
        return False
    return ends_sentence(after) or HEADING.match(after) is not None or SALUTATION.fullmatch(after) is not None


def signs_below(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line is the day below the office that signs a document, or its head, under the last sentence."""
    above = lines[i - 1].text
    signed = ISSUER.fullmatch(above) or OFFICE_HOLDER.fullmatch(above)
    dated = signed is not None and DATED.fullmatch(lines[i].text) is not None
    return dated and i > TOP and not lines[i].role and lines[i - 2].text[-1] in "。）)"


def is_under_title(lines: Sequence[Line], i: int) -> bool:
    """Tell whether nothing but the title of a document, its date and its office stand above a line."""
    above = [line for line in lines[:i] if not (DATED.fullmatch(line.text) or ISSUER.fullmatch(line.text))]
    told = all(line.role == "title" or line.text[-1] not in "。；，：、" for line in above)
    return told and DOCUMENT_TITLE.search("".join(line.text for line in above)) is not None  # it may be wrapped
