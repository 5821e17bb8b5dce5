"""The scorer of the benchmark of reading, on cases counted by hand."""

from __future__ import annotations

import sys

import pytest

from support import ROOT


@pytest.fixture
def compare(monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path, str(ROOT / "benchmarks")])
    from readers import compare_boundaries  # noqa: PLC0415 - the folder is no package

    return compare_boundaries


TRUTH = "高新区提速\n近日，新签约项目12个。\n总投资38亿元。\n"


@pytest.mark.parametrize(
    ("result", "counts"),
    [
        (TRUTH, (0, 0, 0, 0)),
        ("高新区 提速\n近日，新签约 项目12个。\n\n总投资38亿元。", (0, 0, 0, 0)),
        ("高新区提速\n近日，新签约项目12个。总投资38亿元。", (1, 0, 0, 0)),
        ("高新区提速\n近日，新签约\n项目12个。\n总投资38亿元。", (0, 1, 0, 0)),
        ("高新区提速\n近日，新签约项目12个。\n总投资亿元。\n第3页", (0, 0, 2, 3)),
    ],
)
def test_boundaries_are_counted(compare, result, counts):
    found = compare(TRUTH, result)
    assert (found["joins"], found["splits"], found["lost"], found["added"]) == counts
    assert found["units"] == 3
