from __future__ import annotations

import csv
import json
import subprocess
import sys

import openpyxl
import pytest

from gxclassify.labels.answers import Answer
from gxclassify.labels.records import LabelRecord, load_labels
from gxclassify.labels.store import LabelStore
from gxclassify.loading import load_model
from support import ROOT, THEMES, run, tiny_records, write_jsonl

TEXTS = ("小镇的集市从清晨六点开始热闹。", "专家组昨天看过三号码头。", "通往水库的乡道塌方，养路工人抢修到半夜。")


@pytest.fixture
def themes(tmp_path):
    path = tmp_path / "themes.toml"
    path.write_text("\n".join(f'[[theme]]\nid = "{theme}"' for theme in THEMES), encoding="utf-8")
    return path


@pytest.fixture
def tiny(themes):
    return write_jsonl(themes.parent / "labels" / "train" / "tiny.jsonl", tiny_records())


def plain(number, **changes):
    return {"id": f"r{number}", "text": TEXTS[number], "labels": [], **changes}


@pytest.mark.usefixtures("themes")
def test_check_of_labels_that_are_right(call, tmp_path):
    path = write_jsonl(tmp_path / "a.jsonl", [plain(0), plain(1)])
    code, out, _ = call("labels", "check", path, "--support", 0)
    assert code == 0
    assert out.endswith("Nothing is wrong.\n")


@pytest.mark.usefixtures("themes")
def test_check_of_labels_that_are_wrong_exits_5(call, tmp_path):
    path = write_jsonl(tmp_path / "a.jsonl", [plain(0), plain(0)])
    code, out, err = call("labels", "check", path, "--support", 0)
    assert code == 5
    assert f"id: {path}:2: the id 'r0' stands already at {path}:1" in out
    assert err == "Error: The labels have 1 problem; the list says where.\n"


@pytest.mark.usefixtures("themes")
def test_check_without_paths_takes_the_folders_train_and_test(call, tmp_path):
    write_jsonl(tmp_path / "labels" / "train" / "a.jsonl", [plain(0)])
    write_jsonl(tmp_path / "labels" / "test" / "b.jsonl", [plain(1)])
    _, out, _ = call("labels", "check", "--support", 0, "--format", "json")
    assert json.loads(out)["paragraphs"] == {"train": 1, "test": 1}


def test_check_of_a_missing_file_exits_3(call):
    code, _, err = call("labels", "check", "nowhere.jsonl")
    assert code == 3
    assert "nowhere.jsonl: there is no such label file" in err


def test_stats_as_table_and_json_tell_the_same(call, tiny):
    _, table, _ = call("labels", "stats")
    _, text, _ = call("labels", "stats", tiny, "--format", "json")
    counted = json.loads(text)
    assert f"{counted['paragraphs']} paragraphs of {counted['articles']} articles." in table
    assert "policy" in table


@pytest.mark.usefixtures("themes")
def test_agree_counts_and_lists_disagreements(call, tmp_path):
    a = write_jsonl(tmp_path / "a.jsonl", [plain(0, labels=["policy"]), plain(1)])
    b = write_jsonl(tmp_path / "b.jsonl", [plain(0), plain(1)])
    code, out, _ = call("labels", "agree", a, b, "--disagreements")
    assert code == 0
    assert f"{b}:1: r0: policy is told by A alone: {TEXTS[0]}" in out
    _, text, _ = call("labels", "agree", a, b, "--format", "json")
    assert json.loads(text)["same_labels"] == 0.5


@pytest.mark.usefixtures("themes")
def test_agree_of_a_store_names_no_file(call, tmp_path):
    store = LabelStore(tmp_path / "store.db", THEMES)
    store.add([LabelRecord(id="r0", text=TEXTS[0], article="r0")])
    store.answer(Answer(key="key-0001", paragraph="r0", annotator="林", labels=("policy",)))
    store.answer(Answer(key="key-0002", paragraph="r0", annotator="苏"))
    _, out, err = call("labels", "agree", "store.db", "--disagreements")
    assert out.startswith("A is 林, B is 苏:\n")
    assert f"\nr0: policy is told by A alone: {TEXTS[0]}" in out
    assert err == ""  # nothing was decided


def test_themes_are_listed_in_their_order_everywhere(call, tmp_path):
    one = write_jsonl(tmp_path / "a.jsonl", [plain(0, labels=["policy", "agriculture"]), plain(1, labels=["goals"])])
    other = write_jsonl(
        tmp_path / "b.jsonl", [plain(0, labels=["investment_attraction"]), plain(1, labels=["eco_park"])]
    )
    store = LabelStore(tmp_path / "store.db", [*THEMES, "goals", "agriculture"])
    store.add([LabelRecord(id="r0", text=TEXTS[0], article="r0")])
    for person, told in (("林", ("agriculture", "goals", "policy")), ("苏", ("eco_park", "investment_attraction"))):
        store.answer(Answer(key=f"key-{person}", paragraph="r0", annotator=person, labels=told))
    told = ["investment_attraction", "eco_park", "policy", "goals", "agriculture"]

    def asked(*command):
        found = json.loads(call("labels", *command, "--format", "json")[1])
        return list((found[0] if isinstance(found, list) else found)["per_theme"])

    assert asked("agree", one, other) == asked("agree", other, one) == asked("agree", "store.db") == told
    assert asked("stats", one) == told[2:]
    (tmp_path / "themes.toml").write_text("\n".join(f"[[theme]]\nid = '{theme}'" for theme in sorted(told)), "utf-8")
    assert asked("agree", one, other) == asked("stats", one) == sorted(told)


@pytest.mark.usefixtures("themes")
def test_readings_of_one_file_are_listed_by_their_ids(call, tmp_path):
    read = [plain(0, labels=["policy"], annotator="林"), plain(0, id="r0-苏", annotator="苏")]
    file = write_jsonl(tmp_path / "a.jsonl", read)
    _, out, _ = call("labels", "agree", file, "--disagreements")
    assert f"\n{file}:2: r0-苏: policy is told by A alone: {TEXTS[0]}" in out
    _, text, _ = call("labels", "agree", file, "--format", "json")
    ((told,),) = (pair["disagreements"] for pair in json.loads(text))
    assert (told["where"], told["id"]) == (f"{file}:2", "r0-苏")


@pytest.mark.usefixtures("tiny")
def test_audit_lists_the_number_asked_for(call):
    code, out, _ = call("labels", "audit", "--top", 3, "--format", "jsonl", "--set", "classifier.folds=2")
    assert code == 0
    found = [json.loads(line) for line in out.splitlines()]
    assert len(found) == 3
    assert {"id", "where", "theme", "told", "probability", "quality"} <= set(found[0])


def test_audit_as_table_shows_what_is_labelled_and_what_is_probable(call, tiny):
    _, out, _ = call("labels", "audit", tiny, "--top", 1, "--set", "classifier.folds=2")
    place, verdict, text = out.splitlines()
    assert place.startswith(f"1. {tiny}:")
    assert "labelled " in verdict
    assert "probability " in verdict
    assert text.strip() in {r["text"] for r in tiny_records()}


def test_suggest_never_asks_twice(call, tmp_path, tiny_bundle):
    pool = tmp_path / "pool.txt"
    pool.write_text("\n\n".join(TEXTS), encoding="utf-8")
    asked = []
    for _ in range(3):
        code, out, _ = call("labels", "suggest", "--model", tiny_bundle, "--from", pool, "--count", 2)
        assert code == 0
        asked += [json.loads(line)["text"] for line in out.splitlines()]
    assert sorted(asked) == sorted(TEXTS)
    assert (tmp_path / "pool.txt.asked").exists()


def test_each_line_of_a_list_is_an_article_of_its_own(call, tmp_path, tiny_bundle):
    pool = tmp_path / "new.txt"
    pool.write_text("\n".join(TEXTS), encoding="utf-8")
    _, out, _ = call("labels", "suggest", "--model", tiny_bundle, "--from", pool)
    records = [json.loads(line) for line in out.splitlines()]
    assert len({record["article"] for record in records}) == len(records) == len(TEXTS)


def test_suggest_names_what_cannot_be_read_and_goes_on(call, tmp_path, tiny_bundle):
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (pages / "b.txt").write_text("\n\n".join(TEXTS), encoding="utf-8")
    sources = ("--from", tmp_path / "nowhere.txt", "--from", pages, "--state", tmp_path / "state")
    code, out, err = call("labels", "suggest", "--model", tiny_bundle, *sources)
    assert (code, len(out.splitlines())) == (3, len(TEXTS))
    missing, screenshot, counted = err.splitlines()
    assert missing == f"Error: {tmp_path / 'nowhere.txt'}: there is no such file or folder."
    assert screenshot.startswith("Error: ")
    assert "a.png: " in screenshot
    assert counted == f"3 of 3 paragraphs; {tmp_path / 'state'} remembers them."


def test_suggest_from_the_current_folder_remembers_beside_it(call, tmp_path, tiny_bundle, monkeypatch):
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / "a.txt").write_text("\n".join(TEXTS), encoding="utf-8")
    monkeypatch.chdir(folder)
    code, out, _ = call("labels", "suggest", "--from", ".", "--model", tiny_bundle, "--count", "1")
    assert (code, out.count("\n")) == (0, 1)
    assert (tmp_path / "new.asked").is_file()


def test_suggest_of_nothing_that_can_be_read_asks_and_remembers_nothing(call, tmp_path, tiny_bundle):
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    code, out, err = call("labels", "suggest", "--model", tiny_bundle, "--from", tmp_path / "a.png")
    assert (code, out, len(err.splitlines())) == (3, "", 1)
    assert not (tmp_path / "a.png.asked").exists()


def test_suggest_from_a_folder_without_a_text_says_so_and_remembers_nothing(call, tmp_path, tiny_bundle):
    pool = tmp_path / "new"
    pool.mkdir()
    code, out, err = call("labels", "suggest", "--model", tiny_bundle, "--from", pool)
    assert (code, out) == (0, "")
    assert err == f"There is no paragraph in {pool} to choose from; name files with text, or folders of them.\n"
    assert not (tmp_path / "new.asked").exists()


def test_suggest_names_themes_and_says_when_nothing_is_left(call, tmp_path, tiny_bundle):
    pool = tmp_path / "pool.txt"
    pool.write_text("\n\n".join(TEXTS), encoding="utf-8")
    suggest = ("--lang", "zh", "labels", "suggest", "--model", tiny_bundle, "--from", pool, "--format", "table")
    _, table, _ = call(*suggest)
    assert "最有助于学会" in table
    names = [theme.zh for theme in load_model(tiny_bundle).taxonomy.themes]
    assert all(f"{name} 0." in table for name in names)
    code, out, err = call(*suggest)
    assert (code, out) == (0, "")
    assert "pool.txt.asked，或用 --state" in err


@pytest.mark.usefixtures("themes")
def test_suggest_does_not_ask_for_what_is_labelled(call, tmp_path, tiny_bundle):
    pool = tmp_path / "pool.txt"
    pool.write_text("\n\n".join(TEXTS), encoding="utf-8")
    done = write_jsonl(tmp_path / "done.jsonl", [plain(0), plain(1)])
    arguments = ("--model", tiny_bundle, "--from", pool, "--labelled", done, "--format", "table")
    _, out, _ = call("labels", "suggest", *arguments)
    assert out.splitlines()[-1].strip() == TEXTS[2]


@pytest.mark.usefixtures("themes")
def test_suggested_records_can_be_read_as_labels(call, tmp_path, tiny_bundle):
    pool = tmp_path / "pool.txt"
    pool.write_text("\n\n".join(TEXTS), encoding="utf-8")
    _, out, _ = call("labels", "suggest", "--model", tiny_bundle, "--from", pool)
    (tmp_path / "next.jsonl").write_text(out, encoding="utf-8")
    assert call("labels", "check", tmp_path / "next.jsonl", "--support", 0)[0] == 0


@pytest.mark.parametrize("form", ["jsonl", "doccano", "label-studio", "prodigy", "csv"])
def test_export_and_import_give_the_records_back(call, tmp_path, tiny, themes, form):
    assert call("labels", "export", "--format", form, "--out", "there")[0] == 0
    code, _, err = call("labels", "import", "there", "--format", form, "--themes", themes, "--out", "back.jsonl")
    assert code == 0
    assert "96 records." in err
    assert load_labels([tmp_path / "back.jsonl"]).records == load_labels([tiny]).records


def test_export_goes_to_standard_output(call, tiny):
    _, out, err = call("labels", "export", tiny, "--format", "fasttext")
    assert out.startswith("__label__")
    assert err.startswith("fastText does not carry: ")


def test_an_output_called_dash_is_standard_output(call, tiny, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    plain = call("labels", "export", "--format", "doccano", tiny)
    assert call("labels", "export", "--format", "doccano", tiny, "--out", "-") == plain
    (tmp_path / "a.jsonl").write_text(plain[1], "utf-8")
    imported = call("labels", "import", "a.jsonl", "--out", "-")
    assert imported == call("labels", "import", "a.jsonl")
    assert imported[1].startswith("{")
    assert not (tmp_path / "-").exists()


def test_no_table_is_replaced_by_what_is_none(call, tmp_path, tiny):
    table = tmp_path / "标注.CSV"
    table.write_text("text,label,审核人\n甲地签约。,招商引资,李\n", encoding="utf-8")
    before = table.read_bytes()
    code, _, err = call("labels", "import", table, "--out", table)
    assert (code, "give it a name that ends in .jsonl" in err) == (2, True)
    assert table.read_bytes() == before
    for form, name in (("csv", "a.xlsx"), ("csv", "a.tsv"), ("label-studio", "a.csv")):
        code, _, err = call("labels", "export", tiny, "--format", form, "--out", name)
        assert (code, f"{name}: this is not written as its name says" in err) == (2, True)
        assert not (tmp_path / name).exists()
    assert call("labels", "export", tiny, "--format", "csv", "--out", "a.csv")[0] == 0


def test_a_new_theme_is_left_open_where_it_is_not_told(call, tmp_path):
    themes = tmp_path / "themes.toml"
    themes.write_text('[[theme]]\nid = "policy"\n[[theme]]\nid = "talent"\nzh = "人才"\n', encoding="utf-8")
    file = tmp_path / "old.jsonl"
    rows = [{"id": str(n), "text": f"园区{n}。", "labels": told, "source": "news"} for n, told in
            enumerate([["policy"], [], ["talent"]])]  # fmt: skip
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    command = ("labels", "import", file, "--themes", themes, "--out", file)
    assert call(*command, "--open", "人才")[0] == 0
    read = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [(row["labels"], row["maybe"], row["source"]) for row in read] == [
        (["policy"], ["talent"], "news"), ([], ["talent"], "news"), (["talent"], [], "news"),
    ]  # fmt: skip
    code, _, said = call(*command, "--open", "sport")
    assert (code, "--open sport: there is no such theme" in said) == (2, True)


@pytest.mark.parametrize("name", ["x.csv", "new.xlsx", "new.jsonl.gz"])
def test_import_refuses_a_name_that_tells_another_form_than_records(call, tmp_path, name):
    (tmp_path / "x.csv").write_text("text,label\n甲地签约。,招商引资\n", encoding="utf-8")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    code, out, err = call("labels", "import", "x.csv", "--out", name)
    assert (code, out) == (2, "")
    assert f"{name}: this is not written as its name says; give it a name that ends in .jsonl" in err
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_import_without_themes_takes_those_of_the_shipped_model(call, tmp_path):
    (tmp_path / "x.csv").write_text("text,label\n甲地签约。,招商引资\n", encoding="utf-8")
    _, out, _ = call("labels", "import", "x.csv", "--format", "csv")
    assert json.loads(out)["labels"] == ["investment_attraction"]


def test_export_of_a_labelling_store(call, tmp_path):
    LabelStore(tmp_path / "store.db", THEMES).add([LabelRecord(id="r0", text=TEXTS[0], article="r0")])
    code, out, _ = call("labels", "export", "--store", "store.db", "--format", "jsonl")
    assert (code, out) == (0, "")  # nobody has answered yet


def test_export_never_replaces_the_table_that_it_reads(call, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("text,label,channel\n园区签约十二个项目。,policy,phone\n", "utf-8")
    before = table.read_bytes()
    code, _, err = call("labels", "export", table, "--format", "csv", "--out", table)
    assert (code, table.read_bytes()) == (2, before)
    assert "this is an input" in err


def test_export_takes_files_or_a_store(call, tiny, tmp_path):
    code, _, err = call("labels", "export", tiny, "--store", tmp_path / "store.db", "--format", "jsonl")
    assert code == 2
    assert "not both" in err


RESULTS = ["tags.csv", "tags.jsonl", "tags.json", "tags.xlsx", "tags.parquet"]
TEXTS = ["济宁高新区签约12个项目。", "=公司将投资38亿元建设厂房。", "天气晴好。"]


@pytest.fixture
def results(call, tmp_path):
    """Write what `predict` says of `TEXTS` to a file of a name."""

    def write(name, *options):
        write_jsonl(tmp_path / "in.jsonl", [{"id": str(i), "text": text} for i, text in enumerate(TEXTS)])
        assert call("predict", "in.jsonl", "--output", name, *options)[0] == 0
        return tmp_path / name

    return write


@pytest.mark.parametrize("options", [(), ("--zones",)])
@pytest.mark.parametrize("name", RESULTS)
def test_results_are_labels_by_their_tags_in_every_command(call, results, name, options):
    results(name, *options)
    for themes in ((), ("--themes", "any")):
        code, out, err = call("labels", "import", name, *themes)
        assert code == 0, err
        assert "This is what predict wrote" in err
        records = [json.loads(line) for line in out.splitlines()]
        assert [record["text"] for record in records] == TEXTS
        assert [record["labels"] for record in records] == [["investment_attraction"], ["investment_attraction"], []]
        assert [record["id"] for record in records] == ["0", "1", "2"]
        assert len({record["article"] for record in records}) == 3
        assert not any("evidence" in record for record in records)
    assert "Checked 3 train paragraphs" in call("labels", "check", name)[1]
    assert "3 paragraphs of 3 articles" in call("labels", "stats", name)[1]
    assert call("evaluate", "--labels", name)[0] == 0


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("政策", ["policy"]),
        ("政策；目标", ["policy", "goals"]),
        ("Policy, Goals", ["policy", "goals"]),
        ("Investment attraction", ["investment_attraction"]),
        ("policy;政策", ["policy"]),
        ("", []),
    ],
)
def test_a_corrected_cell_may_name_themes_in_any_way(call, results, cell, told):
    path = results("tags.csv")
    text = path.read_text(encoding="utf-8-sig")
    path.write_text(text.replace(",investment_attraction,济", f',"{cell}",济'), encoding="utf-8-sig")
    for themes in ((), ("--themes", "any")):
        records = [json.loads(line) for line in call("labels", "import", path, *themes)[1].splitlines()]
        assert [record["labels"] for record in records] == [told, ["investment_attraction"], []]


@pytest.mark.parametrize("name", ["标签", "labels", "人工标签"])
@pytest.mark.parametrize("themes", [(), ("--themes", "any")])
def test_a_column_of_labels_that_people_add_to_results_goes_before_their_tags(call, results, name, themes):
    path = results("tags.csv")
    head, *rows = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text(
        "\n".join([f"{head},{name}", f"{rows[0]},政策", f"{rows[1]},", f"{rows[2]},目标"]), encoding="utf-8"
    )
    _, out, err = call("labels", "import", path, *themes)
    assert [json.loads(line)["labels"] for line in out.splitlines()] == [["policy"], ["goals"]]
    assert f"the labels are those of '{name}'" in err


@pytest.mark.parametrize("tags", ["kept", "emptied"])
def test_marks_that_people_wrote_over_the_probabilities_of_results_are_labels(call, results, tags):
    path = results("tags.csv")
    rows = [*csv.reader(path.read_text(encoding="utf-8-sig").splitlines())]
    themes = ("investment_attraction", "eco_park", "innovation_platforms", "policy", "goals")
    ids = [*map(rows[0].index, themes)]
    for row, told in zip(rows[1:], ("01000", "00001", "00000"), strict=True):
        for at, mark in zip(ids, told, strict=True):
            row[at] = mark
        row[rows[0].index("tags")] *= tags == "kept"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    records = [json.loads(line) for line in call("labels", "import", path)[1].splitlines()]
    assert [record["labels"] for record in records] == [["eco_park"], ["goals"], []]


@pytest.mark.parametrize("marks", [(1, 0), ("√", None)])
def test_marks_over_the_probabilities_of_a_workbook_are_labels(call, results, marks):
    path = results("tags.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    for row, told in zip(sheet.iter_rows(min_row=2), ("01000", "00001", "10000"), strict=True):
        for cell, mark in zip(row[heads.index("Investment attraction") :], told, strict=False):
            cell.value = marks[mark == "0"]
    book.save(path)
    code, out, err = call("labels", "import", path)
    assert code == 0, err
    found = [json.loads(line)["labels"] for line in out.splitlines()]
    assert found == [["eco_park"], ["goals"], ["investment_attraction"]]


@pytest.mark.parametrize("mark", ["√", "？", "否"])
def test_marks_over_some_probabilities_alone_are_named(call, results, mark):
    path = results("tags.csv")
    text = path.read_text(encoding="utf-8-sig")
    head, row = text.splitlines()[:2]
    cells = row.split(",")
    cells[head.split(",").index("policy")] = mark
    path.write_text(text.replace(row, ",".join(cells)), encoding="utf-8")
    code, _, err = call("labels", "import", path)
    assert code == 3
    assert f"{path}:2: the column 'policy' has the mark '{mark}' among probabilities" in err


@pytest.mark.parametrize("name", RESULTS)
def test_what_was_said_of_records_before_they_were_tagged_is_no_label_of_their_results(call, tmp_path, name):
    rows = [
        {"id": str(i), "text": text, "标签": "要闻", "labels": ["goals"], "maybe": ["policy"], "annotator": "甲"}
        for i, text in enumerate(TEXTS)
    ]
    write_jsonl(tmp_path / "in.jsonl", rows)
    assert call("predict", "in.jsonl", "--output", name)[0] == 0
    code, out, err = call("labels", "import", name)
    assert code == 0, err
    records = [json.loads(line) for line in out.splitlines()]
    assert [record["labels"] for record in records] == [["investment_attraction"], ["investment_attraction"], []]
    assert not any(record["maybe"] or "annotator" in record for record in records)


@pytest.mark.parametrize("name", ["tags.csv.gz", "tags.jsonl.gz", "tags.csv.zst"])
def test_packed_results_are_labels(call, results, name):
    path = results(name)
    for themes in ((), ("--themes", "any")):
        records = [json.loads(line) for line in call("labels", "import", name, *themes)[1].splitlines()]
        assert [record["text"] for record in records] == TEXTS
    assert "3 paragraphs of 3 articles" in call("labels", "stats", name)[1]
    path.write_bytes(path.read_bytes()[:-9])
    code, _, err = call("labels", "stats", name)
    assert code == 3
    assert name in err


def test_an_article_of_results_has_one_name_in_every_form(call, tmp_path):
    (tmp_path / "page.txt").write_text(
        "园区签约十二个重大项目\n济宁高新区签约12个项目，总投资38亿元，涉及装备制造等产业。\n\n\n"
        "园区建成三座污水处理厂\n园区建成污水处理厂三座，固体废物综合利用率达到百分之九十六。\n",
        encoding="utf-8",
    )
    named = []
    for name in ("tags.csv", "tags.jsonl", "tags.xlsx"):
        assert call("predict", "page.txt", "--output", name)[0] == 0
        named.append([json.loads(line)["article"] for line in call("labels", "import", name)[1].splitlines()])
    assert named[0] == named[1] == named[2] == ["page.txt:0", "page.txt:1"]


def test_another_column_may_hold_the_labels_of_results(call, results):
    path = results("tags.csv")
    head, *rows = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text("\n".join([f"{head},正确", f"{rows[0]},政策", f"{rows[1]},", f"{rows[2]},[]"]), encoding="utf-8")
    code, out, err = call("labels", "import", path, "--label-column", "正确")
    assert code == 0
    assert [json.loads(line)["labels"] for line in out.splitlines()] == [["policy"], []]
    assert "This is what predict wrote" not in err


@pytest.mark.parametrize("options", [("--level", "article"), ("--level", "document"), ("--summary", "--format", "csv")])
def test_results_without_texts_are_no_labels(call, results, options):
    code, _, err = call("labels", "import", results("groups.csv", *options))
    assert code == 3
    assert "without their texts" in err


def test_results_in_a_folder_of_labels_are_passed_over_and_named(call, results, tmp_path):
    write_jsonl(tmp_path / "labels" / "own.jsonl", tiny_records())
    results("labels/tags.jsonl")
    code, out, err = call("labels", "stats", "labels")
    assert code == 0
    assert f"{len(tiny_records())} paragraphs" in out
    assert "not read in this folder: tags.jsonl" in err


@pytest.mark.parametrize("verb", ["labels", "evaluate", "compare", "gate", "learning-curve", "card"])
def test_help_imports_nothing_heavy(verb):
    code = (
        "import sys; from gxclassify.cli import program\n"
        f"program.main([{verb!r}, '--help'], standalone_mode=False)\n"
        "heavy = {'numpy', 'sklearn', 'matplotlib', 'mlflow', 'cleanlab', 'scipy'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Usage: " in done.stdout


@pytest.fixture
def sheet(tmp_path):
    rows = ["内容,分类", *(f"{text},{label}" for text, label in zip(TEXTS, ("集市", "", "[]"), strict=True))]
    path = tmp_path / "sheet.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("command", [("stats",), ("check", "--support", 0), ("export", "--format", "jsonl")])
def test_a_table_that_train_takes_is_taken(call, sheet, command):
    code, out, err = call("labels", command[0], sheet, *command[1:])
    assert (code, bool(out)) == (0, True)
    passed_over, *open_themes = err.splitlines()
    assert passed_over == (
        f"{sheet}: Lines or tasks that say nothing of any theme: 1, passed over; "
        "[] as the label says that none is told."
    )
    assert open_themes == [
        "No themes.toml says which labels are themes: whatever stands as a label is one: '集市'."
    ] * (command[0] == "check")


def test_a_table_tells_what_was_labelled(call, sheet, tmp_path):
    first = load_model().themes[0]
    sheet.write_text(f"内容,分类\n{TEXTS[0]},{first}\n", encoding="utf-8")
    (tmp_path / "new.txt").write_text("\n".join(TEXTS[:2]), encoding="utf-8")
    code, out, _ = call("labels", "suggest", "--from", tmp_path / "new.txt", "--labelled", sheet)
    assert code == 0
    assert [json.loads(line)["text"] for line in out.splitlines()] == [TEXTS[1]]


def test_what_a_table_has_wrong_is_told_with_its_line(call, sheet):
    (sheet.parent / "themes.toml").write_text('at_least_one = true\n[[theme]]\nid = "集市"\n', encoding="utf-8")
    code, _, err = call("labels", "stats", sheet)
    assert code == 3
    assert f"{sheet}:4: every text has a theme" in err


def test_tables_in_chinese_call_the_themes_by_their_names(tmp_path):
    a = write_jsonl(tmp_path / "a.jsonl", [plain(0, labels=["policy"]), plain(1)])
    b = write_jsonl(tmp_path / "b.jsonl", [plain(0), plain(1, labels=["goals"])])
    (tmp_path / "themes.toml").write_bytes((ROOT / "labels" / "themes.toml").read_bytes())
    words = (["stats", a], ["agree", a, b, "--disagreements"], ["check", a])
    for named in (True, False):  # the shipped themes have their names without a themes.toml too
        for one in words:
            told = run("--lang", "zh", "labels", *map(str, one)).stdout
            assert "政策" in told
            assert "policy" not in told
            assert "-0.000" not in told
            assert " to " not in told
            if named:
                assert "policy" in run("--lang", "en", "labels", *map(str, one)).stdout
        (tmp_path / "themes.toml").unlink(missing_ok=True)
    (tmp_path / "themes.toml").write_text('[[theme]]\nid = "policy"\nzh = "方针"\n[[theme]]\nid = "goals"\n', "utf-8")
    for one in words:
        told = run("--lang", "zh", "labels", *map(str, one)).stdout
        assert "方针" in told
        assert "目标" not in told


def test_one_file_of_two_gives_the_themes_their_names(tmp_path):
    (tmp_path / "own").mkdir()
    a = write_jsonl(tmp_path / "a.jsonl", [plain(0, labels=["gala"])])
    b = write_jsonl(tmp_path / "own" / "b.jsonl", [plain(0, labels=["gala"])])
    (tmp_path / "own" / "themes.toml").write_text('[[theme]]\nid = "gala"\nzh = "晚会"\n', "utf-8")
    for files in ((a, b), (b, a)):
        assert "晚会" in run("--lang", "zh", "labels", "agree", *map(str, files)).stdout


def test_what_a_check_finds_is_said_in_chinese(tmp_path):
    (tmp_path / "a.jsonl").write_text("[]\n", "utf-8")
    assert run("--lang", "zh", "labels", "check", str(tmp_path / "a.jsonl")).stdout.startswith("格式：")


@pytest.mark.parametrize("themes", [(), ("--themes", "any")])
@pytest.mark.parametrize("fields", [["document", "article", "title", "paragraph", "page"], ["model", "review", "page"]])
def test_a_table_of_ones_own_with_fields_that_results_have_is_read_as_any_table(call, tmp_path, fields, themes):
    heads = [*dict.fromkeys(["document", "article", *fields]), "text", "tags"]
    rows = [
        [*["第二批"] * (len(heads) - 2), text, label] for text, label in zip(TEXTS, ("政策", "目标", ""), strict=True)
    ]
    with (tmp_path / "own.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([heads, *rows])
    code, out, err = call("labels", "import", "own.csv", "--format", "csv", *themes)
    assert code == 0, err
    assert "This is what predict wrote" not in err
    own = [["政策"], ["目标"]] if themes else [["policy"], ["goals"]]
    assert [json.loads(line)["labels"] for line in out.splitlines()] == own
