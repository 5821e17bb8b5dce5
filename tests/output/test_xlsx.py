"""The workbook: one sheet a table, text that stays text, nothing lost without a word."""

import json
from collections import Counter
from datetime import date
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import gxclassify as gx
from gxclassify.errors import InputError
from gxclassify.output import xlsx
from support import ROOT, table

TEXT = "高新区新签约项目12个，总投资38亿元。\n\n职工篮球赛昨晚开幕，24支队伍参加，决赛将在周末举行。"


def workbook(call, path, *arguments, language="zh"):
    code, _, err = call("--lang", language, "predict", *arguments, "--output", path)
    return code, err, {sheet.title: list(sheet.values) for sheet in openpyxl.load_workbook(path)}


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_people_find_their_columns_first(call, page, tmp_path):
    code, _, sheets = workbook(call, tmp_path / "a.xlsx", page)
    assert code == 0
    assert list(sheets) == ["段落", "文章", "汇总"]
    header, first, second = sheets["段落"]
    assert header[:5] == ("文件", "标题", "主题", "正文", "依据")
    row = dict(zip(header, first, strict=True))
    assert (row["主题"], row["正文"]) == ("招商引资", "高新区新签约项目12个，总投资38亿元。")
    assert row["依据"] == "招商引资：高新区新签约项目12个，总投资38亿元。"
    assert row["招商引资"] > 0.9
    assert (row["篇"], row["段"]) == (1, 1)
    assert second[2] is None
    assert sheets["汇总"][-1][:3] == ("合计", 1, 2)


def test_headers_stay_in_sight_and_every_column_has_a_filter(call, page, tmp_path):
    workbook(call, tmp_path / "a.xlsx", page)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["段落"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == sheet.dimensions


def test_numbers_that_no_spreadsheet_has_do_not_end_the_run_or_lose_digits(call, tmp_path):
    path = tmp_path / "rows.jsonl"
    values = ["NaN", "1e999", "-Infinity", "9223372036854775807", "1" + "0" * 400, "2.5", "12"]
    path.write_text("".join(f'{{"text": "园区签约。", "value": {value}}}\n' for value in values), encoding="utf-8")
    _, _, sheets = workbook(call, tmp_path / "a.xlsx", path)
    header, *rows = sheets["段落"]
    assert [row[header.index("value")] for row in rows] == [None, None, None, *values[3:5], 2.5, 12]


@pytest.mark.parametrize("level", ["paragraph", "article"])
def test_the_numbers_of_a_parquet_table_are_written(call, tmp_path, level):
    columns = {
        "text": ["园区签约。"] * 3,
        "f": [1.5, float("nan"), float("inf")],
        "d": [Decimal("1.20"), None, Decimal("123456789012345678.25")],
    }
    pq.write_table(pa.table(columns), tmp_path / "t.parquet")
    code, _, sheets = workbook(call, tmp_path / "a.xlsx", tmp_path / "t.parquet", "--level", level)
    assert code == 0
    header, *rows = next(iter(sheets.values()))
    found = [(row[header.index("f")], row[header.index("d")]) for row in rows]
    assert found == [(1.5, 1.2), (None, None), (None, "123456789012345678.25")]


def test_records_keep_their_fields_and_nothing_becomes_a_formula(call, tmp_path):
    path = tmp_path / "rows.jsonl"
    rows = [
        {"text": '=HYPERLINK("http://x","签约项目")', "id": 7, "more": {"a": 1}, "site": "https://example.org"},
        {"text": "园区签约项目12个。", "id": None, "more": None, "site": "\ud800x"},
    ]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    code, _, sheets = workbook(call, tmp_path / "a.xlsx", path)
    header, first, second = sheets["段落"]
    row = dict(zip(header, first, strict=True))
    assert code == 0
    assert (row["正文"], row["id"], row["more"]) == (rows[0]["text"], 7, '{"a": 1}')
    assert dict(zip(header, second, strict=True))["site"] == "?x"
    cells = openpyxl.load_workbook(tmp_path / "a.xlsx")["段落"]
    assert {cell.data_type for line in cells.iter_rows() for cell in line} <= {"s", "n", "inlineStr"}
    assert not any(cell.hyperlink for line in cells.iter_rows() for cell in line)


def test_records_keep_every_field_whatever_file_they_are_in(call, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.jsonl").write_text('{"id": 7, "text": "园区签约项目12个。"}\n', "utf-8")
    table(folder / "b.xlsx", ["编号", "正文"], ["甲", "污水处理厂完成提标改造。"])
    (folder / "c.json").write_text(json.dumps([{"id": i, "text": "签约", "more": "x" * 99} for i in range(1000)]))
    for name in range(20):
        (folder / f"d{name}.txt").write_text("园区签约项目12个。", "utf-8")
    (folder / "z.jsonl").write_text('{"text": "绿化", "来源": "日报", "页": {"n": 3}, "无": null}\n', "utf-8")
    _, _, sheets = workbook(call, tmp_path / "a.xlsx", folder)
    header, *rows = sheets["段落"]
    assert header[-4:] == ("id", "编号", "more", "其他字段")
    ends = [row[-4:] for row in rows]
    assert [*ends[:3], ends[-1]] == [
        (7, None, None, None), (None, "甲", None, None), (0, None, "x" * 99, None),
        (None, None, None, '来源：日报\n页：{"n": 3}'),
    ]  # fmt: skip


def test_texts_have_no_columns_of_records(call, page, tmp_path):
    _, _, sheets = workbook(call, tmp_path / "a.xlsx", page)
    assert sheets["段落"][0][-1] == "类型"


def test_zones_dates_and_amounts_have_columns_when_asked_for(call, page, tmp_path):
    page.write_text("2021年3月，衡阳高新区新签约项目12个，总投资38亿元。", encoding="utf-8")
    _, _, sheets = workbook(call, tmp_path / "a.xlsx", page, "--zones")
    row = dict(zip(*sheets["段落"], strict=True))
    assert (row["开发区"], row["日期"]) == ("衡阳高新技术产业开发区", "2021-03")
    assert row["主要园区"] == "衡阳高新技术产业开发区"
    assert "38亿元" in row["数额"]


def test_what_was_left_out_has_a_sheet(call, page, tmp_path):
    empty = tmp_path / "empty.txt"
    empty.touch()
    code, err, sheets = workbook(call, tmp_path / "a.xlsx", page, empty)
    assert code == 3
    assert "empty.txt" in err
    [(_,), (reason,)] = sheets["未读取"]
    assert reason == f"{empty}：里面没有文字。"
    _, err, sheets = workbook(call, tmp_path / "b.xlsx", page, empty, language="en")
    assert sheets["Not read"][1] == (f"{empty}: there is no text in it.",)


def test_a_full_sheet_is_followed_by_another(call, page, tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "_MOST_ROWS", 1)
    _, _, sheets = workbook(call, tmp_path / "a.xlsx", page)
    assert [len(sheets[name]) for name in ("段落", "段落2")] == [2, 2]


def test_a_text_longer_than_a_cell_is_cut_and_counted(call, page, tmp_path):
    page.write_text("园区签约项目。" * 5000, encoding="utf-8")
    _, _, sheets = workbook(call, tmp_path / "a.xlsx", page)
    assert any(value and value.endswith("…") for value in sheets["段落"][1] if isinstance(value, str))
    assert "末尾截去" in sheets["未读取"][1][0]


def test_a_workbook_needs_a_name(call, page):
    code, _, err = call("predict", page, "--format", "xlsx")
    assert (code, "--output" in err) == (2, True)


SEVERAL = ROOT / "examples" / "page.txt"


def test_headers_are_in_the_language_of_the_command(call, page, tmp_path):
    _, _, sheets = workbook(call, tmp_path / "a.xlsx", page, "--zones", language="en")
    assert list(sheets) == ["Paragraphs", "Articles", "Totals"]
    header, first, _ = sheets["Paragraphs"]
    row = dict(zip(header, first, strict=True))
    assert row["Themes"] == "Investment attraction"
    assert row["Evidence"].startswith("Investment attraction: ")
    assert row["Kind"] == "Text"
    assert not any("\u4e00" <= sign <= "\u9fff" for sheet in sheets.values() for cell in sheet[0] for sign in cell)


@pytest.mark.parametrize("level", ["paragraph", "article", "document"])
def test_articles_and_documents_have_a_sheet_with_their_tags(call, tmp_path, level):
    model = gx.load_model()
    names = {theme.id: theme.zh for theme in model.taxonomy.themes}
    groups = list(gx.tag_groups(model, gx.read(SEVERAL), "article" if level == "paragraph" else level, zones=True))
    _, _, sheets = workbook(call, tmp_path / "a.xlsx", SEVERAL, "--zones", "--level", level)
    assert ("段落" in sheets) == (level == "paragraph")
    header, *rows = sheets["文档" if level == "document" else "文章"]
    assert len(rows) == len(groups)
    for group, cells in zip(groups, rows, strict=True):
        row = dict(zip(header, cells, strict=True))
        assert (row["标题"], row["段落"]) == (group.title, group.paragraphs)
        assert (row["主题"] or "") == "、".join(names[theme] for theme in group.tags)
        assert row["篇"] == (None if group.article is None else group.article + 1)
        assert row["主要园区"] == (group.article_zone and group.article_zone[1])
        for theme, told in group.themes.items():
            assert row[f"{names[theme]}：占比"] == pytest.approx(told.share)
            assert row[f"{names[theme]}：最高"] == pytest.approx(told.score, abs=1e-6)
            assert told.sentence is None or f"{names[theme]}：{told.sentence}" in row["依据"]


def test_the_articles_listed_are_those_that_the_totals_count_records_among_them(call, page, tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text(
        '{"text": "园区签约项目12个。", "id": 7}\n{"text": "园区绿化改造完成。", "id": 8}\n', encoding="utf-8"
    )
    _, _, sheets = workbook(call, tmp_path / "a.xlsx", path, page)
    counted = Counter(row[0] for row in sheets["文章"][1:])
    assert counted == {row[0]: row[1] for row in sheets["汇总"][1:-1]}


def test_a_record_without_a_text_keeps_its_row(call, tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "园区签约项目12个。", "id": 7}\n{"text": null, "id": 8}\n', encoding="utf-8")
    _, _, sheets = workbook(call, tmp_path / "b.xlsx", path, "--level", "document")
    header, *rows = sheets["文档"]
    assert [dict(zip(header, row, strict=True))["id"] for row in rows] == [7, 8]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_was_written_is_read_as_the_texts_alone(call, page, tmp_path, language):
    empty = tmp_path / "empty.txt"
    empty.write_text("", encoding="utf-8")
    path = tmp_path / "a.xlsx"
    _, _, sheets = workbook(call, path, page, empty, language=language)
    book = openpyxl.load_workbook(path)  # somebody opens it and saves it again
    book.save(path)
    document = gx.read(path)
    assert [p.text for article in document.articles for p in article.paragraphs] == [
        row[3] for row in next(iter(sheets.values()))[1:]
    ]
    assert [notice.place for notice in document.notices if notice.place] == list(sheets)[1:]


def test_a_workbook_without_paragraphs_is_not_taken_for_texts(call, page, tmp_path):
    path = tmp_path / "a.xlsx"
    workbook(call, path, page, "--level", "article")
    with pytest.raises(InputError, match=r"a\.xlsx: the workbook has what predict said of articles or documents"):
        gx.read(path)


def test_numbers_and_dates_of_a_sheet_stay_what_they_are_and_texts_stay_texts(call, tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    day, later = date(2024, 3, 5), date(2024, 3, 6)
    rows = [
        ["标题", "正文", "日期", "金额", "增长", "户数", "编号", "电话"],
        ["一", "2024年3月5日，衡阳高新区新签约项目12个。", day, 12.5, 0.085, 1234, "007", "13800001111"],
        ["二", "园区治水。", later, "待定", -0.5, 20, "12", "0731"],
    ]
    for row in rows:
        sheet.append(row)
    for column, pattern in (("E", "0.0%"), ("F", "#,##0")):
        for number in (2, 3):
            sheet[f"{column}{number}"].number_format = pattern
    book.save(tmp_path / "in.xlsx")
    _, _, sheets = workbook(call, tmp_path / "a.xlsx", tmp_path / "in.xlsx", "--zones")
    header, first, second = sheets["段落"]
    assert len({*header}) == len(header)
    one, two = (dict(zip(header, row, strict=True)) for row in (first, second))
    assert (one["标题"], one["原表：标题"]) == ("一", "一")
    assert [cell.date() for cell in (one["日期"], one["原表：日期"], two["原表：日期"])] == [day, day, later]
    assert [one[name] for name in rows[0][3:]] == [12.5, 0.085, 1234, "007", "13800001111"]
    assert [two[name] for name in rows[0][3:]] == ["待定", -0.5, 20, "12", "0731"]
    shown = gx.read(tmp_path / "a.xlsx").articles[0].paragraphs[0].record  # as in the first table
    assert [shown[name] for name in ("原表：日期", "金额", "增长", "户数")] == ["2024-03-05", "12.5", "8.5%", "1,234"]


@pytest.mark.parametrize(("said", "told"), [("2021年3月", "2021-03"), ("2021年", "2021")])
def test_a_date_that_is_no_day_stays_text(call, page, tmp_path, said, told):
    page.write_text(f"{said}，衡阳高新区新签约项目12个。", encoding="utf-8")
    _, _, sheets = workbook(call, tmp_path / "a.xlsx", page, "--zones")
    assert dict(zip(*sheets["文章"], strict=True))["日期"] == told


def test_a_workbook_of_ours_that_is_tagged_again_has_no_two_columns_of_one_name(call, page, tmp_path):
    call("predict", page, "--output", tmp_path / "a.xlsx")
    _, _, sheets = workbook(call, tmp_path / "b.xlsx", tmp_path / "a.xlsx")
    for header, *_ in sheets.values():
        assert len(set(header)) == len(header)
