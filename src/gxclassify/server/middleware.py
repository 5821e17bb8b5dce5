"""The layers around the routes, from outside: who may ask, what is counted and logged, how much a request may take.

The log carries ids, routes and sizes. It never shows paths, queries or messages of unknown exceptions, for each of
them may hold a client's text.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import ipaddress
import itertools
import logging
import os
import re
import socket
import time
import traceback
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect
from starlette.routing import Match

from gxclassify.errors import GxclassifyError, StoreError, lacks_memory, reason
from gxclassify.messages import Message
from gxclassify.server.accounts import Accounts
from gxclassify.server.problems import ProblemError, problem_response

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp, Receive, Scope, Send
    from starlette.types import Message as AsgiMessage

    from gxclassify.server.metrics import Metrics
    from gxclassify.server.settings import Limits, ServerSettings
    from gxclassify.server.state import AppState

logger = logging.getLogger("gxclassify.server")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


REQUEST_ID = b"x-request-id"
ID = "gxclassify.request_id"
"""Where a request's scope has its id."""
ANSWERED_ELSEWHERE = "gxclassify.answered_elsewhere"
"""Where it says that another process answers, which counts and logs it."""


def path_of(scope: Scope) -> str:
    """Return the path without what a proxy put before it."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def route_of(scope: Scope, routes: Sequence[BaseRoute]) -> str:
    """Return the template of the route that took the request, or was to take it; never the path itself."""
    route = scope.get("route") or next((one for one in routes if one.matches(scope)[0] is not Match.NONE), None)
    path = getattr(route, "path", None)
    return path if isinstance(path, str) else "unmatched"


class Observation:
    """Count, time and log requests, and answer for those that failed.

    One that a layer refused counts as a request for the one of `routes` that it was meant for.

    Where another process forwards them (`forwarded`), each brings its id along.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, *, routes: Sequence[BaseRoute], forwarded: bool = False) -> None:
        self._app = app
        self._metrics = metrics
        self._routes = routes
        self._forwarded = forwarded
        self._prefix = f"{os.getpid():x}-{int(time.time()):x}"
        self._count = itertools.count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a request: the interface of ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        request_id = f"{self._prefix}-{next(self._count):x}"
        if self._forwarded:
            request_id = dict(scope["headers"]).get(REQUEST_ID, b"").decode("latin-1")
        scope[ID] = request_id
        answer = _ObservedAnswer(send, request_id)
        try:
            await self._app(scope, receive, answer.send)
        except ProblemError as problem:
            await self._refuse(problem, scope, receive, answer)
        except ClientDisconnect:
            return  # counted as status 499
        except Exception as error:  # noqa: BLE001 - the one place where unknown failures end
            trouble = _of_the_machine(error, request_id)
            if trouble is None:
                log_bug(error, request_id)
                trouble = ProblemError(
                    500, "bug", Message("The server failed; the log tells more under the id of this request.")
                )
            if answer.status:
                return  # an answer was begun and cannot be taken back: uvicorn closes the connection
            await problem_response(trouble, scope)(scope, receive, answer.send)
        finally:
            if not scope.get(ANSWERED_ELSEWHERE):
                self._record(scope, answer, time.perf_counter() - started)

    async def _refuse(self, problem: ProblemError, scope: Scope, receive: Receive, answer: _ObservedAnswer) -> None:
        if answer.status:
            return
        self._metrics.refused.labels(problem.kind).inc()
        await problem_response(problem, scope)(scope, receive, answer.send)

    def _record(self, scope: Scope, answer: _ObservedAnswer, seconds: float) -> None:
        route = route_of(scope, self._routes)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        status = answer.status or 499  # the client went away before there was an answer
        self._metrics.requests.labels(route, method, status).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        # A page brings some thirty files of its own, which nobody looks for in a log.
        level = logging.DEBUG if route.startswith("/static/") and status < HTTPStatus.BAD_REQUEST else logging.INFO
        if logger.isEnabledFor(level):
            logger.log(
                level,
                "request id=%s method=%s route=%s status=%d bytes=%d ms=%.1f",
                *(answer.request_id, method, route, status, answer.bytes, seconds * 1000),
            )


class _ObservedAnswer:
    """The answer on its way out: its status, its size, and the request's id in its headers."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self.request_id = request_id
        self.status = 0
        self.bytes = 0

    async def send(self, message: AsgiMessage) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = [*message.get("headers", ()), (REQUEST_ID, self.request_id.encode())]
            message = {**message, "headers": headers}
        else:
            self.bytes += len(message.get("body", b""))
        await self._send(message)


def _of_the_machine(error: Exception, request_id: str) -> ProblemError | None:
    """Return the problem of what the disk, the memory or a store does not do now, and log it; None: it is a bug."""
    cause = error.__cause__ or error if isinstance(error, GxclassifyError) else error
    of_the_system = isinstance(cause, OSError) and cause.strerror  # one without may quote a text
    if not of_the_system and not isinstance(error, StoreError) and not lacks_memory(error):
        return None
    why = reason(cause)
    logger.error("request failed id=%s: %s", request_id, error.message if isinstance(error, GxclassifyError) else why)
    detail = Message("The server cannot do this now ({why}); try again later.", why=why)
    return ProblemError(503, "unavailable", detail, headers={"Retry-After": "5"})


def log_bug(error: BaseException, request_id: str) -> None:
    """Log where an unknown exception came from; its message is left out, it may quote a text."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    name = type(error).__qualname__
    detail = f": {error.message}" if isinstance(error, GxclassifyError) else ""
    logger.error("bug id=%s %s%s\n%s", request_id, name, detail, frames)


# ---- Bounds on a request: how long its body is, how long it may take, and how many there may be at once.

DOCUMENT_PATHS = frozenset({"/v1/documents", "/page/document", "/page/results", "/page/survey", "/label/queue"})
_PROBES = frozenset({"/health", "/ready", "/ping", "/metrics"})
_MOST_HELD = 8  # documents of the largest size, whose bodies may be held at once


class RequestLimits:
    """Refuse what is too long (413), too slow (408, 504), too much (429, 503) or comes while the server stops (503)."""

    def __init__(self, app: ASGIApp, state: AppState) -> None:
        self._app = app
        self._state = state
        self._limits = limits = state.settings.limits
        self._metrics = state.metrics
        self._documents = _Held(_MOST_HELD * limits.document_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a request: the interface of ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = path_of(scope)
        if path in _PROBES:  # they must answer when nothing else does
            await self._app(scope, receive, send)
            return
        state = self._state
        if state.stopping:
            detail = Message("The server is stopping; try again later.")
            raise ProblemError(503, "stopping", detail, headers={"Retry-After": "5", "Connection": "close"})
        if state.connections() > self._limits.connections:
            detail = Message("Too many connections are open; try again later.")
            raise ProblemError(503, "connections", detail, headers={"Retry-After": "1", "Connection": "close"})
        if state.in_flight >= self._limits.in_flight:
            detail = Message("The server is busy; try again later.")
            raise ProblemError(429, "busy", detail, headers={"Retry-After": "1"})
        state.in_flight += 1
        self._metrics.in_flight.inc()
        try:
            await self._limited(path, scope, receive, send)
        finally:
            state.in_flight -= 1
            self._metrics.in_flight.dec()

    async def _limited(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        most = self._limits.document_bytes if path in DOCUMENT_PATHS else self._limits.json_bytes
        body = _Body(receive, most, self._limits, self._documents if path in DOCUMENT_PATHS else None)
        answer = _LimitedAnswer(send, body)
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
            if answer.started or (problem.status != 413 and problem is not body.problem):  # noqa: PLR2004 - the status is the name
                raise
            response = problem_response(problem, scope)
            response.headers["connection"] = "close"
            await response(scope, receive, send)
            self._metrics.refused.labels(problem.kind).inc()
        finally:
            body.let_go()


class _Held:
    """How many bytes the bodies of documents hold that are on their way or worked on, of all requests together."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.now = 0


class _LimitedAnswer:
    def __init__(self, send: Send, body: _Body) -> None:
        self._send = send
        self._body = body
        self.started = False

    async def send(self, message: AsgiMessage) -> None:
        if self._body.problem is not None and not self.started:
            raise self._body.problem  # the framework took it for a damaged body and answers 400
        self.started = True
        await self._send(message)


class _Body:
    """A request's body on its way in, counted and timed; the clock for the work starts when it is there."""

    def __init__(self, receive: Receive, most: int, limits: Limits, held: _Held | None) -> None:
        self._receive = receive
        self._most = most
        self._limits = limits
        self._held = held
        self._received = 0
        self._counted = 0
        self.complete = False
        self._deadline = 0.0
        self.clock: asyncio.Timeout | None = None
        self.problem: ProblemError | None = None

    def check_announced(self, scope: Scope) -> None:
        for name, value in scope["headers"]:
            if name == b"content-length" and value.isdigit() and int(value) > self._most:
                raise self._too_long()

    async def receive(self) -> AsgiMessage:
        if self.complete:
            return await self._receive()
        now = asyncio.get_running_loop().time()
        if not self._deadline:
            self._deadline = now + self._limits.body_seconds
            self._reschedule(self._deadline)
        message = await self._receive()
        size = len(message.get("body", b""))
        self._received += size
        self.complete = not message.get("more_body", False)
        if self._received > self._most:
            self.problem = self._too_long()
            raise self.problem
        if self._held is not None:
            self._held.now += size
            self._counted += size
            if self._held.now > self._held.most:
                detail = Message("Too many documents are on their way; try again later.")
                self.problem = ProblemError(429, "busy", detail, headers={"Retry-After": "2"})
                raise self.problem
        if self.complete:
            self._reschedule(asyncio.get_running_loop().time() + self._limits.request_seconds)
        return message

    def let_go(self) -> None:
        """Count what was received as held no longer."""
        if self._held is not None:
            self._held.now -= self._counted

    def _reschedule(self, when: float) -> None:
        if self.clock is not None and not self.clock.expired():
            self.clock.reschedule(when)

    def _too_long(self) -> ProblemError:
        most = self._most
        size = f"{most / 2**20:.4g} MB" if most >= 2**20 else Message("{n:,} bytes", n=most)
        detail = Message("What is sent must not be longer than {size} together.", size=size)
        return ProblemError(413, "body-too-long", detail, members={"most": most})

    def timed_out(self) -> ProblemError:
        if not self.complete:
            seconds = self._limits.body_seconds
            return ProblemError(
                408, "slow-body", Message("The body did not arrive within {seconds:g} seconds.", seconds=seconds)
            )
        seconds = self._limits.request_seconds
        return ProblemError(
            504,
            "timeout",
            Message("The request took more than {seconds:g} seconds; send less at a time.", seconds=seconds),
        )


# ---- Who may ask: trusted hosts, other origins, tokens; and the headers that bind a browser.

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_HEADERS = [
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
]
_NO_STORE = (b"cache-control", b"no-store")

PUBLIC_PATHS = frozenset({"/", "/label", "/survey", "/health", "/ready", "/ping", "/favicon.ico", "/page/settings"})
"""Open without a token: probes, and pages that hold nothing until their script asks with a token."""
PUBLIC_PREFIX = "/static/"
_ADMIN_PATHS = frozenset({"/v1/model/reload", "/label/models/use", "/label/models/back"})
ACCOUNT = "gxclassify.account"
"""Where a request's scope says whose it is, on a server with accounts."""
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SecurityHeaders:
    """Add the headers that keep a browser from sniffing, framing, caching or loading anything from elsewhere.

    A route that sets one of them itself keeps its own.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a request: the interface of ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: AsgiMessage) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                present = {name.lower() for name, _ in headers}
                headers += [pair for pair in (*_HEADERS, _NO_STORE) if pair[0] not in present]
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, send_with_headers)


class HeadRequests:
    """Answer HEAD as GET without the body: by it monitors and proxies ask whether something is there."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a request: the interface of ASGI."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_head(message: AsgiMessage) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self._app({**scope, "method": "GET"}, receive, send_head)


class Gate:
    """Let through only requests to a trusted host, from no foreign page, with a valid token.

    Raises `ProblemError` for the others: 400 (host), 403 (origin, or a token that is not the administrator's), 401.
    """

    def __init__(self, app: ASGIApp, settings: ServerSettings) -> None:
        self._app = app
        self._hosts = _host_patterns(settings)
        self._origins = frozenset(settings.allowed_origins)
        self._token = None if settings.token is None else settings.token.encode()
        self._admin = None if settings.admin_token is None else settings.admin_token.encode()
        self._accounts = None if settings.accounts is None else Accounts(settings.accounts, checked=True)
        self._asks = settings.auth_required

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a request: the interface of ASGI."""
        if scope["type"] == "http":
            headers: dict[bytes, bytes] = dict(scope["headers"])
            self._check_host(headers)
            self._check_origin(scope, headers)
            self._check_token(scope, headers)
        await self._app(scope, receive, send)

    def _check_host(self, headers: dict[bytes, bytes]) -> None:
        # A web page that points its own name at this machine (DNS rebinding) sends that name; an address in figures
        # cannot be such a name.
        host = _host_name(headers.get(b"host", b""))
        if not any(pattern.fullmatch(host) for pattern in self._hosts) and not _is_address(host):
            detail = Message("The server does not answer to this host name; name it with --trusted-host.")
            raise ProblemError(400, "host", detail)

    def _check_origin(self, scope: Scope, headers: dict[bytes, bytes]) -> None:
        # A browser sends Origin with every request of a page that may change something.
        origin = headers.get(b"origin")
        if origin is None or scope["method"] in _SAFE_METHODS:
            return
        name = origin.decode("latin-1").lower()
        own = name.partition("://")[2].encode("latin-1") == headers.get(b"host", b"").lower()
        if not own and name not in self._origins:
            raise ProblemError(403, "origin", Message("Pages of other origins may not call this server; see --origin."))

    def _check_token(self, scope: Scope, headers: dict[bytes, bytes]) -> None:
        path = path_of(scope)
        if path in PUBLIC_PATHS or path.startswith(PUBLIC_PREFIX) or scope["method"] == "OPTIONS":
            return
        given = _credentials(headers.get(b"authorization", b""))
        account = None if self._accounts is None else self._accounts.find(given)
        scope[ACCOUNT] = account
        is_admin = _same(given, self._admin) or (account is not None and account.admin)
        is_client = _same(given, self._token) or account is not None
        if path in _ADMIN_PATHS and (self._admin is not None or self._accounts is not None):
            if is_admin or (
                self._admin is None and _same(given, self._token)
            ):  # with one token, it admits to everything
                return
            if is_client:
                raise ProblemError(403, "not-administrator", Message("This needs the administrator's token."))
        elif is_client or is_admin or not self._asks:
            return
        raise ProblemError(
            401,
            "token",
            Message("A valid token is needed: Authorization: Bearer …"),
            headers={"WWW-Authenticate": 'Bearer realm="gxclassify"'},
        )


def _same(given: bytes, token: bytes | None) -> bool:
    return token is not None and hmac.compare_digest(given, token)


def _credentials(header: bytes) -> bytes:
    """Return the token of a Bearer header, or the password of a Basic one, which is all that Label Studio can send."""
    scheme, _, value = header.partition(b" ")
    value = value.strip()
    if scheme.lower() == b"bearer":
        return value
    if scheme.lower() == b"basic":
        try:
            return base64.b64decode(value, validate=True).partition(b":")[2]
        except binascii.Error:
            return b""
    return b""


def _host_patterns(settings: ServerSettings) -> list[re.Pattern[str]]:
    names = {"localhost", socket.gethostname().lower(), settings.host.lower(), *map(str.lower, settings.trusted_hosts)}
    return [re.compile(re.escape(name).replace(r"\*", r"[a-z0-9.-]+")) for name in names if name]


def _host_name(header: bytes) -> str:
    """Return the host of a Host header without its port and brackets."""
    host = header.decode("latin-1").lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if ":" in host else host


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
