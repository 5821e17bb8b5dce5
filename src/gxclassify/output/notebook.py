"""How documents, models and tagged paragraphs show themselves in a notebook: HTML in the report's look, no scripts.

Notebooks clean what they show of style sheets and scripts, so that styles stand on the elements; every text is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gxclassify.model.model import Model, TaggedParagraph
    from gxclassify.reading import Article, Document
    from gxclassify.themes import Taxonomy, Theme

_BOX = "font:14px/1.7 system-ui,sans-serif;max-width:46em"
_FAINT = "opacity:.65;font-size:.9em"
_MOST_ARTICLES = 20


def document_html(document: Document) -> str:
    """Return a document's articles as they were read, the first of many."""
    shown = [article for article in document.articles if article.title or article.paragraphs]
    paragraphs = sum(len(article.paragraphs) for article in shown)
    head = f"{document.document or 'text'} · {document.format} · {len(shown):,} articles, {paragraphs:,} paragraphs"
    parts = [_faint(head), *map(_article, shown[:_MOST_ARTICLES]), *map(_faint, document.notes)]
    if len(shown) > _MOST_ARTICLES:
        parts.append(_faint(f"… and {len(shown) - _MOST_ARTICLES:,} articles more"))
    return _box(parts)


def _article(article: Article) -> str:
    byline = f" <span style='{_FAINT}'>{_text(article.byline)}</span>" if article.byline else ""
    title = f"<h4 style='margin:1em 0 .3em'>{_text(article.title)}{byline}</h4>" if article.title or byline else ""
    return title + "".join(f"<p style='margin:.3em 0'>{_text(p.text)}</p>" for p in article.paragraphs)


def model_html(model: Model) -> str:
    """Return a model's themes with their thresholds."""
    cell = "padding:.15em 1em .15em 0;text-align:left"
    rows = "".join(
        f"<tr><td style='{cell}'>{_chip(theme)}</td><td style='{cell}'>{_text(theme.en)}</td>"
        f"<td style='{cell}'><code>{_text(theme.id)}</code></td>"
        f"<td style='{cell}'>{model.thresholds[theme.id]:.2f}</td></tr>"
        for theme in model.taxonomy.themes
    )
    head = "".join(f"<th style='{cell}'>{name}</th>" for name in ("theme", "in English", "id", "threshold"))
    return _box([_faint(model.name), f"<table><tr>{head}</tr>{rows}</table>"])


def paragraphs_html(paragraphs: Iterable[TaggedParagraph], taxonomy: Taxonomy, *, more: bool = False) -> str:
    """Return tagged paragraphs under their headlines, each with its tags and the sentences that tell them marked."""
    themes = {theme.id: theme for theme in taxonomy.themes}
    parts: list[str] = []
    place: tuple[str, int] | None = None
    for tagged in paragraphs:
        if (tagged.document, tagged.article) != place:
            if tagged.document and (place is None or tagged.document != place[0]):
                parts.append(_faint(tagged.document))
            place = tagged.document, tagged.article
            if tagged.title:
                parts.append(f"<h4 style='margin:1em 0 .3em'>{_text(tagged.title)}</h4>")
        chips = " ".join(_chip(themes[theme], tagged.scores[theme]) for theme in tagged.tags)
        parts.append(f"<p style='margin:.3em 0'>{_marked(tagged, themes)} {chips}</p>")
    if more:
        parts.append(_faint("… and more"))
    return _box(parts or [_faint("no paragraphs")])


def _marked(tagged: TaggedParagraph, themes: dict[str, Theme]) -> str:
    """Return the text with the sentences underlined in the colour of the first theme that each tells."""
    colours: dict[tuple[int, int], str] = {}
    for theme, sentences in tagged.evidence.items():
        for sentence in sentences:
            colours.setdefault(sentence.within, themes[theme].colour)
    parts, end = [], 0
    for (start, stop), colour in sorted(colours.items()):
        if start < end:
            continue
        style = f"border-bottom:2px solid {escape(colour)}"
        parts += [_text(tagged.text[end:start]), f"<span style='{style}'>{_text(tagged.text[start:stop])}</span>"]
        end = stop
    return "".join(parts) + _text(tagged.text[end:])


def _chip(theme: Theme, score: float | None = None) -> str:
    style = (
        f"border:1px solid {escape(theme.colour)};border-radius:4px;padding:0 .4em;white-space:nowrap;font-size:.9em"
    )
    return f"<span style='{style}'>{_text(theme.zh)}{'' if score is None else f' {score:.2f}'}</span>"


def _faint(text: str) -> str:
    return f"<div style='{_FAINT}'>{_text(text)}</div>"


def _box(parts: Iterable[str]) -> str:
    return f"<div style='{_BOX}'>{''.join(parts)}</div>"


def _text(text: str | None) -> str:
    return escape((text or "").encode("utf-8", "replace").decode())
