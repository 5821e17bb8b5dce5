"""Who signs a letter or a notice, and when: the lines below its last sentence, under which another may begin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gxclassify.reading.text.cues import BUREAU, DATED, ISSUER, MINISTRY, ends_sentence, tells_of_office

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.reading.text.lines import Line

_LONGEST = 40  # characters of a line of a signature
_MOST = 6  # lines: two or three offices, the day, whom to ask
_ENDS = frozenset("会室府委组司局厅院部心所团日月）)")  # the last characters of such lines
# By what the name of an office ends that signs without a day: headlines end with 中心, 集团 or 研究院 as well.
_OFFICE = re.compile(
    rf"[\u3400-\u9fff（）()]{{2,26}}(?:委员会|管委会|办公室|政府|工委|党组|协会|商会|公司|{BUREAU}|{MINISTRY})"
)
# What may stand between a letter's last sentence and who signs it, or below that: 特此通知 | 此致 | 附件：申报表
_LAST_WORDS = "特此|此致|敬礼|[（(]?(?:附件?|联系|咨询)[^。；：]{0,12}[：:]"
_CLOSES = re.compile(_LAST_WORDS)
FOOT = re.compile(rf"{_LAST_WORDS}|[0-9]{{1,2}}[.．、]")
"""So begins what stands between a letter's last sentence and who signs it, and below that."""
AT_RIGHT = 8.0
"""The least indent of a line that is set at the right, in ems."""


def ends_letter(lines: Sequence[Line], i: int) -> bool:
    """Tell whether with line `i` ends what says who signs the letter above: an office, and maybe when."""
    return bool(_signature(lines, i)[0])


def ends_letter_clearly(lines: Sequence[Line], i: int, *, right: bool) -> bool:
    """Tell whether the office is none that reports what is told below: with a day, or below 特此通知.

    On the `right` it may be none either.
    """
    signed, above = _signature(lines, i)
    dated = any(DATED.search(text) for text in signed)
    at_right = right and lines[i].indent >= AT_RIGHT
    return dated or (bool(signed) and (at_right or _CLOSES.match(above) is not None))


def _signature(lines: Sequence[Line], i: int) -> tuple[list[str], str]:
    """Return the lines that sign a letter, the last of them line `i` but for a foot, and what stands above them."""
    if i < 2 or lines[i].role:  # noqa: PLR2004 (below a title and a text)
        return [], ""
    above = [line.text for line in reversed(lines[max(0, i - _MOST) : i + 1])]
    below = next((k for k, text in enumerate(above) if not FOOT.match(text)), 0)
    last = next((k for k, text in enumerate(above[below:], below) if not _may_sign(text)), None)
    if last is None or not (ends_sentence(above[last]) or FOOT.match(above[last])):
        return [], ""
    if is_over(lines, i - last + 1, i + 1):
        return [], ""
    signed = above[below:last]
    kind = ISSUER if any(map(DATED.search, signed)) else _OFFICE
    offices = [office for text in signed if (office := "".join(DATED.sub("", text).split()))]
    named = bool(offices) and all(kind.fullmatch(office) or _OFFICE.fullmatch(office) for office in offices)
    return (signed, above[last]) if named else ([], "")


def is_over(lines: Sequence[Line], top: int, below: int) -> bool:
    """Tell whether lines from `top` on stand nearer to the line `below` them than to the text above: its kicker."""
    return below < len(lines) and lines[top].gap > lines[below].gap


def _may_sign(text: str) -> bool:
    return text[-1] in _ENDS and len(text) <= _LONGEST and not (ends_sentence(text) or tells_of_office(text))
