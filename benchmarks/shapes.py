"""Labelled sets of several shapes, made of the project's own texts: what training is measured on beside the zones.

Nobody's published set stands here; what is drawn is drawn from a seed. Each set is texts with lists of labels.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gxclassify.features.batch import make_batch
from gxclassify.features.segmenter import get_segmenter

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Shape:
    """A labelled set: its texts, the labels of each, and whether each text has exactly one, or one at least."""

    name: str
    texts: list[str]
    labels: list[list[str]]
    exclusive: bool = False
    at_least_one: bool = False

    @property
    def themes(self) -> list[str]:
        """The labels found, sorted."""
        return sorted({label for row in self.labels for label in row})


def _records() -> list[dict]:
    files = sorted((ROOT / "labels/train").glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def zones() -> Shape:
    """Return the paragraphs of labels/train with their five themes; a third of them has none."""
    records = _records()
    return Shape("zones", [r["text"] for r in records], [r["labels"] for r in records])


def kinds() -> Shape:
    """Return sentences of labels/train, each with the kind of text that it stands in: ten classes, short texts."""
    records = [r for r in _records() if len(r["text"]) > 0]
    batch = make_batch([r["text"] for r in records])
    names = [r["source"].removeprefix("written for the project: ") for r in records]
    common = {name for name in set(names) if names.count(name) >= 118 and name != "rewritten"}
    texts, labels = [], []
    for record, name, spans in zip(records, names, batch.sentence_spans(), strict=True):
        if name in common:
            own = [record["text"][a:b].strip() for a, b in spans if b - a > 8]
            texts += own
            labels += [[name]] * len(own)
    return Shape("kinds", texts, labels, exclusive=True)


def reviews() -> Shape:
    """Return examples/reviews.csv: four themes, some texts with two or none."""
    with (ROOT / "examples/reviews.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return Shape(
        "reviews",
        [row["text"] for row in rows],
        [[] if row["themes"] == "[]" else row["themes"].split(";") for row in rows],
    )


def _background() -> tuple[list[str], list[str], np.ndarray]:
    """Return sentences and words of labels/train, and how often each word stands."""
    texts = [r["text"] for r in _records()]
    batch = make_batch(texts)
    sentences = [t[a:b].strip() for t, spans in zip(texts, batch.sentence_spans(), strict=True) for a, b in spans]
    words, count = np.unique([w for w in get_segmenter(()).cut("\n".join(texts)) if w.strip()], return_counts=True)
    return [s for s in sentences if len(s) > 8], words.tolist(), count / count.sum()


def titles(n: int = 120_000, classes: int = 10, seed: int = 0) -> Shape:
    """Draw short texts in exclusive classes: words of a background and of the class's own, one label in 25 wrong."""
    rng = np.random.default_rng(seed)
    _, words, share = _background()
    own = np.stack([share * rng.gamma(0.06, size=len(words)) for _ in range(classes)])
    own /= own.sum(axis=1, keepdims=True)
    cumulated, background = np.cumsum(own, axis=1), np.cumsum(share)
    truth = rng.integers(0, classes, n)
    texts = []
    for c in truth:
        length = int(rng.integers(7, 14))
        mixed = rng.random(length) < 0.42
        draw = rng.random(length)
        at = np.where(mixed, np.searchsorted(cumulated[c], draw), np.searchsorted(background, draw))
        texts.append("".join(words[min(i, len(words) - 1)] for i in at))
    label = np.where(rng.random(n) < 0.04, rng.integers(0, classes, n), truth)
    return Shape("titles", texts, [[f"class{c}"] for c in label.tolist()], exclusive=True)


def events(n: int = 12_000, themes: int = 65, seed: int = 0) -> Shape:
    """Draw sentences in which something happens, 65 kinds with a long tail; one text in six tells two or three.

    A sentence of labels/train gets, for each of its events, one of the event's four trigger words (which other events
    share at times) and two of its thirty further words; one label in 50 is wrong.
    """
    rng = np.random.default_rng(seed)
    sentences, words, share = _background()
    long = [i for i, word in enumerate(words) if len(word) > 1]
    rare = np.array(sorted(long, key=lambda i: -share[i])[300:4300])
    triggers = rng.choice(rare, (themes, 4))
    further = rng.choice(rare, (themes, 30))
    frequency = 1 / np.arange(1, themes + 1) ** 1.1
    frequency /= frequency.sum()
    texts, labels = [], []
    for _ in range(n):
        count = int(rng.choice([1, 2, 3], p=[0.83, 0.14, 0.03]))
        told = rng.choice(themes, count, replace=False, p=frequency)
        pieces = []
        for t in told:
            inserted = [words[i] for i in rng.choice(further[t], 2)]
            if rng.random() < 0.93:
                inserted.insert(1, words[rng.choice(triggers[t])])
            pieces.append("".join(inserted))
        if rng.random() < 0.2:  # a word that is another event's trigger, used in passing
            pieces.append(words[rng.choice(triggers[rng.integers(themes)])])
        base = sentences[rng.integers(len(sentences))]
        at = int(rng.integers(0, len(base)))
        texts.append(base[:at] + "，".join(pieces) + base[at:])
        wrong = rng.random() < 0.02
        labels.append(sorted({f"event{(int(rng.integers(themes)) if wrong else t):02d}" for t in told}))
    return Shape("events", texts, labels, at_least_one=True)
