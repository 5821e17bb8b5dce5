"""A server under attack, and the soak of a server.

    python benchmarks/attack.py                   # /v1/predict quiet and under four attacking clients, by turns
    python benchmarks/attack.py --minutes 60      # a soak: mixed requests, and a new model every few seconds
    python benchmarks/attack.py --write           # and put what was measured into docs/reliability.md

Both start ``gxclassify serve`` as it comes, with one worker. The attackers send to ``/v1/documents`` without a pause:
captions, zero-width characters, ``<`` and letters, PDF and Word files of 32 MB that are damaged, records, a ZIP bomb,
bodies that trickle. They are a process of their own at low priority, for they stand for other machines. The exit code
is 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import io
import itertools
import json
import multiprocessing
import os
import random
import shutil
import socket
import statistics
import sys
import tempfile
import threading
import time
import zipfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pages import circumstances, put, table
from serving import ROOT, SERVE, family, memory, paragraphs, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MEGABYTES_32 = 32 * 2**20 - 1000
ATTACKERS = 4
SLOW = 8
"""Connections on which a body trickles, a byte a second, beside the four clients."""
MOST_TIMES = 3.0
MOST_HEALTH = 1.0
MOST_GROWTH = 0.1
"""The share by which memory may grow in the last three quarters of a soak."""
MOST_FILES = 16
"""By how many the open files may grow: those of children that wait for a document."""
_HOST = "127.0.0.1"


# ---- what attackers send


def hostile() -> dict[str, tuple[str, bytes]]:
    """Return the bodies by what they are, each with the file's name."""
    random_ = random.Random(0)  # noqa: S311
    noise = random_.randbytes(1 << 20)
    caption = "图为高新区重点项目集中签约现场。（王明 摄）\n"
    record = {"id": 1, "text": "高新区新签约项目12个，总投资38亿元。" * 3}
    rows = json.dumps(record, ensure_ascii=False).encode()
    return {
        "captions, 272 kB": ("page.txt", _long(caption, 272_000)),
        "zero-width characters": ("page.txt", _long("高新区\u200b\u200b\u200b\u200b\u200b\u200b\u200b", 272_000)),
        "< and 100,000 letters": ("page.html", b"<" + b"a" * 100_000),
        "damaged PDF, 32 MB": ("page.pdf", _pdf(noise)),
        "damaged Word, 32 MB": ("page.docx", _docx(noise)[: -(1 << 16)]),
        "Word with a wrong checksum": ("page.docx", _docx(noise)),
        "JSON records, 32 MB": ("page.json", b"[" + b",".join([rows] * (MEGABYTES_32 // (len(rows) + 1))) + b"]"),
        "JSON nested, 32 MB": ("page.json", b"[{" + b'"a":[{' * (MEGABYTES_32 // 6)),
        "CSV, 32 MB": ("page.csv", _long("id,text\n" + "1,高新区签约12个项目。\n" * 1000, MEGABYTES_32)),
        "one line of text, 32 MB": ("page.txt", _long("高新区新签约项目12个。", MEGABYTES_32)),
        "noise, 32 MB": ("page", noise * 31),
        "workbook bomb": ("page.xlsx", _workbook()),
    }


def _long(piece: str, size: int) -> bytes:
    data = piece.encode()
    return data * (size // len(data))


def _pdf(noise: bytes) -> bytes:
    objects = b"".join(
        b"%d 0 obj<</Type/Page/Parent %d 0 R/Kids[%d 0 R]>>endobj\n" % (n, n + 1, n) for n in range(9, 90_000)
    )
    return (b"%PDF-1.7\n" + objects + noise * 31)[:MEGABYTES_32] + b"startxref\n99999999\n%%EOF"


def _docx(noise: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml",
            "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body>"
            + "<w:p><w:r><w:t>高新区签约</w:t></w:r></w:p>" * 300_000,
        )
        archive.writestr("word/media/a.png", noise * 8)
    data = bytearray(out.getvalue())
    at = data.index(b"<w:body>") + 5_000
    data[at : at + 4] = b"<<<<"
    return bytes(data[:MEGABYTES_32])


def _workbook() -> bytes:
    out = io.BytesIO()
    name = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "xl/workbook.xml", f"<workbook xmlns='{name}'><sheets><sheet name='a' sheetId='1'/></sheets></workbook>"
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f"<worksheet xmlns='{name}'><sheetData>"
            + "<row><c t='inlineStr'><is><t>园区</t></is></c></row>" * 3_000_000,
        )
    return out.getvalue()


def attack(port: int, seed: int, stop: Any, counts: Any) -> None:
    """Send hostile bodies from four clients without a pause, and trickle others, until told to stop."""
    os.nice(15)
    bodies = hostile()
    answered: Counter[str] = Counter()

    def client(number: int) -> None:
        random_ = random.Random(seed * 100 + number)  # noqa: S311
        while not stop.is_set():
            what = random_.choice(list(bodies))
            name, body = bodies[what]
            connection = http.client.HTTPConnection(_HOST, port, timeout=120)
            try:
                connection.request("POST", f"/v1/documents?name={name}", body)
                answer = connection.getresponse()
                answer.read()
                answered[f"{what}: {answer.status}"] += 1
            except (OSError, http.client.HTTPException) as error:
                answered[f"{what}: {type(error).__name__}"] += 1
            finally:
                connection.close()

    def trickle() -> None:
        head = b"POST /v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 30000000\r\n\r\n"
        while not stop.is_set():
            with contextlib.suppress(OSError), socket.create_connection((_HOST, port), timeout=5) as connection:
                connection.sendall(head)
                while not stop.wait(1):
                    connection.sendall(b"a")

    threads = [threading.Thread(target=client, args=(n,)) for n in range(ATTACKERS)]
    threads += [threading.Thread(target=trickle) for _ in range(SLOW)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts.put(dict(answered))


@contextlib.contextmanager
def attacked(port: int, seed: int) -> Iterator[Counter[str]]:
    """Have the server attacked while the block runs; the counter has the answers when it is over."""
    context = multiprocessing.get_context("spawn")
    stop, counts = context.Event(), context.Queue()
    process = context.Process(target=attack, args=(port, seed, stop, counts))
    process.start()
    answered: Counter[str] = Counter()
    try:
        yield answered
    finally:
        stop.set()
        answered.update(counts.get(timeout=150))
        process.join()


# ---- what is measured


def ask(port: int, texts: list[str], until: float, pause: float = 0.0) -> list[float]:
    """Ask ``/v1/predict`` by one connection, one paragraph a time; return the seconds of each answer."""
    connection = http.client.HTTPConnection(_HOST, port, timeout=60)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    found = []
    for text in itertools.cycle(texts):
        if time.monotonic() > until:
            break
        body = json.dumps({"texts": [text]}).encode()
        start = time.perf_counter()
        connection.request("POST", "/v1/predict", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        found.append(time.perf_counter() - start)
        if answer.status != 200:
            sys.exit(f"/v1/predict answered {answer.status}.")
        time.sleep(pause)
    connection.close()
    return found


def probe(port: int, until: float) -> list[float]:
    """Ask ``/health`` ten times a second, each time by a new connection; return the seconds of each answer."""
    found = []
    while time.monotonic() < until:
        start = time.perf_counter()
        connection = http.client.HTTPConnection(_HOST, port, timeout=30)
        connection.request("GET", "/health")
        if connection.getresponse().status != 200:
            sys.exit("/health did not answer 200.")
        connection.close()
        found.append(time.perf_counter() - start)
        time.sleep(0.1)
    return found


def both(port: int, texts: list[str], seconds: float) -> tuple[list[float], list[float]]:
    """Ask and probe at once for some seconds."""
    until = time.monotonic() + seconds
    healths: list[float] = []
    prober = threading.Thread(target=lambda: healths.extend(probe(port, until)))
    prober.start()
    answers = ask(port, texts, until, pause=0.005)
    prober.join()
    return answers, healths


def percentile(seconds: list[float], percent: float) -> float:
    """Return a percentile in milliseconds."""
    return 1000 * sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * percent / 100))]


def measure_attack(port: int, rounds: int, seconds: float) -> tuple[str, bool]:
    """Measure by turns, quiet and under attack; return what was found and whether the bars hold."""
    texts = paragraphs()
    quiet: list[list[float]] = []
    under: list[list[float]] = []
    healths: dict[str, list[float]] = {"quiet": [], "under attack": []}
    answered: Counter[str] = Counter()
    with running([sys.executable, "-c", SERVE, "--port", str(port)], port, "/ready"):
        both(port, texts, 2)
        for seed in range(rounds):
            answers, probes = both(port, texts, seconds)
            quiet.append(answers)
            healths["quiet"] += probes
            with attacked(port, seed) as counts:
                time.sleep(8)  # the bodies are made, the children started
                answers, probes = both(port, texts, seconds)
                under.append(answers)
                healths["under attack"] += probes
            answered += counts
            time.sleep(3)
            before, now = percentile(quiet[-1], 99), percentile(under[-1], 99)
            print(f"round {seed + 1}: p99 {before:.1f} ms quiet, {now:.1f} ms under attack", flush=True)
    rows = [["", "requests", "p50, ms", "p99, ms", "worst, ms", "`/health`, worst, ms"]]
    for name, found in (("quiet", quiet), ("under attack", under)):
        together = [one for each in found for one in each]
        rows.append([
            name, f"{len(together):,}",
            *(f"{statistics.median(percentile(each, p) for each in found):.1f}" for p in (50, 99)),
            f"{1000 * max(together):.0f}", f"{1000 * max(healths[name]):.0f}",
        ])  # fmt: skip
    times = statistics.median(percentile(b, 99) / percentile(a, 99) for a, b in zip(quiet, under, strict=True))
    worst = max(healths["under attack"])
    statuses = Counter[str]()
    for what, count in answered.items():
        statuses[what.rpartition(": ")[2]] += count
    for what, count in sorted(answered.items()):
        print(f"  {what} {count}")
    listed = ", ".join(f"{status} × {count:,}" for status, count in statuses.most_common())
    said = (
        f"{circumstances()}; one client asks for a paragraph at a time, {rounds} rounds of {seconds:g} s each way, "
        f"medians of rounds:\n\n{table(rows)}\n\nUnder attack the 99th percentile is {times:.1f} times the quiet one. "
        f"The attackers got {sum(answered.values()):,} answers ({listed})."
    )
    return said, times <= MOST_TIMES and worst <= MOST_HEALTH


# ---- the soak


def descriptors(pid: int) -> int:
    """Return how many files a server's processes have open."""
    count = 0
    for one in family(pid):
        with contextlib.suppress(OSError):  # it has ended
            count += len(list(Path(f"/proc/{one}/fd").iterdir()))
    return count


class Soak:
    """Clients that ask for all kinds of things until the time is over, and one that changes the model."""

    def __init__(self, port: int, minutes: float) -> None:
        self.port = port
        self.end = time.monotonic() + 60 * minutes
        self.counts: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.reloads = 0
        self._lock = threading.Lock()
        self._texts = paragraphs()
        self._hostile = [one for one in hostile().values() if len(one[1]) < 1 << 20]

    def send(self, method: str, path: str, body: bytes = b"") -> None:
        """Send a request by a new connection and count what came of it."""
        kind = "application/octet-stream" if "document" in path else "application/json"
        connection = http.client.HTTPConnection(_HOST, self.port, timeout=90)
        try:
            connection.request(method, path, body or None, {"Content-Type": kind})
            answer = connection.getresponse()
            answer.read()
            outcome, bad = str(answer.status), answer.status >= 500
        except (OSError, http.client.HTTPException) as error:
            outcome, bad = type(error).__name__, True
        finally:
            connection.close()
        with self._lock:
            self.counts[outcome] += 1
            if bad:
                self.failures[f"{path.partition('?')[0]}: {outcome}"] += 1

    def mixed(self, number: int) -> None:
        """Ask, with short pauses."""
        random_ = random.Random(number)  # noqa: S311
        kinds = [self._predict, self._document, self._hostile_document, self._page, self._invalid, self._other]
        while time.monotonic() < self.end:
            random_.choices(kinds, (50, 20, 10, 5, 5, 10))[0](random_)
            time.sleep(random_.uniform(0, 0.1))

    def _predict(self, random_: random.Random) -> None:
        texts = random_.sample(self._texts, random_.choice((1, 1, 1, 8, 64)))
        self.send("POST", "/v1/predict", json.dumps({"texts": texts, "zones": random_.random() < 0.1}).encode())

    def _document(self, random_: random.Random) -> None:
        self.send("POST", "/v1/documents?name=page.txt", "\n".join(random_.sample(self._texts, 20)).encode())

    def _hostile_document(self, random_: random.Random) -> None:
        name, body = random_.choice(self._hostile)
        self.send("POST", f"/v1/documents?name={name}", body)

    def _page(self, random_: random.Random) -> None:
        self.send("POST", "/page/document?name=page.txt", "\n".join(random_.sample(self._texts, 20)).encode())

    def _invalid(self, _: random.Random) -> None:
        self.send("POST", "/v1/predict", b'{"texts": 7}')

    def _other(self, random_: random.Random) -> None:
        self.send("GET", random_.choice(("/metrics", "/health", "/v1/model", "/", "/label", "/nowhere")))

    def reload(self, used: Path, folders: list[Path], every: float) -> None:
        """Put the one and the other model in the place that is served, by turns."""
        while time.monotonic() < self.end:
            self.reloads += 1
            for name in ("weights.npz", "model.json"):
                fresh = used / f".{name}"
                shutil.copyfile(folders[self.reloads % 2] / name, fresh)
                fresh.replace(used / name)
            self.send("POST", "/v1/model/reload")
            time.sleep(every)


def soak(port: int, minutes: float, every: float) -> tuple[str, bool]:
    """Ask for all kinds of things while the model changes; return what was found and whether it held."""
    with tempfile.TemporaryDirectory() as scratch:
        folders = _models(Path(scratch))
        used = Path(scratch) / "model"
        shutil.copytree(folders[0], used)
        options = ["--port", str(port), "--model", str(used), "--label-store", f"{scratch}/labels.db"]
        with running([sys.executable, "-c", SERVE, *options], port, "/ready") as (pid, _):
            run = Soak(port, minutes)
            threads = [threading.Thread(target=run.mixed, args=(n,)) for n in range(3)]
            threads.append(threading.Thread(target=run.reload, args=(used, folders, every)))
            for thread in threads:
                thread.start()
            states = []
            for at in (1 / 60, *(n / 12 for n in range(1, 13))):
                time.sleep(max(0.0, run.end - 60 * minutes * (1 - at) - 1 - time.monotonic()))
                states.append(_state(pid))
                print(f"{at:.0%}: {states[-1]}, {dict(run.counts)}, {dict(run.failures)}", flush=True)
            for thread in threads:
                thread.join()
            time.sleep(5)
            states.append(_state(pid))
    rows = [["", "memory, MB", "open files", "child processes"]]
    times = {
        "at the beginning": 0,
        "after a quarter": 3,
        "half-way": 6,
        "at the end": -2,
        "5 s after the last request": -1,
    }
    rows += [[name, f"{states[at][0]:.0f}", *map(str, states[at][1:])] for name, at in times.items()]
    listed = ", ".join(f"{status} × {count:,}" for status, count in run.counts.most_common())
    failed = "None was without an answer, or had a status of 500 or more."
    if run.failures:
        failed = "Failed: " + ", ".join(f"{what} × {count}" for what, count in run.failures.items()) + "."
    said = (
        f"{circumstances()}; {minutes:g} minutes, {sum(run.counts.values()):,} requests ({listed}), {run.reloads:,} "
        f"changes of the model:\n\n{table(rows)}\n\n{failed}"
    )
    grown = states[-2][0] - states[3][0]
    held = not run.failures and grown < MOST_GROWTH * states[3][0] and states[-1][1] <= states[3][1] + MOST_FILES
    return said, held


def _state(pid: int) -> tuple[float, int, int]:
    return memory(pid), descriptors(pid), len(family(pid)) - 1


def _models(scratch: Path) -> list[Path]:
    from gxclassify.loading import load_model  # noqa: PLC0415 - only the soak needs it

    model = load_model(ROOT / "models" / "default")
    other = model.with_thresholds({model.themes[0]: 0.456})
    for name, one in (("a", model), ("b", other)):
        one.save(scratch / name)
    return [scratch / "a", scratch / "b"]


def main() -> int:
    """Measure, print, and write when asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=0, help="soak for so long instead")
    parser.add_argument("--every", type=float, default=5, help="seconds between two models of the soak")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--port", type=int, default=8793)
    parser.add_argument("--write", action="store_true", help="put it into docs/reliability.md")
    options = parser.parse_args()
    run: Callable[[], tuple[str, bool]] = (
        (lambda: soak(options.port, options.minutes, options.every))
        if options.minutes
        else (lambda: measure_attack(options.port, options.rounds, options.seconds))
    )
    said, held = run()
    print(said)
    if options.write:
        put(ROOT / "docs" / "reliability.md", "soak" if options.minutes else "attack", said)
    if not held:
        print("A bar is missed.")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
