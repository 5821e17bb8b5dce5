"""Few labels: `ThemeClassifier` as it comes beside scikit-learn's TF-IDF and logistic regression over jieba's words.

``python benchmarks/few_labels.py [SET ...] [--draws N] [--words] [--out TABLE.md]`` trains them on 20, 50, 100 and 200
texts drawn from sets of several shapes (`shapes.py`), with the rest, up to 1,500 texts, to judge by, and prints the
table that stands in docs/evaluation.md: micro F1, means over the draws, with the mean difference from the plain
regression over words and its 95 % interval (Student's t over the draws). Two further baselines stand beside it:
balanced classes, and characters (one to three) in the place of words. With ``--words`` the classifier has words alone
too. For exclusive classes micro F1 is the accuracy.
"""

from __future__ import annotations

import argparse
import functools
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import shapes
from scipy import stats
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from threadpoolctl import threadpool_limits

from gxclassify import ThemeClassifier
from gxclassify.features.segmenter import get_segmenter

SIZES = (20, 50, 100, 200)
SETS = {
    "zones": shapes.zones,
    "kinds": shapes.kinds,
    "reviews": shapes.reviews,
    "titles": lambda: shapes.titles(4_000),
    "events": lambda: shapes.events(4_000, themes=12),
}
_LEAST_TEST, _MOST_TEST = 80, 1_500


def words(text: str) -> list[str]:
    """Cut a text as jieba does without its Markov model."""
    return [word for word in get_segmenter(()).cut(text) if word.strip()]


_WORDS = {"tokenizer": words, "token_pattern": None, "lowercase": False}
_CHARACTERS = {"analyzer": "char", "ngram_range": (1, 3), "lowercase": False}


def baseline(
    shape: shapes.Shape,
    texts: list[str],
    told: np.ndarray,
    test: list[str],
    weight: str | None = None,
    terms: Mapping[str, Any] = MappingProxyType(_WORDS),
) -> np.ndarray:
    """Return the tags of the pipeline that people write, (n_test, n_themes)."""
    features = TfidfVectorizer(**terms)
    if shape.exclusive:
        pipeline = make_pipeline(features, LogisticRegression(max_iter=1000, class_weight=weight)).fit(
            texts, told.argmax(axis=1)
        )
        return np.eye(told.shape[1], dtype=int)[pipeline.predict(test)]
    learnable = told.any(axis=0) & ~told.all(axis=0)
    pipeline = make_pipeline(features, OneVsRestClassifier(LogisticRegression(max_iter=1000, class_weight=weight)))
    tagged = np.zeros((len(test), told.shape[1]), dtype=int)
    tagged[:, learnable] = pipeline.fit(texts, told[:, learnable].astype(int)).predict(test).reshape(len(test), -1)
    if shape.at_least_one:
        score = np.full(tagged.shape, -np.inf)
        score[:, learnable] = pipeline.decision_function(test).reshape(len(test), -1)
        none = ~tagged.any(axis=1)
        tagged[none, score[none].argmax(axis=1)] = 1
    return tagged


balanced = functools.partial(baseline, weight="balanced")
characters = functools.partial(baseline, terms=_CHARACTERS)


def ours(shape: shapes.Shape, texts: list[str], told: np.ndarray, test: list[str], **parameters: Any) -> np.ndarray:
    """Return the tags of `ThemeClassifier` with nothing set but how themes stand together, and `parameters`."""
    themes = shape.themes
    labels = [[themes[t] for t in np.flatnonzero(row)] for row in told]
    rules = {"exclusive": shape.exclusive, "at_least_one": shape.at_least_one}
    classifier = ThemeClassifier(themes=themes, **rules, **parameters)
    classifier.fit(texts, labels)
    return np.array([[theme in tags for theme in themes] for tags in classifier.tag(test)], dtype=int)


METHODS = {"plain": baseline, "balanced": balanced, "characters": characters, "ours": ours}


def compare(shape: shapes.Shape, n: int, draws: int) -> dict[str, float]:
    """Return each method's mean F1 over draws of `n` texts, and by how much ours is ahead of the plain baseline."""
    told = np.array([[theme in row for theme in shape.themes] for row in shape.labels])
    micro: dict[str, list[float]] = {name: [] for name in METHODS}
    macro: dict[str, list[float]] = {name: [] for name in METHODS}
    for draw in range(draws):
        order = np.random.default_rng(draw).permutation(len(told))
        train, test = order[:n], order[n : n + _MOST_TEST]
        texts, held_out = [shape.texts[i] for i in train], [shape.texts[i] for i in test]
        for name, method in METHODS.items():
            tagged = method(shape, texts, told[train], held_out)
            micro[name].append(f1_score(told[test], tagged, average="micro", zero_division=0))
            macro[name].append(f1_score(told[test], tagged, average="macro", zero_division=0))
    gain = np.array(micro["ours"]) - np.array(micro["plain"])
    return {
        **{name: float(np.mean(values)) for name, values in micro.items()},
        "gain": float(gain.mean()),
        "interval": float(stats.t.ppf(0.975, draws - 1) * gain.std(ddof=1) / np.sqrt(draws)),
        "macro": float(np.mean(macro["plain"])),
        "our_macro": float(np.mean(macro["ours"])),
    }


def table(sets: list[str], draws: int) -> str:
    """Measure sets of all sizes."""
    lines = [
        "| set | texts | words | words, balanced | characters | gxclassify | ahead of words | macro F1: words, ours |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name in sets:
        shape = SETS[name]()
        for n in SIZES:
            if len(shape.texts) - n < _LEAST_TEST:
                continue
            f = compare(shape, n, draws)
            scores = " | ".join(f"{f[method]:.3f}" for method in METHODS)
            line = (
                f"| {shape.name} | {n} | {scores} | {f['gain']:+.3f} ± {f['interval']:.3f} "
                f"| {f['macro']:.3f}, {f['our_macro']:.3f} |"
            )
            lines.append(line)
            print(line, flush=True)
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the table, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"of {'|'.join(SETS)}; default: all")
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--words", action="store_true", help="give the classifier words alone")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if options.draws < 2:
        parser.error("an interval needs two draws or more")
    if unknown := set(options.sets) - set(SETS):
        parser.error(f"no set is called {', '.join(sorted(unknown))}")
    if options.words:
        METHODS["ours"] = functools.partial(ours, word_pairs=False, char_max=0)
    started = time.perf_counter()
    with threadpool_limits(limits=1, user_api="blas"):
        text = table(options.sets or list(SETS), options.draws)
    print(f"{time.perf_counter() - started:.0f} s")
    if options.out:
        options.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
