"""Where the paragraphs to label come from: a file of records or plain texts, in order or as the model suggests."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from gxclassify.bundle.format import shipped
from gxclassify.errors import LabelError
from gxclassify.labels.records import LabelRecord, label_object, read_text

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["guideline", "read_queue"]

_NAME = "GUIDELINES.md"


def read_queue(path: Path) -> list[LabelRecord]:
    """Read the paragraphs to label: JSON Lines with a text (and perhaps id, article, source), or one text a line.

    Labels in the file are left out: who labels should not see what others said.

    Raises
    ------
    LabelError
        ``file:line`` and what is wrong there.
    """
    records: dict[str, LabelRecord] = {}
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if line.strip():
            record = _record(line.strip(), f"{path}:{number}", path.name)
            records.setdefault(record.id, record)
    if not records:
        msg = f"{path}: the queue holds no paragraph; give one JSON object or text a line."
        raise LabelError(msg)
    return list(records.values())


def _record(line: str, where: str, source: str) -> LabelRecord:
    table = label_object(line, where) if line.startswith("{") else {"text": line}
    text = table.get("text")
    if not isinstance(text, str) or not text.strip():
        msg = f"{where}: a paragraph to label needs a text that is not empty."
        raise LabelError(msg)
    given = {key: value for key in ("id", "article", "source") if isinstance(value := table.get(key), str) and value}
    # The same text gets the same id, so that reading the file again adds nothing.
    identity = given.get("id", "t-" + hashlib.sha256(text.encode()).hexdigest()[:12])
    return LabelRecord(
        id=identity, text=text, article=given.get("article", identity), source=given.get("source", source), where=where
    )


def guideline(beside: Path | None) -> str:
    """Return the text of the nearest ``GUIDELINES.md``: at or above `beside`, else the package's own; else nothing."""
    folders = [] if beside is None else beside.resolve().parents
    for path in (*(folder / _NAME for folder in folders), shipped(_NAME)):
        if path.is_file():
            return path.read_text(encoding="utf-8")
    return ""
