"""A server under which something fails: ``python -m torture.serving serve SEED CASES FOLDER``.

A process loads the server and forks one. While it starts, takes a new model, reads a document or stores an answer of the
labelling page, the n-th call of a kind fails in whichever of its processes makes it, or there is no room for more bytes of
a file or of memory. It must end with a sentence and an exit code, or answer: with what was asked for, or a problem that
says what is wrong. Afterwards it must serve as if nothing had been, with as many processes; and an answer that was
confirmed must be in the label store, also when the server is killed.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

import faults
import gxclassify.server.app  # noqa: F401 - so that the forks have it
from gxclassify import cli
from gxclassify.labels.store import LabelStore
from gxclassify.loading import load_model
from support import PAGE, THEMES, free_port, tiny_records, write_jsonl
from torture.batch import Batch
from torture.targets import tiny_model

CASES = 60
FAILURES = (*faults.KINDS, "write", "memory")
SECONDS = 60.0
"""From which a server hangs that starts, answers or ends."""
PROCESSES = 2
"""Those that a server of one worker has beside itself: the worker, and the one that reads documents."""
LONG = "\n\n".join([PAGE] * 900)
"""A text that a child of the server reads."""
BYTES = (0, 1, 100, 3_000, 40_000)
ROOM = tuple(m << 20 for m in (0, 1, 4, 16, 64))


class Shared(faults.Calls):
    """The calls of all processes of a server, which fail or are kept while something is `armed`."""

    def __init__(self, log: Path) -> None:
        self._armed = multiprocessing.Array("i", [-1, 0, 0])  # the kind, n, and the calls so far
        self._path = log
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def arm(self, kind: str, n: int) -> None:
        """Let the n-th call of a kind from now on fail; with n of 0 the calls are kept."""
        os.truncate(self._path, 0)
        with self._armed.get_lock():
            self._armed[:] = [faults.KINDS.index(kind), n, 0]

    def disarm(self) -> None:
        with self._armed.get_lock():
            self._armed[0] = -1

    def note(self, kind: str, error: int, path: str | None = None) -> None:
        if self._armed[0] < 0 or faults.KINDS[self._armed[0]] != kind:
            return
        with self._armed.get_lock():
            self._armed[2] += 1
            _, n, count = self._armed[:]
        if n == 0:
            os.write(self._log, f"{count}\t{faults.lines()}\n".encode())
        if count == n:
            raise OSError(error, os.strerror(error), path)

    def points(self) -> list[int]:
        """Return the first and the last call of each place."""
        reached: dict[str, tuple[int, int]] = {}
        for line in self._path.read_text(encoding="utf-8").splitlines():
            number, _, place = line.partition("\t")
            reached[place] = reached.get(place, (int(number),))[0], int(number)
        return sorted({call for both in reached.values() for call in both})


class Server:
    """A server in a fork of this process, under `calls`; with a limit from its start on, if it is to fail then."""

    def __init__(self, calls: Shared, limit: tuple[str, int] | None = None) -> None:
        self.port = free_port()
        self.said = b""
        reading, writing = os.pipe()  # and no file: that would be limited as well
        self.pid = os.fork()
        if self.pid == 0:
            code = 99
            try:
                os.setsid()
                os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
                os.dup2(writing, 2)
                sys.stdout, sys.stderr = open(1, "w", encoding="utf-8"), open(2, "w", encoding="utf-8")  # noqa: SIM115
                faults.watch(calls, reads=True)
                if limit is not None:
                    _limit(os.getpid(), *limit)
                code = cli._run(["serve", "--port", str(self.port), "--model", "model", "--watch", "0", "--label-store", "labels.db", "--label-queue", "queue.jsonl"])  # fmt: skip
            except BaseException:  # noqa: BLE001 - told by the exit code
                traceback.print_exc()
            sys.stderr.flush()
            os._exit(code)
        os.close(writing)
        self._code: int | None = None
        self._listener = threading.Thread(target=self._listen, args=(reading,), daemon=True)
        self._listener.start()
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=SECONDS)

    def _listen(self, reading: int) -> None:
        with os.fdopen(reading, "rb", buffering=0) as pipe:
            while part := pipe.read(1 << 16):
                self.said += part

    def told(self) -> str:
        return self.said.decode("utf-8", "replace")

    def ended(self) -> int | None:
        """Return the exit code; None while it runs."""
        if self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._code = os.waitstatus_to_exitcode(status) if pid else None
        return self._code

    def ready(self) -> bool:
        """Wait until it serves, which is True, or has ended."""
        for _ in _until(SECONDS):
            if self.ended() is not None:
                return False
            with contextlib.suppress(httpx.TransportError):
                if self.client.get("/ready").status_code == 200:
                    return True
        raise AssertionError(f"neither ready nor ended: {self.told()[-1500:]}")

    def children(self) -> list[int]:
        """Return its processes that are not zombies."""
        found = []
        for status in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                state, parent = status.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[:2]
                if int(parent) == self.pid and state != "Z":
                    found.append(int(status.parent.name))
        return found

    def end(self, number: int = signal.SIGTERM) -> int:
        """End it by a signal and return its exit code."""
        if self.ended() is None:
            os.kill(self.pid, number)
        for _ in _until(SECONDS):
            if self.ended() is not None:
                break
        else:
            self.kill()
            raise AssertionError(f"does not end: {self.told()[-1500:]}")
        self.kill()
        self._listener.join(SECONDS)
        return self._code or 0

    def kill(self) -> None:
        """End all of it without a warning."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        for _ in _until(SECONDS):
            if self.ended() is not None:
                return


def _until(seconds: float) -> Iterator[None]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        time.sleep(0.02)


def _limit(pid: int, kind: str, n: int) -> tuple[int, tuple[int, int]]:
    """Limit a process; return what takes it back."""
    number = resource.RLIMIT_FSIZE if kind == "write" else resource.RLIMIT_AS
    before = resource.prlimit(pid, number)
    most = n if kind == "write" else faults.memory_of(pid) + n
    resource.prlimit(pid, number, (most, before[1]))
    return number, before


class Torture:
    """The folder of a server, the server, and what it confirmed."""

    def __init__(self, folder: Path) -> None:
        os.chdir(folder)
        self.calls = Shared(folder / "calls.log")
        model = tiny_model()
        self.names = [
            model.with_thresholds({"policy": threshold}).save(folder / name).name
            for name, threshold in (("one", 0.3), ("two", 0.4))
        ]
        self.serving = 0
        shutil.copytree("one", "model")
        self.records = tiny_records(40)
        write_jsonl(folder / "queue.jsonl", self.records)
        self.asked = 0
        self.confirmed: set[str] = set()
        self.server: Server | None = None
        self.known: dict[tuple[str, str], list[int]] = {}
        list(load_model("model").tag([PAGE]))  # so that the forks have the dictionary

    # ---- the steps under a server that runs; each returns whether it was done

    def reload(self) -> bool:
        self.serving = 1 - self.serving
        shutil.copytree(("one", "two")[self.serving], "fresh")
        Path("model").rename("gone")
        Path("fresh").rename("model")
        shutil.rmtree("gone")
        return self._well("/v1/model/reload")

    def document(self) -> bool:
        return self._well("/v1/documents", content=PAGE.encode(), headers={"content-type": "text/plain"})

    def long(self) -> bool:
        return self._well("/v1/documents", content=LONG.encode(), headers={"content-type": "text/plain"})

    def answer(self) -> bool:
        record = self.records[self.asked % len(self.records)]
        self.asked += 1
        key = f"answer-{self.asked}"
        said = {
            "paragraph": record["id"],
            "annotator": f"林{self.asked}",
            "key": key,
            "kind": "label",
            "labels": ["policy"],
        }
        done = self._well("/label/answer", json=said)
        if done:
            self.confirmed.add(key)
        return done

    def _well(self, path: str, **request: Any) -> bool:
        """Ask, and say whether it was done; what is refused is a problem with a sentence, and no bug."""
        assert self.server is not None
        answer = self.server.client.post(path, **request)
        said = answer.json()
        if answer.status_code == 200:
            return True
        assert answer.status_code != 500, f"{answer.status_code}: {said}: {self.server.told()[-1500:]}"
        assert said["detail"].endswith((".", "。")), said
        return False

    # ---- the cases

    def points(self, step: str, kind: str) -> list[int]:
        """Return where a failure of a kind can be in a step."""
        if kind in {"write", "memory"}:
            return [*(BYTES if kind == "write" else ROOM)]
        if (step, kind) not in self.known:
            if step == "start":
                self._end()
            else:
                self._start()
            self.calls.arm(kind, 0)
            self._start() if step == "start" else getattr(self, step)()
            self.calls.disarm()
            self.known[step, kind] = self.calls.points()
        return self.known[step, kind]

    def fail(self, step: str, kind: str, point: int) -> str:
        """Let something fail in a step once, and look at what it answered and how it goes on."""
        how = f"{step} with a failure of {kind} {point}"
        try:
            done = self._failed_start(kind, point) if step == "start" else self._failed(step, kind, point)
            self._goes_on()
        except Exception as error:
            told = "" if self.server is None else self.server.told()[-2500:]
            self._kill()
            raise AssertionError(f"{how}: {type(error).__name__}: {error}: {told}") from error
        return f"{step}: " + ("done" if done else "a sentence")

    def _failed_start(self, kind: str, point: int) -> bool:
        self._end()
        limit = (kind, point) if kind in {"write", "memory"} else None
        if limit is None:
            self.calls.arm(kind, point)
        server = self.server = Server(self.calls, limit)
        ready = server.ready()
        self.calls.disarm()
        if ready and limit is None:
            return True
        code = server.end()
        assert "Traceback" not in server.told(), "a traceback"
        assert code == 0 if ready else code in {1, 2, 3, 4} and "Error: " in server.told(), f"exit code {code}"
        self.server = None
        return ready

    def _failed(self, step: str, kind: str, point: int) -> bool:
        self._start()
        assert self.server is not None
        limited = []
        if kind in {"write", "memory"}:
            limited = [(pid, *_limit(pid, kind, point)) for pid in (self.server.pid, *self.server.children())]
        else:
            self.calls.arm(kind, point)
        try:
            return bool(getattr(self, step)())
        finally:
            self.calls.disarm()
            for pid, number, before in limited:
                with contextlib.suppress(ProcessLookupError):
                    resource.prlimit(pid, number, before)

    def _goes_on(self) -> None:
        """See that a server serves as if nothing had been; one that has ended is started."""
        self._start()
        server = self.server
        assert server is not None
        assert self.document(), "no document is read"
        assert self.answer(), "no answer is stored"
        assert self.long(), "no long document is read"
        assert self._well("/v1/model/reload"), "no model is loaded"
        for path in ("/v1/predict", "/v1/documents"):
            body = {"json": {"texts": [PAGE]}} if path == "/v1/predict" else {"content": PAGE.encode()}
            served = server.client.post(path, **body).json()["model"]
            assert served == self.names[self.serving], f"{path} has {served}"
        assert server.client.get("/metrics").status_code == 200
        for _ in _until(SECONDS):
            if len(server.children()) == PROCESSES:
                break
        else:
            raise AssertionError(f"{len(server.children())} processes")
        assert not {"Traceback", "bug"} & set(server.told().split()), "a traceback in the log"
        self.look()

    def look(self) -> None:
        """See that what was confirmed is stored."""
        lost = self.confirmed - {answer.key for answer in LabelStore(Path("labels.db"), THEMES).answers()}
        assert not lost, f"lost: {sorted(lost)}"

    def _start(self) -> None:
        if self.server is None or self.server.ended() is not None:
            self.server = Server(self.calls)
            assert self.server.ready(), f"did not start: {self.server.told()[-1500:]}"

    def _end(self) -> None:
        if self.server is not None:
            code = self.server.end()
            assert code == 0, f"exit code {code} after SIGTERM: {self.server.told()[-1500:]}"
            self.server = None

    def _kill(self) -> None:
        if self.server is not None:
            self.server.kill()
            self.server = None

    def close(self) -> None:
        """Kill the server and see that nothing is lost."""
        self._kill()
        self.look()


STEPS = ("start", "reload", "document", "long", "answer")


def every_failure(torture: Torture) -> Iterator[tuple[str, str, int]]:
    """Yield each failure that a server can meet in each step."""
    for step in STEPS:
        for kind in FAILURES:
            yield from ((step, kind, point) for point in torture.points(step, kind))


def some_failures(torture: Torture, random_: random.Random, cases: int) -> Iterator[tuple[str, str, int]]:
    """Yield so many failures, step after step, each at a place by chance."""
    for case in range(cases):
        step = STEPS[case % len(STEPS)]
        kind = random_.choice(FAILURES)
        while not torture.points(step, kind):
            kind = random_.choice(FAILURES)
        yield step, kind, random_.choice(torture.points(step, kind))


def main(seed: int, cases: int, folder: Path) -> None:
    """Let something fail under a server, `cases` times by the seed, or, with fewer than 0, at each place once."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    random_ = random.Random(f"serve {seed}")
    batch = Batch(folder, guided=False)
    back = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="torture.") as scratch:
        os.environ["GXCLASSIFY_CACHE"] = f"{scratch}/cache"
        torture = Torture(Path(scratch).resolve())
        for trial in every_failure(torture) if cases < 0 else some_failures(torture, random_, cases or CASES):
            try:
                batch.count(torture.fail(*trial))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
                batch.found(error, json.dumps([*trial, seed]).encode())
        try:
            torture.close()
        except AssertionError as error:
            batch.found(error, b"")
        os.chdir(back)
    batch.save()


if __name__ == "__main__":
    main(int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
