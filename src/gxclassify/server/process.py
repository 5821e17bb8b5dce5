"""Run the server: in this process, or in several that a supervisor starts, feeds with models and ends."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import importlib
import ipaddress
import itertools
import logging
import logging.config
import mmap
import multiprocessing
import os
import pickle
import re
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections import deque
from collections.abc import Sequence
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn

from gxclassify.errors import ConfigError, GxclassifyError, ModelError, ServerError, lacks_memory, reason
from gxclassify.files import new_folder
from gxclassify.labels.store import LabelStore
from gxclassify.messages import Message, spoken, system_text
from gxclassify.server.accounts import Accounts
from gxclassify.server.connections import bounded_protocol
from gxclassify.server.forwarding import local_listener
from gxclassify.server.models import REGISTRY_SECONDS, ModelHolder, ModelSource, tell_unchanged, use
from gxclassify.server.settings import make_results, store_queue, tell_foreign
from gxclassify.zones import Gazetteer, load_gazetteer

if TYPE_CHECKING:
    from fastapi import FastAPI

    from gxclassify.model.model import Model
    from gxclassify.server.metrics import Metrics
    from gxclassify.server.settings import ServerSettings
    from gxclassify.server.state import AppState

logger = logging.getLogger("gxclassify.server")

_BACKLOG = 1024
_KEEP_ALIVE_SECONDS = 30
_GRACE_SECONDS = 30


def check(settings: ServerSettings) -> None:
    """Refuse settings that would leave the server open to others without a token, and files that do not do.

    Settings that nothing could ever match are refused as well. Raises `ConfigError`, `LabelError` or `StoreError`.
    """
    if not settings.on_this_machine and not settings.auth_required:
        raise ConfigError(
            "Listening on {host} needs a token, others could reach it: give --token-file or "
            "--accounts, set GXCLASSIFY_TOKEN, or listen on 127.0.0.1.",
            host=settings.host,
        )
    for name, token in ((Message("token"), settings.token), (Message("administrator's token"), settings.admin_token)):
        check_token(token, name)
    _check_names(settings)
    _check_files(settings)


def check_token(token: str | None, name: Message) -> None:
    """Refuse, by a `ConfigError`, a token that is easily guessed or cannot be sent; `name` says which it is."""
    if token is not None and (len(token) < 16 or not token.isascii() or not token.isprintable() or " " in token):  # noqa: PLR2004 - said in the message
        raise ConfigError("The {name} must have at least 16 printable ASCII characters without spaces.", name=name)


def _check_names(settings: ServerSettings) -> None:
    """Refuse what could never match: whoever set it would look for the fault elsewhere."""
    for host in settings.trusted_hosts:
        if not re.fullmatch(r"[A-Za-z0-9._*-]+", host):
            raise ConfigError(
                "--trusted-host {host}: give a host name alone, such as tags.example.org or *.example.org, without "
                "scheme, port and path, in ASCII (xn--…).",
                host=host,
            )
    for origin in settings.origins:
        if origin != "null" and not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*://[!-.0-~]+/?", origin):
            raise ConfigError(
                "--origin {origin}: give scheme and host, and the port if there is one, such as "
                "https://tags.example.org, in ASCII and without a path.",
                origin=origin,
            )
    if not re.fullmatch(r"(/[^/\s?#]+)*", settings.root_path):
        raise ConfigError(
            "--root-path {path}: give the path alone, such as /tagger, without scheme and host.",
            path=settings.root_path.lstrip("/"),
        )
    for proxy in settings.proxies:
        try:
            if proxy != "*":
                ipaddress.ip_network(proxy)
        except ValueError as error:
            raise ConfigError(
                "--proxy {proxy}: give an address in figures, or a network such as 10.0.0.0/8.", proxy=proxy
            ) from error
    if settings.label_queue is not None and settings.label_store is None:
        raise ConfigError("--label-queue says what is labelled; name the store for the answers with --label-store.")


def _check_files(settings: ServerSettings) -> None:
    """Read what workers will read: what is wrong with a file is said once, before any of them starts.

    The queue and the gazetteers are read by the one who begins, for all, and once: they may be pipes.
    """
    if settings.accounts is not None:
        Accounts(settings.accounts)
    if settings.label_store is not None:
        LabelStore(settings.label_store, ())
    if settings.results is not None:
        make_results(settings.results)


def bind(settings: ServerSettings) -> socket.socket:
    """Return a socket that listens where the settings say; a `ConfigError` says why not."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.create_server((str(address[0]), int(address[1])), family=family, backlog=_BACKLOG)
    except (OSError, OverflowError) as error:
        reason: object = error
        if isinstance(error, OSError):  # the socket module's own text says the address again
            reason = Message(os.strerror(error.errno)) if error.errno and error.errno > 0 else system_text(error)
        if isinstance(error, socket.gaierror) or getattr(error, "errno", None) == errno.EADDRNOTAVAIL:
            raise ConfigError(
                "{host} is no address of this machine ({reason}); give one with --host, or 0.0.0.0 for all.",
                host=settings.host,
                reason=reason,
            ) from error
        raise ConfigError(
            "Port {port} of {host} cannot be listened on ({reason}); choose another with --port.",
            port=settings.port,
            host=settings.host,
            reason=reason,
        ) from error
    # Accepted connections inherit it. Without it an answer's body waits for the acknowledgement of its head, 40 ms;
    # asyncio sets it only on sockets whose protocol is named.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


class StoppingServer(uvicorn.Server):
    """A server that, told to end, goes on answering until the requests under way are done, and refuses new ones.

    Whoever watches it hears then that it stops; with its socket closed at once, or left to other processes that hold
    it, they would hear nothing.
    """

    def __init__(self, config: uvicorn.Config, state: AppState) -> None:
        super().__init__(config)
        self._state = state
        self._leaves = False
        state.connections = lambda: len(self.server_state.connections)

    def leave(self, *_: object) -> None:
        """End, but listen no longer: others take what comes."""
        self._leaves = True
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End when the requests under way are done."""
        if not self._leaves:
            await self._finish()
        await super().shutdown(sockets)

    async def _finish(self) -> None:
        self._state.stopping = True
        until = time.monotonic() + _GRACE_SECONDS
        for tick in itertools.count():
            await self.on_tick(tick)  # the date of answers goes on
            if not self._state.in_flight or self.force_exit or time.monotonic() >= until:
                break
            await asyncio.sleep(0.1)
        self.config.timeout_graceful_shutdown = max(1, round(until - time.monotonic()))


def make_server(app: FastAPI, settings: ServerSettings, *, forwarded: bool = False) -> StoppingServer:
    """Return uvicorn set up for `app`: bounded connections, no access log, no WebSockets.

    Where only other workers come (`forwarded`), they bound the connections.
    """
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
        # The last resort, which refuses those that ask for health as well; see `Limits.connections`.
        limit_concurrency=None if forwarded else 2 * settings.limits.connections,
        backlog=_BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    return StoppingServer(config, app.state.gxclassify)


def serve(settings: ServerSettings) -> None:
    """Listen and serve until interrupted or terminated.

    Raises
    ------
    ConfigError
        The settings are unsafe, or the port is taken.
    InputError, LabelError
        A gazetteer or the queue cannot be read.
    ModelError
        The model is missing, damaged or refused.
    ServerError
        The workers die as soon as they start; whoever supervises this process should try again.
    """
    check(settings)
    configure()
    with bind(settings) as listener:
        if settings.workers > 1 or sys.platform == "linux":
            Supervisor(settings, listener).run()
        else:
            _serve_here(settings, listener)


def _serve_here(settings: ServerSettings, listener: socket.socket) -> None:
    from gxclassify.server.app import create_app  # the supervisor sets the metrics up first

    app = create_app(settings)
    tell(settings, listener, app.state.gxclassify.models.current.name)
    run(make_server(app, settings), [listener])
    logger.info("ended")


def tell(settings: ServerSettings, listener: socket.socket, model: str) -> None:
    """Say in the log where the server is and what it serves, and to a person at a terminal what to open."""
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    if sys.stderr.isatty():
        name = socket.gethostname() if host in {"0.0.0.0", "::"} else shown  # noqa: S104 - nobody can open these
        address = f"http://{name}:{port}/"
        told = Message("Open {address} in a browser; Ctrl+C ends the server.", address=address)
        if settings.root_path:  # that is the proxy's, which alone knows its own address
            told = Message(
                "Listening at {address} for the proxy, under whose {path} people open it; Ctrl+C ends the server.",
                address=address,
                path=f"{settings.root_path}/",
            )
        sys.stderr.write(f"{spoken(told)}\n")
    under = f" root_path={settings.root_path}" if settings.root_path else ""
    logger.info("serving url=http://%s:%d%s model=%s workers=%d", shown, port, under, model, settings.workers)


def run(server: uvicorn.Server, listeners: Sequence[socket.socket]) -> None:
    """Run `server` in this process until it is told to end; SIGTERM is an end like any other."""
    gc.collect()
    gc.freeze()  # what was loaded stays for good; no collection needs to look at it again
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(server.serve(sockets=list(listeners)))


# ---- A worker: what runs in a process that the supervisor has forked.


def work(
    settings: ServerSettings,
    listener: socket.socket,
    model: Model,
    connection: Connection,
    inherited: list[Connection],
    documents: str | None,
    gazetteer: Gazetteer,
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
    documents : str or None
        The socket of the worker that reads documents; None for that worker itself.
    gazetteer : Gazetteer
        The zones to know, read before the fork.
    """
    from gxclassify.server.app import create_app  # imported already, before the fork
    from gxclassify.server.models import ModelHolder

    for end in inherited:  # the supervisor's ends: while one is open, nobody sees that the supervisor has gone
        end.close()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if documents is None:
        os.nice(_DOCUMENTS_NICE)  # and so are the children that parse
    try:
        app = create_app(
            settings,
            models=ModelHolder(model),
            reloader=lambda models, metrics: WorkerReloader(connection, models, metrics),
            documents=documents,
            forwarded=documents is None,
            gazetteer=gazetteer,
        )
        server = make_server(app, settings, forwarded=documents is None)
        signal.signal(signal.SIGUSR1, server.leave)
        run(server, [listener])
    except (GxclassifyError, OSError, MemoryError) as error:
        logger.error("worker cannot go on: %s", _said(error))  # noqa: TRY400 - the sentence says it
        sys.exit(GxclassifyError.exit_code)


def _said(error: Exception) -> str:
    return error.message if isinstance(error, GxclassifyError) else reason(error)


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
        """Look for a new model, in every worker; see `models.Reloader`."""
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
        elif kind == "count":
            self._metrics.reloads.labels(rest[0]).inc()
        else:
            self._answer(lambda future: future.set_exception(ModelError(rest[0])))

    def _answer(self, answer: Any) -> None:
        while self._asking:
            future = self._asking.popleft()
            if not future.done():
                answer(future)

    async def _take(self, path: Path) -> None:
        try:
            model = await asyncio.to_thread(map_model, path)
        except (OSError, MemoryError, RuntimeError) as error:
            if isinstance(error, RuntimeError) and not lacks_memory(error):
                raise
            # The supervisor starts another in its place, which has the new model from its beginning.
            logger.error("worker cannot take the new model and ends: %s", reason(error))  # noqa: TRY400 - said in full
            os.kill(os.getpid(), signal.SIGUSR1)
            return
        use(model, self._models, self._metrics)
        self._connection.send(("switched",))


# ---- Several workers on one socket: started from one loaded model, replaced when they die, given new models together.
# Workers are forked after the model is loaded, so that they share its memory. A new model is loaded once, by the
# supervisor, and mapped by the workers (see below); no worker restarts and no request is dropped.

# As many workers again read, tag and answer documents, at low priority, for the others (`forwarding`): whatever stands
# in them, it costs the others only the passing on of bytes.

_DOCUMENTS_NICE = 10
_METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # named here as well: importing metrics.py would be too early
_SWITCH_SECONDS = 20.0
_STOP_SECONDS = 35.0
_QUICK_DEATH_SECONDS = 2.0
_MOST_QUICK_DEATHS = 5
_LONGEST_WAIT = 3600.0  # the system counts no more than some years


class _Worker:
    def __init__(
        self,
        settings: ServerSettings,
        listener: socket.socket,
        model: Model,
        others: list[_Worker],
        documents: str | None,
        gazetteer: Gazetteer,
    ) -> None:
        self.reads_documents = documents is None
        self.connection, theirs = multiprocessing.Pipe()
        self.started = time.monotonic()
        context = multiprocessing.get_context("fork")
        inherited = [self.connection, *(other.connection for other in others)]
        arguments = (settings, listener, model, theirs, inherited, documents, gazetteer)
        self.process = context.Process(target=work, args=arguments, name="gxclassify-worker")
        self.process.start()
        theirs.close()

    def send(self, message: tuple[Any, ...]) -> bool:
        try:
            self.connection.send(message)
        except OSError:
            return False
        return True

    def leave(self) -> None:
        """Have it end when its requests are answered, while the others go on; see `StoppingServer.leave`."""
        if self.process.is_alive() and self.process.pid is not None:
            os.kill(self.process.pid, signal.SIGUSR1)


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
        self._source = ModelSource.of(settings)
        self._workers: list[_Worker] = []
        self._ending = False
        self._signal = "none"
        self._asked: list[_Worker] = []
        self._hangup = False
        self._quick_deaths = 0
        self._bereft = False

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT; SIGHUP looks for a new model.

        Raises
        ------
        InputError, LabelError
            A gazetteer or the queue cannot be read.
        ModelError
            There is no usable model to begin with.
        GxclassifyError
            The workers died as soon as they started, again and again.
        """
        # Claimed, so that what cleans up temporary files leaves it alone; those of killed servers are swept.
        folder, claim = new_folder(Path(tempfile.gettempdir()) / "gxclassify-serve")
        os.environ[_METRICS_FOLDER] = str(folder)
        self._folder = folder
        try:
            # What is read here no worker reads, not even one that takes the place of another when the file has gone.
            self._gazetteer = load_gazetteer(self._settings.gazetteers)
            store_queue(self._settings)
            self._model = self._source.load()
            tell_foreign(self._settings, self._model.themes)
            importlib.import_module("gxclassify.server.app")  # all that a worker needs, once for all of them
            gc.collect()
            gc.freeze()  # else the collector writes to the pages that the workers share
            waker = self._catch_signals()
            place = os.open(folder, os.O_RDONLY)  # a path of any length is too long for a socket
            self._documents = f"/proc/self/fd/{place}/documents"
            self._reading = local_listener(self._documents)
            for reads_documents in (True, False):
                for _ in range(self._settings.workers):
                    self._add_worker(reads_documents=reads_documents)
            tell(self._settings, self._listener, self._model.name)
            self._loop(waker)
            logger.info("ending signal=%s", self._signal)
        finally:
            self._end_workers()
            shutil.rmtree(folder, ignore_errors=True)
            claim.close()
        logger.info("ended")
        if self._bereft:
            raise ServerError(
                "The server's own folder {folder} was cleaned away; it is to be left alone.", folder=folder
            )
        if self._quick_deaths >= _MOST_QUICK_DEATHS:
            raise ServerError("The workers die as soon as they start; the log above says with which exit code.")

    def _catch_signals(self) -> socket.socket:
        waker, waking = socket.socketpair()
        waking.setblocking(False)  # noqa: FBT003 - the standard library takes it by place
        signal.set_wakeup_fd(waking.fileno())
        self._waking = waking
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_end)
        signal.signal(signal.SIGHUP, self._on_hangup)
        return waker

    def _on_end(self, number: int, _frame: object) -> None:
        self._ending = True
        self._signal = signal.Signals(number).name

    def _on_hangup(self, *_: object) -> None:
        self._hangup = True

    def _loop(self, waker: socket.socket) -> None:
        every = self._settings.watch_seconds
        if every > 0 and self._source.in_registry:
            every = max(every, REGISTRY_SECONDS)
        next_look = time.monotonic() + every
        while not self._ending:
            left = min(max(0.0, next_look - time.monotonic()) if every > 0 else _LONGEST_WAIT, _LONGEST_WAIT)
            sources = [part for w in self._workers for part in (w.connection, w.process.sentinel)]
            ready = wait([waker, *sources], 0 if self._asked else left)
            if waker in ready:
                waker.recv(64)
            self._hear(ready)
            if not os.path.exists(self._documents):  # noqa: PTH110 - asked every second
                logger.error("folder gone, documents cannot be read and nothing is counted folder=%s", self._folder)
                self._bereft = self._ending = True
                return
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

    def _add_worker(self, *, reads_documents: bool) -> None:
        listener, documents = (self._reading, None) if reads_documents else (self._listener, self._documents)
        worker = _Worker(self._settings, listener, self._model, self._workers, documents, self._gazetteer)
        self._workers.append(worker)

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
            self._add_worker(reads_documents=worker.reads_documents)

    # ---- models

    def _reload(self) -> None:
        asked, self._asked, self._hangup = self._asked, [], False
        try:
            model = self._source.load()
            changed = model.digest != self._model.digest
            if changed:
                self._hand_over(model)
                self._model = model
        except ModelError as error:
            self._source.forget()
            logger.error("model refused, %s stays in use: %s", self._model.name, error.message)  # noqa: TRY400 - the sentence says it
            self._count("refused")
            for worker in asked:
                worker.send(("refused", error.message))
            return
        self._count("loaded" if changed else "unchanged")
        if not changed:
            tell_unchanged(model)
        for worker in asked:
            worker.send(("done", changed))

    def _count(self, result: str) -> None:
        """Have one worker count an attempt: the numbers of all are summed."""
        any(worker.send(("count", result)) for worker in self._workers)

    def _hand_over(self, model: Model) -> None:
        path = self._folder / f"{model.name}.model"
        try:
            write_model(model, path)
        except (OSError, MemoryError) as error:
            path.unlink(missing_ok=True)
            raise ModelError(
                "{path}: the new model cannot be handed to the workers ({reason}); free space there.",
                path=path,
                reason=reason(error),
            ) from error
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
                worker.leave()
        finally:
            path.unlink(missing_ok=True)

    def _end_workers(self) -> None:
        until = time.monotonic() + _STOP_SECONDS
        for last in (False, True):  # documents are read until nobody waits for one
            ending = [worker for worker in self._workers if worker.reads_documents == last]
            for worker in ending:
                worker.process.terminate()
            for worker in ending:
                worker.process.join(max(0.0, until - time.monotonic()))
                if worker.process.is_alive():
                    worker.process.kill()
                    worker.process.join()
            if not last:  # the workers that read documents have it too: nobody shall wait there for an answer
                with contextlib.suppress(OSError):
                    self._listener.shutdown(socket.SHUT_RDWR)


def _forget_metrics(folder: Path, pid: int | None) -> None:
    for path in folder.glob(f"gauge_live*_{pid}.db"):
        path.unlink(missing_ok=True)


# ---- Hand a model from the supervisor to its workers so that all use one copy of its arrays.
# The model is pickled with its arrays out of line (PEP 574) into a file that the workers map into memory. The file is
# made by the supervisor, in a folder that nobody else may enter, and is gone as soon as all workers have mapped it; a
# model from outside always comes as a verified bundle, never this way.

_ALIGNMENT = 64
_LENGTH = 8


def write_model(model: Model, path: Path) -> None:
    """Write `model` to `path` for `map_model`."""
    arrays: list[pickle.PickleBuffer] = []
    data = pickle.dumps(model, protocol=5, buffer_callback=arrays.append)
    with path.open("wb") as file:
        count = len(arrays).to_bytes(_LENGTH, "little")
        for part in (memoryview(count), memoryview(data), *(array.raw() for array in arrays)):
            file.write(part.nbytes.to_bytes(_LENGTH, "little"))
            file.write(b"\0" * (-file.tell() % _ALIGNMENT))
            file.write(part)


def map_model(path: Path) -> Model:
    """Return the model in `path`, its arrays read-only views of the mapped file."""
    with path.open("rb") as file:
        view = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    parts: list[memoryview] = []
    place = 0
    while place < len(view):
        length = int.from_bytes(view[place : place + _LENGTH], "little")
        place += _LENGTH
        place += -place % _ALIGNMENT
        parts.append(view[place : place + length])
        place += length
    count, data, *arrays = parts
    if int.from_bytes(count, "little") != len(arrays):
        raise ValueError(f"{path}: the model was not handed over wholly.")
    model: Model = pickle.loads(data, buffers=arrays)  # noqa: S301 - our own supervisor wrote it, see above
    return model


# ---- How the server's log looks: one line an event on standard error, with its time.


def configure() -> None:
    """Send the server's log to standard error; uvicorn's own access log, which shows paths and queries, stays off."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(message)s"}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "loggers": {
                "gxclassify": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
                "uvicorn": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            },
        }
    )
    logging.getLogger("uvicorn.access").disabled = True
