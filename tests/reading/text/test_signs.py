from __future__ import annotations

import gc
import random

import pytest

from gxclassify.reading.collector import without_collector
from gxclassify.reading.text.bylines import is_credit
from gxclassify.reading.text.cues import is_furniture, note_start
from gxclassify.reading.text.lines import Lines, split_lines, undouble, width
from gxclassify.reading.text.signs import ASCII, COMMA, FULL_STOP, Signs

TEXTS = ["高新区签约，开工，", "GDP增长7.2%", "字", "𠀀。", "（一）发展"]


def test_columns_are_those_of_each_line():
    signs = Signs.of(TEXTS)
    assert signs.lengths.tolist() == [9, 9, 1, 2, 5]
    assert signs.count(COMMA).tolist() == [2, 0, 0, 0, 0]
    assert (signs.last & FULL_STOP != 0).tolist() == [False, False, False, True, False]
    assert (signs.second & FULL_STOP != 0).tolist() == [False, False, False, True, False]
    assert (signs.all & ASCII != 0).tolist() == [False] * 5
    assert (signs.beginning & ASCII != 0).tolist() == [False, True, False, False, False]


def test_a_part_of_a_part_has_the_columns_of_its_lines():
    lines = Lines.of(split_lines("\n".join(TEXTS * 3)))
    part = lines[2:12].take([0, 3, 9])
    assert [line.text for line in part] == ["字", "高新区签约，开工，", "GDP增长7.2%"]
    assert part.signs.count(COMMA).tolist() == [0, 2, 0]
    assert part.signs.first.tolist() == Signs.of([line.text for line in part]).first.tolist()
    assert part.width.tolist() == [width(line.text) for line in part]


def test_no_lines_have_columns_without_numbers():
    signs = Lines.of([]).signs
    assert [len(column) for column in (signs.any, signs.first, signs.beginning, signs.count(COMMA), signs.even)] == [
        0
    ] * 5


@pytest.mark.parametrize(
    "line",
    [
        "2026年5月3日 星期一 农历三月十八",
        "星期一 2026年5月3日",
        "2026年5月3日 第2版 要闻",
        "责任编辑：王某 美编/李某",
        "责任编辑 王某",
        "值班编委：李某",
        "热线：0731-8888",
        "第3版 要闻",
        "A12版",
        "03 / 要闻",
        "- 12 -",
        "第 3 页 共 12 页",
        "国内统一连续出版物号 CN 43-0001",
        "邮发代号41-1",
        "ISSN 1000-0000",
        "https://www.example.com/a",
        "www.example.com",
        "someone@example.com",
        "农历三月十八",
        "来源：东湖日报",
        "（来源：东湖日报 2026-03-28）",
        "来源 | 东湖发布",
        "时间：2026-03-28 09:12 浏览：3次",
        "浏览次数：35次",
        "点击数：22",
        "阅读：311次",
        "字体：大 中 小",
        "原标题：东湖高新区签约28个项目",
        "责编 周宁　校对 何一帆",
        "▶▶下转02版",
        "今日8版",
        "（下转第三版）",
        "记者 王某 摄",
        "▲园区一角",
        "图为签约现场",
        "图片来源：视觉中国",
        "（资料图片）",
    ],
)
def test_whatever_stands_apart_is_looked_at(line):
    known = is_furniture(line) or is_credit(line) or note_start(line, 30) is not None or line[0] in "▲图"
    assert known, "the case tells nothing"
    assert Signs.of(["签约。", line, "开工"]).apart[1]


def test_running_text_is_not():
    assert not Signs.of(["高新区建成三个园区，引进企业", "开工项目全部达产。"]).apart.any()


def test_doubled_lines_are_found_by_their_even_characters():
    rng = random.Random(1)
    texts = ["".join(rng.choices("高新区签约开工项目", k=12)) for _ in range(200)] + ["高新区高新区提速提速"]
    even = Signs.of(texts).even.tolist()
    for text, looks in zip(texts, even, strict=True):
        (line,) = split_lines(text)
        assert looks or undouble(line.body) is None
    assert even[-1]
    assert sum(even) < 20


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_left_as_it_was(enabled):
    was = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        with without_collector():
            assert not gc.isenabled()
        assert gc.isenabled() == enabled
    finally:
        (gc.enable if was else gc.disable)()
