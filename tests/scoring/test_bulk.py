"""Bulk scoring: forms in and out, order, what is wrong with the input, interruption."""

import csv
import gzip
import io
import json
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gxclassify.config import ReadingConfig
from gxclassify.errors import ConfigError, GxclassifyError, InputError
from gxclassify.model.model import Model
from gxclassify.reading.compressed import zstd
from gxclassify.scoring.bulk import form_of, stream_files, tag_files
from gxclassify.surveys.run import survey_files
from scoring.poison import PoisonedModel
from support import PATIENCE, table


def read_lines(path):
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    elif path.suffix == ".zst":
        data = zstd.decompress(data)
    return [json.loads(line) for line in data.decode().splitlines()]


def write_csv(path, records, encoding="utf-8", delimiter=","):
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, records[0], delimiter=delimiter)
        writer.writeheader()
        writer.writerows(records)
    return path


def ids(path):
    return [line["record"]["id"] for line in read_lines(path)]


@pytest.mark.parametrize("as_given", [str, Path])
def test_one_path_is_one_input_and_not_its_characters(tmp_path, monkeypatch, tiny_model, jsonl, records, as_given):
    monkeypatch.chdir(tmp_path)  # the name has a point in it, which is this folder
    (tmp_path / "other.txt").write_text("园区新签约12个项目。", encoding="utf-8")
    result = tag_files(as_given(jsonl.name), "tags.csv", model=tiny_model)
    assert (result.paragraphs, result.problems) == (len(records), ())
    assert survey_files(as_given(jsonl.name), model=tiny_model).survey.total.paragraphs == len(records)


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("jobs", [1, 2])
def test_output_is_in_input_order_and_complete(tmp_path, tiny_model, jsonl, records, jobs):
    out = tmp_path / "out.jsonl"
    result = tag_files([jsonl], out, model=tiny_model, jobs=jobs)
    assert (result.paragraphs, result.left_out) == (len(records), 0)
    assert ids(out) == [record["id"] for record in records]
    assert [line["article"] for line in read_lines(out)] == list(range(len(records)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


@pytest.mark.usefixtures("small_chunks")
def test_scores_are_those_of_the_model_alone(tmp_path, tiny_model, jsonl, records):
    out = tmp_path / "out.jsonl"
    tag_files([jsonl], out, model=tiny_model, jobs=2)
    alone = tiny_model.predict_proba([record["text"] for record in records])
    for line, row in zip(read_lines(out), alone, strict=True):
        assert list(line["scores"].values()) == pytest.approx(row, abs=1e-5)


@pytest.mark.parametrize("name", ["in.jsonl.gz", "in.jsonl.zst", "no-ending"])
def test_compression_is_told_from_the_content(tmp_path, tiny_model, jsonl, records, name):
    data = jsonl.read_bytes()
    half = len(data) // 2
    packed = {
        "in.jsonl.gz": gzip.compress(data[:half]) + gzip.compress(data[half:]),
        "in.jsonl.zst": zstd.compress(data[:half]) + zstd.compress(data[half:]),
        "no-ending": gzip.compress(data),
    }[name]
    (tmp_path / name).write_bytes(packed)
    tag_files([tmp_path / name], tmp_path / "out.jsonl", model=tiny_model)
    assert ids(tmp_path / "out.jsonl") == [record["id"] for record in records]


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_output_is_compressed_as_its_name_says(tmp_path, tiny_model, jsonl, records, ending):
    out = tmp_path / f"out.jsonl{ending}"
    tag_files([jsonl], out, model=tiny_model)
    assert ids(out) == [record["id"] for record in records]


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8", ","), ("utf-8-sig", ";"), ("gb18030", "\t"), ("utf-16", ",")]
)
def test_csv_in(tmp_path, tiny_model, records, encoding, delimiter):
    records[3]["text"] = '他说：“签约”,\n"开工", 12英寸 5" 管\n'
    source = write_csv(tmp_path / "in.csv", records, encoding, delimiter)
    tag_files([source], tmp_path / "out.jsonl", model=tiny_model)
    lines = read_lines(tmp_path / "out.jsonl")
    assert [line["text"] for line in lines] == [record["text"] for record in records]
    assert lines[5]["record"] == {"id": "r5", "n": "5"}


def test_csv_with_stray_quotes_and_ragged_rows(tmp_path, tiny_model):
    source = tmp_path / "in.csv"
    source.write_text('id,text\n1,长5" 的管\n2\n\n3,园区"签约"了\n4,甲,乙\n5,好\n', "utf-8")
    result = tag_files([source], tmp_path / "out.jsonl", model=tiny_model)
    assert ids(tmp_path / "out.jsonl") == ["1", "3", "5"]
    assert result.left_out == 2
    assert "in.csv:3: this row has 1 cell where the header has 2" in result.problems[0]
    assert "in.csv:6:" in result.problems[1]


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_an_open_quote_is_told_and_swallows_nothing_silently(tmp_path, tiny_model, form):
    source = tmp_path / "in.csv"
    rows = [f"{i},园区签约{i}个项目" for i in range(20)]
    source.write_text("\n".join(["id,text", *rows[:5], '5,"未完', *rows[6:]]) + "\n", "utf-8")
    result = tag_files([source], tmp_path / f"out.{form}", model=tiny_model)
    assert (result.rows, result.left_out) == (5, 1)
    told = "in.csv: on line 7 a quote opens that is never closed; its row and what follows are left out: 15 lines."
    assert result.problems[0].endswith(told)


@pytest.mark.parametrize("text", ["id|text\n1|签约，12个\n", "sep=;\nid;text\n1;签约，12个\n"])
def test_csv_separated_otherwise(tmp_path, tiny_model, text):
    (tmp_path / "in.csv").write_text(text, "utf-8")
    tag_files([tmp_path / "in.csv"], tmp_path / "out.csv", model=tiny_model)
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [(row["record.id"], row["text"]) for row in csv.DictReader(file)] == [("1", "签约，12个")]


@pytest.mark.usefixtures("small_chunks")
def test_parquet_in_and_out_keeps_columns_and_types(tmp_path, tiny_model, records):
    table = pa.Table.from_pylist(records).append_column("day", pa.array([1] * len(records), pa.date32()))
    pq.write_table(table, tmp_path / "in.parquet", row_group_size=50)
    tag_files([tmp_path / "in.parquet"], tmp_path / "out.parquet", model=tiny_model)
    out = pq.read_table(tmp_path / "out.parquet")
    assert out["record.id"].to_pylist() == [record["id"] for record in records]
    assert out.schema.field("record.n").type == pa.int64()
    assert out.schema.field("record.day").type == pa.date32()
    assert out["text"].to_pylist() == [record["text"] for record in records]
    assert out["record"].null_count == len(records)
    tags = [list(paragraph.tags) for paragraph in tiny_model.tag([record["text"] for record in records])]
    assert out["tags"].to_pylist() == tags
    assert out["article"].to_pylist() == list(range(len(records)))


@pytest.mark.parametrize("name", ["out", "out.xlsx", "out.tsv"])
def test_a_name_that_tells_no_form_of_bulk_names_those_that_do(tmp_path, tiny_model, jsonl, name):
    with pytest.raises(ConfigError, match=r"must end in \.jsonl, \.ndjson, \.csv, \.parquet, or its format"):
        tag_files(jsonl, tmp_path / name, model=tiny_model)


@pytest.mark.parametrize("level", ["article", "document"])
def test_records_bring_their_fields_whatever_a_row_is(tmp_path, tiny_model, level):
    source = tmp_path / "in.jsonl"
    first = [json.dumps({"text": "园区签约", "n": i, "b": True}) for i in range(3000)]
    source.write_text("\n".join([*first, json.dumps({"text": "园区签约", "n": "many", "x": [1]})]), "utf-8")
    tag_files([source], tmp_path / "out.parquet", model=tiny_model, level=level)
    out = pq.read_table(tmp_path / "out.parquet")
    assert (out.schema.field("record.n").type, out["record.n"].to_pylist()) == (pa.int64(), [*range(3000), None])
    assert json.loads(out["record"].to_pylist()[-1]) == {"n": "many", "x": [1]}
    tag_files([source], tmp_path / "out.csv", model=tiny_model, level=level)
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[-3:] == ["record.n", "record.b", "record"]
    assert [rows[0][name] for name in ("record.n", "record.b", "record")] == ["0", "true", ""]
    assert [rows[-1][name] for name in ("record.n", "record.b", "record")] == ["many", "", '{"x": [1]}']


@pytest.mark.parametrize("level", ["paragraph", "article", "document"])
def test_tags_and_zones_are_lists_in_parquet_at_every_level_and_joined_in_csv(tmp_path, tiny_model, level):
    source = tmp_path / "in.jsonl"
    texts = ["济宁高新区新签约项目12个，污水处理厂完成提标改造。", "天气晴朗。"]
    source.write_text("\n".join(json.dumps({"text": text}) for text in texts), "utf-8")
    model = tiny_model.with_thresholds(dict.fromkeys(tiny_model.themes, 0.01))
    tag_files([source], tmp_path / "out.parquet", model=model, level=level, zones=True)
    out = pq.read_table(tmp_path / "out.parquet")
    assert out.schema.field("tags").type == pa.list_(pa.string())
    assert pa.types.is_list(out.schema.field("zones").type)
    tag_files([source], tmp_path / "out.csv", model=model, level=level, zones=True)
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["tags"] for row in rows] == [";".join(tags) for tags in out["tags"].to_pylist()]
    assert ";" in rows[0]["tags"]
    zones = [[zone if isinstance(zone, str) else zone["id"] for zone in found] for found in out["zones"].to_pylist()]
    assert [row["zones"] for row in rows] == [";".join(found) for found in zones]
    assert zones[0]


def test_fields_that_do_not_fit_a_column_are_kept_beside(tmp_path, tiny_model):
    source = tmp_path / "in.jsonl"
    first = [json.dumps({"n": i, "text": "签约"}) for i in range(3000)]
    source.write_text("\n".join([*first, json.dumps({"n": "many", "text": "签约", "note": {"a": [1]}})]), "utf-8")
    tag_files([source], tmp_path / "out.parquet", model=tiny_model, evidence=False)
    last = pq.read_table(tmp_path / "out.parquet").slice(3000).to_pylist()[0]
    assert last["record.n"] is None
    assert json.loads(last["record"]) == {"n": "many", "note": {"a": [1]}}


def test_no_number_loses_its_digits_in_a_column_of_another_type(tmp_path, tiny_model):
    texts = [{"n": i, "text": "签约"} for i in range(4000)]
    odd = [{"n": n, "text": "签约"} for n in (4.75, 5.0, True, float("nan"), 2**63)]
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps(record) + "\n" for record in [*texts, *odd]), "utf-8")
    tag_files([source], tmp_path / "out.parquet", model=tiny_model, evidence=False)
    rows = pq.read_table(tmp_path / "out.parquet").slice(4000).to_pylist()
    assert [row["record.n"] for row in rows] == [None, 5, None, None, None]
    rest = [row["record"] and json.loads(row["record"])["n"] for row in rows]
    assert rest == [4.75, None, True, None, 2**63]


@pytest.mark.parametrize("kinds", [("jsonl", "jsonl"), ("jsonl", "parquet"), ("parquet", "parquet")])
@pytest.mark.parametrize("order", [1, -1])
def test_whole_and_broken_numbers_of_two_files_share_a_column(tmp_path, tiny_model, kinds, order):
    for name, kind, numbers in zip("ab", kinds, ([3, 2**53 + 1], [4.75, 0.1]), strict=True):
        records = [{"amount": n, "text": "签约"} for n in numbers]
        if kind == "jsonl":
            (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, records)), "utf-8")
        else:
            pq.write_table(pa.Table.from_pylist(records), tmp_path / f"{name}.parquet")
    files = [tmp_path / f"{name}.{kind}" for name, kind in zip("ab", kinds, strict=True)]
    tag_files(files[::order], tmp_path / "out.parquet", model=tiny_model, evidence=False)
    rows = pq.read_table(tmp_path / "out.parquet").to_pylist()
    told = {row["record.amount"] if row["record"] is None else json.loads(row["record"])["amount"] for row in rows}
    assert told == {3, 2**53 + 1, 4.75, 0.1}


ODD_TYPES = {
    "zone": pa.array(["N1", "N2", None]).dictionary_encode(),
    "sum": pa.array([Decimal("12.30"), Decimal("-0.05"), None], pa.decimal128(10, 2)),
    "time": pa.array([1_700_000_000_123_456, None, 1], pa.timestamp("us", tz="Asia/Shanghai")),
    "digest": pa.array([b"1234", b"\xff\x00ab", None], pa.binary(4)),
    "small": pa.array([1.5, float("nan"), None], pa.float32()),
    "short": pa.array([1, -128, None], pa.int8()),
    "view": pa.array(["a", None, "b"], pa.string_view()),
}


def test_parquet_in_and_out_keeps_values_of_every_type(tmp_path, tiny_model):
    pq.write_table(pa.table({"text": ["签约", "绿化", "园区"], **ODD_TYPES}), tmp_path / "in.parquet")
    tag_files([tmp_path / "in.parquet"], tmp_path / "out.parquet", model=tiny_model, evidence=False)
    out = pq.read_table(tmp_path / "out.parquet")
    assert out["record"].null_count == len(out)
    for name, column in ODD_TYPES.items():
        kind = column.type
        plain = {"zone": pa.string(), "view": pa.large_string()}.get(name, kind)
        assert out.schema.field(f"record.{name}").type == plain
        assert repr(out[f"record.{name}"].to_pylist()) == repr(column.to_pylist())


def test_csv_out_neutralises_formulas_and_keeps_fields(tmp_path, tiny_model):
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": "=1+1", "n": 3, "text": "=cmd() 签约"}\n{"text": "绿化", "more": [1]}\n', "utf-8")
    tag_files([source], tmp_path / "out.csv", model=tiny_model)
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        first, second = csv.DictReader(file)
    assert (first["text"], first["record.id"], first["record.n"]) == ("'=cmd() 签约", "'=1+1", "3")
    assert second["record.more"] == "[1]"


def test_csv_out_keeps_the_fields_of_sheets_and_of_what_was_not_looked_at(tmp_path, tiny_model):
    table(tmp_path / "b.xlsx", ["编号", "正文"], ["甲", "污水处理厂完成提标改造。"])
    many = [{"id": i, "text": "签约" * 300} for i in range(1000)]
    (tmp_path / "c.json").write_text(json.dumps([*many, {"text": "签约", "late": 1}]), "utf-8")
    (tmp_path / "z.jsonl.gz").write_bytes(gzip.compress(json.dumps({"text": "绿化", "来源": "日报"}).encode()))
    tag_files(
        [tmp_path / "b.xlsx", tmp_path / "c.json", tmp_path / "z.jsonl.gz"], tmp_path / "out.csv", model=tiny_model
    )
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        first, second, *_, late, last = csv.DictReader(file)
    assert first["record.编号"] == "甲"
    assert (second["record.id"], late["record"]) == ("0", '{"late": 1}')
    assert last["record.来源"] == "日报"


def test_csv_out_of_texts_has_no_columns_of_records(tmp_path, tiny_model):
    (tmp_path / "a.txt").write_text("园区签约项目12个。", "utf-8")
    tag_files([tmp_path / "a.txt"], tmp_path / "out.csv", model=tiny_model)
    assert "record" not in (tmp_path / "out.csv").read_text("utf-8-sig").partition("\n")[0]


@pytest.mark.usefixtures("small_chunks")
def test_folders_documents_and_records_together(tmp_path, tiny_model, jsonl):
    corpus = tmp_path / "corpus"
    (corpus / "b").mkdir(parents=True)
    for name in ("a1.txt", "a2.txt", "b/c.txt"):
        (corpus / name).write_text(f"园区签约项目{len(name)}个，总投资三十亿元。\n", "utf-8")
    (corpus / "z.txt.gz").write_bytes(gzip.compress("污水处理厂完成提标改造。".encode("gb18030")))
    (corpus / "m.jsonl").write_bytes(jsonl.read_bytes())
    out = corpus / "out.jsonl"
    for jobs in (2, 1):  # the second time the output itself lies in the folder, and is not read
        result = tag_files([corpus], out, model=tiny_model, jobs=jobs)
        assert (result.paragraphs, result.left_out) == (84, 0)
    names = [os.path.relpath(line["document"], corpus) for line in read_lines(out)]
    assert list(dict.fromkeys(names)) == ["a1.txt", "a2.txt", "m.jsonl", "z.txt.gz", "b/c.txt"]


def test_standard_input(tmp_path, tiny_model, jsonl, records):
    with jsonl.open("rb") as stdin:
        tag_files(["-"], tmp_path / "out.jsonl", model=tiny_model, stdin=stdin)
    assert ids(tmp_path / "out.jsonl") == [record["id"] for record in records]


def test_stream(tiny_model, jsonl, records):
    out = io.BytesIO()
    assert stream_files([jsonl], out, form="jsonl", model=tiny_model).paragraphs == len(records)
    assert [json.loads(line)["record"]["id"] for line in out.getvalue().splitlines()] == [r["id"] for r in records]


# ---- what is wrong with the input


@pytest.mark.parametrize("ending", ["gz", "zst"])
def test_a_cut_file_gives_what_comes_before_the_cut(tmp_path, tiny_model, records, ending):
    data = "".join(json.dumps(record | {"x": os.urandom(99).hex()}) + "\n" for record in records).encode()
    packed = gzip.compress(data) if ending == "gz" else zstd.compress(data * 9, 1)
    bad = tmp_path / f"bad.jsonl.{ending}"
    bad.write_bytes(packed[: len(packed) * 3 // 4])
    good = tmp_path / "good.jsonl"
    good.write_bytes(data)
    result = tag_files([bad, good], tmp_path / "out.jsonl", model=tiny_model)
    assert result.left_out == 1
    assert "is cut short" in result.problems[0]
    assert "bad.jsonl" in result.problems[0]
    got = ids(tmp_path / "out.jsonl")
    assert got[-80:] == [record["id"] for record in records]
    assert ending == "zst" or 40 < len(got) - 80 < 80


def test_zstd_that_asks_for_too_much_memory_or_ends_in_anything_else_is_refused_by_name(tmp_path, tiny_model):
    # One raw block each; the sixth byte is the window that a reader must keep: 128 MiB, and 1 GiB.
    record = '{"text": "签约"}\n'.encode()
    block = (len(record) << 3 | 1).to_bytes(3, "little") + record
    (tmp_path / "most").write_bytes(b"\x28\xb5\x2f\xfd\0\x88" + block)
    (tmp_path / "greedy").write_bytes(b"\x28\xb5\x2f\xfd\0\xa0" + block)
    (tmp_path / "tail").write_bytes(zstd.compress(record) + b"no frame")
    result = tag_files([tmp_path / name for name in ("most", "greedy", "tail")], tmp_path / "o.jsonl", model=tiny_model)
    assert [Path(line["document"]).name for line in read_lines(tmp_path / "o.jsonl")] == ["most", "tail"]
    assert ["the zstd data is damaged" in problem for problem in result.problems] == [True, True]
    assert "memory" in result.problems[0]


def test_a_damaged_gzip_is_named(tmp_path, tiny_model, jsonl):
    packed = bytearray(gzip.compress(jsonl.read_bytes()))
    packed[len(packed) // 2] ^= 0xFF
    (tmp_path / "bad.gz").write_bytes(packed)
    result = tag_files([tmp_path / "bad.gz"], tmp_path / "out.jsonl", model=tiny_model)
    assert any("the gzip data is damaged" in problem for problem in result.problems)


def test_records_that_cannot_be_scored_are_named_and_the_rest_is_done(tmp_path, tiny_model):
    source = tmp_path / "in.jsonl"
    lines = [
        b'{"id": 1, "text": "\xe7\xad\xbe\xe7\xba\xa6"}', b'{"id": 2}', b"{broken", b"[1]", b'{"id": 3, "text": 5}',
        b"",        b'{"id": 4, "text": "\xff\xfe"}', b'{"id": 5, "text": "  "}', b'{"id": 6, "text": "\xe7\xba\xa6"}',
    ]  # fmt: skip
    source.write_bytes(b"\n".join(lines))
    notes: list[str] = []
    result = tag_files([source], tmp_path / "out.jsonl", model=tiny_model, on_note=notes.append)
    found = read_lines(tmp_path / "out.jsonl")
    assert [(line["article"], line["record"]["id"]) for line in found] == [(0, 1), (1, 2), (7, 5), (8, 6)]
    assert [line.get("kind") for line in found] == [None, "missing", "missing", None]
    assert notes == ["2 records have no text (null, missing or empty), kept without tags and scores."]
    assert [problem.split(":")[1] for problem in result.problems] == ["3", "4", "5", "7"]
    for part, problem in zip(
        ["not JSON", "not a JSON object", "a number instead", "not text in utf-8"],
        result.problems,
        strict=True,
    ):
        assert part in problem


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_ten_million_characters_are_refused_by_name(tmp_path, tiny_model, form):
    records = [{"id": "a", "text": "签约"}, {"id": "b", "text": "园" * 10_000_000}, {"id": "c", "text": "绿化"}]
    source = tmp_path / f"in.{form}"
    if form == "jsonl":
        source.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in records), "utf-8")
    elif form == "csv":
        write_csv(source, records)
    else:
        pq.write_table(pa.Table.from_pylist(records), source)
    result = tag_files([source], tmp_path / "out.jsonl", model=tiny_model)
    assert ids(tmp_path / "out.jsonl") == ["a", "c"]
    assert "10,000,000 characters" in result.problems[0]


def test_a_line_without_end_is_passed_over_in_little_memory(tmp_path, tiny_model):
    source = tmp_path / "in.jsonl"
    long = b'{"text": "' + b"x" * 3_000_000 + b'"}\n'
    source.write_bytes(b'{"id": 1, "text": "a"}\n' + long + b'{"id": 2, "text": "b"}\n' + long.rstrip())
    result = tag_files([source], tmp_path / "out.jsonl", model=tiny_model, reading=ReadingConfig(max_bytes=1_000_000))
    assert ids(tmp_path / "out.jsonl") == [1, 2]
    assert [problem.split(": ")[0].rpartition(":")[2] for problem in result.problems] == ["2", "4"]


@pytest.mark.parametrize(
    "case",
    [
        ("a.parquet", pa.table({"place": ["x"]}), "there is no column 'text'; it has 'place'"),
        ("a.parquet", pa.table({"text": [1, 2]}), "holds int64, not text"),
        ("a.parquet", b"PAR1" + b"\0" * 100, "the Parquet file is damaged"),
        ("a.csv", b"id,place\n1,x\n", "there is no column 'text'; it has 'id', 'place'"),
        ("a.csv", b"", "there are no columns: the file is empty"),
        ("a.tsv", b"\xef\xbb\xbf\n", "there are no columns: the file is empty, or its first row is"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "this is an image"),
        ("a.caj", b"CAJ" + b"\0" * 100, "this is an article of CNKI"),
        ("a.nh", b"HN" + b"\0" * 100, "this is an article of CNKI"),
        ("a.txt", b"", "there is no text in it"),
        (None, None, "there is no such file or folder"),
    ],
)
def test_files_that_cannot_be_read_are_named_and_the_rest_is_done(tmp_path, tiny_model, jsonl, case):
    name, content, sentence = case
    bad = tmp_path / (name or "missing.txt")
    if isinstance(content, bytes):
        bad.write_bytes(content)
    elif content is not None:
        pq.write_table(content, bad)
    result = tag_files([bad, jsonl], tmp_path / "out.jsonl", model=tiny_model)
    assert (result.paragraphs, result.left_out) == (80, 1)
    assert sentence in result.problems[0]


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz", "out.csv.zst", "out.parquet"])
@pytest.mark.parametrize("resume", [False, True])
def test_a_run_that_could_read_nothing_leaves_the_output_before_it(tmp_path, tiny_model, jsonl, name, resume):
    out = tmp_path / name
    tag_files([jsonl], out, model=tiny_model)
    before = out.read_bytes()
    result = tag_files([jsonl], out, model=tiny_model, text_column="misspelt", resume=resume)
    assert (result.written, result.paragraphs) == (False, 0)
    assert result.left_out == len(result.problems) > 0
    assert out.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", name]


def test_empty_input_gives_an_empty_output(tmp_path, tiny_model):
    (tmp_path / "in").mkdir()
    (tmp_path / "out.jsonl").write_text("{}\n")
    assert tag_files([tmp_path / "in"], tmp_path / "out.jsonl", model=tiny_model).written
    assert (tmp_path / "out.jsonl").read_bytes() == b""


def test_another_text_column(tmp_path, tiny_model):
    pq.write_table(pa.table({"body": ["签约"], "text": [7]}), tmp_path / "in.parquet")
    tag_files([tmp_path / "in.parquet"], tmp_path / "out.jsonl", model=tiny_model, text_column="body")
    line = read_lines(tmp_path / "out.jsonl")[0]
    assert (line["text"], line["record"]) == ("签约", {"text": 7})


@pytest.mark.parametrize(
    ("output", "options"),
    [("x.unknown", {}), ("x.parquet.gz", {}), ("x.html", {}), ("x.jsonl", {"jobs": 0}), ("x.jsonl", {"jobs": 65})],
)
def test_what_cannot_be_written_is_refused_before_anything_is_done(tmp_path, tiny_model, output, options):
    with pytest.raises(ConfigError):
        tag_files([tmp_path], tmp_path / output, model=tiny_model, **options)
    assert list(tmp_path.iterdir()) == []


def test_form_of():
    assert [form_of(Path(name)) for name in ("a.jsonl.gz", "b.CSV", "c.d.parquet", "e.html")] == [
        ("jsonl", "gzip"), ("csv", ""), ("parquet", ""), ("html", ""),
    ]  # fmt: skip


# ---- deaths and interruptions


@pytest.mark.usefixtures("small_chunks")
def test_a_killed_worker_is_named_and_its_part_scored_again(tmp_path, tiny_model, jsonl, records):
    # So many parts that some are still being scored when the first is done, however fast the machine.
    many = [{**record, "id": f"{record['id']}-{n}"} for n in range(25) for record in records]
    jsonl.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in many), "utf-8")
    notes, killed = [], []

    def kill_once(*_):
        if not killed:
            killed.extend(child.pid for child in multiprocessing.active_children())
            for pid in killed:
                os.kill(pid, signal.SIGKILL)

    result = tag_files(
        [jsonl], tmp_path / "out.jsonl", model=tiny_model, jobs=2, on_progress=kill_once, on_note=notes.append
    )
    assert (result.paragraphs, result.left_out) == (len(many), 0)
    assert ids(tmp_path / "out.jsonl") == [record["id"] for record in many]
    assert any("was killed by signal 9" in note and "in.jsonl, from line" in note for note in notes)


@pytest.mark.usefixtures("small_chunks")
def test_a_part_that_kills_every_worker_is_left_out_by_name(tmp_path, tiny_model, jsonl, records):
    records[40]["text"] = "毒"
    jsonl.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), "utf-8")
    result = tag_files([jsonl], tmp_path / "out.jsonl", model=PoisonedModel(tiny_model), jobs=2)
    got = ids(tmp_path / "out.jsonl")
    assert result.left_out == 1
    assert "twice over it; the part is left out" in result.problems[0]
    assert "r40" not in got
    assert 60 < len(got) < 80
    assert got == [record["id"] for record in records if record["id"] in got]


@pytest.mark.parametrize("unguarded", [False, True], ids=["standard input", "no guard"])
def test_processes_that_cannot_begin_end_the_run_and_blame_no_input(tmp_path, tiny_bundle, jsonl, unguarded):
    script = tmp_path / "run.py"
    code = f"""
from gxclassify.scoring.bulk import tag_files
tag_files([{str(jsonl)!r}], "out.jsonl", model={str(tiny_bundle)!r}, jobs=2)
"""
    script.write_text(code, "utf-8")
    ran = subprocess.run(
        [sys.executable, script if unguarded else "-"], input="" if unguarded else code, cwd=tmp_path,
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert "The processes that jobs asks for cannot begin. A script must lie in a file" in ran.stderr
    assert ran.returncode == 1
    assert not (tmp_path / "out.jsonl").exists()


def _tag_with_two(path, answers):
    try:
        tag_files([path], path.with_suffix(".out.csv"), jobs=2)
    except ConfigError as error:
        answers.put(str(error))


def test_a_daemonic_process_is_told_to_work_alone(jsonl):
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    process = context.Process(target=_tag_with_two, args=(jsonl, answers), daemon=True)
    process.start()
    assert "give jobs=1" in answers.get(timeout=PATIENCE)
    process.join(PATIENCE)


_RUN = """
import os, signal, sys
from pathlib import Path
from gxclassify.model import Model
from gxclassify.scoring import bulk
from gxclassify.reading.records.cutter import Cutter
Cutter.chunk_bytes, Cutter.most_rows = 1024, 8
bulk._EVERY_SECONDS = 0.0
bundle, source, out, jobs, last = sys.argv[1:]
seen = []
def tick(*_):
    seen.append(1)
    if len(seen) == int(last):
        os.kill(os.getpid(), signal.SIGKILL)
if __name__ == "__main__":
    r = bulk.tag_files([source], out, model=Model.load(bundle), jobs=int(jobs), resume=True, on_progress=tick)
    print(len(seen), r.paragraphs)
"""


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize(("form", "jobs"), [("jsonl", 1), ("csv.gz", 1), ("parquet", 1), ("jsonl.zst", 2)])
def test_resume_after_kill_gives_the_same_bytes(tmp_path, tiny_bundle, jsonl, form, jobs):
    script = tmp_path / "run.py"
    script.write_text(_RUN, "utf-8")

    whole, broken = tmp_path / f"whole.{form}", tmp_path / f"broken.{form}"
    total = 0

    def count(*_):
        nonlocal total
        total += 1

    tag_files([jsonl], whole, model=Model.load(tiny_bundle), on_progress=count)
    assert total >= 6

    def run(last):
        command = [sys.executable, script, tiny_bundle, jsonl, broken, str(jobs), str(last)]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)

    assert run(3).returncode == -signal.SIGKILL
    assert not broken.exists()
    with (tmp_path / f"broken.{form}.part").open("ab") as part:
        part.write(b"half a rec")  # what was written after the last note is cut off
    with (tmp_path / f"broken.{form}.journal").open("ab") as notes:
        notes.write(b'{"chunks": 99, "ma')
    done = run(10**6)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) == total - 3  # what the kill came after is not scored again
    if form == "parquet":
        assert pq.read_table(broken).equals(pq.read_table(whole))
    else:
        assert broken.read_bytes() == whole.read_bytes()
    assert not list(tmp_path.glob("*.part")) + list(tmp_path.glob("*.journal"))


class StoppedError(Exception):
    pass


def interrupt(tmp_path, model, source):
    def stop(*_):
        raise StoppedError

    with pytest.raises(StoppedError):
        tag_files([source], tmp_path / "out.jsonl", model=model, on_progress=stop)


@pytest.mark.usefixtures("small_chunks")
def test_beginning_anew_what_was_interrupted_is_told(tmp_path, tiny_model, jsonl):
    interrupt(tmp_path, tiny_model, jsonl)
    notes = []
    tag_files([jsonl], tmp_path / "out.jsonl", model=tiny_model, on_note=notes.append)
    assert notes == [f"{tmp_path / 'out.jsonl'}: what an interrupted run had done is done anew; --resume goes on."]
    tag_files([jsonl], tmp_path / "out.jsonl", model=tiny_model, on_note=notes.append)
    assert len(notes) == 1


@pytest.mark.usefixtures("small_chunks")
def test_resuming_where_nothing_was_interrupted_is_told(tmp_path, tiny_model, jsonl):
    out, notes = tmp_path / "out.jsonl", []
    said = (
        f"{out}: there is nothing to resume: no run before this one had got so far as to keep anything. "
        "This one begins at the start."
    )
    for told in ([said], [said] * 2):  # also where a run ended well
        tag_files([jsonl], out, model=tiny_model, resume=True, on_note=notes.append)
        assert notes == told
    interrupt(tmp_path, tiny_model, jsonl)
    tag_files([jsonl], out, model=tiny_model, resume=True, on_note=notes.append)
    assert len(notes) == 2


@pytest.mark.usefixtures("small_chunks")
def test_what_a_run_left_unfinished_is_told_as_that(tmp_path, tiny_model, jsonl):
    interrupt(tmp_path, tiny_model, jsonl)
    (tmp_path / "page.pdf.part").write_bytes(b"%PDF-1.7")  # of a download
    notes = []
    tag_files([tmp_path], tmp_path / "other.jsonl", model=tiny_model, on_note=notes.append)
    [unfinished] = [note for note in notes if "out.jsonl.part" in note]
    assert unfinished == (
        f"1 file that a run has not finished is passed over ({tmp_path / 'out.jsonl.part'}); where that run was "
        "interrupted, --resume (resume=True) finishes what it had begun."
    )
    assert any(f"1 file was passed over ({tmp_path / 'page.pdf.part'}): empty, a shortcut" in note for note in notes)
    notes.clear()
    tag_files([tmp_path], tmp_path / "out.jsonl", model=tiny_model, on_note=notes.append)  # its own
    assert not any("has not finished" in note for note in notes)


@pytest.mark.usefixtures("small_chunks")
def test_null_texts_of_the_interrupted_part_are_counted(tmp_path, tiny_model, records):
    source = tmp_path / "in.jsonl"
    source.write_text("\n".join(json.dumps(r | ({} if r["n"] % 9 else {"text": None})) for r in records), "utf-8")
    interrupt(tmp_path, tiny_model, source)
    notes = []
    tag_files([source], tmp_path / "out.jsonl", model=tiny_model, resume=True, on_note=notes.append)
    assert [note.split()[0] for note in notes] == ["9"]


@pytest.mark.usefixtures("small_chunks")
def test_resume_refuses_another_run_and_changed_input(tmp_path, tiny_model, jsonl):
    interrupt(tmp_path, tiny_model, jsonl)
    with pytest.raises(InputError, match=r"differs from this one in the evidence \(--evidence, --no-evidence\);"):
        tag_files([jsonl], tmp_path / "out.jsonl", model=tiny_model, resume=True, evidence=False)
    with pytest.raises(InputError, match=r"the format \(--format\), how files are read"):
        tag_files(
            [jsonl], tmp_path / "out.jsonl", model=tiny_model, resume=True, form="csv",
            reading=ReadingConfig(encoding="gb18030"),
        )  # fmt: skip
    jsonl.write_text(jsonl.read_text("utf-8").replace("r1", "r9"), "utf-8")
    with pytest.raises(InputError, match="the input, or its name, has changed"):
        tag_files([jsonl], tmp_path / "out.jsonl", model=tiny_model, resume=True)
    assert tag_files([jsonl], tmp_path / "out.jsonl", model=tiny_model).paragraphs == 80


@pytest.mark.usefixtures("small_chunks")
def test_resume_refuses_the_same_content_under_another_name(tmp_path, tiny_model, jsonl):
    interrupt(tmp_path, tiny_model, jsonl)
    jsonl.rename(tmp_path / "other.jsonl")
    with pytest.raises(InputError, match="the input, or its name, has changed"):
        tag_files([tmp_path / "other.jsonl"], tmp_path / "out.jsonl", model=tiny_model, resume=True)


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("name", ["in.jsonl", "in.txt"])
def test_resume_says_that_the_input_is_gone(tmp_path, tiny_model, jsonl, name):
    source = jsonl.rename(tmp_path / name)
    interrupt(tmp_path, tiny_model, source)
    source.rename(tmp_path / "elsewhere")
    with pytest.raises(InputError, match=rf"cannot go on\. \S*{name}: there is no such file") as told:
        tag_files([source], tmp_path / "out.jsonl", model=tiny_model, resume=True)
    assert "differs" not in str(told.value)


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("damage", ["", "{", '{"model": "x"', "null\n"])
def test_a_damaged_journal_is_told_and_all_done_anew(tmp_path, tiny_model, jsonl, damage):
    interrupt(tmp_path, tiny_model, jsonl)
    (tmp_path / "out.jsonl.journal").write_text(damage, "utf-8")
    notes = []
    result = tag_files([jsonl], tmp_path / "out.jsonl", model=tiny_model, resume=True, on_note=notes.append)
    assert result.paragraphs == 80
    assert any("how far the interrupted run had come cannot be read in out.jsonl.journal" in note for note in notes)


@pytest.mark.usefixtures("small_chunks")
def test_an_old_output_stays_until_the_new_one_is_whole(tmp_path, tiny_model, jsonl):
    (tmp_path / "out.jsonl").write_text("old", "utf-8")
    interrupt(tmp_path, tiny_model, jsonl)
    assert (tmp_path / "out.jsonl").read_text("utf-8") == "old"


@pytest.mark.usefixtures("small_chunks")
def test_a_full_disk_is_named_and_the_run_can_go_on(tmp_path, tiny_model, jsonl):
    out = tmp_path / "out.jsonl"
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises(GxclassifyError, match=r"out\.jsonl: the output cannot be written .* resume"):
            tag_files([jsonl], out, model=tiny_model)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert not out.exists()
    assert tag_files([jsonl], out, model=tiny_model, resume=True).paragraphs == 80
    assert [line["record"]["n"] for line in read_lines(out)] == list(range(80))


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path, tiny_model, jsonl):
    with pytest.raises(GxclassifyError, match=r"cannot be written \(No such file or directory\); name a folder"):
        tag_files([jsonl], tmp_path / "missing" / "out.jsonl", model=tiny_model)


def test_two_runs_into_one_output_are_refused(tmp_path, tiny_model, jsonl):
    def again(*_):
        with pytest.raises(GxclassifyError, match="another run is writing"):
            tag_files([jsonl], tmp_path / "out.jsonl", model=tiny_model)

    assert tag_files([jsonl], tmp_path / "out.jsonl", model=tiny_model, on_progress=again).paragraphs == 80


def test_an_output_never_replaces_an_input_or_a_device(tmp_path, tiny_model, jsonl):
    before = jsonl.read_bytes()
    (tmp_path / "link.jsonl").symlink_to(jsonl)
    for output in (jsonl, tmp_path / "link.jsonl"):
        with pytest.raises(ConfigError, match="this is an input"):
            tag_files([jsonl], output, model=tiny_model)
    with pytest.raises(ConfigError, match="must be a file"):
        tag_files([jsonl], os.devnull, model=tiny_model, form="jsonl")
    (tmp_path / "folder").mkdir()
    own = jsonl.rename(tmp_path / "folder" / "own.jsonl")
    with pytest.raises(ConfigError, match="this is an input"):
        tag_files([tmp_path / "folder"], own, model=tiny_model)
    assert own.read_bytes() == before
    for _ in range(2):  # what it wrote itself is no input
        assert tag_files([tmp_path / "folder"], tmp_path / "folder" / "out.csv", model=tiny_model).paragraphs == 80


@pytest.mark.usefixtures("small_chunks")
def test_parquet_that_cannot_be_finished_leaves_what_it_needs_to_go_on(tmp_path, tiny_model, jsonl, monkeypatch):
    out = tmp_path / "out.parquet"
    with monkeypatch.context() as patch:

        def full(_part, target):
            target.write(b"PAR1")
            raise OSError(28, "No space left on device")

        patch.setattr("gxclassify.output.parquet.ParquetEncoder.finish", staticmethod(full))
        with pytest.raises(GxclassifyError, match="No space left"):
            tag_files([jsonl], out, model=tiny_model)
    assert sorted(p.name for p in tmp_path.glob("out*")) == ["out.parquet.journal", "out.parquet.part"]
    assert tag_files([jsonl], out, model=tiny_model, resume=True).paragraphs == 80
    assert pq.read_table(out).num_rows == 80


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="signals are held back only on POSIX")
def test_the_first_worker_is_started_with_interrupts_held_back():
    code = """
import signal
from multiprocessing import get_context
from gxclassify.scoring.workers import _no_interrupt

if __name__ == "__main__":
    with _no_interrupt():
        process = get_context("spawn").Process(target=int)
        process.start()
        print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()))
    process.join()
    print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()))
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["True", "False"], ran.stderr
