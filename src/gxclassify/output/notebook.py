"""How documents, models and tagged paragraphs show themselves in a notebook: HTML in the report's look, no scripts.

Notebooks clean what they show of style sheets and scripts, so that styles stand on the elements; every text is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any

from gxclassify.messages import Message, headings, spoken
from gxclassify.model.groups import TaggedGroup, group_of
from gxclassify.reading.document import in_order

if TYPE_CHECKING:
    from gxclassify.model.model import Model, TaggedParagraph
    from gxclassify.reading import Article, Document
    from gxclassify.themes import Taxonomy, Theme

_BOX = "font:14px/1.7 system-ui,sans-serif;max-width:46em"
_FAINT = "opacity:.65;font-size:.9em"
_LOOKS = {
    "paragraph": "", "table": ";white-space:pre-wrap", "subhead": ";font-weight:600", "note": "", "contents": "",
    "caption": f";{_FAINT}",
}  # fmt: skip
_MOST_ARTICLES = 20
_MOST_GROUPS = 50


def document_html(document: Document) -> str:
    """Return a document's articles as they were read, the first of many."""
    shown = [article for article in document.articles if article.title or article.paragraphs]
    paragraphs = sum(len(article.paragraphs) for article in shown)
    counted = Message(
        "{articles:,} {articles:article|articles}, {paragraphs:,} {paragraphs:paragraph|paragraphs}",
        articles=len(shown),
        paragraphs=paragraphs,
    )
    head = " · ".join(filter(None, (document.document, document.format, spoken(counted))))
    parts = [_faint(head), *map(_article, shown[:_MOST_ARTICLES]), *map(_faint, document.notes)]
    if (more := len(shown) - _MOST_ARTICLES) > 0:
        parts.append(_faint(Message("… and {more:,} {more:article|articles} more", more=more)))
    return _box(parts)


def _article(article: Article) -> str:
    byline = f" <span style='{_FAINT}'>{_text(article.byline)}</span>" if article.byline else ""
    title = f"<h4 style='margin:1em 0 .3em'>{_text(article.title)}{byline}</h4>" if article.title or byline else ""
    shown = (piece for piece in in_order(article) if piece.kind in _LOOKS)
    return title + "".join(f"<p style='margin:.3em 0{_LOOKS[piece.kind]}'>{_text(piece.text)}</p>" for piece in shown)


def model_html(model: Model) -> str:
    """Return a model's themes with their thresholds."""
    lines = [_row(map(spoken, headings("theme", "id", "threshold")), "th")]
    lines += (
        _row([_chip(theme), f"<code>{_text(theme.id)}</code>", f"{model.thresholds[theme.id]:.2f}"])
        for theme in model.taxonomy.themes
    )
    return _box([_faint(model.name), f"<table>{''.join(lines)}</table>"])


def shares_html(rows: Iterable[Mapping[str, Any]], taxonomy: Taxonomy, head: str) -> str:
    """Return the shares of a survey: a line for each group, the first of many, with a share for each theme."""
    names = [*map(spoken, headings("Group", "Paragraphs")), *map(_chip, taxonomy.themes)]
    lines = [_row(names, "th")]
    groups = [list(group) for _, group in groupby(rows, key=lambda row: row["group"])]
    for group in groups[:_MOST_GROUPS]:
        shares = (f"{row['share']:.0%}" for row in group)
        lines.append(_row([_text(group[0]["name"]), f"{group[0]['paragraphs']:,}", *shares]))
    parts = [_faint(head), f"<table>{''.join(lines)}</table>"]
    if (more := len(groups) - _MOST_GROUPS) > 0:
        parts.append(_faint(Message("… and {more:,} {more:group|groups} more", more=more)))
    return _box(parts)


def _row(cells: Iterable[str], element: str = "td") -> str:
    shown = "".join(
        f"<{element} style='padding:.15em 1em .15em 0;text-align:left'>{cell}</{element}>" for cell in cells
    )
    return f"<tr>{shown}</tr>"


def tagged_html(items: Sequence[Any], taxonomy: Taxonomy, *, more: bool = False) -> str:
    """Return tagged paragraphs, or articles or documents; `more` says that these are not all."""
    themes = {theme.id: theme for theme in taxonomy.themes}
    groups = bool(items) and isinstance(items[0], TaggedGroup)
    parts = _groups(items, themes) if groups else _paragraphs(items, themes, more=more)
    return _box([*parts, _faint(Message("… and more"))] if more else parts or [_faint(Message("nothing tagged"))])


def _paragraphs(paragraphs: Sequence[TaggedParagraph], themes: dict[str, Theme], *, more: bool) -> list[str]:
    """Paragraphs under their headlines, each with its tags and the sentences that tell them marked.

    Beside a headline stand the article's tags, but for the last one where there are more paragraphs.
    """
    parts: list[str] = []
    document = ""
    for _, article in groupby(paragraphs, key=lambda one: (one.document, one.article)):
        told = list(article)
        if told[0].document != document:
            document = told[0].document
            parts.append(_faint(document))
        if told[0].title or len(told) > 1:
            whole = not more or told[-1] is not paragraphs[-1]
            parts.append(_heading(group_of(told, "article"), themes, whole=whole))
        for tagged in told:
            chips = " ".join(_chip(themes[theme], f"{tagged.scores[theme]:.2f}") for theme in tagged.tags)
            parts.append(f"<p style='margin:.3em 0'>{_marked(tagged, themes)} {chips}</p>")
    return parts


def _groups(groups: Sequence[TaggedGroup], themes: dict[str, Theme]) -> list[str]:
    """Articles or documents with their tags, and for each the sentence that tells it most."""
    parts: list[str] = []
    document = ""
    for group in groups:
        if group.document != document:
            document = group.document
            parts.append(_faint(document))
        parts.append(_heading(group, themes))
        told = ((themes[theme], group.themes[theme].sentence) for theme in group.tags)
        parts += [
            f"<p style='margin:.3em 0'>{_chip(theme)} {_text(sentence)}</p>" for theme, sentence in told if sentence
        ]
    return parts


def _heading(group: TaggedGroup, themes: dict[str, Theme], *, whole: bool = True) -> str:
    """Return a headline with the group's tags: of how many paragraphs, and the greatest probability."""
    chips = [
        _chip(themes[theme], f"{told.paragraphs}/{group.paragraphs} · {told.score:.2f}")
        for theme, told in group.themes.items()
        if told.paragraphs and whole
    ]
    tags = f"<div>{' '.join(chips)}</div>" if chips else ""
    return f"<h4 style='margin:1em 0 .3em'>{_text(group.title)}</h4>{tags}"


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


def _chip(theme: Theme, figures: str = "") -> str:
    style = (
        f"border:1px solid {escape(theme.colour)};border-radius:4px;padding:0 .4em;white-space:nowrap;font-size:.9em"
    )
    return f"<span style='{style}'>{_text(theme.name)}{f' {figures}' if figures else ''}</span>"


def _faint(text: str) -> str:
    return f"<div style='{_FAINT}'>{_text(spoken(text))}</div>"


def _box(parts: Iterable[str]) -> str:
    return f"<div style='{_BOX}'>{''.join(parts)}</div>"


def _text(text: str | None) -> str:
    return escape((text or "").encode("utf-8", "replace").decode())
