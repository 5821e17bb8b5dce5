"""Read runs back from MLflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gxclassify.tracking.store import mlflow_errors, open_store

if TYPE_CHECKING:
    from mlflow.entities import Run

__all__ = ["finished_runs"]


def finished_runs(uri: str | None = None) -> list[Run]:
    """Return the latest finished run of every experiment, in the order of their names."""
    store = open_store(uri, create=False)
    latest: dict[str, Run] = {}
    token = None
    while True:
        with mlflow_errors(store.uri):
            page = store.client.search_runs(
                [store.experiment],
                "tags.experiment LIKE '%' AND attributes.status = 'FINISHED'",
                order_by=["attributes.start_time DESC"],
                page_token=token,
            )
        for run in page:
            latest.setdefault(run.data.tags["experiment"], run)
        token = page.token
        if not token:
            return [latest[name] for name in sorted(latest)]
