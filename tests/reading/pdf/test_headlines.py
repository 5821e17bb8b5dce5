from __future__ import annotations

import pytest

from gxclassify.reading import read
from gxclassify.reading.pdf.lines import Piece
from gxclassify.reading.pdf.page import PageText
from gxclassify.reading.pdf.parse import read_pages
from gxclassify.reading.reader import document_from_parsed
from reading.pdfsheet import LEFT, PARAGRAPHS, TITLE, Sheet, paragraphs, told


def test_numbered_headings_are_subheads_of_one_article():
    sheet = Sheet()
    sheet.title(TITLE)
    for i, text in enumerate(told(8)):
        if i % 2 == 0:
            sheet.head("一二三四"[i // 2] + "、本部分工作")
        sheet.paragraph(text)
    document = read(sheet.data())
    assert [(a.title, len(a.subheads)) for a in document.articles] == [(TITLE, 4)]
    assert paragraphs(document) == told(8)


QUESTIONS = [(PARAGRAPHS[0], False), ("什么企业可以申报？", True), (PARAGRAPHS[1], False)]


def test_a_bold_question_is_a_headline_and_latin_headlines_keep_their_spaces():
    sheet = PageText(595, 842)
    y = 80.0
    for text, bold in (("Annual Report", True), ("of the Zone", True), *QUESTIONS):
        for start in range(0, len(text), 36):
            line = text[start : start + 36]
            left = [80.0 + 12 * i for i in range(len(line))]
            sheet.pieces.append(Piece(line, left, [x + 12 for x in left], y, 12 + 6 * (y < 120), (bold, bold)))
            y += 19.2 + 12 * bold
    document = document_from_parsed(read_pages([sheet]), name="x", encoding="pdf", kind="pdf")
    assert document.articles[0].title == "Annual Report of the Zone"
    assert [part.text for part in document.articles[0].parts if part.kind == "subhead"] == ["什么企业可以申报？"]


@pytest.mark.parametrize("listed", [["附件：1.企业申报书", "2.项目汇总表"], ["附件：企业申报书"]])
def test_what_is_attached_is_text(listed):
    sheet = Sheet()
    sheet.title("关于组织企业申报的通知")
    sheet.paragraph(PARAGRAPHS[0])
    sheet.head("一、申报条件", x=LEFT + 24)
    sheet.paragraph(PARAGRAPHS[1])
    for line in [*listed, "临江经济技术开发区管理委员会", "2026年5月8日"]:
        sheet.head(line, size=12, x=LEFT + 24)
    (article,) = read(sheet.data()).articles
    assert article.subheads == ("一、申报条件",)
    assert [p.text for p in article.paragraphs][2 : 2 + len(listed)] == listed


def test_numbered_lines_of_one_level_in_a_row_are_items():
    sheet = Sheet()
    sheet.title("标准厂房二期设计招标公告")
    sheet.head("一、项目基本情况", x=LEFT + 24, size=12)
    items = ["1.项目编号：LJ2026-018", "2.项目名称：标准厂房二期设计", "3.预算金额：320万元"]
    for item in items:
        sheet.head(item, x=LEFT + 24, size=12)
    sheet.head("二、申请人的资格要求", x=LEFT + 24, size=12)
    sheet.paragraph(PARAGRAPHS[0])
    (article,) = read(sheet.data()).articles
    assert article.subheads == ("一、项目基本情况", "二、申请人的资格要求")
    assert [p.text for p in article.paragraphs] == [*items, PARAGRAPHS[0]]


def test_numbered_headings_over_tables_stay_headings():
    sheet = Sheet()
    sheet.title("上半年招商情况")
    heads = ["一、签约情况", "二、开工情况", "三、投产情况"]
    for head in heads:
        sheet.head(head, x=LEFT + 24, size=12)
        sheet.table([("园区", "个数"), ("东区", "12"), ("西区", "9")], (100, 100), rules="grid")
    sheet.paragraph(PARAGRAPHS[0])
    assert read(sheet.data()).articles[0].subheads == tuple(heads)


def test_who_speaks_and_when_are_no_subheads():
    sheet = Sheet()
    sheet.title("在产业链招商推进会上的讲话")
    sheet.middle("管委会主任　周　宁", sheet.y)
    sheet.middle("（2026年6月30日）", sheet.y + 19)
    sheet.y += 50
    for text in PARAGRAPHS[:3]:
        sheet.paragraph(text)
    (article,) = read(sheet.data()).articles
    assert article.subheads == ()
    assert article.byline is not None
    assert "".join(article.byline.split()) == "管委会主任周宁"


def book(cover: float) -> Sheet:
    """Set two chapters with numbered sections, a remark beside the text of one, under a title in type of this size."""
    sheet = Sheet()
    sheet.title("临江高新区管理手册", cover)
    for _ in range(3):
        sheet.page()
        sheet.paragraph(PARAGRAPHS[0])
    for i, chapter in enumerate(("园区概况", "项目管理"), start=1):
        sheet.page()
        sheet.title(chapter, 24)
        for k in (1, 2):
            sheet.head(f"{i}.{k} 本节的工作内容", 16)
            sheet.paragraph(PARAGRAPHS[2 * i + k])
            sheet.paragraph(PARAGRAPHS[k])
    sheet.y += 20
    for x, text in ((LEFT, "企业登记表的样式，左边"), (330, "是填好以后的样式，右边")):
        for row in range(2):
            sheet.text(text, x, sheet.y + 18 * row)
    sheet.y += 60
    return sheet


def test_a_book_with_something_beside_its_text_on_one_page_is_no_newspaper():
    document = read(book(18).data())
    assert [a.title for a in document.articles] == ["临江高新区管理手册", "园区概况", "项目管理"]
    assert document.articles[1].subheads == ("1.1 本节的工作内容", "1.2 本节的工作内容")


def test_the_title_of_a_document_stands_on_its_first_page():
    sheet = book(20)
    sheet.text("样", LEFT, sheet.y, 40)  # of a large letter
    titles = [a.title for a in read(sheet.data()).articles]
    assert titles == ["临江高新区管理手册"]


def test_a_bold_item_of_a_list_is_no_headline():
    sheet = PageText(595, 842)
    y = 80.0
    for text, bold in (
        (PARAGRAPHS[0][:33], False),
        ("•按月报送项目进度", True),
        ("•按季汇总", False),
        (PARAGRAPHS[1][:33], False),
    ):
        edges = [LEFT + 12.0 * k for k in range(len(text) + 1)]
        sheet.pieces.append(Piece(text, edges[:-1], edges[1:], y, 12, (1 + bold, bold), (0, 0, 0, 255)))
        sheet.held += len(text)
        y += 24
    document = document_from_parsed(read_pages([sheet]), name="p", encoding="", kind="pdf")
    assert "•按月报送项目进度" in paragraphs(document)
