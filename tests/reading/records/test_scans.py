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
