from __future__ import annotations

import pytest

from gxclassify.config import Config, merge
from gxclassify.errors import ConfigError
from gxclassify.evaluation.learning import advise, learning_curve
from gxclassify.evaluation.metrics import Metrics, ThemeMetrics

CONFIG = merge(Config(), ["classifier.folds=2", "features.char_max=2"])


@pytest.fixture(scope="module")
def curve(tiny_labels):
    tests = {"first": tiny_labels.records[:20], "second": tiny_labels.records[20:50]}
    return learning_curve(tiny_labels, tests, CONFIG, fractions=(1.0, 0.5))


def test_there_is_a_point_for_each_size_and_test_set(curve, tiny_labels):
    n = len(tiny_labels.records)
    assert [(p.paragraphs, p.test) for p in curve.points] == [
        (n // 2, "first"),
        (n // 2, "second"),
        (n, "first"),
        (n, "second"),
    ]


def test_the_gain_is_the_slope_over_doublings(curve):
    half, whole = (next(p for p in curve.points if p.test == "first" and p.paragraphs == n) for n in (48, 96))
    assert curve.per_doubling["first"].map == pytest.approx(whole.map - half.map)


def test_the_curve_is_the_same_twice(curve, tiny_labels):
    tests = {"first": tiny_labels.records[:20], "second": tiny_labels.records[20:50]}
    assert learning_curve(tiny_labels, tests, CONFIG, fractions=(0.5, 1.0)) == curve


def test_progress_counts_the_models(tiny_labels):
    seen = []
    learning_curve(
        tiny_labels,
        {"t": tiny_labels.records[:9]},
        CONFIG,
        fractions=(1.0,),
        repeats=2,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("tests", "fractions"), [({}, (1.0,)), ({"t": []}, ()), ({"t": []}, (0.0, 1.0)), ({"t": []}, (2.0,))]
)
def test_what_makes_no_curve_is_refused(tiny_labels, tests, fractions):
    with pytest.raises(ConfigError, match="needs a test set and fractions within"):
        learning_curve(tiny_labels, tests, CONFIG, fractions=fractions)


# ---- what more labels may bring, after a training


@pytest.mark.parametrize(
    ("half", "said"),
    [
        (0.5, "with all: twice as many may add up to 0.1"),
        (0.1, "with all: twice as many may add up to 0.350."),  # no mean AP is above 1
        (0.9, "with all: what more would add cannot be told from so few. Label next: "),
        (None, "Label next: "),
    ],
)
def test_the_advice_says_what_more_labels_may_bring_or_that_nobody_can_tell(
    tiny_classifier, tiny_labels, monkeypatch, half, said
):
    themes = {theme: ThemeMetrics(0.5, 0.5, 0.5, 0.65, 0.1, 0.1, 0.5, 20) for theme in tiny_labels.taxonomy.ids}
    metrics = Metrics(0.5, 0.5, 0.65, 0.5, 0.1, 0.1, themes, len(tiny_labels.records))
    monkeypatch.setattr("gxclassify.evaluation.learning._halved", lambda *_: half)
    advice = str(advise(tiny_classifier, tiny_labels, CONFIG, metrics))
    assert said in advice
    assert advice.startswith("Label next" if half is None else f"Mean AP is {half:.3f} with half")
    assert all(f"{theme} (F1 0.50, 20 told)" in advice for theme in tiny_labels.taxonomy.ids[:3])


@pytest.mark.parametrize("half", [0.9, 0.999])
def test_where_nothing_is_left_to_learn_no_more_labels_are_asked_for(tiny_classifier, tiny_labels, monkeypatch, half):
    themes = {theme: ThemeMetrics(1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.5, 20) for theme in tiny_labels.taxonomy.ids}
    metrics = Metrics(1.0, 1.0, 1.0, 1.0, 0.0, 0.0, themes, len(tiny_labels.records))
    monkeypatch.setattr("gxclassify.evaluation.learning._halved", lambda *_: half)
    advice = str(advise(tiny_classifier, tiny_labels, CONFIG, metrics))
    assert "can hardly add anything. Measure on texts" in advice
    assert "Label next" not in advice
