"""What pages hold beside plain columns: heads and feet, tables, contents, watermarks, hidden text, turned pages."""

from __future__ import annotations

import io
import re
from urllib.parse import quote

import pytest
from PIL import Image

from gxclassify.errors import InputError
from gxclassify.messages import spoken
from gxclassify.reading import read
from gxclassify.reading.pdf.lines import Piece, Run
from gxclassify.reading.pdf.page import PageText
from gxclassify.reading.pdf.parse import read_pages
from gxclassify.reading.pdf.tables import take_tables
from gxclassify.reading.reader import document_from_parsed
from reading.checks import assert_nothing_lost
from reading.pdfsheet import LEFT, PARAGRAPHS, TITLE, Sheet, check, downwards, kinds, paragraphs, report, told


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
    assert spoken(document.notices[0].place, "zh") == "第 2 页"
    assert spoken(document.notices[0].text, "zh").startswith("第 2 页：没有文字")
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


def browser(sheet):
    sheet.text("2026/11/28 09:30", 20, 18, 7)
    sheet.middle(f"{TITLE}-临江新闻网", 18, 7)
    sheet.text("https://www.linjiang.example.gov.cn/art/2026/11/28/art_1229.html", 20, 830, 7)
    sheet.text(f"{sheet.number}/2", 560, 830, 7)


def test_a_cell_over_several_rows_of_a_grid_stands_in_the_first():
    sheet = report(count=1)
    top, edges = sheet.y + 20, (LEFT, LEFT + 60, LEFT + 220, LEFT + 330)
    for i in range(4):  # the second rule from below leaves out the first column
        sheet.pdf.line(edges[i == 2], top + 24 * i, edges[-1], top + 24 * i)
    for edge in edges:
        sheet.pdf.line(edge, top, edge, top + 72)
    for x, y, text in (
        (0, 16, "片区"), (1, 16, "任务"), (2, 16, "时限"),
        (0, 53, "西片区"), (1, 40, "内部改造83家"), (2, 40, "2025年6月"),
        (1, 64, "提升泵站2座"), (2, 64, "2024年12月"),
    ):  # fmt: skip
        sheet.text(text, edges[x] + 4, top + y, 11)
    found = paragraphs(read(sheet.data()), "table")
    assert found == ["片区\t任务\t时限", "西片区\t内部改造83家\t2025年6月", "提升泵站2座\t2024年12月"]


@pytest.mark.parametrize("printed", [browser, None], ids=["address", "no address"])
def test_a_printed_web_page_keeps_its_article_alone(printed):
    sheet = Sheet(printed)
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


@pytest.mark.parametrize("printed", [browser, None], ids=["address", "no address"])
@pytest.mark.parametrize("posted", ["原创 东湖发布2026年6月3日 18:20湖北", "东湖发布2026年6月3日 18:20湖北"])
def test_what_wechat_sets_about_an_article_is_none_of_it(printed, posted):
    sheet = Sheet(printed)
    sheet.title(TITLE)
    sheet.head(posted, 11)
    sheet.middle("点击上方蓝字关注我们", sheet.y, 9)
    sheet.y += 20
    for text in told(6):
        sheet.paragraph(text, indent=0, gap=12)
    for line in ("往期推荐", "临江高新区发布秋季岗位三千个", "阅读 3021　赞 56　在看 18"):
        sheet.head(line, 11)
    document = read(sheet.data())
    assert [(article.title, article.subheads) for article in document.articles] == [(TITLE, ())]
    assert paragraphs(document) == told(6)
    check(document)


def test_a_printed_web_page_keeps_a_kicker_over_its_title_and_a_last_paragraph_that_is_signed():
    sheet = Sheet(browser)
    sheet.head("首页 > 园区动态", 9)
    sheet.middle("园区一线", sheet.y, 15)
    sheet.y += 30
    sheet.title(TITLE)
    for text in told(3):
        sheet.paragraph(text)
    sheet.paragraph(PARAGRAPHS[3] + "（林小川）")
    document = read(sheet.data())
    (article,) = document.articles
    assert (article.title, article.subheads, article.byline) == (TITLE, ("园区一线",), "林小川")
    assert paragraphs(document) == told(4)
    check(document)


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


def test_an_address_with_escapes_is_no_broken_font():
    def foot(sheet):
        sheet.text(f"https://www.example.com/item/{quote('临江经济技术开发区年度报告')}.html", 30, 830, 6)

    sheet = Sheet(foot)
    sheet.title(TITLE)
    sheet.paragraph(told(1)[0], indent=0, gap=12)
    sheet.page()
    last = "园区力争年内再引进项目二十个。"
    sheet.paragraph(last, indent=0, gap=12)
    document = read(sheet.data())
    assert paragraphs(document) == [*told(1), last]
    assert not document.notices
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


def test_an_annex_has_its_title_and_numbered_headings_none():
    sheet = Sheet()
    sheet.title("高新区关于印发行动方案的通知")
    sheet.paragraph(PARAGRAPHS[0])
    sheet.text("临江高新区管理委员会", 380, sheet.y + 20)
    sheet.text("2026年9月28日", 400, sheet.y + 40)
    sheet.page()
    sheet.text("附件", LEFT, sheet.y)
    sheet.y += 30
    sheet.title("高新区三年行动方案")
    for i, head in enumerate(["一、主要目标", "（一）强化项目支撑", "二、重点任务"], start=1):
        sheet.head(head, 16)
        sheet.paragraph(PARAGRAPHS[i])
    document = read(sheet.data())
    assert [article.title for article in document.articles] == ["高新区关于印发行动方案的通知", "高新区三年行动方案"]
    assert document.articles[1].subheads == ("一、主要目标", "（一）强化项目支撑", "二、重点任务")
    assert paragraphs(document)[1:4] == ["临江高新区管理委员会", "2026年9月28日", "附件"]
    check(document)


def test_the_second_line_of_a_cell_and_the_row_on_the_next_page_are_of_the_table():
    sheet = report(count=2, gap=6)
    rows = [
        ["指标", "上年", "本年", "备注"],
        ["工业总产值", "912", "1035", "按新的统计口径\n计算"],
        ["固定资产投资", "188", "213", ""],
        ["高新企业", "245", "312", "含复审"],
    ]
    sheet.table(rows, [130, 80, 80, 130], rules="three")
    sheet.page()
    for x, cell in zip((84, 214, 294, 374), ("新增就业", "8600", "10240", "8.1%"), strict=True):
        sheet.text(cell, x, sheet.y, 10)
    sheet.y += 40
    sheet.paragraph(PARAGRAPHS[2])
    document = read(sheet.data())
    found = paragraphs(document, "table")
    assert found[1] == "工业总产值\t912\t1035\t按新的统计口径计算"
    assert found[-1] == "新增就业\t8600\t10240\t8.1%"
    check(document)


@pytest.mark.parametrize("middle", [False, True])
@pytest.mark.parametrize("rules", ["grid", "three", "rows"])
def test_cells_of_several_lines_begin_at_the_top_or_stand_in_the_middle_of_their_row(rules, middle):
    rows = [
        ["序号", "项目", "投资额\n（亿元）", "建设单位", "进展"],
        ["1", "新材料中试\n基地", "12.5", "海川新材料\n有限公司", ""],
        ["2", "装备产业园\n一期及配套\n道路", "8.0", "恒远装备", "已开工"],
        ["3", "污水处理厂", "3.2", "园区城投", "手续办理\n中"],
        ["4", "孵化中心", "1.6", "科技局", ""],
    ]
    sheet = report(count=1)
    sheet.y += 20
    sheet.table(rows, [50, 110, 90, 100, 80], rules=rules, middle=middle)
    sheet.paragraph(PARAGRAPHS[1])
    document = read(sheet.data())
    told_rows = ["\t".join(cell.replace("\n", "") for cell in row).rstrip("\t") for row in rows]
    assert paragraphs(document, "table") == told_rows
    assert paragraphs(document) == told(2)
    check(document)


def test_characters_beyond_the_first_plane_are_read():
    sheet = report(count=4)
    sheet.pdf.set_compression(False)
    sheet.paragraph("管委会主任李堃介绍，今年还将新开工六个项目，总投资达到三十八亿元。")
    data = sheet.data()
    assert data.count(b"> <5803>\n") == 1  # no other text has this character
    document = read(data.replace(b"> <5803>\n", b"> <D842DFB7>\n"))
    assert paragraphs(document)[-1].startswith("管委会主任李𠮷介绍，今年还将")
    assert "unmapped" not in document.characters
    check(document)


def test_a_font_of_headlines_that_tells_numbers_of_glyphs_is_named():
    pages = [PageText(595, 842), PageText(595, 842)]
    for number, page in enumerate(pages):
        y = 80.0
        for line in ["̾Ɠ뻛ȗؘ뻜", *(PARAGRAPHS[number + i][:30] for i in range(6))]:
            size, font = (20, 2) if line[0] == "̾" else (12, 1)
            edges = [LEFT + size * k for k in range(len(line) + 1)]
            page.pieces.append(Piece(line, edges[:-1], edges[1:], y, size, (font, False), (0, 0, 0, 255)))
            page.held += len(line)
            y += 2 * size
    document = document_from_parsed(read_pages(pages), name="p", encoding="", kind="pdf")
    assert [(n.kind, n.place, n.count) for n in document.notices] == [("unmapped", f"page {n}", 6) for n in (1, 2)]
    assert "Ɠ" not in document.source
    assert document.characters["unmapped"] == 12


def test_a_page_of_a_program_with_short_names_is_no_broken_font():
    sheet = report(count=6)
    sheet.page()
    for name in ("initials", "vowels", "colours"):
        sheet.head(f"\\define_list:Nn \\l_{name}_list {{ {{zh}}, {{ch}}, {{b}}, {{p}}, {{m}} }} % {{{{1}}}}")
        sheet.head(f"\\use_{name}:n {{ {{#1}} }} }} {{ \\end_group: }} }} ; [ ]")
    document = read(sheet.data())
    assert "unmapped" not in document.characters
    assert not document.notices


def test_roman_numbers_count_the_pages_before_the_first_chapter():
    def head(sheet):
        sheet.text(f"{'前后'[sheet.number % 2]}言第{'甲乙丙丁戊'[sheet.number - 1]}节的题目各不相同", LEFT, 60)
        sheet.text(["xviii", "xix", "xx", "xxi", "xxii"][sheet.number - 1], 500, 60)

    document = read(report(head, 40).data())
    assert paragraphs(document) == told(40)
    assert kinds(document) == {"furniture"}


def test_a_table_may_be_named_in_english():
    sheet = Sheet()
    sheet.title(TITLE)
    for i in range(3):
        sheet.paragraph(PARAGRAPHS[i])
        sheet.middle(f"Table 1.{i + 1}: 主要经济指标", sheet.y + 8)
        sheet.y += 36
        sheet.paragraph(PARAGRAPHS[i + 3])
    document = read(sheet.data())
    assert document.articles[0].captions == tuple(f"Table 1.{i}: 主要经济指标" for i in (1, 2, 3))
