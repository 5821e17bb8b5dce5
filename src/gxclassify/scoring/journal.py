"""An output that grows under a temporary name, and the journal that lets an interrupted run go on where it was.

Beside ``tags.jsonl`` stand, until it is whole, ``tags.jsonl.part`` with what is written and ``tags.jsonl.journal``, one
JSON object a line: first what the run is, then, from time to time, how far it has come. A line is added only after
the part file has reached the disk up to there; beyond, the part file is cut off when the run goes on.
"""

from __future__ import annotations

import json
import os
import time
import zlib
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Self, TextIO

from gxclassify.errors import GxclassifyError, InputError
from gxclassify.files import whole_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gxclassify.reading.records import Chunk

__all__ = ["Output", "Progress", "part_names"]

_EVERY_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: chunks done, their checksum, paragraphs written, inputs left out, bytes of output."""

    chunks: int = 0
    mark: int = 0
    paragraphs: int = 0
    problems: int = 0
    size: int = 0

    def after(self, chunk: Chunk, paragraphs: int = 0, problems: int = 0, size: int = 0) -> Progress:
        """Return the progress with one chunk more."""
        mark = zlib.crc32(chunk.mark().to_bytes(4, "big"), self.mark)
        return Progress(self.chunks + 1, mark, self.paragraphs + paragraphs, self.problems + problems, self.size + size)


class Output:
    """A file in the making.

    Parameters
    ----------
    target : Path
        The name that it gets when it is whole.
    identity : dict
        What a run that goes on must share with the one before: model, layout, settings. JSON.
    head : bytes
        What the part file begins with.
    finish : callable, optional
        Turns the part file into the file that is given beside it; without one it only gets its name.

    Raises
    ------
    GxclassifyError
        The file cannot be written, or the disk is full.
    InputError
        The run before was another one.
    """

    def __init__(
        self,
        target: Path,
        *,
        identity: dict[str, Any],
        head: bytes,
        resume: bool,
        finish: Callable[[BinaryIO, BinaryIO], None] | None = None,
    ) -> None:
        self.target = target
        self._finish = finish
        self._part, self._journal = part_names(target)
        self.progress = Progress()
        with ExitStack() as files:
            try:
                self._open(files, identity, head, resume=resume)
            except OSError as error:
                raise self._trouble(error) from error
            self._files = files.pop_all()
        self._noted = time.monotonic()

    def _open(self, files: ExitStack, identity: dict[str, Any], head: bytes, *, resume: bool) -> None:
        self._part_file: BinaryIO = files.enter_context(self._part.open("ab"))
        _claim(self._part_file, self.target)
        before = self._before(identity) if resume else None
        self._journal_file: TextIO = files.enter_context(self._journal.open("a", encoding="utf-8"))
        self._part_file.truncate(before.size if before else 0)
        if before is None:
            self._journal_file.truncate(0)
            self._part_file.write(head)
            self.progress = Progress(size=len(head))
            self._note(identity)
        else:
            self.progress = before
            self._journal_file.write("\n")  # ends a line that a kill may have cut short

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # a full disk was named before
            self._files.close()

    def add(self, chunk: Chunk, data: bytes, paragraphs: int, problems: int) -> None:
        """Append the output of the next chunk."""
        try:
            self._part_file.write(data)
            self.progress = self.progress.after(chunk, paragraphs, problems, len(data))
            if time.monotonic() - self._noted >= _EVERY_SECONDS:
                self.checkpoint()
        except OSError as error:
            raise self._trouble(error) from error

    def checkpoint(self) -> None:
        """Note in the journal how far the output has come."""
        self._part_file.flush()
        os.fsync(self._part_file.fileno())
        self._note(asdict(self.progress))
        self._noted = time.monotonic()

    def complete(self) -> None:
        """Give the whole output its name and take away the journal."""
        try:
            self.checkpoint()
            if self._finish is None:
                self._part.replace(self.target)
            else:
                with self._part.open("rb") as part, whole_file(self.target, self._trouble) as file:
                    self._finish(part, file)
                self._part.unlink()
            self._journal.unlink()
        except OSError as error:
            raise self._trouble(error) from error

    def _note(self, entry: dict[str, Any]) -> None:
        self._journal_file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        self._journal_file.flush()
        os.fsync(self._journal_file.fileno())

    def _before(self, identity: dict[str, Any]) -> Progress | None:
        """Return how far the interrupted run had come; None when there was none."""
        try:
            entries = [entry for line in self._journal.read_text("utf-8").split("\n") if (entry := _entry(line))]
            size = self._part.stat().st_size
        except FileNotFoundError:
            return None
        if not entries:
            return None
        now = json.loads(json.dumps(identity))
        differing = ", ".join(sorted(key for key in now if entries[0].get(key) != now[key]))
        if differing:
            msg = (
                f"{self.target}: the interrupted run differs from this one in {differing}; repeat its command, "
                f"or start anew without resuming."
            )
            raise InputError(msg)
        sound = [Progress(**entry) for entry in entries[1:] if entry["size"] <= size]
        return sound[-1] if sound else None

    def _trouble(self, error: OSError) -> GxclassifyError:
        return GxclassifyError(
            f"{self.target}: the output cannot be written ({error.strerror or error}); what is done is kept in "
            f"{self._part.name}: mend that and resume."
        )


def _claim(file: BinaryIO, target: Path) -> None:
    """Lock the part file for as long as it is open; two runs into one would spoil each other."""
    try:
        import fcntl  # not on Windows
    except ImportError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        msg = f"{target}: another run is writing this output; wait for it, or name another."
        raise GxclassifyError(msg) from error


def part_names(target: Path) -> tuple[Path, Path]:
    """Return where the unfinished output and its journal stand."""
    return target.with_name(target.name + ".part"), target.with_name(target.name + ".journal")


def _entry(line: str) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None
