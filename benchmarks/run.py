"""Measure speed and quality beside other tools, and behaviour at scale; write RESULTS.md and README's table.

python benchmarks/run.py                       # everything: about a quarter of an hour on two cores
python benchmarks/run.py --quick               # smaller texts, for a first look; writes nothing
python benchmarks/run.py --only bulk training  # some parts; writes nothing without --write
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import comparison
import readers
import report
import scale
from pages import circumstances, put

HERE = Path(__file__).resolve().parent
PARTS = ("comparison", "reading", "start", "bulk", "training")


def main() -> None:
    """Parse the command line, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small texts, a first look")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=", ".join(PARTS))
    parser.add_argument(
        "--documents",
        type=Path,
        metavar="FOLDER",
        help="PDFs with the true units in FILE.truth, one a line, for reading",
    )
    parser.add_argument(
        "--write", action="store_true", help="put the figures of these parts beside those that are written down"
    )
    parser.add_argument("--no-peers", action="store_true", help="measure this package alone")
    arguments = parser.parse_args()
    load = [os.getloadavg()[0]]
    with tempfile.TemporaryDirectory(prefix="gxclassify-bench-") as folder:
        results = measure(
            Path(folder),
            set(arguments.only),
            quick=arguments.quick,
            peers=not arguments.no_peers,
            documents=arguments.documents,
        )
    results |= {"circumstances": circumstances(), "load": [*load, os.getloadavg()[0]]}
    whole = set(arguments.only) == set(PARTS)
    if arguments.write and not whole:
        results = json.loads((HERE / "results.json").read_text("utf-8")) | results
    page = report.render(results)
    print(page)
    if not arguments.quick and (whole or arguments.write):
        (HERE / "RESULTS.md").write_text(page, encoding="utf-8")
        (HERE / "results.json").write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        report.plot(results["comparison"], HERE / "speed.svg")
        put(HERE.parent / "README.md", "benchmark", report.quoted(results))


def measure(
    folder: Path, parts: set[str], *, quick: bool, peers: bool, documents: Path | None = None
) -> dict[str, Any]:
    """Run the chosen parts and return their figures."""
    results: dict[str, Any] = {}
    if "comparison" in parts:
        results["comparison"] = comparison.compare(folder / "compare", megabytes=0.3 if quick else 2.0, peers=peers)
    if "reading" in parts:
        results["reading"] = readers.compare(
            folder / "reading",
            files=5 if quick else 100,
            megabytes=0.3 if quick else 2.0,
            peers=peers,
            documents=documents,
        )
    if "start" in parts:
        results["command line"] = scale.command_line(3 if quick else 11)
        results["evidence"] = scale.evidence(folder, 0.5 if quick else 2.0)
    if "bulk" in parts:
        results["bulk"] = scale.bulk(folder, 10 if quick else 200)
    if "training" in parts:
        sizes = (2_000, 4_000) if quick else (15_000, 30_000, 60_000, 120_000)
        results["training"] = scale.training(folder, sizes)
    return results


if __name__ == "__main__":
    main()
