"""Totals: how many paragraphs tell each theme, in each file or each group of records, and in all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TextIO

from gxclassify.console import Span, Terminal, columns, visible
from gxclassify.errors import InputError
from gxclassify.messages import Message, headings, named, spoken
from gxclassify.output.forms import BYTE_ORDER_MARK, CsvRows, Report, json_text
from gxclassify.reading.document import MISSING
from gxclassify.reading.records.fields import known_fields

if TYPE_CHECKING:
    from gxclassify.model.model import Model, TaggedParagraph
    from gxclassify.reading import Document
    from gxclassify.themes import Taxonomy

_NAMES = headings("articles", "paragraphs", "no theme", "to check", "all")
_WIDEST = 40  # columns of a group's name at a terminal


@dataclass(slots=True)
class Count:
    """What is counted of one group.

    Attributes
    ----------
    articles, paragraphs : int
    themes : dict of str to int
        How many paragraphs tell each theme; one that tells two counts for both.
    none : int
        How many tell no theme.
    review : int
        How many a person should look at again.
    """

    themes: dict[str, int]
    articles: int = 0
    paragraphs: int = 0
    none: int = 0
    review: int = 0
    _article: tuple[str, int] | None = field(default=None, repr=False)

    def add(self, tagged: TaggedParagraph) -> None:
        """Count one paragraph; those of an article come one after another."""
        if (tagged.document, tagged.article) != self._article:
            self._article = tagged.document, tagged.article
            self.articles += 1
        self.paragraphs += 1
        for theme in tagged.tags:
            self.themes[theme] += 1
        self.none += not tagged.tags
        self.review += tagged.review


class Totals:
    """Counts of tagged paragraphs by group, in the order in which the groups came.

    Parameters
    ----------
    taxonomy : Taxonomy
    by : str, optional
        The field of the records that names their group, such as a newspaper. Default: the file that they came from.
    """

    def __init__(self, taxonomy: Taxonomy, by: str = "") -> None:
        self.taxonomy = taxonomy
        self.by = by
        self.groups: dict[str, Count] = {}
        self._fields: dict[str, None] = {}
        self.all = self._count()

    def _count(self) -> Count:
        return Count(dict.fromkeys(self.taxonomy.ids, 0))

    def add(self, paragraphs: Iterable[TaggedParagraph]) -> Iterator[TaggedParagraph]:
        """Count paragraphs as they go by; a record without a text is none."""
        for tagged in paragraphs:
            group = self._group(tagged)
            if group not in self.groups:
                self.groups[group] = self._count()
            if tagged.kind != MISSING:
                self.groups[group].add(tagged)
                self.all.add(tagged)
            yield tagged

    def check(self) -> None:
        """Refuse totals by a field that no record has; an `InputError` names those that they have."""
        if self.by and self.groups and self.by not in self._fields:
            raise InputError(
                "No record has the field {by!r} that the totals are to be by; there are: {names}.",
                by=self.by,
                names=named(self._fields) or [Message("none")],
            )

    def _group(self, tagged: TaggedParagraph) -> str:
        if not self.by:
            return tagged.document
        fields = known_fields(tagged.record)
        self._fields.update(dict.fromkeys(fields))
        value = fields.get(self.by)
        return value if isinstance(value, str) else "" if value is None else json_text(value)

    def header(self) -> list[str]:
        """Return the names of the columns of `rows`."""
        return [self.by or "document", "articles", "paragraphs", *self.taxonomy.ids, "no_theme", "review"]

    def rows(self) -> Iterator[list[Any]]:
        """Yield a row of each group and, last, that of all, whose name is empty."""
        for name, count in [*self.groups.items(), ("", self.all)]:
            yield [name, count.articles, count.paragraphs, *count.themes.values(), count.none, count.review]


class SummaryReport(Report):
    """The totals alone, as a table for people or as rows for programs.

    Parameters
    ----------
    form : {"table", "csv", "json", "jsonl"}
    model : Model
    stream : TextIO
    by : str, optional
        As for `Totals`.
    """

    def __init__(
        self, form: Literal["table", "csv", "json", "jsonl"], model: Model, stream: TextIO, *, by: str = ""
    ) -> None:
        super().__init__(model, stream)
        self._form = form
        self.totals = Totals(model.taxonomy, by)

    def write(self, document: Document, paragraphs: Iterable[TaggedParagraph]) -> None:  # noqa: ARG002 - they name it
        """Count one document."""
        for _ in self.totals.add(paragraphs):
            pass

    def close(self) -> None:
        """Write the totals; as `Totals.check`."""
        self.totals.check()
        if self._form == "table":
            if not self.totals.groups:
                return  # a table of zeros would say that something had been read
            write_totals(self.totals, Terminal(self.stream))
            return
        rows = [self.totals.header(), *self.totals.rows()]
        if self._form == "csv":  # for people, who take a row without a name for a mistake
            rows[-1][0] = "all"
            self.stream.write(BYTE_ORDER_MARK.decode() + CsvRows().text(rows))
            return
        tables = [json_text(dict(zip(rows[0], row, strict=True))) for row in rows[1:]]
        text = "".join(f"{table}\n" for table in tables)
        self.stream.write(text if self._form == "jsonl" else "[\n" + ",\n".join(tables) + "\n]\n")


def write_totals(totals: Totals, terminal: Terminal) -> None:
    """Write the totals as a table for people: a line for each group and one for all, a column for each theme."""
    names = [theme.name for theme in totals.taxonomy.themes]
    articles, paragraphs, none, review, whole = map(spoken, _NAMES)
    table = [[totals.by, articles, paragraphs, *names, none, review]]
    table += [[_short(visible(str(row[0]))), *(f"{number:,}" for number in row[1:])] for row in totals.rows()]
    table[-1][0] = whole
    widths = [max(map(columns, column)) for column in zip(*table, strict=True)]
    for place, row in enumerate(table):
        first = row[0] + " " * (widths[0] - columns(row[0]))
        cells = (" " * (width - columns(cell)) + cell for cell, width in zip(row[1:], widths[1:], strict=True))
        terminal.row(Span("  ".join([first, *cells]), "dim" if place == 0 else "bold" if row is table[-1] else ""))


def _short(name: str) -> str:
    """Return a name of at most `_WIDEST` columns; of a longer one its end, which tells files of a folder apart."""
    if columns(name) <= _WIDEST:
        return name
    while columns(name) >= _WIDEST:
        name = name[1:]
    return f"…{name}"
