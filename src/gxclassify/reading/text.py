"""Decoded text to a Document: hard-wrapped pages and ordinary text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gxclassify.config import ReadingConfig
from gxclassify.errors import InputError
from gxclassify.reading.articles import group_articles
from gxclassify.reading.assemble import to_article
from gxclassify.reading.blocks import find_blocks
from gxclassify.reading.document import Document
from gxclassify.reading.layout import find_layout
from gxclassify.reading.lines import spaced_digits, split_lines
from gxclassify.reading.ordinary import group_ordinary

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["document_from_text"]


def document_from_text(
    source: str,
    *,
    name: str,
    config: ReadingConfig | None = None,
    encoding: str = "str",
    kind: str = "text",
    notes: Sequence[str] = (),
    roles: Sequence[str] = (),
    sizes: Sequence[float] = (),
) -> Document:
    """Return the Document that decoded text makes.

    `roles` and `sizes` tell of each line that is not empty what its format knew: ``title``, ``heading``, ``row`` or
    nothing, and the type size in relation to the body's.

    Raises
    ------
    InputError
        The text is empty or goes beyond a limit.
    """
    config = config or ReadingConfig()
    lines = split_lines(source, name, 2 * config.max_paragraph_chars)  # letter-spacing doubles a line
    blank = [line for line in lines if not line.text]  # nothing but control characters
    lines = [line for line in lines if line.text]
    if not lines:
        msg = f"{name}: there is no text in it."
        raise InputError(msg)
    for line, role, size in zip(lines, roles, sizes, strict=False):
        line.role, line.size = role, size
    layout = None if any(roles) else find_layout(lines, spaced=spaced_digits(source))
    if layout is None:
        groups, repairs = group_ordinary(lines)
    else:
        blocks, repairs = find_blocks(lines, layout)
        groups = group_articles(blocks, layout.widths[0])
    repairs += [repair for line in blank for repair in line.repairs]
    articles = tuple(to_article(group, name=name, limit=config.max_paragraph_chars) for group in groups)
    return Document(name, encoding, source, kind, articles, tuple(repairs), tuple(notes))
