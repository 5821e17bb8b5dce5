"""Send a run to MLflow: all of it or the part that is new; sending twice makes one run."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from gxclassify.tracking.logged import log_bundle
from gxclassify.tracking.store import mlflow_errors

if TYPE_CHECKING:
    from gxclassify.tracking.journal import Journal, RunRecord
    from gxclassify.tracking.store import Store

__all__ = ["push_all", "push_end", "push_start", "push_trial"]

KEY = "gxclassify.key"
PARENT = "mlflow.parentRunId"
_TRIES = 5


def push_start(store: Store, record: RunRecord) -> str:
    """Open the run and send what is known at its start; return the run's id."""
    with mlflow_errors(store.uri):
        run = _open(store, record)
        _send(store, run, record)
    return run


def push_trial(store: Store, record: RunRecord, trial: RunRecord, run: str) -> None:
    """Send one finished trial of a search as a nested run, and the parent's figures on the way."""
    with mlflow_errors(store.uri):
        nested = _open(store, trial, {PARENT: run})
        _send(store, nested, trial)
        _end(store, nested, trial)
        _send(store, run, record)


def push_end(store: Store, record: RunRecord, run: str) -> None:
    """Say that the run has ended, and how."""
    with mlflow_errors(store.uri):
        _end(store, run, record)


def push_all(store: Store, journal: Journal) -> str:
    """Send everything: figures, trials, files and the model. Return the run's id."""
    record = journal.record
    with mlflow_errors(store.uri):
        run = _open(store, record)
        for trial in record.trials:
            nested = _open(store, trial, {PARENT: run})
            _send(store, nested, trial)
            _end(store, nested, trial)
        if journal.bundle.is_dir():
            log_bundle(store, run, journal.bundle, params=record.params, metrics=record.metrics)
        _send(store, run, record)
        if any(journal.artifacts.iterdir()):
            store.client.log_artifacts(run, str(journal.artifacts))
        _end(store, run, record)
    return run


def _open(store: Store, record: RunRecord, tags: dict[str, str] | None = None) -> str:
    found = store.client.search_runs([store.experiment], f"tags.`{KEY}` = '{record.key}'", max_results=1)
    if found:
        return str(found[0].info.run_id)
    run = store.client.create_run(
        store.experiment, start_time=record.start, run_name=record.name, tags={KEY: record.key, **(tags or {})}
    )
    return str(run.info.run_id)


def _send(store: Store, run: str, record: RunRecord) -> None:
    from mlflow.entities import Metric, Param, RunTag

    end = record.end or record.start
    metrics = [Metric(name, value, end, 0) for name, value in record.metrics.items()]
    metrics += [Metric(name, value, time, step) for name, value, step, time in record.points]
    params = [Param(name, value) for name, value in record.params.items()]
    tags = [RunTag(name, value) for name, value in record.tags.items()]
    most = 900  # of MLflow's 1,000 entities in a request, of which 100 may be parameters
    store.client.log_batch(run, params=params[:100], tags=tags[:100])
    for start in range(0, len(metrics), most):
        store.client.log_batch(run, metrics=metrics[start : start + most])
    if record.datasets:
        _send_datasets(store, run, record.datasets)


def _send_datasets(store: Store, run: str, datasets: list[dict[str, str]]) -> None:
    from mlflow.entities import Dataset, DatasetInput, InputTag
    from mlflow.exceptions import MlflowException

    inputs = [
        DatasetInput(
            Dataset(d["name"], d["digest"], "local", d["source"], profile=d["profile"]),
            [InputTag("mlflow.data.context", d["context"])],
        )
        for d in datasets
    ]
    for attempt in range(1, _TRIES + 1):
        try:
            store.client.log_inputs(run, inputs)
        except MlflowException as error:
            # Two trainings that bring the same new label file at once: MLflow looks, then inserts, and one collides.
            if attempt == _TRIES or "unique" not in str(error).lower():
                raise
            time.sleep(attempt * 0.2)
        else:
            return


def _end(store: Store, run: str, record: RunRecord) -> None:
    store.client.set_terminated(run, status=record.status, end_time=record.end)
