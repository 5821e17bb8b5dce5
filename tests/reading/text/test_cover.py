"""The title page and the list of contents of a report, and the marks of its pages."""

from __future__ import annotations

import pytest

from gxclassify.reading import read_text
from reading.checks import assert_nothing_lost, assert_spans_hold
from reading.stories import STORIES
from reading.typeset import wrap

NAMES = ["供水改造概况", "管网更新进展", "存在的主要困难"]
COVERS = [
    ["云梦湖新区2026年度", "供水管网改造工作报告", "编制单位：云梦湖新区水务局", "编制日期：2026年11月"],
    ["内部资料　注意保存", "云梦湖新区供水管网改造白皮书", "云梦湖新区水务局编", "二〇二六年十一月"],
    ["密级：内部", "云梦湖新区供水管网改造方案", "（征求意见稿）", "版本号：V1.2", "2026年11月18日"],
]
ENTRIES = [
    lambda name, page: f"{name}{page}",
    lambda name, page: f"{name}（{page}）",
    lambda name, page: f"{page}  {name}",
    lambda name, page: f"{name}\t{page}",
    lambda name, page: f"{name}……………{page}",
    lambda name, _: name,
]
TITLES = [
    "云梦湖新区2026年度供水管网改造工作报告",
    "云梦湖新区供水管网改造白皮书",
    "云梦湖新区供水管网改造方案（征求意见稿）",
]


def _set(text, width):
    first, *others = wrap(text, width, 2, hang=True) if width else [text]
    return ["　　" + first, *others]


def _report(cover, entry, *, numbered=True, again=False, width=0):
    names = [f"{'一二三'[k]}、{name}" for k, name in enumerate(NAMES)] if numbered else NAMES
    listed = ["目　　录", *(entry(name, 3 * k + 1) for k, name in enumerate(names))] if entry else []
    title = [line for line in cover if "供水" in line or "年度" in line] if again else []
    lines = [*cover, "", *listed, "", *title]
    for name, story in zip(names, STORIES, strict=False):
        lines.append(name)
        for text in story.paragraphs:
            lines += _set(text, width)
    paragraphs = [text for _, story in zip(names, STORIES, strict=False) for text in story.paragraphs]
    return "\n".join(lines), names, paragraphs


@pytest.mark.parametrize("width", [0, 34])
@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("entry", [*ENTRIES, None])
@pytest.mark.parametrize("k", range(len(COVERS)))
def test_a_title_page_has_the_title_and_its_particulars_are_furniture(k, entry, again, width):
    text, names, paragraphs = _report(COVERS[k], entry, again=again, width=width)
    document = read_text(text)
    (article,) = document.articles
    assert article.title == TITLES[k]
    assert [paragraph.text for paragraph in article.paragraphs] == paragraphs
    assert list(article.subheads) == names
    assert [part.kind for part in article.parts].count("contents") == (entry is not None)
    assert_spans_hold(document)
    assert_nothing_lost(document)


@pytest.mark.parametrize("entry", ENTRIES)
def test_plain_headings_are_known_from_the_list(entry):
    text, names, paragraphs = _report(COVERS[0], entry, numbered=False)
    (article,) = read_text(text).articles
    assert (article.title, list(article.subheads)) == (TITLES[0], names)
    assert [paragraph.text for paragraph in article.paragraphs] == paragraphs


def test_who_held_a_speech_and_a_notice_have_no_title_page():
    speech = "在供水工作会议上的讲话\n周　宁\n2026年11月18日\n同志们：\n" + "\n".join(STORIES[0].paragraphs)
    assert read_text(speech).articles[0].title == "在供水工作会议上的讲话"
    notice = "供水管网改造通知\n时间：11月18日上午\n地点：三楼会议室\n" + "\n".join(STORIES[0].paragraphs)
    assert [paragraph.text for paragraph in read_text(notice).articles[0].paragraphs[:2]] == [
        "时间：11月18日上午",
        "地点：三楼会议室",
    ]


MARKS = [
    "[换页]",
    "--- 分页 ---",
    "（下转第3版）",
    "▼下转第2版",
    "（转下页）",
    "（未完，下转第6页）",
    "（上接A01版）",
    "- 下页续 -",
]


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("width", [0, 34])
def test_a_paragraph_goes_on_across_words_for_a_page(mark, width):
    whole = "水务局把老旧管网分成六个片区，逐片摸清管龄和漏损，先换漏得最多的，再换管龄最长的，全年更新管道四十二公里。"
    others = STORIES[0].paragraphs
    parts = _set(whole, width) if width else [whole[:30], whole[30:]]
    lines = [line for text in others for line in _set(text, width)]
    document = read_text("\n".join(["老旧管网分片更新", *lines, parts[0], mark, *parts[1:], *lines]))
    (article,) = document.articles
    assert [paragraph.text for paragraph in article.paragraphs] == [*others, whole, *others]
    assert_nothing_lost(document)


def test_words_of_pages_in_a_sentence_stay():
    text = "会议记录转下页继续填写，由记录人签名。"
    assert read_text(f"会议记录填写说明\n{text}\n{text}").articles[0].paragraphs[0].text == text
