"""Counts and TF-IDF rows of one vocabulary, for training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gxclassify.features.batch import Batch
    from gxclassify.features.vocabulary import Vocabulary

__all__ = ["paragraph_sums", "sentence_counts", "tfidf_rows"]


def sentence_counts(batch: Batch, vocabulary: Vocabulary) -> sp.csr_matrix:
    """Count the entries of `vocabulary` in every sentence: int32 CSR (n_sentences, n_entries)."""
    size = len(vocabulary.document_frequency)
    sentence = batch.sentence_of_position()
    keys = [sentence[hits.position].astype(np.int64) * size + hits.entry for hits in vocabulary.find(batch)]
    key, count = np.unique(np.concatenate(keys), return_counts=True)
    row, column = np.divmod(key, max(size, 1))
    starts = np.searchsorted(row, np.arange(batch.n_sentences + 1))
    shape = (batch.n_sentences, size)
    return sp.csr_matrix((count.astype(np.int32), column.astype(np.int32), starts), shape=shape)


def paragraph_sums(batch: Batch, sentences: sp.csr_matrix) -> sp.csr_matrix:
    """Add up the sentence rows of every paragraph."""
    n = batch.n_sentences
    shape = (batch.n_paragraphs, n)
    member = sp.csr_matrix((np.ones(n, dtype=np.int32), np.arange(n), batch.first_sentence), shape=shape)
    sums = (member @ sentences).tocsr()
    sums.sort_indices()
    return sums


def tfidf_rows(counts: sp.csr_matrix, idf: NDArray[np.float32], *, sublinear: bool, weight: float) -> sp.csr_matrix:
    """Return rows tf * idf of length `weight`: tf is 1 + ln(count) when `sublinear`, else the count."""
    tf = counts.data.astype(np.float64)
    if sublinear:
        tf = 1 + np.log(tf)
    rows = sp.csr_matrix((tf * idf[counts.indices], counts.indices, counts.indptr), shape=counts.shape)
    squares = np.zeros(counts.shape[0])
    owner = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    np.add.at(squares, owner, rows.data**2)
    length = np.sqrt(squares)
    length[length == 0] = 1.0
    rows.data *= weight / length[owner]
    return rows
