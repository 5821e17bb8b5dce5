"""What is counted of a training text: its terms, how often each stands where, and the TF-IDF rows made of that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from gxclassify.errors import TrainingError
from gxclassify.features.characters import CharVocabulary
from gxclassify.features.segmenter import get_segmenter
from gxclassify.features.tfidf import paragraph_sums, sentence_counts, tfidf_rows
from gxclassify.features.vocabulary import inverse_document_frequency
from gxclassify.features.words import WordVocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.config import FeatureConfig
    from gxclassify.features.batch import Batch
    from gxclassify.features.vocabulary import Vocabulary

__all__ = [
    "Counts",
    "count",
    "final_idf",
    "fold_idf",
    "learn_vocabularies",
    "strongest_terms",
    "tfidf",
    "weights_of_blocks",
]

_Idf = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Counts:
    """One block of terms: its vocabulary, what it weighs, and how often its entries stand where.

    Attributes
    ----------
    vocabulary : Vocabulary
    weight : float
        The length of the block's TF-IDF rows.
    paragraph, sentence : int32 CSR matrices (n_paragraphs, n_entries) and (n_sentences, n_entries)
    """

    vocabulary: Vocabulary
    weight: float
    paragraph: sp.csr_matrix
    sentence: sp.csr_matrix


def learn_vocabularies(batch: Batch, config: FeatureConfig, segmenter_terms: Sequence[str]) -> list[Vocabulary]:
    """Learn the terms of every block in use; a `TrainingError` tells that none is frequent enough."""
    vocabularies: list[Vocabulary] = []
    if config.words:
        segmenter = get_segmenter(tuple(segmenter_terms))
        vocabularies.append(WordVocabulary.fit(batch, segmenter, pairs=config.word_pairs, min_df=config.min_df))
    if config.char_max:
        vocabularies.append(
            CharVocabulary.fit(
                batch, shortest=config.char_min, longest=config.char_max, min_df=config.min_df, marks=config.marks
            )
        )
    if not any(vocabulary.document_frequency.any() for vocabulary in vocabularies):
        msg = f"No term stands in at least {config.min_df} paragraphs: lower min_df, or add paragraphs."
        raise TrainingError(msg)
    return vocabularies


def weights_of_blocks(config: FeatureConfig) -> list[float]:
    """Return the weights of the blocks in use, in the order of `learn_vocabularies`."""
    return [w for w, used in ((config.word_weight, config.words), (config.char_weight, config.char_max)) if used]


def count(batch: Batch, vocabularies: Sequence[Vocabulary], weights: Sequence[float]) -> list[Counts]:
    """Count the entries of every vocabulary in the paragraphs and sentences of a batch."""
    blocks = []
    for vocabulary, weight in zip(vocabularies, weights, strict=True):
        sentence = sentence_counts(batch, vocabulary)
        blocks.append(Counts(vocabulary, weight, paragraph_sums(batch, sentence), sentence))
    return blocks


def final_idf(block: Counts) -> _Idf:
    """Return the idf of a training on all rows."""
    return inverse_document_frequency(block.vocabulary.document_frequency, block.paragraph.shape[0])


def fold_idf(block: Counts, train: NDArray[np.bool_], min_df: int) -> _Idf:
    """Return the idf as a training on the rows `train` alone would have it: terms too rare there do not count."""
    rows = block.paragraph[train]
    frequency = np.bincount(rows.indices, minlength=rows.shape[1]).astype(np.int32)
    frequency[(frequency < min_df) | (block.vocabulary.document_frequency == 0)] = 0
    return inverse_document_frequency(frequency, int(train.sum()))


def tfidf(blocks: Sequence[Counts], idfs: Sequence[_Idf], *, sublinear: bool) -> tuple[sp.csr_matrix, sp.csr_matrix]:
    """Return the TF-IDF rows of the paragraphs and of the sentences, the blocks side by side."""

    def beside(counts: list[sp.csr_matrix]) -> sp.csr_matrix:
        rows = [
            tfidf_rows(own, idf, sublinear=sublinear, weight=block.weight)
            for block, own, idf in zip(blocks, counts, idfs, strict=True)
        ]
        return sp.hstack(rows, format="csr")

    return beside([block.paragraph for block in blocks]), beside([block.sentence for block in blocks])


def strongest_terms(blocks: Sequence[Counts], strength: NDArray[np.float64], n: int) -> list[Counts]:
    """Keep the `n` entries of largest `strength`, an array over all blocks, and those that lead to them."""
    wanted = np.zeros(len(strength), dtype=np.bool_)
    wanted[np.argsort(-strength, kind="stable")[:n]] = True
    kept, start = [], 0
    for block in blocks:
        size = len(block.vocabulary.document_frequency)
        vocabulary, old = block.vocabulary.keep(wanted[start : start + size])
        kept.append(Counts(vocabulary, block.weight, block.paragraph[:, old], block.sentence[:, old]))
        start += size
    return kept
