"""What tests share beside fixtures: ``from support import require, run, records``.

``require(condition, reason)`` skips a test whose component or data is missing, and fails it where
``GXCLASSIFY_REQUIRE_ALL=1`` says that nothing may be missing (the continuous integration). Use it instead of
``pytest.skip``, ``skipif`` and ``importorskip``, so that no skip goes unseen.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

# Set before anything imports numpy: the tests run side by side, and linear algebra on a few rows gains nothing from
# threads.
for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"

THEMES = ("investment_attraction", "eco_park", "policy")

PAGE = """　　本报讯　今年以来，高新区引进亿元以上项目18个！园区招商小分队赴深圳拜访企业5家。

　　管委会印发《扶持办法》，最高奖励300万元。天气转凉，最低气温降到9度。
"""

_SENTENCES = {
    "investment_attraction": (
        "园区招商小分队赴深圳拜访企业{n}家。",
        "高新区举行项目集中签约仪式，{n}个项目落户。",
        "总投资{n}亿元的新能源项目在开发区开工。",
        "今年以来，经开区引进亿元以上项目{n}个！",
        "产业链招商让{n}家上下游企业落户园区。",
        "在推介会上，{n}家客商与管委会达成投资意向。",
    ),
    "eco_park": (
        "园区污水处理厂完成提标改造，日处理{n}万吨。",
        "开发区新增绿化面积{n}公顷，空气质量持续改善。",
        "化工园区安装挥发性有机物监测设备{n}套；",
        "工业固废综合利用率提高{n}个百分点。",
        "零碳园区建成光伏屋顶{n}万平方米。",
        "循环化改造让企业节约用水{n}万吨。",
    ),
    "policy": (
        "高新区出台惠企政策{n}条，兑现补贴资金。",
        "管委会印发《扶持办法》，最高奖励{n}万元。",
        "营商环境改革推出一网通办事项{n}项。",
        "符合条件的企业可享受税收减免，为期{n}年。",
        "开发区设立{n}亿元专项基金，支持人才补贴政策。",
        "“放管服”改革取消审批{n}项。",
    ),
    "": (
        "职工篮球赛昨晚在体育公园开幕，{n}支队伍参加。",
        "周末的集市上，{n}位居民在桂花树下聊天。",
        "图书馆新到绘本{n}册，孩子们围坐在一起。",
        "记者走进村庄，看见{n}户人家正在晒谷。",
        "天气转凉，最低气温降到{n}度。",
        "合唱团排练到很晚，{n}名团员一个没走。",
    ),
}


def require(condition: object, reason: str) -> None:
    """Skip the test when `condition` is false; fail it when GXCLASSIFY_REQUIRE_ALL is 1."""
    if condition:
        return
    if os.environ.get("GXCLASSIFY_REQUIRE_ALL") == "1":
        pytest.fail(f"{reason}, and GXCLASSIFY_REQUIRE_ALL=1 lets nothing be missing")
    pytest.skip(reason)


def tiny_records(rounds: int = 4) -> list[dict[str, object]]:
    """Return hand-written label records of three themes, with marked sentences, one `maybe` and some without theme.

    Each theme is told by ``6 * rounds`` paragraphs and more; two paragraphs share each article.
    """
    records: list[dict[str, object]] = []
    for r in range(rounds):
        for i in range(6):
            for t, theme in enumerate([*THEMES, ""]):
                told = _SENTENCES[theme][i].format(n=3 + 7 * r + i)
                other = _SENTENCES[""][(i + r + t) % 6].format(n=11 + i)
                second = THEMES[(t + 1) % 3] if theme and (i + r) % 3 == 0 else ""
                parts = [other, told] if (i + t) % 2 else [told, other]
                labels = [theme] if theme else []
                if second:
                    parts.append(_SENTENCES[second][(i + 1) % 6].format(n=2 + r))
                    labels.append(second)
                text = "".join(parts)
                evidence = {}
                for label in labels:
                    part = told if label == theme else parts[-1]
                    start = text.index(part)
                    evidence[label] = [[start, start + len(part)]]
                number = len(records)
                records.append(
                    {
                        "id": f"t{number:03d}",
                        "text": text,
                        "labels": labels,
                        "maybe": ["policy"] if not theme and i == r else [],
                        "evidence": evidence,
                        "article": f"a{number // 2:03d}",
                        "source": "written for the tests",
                    }
                )
    return records


def write_jsonl(path: Path, records: list[dict[str, object]]) -> Path:
    """Write records, one JSON object a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


PATIENCE = 600.0
"""For how many seconds a test waits for what must come: long, for a busy machine is no fault of what is tested."""


def wait_for(condition: Callable[[], Any], what: str = "") -> Any:
    """Ask until the answer is true and return it."""
    end = time.monotonic() + PATIENCE
    while not (answer := condition()):
        assert time.monotonic() < end, what or "it did not come"
        time.sleep(0.02)
    return answer


def names(folder: Path) -> list[str]:
    """Return the names in a folder, sorted."""
    return sorted(path.name for path in folder.iterdir())


class Tty(io.StringIO):
    """A terminal that keeps what it is shown."""

    def isatty(self) -> bool:
        return True


_PORTS = range(20_000, 32_000)  # below those that systems give to whoever asks for any (32768 and more)


def free_port() -> int:
    """Return a port of loopback where nothing listens, and which no connection of another test can be given."""
    while True:
        port = secrets.choice(_PORTS)  # not by `random`, which every process of a test run seeds alike
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


def processor_time() -> float:
    """Return the seconds of processor time of this process and its children, those that live and those that ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = time.process_time() + ended.ru_utime + ended.ru_stime
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            if int(fields[1]) == os.getpid():
                spent += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return spent


def strongest_sentence(model, text: str, theme: str) -> tuple[int, int]:
    """Return the span of the sentence of `text` that speaks most for `theme`."""
    scored = model._score([text])
    return scored.batch.sentence_spans()[0][int(scored.sentence[:, model.themes.index(theme)].argmax())]


def run(
    *arguments: str | os.PathLike[str],
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
    timeout: float = PATIENCE,
) -> subprocess.CompletedProcess[str]:
    """Run ``gxclassify`` with `arguments` in a process of its own and return what it printed."""
    command = [sys.executable, "-m", "gxclassify", *map(os.fspath, arguments)]
    return subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, "PYTHONUTF8": "1", **(env or {})},
        capture_output=True,
        encoding="utf-8",
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=timeout,
    )


def python(code: str, *, env: dict[str, str] | None = None, cwd: Path | None = None) -> str:
    """Run `code` in a fresh interpreter and return its standard output; an error there fails the test."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=cwd,
        env={**os.environ, "PYTHONUTF8": "1", **(env or {})},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def table(path: Path, *rows: list[object]) -> Path:
    """Write a workbook with these rows on one sheet."""
    import openpyxl  # noqa: PLC0415 - few tests write one

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path
