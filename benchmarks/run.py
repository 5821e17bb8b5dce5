"""Measure speed and quality beside other tools, and behaviour at scale; write RESULTS.md and README's table.

python benchmarks/run.py --write               # everything: about half an hour on two cores
python benchmarks/run.py --quick               # smaller texts, for a first look
python benchmarks/run.py --only bulk training  # some parts
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
        "--write", action="store_true", help="put the figures of these parts in place of those that are written down"
    )
    parser.add_argument("--no-peers", action="store_true", help="measure this package alone")
    arguments = parser.parse_args()
    if arguments.quick and arguments.write:
        parser.error("a quick look is not written down")
    written = HERE / "results.json"
    results: dict[str, Any] = {}
    if arguments.write:
        results = json.loads(written.read_text("utf-8"))
    for number, part in enumerate(arguments.only, 1):
        print(f"── {part}, part {number} of {len(arguments.only)}", flush=True)
        before = os.getloadavg()[0]
        with tempfile.TemporaryDirectory(prefix="gxclassify-bench-") as folder:
            figures = measure(
                part, Path(folder), quick=arguments.quick, peers=not arguments.no_peers, documents=arguments.documents
            )
        results[part] = figures | {
            "circumstances": circumstances(),
            "load": [before, os.getloadavg()[0]],
        }
        if arguments.write:
            write(results)
    print(report.render(results))


def measure(part: str, folder: Path, *, quick: bool, peers: bool, documents: Path | None) -> dict[str, Any]:
    """Run a part and return its figures."""
    match part:
        case "comparison":
            return comparison.compare(folder, megabytes=0.3 if quick else 2.0, peers=peers)
        case "reading":
            files, megabytes = (5, 0.3) if quick else (100, 2.0)
            return readers.compare(folder, files=files, megabytes=megabytes, peers=peers, documents=documents)
        case "start":
            evidence = scale.evidence(folder, 0.5 if quick else 2.0)
            return scale.command_line(3 if quick else 11) | {"evidence": evidence}
        case "bulk":
            return {"runs": scale.bulk(folder, 10 if quick else 200)}
        case _:
            sizes = (2_000, 4_000) if quick else (15_000, 30_000, 60_000, 120_000)
            return {"runs": scale.training(folder, sizes)}


def write(results: dict[str, Any]) -> None:
    """Write the figures down, those of each part as soon as they are there."""
    (HERE / "RESULTS.md").write_text(report.render(results), encoding="utf-8")
    (HERE / "results.json").write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    report.plot(results["comparison"], HERE / "speed.svg")
    put(HERE.parent / "README.md", "benchmark", report.quoted(results["comparison"]))


if __name__ == "__main__":
    main()
