"""Documents as editors keep them in JSON, and articles of sections, each with its heading.

Lists of changes (Quill), trees of blocks (ProseMirror, Slate, Lexical) or blocks (Draft, Notion): their names differ,
what they say does not. Some of the blocks of text are headings; a short one wholly in bold type is one too.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from gxclassify.reading.parsed import ParsedLine
from gxclassify.reading.text.cues import STRONG_END

if TYPE_CHECKING:
    from collections.abc import Iterator

# Quick looks at how such JSON begins.
_BEGINS = re.compile(
    rb'\s*(?:\[|\{[^\[\]]{0,400}"ops"\s*:\s*\[)\s*\{\s*"(?:insert|attributes)"\s*:'
    rb'|\s*\{[^\[\]]{0,400}"type"\s*:\s*"doc"\s*,[^\[\]]{0,400}"content"\s*:\s*\['
    rb'|\s*(?:\[|\{[^\[\]]{0,400}:\s*\[)\s*\{\s*(?:"type"\s*:\s*"[\w-]{1,30}"\s*,[^{}\[\]]{0,200})?'
    rb'"children"\s*:\s*\[\s*\{[^{}\[\]]{0,20000}"text"\s*:'
    rb'|\s*\{[^\[\]]{0,400}"root"\s*:\s*\{[^\[\]]{0,400}"children"\s*:\s*\['
    rb'|\s*\{[^\[\]]{0,400}"blocks"\s*:\s*\[\s*\{[^{}\[\]]{0,20000}"(?:inlineStyleRanges|entityRanges)"'
    rb'|\s*[\[{][^\[\]]{0,400}\[?\s*\{\s*"object"\s*:\s*"block"|\s*\{[^\[\]]{0,400}"items"\s*:\s*\[\s*\{[^\[\]]{0,400}"block_type"\s*:\s*[0-9]'
    rb'|\s*\{[^\[\]]{0,4000}:\s*\[\s*\{[^{}]{0,4000}"(?:heading|subheading|section_title|\xe5\xb0\x8f\xe6\xa0\x87\xe9\xa2\x98)"'
    rb'|\s*\{[^\[\]]{0,4000}"(?:sections|\xe7\xab\xa0\xe8\x8a\x82|\xe5\xb0\x8f\xe8\x8a\x82)"\s*:\s*\[\s*\{'
)  # 小标题, 章节, 小节
_HEADING = re.compile(r"^h[1-6]$|head(?!er-?row)|title", re.IGNORECASE)
_ROW = re.compile(r"^(?:table[_-]?row|tr)$", re.IGNORECASE)
_CAPTION = re.compile("caption", re.IGNORECASE)
_LONGEST_BOLD, _DEEPEST = 40, 40
_LONG = 1 << 16  # bytes: of a longer file the end is not seen
_TITLES = ("title", "headline", "标题", "题目", "name", "名称")
_AUTHORS = ("author", "byline", "作者", "记者")
_SECTIONS = ("sections", "章节", "小节", "subsections")
_OF_SECTIONS = ("heading", "subheading", "section_title", "小标题")
_HEADS = (*_OF_SECTIONS, "title", "标题", "header", "subtitle", "name")
_SAID = ("content", "text", "body", "正文", "内容", "paragraphs", "段落")
_ABOVE = ("intro", "introduction", "lead", "导语", "引言", "summary", "摘要", "abstract", *_SAID)


def is_edited(head: bytes) -> bool:
    """Tell whether the beginning of JSON is that of an editor's document; of one that is long, by a quick look."""
    if _BEGINS.match(head) is None:
        return False
    try:
        return bool(edited(json.loads(head.removeprefix(b"\xef\xbb\xbf"))))
    except (ValueError, RecursionError):
        return len(head) >= _LONG and b"\n{" not in head  # which would be JSON Lines
    except (AttributeError, TypeError, KeyError):
        return False  # something else, which happens to have these words


def edited(value: Any) -> list[ParsedLine]:
    """Return the lines of a document, none where `value` is none."""
    if isinstance(value, dict) and not _is_document(value):
        inner = [member for member in value.values() if _is_document(member)]
        if inner:
            return [*_named(value, _TITLES, "title"), *_named(value, _AUTHORS, "byline"), *edited(inner[0])]
        deeper = [member for member in value.values() if isinstance(member, dict)]
        return next((lines for member in deeper[:_DEEPEST] if (lines := edited(member))), [])
    if isinstance(value, dict) and (name := _sections_in(value)):
        return [*_named(value, _TITLES, "title"), *_named(value, _AUTHORS, "byline"), *_section(value, name, 0)]
    return [line for line in _document(value) if line.text]


def delta_text(value: Any) -> str | None:
    """Return the text of the changes that an editor keeps, as an object or as JSON in a text; None where it is none."""
    if isinstance(value, str) and _DELTA.match(value):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    ops: Any = value.get("ops") if isinstance(value, dict) else value
    if not (_is_list(ops) and all("insert" in op for op in ops)):
        return None
    return "\n".join(line.text for line in _of_delta(ops) if line.text) or None


_DELTA = re.compile(r'\s*(?:\[|\{\s*"ops"\s*:\s*\[)\s*\{\s*"(?:insert|attributes)"')


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _is_document(value: Any) -> bool:
    """Tell whether a value is a document, and no more around it."""
    if isinstance(value, list):
        return _is_list(value) and (
            all("insert" in item for item in value)
            or all("children" in item and not item.keys() & {"text", "content", "title"} for item in value)
            or all("object" in item or "block_type" in item for item in value)
        )
    if not isinstance(value, dict):
        return False
    if _is_list(value.get("ops")) or _is_list(value.get("blocks")) or _sections_in(value):
        return True
    return (_type_of(value) in {"doc", "root"} and isinstance(value.get("content", value.get("children")), list)) or (
        isinstance(value.get("root"), dict)
    )


def _document(value: Any) -> Iterator[ParsedLine]:
    """Yield the lines of all blocks, in whatever list they are."""
    blocks: Any = value
    if isinstance(value, dict):
        inner: Any = value.get("ops") or value.get("root") or value.get("blocks") or value
        blocks = inner if isinstance(inner, list) else inner.get("content") or inner.get("children") or ()
    if blocks and all("insert" in item for item in blocks):
        yield from _of_delta(blocks)
        return
    for block in blocks:
        yield from _of_block(block, 0)


def _of_delta(ops: list[dict[str, Any]]) -> Iterator[ParsedLine]:
    """Yield the lines of a list of changes: what ends a line has its format."""
    line, row = "", ""
    plain = False  # whether some of the line is not in bold type
    cells: list[str] = []
    for op in ops:
        inserted, told = op["insert"], op.get("attributes") or {}
        if isinstance(inserted, dict):
            inserted = next(
                (value for value in inserted.values() if isinstance(value, str) and "formula" in inserted), ""
            )
        parts = str(inserted).split("\n")
        for i, part in enumerate(parts):
            line += part
            plain = plain or bool(part.strip() and not told.get("bold"))
            if i == len(parts) - 1:
                break
            if told.get("table"):
                if row not in {"", told["table"]}:
                    yield ParsedLine("\t".join(cells), "row")
                    cells = []
                row = told["table"]
                cells.append(line.strip())
            else:
                if cells:
                    yield ParsedLine("\t".join(cells), "row")
                    cells, row = [], ""
                yield _line(line, heading="header" in told, bold=not plain)
            line, plain = "", False
    if cells:
        yield ParsedLine("\t".join(cells), "row")
    yield _line(line, heading=False, bold=not plain)


def _line(text: str, *, heading: bool, bold: bool) -> ParsedLine:
    text = text.strip()
    headed = heading or (bold and 0 < len(text) <= _LONGEST_BOLD)
    return ParsedLine(text, "heading" if headed and not STRONG_END.search(text) else "")


def _of_block(block: Any, depth: int) -> Iterator[ParsedLine]:
    """Yield the lines of a block, and those of the blocks in it."""
    if not isinstance(block, dict) or depth > _DEEPEST:
        return
    kind = next((str(block[name]) for name in ("tag", "type") if isinstance(block.get(name), str)), "")
    told, inline = _inline(block)
    within = [item for item in told if isinstance(item, dict)]
    if _ROW.match(kind) and not inline:
        yield ParsedLine(
            "\t".join(" ".join(line.text for line in _of_block(cell, depth + 1)) for cell in within), "row"
        )
    elif inline:
        name = inline if inline not in {"content", "children", "text"} else kind
        runs = [(str(_said(item)), item) for item in told]
        text = "".join(run for run, _ in runs)
        bold = bool(text.strip()) and all(_is_bold(item) for run, item in runs if run.strip())
        for part in text.split("\n"):
            line = _line(part, heading=_HEADING.search(name) is not None, bold=bold)
            line.role = "caption" if _CAPTION.search(name) else line.role
            yield line
    else:
        for item in within:
            yield from _of_block(item, depth + 1)


def _inline(block: dict[str, Any]) -> tuple[list[Any], str]:
    """Return what a block holds, and if these are runs of text the name that they stand under: it may tell its kind."""
    if isinstance(block.get("text"), str):
        return [block["text"]], "text"
    for name, value in block.items():
        said: Any = value.get("rich_text") or value.get("elements") if isinstance(value, dict) else None
        if _is_list(said):
            return said, name
    lists = (block[name] for name in ("content", "children") if isinstance(block.get(name), list))
    told: list[Any] = next(lists, [])
    runs = bool(told) and all(isinstance(item, dict) and _said(item) is not None for item in told)
    return told, "content" if runs else ""


def _type_of(item: dict[str, Any]) -> str:
    found = item.get("type")
    return found if isinstance(found, str) else ""


def _said(item: Any) -> str | None:
    """Return the text of a run, None where it is a block."""
    if isinstance(item, str):
        return item
    if "text_run" in item:
        return str(item["text_run"].get("content", ""))
    kind = _type_of(item)
    if kind in {"hardBreak", "hard_break", "linebreak"}:
        return "\n"
    inner = item.get("children")
    if kind in {"link", "autolink"} and isinstance(inner, list):
        return "".join(_said(one) or "" for one in inner)
    found = item.get("plain_text", item.get("text"))
    return found if isinstance(found, str) else None


def _is_bold(item: Any) -> bool:
    if not isinstance(item, dict):
        return False
    marks = [_type_of(mark) for mark in item.get("marks") or () if isinstance(mark, dict)]
    style = (item.get("text_run") or {}).get("text_element_style") or item.get("annotations") or item
    return style.get("bold") is True or not {"bold", "strong"}.isdisjoint(marks) or item.get("format") == 1


def _named(value: dict[str, Any], names: tuple[str, ...], role: str) -> list[ParsedLine]:
    found = next((value[name].strip() for name in names if isinstance(value.get(name), str)), "")
    return [ParsedLine(found, role)] if found else []


def _sections_in(value: dict[str, Any]) -> str:
    """Return the name under which a title has its sections, each with a heading; nothing where it has none."""
    named = any(isinstance(value.get(name), str) for name in (*_TITLES, *_HEADS))
    for name in value if named else ():
        sections = value[name]
        headed = name in _SECTIONS or (
            _is_list(sections) and all(any(head in item for head in _OF_SECTIONS) for item in sections)
        )
        if headed and _is_list(sections) and all(_is_section(item) for item in sections):
            return name
    return ""


def _is_section(item: dict[str, Any]) -> bool:
    """Tell whether an object has a text, or sections of its own, and no other lists, such as of articles."""
    lists = [name for name, member in item.items() if _is_list(member)]
    told = next((item[name] for name in _SAID if name in item), "")
    return (not lists or lists == [_sections_in(item)]) and bool(lists or any(_texts(told)))


def _section(value: dict[str, Any], name: str, depth: int) -> Iterator[ParsedLine]:
    """Yield the text above the sections of an article, and each of them under its heading."""
    above = (value[key] for key in _ABOVE if key in value and key != name)
    yield from (ParsedLine(text) for said in above for text in _texts(said))
    for section in value[name]:
        yield from _named(section, _HEADS, "heading")
        inner = _sections_in(section)
        if inner and depth < _DEEPEST:
            yield from _section(section, inner, depth + 1)
        else:
            said = next((section[key] for key in _SAID if key in section), "")
            yield from (ParsedLine(text) for text in _texts(said))


def _texts(said: Any) -> Iterator[str]:
    for item in said if isinstance(said, list) else [said]:
        text = item if isinstance(item, str) else next((item[key] for key in _SAID if key in item), "")
        yield from (line.strip() for line in str(text).split("\n") if line.strip())
