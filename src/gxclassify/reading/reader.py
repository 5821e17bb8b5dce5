"""The front door: a path, bytes or text to a Document."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

from gxclassify.config import ReadingConfig
from gxclassify.errors import InputError
from gxclassify.reading.articles import group_articles, to_article
from gxclassify.reading.blocks import find_blocks
from gxclassify.reading.compressed import Plain
from gxclassify.reading.decode import decode, sniff
from gxclassify.reading.document import Document
from gxclassify.reading.lines import spaced_digits, split_lines
from gxclassify.reading.ordinary import group_ordinary
from gxclassify.reading.paragraphs import find_layout
from gxclassify.reading.records import kind_of, read_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


def read(
    source: str | os.PathLike[str] | bytes,
    *,
    name: str | None = None,
    config: ReadingConfig | None = None,
    text_column: str = "text",
) -> Document:
    """Read a newspaper page, report, web page or file of records into articles and paragraphs.

    Parameters
    ----------
    source
        A path, or the bytes of a file. The type is told from the content: plain text, PDF, DOCX, HTML, or records as
        JSON Lines, CSV or (from a path) Parquet; a file of records also from its ending. gzip and zstd are unpacked.
    name
        How messages and the result call the source; by default its path.
    config
        The limits; by default 64 MiB, 200 pages, 200,000 characters a paragraph.
    text_column
        The field of a record that holds its text.

    Returns
    -------
    Document
        Articles with headline, byline, captions, subheads and paragraphs; spans point into its ``source``. A record is
        an article of one paragraph, and its number in the file that of the article; one that cannot be read is left
        out, and named in the document's notes.

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
    config = config or ReadingConfig()
    path = None if isinstance(source, bytes) else Path(source)
    data, name = (source, name or "<bytes>") if isinstance(source, bytes) else load(Path(source), name, config)
    plain = Plain(io.BytesIO(data), name)
    kind = kind_of(plain, text_column)
    if kind == "document":
        return read_document(plain.read_all(config.max_bytes + 1) if plain.compression else data, name, config)
    if kind != "parquet":  # which is read from its path, and counted as it is unpacked
        _check_size(data, name, config)
    return read_records(kind, plain, path, config=config, text_column=text_column)


def read_document(data: bytes, name: str, config: ReadingConfig) -> Document:
    """Read the bytes of a file that holds no records; as `read`, which says what is raised."""
    _check_size(data, name, config)
    kind = sniff(data, name)
    if kind != "text":
        return _read_parsed(kind, data, name, config)
    decoded = decode(data, name)
    return document_from_text(decoded.text, name=name, config=config, encoding=decoded.encoding, notes=decoded.notes)


def _check_size(data: bytes, name: str, config: ReadingConfig) -> None:
    if len(data) > config.max_bytes:
        msg = f"{name}: the file has more than {config.max_bytes:,} bytes, the limit (reading.max_bytes)."
        raise InputError(msg)


def read_text(text: str, *, name: str = "<text>", config: ReadingConfig | None = None) -> Document:
    """Read text that is decoded already; spans point into `text` itself.

    >>> read_text("高新区新签约项目12个。").articles[0].paragraphs[0].span
    (0, 12)
    """
    return document_from_text(text, name=name, config=config)


def iter_files(paths: Iterable[str | os.PathLike[str]]) -> Iterator[Path]:
    """Yield the files that `paths` name: files as they are, folders recursively in sorted order, nothing hidden.

    Raises
    ------
    InputError
        A path does not exist.
    """
    for item in paths:
        path = Path(item)
        if path.is_dir():
            yield from _walk(path)
        elif path.exists():
            yield path
        else:
            msg = f"{path}: there is no such file or folder."
            raise InputError(msg)


def _walk(folder: Path) -> Iterator[Path]:
    for base, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(base, name) for name in sorted(files) if not name.startswith("."))


def load(path: Path, name: str | None, config: ReadingConfig) -> tuple[bytes, str]:
    """Return a file's bytes, one more than the limit at the most, and its name; an `InputError` says why not."""
    name = name or str(path)
    try:
        if path.is_dir():
            msg = f"{name}: this is a folder; give its files, for example by iter_files."
            raise InputError(msg)
        with path.open("rb") as file:
            return file.read(config.max_bytes + 1), name
    except OSError as error:
        msg = f"{name}: the file cannot be read ({error.strerror or error}); check the path."
        raise InputError(msg) from error
    except ValueError as error:  # a path with a NUL character
        msg = f"{name!r}: this is not a path."
        raise InputError(msg) from error


def _read_parsed(kind: str, data: bytes, name: str, config: ReadingConfig) -> Document:
    from gxclassify.reading.sandbox import extract

    encoding = kind
    notes: tuple[str, ...] = ()
    if kind == "html":
        decoded = decode(data, name, declared=True)
        data, encoding, notes = decoded.text.encode(), decoded.encoding, decoded.notes
    found = extract(kind, data, name, config)
    source = "\n".join(found.lines)
    filled = [i for i, line in enumerate(found.lines) if line.strip()]
    return document_from_text(
        source,
        name=name,
        config=config,
        encoding=encoding,
        kind=kind,
        notes=notes,
        roles=[found.roles[i] for i in filled],
        sizes=[found.sizes[i] for i in filled],
    )


# ---- Decoded text to a Document: hard-wrapped pages and ordinary text.


def document_from_text(
    source: str,
    *,
    name: str,
    config: ReadingConfig | None = None,
    encoding: str = "str",
    kind: str = "text",
    notes: Sequence[str] = (),
    roles: Sequence[str] = (),
    sizes: Sequence[float] = (),
) -> Document:
    """Return the Document that decoded text makes.

    `roles` and `sizes` tell of each line that is not empty what its format knew: ``title``, ``heading``, ``row`` or
    nothing, and the type size in relation to the body's.

    Raises
    ------
    InputError
        The text is empty or goes beyond a limit.
    """
    config = config or ReadingConfig()
    lines = split_lines(source, name, 2 * config.max_paragraph_chars)  # letter-spacing doubles a line
    blank = [line for line in lines if not line.text]  # nothing but control characters
    lines = [line for line in lines if line.text]
    if not lines:
        msg = f"{name}: there is no text in it."
        raise InputError(msg)
    for line, role, size in zip(lines, roles, sizes, strict=False):
        line.role, line.size = role, size
    layout = None if any(roles) else find_layout(lines, spaced=spaced_digits(source))
    if layout is None:
        groups, repairs = group_ordinary(lines)
    else:
        blocks, repairs = find_blocks(lines, layout)
        groups = group_articles(blocks, layout.widths[0])
    repairs += [repair for line in blank for repair in line.repairs]
    articles = tuple(to_article(group, name=name, limit=config.max_paragraph_chars) for group in groups)
    return Document(name, encoding, source, kind, articles, tuple(repairs), tuple(notes))
