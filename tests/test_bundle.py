from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxclassify import bundle as bundle_module
from gxclassify.bundle import FORMAT, _checksum, check_target, read_description
from gxclassify.errors import ModelError
from gxclassify.model import Model
from gxclassify.training import ThemeClassifier
from support import ROOT, names, python, require

TEXTS = ["经开区引进亿元以上项目18个！天气转凉。", "污水处理", "", "完全无关的一句话"]


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def folder(tmp_path, tiny_bundle):
    return shutil.copytree(tiny_bundle, tmp_path / "model")


def refused(folder, message):
    with pytest.raises(ModelError) as error:
        Model.load(folder)
    assert re.search(message, str(error.value)), str(error.value)
    assert str(folder) in str(error.value)
    assert "\n" not in str(error.value)


def redescribe(folder, **changes):
    """Change a description and give it the right checksum, as only malice or another version would."""
    path = folder / "model.json"
    description = {**json.loads(path.read_text(encoding="utf-8")), **changes}
    description = {key: value for key, value in description.items() if value is not ...}
    description["checksum"] = _checksum(description)
    path.write_text(json.dumps(description), encoding="utf-8")


def reweigh(folder, data):
    """Replace the weights and let the description know them."""
    (folder / "weights.npz").write_bytes(data)
    redescribe(folder, weights={"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)})


def arrays_of(folder):
    with np.load(folder / "weights.npz") as archive:
        return {name: archive[name] for name in archive.files}


def packed(arrays):
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


# ---- round trip


def test_a_loaded_model_is_the_saved_one(tiny_bundle, tiny_model):
    loaded = Model.load(tiny_bundle)
    assert (loaded.predict_proba(TEXTS) == tiny_model.predict_proba(TEXTS)).all()
    assert loaded.thresholds == tiny_model.thresholds
    assert loaded.taxonomy == tiny_model.taxonomy
    assert loaded.features == tiny_model.features
    assert loaded.calibration == tiny_model.calibration
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


def test_a_bundle_may_be_moved(tmp_path, folder):
    moved = folder.rename(tmp_path / "elsewhere 模型")
    assert Model.load(moved).themes == ("investment_attraction", "eco_park", "policy")


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


def test_the_shipped_bundle_is_valid():
    assert read_description(bundle_module.default_bundle())["format"] <= FORMAT


# ---- damage


def test_a_missing_folder(tmp_path):
    refused(tmp_path / "nothing", "there is no model here")


def test_a_file_instead_of_a_folder(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    refused(tmp_path / "file", "cannot be read|there is no model here")


@pytest.mark.parametrize("name", ["model.json", "weights.npz"])
def test_a_missing_file(folder, name):
    (folder / name).unlink()
    refused(folder, "there is no model here" if name == "model.json" else "cannot be read")


@pytest.mark.parametrize("name", ["model.json", "weights.npz"])
@pytest.mark.parametrize("share", [0, 0.3, 0.99])
def test_a_truncated_file(folder, name, share):
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[: int(len(data) * share)])
    refused(folder, "damaged")


@given(data=st.data())
def test_a_flipped_bit_anywhere(tmp_path_factory, tiny_bundle, data):
    folder = shutil.copytree(tiny_bundle, tmp_path_factory.mktemp("flip") / "model")
    path = folder / data.draw(st.sampled_from(["model.json", "weights.npz"]))
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 2))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(bytes(content))
    try:
        Model.load(folder)
    except ModelError:
        return
    assert read_description(folder) == read_description(tiny_bundle)  # a flip in JSON's white space says nothing else


def test_a_description_edited_by_hand(folder):
    path = folder / "model.json"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"exclusive": false', '"exclusive": true'), encoding="utf-8"
    )
    refused(folder, "edited by hand, its checksum does not match")


@pytest.mark.parametrize("text", ["", "[]", "3", "{}", '{"format": "1"}', "[" * 100_000, "\ud800"])
def test_a_description_that_is_none(folder, text):
    (folder / "model.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    refused(folder, "damaged|not a model description")


def test_a_newer_format(folder):
    redescribe(folder, format=FORMAT + 1)
    refused(folder, f"format {FORMAT + 1} is newer than this version reads .* upgrade gxclassify")


def test_a_newer_format_is_told_before_its_checksum_is_judged(folder):
    path = folder / "model.json"
    text = path.read_text(encoding="utf-8").replace(f'"format": {FORMAT}', f'"format": {FORMAT + 7}')
    path.write_text(text, encoding="utf-8")
    refused(folder, "is newer than this version reads")


@pytest.mark.parametrize(
    "changes",
    [{"terms": ["别的词"]}, {"terms": []}, {"dictionary": "another/1"}, {"probe": "0" * 64}],
)
def test_another_segmenter_or_other_terms(folder, changes):
    redescribe(folder, segmenter={**read_description(folder)["segmenter"], **changes})
    refused(folder, "made with another dictionary or other terms")


@pytest.mark.parametrize(
    "changes",
    [
        {"weights": ...},
        {"weights": 3},
        {"weights": {}},
        {"segmenter": ...},
        {"segmenter": {"dictionary": "x"}},
        {"segmenter": {"dictionary": "x", "probe": "x", "terms": [[]]}},
        {"themes": ...},
        {"themes": [{"id": "a"}]},
        {"themes": [3]},
        {"thresholds": {}},
        {"thresholds": {"investment_attraction": "0.5", "eco_park": 0.5, "policy": 0.5}},
        {"intercept": {"investment_attraction": float("nan"), "eco_park": 0, "policy": 0}},
        {"calibration": {"investment_attraction": 1, "eco_park": 1, "policy": 1}},
        {"features": {"min_df": "many"}},
        {"features": {"unknown": 1}},
        {"features": []},
        {"documents": None},
        {"blocks": ["words", "other"]},
        {"blocks": 3},
        {"format": 1, "exclusive": ...},
    ],
    ids=str,
)
def test_a_description_that_fits_its_checksum_but_makes_no_model(folder, changes):
    redescribe(folder, **changes)
    refused(folder, "description is not complete|cannot|not known|dictionary")


class Trap:
    def __reduce__(self):
        return os.system, ("touch trapped",)


def test_pickled_arrays_are_refused_and_not_run(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    arrays = arrays_of(folder)
    reweigh(folder, packed({**arrays, "words.impact": np.array([Trap()], dtype=object)}))
    refused(folder, "not an archive of plain arrays")
    assert not (tmp_path / "trapped").exists()


def damaged_archives(folder):
    arrays = arrays_of(folder)
    yield b"no archive", "not an archive of plain arrays"
    yield b"", "not an archive of plain arrays"
    yield packed({k: v for k, v in arrays.items() if k != "chars.impact"}), "weights of the block 'chars' are missing"
    yield packed({**arrays, "chars.impact": arrays["chars.impact"][:-1]}), "weights of the block 'chars' are missing"
    yield packed({**arrays, "chars.impact": arrays["chars.impact"].astype(np.float32)}), "are missing or of another"
    yield packed({**arrays, "words.impact": arrays["words.impact"] * np.float16("nan")}), "are not finite"
    yield packed({**arrays, "words.pairs": arrays["words.pairs"] + np.int32(10**6)}), "points outside"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("words.df.npy", b"raw bytes")
    yield buffer.getvalue(), "not an archive of plain arrays"
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": (2**50,)})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("words.df.npy", header.getvalue())
    yield buffer.getvalue(), "not an archive of plain arrays"


@pytest.mark.parametrize("number", range(9))
def test_weights_that_fit_their_hash_but_make_no_model(folder, number):
    data, message = list(damaged_archives(folder))[number]
    reweigh(folder, data)
    refused(folder, message)


def test_a_zip_bomb_is_refused_by_what_it_would_unpack_to(folder, monkeypatch):
    monkeypatch.setattr(bundle_module, "MOST_BYTES", (folder / "weights.npz").stat().st_size + 1)
    refused(folder, "bytes unpacked, more than the")


def test_a_file_too_large_is_refused_unread(folder, monkeypatch):
    monkeypatch.setattr(bundle_module, "MOST_BYTES", 100)
    refused(folder, "bytes, more than the 100 that are read")
    monkeypatch.setattr(bundle_module, "MOST_DESCRIPTION_BYTES", 100)
    refused(folder, "larger than the 100 bytes that are read")


# ---- writing


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
        monkeypatch.setattr(bundle_module, "_exchange", lambda *_: False)
    elif step == "rename":
        monkeypatch.setattr(bundle_module, "_put_in_place", lambda *_: (_ for _ in ()).throw(failure))

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
            while time.monotonic() < end:
                digests.add(Model.load(folder).digest)
            writer.send_signal(signal.SIGKILL)
        digests.add(Model.load(folder).digest)
    assert len(digests) == 2


# ---- what loading costs


def test_scoring_needs_neither_scikit_learn_nor_scipy_nor_mlflow(tiny_bundle):
    code = f"""
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {{"sklearn", "scipy", "mlflow", "pandas", "joblib", "jieba"}}:
            raise ImportError(name + " is not to be imported")
sys.meta_path.insert(0, Block())
from gxclassify import load_model
print(next(load_model({str(tiny_bundle)!r}).tag(["污水处理厂完成提标改造。"])).tags)
"""
    assert "eco_park" in python(code)
