"""How much the server takes: single requests, batches, memory, start; beside ``mlflow models serve`` on request.

    python benchmarks/serving.py                  # measure and print
    python benchmarks/serving.py --mlflow         # and MLflow's server with the same model
    python benchmarks/serving.py --write          # and put the table into docs/serving.md

Client and server share the machine. Every figure is the median of several rounds.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pages import circumstances, put, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROOT = Path(__file__).resolve().parents[1]
LENGTH = 150
CLIENTS = 16
QUIET = 0.05
"""Up to this share of the machine other programs may have without a round being repeated."""
PATIENCE = 10
SERVE = "from gxclassify.cli.serving import serve; serve()"
PYFUNC = ROOT / "src" / "gxclassify" / "tracking" / "pyfunc_model.py"


def paragraphs() -> list[str]:
    """Return paragraphs of 150 characters, cut from the training labels laid end to end."""
    texts = [
        json.loads(line)["text"]
        for path in sorted((ROOT / "labels" / "train").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    random.Random(0).shuffle(texts)  # noqa: S311 - any order will do
    joined = "".join(texts)
    return [joined[start : start + LENGTH] for start in range(0, len(joined) - LENGTH, LENGTH)]


@dataclass
class Load:
    """What a round of load gave: requests per second, the latencies in seconds, and how busy others were."""

    rate: float
    latencies: list[float]
    others: float = 0.0

    def percentile(self, percent: int) -> float:
        """Return a percentile of the latencies, in milliseconds."""
        return 1000 * statistics.quantiles(self.latencies, n=100)[percent - 1]


async def _client(port: int, requests: Iterator[bytes], until: float, latencies: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in requests:
        start = time.perf_counter()
        if start > until:
            break
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 20"):
            sys.exit(f"The server answered {head[:40]!r}.")
        length = re.search(rb"content-length: (\d+)", head)
        if length is None:
            sys.exit("The server did not say how long its answer is.")
        await reader.readexactly(int(length[1]))
        latencies.append(time.perf_counter() - start)
    writer.close()
    await writer.wait_closed()


def load(port: int, path: str, bodies: Sequence[bytes], *, clients: int, seconds: float) -> Load:
    """Send `bodies` in turn from `clients` connections for some seconds, each waiting for its answer."""
    requests = [
        b"POST %s HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
        % (path.encode(), len(body), body)
        for body in bodies
    ]

    def endless(start: int) -> Iterator[bytes]:
        while True:
            yield requests[start % len(requests)]
            start += 1

    async def run() -> Load:
        latencies: list[float] = []
        begin = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for i in range(clients):
                group.create_task(_client(port, endless(i * 997), begin + seconds, latencies))
        return Load(len(latencies) / (time.perf_counter() - begin), latencies)

    return asyncio.run(run())


@contextlib.contextmanager
def running(command: Sequence[str], port: int, path: str) -> Iterator[tuple[int, float]]:
    """Run a server; yield its process id and after how many seconds it answered at `path`."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # MLflow calls uvicorn by name
    environment = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true", "PATH": programs}
    start = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=environment)
    try:
        while True:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}{path}"):
                break
            if process.poll() is not None:
                sys.exit(f"{command[0]} ended with {process.returncode}.")
            time.sleep(0.01)
        yield process.pid, time.perf_counter() - start
    finally:
        for one in reversed(family(process.pid)):  # MLflow leaves its children behind
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, signal.SIGTERM)
        process.wait()


def family(pid: int) -> list[int]:
    """Return a process, its children and theirs."""
    pids = [pid]
    for one in pids:
        with contextlib.suppress(OSError):  # it has ended
            for thread in Path(f"/proc/{one}/task").iterdir():  # a child is its thread's
                pids += map(int, (thread / "children").read_text().split())
    return pids


def memory(pid: int) -> float:
    """Return the memory of a process and its children, in megabytes: what is theirs, and their share of the rest."""
    total = 0
    for one in family(pid):
        with contextlib.suppress(OSError):
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
            total += sum(map(int, re.findall(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)))
    return total / 1024


def quiet_rounds(run: Callable[[], Load], pid: int, rounds: int) -> list[Load]:
    """Run until `rounds` rounds were disturbed little, or `PATIENCE` times as many; return the least disturbed ones.

    The choice is by how much other programs used the machine and not by the figures.
    """
    found: list[Load] = []
    while sum(r.others <= QUIET for r in found) < rounds and len(found) < PATIENCE * rounds:
        before = _ticks(pid)
        result = run()
        busy, ours, total = (after - earlier for after, earlier in zip(_ticks(pid), before, strict=True))
        result.others = max(0.0, busy - ours) / total
        found.append(result)
    return sorted(found, key=lambda r: r.others)[:rounds]


def _ticks(pid: int) -> tuple[float, float, float]:
    """Return how long the processors were busy, how long for this program and the server, and both with idleness."""
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    idle = fields[3] + fields[4]
    ours = time.process_time() * os.sysconf("SC_CLK_TCK")
    for one in family(pid):
        ours += sum(map(int, Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()[11:13]))
    return sum(fields) - idle, ours, sum(fields)


def measure(
    port: int, pid: int, path: str, single: Sequence[bytes], many: Sequence[bytes], *, rounds: int, seconds: float
) -> dict[str, float]:
    """Return the medians over `rounds` of the figures of one server."""
    load(port, path, single, clients=CLIENTS, seconds=1)
    singles = quiet_rounds(lambda: load(port, path, single, clients=CLIENTS, seconds=seconds), pid, rounds)
    batches = quiet_rounds(lambda: load(port, path, many, clients=2, seconds=seconds), pid, rounds)
    return {
        "others": 100 * statistics.median(r.others for r in (*singles, *batches)),
        "batch": statistics.median(64 * r.rate for r in batches),
        "single": statistics.median(r.rate for r in singles),
        "p50": statistics.median(r.percentile(50) for r in singles),
        "p99": statistics.median(r.percentile(99) for r in singles),
        "memory": memory(pid),
    }


def measure_ours(texts: Sequence[str], port: int, *, evidence: bool, workers: int, **how: float) -> dict[str, float]:
    """Measure ``gxclassify serve``."""

    def body(part: Sequence[str]) -> bytes:
        return json.dumps({"texts": part, "evidence": evidence}, ensure_ascii=False).encode()

    command = [sys.executable, "-c", SERVE, "--port", str(port), "--workers", str(workers)]
    starts = []
    for _ in range(3):
        with running(command, port, "/ready") as (_, ready):
            starts.append(ready)
    with running(command, port, "/ready") as (pid, _):
        single = [body([text]) for text in texts]
        many = [body(texts[i : i + 64]) for i in range(0, len(texts) - 64, 64)]
        found = measure(port, pid, "/v1/predict", single, many, rounds=int(how["rounds"]), seconds=how["seconds"])
    return {**found, "ready": statistics.median(starts)}


def measure_mlflow(texts: Sequence[str], port: int, **how: float) -> dict[str, float]:
    """Measure ``mlflow models serve`` with the same model and one worker."""
    import warnings  # noqa: PLC0415 - only when asked for

    import mlflow  # noqa: PLC0415

    warnings.simplefilter("ignore")  # advice on type hints and examples

    def body(part: Sequence[str]) -> bytes:
        table = {"columns": ["text"], "data": [[text] for text in part]}
        return json.dumps({"dataframe_split": table}, ensure_ascii=False).encode()

    with tempfile.TemporaryDirectory() as folder:
        schema = mlflow.types.Schema([mlflow.types.ColSpec("string", "text")])
        target = Path(folder) / "model"
        mlflow.pyfunc.save_model(
            target,
            python_model=str(PYFUNC),
            artifacts={"bundle": str(ROOT / "models" / "default")},
            signature=mlflow.models.ModelSignature(inputs=schema),
            pip_requirements=[],
        )
        command = [sys.executable, "-m", "mlflow", "models", "serve", "-m", str(target), "-p", str(port)]
        with running([*command, "--env-manager", "local", "--workers", "1"], port, "/ping") as (pid, ready):
            single = [body([text]) for text in texts]
            many = [body(texts[i : i + 64]) for i in range(0, len(texts) - 64, 64)]
            found = measure(port, pid, "/invocations", single, many, rounds=int(how["rounds"]), seconds=how["seconds"])
    return {**found, "ready": ready}


ROWS = {
    "batch": "paragraphs/s, batches of 64, 2 clients",
    "single": "single requests/s, 16 clients",
    "p50": "median latency of these, ms",
    "p99": "99th percentile, ms",
    "memory": "memory, MB",
    "ready": "ready after, s",
    "others": "other programs' share of the machine meanwhile, %",
}


def shown(columns: dict[str, dict[str, float]]) -> str:
    """Return the figures as a Markdown table."""
    rows = [["", *columns]]
    for key, name in ROWS.items():
        digits = 2 if key == "ready" else 0 if key in {"batch", "single", "memory", "others"} else 1
        rows.append([name, *(f"{column[key]:,.{digits}f}" for column in columns.values())])
    return table(rows)


def main() -> None:
    """Measure, print, and write when asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mlflow", action="store_true", help="measure mlflow models serve as well")
    parser.add_argument("--two-workers", action="store_true", help="measure two workers as well")
    parser.add_argument(
        "--write", action="store_true", help="put the table into docs/serving.md; a test asks for it in docs/zh"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--port", type=int, default=8791)
    options = parser.parse_args()
    how = {"rounds": options.rounds, "seconds": options.seconds}
    texts = paragraphs()
    columns = {
        "scores and tags": measure_ours(texts, options.port, evidence=False, workers=1, **how),
        "with evidence (default)": measure_ours(texts, options.port, evidence=True, workers=1, **how),
    }
    if options.two_workers:
        columns["with evidence, 2 workers"] = measure_ours(texts, options.port, evidence=True, workers=2, **how)
    if options.mlflow:
        columns["mlflow models serve"] = measure_mlflow(texts, options.port, **how)
    note = (
        f"{circumstances()}; client and server on it together, paragraphs of {LENGTH} characters, medians of "
        f"{options.rounds} rounds of {options.seconds:g} s, those of up to {PATIENCE * options.rounds} that other "
        f"programs disturbed least:\n\n{shown(columns)}"
    )
    print(note)
    if options.write:
        put(ROOT / "docs" / "serving.md", "load", note)


if __name__ == "__main__":
    main()
