from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gxclassify as gx
from gxclassify.errors import ConfigError, InputError, ModelError
from gxclassify.loading import load_model, predict_text
from gxclassify.model.model import Model
from support import PAGE, ROOT, THEMES


def test_probabilities_equal_the_estimators_on_every_label_text(tiny_classifier, tiny_model, train_texts):
    assert len(train_texts) >= 1000
    expected = tiny_classifier.predict_proba(train_texts)
    assert np.abs(tiny_model.predict_proba(train_texts) - expected).max() <= 1e-5


def test_decisions_equal_the_estimators(tiny_classifier, tiny_model, train_texts):
    assert (tiny_model.decide(tiny_model.predict_proba(train_texts)) == tiny_classifier.predict(train_texts)).all()


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


def test_probabilities_of_any_table_are_decided_on_and_others_refused(tiny_model):
    rows = tiny_model.predict_proba(["园区签约", "治理河道"])
    assert (tiny_model.decide(rows.tolist()) == tiny_model.decide(rows)).all()
    for other in (rows[0], rows[:, 1:], 0.5):
        with pytest.raises(InputError, match="must be a table with a column for each theme, "):
            tiny_model.decide(other)


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
        ({"Policy": 8}, "The threshold of Policy must lie in 0 … 1. Got 8."),
    ],
)
def test_thresholds_out_of_place(tiny_model, thresholds, message):
    with pytest.raises(ConfigError, match=re.escape(message)):
        tiny_model.with_thresholds(thresholds)


# ---- tagged paragraphs


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
    assert list(model.with_thresholds({}).tag(texts)) == list(model.tag(texts))
    with pytest.raises(ConfigError, match="exclude each other, so the most probable one is tagged"):
        model.with_thresholds({"招商": 0.4})


# ---- loading


def test_no_single_word_is_tagged_with_certainty_by_the_shipped_model():
    words = ["招商", "引资", "绿化", "减排", "科技成果", "实验室", "优惠", "人才政策", "园区建设", "远景目标"]
    assert load_model().predict_proba(words).max() < 0.35


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
