"""The tags of articles and documents, from those of their paragraphs."""

from __future__ import annotations

import pytest

import gxclassify as gx
from gxclassify.errors import ConfigError
from gxclassify.reading.document import Article, Document
from support import ROOT

PAGE = ROOT / "examples" / "page.txt"


@pytest.fixture(scope="module")
def model():
    return gx.load_model()


@pytest.fixture(scope="module")
def page():
    return gx.read(PAGE)


@pytest.mark.parametrize("level", ["article", "document"])
def test_a_group_tells_what_its_paragraphs_tell(model, page, level):
    tagged = list(model.tag(page))
    groups = list(gx.tag_groups(model, page, level))
    assert sum(group.paragraphs for group in groups) == len(tagged)
    for group in groups:
        own = [one for one in tagged if level == "document" or one.article == group.article]
        assert group.tags == tuple(theme for theme in model.themes if any(theme in one.tags for one in own))
        for theme, told in group.themes.items():
            assert told.paragraphs == sum(theme in one.tags for one in own)
            assert told.share == told.paragraphs / len(own)
            best = max(own, key=lambda one: one.scores[theme])
            assert (told.score, told.strongest) == (best.scores[theme], (best.article, best.paragraph))
            assert (told.sentence is None) == (theme not in best.tags)
            assert (told.sentence or "") in best.text


def test_a_document_of_several_articles_has_no_place_among_them(model, page):
    [whole] = gx.tag_groups(model, page, "document", zones=True)
    assert len(page.articles) > 1
    assert whole.article is None
    counts = [zone.mentions for zone in whole.zones]
    assert counts == sorted(counts, reverse=True)


def test_texts_stand_alone_and_groups_keep_their_order_over_batches(model):
    texts = [f"高新区新签约项目{n}个。" + "园区很好。" * (n % 7 * 1000) for n in range(60)]
    groups = list(gx.tag_groups(model, texts, "document"))
    assert [group.article for group in groups] == list(range(60))
    assert {group.paragraphs for group in groups} == {1}


def test_articles_without_paragraphs_have_no_group(model):
    empty = Document("空.txt", "", "", "text", (Article("只有标题", None, (), (), ()),))
    documents = [empty, gx.read("高新区新签约项目12个。".encode()), empty]
    assert [group.paragraphs for group in gx.tag_groups(model, documents, "document")] == [1]


def test_an_unknown_level_is_refused(model):
    with pytest.raises(ConfigError, match="paragraph, article, document"):
        next(gx.tag_groups(model, ["园区"], "page"))
