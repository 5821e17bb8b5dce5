"""What `predict` wrote counts as it is tagged: in every form, saved anew, through every door, corrections included."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

import gxclassify as gx
from gxclassify.cli import program
from gxclassify.errors import InputError
from gxclassify.messages import speaking
from gxclassify.surveys import survey_files
from support import ROOT

CORPUS = ROOT / "examples" / "corpus"
ZONES = ROOT / "examples" / "corpus-zones.csv"
FORMS = ("jsonl", "json", "csv", "parquet", "xlsx")


def run(*arguments, stdin=b"", language="en"):
    with speaking(language):
        return CliRunner().invoke(
            program, list(map(str, arguments)), input=stdin, standalone_mode=False, catch_exceptions=False
        )


def printed(*arguments, stdin=b""):
    """Return what the command prints: a line for each zone."""
    result = run("survey", *arguments, "--gazetteer", ZONES, stdin=stdin)
    assert result.return_value == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    """Paragraphs of which one stands where a page would be read as several, and one holds a piece of HTML."""
    path = tmp_path_factory.mktemp("texts") / "in.jsonl"
    rows = [
        ("一季度", "2023-02-11", "松渚高新区新签约项目12个，总投资38亿元。"),
        ("一季度", "2023-03", "=松渚高新区“十四五”末产值将达500亿元；<p>招商</p>部门介绍。"),
        ("政策", "2022", "云岭经开区出台扶持政策，对新落户企业给予补贴。"),
    ]
    lines = (json.dumps({"title": title, "date": date, "text": text}) for title, date, text in rows)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path


@pytest.fixture(scope="module")
def results(tmp_path_factory, texts):
    folder = tmp_path_factory.mktemp("results")
    for form in FORMS:
        run("predict", texts, CORPUS, "--output", folder / f"tags.{form}", "--zones", "--gazetteer", ZONES)
    run("predict", texts, CORPUS, "--output", folder / "标注.xlsx", "--zones", "--gazetteer", ZONES, language="zh")
    return folder


@pytest.fixture(scope="module")
def whole(results):
    """What the survey of the tagged lines says, of which some tags were corrected."""
    rows = [json.loads(line) for line in (results / "tags.jsonl").read_text("utf-8").splitlines()]
    assert sum(len(row["tags"]) for row in rows) > len(rows) / 2
    return printed(results / "tags.jsonl")


@pytest.mark.parametrize(
    ("language", "fields"),
    [("en", "标题,类型,日期,正文"), ("zh", "Title,Kind,Date,Text"), ("en", "title,kind,date,text")],
)
def test_fields_of_records_that_are_called_as_headings_take_no_ones_place(tmp_path, language, fields):
    (tmp_path / "a.txt").write_text("松渚高新区签约\n\n　　一季度新签约项目12个，总投资38亿元。\n", "utf-8")
    (tmp_path / "b.csv").write_text(f"{fields}\n人才,通知,2023-03-01,云岭经开区出台扶持政策。\n", "utf-8")
    for name in ("tags.xlsx", "tags.csv"):
        output = ("--output", tmp_path / name)
        run("predict", tmp_path / "a.txt", tmp_path / "b.csv", *output, "--gazetteer", ZONES, language=language)
    assert printed(tmp_path / "tags.xlsx") == printed(tmp_path / "tags.csv")
    assert "松渚" in printed(tmp_path / "tags.xlsx")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_evidence_with_colons_and_breaks_comes_back_from_a_workbook(tmp_path, language):
    texts = ["松渚高新区的目标写得清楚：到2025年工业产值达到1200亿元。", "松渚高新区签约12个项目，\n总投资45.6亿元。"]
    lines = (json.dumps({"text": text, "date": "2024-01-02"}) for text in texts)
    (tmp_path / "in.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    run("predict", tmp_path / "in.jsonl", "--output", tmp_path / "a.xlsx", "--gazetteer", ZONES, language=language)
    run("survey", tmp_path / "a.xlsx", "--output", tmp_path / "out", "--gazetteer", ZONES)
    with (tmp_path / "out" / "amounts.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["amount"] for row in csv.DictReader(file)] == ["1200亿元", "12个", "45.6亿元"]


@pytest.mark.parametrize("name", [*(f"tags.{form}" for form in FORMS), "标注.xlsx"])
def test_every_form_gives_the_same_figures_in_python_and_from_standard_input(results, whole, name):
    path = results / name
    assert printed(path) == whole
    if path.suffix != ".parquet":  # which needs a file of its own
        assert printed("-", stdin=path.read_bytes()) == whole
    gazetteer = gx.load_gazetteer([ZONES])
    rows = gx.survey(gx.read(path), gazetteer=gazetteer).shares.to_dict("records")
    assert rows == list(survey_files([path], gazetteer=gazetteer).survey.share_rows())


def test_a_tag_that_a_person_changed_counts(results, tmp_path):
    rows = [json.loads(line) for line in (results / "tags.jsonl").read_text("utf-8").splitlines()]
    for row in rows:
        row["tags"] = ["policy"]
    path = tmp_path / "tags.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    shares = gx.survey([gx.read(path)]).shares
    assert set(shares[shares.theme == "policy"].share) == {1.0}


def saved(path, encoding, delimiter, change=lambda row: row):
    """Return a predict CSV as an office program saves it anew."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    out = io.StringIO()
    table = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    table.writeheader()
    table.writerows(map(change, rows))
    return out.getvalue().encode(encoding, "replace")


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("gb18030", ","), ("gbk", ";"), ("utf-16", "\t"), ("utf-8-sig", ";"), ("utf-8", "\t")],
)
@pytest.mark.parametrize("ending", [".csv", ".txt"])
def test_a_csv_that_was_saved_anew_is_known_and_read_right(results, whole, tmp_path, encoding, delimiter, ending):
    path = tmp_path / f"saved{ending}"
    path.write_bytes(saved(results / "tags.csv", encoding, delimiter))
    assert printed(path) == whole


@pytest.mark.parametrize("date", ["2023/2/11", "2023年2月11日", "2023-02-11"])
def test_dates_as_a_spreadsheet_writes_them_are_understood(results, tmp_path, date):
    path = tmp_path / "saved.csv"
    path.write_bytes(saved(results / "tags.csv", "gbk", ",", lambda row: row | {"date": date}))
    found = survey_files([path], start=2023, end="2023-02")
    assert found.survey.left_aside == 0
    assert {period for group in found.survey.groups.values() for period in group.periods} == {"2023-02"}


def test_a_month_as_excel_shows_it_is_understood(results, tmp_path):
    path = tmp_path / "saved.csv"
    path.write_bytes(saved(results / "tags.csv", "gbk", ",", lambda row: row | {"date": "Mar-21"}))
    assert survey_files([path], start="2021-03", end="2021-03").survey.left_aside == 0


def test_a_workbook_made_of_the_csv_is_known(results, whole, tmp_path):
    path = tmp_path / "saved.xlsx"
    pd.read_csv(results / "tags.csv", dtype=str, keep_default_na=False).to_excel(path, index=False)
    assert printed(path) == whole


def test_columns_that_a_person_added_are_no_themes(results, whole, tmp_path):
    path = tmp_path / "saved.csv"
    table = pd.read_csv(results / "tags.csv", dtype=str, keep_default_na=False)
    table.insert(0, "序号", range(len(table)))
    table["备注"] = "看过"
    table.to_csv(path, index=False, encoding="gbk", errors="replace")
    assert printed(path) == whole


@pytest.mark.parametrize("name", ["政策", " Policy ", "policy;目标", "政策、目标", "政策；goals", "政策，目标"])
def test_tags_may_be_called_by_any_of_their_names(results, tmp_path, name):
    path = tmp_path / "saved.csv"
    path.write_bytes(saved(results / "tags.csv", "gb18030", ",", lambda row: row | {"tags": name}))
    problems = []
    found = survey_files([path], on_problem=problems.append).survey
    assert problems == []
    told = dict(zip(found.themes, found.total.told, strict=True))
    assert told["policy"] == found.total.paragraphs
    assert told["goals"] == (found.total.paragraphs if "目标" in name or "goals" in name else 0)


def test_an_unknown_tag_is_named(results, tmp_path):
    path = tmp_path / "saved.csv"
    path.write_bytes(saved(results / "tags.csv", "gb18030", ",", lambda row: row | {"tags": "天气"}))
    problems = []
    assert survey_files([path], on_problem=problems.append).survey.total.paragraphs == 0
    [problem] = problems
    assert "天气" in problem


@pytest.mark.parametrize("level", ["article", "document"])
@pytest.mark.parametrize("form", ["csv", "jsonl", "json", "parquet", "xlsx"])
def test_what_was_said_of_articles_is_refused_with_what_to_give(tmp_path, level, form):
    path = tmp_path / f"out.{form}"
    run("predict", CORPUS, "--level", level, "--output", path)
    result = run("survey", path)
    assert result.return_value == 3
    [told] = result.stderr.splitlines()
    assert "texts" in told or "files that it was made from" in told
    with pytest.raises(InputError, match="text"):
        gx.survey(gx.read(path))


@pytest.mark.parametrize("form", ["csv", "jsonl", "json"])
def test_totals_are_refused(tmp_path, form):
    path = tmp_path / f"out.{form}"
    run("predict", CORPUS, "--summary", "--format", form, "--output", path)
    assert run("survey", path).return_value == 3


def test_a_pipe_is_read_once(results, whole):
    """As a shell gives it for <(…): what is looked at is not lost."""
    line = f"{sys.executable} -m gxclassify survey <(cat tags.jsonl) --gazetteer {ZONES}"
    told = subprocess.run(["bash", "-c", line], cwd=results, check=True, capture_output=True)
    assert told.stdout.decode() == whole


def test_rows_that_are_no_tagged_paragraphs_are_named_by_their_place(results, tmp_path):
    rows = [json.loads(line) for line in (results / "tags.jsonl").read_text("utf-8").splitlines()]
    rows[1]["zones"] = 7
    rows[2]["article"] = "two"
    rows[3]["amounts"] = [{"value": 1}]
    rows[4]["scores"] = {}
    del rows[5]["tags"]
    path = tmp_path / "tags.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    problems = []
    found = survey_files([path], tmp_path / "out", on_problem=problems.append)
    assert found.survey.total.paragraphs == len(rows) - 5
    assert [path.name in problem for problem in problems] == [True] * 5
    assert sum(f"{path}:{n}:" in problem for problem in problems for n in (2, 3, 4, 6)) == 4


def test_the_field_of_the_date_is_looked_for_in_texts_and_not_in_what_is_tagged(texts, results):
    tagged = gx.read(results / "tags.jsonl")
    for given in (tagged, [tagged], (tagged,)):
        assert gx.survey(given, date_column="day").counts.total.paragraphs > 0
    for given in (gx.read(texts), [gx.read(texts)], map(gx.read, [texts])):
        with pytest.raises(InputError, match="No record has the field 'day'"):
            gx.survey(given, date_column="day")


def test_a_row_with_an_unknown_tag_is_named_and_how_to_write_none_and_the_rest_counts(results, tmp_path):
    numbers = iter(range(2, 10_000))  # behind the header

    def change(row):
        return row | {"tags": {4: "无", 6: ""}.get(next(numbers), row["tags"])}

    path = tmp_path / "saved.csv"
    path.write_bytes(saved(results / "tags.csv", "gb18030", ",", change))
    problems = []
    found = survey_files([path], on_problem=problems.append).survey
    rows = len(saved(results / "tags.csv", "gb18030", ",").decode("gb18030").splitlines()) - 1
    assert found.total.paragraphs == rows - 1
    [problem] = problems
    assert f"{rows - 1} paragraphs count" in problem
    assert "row 4 (无)" in problem
    assert "leave the cell empty" in problem
    assert problem.count(path.name) == 1


LABELS = (
    {"labels": ["policy"], "maybe": ["goals"], "evidence": {"policy": [[0, 10]]}, "source": "松渚日报-20210315.txt"},
    {"labels": [], "maybe": [], "source": "松渚日报-20210315.txt"},
    {"labels": ["eco_park", "goals"], "maybe": []},
)


def labelled(path, form):
    """Write label records of a text that the model tags with other themes, and when they were labelled."""
    text = "松渚高新区出台办法，新签约项目12个，总投资38亿元。"
    rows = [
        {"id": f"p-{n}", "text": text, **told, "article": "a", "annotator": "王", "time": "2026-11-29T10:00:00+00:00"}
        for n, told in enumerate(LABELS)
    ]
    lines = path.with_suffix(".jsonl")
    lines.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    if form != "jsonl":
        run("labels", "export", lines, "--out", path, "--format", form)
        lines.unlink()
    return path


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_labels_count_by_what_people_said_and_not_by_the_day_they_said_it(tmp_path, form):
    path = labelled(tmp_path / f"labels-20261130.{form}", form)
    gazetteer = gx.load_gazetteer([ZONES])
    frames = gx.survey(gx.read(path), gazetteer=gazetteer)
    told = frames.paragraphs
    assert sorted(told.theme.dropna()) == ["eco_park", "goals", "policy"]
    assert set(told.date.dropna()) == {"2021-03-15"}
    assert set(told.score.dropna()) == {1.0}
    for given in (path, tmp_path):  # in a folder too, which holds nothing else
        found = survey_files([given], gazetteer=gazetteer).survey
        assert list(found.share_rows()) == frames.shares.to_dict("records")
    assert printed(path) == printed("-", stdin=path.read_bytes())


def test_a_field_for_the_date_that_tagged_records_lack_is_told(tmp_path):
    (tmp_path / "in.jsonl").write_text('{"text": "松渚高新区新签约项目12个。", "day": "2026-03-01"}\n', "utf-8")
    tags = tmp_path / "tags.jsonl"
    run("predict", tmp_path / "in.jsonl", "--output", tags)
    told = run("survey", tags, "--date-column", "nope").stderr
    assert "no field 'nope' that the date is to be in; there are: 'day'" in told
    assert "no field" not in run("survey", tags, "--date-column", "day").stderr


def test_own_zones_that_a_tagged_file_was_made_without_are_told(results, texts, tmp_path):
    made = tmp_path / "tags.jsonl"
    run("predict", texts, "--output", made, "--zones")
    result = run("survey", made, "--gazetteer", ZONES)
    assert "it was tagged before" in result.stderr
    assert "4 of 5 paragraphs have no zone" in result.stderr
    assert "it was tagged before" not in run("survey", results / "tags.jsonl", "--gazetteer", ZONES).stderr
    assert "brings" not in run("survey", made).stderr


THEMES = ["investment_attraction", "eco_park", "innovation_platforms", "policy", "goals"]


def corrected(table):
    """Return a table whose first row's tags were corrected, so that tagging afresh would say something else."""
    column = next(name for name in ("tags", "主题", "Themes") if name in table)
    table.loc[:, column] = "政策"
    return table


@pytest.mark.parametrize(
    "away",
    [
        ["model"], ["article"], ["paragraph"], ["document"], ["title"], ["review"], THEMES, ["review", *THEMES],
        ["article", "paragraph"], ["start", "end", "kind", "subhead", "page", "box", "model"],
        ["review", "article"], ["review", "paragraph", "model"],
    ],
)  # fmt: skip
def test_corrected_tags_count_where_a_column_was_taken_away(results, tmp_path, away):
    table = corrected(pd.read_csv(results / "tags.csv", dtype=str, keep_default_na=False))
    whole, path = tmp_path / "whole.csv", tmp_path / "saved.csv"
    table.to_csv(whole, index=False)
    table.drop(columns=away).to_csv(path, index=False)
    assert printed(path) == printed(whole)
    gazetteer = gx.load_gazetteer([ZONES])
    rows = gx.survey(gx.read(path), gazetteer=gazetteer).shares
    assert set(rows[rows.theme == "policy"].share) == {1.0}
    if away != ["article", "paragraph"]:  # two records of one title are one article then
        known = survey_files([whole], gazetteer=gazetteer).survey.share_rows()
        assert list(rows.articles) == [row["articles"] for row in known]


@pytest.mark.parametrize(
    "names", ["title,article,tags,review", "document,paragraph,article,tags", "title,tags,start,end,review"]
)
def test_a_table_of_ones_own_with_tags_is_tagged(tmp_path, names):
    path = tmp_path / "own.csv"
    cells = ["政策" if name == "tags" else "3" for name in names.split(",")]
    path.write_text(
        f"{names},text\n{','.join(cells)},济宁高新区新签约招商引资项目12个，总投资35亿元。\n", encoding="utf-8"
    )
    result = run("survey", path)
    assert result.return_value == 0, result.stderr
    assert result.stdout.splitlines()[1].split("\t")[1:3] == ["1", "1.00"]


@pytest.mark.parametrize("away", ["model", "article", "paragraph", "document", "title", "review", "evidence", "scores"])
def test_tagged_lines_count_without_a_member(results, whole, tmp_path, away):
    rows = [json.loads(line) for line in (results / "tags.jsonl").read_text("utf-8").splitlines()]
    path = tmp_path / "tags.jsonl"
    lines = (json.dumps({name: value for name, value in row.items() if name != away}) for row in rows)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    assert printed(path) == whole


@pytest.mark.parametrize(
    "away",
    [["依据"], ["需要再看"], ["依据", "需要再看"], ["文件"], ["标题"], ["篇"], ["段"], ["招商引资"], []],
)
def test_a_workbook_counts_by_its_themes_where_a_column_was_taken_away(results, tmp_path, away):
    table = corrected(pd.read_excel(results / "标注.xlsx", dtype=str, keep_default_na=False))
    if away == ["招商引资"]:
        away = ["招商引资", "生态园区", "创新平台", "政策", "目标"]
    whole, path = tmp_path / "whole.xlsx", tmp_path / "saved.xlsx"
    table.to_excel(whole, index=False)
    table.drop(columns=away).to_excel(path, index=False)
    assert printed(path) == printed(whole)
    assert {line.split("\t")[5] for line in printed(path).splitlines()[1:]} == {"1.00"}
    shares = gx.survey(gx.read(path), gazetteer=gx.load_gazetteer([ZONES])).shares
    assert set(shares[shares.theme == "policy"].share) == {1.0}


def test_a_workbook_without_themes_is_told_in_one_sentence(results, tmp_path):
    path = tmp_path / "saved.xlsx"
    book = openpyxl.load_workbook(results / "标注.xlsx")
    sheet = book.worksheets[0]
    sheet.delete_cols([cell.value for cell in sheet[1]].index("主题") + 1)
    book.save(path)
    problems = []
    assert survey_files([path], on_problem=problems.append).survey.total.paragraphs == 0
    [problem] = problems
    assert "主题" in problem


def test_a_table_with_tags_of_its_own_is_tagged(tmp_path):
    path = tmp_path / "news.csv"
    path.write_text("title,document,tags,text\n签约,要闻,天气,云岭经开区新签约项目12个。\n", "utf-8")
    problems = []
    assert survey_files([path], on_problem=problems.append).survey.total.told[0] == 1
    assert problems == []


def test_zones_of_ones_own_have_name_and_province_in_each_form_without_their_gazetteer(tmp_path):
    zones = tmp_path / "zones.csv"
    zones.write_text("id,name,short\ntanghe,镇江堂河试验园区,堂河园区\nsonglin,镇江松临试验园区,松临园区\n", "utf-8")
    text = tmp_path / "a.txt"
    text.write_text("堂河园区签约\n\n　　堂河园区新签约项目12个。\n\n　　松临园区与堂河园区共建平台。\n", "utf-8")
    told = set()
    for form in ("csv", "jsonl", "parquet"):
        run("predict", text, "--zones", "--gazetteer", zones, "--output", tmp_path / f"tags.{form}")
        found = [run("survey", tmp_path / f"tags.{form}", "--by", by).stdout for by in ("zone", "province")]
        told.add("".join(found))
    [only] = told
    assert "镇江堂河试验园区\t2" in only
    assert "镇江松临试验园区\t1" in only


def test_zones_without_a_province_are_told_with_what_to_give(tmp_path):
    zones, text = tmp_path / "zones.csv", tmp_path / "a.txt"
    zones.write_text("id,name,short,province\ntanghe,堂河试验园区,堂河园区,江苏省\n", "utf-8")
    text.write_text("堂河园区新签约项目12个。\n", "utf-8")
    run("predict", text, "--zones", "--gazetteer", zones, "--output", tmp_path / "tags.parquet")
    result = run("survey", tmp_path / "tags.parquet", "--by", "province")
    assert "1 zone is not in the gazetteer" in result.stderr
    assert "--gazetteer" in result.stderr
    known = run("survey", tmp_path / "tags.parquet", "--by", "province", "--gazetteer", zones)
    assert "江苏省" in known.stdout
    assert "not in the gazetteer" not in known.stderr
    with pytest.warns(UserWarning, match="1 zone is not in the gazetteer"):
        gx.survey(gx.read(tmp_path / "tags.parquet"), by="province")


def test_warnings_of_a_survey_speak_the_language_in_force(results, tmp_path):
    path = tmp_path / "saved.csv"
    path.write_bytes(saved(results / "tags.csv", "gb18030", ",", lambda row: row | {"tags": "天气"}))
    with speaking("zh"), pytest.warns(UserWarning, match="没有这个主题|略去"):
        gx.survey(gx.read(path))


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        *(("evidence", bad) for bad in ("goals", 3, None, ["goals"], {"goals": "x"}, {"goals": [{"span": [0, 1]}]})),
        *(("evidence", {"goals": [{"within": within}]}) for within in ([0, "b"], [0], 3)),
        *(("zones", bad) for bad in (3, ["x"], [{"id": 3, "name": "x"}])),
        *(("date", "2023"), ("article_zone", "x"), ("amounts", [{}]), ("record", "x"), ("tags", [3]), ("article", "x")),
    ],
)
@pytest.mark.parametrize("zones", [False, True])
def test_a_field_of_another_form_is_named_in_a_sentence(tmp_path, texts, field, bad, zones):
    whole = tmp_path / "tags.jsonl"
    run("predict", texts, "--output", whole, *(("--zones",) if zones else ()))
    first, *others = map(json.loads, whole.read_text("utf-8").splitlines())
    if field not in first and field != "record":
        return
    lines = (json.dumps(row, ensure_ascii=False) for row in [first | {field: bad}, *others])
    whole.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    for language, said in (("en", f"its field '{field}' is not of the form"), ("zh", f"“{field}”这一项不是")):
        result = run("survey", whole, language=language)
        assert result.stderr.count("tags.jsonl:") == 1
        assert said in result.stderr
