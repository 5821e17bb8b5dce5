"""Text in which some articles are hard-wrapped and others have a paragraph a line: each is read as what it is."""

from __future__ import annotations

import pytest

from gxclassify.reading import read_text
from reading.checks import assert_nothing_lost, assert_spans_hold
from reading.stories import STORIES
from reading.typeset import wrap

OTHERS = [
    (
        "柳溪高新区新添三座标准厂房",
        [
            "柳溪高新区三座标准厂房日前完成主体结构封顶，建筑面积六万二千平方米，可容纳四十余家企业入驻。",
            "园区还配套建设人才公寓二百四十套，预计明年三月交付使用。",
        ],
    ),
    (
        "白沙经开区开通企业服务热线",
        [
            "白沙经开区昨天开通企业服务热线，企业遇到用工、用电、融资方面的难题，拨打一个号码就能得到答复。",
            "目前，咨询政策的占六成。",
            "热线由十二名工作人员轮流值守，一般问题当场答复，复杂问题三个工作日内办结。",
        ],
    ),
]
WRAPPED = [(story.title, list(story.paragraphs)) for story in STORIES[:3]]


def column(paragraphs, width=18):
    return [line for text in paragraphs for line in ("　　" + "\n".join(wrap(text, width, 2, hang=True))).split("\n")]


def printed(article, width=18, below=()):
    title, paragraphs = article
    return "\n".join([title, *below, *column(paragraphs, width)])


def plain(article, below=(), lead="", indent="　　"):
    title, (first, *others) = article
    return "\n".join([title, *below, *(indent + text for text in (lead + first, *others))])


def articles_of(text):
    document = read_text(text)
    assert_nothing_lost(document)
    assert_spans_hold(document)
    return [(article.title, [paragraph.text for paragraph in article.paragraphs]) for article in document.articles]


@pytest.mark.parametrize("between", ["\n", "\n\n", "\n\n\n", "\n\n------------\n"])
@pytest.mark.parametrize("width", [14, 18, 26])
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("order", ["printed first", "printed last", "printed between"])
def test_printed_articles_and_those_of_a_paragraph_a_line_are_each_read_as_they_are(order, count, width, between):
    hard = [(article, printed(article, width)) for article in WRAPPED[:count]]
    first, last = [[(article, plain(article, ["2025-03-18　来源：南湖日报"]))] for article in OTHERS]
    parts = {"printed first": hard + first + last, "printed last": first + last + hard}.get(order, first + hard + last)
    assert articles_of(between.join(text for _, text in parts)) == [article for article, _ in parts]


@pytest.mark.parametrize("below", [[], ["2025-03-18　来源：南湖日报"], ["本报记者 周宁"]])
@pytest.mark.parametrize("lead", ["", "本报讯（记者 周宁）"])
@pytest.mark.parametrize("indent", ["", "　　"])
def test_what_stands_below_the_title_of_either_tells_nothing_of_its_kind(indent, lead, below):
    parts = [printed(WRAPPED[0], below=below), plain(OTHERS[0], below, lead, indent)]
    for texts, articles in [(parts, [WRAPPED[0], OTHERS[0]]), (parts[::-1], [OTHERS[0], WRAPPED[0]])]:
        assert articles_of("\n\n".join(texts)) == articles


def test_an_article_of_one_line_may_stand_between_printed_ones():
    title, paragraphs = OTHERS[0]
    text = "\n\n".join([printed(WRAPPED[0]), f"{title}\n　　{paragraphs[0]}", printed(WRAPPED[1])])
    assert articles_of(text) == [WRAPPED[0], (title, paragraphs[:1]), WRAPPED[1]]


def test_short_paragraphs_a_line_each_are_read_below_their_title():
    text = (
        printed(WRAPPED[0])
        + "\n\n\n白沙经开区开通企业服务热线\n　　白沙经开区昨天开通企业服务热线，全天有人值守。\n　　咨询政策的占六成。"
    )
    assert articles_of(text)[1] == (
        "白沙经开区开通企业服务热线",
        ["白沙经开区昨天开通企业服务热线，全天有人值守。", "咨询政策的占六成。"],
    )


def test_a_title_below_its_printed_article_is_not_that_of_the_next():
    title, _ = WRAPPED[0]
    body = printed(WRAPPED[0]).removeprefix(title + "\n")
    text = f"{body}\n{title}\n\n{plain(OTHERS[0])}\n\n{plain(OTHERS[1])}"
    assert articles_of(text) == [WRAPPED[0], *OTHERS]


def test_paragraphs_of_a_printed_article_that_are_not_wrapped_go_on_with_it():
    title, paragraphs = WRAPPED[1]
    text = "\n".join(
        [printed(WRAPPED[0]), "", title, *column(paragraphs[:2]), *("　　" + text for text in paragraphs[2:])]
    )
    assert articles_of(text) == WRAPPED[:2]


@pytest.mark.parametrize("number", [2, 4, 6, 7, 8, 9])
def test_a_single_line_beyond_the_column_leaves_a_printed_page_whole(number):
    lines = "\n\n".join(printed(article) for article in WRAPPED).split("\n")
    lines[number : number + 2] = ["".join(lines[number : number + 2]).replace("　", "")]
    assert articles_of("\n".join(lines))[1:] == WRAPPED[1:]


def test_a_stretch_too_short_to_show_its_column_has_that_of_another():
    title, (_, _, last) = OTHERS[1]
    fills = ["热线由十二名工作人员日夜轮流值守并逐件登记。", "首日接到来电八十七个其中咨询政策的占六成。"]
    short = (title, [last, *fills, fills[0], last, *fills])
    parts = [printed(WRAPPED[0], 24), plain(OTHERS[0]), printed(short, 24, ["本报记者 周宁"]), plain(WRAPPED[1])]
    articles = articles_of("\n\n".join(parts).replace("　　", ""))
    assert [articles[2][0], articles[2][1][0], articles[3]] == [title, last, WRAPPED[1]]


def test_an_article_without_a_title_that_begins_a_text_is_given_none():
    first = "本报讯 白沙经开区昨天开通企业服务热线，企业遇到用工、用电、融资方面的难题，拨打一个号码就能得到答复。"
    articles = articles_of(f"{first}\n\n{printed(WRAPPED[0])}")
    assert articles == [(None, [first.removeprefix("本报讯 ")]), WRAPPED[0]]


@pytest.mark.parametrize("at", [1, 2])
@pytest.mark.parametrize("columns", [22, 30])
def test_a_chapter_that_is_set_otherwise_stays_in_its_document(columns, at):
    heads = ("一、提高认识", "二、落实措施", "三、严格考核")
    lines = ["关于加强园区服务的意见"]
    for number, (head, story) in enumerate(zip(heads, STORIES, strict=False)):
        texts = ["　　" + text for text in story.paragraphs[:3]]
        lines.append(head)
        lines += [line for text in texts for line in wrap(text, columns, 0, hang=True)] if number == at else texts
    (article,) = read_text("\n".join(lines)).articles
    assert (article.title, article.subheads) == (lines[0], heads)
    assert [paragraph.text for paragraph in article.paragraphs] == [
        text for story in STORIES[:3] for text in story.paragraphs[:3]
    ]


@pytest.mark.parametrize("columns", [16, 22])
@pytest.mark.parametrize("count", [1, 2])
def test_a_whole_paragraph_on_a_line_of_a_page_is_no_headline(count, columns):
    story, other = STORIES[:2]
    whole = [text for _, texts in OTHERS for text in texts if len(text) > 45][:count]

    def wrapped(texts):
        return [line for text in texts for line in wrap("　　" + text, columns, 0, hang=True)]

    page = [story.title, *wrapped(story.paragraphs), *whole, other.title, *wrapped(other.paragraphs)]
    articles = read_text("\n".join(page)).articles
    assert [article.title for article in articles] == [story.title, other.title]
    assert [paragraph.text for paragraph in articles[0].paragraphs] == [*story.paragraphs, *whole]


FACTS = [
    "智能网联汽车零部件产业园项目，总投资25亿元，建设单位为柳溪汽车科技有限公司",
    "高端医疗影像设备生产基地项目，总投资12亿元，建设单位为白沙医疗器械有限公司",
    "第三代半导体封装与测试项目，总投资18亿元，建设单位为南湖微电子有限公司",
    "园区冷链物流中心二期项目，总投资6亿元，建设单位为柳溪仓储物流有限公司",
    "污水处理厂提标改造项目，总投资2.3亿元，建设单位为白沙高新区水务公司",
    "新型储能电池生产线项目，总投资30亿元，建设单位为南湖新能源有限公司",
]


@pytest.mark.parametrize("mark", ["{}. ", "{}、", "● ", ""])
@pytest.mark.parametrize("below", [0, 1])
def test_a_list_of_facts_is_no_printed_text(below, mark):
    title, texts = OTHERS[below]
    facts = [mark.format(i) + fact for i, fact in enumerate(FACTS, 1)]
    told = [text for _, paragraphs in articles_of("\n".join([title, *texts, "", *facts]) + "\n") for text in paragraphs]
    assert told == [*texts, *facts]


VERSES = [
    "曾经是一片寂静的滩涂，",
    "风吹过芦苇的黄昏，",
    "几间低矮的厂房里，",
    "灯火照着拓荒的人。",
    "如今塔吊伸向蓝天，",
    "流水线唱着清晨的歌，",
    "年轻的手托起希望，",
    "走过的路开满花朵。",
]


@pytest.mark.parametrize("beside", ["alone", "below", "above"])
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_verses_stay_lines(between, beside):
    poem = between.join(["园区之歌", *VERSES])
    texts = {"alone": [poem], "below": [plain(OTHERS[0]), poem], "above": [poem, plain(OTHERS[0])]}[beside]
    told = [text for _, paragraphs in articles_of("\n\n\n".join(texts) + "\n") for text in paragraphs]
    assert [text for text in told if text in VERSES] == VERSES
