"""Files of records, JSON, JSON Lines, CSV and Parquet: the one reader, for whole files and for files of any size.

A record is a document of its own: it becomes one article of one paragraph, whose number is the record's in its file,
from 0, and whose span is all of its text. A record that cannot be read is left out and named. A file is told by
`kind_of` and cut into `Chunk`s by a `Cutter`, small enough to hand to a process, parsed there and not before;
`read_records` puts them together again for those who want one Document.
"""

from __future__ import annotations

import csv
import io
import json
import marshal
import re
from dataclasses import replace
from itertools import accumulate, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from gxclassify.errors import InputError
from gxclassify.extras import need
from gxclassify.messages import Message
from gxclassify.reading.compressed import DAMAGED_HANDLER, Plain, PlainBytes, split_name
from gxclassify.reading.decode import Detected, check_asked, detect, is_no_text, sniff
from gxclassify.reading.document import Article, Document
from gxclassify.reading.parsed import Notice, Parsed, solid
from gxclassify.reading.records.chunks import (
    LEFT_OUT_RECORD,
    Chunk,
    CsvChunk,
    JsonChunk,
    JsonLinesChunk,
    ParquetChunk,
    ProblemChunk,
    RecordsChunk,
    column_notice,
    json_fault,
    missing_notice,
    missing_texts,
    parse_object,
)
from gxclassify.reading.records.editors import is_edited
from gxclassify.reading.records.fields import (
    JSON_IN_SCRIPT,
    SURVEYED_RECORDS,
    TEXT_FIELDS,
    choose_column,
    distinct,
    json_records,
    named_text_field,
    no_column,
    text_field,
    texts_elsewhere,
    with_text,
    without_texts,
)
from gxclassify.reading.records.rows import (
    DELIMITERS,
    OpenQuoteError,
    Rows,
    long_cells,
    may_name_columns,
    quoted,
    table_head,
    text_of,
)
from gxclassify.reading.records.scans import may_be_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gxclassify.config import ReadingConfig

Kind = Literal["json", "jsonl", "csv", "parquet", "document"]

_HEAD = 1 << 16
"""How much of a file is looked at to tell what it is and its encoding."""
_ENOUGH = 1 << 19
"""Characters at the beginning that tell the fields of records, where their text is among them and they are few."""
_KINDS: dict[str, Kind] = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "csv"}
_TYPES: dict[type, str] = {str: "string", int: "int64", float: "double", bool: "bool", type(None): "null"}
_BACKSLASHED = re.compile(rb'\\"[^,;\t|\r\n"]')
_BACKSLASHES = Notice(
    "records",
    "",
    0,
    Message(
        'Quotes inside cells are written \\" here; CSV doubles them (""), so that such cells may be cut or keep marks.'
    ),
)
_LONGEST_RECORD = 1 << 25
MOST_IN_PROCESS = 1 << 16
"""The longest text, or bytes of records, that this process reads itself: under a second, 50 MB, whatever is in it."""
_SMALLEST_RECORD = 100
"""Bytes that a record counts at the least where a file is unpacked: a million empty ones are a gigabyte in Python."""
_CHARACTER_BYTES = 3
_MOST_NOTES = 100
_UTF8 = Detected("utf-8", "utf-8")


# ---- what a file holds


def kind_of(plain: Plain, text_column: str, encoding: str = "") -> Kind:
    """Tell what a file holds, from its content and, between text and text, its name."""
    head = plain.peek(_HEAD)
    if head.startswith(b"PAR1"):
        return "parquet"
    by_name = _KINDS.get(split_name(Path(plain.name))[0])
    start = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if (by_name and is_no_text(head)) or (may_be_blocks(head) and not (by_name and is_edited(head))):
        return "document"  # under a name that is not its own; of pages, and no records
    if by_name and not (by_name == "jsonl" and _OVER_LINES.match(start)):
        return by_name
    script = JSON_IN_SCRIPT.match(start.decode("ascii", "replace"))
    if script and (len(head) == _HEAD or start.rstrip(b"; \t\r\n").endswith((b")", b"]", b"}"))):
        return "json"
    if _JSON.match(start) and not _is_json_lines(plain, encoding):
        return "json"
    return _kind_by_first_line(head, start.partition(b"\n")[0], plain.name, text_column, encoding)


def _kind_by_first_line(head: bytes, first: bytes, name: str, text_column: str, encoding: str) -> Kind:
    """Tell JSON Lines and CSV from everything that is no file of records; `first` is the first line, without marks."""
    try:
        table = any(mark.encode() in first for mark in DELIMITERS) and sniff(head, name) == "text"
        if not first.startswith(b"{") and not table:
            return "document"  # and its encoding is not guessed twice
        text = _decoded(head, name, encoding).lstrip()
    except InputError:
        return "document"  # reading it will say what is wrong
    line, whole, _ = text.partition("\n")
    cut_short = not whole and len(head) == _HEAD
    if line.startswith("{") and (line[1:].lstrip().startswith('"') if cut_short else _is_object(line)):
        return "jsonl"
    _, columns, _ = table_head(text, lambda row: _named_column(row, text_column) is not None)
    known = text_column in columns or named_text_field(columns) or without_texts(columns)
    return "csv" if len(columns) > 1 and known else "document"


_OVER_LINES = re.compile(rb"\[|\{\s*\n")
"""How JSON begins that is not one object a line."""
_JSON = re.compile(rb"\s*(?:\[\s*(?:[\[{\"]|$)|\{\s*\")")
"""How JSON begins that is an array or an object; prose that begins with a bracket goes on otherwise."""
_INNER = re.compile(r'"\s*:\s*\[\s*\{|^\{\s*"[^"]*"\s*:\s*[\[{]')


def _is_json_lines(plain: Plain, encoding: str) -> bool:
    """Tell whether a file that begins as JSON has an object on each line, and is not one object for all records."""
    head = plain.peek(_HEAD)
    try:
        found = detect(head, plain.name, whole=len(head) < _HEAD, encoding=encoding)
    except InputError:
        return False
    line = rest = ""
    for text, _ in _beginnings(plain, found, _LONGEST_RECORD):
        line, _, rest = text.lstrip().partition("\n")
        if not line.startswith("{"):
            return False
        if rest.strip():
            break
    if len(line) >= _HEAD:  # it is not parsed to tell: what stands in it decides how much memory that takes
        return line.rstrip().endswith("}") if rest.strip() else _INNER.search(line[:2000]) is None
    record = parse_object(line)
    if not isinstance(record, dict) or rest.strip():
        return isinstance(record, dict)
    # One object alone is a record, or the answer of a service with the records somewhere in it.
    whole = not any(isinstance(value, list | dict) for value in record.values())
    return any(isinstance(value, str) for value in record.values()) and (
        whole or without_texts(record) or text_field([record], "text") is not None
    )


def _decoded(head: bytes, name: str, encoding: str) -> str:
    found = detect(head, name, whole=len(head) < _HEAD, encoding=encoding)
    return head[found.mark :].decode(found.codec, "replace")


def _is_object(line: str) -> bool:
    return isinstance(parse_object(line), dict)


def _beginnings(plain: Plain, found: Detected, most: int) -> Iterator[tuple[str, bool]]:
    """Yield the text with which a file begins, longer and longer up to `most` bytes, and whether it is all of it."""
    size = _HEAD
    while True:
        data = plain.peek(size)
        whole = len(data) < size
        yield data.decode(found.codec, "replace").removeprefix("\ufeff"), whole
        if whole or size >= most:
            return
        size *= 2


def _record_fields(records: Sequence[dict[str, Any]], text_column: str) -> dict[str, str]:
    types: dict[str, set[str]] = {}
    for record in records:
        for field, value in record.items():
            types.setdefault(field, set()).add(_TYPES.get(type(value), "json"))
    types.pop(text_field(records, text_column) or text_column, None)
    return {field: _common_type(found) for field, found in types.items()}


def _whole_records(text: str, *, cut_short: bool) -> list[dict[str, Any]]:
    """Return the objects on the lines of JSON Lines; the last line may be cut off."""
    found = map(parse_object, text.split("\n")[: -1 if cut_short else None])
    return [with_text(record) for record in found if isinstance(record, dict)]


class _CsvHead(NamedTuple):
    """The rows above the header with which a CSV file begins, its columns, and that of the text if it is known."""

    above: list[list[str]]
    columns: list[str]
    text: str | None
    looked_at: int
    """How many rows that is told from."""


def _csv_head(start: str, wanted: str) -> _CsvHead:
    """Return the head of the CSV file that begins so.

    Where no row looks like a header with a name of the column of the text, this is told by look among columns that all
    have names.
    """
    above, header, rows = table_head(start, lambda row: _named_column(row, wanted) is not None)
    columns = distinct(header)
    column = _named_column(columns, wanted)
    by_look = column is None and wanted == TEXT_FIELDS[0] and may_name_columns(header)
    if by_look and not any(_named_column(row, wanted) for row in rows):
        records = [dict(zip(columns, row, strict=True)) for row in rows if len(row) == len(columns)]
        column = text_field(records, wanted)
    return _CsvHead(above, columns, column, len(above) + 1 + len(rows))


def _named_column(header: Sequence[str], wanted: str) -> str | None:
    """Return the column of a CSV file that holds the text, by its name."""
    if wanted in header:
        return wanted
    return named_text_field(header) if wanted == TEXT_FIELDS[0] else None


def _common_type(found: set[str]) -> str:
    types = found - {"null"}
    if types == {"int64", "double"}:
        return "double"
    return types.pop() if len(types) == 1 else "json" if types else "null"


_WHOLE = {"int8", "uint8", "int16", "uint16", "int32", "uint32", "int64"}
_BROKEN = {"halffloat", "float", "double"}


def wider(first: str, second: str) -> str:
    """Return the type of a field that has these in two files: that of all numbers of both, otherwise the first's.

    >>> wider("int64", "double"), wider("int64", "string")
    ('double', 'int64')
    """
    if first == "null" or second in {first, "null"}:
        return second if first == "null" else first
    if {first, second} <= _WHOLE | _BROKEN:
        return "double" if {first, second} & _BROKEN else "int64"
    return first


# ---- cutting


class Cutter:
    """Cut files of records.

    Parameters
    ----------
    text_column : str
        The field that is scored.
    config : ReadingConfig
        The encoding, and the limits: of a JSON file ``max_bytes``, of a record that or 32 MiB, whichever is less.
    apart : bool
        Whether JSON that is not small is parsed in a child process with limits: what stands in it decides how much
        memory that takes. Records of other forms are parsed one by one.
    """

    chunk_bytes = 1 << 19
    """How much text a chunk holds: a tenth of a second's work."""
    most_rows = 4096

    def __init__(self, *, text_column: str, config: ReadingConfig, apart: bool = False) -> None:
        self.text_column = text_column
        self.encoding = config.encoding
        self._config = config
        self._apart = apart
        self._longest = min(config.max_bytes, _LONGEST_RECORD)

    def cut(self, kind: Kind, plain: Plain, path: Path | None, before: int) -> Iterator[Chunk]:
        """Yield the chunks of a file that `before` bytes of input precede.

        Raises
        ------
        InputError
            The file is damaged or has no such column; the chunks before the damage have been yielded.
        """
        if kind == "parquet":
            return self._parquet(plain, path, before)
        found = detect(head := plain.peek(_HEAD), plain.name, whole=len(head) < _HEAD, encoding=self.encoding)
        if self.encoding:  # a few lines that are no text in it are left out; a whole file without lines is no such one
            text = _decoded(head, plain.name, self.encoding)
            lines = [line for line in text.splitlines() if line]
            if "\n" not in text or 2 * sum("\ufffd" in line for line in lines) > len(lines):
                check_asked(text, self.encoding, plain.name, head)
        plain.read(found.mark)
        if kind == "json":
            return self._json(plain, before, found)
        if kind == "csv":
            return self._csv(plain, before, found)
        sample, whole = self._first_records(plain, found)
        names = list(dict.fromkeys(field for record in sample for field in record))
        column = text_field(sample, self.text_column)
        # Of a few long lines the next one may have the field; where many lack it, it has another name.
        if column is None and self.text_column not in names and len(sample) >= (1 if whole else SURVEYED_RECORDS):
            raise InputError(no_column(plain.name, self.text_column, names))
        return self._json_lines(plain, before, found, column)

    def fields(self, kind: Kind, plain: Plain, path: Path | None) -> dict[str, str]:
        """Return the fields beside the text, with their types, as far as the file's beginning tells."""
        if kind == "parquet":
            [(head, _)] = self._pieces(plain, path, rows=False)
            return {name: type_ for name, type_ in head["columns"].items() if name != head["column"]}
        start = plain.peek(_HEAD)
        found = detect(start, plain.name, whole=len(start) < _HEAD, encoding=self.encoding)
        if kind == "csv":
            csv_head = self._csv_head(plain, found)
            return {name: "string" for name in csv_head.columns if name != (csv_head.text or self.text_column)}
        if kind == "jsonl":
            records, _ = self._first_records(plain, found)
            return _record_fields(records, self.text_column)
        column, lines = self._json_lines_of(plain, plain.peek(self._config.max_bytes + 1)[found.mark :], found)
        sizes = accumulate(map(len, lines), initial=0)
        first = [line for line, before in zip(lines, sizes, strict=False) if before < _ENOUGH]
        return _record_fields([json.loads(line) for line in first], column)

    def _first_records(self, plain: Plain, found: Detected) -> tuple[list[dict[str, Any]], bool]:
        """Return the records with which JSON Lines begin, and whether they are all.

        They are enough to tell the fields: whatever the size of the first ones, the field of the text is among them.
        """
        records: list[dict[str, Any]] = []
        whole = False
        for text, whole in _beginnings(plain, found, self._longest):
            records = _whole_records(text, cut_short=not whole)
            known = len(text) >= _ENOUGH and text_field(records, self.text_column) is not None
            if known or len(records) >= SURVEYED_RECORDS:
                break
        return records, whole

    def _csv_head(self, plain: Plain, found: Detected) -> _CsvHead:
        """Return the head of a CSV file, from as many rows as it takes to know the column of the text."""
        head = _CsvHead([], [], None, 0)
        for text, _ in _beginnings(plain, found, self._longest):
            head = _csv_head(text, self.text_column)
            if head.text is not None or head.looked_at >= SURVEYED_RECORDS:
                break
        return head

    def _json(self, plain: Plain, before: int, found: Detected) -> Iterator[Chunk]:
        """Cut the records of a JSON array or object, which can only be read as a whole."""
        column, lines = self._json_lines_of(plain, plain.read_all(self._config.max_bytes + 1), found)
        first, size = 0, 0
        batch: list[str] = []
        for number, line in enumerate(lines, start=1):
            batch.append(line)
            size += len(line) * _CHARACTER_BYTES
            if size >= self.chunk_bytes or number == len(lines):
                yield JsonChunk(
                    name=plain.name, consumed=before + plain.consumed, first=first, codec="utf-8",
                    data="\n".join(batch).encode("utf-8", "surrogatepass"), text_column=column, encoding=found,
                    notices=() if first else column_notice(column, self.text_column),
                )  # fmt: skip
                first, size, batch = number, 0, []

    def _json_lines_of(self, plain: Plain, data: bytes, found: Detected) -> tuple[str, list[str]]:
        """Return what `json_lines` does, of all that a file holds."""
        longest = self._config.max_bytes
        if len(data) > longest:
            raise InputError(
                "{name}: the JSON has more than {longest:,} bytes; save its records as JSON Lines.",
                name=plain.name,
                longest=longest,
            )
        if not self._apart or len(data) <= MOST_IN_PROCESS:
            return json_lines(data, plain.name, found.codec, self.text_column)
        from gxclassify.reading.sandbox import read_apart

        parsed = read_apart("json", data, plain.name, self._config, found.codec, text_column=self.text_column)
        assert isinstance(parsed, Parsed)  # noqa: S101 - what the child answers for this kind
        return parsed.metadata["text_column"], [line.text for line in parsed.lines]

    def _json_lines(self, plain: Plain, before: int, found: Detected, found_column: str | None) -> Iterator[Chunk]:
        column = found_column or self.text_column
        codec = found.codec
        if codec.startswith(("utf-16", "utf-32")):  # where a line end is more than the byte of one
            plain.recode(codec)
            codec = "utf-8"

        def chunk(block: bytes, first: int) -> Chunk:
            return JsonLinesChunk(
                name=plain.name, consumed=before + plain.consumed, data=block, first=first,
                text_column=column, column_known=found_column is not None, encoding=found, codec=codec,
                notices=() if first else column_notice(column, self.text_column),
            )  # fmt: skip

        first, rest, skipping = 0, b"", False
        while data := plain.read(self.chunk_bytes):
            if skipping and b"\n" in data:  # the line that was too long ends here
                yield ProblemChunk(
                    name=plain.name, consumed=before + plain.consumed, problem=self._too_long(plain.name, first)
                )
                data = data[data.find(b"\n") + 1 :]
                first, skipping = first + 1, False
            end = data.rfind(b"\n") + 1
            if end:
                block, rest = rest + data[:end], data[end:]
                yield chunk(block, first)
                first += block.count(b"\n")
            elif not skipping:
                rest += data
            if len(rest) > self._longest:
                rest, skipping = b"", True
        if skipping:
            raise InputError(self._too_long(plain.name, first))
        if rest:
            yield chunk(rest, first)

    def _too_long(self, name: str, line: int) -> str:
        return Message(
            "{name}:{line}: this line is longer than {longest:,} bytes; it is left out.",
            name=name,
            line=line + 1,
            longest=self._longest,
        )

    def _csv(self, plain: Plain, before: int, found: Detected) -> Iterator[Chunk]:
        """Cut between rows, whatever stands in their cells."""
        backslashes = _BACKSLASHED.search(head := plain.peek(_HEAD)) and b'""' not in head
        above, _, column, _ = self._csv_head(plain, found)
        buffered = io.BufferedReader(PlainBytes(plain), _HEAD)
        stream = io.TextIOWrapper(buffered, found.codec, DAMAGED_HANDLER, newline="")
        rows = Rows(stream.readline, plain.name, self._longest)
        for _ in islice(rows, len(above)):
            pass
        header = _first_row(rows, plain.name)
        if column is None:
            raise InputError(no_column(plain.name, self.text_column, header))
        notices = (
            *_above_notice(above),
            *column_notice(column, self.text_column),
            *([_BACKSLASHES] if backslashes else []),
        )
        first, size = 0, 0
        batch: list[list[str]] = []
        lines: list[int] = []
        while True:
            row = _next_row(rows)
            if isinstance(row, list):
                batch.append(row)
                lines.append(rows.line)
                size += sum(map(len, row)) * _CHARACTER_BYTES
                if size < self.chunk_bytes and len(batch) < self.most_rows:
                    continue
            if batch:
                yield CsvChunk(
                    name=plain.name, consumed=before + plain.consumed, first=first, header=header,
                    data=marshal.dumps(batch, 2),  # this version gives the same bytes for the same rows
                    text_column=column, encoding=found, notices=() if first else notices, lines=tuple(lines),
                )  # fmt: skip
                first += len(batch)
                batch, lines, size = [], [], 0
            if isinstance(row, csv.Error):
                problem = _not_a_row(plain.name, rows.line, row)
                yield ProblemChunk(name=plain.name, consumed=before + plain.consumed, problem=problem)
                first += 1
            elif isinstance(row, InputError):
                raise row
            elif row is None:
                return

    def _parquet(self, plain: Plain, path: Path | None, before: int) -> Iterator[Chunk]:
        """Cut by way of a child process with limits: how much memory a file takes, nothing in it tells."""
        pieces = self._pieces(plain, path)
        head, _ = next(pieces)
        column, total = head["column"], max(1, head["rows"])
        done, size = 0, path.stat().st_size if path else 0
        for piece, data in pieces:
            first, done = done, done + piece["rows"]
            consumed = before + min(size, size * done // total)
            if "problem" in piece:
                yield ProblemChunk(name=plain.name, consumed=consumed, problem=Message.from_json(piece["problem"]))
                continue
            yield ParquetChunk(
                name=plain.name, consumed=consumed, data=data, first=first, text_column=column,
                encoding=_UTF8, notices=() if first else column_notice(column, self.text_column),
            )  # fmt: skip

    def _pieces(self, plain: Plain, path: Path | None, *, rows: bool = True) -> Iterator[tuple[dict[str, Any], bytes]]:
        if path is None or plain.compression:
            raise InputError(
                "{name}: Parquet is read only where it lies as a file of its own, neither packed nor piped nor sent; "
                "name that file, or give CSV or JSON Lines.",
                name=plain.name,
            )
        return parquet_rows(path, plain.name, self._config, text_column=self.text_column, rows=rows)


def parquet_rows(
    path: Path, name: str, config: ReadingConfig, *, text_column: str = TEXT_FIELDS[0], rows: bool = True
) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Return what `parquet_pieces` finds in a file, read by a child process with limits.

    Raises
    ------
    MissingPackageError
        PyArrow is not installed.
    """
    need("pyarrow", Message("{name}: reading Parquet", name=name))
    from gxclassify.reading.sandbox import stream_apart

    longest = min(config.max_bytes, _LONGEST_RECORD)
    return stream_apart(path, name, config, text_column=text_column, longest=longest, rows=rows)


def parquet_columns(path: Path, name: str, config: ReadingConfig) -> list[str]:
    """Return the names of a file's columns; raises as `parquet_rows`."""
    (head, _), *_ = parquet_rows(path, name, config, rows=False)
    return [*head["columns"]]


def parquet_records(path: Path, config: ReadingConfig, text_column: str) -> Iterator[dict[str, Any] | str]:
    """Yield the rows of a file, or what is wrong with one; raises as `parquet_rows`."""
    pieces = parquet_rows(path, str(path), config, text_column=text_column)
    next(pieces)
    for piece, data in pieces:
        if "problem" in piece:
            yield Message.from_json(piece["problem"])
            continue
        yield from ParquetChunk(
            name=str(path), consumed=0, data=data, first=0, text_column=text_column, encoding=_UTF8
        ).records()


def json_lines(data: bytes, name: str, codec: str, text_column: str) -> tuple[str, list[str]]:
    """Return the field of the text, and each of the records in a JSON array or object as a line of JSON.

    Raises
    ------
    InputError
        It is no JSON, or there are no records with a text in it.
    """
    try:
        records = json_records(data.decode(codec, "replace"))
    except (ValueError, RecursionError) as error:
        reason = json_fault(error)
        line = getattr(error, "lineno", 1)
        raise InputError(
            "{name}:{line}: this is not JSON ({reason}); mend it, or save it as plain text.",
            name=name,
            line=line,
            reason=reason,
        ) from error
    column = text_field(records, text_column)
    if column is None:
        names = [*map(repr, list(dict.fromkeys(name for record in records[:9] for name in record))[:20])]
        if text_column == TEXT_FIELDS[0] and records and without_texts(records[0]):
            raise InputError(texts_elsewhere(name))
        if not names:
            raise InputError(
                "{name}: the JSON holds no records with a text {text_column!r}.",
                name=name,
                text_column=text_column,
            )
        raise InputError(
            "{name}: the JSON holds no records with a text {text_column!r}; they have {names}{help}.",
            name=name,
            text_column=text_column,
            names=names,
            help=choose_column(),
        )
    return column, [json.dumps(record, ensure_ascii=False) for record in records]


def _not_a_row(name: str, line: int, error: csv.Error) -> Message:
    if isinstance(error, OpenQuoteError):
        return Message(
            "{name}: on line {line:,} a quote opens that is never closed; its row and what follows are left out: "
            "{lost:,} {lost:line|lines}.",
            name=name,
            line=error.line,
            lost=error.lost,
        )
    return Message("{name}:{first}: this row cannot be read ({row}); it is left out.", name=name, first=line, row=error)


def _above_notice(rows: Sequence[Sequence[str]]) -> list[Notice]:
    """Return the notice on the rows above the header of a CSV file, if there are any."""
    above = text_of(rows)
    text = Message("What stands above the header is left out: {above!r}.", above=quoted(above))
    return [Notice("furniture", "", solid(above), text)] if above else []


def _first_row(rows: Rows, name: str) -> tuple[str, ...]:
    row = _next_row(rows)
    if isinstance(row, csv.Error):
        raise InputError(_not_a_row(name, rows.line, row))
    if isinstance(row, InputError):
        raise row
    return tuple(distinct(row or ()))


def _next_row(rows: Iterator[list[str]]) -> list[str] | csv.Error | InputError | None:
    """Return the next row, None at the end, or what prevents it."""
    try:
        with long_cells():
            return next(rows, None)
    except (csv.Error, InputError) as error:
        return error


# ---- a whole file


def read_records(
    kind: Kind, plain: Plain, path: Path | None, *, config: ReadingConfig, text_column: str = "text"
) -> Document:
    """Return a file of records as one Document; what is left out is named and counted in its notices.

    Raises
    ------
    InputError
        No record can be read, though there are some; or there is more than ``reading.max_bytes``.
    """
    articles: list[Article] = []
    problems: list[str] = []
    notices: list[Notice] = []
    encoding, size = "utf-8", 0
    for chunk in _all_chunks(Cutter(text_column=text_column, config=config), kind, plain, path):
        size += len(chunk.data) if isinstance(chunk, RecordsChunk) else 0
        if size > config.max_bytes and (plain.compression or kind == "parquet"):
            raise InputError(
                "{name}: unpacked there are more than {max_bytes:,} bytes (reading.max_bytes).",
                name=plain.name,
                max_bytes=config.max_bytes,
            )
        for document in chunk.read(config):
            if isinstance(document, InputError):
                problems.append(document.message)
                continue
            encoding = document.encoding
            notices += document.notices
            articles += [LEFT_OUT_RECORD] * (document.first_article - len(articles))
            articles += document.articles
            size += _SMALLEST_RECORD * len(document.articles)
    read = sum(article is not LEFT_OUT_RECORD for article in articles)
    if problems and not read:
        if not problems[1:]:
            raise InputError("{problem} No record is left.", problem=problems[0])
        raise InputError(
            "{problem} {n:,} more were left out, and no record is left.", problem=problems[0], n=len(problems) - 1
        )
    notices += [Notice("record", "", 1, problem) for problem in problems[:_MOST_NOTES]]
    whole = Document(plain.name, encoding, "", kind, tuple(articles), ())
    notices += missing_notice(missing_texts(whole))
    if problems:
        text = Message(
            "{problem_count:,} of {read:,} records were left out.",
            problem_count=len(problems),
            read=read + len(problems),
        )
        notices.append(Notice("records", "", len(problems), text))
    return replace(whole, notices=tuple(notices))


def _all_chunks(cutter: Cutter, kind: Kind, plain: Plain, path: Path | None) -> Iterator[Chunk]:
    """Yield a file's chunks; what stops the reading comes last, as a problem, and what lies before it counts."""
    try:
        yield from cutter.cut(kind, plain, path, 0)
    except InputError as error:
        yield ProblemChunk(name=plain.name, problem=error.message)
