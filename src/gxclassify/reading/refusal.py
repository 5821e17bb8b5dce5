"""The one exception that crosses from a format's parser to the worker."""

from __future__ import annotations

__all__ = ["Refused"]


class Refused(Exception):  # noqa: N818 (a refusal with its reason, not a failure)
    """The file cannot be read; the message says why and what to do."""
