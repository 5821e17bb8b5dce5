"""Time and memory of a survey of made-up paragraphs: ``python benchmarks/survey.py [PARAGRAPHS] [JOBS]``."""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gxclassify.zones import load_gazetteer

_SENTENCES = (
    "{zone}新签约项目{n}个，总投资{m}亿元。",
    "{zone}管委会出台{n}条措施，对企业给予最高{n}万元补助。",
    "园区建成重点实验室{n}家，高新技术企业达到{m}家。",
    "到2028年，{zone}产值力争突破{m}亿元。",
    "污水处理厂完成提标改造，园区绿化覆盖率达到{n}%。",
    "周末的篮球赛吸引了{n}支队伍参加，居民看得津津有味。",
)


def write_paragraphs(path: Path, number: int) -> None:
    """Write records of three sentences each, spread over zones and five years."""
    made = random.Random(1)  # noqa: S311 - made-up text
    zones = [zone.name for zone in load_gazetteer()]
    with path.open("w", encoding="utf-8") as file:
        for _ in range(number):
            zone = made.choice(zones)
            parts = made.sample(_SENTENCES, 3)
            text = "".join(part.format(zone=zone, n=made.randint(2, 90), m=made.randint(2, 900)) for part in parts)
            date = f"{made.randint(2020, 2024)}-{made.randint(1, 12):02d}-{made.randint(1, 28):02d}"
            file.write(json.dumps({"text": text, "date": date}, ensure_ascii=False) + "\n")


def main() -> None:
    """Run the survey in a process of its own and print what it took."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    jobs = sys.argv[2] if len(sys.argv) > 2 else "2"
    with tempfile.TemporaryDirectory() as folder:
        path, output = Path(folder, "made-up.jsonl"), Path(folder, "survey")
        write_paragraphs(path, number)
        command = [sys.executable, "-m", "gxclassify", "survey", str(path), "--output", str(output), "--jobs", jobs]
        start = time.perf_counter()
        subprocess.run(command, check=True)
        seconds = time.perf_counter() - start
        # The largest of the processes that were waited for: the survey itself, or one of its workers.
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        page = (output / "index.html").stat().st_size / 1e6
        print(
            f"{number:,} paragraphs, {jobs} jobs: {seconds:.0f} s, largest process {peak:.0f} MiB, page {page:.1f} MB"
        )


if __name__ == "__main__":
    main()
