"""What scikit-learn's users expect of an estimator, as far as its input are texts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import is_classifier
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from gxclassify.errors import InputError, TrainingError
from support import THEMES
from training.quick import quick


@pytest.fixture(scope="module")
def one_each(texts, lists):
    """The texts that tell a theme, each with its first."""
    rows = [i for i, row in enumerate(lists) if row]
    return [texts[i] for i in rows], [lists[i][0] for i in rows]


@pytest.mark.parametrize(
    "form",
    [
        np.array,
        lambda texts: np.array(texts, dtype=object)[:, None],
        pd.Series,
        lambda texts: pd.Series(texts, dtype="string"),
        lambda texts: pd.DataFrame({"text": texts}),
        tuple,
    ],
    ids=["array", "column array", "Series", "string Series", "DataFrame", "tuple"],
)
def test_one_column_is_texts(texts, lists, tiny_classifier, form):
    expected = tiny_classifier.predict_proba(texts[:4])
    assert (tiny_classifier.predict_proba(form(texts[:4])) == expected).all()
    assert tiny_classifier.to_model().predict_proba(form(texts[:4])) == pytest.approx(expected, abs=1e-3)
    assert (quick().fit(form(texts), lists).coef_ == quick().fit(texts, lists).coef_).all()


def test_several_columns_are_refused(texts, tiny_classifier):
    table = pd.DataFrame({"id": range(3), "text": texts[:3]})
    with pytest.raises(InputError, match=r"must be one column\. Got 2; choose one"):
        tiny_classifier.predict_proba(table)


@pytest.mark.parametrize("null", [None, np.nan, pd.NA, pd.NaT], ids=str)
def test_a_null_text_keeps_its_row_and_has_no_scores(texts, tiny_classifier, null):
    given = [texts[0], null, texts[1]]
    for model in (tiny_classifier, tiny_classifier.to_model()):
        probability = model.predict_proba(given)
        assert np.isnan(probability[1]).all()
        assert probability[[0, 2]] == pytest.approx(model.predict_proba(texts[:2]))
    assert tiny_classifier.predict(given)[1].tolist() == [0] * len(THEMES)
    assert tiny_classifier.tag([null]) == [[]]


def test_a_null_text_is_nothing_to_learn_from(texts, lists):
    with pytest.raises(TrainingError, match=r"1 of \d+ texts are null, the first at place 2; leave these rows out"):
        quick().fit([*texts[:2], None, *texts[3:]], lists)


def test_something_else_is_no_text(tiny_classifier):
    with pytest.raises(InputError, match=r"Text 1 must be a string\. Got int"):
        tiny_classifier.predict(["园区", 3])


@pytest.mark.parametrize("numbered", [False, True], ids=["names", "numbers"])
def test_exclusive_themes_are_classes(one_each, numbered):
    texts, labels = one_each
    if numbered:
        labels = [THEMES.index(label) for label in labels]
    classifier = quick(exclusive=True).fit(texts, labels)
    predicted = classifier.predict(texts)
    assert is_classifier(classifier)
    assert classifier.classes_.tolist() == sorted(set(labels))
    assert predicted.shape == (len(texts),)
    assert np.mean(predicted == np.array(labels)) == classifier.score(texts, labels) > 0.8
    assert (classifier.classes_[classifier.predict_proba(texts).argmax(axis=1)] == predicted).all()
    assert classifier.predict([None, *texts[:2]]).tolist() == [None, *predicted[:2]]


def test_scores_and_cross_validated_predictions_of_classes(one_each):
    texts, labels = np.array(one_each[0]), np.array(one_each[1])
    assert (cross_val_score(quick(exclusive=True), texts, labels, cv=2, scoring="accuracy") > 1 / 4).all()
    probability = cross_val_predict(quick(exclusive=True), texts, labels, cv=2, method="predict_proba")
    assert probability.shape == (len(texts), len(THEMES))
    assert probability.sum(axis=1) == pytest.approx(1)
    assert np.mean(np.array(sorted(set(labels)))[probability.argmax(axis=1)] == labels) > 1 / 3


def test_cross_validated_predictions_of_several_themes(texts, indicator):
    probability = cross_val_predict(quick(), np.array(texts), indicator, cv=3, method="predict_proba")
    assert probability.shape == indicator.shape
    assert probability[indicator > 0].mean() > probability[indicator == 0].mean() + 0.3
    assert cross_val_predict(quick(), np.array(texts), indicator, cv=3).shape == indicator.shape


def test_a_grid_search_by_accuracy(one_each):
    search = GridSearchCV(quick(exclusive=True), {"C": [0.1, 1.0]}, cv=2, scoring="accuracy").fit(*one_each)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_a_pipeline_hands_tables_on(texts, lists):
    pipeline = make_pipeline(FunctionTransformer(), quick()).set_output(transform="pandas")
    pipeline.fit(pd.DataFrame({"text": texts}), lists)
    assert pipeline.predict(pd.DataFrame({"text": texts[:3]})).shape == (3, len(THEMES))
