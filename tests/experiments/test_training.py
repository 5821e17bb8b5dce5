from __future__ import annotations

import pytest

from gxclassify.config import Config, merge
from gxclassify.errors import LabelError, ModelError, TrainingError
from gxclassify.experiments import training
from gxclassify.experiments.training import train_model
from gxclassify.model.model import Model
from support import THEMES, names, tiny_records, write_jsonl

CONFIG = merge(Config(), ["classifier.folds=2", "features.char_max=2", "features.word_pairs=false"])


@pytest.fixture
def labels(tmp_path):
    return write_jsonl(tmp_path / "labels" / "tiny.jsonl", tiny_records())


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    path = write_jsonl(folder / "labels" / "tiny.jsonl", tiny_records())
    return train_model([path], folder / "model", CONFIG)


def test_the_model_is_saved_and_returned(result):
    loaded = Model.load(result.folder)
    assert loaded.digest == result.model.digest
    assert set(loaded.themes) == set(THEMES)


def test_the_bundle_records_settings_labels_and_metrics(result):
    provenance = Model.load(result.folder).provenance
    assert provenance["settings"] == CONFIG.flat()
    assert provenance["labels"] == [{"file": "tiny.jsonl", "sha256": result.labels.hashes["tiny.jsonl"]}]
    assert provenance["documents"] == len(result.labels.records)
    assert 0.5 < provenance["out_of_fold"]["macro_f1"] <= 1


def test_the_estimator_is_made_of_the_settings(result):
    parameters = result.classifier.get_params()
    assert (parameters["folds"], parameters["char_max"], parameters["word_pairs"]) == (2, 2, False)
    assert tuple(parameters["themes"]) == result.labels.taxonomy.ids


def test_without_folds_there_are_no_out_of_fold_metrics(labels, tmp_path):
    result = train_model([labels], tmp_path / "m", merge(CONFIG, ["classifier.folds=0"]))
    assert result.out_of_fold is None
    assert "out_of_fold" not in Model.load(tmp_path / "m").provenance


def test_progress_is_told(labels, tmp_path):
    seen = []
    train_model([labels], tmp_path / "m", CONFIG, lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] > 9


def test_a_taxonomy_of_its_own_rules_the_training(tmp_path):
    (tmp_path / "themes.toml").write_text(
        'at_least_one = true\nsegmenter_terms = ["一网通办"]\n'
        + "".join(f'[[theme]]\nid = "{theme}"\nzh = "名"\n' for theme in THEMES),
        encoding="utf-8",
    )
    records = [record for record in tiny_records() if record["labels"]]
    path = write_jsonl(tmp_path / "labels" / "tiny.jsonl", records)
    model = train_model([path], tmp_path / "m", CONFIG).model
    assert model.taxonomy.segmenter_terms == ("一网通办",)
    assert model.taxonomy.themes[0].zh == "名"
    assert all(p.tags for p in model.tag(["完全无关", ""]))


@pytest.mark.parametrize("problem", ["label", "theme", "folder"])
def test_an_error_leaves_nothing_behind(tmp_path, problem, monkeypatch):
    records = tiny_records()
    target = tmp_path / "model"
    if problem == "label":
        records[3]["labels"] = "policy"
        expected = LabelError
    elif problem == "theme":
        records = [{**record, "labels": [record["id"]], "evidence": {}} for record in records]
        expected = TrainingError
    else:
        target.mkdir()
        (target / "thesis.txt").write_text("mine", encoding="utf-8")
        expected = ModelError
        monkeypatch.setattr(training, "load_any_labels", None)  # a folder that will not do is told before the work
    path = write_jsonl(tmp_path / "labels" / "tiny.jsonl", records)
    before = names(tmp_path)
    with pytest.raises(expected):
        train_model([path], target, CONFIG)
    assert names(tmp_path) == before
