"""Bundles by registry address, kept in a cache by their hash."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from pathlib import Path

from gxclassify.bundle import read_description
from gxclassify.bundle.format import WEIGHTS
from gxclassify.errors import ModelError, TrackingError
from gxclassify.registry.versions import find_in
from gxclassify.tracking.logged import BUNDLE_PATH, DIGEST_TAG
from gxclassify.tracking.store import Store, download, mlflow_errors, open_store

__all__ = ["bundle_at", "fetch_bundle"]

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
        raise ModelError(str(error)) from error


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
    with mlflow_errors(uri):
        place = store.client.get_model_version_download_uri(version.name, str(version.number))
    return version.digest, str(place)


def _download(store: Store, uri: str, place: str, digest: str) -> Path:
    cache = _cache()
    try:
        cache.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".fetch.", dir=cache))
    except OSError as error:
        msg = f"{cache}: models cannot be cached there ({error.strerror}); set GXCLASSIFY_CACHE to a folder of yours."
        raise ModelError(msg) from error
    try:
        got = download(store, f"{place}/{BUNDLE_PATH}", scratch)
        found = str(read_description(got)["checksum"])
        if digest and found != digest:
            msg = f"{uri}: the registry says the model is {digest[:12]} but gave {found[:12]}; register it again."
            raise ModelError(msg)
        if not _is_whole(got, found):
            msg = f"{uri}: the model's weights arrived damaged; try again, or register it again."
            raise ModelError(msg)
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
