"""The child's side of parsing: ``python -m gxclassify.reading.parsers BYTES``, files in, JSON out.

The child limits itself before it touches any data: memory, no new files, and processor time for each file. For each
file standard input brings a line of JSON, ``{"kind", "pages", "seconds", "size"}``, and as many bytes as it says. The
answer is one line of JSON, that of a `Parsed` or ``{"error"}``, with ``last``, which says that the child ends with it.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
import time
import traceback
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gxclassify.errors import InputError
from gxclassify.messages import Message
from gxclassify.reading.collector import without_collector
from gxclassify.reading.walls import raise_walls

if TYPE_CHECKING:
    from collections.abc import Callable

    from gxclassify.reading.parsed import Parsed


_MOST_FILES = 500  # then a new child takes over: parsers leak a little


def main() -> int:
    """Parse file after file from standard input and write an answer to each to standard output."""
    memory = int(sys.argv[1])
    _limit("RLIMIT_AS", memory)
    _limit("RLIMIT_FSIZE", 0)
    raise_walls()
    logging.disable(logging.CRITICAL)
    before = _peak()  # it may be that of the process that started this one
    channel = os.dup(1)
    os.dup2(2, 1)  # whatever a parser prints must not get into the answer
    with os.fdopen(channel, "wb") as out:
        for left in reversed(range(_MOST_FILES)):
            order = sys.stdin.buffer.readline()
            if not order:
                break
            answer = _serve(json.loads(order))
            answer["last"] = not left or answer.pop("unfit", False) or _peak() > max(before, memory // 2)
            out.write(json.dumps(answer).encode("ascii") + b"\n")
            out.flush()
            if answer["last"]:
                break
    return 0


def _serve(order: dict[str, Any]) -> dict[str, Any]:
    data = sys.stdin.buffer.read(order["size"])
    _limit("RLIMIT_CPU", int(time.process_time()) + order["seconds"])
    return _parse(order["kind"], data, order["pages"])


def _limit(name: str, value: int) -> None:
    """Set a limit that can be raised again, since the next file has its own time."""
    try:
        import resource  # not on Windows
    except ImportError:
        return
    limit = getattr(resource, name)
    _, most = resource.getrlimit(limit)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(limit, (value if most == resource.RLIM_INFINITY else min(value, most), most))


def _peak() -> int:
    """Return how much memory the process has held at most, in bytes; 0 where that is not known."""
    try:
        import resource
    except ImportError:
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _parse(kind: str, data: bytes, pages: int) -> dict[str, Any]:
    try:
        parser = _parser(kind, pages)
        with without_collector():
            return parser(data).to_json()
    except InputError as error:
        return {"error": error.message.to_json()}
    except MemoryError:
        reason = Message("parsing it needs more memory than is allowed; split the file.")
    except ImportError as error:  # as well where the limit leaves no room for the parser itself
        reason = Message(
            "its parser cannot be loaded ({name}); raise reading.parse_memory or install the package again.",
            name=error.name,
        )
    except RecursionError:
        reason = Message("it is nested too deeply to be parsed.")
    except Exception as error:  # noqa: BLE001 (a parser may raise anything on damaged input)
        reason = Message(
            "it is damaged and cannot be parsed ({type} in {place}).", type=type(error).__name__, place=_where(error)
        )
    return {"error": reason.to_json(), "unfit": True}


def _where(error: Exception) -> str:
    """Return where an error came up, in this package and not in a library that it uses: for those who mend parsers."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).parent == Path(__file__).parent]
    return f"{Path(own[-1].filename).name}, line {own[-1].lineno}" if own else "the parser"


def _parser(kind: str, pages: int) -> Callable[[bytes], Parsed]:
    """Import the parser of one kind; the others stay out of the process."""
    if kind == "pdf":
        from gxclassify.reading.pdf import parse_pdf

        return partial(parse_pdf, most_pages=pages)
    if kind == "zip":
        from gxclassify.reading.archives import parse_archive

        return partial(parse_archive, most_pages=pages)
    if kind == "xml":
        from gxclassify.reading.archives import parse_xml_file

        return parse_xml_file
    if kind == "rtf":
        from gxclassify.reading.rtf import parse_rtf

        return parse_rtf
    if kind == "mail":
        from gxclassify.reading.mail import parse_mail

        return parse_mail
    from gxclassify.reading import html

    return {"html": html.parse_html, "fragment": html.parse_fragment}[kind]


if __name__ == "__main__":
    sys.exit(main())
