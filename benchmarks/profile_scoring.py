"""Where scoring spends its time, step by step, and what each step costs at the least.

    python benchmarks/profile_scoring.py               # news-length documents and short texts, the shipped model
    python benchmarks/profile_scoring.py --evidence    # tagging with evidence as well
    python benchmarks/profile_scoring.py --write       # and put the tables into docs/performance.md, docs/zh too

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
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from pages import circumstances, put
from texts import ROOT, documents, labelled, titles

from gxclassify.features.batch import make_batch
from gxclassify.loading import load_model
from gxclassify.model.model import BATCH_CHARACTERS, Model

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTS = {"en": ROOT / "docs" / "performance.md", "zh": ROOT / "docs" / "zh" / "performance.md"}
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
CHINESE = {
    "News-length documents": "新闻长短的文章",
    "Short texts": "短文字",
    "time of the processor": "处理器时间",
    "ms per MB": "毫秒/MB",
    "step": "步骤",
    "share": "比例",
    "floor": "下限",
    "share of the whole": "占总时间",
    "decoding, normalising, splitting into sentences": "解码、归一、分句",
    "segmentation": "分词",
    "words: packing, looking up": "词：打包、查找",
    "characters: following n-grams": "字：逐字接续 n 元组",
    "hash table look-ups": "查哈希表",
    "reading the terms' rows (memory)": "读各词的行（内存）",
    "adding rows by sentence": "按句相加",
    "grouping what repeats": "归并重复的词",
    "putting repetitions right": "改正重复的计数",
    "the rest of the scores": "打分的其余部分",
    "calibration": "校准",
    "evidence: what each character adds": "依据：每个字加多少",
    "evidence: sentences and words": "依据：句子和词",
    "batching and the rest": "分批和其他",
    "decoding: the texts as one array of code points": "解码：全部文字成为一个码位数组",
    "segmentation: the segmenter alone": "分词：只运行分词器",
    "memory: one row of 32 bytes for every term found": "内存：每个找到的词读一行 32 字节",
}
"""The words of the tables for the Chinese page."""


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
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md and docs/zh")
    arguments = parser.parse_args()
    profiles, model = profile(arguments.megabytes, evidence=arguments.evidence)
    print(tables(profiles, model, "en"))
    if arguments.write:
        for language, document in DOCUMENTS.items():
            put(document, "profile", tables(profiles, model, language))


@dataclass(frozen=True)
class Profile:
    """The time of one kind of texts, in all and by step, and that of what nothing can do without; in seconds."""

    name: str
    megabytes: float
    seconds: float
    steps: dict[str, float]
    floors: dict[str, float]


def profile(megabytes: float, *, evidence: bool) -> tuple[list[Profile], str]:
    """Measure documents and short texts of that size; return what they took, and the model's name."""
    data = labelled("labels/train", ROOT / "labels" / "train")
    paragraphs = data.texts if data else []
    model = load_model()
    size = int(megabytes * 1e6)
    corpora = {"News-length documents": documents(paragraphs, size), "Short texts": titles(paragraphs, size)}
    floors = {name: _floors(model, texts) for name, texts in corpora.items()}
    watch = Stopwatch()
    for step, place in STEPS.items():
        watch.watch(step, place)
    profiles = []
    for name, texts in corpora.items():
        seconds = _best(lambda texts=texts: _run(model, texts, evidence=evidence), watch)
        size = sum(len(text.encode()) for text in texts) / 1e6
        profiles.append(Profile(name, size, seconds, dict(watch.seconds), floors[name]))
    if watch.missing:
        raise SystemExit(f"Not found, and not measured: {', '.join(watch.missing)}; mend STEPS.")
    return profiles, model.name


def tables(profiles: list[Profile], model: str, language: str) -> str:
    """Return what was measured as Markdown, in English or Chinese."""

    def said(text: str) -> str:
        return CHINESE[text] if language == "zh" else text

    stop, join, comma, colon = ("。", "；", "，", "：") if language == "zh" else (".", "; ", ", ", ": ")
    lines = [f"{circumstances(language)}{join}{model}{join}{said('time of the processor')}{stop}", ""]
    for own in profiles:
        steps = [*sorted(own.steps.items(), key=lambda item: -item[1])]
        steps.append(("batching and the rest", own.seconds - sum(own.steps.values())))
        whole = f"{own.megabytes / own.seconds:.1f} MB/s{comma}{1000 * own.seconds / own.megabytes:.0f}"
        lines += [f"**{said(own.name)}**{colon}{whole} {said('ms per MB')}{stop}", ""]
        for rows, head, share in ((steps, "step", "share"), (own.floors.items(), "floor", "share of the whole")):
            lines += [f"| {said(head)} | {said('ms per MB')} | {said(share)} |", "|---|---:|---:|"]
            for name, seconds in rows:
                lines.append(f"| {said(name)} | {1000 * seconds / own.megabytes:.1f} | {seconds / own.seconds:.0%} |")
            lines.append("")
    return "\n".join(lines)


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
