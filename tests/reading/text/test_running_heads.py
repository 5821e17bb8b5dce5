from __future__ import annotations

import pytest

from gxclassify.reading import read_text
from reading.checks import assert_nothing_lost, assert_spans_hold
from reading.stories import STORIES
from reading.typeset import wrap

TITLE = "江湾新区年度工作报告"
BODY = [paragraph for story in STORIES[:4] for paragraph in story.paragraphs]


def pages(length, head, number, feed, *, top):
    lines = [TITLE]
    for text in BODY:
        lines += ("　　" + "\n".join(wrap(text, 30, 2, hang=True))).split("\n")
    made = []
    for n, start in enumerate(range(0, len(lines), length), 1):
        edge = [*([head] if head and n > 1 else []), *([number.format(n)] if number and top else [])]
        made.append(
            "\n".join([*edge, *lines[start : start + length], *([number.format(n)] if number and not top else [])])
        )
    return feed.join(made)


@pytest.mark.parametrize("length", [8, 11])
@pytest.mark.parametrize("head", ["", TITLE, "江湾新区管理委员会文件汇编"])
@pytest.mark.parametrize("number", ["", "- {} -", "{}", "第 {} 页 共 9 页", "—{}—"])
@pytest.mark.parametrize("top", [False, True])
@pytest.mark.parametrize("feed", ["\n\f", "\f", "\n\n\f\n"])
def test_running_heads_and_numbers_of_pages_go_out_and_paragraphs_go_on(feed, top, number, head, length):
    document = read_text(pages(length, head, number, feed, top=top))
    (article,) = document.articles
    assert article.title == TITLE
    assert [p.text for p in article.paragraphs] == BODY
    assert_nothing_lost(document)
    assert_spans_hold(document)


@pytest.mark.parametrize("number", ["- {} -", "第{}页"])
@pytest.mark.parametrize("top", [False, True])
def test_pages_may_be_told_by_their_numbers_alone(top, number):
    (article,) = read_text(pages(9, "江湾新区管理委员会文件汇编", number, "\n", top=top)).articles
    assert [p.text for p in article.paragraphs] == BODY


def test_pages_that_are_each_a_text_keep_their_titles():
    text = "\f".join(f"江湾新区会议纪要\n{story.paragraphs[0]}\n{story.paragraphs[1]}\n" for story in STORIES[:3])
    assert "furniture" not in read_text(text).characters
