"""MLflow's scoring protocol, so that its clients and Spark UDFs over HTTP work unchanged."""

from __future__ import annotations

import csv
import importlib.metadata
import io
from typing import TYPE_CHECKING, Any, NoReturn

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import TypeAdapter, ValidationError

from gxclassify.errors import InputError
from gxclassify.model import texts_of
from gxclassify.server import schemas
from gxclassify.server.api import check_texts, json_response, problems
from gxclassify.server.problems import ProblemError, field_problems, known_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gxclassify.server.state import AppState

__all__ = ["router"]

_KNOWN = known_names([schemas.Invocation])


def router(state: AppState) -> APIRouter:
    """Return ``/invocations``, ``/ping`` and ``/version``."""
    routes = APIRouter(tags=["MLflow"])
    schema = {"$ref": "#/components/schemas/Invocation"}
    body = {
        "required": True,
        "content": {"application/json": {"schema": schema}, "text/csv": {"schema": {"type": "string"}}},
    }

    @routes.post(
        "/invocations",
        summary="Score rows of text",
        response_model=schemas.InvocationAnswer,
        responses=problems(400, 401, 403, 408, 413, 415, 422, 429, 504),
        openapi_extra={"requestBody": body},
    )
    async def invocations(request: Request) -> Response:
        """Score the rows of the column ``text``, or of the only column, in any of MLflow's input forms."""
        call = _read_call(await request.body(), request.headers.get("content-type", "application/json"))
        texts = _texts(call)
        check_texts(texts, state.settings.limits)
        evidence, thresholds = _read_params(call)
        tagged = await state.batcher.tag(texts, evidence=evidence, thresholds=thresholds)
        return json_response({"predictions": [_prediction(p.to_json(), evidence=evidence) for p in tagged]})

    @routes.get("/ping", summary="Is it alive?", response_class=Response)
    async def ping() -> Response:
        """Answer as MLflow's scoring server does."""
        return Response("\n", media_type="application/json")

    @routes.get("/version", summary="MLflow's version", response_class=Response, responses=problems(400, 401))
    async def version() -> Response:
        """Return the version of the MLflow that is installed beside the server."""
        return Response(importlib.metadata.version("mlflow"), media_type="text/plain")

    return routes


def _prediction(paragraph: dict[str, Any], *, evidence: bool) -> dict[str, Any]:
    names = ("tags", "scores", "review", "model", *(("evidence",) if evidence else ()))
    return {name: paragraph[name] for name in names}


def _read_call(data: bytes, content_type: str) -> schemas.Invocation:
    kind, *parameters = (part.strip().lower() for part in content_type.split(";"))
    if any(p.startswith("charset") and p.partition("=")[2].strip("\"' ") not in {"utf-8", "utf8"} for p in parameters):
        raise ProblemError(415, "charset", "The scoring protocol is in UTF-8.")
    if kind == "text/csv":
        return schemas.Invocation(dataframe_records=_csv_rows(data))
    if kind != "application/json":
        raise ProblemError(415, "media-type", "Send application/json or text/csv.")
    try:
        return schemas.Invocation.model_validate_json(data)
    except ValidationError as error:
        errors = field_problems(error.errors(include_url=False, include_input=False), _KNOWN)
        detail = "The body is not of the scoring protocol; see errors."
        raise ProblemError(422, "invalid", detail, errors=errors) from error


def _read_params(call: schemas.Invocation) -> tuple[bool, dict[str, float]]:
    """Return the parameters that the logged model takes as well; others are left alone, as MLflow does."""
    given = call.params or {}
    try:
        thresholds = TypeAdapter(dict[str, schemas.Probability]).validate_python(given.get("thresholds") or {})
    except ValidationError:
        _refuse("The parameter thresholds must be an object of numbers in 0 … 1.")
    return bool(given.get("evidence")), thresholds


def _csv_rows(data: bytes) -> list[dict[str, Any]]:
    try:
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ProblemError(422, "invalid", "The body is not a CSV table in UTF-8.") from error
    return [{str(key): value for key, value in row.items()} for row in rows]


def _texts(call: schemas.Invocation) -> list[str]:
    """Return the texts of a call, whichever form it uses; a `ProblemError` (422) says what is wrong with it."""
    given = [name for name in ("dataframe_split", "dataframe_records", "instances", "inputs") if _is_given(call, name)]
    if len(given) != 1:
        _refuse("Give exactly one of dataframe_split, dataframe_records, instances and inputs.")
    value = getattr(call, given[0])
    try:
        texts = texts_of(_split_rows(value) if given[0] == "dataframe_split" else value)
        "".join(texts).encode()
    except InputError as error:
        _refuse(str(error))
    except UnicodeEncodeError:
        _refuse("A text is not valid Unicode.")
    return texts


def _is_given(call: schemas.Invocation, name: str) -> bool:
    return getattr(call, name) is not None


def _split_rows(table: Mapping[str, Any]) -> Sequence[Any]:
    columns, data = table.get("columns"), table.get("data")
    if not isinstance(data, list) or not (columns is None or isinstance(columns, list)):
        _refuse("dataframe_split must have columns and data, both arrays.")
    if columns is None:
        return data
    rows = []
    for row in data:
        if not isinstance(row, list) or len(row) != len(columns):
            _refuse("Each row of dataframe_split must be an array with one value per column.")
        rows.append({str(name): value for name, value in zip(columns, row, strict=True)})
    return rows


def _refuse(detail: str) -> NoReturn:
    raise ProblemError(422, "invalid", detail)
