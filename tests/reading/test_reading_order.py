from __future__ import annotations

from gxclassify.reading.reading_order import Glyph, reading_order

EM = 10.0


def line(text, x, y, size=EM):
    return [Glyph(c, x + i * size, y, x + (i + 1) * size, y + size, size) for i, c in enumerate(text)]


def column(texts, x, y=0.0):
    return [glyph for i, text in enumerate(texts) for glyph in line(text, x, y + 15 * i)]


def texts(glyphs):
    return [text for text, _ in reading_order(glyphs) if text]


def test_columns_come_one_after_the_other():
    glyphs = column(["甲乙丙丁", "戊己庚辛"], 0) + column(["子丑寅卯", "辰巳午未"], 60)
    assert texts(glyphs) == ["甲乙丙丁", "戊己庚辛", "子丑寅卯", "辰巳午未"]


def test_columns_written_row_by_row_are_told_apart():
    rows = [line("甲乙丙丁", 0, 0), line("子丑寅卯", 60, 0), line("戊己庚辛", 0, 15), line("辰巳午未", 60, 15)]
    assert texts([glyph for row in rows for glyph in row]) == ["甲乙丙丁", "戊己庚辛", "子丑寅卯", "辰巳午未"]


def test_a_headline_over_all_columns_comes_first():
    body = column(["甲乙丙丁", "戊己庚辛"], 0, 40) + column(["子丑寅卯", "辰巳午未"], 60, 40)
    assert texts(body + line("天地玄黄宇", 0, 0, 20))[0] == "天地玄黄宇"


def test_an_indent_becomes_ideographic_spaces():
    assert texts(line("甲乙", 20, 0) + line("丙丁戊己", 0, 15)) == ["\u3000\u3000甲乙", "丙丁戊己"]


def test_a_gap_between_blocks_becomes_an_empty_line():
    glyphs = column(["甲乙丙丁", "戊己庚辛", "壬癸"], 0) + column(["子丑寅卯"], 0, 90)
    assert [text for text, _ in reading_order(glyphs)] == ["甲乙丙丁", "戊己庚辛", "壬癸", "", "子丑寅卯"]


def test_what_is_drawn_twice_at_one_place_stands_once():
    assert texts(line("甲乙丙", 0, 0) + line("甲乙丙", 1, 1)) == ["甲乙丙"]


def test_the_type_size_of_a_line_is_kept():
    assert reading_order(line("甲乙丙", 0, 0, 18)) == [("甲乙丙", 18)]


def test_nothing_gives_nothing():
    assert reading_order([]) == []
