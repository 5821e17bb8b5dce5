"""The head of a bulletin, over the first headline."""

from __future__ import annotations

import pytest

from gxclassify.reading import read, read_text
from reading.checks import assert_nothing_lost, assert_spans_hold
from reading.stories import STORIES
from reading.typeset import wrap
from reading.wordfile import docx, p, run

HEADS = [
    "工作简报\n第37期（总第215期）\n云梦湖新区管委会办公室　2026年9月14日",
    "云梦湖产业园区周报        第37期\n园区管委会办公室编        2026年9月14日",
    "园区信息\n（第12期）\n云梦湖新区党政办编印  2026年3月2日",
    "内部资料  注意保存\n招商动态\n2026年第8期（总第96期）\n投资促进局编      2026年4月30日\n━━━━━━━━━━",
    "改革专报\n（第 六 期）\n中共云梦湖新区工委改革办　　　　二〇二六年五月二十日",
    "云梦湖简讯 第15期 2026年6月3日",
    "会议纪要\n〔2026〕第5号\n云梦湖新区管委会办公室　　　2026年4月9日",
    "云梦湖高新\n（2026年第3期 总第27期）\n主办：云梦湖新区管委会\n编辑：政策研究室",
]


@pytest.mark.parametrize("head", HEADS)
def test_the_head_of_a_bulletin_is_furniture(head):
    story = STORIES[0]
    document = read_text("\n".join([head, story.title, *story.paragraphs]))
    assert [(article.title, article.byline) for article in document.articles] == [(story.title, None)]
    assert [paragraph.text for paragraph in document.articles[0].paragraphs] == story.paragraphs
    kinds = [repair.kind for repair in document.repairs if repair.span[0] < len(head)]
    assert kinds.count("furniture") == head.count("\n") + 1
    assert_spans_hold(document)
    assert_nothing_lost(document)


@pytest.mark.parametrize("head", HEADS)
def test_it_stands_over_hard_wrapped_text_and_in_word_too(head):
    story = STORIES[1]
    wrapped = [line for text in story.paragraphs for line in wrap("　　" + text, 30, 0, hang=True)]
    page = read_text("\n".join([head, "", story.title, "", *wrapped]))
    word = read(docx("".join(p(run(text)) for text in [*head.split("\n"), story.title, *story.paragraphs])))
    for document in (page, word):
        assert [article.title for article in document.articles] == [story.title]
        assert [paragraph.text for paragraph in document.articles[0].paragraphs] == story.paragraphs


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_a_bulletin_has_an_article_for_each_headline(between):
    text = between.join([HEADS[0], *(line for story in STORIES[:3] for line in [story.title, *story.paragraphs])])
    document = read_text(text)
    assert [(article.title, article.subheads) for article in document.articles] == [
        (story.title, ()) for story in STORIES[:3]
    ]


@pytest.mark.parametrize("mark", ["◆", "● ", "1. ", ""])
@pytest.mark.parametrize("named", ["本期要目", "【本期导读】", "目　录"])
@pytest.mark.parametrize("count", [2, 4])
def test_what_a_bulletin_lists_over_its_headlines_are_contents(count, named, mark):
    stories = STORIES[:count]
    listed = [named, *(mark + story.title for story in stories)]
    who = ["报：市委办公室，市政府办公室。", "送：各镇（街道），区直各单位。"]
    texts = [line for story in stories for line in [story.title, *story.paragraphs]]
    wrapped = [
        line for text in texts for line in (wrap("　　" + text, 30, 0, hang=True) if text[-1] == "。" else [text])
    ]
    for body in (texts, wrapped):
        document = read_text("\n".join([HEADS[0], *listed, *body, *who]))
        assert [(a.title, [p.text for p in a.paragraphs]) for a in document.articles] == [
            (story.title, story.paragraphs) for story in stories
        ]
        parts = [part for article in document.articles for part in article.parts if part.kind == "contents"]
        assert ["".join(part.text.split()) for part in parts] == ["".join("".join(listed).split())]
        assert_nothing_lost(document)


def test_what_is_announced_and_does_not_come_again_is_no_list_of_contents():
    story = STORIES[0]
    listed = ["本期导读", "新材料产业园区开工", "周末开放日预约办法"]
    document = read_text("\n".join([HEADS[0], *listed, story.title, *story.paragraphs]))
    assert not [part for article in document.articles for part in article.parts if part.kind == "contents"]


HEADLINES = [
    "云梦湖新区一季度招商工作开新局", "湖西经开区加快未来产业布局", "科学城构建协同创新新格局",
    "办事窗口搬进企业服务大厅", "高新区着力打造数字经济总部",
]  # fmt: skip


@pytest.mark.parametrize("headline", HEADLINES)
@pytest.mark.parametrize("head", ["", HEADS[3]])
def test_headlines_may_end_as_the_names_of_offices_do(head, headline):
    for titles in ([headline], [headline, STORIES[1].title], [STORIES[1].title, headline]):
        parts = ["\n".join([title, *story.paragraphs]) for title, story in zip(titles, STORIES, strict=False)]
        document = read_text("\n\n".join([head] * bool(head) + parts))
        assert [(article.title, article.byline) for article in document.articles] == [(title, None) for title in titles]
        assert [len(article.paragraphs) for article in document.articles] == [
            len(story.paragraphs) for story in STORIES[: len(titles)]
        ]


@pytest.mark.parametrize("office", ["云梦湖新区人民医院", "云梦湖集团总部", "市政务服务大厅", "云梦湖招商局"])
def test_any_office_may_issue_it(office):
    story = STORIES[0]
    document = read_text("\n".join(["工作动态", "第8期", office, "2026年4月30日", story.title, *story.paragraphs]))
    assert [article.title for article in document.articles] == [story.title]
    assert [paragraph.text for paragraph in document.articles[0].paragraphs] == story.paragraphs


def test_its_numbered_headings_stay_subheads():
    story = STORIES[0]
    text = "\n".join([HEADS[0], story.title, story.paragraphs[0], "一、主要做法", *story.paragraphs[1:]])
    assert [(article.title, article.subheads) for article in read_text(text).articles] == [
        (story.title, ("一、主要做法",))
    ]


@pytest.mark.parametrize(
    "head",
    [
        "青年创业沙龙第12期\n2026年3月1日",  # what is told below has no headline of its own
        "第三届产业创新大赛\n第12期",  # nothing says who issued it
        "本报讯，园区讲堂第12期\n2026年3月1日",
    ],
)
def test_a_number_alone_makes_no_bulletin(head):
    told = [
        "3月1日，新区举办创业活动，28家初创企业的负责人围绕融资问题展开讨论。",
        "活动由孵化中心主办，三家基金到场。",
    ]
    text = "\n".join([head, *told])
    document = read_text(text)
    assert not [repair for repair in document.repairs if document.source.startswith(head[:4], repair.span[0])]


def test_the_headings_of_a_web_page_head_the_articles_of_a_bulletin():
    page = "<title>园区周报</title><h1>园区周报 第12期</h1><p>新区党政办编 2026年3月2日</p>"
    for story in STORIES[:2]:
        page += f"<h2>{story.title}</h2>" + "".join(f"<p>{text}</p>" for text in story.paragraphs)
    document = read(page.encode(), name="page.html")
    assert [article.title for article in document.articles] == [story.title for story in STORIES[:2]]
    assert_nothing_lost(document)


@pytest.mark.parametrize("form", ["\n", "\n\n", "word"])
@pytest.mark.parametrize("name", ["信息快报", "云梦湖招商动态"])
@pytest.mark.parametrize("heads", [["招商提速", "项目签约", "园区开园"], ["新政十条落地", "产业基金设立"]])
def test_headlines_of_a_bulletin_may_all_be_short(form, name, heads):
    stories = zip(heads, STORIES, strict=False)
    lines = [name, "第8期", "云梦湖新区管委会办公室　2026年9月14日"]
    lines += [line for head, story in stories for line in [head, *story.paragraphs]]
    document = read(docx("".join(map(p, lines)))) if form == "word" else read_text(form.join(lines))
    assert [article.title for article in document.articles] == heads


@pytest.mark.parametrize(
    "parts",
    [["招商提速", "主要做法", "取得成效"], ["江苏", "安徽", "浙江"], ["奋力夺取开门红", "抢抓机遇", "乘势而上"]],
)
def test_parts_of_the_article_of_a_bulletin_are_no_articles(parts):
    lines = [line for part, story in zip(parts, STORIES, strict=False) for line in [part, *story.paragraphs]]
    assert len(read_text("\n".join([HEADS[0], *lines])).articles) == 1
