"""The gazetteer: development zones by name, read from CSV files, and the index that finds them in text."""

from __future__ import annotations

import contextlib
import csv
import functools
import re
from collections import Counter
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gxclassify.errors import ConfigError, InputError
from gxclassify.files import shipped
from gxclassify.messages import Message, system_text
from gxclassify.zones.kinds import BARE, FORMS, KINDS, split_name
from gxclassify.zones.places import Place, read_places

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["Gazetteer", "Zone", "checked", "gazetteer_for", "packaged_gazetteer", "read_zones"]

# What a zone is called in Chinese, and no rank of a place: 软件园, 大学城, 空港; 县级市, 市辖区
_KIND_WORD = re.compile("[\u4e00-\u9fff]+(?:园|基地|小镇|谷|岛|(?<!市辖)(?<!自治)(?<!行政)(?<!地)区|城|港)")
_SINCE = re.compile(r"(?:\d{4}(?:-\d{2}(?:-\d{2})?)?)?")
_FREE_TRADE = re.compile(r"中国[（(](.+?)[）)](自由贸易试验区)$")
_SHORTEST = 2
_LONGEST_PLACE = 8  # 新疆维吾尔自治区; longer ones are autonomous counties, which texts name shortly
_SEVERAL = 2
_SEPARATORS = ",;\t"  # as spreadsheets save


@functools.lru_cache(maxsize=1 << 14)  # a text names the same zones again and again
def _families(name: str, kind: str) -> tuple[str, ...]:
    parts = split_name(name)
    return tuple(dict.fromkeys(filter(None, (parts[1] if parts else "", _family_of(kind)))))


def _family_of(kind: str) -> str:
    return FORMS.get(KINDS.get(kind, kind), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """One development zone.

    Attributes
    ----------
    id : str
        Its identifier, stable over releases; without white space.
    name : str
        The full official name.
    short : tuple of str
        Other names that people write: 松山湖高新区. Forms that follow from place and kind need not be given.
    kind, level : str
        What it is, and who approved it: ``national``, ``provincial``, or ``abroad``.
    province, city : str
        Where it lies; empty where unknown.
    since : str
        The year, month or day of approval as ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; empty where unknown.
    source : str
        Where the facts of the row come from.
    """

    id: str
    name: str
    short: tuple[str, ...] = ()
    kind: str = ""
    level: str = ""
    province: str = ""
    city: str = ""
    since: str = ""
    source: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the zone as the API shows it."""
        return {**asdict(self), "short": list(self.short)}

    def families(self) -> tuple[str, ...]:
        """Return the families that the zone belongs to: by its name first, then by its kind.

        Examples
        --------
        >>> Zone(id="zgc", name="中关村科技园区", kind="hitech").families()
        ('科技园', '高新区')
        """
        return _families(self.name, self.kind)

    def group(self) -> str:
        """Return the word for what the zone is: the family of its kind, else that of its name, else its kind.

        Examples
        --------
        >>> Zone(id="zgc", name="中关村科技园区", kind="hitech").group()
        '高新区'
        """
        return _family_of(self.kind) or next(iter(self.families()), self.kind)


COLUMNS = tuple(field.name for field in fields(Zone))


class Gazetteer:
    """Development zones, and the index by which `find_zones` finds them.

    Parameters
    ----------
    zones : sequence of Zone
        With ids that differ.
    places : sequence of Place
        Names of provinces, prefectures and counties, for zones that are told by place and kind alone.

    Examples
    --------
    >>> gazetteer = Gazetteer([Zone(id="hengyang", name="衡阳高新技术产业开发区")])
    >>> gazetteer["hengyang"].name
    '衡阳高新技术产业开发区'
    """

    def __init__(self, zones: Iterable[Zone], places: Sequence[Place] = ()) -> None:
        self.zones = tuple(zones)
        self.places = tuple(places)
        self._by_id = {zone.id: zone for zone in self.zones}

    def __reduce__(self) -> tuple[Any, ...]:
        return Gazetteer, (self.zones, self.places)  # other processes build the index themselves

    def __len__(self) -> int:
        return len(self.zones)

    def __iter__(self) -> Iterator[Zone]:
        return iter(self.zones)

    def __contains__(self, zone_id: object) -> bool:
        return zone_id in self._by_id

    def __getitem__(self, zone_id: str) -> Zone:
        return self._by_id[zone_id]

    @functools.cached_property
    def index(self) -> Index:
        """The index over all names; built on first use, in about 0.1 s."""
        return Index(self.zones, self.places)


def gazetteer_for(given: Gazetteer | None) -> Gazetteer:
    """Return the gazetteer that callers give, the packaged one for None.

    Raises
    ------
    ConfigError
        It is no gazetteer, such as the path of one: that would be read anew at each call.
    """
    if given is None:
        return packaged_gazetteer()
    if not isinstance(given, Gazetteer):
        raise ConfigError(
            "A gazetteer is what gxclassify.load_gazetteer(path) returns. Got a {type}.", type=type(given).__name__
        )
    return given


@functools.cache
def packaged_gazetteer() -> Gazetteer:
    """Return the gazetteer that comes with the package."""
    # A test holds this file to the words that `checked` asks of others.
    return Gazetteer((zone for _, zone in read_zones(shipped("zones.csv"))), read_places(shipped("places.csv")))


def read_zones(path: Path) -> list[tuple[str, Zone]]:
    """Return the zones of a file, each with its ``file:line``."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            "{path}: the zones cannot be read ({reason}); check the path.", path=path, reason=system_text(error)
        ) from error
    text = _decoded(path, data)
    lines_of_text = text.splitlines(keepends=True)
    names = lines_of_text[0] if lines_of_text else ""
    reader = csv.DictReader(lines_of_text, strict=True, delimiter=max(_SEPARATORS, key=names.count))
    zones: list[tuple[str, Zone]] = []
    lines: dict[str, int] = {}
    try:
        reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or ()]
        _check_header(path, reader.fieldnames)
        for row in reader:
            where = f"{path}:{reader.line_num}"
            zone = _zone(where, row)
            if zone.id in lines:
                raise InputError(
                    "{path}:{line_num}: the id {zone_id!r} stands on line {line} already; keep one.",
                    path=path,
                    line_num=reader.line_num,
                    zone_id=zone.id,
                    line=lines[zone.id],
                )
            lines[zone.id] = reader.line_num
            zones.append((where, zone))
    except csv.Error as error:
        raise InputError(
            "{path}:{line_num}: this is not CSV ({error}).", path=path, line_num=reader.line_num, error=error
        ) from error
    return zones


def _decoded(path: Path, data: bytes) -> str:
    """Return the text of a CSV file as spreadsheets save it: UTF-8, maybe with its mark, or else GBK."""
    for encoding in ("utf-8-sig", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode(encoding)
    raise InputError("{path}: the zones are not CSV in UTF-8 or GBK; save the file as CSV in UTF-8.", path=path)


def _check_header(path: Path, header: Sequence[str]) -> None:
    missing = [name for name in ("id", "name") if name not in header]
    unknown = [name for name in header if name not in COLUMNS]
    if missing or unknown or len(set(header)) < len(header):
        wrong = (
            Message("{missing!r} is missing", missing=missing[0])
            if missing
            else Message("{unknown!r} is not known", unknown=unknown[0])
            if unknown
            else Message("one repeats")
        )
        raise InputError(
            "{path}:1: the columns of a gazetteer are {columns}, of which {wrong}.",
            path=path,
            columns=[*COLUMNS],
            wrong=wrong,
        )


def _zone(where: str, row: dict[str | None, Any]) -> Zone:
    if None in row or None in row.values():
        raise InputError(
            "{where}: the row has more or fewer cells than the header; quote cells that hold commas.", where=where
        )
    cells = {str(key): value.strip() for key, value in row.items()}
    short = tuple(filter(None, (name.strip() for name in cells.pop("short", "").split("|"))))
    if not cells["id"] or re.search(r"\s", cells["id"]):
        raise InputError("{where}: a zone needs an id without white space. Got {id!r}.", where=where, id=cells["id"])
    for name in (cells["name"], *short):
        if len(name) < _SHORTEST or re.search(r"[\r\n]", name) or name in BARE:
            raise InputError(
                "{where}: a zone's name has at least two characters and is no bare kind. Got {name!r}.",
                where=where,
                name=name,
            )
    if not _SINCE.fullmatch(cells.get("since", "")):
        raise InputError(
            "{where}: since must be a year, YYYY-MM or YYYY-MM-DD. Got {since!r}.", where=where, since=cells["since"]
        )
    return Zone(short=short, **cells)


def checked(zone: Zone, where: str, places: PlaceNames) -> Zone:
    """Refuse words that nothing would count with others; short forms (江苏, 无锡) become the names of the places."""
    kinds = (*KINDS, *_OTHER_KINDS)
    if zone.kind and zone.kind not in kinds and not _KIND_WORD.fullmatch(zone.kind):
        raise InputError(
            "{where}: kind is one of {kinds}, or a Chinese word that ends in 园, 区, 城, 港, 谷, 岛, 基地 or 小镇 "
            "(产业园). Got {kind!r}.",
            where=where,
            kinds=[*kinds],
            kind=zone.kind,
        )
    if zone.level and zone.level not in LEVEL_WORDS:
        raise InputError(
            "{where}: level is one of {levels}. Got {level!r}.", where=where, levels=[*LEVEL_WORDS], level=zone.level
        )
    if zone.level == _ABROAD:
        return zone
    province = places.province(zone.province)
    if province is None:
        raise InputError(
            "{where}: province is written as in places.csv (江苏省). Got {province!r}.",
            where=where,
            province=zone.province,
        )
    city = places.city(zone.city, province)
    if city is None:
        raise InputError(
            "{where}: city is written as in places.csv (无锡市), and lies in the province. Got {city!r}.",
            where=where,
            city=zone.city,
        )
    return replace(zone, province=province, city=city)


class PlaceNames:
    """The names of places that a row may give, in any of their forms; `more` are cities that places.csv lacks."""

    def __init__(self, places: Iterable[Place], more: Iterable[str] = ()) -> None:
        self._places = _by_form(places)
        self._more = frozenset(more)

    def province(self, form: str) -> str | None:
        """Return the name of a province; None where it is none."""
        found = (place.name for place in self._places.get(form, ()) if place.level == 0)
        return next(found, None) if form else ""

    def city(self, form: str, province: str) -> str | None:
        """Return the name of a city in a province, or anywhere where that is empty; None where it may be several."""
        if not form or form in self._more:
            return form
        found = [place for place in self._places.get(form, ()) if self._lies_in(place, province)]
        names = {place.name for place in found if place.level == min(one.level for one in found)}
        return names.pop() if len(names) == 1 else None

    def may_be_one(self, city: str, other: str) -> bool:
        """Tell whether two cities are one, or a county and where it lies (昆山市, 苏州市); an empty one may be any."""
        codes, others = ([place.area for place in self._places.get(one, ())] for one in (city, other))
        return (
            not city
            or not other
            or city == other
            or any(one.startswith(another) or another.startswith(one) for one in codes for another in others)
        )

    def _lies_in(self, place: Place, province: str) -> bool:
        within = next((one.area for one in self._places.get(province, ()) if one.level == 0), "")
        # 吉林 is a city too; only Beijing and the like are both.
        return place.code.startswith(within) and (place.level > 0 or place.name[-1] == "市")


_OTHER_KINDS = ("eco_park", "provincial")
_ABROAD = "abroad"
LEVEL_WORDS = ("national", "provincial", _ABROAD)
"""Who approved a zone, as the column `level` says it."""


class Index:
    """What finds names: stems with their zones, place names, names that follow no rule, and one automaton over all.

    Attributes
    ----------
    stems : dict of str to dict of str to list of Zone
        Stem -> family -> zones: 衡阳市 -> 高新区 -> the zone.
    places : dict of str to list of Place
        Every form of every place.
    place_facts : dict of str to (str, str, bool)
        Form of a place -> its shortest form, the code of its province where there is but one, whether it is a province.
    counties : dict of str to tuple of str
        Short form that only counties have -> their codes.
    namesakes : dict of str to tuple of (str, tuple of str)
        Form that several places have, of several prefectures -> what goes before a name in each of these, and the names
        by which a text tells it: 鼓楼 -> (南京, (南京市, 南京, 江苏省, 江苏)) and others.
    place_parts : dict of str to int
        Stem that begins with a place -> the length of that: 宜宾三江 -> 2.
    special : dict of str to list of Zone
        Names that are not stem and kind, such as 中关村.
    hidden : dict of str to str
        Names of stem and kind that begin with a special one -> the form of their kind.
    stem_sizes, place_sizes : dict of str to tuple of int
        The last two characters of stems and places, or of places alone -> the lengths of those that end so, longest
        first: so a look to the left costs one look-up where no name stands.
    automaton : ahocorasick_rs.AhoCorasick
        Over `patterns`: all forms of kinds, the special names, and places that hold a kind.
    """

    def __init__(self, zones: Sequence[Zone], places: Sequence[Place]) -> None:
        import ahocorasick_rs

        self.places = _by_form(places)
        self.place_facts = {form: _facts(found) for form, found in self.places.items()}
        self.counties = {form: codes for form, found in self.places.items() if (codes := _counties(form, found))}
        self.stems: dict[str, dict[str, list[Zone]]] = {}
        self.special: dict[str, list[Zone]] = {}
        self._by_code = {place.code: place for place in places}
        self.namesakes = {form: cities for form, found in self.places.items() if (cities := self._namesakes(found))}
        self.provinces = {zone.id: self._province(zone) for zone in zones}
        self._add_names(zones)
        self.place_parts = {stem: size for stem in self.stems if (size := self._place_part(stem))}
        self.place_sizes = _sizes(self.places)
        self.stem_sizes = _sizes((*self.stems, *self.places))
        self.hidden = self._hidden(zones)
        # Places such as 绿园区 hold a kind: being found first, they keep it from being taken for a bare one.
        blocked = [form for form in self.places if split_name(form) and form not in self.stems]
        self.patterns = list(dict.fromkeys([*FORMS, *BARE, *self.special, *self.hidden, *blocked]))
        self.automaton = ahocorasick_rs.AhoCorasick(self.patterns, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)

    def answering(self, name: str) -> list[Zone]:
        """Return the zones that have a name, in full or shorter: 江东新区 is one of 海口江东新区, too."""
        parts = _split(name)
        return self.stems.get(parts[0], {}).get(parts[1], []) if parts else self.special.get(name, [])

    def rivals(self, zone: Zone) -> list[Zone]:
        """Return the other zones that have a name in common with one."""
        return [other for zones in self._shared if zone in zones for other in zones if other is not zone]

    @functools.cached_property
    def _shared(self) -> list[list[Zone]]:
        several = (*self.special.values(), *(zones for families in self.stems.values() for zones in families.values()))
        return [zones for zones in several if len(zones) > 1]

    def province_of(self, stem: str) -> str:
        """Return the code of the province of an unlisted zone: that of its place, or of one before its name."""
        sizes = (len(stem), *range(len(stem) - 2, 1, -1))  # 海口 + 江东
        return next((self.place_facts[stem[:size]][1] for size in sizes if stem[:size] in self.place_facts), "")

    def city_of(self, form: str) -> str:
        """Return the shortest name of a place, of a district that of its city: 兴庆区 -> 银川."""
        found = self.places[form]
        prefectures = {place.code[:4] for place in found}
        if all(place.name[-1] == "区" for place in found) and len(prefectures) == 1:
            return self._prefecture(found[0].code)
        return self.place_facts[form][0]

    def place_at(self, text: str, position: int) -> int:
        """Return the length of the longest place name that begins at a position; 0 where none does."""
        sizes = range(_LONGEST_PLACE, _SHORTEST - 1, -1)
        return next((size for size in sizes if text[position : position + size] in self.places), 0)

    def told_by(self, zones: Sequence[Zone]) -> list[tuple[str, ...]]:
        """Return for each zone the names of its city and its province, without those that several have."""
        named = [
            [
                form
                for where in (zone.city, zone.province)
                for place in self.places.get(where, ())
                for form in place.forms()
            ]
            for zone in zones
        ]
        return _apart(named)

    def _prefecture(self, code: str) -> str:
        """Return the shortest name of the prefecture that a code lies in, or of the municipality."""
        place = self._by_code.get(f"{code[:4]}00") or self._by_code.get(f"{code[:2]}0000")
        return min(place.forms(), key=len) if place else ""

    def _namesakes(self, found: Sequence[Place]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        cities: dict[str, int] = {}
        for place in found:
            if place.level:
                cities[place.code[:4]] = min(place.level, cities.get(place.code[:4], place.level))
        if len(cities) < _SEVERAL:
            return ()
        own = {form for place in found for form in place.forms()}
        wider = [[self._by_code.get(f"{city}00"), self._by_code.get(f"{city[:2]}0000")] for city in cities]
        forms = _apart(
            [[form for place in pair if place for form in place.forms() if form not in own] for pair in wider]
        )
        befores = ["" if level == 1 else self._prefecture(city) for city, level in cities.items()]
        return tuple(zip(befores, forms, strict=True))

    def _place_part(self, stem: str) -> int:
        sizes = () if stem in self.places else range(len(stem) - _SHORTEST, _SHORTEST - 1, -1)
        return next((size for size in sizes if stem[:size] in self.places), 0)

    def _add_names(self, zones: Sequence[Zone]) -> None:
        by_kind: list[tuple[Zone, set[str]]] = []
        for zone in zones:
            stems: set[str] = set()
            for name in (zone.name, *zone.short):
                stems |= self._add(zone, name)
            by_kind.append((zone, stems))
        # 中关村科技园区 answers to 中关村高新区 as well, unless another zone has that very name.
        for zone, stems in by_kind:
            for family in zone.families()[1:]:
                for stem in stems:
                    self.stems[stem].setdefault(family, [zone])

    def _hidden(self, zones: Sequence[Zone]) -> dict[str, str]:
        """Return the names that begin with a special one, with their kinds (郑州航空港…实验区)."""
        hidden = {}
        for zone in zones:
            for name in (zone.name, *zone.short):
                parts = split_name(name)
                if parts and any(name[:size] in self.special for size in range(2, len(name))):
                    hidden[name] = parts[2]
        return hidden

    def _add(self, zone: Zone, name: str) -> set[str]:
        parts = _split(name)
        if parts is None:
            for form in dict.fromkeys((name, name.translate(_WIDE), name.translate(_NARROW))):
                self.special.setdefault(form, []).append(zone)
            return set()
        stems = set(self._stems(zone, parts[0]))
        for stem in stems:
            families = self.stems.setdefault(stem, {}).setdefault(parts[1], [])
            if zone not in families:
                families.append(zone)
        return stems

    def _stems(self, zone: Zone, stem: str) -> Iterator[str]:
        """Yield the forms of a stem: 绍兴柯桥 -> 绍兴柯桥, 柯桥, 柯桥区."""
        cores = [stem]
        for size in range(2, len(stem) - 1):
            if any(self._within(zone, place) for place in self.places.get(stem[:size], ())):
                rest = stem[size:]
                if any(self._within(zone, place) for place in self.places.get(rest, ())):
                    cores.append(rest)
        for core in cores:
            yield core
            for place in self.places.get(core, ()):
                if self._within(zone, place):
                    yield from place.forms()

    def _province(self, zone: Zone) -> str:
        return next((place.code[:2] for place in self.places.get(zone.province, ())), "")

    def _within(self, zone: Zone, place: Place) -> bool:
        """Tell whether a place may be where the zone lies: in its province, where that is known."""
        return self.provinces[zone.id] in {"", place.code[:2]}


def _split(name: str) -> tuple[str, str, str] | None:
    free_trade = _FREE_TRADE.search(name)
    return (free_trade[1], "自贸区", free_trade[2]) if free_trade else split_name(name)


def _by_form(places: Iterable[Place]) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = {}
    for place in places:
        for form in place.forms():
            found.setdefault(form, []).append(place)
    return found


def _facts(places: Sequence[Place]) -> tuple[str, str, bool]:
    short = min((other for place in places for other in place.forms()), key=len)
    provinces = {place.code[:2] for place in places}
    return short, provinces.pop() if len(provinces) == 1 else "", all(place.level == 0 for place in places)


def _counties(form: str, places: Sequence[Place]) -> tuple[str, ...]:
    if form[-1] in "区县市旗" or any(place.level < 2 for place in places):  # noqa: PLR2004
        return ()
    return tuple(place.code for place in places)


def _apart(named: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Return groups of names without those that stand in several."""
    counts = Counter(name for names in named for name in set(names))
    return [tuple(name for name in dict.fromkeys(names) if counts[name] == 1) for names in named]


def _sizes(names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    sizes: dict[str, set[int]] = {}
    for name in names:
        sizes.setdefault(name[-2:], set()).add(len(name))
    return {tail: tuple(sorted(found, reverse=True)) for tail, found in sizes.items()}


_WIDE = str.maketrans("()", "（）")
_NARROW = str.maketrans("（）", "()")
