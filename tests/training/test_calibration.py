from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxclassify.config import CalibrationConfig, ThresholdConfig
from gxclassify.model.linear import Calibration
from gxclassify.training.tuning import fit_calibration, tune_threshold


def drawn(seed=0, n=4000):
    """Draw scores, and labels whose log-odds are 2 * paragraph + 1 * sentence - 1."""
    rng = np.random.default_rng(seed)
    paragraph, sentence = rng.normal(size=(2, n))
    told = rng.random(n) < 1 / (1 + np.exp(-(2 * paragraph + sentence - 1)))
    return paragraph, sentence, told


def f1(told, tagged):
    return 2 * (told & tagged).sum() / max(1, told.sum() + tagged.sum())


def test_log_odds_by_hand():
    odds = Calibration(2.0, 0.5, -1.0).log_odds(np.array([1.0, 0.0]), np.array([4.0, 2.0]))
    assert odds.tolist() == [3.0, 0.0]


def test_stacked_learns_a_weight_for_each_score():
    fitted = fit_calibration(*drawn(), CalibrationConfig(method="stacked"))
    assert (fitted.paragraph, fitted.sentence, fitted.intercept) == pytest.approx((2, 1, -1), abs=0.2)


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_sigmoid_keeps_the_share_of_the_sentence(share):
    fitted = fit_calibration(*drawn(), CalibrationConfig(method="sigmoid", sentence_share=share))
    assert fitted.sentence == pytest.approx(share * (fitted.paragraph + fitted.sentence))
    assert fitted.paragraph + fitted.sentence > 0


def test_probabilities_are_those_of_the_labels_on_average():
    paragraph, sentence, told = drawn()
    fitted = fit_calibration(paragraph, sentence, told, CalibrationConfig(sentence_share=0.5))
    probability = 1 / (1 + np.exp(-fitted.log_odds(paragraph, sentence)))
    assert probability.mean() == pytest.approx(told.mean(), abs=0.005)


def test_the_offset_is_added_to_the_log_odds():
    data = drawn()
    plain, moved = (fit_calibration(*data, CalibrationConfig(sentence_share=0.5), offset) for offset in (0.0, -0.7))
    assert moved.intercept - plain.intercept == pytest.approx(-0.7)
    assert moved.paragraph == plain.paragraph


def test_f1_threshold_by_hand():
    probability = np.array([0.9, 0.8, 0.6, 0.3, 0.1])
    told = np.array([True, True, False, True, False])
    # Tagging the first 2 gives F1 4/5, the first 4 gives 6/7: halfway between 0.3 and 0.1.
    assert tune_threshold(probability, told, ThresholdConfig()) == pytest.approx(0.2)


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.2, 0.35, 0.5, 0.8, 0.95]), st.booleans()), min_size=1, max_size=30))
def test_no_threshold_has_a_higher_f1(rows):
    probability, told = np.array([p for p, _ in rows]), np.array([t for _, t in rows])
    best = max(f1(told, probability >= t) for t in np.linspace(0.01, 0.99, 99))
    for tolerance in (0.0, 0.01, 0.1):
        threshold = tune_threshold(probability, told, ThresholdConfig(tolerance=tolerance))
        assert f1(told, probability >= threshold) >= best - tolerance - 1e-9


def test_the_threshold_keeps_out_of_the_valley_between_two_tops():
    probability = np.array([0.35, 0.35, 0.2, 0.1, 0.1, 0.1])
    told = np.array([True, False, False, True, False, False])
    # Tagging the first two or all gives F1 1/2, the first three 2/5; midway between the tops only these are tagged.
    threshold = tune_threshold(probability, told, ThresholdConfig())
    assert f1(told, probability >= threshold) == pytest.approx(0.5)


def test_precision_is_reached_at_the_highest_f1():
    probability = np.linspace(0.99, 0.01, 50)
    told = np.random.default_rng(1).random(50) < probability
    threshold = tune_threshold(probability, told, ThresholdConfig(objective="precision", target=0.9))
    reached = [k for k in range(1, 51) if told[:k].mean() >= 0.9]
    best = max(reached, key=lambda k: f1(told, np.arange(50) < k))
    assert (probability >= threshold).sum() == best


def test_recall_is_reached():
    probability = np.linspace(0.99, 0.01, 50)
    told = np.random.default_rng(1).random(50) < 0.3
    threshold = tune_threshold(probability, told, ThresholdConfig(objective="recall", target=0.95))
    assert told[probability >= threshold].sum() >= 0.95 * told.sum()


def test_a_precision_out_of_reach_comes_as_near_as_it_can():
    probability = np.array([0.9, 0.8, 0.7, 0.6])
    told = np.array([False, True, True, False])
    threshold = tune_threshold(probability, told, ThresholdConfig(objective="precision", target=0.99))
    assert (probability >= threshold).sum() == 3  # precision 2/3


def test_fixed_threshold_and_offset():
    config = ThresholdConfig(objective="fixed", value=0.4)
    assert tune_threshold(np.zeros(1), np.zeros(1, dtype=bool), config, 0.05) == pytest.approx(0.45)


@pytest.mark.parametrize(("shrink", "expected"), [(0.0, 0.2), (0.5, 0.35), (1.0, 0.5)])
def test_shrink_moves_towards_the_value(shrink, expected):
    probability = np.array([0.9, 0.8, 0.6, 0.3, 0.1])
    told = np.array([True, True, False, True, False])
    assert tune_threshold(probability, told, ThresholdConfig(shrink=shrink)) == pytest.approx(expected)


@pytest.mark.parametrize(("offset", "expected"), [(-5.0, 0.01), (5.0, 0.99)])
def test_the_threshold_stays_a_probability(offset, expected):
    assert tune_threshold(np.array([0.5]), np.array([True]), ThresholdConfig(), offset) == expected


def test_equal_probabilities_fall_on_one_side():
    probability = np.array([0.8, 0.5, 0.5, 0.5])
    threshold = tune_threshold(probability, np.array([True, True, False, False]), ThresholdConfig())
    assert (probability >= threshold).sum() in {1, 4}
