"""Documents as text for people: the plain form and the explained one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gxclassify.reading.document import Article, Document, Paragraph, Part, Repair

__all__ = ["explain", "render_text"]

_SHOWN = 400  # characters of a source stretch that --explain shows


def render_text(document: Document) -> str:
    """Return the articles as plain text: title, byline, subheads, paragraphs and captions, one a line.

    An empty line stands between articles.

    >>> from gxclassify.reading import read_text
    >>> print(render_text(read_text("近日，高新区签约12个项目。")), end="")
    近日，高新区签约12个项目。
    """
    return "\n\n".join("\n".join(_article_lines(article)) for article in document.articles if _filled(article)) + "\n"


def _filled(article: Article) -> bool:
    """Tell whether there is anything in an article: not for a record that was left out."""
    return bool(article.title or article.paragraphs or article.parts)


def _article_lines(article: Article) -> list[str]:
    lines = [article.title] if article.title else []
    lines += [f"（{article.byline}）"] if article.byline else []
    lines += [piece.text for piece in _in_order(article) if _kind(piece) in {"paragraph", "subhead"}]
    return lines + [f"［{caption}］" for caption in article.captions]


def _kind(piece: Paragraph | Part) -> str:
    return getattr(piece, "kind", "paragraph")


def _in_order(article: Article) -> list[Paragraph | Part]:
    return sorted([*article.parts, *article.paragraphs], key=lambda piece: piece.span)


def explain(document: Document) -> str:
    """Return the source beside the result, piece by piece, with the repairs made to each."""
    lines = [f"{document.document}: {document.format}, {document.encoding}, {len(document.source):,} characters"]
    lines += [f"note: {note}" for note in document.notes]
    lines += _repairs(document.repairs, document.source, "  ")
    for number, article in enumerate(document.articles, start=document.first_article + 1):
        if not _filled(article):
            continue
        lines.append(f"\narticle {number}: {article.title or '(no headline)'}")
        for piece in _in_order(article):
            start, end = piece.span
            lines.append(f"  {_kind(piece)} [{start}, {end}]")
            if piece.repairs:
                lines.append(f"    source | {_shown(document.source[start:end])}")
            lines.append(f"    result | {piece.text}")
            lines += _repairs(piece.repairs, document.source, "    ")
    return "\n".join(lines) + "\n"


def _repairs(repairs: Iterable[Repair], source: str, margin: str) -> list[str]:
    return [
        f"{margin}{repair.kind} [{repair.span[0]}, {repair.span[1]}] {repair.note}: "
        f"{_shown(source[repair.span[0] : repair.span[1]], 60)}"
        for repair in repairs
    ]


def _shown(text: str, most: int = _SHOWN) -> str:
    """Return a stretch of the source on one line, line breaks as arrows, cut where it is long."""
    flat = text.replace("\r\n", "↵").replace("\n", "↵")
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"
