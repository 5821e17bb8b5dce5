import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxclassify.output import open_report
from gxclassify.output.terminal import Span, Terminal, columns, visible, wrap
from gxclassify.reading import read, read_text


class Tty(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "30")

    def show(*spans, stream=None, **options):
        stream = stream or Tty()
        Terminal(stream).line(*spans, **options)
        return stream.getvalue()

    return show


texts = st.text(st.sampled_from("园区，。“”（）abc 1-é\u0301\U0001f600"), max_size=80)


@given(st.lists(texts, max_size=4), st.integers(10, 40))
def test_wrapping_loses_nothing_but_space_and_fits(parts, width):
    spans = [Span(text, str(i)) for i, text in enumerate(parts)]
    lines = wrap(spans, width)
    shown = "".join(span.text for line in lines for span in line)
    assert shown.replace(" ", "") == "".join(parts).replace(" ", "")
    for line in lines:
        assert sum(columns(span.text) for span in line) <= width


def test_no_line_begins_with_a_closing_mark():
    lines = wrap([Span("一二三四五，六七八九（十）")], 10)
    assert ["".join(s.text for s in line) for line in lines] == ["一二三四", "五，六七八", "九（十）"]


def test_latin_words_stay_whole():
    lines = wrap([Span("园区 AI4Science 平台 v1")], 13)
    assert ["".join(s.text for s in line) for line in lines] == ["园区 ", "AI4Science 平", "台 v1"]


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("高新区", 6), ("e\u0301", 1), ("😀", 2), ("ｱ", 1), ("", 0)])
def test_columns(text, width):
    assert columns(text) == width


def test_colours_as_the_terminal_has_them(terminal, monkeypatch):
    assert terminal(Span("签约", "bold #0072B2")) == "\x1b[1;38;5;31m签约\x1b[0m\n"
    monkeypatch.setenv("COLORTERM", "truecolor")
    assert terminal(Span("签约", "#0072B2")) == "\x1b[38;2;0;114;178m签约\x1b[0m\n"


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colours_are_left_off_on_request(terminal, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    assert terminal(Span("签约", "bold")) == "签约\n"


def test_plain_and_unwrapped_where_it_is_no_terminal(terminal, monkeypatch):
    assert terminal(Span("签约" * 40, "bold"), stream=io.StringIO(), indent=2) == "  " + "签约" * 40 + "\n"
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert terminal(Span("签约", "dim"), stream=io.StringIO()) == "\x1b[2m签约\x1b[0m\n"


def test_text_cannot_steer_the_terminal(terminal):
    hostile = "签\x1b]0;title\x07\x9b2J\r\n约\u202e\ud800"
    assert not set(terminal(Span(hostile))) & set("\x1b\x07\x9b\r\u202e\ud800")
    assert len(visible(hostile)) == len(hostile)


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
