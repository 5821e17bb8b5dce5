"""HTML in the child process: the article of a saved web page, by trafilatura, without menus and notices."""

from __future__ import annotations

import re
from typing import Any

from gxclassify.errors import InputError
from gxclassify.reading.parsed import Parsed, ParsedLine

_DEEPEST = 2_000  # open elements; a real page has some dozens
# The date that the page states of itself, not one guessed from its text: that is for `find_date`.
_DATES = {"extensive_search": False, "original_date": True}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]{0,4000}?(/?)>")
# Elements that have no end tag, or whose end tag is often left out.
_VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li td tr th dd dt option".split()  # noqa: SIM905
)


def parse_html(data: bytes) -> Parsed:
    """Return the title and the paragraphs of a web page's article; `data` is UTF-8, whatever the page says."""
    text = data.decode()
    if _depth(text) > _DEEPEST:
        msg = f"its elements are nested more than {_DEEPEST:,} deep."
        raise InputError(msg)
    from trafilatura import bare_extraction  # after the check

    lines: list[str] = []
    title = ""
    published = None
    for eager in (False, True):  # a short article is found only when asked to be less strict
        found: Any = bare_extraction(
            text, include_comments=False, with_metadata=True, favor_recall=eager, date_extraction_params=_DATES
        )
        if found is not None and not lines:
            lines = [line.strip() for line in (found.text or "").split("\n") if line.strip()]
            title = " ".join((found.title or "").split())
            published = found.date
    if not lines:
        msg = "the web page holds no article text."
        raise InputError(msg)
    head = [ParsedLine(title, "title")] if title else []
    return Parsed([*head, *(ParsedLine(line) for line in lines if line != title)], published=published)


def _depth(text: str) -> int:
    depth = deepest = 0
    for match in _TAG.finditer(text):
        closing, tag, empty = match.groups()
        if tag.lower() in _VOID or empty:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest
