"""Fixtures for all tests.

tiny_labels, tiny_taxonomy, tiny_classifier, tiny_model, tiny_bundle
    Records of three themes written for the tests (`support.tiny_records`), a classifier trained on them, and its
    model, in memory and as a bundle folder. They are made once and shared: copy before you change one.
shared_data
    The folder of the data outside the repository; the test is skipped where it is missing.
train_texts
    The paragraphs of labels/train.

A component that may be missing is asked for with ``support.require(condition, reason)``: see there.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections import Counter
from typing import TYPE_CHECKING

import coverage
import pytest
from _pytest.doctest import DoctestModule
from hypothesis import HealthCheck, settings

from browsing import browser
from gxclassify.cli import main
from gxclassify.labels.records import LabelSet, load_labels
from gxclassify.themes import Taxonomy
from gxclassify.training import ThemeClassifier
from support import ROOT, SHARED, THEMES, require, tiny_records, write_jsonl

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from gxclassify.model.model import Model

__all__ = ["browser"]  # a fixture is known by standing here

os.environ["GXCLASSIFY_LANG"] = "en"  # the tests read English whatever the locale says; those of Chinese ask for it

# A run in the background ignores Ctrl-C, and so would every program that a test starts and interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile(
    "quick",
    deadline=None,
    max_examples=25,
    derandomize=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("quick")


@pytest.hookimpl(wrapper=True)
def pytest_collect_file() -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Look for no examples in the docstrings of the tests: pytest would read each of these files a second time."""
    return [found for found in (yield) if not isinstance(found, DoctestModule)]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each worker begin with its part of the long tests: one that began last would leave the others idle.

    pytest-xdist hands every worker a quarter of its share in one piece first.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    long = [item for item in items if item.get_closest_marker("slow")]
    short = [item for item in items if not item.get_closest_marker("slow")]
    piece = len(items) // workers // 4
    ordered = []
    for worker in range(workers):
        own = long[worker::workers]
        rest = max(piece - len(own), 0)
        ordered += own + short[:rest]
        del short[:rest]
    items[:] = ordered + short


# To measure coverage costs nearly as much as the tests themselves. Of a parametrised test whose cases in turn ran
# nothing that was new, the others run with the tracer of their own thread off.
_ENOUGH = 3
_nothing_new: Counter[str] = Counter()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    measured, tracer = coverage.Coverage.current(), sys.gettrace()
    test, _, case = item.nodeid.partition("[")
    if measured is None or not case or item.get_closest_marker("no_cover"):
        yield
    elif _nothing_new[test] >= _ENOUGH:
        sys.settrace(None)
        yield
        sys.settrace(tracer)
    else:
        before = _lines_seen(measured)
        yield
        _nothing_new[test] = 0 if _lines_seen(measured) > before else _nothing_new[test] + 1


def _lines_seen(measured: coverage.Coverage) -> int:
    return sum(map(len, measured._collector.data.values()))


@pytest.fixture(scope="session")
def tiny_taxonomy() -> Taxonomy:
    return Taxonomy.of_ids(THEMES, segmenter_terms=("招商引资", "一网通办", "零碳园区"))


@pytest.fixture(scope="session")
def tiny_labels(tmp_path_factory: pytest.TempPathFactory, tiny_taxonomy: Taxonomy) -> LabelSet:
    path = write_jsonl(tmp_path_factory.mktemp("labels") / "tiny.jsonl", tiny_records())
    return load_labels([path], tiny_taxonomy)


@pytest.fixture(scope="session")
def tiny_classifier(tiny_labels: LabelSet) -> ThemeClassifier:
    taxonomy = tiny_labels.taxonomy
    classifier = ThemeClassifier(
        themes=taxonomy.ids, segmenter_terms=taxonomy.segmenter_terms, folds=3, min_df=2, n_jobs=1
    )
    return classifier.fit(tiny_labels.texts, **tiny_labels.fit_arguments())


@pytest.fixture(scope="session")
def tiny_model(tiny_classifier: ThemeClassifier, tiny_taxonomy: Taxonomy) -> Model:
    return tiny_classifier.to_model(tiny_taxonomy, labels=[{"file": "tiny.jsonl", "sha256": "0" * 64}])


@pytest.fixture(scope="session")
def tiny_bundle(tmp_path_factory: pytest.TempPathFactory, tiny_model: Model) -> Path:
    folder = tmp_path_factory.mktemp("bundle") / "model"
    tiny_model.save(folder)
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    require(SHARED.is_dir(), "the data outside the repository is not here")
    return SHARED


@pytest.fixture(scope="session")
def train_texts() -> list[str]:
    files = sorted((ROOT / "labels" / "train").glob("*.jsonl"))
    return [json.loads(line)["text"] for file in files for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def call(capsys, tmp_path, monkeypatch):
    """Run ``gxclassify`` in this process and an empty folder; returns (exit code, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        with pytest.raises(SystemExit) as exit_:
            main([str(a) for a in arguments])
        out, err = capsys.readouterr()
        return exit_.value.code, out, err

    return run
