"""Text per second and core: the model by itself, in bulk, and inside Spark.

    python benchmarks/spark.py [PARAGRAPHS]

Counts processor time of all processes that take part, so that other work on the machine does not count. Start-up,
which a long job pays once, is measured apart: each way runs on a tenth of the text and on all of it.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pyspark

ROOT = Path(__file__).parents[1]

MODEL = """
import sys, pyarrow.parquet as pq, gxclassify as gx
gx.load_model().predict_proba(pq.read_table(sys.argv[1])["text"].to_pylist())
"""


def processor_seconds(command: list[str | Path]) -> float:
    """Run the command and return what all processes of its session took of the processor (Linux).

    They are looked at ten times a second: Spark's virtual machine kills its Python workers and never asks what they
    took, so the usual account of children lacks them.
    """
    env = {**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env, start_new_session=True
    ) as process:
        ticks: dict[str, int] = {}
        while process.poll() is None:
            ticks |= _ticks(process.pid)
            time.sleep(0.1)
    if process.returncode:
        sys.exit(f"{command} ended with {process.returncode}")
    return sum(ticks.values()) / os.sysconf("SC_CLK_TCK")


def _ticks(session: int) -> dict[str, int]:
    """Return the processor time so far of each process of a session, by its number and start."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if fields[3] == str(session):
            found[f"{path.parent.name}-{fields[19]}"] = int(fields[11]) + int(fields[12])
    return found


def main() -> None:
    """Measure and print a table."""
    submit = Path(pyspark.__file__).parent / "bin" / "spark-submit"
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    files = sorted((ROOT / "labels" / "train").glob("*.jsonl"))
    texts = [json.loads(line)["text"] for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sizes = {}
        for part, number in (("small", count // 10), ("large", count)):
            own = [f"{text}{i}" for i, text in enumerate(islice(cycle(texts), number))]
            sizes[part] = sum(len(text.encode()) for text in own) / 1e6
            pq.write_table(pa.table({"text": own}), folder / f"{part}.parquet", row_group_size=5000)
            lines = (json.dumps({"text": text}, ensure_ascii=False) for text in own)
            (folder / f"{part}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        ways = {
            "model alone": lambda part: [sys.executable, "-c", MODEL, folder / f"{part}.parquet"],
            "bulk, JSON Lines to Parquet": lambda part: [
                sys.executable, "-m", "gxclassify", "predict", folder / f"{part}.jsonl", "--no-evidence", "--jobs", "1",
                "--output", folder / f"bulk-{part}-{time.monotonic_ns()}.parquet",
            ],
            "Spark, Parquet to Parquet": lambda part: [
                # Not from Python: the virtual machine must be a child, or its time is not counted.
                submit, "--master", "local[1]", "--conf", "spark.ui.enabled=false", ROOT / "examples" / "spark_job.py",
                folder / f"{part}.parquet", folder / f"spark-{part}-{time.monotonic_ns()}",
            ],
        }  # fmt: skip
        print(f"{count:,} paragraphs, {sizes['large']:.1f} MB, {sizes['large'] * 1e6 / count:.0f} bytes each")
        for way, command in ways.items():
            small, large = (processor_seconds(command(part)) for part in ("small", "large"))
            speed = (sizes["large"] - sizes["small"]) / (large - small)
            start = small - sizes["small"] / speed
            print(f"{way:<30} {speed:6.2f} MB/s per core, start-up {start:5.1f} s of processor time")


if __name__ == "__main__":
    main()
