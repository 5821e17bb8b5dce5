"""A worker: what runs in a process that the supervisor has forked."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gxclassify.errors import ModelError
from gxclassify.server import sharing
from gxclassify.server.loader import use
from gxclassify.server.workers import make_server, run

if TYPE_CHECKING:
    import socket
    from multiprocessing.connection import Connection

    from gxclassify.model import Model
    from gxclassify.server.metrics import Metrics
    from gxclassify.server.state import ModelHolder, ServerSettings

__all__ = ["WorkerReloader", "work"]


def work(
    settings: ServerSettings,
    listener: socket.socket,
    model: Model,
    connection: Connection,
    inherited: list[Connection],
) -> None:
    """Serve in a process that the supervisor has forked.

    Parameters
    ----------
    settings : ServerSettings
    listener : socket
        The supervisor's, shared by all workers.
    model : Model
        Loaded before the fork.
    connection : Connection
        To the supervisor.
    inherited : list of Connection
        Ends of such connections that are the supervisor's.
    """
    from gxclassify.server.app import create_app  # imported already, before the fork
    from gxclassify.server.state import ModelHolder

    for end in inherited:  # the supervisor's ends: while one is open, nobody sees that the supervisor has gone
        end.close()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    app = create_app(
        settings,
        models=ModelHolder(model),
        reloader=lambda models, metrics: WorkerReloader(connection, models, metrics),
    )
    run(make_server(app, settings), [listener])


class WorkerReloader:
    """Ask the supervisor for a new model, and take the one it sends.

    Parameters
    ----------
    connection : Connection
        To the supervisor.
    models : ModelHolder
    metrics : Metrics
    """

    def __init__(self, connection: Connection, models: ModelHolder, metrics: Metrics) -> None:
        self._connection = connection
        self._models = models
        self._metrics = metrics
        self._asking: deque[asyncio.Future[bool]] = deque()
        self._taking: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen to the supervisor."""
        asyncio.get_running_loop().add_reader(self._connection.fileno(), self._hear)

    async def stop(self) -> None:
        """Listen no longer."""
        asyncio.get_running_loop().remove_reader(self._connection.fileno())

    async def reload(self) -> bool:
        """Look for a new model, in every worker; see `loader.Reloader`."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._asking.append(future)
        self._connection.send(("reload",))
        return await future

    def _hear(self) -> None:
        try:
            kind, *rest = self._connection.recv()
        except (EOFError, OSError):  # the supervisor is gone: nobody would look after this worker
            asyncio.get_running_loop().remove_reader(self._connection.fileno())
            os.kill(os.getpid(), signal.SIGTERM)
            return
        if kind == "model":
            task = asyncio.create_task(self._take(Path(rest[0])))
            self._taking.add(task)
            task.add_done_callback(self._taking.discard)
        elif kind == "done":
            self._answer(lambda future: future.set_result(rest[0]))
        else:
            self._metrics.reloads.labels("refused").inc()
            if rest[0] is not None:
                self._answer(lambda future: future.set_exception(ModelError(rest[0])))

    def _answer(self, answer: Any) -> None:
        while self._asking:
            future = self._asking.popleft()
            if not future.done():
                answer(future)

    async def _take(self, path: Path) -> None:
        model = await asyncio.to_thread(sharing.map_model, path)
        use(model, self._models, self._metrics)
        self._connection.send(("switched",))
