from __future__ import annotations

import textwrap

import pytest

from gxclassify.reading import read, read_text
from reading.checks import assert_nothing_lost
from reading.wordfile import docx, p

LETTER = "各企业要组织自查，建立问题台账，明确整改时限和责任人，于月底前将自查情况报送安全生产办公室。"
NEWS = "云溪高新区近日举行集中签约仪式，十二个产业项目落户园区，总投资三十八亿元，涵盖智能装备等领域。"
TITLES = ["关于开展安全生产检查的通知", "云溪高新区签约十二个产业项目", "松浦经开区数字产业园开园"]


def as_word(lines):
    return read(docx("".join(map(p, lines))))


def as_text(lines):
    return read_text("\n".join(lines))


def with_empty_lines(lines):
    return read_text("\n\n".join(lines))


@pytest.mark.parametrize("read_lines", [as_word, as_text, with_empty_lines])
@pytest.mark.parametrize(
    "signed",
    [
        ["云溪高新区管委会"],
        ["　　　　　　　　　　　　云溪高新区管委会"],
        ["云溪高新区党工委 管委会", "2026年3月12日"],
        ["松浦市科学技术局　2026年3月12日"],
        ["特此通知。", "云溪高新区数据中心", "二〇二六年三月"],
        ["附件：申报表", "松浦市招商局"],
        ["松浦市招商局", "2026年3月12日", "（联系人：何晓，电话：12345678）"],
    ],
)
def test_letters_that_an_office_signs_are_articles(read_lines, signed):
    lines = [line for title in TITLES for line in (title, LETTER, NEWS, *signed)]
    document = read_lines(lines)
    assert [article.title for article in document.articles] == TITLES
    assert_nothing_lost(document)


@pytest.mark.parametrize(
    ("place", "below", "count"),
    [
        ("right", TITLES[2:], 2),
        ("left", TITLES[:1], 2),
        ("left", [TITLES[2], "各有关单位："], 2),
        ("left", TITLES[2:], 1),
    ],
)
def test_it_is_told_that_an_office_signs_where_the_last_letter_is_unsigned(place, below, count):
    office = p("松浦市招商局", props=f'<w:jc w:val="{place}"/>')
    document = read(docx(p(TITLES[1]) + p(LETTER) + office + "".join(map(p, below)) + p(NEWS) + p(LETTER)))
    assert len(document.articles) == count


@pytest.mark.parametrize(
    "lines",
    [
        ["各部门年度总结", LETTER, "松浦市科技局", "主要工作完成情况", NEWS, "松浦市招商局", "招商工作情况", NEWS],
        [TITLES[1], LETTER, "省调研组走访云溪高新区管委会", "强调加快科技创新步伐", NEWS, "松浦市招商局"],
        ["首批试点单位公布", NEWS, "云溪高新区管委会", "松浦市招商局", "附件", "申报表", "企业名称", "地址"],
    ],
)
def test_an_office_over_its_part_of_a_report_signs_nothing(lines):
    assert len(as_text(lines).articles) == 1


@pytest.mark.parametrize("read_lines", [as_word, as_text, with_empty_lines])
@pytest.mark.parametrize("number", ["{}. ", "（{}）", "●"])
@pytest.mark.parametrize("day", ["2026年{}月3日", "（2026年{}月3日）", "2026-0{}-03"])
def test_what_was_when_stands_over_its_day(read_lines, number, day):
    items = [number.format(i) + text for i, text in enumerate(["签约项目十二个", "园区举办大赛", "发布人才新政"], 1)]
    lines = [line for i, item in enumerate(items, 1) for line in (item, day.format(i))]
    (article,) = read_lines(["云溪高新区2026年大事记", *lines]).articles
    assert article.title == "云溪高新区2026年大事记"
    assert {*article.subheads, *(paragraph.text for paragraph in article.paragraphs)} == {*lines}


@pytest.mark.parametrize("read_lines", [as_word, as_text, with_empty_lines])
def test_the_day_below_a_text_is_no_part_of_the_headline_below(read_lines):
    heads = ["数字经济产业园开工建设", "高新区举办创新创业大赛", "高新区签约十二个项目"]
    lines = [line for head in heads for line in (head, NEWS, LETTER, "2026年3月12日")]
    document = read_lines(["高新区大事记", *lines])
    told = [part.text for article in document.articles for part in (*article.parts, *article.paragraphs)]
    assert "2026年3月12日" in told
    assert not any(head in text and text != head for head in heads for text in told if "大事记" not in text)


@pytest.mark.parametrize("width", [18, 26, 36])
@pytest.mark.parametrize("day", ["2026年3月12日", "二〇二六年三月十二日", "2026年3月"])
@pytest.mark.parametrize("turns_to", ["松浦市招商局：", "市委、市政府：", "各科室、各下属单位："])
def test_printed_letters_with_office_and_day_are_articles(width, day, turns_to):
    body = [line for text in (LETTER, NEWS, LETTER) for line in textwrap.wrap("　　" + text, width)]
    lines = [line for title in TITLES for line in (title, turns_to, *body, "云溪高新区管理委员会", day)]
    document = as_text(lines)
    assert [article.title for article in document.articles] == TITLES
    assert all(article.paragraphs[0].text == turns_to for article in document.articles)


@pytest.mark.parametrize("read_lines", [as_word, as_text, with_empty_lines])
@pytest.mark.parametrize("place", ["left", "right"])
@pytest.mark.parametrize("lead", [[], [NEWS]])
@pytest.mark.parametrize("heads", [["加快项目建设", "提升招商质效", "优化营商环境"], ["拿地即开工", "一件事一次办"]])
def test_parts_of_a_report_that_each_name_their_office_are_no_letters(read_lines, place, lead, heads):
    offices = ["松浦市招商局", "松浦市科技局", "云溪高新区管委会"]
    title = "云溪高新区各部门重点工作"
    parts = [line for head, office in zip(heads, offices, strict=False) for line in (head, LETTER, office)]
    assert len(read_lines([title, *lead, *parts]).articles) == 1
    paragraphs = [p(text, props=f'<w:jc w:val="{place}"/>' if text in offices else "") for text in parts]
    assert len(read(docx("".join(map(p, [title, *lead])) + "".join(paragraphs))).articles) == 1


@pytest.mark.parametrize("read_lines", [as_word, as_text, with_empty_lines])
@pytest.mark.parametrize("mark", ["附件", "附表", "附件："])
def test_the_mark_over_what_is_attached_heads_nothing(read_lines, mark):
    signed = ["附件：检查方案", "松浦市招商局", "2026年3月12日"]
    document = read_lines([TITLES[0], LETTER, *signed, mark, "安全生产检查方案", NEWS, "一、检查范围", LETTER])
    assert not any((article.title or "").startswith("附") for article in document.articles)


@pytest.mark.parametrize("width", [26, 30, 36])
@pytest.mark.parametrize("asked", ["（联系人：何晓，电话：12345678）", "联系电话：12345678", "联系地址：创业路8号"])
def test_whom_to_ask_below_the_day_makes_no_headline_of_the_signature(width, asked):
    body = [line for text in (LETTER, NEWS) for line in textwrap.wrap("　　" + text, width)]
    foot = ["附件：1. 项目计划表", "2. 项目情况说明", "云溪高新区管委会", "2026年3月12日", asked]
    (article,) = as_text([TITLES[0], "松浦市招商局：", *body, *foot]).articles
    assert article.title == TITLES[0]
    assert [paragraph.text for paragraph in article.paragraphs[-3:]] == foot[-3:]


@pytest.mark.parametrize("width", [22, 34])
@pytest.mark.parametrize(
    "signed",
    [
        ["　　　　　　　　　　　　云溪高新区管委会"],
        ["云溪高新区管委会"],
        ["附件：申报表", "　　　　　　　　　　　　松浦市招商局"],
        ["2026年3月12日"],
        ["（云溪高新区管委会供稿）"],
    ],
)
def test_who_signs_a_printed_text_without_a_day_and_a_day_alone_are_no_part_of_the_headline_below(width, signed):
    texts = [
        [title, *textwrap.wrap("　　" + LETTER, width), *textwrap.wrap("　　" + NEWS, width), *signed]
        for title in TITLES
    ]
    document = read_text("\n".join(line for text in texts for line in text))
    assert [article.title for article in document.articles] == TITLES
    assert not any(article.subheads for article in document.articles)
    assert_nothing_lost(document)


@pytest.mark.parametrize("width", [22, 34])
def test_offices_over_their_parts_of_a_printed_article_sign_nothing(width):
    parts = [["松浦市招商局", *textwrap.wrap("　　" + text, width)] for text in (LETTER, NEWS, LETTER)]
    lead = textwrap.wrap("　　" + NEWS, width)
    (article,) = read_text("\n".join([TITLES[1], *lead, *(line for part in parts for line in part)])).articles
    assert article.subheads == ("松浦市招商局",) * 3


@pytest.mark.parametrize("over", ["云溪高新区管委会", "2026年3月12日"])
def test_what_stands_nearer_to_the_headline_below_than_to_the_text_above_signs_nothing(over):
    titles = [*TITLES[1:], "松浦经开区举办招商推介会"]
    document = read_text("\n\n".join(f"{over}\n{title}\n{LETTER}\n{NEWS}" for title in titles))
    assert len(document.articles) == len(titles)


@pytest.mark.parametrize("level", ["#", "##"])
@pytest.mark.parametrize(
    "signed", [["云溪高新区管委会", "2026年3月12日"], ["2026年3月12日"], ["云溪高新区管委会　2026年3月12日"]]
)
def test_headings_of_one_rank_each_over_a_signed_notice_are_titles(level, signed):
    source = "\n\n".join(line for title in TITLES for line in (f"{level} {title}", LETTER, NEWS, *signed))
    articles = read(source.encode(), name="a.md").articles
    assert [(article.title, article.subheads) for article in articles] == [(title, ()) for title in TITLES]
    assert [paragraph.text for paragraph in articles[0].paragraphs] == [LETTER, NEWS, *signed]


def test_headings_over_parts_of_which_the_last_is_signed_head_parts():
    parts = [line for head in TITLES[1:] for line in (f"## {head}", LETTER, NEWS)]
    source = "\n\n".join([f"# {TITLES[0]}", *parts, "云溪高新区管委会", "2026年3月12日"])
    (article,) = read(source.encode(), name="a.md").articles
    assert (article.title, article.subheads) == (TITLES[0], tuple(TITLES[1:]))
