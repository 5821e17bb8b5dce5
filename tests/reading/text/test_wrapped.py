"""Text that a program or a hand wrapped: by characters, by bytes, or about so wide."""

from __future__ import annotations

import random
import textwrap

import pytest

from gxclassify.reading import read_text
from reading.stories import STORIES
from reading.typeset import wrap


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


@pytest.mark.parametrize("width", [22, 24, 28])
def test_many_headlines_among_paragraphs_of_two_lines_do_not_hide_that_text_is_wrapped(width):
    texts = [paragraph for story in STORIES[:3] for paragraph in story.paragraphs if 34 < len(paragraph) < 60][:6]
    lines = ["江湾日报　2026年4月3日　第3版"]
    for i, text in enumerate(texts):
        lines += [] if i % 2 else [f"园区里的第{'一二三'[i // 2]}件事", "——记者走基层", "本报记者 周宁"]
        lines += ["提速增效", *("　　" * (not n) + line for n, line in enumerate(wrap(text, width, 2, hang=False)))]
    found = [p.text for article in read_text("\n".join(lines)).articles for p in article.paragraphs]
    assert found == texts


@pytest.mark.parametrize("width", range(10, 29))
@pytest.mark.parametrize("indent", [0, 2])
def test_a_paragraph_may_begin_with_a_dash(indent, width):
    items = [
        "——抓招商。围绕新材料和装备两条链，再引进投资过亿元的项目二十个，其中外资不少于三个。",
        "——抓服务。每个项目配一名专员，从拿地到开工控制在九十天以内，让企业少跑路。",
        "——抓要素，确保用地、用电、用工三件事不拖后腿。年内新建标准厂房三十万平方米。",
    ]
    lines = [
        "　" * (indent * (not n)) + line
        for text in items
        for n, line in enumerate(wrap(text, width, indent, hang=False))
    ]
    assert [p.text for a in read_text("\n".join(lines)).articles for p in a.paragraphs] == items


def columns(text, width, first, later):
    """Wrap a text as a browser prints it: by columns, of which a Chinese character takes two."""
    lines, indent = [first], first
    for char in text:
        if sum(1 + (c > "\u2e80") for c in lines[-1] + char) > width and char not in "，。、；：！？”":
            indent = later
            lines.append(indent)
        lines[-1] += char
    return lines


@pytest.mark.parametrize("space", [" ", "\u00a0"], ids=["spaces", "no-break spaces"])
def test_text_behind_a_margin_has_a_paragraph_between_two_empty_lines(space):
    told = [paragraph for story in STORIES[:3] for paragraph in story.paragraphs]
    lines = ["园区管理手册", ""]
    for i, text in enumerate(told):
        if i % 3 == 0:
            lines += [f"第 {i // 3 + 1} 章 {['招商', '用地', '服务', '考核', '附则'][i // 3 % 5]}", ""]
        item = i % 4 == 3
        lines += [
            *columns(f"* {text}" if item else text, 72, space * (6 if item else 4), space * (8 if item else 4)),
            "",
        ]
    document = read_text("\n".join(lines))
    assert [a.title for a in document.articles] == ["园区管理手册"]
    found = [p.text.removeprefix("* ") for p in document.articles[0].paragraphs]
    assert found == told
    assert "lost" not in document.characters


def test_indents_of_first_lines_are_no_margin():
    lines = []
    for text in STORIES[0].paragraphs:
        lines += [*columns(text, 60, " " * 12, " " * 8)]
    document = read_text("\n".join(lines))
    assert [p.text for a in document.articles for p in a.paragraphs] == list(STORIES[0].paragraphs)


@pytest.mark.parametrize("mark", ["[2]", "(2)", "<2>", "【2】", "P2", "| 2", "页码：2"])
def test_the_number_of_a_page_in_brackets_goes_out_where_a_sentence_breaks_off(mark):
    story = STORIES[0]
    lines = [story.title]
    for text in story.paragraphs:
        first, *rest = wrap(text, 20, 2, hang=True)
        lines += ["\u3000\u3000" + first, *rest]
    at = next(i for i in range(6, len(lines)) if lines[i - 1][-1] not in "。，：；”" and lines[i][0] != "\u3000")
    source = "\n".join([*lines[:at], mark, *lines[at:]])
    document = read_text(source)
    assert [p.text for p in document.articles[0].paragraphs] == list(story.paragraphs)


def test_the_number_of_a_part_in_brackets_stays_below_a_full_stop():
    story = STORIES[0]
    document = read_text("\n".join([story.title, story.paragraphs[0], "（2）", *story.paragraphs[1:]]))
    assert "（2）" in str(document.articles[0].parts) + str(document.articles[0].paragraphs)


@pytest.mark.parametrize("day", ["2026年5月6日", "2026-05-16"])
@pytest.mark.parametrize("count", [8, 10, 12])
@pytest.mark.parametrize("later", [3, 4])
def test_headings_and_days_of_one_width_below_paragraphs_of_another_are_no_columns(later, count, day):
    alike = [
        f"受管委会委托，对智慧园区平台第{n}期建设项目公开招标，欢迎符合条件的供应商参加。"
        for n in "一二三四五六七八九十百千"
    ]
    unlike = [
        "各部门要加强领导，细化措施，确保各项任务落到实处。",
        "企业登录平台在线填报，经审核后予以公示，公示期为十个工作日，逾期不再受理。",
        "全年新签约项目六十三个，合同引资三百一十八亿元，实际到位市外资金九十七亿元，完成年度任务，比上年同期有所提高。",
    ]
    headings = ["一、主要建设内容", "二、有关申报要求", "三、具体时间安排"]
    below = [line for pair in zip(headings, unlike, strict=True) for line in pair]
    lines = ["柳溪高新区平台建设项目招标公告", day, *alike[:count]]
    for place in ["白沙高新区", "南湖高新区", "东山高新区", "云岭高新区"][:later]:
        lines += [f"{place}项目申报工作通知", day, *below]
    told = [p.text for article in read_text("\n".join(lines) + "\n").articles for p in article.paragraphs]
    assert [text for text in told if text in {*alike, *unlike}] == alike[:count] + unlike * later
