"""The words and marks by which a line shows what it is: byline, caption, furniture, lead, heading.

Each cue is one regular expression with the reason beside it. A new quirk of a newspaper usually belongs here.
"""

from __future__ import annotations

import re

__all__ = [
    "CAPTION",
    "CAPTION_START",
    "CARRY_ON",
    "CJK",
    "CLOSERS",
    "CONTINUATION",
    "FURNITURE",
    "HEADING",
    "MASTHEAD",
    "NOTE_OPENS",
    "OPENERS",
    "OPENING",
    "STRONG_END",
    "WEAK_END",
    "is_credit",
    "is_furniture",
]

CJK = r"\u3400-\u9fff\u3007"  # without the rare planes, whose classes are slow to compile
OPENERS = "“‘「『（《〈【〔［([{"
CLOSERS = "”’」』）》〉】〕］)]}，。、；：！？…,;:!?%％·—"

# A paragraph ends with a full stop, seldom with a colon or a bracket, almost never in the middle of a clause.
STRONG_END = re.compile(r"[。！？…!?](?:[”’」』）)》】\]]|[0-9①-⑳])*$|\.{3,}[”’」』）)]*$")
WEAK_END = re.compile(r"[”’」』）)》】：:；;—]$")

# Words that open a paragraph oftener than a sentence inside one, and words that do so seldom (counted in real text).
OPENING = re.compile(
    r"(?:近日|日前|昨天|今天|今年以来|据[了介悉统]|此外|与此同时|会议[指强认要]|记者|位于|下一步|[《“（]|第[一二三四五六七八九十]"
    r"|[^，。]{2,9}(?:表示|指出|强调|介绍|认为|说)[，：。])"
)
CARRY_ON = re.compile(
    r"(?:[他她它]|双方|要|同时|截至|[该其并但而还也]|我们|这些|加强|推进|支持|实施|扩大|完善|鼓励|按照|希望)"
)

_CREDIT = r"(?:摄|供图|图片|摄影|摄影报道|制图|绘图|绘|资料图|资料图片|图文)"
# Lines that open a caption; it may run over several lines, up to its credit.
CAPTION_START = re.compile(
    r"^[▲△▼▽◀▶←→↑↓]|^图[为①-⑳一二三四1-9][^书纸]"
    r"|^[（(]?(?:上|下|左|右|题|本版|组|大|小|压题)(?:图|图片|图为)[：:为是\s]|^(?:资料图|漫画|图表|视频截图)[：:]"
)
# Lines that are a caption or a credit wholly.
CAPTION = re.compile(
    r"图片?(?:来源|提供)\s*[：:]|图片由[^，。；]{2,20}提供[）)]?$|由[^，。；]{2,16}供图[）)]?$"
    r"|^[（(]?(?:图源|供图|摄影|图/|图／|图片由|制图|绘图|图片|资料图片|资料照片|CFP|IC\s?photo|视觉中国)[^，。；]{0,24}$"
    rf"|(?:^|[\s　（(／/])(?:[^，。；\s]{{0,8}}(?:记者|通讯员)\s*)?[{CJK}]{{2,4}}\s*{_CREDIT}[）)]?$"
    r"|[（(](?:资料图片?|图片来自[^）)]*)[）)]$"
)

_WEEKDAY = "(?:星期|周)[一二三四五六日天]"
_FIGURE = "[0-9０-９〇○一二三四五六七八九十]"
_DATE = rf"{_FIGURE}{{2,4}}\s*年\s*{_FIGURE}{{1,3}}\s*月\s*{_FIGURE}{{1,3}}\s*日"
_DUTY = (
    r"(?:本版|本期|执行|值班|首席|责任|视觉|版式|图文)?\s*(?:责任编辑|责编|编辑|美编|主编|总编辑?|校对|组版|版式|检校|审读|编审"
    r"|策划|统筹|监制|值班编委|电话|热线|邮箱|投稿)"
)
# What a page carries besides its articles: date line, staff, page number, address.
FURNITURE = re.compile(
    rf"^(?:[^，。；]{{0,24}}{_DATE}\s*{_WEEKDAY}[^，。；]{{0,60}}|{_WEEKDAY}\s*{_DATE}.{{0,20}}"
    rf"|{_DATE}\s+第?\s*[0-9A-Z]{{1,4}}\s*版.*|.{{0,24}}{_DUTY}\s*[：:/／].{{1,60}}|.{{0,12}}责任编辑\s+[^，。]{{2,20}}"
    rf"|第?\s*[A-Z]?\s*{_FIGURE}{{1,3}}\s*版(?:面)?(?:\s*[^，。；]{{0,16}})?|[A-Z]?[0-9]{{1,3}}\s*(?:版|[／/]\s*[^，。]{{2,8}})"
    r"|[-—－·\s]*第?\s*[0-9]{1,3}\s*页?(?:\s*[/／共]\s*[0-9]{1,3}\s*页?)?[-—－·\s]*"
    r"|.{0,10}(?:国内统一(?:连续出版物号|刊号)|邮发代号|ISSN|CN\s*[0-9]{2}-[0-9]{4}).*"
    r"|(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|农历.{2,12}"
    rf"|今日\s*{_FIGURE}{{1,3}}\s*版.{{0,10}})$"
)
# 某某日报 at the head of a page.
MASTHEAD = re.compile(
    rf"^[{CJK}]{{2,8}}(?:日报|晚报|早报|晨报|周报|时报|商报|都市报|导报|快报|新报)(?:\s*[A-Za-z .]+)?$"
)
# （上接第一版） | （下转3版）
CONTINUATION = re.compile(
    r"[（(【▶▲◀]?\s*(?:上接|下转|紧接|转|详见|相关报道见|更多报道见|报道见)\s*"
    rf"(?:第?\s*[A-Z]?{_FIGURE}{{1,3}}\s*[版页]|[一二三四头]{{1,2}}版)[^，。；）)】]{{0,8}}[）)】▶▲◀]?"
)
# The beginning of such a note at a line's end.
NOTE_OPENS = re.compile(r"[（(【](?:[上下紧转详]\w{0,4})?$|(?:上接|下转)\w{0,3}$")

# Headings of reports and rules: 一、总体要求 | （一）发展目标 | 第三章 产业发展
HEADING = re.compile(
    r"^(?:第\s*[〇零一二三四五六七八九十百0-9]+\s*[章节编篇部分]|[一二三四五六七八九十]{1,3}[、．.]|[（(][一二三四五六七八九十]{1,3}[）)]"
    r"|[0-9]{1,2}(?:\.[0-9]{1,2}){0,3}[、．. \u3000]|附件?[0-9一二三四五六七八九十]*[：:])\s*[^。；，！？]{1,36}$"
)

_MAY_BE_CREDIT = re.compile("[图摄照绘片CIv]")
_MAY_BE_FURNITURE = re.compile("[0-9０-９年版编辑校审责电热邮农@]|www|http")
_LONGEST = 100  # characters: none of these is longer


def is_credit(text: str) -> bool:
    """Tell whether a whole line is a caption or a photo credit."""
    return len(text) <= 2 * _LONGEST and _MAY_BE_CREDIT.search(text) is not None and CAPTION.search(text) is not None


def is_furniture(text: str) -> bool:
    """Tell whether a whole line is page furniture: date line, staff, page number, address."""
    return len(text) <= _LONGEST and _MAY_BE_FURNITURE.search(text) is not None and FURNITURE.match(text) is not None
