"""Zones in text: names, names by rule, lists, bare words, and what is none."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gxclassify.zones import Gazetteer, Zone, find_zones, load_gazetteer

HENGYANG = "衡阳高新技术产业开发区"


def names(text):
    return [one.name for one in find_zones(text)]


def words(text):
    return [text[slice(*one.span)] for one in find_zones(text)]


@pytest.mark.parametrize(
    "name",
    [
        "衡阳高新区", "衡阳市高新区", "衡阳国家高新区", "衡阳国家级高新区", "衡阳高新技术产业开发区", "湖南衡阳高新区",
        "衡阳高新技术开发区", "湖南省衡阳市高新区", "衡阳高新技术产业园区",
    ],
)  # fmt: skip
def test_every_way_to_write_a_name_is_one_zone(name):
    assert [(one.id, one.span) for one in find_zones(f"在{name}，")] == [("hitech-hengyang", (1, 1 + len(name)))]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("泰州医药高新区是立区之本", "泰州医药高新技术产业开发区"),
        ("厦门火炬高新区千亿级产业", "厦门火炬高技术产业开发区"),
        ("苏州工业园区材料实验室", "苏州工业园区"),
        ("东莞松山湖高新区党工委", "东莞松山湖高新技术产业开发区"),
        ("中国（上海）自由贸易试验区金融业务", "中国（上海）自由贸易试验区"),
        ("中国(上海)自由贸易试验区金融业务", "中国（上海）自由贸易试验区"),
        ("上海自贸区临港新片区42个项目", "中国（上海）自由贸易试验区临港新片区"),
        ("扬州开发区的方案", "扬州经济技术开发区"),
        ("浦东新区人民政府", "上海浦东新区"),
        ("再造一个中关村", "中关村科技园区"),
        ("中关村科技园区条例", "中关村科技园区"),
    ],
)
def test_listed_zones_are_told_by_full_and_short_names(text, name):
    assert names(text) == [name]


def test_a_zone_that_is_not_listed_is_named_by_place_and_kind():
    (mention,) = find_zones("项目位于吉林柳河县经济技术开发区内")
    assert (mention.id, mention.listed, mention.span) == ("柳河经开区", False, (4, 16))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("乌鲁木齐、昌吉、石河子高新区", ["乌鲁木齐", "昌吉", "石河子高新区"]),
        ("乌鲁木齐、昌吉、石河子3个高新技术产业开发区", ["乌鲁木齐", "昌吉", "石河子3个高新技术产业开发区"]),
        ("嘉善、井冈山经济技术开发区", ["嘉善", "井冈山经济技术开发区"]),
        ("推动上海和广东、天津、福建自贸试验区建设", ["上海", "广东", "天津", "福建自贸试验区"]),
        ("昆山经开区、昆山高新区两家", ["昆山经开区", "昆山高新区"]),
        ("中关村、东湖、张江国家自主创新示范区", ["中关村", "东湖", "张江国家自主创新示范区"]),
        ("北京和天津滨海新区", ["天津滨海新区"]),
        ("洛阳高新区、经开区和综保区同步开工", ["洛阳高新区", "经开区", "综保区"]),
        ("位于中关村的新材料产业园", ["中关村"]),
        ("兖州、曲阜、邹城经开区", ["兖州", "曲阜", "邹城经开区"]),
        ("济宁兖州、曲阜和邹城经开区", ["济宁兖州", "曲阜", "邹城经开区"]),
        ("曲阜、兖州、邹城3个经开区", ["曲阜", "兖州", "邹城3个经开区"]),
        ("兖州区、曲阜市、邹城市经开区", ["兖州区", "曲阜市", "邹城市经开区"]),
        ("绩溪、泾县、宁国经开区", ["绩溪", "泾县", "宁国经开区"]),
        ("沙坪坝、渝北和九龙坡高新区", ["沙坪坝", "渝北", "九龙坡高新区"]),
        ("广州、上海、苏州工业园区", ["上海", "苏州工业园区"]),
        ("服务、曲阜、邹城经开区", ["曲阜", "邹城经开区"]),
        ("服务、管理、招商高新区", []),
        ("乌鲁木齐、昌吉等3个高新区", ["乌鲁木齐", "昌吉等3个高新区"]),
        ("上海、天津、广东和福建四大自贸区", ["上海", "天津", "广东", "福建四大自贸区"]),
    ],
)
def test_a_list_with_one_kind_names_them_all(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("西安高新区与西安综合保税区", ["西安高新技术产业开发区", "西安综合保税区"]),
        ("苏州工业园区、张家港保税区", ["苏州工业园区", "张家港综合保税区"]),
        ("苏州高新区和昆山综保区", ["苏州高新技术产业开发区", "昆山综合保税区"]),
    ],
)
def test_a_member_of_a_list_with_its_own_kind_is_that_zone(text, expected):
    assert [mention.name for mention in find_zones(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "衡阳高新区大道拓宽", "开车到衡阳高新区站下车", "衡阳高新区医院门诊", "衡阳高新区第一中学开学",
        "滨海高新区国际学校",
        "长沙高新区支行", "衡阳高新区建设投资有限公司", "未来科学城北三街", "雄安新区大街", "衡阳高新区路西",
        "天人合一的生态城市", "各开发区要加强管理", "国家级高新区330多家", "中国—东盟自贸区升级", "江苏开发区改革",
        "建设一批特色产业园区", "绿园区政府", "中关村论坛开幕", "中关村军民融合产业园",
    ],
)  # fmt: skip
def test_roads_schools_firms_and_kinds_in_general_are_no_zones(text):
    assert words(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "衡阳高新区管委会",
        "衡阳高新区站在新起点上",
        "衡阳高新区路网完善",
        "衡阳高新区公安分局",
        "衡阳高新区企业天马公司",
    ],
)
def test_whoever_acts_for_a_zone_names_it(text):
    assert words(text) == ["衡阳高新区"]


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("衡阳高新区提速，园区产值增长。", "园区"),
        ("衡阳高新区提速，高新区出台办法。", "高新区"),
        ("衡阳高新区提速，该区近三年投入大。", "该区"),
        ("正定新区提速，新区公安分局。", "新区"),
        ("苏州高新区在浒关开发区开工，高新区领导出席。", "高新区"),
    ],
)
def test_a_bare_word_stands_for_the_zone_of_its_kind_named_before(text, bare):
    first, *_, last = find_zones(text)
    assert last.bare
    assert text[slice(*last.span)] == bare
    assert last.id == first.id


def test_a_bare_word_of_another_kind_or_before_any_name_is_left_out():
    assert words("园区提速。衡阳高新区出台办法，自贸区挂牌。") == ["衡阳高新区"]


def test_zones_of_one_name_are_told_apart_by_the_place_that_the_text_names():
    gazetteer = Gazetteer(
        [
            Zone(id="a", name="长江新区", province="湖北省", city="武汉市"),
            Zone(id="b", name="长江新区", province="江苏省", city="南通市"),
        ],
        load_gazetteer().places,
    )
    assert [one.id for one in find_zones("南通的长江新区", gazetteer)] == ["b"]
    assert [one.id for one in find_zones("长江新区", gazetteer)] == ["a"]


def test_an_empty_gazetteer_knows_no_zone_by_name():
    assert find_zones("再造一个中关村", Gazetteer([])) == []


def test_all_names_of_the_gazetteer_find_their_zone():
    wrong = []
    gazetteer = load_gazetteer()
    for zone in gazetteer:
        for name in (zone.name, *zone.short):
            found = [(one.name, one.span) for one in find_zones(f"在{name}，", gazetteer)]
            if found != [(zone.name, (1, 1 + len(name)))]:
                wrong.append((zone.id, name, found))
    assert wrong == []


KINDS = st.sampled_from(
    ["高新区", "开发区", "园区", "经济技术开发区", "自贸区", "新区", "、", "和", "的", "3个", "国家级", "（", "）"]
)
PIECES = st.one_of(
    KINDS,
    st.sampled_from(["衡阳", "湖南省", "苏州", "中关村", "柳河县", "中国", "上海", "临港新片区", "大道"]),
    st.text(max_size=3),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_whatever_the_text_mentions_are_in_order_and_do_not_overlap(text):
    position = 0
    for one in find_zones(text):
        start, end = one.span
        assert position <= start < end <= len(text)
        assert one.id
        assert one.name
        position = end


@pytest.mark.parametrize(
    "piece", ["衡阳、", "高新区", "衡阳高新区、", "国家级", "（上海）", "中国", "园区", "3个", "湖南省", "雄安新区"]
)
def test_long_runs_take_no_longer_than_their_length(piece):
    text = piece * (100_000 // len(piece)) + "高新区"
    started = time.process_time()
    find_zones(text)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("无锡高新区产值1500亿元，我区继续发力。", ["无锡高新区", "我区"]),
        ("我区继续发力。", []),
        ("上海自贸试验区临港新片区挂牌以来，新片区新增企业1万家。", ["上海自贸试验区临港新片区", "新片区"]),
        ("滨海高新区在天津。", ["滨海高新区"]),
    ],
)
def test_our_zone_and_the_new_area_stand_for_the_one_named_before(text, words):
    found = find_zones(text)
    assert [text[slice(*one.span)] for one in found] == words
    assert len({one.id for one in found}) <= 1


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("项目落户光谷，总投资20亿元。", "hitech-wuhan-donghu"),
        ("走进武汉光谷", "hitech-wuhan-donghu"),
        ("中国光谷的企业", "hitech-wuhan-donghu"),
        ("光谷企业抱团出海", "hitech-wuhan-donghu"),
        ("北京亦庄自动驾驶示范区", "etdz-beijing"),
        ("亦庄今年新增企业1200家", "etdz-beijing"),
        ("拟在泰达设立研发中心", "etdz-tianjin"),
        ("天津泰达的外资企业", "etdz-tianjin"),
        ("雄安、横琴、前海三地", "newarea-xiongan"),
        ("澳门企业在横琴跨境办公", "hengqin-coop"),
        ("前海一系列突破", "qianhai-coop"),
    ],
)
def test_well_known_zones_are_told_by_their_short_names_alone(text, zone):
    assert find_zones(text)[0].id == zone


@pytest.mark.parametrize(
    "text",
    [
        "光谷大道拥堵", "光谷广场站换乘", "光谷创新大道有积水", "光谷步行街", "阳光谷物公司", "激光谷粒度",
        "观光谷地", "光谷七路沿线",
        "光谷实验室获批", "光谷体育馆", "武汉光谷联合集团", "亦庄镇政府", "亦庄线列车", "亦庄实验学校", "亦庄桥下",
        "天津泰达足球队主场", "泰达今晚中超开战", "泰达股份公告", "泰达控股集团", "泰达币兑人民币",
        "永泰达科技", "目前海尔在全球",
        "前海人寿", "雄安集团", "雄安站的乘客", "雄安段铁路", "中关村街道", "横琴镇居民", "前海开源基金",
    ],
)  # fmt: skip
def test_what_is_only_called_after_such_a_zone_is_none(text):
    assert words(text) == []


def test_kinds_in_a_list_are_of_the_place_that_the_first_one_names():
    assert names("湖南省衡阳高新区、经开区") == [HENGYANG, "衡阳经开区"]
    assert names("青岛高新区和经开区") == ["青岛高新技术产业开发区", "青岛经济技术开发区"]
    assert names("昆山经开区、昆山高新区") == ["昆山经济技术开发区", "昆山高新技术产业开发区"]


@pytest.mark.parametrize(
    ("text", "zone"), [("盐湖生态产业园见实效", "盐湖产业园"), ("柳州生态工业园区开工", "柳州工业园")]
)
def test_eco_parks_are_a_kind_of_their_place(text, zone):
    assert [one.id for one in find_zones(text)] == [zone]
    assert words("建设生态工业园区") == []


@pytest.mark.parametrize("name", ["云湖高新区", "鸣凤山经开区", "澄溪湖科创区"])
@pytest.mark.parametrize(
    "before",
    ["今年", "目前", "近日", "据了解", "今年以来", "近年来", "8月", "2024年", "我市", "上半年", "支持", "其中", "让"],
)
def test_what_begins_a_sentence_is_no_part_of_the_name_of_an_unlisted_zone(before, name):
    text = f"{before}{name}新签约项目12个。"
    assert [(one.name, one.span) for one in find_zones(text)] == [(name, (len(before), len(before) + len(name)))]
    assert [one.name for one in find_zones(f"{name}新签约项目12个，{text}")] == [name, name]


@pytest.mark.parametrize("name", ["正阳河高新区", "都溪高新区", "均溪经开区", "来鹤湖产业园", "还乡河产业园"])
@pytest.mark.parametrize("before", ["", "近日，", "今年以来", "当天", "调研组赴", "包括", "毗邻", "因此", "将来"])
def test_the_name_of_an_unlisted_zone_may_begin_as_words_do(before, name):
    assert [one.name for one in find_zones(f"{before}{name}新签约项目12个。")] == [name]


@pytest.mark.parametrize("text", ["走进云湖高新区再生水厂，清水见底。", "12家企业签约落户云湖高新区。"])
def test_what_one_does_in_an_unlisted_zone_is_no_part_of_its_name(text):
    assert [mention.name for mention in find_zones(text)] == ["云湖高新区"]


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("浦东", "上海浦东新区"), ("滨海", "天津滨海新区"), ("两江", "重庆两江新区"), ("舟山群岛", "浙江舟山群岛新区"),
        ("兰州", "甘肃兰州新区"), ("南沙", "广州南沙新区"), ("西咸", "陕西西咸新区"), ("贵安", "贵州贵安新区"),
        ("西海岸", "青岛西海岸新区"), ("青岛市西海岸", "青岛西海岸新区"), ("黄岛西海岸", "青岛西海岸新区"),
        ("金普", "大连金普新区"), ("天府", "四川天府新区"), ("湘江", "湖南湘江新区"), ("长沙湘江", "湖南湘江新区"),
        ("江北", "南京江北新区"), ("南京市江北", "南京江北新区"), ("福州", "福建福州新区"), ("滇中", "云南滇中新区"),
        ("哈尔滨", "黑龙江哈尔滨新区"), ("长春", "吉林长春新区"), ("赣江", "江西赣江新区"), ("雄安", "河北雄安新区"),
    ],
)  # fmt: skip
def test_a_national_new_area_is_known_by_its_bare_name(stem, name):
    assert names(f"{stem}新区签约12个项目。") == [name]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("重庆江北新区签约12个项目。", "重庆江北新区"), ("潍坊市滨海新区签约12个项目。", "潍坊滨海新区"),
        ("疏勒县齐鲁工业园签约12个项目。", "疏勒齐鲁工业园"),
    ],
)  # fmt: skip
def test_a_zone_of_one_name_in_another_province_is_another(text, name):
    (zone,) = find_zones(text)
    assert (zone.name, zone.listed, zone.span) == (name, False, (0, text.index("签约")))
    assert names("道路东至天津滨海新区。") == ["天津滨海新区"]  # 东至 is a county elsewhere


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("海口江东新区", "海口江东新区"), ("海口市江东新区", "海口江东新区"), ("海南省海口市江东新区", "海口江东新区"),
        ("宁波江东新区", "江东新区"), ("浙江宁波江东新区", "江东新区"), ("江东新区", "江东新区"),
        ("成都河东新区", "成都河东新区"), ("三亚河东新区", "三亚河东新区"), ("临沂河东新区", "临沂河东新区"),
            ("河东新区", "河东新区"),
        ("衡水滨湖经济开发区", "衡水滨湖经开区"), ("阿克苏市柳河县产业园", "柳河产业园"),
        ("南昌九龙湖新区", "南昌九龙湖新区"), ("汕头龙湖新区", "龙湖新区"),
        ("湖北仙桃高新区", "仙桃高新技术产业开发区"),
        ("大连金渤海新区", "大连金渤海新区"),
        ("浙江南太湖新区", "浙江南太湖新区"), ("贵阳西宿松新区", "贵阳西宿松新区"),  # 江南, 阳西 are elsewhere
    ],
)  # fmt: skip
def test_a_place_before_the_name_of_a_county_says_where_the_zone_is(text, name):
    (zone,) = find_zones(f"{text}签约12个项目。")
    assert (zone.name, zone.span) == (name, (0, len(text)))


def test_a_county_behind_a_place_and_a_word_between_is_that_county():
    assert names("浙江赴柳河开发区考察，山东与柳河开发区签约。") == ["柳河开发区", "柳河开发区"]


def test_a_name_without_a_place_is_the_zone_that_was_named_with_one():
    assert names("海口江东新区揭牌，江东新区规划面积298平方公里。") == ["海口江东新区"] * 2
    assert names("江东新区在宁波，海口江东新区在海南，宁波江东新区和江东新区是一个。") == [
        "江东新区", "海口江东新区", "江东新区", "江东新区",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("秀英区、龙华区、江东新区签约", ["江东新区"]), ("黄埔区、增城区、增城开发区签约", ["增城经济技术开发区"]),
        ("长沙县、浏阳市、宁乡高新区签约", ["宁乡高新技术产业开发区"]),
        ("济宁、邹城高新区签约", ["济宁高新技术产业开发区", "邹城高新区"]),
        ("济宁市、邹城市高新区签约", ["济宁高新技术产业开发区", "邹城高新区"]),
        ("海口市属江东新区企业", ["江东新区"]), ("杭州来江东新区投资", ["江东新区"]),
        ("遂宁市委河东新区会议", ["河东新区"]),
    ],
)  # fmt: skip
def test_districts_before_a_zone_and_words_between_a_place_and_a_zone_are_none_of_it(text, found):
    assert names(text) == found


def test_the_new_area_of_yantai_is_not_that_of_cangzhou():
    for text in ("烟台黄渤海新区", "黄渤海新区", "山东烟台黄渤海新区"):
        assert names(f"{text}签约12个项目。") == ["烟台黄渤海新区"]
    assert names("渤海新区签约12个项目。") == ["沧州渤海新区"]


@pytest.mark.parametrize("place", ["南宁", "南宁市", "广西南宁"])
@pytest.mark.parametrize("name", ["五象新区", "八里湖新区", "九龙湖新区", "七星湾产业园", "六横高新区"])
def test_a_numeral_may_begin_a_name(place, name):
    first, second = find_zones(f"{place}{name}签约12个项目，衡阳人到{name}考察。")
    assert (first.id, first.span) == (f"南宁{name}", (0, len(place + name)))
    assert (second.id, second.span[1] - second.span[0]) == (first.id, len(name))


def test_a_numeral_before_the_name_of_a_county_is_part_of_the_name_unless_it_counts_days():
    assert words("九龙湖新区签约。") == ["九龙湖新区"]
    assert words("周五龙湖新区开工。") == ["龙湖新区"]


@pytest.mark.parametrize(
    "text", ["南宁三个新区", "九江两大园区", "三亚九家园区", "南宁百强高新区", "洛阳千亩产业园", "济宁两岸产业园"]
)
def test_a_numeral_that_counts_names_no_zone(text):
    assert words(f"{text}签约。") == []
    assert words("衡阳高新区提速，五大园区签约。") == ["衡阳高新区"]


@pytest.mark.parametrize(
    "text", ["衡阳高新区、衡阳五大园区", "衡阳高新区、宜昌、三明三大新区", "衡阳高新区、南岳十二个产业园"]
)
def test_a_number_that_is_not_that_of_a_list_counts_kinds(text):
    assert words(f"{text}签约。") == ["衡阳高新区"]


@pytest.mark.parametrize(
    ("text", "zones"),
    [
        ("洛阳滨河新区签约，银川市滨河新区揭牌。", ["洛阳滨河新区", "银川滨河新区"]),
        ("银川市兴庆区滨河新区签约。", ["银川滨河新区"]),
        ("海口市美兰区江东新区签约。", ["海口江东新区"]),
        ("南京鼓楼高新区和福州市鼓楼区高新区", ["南京鼓楼高新区", "福州鼓楼高新区"]),
        ("南京加快建设鼓楼高新区。", ["南京鼓楼高新区"]), ("鼓楼高新区签约。", ["鼓楼高新区"]),
        ("海口的江东新区和江东新区（宁波）", ["海口江东新区", "江东新区"]),
        ("江东新区（海口）揭牌，柳河产业园位于海南省海口市。", ["海口江东新区", "海口柳河产业园"]),
        ("宜宾市三江新区签约，三江新区揭牌。", ["sanjiang-yibin"] * 2),
        ("潍坊滨海新区签约，滨海新区揭牌。", ["潍坊滨海新区"] * 2),
        ("开封鼓楼高新区签约，徐州鼓楼高新区揭牌。开封方面，鼓楼高新区提速；徐州方面，鼓楼高新区提速。",
         ["开封鼓楼高新区", "徐州鼓楼高新区"] * 2),
        ("鹤庆兴鹤园区签约，保山水长园区签约，兴鹤园区揭牌。", ["鹤庆兴鹤园区", "保山水长园区", "鹤庆兴鹤园区"]),
    ],
)  # fmt: skip
def test_zones_of_one_name_in_two_cities_are_two(text, zones):
    assert [one.id for one in find_zones(text)] == zones


@pytest.mark.parametrize(
    ("text", "zones"),
    [
        ("南通的长江新区和武汉的长江新区", ["b", "a"]), ("长江新区（南通）与长江新区（武汉）", ["b", "a"]),
        ("武汉市新建长江新区。南通长江新区提速，长江新区签约。", ["a", "b", "b"]),
    ],
)  # fmt: skip
def test_each_mention_of_a_shared_name_is_the_zone_whose_place_is_nearest(text, zones):
    gazetteer = Gazetteer(
        [
            Zone(id="a", name="长江新区", province="湖北省", city="武汉市"),
            Zone(id="b", name="长江新区", province="江苏省", city="南通市"),
        ],
        load_gazetteer().places,
    )
    assert [one.id for one in find_zones(text, gazetteer)] == zones
