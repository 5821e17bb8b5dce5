from __future__ import annotations

import pytest

from gxclassify.reading import read_text
from gxclassify.reading.text.briefs import is_label
from reading.checks import assert_nothing_lost, assert_spans_hold
from reading.stories import STORIES
from reading.typeset import wrap

TITLE = "渡口改成了亲水平台"
BODY = [
    "老渡口停航十二年后，江湾新区把它改成亲水平台，上周末头一回放人进来，三天来了四千多人。",
    "平台用的是拆下来的旧码头木料，护栏上刻着当年的航班时刻，孩子们踮着脚念给老人听。",
    "新区建设局的人说，沿江还有五处旧渡口，年底前都照这个样子改出来，灯光和长椅已经订好。",
]


def printed(columns):
    return [line for text in BODY for line in ("　　" + "\n".join(wrap(text, columns, 2, hang=True))).split("\n")]


SETTINGS = {"lines": BODY, "indented": ["　　" + text for text in BODY], "wrapped": printed(20), "narrow": printed(14)}


@pytest.mark.parametrize("way", SETTINGS)
@pytest.mark.parametrize(
    "foot",
    [
        "版权所有　江湾新区管理委员会",
        "转载请注明来源：江湾发布",
        "免责声明：本文转自江湾日报，版权归原作者所有，如有侵权请联系删除。",
        "来源丨江湾日报\n编辑丨周宁\n审核丨吴桐",
        "往期推荐\n河西小站添了新车\n夜校又开班",
        "推荐阅读：河西小站添了新车",
        "欢迎关注江湾发布",
        "长按二维码关注我们",
        "喜欢请点赞、在看、转发",
        "阅读 1024 赞 35 在看 12",
        "#江湾新区 #亲水平台",
        "主办：江湾新区管委会\n地址：江湾路8号\n皖ICP备12345678号",
        "（江湾日报）",
        "撰稿：周宁 审核：吴桐",
    ],
)
def test_what_a_page_has_below_its_article_is_furniture(foot, way):
    document = read_text("\n".join([TITLE, *SETTINGS[way], foot]))
    (article,) = document.articles
    assert [p.text for p in article.paragraphs] == BODY
    assert (article.title, article.subheads) == (TITLE, ())
    assert "furniture" in document.characters
    assert_nothing_lost(document)
    assert_spans_hold(document)


@pytest.mark.parametrize("way", SETTINGS)
@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("首页 > 新闻 > 正文", ""),
        ("首页\n要闻\n园区", ""),
        ("点击蓝字 关注我们", ""),
        ("【打印】【关闭】", "2026-04-03 09:12 来源：江湾日报"),
        ("", "2026-04-03"),
        ("", "2026年4月3日"),
        ("", "周宁　江湾日报　2026-04-03"),
        ("", "2026-04-03 09:12:33　来源：江湾日报　作者："),
        ("", "原创 周宁 江湾发布"),
        ("", "字号：大 中 小"),
        ("", "收听本文"),
    ],
)
def test_what_a_page_has_over_its_article_is_furniture(above, below, way):
    text = "\n".join(filter(None, [above, TITLE, below, *SETTINGS[way]]))
    (article,) = read_text(text).articles
    assert (article.title, article.subheads, article.byline) == (TITLE, (), None)
    assert [p.text for p in article.paragraphs] == BODY


@pytest.mark.parametrize("way", SETTINGS)
@pytest.mark.parametrize(
    "end",
    [
        "活动主办：江湾新区管委会",
        "地址：江湾路8号",
        "特别提示：请登录平台申报，逾期不予受理。",
        "声明：平台与他人无任何合作关系。",
        "为老师傅点赞",
        "关注世界制造业大会成果发布",
        "推荐先进集体",
    ],
)
def test_what_an_article_ends_with_is_none(end, way):
    assert "furniture" not in read_text("\n".join([TITLE, *SETTINGS[way], end])).characters


def test_days_that_each_head_a_paragraph_stay():
    lines = [TITLE, "2026年3月1日", BODY[0], "2026年4月1日", BODY[1], "2026年5月1日", BODY[2]]
    assert "furniture" not in read_text("\n".join(lines)).characters


HEADS = [TITLE, "河西小站添了新车", "夜校又开了两个班"]
PARTS = ["一、总体情况", "二、存在问题", "三、下步打算"]


def under(heads):
    return [line for pair in zip(heads, BODY, strict=True) for line in pair]


@pytest.mark.parametrize("label", ["【园区简讯】", "一周要闻", "江湾动态一周简报（第12期）"])
@pytest.mark.parametrize("mark", ["◆", "●", "■ ", "【{}】", "①"])
@pytest.mark.parametrize("columns", [0, 20])
def test_headlines_with_one_mark_below_a_label_head_briefs(label, mark, columns):
    marked = [mark.format(head) if "{" in mark else mark + head for head in HEADS]
    marked = [head.replace("①", chr(ord("①") + i)) for i, head in enumerate(marked)]
    lines = [label]
    for head, text in zip(marked, BODY, strict=True):
        lines += [head, "　　" + "\n".join(wrap(text, columns, 2, hang=True) if columns else [text])]
    articles = [article for article in read_text("\n".join(lines)).articles if article.paragraphs]
    assert [article.title for article in articles] == marked
    assert [[p.text for p in article.paragraphs] for article in articles] == [[text] for text in BODY]


def test_parts_of_a_report_with_a_mark_are_its_subheads():
    (article,) = read_text("\n".join(["【主要做法】", BODY[0], "【工作成效】", BODY[1], BODY[2]])).articles
    assert len(article.paragraphs) == len(BODY)


def test_chapters_of_a_report_are_no_briefs():
    (article,) = read_text("\n".join(["招商工作简报（第12期）", *under(PARTS)])).articles
    assert article.subheads == tuple(PARTS)


NEWS = [
    ("临江经开区集中签约十二个项目", "10月9日，临江经开区举行项目集中签约仪式，12个项目现场签约，总投资86亿元。"),
    ("松溪新区一枚印章管审批", "松溪新区日前把236项审批事项集中起来，实行一枚印章管审批，企业开办只要四小时。"),
    ("云岭科学城开放仪器百台", "云岭科学城向社会开放大型科研仪器126台，费用由区里补贴一半，已有83家企业使用。"),
]


@pytest.mark.parametrize(
    "name",
    ["江湾动态一周简报（第12期）", "招商工作简报", "开发区剪报", "园区资讯汇编（11月）", "园区信息摘编（2026年11月）"],
)
@pytest.mark.parametrize("number", ["", "{}. ", "{}．", "（{}）"])
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_headlines_below_the_name_of_what_gathers_articles_head_them(name, number, between):
    if not number:
        between = "\n\n"
    titles = [number.format(i) + title for i, (title, _) in enumerate(NEWS, 1)]
    told = between.join(f"{title}\n　　{text}" for title, (_, text) in zip(titles, NEWS, strict=True))
    first, *others = read_text(f"{name}\n\n{told}\n").articles
    assert [article.title for article in (first, *others)] == titles
    assert [[p.text for p in article.paragraphs] for article in (first, *others)] == [[text] for _, text in NEWS]
    assert first.subheads == (name,)


@pytest.mark.parametrize("number", ["", "{}. ", "{}、"])
def test_parts_of_a_report_that_is_called_as_a_bulletin_are_its_subheads(number):
    heads = [number.format(i) + head for i, head in enumerate(["招商引资扎实推进", "项目建设全面提速增效"], 1)]
    told = "\n\n".join(f"{head}\n{text}" for head, text in zip(heads, BODY, strict=False))
    assert len(read_text(f"招商引资工作简报（第12期）\n\n{told}\n").articles) == 1


def test_a_short_title_over_numbered_headings_is_one():
    (article,) = read_text("\n".join(["工作汇报", *under(PARTS)])).articles
    assert article.title == "工作汇报"
    assert [p.text for p in article.paragraphs] == BODY


def test_the_name_of_a_digest_has_its_number():
    assert is_label("江湾动态一周简报（第12期）")
    assert not is_label("江湾新区召开招商引资工作动态管理会议")


def test_who_supplied_an_article_may_stand_behind_a_stroke_at_its_foot():
    story = STORIES[0]
    document = read_text("\n".join([story.title, *story.paragraphs, "供稿 | 高新区管委会"]))
    assert [p.text for p in document.articles[0].paragraphs] == list(story.paragraphs)
