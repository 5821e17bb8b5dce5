"""Run the server: in this process, or in several that a supervisor starts, feeds with models and ends."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import socket
from typing import TYPE_CHECKING

from gxclassify.errors import ConfigError
from gxclassify.server.logs import configure

if TYPE_CHECKING:
    from collections.abc import Sequence

    import uvicorn
    from fastapi import FastAPI

    from gxclassify.server.state import ServerSettings

__all__ = ["bind", "check", "make_server", "serve"]

logger = logging.getLogger("gxclassify.server")

_BACKLOG = 1024
_KEEP_ALIVE_SECONDS = 30
_GRACE_SECONDS = 30


def check(settings: ServerSettings) -> None:
    """Refuse settings that would leave the server open to others without a token; raises `ConfigError`."""
    if not settings.on_this_machine and settings.token is None:
        msg = (
            f"Listening on {settings.host} needs a token, others could reach it: give --token-file, set "
            f"GXCLASSIFY_TOKEN, or listen on 127.0.0.1."
        )
        raise ConfigError(msg)
    for name, token in (("token", settings.token), ("administrator's token", settings.admin_token)):
        if token is not None and (len(token) < 16 or not token.isascii() or not token.isprintable() or " " in token):  # noqa: PLR2004 - said in the message
            msg = f"The {name} must have at least 16 printable ASCII characters without spaces."
            raise ConfigError(msg)


def bind(settings: ServerSettings) -> socket.socket:
    """Return a socket that listens where the settings say; a `ConfigError` says why not."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.create_server((str(address[0]), int(address[1])), family=family, backlog=_BACKLOG)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        msg = f"Port {settings.port} of {settings.host} cannot be listened on ({reason}); choose another with --port."
        raise ConfigError(msg) from error
    # Accepted connections inherit it. Without it an answer's body waits for the acknowledgement of its head, 40 ms;
    # asyncio sets it only on sockets whose protocol is named.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def make_server(app: FastAPI, settings: ServerSettings) -> uvicorn.Server:
    """Return uvicorn set up for `app`: bounded connections, no access log, no WebSockets."""
    import uvicorn

    from gxclassify.server.connection import bounded_protocol

    config = uvicorn.Config(
        app,
        http=bounded_protocol(settings.limits.header_seconds),
        ws="none",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on",
        root_path=settings.root_path,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        limit_concurrency=4 * settings.limits.in_flight,
        backlog=_BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    return uvicorn.Server(config)


def serve(settings: ServerSettings) -> None:
    """Listen and serve until interrupted or terminated.

    Raises
    ------
    ConfigError
        The settings are unsafe, or the port is taken.
    ModelError
        The model is missing, damaged or refused.
    """
    check(settings)
    configure()
    with bind(settings) as listener:
        if settings.workers > 1:
            from gxclassify.server.supervisor import Supervisor

            Supervisor(settings, listener).run()
        else:
            _serve_here(settings, listener)


def _serve_here(settings: ServerSettings, listener: socket.socket) -> None:
    from gxclassify.server.app import create_app  # the supervisor sets the metrics up first

    app = create_app(settings)
    tell(settings, listener, app.state.gxclassify.models.current.name)
    run(make_server(app, settings), [listener])


def tell(settings: ServerSettings, listener: socket.socket, model: str) -> None:
    """Say in the log where the server is and what it serves."""
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    logger.info(
        "serving url=http://%s:%d%s model=%s workers=%d", shown, port, settings.root_path, model, settings.workers
    )


def run(server: uvicorn.Server, listeners: Sequence[socket.socket]) -> None:
    """Run `server` in this process until it is told to end; SIGTERM is an end like any other."""
    gc.collect()
    gc.freeze()  # what was loaded stays for good; no collection needs to look at it again
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(server.serve(sockets=list(listeners)))
