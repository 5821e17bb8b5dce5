"""The short form of ``make torture``: each kind of hostile input, and some kills, by one seed.

What fails here was broken by the change at hand; to look further, with seed after seed, is for the long form.
"""

from __future__ import annotations

import json
import sys

import click
import pytest

from gxclassify.cli import program
from support import require
from torture.__main__ import read_log, run_batch, summary
from torture.kills import COMMANDS, READERS

CASES = {
    "documents": 120,
    "records": 25,
    "toml": 300,
    "labels": 150,
    "bundles": 40,
    "http": 120,
    "kills": 11,
    "faults": 20,
    "serve": 6,
}
"""How many of each; the registry is left to the long form: MLflow takes half a minute to begin with."""
SEED = 29
PATHS = ":".join(path for path in sys.path if path)
"""Where modules lie before any test: a model that MLflow loads puts the source that it brings first."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", CASES)
def test_a_short_torture(tmp_path, monkeypatch, kind):
    require(sys.platform == "linux", "processes are forked, limited and killed as on Linux")
    monkeypatch.setenv("PYTHONPATH", PATHS)
    monkeypatch.setenv("TORTURE_PLAIN", "1")  # atheris needs longer than this to be worth its start
    batch = run_batch(kind, SEED, CASES[kind], tmp_path)
    assert not batch["findings"], f"--kind {kind} --seed {SEED} --cases {CASES[kind]}: {batch['findings']}"
    assert batch["cases"] == CASES[kind]


def commands(command=program, path=""):
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from commands(command.get_command(context, name), f"{path} {name}".strip())
    else:
        yield path


def test_every_command_that_writes_is_killed():
    killed = {
        name for name in commands() for one in COMMANDS.values() if " ".join(one.arguments).startswith(f"{name} ")
    }
    killed |= {" ".join(one.arguments) for one in COMMANDS.values()} & set(commands())
    assert not killed & READERS.keys()
    assert killed | READERS.keys() | {"serve"} == set(commands()), (  # serve has its own, torture/serving.py
        "kill it in torture/kills.py, or say there that it only reads"
    )


def test_a_log_is_gone_on_with(tmp_path):
    batch = {"kind": "toml", "seed": 4, "cases": 9, "outcomes": {"taken": 9}, "findings": ["x"]}
    log = tmp_path / "log.jsonl"
    log.write_text(json.dumps(batch) + "\n" + json.dumps(batch)[:20], encoding="utf-8")
    assert read_log(log) == [batch]
    assert summary(read_log(log)) == "toml: 9 cases in 1 batches, 1 findings (taken 9)"
