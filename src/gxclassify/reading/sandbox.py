"""The parent's side of parsing PDF, Office and HTML: child processes with limits, bytes in, JSON out.

A child serves one file after another, since to start it takes longer than most files. It is replaced when it dies, goes
beyond a limit or had trouble, and after many files. Threads each have a child of their own while they parse; a process
that is forked starts its own.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

from gxclassify.errors import InputError
from gxclassify.messages import Message
from gxclassify.reading.parsed import Parsed

if TYPE_CHECKING:
    from gxclassify.config import ReadingConfig

_KINDS = {
    "pdf": "PDF", "zip": Message("document"), "xml": Message("document"), "rtf": Message("Rich Text file"),
    "html": Message("web page"), "fragment": Message("web page"), "mail": Message("mail"),
}  # fmt: skip
_MOST_IDLE = 4  # children that are kept for the next file
_PATIENCE = 2.0  # seconds in which a child that is told to end does so


def extract(kind: str, data: bytes, name: str, config: ReadingConfig) -> Parsed:
    """Parse `data` in a child process; a web page must be UTF-8.

    Raises
    ------
    InputError
        The file is damaged, encrypted, without text, or beyond a limit of time, memory or pages.
    """
    what = _KINDS[kind]
    answer, cause = None, ""
    for waiting in (_children.take(config.parse_memory), None):
        child = waiting or _Child(config.parse_memory)
        served = child.served
        answer, cause = child.ask(kind, data, config)
        _children.give_back(child)
        failed = answer is None or ("error" in answer and child.last)
        if not failed or cause == "time" or not served:
            break  # else it may be that a file before did harm to it: a new one has the last word
    if answer is None:
        if cause == "time":
            raise InputError(
                "{name}: parsing the {what} took longer than {parse_seconds:g} s; split the file.",
                name=name,
                what=what,
                parse_seconds=config.parse_seconds,
            )
        raise InputError(
            "{name}: the {what} cannot be parsed; it is damaged or needs more than {parse_memory} MiB.",
            name=name,
            what=what,
            parse_memory=config.parse_memory // 2**20,
        )
    if "error" in answer:
        raise InputError("{name}: {from_json}", name=name, from_json=Message.from_json(answer["error"]))
    return Parsed.from_json(answer)


class _Child:
    """A process that parses one file at a time, within `memory` bytes."""

    def __init__(self, memory: int) -> None:
        self.memory = memory
        self.served = 0
        self.last = False
        keep = {"PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR"}
        environment = {key: value for key, value in os.environ.items() if key in keep}
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
        return not self.last and self._process.poll() is None

    def ask(self, kind: str, data: bytes, config: ReadingConfig) -> tuple[dict[str, Any] | None, str]:
        """Return the answer of the child, or None and why there is none: ``time`` or nothing that is known."""
        assert self._process.stdin is not None  # noqa: S101 (both are pipes)
        assert self._process.stdout is not None  # noqa: S101
        self.served += 1
        late = threading.Event()

        def stop() -> None:
            late.set()
            self._process.kill()

        watch = threading.Timer(config.parse_seconds, stop)
        watch.daemon = True
        watch.start()
        order = {"kind": kind, "pages": config.max_pages, "seconds": int(config.parse_seconds) + 1, "size": len(data)}
        line = b""
        try:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.write(data)
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except OSError:  # it died before it had read all
            pass
        finally:
            watch.cancel()
            if not line.endswith(b"\n"):
                self.end()
        if not line.endswith(b"\n"):
            return None, "time" if late.is_set() or self._process.returncode == -_OUT_OF_TIME else ""
        answer = json.loads(line)
        self.last = answer.pop("last")
        return answer, ""

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


_OUT_OF_TIME = getattr(signal, "SIGXCPU", 0)


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
