"""Titles of official documents in several lines: forced line breaks, centred lines, <br>, in every format."""

import pytest

from gxclassify.reading import read
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
