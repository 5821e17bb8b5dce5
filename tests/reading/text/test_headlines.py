from __future__ import annotations

import textwrap
from dataclasses import replace

import pytest

from gxclassify.reading import read_text
from gxclassify.reading.document import Mapped
from gxclassify.reading.text.lines import undouble
from reading.stories import STORIES
from reading.typeset import Settings, typeset


@pytest.mark.parametrize(
    ("doubled", "single"),
    [
        ("高新区招商提速高新区招商提速", "高新区招商提速"),
        ("白鹭洲白鹭洲““链上找链上找””出好项目出好项目", "白鹭洲“链上找”出好项目"),
        ("高高新新区区招招商商", "高新区招商"),
        ("高新区高新区 2026年2026年", "高新区 2026年"),
    ],
)
def test_doubled_runs_stand_once(doubled, single):
    assert undouble(Mapped.at(doubled, 0)).text == single


@pytest.mark.parametrize("plain", ["高新区招商提速", "常常", "天天向上再向上", "", "高新区招商提速高新区招商提速了"])
def test_other_lines_are_left_alone(plain):
    assert undouble(Mapped.at(plain, 0)) is None


@pytest.mark.parametrize("seed", range(len(STORIES) - 1))
@pytest.mark.parametrize("doubled", ["runs", "whole", "lines"])
def test_headlines_printed_twice_do_not_hide_how_wide_the_column_is(doubled, seed):
    settings = Settings(width=24, title_lines=2, doubled=doubled, subheads=2, blank="none", letterspace=0.1)
    text, gold = typeset(STORIES[seed : seed + 2], settings, seed)
    assert [article.title for article in read_text(text).articles] == [story.title for story in gold]


@pytest.mark.parametrize("doubled", ["none", "lines"])
@pytest.mark.parametrize(
    "deck", [["——总投资86.5亿元"], ["——从一块试验田到", "一条千亿产业链"]], ids=["one line", "two"]
)
def test_a_second_headline_over_printed_lines_is_no_part_of_the_title(deck, doubled):
    first, second = STORIES[0], STORIES[1]
    text, _ = typeset([first, second], Settings(width=17, doubled="none"), 1)
    head = "\n".join([second.title, *deck] * (2 if doubled == "lines" else 1))
    [above, below] = read_text(text.replace(second.title, head)).articles
    assert (above.title, above.subheads) == (first.title, ())
    if doubled == "none":
        assert (below.title, below.subheads) == (second.title, ("".join(deck),))
        assert below.paragraphs[0].subhead is None
    assert [paragraph.text for paragraph in below.paragraphs] == second.paragraphs


PLAIN = Settings(byline="none", caption="none", lead="none", doubled="no", subheads=0, letterspace=0.05)


@pytest.mark.parametrize(
    ("settings", "seed"),
    [
        # two lines that would fit on one are no subhead
        (replace(PLAIN, width=22, blank="every", indent="half", title_lines=2, furniture="middle", hang=False), 154),
        # a headline as wide as the column, below a full line that ends a paragraph, is no rest of a cut-off one
        (replace(PLAIN, width=14, blank="every", indent="half", furniture="middle", spaced_digits=True), 406),
        (replace(PLAIN, width=15, blank="none", indent="narrow", byline="lead", caption="text", furniture="head",
                 lead="agency", spaced_digits=True), 548),
        # where digits stand between spaces, a line that one more would not have fitted into is full
        (replace(PLAIN, width=20, blank="paragraph", indent="kept", title_lines=2, subheads=2, byline="lead",
                 furniture="head", spaced_digits=True), 114),
        # names spaced out in part
        (replace(PLAIN, width=18, blank="every", indent="half", byline="inline", caption="story", lead="agency",
                 letterspace=0.3, hang=False), 394),
    ],
)  # fmt: skip
def test_what_is_no_headline_and_what_is_one(settings, seed):
    page, gold = typeset(STORIES, settings, seed)
    articles = read_text(page).articles
    assert [article.title for article in articles] == [story.title for story in gold]
    assert [[p.text.replace(" ", "") for p in a.paragraphs] for a in articles] == [
        [text.replace(" ", "") for text in story.paragraphs] for story in gold
    ]


@pytest.mark.parametrize("seed", range(len(STORIES) - 1))
@pytest.mark.parametrize("width", [12, 16, 20])
def test_each_line_of_a_headline_may_stand_twice(width, seed):
    lines = []
    for story in STORIES[seed : seed + 2]:
        half = len(story.title) // 2
        lines += [line for part in (story.title[:half], story.title[half:]) for line in (part, part)]
        lines += typeset([story], Settings(width=width, indent="kept", blank="none", byline="none"))[0].split("\n")[1:]
    assert [article.title for article in read_text("\n".join(lines)).articles] == [
        story.title for story in STORIES[seed : seed + 2]
    ]


@pytest.mark.parametrize("width", [12, 16, 20])
@pytest.mark.parametrize("subheads", [0, 2])
def test_white_above_headlines_alone_parts_articles(subheads, width):
    stories = STORIES[:3]
    settings = Settings(width=width, indent="kept", blank="none", byline="none", subheads=subheads, subhead_lines=1)
    pages = [typeset([story], settings, seed) for seed, story in enumerate(stories)]
    articles = read_text("\n".join(page for page, _ in pages)).articles
    assert [article.title for article in articles] == [story.title for story in stories]
    assert [len(article.subheads) for article in articles] == [subheads] * 3


SHORT_HEADS = [("松林路上", "灯亮了一夜"), ("暖流进了", "二十七个小区"), ("显微镜搬到", "厂门口")]


@pytest.mark.parametrize("byline", ["inline", "brackets"])
def test_headlines_of_two_short_lines_head_articles_below_who_signs_the_last(byline):
    lines = []
    for seed, (story, heads) in enumerate(zip(STORIES[:3], SHORT_HEADS, strict=True)):
        page, _ = typeset([story], Settings(indent="kept", blank="none", byline=byline), seed)
        lines += [*heads, page.split("\n", 1)[1].rstrip("\n")]
    titles = [article.title for article in read_text("\n".join(lines)).articles]
    assert titles == ["".join(heads) for heads in SHORT_HEADS]


@pytest.mark.parametrize("width", range(10, 25, 2))
def test_a_second_headline_is_no_line_of_a_paragraph_without_indents(width):
    story = STORIES[0]
    lines = [story.title[:width], "——十二个项目落笔"[:width], "本报记者 周宁"]
    body = typeset([story], Settings(width=width, indent="flush", blank="none", byline="none"))[0].split("\n")[1:]
    (article,) = read_text("\n".join([*lines, *body])).articles
    assert article.title == story.title[:width]
    assert "——十二个项目落笔"[:width] in article.subheads


@pytest.mark.parametrize(
    "entry",
    [
        "相关链接：云溪高新区印发《关于进一步支持智能装备产业高质量发展的若干措施》",
        "下载地址：https://www.example.cn/zwgk/tzgg/202603/t20260312_1234567.html",
        "报名咨询电话：12345678　联系人：何晓　电子邮箱：abc@example.cn",
    ],
)
@pytest.mark.parametrize("width", [16, 22, 30])
def test_a_label_with_its_value_is_no_headline_however_wide(entry, width):
    settings = Settings(width=width, indent="kept", blank="none", byline="none")
    pages = [typeset([story], settings)[0].rstrip("\n") for story in STORIES[:2]]
    document = read_text(f"{pages[0]}\n{entry}\n{pages[1]}\n")
    assert [article.title for article in document.articles] == [story.title for story in STORIES[:2]]
    ordinary = "\n".join(f"{story.title}\n{story.paragraphs[0]}\n{entry}" for story in STORIES[:2])
    assert not any(entry in (article.title or "") for article in read_text(ordinary).articles)


@pytest.mark.parametrize(
    "title",
    [
        "全民阅读：让书香浸润产业园区",
        "精准链接：云溪搭建产学研桥梁",
        "工业互联网平台：5G赋能制造业转型",
        "园区网站：7天上线的背后",
    ],
)
@pytest.mark.parametrize("width", [20, 30])
def test_a_headline_may_begin_as_a_label_does(title, width):
    story = replace(STORIES[0], title=title)
    document = read_text(typeset([story], Settings(width=width, indent="kept", blank="none", byline="none"))[0])
    assert [article.title for article in document.articles] == [title]


def test_labels_at_the_end_make_no_headline_of_the_text_above():
    lines = ["关于临江新材料项目环评的公示", "　　项目建成后，预计年产值可达三十亿元，带动就业一千二百余人，"]
    lines += ["成为当地新的经济增长点。", "　　公示期为2026年3月5日至3月11日。"]
    lines += ["联系电话：12345678", "传真：12345679", "通讯地址：创业路8号", "云溪高新区生态环境局", "2026年3月5日"]
    (article,) = read_text("\n".join(lines)).articles
    assert article.title in {None, lines[0]}


@pytest.mark.parametrize("width", [22, 34])
def test_below_a_printed_headline_labels_with_values_are_facts_and_who_speaks_is_the_byline(width):
    text = "云溪高新区近日举行集中签约仪式，十二个产业项目落户园区，总投资三十八亿元，涵盖智能装备等领域。"
    below = textwrap.wrap("　　" + text, width) * 4
    facts = ["　　成立时间：1992年", "　　规划面积：48平方公里"]
    (article,) = read_text("\n".join(["云溪高新区简介", *facts, *below])).articles
    assert article.title == "云溪高新区简介"
    assert [paragraph.text for paragraph in article.paragraphs[:2]] == [fact.strip() for fact in facts]
    (article,) = read_text("\n".join(["在云溪高新区推进会上的讲话", "区长　周宁", *below])).articles
    assert (article.title, article.byline) == ("在云溪高新区推进会上的讲话", "区长　周宁")


@pytest.mark.parametrize("width", [22, 34])
def test_the_first_of_several_offices_that_head_parts_is_no_line_of_the_printed_headline(width):
    text = "云溪高新区近日举行集中签约仪式，十二个产业项目落户园区，总投资三十八亿元，涵盖智能装备等领域。"
    offices = ["云溪市招商局", "云溪市科学技术局", "云溪市税务局"]
    parts = [line for office in offices for line in (office, *textwrap.wrap("　　" + text, width) * 2)]
    (article,) = read_text("\n".join(["多部门出台措施支持园区发展", *parts])).articles
    assert (article.title, list(article.subheads)) == ("多部门出台措施支持园区发展", offices)


def test_two_printed_lines_with_colons_are_a_headline():
    text = textwrap.wrap("　　云溪高新区近日举行集中签约仪式，十二个产业项目落户园区，总投资三十八亿元。", 22) * 4
    (article,) = read_text("\n".join(["云溪高新区：创新驱动", "松浦经开区：项目为王", "本报记者 周宁", *text])).articles
    assert "创新驱动" in article.title
    assert "项目为王" in article.title
