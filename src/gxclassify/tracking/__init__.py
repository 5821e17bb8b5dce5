"""The only door to MLflow: trainings become runs, bundles become logged models, both can be caught up with later.

`track` records one training as it happens; `sync` sends what could not be sent. MLflow itself is loaded only when one
of them runs, with its usage reporting switched off.
"""

from __future__ import annotations

from gxclassify.tracking.run import Synced, TrackedTraining, finished_runs, log_training, parameters, sync, track
from gxclassify.tracking.store import Store, default_store, open_store

__all__ = [
    "Store",
    "Synced",
    "TrackedTraining",
    "default_store",
    "finished_runs",
    "log_training",
    "open_store",
    "parameters",
    "sync",
    "track",
]
