from __future__ import annotations

from gxclassify.labels.tables import columns, width


def test_a_chinese_character_is_two_columns_wide():
    assert width("目标 goals") == 10


def test_texts_stand_left_and_numbers_right():
    assert columns([["theme", "n"], ["目标", 5], ["a", 100]]) == "theme    n\n目标     5\na      100"


def test_floats_have_three_decimals_and_none_is_a_dash():
    assert columns([["x", 0.12345], ["y", None]]).splitlines() == ["x  0.123", "y      –"]


def test_lines_end_without_blanks():
    assert columns([["a", "b"], ["long", ""]]).splitlines()[1] == "long"
