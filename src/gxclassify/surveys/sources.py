"""What a survey reads: files to tag, or files that `predict` tagged already, as one stream of passages."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from gxclassify.errors import InputError, boundary
from gxclassify.messages import Message
from gxclassify.model.facts import FactFinder, date_notes, telling
from gxclassify.output.forms import Layout, unguarded
from gxclassify.reading.compressed import Plain, PlainBytes
from gxclassify.reading.document import MISSING, Article, Document, Paragraph
from gxclassify.reading.inputs import Inputs, is_new, named_again, passed_over
from gxclassify.reading.reader import iter_files
from gxclassify.reading.records import parquet_rows
from gxclassify.scoring.workers import Task, in_order
from gxclassify.surveys.passages import PassageEncoder, passage_line, passage_of

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import BinaryIO

    from gxclassify.config import ReadingConfig
    from gxclassify.model.model import Model
    from gxclassify.zones import Gazetteer

_TAGGED = frozenset({"document", "article", "title", "paragraph", "text", "tags", "model"})
_CSV_HEAD = b"document,"
# The columns of CSV and Parquet that are no theme; those of records begin with their word.
_COLUMNS = frozenset(
    {
        *("document", "article", "title", "paragraph", "start", "end", "kind", "subhead", "page", "box"),
        *("tags", "review", "text", "evidence", "model", "record"),
        *("zones", "article_zone", "article_zone_name", "date", "date_precision", "date_source", "amounts"),
    }
)
_HEAD = 1 << 20
_FAULTS = (
    KeyError,
    TypeError,
    ValueError,
    IndexError,
    AttributeError,
    RecursionError,
)  # of a row that is not what it should be

Row = dict[str, Any]


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
    inputs: Iterable[str | os.PathLike[str]],
    *,
    model: Model,
    gazetteer: Gazetteer,
    jobs: int,
    reading: ReadingConfig,
    text_column: str,
    date_column: str,
    stdin: BinaryIO | None,
    on_problem: Callable[[str], None],
    on_note: Callable[[str], None],
) -> Iterator[Part]:
    """Yield the parts of `inputs`.

    Neighbouring files that are to be tagged are tagged together, in `jobs` processes. Tagged JSON Lines, CSV
    (compressed or not) and Parquet files are taken as they are, and their facts found where they lack them.
    """
    finder = FactFinder(gazetteer, date_column)
    for tagged, files in itertools.groupby(_files(inputs, on_note), key=partial(_is_tagged, reading=reading)):
        if tagged:
            for file in files:
                rows = _read_tagged(Path(file), gazetteer, reading, on_problem)
                if first := next(rows, None):
                    themes = tuple(first["scores"])
                    kept = _of_themes(itertools.chain([first], rows), themes, file, on_problem)
                    yield Part(file, themes, _lines(_with_facts(kept, finder), file, on_problem))
            continue
        source = Inputs(files, text_column=text_column, config=reading, stdin=stdin)
        for note in date_notes(source, date_column):
            on_note(note)
        task = Task(model, Layout(form="jsonl"), reading, gazetteer, date_column, PassageEncoder())
        yield Part("the files to tag", model.themes, _tagged_now(source, task, jobs, on_problem, on_note))


def _tagged_now(
    source: Inputs, task: Task, jobs: int, on_problem: Callable[[str], None], on_note: Callable[[str], None]
) -> Iterator[bytes]:
    for _, outcome in in_order(source.chunks(), task, jobs):
        for report, sentences in ((on_note, outcome.notes), (on_problem, outcome.problems)):
            for sentence in sentences:
                report(sentence)
        yield from io.BytesIO(outcome.data)


def _files(inputs: Iterable[str | os.PathLike[str]], on_note: Callable[[str], None]) -> Iterator[str]:
    passed: list[Path] = []
    seen: set[Path] = set()
    again: list[Path] = []
    for name in inputs:
        if name == "-":
            yield "-"
            continue
        try:
            for path in iter_files([name], on_passed_over=passed.append):
                if is_new(path, seen):
                    yield str(path)
                else:
                    again.append(path)
        except InputError:
            yield str(name)  # reading it will say what is wrong
    for note in (passed_over(passed), named_again(again)):
        if note:
            on_note(note)


def _is_tagged(name: str, reading: ReadingConfig) -> bool:
    if name == "-":
        return False
    with (
        contextlib.suppress(OSError, ValueError, RecursionError, InputError),
        Path(name).open("rb", buffering=0) as file,
    ):
        head = Plain(file, name).peek(_HEAD)
        if head.startswith(b"PAR1"):
            [(told, _)] = parquet_rows(Path(name), name, reading, rows=False)
            return set(told["columns"]) >= _TAGGED
        first = head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0]
        if first.startswith(_CSV_HEAD):
            return set(first.decode().rstrip().split(",")) >= _TAGGED
        if first.startswith(b"{"):
            row = json.loads(first)
            return isinstance(row, dict) and row.keys() >= _TAGGED | {"scores", "span"}
    return False


def _read_tagged(
    path: Path, gazetteer: Gazetteer, reading: ReadingConfig, on_problem: Callable[[str], None]
) -> Iterator[Row]:
    """Yield the rows of a tagged file up to where it is damaged, which is told."""
    with path.open("rb") as file:
        parquet = file.read(4) == b"PAR1"
    try:
        with boundary(lambda why: InputError("{name}: the file cannot be read ({reason}).", name=path, reason=why)):
            if parquet:
                yield from _parquet_rows(path, reading, on_problem)
                return
            with path.open("rb", buffering=0) as file:
                stream = io.BufferedReader(PlainBytes(Plain(file, str(path))), 1 << 20)
                csv_file = stream.peek(64).removeprefix(b"\xef\xbb\xbf").startswith(_CSV_HEAD)
                yield from (_csv_rows(stream, path, gazetteer) if csv_file else _json_rows(stream, path, on_problem))
    except InputError as error:
        on_problem(Message("{error} What stands before it counts, the rest of the file is left out.", error=error))


def _json_rows(stream: Iterable[bytes], path: Path, on_problem: Callable[[str], None]) -> Iterator[Row]:
    for number, line in enumerate(stream, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8-sig"))
            if not isinstance(row, dict) or not row.keys() >= _TAGGED | {"scores"}:
                msg = Message("it lacks what a tagged paragraph has")
                raise ValueError(msg)  # noqa: TRY301 - told as every other fault of the line
        except (ValueError, RecursionError) as error:
            on_problem(
                Message(
                    "{path}:{number}: this line is no tagged paragraph ({error}); it is left out.",
                    path=path,
                    number=number,
                    error=error,
                )
            )
            continue
        row.setdefault("evidence", {})
        yield row


def _themes_of(columns: Sequence[str]) -> list[str]:
    return [name for name in columns if name not in _COLUMNS and not name.startswith("record.")]


def _csv_rows(stream: Any, path: Path, gazetteer: Gazetteer) -> Iterator[Row]:
    with io.TextIOWrapper(stream, "utf-8-sig", errors="replace", newline="") as text:
        table = csv.DictReader(text, strict=True)
        names = list(table.fieldnames or ())
        themes = _themes_of(names)
        facts = {"zones", "article_zone", "date", "amounts"} <= set(names)
        try:
            for cells in table:
                yield _of_cells(cells, themes, gazetteer if facts else None)
        except (csv.Error, *_FAULTS) as error:
            raise InputError(
                "{path}:{line_num}: this row is no tagged paragraph ({error}).",
                path=path,
                line_num=table.line_num,
                error=error,
            ) from error


def _of_cells(cells: dict[str, str], themes: Sequence[str], gazetteer: Gazetteer | None) -> Row:
    cells = {name: unguarded(cell) for name, cell in cells.items()}
    row: Row = {name: cells[name] for name in ("document", "text", "kind", "model")}
    row |= {name: int(cells[name]) for name in ("article", "paragraph")}
    row["title"] = cells["title"] or None
    row["tags"] = [tag for tag in cells["tags"].split(";") if tag]
    row["scores"] = {theme: float(cells[theme] or "nan") for theme in themes}
    row["evidence"] = {}
    row["record"] = {name.removeprefix("record."): cells[name] for name in cells if name.startswith("record.")}
    if gazetteer is not None:
        ids = [zone for zone in cells["zones"].split(";") if zone]
        # The id of a zone that is not listed is its name.
        row["zones"] = [{"id": zone, "name": gazetteer[zone].name if zone in gazetteer else zone} for zone in ids]
        main = cells["article_zone"]
        row["article_zone"] = {"id": main, "name": cells["article_zone_name"]} if main else None
        date = cells["date"]
        row["date"] = {"date": date, "precision": _precision(date)} if date else None
        row["amounts"] = json.loads(cells["amounts"] or "[]")
    return row


def _precision(date: str) -> str:
    return ("year", "month", "day")[date.count("-")]


def _parquet_rows(path: Path, reading: ReadingConfig, on_problem: Callable[[str], None]) -> Iterator[Row]:
    pieces = parquet_rows(path, str(path), reading)
    told, _ = next(pieces)
    names = told["columns"].keys()
    themes = _themes_of(list(names))
    facts = {"zones", "article_zone", "date", "amounts"} <= names
    import pyarrow as pa

    try:
        for piece, data in pieces:
            if "problem" in piece:
                on_problem(Message.from_json(piece["problem"]))
                continue
            for row in pa.ipc.open_stream(data).read_all().to_pylist():
                row["scores"] = {theme: row.pop(theme) for theme in themes}
                row["evidence"] = json.loads(row.get("evidence") or "{}")
                row["record"] = {name.removeprefix("record."): row[name] for name in row if name.startswith("record.")}
                if facts:
                    zone, date = row["article_zone"], row["date"]
                    row["article_zone"] = zone and {"id": zone, "name": row["article_zone_name"]}
                    row["date"] = date and {"date": date, "precision": row["date_precision"]}
                    row["amounts"] = json.loads(row["amounts"] or "[]")
                yield row
    except (pa.ArrowException, *_FAULTS) as error:
        raise InputError(
            "{path}: the Parquet file is damaged or no longer as predict wrote it ({error}).", path=path, error=error
        ) from error


def _of_themes(
    rows: Iterable[Row], themes: tuple[str, ...], file: str, on_problem: Callable[[str], None]
) -> Iterator[Row]:
    """Yield the rows that are tagged with `themes`; of the others the first is told, and how many they are."""
    others = 0
    for row in rows:
        if isinstance(row["scores"], dict) and tuple(row["scores"]) == themes and set(row["tags"]) <= set(themes):
            yield row
        else:
            others += 1
    if others:
        on_problem(
            Message(
                "{file}: {others:,} paragraphs are tagged with other themes than the first; they are left out.",
                file=file,
                others=others,
            )
        )


def _with_facts(rows: Iterable[Row], finder: FactFinder) -> Iterator[Row]:
    """Yield the rows with their facts; those without get them from what stands in the file, article by article."""
    for _, group in itertools.groupby(rows, key=lambda row: (row["document"], row["article"])):
        article = list(group)
        if "zones" not in article[0]:
            _find_facts(article, finder)
        yield from article


def _find_facts(rows: list[Row], finder: FactFinder) -> None:
    # The page's head is not in the file, so that a date is told by the article's own text, a column or the name.
    paragraphs = tuple(Paragraph(row["text"], (0, len(row["text"])), record=row.get("record") or {}) for row in rows)
    article = Article(rows[0]["title"], None, (), (), paragraphs)
    document = Document(rows[0]["document"], "", "", "tagged", (article,))
    for row, facts in zip(rows, finder.of(document), strict=True):
        sentences = telling(row["evidence"], lambda mark: (mark["within"][0], mark["within"][1]))
        row.update(facts.with_amounts(row["text"], sentences).to_json())


def _lines(rows: Iterator[Row], file: str, on_problem: Callable[[str], None]) -> Iterator[bytes]:
    try:
        for row in rows:
            if row.get("kind") != MISSING:
                yield passage_line(passage_of(row))
    except _FAULTS as error:
        on_problem(
            Message(
                "{file}: a paragraph is not as predict writes it ({type}: {error}). What stands before "
                "it counts, the rest of the file is left out.",
                file=file,
                type=type(error).__name__,
                error=error,
            )
        )
