"""``train`` on labels as people bring them, and what it says."""

from __future__ import annotations

import csv
import json
import re
import shlex

import pytest

from gxclassify.labels.records import load_labels
from gxclassify.model import Model
from support import ROOT, tiny_records, write_jsonl

FEW = ("--no-track", "--out", "m", "--set", "features.word_pairs=false", "--set", "classifier.folds=2")


def labels_with_rare(path, counts):
    """Write tiny labels of which some tell further themes, one article each."""
    records = tiny_records()
    rows = iter(range(len(records)))
    for theme, count in counts.items():
        for _ in range(count):
            record = records[next(rows)]
            record["labels"] = [*record["labels"], theme]
    return write_jsonl(path, records)


def test_themes_too_rare_are_named_all_at_once_and_left_out(call, tmp_path):
    labels_with_rare(tmp_path / "tiny.jsonl", {"罕 见": 1, "少有": 1, "够了": 12})
    code, out, err = call("train", "--labels", "tiny.jsonl", *FEW)
    assert code == 0, err
    assert "Not learnt, told by too few articles or by nearly all: 少有 (1), 罕 见 (1). Label more of them." in err
    assert "Chosen out of fold: features.min_df = " in out
    assert "Label next: " in err
    model = Model.load(tmp_path / "m")
    assert set(model.provenance["not_learnt"]) == {"罕 见", "少有"}
    assert re.search(r"macro F1, over \d+ themes, 2 of them not learnt ", out)
    assert "mean AP, over " in out
    assert "罕 见" in model.themes
    code, out, _ = call("evaluate", "--model", "m", "--labels", "tiny.jsonl")
    assert code == 0
    assert "罕 见" in out


def test_figures_on_what_was_trained_on_are_told(call, tmp_path):
    write_jsonl(tmp_path / "tiny.jsonl", tiny_records())
    _, _, err = call("train", "--labels", "tiny.jsonl", "--evaluate", "tiny.jsonl", *FEW)
    assert re.search(r"tiny\.jsonl: \S+ was trained on this file", err)


def test_figures_on_what_the_start_was_trained_on_are_told(call, tmp_path):
    records = tiny_records()
    write_jsonl(tmp_path / "first.jsonl", records)
    write_jsonl(tmp_path / "second.jsonl", [{**record, "id": f"b{n}"} for n, record in enumerate(records[::2])])
    start = ("--prior", "m", "--set", "classifier.folds=2", "--no-track")
    assert call("train", "--labels", "first.jsonl", *FEW)[0] == 0
    _, _, err = call("train", "--labels", "first.jsonl", *start, "--out", "again")
    assert "first.jsonl: what it starts from was trained on this as well; the figures out of fold" in err
    assert "Mean AP is" not in err  # no advice from such figures
    _, _, err = call("train", "--labels", "second.jsonl", "--evaluate", "first.jsonl", *start, "--out", "grown")
    assert "what it starts from was trained" not in err
    assert re.search(r"first\.jsonl: \S+ was trained on this file", err)
    _, _, err = call("train", "--labels", "second.jsonl", "--prior", "grown", *start[2:], "--out", "older")
    assert "second.jsonl: what it starts from" in err
    assert {entry["file"] for entry in Model.load(tmp_path / "older").provenance["prior"]["labels"]} == {
        "first.jsonl", "second.jsonl",
    }  # fmt: skip


def test_exclusive_themes_show_no_threshold(call, tmp_path):
    (tmp_path / "themes.toml").write_text('exclusive = true\n[[theme]]\nid = "配送"\n[[theme]]\nid = "味道"\n', "utf-8")
    rows = [{"id": str(n), "text": f"{told}第{n}次。", "labels": [told]} for n, told in enumerate(["配送", "味道"] * 8)]
    write_jsonl(tmp_path / "a.jsonl", rows)
    code, out, _ = call("train", "--labels", "a.jsonl", *FEW)
    assert code == 0
    assert re.search(r"^配送 .* –  +8$", out, re.MULTILINE)


def test_commands_that_are_advised_can_be_typed(call, tmp_path):
    rows = [(f"园区签约{n}个项目", "招商") if n % 2 else (f"园区治理河道{n}里", "生态") for n in range(12)]
    table = tmp_path / "标注 (1).csv"
    table.write_text("\n".join(["text,labels", *map(",".join, rows)]), encoding="utf-8")
    code, _, err = call("train", "--labels", table, *FEW)
    assert code == 0
    assert f'gxclassify labels import "{table}" --map NAME= --themes any' in err
    table.write_text(table.read_text(encoding="utf-8") + "\n图书馆延时开放,别的\n", encoding="utf-8")
    _, _, err = call("evaluate", "--model", "m", "--labels", table)
    command = re.search(r"'gxclassify (labels import .*? --out labels\.jsonl)'", err)[1]
    assert call(*shlex.split(command))[0] == 0
    assert call("evaluate", "--model", "m", "--labels", "labels.jsonl")[0] == 0


def test_settings_that_exclusive_themes_leave_idle_are_named(call, tmp_path):
    rows = [f"园区签约{n}个项目,招商" if n % 2 else f"园区治理河道{n}里,生态" for n in range(20)]
    (tmp_path / "t.csv").write_text("\n".join(["text,labels", *rows]), encoding="utf-8")
    _, _, err = call("train", "--labels", "t.csv", *FEW, "--set", "thresholds.objective=recall")
    assert "the most probable one is tagged, whatever thresholds.objective = recall." in err
    _, _, err = call("train", "--labels", "t.csv", *FEW)
    assert "whatever" not in err


def test_min_support_and_strict(call, tmp_path):
    labels_with_rare(tmp_path / "tiny.jsonl", {"罕见": 3})
    code, _, err = call("train", "--labels", "tiny.jsonl", "--min-support", "4", *FEW)
    assert code == 0
    assert re.search(r"Not learnt, told by too few articles or by nearly all: 罕见 \([23]\)\.", err)
    code, _, err = call("train", "--labels", "tiny.jsonl", "--min-support", "4", "--strict", *FEW)
    assert code == 3
    assert "1 of 4 themes cannot be learnt; each needs paragraphs of 4 articles" in err
    assert re.search(r"Told by: 罕见 \([23]\)\.", err)


def test_a_table_of_reviews_trains_and_is_tagged(call, tmp_path):
    code, out, err = call("train", "--labels", ROOT / "examples" / "reviews.csv", *FEW)
    assert "stands for none is said with: gxclassify labels import " in err
    assert code == 0, err
    assert "Mean AP is 0." in err
    (tmp_path / "new.csv").write_text("text\n汤都洒了，餐盒也破了\n明天去爬山\n", encoding="utf-8")
    code, out, _ = call("predict", "--model", "m", "--format", "jsonl", "new.csv")
    first, second = map(json.loads, out.splitlines())
    assert code == 0
    assert "包装" in first["tags"]
    assert second["tags"] == []


def test_a_spreadsheet_with_chinese_headers_needs_no_options(call, tmp_path):
    lines = (ROOT / "examples" / "reviews.csv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.reader(lines))[1:]
    for name, header in (("评论.csv", ["评论内容", "标签"]), ("新评论.csv", ["评论内容", "编号"])):
        with (tmp_path / name).open("w", encoding="gbk", newline="") as file:
            csv.writer(file).writerows([header, *rows])
    code, _, err = call("train", "--labels", "评论.csv", *FEW)
    assert code == 0, err
    code, out, err = call("predict", "--model", "m", "--format", "jsonl", "新评论.csv")
    assert code == 0, err
    assert "The text was taken from the field '评论内容'" in err
    assert [json.loads(line)["text"] for line in out.splitlines()] == [text for text, _ in rows]


@pytest.mark.parametrize(
    ("labels", "rule"),
    [(["甲", "乙", "丙"], "exclusive"), (["甲", "乙", "甲;乙"], "at_least_one"), (["甲", "乙", "[]"], None)],
)
def test_without_a_taxonomy_the_labels_tell_how_themes_stand_together(call, tmp_path, labels, rule):
    with (tmp_path / "t.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["正文", "标签"], *([f"第{i}句", labels[i % 3]] for i in range(24))])
    assert call("labels", "import", "t.csv", "--format", "csv", "--themes", "any", "--out", "t.jsonl")[0] == 0
    taxonomy = load_labels([tmp_path / "t.jsonl"]).taxonomy
    assert {name for name in ("exclusive", "at_least_one") if getattr(taxonomy, name)} == ({rule} if rule else set())


def test_readings_in_one_file_are_compared_and_settled(call, tmp_path):
    rows = [["text", "labels", "annotator"]]
    rows += [[f"第{i}段", "政策" if i % 3 else "目标", "甲"] for i in range(6)]
    rows += [[f"第{i}段", "政策", "乙"] for i in range(6)]
    with (tmp_path / "t.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    code, _, err = call("labels", "import", "t.csv", "--format", "csv", "--out", "t.jsonl")
    assert code == 0
    assert "6 paragraphs have several readings, kept apart by their readers." in err
    code, out, _ = call("labels", "agree", "t.jsonl", "--format", "json")
    assert code == 0
    (pair,) = json.loads(out)
    assert (pair["a"], pair["b"], pair["paragraphs"]) == ("甲", "乙", 6)
    assert pair["same_labels"] == pytest.approx(4 / 6)
    code, out, err = call("labels", "import", "t.csv", "--format", "csv", "--merge", "agree")
    assert (code, len(out.splitlines())) == (0, 4)
    assert "6 paragraphs have several readings: 2 left out." in err


def test_a_mapping_is_written_label_equals_theme(call, tmp_path):
    (tmp_path / "t.csv").write_text("text,labels\n甲。,无\n", encoding="utf-8")
    code, _, err = call("labels", "import", "t.csv", "--format", "csv", "--map", "无")
    assert code == 2
    assert "--map 无: write label=theme" in err
