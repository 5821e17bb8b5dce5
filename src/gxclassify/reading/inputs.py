"""Files, folders and standard input cut into chunks, one after another, in memory that does not grow with them."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import stat
import zlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from gxclassify.errors import InputError, boundary
from gxclassify.files import an_input, check_target
from gxclassify.messages import Message
from gxclassify.reading.compressed import Plain
from gxclassify.reading.decode import detect, sniff
from gxclassify.reading.reader import as_paths, is_new, iter_files, load, passed_over, read_document, unreadable
from gxclassify.reading.records.chunks import Chunk, ProblemChunk
from gxclassify.reading.records.cutter import Cutter, kind_of, wider
from gxclassify.reading.records.fields import TEXT_FIELDS
from gxclassify.reading.records.written import written, written_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gxclassify.config import ReadingConfig
    from gxclassify.reading.document import Document
    from gxclassify.reading.records.written import Written

_MOST_FILES = 32
_NAMED = 3  # of the files that are passed over
_SURVEYED = 16
_PIECE = 1 << 20
_KEPT = 1 << 24  # bytes of workbooks that are read for their fields and not read again
_HEAD = 1 << 16
_SHEETS = (b"xl/", b"opendocument.spreadsheet")  # what the archive of a workbook names near its beginning


class Fields(NamedTuple):
    """The fields that records have beside their text, as far as looking at the first files tells."""

    types: dict[str, str]
    """By name: ``string``, ``int64``, ``double``, ``bool``, ``json``, or the name of an Arrow type."""
    more: bool
    """Whether there may be records with others: there are some, or some of the input was not looked at."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read; no path is standard input. `problem` says why a named path leads nowhere.

    A `stream`, such as a pipe that a shell gives for ``<(…)``, can be read once, as standard input can. What gxclassify
    `wrote` in it is known of files in folders, where it was looked for.
    """

    name: str
    path: Path | None = None
    size: int = 0
    changed: int = 0
    problem: str = ""
    stream: bool = False
    wrote: Written | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _FilesChunk(Chunk):
    """Some documents on the disk, each with its size and time of change; `known` are those already read, by name."""

    files: tuple[tuple[str, int, int], ...]
    text_column: str
    known: dict[str, Document] = field(default_factory=dict, compare=False, repr=False)

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
                known = self.known.get(name)
                yield known or read_document(*load(Path(name), None, config), config, self.text_column)
            except InputError as error:
                yield error


@dataclass(frozen=True, slots=True, kw_only=True)
class _BytesChunk(Chunk):
    """The bytes of one document: standard input, or a file that was compressed."""

    data: bytes
    text_column: str

    def mark(self) -> int:
        """Return the checksum of the bytes."""
        return zlib.crc32(self.data)

    def documents(self, config: ReadingConfig) -> Iterator[Document | InputError]:
        """Read the document."""
        try:
            yield read_document(self.data, self.name, config, self.text_column)
        except InputError as error:
            yield error


def _passed_over(files: Sequence[Path]) -> str:
    return Message(
        "{n:,} {n:file was|files were} passed over ({files}): empty, a shortcut, kept by the system for "
        "itself, or the folder of a saved web page.",
        n=len(files),
        files=_first_of(files),
    )


def _unfinished(files: Sequence[Path]) -> str:
    return Message(
        "{n:,} {n:file|files} that a run has not finished {n:is|are} passed over ({files}); where that run was "
        "interrupted, --resume (resume=True) finishes what it had begun.",
        n=len(files),
        files=_first_of(files),
    )


def _ours(files: Sequence[Path]) -> str:
    return Message(
        "{n:,} {n:file|files} that gxclassify wrote itself {n:is|are} passed over ({files}); name "
        "{n:it|them} to have {n:it|them} read.",
        n=len(files),
        files=_first_of(files),
    )


def _named_again(files: Sequence[Path]) -> str:
    return Message(
        "{n:,} {n:file is|files are} named more than once and read once ({files}).",
        n=len(files),
        files=_first_of(files),
    )


def _empty(folders: Sequence[Path]) -> str:
    return Message(
        "{n:,} {n:folder holds|folders hold} no file to read ({files}).", n=len(folders), files=_first_of(folders)
    )


def _first_of(files: Sequence[Path]) -> Message:
    names = [str(path) for path in files[:_NAMED]]
    return Message("{names}{more}", names=names, more="" if len(files) == len(names) else " …")


NOTHING = Message("The input holds no record and no text.")
"""Said where files make no chunk, such as a table of nothing but a header."""
NO_FILE = Message("There is no file to read.")


class Inputs:
    """The chunks of some inputs, in their order.

    Parameters
    ----------
    names : path or iterable of paths
        Files, folders (taken recursively, in sorted order), ``-`` for standard input.
    text_column : str
        The field of a record that is scored.
    config : ReadingConfig
        The limits.
    stdin : binary file, optional
        What ``-`` stands for.
    leave_out : iterable of Path
        Files never to be read though they lie in a named folder: what is being written.
    tagged : bool
        Whether the tagged paragraphs of a folder are read where there is nothing else in it.
    """

    def __init__(
        self,
        names: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
        *,
        text_column: str,
        config: ReadingConfig,
        stdin: BinaryIO | None = None,
        leave_out: Iterable[Path] = (),
        tagged: bool = False,
    ) -> None:
        self._cutter = Cutter(text_column=text_column, config=config, apart=True)
        self._config = config
        self._fields: Fields | None = None
        self._stdin = None if stdin is None else Plain(stdin, "<stdin>")
        self._streams: dict[str, tuple[BinaryIO, Plain]] = {}
        self._known: dict[str, Document] = {}
        self._kept = 0
        self._passed = _Passed({path.absolute() for path in leave_out}, tagged)
        self._twice: list[Path] = []
        found = (source for name in as_paths(names) for source in _sources(name, self._passed))
        self.sources = list(_each_once(found, self._twice))

    @property
    def notes(self) -> list[str]:
        """Sentences on files that are passed over or named more than once, and on folders without any."""
        passed = self._passed
        told = (
            (_passed_over, passed.nobodys),
            (_unfinished, passed.unfinished),
            (_ours, passed.written),
            (_named_again, self._twice),
            (_empty, passed.empty),
        )
        return [tell(files) for tell, files in told if files]

    @property
    def total_bytes(self) -> int | None:
        """The size of all input on the disk; None when part of it is standard input."""
        if any((source.path is None or source.stream) and not source.problem for source in self.sources):
            return None
        return sum(source.size for source in self.sources)

    def fields(self) -> Fields:
        """Return the fields of the records in the first few files.

        Where two have one name, its type holds the numbers of both; otherwise it is the first's.

        Excel and OpenDocument sheets are read for it, as a whole; the first are kept, the others are read again.
        """
        if self._fields is None:  # several ask: for the columns of a table, and for that of the date
            self._fields = self._look_for_fields()
        return self._fields

    def _look_for_fields(self) -> Fields:
        types: dict[str, str] = {}
        more = len(self.sources) > _SURVEYED
        for number, source in enumerate(self.sources[:_SURVEYED]):
            if source.problem:
                continue
            try:
                with boundary(InputError), self._opened(source) as plain:
                    kind = kind_of(plain, self._cutter.text_column, self._cutter.encoding)
                    if kind != "document":
                        more = True
                        found = self._cutter.fields(kind, plain, None if source.stream else source.path)
                    elif _may_have_sheets(plain):
                        more = True
                        found = self._sheet_fields(source, plain)
                    else:
                        continue
                    types |= {name: wider(types.get(name, type_), type_) for name, type_ in found.items()}
            except InputError as error:
                if isinstance(error.__cause__, OSError):  # opened later after all, its records would lack their fields
                    self.sources[number] = replace(source, problem=error.message)
        return Fields({name: "json" if type_ == "null" else type_ for name, type_ in types.items()}, more)

    def _sheet_fields(self, source: Source, plain: Plain) -> dict[str, str]:
        """Return the fields of the records in a workbook's sheets; of what is dear to read, or read once, none."""
        once = source.path is None or source.stream or plain.compression
        if once or sniff(plain.peek(_HEAD), source.name) == "ole":  # which a program must convert first
            return {}
        document = read_document(*load(Path(source.name), None, self._config), self._config, self._cutter.text_column)
        self._kept += source.size
        if self._kept <= _KEPT:
            self._known[source.name] = document
        names = (name for article in document.articles for one in article.paragraphs for name in one.record)
        return dict.fromkeys(names, "string")

    def lack(self, field: str) -> bool:
        """Tell whether no record of the inputs can have a field, as far as one can tell before they are read.

        One cannot of what can be read only once, of JSON in which the name stands anywhere, and of many workbooks.
        """
        return all(source.problem or self._lacks(source, field, number) for number, source in enumerate(self.sources))

    def _lacks(self, source: Source, field: str, number: int) -> bool:
        once = source.path is None or source.stream
        try:
            with boundary(InputError), self._opened(source) as plain:
                kind = kind_of(plain, self._cutter.text_column, self._cutter.encoding)
                if kind == "document":
                    looked_at = number < _SURVEYED and not (once or plain.compression)
                    sheets = _may_have_sheets(plain)
                    return not sheets or (looked_at and sniff(plain.peek(_HEAD), source.name) != "ole")
                if kind in {"csv", "parquet"}:
                    return field not in self._cutter.fields(kind, plain, None if once else source.path)
                return not (once and len(plain.peek(_HEAD)) == _HEAD) and not self._names(plain, field, once=once)
        except InputError:
            return False

    def _names(self, plain: Plain, field: str, *, once: bool) -> bool:
        """Tell whether a name stands anywhere in text, as it is or as JSON escapes it."""
        head = plain.peek(_HEAD)
        codec = detect(head, plain.name, whole=len(head) < _HEAD, encoding=self._cutter.encoding).codec
        escaped = json.dumps(field)[1:-1]
        capital = re.sub(r"(?<=\\u)....", lambda digits: digits[0].upper(), escaped)
        forms = [form.encode(codec, "replace") for form in (field, escaped, capital)]
        longest = max(map(len, forms))
        before, part = b"", head if once else plain.read(_PIECE)
        while part:
            if any(form in before + part for form in forms):
                return True
            before, part = part[-longest:], b"" if once else plain.read(_PIECE)
        return False

    def apart(self) -> Iterator[tuple[Written, Inputs]]:
        """Yield neighbours that are alike in what gxclassify wrote, tagged or labelled paragraphs file by file.

        Those are records with a text, whatever the field of other records is.
        """
        for what, group in itertools.groupby(self.sources, key=self._written):
            alike = list(group)
            single = what in {"paragraphs", "labels"}
            for sources in [[one] for one in alike] if single else [alike]:
                yield what, self._of(sources, TEXT_FIELDS[0] if single else self._cutter.text_column)

    def _of(self, sources: list[Source], text_column: str) -> Inputs:
        part = Inputs((), text_column=text_column, config=self._config)
        part.sources, part._stdin, part._streams = sources, self._stdin, self._streams
        return part

    def _written(self, source: Source) -> Written:
        if source.wrote is not None:
            return source.wrote
        if not source.problem:
            with contextlib.suppress(InputError), self._opened(source) as plain:
                return written(plain, None if source.stream else source.path, self._config)
        return ""

    def chunks(self) -> Iterator[Chunk]:
        """Yield the chunks; the same input is always cut in the same places."""
        before = 0
        group: list[Source] = []
        for source in self.sources:
            for found in self._cut(source, before):
                if group and (
                    isinstance(found, Chunk)
                    or len(group) == _MOST_FILES
                    or _size(group) + source.size > self._cutter.chunk_bytes
                ):
                    yield self._files_chunk(group, before)
                    group = []
                if isinstance(found, Chunk):
                    yield found
                else:
                    group.append(found)
            before += source.size
        if group:
            yield self._files_chunk(group, before)

    def _files_chunk(self, group: list[Source], before: int) -> _FilesChunk:
        files = tuple((source.name, source.size, source.changed) for source in group)
        known = {source.name: self._known.pop(source.name) for source in group if source.name in self._known}
        column = self._cutter.text_column
        return _FilesChunk(name=group[0].name, consumed=before, files=files, text_column=column, known=known)

    def _cut(self, source: Source, before: int) -> Iterator[Chunk | Source]:
        """Yield the chunks of a source, or the source itself: a document that whoever scores it opens."""
        if source.problem:
            yield ProblemChunk(name=source.name, consumed=before, problem=source.problem)
            return
        try:
            with (
                boundary(
                    lambda why: InputError("{name}: the file cannot be read ({reason}).", name=source.name, reason=why)
                ),
                self._opened(source) as plain,
            ):
                kind = kind_of(plain, self._cutter.text_column, self._cutter.encoding)
                if kind != "document":
                    yield from self._cutter.cut(kind, plain, None if source.stream else source.path, before)
                elif source.path is None or source.stream or plain.compression:
                    yield self._document(plain, source, before)
                else:
                    yield source
        except InputError as error:
            yield ProblemChunk(name=source.name, consumed=before + source.size, problem=error.message)
        finally:
            if source.name in self._streams:
                self._streams.pop(source.name)[0].close()

    def _document(self, plain: Plain, source: Source, before: int) -> Chunk:
        data = plain.read_all(self._config.max_bytes + 1)
        column = self._cutter.text_column
        return _BytesChunk(name=source.name, consumed=before + source.size, data=data, text_column=column)

    @contextlib.contextmanager
    def _opened(self, source: Source) -> Iterator[Plain]:
        if source.path is None:
            if self._stdin is None:
                raise InputError("Standard input is closed; name files.")
            yield self._stdin
            return
        if source.stream:
            if source.name not in self._streams:
                pipe = cast("BinaryIO", source.path.open("rb", buffering=0))
                self._streams[source.name] = pipe, Plain(pipe, source.name)
            yield self._streams[source.name][1]
            return
        try:
            file = source.path.open("rb", buffering=0)
        except OSError as error:
            raise unreadable(source.name, error) from error
        with file:
            yield Plain(file, source.name)


def _each_once(sources: Iterable[Source], again: list[Path]) -> Iterator[Source]:
    """Yield sources, each file once however often it is named; the paths of the others are put into `again`."""
    seen: set[Path] = set()
    for source in sources:
        if source.path is None or source.stream or is_new(source.path, seen):
            yield source
        else:
            again.append(source.path)


def check_output(target: Path, inputs: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> None:
    """Refuse to write over an input, be it named or found in a folder that is.

    What gxclassify wrote itself is none there, but for label records; nor is what nobody put there to be read.

    Raises
    ------
    ConfigError
        `target` is an input, or something that is no file.
    """
    names = as_paths(inputs)
    check_target(target, names)
    if not target.is_file() or passed_over(target) or not any(_lies_in(target, Path(name)) for name in names):
        return
    if written_file(target) in {"", "labels"}:
        raise an_input(target)


def _lies_in(path: Path, folder: Path) -> bool:
    return folder.is_dir() and path.resolve().is_relative_to(folder.resolve())


@dataclass(frozen=True, slots=True)
class _Passed:
    """What of folders is not read: files being written, those of nobody, those that gxclassify wrote; empty folders."""

    hidden: set[Path]
    tagged: bool
    nobodys: list[Path] = field(default_factory=list)
    unfinished: list[Path] = field(default_factory=list)
    written: list[Path] = field(default_factory=list)
    empty: list[Path] = field(default_factory=list)

    def over(self, path: Path) -> None:
        """Keep a file that nobody put there to be read, by what it is: a download, or a run, may be unfinished."""
        if path.suffix != ".part" or written_file(path.with_suffix(".journal")) != "tables":
            self.nobodys.append(path)
        elif path.absolute() not in self.hidden:
            self.unfinished.append(path)


def _sources(name: str | os.PathLike[str], passed: _Passed) -> Iterator[Source]:
    if name == "-":
        yield Source("<stdin>")
        return
    written: list[tuple[Path, Written]] = []
    texts = False
    before = len(passed.nobodys) + len(passed.unfinished)
    try:
        for path in iter_files(
            [name], on_passed_over=passed.over, on_written=lambda path, what: written.append((path, what))
        ):
            if path.absolute() in passed.hidden:
                continue
            texts = True
            labels = written and written[-1][0] == path  # they are told of, and read
            yield _source(path, None if path == Path(name) else written.pop()[1] if labels else "")
    except InputError as error:
        yield Source(str(name), problem=error.message)
        return
    if not texts and not written and len(passed.nobodys) + len(passed.unfinished) == before:
        passed.empty.append(Path(name))
    for path, what in written:
        if path.absolute() in passed.hidden:
            continue
        if passed.tagged and not texts and what == "paragraphs":
            yield _source(path, what)
        else:
            passed.written.append(path)


def _source(path: Path, wrote: Written | None) -> Source:
    try:
        status = path.stat()
    except OSError:
        return Source(str(path), path)
    stream = not stat.S_ISREG(status.st_mode)
    return Source(str(path), path, status.st_size, status.st_mtime_ns, stream=stream, wrote=wrote)


def _may_have_sheets(plain: Plain) -> bool:
    """Tell whether a document may be a workbook, by its beginning."""
    head = plain.peek(_HEAD)
    kind = sniff(head, plain.name)
    return kind == "ole" or (kind == "zip" and any(mark in head for mark in _SHEETS))


def _size(group: list[Source]) -> int:
    return sum(source.size for source in group)
