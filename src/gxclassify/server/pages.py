"""The page `/`, the files that pages are made of, and the data that the page shows."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from gxclassify.messages import Message
from gxclassify.output import html
from gxclassify.server.api import json_response
from gxclassify.server.problems import ProblemError
from gxclassify.server.work import UNNAMED, document_texts, in_document, tuned
from gxclassify.surveys.pages import STATIC as SURVEY_STATIC

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gxclassify.server.state import AppState

STATIC = Path(__file__).parent / "static"
_MEDIA = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class _File:
    """A file in memory, with what its headers say."""

    data: bytes
    media: str

    @property
    def tag(self) -> str:
        return f'"{hashlib.sha256(self.data).hexdigest()[:24]}"'


def page_response(name: str, request: Request) -> Response:
    """Return the file `name` of the pages, or 304 when the browser has it already."""
    file = _files().get(name)
    if file is None:
        raise ProblemError(404, "not-found", Message("There is nothing at this path."))
    # no-cache: kept by the browser, but asked for each time, so that an update of the package shows at once
    headers = {"ETag": file.tag, "Cache-Control": "no-cache"}
    if file.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(file.data, headers=headers, media_type=file.media)


_loaded: dict[str, _File] = {}


def _files() -> dict[str, _File]:
    # Only what was found in the folder can be asked for: no path of a request ever reaches the file system.
    if not _loaded:
        for path in (*html.STATIC.iterdir(), *SURVEY_STATIC.iterdir(), *STATIC.iterdir()):
            if path.suffix in _MEDIA:
                _loaded[path.name] = _File(path.read_bytes(), _MEDIA[path.suffix])
    return _loaded


def router(state: AppState) -> APIRouter:
    """Return the routes of the reading page. They serve the page and may change with it: the API is under ``/v1``."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    async def page(request: Request) -> Response:
        return page_response("index.html", request)

    @routes.get("/favicon.ico")
    async def icon(request: Request) -> Response:
        return page_response("icon.svg", request)

    @routes.get("/static/{name}")
    async def static(name: str, request: Request) -> Response:
        return page_response(name, request)

    @routes.get("/page/settings")
    async def page_settings() -> Response:
        """Return what the page must know before anybody is asked for a token."""
        settings = state.settings
        return json_response({"results": settings.results is not None, "token": settings.auth_required})

    @routes.get("/page/report-template")
    async def report_template() -> Response:
        """Return the HTML report without data: the page puts in what it shows, so that a download needs no upload."""
        return Response(html.report_template(), media_type=_MEDIA[".html"])

    _add_document(routes, state)
    return routes


def _add_document(routes: APIRouter, state: AppState) -> None:
    @routes.post("/page/document")
    async def document(request: Request, name: Annotated[str, Query(max_length=255)] = UNNAMED) -> Response:
        """Read and tag a file as the page shows it."""
        made = await document_view(state, await request.body(), name)
        return Response(made.view, media_type="application/json")


class DocumentView(NamedTuple):
    """The JSON that the page shows, the number of paragraphs, and the name of the model that tagged them."""

    view: bytes
    paragraphs: int
    model: str


async def document_view(
    state: AppState, data: bytes, name: str, moved: Mapping[str, float] | None = None, *, model: str = ""
) -> DocumentView:
    """Read and tag a file, with the model called `model` where that is given.

    Thresholds that somebody moved on the page, `moved`, stand beside the model's.

    Raises
    ------
    ProblemError
        The file cannot be read (422), `moved` names a theme that the model lacks (422), the server is
        busy (429), or another model than `model` is in use by now (409).
    """
    read = await state.reader.read(data, name or UNNAMED)
    tagger = state.models.current
    _refuse_other(tagger.name, model)
    if moved:
        tuned(tagger, moved)  # a problem where they are none of its
    plain = await state.batcher.tag(document_texts(read), thresholds=html.viewing_thresholds(tagger))
    _refuse_other(next((one.model for one in plain), tagger.name), model)

    def view() -> bytes:
        content = html.model_view(tagger) | ({"thresholds": dict(moved)} if moved else {})
        content |= {"documents": [html.document_view(read, in_document(read, plain))]}
        return bytes(json_response(content).body)

    return DocumentView(await asyncio.to_thread(view), len(plain), tagger.name)


def _refuse_other(model: str, wanted: str) -> None:
    if wanted and model != wanted:
        detail = Message("Another model is in use by now; what was seen cannot be made again, and nothing was kept.")
        raise ProblemError(409, "other-model", detail)
