"""Real servers on loopback for the integration tests: each starts with the block and is gone after it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import support
from support import free_port, require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


def wait_for(condition: Callable[[], Any], what: str, process: subprocess.Popen[bytes] | None = None) -> Any:
    """Ask until the answer is true and return it; fail when the process ends or the time is over."""

    def asked() -> Any:
        with contextlib.suppress(OSError, urllib.error.URLError, ValueError):
            if answer := condition():
                return answer
        if process is not None and process.poll() is not None:
            pytest.fail(f"{what}: the process ended with {process.returncode}")
        return None

    return support.wait_for(asked, what)


def get_json(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)


@contextlib.contextmanager
def program(
    command: Sequence[str | Path], log: Path, *, env: dict[str, str] | None = None, user: str | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program with its children in a session of its own, and kill all of them at the end."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **(env or {})},
            start_new_session=True,
            user=user,
            cwd="/",
        )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the program and its children at once, as a machine that goes dark would."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """Run a PostgreSQL cluster of its own and yield its address."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    require(found, "PostgreSQL is not installed")
    binaries = found[-1].parent
    user = "postgres" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    folder = Path(tempfile.mkdtemp(prefix="gxclassify-postgres-"))
    if user:
        shutil.chown(folder, user)
    try:
        data = folder / "data"
        initdb = [binaries / "initdb", "-D", data, "-A", "trust", "-U", "gx", "--encoding=UTF8", "--locale=C", "-N"]
        subprocess.run(initdb, check=True, capture_output=True, user=user, cwd=folder)
        port = free_port()
        options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": str(folder), "fsync": "off"}
        command = [binaries / "postgres", "-D", data, "-p", str(port)]
        command += [word for key, value in options.items() for word in ("-c", f"{key}={value}")]
        log = folder / "postgres.log"
        log.touch()
        with program(command, log, user=user) as process:
            wait_for(lambda: socket.create_connection(("127.0.0.1", port), 1).close() or True, "PostgreSQL", process)
            # SQLAlchemy 2.1 takes plain "postgresql://" to mean psycopg 3.
            yield f"postgresql+psycopg2://gx@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def mlflow_server(database: str, artifacts: Path, port: int) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run MLflow's server with its artifacts served by it; yield its address and process."""
    command = [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", database, "--serve-artifacts"]
    command += ["--artifacts-destination", str(artifacts), "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    artifacts.mkdir(exist_ok=True)
    address = f"http://127.0.0.1:{port}"
    with program(command, artifacts.parent / "server.log", env={"MLFLOW_DISABLE_TELEMETRY": "true"}) as process:
        wait_for(lambda: urllib.request.urlopen(f"{address}/health", timeout=5).status == 200, "MLflow", process)
        yield address, process
