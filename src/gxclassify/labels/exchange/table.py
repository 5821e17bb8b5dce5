"""Tables, for spreadsheets: CSV and workbooks (xlsx, ods), one row a paragraph, or objects of JSON with such fields.

Written are the columns of a label record, lists joined by ``;``, no theme as ``[]``, evidence as ``theme:start-end``.
Reading takes more, for tables come from everywhere: a column of labels by any usual name, with any separator or as
lists of Python or JSON; or a column per theme, ticked (1, √, 是 …), open (?) or not (0, 否, empty). A row in which no
cell says anything of a theme is not a paragraph without theme: it was not looked at. A name may hold a sign that
elsewhere separates names, such as 财经/交易: where the themes are not known, / # + & separate when what they leave
stands alone in other cells.
"""

from __future__ import annotations

import ast
import csv
import io
import json
import re
from collections import Counter
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

from gxclassify.config import ReadingConfig
from gxclassify.errors import LabelError
from gxclassify.labels.checking import fingerprint
from gxclassify.labels.exchange.base import (
    MAYBE,
    NO_THEME,
    NONE_IN_LIST,
    READERS,
    Exported,
    Imported,
    Themes,
    json_lines,
)
from gxclassify.labels.exchange.results import Row, label_rows, names_of_themes, said, said_otherwise
from gxclassify.labels.records import OPEN_SIGNS
from gxclassify.messages import Message, named
from gxclassify.output.forms import BYTE_ORDER_MARK, CsvRows
from gxclassify.reading.records.cutter import parquet_columns, parquet_records
from gxclassify.reading.records.fields import TEXT_FIELDS, texts_elsewhere, without_texts
from gxclassify.reading.records.rows import OpenQuoteError, Rows, quoted, table_head, text_of, unguarded
from gxclassify.reading.records.written import paragraph_columns, record_columns, written_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from gxclassify.labels.records import LabelRecord
    from gxclassify.themes import Taxonomy

_LEAST_COLUMNS = 2
_ROWS_A_NAME, _LONGEST_NAME = 3, 30  # rows at least, and characters, of what looks like a name of a theme
_COLUMNS = ("id", "text", "labels", "maybe", "evidence", "article", "source", "annotator", "adjudicated", "time")
_TEXT = (
    "text", "正文", "文本", "内容", "段落", "句子", "评论", "评价", "留言", "标题",
    "content", "sentence", "paragraph", "review", "comment", "title",
)  # fmt: skip
_LABELS = (
    "labels", "label", "标签", "主题", "类别", "分类", "类型", "情感", "意图",
    "themes", "theme", "tags", "tag", "categories", "category", "class", "sentiment", "intent", "annotation",
)  # fmt: skip
_IDS = (
    "编号", "工单编号", "工单号", "唯一标识", "文章编号", "文档编号", "文本编号", "标识", "序号", "id号",
    "uuid", "guid", "_id", "doc_id", "docid", "document_id", "article_id", "text_id", "record_id", "sample_id", "key",
)  # fmt: skip
_ENDS_OF_IDS = ("编号", "工单号")
_COUNTED = re.compile(r"0|[1-9][0-9]{0,8}")
_NUMBERED = re.compile(
    r"(?:标签|主题|类别|分类|labels?|themes?|tags?|categor(?:y|ies)|class)\s*[_-]?\s*[0-9一二三四五六七八九]{1,2}"
)
_SURE = ";|,\n\t；｜，、"
"""What separates names in every cell."""
_UNSURE = ("/／", "#", "+", "&")
"""What does where it leaves names."""
_SURE_ENOUGH = 0.5
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_MARK = re.compile(r"(.+):(\d+)-(\d+)")
_TICKS = ("1", "√", "✓", "✔", "☑", "x", "v", "y", "yes", "true", "是", "有", "对")
_CROSSES = ("0", "×", "✗", "✘", "☐", "-", "n", "no", "false", "否", "无")
_YES, _NO = {*_TICKS, "1.0"}, {*_CROSSES, "0.0"}
_MARKS = (_YES | _NO | {*OPEN_SIGNS}) - {"1", "0", "1.0", "0.0"}
"""Those that no probability is."""
_NO_TICK = Message("0, 否 or × in a cell, or '--map =' of 'labels import' for all,")
_MOST_CELL = 1_000_000


class NoColumnsError(LabelError):
    """A table lacks a column of texts or of labels."""


def decode(text: str, where: str, themes: Themes) -> Imported:
    """Read CSV, separated by comma, tab, semicolon or ``|``, or objects of JSON; see `decode_rows`."""
    if text.lstrip().startswith(("{", "[")) and text.rstrip().endswith(("}", "]")):
        return decode_objects(json_lines(text, where), where, themes)
    csv.field_size_limit(_MOST_CELL)
    above, _, _ = table_head(text, lambda row: _column(_header(row), themes.text_column, _TEXT) is not None)
    rows = _rows(Rows(io.StringIO(text, newline="").readline), where)
    return decode_rows(islice(rows, len(above), None), themes, above=above, separated=True)


def decode_parquet(path: Path, themes: Themes) -> Imported:
    """Read the rows of a Parquet file; see `decode_rows`."""
    config = ReadingConfig()
    columns = parquet_columns(path, str(path), config)
    text_column = _column(_header(columns), themes.text_column, _TEXT)
    wanted = next((name for name in columns if name.strip().casefold() == text_column), TEXT_FIELDS[0])
    rows: list[tuple[str, dict[str, Any]]] = []
    for number, row in enumerate(parquet_records(path, config, wanted), 1):
        if isinstance(row, str):
            raise LabelError("{where}: {problem}.", where=f"{path}:{number}", problem=row)
        rows.append((f"{path}:{number}", row))
    return decode_objects(rows, str(path), themes)


def names_columns(record: Mapping[str, Any]) -> bool:
    """Tell whether an object of JSON has a field of texts and one of labels, by their usual names."""
    header = _header(record)
    text_column = _column(header, "", _TEXT)
    return text_column is not None and _column(header, "", _LABELS, but=text_column) is not None


def decode_objects(items: Iterable[tuple[str, dict[str, Any]]], where: str, themes: Themes) -> Imported:
    """Read objects, each with its place, as the rows of a table; see `decode_rows`."""
    return decode_rows(_rows_of_objects(items, where), themes)


def _rows_of_objects(items: Iterable[tuple[str, dict[str, Any]]], where: str) -> Iterator[tuple[str, list[str]]]:
    """Yield objects of JSON as rows, the names of their fields as the header."""
    items = list(items)
    header = list(dict.fromkeys(name for _, item in items for name in item))
    yield where, header
    for place, item in items:
        yield place, [_cell(item.get(name)) for name in header]


def _cell(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return str(int(value)) if isinstance(value, bool) else json.dumps(value, ensure_ascii=False, default=str)


def _rows(rows: Rows, where: str) -> Iterator[tuple[str, list[str]]]:
    try:
        for row in rows:
            yield f"{where}:{rows.line}", [*map(unguarded, row)]
    except OpenQuoteError as error:
        raise LabelError(
            "{where}:{line}: a quote opens here that is never closed: {lost:,} {lost:line|lines} would be one cell; "
            "close it, or double it.",
            where=where,
            line=error.line,
            lost=error.lost,
        ) from error
    except csv.Error as error:
        raise LabelError(
            "{where}:{line_num}: not CSV ({error}); save the table as CSV, UTF-8.",
            where=where,
            line_num=rows.line,
            error=error,
        ) from error


def decode_rows(
    rows: Iterable[Row], themes: Themes, *, above: Sequence[Sequence[str]] = (), separated: bool = False
) -> Imported:
    """Read a table's rows, each with its place, the header first; what stood `above` it is told.

    It needs a column of texts and either one of labels or a column per theme; which they are is told by
    ``themes.text_column`` and ``themes.label_column`` or else by their names. Columns of labels with one name are one
    list. A row wider than the header is an error where signs have `separated` the cells: one of them may be a part of
    the text or of the labels.
    """
    lines = [*rows]
    top, names = lines.pop(0) if lines else ("", ())
    wide = [(place, len(names), row) for place, row in lines if separated and _filled(row) > len(names)]
    names, rest, notices = _unless_results(top, names, iter(lines), themes)
    given_rows = [*rest]
    bare, named_so = _columns(names, [row for _, row in given_rows])
    header = [*named_so]
    text_column = _known(header, themes.text_column, _TEXT, top)
    listed = _known(header, themes.label_column, _LABELS, top, but=text_column)
    if (
        text_column is None
        and listed is None
        and (found := _headless([names, *(row for _, row in given_rows)], themes))
    ):
        header, text_column, listed = found
        bare = header
        given_rows.insert(0, (top, names))
        named_so = {}
    table = [(place, dict(zip(header, row, strict=False))) for place, row in given_rows]
    parts = [own for own, name in zip(header, bare, strict=True) if name == listed]
    if listed is None and (parts := [name for name in header if _NUMBERED.fullmatch(name) and name != text_column]):
        listed = parts[0]  # 标签1, 标签2 …: of one list
    table = [(place, _as_one_list(cells, parts)) for place, cells in table]
    if listed is None and text_column is not None and not any(map(themes.knows, header)):
        listed = _by_look(header, [cells for _, cells in table], text_column, themes)
    others = [name for name in header if name not in {text_column, listed, *_COLUMNS, *READERS, ""}]
    per_theme = [name for name in others if themes.knows(name)]
    if themes.open and not (listed or per_theme):
        per_theme = [name for name in others if _is_ticked([cells.get(name, "") for _, cells in table])]
    if text_column is None or not (listed or per_theme):
        raise NoColumnsError(
            "{where}: the header needs a column of texts and one of labels, or one for each theme; "
            "rename them, or name them with --text-column and --label-column of 'labels import'. "
            "There are: {header}.",
            where=top,
            header=named(filter(None, bare)),
        )
    _refuse_wide(wide)
    others = [name for name in others if name in named_so and name not in {*per_theme, *parts}]
    telling = [] if themes.empty_is_none else [name for name in (listed, "maybe", *per_theme) if name]
    read = [cells for _, cells in table if cells.get(text_column, "").strip() and _says(cells, telling)]
    id_column, spoilt = _id_column(
        others, read, bare, rows=sum(any(map(str.strip, cells.values())) for _, cells in table)
    )
    again = _alike([cells[text_column] for cells in read]) if id_column != "id" else set()
    names_of = Cells(themes, [cells.get(listed, "") for _, cells in table] if listed else [])
    records, silent, wordless = [], 0, 0
    for place, given in table:
        cells = {name: cell.strip() for name, cell in given.items()}
        if not any(cells.values()):
            continue
        if not cells.get(text_column):
            wordless += 1
            continue
        names = names_of.split(cells.get(listed, "") if listed else "")
        names += _ticked({name: cells.get(name, "") for name in per_theme}, place)
        if not _says(cells, telling):
            silent += 1
            continue
        records.append(
            themes.record(
                place,
                given.get(text_column, ""),
                names,
                spans=[_mark(mark, place) for mark in _split(cells.get("evidence", ""))],
                maybe=names_of.split(cells.get("maybe", "")),
                record_id="" if given[text_column] in again else cells.get(id_column),
                meta=cells,
            )
        )
    unread = [
        named_so[name]
        for name in dict.fromkeys(others)
        if name != id_column and name not in spoilt and any(cells.get(name, "").strip() for _, cells in table)
    ]
    none_told = NONE_IN_LIST if listed else _NO_TICK
    return Imported(records, [*notices, *_left_out(above, unread, wordless), *spoilt.values()], silent, none_told)


def _as_one_list(cells: dict[str, str], parts: Sequence[str]) -> dict[str, str]:
    """Return the cells of a row, those of the columns `parts` as one list in the first of them."""
    if len(parts) < _LEAST_COLUMNS:
        return cells
    return {**cells, parts[0]: ";".join(filter(None, (cells.get(name, "").strip() for name in parts)))}


def _refuse_wide(rows: Sequence[tuple[str, int, Sequence[str]]]) -> None:
    """Raise the error of the first of the `rows`, with their places, that are wider than the header."""
    for place, width, row in rows:
        raise LabelError(
            "{where}: this row has {row_count} {row_count:cell|cells} where the header has {header_count}: put a cell "
            "that holds a separator in quotes, or name all columns in the header.",
            where=place,
            row_count=_filled(row),
            header_count=width,
        )


def _unless_results(
    top: str, names: Sequence[str], rows: Iterator[Row], themes: Themes
) -> tuple[Sequence[str], Iterator[Row], list[Message]]:
    """Return a table's header and rows as they are; of what `predict` wrote those of its labels, with a notice."""
    bare = [name.strip() for name in names]
    lines = [*rows]
    fields = paragraph_columns(bare, lines[0][1] if lines else ())
    if not fields and (written_in(bare) == "groups" or without_texts(bare)):
        raise NoColumnsError(texts_elsewhere(top))
    wanted = themes.label_column.strip().casefold()
    if not fields or (wanted and wanted not in _header(names)):
        return names, iter(lines), []
    if themes.open:
        themes.learn(names_of_themes(bare, lines))
    tags = next(name for name, field in fields.items() if field == "tags")
    before = {*record_columns(bare)}  # what was said of the records before
    added = [name for name in bare if name not in fields and name not in before]
    own = [] if wanted else _added_labels(added, bare, lines, themes, tags)
    kept = {*{"maybe", "adjudicated", "time", *READERS}.intersection(_header(added)), wanted, *_header(own)}
    header, labelled = label_rows(bare, lines, fields, kept, tagged=not own)
    if own:  # what somebody filled in goes before what the model said
        return header, iter(labelled), [said_otherwise(own)]
    return header, iter(labelled), [said(tags)] if wanted in {"", tags.casefold()} else []


def _added_labels(
    names: Sequence[str], header: Sequence[str], rows: Sequence[Row], themes: Themes, tags: str
) -> list[str]:
    """Return the columns of a table of results in which people told themes: one of a usual name, or marks for each.

    Raises
    ------
    LabelError
        There are marks over some of the probabilities alone.
    """
    cells = {name: [row[header.index(name)] for _, row in rows if header.index(name) < len(row)] for name in names}
    known = dict(zip(_header(names), names, strict=True))
    told = [name for name in names if any(map(str.strip, cells[name]))]
    listed = _column([*_header(told)], "", _LABELS)
    if listed is not None and not themes.knows(listed):
        return [known[listed]]
    marked = [name for name in told if themes.knows(name.casefold())]
    if marked and _is_ticked([cell for name in marked for cell in cells[name]]):
        return marked
    for name in marked:
        for (place, _), cell in zip(rows, cells[name], strict=False):
            if cell.strip().casefold() in _MARKS:
                raise LabelError(
                    "{where}: the column {column!r} has the mark {cell!r} among probabilities: mark or empty all cells "
                    "of the themes, or write what the text tells into {tags!r} and take the marks away.",
                    where=place,
                    column=name,
                    cell=cell.strip(),
                    tags=tags,
                )
    return []


def _says(cells: Mapping[str, str], telling: Sequence[str]) -> bool:
    """Tell whether a row says anything in one of the columns that tell of themes; without such columns each does."""
    return not telling or any(cells.get(name, "").strip() for name in telling)


def _id_column(
    others: Sequence[str], table: Sequence[dict[str, str]], header: Sequence[str], *, rows: int
) -> tuple[str, dict[str, Message]]:
    """Return the column of ids: that called so, or one with a usual name and another id in each row.

    What only counts the `rows` is none, also where some of them, such as one of totals, are not read: the ids of one
    table would be those of the next. A notice says why a column whose name is usual, and most of whose rows have an id
    of their own, is none.
    """
    if "id" in header:
        return "id", {}
    usual = (name for name in _IDS if name in others)
    alike = (name for name in others if name.endswith(_ENDS_OF_IDS))
    spoilt: dict[str, Message] = {}
    for name in dict.fromkeys([*usual, *alike]):
        cells = [row.get(name, "").strip() for row in table]
        if _counts_rows(cells, rows) or header.count(name) > 1:
            continue
        given = [*filter(None, cells)]
        lacking, again = len(cells) - len(given), len(given) - len({*given})
        if not lacking and not again:
            return name, {}
        if 2 * (lacking + again) < len(cells):
            spoilt[name] = Message(
                "The column {column!r} is not taken for ids: {lacking:,} {lacking:row has|rows have} none, "
                "{again:,} {again:has|have} one that stands above; mend that, or call the column 'id'.",
                column=name,
                lacking=lacking,
                again=again,
            )
    return "id", spoilt


def _counts_rows(cells: Sequence[str], rows: int) -> bool:
    """Tell whether most cells are numbers that rise and none is beyond the number of rows, read or not."""
    numbers = [int(bare) for cell in cells if _COUNTED.fullmatch(bare := cell.removesuffix(".0"))]
    rising = all(one < other for one, other in pairwise(numbers))
    return 2 * len(numbers) > len(cells) and rising and numbers[-1] <= rows


def _alike(texts: Sequence[str]) -> set[str]:
    """Return the texts that stand in several rows: readings of one paragraph, whatever ids their rows have."""
    prints = [fingerprint(text) for text in texts]
    counts = Counter(prints)
    return {text for text, own in zip(texts, prints, strict=True) if counts[own] > 1}


def _left_out(above: Sequence[Sequence[str]], unread: Sequence[str], wordless: int) -> Iterator[str]:
    """Yield a notice on rows above the header, one on rows without text and one on columns, where there are any."""
    if titled := text_of(above):
        yield Message("What stands above the header is left out: {above!r}.", above=quoted(titled))
    if wordless:
        yield Message("Rows without text: {n}, passed over.", n=wordless)
    if unread:
        nameless = [name for name in unread if isinstance(name, Message)]
        columns = [*named(name for name in unread if not isinstance(name, Message)), *nameless]
        yield Message("Columns that are not read: {columns}.", columns=columns)


def _header(names: Iterable[str]) -> list[str]:
    return [name.strip().casefold() for name in names]


def _filled(row: Sequence[str]) -> int:
    """Return how many cells a row has up to its last that is filled."""
    return max((n for n, cell in enumerate(row, 1) if cell.strip()), default=0)


def _columns(names: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[list[str], dict[str, str]]:
    """Return a header as wide as the widest of the rows, and by names of which each stands once how to call its column.

    A column without a name, or with one that stands before, has its number.

    >>> header, called = _columns(["Text", "label", "label"], [["a", "b", "", "d"]])
    >>> header
    ['text', 'label', 'label', '']
    >>> [*called.items()][1:]
    [('label', 'label'), ('label #3', "'label' in column 3"), (' #4', 'column 4')]
    """
    width = max(map(_filled, rows), default=0)
    header = _header([*names, *[""] * (width - len(names))])
    called: dict[str, str] = {}
    for number, name in enumerate(header, 1):
        if name and name not in called:
            called[name] = names[number - 1].strip()
            continue
        said = Message("{name!r} in column {number}", name=names[number - 1].strip(), number=number) if name else None
        called[f"{name} #{number}"] = said or Message("column {number}", number=number)
    return header, called


def _known(
    header: Sequence[str], wanted: str, usual: Sequence[str], where: str, *, but: str | None = None
) -> str | None:
    """Return the name of a column as `_column`; it is an error if there is none that is wanted."""
    found = _column(header, wanted, usual, but=but)
    if wanted and found is None:
        raise NoColumnsError(
            "{where}: there is no column {wanted!r}. There are: {header}.",
            where=where,
            wanted=wanted,
            header=named(header),
        )
    return found


def _column(header: Sequence[str], wanted: str, usual: Sequence[str], *, but: str | None = None) -> str | None:
    """Return the name of a column: the one wanted, the first usual one, or the only one with a usual Chinese part."""
    if wanted:
        return wanted.strip().casefold() if wanted.strip().casefold() in header else None
    rest = [name for name in header if name != but]
    alike = [name for name in rest if any(part in name for part in usual if not part.isascii())]
    return next((name for name in usual if name in rest), alike[0] if len(alike) == 1 else None)


def _headless(rows: Sequence[Sequence[str]], themes: Themes) -> tuple[list[str], str, str] | None:
    """Return names for the columns of a table without a header, of which one holds themes from the first row on.

    Where anything may be a theme, these are short names that come again and again, the first of them too. The widest
    of the other columns is that of the texts.
    """
    width = len(rows[0])
    if width < _LEAST_COLUMNS or any(len(row) != width for row in rows if any(row)):
        return None
    columns = [str(n) for n in range(width)]
    cells = [dict(zip(columns, row, strict=True)) for row in rows if any(row)]
    listed = _repeated(columns, cells) if themes.open else _by_look(columns, cells, "", themes)
    if listed is None or not cells[0][listed].strip():
        return None
    text = max((name for name in columns if name != listed), key=lambda name: sum(len(row[name]) for row in cells))
    return columns, text, listed


def _by_look(header: Sequence[str], table: Sequence[dict[str, str]], text_column: str, themes: Themes) -> str | None:
    """Return the only column whose cells, as far as they are filled, hold nothing but names of themes."""
    if themes.open:
        return None
    split = Cells(themes).split
    found = []
    for name in header:
        filled = [cell for cells in table if (cell := cells.get(name, "").strip())]
        if (
            name
            and name != text_column
            and filled
            and all(map(themes.knows, (t for cell in filled for t in split(cell))))
        ):
            found.append(name)
    return found[0] if len(found) == 1 else None


def _repeated(columns: Sequence[str], table: Sequence[dict[str, str]]) -> str | None:
    """Return the only column of short names, few beside the rows, of which the first one stands in other rows too."""
    found = []
    for column in columns:
        counts = Counter(cells[column].strip() for cells in table)
        first = table[0][column].strip()
        if counts[first] > 1 and _ROWS_A_NAME * len(counts) <= len(table) and max(map(len, counts)) <= _LONGEST_NAME:
            found.append(column)
    return found[0] if len(found) == 1 else None


def _is_ticked(cells: Sequence[str]) -> bool:
    """Tell whether a column holds ticks and nothing else."""
    values = {cell.strip().casefold() for cell in cells}
    return bool(values & _YES) and values <= _YES | _NO | {*OPEN_SIGNS, ""}


class Cells:
    """Splits the cells of a column of labels.

    Parameters
    ----------
    themes : Themes
    cells : sequence of str
        The whole column, which shows what separates its names.
    """

    def __init__(self, themes: Themes, cells: Sequence[str] = ()) -> None:
        self._themes = themes
        parts = [part for cell in cells if not _is_list(cell) for part in _split(cell)]
        self._alone = {part for part in parts if len(_split(part, _SURE + "".join(_UNSURE))) == 1}
        self._blankless = {part for part in self._alone if not re.search(r"\s", part)}
        self._signs = _SURE + "".join(signs for signs in _UNSURE if self._separates(signs, parts))

    def _separates(self, signs: str, parts: Sequence[str]) -> bool:
        """Tell whether `signs` separate names, which is to be asked where nobody says what names there are."""
        pieces = [piece for part in parts for piece in _split(part, signs) if piece != part]
        alone = sum(piece in self._alone or self._themes.knows(piece) for piece in pieces)
        return not self._themes.open or (bool(pieces) and alone >= _SURE_ENOUGH * len(pieces))

    def split(self, cell: str) -> list[str]:
        """Return the labels in a cell: a theme's name as it is, a list of Python or JSON, or names with separators.

        Blanks separate names where each of them is a theme, or one of those that stand alone in other cells.
        """
        if not cell or self._themes.knows(cell):
            return [cell] if cell else []
        if _is_list(cell):
            return _literal(cell)
        if cell.startswith('{"choices"') and (chosen := _choices(cell)) is not None:
            return chosen
        names = []
        for whole in _split(cell):
            for part in [whole] if self._themes.knows(whole) else _split(whole, self._signs):
                pieces = part.split()
                apart = len(pieces) > 1 and not self._themes.knows(part)
                apart = apart and all(self._themes.knows(p) or p in self._blankless for p in pieces)
                names += pieces if apart else [part]
        return names


def _is_list(cell: str) -> bool:
    return cell.startswith("[") and cell.endswith("]")


def _choices(cell: str) -> list[str] | None:
    """Return the names in an object as Label Studio writes several choices to a cell: {"choices": ["…", "…"]}."""
    try:
        value = json.loads(cell)
    except (ValueError, RecursionError):
        return None
    listed = value.get("choices") if isinstance(value, dict) else None
    return [str(name) for name in listed] if isinstance(listed, list) else None


def _literal(cell: str) -> list[str]:
    """Return the texts of a list as pandas, numpy or JSON write it."""
    try:
        values = ast.literal_eval(cell)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        values = None
    quoted = [one or other for one, other in _QUOTED.findall(cell)]
    if isinstance(values, list) and len(quoted) in {0, len(values)}:  # numpy's blanks between texts join them
        return [str(value) for value in values]
    return quoted or _split(cell[1:-1])


def _split(cell: str, signs: str = _SURE) -> list[str]:
    """Return what stands between `signs`."""
    return [part.strip() for part in re.split(f"[{re.escape(signs)}]", cell) if part.strip()]


def _ticked(ticks: dict[str, str], place: str) -> list[str]:
    names = []
    for name, cell in ticks.items():
        value = cell.casefold()
        if value in _YES:
            names.append(name)
        elif value in OPEN_SIGNS:
            names.append(name + MAYBE)
        elif value and value not in _NO:
            raise LabelError(
                "{place}: the column {name!r} holds one of {ticks} where a text tells the theme, nothing or one of "
                "{crosses} where it does not, {maybe} where that is open. Got {cell!r:.30}.",
                place=place,
                name=name,
                ticks=[*_TICKS],
                crosses=[*_CROSSES],
                maybe=MAYBE,
                cell=cell,
            )
    return names


def _mark(mark: str, place: str) -> tuple[int, int, str]:
    found = _MARK.fullmatch(mark)
    if found is None:
        raise LabelError(
            "{place}: evidence is written theme:start-end, for example policy:0-34. Got {mark!r:.40}.",
            place=place,
            mark=mark,
        )
    return int(found[2]), int(found[3]), found[1]


def encode(records: Sequence[LabelRecord], taxonomy: Taxonomy) -> Exported:  # noqa: ARG001 - all formats are called alike
    """Write a table that Excel opens as UTF-8, with formulas made harmless."""
    rows: list[Sequence[str]] = [_COLUMNS]
    for record in records:
        row = {key: getattr(record, key) for key in _COLUMNS}
        row["labels"], row["maybe"] = ";".join(record.labels) or NO_THEME, ";".join(record.maybe)
        row["evidence"] = ";".join(f"{theme}:{s}-{e}" for theme, spans in record.evidence.items() for s, e in spans)
        rows.append(list(row.values()))
    return Exported(BYTE_ORDER_MARK + CsvRows("\r\n").text(rows).encode("utf-8", "replace"))
