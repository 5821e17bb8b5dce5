from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxclassify.evaluation.compare import Resamples, intervals, percentiles, resampled
from gxclassify.evaluation.metrics import Predictions, measure


def random_predictions(n, seed, themes=3):
    generator = np.random.default_rng(seed)
    probability = np.round(generator.random((n, themes)), 1)  # ties
    told = generator.random((n, themes)) < probability
    known = generator.random((n, themes)) < 0.9
    names = tuple("abcdef"[:themes])
    return Predictions(names, told, known, probability, probability >= 0.5, np.full(themes, 0.5))


def repeated(p, resamples, draw):
    """The predictions with each paragraph as often as its article was drawn: the slow way to resample."""
    times = resamples.weight[draw].astype(int)[resamples.article]
    return p.rows(np.repeat(np.arange(len(p.told)), times))


@given(st.integers(1, 40), st.integers(0, 10**6))
def test_every_figure_is_that_of_the_repeated_paragraphs(n, seed):
    p = random_predictions(n, seed)
    articles = [f"a{i // 3}" for i in range(n)]
    resamples = Resamples(articles, draws=2, seed=seed)
    figures = resampled(p, resamples)
    for draw in range(2):
        expected = measure(repeated(p, resamples, draw)).flat()
        for name, values in figures.items():
            assert values[draw] == pytest.approx(expected[name], abs=1e-9), name


def test_articles_are_drawn_whole():
    resamples = Resamples(["x", "y", "x", "z"], draws=50)
    assert resamples.n_articles == 3
    assert resamples.article[0] == resamples.article[2]
    assert (resamples.weight.sum(axis=1) == 3).all()


def test_a_seed_gives_the_same_draws_and_another_others():
    first, again, other = (Resamples([str(i) for i in range(20)], draws=5, seed=s).weight for s in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_totals_by_hand():
    resamples = Resamples(["x", "y", "x"], draws=1)
    resamples.weight[0] = [2, 0]  # x twice, y never
    assert resamples.totals(np.array([1, 10, 100])).tolist() == [202]


def test_percentiles_by_hand():
    interval = percentiles(np.arange(101.0), 0.9)
    assert (interval.low, interval.high) == pytest.approx((5, 95))


def test_figures_lie_in_their_intervals():
    p = random_predictions(300, 1)
    found = intervals(p, Resamples([str(i) for i in range(300)]))
    figures = measure(p).flat()
    for name in ("macro_f1", "micro_f1", "map", "subset_accuracy", "brier", "f1.a"):
        assert found[name].low < figures[name] < found[name].high


def test_the_interval_of_a_share_has_the_width_that_theory_gives():
    # Subset accuracy of n independent paragraphs: standard error sqrt(q (1 - q) / n).
    p = random_predictions(400, 2, themes=1)
    p = Predictions(p.themes, p.told, np.ones_like(p.known), p.probability, p.tagged, p.thresholds)
    interval = intervals(p, Resamples([str(i) for i in range(400)], draws=4000))["subset_accuracy"]
    q = measure(p).subset_accuracy
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * (q * (1 - q) / 400) ** 0.5, rel=0.1)


def test_paragraphs_of_one_article_widen_the_interval():
    p = random_predictions(300, 3)
    doubled = p.rows(np.repeat(np.arange(300), 4))
    alone = intervals(doubled, Resamples([str(i) for i in range(1200)]))["micro_f1"]
    together = intervals(doubled, Resamples([str(i // 4) for i in range(1200)]))["micro_f1"]
    assert together.high - together.low > 1.5 * (alone.high - alone.low)
