"""What pages hold beside plain columns: heads and feet, tables, contents, watermarks, hidden text, turned pages."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image

from gxclassify.errors import InputError
from gxclassify.reading import read
from gxclassify.reading.pdf import read_pages
from gxclassify.reading.pdf_page import PageText
from gxclassify.reading.pdf_tables import take_tables
from gxclassify.reading.reader import document_from_parsed
from gxclassify.reading.reading_order import Piece, Run
from reading.checks import assert_nothing_lost, assert_spans_hold
from reading.pdfsheet import LEFT, PARAGRAPHS, Sheet

TITLE = "临江高新区上半年工作报告"


def report(furniture=None, count=24, **kwargs):
    sheet = Sheet(furniture)
    sheet.title(TITLE)
    for i in range(count):
        sheet.paragraph(PARAGRAPHS[i % len(PARAGRAPHS)], **kwargs)
    return sheet


def told(count=24):
    return [PARAGRAPHS[i % len(PARAGRAPHS)] for i in range(count)]


def paragraphs(document, kind="paragraph"):
    return [p.text for article in document.articles for p in article.paragraphs if p.kind == kind]


def kinds(document):
    return {repair.kind for repair in document.repairs} | {notice.kind for notice in document.notices}


def check(document):
    assert "lost" not in document.characters
    assert_nothing_lost(document)
    assert_spans_hold(document)


def small_head(sheet):
    sheet.middle("临江高新区管委会", 40, 9)


FURNITURE = {
    "head": small_head,
    "page-of": lambda s: s.middle(f"第 {s.number} 页 共 3 页", 815, 9),
    "dashes": lambda s: s.middle(f"— {s.number} —", 815),
    "slash": lambda s: s.text(f"{s.number}/12", 500, 815, 9),
    "plain": lambda s: s.text(str(s.number), 300, 800),
    "roman": lambda s: s.middle(["ⅰ", "ⅱ", "ⅲ", "ⅳ"][s.number - 1], 815, 10),
    "words": lambda s: s.middle("第" + "一二三四"[s.number - 1] + "页", 815, 10),
    "head-and-number": lambda s: (s.text("临江高新区年报", LEFT, 50, 9), s.text(str(s.number), 480, 50, 9)),
    "odd-and-even": lambda s: s.middle("临江高新区" if s.number % 2 else "第二章 总体要求", 45, 9),
    "foot-and-number": lambda s: (s.text("内部资料", 60, 815, 9), s.text(f"- {s.number} -", 500, 815, 9)),
}


@pytest.mark.parametrize("furniture", FURNITURE.values(), ids=FURNITURE)
def test_heads_feet_and_page_numbers_are_furniture(furniture):
    document = read(report(furniture).data())
    assert [article.title for article in document.articles] == [TITLE]
    assert paragraphs(document) == told()
    assert kinds(document) == {"furniture"}
    check(document)


def test_paragraphs_know_their_page_and_box():
    document = read(report(small_head).data())
    found = document.articles[0].paragraphs
    assert [p.page for p in found] == sorted(p.page for p in found)
    assert found[-1].page > 1
    assert all(p.box[0] >= LEFT - 1 and p.box[2] <= LEFT + 445 and p.box[1] < p.box[3] for p in found)


@pytest.mark.parametrize(("indent", "gap"), [(2, 0), (0, 10), (2, 8)])
def test_paragraphs_are_whole_across_pages(indent, gap):
    document = read(report(indent=indent, gap=gap).data())
    assert paragraphs(document) == told()
    check(document)


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


def test_a_title_of_two_lines_under_a_letterhead_is_one():
    sheet = Sheet()
    sheet.title("临江高新区管理委员会文件", 34)
    sheet.title("临高管〔2026〕12号", 14)
    for text in ("临江高新区管委会关于印发支持企业加大研发", "投入若干措施的通知"):
        sheet.middle(text, sheet.y, 20)
        sheet.y += 28
    for text in told(4):
        sheet.paragraph(text)
    document = read(sheet.data())
    assert document.articles[0].title == "临江高新区管委会关于印发支持企业加大研发投入若干措施的通知"
    assert document.articles[0].subheads == ()
    assert document.characters["furniture"] == len("临江高新区管理委员会文件临高管〔2026〕12号")
    assert paragraphs(document) == told(4)


ROWS = [
    ("企业", "产值（亿元）", "增长"),
    ("华晶材料", "38.5", "12.1%"),
    ("佰泽生物", "12.0", "8.4%"),
    ("园区水务", "2.6", "3.0%"),
]


@pytest.mark.parametrize("rules", ["grid", "three", "no"])
def test_tables_are_rows_apart_from_the_text(rules):
    sheet = report(small_head, 1)
    sheet.table(ROWS, [140, 140, 140], rules=rules)
    sheet.paragraph(PARAGRAPHS[1])
    document = read(sheet.data())
    assert paragraphs(document, "table") == ["\t".join(row) for row in ROWS]
    assert paragraphs(document) == told(2)
    check(document)


def test_a_cell_of_several_lines_is_one_cell():
    sheet = report(count=1)
    sheet.table(
        [("1", "先进封装\n实验室", "购置仪器\n十二台"), ("2", "中水厂", "三条产线")], [60, 170, 200], rules="grid"
    )
    document = read(sheet.data())
    assert paragraphs(document, "table") == ["1\t先进封装实验室\t购置仪器十二台", "2\t中水厂\t三条产线"]


@pytest.mark.parametrize("leader", [".", "…", ""])
def test_a_list_of_contents_is_one_part(leader):
    sheet = Sheet()
    sheet.title("目　录", 18)
    entries = [("第一章 发展基础", 1), ("第一节 主要成就", 4), ("第二章 总体要求", 7), ("第三章 保障", 12)]
    for entry, number in entries:
        sheet.text(entry + leader * 20 + (str(number) if leader else ""), LEFT, sheet.y)
        if not leader:
            sheet.text(str(number), 480, sheet.y)
        sheet.y += 24
    sheet.page()
    sheet.head("第一章 发展基础", 16)
    for text in told(3):
        sheet.paragraph(text)
    document = read(sheet.data())
    parts = [part.text for article in document.articles for part in article.parts if part.kind == "contents"]
    assert parts == ["\n".join(["目录", *(f"{entry}\t{number}" for entry, number in entries)])]
    assert paragraphs(document) == told(3)
    check(document)


def tiles(sheet, color):
    sheet.pdf.set_text_color(*color)
    for i in range(5):
        for j in range(8):
            sheet.text("内部资料", 47 + 113 * i, 66 + 97 * j, 10)


def slanting(sheet, color):
    sheet.pdf.set_text_color(*color)
    with sheet.pdf.rotation(30, 300, 300):
        sheet.text("征求意见稿", 200, 300, 40)


def large(sheet, color):
    sheet.pdf.set_text_color(*(max(c, 220) for c in color))
    sheet.text("征求意见稿", 100, 240, 60)


@pytest.mark.parametrize("color", [(210, 210, 210), (0, 0, 0)], ids=["pale", "black"])
@pytest.mark.parametrize("mark", [tiles, slanting, large])
def test_watermarks_are_named_and_not_read(mark, color):
    sheet = report(count=5)
    mark(sheet, color)
    document = read(sheet.data())
    assert paragraphs(document) == told(5)
    assert kinds(document) == {"watermark"}
    check(document)


def white(sheet):
    sheet.pdf.set_text_color(255, 255, 255)
    sheet.text("招商引资产业园区", LEFT, 700)


def invisible(sheet):
    from fpdf.enums import TextMode  # noqa: PLC0415

    sheet.pdf.text_mode = TextMode.INVISIBLE
    sheet.y = 140.5
    for text in told(4):
        sheet.paragraph(text)


@pytest.mark.parametrize(
    "hide", [white, invisible, lambda s: s.text("看不见的字", LEFT, 700, 1)], ids=["white", "layer", "tiny"]
)
def test_hidden_text_is_named_and_not_read(hide):
    sheet = report(count=4)
    hide(sheet)
    document = read(sheet.data())
    assert paragraphs(document) == told(4)
    assert kinds(document) == {"hidden"}
    check(document)


def picture(sheet):
    out = io.BytesIO()
    Image.new("L", (200, 280), 250).save(out, "PNG")
    sheet.pdf.image(out, 0, 0, 595, 842)


def test_the_text_of_a_scan_by_ocr_is_read():
    sheet = Sheet()
    picture(sheet)
    invisible(sheet)
    assert paragraphs(read(sheet.data())) == told(4)


def test_a_scanned_page_among_others_is_named():
    sheet = report(count=3)
    sheet.page()
    picture(sheet)
    sheet.text("扫描仪 创建", 450, 820, 9)
    document = read(sheet.data())
    assert [(n.kind, n.place) for n in document.notices] == [("no_text", "page 2")]
    assert paragraphs(document) == told(3)


def test_scans_with_a_stamp_are_refused():
    sheet = Sheet(lambda s: (picture(s), s.text("扫描仪 创建", 450, 820, 9)))
    sheet.page()
    with pytest.raises(InputError, match="run OCR"):
        read(sheet.data())


def test_fonts_that_do_not_tell_their_characters_are_refused():
    with pytest.raises(InputError, match="cannot be decoded"):
        read(report().data().replace(b"/ToUnicode", b"/Unknown00"))


def test_a_page_that_cannot_be_decoded_is_named():
    sheet = report(count=3)
    sheet.page()
    sheet.pdf.set_font("helvetica", size=12)
    for row in range(20):
        line = "".join(chr(33 + (37 * row + 7 * i * i + 13 * i) % 90) for i in range(60))
        sheet.pdf.text(LEFT, TOP_OF_PAGE + 19 * row, line)
    document = read(sheet.data())
    assert [(n.kind, n.place) for n in document.notices] == [("not_prose", "page 2")]
    assert paragraphs(document) == told(3)
    check(document)


TOP_OF_PAGE = 100.0


@pytest.mark.parametrize("angle", [-2.5, 1, 90, 180, 270])
def test_turned_and_leaning_pages_are_straightened(angle):
    sheet = Sheet(size=(800, 800))
    with sheet.pdf.rotation(angle, 400, 400):
        sheet.y = 160
        sheet.title(TITLE)
        for text in told(5):
            sheet.paragraph(text, x=180)
    document = read(sheet.data())
    assert [article.title for article in document.articles] == [TITLE]
    assert paragraphs(document) == told(5)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_the_rotation_of_a_page_does_not_matter(turn):
    import pypdfium2  # noqa: PLC0415

    pdf = pypdfium2.PdfDocument(report(count=5).data())
    pdf[0].set_rotation(turn)
    out = io.BytesIO()
    pdf.save(out)
    assert paragraphs(read(out.getvalue())) == told(5)


def test_text_outside_the_crop_box_is_named_and_not_read():
    import pypdfium2  # noqa: PLC0415

    sheet = report(count=5)
    sheet.text("页边外的说明", LEFT, 820)
    pdf = pypdfium2.PdfDocument(sheet.data())
    pdf[0].set_cropbox(0, 60, 595, 842)
    out = io.BytesIO()
    pdf.save(out)
    document = read(out.getvalue())
    assert paragraphs(document) == told(5)
    assert kinds(document) == {"outside"}


def downwards(sheet, text, x, *, top, size, most, indent=0):
    k = indent
    for char in text:
        if k == most:
            x, k = x - 1.8 * size, 0
        sheet.text(char, x, top + 1.15 * size * k, size)
        k += 1
    return x - 1.8 * size


def test_vertical_text_is_read_from_right_to_left():
    sheet = Sheet()
    x = downwards(sheet, "临江高新区工作纪实", 520, top=100, size=20, most=30) - 10
    for text in told(3):
        x = downwards(sheet, text, x, top=100, size=11, most=40, indent=2)
    document = read(sheet.data())
    assert [article.title for article in document.articles] == ["临江高新区工作纪实"]
    assert paragraphs(document) == told(3)


@pytest.mark.parametrize("askew", [0, 1.4], ids=["set well", "marks over their neighbours"])
def test_figures_and_words_that_lie_on_their_side_stay_in_their_columns(askew):
    sheet = Sheet()
    texts = [
        "高新区去年签约128个项目，总投资96.5亿元，其中制造业项目占七成以上，用地全部落实，比上年多出三成。",
        "园区的检测平台可以做electromagnetic测试，服务企业600多家，收费比市场价低四成，还为初创企业减免。",
    ] * 2
    x, size, most = 520, 11, 26
    for text in texts:
        k = 2.0
        for unit in re.findall(r"[A-Za-z0-9.]+|.", text):
            if k >= most:
                x, k = x - 1.8 * size, 0.0
            y = 100 + 1.15 * size * k
            if unit.isascii():
                top = y - 0.88 * size
                with sheet.pdf.rotation(-90, x + 0.15 * size, top):
                    sheet.text(unit, x + 0.15 * size, top, size)
                k += sheet.pdf.get_string_width(unit) / (1.15 * size) + 0.1
            else:
                sheet.text(unit, x, y - (askew * size if unit == "，" else 0), size)
                k += 1
        x -= 1.8 * size
    document = read(sheet.data())
    assert paragraphs(document) == texts
    check(document)


def test_a_vertical_headline_does_not_break_the_page():
    sheet = Sheet()
    downwards(sheet, "临江高新区纪实", 530, top=110, size=24, most=30)
    for text in told(5):
        sheet.paragraph(text, width=420)
    document = read(sheet.data())
    assert document.articles[0].title == "临江高新区纪实"
    assert paragraphs(document) == told(5)


@pytest.mark.parametrize("right", [True, False], ids=["on the right", "on the left"])
@pytest.mark.parametrize(
    ("heads", "most"), [(["储能平台今天投用", "夜航常态化运行"], 30), (["储能平台今天投用", "夜航常态化运行"], 7)]
)
def test_each_vertical_headline_heads_the_text_beside_it(right, heads, most):
    sheet = Sheet()
    texts = [told(3), PARAGRAPHS[3:6]]
    for head, text in zip(heads, texts, strict=True):
        downwards(sheet, head, 540 if right else 80, top=sheet.y + 8, size=20, most=most)
        for paragraph in text:
            sheet.paragraph(paragraph, x=80 if right else 120, width=380)
        sheet.y += 120
    document = read(sheet.data())
    check(document)
    assert [article.title for article in document.articles] == heads
    assert [[paragraph.text for paragraph in article.paragraphs] for article in document.articles] == texts


@pytest.mark.parametrize("spacing", [1.5, 3])
def test_loosely_set_words_and_figures_are_whole(spacing):
    text = "园区与AMD、TCL签订5G联合实验室协议，总投资12.5亿元，其中R&D投入占比超过30%，2026年10月12日开工。"
    sheet = Sheet()
    sheet.pdf.set_char_spacing(spacing)
    sheet.paragraph(text)
    assert paragraphs(read(sheet.data())) == [text]


def browser(sheet):
    sheet.text("2026/11/28 09:30", 20, 18, 7)
    sheet.middle(f"{TITLE}-临江新闻网", 18, 7)
    sheet.text("https://www.linjiang.example.gov.cn/art/2026/11/28/art_1229.html", 20, 830, 7)
    sheet.text(f"{sheet.number}/2", 560, 830, 7)


def test_a_printed_web_page_keeps_its_article_alone():
    sheet = Sheet(browser)
    for line in ("首页", "政务公开", "园区动态", "当前位置：首页 > 园区动态 > 正文"):
        sheet.head(line, 9)
    sheet.title(TITLE)
    sheet.head("发布时间：2026-11-28 来源：管委会办公室 字号：大 中 小", 9)
    for text in told(14):
        sheet.paragraph(text, indent=0, gap=12)
    for line in ("【打印】【关闭】", "上一篇：临江高新区召开座谈会", "网站地图", "版权所有 临江高新区管委会"):
        sheet.head(line, 9)
    document = read(sheet.data())
    assert [article.title for article in document.articles] == [TITLE]
    assert paragraphs(document) == told(14)
    assert kinds(document) == {"furniture"}
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


def test_running_heads_of_chapters_are_known_by_the_page_they_count():
    def head(sheet):
        sheet.text(f"{'前后'[sheet.number % 2]}第{sheet.number}章的题目各不相同", LEFT, 60)
        sheet.text(str(sheet.number + 6), 500, 60)

    document = read(report(head, 40).data())
    assert paragraphs(document) == told(40)
    assert kinds(document) == {"furniture"}
    check(document)


def test_the_rows_of_a_table_at_the_head_of_pages_count_no_pages():
    def row(sheet):
        sheet.text(f"{'签约开工在谈竣工投产达产'[2 * sheet.number :][:2]}项目", LEFT, 60)
        sheet.text(str((37, 12, 88, 45)[sheet.number % 4]), 500, 60)

    document = read(report(row, 40).data())
    assert "开工项目" in "".join(paragraphs(document))


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


def test_the_name_of_a_table_is_no_headline():
    sheet = report(count=3)
    sheet.middle("表1.2：主要经济指标", sheet.y, 13)
    sheet.y += 24
    sheet.table([["指标", "数值"], ["项目", "36"], ["投资", "12"]], [120, 120], rules="three")
    sheet.paragraph(PARAGRAPHS[3])
    (article,) = read(sheet.data()).articles
    assert (article.title, article.captions, article.subheads) == (TITLE, ("表1.2：主要经济指标",), ())


def test_headings_apart_from_their_numbers_stay_beside_them():
    sheet = report(count=3)
    for number, head in (("D", "新手入门"), ("19", "申报流程")):
        sheet.text(number, LEFT, sheet.y, 14)
        sheet.text(head, LEFT + 40, sheet.y, 14)
        sheet.y += 30
    sheet.paragraph(PARAGRAPHS[3])
    document = read(sheet.data())
    texts = paragraphs(document) + [part.text for article in document.articles for part in article.parts]
    assert {"D 新手入门", "19 申报流程"} <= set(texts)
    check(document)


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


QUESTIONS = [(PARAGRAPHS[0], False), ("什么企业可以申报？", True), (PARAGRAPHS[1], False)]


def test_a_program_on_a_page_is_no_broken_font():
    sheet = report(count=6)
    sheet.page()
    for n in range(12):
        sheet.head(f"fn{n}(&[a,b]){{x|=!y;}}=>(*c)[{n}]<_>;//按月统计签约项目")
    document = read(sheet.data())
    assert "unmapped" not in document.characters
    assert "按月统计" in "".join(paragraphs(document))
    check(document)


def test_the_last_words_and_the_long_address_of_a_printed_web_page_are_told_apart():
    def edges(sheet):
        sheet.text("2026/11/28 11:03", 30, 30, 7)
        sheet.text(f"https://www.example.com/{'zones-and-parks/' * 7}1012.html", 30, 830, 7)

    sheet = Sheet(edges)
    sheet.title(TITLE)
    for text in told(5):
        sheet.paragraph(text, indent=0, gap=12)
    open_end = "请在十五日前提交材料，名额有限，先到先得（详见附件所列的条件以及材料的清单，可在通知公告栏下载）"
    sheet.paragraph(open_end, indent=0, gap=24)
    sheet.head("网站地图", 9)
    document = read(sheet.data())
    assert paragraphs(document) == [*told(5), open_end]
    check(document)


def test_latin_text_of_a_printed_web_page_is_no_foot():
    def edges(sheet):
        sheet.text("2026/11/28 11:03", 30, 30, 7)
        sheet.text("https://www.example.com/zones/1012.html", 30, 830, 7)

    sheet = Sheet(edges)
    sheet.title("Zone Report")
    sheet.paragraph(f"{PARAGRAPHS[0]}", indent=0, gap=14)
    told = [f"The zone signed {n} projects this year and opened a shared laboratory for small firms." for n in range(9)]
    for text in told:
        sheet._line(text, LEFT, 10)
        sheet.y += 14
    sheet.text("Contact us", LEFT, sheet.y, 8)
    document = read(sheet.data())
    assert all(text in " ".join(paragraphs(document)) for text in told)
    assert_nothing_lost(document)


def test_nothing_is_lost_where_the_cells_of_a_table_have_no_white_between_them():
    rows = [["4", "offset of the alias list"], ["2", "offset"], ["4", "of the parent list and more"]]
    places = [(50.0, 60.0), (90.0, 200.0)]
    runs = [
        Run(text, *place, 20.0 + 14 * y, 10.0)
        for y, row in enumerate(rows)
        for place, text in zip(places, row, strict=True)
    ]
    runs += [Run("ParentList:", 50.0, 110.0, 62.0, 10.0), Run("4", 50.0, 60.0, 76.0, 10.0)]
    runs += [Run("offset of the magic list", 90.0, 200.0, 76.0, 10.0)]
    found = take_tables(runs, [], 10.0)
    assert sorted("".join(run.text for run in found).replace("\t", "")) == sorted("".join(run.text for run in runs))
    assert any(run.role == "row" for run in found)


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


def test_each_point_of_a_list_is_a_paragraph_however_full_its_lines_are():
    points = [
        f"{mark} 园区今年新增{number}家规上企业和一批专精特新企业" for mark, number in zip("•••", "三五七", strict=True)
    ]
    sheet = Sheet()
    sheet.title("入园企业名录更新")
    for point in points:
        sheet.head(point)
    assert [p.text for p in read(sheet.data()).articles[0].paragraphs] == points


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


def test_the_head_of_a_table_may_be_set_otherwise_than_its_columns():
    sheet = Sheet()
    sheet.title("主要指标完成情况")
    sheet.paragraph(PARAGRAPHS[0])
    for row, places in [
        (("指标", "绝对数（亿元）", "增长（%）"), (LEFT, LEFT + 180, LEFT + 320)),
        (("工业产值", "86.5", "8.4"), (LEFT, LEFT + 200, LEFT + 350)),
        (("固定资产投资", "12.8", "11.3"), (LEFT, LEFT + 200, LEFT + 350)),
        (("进出口总额", "31.2", "5.2"), (LEFT, LEFT + 200, LEFT + 350)),
    ]:
        for cell, place in zip(row, places, strict=True):
            sheet.text(cell, place, sheet.y, 11)
        sheet.y += 20
    (article,) = read(sheet.data()).articles
    assert next(p.text for p in article.paragraphs if p.kind == "table") == "指标\t绝对数（亿元）\t增长（%）"


def test_the_office_over_two_documents_is_no_title():
    office = "临江经济技术开发区管理委员会"
    sheet = Sheet()
    sheet.middle(f"{office}文件", 110, 26)
    sheet.middle("临开管〔2026〕7号", 150)
    sheet.y = 200
    sheet.title("关于印发投诉办理办法的通知")
    sheet.paragraph(PARAGRAPHS[0])
    sheet.paragraph(PARAGRAPHS[1])
    sheet.page()
    sheet.title("企业投诉办理办法")
    sheet.paragraph(PARAGRAPHS[2])
    sheet.paragraph(PARAGRAPHS[3])
    assert [article.title for article in read(sheet.data()).articles] == [
        "关于印发投诉办理办法的通知",
        "企业投诉办理办法",
    ]


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


def test_a_first_letter_that_is_set_large_belongs_to_its_paragraph():
    text = (
        "临江高新区把半年来的做法编成手册，发给每一名招商人员，要求他们熟悉每条产业链的上下游，"
        "说得清缺什么、补什么、找谁补，还要说得清园区能给企业什么。"
    )
    sheet = Sheet()
    sheet.title(TITLE)
    sheet.text(text[0], LEFT, sheet.y + 20, 38)
    shift = 44
    lines = [text[1 + 32 * i : 33 + 32 * i] for i in range(2)]
    for line in lines:
        sheet.text(line, LEFT + shift, sheet.y, 12)
        sheet.y += 19.2
    sheet.text(text[65:], LEFT, sheet.y, 12)
    sheet.y += 19.2
    sheet.paragraph(PARAGRAPHS[0])
    document = read(sheet.data())
    check(document)
    assert document.articles[0].title == TITLE
    assert paragraphs(document) == [text, PARAGRAPHS[0]]


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


def test_the_first_paragraph_may_be_set_in_larger_type():
    sheet = Sheet()
    sheet.title(TITLE, size=24)
    sheet.paragraph(PARAGRAPHS[0], size=14.5)
    for text in PARAGRAPHS[1:6]:
        sheet.paragraph(text)
    document = read(sheet.data())
    assert document.articles[0].subheads == ()
    assert paragraphs(document) == PARAGRAPHS[:6]


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


def test_when_an_account_posted_its_article_is_furniture():
    sheet = Sheet()
    sheet.title(TITLE)
    sheet.head("临江高新发布　2026年6月30日 18:20　江苏", size=9)
    sheet.paragraph(PARAGRAPHS[0])
    document = read(sheet.data())
    assert paragraphs(document) == PARAGRAPHS[:1]
    assert "furniture" in kinds(document)


def test_the_office_without_a_word_of_its_kind_stands_over_the_number_of_the_document():
    sheet = Sheet()
    sheet.middle("临江高新技术产业开发区管理委员会", 110, 26)
    sheet.text("临高管函〔2026〕18号", 390, 150)
    sheet.y = 200
    sheet.title("关于商请支持产业链招商的函")
    for text in PARAGRAPHS[:3]:
        sheet.paragraph(text)
    assert [article.title for article in read(sheet.data()).articles] == ["关于商请支持产业链招商的函"]


def test_a_table_of_tasks_has_a_row_for_each_number():
    sheet = Sheet()
    sheet.title("重点工作清单")
    rows = [("序号", "工作任务")] + [(str(i), text) for i, text in enumerate(PARAGRAPHS[:5], 1)]
    sheet.pdf.set_font("body", size=10)
    for number, text in rows:
        lines = [text[i : i + 36] for i in range(0, len(text), 36)]
        height = 15 * len(lines) + 6
        sheet.pdf.rect(LEFT, sheet.y, 50, height)
        sheet.pdf.rect(LEFT + 50, sheet.y, 380, height)
        sheet.text(number, LEFT + 10, sheet.y + height / 2 + 3.5, 10)
        for k, line in enumerate(lines):
            sheet.text(line, LEFT + 54, sheet.y + 14 + 15 * k, 10)
        sheet.y += height
    document = read(sheet.data())
    assert paragraphs(document, "table") == ["\t".join(row) for row in rows]
    assert_nothing_lost(document)


def test_two_labels_beside_their_entries_are_rows():
    sheet = Sheet()
    sheet.title("会议通知")
    for label, entry in [("时间：", "2026年7月8日上午9时"), ("地点：", "管委会三楼会议室")]:
        sheet.text(label, LEFT, sheet.y, 12)
        sheet.text(entry, LEFT + 56, sheet.y, 12)
        sheet.y += 20
    sheet.paragraph(PARAGRAPHS[0])
    assert paragraphs(read(sheet.data()), "table") == ["时间：\t2026年7月8日上午9时", "地点：\t管委会三楼会议室"]


def test_a_pale_mark_that_comes_again_is_a_watermark_though_it_crosses_no_text():
    def mark(sheet):
        sheet.pdf.set_text_color(200, 200, 200)
        sheet.text("内部资料", 150, 600, 50)
        sheet.pdf.set_text_color(0, 0, 0)

    sheet = Sheet(mark)
    sheet.title(TITLE)
    sheet.paragraph(PARAGRAPHS[0])
    sheet.page()
    sheet.paragraph(PARAGRAPHS[1])
    document = read(sheet.data())
    assert paragraphs(document) == PARAGRAPHS[:2]
    assert document.characters["watermark"] == 2 * len("内部资料")


def annotated(data, notes):
    """Return a PDF with annotations on its first page, each given as the inside of its dictionary and its looks."""
    page = re.search(rb"\n(\d+) 0 obj\n<<(?:(?!endobj).)*?/Type /Page\n(?:(?!endobj).)*?>>\nendobj", data, re.DOTALL)
    size, root = (int(re.search(name + rb" (\d+)", data)[1]) for name in (rb"/Size", rb"/Root"))
    last = int(re.findall(rb"startxref\n(\d+)", data)[-1])
    objects = {size: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"}
    listed = []
    for inside, looks in notes:
        number = size + len(objects)
        listed.append(b"%d 0 R" % number)
        objects[number] = (
            b"<< /Type /Annot " + inside + (b" /AP << /N %d 0 R >>" % (number + 1) if looks else b"") + b" >>"
        )
        if looks:
            form = b"/Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources << /Font << /F 0 0 R >> >>"
            form = form.replace(b"/F 0 0", b"/F %d 0" % size)
            objects[number + 1] = b"<< %s /Length %d >>\nstream\n%s\nendstream" % (form, len(looks), looks)
    body = page[0].split(b"obj\n", 1)[1].removesuffix(b"\nendobj").rstrip().removesuffix(b">>")
    objects[int(page[1])] = body + b"/Annots [" + b" ".join(listed) + b"]\n>>"
    places = {}
    for number, text in objects.items():
        places[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"".join(b"%d 1\n%010d 00000 n \n" % (number, places[number]) for number in sorted(places))
    trailer = b"<< /Size %d /Root %d 0 R /Prev %d >>" % (size + len(objects), root, last)
    return data + b"xref\n" + table + b"trailer\n" + trailer + b"\nstartxref\n%d\n%%%%EOF\n" % len(data)


def test_what_was_typed_into_a_form_is_text_and_remarks_are_named():
    sheet = Sheet()
    sheet.title("奖补资金申请表")
    labels = ["企业名称：", "统一代码：", "注册资本："]
    notes = [(b"/Subtype /Text /Contents (please check) /Rect [400 700 420 720]", b"")]
    for label, entry in zip(labels, [b"Yunfan Tech", b"9132-0018", b"5000"], strict=True):
        sheet.text(label, LEFT, sheet.y, 12)
        bottom = 842 - sheet.y - 4
        looks = b"/Tx BMC q BT /F 11 Tf 0 g 2 5 Td (%s) Tj ET Q EMC" % entry
        notes.append((b"/Subtype /Widget /FT /Tx /F 4 /Rect [142 %d 342 %d]" % (bottom, bottom + 20), looks))
        sheet.y += 24
    sheet.paragraph(PARAGRAPHS[0])
    document = read(annotated(sheet.data(), notes))
    assert [p.text for p in document.articles[0].paragraphs] == [
        "企业名称：Yunfan Tech",
        "统一代码：9132-0018",
        "注册资本：5000",
        PARAGRAPHS[0],
    ]
    assert document.characters["comment"] == len("pleasecheck")
    check(document)
