"""The folio of a newspaper's page: name, date and page, over articles in every manner of setting."""

from __future__ import annotations

from itertools import zip_longest

import pytest

from gxclassify.reading import read_text
from gxclassify.reading.text.folio import is_folio
from reading.checks import assert_nothing_lost, assert_spans_hold
from reading.stories import STORIES
from reading.typeset import width, wrap

FOLIOS = [
    "临江日报　2026年10月10日",
    "2026年10月10日　临江日报",
    "《临江日报》2026年10月10日第3版",
    "临江日报（2026年10月10日 第03版）",
    "临江日报 2026-10-10",
    "临江日报/2026 年/10 月/10 日/第 A03 版",
    "《园区研究》2026年第3期　专题　总第128期",
    "A03版 园区　2026.10.10 星期六",
    "03 要闻　　临江日报",
    "临江日报　二〇二六年十月十日　第八版：产业　责编：周宁",
    "《云梦湖新区报》 | 第126期 | 2026年10月10日",
    "2026年10月10日　星期六　丙午年九月初一　第八版　临江晚报",
]
NONE = [
    "2026年10月10日",
    "临江日报2026年10月10日报道",
    "临江日报记者走进云梦湖新区",
    "《临江日报》刊发新区招商纪实",
    "2026年10月招商工作简报",
    "A3 2026年10月10日",
    "《园区条例》2026年第一次修订",
    "10月10日 186亿元",
    "关于园区建设情况的汇报　2026年10月10日",
]


@pytest.mark.parametrize("line", FOLIOS)
def test_a_folio_is_name_date_and_page(line):
    assert is_folio(line)


@pytest.mark.parametrize("line", NONE)
def test_a_line_that_says_more_or_less_is_none(line):
    assert not is_folio(line)


@pytest.mark.parametrize("blank", ["\n", "\n\n"])
@pytest.mark.parametrize(
    "head",
    [
        *FOLIOS,
        "A03 要闻",
        "【深度】",
        "■ 一线调查",
        "临江日报\n03 要闻",
        "2026年10月10日",
        "临江日报\n2026年10月10日",
        "来源：临江日报　2026-10-10",
    ],
)
def test_what_stands_over_a_headline_is_no_part_of_it(head, blank):
    story = STORIES[1]
    for lines in (story.paragraphs, [line for p in story.paragraphs for line in wrap(p, 16, 2, hang=True)]):
        document = read_text("\n".join([head + blank + story.title, *lines]))
        assert [article.title for article in document.articles] == [story.title]
        assert [paragraph.text for paragraph in document.articles[0].paragraphs] == story.paragraphs
        assert {repair.kind for repair in document.repairs} >= {"furniture"}
        assert_spans_hold(document)
        assert_nothing_lost(document)


@pytest.mark.parametrize("foot", FOLIOS)
def test_a_folio_below_the_last_sentence_is_furniture_too(foot):
    story = STORIES[2]
    for lines in (story.paragraphs, [line for p in story.paragraphs for line in wrap(p, 16, 2, hang=True)]):
        document = read_text("\n".join([story.title, *lines, foot]))
        assert [paragraph.text for paragraph in document.articles[0].paragraphs] == story.paragraphs


def test_a_name_and_date_inside_a_sentence_stay_in_it():
    story = STORIES[1]
    lines = [
        "　　云梦湖新区的做法，",
        "《临江日报》2026年9月9日",
        "作了报道，省里随后转发了",
        "这份材料，要求各地学习。",
    ]
    wrapped = [line for p in story.paragraphs for line in wrap(p, 12, 2, hang=True)]
    document = read_text("\n".join([story.title, *wrapped, *lines]))
    assert "《临江日报》2026年9月9日作了报道" in document.articles[0].paragraphs[-1].text


def test_columns_beside_each_other_below_a_line_of_the_page_keep_their_headlines():
    left, right = STORIES[1], STORIES[2]
    columns = [
        [story.title, *(line for p in story.paragraphs for line in wrap(p, 16, 2, hang=False))]
        for story in (left, right)
    ]
    page = [a + " " * round(40 - 2 * width(a)) + b for a, b in zip_longest(*columns, fillvalue="")]
    document = read_text("\n".join(["临江日报　2026年10月10日", "", *page]))
    assert [article.title for article in document.articles] == [left.title, right.title]
