from __future__ import annotations

import dataclasses
import multiprocessing
import os
from concurrent.futures import ThreadPoolExecutor

import joblib
import numpy as np
import pytest
import scipy.sparse as sp

from gxclassify.config import ClassifierConfig, Config, FeatureConfig
from gxclassify.errors import TrainingError
from gxclassify.features.batch import make_batch
from gxclassify.training import fitting
from gxclassify.training.fitting import (
    Centre,
    Material,
    Rows,
    ThemeModels,
    count,
    cross_validate,
    fit_all,
    fit_themes,
    learn_vocabularies,
    strongest_sentence,
    weights_of_blocks,
)
from gxclassify.training.targets import Targets, sentence_targets
from support import THEMES
from training.quick import quick

CONFIG = Config(
    features=FeatureConfig(words=False, word_weight=0.5, min_df=2),
    classifier=ClassifierConfig(C=0.1, folds=3, sentence_row_weight=0.25),
)


@pytest.fixture(scope="module")
def material(texts, indicator, arguments):
    batch = make_batch(texts)
    vocabularies = learn_vocabularies(batch, CONFIG.features, ())
    targets = Targets(indicator > 0, np.ones(indicator.shape, dtype=bool))
    return Material(
        batch,
        count(batch, vocabularies, weights_of_blocks(CONFIG.features)),
        targets,
        sentence_targets(batch, targets, arguments["evidence"], THEMES),
    )


def drawn(n=60, seed=0):
    """Draw rows whose theme ``a`` is told by the first column and ``b`` by the second."""
    X = np.random.default_rng(seed).normal(size=(n, 4))
    told = X[:, :2] > 0
    return Rows(sp.csr_matrix(X), Targets(told, np.ones_like(told)), 1.0)


def same(one, other):
    return (one.coefficient == other.coefficient).all() and (one.intercept == other.intercept).all()


# ---- the models of all themes


@pytest.mark.parametrize("algorithm", ["linear_svc", "logistic_regression"])
@pytest.mark.parametrize("n_jobs", [None, 2])
def test_each_theme_has_its_own_model(algorithm, n_jobs):
    rows = drawn()
    models = fit_themes([rows], ClassifierConfig(algorithm=algorithm, C=10.0), n_jobs=n_jobs)
    assert np.abs(models.coefficient).argmax(axis=1).tolist() == [0, 1]
    assert ((models.scores(rows.X) > 0) == rows.targets.told).mean() > 0.95


def test_parts_are_learnt_from_alike():
    rows, first = drawn(), np.arange(60) < 25
    parts = [rows.where(first), rows.where(~first)]
    assert same(fit_themes(parts, ClassifierConfig(C=0.1)), fit_themes([rows], ClassifierConfig(C=0.1)))


def test_a_row_that_says_nothing_of_a_theme_leaves_its_model_alone():
    rows = drawn()
    rows.targets.known[:20, 0] = False
    masked = fit_themes([rows], ClassifierConfig(C=0.1))
    without = fit_themes([rows.where(np.arange(60) >= 20)], ClassifierConfig(C=0.1))
    whole = fit_themes([drawn()], ClassifierConfig(C=0.1))
    assert (masked.coefficient[0] == without.coefficient[0]).all()
    assert (masked.coefficient[1] == whole.coefficient[1]).all()


def test_rows_count_by_their_weight():
    rows, more = drawn(), drawn(seed=1)
    twice = fit_themes([rows, more, more], ClassifierConfig(C=0.1))
    heavy = fit_themes([rows, dataclasses.replace(more, weight=2.0)], ClassifierConfig(C=0.1))
    assert heavy.coefficient == pytest.approx(twice.coefficient, abs=1e-3)


def test_a_theme_told_by_all_rows_or_none_gets_no_coefficients():
    rows = drawn()
    rows.targets.told[:, 1] = True
    rows.targets.known[:, 0] = ~rows.targets.told[:, 0]  # told only where it is open
    models = fit_themes([rows], ClassifierConfig(C=0.1))
    assert not models.coefficient.any()
    assert models.intercept.tolist() == [-1.0, 1.0]


@pytest.mark.parametrize("C", [0.1, 3.0])
def test_many_rows_get_the_same_models_from_the_dual_solver(C):
    rows, config = drawn(400), ClassifierConfig(C=C)
    few, many = (fit_themes([rows], config, many=many).scores(rows.X) for many in (False, True))
    assert many == pytest.approx(few, abs=0.02)
    assert (many != few).any()  # it was the other solver


def test_the_dual_solver_leaves_nothing_to_chance():
    rows, config = drawn(400), ClassifierConfig(C=3.0)
    alone = fit_themes([rows], config, many=True)
    assert same(alone, fit_themes([rows], config, many=True, n_jobs=2))
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: fit_themes([rows], config, many=True), range(12)))
    assert all(same(alone, other) for other in together)


def test_processes_fit_the_same_models(monkeypatch):
    rows, config = drawn(400), ClassifierConfig(C=3.0)
    alone = fit_themes([rows], config, many=True, n_jobs=1)
    monkeypatch.setattr(fitting, "_WORTH_PROCESSES", 0)
    ticks = []
    for n_jobs in (2, 3):
        assert same(alone, fit_themes([rows], config, many=True, n_jobs=n_jobs, tick=lambda: ticks.append(1)))
    assert len(ticks) == 4


def test_processes_are_started_where_they_pay():
    def started(size, **asked):
        return fitting._workers(asked.get("n_jobs"), dual=True, size=size).n_jobs

    assert started(fitting._WORTH_PROCESSES - 1, n_jobs=2) == 1
    assert started(fitting._WORTH_PROCESSES, n_jobs=2) == 2
    assert started(fitting._WORTH_PROCESSES) == min(joblib.cpu_count(), fitting._MOST_PROCESSES)


def test_a_child_that_may_have_no_children_fits_alone(monkeypatch):
    monkeypatch.setattr(multiprocessing.current_process(), "_config", {"daemon": True})
    assert fitting._workers(2, dual=True, size=fitting._WORTH_PROCESSES).n_jobs == 1


def end_process(*_arguments, **_named):
    """Stand for a fit that the system ends."""
    os._exit(1)


def test_a_process_that_is_ended_is_one_clear_error(monkeypatch):
    monkeypatch.setattr(fitting, "_WORTH_PROCESSES", 0)
    monkeypatch.setattr(fitting, "_fit_theme", end_process)
    with pytest.raises(TrainingError, match=r"ended from outside.*LOKY_MAX_CPU_COUNT"):
        fit_themes([drawn()], ClassifierConfig(C=0.1), many=True, n_jobs=2)


def test_what_the_dual_solver_is_not_used_for():
    rows = drawn(400)
    regression, machine = ClassifierConfig(C=1.0, algorithm="logistic_regression"), ClassifierConfig(C=1.0)
    centre = Centre(ThemeModels(np.zeros((2, 4)), np.zeros(2)), np.array([True, True]))
    assert same(*(fit_themes([rows], regression, many=many) for many in (False, True)))
    assert same(*(fit_themes([rows], machine, centre=centre, many=many) for many in (False, True)))


def test_every_theme_ticks():
    ticks = []
    fit_themes([drawn()], ClassifierConfig(C=0.1), tick=lambda: ticks.append(1))
    assert len(ticks) == 2


# ---- folds


def test_each_fold_is_scored_by_models_of_the_others(material):
    fold = np.arange(material.batch.n_paragraphs) % 3
    fold_of_sentence = fold[material.batch.paragraph_of_sentence()]
    fits = []

    def fit(parts, _vocabularies):
        """Fit nothing, and score by the number of the call."""
        fits.append(parts)
        return ThemeModels(np.zeros((3, parts[0].X.shape[1])), np.full(3, len(fits) - 1.0))

    score = cross_validate(material, fold, CONFIG, fit)
    assert (score == fold[:, None, None]).all()
    for f, (paragraphs, sentences) in enumerate(fits):
        assert (paragraphs.targets.told == material.targets.told[fold != f]).all()
        assert (sentences.targets.told == material.sentence_targets.told[fold_of_sentence != f]).all()
        assert paragraphs.X.shape[0] == (fold != f).sum()
        assert sentences.X.shape[0] == (fold_of_sentence != f).sum()
        assert (paragraphs.weight, sentences.weight) == (1.0, 0.25)


def test_without_marks_only_paragraphs_are_learnt_from_and_sentences_are_scored(material):
    unmarked = dataclasses.replace(material, sentence_targets=None)
    sizes = []

    def fit(parts, _vocabularies):
        sizes.append(len(parts))
        return ThemeModels(np.ones((3, parts[0].X.shape[1])), np.zeros(3))

    score = cross_validate(unmarked, np.arange(material.batch.n_paragraphs) % 3, CONFIG, fit)
    assert sizes == [1, 1, 1]
    assert (score[:, :, 1] > 0).all()


def test_sentences_of_which_nothing_is_known_are_no_rows(material):
    targets = material.sentence_targets
    known = targets.known.copy()
    known[::2] = False
    X, S = (sp.csr_matrix(np.ones((n, 1))) for n in (material.batch.n_paragraphs, material.batch.n_sentences))

    def sizes(known):
        own = dataclasses.replace(material, sentence_targets=Targets(targets.told, known))
        return [rows.X.shape[0] for rows in own.rows(X, S, CONFIG.classifier)]

    assert sizes(known) == [X.shape[0], np.count_nonzero(known.any(axis=1))]
    assert sizes(np.zeros_like(known)) == [X.shape[0]]


def test_the_strongest_sentence_of_each_theme():
    batch = make_batch(["签约。开工！", "污水。"])
    score = np.array([[1.0, -3.0], [0.5, -1.0], [-2.0, 4.0]])
    assert strongest_sentence(batch, score).tolist() == [[1.0, -1.0], [-2.0, 4.0]]


# ---- all rows


def test_what_stays_is_rounded_as_the_bundle_stores_it(material):
    learnt = fit_all(material, CONFIG, lambda parts, _vocabularies: fit_themes(parts, CONFIG.classifier))
    (idf,), (impact,) = learnt.idf, learnt.impact
    assert impact.dtype == np.float16
    assert pytest.approx(impact.astype(float)) == (learnt.models.coefficient * idf).T
    assert not impact[idf == 0].any()


def test_max_features_fits_once_more_on_the_strongest_terms(material):
    config = dataclasses.replace(CONFIG, features=dataclasses.replace(CONFIG.features, max_features=30))
    widths = []

    def fit(parts, _vocabularies):
        widths.append(parts[0].X.shape[1])
        return fit_themes(parts, config.classifier)

    learnt = fit_all(material, config, fit)
    assert widths == [len(material.blocks[0].vocabulary.document_frequency), len(learnt.idf[0])]
    assert np.count_nonzero(learnt.idf[0]) == 30


# ---- by way of the estimator


def test_max_features_keeps_so_many_terms_of_largest_weight(texts, lists):
    whole, pruned = (quick(themes=THEMES, max_features=n).fit(texts, lists) for n in (0, 80))
    assert sum(np.count_nonzero(idf) for idf in pruned.idf_) == 80

    def strength(classifier):
        names = [
            (b, v.term(e)) for b, v in enumerate(classifier.vocabularies_) for e in range(len(v.document_frequency))
        ]
        weight = np.concatenate([np.abs(impact.astype(float)).max(axis=1) for impact in classifier.impact_])
        return dict(zip(names, weight, strict=True))

    before = strength(whole)
    kept = {name for name, weight in strength(pruned).items() if weight > 0}
    best = sorted(before, key=before.get, reverse=True)[:80]
    assert len(kept & set(best)) >= 75  # half precision moves a few at the border


def test_an_open_label_does_not_train_its_theme(texts, lists):
    maybe = [["policy"] if i % 5 == 0 and "policy" not in row else [] for i, row in enumerate(lists)]
    masked = quick(themes=THEMES, folds=0).fit(texts, lists, maybe=maybe)
    negative = quick(themes=THEMES, folds=0).fit(texts, lists)
    difference = np.abs(masked.coef_ - negative.coef_).max(axis=1)
    assert difference[:2].tolist() == [0, 0]
    assert difference[2] > 0


def test_marked_sentences_teach(texts, arguments):
    def coefficients(evidence, **parameters):
        return quick(themes=THEMES, folds=0, **parameters).fit(texts, **{**arguments, "evidence": evidence}).coef_

    marked, plain = coefficients(arguments["evidence"]), coefficients(None)
    assert (marked != plain).any()
    assert (coefficients([{}] * len(texts)) == plain).all()  # as label files without marks say it
    off = coefficients(arguments["evidence"], sentences=False)
    assert (off != plain).any()
    assert (coefficients(None, sentences=False) == off).all()


def test_without_marks_sentences_say_nothing_of_exclusive_themes():
    texts = ["园区签约三个项目。河道变清了。", "污水厂完工。又有两家企业签约。"] * 4
    labels = ["招商", "生态"] * 4

    def coefficients(**parameters):
        return quick(folds=0, min_df=1, exclusive=True, **parameters).fit(texts, labels).coef_

    assert (coefficients() == coefficients(sentences=False)).all()


def test_out_of_fold_scores_are_those_of_a_training_without_the_fold(texts, arguments):
    """Vocabulary, idf and weights: nothing of the fold's own rows is in the model that scores them."""
    classifier = quick(themes=THEMES, folds=3).fit(texts, **arguments)
    test = classifier.oof_fold_ == 1

    def rows(values):
        return [value for value, out in zip(values, test, strict=True) if not out]

    alone = quick(themes=THEMES, folds=0, sentence_share=0.0)
    alone.fit(rows(texts), **{name: rows(values) for name, values in arguments.items()})
    scores = alone.decision_function([text for text, out in zip(texts, test, strict=True) if out])
    assert classifier.oof_score_[test, :, 0] == pytest.approx(scores, abs=0.02)
