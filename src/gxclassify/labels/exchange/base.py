"""What the formats share: names of themes, making records, saying what was lost."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from gxclassify.console import argument
from gxclassify.errors import ConfigError, LabelError
from gxclassify.labels.checking import fingerprint
from gxclassify.labels.records import OPEN_SIGNS, LabelRecord, UnknownThemeError, label_object, record_of
from gxclassify.labels.tables import told_names
from gxclassify.messages import Message, named
from gxclassify.reading.records.fields import text_field
from gxclassify.themes import is_theme_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from gxclassify.themes import Taxonomy

MAYBE = "?"
"""Behind a theme's name: the label leaves it open. Other tools know labels only, so an open one is another label."""

NO_THEME = "[]"
"""A cell or a choice that says: looked at, no theme."""

_CALLED_NO_THEME = ("没有主题", "no theme")
"""What the labelling page calls it, which people write too."""

LABEL_PREFIX = "__label__"
"""Before each label in fastText's training files."""

_TEXT = "text"
METADATA = ("article", "source", "annotator", "adjudicated", "time")
"""What a record may tell beside its text and labels, under these names in every format."""

READERS = (
    "annotator", "标注人", "标注员", "标注者", "标注人员", "注释者", "注释人",
    "labeler", "labeller", "labelled_by", "labeled_by", "annotated_by", "rater", "coder",
)  # fmt: skip
"""What the field is called that tells who labelled; first the name that a record has."""


NONE_IN_LIST = Message("[] as the label")
"""How files in which labels are lists say that a text tells no theme."""


@dataclass(frozen=True, slots=True)
class Imported:
    """Records read from another tool's file, and what was passed over."""

    records: list[LabelRecord]
    notices: Sequence[str] = field(default_factory=list)
    silent: int = 0  # lines or tasks that say nothing of any theme
    none_told: str = NONE_IN_LIST  # how one of them would say that its text tells none

    def checked(self, merge: Merge | None = None) -> Imported:
        """Return the same with unique ids and, of several people's readings of a paragraph, one or each by itself.

        A paragraph that comes twice in full is taken once, unless others say something else of it and nobody signed:
        then each may be another person's. Where people's readings are kept apart, the reader's name
        or a number is added to the id, and the paragraph's own id becomes the article, if it has none. Where a file
        gives no ids, texts that differ in signs alone are two paragraphs of one article, and labels that nobody signed
        are readings too.

        Parameters
        ----------
        merge : str, optional
            How readings become one record, see `merged`; by default each stays.

        Raises
        ------
        LabelError
            An id of the file stands for two texts, or for two sets of labels of the same person or of nobody.
        """
        of_id: dict[str, list[LabelRecord]] = {}
        for given in self.records if merge is None else _together(self.records):
            record, readings = given, of_id.setdefault(given.id, [])
            another = any(reading.text != record.text for reading in readings)
            own = [reading for reading in readings if reading.annotator == record.annotator]
            contradicted = own and merge is None and _differ(own[0], record)
            named = (another or contradicted) and record.id != fingerprint(record.text)
            if another and not named:
                exact = hashlib.sha256(record.text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
                record = dataclasses.replace(record, id=f"{record.id}-{exact}")
                readings = of_id.setdefault(record.id, [])
                own = [reading for reading in readings if reading.annotator == record.annotator]
            if named:
                raise _contradiction((own or readings)[0], record)
            readings.append(record)
        given_times = sum(map(len, of_id.values()))
        of_id = {name: _each_once(readings, votes=merge == "majority") for name, readings in of_id.items()}
        repeated = given_times - sum(map(len, of_id.values()))
        notices = list(self.notices)
        if self.silent:
            notices.append(
                Message(
                    "Lines or tasks that say nothing of any theme: {silent}, passed over; {none_told} says that none "
                    "is told.",
                    silent=self.silent,
                    none_told=self.none_told,
                )
            )
        if repeated:
            notices.append(
                Message(
                    "{repeated} {repeated:paragraph comes|paragraphs come} more than once; each was taken once.",
                    repeated=repeated,
                )
            )
        several = sum(len(readings) > 1 for readings in of_id.values())
        if merge is not None:
            records = [merged(readings, merge) for readings in of_id.values()]
            kept = [record for record in records if record is not None]
            if several:
                notices.append(
                    Message(
                        "{several} {several:paragraph has|paragraphs have} several readings: {record_count} left out.",
                        several=several,
                        record_count=len(records) - len(kept),
                    )
                )
            else:
                notices.append(Message("No paragraph has several readings: --merge has nothing to do."))
            return Imported(kept, notices)
        if several:
            notices.append(
                Message(
                    "{several} {several:paragraph has|paragraphs have} several readings, kept apart by their readers. "
                    "{settle}",
                    several=several,
                    settle=_settle(*of_id.values()),
                )
            )
        return Imported([reading for readings in of_id.values() for reading in _apart(readings)], notices)


Merge = Literal["agree", "majority", "maybe"]


def _settle(*paragraphs: Sequence[LabelRecord]) -> Message:
    """Return what can be done about the readings of each paragraph: to compare them, two readers must be known."""
    readers = [{reading.annotator for reading in readings} for readings in paragraphs if len(readings) > 1]
    if any(len(names) > 1 for names in readers):
        return Message("'labels import --merge' agree, majority or maybe settles them; 'labels agree' compares them.")
    settles = Message("'labels import --merge' agree, majority or maybe settles them.")
    if any(names != {""} for names in readers):
        return settles
    return Message(
        "{settles} 'labels agree' compares them where a column {annotator!r} or {other!r} says who labelled.",
        settles=settles,
        annotator=READERS[0],
        other=READERS[1],
    )


def _differ(one: LabelRecord, other: LabelRecord) -> bool:
    return {*one.labels} != {*other.labels} or {*one.maybe} != {*other.maybe}


def _each_once(readings: list[LabelRecord], *, votes: bool) -> list[LabelRecord]:
    """Return readings, alike ones of a person once; of nobody too, where none differ and none is to be a vote."""
    votes = votes or any(_differ(readings[0], reading) for reading in readings)
    found: list[LabelRecord] = []
    for reading in readings:
        own = (one for one in found if one.annotator == reading.annotator)
        if (votes and not reading.annotator) or all(_differ(one, reading) for one in own):
            found.append(reading)
    return found


def _contradiction(known: LabelRecord, record: LabelRecord) -> LabelError:
    fault = Message(
        "{where}: the id {record_id!r} stands at {known_where} with another text or other labels.",
        where=record.where,
        record_id=record.id,
        known_where=known.where,
    )
    other_text = known.text != record.text  # which no merging settles
    return LabelError(
        fault if other_text else Message("{fault} {settle}", fault=fault, settle=_settle([known, record]))
    )


def _apart(readings: list[LabelRecord]) -> list[LabelRecord]:
    if len(readings) == 1:
        return readings
    apart, taken = [], Counter[str]()
    for n, reading in enumerate(readings, 1):
        name = reading.annotator or str(n)
        taken[name] += 1
        again = f"-{taken[name]}" if taken[name] > 1 else ""
        apart.append(dataclasses.replace(reading, id=f"{reading.id}@{name}{again}"))
    return apart


def _together(records: Sequence[LabelRecord]) -> list[LabelRecord]:
    """Return records with the readings that `_apart` gave ids of their own under that of their paragraph again."""
    own = [_own_id(record) for record in records]
    readings = Counter((own_id, record.text) for own_id, record in zip(own, records, strict=True))
    return [
        dataclasses.replace(record, id=own_id) if readings[own_id, record.text] > 1 else record
        for own_id, record in zip(own, records, strict=True)
    ]


def _own_id(record: LabelRecord) -> str:
    name = re.escape(record.annotator) if record.annotator else "[0-9]+"
    found = re.fullmatch(rf"(.+)@{name}(?:-[0-9]+)?", record.id, re.DOTALL)
    return found[1] if found else record.id


def merged(readings: list[LabelRecord], how: Merge) -> LabelRecord | None:
    """Return one record of several people's readings of a paragraph, or None when it is to be left out.

    ``agree`` leaves out a paragraph on which two differ. ``majority`` tells what more than half tell and leaves open
    what half tell. ``maybe`` tells what all tell and leaves open what some tell. Marks are those of the first reading
    that has some. Where somebody decided between readers (``adjudicated``), that holds.
    """
    first = readings[0]
    if len(readings) == 1:
        return first
    decided = [reading for reading in readings if reading.adjudicated]
    if decided:
        return decided[-1]
    told = Counter(theme for reading in readings for theme in reading.labels)
    opened = Counter(theme for reading in readings for theme in reading.maybe)
    n = len(readings)
    if how == "agree":
        if any(count < n for count in (*told.values(), *opened.values())):
            return None
        labels, maybe = set(told), set(opened)
    elif how == "majority":
        labels = {theme for theme, count in told.items() if 2 * count > n}
        maybe = {theme for theme in (*told, *opened) if 2 * (told[theme] + opened[theme]) >= n} - labels
    else:
        labels = {theme for theme, count in told.items() if count == n}
        maybe = {*told, *opened} - labels
    evidence: dict[str, tuple[tuple[int, int], ...]] = {}
    for reading in readings:
        for theme, spans in reading.evidence.items():
            if theme in labels:
                evidence.setdefault(theme, spans)
    return dataclasses.replace(
        first,
        labels=tuple(theme for theme in told if theme in labels),
        maybe=tuple(theme for theme in dict.fromkeys((*told, *opened)) if theme in maybe),
        evidence=evidence,
        annotator="",
    )


@dataclass(frozen=True, slots=True)
class Exported:
    """The bytes of a file for another tool, and notices of what it cannot carry."""

    data: bytes
    notices: Sequence[str] = field(default_factory=list)


class Themes:
    """Makes records of another tool's fields, with themes by any of their names.

    Parameters
    ----------
    taxonomy : Taxonomy or None
        None: whatever stands as a label is a theme.
    source : str
        For records that do not tell their kind of text.
    mapping : mapping of str to str
        What a label in the file stands for: a theme by any of its names or, empty, no theme. The empty label is that
        of a cell or line without one; where it is not mapped, such a line says nothing.
    text_column, label_column : str
        The names that columns or controls have in the file; empty: found by look.
    trained_on : str
        The file, where it is read as it is, without a mapping: what errors then advise is to import it first.
    beside : str
        The ``themes.toml`` that lies beside or above the file.
    """

    def __init__(
        self,
        taxonomy: Taxonomy | None,
        source: str = "",
        *,
        mapping: Mapping[str, str] | None = None,
        text_column: str = "",
        label_column: str = "",
        trained_on: str = "",
        beside: str = "",
    ) -> None:
        self.taxonomy = taxonomy
        self._trained_on, self._beside = trained_on, beside
        self._file = "" if taxonomy is None else taxonomy.file
        self.ids = () if taxonomy is None else taxonomy.ids
        self.open = taxonomy is None
        self.text_column, self.label_column = text_column, label_column
        self._source = source
        self.unused = {name.strip(): name.strip().casefold() for name in mapping or {} if name.strip()}
        """The names of `mapping` that have stood nowhere yet."""
        targets = {name.strip().casefold(): target.strip() for name, target in (mapping or {}).items()}
        self._mapping = {n: t if self._id(t) is not None else bare_name(t) for n, t in targets.items()}
        for name in _CALLED_NO_THEME:
            if not self.open and self._id(name) is None:
                self._mapping.setdefault(name, "")
        self._left_open = {name for name, target in targets.items() if target != self._mapping[name]}
        self._untold: list[tuple[str, ...]] = []  # of each record whose marks are dropped, their themes
        for name, target in targets.items():
            bare = self._mapping[name]
            if target and not (bare and (self.open or self._id(bare) is not None)):
                raise ConfigError(
                    "--map {name}={target}: {target!r} is no theme; known: {ids}.",
                    name=name,
                    target=target,
                    ids=self._known(),
                )

    def find(self, name: Any, where: str) -> tuple[str, bool]:
        """Return a theme's id for one of its names, and whether the name leaves it open; an empty id is no theme."""
        if isinstance(name, str):
            for bare, open_ in ((name, False), (bare_name(name), True)):
                key = bare.strip().casefold()
                target = self._target(key)
                if target == "":
                    return "", False
                theme = self._id(bare if target is None else target)
                if theme is None and self.open:
                    theme = target
                if theme is not None:
                    return theme, (open_ and bare != name.strip()) or key in self._left_open
            bare = bare_name(name)
            if self.open and is_theme_id(bare):
                return bare, bare != name.strip()
        known = self._known()
        if self._trained_on:
            said = Message(
                "{where}: the label {name!r} is no theme; known: {known}. 'gxclassify labels import {file} --map "
                "{label}= --themes {themes} --out labels.jsonl' makes label records in which it is none, '--map "
                "{label}=THEME' says what it stands for.",
                where=where,
                name=name,
                label=argument(name),
                known=known,
                file=argument(self._trained_on),
                themes=argument(self._file or "any"),
            )
            raise UnknownThemeError(said, name, where, self._trained_on)
        if isinstance(name, str) and name.strip() in OPEN_SIGNS:
            raise LabelError(
                "{where}: {name!r} by itself names no theme to be left open; write the theme before it, or '--map "
                "{name}=' for no theme.",
                where=where,
                name=name.strip(),
            )
        raise LabelError(
            "{where}: the label {name!r} is no theme; known: {known}. '--map {name}=THEME' says what "
            "it stands for, '--map {name}=' that it is none; {way}",
            where=where,
            name=name,
            known=known,
            way=self._way(),
        )

    def _way(self) -> Message:
        """Return how a label may become a theme; themes of one's own are not to be thrown away for it."""
        if self._file:
            return Message("a [[theme]] in {file} makes it a theme.", file=self._file)
        if self.open:
            return Message("or write it without line breaks.")
        if self._beside:
            return Message("'--themes {file}' takes the themes of that file.", file=argument(self._beside))
        return Message("'--themes any' takes every label for a theme.")

    def _known(self) -> Message:
        if self.open:
            return Message("any name without line breaks, also followed by {maybe!r}", maybe=MAYBE)
        return Message("{ids}, each also followed by {maybe!r}", ids=self._called(self.ids), maybe=MAYBE)

    def _called(self, ids: Iterable[str]) -> list[str]:
        """Return what themes are called in the language in force."""
        told = {} if self.taxonomy is None else told_names(self.taxonomy)
        return [told.get(theme, theme) for theme in ids]

    def learn(self, names: Mapping[str, str]) -> None:
        """Take `names` for the themes that they stand for, where the mapping says nothing of them."""
        self._mapping = {name.strip().casefold(): theme for name, theme in names.items()} | self._mapping

    def _target(self, key: str) -> str | None:
        """Return what the mapping says of a name in small letters; None where it says nothing."""
        self.unused = {name: unused for name, unused in self.unused.items() if unused != key}
        return self._mapping.get(key)

    def _id(self, name: str) -> str | None:
        return None if self.taxonomy is None else self.taxonomy.find(name)

    def knows(self, name: Any) -> bool:
        """Whether a theme has that name, or the mapping says what it stands for."""
        if not isinstance(name, str):
            return False
        bare = bare_name(name)
        return self._id(bare) is not None or (bool(bare) and self._target(bare.casefold()) is not None)

    @property
    def empty_is_none(self) -> bool:
        """Whether a line without a label says that it tells no theme."""
        return self._target("") == ""

    @property
    def notices(self) -> list[Message]:
        """One notice of the marks in all records so far whose themes are not told, where there are any."""
        if not self._untold:
            return []
        themes = [*dict.fromkeys(theme for record in self._untold for theme in record)]
        themes = themes if self.taxonomy is None else self.taxonomy.ordered(themes)
        return [
            Message(
                "Evidence of themes that are not told, or left open, is dropped in {n} {n:record|records}: {themes}.",
                n=len(self._untold),
                themes=named(self._called(themes)),
            )
        ]

    def text_field(self, tables: Sequence[dict[str, Any]], where: str) -> str:
        """Return the field of `tables` that holds the text: the one wanted, or else found by name or by look."""
        wanted = self.text_column or _TEXT
        found = text_field(tables, wanted) if tables else wanted
        if found is None:
            raise LabelError(
                "{where}: no field is called {wanted!r}; name that of the text with --text-column. There are: {names}.",
                where=where,
                wanted=wanted,
                names=[*dict.fromkeys(name for table in tables for name in table)],
            )
        return found

    def record(
        self,
        where: str,
        text: Any,
        names: Sequence[Any],
        *,
        spans: Sequence[tuple[Any, Any, Any]] = (),
        spans_tell: bool = False,
        maybe: Sequence[Any] = (),
        record_id: Any = None,
        meta: dict[str, Any] | None = None,
    ) -> LabelRecord:
        """Make a record.

        Parameters
        ----------
        where : str
            Starts every error.
        text : str
        names : sequence of str
            Labels by any name; those with `MAYBE` behind them are open.
        spans : sequence of (start, end, name)
            Evidence.
        spans_tell : bool
            Whether `spans` are all that tells themes there. Else `names` do, and spans of other themes are dropped:
            who took a theme out of the labels left its marks; see `notices`.
        maybe : sequence of str
            Open themes, for formats that keep them apart.
        record_id : str, optional
            Default: a fingerprint of the text.
        meta : dict, optional
            Where ``article``, ``source``, ``annotator``, ``adjudicated`` and ``time`` may stand.
        """
        if not isinstance(text, str) or not text.strip():
            raise LabelError("{where}: there is no text, or an empty one.", where=where)
        found = [(theme, open_) for theme, open_ in (self.find(name, where) for name in names) if theme]
        labels = list(dict.fromkeys(theme for theme, open_ in found if not open_))
        opened = [theme for theme, open_ in found if open_] + [
            theme for theme, _ in (self.find(name, where) for name in maybe) if theme
        ]
        marks = [(*self.find(name, where), [start, end]) for start, end, name in spans]
        if spans_tell:
            labels += dict.fromkeys(theme for theme, open_, _ in marks if theme and not open_ and theme not in labels)
            opened += [theme for theme, open_, _ in marks if theme and open_]
        evidence: dict[str, list[list[int]]] = {}
        for theme, open_, place in marks:
            if theme in labels and not open_:
                evidence.setdefault(theme, []).append(place)
        if untold := tuple(theme for theme, open_, _ in marks if theme and not open_ and theme not in labels):
            self._untold.append(untold)
        table: dict[str, Any] = {
            "id": str(record_id) if record_id else fingerprint(text),
            "text": text,
            "labels": labels,
        }
        table["maybe"] = [theme for theme in dict.fromkeys(opened) if theme not in labels]
        table["evidence"] = {theme: sorted(places) for theme, places in evidence.items()}
        meta = meta or {}
        table |= {key: value for key, value in meta.items() if key in METADATA and isinstance(value, str) and value}
        if reader := reader_in(meta):
            table["annotator"] = reader
        if self._source:
            table.setdefault("source", self._source)
        return record_of(table, where, self.taxonomy)


def reader_in(meta: Mapping[str, Any]) -> str:
    """Return who labelled, by the first of `READERS` that is told: a name, or a number."""
    told = {str(key).strip().casefold(): value for key, value in meta.items()}
    names = (told.get(name) for name in READERS)
    return next((str(n).strip() for n in names if type(n) in {str, int} and str(n).strip()), "")


def bare_name(name: str) -> str:
    """Return a label without what leaves it open, one of `OPEN_SIGNS`, behind it.

    >>> bare_name("政策？"), bare_name("policy ?"), bare_name("目标")
    ('政策', 'policy', '目标')
    """
    name = name.strip()
    return name[:-1].strip() if name.endswith(OPEN_SIGNS) else name


def metadata(record: LabelRecord) -> dict[str, str]:
    """Return what a record tells beside text and labels, under the keys that `Themes.record` reads again."""
    own = {"record_id": record.id, **{key: getattr(record, key) for key in METADATA}}
    return {key: value for key, value in own.items() if value}


def json_lines(text: str, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (``file:line``, object) for each line of `text`; of an array of objects each with its number."""
    if text.lstrip().startswith("["):
        try:
            items = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise LabelError("{where}: not JSON ({error}); export it again.", where=where, error=error) from error
        for number, item in enumerate(items, 1):
            if not isinstance(item, dict):
                raise LabelError("{where}: item {number} is no JSON object.", where=where, number=number)
            yield Message("{where}: item {number}", where=where, number=number), item
        return
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        place = f"{where}:{number}"
        yield place, label_object(line, place)


def unsaid(records: Sequence[LabelRecord], form: str, lost: dict[str, Callable[[LabelRecord], object]]) -> list[str]:
    """Return one notice of what `form` does not carry; `lost` names each thing and tells whether a record has it."""
    counts = Counter({name: sum(bool(has(record)) for record in records) for name, has in lost.items()})
    told = [Message("{what} ({n} records)", what=name, n=count) for name, count in counts.items() if count]
    return [Message("{form} does not carry: {told}.", form=form, told=told)] if told else []
