"""Text that a program or a hand wrapped: by characters, by bytes, or about so wide."""

from __future__ import annotations

import random
import textwrap

import pytest

from gxclassify.reading import read_text
from reading.stories import STORIES


def of_bytes(text, width, encoding):
    """Cut a text into lines of so many bytes at the most."""
    lines = [""]
    for char in text:
        if len((lines[-1] + char).encode(encoding)) > width:
            lines.append("")
        lines[-1] += char
    return lines


def about(text, width):
    """Cut a text into lines of about so many characters."""
    rng, lines = random.Random(width), []
    while text:
        end = width - rng.randrange(4)
        while text[end : end + 1] in tuple("，。、；：！？”"):
            end += 1
        lines.append(text[:end])
        text = text[end:]
    return lines


WAYS = {
    "characters": lambda text: textwrap.wrap(text, 40, drop_whitespace=False),
    "many characters": lambda text: textwrap.wrap(text, 66, drop_whitespace=False),
    "few characters": lambda text: textwrap.wrap(text, 18, drop_whitespace=False),
    "bytes of UTF-8": lambda text: of_bytes(text, 100, "utf-8"),
    "bytes of GBK": lambda text: of_bytes(text, 64, "gbk"),
    "by hand": lambda text: about(text, 36),
}


@pytest.mark.parametrize("between", ["\n", "\n\n"])
@pytest.mark.parametrize("indent", ["　　", "    "])
@pytest.mark.parametrize("way", WAYS)
def test_wrapped_text_has_its_paragraphs_back(way, indent, between):
    wrapped = [
        between.join([story.title, "本报通讯员 盛夏", *("\n".join(WAYS[way](indent + p)) for p in story.paragraphs)])
        for story in STORIES[:3]
    ]
    articles = read_text("\n\n".join(wrapped)).articles
    assert [(article.title, article.byline) for article in articles] == [
        (story.title, "本报通讯员 盛夏") for story in STORIES[:3]
    ]
    assert [[p.text for p in article.paragraphs] for article in articles] == [
        list(story.paragraphs) for story in STORIES[:3]
    ]


@pytest.mark.parametrize("story", STORIES[:3], ids=lambda story: story.title)
def test_wrapped_text_without_indents_has_its_paragraphs_back(story):
    lines = [line for paragraph in story.paragraphs for line in [*WAYS["characters"](paragraph), ""]]
    (article,) = read_text("\n".join([story.title, "", *lines])).articles
    assert [p.text for p in article.paragraphs] == list(story.paragraphs)


def test_paragraphs_of_a_line_that_end_with_no_mark_are_not_joined():
    facts = [
        "新开工亿元以上项目12个，总投资86.5亿元，全部在三月底前开工",
        "新增高新技术企业38家，总数达到214家，其中科学城占六成",
        "实际使用外资2.3亿美元，同比增长11.6%，居全省开发区第四位",
        "新建标准厂房18万平方米，入驻率92%，腾退低效用地1200亩",
    ]
    lines = [line for fact in facts for line in ("　　" + fact, "　　来源：经发局统计，每月五日前更新。")]
    assert facts[1] in [p.text for p in read_text("\n".join(lines)).articles[0].paragraphs]
