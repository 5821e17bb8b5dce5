"""Documents as editors keep them in JSON, and articles of sections."""

from __future__ import annotations

import json

import pytest

from gxclassify.reading import read
from reading.checks import assert_nothing_lost

TITLE, HEAD = "青溪老码头改成了夜校", "灯下的课桌"
FIRST = "青溪老码头停用三年后，仓库改成了工人夜校，第一批学员有一百八十人，大多来自附近的船厂。"
SECOND = "课程排在晚上七点以后，有焊接、测量和看图三门，考过的人由船厂加一级工资。"


def pieces(document):
    """Return what is in a document in order, each piece with its kind."""
    found = [piece for article in document.articles for piece in (*article.paragraphs, *article.parts)]
    return [(piece.kind, piece.text) for piece in sorted(found, key=lambda piece: piece.span)]


BLOCKS = [("title", TITLE), ("text", FIRST), ("head", HEAD), ("text", SECOND)]
RIGHT = [("title", TITLE), ("paragraph", FIRST), ("subhead", HEAD), ("paragraph", SECOND)]
LEVEL = {"title": 1, "head": 2}


def delta():
    ops = []
    for kind, text in BLOCKS:
        ops += [{"insert": text[:5]}, {"insert": text[5:9], "attributes": {"bold": True}}, {"insert": text[9:]}]
        ops.append({"insert": "\n", **({"attributes": {"header": LEVEL[kind]}} if kind in LEVEL else {})})
    return ops


def tree(children, text, heading, paragraph):
    return [
        {**(heading(LEVEL[kind]) if kind in LEVEL else paragraph), children: [text(said[:4]), text(said[4:])]}
        for kind, said in BLOCKS
    ]


PLAIN = {"type": "paragraph"}
DOCUMENTS = {
    "changes": {"ops": delta()},
    "changes alone": delta(),
    "changes beside a title": {"title": TITLE, "content": {"ops": delta()[4:]}},
    "a tree of content": {
        "type": "doc",
        "content": tree(
            "content",
            lambda said: {"type": "text", "text": said},
            lambda level: {"type": "heading", "attrs": {"level": level}},
            PLAIN,
        ),
    },
    "a list of children": tree(
        "children", lambda said: {"text": said}, lambda level: {"type": f"header{level}"}, PLAIN
    ),
    "a root": {
        "root": {
            "children": tree(
                "children",
                lambda said: {"text": said, "type": "text"},
                lambda level: {"type": "heading", "tag": f"h{level}"},
                PLAIN,
            ),
            "type": "root",
        }
    },
    "blocks with their styles": {
        "blocks": [
            {"key": "a", "text": said, "type": {"title": "header-one", "head": "header-two"}.get(kind, "unstyled"),
             "inlineStyleRanges": []}
            for kind, said in BLOCKS
        ],
        "entityMap": {},
    },
    "objects that are blocks": {
        "results": [
            {"object": "block", (name := {"title": "heading_1", "head": "heading_2"}.get(kind, "paragraph")): {
                "rich_text": [{"plain_text": said}]}, "type": name}
            for kind, said in BLOCKS
        ]
    },
    "a heading in bold type": [
        *delta()[:-8], {"insert": HEAD, "attributes": {"bold": True}}, {"insert": f"\n{SECOND}\n"}
    ],
    "sections": {
        "title": TITLE, "sections": [{"heading": "", "content": FIRST}, {"heading": HEAD, "content": [SECOND]}]
    },
    "sections under another name": {
        "标题": TITLE, "正文": [{"小标题": "", "内容": FIRST}, {"小标题": HEAD, "内容": SECOND}]
    },
}  # fmt: skip


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("shape", DOCUMENTS)
def test_what_an_editor_keeps_is_one_document(shape, indent):
    document = read(json.dumps(DOCUMENTS[shape], ensure_ascii=False, indent=indent).encode())
    assert_nothing_lost(document)
    assert document.format == "json"
    assert pieces(document) == RIGHT


def test_the_cells_of_a_row_that_changes_tell_are_one():
    cells = [("指标", "a"), ("数值", "a"), ("学员", "b"), ("180", "b")]
    ops = [{"insert": FIRST + "\n"}]
    for text, row in cells:
        ops += [{"insert": text}, {"insert": "\n", "attributes": {"table": row}}]
    document = read(json.dumps(ops, ensure_ascii=False).encode())
    assert pieces(document) == [("paragraph", FIRST), ("table", "指标\t数值"), ("table", "学员\t180")]


@pytest.mark.parametrize("name", ["content", "正文", "delta"])
@pytest.mark.parametrize("as_text", [False, True])
def test_changes_in_the_field_of_a_record_are_its_text(name, as_text):
    changes = {"ops": [{"insert": FIRST}, {"insert": "\n" + SECOND + "\n"}]}
    value = json.dumps(changes, ensure_ascii=False) if as_text else changes
    records = [{"id": n, "title": TITLE, name: value} for n in (1, 2)]
    document = read(json.dumps(records, ensure_ascii=False).encode(), name="a.json")
    assert [article.paragraphs[0].text for article in document.articles] == [f"{FIRST}\n{SECOND}"] * 2


@pytest.mark.parametrize(
    "around",
    [
        lambda list_: {"title": "青溪日报", "sections": [{"title": "一版", "articles": list_}]},
        lambda list_: {"sections": [{"name": "一版", "list": list_}]},
        lambda list_: {"blocks": list_},
        lambda list_: {"root": list_},
    ],
)
def test_lists_of_articles_stay_records(around):
    records = [{"title": TITLE, "content": FIRST}, {"title": HEAD, "content": SECOND}]
    document = read(json.dumps(around(records), ensure_ascii=False).encode(), name="a.json")
    assert [article.paragraphs[0].text for article in document.articles] == [FIRST, SECOND]


@pytest.mark.parametrize("kind", [[1], {"a": 1}, None, 3])
@pytest.mark.parametrize("around", [{"type": "doc"}, {"type": {}}])
def test_a_type_that_is_no_text_is_none(around, kind):
    block = {"type": kind, "content": [{"type": kind, "text": FIRST, "marks": [{"type": kind}]}]}
    document = read(json.dumps({**around, "content": [block]}, ensure_ascii=False).encode(), name="a.json")
    assert FIRST in "\n".join(text for _, text in pieces(document))
