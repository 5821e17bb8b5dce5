"""Ordinary text, one paragraph a line: reports, rules, web pages. Its paragraphs come through as they are.

Only lines that say plainly what they are get another part: the title on top, numbered headings, credits, staff lines.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from gxclassify.reading.articles import Group, group_articles
from gxclassify.reading.blocks import Block, display_block, furniture, told_block, told_lines, trim
from gxclassify.reading.cues import HEADING, STRONG_END, is_byline, is_credit, match_lead, signature_start

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.reading.document import Repair
    from gxclassify.reading.lines import Line

_TITLE_WIDTH = 45.0
_SUBHEAD_WIDTH = 20.0
_CAPTION_WIDTH = 60
_MARK = re.compile("[，。；：、！？,;!?]")
_LEVELS = (
    re.compile("第"),
    re.compile("[一二三四五六七八九十]"),
    re.compile("[（(]"),
    re.compile("[0-9]"),
    re.compile("附"),
)


def group_ordinary(lines: Sequence[Line]) -> tuple[list[Group], list[Repair]]:
    """Return the articles of ordinary text, nearly always one, and the repairs made."""
    repairs: list[Repair] = []
    kept: list[Line] = []
    for i, line in enumerate(lines):
        reason = furniture(lines, i) if len(line.text) <= _CAPTION_WIDTH and line.role == "" else None
        if reason and line is not lines[0]:
            repairs += line.out("furniture", reason)
        else:
            kept.append(line)
    heads = _document_heads(kept)
    blocks: list[Block] = []
    begins: list[int] = []  # the blocks that an article begins with
    i = 0
    while i < len(kept):
        if i in heads:
            begins.append(len(blocks))
        count = told_lines(kept, i)
        kind = "" if count else "display" if i in heads else _kind(kept, i)
        blocks.append(_block(kept[i], kind) if kind else told_block(kept[i : i + count]))
        i += max(1, count)
    if not begins and _several(kept):
        return group_articles(blocks, _TITLE_WIDTH), repairs
    edges = [0, *(at for at in begins if at), len(blocks)]
    return [_article(blocks[start:end]) for start, end in pairwise(edges)], repairs


def _article(blocks: Sequence[Block]) -> Group:
    """Return the article of these blocks; the first is its title if it is set off."""
    group = Group()
    if blocks and blocks[0].kind == "display":
        group.title = list(blocks[:1])
    for block in blocks[len(group.title) :]:
        if block.kind == "display":
            block.kind = "subhead"
        group.blocks.append(block)
    return group


def _document_heads(lines: Sequence[Line]) -> set[int]:
    """Return the lines that head one of several documents in a file.

    Where the format names titles, it is these. Else a title stands before a numbering that begins again (第一条 after
    第九条), before the number of a document (〔2026〕10号), or below a rule; and it looks like one.
    """
    told = {i for i, line in enumerate(lines) if line.role == "title" and (not i or lines[i - 1].role != "title")}
    if told or any(line.role for line in lines):
        return told if len(told) > 1 else set()
    return set()


def _several(lines: Sequence[Line]) -> bool:
    """Tell whether these are several newspaper articles: more than one lead or signed end."""
    leads = sum(match_lead(line.text[:80]) is not None for line in lines)
    signed = sum(signature_start(line.text) is not None or _is_byline(line) for line in lines[:-1])
    return leads > 1 or signed > 1


def _is_byline(line: Line) -> bool:
    return len(line.text) <= _CAPTION_WIDTH and is_byline(line.text)


def _kind(lines: Sequence[Line], i: int) -> str:
    line = lines[i]
    if line.role:
        return "paragraph" if line.role == "text" else "display"
    text = line.text
    if len(text) > _CAPTION_WIDTH or STRONG_END.search(text):
        return "caption" if len(text) <= 2 * _CAPTION_WIDTH and is_credit(text) else "paragraph"
    if is_credit(text):
        return "caption"
    if i and _is_byline(line) and (i == 1 or i == len(lines) - 1 or STRONG_END.search(lines[i - 1].text)):
        return "byline"
    if i == 0:
        return "display" if _is_title(lines) else "paragraph"
    return "display" if _is_heading(lines, i) else "paragraph"


def _is_title(lines: Sequence[Line]) -> bool:
    """Tell whether the first line is a title: short, without a full stop, over paragraphs that have them."""
    line, rest = lines[0], lines[1:60]
    if len(rest) < 2 or line.width > _TITLE_WIDTH or line.text[-1] in "。；，：、" or HEADING.match(line.text):  # noqa: PLR2004
        return False
    return sum(STRONG_END.search(other.text) is not None for other in rest) >= 0.5 * len(rest)


def _is_heading(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line heads what follows: numbered without being a list item, or short and alone."""
    line = lines[i]
    after = lines[i + 1] if i + 1 < len(lines) else None
    if after is None or line.text[-1] in "。；，：、":
        return False
    if HEADING.match(line.text):
        level = _level(line.text)
        return not any(HEADING.match(other.text) and _level(other.text) == level for other in (lines[i - 1], after))
    alone = all(STRONG_END.search(other.text) and other.width > _SUBHEAD_WIDTH for other in (lines[i - 1], after))
    return alone and line.width <= _SUBHEAD_WIDTH and not _MARK.search(line.text) and "\t" not in line.text


def _level(text: str) -> int:
    return next((n for n, level in enumerate(_LEVELS) if level.match(text)), -1)


def _block(line: Line, kind: str) -> Block:
    if kind == "display":
        return display_block([line])
    block = Block(kind, line.body, 1, list(line.repairs), line.width, page=line.page, box=line.box)
    if kind == "paragraph":
        trim(block)
    return block
