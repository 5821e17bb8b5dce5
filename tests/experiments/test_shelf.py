"""Models taken into use without a registry: gated, kept, taken back; and the training that offers one."""

import dataclasses
import errno
import json
import os
import re
import shutil
from pathlib import Path

import pytest

from gxclassify.errors import ConfigError, GateError, ModelError, TrainingError
from gxclassify.experiments import retraining
from gxclassify.experiments.retraining import expected_seconds, readiness, retrain
from gxclassify.experiments.shelf import Kept, Shelf
from gxclassify.labels.answers import Answer
from gxclassify.labels.records import write_records
from gxclassify.labels.store import LabelStore, export_records
from gxclassify.model.model import Model
from support import THEMES, names, run


@pytest.fixture
def shelf(tmp_path, tiny_bundle) -> Shelf:
    LabelStore(tmp_path / "labels.db", THEMES)
    Model.load(tiny_bundle).save(tmp_path / "mine")
    return Shelf(tmp_path / "labels.db", str(tmp_path / "mine"))


ALIKE = {
    "overall": {"map": {"verdict": "same"}}, "changed": 0, "worse": [], "worse_beyond_chance": False,
    "better_beyond_chance": False, "paragraphs": 20,
}  # fmt: skip


def offer(shelf: Shelf, tiny_model: Model, threshold: float, **record) -> Kept:
    """Put a model of its own on the shelf, which differs from others by a threshold."""
    with shelf.workplace() as folder:
        model = tiny_model.with_thresholds({"policy": threshold}).save(folder)
        kept = Kept(
            name="challenger", digest=model.digest, made="2026-11-28T00:00:00+00:00", address=shelf.address,
            answers=(f"a{threshold}",), start={"model": "gxclassify-0", "paragraphs": 96}, held_against=shelf.digest(),
            comparison=ALIKE,
        )  # fmt: skip
        return shelf.offer(folder, dataclasses.replace(kept, **record))


def test_what_cannot_be_copied_to_the_shelf_leaves_nothing_there(shelf, tiny_model, monkeypatch):
    offer(shelf, tiny_model, 0.31)

    def full(_, to):
        Path(to).write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), to)

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copy2", full)
        with pytest.raises(OSError, match="No space left"):
            shelf.promote("林")
    assert [path.name for path in shelf.folder.iterdir()] == ["challenger"]
    assert shelf.promote("林").digest == shelf.digest()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives away what it makes")
def test_what_root_takes_into_use_is_left_to_the_store_s_owner(shelf, tiny_model):
    """A server that runs as somebody else must go back to it."""
    os.chown(shelf.folder.parent, 65534, 65534)
    offer(shelf, tiny_model, 0.31)
    shelf.promote("root")
    assert {path.stat().st_uid for path in [shelf.folder, *shelf.folder.glob("2*")]} == {65534}


def test_every_model_taken_is_kept_and_one_goes_back_step_by_step(shelf, tiny_model):
    start = shelf.digest()
    one = offer(shelf, tiny_model, 0.31)
    assert shelf.promote("林").digest == one.digest == shelf.digest()
    two = offer(shelf, tiny_model, 0.32)
    shelf.promote("苏")
    assert [kept.digest for kept in shelf.kept()] == [two.digest, one.digest, start]
    assert [(kept.by, kept.answers) for kept in shelf.kept()] == [("苏", ("a0.32",)), ("林", ("a0.31",)), ("", ())]
    assert shelf.challenger() is None
    assert shelf.back(by="王").digest == one.digest == shelf.digest()
    assert shelf.back().digest == start == shelf.digest()
    assert shelf.serving() is None  # what lies at the address is looked up there again
    with pytest.raises(ConfigError, match="no model to go back to"):
        shelf.back()
    assert shelf.back(two.digest[:8]).digest == two.digest == shelf.digest()
    assert shelf.back(one.model).digest == one.digest  # as `models list` and the page call it
    assert shelf.back().digest == two.digest
    assert shelf.back().digest == start
    with pytest.raises(ConfigError, match=r"0 kept models are called nothing; name one of: 20"):
        shelf.back("nothing")


def test_the_model_in_use_is_not_taken_back_a_second_time(shelf, tiny_model):
    start = shelf.digest()
    one = offer(shelf, tiny_model, 0.31)
    shelf.promote("林")
    used = shelf.folder / "in-use.json"
    told, kept = used.read_bytes(), shelf.kept()
    assert shelf.back(one.digest).digest == one.digest
    assert (used.read_bytes(), shelf.kept()) == (told, kept)
    assert shelf.back().digest == start
    assert shelf.back(start).digest == start  # it lies at the address itself
    assert json.loads(used.read_bytes())["history"] == []
    # what a version before this one wrote down
    shelf.back(one.digest)
    table = json.loads(used.read_bytes())
    used.write_text(json.dumps(table | {"history": [*table["history"], table["model"]]}), "utf-8")
    assert shelf.back().digest == start


def test_the_command_line_says_that_a_model_is_in_use_already_and_how_one_goes_forward(shelf, tiny_model):
    store = shelf.folder.with_name("labels.db")
    new = offer(shelf, tiny_model, 0.31)
    assert "--to NAME" not in run("models", "rollback", "--store", store).stderr  # there is none yet
    shelf.promote("林")
    done = run("models", "rollback", "--store", store, "--to", new.model)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{new.model} is in use already; nothing changes.\n", "")
    shelf.back()
    for command in ("promote", "rollback"):
        refused = run("models", command, "--store", store)
        assert f"models rollback --store {store} --to NAME'" in refused.stderr
        assert f"models list --store {store}'" in refused.stderr
    assert run("models", "rollback", "--store", store, "--to", new.model).returncode == 0
    assert shelf.digest() == new.digest


def test_each_kept_folder_is_a_whole_model_that_says_what_it_was_trained_on(shelf, tiny_model):
    offer(shelf, tiny_model, 0.31)
    taken = shelf.promote("林")
    folder = shelf.folder / taken.name
    assert names(folder) == ["kept.json", "model.json", "weights.npz"]
    assert Model.load(folder).digest == taken.digest
    assert taken.trained_on() == "1 paragraphs, from the 96 of gxclassify-0"


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"comparison": {"worse": ["macro_f1"]}}, "worse than the model in use beyond chance in macro F1"),
        ({"comparison": None}, "not compared"),
        ({"held_against": "0" * 64}, "train again"),
    ],
)
def test_the_gate_holds_unless_somebody_says_why(shelf, tiny_model, record, message):
    offer(shelf, tiny_model, 0.31, **record)
    before = shelf.digest()
    with pytest.raises(GateError, match=message):
        shelf.promote("林")
    assert shelf.digest() == before
    assert shelf.promote("林", force="the old one is wrong by rule").reason == "the old one is wrong by rule"


def test_a_challenger_takes_the_place_of_the_one_before_it(shelf, tiny_model):
    offer(shelf, tiny_model, 0.31)
    second = offer(shelf, tiny_model, 0.32)
    assert shelf.challenger().digest == second.digest
    assert names(shelf.folder) == ["challenger"]


def test_the_registrys_model_is_changed_by_the_registry(tmp_path):
    shelf = Shelf(tmp_path / "labels.db", "models:/gxclassify@champion")
    (shelf.folder / "challenger").mkdir(parents=True)
    record = dataclasses.asdict(Kept(name="challenger", digest="0" * 64, made=""))
    (shelf.folder / "challenger" / "kept.json").write_text(json.dumps(record), "utf-8")
    with pytest.raises(ConfigError, match="models register"):
        shelf.promote("林")


def test_a_registry_is_not_asked_for_what_the_shelf_does_not_keep(tmp_path):
    with pytest.raises(ConfigError, match="no model to go back to"):
        Shelf(tmp_path / "labels.db", "models:/nothere@champion").back()


def test_another_address_has_its_own_models(shelf, tiny_model, tmp_path, tiny_bundle):
    offer(shelf, tiny_model, 0.31)
    shelf.promote("林")
    Model.load(tiny_bundle).save(tmp_path / "other")
    other = Shelf(tmp_path / "labels.db", str(tmp_path / "other"))
    assert (other.serving(), other.kept()) == (None, [])


def test_a_damaged_shelf_is_told(shelf):
    shelf.folder.mkdir()
    (shelf.folder / "in-use.json").write_text("{", "utf-8")
    with pytest.raises(ModelError, match=r"in-use\.json: cannot be read"):
        shelf.serving()


def test_the_command_line_lists_promotes_and_goes_back(shelf, tiny_model):
    store = shelf.folder.with_name("labels.db")
    assert "No model was trained" in run("models", "list", "--store", store).stderr
    new = offer(shelf, tiny_model, 0.31)
    assert "new" in run("models", "list", "--store", store).stdout
    done = run("models", "promote", "--store", store)
    assert (done.returncode, done.stdout) == (0, f"{new.model} is in use.\n"), done.stderr
    listed = json.loads(run("models", "list", "--store", store, "--format", "json").stdout)
    assert [entry["in_use"] for entry in listed["kept"]] == [True, False]
    back = run("models", "rollback", "--store", store)
    assert back.returncode == 0, back.stderr
    assert "takes it up" in back.stderr
    assert shelf.serving() is None
    offer(shelf, tiny_model, 0.32, comparison={"worse": ["map"]})
    assert run("models", "promote", "--store", store).returncode == GateError.exit_code


def test_the_command_line_tells_of_a_promotion_in_chinese(shelf, tiny_model):
    new = offer(shelf, tiny_model, 0.31)
    done = run("--lang", "zh", "models", "promote", "--store", shelf.folder.with_name("labels.db"))
    assert "训练用了 1 段，从 gxclassify-0 的 96 段出发。" in done.stderr
    assert not re.search("[a-z]{3,} [a-z]{3,}", done.stderr.replace("gxclassify serve", "")), done.stderr
    assert new.model in done.stdout


# ---- the training


def answered(shelf: Shelf, records) -> LabelStore:
    store = LabelStore(shelf.folder.with_name("labels.db"), THEMES)
    store.add(records)
    for n, record in enumerate(records):
        said = {"labels": record.labels, "maybe": record.maybe, "evidence": record.evidence}
        store.answer(Answer(key=f"key-{record.id}-{n:03d}", paragraph=record.id, annotator="林", **said))
    return store


def own(tiny_labels, count: int, first: int = 0):
    chosen = tiny_labels.records[first : first + count]
    return [dataclasses.replace(r, id=f"n-{r.id}", article=f"n-{r.id}", text=f"新区：{r.text}") for r in chosen]


def test_a_training_needs_answers_that_the_model_has_not_learnt_from(shelf, tiny_labels, monkeypatch):
    store = answered(shelf, own(tiny_labels, 5))
    assert readiness(store, shelf).missing == 15
    with pytest.raises(TrainingError, match="label 15 more"):
        retrain(store, shelf)
    assert not shelf.folder.exists()
    monkeypatch.setattr(retraining, "LEAST_ANSWERS", 3)
    one_article = [dataclasses.replace(r, id=f"x{n}", article="one") for n, r in enumerate(own(tiny_labels, 3))]
    assert readiness(answered(shelf, one_article), shelf).missing == 0  # five of the first, and one more article


def test_the_page_trains_what_the_command_trains_from_the_same_answers(shelf, tiny_labels, tmp_path):
    store = answered(shelf, own(tiny_labels, 24))
    new = retrain(store, shelf)
    (tmp_path / "out").mkdir()
    write_records(tmp_path / "out" / "answers.jsonl", export_records(store))
    done = run(
        "train", "--labels", "answers.jsonl", "--prior", tmp_path / "mine", "--no-track", "--out", "trained",
        cwd=tmp_path / "out",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    trained, kept = Model.load(tmp_path / "out" / "trained"), Model.load(shelf.folder / "challenger")
    assert kept.digest == new.digest
    assert (tmp_path / "out/trained/weights.npz").read_bytes() == (shelf.folder / "challenger/weights.npz").read_bytes()
    assert trained.thresholds == kept.thresholds
    assert trained.provenance["settings"] == kept.provenance["settings"]


def test_each_answer_teaches_once_and_judges_only_what_has_not_learnt_it(shelf, tiny_labels):
    store = answered(shelf, own(tiny_labels, 24))
    first = retrain(store, shelf)
    assert (len(first.answers), first.comparison["paragraphs"], first.start["paragraphs"]) == (24, 24, 96)
    shelf.promote("林", force="to go on from it")
    assert readiness(store, shelf).fresh == 0
    store = answered(shelf, own(tiny_labels, 22, first=24))
    second = retrain(store, shelf)
    assert (len(second.answers), second.comparison["paragraphs"]) == (46, 22)
    assert second.start["digest"] == first.start["digest"]  # from the model of the start, not from itself
    assert second.held_against == first.digest


def test_a_training_that_fails_leaves_nothing_behind(shelf, tiny_labels, monkeypatch):
    store = answered(shelf, own(tiny_labels, 24))

    def fail(*_arguments, **_options):
        raise TrainingError("No.")

    monkeypatch.setattr("gxclassify.experiments.training.run_one", fail)
    with pytest.raises(TrainingError, match="No"):
        retrain(store, shelf)
    assert names(shelf.folder) == []


def test_the_time_of_a_training_is_told_by_the_last_one():
    assert expected_seconds(1000) > expected_seconds(20) > 0
    assert expected_seconds(20, last=(8.0, 20)) == pytest.approx(8)
    assert expected_seconds(1000, last=(8.0, 20)) > 8


def test_taking_into_use_that_was_killed_is_ended_by_doing_it_again(shelf, tiny_model, monkeypatch):
    one = offer(shelf, tiny_model, 0.31)
    with monkeypatch.context() as patch:
        patch.setattr(Shelf, "_use", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            shelf.promote("林")
    assert shelf.in_use() is None
    assert shelf.challenger().digest == one.digest
    assert shelf.promote("林").digest == one.digest == shelf.digest()
    assert shelf.challenger() is None
    assert len(shelf.kept()) == 2
