from __future__ import annotations

import pytest
from PIL import Image

from gxclassify.reading import read
from reading.checks import assert_nothing_lost
from reading.pdfsheet import LEFT, PARAGRAPHS, TITLE, WIDTH, Sheet, check, paragraphs, report


def test_the_name_of_a_table_is_no_headline():
    sheet = report(count=3)
    sheet.middle("表1.2：主要经济指标", sheet.y, 13)
    sheet.y += 24
    sheet.table([["指标", "数值"], ["项目", "36"], ["投资", "12"]], [120, 120], rules="three")
    sheet.paragraph(PARAGRAPHS[3])
    (article,) = read(sheet.data()).articles
    assert (article.title, article.captions, article.subheads) == (TITLE, ("表1.2：主要经济指标",), ())


def chart(sheet, size=7):
    """Draw a chart as it comes out of a spreadsheet: what the axes count, their figures, a value over each bar."""
    top = sheet.y
    sheet.text("单位：亿元", 100, top, size)
    for i, value in enumerate((661, 588, 511, 455, 402)):
        sheet.text(str(100 * (5 - i)), 100, top + 20 * (i + 1), size)
        sheet.text(str(value), 330 - 45 * i, top + 14 + 8 * i, size)
        sheet.text(str(2025 - i), 330 - 45 * i, top + 115, size)
    sheet.text("年份", 380, top + 115, size)
    sheet.y += 135


@pytest.mark.parametrize("above", [True, False], ids=["caption below", "caption above"])
def test_the_words_inside_a_figure_are_named_and_no_paragraphs(above):
    sheet = Sheet()
    sheet.title("园区发展报告")
    for paragraph in PARAGRAPHS[:3]:
        sheet.paragraph(paragraph)
    sheet.y += 10
    name = "图1 2021—2025年规上工业增加值"
    for part in (chart, lambda s: s.head(name, 9, 200))[:: 1 if above else -1]:
        part(sheet)
    for paragraph in PARAGRAPHS[3:6]:
        sheet.paragraph(paragraph)
    document = read(sheet.data())
    check(document)
    assert paragraphs(document) == PARAGRAPHS[:6]
    assert document.articles[0].captions == (name,)
    assert document.characters["figure"] == len("单位：亿元年份") + 5 * len("100" + "661" + "2025")


def test_short_lines_in_small_type_are_no_figure_without_its_caption():
    sheet = Sheet()
    sheet.title("园区发展报告")
    sheet.paragraph(PARAGRAPHS[0])
    chart(sheet)
    sheet.paragraph(PARAGRAPHS[1])
    assert "figure" not in read(sheet.data()).characters


def test_notes_in_small_type_at_the_foot_are_notes_and_a_paragraph_goes_on_across_them():
    sheet = Sheet()
    sheet.title("企业用能调查")
    while sheet.y < 650:
        sheet.paragraph(PARAGRAPHS[0])
    sheet.text("① 数据来自统计部门的季度快报，部分指标为初步核算数，", LEFT, 760, 8)
    sheet.text("以年度公报为准。", LEFT, 772, 8)
    sheet.text("② 由企业自行填报。", LEFT, 784, 8)
    sheet.page()
    sheet.paragraph(PARAGRAPHS[1])
    document = read(sheet.data())
    (article,) = document.articles
    assert {p.text for p in article.paragraphs} == set(PARAGRAPHS[:2])
    assert [part.text for part in article.parts if part.kind == "note"] == [
        "① 数据来自统计部门的季度快报，部分指标为初步核算数，以年度公报为准。",
        "② 由企业自行填报。",
    ]
    assert_nothing_lost(document)


def test_a_page_of_items_in_small_type_is_text_and_no_notes():
    sheet = Sheet()
    sheet.title("企业用能调查")
    for text in PARAGRAPHS * 4:
        sheet.paragraph(text)
    sheet.page()
    for mark, text in zip("①②③④⑤⑥⑦⑧", PARAGRAPHS, strict=True):
        sheet.paragraph(f"{mark} {text}", size=9)
    document = read(sheet.data())
    assert "note" not in {part.kind for article in document.articles for part in article.parts}


CAPTION = "新落成的企业服务中心里，工作人员在大厅等候办事的人。"


def with_picture(below, width=200.0):
    """Return a page of one column with a picture in its middle, below which `below` sets something."""
    sheet = report(count=2)
    x = LEFT + (WIDTH - width) / 2
    sheet.pdf.image(Image.frombytes("RGB", (8, 6), bytes(range(144))), x, sheet.y, width, 100)
    sheet.y += 110
    below(sheet)
    sheet.y += 20
    sheet.paragraph(PARAGRAPHS[2])
    return read(sheet.data())


@pytest.mark.parametrize("x", [LEFT, 187, LEFT + WIDTH - 216], ids=["left", "middle", "right"])
@pytest.mark.parametrize("width", [100, 200, WIDTH])
@pytest.mark.parametrize("text", [CAPTION, "工程师在调试设备"], ids=["long", "short"])
def test_small_type_below_a_picture_in_a_page_of_one_column_is_its_caption(x, width, text):
    document = with_picture(lambda sheet: sheet.text(text, x, sheet.y, 8), width)
    check(document)
    (article,) = document.articles
    assert (article.captions, article.subheads) == ((text,), ())
    assert paragraphs(document) == PARAGRAPHS[:3]


def test_a_caption_wider_than_its_picture_goes_on_below_it_at_either_side():
    def below(sheet):
        sheet.text("新落成的企业服务中心里，工作人员在大厅等候办事的人，窗口从早到晚都开着", LEFT + 60, sheet.y, 8)
        sheet.text("中午也不休息。", LEFT + 60 + 35 * 8 - 56, sheet.y + 11, 8)

    (article,) = with_picture(below, 100).articles
    assert article.captions == ("新落成的企业服务中心里，工作人员在大厅等候办事的人，窗口从早到晚都开着中午也不休息。",)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("责任编辑：周宁", "furniture"),
        ("来源：云溪日报", "furniture"),
        ("① 数据来自管委会的年报。", "note"),
        ("数据来源：云溪区统计局。", "note"),
    ],
)
def test_what_tells_that_it_is_something_else_is_no_caption(text, kind):
    sheet = report(count=3)
    sheet.pdf.image(Image.frombytes("RGB", (8, 6), bytes(range(144))), LEFT, sheet.y, 300, 100)
    sheet.text(text, LEFT, sheet.y + 110, 8)
    document = read(sheet.data())
    assert document.articles[0].captions == ()
    assert document.characters[kind] == len("".join(text.split()))


def test_text_in_small_type_below_a_picture_is_no_caption():
    def below(sheet):
        for text in PARAGRAPHS[3:6]:
            sheet.paragraph(text, size=9, gap=8)

    document = with_picture(below, WIDTH)
    assert document.articles[0].captions == ()
    assert paragraphs(document) == [*PARAGRAPHS[:2], *PARAGRAPHS[3:6], PARAGRAPHS[2]]


SENTENCES = "园区的大厅从早到晚都开着。企业办事不出门，材料一次交齐。下一步，窗口还要延伸到各个街道，中午也不休息。"


@pytest.mark.parametrize(
    ("text", "width", "told"),
    [(SENTENCES, WIDTH, False), (SENTENCES + "图为办事大厅一角。", WIDTH, True), (SENTENCES, 200, True)],
    ids=["as wide as the text", "of the picture", "narrower"],
)
def test_an_indented_paragraph_as_wide_as_the_text_is_no_caption_unless_it_tells_of_the_picture(text, width, told):
    def below(sheet):
        sheet.paragraph(text, x=LEFT + (WIDTH - width) / 2, width=width, size=9)

    document = with_picture(below, width)
    check(document)
    assert document.articles[0].captions == ((text,) if told else ())
    assert sorted(paragraphs(document)) == sorted([*PARAGRAPHS[:3], *([] if told else [text])])


def test_the_cells_of_a_table_below_a_picture_are_no_caption():
    document = with_picture(
        lambda sheet: sheet.table([["指标", "数值"], ["项目", "36"]], [200, 200], rules="grid", size=8)
    )
    assert document.articles[0].captions == ()
    assert paragraphs(document, "table") == ["指标\t数值", "项目\t36"]


def test_captions_beside_each_other_are_of_two_pictures():
    sheet = report(count=2)
    for x, text in ((LEFT, "夜里的服务大厅"), (LEFT + 220, "装配车间里的机械臂")):
        sheet.pdf.image(Image.frombytes("RGB", (8, 6), bytes(range(144))), x, sheet.y, 200, 100)
        sheet.text(text, x, sheet.y + 110, 8)
    sheet.y += 130
    sheet.paragraph(PARAGRAPHS[2])
    document = read(sheet.data())
    assert document.articles[0].captions == ("夜里的服务大厅", "装配车间里的机械臂")
    assert paragraphs(document) == PARAGRAPHS[:3]


def test_the_credit_at_the_end_of_a_line_of_a_caption_belongs_to_it():
    def below(sheet):
        sheet.text("装配车间里的机械臂", 195, sheet.y, 8)
        sheet.text("周宁 摄", 350, sheet.y, 8)

    assert with_picture(below).articles[0].captions == ("装配车间里的机械臂 周宁 摄",)
