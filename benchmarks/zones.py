"""How fast and how well zones, dates and amounts are found: prints, writes nothing.

Speed is that of one processor on the paragraphs of ``labels/train``, the best of five rounds, in MB (10⁶ bytes of
UTF-8) a second. Quality is that of `tests/zones/test_quality.py`, on what was marked by hand; what was marked on texts
outside the repository is left out where they are not.
"""

from __future__ import annotations

import json
import math
import runpy
import sys
import tempfile
import time
from pathlib import Path

from survey import write_paragraphs

import gxclassify as gx
from gxclassify.zones import find_amounts, find_date, find_zones

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 5


def speed() -> None:
    """Print MB a second of each function."""
    files = sorted((ROOT / "labels" / "train").glob("*.jsonl"))
    texts = [json.loads(line)["text"] for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    size = sum(len(text.encode()) for text in texts) / 1e6
    find_zones("")  # loads the gazetteer
    for function in (find_zones, find_amounts, find_date):
        best = math.inf
        for _ in range(ROUNDS):
            start = time.process_time()
            for text in texts:
                function(text)
            best = min(best, time.process_time() - start)
        print(f"{function.__name__:13} {size / best:5.1f} MB/s on {len(texts):,} paragraphs, {size:.1f} MB")


def cost() -> None:
    """Time the tagging of the example page, and of made-up paragraphs full of amounts, without and with zones."""
    model = gx.load_model()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "made-up.jsonl")
        write_paragraphs(path, 5_000)
        kinds = {"example page": [gx.read(ROOT / "examples" / "page.txt")] * 200, "made-up": [gx.read(path)]}
    for kind, documents in kinds.items():
        for zones in (False, True):
            best, number = math.inf, 0
            for _ in range(3):
                start = time.process_time()
                number = sum(1 for _ in model.tag(documents, zones=zones))
                best = min(best, time.process_time() - start)
            print(f"tag {kind:13} {'with' if zones else 'without'} zones: {best / number * 1e6:.0f} µs a paragraph")


def quality() -> None:
    """Print F1 of mentions, the share of right ids and the share of right amounts."""
    sys.path.insert(0, str(ROOT / "tests"))
    test = runpy.run_path(str(ROOT / "tests" / "zones" / "test_quality.py"))
    outside = (test["SHARED"] / "real-dev.jsonl").is_file()
    for part in ("real", "held", "own") if outside else ("own",):
        true, found = test["mentions"](part)
        exact = test["f1"]({one[:3] for one in true}, {one[:3] for one in found})
        ends = test["f1"]({(one[0], one[2]) for one in true}, {(one[0], one[2]) for one in found})
        right, listed = test["right_ids"](true, found)
        print(f"{part:5} mentions {len(true):3}  F1 {ends:.3f}  F1 of spans {exact:.3f}  ids {right} of {listed}")
    for own in (True, False) if outside else (True,):
        right, marked, found = test["right_amounts"](own=own)
        print(f"{'own' if own else 'real':5} amounts {marked:3}  right {right}  found {found}")


if __name__ == "__main__":
    speed()
    cost()
    quality()
