"""The routes for operators: whether it is alive, whether it takes requests, how much it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import Response

from gxclassify.server import schemas
from gxclassify.server.api import json_response, problems
from gxclassify.server.metrics import CONTENT_TYPE_LATEST
from gxclassify.server.problems import ProblemError

if TYPE_CHECKING:
    from gxclassify.server.state import AppState

__all__ = ["router"]


def router(state: AppState) -> APIRouter:
    """Return ``/health``, ``/ready`` and ``/metrics``."""
    routes = APIRouter(tags=["operation"])

    @routes.get("/health", summary="Is it alive?", response_model=schemas.Health)
    async def health() -> Response:
        """Answer as long as the server lives; Label Studio asks this as well."""
        return json_response({"status": "UP", "model_class": "gxclassify"})

    @routes.get("/ready", summary="Does it take requests?", response_model=dict, responses=problems(503))
    async def ready() -> Response:
        """Answer 200 when requests are welcome, 503 while the server starts or stops."""
        if not state.ready:
            raise ProblemError(503, "not-ready", "The server is starting or stopping.")
        return json_response({"status": "ready", "model": state.models.current.name})

    @routes.get(
        "/metrics",
        summary="Numbers for Prometheus",
        response_class=Response,
        responses={**problems(401), 200: {"description": "Prometheus' text format.", "content": {"text/plain": {}}}},
    )
    async def metrics() -> Response:
        """Return the numbers of all workers."""
        return Response(state.metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return routes
