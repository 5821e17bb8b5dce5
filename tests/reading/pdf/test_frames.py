from __future__ import annotations

from gxclassify.reading.pdf.frames import take_frames
from gxclassify.reading.pdf.order import reading_order
from gxclassify.reading.pdf.page import PageText
from gxclassify.reading.pdf.runs import find_runs
from reading.pieces import EM, column, line

COLUMNS = [["甲乙丙丁戊己庚辛"] * 4, ["子丑寅卯辰巳午未"] * 4, ["金木水火土日月星"] * 4]
NOTICE = ["因道路改造，请", "过往车辆绕行。"]


def box(x0, y0, x1, y1):
    return [(x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)]


def taken(pieces, rules):
    """Return the frame of a page, and its text around this in reading order, with what stands in for the frame."""
    runs, (frame,), rest = take_frames(find_runs(pieces), PageText(400, 300, pieces=pieces, rules=rules), EM)
    return frame, [told for region in reading_order(runs, rest) for told in region]


def test_a_frame_below_a_ruling_line_keeps_no_columns_above_it_open():
    above = [piece for i, told in enumerate(COLUMNS) for piece in column(told, 110 * i, 10)]
    beside = line("天地玄黄宇", 0, 80, 14) + column(["闰余成岁律吕调阳云腾致雨"] * 4, 0, 100)
    pieces = above + beside + column(NOTICE, 180, 88)
    frame, _ = taken(pieces, [(0.0, 62.0, 300.0, 62.0), *box(170, 72, 300, 116)])
    assert min(run.y - run.size for run in frame.stand_ins) > 62
    frame, _ = taken(pieces, box(170, 72, 300, 116))
    assert min(run.y - run.size for run in frame.stand_ins) < 62


def test_a_frame_keeps_no_columns_above_it_open_that_white_over_the_whole_page_ends():
    above = [piece for i, told in enumerate(COLUMNS) for piece in column(told, 110 * i, 10)]
    beside = line("天地玄黄宇", 0, 92, 14) + column(["闰余成岁律吕调阳云腾致雨"] * 4, 0, 112)
    frame, _ = taken(above + beside + column(NOTICE, 180, 100), box(170, 80, 300, 128))
    assert min(run.y - run.size for run in frame.stand_ins) > 70


def test_a_frame_below_all_columns_is_in_none_of_them():
    above = [piece for i, told in enumerate(COLUMNS) for piece in column(told, 110 * i, 10)]
    frame, around = taken(above + column(NOTICE, 110, 95), box(0, 80, 300, 120))
    assert {(run.x0, run.x1) for run in frame.stand_ins} == {(0, 300)}
    assert [told.text for told in around if told.role != "frame"] == [text for told in COLUMNS for text in told]
