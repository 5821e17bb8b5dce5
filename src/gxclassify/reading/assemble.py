"""Groups of blocks to the Articles of a Document."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from gxclassify.errors import InputError
from gxclassify.reading.document import Article, Paragraph, Part, Repair
from gxclassify.reading.headlines import same_text
from gxclassify.reading.spans import concat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.reading.articles import Group
    from gxclassify.reading.blocks import Block

__all__ = ["to_article"]


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
    if group.title:
        parts.append(_title(group.title))
    for kind, found in groupby(group.blocks, key=lambda block: block.kind):
        blocks = list(found)
        if kind == "paragraph":
            for block in blocks:
                _add_paragraph(block, paragraphs, parts, bylines, name=name, limit=limit)
        elif kind == "byline":
            for block in blocks:
                bylines.append(_bare(block.body.text))
                parts.append(Part("byline", block.body.text, block.body.span, tuple(block.repairs)))
        elif kind == "caption":
            parts += [Part("caption", b.body.text, b.body.span, tuple(b.repairs)) for b in blocks]
        else:
            joined = concat([block.body for block in blocks])
            parts.append(Part("subhead", joined.text, joined.span, _all_repairs(blocks)))
    parts.sort(key=lambda part: part.span)
    titles = [part.text for part in parts if part.kind == "title"]
    return Article(
        title=titles[0] if titles else None,
        byline=" ".join(bylines) or None,
        captions=tuple(part.text for part in parts if part.kind == "caption"),
        subheads=tuple(part.text for part in parts if part.kind == "subhead"),
        paragraphs=tuple(paragraphs),
        parts=tuple(parts),
    )


def _add_paragraph(
    block: Block, paragraphs: list[Paragraph], parts: list[Part], bylines: list[str], *, name: str, limit: int
) -> None:
    if len(block.body.text) > limit:
        msg = (
            f"{name}: the paragraph at character {block.body.span[0]:,} is longer than {limit:,} characters; "
            "split the text into lines or raise reading.max_paragraph_chars."
        )
        raise InputError(msg)
    if block.who:
        bylines.append(block.who)
    if block.signed:
        bylines.append(_bare(block.signed.text))
        parts.append(Part("byline", block.signed.text, block.signed.span))
    paragraphs.append(Paragraph(block.body.text, block.body.span, block.body.segments, tuple(block.repairs)))


def _bare(byline: str) -> str:
    return re.sub(r"^[（(【\s]+|[）)】\s]+$", "", byline)


def _all_repairs(blocks: Sequence[Block]) -> tuple[Repair, ...]:
    return tuple(repair for block in blocks for repair in block.repairs)


def _title(blocks: Sequence[Block]) -> Part:
    """Join the lines of a headline; lines that stand twice, one after the other, count once."""
    lines = [block.body for block in blocks]
    repairs = list(_all_repairs(blocks))
    half = len(lines) // 2
    if len(lines) % 2 == 0 and all(same_text(a.text, b.text) for a, b in zip(lines[:half], lines[half:], strict=True)):
        start, end = lines[half].span[0], lines[-1].span[1]
        repairs.append(Repair("doubled_headline", (start, end), "its lines stood twice"))
        lines = lines[:half]
    joined = concat(lines)
    return Part("title", joined.text, joined.span, tuple(repairs))
