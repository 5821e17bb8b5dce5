import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxclassify.console import Span, Terminal, columns, visible, wrap
from support import Tty


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
