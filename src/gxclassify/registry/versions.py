"""Versions of the model: list them, find one by its address, make a new one."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gxclassify.errors import ConfigError, TrackingError
from gxclassify.model import is_registry_address
from gxclassify.tracking.logged import DIGEST_TAG, find_logged, log_bundle
from gxclassify.tracking.store import MissingError, Store, as_current, mlflow_errors, open_store

__all__ = [
    "CHALLENGER", "CHAMPION", "NAME", "Version", "champion_in", "find_champion", "find_in", "find_version",
    "full_address", "list_versions", "register",
]  # fmt: skip

NAME = "gxclassify"
CHAMPION, CHALLENGER = "champion", "challenger"
_ADDRESS = re.compile(r"models:/(?P<name>[^/@]+)(?:@(?P<alias>[^/@]+)|/(?P<version>\d+))")


@dataclass(frozen=True, slots=True)
class Version:
    """One version in the registry.

    Attributes
    ----------
    name : str
        The registered model.
    number : int
    aliases : tuple of str
        ``champion``, ``challenger`` and others that people gave.
    digest : str
        The SHA-256 of the bundle, under which it is cached.
    run : str
        The id of the run that made it.
    created : str
        When, in ISO 8601, UTC.
    tags : dict of str to str
    """

    name: str
    number: int
    aliases: tuple[str, ...]
    digest: str
    run: str
    created: str
    tags: dict[str, str]

    @property
    def address(self) -> str:
        """What `load_model` and ``--model`` take: ``models:/gxclassify/3``."""
        return f"models:/{self.name}/{self.number}"

    @property
    def rolled_back(self) -> bool:
        """Whether a rollback took the title from it, and no promotion gave it back since."""
        return self.tags.get("rolled_back", "") > self.tags.get("promoted", "")

    def to_json(self) -> dict[str, Any]:
        """Return the version as a dict."""
        return {
            "address": self.address,
            "version": self.number,
            "aliases": list(self.aliases),
            "model": f"gxclassify-{self.digest[:12]}",
            "digest": self.digest,
            "run": self.run,
            "created": self.created,
            "tags": self.tags,
        }


def list_versions(*, name: str = NAME, uri: str | None = None) -> list[Version]:
    """Return the versions of a registered model, newest first; none when it was never registered."""
    store = open_store(uri, create=False)
    with mlflow_errors(store.uri):
        found = store.client.search_model_versions(f"name = '{name}'")
        # The search leaves aliases out on some stores; the single version has them.
        versions = [_version(store.client.get_model_version(name, v.version)) for v in found]
    return sorted(versions, key=lambda version: -version.number)


def find_version(address: str, *, name: str = NAME, uri: str | None = None) -> Version:
    """Return the version at an address, ``models:/gxclassify@champion``, or at a number or alias of the model."""
    return find_in(open_store(uri, create=False), full_address(address, name))


def find_champion(*, name: str = NAME, uri: str | None = None) -> Version | None:
    """Return the version in use, None when none was promoted yet."""
    return champion_in(open_store(uri, create=False), name)


def full_address(address: str, name: str = NAME) -> str:
    """Return the address for the short forms ``3`` and ``challenger``.

    >>> full_address("3"), full_address("challenger")
    ('models:/gxclassify/3', 'models:/gxclassify@challenger')
    """
    if is_registry_address(address):
        return address
    return f"models:/{name}/{address}" if address.isdecimal() else f"models:/{name}@{address}"


def _version(found: Any) -> Version:
    created = dt.datetime.fromtimestamp(found.creation_timestamp / 1000, dt.UTC)
    return Version(
        name=found.name,
        number=int(found.version),
        aliases=tuple(sorted(found.aliases)),
        digest=found.tags.get(DIGEST_TAG, ""),
        run=found.run_id or "",
        created=created.isoformat(timespec="seconds"),
        tags=dict(found.tags),
    )


_RUN_ID = re.compile("[0-9a-f]{32}")


def register(source: str, *, name: str = NAME, uri: str | None = None) -> Version:
    """Make a new version of a training's model and call it the challenger.

    Parameters
    ----------
    source : str
        The id of an MLflow run with a model, or a bundle folder: its version belongs to the run that made it, when
        this store has that run, else to a new one.
    name : str
        The registered model.
    uri : str, optional
        An MLflow server or store.

    Raises
    ------
    TrackingError
        There is no such run, or it has no model.
    ModelError
        The folder holds no model, or a damaged one.
    """
    folder = Path(source)
    if not folder.is_dir() and not _RUN_ID.fullmatch(source):
        msg = f"{source}: no such folder, and no id of a run, which has 32 hexadecimal digits; name one of the two."
        raise TrackingError(msg)
    store = open_store(uri, create=folder.is_dir())
    with mlflow_errors(store.uri), as_current(store):
        run, model_id = _run_of_folder(store, folder) if folder.is_dir() else _model_of_run(store, source)
        digest = store.client.get_logged_model(model_id).tags[DIGEST_TAG]
        if not store.client.search_registered_models(f"name = '{name}'"):
            store.client.create_registered_model(name, description="Themes of Chinese text about development zones.")
        made = store.client.create_model_version(
            name, source=f"models:/{model_id}", run_id=run, tags={DIGEST_TAG: digest}, model_id=model_id
        )
        store.client.set_registered_model_alias(name, CHALLENGER, made.version)
        return _version(store.client.get_model_version(name, made.version))


def _model_of_run(store: Store, run: str) -> tuple[str, str]:
    outputs = store.client.get_run(run).outputs
    models = outputs.model_outputs if outputs else []
    if not models:
        msg = f"The run {run} has no model: it failed, or is a trial of a search; register the run above it."
        raise TrackingError(msg)
    return run, str(models[-1].model_id)


def _run_of_folder(store: Store, folder: Path) -> tuple[str, str]:
    from gxclassify.model import Model

    model = Model.load(folder)
    known = find_logged(store, f"tags.{DIGEST_TAG} = '{model.digest}'", model.digest)
    if known is not None:
        return known
    run = store.client.create_run(
        store.experiment, run_name=model.name, tags={"mlflow.source.name": "gxclassify models register"}
    )
    run_id = str(run.info.run_id)
    model_id = log_bundle(store, run_id, folder, params={}, metrics={})
    store.client.set_terminated(run_id)
    return run_id, model_id


def champion_in(store: Store, name: str) -> Version | None:
    """Return the champion in an open store, None when there is none."""
    try:
        return find_in(store, f"models:/{name}@{CHAMPION}")
    except MissingError:
        return None


def find_in(store: Store, uri: str) -> Version:
    """Return the version at a whole address.

    Raises
    ------
    ConfigError
        `uri` is no registry address.
    MissingError, TrackingError
        There is no such version; the registry cannot be reached.
    """
    address = _ADDRESS.fullmatch(uri)
    if address is None:
        msg = f"{uri}: not a registry address; write models:/NAME@ALIAS or models:/NAME/VERSION."
        raise ConfigError(msg)
    with mlflow_errors(uri):
        if address["alias"]:
            return _version(store.client.get_model_version_by_alias(address["name"], address["alias"]))
        return _version(store.client.get_model_version(address["name"], address["version"]))
