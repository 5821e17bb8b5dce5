"""Bounds on a request: how long its body is, how long it may take, and how many there may be at once."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from gxclassify.server.problems import ProblemError, problem_response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from gxclassify.server.metrics import Metrics
    from gxclassify.server.state import Limits

__all__ = ["DOCUMENT_PATHS", "RequestLimits"]

DOCUMENT_PATHS = frozenset({"/v1/documents", "/page/document"})
_PROBES = frozenset({"/health", "/ready", "/ping", "/metrics"})
_DRAIN_SECONDS = 2.0


class RequestLimits:
    """Refuse what is too long (413), too slow (408, 504) or too much (429).

    Parameters
    ----------
    app : ASGI application
    limits : Limits
    metrics : Metrics
    """

    def __init__(self, app: ASGIApp, limits: Limits, metrics: Metrics) -> None:
        self._app = app
        self._limits = limits
        self._metrics = metrics
        self._present = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a request: the interface of ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if path in _PROBES:  # they must answer when nothing else does
            await self._app(scope, receive, send)
            return
        if self._present >= self._limits.in_flight:
            detail = "The server is busy; try again later."
            raise ProblemError(429, "busy", detail, headers={"Retry-After": "1"})
        self._present += 1
        self._metrics.in_flight.inc()
        try:
            await self._limited(path, scope, receive, send)
        finally:
            self._present -= 1
            self._metrics.in_flight.dec()

    async def _limited(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        most = self._limits.document_bytes if path in DOCUMENT_PATHS else self._limits.json_bytes
        body = _Body(receive, most, self._limits)
        answer = _Answer(send, body)
        try:
            body.check_announced(scope)
            async with asyncio.timeout(None) as clock:
                body.clock = clock
                await self._app(scope, body.receive, answer.send)
        except TimeoutError as error:
            if answer.started or not clock.expired():  # too late for a document, or somebody else's clock
                raise
            raise body.timed_out() from error
        except ProblemError as problem:
            if problem.status != 413 or answer.started:  # noqa: PLR2004 - the status is the name
                raise
            await _refuse_and_drain(problem, body, scope, send)
            self._metrics.refused.labels(problem.kind).inc()


class _Answer:
    def __init__(self, send: Send, body: _Body) -> None:
        self._send = send
        self._body = body
        self.started = False

    async def send(self, message: Message) -> None:
        if self._body.problem is not None and not self.started:
            raise self._body.problem  # the framework took it for a damaged body and answers 400
        self.started = True
        await self._send(message)


class _Body:
    """A request's body on its way in, counted and timed; the clock for the work starts when it is there."""

    def __init__(self, receive: Receive, most: int, limits: Limits) -> None:
        self._receive = receive
        self._most = most
        self._limits = limits
        self._received = 0
        self.complete = False
        self._deadline = 0.0
        self.clock: asyncio.Timeout | None = None
        self.problem: ProblemError | None = None

    def check_announced(self, scope: Scope) -> None:
        for name, value in scope["headers"]:
            if name == b"content-length" and value.isdigit() and int(value) > self._most:
                raise self._too_long()

    async def receive(self) -> Message:
        if self.complete:
            return await self._receive()
        now = asyncio.get_running_loop().time()
        if not self._deadline:
            self._deadline = now + self._limits.body_seconds
            self._reschedule(self._deadline)
        message = await self._receive()
        self._received += len(message.get("body", b""))
        self.complete = not message.get("more_body", False)
        if self._received > self._most:
            self.problem = self._too_long()
            raise self.problem
        if self.complete:
            self._reschedule(asyncio.get_running_loop().time() + self._limits.request_seconds)
        return message

    async def drop(self) -> None:
        """Take in the next part and forget it."""
        message = await self._receive()
        self.complete = not message.get("more_body", False)

    def _reschedule(self, when: float) -> None:
        if self.clock is not None and not self.clock.expired():
            self.clock.reschedule(when)

    def _too_long(self) -> ProblemError:
        return ProblemError(413, "body-too-long", f"The body must not be longer than {self._most:,} bytes.")

    def timed_out(self) -> ProblemError:
        if not self.complete:
            seconds = self._limits.body_seconds
            return ProblemError(408, "slow-body", f"The body did not arrive within {seconds:g} seconds.")
        seconds = self._limits.request_seconds
        return ProblemError(504, "timeout", f"The request took more than {seconds:g} seconds; send less at a time.")


async def _refuse_and_drain(problem: ProblemError, body: _Body, scope: Scope, send: Send) -> None:
    """Answer before the body is there, then take in some more of it.

    Closing at once would reset the connection under a client that is still sending, which then never sees the answer.
    """
    response = problem_response(problem, scope)
    headers = [*response.raw_headers, (b"connection", b"close")]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.body, "more_body": True})
    until = time.monotonic() + _DRAIN_SECONDS
    while not body.complete and (left := until - time.monotonic()) > 0:
        try:
            await asyncio.wait_for(body.drop(), left)
        except TimeoutError:
            break
    await send({"type": "http.response.body", "body": b""})
