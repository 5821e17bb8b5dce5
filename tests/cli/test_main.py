from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import click
import pytest

from gxclassify import __version__, errors
from gxclassify.cli import main, program
from gxclassify.model.model import Model
from gxclassify.themes import shipped_taxonomy
from support import ROOT, THEMES, names, python, require, run, tiny_records, write_jsonl

QUICK = ["--no-track", "--set", "classifier.folds=2", "--set", "features.char_max=2"]


@pytest.fixture
def labels(tmp_path):
    return write_jsonl(tmp_path / "labels" / "tiny.jsonl", tiny_records())


def failed(done, code, message):
    assert done.returncode == code, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def run_here(arguments):
    """Run the program in this process, where scikit-learn is loaded already, and return its exit code."""
    with pytest.raises(SystemExit) as stopped:
        main(list(map(os.fspath, arguments)))
    return stopped.value.code


@pytest.fixture
def called(capsys):
    """Run the program in this process and return what `support.run` returns."""

    def call(*arguments):
        code = run_here(arguments)
        captured = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, code, captured.out, captured.err)

    return call


# ---- parse


def test_version():
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, f"gxclassify, version {__version__}\n")


def test_help_names_every_verb(called):
    done = called("--help")
    assert done.returncode == 0
    assert all(f"  {verb} " in done.stdout for verb in program.list_commands(click.Context(program)))
    assert 'for predict, read and survey "-" is standard input' in " ".join(done.stdout.split())


def test_help_imports_nothing_heavy():
    code = """
import sys
from gxclassify.cli import main
for arguments in (["--help"], ["train", "--help"], ["predict", "--help"]):
    try:
        main(arguments)
    except SystemExit as stopped:
        assert stopped.code == 0
heavy = {"numpy", "sklearn", "scipy", "mlflow", "pandas", "jieba", "rjieba", "rich", "fastapi", "pyarrow", "joblib"}
print(sorted(heavy & set(sys.modules)))
"""
    assert python(code).splitlines()[-1] == "[]"


def test_unknown_verb(called):
    failed(called("tag"), 2, "No such command 'tag'")


def test_unknown_option(called):
    failed(called("train", "--lables", "x"), 2, "--lables")


@pytest.mark.skipif(not hasattr(click, "NoSuchCommand"), reason="an older click names no command that is near")
def test_an_unknown_verb_names_the_nearest(called):
    assert "Did you mean 'predict'?" in called("predikt", "a.txt").stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["train", "--labels", "a", "b"], "argument (b). To give several, repeat the option: --labels a --labels b\n"),
        (["train", "--labels=a", "b", "c"], "(b c). To give several, repeat the option: --labels a --labels b\n"),
        (["gate", "--labels", "a", "b", "--pin"], "repeat the option: --labels a --labels b\n"),
        (["train", "--out", "a", "b"], "argument (b)\n"),
        (["train", "a", "--labels", "b"], "argument (a)\n"),
    ],
)
def test_a_second_value_of_an_option_is_told_how_it_is_given(words, told, called):
    done = called(*words)
    assert done.returncode == 2
    assert done.stderr.endswith(told)


def test_unknown_setting_names_the_nearest(called):
    failed(called("train", "--set", "features.min_fd=2"), 2, "Did you mean 'features.min_df'?")


def test_setting_out_of_range(called):
    failed(
        called("train", "--set", "classifier.C=0"),
        2,
        "the value of classifier.C must be a number above 0 or 'auto'. Got 0.",
    )


def test_missing_experiment_file(called):
    failed(called("train", "--config", "nothing.toml"), 2, "nothing.toml: the experiment file cannot be read")


# ---- exit codes


@pytest.mark.parametrize("name", errors.__all__)
def test_an_error_of_the_family_is_a_sentence_and_its_code(name, monkeypatch, capsys):
    error = getattr(errors, name)

    def fail(_ctx):
        reason = "the reason"
        raise error(reason)

    monkeypatch.setattr(program, "invoke", fail)
    assert run_here(["read", "x"]) == error.exit_code
    captured = capsys.readouterr()
    assert captured.err == "Error: the reason\n"
    assert captured.out == ""


def test_a_bug_keeps_its_trace(monkeypatch):
    def fail(_ctx):
        raise ZeroDivisionError

    monkeypatch.setattr(program, "invoke", fail)
    with pytest.raises(ZeroDivisionError):
        main(["read", "x"])


def test_an_interrupt(monkeypatch, capsys):
    def interrupt(_ctx):
        raise KeyboardInterrupt

    monkeypatch.setattr(program, "invoke", interrupt)
    assert run_here(["read", "x"]) == 130
    assert "Interrupted; nothing half-written is left." in capsys.readouterr().err


def test_a_verbs_own_exit_code_is_the_programs(monkeypatch):
    monkeypatch.setattr(program, "invoke", lambda _ctx: 3)
    assert run_here(["read", "x"]) == 3


def test_missing_model_is_4(tmp_path, called):
    page = tmp_path / "page.txt"
    page.write_text("高新区签约。", encoding="utf-8")
    failed(called("predict", page, "--model", tmp_path / "nothing"), 4, "there is no model here")


def test_missing_input_is_3(tmp_path, tiny_bundle, called):
    done = called("predict", tmp_path / "nothing.txt", "--model", tiny_bundle)
    assert done.returncode == 3
    assert "nothing.txt" in done.stderr
    assert "Traceback" not in done.stderr


def test_broken_pipe_is_141(tmp_path):
    lines = (f"高新区第{n}次签约，{n}个项目落户{n % 97}号园区。\n\n" for n in range(200))
    pages = [tmp_path / f"page-{i}.txt" for i in range(40)]
    pages[0].write_text("".join(lines), encoding="utf-8")
    for page in pages[1:]:
        shutil.copy(pages[0], page)
    command = [sys.executable, "-m", "gxclassify", "read", *map(str, pages)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        os.read(process.stdout.fileno(), 10)
        process.stdout.close()
        stderr = process.stderr.read()
    assert process.returncode == 141
    assert stderr == b""


def test_a_full_disk_is_a_sentence(tmp_path):
    require(os.path.exists("/dev/full"), "this system has no /dev/full")  # noqa: PTH110 - a device
    page = tmp_path / "page.txt"
    page.write_text("高新区签约。", encoding="utf-8")
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123 - a device
        done = subprocess.run(
            [sys.executable, "-m", "gxclassify", "read", str(page)],
            stdout=full, stderr=subprocess.PIPE, encoding="utf-8", check=False,
        )  # fmt: skip
    assert done.returncode == 3
    assert done.stderr == "Error: the output cannot be written (No space left on device); free space.\n"


def test_closed_output_is_no_bug(tmp_path):
    require(os.name == "posix", "needs a POSIX shell")
    page = tmp_path / "page.txt"
    page.write_text("高新区签约。", encoding="utf-8")
    command = f'"{sys.executable}" -m gxclassify read "{page}" >&-'
    done = subprocess.run(["sh", "-c", command], stderr=subprocess.PIPE, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ending_a_training_leaves_nothing(tmp_path, labels, number):
    require(os.name == "posix", "needs POSIX signals")
    code = f"""
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in a shell's background is begun without
from gxclassify.cli import main
from gxclassify.training import classifier
def slow(*arguments):
    print("fitting", flush=True)
    import time; time.sleep(60)
classifier.fit_all = slow
main(["train", "--labels", {str(labels)!r}, "--out", {str(tmp_path / "model")!r}, *{QUICK!r}])
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"fitting\n"
        time.sleep(0.2)
        process.send_signal(number)
        stderr = process.stderr.read()
    assert process.returncode == 128 + number
    assert b"Interrupted; nothing half-written is left." in stderr
    assert b"Traceback" not in stderr
    assert names(tmp_path) == ["labels"]


# ---- train


def test_train_prints_a_table_and_writes_the_bundle(tmp_path, labels, called):
    done = called("train", "--labels", labels, "--out", tmp_path / "model", *QUICK)
    assert done.returncode == 0, done.stderr
    for theme in shipped_taxonomy().themes:
        assert (theme.en in done.stdout) == (theme.id in THEMES)
    assert "precision" in done.stdout
    assert "the themes are the 3 shipped ones found" in done.stderr
    assert "gxclassify-" in done.stderr
    assert names(tmp_path / "model") == ["model.json", "weights.npz"]
    assert Model.load(tmp_path / "model").themes == THEMES  # in the order of the shipped model


def test_train_takes_settings_from_an_experiment_file(tmp_path, labels, called):
    experiment = tmp_path / "trial.toml"
    experiment.write_text("[classifier]\nfolds = 0\n[features]\nchar_max = 2\n", encoding="utf-8")
    done = called("train", "--labels", labels, "--out", tmp_path / "m", "--no-track", "--config", experiment)
    assert done.returncode == 0, done.stderr
    settings = json.loads((tmp_path / "m" / "model.json").read_text(encoding="utf-8"))["settings"]
    assert settings["classifier.folds"] == 0


def mistake(records, kind):
    if kind == "unknown theme":
        records[4]["labels"] = ["体育"]
        records[4]["evidence"] = {}
        return "tiny.jsonl:5: the theme '体育' is not in the taxonomy; known: "
    if kind == "duplicate id":
        records[6]["id"] = records[1]["id"]
        return "tiny.jsonl:7: the id 't001' stands already at "
    records[2]["text"] = ""
    return "tiny.jsonl:3: 'text' must be a text that is not empty"


@pytest.mark.parametrize("kind", ["unknown theme", "duplicate id", "empty text"])
def test_train_tells_what_is_wrong_with_the_labels(tmp_path, kind, called):
    records = tiny_records()
    message = mistake(records, kind)
    (tmp_path / "themes.toml").write_text("".join(f"[[theme]]\nid = '{t}'\n" for t in THEMES), encoding="utf-8")
    labels = write_jsonl(tmp_path / "labels" / "tiny.jsonl", records)
    failed(called("train", "--labels", labels, "--out", tmp_path / "model", *QUICK), 3, message)
    assert names(tmp_path) == ["labels", "themes.toml"]


@pytest.mark.parametrize("name", ["nothing.jsonl", "n" * 300])
def test_train_without_labels(tmp_path, name, called, monkeypatch):
    monkeypatch.chdir(tmp_path)
    failed(called("train", "--labels", name, "--no-track"), 3, f"{name}: there is no such label file or folder")
    assert names(tmp_path) == []


def test_train_refuses_a_folder_with_other_things_before_it_works(tmp_path, labels, called):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "thesis.txt").write_text("mine", encoding="utf-8")
    done = called("train", "--labels", labels, "--out", tmp_path / "home", *QUICK)
    failed(done, 4, "will not be replaced, it is not a model folder")


def test_the_module_is_the_command():
    done = subprocess.run([sys.executable, ROOT / "src" / "gxclassify" / "__main__.py", "--version"],
                          capture_output=True, encoding="utf-8", check=False)  # fmt: skip
    assert done.stdout == f"gxclassify, version {__version__}\n"
