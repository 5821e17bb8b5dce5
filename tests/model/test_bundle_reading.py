from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import shutil
import zipfile
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxclassify.errors import ModelError
from gxclassify.loading import load_model
from gxclassify.model import bundle
from gxclassify.model.bundle import FORMAT, checksum, read_description
from gxclassify.model.model import Model
from support import python


def short(value):
    return f"{value}"[:9]


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
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def test_a_bundle_may_be_moved(tmp_path, folder):
    moved = folder.rename(tmp_path / "elsewhere 模型")
    assert Model.load(moved).themes == ("investment_attraction", "eco_park", "policy")


# ---- damage


def test_a_missing_folder(tmp_path):
    refused(tmp_path / "nothing", "there is no model here")


def test_a_file_instead_of_a_folder(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    refused(tmp_path / "file", "file: a model is a folder, and this is a file; name the folder with model.json in it")


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
    refused(folder, "description is not complete|cannot|not known|dictionary|are missing")


def with_value(folder, key, theme, value):
    table = read_description(folder)[key]
    return {key: {**table, theme: {**table[theme], "paragraph": value} if key == "calibration" else value}}


@pytest.mark.parametrize("documents", [-5, 0, True, 2.5, "9", 2**40, 10**100, 1], ids=short)
def test_counts_out_of_range(folder, documents):
    redescribe(folder, documents=documents)
    refused(folder, "documents")


@pytest.mark.parametrize("key", ["thresholds", "intercept", "calibration"])
@pytest.mark.parametrize(
    "value", [1e308, -1e308, float("inf"), float("nan"), True, "1", None, 10**400], ids=lambda value: f"{value}"[:9]
)
def test_numbers_out_of_range(folder, key, value):
    redescribe(folder, **with_value(folder, key, "policy", value))
    refused(folder, "is no number from")


@pytest.mark.parametrize("value", [5, -0.1, 1.01])
def test_a_threshold_is_a_probability(folder, value):
    redescribe(folder, **with_value(folder, "thresholds", "policy", value))
    refused(folder, "is no number from 0 to 1")


@pytest.mark.parametrize("key", ["thresholds", "intercept", "calibration"])
def test_numbers_of_themes_that_are_not_there(folder, key):
    table = read_description(folder)[key]
    redescribe(folder, **{key: {**table, "elsewhere": table["policy"]}})
    refused(folder, f"{key} must speak of the themes")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": "red;background:url(//example.org)"}, "the colour must be written #rrggbb"),
        ({"colour": "#12345"}, "the colour must be written #rrggbb"),
        ({"id": "eco_park"}, "is declared 2 times"),
        ({"id": ""}, "a theme needs an id"),
        ({"id": "a\u2028b"}, "a theme needs an id"),
        ({"zh": "\x1b[31m"}, "must not hold control characters"),
        ({"en": 3}, "a table of texts|table of texts"),
        ({"script": "x"}, "is not known"),
    ],
)
def test_themes_that_are_none(folder, change, message):
    themes = read_description(folder)["themes"]
    redescribe(folder, themes=[{**themes[0], **change}, *themes[1:]])
    refused(folder, message)


@pytest.mark.parametrize(
    "changes",
    [{"exclusive": 1}, {"exclusive": "yes"}, {"at_least_one": None}, {"exclusive": True, "at_least_one": True},
     {"blocks": []}, {"blocks": ["words", "words"]}, {"blocks": "words"}, {"blocks": [["words"]]}, {"themes": []}],
    ids=str,
)  # fmt: skip
def test_rules_that_are_none(folder, changes):
    redescribe(folder, **changes)
    refused(folder, "out of range|cannot be used")


@pytest.mark.parametrize("terms", [["长" * 100_000], ["两 词"], ["\x00"], [3], "高新区"])
def test_terms_that_are_none(folder, terms):
    redescribe(folder, segmenter={**read_description(folder)["segmenter"], "terms": terms})
    refused(folder, "segmenter_terms must be")


@pytest.mark.parametrize("number", [0, -1, True, 1.0, None])
def test_a_format_that_never_was(folder, number):
    redescribe(folder, format=number)
    refused(folder, "not a model description")


def test_an_object_that_says_a_thing_twice(folder):
    path = folder / "model.json"
    text = path.read_text(encoding="utf-8").replace('"exclusive": false', '"exclusive": true, "exclusive": false')
    path.write_text(text, encoding="utf-8")
    refused(folder, "twice in one object")


def test_half_a_surrogate_pair_in_the_description(folder):
    path = folder / "model.json"
    path.write_text(path.read_text(encoding="utf-8").replace("tiny.jsonl", "\\ud800"), encoding="utf-8")
    refused(folder, "damaged, not valid JSON")


@pytest.mark.parametrize("text", ["9" * 5000, '{"format": 1, "a": ' + "9" * 5000 + "}", '{"a":' * 100_000])
def test_json_that_python_will_not_read(folder, text):
    (folder / "model.json").write_text(text, encoding="utf-8")
    refused(folder, "damaged|not a model description")


@pytest.mark.parametrize("name", ["model.json", "weights.npz"])
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(folder, name):
    (folder / name).unlink()
    os.mkfifo(folder / name)
    refused(folder, "no regular file")


def test_every_value_that_decides_a_tag_is_under_the_digest(folder):
    """Whoever changes one leaves a bundle that is refused, or makes one of another digest."""
    description = read_description(folder)
    beside = {"checksum", "gxclassify", "settings", "labels", "out_of_fold", "seed", "trained_on"}

    def leaves(value, path):
        if isinstance(value, dict):
            for key, one in value.items():
                yield from leaves(one, (*path, key))
        elif isinstance(value, list):
            for key, one in enumerate(value):
                yield from leaves(one, (*path, key))
        else:
            yield path, value

    n = 0
    for path, value in leaves({key: one for key, one in description.items() if key not in beside}, ()):
        changed = json.loads(json.dumps(description))
        inner = changed
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = (
            (not value) if isinstance(value, bool) else f"{value}x" if isinstance(value, str) else value + 1
        )
        assert checksum(changed) != description["checksum"], path
        n += 1
    assert n > 50


def test_a_model_is_refused_that_has_another_digest_than_expected(folder):
    digest = read_description(folder)["checksum"]
    assert load_model(folder, expected_digest=digest).digest == digest
    with pytest.raises(ModelError, match="another model than the one expected"):
        load_model(folder, expected_digest="0" * 64)


# Ways in which a bundle may be tampered with and still fit its checksums; each makes damage of another kind likely.


def tampered_description(random, description):
    """Change, take away or add something somewhere."""
    places = []

    def walk(value):
        if isinstance(value, (dict, list)):
            places.append(value)
            for one in value.values() if isinstance(value, dict) else value:
                walk(one)

    walk(description)
    strange = [None, True, -1, 0, 10**30, 1e308, -1e-308, float("nan"), float("inf"), 2**63, -(2**31)]
    strange += ["", "\x00", "\ud800", "x" * 3000, "../../etc", [], {}, [[]], {"a": 1}]
    inner = random.choice(places)
    key = random.choice([*(inner if isinstance(inner, dict) else range(len(inner))), "new"]) if inner else "new"
    if isinstance(inner, list):
        inner.insert(random.randrange(len(inner) + 1), random.choice(strange))
    elif random.random() < 0.3 and key in inner:
        del inner[key]
    else:
        inner[key] = random.choice(strange)


def tampered_archive(random, data):
    """Change bytes, mostly in the headers, where they mean most."""
    content = bytearray(data)
    heads = [found.start() for found in re.finditer(rb"PK[\x01\x03\x05][\x02\x04\x06]|\x93NUMPY", data)]
    for _ in range(random.randrange(1, 4)):
        at = random.choice(heads) + random.randrange(80) if random.random() < 0.9 else random.randrange(len(content))
        content[min(at, len(content) - 1)] = random.choice([0, 1, 8, 9, 12, 14, 95, 255, random.randrange(256)])
    return bytes(content[: random.choice([len(content)] * 9 + [random.randrange(len(content))])])


@pytest.mark.parametrize("seed", range(int(os.environ.get("GXCLASSIFY_TAMPERED", "4"))))
def test_bundles_tampered_any_way_load_or_are_refused(folder, seed):
    random = Random(seed)
    text, weights = (folder / "model.json").read_text(encoding="utf-8"), (folder / "weights.npz").read_bytes()
    for n in range(100):
        description, data = json.loads(text), weights
        if n % 2:
            tampered_description(random, description)
        else:
            data = tampered_archive(random, weights)
            description["weights"]["sha256"] = hashlib.sha256(data).hexdigest()
        with contextlib.suppress(UnicodeEncodeError):
            description["checksum"] = checksum(description)
        (folder / "model.json").write_text(json.dumps(description), encoding="utf-8")
        (folder / "weights.npz").write_bytes(data)
        try:
            model = Model.load(folder)
        except ModelError:
            continue
        else:
            assert np.isfinite(model.predict_proba(["园区污水处理厂完成提标改造。"])).all()


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


def test_a_zip_bomb_is_refused_unpacked(folder):
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays_of(folder), bomb=np.zeros(10**6))
    reweigh(folder, buffer.getvalue())
    refused(folder, "its members are compressed")


def test_a_file_too_large_is_refused_unread(folder, monkeypatch):
    monkeypatch.setattr(bundle, "MOST_BYTES", 100)
    refused(folder, "more than the 100 bytes that are read")
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
