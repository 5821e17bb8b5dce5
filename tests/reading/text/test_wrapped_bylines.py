"""Bylines that a narrow column wraps."""

from __future__ import annotations

import pytest

from gxclassify.reading import read_text
from gxclassify.reading.text.bylines import wrapped_byline
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


BODY = (
    "走进临沂高新区科创中心，12家企业的研发团队正在共享实验平台开展联合攻关。"
    "去年以来，园区累计促成技术合同突破三十亿元。"
)
NEXT = "园区负责人介绍，下一步将继续完善服务体系，加快中试基地建设，让更多成果走出实验室、走上生产线。"
PICTURES = [
    ("本报讯", "记者周晓彤 陆文博 摄影报道"),
    ("本报讯", "记者 周晓彤 通讯员 陆文博 摄影报道"),
    ("本报讯", "记者周晓彤 陆文博/摄"),
    ("本报讯", "记者周晓彤 陆文博 摄"),
    ("本报讯", "记者周晓彤 摄影 陆文博"),
    ("新华社北京5月3日电", "记者周晓彤 陆文博 摄影报道"),
]


def led(lead, width, *captions):
    """Return printed lines of an article whose first paragraph begins with the lead."""
    first, last = ("　　" + "\n".join(wrap(text, width, 2, hang=False)) for text in (lead + BODY, NEXT))
    return "\n".join(["让成果走出实验室", first, *captions, last])


@pytest.mark.parametrize("width", [10, 12, 13, *range(16, 25)])
@pytest.mark.parametrize(("place", "who"), PICTURES)
def test_a_lead_that_names_who_took_the_pictures_is_no_caption(place, who, width):
    document = read_text(led(f"{place}（{who}）", width))
    (article,) = document.articles
    assert (article.title, article.byline, article.captions) == ("让成果走出实验室", who, ())
    assert [paragraph.text for paragraph in article.paragraphs] == [BODY, NEXT]
    assert_nothing_lost(document)
    assert_spans_hold(document)


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize(("place", "who"), [PICTURES[0], *PICTURES[2:5]])
def test_such_a_lead_may_stand_alone(place, who, gap):
    (article,) = read_text(gap.join(["让成果走出实验室", f"{place}（{who}）", BODY, NEXT])).articles
    assert (article.byline, article.captions) == (who, ())
    assert [paragraph.text for paragraph in article.paragraphs] == [BODY, NEXT]


@pytest.mark.parametrize("width", [12, 16, 20])
@pytest.mark.parametrize("lead", ["本报讯（记者周晓彤）", "本报讯（记者周晓彤 陆文博 摄影报道）"])
@pytest.mark.parametrize(
    "caption", ["陆文博 摄", "（陆文博 摄）", "摄影 陆文博", "新华社记者 陆文博 摄", "图片由园区提供"]
)
def test_a_credit_near_a_lead_is_one(caption, lead, width):
    (article,) = read_text(led(lead, width, caption)).articles
    assert article.captions == (caption,)
    assert [paragraph.text for paragraph in article.paragraphs] == [BODY, NEXT]


def test_a_credit_right_below_a_closed_lead_is_one():
    source = f"让成果走出实验室\n\n本报讯（记者 周晓彤）\n陆文博 摄\n{BODY}\n{NEXT}"
    assert read_text(source).articles[0].captions == ("陆文博 摄",)


def test_a_credit_below_a_headline_that_ends_as_a_lead_does_is_one():
    source = f"临沂高新区传来好消息\n（陆文博 摄）\n本报讯（记者 周晓彤）{BODY}\n{NEXT}"
    for text in (source, source.replace(BODY, wrap_all(BODY)).replace(NEXT, wrap_all(NEXT))):
        assert read_text(text).articles[0].captions == ("（陆文博 摄）",)


def wrap_all(text):
    return "\n".join(wrap(text, 16, 2, hang=False))
