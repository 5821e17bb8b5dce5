"""``mlflow models serve`` over the logged model: every payload of the scoring protocol, unpickling forbidden."""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

import gxclassify as gx
from gxclassify.tracking.logged import save_pyfunc
from integration.programs import program, wait_for
from support import PATIENCE, free_port

pytestmark = [pytest.mark.integration, pytest.mark.slow]

TEXTS = ["园区污水处理厂完成提标改造，日处理3万吨。", "管委会印发《扶持办法》，最高奖励5万元。"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, tiny_bundle: Path):
    folder = tmp_path_factory.mktemp("serve")
    save_pyfunc(folder / "model", tiny_bundle)
    port = free_port()
    command = [sys.executable, "-m", "mlflow", "models", "serve", "-m", folder / "model", "--env-manager", "local"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    env = {"MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # it starts uvicorn by name
    url = f"http://127.0.0.1:{port}"
    with program(command, folder / "log", env=env) as process:
        wait_for(lambda: urllib.request.urlopen(f"{url}/ping", timeout=5).status == 200, "mlflow models serve", process)
        yield url


def ask(address: str, body: bytes, kind: str = "application/json"):
    request = urllib.request.Request(f"{address}/invocations", body, {"Content-Type": kind})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.load(answer)["predictions"]


@pytest.mark.parametrize(
    "payload",
    [
        {"dataframe_split": {"columns": ["text"], "data": [[t] for t in TEXTS]}},
        {"dataframe_split": {"data": [[t] for t in TEXTS]}},
        {"dataframe_split": {"columns": ["id", "text"], "data": [["1", TEXTS[0]], ["2", TEXTS[1]]]}},
        {"dataframe_records": [{"text": t} for t in TEXTS]},
        {"dataframe_records": [{"id": 1, "text": t} for t in TEXTS]},
        {"instances": TEXTS},
        {"instances": [[t] for t in TEXTS]},
        {"instances": [{"text": t} for t in TEXTS]},
        {"inputs": TEXTS},
        {"inputs": [[t] for t in TEXTS]},
        {"inputs": {"text": TEXTS}},
    ],
    ids=lambda payload: json.dumps(payload, ensure_ascii=True)[:40],
)
def test_it_answers_every_shape_of_json(address: str, tiny_bundle: Path, payload):
    expected = [list(p.tags) for p in gx.load_model(tiny_bundle).tag(TEXTS)]
    assert [row["tags"] for row in ask(address, json.dumps(payload).encode())] == expected


@pytest.mark.parametrize("payload", [{"inputs": TEXTS[0]}, {"inputs": {"text": TEXTS[0]}}], ids=["text", "column"])
def test_it_answers_one_text(address: str, tiny_bundle: Path, payload):
    [expected] = gx.load_model(tiny_bundle).tag(TEXTS[:1])
    [row] = ask(address, json.dumps(payload).encode())
    assert row["tags"] == list(expected.tags)


def test_it_answers_csv(address: str):
    rows = ask(address, ("text\n" + "\n".join(TEXTS) + "\n").encode(), "text/csv")
    assert [sorted(row) for row in rows] == [["model", "review", "scores", "tags"]] * 2


def test_params_override_thresholds_and_ask_for_evidence(address: str):
    payload = {"inputs": TEXTS, "params": {"evidence": True, "thresholds": {"policy": 0.0}}}
    rows = ask(address, json.dumps(payload).encode())
    assert all("policy" in row["tags"] and "policy" in row["evidence"] for row in rows)


def test_what_is_no_text_is_a_client_error(address: str):
    with pytest.raises(urllib.error.HTTPError) as caught:
        ask(address, json.dumps({"inputs": [3]}).encode())
    with caught.value as error:
        assert error.code == 400
        assert "Each row must be a text" in error.read().decode()
