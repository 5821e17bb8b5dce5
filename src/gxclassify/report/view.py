"""What a page shows of tagged documents: plain data that the browser turns into marked articles.

The page asks for tags down to low probabilities and decides itself, so that moving a threshold needs no server. The
served page and the HTML report use the same data and the same scripts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gxclassify.model import Model
    from gxclassify.reading import Article, Document, Paragraph, Repair
    from gxclassify.tagged import TaggedParagraph

__all__ = ["LOWEST_THRESHOLD", "document_view", "model_view", "viewing_thresholds"]

LOWEST_THRESHOLD = 0.05
"""Where the page's threshold sliders end; below it no evidence is kept."""


def viewing_thresholds(model: Model) -> dict[str, float]:
    """Return the thresholds to tag with for viewing: so low that evidence is there wherever a slider may be moved.

    >>> from gxclassify.model import load_model
    >>> max(viewing_thresholds(load_model()).values())
    0.05
    """
    return {theme: min(threshold, LOWEST_THRESHOLD) for theme, threshold in model.thresholds.items()}


def model_view(model: Model) -> dict[str, Any]:
    """Return what the page needs to know of `model`: its name, its themes with thresholds, its rule of decision."""
    taxonomy = model.taxonomy
    return {
        "model": model.name,
        "exclusive": taxonomy.exclusive,
        "at_least_one": taxonomy.at_least_one,
        "lowest_threshold": LOWEST_THRESHOLD,
        "themes": [theme.to_json() | {"threshold": model.thresholds[theme.id]} for theme in taxonomy.themes],
    }


def document_view(document: Document, paragraphs: Iterable[TaggedParagraph]) -> dict[str, Any]:
    """Return a document as the page shows it.

    Parameters
    ----------
    document : Document
    paragraphs : iterable of TaggedParagraph
        Its paragraphs in order, tagged with `viewing_thresholds` (or others: then what they leave out is not shown).
    """
    tagged = iter(paragraphs)
    return {
        "document": document.document,
        "format": document.format,
        "notes": list(document.notes),
        "repairs": [_repair_view(document, repair) for repair in document.repairs],
        "articles": [
            _article_view(document, article, tagged)
            for article in document.articles
            if article.title or article.paragraphs or article.parts  # not what was left out of records
        ],
    }


def _article_view(document: Document, article: Article, tagged: Iterable[TaggedParagraph]) -> dict[str, Any]:
    pieces: list[tuple[tuple[int, int], dict[str, Any]]] = [
        (part.span, {"kind": part.kind, "text": part.text})
        for part in article.parts
        if part.kind in {"subhead", "caption"}
    ]
    for paragraph, plain in zip(article.paragraphs, tagged, strict=False):
        pieces.append((paragraph.span, _paragraph_view(document, paragraph, plain)))
    pieces.sort(key=lambda piece: piece[0])
    repairs = [repair for part in article.parts for repair in part.repairs]
    return {
        "title": article.title,
        "byline": article.byline,
        "repairs": [_repair_view(document, repair) for repair in repairs],
        "pieces": [piece for _, piece in pieces],
    }


def _paragraph_view(document: Document, paragraph: Paragraph, tagged: TaggedParagraph) -> dict[str, Any]:
    plain = tagged.to_json()
    view: dict[str, Any] = {"kind": "paragraph", "place": tagged.paragraph}
    view |= {key: plain[key] for key in ("text", "span", "scores", "evidence", "record") if key in plain}
    if paragraph.repairs:
        start = min(paragraph.span[0], *(repair.span[0] for repair in paragraph.repairs))
        end = max(paragraph.span[1], *(repair.span[1] for repair in paragraph.repairs))
        view["source"] = document.source[start:end]
        view["repairs"] = [
            {"kind": repair.kind, "note": repair.note, "span": [repair.span[0] - start, repair.span[1] - start]}
            for repair in paragraph.repairs
        ]
    return view


def _repair_view(document: Document, repair: Repair) -> dict[str, str]:
    return {"kind": repair.kind, "note": repair.note, "text": document.source[slice(*repair.span)]}
