from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer, TfidfVectorizer

from gxclassify.features.batch import make_batch
from gxclassify.features.segmenter import get_segmenter
from gxclassify.features.vocabulary import CharVocabulary, WordVocabulary, inverse_document_frequency
from gxclassify.training.fitting import paragraph_sums, sentence_counts, tfidf_rows

TEXTS = ["高新区高新区签约。高新区签约项目！", "", "污水处理厂提标，污水。", "高新区污水处理项目"]


@pytest.fixture
def batch():
    return make_batch(TEXTS)


@pytest.fixture
def vocabulary(batch):
    return CharVocabulary.fit(batch, shortest=1, longest=3, min_df=1, marks=False)


def test_counts_are_those_of_scikit_learn(batch, vocabulary):
    names = [vocabulary.term(e) for e in range(len(vocabulary.document_frequency))]
    sentences = [text[a:b] for text, spans in zip(TEXTS, batch.sentence_spans(), strict=True) for a, b in spans]
    normal = [make_batch([sentence]).text().strip("\n") for sentence in sentences]
    counter = CountVectorizer(analyzer="char", ngram_range=(1, 3), lowercase=False, vocabulary=names)
    counts = sentence_counts(batch, vocabulary)
    assert (counts.toarray() == counter.transform(normal).toarray()).all()


@pytest.mark.parametrize("sublinear", [True, False])
def test_rows_are_those_of_scikit_learn(batch, vocabulary, sublinear):
    counts = paragraph_sums(batch, sentence_counts(batch, vocabulary))
    idf = inverse_document_frequency(vocabulary.document_frequency, len(TEXTS))
    rows = tfidf_rows(counts, idf, sublinear=sublinear, weight=1.0)
    expected = TfidfTransformer(sublinear_tf=sublinear).fit_transform(counts)
    assert rows.toarray() == pytest.approx(expected.toarray(), abs=1e-6)


def test_words_and_pairs_are_those_of_scikit_learn():
    texts = ["高新区签约项目", "高新区污水处理", "项目签约高新区签约"]
    batch = make_batch(texts)
    segmenter = get_segmenter(())
    vocabulary = WordVocabulary.fit(batch, segmenter, pairs=True, min_df=1)
    counts = paragraph_sums(batch, sentence_counts(batch, vocabulary))
    idf = inverse_document_frequency(vocabulary.document_frequency, len(texts))
    rows = tfidf_rows(counts, idf, sublinear=True, weight=1.0)
    reference = TfidfVectorizer(
        tokenizer=segmenter.cut, token_pattern=None, lowercase=False, ngram_range=(1, 2), sublinear_tf=True
    ).fit_transform(texts)
    assert (rows @ rows.T).toarray() == pytest.approx((reference @ reference.T).toarray(), abs=1e-6)


def test_a_paragraph_is_the_sum_of_its_sentences(batch, vocabulary):
    sentences = sentence_counts(batch, vocabulary)
    sums = paragraph_sums(batch, sentences).toarray()
    first = batch.first_sentence
    for i in range(batch.n_paragraphs):
        assert (sums[i] == sentences[first[i] : first[i + 1]].toarray().sum(axis=0)).all()


def test_rows_have_the_length_of_the_weight_and_empty_ones_none(batch, vocabulary):
    counts = paragraph_sums(batch, sentence_counts(batch, vocabulary))
    idf = inverse_document_frequency(vocabulary.document_frequency, len(TEXTS))
    rows = tfidf_rows(counts, idf, sublinear=True, weight=0.7).toarray()
    assert np.linalg.norm(rows, axis=1) == pytest.approx([0.7, 0, 0.7, 0.7])


def test_short_rows_are_not_scaled_up(batch, vocabulary):
    counts = paragraph_sums(batch, sentence_counts(batch, vocabulary))
    idf = inverse_document_frequency(vocabulary.document_frequency, len(TEXTS))
    free = tfidf_rows(counts, idf, sublinear=True, weight=1.0).toarray()
    raw = np.linalg.norm(counts.toarray().astype(bool) * (1 + np.log(np.maximum(counts.toarray(), 1))) * idf, axis=1)
    floor = float(np.median(raw[raw > 0]))
    rows = tfidf_rows(counts, idf, sublinear=True, weight=1.0, least_length=floor).toarray()
    assert rows == pytest.approx(free * np.minimum(1, raw / floor)[:, None])
    assert (np.linalg.norm(rows, axis=1) < 0.999).sum() > (raw == 0).sum()


def test_no_paragraphs(vocabulary):
    batch = make_batch([])
    counts = sentence_counts(batch, vocabulary)
    assert counts.shape == (0, len(vocabulary.document_frequency))
    assert paragraph_sums(batch, counts).shape == counts.shape
