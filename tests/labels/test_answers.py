import pytest

from gxclassify.labels.agreement import agree
from gxclassify.labels.answers import agreement, merged
from gxclassify.labels.records import LabelRecord
from labels.sayings import THEMES, paragraphs, said


def test_people_who_differ_leave_the_theme_open():
    [paragraph] = paragraphs(1)
    record = merged(
        paragraph,
        [
            said(
                "p0", "甲", labels=["招商", "生态"], evidence={"招商": ((4, 9),), "生态": ((0, 4),)}, time="2026-01-01"
            ),
            said("p0", "乙", labels=["招商"], maybe=["政策"], evidence={"招商": ((0, 4),)}, time="2026-01-02"),
        ],
    )
    assert (record.labels, set(record.maybe)) == (("招商",), {"生态", "政策"})
    assert record.evidence == {"招商": ((0, 4), (4, 9))}
    assert (record.annotator, record.time) == ("甲+乙", "2026-01-02")


def test_agreement_by_hand():
    answers = []
    # 招商: both yes 2, only 甲 1, only 乙 1, neither 4; observed 6/8, by chance (3/8)^2 + (5/8)^2 = 34/64
    for i, (one, other) in enumerate([(1, 1), (1, 1), (1, 0), (0, 1), (0, 0), (0, 0), (0, 0), (0, 0)]):
        answers += [said(f"p{i}", "甲", labels=["招商"] * one), said(f"p{i}", "乙", labels=["招商"] * other)]
    answers += [said("p8", "甲", maybe=["招商"]), said("p8", "乙", labels=["招商"]), said("p9", "甲", labels=["招商"])]
    found = agreement(answers, THEMES)
    assert found["paragraphs"] == 9
    assert found["themes"]["招商"]["f1"] == pytest.approx(4 / 6)
    assert found["themes"]["招商"]["kappa"] == pytest.approx((6 / 8 - 34 / 64) / (1 - 34 / 64))
    assert found["themes"]["生态"] == {"f1": None, "kappa": None}


def test_agreement_is_that_of_the_labels_module():
    sides = {"甲": [(), ("招商",), ("生态",), ("招商", "政策")], "乙": [("招商",), ("招商",), (), ("招商", "政策")]}
    records = {
        name: [LabelRecord(id=f"p{i}", text="段", article="a", labels=labels) for i, labels in enumerate(rows)]
        for name, rows in sides.items()
    }
    answers = [said(f"p{i}", name, labels=labels) for name, rows in sides.items() for i, labels in enumerate(rows)]
    theirs, ours = agree(records["甲"], records["乙"], THEMES), agreement(answers, THEMES)
    assert ours["kappa"] == pytest.approx(theirs.kappa)
    assert ours["themes"]["招商"]["f1"] == pytest.approx(theirs.per_theme["招商"].f1)
