from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxclassify.errors import ModelError
from gxclassify.features.batch import make_batch
from gxclassify.features.segmenter import get_segmenter
from gxclassify.features.vocabulary import CharVocabulary, WordVocabulary, inverse_document_frequency

texts = st.lists(st.text(st.sampled_from("高新区高新区招商项目。，！ 5Ga落户"), max_size=25), min_size=1, max_size=6)
segmenter = get_segmenter(("高新区",))


def marked_sentences(batch):
    """Return for each paragraph its sentences with a mark at both ends."""
    text, start = batch.text(), batch.sentence_start
    sentences = [text[start[i] : start[i + 1] + 1] for i in range(batch.n_sentences)]
    first = batch.first_sentence
    return [sentences[first[i] : first[i + 1]] for i in range(batch.n_paragraphs)]


def expected_ngrams(batch, shortest, longest, *, marks):
    """Count n-grams by the definition: per paragraph a counter."""
    counters = []
    for sentences in marked_sentences(batch):
        counter = Counter()
        for sentence in sentences:
            text = sentence if marks else sentence[1:-1]
            for n in range(shortest, longest + 1):
                grams = [text[i : i + n] for i in range(len(text) - n + 1)]
                counter.update(gram.replace("\n", "|") for gram in grams if gram != "\n")
        counters.append(counter)
    return counters


def expected_words(batch, *, pairs):
    counters = []
    for sentences in marked_sentences(batch):
        counter = Counter()
        for sentence in sentences:
            words = segmenter.cut(sentence[1:-1]) if len(sentence) > 2 else []
            counter.update((word,) for word in words if word != " ")
            if pairs:
                counter.update(p for p in itertools.pairwise(words) if " " not in p)
        counters.append(counter)
    return counters


def frequent(counters, min_df):
    frequency = Counter(term for counter in counters for term in counter)
    return {term: n for term, n in frequency.items() if n >= min_df}


def found(vocabulary, batch, name):
    """Count what `find` finds of terms, per paragraph."""
    paragraph = batch.paragraph_of_sentence()[batch.sentence_of_position()]
    counters = [Counter() for _ in range(batch.n_paragraphs)]
    for hits in vocabulary.find(batch):
        assert (np.diff(hits.position) > 0).all()
        for position, entry in zip(hits.position.tolist(), hits.entry.tolist(), strict=True):
            if vocabulary.document_frequency[entry]:
                counters[paragraph[position]][name(entry)] += 1
    return counters


def word_name(vocabulary):
    n = len(vocabulary.words)
    return lambda e: (vocabulary.words[e],) if e < n else tuple(vocabulary.words[i] for i in vocabulary.pairs[e - n])


def kept(counters, terms):
    return [Counter({term: n for term, n in counter.items() if term in terms}) for counter in counters]


@given(texts, texts, st.tuples(st.integers(1, 3), st.integers(0, 3)), st.integers(1, 3), st.booleans())
def test_characters_against_the_definition(learnt, others, lengths, min_df, marks):
    batch = make_batch(learnt)
    shortest, longest = lengths[0], sum(lengths)
    vocabulary = CharVocabulary.fit(batch, shortest=shortest, longest=longest, min_df=min_df, marks=marks)
    terms = frequent(expected_ngrams(batch, shortest, longest, marks=marks), min_df)
    frequency = vocabulary.document_frequency
    assert {vocabulary.term(e): int(frequency[e]) for e in np.flatnonzero(frequency)} == terms
    for seen in (batch, make_batch(others)):
        expected = kept(expected_ngrams(seen, shortest, longest, marks=marks), terms)
        assert found(vocabulary, seen, vocabulary.term) == expected


@given(texts, texts, st.integers(1, 3), st.booleans())
def test_words_against_the_definition(learnt, others, min_df, pairs):
    batch = make_batch(learnt)
    vocabulary = WordVocabulary.fit(batch, segmenter, pairs=pairs, min_df=min_df)
    counters = expected_words(batch, pairs=pairs)
    terms = frequent(counters, min_df)
    name = word_name(vocabulary)
    frequency = vocabulary.document_frequency
    assert {name(e): int(frequency[e]) for e in np.flatnonzero(frequency)} == terms
    for seen in (batch, make_batch(others)):
        assert found(vocabulary, seen, name) == kept(expected_words(seen, pairs=pairs), terms)


@pytest.fixture
def batch():
    return make_batch(
        ["高新区招商引资项目签约落户高新区。一个新项目落户。", "开发区新项目签约落户，总投资38亿元。", "污水处理"]
    )


@pytest.fixture(params=["chars", "words"])
def vocabulary(request, batch):
    if request.param == "chars":
        return CharVocabulary.fit(batch, shortest=1, longest=4, min_df=1, marks=True)
    return WordVocabulary.fit(batch, segmenter, pairs=True, min_df=1)


def same(one, other):
    arrays, others = one.arrays(), other.arrays()
    return arrays.keys() == others.keys() and all(np.array_equal(arrays[k], others[k]) for k in arrays)


def rebuilt(vocabulary, arrays):
    rest = (segmenter,) if isinstance(vocabulary, WordVocabulary) else ()
    return type(vocabulary).from_arrays(arrays, *rest)


def test_arrays_rebuild_the_vocabulary(vocabulary, batch):
    again = rebuilt(vocabulary, vocabulary.arrays())
    assert same(again, vocabulary)
    for one, other in zip(vocabulary.find(batch), again.find(batch), strict=True):
        assert np.array_equal(one.position, other.position)
        assert np.array_equal(one.entry, other.entry)


def test_the_order_of_paragraphs_leaves_no_trace(vocabulary):
    texts = ["项目签约落户高新区", "高新区污水处理", "新项目5G签约"]

    def fitted(arrangement):
        learnt = make_batch(arrangement)
        if isinstance(vocabulary, CharVocabulary):
            return CharVocabulary.fit(learnt, shortest=1, longest=3, min_df=1, marks=True)
        return WordVocabulary.fit(learnt, segmenter, pairs=True, min_df=1)

    assert same(fitted(texts), fitted(texts[::-1]))


def test_keep_finds_the_wanted_terms_alone(vocabulary, batch):
    wanted = np.zeros(len(vocabulary.document_frequency), dtype=bool)
    wanted[::7] = True
    wanted &= vocabulary.document_frequency > 0
    smaller, old = vocabulary.keep(wanted)
    assert [smaller.term(i) for i in range(len(old))] == [vocabulary.term(i) for i in old]
    assert np.array_equal(np.flatnonzero(smaller.document_frequency), np.flatnonzero(wanted[old]))
    assert wanted[old].sum() == wanted.sum()
    before = kept(found(vocabulary, batch, lambda e: e), set(np.flatnonzero(wanted).tolist()))
    assert found(smaller, batch, lambda e: int(old[e])) == before
    assert same(rebuilt(smaller, smaller.arrays()), smaller)


def test_keep_of_nothing(vocabulary, batch):
    smaller, old = vocabulary.keep(np.zeros(len(vocabulary.document_frequency), dtype=bool))
    assert len(old) == 0
    assert sum(len(hits.position) for hits in smaller.find(batch)) == 0


def test_hits_cover_their_term(vocabulary, batch):
    text = batch.text().replace("\n", "|")
    for hits in vocabulary.find(batch):
        lengths = np.broadcast_to(hits.length, hits.position.shape)
        for position, entry, length in zip(hits.position.tolist(), hits.entry.tolist(), lengths.tolist(), strict=True):
            assert text[position : position + length] == vocabulary.term(entry)


def test_long_words_are_found_too():
    words = get_segmenter(("亩均论英雄",))
    batch = make_batch(["亩均论英雄，supercalifragilistic", "亩均论英雄，a"])
    vocabulary = WordVocabulary.fit(batch, words, pairs=True, min_df=2)
    assert "亩均论英雄" in vocabulary.words
    assert sum(len(hits.position) for hits in vocabulary.find(batch)) == 6


@pytest.mark.parametrize("texts", [[""], ["", "", ""], ["。"], [" "]])
def test_texts_without_terms(texts):
    batch = make_batch(texts)
    for vocabulary in (
        CharVocabulary.fit(batch, shortest=2, longest=4, min_df=5, marks=True),
        WordVocabulary.fit(batch, segmenter, pairs=True, min_df=5),
    ):
        assert not vocabulary.document_frequency.any()
        assert same(rebuilt(vocabulary, vocabulary.arrays()), vocabulary)
        vocabulary.find(make_batch(["高新区"]))


def damage_chars(arrays):
    n = len(arrays["code"])
    parent = arrays["parent"]
    yield {k: v for k, v in arrays.items() if k != "df"}
    yield {**arrays, "code": arrays["code"].astype(np.int64)}
    yield {**arrays, "code": arrays["code"][:-1]}
    yield {**arrays, "code": arrays["code"].reshape(1, -1)}
    yield {**arrays, "parent": np.where(np.arange(n) == n - 1, n, parent).astype(np.int32)}
    yield {**arrays, "parent": parent[::-1].copy()}
    yield {**arrays, "parent": (parent - 1).astype(np.int32)}
    yield {**arrays, "df": -arrays["df"]}


def damage_words(arrays):
    yield {**arrays, "words": np.frombuffer(b"\xff\xfe", dtype=np.uint8)}
    yield {**arrays, "words": arrays["words"].astype(np.int8)}
    yield {**arrays, "words": np.frombuffer("一\n一".encode(), dtype=np.uint8)}
    yield {**arrays, "pairs": arrays["pairs"] + np.int32(10_000)}
    yield {**arrays, "pairs": arrays["pairs"] - np.int32(10_000)}
    yield {**arrays, "pairs": arrays["pairs"][:, :1]}
    yield {**arrays, "pairs": arrays["pairs"].ravel()}
    yield {**arrays, "df": arrays["df"][:-1]}
    yield {**arrays, "df": -arrays["df"]}


def test_damaged_arrays_are_refused(vocabulary):
    damage = damage_chars if isinstance(vocabulary, CharVocabulary) else damage_words
    for arrays in damage(vocabulary.arrays()):
        with pytest.raises(ModelError):
            rebuilt(vocabulary, arrays)


def test_a_term_beyond_a_sentences_end_is_refused():
    code = np.array([0x0A, 0x4E00, 0x0A, 0x4E00], dtype=np.uint16)
    arrays = {"code": code, "parent": np.array([-1, -1, 1, 2], dtype=np.int32), "df": np.ones(4, dtype=np.int32)}
    with pytest.raises(ModelError, match="beyond a sentence's end"):
        CharVocabulary.from_arrays(arrays)


def test_idf_is_smoothed_and_zero_where_there_is_no_term():
    idf = inverse_document_frequency(np.array([0, 1, 9], dtype=np.int32), 9)
    assert idf == pytest.approx([0, np.log(10 / 2) + 1, np.log(10 / 10) + 1])
    assert idf.dtype == np.float32


def test_the_places_of_one_vocabulary_s_entries_in_another():
    batches = [
        make_batch(texts) for texts in (["高新区签约项目。污水处理", "签约项目多"], ["签约项目开工", "园区污水处理。"])
    ]
    for kind in (
        lambda batch: WordVocabulary.fit(batch, segmenter, pairs=True, min_df=1),
        lambda batch: CharVocabulary.fit(batch, shortest=1, longest=3, min_df=1, marks=True),
    ):
        one, other = map(kind, batches)
        terms = [[v.term(i) for i in range(len(v.document_frequency))] for v in (one, other)]
        place = one.places_in(other)
        assert len(place) == len(terms[0])
        assert {term for term, i in zip(terms[0], place, strict=True) if i >= 0} == set(terms[0]) & set(terms[1])
        assert all(terms[1][i] == term for term, i in zip(terms[0], place, strict=True) if i >= 0)
