"""The date of a document: where it is found, and how precise it is."""

from __future__ import annotations

import datetime as dt
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxclassify.reading import read
from gxclassify.reading.records.fields import LABEL_FIELDS
from gxclassify.zones import article_dates, dates, find_date
from gxclassify.zones.dates import unread_dates


def told(found):
    return found and (found.date, found.source)


@pytest.mark.parametrize(
    ("text", "told_by", "expected"),
    [
        ("济宁日报 2021年3月15日 星期一 第3版\n\n2022年1月2日开工。", {}, ("2021-03-15", "head")),
        ("济宁日报　２０２１年３月１５日　星期一", {}, ("2021-03-15", "head")),
        ("二〇二一年三月十五日 星期一\n园区开工", {}, ("2021-03-15", "head")),
        ("高新区办法\n\n第一条 略。\n\n二〇二一年十二月三十一日\n", {}, ("2021-12-31", "head")),
        ("二0二一年三月十五日 星期一\n园区开工", {}, ("2021-03-15", "head")),
        ("2021-03-15 周一\n园区开工", {}, ("2021-03-15", "head")),
        (
            "2021/3/16 09:12 园区又一批企业发芽了\n原创 东湖高新区发布2021年3月15日 17:45湖北\n园区开工。",
            {},
            ("2021-03-15", "head"),
        ),
        (
            "标题\n发布时间：2021年3月15日  来源：济宁高新区管理委员会宣传部\n2022年1月2日开工。",
            {"name": "2022/a.docx"},
            ("2021-03-15", "head"),
        ),
        (
            "标题\n时间：2021-03-15 09:12  来源：济宁高新区管理委员会宣传部\n开工。",
            {"name": "2022/a.txt"},
            ("2021-03-15", "head"),
        ),
        ("本报济宁3月5日电 项目开工。", {"name": "20210306.txt"}, ("2021-03-05", "dateline")),
        ("新华社北京十月三日电 2019年以来。", {}, ("2019-10-03", "dateline")),
        ("今天（8月16日）开工。", {"metadata": "2019-08-17T08:00:00+08:00"}, ("2019-08-16", "dateline")),
        ("本报讯 近日开工。", {"metadata": "2021-03-15T08:00:00+08:00"}, ("2021-03-15", "metadata")),
        ("本报讯 近日开工。", {"name": "济宁日报_20210315_A3.pdf"}, ("2021-03-15", "name")),
        ("本报讯 近日开工。", {"name": "2021-03-15.txt"}, ("2021-03-15", "name")),
        ("本报讯 近日开工。", {"name": "2021年3月15日.docx"}, ("2021-03-15", "name")),
        ("本报讯 近日开工。", {"name": "2021-03.txt"}, ("2021-03", "name")),
        ("本报讯 近日开工。", {"name": "2021-03/page.txt"}, None),  # by HTTP it has its own name alone
        ("本报讯 近日开工。", {"name": r"D:\2019年备份\第3期.txt"}, None),
        ("本报讯 近日开工。", {"name": "台账 2022-2024.xlsx"}, None),
        ("本报讯 近日开工。", {"name": "2021—2023年总结.txt"}, None),
        ("本报讯 近日开工。", {"name": "2021年至2023年总结.txt"}, None),
        ("本报讯 近日开工。", {"name": "2020-2021学年.txt"}, None),
        ("本报讯 近日开工。", {"name": "规划2021—25年_20210304.pdf"}, ("2021-03-04", "name")),
        ("本报讯 近日开工。", {"name": "2021-11-2022-01简报.txt"}, ("2021-11", "name")),
        ("本报讯 近日开工。", {"name": "总结2023.txt"}, ("2023", "name")),
        ("本报讯 近日开工。", {"name": "科技日报_2021_15.txt"}, ("2021", "name")),
        ("本报讯 近日开工。", {"name": "项目2089愿景.txt"}, None),
        ("本报讯 近日开工。", {"name": "第2024期.txt"}, None),
        ("本报讯 近日开工。", {"name": "page-000.txt"}, None),
        ("本报讯 近日开工。", {"name": "1232021031599.txt"}, None),
        ("2020年新增47家，2021年3月开工。到2028年，产值翻番。", {}, ("2021-03", "text")),
        ("2020年新增47家。", {}, ("2020", "text")),
        ("自2024年1月1日起施行。2023年12月5日通过。", {}, ("2023-12-05", "text")),
        ("2021年3月15日 星期一", {"column": "2019/1/2"}, ("2019-01-02", "column")),
        ("2021年3月15日 星期一", {"column": 20190102}, ("2019-01-02", "column")),
        ("开工", {"column": dt.date(2019, 1, 2)}, ("2019-01-02", "column")),
        ("开工", {"column": dt.datetime(2019, 1, 2, 8, tzinfo=dt.UTC)}, ("2019-01-02", "column")),
        ("2021年3月15日 星期一", {"column": "不详"}, ("2021-03-15", "head")),
        ("2021年13月40日 星期一", {}, None),
        ("2021年2月29日 星期一", {}, None),
        ("增长2021.5%", {}, None),
        ("2021-2025年规划", {}, None),
        ("22年3月，园区开工。", {}, ("2022-03", "text")),
        ("’22年3月5日，园区开工。", {}, ("2022-03-05", "text")),
        ("'22年，园区新增企业12家。", {}, ("2022", "text")),
        ("98年10月建区，21年上半年新增企业12家。", {}, ("2021", "text")),
        ("开发区建设了22年，历时12年3月。", {}, None),
        ("用了45年3月", {}, None),
        ("Hefei Daily\nMarch 5, 2021\n园区开工", {}, ("2021-03-05", "head")),
        ("园区于5 Mar 2021开工。", {}, ("2021-03-05", "text")),
        ("园区于March 2021开工。", {}, ("2021-03", "text")),
        ("项目于2021年3月开工，将于2024年6月投产，计划在2025年达产。", {}, ("2021-03", "text")),
        ("本报讯", {"metadata": "Fri, 05 Mar 2021 08:00:00 GMT"}, ("2021-03-05", "metadata")),
        ("本报讯", {"metadata": "March 5th, 2021"}, ("2021-03-05", "metadata")),
        ("本报讯", {"column": "5-Mar-2021"}, ("2021-03-05", "column")),
        ("本报讯", {"column": "22年3月"}, ("2022-03", "column")),
        ("Maybe 2021 units; Feb 30, 2021", {}, None),
        ("", {}, None),
    ],
)
def test_the_date_is_found_where_it_is_told_best(text, told_by, expected):
    assert told(find_date(text, **told_by)) == expected


@given(st.dates(dt.date(1950, 1, 1), dt.date(2099, 12, 31)))
def test_every_day_is_read_in_every_way_to_write_it(day):
    digits = str.maketrans("0123456789", "〇一二三四五六七八九")
    ways = [f"{day:%Y年%m月%d日} 星期三", f"{day.year}年{day.month}月{day.day}日 星期三", f"{day:%Y-%m-%d} 星期三"]
    ways.append(f"{day.year}".translate(digits) + f"年{day.month}月{day.day}日 星期三")
    ways += [f"甲报\n{day:%B} {day.day}, {day.year}\n乙", f"甲报\n{day.day} {day:%b} {day.year}\n乙"]
    assert {find_date(way).date for way in ways} == {day.isoformat()}
    assert find_date("", name=f"p{day:%Y%m%d}.txt").date == day.isoformat()


@given(st.text())
def test_a_span_holds_what_was_read(text):
    found = find_date(text)
    assert found is None or text[slice(*found.span)]


@pytest.mark.parametrize("piece", ["2021年3月", "2021年3月15日", "本报", "20", "2021-", "今天（", "Mar ", "22年", "'"])
def test_long_runs_take_no_longer_than_their_length(piece):
    started = time.process_time()
    find_date(piece * (100_000 // len(piece)))
    assert time.process_time() - started < 5


def test_the_end_of_a_range_of_months_is_told_and_not_aimed_at():
    assert find_date("2022年10月至2023年3月，园区新增企业12家。").date == "2023-03"
    assert find_date("2020年12月印发，力争到2025年3月建成。").date == "2020-12"


@pytest.mark.parametrize("end", ["", "\n", "\r\n"], ids=["none", "LF", "CRLF"])
@pytest.mark.parametrize("before", ["负责人表示，到", "力争"])
def test_what_is_aimed_at_may_stand_behind_the_end_of_a_line(before, end):
    assert find_date(f"园区负责人谈今后的打算。{before}{end}2027年，引进项目一百个。") is None


def test_the_year_of_a_plan_is_to_come():
    assert find_date("希望兑现2025年度补助。答复：列入2027年计划，力争三季度开工。").date == "2025"
    assert find_date("纳入2027年度计划") is None
    assert find_date("2026年计划实施项目30个。").date == "2026"


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("日期,正文\n2026-01-08,园区签约。\n,园区开工。\n", ["2026-01-08", "2025"]),
        ("标题,发布时间,正文\n一,2026/2/3 10:00,2021年3月，园区开工。\n", ["2026-02-03"]),
        ("时间,Publish_Date,正文\n上午,20260203,2021年3月，园区开工。\n", ["2026-02-03"]),
        ("date,日期,正文\n,2026-02-03,园区开工。\n", ["2025"]),  # the field that is asked for is there
        ("签约日期,正文\n2026-02-03,2021年3月，园区开工。\n待定,园区开工。\n", ["2026-02-03", "2025"]),
        ("签约日期,预计竣工日期,正文\n2026/2/3,2028/3/4,园区开工。\n", ["2026-02-03"]),
        ("signing date,正文\n2026-02-03,园区开工。\n", ["2026-02-03"]),
        ("公司成立时间,last update,正文\n2016-02-03,2025-01-02,园区开工。\n", ["2025"]),
        ("签约日期,开工日期,正文\n2026-02-03,2026-04-05,园区开工。\n", ["2025"]),  # which of them, nobody says
        ("签约日期,发布日期,正文\n2026-02-03,2026-04-05,园区开工。\n", ["2026-04-05"]),
        ("publishTime,updateTime,正文\n1770051600000,1775318400000,园区开工。\n", ["2026-02-03"]),  # 01:00 in China
        ("createTime,正文\n1770051600,园区开工。\n1770051600.25,园区签约。\n", ["2026-02-03", "2026-02-03"]),
        ("发布时间,正文\n20260203083000,园区开工。\n202602030830,园区签约。\n", ["2026-02-03", "2026-02-03"]),
        ("发布时间,正文\n17700516,园区开工。\n", ["2025"]),
        *(
            (f"{name},采集时间,正文\n2026-02-03,2026-04-05,园区开工。\n", ["2026-02-03"])
            for name in (
                "pubtime",
                "PubTime",
                "ptime",
                "posttime",
                "Publish Time",
                "releasetime",
                "release_date",
                "刊发日期",
                "刊登时间",
                "报道日期",
                "posted_at",
                "Date",
            )
        ),
    ],
)
def test_records_have_the_date_of_a_field_that_is_named_so(table, expected):
    assert dates_of(table, "台账2025.csv") == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["10月8日"], [None]),  # nobody tells the year; the name of the file does not overrule it
        (["10-8", "8-Oct"], [None, None]),
        (["24/10/8"], ["2024-10-08"]),
        (["24.10.31", "24-10-08"], ["2024-10-31", "2024-10-08"]),
        (["24/10/08"], [None]),
        (["2024/10/8 08:30"], ["2024-10-08"]),
        (["8-Oct-24", "08-oct-2024"], ["2024-10-08", "2024-10-08"]),
        (["45573", "45573.35"], ["2024-10-08", "2024-10-08"]),
        (["10/8/2024"], ["2024"]),
        (["10/8/2024", "10/28/2024"], ["2024-10-08", "2024-10-28"]),
        (["8/10/2024", "28/10/2024 9:00"], ["2024-10-08", "2024-10-28"]),
        (["10/8/2024", "10/28/2024", "28/10/2024"], ["2024", "2024-10-28", "2024-10-28"]),
        (["8/8/2024"], ["2024-08-08"]),
        (["第3期"], ["2025"]),
    ],
)
@pytest.mark.parametrize("column", ["刊发日期", "date"])
def test_cells_of_a_date_column_are_read_where_they_are_sure(column, cells, expected):
    table = f"{column},正文\n" + "".join(f"{cell},园区开工。\n" for cell in cells)
    assert dates_of(table, "台账2025.csv") == expected


def test_a_month_and_day_have_the_year_of_a_date_that_agrees():
    assert find_date("本报讯 2024年10月8日，园区开工。", column="10月8日").date == "2024-10-08"
    assert find_date("2024年10月9日，园区开工。", column="10月8日") is None
    assert find_date("2024年8月10日，园区开工。", column="10/8/2024").date == "2024-08-10"


def test_dates_that_are_not_understood_are_counted():
    table = (
        "刊发日期,正文\n10月8日,园区开工。\n2024-10-08,园区开工。\n待定,园区开工。\n,园区开工。\n10/8/2024,园区开工。\n"
    )
    assert unread_dates(read(table.encode(), name="a.csv")) == (2, 5, "10月8日")
    assert unread_dates(read(b"10 of them.", name="a.txt")).unread == 0


@pytest.mark.parametrize("field", ["date", "日期"])
def test_dates_in_words_are_not_understood(field):
    table = f"{field},正文\n去年春天,园区开工。\n上周五,园区开工。\n未知,园区开工。\n2024-10-08,园区开工。\n"
    assert unread_dates(read(table.encode(), name="a.csv")) == (2, 4, "去年春天")
    assert dates_of("发布时间,签约日期,正文\n昨天,2024-10-08,园区开工。\n", "a.csv") == ["2024-10-08"]


def dates_of(text, name="a.txt"):
    data = text if isinstance(text, bytes) else text.encode()
    return [date and date.date for date in article_dates(read(data, name=name))]


BODIES = (
    "青石高新区本周集中签约九个项目，总投资三十八亿元，涉及新材料、装备制造等领域，预计明年投产。",
    "白沙经开区污水处理厂日前完成提标改造，尾水全部回用于园区道路清扫，每年节约用水二百万立方米。",
)
TITLES = ("青石高新区签约九个项目", "白沙经开区改造污水处理厂")
HEAD = "青石日报 2021年3月15日 星期一 第3版\n\n"


@pytest.mark.parametrize(
    ("head", "article", "said", "expected"),
    [
        ("", "{title}\n{said}\n\n{body}", ("2022-10-09　来源：青石日报", "2024-03-15　来源：青石日报"), "own"),
        ("", "{title}\n{said}\n\n{body}", ("（2022年10月9日）", "（2024年3月15日）"), "own"),
        (
            "",
            "{title}\n{said}\n\n{body}",
            (
                "来源：青石日报 时间：2022-10-09 10:20 编辑：周宁 浏览次数：128",
                "来源：白沙发布 时间：2024-03-15 10:20 编辑：周宁",
            ),
            "own",
        ),
        ("", "标题：{title}\n发布时间：{said}\n正文：\n{body}", ("2022-10-09", "2024-03-15"), "own"),
        (HEAD, "{title}\n{said}\n\n{body}", ("（2022年10月9日）", "（2024年3月15日）"), "own"),
        ("", "{title}\n\n{said}{body}", ("本报青石10月9日电　", "本报白沙3月15日电　"), ["2021-03-15", "2021-10-09"]),
        # the page's head is for all that tell none, and what a text tells of is no date of its article
        (HEAD, "{title}\n\n{body}", ("", ""), ["2021-03-15"]),
        (HEAD, "{title}\n\n{said}{body}", ("2020年5月6日，", "2020年5月6日以来，"), ["2021-03-15"]),
    ],
)
def test_an_article_has_the_date_that_its_own_lines_tell(head, article, said, expected):
    told = zip(TITLES, said, BODIES, strict=True)
    articles = [article.format(title=title, said=line, body=body) for title, line, body in told]
    dates = dates_of(head + "\n\n".join(articles) + "\n", "剪报2021.txt")
    assert sorted(set(dates[-2:])) == (["2022-10-09", "2024-03-15"] if expected == "own" else expected)


MAIL = (
    "From: ll@example.cn\nTo: fx@example.cn\nSubject: Re: projects\nDate: Mon, 08 Jan 2024 09:12:00 +0800\n"
    f'Content-Type: text/plain; charset="utf-8"\nMIME-Version: 1.0\n\n您好：\n\n{BODIES[0]}\n\n李雷\n\n'
)


def test_a_mail_has_the_date_of_its_header_and_a_quoted_one_its_own():
    quoted = (
        '------------------ 原始邮件 ------------------\n发件人: "张强" <zq@example.cn>\n'
        '发送时间: 2023年12月28日(星期四) 下午4:12\n收件人: "李雷" <ll@example.cn>\n主题: 一季度招商情况\n\n'
        "请把四季度招商情况发给我们，谢谢。\n"
    )
    assert dates_of((MAIL + quoted).encode(), "a.eml") == ["2024-01-08", "2023-12-28"]
    assert set(dates_of((MAIL + f"> 2023年4月1日 张强 写道：\n> {BODIES[1]}\n").encode(), "a.eml")) == {"2024-01-08"}
    assert find_date(f"{BODIES[0]}\n\n2023年4月1日 张强 写道：\n{BODIES[1]}").source == "text"
    assert find_date(f"Date: Tue, 02 Apr 2024 09:12:00 +0800\n\n{BODIES[0]}").date == "2024-04-02"


def test_the_time_of_a_label_is_no_date_of_publication():
    label = {"id": "1", "text": "园区签约12个项目。", "labels": [], "maybe": [], "time": "2026-11-29T10:00:00+00:00"}
    assert dates._LABEL_FIELDS == LABEL_FIELDS  # the layer below cannot ask for them
    more = ({}, {"date": "2021-03"})
    assert [dates_of(json.dumps(label | one), "a.jsonl") for one in more] == [[None], ["2021-03"]]
    del label["labels"]
    assert dates_of(json.dumps(label), "a.jsonl") == ["2026-11-29"]
