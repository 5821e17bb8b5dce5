from __future__ import annotations

import pytest

from gxclassify.reading.cues import is_byline, match_lead, signature_start


@pytest.mark.parametrize(
    "line",
    [
        "周宁",
        "赵志远 何一帆 欧阳静",
        "本报记者 周宁 通讯员 何一帆",
        "（记者 周宁）",
        "□本报记者 周某某",
        "文/周宁",
        "阿依古丽·买买提 周宁",
        "本报记者周宁 报道",
        "周　宁",
        "本报记者　周　宁　文/图",
        "云汀日报全媒体记者 谭文静",
        "□ 周宁",
        "◎　周宁　何一帆",
        "文/本报记者 周宁 图/本报记者 何一帆",
        "首席记者 周宁/文 记者 何一帆/图",
        "（作者单位：云汀经开区管委会）",
        "（作者系云汀经开区党工委书记）",
    ],
)
def test_bylines(line):
    assert is_byline(line)


@pytest.mark.parametrize(
    "line",
    [
        "搭建创新平台",
        "记者从高新区获悉",
        "文化产业园开园",
        "周宁说，项目开工。",
        "第三届大会·论坛在沪举办",
        "云汀日报记者从高新区获悉",
        "□ 建设平台",
        "作者系园区工人，写诗十年，",
        "文/图并茂的展板前",
    ],
)
def test_other_lines_are_no_bylines(line):
    assert not is_byline(line)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("建成产业高地。 周宁", 7),
        ("建成产业高地。（记者 周宁）", 7),
        ("建成产业高地。 本报记者 周宁 通讯员 何一帆", 7),
        ("建成产业高地。周宁", 7),
        ("建成产业高地。", None),
        ("建成产业高地。二期今年启动", None),
    ],
)
def test_a_byline_may_follow_the_last_full_stop(text, start):
    assert signature_start(text) == start


@pytest.mark.parametrize(
    ("text", "rest", "who"),
    [
        ("本报讯 近日", "近日", None),
        ("本报讯（记者 周宁）近日", "近日", "记者 周宁"),
        ("本报讯 记者周宁 通讯员何一帆 近日", "近日", "记者周宁 通讯员何一帆"),
        ("新华社北京3月5日电 近日", "近日", None),
        ("本报记者 周宁 报道 近日", "近日", "本报记者 周宁"),
        ("本报讯 （十四）深化改革", "（十四）深化改革", None),
    ],
)
def test_leads(text, rest, who):
    end, named = match_lead(text)
    assert (text[end:], named) == (rest, who)


def test_an_ordinary_opening_is_no_lead():
    assert match_lead("本报告所称高新区") is None
