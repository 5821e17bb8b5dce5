"""A tagged paragraph as a survey counts it: its zones, themes, strongest sentences, date and amounts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from gxclassify.errors import ConfigError
from gxclassify.messages import Message
from gxclassify.output.forms import Encoder, json_text
from gxclassify.reading.document import MISSING
from gxclassify.zones.kinds import split_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gxclassify.model.model import TaggedParagraph
    from gxclassify.zones import Gazetteer

By = Literal["zone", "province", "kind"]
BY: tuple[By, ...] = ("zone", "province", "kind")


class Told(NamedTuple):
    """A theme of a passage: its probability and its strongest sentence's place in the text (0, 0 where unknown)."""

    score: float
    start: int
    end: int


class Passage(NamedTuple):
    """One paragraph of a survey.

    Attributes
    ----------
    document : str
    article, paragraph : int
        Its place, from 0.
    title : str or None
        The article's headline.
    text : str
    date, precision : str
        ISO 8601 as precise as it is known, and ``day``, ``month`` or ``year``; empty where unknown.
    zones : dict of str to str
        The zones that it is about, id to name: those that it names, else its article's.
    told : dict of str to Told
        The themes that it is tagged with.
    amounts : list of dict
        The amounts of its evidence, as the tagged paragraph's schema shows them.
    """

    document: str
    article: int
    paragraph: int
    title: str | None
    text: str
    date: str
    precision: str
    zones: dict[str, str]
    told: dict[str, Told]
    amounts: list[dict[str, Any]]

    @property
    def key(self) -> tuple[str, int, int]:
        """What no two passages share."""
        return self.document, self.article, self.paragraph

    def sentence(self, theme: str) -> str:
        """Return the strongest sentence that tells `theme`; the whole text where none is known."""
        told = self.told[theme]
        return self.text[told.start : told.end] if told.end else self.text


class PassageEncoder(Encoder):
    """Writes tagged paragraphs as passages, a line each: what a survey needs of them and no more."""

    def body(self, paragraphs: Sequence[TaggedParagraph]) -> bytes:
        """Return a line for each paragraph."""
        return b"".join(map(passage_line, passages_of_tagged(paragraphs)))


def passage_line(passage: Passage) -> bytes:
    """Return a passage as a line that `passage_from` reads."""
    return f"{json_text(passage)}\n".encode("utf-8", "replace")


def passage_from(line: bytes) -> Passage:
    """Return the passage that `passage_line` has written."""
    *place, zones, told, amounts = json.loads(line)
    return Passage._make((*place, zones, {theme: Told(*one) for theme, one in told.items()}, amounts))


def passages_of_tagged(paragraphs: Iterable[TaggedParagraph]) -> Iterator[Passage]:
    """Yield the passages of tagged paragraphs that have their facts; a record without a text is none."""
    return (_passage_of_tagged(paragraph) for paragraph in paragraphs if paragraph.kind != MISSING)


def uncounted(missing: int) -> list[Message]:
    """Say that so many records have no text; nothing where all have one."""
    text = Message(
        "{count:,} {count:record has|records have} no text (null, missing or empty) and {count:does|do} not count.",
        count=missing,
    )
    return [text] if missing else []


def _passage_of_tagged(paragraph: TaggedParagraph) -> Passage:
    facts = paragraph.facts
    if facts is None:
        raise TypeError("A survey needs the facts of a paragraph: tag it with zones.")
    zones = {mention.id: mention.name for mention in facts.zones}
    if not zones and facts.article_zone:
        zones = dict([facts.article_zone])
    told = {}
    for theme in paragraph.tags:
        marks = paragraph.evidence.get(theme)
        told[theme] = Told(round(paragraph.scores[theme], 6), *(marks[0].within if marks else (0, 0)))
    date = facts.date
    return Passage(
        paragraph.document, paragraph.article, paragraph.paragraph, paragraph.title, paragraph.text,
        date.date if date else "", date.precision if date else "", zones, told,
        [amount.to_json() for amount in facts.amounts],
    )  # fmt: skip


def passage_of(row: Mapping[str, Any]) -> Passage:
    """Return the passage of a tagged paragraph in the schema that files, HTTP and Python share, facts included."""
    zones = {zone["id"]: zone["name"] for zone in row["zones"] or ()}
    main = row["article_zone"]
    if not zones and main:
        zones = {main["id"]: main["name"]}
    date = row["date"]
    told = {}
    for theme in row["tags"]:
        marks = row["evidence"].get(theme)
        start, end = marks[0]["within"] if marks else (0, 0)
        told[theme] = Told(row["scores"][theme], start, end)
    return Passage(
        row["document"], row["article"], row["paragraph"], row["title"], row["text"],
        date["date"] if date else "", date["precision"] if date else "", zones, told, row["amounts"],
    )  # fmt: skip


class ZoneFacts(NamedTuple):
    """What is known of a zone: its name, family (高新区, 经开区 …), province, and whether the gazetteer has it."""

    name: str
    kind: str
    province: str
    listed: bool


class Grouping:
    """Sorts passages into groups: by zone, by province or by kind of zone.

    Parameters
    ----------
    by : {"zone", "province", "kind"}
    gazetteer : Gazetteer

    Raises
    ------
    ConfigError
        `by` is something else.

    Examples
    --------
    >>> from gxclassify.zones import load_gazetteer
    >>> Grouping("province", load_gazetteer()).facts("柳河经开区", "柳河经开区").province
    '吉林省'
    >>> Grouping("province", load_gazetteer()).facts("海口江东新区", "海口江东新区").province
    '海南省'
    """

    def __init__(self, by: str, gazetteer: Gazetteer) -> None:
        if by not in BY:
            raise ConfigError("A survey goes by {by}. Got {by_2!r}.", by=[*BY], by_2=by)
        self.by = by
        self._gazetteer = gazetteer
        self._provinces = {place.code[:2]: place.name for place in gazetteer.places if place.level == 0}
        self._known: dict[str, ZoneFacts] = {}

    def groups(self, passage: Passage) -> dict[str, str]:
        """Return the groups that a passage counts for, id to name; empty ones are those of unknown province or kind."""
        if self.by == "zone":
            return passage.zones
        facts = [self.facts(zone, name) for zone, name in passage.zones.items()]
        values = [one.province if self.by == "province" else one.kind for one in facts]
        return {value: value for value in values}

    def unknown(self) -> int:
        """Return how many zones so far the gazetteer does not have whose province, or kind, nothing else tells."""
        return sum(
            not (one.listed or (one.province if self.by == "province" else one.kind)) for one in self._known.values()
        )

    def facts(self, zone: str, name: str) -> ZoneFacts:
        """Return what is known of a zone; the place in its name tells the province of one that is not listed."""
        found = self._known.get(zone)
        if found is None:
            found = self._known[zone] = self._look_up(zone, name)
        return found

    def _look_up(self, zone: str, name: str) -> ZoneFacts:
        if zone in self._gazetteer:
            known = self._gazetteer[zone]
            return ZoneFacts(known.name, known.group(), known.province, listed=True)
        stem, kind, _ = split_name(name) or (name, "", "")
        code = self._gazetteer.index.province_of(stem)
        return ZoneFacts(name, kind, self._provinces.get(code, ""), listed=False)
