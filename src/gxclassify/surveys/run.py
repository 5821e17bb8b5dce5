"""Surveys of files and of documents: what ``gxclassify survey`` and `gxclassify.survey` run."""

from __future__ import annotations

import contextlib
import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gxclassify.config import ReadingConfig
from gxclassify.errors import ConfigError
from gxclassify.extras import need
from gxclassify.messages import Message, system_text
from gxclassify.reading.document import MISSING
from gxclassify.surveys.counting import Survey
from gxclassify.surveys.passages import Grouping, passage_from, passage_line, passage_of_tagged
from gxclassify.themes import Taxonomy

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

    import pandas as pd

    from gxclassify.model.model import Model
    from gxclassify.reading import Document
    from gxclassify.surveys.passages import By
    from gxclassify.surveys.sources import Part
    from gxclassify.zones import Gazetteer

__all__ = ["SurveyFrames", "SurveyResult", "survey", "survey_files"]

PARAGRAPHS, AMOUNTS, SHARES, TIMELINE = "paragraphs", "amounts", "shares", "timeline"
PAGE = "index.html"


@dataclass(frozen=True, slots=True)
class SurveyResult:
    """How a survey of files ended.

    Attributes
    ----------
    survey : Survey
        Its counts.
    taxonomy : Taxonomy
        The themes.
    left_out : int
        How many inputs could not be read.
    written : bool
        Whether page and tables are of this run. Where nothing could be read they are as they were.
    """

    survey: Survey
    taxonomy: Taxonomy
    left_out: int
    written: bool = True


def survey_files(
    inputs: Iterable[str | os.PathLike[str]],
    output: str | os.PathLike[str] | None = None,
    *,
    model: Model | str | Path | None = None,
    by: By = "zone",
    start: str = "",
    end: str = "",
    gazetteer: Gazetteer | None = None,
    jobs: int = 1,
    text_column: str = "text",
    date_column: str = "date",
    reading: ReadingConfig | None = None,
    stdin: BinaryIO | None = None,
    on_problem: Callable[[str], None] | None = None,
    on_note: Callable[[str], None] | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> SurveyResult:
    """Survey files: count themes by zone and time, and write the page and the tables.

    Paragraphs stream by; what is kept grows with zones and months alone.

    Parameters
    ----------
    inputs : iterable of paths
        Whatever ``predict`` takes, and JSON Lines, CSV and Parquet files that it has written.
    output : path, optional
        A page, ``*.html``; or a folder for page, tables, and the paragraphs behind each cell. None: only the counts.
    model : Model, str or Path, optional
        A model, or what `load_model` takes. Default: the shipped one.
    by : {"zone", "province", "kind"}
    start, end : str
        The first and the last date that counts: ``2021``, ``2021-03`` or ``2021-03-15``; empty for no bound.
    gazetteer : Gazetteer, optional
        The zones to know; the packaged ones by default.
    jobs : int
        How many processes tag.
    text_column, date_column : str
        The fields of records with text and date.
    reading : ReadingConfig, optional
        The limits on what is read.
    stdin : binary file, optional
        What the input ``-`` stands for.
    on_problem, on_note : callable, optional
        Given a sentence on each input that is left out, and on what else a user should know.
    on_progress : callable, optional
        Given the number of paragraphs so far, every thousand.

    Raises
    ------
    ConfigError
        A date or `by` is not understood, or the output's name is that of another kind of file.
    GxclassifyError
        The output cannot be written.
    """
    from gxclassify.loading import as_model
    from gxclassify.scoring.workers import check_jobs
    from gxclassify.surveys.sources import parts
    from gxclassify.zones import load_gazetteer

    check_jobs(jobs)
    target = None if output is None else _target(Path(output))
    known = gazetteer or load_gazetteer()
    grouping = Grouping(by, known)
    problems = _Counter(on_problem)
    tagger = as_model(model)
    source = _with_lines(parts(
        inputs, model=tagger, gazetteer=known, jobs=jobs, reading=reading or ReadingConfig(), text_column=text_column,
        date_column=date_column, stdin=stdin, on_problem=problems, on_note=on_note or (lambda _: None),
    ))  # fmt: skip
    first = next(source, None)
    written = first is not None or not problems.count
    if not written:
        target = None
    themes = first.themes if first else tagger.themes
    taxonomy = tagger.taxonomy if tagger.themes == themes else Taxonomy.of_ids(themes)
    with contextlib.ExitStack() as stack:
        found = Survey(themes, grouping, start=start, end=end, folder=_room(target))
        stack.callback(found.close)
        sinks = stack.enter_context(contextlib.ExitStack())
        write = _sinks(target, found, taxonomy, sinks)
        numbers = itertools.count(1)
        for part in itertools.chain([first] if first else [], source):
            if part.themes != themes:
                problems(
                    Message(
                        "{name}: it is tagged with the themes {themes}, others than what came before ({before}), and "
                        "left out; survey files of one model.",
                        name=part.name,
                        themes=list(part.themes),
                        before=list(themes),
                    )
                )
                continue
            for line in part.lines:
                passage = passage_from(line)
                place = found.add(passage, line)
                if place is not None:
                    for sink in write:
                        sink(passage, place)
                number = next(numbers)
                if on_progress is not None and number % 1_000 == 0:
                    on_progress(number)
        sinks.close()
        if target is not None:
            _finish(target, found, taxonomy)
    return SurveyResult(found, taxonomy, problems.count, written)


def _with_lines(source: Iterable[Part]) -> Iterator[Part]:
    """Yield the parts that have a passage."""
    for part in source:
        for line in part.lines:
            yield part._replace(lines=itertools.chain([line], part.lines))
            break


class _Counter:
    def __init__(self, report: Callable[[str], None] | None) -> None:
        self._report = report
        self.count = 0

    def __call__(self, problem: str) -> None:
        self.count += 1
        if self._report is not None:
            self._report(problem)


def _target(path: Path) -> Path:
    if path.suffix.lower() not in {"", ".html", ".htm"} and not path.is_dir():
        raise ConfigError(
            "{path}: a survey is written to a page (.html) or to a folder. Got {name!r}.", path=path, name=path.name
        )
    return path


def _is_page(target: Path) -> bool:
    return target.suffix.lower() in {".html", ".htm"} and not target.is_dir()


def _room(target: Path | None) -> Path | None:
    """Return where paragraphs are stored meanwhile: where the output goes, for there is room for them."""
    if target is None:
        return None
    if _is_page(target):
        return target.parent if target.parent.is_dir() else None
    need("pyarrow", "Writing a survey's tables as Parquet")  # before there is a folder to leave behind
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            "{target}: the folder cannot be made ({reason}); name another one.",
            target=target,
            reason=system_text(error),
        ) from error
    return target


def _sinks(target: Path | None, found: Survey, taxonomy: Taxonomy, stack: contextlib.ExitStack) -> list[Any]:
    if target is None or _is_page(target):
        return []
    from gxclassify.surveys.pages import Shards
    from gxclassify.surveys.tables import AMOUNTS as AMOUNT_COLUMNS
    from gxclassify.surveys.tables import PARAGRAPHS as PARAGRAPH_COLUMNS
    from gxclassify.surveys.tables import Table, amount_rows, paragraph_rows

    paragraphs = stack.enter_context(Table(target, PARAGRAPHS, PARAGRAPH_COLUMNS))
    amounts = stack.enter_context(Table(target, AMOUNTS, AMOUNT_COLUMNS))
    shards = stack.enter_context(Shards(target, found.grouping, taxonomy, found.store))
    return [
        lambda passage, _: paragraphs.add(paragraph_rows(found, passage)),
        lambda passage, _: amounts.add(amount_rows(passage)),
        shards.add,
    ]


def _finish(target: Path, found: Survey, taxonomy: Taxonomy) -> None:
    from gxclassify.files import whole_text
    from gxclassify.surveys.pages import survey_page
    from gxclassify.surveys.tables import Table, share_columns, timeline_columns

    folder = not _is_page(target)
    if folder:
        by = found.grouping.by
        tables = (
            (SHARES, share_columns(by), found.share_rows()),
            (TIMELINE, timeline_columns(by), found.timeline_rows()),
        )
        for name, columns, rows in tables:
            with Table(target, name, columns) as table:
                table.add(tuple(row.values()) for row in rows)
    with whole_text(target / PAGE if folder else target) as page:
        page.write(survey_page(found, taxonomy, folder=folder))


# ---- in Python


@dataclass(frozen=True, repr=False)
class SurveyFrames:
    """A survey as data frames.

    Attributes
    ----------
    paragraphs : pandas.DataFrame
        One row for each zone and theme of a paragraph, with date, score, strongest sentence and amounts.
    amounts : pandas.DataFrame
        One row for each amount in a sentence that is evidence. Sentences may tell of the same project: add none up.
    shares : pandas.DataFrame
        For each group and theme how many paragraphs there are, how many tell it, the share with its 95 % Wilson
        interval, and the same of articles.
    timeline : pandas.DataFrame
        The same by month.
    counts : Survey
        What the frames were made of.
    taxonomy : Taxonomy
    """

    paragraphs: pd.DataFrame
    amounts: pd.DataFrame
    shares: pd.DataFrame
    timeline: pd.DataFrame
    counts: Survey
    taxonomy: Taxonomy

    def __repr__(self) -> str:
        frames = ("paragraphs", "amounts", "shares", "timeline")
        rows = ", ".join(f"{name} ({len(getattr(self, name))} rows)" for name in frames)
        counts = f"{self.counts.total.paragraphs} paragraphs, {len(self.counts.groups)} groups"
        return f"<survey of {counts}: {rows}; save(path) writes the page>"

    def _repr_html_(self) -> str:
        from gxclassify.output.notebook import shares_html

        head = Message(
            "{paragraphs:,} {paragraphs:paragraph|paragraphs}, {groups:,} {groups:group|groups}; save(path) writes the "
            "page",
            paragraphs=self.counts.total.paragraphs,
            groups=len(self.counts.groups),
        )
        return shares_html(self.counts.share_rows(), self.taxonomy, head)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the page; a `GxclassifyError` says why it cannot be written."""
        from gxclassify.files import write_whole
        from gxclassify.surveys.pages import survey_page

        write_whole(Path(path), survey_page(self.counts, self.taxonomy))


def survey(
    documents: Document | Iterable[Document | str],
    *,
    model: Model | str | Path | None = None,
    by: By = "zone",
    start: str = "",
    end: str = "",
    gazetteer: Gazetteer | None = None,
    date_column: str = "date",
) -> SurveyFrames:
    r"""Tag documents and tell which zones tell which themes, when, and with what amounts, as data frames.

    Parameters
    ----------
    documents : Document, or iterable of Document and str
    model : Model, str or Path, optional
        A model, or what `load_model` takes. Default: the shipped one.
    by : {"zone", "province", "kind"}
        What the shares and the timeline are of.
    start, end : str
        The first and the last date that counts: ``2021``, ``2021-03`` or ``2021-03-15``; empty for no bound.
    gazetteer : Gazetteer, optional
        The zones to know; the packaged ones by default.
    date_column : str
        The field of records that holds their date.

    Returns
    -------
    SurveyFrames
        Its frames hold every paragraph; for more than memory holds there is `survey_files`.

    Raises
    ------
    ConfigError
        A date or `by` is not understood.

    Examples
    --------
    >>> import gxclassify as gx
    >>> found = gx.survey(["2021年3月，衡阳高新区新签约项目12个，总投资38亿元。"])
    >>> found.paragraphs[["zone", "theme", "date"]].values.tolist()
    [['hitech-hengyang', 'investment_attraction', '2021-03']]
    """
    need("pandas", "A survey as data frames")
    import pandas as pd

    from gxclassify.loading import as_model
    from gxclassify.surveys import tables
    from gxclassify.zones import load_gazetteer

    tagger, known = as_model(model), gazetteer or load_gazetteer()
    found = Survey(tagger.themes, Grouping(by, known), start=start, end=end)
    paragraphs: list[Any] = []
    amounts: list[Any] = []
    for tagged in tagger.tag(documents, zones=known, date_column=date_column):
        if tagged.kind == MISSING:
            continue
        passage = passage_of_tagged(tagged)
        if found.add(passage, passage_line(passage)) is not None:
            paragraphs += tables.paragraph_rows(found, passage)
            amounts += tables.amount_rows(passage)
    found.close(keep=True)
    return SurveyFrames(
        pd.DataFrame(paragraphs, columns=list(tables.PARAGRAPHS)),
        pd.DataFrame(amounts, columns=list(tables.AMOUNTS)),
        pd.DataFrame(found.share_rows(), columns=list(tables.share_columns(by))),
        pd.DataFrame(found.timeline_rows(), columns=list(tables.timeline_columns(by))),
        found,
        tagger.taxonomy,
    )
