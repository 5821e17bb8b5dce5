import errno
import json
import os
import sqlite3

import pytest

from gxclassify.errors import GxclassifyError, StoreError
from server.loopback import TEXT
from support import wait_for

MARK = "机密XYZZY"


def nested(depth):
    return "[" * depth + f'"{MARK}"' + "]" * depth


JSON_BODIES = [
    MARK,
    f'{{"{MARK}": 1}}',
    f'{{"texts": "{MARK}"}}',
    f'{{"texts": [{{"{MARK}": "{MARK}"}}]}}',
    f'{{"texts": ["{MARK}"], "thresholds": {{"{MARK}": 0.5}}}}',
    f'{{"texts": ["{MARK}"], "thresholds": {{"{MARK}": "{MARK}"}}}}',
    f'{{"texts": ["{MARK}"], "evidence": "{MARK}"}}',
    f'{{"texts": ["{MARK}"], "format": "{MARK}"}}',
    f'{{"records": [{{"text": 1, "{MARK}": "{MARK}"}}]}}',
    f'{{"records": [{{"text": "x", "deep": {nested(300)}}}]}}',
    f'{{"texts": ["{MARK}"], "records": []}}',
    f'{{"texts": ["{MARK}\\ud800"]}}',
    f'{{"texts": ["{MARK}"',
    nested(100_000),
    f'{{"dataframe_split": {{"columns": ["{MARK}", "{MARK}2"], "data": [["{MARK}", 1]]}}}}',
    f'{{"instances": [["{MARK}", "{MARK}"]]}}',
    f'{{"inputs": {{"{MARK}": 1, "b": 2}}}}',
    f'{{"tasks": ["{MARK}"]}}',
    f'{{"tasks": [], "label_config": "<{MARK}/>"}}',
    f'{{"schema": "<!DOCTYPE {MARK}>"}}',
]


@pytest.mark.parametrize("path", ["/v1/predict", "/invocations", "/predict", "/setup", "/webhook"])
@pytest.mark.parametrize("number", range(len(JSON_BODIES)))
def test_a_refusal_never_repeats_what_was_sent(client, path, number):
    headers = {"content-type": "application/json"}
    answer = client.post(path, content=JSON_BODIES[number].encode(), headers=headers)
    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert "XYZZY" not in answer.text
        assert "机密" not in answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/{MARK}"),
        ("POST", f"/v1/documents?format={MARK}"),
        ("POST", f"/v1/documents?evidence={MARK}"),
        ("POST", f"/v1/documents?name={MARK}.pdf"),
        ("POST", f"/v1/documents?name={MARK * 60}"),
    ],
)
def test_neither_paths_nor_queries_are_repeated(client, method, path):
    answer = client.request(method, path, content=f"%PDF-1.7 {MARK}".encode() if method == "POST" else None)
    assert 400 <= answer.status_code < 500
    assert "XYZZY" not in answer.text


def test_the_place_of_an_error_is_a_pointer(client):
    answer = client.post("/v1/predict", json={"texts": ["一", 2]})
    (error,) = answer.json()["errors"]
    texts = {"en": "It must be a string.", "zh": "应为字符串。"}
    assert error == {"pointer": "/texts/1", "detail": texts["en"], "texts": texts}


@pytest.mark.parametrize(("body", "pointer"), [([TEXT], ""), ({"records": [TEXT]}, "/records/0")])
def test_what_should_be_an_object_is_told_so(client, body, pointer):
    (error,) = client.post("/v1/predict", json=body).json()["errors"]
    assert (error["pointer"], error["detail"]) == (pointer, "It must be a JSON object.")


def test_a_member_that_is_missing_is_named_on_the_labelling_routes_too(start, tmp_path):
    client = start(label_store=tmp_path / "labels.db").client
    errors = client.post("/label/answer", json={"annotator": "林", "kind": "label"}).json()["errors"]
    assert [error["pointer"] for error in errors] == ["/paragraph", "/key"]
    (error,) = client.post("/label/models/use", json={"annotator": "林", "digest": "x"}).json()["errors"]
    assert error["pointer"] == "/digest"


def test_an_error_in_the_query_names_its_parameter_and_what_it_may_be(client):
    for language, said in (("en", "It must be one of 'paragraph', 'article', 'document'."),
                           ("zh-CN", "应为“paragraph”、“article”、“document”之一。")):  # fmt: skip
        answer = client.post("/v1/documents?level=word", content="一段。", headers={"Accept-Language": language})
        (error,) = answer.json()["errors"]
        assert {**error, "texts": None} == {"pointer": "", "parameter": "level", "detail": said, "texts": None}
        assert said in error["texts"].values()


@pytest.mark.parametrize("path", ["/v1/documents", "/page/document"])
def test_a_refusal_calls_a_file_as_the_client_does(client, path):
    for query, en, zh in (
        ("?name=七月（二稿）.json", "七月（二稿）.json:1: this is not JSON", "七月（二稿）.json:1：这不是 JSON"),
        ("?name=JSON", "JSON:1: this is not JSON", "JSON:1：这不是 JSON"),
        ("", "the document:1: this is not JSON", "这个文档:1：这不是 JSON"),
        ("?name=", "the document:1: this is not JSON", "这个文档:1：这不是 JSON"),
    ):
        texts = client.post(path + query, content=b'{"text": ').json()["texts"]
        assert texts["en"].startswith(en)
        assert texts["zh"].startswith(zh)


def test_a_column_is_called_as_in_the_file_whatever_the_file_is_called(client):
    answer = client.post("/v1/documents?name=a", content=b'{"a": 1}\n{"a": 2}\n')
    assert "there is no column 'text'; it has 'a'" in answer.json()["detail"]


def test_a_member_called_query_is_no_parameter(client):
    answer = client.post("/v1/predict", json={"texts": ["一"], "query": 1})
    assert "parameter" not in answer.json()["errors"][0]


def test_a_problem_bears_the_request_id_of_its_header(client):
    answer = client.post("/v1/predict", json={})
    assert answer.json()["instance"].endswith(answer.headers["x-request-id"])
    assert answer.json()["type"].startswith("urn:gxclassify:problem:")


def test_mlflow_clients_find_their_members(client):
    answer = client.post("/invocations", json={"instances": 5})
    assert answer.json()["error_code"] == "BAD_REQUEST"
    assert answer.json()["message"] == answer.json()["detail"]


def test_a_failure_says_nothing_of_itself(start, caplog, monkeypatch):
    server = start()

    async def broken(*_args, **_kwargs):
        raise RuntimeError(MARK)

    monkeypatch.setattr(server.state.batcher, "tag", broken)
    with caplog.at_level("INFO"):
        answer = server.client.post("/v1/predict", json={"texts": [MARK]})
    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:gxclassify:problem:bug"
    assert "XYZZY" not in answer.text
    assert "RuntimeError" in caplog.text
    assert "test_problems.py" in caplog.text  # where it came from
    assert "XYZZY" not in caplog.text


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), MARK), "No space left on device"),
        (GxclassifyError("x"), "Permission denied"),
        (MemoryError(), "there is not enough memory"),
        (RuntimeError("can't start new thread"), "there is not enough memory"),
        (sqlite3.OperationalError("database or disk is full"), "database or disk is full"),
        (sqlite3.OperationalError("disk I/O error"), "disk I/O error; the disk may be full"),
    ],
)
def test_what_the_machine_does_not_do_now_is_no_bug(start, caplog, monkeypatch, error, why):
    server = start()

    async def broken(*_args, **_kwargs):
        if isinstance(error, sqlite3.Error):
            raise StoreError("{path}: the store cannot be used.", path=MARK) from error
        if isinstance(error, GxclassifyError):
            raise error from OSError(errno.EACCES, os.strerror(errno.EACCES), MARK)
        raise error

    monkeypatch.setattr(server.state.batcher, "tag", broken)
    with caplog.at_level("INFO"):
        answer = server.client.post("/v1/predict", json={"texts": [MARK]})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["type"] == "urn:gxclassify:problem:unavailable"
    assert f"({why})" in answer.json()["detail"]
    assert why not in answer.json()["texts"]["zh"]  # the system's and SQLite's own words are in Chinese, too
    assert "request failed" in caplog.text
    assert "Traceback" not in caplog.text
    assert "XYZZY" not in answer.text


def test_the_log_shows_ids_and_sizes_but_no_text(server, caplog):
    with caplog.at_level("DEBUG"):
        server.client.post("/v1/predict", json={"texts": [MARK], "thresholds": {MARK: 2}})
        server.client.post("/v1/predict", json={"texts": [MARK]})
        server.client.post("/v1/documents", params={"name": MARK}, content=MARK.encode())
        server.client.get(f"/{MARK}?q={MARK}")
        wait_for(lambda: "route=unmatched" in caplog.text)  # logged after the answer
    ours = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith(("gxclassify", "uvicorn"))
    )
    assert "route=/v1/predict status=200" in ours
    assert "route=unmatched status=404" in ours
    assert "XYZZY" not in ours


def test_text_is_logged_when_asked(start, caplog):
    server = start(log_text=True)
    with caplog.at_level("INFO"):
        server.client.post("/v1/predict", json={"texts": [MARK]})
    assert "XYZZY" in caplog.text


def test_answers_are_json_even_for_numbers_json_lacks(client):
    body = b'{"records": [{"text": "x", "a": NaN, "b": 1e999}]}'
    answer = client.post("/v1/predict", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in {200, 422}
    json.loads(answer.content, parse_constant=pytest.fail)
