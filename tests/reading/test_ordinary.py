from __future__ import annotations

import pathlib

import pytest

from gxclassify.errors import InputError
from gxclassify.reading import read, read_text
from reading.checks import assert_nothing_lost, assert_spans_hold

REPORT = pathlib.Path(__file__).parents[2] / "examples" / "report.txt"
LONG = "高新区围绕主导产业开展精准招商，全年引进项目三十个，计划总投资一百二十亿元。"


def paragraphs(text):
    return [paragraph.text for article in read_text(text).articles for paragraph in article.paragraphs]


def test_a_policy_document_comes_through_unchanged():
    lines = [line for line in REPORT.read_text(encoding="utf-8").splitlines() if line]
    (article,) = read(REPORT).articles
    assert [article.title, *article.subheads] == [lines[0], "一、总体要求", "二、重点任务", "三、保障措施"]
    assert [p.text for p in article.paragraphs] == [line for line in lines[1:] if line not in article.subheads]


def test_a_policy_document_without_empty_lines_reads_the_same():
    text = REPORT.read_text(encoding="utf-8")
    assert paragraphs(text) == paragraphs(text.replace("\n\n", "\n"))


def test_nothing_of_a_policy_document_is_lost():
    document = read(REPORT)
    assert_nothing_lost(document)
    assert_spans_hold(document)


def test_indents_are_no_part_of_a_paragraph():
    assert paragraphs(f"　　{LONG}\n　　{LONG}\n") == [LONG, LONG]


def test_a_single_line_is_a_paragraph():
    assert paragraphs("高新区新签约项目12个") == ["高新区新签约项目12个"]


def test_a_list_of_short_lines_stays_a_list():
    titles = ["高新区签约十二个项目", "经开区发布新政", "科学城大装置开工建设", "开发区设立产业基金", "自贸片区扩容"]
    assert paragraphs("\n".join(titles)) == titles


def test_list_items_are_no_headings():
    assert paragraphs(f"{LONG}\n1. 集成电路产业园\n2. 生物医药产业园\n{LONG}\n") == [
        LONG,
        "1. 集成电路产业园",
        "2. 生物医药产业园",
        LONG,
    ]


def test_a_short_line_between_long_paragraphs_is_a_subhead():
    (article,) = read_text(f"{LONG}\n招商成果\n{LONG}\n{LONG}\n").articles
    assert article.subheads == ("招商成果",)


def test_articles_with_leads_are_told_apart():
    text = f"高新区招商提速\n本报讯 {LONG}\n经开区绿色转型\n本报讯 {LONG}\n"
    assert [article.title for article in read_text(text).articles] == ["高新区招商提速", "经开区绿色转型"]


@pytest.mark.parametrize("empty", ["", " \n\u3000\n"])
def test_no_text_is_an_error(empty):
    with pytest.raises(InputError, match="no text"):
        read_text(empty)


def test_a_short_line_over_one_paragraph_is_its_title():
    (article,) = read_text(f"临江高新区开出人才公寓\n{LONG}\n").articles
    assert (article.title, [p.text for p in article.paragraphs]) == ("临江高新区开出人才公寓", [LONG])
