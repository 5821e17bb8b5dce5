"""Reading beside other tools: speed on made-up files, wrong joins and splits on typeset documents with their truth."""

from __future__ import annotations

import difflib
import json
import math
import os
import re
import subprocess
import sys
from itertools import accumulate
from pathlib import Path
from typing import Any

from peers import HERE, Tool, available
from texts import ROOT

__all__ = ["compare", "compare_boundaries"]

_OURS = "gxclassify"
_STARTS_A_CHILD = 0.25  # MB: the time of such a file, with which all is loaded, does not count
_TICK = 0.01  # s: what the clock of processes tells apart
_TOOLS = {
    "pdf": (
        Tool("pdfminer.six", "pdfminer", ("pdfminer.six",)),
        Tool("pdfplumber", "pdfplumber", ("pdfplumber",)),
        Tool("PyMuPDF", "pymupdf", ("PyMuPDF",)),
    ),
    "docx": (Tool("python-docx", "python_docx", ("python-docx",)), Tool("docx2txt", "docx2txt", ("docx2txt",))),
    "html": (
        Tool("trafilatura", "trafilatura", ("trafilatura", "lxml_html_clean")),
        Tool("readability-lxml", "readability", ("readability-lxml", "lxml_html_clean")),
    ),
}


def compare(folder: Path, *, files: int, megabytes: float, peers: bool, documents: Path | None) -> dict[str, Any]:
    """Measure reading.

    Parameters
    ----------
    folder : Path
        Where the made-up files go.
    files : int
        Files of each kind.
    megabytes : float
        Of text.
    peers : bool
        Whether other tools are measured.
    documents : Path or None
        A folder of ``x.pdf`` with their true units, one a line, in ``x.truth``.

    Returns
    -------
    dict
        ``text``: MB/s of processor time by kind of text; ``files``: files/s by kind and tool; ``web_pages``: the
        seconds of processor time that so many take, the start of both processes counted; ``boundaries``: of each tool
        the share of true units that it joins wrongly and splits wrongly, and the characters it loses and adds.
    """
    made = _make(folder, files)
    results: dict[str, Any] = {"text": _texts(folder, megabytes), "files": {}, "boundaries": {}}
    for kind, paths in made.items():
        tools = [Tool(_OURS, _OURS), *(_TOOLS[kind] if peers else ())]
        for tool in tools:
            print(f"Reading {kind}, {tool.name} …", flush=True)
            answer = _run(tool, paths)
            rate = (len(paths) - 1) / answer["seconds"] if "seconds" in answer else answer["error"]
            if kind == "html" and tool.name == _OURS:
                results["web_pages"] = {"pages": len(paths), "seconds": answer["whole"]}
            results["files"].setdefault(kind, {})[tool.name] = rate
            if kind == "pdf" and documents is not None:
                results["boundaries"][tool.name] = _judge(tool, documents)
    return results


def _texts(folder: Path, megabytes: float) -> dict[str, float]:
    """Return how fast files of text are read, both processes that a long one takes counted, in MB/s."""
    speeds = {}
    for name in ("page", "report"):
        text = (ROOT / "examples" / f"{name}.txt").read_bytes()
        paths = []
        for size in (_STARTS_A_CHILD, megabytes):
            paths.append(folder / f"{name}-{size}.txt")
            paths[-1].write_bytes(text * math.ceil(size * 1e6 / len(text)))
        took = min(_run(Tool(_OURS, _OURS), paths)["seconds"] for _ in range(3))
        speeds[name] = paths[1].stat().st_size / 1e6 / took
    return speeds


def _make(folder: Path, files: int) -> dict[str, list[Path]]:
    """Write made-up articles as PDF in columns, Word documents and web pages with a menu."""
    sys.path.insert(0, str(ROOT / "tests"))
    import docx  # noqa: PLC0415

    from reading.pdfpage import make_pdf  # noqa: PLC0415
    from reading.stories import STORIES  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    made: dict[str, list[Path]] = {"pdf": [], "docx": [], "html": []}
    for n in range(files):
        story = STORIES[n % len(STORIES)]
        paths = {kind: folder / f"{n}.{kind}" for kind in made}
        paths["pdf"].write_bytes(make_pdf(STORIES[n % 3 :]))
        word = docx.Document()
        word.add_heading(story.title, 0)
        for paragraph in story.paragraphs:
            word.add_paragraph(paragraph)
        word.save(str(paths["docx"]))
        body = "".join(f"<p>{paragraph}</p>" for paragraph in story.paragraphs)
        menu = "".join(f'<li><a href="/{i}">栏目{i}</a></li>' for i in range(40))
        page = (
            f"<html><head><title>{story.title}</title></head><body><ul>{menu}</ul><h1>{story.title}</h1>{body}</body>"
        )
        paths["html"].write_text(f'<meta charset="utf-8">{page}</html>', "utf-8")
        for kind, path in paths.items():
            made[kind].append(path)
    return made


def _run(tool: Tool, files: list[Path]) -> dict[str, Any]:
    """Let a tool read files; the time is that of all its processes, whole and less that of the first file."""
    problem = available(tool)
    if problem:
        return {"error": problem}
    answer: dict[str, Any] = {}
    for chosen in (files[:1], files):
        before = _children()
        command = [tool.python, HERE / "tools" / "readers.py", tool.place, *chosen]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return {"error": (done.stderr.strip().splitlines() or ["?"])[-1]}
        first = answer.get("took", 0.0)
        answer = {"texts": json.loads(done.stdout), "took": _children() - before}
    return {"texts": answer["texts"], "seconds": max(_TICK, answer["took"] - first), "whole": answer["took"]}


def _children() -> float:
    """Return the processor time of all processes that were started and have ended."""
    times = os.times()
    return times.children_user + times.children_system


def _judge(tool: Tool, documents: Path) -> dict[str, Any]:
    truths = sorted(documents.glob("*.truth"))
    answer = _run(tool, [path.with_suffix(".pdf") for path in truths])
    if "error" in answer:
        return answer
    counts = [
        compare_boundaries(path.read_text("utf-8"), text) for path, text in zip(truths, answer["texts"], strict=True)
    ]
    total = {key: sum(count[key] for count in counts) for key in counts[0]}
    shares = {key: total[key] / max(1, total["units"]) for key in ("joins", "splits")}
    return total | shares


def compare_boundaries(truth: str, result: str) -> dict[str, int]:
    r"""Count the true units, one a line, the wrong joins and splits of a result, and characters lost and added.

    White space does not count. A join is a true boundary inside a unit of the result, a split the reverse.

    >>> compare_boundaries("高新区\n签约", "高新区签\n约")
    {'units': 2, 'joins': 1, 'splits': 1, 'lost': 0, 'added': 0}
    """
    one, other = _units(truth), _units(result)
    a, b = "".join(one), "".join(other)
    to_b: dict[int, int] = {}
    to_a: dict[int, int] = {}
    lost = added = 0
    for tag, i, after_i, j, after_j in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag != "equal":
            lost, added = lost + after_i - i, added + after_j - j
            continue
        for k in range(after_i - i + 1):
            to_b.setdefault(i + k, j + k)
            to_a.setdefault(j + k, i + k)
    true, found = set(accumulate(map(len, one))), set(accumulate(map(len, other)))
    return {
        "units": len(one),
        "joins": sum(to_b[at] not in found for at in true if at in to_b and at != len(a)),
        "splits": sum(to_a[at] not in true for at in found if at in to_a and at != len(b)),
        "lost": lost,
        "added": added,
    }


def _units(text: str) -> list[str]:
    return [unit for unit in (re.sub(r"\s+", "", line) for line in text.splitlines()) if unit]
