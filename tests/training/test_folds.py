from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxclassify.training.targets import grouped_folds


def random_rows(seed, n=200, themes=4, articles=80):
    rng = np.random.default_rng(seed)
    indicator = rng.random((n, themes)) < [0.5, 0.3, 0.1, 0.04][:themes]
    return indicator, [f"a{i}" for i in rng.integers(0, articles, n)]


@given(seed=st.integers(0, 1000), folds=st.integers(2, 6))
def test_an_article_is_in_one_fold(seed, folds):
    indicator, groups = random_rows(seed)
    fold = grouped_folds(indicator, groups, folds, seed=seed)
    assert fold.min() >= 0
    assert fold.max() < folds
    for name in set(groups):
        assert len({f for f, g in zip(fold, groups, strict=True) if g == name}) == 1


@pytest.mark.parametrize("seed", range(5))
def test_themes_and_rows_are_balanced(seed):
    indicator, _ = random_rows(seed, n=500)
    groups = list(map(str, range(500)))
    fold = grouped_folds(indicator, groups, 5, seed=seed)
    assert max(np.bincount(fold)) - min(np.bincount(fold)) <= 5
    for column in (*indicator.T, ~indicator.any(axis=1)):
        counts = np.bincount(fold[column], minlength=5)
        assert counts.max() - counts.min() <= 3


@given(seed=st.integers(0, 1000))
def test_a_theme_told_in_as_many_articles_as_folds_is_in_several_folds(seed):
    indicator, _ = random_rows(seed, n=60)
    indicator[:, 3] = False
    indicator[np.random.default_rng(seed).choice(60, 3, replace=False), 3] = True
    fold = grouped_folds(indicator, list(map(str, range(60))), 3, seed=seed)
    assert len(set(fold[indicator[:, 3]])) >= 2


def test_the_seed_decides():
    indicator, groups = random_rows(1)
    one, again = (grouped_folds(indicator, groups, 5, seed=3) for _ in range(2))
    other = grouped_folds(indicator, groups, 5, seed=4)
    assert (one == again).all()
    assert (one != other).any()


def test_rows_without_theme_are_dealt_out_too():
    fold = grouped_folds(np.zeros((10, 2), dtype=bool), list(map(str, range(10))), 5)
    assert np.bincount(fold).tolist() == [2] * 5
