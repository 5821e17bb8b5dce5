"""Surveys of files: what was tagged already, damage, bounds, the folder of tables and pages, the command line."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
import re

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import gxclassify as gx
from gxclassify.cli import program
from gxclassify.errors import ConfigError, InputError
from gxclassify.scoring.bulk import tag_files
from gxclassify.surveys import survey_files
from gxclassify.surveys.pages import Shards
from gxclassify.zones import load_gazetteer
from support import ROOT

CORPUS = ROOT / "examples" / "corpus"


@pytest.fixture(scope="module")
def gazetteer():
    return load_gazetteer([ROOT / "examples" / "corpus-zones.csv"])


@pytest.fixture(scope="module")
def model():
    return gx.load_model()


@pytest.fixture(scope="module")
def whole(model, gazetteer):
    return shares(survey_files([CORPUS], model=model, gazetteer=gazetteer))


def shares(result):
    return list(result.survey.share_rows())


def test_names_of_files_are_no_texts(model):
    pages = sorted(CORPUS.glob("*.txt"))
    for given in (CORPUS, str(CORPUS), pages, list(map(str, pages))):
        with pytest.raises(InputError, match=r"corpus.* is a file or folder, .*survey\(map\(read, iter_files"):
            gx.survey(given, model=model)
    with pytest.raises(InputError, match=r"Got \w*Path at place 0; files are read first: map\(gxclassify\.read"):
        gx.survey(gx.iter_files(CORPUS), model=model)
    told = gx.survey(map(gx.read, gx.iter_files(CORPUS)), model=model).counts.total.paragraphs
    assert told == gx.survey([gx.read(page) for page in pages], model=model).counts.total.paragraphs > len(pages)


@pytest.mark.parametrize("zones", [True, False])
@pytest.mark.parametrize("name", ["tags.jsonl", "tags.jsonl.gz", "tags.csv", "tags.csv.gz", "tags.parquet"])
def test_a_tagged_file_gives_the_counts_of_its_pages(model, gazetteer, tmp_path, whole, name, zones):
    """With its facts in the file, or found from its paragraphs: then the heads of pages and their dates are gone."""
    tagged = tmp_path / name
    tag_files([CORPUS], tagged, model=model, zones=gazetteer if zones else False)
    problems = []
    result = survey_files([tagged], model=model, gazetteer=gazetteer, on_problem=problems.append)
    assert problems == []
    assert shares(result) == whole


def test_a_tagged_file_keeps_dates_amounts_and_sentences(model, gazetteer, tmp_path):
    tagged = tmp_path / "tags.jsonl"
    tag_files([CORPUS], tagged, model=model, zones=gazetteer)
    for inputs, out in (([CORPUS], "a"), ([tagged], "b")):
        survey_files(inputs, tmp_path / out, model=model, gazetteer=gazetteer)
    for table in ("paragraphs", "amounts", "shares", "timeline"):
        assert pq.read_table(tmp_path / "a" / f"{table}.parquet") == pq.read_table(tmp_path / "b" / f"{table}.parquet")


def test_a_damaged_line_is_named_and_the_rest_counts(model, gazetteer, tmp_path, whole):
    tagged = tmp_path / "tags.jsonl"
    tag_files([CORPUS], tagged, model=model, zones=gazetteer)
    lines = tagged.read_text("utf-8").splitlines()
    tagged.write_text(
        "\n".join([*lines[:3], lines[3][:50], '{"text": "园区"}', '{"a":' * 100_000, *lines[4:]]), "utf-8"
    )
    problems = []
    result = survey_files([tagged], model=model, gazetteer=gazetteer, on_problem=problems.append)
    assert sorted(re.search(r":(\d+):", problem)[1] for problem in problems) == ["4", "5", "6"]
    assert result.left_out == 3
    assert result.survey.total.paragraphs == len(lines) - 1
    assert shares(result) != whole


@pytest.mark.parametrize("damage", ["packed", "parquet", "member", "csv"])
def test_a_file_that_is_damaged_further_down_is_named_and_others_still_count(model, gazetteer, tmp_path, damage):
    names = {"packed": "a.jsonl.gz", "parquet": "a.parquet", "member": "a.jsonl", "csv": "a.csv"}
    bad, good = tmp_path / names[damage], tmp_path / "b.jsonl"
    for path in (bad, good):
        tag_files([CORPUS], path, model=model, zones=gazetteer)
    data = bad.read_bytes()
    if damage == "packed":
        data = gzip.compress(gzip.decompress(data) * 20)[:-3000]
    elif damage == "parquet":
        data = data[:200] + bytes(2000) + data[2200:]
    elif damage == "csv":
        lines = data.splitlines(keepends=True)
        data = b"".join([*lines[:2], b"x,y,z\n", *lines[2:]])
    else:
        rows = [json.loads(line) for line in data.splitlines()]
        rows[5]["evidence"] = {}
        rows[5]["zones"] = 7
        data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    bad.write_bytes(data)
    problems = []
    result = survey_files([bad, good], model=model, gazetteer=gazetteer, on_problem=problems.append)
    [problem] = problems
    assert str(bad) in problem
    assert result.survey.total.paragraphs >= len(good.read_bytes().splitlines())


def test_a_file_of_another_model_is_named_and_left_out(model, tiny_model, gazetteer, tmp_path, whole):
    ours, theirs = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    tag_files([CORPUS], ours, model=model, zones=gazetteer)
    tag_files([CORPUS], theirs, model=tiny_model, zones=gazetteer)
    problems = []
    result = survey_files([ours, theirs], model=model, gazetteer=gazetteer, on_problem=problems.append)
    assert shares(result) == whole
    [problem] = problems
    assert str(theirs) in problem


@pytest.fixture(scope="module")
def folder(tmp_path_factory, model, gazetteer):
    out = tmp_path_factory.mktemp("survey") / "out"
    survey_files([CORPUS], out, model=model, gazetteer=gazetteer)
    return out


def test_csv_and_parquet_hold_the_same_rows(folder):
    for name in ("paragraphs", "amounts", "shares", "timeline"):
        table = pq.read_table(folder / f"{name}.parquet")
        text = (folder / f"{name}.csv").read_text("utf-8-sig")
        rows = list(csv.DictReader(text.splitlines()))
        assert list(rows[0]) == table.column_names
        for column in table.column_names:
            for cell, value in zip((row[column] for row in rows), table[column].to_pylist(), strict=True):
                if isinstance(value, float):
                    assert float(cell) == pytest.approx(value)
                elif isinstance(value, bool):
                    assert cell == str(value).lower()
                else:
                    assert cell == ("" if value is None else str(value))


def test_numbers_are_written_in_digits_alone(model, tmp_path):
    path = tmp_path / "in.txt"
    path.write_text("衡阳高新区一季度签约项目23个，总投资186亿元，其中超1000万元的20个，占87.5%。\n" * 3, "utf-8")
    survey_files([path], tmp_path / "out", model=model)
    with (tmp_path / "out" / "amounts.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {"18600000000", "10000000", "87.5", "23"} <= {row["value"] for row in rows}
    assert not [cell for row in rows for name in ("value", "lower", "upper") if "e" in (cell := row[name])]


def test_cells_that_would_run_as_formulas_are_made_harmless(model, tmp_path):
    path = tmp_path / "rows.jsonl"
    texts = ["=1+1，衡阳高新区签约项目12个。", "\u3000＝cmd，衡阳高新区签约项目12个。", "'=2，高新区签约项目12个。"]
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), "utf-8")
    survey_files([path], tmp_path / "out", model=model)
    with (tmp_path / "out" / "paragraphs.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = {row["text"] for row in csv.DictReader(file)}
    assert cells == {f"'{text}" for text in texts}
    assert set(pq.read_table(tmp_path / "out" / "paragraphs.parquet")["text"].to_pylist()) == set(texts)


def test_every_paragraph_of_a_cell_stands_on_its_pages(model, tmp_path, monkeypatch):
    monkeypatch.setattr(Shards, "_PER_PAGE", 3)
    path = tmp_path / "rows.jsonl"
    texts = [f"衡阳高新区新签约项目{n}个，总投资{n}亿元<b>。" for n in range(2, 12)]
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), "utf-8")
    out = tmp_path / "out"
    (out / "articles").mkdir(parents=True)
    (out / "articles" / "hitech-hengyang--old.html").write_text("from an earlier survey")
    survey_files([path], out, model=model)
    view = json.loads(re.search(r'id="data">(.*?)</script>', (out / "index.html").read_text("utf-8"))[1])
    [group] = [group for group in view["groups"] if group["id"] == "hitech-hengyang"]
    address = group["pages"]["investment_attraction"]
    told, pages = 0, []
    while address:
        pages.append(address)
        html = (out / address).read_text("utf-8")
        told += html.count("<article>")
        assert "<b>" not in html
        following = re.search(r'<a href="([^"]+)">下一页', html)
        address = f"articles/{following[1]}" if following else None
    index = [theme["id"] for theme in view["themes"]].index("investment_attraction")
    assert told == group["told"][index] > 3
    assert len(pages) == -(-told // 3)
    assert "from an earlier survey" not in {page.read_text("utf-8") for page in (out / "articles").iterdir()}


def test_what_is_written_does_not_depend_on_the_number_of_processes(model, gazetteer, tmp_path, folder):
    survey_files([CORPUS], tmp_path / "two", model=model, gazetteer=gazetteer, jobs=2)
    names = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    assert names == sorted(
        path.relative_to(tmp_path / "two") for path in (tmp_path / "two").rglob("*") if path.is_file()
    )
    for name in names:
        assert (folder / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def run(*arguments):
    return CliRunner().invoke(program, ["survey", *map(str, arguments)], standalone_mode=False, catch_exceptions=False)


def test_the_command_prints_a_table_and_takes_the_example_as_it_stands(whole):
    result = run(CORPUS, "--gazetteer", ROOT / "examples" / "corpus-zones.csv")
    assert result.return_value == 0
    head, *rows = [line.split("\t") for line in result.stdout.splitlines()]
    assert head[:3] == ["name", "paragraphs", "Investment attraction"]
    assert len(rows) == 5
    assert {row[0] for row in rows} == {row["name"] for row in whole}


@pytest.mark.parametrize("name", ["tags.jsonl", "tags.csv", "tags.xlsx", "tags.parquet"])
def test_results_of_another_model_have_its_themes_in_the_table(tiny_model, tiny_bundle, tmp_path, name):
    tagged = tmp_path / name
    predict = ["predict", str(CORPUS), "--model", str(tiny_bundle), "--output", str(tagged)]
    CliRunner().invoke(program, predict, standalone_mode=False, catch_exceptions=False)
    result = run(tagged)
    assert result.return_value == 0
    head, *rows = [line.split("\t") for line in result.stdout.splitlines()]
    assert head[2:] == list(tiny_model.themes)
    assert rows
    assert {len(row) for row in rows} == {len(head)}


@pytest.mark.parametrize(
    ("texts", "told"), [(["鼓楼经开区"], "0 provinces"), (["鼓楼经开区", "衡阳高新区"], "1 province")]
)
def test_what_is_of_no_known_province_is_none(tmp_path, texts, told):
    path = tmp_path / "a.txt"
    path.write_text("\n".join(f"2023年2月，{name}新签约项目12个，总投资30亿元。" for name in texts), "utf-8")
    result = run(path, "--by", "province", "--output", tmp_path / "page.html")
    assert result.stderr.endswith(f", {told}.\n")


@pytest.mark.parametrize(
    ("start", "end", "left"), [(2023, None, 0), ("2023", "2023-06", 1), (dt.date(2023, 3, 1), 2024, 1), ("", 2022, 3)]
)
def test_a_year_may_be_a_number_and_a_day_a_date(model, start, end, left):
    texts = [f"{day}，松渚高新区新签约项目12个。" for day in ("2023年2月11日", "2023年4月", "2023年8月1日")]
    assert gx.survey(texts, model=model, start=start, end=end).counts.left_aside == left


@pytest.mark.parametrize(("start", "end"), [("2024", "2023"), (2024, 2023), ("2023-06", "2023-05-31")])
def test_a_first_date_after_the_last_is_refused_on_every_door(model, start, end):
    with pytest.raises(ConfigError, match="lies after the last one"):
        gx.survey(["园区"], model=model, start=start, end=end)
    with pytest.raises(ConfigError, match="lies after the last one"):
        survey_files([CORPUS], model=model, start=start, end=end)
    told = CliRunner().invoke(program, ["survey", str(CORPUS), "--from", str(start), "--to", str(end)])
    assert "lies after the last one" in str(told.exception)


@pytest.mark.parametrize("bound", [21, 2021.5, "2021-3", "soon", True, dt.datetime(2021, 3, 1, tzinfo=dt.UTC)])
def test_what_is_no_date_is_refused_in_words(model, bound):
    with pytest.raises(ConfigError, match="is written 2021"):
        gx.survey(["园区"], model=model, start=bound)


def test_the_command_counts_between_two_dates_and_by_kind(tmp_path):
    options = (
        "--gazetteer",
        ROOT / "examples" / "corpus-zones.csv",
        "--from",
        "2023",
        "--to",
        "2023-12",
        "--by",
        "kind",
    )
    assert run(CORPUS, *options, "--output", tmp_path / "out").return_value == 0
    rows = pq.read_table(tmp_path / "out" / "timeline.parquet").to_pylist()
    assert {row["period"][:4] for row in rows} == {"2023"}
    assert "listed" not in rows[0]
    assert {row["group"] for row in pq.read_table(tmp_path / "out" / "shares.parquet").to_pylist()} <= {
        "高新区", "经开区", "新区", "科学城", "工业园", "综保区", "产业园", "生态城", "开发区",
    }  # fmt: skip


def test_an_input_that_cannot_be_read_is_named_and_the_exit_code_is_that_of_predict(tmp_path):
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7 nonsense")
    result = run(tmp_path, CORPUS, tmp_path / "none.txt")
    assert result.return_value == 3
    assert "bad.pdf" in result.stderr
    assert "none.txt" in result.stderr
    assert result.stderr.count("1 file was passed over") == 1


def test_no_table_is_printed_where_nothing_could_be_read(tmp_path):
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7 nonsense")
    result = run(tmp_path / "bad.pdf")
    assert (result.return_value, result.stdout) == (3, "")
    assert "bad.pdf" in result.stderr


@pytest.mark.parametrize("name", ["survey.html", "survey"])
def test_where_nothing_could_be_read_an_earlier_survey_stays(model, gazetteer, tmp_path, name):
    out = tmp_path / name
    survey_files([CORPUS], out, model=model, gazetteer=gazetteer)
    files = [out] if out.is_file() else [path for path in out.rglob("*") if path.is_file()]
    before = {path: path.read_bytes() for path in files}
    result = survey_files([tmp_path / "missing.txt"], out, model=model, gazetteer=gazetteer)
    assert (result.written, result.left_out) == (False, 1)
    assert {path: path.read_bytes() for path in before} == before
    told = CliRunner().invoke(program, ["survey", str(tmp_path / "missing.txt"), "--output", str(out)])
    assert "not written, for nothing of the input could be read" in str(told.exception)
    assert survey_files([tmp_path / "missing.txt", CORPUS], out, model=model, gazetteer=gazetteer).written


@pytest.mark.parametrize("name", ["amounts.csv", "index.html"])
def test_a_survey_never_replaces_what_it_counts(model, tmp_path, name):
    own = "text\n松溪高新区签约十二个项目。\n" if name.endswith("csv") else "<p>松溪高新区签约十二个项目。</p>"
    (tmp_path / name).write_text(own, "utf-8")
    with pytest.raises(ConfigError, match="this is an input"):
        survey_files([tmp_path], tmp_path, model=model)
    assert (tmp_path / name).read_text("utf-8") == own
