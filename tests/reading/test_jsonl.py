from __future__ import annotations

import json

import pytest

from gxclassify.config import ReadingConfig
from gxclassify.errors import InputError
from gxclassify.reading import read


def lines(*records):
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode()


def test_each_record_is_a_paragraph_with_its_other_fields():
    document = read(lines({"id": 1, "text": "甲。"}, {"id": 2, "text": "乙丙。", "tag": ["x"]}))
    assert document.format == "jsonl"
    (article,) = document.articles
    assert [p.record for p in article.paragraphs] == [{"id": 1}, {"id": 2, "tag": ["x"]}]


def test_spans_point_into_the_texts_line_by_line():
    document = read(lines({"text": "甲。"}, {"text": "乙丙。"}))
    second = document.articles[0].paragraphs[1]
    assert (document.source, second.span) == ("甲。\n乙丙。", (3, 6))


def test_records_with_one_title_are_one_article():
    document = read(lines({"title": "一", "text": "甲"}, {"title": "一", "text": "乙"}, {"title": "二", "text": "丙"}))
    assert [(a.title, len(a.paragraphs)) for a in document.articles] == [("一", 2), ("二", 1)]


def test_texts_are_not_changed():
    assert read(lines({"text": "本报讯 甲 乙 丙 丁"})).articles[0].paragraphs[0].text == "本报讯 甲 乙 丙 丁"


@pytest.mark.parametrize(
    ("second", "why"),
    [(b"{", "not JSON"), (b"[1]", "must be a JSON object"), (b'{"text": 3}', "must be a JSON object")],
)
def test_a_bad_line_is_named(second, why):
    with pytest.raises(InputError, match=rf"data\.jsonl:2: .*{why}"):
        read(b'{"text": "x"}\n' + second + b"\n", name="data.jsonl")


def test_deep_nesting_is_an_error():
    with pytest.raises(InputError, match=":2: this line is not JSON"):
        read(b'{"text": "x"}\n' + b'{"text":' * 100_000 + b"\n")


def test_a_text_beyond_the_limit_is_named():
    with pytest.raises(InputError, match=":1: the text is longer than 10"):
        read(lines({"text": "字" * 11}), config=ReadingConfig(max_paragraph_chars=10))
