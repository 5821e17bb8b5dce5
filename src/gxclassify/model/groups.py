"""The tags of articles and of documents, from those of their paragraphs."""

from __future__ import annotations

import itertools
from collections import deque
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from gxclassify.errors import ConfigError
from gxclassify.model.model import Tagged, each_of, record_json, score_json
from gxclassify.reading.document import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gxclassify.model.facts import FactFinder
    from gxclassify.model.model import Model, TaggedParagraph
    from gxclassify.zones import DocumentDate, Gazetteer

Level = Literal["paragraph", "article", "document"]
LEVELS: tuple[Level, ...] = ("paragraph", "article", "document")


class ThemeOfGroup(NamedTuple):
    """How an article or document tells a theme.

    Attributes
    ----------
    paragraphs : int
        How many paragraphs are tagged with it.
    share : float
        They as a share of all its paragraphs.
    score : float
        The greatest probability of any of its paragraphs; NaN for a record without a text.
    strongest : (article, paragraph)
        The place of that paragraph; of equal ones the first.
    sentence : str or None
        The sentence of that paragraph that tells the theme most; None where it is not tagged or there is no evidence.
    """

    paragraphs: int
    share: float
    score: float
    strongest: tuple[int, int]
    sentence: str | None

    def to_json(self) -> dict[str, Any]:
        """Return it as files, HTTP and Python show it."""
        return {
            "paragraphs": self.paragraphs, "share": round(self.share, 6), "score": score_json(self.score),
            "strongest": [*self.strongest], "sentence": self.sentence,
        }  # fmt: skip


class ZoneOfGroup(NamedTuple):
    """A zone that an article or document names, and how often."""

    id: str
    name: str
    mentions: int


class TaggedGroup(NamedTuple):
    """An article or a document with its tags.

    Attributes
    ----------
    document : str
    article : int or None
        The place of the article in the document; None for a document of several.
    title : str or None
        The article's headline; of a document the first one.
    paragraphs : int
        How many it has.
    tags : tuple of str
        The themes that at least one of its paragraphs is tagged with, in the order of the model's themes.
    themes : dict of str to ThemeOfGroup
        Every theme of the model.
    model : str
    zones : tuple of ZoneOfGroup or None
        The zones that it names, those named most first; None where they were not asked for.
    article_zone : (id, name) or None
        The zone that it is about: of a document the one that most paragraphs' articles are about.
    date : DocumentDate or None
    record : dict
        The other fields of the record that it came from.
    """

    document: str
    article: int | None
    title: str | None
    paragraphs: int
    tags: tuple[str, ...]
    themes: dict[str, ThemeOfGroup]
    model: str
    zones: tuple[ZoneOfGroup, ...] | None
    article_zone: tuple[str, str] | None
    date: DocumentDate | None
    record: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Return the one schema that files, HTTP and Python share; a record's dates, decimals and bytes as they are."""
        table: dict[str, Any] = {
            "document": self.document,
            "article": self.article,
            "title": self.title,
            "paragraphs": self.paragraphs,
            "tags": [*self.tags],
            "themes": {theme: told.to_json() for theme, told in self.themes.items()},
            "model": self.model,
        }
        if self.zones is not None:
            zone = self.article_zone
            table["zones"] = [one._asdict() for one in self.zones]
            table["article_zone"] = zone and {"id": zone[0], "name": zone[1]}
            table["date"] = self.date and self.date.to_json()
        if self.record:
            table["record"] = record_json(self.record)
        return table


def check_level(level: str) -> None:
    """Raise a `ConfigError` when there is no such level."""
    if level not in LEVELS:
        raise ConfigError("The level must be one of {levels}. Got {level!r}.", levels=[*LEVELS], level=level)


def tag_groups(
    model: Model,
    source: Document | Iterable[Document | str | None],
    level: Level = "article",
    *,
    evidence: bool = True,
    zones: bool | Gazetteer | FactFinder = False,
    date_column: str = "date",
) -> Tagged[TaggedGroup]:
    """Tag articles or documents by what their paragraphs tell, in order.

    A theme is a tag where at least one paragraph is tagged with it; beside it stand the share of paragraphs that are,
    the greatest probability of any paragraph, and that paragraph's place and sentence.

    Parameters
    ----------
    model : Model
    source, evidence, zones, date_column
        As `Model.tag` takes them. A text, and a record, counts as a document of one article.
    level : {"article", "document"}
        What is tagged; ``paragraph`` gives groups of one paragraph each.

    Raises
    ------
    ConfigError
        There is no such level.
    InputError
        As `Model.tag` says.

    Examples
    --------
    >>> import gxclassify as gx
    >>> [group.tags for group in gx.tag_groups(gx.load_model(), ["济宁高新区新签约项目12个，总投资38亿元。"])]
    [('investment_attraction',)]
    """
    check_level(level)
    if isinstance(source, Document) and zones is not False:
        from gxclassify.model.facts import check_date_column, records_of

        check_date_column(records_of(source), date_column)
    waiting: deque[int] = deque()
    tagged = model.tag(_noted(source, level, waiting), evidence=evidence, zones=zones, date_column=date_column)
    return Tagged(_grouped(tagged, waiting, level), model.taxonomy)


def _grouped(tagged: Iterator[TaggedParagraph], waiting: deque[int], level: Level) -> Iterator[TaggedGroup]:
    for first in tagged:
        # The sizes of what was tagged together are known before the first of it comes back.
        size = waiting.popleft()
        yield group_of([first, *itertools.islice(tagged, size - 1)], level)


def groups_in(document: Document, tagged: Iterable[TaggedParagraph], level: Level) -> Iterator[TaggedGroup]:
    """Yield the groups of one document, of `tagged`, its paragraphs."""
    rest = iter(tagged)
    for size in _sizes(document, level):
        yield group_of([*itertools.islice(rest, size)], level)


def _noted(
    source: Document | Iterable[Document | str | None], level: Level, waiting: deque[int]
) -> Iterator[Document | str | None]:
    for one in [source] if isinstance(source, Document) else each_of(source):
        waiting.extend(_sizes(one, level) if isinstance(one, Document) else [1])
        yield one


def _sizes(document: Document, level: Level) -> list[int]:
    """Return how many paragraphs each group has; each record is a document of its own, and has no source."""
    sizes = [len(article.paragraphs) for article in document.articles]
    if level == "paragraph":
        sizes = [1] * sum(sizes)
    elif level == "document" and document.source:
        sizes = [sum(sizes)]
    return [size for size in sizes if size]


def group_of(paragraphs: Sequence[TaggedParagraph], level: Level) -> TaggedGroup:
    """Return the tags of an article or document, of its paragraphs, which must not be none."""
    first = paragraphs[0]
    themes = {theme: _theme_of(paragraphs, theme) for theme in first.scores}
    facts = [one.facts for one in paragraphs if one.facts is not None]
    named: dict[str, list[Any]] = {}
    about: dict[tuple[str, str], int] = {}
    for one in facts:
        for mention in one.zones:
            named.setdefault(mention.id, [mention.name, 0])[1] += 1
        if one.article_zone:
            about[one.article_zone] = about.get(one.article_zone, 0) + 1
    ranked = sorted(named.items(), key=lambda item: -item[1][1])
    whole = level == "document" and any(one.article != first.article for one in paragraphs)
    return TaggedGroup(
        first.document,
        None if whole else first.article,
        next((one.title for one in paragraphs if one.title), None),
        len(paragraphs),
        tuple(theme for theme, told in themes.items() if told.paragraphs),
        themes,
        first.model,
        tuple(ZoneOfGroup(zone, name, mentions) for zone, (name, mentions) in ranked) if facts else None,
        max(about, key=about.__getitem__, default=None),
        facts[0].date if facts else None,
        first.record,
    )


def _theme_of(paragraphs: Sequence[TaggedParagraph], theme: str) -> ThemeOfGroup:
    told = sum(theme in one.tags for one in paragraphs)
    best = max(paragraphs, key=lambda one: one.scores[theme])
    marks = best.evidence.get(theme)
    sentence = best.text[slice(*marks[0].within)] if marks else None
    return ThemeOfGroup(told, told / len(paragraphs), best.scores[theme], (best.article, best.paragraph), sentence)
