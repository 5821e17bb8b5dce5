"""Feeds (RSS, Atom), and other XML whose elements are articles, in the child process: each entry is an article."""

from __future__ import annotations

import html
import re
from typing import Any

from gxclassify.errors import InputError
from gxclassify.messages import Message
from gxclassify.reading.decode import decode
from gxclassify.reading.package import child, descendants, elements, local
from gxclassify.reading.parsed import LEFT_OUT, Parsed, ParsedLine, solid
from gxclassify.reading.records.chunks import title_of
from gxclassify.reading.records.fields import named_text_field
from gxclassify.reading.web.html import read_fragment

_DECLARED = re.compile(r"\s*<\?xml[^>]*\?>")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z]{2,12};")  # of HTML, which XML does not know
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>")
_BODIES = ("encoded", "content", "description", "summary")  # the whole of an entry first
_DATES = ("pubDate", "published", "updated", "date")


def parse_feed(data: bytes) -> Parsed:
    """Return the lines of a feed: of each entry its title and its text; a summary beside it is furniture.

    Raises
    ------
    InputError
        It is a list of addresses, or damaged.
    """
    root = _root(data)
    entries = [] if root is None else list(descendants(root, "item", "entry"))
    if not entries:
        sites = root is not None and local(root) in {"urlset", "sitemapindex"}
        what = Message("a sitemap, a list of addresses") if sites else Message("a feed without entries")
        raise InputError("this is {what}; save the pages themselves.", what=what)
    head = child(root, "channel")
    name = _plain(_told(root if head is None else head, "title"))
    parsed = Parsed([ParsedLine(name, "furniture")] if name else [], held=solid(name), wrapped=False, format="feed")
    for entry in entries:
        _add(entry, parsed)
    return parsed


def parse_records(data: bytes) -> Parsed | None:
    """Return the lines of XML in which elements hold articles, told by the names of those within; None of other XML."""
    root = _root(data)
    parsed = Parsed([], held=0, wrapped=False, format="xml")
    told: set[Any] = set()
    for node in root.iter("*") if root is not None else ():
        record: dict[str, str] = {}
        for field in elements(node):
            if not len(field):
                record[local(field)] = f"{record.get(local(field), '')}\n{field.text or ''}".strip()
        body = named_text_field(name for name, text in record.items() if text) if len(record) > 1 else None
        if body is None:
            if node not in told:
                _put(
                    parsed,
                    [ParsedLine(text, "furniture") for text in (node.text or "").split("\n") if text.strip()],
                    [],
                )
            continue
        told.update(field for field in elements(node) if not len(field))
        title = title_of(record) or ""
        lines = [ParsedLine(_plain(title), "title")] if title else []
        others = (text for name, text in record.items() if text and name != body and text != title)
        lines += [ParsedLine(" ".join(text.split()), "furniture") for text in others]
        _put(parsed, lines, [record[body]])
    return parsed if any(line.role not in LEFT_OUT for line in parsed.lines) else None


def _root(data: bytes) -> Any:
    from lxml import etree

    text = _ENTITY.sub(lambda found: html.unescape(found[0]), _DECLARED.sub("", decode(data, "its text").text, count=1))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, recover=True
    )
    return etree.fromstring(text.encode("utf-8", "replace"), parser)


def _add(entry: Any, parsed: Parsed) -> None:
    """Add the lines of an entry."""
    title = _plain(_told(entry, "title"))
    date = next(filter(None, (_told(entry, name).strip() for name in _DATES)), "")
    bodies = list(dict.fromkeys(filter(None, (_told(entry, name).strip() for name in _BODIES))))
    lines = [ParsedLine(title, "title" if bodies else "furniture")] if title else []
    lines += [ParsedLine(date, "furniture")] if date else []
    _put(parsed, lines, bodies)


def _put(parsed: Parsed, lines: list[ParsedLine], bodies: list[str]) -> None:
    """Add the lines of an entry: those over its text, the text, and as furniture what else says the same."""
    held = sum(solid(line.text) for line in lines)
    for i, body in enumerate(bodies):
        found = _read(body)
        held += found.held or sum(solid(line.text) for line in found.lines)
        lines += found.lines if not i else [ParsedLine(line.text, "furniture") for line in found.lines]
    parsed.lines += lines
    parsed.held = (parsed.held or 0) + held


def _told(node: Any, name: str) -> str:
    """Return what a child of this name holds: text, or the markup of its own elements."""
    from lxml import etree

    found = child(node, name)
    if found is None:
        return ""
    return (found.text or "") + "".join(etree.tostring(one, encoding="unicode") for one in elements(found))


def _read(body: str) -> Parsed:
    if _MARKUP.search(body):
        return read_fragment(body)
    return Parsed([ParsedLine(line.strip()) for line in body.splitlines() if line.strip()])


def _plain(title: str) -> str:
    return " ".join(_MARKUP.sub("", html.unescape(title)).split())
