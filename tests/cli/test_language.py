from __future__ import annotations

import json

import pytest

from gxclassify.cli.language import language_first, language_of
from gxclassify.console import columns
from support import run


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ([], {}, "en"),
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ([], {"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_TW"}, "zh"),
        ([], {"LANG": "zh_CN.UTF-8", "GXCLASSIFY_LANG": "en"}, "en"),
        (["--lang", "zh", "read", "a"], {"GXCLASSIFY_LANG": "en"}, "zh"),
        (["--lang=zh", "read", "a"], {}, "zh"),
        (["read", "a", "--lang", "zh"], {}, "zh"),
        (["labels", "--lang=zh", "stats"], {}, "zh"),
        (["read", "--", "--lang", "zh"], {}, "en"),
        (["--lang", "fr", "read"], {"LANG": "zh_CN"}, "zh"),
    ],
)
def test_the_language_is_asked_for_or_that_of_the_locale(arguments, environment, language):
    assert language_of(language_first(arguments), environment) == language


def test_windows_says_its_language_itself(monkeypatch):
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setattr("locale.getlocale", lambda: ("Chinese (Simplified)_China", "936"))
    assert language_of([], {}) == "zh"


def test_help_is_in_chinese():
    done = run("--lang", "zh", "labels", "check", "--help")
    assert "用法：" in done.stdout
    assert "查找标注文件里的毛病" in done.stdout
    assert "选项：" in done.stdout
    assert "[默认：0.4" in done.stdout
    assert not [word for word in ("Options", "Usage", "default", "Show") if word in done.stdout]


def test_help_breaks_its_lines_where_a_terminal_ends():
    done = run("--lang", "zh", "predict", "--help", env={"COLUMNS": "60"})
    assert max(map(columns, done.stdout.splitlines())) <= 80


def test_errors_are_in_chinese(tmp_path):
    done = run("--lang", "zh", "predict", str(tmp_path / "none.txt"))
    assert done.returncode == 3
    assert done.stderr == f"错误：{tmp_path / 'none.txt'}：没有这个文件或文件夹。\n"
    done = run("--lang", "zh", "predict")
    assert done.returncode == 2
    assert "错误：缺少参数" in done.stderr
    done = run("--lang", "zh", "serve", "--port", "80x")
    assert "错误：“--port”的值无效：“80x”不是有效的整数。" in done.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["labels", "suggest"], "缺少选项“--from”。"),
        (["predict"], "缺少参数“FILE...”。"),
        (["predict", "a.txt", "--jobs", "x"], "“--jobs”的值无效：“x”不是有效的整数。"),
        (["predict", "a.txt", "--format", "x"], "“--format”的值无效：“x”不在“table”、“jsonl”、"),
        (["predict", "a.txt", "--nope"], "没有“--nope”这个选项。（是不是这几个之一：“--model”、"),
        (["predict", "a.txt", "--formt", "x"], "没有“--formt”这个选项。是不是“--format”？"),
        (["predikt", "a.txt"], "没有“predikt”这个命令。是不是“predict”？"),
        (["labels", "chek"], "没有“chek”这个命令。是不是“check”？"),
        (["labels", "export"], "缺少选项“--format”。可选：jsonl、doccano、label-studio、prodigy、fasttext、csv。\n"),
        (["train", "a.jsonl"], "多余的参数：a.jsonl。\n"),
        (
            ["train", "--labels", "a.jsonl", "b c.jsonl"],
            '多余的参数：b c.jsonl。要给几个，就重复写这个选项：--labels a.jsonl --labels "b c.jsonl"\n',
        ),
    ],
)
def test_sentences_of_click_have_the_marks_of_chinese(words, sentence):
    done = run("--lang", "zh", *words)
    assert done.returncode == 2
    assert done.stderr.startswith("用法：gxclassify ")
    assert "OPTIONS" not in done.stderr
    assert "COMMAND" not in done.stderr
    assert sentence in done.stderr


def test_an_option_without_its_value_is_told_in_chinese():
    assert run("--lang", "zh", "train", "--labels").stderr == "错误：选项“--labels”后面要有一个值。\n"


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_language_may_stand_at_any_place(tmp_path, place):
    words = ["predict", str(tmp_path / "none.txt")]
    words[place:place] = ["--lang", "zh"]
    assert run(*words).stderr == f"错误：{tmp_path / 'none.txt'}：没有这个文件或文件夹。\n"


@pytest.mark.parametrize(
    ("words", "said"), [(["--lang"], "requires an argument"), (["--lang", "fr"], "'fr' is not one")]
)
def test_a_language_that_is_none_is_refused_wherever_it_stands(words, said):
    done = run("predict", "a.txt", *words)
    assert done.returncode == 2
    assert said in done.stderr


def test_a_file_that_a_parser_refuses_is_told_of_in_chinese(tmp_path):
    """The sentence comes from another process."""
    page = tmp_path / "a.pdf"
    page.write_bytes(b"%PDF-1.7\nnothing")
    done = run("--lang", "zh", "predict", str(page))
    assert done.returncode == 3
    assert done.stderr.startswith(f"错误：{page}：PDF")
    assert done.stderr.isascii() is False
    assert "the PDF" not in done.stderr


def test_workers_report_in_chinese(tmp_path):
    rows = tmp_path / "a.jsonl"
    rows.write_text('{"text": "高新区签约12个项目。"}\n{"text": 7}\n', encoding="utf-8")
    for jobs in ("1", "2"):
        out = tmp_path / f"{jobs}.jsonl"
        done = run("--lang", "zh", "predict", str(rows), "--output", str(out), "--jobs", jobs)
        assert "这一行的“text”不是文字，而是数字；已略去。" in done.stderr
        assert f"{out}：1 行。" in done.stderr


def test_data_is_the_same_in_every_language(tmp_path):
    page = tmp_path / "a.txt"
    page.write_text("高新区签约12个项目。\n", encoding="utf-8")
    zh, en = (run("--lang", code, "predict", "--format", "jsonl", str(page)).stdout for code in ("zh", "en"))
    assert json.loads(zh) == json.loads(en)


@pytest.mark.parametrize("name", ["policy", "Policy", "政策"])
def test_a_threshold_names_its_theme_in_either_language(tmp_path, name):
    page = tmp_path / "a.txt"
    page.write_text("园区出台扶持政策，对研发投入给予补贴。\n", encoding="utf-8")
    kept = run("predict", "--format", "jsonl", "--threshold", f"{name}=0.01", str(page))
    dropped = run("predict", "--format", "jsonl", "--threshold", f"{name}=1", str(page))
    assert "policy" in json.loads(kept.stdout)["tags"]
    assert "policy" not in json.loads(dropped.stdout)["tags"]


@pytest.mark.parametrize(
    ("language", "name", "other"), [("zh", "招商引资", "Investment"), ("en", "Investment attraction", "招商引资")]
)
@pytest.mark.parametrize("form", [(), ("--summary",), ("--level", "article")])
def test_themes_are_called_by_their_names_in_the_language(tmp_path, language, name, other, form):
    page = tmp_path / "page.txt"
    page.write_text("园区新签约项目12个，总投资30亿元。\n", encoding="utf-8")
    shown = run("--lang", language, "predict", page, *form).stdout
    assert name in shown
    assert other not in shown
