"""The first sheet of an xlsx workbook as rows of texts: what labels in a spreadsheet need, and no more."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING

from lxml import etree

from gxclassify.errors import LabelError
from gxclassify.messages import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MOST_BYTES = 2**28
"""The largest part of a workbook that is unpacked."""
_COLUMN = re.compile(r"[A-Z]+")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def is_sheet(data: bytes) -> bool:
    """Tell whether `data` begins as an xlsx workbook does: as a zip archive."""
    return data.startswith(b"PK\x03\x04")


def sheet_rows(data: bytes, where: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row's number and cells, as texts; formulas give the value that was saved with them.

    Raises
    ------
    LabelError
        The file is damaged, too large, or no workbook.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            shared = _shared(archive)
            for row in _part(archive, _first_sheet(archive)).iter(f"{_MAIN}row"):
                cells: list[str] = []
                for cell in row.iter(f"{_MAIN}c"):
                    column = _number(cell.get("r", "")) if cell.get("r") else len(cells)
                    cells += [""] * (column - len(cells)) + [_value(cell, shared)]
                yield int(row.get("r", "0")), cells
    except (zipfile.BadZipFile, zlib.error, KeyError, IndexError, ValueError, etree.XMLSyntaxError) as error:
        raise LabelError(
            "{where}: not a whole xlsx workbook ({error}); save the sheet again, or as CSV.", where=where, error=error
        ) from error


def _part(archive: zipfile.ZipFile, name: str) -> etree._Element:
    if archive.getinfo(name).file_size > _MOST_BYTES:
        msg = Message("{name} is larger than {most_bytes:,} bytes", name=name, most_bytes=_MOST_BYTES)
        raise ValueError(msg)
    # Nothing outside the part is read: no entity, no DTD, no network.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(archive.read(name), parser)


def _first_sheet(archive: zipfile.ZipFile) -> str:
    sheet = next(_part(archive, "xl/workbook.xml").iter(f"{_MAIN}sheet"))
    target = {r.get("Id"): r.get("Target", "") for r in _part(archive, "xl/_rels/workbook.xml.rels")}
    name = target[sheet.get(f"{_REL}id")]
    return name.lstrip("/") if name.startswith("/") else f"xl/{name}"


def _shared(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    return [_text(item) for item in _part(archive, "xl/sharedStrings.xml").iter(f"{_MAIN}si")]


def _text(item: etree._Element) -> str:
    """Return the text of a string, without its phonetic guide."""
    runs = [t.text or "" for t in item.iter(f"{_MAIN}t") if t.getparent().tag != f"{_MAIN}rPh"]
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), "".join(runs))


def _value(cell: etree._Element, shared: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return _text(cell)
    value = cell.findtext(f"{_MAIN}v") or ""
    return shared[int(value)] if cell.get("t") == "s" and value else value


def _number(reference: str) -> int:
    """Return the place, from 0, of the column in a reference such as ``AB12``."""
    found = _COLUMN.match(reference)
    number = 0
    for letter in found[0] if found else "A":
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
