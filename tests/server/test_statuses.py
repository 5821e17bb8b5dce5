"""The table of statuses in docs/serving.md, in both languages and in OpenAPI, is what the server does."""

import codecs
import gzip
import json
import re

import pytest

from gxclassify.server.api import problems
from server.loopback import TEXT
from support import ROOT

JSON = "application/json"
GOOD = {
    "/v1/predict": {"texts": [TEXT]},
    "/invocations": {"inputs": [TEXT]},
    "/setup": {},
    "/predict": {"tasks": [{"data": {"text": TEXT}}]},
    "/webhook": {"action": "ANNOTATION_CREATED"},
}
NOT_JSON = {
    "broken": b'{"texts": ["x"',
    "empty": b"",
    "prose": TEXT.encode(),
    "of another encoding": '{"texts": ["高新区"], "inputs": ["高新区"]}'.encode("gbk"),
    "nested too deep": b"[" * 10_000,
}
OTHER_TYPES = [
    "text/plain",
    f"{JSON}; charset=gbk",
    f'{JSON};charset="GB18030"',
    "application/x-www-form-urlencoded",
    "",
]


def rows(page):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    found = re.findall(r"^\| (\d{3}(?:, \d{3})*) \| (.+) \|$", text, re.MULTILINE)
    return {int(status) for listed, _ in found for status in listed.split(", ")}


@pytest.mark.parametrize("page", ["serving.md", "zh/serving.md"])
def test_the_pages_list_the_statuses_of_the_description(client, page):
    described = {
        int(status)
        for item in client.get("/openapi.json").json()["paths"].values()
        for operation in item.values()
        for status in operation["responses"]
        if status >= "400"
    }
    assert rows(page) == described | {405, 500}  # of any path, and of none that is meant


@pytest.mark.parametrize("path", GOOD)
def test_every_status_that_a_body_brings_is_described(client, path):
    described = client.get("/openapi.json").json()["paths"][path]["post"]["responses"].keys()
    assert {"400", "413", "415", "422"} <= described
    assert problems(415)[415]["description"]


@pytest.mark.parametrize("kind", NOT_JSON)
@pytest.mark.parametrize("path", GOOD)
def test_what_is_not_json_is_400(client, path, kind):
    answer = client.post(path, content=NOT_JSON[kind], headers={"content-type": JSON})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json()["type"] == "urn:gxclassify:problem:invalid"


@pytest.mark.parametrize("kind", OTHER_TYPES)
@pytest.mark.parametrize("path", GOOD)
def test_another_type_or_charset_is_415(client, path, kind):
    if path == "/invocations" and not kind:
        kind = "text/html"  # without a type it takes JSON
    answer = client.post(
        path, content=b'{"texts": ["x"], "inputs": ["x"], "tasks": []}', headers={"content-type": kind}
    )
    assert answer.status_code == 415, answer.text


@pytest.mark.parametrize("kind", [JSON, f"{JSON}; charset=utf-8", f'{JSON}; Charset="UTF8"', "Application/JSON"])
@pytest.mark.parametrize("path", GOOD)
def test_json_in_utf_8_is_taken(client, path, kind):
    answer = client.post(path, content=json.dumps(GOOD[path]).encode(), headers={"content-type": kind})
    assert answer.is_success, answer.text


@pytest.mark.parametrize("path", ["/v1/predict", "/invocations", "/predict", "/setup"])
def test_json_of_another_form_is_422(client, path):
    for body in ([], 5, "text"):
        assert client.post(path, json=body).status_code == 422, body


def test_a_csv_table_that_is_not_in_utf_8_is_400(client):
    data = "text\n高新区签约\n".encode("gbk")
    assert client.post("/invocations", content=data, headers={"content-type": "text/csv"}).status_code == 400
    gbk = {"content-type": "text/csv; charset=gbk"}
    assert client.post("/invocations", content=data, headers=gbk).status_code == 415


def test_a_file_may_be_of_any_charset_but_no_form_and_not_empty(client):
    data, path = (TEXT * 5).encode("gb18030"), "/v1/documents"
    assert client.post(path, content=data, headers={"content-type": "text/plain; charset=gbk"}).status_code == 200
    assert client.post(path, content=data, headers={"content-type": "multipart/form-data"}).status_code == 415
    assert client.post(path, content=b"").status_code == 422


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/nothing", 404), ("GET", "/v1/predict", 405), ("DELETE", "/v1/themes", 405)],
)
def test_paths_and_methods_are_told_apart(client, method, path, status):
    assert client.request(method, path).status_code == status


def problem_of(answer):
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (422, "urn:gxclassify:problem:unknown-parameter")
    [error] = problem["errors"]
    return error


def test_an_unknown_parameter_is_refused_with_those_that_there_are(client):
    error = problem_of(client.post("/v1/documents?name=a.txt&foramt=csv", content=TEXT.encode()))
    assert error["detail"].startswith("Parameter 2: there are only name, format, encoding, ")
    assert error["detail"].endswith(" Was 'format' meant?")
    assert "foramt" not in error["detail"]


def test_a_parameter_where_there_are_none_and_one_that_belongs_into_the_body(client):
    assert problem_of(client.get("/v1/themes?lang=zh"))["detail"] == "Parameter 1: there are none here."
    error = problem_of(client.post("/v1/predict?format=csv", json={"texts": [TEXT]}))
    assert (error["parameter"], "a member of a JSON body" in error["detail"]) == ("format", True)


def test_probes_and_other_protocols_take_parameters_as_they_did(client):
    for path in ("/health?now=1", "/metrics?name[]=a", "/ping?x"):
        assert client.get(path).is_success, path
    assert client.post("/invocations?x=1", json=GOOD["/invocations"]).is_success


@pytest.mark.parametrize("path", ["/v1/predict", "/invocations"])
def test_a_byte_order_mark_before_json_is_passed_over(client, path):
    data = codecs.BOM_UTF8 + json.dumps(GOOD[path]).encode()  # as PowerShell writes files
    assert client.post(path, content=data, headers={"content-type": JSON}).is_success


@pytest.mark.parametrize("path", GOOD)
def test_a_compressed_body_is_415_and_says_what_to_do(client, path):
    data = gzip.compress(json.dumps(GOOD[path]).encode())
    answer = client.post(path, content=data, headers={"content-type": JSON, "content-encoding": "gzip"})
    assert (answer.status_code, answer.json()["type"]) == (415, "urn:gxclassify:problem:content-encoding")
    plain = {"content-type": JSON, "content-encoding": "identity"}
    assert client.post(path, content=json.dumps(GOOD[path]).encode(), headers=plain).is_success


@pytest.mark.parametrize("path", ["/health", "/ready", "/ping", "/metrics", "/v1/themes", "/", "/static/api.js"])
def test_head_is_get_without_the_body(client, path):
    got, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == got.headers["content-type"]
    assert client.head("/v1/predict").status_code == 405
