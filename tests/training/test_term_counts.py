from __future__ import annotations

import numpy as np
import pytest

from gxclassify.config import FeatureConfig
from gxclassify.errors import TrainingError
from gxclassify.features.batch import make_batch
from gxclassify.training.fitting import (
    count,
    final_idf,
    fold_idf,
    learn_vocabularies,
    strongest_terms,
    tfidf,
    weights_of_blocks,
)

CONFIG = FeatureConfig(word_weight=0.5, char_weight=2.0, min_df=2)


def counted(texts, config=CONFIG):
    batch = make_batch(texts)
    return count(batch, learn_vocabularies(batch, config, ()), weights_of_blocks(config))


@pytest.fixture(scope="module")
def blocks(texts):
    return counted(texts)


def weights(blocks, idfs):
    """Return the idf of every term that counts, by its block and text."""
    return {
        (b, block.vocabulary.term(e)): idf[e]
        for b, (block, idf) in enumerate(zip(blocks, idfs, strict=True))
        for e in np.flatnonzero(idf)
    }


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (CONFIG, [0.5, 2.0]),
        (FeatureConfig(min_df=2, words=False, char_weight=2.0), [2.0]),
        (FeatureConfig(min_df=2, char_max=0, word_weight=0.5), [0.5]),
    ],
    ids=["both", "characters", "words"],
)
def test_every_block_in_use_has_its_weight(config, expected):
    assert weights_of_blocks(config) == expected
    assert [block.weight for block in counted(["签约项目", "签约项目"], config)] == expected


def test_titles_are_counted_once():
    blocks = counted(["签约项目", "签约企业", "污水项目", "污水企业"])
    assert all(block.paragraph is block.sentence for block in blocks)
    paragraphs, sentences = tfidf(blocks, list(map(final_idf, blocks)), sublinear=True)
    assert paragraphs is sentences
    blocks = counted(["签约。项目！", "签约企业", "污水项目", "污水企业"])
    assert [block.paragraph.shape[0] for block in blocks] == [4, 4]
    assert [block.sentence.shape[0] for block in blocks] == [5, 5]


def test_no_term_is_frequent_enough():
    batch = make_batch(["签约", "污水"] * 10)
    with pytest.raises(TrainingError, match="No term stands in at least 50 paragraphs: lower min_df"):
        learn_vocabularies(batch, FeatureConfig(min_df=50), ())


def test_segmenter_terms_are_cut_whole():
    batch = make_batch(["提标改造完成"] * 2)
    plain, told = (learn_vocabularies(batch, CONFIG, terms)[0].words for terms in ((), ("提标改造",)))
    assert "提标改造" in told
    assert "提标改造" not in plain


def test_paragraphs_and_sentences_are_counted_alike(blocks, texts):
    for block in blocks:
        assert block.paragraph.shape[0] == len(texts)
        assert (block.paragraph.sum(axis=0) == block.sentence.sum(axis=0)).all()


def test_the_blocks_stand_side_by_side_each_of_its_length(blocks):
    idfs = [final_idf(block) for block in blocks]
    sizes = [len(idf) for idf in idfs]
    for rows in tfidf(blocks, idfs, sublinear=True):
        assert rows.shape[1] == sum(sizes)
        words, characters = rows[:, : sizes[0]], rows[:, sizes[0] :]
        assert np.sqrt(words.multiply(words).sum(axis=1)).max() == pytest.approx(0.5)
        assert np.sqrt(characters.multiply(characters).sum(axis=1)) == pytest.approx(2.0)


def test_the_idf_of_a_fold_is_that_of_a_training_without_it(blocks, texts):
    train = np.arange(len(texts)) % 3 != 0
    alone = counted([text for text, kept in zip(texts, train, strict=True) if kept])
    of_fold = weights(blocks, [fold_idf(block, train, CONFIG.min_df) for block in blocks])
    assert of_fold == weights(alone, [final_idf(block) for block in alone])


def test_the_idf_of_all_rows_is_the_final_one(blocks, texts):
    for block in blocks:
        assert (fold_idf(block, np.ones(len(texts), dtype=bool), CONFIG.min_df) == final_idf(block)).all()


def test_the_strongest_terms_keep_their_counts(blocks):
    strength = np.random.default_rng(0).random(sum(block.paragraph.shape[1] for block in blocks))
    strength *= np.concatenate([final_idf(block) > 0 for block in blocks])
    kept, idfs = strongest_terms(blocks, list(map(final_idf, blocks)), strength, 40)
    names = [(b, block.vocabulary.term(e)) for b, block in enumerate(blocks) for e in range(block.paragraph.shape[1])]
    best = {names[i] for i in np.argsort(-strength)[:40]}
    assert all((idf == final_idf(block)).all() for idf, block in zip(idfs, kept, strict=True))
    after = weights(kept, idfs)
    assert after == {name: idf for name, idf in weights(blocks, map(final_idf, blocks)).items() if name in best}
    column = {name: i for i, name in enumerate(names)}
    before = np.hstack([block.paragraph.toarray() for block in blocks])
    for b, block in enumerate(kept):
        assert block.weight == blocks[b].weight
        own = [column[b, block.vocabulary.term(e)] for e in range(block.paragraph.shape[1])]
        assert (block.paragraph.toarray() == before[:, own]).all()
        assert (block.paragraph.sum(axis=0) == block.sentence.sum(axis=0)).all()
