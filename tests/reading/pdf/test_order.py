from __future__ import annotations

from gxclassify.reading.pdf.order import reading_order
from gxclassify.reading.pdf.runs import find_runs
from reading.pieces import column, line, texts


def test_nothing_gives_nothing():
    assert reading_order([]) == []


def test_a_band_across_the_page_parts_two_articles():
    above = column(["甲乙丙丁"] * 4, 0, 40) + column(["子丑寅卯"] * 4, 60, 40) + line("天地玄黄宇", 0, 18, 20)
    below = column(["戊己庚辛"] * 4, 0, 200) + column(["辰巳午未"] * 4, 60, 200) + line("洪荒日月盈", 0, 175, 20)
    found = texts(above + below)
    assert found[0] == "天地玄黄宇"
    assert found[9] == "洪荒日月盈"


def test_a_ruling_line_over_all_columns_parts_what_stands_above_and_below():
    above = column(["甲乙丙丁戊己庚辛"] * 3, 0, 10) + column(["子丑寅卯辰巳午未"] * 3, 100, 10)
    below = column(["金木水火土日月星"] * 3, 0, 65) + column(["天地玄黄宇宙洪荒"] * 3, 100, 65)
    runs = find_runs(above + below)

    def order(*rules):
        return [line.text[0] for found in reading_order(runs, rules) for line in found][::3]

    assert order((0.0, 47.0, 180.0, 47.0)) == ["甲", "子", "金", "天"]
    assert order((0.0, 47.0, 80.0, 47.0)) == order((90.0, 0.0, 90.0, 110.0)) == order() == ["甲", "金", "子", "天"]
