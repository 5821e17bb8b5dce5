from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gxclassify.model.linear import Calibration, decide, log_odds_of, probabilities_of

THRESHOLDS = np.array([0.5, 0.3, 0.7])
rows = arrays(np.float64, (4, 3), elements=st.floats(0, 1))


def decided(probability, **rule):
    return decide(np.array(probability), THRESHOLDS, **{"exclusive": False, "at_least_one": False, **rule}).tolist()


def test_a_theme_is_tagged_from_its_threshold_on():
    assert decided([[0.5, 0.29, 0.7], [0.49, 0.3, 0.69]]) == [[True, False, True], [False, True, False]]


def test_exclusive_takes_the_most_probable_whatever_the_thresholds():
    assert decided([[0.1, 0.2, 0.15], [0.9, 0.8, 0.95]], exclusive=True) == [[False, True, False], [False, False, True]]


def test_at_least_one_takes_the_theme_nearest_to_its_threshold():
    rule = {"at_least_one": True}
    assert decided([[0.45, 0.2, 0.69], [0.6, 0.3, 0.1]], **rule) == [[False, False, True], [True, True, False]]


@given(rows)
def test_exclusive_gives_exactly_one(probability):
    assert (np.sum(decided(probability, exclusive=True), axis=1) == 1).all()


@given(rows)
def test_at_least_one_only_adds_where_there_is_none(probability):
    plain, never_none = np.array(decided(probability)), np.array(decided(probability, at_least_one=True))
    assert never_none.any(axis=1).all()
    tagged = plain.any(axis=1)
    assert (plain[tagged] == never_none[tagged]).all()
    assert (never_none[~tagged].sum(axis=1) == 1).all()


def test_log_odds_by_hand():
    calibration = [Calibration(1.0, 2.0, 0.5), Calibration(0.0, 1.0, -1.0)]
    odds = log_odds_of(calibration, np.array([[1.0, 9.0]]), np.array([[3.0, 4.0]]))
    assert odds.tolist() == [[7.5, 3.0]]


def test_probabilities_without_overflow():
    probability = probabilities_of(np.array([[0.0, 1000.0, -1000.0]]), exclusive=False)
    assert probability == pytest.approx(np.array([[0.5, 1.0, 0.0]]))


def test_exclusive_probabilities_add_up_to_one():
    probability = probabilities_of(np.array([[0.0, 0.0, -2.0], [-900.0, -800.0, -900.0]]), exclusive=True)
    assert probability.sum(axis=1) == pytest.approx([1, 1])
    assert probability[1].argmax() == 1
