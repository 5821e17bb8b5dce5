"""Zones of an article: which one it is about, and what 园区 or 该区 stands for in its paragraphs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from gxclassify.errors import InputError
from gxclassify.zones.gazetteer import gazetteer_for
from gxclassify.zones.mentions import Told, ZoneMention, named, resolve, scan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.zones.gazetteer import Gazetteer

__all__ = ["ArticleZones", "article_zones"]

# A headline says what an article is about: naming a zone there counts as much as naming it three times below.
_HEADLINE = 3


class _Paragraph(Protocol):
    @property
    def text(self) -> str: ...


class _Article(Protocol):
    @property
    def title(self) -> str | None: ...
    @property
    def paragraphs(self) -> Sequence[_Paragraph]: ...


class _Document(Protocol):
    @property
    def articles(self) -> Sequence[_Article]: ...


@dataclass(frozen=True, slots=True)
class ArticleZones:
    """The zones of one article.

    Attributes
    ----------
    title : str or None
        Its headline.
    main : str or None
        The id of the zone that it names most, the headline counting three times and ties going to the one named first;
        None where it names none.
    name : str or None
        The name of that zone.
    paragraphs : tuple of tuple of ZoneMention
        The mentions of each paragraph; spans count within the paragraph's text.
    """

    title: str | None
    main: str | None
    name: str | None
    paragraphs: tuple[tuple[ZoneMention, ...], ...]

    def to_json(self) -> dict[str, Any]:
        """Return the article's zones as files and HTTP show them."""
        return {
            "title": self.title, "main": self.main, "name": self.name,
            "paragraphs": [[mention.to_json() for mention in mentions] for mentions in self.paragraphs],
        }  # fmt: skip


def article_zones(document: _Document, gazetteer: Gazetteer | None = None) -> list[ArticleZones]:
    r"""Find the zones of every paragraph, and of every article the one that it is about.

    Parameters
    ----------
    document : Document
        What `gxclassify.read` returns, or anything with ``articles`` that have a ``title`` and ``paragraphs`` with a
        ``text``.
    gazetteer : Gazetteer, optional
        The zones to know; the packaged ones by default.

    Returns
    -------
    list of ArticleZones
        One for each article, in order.

    Raises
    ------
    InputError
        `document` is none, but a path or several documents.
    ConfigError
        `gazetteer` is none, such as the path of one.

    Examples
    --------
    >>> import gxclassify as gx
    >>> page = gx.read("\n\n".join(["衡阳高新区去年新增企业47家。", "园区今年计划新增20家。"]).encode())
    >>> [(zones.main, [len(mentions) for mentions in zones.paragraphs]) for zones in article_zones(page)]
    [('hitech-hengyang', [1, 1])]
    """
    if not hasattr(document, "articles"):
        raise InputError(
            "Zones of articles are those of one document, as gxclassify.read(path) returns it. Got a {type}.",
            type=type(document).__name__,
        )
    index = gazetteer_for(gazetteer).index
    found = []
    for article in document.articles:
        told: Told = {}
        headline = named(scan(article.title or "", index, told)) * _HEADLINE
        before = list(headline)
        paragraphs = []
        for paragraph in article.paragraphs:
            here = scan(paragraph.text, index, told)
            paragraphs.append(tuple(resolve(here, before)))
            before += named(here)
        names = {zone.id: zone.name for zone in before}
        counts = Counter([zone.id for zone in headline] + [mention.id for row in paragraphs for mention in row])
        main = max(names, key=lambda zone_id: counts[zone_id], default=None)
        found.append(ArticleZones(article.title, main, names[main] if main else None, tuple(paragraphs)))
    return found
