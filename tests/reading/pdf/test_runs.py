from __future__ import annotations

import pytest

from gxclassify.reading import read
from gxclassify.reading.pdf.runs import find_runs, without_shadows
from reading.pdfsheet import LEFT, PARAGRAPHS, TITLE, Sheet, check, paragraphs, report
from reading.pieces import line, texts


def test_what_is_drawn_twice_at_one_place_stands_once():
    runs, twins = without_shadows(find_runs(line("甲乙丙", 0, 10) + line("甲乙丙", 1, 11)))
    assert [run.text for run in runs] == [run.text for run in twins] == ["甲乙丙"]


def test_loosely_set_letters_and_figures_stay_together():
    assert texts(line("甲乙丙与AMD丁戊己庚辛壬癸", 0, 10, spacing=4)) == ["甲乙丙与AMD丁戊己庚辛壬癸"]


def test_words_parted_by_white_alone_get_a_space():
    assert texts([*line("Science", 0, 10), *line("Park", 38, 10)]) == ["Science Park"]


def test_an_exponent_stands_in_its_line():
    assert texts([*line("面积十二", 0, 20), *line("m", 40, 20), *line("2", 45, 16, 6), *line("左右", 48, 20)]) == [
        "面积十二m2左右"
    ]


def words(*texts, gap, spacing=0.0, y=10.0):
    """Return words on one baseline with white between, each a piece of its own."""
    pieces, x = [], 0.0
    for text in texts:
        pieces += line(text, x, y, spacing=spacing)
        x = pieces[-1].right[-1] + gap
    return pieces


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (("一条产业链", "五年三百亿"), "一条产业链 五年三百亿"),
        (("通讯员", "祁连", "记者", "安宁"), "通讯员 祁连 记者 安宁"),
        (("检测样品。程一诺", "摄"), "检测样品。程一诺 摄"),
    ],
)
def test_chinese_words_apart_in_a_tightly_set_line_get_a_space(parts, told):
    assert texts(words(*parts, gap=3)) == [told]


@pytest.mark.parametrize("spacing", [0.0, 1.0, 3.0])
def test_a_line_that_is_filled_up_gets_no_spaces(spacing):
    stretched = [line("甲乙丙丁", 0, 10, spacing=spacing), line("，戊己", 43 + 3 * spacing, 10, spacing=spacing)]
    rest = line("庚辛壬癸", stretched[1][0].right[-1] + 3, 10, spacing=spacing)
    assert texts([*stretched[0], *stretched[1], *rest]) == ["甲乙丙丁，戊己庚辛壬癸"]


def test_an_upright_rule_parts_what_stands_without_white_between():
    one, two = line("甲乙丙丁戊己", 0, 10), line("庚辛壬", 61, 10)
    rules = [(40.0, 0.0, 40.0, 12.0), (60.5, 0.0, 60.5, 12.0), (20.0, 30.0, 20.0, 50.0)]
    assert [run.text for run in find_runs([*one, *two], rules)] == ["甲乙丙丁", "戊己", "庚辛壬"]
    through = [(45.0, 0.0, 45.0, 12.0)]  # a rule through a character is a stroke over it
    assert [run.text for run in find_runs(one, through)] == ["甲乙丙丁戊己"]


@pytest.mark.parametrize("spacing", [1.5, 3])
def test_loosely_set_words_and_figures_are_whole(spacing):
    text = "园区与AMD、TCL签订5G联合实验室协议，总投资12.5亿元，其中R&D投入占比超过30%，2026年10月12日开工。"
    sheet = Sheet()
    sheet.pdf.set_char_spacing(spacing)
    sheet.paragraph(text)
    assert paragraphs(read(sheet.data())) == [text]


def test_letters_that_are_lowered_do_not_part_a_line():
    sheet = report(count=3)
    texts = ["在排版系统T", "的基础上开发的宏集用于排版数学公式和许多科技类的书籍。"]
    for _ in range(4):
        x = LEFT + 24
        for text in (texts[0], "E", "X" + texts[1]):
            sheet.pdf.set_font("body", size=12)
            sheet.text(text, x, sheet.y + (text == "E") * 0.22 * 12)
            x += sheet.pdf.get_string_width(text) - 1.5
        sheet.y += 19.2
    document = read(sheet.data())
    assert paragraphs(document)[-4:] == [f"{texts[0]}EX{texts[1]}"] * 4
    check(document)


def test_a_first_letter_that_is_set_large_belongs_to_its_paragraph():
    text = (
        "临江高新区把半年来的做法编成手册，发给每一名招商人员，要求他们熟悉每条产业链的上下游，"
        "说得清缺什么、补什么、找谁补，还要说得清园区能给企业什么。"
    )
    sheet = Sheet()
    sheet.title(TITLE)
    sheet.text(text[0], LEFT, sheet.y + 20, 38)
    shift = 44
    for i in range(2):
        sheet.text(text[1 + 32 * i : 33 + 32 * i], LEFT + shift, sheet.y, 12)
        sheet.y += 19.2
    sheet.text(text[65:], LEFT, sheet.y, 12)
    sheet.y += 19.2
    sheet.paragraph(PARAGRAPHS[0])
    document = read(sheet.data())
    check(document)
    assert document.articles[0].title == TITLE
    assert paragraphs(document) == [text, PARAGRAPHS[0]]


def test_a_name_in_brackets_with_white_of_a_character_stays_in_one_run():
    assert [run.text for run in find_runs(words("签约。（孔", "明）", gap=10))] == ["签约。（孔 明）"]
    assert len(find_runs(words("签约。（孔", "明）", gap=14))) == 2
    assert len(find_runs(words("签约（三月", "五日开工", gap=10))) == 2


def test_first_letters_set_large_stand_over_short_paragraphs_and_in_several_articles():
    texts = [
        f"{first}江高新区把半年来的做法编成手册，发给每一名招商人员，要求他们熟悉每条产业链的上下游。"
        for first in "临滨"
    ]
    sheet = Sheet()
    for head, text in zip((TITLE, "滨江高新区的做法"), texts, strict=True):
        sheet.title(head)
        sheet.text(text[0], LEFT, sheet.y + 20, 38)
        for i in range(2):
            sheet.text(text[1 + 32 * i : 33 + 32 * i], LEFT + 44, sheet.y, 12)
            sheet.y += 19.2
        sheet.paragraph(PARAGRAPHS[0])
        sheet.y += 20
    document = read(sheet.data())
    check(document)
    assert [article.title for article in document.articles] == [TITLE, "滨江高新区的做法"]
    assert paragraphs(document) == [texts[0], PARAGRAPHS[0], texts[1], PARAGRAPHS[0]]
