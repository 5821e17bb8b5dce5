"""Word documents, as Word shows them; every character is in a text or named."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gxclassify.config import ReadingConfig
from gxclassify.errors import InputError
from gxclassify.messages import spoken
from gxclassify.reading import read
from gxclassify.reading.archives import parse_archive
from gxclassify.reading.office.numbering import FORMATS
from gxclassify.reading.parsed import LEFT_OUT, solid
from gxclassify.reading.reader import document_from_parsed
from reading.checks import assert_nothing_lost, assert_spans_hold
from reading.wordfile import (
    box,
    deleted,
    docx,
    field,
    inserted,
    item,
    numbering,
    p,
    relations,
    root,
    run,
    table,
    zipped,
)

FIRST = "青溪高新区今年新签约项目36个，总投资180亿元。"
SECOND = "园区建成省级创新平台12家，集聚研发人员四千名。"


def shown(data):
    """Return the shown lines and the left-out ones of a document."""
    lines = parse_archive(data, 10).lines
    return [line.text for line in lines if line.role not in LEFT_OUT], {
        line.role: line.text for line in lines if line.role in LEFT_OUT
    }


def texts(data):
    return shown(data)[0]


def test_insertions_are_in_and_deletions_are_named():
    lines, out = shown(docx(p("奖励", deleted("10"), inserted("20"), "万元。")))
    assert lines == ["奖励20万元。"]
    assert out == {"deleted": "10"}


def test_what_was_moved_stands_once_where_it_is_now():
    body = p("<w:moveFrom>" + run("甲。") + "</w:moveFrom>", "乙。") + p("<w:moveTo>" + run("甲。") + "</w:moveTo>")
    assert shown(docx(body)) == (["乙。", "甲。"], {"deleted": "甲。"})


def test_a_paragraph_whose_mark_is_deleted_goes_on_in_the_next():
    body = p("园区签约", props="<w:rPr><w:del/></w:rPr>") + p("项目十个。")
    assert texts(docx(body)) == ["园区签约项目十个。"]


def test_a_deleted_row_is_out():
    body = table(["甲", "一"]) + table(["乙", "二"]).replace("<w:tr>", "<w:tr><w:trPr><w:del/></w:trPr>")
    lines, out = shown(docx(body))
    assert lines == ["甲\t一"]
    assert set(out) == {"deleted"}


@pytest.mark.parametrize("name", ["smartTag", "customXml", "hyperlink", "bdo", "fldSimple"])
def test_wrapped_runs_are_read(name):
    assert texts(docx(p("到", f"<w:{name}>{run('2028年')}</w:{name}>", "建成。"))) == ["到2028年建成。"]


def test_content_controls_are_read_at_every_level_and_prompts_are_not():
    inner = f"<w:sdt><w:sdtContent>{run('5000万元')}</w:sdtContent></w:sdt>"
    prompt = (
        f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('单击此处输入文字')}</w:sdtContent></w:sdt>"
    )
    body = f"<w:sdt><w:sdtContent>{p(FIRST)}</w:sdtContent></w:sdt>" + p("奖励", inner, prompt, "。")
    assert shown(docx(body)) == ([FIRST, "奖励5000万元。"], {"hidden": "单击此处输入文字"})


def test_a_field_shows_its_result_and_not_its_code():
    body = p("自", field(" DATE ", "三月一日"), "起施行", field(r" XE 词条 "), "。")
    assert texts(docx(body)) == ["自三月一日起施行。"]


def test_a_nested_field_in_a_code_is_not_shown():
    inner = field(" DOCPROPERTY a ", "甲")
    body = p(field(f" IF </w:instrText></w:r>{inner}<w:r><w:instrText> = 乙 ", "结果"), "。")
    assert shown(docx(body)) == (["结果。"], {"hidden": "甲"})


def test_a_character_in_a_circle_is_a_field_without_result():
    assert texts(docx(p(field(r" eq \o\ac(○,3) "), "项目开工。"))) == ["③项目开工。"]


def test_readings_are_named_and_their_base_stays():
    ruby = f"<w:ruby><w:rubyPr/><w:rt>{run('yún')}</w:rt><w:rubyBase>{run('云')}</w:rubyBase></w:ruby>"
    assert shown(docx(p(f"<w:r>{ruby}</w:r>", "栖。"))) == (["云栖。"], {"ruby": "yún"})


@pytest.mark.parametrize("old", [False, True])
def test_a_text_box_is_read_once_behind_its_paragraph(old):
    assert texts(docx(p("正文", box(p(SECOND), old=old), "继续。"))) == ["正文继续。", SECOND]


def test_a_choice_whose_first_branch_is_empty_gives_the_other():
    choice = "<mc:AlternateContent><mc:Choice/><mc:Fallback>" + run("后备") + "</mc:Fallback></mc:AlternateContent>"
    assert texts(docx(p(choice, "。"))) == ["后备。"]


def test_hidden_text_is_named_also_by_its_style():
    styles = '<w:style w:type="character" w:styleId="x"><w:name w:val="x"/><w:rPr><w:vanish/></w:rPr></w:style>'
    body = p("前", run("暗", "<w:vanish/>"), run("影", '<w:rStyle w:val="x"/>'), run("后。", '<w:vanish w:val="0"/>'))
    assert shown(docx(body, styles=styles)) == (["前后。"], {"hidden": "暗影"})


def test_a_formula_stands_in_its_place():
    fraction = "<m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>b</m:t></m:r></m:den></m:f>"
    assert texts(docx(p("能耗", f"<m:oMath>{fraction}</m:oMath>", "下降。"))) == ["能耗a/b下降。"]


def test_symbols_that_say_something_are_read():
    tick = '<w:r><w:sym w:font="Wingdings 2" w:char="F052"/></w:r>'
    assert texts(docx(p(tick, "同意"))) == ["☑同意"]


def test_notes_are_parts_and_running_heads_are_furniture():
    notes = f'<w:footnote w:id="0" w:type="separator">{p("")}</w:footnote><w:footnote w:id="2">{p(SECOND)}</w:footnote>'
    data = docx(p(FIRST, "<w:r><w:footnoteReference w:id='2'/></w:r>"), footnotes=notes, header=p("内部资料"))
    document = read(data)
    (article,) = document.articles
    assert [x.text for x in article.paragraphs] == [FIRST]
    assert [(part.kind, part.text) for part in article.parts] == [("note", SECOND)]
    assert document.characters["furniture"] == 4
    assert "lost" not in document.characters


def test_comments_are_named():
    data = docx(p(FIRST), comments=f'<w:comment w:id="1">{p("请核实")}</w:comment>')
    assert shown(data) == ([FIRST], {"comment": "请核实"})


def test_a_list_of_contents_is_one_part():
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC \\o "1-3" </w:instrText></w:r>'
    first = p(begin, '<w:r><w:fldChar w:fldCharType="separate"/></w:r>', "一、招商\t1")
    last = p("二、创新\t3", '<w:r><w:fldChar w:fldCharType="end"/></w:r>')
    document = read(docx(first + last + p("一、招商") + p(FIRST)))
    (article,) = document.articles
    assert [part.kind for part in article.parts if part.kind == "contents"] == ["contents"]
    assert FIRST in [x.text for x in article.paragraphs]
    assert all("\t" not in x.text for x in article.paragraphs)


def test_styles_and_outline_levels_make_title_and_subheads():
    styles = (
        '<w:style w:type="paragraph" w:styleId="a"><w:name w:val="Title"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="b"><w:name w:val="heading 2"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="c"><w:name w:val="自定义"/><w:basedOn w:val="b"/></w:style>'
    )
    body = p("青溪高新区年报", style="a") + p("招商引资", style="c") + p(FIRST)
    body += p("创新平台", props='<w:outlineLvl w:val="1"/>') + p(SECOND) + p(FIRST, style="b")
    (article,) = read(docx(body, styles=styles)).articles
    assert (article.title, article.subheads) == ("青溪高新区年报", ("招商引资", "创新平台"))
    assert [x.text for x in article.paragraphs] == [FIRST, SECOND, FIRST]  # a sentence in a heading's dress


def test_large_lines_in_the_text_are_headings_or_titles_of_other_articles():
    def set_in(text, size, place="center"):
        return p(run(text, f'<w:sz w:val="{size}"/>'), props=f'<w:jc w:val="{place}"/>')

    one = set_in("园区一天签下二十三个项目", 48) + set_in("——“一窗通办”见闻", 28) + p(FIRST) + p(SECOND)
    other = set_in("废酸变原料", 48) + p(FIRST) + set_in("零碳工厂在路上", 26, "left") + p(SECOND)
    articles = read(docx(one + other)).articles
    assert [article.title for article in articles] == ["园区一天签下二十三个项目", "废酸变原料"]
    assert [article.subheads for article in articles] == [("——“一窗通办”见闻",), ("零碳工厂在路上",)]


def test_titles_at_the_left_are_those_of_several_articles_where_smaller_headings_stand_below():
    def large(text, size):
        return p(run(text, f'<w:sz w:val="{size}"/>'))

    first = large("青溪老码头改成了夜校", 36) + p(run("记者 周宁")) + p(run(FIRST)) + large("灯下的课桌", 28)
    second = large("青溪通道夜里不熄灯", 36) + p(run("记者 孟川")) + p(run(SECOND))
    document = read(docx(first + p(run(SECOND)) + second))
    assert [(article.title, article.byline, article.subheads) for article in document.articles] == [
        ("青溪老码头改成了夜校", "记者 周宁", ("灯下的课桌",)),
        ("青溪通道夜里不熄灯", "记者 孟川", ()),
    ]


def test_the_day_of_the_week_over_a_title_is_no_number_of_a_bulletin():
    head = p(run("青溪日报")) + p(run("2026年10月10日　星期六　第3版"))
    document = read(docx(head + p(run("青溪老码头改成了夜校")) + p(run(FIRST)) + p(run(SECOND))))
    assert document.articles[0].title == "青溪老码头改成了夜校"
    assert document.articles[0].subheads == ()


def test_large_centred_lines_above_the_text_are_the_title():
    def centred(text, size):
        return p(run(text, f'<w:sz w:val="{size}"/>'), props='<w:jc w:val="center"/>')

    small = f'<w:sz w:val="{32}"/>'
    body = centred("青溪高新区管委会文件", 72) + centred("青高管〔2026〕3号", 32)
    body += (
        centred("关于印发招商引资", 44) + centred("若干措施的通知", 44) + p(run(FIRST, small)) + p(run(SECOND, small))
    )
    lines = parse_archive(docx(body), 10).lines
    assert [line.text for line in lines if line.role == "title"] == ["关于印发招商引资若干措施的通知"]


# ---- tables


def test_the_title_under_a_letterhead_is_the_title():
    centred = '<w:jc w:val="center"/>'
    head = p(run("青岚高新区管理委员会文件", '<w:sz w:val="72"/>'), props=centred) + p(
        "青管发〔2026〕12号", props=centred
    )
    body = (
        head + p(run("关于培育集群的通知", '<w:sz w:val="44"/>'), props=centred) + p("各部门：") + p(FIRST) + p(SECOND)
    )
    (article,) = read(docx(body)).articles
    assert (article.title, article.subheads) == ("关于培育集群的通知", ())
    assert [x.text for x in article.paragraphs][:2] == ["各部门：", FIRST]
    assert "lost" not in read(docx(body)).characters


def test_rows_keep_equal_neighbours_and_empty_places():
    assert texts(docx(table(["2024年", "2025年", "2026年"], ["12", "12", "15"]))) == [
        "2024年\t2025年\t2026年",
        "12\t12\t15",
    ]


def test_a_cell_that_goes_on_from_above_is_not_repeated():
    merged = "<w:tcPr><w:vMerge/></w:tcPr>" + p("")
    assert texts(docx(table(["管委会", "甲"], [merged, "乙"]))) == ["管委会\t甲", "\t乙"]


def test_paragraphs_in_a_cell_stay_apart():
    assert texts(docx(table(["平台", p("甲") + p("乙")]))) == ["平台\t甲 乙"]


def test_inner_tables_have_rows_of_their_own():
    inner = p("孵化面积") + table(["加速器", "20万平方米"]) + p("")
    assert texts(docx(table([inner, "50万平方米"]))) == ["孵化面积\t50万平方米", "加速器\t20万平方米"]


def test_a_table_that_lays_out_text_reads_as_prose():
    left, right = p(FIRST) + p(SECOND), p(SECOND)
    assert texts(docx(table(["简报", "第3期"], [left, right]))) == ["简报\t第3期", FIRST, SECOND, SECOND]


def test_a_table_of_one_column_is_a_box():
    lines = parse_archive(docx(table([p("提示：") + p(FIRST)])), 10).lines
    assert [(line.role, line.text) for line in lines] == [("", "提示："), ("", FIRST)]


def test_rows_stand_in_the_document_as_such():
    (article,) = read(docx(p(FIRST) + table(["项目", "金额"], ["甲", "3亿元"]))).articles
    assert [(x.kind, x.text) for x in article.paragraphs] == [
        ("paragraph", FIRST),
        ("table", "项目\t金额"),
        ("table", "甲\t3亿元"),
    ]


# ---- numbers


def test_clauses_and_their_items_are_numbered():
    lists = numbering(("chineseCountingThousand", "第%1条"), ("chineseCounting", "（%2）"), ("decimal", "%3."))
    body = (
        item("甲。")
        + item("乙：")
        + item("子；", 1)
        + item("丑；", 1)
        + item("寅。", 2)
        + item("丙：")
        + item("卯。", 1)
    )
    assert texts(docx(body, numbering=lists)) == [
        "第一条\u3000甲。", "第二条\u3000乙：", "（一）子；", "（二）丑；", "1.寅。", "第三条\u3000丙：", "（一）卯。",
    ]  # fmt: skip


def test_lists_of_one_kind_go_on_and_an_override_begins_again():
    lists = numbering(
        ("decimal", "%1."),
        overrides='<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>',
        more='<w:num w:numId="3"><w:abstractNumId w:val="0"/></w:num>',
    )
    body = item("甲") + item("乙", number=3) + item("丙", number=2) + item("丁", number=2)
    assert texts(docx(body, numbering=lists)) == ["1.甲", "2.乙", "5.丙", "6.丁"]


def test_a_level_that_never_restarts_and_one_in_legal_digits():
    lists = numbering(
        ("upperRoman", "%1."), ("decimal", "%1.%2", "<w:lvlRestart w:val='0'/>", "<w:isLgl/>"), ("decimal", "%3)")
    )
    body = item("甲") + item("子", 1) + item("乙") + item("丑", 1)
    assert texts(docx(body, numbering=lists)) == ["I.甲", "1.1 子", "II.乙", "2.2 丑"]


def test_a_style_numbers_its_paragraphs_and_zero_takes_the_number_off():
    lists = numbering(("ideographTraditional", "%1、"), ("decimal", "%2、", '<w:pStyle w:val="k"/>'))
    styles = (
        '<w:style w:type="paragraph" w:styleId="k"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    body = p("甲", style="k") + p("乙", style="k", props='<w:numPr><w:numId w:val="0"/></w:numPr>') + p("丙", style="k")
    assert texts(docx(body, numbering=lists, styles=styles)) == ["1、甲", "乙", "2、丙"]


def test_deleted_paragraphs_are_not_counted_and_empty_ones_are():
    lists = numbering(("decimal", "%1."))
    body = (
        item("甲") + item(deleted("乙")).replace("</w:pPr>", "<w:rPr><w:del/></w:rPr></w:pPr>") + item("") + item("丙")
    )
    assert texts(docx(body, numbering=lists)) == ["1.甲", "3.丙"]


def test_numbers_in_the_cells_of_a_table_are_shown():
    lists = numbering(("decimal", "%1"))
    assert texts(docx(table([item(""), "甲"], [item(""), "乙"]), numbering=lists)) == ["1\t甲", "2\t乙"]


def test_bullets_are_no_text():
    assert texts(docx(item("甲"), numbering=numbering(("bullet", "\uf0b7")))) == ["甲"]


@pytest.mark.parametrize(
    ("way", "number", "written"),
    [
        ("chineseCounting", 10, "十"),
        ("chineseCounting", 23, "二十三"),
        ("chineseCountingThousand", 105, "一百零五"),
        ("chineseCountingThousand", 1010, "一千零一十"),
        ("chineseLegalSimplified", 12, "壹拾贰"),
        ("ideographTraditional", 11, "甲"),
        ("ideographZodiac", 3, "寅"),
        ("ideographDigital", 20, "二〇"),
        ("decimalEnclosedCircle", 12, "⑫"),
        ("decimalEnclosedCircleChinese", 21, "㉑"),
        ("decimalEnclosedParen", 2, "⑵"),
        ("decimalEnclosedFullstop", 3, "⒊"),
        ("ideographEnclosedCircle", 2, "㊁"),
        ("decimalFullWidth", 10, "１０"),
        ("decimalZero", 7, "07"),
        ("upperRoman", 1994, "MCMXCIV"),
        ("lowerLetter", 28, "bb"),
        ("ordinal", 11, "11th"),
    ],
)
def test_ways_of_writing_a_number(way, number, written):
    assert FORMATS[way](number) == written


# ---- kinds of files


@pytest.mark.parametrize(
    "options",
    [{}, {"strict": True}, {"main": "custom/letter.xml"}, {"dangling": True}, {"main": "word/document2.xml"}],
    ids=["usual", "strict", "other folder", "dangling relationship", "other name"],
)
def test_forms_of_the_package(options):
    document = read(docx(p(FIRST), **options))
    assert (document.format, [x.text for x in document.articles[0].paragraphs]) == ("docx", [FIRST])


def test_a_document_without_relationships_is_found_by_its_usual_name():
    assert texts(zipped({"word/document.xml": root("document", f"<w:body>{p(FIRST)}</w:body>")})) == [FIRST]


def test_one_xml_file_for_all_parts():
    inner = root("document", f"<w:body>{p(FIRST)}</w:body>").partition("?>")[2]
    relation = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://x/officeDocument" Target="word/document.xml"/></Relationships>'
    )
    flat = (
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
        '<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">'
        f'<pkg:part pkg:name="/_rels/.rels"><pkg:xmlData>{relation}</pkg:xmlData></pkg:part>'
        f'<pkg:part pkg:name="/word/document.xml"><pkg:xmlData>{inner}</pkg:xmlData></pkg:part></pkg:package>'
    )
    document = read(flat.encode())
    assert (document.format, document.articles[0].paragraphs[0].text) == ("docx", FIRST)


def test_the_xml_of_word_2003_with_its_numbers_and_deletions():
    text = (
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument '
        'xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" '
        'xmlns:aml="http://schemas.microsoft.com/aml/2001/core" '
        'xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint"><w:body><wx:sect>'
        '<w:p><w:pPr><w:listPr><w:ilvl w:val="0"/><w:ilfo w:val="1"/><wx:t wx:val="第一条"/></w:listPr></w:pPr>'
        '<aml:annotation w:type="Word.Deletion"><aml:content><w:r><w:delText>旧</w:delText></w:r></aml:content>'
        f"</aml:annotation><w:r><w:t>{FIRST}</w:t></w:r></w:p>"
        "<w:sectPr><w:hdr><w:p><w:r><w:t>页眉</w:t></w:r></w:p></w:hdr></w:sectPr></wx:sect></w:body></w:wordDocument>"
    )
    document = read(text.encode())
    assert [x.text for x in document.articles[0].paragraphs] == ["第一条" + FIRST]
    assert (document.characters["deleted"], document.characters["furniture"]) == (1, 2)


def test_an_embedded_file_is_named():
    data = docx(p(FIRST) + '<w:altChunk r:id="z"/>')
    assert any(notice.kind == "format" for notice in read(data).notices)


def test_an_embedded_web_page_is_read_in_its_place():
    relation = relations(("z", "aFChunk", "chunk.html"))
    extra = {"word/_rels/document.xml.rels": relation, "word/chunk.html": f"<html><body><p>{SECOND}</p></body></html>"}
    assert texts(docx(p(FIRST) + '<w:altChunk r:id="z"/>' + p("完。"), extra=extra.items())) == [FIRST, SECOND, "完。"]


def test_a_short_first_line_over_whole_paragraphs_is_the_title():
    assert read(docx(p("青溪高新区若干措施") + p(FIRST))).articles[0].title == "青溪高新区若干措施"
    assert read(docx(p("一、总体要求") + p(FIRST))).articles[0].title is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (docx(p(deleted("全部删去。"))), "deleted"),
        (docx("<w:p/>"), "OCR"),
        (zipped({"a.txt": "x", "b.txt": "y"}), "ZIP archive of 2 files"),
        (zipped({"Index/Document.iwa": "x"}), "Pages"),
        (zipped({"word/document.xml": "<w:document"}), "well-formed"),
        (b"PK\x03\x04broken", "damaged"),
    ],
    ids=["all deleted", "empty", "other archive", "Pages", "no XML", "broken"],
)
def test_refusals_say_what_it_is(data, said):
    with pytest.raises(InputError, match=said) as error:
        read(data, name="a.docx")
    assert "unpack" not in str(error.value)


@pytest.mark.parametrize(
    "data",
    [
        zipped({"word/document.xml": "<w:document"}),
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(2000),
    ],
    ids=["no XML", "encrypted"],
)
def test_refusals_are_told_in_chinese_to_the_last_word(data):
    with pytest.raises(InputError) as error:
        read(data, name="a.docx")
    said = spoken(error.value.message, "zh")
    assert "save it" not in said
    assert said.endswith("保存。")


def test_entities_are_not_expanded():
    xml = (
        '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY f SYSTEM "file:///etc/hostname">]>'
        + root("document", f"<w:body>{p(FIRST)}<w:p><w:r><w:t>&b;&f;</w:t></w:r></w:p></w:body>").partition("?>")[2]
    )
    assert texts(zipped({"word/document.xml": xml})) == [FIRST]


# ---- nothing is lost

_words = st.text(alphabet="高新区招商引资创新平台项目，。、 1aA", min_size=1, max_size=12)


_WRAPPED = {
    "ins": inserted,
    "smart": lambda inner: f"<w:smartTag>{inner}</w:smartTag>",
    "control": lambda inner: f"<w:sdt><w:sdtContent>{inner}</w:sdtContent></w:sdt>",
    "move": lambda inner: f"<w:moveFrom>{inner}</w:moveFrom>",
}
_PLAIN = {
    "run": run,
    "del": deleted,
    "hidden": lambda text: run(text, "<w:vanish/>"),
    "field": lambda text: field(" REF a ", text),
    "ruby": lambda text: f"<w:r><w:ruby><w:rt>{run('a')}</w:rt><w:rubyBase>{run(text)}</w:rubyBase></w:ruby></w:r>",
    "math": lambda text: f"<m:oMath><m:r><m:t>{text}</m:t></m:r></m:oMath>",
    "break": lambda text: "<w:r><w:br/></w:r>" + run(text),
}
_DRESSED = {
    "plain": lambda inner: p(*inner),
    "item": lambda inner: p(*inner, props='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'),
    "title": lambda inner: p(*inner, style="Title"),
    "gone": lambda inner: p(*inner, props="<w:rPr><w:del/></w:rPr>"),
    "hidden": lambda inner: p(*inner, props="<w:rPr><w:vanish/></w:rPr>"),
}


@st.composite
def _inline(draw, depth=0):
    kind = draw(st.sampled_from([*_PLAIN, *(_WRAPPED if depth < 3 else ())]))
    return _WRAPPED[kind](draw(_inline(depth + 1))) if kind in _WRAPPED else _PLAIN[kind](draw(_words))


@st.composite
def _block(draw, depth=0):
    inner = draw(st.lists(_inline(), max_size=4))
    kind = draw(st.sampled_from([*_DRESSED, *(("box", "table", "control") if depth < 2 else ())]))
    if kind == "box":
        return p(*inner, box(draw(_block(depth + 1)), old=draw(st.booleans())))
    if kind == "table":
        cells = [draw(_block(depth + 1)) + draw(_block(depth + 1)) for _ in range(4)]
        return table(cells[:2], cells[2:])
    if kind == "control":
        return f"<w:sdt><w:sdtContent>{draw(_block(depth + 1))}</w:sdtContent></w:sdt>"
    return _DRESSED[kind](inner)


@settings(max_examples=150, deadline=None)
@given(st.lists(_block(), min_size=1, max_size=6))
def test_every_character_is_in_a_line_with_a_role(blocks):
    lists = numbering(("chineseCounting", "第%1条"))
    data = docx(
        p(FIRST) + "".join(blocks), numbering=lists, header=p("页眉"), footnotes=f"<w:footnote>{p('注')}</w:footnote>"
    )
    parsed = parse_archive(data, 10)
    assert parsed.held == sum(solid(line.text) for line in parsed.lines)


@settings(max_examples=25, deadline=None)
@given(st.lists(_block(), min_size=1, max_size=4))
def test_the_document_accounts_for_every_character(blocks):
    parsed = parse_archive(docx(p(FIRST) + "".join(blocks)), 10)
    document = document_from_parsed(parsed, name="a.docx", config=ReadingConfig(), encoding="docx", kind="docx")
    assert "lost" not in document.characters, document.characters
    assert_nothing_lost(document)
    assert_spans_hold(document)


TITLE_STYLE = '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'


@pytest.mark.parametrize(("where", "text"), [("drop", "园"), ("margin", "园区")])
def test_a_first_letter_in_a_frame_of_its_own_belongs_to_its_paragraph(where, text):
    frame = f'<w:framePr w:dropCap="{where}" w:lines="3"/>'
    whole = "园区昨天召开专题会议，部署下半年招商工作。"
    body = p("招商专题会召开", style="T") + p(text, props=frame) + p(whole.removeprefix(text)) + p("会议开了半天。")
    document = read(docx(body, styles=TITLE_STYLE))
    assert [one.text for one in document.articles[0].paragraphs] == [whole, "会议开了半天。"]
    assert "lost" not in document.characters


def test_a_caption_is_known_by_its_style():
    styles = TITLE_STYLE + '<w:style w:type="paragraph" w:styleId="C"><w:name w:val="caption"/></w:style>'
    caption = p("表 ", field(" SEQ 表 ", "1"), "　各园区签约情况", style="C")
    body = p("招商专题会召开", style="T") + p("会议开了半天。") + caption + table(["园区", "签约"], ["东区", "12"])
    assert read(docx(body, styles=styles)).articles[0].captions == ("表 1　各园区签约情况",)


def test_signs_that_were_typed_in_a_symbol_font_are_read():
    font = '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>'
    body = (
        p(run("\uf0fc", font), "已完成立项。") + p(run("\uf0a8", font), "尚未开工。") + p(run("\uf021", font), "其他。")
    )
    document = read(docx(body))
    assert [one.text for one in document.articles[0].paragraphs] == ["✓已完成立项。", "□尚未开工。", "\uf021其他。"]
    assert "lost" not in document.characters


@pytest.mark.parametrize(
    "office", [p(run("临江高新区管理委员会", '<w:sz w:val="72"/>')), table(["管委会办公室", "文件"])]
)
def test_the_office_and_the_number_over_the_title_are_no_headings(office):
    middle = '<w:jc w:val="center"/>'
    title = p(run("关于印发招商行动方案的通知", '<w:sz w:val="44"/>'), props=middle)
    office = office.replace("<w:pPr>", f"<w:pPr>{middle}", 1)
    text = [p("园区昨天召开专题会议，部署下半年招商工作。"), p("会议开了半天，三十人到会。")]
    document = read(docx(office + p("临高管〔2026〕18号", props=middle) + title + "".join(text)))
    assert document.articles[0].title == "关于印发招商行动方案的通知"
    assert document.articles[0].subheads == ()


def test_a_place_for_a_seal_is_no_byline():
    cell = p("本企业承诺所填内容真实，如有虚假愿退回全部资金。") + p("（盖章）")
    document = read(docx(p("资金申请表", style="T") + table(["企业承诺", cell]), styles=TITLE_STYLE))
    assert document.articles[0].byline is None


@pytest.mark.parametrize("styled", [False, True])
def test_printed_lines_that_were_pasted_are_joined_and_a_list_is_not(styled):
    story = [
        "松岭科创城把闲置的二号仓库改成实验仓库，十一家小企业按天租用，货架、叉车和分拣线都是共用的，用完就退，不押一分钱。",
        "仓库主任樊宁说，过去一家小企业光租场地一年就要二十万元，如今平均只花三万多元，省下的钱正好多雇一个人手。",
        "入夏以来又有六家企业排队登记，科创城打算把隔壁的三号仓库也腾出来，秋天以前改好交付使用，届时还要添两条分拣线。",
    ]
    lines = [line for text in story for line in textwrap.wrap(f"　　{text}", 21, drop_whitespace=False)]
    head = '<w:jc w:val="center"/>' if styled else ""
    title = p(run("松岭开放实验仓库", '<w:sz w:val="44"/>' if styled else ""), props=head)
    (article,) = read(docx(title + "".join(map(p, lines)))).articles
    assert (article.title, [paragraph.text for paragraph in article.paragraphs]) == ("松岭开放实验仓库", story)
    firms = [
        "松岭精密轴承制造有限公司",
        "松岭高分子材料有限公司",
        "溪南环保设备制造有限公司",
        "溪南供应链管理有限公司",
        "松岭智能装备制造公司",
    ]
    (article,) = read(docx("".join(map(p, firms)) + p(story[0]))).articles
    assert [paragraph.text for paragraph in article.paragraphs][-5:] == [*firms[1:], story[0]]


def centred(text, size=21):
    return p(run(text, f'<w:sz w:val="{size}"/>'), props='<w:jc w:val="center"/>')


@pytest.mark.parametrize("top", ["临江日报　2026年10月10日", "A03 要闻", "【深度】", "责任编辑：林溪　版式：周扬"])
def test_what_stands_over_a_title_to_say_where_it_is_printed_is_furniture(top):
    document = read(docx(p(top) + p("临江高新区签下项目") + p(FIRST) + p(SECOND)), name="a.docx")
    assert [(a.title, [x.text for x in a.paragraphs]) for a in document.articles] == [
        ("临江高新区签下项目", [FIRST, SECOND])
    ]
    assert_nothing_lost(document)


def test_a_second_headline_set_in_the_middle_is_no_part_of_the_title():
    (article,) = read(
        docx(p("青溪高新区签下项目") + centred("——来自园区的报道") + p(FIRST) + p(SECOND)), name="a.docx"
    ).articles
    assert (article.title, article.subheads) == ("青溪高新区签下项目", ("——来自园区的报道",))


def test_a_kicker_over_the_title_of_the_first_of_several_articles_is_no_article():
    body = p("招商一线") + "".join(
        centred(title, 36) + p(FIRST) + p(SECOND) for title in ("青溪高新区签下项目", "园区建成平台")
    )
    articles = read(docx(body), name="a.docx").articles
    assert [article.title for article in articles] == ["青溪高新区签下项目", "园区建成平台"]


def test_a_kicker_over_a_title_that_nothing_sets_apart():
    (article,) = read(docx(p("惠企见闻") + p("青溪高新区签约项目") + p(FIRST) + p(SECOND)), name="a.docx").articles
    assert (article.title, article.subheads) == ("青溪高新区签约项目", ("惠企见闻",))


CLIPPINGS = [
    ("临江经开区集中签约十二个项目", "10月9日，临江经开区举行项目集中签约仪式，12个项目现场签约，总投资86亿元。"),
    ("松溪新区一枚印章管审批", "松溪新区日前把236项审批事项集中起来，实行一枚印章管审批，企业开办只要四小时。"),
    ("云岭科学城开放仪器百台", "云岭科学城向社会开放大型科研仪器126台，费用由区里补贴一半，已有83家企业使用。"),
]
HEADING_STYLE = (
    '<w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr>'
    "</w:style>"
)


def clippings(name, head, *, number="", byline="", foot=""):
    """A document with its name in the style of titles, and each text below a paragraph that `head` makes."""
    body = p(name, style="T")
    for i, (title, text) in enumerate(CLIPPINGS, 1):
        body += head(number.format(i) + title) + "".join(p(part) for part in (byline, text, foot) if part)
    return docx(body, styles=TITLE_STYLE + HEADING_STYLE)


def assert_clippings(document, name, number):
    first, *others = document.articles
    assert [article.title for article in (first, *others)] == [
        number.format(i) + title for i, (title, _) in enumerate(CLIPPINGS, 1)
    ]
    assert [[part.text for part in article.paragraphs] for article in (first, *others)] == [
        [text] for _, text in CLIPPINGS
    ]
    assert first.subheads == (name,)


@pytest.mark.parametrize("name", ["一周开发区要闻", "江湾动态一周简报（第12期）"])
@pytest.mark.parametrize("number", ["", "{}．"])
@pytest.mark.parametrize("foot", ["", "（长三角导报　2026年11月20日）"])
@pytest.mark.parametrize("large", [True, False])
def test_numbered_headings_below_the_name_of_clippings_are_titles(name, number, foot, large):
    def head(text):
        return p(run(text, '<w:b/><w:sz w:val="32"/>')) if large else p(text, style="H")

    assert_clippings(read(clippings(name, head, number=number, foot=foot)), name, number)


@pytest.mark.parametrize("name", ["开发区剪报", "长三角园区观察"])
def test_headings_over_bylines_are_titles_and_the_first_keeps_its_own(name):
    document = read(clippings(name, lambda text: p(text, style="H"), byline="本报记者　王楠"))
    assert_clippings(document, name, "")
    assert [article.byline for article in document.articles] == ["本报记者　王楠"] * 3
