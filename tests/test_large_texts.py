"""One long text at each door: what it costs, in processor time and in memory, in whichever process that is."""

from __future__ import annotations

import contextlib
import json
import sys

import pytest

import gxclassify as gx
from gxclassify.errors import InputError
from gxclassify.server.settings import ServerSettings
from server.loopback import running
from support import ROOT, processor_time, python, require, run

TAG = "<" + "a" * 100_000
"""What a search for tags by a regular expression took a minute for."""
SECONDS = 12.0
TEN_MILLION = 10_000_000
MOST_MEMORY = 1_500_000_000


@pytest.fixture
def cheap():
    """See that a test took little processor time."""
    require(sys.platform == "linux", "processor time is counted as on Linux")
    before = processor_time()
    yield
    assert processor_time() - before < SECONDS


@pytest.mark.usefixtures("cheap")
@pytest.mark.parametrize("name", ["page.txt", "page.md", "page.html", "page"])
def test_a_tag_that_never_ends_is_read_at_once(name):
    with contextlib.suppress(InputError):
        gx.read(TAG.encode(), name=name)


@pytest.mark.usefixtures("cheap")
@pytest.mark.parametrize("name", ["page.txt", "page.md", "page.html", "in.jsonl"])
def test_a_tag_that_never_ends_is_tagged_at_once(tmp_path, tiny_bundle, name):
    text = json.dumps({"text": TAG, "other": TAG}) if name == "in.jsonl" else TAG
    (tmp_path / name).write_text(text, encoding="utf-8")
    done = run("predict", tmp_path / name, "--model", tiny_bundle, "--output", tmp_path / "out.jsonl")
    assert done.returncode in {0, 3}, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.usefixtures("cheap")
@pytest.mark.parametrize("kind", ["text/plain", "text/markdown", "text/html"])
def test_a_tag_that_never_ends_is_answered_at_once(tiny_model, kind):
    with running(ServerSettings(port=0, watch_seconds=0), tiny_model) as server:
        answer = server.client.post("/v1/documents", content=TAG.encode(), headers={"content-type": kind})
    assert answer.status_code in {200, 422}


READ = """
import contextlib, re, sys
from pathlib import Path
import gxclassify as gx
from gxclassify.errors import InputError
from gxclassify.reading import sandbox

def peak(process):
    return int(re.search(r"VmHWM:\\s*(\\d+)", Path(f"/proc/{process}/status").read_text())[1]) << 10

text = UNIT * (SIZE // len(UNIT))
with contextlib.suppress(InputError):  # more than a child may have
    gx.read(text.encode(), name="page.txt")
print(peak("self") + sum(peak(child._process.pid) for child in sandbox._children._idle))
"""


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["今年以来，高新区引进亿元以上项目。\n", "高新区引进项目。"])
def test_ten_million_characters_have_the_memory_of_a_child(unit):
    require(sys.platform == "linux", "memory is told as on Linux")
    code = READ.replace("UNIT", repr(unit)).replace("SIZE", str(TEN_MILLION))
    assert int(python(code, cwd=ROOT)) < MOST_MEMORY
