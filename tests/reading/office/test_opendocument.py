"""OpenDocument: numbers that are counted, tables in texts, what is not shown, slides."""

from __future__ import annotations

import pytest

from gxclassify.reading import read
from reading.checks import assert_nothing_lost, assert_spans_hold
from reading.wordfile import zipped

_URN = "urn:oasis:names:tc:opendocument:xmlns:"
HEAD = " ".join(
    f'xmlns:{name}="{_URN}{urn}:1.0"'
    for name, urn in {
        "office": "office", "style": "style", "text": "text", "table": "table", "draw": "drawing",
        "fo": "xsl-fo-compatible", "svg": "svg-compatible", "presentation": "presentation",
    }.items()
)  # fmt: skip
TITLE = "望江高新区把检测台搬进车间"
FIRST = "望江高新区近日在三家轴承企业试点共享检测台，单件费用下降四成。"
SECOND = "下一步，园区计划把检测数据接入平台，让上下游企业共享同一份报告。"


def odf(body, *, kind="text", automatic="", styles="", mimetype=True):
    parts = {"mimetype": f"application/vnd.oasis.opendocument.{kind}"} if mimetype else {}
    parts["META-INF/manifest.xml"] = "<manifest/>"
    parts["content.xml"] = (
        f"<office:document-content {HEAD}><office:automatic-styles>{automatic}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    parts["styles.xml"] = (
        f"<office:document-styles {HEAD}><office:styles>{styles}</office:styles></office:document-styles>"
    )
    return zipped(parts)


def p(text, style=""):
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def h(text, level=1):
    return f'<text:h text:outline-level="{level}">{text}</text:h>'


def items(*inner, style="L", more=""):
    return f'<text:list text:style-name="{style}" {more}>{"".join(inner)}</text:list>'


def item(*inner, more=""):
    return f"<text:list-item {more}>{''.join(inner)}</text:list-item>"


def level(number, form, prefix="", suffix="", more=""):
    return (
        f'<text:list-level-style-number text:level="{number}" style:num-format="{form}" style:num-prefix="{prefix}" '
        f'style:num-suffix="{suffix}" {more}/>'
    )


def list_style(name, *levels):
    return f'<text:list-style style:name="{name}">{"".join(levels)}</text:list-style>'


LISTS = (
    list_style("L", level(1, "一, 二, 三, ...", "", "、"), level(2, "1", "（", "）"))
    + list_style("D", level(1, "1"), level(2, "1", more='text:display-levels="2"'))
    + list_style("F", level(1, "1", more='style:num-list-format="第%1%条"'))
    + list_style("B", '<text:list-level-style-bullet text:level="1" text:bullet-char="•"/>')
)


def texts(document):
    assert_nothing_lost(document)
    assert_spans_hold(document)
    return [paragraph.text for article in document.articles for paragraph in article.paragraphs]


def read_text(body, **more):
    return texts(read(odf(p(FIRST) + body + p(SECOND), automatic=LISTS, **more)))[1:-1]


A, B, C, D = "先试点，选三家企业。", "再推开，覆盖全部园区。", "后总结，形成一套办法。", "管长远，写进园区章程。"


@pytest.mark.parametrize(
    ("body", "right"),
    [
        (items(item(p(A)), item(p(B))), [f"一、{A}", f"二、{B}"]),
        (items(item(p(A)), item(p(B)), more='text:continue-numbering="false"') + items(item(p(C))),
         [f"一、{A}", f"二、{B}", f"一、{C}"]),
        (items(item(p(A))) + p(D) + items(item(p(B)), more='text:continue-numbering="true"'),
         [f"一、{A}", D, f"二、{B}"]),
        (items(item(p(A)), more='xml:id="l1"') + items(item(p(B)), style="F")
         + items(item(p(C)), more='text:continue-list="l1"'), [f"一、{A}", f"第1条　{B}", f"二、{C}"]),
        (items(item(p(A), "<text:list>" + item(p(B)) + item(p(C)) + "</text:list>"), item(p(D))),
         [f"一、{A}", f"（1）{B}", f"（2）{C}", f"二、{D}"]),
        (items(item(p(A), "<text:list>" + item(p(B)) + item(p(C)) + "</text:list>"), style="D"),
         [f"1 {A}", f"1.1 {B}", f"1.2 {C}"]),
        (items(item(p(A)), item(p(B), more='text:start-value="7"'), item(p(C))),
         [f"一、{A}", f"七、{B}", f"八、{C}"]),
        (items(item(p(A), p(B)), item(p(C))), [f"一、{A}", B, f"二、{C}"]),
        (items(f"<text:list-header>{p(A)}</text:list-header>", item(p(B))), [A, f"一、{B}"]),
        (items(item(p(A)), style="B"), [A]),
        (items(item(f"<text:number>甲.</text:number>{p(A)}"), style="gone"), [f"甲.{A}"]),
        (items(item("<text:number>一、</text:number>", p(A))), [f"一、{A}"]),
    ],
)  # fmt: skip
def test_items_have_the_number_that_is_shown(body, right):
    assert read_text(body) == right


def test_headings_have_the_number_of_their_level():
    outline = f'<text:outline-style style:name="Outline">{level(1, "一, 二, 三, ...", "第", "章 ")}'
    outline = outline.replace("list-level", "outline-level") + "</text:outline-style>"
    bare = '<text:h text:outline-level="1" text:is-list-header="true">附录</text:h>'
    body = p(TITLE, "Title") + h("总则") + p(FIRST) + h("细则", 2) + p(SECOND) + h("附则") + p(FIRST) + bare + p(SECOND)
    document = read(odf(body, styles=outline))
    texts(document)
    assert document.articles[0].subheads == ("第一章　总则", "细则", "第二章　附则", "附录")


def cell(*inner, more=""):
    return f"<table:table-cell {more}>{''.join(inner)}</table:table-cell>"


def table(*rows):
    return f"<table:table>{''.join(f'<table:table-row>{row}</table:table-row>' for row in rows)}</table:table>"


def test_a_table_in_a_table_is_read_once():
    inner = table(cell(p("内格一")) + cell(p("内格二")))
    assert read_text(table(cell(p("外格一"), inner) + cell(p("外格二")))) == ["外格一\t外格二", "内格一\t内格二"]


def test_what_stands_in_cells_beside_entries_has_its_own_place():
    note = "<text:note><text:note-body>" + p("指合计数。") + "</text:note-body></text:note>"
    hidden = '<text:span text:style-name="H">暗字</text:span>'
    style = '<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>'
    document = read(odf(p(FIRST) + table(cell(p(f"检测台{note}")) + cell(p(f"轴承厂{hidden}"))), automatic=style))
    assert texts(document) == [FIRST, "检测台\t轴承厂"]
    assert document.characters["hidden"] == 2
    assert document.characters["note"] == 5


@pytest.mark.parametrize(
    "what",
    [
        '<text:hidden-text text:is-hidden="true">暗字</text:hidden-text>',
        "<draw:frame><svg:title>图一</svg:title></draw:frame>",
        "<draw:frame><svg:desc>照片</svg:desc></draw:frame>",
    ],
)
def test_what_a_program_keeps_and_does_not_show_is_hidden(what):
    document = read(odf(p(FIRST) + p(f"{SECOND}{what}")))
    assert texts(document) == [FIRST, SECOND]
    assert document.characters["hidden"] == 2


def test_a_hidden_paragraph_is_hidden():
    document = read(odf(p(FIRST) + p('<text:hidden-paragraph text:is-hidden="true"/>藏起来的话。') + p(SECOND)))
    assert texts(document) == [FIRST, SECOND]


def test_the_first_heading_below_a_list_of_contents_is_the_title():
    contents = (
        f"<text:table-of-content><text:index-body>{p('目录')}{p('做法 1')}</text:index-body></text:table-of-content>"
    )
    (article,) = read(odf(contents + h(TITLE) + p(FIRST) + h("做法", 2) + p(SECOND))).articles
    assert article.title == TITLE
    assert article.subheads == ("做法",)


def test_one_that_was_packed_again_without_its_kind_is_told_by_its_content():
    assert read(odf(p(FIRST), mimetype=False)).format == "odt"
    assert read(odf(frame("title", TITLE), kind="presentation", mimetype=False)).format == "odp"


def frame(kind, *paragraphs):
    told = "".join(map(p, paragraphs))
    return f'<draw:frame presentation:class="{kind}"><draw:text-box>{told}</draw:text-box></draw:frame>'


def slide(*shapes, style="shown"):
    return f'<draw:page draw:style-name="{style}">{"".join(shapes)}</draw:page>'


def test_slides_stand_under_their_titles():
    notes = f"<presentation:notes>{frame('notes', '讲到这里停一下。')}{frame('page-number', '1')}</presentation:notes>"
    off = '<style:style style:name="off" style:family="drawing-page"><style:drawing-page-properties '
    off += 'presentation:visibility="hidden"/></style:style>'
    foot = "<presentation:footer-decl>望江高新区</presentation:footer-decl>"
    body = foot + slide(frame("outline", FIRST), frame("title", TITLE), frame("footer", "办公室"), notes)
    body += slide(frame("title", "数据", "共用"), frame("subtitle", SECOND)) + slide(frame("outline", A), style="off")
    document = read(odf(body, kind="presentation", automatic=off))
    assert texts(document) == [FIRST, SECOND]
    (article,) = document.articles
    assert (article.title, article.subheads) == (TITLE, ("数据 共用",))
    assert [(part.kind, part.text) for part in article.parts if part.kind == "note"] == [("note", "讲到这里停一下。")]
    assert document.characters["furniture"] == 5 + 3 + 1
    assert document.characters["hidden"] == len(A)
    assert [paragraph.page for paragraph in article.paragraphs] == [1, 2]
