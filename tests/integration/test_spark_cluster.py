"""A standalone Spark cluster on this machine: a master and two workers, one of which dies in the middle of the job."""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import gxclassify as gx
from integration.programs import get_json, kill, program, wait_for
from support import PATIENCE, ROOT, free_port, require, tiny_records

if TYPE_CHECKING:
    import subprocess

pytestmark = [pytest.mark.integration, pytest.mark.slow]

PARAGRAPHS = 200_000
FILES = 40


class Cluster(NamedTuple):
    master: str
    workers: list[subprocess.Popen[bytes]]
    env: dict[str, str]
    home: Path


@pytest.fixture
def cluster(tmp_path: Path):
    require(shutil.which("java"), "Java is not installed")
    require(importlib.util.find_spec("pyspark"), "pyspark is not installed")
    home = Path(str(importlib.util.find_spec("pyspark").origin)).parent
    env = {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_NO_DAEMONIZE": "1",
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "SPARK_WORKER_DIR": str(tmp_path / "work"),
    }
    start = [home / "bin" / "spark-class"]
    port, page = free_port(), free_port()
    master = [*start, "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", str(port)]
    worker = [*start, "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "1g"]
    with contextlib.ExitStack() as stack:
        stack.enter_context(program([*master, "--webui-port", str(page)], tmp_path / "master.log", env=env))
        wait_for(lambda: get_json(f"http://127.0.0.1:{page}/json/"), "Spark's master")
        address = f"spark://127.0.0.1:{port}"
        workers = [
            stack.enter_context(
                program([*worker, "--webui-port", str(free_port()), address], tmp_path / f"worker{i}.log", env=env)
            )
            for i in range(2)
        ]
        wait_for(lambda: get_json(f"http://127.0.0.1:{page}/json/")["aliveworkers"] == 2, "Spark's workers")
        yield Cluster(address, workers, env, home)


def write_paragraphs(folder: Path) -> list[str]:
    """Write 200,000 different paragraphs to Parquet and return them; the id of each is its place."""
    folder.mkdir()
    sentences = [str(record["text"]) for record in tiny_records()]
    texts = [f"第{i}号消息：{text}" for i, text in zip(range(PARAGRAPHS), itertools.cycle(sentences), strict=False)]
    step = PARAGRAPHS // FILES
    for start in range(0, PARAGRAPHS, step):
        part = {"id": range(start, start + step), "text": texts[start : start + step]}
        pq.write_table(
            pa.table({"id": pa.array(part["id"], pa.int64()), "text": part["text"]}), folder / f"{start}.parquet"
        )
    return texts


def completed_tasks(page: int) -> int:
    base = f"http://127.0.0.1:{page}/api/v1/applications"
    [application] = get_json(base)
    return sum(stage["numCompleteTasks"] for stage in get_json(f"{base}/{application['id']}/stages"))


@pytest.mark.no_cover  # of this process it would be the scoring of 200,000 paragraphs, line by line
def test_every_row_is_tagged_once_though_a_worker_dies(cluster: Cluster, tiny_bundle: Path, tmp_path: Path):
    texts = write_paragraphs(tmp_path / "in")
    page = free_port()
    submit = [cluster.home / "bin" / "spark-submit", "--master", cluster.master]
    # One task for each file, or Spark would pack these small ones together.
    settings = {"ui.port": page, "driver.host": "127.0.0.1", "executor.memory": "512m", "driver.memory": "512m",
                "sql.files.openCostInBytes": 2**27, "ui.showConsoleProgress": "false"}  # fmt: skip
    for key, value in settings.items():
        submit += ["--conf", f"spark.{key}={value}"]
    job = [ROOT / "examples" / "spark_job.py", tmp_path / "in", tmp_path / "out", "--model", tiny_bundle]
    log = tmp_path / "job.log"
    with program([*submit, *job], log, env=cluster.env) as process:
        wait_for(lambda: completed_tasks(page) >= FILES // 8, "the first tasks", process)
        kill(cluster.workers[0])
        unfinished = completed_tasks(page) < FILES
        code = process.wait(timeout=2 * PATIENCE)
    said = log.read_text(encoding="utf-8", errors="replace")
    assert code == 0, said[-3000:]
    assert unfinished
    assert "Lost executor" in said

    table = pq.read_table(tmp_path / "out").sort_by("id")
    assert table["id"].to_pylist() == list(range(PARAGRAPHS))
    assert table["text"].to_pylist() == texts
    model = gx.load_model(tiny_bundle)
    probabilities = model.predict_proba(texts)
    themes = model.themes
    assert [dict(row) for row in table["scores"].to_pylist()] == [
        dict(zip(themes, row, strict=True)) for row in probabilities.tolist()
    ]
    tagged = model.decide(probabilities).tolist()
    assert table["tags"].to_pylist() == [[t for t, on in zip(themes, row, strict=True) if on] for row in tagged]
