from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxclassify.errors import ConfigError
from gxclassify.evaluation.compare import SMALLEST, Difference, Interval, compare, compare_predictions, signed
from gxclassify.evaluation.metrics import Predictions, measure
from gxclassify.evaluation.pages import comparison_table
from gxclassify.messages import speaking
from gxclassify.model.model import Model
from gxclassify.themes import Theme

N = 200
ARTICLES = [f"a{i // 2}" for i in range(N)]


def predicted(*error_shares, seed=0):
    """Two themes, each with a share of wrong decisions."""
    generator = np.random.default_rng(seed)
    told = np.tile(np.array([[True, False], [False, True]]), (N // 2, 1))
    wrong = np.column_stack([np.random.default_rng(9).permutation(N) < share * N for share in error_shares])
    tagged = told ^ wrong
    probability = np.where(tagged, 0.6, 0.1) + 0.3 * generator.random((N, 2))
    return Predictions(("a", "b"), told, np.ones((N, 2), dtype=bool), probability, tagged, np.array([0.5, 0.5]))


def test_a_much_worse_model_is_worse_beyond_chance():
    comparison = compare_predictions(predicted(0.05, 0.05), predicted(0.3, 0.3), ARTICLES)
    assert comparison.worse_beyond_chance
    assert not comparison.better_beyond_chance
    assert {"macro_f1", "f1.a", "f1.b"} <= set(comparison.worse)
    assert comparison.summary().startswith("B is worse than A beyond chance in macro F1")


def test_the_other_way_round_it_is_better():
    comparison = compare_predictions(predicted(0.3, 0.3), predicted(0.05, 0.05), ARTICLES)
    assert comparison.better_beyond_chance
    assert comparison.worse == []
    assert comparison.summary() == "B is better than A beyond chance, and worse in nothing: take B."


def test_one_theme_worse_is_worse_even_when_the_other_is_better():
    comparison = compare_predictions(predicted(0.3, 0.02), predicted(0.02, 0.3), ARTICLES)
    assert "f1.b" in comparison.worse
    assert comparison.per_theme["a"].verdict == "better"
    assert comparison.worse_beyond_chance
    assert not comparison.better_beyond_chance


def test_a_difference_of_chance_is_unclear():
    comparison = compare_predictions(predicted(0.1, 0.1), predicted(0.11, 0.1), ARTICLES)
    assert comparison.overall["macro_f1"].verdict == "unclear"
    assert not comparison.worse_beyond_chance
    assert "cannot tell the two apart" in comparison.summary()


def test_the_same_model_has_no_difference():
    comparison = compare_predictions(predicted(0.1, 0.1), predicted(0.1, 0.1), ARTICLES)
    assert {d.verdict for d in [*comparison.overall.values(), *comparison.per_theme.values()]} == {"same"}
    assert comparison.changed == 0
    assert comparison.summary() == "The two models decide alike on every paragraph."


def test_the_figures_are_those_of_the_models():
    a, b = predicted(0.1, 0.2), predicted(0.2, 0.1)
    difference = compare_predictions(a, b, ARTICLES).per_theme["a"]
    assert difference.a == measure(a).per_theme["a"].f1
    assert difference.difference == measure(b).per_theme["a"].f1 - measure(a).per_theme["a"].f1
    assert difference.interval.low < difference.difference < difference.interval.high


def test_pairing_makes_small_steady_differences_clear():
    # B errs where A errs, and nowhere else but in six more paragraphs: on the same draws that is always worse.
    a = predicted(0.3, 0.3)
    b = predicted(0.3, 0.3)
    right = np.flatnonzero((b.tagged == b.told).all(axis=1))[:12]
    b.tagged[right] = ~b.tagged[right]
    assert compare_predictions(a, b, ARTICLES).overall["micro_f1"].verdict == "worse"


def test_sentences_tell_figures_and_verdict():
    comparison = compare_predictions(predicted(0.05, 0.05), predicted(0.3, 0.3), ARTICLES)
    sentence = comparison.overall["macro_f1"].sentence()
    assert sentence.startswith("macro F1: A 0.950, B 0.700 (-0.250, ")
    assert sentence.endswith("B is worse; chance alone would hardly do this.")


@pytest.mark.parametrize(
    ("low", "high", "said", "verdict"),
    [
        (0.00017, 0.065, "+0.0002 to +0.065", "better"),
        (0.0, 0.066, "0.000 to +0.066", "unclear"),
        (-0.00004, 0.066, "-0.00004 to +0.066", "unclear"),
        (-0.065, -0.0004, "-0.065 to -0.0004", "worse"),
        (3e-17, 0.02, "0.000 to +0.020", "unclear"),  # from adding up in another order
        (-3e-17, 3e-17, "0.000 to 0.000", "same"),
    ],
)
def test_an_end_is_told_from_zero_as_the_verdict_tells_it(low, high, said, verdict):
    difference = Difference("macro F1", 0.85, 0.876, Interval(low, high), 0.98)
    assert f"{said})" in difference.sentence()
    assert difference.verdict == verdict


@given(st.floats(-1, 1) | st.floats(-0.002, 0.002))
def test_a_difference_has_the_sign_that_it_counts_with(value):
    said = signed(value)
    assert (said[0] in "+-") == (round(value, SMALLEST) != 0)
    assert float(said) * value >= 0
    assert abs(float(said) - value) <= 0.000501


def test_the_comparison_is_json():
    table = json.loads(json.dumps(compare_predictions(predicted(0.1, 0.1), predicted(0.3, 0.1), ARTICLES).to_json()))
    assert table["worse_beyond_chance"] is True
    assert len(table["per_theme"]["a"]["interval"]) == 2


def test_models_are_compared_on_the_same_records(tiny_model, tiny_labels):
    strict = tiny_model.with_thresholds(dict.fromkeys(tiny_model.themes, 1.0))
    comparison = compare(tiny_model, strict, tiny_labels.records, draws=200)
    assert comparison.paragraphs == len(tiny_labels.records)
    assert comparison.worse_beyond_chance
    assert comparison.overall["map"].verdict == "same"


def test_models_with_their_themes_in_another_order_are_comparable(tiny_model, tiny_labels):
    order = [2, 0, 1]
    parts = tiny_model.parts
    shuffled = Model(
        dataclasses.replace(
            parts,
            taxonomy=dataclasses.replace(parts.taxonomy, themes=tuple(parts.taxonomy.themes[i] for i in order)),
            blocks=tuple(dataclasses.replace(block, impact=block.impact[:, order]) for block in parts.blocks),
            intercept=parts.intercept[order],
            calibration=tuple(parts.calibration[i] for i in order),
            thresholds=parts.thresholds[order],
        )
    )
    comparison = compare(tiny_model, shuffled, tiny_labels.records, draws=200)
    assert comparison.changed == 0
    assert list(comparison.per_theme) == list(tiny_model.themes)


def test_models_without_a_common_theme_are_not_comparable(tiny_model, tiny_labels):
    class Other:
        themes = ("sport",)

    with pytest.raises(ConfigError, match="no theme in common and cannot be compared"):
        compare(tiny_model, Other(), tiny_labels.records)


def renamed(model, theme, new):
    """Return a model that calls one of its themes otherwise."""
    taxonomy = model.parts.taxonomy
    themes = tuple(dataclasses.replace(one, id=new) if one.id == theme else one for one in taxonomy.themes)
    return Model(dataclasses.replace(model.parts, taxonomy=dataclasses.replace(taxonomy, themes=themes)))


def test_of_models_with_other_themes_those_are_compared_that_both_have(tiny_model, tiny_labels):
    lost, *kept = tiny_model.themes
    newcomer = renamed(tiny_model, lost, "talent")
    records = [dataclasses.replace(one, labels=(*one.labels, "talent")) for one in tiny_labels.records]
    comparison = compare(tiny_model, newcomer, records, draws=200)
    assert list(comparison.per_theme) == kept
    assert (comparison.only_a, comparison.only_b, comparison.changed) == ((lost,), ("talent",), 0)
    assert comparison.worse == [f"f1.{lost}"], "a theme that is no longer tagged is a loss"
    assert f"only one of the two has {lost}, talent" in comparison_table(comparison)
    assert f"in {lost} (a theme that it lacks): keep A." in comparison.summary()
    assert comparison.to_json()["only_b"] == ["talent"]


def test_in_chinese_themes_go_by_their_chinese_names(tiny_model, tiny_labels):
    lost, *kept = tiny_model.themes
    comparison = compare(tiny_model, renamed(tiny_model, lost, "talent"), tiny_labels.records, draws=200)
    themes = tuple(
        Theme(id=id_, zh=f"主题{n}", en=id_, question="", colour="#000") for n, id_ in enumerate((lost, *kept))
    )
    taxonomy = dataclasses.replace(tiny_model.taxonomy, themes=themes)
    with speaking("zh"):
        told = comparison_table(comparison, taxonomy)
    assert not any(theme in told for theme in tiny_model.themes)
    assert all(theme.zh in told for theme in themes)
    assert kept[0] in comparison_table(comparison, taxonomy)  # in English the id is a word
