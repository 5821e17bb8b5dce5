"""Characters that look like ordinary ones and have other code points: what reading and features fold alike.

Many PDFs hand out Kangxi radicals for ordinary characters (⾼ for 高), old encodings compatibility ideographs, vertical
type its own marks. Unfolded they would be unknown terms.
"""

from __future__ import annotations

import re
import unicodedata

# The supplement of radicals, U+2E80 to U+2EF3, of which Unicode decomposes only two; EquivalentUnifiedIdeograph.txt of
# the Unicode Character Database has them. Radicals that are no character by themselves stay.
_SUPPLEMENT = (
    "⺁厂⺂乛⺄乙⺅亻⺆冂⺇几⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺑尣⺒巳⺓幺⺔彑⺕彐⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺟母⺠民⺡氵⺢氺⺣灬⺤爫⺦丬"
    "⺧牛⺨犭⺩王⺪疋⺫目⺬示⺭礻⺮竹⺯糹⺰纟⺱罓⺲罒⺳网⺶羊⺷羊⺸羊⺹耂⺺肀⺻聿⺼月⺽臼⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇角⻈讠⻉贝⻊足⻋车⻌辶⻍辶"
    "⻎辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻕阜⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食⻟飠⻠饣⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
)
_BLOCKS = (
    (0x2F00, 0x2FD6),  # Kangxi radicals
    (0xF900, 0xFB00),  # compatibility ideographs
    (0xFE10, 0xFE1A),  # vertical forms
    (0xFE30, 0xFE50),  # compatibility forms: vertical brackets
    (0xFE50, 0xFE6C),  # small forms
    (0x2F800, 0x2FA1E),  # compatibility ideographs of the second plane
)
_LONGER = {"︙": "…", "︰": "‥"}  # whose decomposition has more than one character
_HALF_WIDTH = range(0x21, 0x7F)
_TO_FULL_WIDTH = 0xFEE0


def _folded() -> dict[int, str]:
    table = {ord(a): b for a, b in zip(_SUPPLEMENT[::2], _SUPPLEMENT[1::2], strict=True)}
    for start, end in _BLOCKS:
        for code in range(start, end):
            form = _LONGER.get(chr(code)) or unicodedata.normalize("NFKC", chr(code))
            if len(form) == 1 and form != chr(code):
                # A vertical comma is a Chinese one, though it decomposes to that of ASCII.
                table[code] = chr(ord(form) + _TO_FULL_WIDTH) if ord(form) in _HALF_WIDTH else form
    return table


FOLDED = _folded()
"""From the code points of look-alikes to the ordinary character, always one for one; for `str.translate`."""

LOOK_ALIKE = re.compile(f"[\u2e80-\u2ef3{''.join(f'{chr(start)}-{chr(end - 1)}' for start, end in _BLOCKS)}]")
"""Finds what may be a look-alike."""

VARIATION = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
"""Variation selectors, which say how the character before them is drawn; as a range of a regular expression."""
