"""Files of records as one Document: numbers, spans, encodings, and what is left out."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gxclassify.config import ReadingConfig
from gxclassify.errors import InputError
from gxclassify.reading import read, render_text
from gxclassify.reading.compressed import Plain
from gxclassify.reading.records.cutter import kind_of

TRADITIONAL = "這個產業園區的經濟發展很好，市政府對於企業的創新給予大力支持。"


def lines(*records):
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode()


def texts(document):
    return [[p.text for p in article.paragraphs] for article in document.articles]


def test_each_record_is_an_article_of_one_paragraph_with_its_other_fields():
    document = read(
        lines({"id": 1, "title": "一", "text": "甲。"}, {"id": 2, "title": "一", "text": "乙丙。", "tag": ["x"]})
    )
    assert document.format == "jsonl"
    assert [article.title for article in document.articles] == ["一", "一"]
    records = [paragraph.record for article in document.articles for paragraph in article.paragraphs]
    assert records == [{"id": 1, "title": "一"}, {"id": 2, "title": "一", "tag": ["x"]}]


def test_spans_point_into_the_records_own_text():
    document = read(lines({"text": "甲。"}, {"text": "乙丙。"}))
    assert [article.paragraphs[0].span for article in document.articles] == [(0, 2), (0, 3)]
    assert document.source == ""


def test_texts_are_not_changed():
    assert texts(read(lines({"text": "本报讯 甲 乙 丙 丁"}))) == [["本报讯 甲 乙 丙 丁"]]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (b"{", "this line is not JSON"),
        (b"[1]", "this line is not a JSON object"),
        (b'{"text": 3}', "this line has a number instead of a text as 'text'"),
        (b'{"text":' * 100_000, "this line is not JSON"),
        (b'{"text": "\xff\xff"}', "this line is not text in utf-8"),
    ],
)
def test_a_bad_line_is_left_out_named_and_counted(bad, why):
    data = '{"text": "签约项目"}\n\n'.encode() + bad + '\n{"text": "园区"}\n'.encode()
    document = read(data, name="data.jsonl")
    assert texts(document) == [["签约项目"], [], [], ["园区"]]
    named, counted = document.notes
    assert named.startswith(f"data.jsonl:3: {why}")
    assert counted == "1 of 3 records were left out."
    assert render_text(document) == "签约项目\n\n园区\n"


@pytest.mark.parametrize("null", ["{}", '{"text": null}', '{"text": NaN}', '{"text": ""}', '{"text": " "}'])
def test_a_record_without_a_text_keeps_its_place_and_is_counted(null):
    document = read(f'{{"text": "签约"}}\n{null}\n{{"text": "园区"}}\n'.encode(), name="data.jsonl")
    assert texts(document) == [["签约"], [""], ["园区"]]
    assert [article.paragraphs[0].kind for article in document.articles] == ["paragraph", "missing", "paragraph"]
    assert document.notes == ("1 record has no text (null, missing or empty), kept without tags and scores.",)


def test_many_bad_lines_are_counted():
    document = read(lines({"text": "签约"}, *[{"text": i} for i in range(150)]))
    assert len(document.notes) == 101
    assert document.notes[-1] == "150 of 151 records were left out."


def test_where_no_record_is_left_the_file_is_refused():
    with pytest.raises(
        InputError, match=r"^a\.jsonl:1: this line has a number instead of a text as 'text'; .* 1 more were"
    ):
        read(b'{"text": 1}\n{"text": 2}\n', name="a.jsonl")


@pytest.mark.parametrize("count", [2, 5_000])
def test_a_file_without_the_field_of_the_text_is_refused_in_one_sentence(count):
    data = lines(*({"id": i, "正文": f"高新区签约{i}个项目。"} for i in range(count)))
    with pytest.raises(
        InputError, match=r"^a\.jsonl: there is no column '内容'; it has 'id', '正文' \(choose by [^;]+$"
    ):
        read(data, name="a.jsonl", text_column="内容")


LONG = "高新区签约12个项目。" * 2500  # more than what is looked at to tell the kind of a file


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
@pytest.mark.parametrize("field", ["content", "正文", "新鲜事"])
@pytest.mark.parametrize("first", [0, 1, 3])
def test_the_field_of_the_text_is_told_however_long_the_first_records_are(field, first, packed):
    records = [{"id": i, "标签": {"a": i}, field: LONG} for i in range(first + 1)]
    document = read(packed(lines({"id": 7}, *records, {"id": 8, field: "签约。"})), name="a.jsonl")
    assert [text for (text,) in texts(document)] == ["", *[LONG] * (first + 1), "签约。"]


@pytest.mark.parametrize("name", ["<stdin>", "a.txt"])
def test_long_lines_of_json_are_told_whatever_their_name_and_one_bad_line_is_left_out(name):
    data = lines({"id": {"a": 1}, "正文": LONG}) + b"\n{]\n" + lines({"id": {"a": 2}, "正文": "签约。"})
    document = read(data, name=name)
    assert (document.format, texts(document)) == ("jsonl", [[LONG], [], ["签约。"]])


def test_the_column_of_the_text_is_told_by_look_however_long_the_first_rows_are():
    rows = f'编号,新鲜事,来源\n1,"{LONG * 6}",日报\n2,高新区今年签约十二个项目。,日报\n'
    assert texts(read(rows.encode(), name="a.csv")) == [[LONG * 6], ["高新区今年签约十二个项目。"]]


def test_a_file_without_records_is_a_document_without_articles():
    assert read(b"\n\n", name="a.jsonl").articles == ()


def test_a_text_beyond_the_limit_is_named():
    with pytest.raises(InputError, match=":1: the text has 11 characters, more than 10"):
        read(lines({"text": "字" * 11}), config=ReadingConfig(max_paragraph_chars=10))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "big5", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_records_come_back_whatever_their_encoding(encoding, kind):
    plain = TRADITIONAL if encoding == "big5" else "这个产业园区的经济发展很好，我们在这里看到了新的变化。"
    text = f"id,text\n1,{plain}\n" if kind == "csv" else json.dumps({"id": "1", "text": plain}, ensure_ascii=False)
    document = read(text.encode(encoding))
    assert (document.format, texts(document)) == (kind, [[plain]])
    assert any("Big5" in note for note in document.notes) == (encoding == "big5")


@pytest.mark.parametrize(
    ("encoding", "bad"), [("gb18030", b"\xff\xff"), ("big5", b"\xff\xff"), ("utf-16-le", b"\x00\xdc")]
)
@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_a_record_that_does_not_decode_is_left_out(encoding, bad, kind):
    good = [f"{TRADITIONAL}{i}" for i in range(20)]
    if kind == "csv":
        rows = [f"{i},{text}\n" for i, text in enumerate(good)]
        data = ["id,text\n".encode(encoding), *(row.encode(encoding) for row in rows)]
        data.insert(3, "9,".encode(encoding) + bad + "\n".encode(encoding))
    else:
        data = [
            json.dumps({"text": text}, ensure_ascii=False).encode(encoding) + "\n".encode(encoding) for text in good
        ]
        data.insert(2, '{"text": "'.encode(encoding) + bad + '"}\n'.encode(encoding))
    document = read(b"".join(data))
    assert texts(document) == [[good[0]], [good[1]], [], *([text] for text in good[2:])]
    assert f"is not text in {encoding}" in document.notes[-2]


def test_parquet_is_read_from_its_path(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"body": ["签约", None, "绿化"], "id": [1, 2, 3]}), path)
    document = read(path, text_column="body")
    assert (document.format, texts(document)) == ("parquet", [["签约"], [""], ["绿化"]])
    with pytest.raises(InputError, match="neither packed nor piped"):
        read(path.read_bytes())
    with pytest.raises(InputError, match="unpacked there are more than 99 bytes"):
        read(path, text_column="body", config=ReadingConfig(max_bytes=99))


def test_what_is_packed_counts_as_long_as_it_is_unpacked():
    for data in (lines(*[{"text": "签约"}] * 1000), "高新区签约。\n".encode() * 1000):
        with pytest.raises(InputError, match=r"more than 5,000 bytes.*max_bytes"):
            read(gzip.compress(data), config=ReadingConfig(max_bytes=5000))


def test_a_packed_page_is_read():
    assert texts(read(gzip.compress("高新区签约。".encode()))) == [["高新区签约。"]]


def test_a_cut_file_gives_what_lies_before_the_cut():
    packed = gzip.compress(lines(*[{"text": f"签约项目{i * 7919 % 1000}"} for i in range(3000)]))
    document = read(packed[: len(packed) // 2], name="a.jsonl.gz")
    assert 100 < len(document.articles) < 3000
    assert any("is cut short" in note for note in document.notes)


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b'{"text": "x"}', "<bytes>", "jsonl"),
        (b'\n {"text": "x"}\n{', "<bytes>", "jsonl"),
        (b'{"text": "x', "<bytes>", "json"),  # damaged, which reading it will say
        (b'[\n {"text": "x"}]', "<bytes>", "json"),
        (b'[{"text": "x"}]', "a.jsonl", "json"),
        (b"[1] x", "<bytes>", "document"),
        (b'{"text": "' + b"x" * 70_000, "<bytes>", "jsonl"),  # the line's end lies beyond what is looked at
        (b"{no" + b"x" * 70_000, "<bytes>", "document"),
        (b'{"text": "<html><body>"}', "<bytes>", "jsonl"),
        (b"id;text\n1;x", "<bytes>", "csv"),
        (b"id,body\n1,x", "<bytes>", "csv"),
        (b"id,place\n1,x", "<bytes>", "document"),
        (b"id,body\n1,x", "a.csv", "csv"),
        (b"hello", "a.jsonl.gz", "jsonl"),
        (b"PAR1", "a.csv", "parquet"),
        (b"%PDF-1.7\n", "<bytes>", "document"),
    ],
)
def test_the_kind_is_told_from_the_content_and_the_name(data, name, kind):
    assert kind_of(Plain(io.BytesIO(data), name), "text") == kind


def test_a_table_read_in_a_wrong_encoding_is_refused_in_one_short_line():
    rows = "编号,内容\n" + "".join(f"{n},园区今年新签约项目十二个。\n" for n in range(1000))
    with pytest.raises(InputError, match="read as utf-16-le, as was asked for") as caught:
        read(rows.encode(), name="a.csv", config=ReadingConfig(encoding="utf-16-le"))
    assert len(str(caught.value)) < 200


def test_of_very_many_columns_some_are_named():
    header = ",".join(f"列{n}" for n in range(500))
    with pytest.raises(InputError, match=r"it has '列0', .*'列19', 480 more \(choose by"):
        read(f"{header}\n{header}\n".encode(), name="a.csv", text_column="内容")


@pytest.mark.parametrize("name", ["a.csv", "a.txt", "<stdin>"])
def test_a_column_that_a_table_lacks_is_told_under_any_name(name):
    with pytest.raises(InputError, match="there is no column '内客'; it has '标题', '内容'"):
        read("标题,内容\n签约,高新区签约十二个项目。\n".encode(), name=name, text_column="内客")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (bz2.compress(b'{"text": "a"}'), "packed with bzip2"),
        (lzma.compress(b'{"text": "a"}'), "packed with xz"),
        (gzip.compress(gzip.compress(b'{"text": "a"}')), "a gzip archive"),
        (gzip.compress(b"a.jsonl".ljust(257, b"\0") + b"ustar".ljust(255, b"\0")), "a tar archive"),
    ],
    ids=["bzip2", "xz", "gzip", "tar"],  # packed bytes hold the second in which a worker packs them
)
@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a"])
def test_what_is_packed_otherwise_is_told_by_its_name(data, what, name):
    with pytest.raises(InputError, match=rf"^{name}: this is {what}"):
        read(data, name=name)


def test_json_over_many_lines_is_read_whatever_its_name():
    records = [{"text": "签约12个项目"}, {"text": "绿化"}]
    data = "\n".join(json.dumps(record, indent=2) for record in records).encode()
    document = read(data, name="a.jsonl")
    assert [p.text for article in document.articles for p in article.paragraphs] == ["签约12个项目", "绿化"]


TITLED = "五月来信汇总,,\n填表：孙宁,,\n编号,正文,来源\n1,再生水厂通水。,日报\n2,多,一格,了\n3,孵化器开园。,晚报\n"


@pytest.mark.parametrize("name", ["letters.csv", "letters"])
def test_rows_above_a_header_are_left_out_and_told(name):
    document = read(TITLED.encode(), name=name)
    assert texts(document) == [["再生水厂通水。"], [], ["孵化器开园。"]]
    assert document.articles[0].paragraphs[0].record == {"编号": "1", "来源": "日报"}
    assert document.notes[0] == "What stands above the header is left out: '五月来信汇总 填表：孙宁'."
    assert f"{name}:5: this row has 4 cells" in "\n".join(document.notes)
    assert document.characters["furniture"] == len("五月来信汇总填表：孙宁")


@pytest.mark.parametrize(
    ("above", "encoding"),
    [
        ("五月来信汇总\n", "utf-8-sig"),
        ("五月来信汇总,,\n", "utf-16"),
        ("导出时间,2026-05-31,\n,,\n填表：孙宁,,五月\n", "gb18030"),
    ],
)
def test_what_stands_above_a_header_is_told_whole(above, encoding):
    document = read(f"{above}编号,正文,来源\n1,再生水厂通水。,日报\n".encode(encoding), name="letters.csv")
    assert texts(document) == [["再生水厂通水。"]]
    told = " ".join(above.replace(",", " ").split())
    assert document.notes[0] == f"What stands above the header is left out: {told!r}."
    assert "lost" not in document.characters


@pytest.mark.parametrize("sign", [";", "\t", "|"])
def test_a_header_below_a_title_without_separators_is_found(sign):
    table = "编号,正文,来源\n1,再生水厂通水。,日报\n2,孵化器开园。,晚报\n".replace(",", sign)
    for name in ("letters.csv", "letters.tsv"):
        document = read(f"五月来信汇总\n\n{table}".encode(), name=name)
        assert [article.paragraphs[0].text for article in document.articles] == ["再生水厂通水。", "孵化器开园。"]
        assert document.articles[0].paragraphs[0].record == {"编号": "1", "来源": "日报"}
        assert document.notes[0] == "What stands above the header is left out: '五月来信汇总'."


@pytest.mark.parametrize("texts", ["甲;乙\n丙;丁\n", "再生水厂通水;孵化器开园。\n一;二;三\n"])
def test_separators_in_a_table_of_texts_alone_part_nothing(texts):
    document = read(f"正文\n{texts}".encode(), name="a.csv")
    assert [article.paragraphs[0].text for article in document.articles] == texts.split()


@pytest.mark.parametrize(
    ("above", "names"),
    [
        ("六月来稿,,\n填报单位：东闸,六月五日,制表：孙宁\n", "编号,报送,来稿"),
        ("六月来稿,,\n填报单位：东闸,,制表：孙宁\n", "编号,报送,内容摘要"),
        ("", ",报送,来稿"),
    ],
)
def test_entries_above_a_header_name_no_columns(above, names):
    one, other = "闸门昨天换了新的橡胶垫，漏水少了一半。", "夜里有人值守，水位每小时记一次。"
    document = read(f"{above}{names}\n1,东闸,{one}\n2,西闸,{other}\n".encode(), name="a.csv")
    assert texts(document) == [[one], [other]]


def test_the_column_of_texts_is_told_by_look_where_no_name_tells_it():
    rows = "1,东闸,闸门昨天换了新的橡胶垫，漏水少了一半。\n2,西闸,夜里有人值守，水位每小时记一次。\n"
    document = read(f"六月巡查表,,\n编号,地点,所见\n{rows}".encode(), name="rounds.csv")
    assert texts(document) == [["闸门昨天换了新的橡胶垫，漏水少了一半。"], ["夜里有人值守，水位每小时记一次。"]]
    assert document.articles[1].paragraphs[0].record == {"编号": "2", "地点": "西闸"}
    with pytest.raises(InputError, match="the first row is a text and names no columns"):
        read(rows.encode(), name="rounds.csv")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("五月来信,报送,专用\n编号,正文,来源\n1,再生水厂通水。,日报\n", "there is no column 'text'"),
        (",\n" * 12 + "编号,正文\n1,再生水厂通水。\n", "there is no column"),
        ("姓名,电话\n孙宁,0532-1\n", "it has '姓名', '电话'"),
        ("六月来稿\n来稿\n闸门昨天换了新的橡胶垫。\n夜里有人值守。\n", "it has '六月来稿'"),
    ],
)
def test_rows_that_name_no_column_of_texts_are_refused(text, why):
    with pytest.raises(InputError, match=why):
        read(text.encode(), name="letters.csv")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("above", ["", "sep=,~", "五月来信,~"])
@pytest.mark.parametrize("count", [50, 5000])  # more than the rows that are read at a time
def test_a_bad_row_is_told_with_its_line_whatever_line_ends_cells_hold(end, above, count):
    good = "".join(f'{i},"签约。~~开工。"~' for i in range(count))
    rows = f'{above}id,text~~{good}50,坏,行~51,"\udcff"~'
    line = rows[: rows.index("50,坏")].count("~") + 1
    document = read(rows.replace("~", end).encode("gb18030", "replace").replace(b"?", b"\xff"), name="a.csv")
    problems = [note for note in document.notes if note.startswith("a.csv:")]
    assert problems == [
        f"a.csv:{line}: this row has 3 cells where the header has 2; it is left out.",
        f"a.csv:{line + 1}: this row is not text in gb18030; it is left out.",
    ]


def test_quotes_with_backslashes_have_a_notice():
    told = "Quotes inside cells are written"
    assert any(told in note for note in read('id,text\n1,"他说\\"好\\"，签约"\n'.encode(), name="a.csv").notes)
    for text in ('id,text\n1,"他说""好""，签约"\n', 'id,text\n"C:\\a\\",签约\n'):
        assert not any(told in note for note in read(text.encode(), name="a.csv").notes)
