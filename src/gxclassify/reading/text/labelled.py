"""Records as people and programs write them down, with a label before each part: 标题：… / 来源：… / 正文：…."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from gxclassify.messages import Message
from gxclassify.reading.document import Repair
from gxclassify.reading.parsed import solid
from gxclassify.reading.text.articles import Group
from gxclassify.reading.text.blocks import Block, display_block
from gxclassify.reading.text.cues import is_rule
from gxclassify.reading.text.furniture import PARTICULARS
from gxclassify.reading.text.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from gxclassify.reading.text.lines import Line

    Read = Callable[[Lines], tuple[list[Group], list[Repair]]]

_BLANKS = " \u3000"
_GAP = r"[ \u3000]{0,4}"
_LABEL = re.compile(
    rf"[【\[〔（(]?\s*(?:[A-Z][A-Za-z]{{2,14}}-)?(?:(?P<title>(?:文章|新闻|稿件|报道|信件|来信|留言|咨询|诉求|问题)?(?:标{_GAP}题|题{_GAP}目)|(?:信件|来信|留言|咨询|诉求)主题|篇名|题{_GAP}名)"
    rf"|(?P<subject>主{_GAP}题|Subject)"
    rf"|(?P<mail>发{_GAP}件{_GAP}人|收{_GAP}件{_GAP}人|抄{_GAP}送|发送时间|发件时间|From|To|Cc|Sent|Date|Reply-To)"
    rf"|(?P<who>作{_GAP}者|记{_GAP}者|撰{_GAP}稿人?|来信人|写信人|留言人|咨询人)"
    rf"|(?P<about>(?:信息|文章|稿件|新闻)?来{_GAP}源|媒{_GAP}体|报{_GAP}纸|发布单位|(?:发布|发表|刊发|出版|报道|采集|更新|来信|写信|留言|咨询|受理|提交)(?:时间|日期)|(?:信件|来信|留言|受理|办件|诉求)(?:编号|类[别型])|(?:受理|承办|办理|转办)(?:单位|部门)"
    rf"|(?P<day>时{_GAP}间|日{_GAP}期)|栏{_GAP}目|版{_GAP}[次面]|(?:作者)?(?:机{_GAP}构|单{_GAP}位)|刊{_GAP}名|文献来源|来源库|(?:报纸|媒体|报刊|刊物)(?:名称)?|年|期|卷|页码|DOI|基金|分类号|关键[词字]|分类|类别|编{_GAP}号|序{_GAP}号"
    r"|(?:原文)?(?:链接|网址)|URL|(?:责任)?编辑|责编|阅读[量数])"
    rf"|(?P<lead>摘{_GAP}要|导{_GAP}语|内容提要|核心提示|副{_GAP}标{_GAP}题)"
    rf"|(?P<text>正{_GAP}文|内{_GAP}容|全{_GAP}文|(?:文章|新闻|信件|来信|留言|咨询|诉求|问题)(?:内容|正文|描述)))\s*(?:[】\]〕）)]\s*[：:]?|[：:])\s*",
    re.IGNORECASE,
)
# In the text of a letter to an office: who answered it and when, and what.
_ANSWER = re.compile(
    r"[【\[]?(?:(?P<about>(?:答复|回复|办理|反馈|办结)(?:单位|部门|机构|人|时间|日期)|(?:办理|处理)状态|满意度(?:评价)?)"
    r"|(?P<text>(?:答复|回复|反馈)(?:内容|意见|结果|情况)|(?:办理|处理)(?:结果|情况|意见)|(?:官方|单位|部门)(?:答复|回复)))"
    r"\s*(?:[】\]]\s*[：:]?|[：:])\s*"
)
_ANY_LABEL = re.compile("[\u4e00-\u9fff]{2,6}[：:](?=[^。；]{0,40}$)[ \u3000]*")
_KINDS = ("title", "subject", "mail", "who", "about", "lead", "text")
_OF_LETTER = re.compile(
    r"[【\[]?(?:来信|信件|写信|留言|咨询|诉求|答复|回复)"
)  # an announcement has 时间： and 内容： too
_FORWARDED = re.compile(
    r"-{2,}\s*(?:原始邮件|转发邮件|转发的邮件|Original Message|Forwarded message)\s*-{2,}", re.IGNORECASE
)
_BETWEEN_NAMES = re.compile(r"[\s、，,；;]+")
_YEAR = re.compile("(?:19|20)[0-9]{2}")
_TAKEN_OFF = Message("label taken off")
_LONGEST = 120  # characters: what a label of a title, a source or an author stands before is no longer
_AHEAD = 2  # lines that may stand before a record that is the only one
_BETWEEN = 3  # labels of any name in a row, between those that are known
_LONGEST_LABEL = 10  # characters, of one without a colon
_FEWEST = 2  # labels of different kinds


@dataclass(slots=True)
class _Record:
    """A record: where its labels begin and where its text does, and the line of each label with its kind."""

    start: int
    body: int = 0
    labels: list[tuple[str, int, int]] = field(default_factory=list)
    """Kind, line, and where in it the value begins; 0 for a line that is the value of the label above it."""

    @property
    def of_mail(self) -> bool:
        """Whether it is the head of a mail in the text of another."""
        return any(kind == "mail" for kind, _, _ in self.labels)


def may_be_labelled(source: str) -> bool:
    """Tell whether a text may have labels of titles: a quick look, by the one character that nearly all of them have.

    >>> may_be_labelled("标　题：签约"), may_be_labelled("这个问题")
    (True, False)
    """
    for before, after in pairwise(source.split("题")):
        last, first = before[-5:].rstrip(_BLANKS)[-1:], after[:5].lstrip(_BLANKS)[:1]
        if last == "标" or first == "目" or (last == "主" and first in {"：", ":"}):
            return True
    return "篇名" in source or "题名" in source or "Subject:" in source


def letter_label(text: str) -> tuple[str, int] | None:
    """Return the kind of the label that a text begins with, or is, in a form for letters, and where its value begins.

    >>> letter_label("来信内容：路灯不亮。"), letter_label("答复单位"), letter_label("来信收悉。")
    (('text', 5), ('about', 4), None)
    """
    match = _LABEL.match(text) or _ANSWER.match(text)
    if match is None and len(text) <= _LONGEST_LABEL:
        match = _LABEL.fullmatch(f"{text}：") or _ANSWER.fullmatch(f"{text}：")
    if match is None:
        return None
    kind = next(name for name in _KINDS if match.groupdict().get(name))
    return kind, min(match.end(), len(text))


def is_letter(texts: Iterable[str]) -> bool:
    """Tell whether among texts are the labels of a form for letters: two of letters, one of what is told, another."""
    found = list(texts)
    if sum(_OF_LETTER.match(text) is not None for text in found) < _FEWEST:
        return False
    kinds = [label[0] for text in found if (label := letter_label(text))]
    return len(kinds) > _FEWEST and "text" in kinds


def group_labelled(lines: Lines, read: Read) -> tuple[list[Group], list[Repair]] | None:
    """Return an article for each labelled record, its text as `read` reads it; None where there are none.

    A single one must stand at the head of the text: else it may be a rule for how to set 标题 and 正文.
    """
    records = list(_records(lines))
    if not records or (len(records) == 1 and records[0].start > _AHEAD and not records[0].of_mail):
        return None
    before, repairs = _without_rules(lines[: records[0].start])
    groups, made = read(before) if len(before) else ([], [])
    repairs += made
    for record, end in zip(records, [*(after.start for after in records[1:]), len(lines)], strict=True):
        group, made = _group(lines, record, end, read)
        groups.append(group)
        repairs += made
    return groups, repairs


def _records(lines: Sequence[Line]) -> Iterator[_Record]:
    """Yield the places where labels of different kinds stand one below the other, that of a title among them."""
    i = 0
    while i < len(lines):
        record = _Record(i)
        while i < len(lines) and (label := _label(lines[i]) or _other_label(lines, i, record)):
            kind, end = label
            if kind == "title" and any(kind == known for known, _, _ in record.labels):
                break  # the next record, of one that has no text of its own but an abstract
            record.labels.append((kind, i, end))
            i += 1
            if kind == "text":
                break
            if end == len(lines[i - 1].text) and i < len(lines) and _is_value(lines[i]):
                record.labels.append((kind, i, 0))
                i += 1
        kinds = {kind for kind, _, _ in record.labels}
        if ("title" in kinds and len(kinds) >= _FEWEST) or ("subject" in kinds and kinds & {"mail", "text"}):
            record.body = i
            yield record
        elif not record.labels:
            i += 1


def _label(line: Line) -> tuple[str, int] | None:
    """Return the kind of the label that a line begins with, and where its value begins."""
    found = _LABEL.match(line.text)
    if found is None:
        return None
    kind = next(name for name in _KINDS if found[name])
    if kind not in {"lead", "text"} and len(line.text) > _LONGEST:
        return None
    if found["day"] and _YEAR.search(line.text) is None:
        return None  # of a meeting: 时间：3月28日上午
    return kind, found.end()


def _other_label(lines: Sequence[Line], i: int, record: _Record) -> tuple[str, int] | None:
    """Return the kind and end of a label that is none of the known ones, between such: 报道方式：通讯."""
    found = _ANY_LABEL.match(lines[i].text) if record.labels else None
    if found is None:
        return None
    for line in lines[i + 1 : i + 1 + _BETWEEN]:
        if _label(line) is not None:
            return "about", found.end()
        if not _ANY_LABEL.match(line.text):
            break
    return None


def _is_value(line: Line) -> bool:
    return len(line.text) <= _LONGEST and _label(line) is None


def _group(lines: Lines, record: _Record, end: int, read: Read) -> tuple[Group, list[Repair]]:
    """Return the article of a record that ends before line `end`, and the repairs made."""
    group = Group()
    body, repairs = _take_labels(lines, record, group)
    after, made = _without_rules(lines[record.body : end])
    repairs += made
    after, made = _take_answer(after)
    repairs += made
    rest = Lines.of([*body, *after]) if body else after
    found, made = read(rest) if len(rest) else ([], [])
    text: list[Block] = []
    for part in found:
        for block in part.title:
            block.kind = "subhead"
        text += [*part.title, *part.blocks]
    if text and text[0].kind == "byline":
        repairs += _take_names(group, text[0].body.text)
    group.blocks += text
    return group, repairs + made


def _take_names(group: Group, byline: str) -> list[Repair]:
    """Take those out of a head whom the byline of the text names again; return the repairs made."""
    repairs: list[Repair] = []
    for block in [*group.blocks]:
        name = block.body.text
        if block.kind == "byline" and all(part in byline for part in _BETWEEN_NAMES.split(name)):
            group.blocks.remove(block)
            span = block.body.source_span(0, len(name))
            repairs += [*block.repairs, Repair("furniture", span, PARTICULARS, solid(name))]
    return repairs


def _take_answer(lines: Lines) -> tuple[Lines, list[Repair]]:
    """Return the lines below the labels of a letter without those of its answer, and the repairs made."""
    repairs: list[Repair] = []
    kept: list[int] = []
    for i, line in enumerate(lines):
        found = _ANSWER.match(line.text)
        if found is None:
            kept.append(i)
        elif found["about"]:
            if len(line.text) <= _LONGEST:
                repairs += line.out("furniture", PARTICULARS)
            else:
                kept.append(i)
        elif found.end() == len(line.text):
            repairs += line.out("label", _TAKEN_OFF)
        else:
            line.take_off(found.end(), _TAKEN_OFF)
            kept.append(i)
    return (Lines.of([lines[i] for i in kept]) if repairs or len(kept) < len(lines) else lines), repairs


def _without_rules(lines: Lines) -> tuple[Lines, list[Repair]]:
    """Return lines without those at their end that part them from the next record, and the repairs made."""
    end, repairs = len(lines), []
    while end and (is_rule(lines[end - 1].text) or _FORWARDED.fullmatch(lines[end - 1].text)):
        end -= 1
        repairs += lines[end].out("furniture", "rule")
    return lines[:end], repairs


def _take_labels(lines: Lines, record: _Record, group: Group) -> tuple[list[Line], list[Repair]]:
    """Put the values of the labels where they belong; return those that are text, and the repairs made."""
    repairs: list[Repair] = []
    body: list[Line] = []
    for kind, i, at in record.labels:
        line = lines[i]
        if kind in {"about", "mail"}:
            repairs += line.out("furniture", PARTICULARS)
        elif at == len(line.text):
            repairs += line.out("label", _TAKEN_OFF)
        else:
            if at:
                line.take_off(at, _TAKEN_OFF)
            if kind in {"title", "subject"} and not group.title:
                group.title = [replace(display_block([line]), kind="display", titled=True)]
            elif kind == "who":
                group.blocks.append(Block("byline", line.body, 1, list(line.repairs), line.width))
            else:
                body.append(line)
    return body, repairs
