"""Surveys of files and of documents: what ``gxclassify survey`` and `gxclassify.survey` run."""

from __future__ import annotations

import contextlib
import functools
import itertools
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gxclassify.config import ReadingConfig
from gxclassify.errors import ConfigError, InputError
from gxclassify.extras import need
from gxclassify.messages import Message, spoken, system_text
from gxclassify.model.facts import FactFinder, check_date_column, records_of, unread_dates, unread_notes
from gxclassify.model.model import each_of, one_column
from gxclassify.reading.document import Document
from gxclassify.surveys.counting import Survey, bounds
from gxclassify.surveys.passages import Grouping, passage_from, passage_line, passages_of_tagged
from gxclassify.surveys.tagged import TaggedReader, is_tagged
from gxclassify.themes import Taxonomy
from gxclassify.zones import UnreadDates

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import BinaryIO

    import pandas as pd

    from gxclassify.model.model import Model
    from gxclassify.surveys.counting import Bound
    from gxclassify.surveys.passages import By, Passage
    from gxclassify.surveys.sources import Part
    from gxclassify.zones import Gazetteer

__all__ = ["SurveyFrames", "SurveyResult", "survey", "survey_files"]

PARAGRAPHS, AMOUNTS, SHARES, TIMELINE = "paragraphs", "amounts", "shares", "timeline"
PAGE = "index.html"
_TABLES = (".csv", ".parquet")
_LONGEST_NAME = 85  # characters, at most 255 bytes: what systems take as the name of a file


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
    inputs: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    output: str | os.PathLike[str] | None = None,
    *,
    model: Model | str | Path | None = None,
    by: By = "zone",
    start: Bound = "",
    end: Bound = "",
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
    inputs : path or iterable of paths
        Whatever ``predict`` takes, files of tagged paragraphs that it has written, and label records, which count by
        what people said. A folder is its texts; its tagged files count where there is nothing else in it.
    output : path, optional
        A page, ``*.html``; or a folder for page, tables, and the paragraphs behind each cell. None: only the counts.
    model : Model, str or Path, optional
        A model, or what `load_model` takes. Default: the shipped one.
    by : {"zone", "province", "kind"}
    start, end : str, int or date
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
        A date or `by` is not understood, the first date lies after the last, or the output's name is that of another
        kind of file or of an input.
    GxclassifyError
        The output cannot be written.
    """
    from gxclassify.loading import as_model
    from gxclassify.reading.reader import as_paths
    from gxclassify.scoring.workers import check_jobs
    from gxclassify.surveys.sources import parts
    from gxclassify.zones.gazetteer import gazetteer_for

    check_jobs(jobs)
    inputs = as_paths(inputs)
    target = None if output is None else _target(Path(output), inputs)
    known = gazetteer_for(gazetteer)
    grouping = Grouping(by, known)
    start, end = bounds(start, end)
    problems, tell = _Counter(on_problem), on_note or (lambda _: None)
    tagger = as_model(model)
    source = _with_lines(parts(
        inputs, model=tagger, gazetteer=known, jobs=jobs, reading=reading or ReadingConfig(), text_column=text_column,
        date_column=date_column, stdin=stdin, leave_out=[] if target is None else [target], on_problem=problems,
        on_note=tell,
    ))  # fmt: skip
    first = next(source, None)
    written = first is not None or not problems.count
    if not written:
        target = None
    themes = first.themes if first else tagger.themes
    taxonomy = taxonomy_for(themes, tagger)
    with contextlib.ExitStack() as stack:
        found = Survey(themes, grouping, start=start, end=end, folder=_room(target))
        stack.callback(found.close)
        sinks = stack.enter_context(contextlib.ExitStack())
        write = _sinks(target, found, taxonomy, sinks)
        numbers = itertools.count(1)
        for part in itertools.chain([first] if first else [], source):
            if part.themes != themes:
                problems(other_themes(part.name, part.themes, themes))
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
        for note in _unlisted(grouping):
            tell(note)
        if target is not None:
            _finish(target, found, taxonomy)
    return SurveyResult(found, taxonomy, problems.count, written)


def _with_lines(source: Iterable[Part]) -> Iterator[Part]:
    """Yield the parts that have a passage."""
    for part in source:
        for line in part.lines:
            yield part._replace(lines=itertools.chain([line], part.lines))
            break


def taxonomy_for(themes: tuple[str, ...], model: Model) -> Taxonomy:
    """Return the themes of a survey as `model` names them, or by their ids where they are not its own."""
    return model.taxonomy if model.themes == themes else Taxonomy.of_ids(themes)


def other_themes(name: str, themes: Iterable[str], before: Iterable[str]) -> Message:
    """Say that a file is tagged with other themes than those before it, and left out."""
    return Message(
        "{name}: it is tagged with the themes {themes}, others than what came before ({before}), and left out; survey "
        "files of one model.",
        name=name,
        themes=[*themes],
        before=[*before],
    )


def _unlisted(grouping: Grouping) -> list[Message]:
    """Say that zones count for no province, or no kind, for the gazetteer does not have them."""
    zones = grouping.unknown()
    if grouping.by == "zone" or not zones:
        return []
    province = Message(
        "{zones:,} {zones:zone is|zones are} not in the gazetteer, and nothing else tells the province; give your own "
        "zones with their provinces by --gazetteer or gazetteer=.",
        zones=zones,
    )
    kind = Message(
        "{zones:,} {zones:zone is|zones are} not in the gazetteer, and nothing else tells the kind; give your own "
        "zones with their kinds by --gazetteer or gazetteer=.",
        zones=zones,
    )
    return [province if grouping.by == "province" else kind]


class _Counter:
    def __init__(self, report: Callable[[str], None] | None) -> None:
        self._report = report
        self.count = 0

    def __call__(self, problem: str) -> None:
        self.count += 1
        if self._report is not None:
            self._report(problem)


def _target(path: Path, inputs: Sequence[str | os.PathLike[str]]) -> Path:
    """Return where a survey goes; no file that it is made of may be written over.

    The pages of the paragraphs stand in a folder of their own.
    """
    from gxclassify.reading.inputs import check_output

    if path.suffix.lower() not in {"", ".html", ".htm"} and not path.is_dir():
        raise ConfigError(
            "{path}: a survey is written to a page (.html) or to a folder. Got {name!r}.", path=path, name=path.name
        )
    tables = [path / f"{name}{ending}" for name in (PARAGRAPHS, AMOUNTS, SHARES, TIMELINE) for ending in _TABLES]
    for file in [path] if _is_page(path) else [path / PAGE, *tables]:
        check_output(file, inputs)
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
        def counted(count: int, word: str) -> str:
            return f"{count} {word}{'' if count == 1 else 's'}"

        frames = (PARAGRAPHS, AMOUNTS, SHARES, TIMELINE)
        rows = ", ".join(f"{name} ({counted(len(getattr(self, name)), 'row')})" for name in frames)
        counts = f"{counted(self.counts.total.paragraphs, 'paragraph')}, {counted(len(self.counts.groups), 'group')}"
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

        if Path(path).suffix.lower() not in {"", ".html", ".htm"}:
            raise ConfigError(
                "{path}: what is saved is a page (.html). Its tables are data frames: shares.to_csv(path) writes one.",
                path=Path(path),
            )
        write_whole(Path(path), survey_page(self.counts, self.taxonomy))


def survey(
    documents: Document | Iterable[Document | str],
    *,
    model: Model | str | Path | None = None,
    by: By = "zone",
    start: Bound = "",
    end: Bound = "",
    gazetteer: Gazetteer | None = None,
    date_column: str = "date",
) -> SurveyFrames:
    r"""Tag documents and tell which zones tell which themes, when, and with what amounts, as data frames.

    Parameters
    ----------
    documents : Document, or iterable of Document and str
        A Document of a file that ``predict`` wrote counts as it is tagged there, one of label records by its labels.
    model : Model, str or Path, optional
        A model, or what `load_model` takes. Default: the shipped one.
    by : {"zone", "province", "kind"}
        What the shares and the timeline are of.
    start, end : str, int or date
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
        A date or `by` is not understood, the first date lies after the last, or `gazetteer` is none.
    InputError
        A Document holds what ``predict`` said of articles or documents, without their texts; documents are tagged with
        other themes than those before; names of files are given; or a table of several columns: which of them the texts
        are is not told.

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
    from gxclassify.zones.gazetteer import gazetteer_for

    _refuse_path(documents)
    if getattr(documents, "shape", (0,))[1:] > (1,):
        raise InputError(
            "A survey is made of documents or texts. Got a {type}; give its column of texts, survey(frame['text']), or "
            "the documents of its files: survey(map(read, iter_files(paths))).",
            type=type(documents).__name__,
        )
    tagger, known = as_model(model), gazetteer_for(gazetteer)
    given: Iterable[Any] = [documents] if isinstance(documents, Document) else each_of(documents)
    if len(getattr(given, "shape", ())) > 1:
        given = one_column(given)
    if isinstance(given, list | tuple):
        _refuse_path(*given[:1])
        check_date_column(records_of(*filter(_is_to_tag, given)), date_column)
    else:  # of an iterator nobody knows what comes
        given = _with_date_column(given, date_column)
    unread: list[UnreadDates] = []
    grouping = Grouping(by, known)
    start, end = bounds(start, end)
    found: Survey | None = None
    paragraphs: list[Any] = []
    amounts: list[Any] = []
    try:
        for name, themes, passages in _passages(
            _with_unread(given, date_column, unread), tagger, FactFinder(known, date_column)
        ):
            found = found or Survey(themes, grouping, start=start, end=end)
            if themes != found.themes:
                raise InputError(other_themes(name, themes, found.themes))
            for passage in passages:
                if found.add(passage, passage_line(passage)) is not None:
                    paragraphs += tables.paragraph_rows(found, passage)
                    amounts += tables.amount_rows(passage)
        found = found or Survey(tagger.themes, grouping, start=start, end=end)
        found.close(keep=True)
    finally:
        if found is not None:
            found.store.close()
    notes = unread_notes(functools.reduce(UnreadDates.and_of, unread, UnreadDates()))
    for note in [*notes, *_unlisted(grouping)]:
        warnings.warn(spoken(note), stacklevel=2)
    return SurveyFrames(
        pd.DataFrame(paragraphs, columns=list(tables.PARAGRAPHS)),
        pd.DataFrame(amounts, columns=list(tables.AMOUNTS)),
        pd.DataFrame(found.share_rows(), columns=list(tables.share_columns(by))),
        pd.DataFrame(found.timeline_rows(), columns=list(tables.timeline_columns(by))),
        found,
        taxonomy_for(found.themes, tagger),
    )


def _is_to_tag(one: object) -> bool:
    return isinstance(one, Document) and not is_tagged(one)


def _with_date_column(documents: Iterable[Any], date_column: str) -> Iterator[Any]:
    """Yield documents, and look behind the last whether the records that are to be tagged had the field of the date."""
    fields: dict[str, None] = {}
    for one in documents:
        for record in records_of(one) if _is_to_tag(one) else ():
            fields |= dict.fromkeys(record)
        yield one
    check_date_column([fields], date_column)


def _with_unread(documents: Iterable[Any], date_column: str, unread: list[UnreadDates]) -> Iterator[Any]:
    """Yield documents, and note of each that is to be tagged which dates of its records are not understood."""
    for one in documents:
        if _is_to_tag(one):
            unread.append(unread_dates(one, date_column))
        yield one


def _refuse_path(first: object = None) -> None:
    """Refuse the name of a file, which would be surveyed as a text."""
    named = isinstance(first, str) and len(first) <= _LONGEST_NAME and Path(first).exists()
    if named or isinstance(first, Path):
        raise InputError(
            "{name} is a file or folder, and a survey is made of documents or texts; give what is read of it: "
            "survey(map(read, iter_files(paths))).",
            name=first,
        )


def _passages(
    documents: Iterable[Document | str | None], tagger: Model, finder: FactFinder
) -> Iterator[tuple[str, tuple[str, ...], Iterable[Passage]]]:
    """Yield the passages of documents by what they are tagged with: those of a file as it is, others by `tagger`."""
    for tagged, group in itertools.groupby(documents, key=lambda one: isinstance(one, Document) and is_tagged(one)):
        if not tagged:
            found = tagger.tag(group, zones=finder)
            yield "", tagger.themes, passages_of_tagged(found)
            continue
        for document in group:
            assert isinstance(document, Document)  # noqa: S101 - what `tagged` says
            reader = TaggedReader(finder, tagger.taxonomy, lambda problem: warnings.warn(spoken(problem), stacklevel=4))
            passages = reader.passages([document])
            if first := next(passages, None):
                yield document.document, reader.themes, itertools.chain([first], passages)
