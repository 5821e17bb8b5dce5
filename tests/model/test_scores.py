from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxclassify.features.batch import make_batch
from gxclassify.features.segmenter import get_segmenter
from gxclassify.features.vocabulary import CharVocabulary, WordVocabulary, inverse_document_frequency
from gxclassify.model.linear import Block, LinearScorer, ranges
from gxclassify.training.fitting import paragraph_sums, sentence_counts, tfidf_rows

LEARNT = [
    "高新区签约项目12个，总投资38亿元。签约项目落户高新区！",
    "污水处理厂提标改造；污水污水污水。",
    "高新区出台政策，政策兑现。",
    "项目开工。项目投产。项目达效。",
    "招商引资小分队赴深圳招商",
]
OTHERS = ["", "。", "  ", "高新区高新区高新区。高新区", "别的话题 no known term 😀", "招商" * 400, *LEARNT[:2]]
texts = st.lists(st.one_of(st.sampled_from(LEARNT), st.text("高新区签约项目污水。！ 12a", max_size=40)), min_size=1)


def blocks_and_weights(themes, seed=0):
    batch = make_batch(LEARNT)
    rng = np.random.default_rng(seed)
    blocks = []
    for vocabulary in (
        WordVocabulary.fit(batch, get_segmenter(("招商引资",)), pairs=True, min_df=1),
        CharVocabulary.fit(batch, shortest=1, longest=4, min_df=1, marks=True),
    ):
        idf = inverse_document_frequency(vocabulary.document_frequency, len(LEARNT))
        impact = (rng.normal(size=(len(idf), themes)) * idf[:, None]).astype(np.float16)
        blocks.append(Block(vocabulary, idf, impact))
    return blocks, rng.normal(size=themes)


def by_products(blocks, intercept, batch, **settings):
    """Score with sparse matrices, as the training does."""
    paragraph = np.tile(intercept, (batch.n_paragraphs, 1))
    sentence = np.tile(intercept, (batch.n_sentences, 1))
    for block in blocks:
        weight = block.impact.astype(np.float64) / np.where(block.idf > 0, block.idf, 1)[:, None]
        counts = sentence_counts(batch, block.vocabulary)
        sentence += tfidf_rows(counts, block.idf, weight=1, **settings) @ weight
        paragraph += tfidf_rows(paragraph_sums(batch, counts), block.idf, weight=1, **settings) @ weight
    return paragraph, sentence


@pytest.fixture(scope="module")
def model():
    return blocks_and_weights(3)


@pytest.mark.parametrize("themes", [1, 2, 3, 4, 5, 9, 65])
@pytest.mark.parametrize("sublinear", [True, False])
def test_scores_equal_sparse_products(themes, sublinear):
    blocks, intercept = blocks_and_weights(themes, seed=themes)
    batch = make_batch(OTHERS)
    scored = LinearScorer(blocks, intercept, sublinear=sublinear).score(batch)
    paragraph, sentence = by_products(blocks, intercept, batch, sublinear=sublinear)
    assert scored.paragraph == pytest.approx(paragraph, abs=2e-4)
    assert scored.sentence == pytest.approx(sentence, abs=2e-4)


@given(texts, st.booleans(), st.sampled_from([0.0, 3.0, 8.0]))
def test_random_texts_equal_sparse_products(model, texts, sublinear, least_length):
    blocks, intercept = model
    batch = make_batch(texts)
    settings = {"sublinear": sublinear, "least_length": least_length}
    scored = LinearScorer(blocks, intercept, **settings).score(batch)
    paragraph, sentence = by_products(blocks, intercept, batch, **settings)
    assert scored.paragraph == pytest.approx(paragraph, abs=1e-4)
    assert scored.sentence == pytest.approx(sentence, abs=1e-4)


@given(texts)
def test_a_paragraph_scores_alike_alone_and_among_others(model, texts):
    scorer = LinearScorer(*model, sublinear=True)
    together = scorer.score(make_batch(texts)).paragraph
    alone = np.concatenate([scorer.score(make_batch([text])).paragraph for text in texts])
    assert together == pytest.approx(alone, abs=1e-5)


@given(texts)
def test_a_single_sentence_scores_as_its_paragraph(model, texts):
    scored = LinearScorer(*model, sublinear=True).score(make_batch(texts))
    first = scored.batch.first_sentence
    for i in np.flatnonzero(np.diff(first) == 1):
        assert scored.sentence[first[i]] == pytest.approx(scored.paragraph[i], abs=1e-5)


def test_an_empty_paragraph_scores_only_by_its_edges(model):
    blocks, intercept = model
    scorer = LinearScorer([block for block in blocks if isinstance(block.vocabulary, WordVocabulary)], intercept,
                          sublinear=True)  # fmt: skip
    assert scorer.score(make_batch(["", " "])).paragraph == pytest.approx(np.tile(intercept, (2, 1)), abs=1e-6)


def test_a_term_once_more_counts_by_its_logarithm(model):
    blocks, intercept = model
    words = next(block for block in blocks if isinstance(block.vocabulary, WordVocabulary))
    entry = words.vocabulary.words.index("污水")
    scorer = LinearScorer([words], np.zeros_like(intercept), sublinear=True)
    scored = scorer.score(make_batch(["污水"])).paragraph[0]
    assert scored == pytest.approx(words.impact[entry].astype(np.float64) / words.idf[entry], abs=1e-3)


def every_pair(scored, themes):
    sentences, numbers = np.meshgrid(np.arange(scored.batch.n_sentences), np.arange(themes), indexing="ij")
    return sentences.ravel(), numbers.ravel()


@pytest.mark.parametrize("sublinear", [True, False])
@pytest.mark.parametrize("text", [*LEARNT, "高新区高新区高新区。高新区", "招商招商招商引资"])
def test_character_weights_of_a_sentence_add_up_to_its_score(model, text, sublinear):
    blocks, intercept = model
    scorer = LinearScorer(blocks, intercept, sublinear=sublinear)
    scored = scorer.score(make_batch(["前一段。", text, "后一段。"]))
    sentences, themes = every_pair(scored, 3)
    weights, first = scorer.character_weights(scored, sentences, themes)
    start = scored.batch.sentence_start
    assert np.diff(first).tolist() == (start[sentences + 1] + 1 - start[sentences]).tolist()
    sums = [weights[a:b].sum() for a, b in itertools.pairwise(first)]
    assert sums == pytest.approx(scored.sentence[sentences, themes] - intercept[themes], abs=2e-3)


def test_a_term_weighs_where_it_stands(model):
    blocks, intercept = model
    characters = next(block for block in blocks if isinstance(block.vocabulary, CharVocabulary))
    scorer = LinearScorer([characters], intercept, sublinear=True)
    batch = make_batch(["不。污水不污水"])
    scored = scorer.score(batch)
    weights, _ = scorer.character_weights(scored, np.array([1]), np.array([2]))
    counted = {}
    for hits in characters.vocabulary.find(batch):
        for position, entry in zip(hits.position.tolist(), hits.entry.tolist(), strict=True):
            if position >= batch.sentence_start[1]:
                counted.setdefault((entry, hits.length), []).append(position - batch.sentence_start[1])
    length = np.sqrt(sum(((1 + np.log(len(p))) * characters.idf[e]) ** 2 for (e, _), p in counted.items()))
    expected = np.zeros(len(weights))
    for (entry, size), places in counted.items():
        for place in places:
            share = characters.impact[entry, 2] * (1 + np.log(len(places))) / len(places) / size / length
            expected[place : place + size] += share
    assert weights == pytest.approx(expected, abs=1e-5)
    assert np.abs(expected).max() > 0.01


@given(texts)
def test_a_sentence_weighs_alike_alone_and_among_others(model, texts):
    scorer = LinearScorer(*model, sublinear=True)
    scored = scorer.score(make_batch(texts))
    sentences, themes = every_pair(scored, 3)
    weights, first = scorer.character_weights(scored, sentences, themes)
    last = len(sentences) - 1
    alone, _ = scorer.character_weights(scored, sentences[last:], themes[last:])
    assert weights[first[last] :] == pytest.approx(alone, abs=1e-5)


def test_ranges_run_one_after_the_other():
    size, number = ranges(np.array([3, 7, 7, 0]), np.array([5, 7, 8, 2]))
    assert size.tolist() == [2, 0, 1, 2]
    assert number.tolist() == [3, 4, 7, 0, 1]


def test_many_batches_of_any_size_agree(model, train_texts):
    scorer = LinearScorer(*model, sublinear=True)
    texts = train_texts[:60]
    whole = scorer.score(make_batch(texts)).paragraph
    for size in (1, 7, 59):
        parts = [scorer.score(make_batch(texts[i : i + size])).paragraph for i in range(0, len(texts), size)]
        assert (np.concatenate(parts) == whole).all()  # to the last bit, or a cluster would differ from one machine
