from __future__ import annotations

import pytest

from gxclassify.reading import read_text
from gxclassify.reading.text.bylines import is_byline, match_lead, signature_start
from reading.typeset import NO_START, UNIT, wrap
from reading.typeset import width as width_of


@pytest.mark.parametrize(
    "line",
    [
        "周宁",
        "赵志远 何一帆 欧阳静",
        "本报记者 周宁 通讯员 何一帆",
        "（记者 周宁）",
        "□本报记者 周某某",
        "文/周宁",
        "阿依古丽·买买提 周宁",
        "本报记者周宁 报道",
        "周　宁",
        "本报记者　周　宁　文/图",
        "云汀日报全媒体记者 谭文静",
        "□ 周宁",
        "◎　周宁　何一帆",
        "文/本报记者 周宁 图/本报记者 何一帆",
        "首席记者 周宁/文 记者 何一帆/图",
        "本报记者 周宁/文 何一帆/图",
        "□记者 周宁／文 何一帆／摄",
        "本报记者 周宁 通讯员 孙梅/文 何一帆 欧阳静/图",
        "（本报记者 周宁 / 文 何一帆 / 图）",
        "本报记者 周宁 文 何一帆 图",
        "（作者单位：云汀经开区管委会）",
        "（作者系云汀经开区党工委书记）",
        "（云汀经开区管委会供稿）",
        "作者：云汀经开区管委会办公室",
    ],
)
def test_bylines(line):
    assert is_byline(line)


@pytest.mark.parametrize(
    "line",
    [
        "搭建创新平台",
        "记者从高新区获悉",
        "文化产业园开园",
        "周宁说，项目开工。",
        "第三届大会·论坛在沪举办",
        "云汀日报记者从高新区获悉",
        "□ 建设平台",
        "作者系园区工人，写诗十年，",
        "文/图并茂的展板前",
        "记者 周宁/文 走进园区",
        "记者 周宁/文 高新区/图",
        "本报记者 周宁 图 书馆建成",
    ],
)
def test_other_lines_are_no_bylines(line):
    assert not is_byline(line)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("建成产业高地。 周宁", 7),
        ("建成产业高地。（记者 周宁）", 7),
        ("建成产业高地。 本报记者 周宁 通讯员 何一帆", 7),
        ("建成产业高地。周宁", 7),
        ("建成产业高地。", None),
        ("建成产业高地。二期今年启动", None),
    ],
)
def test_a_byline_may_follow_the_last_full_stop(text, start):
    assert signature_start(text) == start


@pytest.mark.parametrize(
    ("text", "rest", "who"),
    [
        ("本报讯 近日", "近日", None),
        ("本报讯（记者 周宁）近日", "近日", "记者 周宁"),
        ("本报讯 记者周宁 通讯员何一帆 近日", "近日", "记者周宁 通讯员何一帆"),
        ("新华社北京3月5日电 近日", "近日", None),
        ("本报记者 周宁 报道 近日", "近日", "本报记者 周宁"),
        ("本报讯 （十四）深化改革", "（十四）深化改革", None),
    ],
)
def test_leads(text, rest, who):
    end, named = match_lead(text)
    assert (text[end:], named) == (rest, who)


def test_an_ordinary_opening_is_no_lead():
    assert match_lead("本报告所称高新区") is None


PARAGRAPHS = [
    "3月2日，临江高新区举行项目签约仪式，12个新材料项目现场落笔，总投资86.5亿元，涵盖树脂、纤维和薄膜三个方向。",
    "下一步，高新区将把专班服务延伸到开工建设阶段，对每个项目明确一名帮办人员，确保上半年开工率达到80%以上。",
    "会议强调，要坚持以制度创新为核心，在船舶登记、离岸结算、数据出境等领域先行先试，形成一批可复制的经验。",
]


def set_in_lines(text, width=15):
    """Set a paragraph into lines that fill a column of so many ems."""
    lines, line = [], ""
    for unit in UNIT.findall(text):
        if width_of(line + unit) > width and unit not in NO_START:
            lines.append(line)
            line = ""
        line += unit
    return [*lines, line]


def page(lead, signed, width=15):
    """Return a page of two articles in lines; the first has a lead and signatures as told."""
    indented = ["　　" + lead + PARAGRAPHS[0], "　　" + PARAGRAPHS[1]]
    return "\n".join(
        [
            "临江高新区引进十二个新材料项目",
            *(line for paragraph in indented for line in set_in_lines(paragraph, width)),
            *signed,
            "东港自贸片区力争五年外贸翻一番",
            "东港自贸片区力争五年外贸翻一番",
            *set_in_lines("　　" + PARAGRAPHS[2], width),
        ]
    )


@pytest.mark.parametrize(
    ("lead", "width"),
    [
        ("", 15),
        ("本报讯（记 者 孙梅）", 15),
        ("本报讯（ 通 讯 员 孙梅）", 15),
        ("新华社北京3月5日电 ", 10),
        ("新华 社 北 京3月5日电 ", 15),
    ],
)
@pytest.mark.parametrize("signed", [[], ["何 一 帆 孙 梅 周 宁"], ["欧 阳 静 周 宁"]])
def test_spaced_out_names_and_broken_leads_are_neither_title_nor_text(lead, width, signed):
    found = read_text(page(lead, signed, width)).articles
    assert [article.title for article in found] == ["临江高新区引进十二个新材料项目", "东港自贸片区力争五年外贸翻一番"]
    assert [paragraph.text for article in found for paragraph in article.paragraphs] == PARAGRAPHS
    assert "".join((found[0].byline or "").split()).endswith("".join(signed).replace(" ", ""))


def test_a_spaced_out_headline_after_a_paragraph_is_no_byline():
    lines = [*set_in_lines(PARAGRAPHS[1]), "", "强 化 责 任 担 当 促 发 展", "", *set_in_lines(PARAGRAPHS[2])]
    (article,) = read_text("\n".join(lines)).articles
    assert article.subheads == ("强化责任担当促发展",)


NEWS = [
    "老渡口停航十二年后，江湾新区把它改成亲水平台，上周末头一回放人进来。",
    "沿江还有五处旧渡口，年底前都照这个样子改出来。",
]


@pytest.mark.parametrize(
    "byline",
    [
        "文｜林小川",
        "撰文/林小川 摄影/孙梅",
        "整理/林小川",
        "口述：周宁 整理：林小川",
        "林小川/文 孙梅/图",
        "江湾融媒记者 林小川",
        "江湾日报客户端记者 林小川",
        "特约撰稿人 林小川",
        "记者林小川报道",
        "本报评论员",
    ],
)
@pytest.mark.parametrize("columns", [0, 16])
def test_a_line_below_a_headline_is_a_byline(byline, columns):
    lines = [line for text in NEWS * 2 for line in (wrap(text, columns, 0, hang=True) if columns else [text])]
    (article,) = read_text("\n".join(["渡口改成了亲水平台", byline, *lines])).articles
    assert (article.title, article.byline, article.subheads) == ("渡口改成了亲水平台", byline, ())
    assert [p.text for p in article.paragraphs] == NEWS * 2


@pytest.mark.parametrize(
    ("lead", "who"),
    [
        ("江湾讯（林小川）", "林小川"),
        ("江湾日报讯（记者 林小川）", "记者 林小川"),
        ("江湾融媒4月3日讯（记者 林小川 通讯员 孙梅）", "记者 林小川 通讯员 孙梅"),
        ("（记者 林小川）", "记者 林小川"),
        ("记者林小川报道：", "记者林小川"),
        ("本报讯　记者林小川报道：", "记者林小川"),
    ],
)
def test_a_lead_may_name_a_place_or_who_reports_alone(lead, who):
    (article,) = read_text("\n".join(["渡口改成了亲水平台", lead + NEWS[0], NEWS[1]])).articles
    assert [p.text for p in article.paragraphs] == NEWS
    assert article.byline == who


@pytest.mark.parametrize(
    "text", ["腾讯（深圳）公司来园区考察，签下三个项目。", "好消息（第二批）昨天公布，共有十二家企业。"]
)
def test_other_brackets_are_no_lead(text):
    assert read_text("\n".join(["渡口改成了亲水平台", text, *NEWS])).articles[0].paragraphs[0].text == text


@pytest.mark.parametrize(
    "end", ["（据新华社）", "（本报综合报道）", "（江湾新区融媒体中心）", "（未完待续）", "（均据新华社电）"]
)
def test_whence_an_article_comes_is_furniture_on_a_line_of_its_own(end):
    (article,) = read_text("\n".join(["渡口改成了亲水平台", *NEWS, end])).articles
    assert [p.text for p in article.paragraphs] == NEWS


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize("byline", ["本报记者 周宁/文 孙梅/图", "本报记者 周宁/文 孙梅/摄", "记者 周宁 文 孙梅 摄"])
def test_who_wrote_and_who_took_the_pictures_is_the_byline_and_a_credit_stays_one(byline, gap):
    text = "今年以来，云汀高新区围绕主导产业引进项目十二个，总投资三十六亿元，产业链条不断延伸。" * 2
    captions = ["图为园区企业的生产线。", "何一帆/摄"]
    document = read_text(gap.join(["云汀高新区链出一片天", byline, text, *captions, text]))
    (article,) = document.articles
    assert (article.title, article.byline) == ("云汀高新区链出一片天", byline)
    assert list(article.captions) == captions
    assert [paragraph.text for paragraph in article.paragraphs] == [text, text]
