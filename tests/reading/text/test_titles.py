"""Titles of official documents in several lines: forced line breaks, centred lines, <br>, in every format."""

import itertools
import textwrap

import pytest

from gxclassify.reading import read
from reading.typeset import wrap
from reading.wordfile import docx, p, run

_TITLES = [
    ["海湾经开区管委会", "关于进一步做好2025年", "项目建设工作的通知"],
    ["关于印发", "《海湾经开区孵化器管理办法》", "的通知"],
    ["海湾经开区2025年度", "投资促进工作方案"],
    ["海湾产业园", "2025年工作要点"],
    ["海湾经开区支持外贸企业", "若干措施（试行）"],
    ["关于支持智能装备、", "新能源产业集聚发展的意见"],
    ["海湾经开区管委会办公室关于转发", "省商务厅开发区", "年度考核方案的通知"],
]
_TEXT = [
    "各部门，各园区：",
    "为做好项目建设工作，现就有关事项通知如下。",
    "全年开工项目不少于四十个，其中亿元以上项目十个。",
]
_HEADS = {
    "bare": [],
    "letterhead": ["海湾经济技术开发区管理委员会文件", "海经管发〔2025〕6号"],
    "two offices": ["中共海湾经济技术开发区工作委员会", "海湾经济技术开发区管理委员会", "海经工发〔2025〕6号"],
    "marks": [
        "000012　　　机密★1年　　　特急",
        "海湾经济技术开发区管理委员会文件",
        "海经管发〔2025〕6号　签发人：周宁",
    ],
}


def _lines(title, head, sep):
    return sep.join([*head, *title, *_TEXT]).encode(), "a.txt"


def _word(title, head, size):
    sized = f'<w:sz w:val="{size}"/>' if size else ""
    runs = "<w:r><w:br/></w:r>".join(run(text, sized) for text in title)
    shown = [p(runs, props='<w:jc w:val="center"/>')]
    return docx("".join([*map(p, map(run, head)), *shown, *map(p, map(run, _TEXT))])), "a.docx"


def _page(title, head, opened, closed):
    body = [*(f"<p>{text}</p>" for text in head), opened + "<br>".join(title) + closed, *(f"<p>{t}</p>" for t in _TEXT)]
    return f"<html><head><meta charset=utf-8></head><body>{''.join(body)}</body></html>".encode(), "a.html"


_SET = {
    "lines": lambda title, head: _lines(title, head, "\n"),
    "blank lines": lambda title, head: _lines(title, head, "\n\n"),
    "word": lambda title, head: _word(title, head, 0),
    "word, large": lambda title, head: _word(title, head, 44),
    "page": lambda title, head: _page(title, head, "<p>", "</p>"),
    "page, centred": lambda title, head: _page(title, head, "<p style='text-align:center'><b>", "</b></p>"),
}


@pytest.mark.parametrize("title", _TITLES, ids=lambda title: title[-1])
@pytest.mark.parametrize("head", _HEADS)
@pytest.mark.parametrize("form", _SET)
def test_a_title_of_several_lines_is_read_whole(form, head, title):
    data, name = _SET[form](title, _HEADS[head])
    (article,) = read(data, name=name).articles
    assert article.title == "".join(title)
    assert [paragraph.text for paragraph in article.paragraphs] == _TEXT


@pytest.mark.parametrize(
    ("title", "below"),
    [
        ("海湾经开区召开创新发展大会", "发布十条产业政策"),
        ("走进海湾经开区", "一份亮眼的年度报告"),
        ("关于产业转型的思考", "工作情况通报"),
        ("从滩涂到新城", "海湾开发区三十年发展报告"),
    ],
)
def test_a_headline_takes_no_second_one_for_its_end(title, below):
    (article,) = read("\n".join([title, below, *_TEXT[1:]]).encode()).articles
    assert article.title == title


_ORDER = [
    "海湾市人民政府令",
    "第12号",
    "《海湾市开发区条例实施办法》已经2026年2月20日市人民政府常务会议审议通过，现予公布，自2026年4月1日起施行。",
    "市长　周宁",
    "2026年3月5日",
]
_RULE = [
    "海湾市开发区条例实施办法",
    "第一章　总则",
    "第一条　为了促进开发区高质量发展，根据有关法律、法规，结合本市实际，制定本办法。",
    "第二条　本市行政区域内经国务院或者省人民政府批准设立的开发区，适用本办法。",
    "第二章　管理体制",
    "第三条　开发区管理委员会是市人民政府的派出机构，负责开发区的经济发展、规划建设和企业服务。",
    "第四条　开发区可以按照精简、统一、效能的原则，设置内设机构，实行全员聘用制。",
]


@pytest.mark.parametrize("width", [24, 28, 1000])
def test_who_signs_an_order_is_no_part_of_the_title_of_the_rule_below(width):
    lines = [
        line
        for text in [*_ORDER, *_RULE]
        for line in (wrap(f"　　{text}", width, 0, hang=False) if text.endswith("。") else [text])
    ]
    order, rule = read("\n".join(lines).encode()).articles
    assert (order.title, rule.title) == ("海湾市人民政府令第12号", _RULE[0])
    assert [paragraph.text for paragraph in order.paragraphs] == _ORDER[2:]
    assert [paragraph.text for paragraph in rule.paragraphs] == [text for text in _RULE if text.endswith("。")]


def test_a_large_office_over_the_number_is_no_title_above_one_in_the_type_of_the_text():
    large, middle = '<w:sz w:val="44"/>', '<w:jc w:val="center"/>'
    head = [p(run("海湾经济技术开发区管理委员会", large), props=middle), p(run("海经管函〔2026〕12号"), props=middle)]
    title = p(run("关于商请支持变电站建设的函"), props=middle)
    (article,) = read(docx("".join([*head, title, *map(p, map(run, _TEXT))])), name="a.docx").articles
    assert article.title == "关于商请支持变电站建设的函"
    assert [paragraph.text for paragraph in article.paragraphs] == _TEXT


def test_a_number_without_the_name_of_its_series_below_a_title_is_furniture():
    minutes = ["海湾经济技术开发区管理委员会专题会议纪要", "〔2026〕5号", "海湾经开区党政办公室　　　　2026年3月5日"]
    (article,) = read("\n".join([*minutes, *_TEXT[1:]]).encode()).articles
    assert (article.title, article.subheads) == (minutes[0], ())
    assert [paragraph.text for paragraph in article.paragraphs] == _TEXT[1:]


@pytest.mark.parametrize("form", [form for form in _SET if form != "page, centred"])
@pytest.mark.parametrize("above", ["关于产业园数字化改造的几点想法", "科技创新与产业创新融合的"])
def test_a_second_headline_is_no_line_of_the_title(form, above):
    deck = "——海湾经开区2025年调研报告"
    data, name = _SET[form]([above], [])
    body, _, _ = data.partition(above.encode())
    if name.endswith("docx"):
        data = docx("".join(p(run(text)) for text in (above, deck, *_TEXT)))
    elif name.endswith("html"):
        data = body + f"{above}</p><p>{deck}</p>".encode() + "".join(f"<p>{text}</p>" for text in _TEXT).encode()
    else:
        data = "\n".join([above, deck, *_TEXT]).encode()
    (article,) = read(data, name=name).articles
    assert article.title == above


def test_a_heading_of_a_lower_level_is_no_line_of_the_title_of_a_page():
    parts = "".join(f"<h2>{head}</h2><p>{_TEXT[1]}</p>" for head in ("年度报告", "发展规划", "管理制度"))
    (article,) = read(f"<meta charset=utf-8><body><h1>海湾投资集团</h1>{parts}</body>".encode(), name="a.html").articles
    assert (article.title, article.subheads) == ("海湾投资集团", ("年度报告", "发展规划", "管理制度"))


def test_the_name_of_a_collection_is_no_line_of_the_first_title_below_it():
    parts = [line for kind in ("用工补贴", "房租减免") for line in (f"关于{kind}的说明", *_TEXT[1:])]
    (article,) = read("\n".join(["企业服务常见问题", *parts]).encode()).articles
    assert (article.title, article.subheads) == ("企业服务常见问题", ("关于用工补贴的说明", "关于房租减免的说明"))


@pytest.mark.parametrize(
    ("numbered", "signed"),
    [
        (["海经管发〔2025〕6号"], []),
        (["海经管发〔2025〕6号"], ["海湾经开区管委会办公室", "2025年3月6日"]),
        ([], ["海湾经开区管委会办公室", "2025年3月6日"]),
    ],
)
@pytest.mark.parametrize("width", [0, 30])
def test_titles_of_further_documents_in_a_text_are_read_whole(width, numbered, signed):
    titles = [_TITLES[0], _TITLES[1], ["海湾经开区管委会", "关于转发年度考核方案的通知"] if signed else _TITLES[4]]
    last = "本通知自印发之日起施行，有效期三年，此前的规定与本通知不一致的，以本通知为准，由管委会办公室负责解释。"
    text = [_TEXT[0], "".join(_TEXT[1:]) + "各单位要明确专人负责，于本月二十日前将材料报送到办公室。", last]
    wrapped = [textwrap.wrap("　　" + paragraph, width) if width else [paragraph] for paragraph in text[1:]]
    body = [text[0], *itertools.chain.from_iterable(wrapped)]
    lines = [line for title in titles for line in (*title, *numbered, *body, *signed)]
    articles = read("\n".join(lines).encode()).articles
    assert [article.title for article in articles] == list(map("".join, titles))
    assert [paragraph.text for paragraph in articles[1].paragraphs] == [*text, *signed]
