"""Time and memory of a survey of made-up paragraphs: ``python benchmarks/survey.py [PARAGRAPHS] [JOBS]``."""

from __future__ import annotations

import contextlib
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


def _memory(process: int) -> float:
    """Return what a process and all below it hold, in MiB, what they share counted once (Linux)."""
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    held = next(int(line.split()[1]) / 1024 for line in rollup.splitlines() if line.startswith("Pss:"))
    for child in Path(f"/proc/{process}/task/{process}/children").read_text().split():
        with contextlib.suppress(OSError, StopIteration):  # it has just ended
            held += _memory(int(child))
    return held


def _watched(command: list[str]) -> tuple[float, float]:
    """Run a command; return its seconds and the most memory that its processes held together, looked at each second."""
    start = time.perf_counter()
    most = 0.0
    with subprocess.Popen(command) as process:
        while process.poll() is None:
            with contextlib.suppress(OSError, StopIteration):  # it has just ended
                most = max(most, _memory(process.pid))
            time.sleep(1)
    if process.returncode:
        raise SystemExit(process.returncode)
    return time.perf_counter() - start, most


def main() -> None:
    """Run the survey in a process of its own and print what it took."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    jobs = sys.argv[2] if len(sys.argv) > 2 else "2"
    with tempfile.TemporaryDirectory() as folder:
        path, output = Path(folder, "made-up.jsonl"), Path(folder, "survey")
        write_paragraphs(path, number)
        command = [sys.executable, "-m", "gxclassify", "survey", str(path), "--output", str(output), "--jobs", jobs]
        seconds, memory = _watched(command)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        page = (output / "index.html").stat().st_size / 1e6
        whole = sum(file.stat().st_size for file in output.rglob("*") if file.is_file()) / 1e6
        print(
            f"{number:,} paragraphs, {jobs} jobs: {seconds:.0f} s, {used.ru_utime + used.ru_stime:.0f} s of processor, "
            f"{memory:.0f} MiB in all processes together, page {page:.1f} MB of {whole:,.0f} MB"
        )


if __name__ == "__main__":
    main()
