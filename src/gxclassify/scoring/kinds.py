"""What a file holds: JSON Lines, CSV, Parquet or a document; its encoding, and the fields of its records."""

from __future__ import annotations

import codecs
import csv
import json
from typing import TYPE_CHECKING, Any, Literal

from gxclassify.scoring.compression import Plain, split_name

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["HEAD", "Kind", "cells", "delimiter", "encoding_of", "kind_of", "text_fields"]

Kind = Literal["jsonl", "csv", "parquet", "document"]

HEAD = 1 << 16
"""How much of a file is looked at to tell what it is."""

_KINDS: dict[str, Kind] = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "csv"}
_DELIMITERS = ",\t;"
_TYPES: dict[type, str] = {str: "string", int: "int64", float: "double", bool: "bool", type(None): "null"}


def kind_of(plain: Plain, path: Path | None, text_column: str) -> Kind:
    """Tell what a file holds, from its content and, between text and text, its name."""
    head = plain.peek(HEAD)
    if head.startswith(b"PAR1"):
        return "parquet"
    by_name = _KINDS.get(split_name(path)[0]) if path else None
    if by_name:
        return by_name
    text = head.decode(encoding_of(head), "replace").lstrip("\ufeff \t\r\n")
    line, whole, _ = text.partition("\n")
    cut_short = not whole and len(head) == HEAD
    if line.startswith("{") and (line[1:].lstrip().startswith('"') if cut_short else _object(line) is not None):
        return "jsonl"
    columns = cells(line.rstrip("\r"))
    return "csv" if len(columns) > 1 and text_column in columns else "document"


def encoding_of(head: bytes) -> str:
    """Return the encoding of text that begins with `head`: UTF-8, UTF-16 with its mark, else GB18030 where it fits."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    for encoding in ("utf-8", "gb18030"):
        try:
            codecs.getincrementaldecoder(encoding)().decode(head)
        except UnicodeDecodeError:
            continue
        return encoding
    return "utf-8"


def text_fields(kind: Kind, head: bytes, text_column: str) -> dict[str, str]:
    """Return the fields of JSON Lines or CSV records beside the text, with their types, as far as `head` tells."""
    text = head.decode(encoding_of(head), "replace").lstrip("\ufeff")
    if kind == "csv":
        names = cells(text.partition("\n")[0].rstrip("\r"))
        return {name: "string" for name in names if name != text_column}
    types: dict[str, set[str]] = {}
    for line in text.split("\n")[: None if len(head) < HEAD else -1]:
        for name, value in (_object(line) or {}).items():
            types.setdefault(name, set()).add(_TYPES.get(type(value), "json"))
    types.pop(text_column, None)
    return {name: _common_type(found) for name, found in types.items()}


def delimiter(line: str) -> str:
    """Return what separates the cells of a CSV header: comma, tab or semicolon."""
    return max(_DELIMITERS, key=line.count)


def cells(line: str) -> list[str]:
    """Return the cells of a CSV header."""
    try:
        return next(csv.reader([line], delimiter=delimiter(line)), [])
    except csv.Error:
        return []


def _object(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _common_type(found: set[str]) -> str:
    types = found - {"null"}
    if types == {"int64", "double"}:
        return "double"
    return types.pop() if len(types) == 1 else "json"
