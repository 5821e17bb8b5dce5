"""The exceptions that gxclassify raises on purpose.

Each message is one sentence that says what is wrong, where, and what to do. Anything that is not a
``GxclassifyError`` is a bug and keeps its traceback. Exit codes of the command line stand beside the classes.

``raise InputError("{path}: no such file.", path=path)`` keeps the sentence apart from what stands in it, so that it can
be said in another language (`gxclassify.messages`); no f-strings here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from gxclassify.messages import Message, spoken, system_text

__all__ = [
    "ConfigError",
    "GateError",
    "GxclassifyError",
    "InputError",
    "LabelError",
    "MissingPackageError",
    "ModelError",
    "ServerError",
    "StoreError",
    "TrackingError",
    "TrainingError",
]


class GxclassifyError(Exception):
    """Base of every error that a user can mend.

    Parameters
    ----------
    message : str
        A sentence, or the template of one; see `gxclassify.messages.Message`.
    **values : object
        What stands in the template.
    """

    exit_code = 3

    def __init__(self, message: str, /, **values: object) -> None:
        super().__init__(message if isinstance(message, Message) else Message(message, **values))

    def __str__(self) -> str:
        return spoken(self.message)

    @property
    def message(self) -> Message:
        """The sentence: English as a text, while `str` of the error is in the language in force."""
        text: Message = self.args[0]
        return text


class ConfigError(GxclassifyError):
    """A setting is unknown, of the wrong type or out of range."""

    exit_code = 2


class MissingPackageError(ConfigError, ImportError):
    """What was asked for needs a package that this installation lacks; the message has the line that brings it."""


class InputError(GxclassifyError):
    """A document cannot be read: missing, empty, not text, damaged or beyond a limit."""

    exit_code = 3


class LabelError(InputError):
    """A label file or taxonomy is invalid; the message starts with ``file:line``."""


class ModelError(GxclassifyError):
    """A model is missing, damaged, too new, too large or made for another segmenter."""

    exit_code = 4


class TrainingError(GxclassifyError, ValueError):
    """The labels do not suffice to train what was asked for; a ValueError too, as scikit-learn has it."""

    exit_code = 3


class TrackingError(GxclassifyError):
    """MLflow cannot be reached, or holds no such run, model or version."""

    exit_code = 4


class GateError(GxclassifyError):
    """A check ran to its end and found the quality too low or the data changed."""

    exit_code = 5


class ServerError(GxclassifyError):
    """The server cannot go on; what supervises it should start it again."""

    exit_code = 1


class StoreError(GxclassifyError):
    """The SQLite file of labels or results cannot be read or written: damaged, taken away, on a full disk."""

    exit_code = 3


@contextlib.contextmanager
def boundary(refusal: Callable[[Message], GxclassifyError]) -> Iterator[None]:
    """Make of whatever goes wrong in the block the error that `refusal` makes of the reason, in words.

    For the places where something from outside enters: a file, a record, a bundle. What libraries raise on damaged
    input is more than any list of exceptions holds, and what is wrong with one input must not end the work on the
    others. The package's own errors pass as they are; of others the cause stays attached, for who debugs.
    """
    try:
        yield
    except GxclassifyError:
        raise
    except Exception as error:
        raise refusal(reason(error)) from error


def reason(error: BaseException) -> Message:
    """Say why something failed, in one line.

    >>> reason(MemoryError()), reason(KeyError("themes"))
    ('there is not enough memory', "KeyError: 'themes'")
    """
    if lacks_memory(error):
        return Message("there is not enough memory")
    if isinstance(error, RecursionError):
        return Message("it is nested too deeply")
    if isinstance(error, OSError) and error.strerror:
        return system_text(error)
    text = " ".join(str(error).split())
    if type(error).__module__ == "sqlite3" and text:  # not loaded for its sake
        # SQLite has one word for whatever a disk refuses.
        return Message("disk I/O error; the disk may be full") if text == "disk I/O error" else Message(text)
    if not text:
        return Message(type(error).__name__)
    return Message("{kind}: {text}", kind=type(error).__name__, text=_said(error) or text)


_NO_ROOM = ("failed to map segment", "cannot allocate memory", "can't start new thread", "cannot create thread")


def lacks_memory(error: BaseException) -> bool:
    """Tell whether an error, or one that it came from, says that there is too little memory."""
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) is not None and cause not in chain:
        chain.append(cause)
    return any(isinstance(one, MemoryError) or any(sign in str(one).lower() for sign in _NO_ROOM) for one in chain)


def _said(error: BaseException) -> Message | None:
    return error.args[0] if error.args and isinstance(error.args[0], Message) else None
