"""The pieces that bulk scoring cuts its input into: small enough to hand to a process, parsed there and not before."""

from __future__ import annotations

import json
import marshal
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gxclassify.errors import InputError
from gxclassify.reading import Article, Document, Paragraph
from gxclassify.reading import read as read_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gxclassify.config import ReadingConfig

__all__ = ["ArrowChunk", "BytesChunk", "Chunk", "CsvChunk", "FilesChunk", "JsonLinesChunk", "ProblemChunk"]


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

    def documents(self, config: ReadingConfig) -> Iterator[Document | InputError]:
        """Parse the chunk; what cannot be read comes as the error that says so, in its place."""
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
class FilesChunk(Chunk):
    """Some documents on the disk, each with its size and time of change."""

    files: tuple[tuple[str, int, int], ...]

    @property
    def place(self) -> str:
        """The files' names."""
        first, last = self.files[0][0], self.files[-1][0]
        return first if first == last else f"{first} … {last} ({len(self.files)} files)"

    def mark(self) -> int:
        """Return the checksum of names, sizes and times."""
        return zlib.crc32(repr(self.files).encode("utf-8", "replace"))

    def documents(self, config: ReadingConfig) -> Iterator[Document | InputError]:
        """Read file by file."""
        for name, _, _ in self.files:
            try:
                yield read_document(Path(name), config=config)
            except InputError as error:
                yield error


@dataclass(frozen=True, slots=True, kw_only=True)
class BytesChunk(Chunk):
    """The bytes of one document: standard input, or a file that was compressed."""

    data: bytes

    def mark(self) -> int:
        """Return the checksum of the bytes."""
        return zlib.crc32(self.data)

    def documents(self, config: ReadingConfig) -> Iterator[Document | InputError]:
        """Read the document."""
        try:
            yield read_document(self.data, name=self.name, config=config)
        except InputError as error:
            yield error


@dataclass(frozen=True, slots=True, kw_only=True)
class _RecordsChunk(Chunk):
    """Neighbouring records, each an article of one paragraph whose number is the record's in its file, from 0."""

    data: bytes
    first: int
    text_column: str

    unit = "record"
    offset = 1  # what is added to a record's number, from 0, to call it as people do

    @property
    def place(self) -> str:
        return f"{self.name}, from {self.unit} {self.first + self.offset:,}"

    def mark(self) -> int:
        return zlib.crc32(self.data)

    def documents(self, config: ReadingConfig) -> Iterator[Document | InputError]:
        articles: list[Article] = []
        first = self.first
        for number, record in enumerate(self._records(), start=self.first):
            problem = record if isinstance(record, str) else self._problem(record, config.max_paragraph_chars)
            if not problem and not isinstance(record, str):
                articles.append(_article(record, self.text_column))
                continue
            if articles:
                yield _document(self.name, articles, first)
                articles = []
            first = number + 1
            if problem:
                yield InputError(f"{self.name}:{number + self.offset}: {problem}")
        if articles:
            yield _document(self.name, articles, first)

    def _records(self) -> Iterator[dict[str, Any] | str]:
        """Yield records, the message for one that cannot be read, or an empty message for one to pass over."""
        raise NotImplementedError

    def _problem(self, record: dict[str, Any], limit: int) -> str:
        text = record.get(self.text_column)
        if not isinstance(text, str):
            wrong = "no" if text is None else f"a {type(text).__name__} instead of a text as"
            return f"this {self.unit} has {wrong} {self.text_column!r}; it is left out."
        if not text or text.isspace():
            return f"the {self.text_column!r} of this {self.unit} is empty; it is left out."
        if len(text) > limit:
            return (
                f"the text has {len(text):,} characters, more than {limit:,}; it is left out: split it, or raise "
                f"reading.max_paragraph_chars."
            )
        return ""


def _article(record: dict[str, Any], text_column: str) -> Article:
    text = record.pop(text_column)
    title = record.get("title")
    title = title if isinstance(title, str) and title else None
    size = len(text)
    return Article(title, None, (), (), (Paragraph(text, (0, size), ((0, 0, size),), (), record),))


def _document(name: str, articles: list[Article], first: int) -> Document:
    return Document(name, "utf-8", "", "records", tuple(articles), first_article=first)


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonLinesChunk(_RecordsChunk):
    """Whole lines of a JSON Lines file."""

    encoding: str

    unit = "line"

    def _records(self) -> Iterator[dict[str, Any] | str]:
        for line in self._lines():
            if line is None:
                yield f"this line is not text in {self.encoding}; it is left out."
            elif not line or line.isspace():
                yield ""
            else:
                try:
                    record = json.loads(line)
                except (ValueError, RecursionError) as error:
                    yield f"this line is not JSON ({error}); it is left out."
                else:
                    yield record if isinstance(record, dict) else "this line is not a JSON object; it is left out."

    def _lines(self) -> Iterator[str | None]:
        data = self.data.removesuffix(b"\n")
        try:
            yield from data.decode(self.encoding).split("\n")
        except UnicodeDecodeError:
            for line in data.split(b"\n"):
                try:
                    yield line.decode(self.encoding)
                except UnicodeDecodeError:
                    yield None


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvChunk(_RecordsChunk):
    """Rows of a CSV file: a list of lists of cells, marshalled. An empty list is a row that could not be parsed."""

    header: tuple[str, ...]

    unit = "row"
    offset = 2  # the header is row 1

    def _records(self) -> Iterator[dict[str, Any] | str]:
        for row in marshal.loads(self.data):  # noqa: S302 - written by our own process a moment ago
            if not row:
                yield ""
            elif len(row) != len(self.header):
                yield f"this row has {len(row)} cells where the header has {len(self.header)}; it is left out."
            else:
                yield dict(zip(self.header, row, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrowChunk(_RecordsChunk):
    """Neighbouring rows of a Parquet file, as an Arrow stream."""

    unit = "row"

    def _records(self) -> Iterator[dict[str, Any] | str]:
        import pyarrow as pa

        yield from pa.ipc.open_stream(self.data).read_all().to_pylist()
