"""Look-alikes of ordinary characters, variation selectors, traditional characters."""

from __future__ import annotations

import unicodedata

import pytest

import gxclassify as gx
from gxclassify.config import ReadingConfig
from gxclassify.features.batch import normal_form
from gxclassify.features.characters import FOLDED, LOOK_ALIKE
from gxclassify.reading import read_text

PLAIN = "石门高新区工业用水循环利用率达到九成，龙头企业长期投入。"
SPOILT = "⽯⻔⾼新区⼯业⽤⽔循环利⽤率达到九成，⻰头企业⻓期投⼊。"
TRADITIONAL = "雲棲高新區管理委員會公佈了產業發展規劃，這個園區將開工建設12個項目。"


def test_radicals_become_ordinary_characters_with_spans_kept():
    (paragraph,) = read_text(SPOILT).articles[0].paragraphs
    assert (paragraph.text, paragraph.span) == (PLAIN, (0, len(SPOILT)))
    assert [repair.kind for repair in paragraph.repairs] == ["folded"]
    assert "lost" not in read_text(SPOILT).characters


def test_no_look_alike_is_overlooked():
    for code, plain in [*FOLDED.items()][::7]:
        (paragraph,) = read_text(f"园区{chr(code)}签约。").articles[0].paragraphs
        assert paragraph.text == f"园区{plain}签约。"


@pytest.mark.parametrize(
    ("spoilt", "plain"),
    [("︵一︶产业︐项目︒", "（一）产业，项目。"), ("見﹐樂", "見，樂"), ("高︀新󠄀区", "高新区"), ("㎡和①", "㎡和①")],
)
def test_forms_are_folded_and_ordinary_signs_are_not(spoilt, plain):
    (paragraph,) = read_text(spoilt).articles[0].paragraphs
    assert paragraph.text == plain


def test_folding_is_one_for_one_and_ends():
    for code, form in FOLDED.items():
        assert len(form) == 1
        assert ord(form) not in FOLDED
        assert LOOK_ALIKE.match(chr(code))
        assert not unicodedata.category(form).startswith("C")


@pytest.mark.parametrize("text", [SPOILT, "高︀新区", "︵一︶产业︐项目︒"])
def test_features_fold_alike(text):
    assert normal_form(text) == normal_form(read_text(text).articles[0].paragraphs[0].text)


def test_the_tags_of_folded_text_are_the_same():
    model = gx.load_model()
    scores = model.predict_proba([PLAIN, SPOILT])
    assert (scores[0] == scores[1]).all()


def test_traditional_characters_are_noticed_and_stay():
    document = read_text(TRADITIONAL)
    assert document.articles[0].paragraphs[0].text == TRADITIONAL
    assert [notice.kind for notice in document.notices] == ["traditional"]
    assert not read_text(PLAIN).notices


def test_traditional_characters_can_be_simplified_with_spans_kept():
    document = read_text(f"公告\n\n{TRADITIONAL}\n{TRADITIONAL}", config=ReadingConfig(simplify=True))
    paragraph = document.articles[0].paragraphs[-1]
    assert paragraph.text == "云栖高新区管理委员会公布了产业发展规划，这个园区将开工建设12个项目。"
    start, end = paragraph.source_span(paragraph.text.index("园区"), paragraph.text.index("园区") + 2)
    assert document.source[start:end] == "園區"
    assert "simplified" in {repair.kind for repair in paragraph.repairs}
    assert not document.notices
