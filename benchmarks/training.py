"""What ``gxclassify train`` with no option takes of sets of the sizes that people bring, and what it gains them.

``python benchmarks/training.py [SET ...]`` writes label files of 12,000 events in 65 themes, 120,000 titles in ten
classes and all sentences of labels/train by the kind of their text (`shapes.py`), and trains on each three times, every
time in a process of its own: as the command comes; with the settings of ``experiments/plain.toml``, those of the
zones, which were everyone's default once; and with C = 1. The table, which stands in docs/evaluation.md, has wall and
processor time and peak memory of the first, reading, MLflow and saving included, and the micro F1 of all (for classes
the accuracy) on texts held out, with the 95 % intervals of the differences by the paired bootstrap. Have the machine to
yourself.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import shapes
from serving import memory

import gxclassify as gx
from gxclassify.evaluation.compare import compare, signed
from gxclassify.labels.records import LabelRecord, write_records

SETS = {
    "events": (lambda: shapes.events(15_000), 3_000),
    "titles": (lambda: shapes.titles(132_000), 12_000),
    "kinds": (shapes.kinds, 3_000),
}
"""Each set, and how many of its texts are held out."""
_DRAWS = 500
_GLANCE_S = 0.2
"""How often memory is looked at."""


def zones_settings() -> list[str]:
    """Return the options that give a training the settings of experiments/plain.toml, without its label files."""
    table = tomllib.loads((shapes.ROOT / "experiments/plain.toml").read_text(encoding="utf-8"))
    stages = {stage: own for stage, own in table.items() if isinstance(own, dict)}
    return [f"--set={stage}.{key}={value}" for stage, own in stages.items() for key, value in own.items()]


def split(shape: shapes.Shape, held_out: int) -> tuple[list[LabelRecord], list[LabelRecord]]:
    """Return the records to train on, and `held_out` others drawn from the same set."""
    records = [
        LabelRecord(id=f"{i}", text=text, labels=tuple(labels), article=f"{i}")
        for i, (text, labels) in enumerate(zip(shape.texts, shape.labels, strict=True))
    ]
    drawn = np.random.default_rng(0).permutation(len(records))
    return [records[i] for i in sorted(drawn[held_out:])], [records[i] for i in sorted(drawn[:held_out])]


def train(folder: Path, name: str, options: Sequence[str] = ()) -> tuple[float, float, float]:
    """Return the wall time and processor time (s) and the peak memory (GB) of training on a folder's labels.

    The command runs in processes of its own; memory is what they hold together, what they share counted once.
    """
    command = [sys.executable, "-m", "gxclassify", "train", "--labels", "labels.jsonl", "--out", name, *options]
    started, peak, ended = time.perf_counter(), 0.0, 0
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    while not ended:
        peak = max(peak, memory(process.pid))
        time.sleep(_GLANCE_S)
        ended, status, used = os.wait4(process.pid, os.WNOHANG)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return wall, used.ru_utime + used.ru_stime, peak * 1024**2 / 1e9


def row(name: str) -> str:
    """Return the line of a set."""
    make, held_out = SETS[name]
    learnt_from, judged_on = split(make(), held_out)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_records(folder / "labels.jsonl", learnt_from)
        wall, used, held = train(folder, "chosen")
        train(folder, "zones", ["--no-track", *zones_settings()])
        train(folder, "one", ["--no-track", "--set", "classifier.C=1"])
        chosen, *others = (gx.load_model(folder / model) for model in ("chosen", "zones", "one"))
    gains = [compare(other, chosen, judged_on, draws=_DRAWS).overall["micro_f1"] for other in others]
    values = [f"{key.partition('.')[2]} {value:g}" for key, value in chosen.provenance["chosen"].items()]
    values += [
        f"{len(set(model.thresholds.values()))} thresholds{when}"
        for model, when in ((chosen, ""), (others[1], " where C is 1"))
    ]
    ahead = (
        f"{g.a:.3f} | {signed(g.difference)} ({signed(g.interval.low)} … {signed(g.interval.high)})" for g in gains
    )
    return (
        f"| {name} | {len(learnt_from):,} | {len(chosen.themes)} | {wall:.0f} s | {used:.0f} s | {held:.2f} GB "
        f"| {gains[0].b:.3f} | {' | '.join(ahead)} | {', '.join(values)} |"
    )


def main() -> None:
    """Print a row for each set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"of {'|'.join(SETS)}; default: all")
    sets = parser.parse_args().sets or list(SETS)
    if unknown := set(sets) - set(SETS):
        parser.error(f"no set is called {', '.join(sorted(unknown))}")
    print(
        "| set | texts | themes | wall | processor | memory | chosen | zones' settings | ahead by (95 %) "
        "| C = 1 | ahead by (95 %) | what |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|"
    )
    for name in sets:
        print(row(name), flush=True)


if __name__ == "__main__":
    main()
