"""A model taught by the answers of the labelling page, held against the one in use; nothing is put to use here."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from gxclassify.errors import TrainingError
from gxclassify.experiments.files import load_experiment
from gxclassify.experiments.shelf import CHALLENGER, Kept, Shelf
from gxclassify.labels.records import LabelRecord, LabelSet, check_counts
from gxclassify.labels.store import LabelStore, export_records
from gxclassify.loading import load_model, model_folder
from gxclassify.model.bundle import read_description

if TYPE_CHECKING:
    from gxclassify.evaluation.compare import Comparison
    from gxclassify.evaluation.report import TrainingResult
    from gxclassify.model.model import Model
    from gxclassify.themes import Taxonomy

LEAST_ANSWERS = 20
"""From so many answers on that the model in use has not learnt from, a comparison with it is worth a training."""

LEAST_ARTICLES = 5
"""Of so many articles the answers must be: each fold of the cross-validation holds back whole ones."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """How many answers there are for a training, and how many of them are new to the model in use."""

    answers: int
    fresh: int
    articles: int

    @property
    def missing(self) -> int:
        """How many more paragraphs must be labelled at least before a training can begin."""
        return max(0, LEAST_ANSWERS - self.fresh, LEAST_ARTICLES - self.articles)

    def to_json(self) -> dict[str, Any]:
        """Return the counts, and what is needed."""
        needed = {"missing": self.missing, "least": LEAST_ANSWERS, "least_articles": LEAST_ARTICLES}
        return dataclasses.asdict(self) | needed


def readiness(store: LabelStore, shelf: Shelf) -> Readiness:
    """Return how far the answers in `store` are from a training."""
    own = export_records(store)
    fresh = _fresh(own, shelf)
    return Readiness(len(own), len(fresh), len({record.article for record in fresh}))


def retrain(store: LabelStore, shelf: Shelf, progress: Callable[[int, int], None] | None = None) -> Kept:
    """Train on the answers, compare, and make the new model the shelf's challenger.

    It is what ``gxclassify train --labels ANSWERS --prior MODEL`` trains, MODEL being the one that the server was
    started with: however often it is trained, each answer counts once. Both models are held against the answers that
    the one in use has not learnt from: the new one by its out-of-fold predictions. The paired bootstrap over articles
    is that of ``gxclassify compare`` and ``gxclassify models promote``.

    Raises
    ------
    TrainingError
        There are too few answers.
    LabelError, ModelError
        An answer does not fit the themes; a model cannot be read or written.
    """
    ready = readiness(store, shelf)
    if ready.missing:
        raise TrainingError(
            "A training needs {least_answers} labelled paragraphs of {least_articles} articles that "
            "the model in use has not learnt from. Got {fresh} of {articles}; label {missing} more.",
            least_answers=LEAST_ANSWERS,
            least_articles=LEAST_ARTICLES,
            fresh=ready.fresh,
            articles=ready.articles,
            missing=ready.missing,
        )
    from gxclassify.experiments.training import run_one

    start, current = model_folder(shelf.address), load_model(shelf.serving() or model_folder(shelf.address))
    own = export_records(store)
    labels = _labels(store, own, load_model(start).taxonomy)
    experiment = load_experiment(None, labels=(store.path,), prior=start)
    with shelf.workplace() as folder:
        result, _ = run_one(experiment, folder, labels=labels, tracked=False, advice=False, progress=progress)
        description = read_description(start)
        return shelf.offer(
            folder,
            Kept(
                name=CHALLENGER,
                digest=result.model.digest,
                made=datetime.now(UTC).isoformat(timespec="seconds"),
                address=shelf.address,
                answers=tuple(record.id for record in own),
                start={
                    "model": f"gxclassify-{description['checksum'][:12]}",
                    "digest": description["checksum"],
                    "paragraphs": description["documents"],
                },
                held_against=current.digest,
                comparison=_compared(current, _fresh(own, shelf), result).to_json(),
            ),
        )


def _fresh(own: Sequence[LabelRecord], shelf: Shelf) -> list[LabelRecord]:
    used = shelf.in_use()
    learnt = frozenset(used.answers if used is not None else ())
    return [record for record in own if record.id not in learnt]


def _labels(store: LabelStore, own: Sequence[LabelRecord], taxonomy: Taxonomy) -> LabelSet:
    records = [dataclasses.replace(record, where=f"{store.path.name}: {record.id}") for record in own]
    check_counts(records, taxonomy)
    lines = "".join(json.dumps(record.to_json(), ensure_ascii=False) + "\n" for record in own)
    return LabelSet(tuple(records), taxonomy, {store.path.name: hashlib.sha256(lines.encode()).hexdigest()})


def _compared(current: Model, fresh: Sequence[LabelRecord], result: TrainingResult) -> Comparison:
    import numpy as np

    from gxclassify.evaluation.compare import compare_predictions
    from gxclassify.evaluation.metrics import predictions

    if result.out_of_fold is None:
        raise TrainingError("The comparison is made out of fold: set classifier.folds to 2 or more. Got 0.")
    place = {record.id: i for i, record in enumerate(result.labels.records)}
    rows = np.array([place[record.id] for record in fresh])
    return compare_predictions(
        predictions(current, fresh),
        result.out_of_fold.predictions.rows(rows),
        [record.article for record in fresh],
        names=(current.name, result.model.name),
    )


_FIRST_GUESS = (20.0, 0.03)
"""Seconds of a training, and of each answer, on a slow machine; the last training here tells better."""


def expected_seconds(answers: int, last: tuple[float, int] | None = None) -> float:
    """Return how long a training on `answers` will take, from the seconds and answers of the `last` one here."""
    base, each = _FIRST_GUESS
    if last is None:
        return base + each * answers
    seconds, then = last
    return seconds * (base + each * answers) / (base + each * then)
