"""Pieces of the input, and the documents that their records make: one article of one paragraph each, not touched."""

from __future__ import annotations

import html
import json
import marshal
import re
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gxclassify.errors import InputError, boundary, reason
from gxclassify.messages import Message, json_word, named
from gxclassify.reading.compressed import DAMAGED
from gxclassify.reading.decode import BIG5_NOTICE, ESCAPED_TAGS, Detected
from gxclassify.reading.document import MISSING, Article, Document, Paragraph, Part, Repair
from gxclassify.reading.parsed import LEFT_OUT, Notice, solid
from gxclassify.reading.records.fields import (
    choose_column,
    is_null,
    is_tagged_record,
    text_in,
    whole_characters,
    with_text,
)
from gxclassify.reading.records.rows import unguarded
from gxclassify.reading.text.characters import is_traditional, simplified, traditional_notice
from gxclassify.reading.web.markup import is_fragment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gxclassify.config import ReadingConfig

_TITLE_FIELDS = (
    "title", "标题", "headline", "题名", "新闻标题", "文章标题", "题目", "篇名", "subject", "titleName", "title_name",
    "标题名称", "tit", "biaoti",
)  # fmt: skip
"""The names of fields that hold a headline; each also behind other Latin words: newsTitle, article_title."""
_OTHER_TITLE = re.compile(
    "(?:sub|fu|intro|lead|yin|short|site|page|channel|column|category|seo|meta|book|job|im(?:g|age)|pic|video|副|引|肩|子|眉|栏目|图片|网站|页面)",
    re.IGNORECASE,
)
_PAGE = re.compile(r"\s*(?:<!doctype html|<html[\s>])", re.IGNORECASE)
_SURVEYED = 50  # records
_START = 500  # characters in which a web page shows itself as one
LEFT_OUT_RECORD = Article(None, None, (), (), ())
"""In the place of a record that was left out, so that the number of every other one is its place."""


def json_fault(error: Exception) -> Message:
    r"""Return what is wrong with JSON, as its parser says it; where it is cut off, that it is.

    >>> str(parse_object('{"text": "签\r')), str(parse_object('{"text": "签' + chr(9) + '约"}'))
    ('this line is not JSON (it ends too early)', 'this line is not JSON (a control character in a text)')
    """
    if not isinstance(error, json.JSONDecodeError):
        return Message("a value is too large or nested too deep")
    if error.msg.startswith("Unterminated") or error.pos >= len(error.doc.rstrip()):
        return Message("it ends too early")
    return Message("a control character in a text") if "control character" in error.msg else Message(error.msg)


def parse_object(line: str) -> dict[str, Any] | str:
    """Return the object that a line of JSON Lines holds, or what is wrong with the line.

    >>> parse_object('{"text": "签约"}'), parse_object("[1]")
    ({'text': '签约'}, 'this line is not a JSON object but an array')
    """
    try:
        value = whole_characters(json.loads(line), line)
    except (ValueError, RecursionError) as error:  # also a number of thousands of digits
        return Message("this line is not JSON ({detail})", detail=json_fault(error))
    return (
        value
        if isinstance(value, dict)
        else Message("this line is not a JSON object but {type}", type=json_word(value))
    )


def column_notice(column: str, wanted: str) -> tuple[Notice, ...]:
    """Return the notice that the text was taken from another field than the one `wanted`."""
    text = Message("The text was taken from the field {column!r}{help}.", column=column, help=choose_column())
    return () if column == wanted else (Notice("fields", "", 0, text),)


def missing_texts(document: Document) -> int:
    """Return how many records of a document have no text."""
    return sum(p.kind == MISSING for article in document.articles for p in article.paragraphs)


def missing_notice(count: int) -> tuple[Notice, ...]:
    """Return the notice that `count` records have no text; none where all have one.

    >>> [notice.text for notice in missing_notice(1200)]
    ['1,200 records have no text (null, missing or empty), kept without tags and scores.']
    """
    text = Message(
        "{count:,} {count:record has|records have} no text (null, missing or empty), kept without tags and scores.",
        count=count,
    )
    return (Notice(MISSING, "", count, text),) if count else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A piece of the input.

    Attributes
    ----------
    name : str
        The file; for messages and the results.
    consumed : int
        How many bytes of all input lie before its end, as it lies on the disk.
    """

    name: str
    consumed: int = 0

    @property
    def place(self) -> str:
        """Where the piece stands, for messages."""
        return self.name

    def mark(self) -> int:
        """Return a checksum of the content, which tells after an interruption whether the input is the same."""
        raise NotImplementedError

    def read(self, config: ReadingConfig) -> Iterator[Document | InputError]:
        """Parse the chunk; what cannot be read, for whatever reason, comes as the error that says so."""
        try:
            with boundary(
                lambda why: InputError("{place}: cannot be read ({why}); it is left out.", place=self.place, why=why)
            ):
                yield from self.documents(config)
        except InputError as error:
            yield error

    def place_of(self, document: Document) -> str:
        """Return where the beginning of one of the chunk's documents stands, for messages."""
        return document.document

    def documents(self, config: ReadingConfig) -> Iterator[Document | InputError]:
        """Do what `read` says, as far as what can go wrong is known."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemChunk(Chunk):
    """Input that could not even be cut into pieces."""

    problem: str

    def mark(self) -> int:
        """Return the checksum of the message."""
        return zlib.crc32(self.problem.encode("utf-8", "replace"))

    def documents(self, config: ReadingConfig) -> Iterator[Document | InputError]:  # noqa: ARG002 - nothing to limit
        """Yield the problem."""
        yield InputError(self.problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsChunk(Chunk):
    """Neighbouring records; `first` is the number of the first in the file, from 0.

    Where no record at the file's beginning has the text's field, a record without it is no record with a null text:
    `column_known` is false, and it is left out, for the field may have another name.
    """

    data: bytes
    first: int
    text_column: str
    column_known: bool = True
    encoding: Detected
    notices: tuple[Notice, ...] = ()

    kind = "jsonl"
    unit = Message("line")
    counted = unit
    """What messages count to say where a record stands."""

    @property
    def place(self) -> str:
        """The file, and where the first record stands as people count."""
        return Message("{name}, from {unit} {n:,}", name=self.name, unit=self.counted, n=self.count_of(self.first))

    def count_of(self, number: int) -> int:
        """Return where a record stands as people count, by its number in the file, from 0."""
        return number + 1

    def mark(self) -> int:
        """Return the checksum of the records."""
        return zlib.crc32(self.data)

    def place_of(self, document: Document) -> str:
        """Return the file and where the document's first record stands in it."""
        return f"{self.name}:{self.count_of(document.first_article)}"

    def documents(self, config: ReadingConfig) -> Iterator[Document | InputError]:
        """Yield the problems and then the document, in which an empty article stands for what was left out."""
        articles: list[Article] = []
        for number, record in enumerate(self.records(), start=self.first):
            problem = record if isinstance(record, str) else self._problem(record, config.max_paragraph_chars)
            article = LEFT_OUT_RECORD
            if not problem and isinstance(record, dict):
                try:
                    with boundary(
                        lambda why: InputError("this {unit} cannot be read ({why})", unit=self.unit, why=why)
                    ):
                        article = record_article(record, self.text_column)
                        article = _simple(article) if config.simplify else article
                except InputError as error:
                    problem = error.message
            articles.append(article)
            if problem:
                yield InputError(
                    "{name}:{number}: {problem}; it is left out.",
                    name=self.name,
                    number=self.count_of(number),
                    problem=problem,
                )
        while articles and articles[-1] is LEFT_OUT_RECORD:
            articles.pop()
        if articles:
            big5 = (BIG5_NOTICE,) if self.encoding.name == "big5" and self.first == 0 else ()
            told = [] if config.simplify or self.first else _traditional(articles)
            notices = (*big5, *self.notices, *told)
            yield Document(
                self.name, self.encoding.name, "", self.kind, tuple(articles), (), notices, first_article=self.first
            )

    def records(self) -> Iterator[dict[str, Any] | str]:
        """Yield records, what is wrong with one that cannot be read, or an empty text for one to pass over."""
        raise NotImplementedError

    def _problem(self, record: dict[str, Any], limit: int) -> str:
        text = record.get(self.text_column)
        if not self.column_known and self.text_column not in record:
            if not record:
                return Message("this {unit} has no {column!r}", unit=self.unit, column=self.text_column)
            return Message(
                "this {unit} has no {column!r} but {names}{help}",
                unit=self.unit,
                column=self.text_column,
                names=named(record),
                help=choose_column(),
            )
        if is_null(text):
            return ""
        if not isinstance(text, str):
            return Message(
                "this {unit} has {type} instead of a text as {column!r}",
                unit=self.unit,
                type=json_word(text),
                column=self.text_column,
            )
        if len(text) > limit:
            return Message(
                "the text has {text_count:,} characters, more than {limit:,} (split it, or raise "
                "reading.max_paragraph_chars)",
                text_count=len(text),
                limit=limit,
            )
        return ""


def _simple(article: Article) -> Article:
    """Return an article in simplified characters, as many as before, so that spans hold."""
    paragraphs = []
    for paragraph in article.paragraphs:
        text = simplified(paragraph.text)
        if text != paragraph.text:
            repair = Repair("simplified", paragraph.span, Message("traditional characters made simplified"))
            paragraph = replace(paragraph, text=text, repairs=(*paragraph.repairs, repair))  # noqa: PLW2901
        paragraphs.append(paragraph)
    title = article.title and simplified(article.title)
    parts = tuple(replace(part, text=simplified(part.text)) for part in article.parts)
    subheads = tuple(map(simplified, article.subheads))
    return replace(article, title=title, paragraphs=tuple(paragraphs), parts=parts, subheads=subheads)


def _traditional(articles: Sequence[Article]) -> list[Notice]:
    """Return the notice that records are in traditional characters, as the first ones are."""
    sample = "\n".join(p.text for article in articles[:_SURVEYED] for p in article.paragraphs)
    return [traditional_notice(sample)] if is_traditional(sample) else []


def title_of(record: Mapping[str, Any]) -> str | None:
    """Return the headline of a record: the first text that a field named as a title holds.

    >>> title_of({"title": "开门红"}), title_of({"title": 7}), title_of({"来信标题": "路灯"})
    ('开门红', None, '路灯')
    """
    named = [name for name in record if name.lower().endswith(("title", "headline", "标题", "来信主题", "信件主题"))]
    named.sort(key=lambda name: _OTHER_TITLE.match(name) is not None)
    titles = (text_in(record[name]) for name in (*_TITLE_FIELDS, *named) if name in record)
    return next((found for found in titles if found), None)


def record_article(record: dict[str, Any], text_column: str) -> Article:
    """Return the article that a record makes; its other fields stay with each paragraph.

    A null text makes one empty paragraph of the kind `MISSING`, and so does one of white space alone: CSV has no null.
    """
    text = record.pop(text_column, None)
    if is_null(text) or text.isspace():
        text = ""
    if is_tagged_record(record):  # it was read before: evidence points into its text as it is
        return _plain_article(title_of(record), text, record)
    title = title_of(record)
    markup = html.unescape(text) if "&lt;/" in text and ESCAPED_TAGS.search(text) else text
    if "</" in markup or "<br" in markup.lower():
        found = _from_html(markup, title, record)
        if found is not None:
            return found
    return _plain_article(title, text, record)


def _plain_article(title: str | None, text: str, record: dict[str, Any]) -> Article:
    size, kind = len(text), "paragraph" if text else MISSING
    return Article(title, None, (), (), (Paragraph(text, (0, size), ((0, 0, size),), (), record, kind),))


def _from_html(text: str, title: str | None, record: dict[str, Any]) -> Article | None:
    """Return the article that a piece of HTML makes, None where the text is none; spans point into its own lines."""
    from gxclassify.reading.web.html import read_fragment, read_page

    whole = _PAGE.search(text[:_START]) is not None
    if not whole and not is_fragment(text):
        return None
    try:
        lines = (read_page(text) if whole else read_fragment(text)).lines
    except InputError:  # a page without an article
        return None
    paragraphs: list[Paragraph] = []
    parts: list[Part] = []
    left_out: list[Repair] = []
    subhead: str | None = None
    start = 0
    for line in lines:
        size = len(line.text)
        span = (start, start + size)
        start += size + 1
        if line.role in LEFT_OUT:
            left_out.append(Repair(line.role, span, LEFT_OUT[line.role], solid(line.text)))
        elif line.role == "title" and title in {None, line.text}:
            title = line.text
        elif line.role in {"heading", "title"}:
            parts.append(Part("subhead", line.text, span))
            subhead = line.text
        elif line.role in {"caption", "note"}:
            parts.append(Part(line.role, line.text, span))
        elif line.text.strip():
            kind = "table" if line.role == "row" else "paragraph"
            paragraphs.append(Paragraph(line.text, span, ((0, span[0], size),), (), record, kind, subhead))
    if paragraphs and left_out:
        paragraphs[0] = replace(paragraphs[0], repairs=tuple(left_out))
    captions, subheads = (tuple(part.text for part in parts if part.kind == kind) for kind in ("caption", "subhead"))
    return Article(title, None, captions, subheads, tuple(paragraphs), tuple(parts)) if paragraphs else None


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonLinesChunk(RecordsChunk):
    """Whole lines of a JSON Lines file."""

    codec: str

    def records(self) -> Iterator[dict[str, Any] | str]:
        """Yield the objects of the lines."""
        for line in self._lines():
            if line is None:
                yield Message("this line is not text in {name}", name=self.encoding.name)
            else:
                record = parse_object(line) if line and not line.isspace() else ""
                yield record if isinstance(record, str) else with_text(record)

    def _lines(self) -> Iterator[str | None]:
        data = self.data.removesuffix(b"\n")
        try:
            yield from data.decode(self.codec).split("\n")
        except UnicodeDecodeError:
            for line in data.split(b"\n"):
                try:
                    yield line.decode(self.codec)
                except UnicodeDecodeError:
                    yield None


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonChunk(JsonLinesChunk):
    """Records of a JSON file, one a line."""

    kind = "json"
    unit = counted = Message("record")


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvChunk(RecordsChunk):
    """Rows of a CSV file: a list of lists of cells, marshalled, and the line of the file on which each begins."""

    header: tuple[str, ...]
    lines: tuple[int, ...]

    kind = "csv"
    unit = Message("row")

    def count_of(self, number: int) -> int:
        """Return the line on which a row begins, which is not its number where cells hold line ends."""
        return self.lines[number - self.first]

    def records(self) -> Iterator[dict[str, Any] | str]:
        """Yield the rows, by the header."""
        for row in marshal.loads(self.data):  # noqa: S302 - written by our own process a moment ago
            if not row:
                yield ""
            elif any(DAMAGED in cell for cell in row):
                yield Message("this row is not text in {name}", name=self.encoding.name)
            elif len(row) != len(self.header):
                yield Message(
                    "this row has {row_count} {row_count:cell|cells} where the header has {header_count}",
                    row_count=len(row),
                    header_count=len(self.header),
                )
            else:
                yield dict(zip(self.header, map(unguarded, row), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class ParquetChunk(RecordsChunk):
    """Neighbouring rows of a Parquet file, as an Arrow stream."""

    kind = "parquet"
    unit = counted = Message("row")

    def records(self) -> Iterator[dict[str, Any] | str]:
        """Yield the rows, by the columns."""
        import pyarrow as pa

        table = pa.ipc.open_stream(self.data).read_all()
        try:
            yield from table.to_pylist()
        except Exception:  # noqa: BLE001 - a value that Python lacks, in one row; the others are read
            yield from (self._row(table, i) for i in range(table.num_rows))

    def _row(self, table: Any, i: int) -> dict[str, Any] | str:
        record = {}
        for name, column in zip(table.column_names, table.columns, strict=True):
            try:
                record[name] = column[i].as_py()
            except UnicodeDecodeError:
                if name == self.text_column:
                    return Message("the {name!r} of this {unit} is not text in UTF-8", name=name, unit=self.unit)
                record[name] = column[i].as_buffer().to_pybytes().decode("utf-8", "replace")
            except Exception as error:  # noqa: BLE001 - whatever a library says of it
                try:
                    record[name] = column[i].cast("int64").as_py()  # a time beyond the year 9999, by its number
                except Exception:  # noqa: BLE001
                    return Message(
                        "the {name!r} of this {unit} cannot be read ({reason})",
                        name=name,
                        unit=self.unit,
                        reason=reason(error),
                    )
        return record
