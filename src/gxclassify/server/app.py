"""The application: layers, routes, the OpenAPI description, and what happens at its start and end."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from gxclassify._version import __version__
from gxclassify.messages import Message
from gxclassify.server import api, labelling, pages, protocols, results, schemas, surveying
from gxclassify.server.forwarding import EndedWithClient, Forwarding
from gxclassify.server.metrics import Metrics
from gxclassify.server.middleware import PUBLIC_PATHS, Gate, HeadRequests, Observation, RequestLimits, SecurityHeaders
from gxclassify.server.models import LocalReloader, ModelHolder, ModelSource, Reloader
from gxclassify.server.problems import NOT_JSON, ProblemError, invalid, known_names, problem_response
from gxclassify.server.settings import Limits, ServerSettings, store_queue, tell_foreign
from gxclassify.server.state import AppState
from gxclassify.server.work import Batcher, DocumentReader
from gxclassify.zones import Gazetteer, load_gazetteer

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

_KNOWN = known_names([*schemas.REQUESTS, *protocols.REQUESTS, *labelling.REQUESTS])


_ROUTERS = (
    api.router,
    protocols.mlflow_router,
    protocols.label_studio_router,
    api.operation_router,
    pages.router,
    results.router,
    surveying.router,
    labelling.router,
)


def create_app(
    settings: ServerSettings | None = None,
    *,
    models: ModelHolder | None = None,
    reloader: Callable[[ModelHolder, Metrics], Reloader] | None = None,
    documents: str | None = None,
    forwarded: bool = False,
    gazetteer: Gazetteer | None = None,
) -> FastAPI:
    """Return the ASGI application; its `AppState` is ``app.state.gxclassify``.

    Parameters
    ----------
    settings : ServerSettings, optional
    models : ModelHolder, optional
        A model that is loaded already. Default: the one that the settings name.
    reloader : callable, optional
        With `models`: makes what reloads the model, in a worker, for which another process has made the stores.
        Default: in this process, watching the model's address.
    documents : str, optional
        The Unix socket of the process that reads documents. Default: this one does.
    forwarded : bool
        Whether this is that process, to which only other workers come.
    gazetteer : Gazetteer, optional
        The zones to know, read already. Default: those that the settings name.

    Raises
    ------
    InputError, LabelError
        A gazetteer or the queue cannot be read.
    ModelError
        The model is missing, damaged or refused.

    Examples
    --------
    >>> create_app().title
    'gxclassify'
    """
    settings = settings or ServerSettings()
    gazetteer = gazetteer or load_gazetteer(settings.gazetteers)
    metrics = Metrics()
    if models is None or reloader is None:
        store_queue(settings)
        source = ModelSource.of(settings)
        models = models or ModelHolder(source.load())
        used: Reloader = LocalReloader(source, models, metrics, seconds=settings.watch_seconds)
        tell_foreign(settings, models.current.themes)
    else:
        used = reloader(models, metrics)
    state = AppState(
        settings=settings,
        models=models,
        batcher=Batcher(models, queued_characters=settings.limits.queued_characters, observe=metrics.observe_batch),
        reader=DocumentReader(settings.limits, observe=metrics.observe_document),
        metrics=metrics,
        reloader=used,
        checked=reloader is not None,
        gazetteer=gazetteer,
    )
    routers = [router(state) for router in _ROUTERS]
    routes = [route for router in routers for route in router.routes]
    app = FastAPI(
        title="gxclassify",
        version=__version__,
        docs_url=None,  # they load scripts from elsewhere, which the content policy forbids
        redoc_url=None,
        lifespan=_lifespan(state),
        middleware=_layers(state, routes, documents, forwarded=forwarded),
        exception_handlers={HTTPException: _on_http_error, RequestValidationError: _on_invalid},
    )
    app.state.gxclassify = state
    routes += app.routes  # that of the description
    for router in routers:
        app.include_router(router)
    _install_openapi(app, settings)
    return app


def _layers(
    state: AppState, routes: Sequence[BaseRoute], documents: str | None, *, forwarded: bool
) -> list[Middleware]:
    """Return the layers around the routes, outermost first."""
    settings = state.settings
    observation = Middleware(Observation, metrics=state.metrics, routes=routes, forwarded=forwarded)
    gate = Middleware(Gate, settings=settings)
    if forwarded:  # the worker that forwards has done the rest
        return [observation, gate, Middleware(EndedWithClient)]
    methods, headers = ["GET", "POST"], ["Authorization", "Content-Type"]
    cors = Middleware(
        CORSMiddleware,
        allow_origins=settings.allowed_origins,
        allow_methods=methods,
        allow_headers=headers,
        max_age=600,
    )
    return [
        *([cors] if settings.origins else []),
        Middleware(SecurityHeaders),
        observation,
        gate,
        Middleware(RequestLimits, state=state),
        Middleware(EndedWithClient) if documents is None else Middleware(Forwarding, address=documents),
        Middleware(HeadRequests),
    ]


def _lifespan(state: AppState) -> Callable[[FastAPI], contextlib.AbstractAsyncContextManager[None]]:
    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        state.metrics.model_loaded(state.models.current.name, time.time())
        await state.reloader.start()
        state.ready = True
        try:
            yield
        finally:
            state.ready = False
            await state.reloader.stop()
            state.batcher.close()
            state.reader.close()

    return lifespan


def _install_openapi(app: FastAPI, settings: ServerSettings) -> None:
    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            plain = get_openapi(title=app.title, version=app.version, routes=app.routes)
            app.openapi_schema = describe(plain, settings)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's own way to extend the description


async def _on_http_error(request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 500)
    kinds = {
        400: ("invalid", NOT_JSON),
        404: ("not-found", Message("There is nothing at this path.")),
        405: ("method", Message("The path does not take this method.")),
    }
    kind, detail = kinds.get(status, ("http", Message("The request was refused.")))
    headers = getattr(error, "headers", None)
    return problem_response(ProblemError(status, kind, detail, headers=headers), request.scope)


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - what it is registered for
    detail = Message("The request is not of the form that is asked for; see errors.")
    return problem_response(invalid(error.errors(), _KNOWN, detail), request.scope)


_TEMPLATE = "#/components/schemas/{model}"


def describe(description: dict[str, Any], settings: ServerSettings) -> dict[str, Any]:
    """Return FastAPI's `description` with what only the settings know."""
    components = description.setdefault("components", {}).setdefault("schemas", {})
    _, extra = models_json_schema(
        [(schemas.Problem, "serialization"), *((request, "validation") for request in schemas.REQUESTS)],
        ref_template=_TEMPLATE,
    )
    for name, schema in extra["$defs"].items():
        components.setdefault(name, schema)
    for unused in ("HTTPValidationError", "ValidationError"):  # FastAPI's own error, which echoes; ours is Problem
        components.pop(unused, None)
    _add_limits(components, settings.limits)
    _add_token(description, settings)
    description["info"]["description"] = _introduction(settings.limits)
    return description


def _add_limits(components: dict[str, Any], limits: Limits) -> None:
    predict = components["PredictRequest"]["properties"]
    for name in ("texts", "records"):
        predict[name]["maxItems"] = limits.texts
    predict["texts"]["items"]["maxLength"] = limits.text_characters
    components["Record"]["properties"]["text"]["maxLength"] = limits.text_characters
    components["LabelStudioRequest"]["properties"]["tasks"]["maxItems"] = limits.texts


def _add_token(description: dict[str, Any], settings: ServerSettings) -> None:
    schemes = description["components"].setdefault("securitySchemes", {})
    schemes["token"] = {"type": "http", "scheme": "bearer"}
    if settings.auth_required:
        description["security"] = [{"token": []}]
    for path, operations in description["paths"].items():
        if path in PUBLIC_PATHS:
            for operation in operations.values():
                operation["security"] = []


def _introduction(limits: Limits) -> str:
    return (
        "Tags Chinese text about development zones by theme. Errors are problem documents (RFC 9457) that never repeat "
        "a text that was sent.\n\n"
        f"Limits of one request: a JSON body of {limits.json_bytes:,} bytes, a file of {limits.document_bytes:,} bytes "
        f"(413); {limits.texts:,} texts of {limits.text_characters:,} characters each (422); "
        f"{limits.body_seconds:g} s to send it (408) and {limits.request_seconds:g} s of work (504). One worker takes "
        f"{limits.in_flight:,} requests, {limits.queued_characters:,} characters and {limits.documents} documents at "
        "once (429)."
    )
