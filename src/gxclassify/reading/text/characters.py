"""Characters on their way to text: look-alikes folded, traditional ones noticed or simplified, one for one."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from gxclassify.features.characters import FOLDED, LOOK_ALIKE
from gxclassify.messages import Message
from gxclassify.reading.document import Repair
from gxclassify.reading.parsed import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gxclassify.reading.text.articles import Group
    from gxclassify.reading.text.lines import Line, Lines

# Common characters that only traditional text has, and those that stand for them in simplified text.
_TRADITIONAL = re.compile(
    "[這個們來為國時會學對發說產業開園區項資創經濟進設實現動機關於體戰場應長門見車與無過還後從點種將書東單務總連線級]"
)
_SIMPLIFIED = re.compile(
    "[这个们来为国时会学对发说产业开园区项资创经济进设实现动机关于体战场应长门见车与无过还后从点种将书东单务总连线级]"
)
# Marks of half width, as some programs set them beside Chinese, and those that they stand for.
_WIDE = dict(zip(",;:!?()", "，；：！？（）", strict=True)) | {".": "。"}
_HALF = re.compile(
    r"(?:(?<=[\u3400-\u9fff”’）》)\]])|(?<=[0-9A-Za-z%](?=.[\u3400-\u9fff])))[,;:!?](?![0-9]|//)"
    r"|(?<=[\u3400-\u9fff”’）》)\]])\.(?![0-9A-Za-z.])|\((?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff])[()]"
)
_FEWEST_HALF = 3
_SURVEYED = 20_000  # characters that are looked at
_SEVERAL = 3


class _Converter(Protocol):
    def convert(self, text: str, /) -> str: ...


def is_traditional(text: str) -> bool:
    """Tell whether a text is in traditional characters.

    >>> is_traditional("園區產業發展"), is_traditional("园区产业发展")
    (True, False)
    """
    sample = text[:_SURVEYED]
    many = len(_TRADITIONAL.findall(sample))
    return many >= _SEVERAL and many > len(_SIMPLIFIED.findall(sample))


def traditional_notice(source: str) -> Notice:
    """Return what should be said of a text in traditional characters."""
    text = Message(
        "The text is in traditional characters; the setting reading.simplify turns them into simplified ones."
    )
    return Notice("traditional", "", len(_TRADITIONAL.findall(source)), text)


@cache
def _look_alikes() -> Any:
    """Return of each character whether it is a look-alike; the last tells that one of the rare planes may be."""
    import numpy as np

    table = np.zeros(0x10000, bool)
    table[[min(code, 0xFFFF) for code in FOLDED]] = True
    return table


def settle_characters(lines: Lines, source: str, *, simplify: bool) -> list[Notice]:
    """Fold look-alikes in the lines, and simplify them if asked to; return what should be said of the characters."""
    if lines.signs.hold(_look_alikes()):
        for line in lines:
            if LOOK_ALIKE.search(line.text):
                _put(
                    line,
                    line.text.translate(FOLDED),
                    "folded",
                    "radicals or compatibility forms made ordinary characters",
                )
    if not simplify:
        if not is_traditional(source):
            return []
        return [traditional_notice(source)]
    for line in lines:
        if not line.text.isascii():
            _put(line, simplified(line.text), "simplified", "traditional characters made simplified")
    return []


def has_half_marks(source: str) -> bool:
    """Tell whether a text is in Chinese whose marks are of half width, those of numbers and Latin words aside.

    >>> has_half_marks("签约12个,投资3,000万元.开工8个,投产3个."), has_half_marks("签约12个，投资3,000万元。")
    (True, False)
    """
    if source.count("，") + source.count("。") > source.count(",") + source.count("."):
        return False  # as nearly every text
    wide = sum(map(source.count, _WIDE.values()))
    return len(_HALF.findall(source)) > max(_FEWEST_HALF, wide)


def widened(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield lines with the marks that half ones stand for, so that they read as others; `as_written` undoes it."""
    for line in lines:
        line.text = _HALF.sub(lambda mark: _WIDE[mark[0]], line.text)
        yield line


def as_written(groups: Iterable[Group], source: str) -> None:
    """Give the blocks of articles the marks back that the source has."""
    for group in groups:
        for block in (*group.title, *group.blocks):
            for body in filter(None, (block.body, block.signed)):
                text = [*body.text]
                for start, at, length in body.segments:
                    for k, mark in enumerate(source[at : at + length], start):
                        if mark in _WIDE and text[k] == _WIDE[mark]:
                            text[k] = mark
                body.text = "".join(text)


def _put(line: Line, text: str, kind: str, note: str) -> None:
    if text != line.text:
        line.text = text
        line.repairs += (Repair(kind, line.span, note),)


@cache
def _converter() -> _Converter:
    from opencc import OpenCC  # 10 ms, for those who ask for it

    return OpenCC("t2s")


def simplified(text: str) -> str:
    """Return a text in simplified characters, as many as before: a phrase of another length goes one by one."""
    converter = _converter()
    found = converter.convert(text)
    if len(found) == len(text):
        return found
    single = (converter.convert(char) for char in text)
    return "".join(new if len(new) == 1 else char for char, new in zip(text, single, strict=True))
