"""Processes that score chunks: each loads the model once, the answers come back in order, a death is noticed."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import threading
from collections import deque
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, Self

from gxclassify.errors import GxclassifyError, InputError
from gxclassify.output.forms import Layout, encoder_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gxclassify.config import ReadingConfig
    from gxclassify.model import Model
    from gxclassify.reading import Document
    from gxclassify.reading.records import Chunk

__all__ = ["Outcome", "Task", "in_order", "score_chunk"]

_AHEAD = 2
"""Chunks a worker holds: one that it scores and one that waits, so that it never waits itself."""
_WINDOW = 8
"""Chunks per worker that may be unfinished or unwritten: one slow file must neither stop the rest nor fill memory."""
_PATIENCE = 5.0
_KILLED = 9


@dataclass(frozen=True, slots=True)
class Task:
    """What every worker is told once."""

    model: Model
    layout: Layout
    reading: ReadingConfig


@dataclass(frozen=True, slots=True)
class Outcome:
    """A scored chunk: its bytes in the output, how many paragraphs they hold, and what there is to say.

    `problems` are inputs left out; `notes` are not.
    """

    data: bytes = b""
    paragraphs: int = 0
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def score_chunk(task: Task, encoder: Any, chunk: Chunk) -> Outcome:
    """Read, tag and encode one chunk."""
    documents: list[Document] = []
    problems: list[str] = []
    for document in chunk.documents(task.reading):
        if isinstance(document, InputError):
            problems.append(str(document))
        else:
            documents.append(document)
    notes = [f"{document.document}: {note}" for document in documents for note in document.notes]
    evidence = task.layout.evidence and task.layout.form != "csv"
    paragraphs = list(task.model.tag(documents, evidence=evidence))
    return Outcome(encoder.body(paragraphs), len(paragraphs), tuple(problems), tuple(notes))


def in_order(chunks: Iterable[Chunk], task: Task, jobs: int) -> Iterator[tuple[Chunk, Outcome]]:
    """Score `chunks` in `jobs` processes (1: in this one) and yield each with its outcome, in their order.

    A worker that dies is named in its chunk's notes and replaced, and the chunk tried once more; when that kills a
    worker too the chunk's outcome is a problem that says so.
    """
    if jobs == 1:
        encoder = encoder_for(task.layout, task.model.themes)
        for chunk in chunks:
            yield chunk, score_chunk(task, encoder, chunk)
        return
    with _Pool(task, jobs) as pool:
        yield from pool.run(iter(chunks))


@dataclass(slots=True, eq=False)
class _Held:
    """A chunk on its way."""

    chunk: Chunk
    deaths: list[str] = field(default_factory=list)
    outcome: Outcome | None = None


class _Worker:
    """A process; it starts at once, and is told its task apart from that, so that several start side by side."""

    def __init__(self) -> None:
        context = get_context("spawn")  # a fork would take along the locks of the parent's threads
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs,), name="gxclassify-worker", daemon=False)
        with _no_interrupt():
            self.process.start()
        theirs.close()
        self.held: deque[_Held] = deque()

    def tell(self, task: Task) -> None:
        """Say what to do with all that will be given; a worker that is dead already hears nothing."""
        with contextlib.suppress(OSError):
            self.connection.send(task)

    def give(self, held: _Held) -> None:
        """Hand a chunk over; a worker that is dead already keeps it until its death is noticed."""
        self.held.append(held)
        with contextlib.suppress(OSError):
            self.connection.send(held.chunk)

    def take(self) -> Outcome | None:
        """Return what the worker has ready; None when it is dead."""
        try:
            outcome = self.connection.recv()
        except (EOFError, OSError):
            return None
        if isinstance(outcome, BaseException):
            raise outcome
        answer: Outcome = outcome
        return answer

    def epitaph(self) -> str:
        self.process.join(_PATIENCE)
        code = self.process.exitcode
        if code is not None and code < 0:
            how = f"was killed by signal {-code}" + (" (the system may be out of memory)" if code == -_KILLED else "")
        else:
            how = f"ended unexpectedly (exit code {code})"
        return f"worker {self.process.pid} {how}"

    def stop(self) -> None:
        self.connection.close()
        self.process.join(_PATIENCE)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


@contextlib.contextmanager
def _no_interrupt() -> Iterator[None]:
    """Hold back SIGINT: a process started meanwhile does not get it even before it can choose to ignore it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Pool:
    def __init__(self, task: Task, jobs: int) -> None:
        self._task = task
        self._jobs = jobs
        self._workers: list[_Worker] = []

    def __enter__(self) -> Self:
        self._workers = [_Worker() for _ in range(self._jobs)]
        for worker in self._workers:
            worker.tell(self._task)
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        for worker in self._workers:
            if kind is not None:  # nobody waits for the answers
                worker.process.terminate()
            worker.stop()

    def run(self, chunks: Iterator[Chunk]) -> Iterator[tuple[Chunk, Outcome]]:
        line: deque[_Held] = deque()
        more = True
        while more or line:
            while more and len(line) < _WINDOW * self._jobs and (worker := self._free()) is not None:
                chunk = next(chunks, None)
                if chunk is None:
                    more = False
                    break
                line.append(_Held(chunk))
                worker.give(line[-1])
            while line and (outcome := line[0].outcome) is not None:
                yield line.popleft().chunk, outcome
            if line:
                self._collect()

    def _free(self) -> _Worker | None:
        worker = min(self._workers, key=lambda w: len(w.held))
        return worker if len(worker.held) < _AHEAD else None

    def _collect(self) -> None:
        """Wait for answers, and see to deaths."""
        by_connection = {worker.connection: worker for worker in self._workers if worker.held}
        for connection in wait(list(by_connection)):
            worker = by_connection[connection]  # type: ignore[index]
            outcome = worker.take()
            if outcome is None:
                self._bury(worker)
            else:
                held = worker.held.popleft()
                notes = tuple(f"{death}; {held.chunk.place} was scored again." for death in held.deaths)
                held.outcome = Outcome(outcome.data, outcome.paragraphs, outcome.problems, notes + outcome.notes)

    def _bury(self, worker: _Worker) -> None:
        """Replace a dead worker; what it worked on is tried once more, what waited behind that is only handed over."""
        death = worker.epitaph()
        place = self._workers.index(worker)
        worker.connection.close()
        self._workers[place] = fresh = _Worker()
        fresh.tell(self._task)
        first = worker.held.popleft()
        first.deaths.append(death)
        if len(first.deaths) > 1:
            problem = f"{first.chunk.place}: {death}, twice over it; the part is left out."
            first.outcome = Outcome(problems=(problem,))
        else:
            fresh.give(first)
        for held in worker.held:
            fresh.give(held)


def _work(connection: Connection) -> None:
    """Score what comes until nothing more does; runs in the worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers itself
    try:
        task: Task = connection.recv()
    except (EOFError, OSError):
        return  # the parent is gone
    encoder = encoder_for(task.layout, task.model.themes)
    waiting: queue.SimpleQueue[Chunk | None] = queue.SimpleQueue()
    # While this process scores or answers, a second thread takes the next chunk: else both ends could wait to send.
    threading.Thread(target=_listen, args=(connection, waiting), daemon=True).start()
    while (chunk := waiting.get()) is not None:
        try:
            outcome: Outcome | BaseException = score_chunk(task, encoder, chunk)
        except MemoryError:
            os._exit(1)  # what cannot be told is noticed
        except Exception as error:  # noqa: BLE001 - the parent raises it
            outcome = error if isinstance(error, GxclassifyError) else _portable(error)
        try:
            connection.send(outcome)
        except OSError:
            return  # the parent is gone


def _listen(connection: Connection, waiting: queue.SimpleQueue[Chunk | None]) -> None:
    with contextlib.suppress(EOFError, OSError):
        while True:
            waiting.put(connection.recv())
    waiting.put(None)


def _portable(error: Exception) -> RuntimeError:
    """Return an exception that survives the way to the parent, with the trace of the place where it arose."""
    import traceback

    return RuntimeError("A worker met a bug:\n" + "".join(traceback.format_exception(error)))
