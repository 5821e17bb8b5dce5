"""The date of a document: from a column, its own text, its metadata or its name."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from bisect import bisect_right
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from gxclassify.zones.texts import check_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

__all__ = ["DATE_COLUMN", "DocumentDate", "UnreadDates", "article_dates", "find_date", "unread_dates"]

_Told = tuple[tuple[int, ...], tuple[int, int]]  # year, month, day, as far as told; its place

DATE_COLUMN = "date"
"""The field of a record that holds its date, unless another is named."""
DATE_FIELDS = (
    "日期", "发布日期", "发表日期", "见报日期", "刊发日期", "刊登日期", "出版日期", "报道日期", "发稿日期",
    "发文日期", "发布时间", "发表时间", "见报时间", "刊发时间", "刊登时间", "出版时间", "报道时间", "发稿时间",
    "发文时间", "时间", "pubdate", "publish_date", "publication_date", "date_published", "release_date", "post_date",
    "issue_date", "news_date", "pdate", "published", "published_at", "posted_at", "pubtime", "publish_time",
    "published_time", "release_time", "post_time", "news_time", "ptime", "datetime", "time",
)  # fmt: skip
"""Where a record lacks the field that is named, those that hold its date, the likeliest first; neither case nor ``_``,
``-`` and spaces count."""

# Other fields that hold a day, by name: 签约日期, signing date, signDate; not what is to come or ends, nor an age.
_DAY_FIELD = re.compile(r"(?:日期|时间|(?:^|[ _-])(?:[Dd]ate|[Tt]ime)|(?<=[a-z])(?:Date|Time))$")
_NO_DAY_FIELD = re.compile(
    "预计|计划|拟|预期|目标|截止|截至|到期|有效|失效|结束|终止|完工|竣工|建成|投产|达产|成立|注册|设立|出生|入职|上市"
    "|due|end|expir|deadline|plan|expected|birth|found|valid",
    re.IGNORECASE,
)
_DAY_LENGTH = 32
# Seconds or milliseconds since 1970, as programs write a moment: from September 2001 until May 2033.
_STAMP = re.compile(r"(1[0-9]{9})(?:[0-9]{3}|\.[0-9]*)?")
_RUN_ON = re.compile("((?:19|20)[0-9]{6})[0-9]{4}(?:[0-9]{2})?")  # 20240506083000
_CHINA = dt.timezone(dt.timedelta(hours=8))
# Days as tables write them, in other forms than texts: 24/10/8, 10/8/2024, 8-Oct-24, and without a year 10月8日, 10-8.
_THREE = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4}|[0-9]{1,2})(?![0-9./-])")
_TWO = re.compile(r"(?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})(?![0-9:%])(?=\s|$)")
_ORDERS = frozenset({"ymd", "dmy", "mdy"})
_SERIAL = re.compile(r"([3-5][0-9]{4}|60000)(?:\.[0-9]*)?")  # Excel's number of a day, from 1982 until 2064
_SERIAL_START = dt.date(1899, 12, 30)
_LIKE_DATE = re.compile("[0-9０-９]|月")
# 去年春天, 上周五, but neither 未知 nor 待定
_IN_WORDS = re.compile(
    "[去今前明昨][年天日]|年[初中底末]|[春夏秋冬][天季日]|[上中下]旬|[上本下]周|周[一二三四五六日末]|季度"
)
_BETWEEN_WORDS = str.maketrans("", "", " _-")
_VAGUE_FIELDS = frozenset({"时间", "time", "datetime", "published"})  # which may say something else
_LIKE_DAY = re.compile("月|[0-9][-/][0-9]")
# Fields of label records: their `time` says when somebody labelled.
_LABEL_FIELDS = frozenset({"id", "labels", "maybe"})


@dataclass(frozen=True, slots=True)
class DocumentDate:
    """When a document was published, as far as can be told.

    Attributes
    ----------
    date : str
        ISO 8601, as precise as it is known: ``2021-03-15``, ``2021-03`` or ``2021``.
    precision : str
        ``day``, ``month`` or ``year``.
    source : str
        Where it was found: ``column``, ``head`` (a newspaper's head, a line of its own, or 发布时间：), ``dateline``
        (本报济宁3月5日电, the year from elsewhere), ``metadata``, ``name`` (of the file) or ``text`` (the latest date
        that it tells of).
    span : tuple of int or None
        Where it stands in the text; None when it is not from the text.
    """

    date: str
    precision: str
    source: str
    span: tuple[int, int] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the date as files and HTTP show it."""
        return {**asdict(self), "span": None if self.span is None else list(self.span)}


_DIGIT = "〇零○一二三四五六七八九十0-9０-９"
_YEAR = "(?P<year>(?:19|20)[0-9]{2}|(?:１９|２０)[０-９]{2}|[一二][〇零○0九][〇零○0一二三四五六七八九]{2})"
_DATE = re.compile(
    rf"(?<![0-9]){_YEAR} ?(?:年 ?(?P<month>[{_DIGIT}]{{1,3}}) ?月(?: ?(?P<day>[{_DIGIT}]{{1,3}}) ?[日号])?"
    r"|(?P<sign>[-/.])(?P<month2>[0-9]{1,2})(?:(?P=sign)(?P<day2>[0-9]{1,2}))?(?![0-9.%])|年)"
)
# 22年3月, '22年, 22年上半年; 22年 alone is how long something took, and so are 30年3月 and the like. It begins with a
# set of signs, for which a text is looked through fast.
_SHORT = re.compile(
    rf"['‘’0-9](?<![0-9.]['‘’0-9])(?<!历时[0-9])(?<!长达[0-9])(?:(?<=['‘’])[0-9])?[0-9]年"
    rf"(?: ?(?P<month>[{_DIGIT}]{{1,3}}) ?月(?: ?(?P<day>[{_DIGIT}]{{1,3}}) ?[日号])?|[上下]半年|第?[一二三四]季度"
    r"|(?<=['‘’]..年))"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)(?![A-Za-z])\.?"
)
# March 5, 2021; March 2021; 5 Mar 2021, as in mails and in the metadata of web pages
_LATIN = re.compile("[A-Za-z]{3}")
_ENGLISH = re.compile(
    rf"(?<![A-Za-z])(?P<month>{_MONTH})(?: (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?)?,? (?P<year>(?:19|20)[0-9]{{2}})"
    rf"(?![0-9])|(?<![0-9])(?P<day2>[0-9]{{1,2}})(?:st|nd|rd|th)?(?: of)?[ -](?P<month2>{_MONTH}),?[ -]"
    r"(?P<year2>(?:19|20)[0-9]{2})(?![0-9])",
    re.IGNORECASE,
)
# 8-Oct-24 and 8-Oct, as Excel shows days
_SHORT_ENGLISH = re.compile(
    rf"(?P<day>[0-9]{{1,2}})[- ](?P<month>{_MONTH})(?:[- ,]{{1,2}}'?(?P<year>[0-9]{{2}}))?(?![0-9:])(?=\s|$)",
    re.IGNORECASE,
)
_MONTH_AND_DAY = re.compile(rf"(?P<month>[{_DIGIT}]{{1,3}}) ?月 ?(?P<day>[{_DIGIT}]{{1,3}}) ?[日号]")
_WEEKDAY = re.compile(r"[ 　,，]{0,3}(?:农历.{0,8})?[（(]?(?:星期|周)[一二三四五六日天]")
# 本报讯 is no date; 本报济宁3月5日电, 新华社北京3月5日电 and 今天（8月16日） are.
_DATELINE = re.compile(
    rf"(?:(?:本报|本台|新华社|中新社|新华网|人民网)[\u4e00-\u9fff]{{0,8}}?|(?:今天|今日|昨天|昨日|近日)[（(])"
    rf"(?P<month>[{_DIGIT}]{{1,3}}) ?月 ?(?P<day>[{_DIGIT}]{{1,3}}) ?日(?:电|讯|[）)])"
)
_NAME = re.compile(
    r"(?<![0-9第])(?P<year>(?:19|20)[0-9]{2})(?:(?P<sign>[-_.年]?)(?P<month>0[1-9]|1[0-2]|(?<=[-_.年])[1-9](?![0-9]))"
    r"(?:(?:(?P=sign)|月)(?P<day>0[1-9]|[12][0-9]|3[01]|(?<=[-_.月])[1-9])(?![0-9]))?)?(?![0-9])"
)
# 台账 2022-2024, 2021—2025年, 2021至2023, 2021-25: what a file is about, not when it was written.
_YEARS = re.compile(
    r"(?<![0-9])(?:19|20)[0-9]{2}年? ?(?:[-—–~～至到_]|——) ?(?:19|20)[0-9]{2}(?![0-9]|年?[-_.]?(?:0[1-9]|1[0-2]))年?"
    r"|(?<![0-9])(?:19|20)[0-9]{2}年? ?(?:[—–~～至到]|——|-(?=[0-9]{2}年))[0-9]{2}(?![0-9月])年?"
)
# What is aimed at, or comes into force, says nothing of when a text was written; 于2021年3月开工 does.
_AIM = re.compile(
    r"(?:到|至|目标|展望|自|[0-9]{4}年?[-—–~]|(?:将|拟|力争|争取|预计|计划|有望)[^，。；、]{0,2}[于在]?)$"
)
_FORCE = re.compile(r"起|前|底前|之前|施行|规划|度?计划(?=[，。；、）)\s]|$)")  # 列入2027年计划
_AROUND = 16  # characters before a date that tell
_RANGE = re.compile("[年月日号](?:至|到|[-—–~])$")
# 发布时间：2026年3月28日　来源：… says it, however long the line.
_PUBLISHED = re.compile(
    r"(?:(?:发布|发表|刊发|见报|出版|更新|录入|上传|发送)(?:时间|日期)\s*[：:]"
    r"|(?:^|[\s>])(?:Date|Sent)\s*:\s*(?:[A-Z][a-z]{2,8},)?"
    r"|^(?:信息|文章|稿件)?(?:来源|稿源|作者|编辑)\s*[：:][^，。；！？]{0,40})$"
)
_BARE = re.compile(r"(?:(?:时间|日期)\s*[：:])?")
_SOURCED = re.compile(r"[\d:： \t\u3000]{0,12}(?:来源|稿源|作者|浏览|阅读|点击)")
_NO_LINE = re.compile("[，。；！？]|(?:写道|wrote) ?[：:]?$")  # > 2024年4月1日 张强 写道：
# What may stand behind a date in a paragraph that is nothing else: the hour, the weekday.
_HOUR = re.compile(r"[\s\d:：时分上下午（()）]*(?:(?:星期|周)[一二三四五六日天])?[\s\d:：时分上下午)）]*")
# Below the title of what an account of WeChat wrote itself: 原创 东湖发布 2026年6月3日 18:20 湖北
_BY_ACCOUNT = re.compile(r"原创[^，。；：！？]{0,40}")
_GAP = re.compile(r"\n[^\S\n]*\n")
_OWN_LINE = 24
_REACH = 200  # characters beside a date that are looked at, however long its line is
_CHINESE = {sign: number for number, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}


def find_date(
    text: str,
    *,
    name: str | None = None,
    metadata: str | None = None,
    column: object = None,
) -> DocumentDate | None:
    """Find when a document was published.

    The first of these that there is decides: the column; a newspaper's head or a line that is a date; a dateline with
    month and day, its year taken from metadata, name or the text; the metadata; the name; and at last the latest date
    that the text tells of, goals and rules to come left aside.

    Parameters
    ----------
    text : str
        The whole text, heads and feet included: ``Document.source``.
    name : str, optional
        The name of the file: ``济宁日报-20210315.pdf``. Its folders, if it has any, tell nothing.
    metadata : str, optional
        The date of publication that an HTML page or a PDF states.
    column : object, optional
        The value of a table's date column: a date, a text or a number such as 20210315. Where it holds a month and a
        day, but not surely the year or which is which, a date of the text or of `metadata` that agrees with it counts,
        the file's name does not.

    Returns
    -------
    DocumentDate or None
        None where nothing tells the date.

    Raises
    ------
    InputError
        `text` is none, such as a Document.

    Examples
    --------
    >>> find_date("济宁日报 2021年3月15日 星期一 第3版").date
    '2021-03-15'
    >>> find_date("本报济宁3月5日电 高新区今年签约项目12个。", name="20210306.txt")
    DocumentDate(date='2021-03-05', precision='day', source='dateline', span=(0, 9))
    >>> find_date("二〇二一年三月，园区开工。到2028年，产值翻一番。").date
    '2021-03'
    """
    check_text(text)
    return _with_cell(text, _Cell.of(column), name, metadata)


def _with_cell(
    text: str, cell: _Cell, name: str | None, metadata: str | None = None, orders: Collection[str] = _ORDERS
) -> DocumentDate | None:
    if told := cell.date(orders):
        return _dated(told, "column")
    if not cell.readings:
        return _found(text, _dates(text), name, metadata)
    found = _found(text, _dates(text), None, metadata)
    agrees = found is not None and any(found.date.endswith(_dated(parts, "").date) for parts in cell.readings.values())
    if agrees:
        return found
    years = {parts[0] for parts in cell.readings.values() if len(parts) > 2}  # noqa: PLR2004
    return _dated((years.pop(),), "column") if len(years) == 1 else None


@dataclass(frozen=True, slots=True)
class _Cell:
    """What a field says of the date: one date, or several of which only the other cells tell which it is.

    `readings` are dates by the order of their parts; the one of month and day has the order "md".
    """

    text: str = ""
    told: tuple[int, ...] | None = None
    readings: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, value: object) -> _Cell:
        text = "" if value is None else str(value).strip()
        if not text:
            return cls()
        plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
        if match := _THREE.match(plain):
            readings = _orders_of(match[1], match[3], match[4])
            if readings:
                return cls(text, None, readings)
        if match := _SERIAL.fullmatch(plain):
            day = _SERIAL_START + dt.timedelta(days=int(match[1]))
            return cls(text, (day.year, day.month, day.day))
        if match := _SHORT_ENGLISH.match(plain):
            month = str(_MONTHS.index(match["month"][:3].lower()) + 1)
            parts = _parts(_whole_year(match["year"]) if match["year"] else "2000", month, match["day"])
            if parts:
                return cls(text, parts) if match["year"] else cls(text, None, {"md": parts[1:]})
        if (told := _stated(text)) is not None:
            return cls(text, told)
        match = _MONTH_AND_DAY.match(plain) or _TWO.match(plain)
        parts = match and _parts("2000", match["month"], match["day"])
        return cls(text, None, {"md": parts[1:]} if parts else {})

    def date(self, orders: Collection[str] = _ORDERS) -> tuple[int, ...] | None:
        """Return the date, where the cell tells it, or the only one of `orders` that fits."""
        dates = {parts for order, parts in self.readings.items() if order in orders}
        return self.told or (dates.pop() if len(dates) == 1 else None)


def _orders_of(first: str, second: str, third: str) -> dict[str, tuple[int, ...]]:
    """Return the dates that three numbers may be, by the order of year, month and day; years to come are none."""
    found = {}
    this_year = dt.datetime.now(dt.UTC).year
    for order in _ORDERS:
        told = dict(zip(order, (first, second, third), strict=True))
        if len(told["y"]) == 1 or max(len(told["m"]), len(told["d"])) > 2:  # noqa: PLR2004
            continue
        year = told["y"] if len(told["y"]) > 2 else _whole_year(told["y"])  # noqa: PLR2004
        parts = _parts(year, told["m"], told["d"])
        if parts and parts[0] <= this_year:
            found[order] = parts
    return found


def _whole_year(digits: str) -> str:
    return f"{20 if int(digits) < 80 else 19}{digits}"  # noqa: PLR2004


def _found(text: str, dates: Sequence[_Told], name: str | None, metadata: str | None) -> DocumentDate | None:
    for parts, span in dates:
        if len(parts) == 3 and _heads(text, span):  # noqa: PLR2004 - year, month and day
            return _dated(parts, "head", span)
    stated = _stated(metadata) if metadata else None
    # Its folder's name is of other files too, and the same file has none by HTTP. 项目2030愿景 was not written in 2030.
    named = _of_name(re.split(r"[\\/]", name)[-1], latest=dt.datetime.now(dt.UTC).year) if name else None
    latest = max((date for date in dates if not _to_come(text, date[1])), key=lambda date: date[0], default=None)
    for match in _DATELINE.finditer(text):
        year = next((parts[0] for parts in (stated, named, latest and latest[0]) if parts), None)
        day = _parts(str(year), match["month"], match["day"]) if year else None
        if day:
            return _dated(day, "dateline", match.span())
    if stated:
        return _dated(stated, "metadata")
    if named:
        return _dated(named, "name")
    return _dated(latest[0], "text", latest[1]) if latest else None


class _Piece(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def span(self) -> tuple[int, int]: ...


class _Paragraph(_Piece, Protocol):
    @property
    def text(self) -> str: ...
    @property
    def record(self) -> Mapping[str, Any]: ...


class _Article(Protocol):
    @property
    def paragraphs(self) -> Sequence[_Paragraph]: ...
    @property
    def parts(self) -> Sequence[_Piece]: ...


class _Document(Protocol):
    @property
    def document(self) -> str: ...
    @property
    def format(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def metadata(self) -> Mapping[str, str]: ...
    @property
    def articles(self) -> Sequence[_Article]: ...


def article_dates(document: _Document, column: str = DATE_COLUMN) -> list[DocumentDate | None]:
    r"""Find when each article of a document was published.

    Parameters
    ----------
    document : Document
        An article has the date that its own lines tell (发布时间：, a line that is a date, a dateline), else the one
        of the whole; a mail the one of its header. Each record, a document of its own, has the one of its field
        `column` or of its text.
    column : str
        The field of records that holds their date; a record without it has that of ``date`` or one of `DATE_FIELDS`.
        Seconds or milliseconds since 1970 are taken by the clock of China.

    Returns
    -------
    list of DocumentDate or None
        One for each article, in order.

    Examples
    --------
    >>> import gxclassify as gx
    >>> records = '{"text": "园区签约12个项目。", "date": "2023-05"}\n{"text": "2021年3月，园区开工。"}'
    >>> [date.date for date in article_dates(gx.read(records.encode(), name="a.jsonl"))]
    ['2023-05', '2021-03']
    """
    if document.source:
        return _dates_of_articles(document)
    cells = _cells(document, column)
    orders = _common_orders(cells)
    found = []
    for article, cell in zip(document.articles, cells, strict=True):
        text = "\n".join(paragraph.text for paragraph in article.paragraphs)
        found.append(_with_cell(text, cell, document.document, orders=orders))
    return found


class UnreadDates(NamedTuple):
    """How many of some records have a date that is not understood, and the first one."""

    unread: int = 0
    records: int = 0
    example: str = ""

    def and_of(self, other: UnreadDates) -> UnreadDates:
        """Return what is to be said of both."""
        return UnreadDates(self.unread + other.unread, self.records + other.records, self.example or other.example)


def unread_dates(document: _Document, column: str = DATE_COLUMN) -> UnreadDates:
    """Count the records of a document whose field of the date holds one that is not understood, or not to the day."""
    if document.source:
        return UnreadDates()
    cells = _cells(document, column)
    orders = _common_orders(cells)
    told = [cell for cell in cells if _LIKE_DATE.search(cell.text) or _IN_WORDS.search(cell.text)]
    unread = [cell.text for cell in told if not cell.date(orders)]
    return UnreadDates(len(unread), len(cells), unread[0][:_DAY_LENGTH] if unread else "")


def _cells(document: _Document, column: str) -> list[_Cell]:
    return [
        _cell_of(next((paragraph.record for paragraph in article.paragraphs), {}), column)
        for article in document.articles
    ]


def _common_orders(cells: Iterable[_Cell]) -> Collection[str]:
    """Return the orders of year, month and day that all cells of three numbers fit."""
    common = _ORDERS
    for cell in cells:
        common &= (cell.readings.keys() & _ORDERS) or _ORDERS
    return common or _ORDERS


def _dates_of_articles(document: _Document) -> list[DocumentDate | None]:
    dates = _dates(document.source)
    metadata = document.metadata.get("date")
    sent = _stated(metadata) if metadata and document.format == "mail" else None
    if sent:
        whole: DocumentDate | None = _dated(sent, "metadata")  # a reply holds the dates of what it answers
    else:
        whole = _found(document.source, dates, document.document, metadata)
    own = _own_dates(document, dates, whole) if len(document.articles) > 1 else {}
    if sent:
        own.pop(0, None)
    return [own.get(number, whole) for number in range(len(document.articles))]


def _own_dates(document: _Document, dates: Sequence[_Told], whole: DocumentDate | None) -> dict[int, DocumentDate]:
    """Return the dates that articles tell in lines of their own, by their numbers."""
    text = document.source
    told = [(parts, span) for parts, span in dates if len(parts) == 3 and _heads(text, span)]  # noqa: PLR2004
    datelines = whole is not None and whole.source == "dateline"
    found = _behind_titles(document, dates)
    if not (found or datelines) and all(_dated(parts, "head").date == (whole and whole.date) for parts, _ in told):
        return {}
    places = [
        _Place(number, pieces[0].span[0], max(piece.span[1] for piece in pieces), pieces)
        for number, article in enumerate(document.articles)
        if (pieces := sorted((*article.parts, *article.paragraphs), key=lambda piece: piece.span))
    ]
    if any(place.end > following.start for place, following in pairwise(places)):
        return found  # columns side by side: a line may be of either
    for parts, span in told:
        owner = _owner(text, places, span)
        if owner is not None:
            found.setdefault(owner, _dated(parts, "head", span))
    if whole and datelines:
        starts = [place.start for place in places]
        for match in _DATELINE.finditer(text):
            here = bisect_right(starts, match.start()) - 1
            if here >= 0 and (day := _parts(whole.date[:4], match["month"], match["day"])):
                found.setdefault(places[here].number, _dated(day, "dateline", match.span()))
    return found


def _behind_titles(document: _Document, dates: Sequence[_Told]) -> dict[int, DocumentDate]:
    """Return the dates that stand behind the titles of articles on their lines, and were taken off there."""
    text = document.source
    days = [(parts, span) for parts, span in dates if len(parts) == 3]  # noqa: PLR2004
    starts = [span[0] for _, span in days]
    found = {}
    for number, article in enumerate(document.articles):
        end = next((part.span[1] for part in article.parts if part.kind == "title"), len(text))
        at = bisect_right(starts, end)
        if at < len(days) and "\n" not in text[end : starts[at]]:
            found[number] = _dated(days[at][0], "head", days[at][1])
    return found


class _Place(NamedTuple):
    """Where an article stands, with its pieces in the order of the source."""

    number: int
    start: int
    end: int
    pieces: Sequence[_Piece]


def _owner(text: str, places: Sequence[_Place], span: tuple[int, int]) -> int | None:
    """Return the number of the article whose date a line tells; None where it is of none, or could be of either."""
    start, end = span
    here = bisect_right(places, start, key=lambda place: place.start) - 1
    if here < 0:
        return None
    place = places[here]
    if start < place.end:
        piece = place.pieces[bisect_right(place.pieces, start, key=lambda piece: piece.span[0]) - 1]
        return place.number if start >= piece.span[1] or _is_line(text, piece, span) else None
    parted = bool(_GAP.search(text, place.end, start))
    following = places[here + 1] if here + 1 < len(places) else None
    if following and parted and not _GAP.search(text, end, following.start):
        return following.number
    return None if parted else place.number


def _is_line(text: str, piece: _Piece, span: tuple[int, int]) -> bool:
    """Tell whether a date in a piece of an article is its own: in title or byline, or a paragraph by itself."""
    if piece.kind != "paragraph":
        return piece.kind in {"title", "byline"}
    before, after = text[piece.span[0] : span[0]].strip(), text[span[1] : piece.span[1]]
    if before.strip("（(") and not _PUBLISHED.fullmatch(before):
        return False
    return bool(_HOUR.fullmatch(after) or _SOURCED.match(after))


def _cell_of(record: Mapping[str, Any], column: str) -> _Cell:
    """Return what a record says of its date: in `column`, else in a field that is named as one and holds one."""
    if column in record:
        return _Cell.of(record[column])
    if not record or record.keys() >= _LABEL_FIELDS:
        return _Cell()
    named = {_plain(name): value for name, value in record.items()}
    open_, in_words = [], _Cell()
    for one in _PLAIN_FIELDS:
        if one in named:
            cell = _Cell.of(named[one])
            if cell.date():
                return cell
            if (_LIKE_DAY if one in _VAGUE_FIELDS else _LIKE_DATE).search(cell.text):
                open_.append(cell)
            elif _IN_WORDS.search(cell.text):
                in_words = cell
    if open_:
        return open_[0]
    days = [day for name, value in record.items() if (day := _day_in(name.strip(), str(value)))]
    return days[0] if len(days) == 1 else in_words


def _plain(name: str) -> str:
    """Return a field's name in one of its forms: publish_time, publishTime, Publish Time."""
    return name.translate(_BETWEEN_WORDS).lower()


_PLAIN_FIELDS = tuple(map(_plain, (DATE_COLUMN, *DATE_FIELDS)))  # once: they are looked for in every record


def _day_in(name: str, value: str) -> _Cell | None:
    """Return a field that is named as one that says when what its record tells was, where it holds a day or month."""
    if len(value) > _DAY_LENGTH or not _DAY_FIELD.search(name) or _NO_DAY_FIELD.search(name):
        return None
    cell = _Cell() if _SERIAL.fullmatch(value) else _Cell.of(value)
    return cell if len(cell.date() or ()) > 1 else None


def _dated(parts: tuple[int, ...], source: str, span: tuple[int, int] | None = None) -> DocumentDate:
    date = "-".join(f"{part:02d}" for part in parts)
    return DocumentDate(date, ("year", "month", "day")[len(parts) - 1], source, span)


def _dates(text: str) -> list[_Told]:
    """Return the dates that a text states, with their places, in order."""
    found = []
    for match in _DATE.finditer(text):
        parts = _of_date(match)
        if parts and not (match["sign"] and len(parts) < 3):  # noqa: PLR2004 - 2021-25 is a range as often as a month
            found.append((parts, match.span()))
    found += [(parts, match.span()) for match in _SHORT.finditer(text) if (parts := _of_short(match))]
    if _LATIN.search(text):
        found += [(parts, match.span()) for match in _ENGLISH.finditer(text) if (parts := _of_english(match))]
    return sorted(found, key=lambda date: date[1])


def _of_date(match: re.Match[str]) -> tuple[int, ...] | None:
    return _parts(match["year"], match["month"] or match["month2"], match["day"] or match["day2"])


def _of_short(match: re.Match[str]) -> tuple[int, ...] | None:
    """Return the date of a year of two digits: of 1980 to 2029, what texts of development zones tell of."""
    digits = match[0].partition("年")[0][-2:]
    if 30 <= int(digits) < 80:  # noqa: PLR2004
        return None
    return _parts(_whole_year(digits), match["month"], match["day"])


def _of_english(match: re.Match[str]) -> tuple[int, ...] | None:
    month = _MONTHS.index((match["month"] or match["month2"])[:3].lower()) + 1
    return _parts(match["year"] or match["year2"], str(month), match["day"] or match["day2"])


def _parts(year: str, month: str | None, day: str | None) -> tuple[int, ...] | None:
    """Return what is a date of the calendar, else None."""
    parts = tuple(_number(part) for part in (year, month, day) if part)
    try:
        dt.date(*parts, *(1,) * (3 - len(parts)))
    except ValueError:
        return None
    return parts


def _number(digits: str) -> int:
    if "十" in digits:
        tens, _, ones = digits.partition("十")
        return _number(tens or "1") * 10 + _number(ones or "0")
    return int("".join(str(_CHINESE.get(digit, digit)) for digit in digits))


def _heads(text: str, span: tuple[int, int]) -> bool:
    """Tell whether a weekday follows, or the date is named as that of publication, or has a short line to itself."""
    start, end = span
    before = text[max(0, start - _REACH) : start].rpartition("\n")[2]
    line = (before + text[start:end] + text[end : end + _REACH].partition("\n")[0]).strip()
    before = before.strip()
    if _WEEKDAY.match(text, end) or _PUBLISHED.search(before):
        return True
    if _BARE.fullmatch(before) and _SOURCED.match(text, end):
        return True
    if _BY_ACCOUNT.fullmatch(before) and _HOUR.match(text, end)[0].strip():  # type: ignore[index]
        return True
    return len(line) <= _OWN_LINE and not _NO_LINE.search(line) and line != text.strip()


def _to_come(text: str, span: tuple[int, int]) -> bool:
    start, end = span
    if _FORCE.match(text, end):
        return True
    before = text[max(0, start - _AROUND) : start].rstrip("\r\n")  # a printed line ends anywhere
    if "月" in text[start:end] and _RANGE.search(before):
        return False  # 2022年10月至2023年3月 tells of what was; 2021年至2025年 is a plan as often
    return _AIM.search(before) is not None


def _stated(value: str) -> tuple[int, ...] | None:
    value = value.strip()
    if match := _STAMP.fullmatch(value):
        day = dt.datetime.fromtimestamp(int(match[1]), _CHINA)
        return day.year, day.month, day.day
    if match := _RUN_ON.fullmatch(value):
        return _of_name(match[1])
    if match := _DATE.match(value):
        return _of_date(match)
    if match := _SHORT.match(value):
        return _of_short(match)
    if match := _ENGLISH.search(value):  # Fri, 05 Mar 2021 08:00:00 GMT
        return _of_english(match)
    return _of_name(value)


def _of_name(name: str, *, latest: int = dt.MAXYEAR) -> tuple[int, ...] | None:
    """Return the first date in a name; years that span others, and those by themselves after `latest`, are none."""
    years = [match.span() for match in _YEARS.finditer(name)]
    for match in _NAME.finditer(name):
        parts = _parts(match["year"], match["month"], match["day"])
        spans = any(start <= match.start() < end for start, end in years)
        if parts and not spans and (len(parts) > 1 or parts[0] <= latest):
            return parts
    return None
