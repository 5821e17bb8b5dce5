"""A Document as plain lists, for the pipe from the child that read it, and back; unpickling would be trusting it.

Lists of lists of lists take a third of the time that reading takes to write and to parse. So the texts go as one
string, numbers as columns, and what hardly any paragraph has beside the number of the one that has it.
"""

from __future__ import annotations

import base64
import json
from array import array
from itertools import accumulate, chain, pairwise
from typing import TYPE_CHECKING, Any

from gxclassify.messages import message_json, message_of
from gxclassify.reading.collector import without_collector
from gxclassify.reading.document import Article, Document, Paragraph, Part, Repair
from gxclassify.reading.parsed import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@without_collector()
def to_wire(document: Document, given: str | None = None) -> dict[str, Any]:
    """Return a document as what JSON can hold; its source is not sent back to whom it was `given` by."""
    articles = document.articles
    paragraphs = [paragraph for article in articles for paragraph in article.paragraphs]
    parts = [part for article in articles for part in article.parts]
    pieces: list[Paragraph | Part] = [*paragraphs, *parts]
    segments = [paragraph.segments for paragraph in paragraphs]
    source = None if document.source == given else document.source
    return {
        "fields": (document.document, document.encoding, source, document.format),
        "rest": (document.first_article, document.held, document.metadata),
        "notices": [notice_fields(notice) for notice in document.notices],
        "heads": [(article.title, article.byline, article.captions, article.subheads) for article in articles],
        "holds": _rows([(len(article.paragraphs), len(article.parts)) for article in articles]),
        "texts": "".join([piece.text for piece in pieces]),
        "lengths": _numbers([len(piece.text) for piece in pieces]),
        "spans": _rows([piece.span for piece in pieces]),
        "pages": _named([piece.page for piece in pieces]),
        "segments": (_numbers(map(len, segments)), _rows(chain.from_iterable(segments))),
        "repaired": _numbers([len(piece.repairs) for piece in pieces]),
        "repairs": _repairs([repair for piece in pieces for repair in piece.repairs]),
        "between": _repairs(document.repairs),
        "kinds": _named([piece.kind for piece in pieces]),
        "subheads": _named([paragraph.subhead for paragraph in paragraphs]),
        "records": [(i, paragraph.record) for i, paragraph in enumerate(paragraphs) if paragraph.record],
        "boxes": [(i, paragraph.box) for i, paragraph in enumerate(paragraphs) if paragraph.box],
    }


@without_collector()
def from_wire(wire: dict[str, Any], given: str = "") -> Document:
    """Return the document that `to_wire` was given, after its way through JSON."""
    texts = _cut(wire["texts"], _of_numbers(wire["lengths"]))
    spans = _of_rows(wire["spans"], 2)
    repaired = _cut(_to_repairs(wire["repairs"]), _of_numbers(wire["repaired"]))
    pages, kinds = _of_named(wire["pages"]), _of_named(wire["kinds"])
    lengths, segments = wire["segments"]
    counts = _of_numbers(lengths)
    n = len(counts)
    records: list[dict[str, Any]] = [{} for _ in counts]
    boxes: list[Any] = [None] * n
    for i, record in wire["records"]:
        records[i] = record
    for i, box in wire["boxes"]:
        boxes[i] = tuple(box)
    segments = _cut(tuple(_of_rows(segments, 3)), counts)
    columns = (segments, repaired, records, kinds, _of_named(wire["subheads"]), pages, boxes)
    paragraphs = tuple(map(Paragraph, texts, spans, *columns))
    parts = tuple(map(Part, kinds[n:], texts[n:], spans[n:], repaired[n:], pages[n:]))
    holds = _of_numbers(wire["holds"])
    own, around = _cut(paragraphs, holds[::2]), _cut(parts, holds[1::2])
    articles = [
        Article(title, byline, tuple(captions), tuple(subheads), *held)
        for (title, byline, captions, subheads), *held in zip(wire["heads"], own, around, strict=True)
    ]
    notices = tuple([notice_of(notice) for notice in wire["notices"]])
    name, encoding, source, form = wire["fields"]
    source = given if source is None else source
    repairs = _to_repairs(wire["between"])
    return Document(name, encoding, source, form, tuple(articles), repairs, notices, *wire["rest"])


def _cut(row: Any, lengths: Sequence[int]) -> list[Any]:
    """Cut a string or tuple into pieces of these lengths."""
    return [row[start:end] for start, end in pairwise(accumulate(lengths, initial=0))]


def _repairs(repairs: Sequence[Repair]) -> list[Any]:
    """Return repairs as columns; what their notes say is sent once."""
    told, notes = _named([repair.note for repair in repairs])
    spans, counts = _rows([repair.span for repair in repairs]), _numbers([repair.count for repair in repairs])
    return [_named([repair.kind for repair in repairs]), spans, told, counts, [message_json(note) for note in notes]]


def _to_repairs(wire: list[Any]) -> tuple[Repair, ...]:
    kinds, spans, told, counts, said = wire
    notes = [message_of(note) for note in said]
    known = map(notes.__getitem__, _of_numbers(told))
    return tuple(map(Repair, _of_named(kinds), _of_rows(spans, 2), known, _of_numbers(counts)))


def _numbers(numbers: Iterable[int]) -> str:
    """Return numbers as one string: JSON takes longer to parse one than Python to make a tuple of it."""
    return base64.b64encode(array("i", numbers).tobytes()).decode("ascii")


def _rows(rows: Iterable[Iterable[int]]) -> str:
    return _numbers(chain.from_iterable(rows))


def _of_rows(text: str, length: int) -> list[Any]:
    numbers = iter(_of_numbers(text))
    return list(zip(*[numbers] * length, strict=True))


def _of_numbers(text: str) -> list[int]:
    return array("i", base64.b64decode(text)).tolist()


def _named(words: Sequence[Any]) -> list[Any]:
    """Return words of which most come again as each of them once, and the numbers of all."""
    known = {word: i for i, word in enumerate(dict.fromkeys(words))}
    return [_numbers(map(known.__getitem__, words)), [*known]]


def _of_named(wire: list[Any]) -> list[Any]:
    numbers, words = wire
    return list(map(words.__getitem__, _of_numbers(numbers)))


def notice_fields(notice: Notice) -> list[Any]:
    """Return a notice as a list, its sentence such that it can be said in another language."""
    return [notice.kind, message_json(notice.place), notice.count, message_json(notice.text)]


def notice_of(fields: list[Any]) -> Notice:
    """Return the notice that `notice_fields` was given."""
    kind, place, count, text = fields
    return Notice(kind, message_of(place), count, message_of(text))


def line_of(value: Any) -> bytes:
    """Return a value as one line of JSON; half surrogate pairs pass as they are."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def of_line(line: bytes) -> Any:
    """Return what `line_of` was given."""
    return json.loads(line.decode("utf-8", "surrogatepass"))
