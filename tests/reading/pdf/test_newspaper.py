"""Pages of newspapers as people make them: wide headlines, photos, bylines of other sizes, advertisements."""

from __future__ import annotations

import unicodedata

import pytest
from fpdf import FPDF
from PIL import Image

from gxclassify.reading import read
from reading.broadsheet import Broadsheet
from reading.checks import assert_nothing_lost
from reading.pdfpage import font
from reading.stories import STORIES
from reading.typeset import wrap

ONE, TWO, THREE, FOUR = (story.paragraphs for story in STORIES[:4])
EM, LEADING, CHARS = 9.0, 12.5, 16


class Page:
    def __init__(self):
        self.pdf = FPDF(unit="pt", format=(700, 980))
        self.pdf.set_auto_page_break(auto=False)
        self.pdf.add_font("body", fname=font())
        self.pdf.add_page()

    def text(self, text, x, y, size):
        self.pdf.set_font("body", size=size)
        self.pdf.text(x, y, text)

    def column(self, lines, number, y):
        for i, line in enumerate(lines):
            self.text(line, 40 + number * (CHARS * EM + 14), y + i * LEADING, EM)

    def read(self):
        document = read(bytes(self.pdf.output()))
        assert "lost" not in document.characters
        assert_nothing_lost(document)
        return document


def set_lines(*paragraphs):
    return [
        ("" if i else "　　") + line for text in paragraphs for i, line in enumerate(wrap(text, CHARS, 2, hang=False))
    ]


def texts_of(article, kind):
    return [paragraph.text for paragraph in article.paragraphs if paragraph.kind == kind]


def texts(document):
    return [paragraph.text for article in document.articles for paragraph in article.paragraphs]


def test_a_headline_wider_than_its_column_does_not_part_the_lines_below_it():
    page = Page()
    page.text("临江高新区引进“十二个”新材料项目", 60, 60, 26)
    page.text("——总投资86.5亿元，涵盖三个方向", 160, 84, 14)
    page.text("本报记者　周　宁　文/图", 220, 100, 10)
    page.column(set_lines(*ONE), 0, 120)
    (article,) = page.read().articles
    assert [paragraph.text for paragraph in article.paragraphs] == ONE
    assert article.title == "临江高新区引进“十二个”新材料项目"
    assert article.byline == "本报记者 周 宁 文/图"


@pytest.mark.parametrize("size", [EM, 8])
@pytest.mark.parametrize(
    "caption", [["▲园区一角。　周宁　摄"], ["工人在调试设备。　赵晓勇/摄"], ["工人正在车间里调试设备。赵晓", "勇/摄"]]
)
def test_a_caption_beside_a_column_and_in_its_type_takes_nothing_of_it(caption, size):
    page = Page()
    page.text("临江高新区引进十二个新材料项目", 40, 60, 22)
    page.pdf.rect(40, 80, CHARS * EM, 60, "F")
    for i, text in enumerate(caption):
        page.text(text, 50 + 20 * i, 150 + i * LEADING, size)
    lines = set_lines(*ONE[:2])
    page.column(lines, 1, 90)
    (article,) = page.read().articles
    assert [paragraph.text for paragraph in article.paragraphs] == ONE[:2]
    assert "".join(article.captions[0].split()) == "".join("".join(caption).split())


@pytest.mark.parametrize(
    "caption", ["图为项目集中签约仪式现场。赵晓勇 摄", "▲高新区春季项目集中签约仪式，12个项目现场落笔。"]
)
def test_a_paragraph_goes_on_over_a_photo_and_its_caption(caption):
    page = Page()
    lines = set_lines(*ONE, *TWO)
    cut = len(set_lines(*ONE, TWO[0])) - 2  # within the paragraph
    page.text("临江高新区引进十二个新材料项目", 40, 60, 22)
    page.column(lines[:cut], 0, 90)
    page.pdf.rect(200, 80, 300, 140, "F")
    page.text(caption, 200, 236, 8)
    page.column(lines[cut:], 1, 260)
    (article,) = page.read().articles
    assert [paragraph.text for paragraph in article.paragraphs] == [*ONE, *TWO]
    assert article.captions == (caption,)


def test_a_byline_beside_the_headline_is_no_part_of_it():
    page = Page()
    page.text("临江高新区引进十二个新材料项目", 40, 60, 22)
    page.text("本报记者 赵晓勇 通讯员 胡安平", 430, 60, 8)
    lines = set_lines(*ONE, *TWO)
    half = len(lines) // 2
    page.column(lines[:half], 0, 90)
    page.column(lines[half:], 1, 90)
    (article,) = page.read().articles
    assert (article.title, article.byline) == ("临江高新区引进十二个新材料项目", "本报记者 赵晓勇 通讯员 胡安平")
    assert [paragraph.text for paragraph in article.paragraphs] == [*ONE, *TWO]


def test_a_lead_on_a_line_of_its_own_is_a_byline_and_an_advertisement_comes_last():
    page = Page()
    for number, (title, byline, story) in enumerate(
        (("实验室搬到车间旁", "本报讯（记者 何一帆）", THREE), ("出台“减负”细则", "临江日报记者 谭文静", FOUR))
    ):
        lines = set_lines(*story)
        half = len(lines) // 2
        page.text(title, 40 + 2 * number * (CHARS * EM + 14), 60, 16)
        page.text(byline, 40 + 2 * number * (CHARS * EM + 14), 82, 8)
        page.column(lines[:half], 2 * number, 100)
        page.column(lines[half:], 2 * number + 1, 60)
    page.pdf.rect(40, 860, 620, 90)
    page.text("南屏家居广场盛大开业", 60, 900, 30)
    document = page.read()
    one, other = document.articles[:2]
    assert (one.title, one.byline) == ("实验室搬到车间旁", "记者 何一帆")
    assert (other.title, other.byline) == ("出台“减负”细则", "临江日报记者 谭文静")
    assert texts(document) == [*THREE, *FOUR]
    assert document.source.rstrip().endswith("盛大开业")


BRIEFS = [
    "▲11月25日，澄江经开区举行四季度重大项目集中开工仪式，12个项目总投资38亿元。",
    "▲宁溪产业园智慧环保监控平台上线，园区186个排口实现在线监测。",
]


def test_a_list_of_briefs_with_marks_is_no_caption_and_their_two_characters_of_headline_no_name():
    page = Page()
    page.text("临江高新区引进十二个新材料项目", 40, 60, 22)
    page.column(set_lines(*ONE), 0, 90)
    page.text("简讯", 40 + CHARS * EM + 14, 90, 15)
    page.column(set_lines(*BRIEFS), 1, 115)
    first, briefs = page.read().articles
    assert (first.byline, first.captions) == (None, ())
    assert briefs.title == "简讯"
    assert [paragraph.text for paragraph in briefs.paragraphs] == BRIEFS


def test_a_masthead_over_the_columns_is_no_headline_of_one_of_them():
    page = Page()
    page.text("云湖日报", 300, 40, 28)
    page.text("2026年11月27日　星期五　第03版：科创", 270, 58, 7)
    page.text("储能平台投用", 40, 80, 15)
    page.column(set_lines(*ONE), 0, 100)
    page.column(set_lines(*TWO), 1, 72)
    page.column(set_lines(*THREE), 2, 72)
    document = page.read()
    assert "云湖日报" not in {article.title for article in document.articles}
    assert texts(document) == [*ONE, *TWO, *THREE]


def test_what_stands_about_a_headline_in_smaller_type_is_neither_the_title_nor_a_paragraph():
    page = Page()
    page.text("链主带队　小分队敲门", 40, 50, 11)
    page.text("临江高新区引进十二个新材料项目", 40, 76, 22)
    page.text("——今年新引进亿元以上项目31个，到位资金增长18.3%", 40, 94, 10)
    page.text("本报记者　邵一鸣　通讯员　闻静", 40, 110, 8)
    page.column(set_lines("本报讯（记者 邵一鸣）" + ONE[0], *ONE[1:]), 0, 130)
    page.text("出台“减负”细则", 40 + CHARS * EM + 14, 130, 16)
    page.column(set_lines(*TWO), 1, 150)
    document = page.read()
    first = document.articles[0]
    assert first.title == "临江高新区引进十二个新材料项目"
    assert first.subheads == ("链主带队 小分队敲门", "——今年新引进亿元以上项目31个，到位资金增长18.3%")
    assert {paragraph.subhead for paragraph in first.paragraphs} == {None}
    assert texts(document) == [*ONE, *TWO]


def test_a_headline_of_two_lines_of_one_size_is_one_title():
    page = Page()
    page.text("营商环境观察", 40, 44, 11)
    page.text("临江高新区引进", 40, 70, 22)
    page.text("十二个新材料项目", 40, 96, 21)
    page.column(set_lines("本报讯（记者 邵一鸣）" + ONE[0], *ONE[1:]), 0, 120)
    page.text("出台“减负”细则", 40 + CHARS * EM + 14, 60, 16)
    page.column(set_lines("本报讯（记者 周宁）" + TWO[0], *TWO[1:]), 1, 80)
    document = page.read()
    assert [article.title for article in document.articles] == ["临江高新区引进十二个新材料项目", "出台“减负”细则"]
    assert texts(document) == [*ONE, *TWO]


def test_the_last_centred_line_of_small_print_is_its_own_and_not_the_next_headlines():
    page = Page()
    width = CHARS * EM
    page.text("云湖御景", 40 + (width - 4 * 15) / 2, 60, 15)
    small = "开发商云湖置业　预售证号云房预字2026第"
    page.pdf.set_font("body", size=6.8)
    page.text(small, 40 + (width - page.pdf.get_string_width(small)) / 2, 80, 6.8)
    page.text("018号", 40 + (width - 15) / 2, 90, 6.8)
    page.text("出台“减负”细则", 40, 125, 15)
    page.column(set_lines(*ONE), 0, 145)
    page.text("实验室搬到车间旁", 40 + width + 14, 60, 15)
    page.column(set_lines(*TWO), 1, 80)
    document = page.read()
    assert "出台“减负”细则" in {article.title for article in document.articles}
    assert any(text.endswith("第018号") for text in texts(document))


@pytest.mark.parametrize(
    "parts",
    [
        ["云湖日报", "2026年11月27日", "3"],
        ["云湖晚报", "2026年11月27日 星期五", "第03版：要闻 责编：林溪"],
        ["2026年11月27日　星期五", "第3版 要闻　云湖日报", "责任编辑：林溪"],
    ],
)
def test_the_row_of_a_newspapers_name_date_and_page_is_furniture(parts):
    page = Page()
    for i, part in enumerate(parts):
        page.text(part, 40 + 200 * i, 40, 9)
    page.text("储能平台投用", 40, 70, 15)
    page.column(set_lines(*ONE), 0, 90)
    page.column(set_lines(*TWO), 1, 90)
    document = page.read()
    assert texts(document) == [*ONE, *TWO]
    assert [article.title for article in document.articles] == ["储能平台投用"]
    assert document.characters["furniture"] == len("".join("".join(parts).split()))


def test_the_head_of_a_table_with_dates_is_no_masthead():
    page = Page()
    for i, row in enumerate((["项目", "2025年12月31日", "2024年12月31日"], *[["存货", "86.5", "31.4"]] * 4)):
        for k, cell in enumerate(row):
            page.text(cell, 40 + 150 * k, 40 + 16 * i, 9)
    page.column(set_lines(*ONE), 0, 140)
    assert texts(page.read())[0] == "项目\t2025年12月31日\t2024年12月31日"


QUOTE = "“每一寸土地都要用在刀刃上。”"


def test_a_sentence_in_large_type_that_interrupts_another_is_no_headline_and_parts_no_paragraph():
    page = Page()
    lines = set_lines(*ONE)
    page.text("临江高新区引进十二个新材料项目", 40, 60, 22)
    page.column(lines[:8], 0, 90)
    page.text(QUOTE[:8], 40, 90 + 9 * LEADING, 14)
    page.text(QUOTE[8:], 40, 90 + 10.5 * LEADING, 14)
    for i, text in enumerate(lines[8:]):
        page.text(text, 40, 90 + (12 + i) * LEADING, EM)
    (article,) = page.read().articles
    assert [paragraph.text for paragraph in article.paragraphs] == ONE
    assert article.captions == (QUOTE,)


def test_a_statement_in_large_type_between_paragraphs_heads_no_article():
    page = Page()
    first, rest = set_lines("本报讯（记者 周宁）" + ONE[0], ONE[1]), set_lines(*ONE[2:])
    page.text("临江高新区引进十二个新材料项目", 40, 60, 22)
    page.column(first, 0, 90)
    page.text(QUOTE, 40, 90 + (len(first) + 1) * LEADING, 9.5 * 1.2)
    for i, text in enumerate(rest):
        page.text(text, 40, 90 + (len(first) + 2.5 + i) * LEADING, EM)
    (article,) = page.read().articles
    assert texts(page.read()) == [*ONE[:2], QUOTE, *ONE[2:]]
    assert article.subheads == ()


def test_the_line_below_a_photo_that_ends_with_its_credit_is_a_caption():
    page = Page()
    page.text("园区中试平台投用 六百家企业受益", 40, 60, 24)
    page.text("通讯员 祁连 记者 安宁", 40, 80, 8)
    page.text("技术人员正在园区的实验室里检测样品。程一诺 摄", 40, 96, 8)
    page.column(set_lines(*ONE), 0, 112)
    (article,) = page.read().articles
    assert (article.title, article.byline) == ("园区中试平台投用 六百家企业受益", "通讯员 祁连 记者 安宁")
    assert article.captions == ("技术人员正在园区的实验室里检测样品。程一诺 摄",)
    assert [paragraph.text for paragraph in article.paragraphs] == ONE


def test_a_headline_in_the_middle_of_the_page_heads_the_column_that_ends_the_page():
    page = Page()
    lines = set_lines(*ONE, *TWO)
    third = -(-len(lines) // 3)
    page.text("临江高新区一天签下二十三个项目", 60, 50, 24)
    for number in range(3):
        page.column(lines[number * third : (number + 1) * third], number, 80)
    y = 80 + third * LEADING + 30
    page.text("废热变成暖流", 210, y, 20)
    page.column(set_lines(*THREE[:2]), 0, y + 20)
    first, second = page.read().articles
    assert [paragraph.text for paragraph in first.paragraphs] == [*ONE, *TWO]
    assert (second.title, [paragraph.text for paragraph in second.paragraphs]) == ("废热变成暖流", THREE[:2])


@pytest.mark.parametrize(
    "caption",
    [
        ["园区的智能工厂里，机械臂正在", "装配新能源汽车的车架。本报记", "者 何一帆 摄"],
        ["图为工人在生产线上检测电池模", "组，每天可检测六百件。 林晓", "摄"],
    ],
)
def test_a_caption_of_several_lines_beside_a_photo_is_one(caption):
    page = Page()
    page.text("零碳工厂投产", 40, 60, 22)
    for i, line in enumerate(caption):
        page.text(line, 380, 200 + 10 * i, 7.5)
    for number in range(3):
        page.column(set_lines(*(ONE, TWO, THREE)[number]), number, 240)
    (article,) = page.read().articles
    assert article.captions == ("".join(caption),)
    assert [paragraph.text for paragraph in article.paragraphs] == [*ONE, *TWO, *THREE]


IN_A_BOX = [
    ("中试基地启用", "云岭科学城中试基地日前启用，首批入驻团队14个，可做公斤级到吨级的放大试验。"),
    ("首张绿证发放", "白鹿新区一家光伏企业昨天领到全区首张绿色电力证书，对应电量1200兆瓦时。"),
    ("人才驿站设立", "南屏开发区在高铁站旁设立人才驿站，应届毕业生可免费住宿七天，首月接待216人。"),
]


def test_marked_headlines_that_all_head_articles_do_so_below_whatever_name_of_the_page():
    page = Page()
    page.text("一周科学城", 40, 60, 26)
    heads = ["◆云岭科学城中试基地启用", "◆白鹿新区发出首张绿证", "◆南屏开发区设立人才驿站"]
    for number, (head, (_, text)) in enumerate(zip(heads, IN_A_BOX, strict=True)):
        page.text(head, 40 + number * (CHARS * EM + 14), 90, 11.5)
        page.column(set_lines(f"本报讯（记者　周宁）{text}", text), number, 110)
    first, *others = page.read().articles
    assert [article.title for article in (first, *others)] == heads
    assert first.subheads == ("一周科学城",)


@pytest.mark.parametrize("label", ["简讯", "短讯", "快讯", "要闻速览"])
@pytest.mark.parametrize("headed", [True, False], ids=["with headlines", "without"])
def test_the_label_of_a_box_of_briefs_heads_none_of_them(label, headed):
    page = Page()
    page.text("实验室搬到车间旁", 40, 60, 20)
    page.column(set_lines(*ONE), 0, 80)
    page.column(set_lines(*TWO), 1, 80)
    x, y = 40 + 2 * (CHARS * EM + 14), 80.0
    page.text(label, x + 50, y, 14)
    for head, text in IN_A_BOX:
        y += 2 * LEADING
        if headed:
            page.text(head, x, y, 11.5)
            y += 1.5 * LEADING
        lines = set_lines(text)
        page.column(lines, 2, y)
        y += (len(lines) - 1) * LEADING
    first, *boxed = page.read().articles
    assert [paragraph.text for paragraph in first.paragraphs] == [*ONE, *TWO]
    found = [(article.title, [paragraph.text for paragraph in article.paragraphs]) for article in boxed]
    assert found == (
        [(head, [text]) for head, text in IN_A_BOX] if headed else [(label, [text for _, text in IN_A_BOX])]
    )
    assert boxed[0].subheads == ((label,) if headed else ())


def test_a_table_without_rules_takes_no_lines_of_the_column_beside_it():
    page = Page()
    page.text("实验室搬到车间旁", 40, 60, 20)
    page.column(set_lines(*ONE), 0, 80)
    y = 80 + (len(set_lines(*ONE)) + 1) * LEADING
    rows = [["园区", "签约", "投资额"], ["临江", "42", "318亿元"], ["云岭", "17", "88亿元"], ["北塘", "9", "41亿元"]]
    for i, row in enumerate(rows):
        for k, cell in enumerate(row):
            page.text(cell, 40 + 50 * k, y + i * LEADING, EM)
    page.column(set_lines(*TWO, *THREE), 1, 80)
    document = page.read()
    found = [paragraph for article in document.articles for paragraph in article.paragraphs]
    assert [paragraph.text for paragraph in found if paragraph.kind == "paragraph"] == [*ONE, *TWO, *THREE]
    assert [paragraph.text for paragraph in found if paragraph.kind == "table"] == ["\t".join(row) for row in rows]


def test_a_paragraph_goes_on_in_a_column_of_one_line_whatever_stands_below():
    page = Page()
    page.text(STORIES[0].title, 60, 50, 22)
    lines = set_lines(*ONE)
    last = next(i for i, line in enumerate(lines) if i > len(lines) // 2 and not line.endswith(("。", "”")))
    lines = [*lines[: last + 1], "预计后年投产。"]
    half = len(lines) // 2
    page.column(lines[:half], 0, 90)
    page.column(lines[half:-1], 1, 90)
    page.column(lines[-1:], 2, 90)
    page.pdf.line(40, 88 + half * LEADING, 660, 88 + half * LEADING)
    page.text(STORIES[1].title, 280, 120 + half * LEADING, 16)
    for i, line in enumerate(wrap("　　" + "".join(TWO), 40, 0, hang=False)):
        page.text(line, 280, 140 + (half + i) * LEADING, EM)
    (article, _) = page.read().articles
    assert article.paragraphs[-1].text.endswith(lines[last].strip() + "预计后年投产。")


def test_a_headline_over_a_wide_table_is_none_of_the_column_above_it():
    page = Page()
    page.text(STORIES[0].title, 60, 50, 22)
    lines = set_lines(*ONE, *TWO)
    half = (len(lines) + 1) // 2
    page.column(lines[:half], 0, 90)
    page.column(lines[half:], 1, 90)
    top = 90 + half * LEADING + 24
    page.text("相关数据：近三年签约情况", 40, top, 12)
    for k, row in enumerate(
        [["年份", "签约项目（个）", "总投资（亿元）"], ["2024", "51", "188"], ["2025", "64", "241"]]
    ):
        for n, cell in enumerate(row):
            page.pdf.rect(40 + 200 * n, top + 6 + 14 * k, 200, 14)
            page.text(cell, 44 + 200 * n, top + 16 + 14 * k, EM)
    articles = page.read().articles
    assert texts_of(articles[0], "paragraph") == [*ONE, *TWO]
    headed = [a.title or p.subhead for a in articles for p in a.paragraphs if p.kind == "table"]
    assert set(headed) == {"相关数据：近三年签约情况"}


def test_lines_of_narrow_columns_are_no_rows_of_a_table():
    stories = [*ONE, *TWO]
    lines = [("" if i else "　　") + line for text in stories for i, line in enumerate(wrap(text, 8, 2, hang=False))]
    page = Page()
    height = -(-len(lines) // 6)
    for number in range(6):
        for row, line in enumerate(lines[number * height : (number + 1) * height]):
            page.text(line, 40 + number * 90, 80 + row * LEADING, EM)
    found = page.read()
    assert not [paragraph for article in found.articles for paragraph in texts_of(article, "table")]
    assert set(stories) <= set(texts(found))


def test_articles_in_the_cells_of_a_grid_are_no_rows():
    page = Page()
    for row, left, right in [(0, ONE, TWO), (1, THREE, FOUR)]:
        top = 80 + row * 300
        for side, paragraphs in ((0, left), (1, right)):
            page.column(set_lines(*paragraphs[:2]), side, top)
            page.pdf.rect(36 + side * (CHARS * EM + 14), top - 14, CHARS * EM + 14, 300)
    found = page.read()
    assert not [paragraph for article in found.articles for paragraph in texts_of(article, "table")]
    assert {text for part in (ONE, TWO, THREE, FOUR) for text in part[:2]} <= set(texts(found))


def in_the_middle(page, words, y, size, middle):
    """Set words a character apart, as programs do that write no ideographic space."""
    x = middle - size * (sum(map(len, words)) + len(words) - 1) / 2
    for word in words:
        page.text(word, x, y, size)
        x += size * (len(word) + 1)


MIDDLES = [pytest.param(columns, id=f"{columns} columns") for columns in (2, 3, 4)]


@pytest.mark.parametrize("columns", MIDDLES)
@pytest.mark.parametrize("head", [["一天签下二十三个项目"], ["稳产保供", "园区忙"]], ids=["whole", "in two"])
@pytest.mark.parametrize("byline", [["记者", "孙", "梅"], ["本报记者", "孙梅", "通讯员", "何一帆"]], ids=len)
def test_a_headline_and_a_byline_with_wide_spaces_over_a_gutter_stay_whole(columns, head, byline):
    page = Page()
    middle = 40 + (columns * (CHARS * EM + 14) - 14) / 2
    in_the_middle(page, head, 50, 22, middle)
    in_the_middle(page, byline, 72, 9, middle)
    lines = set_lines(*ONE, *TWO, *THREE)
    height = -(-len(lines) // columns)
    for number in range(columns):
        page.column(lines[number * height : (number + 1) * height], number, 95)
    (article,) = page.read().articles
    assert (article.title, article.byline) == (" ".join(head), " ".join(byline))
    assert [paragraph.text for paragraph in article.paragraphs] == [*ONE, *TWO, *THREE]


def test_a_headline_with_a_wide_space_over_a_photo_in_the_second_column_is_one():
    page = Page()
    middle = 40 + CHARS * EM + 7
    in_the_middle(page, ["稳产保供", "园区忙"], 50, 22, middle)
    in_the_middle(page, ["本报记者", "孙", "梅"], 72, 9, middle)
    page.column(set_lines(*ONE), 0, 95)
    below = 95 + len(set_lines(*ONE)) * LEADING
    page.pdf.rect(198, 85, 144, below - 100, "F")
    in_the_middle(page, ["▲仓库里的货架。", "赵晓勇", "摄"], below, 7, 270)
    page.column(set_lines(*TWO), 1, below + 20)
    (article,) = page.read().articles
    assert (article.title, article.byline) == ("稳产保供 园区忙", "本报记者 孙 梅")
    assert [paragraph.text for paragraph in article.paragraphs] == [*ONE, *TWO]


def test_the_first_lines_of_two_columns_close_to_each_other_are_no_byline():
    page = Page()
    page.text("一天签下二十三个项目", 60, 50, 20)
    for number, paragraphs in enumerate((ONE, TWO)):
        for i, line in enumerate(set_lines(*paragraphs)):
            page.text(line, 40 + number * (CHARS * EM + EM), 80 + i * LEADING, EM)
    (article,) = page.read().articles
    assert [paragraph.text for paragraph in article.paragraphs] == [*ONE, *TWO]


def photo(page, number, y, height):
    """Put a picture as wide as a column, as a file of pixels."""
    pixels = Image.frombytes("RGB", (8, 6), bytes(range(144)))
    page.pdf.image(pixels, 40 + number * (CHARS * EM + 14), y, CHARS * EM, height)


def test_small_type_just_below_a_picture_is_its_caption_whatever_its_words():
    page = Page()
    page.text("一天签下二十三个项目", 60, 60, 22)
    page.column(set_lines(*ONE), 0, 90)
    photo(page, 1, 82, 100)
    page.text("新落成的企业服务中心里，工作人员在大", 200, 194, 7.5)
    page.text("厅等候办事的人。", 200, 205, 7.5)
    page.column(set_lines(*TWO), 1, 230)
    (article,) = page.read().articles
    assert article.captions == ("新落成的企业服务中心里，工作人员在大厅等候办事的人。",)
    assert [paragraph.text for paragraph in article.paragraphs] == [*ONE, *TWO]


def test_a_caption_wider_than_its_picture_is_whole_whose_words_stand_a_space_apart():
    page = Page()
    page.text("一天签下二十三个项目", 60, 60, 22)
    page.column(set_lines(*ONE), 0, 90)
    page.pdf.image(Image.new("RGB", (40, 30), "gray"), 216, 82, 90, 100)
    x = 200.0
    for word in ("企业服务中心启用。", "本报记者", "周", "宁", "摄"):  # an ideographic space after each
        page.text(word, x, 192, 8)
        x += 8 * (len(word) + 1)
    page.column(set_lines(*TWO), 1, 220)
    (article,) = page.read().articles
    assert "".join(article.captions[0].split()) == "企业服务中心启用。本报记者周宁摄"
    assert [paragraph.text for paragraph in article.paragraphs] == [*ONE, *TWO]


def test_more_than_a_few_lines_in_small_type_below_a_picture_are_text():
    page = Page()
    page.text("一天签下二十三个项目", 60, 60, 22)
    page.column(set_lines(*ONE), 0, 90)
    photo(page, 1, 82, 100)
    for i, line in enumerate(wrap("".join(TWO), 19, 2, hang=False)):
        page.text(line, 200, 194 + i * 11, 7.5)
    assert page.read().articles[0].captions == ()


def over_columns(page, number, columns, lines, y):
    """Set lines in so many columns, all but the last as long, and return where the longest ends."""
    each = -(-len(lines) // columns)
    for n in range(columns):
        page.column(lines[n * each : (n + 1) * each], number + n, y)
    return y + each * LEADING


def test_articles_beside_each_other_are_parted_before_the_lines_of_their_headlines():
    page = Page()
    in_the_middle(page, ["青浦湾经开区让废热变成"], 60, 20, 191)
    in_the_middle(page, ["暖流"], 84, 20, 191)
    over_columns(page, 0, 2, set_lines(*ONE), 110)
    page.text("云岭科学城把实验室搬到车间旁", 356, 60, 20)
    page.text("——首批企业已经入驻", 356, 84, 12)
    over_columns(page, 2, 2, set_lines(*TWO), 105)
    one, two = page.read().articles
    assert (one.title, two.title) == ("青浦湾经开区让废热变成暖流", "云岭科学城把实验室搬到车间旁")
    assert [[paragraph.text for paragraph in article.paragraphs] for article in (one, two)] == [ONE, TWO]


def test_headlines_beside_each_other_begin_articles_below_those_above():
    page = Page()
    page.text("云岭科学城把实验室搬到车间旁", 40, 60, 18)
    page.text("园区出台十条措施", 514, 60, 18)
    ends = [over_columns(page, 0, 3, set_lines(*ONE), 85), over_columns(page, 3, 1, set_lines(*TWO[:2]), 85)]
    top = max(ends) + 22
    page.text("外贸翻一番", 40, top, 16)
    page.text("高新区引进十二个新材料项目", 198, top, 16)
    over_columns(page, 0, 1, set_lines(*THREE), top + 20)
    over_columns(page, 1, 3, set_lines(*FOUR), top + 20)
    articles = page.read().articles
    assert [[p.text for p in article.paragraphs] for article in articles] == [ONE, TWO[:2], THREE, FOUR]


def test_a_kicker_at_the_left_goes_with_the_headline_below_it():
    page = Page()
    page.text("云岭科学城把实验室搬到车间旁", 40, 60, 20)
    bottom = over_columns(page, 0, 4, set_lines(*ONE), 85)
    page.text("高质量发展在基层", 40, bottom + 24, 11)
    page.text("东港自贸片区力争五年外贸翻一番", 180, bottom + 46, 20)
    over_columns(page, 0, 4, set_lines(*TWO), bottom + 66)
    one, two = page.read().articles
    assert [[p.text for p in article.paragraphs] for article in (one, two)] == [ONE, TWO]
    assert (one.title, two.title, two.subheads) == (
        "云岭科学城把实验室搬到车间旁", "东港自贸片区力争五年外贸翻一番", ("高质量发展在基层",),
    )  # fmt: skip


@pytest.mark.parametrize("seed", [*range(10), 17, 97])
def test_articles_in_bands_beside_each_other_are_read_whole_and_in_order(seed):
    page = Broadsheet(seed)
    document = read(page.make())
    found = [(a.title, [folded(p.text) for p in a.paragraphs if p.kind == "paragraph"]) for a in document.articles]
    assert found == [(title, list(map(folded, paragraphs))) for title, paragraphs in page.articles]
    assert_nothing_lost(document)


def folded(text):
    return "".join(unicodedata.normalize("NFKC", text).split())


def test_a_paper_in_columns_with_a_second_headline_is_one_article_under_its_title():
    page = Page()
    page.text("承接转移还是自己孵化？", 180, 60, 20)
    page.text("——两类开发区创新路径的比较", 160, 86, 20)
    page.text("梁　栋　苏　禾", 230, 106, 10)
    page.text("（云川大学 区域经济研究所，云川 272000）", 180, 122, 9)
    for i, paragraphs in enumerate((ONE, TWO)):
        page.column(set_lines(*paragraphs), i, 150)
    (article,) = page.read().articles
    assert article.title == "承接转移还是自己孵化？"
    assert article.byline == "云川大学 区域经济研究所，云川 272000"
    assert "——两类开发区创新路径的比较" in article.subheads
    assert texts_of(article, "paragraph") == [*ONE, *TWO]


def test_a_filled_shape_without_text_may_stand_for_a_photo():
    page = Page()
    page.text("一天签下二十三个项目", 60, 60, 22)
    page.column(set_lines(*ONE), 0, 90)
    page.pdf.set_fill_color(150, 180, 190)
    page.pdf.rect(40 + CHARS * EM + 14, 82, CHARS * EM, 100, style="F")
    page.text("新落成的企业服务中心里，工作人员在大", 200, 194, 7.5)
    page.column(set_lines(*TWO), 1, 230)
    (article,) = page.read().articles
    assert article.captions == ("新落成的企业服务中心里，工作人员在大",)
    assert texts_of(article, "paragraph") == [*ONE, *TWO]


@pytest.mark.parametrize("caption", ["新落成的企业服务中心。", ""], ids=["caption", "none"])
@pytest.mark.parametrize("right", [True, False], ids=["right", "left"])
def test_text_beside_a_picture_in_its_column_goes_on(right, caption):
    page = Page()
    page.text("一天签下二十三个项目", 60, 60, 22)
    pixels = Image.frombytes("RGB", (8, 6), bytes(range(144)))
    side, y = 19 * EM, 90.0
    page.pdf.image(pixels, 40 + 21 * EM if right else 40, y - 8, side, 60 if caption else 70)
    if caption:
        page.text(caption, 40 + 21 * EM if right else 40, y + 60, 7.5)
    narrow = [(i, line) for text in ONE[:2] for i, line in enumerate(wrap(text, 20, 2, hang=False))]
    for i, line in narrow:
        page.text(("" if i else "　　") + line, 40 if right else 40 + 20 * EM, y, EM)
        y += LEADING
    for text in TWO:
        for i, line in enumerate(wrap(text, 40, 2, hang=False)):
            page.text(("" if i else "　　") + line, 40, y, EM)
            y += LEADING
    (article,) = page.read().articles
    assert article.captions == (caption,) * bool(caption)
    assert texts_of(article, "paragraph") == [*ONE[:2], *TWO]


SHORT = [
    "附近居民在河边散步时说，水清了，白鹭也回来了。",
    "管委会主任说，要把企业的事当成自己的事来办，让企业安心生产。",
]


@pytest.mark.parametrize("few", [SHORT[:1], SHORT, [*SHORT, SHORT[0]]], ids=["one", "two", "three"])
@pytest.mark.parametrize("height", [20, 60, 120])
@pytest.mark.parametrize("order", ["tpf", "ptf", "tfp", "ftp", "fpp", "tpp"])
def test_columns_of_few_lines_are_read_as_paragraphs_whatever_stands_beside_them(order, height, few):
    page = Page()
    page.text("一天签下二十三个项目", 160, 60, 18)
    captions = ["工人在检测零件", "新落成的服务大厅"]
    told, found = iter(captions), []
    for number, what in enumerate(order):
        if what == "p":
            x = 40 + number * (CHARS * EM + 14)
            page.pdf.image(Image.frombytes("RGB", (8, 6), bytes(range(144))), x, 82, CHARS * EM, height + 30)
            page.text(next(told), x + 20, 122 + height, 7.5)
        else:
            found += ONE[:2] if what == "t" else few
            page.column(set_lines(*(ONE[:2] if what == "t" else few)), number, 90)
    (article,) = page.read().articles
    assert sorted(article.captions) == captions[: order.count("p")]
    assert texts_of(article, "paragraph") == found


@pytest.mark.parametrize("first", [True, False], ids=["left", "right"])
def test_the_text_below_a_caption_stands_in_its_column(first):
    page = Page()
    page.text("一天签下二十三个项目", 160, 60, 18)
    page.column(set_lines(*SHORT), int(first), 90)
    photo(page, 1 - first, 82, 100)
    page.text("工人在检测零件", 60 if first else 220, 192, 7.5)
    page.column(set_lines(SHORT[0]), 1 - first, 210)
    (article,) = page.read().articles
    assert texts_of(article, "paragraph") == ([SHORT[0], *SHORT] if first else [*SHORT, SHORT[0]])


def test_a_line_over_a_picture_stands_in_its_column():
    page = Page()
    page.text("一天签下二十三个项目", 160, 60, 18)
    page.column(set_lines(*ONE[:3]), 0, 90)
    page.column([set_lines(TWO[0])[0][:10] + "。"], 1, 90)
    photo(page, 1, 100, 120)
    page.text("工人在检测零件", 220, 230, 7.5)
    page.column(set_lines(*SHORT), 2, 90)
    (article,) = page.read().articles
    assert texts_of(article, "paragraph")[-2:] == SHORT


def test_subheads_hardly_larger_than_the_text_begin_no_articles_below_a_great_headline():
    page = Page()
    page.text("一天签下二十三个项目", 40, 60, 22)
    for number, (story, head) in enumerate(((ONE, "让企业少跑腿"), (TWO, "把人才留下来"))):
        lines = set_lines(*story[:2])
        page.column(lines, number, 90)
        y = 90 + len(lines) * LEADING + 8
        page.text(head, 40 + number * (CHARS * EM + 14), y, 10.4)
        page.column(set_lines(*story[2:]), number, y + 18)
    (article,) = page.read().articles
    assert article.subheads == ("让企业少跑腿", "把人才留下来")
    assert texts_of(article, "paragraph") == [*ONE, *TWO]


@pytest.mark.parametrize("size", [11.6, 13])
@pytest.mark.parametrize("signed", [False, True])
def test_a_line_between_byline_and_text_tells_the_subheads_by_its_size_unless_one_is_signed(size, signed):
    page = Page()
    page.text("一天签下二十三个项目", 40, 50, 22)
    page.text("本报记者　周　宁", 40, 70, 9)
    heads = ["项目跑出加速度", "让企业少跑腿", "把人才留下来"]
    y = 96
    for head, story, number in zip(heads, (ONE[:2], ONE[2:], TWO), (0, 0, 1), strict=True):
        x, y = 40 + number * (CHARS * EM + 14), 96 if number else y
        page.text(head, x, y, size)
        if signed and number:
            page.text("本报记者　吴　越", x, y + 16, 9)
            y += 16
        page.column(set_lines(*story), number, y + 20)
        y += 28 + len(set_lines(*story)) * LEADING
    articles = page.read().articles
    if signed:
        assert articles[-1].title == heads[-1]
    else:
        assert [(article.title, article.subheads) for article in articles] == [("一天签下二十三个项目", (*heads,))]


@pytest.mark.parametrize("size", [11.6, 13])
@pytest.mark.parametrize("signed", [False, True])
def test_lines_in_the_columns_of_a_larger_headline_are_subheads_though_a_paragraph_is_above_the_first(size, signed):
    page = Page()
    page.text("一天签下二十三个项目", 60, 50, 22)
    if signed:
        page.text("本报记者　周　宁", 140, 70, 9)
    for number, (story, head) in enumerate(zip((ONE, TWO), ("把人才留下来", "让企业少跑腿"), strict=True)):
        page.column(set_lines(story[0]), number, 96)
        y = 104 + len(set_lines(story[0])) * LEADING
        page.text(head, 40 + number * (CHARS * EM + 14), y, size)
        page.column(set_lines(*story[1:]), number, y + 20)
    (article,) = page.read().articles
    assert (article.title, article.subheads) == ("一天签下二十三个项目", ("把人才留下来", "让企业少跑腿"))


def test_a_line_over_all_columns_below_a_byline_tells_nothing_of_headlines_in_its_size():
    page = Page()
    page.text("一天签下二十三个项目", 60, 50, 22)
    page.text("本报记者　周　宁", 140, 70, 9)
    in_the_middle(page, ["三年的答卷写在产线上"], 90, 13, 191)
    bottom = over_columns(page, 0, 2, set_lines(*ONE), 110)
    in_the_middle(page, ["外贸五年翻了一番"], bottom + 24, 13, 191)
    over_columns(page, 0, 2, set_lines(*TWO), bottom + 44)
    assert [article.title for article in page.read().articles] == ["一天签下二十三个项目", "外贸五年翻了一番"]


NOTICE = ["因管网检修，3月8日8时至18时园区东部停水，请各企业提前储水。", "特此公告。"]
SIGNED = ["云岭科学城管委会", "2026年3月5日"]


def box(page, x, y, width, lines, look):
    """Frame lines, each given as its text, its indent and its size, and return where the frame ends."""
    height = 12 + sum(1.45 * size for _, _, size in lines)
    page.pdf.set_fill_color(235, 238, 240)
    if look == "four rules":
        for a, b in (((x, y), (x + width, y)), ((x, y + height), (x + width, y + height)), ((x, y), (x, y + height))):
            page.pdf.line(*a, *b)
        page.pdf.line(x + width, y, x + width, y + height)
    else:
        page.pdf.rect(x, y, width, height, style={"rectangle": "D", "tint": "F"}[look])
    top = y + 4
    for text, indent, size in lines:
        top += 1.45 * size
        page.text(text, x + 6 + indent, top, size)
    return y + height


def notice(width, head, size=EM):
    """Return a notice as the lines of a box, `head` in `size`."""
    chars = int((width - 12) / EM)
    lines = [(head, (width - 12 - len(head) * size) / 2, size)]
    for text in NOTICE:
        lines += [(line, 0 if i else 2 * EM, EM) for i, line in enumerate(wrap(text, chars, 2, hang=False))]
    right = [(text, width - 12 - len(text) * EM * (0.7 if text[0] == "2" else 1), EM) for text in SIGNED]
    return lines + right


@pytest.mark.parametrize("look", ["rectangle", "four rules", "tint"])
@pytest.mark.parametrize("size", [EM, 10, 14])
@pytest.mark.parametrize("at_end", [False, True], ids=["between", "at the end"])
def test_a_notice_in_a_frame_is_an_article_and_the_one_around_goes_on_across_it(look, size, at_end):
    page = Page()
    page.text("实验室搬到车间旁", 40, 60, 20)
    page.column(set_lines(*ONE), 0, 80)
    lines = set_lines(*TWO)
    cut = len(lines) if at_end else 4  # within the first paragraph
    page.column(lines[:cut], 1, 80)
    x, width = 40 + CHARS * EM + 14, CHARS * EM
    end = box(page, x, 80 + cut * LEADING, width, notice(width, "公　告", size), look)
    page.column(lines[cut:], 1, end + 18)
    page.column(set_lines(*THREE), 2, 80)
    around, framed = page.read().articles
    assert texts_of(around, "paragraph") == [*ONE, *TWO, *THREE]
    assert (framed.title, texts_of(framed, "paragraph")) == ("公告", [*NOTICE, *SIGNED])


def test_a_notice_in_a_frame_over_two_columns_tears_neither():
    page = Page()
    page.text("实验室搬到车间旁", 40, 60, 20)
    lines = set_lines(*ONE, *TWO, *THREE)
    third = -(-len(lines) // 3)
    for number in range(3):
        page.column(lines[number * third : (number + 1) * third], number, 80)
    x, width = 40 + CHARS * EM + 14, 2 * CHARS * EM + 14
    box(page, x, 80 + third * LEADING, width, notice(width, "公　告"), "rectangle")
    around, framed = page.read().articles
    assert texts_of(around, "paragraph") == [*ONE, *TWO, *THREE]
    assert (framed.title, texts_of(framed, "paragraph")) == ("公告", [*NOTICE, *SIGNED])


@pytest.mark.parametrize("head", ["申报条件", "二、办理流程", "专栏1　实验室搬到车间旁"])
def test_a_part_of_an_article_in_a_frame_is_none_of_its_own(head):
    page = Page()
    page.text("实验室搬到车间旁", 40, 60, 20)
    page.text("本报记者　周　宁", 40, 80, EM)
    page.column(set_lines(*ONE), 0, 110)
    width = CHARS * EM
    inside = [(line, 2 * EM * (not i), EM) for i, line in enumerate(wrap(NOTICE[0], CHARS - 2, 2, hang=False))]
    lines = [(head, 0, EM + 1), *inside]
    end = box(page, 40 + CHARS * EM + 14, 110, width, lines, "tint")
    page.column(set_lines(*TWO), 1, end + 18)
    (article,) = page.read().articles
    assert article.title == "实验室搬到车间旁"
    assert NOTICE[0] in texts_of(article, "paragraph")


def test_a_frame_that_goes_on_in_the_next_column_is_read_as_the_columns_are():
    page = Page()
    page.text("实验室搬到车间旁", 40, 60, 20)
    page.text("本报记者　周　宁", 40, 80, EM)
    lines = set_lines(*ONE)
    page.column(lines, 0, 110)
    inside = [(line, 2 * EM * (not i), EM) for i, line in enumerate(wrap(NOTICE[0] * 2, CHARS - 2, 2, hang=False))]
    low = 110 + (len(lines) + 1) * LEADING
    box(page, 40, low, CHARS * EM, [("企业开办半日办结", 0, EM + 1), *inside[:2]], "tint")
    end = box(page, 40 + CHARS * EM + 14, 96, CHARS * EM, inside[2:], "tint")
    page.column(set_lines(*TWO), 1, end + 18)
    (article,) = page.read().articles
    assert NOTICE[0] * 2 in texts_of(article, "paragraph")


def test_a_tint_behind_a_headline_is_no_frame():
    page = Page()
    page.pdf.set_fill_color(235, 238, 240)
    page.pdf.rect(36, 36, 310, 56, style="F")
    page.text("实验室搬到车间旁", 40, 60, 20)
    page.text("本报记者　周　宁", 40, 80, EM)
    page.column(set_lines(*ONE), 0, 110)
    page.column(set_lines(*TWO), 1, 110)
    (article,) = page.read().articles
    assert (article.title, article.byline) == ("实验室搬到车间旁", "本报记者 周 宁")
    assert texts_of(article, "paragraph") == [*ONE, *TWO]


@pytest.mark.parametrize("middle", [False, True], ids=["left", "middle"])
def test_a_byline_whose_words_part_at_a_gutter_is_whole(middle):
    page = Page()
    chars, gap = 11, 12
    lines = [line for text in (ONE[:2], TWO[:2]) for line in narrow(text, chars)]
    each = -(-len(lines) // 3)
    page.text("一天签下二十三个项目", 40, 60, 20)
    words = ["本报记者 何一帆 通讯员", "欧阳静", "孙梅"]
    x = 40 + (3 * chars * EM + 2 * gap - 20 * EM) / 2 if middle else 40 + chars * EM + gap - 12 * EM
    for word in words:
        page.text(word, x, 78, EM)
        x += (len(word) - 2 * 0.5 * word.count(" ") + 1) * EM
    for number in range(3):
        for i, line in enumerate(lines[number * each : (number + 1) * each]):
            page.text(line, 40 + number * (chars * EM + gap), 96 + i * LEADING, EM)
    (article,) = page.read().articles
    assert texts_of(article, "paragraph") == [*ONE[:2], *TWO[:2]]
    assert article.byline == "本报记者 何一帆 通讯员 欧阳静 孙梅"


def narrow(paragraphs, chars):
    return [
        ("" if i else "　　") + line for text in paragraphs for i, line in enumerate(wrap(text, chars, 2, hang=False))
    ]


def captioned_photo(page, number, y, height):
    photo(page, number, y, height)
    page.text("图为园区一家企业的生产车间。", 40 + number * (CHARS * EM + 14), y + height + 10, 8)


def wide_lines(page, text, x, y):
    for i, line in enumerate(wrap(text, 34, 2, hang=False)):
        page.text(("" if i else "　　") + line, x, y + i * LEADING, EM)


def test_the_only_line_of_a_paragraph_below_a_photo_goes_on_in_the_next_column():
    page = Page()
    page.text("临江高新区引进十二个新材料项目", 40, 60, 26)
    first, second = set_lines(ONE[0]), set_lines(ONE[1])
    page.column(first, 0, 100)
    rows = len(first)
    captioned_photo(page, 1, 91, (rows - 3) * LEADING)
    page.column(second[:1], 1, 100 + (rows - 1) * LEADING)
    page.column(second[1:], 2, 100)
    wide_lines(page, TWO[0], 198, 130 + rows * LEADING)
    wide_lines(page, TWO[1], 198, 130 + (rows + 3) * LEADING)
    (article,) = page.read().articles
    assert texts_of(article, "paragraph")[:2] == ONE[:2]
    assert not article.subheads


def words(page, text, x, y, size):
    """Show words a character apart, as what shows no spaces does."""
    for word in text.split("　"):
        page.text(word, x, y, size)
        x += (len(word) + 1) * size


@pytest.mark.parametrize(
    "above",
    [[("从科研人员的书架到企业的货架", 12), ("临江高新区引进十二个新材料项目", 22)], []],
    ids=["kicker", "vertical headline"],
)
def test_a_byline_over_columns_is_whole_though_its_space_falls_between_them(above):
    page = Page()
    for i, (text, size) in enumerate(above):
        page.text(text, 40, 50 + 26 * i, size)
    words(page, "本报记者　周宁　通讯员　赵晓勇", 147, 98, 9.5)
    page.column(set_lines(*ONE), 0, 120)
    page.column(set_lines(*TWO), 1, 120)
    (article,) = page.read().articles
    assert article.byline == "本报记者 周宁 通讯员 赵晓勇"
    assert texts_of(article, "paragraph") == [*ONE, *TWO]


def test_a_subhead_in_larger_type_may_fill_its_column():
    page = Page()
    page.text("临江高新区引进十二个新材料项目", 40, 60, 22)
    page.column(set_lines(*ONE), 0, 90)
    page.text("老厂房里走出两家“领头羊”", 198, 90, 10.3)
    page.column(set_lines(*TWO), 1, 108)
    (article,) = page.read().articles
    assert article.subheads == ("老厂房里走出两家“领头羊”",)


@pytest.mark.parametrize("full", [True, False], ids=["a full line before it", "a short line before it"])
def test_a_kicker_in_the_type_of_the_text_is_no_paragraph_of_the_article_above(full):
    page = Page()
    page.text("临江高新区引进十二个新材料项目", 40, 60, 24)
    above = set_lines(ONE[0])
    ends = "园区里的企业今年多了一百余家。"
    above = [*above, *(["　　" + ends[1:]] if full else [])]
    for number in range(3):
        page.column(above, number, 90)
    foot = 130 + len(above) * LEADING
    page.text("一条产业链的转型", 40, foot, EM)
    for x, head, paragraphs in ((0, "一枚印章管审批", TWO), (2, "仪器向社会开放", THREE)):
        page.text(head, 40 + x * 158, foot + 20, 18)
        page.column(set_lines(*paragraphs), x, foot + 40)
    articles = page.read().articles
    assert [article.title for article in articles] == [
        "临江高新区引进十二个新材料项目", "一枚印章管审批", "仪器向社会开放",
    ]  # fmt: skip
    assert "一条产业链的转型" not in "".join(texts_of(articles[0], "paragraph"))
    assert texts_of(articles[1], "paragraph") == TWO


def under_lead(page, paragraphs=(ONE, TWO, THREE)):
    """Set a story over columns that end in one line, and return where the next one begins."""
    page.text("临江高新区引进十二个新材料项目", 40, 60, 26)
    columns = [set_lines(*told) for told in paragraphs]
    rows = min(map(len, columns))
    lines = [line for told in columns for line in told]
    for number in range(len(columns)):
        page.column(lines[number * rows : (number + 1) * rows], number, 90)
    return 90 + rows * LEADING, lines[: rows * len(columns)]


def solid(article):
    return "".join("".join(texts_of(article, "paragraph")).split())


@pytest.mark.parametrize("look", ["four rules", "rectangle", "tint"])
@pytest.mark.parametrize("kicker", [True, False])
def test_a_notice_in_a_frame_beside_the_headline_of_the_next_story_leaves_the_lead_whole(look, kicker):
    page = Page()
    y, lead = under_lead(page)
    if kicker:
        page.text("从苗圃到产业园的五年", 40, y + 16, 12)
    page.text("一枚印章管审批", 40, y + 38, 20)
    page.column(set_lines(*TWO), 0, y + 60)
    page.column(set_lines(*ONE), 1, y + 60)
    brief = [("园区短波", 30, 14), *((line, 4, EM) for line in wrap("　　" + FOUR[0], 14, 2, hang=False))]
    box(page, 356, y + 4, 150, brief, look)
    articles = page.read().articles
    assert [article.title for article in articles] == ["临江高新区引进十二个新材料项目", "一枚印章管审批", "园区短波"]
    assert solid(articles[0]) == "".join("".join(lead).split())
    assert texts_of(articles[1], "paragraph")[-len(TWO + ONE) :] == [*TWO, *ONE]


def test_a_headline_below_columns_that_end_level_begins_an_article_though_only_a_photo_stands_beside():
    page = Page()
    y, lead = under_lead(page)
    page.text("一枚印章管审批", 40, y + 30, 18)
    page.column(set_lines(*TWO), 0, y + 50)
    photo(page, 1, y + 14, 80)
    page.text("图为园区一家企业的生产车间。", 198, y + 104, 8)
    articles = page.read().articles
    assert [article.title for article in articles] == ["临江高新区引进十二个新材料项目", "一枚印章管审批"]
    assert solid(articles[0]) == "".join("".join(lead).split())
    assert texts_of(articles[1], "paragraph") == TWO


def test_what_goes_on_from_below_a_headline_to_the_top_of_the_next_column_is_its_own():
    page = Page()
    page.text("园区一周", 40, 60, 26)
    first, second = set_lines(ONE[0]), set_lines(*TWO)
    page.column(first, 0, 90)
    page.text("一枚印章管审批", 40, 90 + (len(first) + 1.5) * LEADING, 14)
    y = 90 + (len(first) + 3) * LEADING
    cut = next(i for i, line in enumerate(second, 1) if i > 2 and line[-1] not in "，。；" and len(line) == CHARS)
    page.column(second[:cut], 0, y)
    page.column(second[cut : cut + len(first)], 1, 90)
    assert any(texts_of(article, "paragraph")[:1] == TWO[:1] for article in page.read().articles)


def test_headlines_beside_each_other_in_unlike_type_head_an_article_each():
    page = Page()
    y, _ = under_lead(page)
    page.text("一枚印章管审批", 40, y + 34, 22)
    page.column(set_lines(*ONE), 0, y + 54)
    page.column(set_lines(*TWO), 1, y + 54)
    page.text("仪器向社会开放", 356, y + 30, 12.5)
    page.column(set_lines(*THREE), 2, y + 54)
    articles = page.read().articles
    assert [article.title for article in articles][1:] == ["一枚印章管审批", "仪器向社会开放"]
    assert texts_of(articles[2], "paragraph") == THREE


@pytest.mark.parametrize("byline", [True, False])
def test_paragraphs_of_one_line_each_stay_apart(byline):
    page = Page()
    page.text("临江高新区引进十二个新材料项目", 40, 60, 20)
    told = ["高新区出台二十条办法，奖励企业买设备。", "首批资金已经拨付到位。", "明年还将扩大范围，惠及更多小微企业。"]
    if byline:
        page.text("本报记者　周宁", 40, 80, EM)
    for i, text in enumerate(told):
        page.text("　　" + text, 40, 100 + i * LEADING, EM)
    (article,) = page.read().articles
    assert texts_of(article, "paragraph") == told
