"""Half load for a while: memory stays flat. Ten minutes with GXCLASSIFY_LONG=1, else some seconds."""

import concurrent.futures
import os
import re
import time
from pathlib import Path

import pytest

from server.loopback import OTHER, TEXT
from server.programs import Program

LONG = os.environ.get("GXCLASSIFY_LONG") == "1"
SECONDS = 600 if LONG else 6
PAUSE = 0.01  # of each of four clients between two requests: about half of what the server takes


def memory(server):
    """Return the resident memory of the workers, the largest, in megabytes."""
    found = [Path(f"/proc/{pid}/status").read_text() for pid in server.workers()]
    return max(int(re.search(r"^VmRSS:\s+(\d+)", status, re.MULTILINE)[1]) / 1024 for status in found)


def ask(server, until):
    count = 0
    while time.monotonic() < until:
        texts = [f"{TEXT}{OTHER}第{count}次。"] * (1 + count % 40)
        kind = count % 10
        if kind == 0:
            answer = server.client.post("/v1/documents", content="\n\n".join(texts).encode())
        elif kind == 1:
            answer = server.client.post("/invocations", json={"inputs": texts})
        elif kind == 2:
            assert server.client.post("/v1/predict", json={"texts": 0}).status_code == 422
        elif kind == 3:
            answer = server.client.post("/v1/predict", json={"texts": texts, "thresholds": {"goals": 0.5}})
        else:
            answer = server.client.post("/v1/predict", json={"texts": texts})
        assert answer.is_success
        count += 1
        time.sleep(PAUSE)
    return count


@pytest.mark.slow
def test_memory_stays_flat_under_load():
    server = Program()
    try:
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            warm = time.monotonic() + SECONDS / 3
            assert sum(pool.map(lambda _: ask(server, warm), range(4))) > 0
            before = memory(server)
            end = time.monotonic() + SECONDS
            done = sum(pool.map(lambda _: ask(server, end), range(4)))
        after = memory(server)
        assert done > SECONDS
        assert after < 250
        assert after - before < (5 if LONG else 10), f"{before:.0f} MB grew to {after:.0f} MB in {done} requests"
    finally:
        server.end()
