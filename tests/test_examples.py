"""Every example runs as a user would run it, in a folder of its own."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import gxclassify as gx
from support import PATIENCE, ROOT, require, tiny_records, write_jsonl

EXAMPLES = ROOT / "examples"
SIGNED = "高新区举行项目集中签约仪式，12个项目落户，总投资38亿元。"


def run_example(name: str, *arguments: object, cwd: Path, **env: str) -> str:
    done = example(name, *arguments, cwd=cwd, **env)
    assert done.returncode == 0, done.stderr
    return done.stdout


def example(name: str, *arguments: object, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(EXAMPLES / name), *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONUTF8": "1", "PYSPARK_PYTHON": sys.executable, **env},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=PATIENCE,
    )


@pytest.fixture(scope="module")
def signed_themes() -> list[str]:
    """The themes of the first paragraph in the tables, by the shipped model."""
    [paragraph] = gx.load_model().tag([SIGNED])
    assert paragraph.tags
    return list(paragraph.tags)


@pytest.mark.slow
def test_a_pipeline_is_tuned_by_grid_search(tmp_path: Path):
    labels = write_jsonl(tmp_path / "labels.jsonl", tiny_records())
    output = run_example("sklearn_pipeline.py", labels, cwd=tmp_path)
    best, score = output.splitlines()
    assert "themes__C" in best
    assert float(score.removeprefix("macro F1: ")) > 0.5


def test_a_pipeline_without_labels_says_how_it_is_called(tmp_path: Path):
    done = example("sklearn_pipeline.py", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "usage: python sklearn_pipeline.py LABELS.jsonl\n")


def test_pandas(tmp_path: Path, signed_themes: list[str]):
    _, first, *_ = run_example("pandas_table.py", cwd=tmp_path).splitlines()
    assert f"[{', '.join(signed_themes)}]" in first


def test_polars(tmp_path: Path, signed_themes: list[str]):
    require(importlib.util.find_spec("polars"), "polars is not installed")
    rows = json.loads(run_example("polars_table.py", cwd=tmp_path))
    assert rows[0]["themes"] == signed_themes
    assert rows[0][signed_themes[0]] == gx.load_model().predict_proba([SIGNED]).max()


def test_duckdb(tmp_path: Path, signed_themes: list[str]):
    require(importlib.util.find_spec("duckdb"), "duckdb is not installed")
    counts = dict(line.split() for line in run_example("duckdb_table.py", cwd=tmp_path).splitlines())
    assert set(signed_themes) <= set(counts)
    assert set(counts.values()) <= {"1", "2", "3"}


def test_a_scheduled_task_run_twice_leaves_one_whole_file(tmp_path: Path):
    day = tmp_path / "inbox" / "2026-11-24"
    day.mkdir(parents=True)
    shutil.copy(EXAMPLES / "page.txt", day / "page.txt")
    (day / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    results = [run_example("airflow_task.py", "inbox", "outbox", "2026-11-24", cwd=tmp_path) for _ in range(2)]
    result = json.loads(results[0])
    lines = (tmp_path / "outbox" / "2026-11-24.jsonl").read_text(encoding="utf-8").splitlines()
    assert results[0] == results[1]
    assert (result["documents"], len(result["refused"])) == (1, 1)
    assert result["paragraphs"] == len(lines) > 0
    assert [path.name for path in (tmp_path / "outbox").iterdir()] == ["2026-11-24.jsonl"]
    assert (result["left_out"], result["notes"]) == (0, [])


def test_a_scheduled_task_tells_of_the_records_that_it_leaves_out(tmp_path: Path):
    day = tmp_path / "inbox" / "2026-11-25"
    day.mkdir(parents=True)
    lines = [json.dumps({"text": SIGNED}, ensure_ascii=False), '{"text": ', '{"text": 7}', '{"text": null, "n": NaN}']
    (day / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    result = json.loads(run_example("airflow_task.py", "inbox", "outbox", "2026-11-25", cwd=tmp_path))
    assert (result["paragraphs"], result["left_out"], result["refused"]) == (2, 2, [])
    assert any("in.jsonl:2" in note for note in result["notes"])
    assert all(note.count("in.jsonl") == 1 for note in result["notes"])
    assert "NaN" not in (tmp_path / "outbox" / "2026-11-25.jsonl").read_text(encoding="utf-8")


def test_a_scheduled_task_speaks_one_language(tmp_path: Path):
    day = tmp_path / "inbox" / "2026-11-25"
    day.mkdir(parents=True)
    (day / "a.pdf").write_bytes(b"%PDF-1.4 broken")
    (day / "in.jsonl").write_text(json.dumps({"text": SIGNED}, ensure_ascii=False) + '\n{"text": 7}\n', "utf-8")
    result = json.loads(
        run_example("airflow_task.py", "inbox", "outbox", "2026-11-25", cwd=tmp_path, GXCLASSIFY_LANG="zh")
    )
    assert result["refused"]
    assert result["notes"]
    assert all(said.isascii() for said in [*result["refused"], *(note.partition(": ")[2] for note in result["notes"])])
    done = example("airflow_task.py", "inbox", "outbox", "2026-11-29", cwd=tmp_path, GXCLASSIFY_LANG="zh")
    assert "there is no such folder" in done.stderr


@pytest.mark.parametrize("arguments", [("inbox", "outbox", "2026-11-26"), ()])
def test_a_scheduled_task_without_a_day_ends_in_a_sentence(tmp_path: Path, arguments):
    done = example("airflow_task.py", *arguments, cwd=tmp_path)
    assert done.returncode != 0
    assert "2026-11-26: there is no such folder" in done.stderr or "arguments are required" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_scheduled_task_that_fails_leaves_nothing_behind(tmp_path: Path):
    (tmp_path / "inbox" / "2026-11-27").mkdir(parents=True)
    (tmp_path / "inbox" / "2026-11-27" / "page.txt").write_text(SIGNED, encoding="utf-8")
    arguments = ("inbox", "outbox", "2026-11-27", "--model", "nothing")
    done = example("airflow_task.py", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert not (tmp_path / "outbox").exists()


def test_a_taxonomy_of_ones_own_from_a_csv_table(tmp_path: Path):
    first, second = run_example("custom_taxonomy.py", cwd=tmp_path).splitlines()
    assert set(first.partition(" → ")[2].split(", ")) == {"配送", "包装"}
    assert second.endswith("→ 服务")
    assert gx.load_model(tmp_path / "models" / "reviews").themes == ("包装", "味道", "服务", "配送")


@pytest.mark.integration
@pytest.mark.slow
def test_the_spark_job_under_spark_submit(tmp_path: Path):
    require(shutil.which("java"), "Java is not installed")
    require(importlib.util.find_spec("pyspark"), "pyspark is not installed")
    pq.write_table(pa.table({"id": [1, 2], "body": [SIGNED, None]}), tmp_path / "in.parquet")
    submit = Path(importlib.util.find_spec("pyspark").origin).parent / "bin" / "spark-submit"
    command = [submit, "--master", "local[1]", "--conf", "spark.ui.enabled=false", EXAMPLES / "spark_job.py"]
    subprocess.run(
        [*command, tmp_path / "in.parquet", tmp_path / "out", "--text", "body"],
        env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable},
        check=True,
        capture_output=True,
        timeout=PATIENCE,
    )
    [tagged, empty] = pq.read_table(tmp_path / "out").sort_by("id").to_pylist()
    assert tuple(tagged["tags"]) == next(gx.load_model().tag([SIGNED])).tags
    assert (empty["tags"], empty["scores"]) == (None, None)


@pytest.mark.integration
@pytest.mark.slow
def test_the_spark_job_names_its_own_option_for_the_column(tmp_path: Path):
    require(shutil.which("java"), "Java is not installed")
    require(importlib.util.find_spec("pyspark"), "pyspark is not installed")
    pq.write_table(pa.table({"id": [1], "body": [SIGNED]}), tmp_path / "in.parquet")
    done = example("spark_job.py", tmp_path / "in.parquet", tmp_path / "out", cwd=tmp_path, SPARK_LOCAL_IP="127.0.0.1")
    assert done.returncode == 2
    assert done.stderr.endswith("there is no column 'text' of texts; name one of body by --text\n")


def test_every_example_has_a_test():
    tests = (ROOT / "tests" / "test_examples.py").read_text(encoding="utf-8")
    assert [path.name for path in EXAMPLES.glob("*.py") if path.name not in tests] == []
