from __future__ import annotations

import pytest

from gxclassify.reading.reading_order import Piece, find_runs, reading_order, without_shadows

EM = 10.0


def line(text, x, y, size=EM, spacing=0.0):
    """Return a line on the baseline `y`, with `spacing` between its characters; a Latin one is half as wide."""
    left, right = [], []
    for char in text:
        left.append(x)
        right.append(x + (0.5 * size if char < "\u2000" else size))
        x = right[-1] + spacing
    return [Piece(text, left, right, y, size)]


def column(texts, x, y=10.0):
    return [piece for i, text in enumerate(texts) for piece in line(text, x, y + 15 * i)]


def lines(pieces):
    return [line for found in reading_order(find_runs(pieces)) for line in found]


def texts(pieces):
    return [line.text for line in lines(pieces)]


def test_columns_come_one_after_the_other():
    pieces = column(["甲乙丙丁", "戊己庚辛"], 0) + column(["子丑寅卯", "辰巳午未"], 60)
    assert texts(pieces) == ["甲乙丙丁", "戊己庚辛", "子丑寅卯", "辰巳午未"]


def test_columns_written_row_by_row_are_told_apart():
    rows = [line("甲乙丙丁", 0, 10), line("子丑寅卯", 60, 10), line("戊己庚辛", 0, 25), line("辰巳午未", 60, 25)]
    assert texts([piece for row in rows for piece in row]) == ["甲乙丙丁", "戊己庚辛", "子丑寅卯", "辰巳午未"]


def test_a_headline_over_all_columns_comes_first():
    body = column(["甲乙丙丁", "戊己庚辛"], 0, 50) + column(["子丑寅卯", "辰巳午未"], 60, 50)
    assert texts(body + line("天地玄黄宇", 0, 18, 20))[0] == "天地玄黄宇"


def test_an_indent_is_counted_from_the_edge_of_the_column():
    first, second = lines(line("甲乙", 20, 10) + line("丙丁戊己", 0, 25))
    assert (first.x0 - first.left, second.x0 - second.left) == (20, 0)


def test_what_is_drawn_twice_at_one_place_stands_once():
    runs, twins = without_shadows(find_runs(line("甲乙丙", 0, 10) + line("甲乙丙", 1, 11)))
    assert [run.text for run in runs] == [run.text for run in twins] == ["甲乙丙"]


def test_the_type_size_of_a_line_is_kept():
    assert [(line.text, line.size) for line in lines(line("甲乙丙", 0, 20, 18))] == [("甲乙丙", 18)]


def test_nothing_gives_nothing():
    assert reading_order([]) == []


def test_loosely_set_letters_and_figures_stay_together():
    assert texts(line("甲乙丙与AMD丁戊己庚辛壬癸", 0, 10, spacing=4)) == ["甲乙丙与AMD丁戊己庚辛壬癸"]


def test_words_parted_by_white_alone_get_a_space():
    assert texts([*line("Science", 0, 10), *line("Park", 38, 10)]) == ["Science Park"]


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


def test_an_exponent_stands_in_its_line():
    assert texts([*line("面积十二", 0, 20), *line("m", 40, 20), *line("2", 45, 16, 6), *line("左右", 48, 20)]) == [
        "面积十二m2左右"
    ]


def test_a_band_across_the_page_parts_two_articles():
    above = column(["甲乙丙丁"] * 4, 0, 40) + column(["子丑寅卯"] * 4, 60, 40) + line("天地玄黄宇", 0, 18, 20)
    below = column(["戊己庚辛"] * 4, 0, 200) + column(["辰巳午未"] * 4, 60, 200) + line("洪荒日月盈", 0, 175, 20)
    found = texts(above + below)
    assert found[0] == "天地玄黄宇"
    assert found[9] == "洪荒日月盈"


def four_columns(first, y, rows=4):
    """Return four columns of ten characters a line, and their texts in order."""
    told = [chr(ord(first) + 10 * n) for n in range(4 * rows)]
    told = ["".join(chr(ord(start) + i) for i in range(10)) for start in told]
    pieces = [line(text, 120 * (n // rows), y + 15 * (n % rows)) for n, text in enumerate(told)]
    return [piece for row in pieces for piece in row], told


def test_no_column_goes_past_a_headline_that_leaves_the_outer_gutters_free():
    # Two articles one below the other, each with its headline and byline over the two columns in the middle.
    above, first = four_columns("一", 80)
    below, second = four_columns("吀", 220)
    mast = line("南江日报", 0, 10) + line("三月十二日", 200, 10) + line("要闻", 420, 10)
    heads = line("高新区招商跑出加速度", 130, 40, 20) + line("本报记者孙悦", 200, 58)
    heads += line("园区污水吃干榨净", 150, 180, 20) + line("本报记者林晓", 200, 198)
    found = texts(mast + above + below + heads)
    assert found == [
        "南江日报 三月十二日 要闻", "高新区招商跑出加速度", "本报记者孙悦", *first,
        "园区污水吃干榨净", "本报记者林晓", *second,
    ]  # fmt: skip


def stacked(x, size, *, columns=3):
    """Return two articles one below the other in columns, each with its headline at `x`, and their texts in order."""
    pieces, told = [], []
    for n, (first, y) in enumerate((("一", 40), ("吀", 160))):
        head = "天地玄黄宇" if n else "洪荒日月盈"
        pieces += line(head, x, y - 18, size)
        body = ["".join(chr(ord(first) + 10 * k + i) for i in range(10)) for k in range(4 * columns - 1)]
        for k, text in enumerate(body):  # the last column is a line shorter
            pieces += line(text, 115 * (k // 4), y + 15 * (k % 4))
        told += [head, *body]
    return pieces, told


@pytest.mark.parametrize(
    ("x", "size", "columns"),
    [(0, 18, 3), (0, 11.5, 3), (0, 18, 2), (120, 18, 3)],
    ids=["left", "hardly larger", "two columns", "middle"],
)
def test_a_headline_no_wider_than_a_column_heads_all_columns_that_make_room_for_it(x, size, columns):
    pieces, told = stacked(x, size, columns=columns)
    assert texts(pieces) == told


def test_a_headline_in_a_column_that_others_run_past_heads_this_column_alone():
    left = column(["甲乙丙丁戊己庚辛"] * 3, 0) + line("天地玄黄", 0, 65, 18) + column(["子丑寅卯辰巳午未"] * 4, 0, 85)
    right = column(["金木水火土日月星"] * 9, 100)
    found = texts(left + right)
    assert found[3] == "天地玄黄"
    assert found[8:] == ["金木水火土日月星"] * 9


def test_a_ruling_line_over_all_columns_parts_what_stands_above_and_below():
    above = column(["甲乙丙丁戊己庚辛"] * 3, 0, 10) + column(["子丑寅卯辰巳午未"] * 3, 100, 10)
    below = column(["金木水火土日月星"] * 3, 0, 65) + column(["天地玄黄宇宙洪荒"] * 3, 100, 65)
    runs = find_runs(above + below)

    def order(*rules):
        return [line.text[0] for found in reading_order(runs, rules) for line in found][::3]

    assert order((0.0, 47.0, 180.0, 47.0)) == ["甲", "子", "金", "天"]
    assert order((0.0, 47.0, 80.0, 47.0)) == order((90.0, 0.0, 90.0, 110.0)) == order() == ["甲", "金", "子", "天"]


def test_a_text_of_few_lines_may_end_in_a_column_of_one():
    full = ["甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉"]
    pieces = column(full, 0) + column(["金木水火土日月星辰宿", "天地玄黄宇宙洪荒日月"], 115) + column(["盈昃。"], 230)
    assert texts(pieces) == [*full, "金木水火土日月星辰宿", "天地玄黄宇宙洪荒日月", "盈昃。"]


def test_headlines_side_by_side_part_columns_that_end_in_mid_sentence_above_them():
    # A text over three columns; below it one article in two columns, one in the third.
    above = [column([f"{first}乙丙丁戊己庚辛"] * 3, 100 * n, 10) for n, first in enumerate("甲子金")]
    heads = line("天地玄黄", 0, 70, 18) + line("宇宙洪荒", 200, 70, 18)
    below = [column([f"{first}乙丙丁戊己庚辛"] * 3, 100 * n, 90) for n, first in enumerate("一二三")]
    found = texts([piece for part in (*above, *below) for piece in part] + heads)
    assert [text[0] for text in found] == [*"甲甲甲子子子金金金", *"天一一一二二二", *"宇三三三"]


def test_a_headline_over_some_columns_does_not_part_those_that_go_past_it():
    # On the left a text that a photo parts, on the right two articles; the second headline lies beside the photo.
    left = [
        piece
        for n, first in enumerate("甲子")
        for y in (10, 130)
        for piece in column([f"{first}乙丙丁戊己庚辛"] * 3, 100 * n, y)
    ]
    right = [
        piece
        for n, (one, other) in enumerate(("金一", "木二"))
        for piece in column([f"{one}乙丙丁戊己庚辛"] * 5, 220 + 100 * n, 10)
        + column([f"{other}乙丙丁戊己庚辛"] * 5, 220 + 100 * n, 118)
    ]
    found = texts(left + right + line("天地玄黄宇宙洪荒", 220, 98, 18))
    assert [text[0] for text in found] == [
        *"甲甲甲甲甲甲",
        *"子子子子子子",
        *"金" * 5,
        *"木" * 5,
        "天",
        *"一" * 5,
        *"二" * 5,
    ]


def test_headlines_side_by_side_part_articles_of_several_columns_that_end_far_above_them():
    # Two articles of two columns each beside a long column; below them two headlines over other columns.
    above = [column([f"{first}乙丙丁戊己庚辛"] * 4, 100 * n, 40) for n, first in enumerate("甲子金木")]
    aside = column(["水乙丙丁戊己庚辛"] * 12, 400, 10)
    heads = line("天地玄黄宇宙洪荒天", 10, 20, 18) + line("日月盈昃辰宿列张寒", 210, 20, 18)
    heads += line("云腾致雨露结为霜", 10, 215, 18) + line("金生丽水", 200, 213, 14)
    below = [column([f"{first}乙丙丁戊己庚辛"] * 4, 100 * n, 232) for n, first in enumerate("一二三")]
    found = texts([piece for part in (*above, *below) for piece in part] + aside + heads)
    told = ["天", *"甲甲甲甲子子子子", "日", *"金金金金木木木木", *"水" * 12]
    told += ["云", *"一一一一二二二二", "金", *"三三三三"]
    assert [text[0] for text in found] == told


def words(*texts, gap, spacing=0.0, y=10.0):
    """Return words on one baseline with white between, each a piece of its own."""
    pieces, x = [], 0.0
    for text in texts:
        pieces += line(text, x, y, spacing=spacing)
        x = pieces[-1].right[-1] + gap
    return pieces


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (("一条产业链", "五年三百亿"), "一条产业链 五年三百亿"),
        (("通讯员", "祁连", "记者", "安宁"), "通讯员 祁连 记者 安宁"),
        (("检测样品。程一诺", "摄"), "检测样品。程一诺 摄"),
    ],
)
def test_chinese_words_apart_in_a_tightly_set_line_get_a_space(parts, told):
    assert texts(words(*parts, gap=3)) == [told]


@pytest.mark.parametrize("spacing", [0.0, 1.0, 3.0])
def test_a_line_that_is_filled_up_gets_no_spaces(spacing):
    stretched = [line("甲乙丙丁", 0, 10, spacing=spacing), line("，戊己", 43 + 3 * spacing, 10, spacing=spacing)]
    rest = line("庚辛壬癸", stretched[1][0].right[-1] + 3, 10, spacing=spacing)
    assert texts([*stretched[0], *stretched[1], *rest]) == ["甲乙丙丁，戊己庚辛壬癸"]


def test_an_upright_rule_parts_what_stands_without_white_between():
    one, two = line("甲乙丙丁戊己", 0, 10), line("庚辛壬", 61, 10)
    rules = [(40.0, 0.0, 40.0, 12.0), (60.5, 0.0, 60.5, 12.0), (20.0, 30.0, 20.0, 50.0)]
    assert [run.text for run in find_runs([*one, *two], rules)] == ["甲乙丙丁", "戊己", "庚辛壬"]
    through = [(45.0, 0.0, 45.0, 12.0)]  # a rule through a character is a stroke over it
    assert [run.text for run in find_runs(one, through)] == ["甲乙丙丁戊己"]


FULL = "甲乙丙丁戊己庚辛壬癸"


def test_a_headline_below_text_that_breaks_off_heads_what_stands_below_in_all_columns():
    left = column([FULL] * 5, 0, 10) + line("天地玄黄", 0, 97, 18) + column(["子丑寅卯辰巳午未申酉"] * 4, 0, 115)
    right = column([*[FULL] * 3, "金木水火。"], 120, 10) + column(["日月星辰春夏秋冬东西"] * 5, 120, 94)
    first, rest = [FULL] * 8, ["子丑寅卯辰巳午未申酉"] * 4
    assert texts(left + right) == [*first, "金木水火。", "天地玄黄", *rest, *["日月星辰春夏秋冬东西"] * 5]


def test_it_heads_its_column_alone_where_another_goes_on_beside_it():
    left = column([FULL] * 5, 0, 10) + line("天地玄黄", 0, 97, 18) + column(["子丑寅卯辰巳午未申酉"] * 4, 0, 115)
    right = column(["日月星辰春夏秋冬东西"] * 11, 120, 10)
    assert texts(left + right)[5] == "天地玄黄"


def test_a_headline_in_the_middle_heads_the_first_column_where_only_that_goes_on():
    above = [piece for k in range(3) for piece in column([FULL] * 4, 120 * k, 10)]
    head = line("天地玄黄宇宙", 170 - 54, 90, 18) + line("本报记者林晓", 170 - 30, 108)
    below = column(["子丑寅卯辰巳午未申酉"] * 5, 0, 125)
    found = texts(above + head + below)
    assert found == [*[FULL] * 12, "天地玄黄宇宙", "本报记者林晓", *["子丑寅卯辰巳午未申酉"] * 5]
