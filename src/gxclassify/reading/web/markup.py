"""Whether a text is HTML, told without loading what reads it."""

from __future__ import annotations

import re

_TAIL = 120  # characters in which the last tag ends
_PARAGRAPH_TAG = r"(?:/(?:p|div|section|article|h[1-6]|li|ul)|br\s*/?|(?:p|div|section|article|h[1-6])(?:\s[^<>]*)?)"
_FRAGMENT_TAG = re.compile(f"<{_PARAGRAPH_TAG}>", re.IGNORECASE)
_OPENS = re.compile(rf"\s*<{_PARAGRAPH_TAG}>", re.IGNORECASE)
_CLOSES = re.compile(r"</[a-z0-9]+>\s*$", re.IGNORECASE)
_ENTITY = re.compile("&(?:nbsp|[lr]dquo|emsp|ensp|mdash|middot|hellip|#[0-9]{2,5});")
_NO_TAG = re.compile("<(?!/?[a-zA-Z][^<>]*>)")
_ANY_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_SURVEYED = 20_000  # characters that are looked at


def is_fragment(text: str) -> bool:
    """Tell whether a text is a piece of HTML: it begins and ends with tags of paragraphs, or has them in most lines.

    Where spaces are written ``&nbsp;``, one tag is enough. Markdown with a table or a break here and there is none.

    >>> is_fragment("<p>高新区签约。</p>"), is_fragment("产值<5亿元的企业，利润>1亿元的企业")
    (True, False)
    """
    if "<" not in text:
        return False
    sample = text[:_SURVEYED]
    tags = len(_FRAGMENT_TAG.findall(sample))
    if tags and _ENTITY.search(sample) and not _NO_TAG.search(sample):
        return True
    if tags < 2:  # noqa: PLR2004 (a paragraph has two)
        return False
    if _OPENS.match(sample) and _CLOSES.search(text[-_TAIL:]):
        return True
    return 2 * sum(bool(line.strip()) for line in _ANY_TAG.sub("", sample).split("\n")) <= 3 * tags
