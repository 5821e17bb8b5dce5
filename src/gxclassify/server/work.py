"""The work of many requests at once: texts scored in common batches, and documents read a few at a time.

A batch of one text costs a millisecond of numpy calls, one of sixteen little more. A lone request is scored at once;
where several came together last time, the first waits two milliseconds at most for the others. A long request is served
in slices, so that short ones never wait for more than one of them.

Batches are scored in the event loop itself. A thread would have to share Python's interpreter lock with it, and each
of the two would stall the other for milliseconds; only a single long text, which would hold the loop up, goes to one.
"""

from __future__ import annotations

import asyncio
import io
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gxclassify.config import ReadingConfig
from gxclassify.errors import ConfigError, InputError, MissingPackageError
from gxclassify.files import write_whole
from gxclassify.messages import Message
from gxclassify.model.model import Model, TaggedParagraph, places, text_length
from gxclassify.reading import Document, read
from gxclassify.reading.compressed import Plain
from gxclassify.reading.document import MISSING
from gxclassify.reading.records.written import written
from gxclassify.reading.sandbox import Stop, stoppable
from gxclassify.server.problems import ProblemError
from gxclassify.surveys.tagged import no_texts

if TYPE_CHECKING:
    from gxclassify.model.facts import FactFinder
    from gxclassify.server.models import ModelHolder
    from gxclassify.server.settings import Limits

UNNAMED = "document"
"""How a file is called whose name nobody gave."""

BATCH_TEXTS = 64
BATCH_CHARACTERS = 10_000
"""How much is scored at a time: some ten milliseconds, for that is how long the next request may have to wait."""

GATHER_SECONDS = 0.002


@dataclass(slots=True, eq=False)
class _Job:
    """The texts of one request and what is done of them."""

    texts: Sequence[str | None]
    model: Model
    evidence: bool
    done: asyncio.Future[None]
    tagged: list[TaggedParagraph] = field(default_factory=list)
    taken: int = 0

    def fits(self, other: _Job) -> bool:
        return self.model is other.model and self.evidence == other.evidence

    def take(self, texts: int, characters: int) -> list[str | None]:
        """Take the next texts: at most as many, and up to `characters` unless the first one alone is longer."""
        part: list[str | None] = []
        for text in self.texts[self.taken : self.taken + texts]:
            characters -= text_length(text)
            if characters < 0 and part:
                break
            part.append(text)
        self.taken += len(part)
        return part


class Batcher:
    """Tag texts of many requests in common batches. Used from one event loop.

    Parameters
    ----------
    models : ModelHolder
    queued_characters : int
        The most text that may wait; a request beyond it is refused with status 429.
    observe : callable, optional
        Told the paragraphs and characters of each batch.
    """

    def __init__(
        self, models: ModelHolder, *, queued_characters: int, observe: Callable[[int, int], None] | None = None
    ) -> None:
        self._models = models
        self._limit = queued_characters
        self._observe = observe
        self._jobs: deque[_Job] = deque()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="scoring")
        self._busy = False
        self._expected = 1  # how many requests the last batch served
        self._gathering: asyncio.TimerHandle | None = None
        self.queued = 0

    async def tag(
        self, texts: Sequence[str | None], *, evidence: bool = True, thresholds: Mapping[str, float] | None = None
    ) -> list[TaggedParagraph]:
        """Tag `texts`, one paragraph each; ``article`` is the place in `texts`' batch, not in `texts`.

        Raises
        ------
        ProblemError
            Too much text waits already (429), or `thresholds` names a theme that the model lacks (422).
        """
        model = self._models.current
        if thresholds:
            model = tuned(model, thresholds)
        size = sum(map(text_length, texts))
        if self.queued and self.queued + size > self._limit:
            raise ProblemError(
                429,
                "busy",
                Message("Too much text is waiting to be scored; try again later."),
                headers={"Retry-After": "1"},
            )
        if not texts:
            return []
        job = _Job(texts, model, evidence, asyncio.get_running_loop().create_future())
        self.queued += size
        self._jobs.append(job)
        self._start()
        try:
            await job.done
        finally:
            self.queued -= size
            if not job.done.done() or job.done.cancelled():
                self._drop(job)
        return job.tagged

    def close(self) -> None:
        """Let the thread go once its batch is done."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _drop(self, job: _Job) -> None:
        if job in self._jobs:
            self._jobs.remove(job)

    def _start(self) -> None:
        if self._busy or not self._jobs:
            return
        loop = asyncio.get_running_loop()
        if self._gathering is None:
            self._gathering = loop.call_later(GATHER_SECONDS, self._run)
        if len(self._jobs) >= self._expected:
            self._gathering.cancel()
            self._gathering = None
            self._busy = True
            loop.call_soon(self._run)  # after the other requests that are here already have had their turn

    def _run(self) -> None:
        self._busy, self._gathering = True, None
        if not self._jobs:  # they were given up meanwhile
            self._busy = False
            return
        parts = self._next_batch()
        self._expected = len(parts)
        first = parts[0][0]
        texts = [text for _, part in parts for text in part]
        characters = sum(map(text_length, texts))
        if self._observe is not None:
            self._observe(len(texts), characters)
        loop = asyncio.get_running_loop()
        work = partial(_tag, first.model, texts, evidence=first.evidence)
        if characters > BATCH_CHARACTERS:
            loop.run_in_executor(self._thread, work).add_done_callback(partial(self._finish, parts))
            return
        scored: asyncio.Future[list[TaggedParagraph]] = loop.create_future()
        try:
            scored.set_result(work())
        except Exception as error:  # noqa: BLE001 - every request of the batch hears of it
            scored.set_exception(error)
        self._finish(parts, scored)

    def _next_batch(self) -> list[tuple[_Job, list[str | None]]]:
        first = self._jobs[0]
        texts, characters = BATCH_TEXTS, BATCH_CHARACTERS
        parts: list[tuple[_Job, list[str | None]]] = []
        for job in [job for job in self._jobs if job.fits(first)]:
            part = job.take(texts, characters)
            parts.append((job, part))
            # Whoever is served goes to the end of the queue, or leaves it.
            self._jobs.remove(job)
            if job.taken < len(job.texts):
                self._jobs.append(job)
            texts -= len(part)
            characters -= sum(map(text_length, part))
            if texts <= 0 or characters <= 0:
                break
        return parts

    def _finish(
        self, parts: list[tuple[_Job, list[str | None]]], scored: asyncio.Future[list[TaggedParagraph]]
    ) -> None:
        self._busy = False
        self._start()
        error = scored.exception() if not scored.cancelled() else asyncio.CancelledError()
        start = 0
        for job, part in parts:
            if job.done.done():  # the client has gone or the time is over
                self._drop(job)
            elif error is not None:
                self._drop(job)
                job.done.set_exception(error)
            else:
                job.tagged += scored.result()[start : start + len(part)]
                if len(job.tagged) == len(job.texts):
                    job.done.set_result(None)
            start += len(part)


def _tag(model: Model, texts: list[str | None], *, evidence: bool) -> list[TaggedParagraph]:
    return list(model.tag(texts, evidence=evidence))


def tuned(model: Model, thresholds: Mapping[str, float]) -> Model:
    """Return `model` with other thresholds, or raise a problem that does not repeat the names that were sent."""
    try:
        model.check_thresholds_count()
    except ConfigError as error:
        raise ProblemError(422, "thresholds", error.message) from error
    try:
        return model.with_thresholds(thresholds)
    except ConfigError as error:
        names = [*model.themes]
        detail = Message(
            "The thresholds must be numbers in 0 … 1 for themes of the model, which has {names}.", names=names
        )
        raise ProblemError(422, "thresholds", detail) from error


class DocumentReader:
    """Read documents, `Limits.documents` at once; as many again may wait, the rest is refused with status 429.

    Parameters
    ----------
    limits : Limits
    observe : callable, optional
        Told the format of each document that was read.
    """

    def __init__(self, limits: Limits, observe: Callable[[str], None] | None = None) -> None:
        self._limits = limits
        self._observe = observe
        self._threads = ThreadPoolExecutor(limits.documents, thread_name_prefix="reading")
        self._present = 0

    async def read(
        self,
        data: bytes,
        name: str,
        encoding: str = "",
        text_column: str = "text",
        *,
        help: str = "",  # noqa: A002 - as the part of a message is called
        results: bool = False,
    ) -> Document:
        """Return the document in `data`, a file of any format that `gxclassify.read` takes.

        Parameters
        ----------
        data : bytes
        name : str
            The file's name; its ending helps to tell the format.
        encoding, text_column : str
            As `gxclassify.read` has them.
        help : str
            How a problem says to choose the column of the text.
        results : bool
            Whether it may be what `predict` wrote: Parquet is read as well, and what holds no texts is named.

        Raises
        ------
        ProblemError
            Too many documents are being read (429), or this one cannot be or goes beyond the limits of texts (422).
        """
        if self._present >= 2 * self._limits.documents:
            detail = Message("Too many documents are being read; try again later.")
            raise ProblemError(429, "busy", detail, headers={"Retry-After": "2"})
        self._present += 1
        stop = Stop()
        try:
            loop = asyncio.get_running_loop()
            work = partial(self._read, data, name, encoding, text_column, help=help, stop=stop, results=results)
            document = await loop.run_in_executor(self._threads, work)
        except asyncio.CancelledError:  # the client has gone or the time is over: the work ends as well
            stop.stop()
            raise
        finally:
            self._present -= 1
        if self._observe is not None:
            self._observe(document.format)
        return document

    def close(self) -> None:
        """Let the threads go once they are done."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _read(
        self,
        data: bytes,
        name: str,
        encoding: str,
        text_column: str,
        *,
        help: str,  # noqa: A002
        stop: Stop,
        results: bool,
    ) -> Document:
        config = ReadingConfig(max_bytes=self._limits.document_bytes, parse_seconds=self._limits.request_seconds / 2)
        try:
            with stoppable(stop), _stored(data) if results and data.startswith(b"PAR1") else nullcontext() as path:
                if results and written(Plain(io.BytesIO(data), name), path, config) in {"groups", "tables"}:
                    raise no_texts(name)
                document = read(path or data, name=name, config=config, encoding=encoding, text_column=text_column)
        except (InputError, MissingPackageError) as error:
            said = error.message.without_place()
            if name == UNNAMED:
                said = said.instead(name, Message("the document"))
            raise ProblemError(422, "unreadable", said, help=help) from error
        check_texts(document_texts(document), self._limits, "/paragraphs")
        return document


@contextmanager
def _stored(data: bytes) -> Iterator[Path]:
    """Give the path of a file that holds `data` as long as it is wanted."""
    with tempfile.TemporaryDirectory(prefix="gxclassify-") as folder:
        path = Path(folder) / "sent"
        write_whole(path, data)
        yield path


def check_texts(texts: Sequence[str | None], limits: Limits, pointer: str = "") -> None:
    """Raise a problem (422) when there are too many texts or one is too long."""
    if len(texts) > limits.texts:
        detail = Message(
            "There are {text_count:,} texts, more than the {texts:,} of one request; send them in parts.",
            text_count=len(texts),
            texts=limits.texts,
        )
        raise ProblemError(422, "too-many-texts", detail, errors=[{"pointer": pointer, "detail": Message("Too many.")}])
    long = [i for i, text in enumerate(texts) if text and len(text) > limits.text_characters]
    if long:
        detail = Message(
            "A text must not have more than {text_characters:,} characters; split it into paragraphs.",
            text_characters=limits.text_characters,
        )
        errors = [{"pointer": f"{pointer}/{i}", "detail": Message("Too long.")} for i in long[:10]]
        raise ProblemError(422, "text-too-long", detail, errors=errors)


def document_texts(document: Document) -> list[str | None]:
    """Return the paragraphs of `document` in order, None for a record without a text."""
    return [
        None if paragraph.kind == MISSING else paragraph.text
        for article in document.articles
        for paragraph in article.paragraphs
    ]


def in_document(
    document: Document, tagged: Sequence[TaggedParagraph], finder: FactFinder | None = None, *, evidence: bool = True
) -> Iterator[TaggedParagraph]:
    """Yield `tagged`, what the texts of `document` were tagged with, each in its place, with what a `finder` finds.

    Amounts are found by the evidence, which the paragraphs keep only where it was asked for.
    """
    for place, plain in zip(places(document, finder), tagged, strict=True):
        own = place._asdict()
        del own["source_span"], own["text"]
        one = plain._replace(**own, evidence=place.moved(plain.evidence))
        yield one if place.facts is None else one.with_facts(place.facts, evidence=evidence)
