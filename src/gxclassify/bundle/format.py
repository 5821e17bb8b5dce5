"""What writing and reading a bundle agree on: format number, file names, limits, checksum and segmenter probe."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gxclassify.features.segmenter import Segmenter

__all__ = [
    "DESCRIPTION",
    "FORMAT",
    "IN_CHECKOUT",
    "MOST_BYTES",
    "MOST_DESCRIPTION_BYTES",
    "WEIGHTS",
    "checksum",
    "default_bundle",
    "probe",
    "shipped",
]

FORMAT = 1
"""The number of the bundle's format.

To change the format: raise this number, teach `load_bundle` to read the old and the new one (branch on the number
there, nowhere else), add a bundle of the old format to ``tests/data`` with a test that loads it, and say so in the
changelog. A reader refuses a higher number than its own.
"""

MOST_BYTES = 2**30
"""The largest ``weights.npz``, unpacked, that is read."""

MOST_DESCRIPTION_BYTES = 2**26
"""The largest ``model.json`` that is read."""

DESCRIPTION, WEIGHTS = "model.json", "weights.npz"
# A text that a different dictionary is likely to cut differently; the terms of the taxonomy are added to it.
_PROBE = "济宁高新区围绕四大主导产业开展产业链招商，年内引进和培育创新平台20个，推进国家生态工业示范园区建设规划。"


IN_CHECKOUT = {
    "model": "models/default",
    "themes.toml": "labels/themes.toml",
    "GUIDELINES.md": "labels/GUIDELINES.md",
}
"""What ships with the package, by its name there, and where a person finds it in the repository."""


def shipped(name: str) -> Path:
    """Return where a file or folder of `IN_CHECKOUT` lies: inside the package, or in the checkout around it."""
    package = Path(__file__).parents[1]
    installed = package / "_data" / name
    return installed if installed.exists() else package.parents[1] / IN_CHECKOUT[name]


def default_bundle() -> Path:
    """Return the folder of the model that ships with the package."""
    return shipped("model")


def probe(segmenter: Segmenter) -> str:
    """Return a digest of how `segmenter` cuts, by which a model knows whether it is the one it was made with."""
    words = segmenter.cut("\n".join((_PROBE, *segmenter.terms)))
    return hashlib.sha256("/".join(words).encode()).hexdigest()


def checksum(description: dict[str, Any]) -> str:
    """Return the SHA-256 of a description without its own checksum; it is the digest of the whole bundle."""
    rest = {key: value for key, value in description.items() if key != "checksum"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
