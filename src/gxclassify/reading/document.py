"""What reading yields: a Document of articles, each with paragraphs that point back into the source."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform

from gxclassify.messages import Message, spoken
from gxclassify.reading.parsed import LEFT_OUT, Notice, solid

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gxclassify.reading.parsed import Box

_Class = TypeVar("_Class")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def _frozen(cls: type[_Class]) -> type[_Class]:
    """Make a dataclass that only type checkers hold frozen: else each of thousands takes 1 to 2 µs more to make."""
    return dataclass(slots=True, unsafe_hash=True)(cls)


@_frozen
class Repair:
    """One change that reading made: what kind, where in the source, and why.

    ``count`` characters, white space not counted, were taken out by it and stand in no text of the Document.
    """

    kind: str
    span: tuple[int, int]
    note: str
    count: int = 0


@_frozen
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
    kind
        ``paragraph``; ``table`` for a row of a table, whose cells have a tab between them; ``missing`` for a record
        whose text is null, missing or empty: its `text` is empty, and it is never scored.
    subhead
        The subhead that it stands under; None where there is none.
    page, box
        The page that it begins on, from 1, and where it stands there, in points from the top left corner (left, top,
        right, bottom); None where the format has no pages.
    """

    text: str
    span: tuple[int, int]
    segments: tuple[Segment, ...] = ()
    repairs: tuple[Repair, ...] = ()
    record: dict[str, Any] = field(default_factory=dict)
    kind: str = "paragraph"
    subhead: str | None = None
    page: int | None = None
    box: Box | None = None

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


_COUNTED = {"paragraph": "paragraphs"}
MISSING = "missing"
"""The kind of a paragraph that stands in the place of a null text."""


@_frozen
class Part:
    """A piece of an article that is not a paragraph.

    ``kind`` is ``title``, ``byline``, ``caption``, ``subhead``, ``note`` (at the foot of a page or the end) or
    ``contents`` (a list of contents).
    """

    kind: str
    text: str
    span: tuple[int, int]
    repairs: tuple[Repair, ...] = ()
    page: int | None = None


@_frozen
class Article:
    """A headline with what stands under it; `parts` keeps the places of all that is not a paragraph."""

    title: str | None
    byline: str | None
    captions: tuple[str, ...]
    subheads: tuple[str, ...]
    paragraphs: tuple[Paragraph, ...]
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
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
        What it was read as: ``text``, ``pdf``, ``docx``, ``html``, ``jsonl``, ``csv``, ``parquet`` …
    articles
        The articles in the order of the source. Of records each is one; an empty one stands for what was left out.
    repairs
        Changes outside paragraphs: furniture taken out, headlines undoubled.
    notices
        What a reader should know, for example that the text was converted from Big5 or that a page holds no text.
    held
        How many characters the file holds by its parser's own count, white space not counted; None where that is the
        count of ``source``.
    metadata
        What a web page says of its article: ``title``, ``date``, ``source`` and ``author``, as far as it tells them.
    first_article
        The number of the first article: not 0 in a piece of something longer, such as a file of records.
    """

    document: str
    encoding: str
    source: str
    format: str
    articles: tuple[Article, ...]
    repairs: tuple[Repair, ...] = ()
    notices: tuple[Notice, ...] = ()
    first_article: int = 0
    held: int | None = None
    metadata: dict[str, str] = field(default_factory=dict)

    @property
    def notes(self) -> tuple[str, ...]:
        """The sentences of the notices."""
        return tuple(notice.text for notice in self.notices)

    @cached_property
    def characters(self) -> dict[str, int]:
        """Where the characters of the file went, white space not counted.

        ``held`` is what the file holds; ``paragraphs``, ``title``, ``byline`` and so on say how many stand in which
        texts, the kinds of repairs and notices how many were left out as what, and ``lost``, which is there only when
        it is not 0, how many are missing: ``held`` is the sum of all others.
        """
        texts: defaultdict[str, list[str]] = defaultdict(list)
        repairs = list(self.repairs)
        for article in self.articles:
            pieces: tuple[Paragraph | Part, ...] = (*article.paragraphs, *article.parts)
            for piece in pieces:
                texts[piece.kind].append(piece.text)
                if piece.repairs:  # as few have
                    repairs += piece.repairs
        count = Counter({_COUNTED.get(kind, kind): solid("".join(found)) for kind, found in texts.items()})
        for repair in repairs:
            count[repair.kind] += repair.count
        for notice in self.notices:
            count[notice.kind] += notice.count if notice.kind in LEFT_OUT else 0
        named = count.total()
        held = self.held if self.held is not None else solid(self.source) if self.source else named
        return {"held": held} | {kind: n for kind, n in (count | Counter(lost=held - named)).items() if n}

    def to_json(self) -> dict[str, Any]:
        """Return the document as plain lists and dicts, the form of ``gxclassify read --format json``."""
        return {
            "document": self.document,
            "encoding": self.encoding,
            "format": self.format,
            "articles": [_article_json(article) for article in self.articles],
            "repairs": [_repair_json(repair) for repair in self.repairs],
            "notices": [notice.to_json() for notice in self.notices],
            "notes": list(self.notes),
            **({"metadata": self.metadata} if self.metadata else {}),
        } | ({"first_article": self.first_article} if self.first_article else {})

    def _repr_html_(self) -> str:
        from gxclassify.output.notebook import document_html

        return document_html(self)

    def explain(self) -> str:
        """Return the source beside the result, repair by repair, for ``--explain``."""
        return explain(self)


def _repair_json(repair: Repair) -> dict[str, Any]:
    return {"kind": repair.kind, "span": list(repair.span), "note": repair.note, "count": repair.count}


def _article_json(article: Article) -> dict[str, Any]:
    return {
        "title": article.title,
        "byline": article.byline,
        "captions": list(article.captions),
        "subheads": list(article.subheads),
        "parts": [
            {"kind": part.kind, "text": part.text, "span": list(part.span)} | ({"page": part.page} if part.page else {})
            for part in article.parts
        ],
        "paragraphs": [
            {
                "text": paragraph.text,
                "span": list(paragraph.span),
                "repairs": [_repair_json(repair) for repair in paragraph.repairs],
            }
            | place_json(paragraph)
            | ({"record": paragraph.record} if paragraph.record else {})
            for paragraph in article.paragraphs
        ],
    }


def place_json(paragraph: Any) -> dict[str, Any]:
    """Return what is known of a paragraph's place, read or tagged: kind (of a row), subhead, page and box."""
    place: dict[str, Any] = {} if paragraph.kind == "paragraph" else {"kind": paragraph.kind}
    if paragraph.subhead is not None:
        place["subhead"] = paragraph.subhead
    if paragraph.page is not None:
        place["page"] = paragraph.page
    if paragraph.box is not None:
        place["box"] = list(paragraph.box)
    return place


# ---- Text that remembers where each of its characters stood in the source.


Segment = tuple[int, int, int]

_BLANK = re.compile(r"\S")


@dataclass(slots=True)
class Mapped:
    """A text and its segments ``(start in the text, start in the source, length)``, which cover it wholly.

    >>> line = Mapped.at("高新区 提速", 10)
    >>> line.cut(4, 6)
    Mapped(text='提速', segments=((0, 14, 2),))
    """

    text: str
    segments: tuple[Segment, ...]

    @classmethod
    def at(cls, text: str, start: int) -> Mapped:
        """Return `text` as it stands in the source at offset `start`."""
        return cls(text, ((0, start, len(text)),) if text else ())

    @property
    def span(self) -> tuple[int, int]:
        """The source offsets of the first character and of the place after the last one."""
        if not self.segments:
            return (0, 0)
        _, start, _ = self.segments[0]
        _, last, length = self.segments[-1]
        return (start, last + length)

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Map the span `start`–`end` of the text to a span of the source."""
        return source_span(self.segments, start, end)

    def cut(self, start: int, end: int) -> Mapped:
        """Return the part from `start` to `end` of the text."""
        if start <= 0 and end >= len(self.text):
            return self
        parts = []
        for i in range(max(0, bisect_right(self.segments, start, key=_text_start) - 1), len(self.segments)):
            at, source, length = self.segments[i]
            if at >= end:
                break
            low, high = max(at, start), min(at + length, end)
            if low < high:
                parts.append((low - start, source + low - at, high - low))
        return Mapped(self.text[start:end], tuple(parts))

    def strip(self) -> Mapped:
        """Return the text without white space at its ends."""
        first = _BLANK.search(self.text)
        return self.cut(first.start(), len(self.text.rstrip())) if first else Mapped("", ())

    def without(self, spans: Iterable[tuple[int, int]]) -> Mapped:
        """Return the text with ascending, disjoint `spans` of it taken out."""
        parts, last = [], 0
        for start, end in spans:
            parts.append((last, start))
            last = end
        parts.append((last, len(self.text)))
        if len(self.segments) != 1:
            return concat([self.cut(start, end) for start, end in parts]) if len(parts) > 1 else self
        text, away = self.text, self.segments[0][1]  # as nearly every text: each part is one piece of its source
        segments, offset = [], 0
        for start, end in parts:
            if end > start:
                segments.append((offset, away + start, end - start))
                offset += end - start
        return Mapped("".join([text[start:end] for start, end in parts]), tuple(segments))


def source_span(segments: tuple[Segment, ...], start: int, end: int) -> tuple[int, int]:
    """Map the span `start`–`end` of a text with `segments` to a span of the source."""
    if not segments:
        return (0, 0)
    at, source, length = segments[max(0, bisect_right(segments, start, key=_text_start) - 1)]
    low = source + min(max(start - at, 0), length)
    if end <= start:
        return (low, low)
    at, source, length = segments[max(0, bisect_right(segments, end - 1, key=_text_start) - 1)]
    return (low, source + min(end - at, length))


def _text_start(segment: Segment) -> int:
    return segment[0]


def concat(parts: Iterable[Mapped]) -> Mapped:
    """Join mapped texts end to end; neighbours in the source share a segment."""
    texts: list[str] = []
    segments: list[Segment] = []
    offset, after = 0, -1  # the length of the texts so far, and the place in the source after them
    for part in parts:
        texts.append(part.text)
        for at, source, length in part.segments:
            if source == after:
                last = segments[-1]
                segments[-1] = (last[0], last[1], last[2] + length)
            else:
                segments.append((offset + at, source, length))
            after = source + length
        offset += len(part.text)
    return Mapped("".join(texts), tuple(segments))


# ---- Documents as text for people: the plain form and the explained one.


_SHOWN = 400  # characters of a source stretch that --explain shows


def render_text(document: Document) -> str:
    """Return the articles as plain text: title, byline, subheads, paragraphs and captions, one a line.

    An empty line stands between articles.

    >>> from gxclassify.reading import read_text
    >>> print(render_text(read_text("近日，高新区签约12个项目。")), end="")
    近日，高新区签约12个项目。
    """
    return "\n\n".join("\n".join(_article_lines(article)) for article in document.articles if _filled(article)) + "\n"


def _filled(article: Article) -> bool:
    """Tell whether there is anything in an article: not for a record that was left out."""
    return bool(article.title or article.paragraphs or article.parts)


def _article_lines(article: Article) -> list[str]:
    lines = [article.title] if article.title else []
    lines += [f"（{article.byline}）"] if article.byline else []
    shown = {"paragraph", "table", "subhead", "note", "contents"}
    lines += [piece.text for piece in in_order(article) if piece.kind in shown]
    return lines + [f"［{caption}］" for caption in article.captions]


def in_order(article: Article) -> list[Paragraph | Part]:
    """Return what an article is made of, as it stands in the source."""
    return sorted([*article.parts, *article.paragraphs], key=lambda piece: piece.span)


def explain(document: Document) -> str:
    """Return the source beside the result, piece by piece, with the repairs made to each."""
    head = Message(
        "{document}: {format}, {encoding}, {n:,} characters",
        document=document.document,
        format=document.format,
        encoding=document.encoding,
        n=len(document.source),
    )
    counts = [f"{kind} {count:,}" for kind, count in document.characters.items()]
    lines = [spoken(head), *(spoken(Message("note: {note}", note=note)) for note in document.notes)]
    lines.append(spoken(Message("characters: {counts}", counts=counts)))
    lines += _repairs(document.repairs, document.source, "  ")
    for number, article in enumerate(document.articles, start=document.first_article + 1):
        if not _filled(article):
            continue
        title = article.title or Message("(no headline)")
        lines += ["", spoken(Message("article {number}: {title}", number=number, title=title))]
        for piece in in_order(article):
            start, end = piece.span
            lines.append(f"  {piece.kind} [{start}, {end}]")
            if piece.repairs:
                lines.append(f"    {spoken(Message('source'))} | {_shown(document.source[start:end])}")
            lines.append(f"    {spoken(Message('result'))} | {piece.text}")
            lines += _repairs(piece.repairs, document.source, "    ")
    return "\n".join(lines) + "\n"


def _repairs(repairs: Iterable[Repair], source: str, margin: str) -> list[str]:
    return [
        f"{margin}{repair.kind} [{repair.span[0]}, {repair.span[1]}] {spoken(repair.note)}: "
        f"{_shown(source[repair.span[0] : repair.span[1]], 60)}"
        for repair in repairs
    ]


def _shown(text: str, most: int = _SHOWN) -> str:
    """Return a stretch of the source on one line, line breaks as arrows, cut where it is long."""
    flat = text.replace("\r\n", "↵").replace("\n", "↵")
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"
