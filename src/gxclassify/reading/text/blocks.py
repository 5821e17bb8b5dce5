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
    lone_lead,
    match_lead,
    signature_start,
)
from gxclassify.reading.text.captions import CLEARLY, CLOSED, LEAD_LINES, brief_end, caption_lines, list_begins
from gxclassify.reading.text.cues import (
    BRACKETS,
    CONTINUATION,
    DOCUMENT_TITLE,
    ENTRY,
    NUMBER_LINE,
    NUMBERED_CAPTION,
    SALUTATION,
    ends_sentence,
    is_entry,
    is_letterhead,
    is_rule,
    note_start,
)
from gxclassify.reading.text.furniture import IMPRINTED, furniture, tells_who_gets_it
from gxclassify.reading.text.lines import join_with, undouble
from gxclassify.reading.text.offices import TOP, is_issuer, signs_below
from gxclassify.reading.text.paragraphs import DISPLAY, FIRST, LATER, TALL, find_layout, label_lines
from gxclassify.reading.text.signatures import FOOT, ends_letter, ends_letter_clearly
from gxclassify.reading.text.signs import FULL_STOP, STOP
from gxclassify.reading.text.wrapped_bylines import with_whole_bylines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gxclassify.reading.document import Segment
    from gxclassify.reading.parsed import Box
    from gxclassify.reading.text.lines import Line, Lines
    from gxclassify.reading.text.paragraphs import Layout

_WHOLE = 45.0  # ems: no headline is wider and ends a sentence
_TAIL = 60  # characters at a paragraph's end where a byline or a note may stand
_CLOSES = re.compile("此\\s*致|敬\\s*礼")
_SET_IN = 4.0  # ems: a line further in is a headline in the middle
_COLONS = "：:"
_LEADS_UP = 16  # characters: a shorter line with a colon may be a kicker
_FACTS = 3  # lines: so many labels with their values are no headline
_FIGURE = re.compile("[0-9]")
_STRETCH = 800  # lines that are set in one manner, some two pages of a newspaper
_MARKS = re.compile("[，。；：]")
_STOPS = FULL_STOP | STOP
_MADE_PICTURES = re.compile(r"[ \u3000]?[/／]?(?:摄影(?:报道)?|摄|供图)(?![^ \u3000])|[ \u3000]")


@dataclass(slots=True)
class Block:
    """A paragraph, row of a table, display line, byline, caption, note, contents list or rule, yet without an article.

    ``signed`` is the byline after a paragraph's last full stop, ``who`` the reporter whom its lead names; ``closes``
    tells that it is the day below the office that signs a document; ``titled`` is what the format itself calls a title,
    ``whole`` what it calls a heading; ``opens`` tells of a headline that an article begins with it, by its place on the
    page; ``gap`` counts empty lines above; ``frame`` is the number of the frame on a page that it stands in, or 0.
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
    opens: bool = False
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
            count = 0 if reason else caption_lines(lines, i)
        if reason:
            removed += lines[i].out("furniture", reason)
        elif body[-1:] == [i - 1] and signs_below(lines, i):
            body.pop()
            placed += [(len(body), told_block(lines[k : k + 1], "paragraph")) for k in (i - 1, i)]
            placed[-1][1].closes = True
        elif is_issuer(lines, i):
            placed.append((len(body), told_block(lines[i : i + 1], "byline")))
        elif count and (after := brief_end(lines, i)) and (i == end or list_begins(lines, i, after)):
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
        elif line.begins == "later" and line.frame in running and not _is_number_beside(running[line.frame], line):
            running[line.frame].append(line)
        else:
            alone = i + 1 == len(lines) or lines[i + 1].begins != "later"
            reason = furniture(lines, i) if alone else None
            if reason:
                removed += line.out("furniture", reason)
            else:
                if line.begins == "later" and line.frame in running:
                    line.begins = "display"
                    _tell_office(running[line.frame], line)
                running[line.frame] = [line]
                units.append(running[line.frame])
        i += max(1, count)
    blocks: list[Block] = []
    for unit, below in zip(units, [*units[1:], None], strict=True):
        if len(unit) > 1 and not unit[0].role and tells_who_gets_it("".join(line.text for line in unit)):
            removed += [repair for line in unit for repair in line.out("furniture", IMPRINTED)]
        else:
            more = below is None or below[0].begins in _SET_APART
            apart = not blocks or blocks[-1].kind != "display" or not more
            blocks.append(_placed_block(unit, apart=apart))
            blocks[-1].frame = unit[0].frame
    return blocks, removed


def _is_number_beside(unit: Sequence[Line], line: Line) -> bool:
    """Tell whether a line is wholly the number of a document, below the office or title that it belongs to, or over."""
    return any(NUMBER_LINE.fullmatch(one.text) for one in (unit[-1], line))


def _tell_office(unit: Sequence[Line], line: Line) -> None:
    """Make the office over the number of a document a display line, though the three look like a paragraph."""
    if NUMBER_LINE.fullmatch(line.text) and is_letterhead(one.text for one in (*unit, line)):
        unit[0].begins = "display"


def _placed_block(unit: Sequence[Line], *, apart: bool) -> Block:
    """Return the block of lines that are one; `apart` tells that display lines do not end with it."""
    first = unit[0]
    if told_lines(unit, 0):
        return told_block(unit)
    text = "".join(line.text for line in unit)
    if first.begins in _SET_APART and NUMBERED_CAPTION.match(text):
        return told_block(unit, "caption")
    if apart and first.begins == "display" and not first.role and first.size < TALL and is_entry(text):
        return paragraph_block(unit)
    if first.begins in _SET_APART or first.role in {"title", "heading"}:
        return display_block(unit)
    return paragraph_block(unit)


def _stretches(lines: Lines) -> Iterator[Lines]:
    """Cut a long text where a paragraph ends beyond doubt, since other pages have other columns."""
    start = 0
    while len(lines) - start > _STRETCH:
        end = start + _STRETCH
        for i in range(end, end - _STRETCH // 4, -1):
            if ends_sentence(lines[i - 1].text) and lines[i - 1].width + CLEARLY < lines[i - 2].width:
                end = i
                break
        yield lines[start:end]
        start = end
    yield lines[start:] if start else lines


_SET_APART = {"display", "article"}  # what a line begins that is no text
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
        signed = False
        while waiting and waiting[-1][0] <= start:
            signed = waiting[-1][1].closes
            yield waiting.pop()[1]
        end = start + 1
        apart = headed < start or labels[end : end + 1] not in ([], [DISPLAY])
        closes = labels[start] == DISPLAY and not signed and _closes_letter(body, labels, start)
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
            opens=first.begins == "article",
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
        opens=first.begins == "article",
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
    above = [*accumulate(line.text for line in lines[: LEAD_LINES + 1])]
    for k in reversed(range(len(above))):  # from the last, so that the ends of those before stay
        end = next((n for n in range(len(who) - 1, 1, -1) if above[k].endswith(who[:n])), 0)
        if end and not who[end].isspace() and not (k and CLOSED.search(above[k])):
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
