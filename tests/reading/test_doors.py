"""Workbooks, presentations, OpenDocument, EPUB, OFD, Rich Text, Markdown and old Office files."""

# ruff: noqa: E501 (markup is read more easily in one piece)

from __future__ import annotations

import base64
import stat
import time

import pytest

from gxclassify.config import ReadingConfig
from gxclassify.errors import InputError
from gxclassify.reading import read
from gxclassify.reading.inputs import Inputs
from gxclassify.reading.office.legacy import soffice
from gxclassify.reading.records.fields import Figure
from gxclassify.reading.web.markdown import is_markdown, parse_markdown
from reading.checks import assert_nothing_lost, assert_spans_hold
from reading.wordfile import docx, p, relations, zipped
from support import table

FIRST = "青溪高新区今年新签约项目36个，总投资180亿元。"
SECOND = "园区建成省级创新平台12家，集聚研发人员四千名。"


def pieces(document):
    return [
        (piece.kind, piece.text)
        for article in document.articles
        for piece in sorted([*article.parts, *article.paragraphs], key=lambda piece: piece.span)
    ]


def paragraphs(document):
    return [paragraph.text for article in document.articles for paragraph in article.paragraphs]


# ---- Excel


def xlsx(*sheets, strings=(), styles=""):
    """Return a workbook; a sheet is (name, state, inside of its data)."""
    names = [f"sheet{i}" for i in range(len(sheets))]
    listed = "".join(
        f'<sheet name="{sheet[0]}" sheetId="{i + 1}" state="{sheet[1]}" r:id="{names[i]}"/>'
        for i, sheet in enumerate(sheets)
    )
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": relations(("r", "officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'<workbook {space} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{listed}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": relations(
                *[(name, "worksheet", f"/xl/worksheets/{name}.xml") for name in names],
                ("s", "sharedStrings", "sharedStrings.xml"),
                ("t", "styles", "styles.xml"),
            ),
            "xl/sharedStrings.xml": f"<sst {space}>{''.join(f'<si>{text}</si>' for text in strings)}</sst>",
            "xl/styles.xml": f"<styleSheet {space}>{styles}</styleSheet>",
            **{
                f"xl/worksheets/{names[i]}.xml": f"<worksheet {space}><sheetData>{sheet[2]}</sheetData></worksheet>"
                for i, sheet in enumerate(sheets)
            },
        }
    )


def cells(number, *values):
    """Return a row; a value is (type, content) or a text; None leaves the place out."""
    inner = ""
    for column, value in zip("ABCDEFGH", values, strict=False):
        if value is None:
            continue
        kind, content = value if isinstance(value, tuple) else ("inlineStr", f"<is><t>{value}</t></is>")
        inner += f'<c r="{column}{number}" t="{kind}">{content}</c>'
    return f'<row r="{number}">{inner}</row>'


@pytest.mark.parametrize("one_cell", [False, True])
def test_an_article_that_was_typed_into_a_sheet_keeps_its_title(one_cell):
    lines = ["青溪老码头改成了夜校", "本报记者 周宁", FIRST, SECOND]
    rows = cells(1, "\n".join(lines)) if one_cell else "".join(cells(n, line) for n, line in enumerate(lines, start=1))
    document = read(xlsx(("Sheet1", "visible", rows)))
    assert document.format == "xlsx"
    assert pieces(document) == [
        ("title", lines[0]), ("byline", lines[1]), ("paragraph", FIRST), ("paragraph", SECOND)
    ]  # fmt: skip


def test_a_header_that_comes_again_is_no_record():
    rows = cells(1, "编号", "正文") + cells(2, "1", FIRST) + cells(3, "编号", "正文") + cells(4, "2", SECOND)
    document = read(xlsx(("一", "visible", rows)))
    assert paragraphs(document) == [FIRST, SECOND]
    assert [notice.count for notice in document.notices if notice.kind == "records"] == [1]


def test_a_sheet_with_a_column_of_texts_is_a_file_of_records():
    rows = (
        cells(1, "编号", "标题", "正文") + cells(2, ("n", "<v>7</v>"), "签约", FIRST) + cells(3, None, "平台", SECOND)
    )
    document = read(xlsx(("稿件", "visible", rows)), name="a.xlsx")
    assert document.format == "xlsx"
    assert [(a.title, a.paragraphs[0].text, a.paragraphs[0].record["编号"]) for a in document.articles] == [
        ("签约", FIRST, "7"),
        ("平台", SECOND, ""),
    ]
    assert any("正文" in note for note in document.notes)


def test_a_column_without_a_telling_name_is_known_by_its_look():
    rows = cells(1, "甲", "乙") + cells(2, "1", FIRST) + cells(3, "2", SECOND)
    assert paragraphs(read(xlsx(("一", "visible", rows)))) == [FIRST, SECOND]


@pytest.mark.parametrize(
    "rows",
    [
        [["松渚高新区签约12个项目。"], [FIRST], [SECOND]],
        [
            ["甲公司", "何时通公交？"],
            ["乙厂", "污水厂几时建成，何时投用，收费多少？"],
            ["丙所", "园区食堂什么时候向周边居民开放？"],
        ],
        [["2024-01-05", "松渚日报", "高新区签约12个项目"], ["2024-01-06", "松渚日报", FIRST]],
        [["2024年1月5日", "高新区签约12个项目"], ["2024年1月5日", FIRST], ["2024年1月6日", SECOND]],
        [["1", "高新区签约12个项目"], ["2", FIRST], ["3", SECOND]],
        [["20240118", "高新区签约12个项目"], ["20240131", FIRST], ["20240207", SECOND]],
    ],
)
def test_a_first_row_that_is_no_header_is_kept(rows):
    sheet = "".join(cells(n, *row) for n, row in enumerate(rows, start=1))
    assert paragraphs(read(xlsx(("一", "visible", sheet)))) == ["\t".join(row) for row in rows]


@pytest.mark.parametrize(
    "header",
    [
        ["序号", "您对园区有何建议？"],
        ["2024", "您对园区有何建议？"],
        ["编号", "工作中有什么困难和问题要说！"],
        ["12", "3、请简要说明您的理由。"],
        ["2024-01", "说明。"],
    ],
)
def test_a_question_and_a_year_may_name_columns(header):
    sheet = cells(1, *header) + cells(2, "7", FIRST) + cells(3, "9", SECOND)
    assert paragraphs(read(xlsx(("一", "visible", sheet)))) == [FIRST, SECOND]


def test_the_column_that_is_asked_for_is_taken_or_missed_by_name():
    data = xlsx(("一", "visible", cells(1, "正文", "批注") + cells(2, FIRST, SECOND)))
    assert paragraphs(read(data, text_column="批注")) == [SECOND]
    with pytest.raises(InputError, match="'正文', '批注'"):
        read(data, text_column="内容")


def test_what_is_merged_over_rows_stands_in_each_of_them():
    rows = (
        cells(1, "园区", "环节", "个数")
        + cells(2, "临江", "签约", "31")
        + cells(3, None, "开工", "19")
        + cells(5, "合计")
    )
    merged = '</sheetData><mergeCells><mergeCell ref="A2:A4"/><mergeCell ref="A5:C6"/></mergeCells><sheetData>'
    document = read(xlsx(("项目", "visible", rows + merged)))
    assert paragraphs(document) == ["园区\t环节\t个数", "临江\t签约\t31", "临江\t开工\t19", "合计"]


def test_a_sheet_of_figures_keeps_its_rows():
    rows = cells(1, "指标", "2025年", "2026年") + cells(2, "签约项目", ("n", "<v>12</v>"), ("n", "<v>12</v>"))
    (article,) = read(xlsx(("指标", "visible", rows))).articles
    assert article.title == "指标"
    assert [(x.kind, x.text) for x in article.paragraphs] == [
        ("table", "指标\t2025年\t2026年"),
        ("table", "签约项目\t12\t12"),
    ]


def test_shared_strings_dates_shares_and_results_are_shown_as_excel_does():
    styles = (
        '<numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="10"/></cellXfs>'
    )
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>46082</v></c><c r="C1" s="2"><v>46082.354166667</v></c>'
        '<c r="D1" s="3"><v>0.125</v></c><c r="E1"><v>0.30000000000000004</v></c><c r="F1" t="str"><f>A1</f><v>和</v></c>'
        '<c r="G1" t="b"><v>1</v></c></row>'
    )
    strings = ["<r><t>招</t></r><r><t>商</t></r><rPh><t>zhāo</t></rPh>"]
    assert paragraphs(read(xlsx(("一", "visible", rows), strings=strings, styles=styles))) == [
        "招商\t2026-03-01\t2026-03-01 08:30\t12.50%\t0.3\t和\tTRUE"
    ]


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ("0.0%", "0.08", "8.0%"),
        ("0%", "0.125", "13%"),
        ("0.00", "128", "128.00"),
        ("#,##0", "86500.4", "86,500"),
        ("#,##0.0#", "1234.5", "1,234.5"),
        ("0.0_);[Red]-0.0", "12.34", "12.3"),
        ("General", "12.34", "12.34"),
        ("0.0&quot;亿元&quot;", "86.52", "86.5亿元"),
        ("0.0&quot;%&quot;", "-8.3", "-8.3%"),
        ("[$¥-804]#,##0.00", "-1234.5", "-¥1,234.50"),
        ("General&quot;家&quot;", "12", "12家"),
        ("0\\%", "12", "12%"),
        ("0", "6222021234567899", "6222021234567899"),
        ("General", "-1234567890123456789", "-1234567890123456789"),
    ],
)
def test_numbers_have_the_digits_that_their_format_shows(code, number, shown):
    styles = f'<numFmts><numFmt numFmtId="170" formatCode="{code}"/></numFmts><cellXfs><xf numFmtId="170"/></cellXfs>'
    rows = cells(1, "指标", "数值") + cells(2, "增速", ("n", f"<v>{number}</v>"))
    assert paragraphs(read(xlsx(("一", "visible", rows), styles=styles)))[1] == f"增速\t{shown}"


def test_a_title_above_the_header_of_records_is_named():
    rows = cells(2, "五月留言汇总") + cells(4, "编号", "正文") + cells(5, "1", FIRST) + cells(9, "2", SECOND)
    document = read(xlsx(("一", "visible", rows)))
    assert paragraphs(document) == [FIRST, SECOND]
    assert document.characters["furniture"] == len("五月留言汇总")
    assert any("五月留言汇总" in note for note in document.notes)


@pytest.mark.parametrize("areas", [(), ("A3:A4", "B3:C3", "D3:E3", "F3:F4")])
def test_a_heading_of_two_rows_is_one_and_a_row_of_totals_no_record(areas):
    rows = (
        cells(1, "三季度信息报送汇总表")
        + cells(2, "填报单位：协会", "", "", "填报日期：10月12日")
        + cells(3, "序号", "报送单位", "", "信息", "", "备注")
        + cells(4, "", "园区", "联系人", "标题", "内容", "")
        + cells(5, "1", "沧澜高新区", "王敏", "签约提速", FIRST, "已采用")
        + cells(6, "合计", "", "", "", "共1条", "")
    )
    merged = "".join(f'<mergeCell ref="{area}"/>' for area in areas)
    rows += f"</sheetData><mergeCells>{merged}</mergeCells><sheetData>"
    document = read(xlsx(("一", "visible", rows)))
    assert paragraphs(document) == [FIRST]
    assert document.articles[0].title == "签约提速"
    assert document.articles[0].paragraphs[0].record["园区"] == "沧澜高新区"
    assert any("三季度信息报送汇总表 填报单位：协会" in note for note in document.notes)
    assert any("1 row of sheet '一' adds up the others" in note for note in document.notes)


@pytest.mark.parametrize(
    "rows",
    [
        [["序号", "内容"], ["1", FIRST]],
        [["标题", "", "内容"], ["签约", "", FIRST]],
        [["汇总表", "", ""], ["序号", "", "内容"], ["1", "", FIRST]],
        [["填报单位：甲", "", "填报日期：乙", ""], ["序号", "园区", "标题", "内容"], ["1", "", "", FIRST]],
        [["标题", "", "内容", "备注"], ["签约", "附", FIRST, ""]],
    ],
)
def test_what_is_no_heading_of_two_rows_loses_no_record(rows):
    sheet = "".join(cells(number, *row) for number, row in enumerate(rows, start=1))
    assert paragraphs(read(xlsx(("一", "visible", sheet)))) == [FIRST]


def test_names_in_an_archive_of_windows_are_told_as_they_are():
    name = "剪报/头版.txt".encode("gb18030")
    stand_in = "x" * len(name)
    with pytest.raises(InputError, match=r"for example 剪报/头版\.txt"):
        read(zipped({stand_in: FIRST}).replace(stand_in.encode(), name))


def test_empty_rows_of_an_opendocument_sheet_take_no_room():
    many = "<table:table-row table:number-rows-repeated='1048000'><table:table-cell/></table:table-row>"
    inner = "".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in ("甲", "乙"))
    table = f'<table:table table:name="一">{many}<table:table-row>{inner}</table:table-row>{many}</table:table>'
    assert paragraphs(read(odf("spreadsheet", table))) == ["甲\t乙"]
    with pytest.raises(InputError, match="cells"):
        read(odf("spreadsheet", table.replace("1048000", "3000000")))


def test_escaped_line_ends_of_a_cell_are_line_ends():
    rows = cells(1, "编号", "正文") + cells(2, "1", FIRST + "_x000D_\n" + SECOND)
    assert paragraphs(read(xlsx(("一", "visible", rows)))) == [f"{FIRST}\n{SECOND}"]


def test_a_form_with_one_long_entry_is_a_table_and_no_file_of_records():
    rows = (
        cells(1, "科技创新券申报表")
        + cells(2, "企业名称", "青溪云帆科技有限公司", "联系人", "林溪")
        + cells(3, "成立时间", "2019年", "从业人数", "86")
        + cells(4, "项目简介", "项目围绕碳纤维预浸料开展工艺攻关，计划两年内建成中试线，形成年产五十吨能力。")
    )
    document = read(xlsx(("申报表", "visible", rows)))
    assert [article.title for article in document.articles] == ["申报表"]
    assert paragraphs(document)[2] == "成立时间\t2019年\t从业人数\t86"


def test_a_workbook_that_was_read_for_its_fields_is_not_read_again(tmp_path, monkeypatch):
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx(("一", "visible", cells(1, "编号", "正文") + cells(2, "7", FIRST))))
    source = Inputs([path], text_column="text", config=ReadingConfig())
    assert source.fields().types == {"编号": "string"}
    monkeypatch.setattr("gxclassify.reading.inputs.read_document", None)
    documents = [document for chunk in source.chunks() for document in chunk.read(ReadingConfig())]
    assert [paragraphs(document) for document in documents] == [[FIRST]]


@pytest.mark.parametrize("wide", [False, True])
def test_who_filled_in_a_sheet_above_its_header_and_below_its_rows_is_named(wide):
    texts = [f"第{n}个园区签约项目{n}个，计划总投资{n}亿元，年内开工建设。" for n in "一二三四"]
    rows = [["临江高新区新闻汇总表"], ["填报单位：宣传部", None, "2026年10月"], ["序号", "标题", "正文"]]
    rows += [[str(n), f"园区签约{n}", text] for n, text in enumerate(texts)]
    rows += [["填表人：赵晓勇", None, "审核：周宁"], ["注：数据截至10月。"]]
    sheet = "".join(cells(n, *([None, *row] if wide else row)) for n, row in enumerate(rows, start=1))
    document = read(xlsx(("表", "visible", sheet)), name="a.xlsx")
    assert [p.text for a in document.articles for p in a.paragraphs] == texts
    assert [notice.kind for notice in document.notices].count("furniture") == 2


def test_hidden_sheets_are_named():
    document = read(xlsx(("一", "visible", cells(1, "甲", "乙")), ("二", "hidden", cells(1, "密码"))))
    assert document.characters["hidden"] == 2
    assert "密码" not in "".join(paragraphs(document))


def test_a_workbook_is_read_in_bulk_by_its_column(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx(("一", "visible", cells(1, "正文", "批注") + cells(2, FIRST, SECOND))))
    inputs = Inputs([path], text_column="批注", config=ReadingConfig())
    found = [document for chunk in inputs.chunks() for document in chunk.documents(ReadingConfig())]
    assert [paragraphs(document) for document in found] == [[SECOND]]


# ---- PowerPoint


def shape(text, kind=""):
    place = f'<p:nvSpPr><p:nvPr><p:ph type="{kind}"/></p:nvPr></p:nvSpPr>' if kind else ""
    inner = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in text.split("\n"))
    return f"<p:sp>{place}<p:txBody>{inner}</p:txBody></p:sp>"


def slide(inner, show="1"):
    return (
        '<p:sld xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
        f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" show="{show}">'
        f"<p:cSld><p:spTree>{inner}</p:spTree></p:cSld></p:sld>"
    )


def pptx(*slides, notes=None):
    listed = "".join(f'<p:sldId id="{256 + i}" r:id="s{i}"/>' for i in reversed(range(len(slides))))
    parts = {
        "_rels/.rels": relations(("r", "officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": '<p:presentation xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
        f'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>',
        "ppt/_rels/presentation.xml.rels": relations(
            *[(f"s{i}", "slide", f"slides/slide{i}.xml") for i in range(len(slides))]
        ),
        **{f"ppt/slides/slide{i}.xml": text for i, text in enumerate(slides)},
    }
    if notes:
        parts["ppt/slides/_rels/slide0.xml.rels"] = relations(("n", "notesSlide", "../notesSlides/n.xml"))
        parts["ppt/notesSlides/n.xml"] = notes
    return zipped(parts)


def test_what_stands_below_the_title_of_a_slide_is_no_heading_however_short():
    first = slide(shape("青溪高新区推介", "ctrTitle") + shape("青溪高新区管委会", "subTitle"))
    second = slide(shape("平台", "title") + shape(FIRST))
    (article,) = read(pptx(second, first), name="a.pptx").articles
    assert (article.title, article.subheads) == ("青溪高新区推介", ("平台",))
    assert [paragraph.text for paragraph in article.paragraphs] == ["青溪高新区管委会", FIRST]


def test_slides_come_in_the_order_of_the_presentation_under_their_titles():
    table = "<p:graphicFrame><a:tbl>" + "".join(
        f"<a:tr>{''.join(f'<a:tc><a:txBody><a:p><a:r><a:t>{c}</a:t></a:r></a:p></a:txBody></a:tc>' for c in row)}</a:tr>"
        for row in (["指标", "数值"], ["项目", "36"])
    )
    last = slide(shape("二、平台", "title") + shape(SECOND) + table + "</a:tbl></p:graphicFrame>")
    first = slide(shape("青溪高新区推介", "ctrTitle") + shape(FIRST, "body") + shape("3", "sldNum"))
    document = read(pptx(last, first, notes=slide(shape("讲到这里停一下。", "body"))), name="a.pptx")
    assert document.format == "pptx"
    assert pieces(document) == [
        ("title", "青溪高新区推介"), ("paragraph", FIRST), ("subhead", "二、平台"), ("paragraph", SECOND),
        ("table", "指标\t数值"), ("table", "项目\t36"), ("note", "讲到这里停一下。"),
    ]  # fmt: skip
    assert document.characters["furniture"] == 1
    assert [x.page for x in document.articles[0].paragraphs] == [1, 2, 2, 2]


def placed(text, x, y, kind=""):
    box = f'<p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="400" cy="100"/></a:xfrm></p:spPr>'
    return shape(text, kind).replace("<p:txBody>", f"{box}<p:txBody>")


def test_boxes_are_read_from_above_and_a_row_from_the_left_whatever_stands_at_the_foot():
    foot = placed("3", 900, 900, "sldNum") + placed("青溪高新区", 0, 900, "ftr")
    inner = foot + placed("右边一栏。", 500, 300) + placed("左边一栏。", 0, 300) + placed("二、平台", 0, 0, "title")
    document = read(pptx(slide(placed("下边一行。", 0, 600) + inner)))
    assert [piece[1] for piece in pieces(document)] == ["二、平台", "左边一栏。", "右边一栏。", "下边一行。"]


def test_the_title_of_a_slide_comes_first_though_it_was_drawn_last():
    document = read(pptx(slide(shape(SECOND) + shape("二、平台", "title")), slide(shape("汇报", "ctrTitle"))))
    assert pieces(document) == [("title", "汇报"), ("subhead", "二、平台"), ("paragraph", SECOND)]


def test_the_largest_line_of_a_slide_without_a_title_is_its_heading():
    def box(text, size):
        run = f'<a:r><a:rPr sz="{size}"/><a:t>{text}</a:t></a:r>'
        return f"<p:sp><p:txBody><a:p>{run}</a:p></p:txBody></p:sp>"

    first = slide(box("青溪高新区推介", 4400) + box("二〇二六年十月", 2000))
    second = slide(box(SECOND, 1800) + box("创新平台", 3200))
    same = slide(box("集聚人才", 2000) + box("集聚产业", 2000))
    assert pieces(read(pptx(same, second, first))) == [
        ("title", "青溪高新区推介"), ("paragraph", "二〇二六年十月"), ("subhead", "创新平台"), ("paragraph", SECOND),
        ("paragraph", "集聚人才"), ("paragraph", "集聚产业"),
    ]  # fmt: skip


def test_a_hidden_slide_is_named():
    document = read(pptx(slide(shape(FIRST)), slide(shape(SECOND), show="0")))
    assert (paragraphs(document), "hidden" in document.characters) == ([FIRST], True)


# ---- OpenDocument

_ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
)


def odf(kind, body, **parts):
    name = {"spreadsheet": "spreadsheet", "text": "text"}[kind]
    return zipped(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": f"<office:document-content {_ODF}><office:body><office:{name}>{body}</office:{name}></office:body></office:document-content>",
            **parts,
        }
    )


def test_an_opendocument_sheet_is_read_as_one_of_excel():
    def row(*texts):
        inner = "".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in texts)
        return f"<table:table-row>{inner}<table:table-cell table:number-columns-repeated='16000'/></table:table-row>"

    body = f'<table:table table:name="一">{row("编号", "正文")}{row("1", FIRST)}{row("2", SECOND)}</table:table>'
    document = read(odf("spreadsheet", body))
    assert (document.format, paragraphs(document)) == ("ods", [FIRST, SECOND])


def test_hidden_sheets_and_remarks_of_an_opendocument_workbook_are_named():
    def sheet(name, style, *rows):
        inner = "".join(
            f"<table-row>{''.join(f'<table-cell>{cell}</table-cell>' for cell in row)}</table-row>" for row in rows
        )
        return f'<table name="{name}" style-name="{style}">{inner}</table>'

    remark = "<annotation><p>请核对</p></annotation><p>12</p>"
    open_sheet = sheet("公开", "a", ["<p>园区</p>", "<p>签约</p>"], ["<p>东区</p>", remark])
    style = '<styles><style name="b"><table-properties display="false"/></style></styles>'
    sheets = open_sheet + sheet("内部", "b", ["<p>底数</p>", "<p>九十九</p>"])
    content = f"<document-content>{style}<body><spreadsheet>{sheets}</spreadsheet></body></document-content>"
    document = read(zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content}))
    assert paragraphs(document) == ["园区\t签约", "东区\t12"]
    assert {kind: document.characters[kind] for kind in ("hidden", "comment")} == {"hidden": 5, "comment": 3}


def test_what_an_opendocument_text_does_not_show_is_named():
    styles = '<styles><style name="h"><text-properties display="none"/></style></styles>'
    table_of = "<table><table-row><table-cell><annotation><p>核对</p></annotation><p>东区</p></table-cell><table-cell><p>12</p></table-cell></table-row></table>"
    body = f'<p>{FIRST}<span style-name="h">（内部口径）</span></p><p style-name="h">备注</p><section display="none"><p>旧稿。</p></section>{table_of}'
    content = f"<document-content>{styles}<body><text>{body}</text></body></document-content>"
    document = read(zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content}))
    assert paragraphs(document) == [FIRST, "东区\t12"]
    assert document.characters["hidden"] == len("（内部口径）备注旧稿。")
    assert document.characters["comment"] == len("核对")


def test_numbers_and_dates_of_a_sheet_are_known_as_such():
    def row(text, kind, shown):
        cells = f"<table:table-cell><text:p>{text}</text:p></table:table-cell>"
        cells += f"<table:table-cell office:value-type='{kind}'><text:p>{shown}</text:p></table:table-cell>"
        return f"<table:table-row>{cells}</table:table-row>"

    body = f'<table:table table:name="一">{row("正文", "string", "n")}{row(FIRST, "float", "12.5")}</table:table>'
    for data, told in ((body, True), (body.replace("float", "string"), False)):
        [article] = read(odf("spreadsheet", data)).articles
        assert article.paragraphs[0].record == {"n": "12.5"}
        assert isinstance(article.paragraphs[0].record["n"], Figure) == told


def test_what_is_merged_over_rows_of_an_opendocument_sheet_stands_in_each_of_them():
    def cell(text, rows=1):
        return f"<table:table-cell table:number-rows-spanned='{rows}'><text:p>{text}</text:p></table:table-cell>"

    inner = (
        f"<table:table-row>{cell('临江', 2)}{cell('签约')}{cell('31')}</table:table-row>"
        f"<table:table-row><table:covered-table-cell/>{cell('开工')}{cell('19')}</table:table-row>"
        f"<table:table-row><table:table-cell/>{cell('合计')}{cell('50')}</table:table-row>"
    )
    document = read(odf("spreadsheet", f'<table:table table:name="项目">{inner}</table:table>'))
    assert paragraphs(document) == ["临江\t签约\t31", "临江\t开工\t19", "合计\t50"]


def test_an_opendocument_text_keeps_headings_notes_and_what_was_deleted():
    body = (
        f"<text:tracked-changes><text:p>旧文</text:p></text:tracked-changes><text:h>招商引资</text:h><text:p>{FIRST}"
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>不含续约。</text:p></text:note-body>"
        f"</text:note>另有<text:s text:c='2'/>三家。</text:p><text:p>{SECOND}</text:p>"
    )
    document = read(odf("text", body))
    assert pieces(document) == [
        ("title", "招商引资"), ("paragraph", FIRST + "另有  三家。"), ("note", "不含续约。"), ("paragraph", SECOND),
    ]  # fmt: skip
    assert document.characters["deleted"] == 2


def test_running_heads_of_an_opendocument_text_are_named():
    area = "<style:header><text:p>青溪简报</text:p></style:header><style:footer><text:p>第3页</text:p></style:footer>"
    spaces = f'{_ODF} xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    styles = f"<office:document-styles {spaces}>{area}</office:document-styles>"
    document = read(odf("text", f"<text:p>{FIRST}</text:p><text:p>{SECOND}</text:p>", **{"styles.xml": styles}))
    assert paragraphs(document) == [FIRST, SECOND]
    assert document.characters["furniture"] == len("青溪简报第3页")


SIZED = [
    ("园区一天签下二十三个项目", 24),
    (FIRST, 12),
    ("废酸变原料", 24),
    (FIRST, 12),
    ("零碳工厂在路上", 14),
    (SECOND, 12),
]


def sized_articles(document):
    return [(article.title, article.subheads) for article in document.articles]


def test_an_opendocument_text_shows_titles_by_their_size():
    made = f'{_ODF} xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:fo="urn:fo"'
    usual = '<style:default-style style:family="paragraph"><style:text-properties fo:font-size="12pt"/></style:default-style>'
    middle = '<style:paragraph-properties fo:text-align="center"/>'
    styles = (
        f'<style:style style:name="Head" style:family="paragraph">{middle}<style:text-properties fo:font-size="150%"/></style:style>'
        f'<style:style style:name="P24" style:parent-style-name="Head"><style:text-properties style:font-size-asian="24pt"/></style:style>'
        '<style:style style:name="T14" style:family="text"><style:text-properties fo:font-size="14pt"/></style:style>'
    )
    forms = {24: "<text:p text:style-name='P24'>{}</text:p>", 12: "<text:p>{}</text:p>"}
    forms[14] = "<text:p><text:span text:style-name='T14'>{}</text:span></text:p>"
    body = "".join(forms[size].format(text) for text, size in SIZED)
    parts = {
        "content.xml": f"<office:document-content {made}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
        "styles.xml": f"<office:document-styles {made}><office:styles>{usual}</office:styles></office:document-styles>",
    }
    document = read(zipped({"mimetype": "application/vnd.oasis.opendocument.text", **parts}))
    assert sized_articles(document) == [(SIZED[0][0], ()), (SIZED[2][0], (SIZED[4][0],))]
    assert paragraphs(document) == [FIRST, FIRST, SECOND]


def test_a_locked_opendocument_file_says_so():
    with pytest.raises(InputError, match="password"):
        read(odf("text", "", **{"META-INF/manifest.xml": "<manifest:encryption-data/>"}))


# ---- EPUB


@pytest.mark.parametrize("folder", ["", "book/"])  # packed again with the folder that it was unpacked to
def test_a_book_is_read_in_the_order_of_its_spine(folder):
    def chapter(inner):
        return f'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body>{inner}</body></html>'

    parts = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
        "OEBPS/book.opf": '<package><manifest><item id="b" href="b.xhtml"/><item id="a" href="text/a%20one.xhtml"/>'
        '<item id="n" href="n.xhtml" properties="nav"/></manifest>'
        '<spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>',
        "OEBPS/n.xhtml": chapter("<nav><ol><li>第一章</li></ol></nav>"),
        "OEBPS/text/a one.xhtml": chapter(
            f"<h1>青溪志</h1><p>{FIRST[:8]}<b>{FIRST[8:]}</b></p><ul><li>甲</li><li>乙</li></ul>"
        ),
        "OEBPS/b.xhtml": chapter(
            f"<h2>平台</h2><div>{SECOND}<br/>另起。</div><table border='1'><tr><td>指标</td><td>数值</td></tr><tr><td>项目</td><td>36</td></tr></table>"
        ),
    }
    document = read(zipped({folder + name: part for name, part in parts.items()}), name="a.epub")
    assert document.format == "epub"
    assert [article.title for article in document.articles if article.paragraphs] == ["青溪志", "平台"]
    assert [piece for piece in pieces(document) if piece[0] != "contents"] == [
        ("title", "青溪志"), ("paragraph", FIRST), ("paragraph", "甲"), ("paragraph", "乙"), ("title", "平台"),
        ("paragraph", SECOND), ("paragraph", "另起。"), ("table", "指标\t数值"), ("table", "项目\t36"),
    ]  # fmt: skip


def book(chapters):
    """Return a book of chapters, whose list names their titles."""
    names = [f"c{n}" for n in range(len(chapters))]
    labels = "".join(f"<navPoint><navLabel><text>{title}</text></navLabel></navPoint>" for title, _ in chapters)
    return zipped(
        {
            "META-INF/container.xml": '<container><rootfiles><rootfile full-path="book.opf"/></rootfiles></container>',
            "book.opf": "<package><manifest>"
            + "".join(f'<item id="{name}" href="{name}.xhtml"/>' for name in names)
            + '<item id="n" href="toc.ncx" media-type="application/x-dtbncx+xml"/></manifest><spine>'
            + "".join(f'<itemref idref="{name}"/>' for name in names)
            + "</spine></package>",
            "toc.ncx": f"<ncx><navMap>{labels}</navMap></ncx>",
            **{
                f"{name}.xhtml": f"<html><body>{inner}</body></html>"
                for name, (_, inner) in zip(names, chapters, strict=True)
            },
        }
    )


def test_the_list_of_a_book_names_the_titles_of_its_chapters():
    chapters = [
        ("版权信息", "<p>书名：青溪志</p><p>青溪出版社出版</p><p>ISBN 978-7-0000-0000-1</p>"),
        ("第一章 平台", f"<p>第一章　平台</p><p>{FIRST}</p>"),
        ("第二章 通道", f"<p>第二章　通道</p><p>——夜里也有灯</p><p>本报记者 周宁</p><p>{SECOND}</p>"),
    ]
    document = read(book(chapters), name="a.epub")
    assert pieces(document) == [
        ("title", "第一章　平台"), ("paragraph", FIRST), ("title", "第二章　通道"), ("subhead", "——夜里也有灯"),
        ("byline", "本报记者 周宁"), ("paragraph", SECOND),
    ]  # fmt: skip
    assert document.characters["furniture"] == len("书名：青溪志青溪出版社出版ISBN978-7-0000-0000-1")


# ---- OFD


def ofd(*pages, annotations="", templates="", drawn=""):
    """Return an OFD document; a page is a list of (x, y, size, text) with attributes of the object, in millimetres."""

    def content(objects):
        inner = drawn + "".join(
            f'<ofd:TextObject ID="{i}" Boundary="{x} {y - size} 150 10" Size="{size}" {"".join(more)}>'
            f'<ofd:TextCode X="0" Y="{size}" DeltaX="g {max(1, len(text) - 1)} {size}">{text}</ofd:TextCode>'
            "</ofd:TextObject>"
            for i, (x, y, size, text, *more) in enumerate(objects)
        )
        return (
            '<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Area><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>'
            f'</ofd:Area>{templates}<ofd:Content><ofd:Layer ID="9">{inner}</ofd:Layer></ofd:Content></ofd:Page>'
        )

    listed = "".join(f'<ofd:Page ID="{i}" BaseLoc="Pages/Page_{i}/Content.xml"/>' for i in range(len(pages)))
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    return zipped(
        {
            "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
            "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:Pages>{listed}</ofd:Pages>"
            "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations></ofd:Document>",
            "Doc_0/Annots/Annotations.xml": f'<ofd:Annotations {space}><ofd:Page PageID="0"><ofd:FileLoc>a.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>',
            "Doc_0/Annots/a.xml": f"<ofd:PageAnnot {space}>{annotations}</ofd:PageAnnot>",
            **{f"Doc_0/Pages/Page_{i}/Content.xml": content(page) for i, page in enumerate(pages)},
        }
    )


def printed(text, top, measure=20, size=5.0, left=25.0):
    """Return the lines that a paragraph fills, the first two characters indented."""
    lines, start = [], 0
    while start < len(text):
        indent = 2 if not start else 0
        lines.append((left + indent * size, top + len(lines) * 8, size, text[start : start + measure - indent]))
        start += measure - indent
    return lines


LONG = "青溪高新区管委会今年上半年新签约产业项目四十六个计划总投资二百一十八亿元其中超十亿元的项目七个半导体装备和生物医药各占三成。"
OTHER = (
    "在园区北侧的中水回用厂三条膜处理产线已经满负荷运行每天可以把两万吨工业废水变成冷却塔的补水用水量比前年下降两成。"
)


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
def test_what_stands_at_the_head_of_markdown_is_no_paragraph(name):
    front = "---\ntitle: 青溪高新区简报\ndate: 2026-10-09\nauthor: 盛夏\n---\n"
    document = read(f"{front}\n{LONG}\n\n{OTHER}\n".encode(), name=name)
    assert (document.articles[0].title, paragraphs(document)) == ("青溪高新区简报", [LONG, OTHER])
    assert document.metadata == {"title": "青溪高新区简报", "date": "2026-10-09", "author": "盛夏"}
    assert "furniture" in document.characters


def test_footnotes_of_markdown_are_notes():
    text = f"# 青溪高新区简报\n\n{LONG}[^1]\n\n[^1]: 数据由**统计局**提供。\n"
    document = read(text.encode(), name="a.md")
    assert paragraphs(document) == [LONG]
    assert [text for kind, text in pieces(document) if kind == "note"] == ["1 数据由统计局提供。"]


def test_an_ofd_page_gives_its_paragraphs_without_the_page_number():
    watermark = '<ofd:Annot Type="Watermark"><ofd:Appearance><ofd:TextObject><ofd:TextCode>内部</ofd:TextCode></ofd:TextObject></ofd:Appearance></ofd:Annot>'
    page = [
        (60.0, 30.0, 8.0, "青溪高新区简报"),
        *printed(LONG, 60),
        *printed(OTHER, 60 + 8 * 4),
        (100.0, 285.0, 4.0, "— 1 —"),
    ]
    document = read(ofd(page, annotations=watermark), name="a.ofd")
    assert document.format == "ofd"
    assert [text for kind, text in pieces(document) if kind == "paragraph"] == [LONG, OTHER]
    assert document.articles[0].title == "青溪高新区简报"
    assert (document.characters["watermark"], document.characters["furniture"]) == (2, 3)
    assert "lost" not in document.characters
    assert document.articles[0].paragraphs[0].page == 1
    assert_nothing_lost(document)
    assert_spans_hold(document)


def test_heads_that_come_again_on_the_pages_of_an_ofd_document_are_furniture():
    page = [(25.0, 20.0, 4.0, "青溪高新区工作简报"), *printed(LONG, 60), *printed(OTHER, 92)]
    document = read(ofd(page, page, page))
    assert "工作简报" not in "".join(paragraphs(document))
    assert document.characters["furniture"] == 27


def test_a_paragraph_goes_on_across_the_columns_and_pages_of_an_ofd_document():
    lines = printed(LONG + OTHER + LONG, 0, measure=14, size=5.0)
    left = [(20.0, 40.0 + 8 * i, 5.0, text) for i, (_, _, _, text) in enumerate(lines[:5])]
    right = [(110.0, 40.0 + 8 * i, 5.0, text) for i, (_, _, _, text) in enumerate(lines[5:10])]
    last = [(20.0, 40.0 + 8 * i, 5.0, text) for i, (_, _, _, text) in enumerate(lines[10:])]
    left[0] = (30.0, *left[0][1:])
    mixed = [piece for row in zip(left, right, strict=True) for piece in row]  # as writers of forms leave them
    document = read(ofd(mixed, last))
    assert paragraphs(document) == [LONG + OTHER + LONG]
    assert_nothing_lost(document)


def test_a_ruled_table_of_an_ofd_document_gives_its_rows():
    cells = [["园区", "产值"], ["青溪光学产业园", "312亿元"], ["石门氢能产业园", "184亿元"]]
    rows = [(30.0 + 70 * x, 46.0 + 10 * y, 5.0, cell) for y, row in enumerate(cells) for x, cell in enumerate(row)]
    data = " ".join(f"M 0 {10 * y} L 140 {10 * y}" for y in range(4)) + " "
    data += " ".join(f"M {70 * x} 0 L {70 * x} 30" for x in range(3))
    grid = f'<ofd:PathObject Boundary="28 40 140 30"><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>'
    document = read(ofd([*rows, *printed(LONG, 90)], drawn=grid))
    assert [text for kind, text in pieces(document) if kind == "table"] == ["\t".join(row) for row in cells]
    assert paragraphs(document)[-1] == LONG


def test_what_an_ofd_page_does_not_show_is_named():
    page = [
        *printed(LONG, 60),
        (30.0, 150.0, 5.0, "看不见的字", 'Visible="false"'),
        (30.0, 60.0, 5.0, "底下的一层文字底下的一层文字", 'Alpha="0"'),
        (30.0, 400.0, 5.0, "纸外的字"),
        (60.0, 200.0, 12.0, "内部资料", 'CTM="0.7 -0.7 0.7 0.7 0 0"'),
    ]
    document = read(ofd(page))
    assert paragraphs(document) == [LONG]
    assert {kind: document.characters[kind] for kind in ("hidden", "outside", "watermark")} == {
        "hidden": 19, "outside": 4, "watermark": 4
    }  # fmt: skip
    assert_nothing_lost(document)


def test_the_text_over_the_picture_of_an_ofd_page_is_read():
    picture = '<ofd:ImageObject Boundary="0 0 210 297"/>'
    page = [(x, y, size, text, 'Alpha="0"') for x, y, size, text in [*printed(LONG, 60), *printed(OTHER, 92)]]
    assert paragraphs(read(ofd(page, drawn=picture))) == [LONG, OTHER]
    with pytest.raises(InputError, match=r"OFD document holds no text.*OCR"):
        read(ofd([(30.0, 30.0, 5.0, "收文章")], drawn=picture))


def test_an_ofd_page_that_runs_sideways_or_downwards_is_read():
    turned = [(200.0 - y * 0.7, x, size, text, 'CTM="0 1 -1 0 0 0"') for x, y, size, text in printed(LONG, 20)]
    assert paragraphs(read(ofd(turned))) == [LONG]


def test_an_ofd_document_of_images_says_to_run_ocr():
    with pytest.raises(InputError, match=r"OFD.*OCR"):
        read(ofd([]), name="scan.ofd")


def test_an_ofd_document_of_too_many_pages_is_refused():
    with pytest.raises(InputError, match=r"more than 2 pages.*reading\.max_pages"):
        read(ofd([], [], []), config=ReadingConfig(max_pages=2))


# ---- Rich Text


def rtf(body):
    return (
        r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fcharset134 SimSun;}{\f1\fcharset0 Arial;}}" + body + "}"
    ).encode("ascii")


def gbk(text):
    return "".join(chr(byte) if byte < 128 else f"\\'{byte:02x}" for byte in text.encode("gb18030"))


def uni(text):
    return "".join(f"\\u{(ord(char) + 32768) % 65536 - 32768}?" for char in text)


@pytest.mark.parametrize("write", [gbk, uni])
def test_rich_text_in_a_code_page_or_in_unicode(write):
    document = read(rtf(rf"\pard {write(FIRST)}\par {write(SECOND)}\par"), name="a.rtf")
    assert (document.format, paragraphs(document)) == ("rtf", [FIRST, SECOND])


def test_rich_text_shows_titles_by_their_size():
    places = {24: r"\qc", 12: "", 14: r"\ql"}
    body = "".join(rf"\pard\plain{places[size]}\fs{2 * size} {uni(text)}\par " for text, size in SIZED)
    document = read(rtf(body))
    assert sized_articles(document) == [(SIZED[0][0], ()), (SIZED[2][0], (SIZED[4][0],))]
    assert paragraphs(document) == [FIRST, FIRST, SECOND]


def test_rich_text_shows_what_word_shows():
    body = (
        r"{\stylesheet{\s1 heading 1;}}{\*\generator x}{\header 页眉\par}".replace("页眉", gbk("页眉"))
        + rf"\pard\s1 {gbk('招商引资')}\par\pard {{\*\listtext {gbk('第一条')}\tab}}{gbk(FIRST)}{{\footnote {gbk('注解。')}}}"
        + rf"{{\v {gbk('暗')}}}{{\deleted {gbk('旧')}}}{gbk('完。')}\par"
        + rf"{{\field{{\*\fldinst DATE}}{{\fldrslt {gbk('三月')}}}}}{gbk('一日。')}\par"
        + rf"\trowd\cellx1\cellx2\intbl {gbk('项目')}\cell 36\cell\row\pard {gbk(SECOND)}\par"
    )
    document = read(rtf(body))
    assert pieces(document) == [
        ("title", "招商引资"), ("note", "注解。"), ("paragraph", "第一条\t" + FIRST + "完。"), ("paragraph", "三月一日。"),
        ("table", "项目\t36"), ("paragraph", SECOND),
    ]  # fmt: skip
    assert {"deleted", "hidden", "furniture"} <= document.characters.keys()


def test_a_number_that_word_set_has_no_tab_behind_it():
    listed = rf"\pard{{\listtext\tab 1.\tab}}{gbk(FIRST)}\par{{\listtext {gbk('（二）')}\tab}}{gbk(SECOND)}\par"
    assert paragraphs(read(rtf(listed))) == [f"1.{FIRST}", f"（二）{SECOND}"]


def test_characters_beyond_the_first_plane_and_substitutes_of_two_bytes():
    assert paragraphs(read(rtf(r"\uc2\u-10174 ??\u-8265 ??\u39640 \'b8\'df" + gbk("新区签约。")))) == ["𠮷高新区签约。"]


def test_binary_data_is_passed_over():
    data = rtf("").removesuffix(b"}") + rb"{\*\objdata\bin6 }{\\}}}" + gbk(FIRST).encode() + b"}"
    assert paragraphs(read(data)) == [FIRST]


# ---- Markdown


def markdown(text):
    return pieces(read(text.encode(), name="a.md"))


def test_markdown_may_begin_with_a_tag_as_programs_that_read_scans_write_it():
    centred = '<div style="text-align: center;">青溪高新区年报</div>'
    text = f"{centred}\n\n{LONG}\n\n{centred.replace('青溪高新区年报', '<img src=a.jpg>')}\n\n## 一、招商\n\n{OTHER}\n"
    assert pieces(read(text.encode())) == [
        ("title", "青溪高新区年报"), ("paragraph", LONG), ("subhead", "一、招商"), ("paragraph", OTHER),
    ]  # fmt: skip
    assert read(f"<div>{LONG}</div>\n<div>{OTHER}</div>\n".encode()).format == "html"


def test_pages_and_raised_notes_of_such_programs():
    rule = "-" * 48
    text = f"{{0}}{rule}\n\n# **青溪年报**\n\n{LONG}<sup>1</sup>\n\n{{1}}{rule}\n\n10 m<sup>2</sup>，{OTHER}\n\n<sup>1</sup> 见公报。\n"
    assert pieces(read(text.encode())) == [
        ("title", "青溪年报"), ("paragraph", LONG), ("paragraph", f"10 m2，{OTHER}"), ("note", "1 见公报。"),
    ]  # fmt: skip


def test_a_bold_line_is_a_heading_and_boxes_of_tasks_and_brackets_of_addresses_go():
    text = f"# 年报\n\n{LONG}\n\n**联系我们**\n\n- [ ] 稿件寄到<a@example.com>信箱，由专人登记。\n- [x] {OTHER}\n\n**{FIRST}**\n"
    assert markdown(text) == [
        ("title", "年报"), ("paragraph", LONG), ("subhead", "联系我们"), ("paragraph", "稿件寄到a@example.com信箱，由专人登记。"),
        ("paragraph", OTHER), ("paragraph", FIRST),
    ]  # fmt: skip


def test_marks_are_off_and_headings_and_rows_are_what_they_are():
    text = f"# 青溪年报\n\n![](images/8eac.jpg)\n\n## 一、招商\n\n{FIRST[:6]}**{FIRST[6:]}**\n\n| 指标 | 数值 |\n|:--|--:|\n| 项目 | 36 |\n\n> {SECOND}\n\n---\n- 甲\n- 乙\n"
    assert markdown(text) == [
        ("title", "青溪年报"), ("subhead", "一、招商"), ("paragraph", FIRST), ("table", "指标\t数值"), ("table", "项目\t36"),
        ("paragraph", SECOND), ("paragraph", "甲"), ("paragraph", "乙"),
    ]  # fmt: skip


def test_a_table_of_html_does_not_make_it_a_web_page():
    table = "<html><body><table><tr><td>指标</td><td colspan=2>数值</td></tr><tr><td>项目</td><td>36</td></tr></table></body></html>"
    assert markdown(f"# 年报\n\n{FIRST}\n\n{table}\n\n{SECOND}\n") == [
        ("title", "年报"), ("paragraph", FIRST), ("table", "指标\t数值"), ("table", "项目\t36"), ("paragraph", SECOND),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("成交额达到 $1 8$ 亿元", "成交额达到18亿元"),
        (r"增长 $2 3 . 5 \%$ ，排放 $\mathrm { C O } _ { 2 }$ 下降", "增长23.5%，排放CO2下降"),
        (r"面积 $\geqslant 3 0 0 \mathrm { m } ^ { 2 }$", "面积≥300m2"),
        (r"占 $\frac{1}{3}$ 以上", "占1/3以上"),
        ('见[公告](http://a.cn/b_(1).html "题")和`代码`', "见公告和代码"),
        (r"5\*3，a_b_c，*斜体*，__粗__，~~旧~~", "5*3，a_b_c，斜体，粗，旧"),
        ("每股$5，每吨$8", "每股$5，每吨$8"),
        ("A&amp;B 与 1<sup>2</sup>", "A&B 与 12"),
    ],
)
def test_marks_within_a_line(written, read_as):
    lines = parse_markdown(f"# 题\n\n{written}").lines
    assert [line.text for line in lines] == ["题", read_as]


def test_wrapped_lines_are_one_paragraph_and_sentences_on_lines_of_their_own_are_not():
    wrapped = "## 一\n\n青溪高新区今年新签约项目\n三十六个，总投资一百八十\n亿元。\n\n## 二\n\n甲项目开工，投资三亿元。\n乙项目投产。\n"
    assert [text for kind, text in markdown(wrapped) if kind == "paragraph"] == [
        "青溪高新区今年新签约项目三十六个，总投资一百八十亿元。",
        "甲项目开工，投资三亿元。",
        "乙项目投产。",
    ]


def test_front_matter_gives_the_title():
    assert markdown(f"---\ntitle: 青溪年报\ndate: 2026-03-01\n---\n\n{FIRST}\n\n**{SECOND}**\n")[0] == (
        "title",
        "青溪年报",
    )


@pytest.mark.parametrize(
    "text",
    [
        f"{FIRST}\n{SECOND}\n",
        f"*号项目36个。\n#1 厂房\n{FIRST}\n",
        "<html><body><h1># 甲</h1></body></html>",
        "单价｜数量\n----\n价格 3 | 5\n",
    ],
)
def test_other_text_is_no_markdown(text):
    assert not is_markdown(text)


@pytest.mark.parametrize("unit", ["**a", "[a](", "$a", "<table>", "<!--", "`a", "|", "# ", "![", "_a", "<td>"])
def test_marks_without_end_take_no_time(unit):
    start = time.process_time()
    parse_markdown("# 题\n\n" + unit * (60_000 // len(unit)))
    assert time.process_time() - start < 5


# ---- old Office files


def ole(stream):
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + (stream + "\0").encode("utf-16-le") + bytes(512)


@pytest.mark.parametrize(
    ("stream", "said"),
    [
        ("WordDocument", r"Word 97-2003 or WPS document; save it as \.docx"),
        ("Workbook", r"Excel.*save it as \.xlsx"),
        ("PowerPoint Document", r"PowerPoint.*save it as \.pptx"),
        ("EncryptedPackage", "password"),
        ("HwpSummaryInformation", "Hangul"),
        ("x", "before 2007"),
    ],
)
def test_old_office_files_are_named_where_libreoffice_is_missing(stream, said, monkeypatch):
    monkeypatch.setattr("gxclassify.reading.office.legacy.soffice", lambda: None)
    with pytest.raises(InputError, match=said):
        read(ole(stream), name="old.doc")


def test_libreoffice_converts_where_it_is_installed(monkeypatch, tmp_path):
    made = tmp_path / "made.docx"
    made.write_bytes(docx(p(FIRST)))
    program = tmp_path / "soffice"
    program.write_text(
        '#!/bin/sh\nwhile [ $# -gt 0 ]; do case "$1" in --outdir) out="$2";; esac; shift; done\n'
        f'cp "{made}" "$out/document.docx"\n'
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert soffice() == str(program)
    document = read(ole("WordDocument"), name="old.doc")
    assert (document.format, paragraphs(document)) == ("docx", [FIRST])
    assert any("LibreOffice" in note for note in document.notes)
    program.write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(InputError, match="cannot convert"):
        read(ole("WordDocument"), name="old.doc")


@pytest.mark.parametrize("between", ["\n\n", "\r\n\r\n"])
def test_one_heading_on_top_makes_markdown(between):
    document = read(between.join(["# 青溪高新区推介", FIRST, SECOND]).encode(), name="a.txt")
    assert (document.articles[0].title, paragraphs(document)) == ("青溪高新区推介", [FIRST, SECOND])
    assert not is_markdown(f"{FIRST}\n\n# 青溪\n\n{SECOND}")


def test_a_subject_in_the_characters_of_the_mail_itself_is_read():
    text = "近日，临江高新区签约12个新材料项目，总投资38亿元。这是今年的第一批项目。"
    mail = f"From: press@example.com\nSubject: 临江高新区引进十二个新材料项目\nMIME-Version: 1.0\n\n{text}\n"
    for encoding in ("gbk", "utf-8"):
        (article,) = read(mail.encode(encoding), name="a.eml").articles
        assert (article.title, [p.text for p in article.paragraphs]) == ("临江高新区引进十二个新材料项目", [text])


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "x-unheard-of"])
@pytest.mark.parametrize("version", ["", "MIME-Version: 1.0\n"])
def test_a_mail_without_its_version_or_with_a_wrong_charset_is_read(version, charset):
    text = "近日，临江高新区签约12个新材料项目，总投资38亿元。这是今年的第一批项目。"
    head = f"From: press@example.com\nSubject: 临江高新区签约\n{version}Content-Type: text/plain; charset={charset}\n"
    for body in (f"\n{text}\n", f"Content-Transfer-Encoding: base64\n\n{base64.encodebytes(text.encode()).decode()}"):
        document = read(f"{head}{body}".encode(), name="a.eml")
        assert (document.articles[0].title, paragraphs(document)) == ("临江高新区签约", [text])


def test_columns_that_read_as_texts_beside_the_text_are_told(tmp_path):
    rows = [["编号", "建设内容", "进展情况", "存在问题"]]
    rows += [
        [f"甲{i}", "建设年产6GWh的储能电芯生产线，配套检测中心。", "主体厂房已经封顶，8月进场安装设备。", "无"]
        for i in range(3)
    ]
    path = table(tmp_path / "a.xlsx", *rows)
    told = "1 more column of sheet 'Sheet' reads as text ('进展情况'): kept as fields, not tagged."
    found = read(path)
    assert told in found.notes
    assert found.articles[0].paragraphs[0].record["进展情况"].startswith("主体厂房")
    assert told not in read(path, text_column="进展情况").notes


def test_markdown_may_begin_with_a_comment_as_programs_write_it():
    text = f"<!-- image -->\n\n## 青溪年报\n\n{FIRST}\n\n<!-- image -->\n\n## 计划\n\n{SECOND}\n"
    assert markdown(text) == [
        ("title", "青溪年报"), ("paragraph", FIRST), ("subhead", "计划"), ("paragraph", SECOND)
    ]  # fmt: skip


def test_where_a_model_found_its_blocks_is_no_text():
    mark = "<|ref|>{}<|/ref|><|det|>[[120, 80, 880, 130]]<|/det|>\n"
    text = f"{mark.format('title')}# 青溪年报\n\n{mark.format('text')}{FIRST}\n\n{mark.format('image')}\n"
    assert markdown(text) == [("title", "青溪年报"), ("paragraph", FIRST)]


def test_settings_at_the_head_of_markdown_are_no_text():
    text = f"---\nprimary_language: zh\nis_table: False\ntags:\n  - a\n---\n青溪高新区年报\n\n一、产业\n\n{FIRST}\n\n{SECOND}\n"
    assert markdown(text)[:2] == [("title", "青溪高新区年报"), ("subhead", "一、产业")]


def test_marks_of_pandoc_and_of_notebooks_come_off():
    grid = "+----+----+\n| 甲 | 乙 |\n+====+====+\n| 1  | 2  |\n+----+----+\n\n: 表 1 产值\n"
    text = (
        f"产业 {{#sec1 .unnumbered}}\n======\n\n{FIRST} ^block1\n\n{grid}\n> [!note] 要点\n> {SECOND}\n\n"
        "见[[青溪概况|概况]]%%待查%%。![[图.png]]\n\n#园区 #调研\n"
    )
    assert markdown(text) == [
        ("title", "产业"), ("paragraph", FIRST), ("table", "甲\t乙"), ("table", "1\t2"), ("caption", "表 1 产值"),
        ("subhead", "要点"), ("paragraph", SECOND), ("paragraph", "见概况。"),
    ]  # fmt: skip


def test_lines_that_head_or_label_something_are_not_joined():
    text = f"# 青溪年报\n\n# 目 录\n\n一、产业 1\n二、设施 3\n三、计划 5\n\n# 一、产业\n\n{FIRST}[1](#p-1)\n\n作者：周宁\n单位：青溪\n"
    found = markdown(text)
    assert ("contents", "目 录\n一、产业 1\n二、设施 3\n三、计划 5") in found
    assert found[-3:] == [("paragraph", FIRST), ("byline", "作者：周宁"), ("paragraph", "单位：青溪")]


def test_over_the_title_of_markdown_may_stand_an_office_and_below_it_an_author():
    text = f"# 青溪高新区文件\n\n青高〔2026〕3号\n\n# 关于印发年报的通知\n\n{FIRST}\n\n## 计划\n\n{SECOND}\n"
    assert markdown(text)[:2] == [("title", "关于印发年报的通知"), ("paragraph", FIRST)]
    assert markdown(f"**青溪年报**\n\n**赵晓勇 李文**\n\n{FIRST}\n\n**计划**\n\n{SECOND}\n")[:2] == [
        ("title", "青溪年报"), ("byline", "赵晓勇 李文")
    ]  # fmt: skip


def test_a_quote_in_an_item_begins_a_paragraph():
    text = f"# 青溪年报\n\n{FIRST}\n\n1. 缴费\n   > {SECOND}\n"
    assert markdown(text)[-1] == ("paragraph", SECOND)


def put(text, top, high=100):
    """A box of a slide at a place of its own."""
    place = f'<a:xfrm><a:off x="0" y="{top}"/><a:ext cx="9" cy="{high}"/></a:xfrm>'
    return shape(text).replace("<p:txBody>", f"<p:spPr>{place}</p:spPr><p:txBody>")


def test_boxes_of_a_slide_that_stand_below_each_other_are_read_so():
    title = shape("二、平台", "title")
    assert paragraphs(read(pptx(slide(put(SECOND, 500) + put(FIRST, 200) + title)))) == [FIRST, SECOND]
    assert paragraphs(read(pptx(slide(put(SECOND, 250) + put(FIRST, 200) + title)))) == [SECOND, FIRST]  # side by side
    assert paragraphs(read(pptx(slide(put(SECOND, 500) + shape(FIRST) + title)))) == [SECOND, FIRST]  # place unknown


@pytest.mark.parametrize("links", [1, 3])
def test_a_part_of_a_book_that_links_to_the_others_is_its_list_of_contents(links):
    listed = "".join(f'<p><a href="b.xhtml">第{n}章　平台</a></p>' for n in range(links))
    head = "<h2>目录</h2>" if links == 1 else ""
    parts = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container><rootfiles><rootfile full-path="book.opf"/></rootfiles></container>',
        "book.opf": '<package><manifest><item id="a" href="a.xhtml"/><item id="b" href="b.xhtml"/></manifest>'
        '<spine><itemref idref="a"/><itemref idref="b"/></spine></package>',
        "a.xhtml": f"<html><body>{head}{listed}</body></html>",
        "b.xhtml": f"<html><body><h2>平台</h2><p>{SECOND}</p></body></html>",
    }
    document = read(zipped(parts), name="a.epub")
    kinds = [kind for kind, _ in pieces(document)]
    assert (kinds[-2:], set(kinds[:-2])) == (["title", "paragraph"], {"contents"})


@pytest.mark.parametrize("between", ["", "\n```\n\n```markdown\n"])
def test_markdown_within_a_fence_as_models_answer_is_read(between):
    document = read(f"```markdown\n# 青溪\n\n{FIRST}\n{between}\n{SECOND}\n```\n".encode())
    assert pieces(document) == [("title", "青溪"), ("paragraph", FIRST), ("paragraph", SECOND)]
    code = read(f'# 接口\n\n```json\n{{"words_result": [{{"words": "签约"}}]}}\n```\n\n{FIRST}\n'.encode())
    assert paragraphs(code)[-1] == FIRST
