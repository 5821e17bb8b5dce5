"""Where the paragraphs to label come from: a file of records or plain texts; and the guideline beside it."""

from __future__ import annotations

import hashlib
import io
import re
from itertools import islice
from typing import TYPE_CHECKING

from gxclassify.errors import LabelError
from gxclassify.files import shipped
from gxclassify.labels.records import LabelRecord, NoTextError, label_object, read_text
from gxclassify.reading import read_text as read_document
from gxclassify.reading.compressed import Plain
from gxclassify.reading.records.cutter import kind_of
from gxclassify.reading.records.fields import TEXT_FIELDS
from gxclassify.reading.web.markdown import is_markdown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_NAME = "GUIDELINES.md"
_CONTENT = re.compile(rb"[^\s,{}\[\]]")
_BLANK = re.compile(rb"\s+")
_BOM = b"\xef\xbb\xbf"
_HEADING = re.compile("^#{1,6} ", re.MULTILINE)
_SAMPLE, _FEWEST = 300, 8  # lines of a queue: so many tell how it is set, fewer do not


def read_queue(path: Path) -> list[LabelRecord]:
    """Read the paragraphs to label: JSON Lines with a text (and perhaps id, article, source), or one text a line.

    Labels in the file are left out: who labels should not see what others said.

    Raises
    ------
    LabelError
        ``file:line`` and what is wrong there.
    """
    content = _queue_text(path)
    if not content.strip() or holds_nothing(content.encode()):
        raise LabelError(
            "{path}: the queue holds no paragraph; give one JSON object or text a line. The paragraphs that are in the "
            "label store already go on without --label-queue.",
            path=path,
        )
    _check_lines(content, path)
    records: dict[tuple[str, str], LabelRecord] = {}
    for number, line in enumerate(content.split("\n"), 1):
        if line.strip():
            record = _record(line.strip(), f"{path}:{number}", path.name)
            records.setdefault((record.id, record.text), record)  # an id of two texts: the store keeps both
    return list(records.values())


def holds_nothing(data: bytes) -> bool:
    r"""Tell whether a file is nothing but white space and JSON without content: what a tool writes that found nothing.

    >>> [holds_nothing(data) for data in (b"[]", b"{}\n{}\n", b"[{}, { }]", b'[{"text": "a"}]', b"{", b"{[]}")]
    [True, True, True, False, False, False]
    """
    told = data.removeprefix(_BOM)
    if _CONTENT.search(told):
        return False
    return not _BLANK.sub(b"", told).replace(b"{}", b"").replace(b",", b"").replace(b"[]", b"")


def _queue_text(path: Path) -> str:
    try:
        return read_text(path)
    except NoTextError as error:
        raise LabelError(
            "{path}: this is no text, and so no queue. Give one JSON object or text a line, or start without it and "
            "add the file (a workbook, a Word file, a PDF …) on the labelling page.",
            path=path,
        ) from error


def _check_lines(content: str, path: Path) -> None:
    """Refuse what is no text a line: commas and labels of a table, pieces of sentences would be shown as paragraphs."""
    kind = kind_of(Plain(io.BytesIO(content.encode()), path.stem), TEXT_FIELDS[0])
    if kind == "csv" or (kind == "json" and content.lstrip().startswith("[")):
        raise LabelError(
            "{path}: a table, or JSON in one array, is no queue: each of its lines would be a paragraph. Give one JSON "
            "object or text a line, or start without it and add the file on the labelling page.",
            path=path,
        )
    lines = list(islice((line for line in content.split("\n") if line.strip()), _SAMPLE))
    if lines[0].startswith("{"):
        return
    named = path.suffix.lower() in {".md", ".markdown"}  # texts a line may hold links and the like
    if is_markdown(content, named=named) and (named or len(_HEADING.findall(content)) > 1):
        raise LabelError(
            "{path}: Markdown is no queue: its headings and tables would be paragraphs to label. Give one JSON object "
            "or text a line, or start without it and add the file on the labelling page.",
            path=path,
        )
    if len(lines) < _FEWEST:
        return
    document = read_document("\n".join(lines), name=path.name)
    joined = sum(paragraph.text not in content for article in document.articles for paragraph in article.paragraphs)
    if 2 * joined > sum(len(article.paragraphs) for article in document.articles):
        raise LabelError(
            "{path}: its lines are those of a printed page, and each would be a paragraph to label. Give a paragraph a "
            "line, or start without it and add the file on the labelling page.",
            path=path,
        )


def _name(value: object) -> str:
    """Return an id or a name as a text: in tables ids are numbers."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _record(line: str, where: str, source: str) -> LabelRecord:
    table = label_object(line, where) if line.startswith("{") else {"text": line}
    text = table.get("text")
    if not isinstance(text, str) or not text.strip():
        raise LabelError("{where}: a paragraph to label needs a 'text' that is not empty.", where=where)
    given = {key: value for key in ("id", "article", "source") if (value := _name(table.get(key)))}
    # The same text gets the same id, so that reading the file again adds nothing.
    identity = given.get("id", own_id(text))
    return LabelRecord(
        id=identity, text=text, article=given.get("article", identity), source=given.get("source", source), where=where
    )


def guideline(beside: Path | None, language: str, themes: Iterable[str]) -> str:
    """Return the text of the nearest ``GUIDELINES.md``: at or above `beside`, else the package's own; else nothing.

    In Chinese it is the ``GUIDELINES.zh.md`` beside it, where there is one. The package's own tells of its own themes:
    where `themes` are others, it is none.
    """
    folders = [] if beside is None else beside.resolve().parents
    own = f"GUIDELINES.{language}.md"
    for path in (*(folder / _NAME for folder in folders), shipped(_NAME)):
        if path.is_file():
            translated = path.with_name(own)
            text = read_text(translated if translated.is_file() else path)
            return text if path != shipped(_NAME) or any(f"`{theme}`" in text for theme in themes) else ""
    return ""


def digest(text: str) -> str:
    """Return what tells a text from others, in twelve figures."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def own_id(text: str) -> str:
    """Return the id of a paragraph that came without one: the same text gets the same."""
    return "t-" + digest(text)
