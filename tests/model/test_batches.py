import dataclasses
from pathlib import Path

import pyarrow as pa
import pytest

import gxclassify as gx
from gxclassify.errors import InputError
from gxclassify.model import model
from gxclassify.reading import read_text
from support import PAGE


@pytest.mark.parametrize("size", [1, 300, 10**9])
def test_batch_size_makes_no_difference(tiny_model, train_texts, monkeypatch, size):
    texts = ["”引在前", "。", *train_texts[:60], "", "!"]
    expected = tiny_model.predict_proba(texts)
    monkeypatch.setattr(model, "BATCH_CHARACTERS", size)
    assert tiny_model.predict_proba(texts) == pytest.approx(expected, abs=1e-6)
    tags = [p.tags for p in tiny_model.tag(texts)]
    assert len(tags) == len(texts)


def test_a_generator_is_scored_as_it_comes(tiny_model, monkeypatch):
    monkeypatch.setattr(model, "BATCH_CHARACTERS", 10)
    taken = []

    def texts():
        for i in range(100):
            taken.append(i)
            yield "高新区签约项目落户园区"

    next(tiny_model.tag(texts()))
    assert len(taken) == 1


@pytest.mark.parametrize("call", ["predict_proba", "tag"])
def test_one_string_is_no_list_of_texts(tiny_model, call):
    with pytest.raises(InputError, match=r"Got one string; put it in a list, or, .* gxclassify\.read\(path\)"):
        list(getattr(tiny_model, call)("高新区"))


class NotYetRun:
    """A query over a table of one column, as DuckDB has it: rows are there when it is run."""

    shape = (2, 1)

    def __len__(self):
        return 2

    def __getitem__(self, place):
        raise TypeError("a relation is indexed by one column name")


@pytest.mark.parametrize(
    "wrong",
    [{"id-7": "高新区签约"}, Path("page.txt"), NotYetRun(), None],
    ids=lambda wrong: type(wrong).__name__,  # an address in a name would differ from worker to worker
)
@pytest.mark.parametrize("call", ["predict_proba", "tag"])
def test_neither_keys_nor_a_path_nor_a_query_are_texts(tiny_model, call, wrong):
    with pytest.raises(InputError, match=rf"Got {type(wrong).__name__}; give a list of its texts"):
        list(getattr(tiny_model, call)(wrong))


@pytest.mark.parametrize("array", [pa.array, lambda texts: pa.chunked_array([texts[:1], texts[1:]])])
def test_arrays_of_arrow_are_texts(tiny_model, array):
    texts = ["高新区签约12个项目。", None, "园区污水处理厂完成提标。"]
    expected = tiny_model.predict_proba(texts)
    assert tiny_model.predict_proba(array(texts)) == pytest.approx(expected, abs=0, nan_ok=True)
    assert [p.text for p in tiny_model.tag(array(texts))] == [texts[0], "", texts[2]]
    assert gx.survey(array(texts), model=tiny_model).counts.total.paragraphs == 2


def test_texts_are_documents_of_one_paragraph(tiny_model):
    places = [(p.document, p.article, p.title, p.paragraph, p.span) for p in tiny_model.tag(["一", "二二"])]
    assert places == [("", 0, None, 0, (0, 1)), ("", 1, None, 0, (0, 2))]


def test_documents_and_texts_are_tagged_together_each_by_its_own_numbers(tiny_model):
    page = read_text(PAGE, name="page.txt")
    records = dataclasses.replace(page, document="records.jsonl", first_article=40)
    tagged = list(tiny_model.tag([page, "园区污水处理厂完成提标。", records]))
    alone = list(tiny_model.tag(page))
    n = len(alone)
    assert tagged[:n] == alone
    assert (tagged[n].document, tagged[n].article, tagged[n].tags) == ("", 1, ("eco_park",))
    assert [p.document for p in tagged[n + 1 :]] == ["records.jsonl"] * n
    assert [p.article - 40 for p in tagged[n + 1 :]] == [p.article for p in alone]


@pytest.mark.parametrize("wrong", [3, b"text"])
def test_what_is_neither_text_nor_document_is_refused(tiny_model, wrong):
    with pytest.raises(InputError, match=r"must be texts or documents\. Got .* at place 1"):
        list(tiny_model.tag(["招商", wrong]))
