"""Amounts in a text: money, counts, shares and measures, with their bounds and in base units."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Amount", "find_amounts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """One amount, as a text states it.

    Attributes
    ----------
    text : str
        The amount with the words that bound it: 超过480亿元.
    kind : str
        ``money``, ``share``, ``count`` or ``measure``.
    value : float
        The number in `unit`; of a range the middle.
    unit : str
        For money the ISO 4217 code; ``%`` for shares (八成 and 1/3 too); for measures 平方米, 米, 吨, 立方米, 千瓦 or 千瓦时;
        for counts the measure word of the text (家, 个, 人次 …).
    lower, upper : float or None
        Between what it lies, both included: equal to `value` where the text states it plainly; None where the text
        leaves that side open (超过 has no upper one, 近 no lower one).
    approximate : bool
        Whether the text says about, nearly or odd (约, 近, 余, 左右).
    target_year : int or None
        The year by which a sentence aims at it: 到2028年.
    span : tuple of int
        First character and the place after the last one.
    """

    text: str
    kind: str
    value: float
    unit: str
    lower: float | None
    upper: float | None
    approximate: bool
    target_year: int | None
    span: tuple[int, int]

    def to_json(self) -> dict[str, Any]:
        """Return the amount as files and HTTP show it."""
        return {**asdict(self), "span": list(self.span)}


# Same length before and after, so that spans hold.
_NARROW = str.maketrans("０１２３４５６７８９．％－～／", "0123456789.%-~/")

_MONEY = {
    "元": "CNY", "元人民币": "CNY", "人民币": "CNY", "块钱": "CNY", "块": "CNY", "美元": "USD", "美金": "USD", "港元": "HKD",
    "港币": "HKD", "欧元": "EUR", "日元": "JPY", "韩元": "KRW", "英镑": "GBP", "新元": "SGD", "新加坡元": "SGD", "澳元": "AUD",
    "加元": "CAD", "卢布": "RUB", "新台币": "TWD", "瑞士法郎": "CHF", "澳门元": "MOP",
}  # fmt: skip
# Unit as written -> base unit and how many of it. The mǔ is 10,000/15 square metres (GB 3100, appendix).
_MEASURES = {
    "平方公里": ("平方米", 1e6), "平方千米": ("平方米", 1e6), "km²": ("平方米", 1e6), "km2": ("平方米", 1e6),
    "公顷": ("平方米", 1e4), "亩": ("平方米", 1e4 / 15), "平方米": ("平方米", 1.0), "平米": ("平方米", 1.0),
    "㎡": ("平方米", 1.0), "m²": ("平方米", 1.0), "m2": ("平方米", 1.0), "公里": ("米", 1e3), "千米": ("米", 1e3),
    "海里": ("米", 1852.0), "厘米": ("米", 0.01), "毫米": ("米", 0.001), "微米": ("米", 1e-6), "纳米": ("米", 1e-9),
    "米": ("米", 1.0), "吨": ("吨", 1.0), "蒸吨": ("蒸吨", 1.0), "公斤": ("吨", 1e-3), "千克": ("吨", 1e-3),
    "斤": ("吨", 5e-4), "克": ("吨", 1e-6), "毫克": ("吨", 1e-9), "立方米": ("立方米", 1.0), "方": ("立方米", 1.0),
    "升": ("立方米", 1e-3), "吉瓦时": ("千瓦时", 1e6), "GWh": ("千瓦时", 1e6), "兆瓦时": ("千瓦时", 1e3),
    "MWh": ("千瓦时", 1e3), "千瓦时": ("千瓦时", 1.0), "度电": ("千瓦时", 1.0), "kWh": ("千瓦时", 1.0), "吉瓦": ("千瓦", 1e6),
    "GW": ("千瓦", 1e6), "兆瓦": ("千瓦", 1e3), "MW": ("千瓦", 1e3), "千瓦": ("千瓦", 1.0), "kW": ("千瓦", 1.0),
    "马力": ("马力", 1.0), "标箱": ("标箱", 1.0), "标准箱": ("标箱", 1.0), "TEU": ("标箱", 1.0),
}  # fmt: skip
_COUNTS = (
    "个百分点 百分点 遍 人次 户次 台套 台（套） 台(套) 架次 车次 班次 列次 艘次 倍 家 个 项 人 名 户 场 件 台 辆 套 次 处 座 栋 条 只"
    " 种 批 位 所 篇 张 笔 对 艘 架 头 株 棵 盏 支 根 宗 起 例 册 本 枚 趟 列 组 间 层 幢 口 粒 片 盒 把 尾 羽 床 门"
).split()
# What makes another word of a unit: 三位一体, 五台山, 两个月.
_GUARDS = {
    "个": r"(?!多?月|半月|小时|工作日|星期|季度|年|钟头|昼夜|一百年|[春夏秋冬]|[万亿])", "位": r"(?!一体|数|移|置)", "台": r"(?!山|湾|州|风|阶)",
    "元": r"(?![素旦月朝宵件宇])", "次": r"(?![年日月级高生产于])", "层": r"(?!次|级|面)", "项": r"(?!目)", "人": r"(?![均才民工次体])",
    "家": r"(?!庭|园|长|乡|具|电|门口)", "本": r"(?![市省区县年月周次届报级科专])", "门": r"(?!峡|头|口)", "片": r"(?!区)",
    "口": r"(?!岸|径)", "起": r"(?![来步草施到点])", "对": r"(?![外内口标接于])", "场": r"(?![地所])", "组": r"(?!织|成|团|建)",
    "间": r"(?![接隔])", "方": r"(?![面案式向针略])", "块": r"(?!链|头)", "列": r"(?!入|车|为)", "例": r"(?!外|如)", "把": r"(?!手)",
    "所": r"(?!有|以|得|在)", "条": r"(?!例|件|款)", "处": r"(?!理|于|长|置)", "名": r"(?!列|为|单|牌)", "批": r"(?!准|复|发|次)", "头": r"(?!部)",
    "套": r"(?!路)", "根": r"(?!据|本)", "支": r"(?!持|撑|行|部|出|付)", "米": r"(?!线)", "升": r"(?!级|至|到)", "克": r"(?!服|拉)",
    "倍": r"(?!增)", "种": r"(?!植|业)", "张": r"(?![家江掖])", "只": r"(?!有|要|能|用|需|是)",
    "户": r"(?!外|籍)", "架": r"(?!构)", "座": r"(?!谈|位|落)", "件": r"(?!套)",
}  # fmt: skip
_MAGNITUDES = {"十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}
_DIGITS = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))

_CN = "[零〇一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+[百千万亿]*)?"
_NUMBER = rf"(?:(?<![0-9A-Za-z.])[0-9]{{1,3}}(?:,[0-9]{{3}})+(?:\.[0-9]+)?|(?<![0-9A-Za-z.])[0-9]+(?:\.[0-9]+)?|{_CN})"
_MAGNITUDE = "(?:[十百千]?[万亿]|万亿|[十百千](?!瓦|米|克|分之))"
_TO = "(?:-|—|–|~|至|到)"
_UNIT = "|".join(
    f"{re.escape(unit)}{_GUARDS.get(unit, '')}"
    for unit in sorted({*_MONEY, *_MEASURES, *_COUNTS}, key=len, reverse=True)
)
_BEFORE = (
    "(?:不得|不能|不可|未|没有?|不)(?:超过|超出|超|高于|大于|突破)|(?:不得|不能|不可|未)(?:低于|少于|小于)|超过|超出|超|逾|突破|不少于|不低于|不小于|至少|高于|大于|多于|上|过|接近|将近|近|不足|不到|低于|少于|小于|至多|最多"
    "|大约|约为|约|大概|达到?近"
)
_AFTER = "以上|之上|以下|以内|之内|左右|上下"
_AMOUNT = re.compile(
    rf"(?P<before>(?:{_BEFORE}) ?)?(?<!第)(?:"
    # 百分之九, 三分之一, 9%, 1/3, 四成五
    rf"(?P<share>(?P<parts>{_CN})分之(?P<of>{_CN})(?:{_TO}(?:百分之)?(?P<of2>{_CN}))?"
    rf"|(?<![0-9A-Za-z./])(?P<top>[0-9])/(?P<bottom>[0-9]|10)(?![0-9/])"
    rf"|(?P<tenths>[一二两三四五六七八九])成(?P<tenth>[一二三四五六七八九半])?(?![立为员果功长绩就效品本套熟都分交])"
    rf"|(?P<p1>(?<![0-9A-Za-z.])[0-9]+(?:\.[0-9]+)?) ?(?:%? ?{_TO} ?(?P<p2>[0-9]+(?:\.[0-9]+)?))? ?%)"
    # 2-3个, 10至15亿元, 500多万元
    rf"|(?P<a>{_NUMBER}) ?(?P<am>{_MAGNITUDE})?(?P<aunit>{_UNIT})?"
    rf"(?P<piece>个(?=亿))?(?: ?{_TO} ?(?P<b>{_NUMBER}) ?(?P<bm>{_MAGNITUDE})?)?"
    rf" ?(?P<more>[余多来])? ?(?P<cm>[万亿])? ?(?P<unit>{_UNIT})?(?P<more2>[余多](?=元))?"
    rf")(?P<after> ?(?:{_AFTER}))?"
)
_MORE_OF_MONEY = re.compile(" ?[余多]")
# Where a number with 万 or 亿 and no unit is money: 年收入300亿, 300万的资金缺口.
_OF_MONEY = re.compile(r"(?:投资|产值|收入|税收|资金|营收|销售额?|纳税|利润|总额|额|贷款|预算|投入|烧掉)(?:[^人户，。；]{0,6})$")
_MONEY_NEXT = re.compile(r"(?:的)?(?:资金|贷款|投资|产值|补贴|补助|奖励|订单|税收|融资|销售额|营收|规模)")
_TARGET = re.compile(
    r"(?:(?<!截)[到至]|力争(?:到|在)?|计划(?:到|在)?|确保(?:到|在)?|预计(?:到|在)?|目标.{0,4}?)“?(20[0-9]{2}|二[〇零][〇零一二三四五六七八九]{2})年"
    r"|(20[0-9]{2})年(?:底|末)?之?前"
)
_SENTENCE_END = "。；！？\n"


def find_amounts(text: str) -> list[Amount]:
    """Find the amounts of money, counts, shares and measures in a text.

    Dates, times, ordinals (第三) and the article 一 (一家企业) are no amounts. Amounts are quoted, never added up: two
    sentences may tell of the same project.

    Parameters
    ----------
    text : str
        One paragraph or a longer text.

    Returns
    -------
    list of Amount
        In the order of the text, without overlaps.

    Examples
    --------
    >>> [(a.value, a.unit, a.lower, a.upper) for a in find_amounts("总投资13.75亿元，举办活动100余场，增长9%以上。")]
    [(1375000000.0, 'CNY', 1375000000.0, 1375000000.0), (100.0, '场', 100.0, 200.0), (9.0, '%', 9.0, None)]
    >>> [(a.value, a.unit, a.lower, a.upper) for a in find_amounts("占全市的近1/3，落地项目2-3个，投资十至十五亿美元。")]
    [(33.333333, '%', None, 33.333333), (2.5, '个', 2.0, 3.0), (1250000000.0, 'USD', 1000000000.0, 1500000000.0)]
    >>> find_amounts("到2028年，力争产值突破三千亿元。")[0].target_year
    2028
    """
    plain = text.translate(_NARROW)
    targets = [(match.start(), _year(match[1] or match[2])) for match in _TARGET.finditer(plain)]
    amounts = []
    position = 0
    while match := _AMOUNT.search(plain, position):
        stated = _share(match) if match["share"] else _number(match, plain)
        if stated is None:
            # What looked like one may hold one that begins later.
            position = max(match.end("a"), match.start() + 1)
            continue
        kind, unit, values, end, more = stated
        amounts.append(_amount(text, match, kind, unit, values, end, more, targets))
        position = end
    return amounts


def _share(match: re.Match[str]) -> tuple[str, str, list[float], int, bool] | None:
    end = match.end("share")
    if match["parts"]:
        whole = _chinese(match["parts"])
        if not whole:
            return None
        values = [100 * _chinese(part) / whole for part in (match["of"], match["of2"]) if part]
    elif match["top"]:
        if not int(match["top"]) < int(match["bottom"]):
            return None
        values = [100 * int(match["top"]) / int(match["bottom"])]
    elif match["tenths"]:
        tenth = 5 if match["tenth"] == "半" else _DIGITS[match["tenth"]] if match["tenth"] else 0
        values = [10.0 * _DIGITS[match["tenths"]] + tenth]
    else:
        values = [float(part) for part in (match["p1"], match["p2"]) if part]
    return "share", "%", values, end, False


def _number(match: re.Match[str], plain: str) -> tuple[str, str, list[float], int, bool] | None:
    first, second = match["a"], match["b"]
    unit = match["unit"] or match["aunit"]
    if match["aunit"] and not match["unit"]:
        # 50亿元, and then another number that has nothing to do with it.
        second = None
    more = bool(match["more"])
    if second is None and not match["am"] and ((first == "一" and unit != "倍") or first in {"零", "〇", "二"}):
        return None  # 一家企业: an article; 二批: an ordinal
    bounded = match["before"] or more or (match["after"] or "").strip() in {"以上", "之上"}
    if first[0] in "百千万亿" and not bounded and unit not in _MONEY:
        return None  # 百名博士, 千家万户
    scale = _scale(match["am"]) * (_scale(match["cm"]) if not second else 1.0)
    values = [_value(first) * scale]
    end = match.end("unit") if match["unit"] else match.end("aunit")
    if second is not None:
        last = _value(second) * _scale(match["bm"]) * _scale(match["cm"])
        if not match["am"] and not match["aunit"]:
            # 10至15亿元: the magnitude stands once.
            values[0] *= _scale(match["bm"]) * _scale(match["cm"]) * _shared(first, second)
        if last <= values[0]:
            return None
        values.append(last)
    if unit is None:
        tail = first[-1] if second is None else second[-1]
        large = match["am"] or match["bm"] or match["cm"] or (tail if tail in "万亿" else "")
        end = max(match.end(name) for name in ("a", "am", "b", "bm", "more", "cm") if match[name] is not None)
        if not large or not (_OF_MONEY.search(plain, max(0, match.start("a") - 12), match.start("a")) or _MONEY_NEXT.match(plain, end)):
            return None
        return "money", "CNY", values, end, more
    if unit in _MONEY:
        return "money", _MONEY[unit], values, end, more
    if unit in _MEASURES:
        base, factor = _MEASURES[unit]
        return "measure", base, [value * factor for value in values], end, more
    if unit in {"百分点", "个百分点"}:
        return "share", "百分点", values, end, more
    return "count", unit, values, end, more


def _amount(
    text: str,
    match: re.Match[str],
    kind: str,
    unit: str,
    values: list[float],
    end: int,
    more: bool,  # noqa: FBT001
    targets: list[tuple[int, int]],
) -> Amount:
    values = [float(f"{value:.8g}") for value in values]
    lower: float | None = values[0]
    upper: float | None = values[-1]
    before, after = (match["before"] or "").strip(), ""
    if match["after"] and match.start("after") == end:
        after, end = match["after"].strip(), match.end()
    approximate = more
    if more:
        upper = values[-1] + _last_place(values[-1])
    if before in _ABOUT or after in {"左右", "上下"}:
        approximate = True
    elif before in _NEARLY:
        lower, approximate = None, True
    elif _AT_MOST.match(before) or after in {"以下", "以内", "之内"}:
        lower = None
    elif before or after in {"以上", "之上"}:
        upper = None
    start = match.start("before") if before else match.start("share") if match["share"] else match.start("a")
    sentence = max(text.rfind(sign, 0, start) for sign in _SENTENCE_END)
    year = next((year for place, year in reversed(targets) if sentence < place < start), None)
    return Amount(
        text=text[start:end], kind=kind, value=float(f"{sum(values) / len(values):.8g}"), unit=unit, lower=lower,
        upper=upper, approximate=approximate, target_year=year, span=(start, end),
    )  # fmt: skip


_ABOUT = {"大约", "约为", "约", "大概"}
_NEARLY = {"近", "接近", "将近", "达近", "达到近", "不足", "不到"}
_AT_MOST = re.compile("(?:不|未|没).*(?:超|高于|大于|突破)|低于|少于|小于|至多|最多")


def _scale(magnitude: str | None) -> float:
    product = 1.0
    for sign in magnitude or "":
        product *= _MAGNITUDES[sign]
    return product


def _value(number: str) -> float:
    return float(number.replace(",", "")) if number[0] in "0123456789" else _chinese(number)


def _shared(first: str, second: str) -> float:
    """Return the magnitude that a Chinese number ends in and the one before it lacks: 十至十五亿."""
    return _scale(second[-1]) if second[-1] in "万亿" and first[-1] not in "万亿" else 1.0


def _last_place(value: float) -> float:
    """Return the worth of the last digit that is not 0: 120多 is below 130."""
    digits = f"{value:.0f}".rstrip("0")
    return 10.0 ** (len(f"{value:.0f}") - len(digits)) if value >= 1 else 1.0


def _chinese(number: str) -> float:
    """Return the value of a number in Chinese characters: 二亿三千万, 五点六, 三千六百亿."""
    whole, _, fraction = number.partition("点")
    tail = fraction.lstrip("零〇一二三四五六七八九")
    decimals = fraction[: len(fraction) - len(tail)]
    if all(sign in _DIGITS for sign in whole) and len(whole) > 1:
        value = float("".join(str(_DIGITS[sign]) for sign in whole))  # 二〇二一
    else:
        value = _composed(whole)
    if decimals:
        value += float("0." + "".join(str(_DIGITS[sign]) for sign in decimals))
    return value * _scale(tail)


def _composed(number: str) -> float:
    total = section = 0.0
    digit: float | None = None
    unit = 1.0
    for sign in number:
        if sign in _DIGITS:
            digit = float(_DIGITS[sign])
            unit = 1.0 if sign in "零〇" else unit
            continue
        unit = _MAGNITUDES[sign]
        if unit >= _MAGNITUDES["万"]:
            section += digit or 0.0
            total = (total + (section or (0.0 if total else 1.0))) * unit if unit == _MAGNITUDES["亿"] else total + (section or 1.0) * unit
            section = 0.0
        else:
            section += (1.0 if digit is None else digit) * unit
        digit = None
    if digit is not None:
        # 一百五 is 150; 一百零五 is 105.
        section += digit * (unit / 10 if unit > 10 and number[-2] in _MAGNITUDES else 1.0)  # noqa: PLR2004
    return total + section


def _year(number: str) -> int:
    return int("".join(str(_DIGITS.get(sign, sign)) for sign in number))
