from __future__ import annotations

import json
import re
import shutil

import pytest

from gxclassify.config import Config, merge
from gxclassify.experiments.files import load_experiment
from gxclassify.experiments.training import train_model
from gxclassify.labels.records import load_labels
from gxclassify.training import ThemeClassifier
from support import THEMES, tiny_records, write_jsonl


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A folder with labels/train, labels/test and a model trained on the first."""
    root = tmp_path_factory.mktemp("project")
    records = tiny_records()
    (root / "labels").mkdir()
    tables = "\n".join(f'[[theme]]\nid = "{theme}"' for theme in THEMES)
    (root / "labels" / "themes.toml").write_text(tables, encoding="utf-8")
    train = write_jsonl(root / "labels" / "train" / "one.jsonl", records[:72])
    write_jsonl(root / "labels" / "test" / "held.jsonl", records[72:])
    config = merge(Config(), ["classifier.folds=2", "features.char_max=2"])
    train_model([train], root / "model", config)
    return root


@pytest.fixture
def labels(project, tmp_path):
    shutil.copytree(project / "labels", tmp_path / "labels")
    return tmp_path / "labels"


def test_evaluate_as_table(call, project):
    code, out, _ = call("evaluate", "--model", project / "model", "--labels", project / "labels" / "test")
    assert code == 0
    assert ", 24 paragraphs of 12 articles:" in out.splitlines()[0]
    assert "The sentence the model points at is a marked one for " in out


def test_evaluate_as_json_has_the_metrics_and_their_intervals(call, project):
    arguments = ("--labels", project / "labels" / "test", "--format", "json", "--draws", 100)
    _, out, _ = call("evaluate", "--model", project / "model", *arguments)
    table = json.loads(out)
    assert {"macro_f1", "micro_f1", "map", "subset_accuracy", "per_theme", "intervals"} <= set(table)
    low, high = table["intervals"]["macro_f1"]
    assert low <= table["macro_f1"] <= high


def test_evaluate_as_page(call, project, tmp_path):
    arguments = ("--labels", project / "labels" / "test", "--format", "html", "--out", "page.html", "--draws", 100)
    code, out, _ = call("evaluate", "--model", project / "model", *arguments)
    assert (code, out) == (0, "")
    assert (tmp_path / "page.html").read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(("name", "begins"), [("e.html", "<!doctype html>"), ("e.json", "{"), ("e.txt", "gxclassify-")])
def test_the_name_of_the_file_tells_its_form(call, project, tmp_path, name, begins):
    arguments = ("--labels", project / "labels" / "test", "--out", name, "--draws", 100)
    assert call("evaluate", "--model", project / "model", *arguments)[0] == 0
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)


@pytest.mark.parametrize("name", ["e.csv", "e.xlsx", "e.json.gz"])
def test_a_name_that_tells_a_form_in_which_nothing_is_written_is_refused(call, project, tmp_path, name):
    arguments = ("--labels", project / "labels" / "test", "--out", name, "--draws", 100)
    code, _, err = call("evaluate", "--model", project / "model", *arguments)
    assert (code, (tmp_path / name).exists()) == (2, False)
    assert f"{name}: this is not written as its name says; give it a name that ends in .txt, .json, .html" in err
    assert call("evaluate", "--model", project / "model", *arguments, "--format", "table")[0] == 0


def test_a_form_that_is_asked_for_wins_over_the_name(call, project, tmp_path):
    arguments = ("--labels", project / "labels" / "test", "--out", "e.html", "--format", "json", "--draws", 100)
    _, _, err = call("evaluate", "--model", project / "model", *arguments)
    assert "e.html is written as json, as --format says; its name tells html." in err
    assert json.loads((tmp_path / "e.html").read_text(encoding="utf-8"))


def test_evaluate_warns_of_labels_that_were_trained_on(call, project):
    _, _, err = call("evaluate", "--model", project / "model", "--labels", project / "labels" / "train")
    assert re.match(r"one\.jsonl: \S+ was trained on this file", err)


def test_compare_warns_of_labels_that_either_was_trained_on(call, project):
    labels = ("--labels", project / "labels" / "train", "--draws", 100)
    _, _, err = call("compare", "shipped", project / "model", *labels)
    assert err.count("was trained on this file") == 1


def test_compare_says_it_in_words(call, project):
    model = project / "model"
    code, out, _ = call("compare", model, model, "--labels", project / "labels" / "test", "--draws", 100)
    assert code == 0
    assert "The two models decide alike on every paragraph." in out
    _, text, _ = call("compare", model, model, "--labels", project / "labels" / "test", "--format", "json")
    assert json.loads(text)["worse_beyond_chance"] is False


@pytest.mark.usefixtures("labels")
def test_the_gate_holds_after_pinning(call, project):
    assert call("gate", "--model", project / "model", "--pin")[0] == 0
    code, out, _ = call("gate", "--model", project / "model")
    assert code == 0
    assert out.endswith("The quality gate holds.\n")


@pytest.mark.usefixtures("labels")
def test_pinning_a_model_of_other_files_says_that_the_gate_refuses_it(call, project):
    train, held = project / "labels" / "train" / "one.jsonl", project / "labels" / "test" / "held.jsonl"
    for labels, test, told in ((train, held, 0), (held, train, 1)):
        sides = ("--file", "gate.toml", "--labels", labels, "--test", test)
        code, _, err = call("gate", "--model", project / "model", "--pin", "--allow-lower", *sides)
        assert (code, err.count("was trained on other label files than those pinned, so 'gate' refuses it")) == (
            0,
            told,
        )
        assert call("gate", "--model", project / "model", "--file", "gate.toml")[0] == 5 * told


def test_the_gate_warns_of_a_test_set_that_was_trained_on(call, project):
    train, held = project / "labels" / "train" / "one.jsonl", project / "labels" / "test" / "held.jsonl"
    sides = ("--file", "gate.toml", "--labels", held, "--test", train)
    for arguments in (("--pin", *sides), ("--file", "gate.toml")):
        _, _, err = call("gate", "--model", project / "model", *arguments)
        assert re.search(r"one\.jsonl: \S+ was trained on this file", err)


def test_the_gate_exits_5_when_the_data_changed(call, project, labels):
    call("gate", "--model", project / "model", "--pin")
    (labels / "test" / "held.jsonl").write_text("", encoding="utf-8")
    code, _, err = call("gate", "--model", project / "model")
    assert code == 5
    assert "held.jsonl: the test file has changed since it was pinned" in err


def test_pinning_lower_floors_exits_5_and_says_how(call, project, labels):
    call("gate", "--model", project / "model", "--pin")
    gate = labels / "gate.toml"
    lines = gate.read_text(encoding="utf-8").splitlines()
    raised = ["micro_f1 = 1.5" if line.startswith("micro_f1 ") else line for line in lines]
    gate.write_text("\n".join(raised), encoding="utf-8")
    code, _, err = call("gate", "--model", project / "model", "--pin")
    assert code == 5
    assert "--allow-lower" in err
    assert call("gate", "--model", project / "model", "--pin", "--allow-lower")[0] == 0


def test_flags_of_pinning_need_pin(call, project):
    assert call("gate", "--model", project / "model", "--allow-lower")[0] == 2


def test_a_gate_without_file_says_how_to_make_one(call, project):
    code, _, err = call("gate", "--model", project / "model")
    assert code == 2
    assert "gxclassify gate --pin" in err


FAST = ("--set", "classifier.folds=2", "--set", "features.char_max=1", "--sizes", "0.5,1")


def test_a_learning_curve(call, labels):
    code, out, _ = call("learning-curve", "--test", labels / "test" / "held.jsonl", *FAST, "--format", "json")
    assert code == 0
    assert [(p["paragraphs"], p["test"]) for p in json.loads(out)["points"]] == [(36, "held"), (72, "held")]


@pytest.mark.parametrize(("form", "start"), [("table", "paragraphs"), ("html", "<!doctype html>")])
def test_a_learning_curve_for_people(call, labels, tmp_path, form, start):
    call("learning-curve", "--test", labels / "test", *FAST, "--format", form, "--out", "curve")
    assert (tmp_path / "curve").read_text(encoding="utf-8").startswith(start)


def test_a_learning_curve_is_not_measured_on_what_it_learns(call, labels):
    code, _, err = call("learning-curve", "--test", labels / "train" / "one.jsonl", *FAST)
    assert code == 3
    assert err.strip().endswith(f"{labels / 'train' / 'one.jsonl'}: {TRAINED_ON}")


TRAINED_ON = "holds paragraphs that are trained on; the curve would show memory, not learning."


def test_sizes_are_numbers(call, labels):
    code, _, err = call("learning-curve", "--test", labels / "test", "--sizes", "half")
    assert code == 2
    assert "parts are written as numbers" in err


def test_the_model_card_goes_beside_the_model(call, project, tmp_path):
    shutil.copytree(project / "model", tmp_path / "m")
    code, _, _ = call("card", "model", "m", "--labels", f"Held out={project / 'labels' / 'test'}")
    assert code == 0
    first = (tmp_path / "m" / "README.md").read_bytes()
    call("card", "model", "m", "--labels", f"Held out={project / 'labels' / 'test'}")
    assert (tmp_path / "m" / "README.md").read_bytes() == first
    assert "### Held out: 24 paragraphs of 12 articles" in first.decode()
    assert "was trained on this file" not in first.decode()


def test_the_model_card_tells_of_figures_on_what_was_trained_on(call, project, tmp_path):
    shutil.copytree(project / "model", tmp_path / "m")
    _, _, err = call("card", "model", "m", "--labels", project / "labels" / "train")
    assert re.match(r"one\.jsonl: \S+ was trained on this file", err)
    assert re.search(r"\*\*one\.jsonl: \S+ was trained on", (tmp_path / "m" / "README.md").read_text(encoding="utf-8"))


def test_cards_are_made_of_tables_too(call, project, tmp_path):
    shutil.copytree(project / "model", tmp_path / "m")
    theme = THEMES[0]
    rows = [f"园区的第{n}件事。,{theme if n % 2 else '[]'}" for n in range(8)]
    (tmp_path / "held.csv").write_text("\n".join(["text,labels", *rows, "没有人看过的一段。,"]), encoding="utf-8")
    code, _, err = call("card", "model", "m", "--labels", "held.csv")
    assert code == 0
    assert "held.csv: Lines or tasks that say nothing of any theme: 1" in err
    assert "### held: 8 paragraphs" in (tmp_path / "m" / "README.md").read_text(encoding="utf-8")
    (tmp_path / "card.md").write_text("# Labels\n", encoding="utf-8")
    assert call("card", "data", "card.md", "--train", "held.csv")[0] == 0
    assert "### train: 8 paragraphs" in (tmp_path / "card.md").read_text(encoding="utf-8")


def test_the_data_card_keeps_what_people_wrote(call, labels):
    (labels / "README.md").write_text("# Labels\n\nWritten by us.\n", encoding="utf-8")
    train = labels / "train" / "one.jsonl"
    code, _, _ = call("card", "data", "--agree", train, train)
    text = (labels / "README.md").read_text(encoding="utf-8")
    assert code == 0
    assert text.startswith("# Labels\n\nWritten by us.\n")
    assert "### train: 72 paragraphs of 36 articles" in text
    assert "### test: 24 paragraphs of 12 articles" in text
    assert "72 paragraphs were labelled twice" in text


# ---- evaluate --tune


def test_tune_proposes_thresholds_and_base_rates(call, project):
    arguments = ("--labels", project / "labels" / "test", "--tune")
    code, out, _ = call("evaluate", "--model", project / "model", *arguments)
    assert code == 0
    assert "[thresholds.base_rate]" in out
    assert all(f"--threshold {theme}=" in out for theme in THEMES)
    _, out, _ = call("evaluate", "--model", project / "model", *arguments, "--format", "json")
    for proposal in json.loads(out):
        assert 0 < proposal["base_rate"] < 1
        assert 0 < proposal["proposed"] < 1


def test_tune_prints_what_a_training_takes(call, project, tmp_path):
    held = load_labels([project / "labels" / "test"]).records
    silent = [record.to_json() for record in held if THEMES[0] not in (*record.labels, *record.maybe)]
    write_jsonl(tmp_path / "silent.jsonl", silent)
    _, out, _ = call("evaluate", "--model", project / "model", "--labels", "silent.jsonl", "--tune")
    (tmp_path / "rates.toml").write_text(out[out.index("[thresholds.base_rate]") :], encoding="utf-8")
    assert set(load_experiment(tmp_path / "rates.toml").config.thresholds.base_rate) == {*THEMES[1:]}


def test_tune_proposes_nothing_for_a_theme_that_was_not_learnt(call, tmp_path):
    records = tiny_records()
    records[0]["labels"] = [*records[0]["labels"], "罕 见"]
    train = write_jsonl(tmp_path / "train.jsonl", records)
    train_model([train], tmp_path / "m", merge(Config(), ["classifier.folds=2", "features.char_max=2"]))
    code, out, err = call("evaluate", "--model", "m", "--labels", train, "--tune")
    assert code == 0
    assert "Not learnt, so that nothing is proposed for them: 罕 见." in err
    assert "罕 见" not in out


def test_means_say_how_many_themes_count_in_them_as_nothing(call, project, tmp_path):
    held = load_labels([project / "labels" / "test"]).records
    silent = [record.to_json() for record in held if THEMES[0] not in (*record.labels, *record.maybe)]
    write_jsonl(tmp_path / "silent.jsonl", silent)
    _, out, _ = call("evaluate", "--model", project / "model", "--labels", "silent.jsonl")
    assert f"macro F1, over {len(THEMES)} themes, 1 of them told by no paragraph" in out
    _, out, _ = call("--lang", "zh", "evaluate", "--model", project / "model", "--labels", "silent.jsonl")
    assert f"mAP（{len(THEMES)} 个主题平均，其中 1 个没有一段讲到）" in out


def test_themes_that_exclude_each_other_have_no_thresholds(call, project):
    texts = ["园区新签约12个项目", "招商小分队谈成三家企业", "污水处理厂提标改造完成", "河道治理让水质变好"] * 3
    themes = ["招商", "招商", "生态", "生态"] * 3
    ThemeClassifier(folds=2, exclusive=True).fit(texts, themes).to_model().save(project / "one")
    (project / "page.txt").write_text(texts[0], encoding="utf-8")
    for words in (
        ("evaluate", "--labels", project / "labels" / "test", "--tune"),
        ("predict", project / "page.txt", "--threshold", "招商=0.4"),
    ):
        code, _, err = call(*words, "--model", project / "one")
        assert (code, "exclude each other" in err) == (2, True)


def test_tune_has_no_page(call, project):
    arguments = ("--labels", project / "labels" / "test", "--tune", "--format", "html")
    code, _, err = call("evaluate", "--model", project / "model", *arguments)
    assert code == 2
    assert "--tune is printed as table or json" in err


@pytest.fixture
def strange(tmp_path):
    """A table of labels with a theme that no model here knows, and the records that it becomes."""
    table = tmp_path / "待测.csv"
    table.write_text("正文,标签\n夜里油烟呛人。,餐饮油烟\n工地半夜施工。,噪声\n", encoding="utf-8")
    record = {"id": "1", "text": "夜里油烟呛人。", "labels": ["餐饮油烟"]}
    return table, write_jsonl(tmp_path / "labels.jsonl", [record])


@pytest.mark.parametrize("way", [(), ("--tune",)])
def test_labels_of_another_model_are_told_as_such(call, strange, way):
    table, records = strange
    told = r"the theme '餐饮油烟' is unknown to the shipped model \(gxclassify-\w+\); known: .*with --model FOLDER"
    code, _, said = call("evaluate", "--labels", table, *way)
    assert code == 3
    assert re.search(f"待测.csv:2: {told}. Or, if it stands for no theme: 'gxclassify labels import ", said)
    code, _, said = call("evaluate", "--labels", records, *way)
    assert code == 3
    assert re.search(f"labels.jsonl:1: {told}", said)
    assert "labels import" not in said


def test_labels_that_no_model_judged_knows_are_told_as_such(call, project, strange):
    for labels in strange:
        _, _, said = call("evaluate", "--model", project / "model", "--labels", labels)
        assert re.search(r"unknown to the model gxclassify-\w+; known: ", said)
        code, _, said = call("compare", "shipped", project / "model", "--labels", labels)
        assert code == 3
        assert re.search(r"unknown to the shipped model \(\S+\) and the model \S+; known: .* Name models that", said)
        assert "--m" not in said
