"""Workbooks: several tables on a sheet, rows and columns that somebody hid, parts that are missing."""

from __future__ import annotations

import pytest

from gxclassify.errors import InputError
from gxclassify.reading import read
from reading.office.test_opendocument import odf
from reading.wordfile import relations, zipped

FIRST = "望江高新区近日在三家轴承企业试点共享检测台，单件费用下降四成。"
SECOND = "下一步，园区计划把检测数据接入平台，让上下游企业共享同一份报告。"
THIRD = "云台经开区为小店铺办夜校，老板娘打烊就能听课。"
FOURTH = "夜校已经开了十二期，报名的店铺有三百多家。"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def row_of(number, cells, more=""):
    told = "".join(
        f'<c r="{chr(65 + i)}{number}" t="inlineStr"><is><t>{cell}</t></is></c>' for i, cell in enumerate(cells) if cell
    )
    return f'<row r="{number}" {more}>{told}</row>'


def sheet(rows, hidden=(), columns="", more="", outline=""):
    off = f'hidden="1" {outline}'
    told = "".join(row_of(i, row, off if i in hidden else "") for i, row in enumerate(rows, start=1) if row)
    return f'<worksheet xmlns="{_MAIN}"><cols>{columns}</cols><sheetData>{told}</sheetData>{more}</worksheet>'


def xlsx(*sheets):
    names = "".join(f'<sheet name="表{n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, len(sheets) + 1))
    links = [(f"r{n}", "worksheet", f"sheet{n}.xml") for n in range(1, len(sheets) + 1)]
    files = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(*links),
        **{f"xl/sheet{n}.xml": told for n, told in enumerate(sheets, start=1) if told},
    }
    return zipped(files)


def ods(rows, hidden=(), columns=""):
    told = ""
    for number, row in enumerate(rows, start=1):
        cells = "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row)
        off = 'table:visibility="collapse"' if number in hidden else ""
        told += f"<table:table-row {off}>{cells}</table:table-row>"
    return odf(f'<table:table table:name="表1">{columns}{told}</table:table>', kind="spreadsheet")


def texts(data):
    return [paragraph.text for article in read(data).articles for paragraph in article.paragraphs]


HEAD = ["序号", "正文"]
LEFT = [HEAD, ["1", FIRST], ["2", SECOND]]
RIGHT = [["编号", "内容"], ["1", THIRD], ["2", FOURTH]]
AROUND = [
    [[*left, "", *right] for left, right in zip(LEFT, RIGHT, strict=True)],
    [[*left, "", "", *right] for left, right in zip(LEFT, [HEAD, *RIGHT[1:]], strict=True)],
    [["望江来稿", "", "", "云台来稿"], *([*left, "", *right] for left, right in zip(LEFT, RIGHT, strict=True))],
    [*LEFT, [], *RIGHT],
    [["一、望江来稿"], *LEFT, [], ["二、云台来稿"], *RIGHT],
]


@pytest.mark.parametrize("rows", AROUND)
def test_each_table_on_a_sheet_is_read(rows):
    right = [FIRST, SECOND, THIRD, FOURTH]
    assert sorted(texts(xlsx(sheet(rows)))) == sorted(right)
    assert sorted(texts(ods(rows))) == sorted(right)


def test_where_the_text_was_taken_from_is_said_once_of_all_sheets():
    day = [["日期", "正文"], ["2024-01-05", FIRST]], [["日期", "正文"], ["2024-01-06", SECOND]]
    other = [["日期", "内容"], ["2024-01-07", THIRD]]
    assert [notice.kind for notice in read(xlsx(*map(sheet, day))).notices] == ["fields"]
    told = [notice.text for notice in read(xlsx(*map(sheet, [*day, other, *day]))).notices]
    assert [("正文" in text, "内容" in text) for text in told] == [(True, False), (False, True)]
    assert read(xlsx(*map(sheet, day)), text_column="正文").notices == ()


def test_a_column_kept_free_in_one_table_parts_none():
    rows = [
        ["序号", "正文", "", "单位", "答复内容"],
        ["1", FIRST, "", "望江", THIRD],
        ["2", SECOND, "", "云台", FOURTH],
    ]
    assert texts(xlsx(sheet(rows))) == [FIRST, SECOND]


def test_rows_and_columns_that_somebody_hid_are_hidden():
    rows = [[*HEAD, "内部备注"], ["1", FIRST, "不要外传"], ["2", SECOND, "不要外传"]]
    column = '<col min="3" max="3" hidden="1"/>'
    visible = '<table:table-column table:number-columns-repeated="2"/>'
    for data in (
        xlsx(sheet(rows, {3}, column)),
        ods(rows, {3}, f'{visible}<table:table-column table:visibility="collapse"/>'),
    ):
        document = read(data)
        assert [article.paragraphs[0].text for article in document.articles] == [FIRST]
        assert document.articles[0].paragraphs[0].record == {"序号": "1"}
        assert document.characters["hidden"] == 1 + len(SECOND) + 4 + 4 + 4


@pytest.mark.parametrize(
    ("outline", "more"),
    [
        ('outlineLevel="1"', ""),
        ("", '<autoFilter ref="A1:B3"><filterColumn colId="0"><filters/></filterColumn></autoFilter>'),
    ],
)
def test_what_a_filter_or_an_outline_puts_aside_is_read(outline, more):
    assert texts(xlsx(sheet(LEFT, {3}, more=more, outline=outline))) == [FIRST, SECOND]


def test_a_merged_cell_that_stands_for_none_is_one():
    rows = "".join(
        f"<table:table-row><table:table-cell><text:p>{cell}</text:p></table:table-cell>"
        '<table:covered-table-cell table:number-columns-repeated="0"/></table:table-row>'
        for cell in ("正文", FIRST)
    )
    assert texts(odf(f'<table:table table:name="表1">{rows}</table:table>', kind="spreadsheet")) == [FIRST]


def test_a_sheet_that_is_missing_is_named():
    document = read(xlsx(sheet(LEFT), ""))
    assert [(notice.kind, notice.count) for notice in document.notices if notice.kind == "damaged"] == [("damaged", 1)]


def test_cells_whose_strings_are_missing_are_refused():
    with pytest.raises(InputError, match="sharedStrings"):
        read(xlsx(sheet([]).replace("<sheetData>", '<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row>')))
