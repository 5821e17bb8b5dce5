"""Zones in a text: names from the gazetteer, names made of place and kind, and bare words that stand for them.

One pass of an Aho-Corasick automaton finds the kinds (高新区, 经济技术开发区 …) and the names that follow no rule. What
stands to the left of a kind says whose it is: the stem of a listed zone, a place, several of them in a list, or
nothing, and then the word may stand for a zone named before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gxclassify.zones.amounts import number_value
from gxclassify.zones.gazetteer import gazetteer_for
from gxclassify.zones.kinds import BARE, FORMS, LEVELS, STANDS_FOR, split_name
from gxclassify.zones.texts import check_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gxclassify.zones.gazetteer import Gazetteer, Index, Zone
    from gxclassify.zones.places import Place

__all__ = ["Told", "ZoneMention", "find_zones", "named", "resolve", "scan"]


@dataclass(frozen=True, slots=True)
class ZoneMention:
    """One zone in a text.

    Attributes
    ----------
    id : str
        The id of the gazetteer; for a zone that is not listed its short name, made of place and kind: 柳河经开区.
    name : str
        The full name in the gazetteer, or the short name.
    span : tuple of int
        First character and the place after the last one. In a list with one kind for all (乌鲁木齐、昌吉高新区) the
        span of all but the last is the place alone.
    listed : bool
        Whether the gazetteer has the zone.
    bare : bool
        Whether the text says only 园区 or the like, and the zone was named before.
    """

    id: str
    name: str
    span: tuple[int, int]
    listed: bool
    bare: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the mention as files and HTTP show it."""
        return {
            "id": self.id, "name": self.name, "span": list(self.span), "listed": self.listed, "bare": self.bare,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A place in the text that may be a mention: with the zone, or with the families that a bare word may stand for."""

    start: int
    end: int
    id: str = ""
    name: str = ""
    listed: bool = False
    families: tuple[str, ...] | None = ()
    stem: str = ""  # the name without the kind and the place that it is said with: 江东 of 江东新区 and 海口江东新区
    place: str = ""  # that place; empty where the text leaves it out
    apart: bool = False  # whether that place stands elsewhere in the text
    quiet: bool = False  # a kind that is a zone only where what stands before it was named so with a place

    def mention(self) -> ZoneMention:
        """Return a named one as what callers see."""
        return ZoneMention(self.id, self.name, (self.start, self.end), self.listed)


def find_zones(text: str, gazetteer: Gazetteer | None = None) -> list[ZoneMention]:
    """Find the development zones that a text names.

    Parameters
    ----------
    text : str
        One paragraph or a longer text, without line breaks inside of names: what `read` makes of a page.
    gazetteer : Gazetteer, optional
        The zones to know; the packaged ones by default.

    Returns
    -------
    list of ZoneMention
        In the order of the text, without overlaps. Bare words (园区, 该区) are among them where the text names a zone
        of that kind before.

    Raises
    ------
    InputError
        `text` is none, such as a Document.
    ConfigError
        `gazetteer` is none, such as the path of one.

    Examples
    --------
    >>> [(m.name, m.span) for m in find_zones("衡阳市高新区新签约项目12个，园区产值增长8%。")]
    [('衡阳高新技术产业开发区', (0, 6)), ('衡阳高新技术产业开发区', (15, 17))]
    >>> [m.id for m in find_zones("项目位于柳河经济开发区内，东临高新区大道。")]
    ['柳河经开区']
    """
    check_text(text)
    found = scan(text, gazetteer_for(gazetteer).index, {})
    return resolve(found, []) if found else []


def resolve(found: Sequence[Found], before: Sequence[Found]) -> list[ZoneMention]:
    """Give bare words their zones: the last named one of the kind, else the most named one of `before`."""
    mentions = []
    last: dict[str | None, tuple[int, Found]] = {}  # by family; None for any
    for number, one in enumerate(found):
        if one.id:
            last |= dict.fromkeys((None, *(one.families or ())), (number, one))
            mentions.append(one.mention())
            continue
        here = [last[family] for family in (one.families or (None,)) if family in last]
        zone = max(here, key=lambda pair: pair[0])[1] if here else _most_named(one, before)
        if zone is not None:
            mentions.append(ZoneMention(zone.id, zone.name, (one.start, one.end), zone.listed, bare=True))
    return mentions


Told = dict[str, dict[str, Found]]
"""Zones that an article has named with their places: stem -> id -> the last mention, in the order of those."""


def _as_named_before(text: str, found: list[Found], told: Told) -> list[Found]:
    """Give a name without a place (江东新区) the zone that was last named so with one (海口江东新区).

    Where there are several, it is the one whose place the text names last before.
    """
    same = []
    for one in found:
        zone = one if one.place and not one.apart else _as_told(text, one, told)
        if zone.place:
            zones = told.setdefault(zone.stem, {})
            zones.pop(zone.id, None)
            zones[zone.id] = zone
        if not zone.quiet:
            same.append(zone)
    return same


def _as_told(text: str, one: Found, told: Told) -> Found:
    stop = one.start + len(one.stem)
    for size in range(min(_LONGEST_STEM, stop), max(len(one.stem), _SHORTEST) - 1, -1):
        zones = told.get(text[stop - size : stop], {}).values()
        if fitting := [zone for zone in zones if _may_stand(one, zone)]:
            start = stop - size
            here = [one] if one.place else []
            zone = max([*reversed(fitting), *here], key=lambda zone: text.rfind(zone.place, 0, start))
            return replace(zone, start=start, end=one.end)
    return one


def _may_stand(bare: Found, zone: Found) -> bool:
    return bare.families is None or not set(bare.families).isdisjoint(zone.families or ())


def _most_named(bare: Found, before: Sequence[Found]) -> Found | None:
    counts: dict[str, int] = {}
    for zone in before:
        if _may_stand(bare, zone):
            counts[zone.id] = counts.get(zone.id, 0) + 1
    if not counts:
        return None
    best = max(counts, key=lambda zone_id: counts[zone_id])
    return next(zone for zone in before if zone.id == best)


def named(found: Sequence[Found]) -> list[Found]:
    """Return those that carry a zone's name."""
    return [one for one in found if one.id]


# What may follow a kind and make another thing of it: a road, a school, a firm, another word.
_ORDINAL = "第?[一二三四五六七八九十0-9]+"
_NOT_THE_ZONE = re.compile(
    rf"(?:实验|国际|外国语|中心|人民|附属|高级|职业|民生|{_ORDINAL}|[东西南北中])*"
    r"(?:大道|大街|[街巷]|路(?![径网演线上面灯边口])|站(?![在起上稳到位立点着得])|号线|立交|大桥|隧道|快速路|交通服务中心"
    r"|医院|中学(?!生)|小学(?!生)|学校|幼儿园|大厦|广场|(?:农村商业|农商|村镇)?银行|支行|论坛|[东西南北]园(?!区)"
    r"|(?:国际)?(?:科技|创新|产业|高新技术|投资)*(?:博览会|大赛|论坛|峰会))"
    r"|(?:开发|建设|投资|发展|运营|管理|经济|城市|资产|国有|控股|实业|产业|科技|创业|创新|服务|置业|置地|基础设施|资本"
    r"|集团|股份|联合|总)+(?:有限|股份|集团|总)?(?:责任)?公司"
)
_OTHER_WORD = {
    "区": re.compile(r"域|别|块(?!链)|间(?!接)|位(?![于列居处])|划(?=[调图和、，。])"),
    "城": re.compile(r"[市镇乡际](?!场|民|值)"),
    "园": re.compile(r"[林艺丁长]"),
    "港": re.compile(r"[口元币湾]"),
}

# What may stand before a bare word and make a kind in general of it: 各园区, 国家级经开区, 一批特色园区.
_GENERAL = (
    *"级各类家个座批些型化性等韩澳欧洲国贸的、碳",
    *("国家", "全国", "全省", "全市", "各地", "国内", "其他", "其它", "众多", "部分", "多数", "产业", "工业", "科技"),
    *("特色", "专业", "生态", "农业", "物流", "软件", "医药", "化工", "主题", "创业", "创新", "示范", "一流", "现代"),
    *("重点", "智能", "发展", "低碳", "绿色", "东盟", "亚太", "高标准", "城市", "新建", "专题", "数字", "自由贸易"),
    *("同类", "先进", "本土", "海外", "境外"),
)  # fmt: skip
# Zones abroad and parks of two countries: 中白工业园, 中国-阿联酋产能合作园区.
_ABROAD = re.compile(
    r"(?:中国[-—–－·]{1,2}[\u4e00-\u9fff]{2,4}|中(?:印尼|[白埃塞马新泰柬越老印韩日德法意俄英瑞以荷奥沙阿巴哈缅尼美乌格蒙匈波丹])"
    r"(?:[（(][\u4e00-\u9fff]{2,4}[）)]|苏伊士|钦州|关丹)?)$"
)
_ABROAD_FAMILIES = frozenset({"工业园", "产业园", "合作区", "科技园", "生态城", "知识城", "园区"})
# A name that no list of places has: two to four characters that end as names of places do, after a boundary.
_LINK = "的在从到对与和及由将向为于是把至入以给有了赴但却"
# What people and projects do there, what begins a sentence, and when it was.
_BEFORE_NAME = (
    "(?:走进|走访|来到|前往|落户|入驻|落地|参观|考察|调研|视察|聚焦|探访"
    "|支持|推动|推进|助力|促进|通过|打造|围绕|依托|来自|作为|位于|地处|位居|让|由于|随着|根据|按照|除了|以及"
    "|据悉|据了解|据介绍|据统计|记者获悉|此外|另外|同时|其中|尤其|特别是|例如|比如|目前|当前|眼下|如今|现在|日前|近日|近期|最近|此前|随后"
    "|昨[日天晚]|今[日天晨]|明天|前天|[今去前明][年后]|近(?:年|[几两三五]年)|[这前]?几年|过去|[上下]半年|季度|同期|[年月][初末底]"
    "|(?<=[0-9一二三四五六七八九十])[年月日]份?|[一二三四五六七八九十]{1,2}月|[本上当]月|得知|眼看"
    "|[当同次][天日晚年]|翌日|每[天年]|历年|往年|[年月日天周]前|今天[上下]午"
    "|[以将未]来|(?<=[年月日])来|期间|[全我本]市|[全我]省|[全我]县|先后|已经|正在|要求"
    "|选址|花落|进驻|看好|欢迎|祝贺|致敬|点赞|携手|牵手|相约|走近|回望|离开|毗邻|紧邻|邻近|隶属|包括|包含|涵盖|位列|变成|代表|凭借|借鉴"
    "|而且|并且|然而|因此|因为|如果|虽然|尽管|即使|无论|只要|不仅|不但|首先|其次|最[后终]|下一?步)"
)
_UNKNOWN = re.compile(
    rf"(?:{_BEFORE_NAME}+|(?:^|[^\u4e00-\u9fff]|[{_LINK}]){_BEFORE_NAME}*)"
    rf"((?!{_BEFORE_NAME}|各|本|全|该|沿|临|国|省|我|每|环|乡镇|小镇|古镇|特色)"
    rf"(?:(?![{_LINK}])[\u4e00-\u9fff]){{1,3}}[镇乡岛港湾湖山江河口澳洲沟岭坪滩峡桥塘溪泉川甸关坝])$"
)
# Branches of industry: 苏州纳米产业园 is an estate, where 鹤庆兴鹤园区 is a zone by its own name.
_BRANCH = (
    "软件|生物|医药|医疗|健康|物流|纳米|金融|电子|汽车|农业|农产|食品|种业|生态|循环|环保|节能|能源|光伏|风电|氢能|智能|智慧"
    "|数字|信息|数据|文化|创意|创业|创新|光电|光谷|航空|航天|临空|空港|临港|国际|国家|现代|未来|特色|高端|材料|装备|机器|芯片"
    "|集成|半导|纺织|服装|家具|家电|化工|钢铁|机械|轻工|低碳|绿色|综合|重点|部分|大学|青年|留学|企业|工业|产业|经济|科技|技术"
    "|示范|试验|合作|旅游|总部|商务|商贸|贸易|保税|出口|加工|制造|中小|所有|主要|核心"
)
# Numerals that begin a name (五象, 八里湖), and what makes a count of them (五大园区, 百强园区, 千亩园区).
_NUMERALS = "二三四五六七八九十百千万两"
_COUNTS = (
    rf"(?:[{_NUMERALS}][{_NUMERALS}一亿个家大座处片块批类种级期届次年月日天号线条项多余几成倍名位所宗方地市县区州省镇乡村"
    r"强岸国带园城化高翼轴核会者边侧端业产农佳优层栋幢平亩吨公元人全分流]|[三四五]星)"
)
_OWN_NAME = re.compile(
    rf"(?!.*(?:{_BRANCH}))(?!{_COUNTS}|[各该本和与家及一省市县区州])"
    r"(?:(?![等类些个座级大小新老的在与有设建多外内区])[\u4e00-\u9fff]){2,3}"
)
_UNKNOWN_FAMILIES = frozenset(FORMS.values()) - {"示范区", "试验区", "自贸区", "自贸港", "自创区"}
_LOOSE = frozenset({"园区", "示范区", "试验区", "产业园"})
_PROVINCE_FAMILIES = frozenset({"自贸区", "自贸港", "自创区"})
_RANKS = "区县市旗"
_SHORTEST = 2
_LONGEST_STEM = 8
_OF_PROVINCE = "90"  # where the code of the prefecture stands, of counties that are in none
# A character that may begin a name, where a place stands before it and what follows is a name by itself.
_OWN_SIGN = re.compile(
    rf"(?![{_LINK}跟同比学援赴驻访去找离走跑请邀经过沿等类些各该本原现某两省市县区州盟旗级内外中上下前后里间港台来委属距或让靠促推看选聚谈])[\u4e00-\u9fff]"
)
_MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
# 九龙湖新区 is none of 龙湖; 周五龙湖新区开工 is.
_NUMERAL_BEFORE = re.compile(rf"(?<![{_NUMERALS}一0-9周期第之初])[{_NUMERALS}]$")
_COUNT = rf"(?<![{_NUMERALS}一0-9第])[{_NUMERALS}2-9]"
_COUNT_BEFORE = re.compile(rf"(?<={_COUNT})|(?<={_COUNT}[大处片强亩类流县市国亿])")
# Where a zone is, said beside its name: 海口的江东新区, 江东新区（海口）.
_OF = "的：:"
_LIES_IN = re.compile(r"[（(]|(?:位于|地处|坐落[于在]|隶属于?|属于?)(?:中国)?")
_COUNTED = re.compile(r"(?P<among>等)?(?:(?P<number>[0-9一二三四五六七八九十两]{1,3})[个家大])?(?<=[等个家大])$")
_BETWEEN = re.compile(r"(?:、|以及|[和与及])$")
_BRACKETED = re.compile(r"中国 ?[（(]([\u4e00-\u9fff]{2,5})[）)] ?$")
_WINDOW = 16
# Kinds of which a place may have several zones, one of each.
_SHARING = {form: family for form, family in FORMS.items() if family in {"高新区", "经开区", "综保区"}}


def scan(text: str, index: Index, told: Told) -> list[Found]:
    """Find names and bare words, in order, without overlaps; `told` takes in the zones that are named with places."""
    found: list[Found] = []
    places_told = bool(told)  # texts are many, and few tell any
    patterns, special = index.patterns, index.special
    for number, start, end in index.automaton.find_matches_as_indexes(text):
        word = patterns[number]
        other = _OTHER_WORD.get(word[-1])
        if (other and other.match(text, end)) or _NOT_THE_ZONE.match(text, end):
            continue
        if word in special:
            ones = _special(text, start, end, special[word], index)
        else:
            kind = index.hidden.get(word, word)
            ones = _kind(text, end - len(kind), end, kind, index, told=places_told)
            if found and kind in _SHARING and (one := _of_same_place(text, end - len(kind), end, found[-1], index)):
                ones = iter((one,))
        for one in ones:
            # A longer name that begins before takes the place of what was found within it: 中关村 + 科技园区.
            while found and found[-1].end > one.start:
                if found[-1].start < one.start or not one.id:
                    break
                found.pop()
            else:
                _append(found, one)
                if one.place:
                    places_told = True
    return _as_named_before(text, found, told) if places_told else found


def _of_same_place(text: str, start: int, end: int, last: Found, index: Index) -> Found | None:
    """Return the zone that a kind alone names in a list of kinds: 洛阳高新区、经开区; None where it does not."""
    between = _BETWEEN.search(text, max(0, start - 2), start)
    if not last.id or between is None or between.start() != last.end:
        return None
    parts = split_name(text[last.start : last.end]) or split_name(last.name)
    family = FORMS[text[start:end]]
    if parts is None or parts[1] not in _SHARING.values() or parts[1] == family:
        return None
    for size in index.place_sizes.get(parts[0][-2:], ()):
        place = parts[0][-size:]
        if place in index.places:
            if zones := index.stems.get(place, {}).get(family):
                return _listed(_choose(zones, text, start, end, index)[0], start, end, family)
            name = f"{index.place_facts[place][0]}{family}"
            return Found(start, end, name, name, False, (family,))  # noqa: FBT003
    return None


def _append(found: list[Found], one: Found) -> None:
    last = found[-1] if found else None
    # A zone within a zone, said in full: 上海自贸试验区 + 临港新片区.
    if last and last.id and last.end == one.start and last.listed and one.listed and one.name.startswith(last.name):
        found[-1] = Found(last.start, one.end, one.id, one.name, True, one.families)  # noqa: FBT003
    else:
        found.append(one)


# What may follow a name without a kind (中关村, 光谷) and make the name of something in the zone or beside it.
_NAMED_AFTER = re.compile(
    r"(?!的|企业|建设|打造|规划|引进|引入|入驻|新建|成立)[\u4e00-\u9fff]{2,4}(?:产业)?园(?!区)|[\u4e00-\u9fff]{0,3}大[道街]"
    r"|镇|村|币|段(?!时)|乡(?!村)|桥(?!头|梁)|线(?![上下索])|队(?!伍)|街道|步行街|转盘|体育|足球|主场|俱乐部|公园|花园|小区|图书馆|博物馆"
    "|酒店|宾馆|[会展][\u4e00-\u9fff]{1,2}中心|网球中心|证券|保险|人寿|财险|信托|股份|控股|实验室|科创大走廊"
    r"|[\u4e00-\u9fff]{0,2}(?:集团|基金)"
    "|(?:生物|未来|中心|金融|设计|创意)城|(?:金融|物联)港|科学岛"
)
# Names of zones that are parts of other words: what stands before, and what speaks of another thing in the text.
_WITHIN_WORDS = {
    "光谷": re.compile(r"[阳观激时月星风春夜荧]$"),
    "泰达": re.compile(r"[安恒鑫宏永亿华金信国通祥康嘉百新瑞顺盛富汇东联亚]$"),
    "前海": re.compile(r"[目以之此先]$"),
}
_ANOTHER_THING = {"泰达": re.compile("中超|足球|球队|USDT|稳定币|加密货币|数字货币")}


def _special(text: str, start: int, end: int, zones: list[Zone], index: Index) -> Iterator[Found]:
    name = text[start:end]
    if name[-1] not in "区城园" and (
        _NAMED_AFTER.match(text, end)
        or (name in _WITHIN_WORDS and _WITHIN_WORDS[name].search(text, max(0, start - 1), start))
        or (name in _ANOTHER_THING and _ANOTHER_THING[name].search(text))
    ):
        return
    zone, *_ = _choose(zones, text, start, end, index)
    yield _listed(zone, _extend(text, start, index, index.provinces[zone.id]), end)


def _listed(
    zone: Zone, start: int, end: int, *said: str, stem: str = "", place: str = "", apart: bool = False
) -> Found:
    return Found(start, end, zone.id, zone.name, True, (*zone.families(), *said), stem, place, apart)  # noqa: FBT003


def _kind(text: str, start: int, end: int, word: str, index: Index, *, told: bool) -> Iterator[Found]:
    family = FORMS.get(word)
    named_ones = [] if family is None else [*_of_kind(text, start, end, family, index)]
    yield from named_ones
    if named_ones:
        return
    if word in BARE and not text.endswith(_GENERAL, 0, start) and not _COUNT_BEFORE.match(text, start):
        yield Found(start, end, families=BARE[word])
    elif told and family:
        yield Found(start, end, families=(family,), quiet=True)


def _of_kind(text: str, start: int, end: int, family: str, index: Index) -> Iterator[Found]:
    """Yield the zones that a kind is said of: one, or all of a list."""
    stop = start
    if text.endswith(LEVELS, 0, start):
        stop -= next(len(level) for level in LEVELS if text.endswith(level, 0, start))
    bracketed = family == "自贸区" and _BRACKETED.search(text, max(0, stop - _WINDOW), stop)
    if bracketed:
        one = _named(text, bracketed.start(1), bracketed.end(1), end, family, index)
        if one is not None:
            yield replace(one, start=bracketed.start())
        return
    core, counted = _core(text, stop, family, index), None
    if core is None and (counted := _COUNTED.search(text, max(0, stop - _WINDOW), stop)):
        # 乌鲁木齐、昌吉、石河子3个高新区: only a list is counted so.
        stop = counted.start()
        core = _core(text, stop, family, index)
        if core is not None and not _BETWEEN.search(text, max(0, core - 2), core):
            return
    one = None if core is None else _named(text, core, stop, end, family, index)
    if one is None:
        return
    found = [one, *_list_before(text, one.start, text[stop - 1], family, index, one)]
    if counted is None or _is_count(counted, len(found)):
        yield from reversed(found)


def _is_count(counted: re.Match[str], members: int) -> bool:
    """Tell whether a number counts the members of a list: 任城经开区、济宁三大园区 is none of three parks of places."""
    if counted["number"] is None:
        return True
    number = number_value(counted["number"])
    return number >= members if counted["among"] else number == members


def _core(text: str, stop: int, family: str, index: Index) -> int | None:
    """Return where the stem begins that ends at `stop`: the longest stem or place, else what looks like a name."""
    if size := _stem_before(text, stop, index, family):
        known = family in index.stems.get(text[stop - size : stop], ())
        return stop - (size if known else _longer_name(text, stop, size, index))
    window = text[max(0, stop - _WINDOW) : stop]
    if family in _ABROAD_FAMILIES and (match := _ABROAD.search(window)):
        return stop - len(match[0])
    if family in _UNKNOWN_FAMILIES:
        for size in (3, 2):  # 宜昌 + 姚家港, 鹤庆 + 兴鹤
            before = max(0, stop - size)
            if _place_before(text, before, index, county=True) and _OWN_NAME.fullmatch(text, before, stop):
                return stop - _longer_name(text, stop, size, index)
        if family != "新区" and (match := _UNKNOWN.search(window)):  # 滨河新区 is a part of a town
            return stop - len(match[1])
    return None


def _longer_name(text: str, stop: int, size: int, index: Index) -> int:
    """Return the length of a name that ends at `stop`: one more than `size`, if it is no place but a longer name.

    梅溪湖科创区 is none of 溪湖, nor is 今年以来凤凰山经开区 one of 来凤; 赴溪湖 goes there.
    """
    start = stop - size
    place = text[start : start + index.place_at(text, start)]
    if not (start and _OWN_SIGN.match(text, start - 1)) or _said_whole(place, index):
        return size
    longer = _UNKNOWN.search(text[max(0, stop - _WINDOW) : stop])
    return size + 1 if longer and len(longer[1]) == size + 1 else size


def _stem_before(text: str, stop: int, index: Index, family: str) -> int:
    """Return the length of the longest stem that ends at `stop` and has a zone of the family, or any name; else 0."""
    longest = 0
    for size in index.stem_sizes.get(text[max(0, stop - 2) : stop], ()):
        if size <= stop:
            form = text[stop - size : stop]
            if family in index.stems.get(form, ()):
                return size
            if not longest and (form in index.stems or form in index.places):
                longest = size
    return longest


def _named(text: str, core: int, stop: int, end: int, family: str, index: Index) -> Found | None:
    stem = text[core:stop]
    families = index.stems.get(stem, {})
    for one in (family, *STANDS_FOR.get(family, ())):
        if one in families:
            zone, near, behind = _choose(families[one], text, core, end, index)
            province = index.provinces[zone.id]
            beside = _beside(text, core, end, index) if stem in index.counties else ""
            if province and (other := _elsewhere(text, core, stem, (province,), beside, index)):
                return _of_place(text, end, *other, family, index)  # not that of Tianjin
            start = _extend(text, core, index, province)
            size = index.place_parts.get(stem, 0)
            said = text[core : core + size] or text[start:core]
            place = said or beside or near
            return _listed(
                zone, start, end, family, stem=stem[size:], place=place, apart=not (said or beside or behind)
            )
    if stem not in index.places and families and family in _LOOSE:
        return None  # 未来科学城 is a zone, 未来园区 is none
    return _unlisted(text, core, stop, end, family, index)


def _unlisted(text: str, core: int, stop: int, end: int, family: str, index: Index) -> Found | None:
    size = index.place_parts.get(text[core:stop], 0)
    if text[core + size : stop] in index.counties:  # 南京 + 江北, of which the zone of another kind is listed
        core, size = core + size, 0
    stem = text[core:stop]
    short, province, is_province = index.place_facts.get(stem, (stem, "", False))
    if is_province and province not in _MUNICIPALITIES and family not in _PROVINCE_FAMILIES:
        return None  # 江苏开发区: the zones of a province in general
    counties = index.counties.get(stem, ())
    codes = counties or [index.provinces[zone.id] for zones in index.stems.get(stem, {}).values() for zone in zones]
    beside = _beside(text, core, end, index) if counties or stem not in index.places else ""
    if codes and (other := _elsewhere(text, core, stem, codes, beside, index)):
        return _of_place(text, end, *other, family, index)  # 海口江东新区 is not in Ningbo
    if counties and _NUMERAL_BEFORE.search(text[max(0, core - 2) : core]):
        core -= 1
        stem = short = text[core:stop]
    if stem not in index.places and stem not in index.stems:
        return _own_name(text, core, stop, end, family, beside, index)
    if province and not _place_before(text, core, index, province):
        province = ""  # 南通市北高新区 is not in Qingdao, where a district is called 市北
    before = text[core - _place_before(text, core, index, province) : core]
    # 洮南和镇赉: 南和 is a county, too.
    start = _extend(text, core, index, province) if before[-1:] != "和" or _said_whole(before, index) else core
    name, place, apart = f"{short}{family}", text[start : core + size] or beside, False
    namesakes = index.namesakes.get(stem, ())
    if namesakes and (nearest := _nearest(text, core, end, [forms for _, forms in namesakes])):
        number, near, behind = nearest
        name, place, apart = f"{namesakes[number][0]}{name}", near, not (place or behind)
    return Found(start, end, name, name, False, (family,), stem[size:], place, apart)  # noqa: FBT003


def _own_name(text: str, core: int, stop: int, end: int, family: str, beside: str, index: Index) -> Found:
    stem = text[core:stop]
    size = _place_before(text, core, index, county=True)
    place = text[core - size : core]
    if _said_whole(place, index) or _place_before(text, core, index):
        return _of_place(text, end, core - size, place, stem, family, index)
    if beside:
        return _of_place(text, end, core, beside, stem, family, index)
    return Found(core, end, f"{stem}{family}", f"{stem}{family}", False, (family,), stem)  # noqa: FBT003


def _of_place(text: str, end: int, start: int, place: str, stem: str, family: str, index: Index) -> Found:
    """Return the zone of a place that has one of another's name (潍坊滨海新区), or a longer one (南昌九龙湖新区)."""
    province = index.place_facts[place][1]
    if province and text.startswith(place, start):
        start = _extend(text, start, index, province)
    own = f"{index.city_of(place)}{stem}"
    if known := index.stems.get(own, {}).get(family):  # 宜宾市三江新区 is 宜宾三江新区
        return _listed(known[0], start, end, family, stem=stem, place=place)
    name = f"{own}{family}"
    return Found(start, end, name, name, False, (family,), stem, place)  # noqa: FBT003


def _extend(text: str, start: int, index: Index, province: str) -> int:
    """Take the names of province and city before a name into it: 湖南省 + 衡阳高新区."""
    size = _place_before(text, start, index, province)
    return start - size - _place_before(text, start - size, index, province) if size else start


def _place_before(text: str, stop: int, index: Index, province: str = "", *, county: bool = False) -> int:
    """Return the length of the place name that ends at `stop`; 0 where none does."""
    for size in index.place_sizes.get(text[max(0, stop - 2) : stop], ()):
        for place in index.places.get(text[stop - size : stop], ()) if size <= stop else ():
            if place.code.startswith(province) and (county or place.level < 2 or place.name[-1] in "市旗县"):  # noqa: PLR2004
                return size
    return 0


def _elsewhere(
    text: str, stop: int, stem: str, codes: Sequence[str], beside: str, index: Index
) -> tuple[int, str, str] | None:
    """Return where the zone begins whose name ends at `stop`, the place that it is said to be in, and the whole stem.

    None where no place is said with it, nor `beside` it, or where that holds one of the places with the `codes`, to
    which the name belongs.
    """
    short = index.place_facts.get(stem, (stem,))[0]
    size, apart = _place_before(text, stop, index, county=True), 0
    if stop and not (size and _said_whole(text[stop - size : stop], index)):
        # 南昌 + 九 + 龙湖, 烟台 + 黄 + 渤海; 浙江 + 南 + 太湖, where 江南 is a district elsewhere
        further = _place_before(text, stop - 1, index, county=True) if _OWN_SIGN.match(text, stop - 1) else 0
        if further and (not size or _said_whole(text[stop - 1 - further : stop - 1], index)):
            size, apart = further, 1
    if not size:
        return (stop, beside, short) if beside and not _has(beside, codes, index) else None
    if any(stem[:end] in index.places for end in range(2, len(stem))):  # 东至 + 天津滨海
        return None
    place = text[stop - apart - size : stop - apart]
    if not _said_whole(place, index) or _has(place, codes, index):
        return None
    return stop - apart - size, place, f"{text[stop - apart : stop]}{short}"


def _beside(text: str, start: int, end: int, index: Index) -> str:
    """Return the place that is said beside a name: 海口的江东新区, 江东新区（海口）; empty where none is."""
    place = ""
    if start and text[start - 1] in _OF:
        place = text[start - 1 - _place_before(text, start - 1, index) : start - 1]
    elif match := _LIES_IN.match(text, end):
        position = match.end()
        while size := index.place_at(text, position):
            place, position = text[position : position + size], position + size  # 海南省海口市
    return place if _said_whole(place, index) else ""


def _said_whole(place: str, index: Index) -> bool:
    """Tell whether a place is no short form of a county, which may be a word (东至)."""
    ranked = place[-1:] in "市旗县" or (len(place) > _SHORTEST and place[-1] == "区")
    return bool(place) and (ranked or any(one.level < 2 for one in index.places[place]))  # noqa: PLR2004


def _has(place: str, codes: Sequence[str], index: Index) -> bool:
    return any(_holds(one, code) for one in index.places[place] for code in codes)


def _nearest(text: str, start: int, end: int, groups: Sequence[Sequence[str]]) -> tuple[int, str, bool] | None:
    """Return which group of place names the text names nearest to a name, by which of them, and whether right behind.

    Nearest is what stands right behind (（武汉）, 位于武汉), then the last one before, then the first one behind.
    """
    forms = [(number, form) for number, group in enumerate(groups) for form in group]
    if match := _LIES_IN.match(text, end):
        for number, form in forms:
            if text.startswith(form, match.end()):
                return number, form, True
    before = [(place + len(form), number, form) for number, form in forms if (place := text.rfind(form, 0, start)) >= 0]
    behind = [(-place, number, form) for number, form in forms if (place := text.find(form, end)) >= 0]
    _, number, form = max(before or behind, default=(0, -1, ""))
    return (number, form, False) if form else None


def _holds(place: Place, code: str) -> bool:
    """Tell whether a county, or what is known of a code, is in the province or prefecture of a place."""
    of_province = place.level == 0 or code[2:4] == _OF_PROVINCE
    return code.startswith(place.code[: 2 if of_province else 4][: len(code)])


def _list_before(text: str, start: int, rank: str, family: str, index: Index, last: Found) -> Iterator[Found]:
    """Yield the members of a list that share one kind, the last first: 乌鲁木齐、昌吉、石河子高新区.

    `rank` is what the name of the last one ends in before its kind: 市 of 邹城市高新区.
    """
    members: list[tuple[Found, bool]] = []
    shared = False
    while match := _BETWEEN.search(text, max(0, start - 2), start):
        stop = match.start()
        size = _stem_before(text, stop, index, family)
        member = text[stop - size : stop]
        # 西安高新区和西安综保区: a member with its own kind is that zone, which was found before.
        if not size or (member not in index.places and split_name(member)):
            break
        ranked = size > _SHORTEST and member[-1] in _RANKS  # 泾县 is never 泾
        if ranked and rank not in _RANKS:
            break  # 秀英区、龙华区、江东新区: what stands before the zone are districts
        one = _named(text, stop - size, stop, stop, family, index)
        if one is None:
            break
        alike = match[0] == "、" or (not members and text[one.start - 1 : one.start] == "、")  # 沙坪坝、渝北和九龙坡
        members.append((one, alike and (not ranked or member[-1] == rank)))
        shared = shared or family in index.stems.get(member, ())
        start = one.start
    # 北京和天津滨海新区: a place without such a zone counts where another before has one, or where the last has none.
    for one, alike in members:
        if not (one.listed or shared or (alike and not last.listed)):
            return
        yield one


def _choose(zones: Sequence[Zone], text: str, start: int, end: int, index: Index) -> tuple[Zone, str, bool]:
    """Choose among zones of one name that whose city or province the text names nearest, else the first.

    With the zone come that place, and whether it stands right behind.
    """
    nearest = _nearest(text, start, end, index.told_by(zones)) if len(zones) > 1 else None
    return (zones[nearest[0]], *nearest[1:]) if nearest else (zones[0], "", False)
