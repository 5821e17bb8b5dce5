"""Settings that say ``auto``: chosen out of fold, in few steps, the same every time."""

from __future__ import annotations

import numpy as np
import pytest

from gxclassify.config import Config
from gxclassify.training import ThemeClassifier
from gxclassify.training.choosing import _path, _top, _Walked, average_precision, merit
from gxclassify.training.targets import Targets
from training.quick import quick


def told(rows):
    array = np.array(rows, dtype=bool)
    return Targets(array, np.ones_like(array))


def test_average_precision_by_hand():
    assert average_precision(np.array([0.9, 0.8, 0.7, 0.1]), np.array([True, False, True, False])) == pytest.approx(
        (1 + 2 / 3) / 2
    )
    assert average_precision(np.array([0.5]), np.array([False])) == 0


def test_exclusive_themes_are_judged_by_the_highest_score():
    score = np.array([[1.0, 0.0], [0.2, 0.1], [0.0, 1.0]])
    assert merit(score, told([[1, 0], [0, 1], [0, 1]]), exclusive=True) == pytest.approx(2 / 3)


def test_other_themes_are_judged_by_theme_and_together():
    score = np.array([[3.0, 1.0], [2.0, 0.5], [0.0, 0.0]])
    targets = told([[1, 1], [0, 0], [0, 0]])
    assert merit(score, targets, exclusive=False) == pytest.approx((1.0 + (1 + 2 / 3) / 2) / 2)
    targets.known[1, 0] = False
    assert merit(score, targets, exclusive=False) == 1.0


def test_between_two_steps_stands_the_top_of_a_parabola():
    merits = {c: 1 - np.log(c / 0.5) ** 2 for c in (0.1, 0.3, 1.0)}
    assert _top(merits, 0.3) == pytest.approx(0.5, abs=0.05)
    assert _top({c: 1 - np.log(c / 0.3) ** 2 for c in (0.1, 0.3, 1.0)}, 0.3) is None  # the step itself
    assert _top({0.3: 1.0, 1.0: 0.9}, 0.3) is None  # the other neighbour was not looked at
    assert _top({0.03: 1.0, 0.1: 0.9}, 0.03) is None  # the end of the path


def test_what_says_auto_is_chosen_the_same_every_time(texts, lists):
    one, other = (ThemeClassifier(folds=2).fit(texts, lists) for _ in range(2))
    assert set(one.chosen_) == {"classifier.C", "features.min_df", "calibration.sentence_share"}
    assert one.chosen_ == other.chosen_
    assert one.trials_ == other.trials_
    assert (one.coef_ == other.coef_).all()
    assert (one.thresholds_ == other.thresholds_).all()
    assert dict(one.chosen_) in [values for values, _ in one.trials_]


def test_what_is_given_stays(texts, lists):
    fixed = quick().fit(texts, lists)
    assert fixed.chosen_ == {}
    assert fixed.trials_ == []
    partly = quick(C="auto").fit(texts, lists)
    assert set(partly.chosen_) == {"classifier.C"}
    again = quick(C=partly.chosen_["classifier.C"]).fit(texts, lists)
    assert (partly.coef_ == again.coef_).all()
    assert (partly.oof_probability_ == again.oof_probability_).all()


def test_the_terms_of_the_chosen_min_df_are_those_of_the_model(texts, lists):
    classifier = quick(min_df="auto").fit(texts, lists)
    chosen = classifier.chosen_["features.min_df"]
    assert (quick(min_df=chosen).fit(texts, lists).coef_ == classifier.coef_).all()
    assert classifier._features().min_df == chosen


def test_without_folds_nothing_is_tried(texts, lists):
    classifier = ThemeClassifier(folds=0).fit(texts, lists)
    assert classifier.chosen_ == {"classifier.C": 1.0, "features.min_df": 1, "calibration.sentence_share": 0.25}
    assert classifier.trials_ == []


def test_the_path_is_short(texts, lists):
    classifier = ThemeClassifier(folds=2, min_df=2).fit(texts, lists)
    tried = [values["classifier.C"] for values, _ in classifier.trials_]
    assert tried[0] == 1.0
    assert len(tried) == len(set(tried)) <= 5


@pytest.mark.parametrize(("many", "last"), [(False, 10.0), (True, 30.0)])
def test_only_of_many_texts_the_path_goes_beyond_ten(many, last):
    def walk_to(min_df, C):
        config = Config().with_values({"classifier.C": C}, "test")
        return _Walked(C, min_df, config, {})  # the larger C, the better

    assert last == _path(Config(), walk_to, 2, 0.001, many=many).config.classifier.C


def test_twenty_texts_train():
    texts = [f"园区签约项目{i}个" for i in range(10)] + [f"污水处理厂提标{i}万吨" for i in range(8)] + ["集市", "篮球"]
    labels = [["招商"]] * 10 + [["生态"]] * 8 + [["罕见"], ["罕见"]]
    classifier = ThemeClassifier().fit(texts, labels)
    assert classifier.not_learnt_ == {}
    assert classifier.tag(["又签约两个项目", "污水处理"]) == [["招商"], ["生态"]]
