"""scikit-learn's own checks of estimators, and by hand what they ask that an estimator of texts cannot do.

The checks feed tables of numbers. `OfNumbers` spells each row as a text, a character for each number, so that all that
does not hang on the table itself is checked: parameters, clones, pickles, classes, the order of rows, errors. Beside
each check that cannot hold stands why, and a test below says what holds instead.
"""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.calibration import CalibratedClassifierCV
from sklearn.model_selection import cross_val_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.utils.estimator_checks import parametrize_with_checks

from gxclassify.errors import InputError, TrainingError
from gxclassify.training import ThemeClassifier
from training.quick import FIXED, quick

_FIRST, _COLUMN, _MOST = 0x4E00, 1000, 20_000


def spelled(X):
    """Return each row of numbers as a text; anything else as it is."""
    array = X if sp.issparse(X) else np.asarray(X)
    if getattr(array, "ndim", 0) != 2 or array.dtype.kind not in "fiu" or not array.shape[1] or sp.issparse(array):
        return X
    steps = np.clip(np.nan_to_num(array.astype(np.float64)) * 2, -500, 500).round().astype(int) + 500
    return ["".join(chr(_FIRST + (c * _COLUMN + step) % _MOST) for c, step in enumerate(row)) for row in steps.tolist()]


class OfNumbers(ThemeClassifier):
    """The estimator, fed with tables of numbers."""

    def fit(self, X, y, **rows):
        return super().fit(spelled(X), self._classes(y), **rows)

    def score(self, X, y):
        return super().score(X, self._classes(y))

    def _classes(self, y):
        """Return 0 and 1 as 1 and 2 where they would be refused: themes that do not exclude each other."""
        return y if self.exclusive or np.ndim(y) != 1 or {*np.asarray(y).tolist()} - {0, 1} else np.asarray(y) + 1

    def _odds(self, X):
        return super()._odds(spelled(X))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array, tags.input_tags.one_d_array, tags.input_tags.string = True, False, False
        return tags


_NUMBERS = "a text is no row of numbers: what is not text is refused"
_FEATURES = "a text has no number of features: any text can be scored"
_SPARSE = "texts do not come as sparse matrices: they are refused as what is not text"
_ONE = "one text, or one class, teaches nothing: it is refused"
_CANNOT = {
    "check_complex_data": _NUMBERS,
    "check_dtype_object": _NUMBERS,
    "check_fit1d": "a list of texts has one dimension: it is what is asked for",
    "check_fit2d_predict1d": "a list of texts has one dimension: it is what is asked for",
    "check_n_features_in": _FEATURES,
    "check_n_features_in_after_fitting": _FEATURES,
    "check_estimators_empty_data_messages": _FEATURES,
    "check_estimator_sparse_tag": _SPARSE,
    "check_estimator_sparse_array": _SPARSE,
    "check_estimator_sparse_matrix": _SPARSE,
    "check_fit2d_1sample": _ONE,
}
_CLASSES_CANNOT = {
    "check_classifiers_train": _FEATURES,
    "check_classifiers_one_label": _ONE,
    "check_classifier_data_not_an_array": "labels are lists of theme ids too: they must be something to go through",
    "check_supervised_y_2d": "a table of labels has a column for each theme, 0 or 1",
}
_QUICK = {**FIXED, "folds": 2, "words": False, "word_pairs": False, "char_max": 1, "min_df": 1, "C": 1.0, "n_jobs": 1}


@parametrize_with_checks(
    [OfNumbers(**_QUICK), OfNumbers(exclusive=True, **_QUICK)],
    expected_failed_checks=lambda estimator: {**_CANNOT, **(_CLASSES_CANNOT if estimator.exclusive else {})},
    xfail_strict=True,
)
def test_scikit_learns_checks(estimator, check):
    check(estimator)


# ---- what holds instead

NUMBERS = np.arange(12.0).reshape(6, 2)
LABELS = [["a"], ["b"]] * 3


@pytest.mark.parametrize(
    "X",
    [NUMBERS, NUMBERS[:, 0], NUMBERS[:, :1], NUMBERS.astype(complex)[:, 0], NUMBERS.astype(object)]
    + [kind(NUMBERS[:, :columns]) for kind in (sp.csr_matrix, sp.csr_array) for columns in (1, 2)],
    ids=["table", "row", "column", "complex", "objects", *(f"sparse {i}" for i in range(4))],
)
def test_numbers_are_refused(tiny_classifier, X):
    for refused in (lambda: quick().fit(X, LABELS), lambda: tiny_classifier.predict(X)):
        with pytest.raises(InputError, match=r"must be one column\. Got 2|Text 0 must be a string\. Got|Got csr_"):
            refused()


def test_any_text_can_be_scored(tiny_classifier, texts):
    assert not hasattr(tiny_classifier, "n_features_in_")
    odd = ["", "签", texts[0] * 50, "plain English", "\U0001f600"]
    assert np.isfinite(tiny_classifier.decision_function(odd)).all()


@pytest.mark.parametrize("y", [[0, 1] * 3, [True, False] * 3, np.array([0, 1] * 3)])
def test_0_and_1_are_two_classes_and_no_two_themes(y):
    """OneVsRestClassifier asks so for each theme; of two columns it made indices beyond its array, and died."""
    texts = ["园区签约", "治理河道"] * 3
    with pytest.raises(TrainingError, match="0 or 1: give a table with a column of these for each theme, or exclusive"):
        quick().fit(texts, y)
    assert quick(exclusive=True).fit(texts, y).predict(texts).tolist() == list(y)
    each = OneVsRestClassifier(quick(exclusive=True)).fit(texts, np.array([y, y]).T.astype(int))
    assert each.predict(texts).tolist() == [[int(one)] * 2 for one in y]


@pytest.mark.parametrize(
    ("texts", "y", "message"),
    [
        ([], [], "There is nothing to train on"),
        (["园区签约"], [["a"]], "1 of 1 themes cannot be learnt"),
        (["园区签约"] * 6, ["a"] * 6, "1 of 1 themes cannot be learnt"),
        (["园区签约"] * 3, ["a"] * 2, "The labels must be as many as the texts, 3. Got 2."),
        (["园区签约"] * 2, None, "requires y to be passed, but the target y is None"),
        (["园区签约"] * 2, [["a"], None], "The labels of text 1 must be a theme id or a list of such"),
        (["园区签约"] * 2, ["a", float("nan")], "The labels of text 1 must be a theme id or a list of such"),
        (["园区签约"] * 2, [1.0, float("nan")], "Unknown label type: the label of text 1 is nan"),
        (["园区签约"] * 2, [0.3, 1.7], "Unknown label type: the label of text 0 is 0.3"),
        (["园区签约"] * 2, np.array([["a"], ["b"]]), "The label array must hold 0 and 1 alone."),
    ],
    ids=["no text", "one text", "one class", "fewer", "none", "null", "nan of names", "nan", "numbers", "column"],
)
def test_labels_that_teach_nothing_are_refused_as_scikit_learn_does(texts, y, message):
    with pytest.raises(TrainingError, match=message) as raised:
        quick(exclusive=True).fit(texts, y)
    assert isinstance(raised.value, ValueError)


def test_two_classes_have_one_score_and_its_sign_is_what_is_predicted(texts, lists):
    labels = np.array(["told" if row else "nothing" for row in lists])
    classifier = quick(exclusive=True).fit(texts, labels)
    odds, probability = classifier.decision_function([*texts, None]), classifier.predict_proba(texts)
    assert odds.shape == (len(texts) + 1,)
    assert np.isnan(odds[-1])
    assert odds[:-1] == pytest.approx(np.log(probability[:, 1] / probability[:, 0]), rel=1e-6)
    assert (classifier.classes_[(odds[:-1] > 0).astype(int)] == classifier.predict(texts)).all()
    for scoring in ("roc_auc", "average_precision", "neg_log_loss"):
        scores = cross_val_score(quick(exclusive=True), texts, labels == "told", cv=2, scoring=scoring)
        assert np.isfinite(scores).all(), scoring
    calibrated = CalibratedClassifierCV(quick(exclusive=True), cv=2).fit(texts, labels)
    assert set(calibrated.predict(texts)) <= set(labels)
