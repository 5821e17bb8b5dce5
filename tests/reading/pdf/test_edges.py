from __future__ import annotations

from gxclassify.reading.pdf.edges import mark_between, set_edges
from gxclassify.reading.pdf.lines import PageLine, Run


def column(region, starts, ends, size=10.0, y=0.0):
    return [
        PageLine("园区签约", x0, x1, y + 15.0 * i, size, region=region)
        for i, (x0, x1) in enumerate(zip(starts, ends, strict=True))
    ]


def edges(lines):
    return {(line.left, line.right) for line in lines}


def test_a_headline_wider_than_its_column_does_not_make_it_wider():
    head = PageLine("新材料项目", 0, 400, 0, 24, region=1)
    body = column(1, [20, 0, 0, 0, 0], [200, 200, 199, 200, 60])
    set_edges([head, *body])
    assert edges(body) == {(0, 200)}
    assert edges([head]) == {(0, 400)}


def test_a_mark_at_an_edge_does_not_move_it():
    lines = column(1, [0, 0, 0, -8, 0], [200] * 5)
    set_edges(lines)
    assert edges(lines) == {(0, 200)}


def test_a_column_of_few_lines_has_the_edges_of_the_one_that_it_is_like():
    many, few = column(1, [0] * 8, [200] * 8), column(2, [20, 0], [150, 90])
    set_edges([*many, *few])
    assert edges(few) == {(0, 200)}


def test_a_column_of_few_lines_is_no_wider_than_what_stands_beside_it_allows():
    wide = column(1, [0] * 8, [200] * 8)
    few, other = column(2, [20, 0], [90, 80], y=400), column(3, [120, 100], [190, 180], y=400)
    mark_between([wide, few, other])
    set_edges([*wide, *few, *other])
    assert edges(few) == {(0, 90)}
    assert edges(other) == {(100, 190)}
    last = column(4, [20, 0], [150, 90], y=600)
    mark_between([wide, few, last])
    set_edges([*wide, *few, *last])  # nothing stands beside it
    assert edges(last) == {(0, 200)}


def test_a_photo_beside_a_column_of_few_lines_tells_how_wide_it_is():
    wide = column(1, [0] * 8, [200] * 8)
    few = column(2, [20, 0], [90, 40], y=400)
    caption = PageLine("图为园区一角。", 110, 170, 480, 8, role="caption")
    caption.runs = [Run(caption.text, 110, 170, 480, 8, role="caption", picture=(110, 390, 200, 470))]
    mark_between([wide, few, [caption]])
    set_edges([*wide, *few])
    assert edges(few) == {(0, 90)}


def test_a_caption_or_subhead_shows_the_edge_of_the_only_line_below_it():
    lines = column(1, [20], [140])
    lines[0].left = 0
    set_edges(lines)
    assert edges(lines) == {(0, 140)}


def test_a_sentence_that_goes_on_in_the_next_column_finds_it_as_wide():
    many, rest = column(1, [0] * 8, [200] * 8), column(2, [220], [280])
    set_edges([*many, *rest])
    assert edges(rest) == {(220, 420)}


def test_a_column_of_three_lines_that_shows_its_edge_keeps_it_beside_a_wider_one_elsewhere():
    many, few = column(1, [0] * 8, [240] * 8), column(2, [56, 36, 36], [239, 239, 90])
    set_edges([*many, *few])
    assert edges(few) == {(36, 239)}


def test_the_rest_of_the_one_long_line_shows_where_first_lines_would_begin():
    lines = column(1, [20, 20, 20, 0], [199, 150, 200, 60])
    set_edges(lines)
    assert edges(lines) == {(0, 200)}
    item = column(1, [0, 20, 20, 20], [200, 200, 200, 90])  # under the words of an item
    set_edges(item)
    assert edges(item) == {(20, 200)}


def test_lines_far_from_a_picture_are_first_lines_only_if_they_begin_at_one_edge():
    lines = column(1, [150, 130], [300, 220])
    for line in lines:
        line.picture = (0, 0, 100, 100)
    set_edges(lines)
    assert {line.left for line in lines} == {130}
