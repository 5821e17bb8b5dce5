"""EPUB in the child process: the chapters of a book, under their titles."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from gxclassify.errors import InputError
from gxclassify.messages import Message
from gxclassify.reading.decode import decode
from gxclassify.reading.package import attribute, descendants, local
from gxclassify.reading.parsed import LEFT_OUT, Notice, Parsed, ParsedLine, solid
from gxclassify.reading.web.html import read_fragment

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from gxclassify.reading.package import Package

_CHAPTER_LINK = re.compile(
    r"<a\b[^<>]{0,400}\bhref\s*=\s*[\"'][^\"'<>#]{1,300}\.x?html?[^<>]{0,200}>(.{1,300}?)</a>",
    re.DOTALL | re.IGNORECASE,
)
_TAG, _CONTENTS = re.compile("<[^<>]*>"), re.compile(r"目\s*[录次]|Contents", re.IGNORECASE)
_FEWEST_CHAPTERS, _MOST_LINKED = 3, 0.8
_BOOK_NUMBER = re.compile("ISBN|图书在版编目|CIP\\s*(?:数据|核字)")
_PUBLISHED = re.compile("版权|出版|书名|定价|印次|字数|责任编辑|印刷")
_LONGEST_IMPRINT = 1_500  # characters


def parse_epub(package: Package) -> Parsed:
    """Return the chapters of a book in reading order."""
    container = package.xml("META-INF/container.xml")
    named = descendants(container, "rootfile") if container is not None else ()
    opf = next((name for item in named if (name := attribute(item, "full-path")) in package), "")
    root = package.xml(opf) if opf else None
    if root is None:
        raise InputError(
            "the EPUB book names no content; open it in a reader such as Calibre and convert it to .docx or text."
        )
    items = {attribute(item, "id"): item for item in descendants(root, "item")}
    labels = {"".join(label.split()) for item in items.values() for label in _labels(package, opf, item)}
    lines: list[ParsedLine] = []
    missing = 0
    for number, reference in enumerate(descendants(root, "itemref"), start=1):
        item = items.get(attribute(reference, "idref"))
        href = _href(opf, item) if item is not None else ""
        data = package.read(href)
        if not data.strip():
            missing += 1
            continue
        text = decode(data, href, declared=True).text
        body = text[max(0, text.find("</head>")) :]  # its title is that of the file
        found = [line for line in read_fragment(body).lines if line.text.strip()]
        listed = "nav" in attribute(item, "properties").split() or _lists_chapters(body, found)
        imprint = not listed and _is_imprint(found)
        for line in found:
            line.page = number
            line.role = "contents" if listed else "furniture" if imprint else line.role
        _tell_chapter(found, labels)
        lines += found
    if not any(line.text.strip() and line.role not in LEFT_OUT for line in lines):
        raise InputError("the EPUB book holds no text; if it holds images, run OCR on them.")
    told = {local(item): (item.text or "").strip() for item in descendants(root, "creator", "title")}
    about = {key: told[name] for key, name in (("title", "title"), ("author", "creator")) if told.get(name)}
    text = Message("{missing} chapters that the book names are missing or empty.", missing=missing)
    return Parsed(lines, [Notice("no_text", "", missing, text)] if missing else [], wrapped=False, metadata=about)


def _labels(package: Package, opf: str, item: Any) -> Iterator[str]:
    """Yield the names of chapters that a part of the book lists, if it is such a list."""
    if attribute(item, "media-type") == "application/x-dtbncx+xml":
        root = package.xml(_href(opf, item))
        yield from (label.text or "" for label in descendants(root, "text")) if root is not None else ()
    elif "nav" in attribute(item, "properties").split():
        root = package.xml(_href(opf, item))
        yield from ("".join(link.itertext()) for link in descendants(root, "a")) if root is not None else ()


def _href(opf: str, item: Any) -> str:
    """Return where a part of the book is that its list `opf` names."""
    href = unquote(attribute(item, "href")).partition("#")[0]
    return posixpath.normpath(posixpath.join(posixpath.dirname(opf), href))


def _lists_chapters(body: str, lines: Sequence[ParsedLine]) -> bool:
    """Tell whether a part of a book is nothing but links to its other parts: its list of contents."""
    links = _CHAPTER_LINK.findall(body)
    named = bool(lines) and _CONTENTS.fullmatch(lines[0].text) is not None
    size = sum(solid(line.text) for line in lines[named:])
    linked = sum(solid(_TAG.sub("", link)) for link in links)
    return linked >= _MOST_LINKED * size > 0 and (named or len(links) >= _FEWEST_CHAPTERS)


def _is_imprint(lines: Sequence[ParsedLine]) -> bool:
    """Tell whether a part of a book is its imprint: its number with who published and printed it."""
    text = "".join(line.text for line in lines)
    said = set(_PUBLISHED.findall(text)) if len(text) <= _LONGEST_IMPRINT and _BOOK_NUMBER.search(text) else ()
    return len(said) > 1


def _tell_chapter(lines: list[ParsedLine], labels: Collection[str]) -> None:
    """Make the heading that a chapter with text begins with a title; a longer one goes on in a file without.

    It is a heading too that the book's list of chapters, whose `labels` these are, names.
    """
    first = next((line for line in lines if line.role not in LEFT_OUT), None)
    if first is not None and first.role in {"", "text"} and "".join(first.text.split()) in labels:
        first.role = "heading"
    if first is not None and first.role == "heading" and any(line.role in {"", "text"} for line in lines):
        first.role = "title"
