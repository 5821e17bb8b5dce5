"""Several documents or articles in one file of ordinary text: which lines head them, and what stands about a title."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, partial
from itertools import pairwise
from typing import TYPE_CHECKING

from gxclassify.reading.text.briefs import is_label, of_rank, rank_of, rank_of_briefs
from gxclassify.reading.text.cues import (
    BRIEFS,
    CLIPPINGS,
    DIGEST,
    DOCUMENT_TITLE,
    HEADING,
    NUMBER_LINE,
    VERSION,
    ends_sentence,
    holds_number,
    is_day,
    is_deck,
    is_letterhead,
    is_origin,
)
from gxclassify.reading.text.datelines import is_date_line, may_head, title_over
from gxclassify.reading.text.kinds import (
    MARK,
    SHORTEST_TITLE,
    SIGNATURE,
    SUBHEAD_WIDTH,
    TITLE_WIDTH,
    have_roles,
    holds_byline,
    is_numbered_headline,
    is_title,
    looks_like_title,
    numbered_title,
)
from gxclassify.reading.text.signatures import ends_letter, ends_letter_clearly
from gxclassify.reading.text.signs import OPENER
from gxclassify.reading.text.stacks import is_text
from gxclassify.reading.text.titles import MOST_LINES, is_name_over, lines_of_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from gxclassify.reading.text.lines import Line, Lines

_FEW_BRIEFS = 2
_TITLE_ALONE, _CLEAR_TITLE = 8.0, 12.0  # ems: what a title has that empty lines alone part, and the mean of them
_BULLETIN_TITLE = 10.0  # ems: the mean below the head of a bulletin, which nearly always has several
_SHORTEST_HEAD, _ALIKE = 4.0, 3.0  # ems of a headline of a bulletin, and by which those that are so short differ
# How parts of an article are called, and no article.
_PART = re.compile(
    "做法|成效|成绩|问题|打算|计划|建议|启示|背景|要求|目标|措施|下一?步|概况|经验|体会|特点|情况|意见|安排|进展|[0-9一二三四五六七八九十][、.]"
)
# What news begins with and a part of a report hardly: 10月9日，临江经开区… | 云岭科学城日前…
_NEWS = re.compile(
    "近日|日前|昨[日天]|今[日天]|上周|[0-9]{1,2}月[0-9]{1,2}日|(?<![0-9月])[0-9]{1,2}日[，,上下]|本报|记者"
)
_NEWS_OPENS = 40  # characters
_COLUMN_WIDTH = 8.0  # ems: of a column's name
_BULLETIN = "动态"  # what a bulletin is called: its head is out by then
_PREAMBLE = 8  # lines between the title of a document and its first clause
# What an editor puts over an article: 编者按：… | 【开栏的话】…
_EDITORS_NOTE = re.compile(
    "[【（(]?(?:编者[按语]|编者的话|开栏[语的]话?|开栏语|主持人语|按语)[】）)]?\\s*[：:】）)\\s]"
)
# What stands at the end of an article, below which another may begin: （责任编辑：林溪） | （来源：临江日报）
_FOOT_NOTE = re.compile("[（(【]?\\s*(?:本文|稿件)?(?:责任编辑|责编|编辑|来源|完)\\s*(?:[：:/]|[）)】])")
_ISSUED = re.compile("年.{1,3}月.{1,3}日[）)]?$|^附件|^[（(]此件")
_ATTACHED = re.compile("附[件表录图][0-9一二三四五六七八九十]{0,2}[：:]?")  # alone, over what is attached to a letter
_LEAST_OFFICIAL = 3  # lines
_COUNTED = re.compile(
    r"第(?P<number>[一二三四五六七八九十百]+|[0-9]+)(?P<level>[条章])|(?:(?P<item>[一二三四五六七八九十]+)、)"
)
_COUNTING = "第一二三四五六七八九十"  # what it begins with


def document_heads(
    lines: Sequence[Line], rules: Sequence[int], starts: Mapping[int, float], *, bulletin: bool
) -> set[int]:
    """Return the lines that head one of several documents in a file; some of the lines are `rules`.

    At `starts` headlines of several lines begin, so wide.

    Where the format names titles, it is these; under the title of a digest and in a bulletin, its headings. Else one
    looks like a title, and its document's number is below it (〔2026〕10号), or a rule above it, or the numbering of
    clauses begins again under it.
    """
    if have_roles(lines):
        told = {i for i, line in enumerate(lines) if line.role == "title" and (not i or lines[i - 1].role != "title")}
        if told and not any(map(is_text, lines[: min(told)])):
            told = told - {min(told)} | {0}  # a kicker
        digest = bulletin or is_label(lines[0].text) or (lines[0].role and DIGEST.search(lines[0].text) is not None)
        return told if len(told) > 1 else (_digest_heads(lines) if digest else set()) or _headings_over_bylines(lines)
    heads = {i - 1 for i, line in enumerate(lines) if line.signs & OPENER and i > 1 and _is_numbered(lines, i - 1)}
    ruled = _numbered_heads(lines, {i + 1 for i in rules if i + 1 < len(lines)}) if rules else set()
    heads |= ruled | {
        i + 1 for i in rules if i + 2 < len(lines) and (looks_like_title(lines[i + 1]) or i + 1 in starts)
    }
    counted = [
        (i, found) for i, line in enumerate(lines) if line.text[0] in _COUNTING and (found := _COUNTED.match(line.text))
    ]
    title = cache(partial(_head_above, lines))
    heads |= {title(i) for i in _restarts(counted)} - {0}
    heads |= {title(i) for i in _begins(counted) if _is_attached(lines, title(i))}
    return {0, *heads} if heads and (looks_like_title(lines[0]) or 0 in starts or ruled) else heads


def _digest_heads(lines: Sequence[Line]) -> set[int]:
    """Return the titles of a digest's articles: its headings, if each looks like a title and has text below it.

    Where the format says of nothing but the name what it is, they are told by their marks or numbers.
    """
    if not have_roles(lines[1:]):
        marked = _marked_heads(lines[1:], lines[0].text) if len(lines) > 1 else set()
        return {0, *(i + 1 for i in marked)} if marked else set()
    heads = [i for i, line in enumerate(lines) if i and line.role == "heading"]
    filled = all(
        i + 1 < len(lines)
        and lines[i + 1].role != "heading"
        and (looks_like_title(lines[i]) or numbered_title(lines[i].text))
        for i in heads
    )
    return {0, *heads} if len(heads) > 1 and filled and _heads_news(lines, heads, lines[0].text) else set()


def _headings_over_bylines(lines: Sequence[Line]) -> set[int]:
    """Return the name on top of a text and the headings below it, if each of them stands over a byline and a text."""
    heads = [i for i, line in enumerate(lines) if i and line.role == "heading"]
    below = (lines[i + 1 : i + 3] for i in heads)
    signed = all(len(two) > 1 and holds_byline(two[0]) and is_text(two[1]) for two in below)
    return {0, *heads} if len(heads) > 1 and heads[0] == 1 and signed else set()


def parted_heads(lines: Sequence[Line], printed: Lines, starts: Mapping[int, float]) -> set[int]:
    """Return the lines that head articles by what parts them, where there are several: empty lines, or their origin.

    Some of the lines as `printed` are out by now: of each article the line that says when and where it was published.
    At `starts` headlines of several lines begin, so wide.
    """
    if have_roles(lines):
        told = _dated_titles(lines, printed)
        return {0, *told} if len(told) > 1 and may_head(lines, told) else set()
    told = _briefs(lines) or _credited_heads(lines, printed, starts) or _columns(lines) or _parted_numbers(lines)
    if told:
        return told
    gaps = Counter(line.gap for line in lines[1:])
    usual = min(gaps, key=lambda gap: (-gaps[gap], gap), default=0)
    parted = [i for i, line in enumerate(lines) if not i or line.gap > usual]
    briefs = _heads_below_name(lines, parted) if is_label(lines[0].text) else set()
    if briefs or (DOCUMENT_TITLE.search(lines[0].text) and not BRIEFS.search(lines[0].text)):
        return briefs  # none of a report, whose parts may have headings as long
    heads = {i for i in parted if i in starts or _heads_text(lines, i, _TITLE_ALONE)}
    wide = sum(starts.get(i, lines[i].width) for i in heads) >= _CLEAR_TITLE * len(heads)  # else they may be subheads
    far = all(lines[i].gap > 1 for i in heads - {0})
    return heads if len(heads) > 1 and (wide or far) and all(i in heads or i - 1 in heads for i in parted) else set()


def _heads_below_name(lines: Sequence[Line], parted: Sequence[int]) -> set[int]:
    """Return the name of what gathers articles on top of a text, and their headlines, which empty lines part.

    Where one empty line is everywhere or none at all, every line below that of a box of briefs that ends no sentence.
    """
    if len(parted) > _FEW_BRIEFS:  # each has a headline, however short
        heads = parted[1:] if parted[1] == 1 else [1, *parted[1:]]
        if all(_heads_text(lines, i, SHORTEST_TITLE) for i in heads) and _heads_news(lines, heads, lines[0].text):
            return {0, *heads}
    if parted == [0] and BRIEFS.search(lines[0].text):
        heads = [i for i in range(1, len(lines)) if _heads_text(lines, i, SHORTEST_TITLE)]
        filled = all(ends_sentence(lines[i].text) for i in range(1, len(lines)) if i not in heads)
        if heads[:1] == [1] and len(heads) >= _FEW_BRIEFS and filled:
            return {0, *heads}
    return set()


def _columns(lines: Sequence[Line]) -> set[int]:
    """Return the names of columns below the end of an article and over the title of another, and the first title."""
    short = [i for i, line in enumerate(lines) if i and line.width <= _COLUMN_WIDTH]
    ending = (i for i in short if ends_sentence(lines[i - 1].text) and is_label(lines[i].text))
    heads = {i for i in ending if i + 1 < len(lines) and _heads_text(lines, i + 1, _TITLE_ALONE)}
    return {0, *heads} if heads else set()


def _credited_heads(lines: Sequence[Line], printed: Lines, starts: Mapping[int, float]) -> set[int]:
    """Return the lines over what says when and where each article was published, or below who edited the last one."""
    if len(lines) == len(printed):
        return set()
    told = _dated_titles(lines, printed)
    kickers = {k for k in starts if not is_label(lines[k].text)}
    told = {next((k for k in (i - 1, i - 2) if k in kickers), i) for i in told}
    if len(told) > 1:
        return {0, *told} if 0 in starts or _heads_text(lines, 0, SHORTEST_TITLE) else told
    left = set(map(id, lines))
    ended = {
        id(below)
        for line, below in pairwise(printed)
        if id(line) not in left and id(below) in left and _FOOT_NOTE.match(line.text)
    }
    told = {
        i for i, line in enumerate(lines) if id(line) in ended and (i in starts or _heads_text(lines, i, _TITLE_ALONE))
    }
    return {0, *told} if told - {0} and (0 in starts or _heads_text(lines, 0, _TITLE_ALONE)) else set()


def _dated_titles(lines: Sequence[Line], printed: Lines) -> set[int]:
    """Return the lines over what says when and where each article was published, which is out of `lines` by now."""
    left = set(map(id, lines))
    days = [i for i, line in enumerate(printed) if id(line) not in left and is_date_line(line.text)]
    dated = {id(printed[title]) for i in days if (title := title_over(printed, i, piled=True)) is not None}
    titles = {
        id(line)
        for line, below in pairwise(printed)
        if id(line) in left and id(below) not in left and is_origin(below.text)
    }
    return {
        i
        for i, line in enumerate(lines)
        if id(line) in dated
        or (id(line) in titles and (_is_over_text(lines, i, SHORTEST_TITLE) or is_numbered_headline(line.text)))
    }


def signed_heads(lines: Sequence[Line], starts: Mapping[int, float]) -> set[int]:
    """Return the title on top and the lines that head a document below where an office has signed the one above.

    At `starts` headlines of several lines begin. An office without a day may stand over or below its part of a report
    instead: it signs where the last one does too and no part has a headline but below such an office, or it is plain
    that it does, or a document or a letter begins below.
    """
    if have_roles(lines[1:]):
        return _signed_headings(lines)
    if not (lines[0].role == "title" or looks_like_title(lines[0]) or 0 in starts):
        return set()
    heads = {
        i
        for i, line in enumerate(lines[:-1])
        if line.width <= TITLE_WIDTH
        and (i in starts or _heads_letter(lines, i))
        and ends_letter(lines, i - 1)
        and not _ATTACHED.fullmatch(line.text)
    }
    parts = bool(heads) and _has_parts(lines, heads, starts)
    if parts or not ends_letter(lines, len(lines) - 1):
        heads = {
            i
            for i in heads
            if ends_letter_clearly(lines, i - 1, right=not parts)
            or DOCUMENT_TITLE.search(lines[i].text)
            or lines[i + 1].text[-1] in "：:"
        }
    return {0, *heads} if heads else set()


def _signed_headings(lines: Sequence[Line]) -> set[int]:
    """Return the title and the headings below signed days, where the last text ends with one, too."""
    heads = {i for i, line in enumerate(lines) if line.role == "heading" and _ends_with_day(lines, i - 1)}
    headed = lines[0].role in {"title", "heading"} and _ends_with_day(lines, len(lines) - 1)
    return {0, *heads} if heads and headed else set()


def _ends_with_day(lines: Sequence[Line], i: int) -> bool:
    day = i > 1 and not lines[i].role and is_day(lines[i].text) and ends_sentence(lines[i - 1].text)
    return day or ends_letter_clearly(lines, i, right=False)


def _has_parts(lines: Sequence[Line], heads: AbstractSet[int], starts: Mapping[int, float]) -> bool:
    """Tell whether a part of a report has a headline as those below offices: the first one, below the title or text.

    Two lines on top are one headline only where others are of several lines too.
    """
    first = 2 if 0 in starts and not heads.isdisjoint(starts) else 1
    return any(
        i not in heads and (i == 1 or ends_sentence(lines[i - 1].text)) and _heads_letter(lines, i)
        for i in range(first, min(heads))
    )


def _heads_letter(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line is as a title over a text, or over those whom it turns to, or its first heading."""
    below = lines[i + 1]
    if i + 2 < len(lines) and below.width <= TITLE_WIDTH and below.text[-1] in "：:":
        below = lines[i + 2]
    told = is_text(below) or HEADING.match(below.text) is not None
    return _heads_text(lines, i, SHORTEST_TITLE) or (told and looks_like_title(lines[i]))


def bulletin_heads(lines: Sequence[Line]) -> set[int]:
    """Return the lines that head the articles of a bulletin, if several: each that looks like a title over text."""
    marked = set() if have_roles(lines) else _marked_heads(lines, _BULLETIN)
    if marked:
        return marked
    heads = {i for i in range(len(lines)) if not lines[i].role and _heads_text(lines, i, _TITLE_ALONE)}
    clear = sum(lines[i].width for i in heads) >= _BULLETIN_TITLE * len(heads)
    return heads if len(heads) > 1 and clear and 0 in heads else _short_heads(lines)


def _short_heads(lines: Sequence[Line]) -> set[int]:
    """Return the headlines of a bulletin that are all shorter than headlines are, each over sentences; else none.

    Under a title as short the parts of an article may be named so (主要做法), which a bulletin calls none of its own.
    """
    heads = {i for i, line in enumerate(lines) if line.width < _TITLE_ALONE and not MARK.search(line.text)}
    widths = [lines[i].width for i in heads]
    if len(heads) < _FEW_BRIEFS or 0 not in heads or have_roles(lines[1:]):
        return set()
    if min(widths) < _SHORTEST_HEAD or max(widths) > min(widths) + _ALIKE:
        return set()  # 江苏 over what is told of there
    if lines[0].width > max(lines[i].width for i in heads - {0}):
        return set()  # 奋力夺取开门红 over 抢抓机遇 and 乘势而上
    told = all(ends_sentence(line.text) for i, line in enumerate(lines) if i not in heads)
    over = all(i + 1 < len(lines) and is_text(lines[i + 1]) for i in heads)
    return heads if told and over and not any(_PART.search(lines[i].text) for i in heads) else set()


def _briefs(lines: Sequence[Line]) -> set[int]:
    """Return the headlines of briefs by their marks or numbers, and their label if there is one."""
    below = int(is_label(lines[0].text) and len(lines) > 1)
    marked = _marked_heads(lines[below:], lines[0].text if below else "")
    return {0, *(below + i for i in marked)} if marked else set()


def _marked_heads(lines: Sequence[Line], label: str) -> set[int]:
    """Return the headlines of briefs that are all marked or numbered alike, the first of them on top."""
    of_briefs = rank_of_briefs(lines[0].text, label)
    rank = of_briefs or (rank_of(lines[0].text) if label else "")
    if not rank:
        return set()
    heads = of_rank(lines, rank)
    if len(heads) < _FEW_BRIEFS or not (of_briefs or _heads_news(lines, heads, label)):
        return set()
    told = all(lines[i].width <= TITLE_WIDTH and not ends_sentence(lines[i].text) for i in heads)
    return set(heads) if told and all(any(map(is_text, lines[i + 1 : i + 3])) for i in heads) else set()


def _heads_news(lines: Sequence[Line], heads: Sequence[int], name: str) -> bool:
    """Tell whether headlines below a name are of articles, and not of the parts of a report, which a bulletin may be.

    Then they are as long as headlines, and half of the texts begin with the day, as news does.
    """
    if not DIGEST.search(name) or BRIEFS.search(name) or CLIPPINGS.search(name):
        return True
    names = [numbered_title(lines[i].text) or lines[i].text for i in heads]
    long = sum(map(len, names)) >= _BULLETIN_TITLE * len(names) and not any(map(_PART.search, names))
    news = sum(_NEWS.search(lines[i + 1].text[:_NEWS_OPENS]) is not None for i in heads if i + 1 < len(lines))
    return long and 2 * news >= len(names)


def _numbered_heads(lines: Sequence[Line], parted: Iterable[int]) -> set[int]:
    """Return the numbered headlines of articles that rules or empty lines part, the first of them on top; else none.

    They are as long as headlines, since a report without its title begins with the number of a chapter as well.
    """
    heads = {0, *parted}
    if len(heads) == 1 or heads != {*of_rank(lines, rank_of(lines[0].text))}:
        return set()
    names = [numbered_title(lines[i].text) for i in heads if is_numbered_headline(lines[i].text)]
    clear = len(names) == len(heads) and sum(map(len, names)) >= _CLEAR_TITLE * len(heads)
    return heads if clear and all(i + 1 < len(lines) and is_text(lines[i + 1]) for i in heads) else set()


def _parted_numbers(lines: Sequence[Line]) -> set[int]:
    """Return the numbered headlines that empty lines part: 1. after one, 一、 after more, as it may be of a chapter."""
    if not numbered_title(lines[0].text):
        return set()
    gaps = [line.gap for line in lines[1:]]
    usual = max(min(gaps, default=0), 0 if lines[0].text[0].isdigit() else 1)
    return _numbered_heads(lines, [i for i, gap in enumerate(gaps, 1) if gap > usual])


def _heads_text(lines: Sequence[Line], i: int, least: float) -> bool:
    """Tell whether a line is as a title of `least` ems without a mark that ends a sentence, and has text below it."""
    return _is_over_text(lines, i, least) and not ends_sentence(lines[i].text)


def _is_over_text(lines: Sequence[Line], i: int, least: float) -> bool:
    """Tell whether a line, be it a question or a shout, is as a title of `least` ems, and has text below it."""
    below = next((line for line in lines[i + 1 : i + 3] if not (holds_byline(line) or is_deck(line.text))), None)
    return below is not None and is_text(below) and lines[i].width >= least and looks_like_title(lines[i])


def _is_numbered(lines: Sequence[Line], i: int) -> bool:
    return (
        len(lines[i + 1].text) <= SUBHEAD_WIDTH + TITLE_WIDTH
        and holds_number(lines[i + 1].text)
        and looks_like_title(lines[i])
        and not holds_number(lines[i - 1].text)
        and not all(is_day(line.text) for line in lines[i + 1 : i + 4 : 2])  # of a list of what was when
    )


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
    named = next((k for k in above if looks_like_title(lines[k]) and DOCUMENT_TITLE.search(lines[k].text)), 0)
    if named or not lines[i].text.startswith("第"):
        return named
    plain = next((k for k in above if not holds_number(lines[k].text)), 0)
    return plain if plain and looks_like_title(lines[plain]) else 0


def _is_attached(lines: Sequence[Line], head: int) -> bool:
    """Tell whether a title is of a rule that follows the signed letter which issues it."""
    above = (line.text for line in lines[max(0, head - SIGNATURE) : head])
    return any((text[-1] in "日）)" or text[0] in "附（(") and _ISSUED.search(text) is not None for text in above)


def official_title(lines: Sequence[Line]) -> range:
    """Return the lines of the title of an official document, where it is not simply the first line.

    It stands below the office's name (…文件) and the number, and may be two lines: 某区关于印发 / 《某办法》的通知.
    Where the format names titles or headings, it is one of these, be it called a heading.
    """
    start = 0
    if _EDITORS_NOTE.match(lines[0].text) and len(lines) >= _LEAST_OFFICIAL and ends_sentence(lines[0].text):
        return range(1, 2) if not lines[1].role and is_title(lines[1:]) else range(0)
    while start < len(lines) - 1 and _is_of_letterhead(lines, start):
        start += 1
    if start > _PREAMBLE or len(lines) - start < _LEAST_OFFICIAL:
        return range(0)
    if have_roles(lines):
        named = lines[start].role in {"title", "heading"} and not HEADING.match(lines[start].text)
        return range(start, start + 1) if start and named else range(0)
    count = lines_of_title([line.text for line in lines[start:-1]])
    if count:
        return range(start, start + count)
    return range(start, start + 1) if start and looks_like_title(lines[start]) else range(0)


def further_titles(lines: Sequence[Line]) -> list[range]:
    """Return the lines of titles that are set in several, of further documents in a text.

    Who signed the document above stands over each, or its own number below.
    """
    found: list[range] = []
    for end, line in enumerate(lines[1:], 2) if not have_roles(lines[1:]) else ():
        if line.width > TITLE_WIDTH or not DOCUMENT_TITLE.search(line.text):
            continue
        for start in range(max(1, end - MOST_LINES), end - 1):
            whole = lines_of_title([one.text for one in lines[start:end]]) == end - start
            numbered = end < len(lines) and NUMBER_LINE.fullmatch(lines[end].text) and not ends_letter(lines, start)
            if whole and (numbered or ends_letter(lines, start - 1)):
                found.append(range(start, end))
                break
    return found


def _is_of_letterhead(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line stands over the title of an official document."""
    return is_letterhead(lines[k].text for k in range(i, len(lines)))


def with_second_lines(
    lines: Sequence[Line], heads: set[int], official: range, further: Sequence[range]
) -> tuple[set[int], list[int]]:
    """Return the heads of articles, and the lines of those that have several, as `further` documents have.

    The name of whose document it is may stand above (北屏经开区 / 2026年招商工作方案), （试行） below.
    """
    found = heads.difference(*further) | {title.start for title in further}
    more = [i for title in further for i in title]
    for i in {0, *found} if not official and not lines[0].role else found:
        if i + 1 < len(lines) and VERSION.fullmatch(lines[i + 1].text) and DOCUMENT_TITLE.search(lines[i].text):
            more += [i, i + 1]
        elif i and not lines[i].role and is_name_over(lines[i - 1].text, lines[i].text) and i - 1 not in heads:
            found = found - {i} | {i - 1}
            more += [i - 1, i]
    return found, more


def letterheads(lines: Sequence[Line], official: range, further: Sequence[range], heads: set[int]) -> set[int]:
    """Return the lines over the title of an official document, and below each title the number or who passed it."""
    titled = {i for i in heads if looks_like_title(lines[i])} | {
        i for i, line in enumerate(lines) if line.role == "title"
    }
    titled.update(title[-1] for title in (official, *further) if title)
    if not official and lines[0].role == "" and DOCUMENT_TITLE.search(lines[0].text) and looks_like_title(lines[0]):
        titled.add(0)
    found = {i for i in range(official.start) if _is_of_letterhead(lines, i)}
    for i in titled:
        below = i + 1
        below += below < len(lines) and VERSION.fullmatch(lines[below].text) is not None
        while below < len(lines) and NUMBER_LINE.fullmatch(lines[below].text):
            found.add(below)
            below += 1
    return found
