from __future__ import annotations

import json

import pytest

from support import THEMES, tiny_records, write_jsonl

QUICK = ("--set", "classifier.folds=2", "--set", "features.word_pairs=false", "--set", "features.char_max=2",
         "--set", "calibration.sentence_share=0.5", "--set", "thresholds.shrink=0.0", "--set", "classifier.C=0.1",
         "--set", "calibration.method=sigmoid", "--set", "features.min_df=2")  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    """A folder with labels/train, and in real.jsonl as many labels of other texts as a prior takes."""
    tables = "\n".join(f'[[theme]]\nid = "{theme}"' for theme in THEMES)
    write_jsonl(tmp_path / "labels" / "train" / "one.jsonl", tiny_records())
    (tmp_path / "labels" / "themes.toml").write_text(tables, encoding="utf-8")
    real = [{**record, "id": f"r{i}", "article": f"r{i}"} for i, record in enumerate(tiny_records(13))]
    write_jsonl(tmp_path / "real.jsonl", real)
    return tmp_path


def test_build_a_prior_and_train_with_it(call, folder):
    code, out, err = call("prior", "build", "--labels", "real.jsonl", *QUICK)
    assert code == 0, err
    assert out.startswith("Cross-validated, 312 paragraphs:")
    described = json.loads((folder / "labels" / "prior" / "prior.json").read_text(encoding="utf-8"))
    assert (described["paragraphs"], described["articles"], described["weight"]) == (312, 312, 2.0)
    assert set(described["base_rate"]) == set(THEMES)
    assert [entry["file"] for entry in described["with"]] == ["one.jsonl"]
    (folder / "own.toml").write_text('prior = "labels/prior"\n', encoding="utf-8")
    for way in (("--prior", "labels/prior"), ("--config", "own.toml")):
        code, _, err = call("train", *way, "--no-track", *QUICK)
        assert code == 0, err
        model = json.loads((folder / "models" / "mine" / "model.json").read_text(encoding="utf-8"))
        assert model["prior"]["digest"] == described["checksum"]
        assert model["calibration"] == described["calibration"]


def test_a_start_that_knows_none_of_the_themes_is_said_to_teach_nothing(call, folder):
    others = [
        {**record, "labels": [f"other_{theme}" for theme in record["labels"]], "maybe": [], "evidence": {}}
        for record in tiny_records()
    ]
    write_jsonl(folder / "others" / "one.jsonl", others)
    code, _, err = call(
        "train", "--labels", "others", "--prior", "shipped", "--no-track", "--set", "classifier.folds=2"
    )
    assert code == 0, err
    assert "What it starts from knows none of these themes" in err
    code, _, err = call("train", "--prior", "nowhere", "--no-track")
    assert code == 4
    assert "'--prior shipped' the model that comes with the package" in err


def test_a_patch_takes_the_place_of_labels(call, folder):
    patch = {"id": "r0", "labels": [], "maybe": ["policy"], "evidence": {}}
    write_jsonl(folder / "patch.jsonl", [patch])
    told = []
    for options in ((), ("--patch", "patch.jsonl")):
        code, _, err = call("prior", "build", "--labels", "real.jsonl", *options, *QUICK)
        assert code == 0, err
        told.append(json.loads((folder / "labels" / "prior" / "prior.json").read_text(encoding="utf-8"))["told"])
    first = tiny_records()[0]["labels"]
    assert {theme: told[0][theme] - told[1][theme] for theme in first} == dict.fromkeys(first, 1)


def test_a_patch_of_an_unknown_paragraph_is_refused(call, folder):
    write_jsonl(folder / "patch.jsonl", [{"id": "nobody", "labels": []}])
    code, _, err = call("prior", "build", "--labels", "real.jsonl", "--patch", "patch.jsonl", *QUICK)
    assert code == 3
    assert "patch.jsonl:1: the id 'nobody' is not among the labels" in err


def test_too_small_a_set_is_refused(call, folder):
    write_jsonl(folder / "real.jsonl", [{**record, "id": f"r{record['id']}"} for record in tiny_records()])
    code, _, err = call("prior", "build", "--labels", "real.jsonl", *QUICK)
    assert code == 3
    assert "at least 300 paragraphs of 100 articles" in err
    assert not (folder / "labels" / "prior").exists()


def test_train_starts_from_a_model(call, folder):
    assert call("train", "--no-track", "--out", "start", *QUICK)[0] == 0
    few = [{**record, "id": f"n{i}", "article": f"n{i}"} for i, record in enumerate(tiny_records(1)[:10])]
    write_jsonl(folder / "mine.jsonl", few)
    arguments = ("--labels", "mine.jsonl", "--prior", "start", "--no-track", *QUICK)
    code, _, err = call("train", *arguments)
    assert code == 0, err
    start, mine = (
        json.loads((folder / name / "model.json").read_text(encoding="utf-8")) for name in ("start", "models/mine")
    )
    assert mine["thresholds"] == start["thresholds"]
    assert mine["prior"] == {"kind": "model", "digest": start["checksum"], "labels": start["labels"]}


@pytest.mark.usefixtures("folder")
def test_a_prior_that_is_not_there_is_told(call):
    code, _, err = call("train", "--prior", "nowhere", "--no-track", *QUICK)
    assert code == 4
    assert "there is no prior here" in err
