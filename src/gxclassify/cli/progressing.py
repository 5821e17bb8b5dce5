"""The progress of bulk scoring on a terminal: how much of the input is done, how fast, how long it will take."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["bulk_progress"]


@contextlib.contextmanager
def bulk_progress() -> Iterator[Callable[[int, int | None, int], None] | None]:
    """Show a bar on standard error while the block runs; none where that is no terminal.

    Yields a callable that takes (bytes of input done, bytes in all or None, paragraphs written).
    """
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (
        TextColumn("Tagging"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TextColumn("{task.fields[paragraphs]:,} paragraphs,"),
        TimeElapsedColumn(),
        TextColumn("gone,"),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, paragraphs=0)
        yield lambda done, total, paragraphs: bar.update(task, completed=done, total=total, paragraphs=paragraphs)
