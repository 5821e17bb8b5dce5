"""Tag any amount of input into one file: what ``gxclassify predict … --output`` runs."""

from __future__ import annotations

import dataclasses
import itertools
import json
import os
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, Self, TextIO, cast

from gxclassify.config import ReadingConfig
from gxclassify.errors import ConfigError, GxclassifyError, InputError
from gxclassify.files import whole_file
from gxclassify.messages import Message, system_text
from gxclassify.output import encoder_for
from gxclassify.output.forms import Layout
from gxclassify.reading.compressed import Compression, split_name
from gxclassify.reading.inputs import NO_FILE, NOTHING, Fields, Inputs, check_output
from gxclassify.reading.reader import as_paths
from gxclassify.reading.records.chunks import missing_notice
from gxclassify.scoring.workers import Outcome, Task, check_jobs, in_order

if TYPE_CHECKING:
    from gxclassify.model.groups import Level
    from gxclassify.model.model import Model
    from gxclassify.reading.records.chunks import Chunk
    from gxclassify.zones import Gazetteer, UnreadDates

Form = Literal["jsonl", "csv", "parquet"]
Report = Callable[[str], None]
Tick = Callable[[int, int | None, int], None]

_FORMS: dict[str, str] = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".parquet": "parquet", ".json": "json", ".html": "html",
    ".htm": "html", ".xlsx": "xlsx", ".txt": "table",
}  # fmt: skip
_BULK = {ending: form for ending, form in _FORMS.items() if form in {"jsonl", "csv", "parquet"}}
_MOST_PROBLEMS = 1000


@dataclass(frozen=True, slots=True)
class BulkResult:
    """How a run ended.

    Attributes
    ----------
    paragraphs : int
        How many paragraphs were tagged.
    left_out : int
        How many inputs could not be read or scored.
    problems : tuple of str
        What was wrong with them: the first thousand, of this run.
    written : bool
        Whether there is an output of this run. Where nothing could be read there is none, and what stood at its place
        before is as it was.
    rows : int
        How many rows or lines the output holds: as many as paragraphs, or one for each article or document.
    """

    paragraphs: int
    left_out: int
    problems: tuple[str, ...]
    written: bool = True
    rows: int = 0


def form_of(path: Path, forms: Mapping[str, str] = _FORMS) -> tuple[str, Compression]:
    """Return the format and the compression that an output's name tells, where `forms` has its ending.

    >>> form_of(Path("tags.csv.zst"))
    ('csv', 'zstd')

    Raises
    ------
    ConfigError
        The name tells no format.
    """
    ending, compression = split_name(path)
    form = forms.get(ending)
    if form is None:
        raise ConfigError(
            "The output's name must end in {forms}, or its format be given. Got {name!r}.",
            forms=[*forms],
            name=path.name,
        )
    return form, compression


def tag_files(
    inputs: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    output: str | os.PathLike[str],
    *,
    model: Model | str | Path | None = None,
    form: Form | None = None,
    jobs: int = 1,
    resume: bool = False,
    text_column: str = "text",
    evidence: bool = True,
    zones: bool | Gazetteer = False,
    date_column: str = "date",
    level: Level = "paragraph",
    reading: ReadingConfig | None = None,
    stdin: BinaryIO | None = None,
    on_problem: Report | None = None,
    on_note: Report | None = None,
    on_progress: Tick | None = None,
) -> BulkResult:
    """Tag all paragraphs of `inputs` and write them to the file `output`, in the order of the input.

    The output gets its name only when it is whole. What cannot be read is named and left out, and the rest is done;
    where there is no rest, an earlier output is not replaced by an empty one.

    Parameters
    ----------
    inputs : path or iterable of paths
        Documents, JSON Lines, CSV and Parquet files, folders of such; gzip and zstd are unpacked. ``-``: `stdin`.
    output : path
        ``.jsonl``, ``.csv`` or ``.parquet``; the first two also compressed, with ``.gz`` or ``.zst`` behind.
    model : Model, str or Path, optional
        A model, or what `load_model` takes. Default: the shipped one.
    form : {"jsonl", "csv", "parquet"}, optional
        The format, where the name does not tell.
    jobs : int
        How many processes score, 64 at most; 1 is this one alone. With more, a script needs the guard
        ``if __name__ == "__main__":``, as with the standard library's processes.
    resume : bool
        Go on with an interrupted run of the same inputs, model and settings, if there is one.
    text_column : str
        The field of JSON Lines, CSV and Parquet records that is scored; the others are kept.
    evidence : bool
        Whether the sentences and words that decided are written; CSV has no place for them.
    zones : bool or Gazetteer
        Whether zones, dates and amounts are found and written as well; a gazetteer names the zones to know.
    date_column : str
        The field of records that holds their date.
    level : {"paragraph", "article", "document"}
        What a row or line is.
    reading : ReadingConfig, optional
        The limits on what is read.
    on_problem, on_note : callable, optional
        Given a sentence on each input that is left out, and on what else a user should know.
    on_progress : callable, optional
        Given (bytes of input done, bytes in all or None, paragraphs written).

    Raises
    ------
    ConfigError
        The output's name tells no format, or is that of an input.
    GxclassifyError
        The output cannot be written, or another run is writing it.
    InputError
        With `resume`: the interrupted run was another, or its input has changed. No record has `date_column`.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "in.jsonl").write_text('{"id": 7, "text": "济宁高新区新签约项目12个，总投资38亿元。"}')
    >>> tag_files([folder / "in.jsonl"], folder / "tags.parquet").paragraphs
    1
    """
    target, inputs = Path(output), as_paths(inputs)
    check_output(target, inputs)
    known, compression = form_of(target, _BULK) if form is None else (form, split_name(target)[1])
    _check(known, compression, jobs)
    source = Inputs(
        inputs, text_column=text_column, config=reading or ReadingConfig(), stdin=stdin,
        leave_out=[target, *part_names(target)],
    )  # fmt: skip
    fields = source.fields()
    layout = Layout(
        form=cast("Form", known), compression=compression, fields=fields.types, more=fields.more, evidence=evidence,
        facts=zones is not False, level=level,
    )  # fmt: skip
    task = _task(model, layout, reading, zones, date_column)
    notes = _notes(source, task)
    encoder = encoder_for(layout, task.model.themes)
    missing = next((one.problem for one in source.sources if one.problem), "")
    begun = not resume and all(path.exists() for path in part_names(target))
    with Output(
        target,
        identity=_identity(task, text_column),
        head=encoder.head(),
        resume=resume,
        finish=getattr(encoder, "finish", None),
        missing=missing,
    ) as out:
        chunks = _skip(source.chunks(), out.progress, target, missing)
        log = _Log(on_problem, on_note)
        if begun:
            log.note(
                Message("{output}: what an interrupted run had done is done anew; --resume goes on.", output=target)
            )
        if out.forgotten:
            log.note(
                Message(
                    "{output}: how far the interrupted run had come cannot be read in {journal}; all is done anew.",
                    output=target,
                    journal=part_names(target)[1].name,
                )
            )
        if resume and not (out.resumed or out.forgotten):
            log.note(
                Message(
                    "{output}: there is nothing to resume: no run before this one had got so far as to keep anything. "
                    "This one begins at the start.",
                    output=target,
                )
            )
        log.note(*notes)
        log.tell(_no_file(source))
        for chunk, outcome in in_order(chunks, task, jobs):
            log.tell(outcome)
            out.add(chunk, outcome)
            if on_progress is not None:
                on_progress(chunk.consumed, source.total_bytes, out.progress.paragraphs)
        written = out.progress.paragraphs > 0 or not out.progress.problems
        out.complete() if written else out.discard()
    log.end(out.progress.missing)
    return BulkResult(out.progress.paragraphs, out.progress.problems, tuple(log.problems), written, out.progress.rows)


def stream_files(
    inputs: Iterable[str | os.PathLike[str]],
    stream: BinaryIO,
    *,
    form: Literal["jsonl", "csv"],
    model: Model | str | Path | None = None,
    jobs: int = 1,
    text_column: str = "text",
    evidence: bool = True,
    zones: bool | Gazetteer = False,
    date_column: str = "date",
    level: Level = "paragraph",
    reading: ReadingConfig | None = None,
    stdin: BinaryIO | None = None,
    on_problem: Report | None = None,
    on_note: Report | None = None,
) -> BulkResult:
    """Tag as `tag_files` does, into an open binary stream such as standard output."""
    _check(form, "", jobs)
    source = Inputs(inputs, text_column=text_column, config=reading or ReadingConfig(), stdin=stdin)
    fields = source.fields() if form == "csv" else Fields({}, more=False)
    layout = Layout(
        form=form, fields=fields.types, more=fields.more, evidence=evidence, facts=zones is not False, level=level
    )
    task = _task(model, layout, reading, zones, date_column)
    notes = _notes(source, task)
    stream.write(encoder_for(task.layout, task.model.themes).head())
    log = _Log(on_problem, on_note)
    log.note(*notes)
    log.tell(_no_file(source))
    paragraphs = rows = 0
    nothing = bool(source.sources)
    for _, outcome in in_order(source.chunks(), task, jobs):
        nothing = False
        log.tell(outcome)
        stream.write(outcome.data)
        stream.flush()
        paragraphs, rows = paragraphs + outcome.paragraphs, rows + outcome.rows
    if nothing:
        log.note(NOTHING)
    log.end(log.missing)
    return BulkResult(paragraphs, log.count, tuple(log.problems), rows=rows)


def _no_file(source: Inputs) -> Outcome:
    """Return the problem of inputs without any file: folders that are empty."""
    return Outcome() if source.sources else Outcome(problems=(NO_FILE,))


def _notes(source: Inputs, task: Task) -> list[str]:
    if task.zones is False:
        return source.notes
    from gxclassify.model.facts import date_notes

    return [*source.notes, *date_notes(source, task.date_column)]


class _Log:
    """Passes on what there is to say, and keeps the first problems."""

    def __init__(self, on_problem: Report | None, on_note: Report | None) -> None:
        self._on_problem = on_problem
        self._on_note = on_note
        self.problems: list[str] = []
        self.count = 0
        self.missing = 0
        self.unread: UnreadDates | None = None

    def note(self, *sentences: str) -> None:
        for sentence in sentences:
            if self._on_note is not None:
                self._on_note(sentence)

    def tell(self, outcome: Outcome) -> None:
        self.count += len(outcome.problems)
        self.missing += outcome.missing
        if outcome.unread is not None:
            self.unread = outcome.unread if self.unread is None else self.unread.and_of(outcome.unread)
        self.problems += outcome.problems[: max(0, _MOST_PROBLEMS - len(self.problems))]
        for report, sentences in ((self._on_note, outcome.notes), (self._on_problem, outcome.problems)):
            for sentence in sentences if report is not None else ():
                cast("Report", report)(sentence)

    def end(self, missing: int) -> None:
        """Say how many records had no text, of an interrupted run too, and how many dates are not understood."""
        for notice in missing_notice(missing):
            self.note(notice.text)
        if self.unread is not None:
            from gxclassify.model.facts import unread_notes

            self.note(*unread_notes(self.unread))


def _check(form: str, compression: Compression, jobs: int) -> None:
    if form not in _BULK.values():
        raise ConfigError("The format of bulk output must be jsonl, csv or parquet. Got {form!r}.", form=form)
    if form == "parquet" and compression:
        raise ConfigError("Parquet is compressed within; leave off the last ending of the output's name.")
    check_jobs(jobs)


def _task(
    model: Model | str | Path | None,
    layout: Layout,
    reading: ReadingConfig | None,
    zones: bool | Gazetteer,  # noqa: FBT001 - as `tag_files` has it
    date_column: str,
) -> Task:
    from gxclassify.loading import as_model  # names are checked before a model is loaded

    return Task(as_model(model), layout, reading or ReadingConfig(), zones, date_column)


_FIELDS = "fields"
_OPTIONS: dict[str, Message] = {
    "model": Message("the model (--model)"),
    "thresholds": Message("thresholds (--threshold)"),
    "form": Message("the format (--format)"),
    "compression": Message("how the output is packed"),
    "evidence": Message("the evidence (--evidence, --no-evidence)"),
    "facts": Message("zones, date and amounts (--zones)"),
    "zones": Message("the zones that are known (--gazetteer)"),
    "level": Message("the level (--level)"),
    "date column": Message("the field of the date (--date-column)"),
    "text column": Message("the field of the text (--text-column)"),
    "reading limits": Message("how files are read (--encoding, --config, --set)"),
}
"""What a run that goes on must share with the one before, besides its input, in the words of the command line."""


def _identity(task: Task, text_column: str) -> dict[str, object]:
    layout = task.layout
    return {
        "model": task.model.name,
        "thresholds": task.model.thresholds,
        "form": layout.form,
        "compression": layout.compression,
        "evidence": layout.evidence,
        "facts": layout.facts,
        "zones": task.zones if isinstance(task.zones, bool) else zlib.crc32(repr(task.zones.zones).encode()),
        "level": layout.level,
        "date column": task.date_column,
        "text column": text_column,
        "reading limits": dataclasses.asdict(task.reading),
        _FIELDS: [layout.fields, layout.more],
    }


def _changed(target: Path, missing: str) -> InputError:
    """Return the error of an input that is not that of the interrupted run; `missing` says why, where a file is."""
    if missing:
        return InputError("{target}: the interrupted run cannot go on. {missing}", target=target, missing=missing)
    return InputError(
        "{target}: the input, or its name, has changed since the interrupted run; start anew without resuming.",
        target=target,
    )


def _skip(chunks: Iterator[Chunk], done: Progress, target: Path, missing: str) -> Iterator[Chunk]:
    """Pass over the chunks that an interrupted run finished; an `InputError` tells when the input is not the same."""
    seen = Progress()
    for chunk in itertools.islice(chunks, done.chunks):
        seen = seen.after(chunk)
    if (seen.chunks, seen.mark) != (done.chunks, done.mark):
        raise _changed(target, missing)
    return chunks


# Beside ``tags.jsonl`` stand, until it is whole, ``tags.jsonl.part`` with what is written and ``tags.jsonl.journal``,
# one JSON object a line: first what the run is, then, from time to time, how far it has come. A line is added only
# after the part file has reached the disk up to there; beyond, the part file is cut off when the run goes on.
_EVERY_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: chunks done, their checksum, paragraphs, inputs left out, bytes, null texts, rows."""

    chunks: int = 0
    mark: int = 0
    paragraphs: int = 0
    problems: int = 0
    size: int = 0
    missing: int = 0
    rows: int = 0

    def after(self, chunk: Chunk, outcome: Outcome = Outcome()) -> Progress:  # noqa: B008 - it is frozen
        """Return the progress with one chunk more."""
        mark = zlib.crc32(chunk.mark().to_bytes(4, "big") + chunk.name.encode("utf-8", "replace"), self.mark)
        return Progress(
            self.chunks + 1,
            mark,
            self.paragraphs + outcome.paragraphs,
            self.problems + len(outcome.problems),
            self.size + len(outcome.data),
            self.missing + outcome.missing,
            self.rows + outcome.rows,
        )


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
    missing : str
        What there is to say of an input that cannot be read, if there is one.

    Attributes
    ----------
    forgotten : bool
        Whether there was a run to go on with, of which nobody knows how far it had come.

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
        missing: str = "",
    ) -> None:
        self.target = target
        self.forgotten = self.resumed = False
        self._missing = missing
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
            self.progress, self.resumed = before, True
            self._journal_file.write("\n")  # ends a line that a kill may have cut short

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # a full disk was named before
            self._files.close()

    def add(self, chunk: Chunk, outcome: Outcome) -> None:
        """Append the output of the next chunk."""
        try:
            self._part_file.write(outcome.data)
            self.progress = self.progress.after(chunk, outcome)
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

    def discard(self) -> None:
        """Take away part file and journal; what has the output's name keeps it."""
        try:
            self._part.unlink()
            self._journal.unlink()
        except OSError as error:
            raise self._trouble(error) from error

    def _note(self, entry: dict[str, Any]) -> None:
        self._journal_file.write(json.dumps(entry) + "\n")
        self._journal_file.flush()
        os.fsync(self._journal_file.fileno())

    def _before(self, identity: dict[str, Any]) -> Progress | None:
        """Return how far the interrupted run had come; None when there was none."""
        size = self._part.stat().st_size
        try:
            first, *lines = self._journal.read_text("utf-8", "replace").split("\n")
        except FileNotFoundError:
            first, lines = "", []
        before = _entry(first)
        if before is None:
            self.forgotten = size > 0
            return None
        now = json.loads(json.dumps(identity))
        differing = [words for key, words in _OPTIONS.items() if before.get(key) != now.get(key)]
        if differing:
            raise InputError(
                "{target}: the interrupted run differs from this one in {differing}; repeat its command, "
                "or start anew without resuming.",
                target=self.target,
                differing=differing,
            )
        if before.get(_FIELDS) != now.get(_FIELDS):
            raise _changed(self.target, self._missing)
        noted = [entry for line in lines if (entry := _entry(line)) and entry.keys() == asdict(Progress()).keys()]
        sound = [Progress(**entry) for entry in noted if entry["size"] <= size]
        self.forgotten = not sound and any(line.strip() for line in lines)
        return sound[-1] if sound else None

    def _trouble(self, error: OSError) -> GxclassifyError:
        if not self._part.exists():
            return GxclassifyError(
                "{target}: the output cannot be written ({reason}); name a folder that is there and may be written to.",
                target=self.target,
                reason=system_text(error),
            )
        return GxclassifyError(
            "{target}: the output cannot be written ({reason}); what is done is kept in {name}: mend that and resume.",
            target=self.target,
            reason=system_text(error),
            name=self._part.name,
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
        raise GxclassifyError(
            "{target}: another run is writing this output; wait for it, or name another.", target=target
        ) from error


def part_names(target: Path) -> tuple[Path, Path]:
    """Return where the unfinished output and its journal stand."""
    return target.with_name(target.name + ".part"), target.with_name(target.name + ".journal")


def _entry(line: str) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None
