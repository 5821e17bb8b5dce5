from __future__ import annotations

import pytest

from gxclassify.reading import read
from reading.pdfsheet import LEFT, PARAGRAPHS, TITLE, Sheet, check, paragraphs, report, told


@pytest.mark.parametrize(("indent", "gap"), [(2, 0), (0, 10), (2, 8)])
def test_paragraphs_are_whole_across_pages(indent, gap):
    document = read(report(indent=indent, gap=gap).data())
    assert paragraphs(document) == told()
    check(document)


def test_items_whose_number_hangs_out_are_whole():
    sheet = Sheet()
    sheet.paragraph(PARAGRAPHS[0])
    for i, text in enumerate(told(4)[1:], start=1):
        sheet.text(f"（{i}）", LEFT, sheet.y)
        sheet.paragraph(text, x=LEFT + 36, width=394, indent=0)
    assert paragraphs(read(sheet.data())) == [PARAGRAPHS[0], *(f"（{i}）{PARAGRAPHS[i]}" for i in range(1, 4))]


def test_a_ragged_line_goes_on_where_white_parts_the_paragraphs():
    sheet = Sheet()
    for text in PARAGRAPHS[:5]:
        lines = [text[i : i + 33] for i in range(0, len(text), 33)]  # so many characters, however wide
        for line in lines:
            sheet._line(line, LEFT, 12)
        sheet.y += 14
    assert paragraphs(read(sheet.data())) == PARAGRAPHS[:5]


def test_each_point_of_a_list_is_a_paragraph_however_full_its_lines_are():
    points = [
        f"{mark} 园区今年新增{number}家规上企业和一批专精特新企业" for mark, number in zip("•••", "三五七", strict=True)
    ]
    sheet = Sheet()
    sheet.title("入园企业名录更新")
    for point in points:
        sheet.head(point)
    assert [p.text for p in read(sheet.data()).articles[0].paragraphs] == points


@pytest.mark.parametrize("inset", [36, 48])
def test_a_quotation_that_is_set_in_at_both_sides_is_one_paragraph(inset):
    sheet = report(count=2)
    sheet.paragraph(PARAGRAPHS[2], x=LEFT + inset, width=430 - 2 * inset, size=10.5)
    sheet.paragraph(PARAGRAPHS[3])
    assert paragraphs(read(sheet.data())) == PARAGRAPHS[:4]


def test_what_is_set_in_without_an_indent_of_its_own_stays_apart():
    sheet = report(count=2)
    lines = [
        "2019年6月30日临江市第十届人民代表大会常务委员会通过",
        "2024年8月31日临江市第十二届人民代表大会常务委员会修订",
    ]
    for line in lines:
        sheet.head(line, size=12, x=LEFT + 48)
    assert paragraphs(read(sheet.data()))[2:] == lines


def test_a_block_that_is_set_in_below_a_point_that_was_drawn_is_one_paragraph():
    sheet = report(count=1)
    sheet.paragraph(PARAGRAPHS[1], x=LEFT + 30, width=400, indent=0)
    sheet.paragraph(PARAGRAPHS[2])
    assert paragraphs(read(sheet.data())) == PARAGRAPHS[:3]


@pytest.mark.parametrize(
    "lines",
    [
        ["企业名称：临江云帆碳纤维科技有限公司", "统一代码：9132040018XXXX0019AB", "成立日期：2019年3月18日上午"],
        ["[1] Zhou N. The chain of industries. 2025.", "[2] Lin X. On parks of industries. 2024."],
        ["摘要：园区研究了产业链招商的做法，分析了其中成效。", "关键词：产业链；招商引资；高新技术产业开发区"],
    ],
)
def test_entries_of_a_form_and_references_stay_apart_however_full_their_lines(lines):
    sheet = Sheet()
    sheet.title(TITLE)
    for line in lines:
        sheet.head(line, size=12)
    assert [p.text for p in read(sheet.data()).articles[0].paragraphs] == lines


def test_an_address_of_the_web_goes_on_in_the_next_line():
    sheet = report(count=1)
    sheet.head("材料请从政务网（https://zwfw.linjiang.example.cn/apply/", size=12, x=LEFT + 24)
    sheet.head("2026/detail?id=18）下载，逾期不予受理。", size=12)
    assert paragraphs(read(sheet.data()))[1] == (
        "材料请从政务网（https://zwfw.linjiang.example.cn/apply/2026/detail?id=18）下载，逾期不予受理。"
    )


def test_the_number_at_the_right_edge_is_no_part_of_what_stands_below_it():
    sheet = Sheet()
    sheet.title("民事判决书")
    sheet.head("（2026）临0499民初128号", size=12, x=370)
    sheet.paragraph("原告：临江云帆科技有限公司，住所地临江高新区东区八号。", indent=0)
    assert next(p.text for p in read(sheet.data()).articles[0].paragraphs) == "（2026）临0499民初128号"


def test_the_first_paragraph_may_be_set_in_larger_type():
    sheet = Sheet()
    sheet.title(TITLE, size=24)
    sheet.paragraph(PARAGRAPHS[0], size=14.5)
    for text in PARAGRAPHS[1:6]:
        sheet.paragraph(text)
    document = read(sheet.data())
    assert document.articles[0].subheads == ()
    assert paragraphs(document) == PARAGRAPHS[:6]


def test_the_day_of_a_signature_at_the_right_edge_ends_the_page():
    sheet = report(count=3)
    sheet.y += 20
    for text in ("临江高新区管理委员会", "2026年4月18日"):
        sheet.text(text, LEFT + 430 - sheet.pdf.get_string_width(text), sheet.y, 12)
        sheet.y += 20
    sheet.page()
    sheet.text("附件", LEFT, sheet.y, 12)
    sheet.y += 40
    sheet.paragraph(PARAGRAPHS[3])
    found = [p.text for article in read(sheet.data()).articles for p in article.paragraphs]
    assert "2026年4月18日" in found
    assert not any(text.startswith("2026年4月18日附") for text in found)


def test_who_wrote_a_brief_ends_it_though_the_line_is_nearly_full():
    brief = "青浦湾经开区举办用工对接会，八十家企业提供岗位二千个。"
    sheet = report(count=3)
    sheet.paragraph(f"{brief}（孙悦）")
    sheet.page()
    sheet.paragraph("园区管委会近日发布消息，今年的企业服务月定在六月。", indent=0)
    assert not any(text.startswith(brief) and "园区" in text for text in paragraphs(read(sheet.data())))


def test_lines_that_each_end_a_sentence_are_paragraphs_of_one_line():
    sheet = Sheet(size=(842, 595))
    sheet.title("招商工作汇报")
    lines = [
        f"{day}日，园区新签约项目{n}个，总投资{n * 3}亿元，全部进入开工准备阶段，各部门按周调度。"
        for day, n in ((3, 12), (8, 15), (9, 21))
    ]
    for text in lines:
        sheet.text(text, LEFT, sheet.y)
        sheet.y += 19.2
    document = read(sheet.data())
    check(document)
    assert paragraphs(document) == lines


def test_a_short_line_below_a_full_one_and_over_an_indent_is_a_subhead():
    sheet = Sheet()
    sheet.title(TITLE)
    line = "管委会把每周三定为企业接待日，当场能办的当场办，办不了的限期答复。"
    sheet.paragraph(PARAGRAPHS[0])
    sheet.paragraph(line[-33:], width=12 * 35)
    sheet.text("把人才留下来", LEFT, sheet.y)
    sheet.y += 19.2
    sheet.paragraph(PARAGRAPHS[1])
    document = read(sheet.data())
    check(document)
    assert document.articles[0].subheads == ("把人才留下来",)
    assert paragraphs(document) == [PARAGRAPHS[0], line[-33:], PARAGRAPHS[1]]


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        (["本报记者 何一帆 通讯员", "孙梅"], "本报记者 何一帆 通讯员 孙梅"),
        (["（本报记者 何一帆 通讯", "员 孙梅）"], "本报记者 何一帆 通讯员 孙梅"),
        (["记者 何一帆 通讯员 孙", "梅"], "记者 何一帆 通讯员 孙梅"),
        (["本报记者 孙梅/文 高翔/图"], "本报记者 孙梅/文 高翔/图"),
        (["本报记者 孙梅/文 高翔/摄"], "本报记者 孙梅/文 高翔/摄"),
        (["本报记者 何一帆", "刘思远/文 高翔/图"], "本报记者 何一帆 刘思远/文 高翔/图"),
    ],
)
def test_a_wrapped_byline_is_no_paragraph(lines, whole):
    sheet = Sheet()
    sheet.head("云汀高新区链出一片天", 16)
    for line in lines:
        sheet._line(line, LEFT, 12)
    for text in PARAGRAPHS[:4]:
        sheet.paragraph(text, width=12 * 12.5)
    document = read(sheet.data())
    assert [(article.title, article.byline) for article in document.articles] == [("云汀高新区链出一片天", whole)]
    assert paragraphs(document) == PARAGRAPHS[:4]
    check(document)


def issued(*lines, marks=()):
    """Return a document whose `marks`, and then lines in the middle, stand over paragraphs; size 0: at the left."""
    sheet = Sheet()
    for text in marks:
        sheet._line(text, LEFT, 12)
    for text, size in lines:
        if size:
            sheet.middle(text, sheet.y, size)
            sheet.y += 1.6 * size
        else:
            sheet._line(text, LEFT, 12)
    sheet.y += 10
    for text in PARAGRAPHS[:4]:
        sheet.paragraph(text)
    document = read(sheet.data())
    check(document)
    return document


def assert_titled(document, title):
    assert (document.articles[0].title, document.articles[0].subheads) == (title, ())
    assert paragraphs(document) == PARAGRAPHS[:4]


@pytest.mark.parametrize("size", [12, 20])
@pytest.mark.parametrize(
    "title", [["关于印发", "《临江高新区人才公寓管理办法》", "的通知"], ["临江高新区2026年度", "招商工作方案"]]
)
def test_a_title_of_several_lines_below_a_letterhead_is_whole_in_the_type_of_the_text_too(title, size):
    head = [("临江高新技术产业开发区管理委员会文件", 12), ("临高管发〔2026〕4号", 12)]
    assert_titled(issued(*head, *((text, size) for text in title)), "".join(title))


@pytest.mark.parametrize("number", ["临高管发〔2026〕4号", "临高管发〔2026〕4号　　签发人：周宁"])
@pytest.mark.parametrize("marks", [["特急"], ["000012", "机密★1年", "特急"], ["000012　　　机密★1年　　　特急"]])
def test_how_secret_and_urgent_a_document_is_stands_apart_from_its_title(marks, number):
    title = "关于做好2026年招商引资工作的通知"
    head = [("临江高新技术产业开发区管理委员会文件", 12), (number, 12), (title, 12)]
    assert_titled(issued(*head, marks=marks), title)


def test_a_word_between_paragraphs_is_no_mark_of_a_letterhead():
    sheet = Sheet()
    sheet.title(TITLE)
    for text in (PARAGRAPHS[0], "特急", PARAGRAPHS[1]):
        sheet.paragraph(text)
    document = read(sheet.data())
    assert "特急" in [*document.articles[0].subheads, *paragraphs(document)]


def test_number_office_and_day_below_a_title_are_no_subheads():
    title = "临江高新区管理委员会专题会议纪要"
    below = [("〔2026〕5号", 12), ("临江高新区党政办公室　　　　2026年3月5日", 0)]
    assert_titled(issued((title, 20), *below), title)


@pytest.mark.parametrize("offices", [["临江高新区管理委员会"], ["中共临江高新区工作委员会", "临江高新区管理委员会"]])
def test_large_offices_over_the_title_of_what_they_issue_are_no_title(offices):
    title = "关于征集科技创新券服务机构的公告"
    assert_titled(issued(*((office, 26) for office in offices), (title, 16)), title)
