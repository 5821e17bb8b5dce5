"""Columns side by side in the lines of a text."""

from __future__ import annotations

import itertools
import textwrap
import unicodedata

import pytest

from gxclassify.reading import read_text
from gxclassify.reading.text.columns import side_by_side

STORY = [
    "临江经开区昨天集中签约项目12个，总投资八十六亿元，涉及新材料、装备制造和生物医药三个产业，全部投产后预计新增产值两百亿元。",
    "经开区与两所高校共建的检测中心同日揭牌，首批入驻研究人员六十二名，面向中小企业开放十二台大型仪器，预约可以在网上完成。",
    "管委会还印发了若干措施，对研发费用增长超过两成的企业按增量的百分之十给予补助，单户企业每年最高不超过三百万元，兑现期限为十五天。",
    "按照新一轮规划，到2029年临江经开区力争工业总产值突破三千亿元，高新技术企业达到一千二百家，建成具有影响力的产业高地。",
]  # fmt: skip


def cells(text):
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def column(paragraphs, width):
    return [line for text in paragraphs for line in textwrap.wrap("　　" + text, width, drop_whitespace=False)]


def beside(*columns, gutter=4, count=cells):
    widths = [max(map(count, lines)) for lines in columns]
    rows = itertools.zip_longest(*columns, fillvalue="")
    return "\n".join(
        "".join(
            f"{text}{' ' * (width - count(text) + gutter)}" for text, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    )


@pytest.mark.parametrize("width", [14, 18, 22])
@pytest.mark.parametrize("gutter", [2, 4, 9])
def test_two_columns_are_read_one_after_the_other(width, gutter):
    document = read_text(beside(column(STORY[:2], width), column(STORY[2:], width), gutter=gutter))
    assert [paragraph.text for paragraph in document.articles[0].paragraphs] == STORY
    assert [notice.kind for notice in document.notices] == ["columns"]
    assert "lost" not in document.characters


@pytest.mark.parametrize("width", [14, 19, 21])
def test_columns_may_be_set_by_characters_whatever_their_width(width):
    left = column(STORY[:2], width)
    assert min(map(len, left)) < width / 2, "a short line tells how places are counted"
    document = read_text(beside(left, column(STORY[2:], width), count=len))
    assert [paragraph.text for paragraph in document.articles[0].paragraphs] == STORY


@pytest.mark.parametrize("count", [cells, len])
def test_three_columns_and_two_pages(count):
    page = beside(*(column(STORY, 12) for _ in range(3)), count=count)
    document = read_text(f"{page}\n\f{page}")
    assert [p.text for article in document.articles for p in article.paragraphs] == STORY * 6


def test_a_longer_right_column_goes_on():
    document = read_text(beside(column(STORY[:1], 16), column(STORY[1:], 16)))
    assert [paragraph.text for paragraph in document.articles[0].paragraphs] == STORY


TABLE = "\n".join(
    f"{name}    签约{n}个      投资{n * 3}亿元" for n, name in enumerate(["甲园区", "乙园区", "丙园区", "丁园区"] * 4)
)


@pytest.mark.parametrize(
    "text",
    [
        TABLE,
        "\n".join(column(STORY, 20)),
        "\n".join(STORY),
        "利 影 响  保 持\n" * 10,
        "",
        "\n".join(f"{text}  （记者）" for text in STORY * 2),
    ],
)
def test_other_text_stays_as_it_is(text):
    assert side_by_side(text) is None


@pytest.mark.parametrize("gap", [2, 3, 4])
@pytest.mark.parametrize("width", [12, 16, 20])
def test_columns_with_ideographic_spaces_between_are_read_one_after_the_other(width, gap):
    left, right = column(STORY[:2], width), column(STORY[2:4], width)
    lines = [
        f"{one}{'　' * (width - len(one) + gap)}{other}".rstrip("　")
        for one, other in itertools.zip_longest(left, right, fillvalue="")
    ]
    found = [p.text for article in read_text("\n".join(lines)).articles for p in article.paragraphs]
    assert found == STORY[:4]
