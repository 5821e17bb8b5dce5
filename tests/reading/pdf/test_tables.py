"""Tables on pages set in columns: each is a region of its own, and the columns are found without it."""

from __future__ import annotations

import pytest

from gxclassify.reading import read
from reading.pdfsheet import LEFT, PARAGRAPHS, TITLE, TOP, Sheet, check, paragraphs

COLUMN, GUTTER = 205.0, 20.0
TEXT = [*PARAGRAPHS[:4], *PARAGRAPHS[5:7]]
CAPTION = "表1　重点任务分工"
ROWS = [
    ["序号", "重点\n任务", "责任\n单位", "时限"],
    ["一", "完善路\n网和管\n网", "建设局", "6月底"],
    ["二", "压缩开\n办时间", "行政审\n批局、\n财政局", "8月底"],
    ["三", "编制产\n业链图\n谱", "招商局", "12月\n底前"],
    ["四", "走访企\n业", "科技创\n新局", "12月\n底前"],
]
RULES = ["grid", "three", "rows"]


def in_columns(sheet, texts, count=2):
    """Set texts in columns beside each other, some paragraphs in each."""
    top, bottom = sheet.y, sheet.y
    for i in range(count):
        sheet.y = top
        for text in texts[i * len(texts) // count : (i + 1) * len(texts) // count]:
            width = (2 * COLUMN + GUTTER - (count - 1) * GUTTER) / count
            sheet.paragraph(text, x=LEFT + i * (width + GUTTER), width=width, size=10)
        bottom = max(bottom, sheet.y)
    sheet.y = bottom + 14


def rows_of(rows):
    return ["\t".join(cell.replace("\n", "") for cell in row) for row in rows]


def of(document, kind):
    return [part.text for article in document.articles for part in article.parts if part.kind == kind]


@pytest.mark.parametrize("middle", [False, True], ids=["top", "middle"])
@pytest.mark.parametrize("rules", RULES)
@pytest.mark.parametrize(("columns", "place"), [(2, "below"), (3, "below"), (2, "between"), (2, "above")])
def test_a_table_with_narrow_columns_is_apart_from_the_columns_of_an_article(columns, place, rules, middle):
    sheet = Sheet()
    sheet.title(TITLE)
    before = {"below": len(TEXT), "between": 4, "above": 0}[place]
    if before:
        in_columns(sheet, TEXT[:before], columns)
    sheet.middle(CAPTION, sheet.y, 10)
    sheet.y += 8
    sheet.table(ROWS, [28, 40, 40, 40], rules=rules, middle=middle)
    if before < len(TEXT):
        in_columns(sheet, TEXT[before:], columns)
    document = read(sheet.data())
    check(document)
    assert [article.title for article in document.articles] == [TITLE]
    assert paragraphs(document) == TEXT
    assert paragraphs(document, "table") == rows_of(ROWS)
    assert of(document, "caption") == [CAPTION.replace("\u3000", " ")]


@pytest.mark.parametrize("rules", RULES)
def test_a_table_beside_an_article_is_read_by_rows(rules):
    sheet = Sheet()
    sheet.title(TITLE)
    top = sheet.y
    sheet.text(CAPTION, LEFT, top + 4, 10)
    sheet.y += 12
    sheet.table(ROWS, [28, 60, 60, 57], rules=rules, middle=True)
    sheet.y = top
    for text in TEXT:
        sheet.paragraph(text, x=LEFT + COLUMN + GUTTER, width=COLUMN, size=10)
    document = read(sheet.data())
    check(document)
    assert paragraphs(document) == TEXT
    assert paragraphs(document, "table") == rows_of(ROWS)
    assert of(document, "caption") == [CAPTION.replace("\u3000", " ")]


@pytest.mark.parametrize("rules", RULES)
def test_cells_of_a_column_one_character_wide_are_no_vertical_headlines(rules):
    rows = [
        ["序号", "单\n位", "主要任务"],
        ["1", "临\n江\n生\n物", "建设质检楼和仓库"],
        ["2", "青\n云\n软\n件", "组建研发团队"],
        ["3", "东\n湖\n精\n密", "新增数控设备"],
    ]
    sheet = Sheet()
    sheet.title(TITLE)
    in_columns(sheet, TEXT)
    sheet.table(rows, [30, 18, 120], rules=rules, middle=True)
    document = read(sheet.data())
    check(document)
    assert paragraphs(document) == TEXT
    assert paragraphs(document, "table") == rows_of(rows)


def test_articles_between_level_rules_are_no_table():
    sheet = Sheet()
    sheet.y = TOP
    for i in (0, 2, 4):
        sheet.pdf.line(LEFT, sheet.y - 14, LEFT + 2 * COLUMN + GUTTER, sheet.y - 14)
        sheet.y += 4
        in_columns(sheet, TEXT[i : i + 2])
    sheet.pdf.line(LEFT, sheet.y - 14, LEFT + 2 * COLUMN + GUTTER, sheet.y - 14)
    document = read(sheet.data())
    check(document)
    assert paragraphs(document) == TEXT


@pytest.mark.parametrize("middle", [False, True], ids=["top", "middle"])
def test_cells_of_several_lines_are_whole_without_rules(middle):
    rows = [
        ["序号", "重点任务", "责任单位", "时限"],
        ["1", "完善高新区路网和\n地下综合管网", "建设局", "6月底"],
        ["2", "压缩企业开办时间\n至一个工作日", "行政审批局、财政局、\n市场监督管理局", "8月底"],
        ["3", "编制产业链图谱", "招商局", "年底前"],
    ]
    sheet = Sheet()
    sheet.title(TITLE)
    for text in TEXT[:2]:
        sheet.paragraph(text)
    sheet.y += 10
    sheet.table(rows, [40, 140, 130, 90], rules="no", middle=middle)
    for text in TEXT[2:4]:
        sheet.paragraph(text)
    document = read(sheet.data())
    check(document)
    assert paragraphs(document) == TEXT[:4]
    assert paragraphs(document, "table") == rows_of(rows)


def test_what_stands_once_for_several_rows_joins_none_of_them_without_rules():
    rows = [
        ["类别", "指标", "单位", "数值"],
        ["经济", "生产总值", "亿元", "120"],
        ["", "税收", "亿元", "12"],
        ["人口", "就业", "万人", "9"],
        ["", "常住人口", "万人", "20"],
    ]
    sheet = Sheet()
    sheet.title(TITLE)
    sheet.paragraph(TEXT[0])
    sheet.table(rows, [80, 120, 90, 90], rules="no")
    assert paragraphs(read(sheet.data()), "table") == [row.lstrip() for row in rows_of(rows)]
