"""The counts of a survey: groups, articles, months, bounds, and the strongest paragraphs of a cell."""

from __future__ import annotations

import pytest

from gxclassify.errors import ConfigError
from gxclassify.surveys.counting import KEPT, MOST_WHOLE, Survey, wilson
from gxclassify.surveys.passages import Grouping, Passage, Told, passage_from, passage_line
from gxclassify.zones import load_gazetteer
from gxclassify.zones.gazetteer import Gazetteer, Zone

HENGYANG = {"hitech-hengyang": "衡阳高新技术产业开发区"}
LIUHE = {"柳河经开区": "柳河经开区"}
THEMES = ("policy", "goals")


@pytest.fixture(scope="module")
def gazetteer():
    return load_gazetteer()


@pytest.fixture
def survey(gazetteer):
    made = []

    def make(by="zone", **bounds):
        made.append(Survey(THEMES, Grouping(by, gazetteer), **bounds))
        return made[-1]

    yield make
    for one in made:
        one.close()


def passage(place=0, zones=HENGYANG, told=(), date="2021-03-15", article=0, amounts=()):
    scores = {theme: Told(score, 0, 4) for theme, score in told}
    return Passage("页.txt", article, place, "题", f"第{place}段。", date, "day", dict(zones), scores, list(amounts))


def add(survey, *passages):
    return [survey.add(one, passage_line(one)) for one in passages]


def test_a_passage_comes_back_from_its_line_as_it_was():
    amount = {"unit": "CNY", "value": 3.8e9, "themes": ["policy"], "target_year": None, "sentence": [0, 4]}
    one = passage(7, HENGYANG | LIUHE, [("policy", 0.75)], amounts=[amount])
    assert passage_from(passage_line(one)) == one


def test_paragraphs_articles_and_months_are_counted_for_each_zone(survey):
    found = survey()
    add(
        found,
        passage(0, HENGYANG, [("policy", 0.9)]),
        passage(1, HENGYANG | LIUHE, [("policy", 0.8), ("goals", 0.6)], "2021-04-01"),
        passage(0, HENGYANG, [("goals", 0.7)], "2021", article=1),
        passage(1, {}, [("goals", 0.7)], "", article=1),
    )
    assert (found.total.paragraphs, found.total.articles, found.without_zone) == (4, 2, 1)
    hengyang, liuhe = found.groups["hitech-hengyang"], found.groups["柳河经开区"]
    assert (hengyang.paragraphs, hengyang.articles, hengyang.told, hengyang.articles_told) == (3, 2, [2, 2], [1, 2])
    assert hengyang.periods == {"2021-03": [1, 1, 0], "2021-04": [1, 1, 1], "2021": [1, 0, 1]}
    assert (liuhe.paragraphs, liuhe.told) == (1, [1, 1])
    shares = {(row["group"], row["theme"]): row for row in found.share_rows()}
    assert shares["hitech-hengyang", "policy"]["share"] == pytest.approx(2 / 3)
    assert shares["hitech-hengyang", "policy"]["listed"]
    assert not shares["柳河经开区", "policy"]["listed"]
    assert [row["period"] for row in found.timeline_rows() if row["group"] == "柳河经开区"] == ["2021-04"] * 2


@pytest.mark.parametrize(("by", "groups"), [("province", {"湖南省", "吉林省"}), ("kind", {"高新区", "经开区"})])
def test_groups_may_be_provinces_or_kinds(survey, by, groups):
    found = survey(by)
    add(found, passage(0, HENGYANG | LIUHE, [("policy", 0.9)]))
    assert found.groups.keys() == groups


def test_the_kind_that_a_row_gives_goes_before_the_word_that_the_name_ends_in():
    zones = [Zone(id="a", name="火炬产业园", kind="hitech"), Zone(id="b", name="柳湾产业园", kind="provincial")]
    grouping = Grouping("kind", Gazetteer(zones))
    assert [grouping.facts(zone.id, zone.name).kind for zone in zones] == ["高新区", "产业园"]


@pytest.mark.parametrize(
    ("start", "end", "counted"),
    [
        ("2021", "", ["2021", "2021-03", "2021-03-15", "2022-01-01"]),
        ("2021-04", "", ["2021", "2022-01-01"]),  # a year lies between two months of itself
        ("", "2021-03", ["2020-12-31", "2021", "2021-03", "2021-03-15"]),
        ("2021-03-15", "2021-03-15", ["2021", "2021-03", "2021-03-15"]),
        ("", "", ["", "2020-12-31", "2021", "2021-03", "2021-03-15", "2022-01-01"]),
    ],
)
def test_bounds_take_in_the_first_and_the_last_date(survey, start, end, counted):
    found = survey(start=start, end=end)
    dates = ["", "2020-12-31", "2021", "2021-03", "2021-03-15", "2022-01-01"]
    places = add(found, *(passage(i, date=date) for i, date in enumerate(dates)))
    assert [date for date, place in zip(dates, places, strict=True) if place is not None] == counted
    assert found.left_aside == len(dates) - len(counted)


@pytest.mark.parametrize("date", ["2021-13", "21-03", "2021/03", "gestern", "2021-3"])
def test_a_bound_that_is_no_date_is_refused(survey, date):
    with pytest.raises(ConfigError, match="2021-03-15"):
        survey(start=date)


def test_few_paragraphs_are_all_kept_and_of_many_the_strongest_of_each_cell(survey):
    found = survey()
    many = MOST_WHOLE + 1
    strongest = range(500, 500 + KEPT)
    for i in range(many):
        add(found, passage(i, HENGYANG, [("policy", 0.9 if i in strongest else 0.5)]))
        if i == MOST_WHOLE - 1:
            assert len(found.passages()) == MOST_WHOLE
    assert found.whole is None
    assert [one.paragraph for one in found.passages()] == list(strongest)
    found.close(keep=True)
    assert len(found.passages()) == KEPT


def test_a_zone_that_comes_early_keeps_its_strongest_however_many_come_after(survey):
    found = survey()
    add(found, passage(0, HENGYANG, [("policy", 0.99)]))
    for i in range(1, MOST_WHOLE + 2):
        add(found, passage(i, {f"区{i % 400}": f"区{i % 400}"}, [("policy", 0.5)]))
    for i in range(100):
        add(found, passage(i, HENGYANG, [("policy", 0.6)], article=1))
    assert (0, 0) in {(one.article, one.paragraph) for one in found.passages()}


def test_paragraphs_with_money_and_goals_are_kept_for_the_profile(survey):
    found = survey()
    money = {"unit": "CNY", "value": 1e9, "target_year": None}
    goal = {"unit": "家", "value": 80, "target_year": 2028}
    add(found, passage(0, HENGYANG, [("policy", 0.9)], amounts=[money]))
    add(found, passage(1, HENGYANG, [("policy", 0.8)], amounts=[goal]))
    heaps = found.groups["hitech-hengyang"].heaps
    assert {cell: len(heap) for cell, heap in heaps.items()} == {"policy": 2, "$money": 1, "$goals": 1}


@pytest.mark.parametrize(("told", "of"), [(0, 0), (0, 5), (5, 5), (3, 10), (500_000, 1_000_000)])
def test_an_interval_holds_its_share(told, of):
    low, high = wilson(told, of)
    assert 0 <= low <= (told / of if of else 0) <= high <= 1
