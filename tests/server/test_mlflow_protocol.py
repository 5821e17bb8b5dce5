import importlib.metadata

import pytest

from server.loopback import OTHER, TEXT
from support import PATIENCE

SHAPES = {
    "split": {"dataframe_split": {"columns": ["text"], "data": [[TEXT], [OTHER]]}},
    "split with index": {"dataframe_split": {"index": [7, 8], "columns": ["text"], "data": [[TEXT], [OTHER]]}},
    "split of several columns": {"dataframe_split": {"columns": ["id", "text"], "data": [[1, TEXT], [2, OTHER]]}},
    "split of another column": {"dataframe_split": {"columns": ["content"], "data": [[TEXT], [OTHER]]}},
    "split without columns": {"dataframe_split": {"data": [[TEXT], [OTHER]]}},
    "records": {"dataframe_records": [{"text": TEXT}, {"text": OTHER}]},
    "instances of texts": {"instances": [TEXT, OTHER]},
    "instances of objects": {"instances": [{"text": TEXT}, {"text": OTHER}]},
    "instances of arrays": {"instances": [[TEXT], [OTHER]]},
    "inputs of texts": {"inputs": [TEXT, OTHER]},
    "inputs of columns": {"inputs": {"text": [TEXT, OTHER]}},
    "inputs of nested columns": {"inputs": {"text": [[TEXT], [OTHER]]}},
    "with parameters": {"inputs": [TEXT, OTHER], "params": {"evidence": False, "other": 1}},
}


@pytest.fixture(scope="module")
def expected(model):
    return [{"tags": list(p.tags), "model": p.model} for p in model.tag([TEXT, OTHER])]


def shortened(predictions):
    return [{"tags": p["tags"], "model": p["model"]} for p in predictions]


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_of_the_protocol_is_scored(client, model, expected, name):
    answer = client.post("/invocations", json=SHAPES[name])
    assert answer.status_code == 200
    assert shortened(answer.json()["predictions"]) == expected
    assert list(answer.json()["predictions"][0]["scores"]) == list(model.themes)


def test_csv_is_scored(client, expected):
    data = f"id,text\r\n1,{TEXT}\r\n2,{OTHER}\r\n".encode()
    answer = client.post("/invocations", content=data, headers={"content-type": "text/csv; charset=UTF-8"})
    assert shortened(answer.json()["predictions"]) == expected


def test_csv_with_an_open_quote_is_refused(client):
    data = f'id,text\n1,{TEXT}\n2,"{OTHER}\n3,{TEXT}\n'.encode()
    answer = client.post("/invocations", content=data, headers={"content-type": "text/csv"})
    assert answer.status_code == 422
    assert answer.json()["detail"] == "On line 3 of the table a quote opens that is never closed."


def test_a_single_text_is_one_row(client):
    assert len(client.post("/invocations", json={"inputs": TEXT}).json()["predictions"]) == 1


def test_evidence_comes_when_asked_for(client):
    plain, full = (
        client.post("/invocations", json={"inputs": [TEXT], "params": {"evidence": wanted}}).json()["predictions"][0]
        for wanted in (False, True)
    )
    assert "evidence" not in plain
    assert full["evidence"].keys() == set(full["tags"])


def test_thresholds_may_be_sent_as_a_parameter(client, model):
    body = {"inputs": [OTHER], "params": {"thresholds": dict.fromkeys(model.themes, 1.0)}}
    assert client.post("/invocations", json=body).json()["predictions"][0]["tags"] == []


@pytest.mark.parametrize("thresholds", [{"goals": 2}, {"goals": "x"}, {"nonsense": 0.5}, "goals=0.5"])
def test_wrong_thresholds_are_refused(client, thresholds):
    body = {"inputs": [OTHER], "params": {"thresholds": thresholds}}
    assert client.post("/invocations", json=body).status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"instances": [TEXT], "inputs": [TEXT]},
        {"instances": [1]},
        {"instances": [{"a": TEXT, "b": OTHER}]},
        {"inputs": {"a": [TEXT], "b": [OTHER]}},
        {"inputs": 5},
        {"dataframe_split": {"columns": ["text"], "data": [[TEXT, OTHER]]}},
        {"dataframe_split": {"columns": "text", "data": [[TEXT]]}},
        {"dataframe_records": TEXT},
        {"columns": ["text"], "data": [[TEXT]]},
    ],
)
def test_other_shapes_are_refused(client, body):
    assert client.post("/invocations", json=body).status_code == 422


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/vnd.apache.parquet", 415),
        ("application/json; charset=gbk", 415),
        ("text/plain", 415),
        ("application/json; charset=utf-8", 200),
    ],
)
def test_types_that_are_not_understood_are_refused(client, kind, status):
    body = f'{{"inputs": ["{TEXT}"]}}'.encode()
    assert client.post("/invocations", content=body, headers={"content-type": kind}).status_code == status


def test_the_version_is_that_of_the_installed_mlflow_and_none_without_one(client, monkeypatch):
    assert client.get("/version").text == importlib.metadata.version("mlflow")

    def absent(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", absent)
    answer = client.get("/version")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:gxclassify:problem:no-mlflow")


def test_ping_answers_as_mlflow_does(client):
    answer = client.get("/ping")
    assert (answer.status_code, answer.text) == (200, "\n")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # MLflow's own
def test_mlflows_own_client_works_unchanged(server, expected):
    import pandas as pd  # noqa: PLC0415
    from mlflow.pyfunc.scoring_server.client import ScoringServerClient  # noqa: PLC0415

    scorer = ScoringServerClient("127.0.0.1", server.port)
    scorer.wait_server_ready(timeout=PATIENCE)
    answer = scorer.invoke(pd.DataFrame({"text": [TEXT, OTHER]}))
    predictions = answer.get_predictions()
    assert [list(tags) for tags in predictions["tags"]] == [row["tags"] for row in expected]


def test_evidence_is_asked_for_by_true_or_false(client):
    for asked in ("no", 2, [True], "maybe"):
        answer = client.post("/invocations", json={"inputs": ["园区开工。"], "params": {"evidence": asked}})
        assert ("evidence" in answer.text) == (asked != "no"), asked  # in the refusal
        assert (answer.status_code == 200) == (asked == "no"), asked
        if asked != "no":
            assert answer.json()["texts"]["zh"] == "参数 evidence 应为 true 或 false。"
