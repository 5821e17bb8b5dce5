"""Connections that neither wait for ever nor end under a client that is still sending.

uvicorn lets headers trickle in, and answers lie, without a limit in time. And it closes a connection when the answer is
written, whatever of the request is still on its way: the system then resets the connection, and the answer is lost
to a client that had not taken it yet (RFC 9112, section 9.6).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from gxclassify.messages import Message

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

_NO_HTTP = Message(
    "The request is not valid HTTP/1.1; Chinese in an address must be percent-encoded, such as %E9%A1%B5 for 页."
)


def bounded_protocol(seconds: float) -> type[H11Protocol]:
    """Return uvicorn's HTTP/1.1 protocol with a bound on how long a client may stall.

    Parameters
    ----------
    seconds : float
        How long the headers of a request may take from their first byte, or from the connection's start, how
        long a client may leave its answer in our buffers, and how long it may send on after its answer.
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
        self._rest_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        super().connection_made(_HalfClosing(transport, self._client_sends_on, self._on_half_closed))  # type: ignore[arg-type] # stands for one
        self._headers_due = self._abort_later()

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():  # the rest of a request that has its answer
            return
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            _cancel(self._headers_due)
            self._headers_due = None
        elif self._headers_due is None and self.conn.trailing_data[0]:
            self._headers_due = self._abort_later()
        if self._rest_due is not None and not self._has_early_answer() and not self.transport.is_closing():
            # The whole request is there after all, and the connection free for the next: the end that was set for this
            # one must not hit that.
            _cancel(self._rest_due)
            self._rest_due = None
            if self.conn.their_state is h11.IDLE and self.timeout_keep_alive_task is None:  # uvicorn forgets it here
                self.timeout_keep_alive_task = self.loop.call_later(
                    self.timeout_keep_alive, self.timeout_keep_alive_handler
                )

    def on_response_complete(self) -> None:
        """Bound the time for the rest of a request whose answer came early: whoever sends on would keep us."""
        super().on_response_complete()
        if self._has_early_answer() and not self.transport.is_closing():
            self._rest_due = self._abort_later()

    def _has_early_answer(self) -> bool:
        return self.conn.their_state is h11.SEND_BODY and self.cycle.response_complete

    def _client_sends_on(self) -> bool:
        """Tell whether something of a request may still come, or lies here unread."""
        return self.conn.their_state in {h11.SEND_BODY, h11.ERROR} or bool(self.conn.trailing_data[0])

    def _on_half_closed(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:  # what came last was not HTTP
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        _cancel(self._rest_due)
        self._rest_due = self._abort_later()

    def _abort_later(self) -> asyncio.TimerHandle:
        return self.loop.call_later(self.stall_seconds, self.transport.abort)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's sentence, ours says the same
        """Refuse what is not HTTP with a problem document, in place of uvicorn's plain text."""
        from gxclassify.server.problems import PROBLEM_TYPE, ProblemError, problem_response

        body = bytes(problem_response(ProblemError(400, "not-http", _NO_HTTP), {"headers": []}).body)
        headers = [
            (b"content-type", PROBLEM_TYPE.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:  # else there is an answer already, or part of one
            for event in (
                h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
                h11.Data(data=body),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def shutdown(self) -> None:
        """Begin the end of the server; a connection that is closed to our side ends by itself."""
        if not self.transport.is_closing():
            super().shutdown()

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
        _cancel(self._rest_due)
        super().connection_lost(exc)


class _HalfClosing:
    """A transport that, closed under a client which `sends_on`, ends its own side and takes in what comes until then.

    Parameters
    ----------
    transport : asyncio.Transport
    sends_on : callable
        Tells whether the client is still sending.
    half_closed : callable
        Called when our side has ended; it must see to it that the connection is aborted some time.
    """

    def __init__(
        self, transport: asyncio.Transport, sends_on: Callable[[], bool], half_closed: Callable[[], None]
    ) -> None:
        self._transport = transport
        self._sends_on = sends_on
        self._half_closed = half_closed
        self._ended = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def is_closing(self) -> bool:
        return self._ended or self._transport.is_closing()

    def write(self, data: bytes) -> None:
        if not self._ended:
            self._transport.write(data)

    def close(self) -> None:
        if self.is_closing():
            return
        if not self._sends_on():
            self._transport.close()
            return
        self._ended = True
        self._transport.write_eof()
        self._transport.resume_reading()
        self._half_closed()


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
