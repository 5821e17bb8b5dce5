"""Whom a letter or speech turns to, what a notice leads up to, and what stands at the foot of either."""

from __future__ import annotations

import pytest

from gxclassify.reading import read_text
from reading.checks import assert_nothing_lost
from reading.stories import STORIES
from reading.typeset import wrap

TITLE = "关于举办供水知识讲座的通知"
LEADS = "为帮助居民了解供水管网改造，经研究决定举办讲座，现将有关事项通知如下："
PARTS = [("一、讲座时间", "2026年12月1日至12月20日，每周三晚上。"), ("二、讲座地点", STORIES[0].paragraphs[1])]
TURNS_TO = [
    "各位来宾，女士们、先生们：",
    "各位来宾、同志们：",
    "敬爱的老师们！",
    "各位网友，大家好！",
    "王主任：",
    "亲爱的同学们：",
]
FEET = [
    ["附件：1.讲座课程表", "2.改造片区图", "云梦湖新区水务局", "2026年11月18日"],
    ["附件：讲座课程表"],
    ["联系人：林小川", "联系电话：0537-1234567", "云梦湖新区水务局", "2026年11月18日"],
    ["联系人：林小川　　电话：0537-1234567"],
    ["特此公告", "云梦湖新区水务局", "2026年11月18日"],
    ["此致", "敬礼！"],
]


def _set(text, width, indent="　　"):
    first, *others = wrap(text, width, 2, hang=True) if width else [text]
    return [indent + first, *others]


@pytest.mark.parametrize("width", [0, 28, 34])
@pytest.mark.parametrize("turns_to", TURNS_TO)
def test_whom_it_turns_to_is_a_paragraph(turns_to, width):
    story = STORIES[0]
    lines = [line for text in story.paragraphs for line in _set(text, width)]
    (article,) = read_text("\n".join(["在供水工作会议上的讲话", turns_to, *lines])).articles
    assert article.title == "在供水工作会议上的讲话"
    assert [paragraph.text for paragraph in article.paragraphs] == [turns_to, *story.paragraphs]


@pytest.mark.parametrize("gap", [0, 1])
@pytest.mark.parametrize("width", [0, 28, 34])
@pytest.mark.parametrize("foot", FEET)
def test_the_lead_and_the_foot_of_a_notice_are_paragraphs(foot, width, gap):
    blocks = [[TITLE], _set(LEADS, width)]
    for name, text in PARTS:
        blocks += [["　　" + name], _set(text, width)]
    blocks += [_set(text, width) for text in STORIES[1].paragraphs] + [["　　" + line] for line in foot]
    document = read_text("\n".join("\n".join([*block, *[""] * gap]) for block in blocks))
    (article,) = document.articles
    texts = [LEADS, *(text for _, text in PARTS), *STORIES[1].paragraphs, *foot]
    assert (article.title, list(article.subheads)) == (TITLE, [name for name, _ in PARTS])
    assert [paragraph.text for paragraph in article.paragraphs] == texts
    assert_nothing_lost(document)


def test_labelled_items_of_a_list_are_no_headings():
    items = ["三、报名方式：现场报名或电话报名，每人限报两门。", "四、联系方式：0537-1234567"]
    lines = [TITLE, LEADS, "一、报名时间：12月1日起", "二、报名地点：三楼会议室", *items]
    (article,) = read_text("\n".join([*lines, "附件：讲座课程表", "云梦湖新区水务局", "2026年11月18日"])).articles
    assert not article.subheads
    assert [paragraph.text for paragraph in article.paragraphs][:5] == lines[1:]
