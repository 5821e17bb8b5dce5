"""The child's side of parsing: ``python -m gxclassify.reading.parsers KIND PAGES BYTES SECONDS``, bytes in, JSON out.

The child limits itself before it touches the data: memory, processor time, no new files. It answers with one JSON
object: that of a `Parsed`, or ``{"error"}``.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from gxclassify.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from gxclassify.reading.parsed import Parsed


def main() -> int:
    """Parse standard input as the arguments say and write the answer to standard output."""
    kind, pages, memory, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    _limit(memory, seconds)
    logging.disable(logging.CRITICAL)
    data = sys.stdin.buffer.read()
    channel = os.dup(1)
    os.dup2(2, 1)  # whatever a parser prints must not get into the answer
    answer = _parse(kind, data, pages)
    with os.fdopen(channel, "wb") as out:
        out.write(json.dumps(answer).encode("ascii"))
    return 0


def _limit(memory: int, seconds: int) -> None:
    try:
        import resource  # not on Windows
    except ImportError:
        return
    for limit, value in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_FSIZE, 0)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))


def _parse(kind: str, data: bytes, pages: int) -> dict[str, Any]:
    try:
        return _parser(kind, pages)(data).to_json()
    except InputError as error:
        reason = str(error)
    except MemoryError:
        reason = "parsing it needs more memory than is allowed; split the file."
    except ImportError as error:  # as well where the limit leaves no room for the parser itself
        reason = f"its parser cannot be loaded ({error.name}); raise reading.parse_memory or install the package again."
    except RecursionError:
        reason = "it is nested too deeply to be parsed."
    except Exception as error:  # noqa: BLE001 (a parser may raise anything on damaged input)
        reason = f"it is damaged and cannot be parsed ({type(error).__name__})."
    return {"error": reason}


def _parser(kind: str, pages: int) -> Callable[[bytes], Parsed]:
    """Import the parser of one kind; the others stay out of the process."""
    if kind == "pdf":
        from gxclassify.reading.pdf import parse_pdf

        return partial(parse_pdf, most_pages=pages)
    if kind == "docx":
        from gxclassify.reading.docx import parse_docx

        return parse_docx
    from gxclassify.reading.html import parse_html

    return parse_html


if __name__ == "__main__":
    sys.exit(main())
