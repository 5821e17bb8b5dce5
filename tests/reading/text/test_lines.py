from __future__ import annotations

import pytest

from gxclassify.errors import InputError
from gxclassify.reading.document import Mapped
from gxclassify.reading.text import lines as module
from gxclassify.reading.text.lines import despace, split_lines, width


def tight(text, *, spaced=False):
    return despace(Mapped.at(text, 0), spaced=spaced).text


@pytest.mark.parametrize(("text", "ems"), [("高新区", 3), ("GDP增长7.2%", 5.5), ("“一区多园”", 6), ("", 0)])
def test_width_counts_latin_as_half(text, ems):
    assert width(text) == ems


def test_letter_spacing_goes_out_in_part_of_a_line():
    assert tight("抵御疫情的不 利 影 响 ，保 持 活力") == "抵御疫情的不利影响，保持活力"


def test_spaces_between_words_stay():
    assert tight("引进 AI 与 IoT 企业") == "引进 AI 与 IoT 企业"


def test_latin_words_keep_their_spaces_in_a_letter_spaced_line():
    assert tight("利 影 响 与 Open AI 合 作", spaced=True) == "利影响与 Open AI 合作"


def test_digits_lose_the_spaces_that_the_page_does_not_set_elsewhere():
    assert tight("年 的 50.5%， 扩 大 到 2030年") == "年的50.5%，扩大到2030年"


@pytest.mark.parametrize("text", ["到 2 0 3 0 年 建 成 平 台 2 5 家", "产 值 增 长 8 . 5 % ， 居 前 列"])
def test_figures_of_a_line_spaced_throughout_are_whole(text):
    assert tight(text) == text.replace(" ", "")
    assert "2 0" not in tight(text, spaced=True)


@pytest.mark.parametrize("text", ["到 2 0 3 0 年 ， 园 区 产 值 翻 番 。", "到 2030 年 ， 园 区 产 值 翻 番 。"])
def test_a_text_spaced_throughout_sets_no_spaces_beside_digits(text):
    assert [line.text for line in split_lines(f"{text}\n{text}")] == ["到2030年，园区产值翻番。"] * 2


def test_figures_of_a_row_stay_apart():
    assert tight("签约项目数 1 2 3 4 5") == "签约项目数 1 2 3 4 5"


def test_two_single_characters_are_no_letter_spacing():
    assert tight("王 芳 刘明") == "王 芳 刘明"


def test_lines_know_indent_and_empty_lines_before():
    first, second = split_lines("　　近日，\n\n高新区")
    assert (first.indent, first.gap, second.indent, second.gap) == (2, 0, 0, 1)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x0b"])
def test_every_line_ending_ends_a_line(end):
    assert [line.text for line in split_lines(f"高新区{end}近日")] == ["高新区", "近日"]


def test_invisible_characters_go_out_with_a_repair():
    (line,) = split_lines("高\u200b新\x01区")
    assert (line.text, line.repairs[0].kind) == ("高新区", "invisible")


def test_no_unseen_character_is_overlooked():
    found = (
        "".join(char for char in map(chr, range(0xD800)) if module._INVISIBLE.match(char))
        + "\ufeff\ufffa\ufe0f\U000e0101"
    )
    for char in found:
        (line,) = split_lines(f"高{char}新区")
        assert line.text == "高新区"


def test_too_many_lines_are_refused(monkeypatch):
    monkeypatch.setattr(module, "MAX_LINES", 3)
    with pytest.raises(InputError, match="more than 3 lines"):
        split_lines("字\n" * 5)


def test_names_that_are_spaced_out_in_part_stay_apart():
    lines = split_lines("正在申报国家级生态工业示范园区。\n高远 欧阳静 马 志 远")
    assert lines[1].text == "高远 欧阳静 马志远"
