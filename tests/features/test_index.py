from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxclassify.features.index import KeyIndex

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


def test_keys_that_want_the_same_slot():
    index = KeyIndex(np.arange(8, dtype=np.int64))
    candidates = np.arange(200_000, dtype=np.int64)
    same = candidates[index._home(candidates) == index._home(np.array([0]))[0]][:8]
    assert len(same) == 8
    crowded = KeyIndex(same)
    places, values = crowded.find(same[::-1].copy())
    assert values.tolist() == list(range(7, -1, -1))
    assert len(places) == 8


def test_an_empty_index_finds_nothing():
    places, values = KeyIndex(np.zeros(0, dtype=np.int64)).find(np.array([0, 5], dtype=np.int64))
    assert len(places) == len(values) == 0
