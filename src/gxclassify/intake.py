"""Texts and documents on their way into a model: paragraph by paragraph, in batches of a good size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from gxclassify.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from gxclassify.explanation import Evidence
    from gxclassify.reading import Document

__all__ = ["BATCH_CHARACTERS", "Place", "batches", "places", "refuse_one_text", "texts_of"]

BATCH_CHARACTERS = 80_000
"""How much text is scored at a time: enough to keep numpy busy, little enough to stay in the processor's cache."""

_T = TypeVar("_T")


class Place(NamedTuple):
    """A paragraph on its way through the model."""

    document: str
    article: int
    title: str | None
    paragraph: int
    text: str
    span: tuple[int, int]
    source_span: Callable[[int, int], tuple[int, int]] | None
    record: dict[str, Any]

    def moved(self, evidence: Evidence) -> Evidence:
        """Return evidence with its places in the source beside those in the text."""
        if self.source_span is None:
            return evidence
        return {theme: tuple([s.moved(self.source_span) for s in marks]) for theme, marks in evidence.items()}


def places(source: Document | Iterable[Document | str]) -> Iterator[Place]:
    """Yield the paragraphs of documents; a text counts as a nameless document of one paragraph."""
    from gxclassify.reading.document import Document

    for i, one in enumerate([source] if isinstance(source, Document) else refuse_one_text(source)):
        if isinstance(one, Document):
            for a, article in enumerate(one.articles, start=one.first_article):
                for p, paragraph in enumerate(article.paragraphs):
                    source_span = None if paragraph.unmoved else paragraph.source_span
                    place = (one.document, a, article.title, p, paragraph.text, paragraph.span)
                    yield Place(*place, source_span, paragraph.record)
        elif isinstance(one, str):
            yield Place("", i, None, 0, one, (0, len(one)), None, {})
        else:
            msg = f"What is tagged must be texts or documents. Got {type(one).__name__} at place {i}."
            raise InputError(msg)


def refuse_one_text(texts: Iterable[_T]) -> Iterable[_T]:
    """Return `texts`, which must not be one string: that is an iterable too, of its characters."""
    if isinstance(texts, str):
        msg = "The texts must be an iterable of strings. Got one string; put it in a list."
        raise InputError(msg)
    return texts


def batches(items: Iterable[_T], size: Callable[[_T], int]) -> Iterator[list[_T]]:
    """Yield `items` in lists that end where their sizes, in characters, add up to `BATCH_CHARACTERS`."""
    batch: list[_T] = []
    total = 0
    for item in items:
        batch.append(item)
        total += size(item)
        if total >= BATCH_CHARACTERS:
            yield batch
            batch, total = [], 0
    if batch:
        yield batch


TEXT_COLUMN = "text"
"""The column of a table, or the member of a row, that is tagged; another is taken where it stands alone."""


def texts_of(data: Any) -> list[str]:
    """Return the texts of what MLflow's protocol takes: a text, rows, or columns by name.

    Parameters
    ----------
    data : str, list of rows, or dict of columns
        A row is a text, a list of one text, or a dict with the member ``text`` or one member alone.

    Raises
    ------
    InputError
        There are several columns and none is called ``text``, or a row is no text. The message repeats none of the
        data, for it may go into a log.

    Examples
    --------
    >>> texts_of({"text": ["招商引资"], "page": [3]}), texts_of([["招商引资"]])
    (['招商引资'], ['招商引资'])
    """
    if isinstance(data, dict):
        data = _text_column(data)
    if isinstance(data, str):
        data = [data]
    if not isinstance(data, list):
        msg = f"The input must be a text, an array or an object of arrays. Got {type(data).__name__}."
        raise InputError(msg)
    return [_text_of_row(i, row) for i, row in enumerate(data)]


def _text_column(columns: dict[Any, Any]) -> Any:
    if TEXT_COLUMN in columns:
        return columns[TEXT_COLUMN]
    if len(columns) != 1:
        msg = f"There must be a column {TEXT_COLUMN!r}, or one column alone. Got {len(columns)} others."
        raise InputError(msg)
    return next(iter(columns.values()))


def _text_of_row(i: int, row: Any) -> str:
    if isinstance(row, dict):
        row = _text_column(row)
    if isinstance(row, list) and len(row) == 1:
        row = row[0]
    if not isinstance(row, str):
        msg = f"Each row must be a text. Row {i} is {type(row).__name__}."
        raise InputError(msg)
    return str(row)
