from __future__ import annotations

import json
import pickle
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gxclassify.errors import ModelError
from gxclassify.features import segmenter
from gxclassify.features.batch import make_batch
from gxclassify.features.segmenter import Segmenter, get_segmenter
from gxclassify.themes import load_taxonomy
from support import ROOT, python, require

ZONE_TERMS = load_taxonomy(ROOT / "labels" / "themes.toml").segmenter_terms
PIECES = (
    "的一是在高新区产业链主招商引资亩均论英雄标准地研究生命起源"
    "abcXYZ0129%.-+#&_,，。！？；：“”（）、 \t\n年月日亿元㐀龥鿕鿿😀あКé"
)


@pytest.fixture(scope="module", params=["bare", "zone terms"])
def engines(request):
    terms = () if request.param == "bare" else ZONE_TERMS
    require(segmenter._available_engine() == "rjieba", "rjieba is not installed")
    return Segmenter(terms, engine="rjieba"), Segmenter(terms, engine="jieba")


def differing(engines, texts):
    fast, reference = engines
    return [text for text in texts if fast.cut(text) != reference.cut(text)]


# Every fourth text, and for the second test others: jieba itself is slow.
@pytest.mark.no_cover  # it would slow jieba, and one text runs the lines of all
def test_both_engines_cut_the_label_texts_alike(engines, train_texts):
    texts = train_texts[::4]
    assert len(texts) >= 1000
    assert differing(engines, texts) == []


@pytest.mark.no_cover
def test_both_engines_cut_label_texts_in_normal_form_alike(engines, train_texts):
    assert differing(engines, [make_batch([text]).text() for text in train_texts[2::4]]) == []


@pytest.mark.no_cover
def test_both_engines_cut_real_text_alike(engines, shared_data):
    texts = []
    for file in shared_data.glob("real-*.jsonl"):
        texts += [json.loads(line)["text"] for line in file.read_text(encoding="utf-8").splitlines()]
    texts += [file.read_text(encoding="utf-8", errors="replace") for file in shared_data.glob("**/*.txt")]
    assert differing(engines, texts) == []


@settings(max_examples=300)
@given(st.lists(st.one_of(st.sampled_from(ZONE_TERMS), st.text(st.sampled_from(PIECES), max_size=6)), max_size=20))
def test_both_engines_cut_random_mixtures_alike(engines, pieces):
    fast, reference = engines
    text = "".join(pieces)
    assert fast.cut(text) == reference.cut(text)


@settings(max_examples=100)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_both_engines_cut_normalised_unicode_alike(engines, text):
    fast, reference = engines
    normal = make_batch([text]).text()
    assert fast.cut(normal) == reference.cut(normal)


@given(st.text(st.sampled_from(PIECES), max_size=60))
def test_words_joined_are_the_text(text):
    assert "".join(get_segmenter(ZONE_TERMS).cut(text)) == text


@pytest.mark.parametrize("engine", ["rjieba", "jieba"])
@pytest.mark.parametrize("term", ["亩均论英雄", "标准地", "链主", "5G产业", "ＡＩ大模型", "一网通办"])
def test_a_term_stays_whole(engine, term):
    require(engine == "jieba" or segmenter._available_engine() == "rjieba", "rjieba is not installed")
    text = make_batch([f"大力实施{term}改革"]).text()
    assert make_batch([term]).text().strip() in Segmenter((term,), engine=engine).cut(text)


def test_terms_of_one_segmenter_leave_another_alone():
    assert "亩均论英雄" in get_segmenter(("亩均论英雄",)).cut("亩均论英雄")
    assert "亩均论英雄" not in get_segmenter(()).cut("亩均论英雄")


def test_terms_stand_as_they_were_given():
    assert Segmenter(("5G产业",)).terms == ("5G产业",)


def test_a_segmenter_is_shared_and_survives_pickling():
    shared = get_segmenter(("链主",))
    assert pickle.loads(pickle.dumps(shared)) is shared


def test_jieba_is_the_fallback(monkeypatch):
    monkeypatch.setattr(segmenter.importlib.util, "find_spec", lambda _name: None)
    fallback = Segmenter(("链主",))
    assert fallback.engine == "jieba"
    assert fallback.cut("培育链主企业") == ["培育", "链主", "企业"]


def test_a_missing_engine_is_told(monkeypatch):
    monkeypatch.setattr(segmenter.importlib.util, "find_spec", lambda _name: None)
    monkeypatch.delitem(sys.modules, "rjieba.rjieba", raising=False)
    with pytest.raises(ModelError, match="rjieba is not installed"):
        Segmenter(engine="rjieba")


def test_jieba_leaves_no_cache_file_that_others_could_plant(tmp_path):
    code = "from gxclassify.features.segmenter import Segmenter; print(Segmenter(engine='jieba').cut('高新区'))"
    python(code, env={"TMPDIR": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []
