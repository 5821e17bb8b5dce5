"""The zone of an article, and bare words in the light of it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

import gxclassify as gx
from gxclassify.zones import article_zones

SIX = [
    "衡阳高新技术产业开发区", "泰州医药高新技术产业开发区", "益阳高新技术产业开发区", "东莞松山湖高新技术产业开发区",
    "济宁高新技术产业开发区", "厦门火炬高技术产业开发区",
]  # fmt: skip


def page(*articles):
    return SimpleNamespace(
        articles=[
            SimpleNamespace(title=title, paragraphs=[SimpleNamespace(text=text) for text in texts])
            for title, *texts in articles
        ]
    )


def test_every_article_of_the_newspaper_page_has_its_zone(shared_data):
    found = article_zones(gx.read(shared_data / "seed-page.txt"))
    assert [zones.name for zones in found] == SIX


def test_what_is_no_document_is_told():
    for wrong in ("page.txt", [page(("签约", "衡阳高新区签约。"))], None):
        with pytest.raises(gx.InputError, match=r"as gxclassify\.read\(path\) returns it\. Got a (str|list|NoneType)"):
            article_zones(wrong)


def test_the_headline_weighs_more_than_the_text():
    (zones,) = article_zones(page(("衡阳高新区赴外招商", "他们去了苏州高新区。", "苏州高新区介绍了经验。")))
    assert zones.main == "hitech-hengyang"


def test_bare_words_stand_for_what_the_headline_or_an_earlier_paragraph_names():
    (zones,) = article_zones(page(("衡阳高新区提速", "园区产值增长。", "该区新增企业12家，全区动员。")))
    assert [[one.id for one in mentions] for mentions in zones.paragraphs] == [
        ["hitech-hengyang"],
        ["hitech-hengyang"] * 2,
    ]


def test_a_new_area_is_one_zone_by_its_full_and_its_bare_name():
    (zones,) = article_zones(page(("南京江北新区签约42个项目", "南京江北新区招商。", "江北新区今年举办活动36场。")))
    assert {one.id for mentions in zones.paragraphs for one in mentions} == {"newarea-nanjingjiangbei"}


def test_a_name_without_a_place_is_the_zone_that_the_headline_names_with_one():
    (zones,) = article_zones(page(("海口江东新区签约", "江东新区规划面积298平方公里。", "新区新增企业12家。")))
    assert [one.id for mentions in zones.paragraphs for one in mentions] == ["海口江东新区"] * 2
    assert (zones.main, zones.name) == ("海口江东新区", "海口江东新区")


def test_no_article_lends_its_zone_to_the_next():
    first, second = article_zones(page((None, "衡阳高新区提速。"), (None, "园区产值增长。")))
    assert first.main == "hitech-hengyang"
    assert (second.main, second.name, second.paragraphs) == (None, None, ((),))


def test_zones_go_out_as_json():
    (zones,) = article_zones(page(("衡阳高新区提速", "园区产值增长。")))
    assert zones.to_json() == {
        "title": "衡阳高新区提速",
        "main": "hitech-hengyang",
        "name": "衡阳高新技术产业开发区",
        "paragraphs": [
            [{"id": "hitech-hengyang", "name": "衡阳高新技术产业开发区", "span": [0, 2], "listed": True, "bare": True}]
        ],
    }
