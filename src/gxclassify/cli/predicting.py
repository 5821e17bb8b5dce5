"""``read``, ``predict`` and ``zones``."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import click

from gxclassify.cli.common import (
    Notes,
    OutputPath,
    Problems,
    date_column_option,
    files_argument,
    gazetteer_option,
    interrupted,
    jobs_option,
    model_option,
    nothing_read,
    notice,
    parse_thresholds,
    reading_options,
    reading_settings,
    standard_input,
    text_column_option,
)
from gxclassify.errors import ConfigError, InputError
from gxclassify.messages import Message

if TYPE_CHECKING:
    from gxclassify.config import ReadingConfig
    from gxclassify.model.groups import Level
    from gxclassify.model.model import Model
    from gxclassify.output.forms import Report
    from gxclassify.reading import Document
    from gxclassify.reading.inputs import Inputs
    from gxclassify.zones import Gazetteer

_FORMS = ["table", "jsonl", "json", "csv", "parquet", "html", "xlsx"]
_IN_BULK = {"jsonl", "csv", "parquet"}
_OF_TOTALS = {"table", "jsonl", "json", "csv"}
_FILES_ONLY = {"parquet": Message("Parquet"), "xlsx": Message("A workbook")}

_FILES = click.argument("files", nargs=-1, required=True, metavar="FILE...")
_ENCODING = click.option(
    "--encoding",
    default="",
    metavar="NAME",
    help="The encoding of text, web pages and records, such as gb18030. Default: told from the bytes.",
)


def _reading(config_path: Path | None, assignments: tuple[str, ...], encoding: str) -> ReadingConfig:
    config = reading_settings(config_path, assignments)
    return replace(config, encoding=encoding) if encoding else config


def _inputs(files: tuple[str, ...], config: ReadingConfig, text_column: str) -> Inputs:
    from gxclassify.reading.inputs import Inputs

    return Inputs(files, text_column=text_column, config=config, stdin=standard_input(files))


def _documents(inputs: Inputs, config: ReadingConfig, problems: Callable[[InputError], None]) -> Iterator[Document]:
    """Yield what is read, and say what there is to know."""
    from gxclassify.reading.inputs import NO_FILE, NOTHING
    from gxclassify.reading.records.chunks import missing_notice, missing_texts

    for note in inputs.notes:
        notice(note)
    notes = Notes()
    missing = 0
    told_of = False
    for chunk in inputs.chunks():
        for document in chunk.read(config):
            told_of = True
            if isinstance(document, InputError):
                problems(document)
                continue
            for note in document.notes:
                notes(Message("{document}: {note}", document=document.document, note=note))
            missing += missing_texts(document)
            yield document
    notes.finish()
    if not told_of:
        notice(NOTHING) if inputs.sources else problems(InputError(NO_FILE))
    for told in missing_notice(missing):
        notice(told.text)


def _telling_dates(documents: Iterator[Document], date_column: str) -> Iterator[Document]:
    """Yield documents, and say behind the last one how many dates of their records are not understood."""
    from gxclassify.model.facts import unread_dates, unread_notes
    from gxclassify.zones import UnreadDates

    unread = UnreadDates()
    for document in documents:
        unread = unread.and_of(unread_dates(document, date_column))
        yield document
    for note in unread_notes(unread):
        notice(note)


@click.command()
@files_argument
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--explain", is_flag=True, help="Show the source beside the result, repair by repair.")
@text_column_option
@_ENCODING
@reading_options
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
    from gxclassify.output.forms import json_text
    from gxclassify.reading import render_text

    problems = Problems()
    config = _reading(config_path, assignments, encoding)
    inputs = _inputs(files, config, text_column)
    named, last = len(inputs.sources) > 1, None
    for document in _documents(inputs, config, problems):
        if named and not explain and form == "text" and document.document != last:  # once for all pieces of a file
            click.echo(f"── {document.document}\n")
        last = document.document
        if explain:
            click.echo(document.explain())
        elif form == "json":
            click.echo(json_text(document.to_json()))
        else:
            click.echo(render_text(document))
    return problems.finish()


@click.command()
@files_argument
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table", show_default=True)
@gazetteer_option
@text_column_option
@date_column_option
@reading_options
def zones(
    files: tuple[str, ...],
    form: str,
    gazetteers: tuple[Path, ...],
    text_column: str,
    date_column: str,
    config_path: Path | None,
    assignments: tuple[str, ...],
) -> int:
    """Tell which development zone every article is about, and which ones its paragraphs name.

    FILE is what `gxclassify read` takes. The table has a line for each article; jsonl has its paragraphs as well, each
    with the zones that it names and where.
    """
    from gxclassify.model.facts import date_notes
    from gxclassify.output.forms import json_text
    from gxclassify.zones import article_dates, article_zones, load_gazetteer

    gazetteer = load_gazetteer(gazetteers)
    problems = Problems()
    config = reading_settings(config_path, assignments)
    inputs = _inputs(files, config, text_column)
    for note in date_notes(inputs, date_column):
        notice(note)
    for document in _telling_dates(_documents(inputs, config, problems), date_column):
        told_of = zip(
            document.articles, article_dates(document, date_column), article_zones(document, gazetteer), strict=True
        )
        for number, (article, date, found) in enumerate(told_of, start=document.first_article):
            if not article.paragraphs and not article.parts:
                continue  # in the place of a record that is left out, and told
            if form == "jsonl":
                row = {"document": document.document, "article": number, "date": date and date.to_json()}
                click.echo(json_text(row | found.to_json()))
            else:
                told = (date.date if date else "-", found.name or "-", found.title or "-", document.document)
                click.echo("\t".join(told))
    return problems.finish()


@click.command()
@files_argument
@model_option
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMS),
    help="How the tagged paragraphs are written. Default: as the output's name tells, else table.",
)
@click.option(
    "--output",
    type=OutputPath(file=True),
    metavar="FILE",
    help="Write to a file, which appears when it is whole. .jsonl and .csv also with .gz or .zst behind.",
)
@jobs_option("Score in N processes, 64 at most (jsonl, csv, parquet).")
@click.option("--resume", is_flag=True, help="Go on with an interrupted run into the same --output.")
@text_column_option
@_ENCODING
@click.option(
    "--threshold", "pairs", multiple=True, metavar="THEME=P", help="Tag THEME from probability P. May be repeated."
)
@click.option(
    "--evidence/--no-evidence", default=True, help="Whether to point at the sentences and words that decided."
)
@click.option(
    "--level",
    type=click.Choice(["paragraph", "article", "document"]),
    default="paragraph",
    show_default=True,
    help="What is written: paragraphs, or articles or documents with the share of paragraphs that tell each theme.",
)
@click.option("--zones", is_flag=True, help="Tell zones, date and amounts as well.")
@gazetteer_option
@date_column_option
@click.option(
    "--summary", is_flag=True, help="Only the totals: paragraphs by file and theme (table, csv, json, jsonl)."
)
@click.option("--by", default="", metavar="FIELD", help="With --summary: total by a field of the records, not by file.")
@reading_options
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
    level: str,
    zones: bool,
    gazetteers: tuple[Path, ...],
    date_column: str,
    summary: bool,
    by: str,
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
    if by and not summary:
        raise ConfigError("--by says what the totals of --summary are by; give both.")
    if summary and (form not in _OF_TOTALS or jobs > 1 or resume):
        raise ConfigError("Totals are written as table, csv, json or jsonl, by one process, in one go.")
    if output is not None and (summary or form not in _IN_BULK):
        _refuse_compressed(output)
    tagger = load_model(model).with_thresholds(parse_thresholds(pairs))
    options: dict[str, Any] = {
        "reading": _reading(config_path, assignments, encoding),
        "text_column": text_column,
        "evidence": evidence,
        "zones": _gazetteer(gazetteers) if zones or gazetteers else False,
        "date_column": date_column,
        "level": cast("Level", level),
    }
    if summary:
        if level != "paragraph":
            raise ConfigError(
                "--summary counts paragraphs. Got --level {level} as well; leave one of them out.", level=level
            )
        return _for_people(files, tagger, form, output, by=by, **(options | {"evidence": False, "zones": False}))
    if form in _IN_BULK:
        return _in_bulk(files, tagger, form, output, jobs=jobs, resume=resume, **options)
    return _for_people(files, tagger, form, output, **options)


def _gazetteer(paths: tuple[Path, ...]) -> Gazetteer:
    from gxclassify.zones import load_gazetteer

    return load_gazetteer(paths)


def _form(form: str | None, output: Path | None, *, jobs: int, resume: bool) -> str:
    if form is None and output is not None:
        from gxclassify.scoring.bulk import form_of

        form = form_of(output)[0]
    elif form is not None and output is not None:
        _tell_other_name(output, form)
    form = form or "table"
    if form in _FILES_ONLY and output is None:
        raise ConfigError("{files_only} is written to a file: name it with --output.", files_only=_FILES_ONLY[form])
    if resume and output is None:
        raise ConfigError("Only a run with --output can be resumed.")
    if form not in _IN_BULK and (jobs > 1 or resume):
        raise ConfigError("--jobs and --resume are for jsonl, csv and parquet. Got the format {form}.", form=form)
    return form


def _refuse_compressed(output: Path) -> None:
    from gxclassify.reading.compressed import split_name

    if split_name(output)[1]:
        raise ConfigError(
            "Only what is tagged, in jsonl or csv, is written compressed; leave off the last ending of the output's "
            "name. Got {name!r}.",
            name=output.name,
        )


def _tell_other_name(output: Path, form: str) -> None:
    """Say that a format is asked for which is not that of the output's name, if that tells one."""
    from gxclassify.scoring.bulk import form_of

    try:
        named, _ = form_of(output)
    except ConfigError:
        return
    if named != form:
        notice(
            "{output} is written as {form}, as --format says; its name tells {named}.",
            output=output,
            form=form,
            named=named,
        )


def _in_bulk(
    files: tuple[str, ...], tagger: Model, form: str, output: Path | None, *, jobs: int, resume: bool, **options: Any
) -> int:
    from gxclassify.cli.common import bulk_progress
    from gxclassify.scoring.bulk import stream_files, tag_files

    problems, notes = Problems(), Notes()
    shared = {
        "model": tagger,
        "jobs": jobs,
        "stdin": standard_input(files),
        "on_problem": problems,
        "on_note": notes,
        **options,
    }
    if output is None:
        stream_files(files, sys.stdout.buffer, form=cast("Literal['jsonl', 'csv']", form), **shared)
        notes.finish()
        return problems.finish()
    try:
        with bulk_progress() as tick:
            result = tag_files(
                files, output, form=cast("Literal['jsonl', 'csv', 'parquet']", form), resume=resume, on_progress=tick,
                **shared,
            )  # fmt: skip
    except KeyboardInterrupt as error:
        notice("Interrupted; {output} is not whole yet. Run the same command with --resume to go on.", output=output)
        return interrupted(error)
    notes.finish()
    code = problems.finish()
    if not result.written:
        raise nothing_read(output)
    if options["level"] == "paragraph":  # a record without a text has its row, and is no paragraph in the totals
        notice("{output}: {rows:,} {rows:row|rows}.", output=output, rows=result.rows)
    else:
        notice(
            "{output}: {rows:,} {rows:row|rows}, of {count:,} {count:paragraph|paragraphs}.",
            output=output,
            rows=result.rows,
            count=result.paragraphs,
        )
    if result.left_out:
        notice("{count:,} {count:error|errors}: what {count:it names|they name} was left out.", count=result.left_out)
    return code or (InputError.exit_code if result.left_out else 0)


def _for_people(
    files: tuple[str, ...],
    tagger: Model,
    form: str,
    output: Path | None,
    *,
    reading: ReadingConfig,
    text_column: str,
    level: Level,
    by: str | None = None,
    **options: Any,
) -> int:
    """Write a report document after document; with `by`, which may be empty, that of the totals."""
    inputs = _inputs(files, reading, text_column)
    problems = Problems()
    dated = options["zones"] is not False
    if dated:
        from gxclassify.model.facts import date_notes, finder_for

        for note in date_notes(inputs, options["date_column"]):
            notice(note)
        options |= {"zones": finder_for(options["zones"], options["date_column"])}
    with contextlib.ExitStack() as stack:
        stream = sys.stdout
        if output is not None:
            from gxclassify.files import whole_text
            from gxclassify.reading.inputs import check_output

            check_output(output, files)
            stream = stack.enter_context(whole_text(output))
        report: Report
        if by is not None:
            from gxclassify.output.totals import SummaryReport

            report = SummaryReport(cast("Literal['table', 'csv', 'json', 'jsonl']", form), tagger, stream, by=by)
        else:
            from gxclassify.output import open_report

            named: dict[str, Any] = {}
            if form == "xlsx":
                fields = inputs.fields()
                named = {"fields": fields.types, "more": fields.more}
            report = open_report(form, tagger, stream, level=level, facts=dated, **named)
        stack.enter_context(report)

        def leave_out(problem: InputError) -> None:
            problems(problem)
            report.leave_out(problem.message)

        read_any = False
        documents = _documents(inputs, reading, leave_out)
        for document in _telling_dates(documents, options["date_column"]) if dated else documents:
            report.write(document, tagger.tag([document], **options))
            read_any = True
        code = problems.finish()
        if output is not None and problems.count and not read_any and inputs.sources:
            raise nothing_read(output)
    if output is not None:
        notice("{output} is written.", output=output)
    return code
