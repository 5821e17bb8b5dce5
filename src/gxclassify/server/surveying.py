"""The page `/survey`: files are brought, and their survey comes back as the file written by ``survey`` shows it."""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from gxclassify.errors import ConfigError, InputError
from gxclassify.messages import Message
from gxclassify.model.facts import FactFinder, records_of, unread_dates, unread_notes
from gxclassify.output.html import both
from gxclassify.reading.parsed import LEFT_OUT
from gxclassify.reading.records.chunks import missing_texts
from gxclassify.server.api import json_response
from gxclassify.server.pages import page_response
from gxclassify.server.problems import ProblemError
from gxclassify.server.work import UNNAMED, document_texts, in_document
from gxclassify.surveys.counting import Survey, bounds
from gxclassify.surveys.pages import survey_template, survey_view
from gxclassify.surveys.passages import By, Grouping, passage_line, passages_of_tagged, uncounted
from gxclassify.surveys.run import other_themes, taxonomy_for
from gxclassify.surveys.tagged import TaggedReader, is_tagged

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gxclassify.model.model import TaggedParagraph
    from gxclassify.reading import Document
    from gxclassify.server.state import AppState
    from gxclassify.surveys.passages import Passage

MOST_FILES = 1_000
_MOST_PROBLEMS = 20  # that are told of a file
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
        try:
            bounds(start, end)
        except ConfigError as error:
            raise ProblemError(422, "dates", _of_dates(start, end)) from error
        found = _Found(state, _Asked(by, start, end))
        try:
            for file in files:
                try:
                    await found.add(file)
                except ProblemError as problem:
                    if problem.status != 422:  # noqa: PLR2004 - the file cannot be read; others may
                        raise
                    found.leave_out(file.name, problem.detail)
            return await asyncio.to_thread(found.answer)
        finally:
            found.close()

    return routes


def _files(body: bytes) -> list[_Sent]:
    head, _, data = body.partition(b"\n")
    try:
        listed = [(str(one["name"])[:255] or UNNAMED, int(one["size"])) for one in json.loads(head[:_HEAD])]
    except (ValueError, TypeError, KeyError) as error:
        detail = Message("The body must be a line of JSON, [{name, size}, …], and then the files end to end.")
        raise ProblemError(422, "invalid", detail) from error
    if not listed:
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


def _of_table(document: Document) -> list[str]:
    """Return what of a table does not count: around its rows, hidden, damaged, and of sheets rows and columns.

    Those without a place are of records that are told one by one, and of the field that was taken.
    """
    if not any(records_of(document)):
        return []
    return [
        one.text
        for one in document.notices
        if one.kind in {*LEFT_OUT, "damaged"} or (one.place and one.kind in {"records", "fields"})
    ]


class _Asked(NamedTuple):
    """What a survey is asked for."""

    by: By
    start: str
    end: str


def _of_dates(start: str, end: str) -> Message:
    """Say what is wrong with two dates, without them: they are the client's."""
    try:
        bounds(start, "")
        bounds("", end)
    except ConfigError:
        return Message("A date must be written 2021, 2021-03 or 2021-03-15.")
    return Message("The first date that counts lies after the last one; change them over.")


class _Found:
    """The survey of a request in the making: its themes are those of the first file that can be read."""

    def __init__(self, state: AppState, asked: _Asked) -> None:
        self._state = state
        self._model = state.models.current
        self._asked = asked
        self._finder = FactFinder(state.gazetteer)
        self._survey: Survey | None = None
        self._problems: list[dict[str, Any]] = []

    def leave_out(self, name: str, why: str) -> None:
        """Keep why a file is left out; its name stands beside that."""
        said = why.without_place() if isinstance(why, Message) else why
        self._problems.append({"name": name, "detail": both(said)})

    def _leave_out_lines(self, name: str, problems: Sequence[str]) -> None:
        told = [*problems[:_MOST_PROBLEMS]]
        if (more := len(problems) - _MOST_PROBLEMS) > 0:
            told.append(Message("{n:,} more of its lines are left out.", n=more))
        for problem in told:
            self.leave_out(name, problem)
            self._problems[-1]["read"] = True  # the rest of the file is

    async def add(self, file: _Sent) -> None:
        """Count a file: the tagged paragraphs that it holds, or those of its text."""
        document = await self._state.reader.read(file.data, file.name, results=True)
        self._leave_out_lines(document.document, [one.text for one in document.notices if one.kind == "record"])
        try:
            tagged = is_tagged(document)
        except InputError as error:
            raise ProblemError(422, "unreadable", error.message.without_place()) from error
        if tagged:
            await asyncio.to_thread(self._count_tagged, document)
        else:
            self._leave_out_lines(document.document, _of_table(document))
            found = await self._state.batcher.tag(document_texts(document))
            await asyncio.to_thread(self._count, document, found)
        self._leave_out_lines(document.document, uncounted(missing_texts(document)))

    def _count(self, document: Document, tagged: Sequence[TaggedParagraph]) -> None:
        passages = passages_of_tagged(in_document(document, tagged, self._finder))
        self._add(document.document, self._model.themes, passages)
        self._leave_out_lines(document.document, unread_notes(unread_dates(document, self._finder.date_column)))

    def _count_tagged(self, document: Document) -> None:
        wrong: list[str] = []
        passages = (reader := TaggedReader(self._finder, self._model.taxonomy, wrong.append)).passages([document])
        if first := next(passages, None):
            self._add(document.document, reader.themes, itertools.chain([first], passages))
        self._leave_out_lines(document.document, wrong)

    def _add(self, name: str, themes: tuple[str, ...], passages: Iterable[Passage]) -> None:
        survey = self._survey = self._survey or self._begun(themes)
        if survey.themes != themes:
            self.leave_out(name, other_themes(name, themes, survey.themes))
            return
        for passage in passages:
            survey.add(passage, passage_line(passage))

    def _begun(self, themes: tuple[str, ...]) -> Survey:
        grouping = Grouping(self._asked.by, self._state.gazetteer)
        return Survey(themes, grouping, start=self._asked.start, end=self._asked.end)

    def answer(self) -> Response:
        """Return what the page shows."""
        survey = self._survey = self._survey or self._begun(self._model.themes)
        taxonomy = taxonomy_for(survey.themes, self._model)
        return json_response(survey_view(survey, taxonomy) | {"problems": self._problems})

    def close(self) -> None:
        """Give the room of the paragraphs back."""
        if self._survey is not None:
            self._survey.close()
