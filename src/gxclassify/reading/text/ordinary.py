"""Ordinary text, one paragraph a line: reports, rules, web pages. Its paragraphs come through as they are.

Only lines that say plainly what they are get another part: the title on top, numbered headings, credits, staff lines.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, partial
from itertools import chain, groupby, pairwise
from typing import TYPE_CHECKING

from gxclassify.messages import Message
from gxclassify.reading.text.articles import Group, group_articles
from gxclassify.reading.text.blocks import (
    IMPRINTED,
    PARTICULARS,
    Block,
    display_block,
    find_blocks,
    furniture,
    is_issuer,
    told_block,
    told_lines,
    trim,
)
from gxclassify.reading.text.cues import (
    BRIEFS,
    CAPTION_START,
    CLAUSE,
    CONTENTS,
    DIGEST,
    DOCUMENT_NUMBER,
    DOCUMENT_TITLE,
    HEADING,
    ITEM,
    LETTERHEAD,
    NUMBER_LINE,
    NUMBERED_CAPTION,
    OFFICE_HOLDER,
    POSTED,
    SERVICE_WORDS,
    SIGNED,
    VERSION,
    WAY,
    are_names,
    ends_sentence,
    is_byline,
    is_credit,
    is_deck,
    is_origin,
    is_rule,
    match_lead,
    signature_start,
)
from gxclassify.reading.text.folio import stands_over
from gxclassify.reading.text.paragraphs import Layout, find_layout
from gxclassify.reading.text.signs import ALONE, COMMA, FULL_STOP, OPENER, PAUSE, PAUSING, SEMICOLON, STOP
from gxclassify.reading.text.stacks import article_stacks, ends_below, find_stacks, is_text, title_lines, width_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gxclassify.reading.document import Repair
    from gxclassify.reading.text.lines import Line, Lines

_TITLE_WIDTH = 45.0
_SUBHEAD_WIDTH = 20.0
_CAPTION_WIDTH = 60
_FEWEST, _MOST_SPARSE = 4, 400  # lines
_NARROWEST, _WIDEST, _SURE_WIDTH = 20.0, 84.0, 28.0  # ems
_CLOSE = 2.6  # ems: a full line is not shorter by more than this than the widest
_RAGGED = 0.7  # of the widest line: one that was wrapped by hand reaches so far
_FEW_BROKEN = 2  # lines that show it
_INSIDE = re.compile("[，。；、]|(?<=[\u4e00-\u9fff])[,;](?=[\u4e00-\u9fff])")
_HEAD, _FOOT = 4, 8  # lines of a text copied from a web page where its links may stand
_ACCOUNT = 12  # characters
_SIGNS = re.compile(r"^[^\w\s【\[（(|·“「《]+")  # 👆点击蓝字，关注我们
_WINDOW = 16  # lines: enough to see how they are set
_BROKEN = 0.3  # of a window: lines that end in mid-sentence
_NARROW = 12.0  # ems: a shorter line may be an item of a list
_PAUSES = "。！？…；：，、”’）》)】"
_FEW_BRIEFS = 2
_WIDER = 1.5  # times its title: the only paragraph below it
_SHORTEST_TITLE = 5  # characters: a shorter line between paragraphs is a subhead
_LONGEST_WORD = 4  # characters: a line of one word
_ROW = 40  # lines about one in which others like it may stand
_TITLE_ALONE, _CLEAR_TITLE = 8.0, 12.0  # ems: what a title has that empty lines alone part, and the mean of them
_PREAMBLE = 8  # lines between the title of a document and its first clause
_MARK = re.compile("[，。；：、！？,;!?]")
_UNIT = re.compile("[（(]?(?:计量|金额)?单位[：:].{1,20}$")  # of the figures in a table
# What an editor puts over an article: 编者按：… | 【开栏的话】…
_EDITORS_NOTE = re.compile(
    "[【（(]?(?:编者[按语]|编者的话|开栏[语的]话?|开栏语|主持人语|按语)[】）)]?\\s*[：:】）)\\s]"
)
# A headline of two clauses between paragraphs, as newspapers set them: 算面积，更算产出
_TWO_CLAUSES = re.compile("[^，。；：、！？,;!?\\s]{2,9}，[^，。；：、！？,;!?\\s]{2,9}$")
_ORIGINAL = re.compile("原创(?:\\s+[^\\s，。；：]{2,16}){1,3}$|发表于\\s*[^\\s，。；：]{2,8}$")  # 原创 小编 某某发布
# What stands at the end of an article, below which another may begin: （责任编辑：林溪） | （来源：临江日报）
_FOOT_NOTE = re.compile("[（(【]?\\s*(?:本文|稿件)?(?:责任编辑|责编|编辑|来源|完)\\s*(?:[：:/]|[）)】])")
_SUPPLIED = re.compile("(?:供稿(?:单位)?|来稿|稿件来源|信息来源|审稿|排版|转载)\\s*[：:].{2,24}$")  # at the foot
_ISSUED = re.compile("年.{1,3}月.{1,3}日[）)]?$|^附件|^[（(]此件")
_SIGNATURE = 3  # lines: office, date, to whom it may be shown
_OF_DECREE = re.compile(r"第\s*[0-9〇零一二三四五六七八九十百]{1,5}\s*号")
_OWNER = re.compile("[^，。；：、0-9]{2,16}[区县市省园镇局会院司]")
_OF_A_YEAR = re.compile("(?:19|20)[0-9]{2}(?:年|[-—–][0-9]{4})")
_PUT_ON = re.compile("关于[^。；]{0,30}$|(?:印发|转发|公布|发布)$")
_LEAST_OFFICIAL = 3  # lines
_BARE_DATE = re.compile(r"(?:19|20)\d\d[-./年]\d{1,2}[-./月]\d{1,2}日?")
_COUNTED = re.compile(
    r"第(?P<number>[一二三四五六七八九十百]+|[0-9]+)(?P<level>[条章])|(?:(?P<item>[一二三四五六七八九十]+)、)"
)
_COUNTING = "第一二三四五六七八九十"  # what it begins with
_CLAUSE_NUMBERS = "一二三四五六七八九十（("
_CLAUSE_HEADING = re.compile(
    "(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)])[^。；！？：]{4,40}$"
)
_LEVELS = (
    re.compile("第[^章节]{1,8}[编篇部分]"),
    re.compile("第[^节]{1,8}章"),
    re.compile("第"),
    re.compile("[一二三四五六七八九十]"),
    re.compile("[（(]"),
    re.compile("[0-9]"),
    re.compile("附"),
)


_FIGURES = 5  # the level of them
_DOTTED = re.compile(r"[0-9]+(?:\.[0-9]+)*")  # 1.2 is below 1


def group_ordinary(lines: Lines, *, bulletin: bool = False) -> tuple[list[Group], list[Repair]]:
    """Return the articles of ordinary text, nearly always one unless it is a `bulletin`, and the repairs made."""
    kept, repairs = without_furniture(lines)
    rules = [i for i, line in enumerate(kept) if is_rule(line.text)]
    stacks = find_stacks(kept)
    starts = {stack.start: width_of(kept, stack) for stack in stacks if len(stack) > 1}
    numbers = _document_heads(kept, rules, starts, bulletin=bulletin)
    numbers = numbers or (_bulletin_heads(kept) if bulletin else _parted_heads(kept, lines, starts))
    articles = article_stacks(kept, stacks) if not numbers else []
    if articles and len(articles) == len(stacks):
        numbers = {stack.start for stack in articles}
    official = _official_title(kept)
    numbers, more = _with_second_lines(kept, numbers, official)
    headed = [stack for stack in stacks if not official and (stack.start in numbers or _heads_all(kept, stacks, stack))]
    named = {i for stack in headed for i in title_lines(kept, stack, of_several=bool(numbers))}
    more += sorted(i for i in named.difference(more) if i not in numbers or i + 1 in named)
    titles = [kept[i] for i in (*official, *more)]
    heads = [kept[i] for i in sorted(numbers) if i >= official.stop or not official]
    several = not heads and (bool(articles) or _several(kept))
    above = stacks if several else headed if heads else []
    shown = [kept[i] for stack in above for i in stack if not _is_of_names(kept, i)]
    imprinted = _letterheads(kept, official, numbers)
    if rules or imprinted:
        repairs += [repair for i in rules for repair in kept[i].out("furniture", "rule")]
        repairs += [repair for i in sorted(imprinted) for repair in kept[i].out("furniture", IMPRINTED)]
        out = imprinted.union(rules)
        kept = [line for i, line in enumerate(kept) if i not in out]
    blocks, begins = ordinary_blocks(kept, heads, titles, shown)
    if several:
        return group_articles(blocks, _TITLE_WIDTH), repairs
    edges = [0, *(at for at in begins if at), len(blocks)]
    return [_article(blocks[start:end]) for start, end in pairwise(edges) if end > start], repairs


def _heads_all(lines: Sequence[Line], stacks: Sequence[range], stack: range) -> bool:
    """Tell whether the lines on top of a text are its headline, so that none of them may be its first subhead."""
    if stack.start or len(stack) < 2:  # noqa: PLR2004
        return False
    alone = len(stacks) == 1 and not any(_is_heading(lines, i) for i in range(stack.stop + 1, len(lines)))
    return alone or ends_below(lines, stack)


def without_furniture(lines: Lines) -> tuple[list[Line], list[Repair]]:
    """Return the lines that are no furniture, and the repairs that take out the others."""
    repairs: list[Repair] = []
    kept: list[Line] = []
    may_be = lines.signs.apart & (lines.signs.lengths <= _CAPTION_WIDTH)
    may_be[: _HEAD + 1] = may_be[-_FOOT:] = True
    for i, (line, looks) in enumerate(zip(lines, may_be.tolist(), strict=True)):
        reason = None
        if looks and line.role == "" and len(lines) > 1:
            reason = (furniture(lines, i) if i else _over_title(lines)) or _of_web_page(lines, i)
        if reason:
            repairs += line.out("furniture", reason)
        else:
            kept.append(line)
    return (kept, repairs) if kept else (list(lines), [])


def _over_title(lines: Sequence[Line]) -> Message | None:
    """Tell why the first line is none of the text: it names a newspaper, a source or a day, and a title follows."""
    title = lines[1].text
    titled = len(title) <= _TITLE_WIDTH and not (ends_sentence(title) or HEADING.match(title) or ITEM.match(title))
    return PARTICULARS if (titled or stands_over(title)) and stands_over(lines[0].text) else None


def _of_web_page(lines: Sequence[Line], i: int) -> Message | None:
    """Tell why a line near the head or the foot of a text is what a copied web page has around its article."""
    text = lines[i].text
    if len(text) > _CAPTION_WIDTH or "。" in text:
        return None
    if i < _HEAD and WAY.match(text):
        return Message("the way to a web page")
    if 0 < i < _HEAD and (POSTED.fullmatch(text) or _ORIGINAL.match(text)):
        return PARTICULARS
    if i and i >= len(lines) - _FOOT and _SUPPLIED.match(text):
        return PARTICULARS
    if (0 < i <= _HEAD or i >= len(lines) - _FOOT) and SERVICE_WORDS.search(_SIGNS.sub("", text)):
        return Message("a link or button of a web page")
    account = (
        i == 1
        and not WAY.match(lines[0].text)
        and len(text) <= _ACCOUNT
        and len(lines) > _HEAD
        and is_origin(lines[2].text)
    )
    return Message("the account that published it") if account and not _MARK.search(text) else None


def ordinary_blocks(
    lines: Sequence[Line],
    heads: Sequence[Line] = (),
    titles: Sequence[Line] = (),
    shown: Sequence[Line] = (),
) -> tuple[list[Block], list[int]]:
    """Return the blocks of lines that each are a paragraph or another part, and the numbers of those with `heads`.

    The `titles` are lines of a title that are known to be it, those `shown` stand in a headline.
    """
    known, display = set(map(id, titles)), set(map(id, [*titles, *shown]))
    blocks: list[Block] = []
    begins: list[int] = []
    i = 0
    while i < len(lines):
        head = len(begins) < len(heads) and lines[i] is heads[len(begins)]
        if head:
            begins.append(len(blocks))
        count = told_lines(lines, i) if lines[i].role else 0
        if count:
            blocks.append(told_block(lines[i : i + count]))
        else:
            titled = id(lines[i]) in known
            block = _block(lines[i], "display" if head or id(lines[i]) in display else _kind(lines, i))
            block.titled |= titled
            blocks.append(block)
        i += max(1, count)
    return blocks, begins


def _article(blocks: Sequence[Block]) -> Group:
    """Return the article of these blocks: its title is what the format names so, else the first if it is set off."""
    group = Group()
    first = next((i for i, block in enumerate(blocks) if block.titled), 0)
    for i, block in enumerate(blocks):
        if block.kind == "display" and (i == first or (block.titled and i == first + len(group.title))):
            group.title.append(block)
            continue
        if block.kind == "display":
            block.kind = "subhead" if group.title else "deck"
        group.blocks.append(block)
    return group


# ---- Lists of contents: 一、总体要求 ……………… 1


_LEADER = re.compile(r"(?:…{2,}|[.．·]{4,}|(?:[.．·…] ){3,}[.．·…])\s*[（(—-]{0,2}\s*[0-9]{1,4}\s*[）)—-]{0,2}$")
_DOTS = ("……", "… …", "....", ". . .", "····", "· · ·", "．．．．", "． ． ．")  # one of them all leaders have
_PAGED = re.compile(r"[^\s0-9]\s+[（(]?[0-9]{1,4}[）)]?$")
_LONGEST_CONTENTS = 8  # characters: 目　　　录, CONTENTS
_FEWEST_LISTED = 3  # lines


def take_contents(lines: Lines, source: str) -> tuple[list[Block], Lines]:
    """Return the lists of contents among the lines of a source, which leaders to page numbers show, and the others."""
    titled = [i for i in (lines.signs.lengths <= _LONGEST_CONTENTS).nonzero()[0].tolist() if _heads_contents(lines[i])]
    if not titled and not any(dots in source for dots in _DOTS):
        return [], lines
    listed = [line.role == "" and _LEADER.search(line.text) is not None for line in lines]
    for i in titled:
        for k in _entries(lines, i):
            listed[k] = True
    for i in titled:
        listed[i] |= i + 1 < len(lines) and listed[i + 1]
    blocks: list[Block] = []
    rest: list[int] = []
    for is_listed, numbers in groupby(range(len(lines)), key=listed.__getitem__):
        here = list(numbers)
        if is_listed and len(here) >= _FEWEST_LISTED:
            blocks.append(told_block(lines[here[0] : here[-1] + 1], "contents"))
        else:
            rest += here
    return (blocks, lines.take(rest)) if blocks and rest else ([], lines)


def _heads_contents(line: Line) -> bool:
    return line.text[0] in "目Cc" and line.role in {"", "heading"} and CONTENTS.fullmatch(line.text) is not None


def _entries(lines: Lines, start: int) -> list[int]:
    """Return the lines of a list of contents below its head: each has a page behind white, or comes again below."""
    entries: list[int] = []
    seen: set[str] = set()
    again = Counter("".join(line.text.split()) for line in lines[start + 1 :])
    for i in range(start + 1, len(lines)):
        text = "".join(lines[i].text.split())
        paged = _PAGED.search(lines[i].text) is not None
        if lines[i].role not in {"", "heading"} or text in seen or not (paged or again[text] > 1):
            break
        seen.add(text)
        entries.append(i)
    return entries if len(entries) >= _FEWEST_LISTED else []


# ---- Hard-wrapped text after a list of contents, a menu, a table: each stretch is judged by itself.


def group_mixed(lines: Lines, *, spaced: bool) -> tuple[list[Group], list[Repair]] | None:
    """Return the articles of a text that is hard-wrapped in parts, and the repairs made; None where it is nowhere."""
    wrapped = _wrapped(lines, spaced=spaced)
    if not any(wrapped):
        return None
    blocks: list[Block] = []
    repairs: list[Repair] = []
    widths: list[float] = []
    for is_wrapped, numbers in groupby(range(len(lines)), key=wrapped.__getitem__):
        here = list(numbers)
        stretch = lines[here[0] : here[-1] + 1]
        layout = find_layout(stretch, spaced=spaced) if is_wrapped else None
        if layout:
            found, made = find_blocks(stretch, layout)
            widths.append(layout.widths[0])
        else:
            kept, made = without_furniture(stretch)
            after = lines[here[-1] + 1 : here[-1] + 2]  # which shows whether the last line is a heading
            found = ordinary_blocks([*kept, *after])[0]
            found = found[: len(found) - len(after)]
        blocks += found
        repairs += made
    return (group_articles(blocks, widths[0]), repairs) if widths else None


def find_marked_layout(lines: Lines, *, spaced: bool = False) -> Layout | None:
    """Find how text is set whose every paragraph begins with an indent or behind an empty line, and no other line.

    Then its lines may stop well before the widest, as in what was wrapped by hand, and few paragraphs need fill one.
    """
    if len(lines) < _FEWEST:
        return None
    signs, reach = lines.signs, lines.width + lines.indent.clip(max=2.0)
    marked = (lines.indent >= 1) | (lines.gap > 0)
    inside = (signs.any & (COMMA | FULL_STOP | SEMICOLON | PAUSE) != 0) & (lines.width >= _NARROW)
    may_break = inside[:-1] & ((signs.last[:-1] & PAUSING == 0) | (signs.last[:-1] & (COMMA | PAUSE) != 0))
    broken = [i for i in may_break.nonzero()[0].tolist() if lines[i].text[-1].isalnum() or lines[i].text[-1] in "，、"]
    if len(broken) < _FEW_BROKEN or marked[1:][broken].any():
        return None
    least, width = reach[broken].min(), reach.max()
    if not _NARROWEST <= width <= _WIDEST or least < _RAGGED * width:
        return None
    short = (reach[:-1] < least) & ~marked[1:] & (lines.width[:-1] >= _SHORTEST_TITLE)  # 祝好！ stands over who signs
    if any(ends_sentence(lines[i].text) for i in short.nonzero()[0].tolist()):
        return None
    if not all(_is_rest(lines[i], lines[i + 1]) for i in broken):
        return None
    indented = float((lines.indent >= 1).sum() >= 0.5 * marked.sum())
    return Layout(
        (float(round(width)),), 0.0, indented, 0, 0.0, squeezed=False, spaced=spaced, ragged=float(width - least)
    )


def find_sparse_layout(lines: Sequence[Line], *, spaced: bool = False) -> Layout | None:
    """Find how text is set of which few paragraphs fill a line, such as the clauses of a rule; None where it is not.

    No line goes beyond the widest, and those that reach it break off within a sentence although they are running text,
    so that the next line, which is not indented more, has to be their rest.
    """
    if not _FEWEST <= len(lines) <= _MOST_SPARSE:
        return None
    reach = [line.width + min(line.indent, 2.0) for line in lines]
    width = max(reach)
    full = [i for i, wide in enumerate(reach[:-1]) if wide > width - _CLOSE]
    if not _NARROWEST <= width <= _WIDEST or not full:
        return None
    if any(_breaks_off(lines, i) for i, wide in enumerate(reach[:-1]) if wide <= width - _CLOSE):
        return None
    broken = [i for i in full if i and _breaks_off(lines, i) and _is_rest(lines[i], lines[i + 1])]
    if 2 * len(broken) < len(full) or (len(broken) == 1 and width < _SURE_WIDTH):
        return None
    indented = sum(line.indent >= 1 for line in lines) >= 0.5 * len(lines)
    gap = lines[broken[0] + 1].gap
    return Layout((float(round(width)),), 0.0, float(indented), gap, 0.0, squeezed=False, spaced=spaced)


def _breaks_off(lines: Sequence[Line], i: int) -> bool:
    """Tell whether running text ends with a line within a sentence."""
    text = lines[i].text
    return "\u4e00" <= text[-1] <= "\u9fff" and _INSIDE.search(text) is not None and lines[i].width >= _NARROW


def _is_rest(line: Line, below: Line) -> bool:
    return below.indent <= line.indent and not (HEADING.match(below.text) or ITEM.match(below.text))


def _wrapped(lines: Lines, *, spaced: bool) -> list[bool]:
    """Tell of each line whether it stands in a stretch of hard-wrapped text, which a window of lines shows."""
    broken = [
        line.width >= _NARROW
        and line.role == ""
        and line.text[-1] not in _PAUSES
        and not line.text[-1].isascii()
        and not (line.signs & (FULL_STOP | STOP) and signature_start(line.text) is not None)
        for line in lines
    ]
    column = [0.0] * len(lines)  # how wide a line's column is; 0 where it is not hard-wrapped
    for start in range(0, len(lines), _WINDOW // 2):
        end = start + _WINDOW
        if sum(broken[start:end]) >= _BROKEN * _WINDOW:
            layout = find_layout(lines[start:end], spaced=spaced)
            if layout:
                column[start:end] = [layout.widths[0]] * len(lines[start:end])
    for i in range(1, len(lines)):  # a line that breaks off belongs to the next one, and a full one to its neighbours
        if not column[i] and column[i - 1] and (broken[i - 1] or _is_full(lines[i], column[i - 1])):
            column[i] = column[i - 1]
    for i in range(len(lines) - 2, -1, -1):
        if not column[i] and column[i + 1] and (broken[i] or _is_full(lines[i], column[i + 1])):
            column[i] = column[i + 1]
    return [width > 0 for width in column]


def _is_full(line: Line, column: float) -> bool:
    return line.role == "" and column - 2.6 <= line.width + min(line.indent, 2.0) <= column + 1.1


# ---- Several documents in one file.


def _document_heads(
    lines: Sequence[Line], rules: Sequence[int], starts: Mapping[int, float], *, bulletin: bool
) -> set[int]:
    """Return the lines that head one of several documents in a file; some of the lines are `rules`.

    At `starts` headlines of several lines begin, so wide.

    Where the format names titles, it is these; under the title of a digest and in a bulletin, its headings. Else one
    looks like a title, and its document's number is below it (〔2026〕10号), or a rule above it, or the numbering of
    clauses begins again under it.
    """
    if any(line.role for line in lines):
        told = {i for i, line in enumerate(lines) if line.role == "title" and (not i or lines[i - 1].role != "title")}
        if told and not any(map(is_text, lines[: min(told)])):
            told = told - {min(told)} | {0}  # a kicker
        digest = bulletin or (lines[0].role == "title" and DIGEST.search(lines[0].text) is not None)
        return told if len(told) > 1 else _digest_heads(lines) if digest else set()
    heads = {i - 1 for i, line in enumerate(lines) if line.signs & OPENER and i > 1 and _is_numbered(lines, i - 1)}
    heads |= {i + 1 for i in rules if i + 2 < len(lines) and (_may_be_title(lines[i + 1]) or i + 1 in starts)}
    counted = [(i, found) for i, line in enumerate(lines) if (found := _counted(line))]
    title = cache(partial(_head_above, lines))
    heads |= {title(i) for i in _restarts(counted)} - {0}
    heads |= {title(i) for i in _begins(counted) if _is_attached(lines, title(i))}
    return {0, *heads} if heads and (_may_be_title(lines[0]) or 0 in starts) else heads


def _digest_heads(lines: Sequence[Line]) -> set[int]:
    """Return the titles of a digest's articles: its headings, if each looks like a title and has text below it."""
    heads = {i for i, line in enumerate(lines) if line.role == "heading"}
    filled = all(i + 1 < len(lines) and lines[i + 1].role != "heading" and _may_be_title(lines[i]) for i in heads)
    return {0, *heads} if len(heads) > 1 and filled else set()


def _parted_heads(lines: Sequence[Line], printed: Lines, starts: Mapping[int, float]) -> set[int]:
    """Return the lines that head articles by what parts them, where there are several: empty lines, or their origin.

    Some of the lines as `printed` are out by now: of each article the line that says when and where it was published.
    At `starts` headlines of several lines begin, so wide.
    """
    if any(line.role for line in lines):
        return set()
    told = _credited_heads(lines, printed, starts)
    if told:
        return told
    if DOCUMENT_TITLE.search(lines[0].text) and not BRIEFS.search(lines[0].text):
        return set()  # a report, whose parts may have headings as long
    gaps = Counter(line.gap for line in lines[1:])
    usual = min(gaps, key=lambda gap: (-gaps[gap], gap), default=0)
    parted = [i for i, line in enumerate(lines) if not i or line.gap > usual]
    if _is_label(lines[0]) and len(parted) > _FEW_BRIEFS:  # each brief below it has a headline, however short
        briefs = parted[1:] if parted[1] == 1 else [1, *parted[1:]]
        if all(_heads_text(lines, i, _SHORTEST_TITLE) for i in briefs):
            return {0, *briefs}
    if parted == [0] and _is_label(lines[0]) and BRIEFS.search(lines[0].text):  # one empty line everywhere, or none
        briefs = [i for i in range(1, len(lines)) if _heads_text(lines, i, _SHORTEST_TITLE)]
        filled = all(ends_sentence(lines[i].text) for i in range(1, len(lines)) if i not in briefs)
        if briefs[:1] == [1] and len(briefs) >= _FEW_BRIEFS and filled:
            return {0, *briefs}
    heads = {i for i in parted if i in starts or _heads_text(lines, i, _TITLE_ALONE)}
    wide = sum(starts.get(i, lines[i].width) for i in heads) >= _CLEAR_TITLE * len(heads)  # else they may be subheads
    far = all(lines[i].gap > 1 for i in heads - {0})
    return heads if len(heads) > 1 and (wide or far) and all(i in heads or i - 1 in heads for i in parted) else set()


def _credited_heads(lines: Sequence[Line], printed: Lines, starts: Mapping[int, float]) -> set[int]:
    """Return the lines over what says when and where each article was published, or below who edited the last one."""
    if len(lines) == len(printed):
        return set()
    left = set(map(id, lines))
    pairs = [(line, below) for line, below in pairwise(printed) if (id(line) in left) != (id(below) in left)]
    titles = {id(line) for line, below in pairs if id(line) in left and is_origin(below.text)}
    told = {i for i, line in enumerate(lines) if id(line) in titles and _heads_text(lines, i, _SHORTEST_TITLE)}
    if len(told) > 1:
        return {0, *told} if _heads_text(lines, 0, _SHORTEST_TITLE) else told
    ended = {id(below) for line, below in pairs if id(below) in left and _FOOT_NOTE.match(line.text)}
    told = {
        i for i, line in enumerate(lines) if id(line) in ended and (i in starts or _heads_text(lines, i, _TITLE_ALONE))
    }
    return {0, *told} if told - {0} and (0 in starts or _heads_text(lines, 0, _TITLE_ALONE)) else set()


def _bulletin_heads(lines: Sequence[Line]) -> set[int]:
    """Return the lines that head the articles of a bulletin, if several: each that looks like a title over text."""
    heads = {i for i in range(len(lines)) if not lines[i].role and _heads_text(lines, i, _TITLE_ALONE)}
    clear = sum(lines[i].width for i in heads) >= _CLEAR_TITLE * len(heads)
    return heads if len(heads) > 1 and clear and 0 in heads else set()


def _is_label(line: Line) -> bool:
    """Tell whether a line names a box of briefs: 【园区简讯】 | 要闻速览."""
    text = line.text.strip("【】[]［］■◆●★▶ \u3000")
    return len(text) <= _ACCOUNT and (BRIEFS.search(text) is not None or DIGEST.search(text) is not None)


def _heads_text(lines: Sequence[Line], i: int, least: float) -> bool:
    """Tell whether a line is as a title of `least` ems, and has text below it."""
    below = next((line for line in lines[i + 1 : i + 3] if not _is_byline(line)), None)
    long = below is not None and below.width > _SUBHEAD_WIDTH and ends_sentence(below.text)
    return long and lines[i].width >= least and _may_be_title(lines[i]) and not ends_sentence(lines[i].text)


def _may_be_title(line: Line) -> bool:
    text = line.text
    return (
        len(text) >= _SHORTEST_TITLE
        and line.width <= _TITLE_WIDTH
        and text[-1] not in "。；，：、"
        and "\t" not in text
        and not (HEADING.match(text) or ITEM.match(text) or SIGNED.search(text) or DOCUMENT_NUMBER.search(text))
    )


def _is_numbered(lines: Sequence[Line], i: int) -> bool:
    return (
        len(lines[i + 1].text) <= _SUBHEAD_WIDTH + _TITLE_WIDTH
        and DOCUMENT_NUMBER.search(lines[i + 1].text) is not None
        and _may_be_title(lines[i])
        and not DOCUMENT_NUMBER.search(lines[i - 1].text)
    )


def _counted(line: Line) -> re.Match[str] | None:
    """Return the number that a line begins with as a chapter, clause or part."""
    return _COUNTED.match(line.text) if line.text[0] in _COUNTING else None


def _begins(counted: Sequence[tuple[int, re.Match[str]]]) -> Iterator[int]:
    """Yield the lines where a numbering begins with its first."""
    return (i for i, found in counted if (found["number"] or found["item"]) in {"一", "1"})


def _restarts(counted: Sequence[tuple[int, re.Match[str]]]) -> Iterator[int]:
    """Yield the lines where a numbering begins again with its first after having gone on to others."""
    gone_on: set[str] = set()
    for i, found in counted:
        level, number = (found["level"], found["number"]) if found["level"] else ("、", found["item"])
        if number not in {"一", "1"}:
            gone_on.add(level)
        elif level in gone_on:
            gone_on.clear()
            yield i


def _head_above(lines: Sequence[Line], i: int) -> int:
    """Return the title above the numbering that begins at line `i`; 0 where there is none."""
    above = range(i - 1, max(0, i - _PREAMBLE), -1)
    named = next((k for k in above if _may_be_title(lines[k]) and DOCUMENT_TITLE.search(lines[k].text)), 0)
    if named or not lines[i].text.startswith("第"):
        return named
    plain = next((k for k in above if not DOCUMENT_NUMBER.search(lines[k].text)), 0)
    return plain if plain and _may_be_title(lines[plain]) else 0


def _is_attached(lines: Sequence[Line], head: int) -> bool:
    """Tell whether a title is of a rule that follows the signed letter which issues it."""
    return any(_ISSUED.search(above.text) for above in lines[max(0, head - _SIGNATURE) : head])


def _official_title(lines: Sequence[Line]) -> range:
    """Return the lines of the title of an official document, where it is not simply the first line.

    It stands below the office's name (…文件) and the number, and may be two lines: 某区关于印发 / 《某办法》的通知.
    """
    start = 0
    if _EDITORS_NOTE.match(lines[0].text) and len(lines) >= _LEAST_OFFICIAL and ends_sentence(lines[0].text):
        return range(1, 2) if not lines[1].role and _is_title(lines[1:]) else range(0)
    while start < len(lines) - 1 and LETTERHEAD.fullmatch(lines[start].text):
        start += 1
    if start > _PREAMBLE or len(lines) - start < _LEAST_OFFICIAL or any(line.role for line in lines):
        return range(0)
    one, other = lines[start], lines[start + 1]
    short = one.width <= _TITLE_WIDTH and not _MARK.search(one.text)
    parted = other.text.startswith("关于") or (other.text[0] in "《的" and _PUT_ON.search(one.text))
    parted = parted or _is_name_over(one, other)
    if short and one.text.endswith("令") and _OF_DECREE.fullmatch(other.text):
        return range(start, start + 2)
    if short and parted and DOCUMENT_TITLE.search(other.text) and _may_be_title(other):
        return range(start, start + 2)
    return range(start, start + 1) if start and _may_be_title(one) else range(0)


def _with_second_lines(lines: Sequence[Line], heads: set[int], official: range) -> tuple[set[int], list[int]]:
    """Return the heads of articles, and the lines of those that have two.

    The name of whose document it is may stand above (北屏经开区 / 2026年招商工作方案), （试行） below.
    """
    found, more = set(heads), list[int]()
    for i in {0, *heads} if not official and not lines[0].role else heads:
        if i + 1 < len(lines) and VERSION.fullmatch(lines[i + 1].text) and DOCUMENT_TITLE.search(lines[i].text):
            more += [i, i + 1]
        elif i and not lines[i].role and _is_name_over(lines[i - 1], lines[i]) and i - 1 not in heads:
            found = found - {i} | {i - 1}
            more += [i - 1, i]
    return found, more


def _is_name_over(line: Line, below: Line) -> bool:
    """Tell whether a line is the name of whose document the line below tells the year and kind."""
    named = _OWNER.fullmatch(line.text) and _OF_A_YEAR.match(below.text)
    return bool(named) and DOCUMENT_TITLE.search(below.text) is not None


def _letterheads(lines: Sequence[Line], official: range, heads: set[int]) -> set[int]:
    """Return the lines over the title of an official document, and below each title the number or who passed it."""
    titled = {i for i in heads if _may_be_title(lines[i])} | {i for i, line in enumerate(lines) if line.role == "title"}
    if official:
        titled.add(official[-1])
    elif lines[0].role == "" and DOCUMENT_TITLE.search(lines[0].text) and _may_be_title(lines[0]):
        titled.add(0)
    found = {i for i in range(official.start) if LETTERHEAD.fullmatch(lines[i].text)}
    for i in titled:
        below = i + 1
        below += below < len(lines) and VERSION.fullmatch(lines[below].text) is not None
        while below < len(lines) and NUMBER_LINE.fullmatch(lines[below].text):
            found.add(below)
            below += 1
    return found


def _several(lines: Sequence[Line]) -> bool:
    """Tell whether these are several newspaper articles: more than one signed end, or opening by a lead or a byline."""
    bylines = {i for i, line in enumerate(lines) if _is_byline(line) and not _is_of_a_row(lines, i)}
    under = {i for i in bylines if i and (i == 1 or _under(lines, i))}
    leads = sum(match_lead(line.text[:80]) is not None and i - 1 not in under for i, line in enumerate(lines))
    signed = sum(signature_start(line.text) is not None or i in bylines for i, line in enumerate(lines[:-1]))
    return leads + len(under) > 1 or signed > 1


def _is_byline(line: Line) -> bool:
    return len(line.text) <= _CAPTION_WIDTH and not line.signs & FULL_STOP and is_byline(line.text)


def _kind(lines: Sequence[Line], i: int) -> str:
    line = lines[i]
    if _is_caption(lines, i):
        return "caption"
    if line.role:
        return "paragraph" if line.role == "text" else "display"
    text = line.text
    if len(text) > _CAPTION_WIDTH or ends_sentence(text) or CLAUSE.match(text) or _is_of_names(lines, i):
        return "paragraph"
    if _is_of_a_row(lines, i):
        return "subhead"
    placed = i in {1, len(lines) - 1} or (i and (lines[i - 1].role == "title" or ends_sentence(lines[i - 1].text)))
    signs = i and _is_byline(line) and (placed or _under(lines, i))
    if signs or is_issuer(lines, i) or _is_speaker(lines, i):
        return "byline"
    titled = i == 0 and _is_title(lines)
    heads = titled or _is_heading(lines, i)
    small = (is_deck(text) and _under(lines, i)) or (heads and i == 0 and not titled)
    return "subhead" if small else "display" if heads else "paragraph"


def _is_caption(lines: Sequence[Line], i: int) -> bool:
    line, text = lines[i], lines[i].text
    if text[0] in "表附续" and _names_table(lines, i):
        return True
    credit = not line.role and line.signs & ALONE and len(text) <= 2 * _CAPTION_WIDTH and is_credit(text)
    return bool(credit) or (not line.role and len(text) <= _CAPTION_WIDTH and CAPTION_START.match(text) is not None)


def _names_table(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line is the caption of a table that stands below it, the units between, or above it."""
    if lines[i].role not in {"", "heading"} or not NUMBERED_CAPTION.match(lines[i].text):
        return False
    below = next((line for line in lines[i + 1 : i + 3] if not _UNIT.match(line.text)), None)
    return any(line is not None and line.role == "row" for line in (lines[i - 1] if i else None, below))


def _is_of_names(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line of several bare names is one of several such, a list of people and no byline."""
    if not i or not _has_names(lines[i]):
        return False
    return any(map(_has_names, (*lines[i - 1 : i], *lines[i + 1 : i + 2])))


def _has_names(line: Line) -> bool:
    return _is_byline(line) and len(line.text.split()) > 1 and are_names(line.text)


def _is_speaker(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line below a title names one person by office and name, whose speech or report it is."""
    if not 0 < i < _HEAD or not _holds_office(lines[i].text) or not _under(lines, i):
        return False
    return i + 1 == len(lines) or not _holds_office(lines[i + 1].text)


def _holds_office(text: str) -> bool:
    found = OFFICE_HOLDER.fullmatch(text) if len(text) <= _CAPTION_WIDTH else None
    return found is not None and is_byline("".join(found["name"].split()))


def _is_of_a_row(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a word heads a paragraph as others near it do, though it look like a name: 常山 after 安徽."""
    if not _is_word_above(lines, i):
        return False
    near = chain(range(i + 2, min(i + _ROW, len(lines))), range(i - 2, max(-1, i - _ROW), -1))
    return any(_is_word_above(lines, k) for k in near)


def _is_word_above(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line of one word stands alone above a paragraph."""
    return (
        len(lines[i].text) <= _LONGEST_WORD
        and i + 1 < len(lines)
        and (i <= 1 or ends_sentence(lines[i - 1].text) or _is_byline(lines[i - 1]))
        and not _MARK.search(lines[i].text)
        and ends_sentence(lines[i + 1].text)
        and lines[i + 1].width > _SUBHEAD_WIDTH
    )


def _is_title(lines: Sequence[Line]) -> bool:
    """Tell whether the first line is a title: short, without a full stop, over paragraphs that have them."""
    line, rest = lines[0], lines[1:60]
    if len(rest) == 1 and line.width >= _SHORTEST_TITLE and _WIDER * line.width <= rest[0].width:
        return line.width <= _SUBHEAD_WIDTH and not _MARK.search(line.text) and ends_sentence(rest[0].text)
    if len(rest) < 2 or line.width > _TITLE_WIDTH or line.text[-1] in "。；，：、" or HEADING.match(line.text):  # noqa: PLR2004
        return False
    if LETTERHEAD.fullmatch(line.text):
        return False
    if line.width < _SHORTEST_TITLE and any(_is_heading(lines, i) for i in range(1, min(len(lines), 60))):
        return False  # 江苏, with 安徽 further down: the first of the subheads
    told = [
        other.text
        for i, other in enumerate(rest, 1)
        if "\t" not in other.text and not HEADING.match(other.text) and not _is_of_a_row(lines, i)
    ]
    stops = sum(map(ends_sentence, told))
    if stops and DOCUMENT_TITLE.search(line.text):
        return True
    return stops > 0 and stops + sum(text[-1] in "；：;:" for text in told) >= 0.5 * len(told)


def _is_heading(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line heads what follows: numbered without being a list item, or short and alone.

    Over a byline, a second headline or a lead it may be as long as a title.
    """
    line = lines[i]
    after = _first_below(lines, i)
    if after is None or line.text[-1] in "。；，：、":
        return False
    ended = i - 1
    if i and _is_byline(lines[ended]):
        ended = next((k for k in range(i - 2, max(-1, i - _SIGNATURE), -1) if not _is_byline(lines[k])), ended)
    titled = i > ended == 0 and lines[0].width >= _SHORTEST_TITLE and _is_title(lines)
    above = [] if titled else lines[max(0, ended) : ended + 1]  # but for who signs it
    around = [other for other in (*above, after) if other.role not in {"title", "heading"}]
    if HEADING.match(line.text) or _is_clause_heading(line, after):
        level = _level(line.text)
        if SIGNED.search(after.text) or (line.text[0] == "附" and HEADING.match(after.text)):
            return False  # of what is attached, over the signature
        return not any(
            (HEADING.match(other.text) or _CLAUSE_HEADING.match(other.text)) and _level(other.text) == level
            for other in around
        )
    if not all(map(is_text, around)) or "\t" in line.text or _BARE_DATE.fullmatch(line.text):
        return False
    if after is not lines[i + 1] or match_lead(after.text[:80]):  # with what an article opens with below it
        return line.width <= _TITLE_WIDTH
    return line.width <= _SUBHEAD_WIDTH and (not _MARK.search(line.text) or _is_couplet(lines, i))


def _is_couplet(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line of two clauses is one of several such lines, each alone between paragraphs."""
    if not _TWO_CLAUSES.match(lines[i].text):
        return False
    near = (k for k in range(max(1, i - _ROW), min(i + _ROW, len(lines) - 1)) if k != i)
    return any(
        _TWO_CLAUSES.match(lines[k].text)
        and all(ends_sentence(line.text) and line.width > _SUBHEAD_WIDTH for line in (lines[k - 1], lines[k + 1]))
        for k in near
    )


def _first_below(lines: Sequence[Line], i: int) -> Line | None:
    """Return the first line of what line `i` heads, if it does: below a second headline and a byline."""
    below = lines[i + 1 : i + 4]
    return next((line for line in below if not (is_deck(line.text) or _is_byline(line))), below[0] if below else None)


def _under(lines: Sequence[Line], i: int) -> bool:
    """Tell whether line `i` stands under a title or heading, or the second headline under that."""
    above = i - 2 if i > 1 and is_deck(lines[i - 1].text) else i - 1
    return above >= 0 and (_is_heading(lines, above) or (above == 0 and _is_title(lines)))


def _is_clause_heading(line: Line, after: Line) -> bool:
    """Tell whether a numbered line of two clauses heads a paragraph: 二、展望新征程，任务更加艰巨."""
    if line.text[0] not in _CLAUSE_NUMBERS:
        return False
    below = after.width > _SUBHEAD_WIDTH and ends_sentence(after.text) and after.width > line.width
    return below and _CLAUSE_HEADING.match(line.text) is not None


def _level(text: str) -> int:
    for n, level in enumerate(_LEVELS):
        if level.match(text):
            return n if n != _FIGURES else _FIGURES + 10 * _DOTTED.match(text)[0].count(".")  # type: ignore[index]
    return -1


def _block(line: Line, kind: str) -> Block:
    if kind in {"display", "subhead"}:
        block = display_block([line])
        block.kind = "subhead" if kind == "subhead" else block.kind
        return block
    block = Block(kind, line.body, 1, list(line.repairs), line.width, page=line.page, box=line.box)
    if kind == "paragraph":
        trim(block)
    return block
