from __future__ import annotations

import dataclasses
import errno
import json
import os
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gxclassify._version import __version__
from gxclassify.config import Config
from gxclassify.errors import ConfigError, TrackingError
from gxclassify.evaluation.plots import confusion
from gxclassify.experiments.training import train_model
from gxclassify.tracking import run as tracking_run
from gxclassify.tracking import store as tracking_store
from gxclassify.tracking.run import Journal, log_training, sync, track, worst_errors
from gxclassify.tracking.store import mlflow_names, open_store, tracking_uri
from support import PATIENCE, python, require, run, tiny_records, write_jsonl

if TYPE_CHECKING:
    from pathlib import Path

    from gxclassify.evaluation.report import TrainingResult

NOWHERE = "http://127.0.0.1:9"


def parent(logged: str):
    return open_store(create=False).client.get_run(logged)


def nested(logged: str):
    store = open_store(create=False)
    found = store.client.search_runs([store.experiment], f"tags.`mlflow.parentRunId` = '{logged}'")
    return sorted(found, key=lambda r: r.data.tags["gxclassify.key"])


def test_parameters_are_the_dotted_settings(logged):
    params = parent(logged).data.params
    assert {name for name in params if not name.startswith("chosen.")} == set(Config().flat())
    assert params["classifier.folds"] == "2"
    assert params["calibration.logit_offsets"] == "{}"


def test_the_parent_has_the_settings_that_the_search_chose(logged, trained: TrainingResult):
    assert parent(logged).data.params["classifier.C"] == str(trained.config.classifier.C)


def test_each_trial_is_a_nested_run_with_its_settings_and_metrics(logged, trained: TrainingResult):
    runs = nested(logged)
    assert [r.data.params["classifier.C"] for r in runs] == ["0.5", "1.0"]
    assert [r.data.metrics["oof.map"] for r in runs] == [trial.metrics.map for trial in trained.trials]
    assert {r.info.status for r in runs} == {"FINISHED"}


def test_the_parent_shows_the_search_step_by_step(logged, trained: TrainingResult):
    history = open_store(create=False).client.get_metric_history(logged, "search.map")
    assert [(m.step, m.value) for m in history] == [(t.number, t.metrics.map) for t in trained.trials]


def test_metrics_are_out_of_fold_and_of_every_evaluation_file(logged, trained: TrainingResult):
    metrics = parent(logged).data.metrics
    assert metrics["oof.f1.policy"] == trained.out_of_fold.metrics.per_theme["policy"].f1
    assert metrics["eval.held_out.map"] == trained.evaluations[0].metrics.map


def test_label_files_are_datasets_with_digests(logged, trained: TrainingResult):
    inputs = parent(logged).inputs.dataset_inputs
    found = {(i.dataset.name, i.dataset.digest, i.tags[0].value) for i in inputs}
    train, test = trained.labels.hashes["train.jsonl"], trained.evaluations[0].labels.hashes["held_out.jsonl"]
    assert found == {("train.jsonl", train[:32], "training"), ("held_out.jsonl", test[:32], "evaluation")}


def test_each_dataset_tells_how_many_of_its_paragraphs_tell_each_theme(workplace: Path, quick_config: Config):
    records = tiny_records()
    files = {"a.jsonl": records[:70], "b.jsonl": records[70:], "held_out.jsonl": tiny_records(2)}
    paths = [write_jsonl(workplace / name, own) for name, own in files.items()]
    trained = train_model(paths[:2], workplace / "model", quick_config, evaluate=paths[2:])
    used = {i.dataset.name: json.loads(i.dataset.profile) for i in parent(log_training(trained)).inputs.dataset_inputs}
    assert used.keys() == files.keys()
    for name, own in files.items():
        told = {theme: sum(theme in record["labels"] for record in own) for theme in trained.model.themes}
        assert used[name] == {"paragraphs": len(own), "support": told}


def test_tags_name_code_labels_and_model(logged, trained: TrainingResult):
    tags = parent(logged).data.tags
    assert tags["code_version"].startswith("0.")
    assert tags["labels.train.jsonl"] == trained.labels.hashes["train.jsonl"]
    assert tags["model_digest"] == trained.model.digest


def test_the_run_has_its_page_plots_and_settings(logged):
    store = open_store(create=False)
    names = {entry.path for folder in ("", "oof", "held_out") for entry in store.client.list_artifacts(logged, folder)}
    plots = {f"{place}/{plot}.svg" for place in ("oof", "held_out")
             for plot in ("precision_recall", "reliability", "confusion")}  # fmt: skip
    assert {"settings.toml", "learning_curve.svg", "held_out/evaluation.html", "oof/worst_errors.jsonl"} <= names
    assert plots <= names


def test_worst_errors_are_wrong_decisions_surest_first(trained: TrainingResult):
    errors = worst_errors(trained.out_of_fold)
    gaps = [abs(error["told"] - error["probability"]) for error in errors]
    p = trained.out_of_fold.predictions
    assert len(errors) == min(50, int(((p.told != p.tagged) & p.known).sum())) > 0
    assert gaps == sorted(gaps, reverse=True)


def test_confusion_counts_by_hand(trained: TrainingResult):
    told = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 1], [0, 0, 0], [0, 0, 0]], dtype=bool)
    tagged = np.array([[1, 0, 1], [1, 1, 0], [0, 0, 0], [0, 1, 0], [0, 0, 0]], dtype=bool)
    known = np.ones_like(told)
    p = dataclasses.replace(trained.out_of_fold.predictions, told=told, tagged=tagged, known=known)
    assert confusion(p).tolist() == [[2, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1], [0, 1, 0, 1]]


@pytest.mark.usefixtures("logged")
def test_nothing_is_left_waiting_when_mlflow_has_the_run():
    assert list(tracking_run.pending_folder().iterdir()) == []


def test_logging_leaves_the_users_mlflow_as_it_was(workplace: Path, trained: TrainingResult):
    import mlflow  # noqa: PLC0415 - costs seconds

    mlflow.set_tracking_uri("sqlite:///mine.db")
    try:
        log_training(trained, uri=f"sqlite:///{workplace}/other.db")
        assert mlflow.get_tracking_uri() == "sqlite:///mine.db"
        assert mlflow.active_run() is None
    finally:
        mlflow.set_tracking_uri(None)
        os.environ.pop("MLFLOW_TRACKING_URI", None)


def test_names_in_chinese_stay_and_what_mlflow_refuses_is_told_in_tags(with_store: Path, quick_config: Config):
    names = {"investment_attraction": "招商", "eco_park": "生态（园区）", "policy": "政策"}
    records = [
        {**r, "labels": [names[t] for t in r["labels"]], "maybe": [], "evidence": {}} for r in tiny_records()
    ]  # fmt: skip
    files = [
        write_jsonl(with_store / f"{name}.jsonl", records[i::3])
        for i, name in enumerate(["训练", "补充", "补充（二）"])
    ]
    result = train_model(files, with_store / "model", quick_config, evaluate=[files[0], files[2]])
    data = parent(log_training(result)).data
    own = result.out_of_fold.metrics.per_theme
    assert data.metrics["oof.f1.招商"] == own["招商"].f1
    theme = next(key for key, value in data.tags.items() if value == "生态（园区）").removeprefix("name.")
    assert data.metrics[f"oof.f1.{theme}"] == own["生态（园区）"].f1
    file = next(key for key, value in data.tags.items() if value == "补充（二）.jsonl").removeprefix("name.")
    hashes = result.labels.hashes
    told = {key.removeprefix("labels."): value for key, value in data.tags.items() if key.startswith("labels.")}
    assert told == {
        "训练.jsonl": hashes["训练.jsonl"], "补充.jsonl": hashes["补充.jsonl"], file: hashes["补充（二）.jsonl"]
    }  # fmt: skip
    assert {key.split(".")[1] for key in data.metrics if key.startswith("eval.")} == {"训练", "补充-二"}


def test_made_up_names_are_nobodys():
    names = mlflow_names(["theme2", "体育（一）", "x" * 200], "theme")
    assert len(set(names.values())) == 3
    assert names["theme2"] == "theme2"


# ---- what goes wrong


@pytest.mark.usefixtures("with_store")
def test_a_failed_training_ends_as_failed():
    with pytest.raises(ZeroDivisionError), track(Config(), name="doomed"):
        raise ZeroDivisionError
    store = open_store(create=False)
    [run_] = store.client.search_runs([store.experiment])
    assert (run_.info.run_name, run_.info.status) == ("doomed", "FAILED")
    assert run_.data.tags["problem"] == "ZeroDivisionError"
    assert list(tracking_run.pending_folder().iterdir()) == []


@pytest.mark.usefixtures("with_store")
def test_an_interrupted_training_ends_as_killed():
    with pytest.raises(KeyboardInterrupt), track(Config()):
        raise KeyboardInterrupt
    store = open_store(create=False)
    [run_] = store.client.search_runs([store.experiment])
    assert run_.info.status == "KILLED"


@pytest.mark.usefixtures("workplace")
def test_a_server_that_is_away_is_said_once_and_the_run_is_kept(trained: TrainingResult, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    said: list[str] = []
    with track(trained.config, uri=NOWHERE, notify=said.append) as training:
        assert training.finish(trained) is None
    [kept] = tracking_run.pending_folder().iterdir()
    assert said[0].startswith(f"{NOWHERE}: MLflow did not take or give what was asked (Connection refused);")
    assert "experiments sync" in said[1]
    assert said[1].in_language("zh").startswith("训练记录留在")
    assert len(said) == 2
    assert (kept / "bundle" / "model.json").exists()


@pytest.mark.parametrize("address", ["127.0.0.1:5000", "localhost:5000", "mlflow.example.org:80/api"])
def test_an_address_without_its_scheme_is_refused_before_the_training(workplace: Path, address: str):
    begun = []
    refused = f"{address}: this is no address of MLflow; write http://{address}"
    with pytest.raises(TrackingError, match=refused), track(Config(), uri=address):
        begun.append(address)
    assert not begun
    with pytest.raises(TrackingError, match="no address of MLflow"):
        open_store(address)
    assert not (workplace / "experiments").exists()


@pytest.mark.usefixtures("with_store")
def test_sync_sends_what_was_kept_with_its_trials_and_model(trained: TrainingResult, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(TrackingError, match=r"127\.0\.0\.1"):
        log_training(trained, uri=NOWHERE, name="late")
    [away] = sync()  # it goes where it was meant for
    assert (away.name, away.run) == ("late", None)
    assert "127.0.0.1" in away.problem
    [sent] = sync(tracking_uri())
    found = parent(sent.run)
    assert (found.info.run_name, found.info.status) == ("late", "FINISHED")
    assert len(nested(sent.run)) == len(trained.trials)
    assert len(found.outputs.model_outputs) == 1
    assert sync() == []


@pytest.mark.usefixtures("with_store")
def test_sending_twice_makes_one_run_and_one_model(trained: TrainingResult, monkeypatch):
    monkeypatch.setattr(Journal, "discard", lambda _self: None)
    first = log_training(trained, name="twice")
    [second] = sync()
    store = open_store(create=False)
    assert second.run == first
    assert len(store.client.search_logged_models([store.experiment])) == 1


@pytest.mark.usefixtures("with_store")
def test_a_damaged_record_does_not_stop_the_others(trained: TrainingResult, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(TrackingError):
        log_training(trained, uri=NOWHERE)
    damaged = tracking_run.pending_folder() / "0000"
    damaged.mkdir()
    (damaged / "run.json").write_text("{", encoding="utf-8")
    results = sync(tracking_uri())
    assert [bool(result.run) for result in results] == [False, True]
    assert "run.json" in results[0].problem


def test_a_training_that_still_runs_is_not_sent(workplace: Path):
    with track(Config(), uri=f"sqlite:///{workplace}/a.db"):
        assert sync(f"sqlite:///{workplace}/b.db") == []


def test_reading_makes_no_store(workplace: Path):
    with pytest.raises(TrackingError, match="no MLflow store"):
        open_store(create=False)
    assert not (workplace / "experiments").exists()


def test_a_file_that_is_no_store_is_refused(workplace: Path):
    (workplace / "mlflow.db").write_bytes(b"not a database, but long enough to be one" * 100)
    with pytest.raises(TrackingError, match="not a readable MLflow store"):
        open_store(f"sqlite:///{workplace}/mlflow.db")


@pytest.mark.usefixtures("logged")
def test_a_moved_store_points_at_the_artifacts_beside_it(workplace: Path):
    open_store(create=False)
    with sqlite3.connect(workplace / "experiments" / "store" / "mlflow.db") as connection:
        places = [
            row[0]
            for table, column in (("experiments", "artifact_location"), ("runs", "artifact_uri"),
                                  ("logged_models", "artifact_location"))
            for row in connection.execute(f"SELECT {column} FROM {table}")
        ]  # fmt: skip
    connection.close()
    own = [place for place in places if "mlruns" not in place]
    assert len(own) >= 3
    assert {place.startswith((workplace / "experiments" / "store" / "artifacts").as_uri()) for place in own} == {True}


# ---- the process around it


def test_mlflow_reports_nothing_to_its_makers_and_does_not_chatter(with_store: Path):
    code = (
        "import os; from gxclassify.tracking.store import open_store; open_store(); "
        "from mlflow.telemetry import get_telemetry_client; print(os.environ['MLFLOW_DISABLE_TELEMETRY'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=with_store, capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    assert done.stdout == "true\n"
    assert done.stderr == ""


def test_a_user_without_a_home_is_told_what_mlflow_wants(monkeypatch):
    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(tracking_store.Path, "home", homeless)
    monkeypatch.delitem(sys.modules, "mlflow", raising=False)
    with pytest.raises(ConfigError, match="set HOME to a folder"):
        tracking_store.load_mlflow()


def test_the_package_does_not_load_mlflow():
    code = "import sys, gxclassify.tracking.registry, gxclassify.experiments.files; print('mlflow' in sys.modules)"
    assert python(code) == "False\n"


def test_train_evaluates_the_files_that_are_named_and_names_the_run(with_store: Path):
    write_jsonl(with_store / "labels" / "train" / "a.jsonl", tiny_records())
    write_jsonl(with_store / "labels" / "test" / "b.jsonl", tiny_records(2))
    options = ["--evaluate", "labels/test", "--set", "classifier.folds=2", "--set", "features.char_max=2"]
    done = run("train", *options, cwd=with_store)
    assert done.returncode == 0, done.stderr
    assert f"b, {len(tiny_records(2))} paragraphs:" in done.stdout
    assert "MLflow run " in done.stderr


@pytest.mark.usefixtures("with_store")
def test_a_label_file_that_another_training_just_brought_is_no_error(trained, monkeypatch):
    from mlflow import MlflowClient  # noqa: PLC0415 - costs seconds
    from mlflow.exceptions import MlflowException  # noqa: PLC0415

    real, calls = MlflowClient.log_inputs, []

    def collide_once(self, *arguments):
        calls.append(arguments)
        if len(calls) == 1:
            collision = "(psycopg2.errors.UniqueViolation) duplicate key value violates unique constraint"
            raise MlflowException(collision)
        return real(self, *arguments)

    monkeypatch.setattr(MlflowClient, "log_inputs", collide_once)
    assert len(parent(log_training(trained)).inputs.dataset_inputs) == 2
    assert len(calls) == 2


def test_a_full_disk_under_the_store_keeps_the_model(workplace):
    labels = write_jsonl(workplace / "train.jsonl", tiny_records())
    (workplace / "settings.toml").write_text("[classifier]\nfolds = 2\n[features]\nchar_max = 2\n", encoding="utf-8")
    (workplace / "experiments").write_text("in the way of the store", encoding="utf-8")
    done = run("train", "--labels", labels, "--config", "settings.toml", cwd=workplace)
    assert done.returncode == 0, done.stderr
    assert "The run is not recorded: " in done.stderr
    assert run("models", "verify", "models/mine", cwd=workplace).returncode == 0


@pytest.mark.slow
def test_a_store_that_finds_the_disk_full_leaves_nothing_half_made(workplace):
    """The limit on the size of files is what a full disk is to SQLite: it ends MLflow while it makes its tables."""
    require(sys.platform == "linux", "files are limited as on Linux")
    labels = write_jsonl(workplace / "train.jsonl", tiny_records())
    (workplace / "settings.toml").write_text("[classifier]\nfolds = 2\n[features]\nchar_max = 2\n", encoding="utf-8")
    code = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        "from gxclassify.cli import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    command = [sys.executable, "-c", code, "train", "--labels", str(labels), "--config", "settings.toml"]
    done = subprocess.run(command, cwd=workplace, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("MLflow's database failed (disk I/O error)") == 1
    assert "Traceback" not in done.stderr
    assert run("models", "verify", "models/mine", cwd=workplace).returncode == 0
    assert [path.name for path in (workplace / "experiments" / "store").iterdir()] == ["pending"]
    sent = run("experiments", "sync", cwd=workplace)
    assert sent.returncode == 0, sent.stderr
    assert list((workplace / "experiments" / "store" / "pending").iterdir()) == []


FULL = """
import errno, os, shutil, sys

copied = shutil.copyfile

def copyfile(source, target, **options):
    # As a file system that has room for half of it.
    copied(source, target, **options)
    if "/experiments/store/artifacts/" in os.fspath(target):
        os.truncate(target, os.path.getsize(target) // 2)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return target

shutil.copyfile = copyfile
from gxclassify.cli import main
main(sys.argv[1:])
"""
"""The command line on a machine where only the disk of MLflow's artifacts is full."""


def run_full(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", FULL, *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=300)


def stored(folder: Path) -> list[Path]:
    return [path for path in (folder / "experiments" / "store" / "artifacts").rglob("model.json") if path.is_file()]


@pytest.mark.slow
@pytest.mark.parametrize("command", ["train", "experiments run"])
def test_a_full_disk_under_the_artifacts_keeps_model_and_run(with_store, command):
    write_jsonl(with_store / "train.jsonl", tiny_records())
    (with_store / "settings.toml").write_text(
        'name = "full"\nlabels = ["train.jsonl"]\n[classifier]\nfolds = 2\n[features]\nchar_max = 2\n', encoding="utf-8"
    )
    asked = ["train", "--config", "settings.toml"] if command == "train" else ["experiments", "run", "settings.toml"]
    done = run_full(*asked, cwd=with_store)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("MLflow has no space for its files (") == 1
    assert "No space left on device" in done.stderr
    assert "'gxclassify experiments sync' sends it when MLflow is back." in done.stderr
    [kept] = (with_store / "experiments" / "store" / "pending").iterdir()
    assert run("models", "verify", kept / "bundle", cwd=with_store).returncode == 0
    if command == "train":
        assert run("models", "verify", "models/mine", cwd=with_store).returncode == 0
    still = run_full("experiments", "sync", cwd=with_store)
    assert (still.returncode, "Traceback" in still.stderr) == (4, False), still.stderr
    assert kept.is_dir()
    sent = run("experiments", "sync", cwd=with_store)
    assert sent.returncode == 0, sent.stderr
    assert not kept.exists()
    assert len(stored(with_store)) == 1, "the model of the attempts before lies there still"
    assert run("models", "register", sent.stdout.split()[1], cwd=with_store).stdout == "models:/gxclassify/1\n"
    assert run("models", "verify", "models:/gxclassify/1", cwd=with_store).returncode == 0


@pytest.mark.slow
def test_a_full_disk_under_the_artifacts_ends_a_registration_and_it_can_be_run_again(with_store, tiny_bundle):
    for _ in range(2):
        done = run_full("models", "register", tiny_bundle, cwd=with_store)
        assert done.returncode == 4, done.stderr
        assert "MLflow has no space for its files (" in done.stderr
        assert "Traceback" not in done.stderr
    listed = run("models", "list", cwd=with_store)
    assert "No version of gxclassify is registered" in listed.stderr
    assert run("models", "register", tiny_bundle, cwd=with_store).stdout == "models:/gxclassify/1\n"
    assert len(stored(with_store)) == 1
    store = open_store(create=False)
    assert [run_.info.status for run_ in store.client.search_runs([store.experiment])] == ["FINISHED"]
    assert len(store.client.search_logged_models([store.experiment])) == 1


@pytest.mark.usefixtures("workplace")
def test_what_cannot_be_noted_ends_the_run_and_not_the_training(trained, monkeypatch):
    def full(*_args, **_named):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tracking_run.shutil, "copytree", full)
    said = []
    with tracking_run.track(trained.config, notify=said.append) as training:
        assert training.finish(trained) is None
    assert "No space left on device" in said[-1]
    assert list(tracking_run.pending_folder().iterdir()) == []


def test_the_code_version_is_not_that_of_a_repository_around(tmp_path, monkeypatch):
    around = tmp_path / "project"
    package = around / ".venv" / "lib" / "site-packages" / "gxclassify"
    package.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", around], check=True)
    monkeypatch.setattr(tracking_run, "PACKAGE", package)
    assert tracking_run.code_version() == __version__


@pytest.mark.usefixtures("workplace")
def test_notes_of_a_killed_training_are_told_and_deleted():
    journal = tracking_run.Journal.begin(tracking_run.pending_folder(), "killed", "")
    os.utime(journal.folder, (1, 1))
    assert tracking_run.sync() == []  # it works on it still
    journal.claim.close()
    os.utime(journal.folder, (1, 1))
    assert tracking_run.sync() == [tracking_run.Synced("killed", None)]
    assert not journal.folder.exists()
