"""`Model.predict_proba` against scikit-learn, alone and shared by threads."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gxclassify.features.batch import make_batch
from gxclassify.training import ThemeClassifier
from scoring.reference import Reference, sentences

HARD = [
    "",
    " ",
    "签约",
    "签约签约签约。签约！签约",
    "ＡＢＣ园区 ５Ｇ  pro max 3.5亿元；”他说。“好!”！？。",
    "“落户就开工！”区长说：（一年？）》】】】】完",
    "a!b;c?园!区;",
    "。。。！！",
    "园\U00020000区\ud800签约",
    "园区招商小分队赴深圳拜访企业3家。" * 40,
]


@pytest.fixture(scope="module")
def reference(tiny_model, tiny_labels):
    return Reference(tiny_model, tiny_labels.texts)


def test_same_probabilities_as_scikit_learn(tiny_model, tiny_labels, reference):
    texts = [*tiny_labels.texts, *HARD]
    np.testing.assert_allclose(tiny_model.predict_proba(texts), reference.predict_proba(texts), rtol=0, atol=1e-5)


def test_same_probabilities_on_labelled_paragraphs(tiny_model, train_texts, reference):
    texts = [text for text in train_texts[::29] if "|" not in text]
    np.testing.assert_allclose(tiny_model.predict_proba(texts), reference.predict_proba(texts), rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    "options",
    [
        {"words": False, "char_max": 3},
        {"words": False, "char_min": 2, "sublinear": False},
        {"char_max": 0, "word_pairs": False},
        {"exclusive": True, "min_df": 1},
    ],
)
def test_same_probabilities_with_other_settings(tiny_labels, options):
    told = [[record.labels[0]] if record.labels else ["policy"] for record in tiny_labels.records]
    model = ThemeClassifier(folds=2, n_jobs=1, **options).fit(tiny_labels.texts, told).to_model()
    expected = Reference(model, tiny_labels.texts).predict_proba(HARD)
    np.testing.assert_allclose(model.predict_proba(HARD), expected, rtol=0, atol=1e-5)


@given(st.text(st.sampled_from("园区签约项目。！？；!?;”）) \u3000a1Ａ，\n"), max_size=60))
def test_sentences_are_those_of_the_reference(text):
    batch = make_batch([text])
    assert batch.text().strip("\n").split("\n") == [s for s in sentences(text) if s] or not text.strip()


def test_any_batching_gives_the_same(tiny_model, train_texts):
    texts = train_texts[:300]
    whole = tiny_model.predict_proba(texts)
    one_by_one = np.concatenate([tiny_model.predict_proba([text]) for text in texts])
    np.testing.assert_allclose(whole, one_by_one, rtol=0, atol=1e-6)
    np.testing.assert_array_equal(whole, tiny_model.predict_proba(iter(texts)))


def test_threads_share_a_model(tiny_model, train_texts):
    parts = [train_texts[i : i + 40] for i in range(0, 800, 40)]
    alone = [tiny_model.predict_proba(part) for part in parts]
    fresh = tiny_model.with_thresholds({})  # its lazy parts are built by whichever thread comes first
    with ThreadPoolExecutor(8) as pool:
        shared = list(pool.map(fresh.predict_proba, parts))
        tagged = list(pool.map(lambda part: [p.tags for p in fresh.tag(part)], parts))
    for one, other in zip(alone, shared, strict=True):
        np.testing.assert_array_equal(one, other)
    assert tagged == [[p.tags for p in tiny_model.tag(part)] for part in parts]
