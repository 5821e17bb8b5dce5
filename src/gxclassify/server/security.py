"""Who may ask: trusted hosts, other origins, tokens; and the headers that bind a browser."""

from __future__ import annotations

import base64
import binascii
import hmac
import ipaddress
import re
import socket
from typing import TYPE_CHECKING, Any

from gxclassify.server.problems import ProblemError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from gxclassify.server.state import ServerSettings

__all__ = ["CONTENT_SECURITY_POLICY", "PUBLIC_PATHS", "PUBLIC_PREFIX", "Gate", "SecurityHeaders"]

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

PUBLIC_PATHS = frozenset({"/", "/label", "/health", "/ready", "/ping", "/favicon.ico"})
"""Open without a token: probes, and pages that hold nothing until their script asks with a token."""
PUBLIC_PREFIX = "/static/"
_ADMIN_PATHS = frozenset({"/v1/model/reload"})
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

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                present = {name.lower() for name, _ in headers}
                headers += [pair for pair in (*_HEADERS, _NO_STORE) if pair[0] not in present]
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, send_with_headers)


class Gate:
    """Let through only requests to a trusted host, from no foreign page, with a valid token.

    Raises `ProblemError` for the others: 400 (host), 403 (origin, or a token that is not the administrator's), 401.
    """

    def __init__(self, app: ASGIApp, settings: ServerSettings) -> None:
        self._app = app
        self._hosts = _host_patterns(settings)
        self._origins = frozenset(origin.rstrip("/").lower() for origin in settings.origins)
        self._token = _digestable(settings.token)
        self._admin = _digestable(settings.admin_token)

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
            detail = "The server does not answer to this host name; name it with --trusted-host."
            raise ProblemError(400, "host", detail)

    def _check_origin(self, scope: Scope, headers: dict[bytes, bytes]) -> None:
        # A browser sends Origin with every request of a page that may change something.
        origin = headers.get(b"origin")
        if origin is None or scope["method"] in _SAFE_METHODS:
            return
        name = origin.decode("latin-1").lower()
        own = name.partition("://")[2].encode("latin-1") == headers.get(b"host", b"").lower()
        if not own and name not in self._origins:
            raise ProblemError(403, "origin", "Pages of other origins may not call this server; see --origin.")

    def _check_token(self, scope: Scope, headers: dict[bytes, bytes]) -> None:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if path in PUBLIC_PATHS or path.startswith(PUBLIC_PREFIX) or scope["method"] == "OPTIONS":
            return
        given = _credentials(headers.get(b"authorization", b""))
        is_admin = self._admin is not None and hmac.compare_digest(given, self._admin)
        is_client = self._token is None or hmac.compare_digest(given, self._token)
        if path in _ADMIN_PATHS and self._admin is not None:
            if is_admin:
                return
            if is_client and self._token is not None:
                raise ProblemError(403, "not-administrator", "This needs the administrator's token.")
        elif is_client or is_admin:
            return
        raise ProblemError(
            401,
            "token",
            "A valid token is needed: Authorization: Bearer …",
            headers={"WWW-Authenticate": 'Bearer realm="gxclassify"'},
        )


def _digestable(token: str | None) -> bytes | None:
    return None if token is None else token.encode()


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


def cors_options(settings: ServerSettings) -> dict[str, Any]:
    """Return the arguments of Starlette's CORS middleware for the origins that were named."""
    return {
        "allow_origins": list(settings.origins),
        "allow_methods": ["GET", "POST"],
        "allow_headers": ["Authorization", "Content-Type"],
        "max_age": 600,
    }
