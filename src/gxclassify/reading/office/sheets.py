"""The sheets of a workbook: a sheet with a column of texts is a file of records, any other a table."""

from __future__ import annotations

import re
from itertools import groupby, pairwise, zip_longest
from typing import TYPE_CHECKING

from gxclassify.errors import InputError
from gxclassify.messages import Message, named
from gxclassify.reading.document import Article, Document, Paragraph
from gxclassify.reading.parsed import Notice, solid
from gxclassify.reading.records.chunks import column_notice, record_article
from gxclassify.reading.records.fields import (
    SURVEYED_RECORDS,
    TEXT_FIELDS,
    Figure,
    distinct,
    named_text_field,
    no_column,
    reads_as_prose,
    text_field,
)
from gxclassify.reading.records.rows import QUOTED, find_header, quoted, text_of, unguarded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gxclassify.config import ReadingConfig

_LONGEST_HEADER = 30
_FORM, _PROSE = 6, 15  # rows; and characters: of so few entries most have to be texts
_VALUE = re.compile(r"^[\d.,%-]+$|[，。；！？]")  # what no column is called
# A sentence, and neither 意见。 nor 3、请简要说明理由。, which are names of columns
_SENTENCE = re.compile(r"(?:^(?!.{0,4}请).{7,}[。！]|(?P<asks>[？?]))[”’」』]*$", re.DOTALL)
_DAY = re.compile(r"(?:(?:19|20)\d\d[-/.年])?\d{1,2}[-/.月]\d{1,2}日?(?:[T ]\d\d?:.*)?")
_FIGURE = re.compile(r"[\d.,%-]+")
_LONGEST_NAME = 4  # digits: 2024 and 12 may be names of columns
_FOOT = re.compile(
    r"\s*(?:注|备注|说明|填[表报](?:人|单位|日期|时间)?|制[表单](?:人|日期)?|审[核批](?:人)?|复核人?|负责人|经办人|联系人|联系电话|电话|日期|盖章|单位)\s*[：:]"
)
_FEET = 3  # rows at the end of a sheet that may be such
_TOTALS = frozenset({"合计", "总计", "小计", "共计", "合计：", "总计：", "小计：", "共计："})


def read_sheets(
    sheets: Sequence[tuple[str, list[list[str]]]],
    notices: Sequence[Notice],
    *,
    name: str,
    kind: str,
    config: ReadingConfig,
    text_column: str = "text",
    level: str = "",
    figures: Sequence[Sequence[int]] = (),
) -> Document:
    """Return the Document that the sheets of a workbook make.

    Where a sheet has a column of texts, by the name in its header or by look, each row is a record; any other sheet is
    an article, its name the title, with a row a paragraph. `level` is what the first sheet has a row for in a workbook
    that `predict` wrote, whose other sheets hold no texts. `figures` are the columns of numbers or dates of each sheet,
    whose cells are a `Figure` in records.

    Raises
    ------
    InputError
        The first sheet of such a workbook holds articles or documents, without their texts; a cell is longer than
        ``reading.max_paragraph_chars``; or the column that was asked for is in no sheet.
    """
    articles: list[Article] = []
    told: list[Notice] = [*notices]
    if level:
        sheets, others = _texts_of(sheets, level, name)
        told += others
    elif text_column == TEXT_FIELDS[0]:
        sheets, figures = _apart(sheets, figures)
    found = []
    for title, rows in sheets:
        table, column, around = _table_in(title, rows, text_column)
        told += around
        found.append((title, table, column))
    if text_column != TEXT_FIELDS[0] and all(column is None for _, _, column in found):
        raise InputError(no_column(name, text_column, [cell for cell in _split(found[0][1])[1][0] if cell.strip()]))
    told += () if level else _column_notices(found, text_column)
    for sheet, (title, rows, column) in enumerate(found):
        if column is None:
            articles.append(_table_article(title, rows))
            continue
        header = _header(rows[0])
        records = _records(header, rows[1:], set(figures[sheet]) - {column} if sheet < len(figures) else set())
        records = _without_headers(records, title, told)
        totals = [record for record in records if _is_total(record)]
        if totals:
            text = Message(
                "{n:,} {n:row|rows} of sheet {title!r} {n:adds|add} up the others and {n:is|are} left out.",
                n=len(totals),
                title=title,
            )
            told.append(Notice("records", title, len(totals), text))
            records = [record for record in records if not _is_total(record)]
        filled = [record for record in records if record[header[column]].strip()]
        left = len([record for record in records if any(record.values())]) - len(filled)
        if left:
            text = Message(
                "{left:,} {left:row|rows} of sheet {title!r} {left:has|have} no text and {left:is|are} left out.",
                left=left,
                title=title,
            )
            told.append(Notice("records", title, left, text))
        chosen = bool(level) or header[column] == text_column
        told += _others_notice(title, header[column], filled, chosen=chosen)
        articles += [record_article(record, header[column]) for record in filled]
    longest = max((len(paragraph.text) for article in articles for paragraph in article.paragraphs), default=0)
    if longest > config.max_paragraph_chars:
        raise InputError(
            "{name}: a cell has {longest:,} characters, more than {max_paragraph_chars:,} (split it, "
            "or raise reading.max_paragraph_chars).",
            name=name,
            longest=longest,
            max_paragraph_chars=config.max_paragraph_chars,
        )
    return Document(name, "utf-8", "", kind, tuple(articles), (), tuple(told))


def _table_in(title: str, rows: list[list[str]], text_column: str) -> tuple[list[list[str]], int | None, list[Notice]]:
    """Return the rows of a sheet that count, its column of texts, if it has one, and notices on what is around them."""
    above, table = _split(rows)
    column = _sheet_column(table, text_column)
    if column is None:
        return rows, None, []
    told = []
    if above:
        text = Message(
            "What stands above the header of sheet {title!r} is left out: {above!r}.", title=title, above=quoted(above)
        )
        told.append(Notice("furniture", title, solid(above), text))
    end = _foot(table)
    below = text_of(table[end:])
    if below:
        text = Message(
            "What stands below the rows of sheet {title!r} is left out: {below!r}.", title=title, below=quoted(below)
        )
        told.append(Notice("furniture", title, solid(below), text))
    return table[:end], column, told


def _column_notices(found: Sequence[tuple[str, list[list[str]], int | None]], text_column: str) -> Iterator[Notice]:
    """Yield where the texts were taken from, once of all sheets that call their column alike."""
    for name in dict.fromkeys(_header(rows[0])[column] for _, rows, column in found if column is not None):
        yield from column_notice(name, text_column)


def _apart(
    sheets: Sequence[tuple[str, list[list[str]]]], figures: Sequence[Sequence[int]]
) -> tuple[Sequence[tuple[str, list[list[str]]]], Sequence[Sequence[int]]]:
    """Return each table on a sheet as one of its own, with its columns of figures."""
    tables: list[tuple[str, list[list[str]]]] = []
    columns: list[list[int]] = []
    for sheet, (title, rows) in enumerate(sheets):
        typed = figures[sheet] if sheet < len(figures) else ()
        for first, beside in _side_by_side(rows):
            for table in _below_each_other(beside):
                tables.append((title, table))
                columns.append([column - first for column in typed if first <= column < first + _wide(table)])
    return tables, columns


def _wide(rows: Sequence[Sequence[str]]) -> int:
    return max(map(len, rows), default=0)


def _side_by_side(rows: list[list[str]]) -> list[tuple[int, list[list[str]]]]:
    """Return the tables that empty columns part, each with its first column.

    Each must have a column that is called as texts are, and begin with the same names or count its rows from 1.
    """
    width = _wide(rows)
    empty = set(range(width))
    for row in rows:
        empty -= {column for column in empty if column < len(row) and row[column].strip()}
        if not empty:
            return [(0, rows)]
    runs = [list(columns) for is_empty, columns in groupby(range(width), key=empty.__contains__) if not is_empty]
    if len(runs) < 2 or min(map(len, runs)) < 2:  # noqa: PLR2004
        return [(0, rows)]
    tables = [(first, [row[first : last + 1] for row in rows]) for first, *_, last in runs]
    heads = [_split(table)[1][:2] for _, table in tables]
    named = all(len(head) > 1 and named_text_field(head[0]) for head in heads)
    alike = all(head[0] == heads[0][0] for head in heads)
    return tables if named and (alike or all(head[1][0] == "1" for head in heads)) else [(0, rows)]


def _below_each_other(rows: list[list[str]]) -> list[list[list[str]]]:
    """Return the tables that stand below each other, an empty row and maybe a title between.

    A new one has a header with a column that is called as texts are, and other names than the first.
    """
    head = _split(rows)[1][:1]
    first = {cell.strip() for row in head for cell in row}
    if not head or not named_text_field(head[0]):
        return [rows]
    cuts = [0]
    for at in range(2, len(rows) - 1):
        gap = at if any(rows[at - 2]) or sum(map(bool, rows[at - 1])) != 1 else at - 1
        if any(rows[gap - 1]):
            continue
        names = {cell.strip() for cell in rows[at]} - {""}
        if len(names) < 2 or names <= first or not named_text_field(names):  # noqa: PLR2004
            continue
        if all(len(name) <= _LONGEST_HEADER and not _VALUE.search(name) for name in names):
            cuts.append(gap)
    return [rows[start:end] for start, end in pairwise([*cuts, len(rows)])]


def _records(header: list[str], rows: Sequence[list[str]], figures: set[int]) -> list[dict[str, str]]:
    """Return a record of each row, the cells of some columns as figures."""
    records = [dict(zip(header, [*map(unguarded, row), *[""] * len(header)], strict=False)) for row in rows]
    for name in (header[column] for column in figures if column < len(header)):
        for record in records:
            record[name] = Figure(record[name])
    return records


def _others_notice(title: str, column: str, records: Sequence[dict[str, str]], *, chosen: bool) -> list[Notice]:
    """Return the notice on columns that read as texts beside the one taken; none where somebody has chosen that."""
    names = () if chosen or not records else records[0]
    others = [name for name in names if name != column and reads_as_prose([record[name] for record in records])]
    text = Message(
        "{n:,} more {n:column|columns} of sheet {title!r} {n:reads|read} as text ({columns}): kept as fields, "
        "not tagged.",
        title=title,
        columns=named(others),
        n=len(others),
    )
    return [Notice("fields", title, len(others), text)] if others else []


def _texts_of(
    sheets: Sequence[tuple[str, list[list[str]]]], level: str, name: str
) -> tuple[Sequence[tuple[str, list[list[str]]]], list[Notice]]:
    """Return the sheet of paragraphs in a workbook that `predict` wrote, and a notice on each of the others."""
    if level != "paragraph":
        raise InputError(
            "{name}: the workbook has what predict said of articles or documents, and not their texts; give the "
            "files that it was made from.",
            name=name,
        )
    others = []
    for title, rows in sheets[1:]:
        text = Message("Sheet {title!r} is what predict made of the texts and holds none; it is left out.", title=title)
        others.append(Notice("records", title, sum(map(any, rows)), text))
    return sheets[:1], others


def _split(rows: list[list[str]]) -> tuple[str, list[list[str]]]:
    """Return what stands above the header, and the rows from there, a heading of two rows made one."""
    head = find_header(rows)
    for first in (head - 1, head):
        if first >= 0 and (names := _two_rows(rows[first : first + 2])):
            above, table = rows[:first], [names, *rows[first + 2 :]]
            break
    else:
        above, table = rows[:head], rows[head:]
    return text_of(above), table


def _foot(rows: Sequence[Sequence[str]]) -> int:
    """Return where a sheet's rows end: those below say who filled it in, or note something, and are no records."""
    end = len(rows)
    while end > max(1, len(rows) - _FEET):
        cells = [cell for cell in rows[end - 1] if cell.strip()]
        if not all(_FOOT.match(cell) and len(cell) <= QUOTED for cell in cells):
            break
        end -= 1
    return end


def _two_rows(rows: list[list[str]]) -> list[str]:
    """Return the names that two rows give together; nothing where they are no heading of two rows.

    A cell over several columns, which a workbook keeps in the first of them, has names below it in all of them; any
    other name has nothing below it, being over both rows.

    >>> _two_rows([["no.", "sender", "", "note"], ["", "zone", "person", ""]])
    ['no.', 'zone', 'person', 'note']
    >>> _two_rows([["no.", "sender", "", "note"], ["no.", "zone", "person", "note"]])
    ['no.', 'zone', 'person', 'note']
    >>> _two_rows([["no.", "text"], ["1", "The road is torn up."]])
    []
    """
    if len(rows) < 2:  # noqa: PLR2004
        return []
    width = max(map(len, rows))
    upper, lower = ([cell.strip() for cell in [*row, *[""] * (width - len(row))]] for row in rows)
    lower = ["" if under == over else under for over, under in zip(upper, lower, strict=True)]  # merged over both
    names: list[str] = []
    group = ""
    for column, (over, under) in enumerate(zip(upper, lower, strict=True)):
        is_group = bool(over and under)
        if is_group and (column + 1 == width or upper[column + 1] or not lower[column + 1]):
            return []  # a row of values
        if under and not over and not group:
            return []
        group = over if is_group else "" if over or not under else group
        twice = lower.count(under) > 1 if under else False
        names.append(f"{group} {under}" if twice else under or over)
    over_both = any(over and not under for over, under in zip(upper, lower, strict=True))
    over_several = any(over and under for over, under in zip(upper, lower, strict=True))
    short = all(len(name) <= _LONGEST_HEADER and not _VALUE.search(name) for name in names)
    return names if over_both and over_several and short else []


def _without_headers(records: list[dict[str, str]], title: str, told: list[Notice]) -> list[dict[str, str]]:
    """Return the records but those that say the header again, as tables put together do; a notice counts these."""
    kept = [
        record
        for record in records
        if any(value.strip() not in {"", name} for name, value in record.items()) or not any(record.values())
    ]
    again = len(records) - len(kept)
    if again:
        text = Message(
            "{again:,} {again:row|rows} of sheet {title!r} {again:repeats|repeat} the header and "
            "{again:is|are} left out.",
            again=again,
            title=title,
        )
        told.append(Notice("records", title, again, text))
    return kept


def _is_total(record: dict[str, str]) -> bool:
    first = next((value for value in record.values() if value.strip()), "")
    return "".join(first.split()) in _TOTALS


def _header(row: list[str]) -> list[str]:
    """Return the names of a sheet's columns, each once; one without is called by its number."""
    return distinct([cell.strip() or f"column {n}" for n, cell in enumerate(row, start=1)])


def _sheet_column(rows: list[list[str]], wanted: str) -> int | None:
    """Return the number of the column of texts, from 0, of a sheet with a header; None where there is none."""
    if len(rows) < 2:  # noqa: PLR2004 (a header and a record)
        return None
    header = _header(rows[0])
    records = [dict(zip(header, row, strict=False)) for row in rows[1 : SURVEYED_RECORDS + 1]]
    field = text_field(records, wanted)
    if field is None or max(map(len, header)) > _LONGEST_HEADER:
        return None
    values = [record.get(field, "") for record in records if record.get(field, "").strip()]
    by_look = field != wanted and field != named_text_field(header)
    if by_look and len(values) <= _FORM and 2 * sum(len(value) >= _PROSE for value in values) <= len(values):
        return None  # a form, in which one of the entries is a text
    if by_look and _is_record(rows[: SURVEYED_RECORDS + 1]):
        return None  # nothing names the columns, and the first row would be lost
    return header.index(field)


def _is_record(rows: list[list[str]]) -> bool:
    """Tell whether the first row of a sheet is no header: it has a sentence, or a date or number as those below it.

    >>> _is_record([["2024-01-05", "青岛高新区签约"], ["2024-01-06", "衡阳高新区开工"]])
    True
    >>> _is_record([["日期", "您有何建议？"], ["2024-01-05", "多办讲座。"]])
    False
    """
    columns = [[cell.strip() for cell in column] for column in zip_longest(*rows, fillvalue="")]
    filled = [(first, [cell for cell in below if cell]) for first, *below in columns if first]
    if any(below and not _is_figure(first) and all(map(_is_figure, below)) for first, below in filled):
        return False  # it names a column of dates or numbers
    return any(_begins(first, below) for first, below in filled)


def _is_figure(cell: str) -> bool:
    return bool(_FIGURE.fullmatch(cell) or _DAY.fullmatch(cell))


def _begins(first: str, below: list[str]) -> bool:
    """Tell whether the first cell of a column is one as those below, and not their name."""
    if ends := _SENTENCE.search(first):  # a questionnaire's columns are called by its questions
        return not ends["asks"] or 2 * sum(cell.endswith(("？", "?")) for cell in below) > len(below)
    if not below or not all(map(_is_figure, [first, *below])):
        return False
    if _DAY.fullmatch(first):
        return all(map(_DAY.fullmatch, below))
    if not all(cell.isdecimal() and len(cell) <= _LONGEST_HEADER for cell in [first, *below]):
        return False
    runs_on = all(int(cell) == int(first) + n for n, cell in enumerate(below, start=1))
    return runs_on or (len(first) > _LONGEST_NAME and all(len(cell) == len(first) for cell in below))


def _table_article(title: str, rows: list[list[str]]) -> Article:
    paragraphs: list[Paragraph] = []
    start = 0
    for row in rows:
        text = "\t".join(" ".join(cell.split()) for cell in row).strip()
        if text:
            kind = "table" if "\t" in text or not reads_as_prose([text]) else "paragraph"
            end = start + len(text)
            paragraphs.append(Paragraph(text, (start, end), ((0, start, len(text)),), kind=kind))
            start = end + 1
    return Article(title or None, None, (), (), tuple(paragraphs))
