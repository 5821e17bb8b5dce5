"""The child's side of reading: ``python -m gxclassify.reading.parsers BYTES``, files in, JSON out.

The child limits itself before it touches any data: memory, no new files, and processor time for each file. For each
file standard input brings a line of JSON, ``{"kind", "name", "config", "encoding", "notices", "text_column", "seconds",
"size"}``, and as many bytes as it says. The answer is one line of JSON, ``{"document"}``, ``{"parsed"}`` for sheets and
the records of JSON, or ``{"error"}``, with ``last``, which says that the child ends with it.

Of Parquet, which may be of any size, no bytes come at first, and ``size`` is that of the file. The child asks for what
it wants, ``{"read": [from, bytes]}``, and gets ``{"size"}`` and as many bytes; between times it sends what it has read,
a line of JSON and as many bytes as its ``size`` says, and at last ``{"end"}`` or ``{"error"}``.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import signal
import sys
import traceback
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from gxclassify.errors import InputError
from gxclassify.messages import Message
from gxclassify.reading.collector import without_collector
from gxclassify.reading.walls import raise_walls
from gxclassify.reading.wire import line_of, notice_of, of_line, to_wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gxclassify.reading.parsed import Parsed


_WHOLE = 1 << 20  # bytes of a file that is not asked for by parts
_MOST_FILES = 500  # then a new child takes over: parsers leak a little


def main() -> int:
    """Parse file after file from standard input and write an answer to each to standard output."""
    memory = int(sys.argv[1])
    _limit("RLIMIT_AS", memory)
    _limit("RLIMIT_FSIZE", 0)
    raise_walls()
    logging.disable(logging.CRITICAL)
    before = _peak()  # it may be that of the process that started this one
    channel = os.dup(1)
    os.dup2(2, 1)  # whatever a parser prints must not get into the answer
    with os.fdopen(channel, "wb") as out:
        for left in reversed(range(_MOST_FILES)):
            order = sys.stdin.buffer.readline()
            if not order:
                break
            answer = _serve(of_line(order), out)
            answer["last"] = not left or answer.pop("unfit", False) or _peak() > max(before, memory // 2)
            try:
                line = line_of(answer)
            except MemoryError:
                answer = {"error": _refusal(of_line(order)["name"], _NO_MEMORY), "last": True}
                line = line_of(answer)
            out.write(line)
            out.flush()
            if answer["last"]:
                break
    return 0


def _serve(order: dict[str, Any], out: BinaryIO) -> dict[str, Any]:
    try:
        if order["kind"] == "parquet":
            return _send_pieces(order, out)
        data = sys.stdin.buffer.read(order["size"])
        with _processor_time(order["seconds"]):
            return _read(order, data)
    except InputError as error:
        named = error.message.startswith(order["name"])
        return {"error": error.message.to_json() if named else _refusal(order["name"], error.message)}
    except MemoryError:
        reason = _NO_MEMORY
    except ImportError as error:  # as well where the limit leaves no room for the parser itself
        reason = Message(
            "its parser ({name}) cannot be loaded: it needs more memory (reading.parse_memory) or a new installation.",
            name=error.name or _where(error),  # numpy's own error has no name
        )
    except RecursionError:
        reason = Message("it is nested too deeply to be parsed.")
    except Exception as error:  # noqa: BLE001 (a parser may raise anything on damaged input)
        reason = Message(
            "it is damaged and cannot be parsed ({type} in {place}).", type=type(error).__name__, place=_where(error)
        )
    return {"error": _refusal(order["name"], reason), "unfit": True}


_NO_MEMORY = Message("reading it needs more memory than is allowed (reading.parse_memory); split the file.")


def _refusal(name: str, reason: Message) -> dict[str, Any]:
    return Message("{name}: {reason}", name=name, reason=reason).to_json()


def _read(order: dict[str, Any], data: bytes) -> dict[str, Any]:
    """Read one file; documents are made here as well, for what stands in lines decides how long that takes."""
    from gxclassify.config import ReadingConfig
    from gxclassify.reading.parsed import Parsed, ParsedLine
    from gxclassify.reading.reader import document_from_parsed, read_decoded, read_records_of
    from gxclassify.reading.records.cutter import json_lines

    kind, name, encoding = order["kind"], order["name"], order["encoding"]
    config, notices = ReadingConfig(**order["config"]), [notice_of(fields) for fields in order["notices"]]
    if kind == "json":
        column, lines = json_lines(data, name, encoding, order["text_column"])
        return {"parsed": Parsed([ParsedLine(line) for line in lines], metadata={"text_column": column}).to_json()}
    if kind == "records":
        return {"document": to_wire(read_records_of(data, name, config, order["text_column"]))}
    if kind in {"text", "markdown"}:
        text = data.decode("utf-8", "surrogatepass")
        with without_collector():  # nor between: it would look through the Document, which is sent and let go of
            document = read_decoded(
                text, name=name, config=config, encoding=encoding, notices=notices, markdown=kind == "markdown"
            )
            return {"document": to_wire(document, text)}
    parser = _parser(kind, config.max_pages)
    with without_collector():
        parsed = parser(data)
    if parsed.sheets:
        return {"parsed": parsed.to_json()}
    parsed.notices[:0] = notices
    kind = "html" if encoding else parsed.format or kind
    with without_collector():
        document = document_from_parsed(parsed, name=name, config=config, encoding=encoding or kind, kind=kind)
        return {"document": to_wire(document)}


def _send_pieces(order: dict[str, Any], out: BinaryIO) -> dict[str, Any]:
    """Send a file of Parquet piece by piece, each within its time."""
    from gxclassify.reading.records.parquet import parquet_pieces

    asked = _Asked(order["size"], out)
    file = asked if order["size"] > _WHOLE else io.BytesIO(asked.read())
    pieces = parquet_pieces(
        file, order["name"], text_column=order["text_column"], longest=order["longest"], rows=order["rows"]
    )
    while True:
        with _processor_time(order["seconds"]):
            piece = next(pieces, None)
        if piece is None:
            return {"end": True}
        told, data = piece
        out.write(line_of({**told, "size": len(data)}))
        out.write(data)
        out.flush()


class _Asked(io.RawIOBase):
    """A file of `size` bytes that the parent reads, asked for them by `out`."""

    def __init__(self, size: int, out: BinaryIO) -> None:
        self._size = size
        self._out = out
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        return self._at

    def read(self, size: int = -1) -> bytes:
        left = max(0, self._size - self._at)
        self._out.write(line_of({"read": [self._at, left if size < 0 else min(size, left)]}))
        self._out.flush()
        data = sys.stdin.buffer.read(of_line(sys.stdin.buffer.readline())["size"])
        self._at += len(data)
        return data


@contextlib.contextmanager
def _processor_time(seconds: float) -> Iterator[None]:
    """End this process when the block takes more than that, in whatever code it is then."""
    if not hasattr(signal, "setitimer"):  # Windows, where the parent's clock is all there is
        yield
        return
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _limit(name: str, value: int) -> None:
    try:
        import resource  # not on Windows
    except ImportError:
        return
    limit = getattr(resource, name)
    _, most = resource.getrlimit(limit)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(limit, (value if most == resource.RLIM_INFINITY else min(value, most), most))


def _peak() -> int:
    """Return how much memory the process has held at most, in bytes; 0 where that is not known."""
    try:
        import resource
    except ImportError:
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _where(error: Exception) -> str:
    """Return where an error came up, in this package and not in a library that it uses: for those who mend parsers."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).parent == Path(__file__).parent]
    if not own:
        return Message("the parser")
    return Message("{file}, line {line}", file=Path(own[-1].filename).name, line=own[-1].lineno)


def _parser(kind: str, pages: int) -> Callable[[bytes], Parsed]:
    """Import the parser of one kind; the others stay out of the process."""
    if kind == "pdf":
        from gxclassify.reading.pdf.parse import parse_pdf

        return partial(parse_pdf, most_pages=pages)
    if kind == "zip":
        from gxclassify.reading.archives import parse_archive

        return partial(parse_archive, most_pages=pages)
    if kind == "xml":
        from gxclassify.reading.archives import parse_xml_file

        return parse_xml_file
    if kind == "rtf":
        from gxclassify.reading.office.rtf import parse_rtf

        return parse_rtf
    if kind == "mail":
        from gxclassify.reading.web.mail import parse_mail

        return parse_mail
    from gxclassify.reading.web import html

    return {"html": html.parse_html, "fragment": html.parse_fragment}[kind]


if __name__ == "__main__":
    sys.exit(main())
