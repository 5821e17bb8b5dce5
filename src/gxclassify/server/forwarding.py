"""Documents are read, tagged and answered in a process of their own, at low priority: nothing they hold delays others.

`Forwarding` hands such a request on over a Unix socket that only this user can reach, part by part as it comes, and the
answer back. Whoever gives a request up closes the connection; there `EndedWithClient` ends the work.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import h11
from starlette.requests import ClientDisconnect

from gxclassify.messages import Message
from gxclassify.server.middleware import ANSWERED_ELSEWHERE, DOCUMENT_PATHS, ID, REQUEST_ID, path_of
from gxclassify.server.problems import ProblemError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send
    from starlette.types import Message as AsgiMessage

_PART = 1 << 16
_OWN = frozenset(
    {b"connection", b"keep-alive", b"expect", b"upgrade", b"te", b"transfer-encoding", b"date", REQUEST_ID}
)
"""Headers of one connection, and those that this side sets itself."""


def local_listener(path: str) -> socket.socket:
    """Return a Unix socket that listens at `path`."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(1024)
    return listener


def is_document(scope: Scope) -> bool:
    """Tell whether a request brings a document."""
    return scope["type"] == "http" and scope["method"] == "POST" and path_of(scope) in DOCUMENT_PATHS


class Forwarding:
    """Hand requests with documents on to the process that listens at `address`, all others to the application."""

    def __init__(self, app: ASGIApp, address: str) -> None:
        self._app = app
        self._address = address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a request: the interface of ASGI."""
        if not is_document(scope):
            await self._app(scope, receive, send)
            return
        scope["route"] = SimpleNamespace(path=path_of(scope))
        try:
            reader, writer = await asyncio.open_unix_connection(self._address, limit=_PART)
        except OSError as error:
            raise _interrupted() from error
        exchange = _Exchange(scope, reader, writer)
        sending = asyncio.create_task(exchange.send_request(receive))
        answering = asyncio.create_task(exchange.pass_answer(send))
        try:
            await asyncio.wait({sending, answering}, return_when=asyncio.FIRST_COMPLETED)
            if not answering.done():  # the client has gone, or its body is refused
                sending.result()
            await answering
        except (OSError, h11.RemoteProtocolError) as error:
            if exchange.answered:
                raise
            raise _interrupted() from error
        finally:
            for task in (sending, answering):
                task.cancel()
            await asyncio.gather(sending, answering, return_exceptions=True)
            writer.transport.abort()


def _interrupted() -> ProblemError:
    return ProblemError(
        503,
        "interrupted",
        Message("Reading was interrupted; send the document again."),
        headers={"Retry-After": "1"},
    )


class _Exchange:
    """One request and its answer on the way over the local socket."""

    def __init__(self, scope: Scope, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._scope = scope
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.CLIENT)
        self.answered = False

    async def send_request(self, receive: Receive) -> None:
        """Pass the request on, and then wait for the client to go; raises `ClientDisconnect` when it does."""
        scope = self._scope
        target = scope["raw_path"].removeprefix(scope.get("root_path", "").encode())
        if scope["query_string"]:
            target += b"?" + scope["query_string"]
        given = {name for name, _ in scope["headers"]}
        chunked = b"transfer-encoding" in given or b"content-length" not in given  # the first decides where both are
        own = _OWN | {b"content-length"} if chunked else _OWN
        headers = [(name, value) for name, value in scope["headers"] if name not in own]
        if chunked:
            headers.append((b"transfer-encoding", b"chunked"))
        headers += [(b"connection", b"close"), (REQUEST_ID, scope[ID].encode())]
        with contextlib.suppress(ConnectionError):  # an answer that came early is on its way
            await self._write(h11.Request(method=scope["method"], target=target, headers=headers))
            more = True
            while more:
                message = await _next(receive)
                more = message.get("more_body", False)
                if message.get("body"):
                    await self._write(h11.Data(data=message["body"]))
            await self._write(h11.EndOfMessage())
        while True:
            await _next(receive)

    async def _write(self, event: Any) -> None:
        self._writer.write(self._http.send(event) or b"")
        await self._writer.drain()

    async def pass_answer(self, send: Send) -> None:
        """Pass the answer back."""
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                self._http.receive_data(await self._reader.read(_PART))
            elif isinstance(event, h11.Response):
                self._scope[ANSWERED_ELSEWHERE] = True
                headers = [(name, value) for name, value in event.headers if name not in _OWN]
                self.answered = True
                await send({"type": "http.response.start", "status": event.status_code, "headers": headers})
            elif isinstance(event, h11.Data):
                await send({"type": "http.response.body", "body": bytes(event.data), "more_body": True})
            elif isinstance(event, h11.EndOfMessage):
                await send({"type": "http.response.body", "body": b""})
                return
            else:
                raise ConnectionError("the connection ended before the answer")


async def _next(receive: Receive) -> AsgiMessage:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    return message


class EndedWithClient:
    """End the work on a document when its client goes away."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a request: the interface of ASGI."""
        if not is_document(scope):
            await self._app(scope, receive, send)
            return
        whole = asyncio.Event()

        async def watched() -> AsgiMessage:
            message = await receive()
            if not message.get("more_body", False):
                whole.set()
            return message

        async def until_gone() -> None:
            await whole.wait()
            while (await receive())["type"] != "http.disconnect":
                pass

        work = asyncio.ensure_future(self._app(scope, watched, send))
        gone = asyncio.ensure_future(until_gone())
        try:
            await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                raise ClientDisconnect
            work.result()
        finally:
            work.cancel()
            gone.cancel()
            await asyncio.gather(work, gone, return_exceptions=True)
