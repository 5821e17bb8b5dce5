"""Processes that score chunks: each loads the model once, the answers come back in order, a death is noticed."""

from __future__ import annotations

import contextlib
import functools
import os
import queue
import signal
import traceback
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import current_process, get_context, resource_tracker
from typing import TYPE_CHECKING, Any, Self

from gxclassify.errors import ConfigError, GxclassifyError, InputError, boundary
from gxclassify.messages import Message
from gxclassify.model.groups import tag_groups
from gxclassify.output import encoder_for
from gxclassify.reading.records.chunks import missing_texts
from gxclassify.scoring import MOST_JOBS

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from gxclassify.config import ReadingConfig
    from gxclassify.model.model import Model
    from gxclassify.output.forms import Encoder, Layout
    from gxclassify.reading import Document
    from gxclassify.reading.records.chunks import Chunk
    from gxclassify.zones import Gazetteer, UnreadDates

_WINDOW = 8
"""Chunks per worker that may be unfinished or unwritten: one slow file must neither stop the rest nor fill memory."""
_MOST_DEATHS = 2
"""Workers that a chunk may kill before it is left out."""
_PATIENCE = 5.0
_KILLED = 9


@dataclass(frozen=True, slots=True)
class Task:
    """What every worker is told once. An `encoder` of the caller's own takes the place of that of the layout's form."""

    model: Model
    layout: Layout
    reading: ReadingConfig
    zones: bool | Gazetteer = False
    date_column: str = "date"
    encoder: Encoder | None = None

    def own_encoder(self) -> Encoder:
        """Return what encodes the paragraphs in this process."""
        return self.encoder or encoder_for(self.layout, self.model.themes)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A scored chunk: its bytes in the output, how many rows and paragraphs they hold, and what there is to say.

    `problems` are inputs left out; `notes` are not. `missing` counts records whose text is null, which are not either;
    `unread` those whose date is not understood, where dates are looked for.
    """

    data: bytes = b""
    paragraphs: int = 0
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    missing: int = 0
    rows: int = 0
    unread: UnreadDates | None = None


def score_chunk(task: Task, encoder: Any, chunk: Chunk) -> Outcome:
    """Read, tag and encode one chunk; what cannot be is named, and the rest of it is done."""
    documents: list[Document] = []
    problems: list[str] = []
    for document in chunk.read(task.reading):
        if isinstance(document, InputError):
            problems.append(document.message)
        else:
            documents.append(document)
    notes = [
        Message("{document}: {note}", document=document.document, note=note)
        for document in documents
        for note in document.notes
    ]
    data, paragraphs, rows = b"", 0, 0
    for part in _tagged(task, encoder, chunk, documents):
        if isinstance(part, InputError):
            problems.append(part.message)
        else:
            data, paragraphs, rows = data + part.data, paragraphs + part.paragraphs, rows + part.rows
    missing = sum(map(missing_texts, documents))
    return Outcome(data, paragraphs, tuple(problems), tuple(notes), missing, rows, _unread(task, documents))


def _unread(task: Task, documents: Sequence[Document]) -> UnreadDates | None:
    if task.zones is False:
        return None
    from gxclassify.model.facts import unread_dates  # takes 50 ms, which only this is worth
    from gxclassify.zones import UnreadDates

    counts = (unread_dates(document, task.date_column) for document in documents)
    return functools.reduce(UnreadDates.and_of, counts, UnreadDates())


def _tagged(task: Task, encoder: Any, chunk: Chunk, documents: list[Document]) -> Iterator[Outcome | InputError]:
    """Yield documents tagged and encoded: all at once, or by halves of halves where something in them prevents it."""
    evidence = task.layout.evidence and (task.layout.form != "csv" or task.layout.level != "paragraph")
    from gxclassify.model.facts import finder_for

    finder = finder_for(task.zones, task.date_column) if task.zones is not False else None
    options: dict[str, Any] = {"evidence": evidence, "zones": finder or False, "date_column": task.date_column}
    try:
        with boundary(InputError):
            if task.layout.level == "paragraph":
                paragraphs = list(task.model.tag(documents, **options))
                outcome = Outcome(encoder.body(paragraphs), len(paragraphs), rows=len(paragraphs))
            else:
                groups = list(tag_groups(task.model, documents, task.layout.level, **options))
                told = sum(group.paragraphs for group in groups)
                outcome = Outcome(encoder.body(groups), told, rows=len(groups))
    except InputError as error:
        halves = _halves(documents)
        if not halves:
            yield InputError(
                "{place}: cannot be tagged ({error}); it is left out.",
                place=chunk.place_of(documents[0]),
                error=error,
            )
        for half in halves:
            yield from _tagged(task, encoder, chunk, half)
    else:
        yield outcome


def _halves(documents: list[Document]) -> list[list[Document]]:
    """Return the halves of some documents, or of one with several articles; nothing where there is one article."""
    if len(documents) > 1:
        return [documents[: len(documents) // 2], documents[len(documents) // 2 :]]
    (document,) = documents
    middle = len(document.articles) // 2
    if not middle:
        return []
    first, articles = document.first_article, document.articles
    return [
        [replace(document, articles=articles[:middle])],
        [replace(document, articles=articles[middle:], first_article=first + middle)],
    ]


def check_jobs(jobs: int) -> None:
    """Raise a `ConfigError` for a number of processes that makes no sense: each has a model of its own."""
    if not 1 <= jobs <= MOST_JOBS:
        raise ConfigError("The number of processes must be 1 to {most}. Got {jobs}.", most=MOST_JOBS, jobs=jobs)
    if jobs > 1 and current_process().daemon:
        raise ConfigError(
            "A daemonic process, such as a worker of a pool or of Celery, may start no others: give jobs=1."
        )


def in_order(chunks: Iterable[Chunk], task: Task, jobs: int) -> Iterator[tuple[Chunk, Outcome]]:
    """Score `chunks` in `jobs` processes (1: in this one) and yield each with its outcome, in their order.

    A worker that dies is named in its chunk's notes and replaced, and the chunk tried once more; when that kills a
    worker too the chunk's outcome is a problem that says so.
    """
    if jobs == 1:
        encoder = task.own_encoder()
        for chunk in chunks:
            yield chunk, score_chunk(task, encoder, chunk)
        return
    line: deque[tuple[Chunk, Future[Outcome]]] = deque()
    # A thread waits for each process, which is why none has to be asked whether it has finished.
    with _Workers(task, jobs) as workers, ThreadPoolExecutor(jobs) as threads:
        try:
            for chunk in chunks:
                line.append((chunk, threads.submit(workers.score, chunk)))
                while line and (line[0][1].done() or len(line) >= _WINDOW * jobs):
                    first, outcome = line.popleft()
                    yield first, outcome.result()
            for chunk, outcome in line:
                yield chunk, outcome.result()
        except BaseException:  # an interruption too: nobody waits for the answers
            threads.shutdown(wait=False, cancel_futures=True)
            workers.end()
            raise


class _Worker:
    """A process and the pipe to it, which is its alone: one that is killed while it answers spoils no other's."""

    def __init__(self) -> None:
        context = get_context("spawn")  # a fork would take along the locks of the parent's threads
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs,), name="gxclassify-worker", daemon=False)
        with _no_interrupt():
            self.process.start()
        theirs.close()
        self._begun = False

    def tell(self, task: Task) -> None:
        """Say what to do with all that will be given; a worker that is dead already hears nothing."""
        with contextlib.suppress(OSError):
            self.connection.send(task)

    def ask(self, chunk: Chunk) -> Outcome:
        """Return what becomes of `chunk`; an `EOFError` or `OSError` tells that the worker is dead."""
        if not self._begun:
            self.connection.recv()
            self._begun = True
        self.connection.send(chunk)
        answer: Outcome | Exception = self.connection.recv()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def epitaph(self) -> str:
        """Return how the worker, which is dead, has ended."""
        self.process.join(_PATIENCE)
        code = self.process.exitcode
        if code is not None and code < 0:
            if code == -_KILLED:
                how = Message("was killed by signal {signal} (the system may be out of memory)", signal=-code)
            else:
                how = Message("was killed by signal {signal}", signal=-code)
        else:
            how = Message("ended unexpectedly (exit code {code})", code=code)
        return Message("worker {pid} {how}", pid=self.process.pid, how=how)

    def cannot_begin(self) -> bool:
        """Tell whether the worker, which is dead, ended by itself before it was given anything: so would any other."""
        self.process.join(_PATIENCE)
        return not self._begun and (self.process.exitcode or 0) > 0

    def stop(self) -> None:
        self.connection.close()
        self.process.join(_PATIENCE)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


class _Workers:
    """The processes that score, and how one of them gets a chunk scored."""

    def __init__(self, task: Task, jobs: int) -> None:
        self._task = task
        self._ending = False
        self._all = [_Worker() for _ in range(jobs)]
        self._free: queue.SimpleQueue[_Worker] = queue.SimpleQueue()

    def __enter__(self) -> Self:
        for worker in self._all:  # only when all have been started, since each listens late
            worker.tell(self._task)
            self._free.put(worker)
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._all:
            worker.stop()

    def end(self) -> None:
        """End all processes, whatever they do."""
        self._ending = True
        for worker in self._all:
            worker.process.kill()

    def score(self, chunk: Chunk) -> Outcome:
        """Have `chunk` scored by a process that is free, and once more by a fresh one when it dies."""
        deaths: list[str] = []
        worker = self._free.get()
        try:
            while len(deaths) < _MOST_DEATHS:
                try:
                    outcome = worker.ask(chunk)
                except (EOFError, OSError):
                    if self._ending:
                        raise
                    if worker.cannot_begin():
                        raise GxclassifyError(
                            "The processes that jobs asks for cannot begin. A script must lie in a file, not come from "
                            'standard input, and begin its work under if __name__ == "__main__":; or give jobs=1.'
                        ) from None
                    deaths.append(worker.epitaph())
                    worker = self._replace(worker)
                else:
                    notes = tuple(
                        Message("{death}; {place} was scored again.", death=death, place=chunk.place)
                        for death in deaths
                    )
                    return replace(outcome, notes=notes + outcome.notes)
        finally:
            self._free.put(worker)
        return Outcome(
            problems=(
                Message(
                    "{place}: {deaths}, twice over it; the part is left out.", place=chunk.place, deaths=deaths[-1]
                ),
            )
        )

    def _replace(self, dead: _Worker) -> _Worker:
        dead.connection.close()
        self._all[self._all.index(dead)] = fresh = _Worker()
        fresh.tell(self._task)
        return fresh


@contextlib.contextmanager
def _no_interrupt() -> Iterator[None]:
    """Hold back SIGINT and SIGTERM: a process started meanwhile gets neither before it can choose to ignore them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # now, for when Python starts it with the first process it lets SIGINT in again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(connection: Connection) -> None:
    """Score what comes until nothing more does; runs in the worker."""
    for number in (signal.SIGINT, signal.SIGTERM):  # sent to the whole group: the parent ends its workers itself
        signal.signal(number, signal.SIG_IGN)
    with contextlib.suppress(EOFError, OSError):  # the parent has nothing more, or is gone
        task: Task = connection.recv()
        encoder = task.own_encoder()
        connection.send(None)  # ready
        while True:
            connection.send(_outcome(task, encoder, connection.recv()))


def _outcome(task: Task, encoder: Any, chunk: Chunk) -> Outcome | Exception:
    try:
        return score_chunk(task, encoder, chunk)
    except MemoryError:
        os._exit(1)  # what cannot be told is noticed
    except GxclassifyError as error:
        return error
    except Exception:  # noqa: BLE001 - the parent raises it, with the trace of the place where it arose
        return RuntimeError(f"A worker met a bug:\n{traceback.format_exc()}")
