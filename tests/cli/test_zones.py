"""``gxclassify zones``."""

from __future__ import annotations

import json

import pytest

from gxclassify.cli import main

PAGE = """济宁日报 2021年3月15日 星期一

　　衡阳高新区去年新增高新技术企业47家。

　　园区今年计划新增20家，增量居全市第一。
"""


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text(PAGE, encoding="utf-8")
    return path


def told(capsys, *arguments):
    with pytest.raises(SystemExit) as stopped:
        main(["zones", *map(str, arguments)])
    return stopped.value.code, *capsys.readouterr()


def test_the_table_has_date_zone_and_title_of_each_article(page, capsys):
    code, out, _ = told(capsys, page)
    assert (code, out.split("\t")[:2]) == (0, ["2021-03-15", "衡阳高新技术产业开发区"])


def test_jsonl_has_the_mentions_of_each_paragraph(page, capsys):
    _, out, _ = told(capsys, "--format", "jsonl", page)
    (row,) = map(json.loads, out.splitlines())
    assert (row["main"], row["date"]["source"]) == ("hitech-hengyang", "head")
    assert [one["id"] for mentions in row["paragraphs"] for one in mentions] == ["hitech-hengyang"] * 2


def test_a_gazetteer_of_ones_own_is_known_beside_the_packaged_one(page, tmp_path, capsys):
    own = tmp_path / "own.csv"
    own.write_text("id,name,short\nmine,高新技术企业联盟,高新技术企业\n", encoding="utf-8")
    _, out, _ = told(capsys, "--format", "jsonl", "--gazetteer", own, page)
    assert "mine" in out


def test_a_wrong_gazetteer_ends_with_its_line_and_3(page, tmp_path, capsys):
    own = tmp_path / "own.csv"
    own.write_text("id,name\nmine,区\n", encoding="utf-8")
    code, out, err = told(capsys, "--gazetteer", own, page)
    assert (code, out) == (3, "")
    assert "own.csv:2:" in err
