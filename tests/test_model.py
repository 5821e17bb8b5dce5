from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gxclassify as gx
from gxclassify import model as model_module
from gxclassify.errors import ConfigError, InputError, ModelError
from gxclassify.explanation import MOST_SENTENCES, MOST_TERMS
from gxclassify.features.batch import make_batch, normal_form, sentence_spans
from gxclassify.model import Model, load_model, predict_text
from gxclassify.reading import read_text
from support import ROOT, THEMES

PAGE = """　　本报讯　今年以来，高新区引进亿元以上项目18个！园区招商小分队赴深圳拜访企业5家。

　　管委会印发《扶持办法》，最高奖励300万元。天气转凉，最低气温降到9度。
"""


def test_probabilities_equal_the_estimators_on_every_label_text(tiny_classifier, tiny_model, train_texts):
    assert len(train_texts) >= 1000
    expected = tiny_classifier.predict_proba(train_texts)
    assert np.abs(tiny_model.predict_proba(train_texts) - expected).max() <= 1e-5


def test_decisions_equal_the_estimators(tiny_classifier, tiny_model, train_texts):
    assert (tiny_model.decide(tiny_model.predict_proba(train_texts)) == tiny_classifier.predict(train_texts)).all()


@pytest.mark.parametrize("size", [1, 300, 10**9])
def test_batch_size_makes_no_difference(tiny_model, train_texts, monkeypatch, size):
    texts = ["”引在前", "。", *train_texts[:60], "", "!"]
    expected = tiny_model.predict_proba(texts)
    monkeypatch.setattr(model_module, "BATCH_CHARACTERS", size)
    assert tiny_model.predict_proba(texts) == pytest.approx(expected, abs=1e-6)
    tags = [p.tags for p in tiny_model.tag(texts)]
    assert len(tags) == len(texts)


@given(st.lists(st.text(st.sampled_from("高新区招商签约政策污水。！”!; 12ab\n😀"), max_size=30), max_size=5))
def test_any_text_has_a_probability(tiny_model, texts):
    probability = tiny_model.predict_proba(texts)
    assert probability.shape == (len(texts), 3)
    assert ((probability >= 0) & (probability <= 1)).all()
    for paragraph, row in zip(tiny_model.tag(texts), probability, strict=True):
        assert list(paragraph.scores.values()) == pytest.approx(row.tolist(), abs=1e-6)


def test_columns_stand_in_the_order_of_themes(tiny_model):
    row = tiny_model.predict_proba(["污水处理厂完成提标改造"])[0]
    assert tiny_model.themes[int(row.argmax())] == "eco_park"


def test_no_text_gives_no_row(tiny_model):
    assert tiny_model.predict_proba([]).shape == (0, 3)
    assert list(tiny_model.tag([])) == []


def test_a_generator_is_scored_as_it_comes(tiny_model, monkeypatch):
    monkeypatch.setattr(model_module, "BATCH_CHARACTERS", 10)
    taken = []

    def texts():
        for i in range(100):
            taken.append(i)
            yield "高新区签约项目落户园区"

    next(tiny_model.tag(texts()))
    assert len(taken) == 1


@pytest.mark.parametrize("call", ["predict_proba", "tag"])
def test_one_string_is_no_list_of_texts(tiny_model, call):
    with pytest.raises(InputError, match="Got one string; put it in a list"):
        list(getattr(tiny_model, call)("高新区"))


def test_many_threads_share_a_model(tiny_model, train_texts):
    expected = tiny_model.predict_proba(train_texts[:40])
    fresh = tiny_model.with_thresholds({})
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: fresh.predict_proba(train_texts[:40]), range(8)))
    assert all((result == expected).all() for result in results)


# ---- thresholds


def test_with_thresholds_changes_a_copy(tiny_model):
    changed = tiny_model.with_thresholds({"policy": 0.9})
    assert changed.thresholds["policy"] == 0.9
    assert tiny_model.thresholds["policy"] != 0.9
    assert {t: v for t, v in changed.thresholds.items() if t != "policy"} == {
        t: v for t, v in tiny_model.thresholds.items() if t != "policy"
    }


@pytest.mark.parametrize(("threshold", "tagged"), [(0.0, True), (1.0, False)])
def test_thresholds_decide(tiny_model, threshold, tagged):
    changed = tiny_model.with_thresholds(dict.fromkeys(THEMES, threshold))
    assert [p.tags == THEMES for p in changed.tag(["今天是晴天"])] == [tagged]


@pytest.mark.parametrize(
    ("thresholds", "message"),
    [
        ({"polcy": 0.4}, "There is no theme 'polcy' to set a threshold for; the model has investment_attraction, "),
        ({"policy": 1.2}, "The threshold of policy must lie in 0 … 1. Got 1.2."),
        ({"policy": float("nan")}, "must lie in 0 … 1. Got nan."),
    ],
)
def test_thresholds_out_of_place(tiny_model, thresholds, message):
    with pytest.raises(ConfigError, match=re.escape(message)):
        tiny_model.with_thresholds(thresholds)


# ---- tagged paragraphs


def test_a_tagged_paragraph_has_the_fields_of_the_schema(tiny_model):
    paragraph = next(tiny_model.tag(["经开区引进亿元以上项目18个！天气转凉。"]))
    table = json.loads(json.dumps(paragraph.to_json()))
    assert set(table) == {
        "document", "article", "title", "paragraph", "text", "span", "tags", "scores", "review", "evidence", "model"
    }  # fmt: skip
    assert table["tags"] == ["investment_attraction"]
    assert table["span"] == [0, 20]
    assert set(table["evidence"]) == set(table["tags"])
    sentence = table["evidence"]["investment_attraction"][0]
    assert set(sentence) == {"span", "within", "score", "terms"}
    assert set(sentence["terms"][0]) == {"term", "weight", "spans", "within"}
    assert table["model"] == "gxclassify-unsaved"


def test_texts_are_documents_of_one_paragraph(tiny_model):
    places = [(p.document, p.article, p.title, p.paragraph, p.span) for p in tiny_model.tag(["一", "二二"])]
    assert places == [("", 0, None, 0, (0, 1)), ("", 1, None, 0, (0, 2))]


def test_review_is_asked_for_near_a_threshold(tiny_model):
    text = "园区招商小分队赴深圳拜访企业5家。"
    probability = float(tiny_model.predict_proba([text])[0, 0])
    far = dict.fromkeys(THEMES, 0.5)
    for distance, expected in ((0.09, True), (0.11, False)):
        row = tiny_model.predict_proba([text])[0]
        others = {t: 1.0 if p < 0.5 else 0.0 for t, p in zip(THEMES, row, strict=True)}
        at = probability - distance
        model = tiny_model.with_thresholds({**far, **others, "investment_attraction": at})
        near_others = [abs(p - others[t]) <= 0.1 for t, p in zip(THEMES[1:], row[1:], strict=True)]
        assert next(model.tag([text])).review is (expected or any(near_others))


def test_evidence_is_left_out_on_request(tiny_model):
    paragraph = next(tiny_model.tag(["经开区引进亿元以上项目18个！"], evidence=False))
    assert paragraph.tags
    assert paragraph.evidence == {}


@pytest.fixture(scope="module")
def tagged(tiny_model, tiny_labels, train_texts):
    return list(tiny_model.tag([*tiny_labels.texts, *train_texts[:150], "高新区！！招商。。"]))


def test_every_tag_has_evidence_and_nothing_else_has(tagged):
    assert sum(len(p.tags) for p in tagged) > 100
    for paragraph in tagged:
        assert list(paragraph.evidence) == list(paragraph.tags)
        assert all(1 <= len(sentences) <= MOST_SENTENCES for sentences in paragraph.evidence.values())


def test_evidence_points_at_sentences_strongest_first(tagged):
    for paragraph in tagged:
        own = sentence_spans(paragraph.text)
        for sentences in paragraph.evidence.values():
            assert all(sentence.within in own for sentence in sentences)
            assert len({sentence.within for sentence in sentences}) == len(sentences)
            scores = [sentence.score for sentence in sentences]
            assert scores == sorted(scores, reverse=True)


def test_the_first_sentence_of_evidence_is_the_strongest(tiny_model, tagged):
    for paragraph in tagged[:60]:
        for theme, sentences in paragraph.evidence.items():
            assert sentences[0].within == tiny_model.strongest_sentences(paragraph.text, theme)[0]


def test_weaker_sentences_are_shown_only_when_they_would_be_tagged(tiny_model, tagged):
    for paragraph in tagged:
        for theme, sentences in paragraph.evidence.items():
            assert all(s.score >= tiny_model.thresholds[theme] for s in sentences[1:])


def test_terms_stand_where_they_are_said_to(tagged):
    for paragraph in tagged:
        for sentences in paragraph.evidence.values():
            for sentence in sentences:
                assert len(sentence.terms) <= MOST_TERMS
                for term in sentence.terms:
                    for start, end in term.within:
                        assert sentence.within[0] <= start < end <= sentence.within[1]
                        assert normal_form(paragraph.text[start:end]) == term.term.replace(" ", "")


def test_terms_are_words_with_positive_weights_weightiest_first(tagged):
    for paragraph in tagged:
        for sentences in paragraph.evidence.values():
            for sentence in sentences:
                weights = [term.weight for term in sentence.terms]
                assert weights == sorted(weights, reverse=True)
                assert all(weight > 0 for weight in weights)
                assert all(any(map(str.isalnum, term.term)) for term in sentence.terms)


def test_words_of_a_sentence_and_its_edges_add_up_to_its_score(tiny_model, tiny_labels):
    scorer = tiny_model.scorer
    for text in tiny_labels.texts[:40]:
        scored = scorer.score(make_batch([text], fold_digits=tiny_model.features.fold_digits))
        for sentence in range(scored.batch.n_sentences):
            for theme in range(3):
                weights = scorer.character_weights(scored, np.array([sentence]), theme)
                expected = scored.sentence[sentence, theme] - scorer.intercept[theme]
                assert float(weights.sum()) == pytest.approx(float(expected), abs=1e-3)


def test_the_word_that_tells_weighs_most(tiny_model):
    paragraph = next(tiny_model.tag(["昨天，工厂的污水经过处理。"]))
    assert paragraph.tags == ("eco_park",)
    assert "污水" in [term.term for term in paragraph.evidence["eco_park"][0].terms]


def test_a_documents_spans_point_into_its_source(tiny_model):
    document = read_text(PAGE, name="page.txt")
    paragraphs = list(tiny_model.tag(document))
    assert any(p.tags for p in paragraphs)
    for paragraph in paragraphs:
        assert paragraph.document == "page.txt"
        for sentences in paragraph.evidence.values():
            for sentence in sentences:
                shown = document.source[slice(*sentence.span)]
                assert normal_form(shown) == normal_form(paragraph.text[slice(*sentence.within)])
                for term in sentence.terms:
                    for span, within in zip(term.spans, term.within, strict=True):
                        assert document.source[slice(*span)] == paragraph.text[slice(*within)]


def test_exclusive_themes_give_one_tag_with_evidence():
    texts = ["签约项目落户。", "污水处理提标。", "篮球比赛开幕。"] * 4
    y = [["招商"], ["生态"], ["体育"]] * 4
    model = gx.ThemeClassifier(exclusive=True, folds=2, n_jobs=1).fit(texts, y).to_model()
    paragraphs = list(model.tag([*texts[:3], "", "别的"]))
    assert [list(p.tags) for p in paragraphs[:3]] == y[:3]
    for paragraph in paragraphs:
        assert len(paragraph.tags) == 1
        assert sum(paragraph.scores.values()) == pytest.approx(1)
        assert list(paragraph.evidence) == list(paragraph.tags)


# ---- loading


def test_the_shipped_model_tags():
    model = load_model()
    assert model.themes == ("investment_attraction", "eco_park", "innovation_platforms", "policy", "goals")
    assert [p.tags for p in model.tag(["济宁高新区新签约项目12个，总投资38亿元。"])] == [("investment_attraction",)]
    assert model.name == f"gxclassify-{model.digest[:12]}"


def test_a_folder_is_loaded_by_path_or_name(tiny_bundle, tiny_model):
    for place in (tiny_bundle, str(tiny_bundle)):
        assert load_model(place).thresholds == tiny_model.thresholds


def test_a_missing_model(tmp_path):
    with pytest.raises(ModelError, match="there is no model here"):
        load_model(tmp_path / "nothing")


def test_predict_text_reads_and_tags(tiny_model):
    paragraphs = predict_text(PAGE, tiny_model)
    assert any("investment_attraction" in p.tags for p in paragraphs)
    assert any("policy" in p.tags for p in paragraphs)


def test_the_public_names():
    assert gx.Model is Model
    assert gx.load_model is load_model
    for name in gx.__all__:
        assert getattr(gx, name) is not None
        assert name in dir(gx)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        gx.nothing  # noqa: B018 - the access is the test


def test_the_version_is_the_projects():
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*", gx.__version__)
    assert ROOT.joinpath("pyproject.toml").exists()
