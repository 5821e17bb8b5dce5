"""``survey``."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from gxclassify.cli.common import (
    Notes,
    OutputPath,
    Problems,
    date_column_option,
    files_argument,
    gazetteer_option,
    jobs_option,
    model_option,
    nothing_read,
    notice,
    reading_options,
    reading_settings,
    standard_input,
    text_column_option,
)
from gxclassify.messages import Message, spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gxclassify.surveys.counting import Survey
    from gxclassify.surveys.passages import By
    from gxclassify.themes import Taxonomy


@click.command()
@files_argument
@model_option
@click.option(
    "--output",
    type=OutputPath(),
    metavar="PATH",
    help="A page (.html), or a folder for page, tables (Parquet, CSV) and all paragraphs. Default: a table is printed.",
)
@click.option("--by", type=click.Choice(["zone", "province", "kind"]), default="zone", show_default=True)
@click.option(
    "--from", "start", default="", metavar="DATE", help="The first date that counts: 2021, 2021-03, 2021-03-15."
)
@click.option("--to", "end", default="", metavar="DATE", help="The last date that counts.")
@jobs_option("Tag in N processes, 64 at most.")
@gazetteer_option
@text_column_option
@date_column_option
@reading_options
def survey(
    files: tuple[str, ...],
    model: str | None,
    output: Path | None,
    by: str,
    start: str,
    end: str,
    jobs: int,
    gazetteers: tuple[Path, ...],
    text_column: str,
    date_column: str,
    config_path: Path | None,
    assignments: tuple[str, ...],
) -> int:
    """Tell which zones tell which themes, when, and with what amounts, over any number of files.

    FILE is what `gxclassify predict` takes, or tagged paragraphs that it has written, in any of its forms.
    """
    from gxclassify.loading import load_model
    from gxclassify.surveys import survey_files
    from gxclassify.zones import load_gazetteer

    problems, notes = Problems(), Notes()
    with _progress() as tick:
        result = survey_files(
            files, output, model=load_model(model), by=cast("By", by), start=start, end=end,
            gazetteer=load_gazetteer(gazetteers), jobs=jobs, text_column=text_column, date_column=date_column,
            reading=reading_settings(config_path, assignments), stdin=standard_input(files), on_problem=problems,
            on_note=notes, on_progress=tick,
        )  # fmt: skip
    notes.finish()
    if output is not None and not result.written:
        problems.finish()
        raise nothing_read(output)
    found = result.survey
    if found.undated:
        notice(
            "{count:,} {count:paragraph has|paragraphs have} no date and {count:does|do} not count.",
            count=found.undated,
        )
    if outside := found.left_aside - found.undated:
        notice(
            "{count:,} {count:paragraph has|paragraphs have} a date outside --from and --to and {count:does|do} not "
            "count.",
            count=outside,
        )
    if output is None:
        if result.written:  # else the errors are all that there is to say
            _print(found, result.taxonomy)
        if found.without_zone:
            notice(
                "{count:,} of {paragraphs:,} paragraphs {count:has|have} no zone, of {count:its|their} own or of "
                "{count:its|their} article, and {count:does|do} not stand in the table.",
                count=found.without_zone,
                paragraphs=found.total.paragraphs,
            )
    else:
        notice(
            "{output}: {paragraphs:,} {paragraphs:paragraph|paragraphs}, {groups}.",
            output=output,
            paragraphs=found.total.paragraphs,
            groups=_counted(by, sum(map(bool, found.groups))),  # the unknown one is no province and no kind
        )
    return problems.finish()


def _counted(by: str, n: int) -> Message:
    """Return how many groups there are, by what they are."""
    if by == "zone":
        return Message("{n:,} {n:zone|zones}", n=n)
    return Message("{n:,} {n:province|provinces}", n=n) if by == "province" else Message("{n:,} {n:kind|kinds}", n=n)


def _print(found: Survey, taxonomy: Taxonomy) -> None:
    heads = [*map(spoken, (Message("name"), Message("paragraphs"))), *(theme.name for theme in taxonomy.themes)]
    click.echo("\t".join(heads))
    for _, group in found.largest():
        shares = (f"{told / group.paragraphs:.2f}" for told in group.told)
        click.echo("\t".join([group.name or "-", str(group.paragraphs), *shares]))


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[int], None] | None]:
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn(spoken(Message("Surveying {n} paragraphs", n="{task.completed:,}"))), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done: bar.update(task, completed=done)
