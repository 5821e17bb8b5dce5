"""Amounts in a text: money, counts, shares and measures, with their bounds and in base units."""

from __future__ import annotations

import bisect
import math
import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from gxclassify.zones.texts import check_text

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
        The number in `unit`; of a range the middle. A minus before a share or money counts: 同比增长-4.2%.
    unit : str
        For money the ISO 4217 code; ``%`` for shares (八成 and 1/3 too) and 百分点; for measures 平方米, 米, 吨,
        立方米, 千瓦 or 千瓦时; for counts the measure word of the text (家, 个, 人次 …).
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
        return {
            "text": self.text, "kind": self.kind, "value": self.value, "unit": self.unit, "lower": self.lower,
            "upper": self.upper, "approximate": self.approximate, "target_year": self.target_year,
            "span": [*self.span],
        }  # fmt: skip

    def moved(self, by: int) -> Amount:
        """Return the amount with its place counted from `by` characters further to the left."""
        start, end = self.span
        return Amount(
            text=self.text, kind=self.kind, value=self.value, unit=self.unit, lower=self.lower, upper=self.upper,
            approximate=self.approximate, target_year=self.target_year, span=(start + by, end + by),
        )  # fmt: skip


# Same length before and after, so that spans hold.
_NARROW = str.maketrans("０１２３４５６７８９．％－−～／", "0123456789.%--~/")

_PLAIN_DIGITS = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟圆", "一二三四五六七八九十百千元")
_CHEQUE = re.compile("[壹贰叁肆伍陆柒捌玖拾佰仟][零壹贰叁肆伍陆柒捌玖拾佰仟万亿]+[元圆]")

_MONEY = {
    "元": "CNY", "元人民币": "CNY", "人民币": "CNY", "块钱": "CNY", "块": "CNY", "美元": "USD", "美金": "USD",
    "港元": "HKD", "港币": "HKD", "欧元": "EUR", "日元": "JPY", "日圆": "JPY", "韩元": "KRW", "英镑": "GBP",
    "新元": "SGD", "新加坡元": "SGD", "澳元": "AUD", "加元": "CAD", "卢布": "RUB", "新台币": "TWD", "瑞士法郎": "CHF",
    "澳门元": "MOP", "yuan": "CNY", "RMB": "CNY", "US dollars": "USD", "dollars": "USD", "euros": "EUR",
}  # fmt: skip
# Unit as written -> base unit and how many of it. The mǔ is 10,000/15 square metres (GB 3100, appendix).
_MEASURES = {
    "平方公里": ("平方米", 1e6), "平方千米": ("平方米", 1e6), "km²": ("平方米", 1e6), "km2": ("平方米", 1e6),
    "公顷": ("平方米", 1e4), "亩": ("平方米", 1e4 / 15), "平方米": ("平方米", 1.0), "平米": ("平方米", 1.0),
    "㎡": ("平方米", 1.0), "m²": ("平方米", 1.0), "m2": ("平方米", 1.0), "公里": ("米", 1e3),
    "千米": ("米", 1e3), "海里": ("米", 1852.0), "厘米": ("米", 0.01), "毫米": ("米", 0.001),
    "微米": ("米", 1e-6), "纳米": ("米", 1e-9), "米": ("米", 1.0), "吨": ("吨", 1.0), "蒸吨": ("蒸吨", 1.0),
    "公斤": ("吨", 0.001), "千克": ("吨", 0.001), "斤": ("吨", 5e-4), "克": ("吨", 1e-6), "毫克": ("吨", 1e-9),
    "立方米": ("立方米", 1.0), "立方": ("立方米", 1.0), "方": ("立方米", 1.0), "升": ("立方米", 0.001),
    "吉瓦时": ("千瓦时", 1e6),
    "GWh": ("千瓦时", 1e6), "兆瓦时": ("千瓦时", 1e3), "MWh": ("千瓦时", 1e3), "千瓦时": ("千瓦时", 1.0),
    "度电": ("千瓦时", 1.0), "kWh": ("千瓦时", 1.0), "吉瓦": ("千瓦", 1e6), "GW": ("千瓦", 1e6),
    "兆瓦": ("千瓦", 1e3), "MW": ("千瓦", 1e3), "千瓦": ("千瓦", 1.0), "kW": ("千瓦", 1.0),
    "马力": ("马力", 1.0), "标箱": ("标箱", 1.0), "标准箱": ("标箱", 1.0), "TEU": ("标箱", 1.0),
}  # fmt: skip
# Measure words; those that other words begin with carry what must not follow: 三位一体, 五台山, 两个月.
_PLAIN_COUNTS = (
    "个百分点", "百分点", "人次", "户次", "家次", "台套", "台（套）", "台(套)", "架次", "车次", "班次", "列次", "艘次",
    "剂次", "批次", "场次",
    *"遍辆栋篇笔艘株棵盏宗册枚趟幢粒盒尾羽床剂",
)  # fmt: skip
_COUNTS = dict.fromkeys(_PLAIN_COUNTS, "") | {
    "倍": "增", "家": "庭|园|长|乡|具|电|门口",
    "个": "多?月|半月|小时|工作日|星期|季度|年|钟头|昼夜|一百年|[春夏秋冬]|[万亿]|基点", "项": "目",
    "人": "[均才民工次体]", "名": "列|为|单|牌", "户": "外|籍", "场": "[地所]", "件": "套",
    "台": "山|湾|州|风|阶", "套": "路", "次": "[年日月级高生产于]", "处": "理|于|长|置", "座": "谈|位|落",
    "条": "例|件|款", "只": "有|要|能|用|需|是", "种": "植|业", "批": "准|复|发|次", "位": "一体|数|移|置",
    "所": "有|以|得|在", "张": "[家江掖]", "对": "[外内口标接于]", "架": "构", "头": "部",
    "支": "持|撑|行|部|出|付", "根": "据|本", "起": "[来步草施到点]", "例": "外|如",
    "本": "[市省区县年月周次届报级科专]", "列": "入|车|为", "组": "织|成|团|建", "间": "[接隔]",
    "层": "次|级|面", "类": "[似型证]|用地", "口": "岸|径", "片": "区", "把": "手", "门": "峡|头|口",
    "票": "[价房据面务证否制]",
}  # fmt: skip
# The same for money and measures: 一元化, 地方面, 升级.
_OTHER_GUARDS = {
    "元": "[素旦月朝宵件宇]", "方": "[面案式向针略]", "块": "链|头", "米": "线", "升": "级|至|到",
    "克": "服|拉",
}  # fmt: skip
_MAGNITUDES = {"十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}
_ENGLISH = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_DIGITS = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))

_CN = "[零〇一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+[百千万亿]*)?"
# Neither an ordinal (第三十二条, 第12项) nor the rest of a longer number (三点六) or of a name (A4).
_FIRST = "(?<![第零〇一二两三四五六七八九十百千万亿0-9])(?<![零〇一二两三四五六七八九十百千万亿0-9]点)(?<!第 )"
_NO_NAME = r"(?:(?<![0-9A-Za-z.])|(?<=GDP)|(?<=R&D)|(?<=RMB)|(?<=USD)|(?<=EUR)|(?<=HKD))"
_ARABIC = rf"{_NO_NAME}[0-9]{{1,3}}(?:,[0-9]{{3}})+(?:\.[0-9]+)?|{_NO_NAME}[0-9]+(?:\.[0-9]+)?"
_MAGNITUDE = "(?:[十百千]?[万亿]|万亿|[十百千](?![瓦米克]|分之))"
_TO = "(?:-|—|–|~|至|到)"
_GUARDS = dict.fromkeys((*_MONEY, *_MEASURES), "") | _OTHER_GUARDS | _COUNTS
_UNIT = "|".join(
    re.escape(unit) + (f"(?!{_GUARDS[unit]})" if _GUARDS[unit] else "")
    for unit in sorted(_GUARDS, key=len, reverse=True)
)
# Not where the character ends another word: 签约亿元以上项目, 审议通过3项, 赶超5家, 线上200场, 附近3家.
_LOWER = (
    "(?:不得|不能|不可|未|不)(?:低于|少于|小于)|超过|超出|(?<![赶反高])超|逾|突破|至少|高于|大于|多于|上(?=[百千万亿])"
    "|(?<![通经不度走路])过|最低(?<![史上来期]最低)(?<![历近0-9一二三四五六七八九十]年最低)(?:可|只|仅)?[为至达需要]?|下限(?<!线下限)[为是：]?"
)
_UPPER = (
    "(?:不得|不能|不可|没有|未|没|不)(?:超过|超出|超|高于|大于|突破)|低于|少于|小于|至多|最多"
    # Who says 历史最高, 世界最高 tells of one thing, and bounds nothing.
    "|最高(?<![史上来期界国球洲内省市区县]最高)(?<![历近0-9一二三四五六七八九十]年最高)(?:一次性|每年|累计)*[可能]?(?:申请)?"
    "(?:达到?|[为至：]|获得?|给予|予以|奖励|补助|补贴|支持|资助|授信)?(?:一次性)?(?:奖励|补助|补贴)?(?:金额|额度|资金)?[为达：]?"
    "|上限(?<!线上限)(?:提高到|提高至|[为是：])?"
)
_SIGNS = {
    "HK$": "HKD", "HKD": "HKD", "US$": "USD", "USD": "USD", "$": "USD", "€": "EUR", "EUR": "EUR", "£": "GBP",
    "¥": "CNY", "￥": "CNY", "RMB": "CNY",
}  # fmt: skip
_NAMED = {
    name: code for name, code in _MONEY.items() if len(name) > 1 and name[0] >= "\u4e00" and name[0] not in "元块"
}
_NAMES = "|".join(sorted(_NAMED, key=len, reverse=True))
# What stands before a number in place of a unit behind it. A name behind a number is that one's unit: 7美元3亿元.
_BEFORE = rf"(?P<sign>{'|'.join(map(re.escape, _SIGNS))}|(?<![0-9一二三四五六七八九十百千万亿余多元])(?:{_NAMES}))"
_BEFORE += "(?:[（(]大写[）)])?[：:]? ?"
_SIGN = re.compile(rf"{_BEFORE}$|[（(](?P<named>{_NAMES})[）)][：:]? ?$")  # 人民币3亿元; 投资额（港币）3亿元
_LARGE = re.compile("[万亿]")
_SIGN_LOOK = 12  # characters
_SIGN_ENDS = frozenset("".join(sign[-1] for sign in (*_SIGNS, *_NAMED)) + "：:）) ")
# 5000万元港币, 1.5亿元（港币，下同）
_NAMED_BEHIND = re.compile(rf"(?P<named>{_NAMES})(?!区)|[（(](?P<within>{_NAMES})[^（()）0-9]{{0,4}}[）)]")
_NEARLY = "达到近|达近|接近|将近|(?<![附最邻临新靠])近|不足|不到"
_ABOUT = "大约|(?<![签合契条违预节解履续集制邀特])约[为合]?|大概"
# 百分之九, 三分之一; 1/3; 八成, 四成五; 9%, 5-10%
_SHARE = (
    rf"{_FIRST}(?P<parts>{_CN})分之(?P<of>{_CN})(?:{_TO}(?:百分之)?(?P<of2>{_CN}))?"
    r"|(?<![0-9A-Za-z./])(?P<top>[0-9])/(?P<bottom>[0-9]|10)(?![0-9/])"
    rf"|{_FIRST}(?P<tenths>[一二两三四五六七八九])成(?P<tenth>[一二三四五六七八九半])?"
    "(?![立为员果功长绩就效品本套熟都分交])"
    rf"|(?<!第)(?P<p1>{_ARABIC}) ?(?:%? ?{_TO} ?(?P<p2>{_ARABIC}))? ?%"
)
# 20亿元至30亿元; or the unit stands once: 2-3个, 10至15亿元, 500多万元, 十一个亿
_PLAIN = (
    rf"{_FIRST}(?P<a>{_ARABIC}|{_CN}) ?(?P<am>{_MAGNITUDE})?"
    rf"(?:(?P<aunit>{_UNIT})(?: ?{_TO} ?(?P<c>{_ARABIC}|{_CN}) ?(?P<cm>{_MAGNITUDE})? ?(?P<cunit>{_UNIT}))?"
    rf"|(?:个(?=亿))?(?: ?{_TO} ?(?P<b>{_ARABIC}|{_CN}) ?(?P<bm>{_MAGNITUDE})?)?"
    rf" ?(?P<more>[余多来])? ?(?P<last>[万亿]|(?:{'|'.join(_ENGLISH)})(?![a-z]))? ?(?P<unit>{_UNIT})?)"
)
_STARTS = "0-9零〇一二两三四五六七八九十百千万亿不没未低少小至最达接将近大约超逾突高多上下过"
_AMOUNT = re.compile(
    # The first look is all that most characters of a text cost.
    rf"(?=[{_STARTS}])(?:(?:(?P<at_most>{_UPPER})|(?P<at_least>{_LOWER})|(?P<nearly>{_NEARLY})|(?P<about>{_ABOUT})) ?"
    rf"(?:{_BEFORE})?)?"
    rf"(?:(?P<share>{_SHARE})|{_PLAIN})"
)
_AFTER = re.compile(
    " ?(?:[（(]含[^（()）]{0,8}[)）])?"
    "(?:(?P<at_least>以上|之上|为下限)|(?P<at_most>以下|以内(?!资)|之内|为上限|封顶)|(?P<about>左右(?![岸江翼两侧边])|上下(?!游)))"
    "|(?P<odd>多|有余)"
)
_ODD_UNITS = frozenset({"%", "倍"})  # 七成多, 两倍多; elsewhere 多 stands before the unit
# A minus, not a dash or a range: 同比增长-4.2%, a cell of a table, （-3亿元）.
_MINUS = re.compile(r"(?:^|[\s（(：:，,、|]|增长|增速|增幅|增减|同比|环比|[为是从由至到])-$")
_MINUS_LOOK = 3  # characters
# 由80亿增至150亿元: the unit stands once, behind the second.
_GROWING = "增长|增加|增|提高|提升|上升|跃升|升|扩大|扩|发展|壮大|上涨|涨|下降|降低|降|减少|减|缩小|缩短"
_GROWN = re.compile(f"(?:{_GROWING})(?:至|到|为|成)")
# Where a number with 万 or 亿 and no unit is money: 年收入300亿, 300万的资金缺口.
_OF_MONEY = re.compile(
    "(?:投资|产值|收入|税收|资金|营收|销售额?|纳税|利润|总额|额|贷款|预算|投入|烧掉|规模|减税|降费|让利|补贴|补助|融资|授信|经费|市值"
    r"|估值)(?:[^人户，。；]{0,6})$"
)
_MONEY_NEXT = re.compile("的?(?:资金|贷款|投资|产值|补贴|补助|奖励|订单|税收|融资|销售额|营收|规模)")
_TARGET = re.compile(
    "(?:(?<!截)[到至]|力争[到在]?|计划[到在]?|确保[到在]?|预计[到在]?|目标.{0,8}?)“?"
    "(20[0-9]{2}|二[〇零][〇零一二三四五六七八九]{2})年"
    "|(20[0-9]{2})年[底末]?之?前"
)
# 由2019年的3亿元增加到2023年的8亿元 tells what was reached, unless the sentence says that it lies ahead.
_GREW = re.compile(f"(?:{_GROWING})$")
_AHEAD = re.compile("力争|争取|计划|规划|预[计期]|有望|确保|目标|将|拟|要|提出|未来|今后")
_YEAR = re.compile("(20[0-9]{2})年")
# The unit of a column or table: 投资额（亿元） | 产值/万元 | 单位：亿元
_STANDS_AS_UNIT = re.compile(r"(?:[（(/／]|单位[：:]?) ?$")
_CLOSES = re.compile(r" ?(?:[）)\s、，,]|$)")
_SENTENCE_END = "。；！？\n"
_SENTENCE = 300  # characters: no sentence is longer
_DIGIT_COUNT = 8  # of the significant digits of values: 1/3 of 100 % is 33.333333


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

    Raises
    ------
    InputError
        `text` is none, such as a Document.

    Examples
    --------
    >>> [(a.value, a.unit) for a in find_amounts("总投资13.75亿元，投资十至十五亿美元，占地三百亩。")]
    [(1375000000.0, 'CNY'), (1250000000.0, 'USD'), (200000.0, '平方米')]
    >>> [(a.text, a.lower, a.upper) for a in find_amounts("举办活动100余场，增长9%以上，占全市的近1/3。")]
    [('100余场', 100.0, 200.0), ('9%以上', 9.0, None), ('近1/3', None, 33.333333)]
    >>> find_amounts("到2028年，力争产值突破三千亿元。")[0].target_year
    2028
    """
    check_text(text)
    plain = _in_plain_digits(text.translate(_NARROW))
    targets = _targets(plain)
    amounts = []
    position = 0
    while match := _AMOUNT.search(plain, position):
        stated = _share(match) if match["share"] else _number(match, plain)
        if stated is None or not all(map(math.isfinite, stated.values)) or _names_a_text(stated, plain):
            # What looked like one may hold one that begins later.
            position = max(match.end("a"), match.start() + 1)
            continue
        amount = _amount(text, match, _signed(stated, plain), targets)
        amounts.append(amount)
        position = amount.span[1]
    return amounts


def _in_plain_digits(text: str) -> str:
    """Return a text with sums in the digits of cheques as ordinary ones: 伍佰万元 -> 五百万元; its length stays."""
    if not ("佰" in text or "仟" in text or "拾" in text or "元整" in text or "圆整" in text):
        return text
    return _CHEQUE.sub(lambda match: match[0].translate(_PLAIN_DIGITS), text)


def _signed(stated: _Stated, plain: str) -> _Stated:
    """Return a share or sum of money with the minus that stands before it."""
    before = plain[max(0, stated.start - _MINUS_LOOK) : stated.start]
    if stated.kind not in {"share", "money"} or not _MINUS.search(before):
        return stated
    first, *others = stated.values
    return stated._replace(values=[-first, *others], start=stated.start - 1)


def _names_a_text(stated: _Stated, plain: str) -> bool:
    """Tell whether a count stands in the title of a text: 《招商十条》."""
    opened = plain.rfind("《", max(0, stated.start - 40), stated.start) if stated.kind == "count" else -1
    return opened >= 0 and plain.find("》", opened, stated.start) < 0


def _targets(plain: str) -> list[tuple[int, int]]:
    """Return the years aimed at, with their places: 到2025年, and later ones of the sentence (；2030年达到50个)."""
    targets = [
        (match.start(), _year(match[1] or match[2]))
        for match in _TARGET.finditer(plain)
        if not _is_reached(plain, match.start())
    ]
    if not targets:
        return targets
    for match in _YEAR.finditer(plain):
        place, year = match.start(), int(match[1])
        before = targets[max(0, bisect.bisect_left(targets, (place, 0)) - 1)]
        if (
            before[0] < place
            and before[1] < year
            and not any(sign in plain[before[0] : place] for sign in _SENTENCE_END if sign != "；")
        ):
            bisect.insort(targets, (place, year))
    return targets


def _is_reached(plain: str, place: int) -> bool:
    """Tell whether the year at a place is one that something had grown to by then: 增加到2023年的8.9亿元."""
    if plain[place] not in "到至" or not _GREW.search(plain, max(0, place - 2), place):
        return False
    begins = max(plain.rfind(sign, max(0, place - _SENTENCE), place) for sign in _SENTENCE_END)
    return not _AHEAD.search(plain, max(0, begins, place - _SENTENCE), place)


class _Stated(NamedTuple):
    """What a match says before the words around it bound it."""

    kind: str
    unit: str
    values: list[float]
    start: int
    end: int


def _share(match: re.Match[str]) -> _Stated | None:
    if match["parts"]:
        whole = _chinese(match["parts"])
        values = [100 * _chinese(part) / whole for part in (match["of"], match["of2"]) if part] if whole else []
    elif match["top"]:
        values = [100 * int(match["top"]) / int(match["bottom"])] if int(match["top"]) < int(match["bottom"]) else []
    elif match["tenths"]:
        tenth = 5 if match["tenth"] == "半" else _DIGITS[match["tenth"]] if match["tenth"] else 0
        values = [10.0 * _DIGITS[match["tenths"]] + tenth]
    else:
        values = [number_value(part) for part in (match["p1"], match["p2"]) if part]
    return _Stated("share", "%", values, match.start("share"), match.end("share")) if values else None


def _number(match: re.Match[str], plain: str) -> _Stated | None:
    unit = match["cunit"] or match["aunit"] or match["unit"]
    second = match["b"] or match["c"]
    if _is_article(match, second, unit, plain):
        return None
    shared = _scale(match["last"])
    values = [number_value(match["a"]) * _scale(match["am"]) * (1.0 if second else shared)]
    if second:
        if not match["am"] and not match["c"]:
            # 10至15亿元: the magnitude stands once.
            values[0] *= _scale(match["bm"]) * shared * _shared(match["a"], second)
        values.append(number_value(second) * _scale(match["bm"] or match["cm"]) * shared)
        if values[1] <= values[0]:
            return None
    end = match.start() + len(match[0].rstrip())
    if (unit is None or unit in _MONEY) and (stated := _signed_money(match, plain, unit, values, end)):
        return stated
    if unit:
        return _in_base_unit(unit, values, match.start("a"), end)
    large = _LARGE.search(plain, match.start("a"), end)
    before = _OF_MONEY.search(plain, max(0, match.start("a") - 12), match.start("a"))
    if large and (before or _MONEY_NEXT.match(plain, end)):
        return _Stated("money", "CNY", values, match.start("a"), end)
    grown = _GROWN.match(plain, end) if large else None
    later = _AMOUNT.match(plain, grown.end()) if grown else None
    shared_unit = later and (later["cunit"] or later["aunit"] or later["unit"])
    return _in_base_unit(shared_unit, values, match.start("a"), end) if shared_unit else None


def _signed_money(match: re.Match[str], plain: str, unit: str | None, values: list[float], end: int) -> _Stated | None:
    """Return the money whose currency stands before the number, or behind its 元; None where neither does."""
    start = match.start("a")
    if unit == "元" and (behind := _NAMED_BEHIND.match(plain, end)):
        return _Stated("money", _NAMED[behind["named"] or behind["within"]], values, start, behind.end())
    for place in (start, match.start()):  # ￥3亿元, 约￥3亿元; 人民币约3亿元
        ends = plain[place - 1 : place] in _SIGN_ENDS  # most numbers have no sign
        sign = _SIGN.search(plain, max(0, place - _SIGN_LOOK), place) if ends else None
        if sign is None:
            continue
        named = sign["named"] or (sign["sign"] if sign["sign"] in _NAMED else None)
        code = _NAMED[named] if named else _SIGNS[sign["sign"]]
        # 人民币兑美元7.1 is a rate; 兑换美元3亿日元 is of yen.
        if (unit is None and named and not _LARGE.search(plain, start, end)) or (
            unit and _MONEY[unit] not in {"CNY", code}
        ):
            continue
        return _Stated("money", code, values, start if sign["named"] else sign.start(), end)
    return None


def _is_article(match: re.Match[str], second: str | None, unit: str | None, plain: str) -> bool:
    """Tell whether a number word counts nothing: 一家企业, 二批, 百名博士."""
    first, start = match["a"], match.start("a")
    if second is None and not match["am"] and (first in {"零", "〇", "二"} or (first == "一" and unit != "倍")):
        return True
    if first[0] in "十百千万亿" and plain[start - 1 : start] in {"数", "几"}:
        return True  # 数十亿元
    if first[0] not in "百千万亿":
        return False
    if _STANDS_AS_UNIT.search(plain, max(0, start - 5), start) and _CLOSES.match(plain, match.end()):
        return True  # 投资额（亿元）: the unit of a table
    bounded = match["at_least"] or match["nearly"] or match["more"] or _AFTER.match(plain, match.end())
    # 亿元项目 says how large it is; 万元产值能耗 is a rate.
    return (unit not in _MONEY or first == "万") and not bounded


def _in_base_unit(unit: str, values: list[float], start: int, end: int) -> _Stated:
    if unit in _MONEY:
        return _Stated("money", _MONEY[unit], values, start, end)
    if unit in _MEASURES:
        base, factor = _MEASURES[unit]
        return _Stated("measure", base, [value * factor for value in values], start, end)
    if unit in {"百分点", "个百分点"}:
        return _Stated("share", "百分点", values, start, end)
    return _Stated("count", unit, values, start, end)


def _amount(text: str, match: re.Match[str], stated: _Stated, targets: list[tuple[int, int]]) -> Amount:
    values = [float(f"{value:.{_DIGIT_COUNT}g}") for value in stated.values]
    lower, upper = values[0], values[-1]
    if match["more"]:
        upper += _last_place(upper)
    start = min(match.start(), stated.start)
    after = _AFTER.match(text, stated.end)
    if after and after["odd"]:
        after = after if stated.unit in _ODD_UNITS and not match["more"] else None
    if after and after["odd"]:
        upper += _last_place(upper)
    end = after.end() if after else stated.end
    at_most = match["at_most"] or match["nearly"] or (after and after["at_most"])
    at_least = not at_most and (match["at_least"] or (after and after["at_least"]))
    return Amount(
        text=text[start:end],
        kind=stated.kind,
        value=float(f"{sum(values) / len(values):.{_DIGIT_COUNT}g}"),
        unit=stated.unit,
        lower=None if at_most else lower,
        upper=None if at_least else upper,
        approximate=bool(
            match["more"] or match["nearly"] or match["about"] or (after and (after["about"] or after["odd"]))
        ),
        target_year=_target_year(text, start, targets),
        span=(start, end),
    )


def _target_year(text: str, start: int, targets: list[tuple[int, int]]) -> int | None:
    """Return the year of the last target before an amount, where both stand in one sentence."""
    number = bisect.bisect_left(targets, (start, 0)) - 1
    if number < 0 or start - targets[number][0] > _SENTENCE:
        return None
    place, year = targets[number]
    return None if any(sign in text[place:start] for sign in _SENTENCE_END) else year


def _scale(magnitude: str | None) -> float:
    product = _ENGLISH.get(magnitude or "", 1.0)
    for sign in "" if magnitude in _ENGLISH else magnitude or "":
        product *= _MAGNITUDES[sign]
    return product


def number_value(number: str) -> float:
    """Return the value of a number in digits or in Chinese characters.

    >>> number_value("1,200"), number_value("十二")
    (1200.0, 12.0)
    """
    return float(number.replace(",", "")) if number[0] in "0123456789" else _chinese(number)


def _shared(first: str, second: str) -> float:
    """Return the magnitude that a Chinese number ends in and the one before it lacks: 十至十五亿."""
    return _scale(second[-1]) if second[-1] in "万亿" and first[-1] not in "万亿" else 1.0


def _last_place(value: float) -> float:
    """Return the worth of the last digit that is not 0: 120多 is below 130."""
    digits = f"{value:.0f}"
    return 10.0 ** (len(digits) - len(digits.rstrip("0"))) if value >= 1 else 1.0


def _chinese(number: str) -> float:
    """Return the value of a number in Chinese characters: 二亿三千万, 五点六, 三千六百亿."""
    whole, _, fraction = number.partition("点")
    tail = fraction.lstrip("零〇一二三四五六七八九")
    decimals = fraction[: len(fraction) - len(tail)]
    if len(whole) > 1 and all(sign in _DIGITS for sign in whole):
        value = float("".join(str(_DIGITS[sign]) for sign in whole))  # 二〇二一
    else:
        value = _composed(whole)
    if decimals:
        value += float("0." + "".join(str(_DIGITS[sign]) for sign in decimals))
    return value * _scale(tail)


def _composed(number: str) -> float:
    total = section = 0.0  # above and below the last 万 or 亿
    digit: float | None = None
    unit = 1.0
    for sign in number:
        if sign in _DIGITS:
            digit = float(_DIGITS[sign])
            unit = 1.0 if sign in "零〇" else unit
            continue
        unit = _MAGNITUDES[sign]
        if unit < _MAGNITUDES["万"]:
            section += (1.0 if digit is None else digit) * unit
        elif unit == _MAGNITUDES["亿"]:
            # 一万二千亿: all that stands before 亿 is counted in it.
            total, section = (total + section + (digit or 0.0) or 1.0) * unit, 0.0
        else:
            total, section = total + (section + (digit or 0.0) or 1.0) * unit, 0.0
        digit = None
    if digit is not None:
        # 一百五 is 150, 一百零五 is 105.
        tens = unit > 10 and number[-2] in _MAGNITUDES  # noqa: PLR2004
        section += digit * (unit / 10 if tens else 1.0)
    return total + section


def _year(number: str) -> int:
    return int("".join(str(_DIGITS.get(sign, sign)) for sign in number))
