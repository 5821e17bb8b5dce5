"""The four routes of a Label Studio ML backend: health (see api.py), setup, predict, webhook.

Label Studio sends its project's labelling configuration; the answer names its controls. Themes are matched to choices
by id or by Chinese or English name, as a choice's alias or value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from fastapi import APIRouter
from fastapi.responses import Response  # noqa: TC002 - FastAPI reads the annotations
from pydantic import BaseModel, ConfigDict, Field

from gxclassify.server.api import check_texts, json_response, problems
from gxclassify.server.problems import ProblemError

if TYPE_CHECKING:
    from gxclassify.server.state import AppState
    from gxclassify.tagged import TaggedParagraph
    from gxclassify.themes import Taxonomy

__all__ = ["REQUESTS", "Controls", "read_controls", "router"]

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


def router(state: AppState) -> APIRouter:
    """Return ``/setup``, ``/predict`` and ``/webhook``; ``/health`` is the API's."""
    routes = APIRouter(tags=["Label Studio"], responses=problems(400, 401, 403, 408, 413, 422, 429, 504))

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
        results = [_prediction(paragraph, controls) for paragraph in tagged]
        return json_response({"results": results, "model_version": model.name})

    @routes.post("/webhook", status_code=201, summary="Hear of an event", response_model=WebhookAnswer)
    async def webhook(body: Webhook) -> Response:  # noqa: ARG001 - heard, and that is all
        """Take note of an event and do nothing."""
        return json_response({"result": None, "status": "ignored"}, 201)

    return routes


def _check_unicode(texts: list[str]) -> None:
    try:
        "".join(texts).encode()
    except UnicodeEncodeError as error:
        raise ProblemError(422, "invalid", "A text is not valid Unicode.") from error


def _prediction(paragraph: TaggedParagraph, controls: Controls) -> dict[str, Any]:
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
    names = ", ".join(theme.id for theme in taxonomy.themes)
    detail = f"The labelling configuration needs Choices on a Text whose values or aliases are themes: {names}."
    raise ProblemError(422, "label-config", detail)


def _parse(config: str) -> ET.Element:
    # Entities are what makes XML dangerous; a labelling configuration has no use for them.
    if "<!" in config.replace("<!--", ""):
        raise ProblemError(
            422, "label-config", "The labelling configuration must not have a document type or entities."
        )
    try:
        return ET.fromstring(config)  # noqa: S314 - without a document type, and short
    except (ET.ParseError, ValueError) as error:
        raise ProblemError(422, "label-config", "The labelling configuration is not valid XML.") from error


def _values(control: ET.Element, kind: str, taxonomy: Taxonomy) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in control.iter(kind):
        value = node.get("value", "")
        for theme in taxonomy.themes:
            if {value, node.get("alias")} & {theme.id, theme.zh, theme.en} and value:
                found.setdefault(theme.id, value)
    return found
