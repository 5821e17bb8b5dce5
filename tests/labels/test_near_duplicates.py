from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxclassify.labels.checking import essence, fingerprint, grams, similar_pairs

BASE = "园区招商小分队赴深圳拜访企业十二家，就上下游配套达成三项意向，预计明年春天开工建设。"
OTHER = "污水处理厂的提标改造昨天完成，河道两岸新栽的垂柳让散步的老人赞不绝口。"


def shingles(text, size=4):
    bare = essence(text)
    return {bare[i : i + size] for i in range(len(bare) - size + 1)}


def jaccard(a, b):
    return len(shingles(a) & shingles(b)) / len(shingles(a) | shingles(b))


def test_punctuation_width_and_case_are_not_what_a_text_says():
    assert essence("“ＥＰＣ”项目, 12 个!") == essence("epc项目12个") == "epc项目12个"


def test_the_fingerprint_names_the_essence():
    assert fingerprint("签约，12个") == fingerprint("签约12个。")
    assert fingerprint("签约12个") != fingerprint("签约13个")


def test_grams_are_equal_where_their_characters_are():
    values = grams("招商引资招商", 2)
    assert len(values) == 5
    assert values[0] == values[4]
    assert len(np.unique(values)) == 4


def test_a_text_shorter_than_a_gram_has_none():
    assert len(grams("招商", 3)) == 0


def test_the_same_text_is_found_with_similarity_one():
    (pair,) = similar_pairs([OTHER, BASE, BASE], 0.4)
    assert (pair.first, pair.second, pair.similarity) == (1, 2, 1.0)


def test_the_similarity_is_that_of_the_sets_of_four_characters():
    changed = BASE.replace("深圳", "东莞").replace("三项", "五项")
    (pair,) = similar_pairs([BASE, changed], 0.4)
    assert pair.similarity == pytest.approx(jaccard(BASE, changed))
    assert 0.4 < pair.similarity < 1


def test_different_texts_are_no_pair():
    assert similar_pairs([BASE, OTHER], 0.2) == []


@pytest.mark.parametrize("texts", [[], ["招商"], ["。！", "？；"], ["好", "好"]])
def test_texts_without_shingles_are_no_pair(texts):
    assert similar_pairs(texts, 0.4) == []


def test_every_one_of_many_alike_texts_is_in_some_pair():
    texts = [f"{BASE}{n}" for n in range(60)]
    pairs = similar_pairs(texts, 0.4)
    assert {p.first for p in pairs} | {p.second for p in pairs} == set(range(60))


def test_pairs_of_many_alike_texts_grow_with_their_number_not_its_square():
    few, many = (len(similar_pairs([f"{BASE}{n}" for n in range(size)], 0.4)) for size in (50, 200))
    assert many < 10 * few


@given(st.lists(st.text(alphabet="招商引资园区项目签约落户政策", min_size=6, max_size=12), max_size=8))
def test_pairs_are_as_similar_as_said_and_ordered(texts):
    pairs = similar_pairs(texts, 0.5)
    assert [p.similarity for p in pairs] == sorted((p.similarity for p in pairs), reverse=True)
    for pair in pairs:
        assert pair.first < pair.second
        assert pair.similarity == pytest.approx(jaccard(texts[pair.first], texts[pair.second]))


def test_what_a_comparison_of_all_pairs_finds_is_found():
    base = [BASE[i:] + OTHER[:i] for i in range(0, 30, 3)]
    expected = {(i, j) for j in range(len(base)) for i in range(j) if jaccard(base[i], base[j]) >= 0.5}
    assert {(p.first, p.second) for p in similar_pairs(base, 0.5)} == expected
    assert expected
