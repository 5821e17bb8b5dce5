"""The walk in docs/experiments.md, command by command, with a part of the labels."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support import ROOT

pytestmark = pytest.mark.slow

PAGE = ROOT / "docs" / "experiments.md"
FILES = ("labels/themes.toml", "experiments/default.toml", "experiments/plain.toml",
         "experiments/words-only.toml", "examples/search.toml",
         "examples/page.txt")  # fmt: skip
ROWS = 60
"""Of each label file: enough to train, few enough to be quick."""


def commands() -> list[str]:
    """Return the lines of the blocks marked ``sh``; those that start servers are marked ``console``."""
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def test_the_walk_can_be_followed(tmp_path: Path):
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "labels" / "prior", tmp_path / "labels" / "prior")
    for path in (ROOT / "labels").glob("t*/*.jsonl"):  # train and test
        part = path.read_text(encoding="utf-8").splitlines(keepends=True)[:ROWS]
        target = tmp_path / path.relative_to(ROOT)
        target.parent.mkdir(exist_ok=True)
        target.write_text("".join(part), encoding="utf-8")
    env = {name: value for name, value in os.environ.items() if name != "MLFLOW_TRACKING_URI"}
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    env["GXCLASSIFY_CACHE"] = str(tmp_path / "cache")
    said = {}
    for command in commands():
        options = {"cwd": tmp_path, "env": env, "capture_output": True, "encoding": "utf-8", "timeout": 300}
        done = subprocess.run(["sh", "-c", command], check=False, **options)
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        said[command] = done.stdout
    assert len(said) >= 12
    assert "models:/gxclassify/2 is the champion." in said["gxclassify models promote --labels labels/test"]
    assert [text for command, text in said.items() if "rollback" in command] == [
        "models:/gxclassify/1 is the champion again; it was models:/gxclassify/2.\n"
    ]
    assert "| words-only |" in (tmp_path / "experiments" / "RESULTS.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["experiments.md", "scale.md"])
def test_the_files_that_the_page_shows_are_there(page: str):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#:]+)\)", text)
    assert [target for target in targets if not (ROOT / "docs" / target).exists()] == []
