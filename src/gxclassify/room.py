"""Whether there is room in memory for libraries that cannot say that there is none.

Under a limit (``ulimit -v``) OpenBLAS, which comes with numpy and with scipy, asks for its buffers again and again for
ever, and code in Rust ends the process. They are let begin only where there is room for what they take.
"""

from __future__ import annotations

import mmap
import os
import sys
from importlib.abc import MetaPathFinder

if sys.platform != "win32":
    import resource

_OPENBLAS = 128
"""Megabytes: the library takes 60, and a buffer for each thread 32."""


def need(megabytes: int) -> None:
    """Raise a `MemoryError` unless the limits of this process leave it so much more address space."""
    if not _limited():
        return
    try:
        mmap.mmap(-1, megabytes << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS).close()
    except OSError as error:
        raise MemoryError from error


def mind_openblas() -> None:
    """Let numpy and scipy begin only where there is room for them; call it before either is imported."""
    if _limited():
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # each of them takes room
        sys.meta_path.insert(0, _Room())


class _Room(MetaPathFinder):
    """Finds nothing, but is asked before each import."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:  # noqa: ARG002 - as is called
        if fullname.partition(".")[0] in {"numpy", "scipy"}:
            need(_OPENBLAS)


def _limited() -> bool:
    return sys.platform != "win32" and resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY
