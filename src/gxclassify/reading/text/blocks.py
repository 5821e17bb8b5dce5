"""Labelled lines to blocks: paragraphs, display lines, bylines, captions; furniture goes out with a repair."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate, chain, pairwise, takewhile
from typing import TYPE_CHECKING

from gxclassify.messages import Message
from gxclassify.reading.document import Mapped, Repair
from gxclassify.reading.parsed import solid
from gxclassify.reading.text.bylines import (
    MOST_BYLINE_LINES,
    byline_end,
    byline_gaps,
    is_byline,
    is_credit,
    lone_lead,
    match_lead,
    opens_lead,
    signature_start,
)
from gxclassify.reading.text.cues import (
    BARE_PAGE_MARK,
    BRACKETS,
    CAPTION_START,
    CONTINUATION,
    DATED,
    DOCUMENT_TITLE,
    ENTRY,
    HEADING,
    ISSUER,
    ITEM_MARKS,
    NET_ADDRESS,
    NOTE_OPENS,
    NUMBER_LINE,
    NUMBERED_CAPTION,
    PAGE_BREAK,
    PAGE_MARK,
    POSTED,
    SALUTATION,
    ends_sentence,
    is_day,
    is_entry,
    is_furniture,
    is_imprint,
    is_office_name,
    is_rule,
    note_start,
)
from gxclassify.reading.text.folio import MASTHEAD, is_folio, is_section, is_whole_folio, names_page, stands_over
from gxclassify.reading.text.lines import join_with, undouble
from gxclassify.reading.text.paragraphs import DISPLAY, FIRST, LATER, TALL, find_layout, label_lines
from gxclassify.reading.text.signatures import FOOT, ends_letter, ends_letter_clearly
from gxclassify.reading.text.signs import FULL_STOP, PAGE, STOP
from gxclassify.reading.text.wrapped_bylines import with_whole_bylines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gxclassify.reading.document import Segment
    from gxclassify.reading.parsed import Box
    from gxclassify.reading.text.lines import Line, Lines
    from gxclassify.reading.text.paragraphs import Layout

_CAPTION_LINES = 6
_BRIEF_LINES = 24  # of a narrow column
_WHOLE = 45.0  # ems: no headline is wider and ends a sentence
_SHORT = 100  # characters: furniture and captions are no longer
_TAIL = 60  # characters at a paragraph's end where a byline or a note may stand
PARTICULARS = Message("date line, source, staff or page number")
"""Why such a line is furniture."""
CONTINUED = "continuation note"
IMPRINTED = Message("the head or the imprint of a document: its number, who gets it, when it was printed")
TOP = 4  # lines at the head of a page where its masthead may stand
_CLOSES = re.compile("此\\s*致|敬\\s*礼")
_SET_IN = 4.0  # ems: a line further in is a headline in the middle
_COLONS = "：:"
_LEADS_UP = 16  # characters: a shorter line with a colon may be a kicker
_FACTS = 3  # lines: so many labels with their values are no headline
_FIGURE = re.compile("[0-9]")
_NEAR = 40  # lines below an office's name among which there is another, if it is one of a list
_STRETCH = 800  # lines that are set in one manner, some two pages of a newspaper
_CLOSE_TO_END = 3  # lines
# Whom to ask, which a notice tells and a newspaper's page too: 联系电话：0551-0000 | 电子邮箱：a@b.cn
_CONTACT = re.compile(
    "[（(]?(?:(?:联系|咨询|报名|申报|受理|监督|办公|公示|举报)?(?:人|电话|方式|邮箱|传真)|(?:电子)?邮[箱件]|联系人及?(?:联系)?电话|E-?mail)"
    r"\s*[：:]",
    re.IGNORECASE,
)
# What a text opens with that presents an office, or those in it: 【概况】 | 管委会成立于… | 林溪：主持全面工作。
_ABOUT = re.compile("[【〔]|[^，。；：]{0,20}(?:位于|地处|坐落|成立于|始建于|组建于|前身)|[\u3400-\u9fff]{2,4}[：:]")
_BESIDE_CONTACT = re.compile("[（(]?(?:联系|咨询|报名|申报|受理|监督|时间|地点|参加)[^，。；：]{0,8}[：:]")
_NOTICE = re.compile("(?:通知|公告|公示|启事|招聘|邀请函|指南|须知|通告|征集|简章)")
# What an address in the net stands behind: 平台的地址是： | 详情请访问 | 有问题可以写信到
_LEADS_TO_ADDRESS = re.compile("(?:[：:，,、]|[是为到至在于见]|访问|登录|查看|浏览|网[站址]|[邮信]箱|地址|链接)$")
_PAGE = re.compile("[A-Z][0-9]{1,2}")  # A3, below the newspaper's name
_PAGE_MARK = 8  # characters
_BROKEN_WIDTH = 10.0  # ems of a line at least that breaks off
_NOT_BROKEN = frozenset("：:；;)）]】")
_CLEARLY = 4.0  # ems by which a last line is shorter
_MARKS = re.compile("[，。；：]")
_STOPS = FULL_STOP | STOP
_PAGE_LINES, _FEW_LINES = 100, 3  # from the number of one page to that of the next
_COUNTS_PARTS = re.compile(r"[^\d.:：-]\n0\d$")
_LEAD_LINES = 2  # that its bracket may go on below it
_CLOSED = re.compile("[）)]")
_MADE_PICTURES = re.compile(r"[ \u3000]?[/／]?(?:摄影(?:报道)?|摄|供图)(?![^ \u3000])|[ \u3000]")
_CREDIT_END = re.compile(r"(?:摄|供图|图)[）)]?$")


@dataclass(slots=True)
class Block:
    """A paragraph, row of a table, display line, byline, caption, note, contents list or rule, yet without an article.

    ``signed`` is the byline after a paragraph's last full stop, ``who`` the reporter whom its lead names; ``closes``
    tells that it is the day below the office that signs a document; ``titled`` is what the format itself calls a title,
    ``whole`` what it calls a heading; ``gap`` counts empty lines above; ``frame`` is the number of the frame on a page
    that it stands in, or 0.
    """

    kind: str
    body: Mapped
    lines: int = 1
    repairs: list[Repair] = field(default_factory=list)
    width: float = 0.0
    signed: Mapped | None = None
    closes: bool = False
    lead: bool = False
    who: str | None = None
    doubled: bool = False
    titled: bool = False
    whole: bool = False
    size: float = 1.0
    gap: int = 0
    page: int | None = None
    box: Box | None = None
    frame: int = 0


def find_blocks(columns: Lines, layout: Layout) -> tuple[list[Block], list[Repair]]:
    """Return the blocks of a hard-wrapped text with its `layout` in order, and the repairs made between them."""
    columns = with_whole_bylines(columns, layout.gap)
    lines = list(columns)
    removed: list[Repair] = []
    body: list[int] = []  # the numbers of the lines of running text and headlines
    placed: list[tuple[int, Block]] = []  # captions, each with the number of body lines before it
    last = 0
    end = -1  # of a list of briefs: two or more in a row behind one and the same mark
    for i in _apart(columns):
        if i < last:
            continue  # it was part of the caption before
        body += range(last, i)
        reason = None
        count = told_lines(lines, i)
        if not count and not lines[i].role:
            reason = furniture(lines, i)
            count = 0 if reason else _caption(lines, i)
        if reason:
            removed += lines[i].out("furniture", reason)
        elif body[-1:] == [i - 1] and _signs(lines, i):
            body.pop()
            placed += [(len(body), told_block(lines[k : k + 1], "paragraph")) for k in (i - 1, i)]
            placed[-1][1].closes = True
        elif is_issuer(lines, i):
            placed.append((len(body), told_block(lines[i : i + 1], "byline")))
        elif count and (after := _brief_end(lines, i)) and (i == end or _list_begins(lines, i, after)):
            body += range(i, after)
            count, end = after - i, after
        elif count:
            placed.append((len(body), told_block(lines[i : i + count], "" if lines[i].role else "caption")))
        else:
            body.append(i)
        last = i + max(1, count)
    body += range(last, len(lines))
    running = columns.take(body)
    labels: list[str] = []
    for stretch in _stretches(running):
        same = len(stretch) == len(columns)  # of which it is known
        labels += label_lines(stretch, layout if same else find_layout(stretch, spaced=layout.spaced) or layout)
    return list(_assemble(list(running), labels, placed, removed)), removed


def _apart(lines: Lines) -> list[int]:
    """Return which lines need a look at whether they stand apart from the running text."""
    import numpy as np

    may_be = lines.signs.apart
    may_be[:TOP] = True
    may_be |= np.fromiter((line.role != "" for line in lines), bool, len(lines))
    found: list[int] = may_be.nonzero()[0].tolist()
    return found


def placed_blocks(lines: Sequence[Line]) -> tuple[list[Block], list[Repair]]:
    """Return the blocks of lines whose place on the page told what they begin, and the repairs made between them.

    A paragraph may go on behind a table, a caption or a frame that stands in its way.
    """
    removed: list[Repair] = []
    units: list[list[Line]] = []
    running: dict[int, list[Line]] = {}  # the paragraph that a later line goes on with, in each frame
    i = 0
    while i < len(lines):
        line = lines[i]
        count = told_lines(lines, i)
        if count:
            units.append(list(lines[i : i + count]))
        elif line.begins == "later" and line.frame in running and not _is_number_under(running[line.frame], line):
            running[line.frame].append(line)
        else:
            alone = i + 1 == len(lines) or lines[i + 1].begins != "later"
            reason = furniture(lines, i) if alone else None
            if reason:
                removed += line.out("furniture", reason)
            else:
                line.begins = "display" if line.begins == "later" and line.frame in running else line.begins
                running[line.frame] = [line]
                units.append(running[line.frame])
        i += max(1, count)
    blocks: list[Block] = []
    for unit, below in zip(units, [*units[1:], None], strict=True):
        if len(unit) > 1 and not unit[0].role and _tells_who_gets_it("".join(line.text for line in unit)):
            removed += [repair for line in unit for repair in line.out("furniture", IMPRINTED)]
        else:
            apart = not blocks or blocks[-1].kind != "display" or (below is not None and below[0].begins != "display")
            blocks.append(_placed_block(unit, apart=apart))
            blocks[-1].frame = unit[0].frame
    return blocks, removed


def _is_number_under(unit: Sequence[Line], line: Line) -> bool:
    """Tell whether a line is wholly the number of a document, below the office whose it is or its title."""
    return unit[0].begins == "display" and NUMBER_LINE.fullmatch(line.text) is not None


def _placed_block(unit: Sequence[Line], *, apart: bool) -> Block:
    """Return the block of lines that are one; `apart` tells that display lines do not end with it."""
    first = unit[0]
    if told_lines(unit, 0):
        return told_block(unit)
    text = "".join(line.text for line in unit)
    if first.begins == "display" and NUMBERED_CAPTION.match(text):
        return told_block(unit, "caption")
    if apart and first.begins == "display" and not first.role and first.size < TALL and is_entry(text):
        return paragraph_block(unit)
    if first.begins == "display" or first.role in {"title", "heading"}:
        return display_block(unit)
    return paragraph_block(unit)


def _stretches(lines: Lines) -> Iterator[Lines]:
    """Cut a long text where a paragraph ends beyond doubt, since other pages have other columns."""
    start = 0
    while len(lines) - start > _STRETCH:
        end = start + _STRETCH
        for i in range(end, end - _STRETCH // 4, -1):
            if ends_sentence(lines[i - 1].text) and lines[i - 1].width + _CLEARLY < lines[i - 2].width:
                end = i
                break
        yield lines[start:end]
        start = end
    yield lines[start:] if start else lines


def furniture(lines: Sequence[Line], i: int) -> str | None:
    """Tell why line `i` is page furniture, or None where it is not."""
    text = lines[i].text
    last = lines[i - 1].text if i else ""
    if len(text) > _SHORT:
        return None
    dated = i + 1 < len(lines) and DATED.fullmatch(text) and _under_title(lines, i) if 0 < i < TOP else False
    posted = 0 < i < TOP and POSTED.fullmatch(text)
    if dated or posted or (is_rule(text) and _is_by_page_mark(lines, i)) or _turns_page(lines, i):
        return PARTICULARS
    if is_furniture(text):
        rest = NOTE_OPENS.search(last[-12:])  # of a note that a paragraph ends with is no furniture either
        # A number that belongs to a sentence; 01 over a part of it does not.
        carried = text.isdigit() and last and not ends_sentence(last) and not _COUNTS_PARTS.search(f"{last}\n{text}")
        carried = carried and not _counts_pages(lines, i)
        return None if rest or carried or _is_of_notice(lines, i) or _is_led_to(lines, i) else PARTICULARS
    if _is_of_imprint(lines, i):
        return IMPRINTED
    paged = lines[i].signs & PAGE or text.isascii()
    if paged and (CONTINUATION.fullmatch(text) or PAGE_BREAK.fullmatch(text)):
        return None if NOTE_OPENS.search(last[-12:]) else CONTINUED
    return _over_page(lines, i)


def _turns_page(lines: Sequence[Line], i: int) -> bool:
    """Tell whether line `i` is a page's number in brackets, where a sentence breaks off above and goes on below."""
    text = lines[i].text
    if len(text) > _PAGE_MARK or not 0 < i < len(lines) - 1 or not BARE_PAGE_MARK.fullmatch(text):
        return False
    above, below = lines[i - 1], lines[i + 1]
    broken = above.width >= _BROKEN_WIDTH and above.text[-1] not in _NOT_BROKEN and not ends_sentence(above.text)
    return broken and below.width > lines[i].width + _CLEARLY and not below.role


def _is_by_page_mark(lines: Sequence[Line], i: int) -> bool:
    beside = (*lines[max(0, i - 1) : i], *lines[i + 1 : i + 2])
    return any(len(line.text) <= _SHORT and PAGE_MARK.fullmatch(line.text) for line in beside)


def _counts_pages(lines: Sequence[Line], i: int) -> bool:
    """Tell whether line `i` is a number that the one of the page before or behind goes on with."""
    beside = {str(int(lines[i].text) + step) for step in (-1, 1)}
    around = (*lines[max(0, i - _PAGE_LINES) : max(0, i - _FEW_LINES)], *lines[i + _FEW_LINES : i + _PAGE_LINES])
    return any(line.text in beside for line in around)


def _over_page(lines: Sequence[Line], i: int) -> str | None:
    """Tell why line `i` stands over a newspaper's page, or None where it does not; a folio may stand between pages."""
    text = lines[i].text
    if i >= TOP:
        found = is_folio(text) and (ends_sentence(lines[i - 1].text) or is_whole_folio(text))
        return PARTICULARS if found else None
    if is_folio(text) or (is_section(text) and all(stands_over(line.text) for line in lines[:i])):
        return PARTICULARS
    told = names_page(text) or (i and _PAGE.fullmatch(text))
    below_name = told and all(names_page(line.text) for line in lines[:i])
    return "masthead" if MASTHEAD.match(text) or below_name else None


def _is_of_imprint(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line is of a document's imprint; what it says of who else gets it may be two lines."""
    text, last = lines[i].text, lines[i - 1].text if i else ""
    if text[0] != "抄" != last[:1]:
        return is_imprint(text)
    if is_imprint(text) and (text[0] != "抄" or text[-1] == "。" or i + _CLOSE_TO_END >= len(lines)):
        return True
    below = lines[i + 1].text if i + 1 < len(lines) else ""
    return _tells_who_gets_it(text + below) or (last[-1:] != "。" and _tells_who_gets_it(last + text))


def _tells_who_gets_it(text: str) -> bool:
    """Tell whether a text is the whole of what an imprint says of who else gets a document, be it of several lines."""
    return text[:1] == "抄" and text[-1] == "。" and "。" not in text[:-1] and is_imprint(text)


def _is_of_notice(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line tells whom to ask about what a notice announces, and is no part of a newspaper's page."""
    if not _CONTACT.match(lines[i].text):
        return False
    if lines[i].frame:
        return True
    near = (*lines[max(0, i - 2) : i], *lines[i + 1 : i + 2])
    return any(_BESIDE_CONTACT.match(line.text) for line in near) or any(
        _NOTICE.search(line.text) and len(line.text) <= _TAIL for line in lines[:TOP]
    )


def _is_led_to(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line is an address in the net that the one above, or the first of several, leads up to."""
    if not NET_ADDRESS.fullmatch(lines[i].text):
        return False
    near = reversed(lines[max(0, i - _FEW_LINES) : i])
    above = next((line.text for line in near if not NET_ADDRESS.fullmatch(line.text)), "")
    return _LEADS_TO_ADDRESS.search(above[-8:]) is not None


def is_issuer(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line names the office that issued the document whose title stands above, and is none of a list."""
    return 0 < i < TOP and is_office(lines[i].text, texts_below(lines, i)) and _under_title(lines, i)


def texts_below(lines: Sequence[Line], i: int) -> list[str]:
    """Return the texts of the lines below line `i` among which others of a list would be."""
    return [line.text for line in lines[i + 1 : i + _NEAR]]


def is_office(text: str, below: Iterable[str]) -> bool:
    """Tell whether a text names an office, and none of the texts `below` names another, as in a list."""
    return is_office_name(text) and not any(ISSUER.fullmatch(b) and b != text for b in below)


def is_author_over(office: str, after: str) -> bool:
    """Tell whether the office named below a title wrote the text that begins with `after`, or issued it on that day.

    Else the text is about it, as in a year book, or the name is the end of a headline: 园区走出三家上市公司.
    """
    if is_day(after):
        return True
    if after.startswith(office) or _ABOUT.match(after) or office.endswith(("中心", "公司", "集团")):
        return False
    return ends_sentence(after) or HEADING.match(after) is not None or SALUTATION.fullmatch(after) is not None


def _signs(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line is the day below the office that signs a document, under its last sentence."""
    above = lines[i - 1]
    office = ISSUER.fullmatch(above.text) is not None and DATED.fullmatch(lines[i].text) is not None
    return office and i > TOP and not lines[i].role and lines[i - 2].text[-1] in "。）)"


def _under_title(lines: Sequence[Line], i: int) -> bool:
    """Tell whether nothing but the title of a document, its date and its office stand above a line."""
    above = [line for line in lines[:i] if not (DATED.fullmatch(line.text) or ISSUER.fullmatch(line.text))]
    told = all(line.role == "title" or line.text[-1] not in "。；，：、" for line in above)
    return told and DOCUMENT_TITLE.search("".join(line.text for line in above)) is not None  # it may be wrapped


def _caption(lines: Sequence[Line], i: int) -> int:
    """Return how many lines from `i` are a caption, 0 for none."""
    text = lines[i].text
    if len(text) > 2 * _SHORT:
        return 0
    if not CAPTION_START.match(text):
        return 1 if is_credit(text) and not is_of_lead(lines, i) else 0
    reach = range(i, _caption_end(lines, i))
    for ends in (lambda t: is_credit(t) or _CREDIT_END.search(t), ends_sentence):
        for j in reach:
            if ends(lines[j].text):
                return j - i + 1
    return 1


def is_of_lead(lines: Sequence[Line], i: int) -> bool:
    """Tell whether in line `i` stands the bracket of a lead, or the rest of one, that names who took the pictures."""
    whole = ""
    for line in lines[max(0, i - _LEAD_LINES) : i + 1][::-1]:
        begun, whole = len(line.text), line.text + whole
        opened = opens_lead(whole)
        if opened and (opened != begun + 1 or match_lead(line.text)):  # not below 传来好消息
            above = whole[opened : len(whole) - len(lines[i].text)]
            return begun == len(whole) or _CLOSED.search(above) is None
    return False


def _caption_end(lines: Sequence[Line], i: int) -> int:
    """Return where a caption from `i` ends at the latest: behind its name (图1：…) where a paragraph begins below."""
    end = min(i + _CAPTION_LINES, len(lines))
    if i + 1 >= end or not NUMBERED_CAPTION.match(lines[i].text):
        return end
    below = lines[i + 1]
    return i + 1 if below.indent > lines[i].indent or lines[i].width + _CLEARLY < below.width else end


def _list_begins(lines: Sequence[Line], i: int, after: int) -> bool:
    """Tell whether a brief from `i` to `after` begins a list: another of its mark follows, and it is no single line.

    Single lines one after another are the captions of several pictures.
    """
    return after > i + 1 and _brief_end(lines, after) > 0 and lines[after].text[0] == lines[i].text[0]


def _brief_end(lines: Sequence[Line], i: int) -> int:
    """Return behind which line ends what may be one of a list of briefs, a paragraph behind a mark; 0 for none."""
    first = lines[i].text if i < len(lines) else ""
    if first[:1] not in ITEM_MARKS or first[1:2] in {"", "图"}:
        return 0
    for j in range(i, min(i + _BRIEF_LINES, len(lines))):
        text, after = lines[j].text, lines[j + 1] if j + 1 < len(lines) else None
        if ends_sentence(text) and (
            after is None or after.text[:1] == first[0] or lines[j].width + _CLEARLY < after.width
        ):
            return j + 1
        if lines[j].role or is_credit(text) or _CREDIT_END.search(text):
            return 0
    return 0


_TOLD = {"row": "table", "note": "note", "contents": "contents", "caption": "caption", "byline": "byline"}


def told_lines(lines: Sequence[Line], i: int) -> int:
    """Return how many lines from `i` are one block by their role alone, whatever their looks; 0 for none."""
    if lines[i].role not in _TOLD:
        return 0
    end, role = i + 1, lines[i].role
    if role in {"contents", "caption", "note"}:  # the lines of a caption or a note go on
        while end < len(lines) and lines[end].role == role and (role == "contents" or lines[end].begins == "later"):
            end += 1
    return end - i


def told_block(lines: Sequence[Line], kind: str = "") -> Block:
    """Return the block of lines that are no running text; those of a list of contents stay lines."""
    kind = kind or _TOLD[lines[0].role]
    repairs = [repair for line in lines for repair in line.repairs]
    body = join(lines, between="\n" if kind == "contents" else "")
    page, box = _where(lines)
    return Block(kind, body, len(lines), repairs, lines[0].width, page=page, box=box)


def _where(lines: Sequence[Line]) -> tuple[int | None, Box | None]:
    """Return the page that lines begin on, and the box of those that stand there in one block."""
    first = lines[0]
    if first.page is None:
        return None, None
    here = [line.box for line in lines if line.box and (line.page, line.block) == (first.page, first.block)]
    if not here:
        return first.page, None
    left, top, right, bottom = zip(*here, strict=True)
    return first.page, (min(left), min(top), max(right), max(bottom))


def _assemble(
    body: Sequence[Line], labels: Sequence[str], placed: Sequence[tuple[int, Block]], removed: list[Repair]
) -> Iterator[Block]:
    """Group body lines into blocks; a caption that was placed inside a paragraph comes after it.

    A rule between them ends what stands above, and is `removed`. A label with its value is a paragraph below text or
    over it; else who signs, above 联系人：…, would be its headline.
    """
    waiting = list(reversed(placed))
    start, headed = 0, -1  # the line below the last headline
    while start < len(body):
        while waiting and waiting[-1][0] <= start:
            yield waiting.pop()[1]
        end = start + 1
        apart = headed < start or labels[end : end + 1] not in ([], [DISPLAY])
        closes = labels[start] == DISPLAY and _closes_letter(body, labels, start)
        if labels[start] == DISPLAY and (
            closes or _is_paragraph(body[start]) or (apart and is_entry(body[start].text)) or _is_of_facts(body, start)
        ):
            block = paragraph_block(body[start:end])
            block.closes = closes
            yield block
        elif labels[start] == DISPLAY and is_rule(body[start].text):
            removed += body[start].out("furniture", "rule")
            yield Block("rule", body[start].body)
        elif labels[start] == DISPLAY and (count := _leads_up(body, labels, start)):
            end = start + count
            yield paragraph_block(body[start:end])
        elif labels[start] == DISPLAY:
            while end < len(body) and labels[end] == DISPLAY and _one_headline(body[end - 1], body[end]):
                end += 1
            headed = end
            yield display_block(body[start:end])
        else:
            while end < len(body) and labels[end] == LATER:
                end += 1
            titled = start == 0 and end == 1 < len(body) and _is_of_document(body[0].text)
            yield display_block(body[:1]) if titled else paragraph_block(body[start:end])
        start = end
    while waiting:
        yield waiting.pop()[1]


def _is_paragraph(line: Line) -> bool:
    """Tell whether a line is a paragraph by itself, and no headline: whom a letter turns to, or a wide sentence."""
    if line.width > _WHOLE:
        return ends_sentence(line.text)
    return line.text[-1] in "：:！!，," and SALUTATION.fullmatch(line.text) is not None


def _is_of_facts(body: Sequence[Line], i: int) -> bool:
    """Tell whether a line is a label with its value, as one beside it: 成立时间：1992年 over 规划面积：48平方公里."""
    if not _is_labelled(body[i]):
        return False
    sides = reversed(body[max(0, i - _FACTS) : i]), body[i + 1 : i + _FACTS]
    near = (takewhile(_is_labelled, side) for side in sides)
    facts = [body[i], *chain.from_iterable(near)]
    figures = any(_FIGURE.search(line.text) for line in facts)
    return len(facts) > 1 + (not figures)  # two without figures may be a headline


def _is_labelled(line: Line) -> bool:
    return ENTRY.match(line.text) is not None


def _closes_letter(body: Sequence[Line], labels: Sequence[str], i: int) -> bool:
    """Tell whether a display line below a text is who signs it, or what is attached, and no part of a headline.

    An office may also be over the headline below, or head a part.
    """
    if i + 1 < len(body) and labels[i + 1] != DISPLAY:
        return False
    if FOOT.match(body[i].text) and i + 1 < len(body):
        return _closes_letter(body, labels, i + 1)
    below = body[i + 1].text if i + 1 < len(body) else ""
    return ends_letter(body, i) and (
        not below
        or is_entry(below)
        or DOCUMENT_TITLE.search(below) is not None
        or ends_letter(body, len(body) - 1)
        or ends_letter_clearly(body, i, right=True)
    )


def _leads_up(body: Sequence[Line], labels: Sequence[str], start: int) -> int:
    """Return how many lines are a paragraph that leads up to what is below, and no headline; 0 for none.

    现将有关事项通知如下： alone, or the end of its sentence below a line that is set in; 此致 over 敬礼; whom a letter
    turns to below its title, 市招商局：, which over a headline is a kicker.
    """
    first = body[start].text
    if first[-1] in _COLONS:
        between = labels[start - 1 : start] == [DISPLAY] and labels[start + 1 : start + 2] == [FIRST]
        return int(between or _announces(first))
    if _CLOSES.fullmatch(first):
        return 1
    if start + 1 == len(body) or labels[start + 1] != DISPLAY or body[start + 1].text[-1] not in _COLONS:
        return 0
    below = body[start + 1]
    return 2 * (1 <= body[start].indent <= _SET_IN and not below.indent and _announces(first + below.text))


def _announces(text: str) -> bool:
    """Tell whether a text with a colon at its end says what follows, and is no kicker."""
    return text[:-1].endswith("如下") or ("，" in text and len(text) > _LEADS_UP)


def _is_of_document(text: str) -> bool:
    """Tell whether a line is wholly the title of a document, which ends with a bracket as a sentence may."""
    return len(text) <= _TAIL and DOCUMENT_TITLE.search(text) is not None and not _MARKS.search(text)


def _one_headline(line: Line, after: Line) -> bool:
    """Tell whether two display lines are one headline by their type, which is larger than the body's."""
    return line.size >= TALL and abs(line.size - after.size) < 0.05 * line.size and after.gap == 0


def display_block(lines: Sequence[Line]) -> Block:
    """Return the block of display lines that are one: a byline, or what may be a headline, undoubled."""
    first = lines[0]
    gaps = byline_gaps([line.text for line in lines]) if 1 < len(lines) <= MOST_BYLINE_LINES else None
    body = join_with([line.body for line in lines], gaps) if gaps else join(lines)
    repairs = [repair for line in lines for repair in line.repairs]
    width = sum([line.width for line in lines])
    single = None if first.role else undouble(body)
    page, box = _where(lines)
    if single is not None:
        twice = solid(body.text) - solid(single.text)
        repairs.append(Repair("doubled_headline", body.span, Message("each run stood twice"), twice))
        return Block(
            "display",
            single,
            len(lines),
            repairs,
            width / 2,
            doubled=True,
            size=first.size,
            gap=first.gap,
            page=page,
            box=box,
        )
    who = None if first.role else lone_lead(body.text)
    end = 0 if first.role else byline_end(body.text)
    kind = "byline" if who or end else "display"
    titled, whole = first.role == "title", first.role == "heading"
    block = Block(
        kind,
        body,
        len(lines),
        repairs,
        width,
        who=who,
        titled=titled,
        whole=whole,
        size=first.size,
        gap=first.gap,
        page=page,
        box=box,
    )
    if 0 < end < len(body.text):
        _take(block, end, len(body.text), "continuation")
    return block


def join(lines: Sequence[Line], *, between: str = "") -> Mapped:
    """Join the lines of a paragraph; Latin words and names get a space between, mapped to the line break."""
    if len(lines) == 1:
        return lines[0].body
    spaces = [
        between or (_space(line, after) if line.text[-1] < "\x80" or line.signs & _STOPS else "")
        for line, after in pairwise(lines)
    ]
    if lines[-1].text[-1] not in "。；，！？" and not spaces[-1]:
        spaces[-1] = _space_in_signature(lines[-2].text, lines[-1].text)
    if any(spaces):
        return join_with([line.body for line in lines], spaces)
    segments: list[Segment] = []
    offset = 0
    for line in lines:
        length = len(line.text)
        if line.moved is None:
            segments.append((offset, line.span[0], length))
        else:
            segments += [(offset + at, source, part) for at, source, part in line.moved]
        offset += length
    return Mapped("".join([line.text for line in lines]), tuple(segments))


def join_heads(blocks: Sequence[Block]) -> Mapped:
    """Join the lines of a headline, with a space between Latin words."""
    bodies = [block.body for block in blocks]
    if len(bodies) == 1:
        return bodies[0]
    return join_with(bodies, [" " * _needs_space(one.text[-1], other.text[0]) for one, other in pairwise(bodies)])


def _space(line: Line, after: Line) -> str:
    """Return the space that belongs between two lines, of which one ends with a Latin sign or holds a stop."""
    last = line.text[-1]
    if last.isascii() and _needs_space(last, after.text[0]):
        return " "
    may_part = last not in "。；，！？”" and line.signs & _STOPS
    return " " if may_part and _parts_names(line.text, after.text) else ""


def _needs_space(a: str, b: str) -> bool:
    if not (a.isascii() and b.isascii() and (a.isalnum() or a in ",.;:!?)") and (b.isalnum() or b == "(")):
        return False
    return not (b.isdigit() and (a.isdigit() or a in ".,"))


def _parts_names(left: str, right: str) -> bool:
    """Tell whether the line break lies between two names of a byline after the last full stop."""
    return is_byline(right) and signature_start(left) is not None


def _space_in_signature(left: str, right: str) -> str:
    """Return the space that belongs at the last line break of a paragraph, within the byline behind its full stop."""
    stop = left.rfind("。") + 1
    gaps = byline_gaps([left[stop:].lstrip(), right]) if stop else None
    return gaps[0] if gaps else ""


@cache
def joined(line_count: int) -> Message:
    """Say that so many lines were joined."""
    return Message("{line_count} lines joined", line_count=line_count)


def paragraph_block(lines: Sequence[Line]) -> Block:
    """Return the paragraph that lines make."""
    body = join(lines)
    repairs = [repair for line in lines for repair in line.repairs]
    if len(lines) > 1:
        repairs.append(Repair("joined_lines", body.span, joined(len(lines))))
    page, box = _where(lines)
    block = Block("paragraph", body, len(lines), repairs, lines[0].width, gap=lines[0].gap, page=page, box=box)
    trim(block)
    if block.who and len(lines) > 1:
        block.who = _whole_names(lines, block.who)
    return block


def _whole_names(lines: Sequence[Line], who: str) -> str:
    """Return whom a lead names, with the spaces that its line breaks stood for."""
    above = [*accumulate(line.text for line in lines[: _LEAD_LINES + 1])]
    for k in reversed(range(len(above))):  # from the last, so that the ends of those before stay
        end = next((n for n in range(len(who) - 1, 1, -1) if above[k].endswith(who[:n])), 0)
        if end and not who[end].isspace() and not (k and _CLOSED.search(above[k])):
            who = who[:end] + _gap_of_names(who[:end], who[end:]) + who[end:]
    return who


def _gap_of_names(begun: str, rest: str) -> str:
    """Return what belongs at a line break among people and what they made: 陆文博 | 摄影报道.

    >>> _gap_of_names("记者林晓", "何苗 摄"), _gap_of_names("记者林晓 何", "苗 摄")
    (' ', '')
    """
    if begun[-1] in "/／" or rest[0] in "/／":
        return ""
    if _MADE_PICTURES.match(rest) or (begun.endswith("摄影") and not rest.startswith("报道")):
        return " " * (" " in begun + rest)
    gaps = byline_gaps([begun, rest]) or byline_gaps([begun, _MADE_PICTURES.split(rest)[0]])
    return gaps[0] if gaps else ""


def trim(block: Block) -> None:
    """Take lead, byline and continuation note off a paragraph, each with a repair."""
    text = block.body.text
    before = CONTINUATION.match(text) if text[:1] in BRACKETS and ("版" in text or "页" in text) else None
    if before and before.end() < len(text):
        _take(block, 0, before.end(), "continuation")
        text = block.body.text
    lead = match_lead(text)
    if lead and lead[0] < len(text):
        block.lead, block.who = True, lead[1]
        _take(block, 0, lead[0], "lead")
        text = block.body.text
    if text[-1:] == "。":
        return  # as nearly every text: neither a note nor a byline ends so
    note = note_start(text, _TAIL)
    if note:
        _take(block, note, len(text), "continuation")
        text = block.body.text
    signed = signature_start(text)
    if signed:
        block.signed = block.body.cut(signed, len(text)).strip()
        _take(block, signed, len(text), "byline")


_TAKEN = {
    "lead": Message("lead taken off"),
    "continuation": Message("continuation note taken off"),
    "byline": Message("byline after the last full stop taken off"),
}


def _take(block: Block, start: int, end: int, kind: str) -> None:
    count = 0 if kind == "byline" else solid(block.body.text[start:end])  # which comes back as a part
    block.repairs.append(Repair(kind, block.body.source_span(start, end), _TAKEN[kind], count))
    block.body = (block.body.cut(0, start) if start else block.body.cut(end, len(block.body.text))).strip()
