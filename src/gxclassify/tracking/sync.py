"""Send the runs that MLflow could not take while they ran."""

from __future__ import annotations

from dataclasses import dataclass

from gxclassify.errors import TrackingError
from gxclassify.tracking.journal import Journal
from gxclassify.tracking.live import pending_folder
from gxclassify.tracking.push import push_all
from gxclassify.tracking.store import Store, open_store

__all__ = ["Synced", "sync"]


@dataclass(frozen=True, slots=True)
class Synced:
    """One run that was kept: its name, and its id in MLflow or why MLflow did not take it."""

    name: str
    run: str | None
    problem: str = ""


def sync(uri: str | None = None) -> list[Synced]:
    """Send every kept run whose training is over to MLflow and forget those that arrived.

    Each goes to the address that its training was given, or to `uri`. Runs that are still training, or whose training
    was killed, are left: there is no model to lose in them.
    """
    folder = pending_folder()
    kept = sorted(path.parent for path in folder.glob("*/run.json"))
    results = []
    stores: dict[str | None, Store] = {}
    for path in kept:
        try:
            journal = Journal.read(path)
            if journal.record.status != "FINISHED":
                continue
            address = uri or journal.record.address or None
            if address not in stores:
                stores[address] = open_store(address)
            run = push_all(stores[address], journal)
        except TrackingError as error:
            results.append(Synced(path.name, None, str(error)))
            continue
        journal.discard()
        results.append(Synced(journal.record.name, run))
    return results
