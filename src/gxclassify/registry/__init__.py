"""The registry: versions of the model, the champion in use, the challenger that may follow, and the way back.

A version is a logged model of MLflow (`gxclassify.tracking.logged`) with a bundle inside. Which one is in use is told
by two aliases, ``champion`` and ``challenger``; the former champions are kept in a tag of the registered model.
"""

from __future__ import annotations

from gxclassify.registry.fetch import fetch_bundle
from gxclassify.registry.promotion import Promotion, promote, rollback
from gxclassify.registry.versions import (
    CHALLENGER,
    CHAMPION,
    NAME,
    Version,
    find_champion,
    find_version,
    list_versions,
    register,
)

__all__ = [
    "CHALLENGER",
    "CHAMPION",
    "NAME",
    "Promotion",
    "Version",
    "fetch_bundle",
    "find_champion",
    "find_version",
    "list_versions",
    "promote",
    "register",
    "rollback",
]
