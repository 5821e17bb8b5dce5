"""What a survey reads: files to tag, or files that `predict` or people tagged already, as one stream of passages."""

from __future__ import annotations

import functools
import io
import itertools
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gxclassify.errors import InputError
from gxclassify.messages import Message
from gxclassify.model.facts import FactFinder, date_notes, unread_notes
from gxclassify.output.forms import Layout
from gxclassify.reading.collector import without_collector
from gxclassify.reading.inputs import NO_FILE, Inputs
from gxclassify.reading.reader import as_paths
from gxclassify.reading.records.chunks import missing_texts
from gxclassify.scoring.workers import Task, in_order
from gxclassify.surveys.passages import PassageEncoder, passage_line, uncounted
from gxclassify.surveys.tagged import TaggedReader, no_texts
from gxclassify.zones import UnreadDates

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

    from gxclassify.config import ReadingConfig
    from gxclassify.model.model import Model
    from gxclassify.reading.document import Document
    from gxclassify.zones import Gazetteer


_BATCH = 2_000  # passages


class Part(NamedTuple):
    """Some of a survey's input: one tagged file, or files that are tagged together.

    Attributes
    ----------
    name : str
        What problems call it.
    themes : tuple of str
        What it is tagged with.
    lines : iterator of bytes
        Its passages, as `passage_line` writes them.
    """

    name: str
    themes: tuple[str, ...]
    lines: Iterator[bytes]


def parts(
    inputs: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    model: Model,
    gazetteer: Gazetteer,
    jobs: int,
    reading: ReadingConfig,
    text_column: str,
    date_column: str,
    stdin: BinaryIO | None,
    leave_out: Iterable[Path],
    on_problem: Callable[[str], None],
    on_note: Callable[[str], None],
) -> Iterator[Part]:
    """Yield the parts of `inputs`.

    Neighbouring files that are to be tagged are tagged together, in `jobs` processes. Files of tagged paragraphs are
    taken as they are, and their facts found where they lack them.
    """
    finder = FactFinder(gazetteer, date_column)
    inputs = as_paths(inputs)
    named = {str(Path(name)) for name in inputs}
    begun: dict[tuple[tuple[str, int, int], str], str] = {}
    missing: list[int] = []
    unread: list[UnreadDates] = []
    every = Inputs(inputs, text_column=text_column, config=reading, stdin=stdin, leave_out=leave_out, tagged=True)
    _tell(every, on_problem, on_note)
    for what, source in every.apart():
        if what in {"paragraphs", "labels"}:
            reader = TaggedReader(finder, model.taxonomy, on_problem, on_note)
            documents = _documents(source, reading, missing, on_problem, on_note)
            passages = reader.passages(documents)
            if first := next(passages, None):
                name = source.sources[0].name
                before = begun.setdefault((first.key, first.text), name)
                if before != name and name not in named:
                    on_note(
                        Message(
                            "{name}: it begins with the same paragraph as {before}, and only that file counts; name "
                            "both to have both counted.",
                            name=name,
                            before=before,
                        )
                    )
                    continue
                lines = map(passage_line, itertools.chain([first], passages))
                yield Part(name, reader.themes, _in_batches(lines))
        elif what in {"groups", "tables"}:
            for one in source.sources:
                on_problem(no_texts(one.name).message)
        else:
            for note in date_notes(source, date_column, alone=len(source.sources) == len(every.sources)):
                on_note(note)
            task = Task(model, Layout(form="jsonl"), reading, gazetteer, date_column, PassageEncoder())
            yield Part(
                "the files to tag", model.themes, _tagged_now(source, task, jobs, missing, unread, on_problem, on_note)
            )
    for note in [*uncounted(sum(missing)), *unread_notes(functools.reduce(UnreadDates.and_of, unread, UnreadDates()))]:
        on_note(note)


def _tell(inputs: Inputs, on_problem: Callable[[str], None], on_note: Callable[[str], None]) -> None:
    for note in inputs.notes:
        on_note(note)
    if not inputs.sources:
        on_problem(NO_FILE)


def _in_batches(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Yield lines that are made many at a time: the rows behind them all live until then, and make no circles."""
    batch = [b""]
    while batch:
        with without_collector():
            batch = [*itertools.islice(lines, _BATCH)]
        yield from batch


def _documents(
    source: Inputs,
    reading: ReadingConfig,
    missing: list[int],
    on_problem: Callable[[str], None],
    on_note: Callable[[str], None],
) -> Iterator[Document]:
    """Yield the pieces of a tagged file; what of it cannot be read is told, and what has no text counted."""
    for chunk in source.chunks():
        for document in chunk.read(reading):
            if isinstance(document, InputError):
                on_problem(document.message)
                continue
            for note in document.notes:
                on_note(Message("{document}: {note}", document=document.document, note=note))
            missing.append(missing_texts(document))
            yield document


def _tagged_now(
    source: Inputs,
    task: Task,
    jobs: int,
    missing: list[int],
    unread: list[UnreadDates],
    on_problem: Callable[[str], None],
    on_note: Callable[[str], None],
) -> Iterator[bytes]:
    for _, outcome in in_order(source.chunks(), task, jobs):
        missing.append(outcome.missing)
        if outcome.unread is not None:
            unread.append(outcome.unread)
        for report, sentences in ((on_note, outcome.notes), (on_problem, outcome.problems)):
            for sentence in sentences:
                report(sentence)
        yield from io.BytesIO(outcome.data)
