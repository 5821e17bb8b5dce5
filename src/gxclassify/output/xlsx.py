"""Tagged paragraphs as a workbook for people: headers in their language, filters, one sheet a table.

The sheets are the paragraphs (a further one where a sheet is full), the articles or documents with their tags, the
totals by file, and what could not be read.
"""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, TextIO, cast

import xlsxwriter

from gxclassify.messages import Message, current_language, headings, listed, spoken
from gxclassify.model.groups import groups_in
from gxclassify.model.model import score_json
from gxclassify.output.forms import Report, cell_text
from gxclassify.output.totals import Totals
from gxclassify.reading.document import MISSING
from gxclassify.reading.records.fields import SCORE_FORMAT, WORKBOOK_PROPERTY, Figure

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from gxclassify.model.groups import Level, TaggedGroup
    from gxclassify.model.model import Model, TaggedParagraph
    from gxclassify.reading import Document
    from gxclassify.zones import DocumentDate

_MOST_ROWS = 1_048_575  # of a sheet, its header left out
_LONGEST_CELL = 32_767  # characters
_CUT = "…"
_DIGITS = 15  # that a spreadsheet keeps of a number; with more it is an id, and stays whole as text
_NUMBER = re.compile(r"(-?(?:0|[1-9][0-9]{0,10}|[1-9][0-9]{0,2}(?:,[0-9]{3}){1,3})(?:\.([0-9]{1,15}))?)(%?)")
_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9]{2}:[0-9]{2})?")
_FIRST_DAY = datetime(1900, 3, 1)  # noqa: DTZ001 (of no zone); before it spreadsheets count a day that never was
_WIDTHS = {
    "File": 18, "Title": 26, "Themes": 18, "Text": 70, "Evidence": 50, "Subhead": 18, "Zones": 24, "Main zone": 24,
    "Date": 11, "Amounts": 30, "Other fields": 50, "Reason": 90,
}  # fmt: skip
_COLUMN = 10  # characters, where nothing else is said
_PARAGRAPH = headings("File", "Title", "Themes", "Text", "Evidence")
_PLACE = headings("Article", "Paragraph", "Page", "Subhead", "Kind")
_GROUP = headings("File", "Title", "Themes", "Evidence")
_FACTS = headings("Zones", "Main zone", "Date")
_AMOUNTS, _CHECK = headings("Amounts"), headings("To check")
_OTHERS = [*_AMOUNTS, *_CHECK, *headings("Paragraphs")]
_TOTALS = headings("File", "Articles", "Paragraphs")
_SHEETS = {"paragraph": Message("Paragraphs"), "article": Message("Articles"), "document": Message("Documents")}
_KINDS = {"paragraph": Message("Text"), "table": Message("Table"), MISSING: Message("No text")}


class XlsxReport(Report):
    """A workbook with the paragraphs, what they make up, the totals and what was left out.

    Its words, names of themes included, are those of the language in force when it is opened.

    Parameters
    ----------
    model : Model
    stream : TextIO
        An open text file; the workbook goes to the bytes below it.
    level : {"paragraph", "article", "document"}
        Where it is not ``paragraph``, there is no sheet of paragraphs, and the groups are of that level.
    fields : iterable of str
        The fields of the input's records that get a column.
    more : bool
        Whether there is a column for what else records have, a field a line.
    facts : bool
        Whether there are columns for zones, date and amounts.
    """

    def __init__(
        self,
        model: Model,
        stream: TextIO,
        *,
        level: Level = "paragraph",
        fields: Iterable[str] = (),
        more: bool = False,
        facts: bool = False,
    ) -> None:
        super().__init__(model, stream, level)
        bytes_below = cast("TextIOWrapper", stream).buffer
        self._folder = tempfile.TemporaryDirectory()
        # One row in memory at a time, the others in a file of the folder. Text is text: nothing in it becomes a
        # formula, a link or a number.
        self._book = xlsxwriter.Workbook(bytes_below, {"constant_memory": True, "tmpdir": self._folder.name})
        self._book.set_custom_property(WORKBOOK_PROPERTY, level)  # so that it is known when it is read again
        self._language = current_language()  # what is written later is said in the same one
        self._names = {theme.id: theme.name for theme in model.taxonomy.themes}
        self._totals = Totals(model.taxonomy)
        self._fields = tuple(fields)
        self._more = more
        self._facts = facts
        self._problems: list[str] = []
        # Fields belong to records, each of which is an article of one paragraph.
        self._group_level: Level = "article" if level == "paragraph" else level
        facts_columns = _FACTS if facts else []
        themes = self._names.values()
        own = set(map(self._said, (*_PARAGRAPH, *_GROUP, *_PLACE, *_OTHERS, *_CHECK, *facts_columns, *themes)))
        named = [Message("Source: {field}", field=name) if name in own else name for name in self._fields]
        of_records = [*named, *(headings("Other fields") if more else [])]
        self._paragraphs = self._table(
            _SHEETS["paragraph"],
            [
                *_PARAGRAPH, *facts_columns, *(_AMOUNTS if facts else []), *_CHECK,
                *themes, *_PLACE, *of_records,
            ],
        )  # fmt: skip
        shares = [
            column
            for name in themes
            for column in (Message("{theme}: share", theme=name), Message("{theme}: highest", theme=name))
        ]
        self._groups = self._table(
            _SHEETS[self._group_level],
            [
                *_GROUP,
                *facts_columns,
                Message("Paragraphs"),
                *shares,
                Message("Article"),
                *([] if level == "paragraph" else of_records),
            ],
        )
        (self._paragraphs if level == "paragraph" else self._groups).open()

    def write(self, document: Document, paragraphs: Iterable[TaggedParagraph]) -> None:
        """Write a row for each paragraph and each article, which a record is too, as the totals count it."""
        seen = self._totals.add(paragraphs)
        if self.level == "paragraph":
            seen = self._as_rows(seen)
        for group in groups_in(document, seen, self._group_level):
            self._groups.add(self._group_row(group))

    def _as_rows(self, paragraphs: Iterable[TaggedParagraph]) -> Iterator[TaggedParagraph]:
        """Write a row for each paragraph as it goes by."""
        for tagged in paragraphs:
            self._paragraphs.add(self._row(tagged))
            yield tagged

    def leave_out(self, problem: str) -> None:
        """Keep the sentence on an input that could not be read for a sheet of its own."""
        self._problems.append(problem)

    def close(self) -> None:
        """Write the other sheets and the file."""
        names = self._names.values()
        totals = self._table(Message("Totals"), [*_TOTALS, *names, Message("No theme"), *_CHECK])
        totals.open()
        for row in self._totals.rows():
            totals.add([row[0] or self._said(Message("All")), *row[1:]])
        cut = sum(table.end() for table in (self._paragraphs, self._groups, totals))
        if cut:
            self._problems.append(
                Message(
                    "{cut} {cut:cell is|cells are} longer than the {most:,} characters that a workbook holds, and cut "
                    "off; CSV and JSON Lines have the whole text.",
                    cut=cut,
                    most=_LONGEST_CELL,
                )
            )
        if self._problems:
            left_out = self._table(Message("Not read"), [Message("Reason")])
            left_out.open()
            for problem in self._problems:
                left_out.add([self._said(problem)])
            left_out.end()
        self._book.close()
        self._folder.cleanup()

    def abandon(self) -> None:
        """Take away the rows of a workbook that is not to be."""
        for sheet in self._book.worksheets():
            sheet.row_data_fh.close()
        self._folder.cleanup()

    def _said(self, text: str) -> str:
        return spoken(text, self._language)

    def _table(self, name: Message, columns: Sequence[str]) -> _Table:
        widths = [_WIDTHS.get(column, _COLUMN) for column in columns]
        return _Table(self._book, self._said(name), list(map(self._said, columns)), widths)

    def _row(self, tagged: TaggedParagraph) -> list[Any]:
        facts: list[Any] = []
        if self._facts:
            found = tagged.facts
            zones = dict.fromkeys(mention.name for mention in found.zones) if found else ()
            amounts = dict.fromkeys(stated.amount.text for stated in found.amounts) if found else ()
            facts = [*self._zones(zones, found and found.article_zone, found and found.date), self._listed(amounts)]
        check = self._said(Message("yes")) if tagged.review else ""
        return [
            tagged.document, tagged.title or "", self._themes(tagged.tags), tagged.text, self._evidence(tagged), *facts,
            check, *map(score_json, tagged.scores.values()), tagged.article + 1, tagged.paragraph + 1, tagged.page,
            tagged.subhead or "", self._said(_KINDS[tagged.kind]),
            *self._of_record(tagged.record),
        ]  # fmt: skip

    def _group_row(self, group: TaggedGroup) -> list[Any]:
        facts: list[Any] = []
        if self._facts:
            facts = self._zones((zone.name for zone in group.zones or ()), group.article_zone, group.date)
        told = ((self._names[theme], group.themes[theme].sentence) for theme in group.tags)
        figures = ((_Percent(one.share), score_json(one.score)) for one in group.themes.values())
        return [
            group.document, group.title or "", self._themes(group.tags), self._lines(told), *facts, group.paragraphs,
            *(figure for pair in figures for figure in pair), None if group.article is None else group.article + 1,
            *(() if self.level == "paragraph" else self._of_record(group.record)),
        ]  # fmt: skip

    def _of_record(self, record: Mapping[str, Any]) -> Iterator[Any]:
        """Yield the cells of a record: its fields that have columns, and what else it has."""
        yield from (_cell(record.get(name)) for name in self._fields)
        if self._more:
            rest = ((name, value) for name, value in record.items() if name not in self._fields)
            yield self._lines((name, str(_cell(value))) for name, value in rest if value is not None)

    def _themes(self, tags: Iterable[str]) -> str:
        return self._listed(self._names[theme] for theme in tags)

    def _listed(self, names: Iterable[str]) -> str:
        return listed(names, self._language)

    def _evidence(self, tagged: TaggedParagraph) -> str:
        told = (
            (self._names[theme], "…".join(tagged.text[slice(*mark.within)] for mark in marks))
            for theme, marks in tagged.evidence.items()
        )
        return self._lines(told)

    def _lines(self, told: Iterable[tuple[str, str | None]]) -> str:
        colon = "：" if self._language == "zh" else ": "
        return "\n".join(f"{name}{colon}{sentences}" for name, sentences in told if sentences)

    def _zones(self, zones: Iterable[str], main: tuple[str, str] | None, date: DocumentDate | None) -> list[str]:
        told = date.date if date else ""
        return [self._listed(zones), main[1] if main else "", Figure(told) if _DATE.fullmatch(told) else told]


def _figure(text: str) -> tuple[float | datetime, str] | None:
    """Return the number or date that a text is, with the format that shows it so; None where it is neither for sure.

    >>> _figure("1,234.50"), _figure("8%")
    ((1234.5, '#,##0.00'), (0.08, '0%'))
    >>> _figure("0.666666666666667"), _figure("6222021234567899"), _figure("0.1234567890123456")
    ((0.666666666666667, '0.000000000000000'), None, None)
    >>> _figure("2024-03-05"), _figure("2024-03"), _figure("007")
    ((datetime.datetime(2024, 3, 5, 0, 0), 'yyyy-mm-dd'), None, None)
    """
    if (found := _NUMBER.fullmatch(text)) and len(re.sub("[^0-9]", "", text.lstrip("-0."))) <= _DIGITS:
        digits, decimals, percent = found.groups(default="")
        number = float(digits.replace(",", "")) / (100 if percent else 1)
        return number, f"{'#,##0' if ',' in digits else '0'}{'.' * bool(decimals)}{'0' * len(decimals)}{percent}"
    if not _DATE.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment, f"yyyy-mm-dd{' hh:mm' * (len(text) > len('2024-03-05'))}") if moment >= _FIRST_DAY else None


class _Percent(float):
    """A share that is shown in hundredths."""


def _cell(value: Any) -> Any:
    if isinstance(value, Decimal):
        value = float(value) if len(value.as_tuple().digits) <= _DIGITS else str(value)
    elif isinstance(value, int) and abs(value) >= 10**_DIGITS:
        value = str(value)
    elif isinstance(value, float) and not math.isfinite(value):
        return None  # as in CSV: a spreadsheet has no such number
    return value if value is None or isinstance(value, str | int | float) else cell_text(value)


class _Table:
    """A table, on a further sheet where one is full; headers stay in sight, and every column has a filter.

    Its first sheet comes with `open` or with the first row.
    """

    def __init__(self, book: Workbook, name: str, header: Sequence[str], widths: Sequence[int]) -> None:
        self._book = book
        self._name = name
        self._header = header
        self._widths = widths
        self._bold = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        self._text = book.add_format({"text_wrap": True, "valign": "top"})
        self._score = book.add_format({"num_format": SCORE_FORMAT, "valign": "top"})
        self._percent = book.add_format({"num_format": "0%", "valign": "top"})
        self._patterns: dict[str, Format] = {}
        self._sheet: Worksheet | None = None
        self._sheets = self._rows = self._cut = 0

    def open(self) -> Worksheet:
        """Begin a sheet."""
        self._end_sheet()
        self._sheets += 1
        self._rows = 0
        sheet = self._sheet = self._book.add_worksheet(f"{self._name}{self._sheets if self._sheets > 1 else ''}")
        for place, (name, width) in enumerate(zip(self._header, self._widths, strict=True)):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, name, self._bold)
        sheet.freeze_panes(1, 0)
        return sheet

    def add(self, row: Iterable[Any]) -> None:
        """Write one row."""
        sheet = self.open() if self._sheet is None or self._rows == _MOST_ROWS else self._sheet
        self._rows += 1
        for place, value in enumerate(row):
            if value is None or value == "":
                continue
            figure = _figure(value) if isinstance(value, Figure) else None
            if figure is not None:
                sheet.write(self._rows, place, figure[0], self._shown(figure[1]))
            elif isinstance(value, bool) or not isinstance(value, int | float):
                sheet.write_string(self._rows, place, self._whole(str(value)), self._text)
            else:
                sheet.write_number(self._rows, place, value, self._format(value))

    def _shown(self, pattern: str) -> Format:
        if pattern not in self._patterns:
            self._patterns[pattern] = self._book.add_format({"num_format": pattern, "valign": "top", "shrink": True})
        return self._patterns[pattern]

    def _format(self, value: float) -> Format:
        if isinstance(value, _Percent):
            return self._percent
        return self._score if isinstance(value, float) else self._text

    def _whole(self, text: str) -> str:
        text = text.encode("utf-8", "replace").decode()  # half a surrogate pair
        if len(text) > _LONGEST_CELL:
            self._cut += 1
            text = text[: _LONGEST_CELL - len(_CUT)] + _CUT
        return text

    def _end_sheet(self) -> None:
        if self._sheet is not None:
            self._sheet.autofilter(0, 0, max(1, self._rows), len(self._header) - 1)

    def end(self) -> int:
        """Put the filter over the rows that are there; return how many cells were too long."""
        self._end_sheet()
        return self._cut
