"""``read``, ``predict`` and ``zones``."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import click

from gxclassify.cli.common import config_options, model_option, notice, parse_thresholds
from gxclassify.errors import ConfigError, InputError

if TYPE_CHECKING:
    from gxclassify.config import ReadingConfig
    from gxclassify.model.model import Model
    from gxclassify.reading import Document

_FORMS = ["table", "jsonl", "json", "csv", "parquet", "html"]
_IN_BULK = {"jsonl", "csv", "parquet"}
_MOST_PROBLEMS = 100
_INTERRUPTED = 130

_FILES = click.argument("files", nargs=-1, required=True, metavar="FILE...")
_TEXT_COLUMN = click.option(
    "--text-column",
    default="text",
    show_default=True,
    metavar="NAME",
    help="The field of JSON Lines, CSV and Parquet records that holds the text.",
)


_ENCODING = click.option(
    "--encoding",
    default="",
    metavar="NAME",
    help="The encoding of text, web pages and records, such as gb18030. Default: told from the bytes.",
)


def _reading(config_path: Path | None, assignments: tuple[str, ...], encoding: str) -> ReadingConfig:
    from gxclassify.config import load_config

    config = load_config(config_path, assignments).reading
    return replace(config, encoding=encoding) if encoding else config


class _Problems:
    """Say what is wrong with the input, a hundred times at the most, and remember that something was."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, problem: object) -> None:
        self.count += 1
        if self.count <= _MOST_PROBLEMS:
            notice(f"Error: {problem}")

    def finish(self) -> int:
        """Return the exit code."""
        if self.count > _MOST_PROBLEMS:
            notice(f"Error: and {self.count - _MOST_PROBLEMS:,} more inputs were left out.")
        return InputError.exit_code if self.count else 0


def _stdin(files: tuple[str, ...]) -> Any:
    if "-" not in files:
        return None
    if sys.stdin.isatty():
        raise InputError("Standard input is a terminal: pipe a file into it, or name files.")
    return sys.stdin.buffer


def _documents(
    files: tuple[str, ...], config: ReadingConfig, text_column: str, problems: _Problems
) -> Iterator[Document]:
    from gxclassify.reading.inputs import Inputs

    inputs = Inputs(files, text_column=text_column, config=config, stdin=_stdin(files))
    if inputs.note:
        notice(inputs.note)
    for chunk in inputs.chunks():
        for document in chunk.documents(config):
            if isinstance(document, InputError):
                problems(document)
                continue
            for note in document.notes:
                notice(f"{document.document}: {note}")
            yield document


@click.command()
@_FILES
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--explain", is_flag=True, help="Show the source beside the result, repair by repair.")
@_TEXT_COLUMN
@_ENCODING
@config_options
def read(
    files: tuple[str, ...],
    form: str,
    explain: bool,
    text_column: str,
    encoding: str,
    config_path: Path | None,
    assignments: tuple[str, ...],
) -> int:
    """Show how files are read: articles, headlines, paragraphs.

    FILE is a newspaper page or any text, PDF, OFD, Office, HTML or Markdown file, records in JSON, JSON Lines, CSV,
    Excel or Parquet, one of these compressed with gzip or zstd, a folder of such, or "-" for standard input.
    """
    from gxclassify.reading import render_text

    problems = _Problems()
    for document in _documents(files, _reading(config_path, assignments, encoding), text_column, problems):
        if explain:
            click.echo(document.explain())
        elif form == "json":
            click.echo(json.dumps(document.to_json(), ensure_ascii=False))
        else:
            click.echo(render_text(document))
    return problems.finish()


@click.command()
@_FILES
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table", show_default=True)
@click.option(
    "--gazetteer",
    "gazetteers",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE",
    help="A CSV file of zones that are to be known beside the packaged ones. May be repeated.",
)
@_TEXT_COLUMN
@config_options
def zones(
    files: tuple[str, ...],
    form: str,
    gazetteers: tuple[Path, ...],
    text_column: str,
    config_path: Path | None,
    assignments: tuple[str, ...],
) -> int:
    """Tell which development zone every article is about, and which ones its paragraphs name.

    FILE is what `gxclassify read` takes. The table has a line for each article; jsonl has its paragraphs as well, each
    with the zones that it names and where.
    """
    from gxclassify.config import load_config
    from gxclassify.zones import article_zones, find_date, load_gazetteer

    gazetteer = load_gazetteer(gazetteers)
    problems = _Problems()
    for document in _documents(files, load_config(config_path, assignments).reading, text_column, problems):
        date = find_date(document.source, name=document.document)
        for number, found in enumerate(article_zones(document, gazetteer), start=document.first_article):
            if form == "jsonl":
                row = {"document": document.document, "article": number, "date": date and date.to_json()}
                click.echo(json.dumps(row | found.to_json(), ensure_ascii=False))
            else:
                told = (date.date if date else "-", found.name or "-", found.title or "-", document.document)
                click.echo("\t".join(told))
    return problems.finish()


@click.command()
@_FILES
@model_option
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMS),
    help="How the tagged paragraphs are written. Default: as the output's name tells, else table.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write to a file, which appears when it is whole. .jsonl and .csv also with .gz or .zst behind.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="N",
    help="Score in N processes (jsonl, csv, parquet).",
)
@click.option("--resume", is_flag=True, help="Go on with an interrupted run into the same --output.")
@_TEXT_COLUMN
@_ENCODING
@click.option(
    "--threshold", "pairs", multiple=True, metavar="THEME=P", help="Tag THEME from probability P. May be repeated."
)
@click.option(
    "--evidence/--no-evidence", default=True, help="Whether to point at the sentences and words that decided."
)
@config_options
def predict(
    files: tuple[str, ...],
    model: str | None,
    form: str | None,
    output: Path | None,
    jobs: int,
    resume: bool,
    text_column: str,
    encoding: str,
    pairs: tuple[str, ...],
    evidence: bool,
    config_path: Path | None,
    assignments: tuple[str, ...],
) -> int:
    """Tag the paragraphs of files by theme.

    FILE is a newspaper page or any text, PDF, OFD, Office, HTML or Markdown file, records in JSON, JSON Lines, CSV,
    Excel or Parquet, one of these compressed with gzip or zstd, a folder of such, or "-" for standard input. What
    cannot be read is named and left out, the rest is done, and the exit code is 3.
    """
    from gxclassify.loading import load_model

    form = _form(form, output, jobs=jobs, resume=resume)
    tagger = load_model(model).with_thresholds(parse_thresholds(pairs))
    options: dict[str, Any] = {"reading": _reading(config_path, assignments, encoding), "text_column": text_column}
    if form in _IN_BULK:
        return _in_bulk(files, tagger, form, output, jobs=jobs, resume=resume, evidence=evidence, **options)
    return _for_people(files, tagger, form, output, evidence=evidence, **options)


def _form(form: str | None, output: Path | None, *, jobs: int, resume: bool) -> str:
    if form is None and output is not None:
        from gxclassify.scoring.bulk import form_of

        form = form_of(output)[0]
    form = form or "table"
    if form == "parquet" and output is None:
        raise ConfigError("Parquet is written to a file: name it with --output.")
    if resume and output is None:
        raise ConfigError("Only a run with --output can be resumed.")
    if form not in _IN_BULK and (jobs > 1 or resume):
        raise ConfigError(f"--jobs and --resume are for jsonl, csv and parquet. Got the format {form}.")
    return form


def _in_bulk(
    files: tuple[str, ...], tagger: Model, form: str, output: Path | None, *, jobs: int, resume: bool, **options: Any
) -> int:
    from gxclassify.cli.common import bulk_progress
    from gxclassify.scoring.bulk import stream_files, tag_files

    problems = _Problems()
    shared = {
        "model": tagger,
        "jobs": jobs,
        "stdin": _stdin(files),
        "on_problem": problems,
        "on_note": notice,
        **options,
    }
    if output is None:
        stream_files(files, sys.stdout.buffer, form=cast("Literal['jsonl', 'csv']", form), **shared)
        return problems.finish()
    try:
        with bulk_progress() as tick:
            result = tag_files(
                files, output, form=cast("Literal['jsonl', 'csv', 'parquet']", form), resume=resume, on_progress=tick,
                **shared,
            )  # fmt: skip
    except KeyboardInterrupt:
        notice(f"Interrupted; {output} is not whole yet. Run the same command with --resume to go on.")
        return _INTERRUPTED
    code = problems.finish()
    notice(f"{output}: {result.paragraphs:,} paragraphs.")
    if result.left_out:
        notice(f"{result.left_out:,} inputs were left out.")
    return code or (InputError.exit_code if result.left_out else 0)


def _for_people(
    files: tuple[str, ...],
    tagger: Model,
    form: str,
    output: Path | None,
    *,
    evidence: bool,
    reading: ReadingConfig,
    text_column: str,
) -> int:
    from gxclassify.output import open_report

    problems = _Problems()
    with contextlib.ExitStack() as stack:
        stream = sys.stdout
        if output is not None:
            from gxclassify.files import check_target, whole_text

            check_target(output, files)
            stream = stack.enter_context(whole_text(output))
        report = stack.enter_context(open_report(form, tagger, stream))
        for document in _documents(files, reading, text_column, problems):
            report.write(document, tagger.tag(document, evidence=evidence))
    return problems.finish()
