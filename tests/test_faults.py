"""Whatever of the machine's fails under a command, it ends in a sentence, and what was there before is still there."""

from __future__ import annotations

import os
import shutil

import pytest

import faults
from support import PAGE, require, tiny_records, write_jsonl

MOST = int(os.environ.get("GXCLASSIFY_FAULTS", "6"))
"""Failures of a kind for each command; the whole of it takes some thousand."""


@pytest.fixture(scope="module")
def place(tmp_path_factory, tiny_bundle):
    require(hasattr(os, "fork") and os.path.exists("/proc/self/statm"), "this needs Linux")  # noqa: PTH110
    folder = tmp_path_factory.mktemp("faults")
    shutil.copytree(tiny_bundle, folder / "model")
    (folder / "page.txt").write_text(PAGE, encoding="utf-8")
    records = write_jsonl(folder / "labels.jsonl", tiny_records())
    (folder / "in.csv").write_text("text,id\n园区污水处理厂完成提标改造。,1\n" * 50, encoding="utf-8")
    assert records.exists()
    return folder


COMMANDS = {
    "read": ["read", "page.txt", "in.csv", "labels.jsonl"],
    "table": ["predict", "page.txt", "--model", "model"],
    "jsonl": ["predict", "in.csv", "page.txt", "--model", "model", "--output", "out.jsonl"],
    "csv": ["predict", "labels.jsonl", "--model", "model", "--output", "out.csv.gz", "--resume"],
    "html": ["predict", "page.txt", "--model", "model", "--output", "out.html"],
    "parquet": ["predict", "in.csv", "--model", "model", "--output", "out.parquet"],
    "zones": ["zones", "page.txt"],
    "verify": ["models", "verify", "model"],
    "stats": ["labels", "stats", "labels.jsonl"],
    "export": ["labels", "export", "labels.jsonl", "--format", "csv", "--out", "labels.csv"],
    "evaluate": ["evaluate", "--model", "model", "--labels", "labels.jsonl", "--out", "report.html"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_failure_ends_in_a_sentence(place, name):
    for command, kind, n, code, said in faults.run(place, [COMMANDS[name]], [*faults.KINDS, "write", "memory"], MOST):
        where = f"{command}, {kind} {n}: exit code {code}: {said[-1500:]}"
        assert "Traceback" not in said, where
        assert code in {0, 3, 4} or (kind == "none" and code == 5), where
        assert code == 0 or "Error: " in said, where
    assert not [path for path in place.iterdir() if path.name.startswith(".")], "a leftover"


def test_a_place_is_failed_the_first_time_and_the_last():
    calls = faults.Calls("open", 0)
    code = "for _ in range(5):\n    note('open', 0)\nnote('open', 0)\nnote('read', 0)"
    exec(compile(code, f"{os.sep}gxclassify{os.sep}x.py", "exec"), {"note": calls.note})
    assert calls.points() == [1, 5, 6]


def test_files_in_memory_fail_as_those_on_a_disk():
    """The torture lies there: once all of it was passed over, with the rest of /dev."""
    assert not faults._is_code("/dev/shm/torture/old.csv")
    assert faults._is_code("/dev/null")


@pytest.mark.parametrize("megabytes", [160, 200, 250, 300, 400, 600, 800])
def test_little_memory_from_the_start_ends_in_a_sentence(place, megabytes):
    """Where scipy is loaded with too little OpenBLAS waits for ever, and where rjieba is, Rust aborts."""
    command = ["evaluate", "--model", "model", "--labels", "labels.jsonl", "--out", "little.html"]
    code, _, said = faults.spawned(command, megabytes << 20, folder=place)
    assert code in {0, 3, 4}, said[-1500:]
    assert "Traceback" not in said
    assert (place / "little.html").exists() == (code == 0)
    (place / "little.html").unlink(missing_ok=True)


def test_mlflow_begins_only_where_there_is_room_for_it(place):
    """It loads a dozen libraries: one without memory raises whatever it likes, another aborts."""
    code, _, said = faults.spawned(["models", "list"], 600 << 20, folder=place)
    assert (code, said) == (3, "Error: there is not enough memory; give more, or less input at a time.\n")
