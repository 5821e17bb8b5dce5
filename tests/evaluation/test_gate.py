from __future__ import annotations

import hashlib
import tomllib

import pytest

from gxclassify.errors import ConfigError, GateError, LabelError
from gxclassify.evaluation.gate import check_gate, floors_of, load_gate, pin_gate
from gxclassify.evaluation.metrics import measure, predictions
from gxclassify.labels.records import load_labels
from gxclassify.messages import spoken
from support import tiny_records, write_jsonl


@pytest.fixture
def labels(tmp_path):
    """A label folder with a training file and a test file."""
    records = tiny_records()
    write_jsonl(tmp_path / "labels" / "train" / "one.jsonl", records[:60])
    write_jsonl(tmp_path / "labels" / "test" / "held.jsonl", records[60:])
    return tmp_path / "labels"


@pytest.fixture
def model(tiny_classifier, tiny_taxonomy, labels):
    digest = hashlib.sha256((labels / "train" / "one.jsonl").read_bytes()).hexdigest()
    return tiny_classifier.to_model(tiny_taxonomy, labels=[{"file": "one.jsonl", "sha256": digest}])


@pytest.fixture
def weak(model):
    return model.with_thresholds(dict.fromkeys(model.themes, 1.0))


def pin(labels, model, **rest):
    return pin_gate(labels / "gate.toml", model, [labels / "train"], [labels / "test"], **rest)


def check(labels, model):
    return check_gate(labels / "gate.toml", model)[0]


def test_what_was_pinned_holds(labels, model):
    pin(labels, model)
    assert check(labels, model) == []


def test_hashes_and_floors_are_in_the_file(labels, model):
    _, metrics = pin(labels, model)
    table = tomllib.loads((labels / "gate.toml").read_text(encoding="utf-8"))
    held = labels / "test" / "held.jsonl"
    assert table["test"] == {"test/held.jsonl": hashlib.sha256(held.read_bytes()).hexdigest()}
    assert list(table["labels"]) == ["train/one.jsonl"]
    assert table["floors"] == floors_of(metrics)


def test_floors_are_rounded_down(tiny_model, tiny_labels):
    metrics = measure(predictions(tiny_model, tiny_labels.records))
    for name, floor in floors_of(metrics).items():
        assert metrics.flat()[name] - 0.001 < floor <= metrics.flat()[name]


def test_a_weaker_model_is_below_its_floors(labels, model, weak):
    pin(labels, model)
    problems = check(labels, weak)
    assert any(problem.startswith("macro_f1 is ") and "below its floor" in problem for problem in problems)


def test_the_figures_of_the_check_are_those_of_the_test_set(labels, model):
    pin(labels, model)
    _, metrics = check_gate(labels / "gate.toml", model)
    records = load_labels([labels / "test"], model.taxonomy).records
    assert metrics == measure(predictions(model, records))


@pytest.mark.parametrize(("name", "kind"), [("train/one.jsonl", "label file"), ("test/held.jsonl", "test file")])
def test_a_changed_file_is_noticed(labels, model, name, kind):
    pin(labels, model)
    with (labels / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert any(f"{name}: the {kind} has changed" in problem for problem in check(labels, model))


def test_a_missing_file_is_noticed(labels, model):
    pin(labels, model)
    (labels / "test" / "held.jsonl").unlink()
    problems, metrics = check_gate(labels / "gate.toml", model)
    assert any("held.jsonl: the pinned test file is missing" in problem for problem in problems)
    assert metrics is None


def test_both_sides_may_lie_in_one_folder(labels, model):
    held = (labels / "test" / "held.jsonl").rename(labels / "train" / "held.jsonl")
    gate = labels / "gate.toml"
    pin_gate(gate, model, [labels / "train" / "one.jsonl"], [held])
    assert check(labels, model) == []


def test_a_file_beside_single_pinned_ones_is_no_stranger(labels, model):
    write_jsonl(labels / "train" / "two.jsonl", tiny_records()[:1])
    pin_gate(labels / "gate.toml", model, [labels / "train" / "one.jsonl"], [labels / "test"])
    assert check(labels, model) == []
    write_jsonl(labels / "test" / "deep" / "two.jsonl", tiny_records()[:1])
    (problem,) = check(labels, model)
    assert "two.jsonl: lies beside pinned files" in problem


def test_a_gate_file_that_names_no_folders_watches_those_of_its_files(labels, model):
    pin(labels, model)
    path = labels / "gate.toml"
    before, _, after = path.read_text(encoding="utf-8").partition("[folders]")
    path.write_text(before + "[floors]" + after.partition("[floors]")[2], encoding="utf-8")
    assert check(labels, model) == []
    write_jsonl(labels / "train" / "two.jsonl", tiny_records()[:1])
    assert any("two.jsonl: lies beside" in problem for problem in check(labels, model))


def test_pinning_again_takes_what_was_pinned(labels, model):
    elsewhere = labels.parent / "gate.toml"
    pin_gate(elsewhere, model, [labels / "train" / "one.jsonl"], [labels / "test"])
    with (labels / "train" / "one.jsonl").open("a", encoding="utf-8") as file:
        file.write("\n")
    write_jsonl(labels / "train" / "two.jsonl", tiny_records()[:1])
    gate, _ = pin_gate(elsewhere, model)
    assert list(gate.labels) == ["labels/train/one.jsonl"]
    assert list(gate.test) == ["labels/test/held.jsonl"]
    assert gate.folders == {"labels": [], "test": ["labels/test"]}


def test_tables_are_pinned_as_label_records_are(labels, model):
    table = labels / "held.csv"
    rows = [f"{record['text']},{';'.join(record['labels']) or '[]'}" for record in tiny_records()[60:]]
    table.write_text("\n".join(["text,labels", *rows]), encoding="utf-8")
    gate, metrics = pin_gate(labels / "gate.toml", model, [labels / "train"], [table])
    assert list(gate.test) == ["held.csv"]
    assert metrics.paragraphs == len(rows)


def test_a_new_file_beside_the_pinned_is_noticed(labels, model):
    pin(labels, model)
    write_jsonl(labels / "train" / "two.jsonl", tiny_records()[:2])
    assert any("two.jsonl: lies beside pinned files" in problem for problem in check(labels, model))


def test_a_model_of_other_labels_is_noticed(labels, model, tiny_model):
    pin(labels, model)
    (problem,) = check(labels, tiny_model)
    assert problem.endswith("was trained on other label files than those pinned; train it again.")


def test_a_floor_without_a_figure_is_noticed(labels, model):
    pin(labels, model)
    path = labels / "gate.toml"
    path.write_text(path.read_text(encoding="utf-8") + '"f1.sport" = 0.5\n', encoding="utf-8")
    assert any(problem.startswith("f1.sport: there is a floor") for problem in check(labels, model))


def test_pinning_never_lowers_a_floor(labels, model, weak):
    pin(labels, model)
    before = (labels / "gate.toml").read_text(encoding="utf-8")
    with pytest.raises(GateError, match=r"would lower macro_f1 from .* --allow-lower") as caught:
        pin(labels, weak)
    told = spoken(caught.value.message, "zh")
    assert "macro_f1（从 " in told
    assert " from " not in told
    assert (labels / "gate.toml").read_text(encoding="utf-8") == before


def test_a_floor_falls_when_that_is_allowed(labels, model, weak):
    high = pin(labels, model)[0].floors["macro_f1"]
    pin(labels, weak, allow_lower=True)
    assert load_gate(labels / "gate.toml").floors["macro_f1"] < high


def test_pinning_raises_floors(labels, model, weak):
    low = pin(labels, weak)[0].floors["macro_f1"]
    assert pin(labels, model)[0].floors["macro_f1"] > low


def test_a_file_on_both_sides_is_refused(labels, model):
    with pytest.raises(LabelError, match="cannot be trained on as well"):
        pin_gate(labels / "gate.toml", model, [labels / "train", labels / "test"], [labels / "test"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no gate file; write one with: gxclassify gate --pin --file .*gate.toml"),
        ("[labels", "the gate file is not valid TOML"),
        ("[labels]\n[test]\n", r"needs a table \[floors\] of numbers"),
        ("[labels]\na = 3\n[test]\n[floors]\n", r"needs a table \[labels\] of SHA-256 texts"),
        ("[labels]\n[test]\n[floors]\n[folders]\nlabels = 3\n", r"\[folders\] needs lists of folders"),
    ],
)
def test_a_gate_file_that_cannot_be_used_is_an_error(tmp_path, content, message):
    path = tmp_path / "gate.toml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        load_gate(path)
