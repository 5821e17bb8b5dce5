"""One answer from three faces: command line, Python and HTTP say the same of a file, in every form they offer."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import gxclassify as gx
from gxclassify.cli import program
from gxclassify.reading.compressed import zstd
from gxclassify.reading.records.cutter import Cutter
from gxclassify.scoring.bulk import tag_files
from gxclassify.server.settings import ServerSettings
from reading.pdfpage import make_pdf
from reading.stories import STORIES
from reading.test_sandbox import word
from server.loopback import running
from support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

RECORDS = [
    {"id": 1, "title": "濟寧高新區招商", "text": "這個高新區的產業發展很好，今年新簽約項目12個，總投資38億元。"},
    {"id": 2, "title": "濟寧高新區招商", "text": "園區的污水處理廠完成提標改造，日處理5萬噸，這是今年的重要工程。"},
    {"id": 3},
    {"id": 4, "page": 3, "text": "=管委會印發扶持辦法，對企業的創新給予最高300萬元的獎勵。"},
    {"id": 5, "title": "別的", "text": "這個產業園區的經濟發展很好，我們在這裡看到了新的變化。"},
]
PLACES = [1, 2, 3, 4, 5]
"""The numbers of the records' lines: a blank line stands first, and one that cannot be read last. The third record has
no text: it keeps its place, without tags and scores."""
RECORD_FILES = ["utf8.jsonl", "big5.jsonl", "utf16.jsonl", "rows.csv", "packed.jsonl.gz", "packed.jsonl.zst"]
NAMES = ["page.txt", "page.pdf", "report.docx", "story.html", *RECORD_FILES]


def content(name: str) -> bytes:
    lines = ["", *(json.dumps(record, ensure_ascii=False) for record in RECORDS), "[6]"]
    text = "\n".join(lines) + "\n"
    paragraphs = "".join(f"<p>{p}</p>" for p in STORIES[0].paragraphs)
    rows = io.StringIO()
    writer = csv.DictWriter(rows, ["id", "title", "page", "text"], lineterminator="\n")
    writer.writeheader()
    rows.write("\n")
    writer.writerows(RECORDS)
    rows.write("6\n")
    return {
        "page.txt": (ROOT / "examples" / "page.txt").read_bytes,
        "page.pdf": lambda: make_pdf(STORIES[:2]),
        "report.docx": lambda: word(*STORIES[0].paragraphs, title=STORIES[0].title),
        "story.html": f"<html><body><article><h1>{STORIES[0].title}</h1>{paragraphs}</article></body>".encode,
        "utf8.jsonl": text.encode,
        "big5.jsonl": lambda: text.encode("big5"),
        "utf16.jsonl": lambda: text.encode("utf-16-le"),
        "rows.csv": lambda: rows.getvalue().encode("big5"),
        "packed.jsonl.gz": lambda: gzip.compress(text.encode()),
        "packed.jsonl.zst": lambda: zstd.compress(text.encode()),
    }[name]()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("faces")


@pytest.fixture(scope="module")
def client(tiny_model):
    with running(ServerSettings(port=0, watch_seconds=0), tiny_model) as served:
        yield served.client


@pytest.fixture(params=NAMES)
def file(request, folder, monkeypatch) -> Path:
    """Return a file of each kind, cut into several chunks where it is read in chunks."""
    monkeypatch.setattr(Cutter, "chunk_bytes", 256)
    monkeypatch.setattr(Cutter, "most_rows", 2)
    path = folder / request.param
    if not path.exists():
        path.write_bytes(content(request.param))
    return path


@pytest.fixture
def expected(file, tiny_model):
    """What Python says, which for records is known to be right."""
    paragraphs = [plain(p.to_json()) for p in tiny_model.tag(gx.read(file))]
    assert any(paragraph["tags"] for paragraph in paragraphs)
    if file.name in RECORD_FILES:
        assert [paragraph["text"] for paragraph in paragraphs] == [record.get("text", "") for record in RECORDS]
        assert [(p["article"], p["paragraph"], p["span"]) for p in paragraphs] == [
            (place, 0, [0, len(record.get("text", ""))]) for place, record in zip(PLACES, RECORDS, strict=True)
        ]
        assert [paragraph["title"] or None for paragraph in paragraphs] == [r.get("title") for r in RECORDS]
        assert [int(paragraph["record"]["id"]) for paragraph in paragraphs] == [1, 2, 3, 4, 5]
        missing = paragraphs[2]
        assert (missing["kind"], missing["tags"], missing["review"], missing["evidence"]) == ("missing", [], False, {})
        assert missing["scores"] == dict.fromkeys(tiny_model.themes)
    return paragraphs


def plain(table):
    """Return a tagged paragraph without what names the document and the model."""
    return json.loads(json.dumps({key: value for key, value in table.items() if key not in {"document", "model"}}))


def row_of(paragraph):
    """Return what a row of CSV can tell of a tagged paragraph."""
    start, end = paragraph["span"]
    row = {key: paragraph[key] or "" for key in ("article", "title", "paragraph")}
    row |= {"start": start, "end": end, "kind": paragraph.get("kind", "paragraph")}
    row |= {key: paragraph.get(key) or "" for key in ("subhead", "page", "box")}
    row |= {"tags": ";".join(paragraph["tags"]), "review": paragraph["review"]}
    empty = {"title", "tags", "subhead", "page", "box"}
    row["box"] = row["box"] and [int(edge) if edge.is_integer() else edge for edge in row["box"]]
    row = {key: str(value) if value != "" or key in empty else "0" for key, value in row.items()}
    row |= {theme: "" if score is None else f"{score:.4f}" for theme, score in paragraph["scores"].items()}
    text = paragraph["text"]
    row["text"] = f"'{text}" if text.startswith("=") else text
    return row | {"record": {key: str(value) for key, value in paragraph.get("record", {}).items() if value != ""}}


def rows(text):
    """Return the rows of a CSV answer, with the fields of the record put together."""
    read = []
    for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))):
        record = json.loads(row.pop("record", None) or "{}")
        record |= {name.removeprefix("record."): row.pop(name) for name in list(row) if name.startswith("record.")}
        told = {key: value for key, value in row.items() if key not in {"document", "model"}}
        read.append(told | {"record": {key: str(value) for key, value in record.items() if value != ""}})
    return read


def paragraphs_of(text, form):
    return list(map(plain, json.loads(text) if form == "json" else map(json.loads, text.splitlines())))


@pytest.fixture
def predict(tiny_bundle, file):
    def call(*options):
        arguments = ["predict", "--model", tiny_bundle, file, *options]
        result = CliRunner().invoke(program, list(map(str, arguments)), standalone_mode=False, catch_exceptions=False)
        assert result.return_value == (3 if file.name in RECORD_FILES else 0)
        return result

    return call


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
def test_the_command_line_says_what_python_says(predict, expected, form):
    out = predict("--format", form).stdout
    if form == "csv":
        assert rows(out) == list(map(row_of, expected))
    else:
        assert paragraphs_of(out, form) == expected


def test_the_table_shows_the_same_paragraphs(predict, expected):
    out = re.sub(r"[\s【】]", "", predict().stdout)
    position = 0
    for paragraph in expected:
        for told in (paragraph["text"], *(f"{tag}{paragraph['scores'][tag]:.2f}" for tag in paragraph["tags"])):
            position = out.index(re.sub(r"\s", "", told), position)


def test_the_html_report_shows_the_same_paragraphs(predict, expected):
    [data] = re.findall(r'<script type="application/json" id="data">(.*?)</script>', predict("--format", "html").stdout)
    views = json.loads(data)["documents"]
    shown = [
        piece
        for view in views
        for article in view["articles"]
        for piece in article["pieces"]
        if piece["kind"] == "paragraph"
    ]
    for key in ("text", "span", "scores", "record"):
        assert [piece.get(key) for piece in shown] == [paragraph.get(key) for paragraph in expected]


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_files_in_bulk_say_what_python_says(file, expected, tiny_model, tmp_path, form):
    out = tmp_path / f"tags.{form}"
    result = tag_files([file], out, model=tiny_model)
    assert result.paragraphs == len(expected)
    assert result.left_out == int(file.name in RECORD_FILES)
    if form == "jsonl":
        assert paragraphs_of(out.read_text("utf-8"), form) == expected
    elif form == "csv":
        assert rows(out.read_text("utf-8")) == list(map(row_of, expected))
    else:
        table = pq.read_table(out).to_pylist()
        for row, paragraph in zip(table, expected, strict=True):
            told = {key: row[key] for key in ("article", "title", "paragraph", "text", "tags", "review")}
            assert told == {key: paragraph[key] for key in told}
            assert [row["start"], row["end"]] == paragraph["span"]
            if row["kind"] == "missing":
                assert {theme: row[theme] for theme in tiny_model.themes} == paragraph["scores"]
            else:
                assert [row[theme] for theme in tiny_model.themes] == pytest.approx(
                    [*paragraph["scores"].values()], abs=1e-6
                )
            assert json.loads(row["evidence"] or "{}") == paragraph["evidence"]
            record = {name.removeprefix("record."): row[name] for name in row if name.startswith("record.")}
            record |= json.loads(row["record"] or "{}")
            assert {k: v for k, v in record.items() if v is not None} == paragraph.get("record", {})


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
def test_http_says_what_python_says(file, expected, client, form):
    answer = client.post("/v1/documents", params={"name": file.name, "format": form}, content=file.read_bytes())
    assert answer.status_code == 200, answer.text
    if form == "json":
        assert list(map(plain, answer.json()["paragraphs"])) == expected
        document = gx.read(file).to_json()
        assert {key: answer.json()[key] for key in ("encoding", "format", "articles", "repairs")} == {
            key: json.loads(json.dumps(document[key])) for key in ("encoding", "format", "articles", "repairs")
        }
    elif form == "csv":
        assert rows(answer.text) == list(map(row_of, expected))
    else:
        assert paragraphs_of(answer.text, form) == expected


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
def test_records_sent_by_http_are_records(client, tiny_model, tmp_path, form):
    path = tmp_path / "records.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in RECORDS), "utf-8")
    expected = [plain(p.to_json()) for p in tiny_model.tag(gx.read(path))]
    answer = client.post("/v1/predict", json={"records": RECORDS, "format": form})
    if form == "json":
        assert list(map(plain, answer.json()["paragraphs"])) == expected
    elif form == "jsonl":
        assert paragraphs_of(answer.text, form) == expected
    else:
        assert rows(answer.text) == list(map(row_of, expected))


def test_what_is_left_out_is_named_alike(file, predict, client, tiny_model, tmp_path):
    """The command line says on standard error, Python in the notes and the result, HTTP in the notes."""
    if file.name not in RECORD_FILES:
        return
    problems = list(tag_files([file], tmp_path / "tags.jsonl", model=tiny_model).problems)
    assert re.findall(r"^Error: (.*)", predict("--format", "json").stderr, re.MULTILINE) == problems
    document = gx.read(file)
    assert [note for note in document.notes if ": " in note and note.startswith(str(file))] == problems
    assert any(note.startswith(f"{len(problems)} of ") for note in document.notes)
    answer = client.post("/v1/documents", params={"name": str(file)}, content=file.read_bytes()).json()
    assert answer["notices"] == [notice.to_json() for notice in document.notices]
    assert answer["notes"] == list(document.notes)


DATED = [record | {"when": f"2021-0{record['id']}"} for record in RECORDS]
OPTIONS = {"zones": True, "date_column": "when"}


def dated(name):
    if name == "page.txt":
        return content(name)
    return "".join(json.dumps(record) + "\n" for record in DATED).encode()


@pytest.mark.parametrize("level", ["paragraph", "article", "document"])
@pytest.mark.parametrize("name", ["page.txt", "dated.jsonl"])
@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "parquet"])
def test_zones_dates_and_levels_are_the_same_from_all_faces(
    client, tiny_model, tiny_bundle, tmp_path, form, name, level
):
    path = tmp_path / name
    path.write_bytes(dated(name))
    if level == "paragraph":
        expected = [plain(one.to_json()) for one in tiny_model.tag(gx.read(path), **OPTIONS)]
        assert all({"zones", "article_zone", "date", "amounts"} <= one.keys() for one in expected)
    else:
        expected = [plain(one.to_json()) for one in gx.tag_groups(tiny_model, gx.read(path), level, **OPTIONS)]
    if name == "dated.jsonl":
        assert [one["date"]["date"] for one in expected] == ["2021-01", "2021-02", "2021-03", "2021-04", "2021-05"]
    elif level == "document":
        assert len(expected) == 1
    out = tmp_path / f"out.{form}"
    arguments = ["predict", "--model", tiny_bundle, path, "--zones", "--date-column", "when", "--level", level]
    CliRunner().invoke(
        program, [*map(str, arguments), "--output", str(out)], standalone_mode=False, catch_exceptions=False
    )
    params = {"name": name, "zones": True, "date_column": "when", "level": level, "format": form}
    if form == "parquet":
        table = pq.read_table(out).to_pylist()
        assert [row["tags"] for row in table] == [one["tags"] for one in expected]
        assert [row["date"] for row in table] == [one["date"] and one["date"]["date"] for one in expected]
        return
    answer = client.post("/v1/documents", params=params, content=path.read_bytes())
    assert answer.status_code == 200, answer.text
    if form == "csv":
        assert without_document(rows(answer.text)) == without_document(rows(out.read_text("utf-8")))
        assert [row["date"] for row in rows(answer.text)] == [
            one["date"]["date"] if one["date"] else "" for one in expected
        ]
        return
    assert paragraphs_of(out.read_text("utf-8"), form) == expected
    if form == "jsonl":
        assert paragraphs_of(answer.text, form) == expected
    else:
        assert list(map(plain, answer.json()["paragraphs" if level == "paragraph" else "groups"])) == expected


def without_document(found):
    # The file's fields are columns of the command line alone where it cannot know those of all records.
    return [{key: value for key, value in row.items() if key != "record"} for row in found]


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_records_sent_by_http_get_their_zones_and_dates(client, tiny_model, tmp_path, form):
    path = tmp_path / "records.jsonl"
    path.write_bytes(dated("dated.jsonl"))
    expected = [plain(p.to_json()) for p in tiny_model.tag(gx.read(path), **OPTIONS)]
    answer = client.post("/v1/predict", json={"records": DATED, "format": form, **OPTIONS})
    found = answer.json()["paragraphs"] if form == "json" else map(json.loads, answer.text.splitlines())
    assert list(map(plain, found)) == expected
    [text] = client.post("/v1/predict", json={"texts": ["2021年3月，衡阳高新区开工。"], "zones": True}).json()[
        "paragraphs"
    ]
    assert text["article_zone"]["id"] == "hitech-hengyang"
    assert text["date"]["date"] == "2021-03"
