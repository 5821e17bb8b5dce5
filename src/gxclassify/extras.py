"""Packages that only some installations have, and the line that brings each: an extra of this package by name."""

from __future__ import annotations

import importlib.util

from gxclassify.errors import MissingPackageError
from gxclassify.messages import Message

_EXTRA = {
    "sklearn": ("scikit-learn", "train"),
    "matplotlib": ("Matplotlib", "train"),
    "jieba": ("jieba", "train"),
    "mlflow": ("MLflow", "mlflow"),
    "pandas": ("pandas", "tables"),
    "pyarrow": ("PyArrow", "tables"),
    "pyspark": ("PySpark", "spark"),
    "cleanlab": ("cleanlab", "quality"),
}


def installed(module: str) -> bool:
    """Tell whether a top-level module can be imported, without importing it."""
    return importlib.util.find_spec(module) is not None


def need(module: str, purpose: str) -> None:
    """Say what to install where a package is missing, before any work is done.

    Parameters
    ----------
    module : str
        A top-level module, one of those that an extra brings.
    purpose : str
        What needs it, as the beginning of a sentence; the template of one, or a `Message`.

    Raises
    ------
    MissingPackageError
        The package is not installed.
    """
    if not installed(module):
        name, extra = _EXTRA[module]
        raise MissingPackageError(
            "{purpose} needs {name}, which is not installed; in the folder of gxclassify's source "
            "run: pip install '.[{extra}]'.",
            purpose=purpose if isinstance(purpose, Message) else Message(purpose),
            name=name,
            extra=extra,
        )
