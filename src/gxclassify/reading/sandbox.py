"""The parent's side of reading PDF, Office, HTML, Parquet, long texts: child processes with limits, bytes in, JSON out.

A child serves one file after another, since to start it takes longer than most files. It is replaced when it dies, goes
beyond a limit or had trouble, and after many files. Threads each have a child of their own while they parse; a process
that is forked starts its own.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import os
import signal
import subprocess
import sys
import threading
from contextvars import ContextVar
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from gxclassify.errors import InputError
from gxclassify.messages import Message, system_text
from gxclassify.reading.parsed import Parsed
from gxclassify.reading.wire import from_wire, line_of, notice_fields, of_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gxclassify.config import ReadingConfig
    from gxclassify.reading.document import Document
    from gxclassify.reading.parsed import Notice

_KINDS = {
    "pdf": "PDF", "zip": Message("document"), "xml": Message("document"), "rtf": Message("Rich Text file"),
    "html": Message("web page"), "fragment": Message("web page"), "mail": Message("mail"), "text": Message("text"),
    "markdown": Message("text"), "records": Message("file of records"), "json": "JSON",
    "parquet": Message("Parquet file"),
}  # fmt: skip
_MOST_IDLE = 4  # children that are kept for the next file
_PATIENCE = 2.0  # seconds in which a child that is told to end does so
_WAITS = 10.0
"""How many times its processor time a file may take by the clock: the machine may be busy, a child may hang."""


def read_apart(
    kind: str,
    data: bytes | str,
    name: str,
    config: ReadingConfig,
    encoding: str = "",
    notices: Sequence[Notice] = (),
    text_column: str = "text",
) -> Document | Parsed:
    """Read a file, or decoded text in some `encoding`, in a child process; sheets come as they were parsed.

    Of records, `text_column` is the field that holds the text.

    Raises
    ------
    InputError
        It is damaged, encrypted, without text, or beyond a limit of time, memory or pages.
    """
    order = {
        "kind": kind, "name": name, "config": asdict(config), "encoding": encoding,
        "notices": [notice_fields(notice) for notice in notices], "text_column": text_column,
    }  # fmt: skip
    content = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    stop = _stop.get()
    answer = None
    for waiting in (_children.take(config.parse_memory), None):
        child = waiting or _Child(config.parse_memory)
        served = child.served
        with stop.over(child) if stop else contextlib.nullcontext():
            answer = child.ask(order, content, config.parse_seconds)
        _children.give_back(child)
        failed = answer is None or ("error" in answer and child.last)
        if not failed or child.cause == "time" or not served or (stop and stop.stopped):
            break  # else it may be that a file before did harm to it: a new one has the last word
    if answer is None:
        raise _no_answer(name, kind, config, "stopped" if stop and stop.stopped else child.cause)
    if "error" in answer:
        raise InputError(Message.from_json(answer["error"]))
    if "document" in answer:
        return from_wire(answer["document"], data if isinstance(data, str) else "")
    return Parsed.from_json(answer["parsed"])


def stream_apart(
    path: Path, name: str, config: ReadingConfig, *, text_column: str, longest: int, rows: bool = True
) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Yield what a child process makes of a Parquet file, piece by piece; see `parquet_pieces`.

    The file is read here and given to the child as it asks; the limits of memory and of time are those of a piece.

    Raises
    ------
    InputError
        It cannot be opened, is damaged, or beyond a limit; what was read before has been yielded.
    """
    order = {"kind": "parquet", "name": name, "text_column": text_column, "longest": longest, "rows": rows}
    stop = _stop.get()
    try:
        file = path.open("rb")
    except OSError as error:
        raise InputError("{name}: the file cannot be read ({reason}).", name=name, reason=system_text(error)) from error
    with file:
        for waiting in (_children.take(config.parse_memory), None):
            child, begun = waiting or _Child(config.parse_memory), False
            answer: dict[str, Any] | None = None
            try:
                with stop.over(child) if stop else contextlib.nullcontext():
                    for answer, data in child.stream(order, file, config.parse_seconds):
                        if "last" in answer:
                            break
                        yield answer, data
                        begun = True
            finally:
                _children.give_back(child)
            if answer is not None and "end" in answer:
                return
            failed = answer is None or child.last
            if not failed or begun or waiting is None or (stop and stop.stopped):
                break  # else it may be that a file before did harm to it: a new one has the last word
        if answer is not None and "error" in answer:
            raise InputError(Message.from_json(answer["error"]))
        raise _no_answer(name, "parquet", config, "stopped" if stop and stop.stopped else child.cause)


def _no_answer(name: str, kind: str, config: ReadingConfig, cause: str) -> InputError:
    """Return what there is to say where a child gave no answer."""
    if cause == "stopped":
        return InputError("{name}: reading it was stopped.", name=name)
    if cause == "time":
        return InputError(
            "{name}: reading the {what} took longer than {parse_seconds:g} s; split the file.",
            name=name,
            what=_KINDS[kind],
            parse_seconds=config.parse_seconds,
        )
    return InputError(
        "{name}: the {what} cannot be read; it is damaged or needs more than {limit} MiB (reading.parse_memory).",
        name=name,
        what=_KINDS[kind],
        limit=config.parse_memory // 2**20,
    )


class Stop:
    """A way to end reading from another thread, such as when nobody waits for it any more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self.stopped = False

    def stop(self) -> None:
        """End the child that reads now, and let no other begin."""
        with self._lock:
            self.stopped = True
            if self._child is not None:
                self._child.kill()

    @contextlib.contextmanager
    def over(self, child: _Child) -> Iterator[None]:
        """Have the power to stop `child` while the block runs."""
        with self._lock:
            self._child = child
            if self.stopped:
                child.kill()
        try:
            yield
        finally:
            with self._lock:
                self._child = None


_stop: ContextVar[Stop | None] = ContextVar("stop", default=None)


@contextlib.contextmanager
def stoppable(stop: Stop) -> Iterator[None]:
    """Let `stop` end what this thread reads while the block runs."""
    token = _stop.set(stop)
    try:
        yield
    finally:
        _stop.reset(token)


class _Child:
    """A process that parses one file at a time, within `memory` bytes.

    Attributes
    ----------
    served : int
        Files that it was given.
    last : bool
        Whether it said that it ends.
    cause : str
        Why it gave no answer: ``time`` or nothing that is known.
    """

    def __init__(self, memory: int) -> None:
        self.memory = memory
        self.served = 0
        self.last = False
        self.cause = ""
        self._busy = False
        keep = {"PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR"}
        environment = {key: value for key, value in os.environ.items() if key in keep}
        threads = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "ARROW_IO_THREADS", "MALLOC_ARENA_MAX")  # each takes room
        environment |= dict.fromkeys(threads, "1") | {"ARROW_DEFAULT_MEMORY_POOL": "system"}
        environment |= {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "PYTHONUTF8": "1"}
        self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
            [sys.executable, "-P", "-m", "gxclassify.reading.parsers", str(memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )

    @property
    def healthy(self) -> bool:
        """Whether it may be asked again."""
        return not self.last and not self._busy and self._process.poll() is None

    def ask(self, order: dict[str, Any], data: bytes, seconds: float) -> dict[str, Any] | None:
        """Return the answer of the child; None where there is none, and `cause` says why."""
        self.served += 1
        return self._answer([line_of({**order, "seconds": seconds, "size": len(data)}), data], seconds)

    def stream(self, order: dict[str, Any], file: BinaryIO, seconds: float) -> Iterator[tuple[dict[str, Any], bytes]]:
        """Yield what the child sends until its ``last`` or its end, and give it of `file` what it asks for."""
        assert self._process.stdout is not None  # noqa: S101
        self.served += 1
        self._busy = True
        size = file.seek(0, os.SEEK_END)
        sent: Iterable[bytes] = [line_of({**order, "seconds": seconds, "size": size})]
        while (answer := self._answer(sent, seconds)) is not None:
            sent = ()
            if "read" in answer:
                start, count = answer["read"]
                sent = _part(file, start, min(count, max(0, size - start)))
                continue
            data = self._process.stdout.read(answer.get("size", 0))
            self._busy = "last" not in answer
            yield answer, data

    def _answer(self, sent: Iterable[bytes], seconds: float) -> dict[str, Any] | None:
        """Send something and return the line that comes back; None where none comes, and `cause` says why."""
        assert self._process.stdin is not None  # noqa: S101 (both are pipes)
        assert self._process.stdout is not None  # noqa: S101
        late = threading.Event()

        def stop() -> None:
            late.set()
            self.kill()

        watch = threading.Timer(_WAITS * seconds, stop)  # its processor time the child limits itself
        watch.daemon = True
        watch.start()
        line = b""
        try:
            for part in sent:
                self._process.stdin.write(part)
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except OSError:  # it died before it had read all
            pass
        finally:
            watch.cancel()
            if not line.endswith(b"\n"):
                self.end()
        if not line.endswith(b"\n"):
            self.cause = "time" if late.is_set() or self._process.returncode == -_OUT_OF_TIME else ""
            return None
        answer: dict[str, Any] = of_line(line)
        self.last = answer.get("last", False)
        return answer

    def kill(self) -> None:
        """End the process, whatever it does; whoever waits for its answer gets none."""
        self._process.kill()

    def end(self) -> None:
        """End the process and wait for it."""
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def forget(self) -> None:
        """Let go of a process that belongs to the process which this one was forked from."""
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]
        self._process.returncode = 0  # so that nobody waits for what is no child of this process


def _part(file: BinaryIO, start: int, count: int) -> Iterator[bytes]:
    """Yield how many bytes of a file come, and they in blocks: a page may say that it has any number."""
    yield line_of({"size": count})
    file.seek(start)
    while count > 0 and (block := file.read(min(count, _BLOCK))):
        yield block
        count -= len(block)
    if count > 0:
        raise OSError(errno.EIO, "the file became shorter while it was read")


_BLOCK = 1 << 20
_OUT_OF_TIME = getattr(signal, "SIGPROF", 0)


class _Children:
    """The children that wait for a file."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Child] = []

    def take(self, memory: int) -> _Child | None:
        """Return an idle child with that limit of memory, if there is one."""
        with self._lock:
            fitting = [child for child in self._idle if child.memory == memory]
            if fitting:
                self._idle.remove(fitting[-1])
        return fitting[-1] if fitting else None

    def give_back(self, child: _Child) -> None:
        """Keep a child for the next file if it is fit for it, and end the one that has waited longest for it."""
        ended = None if child.healthy else child
        with self._lock:
            if ended is None:
                self._idle.append(child)
                ended = self._idle.pop(0) if len(self._idle) > _MOST_IDLE else None
        if ended is not None:
            ended.end()

    def end(self) -> None:
        """End all."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()

    def after_fork(self) -> None:
        """Forget the children of the process that this one was forked from."""
        self._lock = threading.Lock()
        for child in self._idle:
            child.forget()
        self._idle = []


_children = _Children()
atexit.register(_children.end)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_children.after_fork)
