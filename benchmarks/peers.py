"""The tools, their environments, and how a step of one is run."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from texts import ROOT

__all__ = ["OURS", "PEERS", "Tool", "available", "run_step"]

HERE = Path(__file__).resolve().parent
BUILD = ROOT / "build"


@dataclass(frozen=True)
class Tool:
    """A tool that is compared: its name in tables, its class in ``tools/``, and what it needs installed."""

    name: str
    place: str
    packages: tuple[str, ...] = ()

    @property
    def python(self) -> Path:
        """The interpreter of its environment; ours is the one that runs this."""
        return _environment(self.packages) / "bin" / "python" if self.packages else Path(sys.executable)

    @property
    def folder_name(self) -> str:
        """A name for its folder."""
        return self.place.replace(":", "-")


_SKLEARN = ("numpy", "scikit-learn", "joblib", "jieba", "rjieba")

OURS = Tool("gxclassify", "ours:Ours")
CHARACTERS = Tool("gxclassify, characters only", "ours:OursCharacters")
PEERS = (
    Tool("scikit-learn + jieba, same terms", "sklearn_tools:SameTerms", _SKLEARN),
    Tool("scikit-learn + rjieba, same terms", "sklearn_tools:SameTermsRjieba", _SKLEARN),
    Tool("scikit-learn + jieba, words only", "sklearn_tools:WordsOnly", _SKLEARN),
    Tool("fastText + jieba", "fasttext_tool:FastText", ("numpy", "fasttext-wheel", "jieba")),
    Tool("spaCy bag of words + jieba", "spacy_tool:SpacyBow", ("spacy", "jieba")),
)


def _environment(packages: tuple[str, ...]) -> Path:
    return BUILD / f"peers-{'-'.join(p for p in packages if p not in {'numpy', 'joblib', 'jieba', 'rjieba'})}"


def available(tool: Tool) -> str:
    """Make the tool's environment when need be; return why it cannot be had, or nothing."""
    if not tool.packages or (tool.python.parent / ".whole").exists():
        return ""
    print(f"Installing {tool.name} …", flush=True)
    venv.create(_environment(tool.packages), with_pip=True, clear=True)
    done = subprocess.run(
        [tool.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *tool.packages],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        return f"{tool.name} could not be installed: {done.stderr.strip().splitlines()[-1]}"
    (tool.python.parent / ".whole").touch()
    return ""


def run_step(tool: Tool, step: str, folder: Path) -> dict[str, Any]:
    """Run one step in a fresh process and return its answer, with the wall time of the process as ``wall``.

    The answer has ``error`` instead when the process fails.
    """
    own = folder / tool.folder_name
    own.mkdir(exist_ok=True)
    start = time.perf_counter()
    done = subprocess.run(
        [tool.python, HERE / "worker.py", tool.place, step, own], capture_output=True, text=True, check=False
    )
    wall = time.perf_counter() - start
    if done.returncode:
        return {"error": (done.stderr.strip().splitlines() or ["?"])[-1]}
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer | {"wall": wall}
