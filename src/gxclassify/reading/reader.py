"""The front door: a path, bytes or text to a Document."""

from __future__ import annotations

import io
import os
import re
import stat
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gxclassify.config import ReadingConfig
from gxclassify.errors import InputError, boundary
from gxclassify.messages import Message, system_text
from gxclassify.reading.collector import without_collector
from gxclassify.reading.compressed import Plain
from gxclassify.reading.decode import decode, sniff
from gxclassify.reading.document import Document, Repair
from gxclassify.reading.office.sheets import read_sheets
from gxclassify.reading.parsed import LEFT_OUT, Notice, Parsed, solid
from gxclassify.reading.records.cutter import MOST_IN_PROCESS, kind_of, read_records
from gxclassify.reading.records.fields import WORKBOOK_PROPERTY
from gxclassify.reading.records.scans import may_be_blocks, parse_blocks
from gxclassify.reading.records.written import written_file
from gxclassify.reading.text.articles import Group, group_articles
from gxclassify.reading.text.blocks import find_blocks, placed_blocks
from gxclassify.reading.text.bulletins import take_head
from gxclassify.reading.text.characters import as_written, has_half_marks, settle_characters, widened
from gxclassify.reading.text.columns import side_by_side
from gxclassify.reading.text.composed import to_article
from gxclassify.reading.text.contents import take_contents
from gxclassify.reading.text.cover import take_cover
from gxclassify.reading.text.datelines import days_apart, without_date_lines
from gxclassify.reading.text.labelled import group_labelled, may_be_labelled
from gxclassify.reading.text.lines import Lines, spaced_digits, split_lines, unquote
from gxclassify.reading.text.margins import unwrap, without_margin
from gxclassify.reading.text.ordinary import group_mixed, group_ordinary
from gxclassify.reading.text.pages import take_page_edges
from gxclassify.reading.text.paragraphs import all_begin, measure
from gxclassify.reading.text.placed import group_placed
from gxclassify.reading.text.prose import reads_as_text
from gxclassify.reading.text.signs import code_points
from gxclassify.reading.text.stretches import find_stretches, joined_articles
from gxclassify.reading.text.surroundings import without_surroundings
from gxclassify.reading.text.tables import put_back, take_tables
from gxclassify.reading.web.markdown import is_markdown, parse_markdown
from gxclassify.reading.web.markup import is_fragment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from gxclassify.reading.parsed import ParsedLine
    from gxclassify.reading.records.written import Written
    from gxclassify.reading.text.lines import Line
    from gxclassify.reading.text.paragraphs import Layout

_SYSTEM_FOLDERS = {"$RECYCLE.BIN", "System Volume Information", "__MACOSX"}
_ADDRESS = re.compile(r"[a-z][a-z\d+.-]+://", re.IGNORECASE)  # two letters and more: one is a drive of Windows
_SYSTEM_FILES = {"desktop.ini", "thumbs.db", "ehthumbs.db"}
_PAGES = (".htm", ".html", ".xhtml")
_OF_A_PAGE = re.compile(r"(.+)(?:_files|\.files)", re.IGNORECASE)
_SHORTCUTS = (".lnk", ".url", ".tmp", ".crdownload", ".part", ":zone.identifier")
"""How names of what is no text end; the last is what Windows notes of a download, beside it where copied to Linux."""
_JUDGED = 100  # lines
_TAKEN_OUT = LEFT_OUT.keys() - {"contents"}


def read(
    source: str | os.PathLike[str] | bytes,
    *,
    name: str | None = None,
    config: ReadingConfig | None = None,
    text_column: str = "text",
    encoding: str = "",
) -> Document:
    """Read a newspaper page, report, web page or file of records into articles and paragraphs.

    Parameters
    ----------
    source
        A path, or the bytes of a file. The type is told from the content: plain text, Markdown, PDF, OFD, Word, Rich
        Text, PowerPoint, OpenDocument, EPUB, HTML, or records as JSON, JSON Lines, CSV, Excel sheets or (from a path)
        Parquet; a file of records also from its ending. gzip and zstd are unpacked.
    name
        How messages and the result call the source; by default its path.
    config
        The limits; by default 64 MiB, 200 pages, 200,000 characters a paragraph.
    text_column
        The field of a record that holds its text.
    encoding
        The encoding of a text, web page or file of records, instead of that of `config`; by default it is told from
        the bytes.

    Returns
    -------
    Document
        Articles with headline, byline, captions, subheads and paragraphs; spans point into its ``source``. A record is
        an article of one paragraph, and its number in the file that of the article; one that cannot be read is left
        out, and named in the document's notices.

    Raises
    ------
    InputError
        The source is missing, empty, of an unreadable kind, damaged or beyond a limit; or no record can be read.

    Examples
    --------
    >>> document = read("本报讯 近日，高新区签约12个项目。".encode("gb18030"))
    >>> document.encoding, document.articles[0].paragraphs[0].text
    ('gb18030', '近日，高新区签约12个项目。')
    """
    if hasattr(source, "read") and not isinstance(source, os.PathLike):
        raise InputError(
            "A source must be a path, or the bytes of a file. Got a {type}; give what it holds: read(file.read()).",
            type=type(source).__name__,
        )
    config = config or ReadingConfig()
    config = replace(config, encoding=encoding) if encoding else config
    if not isinstance(source, bytes):
        if not isinstance(source, str | os.PathLike):
            raise InputError(
                "The source must be the path of a file, or its bytes. Got a {type}: several files are tagged by "
                "gxclassify.tag(paths).",
                type=type(source).__name__,
            )
        _check_named(source)
    path = None if isinstance(source, bytes) or not Path(source).is_file() else Path(source)  # no pipe: it is read once
    data, name = (source, name or "<bytes>") if isinstance(source, bytes) else load(Path(source), name, config)
    plain = Plain(io.BytesIO(data), name)
    kind = kind_of(plain, text_column, config.encoding)
    if kind == "document":
        data = plain.read_all(config.max_bytes + 1) if plain.compression else data
        return read_document(data, name, config, text_column)
    with _readable(name):
        if kind == "parquet":  # which is read from its path, piece by piece, and counted as it is unpacked
            return read_records(kind, plain, path, config=config, text_column=text_column)
        _check_size(data, name, config)
        if len(data) > MOST_IN_PROCESS or plain.compression or b"<" in data:  # which may be a web page in a record
            return _apart("records", data, name, config, text_column=text_column)
        return read_records_of(data, name, config, text_column)


def read_records_of(data: bytes, name: str, config: ReadingConfig, text_column: str) -> Document:
    """Read the bytes of a file of records, in this process."""
    plain = Plain(io.BytesIO(data), name)
    kind = kind_of(plain, text_column, config.encoding)
    return read_records(kind, plain, None, config=config, text_column=text_column)


def read_document(data: bytes, name: str, config: ReadingConfig, text_column: str = "text") -> Document:
    """Read the bytes of a file that holds no records, unless in sheets; as `read`, which says what is raised."""
    with _readable(name):
        return _read_document(data, name, config, text_column)


def _readable(name: str) -> AbstractContextManager[None]:
    return boundary(
        lambda why: InputError(
            "{name}: cannot be read ({why}); if it opens elsewhere, this is a bug.", name=name, why=why
        )
    )


def _read_document(data: bytes, name: str, config: ReadingConfig, text_column: str) -> Document:
    _check_size(data, name, config)
    kind = sniff(data, name)
    if kind == "ole":
        from gxclassify.reading.office.legacy import convert

        document = _apart("zip", convert(data, name, config), name, config, text_column=text_column)
        notice = Notice("format", "", 0, Message("Converted by LibreOffice from an Office file from before 2007."))
        return replace(document, notices=(notice, *document.notices))
    if kind not in {"text", "html"}:
        return _apart(kind, data, name, config, text_column=text_column)
    decoded = decode(data, name, declared=kind == "html", encoding=config.encoding)
    # Markdown with HTML in it is Markdown.
    markup = (kind == "html" or is_fragment(decoded.text)) and not may_be_blocks(data[:MOST_IN_PROCESS])
    if markup and not _is_markdown(decoded.text, name):
        kind = "html" if kind == "html" else "fragment"
        return _apart(kind, decoded.text, name, config, encoding=decoded.encoding, notices=decoded.notices)
    return document_from_text(
        decoded.text, name=name, config=config, encoding=decoded.encoding, notices=decoded.notices, markdown=True
    )


def _is_markdown(text: str, name: str) -> bool:
    return is_markdown(text, named=name.lower().endswith((".md", ".markdown")))


def _check_size(data: bytes, name: str, config: ReadingConfig) -> None:
    if len(data) > config.max_bytes:
        raise InputError(
            "{name}: the file has more than {max_bytes:,} bytes, the limit (reading.max_bytes).",
            name=name,
            max_bytes=config.max_bytes,
        )


def read_text(text: str, *, name: str = "<text>", config: ReadingConfig | None = None) -> Document:
    """Read text that is decoded already; spans point into `text` itself.

    >>> read_text("高新区新签约项目12个。").articles[0].paragraphs[0].span
    (0, 12)
    """
    return document_from_text(text, name=name, config=config)


def as_paths(inputs: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> list[str | os.PathLike[str]]:
    """Return the paths of `inputs`, which may be one: a text is an iterable too, of its characters, a table of names.

    Raises
    ------
    InputError
        `inputs` is a data frame or a column of one, or something in it is no path.
    """
    if hasattr(inputs, "iloc"):
        raise InputError(
            "The inputs must be paths of files. Got a {type}: its texts are tagged by "
            "load_model().tag(list(frame[column])).",
            type=type(inputs).__name__,
        )
    given: Any = inputs
    one = isinstance(given, str | bytes | os.PathLike) or hasattr(given, "read") or not isinstance(given, Iterable)
    paths: list[Any] = [given] if one else [*given]
    for path in paths:
        if not isinstance(path, str | os.PathLike):
            raise InputError(
                "An input must be a path. Got a {type}: texts are tagged by load_model().tag(texts).",
                type=type(path).__name__,
            )
        _check_named(path)
    return paths


def _check_named(path: str | os.PathLike[str]) -> None:
    """Refuse an empty text, which the system takes for the current folder."""
    if path == "":
        raise InputError("An input is an empty text, which names no file; the current folder is '.'.")


def iter_files(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    on_passed_over: Callable[[Path], object] | None = None,
    on_written: Callable[[Path, Written], object] | None = None,
    on_named_again: Callable[[Path], object] | None = None,
) -> Iterator[Path]:
    """Yield the files that `paths` name: files as they are, folders recursively in sorted order.

    A file that several of them name comes once.

    In a folder, what nobody put there to be read is passed over: hidden files, empty ones, shortcuts, those that
    Windows and Office keep for themselves (``desktop.ini``, ``Thumbs.db``, ``~$report.docx``), the folder that a
    browser put beside a page which it saved (``page_files`` beside ``page.html``), and what gxclassify wrote: results,
    reports, surveys.

    Parameters
    ----------
    paths : path or iterable of paths
    on_passed_over : callable, optional
        Told of each file that is passed over, but for hidden ones and what gxclassify wrote; of a page's folder once.
    on_written : callable, optional
        Told of each file that gxclassify wrote, and what it holds; of label records too, which are not passed over.
    on_named_again : callable, optional
        Told of each file that came before, by whatever name.

    Raises
    ------
    InputError
        A path does not exist.
    """
    items = as_paths(paths)
    seen: set[Path] = set()
    for item in items:
        for file in _files_of(item, on_passed_over, on_written):
            # A folder alone names none twice, and whatever stands in a pipe is new.
            if len(items) == 1 or not file.is_file() or is_new(file, seen):
                yield file
            elif on_named_again is not None:
                on_named_again(file)


def _files_of(
    item: str | os.PathLike[str],
    on_passed_over: Callable[[Path], object] | None,
    on_written: Callable[[Path, Written], object] | None,
) -> Iterator[Path]:
    path = Path(item)
    if not path.is_dir():
        if not path.exists():
            raise _not_there(str(item))
        yield path
        return
    for file in _walk(path):
        if passed_over(file):
            if on_passed_over is not None:
                on_passed_over(file)
            continue
        what = written_file(file)
        if what and on_written is not None:
            on_written(file, what)
        if what in {"", "labels"}:
            yield file


def is_new(path: Path, seen: set[Path]) -> bool:
    """Tell whether a file is not among those `seen` under any name, and put it there."""
    whole = path.resolve()
    if whole in seen:
        return False
    seen.add(whole)
    return True


def _walk(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder and of those in it, and the folders of saved pages, which are not gone into."""
    for base, folders, files in os.walk(folder):
        beside = _beside_pages(folders, files)
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and name not in _SYSTEM_FOLDERS and name not in beside
        )
        yield from (Path(base, name) for name in sorted([*files, *beside]) if not name.startswith("."))


def _beside_pages(folders: Sequence[str], files: Sequence[str]) -> set[str]:
    """Return the folders in which browsers keep what pages of the same name show: scripts, styles, pictures."""
    named = {name: found[1].lower() for name in folders if (found := _OF_A_PAGE.fullmatch(name))}
    if not named:
        return set()
    pages = {name[: name.rindex(".")].lower() for name in files if name.lower().endswith(_PAGES)}
    return {name for name, stem in named.items() if stem in pages}


def passed_over(path: Path) -> bool:
    """Tell whether nobody put this there to be read: no pipe, which would be waited for, nor a folder."""
    name = path.name.lower()
    if name in _SYSTEM_FILES or name.startswith(("~$", "._")) or name.endswith(_SHORTCUTS):
        return True
    try:
        status = path.stat()
        return status.st_size == 0 or not stat.S_ISREG(status.st_mode)
    except OSError:  # such as a link that leads nowhere: reading it will say so
        return False


def _not_there(name: str) -> InputError:
    if _ADDRESS.match(name):
        return InputError(
            "{name}: this is an address, and nothing is fetched; save the page and name the file.", name=name
        )
    return InputError("{path}: there is no such file or folder.", path=name)


def unreadable(name: str, error: OSError) -> InputError:
    """Say of a file that the system does not give it."""
    return InputError(
        "{name}: the file cannot be read ({reason}); check the path.", name=name, reason=system_text(error)
    )


def load(path: Path, name: str | None, config: ReadingConfig) -> tuple[bytes, str]:
    """Return a file's bytes, one more than the limit at the most, and its name; an `InputError` says why not."""
    name = name or str(path)
    try:
        if path.is_dir():
            raise InputError("{name}: this is a folder; give its files, for example by iter_files.", name=name)
        with path.open("rb") as file:
            return file.read(config.max_bytes + 1), name
    except OSError as error:
        raise unreadable(name, error) from error
    except ValueError as error:  # a path with a NUL character
        raise InputError("{name!r}: this is not a path.", name=name) from error


def _apart(
    kind: str,
    data: bytes | str,
    name: str,
    config: ReadingConfig,
    *,
    text_column: str = "text",
    encoding: str = "",
    notices: Sequence[Notice] = (),
) -> Document:
    """Let a child read a file, or decoded text."""
    from gxclassify.reading.sandbox import read_apart

    found = read_apart(kind, data, name, config, encoding, notices, text_column)
    if isinstance(found, Document):
        return found
    kind = found.format or kind
    level = found.metadata.get(WORKBOOK_PROPERTY, "")
    return read_sheets(
        found.sheets,
        found.notices,
        name=name,
        kind=kind,
        config=config,
        text_column=text_column,
        level=level,
        figures=found.figures,
    )


# ---- Decoded text and parsed lines to a Document: hard-wrapped pages and ordinary text.


def document_from_text(
    source: str,
    *,
    name: str,
    config: ReadingConfig | None = None,
    encoding: str = "str",
    notices: Sequence[Notice] = (),
    markdown: bool = False,
) -> Document:
    """Return the Document that decoded text makes, which may be `markdown`; a child reads what is not small.

    Raises
    ------
    InputError
        The text is empty or goes beyond a limit.
    """
    config = config or ReadingConfig()
    if len(source) > MOST_IN_PROCESS:
        kind = "markdown" if markdown else "text"
        return _apart(kind, source, name, config, encoding=encoding, notices=notices)
    return read_decoded(source, name=name, config=config, encoding=encoding, notices=notices, markdown=markdown)


def read_decoded(
    source: str, *, name: str, config: ReadingConfig, encoding: str, notices: Sequence[Notice], markdown: bool
) -> Document:
    """Do what `document_from_text` says, in this process."""
    if markdown and (found := parse_blocks(source)):
        found.notices[:0] = notices
        return document_from_parsed(found, name=name, config=config, encoding=encoding, kind="json")
    if markdown and _is_markdown(source, name):
        parsed = parse_markdown(source)
        parsed.notices[:0] = notices
        return document_from_parsed(parsed, name=name, config=config, encoding=encoding, kind="markdown")
    ordered = side_by_side(source)
    if ordered is not None:
        text = Message(
            "Columns that stood side by side were put one after the other; spans point into the text so ordered."
        )
        source, notices = ordered, [*notices, Notice("columns", "", 0, text)]
    read_as = partial(Document, name, encoding, source, "text")
    return _document(read_as, Parsed([], list(notices)), config)


def document_from_parsed(
    parsed: Parsed, *, name: str, config: ReadingConfig | None = None, encoding: str, kind: str
) -> Document:
    """Return the Document that the lines of a parsed file make; `kind` is its format.

    Raises
    ------
    InputError
        There is no text in it, or it goes beyond a limit.
    """
    source = "\n".join(line.text for line in parsed.lines)
    return _document(partial(Document, name, encoding, source, kind), parsed, config or ReadingConfig())


@without_collector()
def _document(read_as: partial[Document], parsed: Parsed, config: ReadingConfig) -> Document:
    name, _, source, kind = read_as.args
    codes = code_points(source)
    spaced = spaced_digits(codes)
    longest = 2 * config.max_paragraph_chars  # letter-spacing doubles a line
    split = split_lines(source, name, longest, codes=codes, spaced=spaced)
    texts = split.texts
    _tell(split, parsed.lines)
    if kind == "mail" or (not parsed.lines and 2 * sum(map(source.count, ">＞")) > len(split)):
        unquote(split, most=0.0 if kind == "mail" else 0.5)
    parsed.notices += settle_characters(split, source, simplify=config.simplify)
    told = bool(parsed.lines)  # else nothing is known of the lines but their characters
    lines, repairs = _kept(split) if told or not all(texts) or split.texts != texts else (split, [])
    if not lines:
        raise InputError("{name}: there is no text in it.", name=name)
    halved = has_half_marks(source)
    lines = Lines.of(widened(lines)) if halved else lines
    notices = list(parsed.notices)
    if not any(notice.kind == "not_prose" for notice in notices) and not reads_as_text(_sample(lines)):
        text = Message(
            "This does not read as text: a broken font, a wrong encoding or code; paragraphs and tags mean little."
        )
        notices.append(Notice("not_prose", "", sum(solid(line.text) for line in lines), text))
    roles, placed = (any(line.role for line in lines), any(line.begins for line in lines)) if told else (False, False)
    wrapped = not roles if parsed.wrapped is None else parsed.wrapped
    bare = not any(line.role for line in lines[1:]) if kind == "mail" else not roles  # its subject is a mail's title
    plain = may_be_labelled(source) and bare and not placed
    lines, edges = take_page_edges(lines, source) if not told else (lines, [])
    lines, head = take_head(lines)
    read_lines = partial(_groups, wrapped=wrapped, placed=placed, spaced=spaced, bulletin=bool(head))
    contents, lines = take_contents(lines)
    lines, cover = take_cover(lines, contents, printed=wrapped) if not told else (lines, [])
    lines = days_apart(lines, printed=wrapped) if not placed else lines
    rows, rules, lines = take_tables(lines, source) if not told else ([], [], lines)
    groups, more = (group_labelled(lines, read_lines) if plain else None) or read_lines(lines) if lines else ([], [])
    groups = groups or [Group()]
    put_back(rows, groups)
    groups[0].blocks += contents
    if halved:
        as_written(groups, source)
    articles = tuple(to_article(group, name=name, limit=config.max_paragraph_chars) for group in groups)
    repairs = sorted([*repairs, *edges, *head, *cover, *rules, *more], key=lambda repair: repair.span)
    document = read_as(articles, tuple(repairs), tuple(notices), held=parsed.held, metadata=parsed.metadata)
    lost = document.characters.get("lost", 0)
    if lost:
        wrong = Message("are missing from") if lost > 0 else Message("are there twice in")
        text = Message(
            "{lost:,} characters {wrong} what was read: compare it with the file.", lost=abs(lost), wrong=wrong
        )
        document = replace(document, notices=(*document.notices, Notice("lost", "", lost, text)))
    return document


def _kept(split: Lines) -> tuple[Lines, list[Repair]]:
    """Return the lines that count, and the repairs that the others leave."""
    repairs: list[Repair] = []
    kept: list[Line] = []
    empty = 0
    for line in split:
        if line.role in _TAKEN_OUT:
            repairs += line.out(line.role, LEFT_OUT[line.role])
        elif line.text:
            line.gap += empty
            empty = 0
            kept.append(line)
        else:  # nothing but control characters
            empty += line.gap + 1
            repairs += line.repairs
    return Lines.of(kept), repairs


def _sample(lines: Sequence[Line]) -> str:
    """Return the lines at the beginning and in the middle, enough to judge the text by."""
    middle = max(_JUDGED, len(lines) // 2)
    return "\n".join(line.text for line in [*lines[:_JUDGED], *lines[middle : middle + _JUDGED]])


def _tell(lines: Sequence[Line], parsed: Sequence[ParsedLine]) -> None:
    """Give the lines of the source what their format knows of them."""
    starts = list(accumulate((len(told.text) + 1 for told in parsed), initial=0))
    if parsed:
        for line in lines:
            line.tell(parsed[bisect_right(starts, line.span[0]) - 1])


def _groups(
    lines: Lines, *, wrapped: bool, placed: bool, spaced: bool, bulletin: bool
) -> tuple[list[Group], list[Repair]]:
    """Return the articles of the lines that count, and the repairs made; `placed` lines know what they begin."""
    if placed:
        printed, dated = without_date_lines(lines)
        blocks, repairs = placed_blocks(printed)
        return group_placed(blocks, dated=len(dated)), dated + repairs
    if wrapped and (unwrapped := unwrap(lines)) is not None:
        return group_ordinary(unwrapped, bulletin=bulletin)
    if not wrapped or all_begin(lines):
        return group_ordinary(lines, bulletin=bulletin)
    lines = measure(without_margin(lines))
    printed, repairs = without_surroundings(lines)
    stretches, rules = find_stretches(printed, spaced=spaced)
    if len(stretches) == 1 and stretches[0][1] is None:
        return group_mixed(lines, spaced=spaced) or group_ordinary(lines, bulletin=bulletin)
    repairs = repairs + rules
    parts = []
    for stretch, layout in stretches:
        groups, removed = _printed(stretch, layout) if layout else group_ordinary(stretch, bulletin=bulletin)
        parts.append((stretch, groups))
        repairs += removed
    return joined_articles(parts), repairs


def _printed(lines: Lines, layout: Layout) -> tuple[list[Group], list[Repair]]:
    """Return the articles of hard-wrapped lines, and the repairs made."""
    lines, dated = without_date_lines(lines)
    blocks, removed = find_blocks(lines, layout)
    return group_articles(blocks, layout.widths[0]), dated + removed
