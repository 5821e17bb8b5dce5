"""``gxclassify zones``."""

from __future__ import annotations

import json

import openpyxl
import pytest

import gxclassify as gx
from gxclassify.cli import main
from support import write_jsonl

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


def dated(path, *rows):
    """Write records as the name of the file says."""
    if path.suffix == ".csv":
        lines = [",".join(row) for row in (rows[0], *(row.values() for row in rows))]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    elif path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for cells in (rows[0], *(row.values() for row in rows)):
            book.active.append([*cells])
        book.save(path)
    else:
        text = "".join(json.dumps(row, ensure_ascii=path.stem == "b") + "\n" for row in rows)
        path.write_text(f"[{','.join(text.splitlines())}]" if path.suffix == ".json" else text, encoding="utf-8")
    return path


ROW = {"签约日": "2022-07-01", "text": "衡阳高新区签约12个项目。"}


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "b.jsonl", "a.json", "a.xlsx"])
def test_a_date_column_that_no_record_has_is_refused_with_those_that_there_are(tmp_path, capsys, name):
    path, out = dated(tmp_path / name, ROW), tmp_path / "out.csv"
    (tmp_path / "page.txt").write_text("招商引资见实效\n\n衡阳高新区新签约项目12个。\n", encoding="utf-8")
    said = "Error: No record has the field '签约日其' that the date is to be in; there are: '签约日'.\n"
    assert told(capsys, "--date-column", "签约日其", path) == (3, "", said)
    for command in (["predict", "--zones"], ["predict", "--zones", "--output", str(out)], ["survey"]):
        with pytest.raises(SystemExit) as stopped:
            main([*command, "--date-column", "签约日其", str(path), str(tmp_path / "page.txt")])
        assert stopped.value.code == 3
        assert capsys.readouterr() == ("", said)
    assert not out.exists()
    assert told(capsys, "--date-column", "签约日", path)[::2] == (0, "")


@pytest.mark.parametrize("name", ["a.jsonl", "b.jsonl", "a.json"])
def test_a_date_column_that_only_later_records_have_is_no_error(tmp_path, capsys, name):
    rows = [{"text": "衡阳高新区签约12个项目。", "页": n} for n in range(2000)]
    path = dated(tmp_path / name, *rows, ROW)
    code, out, err = told(capsys, "--date-column", "签约日", path)
    assert (code, out.splitlines()[-1].split("\t")[0]) == (0, "2022-07-01")
    assert ("The first records have no field '签约日'" in err) == (name != "a.json")
    if name != "a.json":
        code, _, err = told(capsys, "--date-column", "签约日其", path)
        assert (code, "No record has the field" in err) == (3, True)


def test_a_date_column_of_one_file_is_that_of_all(tmp_path, capsys):
    first = dated(tmp_path / "a.csv", {"页": "3", "text": "衡阳高新区签约12个项目。"})
    assert told(capsys, "--date-column", "签约日", first, dated(tmp_path / "b.csv", ROW))[::2] == (0, "")
    assert told(capsys, "--date-column", "签约日", first)[0] == 3


def test_records_that_lack_the_date_column_have_the_date_of_a_known_one(tmp_path, capsys):
    mine = dated(tmp_path / "a.jsonl", {"采于": "2024-10-08", "text": "衡阳高新区签约12个项目。"})
    other = dated(tmp_path / "b.csv", {"发布时间": "2023-05-06", "text": "衡阳高新区签约12个项目。"})
    plain = dated(tmp_path / "c.jsonl", {"date": "2022-03-04", "text": "衡阳高新区签约12个项目。"})
    code, out, err = told(capsys, "--date-column", "采于", mine, other, plain)
    assert [line.split("\t")[0] for line in out.splitlines()] == ["2024-10-08", "2023-05-06", "2022-03-04"]
    assert (code, err) == (0, "")


def ran(*arguments):
    with pytest.raises(SystemExit) as stopped:
        main([*arguments])
    assert stopped.value.code == 0


def test_dates_that_are_not_understood_are_told_once_by_every_way(tmp_path, capsys):
    rows = [{"刊发日期": day, "text": "衡阳高新区签约12个项目。"} for day in ("10月8日", "2024-10-08", "10月9日")]
    first, second = dated(tmp_path / "剪报2023.csv", *rows), dated(tmp_path / "b.csv", rows[1])
    said = "2 of 4 records have a date that is not understood, or not to the day, such as '10月8日'."
    code, out, err = told(capsys, first, second)
    assert ([line.split("\t")[0] for line in out.splitlines()], code) == (["-", "2024-10-08", "-", "2024-10-08"], 0)
    assert err.count("not understood") == 1
    assert said in err
    out = tmp_path / "out"
    for command in (
        ["predict", "--zones"], ["predict", "--zones", "--format", "jsonl"], ["survey"],
        ["predict", "--zones", "--output", f"{out}.csv"], ["predict", "--zones", "--output", f"{out}.html"],
    ):  # fmt: skip
        ran(*command, str(first), str(second))
        err = capsys.readouterr().err
        assert (err.count("not understood"), said in err) == (1, True)
    ran("predict", "--format", "jsonl", str(first))
    assert "not understood" not in capsys.readouterr().err  # nobody asked for dates
    with pytest.warns(UserWarning, match="2 of 4 records have a date that is not understood"):
        frame = gx.tag([first, second], zones=True)
    for documents in ([*map(gx.read, (first, second))], map(gx.read, (first, second))):
        with pytest.warns(UserWarning, match="2 of 4 records have a date that is not understood") as warned:
            gx.survey(documents)
        assert len(warned) == 1
    model, documents = gx.load_model(), [*map(gx.read, (first, second))]
    for tagged in (model.tag(documents, zones=True), gx.tag_groups(model, documents, zones=True)):
        with pytest.warns(UserWarning, match="2 of 4 records have a date that is not understood") as warned:
            list(tagged)
        assert len(warned) == 1
    assert frame["article_zone_name"][0] == "衡阳高新技术产业开发区"
    assert frame["zone_names"][0] == ["衡阳高新技术产业开发区"]


def test_paragraphs_without_a_date_and_those_outside_are_told_apart(tmp_path, capsys):
    days = ("", "2020-01-02", "2024-10-08", "2020-01-03")
    path = dated(tmp_path / "a.csv", *({"date": day, "text": "衡阳高新区签约12个项目。"} for day in days))
    ran("survey", "--from", "2024", str(path))
    err = capsys.readouterr().err
    assert "1 paragraph has no date and does not count." in err
    assert "2 paragraphs have a date outside --from and --to and do not count." in err


def test_totals_of_nothing_that_was_read_are_no_table(tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["predict", "--summary", str(tmp_path / "none.txt")])
    assert (stopped.value.code, capsys.readouterr().out) == (3, "")


def test_a_survey_of_one_says_so():
    assert repr(gx.survey(["2024年3月，衡阳高新区签约12个项目。"])).startswith(
        "<survey of 1 paragraph, 1 group: paragraphs (1 row),"
    )


def test_a_record_that_is_left_out_has_no_line(tmp_path, capsys):
    path = tmp_path / "采集.jsonl"
    lines = ['{"text": "济宁高新区新签约项目12个。"}', '{"text": ', '{"text": "苏州工业园区光伏装机达到600兆瓦。"}']
    path.write_text("\n".join(lines), "utf-8")
    code, out, err = told(capsys, path)
    assert [line.split("\t")[1] for line in out.splitlines()] == ["济宁高新技术产业开发区", "苏州工业园区"]
    assert code == 3
    assert "it is left out" in err


@pytest.mark.parametrize("zones", [(), ("--zones",)])
@pytest.mark.parametrize("name", ["one.csv", "one.jsonl", "one.json", "one.parquet", "one.xlsx"])
def test_results_that_are_tagged_again_have_the_fields_of_their_records(call, tmp_path, name, zones):
    record = {
        "id": "1",
        "date": "2024-08-16",
        "pub": "2024-09",
        "paper": "开发区报",
        "text": "济宁高新区签约12个项目。",
    }
    write_jsonl(tmp_path / "in.jsonl", [record])
    assert call("predict", "in.jsonl", "--output", name, *zones)[0] == 0
    for column, date in ("date", "2024-08-16"), ("pub", "2024-09"):
        code, out, err = call("predict", name, "--zones", "--date-column", column, "--format", "jsonl")
        assert code == 0
        assert json.loads(out)["date"]["date"] == date
        assert "have no field" not in err
    assert "开发区报,1,1" in call("predict", name, "--summary", "--by", "paper", "--format", "csv")[1]
    if not name.endswith("xlsx"):
        assert call("predict", name, "--summary", "--by", "none")[0] == 3
    found = [*gx.load_model().tag(gx.read(tmp_path / name), zones=True, date_column="pub")]
    assert found[0].facts.date.date == "2024-09"
