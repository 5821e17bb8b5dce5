"""DOCX in the child process: paragraphs and table rows in order, with what their styles say."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from gxclassify.errors import InputError
from gxclassify.reading.parsed import Parsed, ParsedLine

_MOST_UNPACKED = 256 * 2**20
_MOST_PARTS = 5_000


def parse_docx(data: bytes) -> Parsed:
    """Return the lines of a Word document and the roles that its styles give them."""
    _check_archive(data)
    import docx  # after the check: it unpacks everything
    from docx.table import Table

    lines: list[ParsedLine] = []
    for item in docx.Document(io.BytesIO(data)).iter_inner_content():
        if isinstance(item, Table):
            lines += [ParsedLine(row, "row") for row in _rows(item)]
            continue
        style = (item.style.name or "") if item.style is not None else ""
        role = "title" if style == "Title" else "heading" if style.startswith(("Heading", "标题")) else ""
        for line in item.text.split("\n"):
            lines.append(ParsedLine(line, role if line.strip() else ""))
    if not any(line.text.strip() for line in lines):
        msg = "the Word document holds no text."
        raise InputError(msg)
    return Parsed(lines)


def _rows(table: Any) -> list[str]:
    rows = []
    for row in table.rows:
        cells: list[str] = []
        for cell in row.cells:
            text = " ".join(cell.text.split())
            if not cells or cells[-1] != text:  # a merged cell is given once for each place it covers
                cells.append(text)
        rows.append("\t".join(cells))
    return rows


def _check_archive(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if "word/document.xml" not in archive.namelist():
                msg = "it is a ZIP archive but no Word document; unpack it first."
                raise InputError(msg)
    except zipfile.BadZipFile as error:
        msg = "it is a damaged Word document or ZIP archive."
        raise InputError(msg) from error
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        msg = f"unpacked it would be larger than {_MOST_UNPACKED // 2**20} MiB; save it without images."
        raise InputError(msg)
