from __future__ import annotations

import itertools
import re
import unicodedata

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gxclassify.errors import InputError
from gxclassify.features.batch import MARK, make_batch, normal_form, sentence_spans

CHARACTERS = (
    "高新区签约项目，。！？；：“”‘’（）「」『』》〉】!?;:()"
    "abcXYZ０１Ａ 019\u3000\t\n\r\x00\x85\u200b\ufeff\ufffd😀\ud800%.-…"
)
texts = st.lists(st.one_of(st.text(st.sampled_from(CHARACTERS), max_size=40), st.text(max_size=20)), max_size=6)


def sentences(text):
    return [text[a:b] for a, b in sentence_spans(text)]


@given(texts)
@example(["他说。", "”签约", "", "！？", " ", "引”。"])
@example(["签约", "!开工"])
def test_a_paragraph_is_the_same_alone_and_among_others(paragraphs):
    together = make_batch(paragraphs)
    spans = together.sentence_spans()
    bounds = together.sentence_start[together.first_sentence]
    for i, paragraph in enumerate(paragraphs):
        alone = make_batch([paragraph])
        assert spans[i] == alone.sentence_spans()[0]
        assert together.codes[bounds[i] : bounds[i + 1] + 1].tolist() == alone.codes.tolist()


@given(texts)
def test_every_character_but_white_space_is_in_one_sentence(paragraphs):
    for paragraph, spans in zip(paragraphs, make_batch(paragraphs).sentence_spans(), strict=True):
        assert spans == sorted(spans)
        assert all(a <= b for a, b in spans)
        assert all(b <= a for (_, b), (a, _) in itertools.pairwise(spans))
        inside = "".join(paragraph[a:b] for a, b in spans)
        assert "".join(map(normal_form, inside)) == "".join(map(normal_form, paragraph))


@given(texts)
def test_origin_points_at_the_character_that_a_code_came_from(paragraphs):
    batch = make_batch(paragraphs)
    text = batch.text()
    paragraph = batch.paragraph_of_sentence()[batch.sentence_of_position()]
    for position, code in enumerate(batch.codes):
        if code == MARK:
            continue
        source = paragraphs[paragraph[position]][batch.origin[position]]
        assert text[position] == (normal_form(source) or " ")


@given(texts)
def test_marks_stand_before_every_sentence_and_at_the_end(paragraphs):
    batch = make_batch(paragraphs)
    assert (batch.codes[batch.sentence_start] == MARK).all()
    assert np.count_nonzero(batch.codes == MARK) == batch.n_sentences + 1
    assert batch.n_paragraphs == len(paragraphs)
    assert len(batch.sentence_of_position()) == (len(batch.codes) if paragraphs else 0)
    assert len(batch.text()) == len(batch.codes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("签约。开工！投产？达效；完", ["签约。", "开工！", "投产？", "达效；", "完"]),
        ("他说：“签约。”随后离开。", ["他说：“签约。”", "随后离开。"]),
        ("（第一期。）第二期", ["（第一期。）", "第二期"]),
        ("真的？！是的", ["真的？！", "是的"]),
        ("签约!开工;done!yes", ["签约!", "开工;", "done!yes"]),
        ("p值3.5;见表", ["p值3.5;见表"]),
        ("一。 二。", ["一。", "二。"]),
        ("", [""]),
        (" \n", [""]),
        ("。", ["。"]),
    ],
)
def test_sentences(text, expected):
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("ＡＢＣ１２", "abc12"),
        ("5G 产业 园", "5g产业园"),
        ("hello world", "hello world"),
        ("hello \n  world", "hello world"),
        ("a，b", "a,b"),
        ("高 新", "高新"),
        ("12 个", "12个"),
        ("😀", "\ufffd"),
        ("\ud800", "\ufffd"),
        ("a\x00b", "a b"),
    ],
)
def test_normal_form_of_a_text(text, normal):
    assert make_batch([text]).text() == f"\n{normal}\n"


def test_digits_are_folded_on_request():
    assert make_batch(["２０26年"], fold_digits=True).text() == "\n0000年\n"


@given(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]))
def test_no_control_character_is_left(character):
    normal = normal_form(character)
    assert normal == "" or unicodedata.category(normal) != "Cc" or ord(normal) > 0x7F


def test_offsets_skip_white_space():
    batch = make_batch(["  高 新\u3000区。 "])
    assert batch.sentence_spans() == [[(2, 8)]]
    assert batch.origin[1:-1].tolist() == [2, 4, 6, 7]


def test_no_paragraph():
    batch = make_batch([])
    assert (batch.n_paragraphs, batch.n_sentences, batch.sentence_spans()) == (0, 0, [])


@pytest.mark.parametrize("wrong", [None, 3, b"bytes", float("nan")])
def test_what_is_no_text_is_named(wrong):
    with pytest.raises(
        InputError, match=re.escape(f"Every text must be a string. Got {type(wrong).__name__} as text 1")
    ):
        make_batch(["一", wrong])
