"""Our package and its peers on the same texts: training, start, speed, memory, size, quality."""

from __future__ import annotations

import json
import statistics
from typing import TYPE_CHECKING, Any

import numpy as np
from peers import CHARACTERS, OURS, PEERS, Tool, available, run_step
from sklearn.metrics import average_precision_score, f1_score
from texts import ROOT, THEMES, Labelled, documents, held_out, labelled, titles

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["compare"]

STARTS = 5
TURNS = 3
"""How often each tool's speed is measured, one tool after the other: the machine's own speed drifts by the minute."""


def compare(folder: Path, *, megabytes: float, peers: bool) -> dict[str, Any]:
    """Measure every tool and return ``{"tools": {name: figures}, "tests": {name: size}, "missing": […]}``."""
    data = labelled("labels/train", ROOT / "labels" / "train")
    if data is None:
        message = "labels/train holds no labels."
        raise SystemExit(message)
    fold, out = held_out(data)
    own_tests = [
        labelled("labels/test", ROOT / "labels" / "test"),
        labelled("real-dev", ROOT.parent / "shared" / "data" / "real-dev.jsonl"),
    ]
    tests = [test for test in own_tests if test is not None]
    size = int(megabytes * 1e6)
    speed = {"documents": documents(data.texts, size), "titles": titles(data.texts, size)}
    results: dict[str, Any] = {"tools": {}, "missing": []}
    results["tests"] = {test.name: len(test.texts) for test in [*tests, out]}
    for tool in (OURS, CHARACTERS, *(PEERS if peers else ())):
        problem = available(tool)
        if problem:
            results["missing"].append(problem)
            continue
        print(f"{tool.name} …", flush=True)
        figures = _measure(tool, folder / "all", data, tests, speed)
        if "error" in figures:
            results["missing"].append(f"{tool.name} failed: {figures['error']}")
            continue
        figures["quality"] |= _quality(tool, folder / "fold", fold, [out])
        results["tools"][tool.name] = figures
    for turn in range(1, TURNS + 1):
        print(f"Speed, turn {turn} of {TURNS} …", flush=True)
        for tool in [tool for tool in (OURS, CHARACTERS, *PEERS) if tool.name in results["tools"]]:
            answer = run_step(tool, "speed", folder / "all")
            if "error" in answer:
                results["missing"].append(f"{tool.name} failed: {answer['error']}")
                del results["tools"][tool.name]
                continue
            figures = results["tools"][tool.name]
            for name, speed_now in answer["speeds"].items():
                figures[f"{name} MB/s"] = max(speed_now, figures.get(f"{name} MB/s", 0.0))
    return results


def _write_job(folder: Path, train: Labelled, tests: list[Labelled], speed: dict[str, list[str]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    columns = ("texts", "told", "maybe", "evidence", "articles")
    job = {"themes": THEMES, "train": {name: getattr(train, name) for name in columns}}
    for name, content in (("job", job), ("tests", {t.name: t.texts for t in tests}), ("speed", speed)):
        (folder / f"{name}.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def _measure(
    tool: Tool, folder: Path, train: Labelled, tests: list[Labelled], speed: dict[str, list[str]]
) -> dict[str, Any]:
    _write_job(folder, train, tests, speed)
    trained = run_step(tool, "train", folder)
    if "error" in trained:
        return trained
    model = folder / tool.folder_name
    starts = [run_step(tool, "first", folder) for _ in range(STARTS)]
    if "error" in starts[0]:
        return starts[0]
    return {
        "training seconds": trained["seconds"],
        "training peak MB": trained["peak_mb"],
        "model MB": sum(path.stat().st_size for path in model.rglob("*") if path.is_file()) / 1e6,
        "start seconds": statistics.median(answer["wall"] for answer in starts),
        "start peak MB": starts[0]["peak_mb"],
        "quality": _quality_of(run_step(tool, "scores", folder), tests),
    }


def _quality(tool: Tool, folder: Path, train: Labelled, tests: list[Labelled]) -> dict[str, Any]:
    _write_job(folder, train, tests, {})
    trained = run_step(tool, "train", folder)
    return {} if "error" in trained else _quality_of(run_step(tool, "scores", folder), tests)


def _quality_of(answer: dict[str, Any], tests: list[Labelled]) -> dict[str, dict[str, float]]:
    """Return mean average precision, which asks nothing of thresholds, and micro F1 at the tool's own threshold."""
    figures = {}
    for test in tests if "tests" in answer else []:
        scores = np.array(answer["tests"][test.name])
        told = np.array([[theme in row for theme in THEMES] for row in test.told])
        known = np.array([[theme not in row for theme in THEMES] for row in test.maybe])
        tagged = scores >= np.array(answer["threshold"])
        columns = [t for t in range(len(THEMES)) if told[known[:, t], t].any()]
        precision = [average_precision_score(told[known[:, t], t], scores[known[:, t], t]) for t in columns]
        figures[test.name] = {
            "mean AP": float(np.mean(precision)),
            "micro F1": float(f1_score(told[known], tagged[known])),
        }
    return figures
