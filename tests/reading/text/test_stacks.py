"""Headlines of several lines in text of a paragraph a line: kicker, title, second headline and byline."""

from __future__ import annotations

import pytest

from gxclassify.reading import read_text
from reading.checks import assert_nothing_lost, assert_spans_hold
from reading.stories import STORIES
from reading.typeset import wrap

KICKERS = ["招商进行时", "低碳园区", "平台开放日", "惠企见闻"]
DECKS = ["——春季签约见闻", "——余热利用记", "——材料平台探营", "——落实细则观察"]
BYLINES = ["本报记者　赵晓勇", "本报记者　胡安平", "通讯员　孙梅", "本报记者　何一帆　通讯员　罗清"]
HEADS = {
    "kicker": "{kicker}\n{title}",
    "deck": "{title}\n{deck}",
    "all": "{kicker}\n{title}\n{deck}\n{byline}",
    "halves": "{one}\n{other}",
    "twice": "{title}\n{title}",
    "doubled": "{one}{one}{other}{other}",
}
LONG = STORIES[0].paragraphs[0]


def head_of(i, kind):
    title = STORIES[i].title
    parts = {"title": title, "one": title[:7], "other": title[7:]}
    return HEADS[kind].format(**parts, kicker=KICKERS[i], deck=DECKS[i], byline=BYLINES[i])


def told(document):
    return [(article.title, [p.text for p in article.paragraphs]) for article in document.articles]


def right(stories):
    return [(story.title, story.paragraphs) for story in stories]


@pytest.mark.parametrize("foot", ["", "（责任编辑：林溪）", "--------", "（赵晓勇）"])
@pytest.mark.parametrize("blank", ["", "\n"])
@pytest.mark.parametrize("head", HEADS)
def test_lines_over_each_other_head_an_article_each(head, blank, foot):
    lines = []
    for i, story in enumerate(STORIES[:4]):
        lines += [blank] * bool(lines and blank)
        lines += [head_of(i, head), *story.paragraphs, *([foot] if foot else [])]
    document = read_text("\n".join(lines))
    assert len(document.articles) == 4
    for story, (title, paragraphs) in zip(STORIES, told(document), strict=False):
        assert title.endswith(story.title)
        assert paragraphs == story.paragraphs
    assert_nothing_lost(document)
    assert_spans_hold(document)


@pytest.mark.parametrize(
    "top", ["第3版", "A03 要闻", "【深度】", "■园区", "责任编辑：林溪　版式：周扬", "临江日报\nA3"]
)
def test_what_stands_over_a_title_to_say_where_it_is_printed_is_furniture(top):
    document = read_text("\n".join([top, STORIES[1].title, *STORIES[1].paragraphs]))
    assert told(document) == right(STORIES[1:2])
    assert {repair.kind for repair in document.repairs} >= {"furniture"}


@pytest.mark.parametrize("kicker", ["惠企政策见闻", "重走园区路·第三站", "记者走基层", "园区看变化③"])
def test_a_kicker_over_a_title_is_no_title_and_no_paragraph_stands_under_it(kicker):
    story = STORIES[3]
    (article,) = read_text("\n".join([kicker, story.title, *story.paragraphs])).articles
    assert (article.title, article.subheads) == (story.title, (kicker,))
    assert {paragraph.subhead for paragraph in article.paragraphs} == {None}


def test_a_second_headline_that_speaks_more_of_the_text_is_no_title():
    text = "\n".join(["把问题解决在工地上", "临江高新区项目签约侧记", *STORIES[0].paragraphs])
    assert read_text(text).articles[0].title == "把问题解决在工地上"


def test_two_articles_of_which_only_the_first_has_a_kicker():
    lines = [KICKERS[0], STORIES[0].title, *STORIES[0].paragraphs, "", STORIES[1].title, *STORIES[1].paragraphs]
    assert told(read_text("\n".join(lines))) == right(STORIES[:2])


@pytest.mark.parametrize(
    "lines",
    [
        ["项目推进会召开", LONG, "市发展改革委员会", "市自然资源和规划局", "临江高新区管委会", LONG],
        ["高新区三季度工作回顾", "项目建设", "开工率提前达标", LONG, "要素保障", "用地用能两手抓", LONG],
        ["春季签约流程", "第一步", "项目专班收集问题清单", LONG, "第二步", "责任单位一周一调度", LONG],
        ["高新区之歌", "春风吹过临江畔", "厂房立在稻田边", LONG, "机器唱起新的歌", "灯火照亮不夜天", LONG],
    ],
)
def test_lists_and_pairs_of_subheads_are_no_articles(lines):
    assert len(read_text("\n".join(lines)).articles) == 1


@pytest.mark.parametrize("rule", ["————————", "*****", "* * *", "◇◇◇"])
@pytest.mark.parametrize("width", [9, 12, 16])
def test_a_rule_between_printed_articles_is_part_of_no_headline(width, rule):
    lines = [
        line
        for story in STORIES[:3]
        for line in [story.title, *(line for p in story.paragraphs for line in wrap(p, width, 2, hang=True)), rule]
    ]
    document = read_text("\n".join(lines))
    assert told(document) == right(STORIES[:3])
    assert all(not article.subheads for article in document.articles)
    assert_nothing_lost(document)


def test_the_name_of_a_figure_takes_nothing_of_the_paragraph_below():
    story = STORIES[1]
    paragraphs = [wrap(p, 16, 2, hang=True) for p in story.paragraphs]
    text = "\n".join([story.title, *paragraphs[0], "图1：热力调度中心", *(line for p in paragraphs[1:] for line in p)])
    (article,) = read_text(text).articles
    assert article.captions == ("图1：热力调度中心",)
    assert [p.text for p in article.paragraphs] == story.paragraphs


@pytest.mark.parametrize(
    "foot",
    [
        "（完）",
        "（本版稿件除署名外均由本报记者赵晓勇采写）",
        "扫码看更多报道",
        "本版责编 林溪　电话 0531-8800112",
    ],
)
def test_what_stands_at_an_end_is_furniture(foot):
    story = STORIES[1]
    document = read_text("\n".join([story.title, *story.paragraphs, foot]))
    assert told(document) == right([story])
    assert_nothing_lost(document)


def test_who_put_an_article_together_signs_it():
    (article,) = read_text("\n".join([STORIES[1].title, *STORIES[1].paragraphs, "整理：赵晓勇"])).articles
    assert (article.byline, len(article.paragraphs)) == ("整理：赵晓勇", len(STORIES[1].paragraphs))


@pytest.mark.parametrize("greeting", ["大家好，", "您好！", "周主任您好："])
def test_a_greeting_is_no_part_of_the_headline(greeting):
    story = STORIES[1]
    lines = [line for p in story.paragraphs for line in wrap(p, 24, 2, hang=True)]
    assert told(read_text("\n".join([story.title, greeting, *lines]))) == [(story.title, [greeting, *story.paragraphs])]


@pytest.mark.parametrize("width", [12, 18])
def test_a_whole_folio_between_pages_is_furniture_in_the_middle_of_a_sentence_too(width):
    story = STORIES[1]
    lines = [line for p in story.paragraphs for line in wrap(p, width, 2, hang=True)]
    for at in (2, 5, 9):
        text = "\n".join([story.title, *lines[:at], "临江日报　2026年10月10日　第2版", *lines[at:]])
        assert told(read_text(text)) == right([story])


def test_empty_lines_that_hold_something_invisible_part_articles_all_the_same():
    text = "\n\u200b\n\u200b\n".join("\n".join([story.title, *story.paragraphs]) for story in STORIES[:3])
    assert told(read_text(text)) == right(STORIES[:3])


SUBHEADS = [
    ["【补链】", "【节水】"],
    ["■补链", "■节水"],
    ["第一招：补链", "第二招：节水"],
    ["“补链补到家”", "“节水节到底”"],
]


@pytest.mark.parametrize("byline", ["", "本报记者　赵晓勇"])
@pytest.mark.parametrize("width", [12, 16, 20])
@pytest.mark.parametrize("subheads", SUBHEADS)
def test_the_first_subhead_just_below_a_headline_is_no_part_of_it(subheads, width, byline):
    story = STORIES[0]
    printed = [wrap(p, width, 2, hang=True) for p in story.paragraphs]
    halves = [line for p in printed[:2] for line in p], [line for p in printed[2:] for line in p]
    text = [story.title, *([byline] if byline else []), subheads[0], *halves[0], subheads[1], *halves[1]]
    (article,) = read_text("\n".join(text)).articles
    assert (article.title, [*article.subheads]) == (story.title, subheads)
    assert [p.text for p in article.paragraphs] == story.paragraphs


@pytest.mark.parametrize("lay", [lambda p: [p], lambda p: wrap(p, 14, 2, hang=True)])
def test_a_subhead_below_the_byline_is_no_part_of_the_headline(lay):
    story = STORIES[0]
    printed = [lay(p) for p in story.paragraphs]
    text = [story.title, "本报记者　赵晓勇", "补链条", *printed[0], *printed[1], "平台要够用", *printed[2], *printed[3]]
    lines = [line for part in text for line in ([part] if isinstance(part, str) else part)]
    (article,) = read_text("\n".join(lines)).articles
    assert (article.title, article.byline, article.subheads) == (
        story.title,
        "本报记者　赵晓勇",
        ("补链条", "平台要够用"),
    )


WORKS_FOR = [
    "林溪日报社　{name}",
    "市委党校　{name}",
    "{name}（高新区管委会）",
    "（高新区管委会　{name}）",
    "云川大学经济学院　{name}",
]
WORKS_FOR += ["{name}　区发展研究中心", "（作者：{name}　单位：高新区管委会）"]


def set_as(parts, way):
    """Set lines of headlines, and paragraphs, each as one line or as columns of print do."""
    lines = []
    for kind, text in parts:
        if kind == "head" or way == 0:
            lines.append(text)
        else:
            first, *rest = wrap(text, way, 2, hang=True)
            lines += ["\u3000\u3000" + first, *rest]
    return "\n".join(lines)


@pytest.mark.parametrize("way", [0, 18, 26])
@pytest.mark.parametrize("byline", WORKS_FOR)
def test_people_and_for_whom_they_work_are_a_byline_below_a_title(byline, way):
    parts = []
    for i, name in enumerate(["赵晓勇", "孙梅"]):
        parts += [("head", STORIES[i].title), ("head", byline.format(name=name))]
        parts += [("text", paragraph) for paragraph in STORIES[i].paragraphs]
    source = set_as(parts, way)
    document = read_text(source)
    assert told(document) == right(STORIES[:2])
    assert ["赵晓勇" in document.articles[0].byline, "孙梅" in document.articles[1].byline] == [True, True]
    assert_nothing_lost(document)


def test_a_list_of_people_and_for_whom_they_work_is_no_byline():
    people = ["市委党校　林晓勇", "高新区管委会　孙梅", "市发展研究中心　罗清"]
    source = "\n".join(["座谈会名单", LONG, *people, LONG])
    assert read_text(source).articles[0].byline is None


@pytest.mark.parametrize("way", [0, 18, 26])
@pytest.mark.parametrize("column", ["评论员文章", "今日关注", "专题", "园区风采", "本报讯", "园区动态"])
def test_the_name_of_a_column_over_a_headline_is_no_part_of_it(column, way):
    parts = []
    for i in range(2):
        parts += [("head", column), ("head", STORIES[i].title), *(("text", p) for p in STORIES[i].paragraphs)]
    source = set_as(parts, way)
    document = read_text(source)
    assert told(document) == right(STORIES[:2])
    assert_nothing_lost(document)


@pytest.mark.parametrize("way", [0, 18, 26])
@pytest.mark.parametrize("dash", ["——", "--", "──", "━━", "――"])
def test_the_dash_of_a_second_headline_may_be_set_otherwise(dash, way):
    title, deck = STORIES[0].title, f"{dash}春季签约见闻"
    parts = [("head", title), ("head", deck), *(("text", p) for p in STORIES[0].paragraphs)]
    source = set_as(parts, way)
    assert told(read_text(source)) == right(STORIES[:1])


@pytest.mark.parametrize("way", [0, 18])
@pytest.mark.parametrize(
    "head",
    [
        "{t}\n{a}\n{b}",
        "{a}\n{b}\n{t}",
        "{t}\n{a}…",
        "{a}…\n{t}",
        "{t}\n{t}\n{t}",
        "{t}_松溪新闻网\n{t}",
        "{t}\n{t} - 松溪新闻网",
    ],
)
def test_a_headline_that_stands_there_again_in_parts_or_cut_off_counts_once(head, way):
    title = STORIES[0].title
    lines = head.format(t=title, a=title[:7], b=title[7:]).split("\n")
    source = set_as([*(("head", line) for line in lines), *(("text", p) for p in STORIES[0].paragraphs)], way)
    document = read_text(source)
    assert told(document) == right(STORIES[:1])
    assert_nothing_lost(document)


BRIEFS = [
    ("园区签约项目十二个", "高新区集中签约项目十二个，总投资38.6亿元，涉及铸造、电子、新材料等领域。"),
    ("人才公寓交付使用", "位于高新区东区的人才公寓日前交付使用，首批提供住房三百二十套，配套食堂、健身房。"),
    ("供热管网改造完工", "高新区供热管网改造工程提前十天完工，共更换老旧管道六点八公里，惠及企业四十二家。"),
]


@pytest.mark.parametrize("way", [0, 18, 26])
@pytest.mark.parametrize("label", ["", "园区要闻速览"])
@pytest.mark.parametrize("mark", ["0{i} ", "0{i}", "0{i}｜", "▶", "▲", "◎", "●", "▌"])
def test_briefs_whose_headlines_have_numbers_of_two_figures_or_one_mark_are_articles(mark, label, way):
    parts = [("head", label)] if label else []
    for i, (title, text) in enumerate(BRIEFS, 1):
        parts += [("head", mark.format(i=i) + title), ("text", text)]
    document = read_text(set_as(parts, way))
    found = [(article.title, [p.text for p in article.paragraphs]) for article in document.articles]
    found = [(title, texts) for title, texts in found if texts]
    assert [texts for _, texts in found] == [[text] for _, text in BRIEFS]
    assert all(title.endswith(brief) for (title, _), (brief, _) in zip(found, BRIEFS, strict=True))


NUMBERED = ["云梦湖新区集中签约十二个项目", "松溪科学城开放一百台仪器", "临江老旧管网更新四十二公里"]


@pytest.mark.parametrize(
    ("number", "between"),
    [("{}. ", "\n\n"), ("{}、", "\n\n\n"), ("{}. ", "\n* * *\n"), ("{}、", "\n\n----------\n\n")],
)
def test_numbered_headlines_that_something_parts_head_articles(number, between):
    names = [number.format("一二三"[k] if "、" in number else k + 1) + name for k, name in enumerate(NUMBERED)]
    stories = STORIES[: len(names)]
    texts = ["\n".join([name, *story.paragraphs]) for name, story in zip(names, stories, strict=True)]
    articles = read_text(between.join(texts)).articles
    assert [article.title for article in articles] == names
    assert [[paragraph.text for paragraph in article.paragraphs] for article in articles] == [
        story.paragraphs for story in stories
    ]


@pytest.mark.parametrize("between", ["\n\n", "\n\n\n"])
def test_short_chapters_of_a_report_without_its_title_are_subheads(between):
    names = ["一、总体要求", "二、主要任务", "三、保障措施"]
    texts = ["\n".join([name, *story.paragraphs]) for name, story in zip(names, STORIES, strict=False)]
    (article,) = read_text(between.join(texts)).articles
    assert list(article.subheads) == names
