"""Gazetteers: the packaged one, files of one's own, and what is wrong with a file."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import gxclassify as gx
from gxclassify.errors import ConfigError, InputError
from gxclassify.zones import find_zones, load_gazetteer
from gxclassify.zones.kinds import FORMS, KINDS

ROOT = Path(__file__).parents[2]
HEADER = "id,name,short,kind,level,province,city,since,source\n"


def written(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "own.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_the_packaged_gazetteer_says_where_every_fact_comes_from():
    zones = list(load_gazetteer())
    assert len(zones) > 1700
    assert len({zone.name for zone in zones}) == len(zones)
    known = {
        place["name"]
        for place in csv.DictReader((ROOT / "zones" / "places.csv").read_text(encoding="utf-8").splitlines())
    }
    wrong = [
        f"{zone.id}: {what}"
        for zone in zones
        for what, right in (
            ("the source is missing", zone.source),
            (
                f"no known kind {zone.kind!r}",
                zone.kind in {*KINDS, *FORMS, "eco_park", "provincial", "新城", "经济特区", "综合实验区"},
            ),
            (f"no known level {zone.level!r}", zone.level in {"national", "provincial", "abroad"}),
            (f"no province of places.csv {zone.province!r}", zone.province in known | {""}),
            (f"no city of places.csv {zone.city!r}", zone.city in known | {"", "雄安新区"}),
        )
        if not right
    ]
    assert not wrong, "rows of zones/zones.csv, see docs/zones.md"


@pytest.mark.parametrize("page", ["zones.md", "zh/zones.md"])
def test_the_page_says_how_many_zones_are_known(page):
    assert f"{len(load_gazetteer()):,}" in (ROOT / "docs" / page).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "kind", ["物流园", "循环经济产业园", "大学城", "省级开发区", "航空港", "商务区", "产业基地", "特色小镇", "科创谷"]
)
def test_a_kind_of_ones_own_is_any_word_for_zones(tmp_path, kind):
    gazetteer = load_gazetteer([written(tmp_path, f"id,name,kind\nmine,江湾火炬谷,{kind}\n")])
    assert gazetteer["mine"].kind == kind


def test_own_zones_come_on_top_of_the_packaged_ones(tmp_path):
    path = written(tmp_path, "id,name,short\nmine,云溪谷产业新城,云溪谷\nhitech-hengyang,衡阳新高新区,\n", "utf-8-sig")
    gazetteer = load_gazetteer([path])
    assert [one.id for one in find_zones("云溪谷来了三家企业", gazetteer)] == ["mine"]
    assert gazetteer["hitech-hengyang"].name == "衡阳新高新区"
    assert len(gazetteer) == len(load_gazetteer()) + 1


@pytest.mark.parametrize("name", ["衡阳高新技术产业开发区", "衡阳市高新区", "湖南衡阳高新区", "衡阳国家高新区"])
def test_a_zone_of_ones_own_takes_the_place_of_the_one_that_its_name_stands_for(tmp_path, name):
    gazetteer = load_gazetteer(written(tmp_path, f"id,name,since\nHY-01,{name},2013\n"))
    assert len(gazetteer) == len(load_gazetteer())
    zone, packaged = gazetteer["HY-01"], load_gazetteer()["hitech-hengyang"]
    assert (zone.name, zone.since, zone.level, zone.city) == (name, "2013", packaged.level, packaged.city)
    text = f"衡阳高新区新签约项目12个，{packaged.name}出台办法，{name}揭牌。"
    assert {one.id for one in find_zones(text, gazetteer)} == {"HY-01"}


@pytest.mark.parametrize(
    "row",
    ["衡阳高新区,江苏省,", "衡阳高新区,湖南省,郴州市", "衡阳经开区,,", "衡南高新区,,", "鼓楼高新区,,", "云溪谷,,"],
)
def test_a_zone_that_is_another_or_may_be_one_of_several_replaces_none(tmp_path, row):
    gazetteer = load_gazetteer(written(tmp_path, f"id,name,province,city\nmine,{row}\n"))
    assert len(gazetteer) == len(load_gazetteer()) + 1
    assert gazetteer["mine"].short == ()


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("昆山开发区", "etdz-kunshan"), ("烟台开发区", "etdz-yantai"), ("潍坊滨海开发区", "etdz-weifang-binhai"),
        ("天津泰达", "etdz-tianjin"), ("北京亦庄", "etdz-beijing"),
        ("上海自贸区临港新片区", "ftzarea-shanghai-lingang"),
        ("张家港保税区", "bonded-zhangjiagang"), ("杨凌示范区", "hitech-yangling-agri"),
        ("乌鲁木齐高新区（新市区）", "hitech-wulumuqi"), ("武汉光谷", "hitech-wuhan-donghu"),
    ],
)  # fmt: skip
def test_a_zone_of_ones_own_replaces_what_a_mention_of_its_name_would_be(tmp_path, name, zone):
    gazetteer = load_gazetteer(written(tmp_path, f"id,name\nmine,{name}\n"))
    assert len(gazetteer) == len(load_gazetteer())
    assert zone not in gazetteer
    text = f"{name}签约12个项目，{load_gazetteer()[zone].name}出台办法。"
    assert {one.id for one in find_zones(text, gazetteer)} == {"mine"}


def test_a_short_name_of_ones_own_says_which_zone_it_replaces(tmp_path):
    gazetteer = load_gazetteer(written(tmp_path, "id,name,short\nx,姑苏示范园,苏州工业园区|SIP\n"))
    assert "etdz-suzhou-industrial-park" not in gazetteer
    assert {one.id for one in find_zones("苏州工业园区与SIP", gazetteer)} == {"x"}
    gazetteer = load_gazetteer(written(tmp_path, "id,name,short\nx,云溪谷,衡阳高新区|苏州工业园区\n"))
    assert len(gazetteer) == len(load_gazetteer()) + 1  # of two zones


def test_a_row_with_a_known_id_keeps_what_it_leaves_empty(tmp_path):
    packaged = load_gazetteer()["hitech-wuhan-donghu"]
    rows = "id,name,short,kind,level,province,city,since,source\nhitech-wuhan-donghu,光谷新区,光谷园,,,,,2000,\n"
    zone = load_gazetteer(written(tmp_path, rows))["hitech-wuhan-donghu"]
    assert (zone.name, zone.since) == ("光谷新区", "2000")
    assert zone.short == ("光谷园", packaged.name, *packaged.short)
    for name in ("kind", "level", "province", "city", "source"):
        assert getattr(zone, name) == getattr(packaged, name)
    zone = load_gazetteer(written(tmp_path, "id,name,province\nhitech-wuhan-donghu,光谷新区,湖南\n"))[packaged.id]
    assert (zone.province, zone.city) == ("湖南省", "")


STANDS_FOR = r"own\.csv:3: .* stands for .*, as line 2 does already; .* the id '"
IS_ONE = r"own\.csv:\d: .* is the zone of line \d, too; keep one"


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        ("a,昆山开发区,,", "b,昆山经济技术开发区,,", STANDS_FOR),
        ("a,昆山经济技术开发区,,", "b,昆山开发区,,", STANDS_FOR),
        ("a,衡阳高新区,,", "b,湖南衡阳高新区,,", STANDS_FOR), ("a,武汉光谷,,", "b,东湖高新区,,", STANDS_FOR),
        ("a,云溪高新区,,", "b,云溪高新技术产业开发区,,", IS_ONE), ("a,云溪谷,,", "b,云溪谷,,", IS_ONE),
        ("x,衡阳高新区,,", "hitech-hengyang,衡阳新高新区,,", IS_ONE), ("a,云溪谷,江苏,南京", "b,云溪谷,,", IS_ONE),
        ("a,海口江东新区,,", "b,江东新区,,", IS_ONE), ("b,江东新区,,", "a,海口江东新区,,", IS_ONE),
    ],
)  # fmt: skip
def test_two_rows_for_one_zone_are_told(tmp_path, first, second, says):
    path = written(tmp_path, f"id,name,province,city\n{first}\n{second}\n")
    with pytest.raises(InputError, match=says):
        load_gazetteer(path)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a,云溪谷,江苏,南京", "b,云溪谷,江苏,苏州"), ("a,南京鼓楼高新区,,", "b,福州鼓楼高新区,,"),
        ("etdz-kunshan,昆山经济技术开发区,,", "b,昆山开发区,,"), ("a,北京通州经济开发区,,", "b,南通通州经济开发区,,"),
    ],
)  # fmt: skip
def test_two_rows_of_two_zones_stay_two(tmp_path, first, second):
    gazetteer = load_gazetteer(written(tmp_path, f"id,name,province,city\n{first}\n{second}\n"))
    assert all(row.split(",")[0] in gazetteer for row in (first, second))


def test_a_name_of_two_zones_replaces_the_one_whose_place_is_told(tmp_path):
    def replaced(row):
        gazetteer = load_gazetteer(written(tmp_path, f"id,name,province,city\nmine,{row}\n"))
        return {zone.id for zone in load_gazetteer()} - {zone.id for zone in gazetteer}

    assert replaced("通州经济开发区,,") == set()
    assert replaced("通州经济开发区,江苏,南通") == {"prov-nantong-tongzhou-economic"}
    assert replaced("北京通州经济开发区,,") == {"prov-tongzhou-economic"}


@pytest.mark.parametrize(
    ("row", "city", "replaces"),
    [
        ("保定高新区,河北,保定", "保定市", True), ("保定高新区,,保定", "保定市", True),
        ("昆山开发区,江苏省,苏州", "苏州市", True), ("昆山开发区,江苏省,昆山", "昆山市", True),
        ("昆山开发区,江苏省,无锡", "无锡市", False), ("云溪高新区,吉林,吉林", "吉林市", False),
        ("云溪高新区,北京,北京", "北京市", False), ("云溪高新区,河北省,雄安新区", "雄安新区", False),
    ],
)  # fmt: skip
def test_a_city_may_be_written_short(tmp_path, row, city, replaces):
    gazetteer = load_gazetteer(written(tmp_path, f"id,name,province,city\nmine,{row}\n"))
    assert gazetteer["mine"].city == city
    assert (len(gazetteer) == len(load_gazetteer())) is replaces


@pytest.mark.parametrize("sign", [";", "\t", ","])
def test_cells_may_be_separated_as_spreadsheets_do_and_columns_named_in_capitals(tmp_path, sign):
    text = "ID,Name,Short\na,云溪谷产业园,云溪谷|云谷\n".replace(",", sign)
    zone = load_gazetteer(written(tmp_path, text))["a"]
    assert (zone.name, zone.short) == ("云溪谷产业园", ("云溪谷", "云谷"))


def test_a_zone_that_an_earlier_file_of_ones_own_has_is_replaced_too(tmp_path):
    first = written(tmp_path, "id,name,short\na,云溪谷产业园,云溪谷\nhy,衡阳高新区,\n")
    second = tmp_path / "second.csv"
    second.write_text("id,name\nb,云溪谷\nhy2,湖南衡阳高新区\n", encoding="utf-8")
    gazetteer = load_gazetteer([first, second])
    assert gazetteer["b"].short == ("云溪谷产业园",)
    assert gazetteer["hy2"].level == "national"
    assert not {"a", "hy", "hitech-hengyang"} & {zone.id for zone in gazetteer}


def test_one_file_may_be_given_by_its_path_alone(tmp_path):
    path = written(tmp_path, "id,name\nmine,云溪谷产业新城\n")
    assert load_gazetteer(path)["mine"] == load_gazetteer(str(path))["mine"] == load_gazetteer([path])["mine"]
    with pytest.raises(InputError, match=r"nofile\.csv: the zones cannot be read"):
        load_gazetteer("nofile.csv")


def test_own_zones_can_stand_alone(tmp_path):
    gazetteer = load_gazetteer([written(tmp_path, "id,name\nmine,云溪谷产业新城\n")], packaged=False)
    assert [zone.id for zone in gazetteer] == ["mine"]
    assert [one.listed for one in find_zones("衡阳高新区", gazetteer)] == [False]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name\n衡阳\n", ":1: the columns .* of which 'id' is missing"),
        ("id,name,colour\na,衡阳,red\n", ":1: .*'colour' is not known"),
        ("id,name,name\na,衡阳,b\n", ":1: .* one repeats"),
        ("", ":1: .*'id' is missing"),
        ("id,name\na,衡阳高新区\na,益阳高新区\n", ":3: the id 'a' stands on line 2 already"),
        ("id,name\na b,衡阳高新区\n", ":2: a zone needs an id without white space. Got 'a b'"),
        ("id,name\n,衡阳高新区\n", ":2: a zone needs an id"),
        ("id,name\na,园区\n", ":2: a zone's name .* Got '园区'"),
        ("id,name\na,衡\n", ":2: a zone's name .* Got '衡'"),
        ("id,name\na,衡阳高新区,益阳\n", ":2: the row has more or fewer cells"),
        ("id,name,since\na,衡阳高新区\n", ":2: the row has more or fewer cells"),
        ("id,name,since\na,衡阳高新区,三年前\n", ":2: since must be a year"),
        ('id,name\na,"衡阳\n', ": this is not CSV"),
        ("id,name,kind\na,衡阳高新区,hitec\n", ":2: kind is one of hitech, .* Got 'hitec'"),
        ("id,name,kind\na,衡阳高新区,县级市\n", ":2: kind is one of hitech, .* Got '县级市'"),
        ("id,name,kind\na,衡阳高新区,市辖区\n", ":2: kind is one of hitech, .* Got '市辖区'"),
        ("id,name,kind\na,衡阳高新区,国家级\n", ":2: kind is one of hitech, .* Got '国家级'"),
        ("id,name,level\na,衡阳高新区,nationl\n", ":2: level is one of national, .* Got 'nationl'"),
        ("id,name,province\na,衡阳高新区,湖男省\n", ":2: province is written as in places.csv"),
        ("id,name,city\na,衡阳高新区,衡样\n", ":2: city is written as in places.csv .* Got '衡样'"),
        ("id,name,province,city\na,衡阳高新区,江苏,衡阳\n", ":2: city is .* lies in the province. Got '衡阳'"),
    ],
)
def test_a_wrong_row_is_named_with_file_and_line(tmp_path, text, message):
    path = written(tmp_path, text)
    with pytest.raises(
        InputError, match=f"own.csv.*{message}" if not message.startswith(":") else f"own.csv.*{message[1:]}"
    ):
        load_gazetteer([path])


def test_a_province_may_be_written_short_and_zones_abroad_have_any(tmp_path):
    rows = "id,name,kind,level,province\na,衡阳新高新区,产业园,national,湖南\nb,中泰工业园,,abroad,泰国\n"
    gazetteer = load_gazetteer([written(tmp_path, rows)])
    assert (gazetteer["a"].province, gazetteer["b"].province) == ("湖南省", "泰国")


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"none\.csv: the zones cannot be read"):
        load_gazetteer([tmp_path / "none.csv"])
    (tmp_path / "own.csv").write_bytes(b"PK\x03\x04\xff\xff\xff")
    with pytest.raises(InputError, match="not CSV in UTF-8 or GBK"):
        load_gazetteer([tmp_path / "own.csv"])


def test_a_file_may_be_in_the_encoding_of_chinese_spreadsheets(tmp_path):
    assert load_gazetteer([written(tmp_path, "id,name\na,柳湾高新区\n", "gb18030")])["a"].name == "柳湾高新区"


@pytest.mark.parametrize("finder", [gx.find_zones, gx.find_amounts, gx.find_date])
@pytest.mark.parametrize(
    "given", [None, float("nan"), gx.read("园区签约12个项目。".encode())], ids=["None", "NaN", "document"]
)
def test_what_is_no_text_is_refused(finder, given):
    with pytest.raises(InputError, match=r"A text is wanted, such as that of a paragraph\. Got a \w+; article_zones"):
        finder(given)


@pytest.mark.parametrize(
    "door",
    [
        gx.find_zones,
        lambda text, zones: gx.article_zones(gx.read(text.encode()), zones),
        lambda text, zones: gx.survey([text], gazetteer=zones),
    ],
)
def test_a_path_is_no_gazetteer(door):
    with pytest.raises(ConfigError, match=r"A gazetteer is what .* returns\. Got a str"):
        door("衡阳高新区新签约项目12个。", "own.csv")


def test_a_row_over_two_lines_is_counted_where_it_ends(tmp_path):
    path = written(tmp_path, 'id,name,source\na,衡阳高新区,"one\ntwo"\nb,园区,\n')
    with pytest.raises(InputError, match=r"own\.csv:4:"):
        load_gazetteer([path])
