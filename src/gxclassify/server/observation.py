"""The outermost layer: gives a request its id, turns every failure into a problem document, counts and logs.

The log carries ids, routes and sizes. It never shows paths, queries or messages of unknown exceptions, for each of
them may hold a client's text.
"""

from __future__ import annotations

import itertools
import logging
import os
import time
import traceback
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect

from gxclassify.errors import GxclassifyError
from gxclassify.server.problems import ProblemError, problem_response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from gxclassify.server.metrics import Metrics

__all__ = ["Observation", "route_of"]

logger = logging.getLogger("gxclassify.server")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def route_of(scope: Scope) -> str:
    """Return the template of the route that took the request; never the path itself."""
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) else "unmatched"


class Observation:
    """Count, time and log requests, and answer for those that failed.

    Parameters
    ----------
    app : ASGI application
    metrics : Metrics
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics
        self._prefix = f"{os.getpid():x}-{int(time.time()):x}"
        self._count = itertools.count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a request: the interface of ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        request_id = f"{self._prefix}-{next(self._count):x}"
        scope["gxclassify.request_id"] = request_id
        answer = _Answer(send, request_id)
        try:
            await self._app(scope, receive, answer.send)
        except ProblemError as problem:
            await self._refuse(problem, scope, receive, answer)
        except ClientDisconnect:
            return  # counted as status 499
        except Exception as error:  # noqa: BLE001 - the one place where unknown failures end
            log_bug(error, request_id)
            if answer.status:
                return  # an answer was begun and cannot be taken back: uvicorn closes the connection
            bug = ProblemError(500, "bug", "The server failed; the log tells more under the id of this request.")
            await problem_response(bug, scope)(scope, receive, answer.send)
        finally:
            self._record(scope, answer, time.perf_counter() - started)

    async def _refuse(self, problem: ProblemError, scope: Scope, receive: Receive, answer: _Answer) -> None:
        if answer.status:
            return
        self._metrics.refused.labels(problem.kind).inc()
        await problem_response(problem, scope)(scope, receive, answer.send)

    def _record(self, scope: Scope, answer: _Answer, seconds: float) -> None:
        route = route_of(scope)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        status = answer.status or 499  # the client went away before there was an answer
        self._metrics.requests.labels(route, method, status).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        if logger.isEnabledFor(logging.INFO):
            logger.info(
                "request id=%s method=%s route=%s status=%d bytes=%d ms=%.1f",
                *(answer.request_id, method, route, status, answer.bytes, seconds * 1000),
            )


class _Answer:
    """The answer on its way out: its status, its size, and the request's id in its headers."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self.request_id = request_id
        self.status = 0
        self.bytes = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = [*message.get("headers", ()), (b"x-request-id", self.request_id.encode())]
            message = {**message, "headers": headers}
        else:
            self.bytes += len(message.get("body", b""))
        await self._send(message)


def log_bug(error: BaseException, request_id: str) -> None:
    """Log where an unknown exception came from; its message is left out, it may quote a text."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    name = type(error).__qualname__
    detail = f": {error}" if isinstance(error, GxclassifyError) else ""
    logger.error("bug id=%s %s%s\n%s", request_id, name, detail, frames)
