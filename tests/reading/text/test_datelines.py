from __future__ import annotations

import pytest

from gxclassify.reading import read, read_text
from gxclassify.zones import article_dates
from reading.checks import assert_nothing_lost, assert_spans_hold
from reading.pdfsheet import Sheet
from reading.typeset import wrap
from reading.wordfile import docx, p, run

TITLES = ["临沂高新区签约二十三个项目", "淄博高新区送政策上门", "威海高新区怎样留住人才？"]
TEXTS = [
    [
        "高新区举行项目集中签约仪式，二十三个项目落户，涵盖新材料与高端装备两个方向，年内陆续开工。",
        "园区负责人说，这批项目补上了产业链的缺口，预计带动就业三千余人，配套企业也会跟着搬来。",
    ],
    [
        "政策服务队上月走进五百家企业，当面讲解研发补贴和税收优惠，能当场办的事情当场就办了。",
        "服务队给每家企业建了台账，问题逐项跟踪，办结以后由企业负责人打分，结果按季度公开。",
    ],
    [
        "人才公寓两千套分三年交付，首批三百套上周摇号，博士另有安家补贴，外地来的还能先住后付。",
        "负责人说，留人靠的是事业，园区为此把实验室和中试车间向青年团队开放，费用由财政补一半。",
    ],
]
DAYS = ["2024-03-15", "2024-04-02", "2023-11-28"]
PAPERS = ["临沂日报", "《淄博日报》", "威海发布"]
OFFICE = "云川高新区管委会"
FIGURES = ["二〇二四年三月十五日", "二〇二四年四月二日", "二〇二三年十一月二十八日"]


def day(i, sign):
    year, month, number = DAYS[i].split("-")
    return f"{year}年{int(month)}月{int(number)}日" if sign == "年" else sign.join((year, month, number))


FORMS = {
    "words": lambda i: day(i, "年"),
    "ISO": lambda i: DAYS[i],
    "points": lambda i: day(i, "."),
    "figures": FIGURES.__getitem__,
    "bracket": lambda i: f"（{day(i, '年')}）",
    "behind a newspaper": lambda i: f"{PAPERS[i]} {day(i, '年')}",
    "before a newspaper": lambda i: f"{day(i, '/')}　{PAPERS[i]}",
    "in brackets": lambda i: f"（{PAPERS[i]}　{day(i, '年')}）",
    "a different one each": lambda i: [DAYS[0], f"{DAYS[1]}　来源：淄博日报", f"威海发布　{day(2, '年')}"][i],
}


def pile(date_line, between="\n\n", inside="\n", over="", under="", columns=0):
    articles = []
    for i, (title, text) in enumerate(zip(TITLES, TEXTS, strict=True)):
        body = ["　　" + "\n".join(wrap(one, columns, 2, hang=True)) for one in text] if columns else text
        articles.append(inside.join(filter(None, [title, over, date_line(i), under, *body])))
    return between.join(articles) + "\n"


def assert_is_pile(text):
    document = read_text(text)
    assert [article.title for article in document.articles] == TITLES
    assert [[p.text for p in article.paragraphs] for article in document.articles] == TEXTS
    assert [date.date for date in article_dates(document)] == DAYS
    assert_nothing_lost(document)
    assert_spans_hold(document)
    return document


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("between", "inside"), [("\n", "\n"), ("\n\n", "\n"), ("\n\n", "\n\n")])
def test_a_line_of_the_day_below_each_title_dates_the_article(form, between, inside):
    assert_is_pile(pile(FORMS[form], between, inside))


@pytest.mark.parametrize("form", ["words", "ISO", "behind a newspaper"])
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_a_line_of_the_day_stands_in_printed_lines(form, between):
    assert_is_pile(pile(FORMS[form], between, columns=24))


@pytest.mark.parametrize(("over", "under"), [("本报记者 林小川", ""), ("", "本报记者 林小川"), ("", "林小川")])
def test_a_byline_may_stand_beside_the_line_of_the_day(over, under):
    document = assert_is_pile(pile(FORMS["words"], over=over, under=under))
    assert [article.byline for article in document.articles] == [over or under] * 3


@pytest.mark.parametrize("columns", [0, 24])
@pytest.mark.parametrize(("between", "inside"), [("\n", "\n"), ("\n\n", "\n"), ("\n\n", "\n\n")])
@pytest.mark.parametrize("odd", [0, 1, 2])
@pytest.mark.parametrize(
    ("title", "texts"),
    [
        ("喜报频传", None),
        ("3. 威海高新区怎样留人", None),
        ("三、威海高新区怎样留人", None),
        ("高新区迎来开门红。", None),
        ("送政策，送岗位，", None),
        (None, ["园区道路昨日通车。"]),
    ],
)
def test_one_clipping_unlike_the_others_is_of_the_pile(title, texts, odd, between, inside, columns, monkeypatch):
    if title:
        monkeypatch.setitem(globals(), "TITLES", [title if i == odd else one for i, one in enumerate(TITLES)])
    if texts:
        monkeypatch.setitem(globals(), "TEXTS", [texts if i == odd else one for i, one in enumerate(TEXTS)])
    assert_is_pile(pile(FORMS["ISO"], between, inside, columns=columns))


NOTICES = ["关于申报技术改造补助的通知", "关于征集中试项目的通知", "关于人才公寓摇号选房的公告"]
NUMBERS = {"1.": "{}. ", "01": "0{} ", "(1)": "（{}）", "一、": "{}、", "（一）": "（{}）"}


@pytest.mark.parametrize("head", ["", "通知公告汇编", "云川高新区近期通知公告"])
@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("between", ["\n", "\n\n"])
@pytest.mark.parametrize("form", ["words", "bracket", "behind a newspaper", "label"])
@pytest.mark.parametrize("columns", [0, 22])
def test_numbered_titles_that_each_have_a_day_below_them_head_articles(
    monkeypatch, form, between, number, head, columns
):
    figures = "一二三" if "一" in number else "123"
    titles = [NUMBERS[number].format(figure) + title for figure, title in zip(figures, NOTICES, strict=True)]
    monkeypatch.setitem(globals(), "TITLES", titles)
    date_line = FORMS[form] if form in FORMS else lambda i: f"发布日期：{DAYS[i]}"
    document = read_text(head + between + pile(date_line, between, columns=columns))
    articles = [article for article in document.articles if article.paragraphs]
    assert [article.title for article in articles] == titles
    assert [[p.text for p in article.paragraphs] for article in articles] == TEXTS
    assert [date.date for date in article_dates(document)][-3:] == DAYS
    assert_nothing_lost(document)


def test_a_second_headline_and_a_kicker_may_stand_about_the_title():
    text = pile(FORMS["ISO"], over="——年内见到成效")
    document = read_text("七月剪报\n" + text)
    assert [article.title for article in document.articles] == TITLES
    assert [date.date for date in article_dates(document)] == DAYS


def test_the_only_text_below_a_title_may_be_signed():
    (article,) = read_text(f"{TITLES[0]}\n（临沂日报 2024年3月15日）\n{TEXTS[0][0]}（林小川）").articles
    assert (article.title, [p.text for p in article.paragraphs]) == (TITLES[0], TEXTS[0][:1])


@pytest.mark.parametrize("columns", [0, 20])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize(
    ("lines", "days"),
    [
        (["园区大事记", "2024年3月15日", 0, "2024年4月2日", 1, "2024年5月6日", 2], 2),
        (["园区大事记", "一季度进展", "2024年3月15日", 0, "2024年4月2日", 1, "二季度进展", "2024年5月6日", 2], 3),
        (["园区例会纪要", "时间：2024年3月15日", "地点：三楼会议室", 0, 1, "时间：2024年4月2日", 2], 1),
        (["近期活动一览表", "2024年3月15日", "2024年4月2日", "2024年5月6日", 0, 1, 2], 2),
        (["关于召开座谈会的通知", 0, OFFICE, "2024年3月15日", "关于走访企业的通知", 1, OFFICE, "2024年4月2日"], 2),
        (["致园区企业的一封信", 0, "云川企业服务专班", "2024年3月15日", 1, "云川招商专班", "2024年4月2日", 2], 2),
        (["园区招商工作方案", 0, "宣传发动阶段", "2024年3月15日", 1, "组织实施阶段", "2024年4月2日", 2], 2),
        (["招商工作方案", "一、宣传发动准备阶段", "2024年3月15日", 0, "二、全面实施督查阶段", "2024年4月2日", 1], 2),
        (["园区大事记", "1. 总部基地开工建设", "2024年3月15日", 0, "2. 人才公寓摇号选房", "2024年4月2日", 1], 2),
    ],
)  # fmt: skip
def test_other_days_stay_in_the_text(lines, days, gap, columns):
    def set_one(line):
        text = line if isinstance(line, str) else TEXTS[line][0]
        return text if isinstance(line, str) or not columns else "　　" + "\n".join(wrap(text, columns, 2, hang=True))

    document = read_text(gap.join(map(set_one, lines)))
    told = [p.text for article in document.articles for p in (*article.paragraphs, *article.parts)]
    assert "".join(told).count("2024年") >= days
    assert not [text for article in document.articles for text in [article.title or ""] if "阶段" in text]


def html(head, titles, days, tag):
    bodies = [
        f"<p><{tag}>{title}</{tag}><p>{day}</p>" + "".join(f"<p>{text}</p>" for text in texts)
        for title, day, texts in zip(titles, days, TEXTS, strict=True)
    ]
    top = f"<h1>{head}</h1>" if head else ""
    return f"<title>云川高新区</title><body><div>{top}{''.join(bodies)}</div></body>".encode()


def word(head, titles, days, props):
    told = [
        p(run(title, props)) + p(run(day)) + "".join(p(run(text)) for text in texts)
        for title, day, texts in zip(titles, days, TEXTS, strict=True)
    ]
    return docx((p(run(head)) if head else "") + "".join(told))


def markdown(head, titles, days, mark):
    told = [
        "\n\n".join([f"{mark} {title}", day, *texts]) for title, day, texts in zip(titles, days, TEXTS, strict=True)
    ]
    return "\n\n".join([f"# {head}"] * bool(head) + told).encode()


def pdf(head, titles, days, size):
    sheet = Sheet()
    if head:
        sheet.title(head)
    for title, day, texts in zip(titles, days, TEXTS, strict=True):
        sheet.head(title, size)
        sheet.head(day, 12)
        for text in texts:
            sheet.paragraph(text)
    return sheet.data()


@pytest.mark.parametrize("head", ["", "通知公告汇编", "云川高新区动态"])
@pytest.mark.parametrize("number", ["", "一、"])
@pytest.mark.parametrize("form", ["words", "label"])
@pytest.mark.parametrize(
    ("door", "how"),
    [
        (html, "h2"), (html, "p"), (html, "b"), (word, ""), (word, "<w:b/>"),
        (markdown, "##"), (pdf, 16), (pdf, 12),
    ],
)  # fmt: skip
@pytest.mark.parametrize("named", [TITLES, NOTICES])
def test_titles_over_days_head_articles_in_every_format(named, door, how, form, number, head):
    titles = [number.replace("一", figure) + title for figure, title in zip("一二三", named, strict=True)]
    days = [FORMS["words"](i) if form == "words" else f"发布时间：{DAYS[i]}" for i in range(3)]
    document = read(door(head, titles, days, how))
    articles = [article for article in document.articles if article.paragraphs]
    assert [article.title for article in articles] == titles
    assert [[p.text for p in article.paragraphs] for article in articles] == TEXTS
    assert_nothing_lost(document)


@pytest.mark.parametrize("head", ["", "通知公告汇编", "云川高新区动态"])
@pytest.mark.parametrize("form", FORMS)
def test_official_titles_over_days_are_no_title_pages_nor_go_on_from_the_name_of_the_collection(
    monkeypatch, form, head
):
    monkeypatch.setitem(globals(), "TITLES", NOTICES)
    document = read_text("\n".join([head] * bool(head) + [pile(FORMS[form], "\n")]))
    articles = [article for article in document.articles if article.paragraphs]
    assert [article.title for article in articles] == NOTICES
    assert [[p.text for p in article.paragraphs] for article in articles] == TEXTS


@pytest.mark.parametrize("columns", [0, 22])
@pytest.mark.parametrize("between", ["\n", "\n\n"])
@pytest.mark.parametrize("behind", ["　{}", " {}", "（{}）", " [{}]"])
@pytest.mark.parametrize("form", ["words", "ISO", "behind a newspaper"])
def test_the_day_may_stand_behind_the_title(monkeypatch, form, behind, between, columns):
    days = iter(range(3))
    monkeypatch.setitem(globals(), "TITLES", [title + behind.format(FORMS[form](next(days))) for title in TITLES])
    text = pile(lambda _: "", between, columns=columns)
    document = read_text(text)
    assert [text[slice(*article.parts[0].span)] for article in document.articles] == [
        article.title for article in document.articles
    ]
    assert [title.startswith(article.title) for article, title in zip(document.articles, TITLES, strict=True)] == [
        True
    ] * 3
    assert not any("20" in article.title for article in document.articles)
    assert [[p.text for p in article.paragraphs] for article in document.articles] == TEXTS
    assert [date.date for date in article_dates(document)] == DAYS
    assert_spans_hold(document)
    assert_nothing_lost(document)


@pytest.mark.parametrize(
    "lines",
    [
        ["园区视窗　2024年3月15日", 0, "园区视窗　2024年4月2日", 1],
        ["园区例会纪要", "第一次工作例会（2024年3月15日）", 0, "第二次工作例会（2024年4月2日）", 1],
        ["园区重点任务清单", "建成人才公寓（2024年3月15日）", 0, "建成中试基地（2024年4月2日）", 1],
        [0, "云川高新区管委会　2024年3月15日", 1, "云川经开区管委会　2024年4月2日"],
    ],
)
def test_other_days_behind_words_stay_there(lines):
    document = read_text("\n".join(line if isinstance(line, str) else TEXTS[line][0] for line in lines))
    told = "\n".join(p.text for article in document.articles for p in (*article.paragraphs, *article.parts))
    assert all(line in told for line in lines if isinstance(line, str))


def test_headings_of_a_format_keep_the_days_behind_them():
    titles = ["建成人才公寓（2024年3月15日）", "建成中试基地（2024年4月2日）"]
    told = [p(run(title), style="Heading1") + p(run(texts[0])) for title, texts in zip(titles, TEXTS, strict=False)]
    styles = '<w:style w:styleId="Heading1"><w:name w:val="heading 1"/></w:style>'
    (article,) = read(docx(p(run("园区重点任务清单")) + "".join(told), styles=styles)).articles
    assert article.subheads == tuple(titles)


@pytest.mark.parametrize("tag", ["h2", "b"])
def test_headings_of_a_page_of_which_not_all_have_a_day_stay_its_subheads(tag):
    titles = ["总部基地开工建设", "政策服务送上门", "人才公寓交付"]
    (article,) = read(html("园区半年工作回顾", titles, ["2024年3月15日", "按月进行。", "2024年5月6日"], tag)).articles
    assert article.title == "园区半年工作回顾"
    assert len(article.subheads) == 3


LONG = [
    "临沂高新区签约二十三个新材料与高端装备项目",
    "淄博高新区政策服务队上门讲解研发补贴税收优惠",
    "威海高新区两千套人才公寓分三年交付使用方案",
]


@pytest.mark.parametrize("between", ["\n\n", "\n----------\n"])
@pytest.mark.parametrize("inside", ["\n", "\n\n"])
@pytest.mark.parametrize("indent", ["　　", ""])
@pytest.mark.parametrize("columns", [12, 16, 20])
def test_titles_of_several_printed_lines_stand_over_days(columns, indent, inside, between):
    articles = []
    for title, text, day_ in zip(LONG, TEXTS, DAYS, strict=True):
        body = [indent + "\n".join(wrap(one, columns, len(indent), hang=True)) for one in text]
        articles.append(inside.join(["\n".join(wrap(title, columns, 0, hang=True)), day_, *body]))
    document = read_text(between.join(articles) + "\n")
    assert [article.title for article in document.articles] == LONG
    assert [[p.text for p in article.paragraphs] for article in document.articles] == TEXTS
    assert [date.date for date in article_dates(document)] == DAYS
    assert_spans_hold(document)
    assert_nothing_lost(document)


@pytest.mark.parametrize("columns", [13, 16, 20])
def test_a_day_that_signs_a_text_dates_no_title_although_the_next_one_stands_over_a_day(columns):
    lines = []
    for title, (text, _), day_ in zip(LONG, TEXTS, DAYS, strict=True):
        body = "　　" + "\n".join(wrap(text, columns, 2, hang=True))
        lines += ["\n".join(wrap(title, columns, 0, hang=True)), f"（{day_}）", body, OFFICE, "2024年5月6日"]
    document = read_text("\n".join(lines) + "\n")
    assert [article.title for article in document.articles] == LONG
    assert [p.text for article in document.articles for p in article.paragraphs if p.text == OFFICE] == [OFFICE] * 3
    assert_nothing_lost(document)


@pytest.mark.parametrize("columns", [0, 18])
def test_the_days_of_a_chronicle_without_full_stops_stay(columns):
    happened = [text.rstrip("。") for _, text in TEXTS]
    lines = [
        day(i, "年") + "\n" + "\n".join(wrap(text, columns, 0, hang=True)) if columns else f"{day(i, '年')}\n{text}"
        for i, text in enumerate(happened)
    ]
    document = read_text("\n".join(["高新区发展历程", *lines]) + "\n")
    told = "\n".join(p.text for article in document.articles for p in (*article.paragraphs, *article.parts))
    assert all(day(i, "年") in told for i in range(3))
