"""Records in JSON of any form, and the field of their text where nobody named it."""

from __future__ import annotations

import json

import pytest

from gxclassify.config import ReadingConfig
from gxclassify.errors import InputError
from gxclassify.reading import read
from gxclassify.reading.inputs import Inputs
from gxclassify.reading.records.fields import text_field

FIRST = "青溪高新区今年新签约项目36个，总投资180亿元。"
SECOND = "园区建成省级创新平台12家，集聚研发人员四千名。"
RECORDS = [{"id": 1, "text": FIRST}, {"id": 2, "text": SECOND}]


def dump(value, **options):
    return json.dumps(value, ensure_ascii=False, **options).encode()


def texts(document):
    return [paragraph.text for article in document.articles for paragraph in article.paragraphs]


@pytest.mark.parametrize("options", [{}, {"indent": 2}, {"indent": 0}, {"indent": "\t"}])
@pytest.mark.parametrize(
    "value",
    [
        RECORDS,
        {"code": 0, "data": {"total": 2, "list": RECORDS}},
        {"articles": RECORDS, "authors": [{"name": "甲"}]},
        {"a1": RECORDS[0], "a2": RECORDS[1]},
        {"id": {"0": 1, "1": 2}, "text": {"0": FIRST, "1": SECOND}},
        {"id": [1, 2], "text": [FIRST, SECOND]},
        {"columns": ["id", "text"], "index": [0, 1], "data": [[1, FIRST], [2, SECOND]]},
        {"schema": {"fields": [{"name": "text", "type": "string"}]}, "data": RECORDS},
        [RECORDS[:1], RECORDS[1:]],
        {"code": 0, "msg": "success", "data": {"list": RECORDS}},
    ],
    ids=[
        "array",
        "answer of a service",
        "beside another list",
        "by key",
        "pandas columns",
        "lists",
        "split",
        "table",
        "nested",
        "answer with a message",
    ],
)
def test_records_are_found_in_every_form(value, options):
    document = read(dump(value, **options))
    assert (document.format, texts(document)) == ("json", [FIRST, SECOND])
    assert [article.paragraphs[0].record["id"] for article in document.articles] == [1, 2]


@pytest.mark.parametrize("script", ["callback({});", "window.list = {}", "var list={};\r\n", "jQuery36.cb_1( {} )"])
@pytest.mark.parametrize("value", [RECORDS, {"data": RECORDS}])
def test_records_in_a_script_are_records(script, value):
    document = read(script.format(dump(value).decode()).encode())
    assert (document.format, texts(document)) == ("json", [FIRST, SECOND])


def test_a_program_is_no_json():
    program = f'names = ["a", "b"]\nfor name in names:\n    print(name)  # {FIRST}\n'
    assert read(program.encode()).format == "text"


@pytest.mark.parametrize("between", ["\n", "\n\n", ",\n", "\r\n"])
@pytest.mark.parametrize("values", [RECORDS, [RECORDS[:1], RECORDS[1:]]])
def test_values_one_after_the_other_are_read_as_one_list(values, between):
    data = between.join(dump(value, indent=1).decode() for value in values)
    assert texts(read(data.encode(), name="a.json")) == [FIRST, SECOND]
    with pytest.raises(InputError, match="not JSON"):
        read((data + "\n完").encode(), name="a.json")


def test_an_array_of_texts_is_one_of_records():
    assert texts(read(dump([FIRST, SECOND], indent=1))) == [FIRST, SECOND]


def test_one_record_spread_over_lines():
    (article,) = read(dump({"title": "签约", "content": FIRST}, indent=2)).articles
    assert (article.title, article.paragraphs[0].text) == ("签约", FIRST)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_json_in_other_encodings(encoding):
    assert texts(read(json.dumps(RECORDS, ensure_ascii=False, indent=1).encode(encoding))) == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("record", "field"),
    [
        ({"标题": "签约", "正文": FIRST}, "正文"),
        ({"Content": FIRST, "url": "http://a.cn/" + "x" * 200}, "Content"),
        ({"标题": "签约", "甲": FIRST, "乙": "青溪日报"}, "甲"),
        ({"text": "", "content": FIRST}, "text"),
        ({"编号": "12", "评论内容": "还行"}, "评论内容"),
        ({"标题": "青溪高新区签约", "url": "http://a.cn"}, None),
    ],
)
def test_the_field_of_the_text_is_known_by_name_or_by_look(record, field):
    assert text_field([record] * 3, "text") == field


def test_the_field_that_was_taken_is_named_and_one_that_was_asked_for_is_not_replaced():
    data = dump([{"正文": FIRST}, {"正文": SECOND}])
    assert "'正文'" in read(data).notes[0]
    with pytest.raises(InputError, match=r"no records with a text '内容'; they have '正文' \(choose by --text-column"):
        read(data, text_column="内容")


@pytest.mark.parametrize(
    "data",
    [
        "\n".join(json.dumps({"标题": "甲", "正文": text}, ensure_ascii=False) for text in (FIRST, SECOND)).encode(),
        f"编号,正文\n1,{FIRST}\n2,{SECOND}\n".replace("，", "；").encode(),
    ],
    ids=["jsonl", "csv"],
)
def test_lines_and_tables_with_a_field_of_another_name(data):
    document = read(data)
    assert [text.replace("；", "，") for text in texts(document)] == [FIRST, SECOND]
    assert "'正文'" in document.notes[0]


def test_json_that_is_no_json_is_named_with_its_line():
    with pytest.raises(InputError, match=r"a\.json:3: this is not JSON"):
        read(b'[\n {"text": "a"},\n {"text" "b"}\n]', name="a.json")


def test_prose_that_begins_with_a_bracket_is_prose():
    assert read(f"[本报讯] {FIRST}\n".encode()).format == "text"
    assert read("{编者按} 园区签约。\n".encode()).format == "text"


def test_bulk_numbers_records_as_the_whole_file_does(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(dump([{"id": i, "content": FIRST} for i in range(9000)], indent=1))
    inputs = Inputs([path], text_column="text", config=ReadingConfig())
    documents = [document for chunk in inputs.chunks() for document in chunk.documents(ReadingConfig())]
    assert len(documents) > 1
    places = [(d.first_article + i, a.paragraphs[0].record["id"]) for d in documents for i, a in enumerate(d.articles)]
    assert places == [(i, i) for i in range(9000)]
    assert sum(len(document.notices) for document in documents) == 1


def test_html_in_a_field_is_read_as_html():
    html = f"<div><h2>招商</h2><p>　　{FIRST}</p><p>{SECOND}</p><p>&nbsp;</p></div>"
    (article,) = read(dump([{"id": 1, "text": html}])).articles
    assert [paragraph.text for paragraph in article.paragraphs] == [FIRST, SECOND]
    assert article.subheads == ("招商",)
    spans = [paragraph.span for paragraph in article.paragraphs]
    assert all(end - start == len(text) for (start, end), text in zip(spans, (FIRST, SECOND), strict=True))


def test_a_text_with_signs_of_less_and_more_is_no_html():
    text = "产值<5亿元的企业</br，利润>1亿元的企业。"
    assert texts(read(dump([{"text": text}]))) == [text]


def test_what_a_piece_of_html_hides_is_named():
    text = f'<div><p>{FIRST}</p><p style="display:none">草稿</p><h3>二、平台</h3><p>{SECOND}</p></div>'
    document = read(dump([{"text": text}]))
    assert texts(document) == [FIRST, SECOND]
    assert document.characters["hidden"] == 2
    assert [p.subhead for p in document.articles[0].paragraphs] == [None, "二、平台"]


def test_a_whole_page_in_a_field_is_read_as_a_page():
    page = f"<html><head><title>今日要闻</title></head><body><h1>青溪签约36个项目</h1><p>{FIRST}</p></body></html>"
    (article,) = read(dump([{"text": page}])).articles
    assert (article.title, [p.text for p in article.paragraphs]) == ("青溪签约36个项目", [FIRST])


def test_a_break_and_spaces_of_html_are_enough_where_nothing_speaks_against_it():
    assert texts(read(dump([{"text": f"&nbsp;&nbsp;{FIRST}<br/>{SECOND}"}]))) == [FIRST, SECOND]
    kept = f"{FIRST}<br>其中a<b的有3家&nbsp;。"
    assert texts(read(dump([{"text": kept}]))) == [kept]


@pytest.mark.parametrize(
    "value",
    [
        [{"section": "要闻", "articles": RECORDS[:1]}, {"section": "政策", "articles": RECORDS[1:]}],
        [FIRST, RECORDS[1]],
        [{"title": "签约", "paragraphs": [FIRST]}, {"title": "平台", "paragraphs": [SECOND]}],
    ],
)
def test_records_below_others_beside_texts_and_of_paragraphs_are_found(value):
    assert texts(read(dump(value))) == [FIRST, SECOND]


def test_the_paragraphs_of_a_record_stay_lines_of_its_text():
    assert texts(read(dump([{"title": "签约", "content": [FIRST, SECOND]}]))) == [f"{FIRST}\n{SECOND}"]


OLD, NEW = "雲棲高新區簽約項目46個，總投資218億元。", "云栖高新区签约项目46个，总投资218亿元。"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (dump([{"title": "雲棲開門紅", "text": OLD}]), "a.json"),
        (dump({"title": "雲棲開門紅", "text": OLD}), "a.jsonl"),
        (f"title,text\n雲棲開門紅,{OLD}\n".encode(), "a.csv"),
        (dump([{"title": "雲棲開門紅", "text": f"<p>{OLD}</p>"}]), "b.json"),
    ],
)
def test_records_in_traditional_characters_are_noticed_or_simplified(data, name):
    document = read(data, name=name)
    assert texts(document)[0] == OLD
    assert [notice.kind for notice in document.notices] == ["traditional"]
    document = read(data, name=name, config=ReadingConfig(simplify=True))
    (article,) = document.articles
    assert (article.title, texts(document), document.notices) == ("云栖开门红", [NEW], ())
    assert [repair.kind for repair in article.paragraphs[0].repairs] == ["simplified"]
    assert article.paragraphs[0].source_span(0, 3) == (0, 3)


@pytest.mark.parametrize("name", ["title", "newsTitle", "article_title", "headline", "题目"])
def test_a_headline_is_known_by_the_end_of_its_fields_name(name):
    data = json.dumps([{name: "高新区签约", "content": "近日，高新区签约12个项目，总投资38亿元。"}], ensure_ascii=False)
    assert [article.title for article in read(data.encode(), name="a.json").articles] == ["高新区签约"]


@pytest.mark.parametrize("name", ["来信内容", "发布内容", "docContent", "news_body", "Ticket text"])
def test_a_field_is_known_by_what_its_name_ends_with(name):
    data = dump([{"来信主题": "签约", name: FIRST}, {"来信主题": "建平台", name: SECOND}])
    document = read(data)
    assert texts(document) == [FIRST, SECOND]
    assert [article.title for article in document.articles] == ["签约", "建平台"]
    table = f"编号,{name}\n1,{FIRST}\n2,{SECOND}\n".encode("gbk")
    assert texts(read(table)) == [FIRST, SECOND]


def test_the_text_for_a_picture_is_not_the_text():
    document = read(dump([{"alt_text": "签约现场", "工单": FIRST}, {"alt_text": "平台外景", "工单": SECOND}]))
    assert texts(document) == [FIRST, SECOND]


def test_english_sentences_are_a_text_by_their_look_and_addresses_are_none():
    told = [
        "Dear support, the VAT is missing on the invoice of last month.",
        "Please send it again as soon as you can.",
    ]
    rows = [{"Ticket": text, "Address": f"{i} Main St., Apt. 4, Springfield"} for i, text in enumerate(told, 12)]
    assert texts(read(dump(rows))) == told


def test_html_whose_tags_are_escapes_in_a_field_is_read_as_html():
    document = read(dump([{"title": "签约", "content": f"&lt;p&gt;{FIRST}&lt;/p&gt;&lt;p&gt;{SECOND}&lt;/p&gt;"}]))
    assert texts(document) == [FIRST, SECOND]


def test_a_text_may_be_a_list_of_paragraphs_in_json_lines_as_well():
    data = b"\n".join(dump({"title": "青溪", "content": [FIRST, SECOND], "tags": ["a"]}) for _ in range(2))
    assert texts(read(data, name="a.jsonl")) == [f"{FIRST}\n{SECOND}"] * 2


def test_captions_in_the_html_of_a_field_are_captions():
    html = f"<p>{FIRST}</p><figure><img src='a'><figcaption>青溪全景</figcaption></figure><p>{SECOND}</p>"
    (article,) = read(dump([{"content": html}])).articles
    assert (article.captions, [p.text for p in article.paragraphs]) == (("青溪全景",), [FIRST, SECOND])


def test_blocks_of_an_articles_text_are_its_paragraphs_and_records_with_a_type_stay_records():
    content = [{"type": "text", "text": FIRST}, {"type": "image", "url": "a.jpg"}, {"type": "text", "text": SECOND}]
    (article,) = read(dump({"title": "青溪", "content": content}), name="a.json").articles
    assert (article.title, article.paragraphs[0].text) == ("青溪", f"{FIRST}\n{SECOND}")
    listed = {
        "code": 0,
        "content": [{"type": "要闻", "title": "甲", "content": FIRST}, {"type": "要闻", "content": SECOND}],
    }
    assert texts(read(dump(listed), name="a.json")) == [FIRST, SECOND]


@pytest.mark.parametrize("name", ["contentHtml", "html", "docContent", "新闻内容", "body_html"])
def test_the_whole_of_an_article_goes_before_its_summary(name):
    record = {"title": "青溪", "summary": FIRST[:9], name: f"<p>{FIRST}</p><p>{SECOND}</p>", "comment": "好"}
    assert texts(read(dump({"data": {"article": record}}), name="a.json")) == [FIRST, SECOND]


def test_programs_tell_records_left_out_from_those_kept_without_text():
    lines = ['{"正文": "签约12个项目。"}', '{"正文": null}', '{"正文": ""}', "{", '{"id": 4}']
    document = read("\n".join(lines).encode(), name="a.jsonl")
    assert {(notice.kind, notice.count) for notice in document.notices} == {
        ("fields", 0), ("record", 1), ("records", 1), ("missing", 3),
    }  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [
        [{"title": {"rendered": "开工"}, "content": {"rendered": FIRST}, "excerpt": {"rendered": FIRST[:9]}}],
        [{"title": ["开工"], "content": [FIRST]}],
        [{"title": "开工", "summary": FIRST[:9], "articleBody": [{"id": 1, "text": FIRST}]}],
        [{"titleName": "开工", "abstract": "", "zw": FIRST}],
        [["标题", "正文"], ["开工", FIRST]],
        {"data": {"article": {"title": "开工", "content": FIRST}, "hot": [{"title": "旧闻", "url": "x"}]}},
        {
            "hits": {
                "hits": [{"_source": {"title": "开工", "content": FIRST}, "highlight": {"content": ["<em>签约</em>"]}}]
            }
        },
        {"siteTitle": "青溪", "subTitle": "——观察", "newsTitle": "开工", "content": FIRST},
    ],
)
def test_the_text_and_the_title_of_a_record_may_be_objects_or_lists(value):
    (found,) = read(dump(value, indent=1)).articles
    assert (found.title, [paragraph.text for paragraph in found.paragraphs]) == ("开工", [FIRST])


def test_the_lists_of_several_months_are_all_read_and_an_article_goes_before_what_it_relates_to():
    months = {"9月": [{"title": "甲", "content": FIRST}], "10月": [{"title": "乙", "content": SECOND}]}
    assert texts(read(dump(months, indent=1))) == [FIRST, SECOND]
    long = FIRST + SECOND
    related = {"title": "甲", "content": long, "related": [{"title": "乙", "content": 3 * long}]}
    assert texts(read(dump(related, indent=1))) == [long]
