import json
import re

from server.loopback import TEXT
from support import ROOT


def numbers(server):
    text = server.client.get("/metrics").text
    return {name: float(value) for name, value in re.findall(r"^(gxclassify_[^ ]+) ([^ \n]+)$", text, re.MULTILINE)}


def test_requests_and_paragraphs_are_counted(start, model):
    server = start()
    for _ in range(3):
        server.client.post("/v1/predict", json={"texts": [TEXT] * 5})
    server.client.post("/v1/predict", json={"texts": 1})
    server.client.post("/v1/documents", content=TEXT.encode())
    server.client.get("/health")  # an answer is counted when it has been sent: by now the ones before are
    found = numbers(server)
    route = 'method="POST",route="/v1/predict"'
    assert found[f'gxclassify_requests_total{{{route},status="200"}}'] == 3
    assert found[f'gxclassify_requests_total{{{route},status="422"}}'] == 1
    assert found["gxclassify_paragraphs_total"] == 16
    assert found["gxclassify_characters_total"] == 16 * len(TEXT)
    assert found['gxclassify_documents_total{format="text"}'] == 1
    assert found['gxclassify_refused_total{kind="invalid"}'] == 1
    assert found["gxclassify_in_flight"] == 0
    assert found[f'gxclassify_model_loaded_timestamp_seconds{{model="{model.name}"}}'] > 0


def test_each_file_that_is_read_counts_once_wherever_it_is_read(start, tmp_path):
    server = start(label_store=tmp_path / "labels.db", results=tmp_path / "results")
    data = TEXT.encode()
    head = json.dumps([{"name": f"{name}.txt", "size": len(data)} for name in "ab"]).encode()
    for path, body in (
        ("/v1/documents", data), ("/page/document", data), ("/label/queue", data),
        ("/page/survey", head + b"\n" + data + data), ("/page/document", b"%PDF-1.4 cut"),
    ):  # fmt: skip
        server.client.post(path, content=body)
    assert numbers(server)['gxclassify_documents_total{format="text"}'] == 5


def test_what_alarms_watch_is_there_before_it_happens(start):
    found = numbers(start())
    assert found['gxclassify_refused_total{kind="busy"}'] == 0
    for result in ("loaded", "refused", "unchanged"):
        assert found[f'gxclassify_model_reloads_total{{result="{result}"}}'] == 0


def test_paths_do_not_make_new_series(start):
    server = start()
    for i in range(20):
        server.client.get(f"/secret-{i}")
    text = server.client.get("/metrics").text
    assert "secret" not in text
    assert numbers(server)['gxclassify_requests_total{method="GET",route="unmatched",status="404"}'] == 20


def test_the_description_counts_as_itself(start):
    server = start()
    server.client.get("/openapi.json")
    assert numbers(server)['gxclassify_requests_total{method="GET",route="/openapi.json",status="200"}'] == 1


def test_what_a_layer_refuses_counts_as_of_its_route(start):
    server = start(token="t" * 20, admin_token="a" * 20)
    server.client.get("/v1/themes")
    server.client.post("/v1/model/reload", headers={"Authorization": f"Bearer {'t' * 20}"})
    text = server.client.get("/metrics", headers={"Authorization": f"Bearer {'t' * 20}"}).text
    assert 'gxclassify_requests_total{method="GET",route="/v1/themes",status="401"} 1.0' in text
    assert 'gxclassify_requests_total{method="POST",route="/v1/model/reload",status="403"} 1.0' in text


def test_made_up_methods_do_not_make_new_series(start):
    server = start()
    for i in range(5):
        server.client.request(f"METHOD{i}", "/health")
    assert "METHOD" not in server.client.get("/metrics").text


def test_the_page_on_running_the_server_names_every_number(start):
    page = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"^# TYPE (gxclassify_\w+) ", start().client.get("/metrics").text, re.MULTILINE))
    table = "".join(line.partition("|")[2].partition("|")[0] for line in page.splitlines() if line.startswith("| `gx"))
    assert set(re.findall(r"gxclassify_\w+", table)) == {name for name in shown if not name.endswith("_created")}
