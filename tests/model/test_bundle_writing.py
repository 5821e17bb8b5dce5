from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from gxclassify.errors import ModelError
from gxclassify.model import bundle
from gxclassify.model.bundle import FORMAT, check_target, read_description
from gxclassify.model.model import Model
from gxclassify.training import ThemeClassifier
from support import ROOT, names, python, require

TEXTS = ["经开区引进亿元以上项目18个！天气转凉。", "污水处理", "", "完全无关的一句话"]


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# ---- round trip


def test_a_loaded_model_is_the_saved_one(tiny_bundle, tiny_model):
    loaded = Model.load(tiny_bundle)
    assert (loaded.predict_proba(TEXTS) == tiny_model.predict_proba(TEXTS)).all()
    assert loaded.thresholds == tiny_model.thresholds
    assert loaded.taxonomy == tiny_model.taxonomy
    assert loaded.parts.features == tiny_model.parts.features
    assert loaded.parts.calibration == tiny_model.parts.calibration
    one, other = ([p.to_json() for p in m.tag(TEXTS)] for m in (loaded, tiny_model))
    assert [p | {"model": ""} for p in one] == [p | {"model": ""} for p in other]


def test_save_returns_the_model_with_its_digest(tmp_path, tiny_model):
    saved = tiny_model.save(tmp_path / "m")
    assert saved.digest == Model.load(tmp_path / "m").digest
    assert saved.name == f"gxclassify-{saved.digest[:12]}"
    assert tiny_model.digest == ""


def test_saving_a_loaded_model_gives_the_same_bytes(tmp_path, tiny_bundle):
    Model.load(tiny_bundle).save(tmp_path / "again")
    assert content(tmp_path / "again") == content(tiny_bundle)


def test_the_bytes_are_the_same_under_every_python(tmp_path, monkeypatch):
    # The headers that Python's zipfile writes differ between its versions, and with them the name of the model.
    monkeypatch.setattr(zipfile.ZipInfo, "FileHeader", None)
    shipped = ROOT / "models" / "default"
    Model.load(shipped).save(tmp_path / "again")
    assert content(tmp_path / "again").items() <= content(shipped).items()


def test_saving_a_loaded_model_keeps_its_new_thresholds(tmp_path, tiny_bundle):
    loaded = Model.load(tiny_bundle)
    saved = loaded.with_thresholds({"policy": 0.77}).save(tmp_path / "changed")
    assert Model.load(tmp_path / "changed").thresholds["policy"] == 0.77
    assert saved.digest != loaded.digest


def test_trained_twice_gives_the_same_bytes(tmp_path, tiny_labels):
    for name, jobs in (("one", 1), ("two", 2)):
        classifier = ThemeClassifier(themes=tiny_labels.taxonomy.ids, folds=2, char_max=3, n_jobs=jobs)
        classifier.fit(tiny_labels.texts, **tiny_labels.fit_arguments()).to_model().save(tmp_path / name)
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_another_process_with_other_threads_and_hashes_writes_the_same_bytes(tmp_path):
    code = f"""
import os, sys
sys.path.insert(0, {str(ROOT / "tests")!r})
from support import tiny_records
from gxclassify.training import ThemeClassifier
rows = tiny_records()
number = os.environ["PYTHONHASHSEED"]
classifier = ThemeClassifier(folds=2, char_max=3, n_jobs=int(number))
classifier.fit([row["text"] for row in rows], [set(row["labels"]) for row in rows])
classifier.to_model().save(os.path.join({str(tmp_path)!r}, number))
"""
    for number in ("1", "2"):
        python(code, env={"PYTHONHASHSEED": number, "OPENBLAS_NUM_THREADS": number})
    assert content(tmp_path / "1") == content(tmp_path / "2")


def test_a_bundle_names_no_folder_of_the_machine(tiny_bundle):
    text = (tiny_bundle / "model.json").read_text(encoding="utf-8")
    assert str(Path.home()) not in text or str(Path.home()) == "/"
    assert str(tiny_bundle) not in text


def test_theme_ids_in_any_script(tmp_path):
    texts = ["签约项目落户", "污水处理提标", "签约新项目", "污水治理"] * 3
    y = [["招商/引资"], ["Экопарк🌳"]] * 6
    model = ThemeClassifier(folds=2, n_jobs=1).fit(texts, y).to_model().save(tmp_path / "m")
    loaded = Model.load(tmp_path / "m")
    assert set(loaded.themes) == {"招商/引资", "Экопарк🌳"}
    assert (loaded.predict_proba(texts) == model.predict_proba(texts)).all()


@pytest.mark.parametrize("parameters", [{"words": False}, {"char_max": 0}, {"max_features": 50}])
def test_every_shape_of_model_survives(tmp_path, tiny_labels, parameters):
    classifier = ThemeClassifier(folds=0, n_jobs=1, **parameters).fit(
        tiny_labels.texts, tiny_labels.fit_arguments()["y"]
    )
    model = classifier.to_model()
    model.save(tmp_path / "m")
    assert (Model.load(tmp_path / "m").predict_proba(TEXTS) == model.predict_proba(TEXTS)).all()


def test_the_description_is_complete(tiny_bundle):
    description = read_description(tiny_bundle)
    assert description["format"] == FORMAT
    assert description["segmenter"]["terms"] == ["招商引资", "一网通办", "零碳园区"]
    assert description["labels"] == [{"file": "tiny.jsonl", "sha256": "0" * 64}]
    assert description["features"]["min_df"] == 2
    weights = (tiny_bundle / "weights.npz").read_bytes()
    assert description["weights"] == {"sha256": hashlib.sha256(weights).hexdigest(), "bytes": len(weights)}


# ---- where and how


def test_the_model_there_is_replaced_and_what_people_added_stays(folder, tiny_model):
    (folder / "README.md").write_text("card", encoding="utf-8")
    (folder / "plots").mkdir()
    (folder / "plots" / "a.txt").write_text("x", encoding="utf-8")
    before = read_description(folder)["checksum"]
    tiny_model.with_thresholds({"policy": 0.9}).save(folder)
    assert read_description(folder)["checksum"] != before
    assert (folder / "README.md").read_text(encoding="utf-8") == "card"
    assert (folder / "plots" / "a.txt").exists()
    assert names(folder.parent) == [folder.name]


def test_a_damaged_model_may_be_replaced(folder, tiny_model):
    (folder / "model.json").write_text("{", encoding="utf-8")
    tiny_model.save(folder)
    assert Model.load(folder).themes


def test_folders_are_made_on_the_way(tmp_path, tiny_model):
    tiny_model.save(tmp_path / "a" / "b" / "模型")
    assert Model.load(tmp_path / "a" / "b" / "模型").themes


def test_the_current_folder_and_links_are_replaced_themselves(folder, tmp_path, tiny_model, monkeypatch):
    link = tmp_path / "link"
    link.symlink_to(folder, target_is_directory=True)
    tiny_model.with_thresholds({"policy": 0.9}).save(link)
    assert link.is_symlink()
    assert Model.load(folder).thresholds["policy"] == 0.9
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    tiny_model.save(".")
    assert Model.load(tmp_path / "empty").themes


@pytest.mark.parametrize("make", ["file", "folder"])
def test_something_else_is_never_replaced(tmp_path, tiny_model, make):
    target = tmp_path / "precious"
    if make == "file":
        target.write_text("mine", encoding="utf-8")
    else:
        target.mkdir()
        (target / "thesis.txt").write_text("mine", encoding="utf-8")
    for attempt in (lambda: tiny_model.save(target), lambda: check_target(target)):
        with pytest.raises(ModelError, match="precious: will not be replaced, it is not a model folder"):
            attempt()
    assert target.is_file() or (target / "thesis.txt").exists()
    assert names(tmp_path) == ["precious"]


def test_an_unwritable_folder(tmp_path, tiny_model):
    require(os.geteuid() != 0 or Path("/proc/version").exists(), "root may write everywhere here")
    target = Path("/proc/gxclassify/model") if os.geteuid() == 0 else tmp_path / "closed" / "model"
    if os.geteuid() != 0:
        target.parent.mkdir(mode=0o500)
    with pytest.raises(ModelError, match="the model cannot be written there"):
        tiny_model.save(target)


@pytest.mark.parametrize("name", ["n" * 300, "file/model"])
def test_a_folder_that_cannot_be_made(tmp_path, tiny_model, name):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for attempt in (lambda: tiny_model.save(tmp_path / name), lambda: check_target(tmp_path / name)):
        with pytest.raises(ModelError, match="the model cannot be written there"):
            attempt()
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize("exchange", [True, False])
@pytest.mark.parametrize("step", ["chmod", "fsync", "rename"])
@pytest.mark.parametrize("kind", [OSError, KeyboardInterrupt])
def test_a_failure_at_any_step_leaves_the_old_model(folder, tiny_model, monkeypatch, *, exchange, step, kind):
    failure = kind(28, "No space left on device")
    before = content(folder)
    if not exchange:
        monkeypatch.setattr(bundle, "_exchange", lambda *_: False)
    elif step == "rename":
        monkeypatch.setattr(bundle, "_put_in_place", lambda *_: (_ for _ in ()).throw(failure))

    def fail(*_, **__):
        raise failure

    def fail_second(self, target, moves=[]):  # noqa: B006 - counts the calls
        moves.append(target)
        if len(moves) == 2:
            raise failure
        os.rename(self, target)  # noqa: PTH104 - the method is replaced

    with monkeypatch.context() as patch:
        if step == "chmod":
            patch.setattr(Path, "chmod", fail)
        elif step == "fsync":
            patch.setattr(os, "fsync", fail)
        else:
            patch.setattr(Path, "rename", fail_second)
        with pytest.raises(ModelError if isinstance(failure, OSError) else KeyboardInterrupt):
            tiny_model.with_thresholds({"policy": 0.9}).save(folder)
    assert content(folder) == before
    assert names(folder.parent) == [folder.name]


def test_killed_at_any_moment_the_old_or_the_new_model_is_there_whole(folder, tiny_bundle):
    """A process that writes two models in turn is killed again and again; a reader never meets anything else."""
    code = f"""
from gxclassify.model import Model
model = Model.load({str(tiny_bundle)!r})
other = model.with_thresholds({{"policy": 0.9}})
print("ready", flush=True)
while True:
    for m in (other, model):
        m.save({str(folder)!r})
"""
    digests = set()
    for attempt in range(4):
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as writer:
            writer.stdout.readline()
            end = time.monotonic() + 0.15 + 0.037 * attempt
            while time.monotonic() < end or len(digests) < 2:  # a busy machine may not have come to write one
                digests.add(Model.load(folder).digest)
            writer.send_signal(signal.SIGKILL)
        digests.add(Model.load(folder).digest)
    assert len(digests) == 2
