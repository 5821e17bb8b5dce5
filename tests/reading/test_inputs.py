"""Inputs that can be opened, or read, only now and then: told, and never read in another form."""

import errno
import io
import json
import os
from pathlib import Path

import pytest

from gxclassify.config import ReadingConfig
from gxclassify.errors import ConfigError
from gxclassify.reading.inputs import Inputs, check_output
from gxclassify.reading.records.chunks import ProblemChunk

ROWS = "text,id\n" + "园区污水处理厂完成提标改造。,1\n" * 3


@pytest.fixture
def table(tmp_path) -> Path:
    path = tmp_path / "in.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def inputs(*paths: Path) -> Inputs:
    return Inputs(paths, text_column="text", config=ReadingConfig())


def failing(monkeypatch, path: Path, n: int) -> None:
    """Let the n-th opening of a file fail."""
    really, count = Path.open, [0]

    def opened(self, *arguments, **named):
        count[0] += self == path
        if self == path and count[0] == n:
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
        return really(self, *arguments, **named)

    monkeypatch.setattr(Path, "open", opened)


def test_a_file_that_cannot_be_opened_once_is_a_problem_and_the_others_are_read(table, tmp_path, monkeypatch):
    (tmp_path / "page.txt").write_text("园区污水处理厂完成提标改造。\n", encoding="utf-8")
    failing(monkeypatch, table, 1)
    first, second = inputs(table, tmp_path / "page.txt").chunks()
    assert isinstance(first, ProblemChunk)
    assert first.problem == f"{table}: the file cannot be read (Input/output error); check the path."
    assert second.place == str(tmp_path / "page.txt")


def test_a_file_whose_fields_could_not_be_asked_for_is_a_problem_too(table, monkeypatch):
    failing(monkeypatch, table, 1)
    source = inputs(table)
    assert source.fields() == ({}, False)
    [chunk] = source.chunks()
    assert isinstance(chunk, ProblemChunk)


def test_a_file_whose_first_bytes_cannot_be_read_is_a_problem(table, monkeypatch):
    really = Path.open

    class Broken(io.RawIOBase):
        def readable(self):
            return True

        def readinto(self, _):
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Path, "open", lambda self, *a, **n: Broken() if self == table else really(self, *a, **n))
    [chunk] = inputs(table).chunks()
    assert isinstance(chunk, ProblemChunk)
    assert "Input/output error" in chunk.problem


@pytest.mark.parametrize("column", ["text", "正文"])
@pytest.mark.parametrize("long", [0, 1, 2])
@pytest.mark.parametrize(
    "form",
    [
        lambda records: "\n".join(map(json.dumps, records)),
        json.dumps,
        lambda records: json.dumps({"data": {"list": records}}, indent=1, ensure_ascii=False),
        lambda records: json.dumps({name: [record[name] for record in records] for name in records[0]}),
    ],
    ids=["lines", "array", "answer", "columns"],
)
def test_the_fields_of_records_are_told_however_long_the_first_are(form, long, column, tmp_path):
    records = [{"id": i, column: "园区污水处理厂完成提标改造。", "share": 0.5} for i in range(4)]
    records[long][column] *= 5000
    path = tmp_path / "a.json"
    path.write_text(form(records), encoding="utf-8")
    source = Inputs([path], text_column=column, config=ReadingConfig())
    assert source.fields().types == {"id": "int64", "share": "double"}
    with path.open("rb") as stdin:
        source = Inputs(["-"], text_column=column, config=ReadingConfig(), stdin=stdin)
        assert source.fields().types == {"id": "int64", "share": "double"}
        assert sum(len(d.articles) for chunk in source.chunks() for d in chunk.read(ReadingConfig())) == len(records)


def test_a_line_without_the_field_of_the_text_is_told_with_the_fields_it_has(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps({"id": 1, "稿件": "字" * size}) for size in (50_000, 2)), encoding="utf-8")
    source = Inputs([path], text_column="text", config=ReadingConfig(max_bytes=100_000))
    long, short = (found.message for chunk in source.chunks() for found in chunk.read(ReadingConfig()))
    assert long == f"{path}:1: this line is longer than 100,000 bytes; it is left out."
    assert short == (
        f"{path}:2: this line has no 'text' but 'id', '稿件' (choose by --text-column or text_column=); it is left out."
    )


def test_a_table_is_opened_once_to_be_read(table, monkeypatch):
    failing(monkeypatch, table, 2)
    [chunk] = inputs(table).chunks()
    [document] = chunk.documents(ReadingConfig())
    assert [article.paragraphs[0].text for article in document.articles] == ["园区污水处理厂完成提标改造。"] * 3


@pytest.mark.parametrize("name", ["in.csv", "deeper/in.txt", "labels.jsonl"])
def test_an_input_in_a_named_folder_is_never_replaced(tmp_path, name):
    target = tmp_path / name
    target.parent.mkdir(exist_ok=True)
    label = '{"id": "a", "text": "园区污水处理厂完成提标改造。", "labels": ["eco_park"], "article": "a"}\n'
    target.write_text(label if "labels" in name else ROWS, encoding="utf-8")
    with pytest.raises(ConfigError, match="this is an input; name another output"):
        check_output(target, tmp_path)
    check_output(target, [tmp_path / "elsewhere"])


@pytest.mark.parametrize("text", ["", '<!DOCTYPE html><meta name="generator" content="gxclassify 1.0">'])
def test_what_gxclassify_wrote_itself_and_what_is_empty_may_be_replaced(tmp_path, text):
    (tmp_path / "out.html").write_text(text, encoding="utf-8")
    check_output(tmp_path / "out.html", tmp_path)
    check_output(tmp_path / "new.html", tmp_path)
