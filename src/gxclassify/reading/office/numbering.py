"""The automatic numbers of Word: 第一条, （一）, 1.1, as Word counts and writes them.

How levels count, restart and are written follows ECMA-376 (Office Open XML), part 1, section 17.9; the ways of writing
a number are those of its simple type ST_NumberFormat (17.18.59).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gxclassify.reading.package import attribute, child, elements, local, whole

if TYPE_CHECKING:
    from collections.abc import Callable

_DIGITS = "〇一二三四五六七八九"
_COUNTED = "零一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_LEGAL_TRADITIONAL = "零壹貳參肆伍陸柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_LARGEST = 32_767  # Word counts no further
_DEEPEST = 9  # levels


def chinese(number: int, digits: str = _COUNTED, units: str = "十百千万", *, short: bool = True) -> str:
    """Write a number below a hundred million in Chinese.

    >>> chinese(10), chinese(21), chinese(105), chinese(12000)
    ('十', '二十一', '一百零五', '一万二千')
    """
    if number < 10:  # noqa: PLR2004
        return digits[number]
    high, low = divmod(number, 10_000)
    text = chinese(high, digits, units, short=short) + units[3] if high else ""
    gap = False
    for place, unit in ((1000, units[2]), (100, units[1]), (10, units[0]), (1, "")):
        digit = low // place % 10
        if not digit:
            gap = bool(text)
            continue
        text += (digits[0] if gap else "") + digits[digit] + unit
        gap = False
    return text.removeprefix(digits[1]) if short and 10 <= number < 20 else text  # noqa: PLR2004


def _by_digit(number: int, digits: str = _DIGITS) -> str:
    return "".join(digits[int(digit)] for digit in str(number))


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        text += letters * count
    return text


def _letters(number: int) -> str:
    """Return a … z, aa, bb …, as Word goes on after z."""
    times, letter = divmod(number - 1, 26)
    return chr(ord("a") + letter) * (times + 1)


def _ordinal(number: int) -> str:
    teens = number // 10 % 10 == 1
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _run(first: int, last: int, start: str) -> Callable[[int], str]:
    """Return how characters that follow each other write `first` to `last`; beyond them Word writes digits."""
    return lambda number: chr(ord(start) + number - first) if first <= number <= last else str(number)


def circled(number: int) -> str:
    """Write a number in a circle, as far as there are such characters.

    >>> circled(3), circled(21), circled(51)
    ('③', '㉑', '51')
    """
    for first, last, start in ((1, 20, "①"), (21, 35, "㉑"), (36, 50, "㊱")):
        if first <= number <= last:
            return _run(first, last, start)(number)
    return str(number)


def _cycle(signs: str) -> Callable[[int], str]:
    return lambda number: signs[(number - 1) % len(signs)]


def _chinese_counting(number: int) -> str:
    return chinese(number) if number < 100 else _by_digit(number)  # noqa: PLR2004


FORMATS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth": lambda number: _by_digit(number, "０１２３４５６７８９"),
    "decimalFullWidth2": lambda number: _by_digit(number, "０１２３４５６７８９"),
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerLetter": _letters,
    "ordinal": _ordinal,
    "numberInDash": lambda number: f"- {number} -",
    "decimalEnclosedCircle": circled,
    "decimalEnclosedCircleChinese": circled,
    "decimalEnclosedFullstop": _run(1, 20, "⒈"),
    "decimalEnclosedParen": _run(1, 20, "⑴"),
    "ideographEnclosedCircle": _run(1, 10, "㊀"),
    "chineseCounting": _chinese_counting,
    "chineseCountingThousand": chinese,
    "taiwaneseCounting": _chinese_counting,
    "taiwaneseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "ideographDigital": _by_digit,
    "taiwaneseDigital": _by_digit,
    "japaneseDigitalTenThousand": _by_digit,
    "chineseLegalSimplified": lambda number: chinese(number, _LEGAL, "拾佰仟萬", short=False),
    "ideographLegalTraditional": lambda number: chinese(number, _LEGAL_TRADITIONAL, "拾佰仟萬", short=False),
    "ideographTraditional": _cycle(_STEMS),
    "ideographZodiac": _cycle(_BRANCHES),
    "ideographZodiacTraditional": lambda number: _cycle(_STEMS)(number) + _cycle(_BRANCHES)(number),
}
"""How a number is written; every other way is decimal."""


@dataclass(slots=True)
class Level:
    """One level of a list: how it counts and how it is written."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    restart: int = -1
    legal: bool = False
    style: str = ""
    hidden: bool = False


class Numbering:
    """The lists of a document and where they stand.

    Parameters
    ----------
    root
        The element ``w:numbering``, or None.
    linked
        Tells the list (numId) that a style names, for lists that only refer to a style.
    """

    def __init__(self, root: Any, linked: Callable[[str], str]) -> None:
        self._levels: dict[str, dict[int, Level]] = {}
        self._abstract: dict[str, str] = {}
        self._overrides: dict[str, dict[int, tuple[int | None, Level | None]]] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()
        links = {}
        for element in elements(root) if root is not None else ():
            if local(element) == "abstractNum":
                key = attribute(element, "abstractNumId")
                self._levels[key] = _levels(element)
                link = child(element, "numStyleLink")
                if link is not None:
                    links[key] = attribute(link, "val")
            elif local(element) == "num":
                key, abstract = attribute(element, "numId"), child(element, "abstractNumId")
                self._abstract[key] = attribute(abstract, "val") if abstract is not None else ""
                self._overrides[key] = _overrides(element)
        for key, style in links.items():
            self._levels[key] = self._levels.get(self._abstract.get(linked(style), ""), self._levels[key])

    def level_of_style(self, number: str, style: str) -> int | None:
        """Return the level of a list that is bound to a style."""
        levels = self._levels.get(self._abstract.get(number, ""), {})
        return next((depth for depth, level in levels.items() if level.style == style), None)

    def next(self, number: str, depth: int) -> str:
        """Count the next paragraph of list `number` at level `depth`, from 0, and return what is written before it."""
        abstract = self._abstract.get(number, "")
        depth = min(max(depth, 0), _DEEPEST - 1)
        level = self._level(number, depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(abstract, [None] * _DEEPEST)
        start, _ = self._overrides[number].get(depth, (None, None))
        if start is not None and (number, depth) not in self._begun:
            counts[depth] = start
        else:
            last = counts[depth]
            counts[depth] = self._start(number, depth) if last is None else min(last + 1, _LARGEST)
        self._begun.add((number, depth))
        for higher in range(depth):
            if counts[higher] is None:
                counts[higher] = self._start(number, higher)
        for deeper in range(depth + 1, _DEEPEST):
            below = self._level(number, deeper)
            # A level begins again after any higher one, or after those up to its own choice; 0: never.
            if below is None or below.restart < 0 or depth < below.restart:
                counts[deeper] = None
        return "" if level.hidden else self._written(number, level, counts)

    def _start(self, number: str, depth: int) -> int:
        start, _ = self._overrides[number].get(depth, (None, None))
        level = self._level(number, depth)
        return start if start is not None else level.start if level else 1

    def _level(self, number: str, depth: int) -> Level | None:
        _, level = self._overrides.get(number, {}).get(depth, (None, None))
        return level or self._levels.get(self._abstract.get(number, ""), {}).get(depth)

    def _written(self, number: str, level: Level, counts: list[int | None]) -> str:
        if level.format in {"bullet", "none"} and "%" not in level.text:
            return "" if level.format == "bullet" else spaced(level.text, level.suffix)
        text = level.text
        for depth, count in enumerate(counts):
            sign = f"%{depth + 1}"
            if sign not in text:
                continue
            other = self._level(number, depth)
            way = "decimal" if level.legal or other is None else other.format
            written = "" if way in {"bullet", "none"} or count is None else FORMATS.get(way, str)(max(count, 0))
            text = text.replace(sign, written)
        return spaced(text, level.suffix)


def spaced(text: str, suffix: str) -> str:
    """Return a number with the space behind it: none after a mark, which is a space of its own."""
    text = " ".join(text.split())
    if not text or suffix == "nothing" or text[-1] in "、．.，：:）)】」》⒈⒉":
        return text
    return text + (" " if text.isascii() else "\u3000")


def _levels(element: Any) -> dict[int, Level]:
    return {int(attribute(level, "ilvl", "0")): _level(level) for level in elements(element) if local(level) == "lvl"}


def _level(element: Any) -> Level:
    level = Level()
    for item in elements(element):
        name, value = local(item), attribute(item, "val")
        if name == "start":
            level.start = whole(value, 1)
        elif name in {"numFmt", "nfc"}:
            level.format = value
        elif name == "lvlText":
            level.text = value
        elif name == "suff":
            level.suffix = value
        elif name == "lvlRestart":
            level.restart = whole(value, -1)
        elif name == "isLgl":
            level.legal = value not in {"0", "false", "off"}
        elif name == "pStyle":
            level.style = value
        elif name == "rPr":
            level.hidden = any(local(inner) == "vanish" and switched_on(inner) for inner in elements(item))
    return level


def _overrides(element: Any) -> dict[int, tuple[int | None, Level | None]]:
    found = {}
    for override in elements(element):
        if local(override) == "lvlOverride":
            start, level = child(override, "startOverride"), child(override, "lvl")
            found[whole(attribute(override, "ilvl"), 0)] = (
                whole(attribute(start, "val"), 1) if start is not None else None,
                _level(level) if level is not None else None,
            )
    return found


def switched_on(element: Any) -> bool:
    """Tell whether a property that stands there is on: it says so, or says nothing."""
    return attribute(element, "val", "1").lower() not in {"0", "false", "off"}
