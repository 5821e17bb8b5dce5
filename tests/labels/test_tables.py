from __future__ import annotations

import re
from typing import get_args

import pytest

from gxclassify.labels.agreement import agree
from gxclassify.labels.checking import Kind
from gxclassify.labels.records import LabelRecord
from gxclassify.labels.tables import KINDS, agreement_table, columns, width
from gxclassify.themes import Taxonomy
from support import ROOT


def test_every_kind_of_problem_has_its_name():
    assert sorted(map(str, KINDS)) == sorted(get_args(Kind)), "KINDS of gxclassify.labels.tables"


@pytest.mark.parametrize("page", ["docs/labels.md", "docs/zh/labels.md"])
def test_every_kind_of_problem_is_in_the_table_of_the_page(page):
    rows = re.findall(r"^\| `(\w+)` \| [^|]*\|$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(set(rows) & set(get_args(Kind))) == sorted(get_args(Kind)), page


def test_agreement_about_a_theme_that_nobody_tells_is_a_dash():
    read = [LabelRecord(id="1", text="区长到会。", labels=("招商",), article="1")]
    themes = ["招商", "政策"]
    table = agreement_table(agree(read, read, themes), Taxonomy.of_ids(themes), disagreements=False)
    of_theme = {line.split()[0]: line.split()[5:9] for line in table.splitlines() if line.startswith(("招商", "政策"))}
    assert of_theme == {"招商": ["1.000"] * 4, "政策": ["–"] * 4}
    silent = [LabelRecord(id="1", text="区长到会。", article="1")]
    nobody = agreement_table(agree(silent, silent, ["招商"]), Taxonomy.of_ids(["招商"]), disagreements=False)
    assert "kappa –, alpha –" in nobody


def test_a_chinese_character_is_two_columns_wide():
    assert width("目标 goals") == 10


def test_texts_stand_left_and_numbers_right():
    assert columns([["theme", "n"], ["目标", 5], ["a", 100]]) == "theme    n\n目标     5\na      100"


def test_floats_have_three_decimals_and_none_is_a_dash():
    assert columns([["x", 0.12345], ["y", None]]).splitlines() == ["x  0.123", "y      –"]


def test_lines_end_without_blanks():
    assert columns([["a", "b"], ["long", ""]]).splitlines()[1] == "long"
