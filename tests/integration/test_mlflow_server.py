"""Against a real MLflow server on loopback, with PostgreSQL behind it and the artifacts served by it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import gxclassify as gx
from gxclassify.config import Config
from gxclassify.experiments.training import train_model
from gxclassify.tracking.registry import promote, register
from gxclassify.tracking.run import pending_folder, sync, track
from gxclassify.tracking.store import open_store
from integration.programs import kill, mlflow_server, postgresql
from support import PATIENCE, free_port, run, tiny_records, write_jsonl

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.integration, pytest.mark.slow]

QUICK = ["--set", "classifier.folds=2", "--set", "features.char_max=2"]
CONFIG = Config().with_values({"classifier.folds": 2, "features.char_max": 2}, "tests")


@pytest.fixture(scope="module")
def database():
    with postgresql() as address:
        yield address


@pytest.fixture(scope="module")
def server(database: str, tmp_path_factory: pytest.TempPathFactory):
    with mlflow_server(database, tmp_path_factory.mktemp("server") / "artifacts", free_port()) as (address, _):
        yield address


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GXCLASSIFY_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    write_jsonl(tmp_path / "labels" / "train" / "a.jsonl", tiny_records())
    return tmp_path


def run_id_in(text: str) -> str:
    [line] = [line for line in text.splitlines() if line.startswith("MLflow run ")]
    return line.removeprefix("MLflow run ").rstrip(".")


@pytest.mark.usefixtures("workplace")
def test_two_trainings_at_once_become_two_whole_runs(server: str):
    command = [sys.executable, "-m", "gxclassify", "train", "--tracking-uri", server, *QUICK]
    both = [
        subprocess.Popen([*command, "--out", f"m{i}"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for i in range(2)
    ]
    said = [process.communicate(timeout=PATIENCE)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    runs = {run_id_in(text) for text in said}
    client = open_store(server).client
    assert len(runs) == 2
    for run_id in runs:
        found = client.get_run(run_id)
        assert found.info.status == "FINISHED"
        assert found.data.metrics["oof.map"] > 0
        assert "settings.toml" in {entry.path for entry in client.list_artifacts(run_id)}
        [model] = found.outputs.model_outputs
        assert {"MLmodel", "artifacts"} <= {entry.path for entry in client.list_logged_model_artifacts(model.model_id)}


def test_a_model_promoted_on_the_server_is_loaded_elsewhere(
    server: str, workplace: Path, tiny_bundle: Path, monkeypatch
):
    version = register(str(tiny_bundle), uri=server)
    promote(str(version.number), uri=server, force="the first test may have left a champion")
    (workplace / "elsewhere").mkdir()
    monkeypatch.chdir(workplace / "elsewhere")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server)
    assert gx.load_model("models:/gxclassify@champion").digest == gx.load_model(tiny_bundle).digest


def test_a_server_that_goes_away_during_training_gets_the_run_afterwards(
    database: str, workplace: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    port, artifacts = free_port(), workplace / "artifacts"
    said: list[str] = []
    search = {"classifier.C": [0.5, 1.0, 2.0]}
    with (
        mlflow_server(database, artifacts, port) as (address, process),
        track(CONFIG, name="cut off", uri=address, searched=search, notify=said.append) as training,
    ):

        def note(trial):
            training.trial(trial)
            if trial.number == 1:
                kill(process)

        labels = [workplace / "labels" / "train"]
        result = train_model(labels, workplace / "model", CONFIG, search=search, on_trial=note)
        first = training.run
        assert training.finish(result) is None
    assert "experiments sync" in said[-1]
    assert len(list(pending_folder().iterdir())) == 1

    with mlflow_server(database, artifacts, port) as (address, _):
        [sent] = sync(address)
        store = open_store(address)
        found = store.client.get_run(sent.run)
        trials = store.client.search_runs([store.experiment], f"tags.`mlflow.parentRunId` = '{sent.run}'")
        [model] = found.outputs.model_outputs
        monkeypatch.setenv("MLFLOW_TRACKING_URI", address)
        assert sent.run == first
        assert (found.info.status, found.data.tags["model_digest"]) == ("FINISHED", result.model.digest)
        assert [trial.info.status for trial in trials] == ["FINISHED"] * 3
        assert gx.load_model(f"models:/{model.model_id}").digest == result.model.digest


@pytest.mark.usefixtures("workplace")
def test_train_keeps_the_bundle_and_says_how_to_send_the_run():
    nowhere = f"http://127.0.0.1:{free_port()}"
    done = run("train", "--tracking-uri", nowhere, *QUICK, env={**os.environ, "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0"})
    assert done.returncode == 0
    assert "gxclassify experiments sync" in done.stderr
    assert gx.load_model("models/mine").digest
