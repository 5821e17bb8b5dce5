"""Several workers on one socket: started from one loaded model, replaced when they die, given new models together.

Workers are forked after the model is loaded, so that they share its memory. A new model is loaded once, by the
supervisor, and mapped by the workers (see sharing.py); no worker restarts and no request is dropped.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import shutil
import signal
import socket
import tempfile
import time
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gxclassify.errors import ModelError
from gxclassify.server import sharing
from gxclassify.server.loader import REGISTRY_SECONDS, ModelSource
from gxclassify.server.worker import work
from gxclassify.server.workers import tell

if TYPE_CHECKING:
    from gxclassify.model import Model
    from gxclassify.server.state import ServerSettings

__all__ = ["Supervisor"]

logger = logging.getLogger("gxclassify.server")

_METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # named here as well: importing metrics.py would be too early
_SWITCH_SECONDS = 20.0
_STOP_SECONDS = 35.0
_QUICK_DEATH_SECONDS = 2.0
_MOST_QUICK_DEATHS = 5


class _Worker:
    def __init__(self, settings: ServerSettings, listener: socket.socket, model: Model, others: list[_Worker]) -> None:
        self.connection, theirs = multiprocessing.Pipe()
        self.started = time.monotonic()
        context = multiprocessing.get_context("fork")
        inherited = [self.connection, *(other.connection for other in others)]
        arguments = (settings, listener, model, theirs, inherited)
        self.process = context.Process(target=work, args=arguments, name="gxclassify-worker")
        self.process.start()
        theirs.close()

    def send(self, message: tuple[Any, ...]) -> bool:
        try:
            self.connection.send(message)
        except OSError:
            return False
        return True


class Supervisor:
    """Start the workers and look after them.

    Parameters
    ----------
    settings : ServerSettings
    listener : socket
        Listening already; the workers take turns in accepting.
    """

    def __init__(self, settings: ServerSettings, listener: socket.socket) -> None:
        self._settings = settings
        self._listener = listener
        self._source = ModelSource(settings.model)
        self._workers: list[_Worker] = []
        self._ending = False
        self._asked: list[_Worker] = []
        self._hangup = False
        self._quick_deaths = 0

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT; SIGHUP looks for a new model."""
        folder = Path(tempfile.mkdtemp(prefix="gxclassify-serve-"))
        os.environ[_METRICS_FOLDER] = str(folder)
        self._folder = folder
        try:
            self._model = self._source.load()
            _import_application()
            gc.collect()
            gc.freeze()  # else the collector writes to the pages that the workers share
            waker = self._catch_signals()
            for _ in range(self._settings.workers):
                self._add_worker()
            tell(self._settings, self._listener, self._model.name)
            self._loop(waker)
            self._end_workers()
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _catch_signals(self) -> socket.socket:
        waker, waking = socket.socketpair()
        waking.setblocking(False)  # noqa: FBT003 - the standard library takes it by place
        signal.set_wakeup_fd(waking.fileno())
        self._waking = waking
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_end)
        signal.signal(signal.SIGHUP, self._on_hangup)
        return waker

    def _on_end(self, *_: object) -> None:
        self._ending = True

    def _on_hangup(self, *_: object) -> None:
        self._hangup = True

    def _loop(self, waker: socket.socket) -> None:
        every = self._settings.watch_seconds
        if every > 0 and self._source.in_registry:
            every = max(every, REGISTRY_SECONDS)
        next_look = time.monotonic() + every
        while not self._ending:
            left = max(0.0, next_look - time.monotonic()) if every > 0 else None
            sources = [part for w in self._workers for part in (w.connection, w.process.sentinel)]
            ready = wait([waker, *sources], 0 if self._asked else left)
            if waker in ready:
                waker.recv(64)
            self._hear(ready)
            self._replace_dead()
            due = every > 0 and time.monotonic() >= next_look
            if due:
                next_look = time.monotonic() + every
            if self._asked or self._hangup or (due and self._source.changed()):
                self._reload()

    def _hear(self, ready: list[Any]) -> None:
        for worker in self._workers:
            if worker.connection in ready:
                try:
                    worker.connection.recv()
                except (EOFError, OSError):
                    continue  # it is dying; its sentinel tells
                self._asked.append(worker)

    def _add_worker(self) -> None:
        self._workers.append(_Worker(self._settings, self._listener, self._model, self._workers))

    def _replace_dead(self) -> None:
        for worker in [w for w in self._workers if not w.process.is_alive()]:
            self._workers.remove(worker)
            worker.connection.close()
            if self._ending:
                continue
            logger.error("worker died pid=%s exit=%s", worker.process.pid, worker.process.exitcode)
            _forget_metrics(self._folder, worker.process.pid)
            quick = time.monotonic() - worker.started < _QUICK_DEATH_SECONDS
            self._quick_deaths = self._quick_deaths + 1 if quick else 0
            if self._quick_deaths >= _MOST_QUICK_DEATHS:
                logger.error("workers die as soon as they start; giving up")
                self._ending = True
                return
            self._add_worker()

    # ---- models

    def _reload(self) -> None:
        asked, self._asked, self._hangup = self._asked, [], False
        try:
            model = self._source.load()
        except ModelError as error:
            self._source.forget()
            logger.error("model refused, %s stays in use: %s", self._model.name, error)  # noqa: TRY400 - the sentence says it
            for worker in self._workers:
                worker.send(("refused", str(error) if worker in asked else None))
            return
        changed = model.digest != self._model.digest
        if changed:
            self._hand_over(model)
            self._model = model
        for worker in asked:
            worker.send(("done", changed))

    def _hand_over(self, model: Model) -> None:
        path = self._folder / f"{model.name}.model"
        sharing.write_model(model, path)
        try:
            waiting = {w.connection: w for w in self._workers if w.send(("model", str(path)))}
            until = time.monotonic() + _SWITCH_SECONDS
            while waiting and (left := until - time.monotonic()) > 0:
                for connection in wait(list(waiting), left):
                    assert isinstance(connection, Connection)  # noqa: S101 - nothing else was waited for
                    worker = waiting[connection]
                    try:
                        message = connection.recv()
                    except (EOFError, OSError):
                        del waiting[connection]
                        continue
                    if message == ("switched",):
                        del waiting[connection]
                    else:
                        self._asked.append(worker)
            for worker in waiting.values():
                logger.error("worker did not take the new model; ending it pid=%s", worker.process.pid)
                worker.process.terminate()
        finally:
            path.unlink()

    def _end_workers(self) -> None:
        for worker in self._workers:
            worker.process.terminate()
        until = time.monotonic() + _STOP_SECONDS
        for worker in self._workers:
            worker.process.join(max(0.0, until - time.monotonic()))
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()


def _import_application() -> None:
    """Import all that a worker needs before it is forked, once for all of them."""
    import gxclassify.server.app  # noqa: F401


def _forget_metrics(folder: Path, pid: int | None) -> None:
    for path in folder.glob(f"gauge_live*_{pid}.db"):
        path.unlink()
