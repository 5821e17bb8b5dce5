"""The routes of the API proper, under ``/v1``, and those for operators: alive, ready, metrics."""

from __future__ import annotations

import asyncio
import codecs
import difflib
import json
import logging
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, TypeVar

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError, to_json

from gxclassify.errors import InputError, ModelError
from gxclassify.loading import is_registry_address
from gxclassify.messages import Message
from gxclassify.model.facts import (
    FactFinder,
    check_date_column,
    records_document,
    records_of,
    unread_dates,
    unread_notes,
)
from gxclassify.model.groups import Level, groups_in
from gxclassify.output import encode, encode_groups
from gxclassify.output.forms import json_text
from gxclassify.reading.parsed import Notice
from gxclassify.reading.records.chunks import title_of
from gxclassify.server import schemas
from gxclassify.server.problems import ProblemError, invalid, known_names
from gxclassify.server.schemas import TableFormat  # noqa: TC001 - FastAPI reads the annotations
from gxclassify.server.work import UNNAMED, check_texts, document_texts, in_document

if TYPE_CHECKING:
    from gxclassify.model.model import TaggedParagraph
    from gxclassify.reading import Document
    from gxclassify.server.state import AppState

logger = logging.getLogger("gxclassify.server")

_Body = TypeVar("_Body", bound=BaseModel)
_KNOWN = known_names(schemas.REQUESTS)
_MEDIA = {"jsonl": "application/jsonl", "csv": "text/csv; charset=utf-8"}

_MEANING = {
    400: "The request is not HTTP, its body not JSON in UTF-8, or it names a host that is not trusted.",
    401: "No valid token.",
    403: "The token or the origin does not suffice.",
    404: "There is no such thing here.",
    408: "The body came too slowly.",
    413: "The body is too long.",
    415: "The header Content-Type says another type or charset than is taken here, or the body is compressed.",
    422: "The body or the query is not of the form that is asked for, or over a limit; or a file cannot be read.",
    429: "Too much at once; `Retry-After` says when to try again.",
    503: "The server is stopping, has too many connections, or lacks disk or memory for this now.",
    504: "The work took too long.",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI description of problem answers with these statuses."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": _MEANING[status], "content": {"application/problem+json": {"schema": schema}}}
        for status in statuses
    }


ALWAYS = (400, 401, 403, 429, 503)
"""What any route may answer but those for operators."""

WITH_BODY = (*ALWAYS, 408, 413, 415, 422, 504)
"""What a route may answer that takes a body."""


def json_response(content: Any, status: int = 200) -> Response:
    """Return `content` as JSON; not a number and infinity become null, half surrogate pairs ``?``."""
    try:
        data = to_json(content, inf_nan_mode="null")
    except PydanticSerializationError:  # half a surrogate pair, as JSON can spell it
        data = json_text(content).encode("utf-8", "replace")
    return Response(data, status, media_type="application/json")


def media_type(headers: Mapping[str, str], default: str = "") -> str:
    """Return the type of a body, in small letters; raise a problem (415) where it is packed, or not in UTF-8."""
    if headers.get("content-encoding", "").strip().lower() not in {"", "identity"}:
        raise ProblemError(
            415, "content-encoding", Message("Send the body as it is, not compressed, without Content-Encoding.")
        )
    kind, *parameters = (part.strip().lower() for part in headers.get("content-type", default).split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip("\"' ") not in {"utf-8", "utf8"}:
            raise ProblemError(415, "charset", Message("The body must be in UTF-8, whatever its charset says."))
    return kind


def check_json(request: Request) -> None:
    """Raise a problem (415) where the headers do not say that the body is JSON in UTF-8."""
    if media_type(request.headers) != "application/json":
        raise ProblemError(
            415,
            "media-type",
            Message("Send the body as JSON in UTF-8, with the header Content-Type: application/json."),
        )


async def read_body(request: Request, shape: type[_Body]) -> _Body:
    """Return the JSON body of a request as `shape`, or raise a problem (400, 415, 422) that does not repeat it."""
    check_json(request)
    try:
        return shape.model_validate_json((await request.body()).removeprefix(codecs.BOM_UTF8))
    except ValidationError as error:
        detail = Message("The body is not of the form that is asked for; see errors.")
        found = error.errors(include_url=False, include_input=False)
        raise invalid(found, _KNOWN, detail) from error


class JsonRoute(APIRoute):
    """A route whose JSON body FastAPI reads: its headers are looked at before."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        answer = super().get_route_handler()
        if self.body_field is None:
            return answer

        async def checked(request: Request) -> Response:
            check_json(request)
            return await answer(request)

        return checked


def known_parameters(request: Request) -> None:
    """Raise a problem (422) where the query has a parameter that its route does not take."""
    names = [field.alias for field in request.scope["route"].dependant.query_params]
    errors = [
        _unknown_parameter(number, given, names)
        for number, given in enumerate(request.query_params, start=1)
        if given not in names
    ]
    if errors:
        detail = Message("The query has a parameter that is not known here; see errors.")
        raise ProblemError(422, "unknown-parameter", detail, errors=errors[:_MOST_ERRORS])


_MOST_ERRORS = 10


def _unknown_parameter(number: int, given: str, names: Sequence[str]) -> dict[str, str]:
    """Tell of a parameter by its number and the name that it is near to; by its own where that is one of ours."""
    if given in _KNOWN:
        detail = Message("It is no parameter of the query here, but a member of a JSON body.")
        return {"pointer": "", "parameter": given, "detail": detail}
    if not names:
        return {"pointer": "", "detail": Message("Parameter {number}: there are none here.", number=number)}
    near = difflib.get_close_matches(given, names, 1)
    meant = Message(" Was {near!r} meant?", near=near[0]) if near else ""
    text = Message("Parameter {number}: there are only {names}.{meant}", number=number, names=[*names], meant=meant)
    return {"pointer": "", "detail": text}


def router(state: AppState) -> APIRouter:
    """Return the API's routes."""
    routes = APIRouter(dependencies=[Depends(known_parameters)])
    _add_tagging(routes, state)
    _add_model(routes, state)
    return routes


def _add_tagging(routes: APIRouter, state: AppState) -> None:
    table = {"application/jsonl": {"schema": {"type": "string"}}, "text/csv": {"schema": {"type": "string"}}}

    schema = {"$ref": "#/components/schemas/PredictRequest"}

    @routes.post(
        "/v1/predict",
        tags=["tagging"],
        summary="Tag texts",
        response_model=schemas.PredictAnswer,
        response_model_exclude_none=True,
        responses={**problems(*WITH_BODY), 200: {"description": "The tagged paragraphs.", "content": table}},
        openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}},
    )
    async def predict(request: Request) -> Response:
        """Tag texts or records, one paragraph each."""
        # Parsed here and not by FastAPI: pydantic's own JSON parser is strict, and twice as fast on small requests.
        body = await read_body(request, schemas.PredictRequest)
        texts = body.paragraphs()
        check_texts(texts, state.settings.limits, "/texts" if "texts" in body.model_fields_set else "/records")
        if state.settings.log_text:
            for text in texts:
                logger.info("text %.100r", text)
        if body.zones:
            _check_dates((record.model_extra or {} for record in body.records), body.date_column)
        model = state.models.current
        tagged = await state.batcher.tag(texts, evidence=body.evidence or body.zones, thresholds=body.thresholds)
        name = tagged[0].model if tagged else model.name
        if body.zones:  # it takes a while: in a thread, so that others are served meanwhile
            return await asyncio.to_thread(_predict_answer, state, body, tagged, name)
        return _predict_answer(state, body, tagged, name)

    _add_documents(routes, state, table)


def _check_dates(records: Iterable[Mapping[str, Any]], date_column: str) -> None:
    try:
        check_date_column(records, date_column)
    except InputError as error:
        raise ProblemError(422, "date-column", error.message) from error


def _predict_answer(
    state: AppState, body: schemas.PredictRequest, tagged: Sequence[TaggedParagraph], model: str
) -> Response:
    records = body.others()
    # The model knows neither a paragraph's place in the batch nor what came along with its text.
    placed = [
        p._replace(article=i, title=title_of(record), record=record)
        for i, (p, record) in enumerate(zip(tagged, records, strict=True))
    ]
    notices: Sequence[Notice] = ()
    if body.zones:
        document = records_document((one.text, one.title, one.record) for one in placed)
        facts = FactFinder(state.gazetteer, body.date_column).of(document)
        placed = [one.with_facts(found, evidence=body.evidence) for one, found in zip(placed, facts, strict=True)]
        notices = _date_notices(document, body.date_column)
    if body.format != "json":
        return _file(body.format, encode(body.format, _themes(state, placed), placed), notices)
    content = {"model": model, "paragraphs": [paragraph.to_json() for paragraph in placed]}
    return json_response(content | ({"notices": [notice.to_json() for notice in notices]} if notices else {}))


def _add_documents(routes: APIRouter, state: AppState, table: dict[str, Any]) -> None:
    any_file = {"schema": {"type": "string", "format": "binary"}}
    body = {"required": True, "description": "The file itself, not a form.", "content": {"*/*": any_file}}

    @routes.post(
        "/v1/documents",
        tags=["tagging"],
        summary="Read and tag a file",
        response_model=schemas.DocumentAnswer,
        response_model_exclude_none=True,
        responses={**problems(*WITH_BODY), 200: {"description": "The document, tagged.", "content": table}},
        openapi_extra={"requestBody": body},
    )
    async def documents(
        request: Request,
        name: Annotated[str, Query(max_length=255, description="The file's name.", examples=["page.pdf"])] = UNNAMED,
        form: Annotated[TableFormat, Query(alias="format", description="JSON, JSON Lines or CSV.")] = "json",
        *,
        encoding: Annotated[
            str, Query(max_length=40, description="The encoding of text, instead of guessing it.")
        ] = "",
        evidence: Annotated[bool, Query(description="Whether to point at sentences and words.")] = True,
        source: Annotated[bool, Query(description="Whether to return the decoded text that spans point into.")] = False,
        level: Annotated[
            Level, Query(description="What is tagged: paragraphs, articles or the document.")
        ] = "paragraph",
        zones: Annotated[bool, Query(description="Whether to tell zones, date and amounts as well.")] = False,
        text_column: Annotated[
            str, Query(max_length=200, description="The field of records that holds their text; by default it is told.")
        ] = "text",
        date_column: Annotated[
            str, Query(max_length=200, description="The field of records that holds their date.")
        ] = "date",
    ) -> Response:
        """Read a newspaper page or any text, PDF, Office, HTML or JSON file, and tag its paragraphs."""
        if request.headers.get("content-type", "").lower().startswith("multipart/"):
            raise ProblemError(
                415, "media-type", Message("Send the file itself as the body, not a form: curl --data-binary @FILE.")
            )
        data = await request.body()
        if not data:
            raise ProblemError(422, "empty", Message("The body is empty; send the file as the body."))
        document = await state.reader.read(data, name or UNNAMED, encoding, text_column, help=_BY_PARAMETER)
        document = replace(document, notices=tuple(map(_by_parameter, document.notices)))
        if zones:
            _check_dates(records_of(document), date_column)
        plain = await state.batcher.tag(document_texts(document), evidence=evidence or zones)
        # A long document makes a long answer: in a thread, so that others are served meanwhile.
        finder = FactFinder(state.gazetteer, date_column) if zones else None
        asked = _Asked(form, level, finder, source=source, evidence=evidence)
        return await asyncio.to_thread(_document_answer, state, document, plain, asked)


_MOST_NOTICES = 20  # of those that a header tells
_BY_PARAMETER = Message(" (choose by the parameter text_column)")


def _by_parameter(notice: Notice) -> Notice:
    """Return a notice that names no option of the command line."""
    return replace(notice, text=notice.text.with_help(_BY_PARAMETER)) if isinstance(notice.text, Message) else notice


def _date_notices(document: Document, date_column: str) -> list[Notice]:
    unread = unread_dates(document, date_column)
    return [Notice("dates", "", unread.unread, note) for note in unread_notes(unread)]


class _Asked(NamedTuple):
    """How a document's answer is asked for."""

    form: TableFormat
    level: Level
    finder: FactFinder | None
    source: bool
    evidence: bool


def _document_answer(state: AppState, document: Document, plain: Sequence[TaggedParagraph], asked: _Asked) -> Response:
    form, level, finder = asked.form, asked.level, asked.finder
    if finder is not None:
        document = replace(document, notices=(*document.notices, *_date_notices(document, finder.date_column)))
    tagged = list(in_document(document, plain, finder, evidence=asked.evidence))
    groups = [] if level == "paragraph" else list(groups_in(document, tagged, level))
    if form != "json":
        themes = _themes(state, tagged)
        data = encode(form, themes, tagged) if level == "paragraph" else encode_groups(form, themes, groups, level)
        return _file(form, data, document.notices)
    content = document.to_json()
    if asked.source:
        content["source"] = document.source
    content["model"] = tagged[0].model if tagged else state.models.current.name
    if level == "paragraph":
        content["paragraphs"] = [paragraph.to_json() for paragraph in tagged]
    else:
        content["groups"] = [group.to_json() for group in groups]
    return json_response(content)


def _themes(state: AppState, tagged: Sequence[TaggedParagraph]) -> tuple[str, ...]:
    return tuple(tagged[0].scores) if tagged else state.models.current.themes  # another model may be in use by now


def _file(form: Literal["jsonl", "csv"], data: bytes, notices: Sequence[Notice]) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="tagged.{form}"'}
    if notices:
        told = [{"kind": one.kind, "place": one.place, "count": one.count} for one in notices]
        headers["Gxclassify-Notices"] = json.dumps(told[:_MOST_NOTICES])  # in ASCII, as headers are
    return Response(data, headers=headers, media_type=_MEDIA[form])


def _add_model(routes: APIRouter, state: AppState) -> None:
    @routes.get(
        "/v1/themes",
        tags=["model"],
        summary="The themes",
        response_model=schemas.ThemesAnswer,
        responses=problems(*ALWAYS, 422),
    )
    async def themes() -> Response:
        """Return the themes of the model in use, with their thresholds."""
        model = state.models.current
        taxonomy = model.taxonomy
        listed = [theme.to_json() | {"threshold": model.thresholds[theme.id]} for theme in taxonomy.themes]
        return json_response(
            {
                "model": model.name,
                "exclusive": taxonomy.exclusive,
                "at_least_one": taxonomy.at_least_one,
                "themes": listed,
            }
        )

    @routes.get(
        "/v1/model",
        tags=["model"],
        summary="The model in use",
        response_model=schemas.ModelAnswer,
        responses=problems(*ALWAYS, 422),
    )
    async def model() -> Response:
        """Return what the model in use says of itself."""
        used = state.models.current
        address = state.settings.model
        if address is not None and not is_registry_address(address):
            address = "folder"  # where it lies on the machine is nobody's business
        return json_response(
            {
                "name": used.name,
                "digest": used.digest,
                "address": address or "shipped",
                "themes": used.themes,
                "thresholds": used.thresholds,
                "description": used.provenance,
            }
        )

    @routes.post(
        "/v1/model/reload",
        tags=["model"],
        summary="Load the model anew",
        response_model=schemas.ReloadAnswer,
        responses=problems(*ALWAYS, 422, 504),
    )
    async def reload() -> Response:
        """Load the model at the server's address anew, in every worker; for the administrator.

        Requests under way keep the model that they began with. A model that is refused changes nothing.
        """
        try:
            changed = await state.reloader.reload()
        except ModelError as error:
            detail = Message("The model was refused and the one in use stays; the log says why.")
            raise ProblemError(422, "model-refused", detail) from error
        return json_response({"changed": changed, "model": state.models.current.name})


def operation_router(state: AppState) -> APIRouter:
    """Return ``/health``, ``/ready`` and ``/metrics``."""
    routes = APIRouter(tags=["operation"])

    @routes.get("/health", summary="Is it alive?", response_model=schemas.Health, responses=problems(400))
    async def health() -> Response:
        """Answer as long as the server lives; Label Studio asks this as well."""
        return json_response({"status": "UP", "model_class": "gxclassify"})

    @routes.get("/ready", summary="Does it take requests?", response_model=dict, responses=problems(400, 503))
    async def ready() -> Response:
        """Answer 200 when requests are welcome, 503 while the server stops."""
        if not state.ready or state.stopping:
            raise ProblemError(503, "not-ready", Message("The server is starting or stopping."))
        return json_response({"status": "ready", "model": state.models.current.name})

    @routes.get(
        "/metrics",
        summary="Numbers for Prometheus",
        response_class=Response,
        responses={
            **problems(400, 401),
            200: {"description": "Prometheus' text format.", "content": {"text/plain": {}}},
        },
    )
    async def metrics() -> Response:
        """Return the numbers of all workers."""
        return Response(state.metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return routes
