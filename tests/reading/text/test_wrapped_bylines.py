"""Bylines that a narrow column wraps."""

from __future__ import annotations

import pytest

from gxclassify.reading import read_text
from gxclassify.reading.text.cues import wrapped_byline
from reading.checks import assert_nothing_lost, assert_spans_hold
from reading.stories import STORIES
from reading.typeset import wrap

HEADS = (["云汀高新区：", "链出一片天"], ["云汀高新区链出一片天"])
BROKEN = [
    (["本报记者 何一帆 实习记", "者 孙梅"], "本报记者 何一帆 实习记者 孙梅"),
    (["（本报记者 何一帆 通讯", "员 孙梅）"], "本报记者 何一帆 通讯员 孙梅"),
    (["（本报记者 何一帆", "通讯员 孙梅）"], "本报记者 何一帆 通讯员 孙梅"),
    (["□本报记者 何一帆 通讯员", "孙梅 李小龙"], "□本报记者 何一帆 通讯员 孙梅 李小龙"),
    (["记者 何一帆 通讯员 孙", "梅"], "记者 何一帆 通讯员 孙梅"),
    (["记者 何一帆 欧", "阳静"], "记者 何一帆 欧阳静"),
    (["本报记者 何一帆 通", "讯员 孙梅 实习生 李", "小龙"], "本报记者 何一帆 通讯员 孙梅 实习生 李小龙"),
    (["本报记者 何一帆", "通讯员 孙梅"], "本报记者 何一帆 通讯员 孙梅"),
    (["本报记者 何一帆 通讯员", "刘思远/文 高翔/图"], "本报记者 何一帆 通讯员 刘思远/文 高翔/图"),
    (["本报记者 何一帆", "通讯员 刘思远/文 高翔/图"], "本报记者 何一帆 通讯员 刘思远/文 高翔/图"),
    (["本报记者 何一帆 刘思", "远/文 高翔/图"], "本报记者 何一帆 刘思远/文 高翔/图"),
    (["本报记者 何一帆 刘思远/", "文 高翔/图"], "本报记者 何一帆 刘思远/文 高翔/图"),
    (["本报记者 刘思远/文", "高翔/图"], "本报记者 刘思远/文 高翔/图"),
    (["本报记者 刘思远/文 高", "翔/图"], "本报记者 刘思远/文 高翔/图"),
]


def page(head, byline, width, blank):
    """Return a page of two articles, the first of them with the head and the byline, and its paragraphs."""
    texts = [[text for text in story.paragraphs if len(text) > 60][:2] for story in STORIES[:2]]
    first, second = (
        ["　　" * (not i) + line for text in part for i, line in enumerate(wrap(text, width, 2, hang=False))]
        for part in texts
    )
    parts = [head, byline, first, ["松溪开展安全检查"], ["本报记者 周明"], second]
    return ("\n\n" if blank else "\n").join("\n".join(part) for part in parts), texts[0]


@pytest.mark.parametrize("blank", [False, True])
@pytest.mark.parametrize("width", [14, 18])
@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize(("byline", "whole"), BROKEN)
def test_a_wrapped_byline_is_one(byline, whole, head, width, blank):
    source, texts = page(head, byline, width, blank)
    document = read_text(source)
    first, second = document.articles
    assert (first.title, first.byline) == ("".join(head), whole)
    assert [paragraph.text for paragraph in first.paragraphs] == texts
    assert (second.title, second.byline) == ("松溪开展安全检查", "本报记者 周明")
    assert_nothing_lost(document)
    assert_spans_hold(document)


@pytest.mark.parametrize(
    "lines",
    [
        ["本报记者", "走进园区"],
        ["记者 何一帆", "通讯员 孙梅"],
        ["记者手记", "孙梅"],
        ["本报记者 何一帆 通讯员", "今年以来云汀高新区"],
        ["云汀高新区", "孙梅"],
    ],
)
def test_what_is_no_wrapped_byline(lines):
    assert wrapped_byline(lines) == []


def test_the_space_at_a_line_end_within_a_lead_stays():
    lines = ["本报讯（记者 周明 通讯员", "陈晓）近日，云汀高新区开展"]
    width = 14
    below = wrap(
        "安全检查，查看了十二家企业，当场提出整改意见，并将跟踪落实，确保问题逐一解决，隐患闭环管理。" * 2,
        width,
        0,
        hang=False,
    )
    document = read_text("\n".join(["云汀开展安全检查", *lines, *below]))
    assert [(article.title, article.byline) for article in document.articles] == [
        ("云汀开展安全检查", "记者 周明 通讯员 陈晓")
    ]
    assert_nothing_lost(document)


@pytest.mark.parametrize("broken", [["（本报记者 何一帆 通讯员", "孙梅）"], ["（本报记者 何一帆 通讯", "员 孙梅）"]])
def test_the_space_at_a_line_end_within_a_signature_stays(broken):
    source, _ = page(HEADS[1], ["文/何一帆"], 18, blank=False)
    head, tail = source.split("\n松溪")
    document = read_text(f"{head}提升服务水平。{broken[0]}\n{broken[1]}\n松溪{tail}")
    assert document.articles[0].byline.endswith("本报记者 何一帆 通讯员 孙梅")
    assert_nothing_lost(document)
