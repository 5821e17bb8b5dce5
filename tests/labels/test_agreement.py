from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score, f1_score

from gxclassify.errors import LabelError
from gxclassify.labels.agreement import agree, cohen_kappa, f1, krippendorff_alpha, marked_sentences
from gxclassify.labels.records import LabelRecord

NAN = float("nan")
TEXT = "签约12个项目。区长到会。下午参观。"


def record(number, labels=(), maybe=(), evidence=None, text=TEXT):
    return LabelRecord(
        id=str(number), text=text, labels=labels, maybe=maybe, evidence=evidence or {}, article=str(number)
    )


def yes_no(text):
    return np.array([c == "1" for c in text])


def test_kappa_by_hand():
    # 10 judged: 4 both yes, 3 both no, 1 only A, 2 only B. Observed 0.7; expected 0.5 * 0.6 + 0.5 * 0.4 = 0.5.
    a, b = yes_no("1111000100"), yes_no("1111000011")
    assert cohen_kappa(a, b) == pytest.approx((0.7 - 0.5) / 0.5)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30))
def test_kappa_and_f1_are_those_of_scikit_learn(pairs):
    a, b = np.array(pairs).T
    if not np.array_equal(a, b):  # there it divides 0 by 0 when there is one answer alone
        assert cohen_kappa(a, b) == pytest.approx(cohen_kappa_score(a, b), abs=1e-12)
    if a.any() or b.any():
        assert f1(a, b) == pytest.approx(f1_score(a, b)) == f1(b, a)


def test_kappa_of_the_same_single_answer_is_one():
    assert cohen_kappa(yes_no("0000"), yes_no("0000")) == 1.0


def test_figures_of_a_theme_that_nobody_tells_are_unknown():
    agreement = agree([record(1)], [record(1)], ["招商"])
    theme = agreement.per_theme["招商"]
    assert (theme.kappa, theme.alpha, theme.f1, theme.strict_f1, agreement.kappa, agreement.alpha) == (None,) * 6


def test_kappa_of_independent_answers_is_zero():
    assert cohen_kappa(yes_no("1100"), yes_no("1010")) == pytest.approx(0)


def test_alpha_of_krippendorffs_own_example():
    # Krippendorff 2011, "Computing Krippendorff's alpha-reliability", example B: 2 observers, binary, alpha = 0.095.
    a = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    b = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert krippendorff_alpha(np.array([a, b], dtype=float)) == pytest.approx(0.095, abs=5e-4)


def test_alpha_of_krippendorffs_example_with_missing_values():
    # The same paper, example C/D: 4 observers, 12 units, nominal, alpha = 0.743.
    values = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    ]
    assert krippendorff_alpha(np.array(values)) == pytest.approx(0.743, abs=5e-4)


@pytest.mark.parametrize("values", [[[0, 0], [0, 0]], [[NAN, NAN], [0, 1]], [[], []]])
def test_alpha_is_one_where_nothing_can_differ(values):
    assert krippendorff_alpha(np.array(values, dtype=float)) == 1.0


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=30))
def test_alpha_does_not_depend_on_who_is_first(pairs):
    values = np.array(pairs, dtype=float).T
    assert krippendorff_alpha(values) == pytest.approx(krippendorff_alpha(values[::-1]))


def test_a_sentence_is_marked_when_more_than_half_of_it_is():
    assert marked_sentences(TEXT, [(0, 8)]) == {0}
    assert marked_sentences(TEXT, [(0, 10)]) == {0}
    assert marked_sentences(TEXT, [(0, 12)]) == {0, 1}
    assert marked_sentences(TEXT, [(0, 1)]) == set()


def test_counts_and_f1_of_a_theme():
    a = [record(1, ("招商",)), record(2, ("招商",)), record(3), record(4)]
    b = [record(1, ("招商",)), record(2), record(3, ("招商",)), record(4)]
    theme = agree(a, b, ["招商"]).per_theme["招商"]
    assert (theme.both, theme.only_a, theme.only_b, theme.paragraphs) == (1, 1, 1, 4)
    assert theme.f1 == 0.5


def test_a_theme_that_either_leaves_open_is_not_judged():
    a = [record(1, ("招商",)), record(2, ("招商",))]
    b = [record(1, ("招商",)), record(2, (), ("招商",))]
    theme = agree(a, b, ["招商"]).per_theme["招商"]
    assert (theme.paragraphs, theme.f1) == (1, 1.0)
    assert theme.strict_f1 == pytest.approx(2 / 3)


def test_records_are_matched_by_id():
    agreement = agree([record(1, ("招商",)), record(2)], [record(3), record(2), record(1, ("招商",))], ["招商"])
    assert (agreement.paragraphs, agreement.only_in_a, agreement.only_in_b) == (2, 0, 1)
    assert agreement.same_labels == 1.0


def test_evidence_agreement_by_hand():
    a = [record(1, ("招商",), evidence={"招商": ((0, 12),)}), record(2, ("招商",), evidence={"招商": ((0, 8),)})]
    b = [record(1, ("招商",), evidence={"招商": ((0, 8),)}), record(2, ("招商",), evidence={"招商": ((8, 13),)})]
    theme = agree(a, b, ["招商"]).per_theme["招商"]
    assert theme.evidence_paragraphs == 2
    assert theme.evidence_overlap == 0.5
    assert theme.evidence_jaccard == pytest.approx((1 / 2 + 0) / 2)


def test_without_marks_evidence_agreement_is_unknown():
    theme = agree([record(1, ("招商",))], [record(1, ("招商",))], ["招商"]).per_theme["招商"]
    assert theme.evidence_overlap is None


def test_disagreements_say_who_tells_what():
    agreement = agree([record(1, ("招商",)), record(2)], [record(1), record(2, ("政策",))], ["招商", "政策"])
    assert [(d.id, d.theme, d.told_by) for d in agreement.disagreements] == [("1", "招商", "A"), ("2", "政策", "B")]
    assert agreement.same_labels == 0.0


def test_no_common_id_is_an_error():
    with pytest.raises(LabelError, match="no id in common"):
        agree([record(1)], [record(2)], ["招商"])


def test_an_id_with_two_texts_is_an_error():
    with pytest.raises(LabelError, match="stands for another text"):
        agree([record(1)], [record(1, text="别的。")], ["招商"])
