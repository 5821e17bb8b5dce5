"""JSON Lines: every record with a ``text`` is a paragraph already."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gxclassify.errors import InputError
from gxclassify.reading.document import Article, Document, Paragraph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.config import ReadingConfig

__all__ = ["document_from_records", "looks_like_records"]


def looks_like_records(text: str) -> bool:
    """Tell whether the first non-empty line is a whole JSON object.

    >>> looks_like_records('{"text": "签约项目12个"}')
    True
    """
    start = len(text) - len(text.lstrip())
    if not text.startswith("{", start):
        return False
    end = text.find("\n", start)
    try:
        return isinstance(json.loads(text[start : end if end >= 0 else len(text)]), dict)
    except (ValueError, RecursionError):
        return False


def document_from_records(
    text: str, *, name: str, config: ReadingConfig, encoding: str, notes: Sequence[str] = ()
) -> Document:
    """Return a Document whose paragraphs are the records' texts, and whose source is those texts line by line.

    Records with the same ``title`` in a row are one article.

    Raises
    ------
    InputError
        A line is not a JSON object with a ``text`` of allowed length; the message says which.
    """
    source: list[str] = []
    offset = 0
    articles: list[Article] = []
    title: str | None = None
    paragraphs: list[Paragraph] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        record = _record(line, f"{name}:{number}", config.max_paragraph_chars)
        own = record.get("title")
        own = own if isinstance(own, str) and own else None
        if paragraphs and own != title:
            articles.append(_article(title, paragraphs))
            paragraphs = []
        title = own
        body = record["text"]
        rest = {key: value for key, value in record.items() if key != "text"}
        segments = ((0, offset, len(body)),) if body else ()
        paragraphs.append(Paragraph(body, (offset, offset + len(body)), segments, (), rest))
        source.append(body)
        offset += len(body) + 1
    if paragraphs:
        articles.append(_article(title, paragraphs))
    return Document(name, encoding, "\n".join(source), "jsonl", tuple(articles), (), tuple(notes))


def _article(title: str | None, paragraphs: list[Paragraph]) -> Article:
    return Article(title, None, (), (), tuple(paragraphs))


def _record(line: str, where: str, limit: int) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        msg = f"{where}: this line is not JSON ({error}); every line must be one object."
        raise InputError(msg) from error
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        msg = f'{where}: a record must be a JSON object with a "text" that is a string.'
        raise InputError(msg)
    if len(record["text"]) > limit:
        msg = f"{where}: the text is longer than {limit:,} characters; raise reading.max_paragraph_chars or split it."
        raise InputError(msg)
    return record
