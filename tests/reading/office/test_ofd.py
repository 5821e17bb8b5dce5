"""OFD: what stands in units of drawing, what is noted and attached, and what is missing."""

from __future__ import annotations

import re

import pytest

from gxclassify.errors import InputError
from gxclassify.reading import read
from reading.checks import assert_nothing_lost, assert_spans_hold
from reading.wordfile import zipped

TITLE = "望江高新区把检测台搬进车间"
LINES = ["望江高新区近日在三家轴承企业试点共享检测台，", "样品留在车间里就能测，单件费用下降四成。"]
HEAD = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def text_object(text, x, y, size, more=""):
    return (
        f'<ofd:TextObject ID="1" Boundary="{x} {y} 160 {size}" Font="1" Size="{size}" {more}>'
        f'<ofd:TextCode X="0" Y="{0.88 * size}" DeltaX="g {len(text) - 1} {size}">{text}</ofd:TextCode>'
        "</ofd:TextObject>"
    )


def objects(scale=1.0):
    told = [text_object(TITLE, 50 * scale, 30 * scale, 8 * scale)]
    indents = (2, 0)
    told += [
        text_object(line, (30 + 6 * indent) * scale, (60 + 10 * i) * scale, 6 * scale)
        for i, (line, indent) in enumerate(zip(LINES, indents, strict=True))
    ]
    return "".join(told)


def ofd(content, resources="", more="", parts=None, pages=("Pages/P0.xml",)):
    listed = "".join(f'<ofd:Page ID="{100 + i}" BaseLoc="{page}"/>' for i, page in enumerate(pages))
    files = {
        "OFD.xml": f"<ofd:OFD {HEAD}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
        "</ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {HEAD}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
        "</ofd:PhysicalBox></ofd:PageArea><ofd:DocumentRes>Res.xml</ofd:DocumentRes></ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages>{more}</ofd:Document>",
        "Doc_0/Res.xml": f"<ofd:Res {HEAD}>{resources}</ofd:Res>",
        "Doc_0/Pages/P0.xml": f'<ofd:Page {HEAD}><ofd:Content><ofd:Layer ID="2">{content}</ofd:Layer></ofd:Content>'
        "</ofd:Page>",
        **(parts or {}),
    }
    return zipped(files)


def check(document):
    assert_nothing_lost(document)
    assert_spans_hold(document)
    (article,) = document.articles
    assert article.title == TITLE
    assert [paragraph.text for paragraph in article.paragraphs] == ["".join(LINES)]


def unit(name, content):
    return (
        f'<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="{name}" Width="210" Height="297"><ofd:Content>'
        f"{content}</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"
    )


def composite(name, matrix=""):
    return f'<ofd:CompositeObject ID="3" ResourceID="{name}" Boundary="0 0 210 297" {matrix}/>'


def test_text_in_a_unit_of_drawing_is_read():
    check(read(ofd(composite("9"), unit("9", objects()))))
    check(read(ofd(composite("9", 'CTM="2 0 0 2 0 0"'), unit("9", composite("8")) + unit("8", objects(0.5)))))


def test_a_unit_that_draws_itself_ends():
    check(read(ofd(objects() + composite("9"), unit("9", composite("9")))))


def test_units_that_draw_each_other_without_end_are_refused():
    units = "".join(unit(str(n), composite(str(n + 1)) * 10) for n in range(20, 29))
    with pytest.raises(InputError, match="nested too deeply"):
        read(ofd(objects() + composite("20"), units))


def test_letters_neither_filled_nor_outlined_under_others_are_hidden():
    document = read(ofd(text_object("望江高新区把检测台", 50, 30, 8, 'Fill="false"') + objects()))
    check(document)
    assert document.characters["hidden"] == 9


def test_distances_whose_count_is_no_number_are_read_as_far_as_they_go():
    check(read(ofd(re.sub(r'DeltaX="g \d+', 'DeltaX="g ²', objects()))))


def test_the_remark_of_an_annotation_is_a_comment():
    parts = {
        "Doc_0/A.xml": f'<ofd:Annotations {HEAD}><ofd:Page PageID="100"><ofd:FileLoc>A0.xml</ofd:FileLoc></ofd:Page>'
        "</ofd:Annotations>",
        "Doc_0/A0.xml": f'<ofd:PageAnnot {HEAD}><ofd:Annot Type="Highlight"><ofd:Remark>这里要核对</ofd:Remark>'
        "</ofd:Annot></ofd:PageAnnot>",
    }
    document = read(ofd(objects(), more="<ofd:Annotations>A.xml</ofd:Annotations>", parts=parts))
    check(document)
    assert document.characters["comment"] == 5


def test_what_is_attached_is_named():
    files = f'<ofd:Attachments {HEAD}><ofd:Attachment ID="1" Name="附表.xlsx"/></ofd:Attachments>'
    document = read(ofd(objects(), more="<ofd:Attachments>F.xml</ofd:Attachments>", parts={"Doc_0/F.xml": files}))
    check(document)
    assert [(notice.kind, notice.count) for notice in document.notices] == [("attachment", 1)]
    assert "附表.xlsx" in document.notes[0]


def test_a_damaged_list_of_attached_files_is_named():
    document = read(ofd(objects(), more="<ofd:Attachments>F.xml</ofd:Attachments>", parts={"Doc_0/F.xml": "<a"}))
    check(document)
    assert "Doc_0/F.xml" in document.notes[0]


def test_a_missing_page_is_named():
    document = read(ofd(objects(), pages=("Pages/P0.xml", "Pages/P1.xml")))
    check(document)
    assert [(notice.kind, notice.count) for notice in document.notices] == [("damaged", 1)]


@pytest.mark.parametrize("part", ["OFD.xml", "Doc_0/Document.xml", "Doc_0/Pages/P0.xml"])
def test_without_its_pages_it_is_damaged_and_no_scan(part):
    with pytest.raises(InputError, match="names no page that it holds"):
        read(ofd(objects(), parts={part: ""}))


def test_an_encrypted_one_is_named():
    with pytest.raises(InputError, match="encrypted"):
        read(ofd(objects(), parts={"Encryptions.xml": "x", "Doc_0/Document.xml": "\x01\x02"}))


@pytest.mark.parametrize("listed", ["Doc_0/Pages/P0.xml", "/Doc_0/Pages/P0.xml", "Pages\\P0.xml", " ./Pages/P0.xml "])
def test_a_page_is_found_however_its_place_is_given(listed):
    check(read(ofd(objects(), pages=(listed,))))


def middle(text, y, size):
    return text_object(text, (210 - len(text) * size) / 2, y, size)


def issued(office, number, title):
    """Return the page of what an office issues: its name in large type, the number, the title, two paragraphs."""
    told = [middle(f"{office}文件", 40, 14), middle(number, 65, 6), middle(title, 85, 8)]
    return "".join(told) + "".join(
        text_object(line, 42 if i % 2 == 0 else 30, 110 + 10 * i, 6) for i, line in enumerate(LINES * 2)
    )


def annexed(title):
    told = [text_object("附件", 30, 40, 6), middle(title, 60, 8)]
    return "".join(told) + "".join(text_object(line, 42 - 12 * i, 85 + 10 * i, 6) for i, line in enumerate(LINES))


def test_the_office_and_number_over_a_title_are_furniture_however_many_documents_a_file_has():
    pages = [
        issued("望江高新区管理委员会", "望高管〔2026〕12号", "关于推广共享检测台的通知"),
        annexed("共享检测台操作办法"),
        issued("云台经开区管理委员会", "云经管〔2026〕3号", "关于开办夜校的通知"),
    ]
    parts = {
        f"Doc_0/Pages/P{i}.xml": f'<ofd:Page {HEAD}><ofd:Content><ofd:Layer ID="2">{page}</ofd:Layer></ofd:Content>'
        "</ofd:Page>"
        for i, page in enumerate(pages)
    }
    document = read(ofd("", parts=parts, pages=[f"Pages/P{i}.xml" for i in range(3)]))
    assert_nothing_lost(document)
    titles = ["关于推广共享检测台的通知", "共享检测台操作办法", "关于开办夜校的通知"]
    assert [article.title for article in document.articles] == titles
    texts = [[paragraph.text for paragraph in article.paragraphs] for article in document.articles]
    whole = "".join(LINES)
    assert texts == [[whole, whole, "附件"], [whole], [whole, whole]]
    assert document.characters["furniture"] == 2 * 12 + 12 + 11
