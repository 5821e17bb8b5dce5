"""Zones and amounts against what was marked by hand before the code ran: `docs/zones.md` tells how."""

from __future__ import annotations

import functools
import json

import pytest

from gxclassify.zones import find_amounts, find_zones
from support import ROOT, SHARED, require


def rows(name):
    """Return what was marked: ids of paragraphs and offsets, the texts being elsewhere."""
    lines = (ROOT / "tests" / "data" / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@functools.cache
def texts(source):
    """Return the paragraphs of one file by id; skip the test where the file is not here."""
    path = SHARED / "real-dev.jsonl" if source == "real-dev" else ROOT / "labels" / f"{source}.jsonl"
    require(path.is_file(), f"{path.name} is outside the repository and not here")
    records = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {record["id"]: record["text"] for record in records}


def f1(true, found):
    """Return the F1 of two sets."""
    return 2 * len(true & found) / (len(true) + len(found))


MENTIONS = rows("zone-mentions.jsonl")
AMOUNTS = rows("amounts.jsonl")


def mentions(part):
    """Return what is marked and what is found: sets of (paragraph, start, end, id)."""
    true, found = set(), set()
    for row in MENTIONS:
        if row["part"] == part:
            text = texts(row["source"])[row["id"]]
            true |= {(row["id"], start, end, zone) for start, end, zone, _ in row["zones"]}
            found |= {(row["id"], *one.span, one.id if one.listed else None) for one in find_zones(text)}
    return true, found


# real: 200 paragraphs of broadcasts, web pages, laws and papers, marked before the code was written; held: 60 more,
# marked before the code first saw them; own: 150 paragraphs of the project. Names of places before a name may be in
# the mention or not (中新苏州工业园区), so what counts is where a mention ends.
@pytest.mark.parametrize(("part", "floor"), [("real", 0.93), ("held", 0.93), ("own", 0.95)])
def test_mentions_are_found(part, floor):
    true, found = mentions(part)
    assert f1({(one[0], one[2]) for one in true}, {(one[0], one[2]) for one in found}) >= floor


@pytest.mark.parametrize("part", ["real", "own"])
def test_mentions_have_their_very_span(part):
    true, found = mentions(part)
    assert f1({one[:3] for one in true}, {one[:3] for one in found}) >= 0.93


def right_ids(true, found):
    """Return how many mentions found where they are got the id of their listed zone, and of how many."""
    ids = {one[:3]: one[3] for one in found}
    pairs = [(one[3], ids[one[:3]]) for one in true if one[3] and one[:3] in ids]
    return sum(left == right for left, right in pairs), len(pairs)


@pytest.mark.parametrize("part", ["real", "held", "own"])
def test_a_listed_zone_gets_its_id(part):
    right, listed = right_ids(*mentions(part))
    assert right / listed >= 0.97


def agrees(amount, unit, value, bound):
    open_sides = (amount.lower is None, amount.upper is None)
    sides = {">": (False, True), "<": (True, False), "<~": (True, False)}.get(bound, (False, False))
    vague = bound in {"~", "+", "<~"}
    return (amount.unit, open_sides, amount.approximate) == (unit, sides, vague) and amount.value == pytest.approx(
        value
    )


def right_amounts(*, own):
    """Return how many amounts are right in span, value, unit and bounds, how many are marked, how many were found."""
    right = marked = found = 0
    for row in AMOUNTS:
        if (row["source"] != "real-dev") is own:
            amounts = {amount.span: amount for amount in find_amounts(texts(row["source"])[row["id"]])}
            marked += len(row["amounts"])
            found += len(amounts)
            right += sum(
                (start, end) in amounts and agrees(amounts[start, end], unit, value, bound)
                for start, end, value, unit, bound in row["amounts"]
            )
    return right, marked, found


@pytest.mark.parametrize("own", [True, False])
def test_amounts_have_their_value_unit_and_bounds(own):
    right, marked, found = right_amounts(own=own)
    assert right / marked >= 0.95
    assert right / found >= 0.95
