import numpy as np
import pytest

from gxclassify.features.batch import make_batch, normal_form, sentence_spans
from gxclassify.model.explanation import MOST_SENTENCES, MOST_TERMS
from gxclassify.reading import Article, Document, Paragraph, read_text
from support import PAGE, strongest_sentence


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
            assert sentences[0].within == strongest_sentence(tiny_model, paragraph.text, theme)


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
        scored = scorer.score(make_batch([text], fold_digits=tiny_model.parts.features.fold_digits))
        sentences = np.arange(scored.batch.n_sentences)
        for theme in range(3):
            weights, first = scorer.character_weights(scored, sentences, np.full_like(sentences, theme))
            expected = scored.sentence[:, theme] - scorer.intercept[theme]
            assert np.add.reduceat(weights, first[:-1]) == pytest.approx(expected, abs=1e-3)


def test_the_word_that_tells_weighs_most(tiny_model):
    paragraph = next(tiny_model.tag(["昨天，工厂的污水经过处理。"]))
    assert paragraph.tags == ("eco_park",)
    assert "污水" in [term.term for term in paragraph.evidence["eco_park"][0].terms]


def test_a_word_that_stands_twice_is_named_once_with_both_places(tiny_model):
    text = "污水提标之后，污水、污水处理厂。"
    (sentence,) = next(tiny_model.tag([text])).evidence["eco_park"]
    names = [term.term for term in sentence.terms]
    assert len(set(names)) == len(names)
    term = sentence.terms[names.index("污水")]
    assert term.within == ((0, 2), (7, 9), (10, 12))


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


def test_evidence_in_a_record_is_the_same_in_text_and_source(tiny_model):
    text = "园区污水处理厂完成提标。"
    record = Paragraph(text, (0, len(text)), ((0, 0, len(text)),))
    moved = Paragraph(text, (5, 5 + len(text)), ((0, 5, len(text)),))
    article = Article(None, None, (), (), (record, moved))
    first, second = tiny_model.tag(Document("a", "utf-8", "", "records", (article,)))
    (sentence,), (further,) = first.evidence["eco_park"], second.evidence["eco_park"]
    assert sentence.span == sentence.within == further.within
    assert further.span == (sentence.span[0] + 5, sentence.span[1] + 5)
    assert [t.spans for t in further.terms] == [tuple((a + 5, b + 5) for a, b in t.spans) for t in sentence.terms]
