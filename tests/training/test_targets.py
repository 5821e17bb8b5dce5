from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from gxclassify.errors import ConfigError, TrainingError
from gxclassify.features.batch import make_batch
from gxclassify.training.targets import (
    Targets,
    check_lengths,
    check_targets,
    few_told,
    known_rows,
    read_labels,
    refuse_few_told,
    sentence_targets,
    told_rows,
)

LISTS = [["b"], [], ["a", "b"]]
TOLD = np.array([[0, 1], [0, 0], [1, 1]], dtype=bool)


def all_known(told):
    told = np.array(told, dtype=bool)
    return Targets(told, np.ones_like(told))


@pytest.mark.parametrize(
    "y",
    [
        LISTS,
        [set(row) for row in LISTS],
        (tuple(row) for row in LISTS),
        pd.Series(LISTS, index=[7, 8, 9]),
        TOLD,
        TOLD.astype(float),
        sp.csr_matrix(TOLD.astype(int)),
        pd.DataFrame(TOLD.astype(int), columns=["a", "b"]),
    ],
    ids=["lists", "sets", "generator", "series", "bool", "float", "sparse", "table"],
)
def test_every_form_of_labels_reads_alike(y):
    themes, told = read_labels(y, ["a", "b"], 3)
    assert themes == ["a", "b"]
    assert told.dtype == bool
    assert (told == TOLD).all()


def test_themes_default_to_those_found_or_to_the_numbers_of_the_columns():
    assert read_labels(LISTS, None, 3)[0] == ["a", "b"]
    assert read_labels(TOLD, None, 3)[0] == ["0", "1"]


def test_the_columns_of_a_table_are_the_themes_that_they_are_called():
    table = pd.DataFrame(TOLD.astype(int), columns=["b", "a"])
    themes, told = read_labels(table, None, 3)
    assert (themes, told.tolist()) == (["b", "a"], TOLD.tolist())
    for told in (read_labels(table, ["a", "b"], 3)[1], told_rows(table, ["a", "b"])):
        assert told.tolist() == TOLD[:, ::-1].tolist()
    for themes in (["x", "y"], ["a"], ["a", "b", "c"]):
        with pytest.raises(TrainingError, match=r"must be called as the themes are, each once\. Got b, a;"):
            read_labels(table, themes, 3)
    with pytest.raises(TrainingError, match=r"each once\. Got a, a;"):
        read_labels(table.set_axis(["a", "a"], axis=1), None, 3)
    assert read_labels(table.set_axis([0, 1], axis=1), ["x", "y"], 3)[1].tolist() == TOLD.tolist()  # by their places
    assert read_labels(table.set_axis([0, 1], axis=1), None, 3)[0] == ["0", "1"]


def test_themes_give_the_columns_their_order():
    assert read_labels([["b"]], ["c", "b", "a"], 1)[1].tolist() == [[False, True, False]]


def test_a_bare_id_is_a_list_of_one():
    assert read_labels(["b", "a"], None, 2)[1].tolist() == [[False, True], [True, False]]


def test_an_array_to_judge_by_is_taken_as_it_is():
    assert told_rows(np.array([[0, 2], [0.5, -1]]), ["a", "b"]).tolist() == [[False, True], [True, False]]
    assert (told_rows(sp.csr_matrix(TOLD.astype(int)), ["a", "b"]) == TOLD).all()
    assert (told_rows(LISTS, ["a", "b"]) == TOLD).all()


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([["a"]], "The labels must be as many as the texts, 2. Got 1."),
        (np.zeros((3, 2)), "The labels must be one row per text. Got shape (3, 2) for 2 texts."),
        (np.zeros((2, 2, 2)), "The labels must be one row per text. Got shape (2, 2, 2)"),
        (np.array([[0, 2], [1, 0]]), "The label array must hold 0 and 1 alone."),
        ([[0, 1], [1, 0]], "The labels of text 0 must be theme ids"),
        ([["a\nb"], []], "The labels of text 0 must be theme ids"),
    ],
)
def test_labels_of_another_shape(y, message):
    with pytest.raises(TrainingError, match=re.escape(message)):
        read_labels(y, None, 2)


def test_an_array_with_other_columns_than_themes():
    with pytest.raises(TrainingError, match=r"must have 3 columns, one per theme\. Got 2"):
        read_labels(np.zeros((2, 2)), ["a", "b", "c"], 2)


def test_an_unknown_theme_is_named():
    with pytest.raises(TrainingError, match=r"The labels of text 1 name '体育', which is no theme of a, b\."):
        read_labels([["a"], ["体育"]], ["a", "b"], 2)
    with pytest.raises(TrainingError, match="The open labels of text 0 name '体育'"):
        known_rows(TOLD, [["体育"], [], []], ["a", "b"])


def test_a_theme_is_known_unless_it_is_open_and_not_told():
    assert known_rows(TOLD, None, ["a", "b"]).all()
    known = known_rows(TOLD, [["a"], [], ["a"]], ["a", "b"])
    assert known.tolist() == [[False, True], [True, True], [True, True]]


def test_rows_beside_the_texts_must_be_as_many():
    check_lengths(2, maybe=None, groups=["x", "y"])
    with pytest.raises(TrainingError, match=re.escape("groups must be as many as the texts, 2. Got 1.")):
        check_lengths(2, maybe=None, groups=["x"])


def test_a_theme_is_counted_in_articles_and_left_out_below_the_support():
    told = [[1, 1, 0], [1, 1, 1], [0, 1, 1], [0, 0, 0], [0, 0, 0], [0, 0, 0]]
    assert few_told(all_known(told), list("wxyzzv"), 2) == [None, None, None]
    assert few_told(all_known(told), list("wxyzzv"), 3) == [2, None, 2]
    assert few_told(all_known(told), list("wwyzzv"), 2) == [1, None, None]
    assert few_told(all_known(told), list("wwyzzv"), 0) == [1, None, None]


def test_a_theme_without_two_articles_that_do_not_tell_it_is_left_out():
    targets = all_known([[1], [1], [0], [0]])
    assert few_told(targets, list("wxyz"), 2) == [None]
    targets.known[3] = False
    assert few_told(targets, list("wxyz"), 2) == [2]


def test_themes_that_cannot_be_learnt_are_refused_all_at_once():
    refuse_few_told({"a": 1, "b": 0}, ["a", "b", "c"], 2, strict=False)
    with pytest.raises(TrainingError, match=r"2 of 3 themes cannot be learnt.*Told by: a \(1\), b \(0\)\..*strict"):
        refuse_few_told({"a": 1, "b": 0}, ["a", "b", "c"], 2, strict=True)
    with pytest.raises(TrainingError, match=r"1 of 1 themes cannot be learnt.*of 5 articles"):
        refuse_few_told({"a": 1}, ["a"], 5, strict=False)


def test_one_fold_is_none():
    with pytest.raises(ConfigError, match=r"must be 0 \(no tuning\) or at least 2\. Got 1"):
        check_targets(all_known([[1], [0]]), ["a"], folds=1)


@pytest.mark.parametrize("shape", [(0, 2), (3, 0)])
def test_nothing_to_train_on(shape):
    with pytest.raises(TrainingError, match="There is nothing to train on"):
        check_targets(all_known(np.zeros(shape)), ["a", "b"][: shape[1]], folds=2)


def test_a_marked_sentence_tells_and_its_neighbours_do_not():
    batch = make_batch(["签约。开工！投产。"])
    targets = sentence_targets(batch, all_known([[1, 0]]), [{"a": [(3, 6)]}], ["a", "b"])
    assert targets.told.tolist() == [[False, False], [True, False], [False, False]]
    assert targets.known.all()


def test_of_a_paragraph_that_tells_a_theme_unmarked_no_sentence_is_known():
    batch = make_batch(["签约。开工！", "污水。"])
    targets = sentence_targets(batch, all_known([[1, 1], [0, 1]]), [{"a": [(0, 3)], "b": []}, {}], ["a", "b"])
    assert targets.told.tolist() == [[True, False], [False, False], [False, False]]
    assert targets.known.tolist() == [[True, False], [True, False], [True, False]]


def test_without_any_mark_the_only_sentence_of_a_paragraph_is_no_row_again():
    batch, told = make_batch(["签约。开工！", "污水。"]), all_known([[0, 1], [0, 1]])
    assert sentence_targets(batch, told, [{}, {}], ["a", "b"]).known.tolist() == [
        [True, False],
        [True, False],
        [False, False],
    ]
    marked = sentence_targets(batch, told, [{"b": [(0, 3)]}, {}], ["a", "b"])
    assert marked.known.tolist() == [[True, True], [True, True], [True, False]]


def test_an_open_label_leaves_the_sentences_open():
    targets = Targets(np.array([[False]]), np.array([[False]]))
    assert not sentence_targets(make_batch(["签约。开工！"]), targets, [{}], ["a"]).known.any()


def test_marks_of_other_themes_and_of_themes_not_told_are_passed_over():
    batch = make_batch(["签约。开工！"])
    targets = sentence_targets(batch, all_known([[0]]), [{"a": [(0, 3)], "体育": [(3, 6)]}], ["a"])
    assert not targets.told.any()
    assert targets.known.all()


@pytest.mark.parametrize(("place", "told"), [((0, 2), True), ((0, 1), False), ((1, 6), True), ((2, 6), False)])
def test_a_sentence_is_marked_when_more_than_half_of_it_is(place, told):
    batch = make_batch(["签约。开工！"])
    assert sentence_targets(batch, all_known([[1]]), [{"a": [place]}], ["a"]).told[0, 0] == told


def test_targets_of_some_rows():
    targets = all_known(TOLD)
    some = targets.where(np.array([True, False, True]))
    assert some.told.tolist() == [[False, True], [True, True]]
    assert some.known.shape == (2, 2)
