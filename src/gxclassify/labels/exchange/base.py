"""What the formats share: names of themes, making records, saying what was lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gxclassify.errors import LabelError
from gxclassify.labels.checking import fingerprint
from gxclassify.labels.records import LabelRecord, label_object, record_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gxclassify.themes import Taxonomy

MAYBE = "?"
"""Behind a theme's name: the label leaves it open. Other tools know labels only, so an open one is another label."""

_META = ("article", "source", "annotator", "time")


@dataclass(frozen=True, slots=True)
class Imported:
    """Records read from another tool's file, and what was passed over."""

    records: list[LabelRecord]
    notices: list[str] = field(default_factory=list)

    def checked(self) -> Imported:
        """Return the same with unique ids: a paragraph that comes twice in full is taken once.

        Raises
        ------
        LabelError
            An id stands for two texts, or for two sets of labels.
        """
        first: dict[str, LabelRecord] = {}
        repeated = 0
        for record in self.records:
            known = first.setdefault(record.id, record)
            if known is record:
                continue
            if known.text != record.text or set(known.labels) != set(record.labels):
                msg = f"{record.where}: the id {record.id!r} stands at {known.where} with another text or other labels."
                raise LabelError(msg)
            repeated += 1
        notices = (
            [*self.notices, f"{repeated} paragraphs come more than once; each was taken once."]
            if repeated
            else self.notices
        )
        return Imported(list(first.values()), notices)


@dataclass(frozen=True, slots=True)
class Exported:
    """The bytes of a file for another tool, and notices of what it cannot carry."""

    data: bytes
    notices: list[str] = field(default_factory=list)


class Themes:
    """Makes records of another tool's fields, with themes by any of their names.

    Parameters
    ----------
    taxonomy : Taxonomy
    source : str
        For records that do not tell their kind of text.
    """

    def __init__(self, taxonomy: Taxonomy, source: str = "") -> None:
        self.ids = taxonomy.ids
        self._source = source
        self._names = {
            name.casefold(): theme.id for theme in taxonomy.themes for name in (theme.en, theme.zh, theme.id)
        }

    def find(self, name: Any, where: str) -> tuple[str, bool]:
        """Return a theme's id for one of its names, and whether the name leaves it open."""
        if isinstance(name, str):
            for bare, open_ in ((name, False), (name.removesuffix(MAYBE), True)):
                theme = self._names.get(bare.strip().casefold())
                if theme is not None:
                    return theme, open_
        msg = f"{where}: the label {name!r} is no theme; known: {', '.join(self.ids)}, each also followed by {MAYBE!r}."
        raise LabelError(msg)

    def knows(self, name: str) -> bool:
        """Whether a theme has that name."""
        return name.strip().casefold() in self._names

    def record(
        self,
        where: str,
        text: Any,
        names: Sequence[Any],
        *,
        spans: Sequence[tuple[Any, Any, Any]] = (),
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
        maybe : sequence of str
            Open themes, for formats that keep them apart.
        record_id : str, optional
            Default: a fingerprint of the text.
        meta : dict, optional
            Where ``article``, ``source``, ``annotator`` and ``time`` may stand.
        """
        if not isinstance(text, str) or not text.strip():
            msg = f"{where}: there is no text, or an empty one."
            raise LabelError(msg)
        found = [self.find(name, where) for name in names]
        labels = list(dict.fromkeys(theme for theme, open_ in found if not open_))
        opened = [theme for theme, open_ in found if open_] + [self.find(name, where)[0] for name in maybe]
        evidence: dict[str, list[list[int]]] = {}
        for start, end, name in spans:
            theme, open_ = self.find(name, where)
            if theme not in labels and not open_:
                labels.append(theme)  # a marked sentence tells its theme
            if not open_:
                evidence.setdefault(theme, []).append([start, end])
        table: dict[str, Any] = {
            "id": str(record_id) if record_id else fingerprint(text),
            "text": text,
            "labels": labels,
        }
        table["maybe"] = [theme for theme in dict.fromkeys(opened) if theme not in labels]
        table["evidence"] = {theme: sorted(places) for theme, places in evidence.items()}
        table |= {
            key: value for key, value in (meta or {}).items() if key in _META and isinstance(value, str) and value
        }
        if self._source:
            table.setdefault("source", self._source)
        return record_of(table, where, frozenset(self.ids))


def metadata(record: LabelRecord) -> dict[str, str]:
    """Return what a record tells beside text and labels, under the keys that `Themes.record` reads again."""
    own = {"record_id": record.id, **{key: getattr(record, key) for key in _META}}
    return {key: value for key, value in own.items() if value}


def json_lines(text: str, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (``file:line``, object) for each line of `text`."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        place = f"{where}:{number}"
        yield place, label_object(line, place)


def unsaid(records: Sequence[LabelRecord], form: str, lost: dict[str, Callable[[LabelRecord], object]]) -> list[str]:
    """Return one notice of what `form` does not carry; `lost` names each thing and tells whether a record has it."""
    counts = Counter({name: sum(bool(has(record)) for record in records) for name, has in lost.items()})
    told = [f"{name} ({count} records)" for name, count in counts.items() if count]
    return [f"{form} does not carry: {', '.join(told)}."] if told else []
