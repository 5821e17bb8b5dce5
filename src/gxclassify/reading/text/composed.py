"""The blocks of one article to the Article: its title, byline, paragraphs, other parts and repairs."""

from __future__ import annotations

import re
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from gxclassify.errors import InputError
from gxclassify.reading.document import Article, Paragraph, Part, Repair
from gxclassify.reading.parsed import solid
from gxclassify.reading.text.articles import Group, stood_twice
from gxclassify.reading.text.blocks import join_heads
from gxclassify.reading.text.cues import (
    CHAPTER,
    HEADING,
    is_deck,
)
from gxclassify.reading.text.furniture import IMPRINTED
from gxclassify.reading.text.lines import again

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.reading.text.blocks import Block

_SAME_TYPE = 0.05  # of the body's size


def to_article(group: Group, *, name: str, limit: int) -> Article:
    """Return the article that a group of blocks makes.

    Raises
    ------
    InputError
        A paragraph is longer than `limit` characters.
    """
    parts: list[Part] = []
    paragraphs: list[Paragraph] = []
    bylines: list[str] = []
    subhead: str | None = None
    if group.title:
        imprinted = [block for block in group.blocks if block.kind == "imprint"]
        parts.append(_title(group.title, [repair for block in imprinted for repair in _imprint(block)]))
    for kind, found in groupby(group.blocks, key=attrgetter("kind")):
        blocks = list(found)
        if kind in {"paragraph", "table"}:
            for block in blocks:
                _add_paragraph(block, subhead, paragraphs, parts, bylines, name=name, limit=limit)
        elif kind == "byline":
            for block in blocks:
                bylines.append(block.who or _bare(block.body.text))
                parts.append(_part("byline", block))
        elif kind == "rule" or (kind == "imprint" and group.title):
            continue
        elif kind in {"caption", "note", "contents"}:
            parts += [_part(kind, block) for block in blocks]
        else:
            for heads in _apart(blocks, group.title):
                joined = join_heads(heads)
                subhead = subhead if kind == "deck" else joined.text
                parts.append(Part("subhead", joined.text, joined.span, _all_repairs(heads), heads[0].page))
    parts.sort(key=attrgetter("span"))
    titles = [part.text for part in parts if part.kind == "title"]
    return Article(
        title=titles[0] if titles else None,
        byline=" ".join(bylines) or None,
        captions=tuple([part.text for part in parts if part.kind == "caption"]),
        subheads=tuple([part.text for part in parts if part.kind == "subhead"]),
        paragraphs=tuple(paragraphs),
        parts=tuple(parts),
    )


def _part(kind: str, block: Block) -> Part:
    return Part(kind, block.body.text, block.body.span, tuple(block.repairs), block.page)


def _apart(blocks: Sequence[Block], title: Sequence[Block]) -> list[list[Block]]:
    """Part subheads that follow each other where their format, type or numbers, or the title, tell them apart."""
    heads: list[list[Block]] = []
    middle = title[0].body.span[0] if title else -1
    for block in blocks:
        own = HEADING.match(block.body.text) is not None or is_deck(block.body.text)
        if heads:
            above = heads[-1][-1].body
            own = own or above.span[0] < middle < block.body.span[0]
            own = own or (block.whole and CHAPTER.fullmatch(above.text) is None)
        if heads and abs(block.size - heads[-1][-1].size) < _SAME_TYPE and not own:
            heads[-1].append(block)
        else:
            heads.append([block])
    return heads


def _add_paragraph(
    block: Block,
    subhead: str | None,
    paragraphs: list[Paragraph],
    parts: list[Part],
    bylines: list[str],
    *,
    name: str,
    limit: int,
) -> None:
    if len(block.body.text) > limit:
        raise InputError(
            "{name}: the paragraph at character {span:,} is longer than {limit:,} characters; split "
            "the text into lines or raise reading.max_paragraph_chars.",
            name=name,
            span=block.body.span[0],
            limit=limit,
        )
    if block.who:
        bylines.append(block.who)
    if block.signed:
        bylines.append(_bare(block.signed.text))
        parts.append(Part("byline", block.signed.text, block.signed.span, page=block.page))
    body, repairs = block.body, tuple(block.repairs)
    placed = subhead, block.page, block.box
    paragraphs.append(Paragraph(body.text, body.span, body.segments, repairs, {}, block.kind, *placed))


def _bare(byline: str) -> str:
    return re.sub(r"^[（(【\s]+|[）)】\s]+$", "", byline)


def _all_repairs(blocks: Sequence[Block]) -> tuple[Repair, ...]:
    return tuple([repair for block in blocks for repair in block.repairs])


def _imprint(block: Block) -> list[Repair]:
    """Return the repairs that take out the number of a document or what stands over its title."""
    return [*block.repairs, Repair("furniture", block.body.span, IMPRINTED, solid(block.body.text))]


def _title(blocks: Sequence[Block], others: Sequence[Repair] = ()) -> Part:
    """Join the lines of a headline; those that stand there again, whole or in part, count once."""
    repairs = [*_all_repairs(blocks), *others]
    out, _ = again([block.body.text for block in blocks]) if len(blocks) > 1 else (set(), set())
    if out:
        runs = groupby(sorted(out), key=lambda i: i - sum(k < i for k in out))
        repairs += [stood_twice([blocks[i] for i in run]) for _, run in runs]
        blocks = [block for i, block in enumerate(blocks) if i not in out]
    joined = join_heads(blocks)
    return Part("title", joined.text, joined.span, tuple(repairs), blocks[0].page)
