"""What reading yields: a Document of articles, each with paragraphs that point back into the source."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gxclassify.reading.spans import Segment, source_span

__all__ = ["Article", "Document", "Paragraph", "Part", "Repair"]


@dataclass(frozen=True, slots=True)
class Repair:
    """One change that reading made: what kind, where in the source, and why."""

    kind: str
    span: tuple[int, int]
    note: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of an article.

    Attributes
    ----------
    text
        The paragraph on one line, repaired.
    span
        Offsets into ``Document.source``: the first character and the place after the last one.
    segments
        ``(start in text, start in source, length)``, ascending, covering `text` wholly.
    repairs
        The changes made within the paragraph.
    record
        The other fields of the record that the paragraph came from; else empty.
    """

    text: str
    span: tuple[int, int]
    segments: tuple[Segment, ...] = ()
    repairs: tuple[Repair, ...] = ()
    record: dict[str, Any] = field(default_factory=dict)

    @property
    def unmoved(self) -> bool:
        """Whether spans of ``text`` and of the source are the same, as for a record whose whole source is its text."""
        return self.segments == ((0, 0, len(self.text)),)

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Map the span `start`–`end` of ``text`` to a span of the source.

        >>> Paragraph("签约项目", (3, 8), ((0, 3, 2), (2, 6, 2))).source_span(1, 3)
        (4, 7)
        """
        return source_span(self.segments, start, end)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an article that is not a paragraph.

    ``kind`` is ``title``, ``byline``, ``caption`` or ``subhead``.
    """

    kind: str
    text: str
    span: tuple[int, int]
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """A headline with what stands under it; `parts` keeps the places of all that is not a paragraph."""

    title: str | None
    byline: str | None
    captions: tuple[str, ...]
    subheads: tuple[str, ...]
    paragraphs: tuple[Paragraph, ...]
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One source, read.

    Attributes
    ----------
    document
        The name of the source.
    encoding
        The encoding it was decoded from, for example ``utf-8`` or ``gb18030``.
    source
        The decoded text that all spans point into; empty for records, whose spans point into their own texts.
    format
        ``text``, ``pdf``, ``docx``, ``html``, ``jsonl``, ``csv`` or ``parquet``.
    articles
        The articles in the order of the source. Of records each is one; an empty one stands for what was left out.
    repairs
        Changes outside paragraphs: furniture taken out, headlines undoubled.
    notes
        What a reader should know, for example that the text was converted from Big5.
    first_article
        The number of the first article: not 0 in a piece of something longer, such as a file of records.
    """

    document: str
    encoding: str
    source: str
    format: str
    articles: tuple[Article, ...]
    repairs: tuple[Repair, ...] = ()
    notes: tuple[str, ...] = ()
    first_article: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the document as plain lists and dicts, the form of ``gxclassify read --format json``."""
        return {
            "document": self.document,
            "encoding": self.encoding,
            "format": self.format,
            "articles": [_article_json(article) for article in self.articles],
            "repairs": [_repair_json(repair) for repair in self.repairs],
            "notes": list(self.notes),
        } | ({"first_article": self.first_article} if self.first_article else {})

    def explain(self) -> str:
        """Return the source beside the result, repair by repair, for ``--explain``."""
        from gxclassify.reading.render import explain

        return explain(self)


def _repair_json(repair: Repair) -> dict[str, Any]:
    return {"kind": repair.kind, "span": list(repair.span), "note": repair.note}


def _article_json(article: Article) -> dict[str, Any]:
    return {
        "title": article.title,
        "byline": article.byline,
        "captions": list(article.captions),
        "subheads": list(article.subheads),
        "paragraphs": [
            {
                "text": paragraph.text,
                "span": list(paragraph.span),
                "repairs": [_repair_json(repair) for repair in paragraph.repairs],
            }
            | ({"record": paragraph.record} if paragraph.record else {})
            for paragraph in article.paragraphs
        ],
    }
