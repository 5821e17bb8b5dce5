"""The labelling routes, two servers on one store, an end without warning, training and taking models into use."""

import dataclasses
import os
import shutil
import signal
import time
from datetime import datetime

import httpx
import pytest

from gxclassify.errors import ModelError
from gxclassify.experiments.shelf import Kept, Shelf
from gxclassify.labels.answers import Answer
from gxclassify.labels.records import LabelRecord, load_labels
from gxclassify.labels.store import LabelStore, export_records
from gxclassify.messages import Message
from gxclassify.model.model import Model
from gxclassify.server.accounts import add_account
from gxclassify.server.models import ModelSource
from gxclassify.server.retraining import _Report, lacking, last_training
from gxclassify.server.settings import ServerSettings, tell_foreign
from server.process import kill, serve
from support import PATIENCE, free_port, tiny_records, wait_for, write_jsonl

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


def test_what_the_rules_of_the_themes_rule_out_is_not_stored(start, tmp_path, queue, model):
    """A training would refuse it, and all others with it."""
    rules = dataclasses.replace(model.taxonomy, exclusive=True)
    Model(dataclasses.replace(model.parts, taxonomy=rules)).save(tmp_path / "exclusive")
    client = start(model=str(tmp_path / "exclusive"), label_store=tmp_path / "labels.db", label_queue=queue).client
    state = client.get("/label/state").json()
    assert (state["exclusive"], state["at_least_one"]) == (True, True)
    for said in ({}, {"labels": ["policy", "goals"]}):
        for path, kind in (("answer", {"kind": "label"}), ("decide", {})):
            body = {"annotator": "甲", "key": KEY, "paragraph": "q0", **kind, **said}
            assert client.post(f"/label/{path}", json=body).status_code == 422
    answer(client, "q0", labels=["policy"])
    answer(client, "q1", maybe=["policy", "goals"])
    ask(client, "answer", key="key-q2-skipped", paragraph="q2", kind="skip")


def test_a_model_of_other_themes_brings_them(start, tmp_path, queue, model, tiny_bundle):
    folder = tmp_path / "model"
    shutil.copytree(tiny_bundle, folder)
    client = start(model=str(folder), label_store=tmp_path / "labels.db", label_queue=queue).client
    answer(client, "q0", labels=["eco_park"])
    model.save(folder)
    assert client.post("/v1/model/reload").status_code == 200
    state = answer(client, "q1", labels=["goals"])
    assert (state["progress"]["labels"]["goals"], state["progress"]["labels"]["eco_park"]) == (1, 1)


def test_the_end_of_the_queue_is_null(client):
    for i in range(3):
        state = answer(client, f"q{i}")
    assert state["task"] is None


def test_undo_brings_the_answer_back(client):
    answer(client, "q0", labels=["policy"], maybe=["goals"])
    task = ask(client, "undo")["task"]
    assert (task["id"], task["previous"]["labels"], task["previous"]["maybe"]) == ("q0", ["policy"], ["goals"])
    assert ask(client, "undo")["task"] is None


def test_the_last_answers_are_looked_at_without_being_taken_back(client):
    answer(client, "q0", labels=["policy"], maybe=["goals"])
    answer(client, "q1", labels=["goals"])

    def last(**query):
        response = client.get("/label/last", params={"annotator": "甲", **query})
        assert response.status_code == 200, response.text
        return response.json()

    state = last()
    assert (state["task"]["id"], state["task"]["previous"]["labels"]) == ("q1", ["goals"])
    assert state["task"]["sentences"]
    state = last(before=state["task"]["previous"]["key"])
    assert (state["task"]["id"], state["task"]["previous"]["maybe"]) == ("q0", ["goals"])
    assert state["progress"]["labelled"] == 2
    assert last(before=state["task"]["previous"]["key"])["task"] is None
    assert last(annotator="乙")["task"] is None
    assert ask(client, "next")["task"]["id"] == "q2"


def test_an_answer_is_taken_back_by_its_paragraph(client):
    answer(client, "q0", labels=["policy"])
    answer(client, "q1")
    state = ask(client, "undo", paragraph="q0")
    assert (state["task"]["id"], state["progress"]["labelled"]) == ("q0", 1)
    assert ask(client, "undo", paragraph="q0")["task"] is None


def refusal(client, path: str, **body) -> dict:
    response = client.post(f"/label/{path}", json={"annotator": "甲", "paragraph": "q0", **body})
    assert response.status_code == 409, response.text
    return response.json() | {"type": response.json()["type"].rpartition(":")[2]}


@pytest.mark.parametrize(("path", "kind"), [("answer", {"kind": "label"}), ("decide", {})])
def test_a_key_with_another_content_is_refused(client, path, kind):
    sent = {"key": KEY, "paragraph": "q0", "labels": ["policy"], "guess_seen": True, **kind}
    ask(client, path, **sent)
    ask(client, path, **sent)  # the confirmation was lost
    refused = refusal(client, path, **sent | {"labels": ["goals"]})
    assert (refused["type"], "stored" in refused) == ("key-used", False)
    assert set(refused["texts"]) == {"en", "zh"}


@pytest.mark.parametrize(("path", "kind"), [("answer", {"kind": "label"}), ("decide", {})])
def test_what_was_stored_meanwhile_comes_with_the_refusal(client, path, kind):
    ask(client, path, key="key-of-one", paragraph="q0", labels=["policy"], seen=[], **kind)
    other = {"key": "key-of-two", "labels": ["goals"], **kind}
    refused = refusal(client, path, **other, seen=[])
    assert refused["type"] == "stored-meanwhile"
    stored = refused["stored"]
    assert (stored["annotator"], stored["labels"], stored["key"]) == ("甲", ["policy"], "key-of-one")
    assert datetime.fromisoformat(stored["time"])
    ask(client, path, paragraph="q0", **other, seen=[stored["key"]])
    ask(client, path, paragraph="q0", **other | {"key": "key-of-three"})  # who says nothing of it is not asked


@pytest.mark.parametrize(("path", "kind", "back"), [("answer", {"kind": "label"}, "undo"), ("decide", {}, "withdraw")])
def test_what_was_stored_meanwhile_is_not_taken_back_unseen(client, path, kind, back):
    ask(client, path, key="key-of-one", paragraph="q0", labels=["policy"], **kind)
    ask(client, path, key="key-of-two", paragraph="q0", labels=["goals"], **kind)
    refused = refusal(client, back, seen=["key-of-one"])
    assert (refused["type"], refused["stored"]["labels"]) == ("stored-meanwhile", ["goals"])
    ask(client, back, paragraph="q0", seen=["key-of-two"])
    ask(client, back, paragraph="q0", seen=["key-of-two"])  # it is taken back already
    assert ask(client, "undo", paragraph="q0")["task"] is None
    assert not ask(client, "withdraw", paragraph="q0")["withdrawn"]


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
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
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
            kill(process, port)
    kept = [record.id for record in export_records(store)]
    assert len(confirmed) >= 57
    assert set(confirmed) <= set(kept)
    assert len(kept) <= len(confirmed) + 3  # one that was stored and never confirmed, for each kill


# ---- training


def wait_for_training(client) -> dict:
    return wait_for(
        lambda: (state := client.get("/label/training").json())["last"]["state"] != "running" and state, "its end"
    )


FRESH = 24


@pytest.fixture
def labelled(start, tmp_path, tiny_bundle):
    """Start a server with a tiny model in a folder of the user's, whose queue has enough answers to train."""

    def labelled_server(**settings) -> httpx.Client:
        fresh = [
            record | {"id": f"new-{record['id']}", "text": f"新区：{record['text']}", "article": f"new-{i}"}
            for i, record in enumerate(tiny_records()[:FRESH])
        ]
        queue = write_jsonl(tmp_path / "queue.jsonl", fresh)
        model = tmp_path / "mine"
        Model.load(tiny_bundle).save(model)
        client = start(model=str(model), label_store=tmp_path / "labels.db", label_queue=queue, **settings).client
        if "token" in settings:
            client.headers["Authorization"] = f"Bearer {settings['token']}"
        for record in fresh:
            answer(client, record["id"], labels=record["labels"], maybe=record["maybe"])
        return client

    return labelled_server


@pytest.mark.slow
def test_a_new_model_is_compared_and_taken_only_when_somebody_says_so_and_can_be_taken_back(labelled, tmp_path):
    client = labelled()
    before = client.get("/v1/model").json()["name"]
    given = (tmp_path / "mine" / "model.json").read_bytes()
    state = client.get("/label/training").json()
    assert (state["ready"]["missing"], state["new"], state["kept"]) == (0, None, [])
    assert state["ready"]["seconds"] > 0
    assert client.post("/label/training").status_code == 202
    assert client.post("/label/training").json()["type"] == "urn:gxclassify:problem:training-runs"
    state = wait_for_training(client)
    assert (state["last"]["state"], state["last"]["message"]) == ("done", "")
    new = state["new"]
    assert new["answers"] == FRESH
    assert new["start"]["model"] == before
    assert new["comparison"]["paragraphs"] == FRESH
    assert len(new["comparison"]["overall"]["macro_f1"]["interval"]) == 2
    assert client.get("/v1/model").json()["name"] == before  # nothing is put to use by itself
    taken = ask(client, "models/use", digest=new["digest"])
    assert taken["in_use"]["model"] == client.get("/v1/model").json()["name"] == new["model"] != before
    assert taken["in_use"]["kept"]["answers"] == FRESH
    assert [(one["model"], one["in_use"]) for one in taken["kept"]] == [(new["model"], True), (before, False)]
    assert (tmp_path / "mine" / "model.json").read_bytes() == given  # the user's folder is left alone
    assert taken["ready"]["missing"] > 0  # it has learnt from all answers: the next one needs others
    back = ask(client, "models/back")
    assert back["in_use"]["model"] == client.get("/v1/model").json()["name"] == before
    again = ask(client, "models/back", name=taken["kept"][0]["name"])
    assert again["in_use"]["model"] == new["model"]


def test_a_server_that_starts_again_serves_the_model_that_was_taken(start, tmp_path, tiny_bundle, model):
    store = tmp_path / "labels.db"
    shelf = shelf_with_a_challenger(store, tiny_bundle, model)
    taken = shelf.promote("甲", force="for the test")
    client = start(model=str(tiny_bundle), label_store=store).client
    assert client.get("/v1/model").json()["name"] == taken.model == model.name
    # another --model is served: what was taken stood in for that other address
    other = tmp_path / "other"
    Model.load(tiny_bundle).save(other)
    assert start(model=str(other), label_store=store).client.get("/v1/model").json()["name"] != taken.model


def test_a_taken_model_that_is_gone_is_told_with_the_way_back(tmp_path, tiny_bundle, model):
    store = tmp_path / "labels.db"
    shelf = shelf_with_a_challenger(store, tiny_bundle, model)
    taken = shelf.promote("甲", force="for the test")
    shutil.rmtree(shelf.folder / taken.name)
    source = ModelSource.of(ServerSettings(model=str(tiny_bundle), label_store=store))
    with pytest.raises(ModelError, match="models rollback"):
        source.load()
    shelf.back()
    assert source.load().name == Model.load(tiny_bundle).name


def test_what_a_training_lacks_is_said_in_chinese(monkeypatch):
    monkeypatch.setattr("gxclassify.extras.installed", lambda _: False)
    assert lacking().in_language("zh").startswith("训练或测量模型：需要 scikit-learn")


def shelf_with_a_challenger(store, tiny_bundle, model, **record):
    LabelStore(store, ())
    shelf = Shelf(store, str(tiny_bundle))
    current = Model.load(tiny_bundle)
    comparison = {"worse": [], "worse_beyond_chance": False, "summary": ""}
    kept = Kept(**{
        "name": "challenger", "digest": model.digest, "made": "2026-11-28T00:00:00+00:00", "address": shelf.address,
        "answers": ("a", "b"), "start": {"model": current.name, "paragraphs": 96}, "held_against": current.digest,
        "comparison": comparison, **record,
    })  # fmt: skip
    with shelf.workplace() as folder:
        model.save(folder)
        shelf.offer(folder, kept)
    return shelf


@pytest.mark.parametrize(
    "record",
    [
        {"comparison": {"worse": ["f1.policy"], "worse_beyond_chance": True}},
        {"held_against": "0" * 64},
        {"comparison": None},
    ],
    ids=["worse beyond chance", "compared with another model", "not compared"],
)
def test_a_model_that_does_not_pass_the_gate_stays_out(start, tmp_path, tiny_bundle, model, record):
    store = tmp_path / "labels.db"
    shelf = shelf_with_a_challenger(store, tiny_bundle, model, **record)
    client = start(model=str(tiny_bundle), label_store=store).client
    before = client.get("/v1/model").json()["name"]
    refused = client.post("/label/models/use", json={"annotator": "甲", "digest": model.digest})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:gxclassify:problem:not-better")
    assert client.get("/v1/model").json()["name"] == before
    assert shelf.challenger() is not None
    assert shelf.kept() == []


def test_only_the_model_that_was_seen_is_taken(start, tmp_path, tiny_bundle, model):
    shelf_with_a_challenger(tmp_path / "labels.db", tiny_bundle, model)
    client = start(model=str(tiny_bundle), label_store=tmp_path / "labels.db").client
    refused = client.post("/label/models/use", json={"annotator": "甲", "digest": "1" * 64})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:gxclassify:problem:no-new-model")


def test_taking_a_model_needs_the_administrators_token(start, tmp_path, tiny_bundle, model):
    shelf_with_a_challenger(tmp_path / "labels.db", tiny_bundle, model)
    tokens = {"token": "t" * 20, "admin_token": "a" * 20}
    client = start(model=str(tiny_bundle), label_store=tmp_path / "labels.db", **tokens).client
    body = {"annotator": "甲", "digest": model.digest}
    for token, status in (("t", 403), ("x", 401), ("a", 200)):
        headers = {"Authorization": f"Bearer {token * 20}"}
        assert client.post("/label/models/use", json=body, headers=headers).status_code == status
    headers = {"Authorization": f"Bearer {'t' * 20}"}
    assert client.post("/label/models/back", json={"annotator": "甲"}, headers=headers).status_code == 403


def test_whose_account_is_asked_for_an_administrators_token_may_give_any(start, tmp_path, tiny_bundle, model):
    """The page goes on under the labeller's name: only the one step is another's."""
    store, people = tmp_path / "labels.db", tmp_path / "people.toml"
    shelf_with_a_challenger(store, tiny_bundle, model)
    lin, su = add_account(people, "林"), add_account(people, "苏", admin=True)
    client = start(model=str(tiny_bundle), label_store=store, accounts=people, admin_token="a" * 20).client

    def take(token, step, **body):
        headers = {"Authorization": f"Bearer {token}"}
        return client.post(f"/label/models/{step}", json={"annotator": "林", **body}, headers=headers)

    assert take(lin, "use", digest=model.digest).json()["type"] == "urn:gxclassify:problem:not-administrator"
    for token, step, body, by in (("a" * 20, "use", {"digest": model.digest}, "林"), (su, "back", {}, "苏")):
        taken = take(token, step, **body)
        assert taken.status_code == 200, taken.text
        assert [kept["by"] for kept in taken.json()["kept"] if kept["in_use"]] == [by]


def test_a_model_that_cannot_be_read_leaves_the_one_in_use(start, tmp_path, tiny_bundle, model):
    store = tmp_path / "labels.db"
    shelf = shelf_with_a_challenger(store, tiny_bundle, model)
    client = start(model=str(tiny_bundle), label_store=store).client
    (shelf.folder / "challenger" / "weights.npz").write_bytes(b"damaged")
    refused = client.post("/label/models/use", json={"annotator": "甲", "digest": model.digest})
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:gxclassify:problem:model-refused")
    assert shelf.serving() is None  # and the next start will not fail by it


def test_no_training_starts_with_too_few_answers_and_it_is_said_how_many_are_missing(client):
    answer(client, "q0", labels=["goals"])
    assert client.get("/label/training").json()["ready"]["missing"] == 19
    refused = client.post("/label/training")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:gxclassify:problem:too-few-answers")
    assert "19 more" in refused.json()["detail"]
    assert client.get("/label/training").json()["last"] is None


def test_answers_with_themes_that_the_model_lacks_are_told_and_start_no_training(start, tmp_path, caplog):
    store = LabelStore(tmp_path / "labels.db", ["其他"])
    store.add([LabelRecord(id="q0", text=TEXTS[0], article="q0")])
    store.answer(Answer(key=KEY, paragraph="q0", annotator="甲", labels=("其他",)))
    settings = ServerSettings(label_store=store.path)
    tell_foreign(settings, ["goals"])
    assert "themes that this model lacks are named by the answers to 1 paragraphs" in caplog.text
    client = start(label_store=store.path).client
    assert client.get("/label/training").json()["foreign"] == 1
    refused = client.post("/label/training")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:gxclassify:problem:other-themes")


def test_a_training_whose_process_is_gone_is_told_and_can_be_started_again(tmp_path):
    store = LabelStore(tmp_path / "labels.db", ["goals"])
    with store.change() as db:
        db.execute(
            "INSERT INTO training (state, started, heartbeat, done, total, plan, result, message) "
            "VALUES ('running', '', ?, 3, 9, '{}', '{}', '')",
            (time.time() - 60,),
        )
    assert last_training(store)["state"] == "lost"


def test_why_a_training_failed_is_told_in_both_languages(tmp_path):
    store = LabelStore(tmp_path / "labels.db", ["goals"])
    with store.change() as db:
        db.execute(
            "INSERT INTO training (number, state, started, heartbeat, done, total, plan, result, message) "
            "VALUES (1, 'running', '', 0, 0, 0, '{}', '{}', '')"
        )
    _Report(store, 1).end("failed", message=Message("{path}: the folder holds no .jsonl label file.", path="甲"))
    last = last_training(store)
    assert last["message"] == last["texts"]["en"] == "甲: the folder holds no .jsonl label file."
    assert last["texts"]["zh"].startswith("甲：")


def test_a_failure_that_an_older_version_wrote_is_told_as_it_stands(tmp_path):
    store = LabelStore(tmp_path / "labels.db", ["goals"])
    with store.change() as db:
        db.execute(
            "INSERT INTO training (state, started, heartbeat, done, total, plan, result, message) "
            "VALUES ('failed', '', 0, 0, 0, '{}', '{}', 'It failed.')"
        )
    assert last_training(store)["texts"] == {"en": "It failed.", "zh": "It failed."}


# ---- the list, decisions, the queue


def two_people(client, **first) -> None:
    answer(client, "q0", labels=["policy"], **first)
    answer(client, "q0", annotator="乙", labels=["goals"], maybe=["eco_park"])
    answer(client, "q1", annotator="乙", labels=["goals"])


def listed(client, **query) -> list[str]:
    response = client.get("/label/list", params=query)
    assert response.status_code == 200, response.text
    return sorted(row["id"] for row in response.json()["rows"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["q0", "q1"]),
        ({"search": "签约"}, ["q0"]),
        ({"search": " 项目　签约 "}, ["q0"]),
        ({"search": "签约 没有的词"}, []),
        ({"search": "１２个"}, ["q0"]),
        ({"theme": "goals"}, ["q0", "q1"]),
        ({"theme": "policy"}, ["q0"]),
        ({"annotator": "乙", "theme": "policy"}, []),
        ({"annotator": "乙"}, ["q0", "q1"]),
        ({"only": "differ"}, ["q0"]),
        ({"only": "maybe"}, ["q0"]),
        ({"only": "decided"}, []),
        ({"only": "skipped"}, []),
        ({"since": "2999-01-01T00:00:00Z"}, []),
        ({"until": "2999-01-01T00:00:00Z"}, ["q0", "q1"]),
    ],
)
def test_what_was_labelled_is_listed_by_what_is_asked_for(client, query, expected):
    two_people(client)
    assert listed(client, **query) == expected


def test_what_somebody_skipped_or_leaves_open_is_found_whatever_others_say(client):
    two_people(client)
    answer(client, "q1", kind="skip")
    answer(client, "q2", maybe=["eco_park"])
    assert ask(client, "next")["progress"]["mine_skipped"] == 1
    assert listed(client, only="skipped") == listed(client, only="skipped", annotator="甲") == ["q1"]
    assert listed(client, only="skipped", annotator="乙") == []
    assert listed(client, only="maybe", annotator="甲") == ["q2"]
    assert listed(client, theme="none") == []  # what is left open is not without a theme
    answer(client, "q2", kind="label", annotator="乙")
    assert listed(client, theme="none") == ["q2"]
    assert ask(client, "next")["progress"]["none"] == 1


def test_a_row_tells_who_said_what_and_where_they_differ(client):
    two_people(client)
    [row] = client.get("/label/list", params={"only": "differ"}).json()["rows"]
    assert row["differ"] == ["policy", "goals"]  # eco_park is left open by one: no difference
    assert [(own["annotator"], own["labels"]) for own in row["answers"]] == [("甲", ["policy"]), ("乙", ["goals"])]


def test_an_answer_is_opened_and_corrected(client):
    two_people(client)
    opened = ask(client, "open", paragraph="q0")
    assert (opened["task"]["id"], opened["task"]["previous"]["labels"]) == ("q0", ["policy"])
    answer(client, "q0", labels=["goals"], key="another-key-1", maybe=[])
    assert listed(client, only="differ") == []
    assert client.post("/label/open", json={"annotator": "甲", "paragraph": "nowhere"}).status_code == 404


def test_a_decision_holds_in_the_export_and_leaves_answers_and_agreement_alone(client, tmp_path):
    two_people(client)
    before = client.get("/label/state").json()["progress"]
    assert before["differ"] == 1
    decided = ask(client, "decide", annotator="丙", paragraph="q0", key=KEY, labels=["policy"])["progress"]
    assert (decided["differ"], decided["agreement"], decided["labels"]) == (0, before["agreement"], before["labels"])
    assert listed(client, only="differ") == []
    assert listed(client, only="decided") == listed(client, annotator="丙") == ["q0"]
    path = tmp_path / "labels.jsonl"
    path.write_bytes(client.get("/label/export").content)
    first = load_labels([path]).records[0]
    assert (first.labels, first.maybe, first.annotator, first.adjudicated) == (("policy",), (), "甲+乙", "丙")
    assert ask(client, "withdraw", paragraph="q0")["withdrawn"]
    path.write_bytes(client.get("/label/export").content)
    first = load_labels([path]).records[0]
    assert (first.labels, first.adjudicated) == ((), "")
    assert listed(client, only="differ") == ["q0"]


def test_a_file_and_a_pasted_text_fill_the_queue(client):
    body = "园区明年建成中试平台三个。\n\n区里举行了职工篮球赛。\n".encode()
    added = client.post("/label/queue", params={"name": "新.txt"}, content=body).json()
    assert (added["added"], added["known"]) == (2, 0)
    assert client.post("/label/queue", params={"name": "新.txt"}, content=body).json()["known"] == 2
    assert client.get("/label/state").json()["progress"]["paragraphs"] == 5
    for i in range(3):
        state = answer(client, f"q{i}")
    assert (state["task"]["text"], state["task"]["source"]) == ("园区明年建成中试平台三个。", "新.txt")
    refused = client.post("/label/queue", content=b"%PDF-1.7 damaged")
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:gxclassify:problem:unreadable")
    assert client.post("/label/queue", content=b" ").status_code == 422


@pytest.mark.parametrize("body", [b"[]", b"{}\n{}\n", b"[\n]\n"])
def test_a_file_that_holds_nothing_fills_no_queue(client, body):
    refused = client.post("/label/queue", params={"name": "queue.jsonl"}, content=body)
    assert refused.status_code == 422
    assert refused.json()["detail"] == "No paragraph was found in it; take a file with text."
    assert client.get("/label/state").json()["progress"]["paragraphs"] == 3


def test_records_without_a_text_are_said_to_be_passed_over(client):
    body = '{"id": "a", "text": "东港签约。"}\n{"id": "b", "text": null}\n{"id": "c", "text": "西港绿化。"}\n'.encode()
    added = client.post("/label/queue", params={"name": "x.jsonl"}, content=body).json()
    assert added["added"] == 2
    assert added["notes"] == [{"en": "1 record without a text was passed over.", "zh": "1 条记录没有文字，略过了。"}]


def test_an_id_of_two_texts_loses_neither(client):
    body = '{"id": "q0", "text": "另一段文字，编号相同。"}\n'.encode()
    assert client.post("/label/queue", params={"name": "x.jsonl"}, content=body).json()["added"] == 1
    assert client.post("/label/queue", params={"name": "x.jsonl"}, content=body).json()["known"] == 1
