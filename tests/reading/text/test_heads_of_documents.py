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
