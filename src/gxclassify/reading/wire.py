"""A Document as plain lists, for the pipe from the child that read it, and back; unpickling would be trusting it."""

from __future__ import annotations

import json
from typing import Any

from gxclassify.messages import message_json, message_of
from gxclassify.reading.document import Article, Document, Paragraph, Part, Repair
from gxclassify.reading.parsed import Notice


def to_wire(document: Document) -> list[Any]:
    """Return a document as lists: the notes of its repairs, each once and counted from 0, then its fields in order."""
    notes: dict[str, int] = {}
    fields = [
        document.document, document.encoding, document.source, document.format,
        [_article(article, notes) for article in document.articles],
        _repairs(document.repairs, notes), [notice_fields(notice) for notice in document.notices],
        document.first_article, document.held, document.metadata,
    ]  # fmt: skip
    return [[message_json(note) for note in notes], *fields]


def _repairs(repairs: tuple[Repair, ...], notes: dict[str, int]) -> list[Any]:
    return [(repair.kind, repair.span, notes.setdefault(repair.note, len(notes)), repair.count) for repair in repairs]


def notice_fields(notice: Notice) -> list[Any]:
    """Return a notice as a list, its sentence such that it can be said in another language."""
    return [notice.kind, message_json(notice.place), notice.count, message_json(notice.text)]


def notice_of(fields: list[Any]) -> Notice:
    """Return the notice that `notice_fields` was given."""
    kind, place, count, text = fields
    return Notice(kind, message_of(place), count, message_of(text))


def _article(article: Article, notes: dict[str, int]) -> list[Any]:
    paragraphs = [
        (p.text, p.span, p.segments, _repairs(p.repairs, notes), p.record, p.kind, p.subhead, p.page, p.box)
        for p in article.paragraphs
    ]
    parts = [(part.kind, part.text, part.span, _repairs(part.repairs, notes), part.page) for part in article.parts]
    return [article.title, article.byline, article.captions, article.subheads, paragraphs, parts]


def from_wire(fields: list[Any]) -> Document:
    """Return the document that `to_wire` was given, after its way through JSON."""
    told, name, encoding, source, form, articles, repairs, notices, *rest = fields
    notes = [message_of(note) for note in told]
    return Document(
        name, encoding, source, form, tuple([_to_article(notes, *article) for article in articles]),
        _to_repairs(repairs, notes), tuple([notice_of(notice) for notice in notices]), *rest,
    )  # fmt: skip


def _to_repairs(repairs: list[Any], notes: list[str]) -> tuple[Repair, ...]:
    return tuple([Repair(kind, tuple(span), notes[note], count) for kind, span, note, count in repairs])


def _to_article(
    notes: list[str],
    title: str | None,
    byline: str | None,
    captions: list[str],
    subheads: list[str],
    paragraphs: Any,
    parts: Any,
) -> Article:
    return Article(
        title, byline, tuple(captions), tuple(subheads),
        tuple([
            Paragraph(
                text, tuple(span), tuple([tuple(segment) for segment in segments]), _to_repairs(repairs, notes),
                record, kind, subhead, page, box and tuple(box),
            )
            for text, span, segments, repairs, record, kind, subhead, page, box in paragraphs
        ]),
        tuple([
            Part(kind, text, tuple(span), _to_repairs(repairs, notes), page)
            for kind, text, span, repairs, page in parts
        ]),
    )  # fmt: skip


def line_of(value: Any) -> bytes:
    """Return a value as one line of JSON; half surrogate pairs pass as they are."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def of_line(line: bytes) -> Any:
    """Return what `line_of` was given."""
    return json.loads(line.decode("utf-8", "surrogatepass"))
