"""Zones, date and amounts of tagged paragraphs, in Python and in the files."""

from __future__ import annotations

import csv
import io
import json
import pickle

import pyarrow.parquet as pq
import pytest

from gxclassify.errors import ConfigError, InputError
from gxclassify.loading import load_model
from gxclassify.model.groups import tag_groups
from gxclassify.reading import read
from gxclassify.scoring.bulk import tag_files
from gxclassify.scoring.frames import tag
from gxclassify.surveys import survey
from gxclassify.zones import load_gazetteer

PAGE = """济宁日报 2021年3月15日 星期一

衡阳高新区新签约项目12个，总投资13.75亿元，创历年同期新高。

园区力争到2028年产值翻一番，达到300亿元。
"""


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_a_paragraph_has_no_facts_unless_they_are_asked_for(page):
    assert [p.facts for p in load_model().tag(read(page))] == [None, None]
    assert "zones" not in next(load_model().tag(read(page))).to_json()


def test_zones_date_and_the_amounts_of_the_evidence_come_with_the_paragraph(page):
    first, second = (p.to_json() for p in load_model().tag(read(page), zones=True))
    assert [zone["id"] for zone in first["zones"] + second["zones"]] == ["hitech-hengyang"] * 2
    assert second["article_zone"] == {"id": "hitech-hengyang", "name": "衡阳高新技术产业开发区"}
    assert (first["date"]["date"], first["date"]["source"]) == ("2021-03-15", "head")
    money = next(amount for amount in first["amounts"] if amount["unit"] == "CNY")
    assert (money["value"], money["themes"]) == (1_375_000_000, ["investment_attraction"])
    assert first["text"][slice(*money["span"])] == "13.75亿元"
    goal = next(amount for amount in second["amounts"] if amount["unit"] == "CNY")
    assert (goal["themes"], goal["target_year"]) == (["goals"], 2028)


def test_amounts_of_later_sentences_point_into_the_paragraph():
    text = "昨天天气很好，大家都去爬山了。" + "衡阳高新区新签约项目12个，总投资13.75亿元。"
    (tagged,) = load_model().tag([text], zones=True)
    assert [text[slice(*one.amount.span)] for one in tagged.facts.amounts] == ["12个", "13.75亿元"]


def test_amounts_are_told_without_the_evidence_as_well(page):
    whole = list(load_model().tag(read(page), zones=True))
    bare = list(load_model().tag(read(page), zones=True, evidence=False))
    assert [p.facts for p in bare] == [p.facts for p in whole]
    assert all(p.facts.amounts for p in bare)
    assert [p.evidence for p in bare] == [{}, {}]


def test_a_record_has_the_date_of_its_column(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "高新区签约12个项目。", "当天": "2022-07-01"}\n', encoding="utf-8")
    (tagged,) = load_model().tag(read(path), zones=True, date_column="当天")
    assert (tagged.facts.date.date, tagged.facts.date.source) == ("2022-07-01", "column")


def test_a_date_column_that_no_record_has_is_refused(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "高新区签约12个项目。", "当天": "2022-07-01"}\n', encoding="utf-8")
    said = "No record has the field '当日' that the date is to be in; there are: '当天'"
    document = read(path)
    with pytest.raises(InputError, match=said):
        load_model().tag(document, zones=True, date_column="当日")
    with pytest.raises(InputError, match=said):
        tag_groups(load_model(), document, zones=True, date_column="当日")
    with pytest.raises(InputError, match=said):
        survey([document, "高新区"], date_column="当日")
    with pytest.raises(InputError, match=said):
        tag(path, zones=True, date_column="当日")
    assert len([*load_model().tag(document, date_column="当日")]) == 1  # nobody asked for dates
    with pytest.raises(InputError, match=said):
        tag_files([path], tmp_path / "a.jsonl", zones=True, date_column="当日")
    assert not (tmp_path / "a.jsonl").exists()


def test_a_web_page_tells_its_date():
    page = (
        '<html><head><title>签约</title><meta property="article:published_time" content="2022-05-06T08:00:00+08:00">'
        "</head><body><article><p>衡阳高新区新签约项目12个，总投资13.75亿元，创历年同期新高。</p></article></body></html>"
    )
    (tagged, *_) = load_model().tag(read(page.encode(), name="a.html"), zones=True)
    assert (tagged.facts.date.date, tagged.facts.date.source) == ("2022-05-06", "metadata")


def test_csv_and_parquet_have_columns_for_the_facts(page, tmp_path):
    tag_files([page], tmp_path / "a.csv", zones=True)
    first, _ = csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8-sig")))
    assert (first["zones"], first["article_zone"], first["date"]) == (
        "hitech-hengyang",
        "hitech-hengyang",
        "2021-03-15",
    )
    assert {amount["text"] for amount in json.loads(first["amounts"])} == {"12个", "13.75亿元"}
    tag_files([page], tmp_path / "a.parquet", zones=True)
    row = pq.read_table(tmp_path / "a.parquet").to_pylist()[0]
    assert (row["zones"][0]["id"], row["date"], row["date_source"]) == ("hitech-hengyang", "2021-03-15", "head")


def test_workers_know_a_gazetteer_of_ones_own(tmp_path):
    own = tmp_path / "own.csv"
    own.write_text("id,name\nmine,历年同期新高园区\n", encoding="utf-8")
    gazetteer = load_gazetteer([own])
    assert gazetteer.index
    assert "mine" in pickle.loads(pickle.dumps(gazetteer))


@pytest.mark.parametrize("zones", ["own.csv", ["own.csv"], None, 1])
def test_what_is_no_gazetteer_is_told(tmp_path, zones):
    (tmp_path / "page.txt").write_text("衡阳高新区新签约项目12个。", "utf-8")
    with pytest.raises(ConfigError, match=r"load_gazetteer\(path\)"):
        tag(tmp_path / "page.txt", zones=zones)
    with pytest.raises(ConfigError, match=r"load_gazetteer\(path\)"):
        list(load_model().tag(["衡阳高新区新签约项目12个。"], zones=zones))


def test_a_survey_is_saved_as_a_page_alone(tmp_path):
    found = survey(["衡阳高新区新签约项目12个。"])
    with pytest.raises(ConfigError, match=r"to_csv\(path\)"):
        found.save(tmp_path / "survey.csv")
    assert not any(tmp_path.iterdir())
    found.save(tmp_path / "survey.html")
