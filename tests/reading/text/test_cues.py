from __future__ import annotations

import pytest

from gxclassify.reading.text.bylines import are_names, is_byline, is_credit, match_lead, signature_start
from gxclassify.reading.text.cues import (
    CAPTION_START,
    CONTINUATION,
    FURNITURE,
    HEADING,
    ends_sentence,
    holds_number,
    is_furniture,
    is_imprint,
    is_office_name,
    is_origin,
    is_rule,
    names_signer,
)


@pytest.mark.parametrize(
    "line",
    [
        "图片来源：高新区",
        "新建的中心 图片来源：管委会",
        "周宁 摄",
        "资料图片",
        "图片由管委会提供",
        "（本报记者 周宁 摄）",
        "（周宁/摄）",
        "车间里，机械臂正在搬运纱锭。（摄影　周　宁）",
    ],
)
def test_credits(line):
    assert is_credit(line)


@pytest.mark.parametrize("line", ["图书馆里座无虚席，", "高新区拍摄基地开工", "图谱绘制完成后，企业"])
def test_body_lines_are_no_credits(line):
    assert not is_credit(line)


@pytest.mark.parametrize("line", ["图为工人在车间", "▲新建的厂房", "上图：厂房"])
def test_captions_open(line):
    assert CAPTION_START.match(line)


@pytest.mark.parametrize(
    "line",
    [
        "2026年3月5日 星期四 责任编辑：周宁 何一帆",
        "第4版 园区视窗 2026年3月5日 星期四",
        "第三版",
        "A12版",
        "— 7 —",
        "责编：周宁 美编：何一帆",
        "责编 周宁　美编 何一帆　校对 李 明",
        "本版编辑 周宁",
        "湖滨周末 责编/周宁 美编/何一帆",
        "湖滨晚报 新闻热线：025-84840000",
        "读者热线：96110 一版责编：周宁",
        "投稿邮箱：news@example.cn",
        "www.example.cn",
        "国内统一连续出版物号 CN 11-0001",
        "第8421期 今日8版 国内统一连续出版物号CN 32-0099",
        "本报地址：南江市人民路1号 邮编：210000",
        "发布时间：2026年3月28日  来源：东湖高新区管委会",
        "发布日期：2026-03-28",
        "时间：2026-03-28 09:12  浏览：312次",
        "2026-03-28 09:12:33",
        "2026-03-28 来源：东湖日报",
        "信息来源：管委会办公室 发布时间：2026-03-28 点击数：22",
        "（来源：东湖日报）",
        "来源 | 东湖发布",
        "字体：大 中 小",
        "原标题：东湖高新区签约28个项目",
    ],
)
def test_furniture(line):
    assert FURNITURE.match(line) or is_origin(line), "no expression of furniture in cues.py knows it"
    assert is_furniture(line), "MAY_BE_FURNITURE in cues.py has none of its characters, so it is never looked at"


@pytest.mark.parametrize(
    "line",
    [
        "2026年3月5日，高新区",
        "投资12亿元。",
        "第三次大会召开",
        "今年出版的报告",
        "第12期 项目开工",
        "时间：3月28日上午",
        "来源：园区财政拨款，企业自筹。",
        "资金来源：财政",
        "阅读：一座城的夜晚",
        "编辑 一部反映园区变迁的图书",
        "责编 周宁，校对何一帆",
        "发布时间由管委会另行通知",
        "作者：张三 时间：3月28日 来源：某报",
        "来源：某报 点击数：很多人都看过",
        "基因编辑：改写生命密码",
        "民生热线：诉求一键办",
        "电话：一个号码办成事",
        "科普策划：走进科学城",
    ],
)
def test_body_lines_are_no_furniture(line):
    assert not is_furniture(line)


@pytest.mark.parametrize(
    "note", ["（下转第三版）", "上接第一版", "【下转A2版】", "（上接一版）", "▶▶下转02版", ">>>详见A3版", "→下转4版"]
)
def test_continuation_notes(note):
    assert CONTINUATION.fullmatch(note)


@pytest.mark.parametrize("line", ["一、总体要求", "（二）重点任务", "第三章 产业发展", "1. 发展目标", "附件：名单"])
def test_headings(line):
    assert HEADING.match(line)


@pytest.mark.parametrize(
    "text", ["本报记者 何一帆 通讯员 孙梅", "本报热线电话：4000000000", "人民网电子版今日上线", "本报通讯员走进园区"]
)
def test_a_correspondent_and_a_telephone_are_no_lead(text):
    assert match_lead(text) is None


@pytest.mark.parametrize(
    ("tells", "lines"),
    [
        (ends_sentence, "签约。|签约！”）|签约。12]|签约…|签约...|签约.”|abc.）|签约？①"),
        (
            names_signer,
            "青云区政府|市水利局|科技创新局|公安局|建设部|科技厅|政务服务大厅|人民医院|研究院|区委员会|2026年7月15日",
        ),
        (holds_number, "青高管〔2026〕10号|（2026年3月1日市人大常委会通过）"),
        (is_imprint, "抄送：市水务局。|主题词：园区　水务|共印50份|（共印50份）|（此件公开发布）"),
        (is_byline, "欧阳静|阿依古丽·买买提|□赵晓勇|本刊编辑部|赵晓勇/文 胡安平/图|赵晓勇 文/图"),
        (are_names, "欧 阳静 赵晓勇|赵晓勇、胡安平"),
        (is_rule, "-----|◇◇◇"),
        (match_lead, "本报讯 近日|（新华社电）近日|【央视网讯】近日|临江讯（记者 赵晓勇）近日"),
        (signature_start, "签约。 赵晓勇 文/图|签约。赵晓勇 胡安平"),
    ],
)
def test_quick_looks_let_pass_what_a_cue_tells(tells, lines):
    assert [line for line in lines.split("|") if not tells(line)] == []


@pytest.mark.parametrize(
    ("tells", "lines"),
    [
        (ends_sentence, "签约（12）|12|”|增长12.5|a.b"),
        (names_signer, "园区建设|招商工作开新局|产业布局|服务大局|通盘全局|办事大厅|区域总部|覆盖全部"),
        (holds_number, "2026年10号楼"),
        (is_imprint, "研发"),
        (are_names, "|园区 签约"),
    ],
)
def test_quick_looks_tell_no_more_than_a_cue(tells, lines):
    assert [line for line in lines.split("|") if tells(line)] == []


@pytest.mark.parametrize(
    ("offices", "told"),
    [
        (
            "松浦市信访局 致公党松浦市委员会 向阳区人民政府 松浦市纪律检查委员会 松浦市创建办公室 五家渠市人民政府",
            True,
        ),
        ("松浦市教育督导委员会 松浦市群众来访接待中心 松浦镇为民服务中心 松浦市监督检查局 松浦市政策调研中心", True),
        ("督导组走进松浦市招商局 人大代表检查松浦市卫生局 客商来访松浦高新区管委会", False),
        (
            "省调研组考察松浦高新区管委会 客商来到松浦高新区管委会 三项荣誉花落松浦市科学技术局 五年走出三家上市公司",
            False,
        ),
    ],
)
def test_offices_are_told_from_headlines_that_end_with_one(offices, told):
    assert [is_office_name(office) for office in offices.split()] == [told] * len(offices.split())
