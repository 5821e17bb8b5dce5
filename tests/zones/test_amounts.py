"""Amounts: value, unit, bounds, and what is none."""

from __future__ import annotations

import math
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gxclassify.zones import find_amounts


def only(text):
    (amount,) = find_amounts(text)
    return amount


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("总投资13.75亿元", 13.75e8, "CNY"), ("480亿元", 480e8, "CNY"), ("2亿美元", 2e8, "USD"),
        ("1.2万亿元", 1.2e12, "CNY"),
        ("三十八亿元", 38e8, "CNY"), ("二亿三千万元", 2.3e8, "CNY"), ("一万二千亿元", 12000e8, "CNY"),
        ("1,234.5万元", 12345000, "CNY"),
        ("１２０亿美元", 120e8, "USD"), ("16亿人民币", 16e8, "CNY"), ("投入近3个亿", 3e8, "CNY"),
        ("年收入300亿", 300e8, "CNY"),
        ("百分之九", 9, "%"), ("百分之五点六", 5.6, "%"), ("三分之二", 66.666667, "%"), ("1/3", 33.333333, "%"),
        ("一成三", 13, "%"),
        ("八成", 80, "%"), ("八成半", 85, "%"), ("23.8%", 23.8, "%"), ("２３％", 23, "%"),
        ("1.6个百分点", 1.6, "百分点"),
        ("一百五十家", 150, "家"), ("一百零五家", 105, "家"), ("两千三百户", 2300, "户"), ("六万人次", 60000, "人次"),
        ("260批次", 260, "批次"), ("12场次", 12, "场次"), ("860万票", 8600000, "票"),
        ("300亩", 200000, "平方米"), ("8.21万平方米", 82100, "平方米"), ("2.3公里", 2300, "米"),
        ("0.08万吨", 800, "吨"),
        ("产业规模2000亿", 2000e8, "CNY"), ("减税降费两千三百万", 23000000, "CNY"), ("US$2.5 million", 2.5e6, "USD"),
        ("积水点19处", 19, "处"), ("监测站点三百个", 300, "个"),
        ("RMB 3.5 billion", 3.5e9, "CNY"), ("12 million yuan", 12e6, "CNY"),
        ("600MW", 600000, "千瓦"), ("2.3亿千瓦时", 2.3e8, "千瓦时"), ("47 家", 47, "家"),
    ],
)  # fmt: skip
def test_a_plain_amount_is_put_in_its_base_unit(text, value, unit):
    amount = only(text)
    assert (amount.value, amount.unit) == (pytest.approx(value), unit)
    assert amount.text in text


@pytest.mark.parametrize(
    ("text", "lower", "upper", "approximate"),
    [
        ("100余场", 100, 200, True), ("120多家", 120, 130, True), ("1.2万多家", 12000, 13000, True),
        ("1亿多元", 1e8, 2e8, True),
        ("500多万元", 5e6, 6e6, True), ("9%以上", 9, None, False), ("超过480亿元", 480e8, None, False),
        ("突破10亿元", 10e8, None, False),
        ("不少于20家", 20, None, False), ("至少20家", 20, None, False), ("上百家", 100, None, False),
        ("近1/3", None, 33.333333, True),
        ("不到500平米", None, 500, True), ("不超过百分之三十八", None, 38, False),
        ("不得超过百分之五十", None, 50, False),
        ("500万元以下", None, 5e6, False), ("约652家", 652, 652, True), ("8%左右", 8, 8, True), ("2-3个", 2, 3, False),
        ("10至15亿元", 10e8, 15e8, False), ("十至十五亿元", 10e8, 15e8, False), ("20亿元至30亿元", 20e8, 30e8, False),
        ("5%-10%", 5, 10, False), ("三到五家", 3, 5, False),
    ],
)  # fmt: skip
def test_the_words_around_an_amount_bound_it(text, lower, upper, approximate):
    amount = only(text)
    assert (amount.lower, amount.upper, amount.approximate) == (lower, upper, approximate)
    assert amount.text == text


@pytest.mark.parametrize(
    "text",
    [
        "第三十二条", "第12项", "2021年3月15日", "533路", "一家企业", "三位一体", "五台山", "两个月", "3个工作日",
        "千家万户",
        "百名博士", "二批项目", "10.5代线", "“十三五”", "三门峡", "万元产值能耗", "3月5日", "5G", "分公司成立",
        "30分钟", "项目 投资额（亿元）", "产值(亿元)", "单位：亿元", "总产值/亿元", "外资（亿美元）、税收（万元）",
    ],
)  # fmt: skip
def test_dates_times_ordinals_and_idioms_are_no_amounts(text):
    assert find_amounts(text) == []


def test_what_follows_a_unit_is_another_amount():
    assert [amount.text for amount in find_amounts("落地50亿元项目2-3个，投资6000万元对现有项目扩建")] == [
        "50亿元", "2-3个", "6000万元",
    ]  # fmt: skip


def test_the_year_aimed_at_is_that_of_the_sentence():
    amounts = find_amounts("到2012年达150万马力，到2015年达300万马力。去年40家。截至2020年有50家。")
    assert [amount.target_year for amount in amounts] == [2012, 2015, None, None]


@given(st.integers(2, 10**9))
def test_numbers_are_read_back_from_arabic_digits(number):
    assert only(f"共{number}家。").value == pytest.approx(number, rel=1e-7)
    assert only(f"共{number:,}家。").value == pytest.approx(number, rel=1e-7)


def in_chinese(number):
    digits, parts = "零一二三四五六七八九", []
    for unit, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        section, number = divmod(number, unit)
        if not section:
            continue
        text, gap = "", False
        for place, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            digit, section = divmod(section, place)
            gap = gap or (not digit and bool(text or parts))
            if digit:
                text += ("零" if gap else "") + digits[digit] + sign
                gap = False
        parts.append(text + name)
    return "".join(parts)


@given(st.integers(3, 10**12 - 1))
def test_numbers_are_read_back_from_chinese_characters(number):
    assert only(f"为{in_chinese(number)}元").value == pytest.approx(number, rel=1e-7)


PIECES = st.one_of(
    st.sampled_from(
        [
            "近",
            "超过",
            "12",
            "三",
            "百",
            "万",
            "亿",
            "元",
            "家",
            "%",
            "-",
            "至",
            "余",
            "以上",
            "分之",
            "成",
            "/",
            "1",
            "个",
            "点",
            "第",
        ]
    ),
    st.text(max_size=2),
)


@settings(max_examples=500, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_whatever_the_text_amounts_are_in_order_and_bounded_rightly(text):
    position = 0
    for amount in find_amounts(text):
        start, end = amount.span
        assert position <= start < end
        assert text[start:end] == amount.text
        assert amount.lower is None or amount.lower <= amount.value
        assert amount.upper is None or amount.upper >= amount.value
        position = end


@pytest.mark.parametrize("piece", ["一", "9", "亿", "近", "12至", "百分之", "1,", "三个", "点", "第", "超过", "1/2/"])
def test_long_runs_take_no_longer_than_their_length(piece):
    text = piece * (100_000 // len(piece))
    started = time.process_time()
    assert all(math.isfinite(amount.value) for amount in find_amounts(text))
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("全市GDP1.2万亿元。", [("1.2万亿元", 1.2e12, "CNY", 1.2e12, 1.2e12)]),
        ("使用A4纸，5G基站3200座。", [("3200座", 3200, "座", 3200, 3200)]),
        (
            "出口US$3.5亿，补助¥200万元。",
            [("US$3.5亿", 3.5e8, "USD", 3.5e8, 3.5e8), ("¥200万元", 2e6, "CNY", 2e6, 2e6)],
        ),
        ("增长两倍多，七成多受益。", [("两倍多", 2, "倍", 2, 3), ("七成多", 70, "%", 70, 80)]),
        ("数十亿元资金、几百万元奖励，总数120家。", [("120家", 120, "家", 120, 120)]),
        ("由80亿增至150亿元。", [("80亿", 8e9, "CNY", 8e9, 8e9), ("150亿元", 1.5e10, "CNY", 1.5e10, 1.5e10)]),
        ("产值2亿元（含）以上的企业。", [("2亿元（含）以上", 2e8, "CNY", 2e8, None)]),
    ],
)
def test_signs_of_currency_shared_units_and_words_behind_the_unit(text, found):
    assert [(one.text, one.value, one.unit, one.lower, one.upper) for one in find_amounts(text)] == found


def test_a_later_year_of_the_sentence_is_aimed_at_too():
    text = "到2025年建成20个园区，2030年达到50个。2020年已有9个。"
    assert [one.target_year for one in find_amounts(text)] == [2025, 2030, None]


def test_a_later_year_of_the_same_sentence_is_aimed_at_too():
    text = "力争到2027年，总产值达到5000亿元；2030年突破1万亿元。2031年新增企业12家。"
    assert [amount.target_year for amount in find_amounts(text)] == [2027, 2030, None]


def test_a_year_that_something_had_grown_to_is_not_aimed_at():
    text = "产值由2019年的3.2亿元增加到2023年的8.9亿元；企业发展至2024年的85家，力争2027年达到200家。"
    assert [amount.target_year for amount in find_amounts(text)] == [None, None, None, 2027]
    ahead = "力争产值由2023年的3.2亿元提高到2027年的8.9亿元。"
    assert [amount.target_year for amount in find_amounts(ahead)] == [None, 2027]


def test_visits_are_counted_as_such_and_basis_points_as_no_pieces():
    found = find_amounts("服务企业426家次，利率下降50个基点至3.45%。")
    assert [(one.text, one.unit) for one in found] == [("426家次", "家次"), ("3.45%", "%")]


def test_a_number_in_the_title_of_a_text_counts_nothing():
    assert [amount.text for amount in find_amounts("出台《招商十条》《人才九条》，最高奖励5000万元。")] == [
        "最高奖励5000万元"
    ]


@pytest.mark.parametrize(
    ("text", "stated", "value", "upper"),
    [
        ("外资（万美元）\t2,310\t-4.2%\t5,000", "-4.2%", -4.2, -4.2), ("同比增长-3.1%", "-3.1%", -3.1, -3.1),
        ("同比－0.5个百分点", "－0.5个百分点", -0.5, -0.5), ("−1.5%", "−1.5%", -1.5, -1.5),
        ("增速从-3%到5%", "-3%到5%", 1, 5), ("利润（-3亿元）", "-3亿元", -3e8, -3e8),
        ("增长5-10%", "5-10%", 7.5, 10), ("星河储能-30亿元", "30亿元", 30e8, 30e8), ("占比A-30%", "30%", 30, 30),
    ],
)  # fmt: skip
def test_a_minus_counts_and_a_dash_does_not(text, stated, value, upper):
    found = only(text)
    assert (found.text, found.value, found.upper) == (stated, value, upper)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("高新区内6家上下游企业同日签约", "6家"), ("治理20公里左右岸堤防", "20公里"),
        ("引进15家以内资为主的企业", "15家"),
    ],
)  # fmt: skip
def test_the_beginning_of_another_word_bounds_nothing(text, words):
    found = only(text)
    assert (found.text, found.lower, found.upper, found.approximate) == (words, found.value, found.value, False)


@pytest.mark.parametrize(
    "text",
    ["签约3亿元", "每年节约500万元", "审议通过3项", "经过3个", "线上200场", "附近3家", "赶超3家", "最近5场"],
)
def test_the_end_of_another_word_bounds_nothing(text):
    found = only(text)
    assert found.text == re.search("[0-9].*", text)[0]
    assert (found.lower, found.upper, found.approximate) == (found.value, found.value, False)


@pytest.mark.parametrize(
    ("text", "words", "value", "unit"),
    [
        ("投资总额港币2亿元", "港币2亿元", 2e8, "HKD"), ("新台币3亿元", "新台币3亿元", 3e8, "TWD"),
        ("美金5000万元", "美金5000万元", 5e7, "USD"), ("日元50亿", "日元50亿", 5e9, "JPY"),
        ("10亿日圆", "10亿日圆", 1e9, "JPY"),
        ("港币1.5亿至2亿元", "港币1.5亿至2亿元", 1.75e8, "HKD"), ("港币：3亿元", "港币：3亿元", 3e8, "HKD"),
        ("折合人民币13亿元", "人民币13亿元", 13e8, "CNY"), ("投资额（港币）3亿元", "3亿元", 3e8, "HKD"),
        ("投资5000万元港币", "5000万元港币", 5e7, "HKD"), ("1.5亿元（港币）", "1.5亿元（港币）", 1.5e8, "HKD"),
        ("1.5亿元（港币，下同）", "1.5亿元（港币，下同）", 1.5e8, "HKD"), ("3亿元欧元区订单", "3亿元", 3e8, "CNY"),
        ("3亿元，港币汇率", "3亿元", 3e8, "CNY"), ("引进美元基金3亿元", "3亿元", 3e8, "CNY"),
        ("合计人民币伍佰万元整", "人民币伍佰万元", 5e6, "CNY"), ("产值可达佰亿元", "佰亿元", 1e10, "CNY"),
        ("壹亿贰仟叁佰万圆整", "壹亿贰仟叁佰万圆", 1.23e8, "CNY"),
        ("用人民币兑换美元3亿日元", "3亿日元", 3e8, "JPY"),
    ],
)  # fmt: skip
def test_a_currency_may_be_named_before_or_behind(text, words, value, unit):
    amount = only(text)
    assert (amount.text, amount.value, amount.unit) == (words, value, unit)


@pytest.mark.parametrize(
    ("text", "words", "lower", "upper"),
    [
        ("投资约￥3,500万", "约￥3,500万", 3.5e7, 3.5e7), ("超过港币2亿元", "超过港币2亿元", 2e8, None),
        ("不超过人民币500万元", "不超过人民币500万元", None, 5e6), ("约合港币12亿元", "约合港币12亿元", 12e8, 12e8),
        ("人民币近3亿元", "人民币近3亿元", None, 3e8), ("人民币500万元以上", "人民币500万元以上", 5e6, None),
    ],
)  # fmt: skip
def test_what_bounds_an_amount_stands_beside_its_currency(text, words, lower, upper):
    amount = only(text)
    assert (amount.text, amount.lower, amount.upper) == (words, lower, upper)


@pytest.mark.parametrize("text", ["人民币兑美元7.1", "大陆伍佰里", "收拾元件"])
def test_neither_rates_nor_surnames_are_money(text):
    assert [one for one in find_amounts(text) if one.kind == "money"] == []


def test_the_unit_of_one_amount_is_no_currency_of_the_next():
    assert [(one.text, one.unit) for one in find_amounts("跌破7美元3亿元项目")] == [("7美元", "USD"), ("3亿元", "CNY")]


@pytest.mark.parametrize(
    ("text", "amount", "lower", "upper"),
    [
        ("给予最高500万元补助", "最高500万元", None, 5e6), ("补助最高可达500万元", "最高可达500万元", None, 5e6),
        ("最高奖励300万元", "最高奖励300万元", None, 3e6), ("奖励上限500万元", "上限500万元", None, 5e6),
        ("上限为人民币500万元", "上限为人民币500万元", None, 5e6), ("价格不高于500元", "不高于500元", None, 500.0),
        ("补助比例最高30%", "最高30%", None, 30.0), ("以500万元为上限", "500万元为上限", None, 5e6),
        ("注册资本最低500万元", "最低500万元", 5e6, None), ("利率最低至2.5%", "最低至2.5%", 2.5, None),
        ("下限为500万元", "下限为500万元", 5e6, None), ("投资以500万元为下限", "500万元为下限", 5e6, None),
        ("产值创历史最高500亿元", "500亿元", 5e10, 5e10), ("世界最高632米大厦", "632米", 632.0, 632.0),
        ("近五年最高5亿元", "5亿元", 5e8, 5e8), ("史上最高5亿元", "5亿元", 5e8, 5e8),
        ("全省最高5亿元", "5亿元", 5e8, 5e8),
        ("史上最低5亿元", "5亿元", 5e8, 5e8), ("每年最高5亿元", "最高5亿元", None, 5e8),
        ("最高一次性奖励5亿元", "最高一次性奖励5亿元", None, 5e8), ("最高授信5亿元", "最高授信5亿元", None, 5e8),
        ("最高补助金额为5亿元", "最高补助金额为5亿元", None, 5e8), ("5亿元封顶", "5亿元封顶", None, 5e8),
        ("线上限500人参加", "500人", 500.0, 500.0), ("创历史最低500万元", "500万元", 5e6, 5e6),
    ],
)  # fmt: skip
def test_the_greatest_and_the_least_bound_an_amount(text, amount, lower, upper):
    (found,) = find_amounts(text)
    assert (found.text, found.lower, found.upper) == (amount, lower, upper)
    assert find_amounts("最高人民法院发布典型案例，最低工资标准上调。") == []
