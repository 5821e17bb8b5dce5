"""Zones of one's own on top of the packaged ones: which of those each of them stands for, and replaces."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gxclassify.errors import InputError
from gxclassify.zones.gazetteer import COLUMNS, Gazetteer, PlaceNames, Zone, checked, packaged_gazetteer, read_zones
from gxclassify.zones.mentions import scan

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["load_gazetteer"]

# 乌鲁木齐高新区（新市区）: the district that a zone is at the same time.
_DISTRICT = re.compile(r"[（(]([^（()）]{1,8}[区县市])[)）]$")


def load_gazetteer(paths: str | Path | Iterable[str | Path] = (), *, packaged: bool = True) -> Gazetteer:
    """Load the packaged gazetteer, and files of your own on top of it.

    Parameters
    ----------
    paths : path, or iterable of paths
        CSV files in UTF-8 or GBK, with commas, semicolons or tabs, with the columns ``id`` and ``name`` at least, and
        any of ``short`` (names separated by ``|``), ``kind``, ``level``, ``province``, ``city``, ``since`` and
        ``source``. A row with an id that an earlier file has replaces that zone. So does one whose name, or else a
        short one, stands for one zone of an earlier file, as `find_zones` tells, and whose province and city are not
        others. Either way that zone's names stay, and its facts where the row gives none.
    packaged : bool
        Whether to begin with the zones that come with the package.

    Returns
    -------
    Gazetteer

    Raises
    ------
    InputError
        A file cannot be read, a row of it is wrong or two rows stand for one zone; the message says file and line.

    Examples
    --------
    >>> gazetteer = load_gazetteer()
    >>> [zone.name for zone in gazetteer if zone.name.startswith("衡阳高新")]
    ['衡阳高新技术产业开发区']
    """
    own = tuple(map(Path, [paths] if isinstance(paths, str | os.PathLike) else paths))
    ours = packaged_gazetteer()
    if packaged and not own:
        return ours
    places = PlaceNames(ours.places, (zone.city for zone in ours))
    gazetteer = ours if packaged else Gazetteer((), ours.places)
    for path in own:
        rows = [(where, checked(zone, where, places)) for where, zone in read_zones(path)]
        gazetteer = _with(gazetteer, rows, places)
    return gazetteer


def _with(gazetteer: Gazetteer, rows: Sequence[tuple[str, Zone]], places: PlaceNames) -> Gazetteer:
    """Return `gazetteer` with the zones of a file, each of them in the place of what it replaces."""
    zones = {zone.id: zone for zone in gazetteer}
    own = {zone.id: where for where, zone in rows}
    replaced: dict[str, str] = {}
    for where, zone in rows:
        other = gazetteer[zone.id] if zone.id in gazetteer else _stands_for(zone, gazetteer, places)
        if other is None or (other.id != zone.id and other.id in own):
            zones[zone.id] = zone  # the row with the known id is that zone
            continue
        if other.id in replaced:
            raise InputError(
                "{where}: {name!r} stands for {known!r}, as line {line} does already; keep one, or, where they are two "
                "zones, give the one that it is the id {zone_id!r}.",
                where=where,
                name=zone.name,
                known=other.name,
                line=_line(replaced[other.id]),
                zone_id=other.id,
            )
        replaced[other.id] = where
        completed = _completed(zone, other)
        if other.id != zone.id:
            del zones[other.id]
        zones[zone.id] = completed
    together = Gazetteer(zones.values(), gazetteer.places)
    for where, zone in rows:
        one = together[zone.id]
        for other in filter(None, (_meant(one.name, one, together), *together.index.answering(one.name))):
            if other.id != one.id and other.id in own and _may_be(one, other, places):
                raise InputError(
                    "{where}: {name!r} is the zone of line {line}, too; keep one, or tell province and city of both.",
                    where=where,
                    name=zone.name,
                    line=_line(own[other.id]),
                )
    return together


def _line(where: str) -> str:
    return where.rpartition(":")[2]


def _stands_for(zone: Zone, gazetteer: Gazetteer, places: PlaceNames) -> Zone | None:
    """Return the one zone that the name of another stands for, or else that its short names do; None where none is."""
    by_name = _meant(zone.name, zone, gazetteer)
    named = [by_name] if by_name else [_meant(name, zone, gazetteer) for name in zone.short]
    found = {other.id: other for other in named if other is not None and _may_be(zone, other, places)}
    if len(found) != 1:
        return None
    other = next(iter(found.values()))
    rivals = [one for one in gazetteer.index.rivals(other) if _may_be(zone, one, places)]
    means_rival = any(_meant(name, one, gazetteer) is one for one in rivals for name in (zone.name, *zone.short))
    return None if means_rival else other


def _meant(name: str, where: Zone, gazetteer: Gazetteer) -> Zone | None:
    """Return the zone that a whole name is a mention of, in a text that tells where a zone lies."""
    index = gazetteer.index
    if (district := _DISTRICT.search(name)) and district[1] in index.places:
        name = name[: district.start()]
    found = [one for one in scan(f"{name}，{where.province}，{where.city}", index, {}) if one.start < len(name)]
    whole = len(found) == 1 and found[0].listed and (found[0].start, found[0].end) == (0, len(name))
    return gazetteer[found[0].id] if whole else None


def _may_be(zone: Zone, other: Zone, places: PlaceNames) -> bool:
    same_province = not zone.province or not other.province or zone.province == other.province
    return same_province and places.may_be_one(zone.city, other.city)


def _completed(zone: Zone, other: Zone) -> Zone:
    """Return `zone` with the names of `other`, which it is, and with its facts where it has none."""
    names = dict.fromkeys((*zone.short, other.name, *other.short))
    names.pop(zone.name, None)
    facts = {name: getattr(zone, name) or getattr(other, name) for name in COLUMNS if name not in {"id", "name"}}
    if facts["province"] != (other.province or facts["province"]):
        facts["city"] = zone.city  # that of another province
    return replace(zone, **{**facts, "short": tuple(names)})
