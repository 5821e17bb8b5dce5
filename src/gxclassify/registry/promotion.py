"""Who is in use: promote a version that is not worse, or go back to the one before."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gxclassify.errors import ConfigError, GateError, TrackingError
from gxclassify.registry.fetch import bundle_at
from gxclassify.registry.versions import CHALLENGER, CHAMPION, NAME, Version, champion_in, find_in, full_address
from gxclassify.tracking.store import Store, mlflow_errors, open_store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gxclassify.evaluation.compare import Comparison

__all__ = ["Promotion", "promote", "rollback"]

HISTORY = "former_champions"


@dataclass(frozen=True, slots=True)
class Promotion:
    """A version that became champion, the one it followed, and what their comparison said; None for the first."""

    version: Version
    former: Version | None
    comparison: Comparison | None


def promote(
    address: str = CHALLENGER,
    labels: Sequence[Path] = (),
    *,
    force: str = "",
    name: str = NAME,
    uri: str | None = None,
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
    if former is not None and former.number == version.number:
        msg = f"{version.address} is the champion already; register another version first."
        raise ConfigError(msg)
    comparison, compared_on = None, ""
    if former is not None and (labels or not force):
        comparison, compared_on = _compare(store, former, version, labels)
        if comparison.worse_beyond_chance and not force:
            msg = (
                f"{version.address} stays out: it is worse than the champion {former.address} beyond chance in "
                f"{', '.join(comparison.worse)}; if it shall follow all the same, say why with --force."
            )
            raise GateError(msg)
    tags = _promotion_tags(former, comparison, compared_on, force)
    with mlflow_errors(store.uri):
        for key, value in tags.items():
            store.client.set_model_version_tag(version.name, str(version.number), key, value)
        if former is not None:
            _set_history(store, name, [*_history(store, name), former.number])
        store.client.set_registered_model_alias(name, CHAMPION, str(version.number))
        if CHALLENGER in version.aliases:
            store.client.delete_registered_model_alias(name, CHALLENGER)
    return Promotion(find_in(store, version.address), former, comparison)


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
        history = _history(store, name)
        if not history:
            msg = f"{current.address} is the first champion: there is none to go back to."
            raise TrackingError(msg)
        said = f"{_now()} {reason}".strip()
        store.client.set_model_version_tag(name, str(current.number), "rolled_back", said)
        store.client.set_registered_model_alias(name, CHAMPION, str(history[-1]))
        _set_history(store, name, history[:-1])
    return find_in(store, f"models:/{name}@{CHAMPION}"), current


def _compare(store: Store, former: Version, version: Version, labels: Sequence[Path]) -> tuple[Comparison, str]:
    """Return the comparison, and the names and hashes of the label files it was made on."""
    from gxclassify.evaluation.compare import compare
    from gxclassify.labels.records import load_labels
    from gxclassify.model import Model

    if not labels:
        msg = f"Name label files to compare {version.address} with the champion {former.address} on: --labels FILE."
        raise ConfigError(msg)
    old, new = (Model.load(bundle_at(store, v.address)) for v in (former, version))
    judged = load_labels(labels, old.taxonomy)
    files = ", ".join(f"{file} {digest[:12]}" for file, digest in judged.hashes.items())
    return compare(old, new, judged.records), files


def _promotion_tags(
    former: Version | None, comparison: Comparison | None, compared_on: str, force: str
) -> dict[str, str]:
    tags = {"promoted": _now(), "promoted_over": former.address if former else "none"}
    if comparison is not None:
        tags |= {"comparison": comparison.summary(), "compared_on": compared_on}
    return tags | ({"forced": force} if force else {})


def _history(store: Store, name: str) -> list[int]:
    return list(json.loads(store.client.get_registered_model(name).tags.get(HISTORY, "[]")))


def _set_history(store: Store, name: str, numbers: list[int]) -> None:
    store.client.set_registered_model_tag(name, HISTORY, json.dumps(numbers))


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
