"""Run commands of this package with an injected failure; ``python faults.py FILE`` with what `run` puts into it.

The process loads the command line once. For each failure it forks, makes the n-th call of a kind fail in the fork, and
runs the command there; opens, renames, new folders and listings are heard of by an audit hook, reads and syncs by a
patch (reads of files that Python opened), writes by a limit on the size of files, allocations by a limit on memory.
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
    return not isinstance(path, str) or path.endswith(CODE) or path.startswith(QUIET)


def _fail_at(kind, n, count):
    def heard(event, arguments):
        if EVENTS.get(event) != kind or not arguments or _is_code(arguments[0]):
            return
        count[0] += 1
        if count[0] == n:
            raise OSError(errno.EIO, os.strerror(errno.EIO), arguments[0])

    sync = os.fsync

    def fsync(number):
        count[0] += 1
        if count[0] == n:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(number)

    if kind == "fsync":
        os.fsync = fsync
    elif kind == "read":
        _let_reads_fail(n, count)
    elif kind == "write":
        resource.setrlimit(resource.RLIMIT_FSIZE, (n, n))
    elif kind == "memory":
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limit = pages * resource.getpagesize() + n
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    else:
        sys.addaudithook(heard)


def _let_reads_fail(n, count):
    """Give files out of which the n-th read of all fails; code and pipes are read as ever."""
    really = io.open

    class Failing(io.FileIO):
        def _note(self):
            count[0] += 1
            if count[0] == n:
                raise OSError(errno.EIO, os.strerror(errno.EIO), self.name)

        def readinto(self, buffer):
            self._note()
            return super().readinto(buffer)

        def read(self, size=-1):
            self._note()
            return super().read(size)

        def readall(self):
            self._note()
            return super().readall()

    def opened(file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, **named):
        path = Path(f"/proc/self/fd/{file}").readlink() if isinstance(file, int) else Path(file)
        if "r" not in mode or "+" in mode or _is_code(str(path)) or not path.is_file():
            return really(file, mode, buffering, encoding, errors, newline, **named)
        raw = Failing(file, "r", **named)
        if buffering == 0:
            return raw
        if "b" in mode:
            return io.BufferedReader(raw)
        return io.TextIOWrapper(io.BufferedReader(raw), encoding or "utf-8", errors, newline)

    io.open = builtins.open = opened


def forked(command, kind, n):
    """Run a command in a fork where the n-th call of a kind fails; return its exit code, such calls, what it said."""
    reading, writing = os.pipe()
    said_here, errors = os.pipe()
    pid = os.fork()
    if pid == 0:
        count, code = [0], 99
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(errors, 2)
            sys.stdout, sys.stderr = open(1, "w", encoding="utf-8"), open(2, "w", encoding="utf-8")  # noqa: SIM115
            _fail_at(kind, n, count)
            code = cli._run(command)
            sys.stderr.flush()
        except BaseException:  # noqa: BLE001
            with contextlib.suppress(BaseException):
                os.write(2, traceback.format_exc().encode())
        os.write(writing, f"{count[0]}".encode())
        os._exit(code)
    os.close(writing)
    os.close(errors)
    with os.fdopen(said_here, encoding="utf-8", errors="replace") as file:
        said = file.read()
    with os.fdopen(reading, encoding="ascii") as file:
        counted = file.read()
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), int(counted or 0), said


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
                code, n, said = forked(command, kind, -1)
                print(json.dumps([command[:2], "none", 0, code, said[-3000:]]), flush=True)  # noqa: T201
                points = sorted({1 + i * max(1, n) // task["most"] for i in range(task["most"])} | {n})
                points = [point for point in points if 1 <= point <= n]
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
