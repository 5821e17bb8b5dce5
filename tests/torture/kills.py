"""Commands killed or failed: ``python -m torture.kills KIND SEED CASES FOLDER``.

A process loads what the commands need, and forks for each. In the kinds ``kills`` and ``registry`` the fork runs a command
that writes and is killed, at a random time or at its n-th call that opens a file for writing, renames, removes, makes a
folder or syncs. In the kinds ``faults`` and ``registry faults`` it runs any command, and the n-th such call, listing or
read fails, or there is no room for more bytes in a file or in memory; or it is run by a process of its own that has little
memory from its start. It must end in a sentence and an exit code. Afterwards each target must be what it was, or what the
command makes, whole; and the command, run again, must succeed and leave nothing of the one before.
"""

from __future__ import annotations

import hashlib
import json
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
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faults
from gxclassify import cli
from gxclassify.config import Config
from gxclassify.errors import InputError
from gxclassify.experiments.shelf import Kept, Shelf
from gxclassify.experiments.training import train_model
from gxclassify.labels.store import LabelStore
from gxclassify.loading import load_model
from gxclassify.tracking.registry import list_versions
from gxclassify.tracking.registry import promote as make_champion
from gxclassify.tracking.registry import register as make_version
from gxclassify.tracking.run import pending_folder, track
from gxclassify.tracking.store import open_store
from support import PAGE, THEMES, tiny_records, write_jsonl
from torture.batch import Batch
from torture.targets import called, tiny_model

CASES = {"kills": 120, "registry": 35, "faults": 120, "registry faults": 35}
EVENTS = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "sqlite3.connect", "os.chmod"}
LEFT_AGE = 120
FAILURES = (*faults.KINDS, "write", "memory", "space")
SPACES = (200, 300, 450, 700, 1000, 1500)
"""Megabytes of address space for a process from its start, of which importing libraries takes the most."""
REGISTRY = (
    "register", "promote", "rollback", "train tracked", "experiments run", "experiments sync", "experiments table",
)  # fmt: skip
"""Commands that write to MLflow's store, which takes seconds to begin with."""
READERS = {
    "read": ("page.txt", "in.csv", "labels.jsonl"), "zones": ("page.txt",), "compare": ("model", "second", "--labels", "labels.jsonl"),
    "labels agree": ("labels.jsonl", "labels.jsonl"), "labels audit": ("labels.jsonl", "--set", "classifier.folds=2"),
    "labels check": ("labels.jsonl", "--test", "test.jsonl"), "labels stats": ("labels.jsonl",), "accounts list": ("people.toml",),
    "models verify": ("model",), "models list": (), "models show": ("challenger",),
}  # fmt: skip
"""Commands that write nothing, and what they are given; a test holds these and the others to the program."""
READ_IN_REGISTRY = ("models list", "models show")


ALIKE = {
    "overall": {},
    "changed": 0,
    "paragraphs": 9,
    "worse": [],
    "worse_beyond_chance": False,
    "better_beyond_chance": False,
}
"""What a comparison tells of models that decide alike."""


@dataclass(frozen=True)
class Command:
    """A command that writes, what it writes, and with which exit codes it may be run once more."""

    arguments: tuple[str, ...]
    targets: tuple[str, ...] = ()
    again: frozenset[int] = frozenset({0})
    before: tuple[str, ...] = ()
    """What is run, and not killed, before it."""
    check: Callable[[], None] | None = None
    """Looks at the state after a kill."""
    ended: Callable[[], None] | None = None
    """Looks at it when the command was run once more."""


def _one_champion() -> None:
    champions = [version.number for version in list_versions() if "champion" in version.aliases]
    assert champions in ([1], [2]), f"champions {champions}"


def _champion(number: int) -> Callable[[], None]:
    def check() -> None:
        found = {version.number: version.aliases for version in list_versions()}
        assert found[number] == ("champion",), f"{number} is not the champion: {found}"
        assert found[3 - number] == (), f"a second name: {found}"

    return check


def _back_to_the_first() -> None:
    _champion(2)()
    code, said = called("models", "rollback")
    assert code == 0, said
    _champion(1)()
    code, said = called("models", "rollback")
    assert code == 4, f"a champion before the first: {said}"


def _shelf_serves() -> None:
    load_model(Shelf(Path("labels.db"), str(Path("model").resolve())).serving() or "model")


def _shelf_taken() -> None:
    shelf = Shelf(Path("labels.db"), str(Path("model").resolve()))
    assert shelf.challenger() is None, "the challenger is there still"
    assert shelf.in_use() is not None, "none is in use"
    assert len(shelf.kept()) == 2, [kept.name for kept in shelf.kept()]


def _one_new_version() -> None:
    newest = list_versions()[0]
    assert (newest.number > 2, newest.aliases) == (True, ("challenger",)), newest
    assert not [
        version for version in list_versions() if version.number < newest.number and "challenger" in version.aliases
    ]


def _all_sent() -> None:
    """What a killed training left is sent or told by sync, and each run that is finished has one whole model."""
    from mlflow.entities import LoggedModelStatus

    code, said = called("experiments", "sync", "--tracking-uri", _STORE)
    assert code == 0, said
    assert not [*pending_folder().glob("*/run.json")], "a run waits still"
    store = open_store(create=False)
    models = store.client.search_logged_models([store.experiment])
    for run in store.client.search_runs([store.experiment], "attributes.status = 'FINISHED'"):
        own = [model.status for model in models if model.source_run_id == run.info.run_id]
        assert own == [LoggedModelStatus.READY], f"models {own} of {run.info.run_name}"


def _one_late_run() -> None:
    _all_sent()
    store = open_store(create=False)
    late = [run for run in store.client.search_runs([store.experiment]) if run.info.run_name == "late"]
    assert [run.info.status for run in late] == ["FINISHED"], late


def _shelf_of_the_start() -> None:
    kept = Shelf(Path("labels.db"), str(Path("model").resolve()))
    assert kept.digest() == load_model("model").digest, "not back to the model of the start"


_QUICK = ("--set", "classifier.folds=2", "--set", "features.char_max=2")
_STORE = "sqlite:///experiments/store/mlflow.db"
_TRAIN = ("train", "--labels", "labels.jsonl", *_QUICK)
_SHELF = ("--store", "labels.db")
_SURVEYED = (
    *(f"surveyed/{name}.{form}" for name in ("paragraphs", "amounts", "shares", "timeline") for form in ("csv", "parquet")),
    "surveyed/index.html",
)  # fmt: skip

COMMANDS = {
    "train": Command((*_TRAIN, "--out", "mine", "--no-track"), ("mine",)),
    "train over a model": Command((*_TRAIN, "--out", "model", "--no-track"), ("model",)),
    "predict": Command(("predict", "in.csv", "--model", "model", "--output", "out.jsonl", "--resume"), ("out.jsonl",)),
    "predict csv": Command(("predict", "in.csv", "--model", "model", "--output", "out.csv", "--resume"), ("out.csv",)),
    "predict parquet": Command(("predict", "in.csv", "--model", "model", "--output", "out.parquet"), ("out.parquet",)),
    "predict html": Command(("predict", "page.txt", "--model", "model", "--output", "out.html"), ("out.html",)),
    "export": Command(("labels", "export", "labels.jsonl", "--format", "csv", "--out", "old.csv"), ("old.csv",)),
    "import": Command(("labels", "import", "import.csv", "--format", "csv", "--out", "labels.jsonl"), ("labels.jsonl",)),
    "evaluate": Command(("evaluate", "--model", "model", "--labels", "labels.jsonl", "--out", "old.html"), ("old.html",)),
    "card": Command(("card", "model", "model", "--labels", "labels.jsonl"), ("model",)),
    "prior": Command(("prior", "build", "--labels", "many.jsonl", "--with", "labels.jsonl", "--out", "prior"), ("prior",)),
    "survey": Command(("survey", "page.txt", "in.csv", "--model", "model", "--output", "old.html"), ("old.html",)),
    "survey into a folder": Command(("survey", "in.csv", "--model", "model", "--output", "surveyed"), _SURVEYED),
    "predict compressed": Command(("predict", "in.csv", "--model", "model", "--output", "out.jsonl.gz", "--resume"), ("out.jsonl.gz",)),
    "gate": Command(("gate", "--pin", "--model", "model", "--file", "gate.toml", "--labels", "labels.jsonl", "--test", "test.jsonl"), ("gate.toml",)),
    "learning-curve": Command(("learning-curve", "--labels", "labels.jsonl", "--test", "test.jsonl", "--sizes", "0.5,1", "--format", "html", "--out", "old.html", *_QUICK), ("old.html",)),
    "card data": Command(("card", "data", "card.md", "--train", "labels.jsonl", "--test", "test.jsonl"), ("card.md",)),
    "suggest": Command(("labels", "suggest", "--model", "model", "--from", "page.txt", "--state", "asked"), ("asked",)),
    "accounts": Command(("accounts", "add", "accounts.toml", "林")),
    "accounts remove": Command(("accounts", "remove", "people.toml", "王"), ("people.toml",), again=frozenset({0, 2})),
    "train tracked": Command((*_TRAIN, "--out", "mine"), ("mine",), ended=_all_sent),
    "experiments run": Command(("experiments", "run", "experiment.toml"), ended=_all_sent),
    "experiments sync": Command(("experiments", "sync", "--tracking-uri", _STORE), ended=_one_late_run),
    "experiments table": Command(("experiments", "table", "--out", "old.md"), ("old.md",)),
    "register": Command(("models", "register", "third"), check=_one_champion, ended=_one_new_version),
    "promote": Command(
        ("models", "promote", "--force", "torture"), again=frozenset({0, 2, 4}), check=_one_champion,
        ended=_back_to_the_first,
    ),
    "rollback": Command(("models", "rollback"), before=("models", "promote", "--force", "torture"), again=frozenset({0, 4}), check=_one_champion, ended=_champion(1)),
    "shelf promote": Command(("models", "promote", *_SHELF), again=frozenset({0, 2}), check=_shelf_serves, ended=_shelf_taken),
    "shelf rollback": Command(("models", "rollback", *_SHELF), before=("models", "promote", *_SHELF), again=frozenset({0, 2}), check=_shelf_serves, ended=_shelf_of_the_start),
}  # fmt: skip


def command_of(name: str) -> Command:
    """Return a command that writes, or one that does not."""
    if name in COMMANDS:
        return COMMANDS[name]
    return Command((*name.split(), *READERS[name]), again=frozenset({0, 5}))


def prepare(folder: Path, *, registry: bool) -> int:
    """Make a folder with what the commands read, old outputs to be replaced, and a registry with two versions."""
    os.chdir(folder)
    model = tiny_model()
    model.save(folder / "model")
    for n, name in enumerate(("second", "third"), 1):
        model.with_thresholds({"policy": 0.3 + n / 100}).save(folder / name)
    (folder / "page.txt").write_text(PAGE, encoding="utf-8")
    write_jsonl(folder / "labels.jsonl", tiny_records())
    write_jsonl(folder / "many.jsonl", tiny_records(13))
    (folder / "in.csv").write_text("text,id\n园区污水处理厂完成提标改造。,1\n" * 300, encoding="utf-8")
    for name in ("old.csv", "old.html", "old.md", "out.html"):
        (folder / name).write_text("old\n", encoding="utf-8")
    _well("labels", "export", "labels.jsonl", "--format", "csv", "--out", "import.csv")
    write_jsonl(folder / "test.jsonl", tiny_records(5)[96:])  # which is not trained on
    (folder / "card.md").write_text("# Labels\n", encoding="utf-8")
    for name in ("林", "王"):
        _well("accounts", "add", "people.toml", name)
    if registry:
        (folder / "experiment.toml").write_text(EXPERIMENT, encoding="utf-8")
        _well("experiments", "run", "experiment.toml")
        _late()
        make_version("model")
        make_champion()
        make_version("second")
    LabelStore(folder / "labels.db", THEMES)
    shelf = Shelf(folder / "labels.db", str(folder / "model"))
    with shelf.workplace() as fresh:
        new = model.with_thresholds({"policy": 0.4}).save(fresh)
        shelf.offer(fresh, Kept(
            name="challenger", digest=new.digest, made="2026-11-28T00:00:00+00:00", address=shelf.address, answers=("a",),
            start={"model": "gxclassify-0", "paragraphs": 9}, held_against=shelf.digest(), comparison=ALIKE,
        ))  # fmt: skip
    return 0


EXPERIMENT = 'name = "x"\nlabels = ["labels.jsonl"]\n[classifier]\nfolds = 2\n[features]\nchar_max = 2\n'


def _late() -> None:
    """Leave a run that MLflow did not get."""
    said: list[str] = []
    with track(Config(), name="late", uri="http://127.0.0.1:9", notify=said.append) as training:
        assert training is not None, said
        result = train_model([Path("labels.jsonl")], Path("late"), Config().with_values(_SETTINGS, "torture"))
        assert training.finish(result) is None


_SETTINGS = {"classifier.folds": 2, "features.char_max": 2}


def warm_up(folder: Path, *, registry: bool) -> None:
    """Load in this process what the forks need, with stores of its own."""
    folder.mkdir()
    os.chdir(folder)
    tiny_model().save(folder / "model")
    if registry:
        make_version("model")
        make_champion()
    (folder / "in.csv").write_text("text\n园区\n", encoding="utf-8")
    for form in ("jsonl", "parquet", "html"):
        _well("predict", "in.csv", "--model", "model", "--output", f"out.{form}")


def _well(*arguments: str) -> None:
    code, said = called(*arguments)
    assert code == 0, said


def _fork(action: Callable[[], int], event: int = 0, seconds: float = 0.0) -> tuple[int, int, str]:
    """Run in a fork, killed at its n-th event or after some seconds; return its exit code, its events, and what it said."""
    counts, writing = os.pipe()
    errors = tempfile.TemporaryFile()  # noqa: SIM115
    pid = os.fork()
    if pid == 0:
        code = 99
        try:
            os.setsid()
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(errors.fileno(), 2)
            sys.stdout, sys.stderr = open(1, "w", encoding="utf-8"), open(2, "w", encoding="utf-8")  # noqa: SIM115
            seen = _die_at(event)
            if seconds:
                threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGKILL)).start()
            code = action()
            os.write(writing, f"{seen[0]}".encode())
        except BaseException:  # noqa: BLE001 - told by the exit code
            traceback.print_exc()
        sys.stderr.flush()
        os._exit(code)
    os.close(writing)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with os.fdopen(counts, "rb") as file:
        counted = int(file.read() or 0) if code >= 0 else 0
    errors.seek(0)
    said = errors.read().decode("utf-8", "replace")
    errors.close()
    return code, counted, said


def _die_at(n: int) -> list[int]:
    seen = [0]

    def note() -> None:
        seen[0] += 1
        if seen[0] == n:
            os.kill(os.getpid(), signal.SIGKILL)

    def heard(event: str, arguments: tuple) -> None:
        if event in EVENTS or (
            event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        ):
            note()

    sync = os.fsync

    def fsync(number: int) -> None:
        note()
        sync(number)

    os.fsync = fsync
    sys.addaudithook(heard)
    return seen


def _state(path: Path) -> str:
    """Return a digest of a file, or of a folder with all in it but temporary files; empty where there is nothing."""
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
        parts = [f"{p.relative_to(path)} {_state(p)}" for p in files]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


class Killer:
    """A prepared folder, and for each command what it makes and how many events it has."""

    def __init__(self, scratch: Path, *, registry: bool) -> None:
        self.base, self.work = scratch / "base", scratch / "work"
        self.work.mkdir()
        self.known: dict[str, tuple[int, float, list[str]]] = {}
        self.places: dict[tuple[str, str], list[int]] = {}
        # In the place where it will be worked on: stores and shelves hold absolute paths.
        code, _, said = _fork(
            lambda: prepare(self.work, registry=registry)
        )  # MLflow keeps stores open in the process that used them
        assert code == 0, said
        warm_up(scratch / "warm", registry=registry)
        os.chdir(scratch)
        shutil.copytree(self.work, self.base)

    def fresh(self, command: Command) -> None:
        os.chdir(self.base)
        shutil.rmtree(self.work)
        shutil.copytree(self.base, self.work)
        os.chdir(self.work)
        if command.before:
            code, _, said = _fork(lambda: cli._run(list(command.before)))
            assert code == 0, said

    def learn(self, name: str) -> tuple[int, float, list[str]]:
        """Return the events of a command that is let live, its seconds, and what its targets are then."""
        if name not in self.known:
            command = command_of(name)
            self.fresh(command)
            began = time.monotonic()
            code, events, said = _fork(lambda: cli._run(list(command.arguments)))
            assert code in ({0, 5} if name in READERS else {0}), f"{name}: exit code {code}: {said}"
            if name not in READ_IN_REGISTRY:  # SQLite opens its file for both
                assert bool(events) == (name not in READERS), f"{name} opens, makes or moves {events} files"
            self.known[name] = events, time.monotonic() - began, [_state(self.work / t) for t in command.targets]
        return self.known[name]

    def kill(self, name: str, random_: random.Random) -> str:
        """Kill a command once and look at what it left; return what came of it."""
        command = COMMANDS[name]
        events, seconds, new = self.learn(name)
        self.fresh(command)
        old = [_state(self.work / t) for t in command.targets]
        event = random_.randrange(1, events + 1) if random_.random() < 0.6 else 0
        delay = 0.0 if event else random_.uniform(0.001, seconds)
        code, _, said = _fork(lambda: cli._run(list(command.arguments)), event, delay)
        how = f"{name} killed at event {event} of {events}" if event else f"{name} killed after {delay:.3f} s"
        assert code in {0, -signal.SIGKILL}, f"{how}: exit code {code}: {said[-1500:]}"
        for target, before, after in zip(command.targets, old, new, strict=True):
            assert _state(self.work / target) in {before, after}, f"{how}: {target} is neither old nor new"
        self._look(command.check, how)
        for left in self.work.rglob("*"):  # what a killed run left is swept when it is a minute old
            os.utime(left, (time.time() - LEFT_AGE,) * 2)
        self._again(command, how, new)
        return f"{name}, " + ("killed" if code else "over before")

    def points(self, name: str, kind: str) -> Sequence[int]:
        """Return where a failure of a kind can be under a command: calls, as `faults` tells them, bytes of a file or of memory."""
        if kind == "write":
            return 0, 1, 100, 3_000, 40_000
        if kind == "memory":
            return tuple(m << 20 for m in (0, 1, 4, 16, 64))
        if kind == "space":
            return tuple(m << 20 for m in SPACES)
        if (name, kind) not in self.places:
            command = command_of(name)
            self.fresh(command)
            self.places[name, kind] = faults.forked(list(command.arguments), kind, 0)[1] or [1]
        return self.places[name, kind]

    def fail(self, name: str, kind: str, point: int) -> str:
        """Let something fail under a command once and look at what it said and left; return what came of it."""
        command = command_of(name)
        _, _, new = self.learn(name)
        self.fresh(command)
        old = [_state(self.work / target) for target in command.targets]
        if kind == "space":
            code, _, said = faults.spawned(command.arguments, point)
        else:
            code, _, said = faults.forked(list(command.arguments), kind, point)
        how = f"{name} with a failure of {kind} {point}"
        assert "Traceback" not in said, f"{how}: exit code {code}: {said[-1500:]}"
        assert code in {0, 2, 3, 4, 5}, f"{how}: exit code {code}: {said[-1500:]}"
        assert code in {0, 5} or "Error: " in said, f"{how}: exit code {code}: {said[-1500:]}"
        left_out = code == InputError.exit_code and kind in {
            "open",
            "read",
            "list",
            "memory",
            "space",
        }  # an input: the rest is done
        for target, before, after in [] if left_out else zip(command.targets, old, new, strict=True):
            assert _state(self.work / target) in {before, after}, f"{how}: {target} is neither old nor new"
        self._look(command.check, how)
        self._again(command, how, new)
        return f"{kind}: " + ("a sentence" if code else "done")

    def _again(self, command: Command, how: str, new: list[str]) -> None:
        """Run a command once more, after a kill or a failure, and see that nothing is left of that."""
        again, _, said = _fork(lambda: cli._run(list(command.arguments)))
        assert again in command.again, f"{how}, then run again: exit code {again}: {said[-1500:]}"
        for target, after in zip(command.targets, new, strict=True):
            assert _state(self.work / target) == after, f"{how}, then run again: {target} is not what it should be"
        self._look(command.ended, f"{how}, then run again")
        left = [str(path.relative_to(self.work)) for path in self.work.rglob(".*") if path.name != ".gitignore"]
        assert not left, f"{how}, then run again: leftovers {left}"

    def _look(self, check: Callable[[], None] | None, how: str) -> None:
        if check is None:
            return

        def run() -> int:
            check()
            return 0

        code, _, said = _fork(run)
        assert code == 0, f"{how}: {said[-1500:]}"


def every_failure(killer: Killer, names: Sequence[str]) -> Iterator[tuple[str, str, int]]:
    """Yield each failure that each of the commands can meet."""
    for name in names:
        for kind in FAILURES:
            yield from ((name, kind, point) for point in killer.points(name, kind))


def some_failures(
    killer: Killer, names: Sequence[str], random_: random.Random, cases: int
) -> Iterator[tuple[str, str, int]]:
    """Yield so many failures, command after command, each at a place by chance."""
    for case in range(cases):
        name = names[case % len(names)]
        kind = random_.choice(FAILURES)
        yield name, kind, random_.choice(killer.points(name, kind))


def main(kind: str, seed: int, cases: int, folder: Path) -> None:
    """Kill the commands of a kind in an order by the seed, or let something fail under them, `cases` times in all.

    With fewer than 0 cases, something fails at each place where it can: some thousand cases.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    random_ = random.Random(f"{kind} {seed}")
    registry, fails = kind.startswith("registry"), kind.endswith("faults")
    names = [name for name in COMMANDS if (name in REGISTRY) == registry]
    if fails:
        names += [name for name in READERS if (name in READ_IN_REGISTRY) == registry]
    random_.shuffle(names)
    batch = Batch(folder, guided=False)
    os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "0"  # there is no server where the late run goes
    for variable in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI"):
        os.environ.pop(variable, None)
    back = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="torture.") as scratch:
        os.environ["GXCLASSIFY_CACHE"] = f"{scratch}/cache"
        killer = Killer(Path(scratch).resolve(), registry=registry)
        trials: Iterable[tuple[Any, ...]]
        if cases < 0:
            trials = every_failure(killer, sorted(names))
        elif fails:
            trials = some_failures(killer, names, random_, cases or CASES[kind])
        else:
            trials = ((names[case % len(names)], random_) for case in range(cases or CASES[kind]))
        for case, trial in enumerate(trials):
            try:
                batch.count((killer.fail if fails else killer.kill)(*trial))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
                batch.found(error, json.dumps([trial[0], seed, case]).encode())
        os.chdir(back)
    batch.save()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
