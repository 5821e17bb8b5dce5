"""Blocks of pages as JSON, each with its kind, as programs write them that read scans and take PDF apart.

Three shapes: a list of blocks with ``type`` and ``page_idx``; pages with ``parsing_res_list``, whose blocks have
``block_label`` and ``block_content``; a tree of references to ``texts`` and ``tables``.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from gxclassify.reading.parsed import LEFT_OUT, Parsed, ParsedLine
from gxclassify.reading.web.markdown import plain_text, table_rows, title_on_top

if TYPE_CHECKING:
    from collections.abc import Iterator

# Quick looks at how such JSON begins.
_MARKS = (b'"page_idx"', b'"block_label"', b'"DoclingDocument"')
_BEGINS = re.compile(
    rb'\s*\[\s*\{[^{}]{0,4000}"type"\s*:\s*"(?:text|title|image|table|equation|header|footer|page_number|list|discarded)"'
    rb'|\s*[\[{].{0,4000}"parsing_res_list"\s*:\s*\[\s*(?:\{[^{}]{0,4000}"block_|\])|\s*\{\s*"schema_name"\s*:\s*"DoclingDocument"',
    re.DOTALL,
)
_ROLES = {
    role: names.split()
    for role, names in {
        "title": "doc_title",
        "heading": "title paragraph_title section_header sub_title",
        "caption": "caption figure_title table_title chart_title image_caption figure_caption table_caption",
        "note": "footnote vision_footnote page_footnote table_footnote",
        "furniture": "header footer page_header page_footer page_number number discarded aside_text",
        "row": "table",
    }.items()
}
_ROLE_OF = {name: role for role, names in _ROLES.items() for name in names}
_DEEPEST = 40
_Block = tuple[str, Any, int | None]  # its kind, its text or rows, its page


def may_be_blocks(head: bytes) -> bool:
    """Tell whether the beginning of a file may be that of such JSON: a quick look."""
    return any(mark in head for mark in _MARKS) and _BEGINS.match(head.removeprefix(b"\xef\xbb\xbf")) is not None


def parse_blocks(text: str) -> Parsed | None:
    """Return the lines of a document that a text holds as blocks of pages, None where it is none."""
    if not may_be_blocks(text[:_LOOK].encode("utf-8", "replace")):
        return None
    try:
        value = json.loads(text.removeprefix("\ufeff"))
        lines = [line for block in _blocks(value) for line in _lines(*block)]
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return None  # something else, which happens to have these words
    if not any(line.role not in LEFT_OUT for line in lines):
        return None
    title_on_top(lines)
    return Parsed(lines, wrapped=False, format="json")


_LOOK = 1 << 16  # characters


def _blocks(value: Any) -> Iterator[_Block]:
    """Yield the blocks of a document in order."""
    if isinstance(value, dict) and "texts" in value:
        yield from _tree(value, value["body"], 0)
    elif isinstance(value, dict):
        page = value.get("page_index")
        for block in value["parsing_res_list"]:
            yield block["block_label"], block["block_content"], None if page is None else page + 1
    elif any("parsing_res_list" in item for item in value):
        for item in value:
            yield from _blocks(item)
    else:
        for block in value:
            yield from _listed(block)


def _listed(block: dict[str, Any]) -> Iterator[_Block]:
    """Yield a block of the first shape with its captions before it and its notes behind."""
    kind, page = block["type"], block["page_idx"] + 1
    for name in ("image_caption", "img_caption", "table_caption", "chart_caption"):
        for caption in block.get(name) or ():
            yield "caption", caption, page
    told = block.get("table_body") or block.get("text") or block.get("list_items") or block.get("code_body") or ""
    yield ("title" if kind == "text" and block.get("text_level") else kind), told, page
    for name in ("image_footnote", "img_footnote", "table_footnote", "chart_footnote"):
        for note in block.get(name) or ():
            yield "footnote", note, page


def _tree(value: dict[str, Any], node: dict[str, Any], depth: int) -> Iterator[_Block]:
    """Yield the blocks that a node of a tree refers to, and what is below them."""
    for child in node.get("children") or () if depth < _DEEPEST else ():
        _, kind, number = child["$ref"].split("/")
        block = value[kind][int(number)]
        where = block.get("prov") or [{}]
        if "data" in block and "grid" in block["data"]:
            rows = [[cell["text"] for cell in row] for row in block["data"]["grid"]]
            yield "table", rows, where[0].get("page_no")
        elif "text" in block:
            text = f"{block['marker']} {block['text']}" if block.get("marker", "-") not in "-•·*" else block["text"]
            yield block["label"], text, where[0].get("page_no")
        yield from _tree(value, block, depth + 1)


def _lines(kind: str, told: Any, page: int | None) -> Iterator[ParsedLine]:
    """Yield the lines of a block."""
    role = _ROLE_OF.get(kind, "")
    if role == "row":
        rows = table_rows(told) if isinstance(told, str) else ["\t".join(row) for row in told]
        yield from (ParsedLine(row, "row", page) for row in rows if row.strip())
        return
    for text in told if isinstance(told, list) else told.split("\n"):
        line = plain_text(text).strip()
        if line and line != "$$":
            yield ParsedLine(line, role, page)
