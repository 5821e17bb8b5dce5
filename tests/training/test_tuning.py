from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from gxclassify.config import CalibrationConfig, ClassifierConfig, Config, ThresholdConfig
from gxclassify.model.linear import Calibration
from gxclassify.training.targets import Targets
from gxclassify.training.tuning import Rules, judge, shift_for, tune, untuned
from support import THEMES
from training.quick import quick

CONFIG = Config(
    classifier=ClassifierConfig(folds=3),
    calibration=CalibrationConfig(method="sigmoid", sentence_share=0.5),
    thresholds=ThresholdConfig(shrink=0.0),
)
FREE = {"exclusive": False, "at_least_one": False}


def drawn(n=300, seed=0):
    """Draw scores of two themes, labels that follow them, and folds."""
    rng = np.random.default_rng(seed)
    score = rng.normal(size=(n, 2, 2))
    told = score.sum(axis=2) + rng.normal(size=(n, 2)) > 0.5
    return score, Targets(told, np.ones_like(told)), np.arange(n) % 3


def test_untuned_takes_shares_value_and_offsets():
    config = Config(
        calibration=CalibrationConfig(sentence_share=0.25, logit_offsets={"b": 2.0}),
        thresholds=ThresholdConfig(value=0.6, offsets={"a": -0.1, "b": 0.9}),
    )
    tuning = untuned(["a", "b"], config)
    assert tuning.calibration == [Calibration(0.75, 0.25, 0.0), Calibration(0.75, 0.25, 2.0)]
    assert tuning.thresholds == pytest.approx([0.5, 0.99])


def test_each_theme_is_tuned_by_itself():
    score, targets, fold = drawn()
    both = tune(score, targets, fold, ["a", "b"], CONFIG)
    second = tune(score[:, 1:], Targets(targets.told[:, 1:], targets.known[:, 1:]), fold, ["b"], CONFIG)
    assert both.calibration[1:] == second.calibration
    assert both.thresholds[1:].tolist() == second.thresholds.tolist()


def test_a_row_that_leaves_a_theme_open_does_not_tune_it():
    score, targets, fold = drawn()
    whole = tune(score, targets, fold, ["a", "b"], CONFIG)
    targets.known[:100, 0] = False
    masked = tune(score, targets, fold, ["a", "b"], CONFIG)
    without = tune(score[100:], targets.where(np.arange(300) >= 100), fold[100:], ["a", "b"], CONFIG)
    assert masked.calibration == [without.calibration[0], whole.calibration[1]]
    assert masked.thresholds.tolist() == [without.thresholds[0], whole.thresholds[1]]


def test_a_row_is_judged_without_its_own_fold():
    score, targets, fold = drawn()
    probability, tag = judge(score, targets, fold, ["a", "b"], CONFIG, **FREE)
    targets.told[fold == 1] = ~targets.told[fold == 1]
    other_probability, other_tag = judge(score, targets, fold, ["a", "b"], CONFIG, **FREE)
    assert (probability[fold == 1] == other_probability[fold == 1]).all()
    assert (tag[fold == 1] == other_tag[fold == 1]).all()
    assert (probability[fold != 1] != other_probability[fold != 1]).all()


def test_a_fold_is_judged_by_what_the_others_tune():
    score, targets, fold = drawn()
    probability, tag = judge(score, targets, fold, ["a", "b"], CONFIG, **FREE)
    tuning = tune(score[fold != 2], targets.where(fold != 2), fold[fold != 2], ["a", "b"], CONFIG)
    odds = tuning.calibration[0].log_odds(score[fold == 2, 0, 0], score[fold == 2, 0, 1])
    assert probability[fold == 2, 0] == pytest.approx(1 / (1 + np.exp(-odds)))
    assert (tag[fold == 2, 0] == (probability[fold == 2, 0] >= tuning.thresholds[0])).all()


def test_rules_of_the_taxonomy_hold_out_of_fold():
    data = *drawn(), ["a", "b"], CONFIG
    probability, tag = judge(*data, exclusive=True, at_least_one=False)
    assert probability.sum(axis=1) == pytest.approx(1)
    assert (tag.sum(axis=1) == 1).all()
    _, tag = judge(*data, exclusive=False, at_least_one=True)
    assert tag.any(axis=1).all()
    assert not judge(*data, **FREE)[1].any(axis=1).all()


# ---- by way of the estimator


def test_logit_offsets_move_the_log_odds_and_leave_the_thresholds(texts, lists):
    plain = quick(themes=THEMES).fit(texts, lists)
    moved = quick(themes=THEMES, logit_offsets={"eco_park": -0.5}).fit(texts, lists)
    difference = moved.decision_function(texts) - plain.decision_function(texts)
    assert difference == pytest.approx(np.tile([0, -0.5, 0], (len(texts), 1)), abs=1e-9)
    assert moved.thresholds_ == pytest.approx(plain.thresholds_)


def test_threshold_offsets_are_added(texts, lists):
    plain = quick(themes=THEMES, objective="fixed", value=0.4).fit(texts, lists)
    moved = quick(themes=THEMES, objective="fixed", value=0.4, offsets={"policy": 0.1}).fit(texts, lists)
    assert plain.thresholds_ == pytest.approx([0.4] * 3)
    assert moved.thresholds_ == pytest.approx([0.4, 0.4, 0.5])


def test_without_folds_there_is_no_tuning_but_offsets_count(texts, lists):
    classifier = quick(themes=THEMES, folds=3).fit(texts, lists)
    classifier.set_params(folds=0, value=0.6, offsets={"policy": -0.1}, logit_offsets={"policy": 2.0})
    classifier.fit(texts, lists)
    assert classifier.thresholds_ == pytest.approx([0.6, 0.6, 0.5])
    assert [c.intercept for c in classifier.calibration_] == [0, 0, 2]
    assert not [name for name in vars(classifier) if name.startswith("oof_")]


def test_an_open_label_does_not_judge_its_theme(texts, lists):
    """Rows that tell a theme unmistakably but leave it open move neither its calibration nor its threshold."""
    extra = ["高新区出台惠企政策，兑现补贴资金。"] * 8
    maybe = [[]] * len(texts) + [["policy"]] * 8
    masked = quick(themes=THEMES, min_df=1).fit(texts + extra, lists + [[]] * 8, maybe=maybe)
    negative = quick(themes=THEMES, min_df=1).fit(texts + extra, lists + [[]] * 8)
    told = np.array(["policy" in row for row in lists])
    probability = masked.oof_probability_[: len(texts), 2]
    assert probability[told].min() > probability[~told].max() - 0.2
    assert negative.oof_probability_[: len(texts), 2][told].mean() < probability[told].mean() - 0.05


# ---- thresholds and calibrations that lean on those of all themes


def tail(n=2000, rare=4, seed=0):
    """Draw one score for each of ten themes of equal difficulty, of which all but two are told by `rare` rows."""
    rng = np.random.default_rng(seed)
    told = np.zeros((n, 10), dtype=bool)
    for t in range(10):
        told[rng.choice(n, n // 4 if t < 2 else rare, replace=False), t] = True
    score = rng.normal(size=(n, 10)) + np.where(told, 2.5, -1.0)
    return np.stack([score, score], axis=2), Targets(told, np.ones_like(told)), np.arange(n) % 3


AUTO = dataclasses.replace(
    CONFIG,
    calibration=CalibrationConfig(method="shrunk", sentence_share=0.0),
    thresholds=ThresholdConfig(shrink="auto"),
)
NAMES = [str(t) for t in range(10)]


def macro_f1(tag, told):
    return np.mean(2 * (tag & told).sum(axis=0) / np.maximum(1, tag.sum(axis=0) + told.sum(axis=0)))


def test_rare_themes_lean_on_the_others():
    score, targets, fold = tail()
    own, leaning = (tune(score, targets, fold, NAMES, config) for config in (CONFIG, AUTO))
    assert np.ptp(leaning.thresholds[2:]) < np.ptp(own.thresholds[2:])
    slopes = [[c.paragraph + c.sentence for c in tuning.calibration[2:]] for tuning in (own, leaning)]
    assert np.std(slopes[1]) < np.std(slopes[0])
    f1 = [macro_f1(judge(score, targets, fold, NAMES, config, **FREE)[1], targets.told) for config in (CONFIG, AUTO)]
    assert f1[1] >= f1[0] - 0.01


def test_with_many_rows_a_theme_keeps_its_own_threshold_and_calibration():
    rng = np.random.default_rng(1)
    told = np.column_stack([rng.random(6000) < 0.5, rng.random(6000) < 0.02])
    score = rng.normal(size=told.shape) + np.where(told, 1.5, 0.0)
    score[:, 1] *= 3  # another scale, so that one threshold cannot fit both
    both = np.stack([score, score], axis=2)
    targets = Targets(told, np.ones_like(told))
    own, leaning = (tune(both, targets, np.arange(6000) % 3, NAMES[:2], config) for config in (CONFIG, AUTO))
    for t in range(2):
        plain, shrunk = own.calibration[t], leaning.calibration[t]
        assert shrunk.paragraph + shrunk.sentence == pytest.approx(plain.paragraph + plain.sentence, rel=0.15)


def test_the_shared_threshold_knows_that_one_theme_is_tagged_anyway():
    score, targets, fold = tail()
    rows = targets.told.any(axis=1)
    score, targets, fold = score[rows], targets.where(rows), fold[rows]
    free, one = (tune(score, targets, fold, NAMES, AUTO, rules=rules) for rules in (Rules(), Rules(at_least_one=True)))
    assert one.thresholds.mean() >= free.thresholds.mean()


def test_a_calibration_of_nothing_but_rows_without_the_theme_stays_near_that_of_all():
    score, targets, fold = tail()
    targets.told[:, 9] = False
    tuning = tune(score, targets, fold, NAMES, AUTO)
    assert np.isfinite([tuning.calibration[9].paragraph, tuning.calibration[9].intercept]).all()
    assert 0.01 <= tuning.thresholds[9] <= 0.99


# ---- moving a calibration to other text


def test_few_labels_move_the_log_odds_a_little_and_many_as_far_as_they_are_off():
    rng = np.random.default_rng(0)
    odds = rng.normal(-1.5, 2, size=20_000)
    told = rng.random(odds.size) < 1 / (1 + np.exp(-(odds - 0.7)))
    shifts = [shift_for(odds[:n], told[:n]) for n in (0, 20, 200, odds.size)]
    assert shifts[0] == 0
    assert shifts[3] == pytest.approx(-0.7, abs=0.05)
    assert 0 > shifts[1] > shifts[2] > shifts[3]


def test_labels_that_agree_with_the_calibration_move_nothing():
    odds = np.log(np.array([1 / 3, 1 / 3, 1 / 3, 1 / 3]))
    assert shift_for(odds, np.array([True, False, False, False])) == pytest.approx(0)


@pytest.mark.parametrize(("n", "higher", "calibrations"), [(36, 0.0, 1), (360, 1.0, 6), (1200, 0.0, 6)])
def test_exclusive_themes_of_few_texts_share_a_calibration_where_that_tells_them_as_well(n, higher, calibrations):
    rng = np.random.default_rng(0)
    themes = [*"abcdef"]
    told = np.eye(6, dtype=np.bool_)[np.arange(n) % 6]
    scores = 1.5 * told + rng.normal(size=told.shape) - 1
    scores[:, 0] += higher  # a theme that lies above the others needs a calibration of its own
    data = np.stack([scores, scores], axis=2), Targets(told, np.ones_like(told)), np.arange(n) // 6 % 3, themes
    config = Config(classifier=ClassifierConfig(folds=3), calibration=CalibrationConfig(sentence_share=0.5))
    assert len(set(tune(*data, config, rules=Rules(exclusive=True)).calibration)) == calibrations
    assert len(set(tune(*data, config).calibration)) == 6
