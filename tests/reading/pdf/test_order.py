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


def test_a_short_article_beside_another_has_its_columns():
    columns = [["甲乙丙丁戊己庚辛"] * 3, ["子丑寅卯辰巳午未"] * 3]
    left = line("天地玄黄宇宙洪荒", 0, 18, 16) + column(columns[0], 0, 40) + column(columns[1], 100, 40)
    right = line("寒来暑往秋", 220, 18, 16) + column(["闰余成岁律吕调阳"] * 5, 220, 40)
    assert texts(left + right) == [
        "天地玄黄宇宙洪荒", *columns[0], *columns[1], "寒来暑往秋", *["闰余成岁律吕调阳"] * 5,
    ]  # fmt: skip


def test_a_short_article_over_another_has_its_columns_and_a_masthead_has_none():
    masthead = line("云湖日报", 60, 18, 28) + line("第三版", 0, 36) + line("星期五", 150, 36)
    columns = [["甲乙丙丁戊己庚辛"] * 3, ["子丑寅卯辰巳午未"] * 3]
    above = line("天地玄黄宇宙洪荒", 0, 60, 16) + column(columns[0], 0, 80) + column(columns[1], 100, 80)
    below = [["闰余成岁律吕调阳"] * 4, ["果珍李柰菜重芥姜"] * 4]
    rest = line("寒来暑往秋收冬藏", 20, 148, 18) + column(below[0], 0, 170) + column(below[1], 100, 170)
    short = ["天地玄黄宇宙洪荒", *columns[0], *columns[1]]
    rules = [(0.0, 122.0, 180.0, 122.0)]
    for pieces, first in ((above + rest, []), (masthead + above + rest, ["云湖日报", "第三版 星期五"])):
        found = [told.text for region in reading_order(find_runs(pieces), rules) for told in region]
        assert found == [*first, *short, "寒来暑往秋收冬藏", *below[0], *below[1]]


def test_a_headline_over_a_picture_comes_after_the_columns_above_it():
    columns = [["甲乙丙丁戊己庚辛"] * 4, ["子丑寅卯辰巳午未"] * 4, ["闰余成岁律吕调阳"] * 2]
    above = line("日月盈昃辰宿列张", 60, 18, 20)
    above += [piece for i, told in enumerate(columns) for piece in column(told, 110 * i, 40)]
    head = line("寒来暑往秋收冬", 40, 115, 16) + line("本报记者林晓", 60, 130)
    below = column(["金木水火土日月星"] * 4, 0, 240) + column(["天地玄黄宇宙洪荒"] * 4, 110, 240)
    assert texts(above + head + below) == [
        "日月盈昃辰宿列张", *columns[0], *columns[1], *columns[2], "寒来暑往秋收冬", "本报记者林晓",
        *["金木水火土日月星"] * 4, *["天地玄黄宇宙洪荒"] * 4,
    ]  # fmt: skip


def test_a_column_that_begins_below_the_foot_of_the_one_before_it_is_a_column():
    left, right = ["甲乙丙丁戊己庚辛"] * 4, ["子丑寅卯辰巳午未"] * 4
    regions = reading_order(find_runs(column(left, 0, 10) + column(right, 120, 75)))
    assert [[found.text for found in region] for region in regions] == [left, right]
    signed = column(left, 0, 10) + line("云川管委会", 60, 75) + line("六月九日", 65, 90)
    assert len(reading_order(find_runs(signed))) == 1
