"""Every form holds the same paragraphs, is valid whatever they hold, and harms no spreadsheet."""

import csv
import datetime as dt
import io
import json
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gxclassify as gx
from gxclassify.model.model import TaggedParagraph
from gxclassify.output import encode, encoder_for, open_report
from gxclassify.output.forms import CsvRows, Layout, harmless, json_text
from gxclassify.reading import read_text
from gxclassify.reading.records.rows import unguarded

PAGE = """园区招商小分队赴深圳拜访企业3家。周末的集市上，5位居民在桂花树下聊天。
职工篮球赛昨晚在体育公园开幕，8支队伍参加。
"""
SURROGATE = "\ud800"
HOSTILE_RECORD = {"id": 7, "shift": -3, "share": float("nan"), "most": float("-inf"), "name": "=1+1", "x": SURROGATE}


@pytest.fixture
def document():
    return read_text(PAGE, name="页.txt")


@pytest.fixture
def paragraphs(tiny_model, document):
    return list(tiny_model.tag(document))


def paragraph(text="签约", **changes):
    scores = {"policy": 0.25, "eco_park": 0.75}
    plain = TaggedParagraph(
        document="a.jsonl", article=0, title=None, paragraph=0, text=text, span=(0, len(text)), tags=("eco_park",),
        scores=scores, review=False, evidence={}, model="m", record={},
    )  # fmt: skip
    return plain._replace(**changes)


def csv_rows(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def written(form, model, document, **options):
    stream = io.StringIO()
    with open_report(form, model, stream) as report:
        report.write(document, model.tag(document, **options))
    return stream.getvalue()


def test_forms_for_machines_agree(tiny_model, paragraphs):
    themes = tiny_model.themes
    lines = [json.loads(line) for line in encode("jsonl", themes, paragraphs).splitlines()]
    assert json.loads(encode("json", themes, paragraphs)) == lines == [p.to_json() for p in paragraphs]
    rows = csv_rows(encode("csv", themes, paragraphs))
    assert [row["tags"] for row in rows] == [";".join(line["tags"]) for line in lines]
    for theme in themes:
        assert [float(row[theme]) for row in rows] == pytest.approx([p.scores[theme] for p in paragraphs], abs=1e-4)


def test_the_json_report_is_the_json_form(tiny_model, document, paragraphs):
    assert written("json", tiny_model, document).encode() == encode("json", tiny_model.themes, paragraphs)


def test_nothing_is_an_empty_array_and_a_header():
    assert json.loads(encode("json", ["policy"], [])) == []
    assert encode("jsonl", ["policy"], []) == b""
    assert csv_rows(encode("csv", ["policy"], [])) == []


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
def test_pieces_end_to_end_are_the_whole(form, tiny_model, paragraphs):
    encoder = encoder_for(Layout(form=form), tiny_model.themes)
    pieces = [encoder.head(), *(encoder.body([p]) for p in paragraphs), encoder.body([]), encoder.tail()]
    assert b"".join(pieces) == encode(form, tiny_model.themes, paragraphs)


# ---- records


def test_records_come_along_in_every_form():
    both = [paragraph(record={"id": 7, "page": 3}), paragraph(record={"id": 8, "tags": ["甲"]}), paragraph()]
    lines = [json.loads(line) for line in encode("jsonl", both[0].scores, both).splitlines()]
    assert [line.get("record") for line in lines] == [{"id": 7, "page": 3}, {"id": 8, "tags": ["甲"]}, None]
    assert json.loads(encode("json", both[0].scores, both)) == lines
    rows = csv_rows(encode("csv", both[0].scores, both))
    assert list(rows[0])[-4:] == ["record.id", "record.page", "record.tags", "record"]
    assert [(row["record.id"], row["record.page"], row["record.tags"], row["record"]) for row in rows] == [
        ("7", "3", "", ""), ("8", "", '["甲"]', ""), ("", "", "", ""),
    ]  # fmt: skip


def test_a_field_without_a_column_goes_to_the_rest():
    encoder = encoder_for(Layout(form="csv", fields={"id": "int"}), ["policy", "eco_park"])
    data = encoder.head() + encoder.body([paragraph(record={"id": 7, "note": {"a": True}})])
    [row] = csv_rows(data)
    assert (row["record.id"], row["record"]) == ("7", '{"note": {"a": true}}')


def no_constant(name):
    raise AssertionError(name)


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_json_stays_valid_whatever_a_record_holds(form):
    data = encode(form, ["policy"], [paragraph(text=f"签约{SURROGATE}", record=HOSTILE_RECORD)])
    loaded = json.loads(data.decode("utf-8"), parse_constant=no_constant)
    line = loaded[0] if form == "json" else loaded
    assert line["record"] == HOSTILE_RECORD | {"share": None, "most": None, "x": "?"}
    assert line["text"] == "签约?"


def test_csv_holds_numbers_as_numbers_and_nothing_for_what_is_none():
    record = HOSTILE_RECORD | {"nested": {"n": float("inf")}, "sure": True, "none": None}
    [row] = csv_rows(encode("csv", ["policy", "eco_park"], [paragraph(text=f"签约{SURROGATE}", record=record)]))
    assert (row["record.shift"], row["record.share"], row["record.most"], row["record.none"]) == ("-3", "", "", "")
    assert (row["record.name"], row["record.x"], row["text"]) == ("'=1+1", "?", "签约?")
    assert (row["record.nested"], row["record.sure"], row["review"]) == ('{"n": null}', "true", "False")


def test_parquet_takes_what_utf_8_and_json_lack(tmp_path):
    encoder = encoder_for(Layout(form="parquet", fields={"x": "string"}), ["policy", "eco_park"])
    part = io.BytesIO(encoder.head() + encoder.body([paragraph(text=SURROGATE, record=HOSTILE_RECORD)]))
    with (tmp_path / "a.parquet").open("wb") as file:
        encoder.finish(part, file)
    [row] = pq.read_table(tmp_path / "a.parquet").to_pylist()
    assert (row["text"], row["record.x"] or json.loads(row["record"])["x"]) == ("?", "?")
    assert json.loads(row["record"], parse_constant=no_constant)["share"] is None
    assert pa.types.is_float32(pq.read_schema(tmp_path / "a.parquet").field("policy").type)


def test_json_text_spells_what_json_lacks():
    assert json_text([float("nan"), {"a": float("inf")}, 1.5]) == '[null, {"a": null}, 1.5]'


# ---- spreadsheets


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1", "+1", "-1-1", "@x", "\tx", "\rx", "\nx", " =1", "\n=1", "\r\n+1", "\u3000-1", "\ufeff=1", "\u200b@x",
        "\x00=1", "＝1", "＋1", "－1", "＠x", " ＝1", "'=1", "-3a", "+5%",
    ],
)  # fmt: skip
def test_formulas_are_made_harmless(cell):
    assert harmless(cell) == f"'{cell}"
    assert harmless(f"签{cell}") == f"签{cell}"
    assert unguarded(harmless(cell)) == cell


@pytest.mark.parametrize("cell", ["-3", "-5.2", "-0.8%", "-1,200.5", "-4e-05", "-.5"])
def test_negative_numbers_stay_numbers(cell):
    assert harmless(cell) == cell == unguarded(harmless(cell))
    assert unguarded(f"'{cell}") == cell  # as it was written once


@pytest.mark.parametrize("cell", ["", "签约12个", " 签约", "'签约'", "—签约", "2024-11-05", "（-1）"])
def test_what_is_no_formula_stays(cell):
    assert harmless(cell) == unguarded(cell) == cell


@given(st.text(st.sampled_from("'=+-@＝ \t\r\n\u200b签1"), max_size=8))
def test_a_guarded_cell_gives_its_text_back(text):
    assert unguarded(harmless(text)) == text


def test_texts_of_tables_are_read_as_they_were_written(tmp_path):
    texts = ["=公司投资38亿元。", "'=公司。", "-5.2%的增速。", "\t签约。", "'十四五'规划。", "＠签约。"]
    table = CsvRows().text([["text", "id"], *([text, text] for text in texts)])
    (tmp_path / "a.csv").write_text(table, encoding="utf-8")
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(table, newline="")):  # as an office program saves it anew
        book.active.append(row)
    book.save(tmp_path / "b.xlsx")
    for name in ("a.csv", "b.xlsx"):
        found = [p for article in gx.read(tmp_path / name).articles for p in article.paragraphs]
        assert [paragraph.text for paragraph in found] == texts
        assert [paragraph.record["id"] for paragraph in found] == texts
    raw = "".join(json.dumps({"text": f"'{text}"}, ensure_ascii=False) + "\n" for text in texts)
    (tmp_path / "c.jsonl").write_text(raw, encoding="utf-8")
    assert [a.paragraphs[0].text for a in gx.read(tmp_path / "c.jsonl").articles] == [f"'{text}" for text in texts]


@given(st.lists(st.text(st.sampled_from('"\r\n,;\t签 =a'), max_size=8), min_size=2, max_size=4))
def test_no_cell_breaks_its_row(cells):
    for line_end in ("\n", "\r\n"):
        text = CsvRows(line_end).text([cells, cells])
        assert [list(map(unguarded, row)) for row in csv.reader(io.StringIO(text, newline=""))] == [cells, cells]


def test_a_lone_carriage_return_is_quoted():
    assert CsvRows().text([["签\r约", 1]]) == '"签\r约",1\n'


def test_csv_begins_with_a_byte_order_mark_once():
    data = encode("csv", ["policy"], [paragraph(), paragraph()])
    assert data.startswith(b"\xef\xbb\xbfdocument,")
    assert data.count(b"\xef\xbb\xbf") == 1


def test_bytes_are_written_as_base64_and_dates_as_their_text():
    value = {"a": b"\xff\x00", "b": [b""], "c": dt.date(2026, 3, 5), "d": float("nan")}
    assert json.loads(json_text(value)) == {"a": "/wA=", "b": [""], "c": "2026-03-05", "d": None}


def test_dates_decimals_and_bytes_stand_in_cells_without_quotes():
    cells = [dt.date(2026, 3, 5), Decimal("-4.75"), b"\xff\x00", ["a", 1.0], {"b": None}]
    assert CsvRows().text([cells]) == '2026-03-05,-4.75,/wA=,"[""a"", 1]","{""b"": null}"\n'
