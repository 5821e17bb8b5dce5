"""Text files that appear under their name only when they are whole."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from gxclassify.errors import ConfigError, GxclassifyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["check_target", "whole_file"]


def check_target(target: Path, inputs: Iterable[str | os.PathLike[str]]) -> None:
    """Raise a `ConfigError` when writing `target` would destroy an input or something that is no file."""
    if target.exists() and not target.is_file():
        msg = f"{target}: the output must be a file; to write to a pipe or device, leave it out and redirect."
        raise ConfigError(msg)
    for name in inputs:
        with contextlib.suppress(OSError, ValueError):
            if target.exists() and Path(name).samefile(target):
                msg = f"{target}: this is an input; name another output."
                raise ConfigError(msg)


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
    """Open a text file for writing under a temporary name, and give it the name `path` when the block ends well.

    Raises
    ------
    GxclassifyError
        The file cannot be written; a file that was there before is still as it was.
    """
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        msg = f"{path}: the output cannot be written ({error.strerror or error}); free space or name another place."
        raise GxclassifyError(msg) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
