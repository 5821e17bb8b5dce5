from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxclassify.errors import ModelError
from gxclassify.model import bundle
from gxclassify.model.bundle import FORMAT, checksum, read_description
from gxclassify.model.model import Model
from support import python


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
    description["checksum"] = checksum(description)
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


def test_a_bundle_may_be_moved(tmp_path, folder):
    moved = folder.rename(tmp_path / "elsewhere 模型")
    assert Model.load(moved).themes == ("investment_attraction", "eco_park", "policy")


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
    reweigh(folder, packed(arrays_of(folder)))
    monkeypatch.setattr(bundle, "MOST_BYTES", (folder / "weights.npz").stat().st_size + 1)
    refused(folder, "bytes unpacked, more than the")


def test_a_file_too_large_is_refused_unread(folder, monkeypatch):
    monkeypatch.setattr(bundle, "MOST_BYTES", 100)
    refused(folder, "bytes, more than the 100 that are read")
    monkeypatch.setattr(bundle, "MOST_DESCRIPTION_BYTES", 100)
    refused(folder, "larger than the 100 bytes that are read")


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
