"""Where the model comes from, when there is a new one, and how it is put to use without a pause."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from gxclassify.errors import ModelError, lacks_memory, reason
from gxclassify.experiments.shelf import Shelf
from gxclassify.loading import is_registry_address, model_folder
from gxclassify.messages import Message, message_of, system_text
from gxclassify.model.bundle import DESCRIPTION
from gxclassify.model.model import Model

if TYPE_CHECKING:
    from gxclassify.server.metrics import Metrics
    from gxclassify.server.settings import ServerSettings

logger = logging.getLogger("gxclassify.server")

REGISTRY_SECONDS = 60.0
"""How often a registry is asked, at most: each time costs a process that loads MLflow."""

GONE_SECONDS = 10.0
"""How long a model may be away from its address, as while it is copied there, until that is told."""

_REFUSED = 9
"""The exit code by which the process that asks a registry says that it wrote an error of ours."""

_FETCH = f"""
import json, sys
from gxclassify.errors import GxclassifyError
from gxclassify.messages import message_json
from gxclassify.tracking.registry import fetch_bundle
try:
    print(fetch_bundle(sys.argv[1]))
except GxclassifyError as error:
    print(json.dumps(message_json(error.message)))
    sys.exit({_REFUSED})
"""
_FETCH_SECONDS = 120.0

_Fingerprint = tuple[str, int, int, int]


class ModelSource:
    """A model's address: a bundle folder, a registry address, or None for the model that ships with the package.

    Where a model was taken into use from the labelling page, that one serves in the place of the address. A registry is
    asked in a process of its own, so that MLflow's memory and threads stay out of the server.
    """

    def __init__(self, address: str | None, shelf: Shelf | None = None) -> None:
        self.address = address
        self._shelf = shelf
        self._loaded: _Fingerprint | None = None
        self._gone_since: float | None = None
        self._gone_told = False

    @classmethod
    def of(cls, settings: ServerSettings) -> ModelSource:
        """Return where the model of a server with these settings comes from."""
        store = settings.label_store
        return cls(settings.model, None if store is None else Shelf(store, settings.model))

    @property
    def in_registry(self) -> bool:
        """Whether the address is one of the registry."""
        return is_registry_address(self.address)

    def load(self) -> Model:
        """Load the model that is there now, ready to score.

        Raises
        ------
        ModelError
            There is none, it is damaged, or the registry cannot be reached.
        """
        folder = self._folder()
        seen = _fingerprint(folder)
        try:
            model = Model.load(folder)
            list(model.tag(["预热"]))  # builds what is built on first use, before workers part or requests come
        except ModelError:
            raise
        except Exception as error:  # a boundary: whatever a strange bundle raises, the model in use goes on serving
            if not isinstance(error, OSError) and not lacks_memory(error):
                logger.exception("model cannot be used folder=%s", folder)
            raise ModelError(
                "{folder}: the model cannot be used ({reason}); restore it or train it again.",
                folder=folder,
                reason=reason(error),
            ) from error
        self._loaded = seen
        return model

    def changed(self) -> bool:
        """Tell whether it is worth loading anew: something else lies at the address than was loaded.

        A folder that is gone for a moment has not changed. One that stays away, or may not be read, is worth one try,
        so that somebody hears of it before the server is started again.
        """
        try:
            found = _fingerprint(self._folder())
        except ModelError:
            now = time.monotonic()
            self._gone_since = self._gone_since or now
            tell = not self._gone_told and now - self._gone_since >= GONE_SECONDS
            self._gone_told = self._gone_told or tell
            return tell
        self._gone_since, self._gone_told = None, False
        return found != self._loaded

    def forget(self) -> None:
        """Take what lies there now as seen, so that a model that was refused is not tried again and again."""
        try:
            self._loaded = _fingerprint(self._folder())
        except ModelError:
            return

    def _folder(self) -> Path:
        taken = None if self._shelf is None else self._shelf.serving()
        if taken is not None and not (taken / DESCRIPTION).is_file():
            raise ModelError(
                "{folder}: the model that was taken into use is not there; put it back, or go back to another with "
                "'gxclassify models rollback --store FILE.db'.",
                folder=taken,
            )
        if taken is not None:
            return taken
        return _fetch(str(self.address)) if self.in_registry else model_folder(self.address)


def _fingerprint(folder: Path) -> _Fingerprint:
    try:
        status = (folder / DESCRIPTION).stat()
    except OSError as error:
        raise ModelError(
            "{folder}: there is no model here ({reason}); name a model folder or train one.",
            folder=folder,
            reason=system_text(error),
        ) from error
    return str(folder), status.st_ino, status.st_mtime_ns, status.st_size


def _fetch(address: str) -> Path:
    command = [sys.executable, "-c", _FETCH, address]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter; the address is one argument, of the administrator
            command, capture_output=True, text=True, timeout=_FETCH_SECONDS, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired as error:
        raise ModelError(
            "{address}: the registry did not answer within {fetch_seconds:.0f} s; check the tracking server.",
            address=address,
            fetch_seconds=_FETCH_SECONDS,
        ) from error
    except OSError as error:  # no process can be started
        raise _not_fetched(address, system_text(error)) from error
    if done.returncode == _REFUSED:
        raise ModelError(message_of(json.loads(done.stdout.strip().splitlines()[-1])))
    if done.returncode:
        raise _not_fetched(address, (done.stderr.strip().splitlines() or [Message("no reason given")])[-1])
    return Path(done.stdout.strip().splitlines()[-1])


def _not_fetched(address: str, why: str) -> ModelError:
    return ModelError(
        "{address}: the model cannot be fetched from the registry ({reason}).", address=address, reason=why
    )


class Reloader(Protocol):
    """Looks for a new model when asked, and by itself between `start` and `stop`."""

    async def start(self) -> None:
        """Begin to look."""
        ...

    async def stop(self) -> None:
        """Look no longer."""
        ...

    async def reload(self) -> bool:
        """Load the model at the address anew, in every worker; tell whether it is another one.

        Raises
        ------
        ModelError
            It was refused; the model in use stays.
        """
        ...


class LocalReloader:
    """Reload in this process; for a server of one worker.

    Parameters
    ----------
    source : ModelSource
    models : ModelHolder
    metrics : Metrics
    seconds : float
        How often to look for a new model; 0 is only when asked. A registry is looked at once a minute at most.
    """

    def __init__(self, source: ModelSource, models: ModelHolder, metrics: Metrics, *, seconds: float) -> None:
        self._source = source
        self._models = models
        self._metrics = metrics
        self._seconds = max(seconds, REGISTRY_SECONDS) if seconds and source.in_registry else seconds
        self._one_at_a_time = asyncio.Lock()
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look."""
        if self._seconds > 0:
            self._watch = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Look no longer."""
        if self._watch is not None:
            self._watch.cancel()

    async def reload(self) -> bool:
        """Load the model at the address anew; see `Reloader`."""
        async with self._one_at_a_time:
            try:
                model = await asyncio.to_thread(self._source.load)
            except ModelError as error:
                await asyncio.to_thread(self._source.forget)
                self._metrics.reloads.labels("refused").inc()
                logger.error("model refused, %s stays in use: %s", self._models.current.name, error.message)  # noqa: TRY400 - the sentence says it
                raise
            changed = model.digest != self._models.current.digest
            self._metrics.reloads.labels("loaded" if changed else "unchanged").inc()
            if changed:
                use(model, self._models, self._metrics)
            else:
                tell_unchanged(model)
            return changed

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(self._seconds)
            if await asyncio.to_thread(self._source.changed):
                with contextlib.suppress(ModelError):  # logged and counted; the next change is another chance
                    await self.reload()


def use(model: Model, models: ModelHolder, metrics: Metrics) -> None:
    """Put a loaded model to use in this process, and say so."""
    models.current = model
    metrics.model_loaded(model.name, time.time())
    logger.info("model loaded name=%s pid=%d", model.name, os.getpid())


def tell_unchanged(model: Model) -> None:
    """Say in the log that a new model was looked for and that there is none: who asked sees that it arrived."""
    logger.info("model unchanged name=%s", model.name)


class ModelHolder:
    """The model in use. Take `current` once per request: another may be put there at any moment."""

    def __init__(self, model: Model) -> None:
        self.current = model
