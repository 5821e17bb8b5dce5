"""Blocks of printed pages to articles: those of a newspaper, a document and its annexes, boxes of briefs."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import groupby, pairwise, zip_longest
from operator import attrgetter
from typing import TYPE_CHECKING

from gxclassify.reading.text.articles import Group, group_articles, of_imprint, stands_over_title
from gxclassify.reading.text.cues import (
    CHAPTER,
    DATED,
    DOCUMENT_TITLE,
    HEAD_MARKS,
    HEADING,
    ISSUER,
    NUMBER_LINE,
    OFFICE_HOLDER,
    holds_number,
    is_day,
    is_deck,
    is_office_name,
    labels_briefs,
)
from gxclassify.reading.text.lines import width
from gxclassify.reading.text.offices import is_author_over, is_office
from gxclassify.reading.text.paragraphs import TALL
from gxclassify.reading.text.subheads import ONE_SIZE, tall_among
from gxclassify.reading.text.titles import DECREE_NUMBER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.reading.text.blocks import Block

_COLUMN = 20.0  # ems
_SECTION = re.compile(rf"[0-9]{{1,2}}\.[0-9]{{1,2}}|{CHAPTER.pattern}")  # 2.1　建设内容, 第二章: of a report or a book
_SECTIONS = 3  # so many such headings, and headlines beside each other make no newspaper
_SIGNED = 0.1  # of such headings: in a book fewer names look like bylines than that
_FRAMED_TITLE = 6.0  # ems: a shorter headline in a frame is that of a part, but for the word over a notice
_NOTICE = re.compile("(?:公[告示]|通[知告报]|启[事示]|声明|广告|更正|致歉|讣告|招聘|招租|招标|遗失)$")
_PART = re.compile(r"专栏|(?:专题|案例|实例|定[义理]|例|框|附录?|链接|背景|小贴士)\s*[0-9一二三四五六七八九十]")
_UNDER_TITLE = 3  # blocks below it that tell who made a document, who speaks, and when
_SIGNATURE = 40  # characters of who signs a text, and when
_COVER = 2  # pages from the cover to the first page of the text
_IN_COLUMNS = 0.5  # of the pages of a newspaper: a book may set something beside its text here and there


def group_placed(blocks: Sequence[Block], *, dated: int = 0) -> list[Group]:
    """Divide the blocks of printed pages into articles: those of a newspaper, or one under the largest headline.

    A newspaper shows itself by its leads and bylines, or by several unnumbered headlines in the largest type. Boxes of
    briefs and what stands in frames under headlines of their own are apart from what is around them. Below so many
    titles stood the day, which is known to part articles.
    """
    heads = (_dated_heads(blocks) if dated > 1 else []) or _signed_heads(blocks)
    if heads:
        return _parted(blocks, heads)
    framed = _framed(blocks)
    boxes = [] if framed else _boxes(blocks)
    if framed or boxes:
        inside = {id(block) for box in (*framed, *boxes) for block in box}
        rest = [block for block in blocks if id(block) not in inside]
        groups = group_placed(rest) if rest else []
        groups += [group for frame in framed for group in group_placed(frame)]
        groups += [group for box in boxes for group in _briefs(box)]
        return sorted(groups, key=lambda group: min(block.body.span for block in [*group.title, *group.blocks]))
    _tell_head_marks(blocks)
    titles = _titles(blocks)
    upper = [(i, block) for i, block in titles if not is_deck(block.body.text)]
    largest = max((block.size for _, block in upper), default=1.0)
    great = [i for i, block in upper if block.size >= max(TALL, ONE_SIZE * largest)]
    separate = sum(b > a + 1 for a, b in pairwise(great))
    numbered = sum(block.kind == "display" and HEADING.match(block.body.text) is not None for block in blocks)
    lettered = any(block.kind == "imprint" for block in blocks)
    newspaper = _is_newspaper(blocks, [block for _, block in upper])
    if separate and (numbered > 1 or lettered) and not newspaper:
        return _annexed(blocks, [blocks[i] for i in great])
    if separate or newspaper:
        return group_articles(blocks, _COLUMN)
    group = Group()
    if great:
        group.title = [_on_cover(upper, blocks[great[0]])]
    elif titles and all(block.kind == "imprint" for block in blocks[: titles[0][0]]):  # on top, or below a letterhead
        group.title = [titles[0][1]]
    _tell_speaker(blocks, group.title)
    for block in blocks:
        if block not in group.title:
            block.kind = "subhead" if block.kind == "display" else block.kind
            group.blocks.append(block)
    return [group]


def _dated_heads(blocks: Sequence[Block]) -> list[Block]:
    """Return the titles that stood over days, where no other headline is as large, as those of articles without."""
    heads = [block for block in blocks if block.titled]
    least = ONE_SIZE * min((block.size for block in heads), default=0.0)
    others = (block for block in blocks if block.kind == "display" and not block.titled and block.size >= least)
    over = heads[0].body.span if heads else (0, 0)
    return heads if all(block.body.span < over for block in others) else []


def _signed_heads(blocks: Sequence[Block]) -> list[Block]:
    """Return the title on top and the others in its size if each is below a signed day, as the last text ends with one.

    Numbered headings are none of them.
    """
    told = [block for block in blocks if block.kind != "imprint"]
    if not told or told[0].kind != "display" or not _ends_with_day(told[-1]):
        return []
    least, largest = ONE_SIZE * told[0].size, told[0].size / ONE_SIZE
    heads = [
        (above, block)
        for above, block in pairwise(told)
        if block.kind == "display"
        and least <= block.size <= largest
        and not (_ends_with_day(block) or HEADING.match(block.body.text))
    ]
    signed = bool(heads) and all(_ends_with_day(above) for above, _ in heads)
    return [told[0], *(block for _, block in heads)] if signed else []


def _ends_with_day(block: Block) -> bool:
    """Tell whether a block is the day below a text, or who signs it with the day behind."""
    text = block.body.text
    return block.kind != "table" and (is_day(text) or (len(text) <= _SIGNATURE and is_day(text.split()[-1])))


def _parted(blocks: Sequence[Block], heads: Sequence[Block]) -> list[Group]:
    """Return the articles below these titles, and what stands over the first as one of its own."""
    groups: list[Group] = []
    titles = set(map(id, heads))
    for i, block in enumerate(blocks):
        if id(block) in titles or not groups:
            groups.append(Group())
        if id(block) in titles or (not i and block.kind == "display"):
            groups[-1].title.append(block)
        else:
            if block.kind == "display":
                block.kind = "paragraph" if _ends_with_day(block) else "subhead"
            groups[-1].blocks.append(block)
    return groups


def _is_newspaper(blocks: Sequence[Block], titles: Sequence[Block]) -> bool:
    """Tell whether pages have several leads or bylines, or headlines of one rank and columns; a book has sections."""
    signed = sum(block.signed is not None or block.kind == "byline" for block in blocks)
    leads = sum(block.lead for block in blocks)
    sections = _count_sections(blocks)
    if max(signed, leads) > max(1.0, _SIGNED * sections):
        return True
    tall = tall_among(blocks)
    ranked = sum(block.size >= tall for block in titles)
    return ranked > 1 and sections < _SECTIONS and _in_columns(blocks)


def _count_sections(blocks: Sequence[Block]) -> int:
    return sum(block.kind == "display" and _SECTION.match(block.body.text) is not None for block in blocks)


def _on_cover(titles: Sequence[tuple[int, Block]], largest: Block) -> Block:
    """Return the title of a document: the largest headline, or that of the first page where it stands far behind."""
    first = next(block for _, block in titles)
    if first.page is None or largest.page is None or largest.page <= first.page + _COVER or first.size < TALL:
        return largest
    return max((block for _, block in titles if block.page == first.page), key=attrgetter("size"))


def _annexed(blocks: Sequence[Block], titles: Sequence[Block]) -> list[Group]:
    """Return a document with numbered headings and what is annexed to it, each under its title in the largest type."""
    groups: list[Group] = []
    heads = {id(block) for block in titles}
    for block in blocks:
        begun = groups and (groups[-1].title or any(other.kind == "paragraph" for other in groups[-1].blocks))
        if not groups or (id(block) in heads and begun and groups[-1].blocks):
            groups.append(Group())
        if id(block) in heads:
            groups[-1].title.append(block)
        else:
            groups[-1].blocks.append(block)
    cover = groups[0].blocks[0] if not groups[0].title else titles[0]
    if cover.kind == "display" and cover.size >= TALL and cover not in titles:  # in smaller type than the chapters
        groups[0].title.append(groups[0].blocks.pop(0))
    for group in groups:
        _tell_speaker(group.blocks, group.title)
        for block in group.blocks:
            block.kind = "subhead" if block.kind == "display" else block.kind
    return groups


def _tell_head_marks(blocks: Sequence[Block]) -> None:
    """Tell the marks over letterheads, or on top of all, which look like paragraphs of a word: 机密★1年, 特急."""
    marks = [block.kind in {"paragraph", "display"} and bool(HEAD_MARKS.fullmatch(block.body.text)) for block in blocks]
    start = 0
    for marked, run in groupby(range(len(blocks)), key=marks.__getitem__):
        end = start + len([*run])
        over = marked and end < len(blocks) and blocks[end].kind == "display"
        if over and (not start or stands_over_title(blocks, end) or holds_number(blocks[end].body.text)):
            for block in blocks[start:end]:
                block.kind = "imprint"
        start = end


def _titles(blocks: Sequence[Block]) -> list[tuple[int, Block]]:
    """Return the headlines and their places; the office and the number over the title of what is issued are none."""
    heads = [(i, block) for i, block in enumerate(blocks) if block.kind == "display"]
    titles = [(i, block) for i, block in heads if not HEADING.match(block.body.text)]
    if len(titles) < 2:  # noqa: PLR2004 (one over the other)
        return titles
    (first, office), (second, title) = titles[:2]
    named = second == first + 1 and office.size * ONE_SIZE > title.size and is_office_name(office.body.text)
    if not (stands_over_title(blocks, first) or (named and DOCUMENT_TITLE.search(title.body.text))):
        return titles
    over = {i for i, _ in titles[1:-1] if stands_over_title(blocks, i) and holds_number(blocks[i + 1].body.text)}
    over.add(first)  # and those of further documents
    below = [(i, block) for i, block in titles if i not in over and not holds_number(block.body.text)]
    for i, block in titles if below else ():
        if i in over or holds_number(block.body.text):
            block.kind = "imprint"
        under = blocks[i + 1] if i in over else None  # the number, in the type of the text
        if under is not None and under.kind == "paragraph":
            under.kind = of_imprint(under)
    return below or titles


def _tell_speaker(blocks: Sequence[Block], title: Sequence[Block]) -> None:
    """Tell who speaks or reports, and when, below the title: they are no subheads, unless there are several such."""
    start = blocks.index(title[-1]) + 1 if title and title[-1] in blocks else 0
    texts = [block.body.text for block in blocks[start:] if block.kind == "display"] if title else []
    for block, after in pairwise(blocks[start : start + _UNDER_TITLE + 1]) if title else ():
        text = block.body.text
        author = is_office(text, texts) and is_author_over(text, after.body.text)
        author = author and (is_day(after.body.text) or not _is_of_parts(block, blocks))
        if block.kind == "display" and (OFFICE_HOLDER.fullmatch(text) or author):
            block.kind = "byline"
        elif block.kind == "display" and (NUMBER_LINE.fullmatch(text) or DECREE_NUMBER.fullmatch(text)):
            block.kind = "imprint"
        elif block.kind == "display" and DATED.search(text) and ISSUER.fullmatch(DATED.sub("", text).strip()):
            block.kind = "imprint"  # who issued it, and when
        elif block.kind == "display" and DATED.fullmatch(text):
            alone = sum(DATED.fullmatch(other) is not None for other in texts) == 1
            block.kind = "imprint" if alone else "paragraph"


def _is_of_parts(block: Block, blocks: Sequence[Block]) -> bool:
    """Tell whether a block may be the first of the headings of parts: others below are as tall and not numbered."""
    below = blocks[blocks.index(block) + 1 :]
    return any(b.kind == "display" and b.size == block.size and not HEADING.match(b.body.text) for b in below)


def _framed(blocks: Sequence[Block]) -> list[list[Block]]:
    """Return what stands under headlines of its own in the frames of a newspaper; a report frames parts of its text."""
    frames: dict[int, list[Block]] = defaultdict(list)
    for block in blocks:
        frames[block.frame].append(block)
    around = frames.pop(0, [])
    if not around or not _in_columns(around) or _count_sections(around) >= _SECTIONS:
        return []
    signed = any(block.lead or block.signed is not None or block.kind == "byline" for block in around)
    sizes = [] if signed else [block.size for block in around if block.kind == "display"]
    return [
        frame
        for frame, below in zip_longest(frames.values(), [*frames.values()][1:])
        if _heads_frame(frame[0], sizes) and not (below and _is_rest(below, frame))
    ]


def _is_rest(frame: Sequence[Block], above: Sequence[Block]) -> bool:
    """Tell whether a frame without a headline is on another page than the one before, which goes on there."""
    return frame[0].kind != "display" and frame[0].page != above[0].page


def _heads_frame(block: Block, sizes: Sequence[float]) -> bool:
    """Tell whether the first line in a frame heads an article: the word over a notice, or a headline, and no part.

    One in the size of several headlines around that nobody signed, which have these `sizes`, is a section as theirs.
    """
    text = block.body.text
    if block.kind != "display" or _NOTICE.search(text) or labels_briefs(text):
        return block.kind == "display"
    alike = sum(ONE_SIZE * block.size <= size <= block.size / ONE_SIZE for size in sizes)
    return width(text) >= _FRAMED_TITLE and alike < _SECTIONS and not (HEADING.match(text) or _PART.match(text))


def _boxes(blocks: Sequence[Block]) -> list[list[Block]]:
    """Return the boxes of briefs: each begins with its label, and holds what stands below that in the same column."""
    boxes: list[list[Block]] = []
    i = 0
    while i < len(blocks):
        end = i + 1
        if blocks[i].kind == "display" and blocks[i].box and labels_briefs(blocks[i].body.text):
            while end < len(blocks) and _below(blocks[i], blocks[end - 1], blocks[end]):
                end += 1
            if sum(block.kind == "paragraph" for block in blocks[i:end]) > 1:
                boxes.append(list(blocks[i:end]))
        i = end
    return boxes


def _below(label: Block, last: Block, block: Block) -> bool:
    """Tell whether a block stands below the one before it, under the label of a box, and in no larger type."""
    if not (label.box and last.box and block.box) or (label.page, label.page) != (last.page, block.page):
        return False
    under = block.box[0] < label.box[2] and block.box[2] > label.box[0] and block.box[1] >= last.box[1]
    return under and block.size <= max(label.size, TALL) and block.kind in {"paragraph", "display"} and not block.lead


def _briefs(box: Sequence[Block]) -> list[Group]:
    """Return the articles of a box of briefs: one for each headline in it, or all of it as one under its label."""
    label, *briefs = box
    if not any(block.kind == "display" for block in briefs):
        return [Group(title=[label], blocks=list(briefs))]
    label.kind = "deck"
    groups = [Group(blocks=[label])]
    for block in briefs:
        if block.kind == "display" and (groups[-1].title or len(groups[-1].blocks) > 1):
            groups.append(Group())
        if block.kind == "display":
            groups[-1].title.append(block)
        else:
            groups[-1].blocks.append(block)
    return groups


def _in_columns(blocks: Sequence[Block]) -> bool:
    """Tell whether on half of the pages a paragraph stands at the right of the one before it, and higher."""
    placed = [block for block in blocks if block.kind == "paragraph" and block.box is not None]
    beside = {
        a.page
        for a, b in pairwise(placed)
        if a.page == b.page and a.box and b.box and b.box[0] >= a.box[2] - 1 and b.box[1] < a.box[3]
    }
    return len(beside) >= _IN_COLUMNS * len({block.page for block in placed}) > 0
