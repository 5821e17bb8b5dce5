"""`gxclassify.tag`: files as a data frame."""

import re
import warnings

import pandas as pd
import pytest

import gxclassify as gx
from gxclassify.errors import InputError, ModelError
from gxclassify.messages import speaking
from gxclassify.scoring.bulk import tag_files
from support import ROOT

TEXT = "高新区新签约项目12个，总投资38亿元。\n\n职工篮球赛昨晚开幕，24支队伍参加，决赛将在周末举行。"


def test_the_rows_are_the_tagged_paragraphs(tmp_path):
    page = tmp_path / "page.txt"
    page.write_text(TEXT, encoding="utf-8")
    frame = gx.tag(page)
    model = gx.load_model()
    tagged = list(model.tag(gx.read(page)))
    assert frame["text"].to_list() == [p.text for p in tagged]
    assert frame["tags"].to_list() == [list(p.tags) for p in tagged]
    assert frame[list(model.themes)].to_numpy().tolist() == [list(p.scores.values()) for p in tagged]
    assert frame.columns[:4].to_list() == ["document", "title", "tags", "text"]
    assert frame.attrs["left_out"] == []


def test_a_model_may_be_named_by_its_folder(tmp_path, tiny_bundle):
    (tmp_path / "page.txt").write_text(TEXT, encoding="utf-8")
    themes = gx.load_model(tiny_bundle).themes
    for named in (tiny_bundle, str(tiny_bundle), gx.load_model(tiny_bundle)):
        assert set(themes) < set(gx.tag(tmp_path / "page.txt", model=named).columns)
    with pytest.raises(ModelError, match="there is no model here"):
        gx.tag(tmp_path / "page.txt", model=tmp_path / "none")


def test_records_keep_their_fields_and_zones_come_when_asked_for(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"id": 7, "text": "2021年3月，衡阳高新区新签约项目12个，总投资38亿元。"}', encoding="utf-8")
    [row] = gx.tag([path], zones=True).to_dict("records")
    assert row["record.id"] == 7
    assert (row["zones"], row["article_zone"], row["date"]) == (["hitech-hengyang"], "hitech-hengyang", "2021-03")
    assert "38亿元" in "".join(row["amounts"])


def test_a_file_that_is_named_twice_is_tagged_once_and_warned_of(tmp_path):
    page = tmp_path / "a.txt"
    page.write_text("济宁高新区新签约项目12个，总投资38亿元。", encoding="utf-8")
    with pytest.warns(UserWarning, match="1 file is named more than once and read once"):
        assert len(gx.tag([page, str(page)])) == 1


def test_warnings_speak_the_language_in_force(tmp_path):
    page = tmp_path / "a.txt"
    page.write_text("济宁高新区新签约项目12个，总投资38亿元。", encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(b"%PDF-1.7 cut")
    (tmp_path / "a.csv").write_text("text,date\n济宁高新区新签约项目12个。,2021年13月\n", "utf-8")
    with speaking("zh"), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        gx.tag([page, str(page), tmp_path / "b.txt", tmp_path / "a.csv"], zones=True)
    assert len(caught) == 3
    assert all(re.search("[\u4e00-\u9fff]{3}", str(one.message)) for one in caught)
    assert not any(re.search("[a-z]{3,} [a-z]{3,}", str(one.message)) for one in caught)


def test_what_is_left_out_is_warned_of_and_kept(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(b"%PDF-1.7 cut")
    with pytest.warns(UserWarning, match=r"b\.txt") as caught:
        frame = gx.tag(tmp_path)
    assert len(frame) == 2
    assert frame.attrs["left_out"] == [str(caught[0].message)]
    assert caught[0].filename == __file__


def test_of_nothing_readable_the_reason_is_raised(tmp_path):
    with warnings.catch_warnings(), pytest.raises(gx.InputError, match=r"none\.txt"):
        gx.tag(tmp_path / "none.txt")


@pytest.mark.parametrize("level", ["article", "document"])
def test_articles_and_documents_are_rows_with_shares_and_sentences(level):
    path = ROOT / "examples" / "page.txt"
    groups = list(gx.tag_groups(gx.load_model(), gx.read(path), level, zones=True))
    frame = gx.tag(path, level=level, zones=True)
    assert len(frame) == len(groups)
    for (_, row), group in zip(frame.iterrows(), groups, strict=True):
        assert (row["title"], row["paragraphs"], tuple(row["tags"])) == (group.title, group.paragraphs, group.tags)
        assert row["zones"] == [zone.id for zone in group.zones]
        for theme, told in group.themes.items():
            assert (row[theme], row[f"{theme}.share"], row[f"{theme}.sentence"]) == (
                told.score,
                told.share,
                told.sentence,
            )


def test_an_unknown_level_is_refused():
    with pytest.raises(gx.ConfigError, match="paragraph, article, document"):
        gx.tag("page.txt", level="page")


@pytest.mark.parametrize("inputs", [None, 3, b"PK", [None]])
def test_what_is_no_path_is_told(tiny_model, inputs):
    with pytest.raises(InputError, match="An input must be a path"):
        gx.tag(inputs, model=tiny_model)


def test_an_empty_text_is_no_path(tiny_model):
    for inputs in ("", ["page.txt", ""]):
        with pytest.raises(InputError, match="empty text, which names no file"):
            gx.tag(inputs, model=tiny_model)


def test_a_frame_or_its_column_is_no_list_of_files(tiny_model):
    frame = gx.tag(ROOT / "examples" / "page.txt", model=tiny_model)
    for inputs, kind in ((frame, "DataFrame"), (frame["text"], "Series")):
        with pytest.raises(InputError, match=rf"Got a {kind}: .* load_model\(\)\.tag\(list"):
            gx.tag(inputs, model=tiny_model)
        with pytest.raises(InputError, match=f"Got a {kind}: "):
            tag_files(inputs, "tags.jsonl", model=tiny_model)


def test_a_frame_of_several_columns_is_no_texts_to_tag_or_survey(tiny_model):
    frame = gx.tag(ROOT / "examples" / "page.txt", model=tiny_model)
    with pytest.raises(gx.InputError, match="must be one column"):
        list(tiny_model.tag(frame))
    with pytest.raises(gx.InputError, match=r"survey\(frame\['text'\]\).*iter_files"):
        gx.survey(frame, model=tiny_model)
    texts = frame["text"].to_list()
    for column in (frame["text"], frame[["text"]], frame["text"].to_numpy()):
        assert [one.text for one in tiny_model.tag(column)] == texts
    assert gx.survey(frame[["text"]], model=tiny_model).counts.total.paragraphs == len(texts)
    documents = pd.Series([gx.read(path) for path in gx.iter_files([ROOT / "examples" / "page.txt"])])
    assert [one.text for one in tiny_model.tag(documents)] == texts


@pytest.mark.parametrize("inputs", [["高新区签约。", None], [5]])
def test_inputs_that_are_no_paths_are_told_in_a_sentence(inputs):
    with pytest.raises(gx.InputError, match=r"An input must be a path. Got a (NoneType|int): texts are tagged by"):
        gx.tag(inputs)


@pytest.mark.parametrize("level", ["paragraph", "article", "document"])
@pytest.mark.parametrize("zones", [False, True])
def test_a_day_without_records_has_the_columns_of_others(tiny_model, tmp_path, level, zones):
    (tmp_path / "none.csv").write_text("id,text\n", encoding="utf-8")
    none = gx.tag(tmp_path / "none.csv", model=tiny_model, level=level, zones=zones)
    some = gx.tag(ROOT / "examples" / "page.txt", model=tiny_model, level=level, zones=zones)
    assert (len(none), [*none.columns]) == (0, [*some.columns])
    assert none.attrs == {"left_out": []}
