"""Connections that do not wait for ever: uvicorn has no time limit for headers that trickle in or answers not taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio

__all__ = ["bounded_protocol"]

_NOT_HTTP = (
    b'{"type":"urn:gxclassify:problem:not-http","title":"Bad Request","status":400,'
    b'"detail":"The request is not valid HTTP/1.1."}'
)


def bounded_protocol(seconds: float) -> type[H11Protocol]:
    """Return uvicorn's HTTP/1.1 protocol with a bound on how long a client may stall.

    Parameters
    ----------
    seconds : float
        How long the headers of a request may take from their first byte, or from the connection's start, and how
        long a client may leave its answer in our buffers.
    """

    class Bounded(_BoundedProtocol):
        stall_seconds = seconds

    return Bounded


class _BoundedProtocol(H11Protocol):
    stall_seconds = 10.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.access_log = False  # it would show paths and queries, whatever the loggers are set to
        self._headers_due: asyncio.TimerHandle | None = None
        self._answer_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        super().connection_made(transport)
        self._headers_due = self._abort_later()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            _cancel(self._headers_due)
            self._headers_due = None
        elif self._headers_due is None and self.conn.trailing_data[0]:
            self._headers_due = self._abort_later()

    def _abort_later(self) -> asyncio.TimerHandle:
        return self.loop.call_later(self.stall_seconds, self.transport.abort)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's sentence, ours says the same
        """Refuse what is not HTTP with a problem document, in place of uvicorn's plain text."""
        headers = [
            (b"content-type", b"application/problem+json"),
            (b"content-length", str(len(_NOT_HTTP)).encode()),
            (b"connection", b"close"),
        ]
        for event in (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=_NOT_HTTP),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._answer_due is None:
            self._answer_due = self._abort_later()

    def resume_writing(self) -> None:
        _cancel(self._answer_due)
        self._answer_due = None
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        _cancel(self._headers_due)
        _cancel(self._answer_due)
        super().connection_lost(exc)


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
