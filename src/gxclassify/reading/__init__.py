"""Bytes to a Document: articles and paragraphs, each with its place in the source and the repairs made."""

from __future__ import annotations

from gxclassify.reading.document import Article, Document, Paragraph, Part, Repair, render_text
from gxclassify.reading.parsed import Notice
from gxclassify.reading.reader import iter_files, read, read_text

__all__ = [
    "Article",
    "Document",
    "Notice",
    "Paragraph",
    "Part",
    "Repair",
    "iter_files",
    "read",
    "read_text",
    "render_text",
]
