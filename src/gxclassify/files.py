"""Where files lie that come with the package; how any file is read whole, and written: named only when it is whole.

The one place where this package writes a file. It stands at the bottom, below the model and the labels, because all of
them write files.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import re
import secrets
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from gxclassify.errors import ConfigError, GxclassifyError
from gxclassify.messages import Message, system_text

if sys.platform != "win32":
    import fcntl

PACKAGE = Path(__file__).parent
"""The folder of this package's source."""

IN_CHECKOUT = {
    "model": "models/default",
    "themes.toml": "labels/themes.toml",
    "GUIDELINES.md": "labels/GUIDELINES.md",
    "GUIDELINES.zh.md": "labels/GUIDELINES.zh.md",
    "zones.csv": "zones/zones.csv",
    "places.csv": "zones/places.csv",
}
"""What ships with the package, by its name there, and where a person finds it in the repository."""

_MOST_NAME = 40
_JUST_MADE = 60.0
"""Seconds in which nothing is swept: between its making and its lock, a writer has none."""


def shipped(name: str) -> Path:
    """Return where a file or folder of `IN_CHECKOUT` lies: inside the package, or in the checkout around it."""
    installed = PACKAGE / "_data" / name
    return installed if installed.exists() else PACKAGE.parents[1] / IN_CHECKOUT[name]


def read_regular(path: Path, most: int) -> bytes:
    """Return the bytes of a regular file, one more than `most` at the most; so a caller sees that there are too many.

    Raises
    ------
    OSError
        It cannot be read, or it is something else, such as a folder, or a pipe that would be waited for.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)  # to open a pipe would wait
    with os.fdopen(os.open(path, flags), "rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
        return file.read(most + 1)


def check_target(target: Path, inputs: Iterable[str | os.PathLike[str]] = ()) -> None:
    """Raise a `ConfigError` when writing `target` would destroy an input or something that is no file."""
    if target.exists() and not target.is_file():
        raise ConfigError(
            "{target}: the output must be a file; to write to a pipe or device, leave it out and redirect.",
            target=target,
        )
    for name in inputs:
        with contextlib.suppress(OSError, ValueError):
            if target.exists() and Path(name).samefile(target):
                raise an_input(target)


def an_input(target: Path) -> ConfigError:
    """Return the error for an output that would take the place of an input."""
    return ConfigError("{target}: this is an input; name another output.", target=target)


def leave_to(path: Path, status: os.stat_result) -> None:
    """Give what root made to the owner of something else, for a server of another user to go on with it."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        os.chown(path, status.st_uid, status.st_gid, follow_symlinks=False)


@contextlib.contextmanager
def whole_file(path: Path, trouble: Callable[[OSError], GxclassifyError] | None = None) -> Iterator[BinaryIO]:
    """Open a file for writing under a temporary name beside `path`, and give it that name when the block ends well.

    It has reached the disk by then. A new file gets the rights of any other (the umask's), one that takes the place of
    another that one's; what a link points to is replaced, not the link.

    Parameters
    ----------
    path : Path
    trouble : callable, optional
        Makes the error of an `OSError`. Default: one that names `path` and the reason.

    Raises
    ------
    ConfigError
        There is something at `path` that is no file, such as a folder or a device.
    GxclassifyError
        The file cannot be written; one that was there before is still as it was.
    """
    temporary: Path | None = None
    try:
        check_target(path)
        target = path.resolve()
        sweep(target)
        temporary = _beside(target)
        with temporary.open("xb") as file:
            _claim(file.fileno())
            if target.exists():
                leave_to(temporary, target.stat())
                temporary.chmod(target.stat().st_mode & 0o7777)
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except OSError as error:
        if trouble is not None:
            raise trouble(error) from error
        if isinstance(error, FileNotFoundError):
            raise GxclassifyError(
                "{path}: the folder {folder} is not there; make it or name another place.",
                path=path,
                folder=path.parent,
            ) from error
        raise GxclassifyError(
            "{path}: the output cannot be written ({reason}); free space or name another place.",
            path=path,
            reason=system_text(error),
        ) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()


def _beside(target: Path) -> Path:
    return target.with_name(f".{target.name[:_MOST_NAME]}.{secrets.token_hex(4)}")


class Claim:
    """Says that this process works on a folder, until it is closed, collected, or the process ends."""

    def __init__(self, folder: Path) -> None:
        self._number: int | None = None
        if sys.platform != "win32":
            self._number = os.open(folder, os.O_RDONLY)
            _claim(self._number)

    def close(self) -> None:
        """Give the folder up."""
        if self._number is not None:
            os.close(self._number)
            self._number = None

    __del__ = close


def _claim(number: int) -> None:
    if sys.platform != "win32":
        with contextlib.suppress(OSError):  # a file system without locks: nothing is swept there
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Let no other process that asks for it change `path` meanwhile: what is read and written anew loses no change.

    The lock is on the folder, for the file is replaced with each change. Without locks, on Windows or in some file
    systems, nobody waits.
    """
    with contextlib.ExitStack() as held:
        if sys.platform != "win32":
            with contextlib.suppress(OSError):
                number = os.open(path.resolve().parent, os.O_RDONLY)
                held.callback(os.close, number)
                fcntl.flock(number, fcntl.LOCK_EX)
        yield


def new_folder(target: Path) -> tuple[Path, Claim]:
    """Make a folder under a temporary name beside `target`; it is swept when the process is gone that made it."""
    sweep(target)
    folder = _beside(target)
    folder.mkdir(0o700)
    try:
        return folder, Claim(folder)
    except OSError:  # a folder without a claim would only be swept by a later run
        folder.rmdir()
        raise


def copy_folder(source: Path | str, target: Path, **named: Any) -> Path:
    """Copy a folder as `shutil.copytree` does, with options of its; what fails is the system's error of a file.

    `shutil.Error` is a list of all the files, and has no reason of its own.
    """
    failed: list[OSError] = []

    def copy(one: str, other: str) -> str:
        try:
            return shutil.copy2(one, other)
        except OSError as error:
            failed.append(error)
            raise

    try:
        shutil.copytree(source, target, copy_function=copy, **named)
    except shutil.Error as error:
        raise (failed[0] if failed else error) from None
    return target


def sweep(target: Path) -> None:
    """Delete the temporary files and folders beside `target` whose writers were killed."""
    name = re.compile(re.escape(f".{target.name[:_MOST_NAME]}.") + "[0-9a-f]{8}")
    with contextlib.suppress(OSError), os.scandir(target.parent) as entries:
        for left in [Path(entry.path) for entry in entries if name.fullmatch(entry.name)]:
            if is_abandoned(left):
                shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)


def is_abandoned(path: Path) -> bool:
    """Whether nobody works any more on a file of `whole_file`, or a folder with a `Claim`."""
    if sys.platform == "win32":
        return False
    number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        if time.time() - os.fstat(number).st_mtime < _JUST_MADE:
            return False
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # its writer has the lock, or the file system has no locks
        return False
    else:
        return True
    finally:
        os.close(number)


def rights(path: Path, *, secret: bool = False) -> str:
    """Say in a sentence what other users of this machine may do with a file that they should not; "" where nothing.

    Parameters
    ----------
    path : Path
        One that is not there, or of a system without such rights, has none to complain of.
    secret : bool
        Whether others should not even read it.
    """
    try:
        mode = path.stat().st_mode
    except OSError:
        return ""
    if os.name != "posix" or not mode & (stat.S_IWOTH | (stat.S_IROTH if secret else 0)):
        return ""
    if mode & stat.S_IWOTH:
        return Message(
            "{path}: every user of this machine may change it; 'chmod o-rwx {path}' takes that from them.", path=path
        )
    return Message(
        "{path}: every user of this machine may read it; 'chmod o-rwx {path}' takes that from them.", path=path
    )


@contextlib.contextmanager
def whole_text(path: Path) -> Iterator[TextIO]:
    r"""Open a text file as `whole_file` does, in UTF-8 with ``\n``; half surrogate pairs become ``?``."""
    with whole_file(path) as file:
        text = io.TextIOWrapper(file, "utf-8", "replace", "\n")
        yield text
        text.detach()


def write_whole(path: Path, content: str | bytes, trouble: Callable[[OSError], GxclassifyError] | None = None) -> None:
    """Write `content`, a text in UTF-8, to the file `path` in one step; see `whole_file`."""
    with whole_file(path, trouble) as file:
        file.write(content.encode("utf-8", "replace") if isinstance(content, str) else content)
