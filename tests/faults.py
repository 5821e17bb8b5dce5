"""Run commands of this package with an injected failure; ``python faults.py FILE`` with what `run` puts into it.

The process loads the command line once. For each failure it forks, makes the n-th call of a kind fail in the fork, and
runs the command there; opens, renames, new folders and listings are heard of by an audit hook, reads and syncs by a
patch (reads of files that Python opened), writes by a limit on the size of files, allocations by a limit on memory.

One line of code may open or read a thousand times, as for each font or each row; a failure at the five-hundredth is no
other than at the first. So a place is told by the lines of this package that lead to a call, and each is failed the
first time it is reached, when nothing was done yet, and the last, when all else was.
"""

from __future__ import annotations

import builtins
import contextlib
import errno
import io
import json
import os
import resource
import subprocess
import sys
import traceback
from pathlib import Path

from gxclassify import cli

EVENTS = {"open": "open", "os.rename": "rename", "os.mkdir": "mkdir", "os.listdir": "list", "os.scandir": "list"}
KINDS = ("open", "read", "rename", "mkdir", "list", "fsync")
CODE = (".py", ".pyc", ".so", ".pth", ".ttf", ".ttc", ".otf", ".afm")
MEMORY = "/dev/shm/"
"""Where `make torture` has its folders: files as any others."""
SECONDS = 60
"""Processor time from which a new process counts as hanging: it is ended by a signal."""
QUIET = ("/proc", "/dev", "/sys", "/etc")


def run(folder, commands, kinds, most):
    """Return for each (command, kind, n) the exit code and what was said; `most` failures of a kind for a command."""
    task = Path(folder) / "task.json"
    task.write_text(json.dumps({"commands": commands, "kinds": kinds, "most": most}), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, __file__, str(task)], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def _is_code(path):
    """Whether something is of the program and its libraries: code, or a font, in whose place another one is taken."""
    if not isinstance(path, str | os.PathLike):
        return True  # the number of a file that is open already
    name = os.fspath(path)
    return name.endswith(CODE) or (name.startswith(QUIET) and not name.startswith(MEMORY))


class Calls:
    """The calls of a kind, of which the n-th fails; with n of 0 none does, and they are kept by place."""

    def __init__(self, kind, n):
        self.kind = kind
        self.n = n
        self.count = 0
        self.reached = {}

    def note(self, kind, error, path=None):
        if kind != self.kind:
            return
        self.count += 1
        if self.n == 0:
            place = lines()
            self.reached[place] = self.reached.get(place, (self.count,))[0], self.count
        if self.count == self.n:
            raise OSError(error, os.strerror(error), path)

    def points(self):
        """Return the first and the last call of each place."""
        return sorted({call for both in self.reached.values() for call in both})


def lines():
    """Return the lines of this package that lead to a call."""
    frame, found = sys._getframe(2), []
    while frame is not None:
        if f"{os.sep}gxclassify{os.sep}" in frame.f_code.co_filename:
            found.append((frame.f_code.co_filename, frame.f_lineno))
        frame = frame.f_back
    return tuple(found)


def _fail_at(kind, n, calls):
    if kind == "write":
        resource.setrlimit(resource.RLIMIT_FSIZE, (n, n))
    elif kind == "memory":
        resource.setrlimit(resource.RLIMIT_AS, (memory_of("self") + n,) * 2)
    else:
        watch(calls, reads=kind == "read")


def memory_of(pid):
    """Return the address space of a process in bytes."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()


def watch(calls, *, reads):
    """Tell `calls` of each call of this process, and of those that it forks."""

    def heard(event, arguments):
        if event in EVENTS and arguments and not _is_code(arguments[0]):
            calls.note(EVENTS[event], errno.EIO, os.fspath(arguments[0]))

    sync = os.fsync

    def fsync(number):
        calls.note("fsync", errno.ENOSPC)
        sync(number)

    os.fsync = fsync
    sys.addaudithook(heard)
    if reads:
        _watch_reads(calls)


def _watch_reads(calls):
    """Give files that tell of their reads; code and pipes are read as ever."""
    really = io.open

    class Watched(io.FileIO):
        def readinto(self, buffer):
            calls.note("read", errno.EIO, self.name)
            return super().readinto(buffer)

        def read(self, size=-1):
            calls.note("read", errno.EIO, self.name)
            return super().read(size)

        def readall(self):
            calls.note("read", errno.EIO, self.name)
            return super().readall()

    def opened(file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, **named):
        path = Path(f"/proc/self/fd/{file}").readlink() if isinstance(file, int) else Path(file)
        if "r" not in mode or "+" in mode or _is_code(path) or not path.is_file():
            return really(file, mode, buffering, encoding, errors, newline, **named)
        raw = Watched(file, "r", **named)
        if buffering == 0:
            return raw
        if "b" in mode:
            return io.BufferedReader(raw)
        return io.TextIOWrapper(io.BufferedReader(raw), encoding or "utf-8", errors, newline)

    io.open = builtins.open = opened


def forked(command, kind, n):
    """Run a command in a fork where the n-th call of a kind fails; return its exit code, and what it said.

    With n of 0 nothing fails. What is returned between the two are then the calls that are worth a failure: the first
    and the last of each place.
    """
    reading, writing = os.pipe()
    said_here, errors = os.pipe()
    pid = os.fork()
    if pid == 0:
        calls, code = Calls(kind, n), 99
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(errors, 2)
            sys.stdout, sys.stderr = open(1, "w", encoding="utf-8"), open(2, "w", encoding="utf-8")  # noqa: SIM115
            _fail_at(kind, n, calls)
            code = cli._run(command)
            sys.stderr.flush()
        except BaseException:  # noqa: BLE001
            with contextlib.suppress(BaseException):
                os.write(2, traceback.format_exc().encode())
        os.write(writing, json.dumps(calls.points()).encode())
        os._exit(code)
    os.close(writing)
    os.close(errors)
    with os.fdopen(said_here, encoding="utf-8", errors="replace") as file:
        said = file.read()
    with os.fdopen(reading, encoding="ascii") as file:
        points = json.loads(file.read() or "[]")
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), points, said


def spawned(command, most, folder=None):
    """Run a command in a new process with so many bytes of memory, as after ``ulimit -v``; return as `forked` does."""

    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))

    done = subprocess.run(
        [sys.executable, "-m", "gxclassify", *command],
        cwd=folder, capture_output=True, text=True, errors="replace", check=False, stdin=subprocess.DEVNULL,
        preexec_fn=limit,
    )  # fmt: skip
    return done.returncode, [], done.stderr


def _warm_up(command):
    """Run a command here, so that the forks have what it imports and loads."""
    out = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    cli._run(command)
    os.dup2(out, 1)


def main():
    task = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    for command in task["commands"]:
        _warm_up(command)
        for kind in task["kinds"]:
            if kind == "write":
                points = [0, 1, 100, 3_000, 40_000]
            elif kind == "memory":
                points = [m << 20 for m in (0, 1, 4, 16, 64)]
            else:
                code, places, said = forked(command, kind, 0)
                print(json.dumps([command[:2], "none", 0, code, said[-3000:]]), flush=True)  # noqa: T201
                points = places[:: max(1, len(places) // task["most"])]
            for point in points:
                code, _, said = forked(command, kind, point)
                print(json.dumps([command[:2], kind, point, code, said[-3000:]]), flush=True)  # noqa: T201


if __name__ == "__main__":
    import pyarrow.parquet  # noqa: F401

    import gxclassify.output.parquet
    import gxclassify.output.terminal
    import gxclassify.scoring.bulk  # noqa: F401
    from gxclassify.loading import load_model

    for verb in cli._VERBS:
        cli.program.get_command(None, verb)
    list(load_model("model").tag(["高新区"]))  # so that the forks have the dictionary
    main()
