from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxclassify.features.vocabulary import KeyIndex, _slots, group_equal

keys = st.integers(0, 2**62)


@given(st.sets(keys, max_size=60), st.lists(keys, max_size=60))
def test_finds_what_a_dict_finds(known, asked):
    known = sorted(known)
    asked = np.array([*asked, *known[::2]], dtype=np.int64)
    places, values = KeyIndex(np.array(known, dtype=np.int64)).find(asked)
    number = {key: i for i, key in enumerate(known)}
    expected = [(i, number[key]) for i, key in enumerate(asked.tolist()) if key in number]
    assert list(zip(places.tolist(), values.tolist(), strict=True)) == expected


@pytest.mark.parametrize("n", [0, 1, 7, 8, 9, 1000, 100_000])
def test_every_key_is_found_at_its_place(n):
    keys = np.random.default_rng(n).permutation(3 * n)[:n].astype(np.int64) << 16
    places, values = KeyIndex(keys).find(keys)
    assert (places == np.arange(n)).all()
    assert (values == np.arange(n)).all()


def crowd(bits, n):
    """Return keys that all want one slot of a table of 2^bits."""
    candidates = np.arange(n << (bits + 1), dtype=np.int64)
    slots = _slots(candidates, bits)
    crowded = candidates[slots == slots[0]][:n]
    assert len(crowded) == n
    return crowded


def test_keys_that_want_the_same_slot():
    crowded = crowd(6, 8)  # the size of a table of eight keys
    places, values = KeyIndex(crowded).find(crowded[::-1].copy())
    assert values.tolist() == list(range(7, -1, -1))
    assert len(places) == 8


def test_an_empty_index_finds_nothing():
    places, values = KeyIndex(np.zeros(0, dtype=np.int64)).find(np.array([0, 5], dtype=np.int64))
    assert len(places) == len(values) == 0


def check_groups(keys):
    leader, count = group_equal(keys)
    assert (keys[leader] == keys).all()
    last = {key: place for place, key in enumerate(keys.tolist())}
    assert leader.tolist() == [last[key] for key in keys.tolist()]
    distinct, number = np.unique(keys, return_counts=True)
    leaders = np.flatnonzero(count)
    assert sorted(keys[leaders].tolist()) == distinct.tolist()
    assert dict(zip(keys[leaders].tolist(), count[leaders].tolist(), strict=True)) == dict(
        zip(distinct.tolist(), number.tolist(), strict=True)
    )


@given(st.lists(st.integers(-20, 20) | st.integers(-(2**63), 2**63 - 1)))
def test_equal_keys_have_one_leader_and_others_another(keys):
    check_groups(np.array(keys, dtype=np.int64))


def test_different_keys_of_one_slot_are_told_apart():
    keys = np.tile(crowd(9, 16), 2)  # the size of a table for thirty-two
    check_groups(np.concatenate((keys, keys[:5])))


def test_many_keys_are_grouped():
    check_groups(np.random.default_rng(0).integers(0, 40_000, 50_000))
