from __future__ import annotations

import pathlib

import pytest

from gxclassify.errors import InputError
from gxclassify.reading import read, read_text
from reading.checks import assert_nothing_lost, assert_spans_hold

REPORT = pathlib.Path(__file__).parents[3] / "examples" / "report.txt"
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


BRIEFS = {
    "轴承二期投产": "6月3日，轴承二期工程投产，新增产能两百万套，安排就业四百人。",
    "货运专线通车": "6月5日，货运专线开行首趟列车，三十六车纺织品两天后到达港口。",
    "人才公寓开放": "6月9日，首批三百套人才公寓开放申请，两年内租金减半。",
}


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_briefs_below_their_label_are_articles_though_nothing_else_parts_them(between):
    lines = [line for brief in BRIEFS.items() for line in brief]
    articles = read_text(between.join(["要闻简报", *lines])).articles
    assert [article.title for article in articles] == [*BRIEFS]
    assert [p.text for article in articles for p in article.paragraphs] == [*BRIEFS.values()]


@pytest.mark.parametrize("mark", ["编者按：", "【开栏的话】", "编者的话 "])
def test_an_editors_note_stands_over_the_title(mark):
    note = f"{mark}从今天起，本报推出“走进车间”栏目，讲述一线工人的故事。"
    lines = [note, "老钳工的三本账", "本报记者 方晓舟", LONG, LONG]
    (article,) = read_text("\n\n".join(lines)).articles
    assert (article.title, article.byline) == ("老钳工的三本账", "本报记者 方晓舟")
    assert [p.text for p in article.paragraphs] == [note, LONG, LONG]


def test_headlines_of_two_clauses_are_subheads_where_there_are_several():
    lines = ["老工业区的新算盘", LONG, "算面积，更算产出", LONG, "算眼前，更算长远", LONG]
    (article,) = read_text("\n\n".join(lines)).articles
    assert article.subheads == ("算面积，更算产出", "算眼前，更算长远")
    assert read_text("\n\n".join([*lines[:4], LONG])).articles[0].subheads == ()


@pytest.mark.parametrize("button", ["点击上方蓝字关注我们", "👆点击蓝字，关注我们", "👇 点击蓝字，关注我们\n\n01"])
def test_what_an_account_puts_over_its_article_is_furniture(button):
    head = ["原创 小编 临江发布", "2026年6月12日 17:40 安徽", button]
    lines = ["集中签约！二十六个项目落户临江", *head, LONG, LONG, "点个“在看”，为临江点赞"]
    document = read_text("\n\n".join(lines))
    (article,) = document.articles
    assert (article.title, [p.text for p in article.paragraphs]) == (lines[0], [LONG, LONG])
    assert_nothing_lost(document)


def test_an_english_sentence_ends_with_its_full_stop():
    lines = [
        "临江欢迎您",
        LONG,
        "The zone is now home to 840 companies.",
        LONG,
        "Colleges train 6,000 technicians a year.",
    ]
    assert read_text("\n".join(lines)).articles[0].title == "临江欢迎您"


def test_lines_of_names_one_below_the_other_are_a_list_and_no_byline():
    names = ["何青　陆远　周宁", "方晓舟　江一苇　何澄"]
    (article,) = read_text("\n".join(["临江首批培训教员名单", *names, LONG, LONG])).articles
    assert (article.byline, [p.text for p in article.paragraphs]) == (None, [*names, LONG, LONG])
    assert read_text("\n".join(["临江开出培训班", names[0], LONG, LONG])).articles[0].byline == names[0]


def test_where_an_account_is_and_who_supplied_its_article_is_furniture():
    lines = [
        "集中签约！二十六个项目落户临江",
        "临江发布",
        "2026-06-09 08:30",
        "发表于云南",
        LONG,
        LONG,
        "供稿：投资促进局",
    ]
    (article,) = read_text("\n".join(lines)).articles
    assert (article.title, [p.text for p in article.paragraphs]) == (lines[0], [LONG, LONG])


LED_TO = ["平台的地址是：", "详情请访问", "有问题可以写信到"]


@pytest.mark.parametrize("above", LED_TO)
def test_an_address_that_the_line_above_leads_up_to_is_text(above):
    paragraphs = [
        "平台今天上线，企业可以在网上提交申请，也可以查看进度。",
        "{}",
        "{}",
        "登录以后先登记企业，再选择要办的事项。",
    ]
    text = "\n\n".join(["招商平台上线", *paragraphs])
    for address in ("http://www.linjiang.cn/fuwu", "fuwu@linjiang.cn"):
        assert address in [p.text for p in read_text(text.format(above, address)).articles[0].paragraphs]
        document = read_text(text.format("企业都说方便。", address))
        assert document.characters["furniture"] == len(address)
