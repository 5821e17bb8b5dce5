"""The labelling page `/label`: its routes, and the training that its button starts in a process of its own."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from gxclassify.errors import GxclassifyError, LabelError
from gxclassify.experiments.files import load_experiment
from gxclassify.features.batch import sentence_spans
from gxclassify.labels.store import Answer, LabelStore, Task, export_records, guideline, progress, read_queue
from gxclassify.server.api import json_response
from gxclassify.server.pages import page_response
from gxclassify.server.problems import ProblemError

if TYPE_CHECKING:
    from gxclassify.evaluation.metrics import Metrics
    from gxclassify.evaluation.report import TrainingResult
    from gxclassify.labels.records import LabelRecord, LabelSet
    from gxclassify.model.model import Model
    from gxclassify.server.state import AppState
    from gxclassify.themes import Taxonomy

SUGGESTED = 50
"""How many paragraphs a suggestion brings to the head of the queue."""

_Annotator = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f+]+$")
]
_Id = Annotated[str, StringConstraints(min_length=1, max_length=500)]
_Themes = Annotated[list[Annotated[str, StringConstraints(max_length=200)]], Field(max_length=200)]


class _Who(BaseModel):
    model_config = ConfigDict(extra="forbid")

    annotator: _Annotator


class _Said(_Who):
    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{8,64}$")]
    paragraph: _Id
    kind: Literal["label", "skip"]
    labels: _Themes = []
    maybe: _Themes = []
    evidence: dict[str, Annotated[list[tuple[int, int]], Field(max_length=200)]] = {}
    guess_seen: bool = False

    def answer(self) -> Answer:
        told = self.kind == "label"  # who skips says nothing
        return Answer(
            key=self.key,
            paragraph=self.paragraph,
            annotator=self.annotator,
            kind=self.kind,
            labels=tuple(self.labels) if told else (),
            maybe=tuple(self.maybe) if told else (),
            evidence={theme: tuple(spans) for theme, spans in self.evidence.items() if told and spans},
            guess_seen=self.guess_seen,
        )


def router(state: AppState) -> APIRouter:
    """Return the routes of the labelling page; without a label store only the page, which says so.

    Raises
    ------
    LabelError
        The store or the queue file cannot be read.
    """
    routes = APIRouter(include_in_schema=False)

    @routes.get("/label")
    async def page(request: Request) -> Response:
        return page_response("label.html", request)

    if state.settings.label_store is None:
        _add_absence(routes)
        return routes
    store = LabelStore(state.settings.label_store, state.models.current.themes)
    if state.settings.label_queue is not None:
        store.add(read_queue(state.settings.label_queue))
    _add_answers(routes, state, store)
    _add_help(routes, state, store)
    _add_training(routes, state, store)
    return routes


def _add_absence(routes: APIRouter) -> None:
    @routes.get("/label/state")
    async def absent() -> Response:
        raise ProblemError(
            404, "no-label-store", "Labelling is not set up: start the server with --label-store FILE.db."
        )


def _task(task: Task | None) -> dict[str, Any] | None:
    if task is None:
        return None
    return dataclasses.asdict(task) | {"sentences": sentence_spans(task.text)}


# Plain functions: FastAPI runs them in threads, where waiting for the disk holds up nobody.


def _add_answers(routes: APIRouter, state: AppState, store: LabelStore) -> None:
    @routes.get("/label/state")
    def labelling_state(annotator: Annotated[_Annotator | None, Query()] = None) -> Response:
        model = state.models.current
        themes = [theme.to_json() for theme in model.taxonomy.themes]
        return json_response(
            {"themes": themes, "progress": progress(store, annotator or ""), "training": _training(state, store)}
        )

    @routes.post("/label/next")
    def next_task(body: _Who) -> Response:
        return json_response({"task": _task(store.next(body.annotator)), "progress": progress(store, body.annotator)})

    @routes.post("/label/answer")
    def answer(body: _Said) -> Response:
        """Store an answer and return the next paragraph: it is only shown once the answer is on the disk."""
        try:
            store.answer(body.answer())
        except LabelError as error:
            detail = "The answer is not a valid label of a paragraph in the queue; load the page anew."
            raise ProblemError(422, "label", detail) from error
        return json_response({"task": _task(store.next(body.annotator)), "progress": progress(store, body.annotator)})

    @routes.post("/label/undo")
    def undo(body: _Who) -> Response:
        task = store.undo(body.annotator)
        return json_response({"task": _task(task), "progress": progress(store, body.annotator)})


def _add_help(routes: APIRouter, state: AppState, store: LabelStore) -> None:
    @routes.get("/label/guess")
    async def guess(paragraph: Annotated[_Id, Query()]) -> Response:
        """Return what the model says of a paragraph."""
        text = await asyncio.to_thread(store.text_of, paragraph)
        if text is None:
            raise ProblemError(404, "not-found", "The paragraph is not in the queue.")
        [tagged] = await state.batcher.tag([text])
        return json_response({"tags": tagged.tags, "scores": tagged.scores, "model": tagged.model})

    @routes.get("/label/guideline")
    def guideline_text() -> Response:
        return Response(guideline(state.settings.label_queue), media_type="text/markdown; charset=utf-8")

    @routes.post("/label/suggest")
    def suggest_next() -> Response:
        """Bring the paragraphs that would teach the model most to the head of the queue."""
        from gxclassify.labels.suggest import suggest

        chosen = suggest(store.unanswered(), state.models.current, SUGGESTED, exclude=export_records(store))
        store.put_first([suggestion.record.id for suggestion in chosen])
        return json_response({"moved": len(chosen)})

    @routes.get("/label/export")
    def export() -> Response:
        lines = [json.dumps(record.to_json(), ensure_ascii=False) + "\n" for record in export_records(store)]
        headers = {"Content-Disposition": 'attachment; filename="labels.jsonl"'}
        return Response("".join(lines).encode(), headers=headers, media_type="application/jsonl")


def _add_training(routes: APIRouter, state: AppState, store: LabelStore) -> None:
    @routes.get("/label/training")
    def training() -> Response:
        return json_response(_training(state, store))

    @routes.post("/label/training")
    def train() -> Response:
        if not start_training(store, state.settings.model, base_labels(), output_folder(store.path)):
            raise ProblemError(409, "training-runs", "A training is running already; wait for its end.")
        return json_response(_training(state, store), 202)


def _training(state: AppState, store: LabelStore) -> dict[str, Any]:
    """Return the last training, and whether its model is taken into use by itself."""
    folder = output_folder(store.path)
    model = state.settings.model
    last = last_training(store)
    if last is not None:
        last["result"].pop("answers", None)
        last["in_use"] = last["result"].get("model") == state.models.current.name
    return {"last": last, "folder": folder.name, "watched": model is not None and folder == Path(model).resolve()}


# Run as ``python -m gxclassify.server.labelling STORE NUMBER``, with what to do in the store's row NUMBER.
_HEARTBEAT_SECONDS = 2.0
_LOST_AFTER_SECONDS = 30.0
_COLUMNS = "number, state, started, heartbeat, done, total, plan, result, message"


def base_labels() -> list[Path]:
    """Return the label files to train on beside the answers: those of ``gxclassify train`` here, as far as they are."""
    return [path.resolve() for path in load_experiment(None).labels if path.exists()]


def output_folder(store: Path) -> Path:
    """Return where the model goes: beside the store, ``labels.db`` giving ``labels-model``."""
    return store.resolve().with_name(f"{store.stem}-model")


def last_training(store: LabelStore) -> dict[str, Any] | None:
    """Return the last training's state: ``running``, ``done``, ``failed``, or ``lost`` when its process is gone."""
    with store.connection() as db:
        row = db.execute(f"SELECT {_COLUMNS} FROM training ORDER BY number DESC LIMIT 1").fetchone()  # noqa: S608 - a constant
    if row is None:
        return None
    number, state, started, heartbeat, done, total, _, result, message = row
    if state == "running" and time.time() - heartbeat > _LOST_AFTER_SECONDS:
        state = "lost"
    return {
        "number": number, "state": state, "started": started, "done": done, "total": total,
        "result": json.loads(result), "message": message,
    }  # fmt: skip


def start_training(store: LabelStore, model: str | None, base: Sequence[Path], folder: Path) -> bool:
    """Start a training; False when one is running already.

    Parameters
    ----------
    store : LabelStore
    model : str or None
        The model in use, which the new one is compared with; as `load_model` takes it.
    base : sequence of Path
        Label files to train on beside the store's answers.
    folder : Path
        Where the new model goes.
    """
    plan = {"model": model, "base": [str(path) for path in base], "folder": str(folder)}
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
    command = [sys.executable, "-m", "gxclassify.server.labelling", str(store.path), str(number)]
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

    def end(self, state: str, result: dict[str, Any] | None = None, message: str = "") -> None:
        self._ended.set()
        self._set("state = ?, result = ?, message = ?", state, json.dumps(result or {}), message)

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
        report.end("done", _train(store, plan, report.tick))
    except GxclassifyError as error:
        report.end("failed", message=str(error))
        return error.exit_code
    except BaseException:
        report.end("failed", message="Training failed; the server's log tells more.")
        raise
    return 0


def _train(store: LabelStore, plan: dict[str, Any], tick: Callable[[int, int], None]) -> dict[str, Any]:
    from gxclassify.experiments.training import run_one
    from gxclassify.loading import load_model, model_folder

    current = load_model(plan["model"])
    own, base = export_records(store), [Path(path) for path in plan["base"]]
    learned = _learned_by(store, current.name)
    experiment = dataclasses.replace(load_experiment(None), evaluate=())  # the page shows the comparison alone
    taught = own
    if not base:  # answers alone: they move the model in use, and each does so once
        experiment = load_experiment(None, labels=(store.path,), prior=model_folder(plan["model"]))
        taught = [record for record in own if record.id not in learned]
    labels, known = _joined(store.path, taught, base, current.taxonomy)
    result, _ = run_one(experiment, Path(plan["folder"]), labels=labels, tracked=False, progress=tick)
    known |= learned
    return _comparison(current, own, [record for record in own if record.id not in known], result)


def _joined(
    store: Path, own: Sequence[LabelRecord], base: Sequence[Path], taxonomy: Taxonomy
) -> tuple[LabelSet, set[str]]:
    """Return the answers and the other labels as one set, in which an answer takes the place of its paragraph's label.

    Returns
    -------
    labels : LabelSet
        Without answers it is that of `base`, so that the training gives the model of ``gxclassify train``.
    twice : set of str
        The ids of answers whose paragraphs stand among the other labels too.
    """
    from gxclassify.labels.records import LabelSet, check_counts, load_labels

    own = [dataclasses.replace(record, where=f"{store.name}: {record.id}") for record in own]
    check_counts(own, taxonomy)
    by_id, by_text = {record.id for record in own}, {record.text: record.id for record in own}
    lines = "".join(json.dumps(record.to_json(), ensure_ascii=False) + "\n" for record in own)
    hashes = {store.name: hashlib.sha256(lines.encode()).hexdigest()} if own else {}
    if not base:
        return LabelSet(tuple(own), taxonomy, hashes), set()
    others = load_labels(base, taxonomy)
    twice = {by_text.get(r.text, r.id) for r in others.records if r.id in by_id or r.text in by_text}
    rest = [r for r in others.records if r.id not in by_id and r.text not in by_text]
    return LabelSet((*own, *rest), taxonomy, hashes | others.hashes), twice


def _comparison(
    current: Model, own: Sequence[LabelRecord], fresh: Sequence[LabelRecord], result: TrainingResult
) -> dict[str, Any]:
    """Hold both models against `fresh`, the answers that neither has learned from.

    Of the new model that is its out-of-fold predictions; the current one has not seen what stands neither among the
    labels of the working directory nor among those of an earlier training that made it.
    """
    import numpy as np

    from gxclassify.evaluation.metrics import measure, predictions

    found: dict[str, Any] = {
        "model": result.model.name,
        "paragraphs": len(result.labels.records),
        "answers": [record.id for record in own],
        "compared": len(fresh),
        "before": None,
        "after": None,
        "out_of_fold": None,
    }
    if result.out_of_fold is None:
        return found
    found["out_of_fold"] = _figures(result.out_of_fold.metrics)
    if fresh:
        place = {record.id: i for i, record in enumerate(result.labels.records)}
        rows = np.array([place[record.id] for record in fresh])
        found["before"] = _figures(measure(predictions(current, fresh)))
        found["after"] = _figures(measure(result.out_of_fold.predictions.rows(rows)))
    return found


def _figures(metrics: Metrics) -> dict[str, Any]:
    themes = {theme: {"f1": m.f1, "support": m.support} for theme, m in metrics.per_theme.items()}
    return {"macro_f1": metrics.macro_f1, "micro_f1": metrics.micro_f1, "map": metrics.map, "themes": themes}


def _learned_by(store: LabelStore, model: str) -> frozenset[str]:
    with store.connection() as db:
        rows = db.execute("SELECT result FROM training WHERE state = 'done'").fetchall()
    results = [json.loads(row[0]) for row in rows]
    return frozenset(i for result in results if result.get("model") == model for i in result.get("answers", ()))


if __name__ == "__main__":
    sys.exit(_run(Path(sys.argv[1]), int(sys.argv[2])))
