"""A wheel of the installed package, packed without network, for models that travel where no index has it."""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from gxclassify.bundle import default_bundle

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["pack_wheel", "requirement"]

_NAME = "gxclassify"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same package gives the same bytes
_TAG = "py3-none-any"


def requirement(folder: Path) -> tuple[str, Path | None]:
    """Return what pip must be asked for to get this package: a version from an index, or a wheel made in `folder`.

    Returns
    -------
    name : str
        ``gxclassify==…``, or the wheel's place inside a logged model.
    wheel : Path or None
    """
    # pip notes where a package came from, except for those from an index.
    if importlib.metadata.distribution(_NAME).read_text("direct_url.json") is None:
        return f"{_NAME}=={importlib.metadata.version(_NAME)}", None
    wheel = pack_wheel(folder)
    return f"code/{wheel.name}", wheel


def pack_wheel(folder: Path) -> Path:
    """Write a wheel of this package to `folder` and return its path."""
    version = importlib.metadata.version(_NAME)
    info = f"{_NAME}-{version}.dist-info"
    metadata = importlib.metadata.distribution(_NAME).read_text("METADATA") or ""
    files = dict(_package_files())
    files[f"{info}/METADATA"] = metadata.encode()
    files[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: {_NAME}\nRoot-Is-Purelib: true\nTag: {_TAG}\n".encode()
    files[f"{info}/entry_points.txt"] = f"[console_scripts]\n{_NAME} = {_NAME}.cli:main\n".encode()
    record = "".join(f"{name},sha256={_digest(content)},{len(content)}\n" for name, content in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    path = folder / f"{_NAME}-{version}-{_TAG}.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return path


def _package_files() -> Iterator[tuple[str, bytes]]:
    """Yield the package's files under the names that they have when installed; data of a checkout moves inside."""
    root = Path(__file__).parents[1]
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield f"{_NAME}/{path.relative_to(root).as_posix()}", path.read_bytes()
    if not (root / "_data").exists():
        for path in sorted(default_bundle().iterdir()):
            yield f"{_NAME}/_data/model/{path.name}", path.read_bytes()
        themes = root.parents[1] / "labels" / "themes.toml"
        yield f"{_NAME}/_data/themes.toml", themes.read_bytes()


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
