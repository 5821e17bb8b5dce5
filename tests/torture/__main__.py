"""``python -m torture --hours 2 --log FILE.jsonl``: batches of every kind in turn until the time is over.

Each batch is a line of the log; a run with a log that is there goes on behind its seeds. Seeds are printed; one
batch is run again by ``--kind KIND --seed SEED``.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

KINDS = {
    **dict.fromkeys(("documents", "records", "toml", "labels", "bundles", "http"), "torture.batch"),
    **dict.fromkeys(("kills", "registry", "faults", "registry faults"), "torture.kills"),
    "serve": "torture.serving",
}
"""The module of each kind."""
BATCH_SECONDS = 1800
"""A batch that is not over by then hangs, which is a finding."""
MEMORY = "/dev/shm"
"""Where inputs and outputs lie, if it is there: in memory, for to wait for a disk took most of the time.

A process that is killed leaves there what it would leave on a disk.
"""


def run_batch(kind: str, seed: int, cases: int, findings: Path) -> dict:
    """Run a batch in a process of its own and return its line of the log."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="torture.", dir=MEMORY if os.access(MEMORY, os.W_OK) else None) as scratch:
        folder, room = Path(scratch) / "result", Path(scratch) / "room"
        folder.mkdir()
        room.mkdir()
        said = folder / "said.txt"
        with said.open("wb") as out:
            child = subprocess.Popen(
                [sys.executable, "-m", KINDS[kind], kind, str(seed), str(cases), str(folder)], env={**os.environ, "TMPDIR": str(room)},
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
            )  # fmt: skip
            try:
                code = child.wait(BATCH_SECONDS)
            except subprocess.TimeoutExpired:
                code = -signal.SIGKILL
            finally:
                _end(child)
        line = {"cases": 0, "outcomes": {}, "findings": [], "guided": False}
        result = folder / "result.json"
        if result.exists():
            line = json.loads(result.read_text(encoding="utf-8"))
        if code != 0:
            tail = said.read_text(encoding="utf-8", errors="replace")[-2000:]
            line["findings"].append(f"the batch ended with {code}: {tail}")
        line = {
            "kind": kind, "seed": seed, "seconds": round(time.monotonic() - began, 1),
            "time": datetime.now(UTC).isoformat(timespec="seconds"), **line,
        }  # fmt: skip
        if line["findings"]:
            kept = findings / f"{kind}-{seed}"
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(folder, kept)
    return line


def _end(child: subprocess.Popen) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def read_log(path: Path) -> list[dict]:
    """Return the batches in a log; a last line that a kill cut off is left out."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    batches = []
    for line in lines:
        try:
            batches.append(json.loads(line))
        except ValueError:
            continue
    return batches


def summary(batches: list[dict]) -> str:
    """Return the counts of each kind, one a line."""
    lines = []
    for kind in KINDS:
        own = [batch for batch in batches if batch["kind"] == kind]
        if not own:
            continue
        outcomes: Counter[str] = Counter()
        for batch in own:
            outcomes.update(batch["outcomes"])
        cases, found = sum(batch["cases"] for batch in own), sum(len(batch["findings"]) for batch in own)
        listed = ", ".join(f"{name} {count:,}" for name, count in outcomes.most_common())
        lines.append(f"{kind}: {cases:,} cases in {len(own)} batches, {found} findings ({listed})")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="torture", description=__doc__)
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--log", type=Path, default=Path("torture.jsonl"))
    parser.add_argument("--kind", action="append", choices=[*KINDS], help="Only this kind. May be repeated.")
    parser.add_argument("--seed", type=int, help="Only the batch of this seed.")
    parser.add_argument("--cases", type=int, default=0, help="Cases of a batch. Default: as many as the kind has.")
    options = parser.parse_args()
    until = time.monotonic() + options.hours * 3600
    batches = read_log(options.log)
    options.log.parent.mkdir(parents=True, exist_ok=True)
    findings = options.log.with_suffix(".findings")
    found = 0
    kinds = options.kind or KINDS
    for kind in kinds if options.seed is not None else itertools.cycle(kinds):
        if time.monotonic() >= until:
            break
        done = [batch["seed"] for batch in batches if batch["kind"] == kind]
        seed = options.seed if options.seed is not None else max(done, default=-1) + 1
        print(f"{kind} seed {seed}: ", end="", flush=True)
        batch = run_batch(kind, seed, options.cases, findings)
        print(f"{batch['cases']} cases, {len(batch['findings'])} findings, {batch['seconds']} s", flush=True)
        for finding in batch["findings"]:
            print(f"  {finding}", flush=True)
        found += len(batch["findings"])
        batches.append(batch)
        with options.log.open("a", encoding="utf-8") as log:
            log.write(json.dumps(batch, ensure_ascii=False) + "\n")
    print(summary(batches))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
