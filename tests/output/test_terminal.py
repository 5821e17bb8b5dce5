import io

import pytest

from gxclassify.output import open_report
from gxclassify.reading import read, read_text

PAGE = """园区招商小分队赴深圳拜访企业3家。周末的集市上，5位居民在桂花树下聊天。
职工篮球赛昨晚在体育公园开幕，8支队伍参加。
"""


@pytest.fixture
def table(tiny_model):
    def show():
        stream = io.StringIO()
        document = read_text(PAGE, name="页.txt")
        with open_report("table", tiny_model, stream) as report:
            report.write(document, tiny_model.tag(document))
        return stream.getvalue()

    return show


def test_table_without_a_terminal(table):
    text = table()
    assert text.startswith("── 页.txt\n\n■ (no headline)\n  【园区招商小分队赴深圳拜访企业3家。】周末的集市上")
    assert "    ▸ investment_attraction " in text
    assert "    · no theme\n" in text
    assert "\x1b" not in text


def test_table_on_a_terminal_underlines(table, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    text = table()
    assert "\x1b[4;38;5;31m园区招商小分队赴深圳拜访企业3家。\x1b[0m" in text
    assert "【" not in text


@pytest.mark.parametrize("level", ["article", "document"])
def test_articles_and_documents_with_the_share_of_paragraphs(tiny_model, level):
    stream = io.StringIO()
    document = read_text(PAGE, name="页.txt")
    with open_report("table", tiny_model, stream, level=level) as report:
        report.write(document, tiny_model.tag(document, zones=True))
    assert "▸ investment_attraction " in stream.getvalue()
    assert "  1/2  园区招商小分队赴深圳拜访企业3家。" in stream.getvalue()


def test_facts_that_were_asked_for_are_shown(tiny_model):
    stream = io.StringIO()
    document = read_text("2021年3月，衡阳高新区招商小分队拜访企业3家。", name="页.txt")
    with open_report("table", tiny_model, stream) as report:
        report.write(document, tiny_model.tag(document, zones=True))
    assert "■ (no headline)  衡阳高新技术产业开发区 · 2021-03\n" in stream.getvalue()
    assert "    ◇ 3家\n" in stream.getvalue()


def shown(model, table: str, **options) -> list[str]:
    stream = io.StringIO()
    document = read(table.encode(), name="表.csv")
    with open_report("table", model, stream) as report:
        report.write(document, model.tag(document, **options))
    return stream.getvalue().rstrip().splitlines()


def test_a_record_without_a_text_is_not_shown(tiny_model):
    lines = shown(tiny_model, "标题,正文\n一,园区招商小分队赴深圳拜访企业3家。\n二,\n")
    assert sum(line.startswith("■") for line in lines) == 1
    assert not any(line.strip() == "· no theme" for line in lines)
