"""The labelling routes, two servers on one store, an end without warning, and training from the page."""

import dataclasses
import json
import os
import signal
import time

import httpx
import numpy as np
import pytest

from gxclassify.config import Config
from gxclassify.errors import LabelError
from gxclassify.experiments.files import SHIPPED, load_experiment
from gxclassify.labels.records import LabelRecord, load_labels
from gxclassify.labels.store import Answer, LabelStore, export_records
from gxclassify.model.model import Model
from gxclassify.server.labelling import _joined, _train, base_labels, last_training
from server.process import free_port, serve
from support import THEMES, run, tiny_records, write_jsonl

TEXTS = ["高新区新签约项目12个，总投资38亿元。园区绿化完工。", "园区出台惠企政策十条。", "职工篮球赛昨晚开幕。"]
KEY = "0123456789abcdef"


@pytest.fixture
def queue(tmp_path):
    return write_jsonl(tmp_path / "queue.jsonl", [{"id": f"q{i}", "text": text} for i, text in enumerate(TEXTS)])


@pytest.fixture
def client(start, tmp_path, queue) -> httpx.Client:
    return start(label_store=tmp_path / "labels.db", label_queue=queue).client


def ask(client, path: str, **body):
    response = client.post(f"/label/{path}", json={"annotator": "甲", **body})
    assert response.status_code == 200, response.text
    return response.json()


def answer(client, paragraph: str, **body):
    return ask(
        client, "answer", **{"key": f"key-{paragraph}-{len(body)}", "paragraph": paragraph, "kind": "label", **body}
    )


def test_without_a_store_the_page_says_so(start):
    client = start().client
    assert client.get("/label").status_code == 200
    refused = client.get("/label/state")
    assert (refused.status_code, refused.json()["type"]) == (404, "urn:gxclassify:problem:no-label-store")


def test_a_task_comes_with_its_sentences_and_without_labels_or_guess(client):
    task = ask(client, "next")["task"]
    assert [TEXTS[0][start:end] for start, end in task["sentences"]] == [
        "高新区新签约项目12个，总投资38亿元。",
        "园区绿化完工。",
    ]
    assert task.keys() == {"id", "text", "article", "source", "previous", "sentences"}


def test_an_answer_brings_the_next_paragraph_and_the_progress(client):
    state = answer(client, "q0", labels=["investment_attraction"], evidence={"investment_attraction": [[0, 22]]})
    assert state["task"]["id"] == "q1"
    assert (state["progress"]["labelled"], state["progress"]["labels"]["investment_attraction"]) == (1, 1)


def test_the_end_of_the_queue_is_null(client):
    for i in range(3):
        state = answer(client, f"q{i}")
    assert state["task"] is None


def test_undo_brings_the_answer_back(client):
    answer(client, "q0", labels=["policy"], maybe=["goals"])
    task = ask(client, "undo")["task"]
    assert (task["id"], task["previous"]["labels"], task["previous"]["maybe"]) == ("q0", ["policy"], ["goals"])
    assert ask(client, "undo")["task"] is None


@pytest.mark.parametrize(
    "body",
    [
        {"labels": ["体育"]},
        {"paragraph": "nowhere"},
        {"labels": ["goals"], "evidence": {"goals": [[5, 999]]}},
        {"kind": "perhaps"},
        {"key": "short"},
        {"annotator": "  "},
        {"annotator": "甲+乙"},
        {"annotator": "甲" * 65},
        {"colour": "red"},
    ],
)
def test_what_is_no_answer_is_a_problem_that_echoes_nothing(client, body):
    sent = {"annotator": "甲", "key": KEY, "paragraph": "q0", "kind": "label", **body}
    response = client.post("/label/answer", json=sent)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert not [value for value in map(str, body.values()) if len(value) > 2 and value in response.text]
    assert client.get("/label/state").json()["progress"]["labelled"] == 0


def test_the_guess_is_what_the_model_says(client, model):
    [tagged] = model.tag([TEXTS[0]])
    guess = client.get("/label/guess", params={"paragraph": "q0"}).json()
    assert guess["tags"] == list(tagged.tags)
    assert guess["scores"] == pytest.approx(tagged.scores)
    assert client.get("/label/guess", params={"paragraph": "nowhere"}).status_code == 404


def test_the_guideline_is_text(client):
    response = client.get("/label/guideline")
    assert response.headers["content-type"] == "text/markdown; charset=utf-8"
    assert response.text.startswith("# ")


def test_suggestions_go_first(client):
    answer(client, "q0", labels=["investment_attraction"])
    assert client.post("/label/suggest").json() == {"moved": 2}
    assert ask(client, "next")["task"]["id"] in {"q1", "q2"}


def test_the_export_is_label_records(client, tmp_path):
    answer(client, "q0", labels=["investment_attraction"], evidence={"investment_attraction": [[0, 22]]})
    path = tmp_path / "labels.jsonl"
    path.write_bytes(client.get("/label/export").content)
    [record] = load_labels([path]).records
    assert (record.id, record.annotator, record.evidence) == ("q0", "甲", {"investment_attraction": ((0, 22),)})


def test_labelling_needs_the_token(start, tmp_path, queue):
    client = start(token="t" * 20, label_store=tmp_path / "labels.db", label_queue=queue).client
    assert client.get("/label").status_code == 200
    assert (
        client.get("/label/state").status_code
        == client.post("/label/next", json={"annotator": "甲"}).status_code
        == 401
    )


def test_two_servers_share_one_store(start, tmp_path, queue):
    one, other = (start(label_store=tmp_path / "labels.db", label_queue=queue).client for _ in range(2))
    assert ask(one, "next")["task"]["id"] == "q0"
    assert ask(other, "next", annotator="乙")["task"]["id"] == "q1"
    answer(other, "q1", annotator="乙")
    assert ask(one, "next")["progress"]["labelled"] == 1
    state = answer(one, "q0")
    assert state["task"] is None  # the answer to q1 has put q2 before the other person
    assert (state["progress"]["labelled"], state["progress"]["paragraphs"]) == (2, 3)


# ---- an end without warning


def test_a_kill_loses_no_confirmed_answer(tmp_path):
    queue = write_jsonl(tmp_path / "q.jsonl", [{"id": f"q{i}", "text": f"第{i}段。"} for i in range(500)])
    store, port = tmp_path / "labels.db", free_port()
    confirmed = []
    for _ in range(3):
        process = serve(port, store, queue)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
                task = ask(client, "next")["task"]
                for n in range(20):
                    if n == 19:  # in the middle of answering
                        os.kill(process.pid, signal.SIGKILL)
                    try:
                        state = answer(client, task["id"], labels=["goals"])
                    except httpx.TransportError:
                        break
                    confirmed.append(task["id"])
                    task = state["task"]
        finally:
            process.kill()
            process.wait()
    kept = [record.id for record in export_records(store)]
    assert len(confirmed) >= 57
    assert set(confirmed) <= set(kept)
    assert len(kept) <= len(confirmed) + 3  # one that was stored and never confirmed, for each kill


# ---- training


def wait_for_training(client) -> dict:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        last = client.get("/label/training").json()["last"]
        if last["state"] != "running":
            return last
        time.sleep(0.2)
    pytest.fail("the training did not end")


@pytest.fixture
def labelled(start, tmp_path, tiny_bundle, monkeypatch):
    """A server with a tiny model and other labels beside it, whose queue has ten answers."""
    records = tiny_records()
    monkeypatch.chdir(tmp_path)  # training takes labels/train of the working directory
    write_jsonl(tmp_path / "labels" / "train" / "others.jsonl", records[:80])
    fresh = [
        record | {"id": f"new-{record['id']}", "text": f"新区：{record['text']}", "article": f"new-{i}"}
        for i, record in enumerate(records[80:90])
    ]
    queue = write_jsonl(tmp_path / "queue.jsonl", fresh)
    store = tmp_path / "store" / "labels.db"
    store.parent.mkdir()
    model = tmp_path / "store" / "labels-model"
    Model.load(tiny_bundle).save(model)
    client = start(model=str(model), label_store=store, label_queue=queue, watch_seconds=0.2).client
    for record in fresh:
        answer(client, record["id"], labels=record["labels"], maybe=record["maybe"])
    return client


@pytest.mark.slow
def test_training_makes_a_model_compares_it_and_puts_it_to_use(labelled, tmp_path):
    before = labelled.get("/v1/model").json()["name"]
    assert labelled.post("/label/training").status_code == 202
    assert labelled.post("/label/training").json()["type"] == "urn:gxclassify:problem:training-runs"
    last = wait_for_training(labelled)
    assert (last["state"], last["message"]) == ("done", "")
    result = last["result"]
    assert (result["paragraphs"], result["compared"]) == (90, 10)
    assert 0 <= result["before"]["macro_f1"] <= 1
    assert 0 <= result["after"]["macro_f1"] <= 1
    assert last["done"] == last["total"] > 0
    until = time.monotonic() + 20
    while labelled.get("/v1/model").json()["name"] == before and time.monotonic() < until:
        time.sleep(0.1)
    assert labelled.get("/label/training").json()["last"]["in_use"]
    assert Model.load(tmp_path / "store" / "labels-model").name == result["model"] != before


@pytest.mark.slow
def test_a_training_that_cannot_be_says_why(start, tmp_path, monkeypatch, queue):
    monkeypatch.chdir(tmp_path)
    client = start(label_store=tmp_path / "labels.db", label_queue=queue).client
    answer(client, "q0", labels=["goals"])
    client.post("/label/training")
    last = wait_for_training(client)
    assert last["state"] == "failed"
    assert "label more" in last["message"]
    assert not (tmp_path / "labels-model").exists()


def test_a_training_whose_process_is_gone_is_told_and_can_be_started_again(tmp_path):
    store = LabelStore(tmp_path / "labels.db", ["goals"])
    with store.change() as db:
        db.execute(
            "INSERT INTO training (state, started, heartbeat, done, total, plan, result, message) "
            "VALUES ('running', '', ?, 3, 9, '{}', '{}', '')",
            (time.time() - 60,),
        )
    assert last_training(store)["state"] == "lost"


def test_answers_take_the_place_of_the_other_labels_of_their_paragraphs(tmp_path, tiny_taxonomy):
    others = write_jsonl(tmp_path / "others.jsonl", tiny_records()[:6])
    first = tiny_records()[0]
    own = [
        LabelRecord(id="mine", text=str(first["text"]), labels=("policy",), article="a"),
        LabelRecord(id="t003", text="别的。", article="b"),
    ]
    joined, twice = _joined(tmp_path / "labels.db", own, [others], tiny_taxonomy)
    assert twice == {"mine", "t003"}
    assert [record.id for record in joined.records] == ["mine", "t003", "t001", "t002", "t004", "t005"]
    assert joined.taxonomy == tiny_taxonomy
    assert list(joined.hashes) == ["labels.db", "others.jsonl"]


def test_an_answer_that_the_taxonomy_rules_out_is_named(tmp_path, tiny_taxonomy):
    exclusive = dataclasses.replace(tiny_taxonomy, exclusive=True)
    own = [LabelRecord(id="p7", text="段。", labels=exclusive.ids[:2], article="a")]
    with pytest.raises(LabelError, match=r"labels\.db: p7: the themes exclude each other"):
        _joined(tmp_path / "labels.db", own, [], exclusive)


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A working directory with labels and settings that ship, and the model that ``gxclassify train`` makes of them."""
    monkeypatch.chdir(tmp_path)
    write_jsonl(tmp_path / "labels" / "train" / "a.jsonl", tiny_records())
    SHIPPED.parent.mkdir()
    SHIPPED.write_text(
        "[classifier]\nfolds = 2\n[features]\nchar_max = 2\n[calibration.logit_offsets]\npolicy = -0.5\n",
        encoding="utf-8",
    )
    trained = run("train", "--no-track", "--out", "trained", cwd=tmp_path)
    assert trained.returncode == 0, trained.stderr
    return tmp_path


def retrain(folder, answers=()):
    """Train as the page does and return the new model's folder."""
    store = LabelStore(folder / "labels.db", THEMES)
    store.add([paragraph for paragraph, _ in answers])
    for _, said in answers:
        store.answer(said)
    plan = {"model": "trained", "base": [str(path) for path in base_labels()], "folder": "retrained"}
    _train(store, plan, lambda _done, _total: None)
    return folder / "retrained"


def test_the_page_trains_as_the_command_does(checkout):
    # Nothing but the answers may tell the two apart, so without any the bundles are the same to the byte.
    retrained = retrain(checkout)
    for name in ("model.json", "weights.npz"):
        assert (retrained / name).read_bytes() == (checkout / "trained" / name).read_bytes()


def test_the_page_keeps_the_settings_that_ship_when_there_are_answers(checkout):
    paragraph = LabelRecord(id="new", text="高新区出台惠企政策十条。", article="new")
    said = Answer(key="key-of-one", paragraph="new", annotator="甲", labels=("policy",))
    model = Model.load(retrain(checkout, [(paragraph, said)]))
    assert model.provenance["settings"] == Model.load("trained").provenance["settings"]
    assert model.provenance["settings"]["calibration.logit_offsets"] == {"policy": -0.5}
    assert [entry["file"] for entry in model.provenance["labels"]] == ["labels.db", "a.jsonl"]


def lift(model, texts):
    """Return how much more likely `texts` tell policy than a text of another subject, in log-odds."""
    probability = model.predict_proba([*texts, "园区污水处理厂完成提标改造。"])[:, 2]
    odds = np.log(probability / (1 - probability))
    return odds[:-1].mean() - odds[-1]


def test_answers_alone_move_the_model_in_use_and_each_does_so_once(checkout):
    store = LabelStore(checkout / "labels.db", THEMES)
    texts = [f"高新区食堂本周供应第{n}种套餐。" for n in range(12)]

    def answered(rows, model):
        store.add([LabelRecord(id=f"n{n}", text=texts[n], article=f"n{n}") for n in rows])
        for n in rows:
            store.answer(Answer(key=f"key-{n:06d}", paragraph=f"n{n}", annotator="甲", labels=("policy",)))
        found = _train(store, {"model": model, "base": [], "folder": "adapted"}, lambda _done, _total: None)
        return found, Model.load("adapted")

    start = Model.load("trained")
    found, adapted = answered(range(6), "trained")
    assert lift(adapted, texts) > lift(start, texts)
    assert adapted.thresholds == start.thresholds
    assert (found["paragraphs"], found["compared"]) == (6, 6)
    with store.change() as db:
        db.execute(
            "INSERT INTO training (state, started, heartbeat, done, total, plan, result, message) "
            "VALUES ('done', '', 0, 0, 0, '{}', ?, '')",
            (json.dumps(found),),
        )
    found, again = answered(range(6, 12), "adapted")
    assert found["paragraphs"] == 6
    assert found["answers"] == [f"n{n}" for n in range(12)]
    assert lift(again, texts) > lift(adapted, texts)


def test_answers_alone_start_from_the_default_settings(checkout):
    assert base_labels() == [checkout / "labels" / "train"]
    assert load_experiment(None, labels=[checkout / "labels.db"]).config == Config()
