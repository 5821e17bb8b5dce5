"""The words and marks by which a line shows what it is: byline, caption, furniture, lead, heading.

Each cue is one regular expression with the reason beside it. A new quirk of a newspaper usually belongs here.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

from gxclassify.reading.text.words import COMMON_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

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

_CREDIT = r"(?:摄|供图|图片|摄影|摄影报道|制图|绘图|绘|资料图|资料图片|图文)"
# Lines that open a caption; it may run over several lines, up to its credit.
CAPTION_START = re.compile(
    r"^[▲△▼▽◀▶←→↑↓]|^图[为①-⑳一二三四1-9][^书纸]"
    r"|^[（(]?(?:上|下|左|右|题|本版|组|大|小|压题)(?:图|图片|图为)[：:为是\s]|^(?:资料图|漫画|图表|视频截图)[：:]"
)
# Of these, the bare marks, which also open the items of a list of briefs.
ITEM_MARKS = "▲△▼▽◀▶"
# The name of a figure or a table, which is no headline: 表1.1：主要经济指标 | 图 2-3 园区规划 | Table 1.1: 主要经济指标
NUMBERED_CAPTION = re.compile(
    r"^[附续]?[图表]\s*(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})(?:[.．·\-－—–][0-9]{1,2})*(?:[：:.．、\s]\s*[^。；]{1,40})?$"
    r"|^(?:Table|Fig(?:ure|\.)) ?[0-9]{1,3}(?:[.-][0-9]{1,2})*(?:[：:.\s]\s*[^。；]{1,80})?$"
)
# Before an entry of a form: 联系人：
ENTRY_LABEL = re.compile(r"[\u3400-\u9fff]{2,8}[：:]")
# Lines that are a caption or a credit wholly: by words anywhere, or by how they begin and end, never with a full stop.
_PROVIDED = re.compile(r"图片?(?:来源|提供)\s*[：:]")
_CAPTION = re.compile(
    r"图片由[^，。；]{2,20}提供[）)]?$|由[^，。；]{2,16}供图[）)]?$"
    r"|^[（(]?(?:图源|供图|摄影|图/|图／|图片由|制图|绘图|图片|资料图片|资料照片|CFP|IC\s?photo|视觉中国)[^，。；]{0,24}$"
    rf"|(?:^|[\s　（(／/。！？])(?:[^，。；\s]{{0,8}}(?:记者|通讯员)\s*)?[{CJK}]{{2,4}}\s*[/／]?\s*{_CREDIT}[）)]?$"
    rf"|[。！？][（(](?:摄影|供图)[：:/／\s]{{1,3}}[{CJK}][{CJK}\s]{{1,9}}[）)]$"
    r"|[（(](?:资料图片?|图片来自[^）)]*)[）)]$"
)

WEEKDAY = "(?:星期|周)[一二三四五六日天]"
FIGURE = "[0-9０-９〇○一二三四五六七八九十]"
_DATE = rf"{FIGURE}{{2,4}}\s*年\s*{FIGURE}{{1,3}}\s*月\s*{FIGURE}{{1,3}}\s*日"
_DUTY = (
    r"(?:本版|本期|执行|值班|首席|责任|视觉|版式|图文)?\s*(?:责任编辑|责编|编辑|美编|主编|总编辑?|校对|组版|版式|检校|审读|编审"
    r"|策划|统筹|监制|值班编委|电话|热线|邮箱|投稿)"
)
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
    rf"|{_DATE}\s+第?\s*[0-9A-Z]{{1,4}}\s*版.*|.{{0,24}}{_DUTY}\s*[：:/／|｜丨].{{1,60}}|.{{0,12}}责任编辑\s+[^，。]{{2,20}}"
    rf"|第?\s*[A-Z]?\s*{FIGURE}{{1,3}}\s*版(?:面)?(?:\s*[：:]?\s*[^，。；]{{0,16}})?|[A-Z]?[0-9]{{1,3}}\s*(?:版|[／/]\s*[^，。]{{2,4}})"
    r"|[-—－·\s]*第?\s*[0-9]{1,3}\s*页?(?:\s*[/／共]\s*[0-9]{1,3}\s*页?)?[-—－·\s]*"
    r"|第\s*[0-9]{1,6}\s*期\s.*(?:版|刊号|出版物号|CN).*|本报(?:社)?地址\s*[：:].*(?:邮编|邮政编码|电话|热线).*"
    r"|.{0,10}(?:国内统一(?:连续出版物号|刊号)|邮发代号|ISSN|CN\s*[0-9]{2}-[0-9]{4}).*"
    rf"|{_NET_ADDRESS}|农历.{{2,12}}"
    rf"|(?:(?:初审|复审|终审|审核|核稿|[一二三]审|监审|编审|排版|校对)\s*[：:/／|｜丨]\s*{_PEOPLE}\s*){{1,4}}"
    rf"|今日\s*{FIGURE}{{1,3}}\s*版.{{0,10}}|{_PAGE_MARK}|{_OF_SCAN}"
    r"|[（(【]\s*(?:本文|全文)?完\s*[）)】]|[（(](?:均?据[^，。；）)]{2,12}|新华社电|(?:本报)?综合(?:报道|消息|[^，。；）)]{2,10}报道)|[^，。；）)]{2,10}融媒体中心|未完待续|待续)[）)]|[（(]?本(?:版|期|组)(?:稿件|文字|报道|文章)[^。；]{2,40}(?:采写|撰写|撰文|编写|整理|提供)\s*[）)]?)$"
)
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
POSTED = re.compile(
    r"(?:原创\s+)?(?:[^\s，。；：]{2,16}\s+){0,3}(?:19|20)[0-9]{2}[-年./][0-9]{1,2}[-月./][0-9]{1,2}(?:日\s*|\s+)[0-9]{1,2}[:：][0-9]{2}"
    rf"(?:\s+(?:发表于\s*)?[{CJK}]{{2,8}})?"
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
_NUMBERED = rf"[{CJK}]{{1,16}}[〔\[（(【]\s*(?:19|20)\d\d\s*[〕\]）)】]\s*第?\s*\d+\s*号"
_SIGNER = rf"签发人\s*[：:]\s*[{CJK}\s]{{2,12}}"
NUMBER_LINE = re.compile(
    rf"[（(]?{_NUMBERED}[）)]?(?:\s*{_SIGNER})?"
    r"|[（(](?:19|20)\d\d\s*年[^）)]{0,60}(?:通过|公布|发布|印发|批准|修[订正])[^）)]{0,30}[）)]"
)
LETTERHEAD = re.compile(
    rf"[^，。；：]{{4,30}}(?<![标购商判选应报策性导])文件|{_NUMBERED}(?:\s*{_SIGNER})?|{_SIGNER}"
    r"|[0-9]{6}|(?:绝密|机密|秘密|内部)\s*(?:[★☆*]\s*\S{1,6})?|特急|加急|特提|平急|急件"
)
# What stands below the signature: 抄送：市水务局。 | 办公室　2026年5月20日印发 | （此件公开发布）
_IMPRINT = re.compile(
    rf"抄\s*[送报发]\s*[：:].{{2,}}|主题词\s*[：:].{{2,60}}|（?共印\s*[0-9]{{1,5}}\s*份）?|[^，。；]{{0,40}}{_DATE}\s*印发"
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


def is_imprint(text: str) -> bool:
    """Tell whether a whole line stands below the signature of a document.

    >>> is_imprint("办公室　2026年5月20日印发"), is_imprint("（此件公开发布）"), is_imprint("通知已印发")
    (True, True, False)
    """
    return (text[0] in "抄主共（(" or text[-1] == "发") and _IMPRINT.fullmatch(text) is not None


# Who issued it, and when, below its title: 云梦湖新区管理委员会 | （2026年7月15日）
ISSUER = re.compile(
    r"[\u3400-\u9fff（）()]{3,26}(?:委员会|管委会|办公室|人民政府|工委|党组|研究[院所]|协会|中心|公司|集团|[局厅院])"
)
_YEAR = "(?:(?:19|20)[0-9]{2}|[〇零一二三四五六七八九]{4})"
DATED = re.compile(
    rf"[（(]?\s*{_YEAR}\s*年\s*[0-9一二三四五六七八九十]{{1,3}}\s*月(?:\s*[0-9一二三四五六七八九十]{{1,3}}\s*日)?\s*[）)]?"
)
# Who signs it at its end, and when.
_SIGNED = re.compile("(?:委员会|管委会|办公室|政府|[局厅部院])$|年.{1,3}月.{1,3}日$")
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

# What gathers several articles under a name: 园区动态一周简报（第12期）
DIGEST = re.compile(
    "(?:简报|要闻|动态|快讯|快报|周报|月报|周刊|集锦|摘编|汇编|速览|[早晚日]报|播报|资讯|文摘|专报|时讯|新闻汇总)"
    r"(?:[（(〔\s·—-]*第?\s*[0-9〇零一二三四五六七八九十]+\s*期?[）)〕]?|[（(].{1,16}[）)])*$|一周(?:要闻|动态|新闻|回顾)"
)

# What stands over a box of briefs and heads none of them: 简讯 | 要闻速览
BRIEFS = re.compile(
    "(?:[短简快要]讯|简明?新闻|[短微]新闻|新闻速[览递]|要闻(?:速览|速递|简报)?|速览|一句话新闻|信息快[递报])"
)

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
MAY_BE_CREDIT = "图摄照绘片视CI"
MAY_BE_CAPTION = "▲△▼▽◀▶←→↑↓图画"
MAY_BE_FURNITURE = "0123456789０１２３４５６７８９年版编辑校审责电热邮农策统监投页报刊@:.源号体原完组期扫S据综待"
_MAY_BE_CREDIT = re.compile(f"[{MAY_BE_CREDIT}]")
_MAY_BE_FURNITURE = re.compile(f"[{MAY_BE_FURNITURE}]")
_LONGEST = 100  # characters: none of these is longer


def is_credit(text: str) -> bool:
    """Tell whether a whole line is a caption or a photo credit."""
    if len(text) > 2 * _LONGEST or _MAY_BE_CREDIT.search(text) is None:
        return False
    if _PROVIDED.search(text) is None and (text[-1] == "。" or _CAPTION.search(text) is None):
        return False
    wrote = text.endswith("报道") or _WRITTEN.search(text) is not None
    return not (wrote and is_byline(text))  # who wrote it and took its pictures


def names_signer(text: str) -> bool:
    """Tell whether a text ends as the lines do that say who signs a document, and when.

    >>> names_signer("云川高新区管委会"), names_signer("2026年7月15日"), names_signer("由管委会组织实施。")
    (True, True, False)
    """
    return text[-1:] in _SIGNED_ENDS and _SIGNED.search(text, max(0, len(text) - _LONGEST_SIGNED)) is not None


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


# ---- Names and bylines: who wrote an article, on a line of their own or after its last full stop.


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
# The dash of a second headline, also as programs and keyboards set it.
_DASH = re.compile(rf"(?:[━─―]{{1,3}}|[-–]{{2,3}}|－{{2}}|—)\s?(?=[{CJK}“《])")
_LONGEST_DECK = 60  # characters: no second headline is longer
# What ends the names of places and offices.
_NO_NAME = "省市区县镇乡会局委厅部处院校所室社站厂司办率额量数表类库港岛屯寨堡"
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
_ROLE = re.compile(
    rf"[□■◎●○◆▲☆★〇]?\s*(?:(?:文|图|文字|摄影|图片)\s?[/／丨|｜]\s?)?(?:{_PAPER.pattern})?"
    r"(?:(?:本报|本刊|本网|本台|新华社|中新社|人民网|全媒体|融媒体|首席|见习|实习|特约|驻\w{2,4})\s*)*"
    r"(?:记者|通讯员|实习生|作者|撰文|撰稿人?|特派员|评论员|采写|(?:采访)?(?:整理|编译|执笔|口述|摄影)(?=\s?[：:/／丨|｜])|文字|文/图|文图|图/文|图文(?=[\s：:/／丨|｜])|文(?=[\s：:/／丨|｜])|图(?=[/／丨|｜]))[\s：:/／丨|｜]*"
)
# Where the next role begins behind a name, as in PDF that sets no spaces: 本报记者林晓实习生何苗
_NEXT_ROLE = re.compile("(?:见习|实习|特约|首席|本报)?(?:记者|通讯员)|实习生")
# A role with all that stands before it, as one word; and what a byline with a role or a sign begins with.
_ROLE_WORDS = (
    r"(?:(?:本报|本刊|本网|本台|新华社|中新社|人民网|全媒体|融媒体|首席|见习|实习|特约)\s?)*"
    "(?:记者|通讯员|实习生|作者|特派员|评论员)"
)
_ROLE_WORD, _ROLE_LAST = re.compile(_ROLE_WORDS), re.compile(f"{_ROLE_WORDS}$")
BEGINS_BYLINE = re.compile(
    r"[（(【]?\s*(?:[□■◎●○◆▲☆★〇]|(?:本报|本刊|本网|本台|新华社|中新社|人民网|全媒体|融媒体|首席|见习|实习|特约)"
    "|记者|通讯员|实习生|作者|特派员|评论员|文[/／字图\\s：:]|图[/／文])"
)
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
        craft = _CRAFT.match(text, people - (text[people - 1] in "/／"))
        made = craft or _SPACED_CRAFT.match(text, people)
        others = _makers_end(text, made.end()) if made else people
        end = others if craft or (made and others > made.end()) else people
    return end


def _makers_end(text: str, start: int) -> int:
    """Return where names without a role end, each with what they made (李某/文 王某/图)."""
    end = start
    while (people := _people_end(text, end, "文")) > end:
        made = _CRAFT.match(text, people - (text[people - 1] in "/／")) or _SPACED_CRAFT.match(text, people)
        if made is None:
            break
        end = made.end()
    return end


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


def is_deck(text: str) -> bool:
    """Tell whether a line may be a second headline, under the first.

    >>> is_deck("——总投资186亿元"), is_deck("——这是他的第一句话。"), is_deck("──总投资186亿元")
    (True, False, True)
    """
    if "\u3000" <= text < "－":
        return False  # as nearly every line
    dash = text.startswith("——") or _DASH.match(text) is not None
    return dash and len(text) <= _LONGEST_DECK and not ends_sentence(text)


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
    if bare != text and (_AUTHOR.match(bare) or _AFFILIATION.fullmatch(bare)):
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
