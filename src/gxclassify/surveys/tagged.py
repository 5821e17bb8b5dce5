"""Tagged paragraphs read again, in whatever form `predict` wrote them or an office program saved them anew; labels."""

from __future__ import annotations

import contextlib
import itertools
import json
import re
from typing import TYPE_CHECKING, Any

from gxclassify.errors import InputError
from gxclassify.messages import Message
from gxclassify.model.facts import FactFinder, missing_date, telling
from gxclassify.reading.document import MISSING, Article, Document, Paragraph
from gxclassify.reading.records.fields import LABEL_FIELDS, fields_before, is_null, is_tagged_record, texts_elsewhere
from gxclassify.reading.records.written import FIELDS, sheet_columns, sheet_headings, theme_columns, written_in
from gxclassify.surveys.passages import Passage, passage_of
from gxclassify.themes import Taxonomy
from gxclassify.zones import find_date, load_gazetteer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from gxclassify.zones import Gazetteer

Row = dict[str, Any]
"""A tagged paragraph in the schema that files, HTTP and Python share, its facts included where it has them."""

_FACTS = frozenset({"zones", "article_zone", "date", "amounts"})
_AMOUNT = frozenset({"themes", "sentence", "text", "kind", "value", "unit", "lower", "upper", "approximate"})
# What may have been taken for the text, and is then not among the fields of a record.
_TEXTS = (name for columns in sheet_columns() for name, field in columns.items() if field == "text")
_TAKEN = ("text", *_TEXTS, "article", "document")
_BETWEEN_TAGS = re.compile("[;；、,，/|]")
_SHORT = re.compile(r"([A-Z][a-z]{2})-(\d\d)")  # Mar-21, as Excel shows 2021-03
_ISO = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_NAMED_ROWS = 5
_FAULTS = (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError)


def is_tagged(document: Document) -> bool:
    """Tell whether a document is a file of tagged paragraphs, or of label records: records with what those have.

    Raises
    ------
    InputError
        It holds what `predict` said of articles or documents, or of whole files, without their texts.
    """
    first = next((p.record for article in document.articles for p in article.paragraphs if p.record), None)
    if first is None:
        return False
    # The field that was taken for the text is not in the record.
    what = next(
        filter(None, (written_in({**first, own: ""}) for own in ("text", "article", "document", "正文", "Text"))), ""
    )
    if what in {"groups", "tables"}:
        raise no_texts(document.document)
    return what in {"paragraphs", "labels"}


def no_texts(name: str) -> InputError:
    """Return the refusal of a file of results that holds no paragraphs."""
    return InputError(texts_elsewhere(name))


class TaggedReader:
    """Turns files of tagged paragraphs into passages, and label records by what people said.

    Parameters
    ----------
    finder : FactFinder
        Finds what a file does not tell: zones, dates, amounts.
    taxonomy : Taxonomy
        The names by which themes may be called in a file.
    on_problem : callable
        Told of what is left out.
    on_note : callable, optional
        Told of a field for the date that no record has; `on_problem` where it is not given.

    Attributes
    ----------
    themes : tuple of str
        What the first paragraph of the file is tagged with; those with others are left out.
    """

    def __init__(
        self,
        finder: FactFinder,
        taxonomy: Taxonomy,
        on_problem: Callable[[str], None],
        on_note: Callable[[str], None] | None = None,
    ) -> None:
        self.themes: tuple[str, ...] = ()
        self._finder = finder
        self._file = ""
        self._taxonomy = taxonomy
        self._on_problem = on_problem
        self._on_note = on_note or on_problem
        self._fields: dict[str, Any] = {}  # of records whose dates were looked for
        self._others = 0
        self._unknown: list[Message] = []
        self._read = 0
        self._brings_zones = False
        self._own = _own_zones(finder.gazetteer)  # that no row names
        self._labelled: dict[tuple[str, str], list[int]] = {}
        self._themes: dict[tuple[str, ...], dict[str, str]] = {}  # the columns of tables, with the themes they are of
        self._lacking: set[tuple[str, ...]] = set()
        # Of files without numbers: of which article the row before is, and its numbers.
        self._before: tuple[Any, ...] = ()
        self._place = [-1, -1]

    def passages(self, documents: Iterable[Document]) -> Iterator[Passage]:
        """Yield the passages of a file, which may come in pieces; what is wrong is told by file and place."""
        rows = (row for document in documents for row in self._rows(document))
        for _, group in itertools.groupby(rows, key=lambda row: (row["document"], row["article"])):
            article = list(group)
            if article[0].keys() >= _FACTS:
                self._brings_zones = True
            else:
                self._find_facts(article)
                self._fields |= article[0].get("record") or {}
            for row in article:
                try:
                    passage = passage_of(row)
                except _FAULTS as error:
                    self._tell(row["$place"], error)
                    continue
                self._read += 1
                self._own -= passage.zones.keys()
                yield passage
        self._tell_others()
        if self._brings_zones and self._own == _own_zones(self._finder.gazetteer) != frozenset():
            self._on_note(
                Message(
                    "{name}: it was tagged before, and its zones stand as predict --zones found them; none is one that "
                    "the gazetteer given here adds.",
                    name=self._file,
                )
            )
        for note in missing_date([self._fields], self._finder.date_column):
            self._on_note(note)

    def _tell_others(self) -> None:
        if self._others:
            self._on_problem(
                Message(
                    "{name}: {others:,} {others:paragraph is|paragraphs are} tagged with other themes than the first; "
                    "{others:it is|they are} left out.",
                    name=self._file,
                    others=self._others,
                )
            )
        if self._unknown:
            more = len(self._unknown) - _NAMED_ROWS
            rows = [*self._unknown[:_NAMED_ROWS], *([Message("{n:,} more", n=more)] if more > 0 else [])]
            self._on_problem(
                Message(
                    "{name}: {read:,} {read:paragraph counts|paragraphs count}; left out: {rows}, for no theme "
                    "is called so. Write themes by name or id, and leave the cell empty for “no theme”.",
                    name=self._file,
                    read=self._read,
                    rows=rows,
                )
            )

    def _tell(self, place: str, error: Exception) -> None:
        told = error.args[0] if error.args else None
        what = told if isinstance(told, Message) else Message("its fields are not of the form that predict writes")
        self._on_problem(
            Message("{place}: this is no tagged paragraph ({what}); it is left out.", place=place, what=what)
        )

    def _rows(self, document: Document) -> Iterator[Row]:
        offset = 1 if document.format in {"jsonl", "json", "parquet"} else 2  # behind a header
        self._file = document.document
        for number, article in enumerate(document.articles, start=document.first_article + offset):
            for paragraph in article.paragraphs:
                if paragraph.kind == MISSING:
                    continue
                place = f"{document.document}:{number}"
                try:
                    row = self._row(paragraph.text, paragraph.record)
                    if row is None or self._is_of_others(row, number):
                        continue
                except _LackingError as error:
                    self._tell_lacking(place, tuple(paragraph.record), error)
                    continue
                except _FAULTS as error:
                    self._tell(place, error)
                    continue
                row["$place"] = place
                yield row

    def _tell_lacking(self, place: str, names: tuple[str, ...], error: _LackingError) -> None:
        """Say once of all rows that are alike what they lack."""
        if names not in self._lacking:
            self._lacking.add(names)
            self._on_problem(
                Message(
                    "{place}: this is no tagged paragraph: there is no column {column!r}, in which its themes stand; "
                    "put it back. This row and those like it are left out.",
                    place=place,
                    column=error.column,
                )
            )

    def _row(self, text: str, record: Mapping[str, Any]) -> Row | None:
        names = tuple(record)
        if isinstance(record.get("scores"), dict):
            if "tags" not in record:
                raise _LackingError("tags")
            row = {"evidence": {}, **record, "text": text}
            row["scores"] = {
                theme: score if type(score) is float else _number(score) for theme, score in record["scores"].items()
            }
        elif known := sheet_headings(names):
            row = self._of_sheet(text, record, known)
        elif record.keys() >= LABEL_FIELDS and not is_tagged_record(names):
            row = self._of_labels(text, record)
        elif "tags" in record:
            row = self._of_cells(text, record)
        else:  # of a sheet of which little is left
            row = self._of_sheet(
                text, record, max(sheet_columns(), key=lambda known: len(known.keys() & record.keys()))
            )
        if row.get("kind") == MISSING:
            return None
        _check_forms(row)
        self._complete(row)
        row["article"], row["paragraph"] = int(row["article"]), int(row["paragraph"])
        row["tags"] = self._tags(row["tags"], tuple(row["scores"]))
        return row

    def _complete(self, row: Row) -> None:
        """Give a row the place that somebody took away: paragraphs are counted, articles told by title and order."""
        row.setdefault("title", None)
        if row.keys() >= {"document", "article", "paragraph"}:
            return
        article, paragraph = self._place
        here = row.get("document"), row.get("article"), row["title"]
        same = here == self._before and int(row.get("paragraph", paragraph + 1)) > paragraph
        if "article" not in row and "paragraph" not in row and row["title"] is None:
            same = False
        self._before = here
        self._place = [article + (not same), int(row.get("paragraph", paragraph + 1 if same else 0))]
        for name, number in zip(("article", "paragraph"), self._place, strict=True):
            row.setdefault(name, number)
        if "document" not in row:  # those of several, each of which began at 0
            row |= {"document": self._file, "article": self._place[0]}

    def _is_of_others(self, row: Row, number: int) -> bool:
        """Tell whether a row is tagged with others than the file's themes, and keep what is to be said of it."""
        own = tuple(row["scores"])
        self.themes = self.themes or own
        if unknown := [tag for tag in row["tags"] if tag not in own]:
            self._unknown.append(Message("row {row:,} ({names})", row=number, names=unknown))
        elif own != self.themes:
            self._others += 1
        else:
            return False
        return True

    def _of_labels(self, text: str, record: Mapping[str, Any]) -> Row:
        """Return the row of a label record: what a person told is certain, what is left open is not told."""
        labels, evidence = record["labels"], record.get("evidence")
        tags = self._tags([] if labels == "[]" else labels, self._taxonomy.ids)
        source = record.get("source")
        name = source or self._file
        # Numbers for the articles, and for the paragraphs of each, wherever they stand.
        place = self._labelled.setdefault((name, record.get("article") or record["id"]), [len(self._labelled), -1])
        place[1] += 1
        return {
            "document": name, "$paper": source or "", "article": place[0], "paragraph": place[1], "title": None,
            "text": text, "model": "",
            "tags": tags, "scores": {theme: float(theme in tags) for theme in self._taxonomy.ids}, "record": record,
            "evidence": {
                theme: [{"within": span} for span in spans]
                for theme, spans in (evidence if isinstance(evidence, dict) else {}).items()
            },
        }  # fmt: skip

    def _of_cells(self, text: str, record: Mapping[str, Any]) -> Row:
        """Return the row of a table with a column for each field, such as CSV and Parquet."""
        own = ("document", "article", "paragraph", "kind", "model", "tags")
        row: Row = {name: record[name] for name in own if name in record}
        row |= {"text": text, "title": record.get("title") or None}
        names = tuple(record)
        if names not in self._themes:
            columns = theme_columns(names) or _themes_among(names, record, self._taxonomy)
            self._themes[names] = {name: name for name in columns}
        row["scores"] = self._scores(record, self._themes[names])
        row["evidence"] = _json(record.get("evidence"), {})
        row["record"] = fields_before(record)
        if record.keys() >= _FACTS:
            row["zones"] = self._zones(record)
            main = record["article_zone"]
            if main and not isinstance(main, dict):
                main = {"id": main, "name": record.get("article_zone_name") or self._name(main)}
            row["article_zone"] = main or None
            row["date"] = _date(record["date"])
            row["amounts"] = _json(record["amounts"], [])
        return row

    def _zones(self, record: Mapping[str, Any]) -> list[dict[str, Any]]:
        zones = record["zones"]
        if not isinstance(zones, str):
            return [zone if isinstance(zone, dict) else {"id": zone, "name": self._name(zone)} for zone in zones or ()]
        ids, names = ([one for one in (record.get(of) or "").split(";") if one] for of in ("zones", "zone_names"))
        told = {record["article_zone"]: record.get("article_zone_name")}
        if len(ids) == len(names):
            told |= dict(zip(ids, names, strict=True))
        return [{"id": zone, "name": told.get(zone) or self._name(zone)} for zone in ids]

    def _name(self, zone: str) -> str:
        known = self._finder.gazetteer
        return known[zone].name if zone in known else zone  # the id of one that is not listed is its name

    def _scores(self, record: Mapping[str, Any], themes: Mapping[str, str]) -> dict[str, float]:
        """Return the probabilities in a table; 0 of all themes where somebody took their columns away."""
        if not themes:
            return dict.fromkeys(self._taxonomy.ids, 0.0)
        return {theme: _number(record[name]) for name, theme in themes.items()}

    def _of_sheet(self, text: str, record: Mapping[str, Any], known: Mapping[str, str]) -> Row:
        """Return the row of a workbook's sheet of paragraphs, whose zones and amounts are found again."""
        fields = {known[name]: cell for name, cell in record.items() if name in known}
        if "tags" not in fields:
            raise _LackingError(next(name for name, own in known.items() if own == "tags") if fields else "tags")
        row: Row = {name: int(fields[name]) - 1 for name in ("article", "paragraph") if name in fields}
        row |= {"text": text, "model": "", "title": fields.get("title") or None}
        if "document" in fields:
            row["document"] = fields["document"]
        row["tags"] = fields["tags"]
        names = tuple(record)
        if names not in self._themes:
            columns = theme_columns(names, known) or _themes_among(names, record, self._taxonomy)
            self._themes[names] = {name: self._taxonomy.find(name) or name for name in columns}
        themes = self._themes[names]
        row["scores"] = self._scores(record, themes)
        row["evidence"] = {}
        # Sentences may have colons and breaks of their own.
        named = "|".join(map(re.escape, sorted(themes, key=len, reverse=True)))
        _, *lines = re.split(rf"(?:^|\n)({named})(?:：|: )", fields.get("evidence", "")) if themes else ("",)
        for name, told in zip(lines[::2], lines[1::2], strict=True):
            row["evidence"][themes[name]] = [{"within": place} for place in _sentences(told, text)]
        row["record"] = {name: value for name, value in record.items() if name not in known and name not in themes}
        if fields.get("date"):
            row["record"][self._finder.date_column] = fields["date"]
        return row

    def _tags(self, tags: Any, themes: tuple[str, ...]) -> list[str]:
        """Return the ids of themes, however a person has called and parted them; of unknown ones what they say."""
        if isinstance(tags, list) and all(tag in themes for tag in tags):
            return tags
        found: dict[str, None] = {}
        for tag in tags.split(";") if isinstance(tags, str) else tags or ():
            whole = self._find(tag, themes)
            parts = [tag] if whole else _BETWEEN_TAGS.split(tag)
            found |= dict.fromkeys(self._find(part, themes) or part.strip() for part in parts if part.strip())
        return [*found]

    def _find(self, name: str, themes: tuple[str, ...]) -> str | None:
        if name in themes:
            return name
        known = self._taxonomy.find(name)
        return known if known in themes else Taxonomy.of_ids(themes).find(name)

    def _find_facts(self, rows: list[Row]) -> None:
        # The page's head is not in the file, so that a date is told by the article's own text, a column or the name.
        paragraphs = tuple(
            Paragraph(row["text"], (0, len(row["text"])), record=row.get("record") or {}) for row in rows
        )
        article = Article(rows[0]["title"], None, (), (), paragraphs)
        # The name of a file of labels may tell when somebody labelled.
        paper: str = rows[0]["$paper" if "$paper" in rows[0] else "document"]
        document = Document(paper, "", "", "tagged", (article,))
        for row, facts in zip(rows, self._finder.of(document), strict=True):
            sentences = telling(row["evidence"], lambda mark: (mark["within"][0], mark["within"][1]))
            row.update(facts.with_amounts(row["text"], sentences).to_json())


def _own_zones(gazetteer: Gazetteer) -> frozenset[str]:
    """Return the ids of the zones that files of people's own brought."""
    packaged = load_gazetteer()
    if gazetteer is packaged:
        return frozenset()
    return frozenset(zone.id for zone in gazetteer if zone.id not in packaged or packaged[zone.id] != zone)


class _LackingError(Exception):
    """A row has no tags: the name of the column that is not there."""

    def __init__(self, column: str) -> None:
        super().__init__(column)
        self.column = column


def _is_zone(zone: Any) -> bool:
    return isinstance(zone["id"], str) and isinstance(zone["name"], str)


# What a field of a row must be like; a fault is a no.
_FORMS: dict[str, Callable[[Any], object]] = {
    "document": lambda name: isinstance(name, str),
    "title": lambda title: isinstance(title, str | None),
    "article": lambda number: int(number) >= 0,
    "paragraph": lambda number: int(number) >= 0,
    "record": lambda record: isinstance(record, dict | None),
    "tags": lambda tags: isinstance(tags, str | None) or all(isinstance(tag, str) for tag in tags),
    "evidence": lambda evidence: all(
        0 <= start <= end for marks in evidence.values() for mark in marks for start, end in [mark["within"]]
    ),
    "zones": lambda zones: all(map(_is_zone, zones or ())),
    "article_zone": lambda zone: not zone or _is_zone(zone),
    "date": lambda date: not date or all(isinstance(date[part], str) for part in ("date", "precision")),
    "amounts": lambda amounts: all(one.keys() >= _AMOUNT for one in amounts),
}


def _check_forms(row: Row) -> None:
    """Refuse, by a `ValueError`, a row of which a field is like none that is written: its name says which."""
    for field, fits in _FORMS.items():
        try:
            wrong = field in row and not fits(row[field])
        except _FAULTS:
            wrong = True
        if wrong:
            raise ValueError(Message("its field {field!r} is not of the form that predict writes", field=field))


def _themes_among(names: Sequence[str], record: Mapping[str, Any], taxonomy: Taxonomy) -> Sequence[str]:
    """Return which columns are themes where none stands at its place: those the taxonomy knows, or of probabilities."""
    known = {name for columns in sheet_columns() for name in columns}
    others = [n for n in names if n not in FIELDS and n not in known and not n.startswith("record.")]
    return [n for n in others if taxonomy.find(n)] or [n for n in others if _is_probability(record[n])]


def _is_probability(cell: Any) -> bool:
    with contextlib.suppress(TypeError, ValueError):
        return 0 <= float(cell) <= 1
    return False


def _number(cell: Any) -> float:
    """Return a probability; 0 where a person tagged what has none."""
    if is_null(cell) or cell == "":
        return 0.0
    try:
        return float(cell)
    except (TypeError, ValueError) as error:
        raise ValueError(Message("a probability of its themes is no number")) from error


def _json(cell: Any, nothing: Any) -> Any:
    return json.loads(cell) if isinstance(cell, str) and cell else cell or nothing


def _date(cell: Any) -> dict[str, Any] | None:
    """Return a date, which a spreadsheet may have written in its own way."""
    if not cell:
        return None
    if isinstance(cell, dict):  # of JSON
        return cell
    if _ISO.fullmatch(str(cell)):
        return {"date": cell, "precision": ("year", "month", "day")[cell.count("-")]}
    short = _SHORT.fullmatch(str(cell))
    found = find_date("", column=f"{short[1]} 20{short[2]}" if short else cell)
    return {"date": found.date, "precision": found.precision} if found else None


def _sentences(told: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of the sentences in a cell of evidence, which an ellipsis parts and which may have their own."""
    pieces = told.split("…")
    while pieces:
        for n in range(len(pieces), 0, -1):
            sentence = "…".join(pieces[:n])
            at = text.find(sentence) if sentence else -1
            if at >= 0:
                yield at, at + len(sentence)
                break
        pieces = pieces[n:]
