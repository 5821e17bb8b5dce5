import asyncio
import concurrent.futures
import errno
import os
import shutil
import threading
import time

import pytest

from gxclassify.errors import ModelError
from gxclassify.files import write_whole
from gxclassify.server import models
from gxclassify.server.metrics import Metrics
from gxclassify.server.models import LocalReloader, ModelHolder, ModelSource
from server.loopback import TEXT
from support import wait_for


@pytest.fixture
def folder(model, tmp_path):
    model.save(tmp_path / "model")
    return tmp_path / "model"


@pytest.fixture(scope="session")
def other(model):
    """A model that differs from the default one in a threshold."""
    return model.with_thresholds({"goals": 0.987})


def test_a_new_model_in_the_folder_is_taken(start, folder, other):
    server = start(model=str(folder), watch_seconds=0.05)
    name = other.save(folder).name
    wait_for(lambda: server.client.get("/v1/model").json()["name"] == name)
    assert server.client.get("/v1/themes").json()["themes"][4]["threshold"] == 0.987
    assert server.client.post("/v1/predict", json={"texts": [TEXT]}).json()["model"] == name


def test_a_damaged_model_is_refused_and_the_old_one_stays(start, folder, caplog):
    server = start(model=str(folder), watch_seconds=0.05)
    name = server.state.models.current.name
    write_whole(folder / "model.json", "{}")  # a look between emptying a file and filling it would be one more
    wait_for(lambda: 'model_reloads_total{result="refused"} 1.0' in server.client.get("/metrics").text)
    time.sleep(0.3)
    assert caplog.text.count("model refused") == 1  # once, not at every look
    assert server.client.post("/v1/predict", json={"texts": [TEXT]}).json()["model"] == name


def test_a_folder_that_is_gone_for_a_moment_is_waited_for(start, folder, model, other):
    server = start(model=str(folder), watch_seconds=0.05)
    shutil.rmtree(folder)
    time.sleep(0.3)
    assert server.client.get("/v1/model").json()["name"] == model.name
    name = other.save(folder).name
    wait_for(lambda: server.client.get("/v1/model").json()["name"] == name)


def test_a_model_that_stays_away_is_told_of_once(start, folder, model, other, caplog, monkeypatch):
    monkeypatch.setattr(models, "GONE_SECONDS", 0.1)
    server = start(model=str(folder), watch_seconds=0.05)
    for times in (1, 2):
        shutil.rmtree(folder)
        wait_for(lambda times=times: caplog.text.count("model refused") == times)
        time.sleep(0.3)
        assert caplog.text.count("there is no model here") == times
        assert f'model_reloads_total{{result="refused"}} {times}.0' in server.client.get("/metrics").text
        name = [other, model][times - 1].save(folder).name
        wait_for(lambda name=name: server.client.get("/v1/model").json()["name"] == name)


def test_reload_on_request_says_whether_something_changed(start, folder, other):
    client = start(model=str(folder)).client
    assert client.post("/v1/model/reload").json()["changed"] is False
    name = other.save(folder).name
    assert client.post("/v1/model/reload").json() == {"changed": True, "model": name}
    (folder / "weights.npz").write_bytes(b"")
    refused = client.post("/v1/model/reload")
    assert refused.status_code == 422
    assert str(folder) not in refused.text
    assert client.get("/v1/model").json()["name"] == name


def test_no_request_is_dropped_while_models_change(start, folder, model, other):
    server = start(model=str(folder), watch_seconds=0.02)
    names = {model.name, other.save(folder).name}
    stop = threading.Event()

    seen = []

    def ask():
        while not stop.is_set():
            answer = server.client.post("/v1/predict", json={"texts": [TEXT] * 70, "evidence": False})
            seen.append((answer.status_code, frozenset(p["model"] for p in answer.json()["paragraphs"])))

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        askers = [pool.submit(ask) for _ in range(4)]
        for turn in range(6):
            name = (model if turn % 2 else other).save(folder).name
            wait_for(lambda name=name: (200, frozenset({name})) in seen[-4:])
        stop.set()
        for asker in askers:
            asker.result()
    assert {status for status, _ in seen} == {200}
    assert all(len(models) == 1 for _, models in seen)  # one model for all paragraphs of a request
    assert {name for _, models in seen for name in models} == names


def test_without_a_model_there_is_no_server(tmp_path):
    with pytest.raises(ModelError, match="no model here"):
        ModelSource(str(tmp_path)).load()


def test_a_registry_is_asked_in_another_process(folder, monkeypatch):
    monkeypatch.setattr(models, "_FETCH", f"import sys; print('noise'); print({str(folder)!r})")
    source = ModelSource("models:/gxclassify@champion")
    assert source.load().name == ModelSource(str(folder)).load().name
    assert not source.changed()


def test_a_registry_that_fails_says_why(monkeypatch):
    monkeypatch.setattr(models, "_FETCH", "raise SystemExit('no such alias')")
    with pytest.raises(ModelError, match=r"models:/x@y: .* \(no such alias\)"):
        ModelSource("models:/x@y").load()


def test_what_the_registry_refuses_is_said_as_it_stands(monkeypatch):
    refusing = models._FETCH.replace("print(fetch_bundle(sys.argv[1]))", "raise GxclassifyError('{a}: no.', a=1)")
    monkeypatch.setattr(models, "_FETCH", refusing)
    with pytest.raises(ModelError, match=r"^1: no\.$"):
        ModelSource("models:/x@y").load()


def test_a_registry_that_cannot_be_asked_for_want_of_processes_is_refused(monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(models.subprocess, "run", full)
    with pytest.raises(ModelError, match="cannot be fetched"):
        ModelSource("models:/gxclassify@champion").load()


def test_a_registry_is_looked_at_once_a_minute_at_most(model):
    source = ModelSource("models:/x@y")
    reloader = LocalReloader(source, ModelHolder(model), Metrics(), seconds=1)
    assert reloader._seconds == 60
    assert LocalReloader(source, ModelHolder(model), Metrics(), seconds=0)._seconds == 0


def test_two_reloads_at_once_are_done_one_after_the_other(model, folder, other):
    async def main():
        source = ModelSource(str(folder))
        source.load()
        holder = ModelHolder(model)
        reloader = LocalReloader(source, holder, Metrics(), seconds=0)
        other.save(folder)
        return await asyncio.gather(reloader.reload(), reloader.reload())

    assert sorted(asyncio.run(main())) == [False, True]


@pytest.mark.parametrize("trouble", [RuntimeError("odd"), OverflowError("far"), UnicodeError("half")])
def test_whatever_a_bundle_raises_it_is_refused_and_the_old_model_serves_on(start, folder, monkeypatch, trouble):
    server = start(model=str(folder), watch_seconds=0)

    def raising(_):
        raise trouble

    monkeypatch.setattr(models.Model, "load", raising)
    answer = server.client.post("/v1/model/reload")
    assert answer.status_code == 422
    assert "the one in use stays" in answer.json()["detail"]
    assert server.client.post("/v1/predict", json={"texts": [TEXT]}).status_code == 200
