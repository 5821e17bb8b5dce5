from __future__ import annotations

import re
from dataclasses import replace

import pytest

from gxclassify.errors import LabelError
from gxclassify.evaluation.pages import agreement_section, counts_section, model_card, replace_section
from gxclassify.evaluation.report import evaluate
from gxclassify.labels.agreement import agree
from gxclassify.labels.checking import CheckReport
from gxclassify.labels.statistics import label_statistics
from gxclassify.labels.tables import markdown
from gxclassify.messages import Message, speaking
from gxclassify.model.model import Model
from gxclassify.training import ThemeClassifier


@pytest.fixture(scope="module")
def saved(tiny_bundle):
    return Model.load(tiny_bundle)


@pytest.fixture(scope="module")
def card(saved, tiny_labels):
    report = evaluate(saved, tiny_labels.records, draws=100, mistakes=0)
    return model_card(saved, {"Seen": report})


def test_the_card_names_model_themes_labels_and_figures(card, saved, tiny_labels):
    assert card.startswith(f"# {saved.name}\n")
    assert all(f"| {theme} |" in card for theme in saved.themes)
    assert "| tiny.jsonl | `0000000000000000…` |" in card
    assert f"### Seen: {len(tiny_labels.records)} paragraphs of 48 articles" in card
    assert "## Limits" in card


def test_only_the_card_of_the_shipped_themes_speaks_of_zones(card):
    assert "development zones" in card
    texts, y = ["配送很快。", "味道很好。"] * 10, [["配送"], ["味道"]] * 10
    own = ThemeClassifier(folds=2, n_jobs=1).fit(texts, y).to_model()
    text = model_card(own, {})
    assert "development zones" not in text
    assert "Tags paragraphs by theme." in text


def test_the_card_tells_what_was_chosen():
    texts, y = ["配送很快。", "味道很好。"] * 10, [["配送"], ["味道"]] * 10
    classifier = ThemeClassifier(folds=2, n_jobs=1).fit(texts, y)
    model = classifier.to_model(settings={"classifier.C": "auto", "classifier.folds": 2})
    text = model_card(model, {})
    assert f"`classifier.C = auto` ({classifier.chosen_['classifier.C']:g}), `classifier.folds = 2`." in text


def test_the_card_speaks_the_language_in_force(saved, tiny_labels):
    report = evaluate(saved, tiny_labels.records, draws=100, mistakes=0)
    with speaking("zh"):
        own = model_card(saved, {"见过的": report}, {"见过的": [Message("no difference at all.")]})
    assert f"### 见过的：48 篇文章的 {len(tiny_labels.records)} 段" in own
    assert "**毫无差别。**" in own


def test_in_a_chinese_card_themes_go_by_their_chinese_names(saved, tiny_labels):
    themes = tuple(replace(one, zh=f"主题{n}", en=f"theme {n}") for n, one in enumerate(saved.taxonomy.themes))
    named = Model(replace(saved.parts, taxonomy=replace(saved.taxonomy, themes=themes)))
    report = evaluate(named, tiny_labels.records, draws=100, mistakes=0)
    with speaking("zh"):
        own = model_card(named, {"见过的": report})
    for theme in themes:
        assert own.count(theme.id) == 1  # beside its name in the first table, for whoever types it
        assert f"\n| {theme.zh} | " in own
    assert "| 微平均 F1 |" in own
    assert "训练段落是为本项目撰写的" in own
    assert not re.search(r"^#+ [A-Z]", own, re.MULTILINE)


def test_the_card_is_the_same_twice(card, saved, tiny_labels):
    assert model_card(saved, {"Seen": evaluate(saved, tiny_labels.records, draws=100, mistakes=0)}) == card


def test_every_table_of_the_card_has_rows_of_one_width(card):
    for block in card.split("\n\n"):
        table = [line for line in block.splitlines() if line.startswith("|")]
        assert len({line.replace("\\|", "").count("|") for line in table}) <= 1


def test_a_model_that_was_never_saved_has_a_card(tiny_model):
    assert "## Made from" in model_card(tiny_model, {})


def test_the_counts_are_those_of_the_labels(tiny_labels):
    statistics = label_statistics(tiny_labels)
    check = CheckReport(paragraphs={"train": 96}, distinct_8_grams={"train": 0.5}, unmarked=0)
    section = counts_section({"train": statistics}, check)
    assert "### train: 96 paragraphs of 48 articles" in section
    told = statistics.per_theme["policy"]
    assert f"| policy | {told.told} | {told.alone} | {told.maybe} | {told.marked} |" in section
    assert "50.0% of the 8-grams" in section
    assert "finds no problems" in section


def test_the_counts_speak_the_language_in_force(tiny_labels):
    check = CheckReport(paragraphs={"train": 96}, distinct_8_grams={"train": 0.5}, unmarked=0)
    with speaking("zh"):
        section = counts_section({"train": label_statistics(tiny_labels)}, check)
        both = agreement_section(agree(tiny_labels.records, tiny_labels.records, ["policy"]))
    assert "### train：48 篇文章的 96 段" in section
    assert "每一千段的八字片段有 50.0% 互不相同。字数：最少 " in section
    assert section.endswith("没有查出问题。\n")
    assert both.startswith("96 段标过两遍")


def test_the_agreement_is_that_of_the_two(tiny_labels):
    agreement = agree(tiny_labels.records, tiny_labels.records, ["policy"])
    section = agreement_section(agreement)
    assert section.startswith("96 paragraphs were labelled twice; over all themes kappa is 1.000")
    assert f"| policy | {agreement.per_theme['policy'].paragraphs} | 1.000 | 1.000 | 1.000 | 1.000 |" in section


def test_a_bar_in_a_cell_does_not_end_it():
    assert markdown([["a"], ["x|y"]]).splitlines()[2] == "| x\\|y |"


def test_a_section_is_replaced_and_the_rest_stays(tmp_path):
    path = tmp_path / "README.md"
    path.write_text("前\n<!-- generated: counts -->\n旧\\1\n<!-- end: counts -->\n后\n", encoding="utf-8")
    text = replace_section(path, "counts", "新\\g<0>\n")
    assert text == "前\n<!-- generated: counts -->\n新\\g<0>\n<!-- end: counts -->\n后\n"


def test_a_new_section_stands_at_the_end(tmp_path):
    path = tmp_path / "README.md"
    assert replace_section(path, "counts", "新") == "<!-- generated: counts -->\n新\n<!-- end: counts -->\n"
    path.write_text("前\n", encoding="utf-8")
    assert replace_section(path, "counts", "新").startswith("前\n\n<!-- generated: counts -->")


def test_a_section_without_end_is_an_error(tmp_path):
    path = tmp_path / "README.md"
    path.write_text("<!-- generated: counts -->\n旧\n", encoding="utf-8")
    with pytest.raises(LabelError, match="nowhere ends with"):
        replace_section(path, "counts", "新")
