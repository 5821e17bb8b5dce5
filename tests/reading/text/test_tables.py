"""Tables in plain text: cells below each other, grids that were drawn, and what only looks like one."""

from __future__ import annotations

import pytest

from gxclassify.reading import read_text
from reading.checks import assert_nothing_lost, assert_spans_hold

ABOVE = "前三季度园区运行平稳，产值、投资和用电量三项指标都好于去年同期，具体情况如下。"
BELOW = "下一阶段，园区将盯住重点项目和重点企业，把全年目标任务分解到季度、落实到部门。"


def read(table):
    document = read_text(f"{ABOVE}\n{table.strip(chr(10))}\n{BELOW}\n")
    assert_nothing_lost(document)
    assert_spans_hold(document)
    (article,) = document.articles
    paragraphs = article.paragraphs
    assert (paragraphs[0].text, paragraphs[-1].text) == (ABOVE, BELOW)
    return [(paragraph.kind, paragraph.text) for paragraph in paragraphs[1:-1]]


def rows(*texts):
    return [("table", text) for text in texts]


@pytest.mark.parametrize(
    "table",
    [
        """
指标名称          单位      数值
工业产值          亿元      86.5
固定资产投资      亿元      12.8
""",
        """
指标名称\t单位\t数值
工业产值\t亿元\t86.5
固定资产投资\t亿元\t12.8
""",
        """
+--------------+------+------+
| 指标名称     | 单位 | 数值 |
+==============+======+======+
| 工业产值     | 亿元 | 86.5 |
| 固定资产投资 | 亿元 | 12.8 |
+--------------+------+------+
""",
        """
┌──────┬──┬──┐
│指标名称    │单位│数值│
├──────┼──┼──┤
│工业产值    │亿元│86.5│
├──────┼──┼──┤
│固定资产投资│亿元│12.8│
└──────┴──┴──┘
""",
        """
 指标名称     ║ 单位 ║ 数值
══════════════╬══════╬══════
 工业产值     ║ 亿元 ║ 86.5
 固定资产投资 ║ 亿元 ║ 12.8
""",
        """
| 指标名称 | 单位 | 数值 |
| 工业产值 | 亿元 | 86.5 |
| 固定资产投资 | 亿元 | 12.8 |
""",
        """
  指标名称      单位    数值
------------  ------  ------
  工业产值      亿元    86.5
  固定资产投资  亿元    12.8
""",
    ],
    ids=["spaces", "tabs", "plus", "boxes", "no edges", "bars alone", "dashes"],
)
def test_a_table_is_read_row_by_row_however_it_is_drawn(table):
    assert read(table) == rows("指标名称\t单位\t数值", "工业产值\t亿元\t86.5", "固定资产投资\t亿元\t12.8")


def test_the_rest_of_a_cell_goes_on_in_it():
    assert read("""
序号   部门     项目                 金额
1      建设局   标准厂房供水管网     160
                更新工程
2      科技局   中试平台             90
""") == rows("序号\t部门\t项目\t金额", "1\t建设局\t标准厂房供水管网更新工程\t160", "2\t科技局\t中试平台\t90")
    assert read("""
+----------+------------------+
| 任务     | 目标             |
+----------+------------------+
| 项目建设 | 全年开工亿元以上 |
|          | 项目三十个       |
+----------+------------------+
| 招商引资 | 签约五十个       |
+----------+------------------+
""") == rows("任务\t目标", "项目建设\t全年开工亿元以上项目三十个", "招商引资\t签约五十个")


def test_an_empty_cell_keeps_the_place_of_those_behind_it():
    assert read("""
部门      2025年    2026年    备注
科技局    120                 新增
建设局              800
财政局    60        60        延续
""") == rows("部门\t2025年\t2026年\t备注", "科技局\t120\t\t新增", "建设局\t\t800", "财政局\t60\t60\t延续")


@pytest.mark.parametrize(
    "lines",
    [
        ["地点：   管委会三楼会议室", "主持：   徐国华", "记录：   沈小满"],
        ["1.\t抓好项目开工", "2.\t抓好项目投产", "3.\t抓好安全生产"],
        ["李　敏  王　海  周  宁", "赵晓勇  何一帆  孙  梅", "陈国栋  徐国华  沈小满"],
        ["厂房连成片，  机声响四方。", "订单接不断，  产品运远洋。", "春来添新绿，  满园是朝阳。"],
        [
            "甲方（盖章）：          乙方（盖章）：",
            "法定代表人：            法定代表人：",
            "日期：                  日期：",
        ],
    ],
    ids=["labels", "items", "names", "verse", "signatures"],
)
def test_what_only_has_wide_gaps_is_no_table(lines):
    assert all(kind == "paragraph" for kind, _ in read("\n".join(lines)))


def test_printed_lines_around_a_table_are_joined():
    def printed(text):
        return [text[i : i + 30] for i in range(0, len(text), 30)]

    stories = [ABOVE + BELOW, BELOW + ABOVE, ABOVE + ABOVE]
    body = ["\n".join(printed("　　" + story)) for story in stories]
    table = "部门          项目      金额\n科技局        12        90\n建设局        7         160"
    document = read_text("\n".join([body[0], body[1], table, body[2]]))
    assert_nothing_lost(document)
    kinds = [(paragraph.kind, paragraph.text) for paragraph in document.articles[0].paragraphs]
    told = rows("部门\t项目\t金额", "科技局\t12\t90", "建设局\t7\t160")
    assert kinds == [("paragraph", stories[0]), ("paragraph", stories[1]), *told, ("paragraph", stories[2])]


def test_a_file_of_nothing_but_a_table_is_its_rows():
    document = read_text("企业        行业\n海川精密    装备\n东港新材    材料\n")
    assert [paragraph.kind for paragraph in document.articles[0].paragraphs] == ["table"] * 3


def test_tables_stand_in_the_articles_that_they_stood_in():
    parts = []
    for title in ("湖东园区新建三座实验室", "河西园区启用公交换乘站"):
        parts += [
            title,
            "来源：湖东日报　2026-10-09",
            ABOVE,
            "项目        进度\n实验室      完工\n换乘站      在建",
            BELOW,
        ]
    document = read_text("\n".join(parts))
    assert [[paragraph.kind for paragraph in article.paragraphs] for article in document.articles] == [
        ["paragraph", "table", "table", "table", "paragraph"]
    ] * 2
