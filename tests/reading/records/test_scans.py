"""Blocks of pages as JSON, which programs write that read scans."""

from __future__ import annotations

import json

import pytest

from gxclassify.config import ReadingConfig
from gxclassify.reading import read
from gxclassify.reading.inputs import Inputs
from reading.checks import assert_nothing_lost

FIRST = "青溪高新区今年新签约项目36个，总投资180亿元，其中超过十亿元的项目4个。"
SECOND = "园区建成省级创新平台12家，集聚研发人员四千名，技术合同成交额增长两成。"
TABLE = "<html><body><table><tr><td>指标</td><td>数值</td></tr><tr><td>产值</td><td>61</td></tr></table></body></html>"
LISTED = [
    {"type": "text", "text": "青溪年报", "text_level": 1, "page_idx": 0},
    {"type": "text", "text": FIRST, "page_idx": 0},
    {"type": "image", "img_path": "a.jpg", "img_caption": ["图1 全景"], "img_footnote": [], "page_idx": 0},
    {
        "type": "table",
        "table_caption": ["表1 产值"],
        "table_footnote": ["注：初步核算。"],
        "table_body": TABLE,
        "page_idx": 1,
    },
    {"type": "text", "text": "一、计划", "text_level": 2, "page_idx": 1},
    {"type": "text", "text": SECOND, "page_idx": 1},
    {"type": "discarded", "text": "第 2 页", "page_idx": 1},
]
LABELLED = {
    "input_path": "a.pdf",
    "page_index": 0,
    "parsing_res_list": [
        {"block_label": label, "block_content": content, "block_bbox": [0, 0, 1, 1]}
        for label, content in [
            ("doc_title", "青溪年报"), ("text", FIRST), ("figure_title", "图1 全景"), ("table_title", "表1 产值"),
            ("table", TABLE), ("vision_footnote", "注：初步核算。"), ("paragraph_title", "一、计划"), ("text", SECOND),
            ("number", "第 2 页"),
        ]
    ],
}  # fmt: skip
ORDER = ["texts/0", "groups/0", "pictures/0", "tables/0", "texts/5", "texts/6", "texts/7"]
TREE = {
    "schema_name": "DoclingDocument",
    "name": "a",
    "body": {"children": [{"$ref": f"#/{ref}"} for ref in ORDER]},
    "groups": [{"children": [{"$ref": "#/texts/1"}]}],
    "texts": [
        {"label": label, "text": text, "prov": [{"page_no": 1}]}
        for label, text in [
            ("title", "青溪年报"), ("list_item", FIRST), ("caption", "图1 全景"), ("caption", "表1 产值"),
            ("footnote", "注：初步核算。"), ("section_header", "一、计划"), ("text", SECOND),
            ("page_footer", "第 2 页"),
        ]
    ],
    "pictures": [{"children": [{"$ref": "#/texts/2"}, {"$ref": "#/texts/3"}]}],
    "tables": [
        {
            "children": [{"$ref": "#/texts/4"}],
            "data": {"grid": [[{"text": "指标"}, {"text": "数值"}], [{"text": "产值"}, {"text": "61"}]]},
        }
    ],
}  # fmt: skip
FORMS = {"listed": LISTED, "labelled": LABELLED, "pages of labelled": [LABELLED], "tree": TREE}


@pytest.mark.parametrize("indent", [None, 4])
@pytest.mark.parametrize("form", FORMS)
def test_the_blocks_of_pages_are_one_document(form, indent, tmp_path):
    data = json.dumps(FORMS[form], ensure_ascii=False, indent=indent).encode()
    document = read(data, name="a.json")
    (article,) = document.articles
    assert (article.title, article.captions, article.subheads) == ("青溪年报", ("图1 全景", "表1 产值"), ("一、计划",))
    assert [p.text for p in article.paragraphs] == [FIRST, "指标\t数值", "产值\t61", SECOND]
    assert [part.text for part in article.parts if part.kind == "note"] == ["注：初步核算。"]
    assert document.characters["furniture"] == len("第2页")
    assert_nothing_lost(document)
    path = tmp_path / "a.json"
    path.write_bytes(data)
    chunks = Inputs([path], text_column="text", config=ReadingConfig()).chunks()
    told = [found for chunk in chunks for found in chunk.documents(ReadingConfig())]
    assert [found.articles for found in told] == [document.articles]


def test_a_long_one_is_read_by_a_child_alike():
    blocks = [*LISTED, *({"type": "text", "text": FIRST, "page_idx": 2} for _ in range(700))]
    (article,) = read(json.dumps(blocks, ensure_ascii=False).encode(), name="a.json").articles
    assert (article.title, len(article.paragraphs), article.paragraphs[-1].page) == ("青溪年报", 704, 3)


@pytest.mark.parametrize(
    "records",
    [
        [{"type": "news", "page_idx": 1, "text": FIRST}, {"type": "news", "page_idx": 2, "text": SECOND}],
        [{"block_label": "a", "text": FIRST}, {"block_label": "b", "text": SECOND}],
    ],
)
def test_records_that_look_alike_stay_records(records):
    document = read(json.dumps(records, ensure_ascii=False).encode(), name="a.json")
    assert [article.paragraphs[0].text for article in document.articles] == [FIRST, SECOND]


@pytest.mark.parametrize("name", ["text", "content", "lines"])
def test_pages_of_nothing_but_text_are_one_document(name):
    title = "青溪高新区半年签约三十六个项目"
    lines = [title, *(text[at : at + 20] for text in (FIRST, SECOND, FIRST) for at in range(0, len(text), 20))]
    pages = [lines[:3], lines[3:]]
    value = {"pages": [{"page": n, name: page if name == "lines" else "\n".join(page)} for n, page in enumerate(pages)]}
    (article,) = read(json.dumps(value, ensure_ascii=False).encode(), name="a.json").articles
    assert article.title == title
    assert "".join(paragraph.text for paragraph in article.paragraphs) == FIRST + SECOND + FIRST


def spans(text):
    return {"lines": [{"spans": [{"content": part, "type": "text"}]} for part in (text[:9], text[9:]) if part]}


ROWS = TABLE.removeprefix("<html><body>").removesuffix("</body></html>")
OTHERS = {
    "elements": [
        {"type": kind, "element_id": "a", "text": text, "metadata": {"page_number": 1, **more}}
        for kind, text, more in [
            ("Header", "青溪日报", {}), ("Title", "青溪年报", {}), ("NarrativeText", FIRST, {}),
            ("Table", "指标 数值", {"text_as_html": ROWS}), ("ListItem", SECOND, {}), ("PageNumber", "7", {}),
        ]
    ],
    "categories": [
        {"bbox": [1, 2, 3, 4], "category": kind, "text": text}
        for kind, text in [
            ("Page-header", "青溪日报"), ("Title", "# 青溪年报"), ("Text", FIRST), ("Table", ROWS),
            ("List-item", SECOND), ("Page-footer", "7"),
        ]
    ],
    "categories by page": [
        [{"category": "Title", "text": "青溪年报"}, {"category": "Text", "text": FIRST}, {"category": "Picture"}],
        [{"category": "Table", "text": ROWS}, {"category": "Text", "text": SECOND}],
    ],
    "a tree of HTML": {
        "block_type": "Document",
        "children": [{"block_type": "Page", "html": "", "children": [
            {"block_type": "PageHeader", "html": "<p>青溪日报</p>", "children": None},
            {"block_type": "SectionHeader", "html": "<h1>青溪年报</h1>", "children": None},
            {"block_type": "Text", "html": f"<p>{FIRST}</p>", "children": None},
            {"block_type": "Table", "html": ROWS, "children": None},
            {"block_type": "ListGroup", "html": "", "children": [
                {"block_type": "ListItem", "html": f"<li>{SECOND}</li>", "children": None}]},
        ]}],
    },
    "lines of spans": {
        "pdf_info": [{
            "para_blocks": [
                {"type": "title", **spans("青溪年报")}, {"type": "text", **spans(FIRST)},
                {"type": "table", "blocks": [{"type": "table_body", "lines": [{"spans": [{"html": ROWS}]}]}]},
                {"type": "text", **spans(SECOND)},
            ],
            "discarded_blocks": [{"type": "discarded", **spans("青溪日报 7")}],
        }],
    },
    "paragraphs with roles": {
        "analyzeResult": {"content": "", "pages": [], "paragraphs": [
            {"role": "pageHeader", "content": "青溪日报"}, {"role": "title", "content": "青溪年报"}, {"content": FIRST},
            {"content": SECOND, "boundingRegions": [{"pageNumber": 2}]},
        ]},
    },
    "an editor's blocks": {
        "time": 1, "blocks": [
            {"type": "header", "data": {"text": "青溪年报"}}, {"type": "paragraph", "data": {"text": FIRST}},
            {"type": "table", "data": {"content": [["指标", "数值"], ["产值", "61"]]}},
            {"type": "list", "data": {"style": "unordered", "items": [SECOND]}},
        ],
    },
    "pages of Markdown": {
        "pages": [{"index": 0, "markdown": f"# 青溪年报\n\n{FIRST}"}, {"index": 1, "markdown": f"{ROWS}\n\n{SECOND}"}]
    },
}  # fmt: skip


@pytest.mark.parametrize("shape", OTHERS)
def test_other_programs_say_the_same_in_other_shapes(shape):
    document = read(json.dumps(OTHERS[shape], ensure_ascii=False).encode(), name="a.json")
    (article,) = document.articles
    assert article.title == "青溪年报"
    assert [p.text for p in article.paragraphs if p.kind == "paragraph"] == [FIRST, SECOND]
    rows = [p.text for p in article.paragraphs if p.kind == "table"]
    assert rows == ([] if shape == "paragraphs with roles" else ["指标\t数值", "产值\t61"])
    assert_nothing_lost(document)
