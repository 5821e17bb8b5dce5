"""What several verbs share: the settings option, input files, and the progress bar."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import math
import signal
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gxclassify.errors import ConfigError, InputError
from gxclassify.messages import Message, current_language, spoken
from gxclassify.scoring import MOST_JOBS

if TYPE_CHECKING:
    from gxclassify.config import ReadingConfig


def model_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--model``."""
    text = "A model folder or a registry address such as models:/gxclassify@champion. Default: the shipped model."
    return click.option("--model", metavar="MODEL", help=text)(function)


_MOST_PROBLEMS = 100
_SAME_NOTES = 2
_MOST_NOTES = 1000

LABELS = "A file of label records or a folder of such."


def paths_option(flag: str, name: str, text: str, *, required: bool = False) -> Callable[[Any], Any]:
    """Return an option for label files and folders of such, which may be repeated."""
    return click.option(
        flag,
        name,
        multiple=True,
        required=required,
        type=click.Path(path_type=Path),
        metavar="PATH",
        help=f"{text} May be repeated.",
    )


class OutputPath(click.Path):
    """A path to write to. ``-`` is standard output, as if nothing were named; where it must be a folder, an error."""

    def __init__(self, *, folder: bool = False, file: bool = False) -> None:
        super().__init__(path_type=Path, file_okay=not folder, dir_okay=not file)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path, None for standard output."""
        if str(value) != "-":
            return super().convert(value, param, ctx)
        if not self.file_okay:
            self.fail(spoken(Message("a folder is written, which standard output cannot hold; name one.")), param, ctx)
        return None


class ExistingFile(click.Path):
    """A file that is there. One in a folder that may not be entered is not said to be missing."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, exists=True, dir_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path."""
        try:
            Path(value).stat()
        except PermissionError:
            said = Message("{path}: permission denied: its folder may not be entered.", path=value)
            self.fail(spoken(said), param, ctx)
        except (OSError, ValueError):
            pass  # told as click tells it
        return super().convert(value, param, ctx)


class StoreFile(click.Path):
    """A SQLite file, there or to be made. An address of a database is no file, and may hold a password."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, dir_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path."""
        if "://" in str(value):
            said = Message(
                "the store is a SQLite file, and no other database; give the path of one, such as labels.db."
            )
            self.fail(spoken(said), param, ctx)
        return super().convert(value, param, ctx)


class FiniteRange(click.FloatRange):
    """A number in a range; infinity, and what is no number, is in none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            said = Message("{value} is not in the range {range}.", value=number, range=self._describe_range())
            self.fail(spoken(said), param, ctx)
        return number


_ENDINGS_OF_DATA = frozenset({
    ".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet", ".html", ".htm", ".xlsx", ".xls", ".ods", ".db",
})  # fmt: skip


def refuse_endings(out: Path | None, *own: str) -> None:
    """Refuse an output whose name ends as a form of data does in which it is not written: its readers would stumble.

    `own` are the endings of the forms in which it is; other names, such as ``.txt``, tell no form.
    """
    from gxclassify.reading.compressed import split_name

    if out is None:
        return
    ending, compression = split_name(out)
    if compression or (ending in _ENDINGS_OF_DATA and ending not in own):
        raise ConfigError(
            "{out}: this is not written as its name says; give it a name that ends in {endings}.",
            out=out,
            endings=[*own],
        )


files_argument = click.argument("files", nargs=-1, required=True, metavar="FILE...")

text_column_option = click.option(
    "--text-column",
    default="text",
    show_default=True,
    metavar="NAME",
    help="The field of JSON Lines, CSV and Parquet records that holds the text.",
)


def jobs_option(text: str) -> Callable[[Any], Any]:
    """Return ``--jobs``."""
    return click.option(
        "--jobs", type=click.IntRange(1, MOST_JOBS), default=1, show_default=True, metavar="N", help=text
    )


def gazetteer_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--gazetteer``."""
    return click.option(
        "--gazetteer",
        "gazetteers",
        type=click.Path(path_type=Path),
        multiple=True,
        metavar="FILE",
        help="A CSV file of zones that are to be known beside the packaged ones. May be repeated.",
    )(function)


def date_column_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--date-column``."""
    return click.option(
        "--date-column",
        default="date",
        show_default=True,
        metavar="NAME",
        help="The field of JSON Lines, CSV and Parquet records that holds the date.",
    )(function)


def config_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--config`` and ``--set``."""
    return _options(
        "Change one setting, for example features.min_df=2. May be given several times.",
        "An experiment file (TOML) with settings.",
    )(function)


def reading_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--config`` and ``--set`` to a command that trains nothing; `reading_settings` takes what they give."""
    return _options(
        "Change one setting of reading, for example reading.max_pages=500. May be given several times.",
        "An experiment file (TOML), whose settings of reading count.",
    )(function)


def _options(assignment: str, file: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    setting = click.option("--set", "assignments", multiple=True, metavar="KEY=VALUE", help=assignment)
    path = click.option("--config", "config_path", type=click.Path(path_type=Path, dir_okay=False), help=file)
    return lambda function: path(setting(function))


def reading_settings(config_path: Path | None, assignments: tuple[str, ...]) -> ReadingConfig:
    """Return the settings of reading; others are refused in ``--set``, and noticed in a file made for training too.

    Raises
    ------
    ConfigError
        A setting is not known, does not fit, or has no effect where nothing is trained.
    """
    from gxclassify.config import Config, load_config

    config = load_config(config_path, assignments)
    for key in (assignment.partition("=")[0].strip() for assignment in assignments):
        if key.partition(".")[0] != "reading":
            raise ConfigError(
                "--set {key}: has no effect here, where only settings of reading count; it counts when a model is "
                "trained (gxclassify train).",
                key=key,
            )
    if replace(config, reading=Config().reading) != Config():
        notice(
            "{path}: only its settings of reading count here; the others do when a model is trained "
            "(gxclassify train).",
            path=config_path,
        )
    return config.reading


def format_option(*choices: str) -> Callable[[Any], Any]:
    """Return ``--format``; the first choice is the default."""
    return click.option("--format", "form", type=click.Choice(choices), default=choices[0], show_default=True)


def as_json(value: Any) -> str:
    """Return `value` as JSON for people: indented, with Chinese characters as they are."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def notice(text: str, /, **values: object) -> None:
    """Say something on standard error, in the language in force: a text, or a template and what stands in it."""
    # A progress bar stands in for the stream and lets text go by above itself; click by itself would write around it.
    click.echo(_said(text, values), file=sys.stderr, err=True)


def say(text: str, /, **values: object) -> None:
    """Say something on standard output; as `notice`."""
    click.echo(_said(text, values))


def _said(text: str, values: dict[str, object]) -> str:
    return spoken(text if isinstance(text, Message) else Message(text, **values))


min_support_option = click.option(
    "--min-support", type=click.IntRange(2), default=2, show_default=True, metavar="N",
    help="Of how many articles the paragraphs must be that tell a theme, for it to be learnt.",
)  # fmt: skip


def parse_thresholds(pairs: tuple[str, ...]) -> dict[str, float]:
    """Read ``theme=0.4`` pairs, also with the full-width signs of a Chinese keyboard: ``政策＝０．４``."""
    thresholds = {}
    for pair in pairs:
        theme, _, value = unicodedata.normalize("NFKC", pair).partition("=")
        try:
            thresholds[theme] = float(value)
        except ValueError as error:
            raise ConfigError(
                "--threshold {pair}: a threshold is written theme=number, for example goals=0.4.", pair=pair
            ) from error
    return thresholds


class Notes:
    """Say what there is to know of documents; what is the same of many only of the first few, and then how many.

    What one document says several times, one after the other, counts once.
    """

    def __init__(self) -> None:
        self._times: dict[Message, int] = {}
        self._last: dict[Message, object] = {}

    def __call__(self, note: str) -> None:
        """Say `note`, or count it."""
        parts = note.parts if isinstance(note, Message) else {}
        what = parts.get("{note}")
        if isinstance(what, Message) and (what in self._times or len(self._times) < _MOST_NOTES):
            if self._last.get(what) == parts["{document}"]:
                return
            self._last[what] = parts["{document}"]
            self._times[what] = self._times.get(what, 0) + 1
            if self._times[what] > _SAME_NOTES:
                return
        notice(note)

    def finish(self) -> None:
        """Say of how many more documents there is the same to know."""
        for what, times in self._times.items():
            if times > _SAME_NOTES:
                notice("{n:,} more {n:file|files}: {note}", n=times - _SAME_NOTES, note=what)
        self._times.clear()
        self._last.clear()


class Problems:
    """Say what is wrong with the input, a hundred times at the most, and remember that something was."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, problem: object) -> None:
        """Say `problem`, and count it."""
        self.count += 1
        if self.count <= _MOST_PROBLEMS:
            notice("Error: {problem}", problem=problem)

    def finish(self) -> int:
        """Return the exit code."""
        if self.count > _MOST_PROBLEMS:
            notice(
                "Error: and {count:,} more files, records or lines were left out.", count=self.count - _MOST_PROBLEMS
            )
        return InputError.exit_code if self.count else 0


def nothing_read(output: Path) -> InputError:
    """Return the error of a run that had nothing to write to `output`."""
    return InputError(
        "{output}: not written, for nothing of the input could be read; what stood there before is as it was.",
        output=output,
    )


def standard_input(files: tuple[str, ...]) -> Any:
    """Return standard input where a file is called ``-``; an `InputError` says that it is a terminal."""
    if "-" not in files:
        return None
    if sys.stdin.isatty():
        raise InputError("Standard input is a terminal: pipe a file into it, or name files.")
    return sys.stdin.buffer


class Terminated(KeyboardInterrupt):
    """SIGTERM came."""


INTERRUPTED = 130
TERMINATED = 143


def interrupted(error: BaseException) -> int:
    """Return the exit code of a run that Ctrl-C or SIGTERM ended, of what it ended with."""
    return TERMINATED if isinstance(error, Terminated) or isinstance(error.__cause__, Terminated) else INTERRUPTED


@contextlib.contextmanager
def terminable() -> Iterator[None]:
    """Take SIGTERM, which docker stop, systemd and schedulers send, for Ctrl-C while the block runs.

    What a block clears up on Ctrl-C, such as its run in MLflow, is then cleared up as well.
    """
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return

    def end(*_: object) -> None:
        raise Terminated

    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


@contextlib.contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar on standard error, after `what`, while the block runs; quiet when that is no terminal.

    Yields a callable that takes (done, total).
    """
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(spoken(Message(what)), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextlib.contextmanager
def bulk_progress() -> Iterator[Callable[[int, int | None, int], None] | None]:
    """Show a bar on standard error while the block runs; none where that is no terminal.

    Yields a callable that takes (bytes of input done, bytes in all or None, paragraphs written).
    """
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, Task
    from rich.table import Column
    from rich.text import Text

    language = current_language()  # the bar is drawn by a thread of its own, where none is in force

    class State(ProgressColumn):
        """How far the run is, in one sentence of the language in force, which 80 columns have room for."""

        def render(self, task: Task) -> Text:
            text = Message(
                "{done}/{total} MB, {paragraphs:,} paragraphs, {gone} gone, {left} left",
                done=_megabytes(task.completed),
                total=_megabytes(task.total),
                paragraphs=task.fields["paragraphs"],
                gone=_clock(task.elapsed),
                left=_clock(task.time_remaining),
            )
            return Text(spoken(text, language))

    columns = (spoken(Message("Tagging")), BarColumn(bar_width=None), State(Column(no_wrap=True)))
    with Progress(*columns, console=Console(stderr=True), transient=True, expand=True) as bar:
        task = bar.add_task("", total=None, paragraphs=0)
        yield lambda done, total, paragraphs: bar.update(task, completed=done, total=total, paragraphs=paragraphs)


def _megabytes(size: float | None) -> str:
    return "?" if size is None else f"{size / 1e6:,.1f}"


def _clock(seconds: float | None) -> str:
    return "?" if seconds is None else str(dt.timedelta(seconds=int(seconds)))
