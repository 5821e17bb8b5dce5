"""What gxclassify wrote itself, told by its content and never by its name: results, totals, reports, surveys.

In a folder it is passed over, for its texts stand in the files that it was made of; a survey counts tagged paragraphs
as they are tagged. Labels are told as well, which a survey counts and everything else reads as the texts that they are.
"""

from __future__ import annotations

import contextlib
import html
import io
import itertools
import json
import re
import struct
import zlib
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import zip_longest
from typing import TYPE_CHECKING, BinaryIO, Literal, cast

from gxclassify.config import ReadingConfig
from gxclassify.errors import GxclassifyError
from gxclassify.messages import LANGUAGES, Message, spoken
from gxclassify.reading.compressed import Plain
from gxclassify.reading.decode import detect
from gxclassify.reading.records.cutter import parquet_columns
from gxclassify.reading.records.fields import (
    GROUP_FIELDS,
    LABEL_FIELDS,
    OF_RECORD,
    TOTAL_FIELDS,
    WORKBOOK_PROPERTY,
    are_fields_of_results,
    is_tagged_record,
)
from gxclassify.reading.records.rows import header

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

Written = Literal["", "paragraphs", "labels", "groups", "tables", "page"]
"""Tagged paragraphs; label records; articles or documents; tables without texts; pages for people. Empty: none."""

# By the names of its fields or columns.
_TABLES: tuple[tuple[Written, frozenset[str]], ...] = (
    ("labels", LABEL_FIELDS | {"text"}),
    ("groups", GROUP_FIELDS),
    ("tables", TOTAL_FIELDS),
    ("tables", frozenset({"document", "article", "paragraph", "date_precision", "zone", "theme", "score", "text"})),
    ("tables", frozenset({"document", "article", "paragraph", "zones", "themes", "amount", "value", "sentence"})),
    ("tables", frozenset({"group", "name", "theme", "paragraphs", "told", "share"})),  # these are of a survey
    ("tables", frozenset({"document", "article", "title", "main", "name", "date", "paragraphs"})),  # zones
    ("tables", frozenset({"document", "encoding", "format", "articles", "repairs", "notices"})),  # read
    ("tables", frozenset({"model", "thresholds", "form", "level", "reading limits"})),  # the journal of a run
)
COLUMNS = {
    "File": "document", "Title": "title", "Themes": "tags", "Text": "text", "Evidence": "evidence", "Date": "date",
    "To check": "review", "Article": "article", "Paragraph": "paragraph", "Kind": "kind", "Page": "page",
    "Subhead": "subhead",
}  # fmt: skip
"""The headings of a sheet of paragraphs, by their English, and which field of a tagged paragraph stands there."""
FIELDS = frozenset(
    {
        *("document", "article", "title", "paragraph", "start", "end", "kind", "subhead", "page", "box"),
        *("tags", "review", "text", "evidence", "model", "record"),
        *("zones", "zone_names", "article_zone", "article_zone_name", "date", "date_precision", "date_source"),
        "amounts",
    }
)
"""The columns of paragraphs in tables that are no theme; themes stand between those to check and the next of these."""
_BEHIND_THEMES = ("article", "paragraph", "page", "subhead", "kind")  # in a sheet
# By their headings for people, which are known in every language.
_SHEETS: tuple[tuple[Written, tuple[str, ...]], ...] = (
    ("groups", ("File", "Title", "Themes", "Evidence", "Paragraphs", "Article")),
    ("tables", ("File", "Articles", "Paragraphs", "No theme", "To check")),
    ("tables", ("articles", "paragraphs", "no theme", "to check")),  # the totals as text
)

_CODECS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
_PACKED = (b"PAR1", b"PK\x03\x04", b"\x1f\x8b", b"\x28\xb5\x2f\xfd")
_START = 1 << 12
_HEAD = 1 << 16
_LONGEST_RECORD = 1 << 20
_GENERATOR = re.compile(r"<meta name=[\"']?generator[\"']? content=[\"']?gxclassify", re.IGNORECASE)
_TERMINAL = re.compile(r"── .*\n(?:.*\n){0,400}?    (?:▸|·) ")
_JSON = re.compile(r"\[?\s*(?=\{)")
_WIDE = re.compile(r" {2,}")
_CELL = re.compile(rb"<(?:\w+:)?(?:t|p)(?: [^>]*)?>([^<]{1,200})<")
_PROPERTY = re.compile(rf'name="{WORKBOOK_PROPERTY}"[^>]*>\s*<[^>]*>(\w+)<'.encode())
_TAIL = 1 << 16
_UNPACKED = ("docProps/custom.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "content.xml")


def written_in(columns: Iterable[str]) -> Written:
    """Tell by the names of its fields or columns, or by one of its records, what a table, or an object of JSON, is.

    >>> written_in(["document", "article", "title", "paragraph", "text", "tags", "model"]), written_in(["id", "text"])
    ('paragraphs', '')
    """
    given = columns if isinstance(columns, Mapping) else dict.fromkeys(columns)
    names = {name.strip(): value for name, value in given.items()}
    if "text" in names and is_tagged_record(names):
        return "paragraphs"
    of_sheets = ({known[name] for name in names if name in known} for known in sheet_columns())
    if any("text" in fields and are_fields_of_results(fields) for fields in of_sheets):
        return "paragraphs"
    return next((what for what, marks in (*_TABLES, *_sheets()) if names.keys() >= marks), "")


@cache
def _sheets() -> tuple[tuple[Written, frozenset[str]], ...]:
    return tuple(
        (what, frozenset(spoken(Message(name), language) for name in names))
        for what, names in _SHEETS
        for language in LANGUAGES
    )


@cache
def sheet_columns() -> tuple[dict[str, str], ...]:
    """Return the headings of a sheet of paragraphs in each language, with the fields that stand there.

    They are kept apart, for a record may have a field of its own that is called as ours are in another language.

    >>> [{name for name, field in columns.items() if field == "text"} for columns in sheet_columns()]
    [{'Text'}, {'正文'}]
    """
    return tuple({spoken(Message(name), language): field for name, field in COLUMNS.items()} for language in LANGUAGES)


@lru_cache(maxsize=64)
def sheet_headings(names: tuple[str, ...]) -> dict[str, str] | None:
    """Return the headings of the sheet of paragraphs that has columns with these names, None where it is none."""
    return next(
        (known for known in sheet_columns() if are_fields_of_results(known[name] for name in names if name in known)),
        None,
    )


def paragraph_columns(names: Sequence[str], row: Sequence[str] = ()) -> dict[str, str]:
    """Return which columns of a table hold which field of tagged paragraphs; nothing where it is no table of such.

    The first `row` tells, where it is given, whether a column of models names ours.

    >>> paragraph_columns(["File", "Themes", "Text", "To check", "policy", "Article", "Paragraph", "Kind"])["Themes"]
    'tags'
    >>> paragraph_columns(["id", "text", "tags"])
    {}
    """
    if written_in(dict(zip_longest(names, row[: len(names)]))) != "paragraphs":
        return {}
    known = sheet_headings(tuple(names))
    return {name: known[name] if known else name for name in names if name in (known or FIELDS)}


def theme_columns(names: Sequence[str], headings: Mapping[str, str] | None = None) -> Sequence[str]:
    """Return which columns of tagged paragraphs are themes; nothing where somebody took away what stands around them.

    They stand behind what is to check, so that people may add others elsewhere: up to the next of `FIELDS`, or, in a
    sheet with these `headings`, up to the place of the paragraph.
    """
    if headings is None:
        behind = names[names.index("review") + 1 :] if "review" in names else ()
        return [*itertools.takewhile(lambda name: name not in FIELDS, behind)]
    places = {headings[name]: i for i, name in enumerate(names) if name in headings}
    end = min((places[name] for name in _BEHIND_THEMES if name in places), default=0)
    return names[places["review"] + 1 : end] if "review" in places else ()


def record_columns(names: Sequence[str]) -> Sequence[str]:
    """Return which columns of tagged paragraphs are fields that records had: in a sheet from the place to the others.

    >>> record_columns(["Text", "Themes", "Article", "Paragraph", "Kind", "标签", "Other fields", "labels"])
    ['标签']
    >>> record_columns(["text", "tags", "record.标签", "labels"])
    ['record.标签']
    """
    end = next((i for i, name in enumerate(names) if name in _others()), 0)
    places = {name for known in sheet_columns() for name, field in known.items() if field in _BEHIND_THEMES}
    start = max((i for i, name in enumerate(names[:end]) if name in places), default=end)
    return [name for i, name in enumerate(names) if start < i < end or name.startswith(OF_RECORD)]


@cache
def _others() -> frozenset[str]:
    """Return the heading, in each language, of what records have beside the fields with columns of their own."""
    return frozenset(spoken(Message("Other fields"), language) for language in LANGUAGES)


@cache
def _marks() -> tuple[bytes, ...]:
    """Return the words of which one stands at the beginning of each table of ours, in the ways they may be encoded."""
    words = {"document", "tags", "gxclassify", "group", "thresholds", "paragraphs", "── ", '{"id"', "labels"}
    sheets = ("Evidence", "To check", "Subhead", "Paragraphs")
    words |= {spoken(Message(name), language) for name in sheets for language in LANGUAGES}
    return tuple(sorted({word.encode(codec) for word in words for codec in _CODECS}))


def _may_be_written(start: bytes) -> bool:
    """Tell by the first bytes of a file whether it is worth a closer look; most are not."""
    return start.startswith(_PACKED) or any(mark in start for mark in _marks())


def written_file(path: Path) -> Written:
    """Tell what a file is, after a look at its first bytes; what cannot be read is nothing of ours."""
    try:
        with path.open("rb", buffering=0) as file:
            if not _may_be_written(file.read(_START)):
                return ""
            file.seek(0)
            return written(Plain(cast("BinaryIO", file), str(path)), path)
    except OSError:
        return ""


def written(plain: Plain, path: Path | None = None, config: ReadingConfig | None = None) -> Written:
    """Tell what the bytes ahead are, which stay there; where they lie in a file, Parquet and workbooks need its path.

    Of standard input a workbook is taken into memory, as it is to be read.
    """
    config = config or ReadingConfig()
    try:
        head = plain.peek(_HEAD)
        if plain.compression:
            path = None
        if head.startswith(b"PAR1"):
            return written_in(parquet_columns(path, plain.name, config)) if path else ""
        if head.startswith(b"PK\x03\x04"):
            with path.open("rb") if path else io.BytesIO(plain.peek(config.max_bytes)) as archive:
                return _of_workbook(archive)
        if not _may_be_written(head[:_START]):
            return ""
        return _of_text(plain, head, config.encoding)
    except (GxclassifyError, OSError):  # reading it will say what is wrong
        return ""


def _of_text(plain: Plain, head: bytes, encoding: str) -> Written:
    text = _decoded(plain, head, encoding)
    if text.startswith("<"):
        return "page" if _GENERATOR.search(text) else ""
    if begins := _JSON.match(text):
        for size in (_HEAD, _LONGEST_RECORD) if len(head) == _HEAD else (_HEAD,):
            start = text if size == _HEAD else _decoded(plain, plain.peek(size), encoding)
            with contextlib.suppress(ValueError, RecursionError):
                found, _ = json.JSONDecoder().raw_decode(start, begins.end())
                return written_in(found)
        return ""
    if _TERMINAL.match(text):
        return "page"
    line = text.partition("\n")[0].rstrip("\r")
    return written_in(header(text)) or written_in(_WIDE.split(line))


def _decoded(plain: Plain, head: bytes, encoding: str) -> str:
    found = detect(head, plain.name, whole=len(head) < _HEAD, encoding=encoding)
    return head[found.mark :].decode(found.codec, "ignore").lstrip("\ufeff \t\r\n")


def _of_workbook(archive: BinaryIO) -> Written:
    """Tell by its property, or by the first of its cells, whether a workbook is ours or a table of ours saved anew."""
    size = archive.seek(0, io.SEEK_END)
    archive.seek(max(0, size - _TAIL))
    tail = archive.read(_TAIL)
    for name in _UNPACKED:
        with contextlib.suppress(zlib.error, struct.error):
            head = _member(archive, tail, name.encode())
            if level := _PROPERTY.search(head):
                return "paragraphs" if level[1] == b"paragraph" else "groups"
            if what := written_in(html.unescape(cell.decode("utf-8", "ignore")) for cell in _CELL.findall(head)):
                return what
    return ""


def _member(archive: BinaryIO, tail: bytes, name: bytes) -> bytes:
    """Return the beginning of a member of a ZIP archive, which its `tail` lists, and of others nothing.

    `zipfile` would take the whole list of a hostile archive into the memory of this process, which has no limit.
    """
    entry = re.search(rb"PK\x01\x02(?s:.{42})" + re.escape(name), tail)
    if entry is None:
        return b""
    (method,), (packed,) = struct.unpack_from("<H", entry[0], 10), struct.unpack_from("<I", entry[0], 20)
    (start,) = struct.unpack_from("<I", entry[0], 42)
    archive.seek(start)
    skipped = struct.unpack_from("<HH", archive.read(30), 26)
    archive.seek(start + 30 + sum(skipped))
    data = archive.read(min(packed, _HEAD))
    return zlib.decompressobj(-15).decompress(data, _HEAD) if method else data
