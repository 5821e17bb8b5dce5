from __future__ import annotations

import json

import numpy as np
import pytest

from gxclassify.errors import InputError
from gxclassify.labels.checking import fingerprint
from gxclassify.labels.records import LabelRecord
from gxclassify.labels.suggest import Asked, paragraphs_of, suggest, to_label
from gxclassify.reading import read
from gxclassify.themes import Taxonomy

A, B, C, D = (
    "甲地的码头昨夜灯火通明，装卸工人换了三班。",
    "乙县图书馆迎来一批旧地方志，馆员逐页修补。",
    "丙村晒谷场改成球场，傍晚孩子们排队投篮。",
    "丁镇老街的裁缝铺还开着，缝纫机声一直没停。",
)


class Oracle:
    """Stands in for a model: every text has the probabilities it is given."""

    def __init__(self, probability, themes=("招商", "生态")):
        self.probability = probability
        self.taxonomy = Taxonomy.of_ids(themes)
        self.themes = themes
        self.thresholds = dict.fromkeys(themes, 0.5)

    def predict_proba(self, texts):
        return np.array([self.probability[text] for text in texts])

    def decide(self, probabilities):
        return probabilities >= 0.5


def test_the_least_sure_comes_first():
    model = Oracle({A: (0.01, 0.02), B: (0.48, 0.02), C: (0.9, 0.1)})
    assert [s.record.text for s in suggest([A, B, C], model, 3)] == [B, C, A]


def test_a_suggestion_tells_its_theme_scores_and_place():
    (s,) = suggest([A], Oracle({A: (0.1, 0.6)}), 1)
    assert (s.index, s.theme, s.scores) == (0, "生态", {"招商": 0.1, "生态": 0.6})
    assert s.gain == pytest.approx(0.8)  # (1 - 0.6) / (1 - 0.5)
    assert s.record.labels == ("生态",)


def test_a_theme_with_few_labels_is_asked_for_first():
    model = Oracle({A: (0.5, 0.0), B: (0.0, 0.5)})
    many = [LabelRecord(id=f"x{i}", text=f"完全另外的第{i}件事", labels=("招商",), article="x") for i in range(8)]
    assert suggest([A, B], model, 1, exclude=many)[0].theme == "生态"


def test_paragraphs_alike_are_not_asked_for_together():
    twin = A.replace("三班", "四班")
    model = Oracle({A: (0.5, 0.0), twin: (0.49, 0.0), B: (0.4, 0.0)})
    assert [s.record.text for s in suggest([A, twin, B], model, 2)] == [A, B]


def test_what_is_like_a_labelled_paragraph_comes_last():
    twin = A.replace("三班", "四班")
    model = Oracle({twin: (0.5, 0.0), B: (0.4, 0.0)})
    assert suggest([twin, B], model, 1, exclude=[A])[0].record.text == B


@pytest.mark.parametrize(
    "known", [A, "r1", LabelRecord(id="other", text=A, article="o"), LabelRecord(id="r1", text=D, article="o")]
)
def test_the_labelled_are_known_by_text_or_id(known):
    pool = [LabelRecord(id="r1", text=A, article="a"), LabelRecord(id="r2", text=B, article="b")]
    found = suggest(pool, Oracle({A: (0.5, 0.5), B: (0.1, 0.1)}), 2, exclude=[known])
    assert [s.record.id for s in found] == ["r2"]


def test_what_was_asked_for_is_not_asked_again():
    model = Oracle({A: (0.5, 0.5), B: (0.1, 0.1)})
    assert [s.record.text for s in suggest([A, B], model, 2, asked={fingerprint(A)})] == [B]


def test_a_text_that_comes_twice_is_asked_for_once():
    assert len(suggest([A, A], Oracle({A: (0.5, 0.5)}), 2)) == 1


def test_more_than_there_is_gives_what_there_is():
    assert suggest(["。"], Oracle({}), 3) == []
    assert suggest([], Oracle({}), 3) == []


def test_a_real_model_suggests_paragraphs_of_the_pool(tiny_model, tiny_labels):
    found = suggest(tiny_labels.records, tiny_model, 5)
    assert len({s.index for s in found}) == 5
    assert all(s.record.text == tiny_labels.records[s.index].text for s in found)


def test_the_memory_survives_in_its_file(tmp_path):
    asked = Asked.load(tmp_path / "pool.asked")
    asked.remember([A, B])
    Asked.load(tmp_path / "pool.asked").remember([B, C])
    assert Asked.load(tmp_path / "pool.asked").fingerprints == {fingerprint(t) for t in (A, B, C)}
    assert len((tmp_path / "pool.asked").read_text(encoding="utf-8").splitlines()) == 3


def test_a_file_that_is_no_memory_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("hello\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"notes\.txt:1: not a memory"):
        Asked.load(tmp_path / "notes.txt")


def test_a_memory_that_cannot_be_written_is_an_error(tmp_path):
    with pytest.raises(InputError, match="name another file to remember in"):
        Asked(tmp_path / "missing" / "x.asked").remember([A])


def test_records_of_a_json_lines_pool_keep_their_names(tmp_path):
    path = tmp_path / "pool.jsonl"
    path.write_text(json.dumps({"id": "q1", "text": A, "article": "m", "source": "报"}) + "\n", encoding="utf-8")
    (record,) = paragraphs_of([path])
    assert (record.id, record.article, record.source, record.text) == ("q1", "m", "报", A)


def test_paragraphs_of_a_text_are_named_after_their_words(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text(f"{A}\n\n{B}\n", encoding="utf-8")
    records = paragraphs_of([path])
    assert [r.id for r in records] == [fingerprint(r.text) for r in records]
    assert {r.source for r in records} == {"page.txt"}


SIGNED = "<h1>湖区管委会签约九个项目</h1><p>甲公司昨天签约。</p><p>乙公司本月开工。</p>"


def sent(text, name="粘贴的文字"):
    return to_label([(name, read(text.encode(), name=name))], whole=True)


def test_articles_that_are_sent_one_file_after_the_other_stay_whole():
    signed = sent(SIGNED)
    assert len(signed) == 2
    assert len({record.article for record in signed}) == 1
    other = sent(SIGNED.replace("甲公司", "戊公司"))
    assert signed[0].article != other[0].article  # whatever their names
    assert len({record.article for record in sent("一。\n\n二。\n\n三。")}) == 3  # a list of lines has no articles
