"""What stands around an article on the web page it was copied from: links and buttons over it, an imprint below.

Its words are those of web pages (`web/furniture.py`), but a text has no links to tell by; where a line stands counts.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from gxclassify.messages import Message
from gxclassify.reading.text.briefs import LONGEST_LABEL
from gxclassify.reading.text.bylines import signature_start
from gxclassify.reading.text.cues import (
    CJK,
    CONTINUATION,
    HEADING,
    ITEM,
    POSTED,
    SERVICE_WORDS,
    WAY,
    ends_sentence,
    is_furniture,
    is_origin,
    note_start,
)
from gxclassify.reading.text.datelines import date_lines, is_date_line
from gxclassify.reading.text.folio import stands_over
from gxclassify.reading.text.furniture import PARTICULARS
from gxclassify.reading.text.kinds import HEAD, MARK, TITLE_WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.reading.document import Repair
    from gxclassify.reading.text.lines import Line, Lines

_SPONSORS = r"(?:主办|承办|协办|技术支持|运维)(?:单位)?\s*[：:]"
_RIGHTS_WORDS = (
    r"版权所有(?![人者])|Copyright(?!\s*(?!reserved|by\b|all\b)(?-i:[a-z]))|©|ICP备|公网安备|网站标识码|建议使用.{0,40}(?:分辨率|浏览器)"
    r"|仅代表作者(?:本人|个人)?的?(?:观点|立场)|不代表(?:本[网站号台报刊]|平台|本平台|本公众号).{0,8}(?:立场|观点)|(?:使用|接受|允许).{0,8}Cookie"
    r"|未经.{0,12}(?:授权|许可).{0,12}(?:转载|镜像)|网站地图|不良信息举报|许可证(?:编?号)?[\s：:（(]*[0-9]{6}|您是(?:本站)?第\s*[0-9,]*\s*位访|^平台声明[：:]|(?:^|您的|当前)浏览器(?:版本)?(?:过低|太旧|暂?不支持)|版权归.{0,6}原?作者|[如若](?:有|涉及?|存在).{0,6}侵权[^。]{0,24}(?:删除|删[文帖]|我们|本[网站号]|本平台|小编|后台|敬请告知)|^您(?:之所以)?(?:会)?收到(?:此|本|这)封?邮件"
)
LEGAL = re.compile(f"{_RIGHTS_WORDS}|{_SPONSORS}", re.IGNORECASE)
"""Words of an imprint or of a note on rights, which running text about such things may have as well."""
RELATED_WORDS = (
    r"^[\s【\[]*(?:相关(?:阅读|链接|新闻|文章|报道|信息|稿件|推荐|内容|资讯)|(?:[为给][您你]|精彩|编辑|热门|本站)?推荐(?:阅读|新闻|文章|信息)?|延伸阅读"
    r"|热[门点](?:新闻|文章|推荐|点击|资讯|阅读|信息)?|猜你喜欢|关联(?:稿件|阅读)|更多(?:新闻|文章|推荐|资讯|精彩)"
    r"|最新(?:新闻|文章|发布|资讯|信息)|(?:新闻|文章|[点热阅][^，。]{1,2}|[一本每]周|今日)?排行榜?|友情链接|往期(?:推荐|回顾|精选))[\s】\]：:]*"
)
"""What heads a list of links to other articles."""
FOOT = 8  # lines at the end of a text where its links may stand, whatever they look like
_LONGEST_FOOT = 40  # lines
_NEAR = 12  # lines below a day in which another shows that each heads what is below it
_SHORT, _LONGEST = 60, 200  # characters: of a button or a label, of a note on rights
_MENU, _ENTRY = 16, 4  # entries of a menu, and characters of one
_RELATED = re.compile(f"{RELATED_WORDS}$")
_RELATED_LINK = re.compile(f"{RELATED_WORDS}(?<=[】：:])")  # 推荐阅读：园区签约十二个项目
_IMPRINT = re.compile(r"©|ICP备|公网安备|网站标识码|版权所有|Copyright", re.IGNORECASE)
# What has such a line near it is of an imprint too; by itself it may be of a notice: 地址：和平路8号
_BESIDE_IMPRINT = re.compile(
    r"(?:(?:联系|单位|通[讯信])?(?:地\s*址|电\s*话|邮\s*[编箱]|传\s*真)|网站.{0,6})\s*[：:]" + f"|{_SPONSORS}"
)
_RIGHTS = re.compile(
    rf"{_RIGHTS_WORDS}|^[\s*※●■【\[（(]*(?:版权|免责|特别|郑重|本[网站号])?声明[】\]）)]?\s*[：:].*(?:转载|版权|侵权|授权|原创|信息存储|本(?:网|号|平台))"
    r"|^[\s*（(]*(?:如需|欢迎)?转载[，,]?(?:请|须|务必|需)",
    re.IGNORECASE,
)
_FOOT_WORDS = re.compile(
    rf"(?:附件下载|(?:精选|写下你的)留言|网站支持IPv6|收录于.{{2,40}}|赞\s*[（(]?\s*\d{{1,6}}\s*[）)]?|(?:阅读|浏览)\s*[0-9.万wW+]{{1,8}}(?:\s+(?:赞|点赞|在看|分享|喜欢)\s*[0-9.万wW+]{{1,8}}){{0,4}}"
    r"|#[^\s#]{2,16}#?(?:\s*#[^\s#]{2,16}#?)*|(?:本文)?(?:标签|关键[词字]|Tags?)\s*[：:].{1,40}"
    rf"|[（(](?:本文)?(?:据|转自|摘自|原载|转载自|来源[：:])?\s*《?[{CJK}]{{2,10}}(?:日报|晚报|早报|晨报|时报|商报|网|社|客户端|融媒|发布)》?(?:[，,][^。）)]{{2,12}})?[）)]"
    r"|(?:欢迎|敬请|请)(?:持续)?关注.{2,24}|关注.{2,24}(?:公众号|微信|视频号)|(?:更多|了解)[^，。]{1,16}[，,]?(?:请|敬请|欢迎|可)?(?:关注|点击|访问|下载|登录|扫码).{0,20}"
    r"|(?:长按|扫描?|识别)[^，。]{0,8}二维码.{0,20}|[^，。]{0,12}[，,]?(?:就|请|记得|别忘了?|欢迎|快来)(?:点个?赞|点?个?[“\"「]?在看|转发|分享)[^。]{0,12}|点个[“\"「]?(?:在看|赞)[^。]{0,12}|点击[“\"「](?:阅读原文|在看).{0,16}"
    r"|(?:撰稿人?|撰文|文案|采写|供稿|摄影|图片|素材|来源)\s*[：:｜|丨/].{2,16}\s(?:审核|审稿|编辑|责编|校对|排版|监制|审签|签发|制作|设计).{2,40})[。！!]?",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"^[^\w\s【\[（(|·“「《]+")  # 👆点击蓝字，关注我们
_ORIGINAL = re.compile("原创(?:\\s+[^\\s，。；：]{2,16}){1,3}$|发表于\\s*[^\\s，。；：]{2,8}$")  # 原创 小编 某某发布
_SUPPLIED = re.compile("(?:供稿(?:单位)?|来稿|稿件来源|信息来源|审稿|排版|转载)\\s*[：:|｜丨].{2,24}$")  # at the foot
_DAY = re.compile(r"(?:(?:日期|时间)\s*[：:]\s*)?(?:19|20)[0-9]{2}\s*[-年./]\s*[0-9]{1,2}\s*[-月./]\s*[0-9]{1,2}\s*日?")
_PUBLISHED = re.compile(rf"(?:[^\s，。；：]{{2,16}}\s+){{1,3}}{_DAY.pattern}")  # 林溪 临江日报 2026-04-03
_WAY, _LINK = Message("the way to a web page"), Message("a link or button of a web page")
_PUBLISHER = Message("the account that published it")
_LEGAL = Message("the imprint of a web page, or its note on rights")
_OTHERS = Message("links to other articles")


class Surroundings:
    """What a web page has around its article: in a text's first lines, and below its last sentence."""

    def __init__(self, lines: Sequence[Line], *, printed: bool) -> None:
        self._lines, self._printed = lines, printed
        self.foot = _foot(lines)
        below = range(self.foot, len(lines))
        self._related = next((i for i in below if _RELATED.match(lines[i].text)), len(lines))
        self._imprinted = any(_IMPRINT.search(lines[i].text) for i in below)
        self._menu = _menu(lines)
        self.head = max(HEAD + 1, self._menu)

    def why(self, i: int) -> Message | None:
        """Tell why line `i` is none of the article, or None where it is."""
        text = self._lines[i].text
        found = None
        if i >= self.foot:
            found = self._below(i, text)
        if not found and len(text) <= _SHORT and "。" not in text:
            found = self._above(i, text) or self._button(i, text)
        return found

    def _below(self, i: int, text: str) -> Message | None:
        """Tell why a line below the last sentence is none of the article."""
        if len(text) <= _SHORT and (i >= self._related or _RELATED_LINK.match(text)):
            return _OTHERS
        if len(text) > _LONGEST or not i:
            return None
        if _RIGHTS.search(text) or (self._imprinted and _BESIDE_IMPRINT.match(text)):
            return _LEGAL
        return _LINK if len(text) <= _SHORT and _says_goodbye(text) else None

    def _above(self, i: int, text: str) -> Message | None:
        """Tell why a line over the first sentence is none of the article."""
        lines = self._lines
        if i < self._menu or (i < HEAD and WAY.match(text)):
            return _WAY
        if not 0 < i < HEAD or any(ends_sentence(line.text) for line in lines[:i]):
            return None
        if POSTED.fullmatch(text) or _ORIGINAL.match(text) or _PUBLISHED.fullmatch(text):
            return PARTICULARS
        labels = any("：" in line.text for line in lines[:i])  # 主题：… over 时间：…
        if _DAY.fullmatch(text) and not labels and not any(_DAY.fullmatch(line.text) for line in lines[i + 1 : _NEAR]):
            return PARTICULARS
        account = i == 1 and len(text) <= LONGEST_LABEL and len(lines) > HEAD and is_origin(lines[2].text)
        titled = account and not (MARK.search(text) or stands_over(lines[0].text) or self.why(0))
        return _PUBLISHER if titled else None

    def _button(self, i: int, text: str) -> Message | None:
        """Tell whether a line at the head or the foot is a link or a button."""
        lines = self._lines
        low = i >= (self.foot if self._printed else min(self.foot, len(lines) - FOOT))
        if i and low and _SUPPLIED.match(text):
            return PARTICULARS
        head = i <= HEAD and not (self._printed and "，" in text and text[0] not in "点扫长↑👆")
        head = head and (i > 0 or (len(lines) > 1 and may_be_title(lines[1].text) and not lines[1].indent))
        return _LINK if (head or (i and low)) and SERVICE_WORDS.search(_SIGNS.sub("", text)) else None


def without_surroundings(lines: Lines) -> tuple[Lines, list[Repair]]:
    """Return the printed lines of a text without what a web page had around them, and the repairs that take it out."""
    around = Surroundings(lines, printed=True)
    looks = [*range(min(around.head, around.foot)), *range(around.foot, len(lines))]
    out = {i: reason for i in looks if not lines[i].role and (reason := around.why(i))}
    if any(is_date_line(lines[i].text) for i in out):
        dated = date_lines(lines, printed=True)  # which tell of titles, too
        out = {i: reason for i, reason in out.items() if i not in dated}
    if not out or len(out) == len(lines):
        return lines, []
    repairs = [repair for i, reason in out.items() for repair in lines[i].out("furniture", reason)]
    return lines.take([i for i in range(len(lines)) if i not in out]), repairs


def may_be_title(text: str) -> bool:
    """Tell whether a line may be the title that stands below what a page has over it."""
    titled = len(text) <= TITLE_WIDTH and not (ends_sentence(text) or HEADING.match(text) or ITEM.match(text))
    return titled or stands_over(text)


def _says_goodbye(text: str) -> bool:
    return any(map(_FOOT_WORDS.fullmatch, {text, _SIGNS.sub("", text)}))


def _menu(lines: Sequence[Line]) -> int:
    """Return how many lines on top are the entries of a page's menu, the first of them 首页."""
    if not lines or not lines[0].text.endswith("首页"):
        return 0
    return sum(1 for _ in takewhile(lambda line: len(line.text) <= _ENTRY, lines[:_MENU]))


def _foot(lines: Sequence[Line]) -> int:
    """Return where the lines begin that stand below the last sentence of a text."""
    at = len(lines)
    for at in range(len(lines), max(0, len(lines) - _LONGEST_FOOT), -1):
        text = lines[at - 1].text
        if CONTINUATION.fullmatch(text) or _RIGHTS.search(text):
            continue
        told = ends_sentence(text) and not (len(text) <= _SHORT and (is_furniture(text) or _says_goodbye(text)))
        if told or len(text) > _LONGEST or signature_start(text) or note_start(text, _SHORT):
            return at
    return at
