"""Tagged paragraphs as a workbook for people: Chinese headers, filters, one sheet a table.

The sheets are the paragraphs (a further one where a sheet is full), the totals by file, and what could not be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, TextIO, cast

import xlsxwriter

from gxclassify.messages import spoken
from gxclassify.model.model import score_json
from gxclassify.output.forms import Report, json_text
from gxclassify.output.totals import Totals
from gxclassify.reading.document import MISSING

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from gxclassify.model.model import Model, TaggedParagraph
    from gxclassify.reading import Document

_MOST_ROWS = 1_048_575  # of a sheet, its header left out
_LONGEST_CELL = 32_767  # characters
_CUT = "…"
_WIDTHS = {
    "文件": 18, "标题": 26, "主题": 18, "正文": 70, "依据": 50, "小标题": 18, "开发区": 20, "金额": 30, "原因": 90,
}  # fmt: skip


class XlsxReport(Report):
    """A workbook with the paragraphs, the totals and what was left out.

    Parameters
    ----------
    model : Model
    stream : TextIO
        An open text file; the workbook goes to the bytes below it.
    fields : iterable of str
        The fields of the input's records that get a column.
    facts : bool
        Whether there are columns for zones, date and amounts.
    """

    def __init__(self, model: Model, stream: TextIO, *, fields: Iterable[str] = (), facts: bool = False) -> None:
        super().__init__(model, stream)
        bytes_below = cast("TextIOWrapper", stream).buffer
        # One row in memory at a time. Text is text: nothing in it becomes a formula, a link or a number.
        self._book = xlsxwriter.Workbook(bytes_below, {"constant_memory": True})
        self._bold = self._book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        self._text = self._book.add_format({"text_wrap": True, "valign": "top"})
        self._share = self._book.add_format({"num_format": "0.00", "valign": "top"})
        self._names = {theme.id: theme.zh for theme in model.taxonomy.themes}
        self._totals = Totals(model.taxonomy)
        self._fields = tuple(fields)
        self._facts = facts
        self._problems: list[str] = []
        self._cut = 0
        facts_columns = ["开发区", "日期", "金额"] if facts else []
        self._columns = [
            "文件", "标题", "主题", "正文", "依据", *facts_columns, "复核", *self._names.values(),
            "篇", "段", "页", "小标题", "类型", *self._fields,
        ]  # fmt: skip
        self._sheet: _Sheet | None = None
        self._sheets = 0

    def write(self, document: Document, paragraphs: Iterable[TaggedParagraph]) -> None:  # noqa: ARG002 - each row names it
        """Write a row for each paragraph."""
        for tagged in self._totals.add(paragraphs):
            if self._sheet is None or self._sheet.rows == _MOST_ROWS:
                self._end_sheet()
                self._sheets += 1
                self._sheet = self._new_sheet("段落" if self._sheets == 1 else f"段落{self._sheets}", self._columns)
            self._sheet.add(self._row(tagged))

    def leave_out(self, problem: str) -> None:
        """Keep the sentence on an input that could not be read for a sheet of its own."""
        self._problems.append(spoken(problem, "zh"))

    def close(self) -> None:
        """Write the other sheets and the file."""
        if self._sheet is None:
            self._sheet = self._new_sheet("段落", self._columns)
        self._end_sheet()
        totals = self._new_sheet("汇总", ["文件", "篇数", "段数", *self._names.values(), "没有主题", "复核"])
        for row in self._totals.rows():
            totals.add([row[0] or "合计", *row[1:]])
        self._cut += totals.end()
        if self._cut:
            self._problems.append(
                f"{self._cut} 个单元格超过 {_LONGEST_CELL:,} 个字符，末尾截去；全文见 CSV 或 JSON Lines。"
            )
        if self._problems:
            left_out = self._new_sheet("未读取", ["原因"])
            for problem in self._problems:
                left_out.add([problem])
            left_out.end()
        self._book.close()

    def _new_sheet(self, name: str, header: list[str]) -> _Sheet:
        return _Sheet(self._book.add_worksheet(name), header, self._bold, self._text, self._share)

    def _end_sheet(self) -> None:
        if self._sheet is not None:
            self._cut += self._sheet.end()

    def _row(self, tagged: TaggedParagraph) -> list[Any]:
        told = "、".join(self._names[theme] for theme in tagged.tags)
        facts: list[Any] = []
        if self._facts:
            found = tagged.facts
            zones = dict.fromkeys(mention.name for mention in found.zones) if found else {}
            amounts = dict.fromkeys(stated.amount.text for stated in found.amounts) if found else {}
            facts = ["、".join(zones), found.date.date if found and found.date else "", "、".join(amounts)]
        return [
            tagged.document, tagged.title or "", told, tagged.text, self._evidence(tagged), *facts,
            "是" if tagged.review else "", *map(score_json, tagged.scores.values()),
            tagged.article + 1, tagged.paragraph + 1, tagged.page, tagged.subhead or "", _KINDS[tagged.kind],
            *(_of_record(tagged.record, name) for name in self._fields),
        ]  # fmt: skip

    def _evidence(self, tagged: TaggedParagraph) -> str:
        told = (
            (self._names[theme], "…".join(tagged.text[slice(*mark.within)] for mark in marks))
            for theme, marks in tagged.evidence.items()
        )
        return "\n".join(f"{name}：{sentences}" for name, sentences in told)


_KINDS = {"paragraph": "段落", "table": "表格", MISSING: "无文本"}


def _of_record(record: Mapping[str, Any], name: str) -> Any:
    value = record.get(name)
    return value if value is None or isinstance(value, str | int | float) else json_text(value)


class _Sheet:
    """A table with a header that stays in sight and a filter over every column."""

    def __init__(self, sheet: Worksheet, header: list[str], bold: Format, text: Format, share: Format) -> None:
        self._sheet = sheet
        self._text = text
        self._share = share
        self._width = len(header)
        self._cut = 0
        self.rows = 0
        for place, name in enumerate(header):
            sheet.set_column(place, place, _WIDTHS.get(name, 10))
            sheet.write_string(0, place, name, bold)
        sheet.freeze_panes(1, 0)

    def add(self, row: list[Any]) -> None:
        """Write one row."""
        self.rows += 1
        for place, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124 - NaN
                self._write_text(place, str(value))
            else:
                self._sheet.write_number(
                    self.rows, place, value, self._share if isinstance(value, float) else self._text
                )

    def _write_text(self, place: int, text: str) -> None:
        text = text.encode("utf-8", "replace").decode()  # half a surrogate pair
        if len(text) > _LONGEST_CELL:
            self._cut += 1
            text = text[: _LONGEST_CELL - len(_CUT)] + _CUT
        self._sheet.write_string(self.rows, place, text, self._text)

    def end(self) -> int:
        """Put the filter over the rows that are there; return how many cells were too long."""
        self._sheet.autofilter(0, 0, max(1, self.rows), self._width - 1)
        return self._cut
