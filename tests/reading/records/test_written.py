"""What gxclassify wrote itself is known by its content, and passed over in folders."""

from __future__ import annotations

import json
import shutil
import zipfile

import pandas as pd
import pytest
from click.testing import CliRunner

from gxclassify.cli import program
from gxclassify.errors import InputError
from gxclassify.messages import speaking
from gxclassify.reading import iter_files, read
from gxclassify.reading.records.written import written_file
from gxclassify.scoring.bulk import _OPTIONS

TEXT = "2023年2月11日，松渚高新区新签约项目12个，总投资38亿元。\n云岭经开区出台扶持政策，对新落户企业给予补贴。\n"


def run(*arguments, language="en"):
    with speaking(language):
        result = CliRunner().invoke(program, list(map(str, arguments)), standalone_mode=False, catch_exceptions=False)
    assert result.return_value in {0, None}, result.stderr
    return result


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "材料"
    path.mkdir()
    (path / "甲.txt").write_text(TEXT, "utf-8")
    return path


PREDICT = {
    "paragraphs": ["a.jsonl", "a.json", "a.csv", "a.parquet", "a.xlsx", "a.jsonl.gz", "a.csv.zst"],
    "page": ["a.html", "a.txt"],
}


@pytest.mark.parametrize("arguments", [["--level", "article"], ["--level", "document"], ["--summary"]])
@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv", "a.parquet"])
def test_results_without_texts_are_refused_and_not_read_for_others(folder, name, arguments):
    if name == "a.parquet" and arguments == ["--summary"]:
        return  # totals have no such form
    run("predict", folder, *arguments, "--output", folder / name)
    with pytest.raises(InputError, match="without their texts; give the tagged paragraphs"):
        read(folder / name)
    for command in ("read", "predict"):
        result = CliRunner().invoke(program, [command, str(folder / name)])
        assert "without their texts; give the tagged paragraphs" in result.stderr
    if name != "a.parquet":
        result = CliRunner().invoke(program, ["predict", "-"], input=(folder / name).read_bytes())
        assert "without their texts; give the tagged paragraphs" in result.stderr


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("what", "name"), [(what, name) for what, names in PREDICT.items() for name in names])
def test_results_are_known_whatever_they_are_called(folder, what, name, language):
    run("predict", folder, "--output", folder / name, language=language)
    renamed = folder / "其他"
    (folder / name).rename(renamed)
    assert written_file(renamed) == what
    assert [path.name for path in iter_files([folder])] == ["甲.txt"]
    assert [*iter_files([renamed])] == [renamed]  # whoever names it has it read


@pytest.mark.parametrize("level", ["article", "document"])
@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv", "a.parquet", "a.xlsx"])
def test_articles_and_documents_are_known(folder, name, level):
    run("predict", folder, "--level", level, "--zones", "--output", folder / name)
    assert written_file(folder / name) == "groups"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("form", ["table", "csv", "json", "jsonl"])
def test_totals_are_known(folder, form, language):
    run("predict", folder, "--summary", "--format", form, "--output", folder / "out", language=language)
    assert written_file(folder / "out") == "tables"


def test_a_survey_is_known_file_by_file(folder):
    run("survey", folder, "--output", folder / "概览")
    files = [path for path in (folder / "概览").rglob("*") if path.is_file()]
    assert len(files) > 9
    assert {written_file(path) for path in files} == {"tables", "page"}
    run("survey", folder, "--output", folder / "概览.html")
    assert written_file(folder / "概览.html") == "page"


@pytest.mark.parametrize("command", [["zones", "--format", "jsonl"], ["read", "--format", "json"]])
def test_what_other_commands_print_is_known(folder, command):
    (folder / "out").write_text(run(command[0], folder, *command[1:]).stdout, "utf-8")
    assert written_file(folder / "out") == "tables"


@pytest.mark.parametrize(("encoding", "delimiter"), [("gb18030", ","), ("utf-16", "\t"), ("utf-8", ";")])
def test_results_that_a_spreadsheet_saved_anew_are_known(folder, encoding, delimiter):
    run("predict", folder, "--output", folder / "a.csv")
    table = pd.read_csv(folder / "a.csv", dtype=str, keep_default_na=False)
    table.to_csv(folder / "b.csv", index=False, sep=delimiter, encoding=encoding)
    table.to_excel(folder / "c.xlsx", index=False)
    assert written_file(folder / "b.csv") == written_file(folder / "c.xlsx") == "paragraphs"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_sheet_of_paragraphs_saved_as_a_table_is_known(folder, language):
    run("predict", folder, "--output", folder / "a.xlsx", language=language)
    pd.read_excel(folder / "a.xlsx", dtype=str).to_csv(folder / "b.csv", index=False, encoding="gb18030")
    assert written_file(folder / "b.csv") == "paragraphs"


@pytest.mark.parametrize("indent", [None, 1])
def test_results_are_known_however_long_their_first_text_is(folder, indent):
    (folder / "甲.jsonl").write_text(json.dumps({"text": "云岭经开区出台扶持政策。" * 5000}), "utf-8")
    run("predict", folder / "甲.jsonl", "--output", folder / "a.json")
    found = json.loads((folder / "a.json").read_text("utf-8"))
    (folder / "b.json").write_text(json.dumps(found, indent=indent), "utf-8")
    assert [written_file(folder / name) for name in ("a.json", "b.json")] == ["paragraphs"] * 2


def test_what_others_wrote_is_not_taken_for_ours(tmp_path):
    (tmp_path / "a.csv").write_text("document,title,text,tags\n甲,签约,松渚高新区签约12个项目。,policy\n", "utf-8")
    (tmp_path / "b.jsonl").write_text(json.dumps({"document": "甲", "text": TEXT, "model": "X"}) + "\n", "utf-8")
    (tmp_path / "c.html").write_text(f"<html><head><title>gxclassify</title></head><p>{TEXT}</p></html>", "utf-8")
    (tmp_path / "d.txt").write_text(f"── 松渚日报\n{TEXT}", "utf-8")
    (tmp_path / "e.json").write_text('{"document": ' * 5, "utf-8")
    pd.DataFrame({"标题": ["签约"], "正文": [TEXT], "主题": ["招商"]}).to_excel(tmp_path / "f.xlsx", index=False)
    with zipfile.ZipFile(tmp_path / "g.zip", "w") as archive:
        archive.writestr("content.xml", b"<p>document</p>" * 9)
    (tmp_path / "h.parquet").write_bytes(b"PAR1 document")
    (tmp_path / "i.xlsx").write_bytes(
        (tmp_path / "f.xlsx").read_bytes()[:300] + b"PK\x01\x02" + b"docProps/custom.xml" * 9
    )
    files = sorted(tmp_path.iterdir())
    assert [written_file(path) for path in files] == [""] * len(files)
    assert sorted(iter_files([tmp_path])) == files


@pytest.mark.parametrize("output", ["概览", "概览.html"])
def test_a_survey_into_its_own_folder_says_the_same_however_often(folder, output):
    first = run("survey", folder).stdout
    for _ in range(2):
        run("survey", folder, "--output", folder / output)
        assert run("survey", folder).stdout == first


def test_results_in_the_folder_are_neither_tagged_again_nor_counted_beside_their_texts(folder):
    first = run("survey", folder).stdout
    rows = run("predict", folder, "--format", "jsonl").stdout
    for name in ("结果.csv", "结果.xlsx", "报告.html", "tags.jsonl", "tags.json", "tags.parquet", "结果.txt"):
        run("predict", folder, "--output", folder / name)
    totals = run("predict", folder, "--summary").stdout
    assert "甲.txt" in totals
    assert len(totals.splitlines()) == 3
    said = run("predict", folder, "--format", "jsonl")
    assert said.stdout == rows
    assert said.stderr.count("7 files that gxclassify wrote itself are passed over") == 1
    said = run("survey", folder)
    assert said.stdout == first
    assert said.stderr.count("7 files that gxclassify wrote itself are passed over") == 1


def test_a_folder_of_results_alone_is_surveyed_by_them(folder, tmp_path):
    first = run("survey", folder).stdout
    results = tmp_path / "结果"
    results.mkdir()
    run("predict", folder, "--zones", "--output", results / "tags.jsonl")
    run("predict", folder, "--level", "article", "--output", results / "articles.csv")
    said = run("survey", results)
    assert said.stdout == first
    assert "articles.csv" in said.stderr
    run("predict", folder, "--output", results / "tags.xlsx")  # the same for a colleague
    said = run("survey", results)
    assert said.stdout == first
    assert said.stderr.count("only that file counts") == 1
    assert run("survey", results / "tags.jsonl", results / "tags.xlsx").stdout != first
    shutil.copy(folder / "甲.txt", results)
    said = run("survey", results)
    assert said.stdout == first
    assert "tags.jsonl" in said.stderr


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_labels_are_known_and_read_as_the_texts_that_they_are(folder, form):
    labels = folder / "labels.jsonl"
    record = {"id": "甲-1", "text": TEXT * 100, "labels": ["policy"], "maybe": [], "time": "2026-11-29"}
    labels.write_text(json.dumps(record, ensure_ascii=False) + "\n", "utf-8")
    path = folder / f"其他.{form}"
    run("labels", "export", labels, "--format", form, "--out", path)
    labels.unlink()
    assert written_file(path) == "labels"
    told = []
    assert path in [*iter_files([folder], on_written=lambda *one: told.append(one))]
    assert told == [(path, "labels")]


def test_the_journal_of_a_run_is_known_by_what_it_notes(folder):
    state = {**dict.fromkeys(_OPTIONS, ""), "chunks": 3, "rows": 12}
    (folder / "tags.csv.journal").write_text(json.dumps(state), "utf-8")
    assert [path.name for path in iter_files([folder])] == ["甲.txt"]
