"""Names, bylines and credits: who wrote an article and who took its pictures, on a line, in a lead or at the end."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

from gxclassify.reading.text.cues import CJK, note_start
from gxclassify.reading.text.words import COMMON_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

_CREDIT = r"(?:摄|供图|图片|摄影|摄影报道|制图|绘图|绘|资料图|资料图片|图文)"
# Lines that are a caption or a credit wholly: by words anywhere, or by how they begin and end, never with a full stop.
_PROVIDED = re.compile(r"图片?(?:来源|提供)\s*[：:]")
_CAPTION = re.compile(
    r"图片由[^，。；]{2,20}提供[）)]?$|由[^，。；]{2,16}供图[）)]?$"
    r"|^[（(]?(?:图源|供图|摄影|图/|图／|图片由|制图|绘图|图片|资料图片|资料照片|CFP|IC\s?photo|视觉中国)[^，。；]{0,24}$"
    rf"|(?:^|[\s　（(／/。！？])(?:[^，。；\s]{{0,8}}(?:记者|通讯员)\s*)?[{CJK}]{{2,4}}\s*[/／]?\s*{_CREDIT}[）)]?$"
    rf"|[。！？][（(](?:摄影|供图)[：:/／\s]{{1,3}}[{CJK}][{CJK}\s]{{1,9}}[）)]$"
    r"|[（(](?:资料图片?|图片来自[^）)]*)[）)]$"
)
MAY_BE_CREDIT = "图摄照绘片视CI"
_MAY_BE_CREDIT = re.compile(f"[{MAY_BE_CREDIT}]")


def is_credit(text: str) -> bool:
    """Tell whether a whole line is a caption or a photo credit."""
    if len(text) > _LONGEST_CREDIT or _MAY_BE_CREDIT.search(text) is None:
        return False
    if _PROVIDED.search(text) is None and (text[-1] == "。" or _CAPTION.search(text) is None):
        return False
    wrote = text.endswith("报道") or _WRITTEN.search(text) is not None
    return not (wrote and is_byline(text))  # who wrote it and took its pictures


# The four hundred commonest surnames, and the compound ones: they tell a name from another short word.
_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛"
    "伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄"
    "单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁"
    "商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺水肖闫付厉佘仝阚缪亓晁"
)
_COMPOUND = frozenset(
    [
        "欧阳",
        "太史",
        "上官",
        "端木",
        "司马",
        "东方",
        "独孤",
        "南宫",
        "夏侯",
        "诸葛",
        "尉迟",
        "皇甫",
        "慕容",
        "长孙",
        "宇文",
        "司徒",
        "令狐",
        "公孙",
        "轩辕",
        "闻人",
        "澹台",
        "申屠",
    ]
)

_LONG_NAME = 3  # characters
# What ends the names of places and offices.
_NO_NAME = "省市区县镇乡会局委厅部处院校所室社站厂司办率额量数表类库港岛屯寨堡"
_LONGEST_CREDIT = 200  # characters
_LONGEST_BYLINE = 100  # characters: no byline is longer
_LONGEST_AFFILIATED = 30  # characters
_TAIL = 60  # characters at a paragraph's end where a byline may stand
_MOST_NAMES = 5
_PEN_NAME = 4  # characters
MOST_BYLINE_LINES = 3
_LONGEST_WORD = 10  # characters of a byline without spaces
_BETWEEN_NAMES = "、，,/／：:）)】"
_LONGEST_ROLE = 8  # characters: 本报首席记者
_WORD = re.compile(rf"[{CJK}]+(?:·[{CJK}]+)*")
_LAST_WORD = re.compile(rf"{_WORD.pattern}$")
_SPACED_NAME = re.compile(rf"[{CJK}][ \u3000]{{1,2}}[{CJK}](?![{CJK}])")
_SERIES = re.compile("[的第园区站看走话说度报访观谈场]")  # 重走园区路·第三站
_GAPS = re.compile(r"[ \u3000、，,/／]+")
_LAST_STOP = re.compile(".*[。！？…!?][”’」』）)]*+(?=.)", re.DOTALL)  # before something else
_END_SIGNS = "图文理合辑道"
_END = re.compile(r"\s*(?:文/图|文|整理|综合|辑|\s(?:摄影)?报道)$")
# 本报记者 李某 通讯员 王某 | 文/王某: roles, each with its people
_PAPER = re.compile(
    rf"[{CJK}]{{2,8}}(?:日报|晚报|早报|晨报|时报|商报|电视台|融媒体中心|融媒|发布)(?:社|全媒体|融媒体|客户端|新媒体)?(?=记者|通讯员)"
)
_WHOSE = "本报|本刊|本网|本台|新华社|中新社|人民网|全媒体|融媒体|首席|见习|实习|特约"
_WRITERS = "记者|通讯员|实习生|作者|特派员|评论员"
_ROLE = re.compile(
    rf"[□■◎●○◆▲☆★〇]?\s*(?:(?:文|图|文字|摄影|图片)\s?[/／丨|｜]\s?)?(?:{_PAPER.pattern})?"
    rf"(?:(?:{_WHOSE}|驻\w{{2,4}})\s*)*"
    rf"(?:{_WRITERS}|撰文|撰稿人?|采写|(?:采访)?(?:整理|编译|执笔|口述|摄影)(?=\s?[：:/／丨|｜])|文字|文/图|文图|图/文|图文(?=[\s：:/／丨|｜])|文(?=[\s：:/／丨|｜])|图(?=[/／丨|｜]))[\s：:/／丨|｜]*"
)
# Where the next role begins behind a name, as in PDF that sets no spaces: 本报记者林晓实习生何苗
_NEXT_ROLE = re.compile("(?:见习|实习|特约|首席|本报)?(?:记者|通讯员)|实习生")
# A role with all that stands before it, as one word; and what a byline with a role or a sign begins with.
_ROLE_WORDS = rf"(?:(?:{_WHOSE})\s?)*(?:{_WRITERS})"
_ROLE_WORD, _ROLE_LAST = re.compile(_ROLE_WORDS), re.compile(f"{_ROLE_WORDS}$")
BEGINS_BYLINE = re.compile(rf"[（(【]?\s*(?:[□■◎●○◆▲☆★〇]|{_WHOSE}|{_WRITERS}|文[/／字图\s：:]|图[/／文])")
# What a role and a first name can begin with, and what that looks like: quick looks that most lines fail.
ROLE_SIGNS = "□■◎●○◆▲☆★〇本新中人全融首见实特驻记通作撰评采文图整编执口摄"
PAPER_SIGNS = "本新中人央"
LEAD_SIGNS = PAPER_SIGNS + "（(【"
_NAME_FIRST = _SURNAMES | {name[0] for name in _COMPOUND}
NAME_SIGNS = "".join(sorted(_NAME_FIRST))
_NAME_OPENS = re.compile(rf"[{NAME_SIGNS}][{CJK}]{{0,6}}(?:[\s、，,/／]|$)|[{CJK}]{{1,7}}·")
_MAY_BE_SIGNATURE = re.compile(
    rf"[\s（(【]*(?:[{ROLE_SIGNS}{NAME_SIGNS}]|.*·|(?:整理|综合|辑)?$)|[（(].*[ \u3000].*[）)]$", re.DOTALL
)
_MADE = re.compile("(?:(?:摄影|图文|文图|文字摄影)?报道|文/图|文图|整理|综合报道)?")
_CRAFTS = "(?:文字?|图片?|摄影?|文图|图文|整理)"
_CRAFT = re.compile(rf"\s?[/／]\s?{_CRAFTS}(?=\s|$)\s*")  # 记者 李某/文 记者 王某/图
_SPACED_CRAFT = re.compile(rf"(?<=\s){_CRAFTS}(?=\s|$)\s*")  # 记者 李某 文 王某 图, behind the space
_WRITTEN = re.compile(r"[/／\s]\s?文字?\s")  # somebody before somebody else: 记者 李某/文 王某/摄
_CRAFT_LAST = re.compile(rf"[/／]\s?{_CRAFTS}$")
_EDITORS = re.compile("本[报刊网台](?:特约)?(?:评论员|编辑部|社论)")  # who signs what the paper itself says
_MARK = re.compile(
    rf"[□■◎●○◆☆★〇]\s+|[□■◎](?=(?:[{CJK}]{{3}}|[{CJK}][ \u3000][{CJK}])(?:[\s、]|$))"
)  # before a bare name
# （作者系园区管委会主任）: only in brackets, as a sentence may begin so too.
_AUTHOR = re.compile("(?:本文)?作者(?:单位|简介|系|为|是|[：:][^，。；：]{2,8}[ \\u3000]单位[：:])")
# Whose text it is, be it an office: 作者：高新区管委会办公室
_CONTRIBUTED = re.compile("(?:撰稿|作者)(?:单位|人)?\\s?[：:]\\s?[^，。；：]{2,24}")
_CONTRIBUTED_SIGNS = frozenset("撰作")
# （云川大学 区域经济研究所，云川 272000）: in brackets, with its postal code.
_AFFILIATION = re.compile(
    "[^。；：]{0,40}(?:大学|学[院校]|研究[院所]|中心|公司|党校|委员会|[局厅])[^。；：]{0,30}[0-9]{6}"
)
# Who wrote it, and for whom they work: 市委党校　林晓勇 | 林晓勇（云川大学经济学院） | 高新区党工委书记　林晓勇
_NAMED = rf"(?:[{CJK}](?:[ \u3000]?[{CJK}]){{1,2}}|[{CJK}]{{2,4}})"
_WORKS_FOR = (
    rf"[{CJK}·]{{1,24}}(?:大学|学[院校会]|党[校委组]|工委|研究[院所室]|中心|公司|集团|[报杂]社|志社|报|电视台|电台|融媒体?|委员会|管委会|办公室|协会|商会|政府|[局厅院部委办]"
    r"|书记|主任|主席|代表|[院处局厅区县市镇乡组行科会校]长|院士|教授|研究员|总裁|总?经理|专员)"
)
_AFFILIATED = re.compile(
    rf"(?P<before>{_WORKS_FOR})[ \u3000]+(?P<names>{_NAMED}(?:[ \u3000、]+{_NAMED}){{0,2}})"
    rf"|(?P<name>{_NAMED})(?:[ \u3000]*[（(]{_WORKS_FOR}[）)]|[ \u3000]+{_WORKS_FOR})"
)
# 本报讯 | 本报北京5月3日电 | 新华社北京5月3日电
_PAPERS = "|".join(  # spaces stand where a line was spaced out in part
    map(
        r"\s?".join,
        ["本报", "本台", "本刊", "本网", "新华社", "中新社", "中新网", "新华网", "人民网", "央视网", "中国新闻网"],
    )
)
_LEAD = re.compile(
    rf"[（(【]?(?:{_PAPERS})"
    r"(?:\s?[^\W\d]){0,8}?(?:\s*[0-9]{1,2}\s*月\s*)?(?:[0-9]{1,2}\s*日)?\s*"
    r"(?:(?<!通)讯|电(?![话子视商机力脑网站池]))"  # no 通讯员, no 热线电话
)
# 松溪讯（林小川） | 松溪日报讯（记者 林小川）, or （记者 林小川） alone: always with who reports
_LOCAL = re.compile(
    rf"[{CJK}]{{2,10}}?(?:\s*[0-9]{{1,2}}\s*月\s*[0-9]{{1,2}}\s*日)?(?:(?<![通资腾简快短视要喜])讯|消息)(?=[（(])"
)
_MAY_BE_LOCAL = re.compile(r"(?:讯|消息)[（(]|^[（(](?:本报|全媒体)?(?:记者|通讯员)|^记者[^，。]{2,12}报道[：:]")
_LONGEST_LEAD = 24  # characters before the bracket
_LEAD_OPENS = LEAD_SIGNS + "记"
_SPACED_ROLE = re.compile(r"记\s+者|通\s*讯\s+员|通\s+讯\s*员")  # as a justified line sets them
_BRACKET = re.compile(r"\s*[（(]\s*([^）)。]{2,60})[）)]")
_AFTER = re.compile(r"[】）)]?\s*[：:]?\s*")
_OPEN_BRACKET = re.compile(r"\s*[（(]")


def _is_name(word: str) -> bool:
    """Tell whether a word is a Chinese name: a known surname and one or two characters, and no common word."""
    if word in COMMON_WORDS or (len(word) == _LONG_NAME and word[-1] in _NO_NAME):
        return False
    if "·" in word:
        return max(map(len, word.split("·"))) <= 5 and _SERIES.search(word) is None  # noqa: PLR2004 (阿依古丽·买买提)
    if word[:2] in _COMPOUND:
        return len(word) in {3, 4}
    return len(word) in {2, 3} and word[0] in _SURNAMES


def _run_together(word: str, most: int) -> bool:
    """Tell whether a word is up to `most` names without spaces between."""
    return _names_in(word, most) is not None


def _names_in(word: str, most: int) -> list[str] | None:
    """Return the names, up to `most`, that a word is made of, or None where it is not."""
    if not word:
        return []
    if word[0] not in _NAME_FIRST and "·" not in word:
        return None
    for n in (2, 3, 4) if most else ():
        rest = _names_in(word[n:], most - 1) if len(word) >= n and _is_name(word[:n]) else None
        if rest is not None:
            return [word[:n], *rest]
    return None


def names_apart(before: str, text: str) -> set[int]:
    """Return where names begin in a text whose spaces are lost, after the line `before` whose paragraph they sign.

    >>> names_apart("214家。", "何一帆孙梅"), names_apart("214家。 何一", "帆孙梅"), names_apart("家", "何一帆孙梅")
    ({3}, {1}, set())
    """
    stop = _LAST_STOP.match(before + "\n")
    begun = "".join(before[stop.end() :].split()) if stop else ""
    if not stop or len(begun) > _PEN_NAME * _MOST_NAMES:
        return set()
    names = _names_in(begun + text, _MOST_NAMES) or []
    places = accumulate(map(len, names))
    return {place - len(begun) for place in places if 0 < place - len(begun) < len(text)}


def are_names(text: str) -> bool:
    """Tell whether a text is nothing but names: 赵晓勇 胡安平.

    The characters of one may stand apart, of two alone (赵　勇), of more beside a name whose characters do not.

    >>> are_names("赵晓勇 胡 安"), are_names("赵晓勇 欧 阳 静"), are_names("建设平台 助力企业"), are_names("安 平县")
    (True, True, False, False)
    """
    text = text.strip()
    if text[:1] not in _NAME_FIRST and "·" not in text:
        return False
    words = _GAPS.split(text)
    if not all(map(_is_name, words)) and (min(map(len, words)) > 1 or not _can_be_names(words, words)):
        return False
    return all(_WORD.fullmatch(word) for word in words)


def _can_be_names(words: list[str], line: list[str]) -> bool:
    """Tell whether the last words of a line can be joined so that each is a name."""
    if not words or (_is_name(words[0]) and _can_be_names(words[1:], line)):
        return True
    apart = len(words[0]) == 1 or words[0] in _COMPOUND
    for n in range(2, _LONG_NAME + 1) if apart else ():
        name = "".join(words[:n])
        known = len(name) <= _LONG_NAME and len(words) >= n and _is_name(name)
        if known and (len(name) == 2 or any(map(_is_name, line))) and _can_be_names(words[n:], line):  # noqa: PLR2004
            return True
    return False


def _signed_end(text: str, start: int = 0) -> int:
    """Return where a run of roles with their people ends (本报记者 李某 通讯员 王某), `start` where there is none."""
    end = start
    while (role := _ROLE.match(text, end)) and (people := _people_end(text, role.end(), role.group()[-1])) > role.end():
        made = _made_at(text, people)
        others = _makers_end(text, made.end()) if made else people
        alone = made is not None and made.re is _SPACED_CRAFT and others == made.end()  # 文 is a surname, too
        end = people if alone else others
    return end


def _makers_end(text: str, start: int) -> int:
    """Return where names without a role end, each with what they made (李某/文 王某/图)."""
    end = start
    while (people := _people_end(text, end, "文")) > end and (made := _made_at(text, people)):
        end = made.end()
    return end


def _made_at(text: str, people: int) -> re.Match[str] | None:
    """Return what is said behind the names that end at `people` of what they made, if anything."""
    return _CRAFT.match(text, people - (text[people - 1] in "/／")) or _SPACED_CRAFT.match(text, people)


def _people_end(text: str, start: int, before: str) -> int:
    """Return where the names from `start` on end; after a space or colon the first may be a pen name."""
    end = start
    pen_name = before in " \u3000：:/／丨|｜"
    while word := _WORD.match(text, end):
        name = word.group()
        if role := _NEXT_ROLE.search(name, 2):
            name = name[: role.start()]
        name = name.removesuffix("摄影报道").removesuffix("报道") if len(name) > _PEN_NAME else name
        known = _is_name(name) or name.endswith("某") or (before != "文" and _run_together(name, 2))
        spaced = _SPACED_NAME.match(text, end)
        if spaced and spaced.group()[0] in _SURNAMES:
            name, known = spaced.group(), True
        if not known and not (pen_name and len(name) <= _PEN_NAME):
            break
        gap = _GAPS.match(text, end + len(name))
        end = gap.end() if gap else end + len(name)
        pen_name = False
        if gap is None:
            break
    return end


def _is_signature(text: str) -> bool:
    signed = _signed_end(text)
    if signed and (_MADE.fullmatch(text, signed) is not None):
        return True
    if text.startswith("本") and _EDITORS.fullmatch(text):
        return True
    mark = _MARK.match(text) if text[:1] in ROLE_SIGNS else None
    names = text[mark.end() :] if mark else text
    names = (_CRAFT.sub(" ", names) if "/" in names or "／" in names else names).strip()
    bare = _without_end(names)
    return are_names(bare) or (bare != names and are_names(names))  # 李文 is a name, too


def _without_end(names: str) -> str:
    """Return names without what tells behind them what those people made."""
    return _END.sub("", names) if names[-1:] in _END_SIGNS else names


def is_byline(text: str) -> bool:
    """Tell whether a whole line is a byline.

    >>> is_byline("赵晓勇 胡安平"), is_byline("（本报记者 赵晓勇）"), is_byline("搭建创新平台")
    (True, True, False)
    >>> is_byline("本报记者林晓实习生何苗"), is_byline("本报记者林晓走进园区")
    (True, False)
    >>> is_byline("（云川大学 区域经济研究所，云川 272000）"), is_byline("□赵晓勇"), is_byline("□高新区")
    (True, True, False)
    """
    if len(text) > _LONGEST_BYLINE or "。" in text:
        return False
    bare = _bare(text)
    if bare != text and (_AUTHOR.match(bare) or _AFFILIATION.fullmatch(bare) or bare.endswith("供稿")):
        return True
    if bare[:1] in _CONTRIBUTED_SIGNS and _CONTRIBUTED.fullmatch(bare):
        return True
    if not bare or (bare[0] not in ROLE_SIGNS and not _opens_with_name(bare)):
        if is_affiliated(bare):
            return True
        reported = "记者" in bare or "通讯员" in bare
        return reported and _PAPER.match(bare) is not None and _is_signature(bare)  # hardly any line
    return _is_signature(bare) or is_affiliated(bare)


def byline_gaps(lines: Sequence[str]) -> list[str] | None:
    """Return what belongs between lines that together are a byline with a role or a sign before it, else None.

    A column may wrap it within a role, within a name, or at a space, which is not seen there.

    >>> byline_gaps(["本报记者 何一帆 通讯", "员 孙梅"]), byline_gaps(["（记者 何一帆 通讯员", "孙梅）"])
    ([''], [' '])
    >>> byline_gaps(["记者 欧阳", "静 孙晓", "梅"]), byline_gaps(["本报记者", "走进园区"])
    (['', ''], None)
    """
    if BEGINS_BYLINE.match(lines[0]) is None:
        return None
    whole, gaps = lines[0], []
    for line in lines[1:]:
        gap = _byline_gap(whole, line)
        if gap is None:
            return None
        gaps.append(gap)
        whole += gap + line
    return gaps if is_byline(whole) else None


def wrapped_byline(lines: Sequence[str]) -> list[str]:
    """Return what belongs between the first of some lines, which are a byline that breaks off; empty where none does.

    >>> wrapped_byline(["记者 何一帆 通讯员 孙", "梅", "园区"]), wrapped_byline(["记者 何一帆", "通讯员 孙梅"])
    ([''], [])
    """
    best: list[str] = []
    gaps: list[str] = []
    whole = lines[0]
    for line in lines[1:] if BEGINS_BYLINE.match(whole) else ():
        gap = _byline_gap(whole, line)
        if gap is None:
            break
        above, whole = whole, whole + gap + line
        gaps.append(gap)
        if is_byline(whole) and not (gap and is_byline(above) and is_byline(line)):  # two, one below the other
            best = [*gaps]
    return best


def _byline_gap(left: str, right: str) -> str | None:
    """Return what belongs at a line break in a byline; None where no name stands below a role without one."""
    first = _WORD.match(right)
    name = first.group() if first else ""
    if len(name) > _LONGEST_WORD or not (name or right[0] in _BETWEEN_NAMES):
        return None  # as nearly every line below a byline
    last = _LAST_WORD.search(left)
    if splits_role(left, right) or last is None or not name:
        return ""
    if _CRAFT_LAST.search(left):
        return " "
    role = _NEXT_ROLE.search(name)
    if role and not role.start():
        return " "
    name = name[: role.start()] if role else name
    if _ROLE_LAST.search(left):
        return " " if _names_in(name, _MOST_NAMES) else None
    return " " * _ends_name(_ROLE_WORD.sub(" ", last.group()).rsplit(" ", 1)[-1], name)


def _ends_name(begun: str, after: str) -> bool:
    """Tell whether a name ends between two words, which may be the halves of one."""
    if _is_name(begun) and _is_name(after):
        return True
    names = _names_in(begun + after, _MOST_NAMES)
    if names is None:
        return _is_name(begun) or _is_name(after)
    return len(begun) in accumulate(map(len, names))


def splits_role(left: str, right: str) -> bool:
    """Tell whether a line break stands within a role.

    >>> splits_role("何一帆 实习", "记者 孙梅"), splits_role("何一帆 实习记者", "孙梅")
    (True, False)
    """
    near = left[-_LONGEST_ROLE:]
    both = near + right[:_LONGEST_ROLE]
    return any(found.start() < len(near) < found.end() for found in _ROLE_WORD.finditer(both))


def is_affiliated(text: str) -> bool:
    """Tell whether a text is nothing but people and for whom they work.

    >>> is_affiliated("市委党校　林晓勇"), is_affiliated("林晓勇（高新区管委会）"), is_affiliated("管委会　安全生产")
    (True, True, False)
    """
    if len(text) > _LONGEST_AFFILIATED or not (" " in text or "\u3000" in text or "（" in text or "(" in text):
        return False
    found = _AFFILIATED.fullmatch(text)
    return found is not None and are_names(found["names"] or found["name"])


def _opens_with_name(text: str) -> bool:
    return (text[0] in _NAME_FIRST or "·" in text) and _NAME_OPENS.match(text) is not None


def byline_end(text: str) -> int:
    """Return where the byline ends that a line is, a continuation note behind it left off; 0 where it is none.

    >>> byline_end("赵晓勇 胡安平（下转第三版）"), byline_end("赵晓勇 胡安平"), byline_end("建设平台（下转第三版）")
    (7, 7, 0)
    """
    end = note_start(text, _TAIL) or len(text)
    return end if is_byline(text[:end]) else 0


def _bare(text: str) -> str:
    text = text.strip()
    return text[1:-1].strip() if text[:1] in "（(【" and text[-1:] in "）)】" else text


def signature_start(text: str) -> int | None:
    """Return where the byline after a paragraph's last full stop begins, or None.

    >>> signature_start("建成产业高地。 赵晓勇"), signature_start("建成产业高地。（记者 赵某）")
    (7, 7)
    >>> signature_start("建成产业高地。 赵 晓勇 欧 阳静")
    7
    """
    if not text or text[-1] in "。；，！？”":
        return None
    stop = _LAST_STOP.match(text, max(0, len(text) - _TAIL))
    if stop is None or _MAY_BE_SIGNATURE.match(text, stop.end()) is None:
        return None
    end = stop.end()
    tail = text[end:]
    bare = _bare(tail)
    if bare != tail.strip():
        return end if _AUTHOR.match(bare) or _is_signature(bare) or is_affiliated(bare) else None
    words = _GAPS.split(_without_end(bare))
    if 1 in map(len, words):  # the line was spaced out, and the names with it
        words = ["".join(words)]
    together = len(words) <= _MOST_NAMES and all(_run_together(word, _MOST_NAMES) for word in words)
    return end if together or (tail[0].isspace() and _is_signature(bare)) else None


def lone_lead(text: str) -> str | None:
    """Return the reporters that a line names which is nothing but a lead, or None where it is more or names none.

    >>> lone_lead("本报讯（记者 赵某）"), lone_lead("本报讯（记者 赵某）近日")
    ('记者 赵某', None)
    """
    lead = match_lead(text)
    return lead[1] if lead and lead[0] == len(text) else None


def _local_lead(text: str) -> tuple[int, str | None] | None:
    """Return the end and the reporters of a lead that names a place or a paper, or of one that is its bracket alone."""
    signed = _signed_end(text) if text[0] == "记" else 0
    if signed:
        return _AFTER.match(text, signed + 2).end(), text[:signed].strip()  # type: ignore[union-attr]
    place = _LOCAL.match(text)
    bracket = _BRACKET.match(text, place.end() if place else 0)
    who = bracket[1].strip() if bracket else ""
    if bracket is None or not (_is_signature(who) or is_affiliated(who)):
        return None
    if place is None and (bracket.start() or bracket.end() == len(text)):
        return None
    return _AFTER.match(text, bracket.end()).end(), who  # type: ignore[union-attr]


def match_lead(text: str) -> tuple[int, str | None] | None:
    """Return where the lead of a paragraph ends and the reporters it names, or None where there is no lead.

    >>> match_lead("本报讯（记者 赵某）近日"), match_lead("近日")
    ((10, '记者 赵某'), None)
    """
    told = "讯" in text or "消息" in text
    if not told and text[:1] not in _LEAD_OPENS:
        return None
    found = _LEAD.match(text) if text[0] in PAPER_SIGNS or text[1:2] in PAPER_SIGNS else None  # behind a bracket
    if found is None and (told or "记者" in text) and _MAY_BE_LOCAL.search(text[:_LONGEST_LEAD]):
        return _local_lead(text)
    if found is None:
        signed = _signed_end(text) if text.startswith("本") else 0
        reported = signed > 0 and text.startswith("报道", signed)
        return (_AFTER.match(text, signed + 2).end(), text[:signed].strip()) if reported else None  # type: ignore[union-attr]
    end, who = found.end(), None
    bracket = _BRACKET.match(text, end)
    inside = _SPACED_ROLE.sub(lambda role: "".join(role[0].split()), bracket[1].strip()) if bracket else ""
    if bracket and (_is_signature(inside) or "记者" in inside or "通讯员" in inside or is_affiliated(inside)):
        end, who = bracket.end(), inside
    elif text[end : end + 1].isspace():
        start = end + len(text[end:]) - len(text[end:].lstrip())
        signed = _signed_end(text, start)
        made = 2 * text.startswith(("报道：", "报道:"), signed)
        if signed > start and (made or text[signed - 1].isspace()):
            end, who = signed + made, text[start:signed].strip()
    after = _AFTER.match(text, end)
    return (after.end() if after else end), who


def opens_lead(text: str) -> int:
    """Return behind which character a lead opens its bracket of reporters, be that closed or not; 0 where none does.

    >>> opens_lead("本报讯（记者 赵某 摄"), opens_lead("松溪讯（记者 赵某 摄影报道）"), opens_lead("新华社记者 赵某 摄")
    (4, 4, 0)
    """
    lead = _LEAD.match(text) if text[:1] in LEAD_SIGNS else None
    bracket = _OPEN_BRACKET.match(text, lead.end()) if lead else None
    if bracket is None and (lead := _LOCAL.match(text)):
        bracket = _OPEN_BRACKET.match(text, lead.end())
    return bracket.end() if bracket else 0
