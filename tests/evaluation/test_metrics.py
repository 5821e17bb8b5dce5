from __future__ import annotations

import numpy as np
import pytest

from gxclassify.errors import LabelError
from gxclassify.evaluation.metrics import Predictions, brier_score, calibration_error, measure, predictions
from gxclassify.labels.records import LabelRecord

# Two themes, five paragraphs; the second theme is left open in the last.
#            told     probability  tagged at 0.5
ROWS = [
    ((1, 0), (0.9, 0.2), (1, 0)),
    ((1, 1), (0.4, 0.7), (0, 1)),
    ((0, 0), (0.6, 0.1), (1, 0)),
    ((1, 1), (0.8, 0.3), (1, 0)),
    ((0, 0), (0.1, 0.9), (0, 1)),
]


def example():
    told, probability, tagged = (np.array([row[i] for row in ROWS]) for i in range(3))
    known = np.ones((5, 2), dtype=bool)
    known[4, 1] = False
    return Predictions(("a", "b"), told > 0, known, probability, tagged > 0, np.array([0.5, 0.5]))


def test_precision_recall_and_f1_by_hand():
    a = measure(example()).per_theme["a"]  # told 0 1 3, tagged 0 2 3
    assert (a.precision, a.recall, a.f1, a.support) == pytest.approx((2 / 3, 2 / 3, 2 / 3, 3))


def test_open_pairs_do_not_count():
    b = measure(example()).per_theme["b"]  # told 1 3, tagged 1; row 4 open
    assert (b.precision, b.recall, b.f1, b.support) == pytest.approx((1, 0.5, 2 / 3, 2))


def test_average_precision_by_hand():
    # a, by falling probability: told, told, not, told, not -> (1 + 1 + 3/4) / 3
    metrics = measure(example())
    assert metrics.per_theme["a"].average_precision == pytest.approx((1 + 1 + 3 / 4) / 3)
    assert metrics.map == pytest.approx(((1 + 1 + 3 / 4) / 3 + 1) / 2)


def test_means_over_themes_decisions_and_paragraphs():
    metrics = measure(example())
    assert metrics.macro_f1 == pytest.approx(2 / 3)
    assert metrics.micro_f1 == pytest.approx(2 * 3 / (2 * 3 + 3))  # hits 3, wrong 3
    assert metrics.subset_accuracy == pytest.approx(2 / 5)  # rows 0 and 4


def test_brier_score_by_hand():
    told, probability = np.array([True, False, False]), np.array([0.8, 0.1, 0.5])
    assert brier_score(told, probability) == pytest.approx((0.04 + 0.01 + 0.25) / 3)


def test_the_brier_score_of_all_pairs_leaves_the_open_out():
    p = example()
    gaps = (p.probability - p.told)[p.known]
    assert measure(p).brier == pytest.approx(float((gaps**2).mean()))
    assert len(gaps) == 9


def test_calibration_error_by_hand():
    # Bin 0.2-0.3: mean 0.25, told 1/2; bin 0.9-1: mean 0.95, told 1. Weights 2/3 and 1/3.
    told, probability = np.array([True, False, True]), np.array([0.22, 0.28, 0.95])
    assert calibration_error(told, probability) == pytest.approx(2 / 3 * 0.25 + 1 / 3 * 0.05)


def test_certain_and_right_is_calibrated():
    assert calibration_error(np.array([True, False]), np.array([1.0, 0.0])) == 0.0


@pytest.mark.parametrize("function", [brier_score, calibration_error])
def test_nothing_judged_is_no_error(function):
    assert function(np.zeros(0, dtype=bool), np.zeros(0)) == 0.0


def test_a_theme_that_nobody_tells_has_no_f1():
    p = example()
    p.told[:, 1] = False
    b = measure(p).per_theme["b"]
    assert (b.f1, b.recall, b.average_precision, b.support) == (0.0, 0.0, 0.0, 0)


def test_flat_names_are_those_of_the_figures():
    flat = measure(example()).flat()
    assert flat["f1.a"] == pytest.approx(2 / 3)
    assert {"macro_f1", "micro_f1", "map", "subset_accuracy", "brier", "calibration_error"} <= set(flat)


def test_predictions_hold_labels_open_themes_and_decisions(tiny_model):
    text = "高新区出台惠企政策8条，兑现补贴资金。"
    record = LabelRecord(id="x", text=text, labels=("policy",), maybe=("eco_park",), article="x")
    p = predictions(tiny_model, [record])
    assert p.themes == tiny_model.themes
    assert p.told.tolist() == [[False, False, True]]
    assert p.known.tolist() == [[True, False, True]]
    assert p.tagged.tolist() == tiny_model.decide(p.probability).tolist()


def test_a_theme_that_the_model_lacks_is_an_error(tiny_model):
    record = LabelRecord(id="x", text="甲。", labels=("sport",), article="x", where="f.jsonl:3")
    with pytest.raises(LabelError, match=r"f\.jsonl:3: the model has no theme 'sport'"):
        predictions(tiny_model, [record])
