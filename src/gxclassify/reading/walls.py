"""Walls around the process that parses strangers' files: no file but the program's own, no network, no signals.

Linux offers two to programs without rights: Landlock (files; from ABI 4 on TCP, from ABI 6 on signals and abstract
sockets) and a network namespace of one's own (all protocols). Each is raised where the kernel grants it. Where it
grants none, what is left are the limits of memory, time and size.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from gxclassify.files import PACKAGE

# What parsers import when a file of their kind comes, wherever it is installed.
_PARSERS = ("numpy", "lxml", "pypdfium2", "pypdfium2_raw", "charset_normalizer")
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache")
_DEVICES = ("/dev/null", "/dev/urandom")


def raise_walls() -> tuple[str, ...]:
    """Shut this process off for good, and return the walls that stand: ``files``, ``tcp``, ``network``.

    What is open stays open. It must be called while the process has one thread.
    """
    return (*_landlock(), *_own_network())


def _landlock() -> tuple[str, ...]:
    if sys.platform != "linux":
        return ()
    from py_landlock import AccessFs, Landlock
    from py_landlock.errors import LandlockError

    try:
        rules = Landlock(strict=False)
        for path in _readable():
            files_only = AccessFs.READ_FILE
            rules.add_path_rule(path, access=files_only | AccessFs.READ_DIR if path.is_dir() else files_only)
        rules.apply()
    except (LandlockError, OSError):  # the kernel is too old, or was started without it
        return ()
    return ("files", "tcp") if rules.abi_version >= _TCP else ("files",)


_TCP = 4


def _readable() -> Iterator[Path]:
    """Yield what the interpreter, this package and its parsers consist of."""
    installed = (path for path in sys.path if Path(path).name in {"site-packages", "dist-packages"})
    places: list[str | os.PathLike[str]] = [Path(os.__file__).parent, *installed, *_LIBRARIES, *_DEVICES, PACKAGE]
    found = {Path(place).resolve() for place in places}
    for name in _PARSERS:
        spec = importlib.util.find_spec(name)
        found |= {Path(path).resolve() for path in (spec and spec.submodule_search_locations) or ()}
    yield from (path for path in sorted(found) if path.exists())


def _own_network() -> tuple[str, ...]:
    if sys.version_info >= (3, 12) and hasattr(os, "unshare"):
        with suppress(OSError):  # the system does not grant it
            os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNET)
            return ("network",)
    return ()
