"""The one way in which TOML files are read."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from gxclassify.errors import GxclassifyError

__all__ = ["read_toml"]


def read_toml(path: Path, what: str, error_type: type[GxclassifyError]) -> dict[str, Any]:
    """Read a TOML file; an error of `error_type` says that `what` it holds cannot be read, or is not valid."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        msg = f"{path}: {what} cannot be read ({error.strerror}); check the path."
        raise error_type(msg) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"{path}: {what} is not valid TOML ({error})."
        raise error_type(msg) from error
