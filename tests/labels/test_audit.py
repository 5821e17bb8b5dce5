from __future__ import annotations

import dataclasses
import importlib.util

import numpy as np
import pytest

from gxclassify.config import Config, merge
from gxclassify.errors import ConfigError
from gxclassify.labels.audit import audit, out_of_fold, rank_suspicious
from gxclassify.labels.records import LabelRecord, LabelSet
from support import THEMES


def records(labels, maybe=()):
    return [
        LabelRecord(id=str(i), text=f"第{i}段。", labels=own, maybe=("b",) if i in maybe else (), article=str(i))
        for i, own in enumerate(labels)
    ]


# 12 rows of two themes whose labels agree with the probabilities, but for row 3's "a" and row 7's "b".
LABELS = [("a",) if i % 2 else ("b",) for i in range(12)]
PROBABILITY = np.array([[0.9, 0.1] if i % 2 else [0.1, 0.9] for i in range(12)])
LABELS[3] = ()
LABELS[8] = ()


def test_labels_that_contradict_the_probabilities_come_first():
    found = rank_suspicious(records(LABELS), ["a", "b"], PROBABILITY, top=2)
    assert {(s.id, s.theme, s.told) for s in found} == {("3", "a", False), ("8", "b", False)}
    assert all(s.quality == pytest.approx(0.1) for s in found)


def test_labels_that_contradict_are_issues_and_others_not():
    found = rank_suspicious(records(LABELS), ["a", "b"], PROBABILITY, top=24)
    assert {s.id for s in found if s.is_issue} == {"3", "8"}
    assert [s.quality for s in found] == sorted(s.quality for s in found)


def test_open_themes_are_passed_over():
    found = rank_suspicious(records(LABELS, maybe=(8,)), ["a", "b"], PROBABILITY, top=24)
    assert ("8", "b") not in {(s.id, s.theme) for s in found}
    assert len(found) == 23


def test_a_wrong_label_among_right_ones_is_found(tiny_labels):
    changed = list(tiny_labels.records)
    victim = next(i for i, r in enumerate(changed) if r.labels == ("eco_park",))
    changed[victim] = dataclasses.replace(changed[victim], labels=("policy",), evidence={})
    labels = LabelSet(tuple(changed), tiny_labels.taxonomy, {})
    found = audit(labels, merge(Config(), ["classifier.folds=3"]), top=4)
    assert changed[victim].id in {s.id for s in found}


def test_out_of_fold_probabilities_have_a_row_per_record(tiny_labels):
    _, probability = out_of_fold(tiny_labels, merge(Config(), ["classifier.folds=2"]))
    assert probability.shape == (len(tiny_labels.records), len(THEMES))
    assert ((probability >= 0) & (probability <= 1)).all()


def test_without_folds_there_is_nothing_to_judge_by(tiny_labels):
    with pytest.raises(ConfigError, match=r"set classifier\.folds to 2 or more"):
        audit(tiny_labels, merge(Config(), ["classifier.folds=0"]))


def test_without_cleanlab_the_extra_is_named(tiny_labels, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "cleanlab" else find(name, *rest)
    )
    with pytest.raises(ConfigError, match=r"pip install .\.\[quality\]"):
        audit(tiny_labels, Config())
