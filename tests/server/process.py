"""A server in a process of its own, to be killed."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from support import PATIENCE

_CODE = """
import sys
from pathlib import Path
from gxclassify.server.process import serve
from gxclassify.server.settings import ServerSettings
port, store, queue = sys.argv[1:]
serve(ServerSettings(port=int(port), label_store=Path(store), label_queue=Path(queue)))
"""


def serve(port: int, store: Path, queue: Path) -> subprocess.Popen:
    """Start a labelling server and wait until it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-c", _CODE, str(port), str(store), str(queue)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/ready").status_code == 200:
                return process
        except httpx.TransportError:
            time.sleep(0.1)
    process.kill()
    process.wait()
    pytest.fail("the server did not become ready")


def kill(process: subprocess.Popen, port: int) -> None:
    """End a server without warning; return when nothing of it listens any more.

    Its workers see its end and stop by themselves: until then they still take requests, and one that is started next
    would be thought ready by their answers.
    """
    process.kill()
    process.wait()
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 5).close()
        except ConnectionRefusedError:
            return
        time.sleep(0.05)
    pytest.fail("the workers of the server did not end")
