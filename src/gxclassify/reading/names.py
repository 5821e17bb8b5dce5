"""Names and bylines: who wrote an article, on a line of their own or after its last full stop."""

from __future__ import annotations

import re

from gxclassify.reading.cues import CJK

__all__ = ["are_names", "is_byline", "match_lead", "signature_start"]

# The four hundred commonest surnames, and the compound ones: they tell a name from another short word.
_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛"
    "伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄"
    "单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁"
    "商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺水"
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

_LONGEST = 100  # characters: no byline is longer
_TAIL = 60  # characters at a paragraph's end where a byline may stand
_MOST_NAMES = 5
_PEN_NAME = 4  # characters
_WORD = re.compile(rf"[{CJK}]+(?:·[{CJK}]+)*")
_GAPS = re.compile(r"[ \u3000、，,/／]+")
_STOP = re.compile("[。！？…!?][”’」』）)]*")
_END = re.compile(r"\s*(?:文/图|文|整理|综合|辑)$")
# 本报记者 李某 通讯员 王某 | 文/王某: roles, each with its people
_ROLE = re.compile(
    r"[□■◎●○◆▲☆★〇]?\s*"
    r"(?:(?:本报|本刊|本网|本台|新华社|中新社|人民网|全媒体|融媒体|首席|见习|实习|特约|驻\w{2,4})\s*)*"
    r"(?:记者|通讯员|作者|撰文|撰稿|特派员|评论员|采写|文字|文/图|文图|图/文|文(?=[\s：:/／丨|]))[\s：:/／丨|]*"
)
_MADE = re.compile("(?:报道|文/图|文图|整理|综合报道)?")
# 本报讯 | 本报北京5月3日电 | 新华社北京5月3日电
_LEAD = re.compile(
    r"[（(【]?(?:本报|本台|本刊|本网|新华社|中新社|中新网|新华网|人民网|央视网|中国新闻网)"
    r"(?:\s?[^\W\d]){0,8}?(?:\s*[0-9]{1,2}\s*月\s*)?(?:[0-9]{1,2}\s*日)?\s*[讯电]"
)
_BRACKET = re.compile(r"\s*[（(]\s*([^）)。]{2,60})[）)]")
_AFTER = re.compile(r"[】）)]?\s*[：:]?\s*")


def _is_name(word: str) -> bool:
    """Tell whether a word is a Chinese name: a known surname and one or two characters."""
    if "·" in word:
        return max(map(len, word.split("·"))) <= 5  # noqa: PLR2004 (阿依古丽·买买提)
    if word[:2] in _COMPOUND:
        return len(word) in {3, 4}
    return len(word) in {2, 3} and word[0] in _SURNAMES


def _run_together(word: str, most: int) -> bool:
    """Tell whether a word is up to `most` names without spaces between."""
    if not word:
        return True
    return most > 0 and any(_is_name(word[:n]) and _run_together(word[n:], most - 1) for n in (2, 3, 4))


def are_names(text: str) -> bool:
    """Tell whether a text is nothing but names: 赵晓勇 胡安平; two characters may stand apart: 赵　勇.

    >>> are_names("赵晓勇 胡 安"), are_names("建设平台 助力企业")
    (True, False)
    """
    words = _GAPS.split(text.strip())
    if not all(_WORD.fullmatch(word) for word in words):
        return False
    i = 0
    while i < len(words):
        if _is_name(words[i]):
            i += 1
        elif i + 1 < len(words) and len(words[i]) == len(words[i + 1]) == 1 and words[i] in _SURNAMES:
            i += 2
        else:
            return False
    return True


def _signed_end(text: str, start: int = 0) -> int:
    """Return where a run of roles with their people ends (本报记者 李某 通讯员 王某), `start` where there is none."""
    end = start
    while (role := _ROLE.match(text, end)) and (people := _people_end(text, role.end(), role.group()[-1])) > role.end():
        end = people
    return end


def _people_end(text: str, start: int, before: str) -> int:
    """Return where the names from `start` on end; after a space or colon the first may be a pen name."""
    end = start
    pen_name = before in " \u3000：:/／丨|"
    while word := _WORD.match(text, end):
        known = (
            _is_name(word.group()) or word.group().endswith("某") or (before != "文" and _run_together(word.group(), 2))
        )
        if not known and not (pen_name and len(word.group()) <= _PEN_NAME):
            break
        gap = _GAPS.match(text, word.end())
        end = gap.end() if gap else word.end()
        pen_name = False
        if gap is None:
            break
    return end


def _is_signature(text: str) -> bool:
    signed = _signed_end(text)
    if signed and (_MADE.fullmatch(text, signed) is not None):
        return True
    return are_names(_END.sub("", text))


def is_byline(text: str) -> bool:
    """Tell whether a whole line is a byline.

    >>> is_byline("赵晓勇 胡安平"), is_byline("（本报记者 赵晓勇）"), is_byline("搭建创新平台")
    (True, True, False)
    """
    if len(text) > _LONGEST or "。" in text:
        return False
    return _is_signature(_bare(text))


def _bare(text: str) -> str:
    text = text.strip()
    return text[1:-1].strip() if text[:1] in "（(【" and text[-1:] in "）)】" else text


def signature_start(text: str) -> int | None:
    """Return where the byline after a paragraph's last full stop begins, or None.

    >>> signature_start("建成产业高地。 赵晓勇"), signature_start("建成产业高地。（记者 赵某）")
    (7, 7)
    """
    if not text or text[-1] in "。；，！？”":
        return None
    offset = max(0, len(text) - _TAIL)
    for stop in reversed(list(_STOP.finditer(text, offset))):
        tail = text[stop.end() :]
        if not tail:
            continue
        bare = _bare(tail)
        if bare != tail.strip():
            return stop.end() if _is_signature(bare) else None
        words = _GAPS.split(_END.sub("", bare))
        together = len(words) <= _MOST_NAMES and all(_run_together(word, _MOST_NAMES) for word in words)
        return stop.end() if together or (tail[0].isspace() and _is_signature(bare)) else None
    return None


def match_lead(text: str) -> tuple[int, str | None] | None:
    """Return where the lead of a paragraph ends and the reporters it names, or None where there is no lead.

    >>> match_lead("本报讯（记者 赵某）近日"), match_lead("近日")
    ((10, '记者 赵某'), None)
    """
    if text[:1] not in "本新中人央（(【":
        return None
    found = _LEAD.match(text)
    if found is None:
        signed = _signed_end(text)
        reported = text.startswith("本") and signed > 0 and text.startswith("报道", signed)
        return (_AFTER.match(text, signed + 2).end(), text[:signed].strip()) if reported else None  # type: ignore[union-attr]
    end, who = found.end(), None
    bracket = _BRACKET.match(text, end)
    if bracket and (_is_signature(bracket[1].strip()) or "记者" in bracket[1] or "通讯员" in bracket[1]):
        end, who = bracket.end(), bracket[1].strip()
    elif text[end : end + 1].isspace():
        start = end + len(text[end:]) - len(text[end:].lstrip())
        signed = _signed_end(text, start)
        if signed > start and text[signed - 1].isspace():
            end, who = signed, text[start:signed].strip()
    after = _AFTER.match(text, end)
    return (after.end() if after else end), who
