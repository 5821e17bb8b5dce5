"""One odd record among many: it is named or mended, and all the others are tagged, in every form."""

from __future__ import annotations

import csv
import io
import json
import os
import threading

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gxclassify.cli import _run
from gxclassify.errors import InputError
from gxclassify.output.forms import JsonLinesEncoder
from gxclassify.reading import read
from gxclassify.scoring import workers
from gxclassify.scoring.bulk import tag_files
from support import PAGE

FORMS = ["jsonl", "csv", "parquet"]
TEXT = "园区污水处理厂完成提标改造。"
N = 40
ODD = 17


def rows_of(path):
    if path.suffix == ".parquet":
        return [*range(pq.read_metadata(path).num_rows)]  # Python cannot hold all values, as before
    text = path.read_text(encoding="utf-8-sig")
    return [json.loads(line) for line in text.splitlines()] if path.suffix == ".jsonl" else [
        *csv.DictReader(io.StringIO(text, newline=""))
    ]  # fmt: skip


def parquet(path, **columns):
    pq.write_table(pa.table({"text": [f"{TEXT}{n}" for n in range(N)], **columns}), path)
    return path


def odd_time(path):
    return parquet(path, seen=pa.array([0] * ODD + [10**15] + [0] * (N - ODD - 1), pa.timestamp("s")))


def odd_duration(path):
    return parquet(path, took=pa.array([0] * ODD + [2**60] + [0] * (N - ODD - 1), pa.duration("s")))


def no_utf8(path):
    values = pa.array([b"a"] * ODD + [b"\xff\xfe\xfd"] + [b"a"] * (N - ODD - 1), pa.binary())
    return parquet(path, note=pa.StringArray.from_buffers(N, *values.buffers()[1:]))


def two_texts(path):
    table = pa.table([[f"{TEXT}{n}" for n in range(N)], ["甲"] * N, ["乙"] * N], ["text", "text", "a"])
    pq.write_table(table, path)
    return path


def lines(path, odd):
    records = ['{"text": "%s", "n": %d}' % (TEXT, n) for n in range(N)]  # noqa: UP031
    records[ODD] = odd
    path = path.with_suffix(".jsonl")
    path.write_text("\n".join(records), encoding="utf-8")
    return path


SOURCES = {
    "a time beyond all years": odd_time,
    "a duration beyond all": odd_duration,
    "a note that is not UTF-8": no_utf8,
    "two columns of one name": two_texts,
    "half a pair in a key": lambda path: lines(path, '{"text": "%s", "\\ud800": 1}' % TEXT),  # noqa: UP031
    "half a pair in a value": lambda path: lines(path, '{"text": "%s", "n": "\\udc00"}' % TEXT),  # noqa: UP031
    "half a pair in the text": lambda path: lines(path, '{"text": "%s\\ud83d"}' % TEXT),  # noqa: UP031
    "not a number": lambda path: lines(path, '{"text": "%s", "n": NaN}' % TEXT),  # noqa: UP031
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("what", SOURCES)
def test_an_odd_record_takes_nothing_else_with_it(tmp_path, tiny_model, what, form):
    source = SOURCES[what](tmp_path / "in.parquet")
    result = tag_files([source], tmp_path / f"out.{form}", model=tiny_model)
    assert (result.paragraphs, result.left_out) == (N, 0)
    assert len(rows_of(tmp_path / f"out.{form}")) == N


@pytest.mark.parametrize("what", SOURCES)
@pytest.mark.parametrize("arguments", [["--format", "table"], ["--format", "json"], ["--format", "html"]], ids=str)
def test_odd_records_in_the_forms_for_people(tmp_path, tiny_bundle, what, arguments):
    source = SOURCES[what](tmp_path / "in.parquet")
    out = tmp_path / "out"
    assert _run(["predict", str(source), "--model", str(tiny_bundle), "--output", str(out), *arguments]) == 0
    text = out.read_text(encoding="utf-8")
    assert text.count("污水处理厂") >= N
    if "json" in arguments:
        assert len(json.loads(text, parse_constant=pytest.fail)) == N


@pytest.mark.parametrize("what", SOURCES)
def test_odd_records_are_shown(tmp_path, what, capsys):
    source = SOURCES[what](tmp_path / "in.parquet")
    assert _run(["read", "--format", "json", str(source)]) == 0
    pieces = [json.loads(line, parse_constant=pytest.fail) for line in capsys.readouterr().out.splitlines()]
    assert sum(len(piece["articles"]) for piece in pieces) == N
    assert read(source).articles


def test_text_that_is_not_utf8_is_left_out_and_named(tmp_path, tiny_model):
    values = pa.array([TEXT.encode()] * ODD + [b"\xff\xfe"] + [TEXT.encode()] * (N - ODD - 1), pa.binary())
    table = pa.table({"text": pa.StringArray.from_buffers(N, *values.buffers()[1:])})
    pq.write_table(table, tmp_path / "in.parquet")
    result = tag_files([tmp_path / "in.parquet"], tmp_path / "out.jsonl", model=tiny_model)
    assert (result.paragraphs, result.left_out) == (N - 1, 1)
    assert f"in.parquet:{ODD + 1}: the 'text' of this row is not text in UTF-8" in result.problems[0]


def test_a_second_column_of_a_name_comes_back_under_another(tmp_path, tiny_model):
    (tmp_path / "in.csv").write_text(f"text,id,text\n{TEXT},7,甲\n", encoding="utf-8")
    tag_files([tmp_path / "in.csv"], tmp_path / "out.jsonl", model=tiny_model)
    (row,) = rows_of(tmp_path / "out.jsonl")
    assert (row["text"], row["record"]) == (TEXT, {"id": "7", "text 3": "甲"})


@pytest.mark.parametrize("resume", [False, True])
def test_a_record_that_cannot_be_tagged_is_left_out_alone(tmp_path, tiny_model, monkeypatch, resume):
    class Picky(JsonLinesEncoder):
        def body(self, paragraphs):
            if any(p.text.endswith("17") for p in paragraphs):
                raise ZeroDivisionError
            return super().body(paragraphs)

    monkeypatch.setattr(workers, "encoder_for", lambda *_: Picky())
    source = parquet(tmp_path / "in.parquet")
    result = tag_files([source], tmp_path / "out.jsonl", model=tiny_model, resume=resume)
    assert (result.paragraphs, result.left_out) == (N - 1, 1)
    (problem,) = result.problems
    assert problem == f"{source}:{ODD + 1}: cannot be tagged (ZeroDivisionError); it is left out."
    assert [row["article"] for row in rows_of(tmp_path / "out.jsonl")] == [n for n in range(N) if n != ODD]


def test_a_named_pipe_is_read_and_one_in_a_folder_is_not_waited_for(tmp_path, tiny_model):
    folder = tmp_path / "folder"
    folder.mkdir()
    os.mkfifo(folder / "pipe.txt")
    (folder / "page.txt").write_text(PAGE, encoding="utf-8")
    notes = []
    assert tag_files([folder], tmp_path / "a.jsonl", model=tiny_model, on_note=notes.append).paragraphs
    assert "passed over" in notes[0]
    for name, content, form in (("p.txt", PAGE, "jsonl"), ("p.jsonl", '{"text": "甲"}\n{"text": "乙"}', "csv")):
        os.mkfifo(tmp_path / name)
        writer = threading.Thread(target=(tmp_path / name).write_text, args=(content,), kwargs={"encoding": "utf-8"})
        writer.start()
        result = tag_files([tmp_path / name], tmp_path / f"{name}.{form}", model=tiny_model)
        writer.join()
        assert (result.paragraphs > 0, result.left_out) == (True, 0)


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="there are no such devices here")  # noqa: PTH110
def test_a_device_without_end_is_a_sentence():
    with pytest.raises(InputError, match=r"^/dev/zero: "):
        read("/dev/zero")
    assert _run(["read", "/dev/zero", "--set", "reading.max_bytes=100000"]) == 3
    assert _run(["read", "/dev/null"]) == 3
