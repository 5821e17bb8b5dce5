from __future__ import annotations

import dataclasses
import inspect
import re

import joblib
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.metrics import f1_score
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from gxclassify.config import Config, ReadingConfig, merge
from gxclassify.errors import InputError, TrainingError
from gxclassify.training import ThemeClassifier
from support import THEMES, strongest_sentence
from training.quick import quick

# ---- the contract of scikit-learn


def test_parameters_are_the_settings_by_their_last_name():
    own = {"themes", "exclusive", "at_least_one", "segmenter_terms", "min_support", "strict", "prior", "n_jobs"}
    reading = {f"reading.{f.name}" for f in dataclasses.fields(ReadingConfig)}
    settings = {key.partition(".")[2] for key in Config().flat() if key not in reading}
    assert set(ThemeClassifier().get_params()) == settings | own


def test_defaults_are_those_of_the_settings():
    settings = {key.partition(".")[2]: value for key, value in Config().flat().items()}
    for name, value in ThemeClassifier().get_params().items():
        if name in settings:
            assert value == (settings[name] or None if isinstance(settings[name], dict) else settings[name]), name


def test_parameters_are_keyword_only():
    kinds = {p.kind for p in inspect.signature(ThemeClassifier).parameters.values()}
    assert kinds == {inspect.Parameter.KEYWORD_ONLY}


def test_from_config_takes_every_setting():
    config = merge(Config(), ["features.min_df=3", "classifier.C=0.5", "thresholds.offsets.policy=0.1"])
    classifier = ThemeClassifier.from_config(config, themes=THEMES)
    assert (classifier.min_df, classifier.C, classifier.offsets, classifier.themes) == (3, 0.5, {"policy": 0.1}, THEMES)


def test_parameters_are_stored_as_given_and_fit_leaves_them_alone(texts, lists):
    given = {"themes": list(THEMES), "segmenter_terms": ["链主"], "logit_offsets": {"policy": 0.2}, "offsets": {}}
    classifier = quick(**given)
    before = {name: repr(value) for name, value in classifier.get_params().items()}
    classifier.fit(texts, lists)
    for name, value in given.items():
        assert getattr(classifier, name) is value
    assert {name: repr(value) for name, value in classifier.get_params().items()} == before


def test_set_params_and_get_params_round_trip():
    parameters = ThemeClassifier(C=3.0, themes=["a"]).get_params()
    assert ThemeClassifier().set_params(**parameters).get_params() == parameters


def test_unknown_parameter_is_refused():
    with pytest.raises(ValueError, match="Invalid parameter 'c'"):
        ThemeClassifier().set_params(c=1)


def test_clone_is_unfitted_and_alike(tiny_classifier):
    copy = clone(tiny_classifier)
    assert copy.get_params() == tiny_classifier.get_params()
    with pytest.raises(NotFittedError):
        copy.predict(["高新区"])


@pytest.mark.parametrize("method", ["predict", "predict_proba", "decision_function", "tag", "to_model"])
def test_not_fitted(method):
    arguments = () if method == "to_model" else (["高新区"],)
    with pytest.raises(NotFittedError):
        getattr(ThemeClassifier(), method)(*arguments)


def test_fit_returns_itself(texts, lists):
    classifier = quick()
    assert classifier.fit(texts, lists) is classifier


def test_learned_state_ends_in_an_underscore(tiny_classifier):
    learned = set(vars(tiny_classifier)) - set(tiny_classifier.get_params())
    assert learned
    assert all(name.endswith("_") and not name.startswith("_") for name in learned)


def test_scikit_learn_does_not_take_it_for_a_classifier_of_one_label():
    assert not is_classifier(ThemeClassifier())


@pytest.mark.parametrize("form", ["lists", "indicator"])
def test_grid_search(request, texts, form):
    y = request.getfixturevalue(form)
    search = GridSearchCV(quick(themes=THEMES), {"C": np.array([0.01, 1.0])}, cv=2).fit(texts, y)
    assert search.best_params_["C"] in {0.01, 1.0}
    assert 0.5 < search.best_score_ <= 1
    assert search.predict(texts).shape == (len(texts), 3)


def test_cross_val_score_and_pipeline(texts, lists):
    pipeline = Pipeline([("strip", FunctionTransformer(lambda rows: [row.strip() for row in rows])), ("tag", quick())])
    assert cross_val_score(pipeline, texts, lists, cv=2).min() > 0.5
    pipeline.set_params(tag__C=0.5).fit(texts, lists)
    assert pipeline.predict_proba(texts[:2]).shape == (2, 3)


def test_joblib_round_trip(tmp_path, tiny_classifier, texts):
    joblib.dump(tiny_classifier, tmp_path / "c.joblib")
    again = joblib.load(tmp_path / "c.joblib")
    assert (again.predict_proba(texts) == tiny_classifier.predict_proba(texts)).all()
    assert again.get_params() == tiny_classifier.get_params()


def test_repr_shows_what_differs_from_the_defaults():
    assert repr(ThemeClassifier(C=2.0)) == "ThemeClassifier(C=2.0)"


# ---- labels and texts in several forms


def test_lists_indicator_sparse_and_series_teach_the_same(texts, lists, indicator):
    reference = quick(themes=THEMES).fit(texts, lists).predict_proba(texts)
    for y in (
        indicator,
        indicator.astype(bool),
        sp.csr_matrix(indicator),
        pd.DataFrame(indicator, columns=THEMES),
        pd.Series(lists, index=range(7, 7 + len(lists))),
        [tuple(row) for row in lists],
        [set(row) for row in lists],
    ):
        classifier = quick(themes=THEMES).fit(pd.Series(texts), y)
        assert (classifier.predict_proba(texts) == reference).all()


def test_themes_default_to_those_found_sorted(texts, lists):
    assert quick().fit(texts, lists).themes_ == sorted(THEMES)


def test_themes_give_the_order_of_the_columns(texts, lists):
    one, other = (quick(themes=order).fit(texts, lists).predict_proba(texts) for order in (THEMES, THEMES[::-1]))
    assert one == pytest.approx(other[:, ::-1])


def test_a_bare_id_per_text_is_a_list_of_one():
    texts = ["签约项目落户", "污水处理提标", "签约新项目", "污水治理"] * 3
    classifier = quick().fit(texts, ["招商", "生态"] * 6)
    assert classifier.tag(["签约", "污水"]) == [["招商"], ["生态"]]


def test_theme_ids_in_other_scripts(texts, lists):
    names = {"investment_attraction": "招商引资", "eco_park": "Экопарк", "policy": "नीति/🏛"}
    classifier = quick().fit(texts, [[names[theme] for theme in row] for row in lists])
    assert set(classifier.themes_) == set(names.values())
    model = classifier.to_model()
    assert model.themes == tuple(classifier.themes_)


def test_score_is_the_macro_f1(tiny_classifier, texts, lists, indicator):
    expected = f1_score(indicator, tiny_classifier.predict(texts), average="macro")
    for y in (lists, indicator, sp.csr_matrix(indicator)):
        assert tiny_classifier.score(texts, y) == pytest.approx(expected)


def test_score_of_a_single_theme_is_its_f1(texts, lists):
    only = [[theme for theme in row if theme == "policy"] for row in lists]
    classifier = quick(char_max=1, words=False).fit(texts, only)
    told, tagged = np.array([bool(row) for row in only]), classifier.predict(texts)[:, 0] > 0
    assert classifier.score(texts, only) == pytest.approx(2 * (told & tagged).sum() / (told.sum() + tagged.sum()))


def test_no_text_gets_no_row(tiny_classifier):
    assert tiny_classifier.predict_proba([]).shape == (0, 3)
    assert tiny_classifier.predict([]).shape == (0, 3)


def test_predictions_agree_with_each_other(tiny_classifier, texts):
    probability = tiny_classifier.predict_proba(texts)
    odds = tiny_classifier.decision_function(texts)
    assert probability == pytest.approx(1 / (1 + np.exp(-odds)))
    tagged = tiny_classifier.predict(texts)
    assert (tagged == (probability >= tiny_classifier.thresholds_)).all()
    names = [[THEMES[t] for t in np.flatnonzero(row)] for row in tagged]
    assert tiny_classifier.tag(texts) == names


def test_it_learns_the_tiny_labels(tiny_classifier, texts, lists):
    assert tiny_classifier.score(texts, lists) > 0.95


# ---- settings


@pytest.mark.parametrize(
    "parameters",
    [
        {"algorithm": "logistic_regression", "C": 10.0},
        {"words": False},
        {"char_max": 0},
        {"marks": False, "fold_digits": True, "sublinear": False},
        {"word_weight": 0.0},
        {"char_weight": 0.0},
        {"method": "stacked"},
        {"balanced": True},
        {"sentences": False},
        {"sentence_row_weight": 0.3},
        {"objective": "precision", "target": 0.9},
        {"objective": "recall", "target": 0.95, "shrink": 0.5},
        {"objective": "fixed", "value": 0.4},
        {"max_features": 100},
        {"max_features": 10**9},
        {"folds": 0},
        {"sentence_share": 0.0},
        {"sentence_share": 1.0},
        {"min_df": 1, "char_min": 2, "char_max": 3},
    ],
    ids=str,
)
def test_every_setting_trains_and_its_model_scores_alike(texts, arguments, parameters):
    classifier = quick(themes=THEMES, **parameters).fit(texts, **arguments)
    probability = classifier.predict_proba(texts)
    assert np.isfinite(probability).all()
    assert classifier.to_model().predict_proba(texts) == pytest.approx(probability, abs=1e-5)
    assert (classifier.predict(texts) == np.array([[t in r for t in THEMES] for r in arguments["y"]])).mean() > 0.7


def test_settings_change_what_is_learnt(texts, arguments):
    plain = quick(themes=THEMES).fit(texts, **arguments).predict_proba(texts)
    for changed in ({"C": 0.01}, {"sentences": False}, {"word_weight": 0.2}, {"marks": False}, {"balanced": True}):
        assert np.abs(quick(themes=THEMES, **changed).fit(texts, **arguments).predict_proba(texts) - plain).max() > 1e-3


def test_exclusive_themes():
    texts = ["签约项目落户", "污水处理提标", "篮球比赛开幕"] * 4
    y = [["招商"], ["生态"], ["体育"]] * 4
    classifier = quick(exclusive=True).fit(texts, y)
    assert classifier.predict_proba(["完全无关"]).sum() == pytest.approx(1)
    assert set(classifier.predict(["完全无关", *texts])) <= {"招商", "生态", "体育"}
    assert classifier.tag(texts[:3]) == y[:3]
    assert (classifier.oof_tag_.sum(axis=1) == 1).all()


def test_at_least_one_theme(texts, lists):
    told = [(text, row) for text, row in zip(texts, lists, strict=True) if row]
    classifier = quick(at_least_one=True).fit([t for t, _ in told], [r for _, r in told])
    assert all(classifier.tag(["完全无关", "", "。"]))


def test_segmenter_terms_are_cut_whole(texts, lists):
    assert "提标改造" in quick(segmenter_terms=("提标改造",)).fit(texts, lists).vocabularies_[0].words


# ---- open labels, evidence, groups


def test_a_marked_sentence_outscores_its_neighbours(tiny_classifier, tiny_labels):
    model = tiny_classifier.to_model()
    right = total = 0
    for record in tiny_labels.records:
        for theme, spans in record.evidence.items():
            best = strongest_sentence(model, record.text, theme)
            right += any(a <= best[0] < b for a, b in spans)
            total += 1
    assert right / total > 0.95


def test_articles_stay_in_one_fold(texts, arguments):
    classifier = quick(themes=THEMES, folds=3).fit(texts, **arguments)
    folds = {}
    for article, fold in zip(arguments["groups"], classifier.oof_fold_, strict=True):
        folds.setdefault(article, set()).add(fold)
    assert all(len(own) == 1 for own in folds.values())


# ---- determinism


def test_the_same_input_gives_the_same_bits(texts, arguments):
    one, again = (quick(themes=THEMES, n_jobs=n).fit(texts, **arguments) for n in (1, 2))
    assert (one.coef_ == again.coef_).all()
    assert (one.intercept_ == again.intercept_).all()
    assert (one.thresholds_ == again.thresholds_).all()
    assert one.calibration_ == again.calibration_


def test_many_texts_get_the_same_bits_on_any_number_of_cores(texts, arguments, monkeypatch):
    few = quick().fit(texts, **arguments)
    monkeypatch.setattr("gxclassify.training.classifier.MANY", len(texts) - 1)
    one, two = (quick(n_jobs=n_jobs).fit(texts, **arguments) for n_jobs in (1, 2))
    assert (one.coef_ == two.coef_).all()
    assert (one.oof_probability_ == two.oof_probability_).all()
    assert one.oof_probability_ == pytest.approx(few.oof_probability_, abs=0.02)
    assert (one.coef_ != few.coef_).any()


def test_the_seed_deals_other_folds(texts, lists):
    one, other = (quick(themes=THEMES, seed=s).fit(texts, lists) for s in (0, 1))
    assert (one.oof_fold_ != other.oof_fold_).any()


def test_progress_counts_up_to_its_total(texts, lists):
    seen = []
    quick(themes=THEMES).fit(texts, lists, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(i, 9) for i in range(1, 10)]


# ---- errors


@pytest.mark.parametrize(
    ("y", "arguments", "message"),
    [
        ([["a"]], {}, "The labels must be as many as the texts, 6. Got 1."),
        ([["a"], ["a"], ["b"], [], [], []], {"groups": ["same"] * 6}, "2 of 2 themes cannot be learnt"),
        ([["a"], ["a"], [], [], [], []], {"groups": ["same"] * 6}, "1 of 1 themes cannot be learnt"),
        ([[]] * 6, {}, "There is nothing to train on"),
        ([["a"]] * 6, {"maybe": [["b"]] + [[]] * 5}, "The open labels of text 0 name 'b'"),
        ([["a"]] * 6, {"maybe": [[]]}, "maybe must be as many as the texts, 6. Got 1."),
        ([["a"]] * 6, {"evidence": [{}]}, "evidence must be as many as the texts, 6. Got 1."),
        ([["a"]] * 6, {"groups": ["x"]}, "groups must be as many as the texts, 6. Got 1."),
    ],
)
def test_labels_are_checked(y, arguments, message):
    with pytest.raises(TrainingError, match=re.escape(message)):
        quick().fit([f"高新区签约{i}" for i in range(6)], y, **arguments)


def test_a_declared_theme_without_positives_is_named(texts, lists):
    with pytest.raises(TrainingError, match=r"1 of 4 themes cannot be learnt.*Told by: 体育 \(0\)\..*leave strict out"):
        quick(themes=[*THEMES, "体育"], strict=True).fit(texts, lists)


def test_a_theme_too_rare_keeps_its_column_and_is_never_tagged(texts, lists, tmp_path):
    without = quick(themes=THEMES).fit(texts, lists)
    rare = [[*row, "体 育;1"] if i == 3 else row for i, row in enumerate(lists)]
    classifier = quick(themes=["体 育;1", *THEMES]).fit(texts, rare)
    assert classifier.not_learnt_ == {"体 育;1": 1}
    probability = classifier.predict_proba(texts)
    assert (probability[:, 0] < 1e-9).all()
    assert (probability[:, 1:] == without.predict_proba(texts)).all()
    assert not classifier.predict(texts)[:, 0].any()
    assert classifier.oof_probability_.shape == (len(texts), 4)
    saved = classifier.to_model().save(tmp_path / "model")
    assert saved.predict_proba(texts) == pytest.approx(probability, abs=1e-3)
    assert saved.provenance["not_learnt"] == {"体 育;1": 1}


@pytest.mark.parametrize("rule", ["exclusive", "at_least_one"])
def test_a_theme_too_rare_is_nobodys_only_theme(texts, lists, rule):
    one = [row[:1] or [THEMES[0]] for row in lists]
    one[0] = ["体育"]
    classifier = quick(themes=["体育", *THEMES], **{rule: True}).fit(texts, one)
    assert classifier.not_learnt_ == {"体育": 1}
    tags = classifier.tag(["", *texts])
    assert all(tags)
    assert ["体育"] not in tags


def test_min_support_leaves_out_more(texts, lists):
    count = sum(THEMES[0] in row for row in lists)
    classifier = quick(min_support=count + 1).fit(texts, [row if THEMES[0] in row else [*row, "x"] for row in lists])
    assert classifier.not_learnt_[THEMES[0]] == count


def test_one_string_is_no_sequence_of_texts(tiny_classifier):
    with pytest.raises(InputError, match="Got one string; put it in a list"):
        tiny_classifier.predict("高新区")
    with pytest.raises(InputError, match="Got one string; put it in a list"):
        ThemeClassifier().fit("高新区", [["a"]] * 3)
    with pytest.raises(InputError, match="Got dict; give a list of its texts"):
        tiny_classifier.predict({"id-7": "高新区"})
