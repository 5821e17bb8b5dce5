"""The application: layers, routes, and what happens at its start and end."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from gxclassify._version import __version__
from gxclassify.server import api, label_studio, labelling, mlflow_protocol, operation, pages, schemas
from gxclassify.server.batcher import Batcher
from gxclassify.server.documents import DocumentReader
from gxclassify.server.limits import RequestLimits
from gxclassify.server.loader import LocalReloader, ModelSource, Reloader
from gxclassify.server.metrics import Metrics
from gxclassify.server.observation import Observation
from gxclassify.server.openapi import describe
from gxclassify.server.problems import ProblemError, field_problems, known_names, problem_response
from gxclassify.server.security import Gate, SecurityHeaders, cors_options
from gxclassify.server.state import AppState, ModelHolder, ServerSettings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request
    from starlette.responses import Response

__all__ = ["create_app"]

_KNOWN = known_names([*schemas.REQUESTS, *label_studio.REQUESTS]) | {"name", "format", "evidence", "source", "schema"}


def create_app(
    settings: ServerSettings | None = None,
    *,
    models: ModelHolder | None = None,
    reloader: Callable[[ModelHolder, Metrics], Reloader] | None = None,
) -> FastAPI:
    """Return the ASGI application; its `AppState` is ``app.state.gxclassify``.

    Parameters
    ----------
    settings : ServerSettings, optional
    models : ModelHolder, optional
        A model that is loaded already. Default: the one that the settings name.
    reloader : callable, optional
        With `models`: makes what reloads the model. Default: in this process, watching the model's address.

    Raises
    ------
    ModelError
        The model is missing, damaged or refused.

    Examples
    --------
    >>> create_app().title
    'gxclassify'
    """
    settings = settings or ServerSettings()
    metrics = Metrics()
    if models is None or reloader is None:
        source = ModelSource(settings.model)
        models = models or ModelHolder(source.load())
        used: Reloader = LocalReloader(source, models, metrics, seconds=settings.watch_seconds)
    else:
        used = reloader(models, metrics)
    state = AppState(
        settings=settings,
        models=models,
        batcher=Batcher(models, queued_characters=settings.limits.queued_characters, observe=metrics.observe_batch),
        reader=DocumentReader(settings.limits),
        metrics=metrics,
        reloader=used,
    )
    app = FastAPI(
        title="gxclassify",
        version=__version__,
        docs_url=None,  # they load scripts from elsewhere, which the content policy forbids
        redoc_url=None,
        lifespan=_lifespan(state),
        middleware=_layers(state),
        exception_handlers={HTTPException: _on_http_error, RequestValidationError: _on_invalid},
    )
    app.state.gxclassify = state
    _include_routes(app, state)
    _install_openapi(app, settings)
    return app


def _layers(state: AppState) -> list[Middleware]:
    """Return the layers around the routes, outermost first."""
    settings = state.settings
    cors = [Middleware(CORSMiddleware, **cors_options(settings))] if settings.origins else []
    return [
        *cors,
        Middleware(SecurityHeaders),
        Middleware(Observation, metrics=state.metrics),
        Middleware(Gate, settings=settings),
        Middleware(RequestLimits, limits=settings.limits, metrics=state.metrics),
    ]


def _include_routes(app: FastAPI, state: AppState) -> None:
    for module in (api, mlflow_protocol, label_studio, operation, pages, labelling):
        app.include_router(module.router(state))


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
        400: ("invalid", "The body cannot be read; send valid JSON in UTF-8, nested less than 200 deep."),
        404: ("not-found", "There is nothing at this path."),
        405: ("method", "The path does not take this method."),
    }
    kind, detail = kinds.get(status, ("http", "The request was refused."))
    headers = getattr(error, "headers", None)
    return problem_response(ProblemError(status, kind, detail, headers=headers), request.scope)


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - what it is registered for
    errors = field_problems(error.errors(), _KNOWN)
    detail = "The request is not of the form that is asked for; see errors."
    return problem_response(ProblemError(422, "invalid", detail, errors=errors), request.scope)
