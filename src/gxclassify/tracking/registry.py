"""Versions of the model: list, find, register, promote and go back; their bundles in a cache by hash."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import shlex
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gxclassify.errors import ConfigError, GateError, ModelError, TrackingError
from gxclassify.labels.exchange import load_judging_labels
from gxclassify.loading import is_registry_address
from gxclassify.messages import Message, system_text
from gxclassify.model.bundle import WEIGHTS, read_description
from gxclassify.model.model import Model
from gxclassify.tracking.logged import BUNDLE_PATH, DIGEST_TAG, find_logged, log_bundle
from gxclassify.tracking.store import MissingError, Store, as_current, download, mlflow_errors, open_store

if TYPE_CHECKING:
    from gxclassify.evaluation.compare import Comparison

NAME = "gxclassify"
CHAMPION, CHALLENGER = "champion", "challenger"
_ADDRESS = re.compile(r"models:/(?P<name>[^/@]+)(?:@(?P<alias>[^/@]+)|/(?P<version>\d+))")


def name_option(name: str) -> str:
    """Return what a command needs so that it speaks of that registered model.

    >>> name_option("gxclassify"), name_option("gd")
    ('', ' --name gd')
    """
    return "" if name == NAME else f" --name {shlex.quote(name)}"


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
        return CHAMPION not in self.aliases and self.tags.get("rolled_back", "") > self.tags.get("promoted", "")

    @property
    def half_promoted(self) -> bool:
        """Whether its promotion was killed before its end: it is the champion, and the challenger still."""
        return {CHAMPION, CHALLENGER} <= set(self.aliases)

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
        raise TrackingError(
            "{source}: no such folder, and no id of a run, which has 32 hexadecimal digits; name one of the two.",
            source=source,
        )
    store = open_store(uri, create=folder.is_dir())
    with mlflow_errors(store.uri), as_current(store):
        run, model_id = _run_of_folder(store, folder) if folder.is_dir() else _model_of_run(store, source)
        digest = store.client.get_logged_model(model_id).tags[DIGEST_TAG]
        if not store.client.search_registered_models(f"name = '{name}'"):
            store.client.create_registered_model(name, description="Themes of Chinese text.")
        number = _unfinished(store, name, run, digest)
        if number is None:
            made = store.client.create_model_version(
                name, source=f"models:/{model_id}", run_id=run, tags={DIGEST_TAG: digest}, model_id=model_id
            )
            number = int(made.version)
        store.client.set_registered_model_alias(name, CHALLENGER, str(number))
        return _version(store.client.get_model_version(name, str(number)))


def _unfinished(store: Store, name: str, run: str, digest: str) -> int | None:
    """Return the newest version when it is of this model and never got a name: its registration was killed."""
    found = store.client.search_model_versions(f"name = '{name}'")
    newest = max((int(version.version) for version in found), default=None)
    if newest is None:
        return None
    version = _version(store.client.get_model_version(name, str(newest)))
    never_named = not version.aliases and "promoted" not in version.tags
    return newest if never_named and (version.run, version.digest) == (run, digest) else None


def _model_of_run(store: Store, run: str) -> tuple[str, str]:
    outputs = store.client.get_run(run).outputs
    models = outputs.model_outputs if outputs else []
    if not models:
        raise TrackingError(
            "The run {run} has no model: it failed, or is a trial of a search; register the run above it.", run=run
        )
    return run, str(models[-1].model_id)


def _run_of_folder(store: Store, folder: Path) -> tuple[str, str]:
    from gxclassify.tracking.run import RunRecord, open_run

    model = Model.load(folder)
    known = find_logged(store, f"tags.{DIGEST_TAG} = '{model.digest}'", model.digest)
    if known is not None:
        return known
    record = RunRecord(
        key=f"register-{model.digest}", name=model.name, tags={"mlflow.source.name": "gxclassify models register"}
    )
    run_id = open_run(store, record, record.tags)
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
        raise ConfigError("{uri}: not a registry address; write models:/NAME@ALIAS or models:/NAME/VERSION.", uri=uri)
    with mlflow_errors(uri, name_option(address["name"])):
        if address["alias"]:
            return _version(store.client.get_model_version_by_alias(address["name"], address["alias"]))
        return _version(store.client.get_model_version(address["name"], address["version"]))


HISTORY = "former_champions"


@dataclass(frozen=True, slots=True)
class Promotion:
    """A version that became champion, the one it followed, and what their comparison said; None for the first.

    `remembered` has a sentence for each label file of the comparison that one of the two was trained on.
    """

    version: Version
    former: Version | None
    comparison: Comparison | None
    remembered: Sequence[str] = ()


def promote(
    address: str = CHALLENGER, labels: Sequence[Path] = (), *, force: str = "", name: str = NAME, uri: str | None = None
) -> Promotion:
    """Make a version the champion, unless it is worse than the champion beyond chance.

    Parameters
    ----------
    address : str
        ``challenger``, a version's number, or a whole address.
    labels : sequence of Path
        Label files on which the two are compared; best such that neither was trained on.
    force : str
        Why the version is promoted whatever the comparison says; kept as a tag of the version.
    name : str
        The registered model.
    uri : str, optional
        An MLflow server or store.

    Raises
    ------
    GateError
        The version is worse beyond chance, overall or in a theme, and `force` is empty.
    ConfigError
        There is a champion to compare with but no label file.
    TrackingError
        There is no such version.
    """
    store = open_store(uri, create=False)
    version = find_in(store, full_address(address, name))
    former = champion_in(store, name)
    if version.half_promoted:
        with mlflow_errors(store.uri):
            store.client.delete_registered_model_alias(name, CHALLENGER)
        return Promotion(find_in(store, version.address), None, None)
    if former is not None and former.number == version.number:
        raise ConfigError("{address} is the champion already; register another version first.", address=version.address)
    comparison, compared_on = None, ""
    known: list[Message] = []
    if former is not None and (labels or not force):
        comparison, compared_on, known = _compare(store, former, version, labels)
        if comparison.worse_beyond_chance and not force:
            from gxclassify.evaluation.compare import figure_names

            raise GateError(
                "{address} stays out: it is worse than the champion {former_address} beyond chance in "
                "{worse}; if it shall follow all the same, say why with --force.",
                address=version.address,
                former_address=former.address,
                worse=figure_names(comparison.worse, comparison.only_a),
            )
    tags = _promotion_tags(former, comparison, compared_on, force)
    with mlflow_errors(store.uri):
        for key, value in tags.items():
            store.client.set_model_version_tag(version.name, str(version.number), key, value)
        if former is not None:
            _set_history(store, name, [*_history(store, name, former.number), former.number])
        # The title goes over in this one write: killed before it, nothing has changed for who reads (see `_history`).
        store.client.set_registered_model_alias(name, CHAMPION, str(version.number))
        if CHALLENGER in version.aliases:
            store.client.delete_registered_model_alias(name, CHALLENGER)
    return Promotion(find_in(store, version.address), former, comparison, known)


def rollback(*, name: str = NAME, uri: str | None = None, reason: str = "") -> tuple[Version, Version]:
    """Give the title back to the champion before this one; return (the champion now, the one that was).

    Raises
    ------
    TrackingError
        There is no champion, or none before it.
    """
    store = open_store(uri, create=False)
    current = find_in(store, f"models:/{name}@{CHAMPION}")
    with mlflow_errors(store.uri):
        history = _history(store, name, current.number)
        if not history:
            raise TrackingError(
                "{address} is the first champion: there is none to go back to.", address=current.address
            )
        said = f"{_now()} {reason}".strip()
        store.client.set_model_version_tag(name, str(current.number), "rolled_back", said)
        store.client.set_registered_model_alias(name, CHAMPION, str(history[-1]))
        _set_history(store, name, history[:-1])
    return find_in(store, f"models:/{name}@{CHAMPION}"), current


def _compare(
    store: Store, former: Version, version: Version, labels: Sequence[Path]
) -> tuple[Comparison, str, list[Message]]:
    """Return the comparison, the names and hashes of the label files it was made on, and which of them are known."""
    from gxclassify.evaluation.compare import compare
    from gxclassify.evaluation.report import remembered

    if not labels:
        raise ConfigError(
            "Name label files to compare {address} with the champion {former_address} on: --labels FILE.",
            address=version.address,
            former_address=former.address,
        )
    old, new = (Model.load(bundle_at(store, v.address)) for v in (former, version))
    judged = load_judging_labels(labels, old, new)
    files = ", ".join(f"{file} {digest[:12]}" for file, digest in judged.hashes.items())
    return (
        compare(old, new, judged.records),
        files,
        [
            *remembered(old, judged.hashes),
            *remembered(new, judged.hashes),
        ],
    )


def _promotion_tags(
    former: Version | None, comparison: Comparison | None, compared_on: str, force: str
) -> dict[str, str]:
    tags = {"promoted": _now(), "promoted_over": former.address if former else "none"}
    if comparison is not None:
        tags |= {"comparison": comparison.summary(), "compared_on": compared_on}
    return tags | ({"forced": force} if force else {})


def _history(store: Store, name: str, champion: int) -> list[int]:
    """Return the champions before this one, the last one last.

    The history is written before the title goes over in a promotion, and after it in a rollback. Where one of the two
    was killed in between, the history ends with the champion itself, which was never its own predecessor.
    """
    numbers = list(json.loads(store.client.get_registered_model(name).tags.get(HISTORY, "[]")))
    while numbers and numbers[-1] == champion:
        numbers.pop()
    return numbers


def _set_history(store: Store, name: str, numbers: list[int]) -> None:
    store.client.set_registered_model_tag(name, HISTORY, json.dumps(numbers))


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


_LOGGED = re.compile(r"models:/(?P<id>m-[0-9a-f]+)")


def fetch_bundle(uri: str) -> Path:
    """Return the folder of the bundle at a registry address, from the cache when it is there and whole.

    Parameters
    ----------
    uri : str
        ``models:/gxclassify@champion``, ``models:/gxclassify/3`` or ``models:/m-…`` for a logged model. The registry
        is that of MLFLOW_REGISTRY_URI or MLFLOW_TRACKING_URI, else the local store.

    Raises
    ------
    ModelError
        The registry cannot be reached, or has no such model, or what it gives is damaged or another model.
    """
    try:
        return bundle_at(open_store(create=False), uri)
    except TrackingError as error:
        raise ModelError(error.message) from error


def bundle_at(store: Store, uri: str) -> Path:
    """Return the folder of the bundle at an address of an open store."""
    digest, place = _locate(store, uri)
    cached = _cache() / (digest or "unknown")
    if digest and _is_whole(cached, digest):
        return cached
    return _download(store, uri, place, digest)


def _locate(store: Store, uri: str) -> tuple[str, str]:
    """Return the digest, empty where the registry does not know it, and the place of the artifacts."""
    if logged := _LOGGED.fullmatch(uri):
        with mlflow_errors(uri):
            model = store.client.get_logged_model(logged["id"])
        return model.tags.get(DIGEST_TAG, ""), str(model.artifact_location)
    version = find_in(store, uri)
    with mlflow_errors(uri, name_option(version.name)):
        place = store.client.get_model_version_download_uri(version.name, str(version.number))
    return version.digest, str(place)


def _download(store: Store, uri: str, place: str, digest: str) -> Path:
    cache = _cache()
    try:
        cache.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".fetch.", dir=cache))
    except OSError as error:
        raise ModelError(
            "{cache}: models cannot be cached there ({reason}); set GXCLASSIFY_CACHE to a folder of yours.",
            cache=cache,
            reason=system_text(error),
        ) from error
    try:
        got = download(store, f"{place}/{BUNDLE_PATH}", scratch)
        found = str(read_description(got)["checksum"])
        if digest and found != digest:
            raise ModelError(
                "{uri}: the registry says the model is {digest} but gave {found}; register it again.",
                uri=uri,
                digest=digest[:12],
                found=found[:12],
            )
        if not _is_whole(got, found):
            raise ModelError("{uri}: the model's weights arrived damaged; try again, or register it again.", uri=uri)
        return _keep(got, cache / found)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _keep(folder: Path, target: Path) -> Path:
    """Move a verified bundle to its place; when another process was faster, its copy is as good."""
    if target.exists() and not _is_whole(target, target.name):
        shutil.rmtree(target, ignore_errors=True)
    try:
        folder.rename(target)
    except OSError:
        if not _is_whole(target, target.name):
            raise
    return target


def _is_whole(folder: Path, digest: str) -> bool:
    try:
        description = read_description(folder)
        weights = (folder / WEIGHTS).read_bytes()
    except (ModelError, OSError):
        return False
    return bool(
        description["checksum"] == digest and hashlib.sha256(weights).hexdigest() == description["weights"]["sha256"]
    )


def _cache() -> Path:
    """Return the folder of fetched bundles, one subfolder each, named by digest."""
    own = os.environ.get("GXCLASSIFY_CACHE")
    if own:
        return Path(own) / "bundles"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gxclassify" / "bundles"
