"""Names that MLflow's stores, pages and query language take everywhere: ASCII letters and few signs."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.evaluation.metrics import Metrics

__all__ = ["ascii_names", "flat_metrics", "safe_name"]

_WHOLE = ("macro_f1", "micro_f1", "map", "subset_accuracy", "calibration_error")
_FOREIGN = re.compile(r"[^A-Za-z0-9_\-.]")


def ascii_names(names: Sequence[str], kind: str) -> dict[str, str]:
    """Return a short ASCII name for each: itself where it is one, else its kind and number.

    >>> ascii_names(["policy", "体育"], "theme")
    {'policy': 'policy', '体育': 'theme2'}
    """
    return {name: f"{kind}{i}" if _FOREIGN.search(name) else name for i, name in enumerate(names, 1)}


def safe_name(name: str) -> str:
    """Return `name` with every sign that MLflow's keys may not hold replaced.

    >>> safe_name("标签（一）.jsonl")
    '_____.jsonl'
    """
    return _FOREIGN.sub("_", name)


def flat_metrics(prefix: str, metrics: Metrics) -> dict[str, float]:
    """Return metrics under names such as ``oof.macro_f1`` and ``oof.f1.policy``."""
    flat = {f"{prefix}.{name}": float(getattr(metrics, name)) for name in _WHOLE}
    names = ascii_names(list(metrics.per_theme), "theme")
    for theme, own in metrics.per_theme.items():
        flat |= {f"{prefix}.{name}.{names[theme]}": float(value) for name, value in asdict(own).items()}
    return flat
