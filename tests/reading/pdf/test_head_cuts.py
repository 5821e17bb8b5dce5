from __future__ import annotations

import pytest

from reading.pieces import FULL, column, line, texts


def test_a_headline_over_all_columns_comes_first():
    body = column(["甲乙丙丁", "戊己庚辛"], 0, 50) + column(["子丑寅卯", "辰巳午未"], 60, 50)
    assert texts(body + line("天地玄黄宇", 0, 18, 20))[0] == "天地玄黄宇"


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


@pytest.mark.parametrize("longest", [0, 1, 2])
@pytest.mark.parametrize("more", [1, 2, 3])
@pytest.mark.parametrize("below", [2, 3])
def test_the_last_lines_of_the_longest_column_above_a_headline_are_its_own(longest, more, below):
    def article(first, y, sizes):
        """Return columns of so many lines, and their texts in order."""
        pieces, told = [], []
        width = 350 / len(sizes)
        for k, size in enumerate(sizes):
            for i in range(size):
                text = "".join(chr(ord(first) + 12 * len(told) + j) for j in range(int(width / 10) - 1))
                pieces += line(text, width * k, y + 15 * i)
                told.append(text)
        return pieces, told

    above, first = article("一", 40, [4 + more * (k == longest) for k in range(3)])
    y = 40 + 15 * (4 + more) + 14
    rest, second = article("吀", y + 40, [4] * below)
    heads = line("日月盈昃辰", 120, 20, 18) + line("天地玄黄宇宙洪荒", 87, y, 20) + line("本报记者林晓", 140, y + 18)
    found = texts(above + rest + heads)
    assert found == ["日月盈昃辰", *first, "天地玄黄宇宙洪荒", "本报记者林晓", *second]


@pytest.mark.parametrize("size", [12.5, 15])
def test_signed_headlines_beside_each_other_end_the_columns_above_them(size):
    left, right = ["甲乙丙丁戊己庚辛", "天地玄黄宇宙洪。"], ["子丑寅卯辰巳午未", "金木水火土日月。"]
    above = column(left, 0, 40) + column(right, 120, 40) + line("日月盈昃辰宿列张", 30, 18, 20)
    heads = line("寒来暑往秋", 10, 94, size) + line("云腾致雨露", 130, 94, size)
    bylines = line("本报记者林晓", 10, 110) + line("本报记者孙悦", 130, 110)
    below = column(["闰余成岁律吕调阳"] * 3, 0, 128) + column(["果珍李柰菜重芥姜"] * 3, 120, 128)
    assert texts(above + heads + bylines + below) == [
        "日月盈昃辰宿列张", *left, *right,
        "寒来暑往秋", "本报记者林晓", *["闰余成岁律吕调阳"] * 3,
        "云腾致雨露", "本报记者孙悦", *["果珍李柰菜重芥姜"] * 3,
    ]  # fmt: skip


@pytest.mark.parametrize("sizes", [(12.5, 12.5), (12.5, 14), (14, 12.5), (14, 14)])
def test_signed_headlines_beside_each_other_may_differ_in_size_and_height(sizes):
    def article(x, size, shift, first):
        told = [chr(ord(first) + 10 * n) for n in range(8)]
        told = ["".join(chr(ord(start) + i) for i in range(8)) for start in told]
        body = column(told[:4], x, 60 + shift) + column(told[4:], x + 100, 60 + shift)
        head = line("寒来暑往秋收", x + 50, 20, size) + line("本报记者林晓", x + 60, 20 + shift + 18)
        return head + body, ["寒来暑往秋收", "本报记者林晓", *told]

    left, first = article(0, sizes[0], 0, "一")
    right, second = article(220, sizes[1], 3, "吀")
    assert texts(left + right) == [*first, *second]


@pytest.mark.parametrize(("signed", "lower"), [(True, 0), (False, 3)])
def test_headlines_of_unlike_sizes_head_articles_if_one_is_signed_or_their_text_not_level(signed, lower):
    left = [["甲乙丙丁戊己庚辛"] * 4, ["子丑寅卯辰巳午未"] * 4]
    right = [["金木水火土日月星"] * 4, ["闰余成岁律吕调阳"] * 4]
    pieces = line("天地玄黄", 0, 18, 13) + column(left[0], 0, 56) + column(left[1], 100, 56)
    pieces += line("本报记者林晓", 0, 36) if signed else []
    pieces += line("寒来暑往秋收", 220, 18, 18) + column(right[0], 220, 56 + lower) + column(right[1], 320, 56 + lower)
    byline = ["本报记者林晓"] * signed
    assert texts(pieces) == ["天地玄黄", *byline, *left[0], *left[1], "寒来暑往秋收", *right[0], *right[1]]


def test_a_headline_in_a_column_that_others_run_past_heads_this_column_alone():
    left = column(["甲乙丙丁戊己庚辛"] * 3, 0) + line("天地玄黄", 0, 65, 18) + column(["子丑寅卯辰巳午未"] * 4, 0, 85)
    right = column(["金木水火土日月星"] * 9, 100)
    found = texts(left + right)
    assert found[3] == "天地玄黄"
    assert found[8:] == ["金木水火土日月星"] * 9


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


@pytest.mark.parametrize("beside", [345, 0], ids=["right", "left"])
def test_a_headline_in_the_middle_heads_its_columns_though_another_article_beside_it_makes_no_room(beside):
    # The headline reaches a little over the middle column; the text beside has its headline upright, so none here.
    start = 0 if beside else 115
    told = ["".join(chr(ord("一") + 10 * k + i) for i in range(10)) for k in range(12)]
    body = [piece for k, text in enumerate(told) for piece in line(text, start + 115 * (k // 4), 40 + 15 * (k % 4))]
    other = ["".join(chr(ord("吀") + 10 * k + i) for i in range(10)) for k in range(6)]
    head = line("天地玄黄宇宙", start + 165 - 54, 18, 18)
    found = texts(body + head + column(other, beside, 10))
    assert found == (["天地玄黄宇宙", *told, *other] if beside else [*other, "天地玄黄宇宙", *told])


def rows(first, count):
    """Return lines of ten characters each."""
    return ["".join(chr(ord(first) + 10 * k + i) for i in range(10)) for k in range(count)]


def test_columns_whose_lines_are_not_level_are_columns_below_a_headline():
    left, right = rows("一", 14), rows("吀", 13)
    found = texts(line("天地玄黄宇宙洪荒", 0, 20, 18) + column(left, 0, 47.5) + column(right, 120, 40))
    assert found == ["天地玄黄宇宙洪荒", *left, *right]


@pytest.mark.parametrize("shift", [0, 4, 7])
def test_a_headline_beside_text_that_runs_on_parts_no_page_of_two_columns(shift):
    left, right = rows("一", 20), rows("吀", 14)
    below = line("日月星", 120, 176 + shift, 18) + line("辰", 120, 200 + shift, 18)
    found = texts(column(left, 0, 40) + column(right[:8], 120, 40) + below + column(right[8:], 120, 222 + shift))
    assert found == [*left, *right[:8], "日月星", "辰", *right[8:]]
