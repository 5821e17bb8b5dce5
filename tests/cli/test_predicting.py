"""``read`` and ``predict``, in processes of their own where it matters, else through click's runner."""

import csv
import gzip
import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from gxclassify.cli import main, program
from gxclassify.cli.common import Notes, bulk_progress, notice
from gxclassify.console import columns
from gxclassify.errors import ConfigError, InputError
from gxclassify.messages import Message, speaking
from support import PATIENCE, ROOT, Tty, python, run, wait_for

TEXT = "园区招商小分队赴深圳拜访企业3家。\n污水处理厂完成提标改造，日处理5万吨。\n"


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text(TEXT, "utf-8")
    return path


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_said_beside_a_progress_bar_stays_and_the_bar_takes_one_line(monkeypatch, language):
    terminal = Tty()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    with speaking(language), bulk_progress() as tick:
        tick(9_999_900_000, 9_999_900_000, 40_000_000)
        notice("38 records have no text.")
        wait_for(lambda: terminal.getvalue().count("\x1b[2K") > 3)  # drawn by its own thread too
    assert ("paragraphs" in terminal.getvalue()) == (language == "en")
    shown = re.split(r"[\r\n]+", re.sub(r"\x1b\[[?0-9;]*[A-Za-z]", "", terminal.getvalue()))
    assert "\x1b[2K38 records have no text.\n" in terminal.getvalue()
    assert "9,999.9/9,999.9 MB" in terminal.getvalue()
    assert max(map(columns, shown)) <= 80
    assert "\x1b[1A\x1b[2K\x1b[1A" not in terminal.getvalue()


@pytest.fixture
def invoke(tiny_bundle):
    def call(*arguments, stdin=None):
        return CliRunner().invoke(
            program, list(map(str, arguments)), input=stdin, standalone_mode=False, catch_exceptions=False
        )

    def predict(*arguments, **options):
        return call("predict", "--model", tiny_bundle, *arguments, **options)

    call.predict = predict
    return call


def test_table_is_the_default(invoke, page):
    result = invoke.predict(page)
    assert result.return_value == 0
    assert "▸ investment_attraction" in result.stdout


@pytest.mark.parametrize("form", ["jsonl", "json", "csv", "html"])
def test_forms_on_standard_output(invoke, page, form):
    out = invoke.predict(page, "--format", form).stdout
    if form == "csv":
        assert out.startswith("\ufeff")
        assert [row["tags"] for row in csv.DictReader(io.StringIO(out[1:]))] == ["investment_attraction", "eco_park"]
    elif form == "html":
        assert out.startswith("<!")
        assert TEXT.splitlines()[0] in out
    else:
        rows = json.loads(out) if form == "json" else [json.loads(line) for line in out.splitlines()]
        assert [row["tags"] for row in rows] == [["investment_attraction"], ["eco_park"]]


@pytest.mark.parametrize("form", ["jsonl", "json", "csv", "html", "table"])
def test_an_output_called_dash_is_standard_output(invoke, page, tmp_path, monkeypatch, form):
    monkeypatch.chdir(tmp_path)
    given = invoke.predict(page, "--format", form, "--output", "-")
    assert given.return_value == 0
    if form != "html":  # which says when it was made
        assert given.stdout == invoke.predict(page, "--format", form).stdout
    assert [path.name for path in tmp_path.iterdir()] == ["page.txt"]


@pytest.mark.parametrize("form", ["parquet", "xlsx"])
def test_what_needs_a_file_is_refused_on_standard_output(invoke, page, form):
    with pytest.raises(ConfigError, match="is written to a file: name it with --output"):
        invoke.predict(page, "--format", form, "--output", "-")


@pytest.mark.parametrize("command", ["train", "prior build --labels a.jsonl"])
def test_a_folder_is_no_standard_output(command):
    done = CliRunner().invoke(program, [*command.split(), "--out", "-"])
    assert done.exit_code == 2
    assert "a folder is written, which standard output cannot hold" in done.output


@pytest.mark.parametrize(
    "command",
    [
        "read",
        "read --format json",
        "predict",
        *(f"predict --format {form}" for form in ("json", "jsonl", "csv", "html")),
    ],
)
def test_what_utf_8_lacks_is_replaced_in_every_form(tmp_path, tiny_bundle, command, capsysbinary):
    page = tmp_path / "a.jsonl"
    page.write_text(
        json.dumps({"id": "\udfff", "title": "题\ud800", "text": f"{TEXT}\ud800", "x": float("nan")}), "utf-8"
    )
    model = ["--model", str(tiny_bundle)] if command.startswith("predict") else []
    with pytest.raises(SystemExit) as stopped:
        main([*command.split(), *model, str(page)])
    assert stopped.value.code == 0
    assert "招商" in capsysbinary.readouterr().out.decode()


def test_texts_of_several_files_have_their_names(invoke, tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    (tmp_path / "b.jsonl").write_text(f"{json.dumps({'text': TEXT})}\n" * 2, "utf-8")
    alone = [invoke("read", tmp_path / name).output for name in ("a.txt", "b.jsonl")]
    assert "──" not in "".join(alone)
    told = [f"── {tmp_path / name}\n\n{text}" for name, text in zip(("a.txt", "b.jsonl"), alone, strict=True)]
    assert invoke("read", tmp_path).output == "".join(told)
    for options in (["--format", "json"], ["--explain"]):
        assert "──" not in invoke("read", tmp_path, *options).output


@pytest.mark.parametrize("name", ["o.jsonl", "o.csv", "o.parquet", "o.json", "o.html", "o.txt", "o.jsonl.gz"])
def test_the_outputs_name_tells_its_form(invoke, page, tmp_path, name):
    result = invoke.predict(page, "--output", tmp_path / name)
    assert result.return_value == 0
    data = (tmp_path / name).read_bytes()
    if name.endswith("parquet"):
        assert pq.read_table(tmp_path / name).num_rows == 2
    else:
        assert "招商" in (gzip.decompress(data) if name.endswith("gz") else data).decode()
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(["page.txt", name])


def test_problems_are_named_the_rest_is_done_and_the_exit_code_says_so(invoke, page, tmp_path):
    (tmp_path / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    records = tmp_path / "r.jsonl"
    records.write_text('{"text": "签约"}\n[1]\n', "utf-8")
    for options in (["--format", "table"], ["--output", tmp_path / "o.jsonl"]):
        result = invoke.predict(tmp_path / "bad.png", records, page, tmp_path / "none", *options)
        assert result.return_value == 3
        assert result.stderr.count("Error: ") == 3
        assert "r.jsonl:2: this line is not a JSON object" in result.stderr
    assert len((tmp_path / "o.jsonl").read_text("utf-8").splitlines()) == 3


def test_many_problems_are_counted(invoke, tmp_path):
    records = tmp_path / "r.jsonl"
    records.write_text('{"text": 1}\n' * 150, "utf-8")
    result = invoke.predict(records, "--format", "jsonl")
    assert result.stderr.count("a number instead") == 100
    assert "and 50 more files, records or lines were left out" in result.stderr


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--format", "parquet"], "name it with --output"),
        (["--resume"], "Only a run with --output"),
        (["--jobs", "2"], "are for jsonl, csv and parquet"),
        (["--output", "x.docx"], "must end in"),
    ],
)
def test_options_that_make_no_sense_are_refused(invoke, page, options, sentence):
    with pytest.raises(ConfigError, match=sentence):
        invoke.predict(page, *options)


def test_records_keep_their_fields(invoke, tmp_path):
    records = tmp_path / "r.csv"
    records.write_text("id,body\n7,园区招商\n", "utf-8")
    line = json.loads(invoke.predict(records, "--text-column", "body", "--format", "jsonl").stdout)
    assert (line["text"], line["record"]) == ("园区招商", {"id": "7"})


def test_standard_input(invoke):
    done = invoke.predict("-", stdin=TEXT.encode("gb18030"))
    assert done.stdout.startswith("── <stdin>")
    assert "▸ eco_park" in done.stdout
    empty = invoke.predict("-", "--format", "jsonl", stdin=b"")
    assert empty.return_value == 3
    assert "there is no text in it" in empty.stderr


def test_read_shows_paragraphs(invoke, page, tmp_path):
    (tmp_path / "p.txt.gz").write_bytes(gzip.compress(TEXT.encode("gb18030")))
    result = invoke("read", page, tmp_path / "p.txt.gz", "--format", "json")
    first, second = map(json.loads, result.stdout.splitlines())
    assert [p["text"] for p in first["articles"][0]["paragraphs"]] == TEXT.splitlines()
    assert second["articles"] == first["articles"]


def test_the_encoding_can_be_named(invoke, tmp_path):
    text = "簽約"
    (tmp_path / "short.txt").write_bytes(text.encode("big5"))
    (tmp_path / "records.jsonl").write_bytes(json.dumps({"text": text}, ensure_ascii=False).encode("big5"))
    for name in ("short.txt", "records.jsonl"):
        result = invoke("read", tmp_path / name, "--encoding", "big5", "--format", "json")
        assert json.loads(result.stdout)["articles"][0]["paragraphs"][0]["text"] == text
        result = invoke.predict(tmp_path / name, "--encoding", "big5", "--format", "jsonl")
        assert json.loads(result.stdout)["text"] == text
    wrong = invoke("read", tmp_path / "short.txt", "--encoding", "klingon")
    assert wrong.return_value == 3
    assert "no known encoding" in wrong.stderr


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.csv", "a.jsonl"])
def test_a_wrong_encoding_that_was_named_is_told_with_what_to_do(call, tmp_path, name):
    forms = {"a.html": "<p>{}</p>", "a.csv": "编号,正文\n1,{}\n", "a.jsonl": '{{"text": "{}"}}\n'}
    path = tmp_path / name
    path.write_bytes(forms.get(name, "{}").format("园区招商小分队赴深圳拜访企业3家。").encode("gb18030"))
    for command in ("read", "predict"):
        code, _, err = call("--lang", "en", command, path, "--encoding", "utf8")
        assert code == 3
        assert f"{path}: this was read as utf8, as was asked for, and is no text in it; leave the encoding out" in err
        assert call(command, path)[0] == 0


def test_a_damaged_record_in_the_named_encoding_is_left_out_alone(call, tmp_path):
    lines = [json.dumps({"text": text}, ensure_ascii=False).encode() for text in TEXT.splitlines()]
    (tmp_path / "a.jsonl").write_bytes(b"\n".join([*lines, '{"text": "园区"}'.encode("gb18030")]))
    code, out, err = call("--lang", "en", "predict", tmp_path / "a.jsonl", "--encoding", "utf8", "--format", "jsonl")
    assert (code, len(out.splitlines())) == (3, 2)
    assert "a.jsonl:3: this line is not text in utf-8" in err


def test_a_page_on_the_terminal_loads_nothing_heavy():
    page = ROOT / "examples" / "page.txt"
    code = f"""
import sys
from gxclassify.cli import _run
assert _run(["predict", {str(page)!r}]) == 0
heavy = {{"pyarrow", "pandas", "rich", "sklearn", "scipy", "mlflow", "matplotlib", "multiprocessing", "jieba"}}
print("HEAVY", sorted(heavy & set(sys.modules)))
"""
    assert python(code).splitlines()[-1] == "HEAVY []"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupted_run_keeps_what_is_done_and_goes_on(tmp_path, train_texts, jobs, number):
    block = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in (train_texts * 2)[:600]).encode()
    data = b""
    output, whole = tmp_path / "tags.jsonl", tmp_path / "whole.jsonl"
    command = [sys.executable, "-m", "gxclassify", "predict", "-", "--no-evidence", "--jobs", jobs, "--output"]
    part = tmp_path / "tags.jsonl.part"
    pipes = {"stdin": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([*command, output], start_new_session=True, **pipes) as process:
        while not (part.exists() and part.stat().st_size) and len(data) < 2**25:
            process.stdin.write(block)  # as much as it takes, and never the end
            process.stdin.flush()
            data += block
        os.killpg(process.pid, number)  # as a terminal does for Ctrl-C, and a scheduler that ends a task
        errors = process.communicate(timeout=PATIENCE)[1].decode()
    assert process.returncode == 128 + number
    assert errors.strip().splitlines()[-1].startswith("Interrupted; ")
    assert "--resume" in errors
    assert "killed by signal" not in errors
    assert "Traceback" not in errors
    assert not output.exists()
    subprocess.run([*command, output, "--resume"], input=data, check=True, capture_output=True)
    subprocess.run([*command, whole], input=data, check=True, capture_output=True)
    assert output.read_bytes() == whole.read_bytes()
    assert not part.exists()


@pytest.mark.parametrize("verb", ["predict", "survey"])
def test_the_number_of_processes_is_bounded(tmp_path, verb):
    page = tmp_path / "page.txt"
    page.write_text("高新区签约。", encoding="utf-8")
    done = run(verb, page, "--jobs", "65", "--output", tmp_path / "out.csv")
    assert (done.returncode, "65 is not in the range 1<=x<=64" in done.stderr) == (2, True)


@pytest.mark.parametrize("options", [["read"], ["read", "--explain"], ["read", "--format", "json"]])
def test_output_in_another_encoding_never_ends_in_a_traceback(tmp_path, options):
    path = tmp_path / "页•𠮷.txt"
    path.write_text("高新区•𠮷祥园区签约😀项目\udc80。".encode("utf-8", "replace").decode(), "utf-8")
    environment = os.environ | {"PYTHONIOENCODING": "gbk", "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-m", "gxclassify", *options, str(path)], capture_output=True, env=environment, check=False
    )
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)
    assert "祥园区签约" in done.stdout.decode("gbk")


def test_the_mark_of_a_tag_is_no_question_mark_where_an_encoding_lacks_it(page):
    environment = os.environ | {"PYTHONIOENCODING": "gbk", "PYTHONPATH": str(ROOT / "src"), "GXCLASSIFY_LANG": "zh"}
    done = subprocess.run(
        [sys.executable, "-m", "gxclassify", "predict", str(page)], capture_output=True, env=environment, check=False
    )
    assert "> 招商引资" in done.stdout.decode("gbk")
    assert "?" not in done.stdout.decode("gbk")


@pytest.mark.parametrize("form", ["table", "jsonl"])
def test_what_is_to_know_of_many_files_is_said_of_two_and_counted(invoke, tmp_path, form):
    for n in range(5):
        (tmp_path / f"{n}.csv").write_text("标题,内容\n签约,园区招商小分队赴深圳拜访企业3家。\n", "utf-8")
    told = invoke.predict(tmp_path, "--format", form).stderr
    assert told.count("The text was taken from the field '内容'") == 3
    assert "3 more files: The text was taken" in told


def test_what_a_file_says_twice_is_said_of_one_file(capsys):
    notes, same = Notes(), Message("damaged in {n} places", n=2)
    for name in "aabbccdd":
        notes(Message("{document}: {note}", document=name, note=same))
    notes.finish()
    assert capsys.readouterr().err.splitlines() == [f"{name}: {same}" for name in "ab"] + [f"2 more files: {same}"]


@pytest.mark.parametrize("command", ["read", "predict", "survey", "zones"])
def test_a_folder_without_any_file_is_told(invoke, tmp_path, command):
    (tmp_path / "empty" / "in it").mkdir(parents=True)
    (tmp_path / "page.txt").write_text(TEXT, "utf-8")
    done = invoke(command, tmp_path / "empty", tmp_path / "page.txt")
    assert done.return_value == 0
    assert f"1 folder holds no file to read ({tmp_path / 'empty'})." in done.stderr
    assert "no file to read" not in invoke(command, tmp_path).stderr
    alone = invoke(command, tmp_path / "empty")
    assert (alone.return_value, "Error: There is no file to read." in alone.stderr) == (3, True)


def test_what_a_folder_holds_beside_documents_is_counted_once(invoke, tmp_path):
    (tmp_path / "page.txt").write_text(TEXT, "utf-8")
    (tmp_path / "~$page.docx").write_bytes(b"\x05Administrator")
    (tmp_path / "empty.txt").touch()
    for form in ("json", "jsonl"):
        done = invoke.predict(tmp_path, "--format", form)
        assert done.stderr.count("passed over") == 1, done.stderr
        assert f"2 files were passed over ({tmp_path / 'empty.txt'}, {tmp_path / '~$page.docx'}): " in done.stderr
    for n in range(2):
        (tmp_path / f"blank{n}.txt").touch()
    assert f"4 files were passed over ({tmp_path / 'blank0.txt'}, " in invoke.predict(tmp_path).stderr
    assert f"{tmp_path / 'empty.txt'} …): " in invoke.predict(tmp_path).stderr


def test_of_articles_rows_and_paragraphs_are_counted(invoke, page, tmp_path):
    out = tmp_path / "articles.csv"
    assert f"{out}: 1 row, of 2 paragraphs." in invoke.predict(page, "--level", "article", "--output", out).stderr
    assert f"{out}: 2 rows." in invoke.predict(page, "--output", out).stderr


@pytest.mark.parametrize(
    "name", ["out.jsonl", "out.csv.gz", "out.parquet", "out.json", "out.html", "out.xlsx", "out.txt"]
)
def test_where_nothing_could_be_read_an_earlier_output_stays_and_that_is_said(
    invoke, page, tmp_path, name, monkeypatch
):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    out = tmp_path / name
    assert invoke("predict", page, "--output", out).exit_code == 0
    before = out.read_bytes()
    with pytest.raises(InputError, match="not written, for nothing of the input could be read") as error:
        invoke("predict", tmp_path / "missing.txt", tmp_path / "missing.pdf", "--output", out)
    assert error.value.exit_code == 3
    assert out.read_bytes() == before
    assert not [*(tmp_path / "temporary").iterdir()]
    assert invoke("predict", tmp_path / "missing.txt", page, "--output", out).exit_code == 0


def test_totals_of_nothing_leave_an_earlier_file(invoke, page, tmp_path):
    out = tmp_path / "totals.csv"
    invoke("predict", page, "--summary", "--output", out)
    before = out.read_bytes()
    with pytest.raises(InputError, match="not written"):
        invoke("predict", tmp_path / "missing.txt", "--summary", "--output", out)
    assert out.read_bytes() == before


def test_thresholds_may_have_the_signs_of_a_chinese_keyboard(call, page):
    code, out, _ = call("predict", page, "--format", "jsonl", "--threshold", "招商引资＝１．０")
    assert code == 0
    assert json.loads(out.splitlines()[0])["tags"] == []


def test_an_address_is_said_to_be_one(call):
    code, _, err = call("--lang", "en", "predict", "https://example.org/a.html")
    assert code == 3
    assert "https://example.org/a.html: this is an address, and nothing is fetched; save the page" in err


@pytest.mark.parametrize("words", [("read",), ("predict",), ("predict", "--format", "jsonl")])
def test_a_table_of_nothing_but_a_header_is_told_to_be_empty(call, tmp_path, words):
    table = tmp_path / "a.csv"
    table.write_text("编号,正文\n", "utf-8")
    assert call("--lang", "en", *words, table) == (0, "", "The input holds no record and no text.\n")
    table.write_text("编号,正文\n1,签约12个项目。\n", "utf-8")
    assert "no record" not in call("--lang", "en", *words, table)[2]


@pytest.mark.parametrize("form", ["table", "csv"])
def test_a_file_that_is_named_twice_is_read_once(call, page, form):
    alone = call("predict", page, "--format", form)[1]
    code, out, err = call("--lang", "en", "predict", page, page.parent, page.parent / "." / page.name, "--format", form)
    assert (code, out) == (0, alone)
    assert f"2 files are named more than once and read once ({page}, {page})." in err


@pytest.mark.parametrize("arguments", [("a.json.gz",), ("a.html.zst",), ("a.xlsx.gz",), ("a.csv.gz", "--summary")])
def test_a_file_that_would_not_be_compressed_is_not_called_so(call, page, tmp_path, arguments):
    name, *options = arguments
    code, _, err = call("predict", page, *options, "--output", tmp_path / name)
    assert (code, list(tmp_path.iterdir())) == (2, [page])
    assert err.endswith(f"leave off the last ending of the output's name. Got '{name}'.\n")


def test_a_format_that_the_name_of_the_output_contradicts_is_told(call, page, tmp_path):
    _, _, err = call("--lang", "en", "predict", page, "--format", "html", "--output", tmp_path / "out.csv")
    assert f"{tmp_path / 'out.csv'} is written as html, as --format says; its name tells csv." in err
    _, _, err = call("--lang", "en", "predict", page, "--format", "csv", "--output", tmp_path / "new.csv")
    assert "--format says" not in err


@pytest.mark.parametrize("command", ["read", "predict", "survey", "zones"])
def test_settings_of_training_are_refused_where_nothing_is_trained(call, page, tmp_path, command):
    code, out, err = call("--lang", "en", command, page, "--set", "thresholds.objective=fixed")
    assert (code, out) == (2, "")
    assert "--set thresholds.objective: has no effect here" in err
    assert "gxclassify train" in err
    plain = call("--lang", "en", command, page)
    file = tmp_path / "e.toml"
    file.write_text("reading.max_pages = 300\n", "utf-8")
    options = ("--config", file, "--set", "reading.simplify=true")
    assert call("--lang", "en", command, page, *options)[:2] == plain[:2]
    assert "count here" not in call("--lang", "en", command, page, *options)[2]
    file.write_text("reading.max_pages = 300\nfeatures.min_df = 3\n", "utf-8")
    code, out, err = call("--lang", "en", command, page, "--config", file)
    assert (code, out) == plain[:2]
    assert f"{file}: only its settings of reading count here" in err
