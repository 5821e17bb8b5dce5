"""The training that the labelling page starts, in a process of its own, and what the page shows of it and the models.

Run as ``python -m gxclassify.server.retraining STORE NUMBER``, with what to do in the store's row NUMBER.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gxclassify.errors import GxclassifyError, MissingPackageError
from gxclassify.experiments.retraining import expected_seconds, readiness, retrain
from gxclassify.experiments.shelf import Shelf
from gxclassify.extras import need
from gxclassify.labels.store import LabelStore, foreign
from gxclassify.loading import is_registry_address
from gxclassify.messages import LANGUAGES, Message, spoken

if TYPE_CHECKING:
    from gxclassify.model.model import Model

_HEARTBEAT_SECONDS = 2.0
_LOST_AFTER_SECONDS = 30.0
_COLUMNS = "number, state, started, heartbeat, done, total, plan, result, message"


def overview(store: LabelStore, shelf: Shelf, current: Model) -> dict[str, Any]:
    """Return the last training, how far the answers are from the next, and the models: in use, new, and kept."""
    ready, last, new, used = readiness(store, shelf), last_training(store), shelf.challenger(), shelf.in_use()
    kept = [one.to_json() | {"in_use": one.digest == current.digest} for one in shelf.kept()]
    return {
        "last": last,
        "ready": ready.to_json() | {"seconds": round(expected_seconds(ready.answers, _last_seconds(store)))},
        "in_use": {
            "model": current.name,
            "documents": current.provenance.get("documents"),
            "kept": None if used is None else used.to_json(),
        },
        "new": None if new is None else new.to_json() | {"stale": new.held_against != current.digest},
        "kept": kept,
        "registry": is_registry_address(shelf.address),
        "lacks": lacking(),
        "foreign": foreign(store),
    }


def lacking() -> str:
    """Return what must be installed before this server can train, as a sentence; nothing where all is there."""
    try:
        need("sklearn", "Training or measuring a model")
    except MissingPackageError as error:
        return error.message
    return ""


def _last_seconds(store: LabelStore) -> tuple[float, int] | None:
    with store.connection() as db:
        query = "SELECT result FROM training WHERE state = 'done' ORDER BY number DESC LIMIT 1"
        row = db.execute(query).fetchone()
    result = {} if row is None else json.loads(row[0])
    return (float(result["seconds"]), int(result["answers"])) if {"seconds", "answers"} <= result.keys() else None


def last_training(store: LabelStore) -> dict[str, Any] | None:
    """Return the last training's state: ``running``, ``done``, ``failed``, or ``lost`` when its process is gone."""
    with store.connection() as db:
        row = db.execute(f"SELECT {_COLUMNS} FROM training ORDER BY number DESC LIMIT 1").fetchone()  # noqa: S608 - a constant
    if row is None:
        return None
    number, state, started, heartbeat, done, total, plan, _, kept = row
    message = _told(kept)
    if state == "running" and time.time() - heartbeat > _LOST_AFTER_SECONDS:
        state = "lost"
    gone = (datetime.now(UTC) - datetime.fromisoformat(started)).total_seconds() if started else 0.0
    left = max(0, round(float(json.loads(plan).get("seconds", 0)) - gone))
    if state == "running" and total and done * 5 > total:  # a fifth of the way tells more than the guess before
        left = round(gone * (total - done) / done)
    return {
        "number": number, "state": state, "started": started, "done": done, "total": total, "left": left,
        "message": message, "texts": {language: spoken(message, language) for language in LANGUAGES},
    }  # fmt: skip


def _told(kept: str) -> str:
    """Return the message that a training left: as JSON, or, if an older version wrote it, as an English sentence."""
    return Message.from_json(json.loads(kept)) if kept.startswith("{") else kept


def start_training(store: LabelStore, model: str | None) -> bool:
    """Start a training; False when one is running already.

    Parameters
    ----------
    store : LabelStore
    model : str or None
        The server's ``--model``.
    """
    ready = readiness(store, Shelf(store.path, model))
    plan = {"model": model, "seconds": expected_seconds(ready.answers, _last_seconds(store))}
    now = time.time()
    started = datetime.now(UTC).isoformat(timespec="seconds")
    with store.change() as db:
        query = "SELECT 1 FROM training WHERE state = 'running' AND heartbeat > ?"
        if db.execute(query, (now - _LOST_AFTER_SECONDS,)).fetchone():
            return False
        number = db.execute(
            "INSERT INTO training (state, started, heartbeat, done, total, plan, result, message) "
            "VALUES ('running', ?, ?, 0, 0, ?, '{}', '')",
            (started, now, json.dumps(plan)),
        ).lastrowid
    command = [sys.executable, "-m", "gxclassify.server.retraining", str(store.path), str(number)]
    # A session of its own: the training goes on when the server is stopped, and its result is there afterwards.
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 - our own module
    threading.Thread(target=child.wait, name="training", daemon=True).start()  # nobody else would take its exit code
    return True


class _Report:
    """Writes progress and result into the store's row."""

    def __init__(self, store: LabelStore, number: int) -> None:
        self._store = store
        self._number = number
        self._next = 0.0
        self._ended = threading.Event()
        threading.Thread(target=self._beat, daemon=True).start()

    def tick(self, done: int, total: int) -> None:
        if time.monotonic() >= self._next or done == total:
            self._next = time.monotonic() + 0.3
            self._set("done = ?, total = ?, heartbeat = ?", done, total, time.time())

    def end(self, state: str, result: dict[str, Any] | None = None, message: Message | None = None) -> None:
        self._ended.set()
        kept = "" if message is None else json.dumps(message.to_json(), ensure_ascii=False)
        self._set("state = ?, result = ?, message = ?", state, json.dumps(result or {}), kept)

    def _beat(self) -> None:
        while not self._ended.wait(_HEARTBEAT_SECONDS):
            self._set("heartbeat = ?", time.time())

    def _set(self, assignments: str, *values: Any) -> None:
        with self._store.change() as db:
            db.execute(f"UPDATE training SET {assignments} WHERE number = ?", (*values, self._number))  # noqa: S608 - ours


def _run(store_path: Path, number: int) -> int:
    os.nice(10)  # the server and its users come first
    store = LabelStore(store_path, ())
    report = _Report(store, number)
    try:
        with store.connection() as db:
            plan = json.loads(db.execute("SELECT plan FROM training WHERE number = ?", (number,)).fetchone()[0])
        began = time.monotonic()
        new = retrain(store, Shelf(store_path, plan["model"]), report.tick)
        report.end("done", {"seconds": time.monotonic() - began, "answers": len(new.answers)})
    except GxclassifyError as error:
        report.end("failed", message=error.message)
        return error.exit_code
    except BaseException:
        report.end("failed", message=Message("Training failed; the server's log tells more."))
        raise
    return 0


if __name__ == "__main__":
    sys.exit(_run(Path(sys.argv[1]), int(sys.argv[2])))
