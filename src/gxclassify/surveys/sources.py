"""What a survey reads: files to tag, or files that `predict` tagged already, as one stream of tagged paragraphs."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gxclassify.errors import InputError
from gxclassify.extras import need
from gxclassify.model.facts import FactFinder, telling
from gxclassify.output.forms import Layout
from gxclassify.reading.compressed import Plain, PlainBytes
from gxclassify.reading.document import Article, Document, Paragraph
from gxclassify.reading.inputs import Inputs
from gxclassify.reading.reader import iter_files
from gxclassify.scoring.workers import Task, in_order

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

    from gxclassify.config import ReadingConfig
    from gxclassify.model.model import Model
    from gxclassify.zones import Gazetteer

_TAGGED = frozenset({"document", "article", "paragraph", "text", "tags"})
_HEAD = 1 << 20
_ROWS = 4_096

Row = dict[str, Any]


def tagged_rows(
    inputs: Iterable[str | os.PathLike[str]],
    *,
    model: Callable[[], Model],
    gazetteer: Gazetteer,
    jobs: int,
    reading: ReadingConfig,
    text_column: str,
    date_column: str,
    stdin: BinaryIO | None,
    on_problem: Callable[[str], None],
    on_note: Callable[[str], None],
) -> Iterator[Row]:
    """Yield every paragraph of `inputs` in the tagged paragraph's schema, with its facts.

    Neighbouring files that are to be tagged are tagged together, in `jobs` processes; tagged JSON Lines (compressed or
    not) and Parquet files are taken as they are, and their facts found where they lack them.
    """
    finder = FactFinder(gazetteer, date_column)
    for tagged, files in itertools.groupby(_files(inputs), key=_is_tagged):
        if tagged:
            for file in files:
                yield from _with_facts(_read_tagged(Path(file)), finder)
            continue
        source = Inputs(files, text_column=text_column, config=reading, stdin=stdin)
        task = Task(model(), Layout(form="jsonl", facts=True), reading, gazetteer, date_column)
        for _, outcome in in_order(source.chunks(), task, jobs):
            for report, sentences in ((on_note, outcome.notes), (on_problem, outcome.problems)):
                for sentence in sentences:
                    report(sentence)
            yield from map(json.loads, outcome.data.splitlines())


def _files(inputs: Iterable[str | os.PathLike[str]]) -> Iterator[str]:
    for name in inputs:
        if name == "-":
            yield "-"
            continue
        try:
            yield from map(str, iter_files([name]))
        except InputError:
            yield str(name)  # reading it will say what is wrong


def _is_tagged(name: str) -> bool:
    if name == "-":
        return False
    with contextlib.suppress(OSError, ValueError, InputError), Path(name).open("rb", buffering=0) as file:
        plain = Plain(file, name)
        head = plain.peek(_HEAD)
        if head.startswith(b"PAR1"):
            need("pyarrow", f"{name}: reading Parquet")
            import pyarrow.parquet as pq

            return set(pq.read_schema(name).names) >= _TAGGED
        first = head.lstrip(b"\xef\xbb\xbf").partition(b"\n")[0]
        if first.startswith(b"{"):
            row = json.loads(first)
            return isinstance(row, dict) and row.keys() >= _TAGGED | {"scores", "span"}
    return False


def _read_tagged(path: Path) -> Iterator[Row]:
    with path.open("rb") as file:
        parquet = file.read(4) == b"PAR1"
    return _parquet_rows(path) if parquet else _json_rows(path)


def _json_rows(path: Path) -> Iterator[Row]:
    with path.open("rb", buffering=0) as file:
        lines = io.BufferedReader(PlainBytes(Plain(file, str(path))), 1 << 20)
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line.decode("utf-8-sig"))
                if not isinstance(row, dict) or not row.keys() >= _TAGGED | {"scores"}:
                    msg = "it lacks what a tagged paragraph has"
                    raise ValueError(msg)  # noqa: TRY301 - told as every other fault of the line
            except ValueError as error:
                msg = f"{path}:{number}: this line is no tagged paragraph ({error}); write the file with predict."
                raise InputError(msg) from error
            row.setdefault("evidence", {})
            yield row


def _parquet_rows(path: Path) -> Iterator[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            names = set(file.schema_arrow.names)
            themes = [field.name for field in file.schema_arrow if field.type == pa.float32()]
            facts = {"zones", "article_zone", "date", "amounts"} <= names
            for batch in file.iter_batches(_ROWS):
                for row in batch.to_pylist():
                    row["scores"] = {theme: row.pop(theme) for theme in themes}
                    row["evidence"] = json.loads(row.get("evidence") or "{}")
                    row["record"] = {
                        name.removeprefix("record."): row[name] for name in row if name.startswith("record.")
                    }
                    if facts:
                        zone, date = row["article_zone"], row["date"]
                        row["article_zone"] = zone and {"id": zone, "name": row["article_zone_name"]}
                        row["date"] = date and {"date": date, "precision": row["date_precision"]}
                        row["amounts"] = json.loads(row["amounts"] or "[]")
                    yield row
    except (pa.ArrowException, OSError) as error:
        msg = f"{path}: the Parquet file cannot be read ({error}); write it anew with predict."
        raise InputError(msg) from error


def _with_facts(rows: Iterator[Row], finder: FactFinder) -> Iterator[Row]:
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
