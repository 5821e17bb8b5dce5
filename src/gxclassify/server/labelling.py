"""The labelling page `/label`: its routes. Training and models are in `retraining`."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from gxclassify.errors import ConfigError, GateError, LabelError, ModelError
from gxclassify.experiments.retraining import LEAST_ANSWERS, LEAST_ARTICLES, readiness
from gxclassify.experiments.shelf import Shelf
from gxclassify.features.batch import sentence_spans
from gxclassify.labels.answers import Answer
from gxclassify.labels.labelled import Only, Wanted, labelled
from gxclassify.labels.queue_file import guideline, holds_nothing
from gxclassify.labels.records import LabelRecord, check_counts
from gxclassify.labels.store import MOST_NAME, NAME, ConflictError, LabelStore, Task, export_records, foreign, progress
from gxclassify.labels.suggest import to_label
from gxclassify.messages import Message
from gxclassify.output.html import both
from gxclassify.reading.records.chunks import missing_notice, missing_texts
from gxclassify.server import retraining
from gxclassify.server.api import JsonRoute, json_response
from gxclassify.server.middleware import ACCOUNT
from gxclassify.server.pages import page_response
from gxclassify.server.problems import ProblemError, asked_language
from gxclassify.server.work import UNNAMED

if TYPE_CHECKING:
    from gxclassify.reading.document import Document
    from gxclassify.server.state import AppState

SUGGESTED = 50
"""How many paragraphs a suggestion brings to the head of the queue."""

LISTED = 50
"""How many paragraphs of the list come at once."""

_Annotator = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_NAME, pattern=NAME)]
_Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{8,64}$")]
_Seen = Annotated[list[_Key], Field(max_length=200)] | None
_Id = Annotated[str, StringConstraints(min_length=1, max_length=500)]
_Themes = Annotated[list[Annotated[str, StringConstraints(max_length=200)]], Field(max_length=200)]


class _Who(BaseModel):
    model_config = ConfigDict(extra="forbid")

    annotator: _Annotator


class _Which(_Who):
    paragraph: _Id


class _Withdrawn(_Which):
    seen: _Seen = None


class _Undone(_Who):
    paragraph: Annotated[str, StringConstraints(max_length=500)] = ""
    seen: _Seen = None


class _Decided(_Which):
    key: _Key
    seen: _Seen = None
    labels: _Themes = []
    maybe: _Themes = []
    evidence: dict[str, Annotated[list[tuple[int, int]], Field(max_length=200)]] = {}
    guess_seen: bool = False

    def answer(self, kind: str, annotator: str) -> Answer:
        told = kind != "skip"  # who skips says nothing
        return Answer(
            key=self.key,
            paragraph=self.paragraph,
            annotator=annotator,
            kind=kind,
            labels=tuple(self.labels) if told else (),
            maybe=tuple(self.maybe) if told else (),
            evidence={theme: tuple(spans) for theme, spans in self.evidence.items() if told and spans},
            guess_seen=self.guess_seen,
        )


class _Said(_Decided):
    kind: Literal["label", "skip"]


class _Took(_Who):
    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class _Back(_Who):
    name: Annotated[str, StringConstraints(max_length=80)] = ""


REQUESTS: tuple[type[BaseModel], ...] = (_Undone, _Withdrawn, _Said, _Took, _Back)
"""The shapes whose member names a problem document may repeat."""


def person(request: Request, said: str) -> str:
    """Return under which name a request labels: its account's, on a server that has accounts.

    Raises
    ------
    ProblemError
        The server has accounts and the request's token is nobody's, or somebody else's (403).
    """
    if ACCOUNT not in request.scope or not request.app.state.gxclassify.settings.accounts:
        return said
    account = request.scope[ACCOUNT]
    if account is None or (said and said != account.name):
        raise ProblemError(
            403, "account", Message("On this server everybody labels under the name of their own account.")
        )
    return str(account.name)


def taker(request: Request, said: str) -> str:
    """Return who takes a model into use; the gate has let an administrator through.

    The token may be another one than the person labels with, who was asked for it: an administrator's account says its
    own name, a token without one leaves that of the page.
    """
    account = request.scope.get(ACCOUNT)
    return said if account is None else str(account.name)


def router(state: AppState) -> APIRouter:
    """Return the routes of the labelling page; without a label store only the page, which says so.

    Raises
    ------
    LabelError
        The store cannot be read.
    """
    routes = APIRouter(include_in_schema=False, route_class=JsonRoute)

    @routes.get("/label")
    async def page(request: Request) -> Response:
        return page_response("label.html", request)

    if state.settings.label_store is None:
        _add_absence(routes)
        return routes
    store = LabelStore(state.settings.label_store, lambda: state.models.current.themes, made=state.checked)
    _add_answers(routes, state, store)
    _add_list(routes, state, store)
    _add_queue(routes, state, store)
    _add_help(routes, state, store)
    _add_training(routes, state, store)
    return routes


def _add_absence(routes: APIRouter) -> None:
    @routes.get("/label/state")
    async def absent() -> Response:
        raise ProblemError(
            404, "no-label-store", Message("Labelling is not set up: start the server with --label-store FILE.db.")
        )


def _task(task: Task | None) -> dict[str, Any] | None:
    if task is None:
        return None
    return dataclasses.asdict(task) | {"sentences": sentence_spans(task.text)}


# Plain functions: FastAPI runs them in threads, where waiting for the disk holds up nobody.


def _add_answers(routes: APIRouter, state: AppState, store: LabelStore) -> None:
    def following(annotator: str) -> Response:
        return json_response({"task": _task(store.next(annotator)), "progress": progress(store, annotator)})

    @routes.post("/label/next")
    def next_task(body: _Who, request: Request) -> Response:
        return following(person(request, body.annotator))

    @routes.post("/label/answer")
    def answer(body: _Said, request: Request) -> Response:
        """Store an answer and return the next paragraph: it is only shown once the answer is on the disk."""
        annotator = person(request, body.annotator)
        said = body.answer(body.kind, annotator)
        with _valid():
            if said.kind == "label":
                _check_rules(said, state)
            store.answer(said, body.seen)
        return following(annotator)

    @routes.get("/label/last")
    def last(
        request: Request, annotator: Annotated[_Annotator, Query()], before: Annotated[_Key | None, Query()] = None
    ) -> Response:
        """Return the paragraph answered last (or last before another answer), to be changed; the answer stands on."""
        name = person(request, annotator)
        return json_response({"task": _task(store.last(name, before or "")), "progress": progress(store, name)})

    @routes.post("/label/undo")
    def undo(body: _Undone, request: Request) -> Response:
        """Take an answer back: the one to the paragraph that is named, or the last."""
        annotator = person(request, body.annotator)
        with _valid():
            task = store.undo(annotator, body.paragraph, body.seen)
        return json_response({"task": _task(task), "progress": progress(store, annotator)})


def _check_rules(said: Answer, state: AppState) -> None:
    """Refuse what no training would take: two themes that exclude each other, or none where every text has one."""
    record = LabelRecord(id=said.paragraph, text="", article="", labels=said.labels, maybe=said.maybe)
    check_counts([record], state.models.current.taxonomy)


@contextlib.contextmanager
def _valid() -> Iterator[None]:
    try:
        yield
    except ConflictError as error:
        if error.stands is None:
            raise ProblemError(409, "key-used", error.message) from error
        stored = {"stored": dataclasses.asdict(error.stands)}
        raise ProblemError(409, "stored-meanwhile", error.message, members=stored) from error
    except LabelError as error:
        detail = Message("The answer is not a valid label of a paragraph in the queue; load the page anew.")
        raise ProblemError(422, "label", detail) from error


def _add_list(routes: APIRouter, state: AppState, store: LabelStore) -> None:
    @routes.get("/label/list")
    def what_was_labelled(
        search: Annotated[str, Query(max_length=200)] = "",
        theme: Annotated[str, Query(max_length=200)] = "",
        annotator: Annotated[str, Query(max_length=MOST_NAME)] = "",
        since: datetime | None = None,
        until: datetime | None = None,
        only: Only = "",
        place: Annotated[int, Query(ge=0)] = 0,
    ) -> Response:
        wanted = Wanted(search=search, theme=theme, annotator=annotator, since=since, until=until, only=only)
        found = labelled(store, wanted)
        rows = [entry.to_json() for entry in found[place : place + LISTED]]
        return json_response({"total": len(found), "place": place, "rows": rows})

    @routes.post("/label/open")
    def open_task(body: _Which, request: Request) -> Response:
        """Return a paragraph with what this person, and everybody, said of it, to be corrected or decided."""
        annotator = person(request, body.annotator)
        task = store.open(body.paragraph, annotator)
        if task is None:
            raise _not_queued()
        said = next((entry.to_json() for entry in labelled(store) if entry.paragraph.id == body.paragraph), None)
        return json_response({"task": _task(task), "said": said, "progress": progress(store, annotator)})

    @routes.post("/label/decide")
    def decide(body: _Decided, request: Request) -> Response:
        annotator = person(request, body.annotator)
        decision = body.answer("decision", annotator)
        with _valid():
            _check_rules(decision, state)
            store.decide(decision, body.seen)
        return json_response({"progress": progress(store, annotator)})

    @routes.post("/label/withdraw")
    def withdraw(body: _Withdrawn, request: Request) -> Response:
        annotator = person(request, body.annotator)
        with _valid():
            withdrawn = store.withdraw(body.paragraph, body.seen)
        return json_response({"withdrawn": withdrawn, "progress": progress(store, annotator)})


def _add_queue(routes: APIRouter, state: AppState, store: LabelStore) -> None:
    @routes.post("/label/queue")
    async def add_to_queue(request: Request, name: Annotated[str, Query(max_length=255)] = UNNAMED) -> Response:
        """Put the paragraphs of a file at the end of the queue; those that are there already are passed over."""
        person(request, "")
        data = await request.body()
        if data.strip() and holds_nothing(data):
            raise _without_paragraph()
        read = await state.reader.read(data, name or UNNAMED)

        def add() -> Response:
            records = to_label([(name or UNNAMED, read)], whole=True)
            if not records:
                raise _without_paragraph()
            added = store.add(records)
            notes = [both(note) for note in _notes(read)]
            return json_response({"added": added, "known": len(records) - added, "notes": notes})

        return await asyncio.to_thread(add)


def _notes(read: Document) -> list[str]:
    """Return what reading has to say; of records without a text it says that they are kept, and a queue keeps none."""
    missing = missing_texts(read)
    kept = [notice.text for notice in missing_notice(missing)]
    passed = Message("{count:,} {count:record|records} without a text {count:was|were} passed over.", count=missing)
    return [passed if note in kept else note for note in read.notes]


def _without_paragraph() -> ProblemError:
    return ProblemError(422, "unreadable", Message("No paragraph was found in it; take a file with text."))


def _not_queued() -> ProblemError:
    return ProblemError(404, "not-found", Message("The paragraph is not in the queue."))


def _add_help(routes: APIRouter, state: AppState, store: LabelStore) -> None:
    @routes.get("/label/state")
    def labelling_state(request: Request, annotator: Annotated[_Annotator | None, Query()] = None) -> Response:
        """Return the themes, how far the queue is, and the name of the account where the server has accounts."""
        name = person(request, annotator or "")
        account = name if state.settings.accounts is not None else None
        taxonomy = state.models.current.taxonomy
        return json_response(
            {
                "themes": [theme.to_json() for theme in taxonomy.themes],
                "exclusive": taxonomy.exclusive,
                "at_least_one": taxonomy.exclusive or taxonomy.at_least_one,
                "progress": progress(store, name),
                "account": account,
            }
        )

    @routes.get("/label/guess")
    async def guess(paragraph: Annotated[_Id, Query()]) -> Response:
        """Return what the model says of a paragraph."""
        text = await asyncio.to_thread(store.text_of, paragraph)
        if text is None:
            raise _not_queued()
        [tagged] = await state.batcher.tag([text])
        return json_response({"tags": tagged.tags, "scores": tagged.scores, "model": tagged.model})

    @routes.get("/label/guideline")
    def guideline_text(request: Request) -> Response:
        try:
            text = guideline(state.settings.label_queue, asked_language(request.scope), state.models.current.themes)
        except LabelError as error:
            raise ProblemError(422, "unreadable", error.message) from error
        return Response(text, media_type="text/markdown; charset=utf-8")

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
    shelf = Shelf(store.path, state.settings.model)

    def told() -> dict[str, Any]:
        return retraining.overview(store, shelf, state.models.current)

    @routes.get("/label/training")
    def training() -> Response:
        return json_response(told())

    @routes.post("/label/training")
    def train() -> Response:
        if lacks := retraining.lacking():
            raise ProblemError(409, "training-lacks", lacks)
        if count := foreign(store):
            detail = Message(
                "{count} answered {count:paragraph names|paragraphs name} themes that this model lacks; correct or "
                "withdraw these answers, or start the server with the model of these themes (--model).",
                count=count,
            )
            raise ProblemError(409, "other-themes", detail)
        ready = readiness(store, shelf)
        if ready.missing:
            detail = Message(
                "{missing} more labelled paragraphs are needed that the model in use has not learnt "
                "from, {least_answers} at least, of {least_articles} articles.",
                missing=ready.missing,
                least_answers=LEAST_ANSWERS,
                least_articles=LEAST_ARTICLES,
            )
            raise ProblemError(409, "too-few-answers", detail)
        if not retraining.start_training(store, shelf.address):
            raise ProblemError(409, "training-runs", Message("A training is running already; wait for its end."))
        return json_response(told(), 202)

    _add_models(routes, state, shelf, told)


def _add_models(routes: APIRouter, state: AppState, shelf: Shelf, told: Callable[[], dict[str, Any]]) -> None:
    async def serve_from_shelf(change: Callable[[], object]) -> Response:
        put_back = shelf.remembered()
        try:
            await asyncio.to_thread(change)
        except GateError as error:
            raise ProblemError(409, "not-better", error.message) from error
        except (ConfigError, ModelError) as error:
            raise ProblemError(409, "no-such-model", error.message) from error
        try:
            await state.reloader.reload()
        except ModelError as error:
            put_back()
            detail = Message("The model was refused and the one in use stays; the log says why.")
            raise ProblemError(422, "model-refused", detail) from error
        return json_response(await asyncio.to_thread(told))

    @routes.post("/label/models/use")
    async def use(body: _Took, request: Request) -> Response:
        """Take the model of the last training into use: the one that the person saw, and no newer one."""
        by = taker(request, body.annotator)

        def take() -> None:
            new = shelf.challenger()
            if new is None or new.digest != body.digest:
                raise ProblemError(
                    409, "no-new-model", Message("That model is not the newest any more; look at the page again.")
                )
            shelf.promote(by)

        return await serve_from_shelf(take)

    @routes.post("/label/models/back")
    async def back(body: _Back, request: Request) -> Response:
        """Take a kept model back into use: the one before, or the one named."""
        by = taker(request, body.annotator)
        return await serve_from_shelf(lambda: shelf.back(body.name, by=by))
