"""The portable bundle: a model as a folder of two files, written atomically and verified before use.

``model.json`` says everything that a person may want to read; ``weights.npz`` holds the vocabularies and weights.
Opening a bundle runs no code from it: JSON, and numpy arrays read with ``allow_pickle=False``. The same model gives
the same bytes.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from gxclassify.bundle.format import FORMAT, default_bundle
from gxclassify.bundle.reading import load_bundle, read_description

if TYPE_CHECKING:
    from gxclassify.bundle.writing import check_target, save_bundle

__all__ = ["FORMAT", "check_target", "default_bundle", "load_bundle", "read_description", "save_bundle"]


def __getattr__(name: str) -> Any:
    # Most processes only read: what writing needs is loaded with the first name asked for that is not here.
    if name not in __all__:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(importlib.import_module("gxclassify.bundle.writing"), name)
