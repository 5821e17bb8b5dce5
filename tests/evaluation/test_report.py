"""The parts of an evaluation: curves, slices, mistakes, marked sentences, and all of them together."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from gxclassify.evaluation.metrics import (
    Predictions,
    measure,
    pointing,
    precision_recall,
    predictions,
    reliability,
    slices,
)
from gxclassify.evaluation.report import evaluate, worst_mistakes
from gxclassify.labels.records import LabelRecord
from gxclassify.messages import Message, spoken

INVEST = "总投资9亿元的新能源项目在开发区开工。"
PLAIN = "合唱团排练到很晚，9名团员一个没走。"


def record(text, labels=(), evidence=None, number="x", **rest):
    return LabelRecord(id=number, text=text, labels=labels, evidence=evidence or {}, article=number, **rest)


@pytest.fixture(scope="module")
def report(tiny_model, tiny_labels):
    return evaluate(tiny_model, tiny_labels.records, draws=100, mistakes=3)


# ---- curves


def test_reliability_by_hand():
    bins = reliability(np.array([True, False, True]), np.array([0.22, 0.28, 0.95]))
    assert bins.probability == pytest.approx([0.25, 0.95])
    assert bins.told == [0.5, 1.0]
    assert bins.pairs == [2, 1]


def one_theme(told, probability):
    told, probability = np.array(told)[:, None] > 0, np.array(probability)[:, None]
    known = np.ones_like(told)
    return Predictions(("a",), told, known, probability, probability >= 0.5, np.array([0.5]))


def test_precision_and_recall_at_the_threshold():
    curve = precision_recall(one_theme([1, 1, 0, 1], [0.9, 0.6, 0.7, 0.2]), "a")
    assert curve.at_threshold == pytest.approx((2 / 3, 2 / 3))
    assert (curve.precision[0], curve.recall[0]) == pytest.approx((3 / 4, 1))
    assert (curve.precision[-1], curve.recall[-1]) == (1, 0)


def test_a_theme_that_nobody_tells_has_no_curve():
    assert precision_recall(one_theme([0, 0], [0.9, 0.1]), "a") is None


def test_long_curves_are_thinned_and_keep_their_ends():
    generator = np.random.default_rng(0)
    curve = precision_recall(one_theme(generator.random(5000) < 0.5, generator.random(5000)), "a")
    assert len(curve.recall) < 300
    assert (curve.recall[0], curve.recall[-1]) == (1, 0)


# ---- slices


def test_slices_are_measured_alone():
    p = one_theme([1, 1, 0, 1], [0.9, 0.6, 0.7, 0.2])
    parts = slices(p, ["new", "old", "old", "old"])
    assert [(part.name, part.paragraphs) for part in parts] == [("old", 3), ("new", 1)]
    assert parts[0].macro_f1 == measure(p.rows(np.array([1, 2, 3]))).macro_f1
    assert parts[1].macro_f1 == 1.0


def test_a_slice_can_be_named_in_another_language():
    (part,) = slices(one_theme([0, 1], [0.1, 0.9]), [Message("(no source)")] * 2)
    assert part.name.in_language("zh") == "（未注明来源）"


def test_a_slice_without_told_themes_has_no_means():
    (part,) = slices(one_theme([0], [0.1]), ["law"])
    assert (part.macro_f1, part.map, part.themes, part.subset_accuracy) == (None, None, 0, 1.0)


def test_slices_come_in_the_order_asked_for():
    parts = slices(one_theme([1, 1, 0], [0.9, 0.6, 0.7]), ["b", "b", "a"], ["a", "b", "c"])
    assert [part.name for part in parts] == ["a", "b"]


# ---- mistakes


def test_the_mistakes_are_the_decisions_that_differ_worst_first(tiny_model):
    records = [
        record(INVEST, number="missing"),
        record(PLAIN, ("policy",), number="extra"),
        record(PLAIN, number="right"),
    ]
    p = predictions(tiny_model, records)
    found = worst_mistakes(tiny_model, records, p, 10)
    assert {(m.id, m.theme, m.told) for m in found} == {
        ("missing", "investment_attraction", False),
        ("extra", "policy", True),
    }
    gaps = [abs(m.probability - m.told) for m in found]
    assert gaps == sorted(gaps, reverse=True)


def test_a_mistake_names_the_sentence_and_words_that_decided(tiny_model):
    records = [record(PLAIN + INVEST)]
    (mistake,) = worst_mistakes(tiny_model, records, predictions(tiny_model, records), 1)
    assert mistake.sentence == INVEST
    assert mistake.terms
    assert all(term in INVEST and weight > 0 for term, weight in mistake.terms)
    assert mistake.reason().startswith(
        f"tagged at {mistake.probability:.2f}, but not told: most for it speaks «{INVEST}»"
    )
    words = [f"{term} {weight:+.2f}" for term, weight in mistake.terms]
    assert len(words) > 1
    assert ", ".join(words) in mistake.reason()
    assert "、".join(words) in spoken(mistake.reason(), "zh")


def test_a_miss_shows_what_the_label_marks(tiny_model):
    text = PLAIN + "图书馆新到绘本9册，孩子们围坐在一起。"
    records = [record(text, ("eco_park",), {"eco_park": ((0, len(PLAIN)),)})]
    found = worst_mistakes(tiny_model, records, predictions(tiny_model, records), 10)
    [mistake] = [one for one in found if one.theme == "eco_park"]
    assert (mistake.told, mistake.marked) == (True, PLAIN)
    assert mistake.reason().startswith("missed at ")


def test_a_miss_of_themes_that_exclude_each_other_tells_its_sentence_and_no_threshold(tiny_model):
    taxonomy = dataclasses.replace(tiny_model.taxonomy, exclusive=True)
    model = tiny_model._with(taxonomy=taxonomy)
    records = [record(PLAIN + INVEST, ("eco_park",))]
    found = {mistake.theme: mistake for mistake in worst_mistakes(model, records, predictions(model, records), 10)}
    missed = found["eco_park"]
    assert missed.sentence in {PLAIN, INVEST}
    assert (missed.threshold, missed.to_json()["threshold"]) == (None, None)
    assert missed.reason().startswith(
        f"missed at {missed.probability:.2f} (another theme was nearer): most for it speaks «"
    )


def test_open_themes_are_no_mistakes(tiny_model):
    records = [record(INVEST, maybe=("investment_attraction",))]
    assert worst_mistakes(tiny_model, records, predictions(tiny_model, records), 5) == []


def test_a_mistake_is_json_with_its_reason(tiny_model):
    records = [record(PLAIN + INVEST)]
    (mistake,) = worst_mistakes(tiny_model, records, predictions(tiny_model, records), 1)
    table = json.loads(json.dumps(mistake.to_json()))
    assert table["reason"] == mistake.reason()
    assert table["sentence_span"] == [18, 37]
    assert table["terms"][0]["term"] == mistake.terms[0][0]


# ---- marked sentences


def test_pointing_at_the_marked_sentence_agrees(tiny_model):
    marked = record(PLAIN + INVEST, ("investment_attraction",), {"investment_attraction": ((18, 37),)})
    assert marked.text[18:37] == INVEST
    found = pointing(tiny_model, [marked])
    assert (found.labels, found.agreement, found.by_chance) == (1, 1.0, 0.5)


def test_pointing_at_another_sentence_does_not(tiny_model):
    wrong = record(PLAIN + INVEST, ("investment_attraction",), {"investment_attraction": ((0, 18),)})
    assert pointing(tiny_model, [wrong]).agreement == 0.0
    assert pointing(tiny_model, [wrong]).per_theme["investment_attraction"] == (1, 0.0)


def test_paragraphs_of_one_sentence_are_counted_apart(tiny_model):
    single = record(INVEST, ("investment_attraction",), {"investment_attraction": ((0, 19),)})
    found = pointing(tiny_model, [single])
    assert (found.labels, found.one_sentence, found.agreement) == (0, 1, None)


# ---- together


def test_an_evaluation_keeps_the_keys_of_the_metrics(report):
    table = json.loads(json.dumps(report.to_json()))
    expected = json.loads(json.dumps(report.metrics.to_json()))
    assert {key: table[key] for key in expected} == expected
    assert {"macro_f1", "micro_f1", "map", "subset_accuracy", "per_theme"} <= set(expected)


def test_an_evaluation_has_an_interval_for_every_figure(report):
    settings = {f"{name}.{theme}" for name in ("threshold", "support") for theme in report.metrics.per_theme}
    own = {f"{name}.{theme}" for name in ("brier", "calibration_error") for theme in report.metrics.per_theme}
    assert set(report.intervals) == set(report.metrics.flat()) - settings - own


def test_an_evaluation_is_the_same_twice(report, tiny_model, tiny_labels):
    again = evaluate(tiny_model, tiny_labels.records, draws=100, mistakes=3)
    assert again.to_json() == report.to_json()


def test_an_evaluation_counts_articles_kinds_and_lengths(report, tiny_labels):
    assert report.articles == len({r.article for r in tiny_labels.records})
    assert [part.name for part in report.by_kind] == ["written for the tests"]
    assert sum(part.paragraphs for part in report.by_length) == len(tiny_labels.records)


def test_labels_without_marks_are_evaluated_too(tiny_model, tiny_labels):
    bare = [dataclasses.replace(r, evidence={}) for r in tiny_labels.records]
    assert evaluate(tiny_model, bare, draws=100, mistakes=0).pointing.agreement is None
