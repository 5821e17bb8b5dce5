"""A null text gets no tags and null scores, and keeps its row, from every face; its neighbours do not notice."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import gxclassify as gx
from gxclassify.cli import program
from gxclassify.model.linear import decide
from gxclassify.scoring.bulk import tag_files
from gxclassify.server.settings import ServerSettings
from server.loopback import running

TEXTS = ["这个高新区今年新签约项目12个，总投资38亿元。", "园区的污水处理厂完成提标改造，日处理5万吨。"]
ROWS = [TEXTS[0], None, TEXTS[1], None]
NULLS = [1, 3]


@pytest.fixture(scope="module")
def client(tiny_model):
    with running(ServerSettings(port=0, watch_seconds=0), tiny_model) as served:
        yield served.client


@pytest.fixture(scope="module")
def expected(tiny_model):
    """What is said of each row: tags, scores, review."""
    told = [(list(p.tags), p.to_json()["scores"], p.review) for p in tiny_model.tag(TEXTS)]
    null = ([], dict.fromkeys(tiny_model.themes), False)
    return [told[0], null, told[1], null]


def said(rows):
    return [(row["tags"], row["scores"], row["review"]) for row in rows]


@pytest.mark.parametrize("null", [None, float("nan"), pd.NA, pd.NaT, np.ma.masked], ids=str)
def test_a_model_gives_no_tags_and_nan(tiny_model, expected, null):
    rows = [null if text is None else text for text in ROWS]
    tagged = list(tiny_model.tag(rows, zones=True))
    assert said(one.to_json() for one in tagged) == expected
    assert [one.kind for one in tagged] == ["paragraph", "missing"] * 2
    assert [one.article for one in tagged] == [0, 1, 2, 3]
    probability = tiny_model.predict_proba(rows)
    assert np.isnan(probability).all(axis=1).tolist() == [False, True, False, True]
    assert np.isnan([[*one.scores.values()] for one in tagged]).tolist() == np.isnan(probability).tolist()
    assert np.flatnonzero(~tiny_model.decide(probability).any(axis=1)).tolist() == NULLS


@pytest.mark.parametrize("rule", ["exclusive", "at_least_one"])
def test_a_null_gets_no_tag_where_every_text_has_one(rule):
    rules = {"exclusive": False, "at_least_one": False, rule: True}
    tagged = decide(np.array([[0.2, 0.4], [np.nan, np.nan]]), np.array([0.5, 0.5]), **rules)
    assert tagged.tolist() == [[False, True], [False, False]]


def test_nulls_alone_are_rows_too(tiny_model):
    assert [one.tags for one in tiny_model.tag([None, None])] == [(), ()]


def test_a_classifier_gives_no_tags_and_nan(tiny_classifier):
    assert [bool(tags) for tags in tiny_classifier.tag(ROWS)] == [True, False, True, False]
    assert np.isnan(tiny_classifier.predict_proba(ROWS)).all(axis=1).tolist() == [False, True, False, True]


@pytest.mark.parametrize("level", ["article", "document"])
def test_a_group_of_nothing_has_null_scores(tiny_model, level):
    groups = [group.to_json() for group in gx.tag_groups(tiny_model, ROWS, level)]
    assert [bool(group["tags"]) for group in groups] == [True, False, True, False]
    assert [told["score"] for told in groups[1]["themes"].values()] == [None] * len(tiny_model.themes)


def write(path):
    if path.suffix == ".jsonl":
        lines = [json.dumps({"id": i, "text": text}, ensure_ascii=False) for i, text in enumerate(ROWS)]
        path.write_text("\n".join([*lines[:3], '{"id": 3}']), "utf-8")
    elif path.suffix == ".csv":
        pd.DataFrame({"id": range(4), "text": ROWS}).to_csv(path, index=False)
    else:
        pq.write_table(pa.table({"id": range(4), "text": ROWS}), path)
    return path


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "parquet", "xlsx", "html", "table"])
@pytest.mark.parametrize("level", ["paragraph", "article"])
def test_predict_keeps_the_rows_of_files_and_counts_them(
    tiny_bundle, tiny_model, expected, tmp_path, ending, form, level
):
    if level == "article" and form not in {"json", "jsonl", "csv", "parquet"}:
        return
    source, out = write(tmp_path / f"in.{ending}"), tmp_path / f"out.{'txt' if form == 'table' else form}"
    arguments = ["predict", "--model", tiny_bundle, source, "--output", out, "--level", level]
    result = CliRunner().invoke(program, [*map(str, arguments)], standalone_mode=False, catch_exceptions=False)
    assert result.return_value == 0
    assert result.stderr.count("2 records have no text (null, missing or empty), kept") == 1
    if form in {"json", "jsonl"} and level == "paragraph":
        text = out.read_text("utf-8")
        assert said(json.loads(text) if form == "json" else map(json.loads, text.splitlines())) == expected
    elif form in {"csv", "parquet", "xlsx"}:
        read = {"csv": pd.read_csv, "parquet": pd.read_parquet, "xlsx": pd.read_excel}[form](out)
        columns = tiny_model.themes if form != "xlsx" else [theme.zh for theme in tiny_model.taxonomy.themes]
        empty = read[[*columns]].isna()
        assert empty.all(axis=1).tolist() == empty.any(axis=1).tolist() == [False, True, False, True]


def test_totals_count_texts_alone(tiny_bundle, tmp_path):
    arguments = ["predict", "--model", tiny_bundle, write(tmp_path / "in.csv"), "--summary", "--format", "jsonl"]
    result = CliRunner().invoke(program, [*map(str, arguments)], standalone_mode=False, catch_exceptions=False)
    assert json.loads(result.stdout.splitlines()[-1])["paragraphs"] == 2


def test_a_frame_keeps_the_rows(tiny_model, tmp_path):
    frame = gx.tag(write(tmp_path / "in.csv"), model=tiny_model)
    assert frame[tiny_model.themes[0]].isna().tolist() == [False, True, False, True]


def test_a_field_that_no_record_has_is_an_error(tiny_model, tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text('{"body": "园区"}\n' * 3, "utf-8")
    result = tag_files([path], tmp_path / "out.jsonl", model=tiny_model, text_column="words")
    assert (result.paragraphs, result.left_out) == (0, 1)  # the file, in one sentence that names the fields there are
    assert result.problems[0].startswith(f"{path}: there is no column 'words'; it has 'body'")


BODIES = {
    "texts": {"texts": ROWS},
    "records": {"records": [{"text": text} if i < 3 else {} for i, text in enumerate(ROWS)]},
}


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
@pytest.mark.parametrize("body", BODIES)
def test_http_keeps_the_rows(client, expected, body, form):
    answer = client.post("/v1/predict", json=BODIES[body] | {"format": form, "zones": True})
    assert answer.status_code == 200, answer.text
    if form == "csv":
        lines = answer.text.splitlines()[1:]
        assert ["missing" in line for line in lines] == [False, True, False, True]
    else:
        rows = answer.json()["paragraphs"] if form == "json" else map(json.loads, answer.text.splitlines())
        assert said(rows) == expected


def test_http_refuses_records_of_which_none_has_a_text(client):
    assert client.post("/v1/predict", json={"records": [{"count": 7}]}).status_code == 422


INVOCATIONS = [
    {"dataframe_split": {"columns": ["text"], "data": [[text] for text in ROWS]}},
    {"dataframe_records": [{"text": text} for text in ROWS]},
    {"instances": ROWS},
    {"inputs": {"text": ROWS}},
]


@pytest.mark.parametrize("body", INVOCATIONS, ids=lambda body: next(iter(body)))
def test_the_scoring_protocol_keeps_the_rows(client, expected, body):
    answer = client.post("/invocations", json=body)
    assert answer.status_code == 200, answer.text
    assert said(answer.json()["predictions"]) == expected


def test_an_empty_cell_of_the_scoring_protocol_is_null(client, expected):
    data = pd.DataFrame({"id": range(4), "text": ROWS}).to_csv(index=False).encode()
    answer = client.post("/invocations", content=data, headers={"content-type": "text/csv"})
    assert said(answer.json()["predictions"]) == expected
