from __future__ import annotations

from typing import Annotated, Literal

import pytest

from gxclassify.values import Range, described, fits


@pytest.mark.parametrize(
    ("value", "expected", "ok"),
    [
        (3, int, True),
        (True, int, False),
        (3.0, float, True),
        (float("nan"), float, False),
        (1, bool, False),
        ("a", Literal["a", "b"], True),
        ({"x": 1}, dict[str, float], True),
        ({"x": "1"}, dict[str, float], False),
        (0, Annotated[float, Range(0, open=True)], False),
        (1, Annotated[float, Range(0, 1)], True),
        (1.5, Annotated[float, Range(0, 1)], False),
    ],
)
def test_a_value_fits_its_annotation(value, expected, ok):
    assert fits(value, expected)[0] is ok


def test_annotations_are_described_for_people():
    assert described(Annotated[int, Range(0)]) == "a whole number from 0"
    assert described(Annotated[float, Range(0, open=True)]) == "a number above 0"
    assert described(Annotated[float, Range(0, 1)]) == "a number from 0 to 1"
    assert described(Literal["a", "b"]) == "one of 'a', 'b'"
