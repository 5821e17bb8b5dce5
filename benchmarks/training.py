"""What ``gxclassify train`` with no option takes of made-up sets of the sizes that people bring: seconds and memory.

``python benchmarks/training.py [SET ...]`` writes 120,000 titles in ten classes and 12,000 events in 65 themes
(`shapes.py`) as label files, trains on each in a process of its own, and prints a table: wall and processor time and
peak memory of the whole command, reading and saving included. Have the machine to yourself.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import shapes

from gxclassify.labels.records import LabelRecord, write_records

SETS = {"titles": shapes.titles, "events": shapes.events}


def train(shape: shapes.Shape) -> tuple[float, float, float]:
    """Return the wall time and processor time (s) and the peak resident memory (GB) of training on a set."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = enumerate(zip(shape.texts, shape.labels, strict=True))
        records = [LabelRecord(id=f"{i}", text=text, labels=tuple(own), article=f"{i}") for i, (text, own) in rows]
        write_records(folder / "labels.jsonl", records)
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        command = [sys.executable, "-m", "gxclassify", "train", "--labels", "labels.jsonl", "--out", "model"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        wall = time.perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, used, after.ru_maxrss * 1024 / 1e9


def main() -> None:
    """Print a row for each set; the memory is the highest so far, so that the smaller set comes first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", choices=[[], *SETS], default=["events", "titles"], metavar="SET")
    print("| set | texts | themes | wall time | processor time | peak memory |\n|---|---:|---:|---:|---:|---:|")
    for name in parser.parse_args().sets:
        shape = SETS[name]()
        wall, used, memory = train(shape)
        size = f"{len(shape.texts):,} | {len(shape.themes)}"
        print(f"| {name} | {size} | {wall:.0f} s | {used:.0f} s | {memory:.2f} GB |", flush=True)


if __name__ == "__main__":
    main()
