"""MLflow's scoring protocol and Label Studio's ML backend, so that their clients work unchanged."""

from __future__ import annotations

import codecs
import csv
import importlib.metadata
import io
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn
from xml.etree import ElementTree as ET

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from gxclassify.errors import InputError
from gxclassify.messages import Message
from gxclassify.model.model import TaggedParagraph, texts_of
from gxclassify.reading.records.rows import OpenQuoteError, Rows
from gxclassify.server import schemas
from gxclassify.server.api import ALWAYS, WITH_BODY, JsonRoute, json_response, media_type, problems
from gxclassify.server.problems import ProblemError, invalid, known_names
from gxclassify.server.work import check_texts

if TYPE_CHECKING:
    from gxclassify.server.state import AppState
    from gxclassify.themes import Taxonomy

_KNOWN = known_names([schemas.Invocation])


def mlflow_router(state: AppState) -> APIRouter:
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
        responses=problems(*WITH_BODY),
        openapi_extra={"requestBody": body},
    )
    async def invocations(request: Request) -> Response:
        """Score the rows of the column ``text``, or of the only column, in any of MLflow's input forms."""
        call = _read_call(await request.body(), request.headers)
        texts = _texts(call)
        check_texts(texts, state.settings.limits)
        evidence, thresholds = _read_params(call)
        tagged = await state.batcher.tag(texts, evidence=evidence, thresholds=thresholds)
        return json_response({"predictions": [_mlflow_prediction(p.to_json(), evidence=evidence) for p in tagged]})

    @routes.get("/ping", summary="Is it alive?", response_class=Response, responses=problems(400))
    async def ping() -> Response:
        """Answer as MLflow's scoring server does."""
        return Response("\n", media_type="application/json")

    @routes.get("/version", summary="MLflow's version", response_class=Response, responses=problems(*ALWAYS, 404))
    async def version() -> Response:
        """Return the version of the MLflow that is installed beside the server."""
        try:
            installed = importlib.metadata.version("mlflow")
        except importlib.metadata.PackageNotFoundError as error:  # a plain installation has none
            raise ProblemError(404, "no-mlflow", Message("MLflow is not installed beside this server.")) from error
        return Response(installed, media_type="text/plain")

    return routes


def _mlflow_prediction(paragraph: dict[str, Any], *, evidence: bool) -> dict[str, Any]:
    names = ("tags", "scores", "review", "model", *(("evidence",) if evidence else ()))
    return {name: paragraph[name] for name in names}


def _read_call(data: bytes, headers: Mapping[str, str]) -> schemas.Invocation:
    kind = media_type(headers, "application/json")
    if kind == "text/csv":
        return schemas.Invocation(dataframe_records=_csv_rows(data))
    if kind != "application/json":
        raise ProblemError(415, "media-type", Message("Send application/json or text/csv."))
    try:
        return schemas.Invocation.model_validate_json(data.removeprefix(codecs.BOM_UTF8))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise invalid(found, _KNOWN, Message("The body is not of the scoring protocol; see errors.")) from error


def _read_params(call: schemas.Invocation) -> tuple[bool, dict[str, float]]:
    """Return the parameters that the logged model takes as well; others are left alone, as MLflow does."""
    given = call.params or {}
    try:
        thresholds = TypeAdapter(dict[str, schemas.Probability]).validate_python(given.get("thresholds") or {})
    except ValidationError:
        _refuse(Message("The parameter thresholds must be an object of numbers in 0 … 1."))
    try:
        evidence = TypeAdapter(bool).validate_python(given.get("evidence") or False)
    except ValidationError:
        _refuse(Message("The parameter evidence must be true or false."))
    return evidence, thresholds


def _csv_rows(data: bytes) -> list[dict[str, Any]]:
    try:
        read = Rows(io.StringIO(data.decode("utf-8-sig"), newline="").readline)
        header = next(read, [])
        rows = [dict(itertools.zip_longest(header, row)) for row in read if row]
    except OpenQuoteError as error:
        _refuse(Message("On line {line:,} of the table a quote opens that is never closed.", line=error.line))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ProblemError(400, "invalid", Message("The body is not a CSV table in UTF-8.")) from error
    # CSV has no null but the empty cell; MLflow's own server reads one so too.
    return [{str(key): value or None for key, value in row.items()} for row in rows]


def _texts(call: schemas.Invocation) -> list[str | None]:
    """Return the texts of a call, whichever form it uses; a `ProblemError` (422) says what is wrong with it."""
    inputs = ("dataframe_split", "dataframe_records", "instances", "inputs")
    given = [name for name in inputs if getattr(call, name) is not None]
    if len(given) != 1:
        _refuse(Message("Give exactly one of dataframe_split, dataframe_records, instances and inputs."))
    value = getattr(call, given[0])
    try:
        texts = texts_of(_split_rows(value) if given[0] == "dataframe_split" else value)
    except InputError as error:
        _refuse(error.message)
    _check_unicode(texts)
    return texts


def _split_rows(table: Mapping[str, Any]) -> Sequence[Any]:
    columns, data = table.get("columns"), table.get("data")
    if not isinstance(data, list) or not (columns is None or isinstance(columns, list)):
        _refuse(Message("dataframe_split must have columns and data, both arrays."))
    if columns is None:
        return data
    rows = []
    for row in data:
        if not isinstance(row, list) or len(row) != len(columns):
            _refuse(Message("Each row of dataframe_split must be an array with one value per column."))
        rows.append({str(name): value for name, value in zip(columns, row, strict=True)})
    return rows


def _refuse(detail: str) -> NoReturn:
    raise ProblemError(422, "invalid", detail)


# Label Studio sends its project's labelling configuration; the answer names its controls. Themes are matched to choices
# by id or by Chinese or English name, as a choice's alias or value.
_CONFIG = (
    '<View><Text name="text" value="$text"/>'
    '<Choices name="themes" toName="text" choice="multiple">'
    '<Choice value="招商引资" alias="investment_attraction"/><Choice value="生态园区" alias="eco_park"/>'
    "</Choices></View>"
)
_MOST_CONFIG = 100_000


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore")  # Label Studio sends more with every version


class Setup(_Lenient):
    """What Label Studio sends when a project is connected."""

    schema_: str = Field(default="", alias="schema", max_length=_MOST_CONFIG, examples=[_CONFIG])


class Task(_Lenient):
    """A task to annotate; its data holds the text."""

    data: dict[str, Any] = Field(examples=[{"text": "济宁高新区新签约项目12个。"}])


class LabelStudioRequest(_Lenient):
    """Tasks to annotate in advance."""

    tasks: list[Task]
    label_config: str = Field(default="", max_length=_MOST_CONFIG, examples=[_CONFIG])


class Webhook(_Lenient):
    """An event that Label Studio tells of."""

    action: str = Field(default="", max_length=100, examples=["ANNOTATION_CREATED"])


class SetupAnswer(BaseModel):
    """The model that annotates."""

    model_version: str


class LabelStudioAnswer(BaseModel):
    """A prediction for each task, in Label Studio's form."""

    results: list[dict[str, Any]]
    model_version: str


class WebhookAnswer(BaseModel):
    """The event was heard; labels come to the model by import, not by event."""

    result: None = None
    status: str = "ignored"


REQUESTS: tuple[type[BaseModel], ...] = (Setup, Task, LabelStudioRequest, Webhook)


@dataclass(frozen=True, slots=True)
class Controls:
    """What of a labelling configuration counts here.

    Attributes
    ----------
    choices, text, field : str
        The names of the choices control and of the text it belongs to, and the member of a task's data with the text.
    values : dict of str to str
        What each theme's choice is called.
    labels : str or None
        The name of a labels control on the same text, for the sentences that tell a theme.
    """

    choices: str
    text: str
    field: str
    values: dict[str, str]
    labels: str | None = None
    label_values: dict[str, str] | None = None


def label_studio_router(state: AppState) -> APIRouter:
    """Return ``/setup``, ``/predict`` and ``/webhook``; ``/health`` is the API's."""
    responses = problems(*WITH_BODY)
    routes = APIRouter(tags=["Label Studio"], responses=responses, route_class=JsonRoute)

    @routes.post("/setup", summary="Connect a project", response_model=SetupAnswer)
    async def setup(body: Setup) -> Response:
        """Check that the project's labelling configuration has choices for the model's themes."""
        model = state.models.current
        if body.schema_:
            read_controls(body.schema_, model.taxonomy)
        return json_response({"model_version": model.name})

    @routes.post("/predict", summary="Annotate tasks in advance", response_model=LabelStudioAnswer)
    async def predict(body: LabelStudioRequest) -> Response:
        """Tag the text of each task; a task without one gets an empty prediction."""
        model = state.models.current
        controls = read_controls(body.label_config or _default_config(model.taxonomy), model.taxonomy)
        texts = [value if isinstance(value := task.data.get(controls.field), str) else "" for task in body.tasks]
        _check_unicode(texts)
        check_texts(texts, state.settings.limits, "/tasks")
        tagged = await state.batcher.tag(texts, evidence=controls.labels is not None)
        results = [_label_studio_prediction(paragraph, controls) for paragraph in tagged]
        return json_response({"results": results, "model_version": model.name})

    @routes.post("/webhook", status_code=201, summary="Hear of an event", response_model=WebhookAnswer)
    async def webhook(body: Webhook) -> Response:  # noqa: ARG001 - heard, and that is all
        """Take note of an event and do nothing."""
        return json_response({"result": None, "status": "ignored"}, 201)

    return routes


def _check_unicode(texts: Sequence[str | None]) -> None:
    try:
        "".join(text or "" for text in texts).encode()
    except UnicodeEncodeError as error:
        raise ProblemError(422, "invalid", Message("A text is not valid Unicode.")) from error


def _label_studio_prediction(paragraph: TaggedParagraph, controls: Controls) -> dict[str, Any]:
    if not paragraph.text:
        return {"model_version": paragraph.model, "score": 0.0, "result": []}
    chosen = [controls.values[theme] for theme in paragraph.tags if theme in controls.values]
    where = {"from_name": controls.choices, "to_name": controls.text, "type": "choices"}
    result: list[dict[str, Any]] = [{**where, "value": {"choices": chosen}}] if chosen else []
    for theme, sentences in paragraph.evidence.items():
        label = (controls.label_values or {}).get(theme)
        if label is None:
            continue
        for sentence in sentences:
            start, end = sentence.within
            value = {"start": start, "end": end, "text": paragraph.text[start:end], "labels": [label]}
            result.append({"from_name": controls.labels, "to_name": controls.text, "type": "labels", "value": value})
    # Label Studio sorts by this: the tags are as sure as the least sure decision.
    score = min(max(p, 1 - p) for p in paragraph.scores.values())
    return {"model_version": paragraph.model, "score": round(score, 6), "result": result}


def _default_config(taxonomy: Taxonomy) -> str:
    choices = ET.Element("Choices", {"name": "themes", "toName": "text"})
    for theme in taxonomy.themes:
        ET.SubElement(choices, "Choice", {"value": theme.zh, "alias": theme.id})
    view = ET.Element("View")
    ET.SubElement(view, "Text", {"name": "text", "value": "$text"})
    view.append(choices)
    return ET.tostring(view, encoding="unicode")


def read_controls(config: str, taxonomy: Taxonomy) -> Controls:
    """Return the controls of a labelling configuration that fit the themes.

    Raises
    ------
    ProblemError
        It is no XML, or has no choices on a text for any theme (422).
    """
    root = _parse(config)
    texts = {node.get("name", ""): node.get("value", "").removeprefix("$") for node in root.iter("Text")}
    for choices in root.iter("Choices"):
        target = choices.get("toName", "")
        values = _values(choices, "Choice", taxonomy)
        if target in texts and values:
            labels = next((node for node in root.iter("Labels") if node.get("toName") == target), None)
            label_values = _values(labels, "Label", taxonomy) if labels is not None else {}
            return Controls(
                choices=choices.get("name", ""),
                text=target,
                field=texts[target],
                values=values,
                labels=labels.get("name") if labels is not None and label_values else None,
                label_values=label_values,
            )
    names = [theme.id for theme in taxonomy.themes]
    detail = Message(
        "The labelling configuration needs Choices on a Text whose values or aliases are themes: {names}.", names=names
    )
    raise ProblemError(422, "label-config", detail)


def _parse(config: str) -> ET.Element:
    # Entities are what makes XML dangerous; a labelling configuration has no use for them.
    if "<!" in config.replace("<!--", ""):
        raise ProblemError(
            422, "label-config", Message("The labelling configuration must not have a document type or entities.")
        )
    try:
        return ET.fromstring(config)  # noqa: S314 - without a document type, and short
    except (ET.ParseError, ValueError) as error:
        raise ProblemError(422, "label-config", Message("The labelling configuration is not valid XML.")) from error


def _values(control: ET.Element, kind: str, taxonomy: Taxonomy) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in control.iter(kind):
        value = node.get("value", "")
        for theme in taxonomy.themes:
            if {value, node.get("alias")} & {theme.id, theme.zh, theme.en} and value:
                found.setdefault(theme.id, value)
    return found
