"""Whether text reads as text at all: one measure for every format, against broken fonts, wrong decodings and code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_FILL = re.compile(r"[\s.…·_=—-]+")  # else a list of contents is nothing but dots
_ADDRESS = re.compile(r"https?://[!-~]+")  # whose escapes (%E4%B8%B4) are no words
_CHINESE_ONLY = re.compile("[\u3400-\u9fff]+")
_LEAST = 60  # characters: fewer tell nothing
_PIECE = 4_000  # characters looked at in each place
_CHINESE = 0.15  # the share of Chinese characters from which the text must be Chinese
_COMMON = 0.7  # the share of characters in everyday use: prose has nearly all, characters at random a quarter
_SOME, _NEARLY_ALL = 30, 0.9  # Chinese characters among others that tell, and the share in everyday use
_FIGURES = 0.4  # the share of figures from which it is a table
_LETTERS = 0.6
_KNOWN = 0.7  # the share of Latin letters, figures and Chinese characters together, as in an index or a program;
_WORD = re.compile(r"(?<![A-Za-z])(?:[A-Z]?[a-z]{2,}|[A-Z]{3,})(?![A-Za-z])")
_IN_WORDS = 0.6  # and that of the letters that stand in words
_HALF = 0.5  # of the letters of a program: its names are short
_VOWELS = (0.25, 0.65)  # of Latin letters, in any language


def reads_as_text(text: str) -> bool:
    """Tell whether `text` is made of words, Chinese or Latin, or of figures; short text gets the benefit of the doubt.

    >>> reads_as_text("高新区新签约项目12个，总投资38亿元。" * 4), reads_as_text("锛岄珮鏂板尯鏂扮绾﹂」鐩" * 8)
    (True, False)
    """
    middle = max(0, len(text) - _PIECE) // 2
    sample = text[:_PIECE] + text[max(_PIECE, middle) : max(_PIECE, middle) + _PIECE]
    if "://" in sample:
        sample = _ADDRESS.sub("", sample)
    solid = _FILL.sub("", sample)
    if len(solid) < _LEAST:
        return True
    chinese = "".join(_CHINESE_ONLY.findall(solid))
    if len(chinese) > _CHINESE * len(solid):
        least = _COMMON * len(chinese)
        return _everyday(chinese, "gb2312", 0xD7) > least or _everyday(chinese, "big5", 0xC6) > least
    figures = sum(map(str.isdigit, solid))
    if figures > _FIGURES * len(solid):
        return True
    letters = [char for char in solid.lower() if "a" <= char <= "z"]
    known = len(letters) + figures + len(chinese) > _KNOWN * len(solid)
    told = known and sum(map(len, _WORD.findall(sample))) > _IN_WORDS * len(letters)
    if len(letters) <= _LETTERS * len(solid) and not told:
        return False
    return _are_words(letters)


def is_decoded(text: str) -> bool:
    """Tell whether the characters of `text` are the right ones, be it prose or not: so is a program with remarks.

    >>> is_decoded("x = f(y)  # 新签约项目的个数，不含续约的，按月统计，见附表一和附表二，单位为个" * 3)
    True
    """
    if reads_as_text(text):
        return True
    chinese = "".join(_CHINESE_ONLY.findall(text))
    if len(chinese) >= _SOME:
        return _everyday(chinese, "gb2312", 0xD7) > _NEARLY_ALL * len(chinese)
    letters = [char for char in text.lower() if "a" <= char <= "z"]  # of a program, with many marks
    if len(letters) < _SOME or sum(map(str.isascii, text)) + len(chinese) < _NEARLY_ALL * len(text):
        return False
    return sum(map(len, _WORD.findall(text))) > _HALF * len(letters) and _are_words(letters)


def _are_words(letters: Sequence[str]) -> bool:
    """Tell whether Latin letters have as many vowels among them as those of words."""
    return _VOWELS[0] < sum(char in "aeiouy" for char in letters) / max(1, len(letters)) < _VOWELS[1]


def _everyday(chinese: str, charset: str, last: int) -> int:
    """Return how many characters stand in the first level of a character set, those in everyday use in one script."""
    leads = chinese.encode(charset, "ignore")[::2]
    return len(leads) - len(leads.translate(None, bytes(range(last + 1))))
