"""Provinces, prefectures and counties by the names that people write, from the GB/T 2260 division codes."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Place", "read_places"]

# Nationalities as they stand in the names of autonomous places: 恩施土家族苗族自治州 is 恩施 in speech.
_AUTONOMOUS = re.compile(
    r"(?:(?:蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇"
    r"|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|普米|塔吉克|怒|俄罗斯|鄂温克|保安|裕固|独龙|鄂伦春|各)族"
    r"|蒙古|哈萨克|维吾尔|柯尔克孜)*(?:自治[区州县旗])$"
)
_SUFFIX = re.compile(r"(?:特别行政区|自治区|地区|林区|特区|[省市县区州盟旗])$")
# Short forms that are everyday words before 园区 and the like: 合作园区 is no park of 合作市.
_EVERYDAY = frozenset({"合作", "港口", "新城", "城中", "市中", "城区", "郊区", "矿区", "和平", "新华", "前进", "平安"})


@dataclass(frozen=True, slots=True)
class Place:
    """A place by its division code: two digits province, two prefecture, two county."""

    code: str
    name: str

    @property
    def level(self) -> int:
        """0 for a province, 1 for a prefecture, 2 for a county."""
        return 0 if self.code.endswith("0000") else 1 if self.code.endswith("00") else 2

    @property
    def area(self) -> str:
        """The digits that the codes of all places in it begin with."""
        return self.code[: 2 * (self.level + 1)]

    def forms(self) -> tuple[str, ...]:
        """Return the names that people write.

        Examples
        --------
        >>> Place("422800", "恩施土家族苗族自治州").forms()
        ('恩施土家族苗族自治州', '恩施', '恩施州')
        >>> Place("430400", "衡阳市").forms()
        ('衡阳市', '衡阳')
        """
        short = _AUTONOMOUS.sub("", self.name)
        extra: tuple[str, ...] = ()
        if short != self.name:
            extra = (short + self.name[-1],) if self.name[-1] in "州县旗" else ()
        elif len(self.name) > 2:  # noqa: PLR2004 - 涉县 is never 涉
            short = _SUFFIX.sub("", self.name)
        if len(short) < 2 or short in _EVERYDAY:  # noqa: PLR2004
            return (self.name,)
        return tuple(dict.fromkeys((self.name, short, *extra)))


def read_places(path: Path) -> list[Place]:
    """Read the packaged ``places.csv``: columns code and name."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [Place(**row) for row in csv.DictReader(stream)]
