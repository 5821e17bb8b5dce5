"""The page `/survey`: files are brought, and their survey comes back as the file written by ``survey`` shows it."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from gxclassify.errors import ConfigError
from gxclassify.messages import Message
from gxclassify.model.facts import FactFinder
from gxclassify.output.html import both
from gxclassify.server.api import json_response
from gxclassify.server.pages import page_response
from gxclassify.server.problems import ProblemError
from gxclassify.server.work import document_texts, in_document
from gxclassify.surveys.counting import Survey
from gxclassify.surveys.pages import survey_template, survey_view
from gxclassify.surveys.passages import By, Grouping, passage_line, passage_of_tagged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.model.model import Model, TaggedParagraph
    from gxclassify.reading import Document
    from gxclassify.server.state import AppState

MOST_FILES = 1_000
_HEAD = 1 << 20
_Date = Annotated[str, Query(max_length=10)]


class _Sent(NamedTuple):
    """A file of a request."""

    name: str
    data: bytes


def router(state: AppState) -> APIRouter:
    """Return the routes of the page. They serve it and may change with it: the API is under ``/v1``."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/survey")
    async def page(request: Request) -> Response:
        return page_response("survey.html", request)

    @routes.get("/page/survey-template")
    async def template() -> Response:
        """Return the survey's page without data, for a download."""
        return Response(survey_template(), media_type="text/html; charset=utf-8")

    @routes.post("/page/survey")
    async def survey(
        request: Request,
        by: By = "zone",
        start: Annotated[_Date, Query(alias="from")] = "",
        end: Annotated[_Date, Query(alias="to")] = "",
    ) -> Response:
        """Survey files: a line of JSON with their names and sizes in bytes, then the files end to end."""
        files = _files(await request.body())
        model = state.models.current
        try:
            found = Survey(model.themes, Grouping(by, state.gazetteer), start=start, end=end)
        except ConfigError as error:
            raise ProblemError(422, "dates", Message("A date must be written 2021, 2021-03 or 2021-03-15.")) from error
        try:
            problems = []
            for file in files:
                try:
                    document = await state.reader.read(file.data, file.name)
                except ProblemError as problem:
                    if problem.status != 422:  # noqa: PLR2004 - the file cannot be read; others may
                        raise
                    problems.append({"name": file.name, "detail": both(problem.detail)})
                    continue
                tagged = await state.batcher.tag(document_texts(document))
                await asyncio.to_thread(_count, state, found, document, tagged)
            return await asyncio.to_thread(_answer, found, model, problems)
        finally:
            found.close()

    return routes


def _files(body: bytes) -> list[_Sent]:
    head, _, data = body.partition(b"\n")
    try:
        listed = [(str(one["name"])[:255] or "document", int(one["size"])) for one in json.loads(head[:_HEAD])]
    except (ValueError, TypeError, KeyError) as error:
        detail = Message("The body must be a line of JSON, [{name, size}, …], and then the files end to end.")
        raise ProblemError(422, "invalid", detail) from error
    if not listed or not data.strip():
        raise ProblemError(422, "empty", Message("There is nothing in what was sent; send one file or more."))
    if len(listed) > MOST_FILES:
        raise ProblemError(
            422,
            "too-many-files",
            Message("There are more than {most_files:,} files; survey them in parts.", most_files=MOST_FILES),
        )
    if min(size for _, size in listed) < 0 or sum(size for _, size in listed) != len(data):
        raise ProblemError(422, "invalid", Message("The sizes of the files do not add up to what was sent."))
    files, start = [], 0
    for name, size in listed:
        files.append(_Sent(name, data[start : start + size]))
        start += size
    return files


def _count(state: AppState, found: Survey, document: Document, tagged: Sequence[TaggedParagraph]) -> None:
    for one in in_document(document, tagged, FactFinder(state.gazetteer)):
        passage = passage_of_tagged(one)
        found.add(passage, passage_line(passage))


def _answer(found: Survey, model: Model, problems: list[dict[str, Any]]) -> Response:
    return json_response(survey_view(found, model.taxonomy) | {"problems": problems})
