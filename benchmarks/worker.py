"""One step of one tool in a process of its own, so that time and memory are its own: ``worker.py CLASS STEP FOLDER``.

Steps: ``train`` fits on FOLDER/job.json and saves to FOLDER; ``first`` loads and scores one text; ``speed`` measures
MB/s; ``scores`` scores the test sets. The answer is one line of JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

_ROUNDS = 15
_SECONDS = 4


def main() -> None:
    """Run the step that the arguments name."""
    module, _, name = sys.argv[1].partition(":")
    step, folder = sys.argv[2:4]
    channel = os.dup(1)
    os.dup2(2, 1)  # what the tools print goes to standard error
    tool: Any = getattr(importlib.import_module(f"tools.{module}"), name)
    answer = {"train": _train, "first": _first, "speed": _speed, "scores": _scores}[step](tool, folder)
    answer["peak_mb"] = peak_mb()
    with os.fdopen(channel, "w", encoding="utf-8") as out:
        out.write(json.dumps(answer) + "\n")


def peak_mb() -> float:
    """Return the peak of this process's memory; its resource usage would begin with that of its parent."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return float("nan")


def _job(folder: str, name: str = "job") -> Any:
    return json.loads((Path(folder).parent / f"{name}.json").read_text(encoding="utf-8"))


def _train(tool: Any, folder: str) -> dict[str, Any]:
    job = _job(folder)
    instance = tool()
    start = time.perf_counter()
    instance.fit(job)
    seconds = time.perf_counter() - start
    instance.save(folder)
    return {"seconds": seconds}


def _first(tool: Any, folder: str) -> dict[str, Any]:
    tool.load(folder).scores(["济宁高新区新签约项目12个，总投资38亿元。"])
    return {}


def _speed(tool: Any, folder: str) -> dict[str, Any]:
    instance = tool.load(folder)
    speeds: dict[str, float] = {}
    for name, texts in _job(folder, "speed").items():
        size = sum(len(text.encode()) for text in texts)
        instance.scores(texts[: len(texts) // 10])
        rounds = []
        while not rounds or (len(rounds) < _ROUNDS and sum(rounds) < _SECONDS):
            start = time.process_time()
            instance.scores(texts)
            rounds.append(time.process_time() - start)
        speeds[name] = size / min(rounds) / 1e6
    return {"speeds": speeds}


def _scores(tool: Any, folder: str) -> dict[str, Any]:
    instance = tool.load(folder)
    tests = {
        name: [list(map(float, row)) for row in instance.scores(texts)] for name, texts in _job(folder, "tests").items()
    }
    return {"tests": tests, "threshold": instance.threshold}


if __name__ == "__main__":
    main()
