"""The labelling page `/label` and its routes."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from gxclassify.errors import LabelError
from gxclassify.features.batch import sentence_spans
from gxclassify.server.api import json_response
from gxclassify.server.labelling_agreement import progress
from gxclassify.server.labelling_answers import Answer, Task
from gxclassify.server.labelling_queue import guideline, read_queue
from gxclassify.server.labelling_store import LabelStore, export_records
from gxclassify.server.labelling_training import base_labels, last_training, output_folder, start_training
from gxclassify.server.pages import page_response
from gxclassify.server.problems import ProblemError

if TYPE_CHECKING:
    from gxclassify.server.state import AppState

__all__ = ["router"]

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
    return asdict(task) | {"sentences": sentence_spans(task.text)}


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
