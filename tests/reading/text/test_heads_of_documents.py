"""What stands over and under the title of a document: its office, number and day, in every format."""

import pytest

from gxclassify.reading.parsed import Parsed, ParsedLine
from gxclassify.reading.reader import document_from_parsed

_ISSUED = [
    "上半年，海湾经开区新签约项目21个，总投资66亿元，其中外资项目5个。",
    "下一步，我们将举办推介会8场，确保全年引进项目50个。",
]


def _texts(lines, kind):
    parsed = Parsed(lines, [], wrapped=kind == "pdf")
    return document_from_parsed(parsed, name="x", encoding=kind, kind=kind).articles[0]


@pytest.mark.parametrize("over", [("海湾经开区管理委员会文件",), ("海湾经开区管理委员会",)])
@pytest.mark.parametrize("role", ["title", "heading"])
def test_the_head_of_an_official_document_is_furniture_whatever_the_style_of_its_title(role, over):
    head = [ParsedLine(text) for text in (*over, "海管发〔2025〕8号")]
    title = ParsedLine("关于加快推进孵化器建设的实施意见", role)
    article = _texts([*head, title, *map(ParsedLine, _ISSUED)], "docx")
    assert article.title == title.text
    assert [paragraph.text for paragraph in article.paragraphs] == _ISSUED


@pytest.mark.parametrize("title", [["关于上半年招商工作的报告"], ["海湾经开区上半年工作总结和下半年工", "作打算"]])
@pytest.mark.parametrize(
    "under", [["海湾经开区投资促进局", "2024年7月8日"], ["2024年7月8日"], ["海湾经开区投资促进局"]]
)
@pytest.mark.parametrize("headed", [False, True])
def test_office_and_day_below_the_title_of_a_page_are_byline_and_furniture(title, under, headed):
    head = ParsedLine("一、主要成效", begins="display", page=1)
    lines = [
        *(ParsedLine(text, begins="later" if i else "display", size=1.5, page=1) for i, text in enumerate(title)),
        *(ParsedLine(text, begins="display", page=1) for text in under),
        *([head] if headed else []),
        *(ParsedLine(text, begins="first", page=1) for text in _ISSUED),
    ]
    article = _texts(lines, "pdf")
    assert article.title == "".join(title)
    assert article.byline == (under[0] if len(under[0]) > len("2024年7月8日") else None)
    assert [paragraph.text for paragraph in article.paragraphs] == _ISSUED
    assert article.subheads == (("一、主要成效",) if headed else ())


def test_offices_and_months_that_head_the_parts_of_a_page_stay_subheads():
    for heads in (["海湾经开区投资促进局", "海湾经开区科技局"], ["2024年5月", "2024年6月"]):
        lines = [ParsedLine("海湾经开区各部门职责分工", begins="display", size=1.5, page=1)]
        for text, below in zip(heads, _ISSUED, strict=True):
            lines += [ParsedLine(text, begins="display", page=1), ParsedLine(below, begins="first", page=1)]
        article = _texts(lines, "pdf")
        assert article.byline is None
        assert [paragraph.text for paragraph in article.paragraphs if paragraph.text in _ISSUED] == _ISSUED


def test_the_office_below_a_title_that_names_no_kind_of_document_is_the_byline():
    lines = [ParsedLine("海湾经开区工作打算", "title"), ParsedLine("海湾经开区投资促进局"), *map(ParsedLine, _ISSUED)]
    assert _texts(lines, "docx").byline == "海湾经开区投资促进局"


@pytest.mark.parametrize(
    "office", ["走进海湾经开区管委会", "五年走出三家上市公司", "海湾经开区重组管委会", "打造区域创新中心"]
)
@pytest.mark.parametrize("day", [[], ["2024年7月8日"]])
def test_a_second_headline_that_ends_as_the_name_of_an_office_is_none(office, day):
    lines = [ParsedLine("海湾经开区再出发", "title"), *map(ParsedLine, [office, *day, *_ISSUED])]
    article = _texts(lines, "docx")
    assert article.byline is None
    assert article.subheads == (office,)


@pytest.mark.parametrize(
    "text",
    [
        "海湾经开区投资促进局成立于2016年，现有干部职工42人。",
        "位于海湾市东部，现有干部职工42人，下设三个科室。",
        "【概况】上半年，海湾经开区新签约项目21个，总投资66亿元。",
        "林溪：主持全面工作，分管办公室。",
    ],
)
def test_an_office_of_which_the_text_tells_is_not_its_author(text):
    lines = [ParsedLine("海湾经开区风采", "title"), *map(ParsedLine, ["海湾经开区投资促进局", text, *_ISSUED])]
    assert _texts(lines, "docx").byline is None


def test_an_office_over_the_first_of_several_parts_is_their_heading():
    parts = ["海湾经开区投资促进局", _ISSUED[0], "企业感受", _ISSUED[1]]
    lines = [ParsedLine("海湾经开区晒出成绩单", "title"), *map(ParsedLine, parts)]
    assert _texts(lines, "docx").subheads == ("海湾经开区投资促进局", "企业感受")
    printed = [ParsedLine("海湾经开区晒出成绩单", begins="display", size=1.5, page=1)]
    for i, text in enumerate(parts):
        printed.append(ParsedLine(text, begins="first" if i % 2 else "display", page=1))
    assert _texts(printed, "pdf").subheads == ("海湾经开区投资促进局", "企业感受")


def test_offices_between_titles_and_days_are_the_bylines_of_several_notices():
    titles, offices = ["关于体检的通知", "关于停电的通知"], ["海湾市人力资源局", "海湾市供电局"]
    texts = []
    for title, office, told in zip(titles, offices, _ISSUED, strict=True):
        texts += [title, office, "2024年7月8日", told]
    parsed = Parsed(list(map(ParsedLine, texts)), [], wrapped=False)
    articles = document_from_parsed(parsed, name="x", encoding="utf-8", kind="text").articles
    assert [(article.title, article.byline) for article in articles] == list(zip(titles, offices, strict=True))


@pytest.mark.parametrize("size", [1.0, 1.5])
def test_the_number_below_the_office_or_the_title_of_a_page_is_furniture_though_it_goes_on_as_the_line_above(size):
    over = [
        ParsedLine("海湾经开区管理委员会文件", begins="display", page=1),
        ParsedLine("海管发〔2025〕8号", begins="later", page=1),
    ]
    title = ParsedLine("关于加快推进孵化器建设的实施意见", begins="display", size=size, page=1)
    number = ParsedLine("海管发〔2025〕8号", begins="display", page=1)
    text = [ParsedLine(text, begins="first", page=1) for text in _ISSUED]
    for lines in ([*over, title, *text], [title, number, *text]):
        article = _texts(lines, "pdf")
        assert (article.title, article.subheads) == (title.text, ())
        assert [paragraph.text for paragraph in article.paragraphs] == _ISSUED


def test_the_days_below_the_texts_of_a_page_are_no_lines_of_the_headlines_below():
    lines = []
    for title in ("海湾经开区签约十二个产业项目", "海湾经开区数字产业园开园迎客"):
        lines += [ParsedLine(title, begins="display", size=1.5, page=1)]
        lines += [ParsedLine(text, begins="first", page=1) for text in _ISSUED]
        lines += [ParsedLine("2025年7月8日", begins="display", page=1)]
    document = document_from_parsed(Parsed(lines, [], wrapped=True), name="x", encoding="pdf", kind="pdf")
    assert [len(article.subheads) for article in document.articles] == [0, 0]


def test_a_title_over_labels_with_values_needs_no_sentence():
    lines = [
        "海湾经开区智慧园区项目中标公告",
        "项目编号：HW-2025-018",
        "供应商名称：海湾智造公司",
        "中标金额：128.5万元",
    ]
    assert _texts([*map(ParsedLine, lines)], "docx").title == lines[0]


def test_an_office_that_signs_above_the_title_below_is_no_subhead():
    lines = [
        ParsedLine("关于加快推进孵化器建设的通知", "title"),
        *map(ParsedLine, _ISSUED),
        ParsedLine("海湾经开区投资促进局"),
    ]
    parsed = Parsed([*lines, *lines], [])
    document = document_from_parsed(parsed, name="x", encoding="docx", kind="docx")
    assert [article.subheads for article in document.articles] == [(), ()]


@pytest.mark.parametrize("size", [1.0, 1.5])
@pytest.mark.parametrize("signed", [["海湾经开区管委会", "2025年7月8日"], ["海湾经开区管委会 2025年7月8日"]])
def test_titles_in_the_type_of_the_text_head_notices_of_a_page_below_signed_days(signed, size):
    titles = ["关于开展项目摸底的通知", "海湾经开区停水公告", "招聘园区讲解员启事"]
    lines = []
    for title in titles:
        lines += [ParsedLine(title, begins="display", size=size, page=1)]
        lines += [ParsedLine(text, begins="first", page=1) for text in (*_ISSUED, *signed)]
    document = document_from_parsed(Parsed(lines, [], wrapped=True), name="x", encoding="pdf", kind="pdf")
    assert [(article.title, article.subheads) for article in document.articles] == [(title, ()) for title in titles]


def test_a_page_of_which_one_headline_is_below_no_day_is_not_parted_by_days():
    lines = []
    for title, day in (("海湾经开区半年工作情况", "2025年7月8日"), ("项目建设", ""), ("企业服务", "2025年7月8日")):
        lines += [ParsedLine(title, begins="display", page=1)]
        lines += [ParsedLine(text, begins="first", page=1) for text in (*_ISSUED, *filter(None, [day]))]
    document = document_from_parsed(Parsed(lines, [], wrapped=True), name="x", encoding="pdf", kind="pdf")
    assert [article.subheads for article in document.articles] == [("项目建设", "企业服务")]
