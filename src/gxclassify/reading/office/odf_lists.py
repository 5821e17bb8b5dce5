"""The automatic numbers of OpenDocument: of lists and of headings, as they are counted and written.

After OpenDocument 1.3, part 3, sections 5.3 (lists), 16.30 (their styles) and 16.34 (the numbers of headings).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gxclassify.reading.office.numbering import FORMATS, spaced
from gxclassify.reading.package import attribute, descendants, elements, local, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

_FORMATS = {
    "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman",
    "一": "chineseCountingThousand", "壹": "chineseLegalSimplified", "１": "decimalFullWidth",
    "①": "decimalEnclosedCircle", "甲": "ideographTraditional", "子": "ideographZodiac",
}  # fmt: skip
_PLACE = re.compile(r"%(\d{1,2})%")
_DEEPEST = 10  # levels
_LARGEST = 32_767
_Counts = list[int | None]


class OdfLists:
    """The styles of lists in some XML, by name, and where the lists that use them stand."""

    def __init__(self, *roots: Any) -> None:
        self._levels: dict[str, dict[int, Any]] = {}
        for style in (style for root in roots for style in descendants(root, "list-style", "outline-style")):
            name = attribute(style, "name") if local(style) == "list-style" else ""
            self._levels[name] = {whole(attribute(level, "level"), 0) - 1: level for level in elements(style)}
        self._counts: dict[str, _Counts] = {"": [None] * _DEEPEST}
        self._ids: dict[str, _Counts] = {}

    def begin(self, element: Any, style: str) -> None:
        """Begin a list that stands in no other, or go on with one before it."""
        name, goes_on = attribute(element, "id"), attribute(element, "continue-list")
        counts = self._ids.get(goes_on) if goes_on else None
        if counts is None and attribute(element, "continue-numbering") == "true":
            counts = self._counts.get(style)
        self._counts[style] = counts or [None] * _DEEPEST
        if name:
            self._ids[name] = self._counts[style]

    def next(self, style: str, depth: int, item: Any) -> str:
        """Count the next item of a list at `depth`, from 0, or heading (style ""); return what is written before it."""
        levels = self._levels.get(style, {})
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(style, [None] * _DEEPEST)
        last, begins = counts[depth], whole(attribute(item, "start-value"), -1)
        first = whole(attribute(level, "start-value"), 1)
        counts[depth] = begins if begins >= 0 else first if last is None else min(last + 1, _LARGEST)
        counts[depth + 1 :] = [None] * (_DEEPEST - depth - 1)
        return _written(levels, depth, counts)


def _written(levels: dict[int, Any], depth: int, counts: Sequence[int | None]) -> str:
    level = levels[depth]
    if not attribute(level, "num-format"):  # so are those of bullets
        return ""
    numbers = [_number(levels.get(higher), counts[higher]) for higher in range(depth + 1)]
    if pattern := attribute(level, "num-list-format"):
        of_level = dict(enumerate(numbers, start=1))
        text = _PLACE.sub(lambda place: of_level.get(int(place[1]), ""), pattern)
    else:
        shown = max(1, whole(attribute(level, "display-levels"), 1))
        text = ".".join(filter(None, numbers[-shown:]))
        text = f"{attribute(level, 'num-prefix')}{text}{attribute(level, 'num-suffix')}"
    return spaced(text, "")


def _number(level: Any, count: int | None) -> str:
    kind = attribute(level, "num-format") if level is not None else ""
    if not kind:
        return ""
    number = whole(attribute(level, "start-value"), 1) if count is None else count
    return FORMATS.get(_FORMATS.get(kind[0], ""), str)(min(max(0, number), _LARGEST))
