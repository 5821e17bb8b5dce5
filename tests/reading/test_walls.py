"""The parsing child behind its walls: what it may not do, and that it still parses."""

import sys

import pytest

from support import ROOT, python, require

LINUX = sys.platform == "linux"


def behind_walls(code, **options):
    return python(f"from gxclassify.reading.walls import raise_walls\nwalls = raise_walls()\n{code}", **options)


@pytest.fixture(scope="module")
def walls():
    require(LINUX, "walls are known of Linux alone")
    found = behind_walls("print(*walls)").split()
    require("files" in found, "this kernel has no Landlock")
    return found


@pytest.mark.parametrize("how", ["open(path).read()", "open(path, 'a')", "__import__('os').listdir('/')"])
def test_no_file_is_read_or_written(how, walls, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("园区")
    assert walls
    code = f"""
path = {str(secret)!r}
try:
    {how}
except PermissionError:
    print("refused")
"""
    assert behind_walls(code).strip() == "refused"
    assert secret.read_text() == "园区"


def test_no_connection_is_made(walls):
    require("tcp" in walls or "network" in walls, "this kernel shuts off no network")
    code = """
import socket
listener_less = socket.socket()
try:
    listener_less.connect(("127.0.0.1", 9))
except OSError as error:
    print(type(error).__name__)
"""
    assert behind_walls(code).strip() in {"PermissionError", "OSError"}  # and no ConnectionRefusedError


def test_no_program_is_started(walls):
    assert walls
    code = f"""
import subprocess
try:
    subprocess.run([{sys.executable!r}, "-c", ""])
except PermissionError:
    print("refused")
"""
    assert behind_walls(code).strip() == "refused"


def test_the_child_that_parses_stands_behind_them(walls, tmp_path):
    assert walls
    page = tmp_path / "page.html"
    page.write_text("<p>高新区新签约项目12个。</p>", encoding="utf-8")
    code = f"""
import gxclassify.reading.sandbox as sandbox, os
import gxclassify as gx
print(len(gx.read({str(page)!r}).articles))
child = sandbox._children._idle[0]._process
print(open(f"/proc/{{child.pid}}/status").read().split("NoNewPrivs:")[1].split()[0])
"""
    articles, no_new_rights = python(code, cwd=ROOT).split()
    assert (articles, no_new_rights) == ("1", "1")  # Landlock asks for the second


def test_where_the_kernel_has_none_parsing_goes_on(tmp_path):
    code = """
import sys
sys.platform = "other"
import os
if hasattr(os, "unshare"):
    del os.unshare
from gxclassify.reading.walls import raise_walls
print(raise_walls())
"""
    assert python(code, cwd=tmp_path).strip() == "()"
