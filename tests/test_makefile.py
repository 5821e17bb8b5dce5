"""`make` runs the source, also where `pip install .` has put a copy of it into .venv."""

import shutil
import subprocess
import sys

import pytest

from support import ROOT, require

PYTHON = f"""#!{sys.executable}
import sys, types
if sys.argv[1] == "-I":
    sys.modules["gxclassify"] = module = types.ModuleType("gxclassify")
    module.__file__ = "PLACE"
    exec(sys.argv[3])
open("calls", "a").write(" ".join(sys.argv) + chr(10))
"""


@pytest.mark.parametrize(("place", "installs"), [("src/gxclassify/__init__.py", 0), ("copy/gxclassify/__init__.py", 1)])
def test_a_copy_in_the_environment_is_put_back(tmp_path, place, installs):
    require(shutil.which("make"), "make is not installed")
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("pyproject.toml", "constraints.txt", ".venv/python", ".venv/demo"):  # in the order of their making
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    for folder in ("src/gxclassify", "copy/gxclassify", ".venv/bin"):
        (tmp_path / folder).mkdir(parents=True)
    python = tmp_path / ".venv" / "bin" / "python"
    python.write_text(PYTHON.replace("PLACE", place), encoding="utf-8")
    python.chmod(0o755)
    (tmp_path / "calls").touch()
    subprocess.run(["make", "source"], cwd=tmp_path, check=True, capture_output=True)
    calls = (tmp_path / "calls").read_text(encoding="utf-8").splitlines()
    assert [call.endswith("--editable . --no-deps") for call in calls] == [True] * installs
