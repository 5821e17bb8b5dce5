"""The parent's side of parsing PDF, DOCX and HTML: a child process with limits, bytes in, JSON out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from gxclassify.errors import InputError
from gxclassify.reading.parsed import Parsed

if TYPE_CHECKING:
    from gxclassify.config import ReadingConfig

_KINDS = {"pdf": "PDF", "docx": "Word document", "html": "web page"}


def extract(kind: str, data: bytes, name: str, config: ReadingConfig) -> Parsed:
    """Parse `data` in a child process; a web page must be UTF-8.

    Raises
    ------
    InputError
        The file is damaged, encrypted, without text, or beyond a limit of time, memory or pages.
    """
    command = [sys.executable, "-P", "-m", "gxclassify.reading.parsers", kind]
    command += [str(config.max_pages), str(config.parse_memory), str(int(config.parse_seconds) + 1)]
    keep = {
        key: value for key, value in os.environ.items() if key in {"PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR"}
    }
    environment = keep | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "PYTHONUTF8": "1"}
    what = _KINDS[kind]
    try:
        done = subprocess.run(  # noqa: S603 (our own interpreter and module)
            command, input=data, capture_output=True, timeout=config.parse_seconds, env=environment, check=False
        )
    except subprocess.TimeoutExpired as error:
        msg = f"{name}: parsing the {what} took longer than {config.parse_seconds:g} s; split the file."
        raise InputError(msg) from error
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        msg = (
            f"{name}: the {what} cannot be parsed; it is damaged or needs more than {config.parse_memory // 2**20} MiB."
        )
        raise InputError(msg) from error
    if "error" in answer:
        msg = f"{name}: {answer['error']}"
        raise InputError(msg)
    return Parsed.from_json(answer)
