"""Blocks of pages as JSON, each with its kind, as programs write them that read scans and take PDF apart.

Shapes: a list of blocks with ``type`` and ``page_idx``, with ``type`` and ``element_id``, or with a ``category``; pages
with ``parsing_res_list``, whose blocks have ``block_label`` and ``block_content``; a tree of references to ``texts``
and ``tables``, or of ``block_type`` and ``html``; blocks with ``lines`` of ``spans``; paragraphs with a ``role``; an
editor's ``blocks`` with ``type`` and ``data``; pages of Markdown. Lines with no kind, but a place: `recognised.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from gxclassify.reading.parsed import LEFT_OUT, Parsed, ParsedLine
from gxclassify.reading.records.editors import edited, is_edited
from gxclassify.reading.records.fields import json_value
from gxclassify.reading.records.recognised import may_be_recognised, recognised
from gxclassify.reading.web.markdown import is_markdown, parse_markdown, plain_text, table_rows, title_on_top

# Quick looks at how such JSON begins.
_JSON = re.compile(rb"\s*[\[{]")
_MARKS = (
    b'"page_idx"',
    b'"block_label"',
    b'"DoclingDocument"',
    b'"element_id"',
    b'"blocks"',
    b'"block_type"',
    b'"category"',
    b'"markdown"',
    b'"pages"',
    b'"pdf_info"',
)
_BEGINS = re.compile(
    rb'\s*\[\s*\{[^{}]{0,4000}"type"\s*:\s*"(?:text|title|image|table|equation|header|footer|page_number|list|discarded)"'
    rb'|\s*\[\s*\{[^{}]{0,4000}"type"\s*:\s*"(?:Title|NarrativeText|UncategorizedText|ListItem|Header|Footer|Table|Image)"'
    rb'|\s*\{[^{}\[\]]{0,400}"blocks"\s*:\s*\[\s*\{[^{}]{0,400}"type"\s*:\s*"[a-zA-Z]{4,20}"\s*,\s*"data"\s*:\s*\{'
    rb'|[\[\s]*\{[^{}]{0,4000}"category"\s*:\s*"(?:Text|Title|Section-header|List-item|Page-(?:header|footer)|Picture|Table)"'
    rb'|\s*\{.{0,400}"block_type"\s*:\s*"(?:Document|Page)"|\s*\{\s*"pdf_info"\s*:\s*\['
    rb'|\s*\{[^{}\[\]]{0,400}"pages"\s*:\s*\[\s*\{[^{}\[\]]{0,400}(?:"markdown"\s*:\s*"|"page(?:_?(?:num|number|no|index|id))?"\s*:\s*"?[0-9])'
    rb'|\s*[\[{].{0,4000}"parsing_res_list"\s*:\s*\[\s*(?:\{[^{}]{0,4000}"block_|\])|\s*\{\s*"schema_name"\s*:\s*"DoclingDocument"',
    re.DOTALL,
)
_ROLES = {
    role: names.split()
    for role, names in {
        "title": "doc_title",
        "heading": "title paragraph_title section_header sub_title Title sectionHeading SectionHeader Section-header",
        "caption": "caption figure_title table_title chart_title image_caption figure_caption table_caption Caption"
        " FigureCaption",
        "note": "footnote vision_footnote page_footnote table_footnote Footnote",
        "furniture": "header footer page_header page_footer page_number number discarded aside_text Header Footer"
        " PageNumber pageHeader pageFooter pageNumber PageHeader PageFooter Page-header Page-footer",
        "row": "table Table",
    }.items()
}
_ROLE_OF = {name: role for role, names in _ROLES.items() for name in names}
_WORDS = re.compile("[A-Za-z0-9][A-Za-z0-9]")
_DEEPEST = 40
_Block = tuple[str, Any, int | None]  # its kind, its text or rows, its page


def may_be_blocks(head: bytes) -> bool:
    """Tell whether the beginning of a file may be that of such JSON: a quick look."""
    head = head.removeprefix(b"\xef\xbb\xbf")
    if not _JSON.match(head):
        return False
    return (
        is_edited(head)
        or may_be_recognised(head)
        or (any(mark in head for mark in _MARKS) and _BEGINS.match(head) is not None)
    )


def parse_blocks(text: str) -> Parsed | None:
    """Return the lines of a document that a text holds as blocks of pages, None where it is none."""
    head = text[:_LOOK].encode("utf-8", "replace")
    if not may_be_blocks(head):
        return None
    try:
        value = json_value(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None
    by_shape = (_marked_pages, _written_pages, _described, recognised)
    for read in (_of_editor, *by_shape) if is_edited(head) else by_shape:
        with suppress(*_OTHER):
            if parsed := read(value):
                return parsed
    return None


def _of_editor(value: Any) -> Parsed | None:
    lines = edited(value)
    if not any(line.role not in LEFT_OUT for line in lines):
        return None
    title_on_top(lines)
    return Parsed(lines, wrapped=False, format="json")


def _marked_pages(value: Any) -> Parsed:
    parsed = parse_markdown("\n\n".join(page["markdown"] for page in value["pages"]))
    parsed.format = "json"
    return parsed


def _written_pages(value: Any) -> Parsed:
    """Return the lines of pages whose text alone is told."""
    pages = [_page_text(page) for page in value["pages"]]
    if is_markdown(text := "\n\n".join(pages)):
        parsed = parse_markdown(text)
        parsed.format = "json"
        return parsed
    lines = [ParsedLine(line, page=n) for n, page in enumerate(pages, start=1) for line in page.split("\n")]
    return Parsed(lines, wrapped=True, format="json")


def _page_text(page: dict[str, Any]) -> str:
    told = next(page[name] for name in ("text", "content", "page_content", "lines") if name in page)
    return told if isinstance(told, str) else "\n".join(told)


def _described(value: Any) -> Parsed | None:
    lines = [line for block in _blocks(value) for line in _lines(*block)]
    if not any(line.role not in LEFT_OUT for line in lines):
        return None
    title_on_top(lines)
    return Parsed(lines, wrapped=False, format="json")


_OTHER = (
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    StopIteration,
)  # something else, which happens to have these words
_LOOK = 1 << 16  # characters


def _blocks(value: Any) -> Iterator[_Block]:
    """Yield the blocks of a document in order."""
    if isinstance(value, dict):
        shape = next((found for name, found in _SHAPES.items() if name in value), None)
        yield from shape(value) if shape else ()
        return
    for number, item in enumerate(value, start=1):
        if isinstance(item, list):
            for block in item:
                yield from _element(block, number)
        elif "parsing_res_list" in item or "res" in item:
            yield from _blocks(item)
        else:
            yield from _listed(item) if "page_idx" in item else _element(item, None)


def _of_page(value: dict[str, Any]) -> Iterator[_Block]:
    value = value.get("res", value)
    page = value.get("page_index")
    for block in value["parsing_res_list"]:
        yield block["block_label"], block["block_content"], None if page is None else page + 1


def _of_paragraphs(value: dict[str, Any]) -> Iterator[_Block]:
    for block in value["analyzeResult"]["paragraphs"]:
        where = block.get("boundingRegions") or [{}]
        yield block.get("role", ""), block["content"], where[0].get("pageNumber")


def _of_pages(value: dict[str, Any]) -> Iterator[_Block]:
    for number, page in enumerate(value["pdf_info"], start=1):
        for block in page["para_blocks"]:
            yield from _of_spans(block, number, 0)
        for block in page.get("discarded_blocks") or ():
            yield from (("discarded", told, number) for _, told, _ in _of_spans(block, number, 0))


def _of_tree(value: dict[str, Any]) -> Iterator[_Block]:
    for number, page in enumerate(value["children"], start=1):
        yield from _of_children(page, number, 0)


def _element(block: dict[str, Any], page: int | None) -> Iterator[_Block]:
    """Yield a block of one page, or whose page and rows stand among what is known besides."""
    if "category" in block:
        kind, told = block["category"], block.get("text") or ""
        yield kind, told.lstrip("# ") if kind in {"Title", "Section-header"} else told, page
        return
    known = block["metadata"]
    yield block["type"], known.get("text_as_html") or block["text"], known.get("page_number")


def _of_spans(block: dict[str, Any], page: int, depth: int) -> Iterator[_Block]:
    """Yield a block whose lines are spans, and those within it: a table has its body and its caption so."""
    for inner in block.get("blocks") or () if depth < _DEEPEST else ():
        yield from _of_spans(inner, page, depth + 1)
    lines = [line["spans"] for line in block.get("lines") or ()]
    rows = [span["html"] for spans in lines for span in spans if span.get("html")]
    if rows:
        yield "table", "".join(rows), page
        return
    told = ""
    for line in lines:
        text = "".join(span.get("content") or "" for span in line).strip()
        told += (" " if _WORDS.match(told[-1:] + text) else "") + text
    yield block["type"], told, page


def _of_children(block: dict[str, Any], page: int, depth: int) -> Iterator[_Block]:
    """Yield a block of a tree in HTML, and what is below it."""
    inner = block.get("children") or ()
    for child in inner if depth < _DEEPEST else ():
        yield from _of_children(child, page, depth + 1)
    if not inner:
        yield block["block_type"], block["html"], page


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


def _edited(kind: str, data: dict[str, Any]) -> Iterator[_Block]:
    """Yield what a block of an editor holds: the text may have tags, as on a page."""
    told = data.get("text") or data.get("items") or data.get("content") or data.get("caption") or ""
    rows = [[*map(plain_text, row)] for row in told] if kind == "table" else told
    yield {"header": "title", "image": "caption"}.get(kind, kind), rows, None


_SHAPES: dict[str, Callable[[dict[str, Any]], Iterator[_Block]]] = {
    "texts": lambda value: _tree(value, value["body"], 0),
    "analyzeResult": _of_paragraphs,
    "pdf_info": _of_pages,
    "block_type": _of_tree,
    "blocks": lambda value: (block for item in value["blocks"] for block in _edited(item["type"], item["data"])),
    "parsing_res_list": _of_page,
    "res": _of_page,
}
"""How objects hold their blocks, by a name within them."""
