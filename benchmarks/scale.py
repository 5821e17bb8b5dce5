"""How our package fares with much: training on many texts, bulk scoring in one and two processes, long inputs."""

from __future__ import annotations

import contextlib
import json
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from texts import ROOT, documents, generated, labelled

__all__ = ["bulk", "command_line", "evidence", "training"]

HERE = Path(__file__).resolve().parent
_TRAIN = """
import json, sys, time
from worker import peak_mb
from gxclassify.training import ThemeClassifier
data = json.load(open(sys.argv[1], encoding="utf-8"))
options = json.loads(sys.argv[2])
start = time.perf_counter()
classifier = ThemeClassifier(folds=0, **options).fit(data["texts"], data["told"])
seconds = time.perf_counter() - start
peak = peak_mb()
print(json.dumps({"seconds": seconds, "peak MB": peak, "terms": sum(len(i) for i in classifier.idf_)}))
"""
_LOADING = """
import json, time
from gxclassify import load_model
start = time.perf_counter()
load_model().predict_proba(["签约"])
print(json.dumps({"load seconds": time.perf_counter() - start}))
"""
_EVIDENCE = """
import json, statistics, sys, time
from gxclassify import load_model
texts = json.load(open(sys.argv[1], encoding="utf-8"))
model = load_model()
list(model.tag(texts[: len(texts) // 10]))
seconds = {False: [], True: []}
for evidence in (False, True) * 15:
    start = time.process_time()
    for paragraph in model.tag(texts, evidence=evidence):
        pass
    seconds[evidence].append(time.process_time() - start)
adds = statistics.median(b / a - 1 for a, b in zip(seconds[False], seconds[True]))
print(json.dumps({"without": min(seconds[False]), "with": min(seconds[True]), "adds": adds}))
"""


def training(folder: Path, sizes: tuple[int, ...]) -> list[dict[str, Any]]:
    """Train on made-up texts of growing number in 10 exclusive classes, and on a tenth of the most in 65 themes."""
    paragraphs = _paragraphs()
    plans = [(n, 10, True) for n in sizes] + [(sizes[-1] // 10, 65, False)]
    results = []
    for n, classes, exclusive in plans:
        data = generated(paragraphs, n, classes, exclusive=exclusive)
        print(f"Training on {data.name} …", flush=True)
        path = folder / "train.json"
        path.write_text(json.dumps({"texts": data.texts, "told": data.told}, ensure_ascii=False), encoding="utf-8")
        options = json.dumps({"exclusive": exclusive, "at_least_one": not exclusive})
        results.append({"texts": n, "classes": classes, "exclusive": exclusive} | _python(_TRAIN, path, options))
    return results


def evidence(folder: Path, megabytes: float) -> dict[str, dict[str, float]]:
    """Measure what pointing at sentences and words adds to tagging labelled paragraphs, and news-length documents."""
    paragraphs = _paragraphs()
    sample = random.Random(0).choices(paragraphs, k=int(megabytes * 2500))  # noqa: S311 - a sample, no secret
    path = folder / "evidence.json"
    results = {}
    corpora = {"labelled paragraphs": sample, "news-length documents": documents(paragraphs, int(megabytes * 1e6))}
    for name, texts in corpora.items():
        path.write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8")
        results[name] = _python(_EVIDENCE, path) | {"size MB": sum(len(t.encode()) for t in texts) / 1e6}
    return results


def command_line(starts: int) -> dict[str, float]:
    """Measure ``gxclassify predict`` on a page, and loading a model: medians of the wall time of cold processes."""
    page = ROOT / "examples" / "page.txt"
    walls, peaks = [], []
    for _ in range(starts):
        run = _watched([sys.executable, "-m", "gxclassify", "predict", page])
        walls.append(run["seconds"])
        peaks.append(run["peak MB"])
    loading = statistics.median(_python(_LOADING)["load seconds"] for _ in range(starts))
    return {"seconds": statistics.median(walls), "peak MB": max(peaks), "load seconds": loading}


def bulk(folder: Path, megabytes: float) -> list[dict[str, Any]]:
    """Tag a gzipped JSON Lines file of news-length documents with one process and two, and into Parquet."""
    source = folder / "bulk.jsonl"
    texts = documents(_paragraphs(), int(min(megabytes, 20) * 1e6))
    written = 0
    with source.open("w", encoding="utf-8") as file:
        while written < megabytes * 1e6:
            for i, text in enumerate(texts):
                written += file.write(json.dumps({"id": i, "text": text}, ensure_ascii=False) + "\n") * 3
    subprocess.run(["gzip", "-kf", "-1", source], check=True)
    size = source.stat().st_size / 1e6
    results = []
    plans = (("jsonl", 1, False), ("jsonl", 2, False), ("jsonl", 1, True), ("jsonl", 2, True), ("parquet", 2, False))
    for form, jobs, marks in plans:
        print(f"Bulk, {form}, {jobs} processes, evidence {marks} …", flush=True)
        output = folder / f"tags.{form}"
        command = [sys.executable, "-m", "gxclassify", "predict", f"{source}.gz", "--output", output]
        command += ["--jobs", str(jobs), "--evidence" if marks else "--no-evidence"]
        run = _watched(command)
        results.append({"form": form, "jobs": jobs, "evidence": marks, "MB": size, "MB/s": size / run["seconds"]} | run)
        output.unlink()
    return results


def _paragraphs() -> list[str]:
    data = labelled("labels/train", ROOT / "labels" / "train")
    return data.texts if data else []


def _python(code: str, *arguments: Any) -> dict[str, Any]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=HERE)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _watched(command: list[Any]) -> dict[str, float]:
    """Run a command; return its wall time and the peak of the memory of all its processes together."""
    peak = 0
    start = time.perf_counter()
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while True:
        peak = max(peak, sum(map(_memory, _family(process.pid))))
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = process.wait(0.02 if time.perf_counter() - start < 2 else 0.2)
            break
    seconds = time.perf_counter() - start
    if code:
        message = f"{' '.join(map(str, command[:5]))} … ended with {code}."
        raise SystemExit(message)
    return {"seconds": seconds, "peak MB": peak / 1024}


def _family(pid: int) -> list[int]:
    family = [pid]
    for member in family:
        with contextlib.suppress(OSError):
            children = Path(f"/proc/{member}/task/{member}/children").read_text(encoding="ascii")
            family += map(int, children.split())
    return family


def _memory(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Rss:"):
                return int(line.split()[1])
    return 0
