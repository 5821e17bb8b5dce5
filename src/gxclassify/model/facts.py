"""What a tagged paragraph states beside its themes: the zones it names, its date, the amounts of its sentences."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from gxclassify.errors import ConfigError, InputError
from gxclassify.messages import Message, named, spoken
from gxclassify.reading.document import Article, Document, Paragraph
from gxclassify.reading.records.fields import is_tagged_record, known_fields
from gxclassify.zones import (
    DATE_COLUMN,
    Gazetteer,
    UnreadDates,
    article_dates,
    article_zones,
    find_amounts,
    load_gazetteer,
)
from gxclassify.zones import unread_dates as unread_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from gxclassify.reading.inputs import Inputs
    from gxclassify.zones import Amount, DocumentDate, ZoneMention

_Mark = TypeVar("_Mark")
_One = TypeVar("_One")
Span = tuple[int, int]

__all__ = [
    "FactFinder",
    "Facts",
    "StatedAmount",
    "check_date_column",
    "date_notes",
    "finder_for",
    "missing_date",
    "records_document",
    "records_of",
    "telling",
    "unread_dates",
    "unread_notes",
    "warning_of_dates",
]


class StatedAmount(NamedTuple):
    """An amount in a sentence that tells a theme.

    Attributes
    ----------
    amount : Amount
        Its span counts within the paragraph's text.
    themes : tuple of str
        The themes that the sentence is evidence of.
    sentence : (start, end)
        The place of the sentence in the paragraph's text.
    """

    amount: Amount
    themes: tuple[str, ...]
    sentence: tuple[int, int]

    def to_json(self) -> dict[str, Any]:
        """Return the amount as the tagged paragraph's schema shows it."""
        return {"themes": [*self.themes], "sentence": [*self.sentence], **self.amount.to_json()}


class Facts(NamedTuple):
    """What a paragraph states beside its themes.

    Attributes
    ----------
    zones : tuple of ZoneMention
        The zones that it names; spans count within its text.
    article_zone : (id, name) or None
        The zone that its article is about.
    date : DocumentDate or None
        When its document was published.
    amounts : tuple of StatedAmount
        The amounts in the sentences that are evidence of its tags, in the order of the text.
    """

    zones: tuple[ZoneMention, ...]
    article_zone: tuple[str, str] | None
    date: DocumentDate | None
    amounts: tuple[StatedAmount, ...] = ()

    def with_amounts(self, text: str, sentences: Mapping[tuple[int, int], Sequence[str]]) -> Facts:
        """Return the facts with the amounts of `sentences`: place in the text -> themes that it is evidence of."""
        amounts: list[StatedAmount] = []
        for (start, end), themes in sorted(sentences.items()):
            amounts += [
                StatedAmount(amount.moved(start), tuple(themes), (start, end))
                for amount in find_amounts(text[start:end])
            ]
        return self._replace(amounts=tuple(amounts)) if amounts else self

    def to_json(self) -> dict[str, Any]:
        """Return the facts as the tagged paragraph's schema shows them."""
        zone = self.article_zone
        return {
            "zones": [mention.to_json() for mention in self.zones],
            "article_zone": zone and {"id": zone[0], "name": zone[1]},
            "date": self.date and self.date.to_json(),
            "amounts": [amount.to_json() for amount in self.amounts],
        }


def telling(evidence: Mapping[str, Sequence[_Mark]], place: Callable[[_Mark], Span]) -> dict[Span, list[str]]:
    """Return the sentences of `evidence` by their places in the text, each with the themes that it tells."""
    sentences: dict[Span, list[str]] = {}
    for theme, marks in evidence.items():
        for mark in marks:
            sentences.setdefault(place(mark), []).append(theme)
    return sentences


@dataclass(frozen=True, slots=True)
class FactFinder:
    """Finds the facts of documents, paragraph by paragraph.

    Parameters
    ----------
    gazetteer : Gazetteer
        The zones to know.
    date_column : str
        The field of records that holds their date.
    """

    gazetteer: Gazetteer
    date_column: str = DATE_COLUMN

    def of(self, document: Document) -> Iterator[Facts]:
        """Yield the facts of the document's paragraphs, in order, without amounts: those need evidence."""
        document = _with_known_fields(document)
        dates = article_dates(document, self.date_column)
        for date, zones in zip(dates, article_zones(document, self.gazetteer), strict=True):
            main = (zones.main, zones.name) if zones.main is not None and zones.name is not None else None
            for mentions in zones.paragraphs:
                yield Facts(mentions, main, date)

    def of_text(self, text: str) -> Facts:
        """Return the facts of a paragraph that stands alone."""
        return next(self.of(records_document([(text, None, {})])))


def records_document(records: Iterable[tuple[str, str | None, dict[str, Any]]]) -> Document:
    """Return records that no file holds, each a text, a title and the other fields, as the document of a file is."""
    articles = tuple(
        Article(title, None, (), (), (Paragraph(text, (0, len(text)), record=record),))
        for text, title, record in records
    )
    return Document("", "", "", "text", articles)


def finder_for(
    zones: bool | Gazetteer | FactFinder,  # noqa: FBT001 - as callers say it
    date_column: str = DATE_COLUMN,
) -> FactFinder | None:
    """Return the finder for what callers say: False for none, True for the packaged gazetteer, or one of their own.

    Raises
    ------
    ConfigError
        It is none of these, such as the path of a gazetteer.
    """
    if zones is False:
        return None
    if isinstance(zones, FactFinder):
        return zones
    if zones is not True and not isinstance(zones, Gazetteer):
        raise ConfigError(
            "zones is True, False, or what gxclassify.load_gazetteer(path) returns. Got a {type}.",
            type=type(zones).__name__,
        )
    return FactFinder(load_gazetteer() if zones is True else zones, date_column)


def check_date_column(records: Iterable[Mapping[str, Any]], date_column: str) -> None:
    """Raise an `InputError` when somebody named a field for the date and the records have fields, but none that one."""
    if names := _fields_without(records, date_column):
        raise InputError(
            "No record has the field {date_column!r} that the date is to be in; there are: {names}.",
            date_column=date_column,
            names=names,
        )


def date_notes(inputs: Inputs, date_column: str, *, alone: bool = True) -> list[str]:
    """Return a sentence where the first records of some inputs lack the field that somebody named for the date.

    Raises
    ------
    InputError
        No record can have it, and there are no inputs beside these (`alone`).
    """
    if date_column == DATE_COLUMN:
        return []
    records = [dict.fromkeys(inputs.fields().types)]  # what they hold is not known yet
    if is_tagged_record(records[0]) and "record" in records[0]:
        return []  # which may hold any field
    notes = missing_date(records, date_column)
    if notes and alone and inputs.lack(date_column):
        check_date_column(records, date_column)
    return notes


def missing_date(records: Iterable[Mapping[str, Any]], date_column: str) -> list[str]:
    """Return a sentence where the first records lack the field that somebody named for the date."""
    if not (names := _fields_without(records, date_column)):
        return []
    return [
        Message(
            "The first records have no field {date_column!r} that the date is to be in; there are: {names}.",
            date_column=date_column,
            names=names,
        )
    ]


def unread_dates(document: Document, date_column: str = DATE_COLUMN) -> UnreadDates:
    """Count the dates that are not understood, as `gxclassify.zones.unread_dates`, also in what was tagged before."""
    return unread_in(_with_known_fields(document), date_column)


def _with_known_fields(document: Document) -> Document:
    """Return a document; of what `predict` wrote with the fields that its records had before."""
    if not is_tagged_record(next(records_of(document), {})):
        return document
    articles = (
        replace(article, paragraphs=tuple(replace(p, record=dict(known_fields(p.record))) for p in article.paragraphs))
        for article in document.articles
    )
    return replace(document, articles=tuple(articles))


def unread_notes(found: UnreadDates) -> list[Message]:
    """Return a sentence where records have a date that is not understood.

    >>> from gxclassify.zones import UnreadDates
    >>> [str(note) for note in unread_notes(UnreadDates(2, 30, "10月8日"))]
    ["2 of 30 records have a date that is not understood, or not to the day, such as '10月8日'."]
    """
    text = Message(
        "{count:,} of {records:,} {records:record|records} {count:has|have} a date that is not understood, or not to "
        "the day, such as {example!r}.",
        count=found.unread,
        records=found.records,
        example=found.example,
    )
    return [text] if found.unread else []


def warning_of_dates(documents: Iterable[_One], date_column: str) -> Iterator[_One]:
    """Yield documents and texts, and warn behind the last of how many dates of their records are not understood."""
    unread = UnreadDates()
    for one in documents:
        if isinstance(one, Document):
            unread = unread.and_of(unread_dates(one, date_column))
        yield one
    for note in unread_notes(unread):
        warnings.warn(spoken(note), stacklevel=2)


def records_of(*documents: object) -> Iterator[Mapping[str, Any]]:
    """Yield the records that the paragraphs of documents came from."""
    for document in documents:
        for article in document.articles if isinstance(document, Document) else ():
            yield from (paragraph.record for paragraph in article.paragraphs)


def _fields_without(records: Iterable[Mapping[str, Any]], date_column: str) -> list[str]:
    """Return the names of the fields of records where none is `date_column`; nothing where nobody chose that."""
    fields: dict[str, None] = {}
    for record in records if date_column != DATE_COLUMN else ():
        fields |= dict.fromkeys(known_fields(record))
    return [] if date_column in fields else named(fields)
