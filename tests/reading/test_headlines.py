from __future__ import annotations

import pytest

from gxclassify.reading.document import Mapped
from gxclassify.reading.lines import undouble


@pytest.mark.parametrize(
    ("doubled", "single"),
    [
        ("高新区招商提速高新区招商提速", "高新区招商提速"),
        ("白鹭洲白鹭洲““链上找链上找””出好项目出好项目", "白鹭洲“链上找”出好项目"),
        ("高高新新区区招招商商", "高新区招商"),
        ("高新区高新区 2026年2026年", "高新区 2026年"),
    ],
)
def test_doubled_runs_stand_once(doubled, single):
    assert undouble(Mapped.at(doubled, 0)).text == single


@pytest.mark.parametrize("plain", ["高新区招商提速", "常常", "天天向上再向上", "", "高新区招商提速高新区招商提速了"])
def test_other_lines_are_left_alone(plain):
    assert undouble(Mapped.at(plain, 0)) is None
