"""The words and marks by which a line shows what it is: caption, furniture, heading; `bylines` tells of people.

Each cue is one regular expression with the reason beside it. A new quirk of a newspaper usually belongs here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

CJK = r"\u3400-\u9fff\u3007"  # without the rare planes, whose classes are slow to compile
OPENERS = "“‘「『（《〈【〔［([{"
CLOSERS = "”’」』）》〉】〕］)]}，。、；：！？…,;:!?%％·—"

# A paragraph ends with a full stop, seldom with a colon or a bracket, almost never in the middle of a clause.
STRONG_END = re.compile(
    rf"[。！？…!?](?:[”’」』）)》】\]]|[0-9①-⑳])*$|(?:\.{{3,}}|(?<=[{CJK}])[.．]|(?<=[a-z]{{3}})\.)[”’」』）)]*$"
)
STATEMENT = re.compile("。[”’」』]?$")  # neither a question nor a shout, as a headline may be
HALF_MARK = re.compile(rf"(?<=[{CJK}])[,.]")  # as some programs set them beside Chinese
WEAK_ENDS = "”’」』）)》】：:；;—"


def ends_sentence(text: str) -> bool:
    """Tell whether a sentence ends with the last character of a text, or before the brackets and numbers there.

    >>> ends_sentence("签约。"), ends_sentence("“签约！”"), ends_sentence("签约，")
    (True, True, False)
    """
    last = text[-1:]
    if last == "。" or last not in _ENDS:
        return last == "。"
    return STRONG_END.search(text, max(0, len(text.rstrip(_BEHIND_STOP)) - _DOTS)) is not None


_BEHIND_STOP = "”’」』）)》】]0123456789①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_ENDS = frozenset("！？…!?.．" + _BEHIND_STOP)
_DOTS = 3  # characters that the longest of what ends a sentence needs

# Words that open a paragraph oftener than a sentence inside one, and words that do so seldom (counted in real text).
OPENING = re.compile(
    r"(?:近日|日前|昨天|今天|今年以来|据[了介悉统]|此外|与此同时|会议[指强认要]|记者|位于|下一步|[《“（]|第[一二三四五六七八九十]"
    r"|[^，。]{2,9}(?:表示|指出|强调|介绍|认为|说)[，：。])"
)
CARRY_ON = re.compile(
    r"(?:[他她它]|双方|要|同时|截至|[该其并但而还也]|我们|这些|加强|推进|支持|实施|扩大|完善|鼓励|按照|希望)"
)

# What the first words of both have, and what those have that tell of somebody's speaking: a quick look for most lines.
OPENING_SIGNS = "近日昨今据此与会记位下《“（第他她它双要同截该其并但而还也我这加推支实扩完鼓按希"
SPEECH_SIGNS = "示出调绍为说"
# Lines that open a caption; it may run over several lines, up to its credit.
CAPTION_START = re.compile(
    r"^[▲△▼▽◀▶←→↑↓]|^图[为①-⑳一二三四1-9][^书纸]"
    r"|^[（(]?(?:上|下|左|右|题|本版|组|大|小|压题)(?:图|图片|图为)[：:为是\s]|^(?:资料图|漫画|图表|视频截图)[：:]"
)
# Of these, the bare marks, which also open the items of a list of briefs.
ITEM_MARKS = "▲△▼▽◀▶"
# The name of a figure or a table, which is no headline: 表1.1：主要经济指标 | 图 2-3 园区规划 | Table 1.1: 主要经济指标
TABLE_UNIT = re.compile("[（(]?(?:计量|金额)?单位[：:].{1,20}$")  # of the figures in a table
NUMBERED_CAPTION = re.compile(
    r"^[附续]?[图表]\s*(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})(?:[.．·\-－—–][0-9]{1,2})*(?:[：:.．、\s]\s*[^。；]{1,40})?$"
    rf"|^[附续]?[图表][0-9]{{1,3}}(?:[.\-－—–][0-9]{{1,2}})*(?=[{CJK}])(?![为所显中是可列给反说]|[年月日时个家项亿万号期级层类张幅套])[^。；]{{2,40}}$"
    r"|^(?:Table|Fig(?:ure|\.)) ?[0-9]{1,3}(?:[.-][0-9]{1,2})*(?:[：:.\s]\s*[^。；]{1,80})?$"
)
# Before an entry of a form: 联系人：
ENTRY_LABEL = re.compile(r"[\u3400-\u9fff]{2,8}[：:]")
ENTRY = re.compile(rf"{ENTRY_LABEL.pattern}\s*\S")

WEEKDAY = "(?:星期|周)[一二三四五六日天]"
FIGURE = "[0-9０-９〇○一二三四五六七八九十]"
_DATE = rf"{FIGURE}{{2,4}}\s*年\s*{FIGURE}{{1,3}}\s*月\s*{FIGURE}{{1,3}}\s*日"
# Who made the page and how to reach them, with a name, a number or an address after it: none is 基因编辑：改写生命.
_DUTY = (
    r"(?:本版|本期|执行|值班|首席|责任|视觉|版式|图文)?\s*(?:责任编辑|责编|编辑|美编|主编|总编辑?|校对|组版|版式|检校|审读|编审"
    r"|策划|统筹|监制|值班编委)\s*[：:/／|｜丨]"
)
_AFTER_DUTY = rf"\s*[{CJK}]{{2,4}}(?:$|[^{CJK}].{{0,60}})"
_CONTACT = r"(?:电话|热线|邮箱|投稿)\s*[：:/／|｜丨][^0-9@]{0,20}(?:[0-9][-—－0-9（）() ]{4}|@).{0,60}"
STAFF = "(?:本版|本期|执行|值班)?(?:责任编辑|责编|编辑|美编|主编|校对|组版|版式|检校|审读|编审|视觉)"
_PEOPLE = rf"[{CJK}]{{2,4}}(?:[ \u3000、,，/]{{1,2}}[{CJK}]{{2,4}}){{0,3}}"
# What programs put between the pages of a scan: --- 第3页 --- | === Page 3 === | IMG_0003.jpg | 扫描全能王 创建
_ABOUT = r"[-—–－=＝_*#~<>!＜＞\[\]【】()（）「」·|:：\s]{0,80}"
_PAGE_MARK = (
    rf"{_ABOUT}(?:第\s*{FIGURE}{{1,4}}\s*页(?:\s*[/／,，|]?\s*共\s*{FIGURE}{{1,4}}\s*页)?"
    rf"|(?:Page|PAGE|page)(?:Number|_?[Nn]o)?[\s_#:：=\">-]{{0,3}}[0-9]{{1,4}}\"?(?:\s*(?:of|/|／)\s*[0-9]{{1,4}}|</page>)?){_ABOUT}"
)
PAGE_MARK = re.compile(_PAGE_MARK)
_OF_SCAN = (
    r"[^\s，。；！？]{1,60}\.(?:jpe?g|JPE?G|png|PNG|tiff?|bmp|heic|HEIC|webp)"
    r"|(?:由\s*|CS\s*|Scanned\s(?:by|with)\s)?(?:扫描全能王|全能扫描王|夸克扫描王|CamScanner)(?:\s*(?:扫描)?\s*创建)?"
    "|[0-9]亿人都在用的扫描App"
)
# Alone where a sentence breaks off: [2] | <3>
BARE_PAGE_MARK = re.compile(
    r"[\[(（【<＜{~|]+\s*[0-9]{1,3}\s*[\])）】>＞}~|]+|\|\s?[0-9]{1,3}|[0-9]{1,3}\s?\||[Pp][.．]?\s?[0-9]{1,3}|页码\s*[：:]\s*[0-9]{1,3}"
)
PAGE_TURN = re.compile(rf"{_PAGE_MARK}|[-—－·\s]*[1-9][0-9]{{0,2}}[-—－·\s]*|[-=_*]{{3,}}|{_OF_SCAN}")
"""What stands between two pages: also their number, a rule, the name of their picture."""
_NET_ADDRESS = r"(?:https?://|www\.)\S+|[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
NET_ADDRESS = re.compile(_NET_ADDRESS)
# What a page carries besides its articles: date line, staff, page number, address. See `MAY_BE_FURNITURE` too.
FURNITURE = re.compile(
    rf"^(?:[^，。；]{{0,24}}{_DATE}\s*{WEEKDAY}[^，。；]{{0,60}}|{WEEKDAY}\s*{_DATE}.{{0,20}}"
    rf"|(?:{STAFF}\s{{1,4}}[{CJK}]{{1,4}}(?:\s{{1,2}}(?!{STAFF})[{CJK}]{{1,3}})?(?:\s{{1,6}}|$)){{1,5}}"
    r"(?:(?:联系)?(?:电话|热线|邮箱|E-?mail)\s*[：:]?\s*[0-9A-Za-z@._-]{5,32}\s*){0,2}"
    rf"|{_DATE}\s+第?\s*[0-9A-Z]{{1,4}}\s*版.*|{_DUTY}.{{1,60}}|.{{1,24}}{_DUTY}{_AFTER_DUTY}|.{{0,24}}{_CONTACT}"
    r"|.{0,12}责任编辑\s+[^，。]{2,20}"
    rf"|第?\s*[A-Z]?\s*{FIGURE}{{1,3}}\s*版(?:面)?(?:\s*[：:]?\s*[^，。；]{{0,16}})?|[A-Z]?[0-9]{{1,3}}\s*(?:版|[／/]\s*[^，。]{{2,4}})"
    r"|[-—－·\s]*第?\s*[0-9]{1,3}\s*页?(?:\s*[/／共]\s*[0-9]{1,3}\s*页?)?[-—－·\s]*"
    r"|第\s*[0-9]{1,6}\s*期\s.*(?:版|刊号|出版物号|CN).*|本报(?:社)?地址\s*[：:].*(?:邮编|邮政编码|电话|热线).*"
    r"|.{0,10}(?:国内统一(?:连续出版物号|刊号)|邮发代号|ISSN|CN\s*[0-9]{2}-[0-9]{4}).*"
    rf"|{_NET_ADDRESS}|农历.{{2,12}}"
    rf"|(?:(?:初审|复审|终审|审核|核稿|[一二三]审|监审|编审|排版|校对)\s*[：:/／|｜丨]\s*{_PEOPLE}\s*){{1,4}}"
    rf"|今日\s*{FIGURE}{{1,3}}\s*版.{{0,10}}|{_PAGE_MARK}|{_OF_SCAN}"
    r"|[（(【]\s*(?:本文|全文)?完\s*[）)】]|[（(](?:均?据[^，。；）)]{2,12}|新华社电|(?:本报)?综合(?:报道|消息|[^，。；）)]{2,10}报道)|[^，。；）)]{2,10}融媒体中心|未完待续|待续)[）)]|[（(]?本(?:版|期|组)(?:稿件|文字|报道|文章)[^。；]{2,40}(?:采写|撰写|撰文|编写|整理|提供)\s*[）)]?)$"
)
# A label with its value, which is no headline: 相关链接：… | 下载地址：http://… | 报名咨询电话：12345 | 扫码查看：…
_ENTRY = re.compile(
    r"[（(【]?(?:"
    r"(?:(?:相关|新闻|原文|资料|知识|背景|政策|文件|附件|视频|直播|报名|申报|查询|下载|网页|友情)?链接|(?:延伸|拓展|扩展|相关|更多|推荐)阅读"
    r"|(?:附件|文件|资料|表格|软件|全文|点击)?下载|扫码(?:关注|查看|阅读|下载|观看|收听|报名|申报|填写|登录|进群|入群|咨询|了解)"
    r"|(?:责任|执行|值班|本[版期]|版面|网络|文字|图片|美术|见习|新媒体|内容)?(?:编辑|校对|审核|排版|版式)|责编"
    rf"|[{CJK}]{{0,6}}(?:地址|网址|邮[箱编件]|二维码|联系人|联系方式))\s*[：:]\s*\S"
    # A headline may go on behind its figure: 民生热线：12345架起连心桥
    rf"|[{CJK}]{{0,6}}(?:电话|热线|传真|微信号?|公众号)\s*[：:]\s*[0-9（(+][-—0-9（）()+]{{3,}}(?=$|[\s（(；;，,、。转])"
    rf"|[{CJK}]{{0,6}}(?:微信号?|公众号)\s*[：:]\s*[A-Za-z][-\w]{{3,}}(?=$|[（(；;，,。])"
    rf"|[{CJK}]{{0,6}}(?:网站|平台)\s*[：:]\s*[-0-9A-Za-z]+\.[0-9A-Za-z])"
)
_LONGEST_LABEL = 14  # characters
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
# What a web page says of an article beside its headline, and texts copied from one keep: when, whence, how often read.
_COUNTER = "(?:浏览|阅读|点击|访问)(?:次数|[数量])?"
_SOURCE = r"(?:发布|发表|更新|录入|上传)(?:时间|日期)|(?:信息|文章|稿件|新闻|内容)?来\s*源|稿\s*源|字[号体](?:大小)?"
CREDIT_LABEL = f"{_COUNTER}|{_SOURCE}|原标题"
# A label begins a line or stands behind what parts them: 发布时间：2026年3月28日　来源：管委会 点击数：22
_LABEL = re.compile(
    rf"(?:^|(?<=[\s|｜/【\[(（]))(?:(?P<said>{_SOURCE})\s*[：:|｜丨]|(?P<count>{_COUNTER})\s*[：:]|(?P<loose>时间|日期|作\s*者)\s*[：:|｜丨])"
)
_VALUE = {
    "said": re.compile("[^，。；！？]{0,40}"),
    "count": re.compile(r"[0-9,.]{0,12}\s*[万次人]*"),
    "loose": re.compile("[^，。；！？]{0,24}"),  # of a meeting as often: 时间：3月28日上午 stands alone there
}
BRACKETS, _CLOSING = ("（", "(", "【", "["), ("）", ")", "】", "]")
_PARTING = " \t\u3000|｜/【】[]()（）"
_DAY = re.compile(r"(?:19|20)[0-9]{2}[-年./0-9月日: ]{4,20}")
# Lines that are such a thing wholly: 2026-03-28 09:12 | 原标题：某区签约
_ALONE = re.compile(
    r"(?:19|20)[0-9]{2}[-年./][0-9]{1,2}[-月./][0-9]{1,2}日?\s+[0-9]{1,2}[:：][0-9]{2}(?:[:：][0-9]{2})?(?:\s?·[^，。；]{1,24})?|原标题[：:][^。；]+"
)
# What an account's page says below the title: 东湖发布 2026年6月3日 18:20 湖北
_MOMENT = r"(?:19|20)[0-9]{2}[-年./][0-9]{1,2}[-月./][0-9]{1,2}(?:日\s*|\s+)[0-9]{1,2}[:：][0-9]{2}"
_REGION = (
    "(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾"
    "|内蒙古|广西|西藏|宁夏|新疆|香港|澳门)"
)
# Printed, such a line has no space around the day: 原创 东湖发布2026年6月3日 18:20湖北
POSTED = re.compile(
    rf"(?:原创\s+)?(?:[^\s，。；：]{{2,16}}\s+){{0,3}}{_MOMENT}(?:\s+(?:发表于\s*)?[{CJK}]{{2,8}})?"
    rf"|(?:原创\s*)?(?:[^\s，。；：]{{2,16}}\s+){{0,2}}[^\s，。；：]{{2,16}}?{_MOMENT}\s*(?:发表于\s*)?{_REGION}"
    rf"|原创\s+(?:[^\s，。；：]{{2,16}}\s+){{0,2}}[^\s，。；：]{{2,16}}?{_MOMENT}"
)
# Words of the page around an article: the way to it, its buttons and links.
WAY = re.compile(r"^.{0,6}(?:您?(?:现在|当前|所在)?的?(?:所在)?位置|首页)\s*(?:是|为)?\s*(?:[：:>＞»›/|｜]|$)")
SERVICE_WORDS = re.compile(
    r"^[\s【\[（(|·]*(?:我要)?(?:打印(?:本[页文稿])?|关闭(?:本页|窗口)?|返回(?:顶部|首页|上页|列表)?|分享(?:到|至)?|(?:加入)?收藏(?:本[页站])?|设为首页|回顶部"
    r"|上一[篇条页版期]|下一[篇条页版期]|版面(?:导航|概览|目录)|(?:全文)?复制|放大[+＋]?|缩小[-－]?|字[号体大]|微信扫一扫|扫一扫|扫描二维码|长按(?:识别)?二维码(?:关注)?|点击(?:下方|上方)?蓝字|点击下方|阅读原文|查看更多|更多|纠错|无障碍|登录|注册"
    r"|已发送|发送中|已留言|写留言|留言|在看|点赞|前往.{0,3}发现|微信号|功能介绍|预览时标签不可点|关注该公众号|关注我们)(?=[\s：:【】\]）)|·>〉,，“\"]|$)"
    r"|^字[号体](?:大小)?\s*[：:]?\s*[【\[]?\s*(?:[特超]?大\s*)中\s*小|^收?听(?:本文|全文)$|^(?:阅读|浏览)(?:[数量]|次数)?\s*[0-9.,]+\s*[万wW+]*$|^扫码(?:下载|关注|阅读|查?看|观看|了解|收[听看])|^(?:如需|点击)?退订|^(?:点?分享|点?收藏|点?点?赞|点?在看|[\s、，,])+$|^点击[上下]方|^点击蓝字|^(?:打开|使用)?微信(?:扫[一码]|[“\"「]扫)|^扫一扫|^前往“发现”|^关注该公众号|^分享到|^返回搜狐|^本文(?:网址|链接|地址)[：:]|^打印(?:时间|日期)[：:]|^点个[“\"「]?(?:在看|赞)|^举报\s*[/／]\s*反馈"
    r"|^(?:责任编辑|责编|编辑)\s*[：:]\s*$|^[-—－·\s]*(?:END|The\s+End)[-—－·\s]*$"
)
# （上接第一版） | （下转3版）
CONTINUATION = re.compile(
    r"[（(【▶►▲◀>＞→☞]{0,3}\s*(?:上\s?接|下\s?转|紧接|转|详见|相关报道见|更多报道见|报道见)\s*"
    rf"(?:第?\s*[A-Z]?{FIGURE}{{1,3}}\s*[版页]|[一二三四头]{{1,2}}版)[^，。；）)】▶►▲◀>＞→]{{0,8}}[）)】▶►▲◀>＞→]{{0,3}}"
)
# A line of words for a page's end or such a note: [换页] | --- PAGE BREAK --- | （转下页） | （未完，下转第6页）
_SIGNS_ABOUT = r"[-—–－=＝_*#~<>＜＞\[\]【】()（）「」·|■●◆▲▼▶►◀→←↓↑☞：:\s]{0,24}"
PAGE_BREAK = re.compile(
    rf"{_SIGNS_ABOUT}(?:[换分]\s?页符?|(?i:page[\s_-]?break)|\\(?:new|clear)page|\\pagebreak|[上下]一?页[续接]?"
    rf"|(?:未完\s*[，,、]?\s*)?(?:上\s?接|下\s?转|紧?接|转|续)\s*(?:第?\s*[A-Z]?{FIGURE}{{1,3}}\s*[版页]|[上下]一?[页版])){_SIGNS_ABOUT}"
)
_PAGE_REACH = 12  # characters from the end of a note to that
# The beginning of such a note at a line's end.
NOTE_OPENS = re.compile(r"[（(【]\s?(?:[上下紧转详]\s?\w{0,4})?$|(?:上\s?接|下\s?转)\w{0,3}$")

# Headings of reports and rules: 一、总体要求 | （一）发展目标 | 第三章 产业发展
HEADING = re.compile(
    r"^(?:第\s*[〇零一二三四五六七八九十百0-9]+\s*[章节编篇部分]|[一二三四五六七八九十]{1,3}[、．.]|[（(][一二三四五六七八九十]{1,3}[）)]"
    r"|[0-9]{1,2}(?:\.[0-9]{1,2}){0,3}[、．. \u3000]|附件?[0-9一二三四五六七八九十]*[：:])\s*[^。；，！？]{1,36}$"
)

# The number of a document, or who passed it and when: 青高管〔2026〕10号 | （2026年3月1日市人大常委会通过）
DOCUMENT_NUMBER = re.compile(
    r"[〔\[（(【]\s*(?:19|20)\d\d\s*[〕\]）)】]\s*第?\s*\d+\s*号|^[（(](?:19|20)\d\d\s*年[^）)]{0,60}[）)]$"
)


def holds_number(text: str) -> bool:
    """Tell whether a text has the number of a document in it, or is in brackets who passed it and when.

    >>> holds_number("青高管〔2026〕10号"), holds_number("2026年园区工作方案")
    (True, False)
    """
    return ("号" in text or "年" in text) and DOCUMENT_NUMBER.search(text) is not None


# Lines that are wholly such a number, or what stands beside and over it in a letterhead, or who passed a rule.
_NUMBERED = rf"[{CJK}]{{0,16}}[〔\[（(【]\s*(?:19|20)\d\d\s*[〕\]）)】]\s*第?\s*\d+\s*号"
_SIGNER = rf"签发人\s*[：:]\s*[{CJK}\s]{{2,12}}"
NUMBER_LINE = re.compile(
    rf"[（(]?{_NUMBERED}[）)]?(?:\s*{_SIGNER})?"
    r"|[（(](?:19|20)\d\d\s*年[^）)]{0,60}(?:通过|公布|发布|印发|批准|修[订正])[^）)]{0,30}[）)]"
)
_HEAD_MARK = r"(?:[0-9]{6}|(?:绝密|机密|秘密|内部)\s*(?:[★☆*]\s*\S{1,6})?|特急|加急|特提|平急|急件)"
HEAD_MARKS = re.compile(rf"{_HEAD_MARK}(?:\s*{_HEAD_MARK})*")
"""A line over a letterhead that is wholly the number of the copy, how secret and how urgent it is (GB/T 9704)."""
LETTERHEAD = re.compile(
    rf"[^，。；：]{{4,30}}(?<![标购商判选应报策性导])文件|{_NUMBERED}(?:\s*{_SIGNER})?|{_SIGNER}"
    rf"|{HEAD_MARKS.pattern}"
)
# What stands below the signature: 抄送：市水务局。 | 报：市委办公室。 | 办公室　2026年5月20日印发 | （此件公开发布）
_IMPRINT = re.compile(
    rf"抄\s*[送报发]\s*[：:].{{2,}}|(?:[报送发]|[主呈]\s*[报送])\s*[：:][^。]{{2,}}。?|主题词\s*[：:].{{2,60}}|（?共印\s*[0-9]{{1,5}}\s*份）?|[^，。；]{{0,40}}{_DATE}\s*印发"
    r"|[（(]\s*(?:此件|本件)[^，。；）)]{0,6}(?:公开|删减)[^。；）)]{0,12}[）)]"
)

# What stands in a line of its own below the title of a document, and belongs to it: （试行）
VERSION = re.compile(
    r"[（(](?:试行|暂行|草案|[^，。；）)]{0,8}(?:稿|版|修订|修正)|[0-9〇零一二三四五六七八九]{4}年?(?:修订|修正)?)[）)]"
)

# The title of a document by what it ends with: 孵化器管理办法（试行）
DOCUMENT_TITLE = re.compile(
    "(?:条例|办法|规定|细则|规则|意见|通知|方案|措施|规划|报告|公告|章程|准则|决定|纲要|政策|计划|总结|要点|指南|制度|批复|简报|通报|公报|说明|解读|纪要|公示|请示|讲话|致辞|致词|发言|贺信|公开信|倡议书|汇报|答复|复函|的函|决议|预案)"
    "(?:[（(][^）)]{1,16}[）)])?$"
)


def is_entry(text: str) -> bool:
    """Tell whether a line is a label with its value, or holds an address in the net: no headline, however wide.

    >>> is_entry("相关链接：什么是飞地园区"), is_entry("咨询电话：12345"), is_entry("全民阅读：让书香浸润园区")
    (True, True, False)
    """
    head = text[:_LONGEST_LABEL]
    return ("：" in head or ":" in head) and (_ENTRY.match(text) or _LINK.search(text)) is not None


def is_letterhead(texts: Iterable[str]) -> bool:
    """Tell whether the first of these lines stands over the title of a document: …文件, or an office over the number.

    Several offices may issue it together.

    >>> is_letterhead(["东岭高新区管委会文件"]), is_letterhead(["中共东岭工委", "东岭管委会", "东发〔2026〕2号"])
    (True, True)
    >>> is_letterhead(["东岭高新区管委会", "关于做好安全生产工作的通知"])
    False
    """
    for i, text in enumerate(texts):
        if LETTERHEAD.fullmatch(text) or (i and NUMBER_LINE.fullmatch(text)):
            return True
        if not ISSUER.fullmatch(text):
            return False
    return False


def is_day(text: str) -> bool:
    """Tell whether a line is a day and nothing else.

    >>> is_day("（2026年7月15日）"), is_day("2026-07-15"), is_day("2026年7月15日上午")
    (True, True, False)
    """
    return len(text) <= _LONGEST_DAY and _BARE_DAY.fullmatch(text) is not None


def is_office_name(text: str) -> bool:
    """Tell whether a whole line is the name of an office, and no headline that ends in one.

    >>> is_office_name("云溪高新区管委会"), is_office_name("走进云溪高新区管委会"), is_office_name("打造区域创新中心")
    (True, False, False)
    """
    return ISSUER.fullmatch(text) is not None and not tells_of_office(text)


def tells_of_office(text: str) -> bool:
    """Tell whether a text has words of headlines, so that an office at its end does not sign.

    >>> tells_of_office("省调研组走访清河高新区管委会"), tells_of_office("清河市信访局")
    (True, False)
    """
    return _OF_HEADLINE.search(text) is not None


def is_imprint(text: str) -> bool:
    """Tell whether a whole line stands below the signature of a document.

    >>> is_imprint("办公室　2026年5月20日印发"), is_imprint("（此件公开发布）"), is_imprint("通知已印发")
    (True, True, False)
    """
    return (text[0] in "抄主呈报送发共（(" or text[-1] == "发") and _IMPRINT.fullmatch(text) is not None


# The last character of an office's name, and not of the words that headlines end with: 招商工作开新局, 打造区域总部.
BUREAU = (
    r"(?<![格布大破结好开定僵困棋])(?<![开谱绘启拓赢]新)(?<![^安]全)局"
    r"|(?<![客餐展])(?<!(?<!务服务)大)厅|(?<![剧影庭小])院"
)
MINISTRY = "(?<![全内总外东西南北中局干头])部"
# Who issued it, and when, below its title: 云梦湖新区管理委员会 | （2026年7月15日）. Of a place of two characters only
# what no headline ends in: 东岭管委会, but not 园区公司
ISSUER = re.compile(
    rf"[\u3400-\u9fff（）()]{{2,26}}(?:委员会|管委会|办公室|人民政府"
    rf"|(?<=...)(?:工委|党组|研究[院所]|协会|中心|公司|集团|{BUREAU}))"
)
# What a headline has that ends in an office's name, and no office has: 走进云溪高新区管委会 | 省调研组考察高新区管委会
_OF_HEADLINE = re.compile(
    "^(?:访|记(?!者)|探[访秘]|采访|对话|聚焦|直击|建设(?![局厅委部])|加快|[奋全着助]力|争[创当做]|推[动进](?!办).*中心)"
    "|[的了着把是我你被让请]|为(?![民企农老侨])|获(?!嘉)|在(?![建线])|致(?!公)|向(?!阳)|关于|属于|走[访近进]|走出(?!去)|[跑闯]出|[到来]访(?!接待)"
    "|访问(?!学者)|参观|慰问|感谢|点赞|调研(?![室局处]|中心|信息)|考察(?!接待)|视察|(?<!纪律)检查(?![局站所室])|督[察导](?![局室办委])|赴|前往|做客"
    "|落户(?!服务)|签约(?!服务)|[携牵]手|[挂揭]牌|召开|举[行办]|[来送]到|送给"
    "|花落|亮相|迎来|[新增]设|设立|重组|组建|成立(?!大会)|引领|搬[到进入]|[打再]造|建成|[构共]建|创建(?!办|工作|委)|迈[向进]|变身|[入进]驻"
    "|身边|支持(?!中心)|[一二两三四五六七八九十几百首]家(?!.?[镇村乡区县渠])"
)
_YEAR = "(?:(?:19|20)[0-9]{2}|[〇零一二三四五六七八九]{4})"
DATED = re.compile(
    rf"[（(]?\s*{_YEAR}\s*年\s*[0-9一二三四五六七八九十]{{1,3}}\s*月(?:\s*[0-9一二三四五六七八九十]{{1,3}}\s*日)?\s*[）)]?"
)
_BARE_DAY = re.compile(rf"{DATED.pattern}|[（(]?(?:19|20)[0-9]{{2}}[-./][0-9]{{1,2}}[-./][0-9]{{1,2}}[）)]?")
_LONGEST_DAY = 20  # characters
# Who signs it at its end, and when.
_SIGNED = re.compile(f"(?:委员会|管委会|办公室|政府|{BUREAU}|{MINISTRY})$|年.{{1,3}}月.{{1,3}}日$")
_SIGNED_ENDS = frozenset("会室府局厅部院日")
_LONGEST_SIGNED = 9  # characters: it is found by no more

# Whom a letter or a speech turns to: 各有关单位： | 各部门，各有关企业： | 同志们： | 大家好，
_MORE = "[^，。；：]{0,12}各[^，。；：]{1,30}|[^，。；：]{1,16}(?:[们友宾胞]|女士|先生)"
SALUTATION = re.compile(
    rf"(?:各[^，。；：]{{1,40}}(?:，(?:{_MORE})){{0,4}}|(?:尊敬|亲爱|敬爱)的[^。；：]{{1,30}}|[^，。；：]{{0,12}}(?:同志们|朋友们|先生们|女士|先生|同志))[：:]"
    "|(?:尊敬|亲爱|敬爱)的[^，。；：！]{1,12}们[！!]"
    rf"|[{CJK}]{{1,3}}(?:主任|书记|[局镇区市县校院部处科]长|老师|经理)[：:]"
    "|(?:各位[^，。；：！]{1,10}[，,])?[^，。；：！]{0,10}(?:您|你|你们|大家|各位)(?:[上下中]午|早上|晚上|新年|节日)?好[！!，,：:]"
)

# Who speaks or reports, below the title: 区长　周宁
OFFICE_HOLDER = re.compile(
    rf"[{CJK}、]{{1,30}}(?:长|书记|主任|主席|代表|院士|教授|研究员|总裁|经理|专员)[ \u3000]+"
    rf"(?P<name>[{CJK}](?:[ \u3000]?[{CJK}]){{1,3}})"
)

# What stands over a list of contents.
CONTENTS = re.compile(r"目\s*[录錄次]|CONTENTS", re.IGNORECASE)

# What gathers articles of others under a name, one behind each number: 开发区剪报 | 一周要闻（11月9日至15日）
_FIGURES = r"(?:[（(〔\s·—-]*第?\s*[0-9〇零一二三四五六七八九十]+\s*期?[）)〕]?|[（(].{1,16}[）)])*"
_CLIPPINGS = (
    "(?:剪报|报摘|要闻|快讯|速览|集锦|[摘汇选]编|文摘|选登|资讯|时讯|(?:新闻|动态|信息|报道|舆情)汇总"
    "|[一每][周日](?:要闻|动态|新闻|回顾|剪报|快报))"
)
CLIPPINGS = re.compile(f"{_CLIPPINGS}{_FIGURES}$")
# So are bulletins called, too, which may be one report with its chapters: 园区动态一周简报（第12期）
DIGEST = re.compile(
    f"(?:{_CLIPPINGS}|简报|动态|快报|[周月]报|周刊|[早晚日]报|播报|专报){_FIGURES}$|一周(?:要闻|动态|新闻|回顾)"
)

CHAPTER = re.compile(r"第\s*[〇零一二三四五六七八九十百0-9]+\s*[章节编篇部分]+")  # whose name is the next heading

# What stands over a box of briefs and heads none of them: 简讯 | 要闻速览
BRIEFS = re.compile(
    "(?:[短简快要]讯|简明?新闻|[短微]新闻|新闻速[览递]|要闻(?:速览|速递|简报)?|速[览递]|短波|一句话新闻|信息快[递报])"
)
_LONGEST_LABEL_OF_BRIEFS = 8  # characters: 经开区要闻速览


def labels_briefs(text: str) -> bool:
    """Tell whether a line stands over a box of briefs, by its last word.

    >>> labels_briefs("简讯"), labels_briefs("园区短波"), labels_briefs("本报开设园区企业短讯专栏")
    (True, True, False)
    """
    found = BRIEFS.search(text) if len(text) <= _LONGEST_LABEL_OF_BRIEFS else None
    return found is not None and found.end() == len(text)


# A clause of a rule is running text, even one that ends with a colon: 第七条　管委会行使下列职权：
CLAUSE = re.compile(
    r"第\s*[〇零一二三四五六七八九十百千0-9]+\s*条(?:之[一二三四五六七八九十])?[\s\u3000:：](?![^。：；，]{0,12}$)"
)
# So begins a clause or an item, never the rest of a line: （二）编制规划；
ITEM = re.compile(
    r"第\s*[〇零一二三四五六七八九十百千0-9]+\s*条(?:之[一二三四五六七八九十])?[\s\u3000:：]"
    r"|[（(][一二三四五六七八九十]{1,3}[）)](?!项|款|目)"
)

# One of these characters each line has that is what its name says: a quick look, by which most lines are told to be
# none. A new word above that has none of them is never looked at: give its line to a test of `test_cues.py`.
MAY_BE_CAPTION = "▲△▼▽◀▶←→↑↓图画"
MAY_BE_FURNITURE = "0123456789０１２３４５６７８９年版编辑校审责电热邮农策统监投页报刊@:.源号体原完组期扫S据综待"
_MAY_BE_FURNITURE = re.compile(f"[{MAY_BE_FURNITURE}]")
_LONGEST = 100  # characters: none of these is longer


# The dash of a second headline, also as programs and keyboards set it.
_DASH = re.compile(rf"(?:[━─―]{{1,3}}|[-–]{{2,3}}|－{{2}}|—)\s?(?=[{CJK}“《])")
_LONGEST_DECK = 60  # characters: no second headline is longer


def is_deck(text: str) -> bool:
    """Tell whether a line may be a second headline, under the first.

    >>> is_deck("——总投资186亿元"), is_deck("——这是他的第一句话。"), is_deck("──总投资186亿元")
    (True, False, True)
    """
    if "\u3000" <= text < "－":
        return False  # as nearly every line
    dash = text.startswith("——") or _DASH.match(text) is not None
    return dash and len(text) <= _LONGEST_DECK and not ends_sentence(text)


def names_signer(text: str) -> bool:
    """Tell whether a text ends as the lines do that say who signs a document, and when.

    >>> names_signer("云川高新区管委会"), names_signer("2026年7月15日"), names_signer("走访云川高新区管委会")
    (True, True, False)
    """
    may_be = text[-1:] in _SIGNED_ENDS and _SIGNED.search(text, max(0, len(text) - _LONGEST_SIGNED)) is not None
    return may_be and not tells_of_office(text)


def note_start(text: str, reach: int) -> int | None:
    """Return where the continuation note at the end of a text begins, within its last `reach` characters, or None.

    >>> note_start("签约项目。（下转第三版）", 60), note_start("签约项目。", 60)
    (5, None)
    """
    end = text[-_PAGE_REACH:]
    if "版" not in end and "页" not in end:
        return None  # as nearly every text: no such note lacks it
    note = CONTINUATION.search(text, max(0, len(text) - reach))
    return note.start() if note and note.end() == len(text) else None


_RULE_MARKS = "-=_*＊—－·~～#＃.．─━═┄┅┈┉"
_ORNAMENTS = "※◇◆☆★○●□■△▲"
_OF_RULES = frozenset(_RULE_MARKS + _ORNAMENTS)
_RULE = re.compile(rf"[{re.escape(_RULE_MARKS)}\s]{{3,}}|([{_ORNAMENTS}])(?:\s*\1){{2,}}")


def is_rule(text: str) -> bool:
    """Tell whether a whole line is a rule drawn with marks: ------ or * * * or ◇◇◇."""
    return text[0] in _OF_RULES and _RULE.fullmatch(text) is not None


def is_furniture(text: str) -> bool:
    """Tell whether a whole line is page furniture: date line, source, staff, page number, address.

    >>> is_furniture("发布时间：2026年3月28日  来源：东湖日报"), is_furniture("时间：3月28日上午")
    (True, False)
    """
    if len(text) > _LONGEST or _MAY_BE_FURNITURE.search(text) is None:
        return False
    if text.lstrip("（(").startswith("联系人"):
        return False  # of a notice, which tells whom to ask; a page tells its telephone alone
    return FURNITURE.match(text) is not None or is_origin(text)


def is_origin(text: str) -> bool:
    """Tell whether a line says when and where a text was published, or how often it was read, and nothing else.

    Step by step and not by one expression: with values of any words, that would try every way to part them.

    >>> is_origin("2026-03-28 来源：东湖日报"), is_origin("资金来源：财政")
    (True, False)
    """
    text = text.strip()
    text = text[text[:1] in BRACKETS : len(text) - (text[-1:] in _CLOSING)].strip()
    if _ALONE.fullmatch(text):
        return True
    labels = [*_LABEL.finditer(text)]
    kinds = [str(label.lastgroup) for label in labels]
    head = text[: labels[0].start()].strip(_PARTING) if labels else ""
    if not labels or (head and not _DAY.fullmatch(head)):
        return False
    if kinds[0] == "loose" and (head or kinds[1:2] in ([], ["loose"])):
        return False
    ends = [*(label.start() for label in labels[1:]), len(text)]
    values = (text[label.end() : end].strip(_PARTING) for label, end in zip(labels, ends, strict=True))
    return all(_VALUE[kind].fullmatch(value) for kind, value in zip(kinds, values, strict=True))
