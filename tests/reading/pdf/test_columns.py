from __future__ import annotations

from gxclassify.reading.pdf.columns import white_strips
from reading.pieces import column, line, texts


def test_columns_come_one_after_the_other():
    pieces = column(["甲乙丙丁", "戊己庚辛"], 0) + column(["子丑寅卯", "辰巳午未"], 60)
    assert texts(pieces) == ["甲乙丙丁", "戊己庚辛", "子丑寅卯", "辰巳午未"]


def test_columns_written_row_by_row_are_told_apart():
    rows = [line("甲乙丙丁", 0, 10), line("子丑寅卯", 60, 10), line("戊己庚辛", 0, 25), line("辰巳午未", 60, 25)]
    assert texts([piece for row in rows for piece in row]) == ["甲乙丙丁", "戊己庚辛", "子丑寅卯", "辰巳午未"]


def test_holes_in_lines_are_no_gutter():
    rows = [
        ("甲乙丙丁戊己", 0),
        ("庚辛壬癸子丑寅", 72),
        ("卯辰巳午未申酉戌", 0),
        ("亥甲乙丙丁", 96),
        ("戊己庚", 0),
        ("辛壬癸子丑寅卯辰巳", 45),
    ]
    pieces = [piece for i, (text, x) in enumerate(rows) for piece in line(text, x, 10 + 15 * (i // 2))]
    assert len(texts(pieces)) == 3


def test_words_a_character_apart_in_two_lines_below_each_other_are_no_columns():
    # A byline at the left edge, and below it a lead that white follows as well.
    rows = ("□本报记者", 0), ("钟", 60), ("声", 80), ("通讯员", 100), ("本报讯", 20), ("三月五日高新区", 60)
    pieces = [piece for i, (text, x) in enumerate(rows) for piece in line(text, x, 10 if i < 4 else 25)]
    assert [text.replace(" ", "") for text in texts(pieces)] == ["□本报记者钟声通讯员", "本报讯三月五日高新区"]


def test_a_text_of_few_lines_may_end_in_a_column_of_one():
    full = ["甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉"]
    pieces = column(full, 0) + column(["金木水火土日月星辰宿", "天地玄黄宇宙洪荒日月"], 115) + column(["盈昃。"], 230)
    assert texts(pieces) == [*full, "金木水火土日月星辰宿", "天地玄黄宇宙洪荒日月", "盈昃。"]


def test_white_lies_between_what_overlaps():
    assert white_strips([(30, 40), (0, 10), (5, 20), (6, 8)]) == [(20, 30)]
    assert white_strips([]) == []
