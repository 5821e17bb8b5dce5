"""Label records from and for other tools: doccano, Label Studio, Prodigy, fastText and CSV."""

from __future__ import annotations

import dataclasses
import importlib
import json
from typing import TYPE_CHECKING, Any

from gxclassify.config import ReadingConfig
from gxclassify.console import argument
from gxclassify.errors import ConfigError, InputError, LabelError, boundary
from gxclassify.labels.exchange.base import LABEL_PREFIX, Exported, Imported, Merge, Themes, merged
from gxclassify.labels.exchange.table import NoColumnsError, decode_parquet, decode_rows, names_columns
from gxclassify.labels.records import (
    TABLES,
    Given,
    LabelSet,
    UnknownThemeError,
    label_object,
    load_label_sets,
    numbered_lines,
    read_bytes,
    read_lines,
    read_text,
    tables_in,
)
from gxclassify.messages import Message, named
from gxclassify.reading.compressed import split_name
from gxclassify.reading.office.legacy import convert
from gxclassify.reading.parsed import Parsed
from gxclassify.reading.records.rows import find_header, unguarded
from gxclassify.reading.records.written import written_in
from gxclassify.reading.sandbox import read_apart
from gxclassify.themes import taxonomy_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gxclassify.labels.records import LabelRecord
    from gxclassify.model.model import Model
    from gxclassify.themes import Taxonomy

__all__ = [
    "FORMATS",
    "Exported",
    "Imported",
    "Merge",
    "export_labels",
    "import_labels",
    "load_any_label_sets",
    "load_any_labels",
    "load_judging_labels",
    "merged",
    "read_any_labels",
    "recognised",
]

FORMATS = {
    "jsonl": "native",
    "doccano": "doccano",
    "label-studio": "label_studio",
    "prodigy": "prodigy",
    "fasttext": "fasttext",
    "csv": "table",
}
"""The formats' names and the modules that know them; each has ``decode`` and ``encode``."""


def import_labels(
    path: Path,
    form: str | None,
    taxonomy: Taxonomy | None,
    *,
    source: str = "",
    merge: Merge | None = None,
    **look: Any,
) -> Imported:
    """Read another tool's export.

    Parameters
    ----------
    path : Path
    form : str, optional
        A name in `FORMATS`. Default: what `recognised` says.
    taxonomy : Taxonomy or None
        None: whatever stands as a label is a theme. Else a label in the file may be a theme's id, Chinese or English
        name; with a ``?`` behind it, a ``maybe``.
    source : str
        The kind of text, for records whose file does not tell.
    merge : "agree", "majority" or "maybe", optional
        How several people's readings of a paragraph become one record, see `merged`; by default they stay apart.
    **look
        ``mapping``, ``text_column``, ``label_column`` and ``trained_on``, see `Themes`.

    Returns
    -------
    Imported
        The records, and notices of what was passed over.

    Raises
    ------
    LabelError
        ``file:line`` (or task) and what is wrong there.
    ConfigError
        There is no such format.
    """
    form = form or recognised(path)
    with boundary(lambda why: LabelError("{path}: cannot be imported ({why}).", path=path, why=why)):
        themes = Themes(taxonomy, source, beside=str(taxonomy_file([path]) or ""), **look)
        imported = _read(path, form, themes)
    if not imported.records:
        raise _unlabelled(path, form, imported)
    notices = [*imported.notices, *themes.notices]
    if unused := [*themes.unused]:
        notices.append(Message("--map: no label in {path} is called {names}.", path=path, names=named(unused)))
    return dataclasses.replace(imported, notices=notices).checked(merge)


def _unlabelled(path: Path, form: str, imported: Imported) -> LabelError:
    """Return the error of a file without a labelled paragraph."""
    silent = imported.silent
    if form == "csv" and silent:
        return LabelError(
            "{path}: holds no labelled paragraph: {silent} {silent:row says|rows say} nothing of any theme; write the "
            "themes; {none_told} says that none is told.",
            path=path,
            silent=silent,
            none_told=imported.none_told,
        )
    if form == "csv":
        return LabelError("{path}: holds no labelled paragraph: no row below the header has a text.", path=path)
    said = Message(
        "; {silent} {silent:line or task says|lines or tasks say} nothing of any theme; {none_told} says that none is "
        "told",
        silent=silent,
        none_told=imported.none_told,
    )
    return LabelError(
        "{path}: holds no labelled paragraph in the shape that {form} writes{silent}.",
        path=path,
        form=form,
        silent=said if silent else "",
    )


def recognised(path: Path) -> str:
    """Tell by its content which tool's export a file is; what is none of JSON and fastText is taken for a table.

    Raises
    ------
    LabelError
        It cannot be read, or is JSON of no known shape.
    """
    if read_bytes(path).startswith((_ZIP, _OLE, _PARQUET)):
        return "csv"
    text = read_text(path).lstrip()
    line = text.partition("\n")[0]
    if not text.startswith(("[", "{")):
        return "fasttext" if LABEL_PREFIX in line else "csv"
    listed = text.startswith("[")
    first = _first_item(text) if listed else label_object(line, f"{path}:1")
    tool = _tool_of(first)
    if not tool and names_columns(first) and not (listed and _OF_TOOLS & _numbered(first)):
        return "csv"
    if listed and tool in {"", "jsonl"}:
        return "label-studio"
    if tool:
        return tool
    raise LabelError(
        "{path}: no labels of a known tool stand in its first line; say which tool it comes from with --format.",
        path=path,
    )


_OF_TOOLS = {"annotator", "annotation_id", "lead_time", "created_at", "updated_at"}
"""What Label Studio's JSON-MIN, an array, says of a task beside its data."""


def _numbered(first: dict[str, Any]) -> set[str]:
    """Return the names of the members; without that of who labelled where it is a name, as in a table."""
    return set(first) - ({"annotator"} if isinstance(first.get("annotator"), str) else set())


def _tool_of(first: dict[str, Any]) -> str:
    """Return which tool wrote a record, by the names of its members; nothing where they do not tell."""
    if {"annotation_id", "lead_time"} & set(first) or (isinstance(first.get("data"), dict) and "annotations" in first):
        return "label-studio"
    if {"accept", "answer"} & set(first):
        return "prodigy"
    native = isinstance(first.get("id"), str) and "labels" in first
    if {"label", "cats", "entities"} & set(first) or ("labels" in first and "text" in first and not native):
        return "doccano"
    return "jsonl" if "labels" in first else ""


def _first_item(text: str) -> dict[str, Any]:
    """Return the first object of an array of JSON, an empty one where there is none."""
    begin = text.find("{")
    try:
        first, _ = json.JSONDecoder().raw_decode(text, max(begin, 0))
    except (ValueError, RecursionError):
        return {}
    return first if isinstance(first, dict) and not text[1:begin].strip() else {}


def _read(path: Path, form: str, themes: Themes) -> Imported:
    module = _module(form)
    if form == "csv":
        data = read_bytes(path)
        if data.startswith((_ZIP, _OLE)):
            found = _workbook(data, str(path))
            table = _read_sheets(found.sheets, str(path), themes)
            unseen = [notice.text for notice in found.notices if notice.kind == "hidden"]
            return dataclasses.replace(table, notices=[*unseen, *table.notices])
        if data.startswith(_PARQUET):
            return decode_parquet(path, themes)
    text = read_text(path)
    if not text.strip():
        raise LabelError("{path}: the file is empty.", path=path)
    imported: Imported = module.decode(text, str(path), themes)
    return imported


def _read_sheets(sheets: Sequence[tuple[str, list[list[str]]]], where: str, themes: Themes) -> Imported:
    """Read the first sheet of a workbook that holds labels, and those with its columns, such as one for each month.

    What is no table of labels, such as how to fill one in, may stand before them.
    """
    refused: list[tuple[int, NoColumnsError]] = []
    for first, (title, _) in enumerate(sheets):
        places, above, others = _joined(sheets, first, where)
        try:
            imported = decode_rows(places, themes, above=above)
        except NoColumnsError as error:
            refused.append((len(places[0][1]), error))
            continue
        if not others:
            return imported
        text = Message(
            "Sheets whose columns are not those of {title!r} are not read: {sheets}.",
            title=title,
            sheets=named(others),
        )
        return dataclasses.replace(imported, notices=[*imported.notices, text])
    raise max(refused, key=lambda one: one[0])[1]  # of the widest, which is most like a table


def _joined(
    sheets: Sequence[tuple[str, list[list[str]]]], first: int, where: str
) -> tuple[list[tuple[str, list[str]]], list[list[str]], list[str]]:
    """Return the rows of a sheet and of those with its columns, in whatever order, each row with its place.

    And what stands above their headers, and the names of the other sheets, which are not read.
    """
    columns = _names_of(sheets[first][1])
    places: list[tuple[str, list[str]]] = []
    above: list[list[str]] = []
    others: list[str] = []
    for number, (title, rows) in enumerate(sheets):
        names = _names_of(rows)
        if number < first or not (names == columns or _same_columns(names, columns)):
            others.append(title)
            continue
        start = find_header(rows)
        name = where if number == 0 else f"{where} ({title})"
        above += rows[:start]
        numbered = enumerate(rows, start=1)
        below = [(f"{name}:{line}", [*map(unguarded, row)]) for line, row in numbered][start + (number != first) :]
        if names != columns:
            order = [names.index(column) if column else len(names) for column in columns]
            below = [(place, [row[at] if at < len(row) else "" for at in order]) for place, row in below]
        places += below
    return places, above, others


def _names_of(rows: Sequence[Sequence[str]]) -> list[str]:
    return [name.strip().casefold() for name in rows[find_header(rows)]]


def _same_columns(names: Sequence[str], others: Sequence[str]) -> bool:
    """Tell whether two headers hold the same names, each once; columns without a name count for nothing."""
    given, wanted = (sorted(filter(None, one)) for one in (names, others))
    return given == wanted and len({*given}) == len(given)


def _workbook(data: bytes, where: str) -> Parsed:
    """Return the sheets of a workbook that are not hidden, each with its name, and notices on what is."""
    config = ReadingConfig()
    try:
        found = read_apart("zip", convert(data, where, config) if data.startswith(_OLE) else data, where, config)
    except InputError as error:
        raise LabelError(error.message) from error
    if not isinstance(found, Parsed) or not found.sheets:
        raise LabelError("{where}: holds no sheet with cells; give a workbook, .xlsx or .ods, or CSV.", where=where)
    return found


_ZIP = b"PK\x03\x04"
"""How .xlsx and .ods begin."""
_OLE = b"\xd0\xcf\x11\xe0"
"""How workbooks from before 2007 begin, and those that are encrypted with a password."""
_PARQUET = b"PAR1"


def load_any_labels(paths: Sequence[Path], taxonomy: Taxonomy | None = None) -> LabelSet:
    """Read label records, and tables (CSV, workbooks) with a column of labels, as `labels.records.load_labels` does.

    JSON Lines that are no label records but have ``text`` and ``label`` or ``labels``, as most tools write them, are
    read as doccano's.

    Where no ``themes.toml`` names the themes, whatever stands as a label in a table is one. What was passed over in a
    table stands in `notices`. A paragraph that two tables hold is a reading in each.
    """
    return load_any_label_sets([paths], taxonomy)[0]


def load_any_label_sets(sets: Sequence[Sequence[Path]], taxonomy: Taxonomy | None = None) -> list[LabelSet]:
    """Read sets of labels that are held against each other, so that a theme has one id in all: `load_any_labels`."""
    return [
        dataclasses.replace(found, notices=(*found.notices, *_tables_beside(paths)))
        for found, paths in zip(load_label_sets(sets, taxonomy, read=read_any_labels), sets, strict=True)
    ]


def _tables_beside(paths: Sequence[Path]) -> Iterator[Message]:
    for path in paths:
        if path.is_dir() and (tables := tables_in(path)):
            yield Message(
                "{path}: not read in this folder: {tables}; name a table by its own path.", path=path, tables=tables
            )


def load_judging_labels(paths: Sequence[Path], model: Model, other: Model | None = None) -> LabelSet:
    """Read labels as `load_any_labels`, with the themes of the models that are judged by them.

    What is none of them is told as what it mostly is: the labels are another model's.
    """
    taxonomy = model.taxonomy if other is None else model.taxonomy.with_themes_of(other.taxonomy)
    try:
        return load_any_labels(paths, taxonomy)
    except UnknownThemeError as error:
        models, way = _named_model(model), Message("Name the model that knows it with --model FOLDER.")
        if other is not None:
            models = Message("{a} and {b}", a=models, b=_named_model(other))
            way = Message("Name models that know it.")
        elif error.table:
            way = Message(
                "{way} Or, if it stands for no theme: 'gxclassify labels import {file} --map {label}= --themes any "
                "--out labels.jsonl'.",
                way=way,
                file=argument(error.table),
                label=argument(str(error.theme)),
            )
        raise LabelError(
            "{where}: the theme {theme!r} is unknown to {models}; known: {known}. {way}",
            where=error.place,
            theme=error.theme,
            models=models,
            known=[*taxonomy.ids],
            way=way,
        ) from error


def _named_model(model: Model) -> Message:
    from gxclassify.loading import load_model

    if model.name == load_model().name:
        return Message("the shipped model ({name})", name=model.name)
    return Message("the model {name}", name=model.name)


def read_any_labels(files: Sequence[Path], taxonomy: Taxonomy | None) -> list[Given]:
    """Read label files of any form that `load_any_labels` takes: what that gives `load_labels`."""
    given: list[Given] = []
    taken: set[str] = set()
    for file in files:
        held = _imported(file, taxonomy)
        if isinstance(held, Given):
            given.append(held)
            continue
        records = [
            dataclasses.replace(record, id=f"{record.id}@{file.name}") if record.id in taken else record
            for record in held.records
        ]
        taken.update(record.id for record in records)
        lines = [(record.where, json.dumps(record.to_json(), ensure_ascii=False)) for record in records]
        notices = tuple(Message("{file}: {notice}", file=file, notice=notice) for notice in held.notices)
        given.append(Given(read_bytes(file), lines, own=False, notices=notices))
    return given


def _imported(file: Path, taxonomy: Taxonomy | None) -> Given | Imported:
    """Return the lines of a file of label records, or what is imported of one of another form."""
    if split_name(file)[0] in TABLES:
        return import_labels(file, "csv", taxonomy, trained_on=str(file))
    data, lines = read_lines(file)
    first = next((line for line in lines if line.strip()), "")
    own = "any" if taxonomy is None else taxonomy.file
    themes = f" --themes {argument(own)}" if own else ""
    item = _first_item("\n".join(lines).lstrip()) if first.lstrip().startswith("[") else {}
    if item and written_in(item) != "paragraphs":
        raise LabelError(
            "{file}: is one array of JSON, as Label Studio exports it; make label records of it with: "
            "gxclassify labels import {argument}{themes} --out labels.jsonl",
            file=file,
            argument=argument(file),
            themes=themes,
        )
    if LABEL_PREFIX in first and not first.lstrip().startswith("{"):
        raise LabelError(
            "{file}: holds lines of fastText ({prefix}…); make label records of it with: gxclassify labels "
            "import {argument}{themes} --out labels.jsonl",
            file=file,
            prefix=LABEL_PREFIX,
            argument=argument(file),
            themes=themes,
        )
    form = "csv" if item else _form_of(first)
    return (
        import_labels(file, form, taxonomy, trained_on=str(file)) if form else Given(data, numbered_lines(file, lines))
    )


def _form_of(line: str) -> str:
    """Return the form of a file whose first line is an object with a text and labels, but no label record."""
    try:
        first = label_object(line, "")
    except LabelError:
        return ""
    if isinstance(first.get("id"), str) and "labels" in first:
        return ""
    if "text" in first and {"label", "labels", "cats"} & set(first):
        return "doccano"
    return "csv" if names_columns(first) else ""


def export_labels(records: Sequence[LabelRecord], form: str, taxonomy: Taxonomy) -> Exported:
    """Return `records` as the bytes of a file that `form` reads, and one notice of what it cannot carry.

    >>> from gxclassify.labels.records import LabelRecord
    >>> from gxclassify.themes import Taxonomy
    >>> record = LabelRecord(id="1", text="新签约项目12个。", labels=("招商",), article="1")
    >>> export_labels([record], "fasttext", Taxonomy.of_ids(["招商"])).data.decode().strip()
    '__label__招商 新 签约 项目 12 个 。'
    """
    exported: Exported = _module(form).encode(records, taxonomy)
    return exported


def _module(form: str) -> Any:
    if form not in FORMATS:
        raise ConfigError("There is no label format {form!r}; there are {formats}.", form=form, formats=[*FORMATS])
    return importlib.import_module(f"{__name__}.{FORMATS[form]}")
