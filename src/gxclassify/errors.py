"""The exceptions that gxclassify raises on purpose.

Each message is one sentence that says what is wrong, where, and what to do. Anything that is not a
``GxclassifyError`` is a bug and keeps its traceback. Exit codes of the command line stand beside the classes.

``raise InputError("{path}: no such file.", path=path)`` keeps the sentence apart from what stands in it, so that it can
be said in another language (`gxclassify.messages`); no f-strings here.
"""

from __future__ import annotations

from gxclassify.messages import Message

__all__ = [
    "ConfigError",
    "GateError",
    "GxclassifyError",
    "InputError",
    "LabelError",
    "MissingPackageError",
    "ModelError",
    "ServerError",
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

    @property
    def message(self) -> Message:
        """The sentence, which can be said in another language; `str` of the error is English."""
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


class TrainingError(GxclassifyError):
    """The labels do not suffice to train what was asked for."""

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
