"""Terminal, JSON, JSON Lines, CSV, and files that are whole or not there."""

import csv
import io
import json

import pytest

from gxclassify.errors import GxclassifyError
from gxclassify.reading import read_text
from gxclassify.report import open_report
from gxclassify.report.files import whole_file
from gxclassify.report.machine import neutral

PAGE = """园区招商小分队赴深圳拜访企业3家。周末的集市上，5位居民在桂花树下聊天。
职工篮球赛昨晚在体育公园开幕，8支队伍参加。
"""


@pytest.fixture
def document():
    return read_text(PAGE, name="页.txt")


def written(form, model, document, **options):
    stream = io.StringIO()
    with open_report(form, model, stream) as report:
        report.write(document, model.tag(document, **options))
    return stream.getvalue()


def test_table_without_a_terminal(tiny_model, document):
    text = written("table", tiny_model, document)
    assert text.startswith("── 页.txt\n\n■ (no headline)\n  【园区招商小分队赴深圳拜访企业3家。】周末的集市上")
    assert "    ▸ investment_attraction " in text
    assert "    · no theme\n" in text
    assert "\x1b" not in text


def test_table_on_a_terminal_underlines(tiny_model, document, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    text = written("table", tiny_model, document)
    assert "\x1b[4;38;5;31m园区招商小分队赴深圳拜访企业3家。\x1b[0m" in text
    assert "【" not in text


def test_machine_forms_agree(tiny_model, document):
    tagged = [p.to_json() for p in tiny_model.tag(document)]
    lines = [json.loads(line) for line in written("jsonl", tiny_model, document).splitlines()]
    assert json.loads(written("json", tiny_model, document)) == lines == json.loads(json.dumps(tagged))
    rows = list(csv.DictReader(io.StringIO(written("csv", tiny_model, document))))
    assert [row["tags"] for row in rows] == [";".join(line["tags"]) for line in lines]
    assert [float(row["policy"]) for row in rows] == pytest.approx(
        [line["scores"]["policy"] for line in lines], abs=1e-4
    )


def test_no_documents_are_an_empty_json_array(tiny_model):
    stream = io.StringIO()
    with open_report("json", tiny_model, stream):
        pass
    assert json.loads(stream.getvalue()) == []


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_formulas_are_made_harmless(cell):
    assert neutral(cell) == f"'{cell}"
    assert neutral(f"x{cell}") == f"x{cell}"


def test_a_file_appears_when_it_is_whole(tmp_path):
    path = tmp_path / "out.txt"
    path.write_text("old", "utf-8")
    with pytest.raises(ZeroDivisionError), whole_file(path) as file:
        file.write(f"half {1 / 0}")
    assert path.read_text("utf-8") == "old"
    with whole_file(path) as file:
        file.write("新")
    assert path.read_text("utf-8") == "新"
    assert [p.name for p in tmp_path.iterdir()] == ["out.txt"]


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(GxclassifyError, match="cannot be written"), whole_file(tmp_path / "none" / "x"):
        pass
