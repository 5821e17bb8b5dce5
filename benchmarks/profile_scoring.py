"""Where scoring spends its time, step by step, and what each step costs at the least.

    python benchmarks/profile_scoring.py               # news-length documents and short texts, the shipped model
    python benchmarks/profile_scoring.py --evidence    # tagging with evidence as well
    python benchmarks/profile_scoring.py --write       # and put the tables into docs/performance.md

The steps are timed in place: each named function is wrapped, and a function's time is its own, without that of the
steps inside it. The floors are measured on the same texts: the segmenter alone, the decoding alone, and the reading
of one table row for every term found, in their order, with nothing else done.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import importlib
import inspect
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
from pages import circumstances, put
from texts import ROOT, documents, labelled, titles

from gxclassify.features.batch import make_batch
from gxclassify.loading import load_model
from gxclassify.model.model import BATCH_CHARACTERS, Model

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENT = ROOT / "docs" / "performance.md"
STEPS = {
    "decoding, normalising, splitting into sentences": "gxclassify.model.model:make_batch",
    "segmentation": "gxclassify.features.segmenter:Segmenter.cut",
    "words: packing, looking up": "gxclassify.features.vocabulary:WordVocabulary.find",
    "characters: following n-grams": "gxclassify.features.vocabulary:CharVocabulary.find",
    "hash table look-ups": "gxclassify.features.vocabulary:KeyIndex.find",
    "reading the terms' rows (memory)": "gxclassify.model.linear:_Table.rows",
    "adding rows by sentence": "gxclassify.model.linear:_add_ranges",
    "grouping what repeats": "gxclassify.model.linear:group_equal",
    "putting repetitions right": "gxclassify.model.linear:LinearScorer._correct",
    "the rest of the scores": "gxclassify.model.linear:LinearScorer.score",
    "calibration": "gxclassify.model.model:Model._probabilities",
    "evidence: what each character adds": "gxclassify.model.linear:LinearScorer.character_weights",
    "evidence: sentences and words": "gxclassify.model.model:sentence_evidence",
}


class Stopwatch:
    """Own times of wrapped functions."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._inner: list[float] = [0.0]
        self.missing: list[str] = []

    def watch(self, step: str, place: str) -> None:
        """Wrap the function at ``module:name`` or ``module:Class.name``; note one that is not there any more."""
        module, _, path = place.partition(":")
        owner: Any = importlib.import_module(module)
        *parents, name = path.split(".")
        for parent in parents:
            owner = getattr(owner, parent, None)
        function = getattr(owner, name, None)
        if function is None:
            self.missing.append(place)
            return
        timed = self._timed_generator if inspect.isgeneratorfunction(function) else self._timed
        setattr(owner, name, timed(step, function))

    def _timed_generator(self, step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            draw = self._timed(step, function(*args, **kwargs).__next__)
            with contextlib.suppress(StopIteration):
                while True:
                    yield draw()

        return timed

    def _timed(self, step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            self._inner.append(0.0)
            start = time.process_time()
            try:
                return function(*args, **kwargs)
            finally:
                whole = time.process_time() - start
                self.seconds[step] += whole - self._inner.pop()
                self._inner[-1] += whole

        return timed


def main() -> None:
    """Profile; print Markdown tables, or put them into the documentation."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--evidence", action="store_true", help="tag with evidence instead of scoring alone")
    parser.add_argument("--megabytes", type=float, default=3.0)
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    arguments = parser.parse_args()
    tables = profile(arguments.megabytes, evidence=arguments.evidence)
    print(tables)
    if arguments.write:
        put(DOCUMENT, "profile", tables)


def profile(megabytes: float, *, evidence: bool) -> str:
    """Return the tables for documents and short texts of that size."""
    data = labelled("labels/train", ROOT / "labels" / "train")
    paragraphs = data.texts if data else []
    model = load_model()
    size = int(megabytes * 1e6)
    corpora = {"News-length documents": documents(paragraphs, size), "Short texts": titles(paragraphs, size)}
    floors = {name: _floors(model, texts) for name, texts in corpora.items()}
    watch = Stopwatch()
    for step, place in STEPS.items():
        watch.watch(step, place)
    lines = [f"{circumstances()}; {model.name}; time of the processor.", ""]
    for name, texts in corpora.items():
        seconds = _best(lambda texts=texts: _run(model, texts, evidence=evidence), watch)
        lines += _tables(name, sum(len(text.encode()) for text in texts) / 1e6, seconds, watch.seconds, floors[name])
    return "\n".join(lines + [f"Not found, and not measured: {place}; mend STEPS." for place in watch.missing])


def _tables(
    name: str, megabytes: float, seconds: float, steps: dict[str, float], floors: dict[str, float]
) -> list[str]:
    def row(step: str, own: float) -> str:
        return f"| {step} | {1000 * own / megabytes:.1f} | {own / seconds:.0%} |"

    lines = [f"**{name}**: {megabytes / seconds:.1f} MB/s, {1000 * seconds / megabytes:.0f} ms per MB.", ""]
    lines += ["| step | ms per MB | share |", "|---|---:|---:|"]
    lines += [row(*item) for item in sorted(steps.items(), key=lambda item: -item[1])]
    lines += [row("batching and the rest", seconds - sum(steps.values())), ""]
    lines += ["| floor | ms per MB | share of the whole |", "|---|---:|---:|"]
    return [*lines, *(row(*item) for item in floors.items()), ""]


def _run(model: Model, texts: list[str], *, evidence: bool) -> None:
    if evidence:
        for _ in model.tag(texts):
            pass
    else:
        model.predict_proba(texts)


def _best(run: Callable[[], None], watch: Stopwatch | None = None, rounds: int = 5) -> float:
    """Return the time of the fastest of some rounds, and leave its steps in `watch`."""
    best, steps = float("inf"), {}
    for _ in range(rounds):
        if watch is not None:
            watch.seconds.clear()
        start = time.process_time()
        run()
        seconds = time.process_time() - start
        if seconds < best:
            best, steps = seconds, dict(watch.seconds) if watch is not None else {}
    if watch is not None:
        watch.seconds = defaultdict(float, steps)
    return best


def _floors(model: Model, texts: list[str]) -> dict[str, float]:
    """Measure the steps that nothing can do without, each alone."""
    groups: list[list[str]] = [[]]
    for text in texts:
        groups[-1].append(text)
        if sum(map(len, groups[-1])) >= BATCH_CHARACTERS:
            groups.append([])
    groups = [group for group in groups if group]
    batches = [make_batch(group) for group in groups]
    joined = [batch.text() for batch in batches]
    segmenter = model.segmenter
    reads = []
    for block in model.parts.blocks:
        table = np.ones((len(block.idf), 8), dtype=np.float32)
        row = table.view(np.dtype((np.void, 32))).reshape(len(table))
        reads += [(row, hits.entry) for batch in batches for hits in block.vocabulary.find(batch)]

    def decode() -> None:
        for group in groups:
            np.frombuffer("".join(group).encode("utf-32-le", "surrogatepass"), np.uint32)

    def cut() -> None:
        for text in joined:
            segmenter.cut(text)

    def gather() -> None:
        for row, entry in reads:
            np.take(row, entry)

    return {
        "decoding: the texts as one array of code points": _best(decode),
        "segmentation: the segmenter alone": _best(cut),
        "memory: one row of 32 bytes for every term found": _best(gather),
    }


if __name__ == "__main__":
    main()
