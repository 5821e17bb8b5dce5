"""Totals: what is counted, of what, and how it is written."""

import csv
import io
import json

import pytest

from gxclassify.output.totals import SummaryReport, Totals
from gxclassify.reading import read_text

TEXT = "高新区新签约项目12个，总投资38亿元。\n\n职工篮球赛昨晚开幕，24支队伍参加，决赛将在周末举行。"


def summary(form, model, *documents, by=""):
    stream = io.StringIO()
    with SummaryReport(form, model, stream, by=by) as report:
        for document in documents:
            report.write(document, model.tag(document, evidence=False))
    return stream.getvalue()


def test_they_count_what_the_paragraphs_say(tiny_model):
    totals = Totals(tiny_model.taxonomy)
    tagged = list(totals.add(tiny_model.tag([read_text(TEXT, name="a"), read_text(TEXT, name="b")])))
    rows = {row[0]: dict(zip(totals.header(), row, strict=True)) for row in totals.rows()}
    assert list(rows) == ["a", "b", ""]
    assert rows["a"]["articles"] == 1
    assert rows[""]["articles"] == 2
    assert rows[""]["paragraphs"] == len(tagged) == 4
    for theme in tiny_model.themes:
        assert rows[""][theme] == sum(theme in p.tags for p in tagged)
    assert rows[""]["no_theme"] == sum(not p.tags for p in tagged)
    assert rows[""]["review"] == sum(p.review for p in tagged)


def test_of_nothing_all_is_nought(tiny_model):
    [row] = json.loads(summary("json", tiny_model))
    assert set(row.values()) == {"", 0}


@pytest.mark.parametrize("form", ["csv", "json", "jsonl"])
def test_every_form_says_the_same(form, tiny_model):
    text = summary(form, tiny_model, read_text(TEXT, name="=a.txt"), read_text(TEXT, name="b.txt"))
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
        assert rows[0]["document"] == "'=a.txt"  # no formula for a spreadsheet
        assert rows[-1]["document"] == "all"
    else:
        rows = json.loads(text) if form == "json" else [json.loads(line) for line in text.splitlines()]
        assert rows[0]["document"] == "=a.txt"
    assert [int(row["paragraphs"]) for row in rows] == [2, 2, 4]


def test_the_table_lines_up_and_hides_what_steers_a_terminal(tiny_model):
    lines = summary("table", tiny_model, read_text(TEXT, name="一\x1b[2J"), read_text(TEXT, name="x" * 90)).splitlines()
    assert "\x1b" not in lines[1]
    assert lines[2].startswith("…xxx")
    assert lines[-1].startswith("all ")


def test_records_are_counted_by_a_field_of_theirs(call, tmp_path):
    path = tmp_path / "news.jsonl"
    rows = [("晚报", "高新区新签约项目12个。"), ("晨报", "今天天气很好。"), ("晚报", "园区污水处理厂完成提标改造。")]
    lines = [json.dumps({"paper": paper, "text": text}) for paper, text in rows]
    path.write_text("\n".join([*lines, '{"text": "没有报名。"}']), encoding="utf-8")
    code, out, _ = call("predict", path, "--summary", "--by", "paper", "--format", "jsonl")
    found = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [(row["paper"], row["paragraphs"]) for row in found] == [("晚报", 2), ("晨报", 1), ("", 1), ("", 4)]


def test_a_field_that_no_record_has_is_an_error(call, tmp_path):
    path = tmp_path / "news.jsonl"
    path.write_text(json.dumps({"paper": "晚报", "text": "高新区新签约项目12个。"}), encoding="utf-8")
    code, out, err = call("predict", path, "--summary", "--by", "newspaper")
    assert (code, out) == (3, "")
    assert err == "Error: No record has the field 'newspaper' that the totals are to be by; there are: 'paper'.\n"


def test_they_go_to_a_file_whose_name_tells_the_form(call, tmp_path):
    page = tmp_path / "page.txt"
    page.write_text(TEXT, encoding="utf-8")
    assert call("predict", page, "--summary", "--output", tmp_path / "totals.csv")[0] == 0
    assert (tmp_path / "totals.csv").read_bytes().startswith(b"\xef\xbb\xbfdocument,articles,paragraphs,")


@pytest.mark.parametrize("rest", [("--output", "a.xlsx"), ("--format", "html"), ("--jobs", "2"), ("--resume",)])
def test_what_has_no_totals_says_so(call, rest, tmp_path):
    page = tmp_path / "page.txt"
    page.write_text(TEXT, encoding="utf-8")
    code, _, err = call("predict", page, "--summary", *rest)
    assert code == 2
    assert err.startswith("Error: ")


def test_a_field_to_total_by_needs_totals(call, tmp_path):
    code, _, err = call("predict", tmp_path / "page.txt", "--by", "paper")
    assert (code, "--summary" in err) == (2, True)
