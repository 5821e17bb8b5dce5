from __future__ import annotations

import re

import pytest

from gxclassify.errors import LabelError
from gxclassify.themes import Taxonomy, Theme, find_taxonomy, is_theme_id, load_taxonomy
from support import ROOT


@pytest.fixture
def load(tmp_path):
    def load_text(text):
        file = tmp_path / "themes.toml"
        file.write_text(text, encoding="utf-8")
        return load_taxonomy(file)

    return load_text


def test_the_shipped_taxonomy():
    taxonomy = load_taxonomy(ROOT / "labels" / "themes.toml")
    assert taxonomy.ids == ("investment_attraction", "eco_park", "innovation_platforms", "policy", "goals")
    assert not taxonomy.exclusive
    assert not taxonomy.at_least_one
    assert all(theme.zh and theme.en and theme.question for theme in taxonomy.themes)
    assert len({theme.colour for theme in taxonomy.themes}) == 5


def test_a_bare_id_is_its_own_name(load):
    taxonomy = load('[[theme]]\nid = "Ⅱ类·体育"\n')
    theme = taxonomy.themes[0]
    assert (theme.id, theme.zh, theme.en, theme.question) == ("Ⅱ类·体育", "Ⅱ类·体育", "Ⅱ类·体育", "")
    assert re.fullmatch("#[0-9A-F]{6}", theme.colour)
    assert taxonomy.notice == ""


def test_no_colour_is_given_to_two_themes(load):
    first, own, third = load(
        '[[theme]]\nid = "a"\n[[theme]]\nid = "b"\ncolour = "#0072b2"\n[[theme]]\nid = "c"\n'
    ).themes
    assert own.colour == "#0072b2"
    assert len({theme.colour.lower() for theme in (first, own, third)}) == 3


def test_options(load):
    taxonomy = load('exclusive = true\nsegmenter_terms = ["链主"]\n[[theme]]\nid = "a"\n[[theme]]\nid = "b"\n')
    assert taxonomy.exclusive
    assert taxonomy.segmenter_terms == ("链主",)
    assert taxonomy.ids == ("a", "b")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "needs at least one"),
        ("theme = 3", "needs at least one"),
        ("theme = [1]", "theme 1: a theme is a"),
        ("[[theme]]\nzh = '无'", "theme 1: a theme needs an id, without control characters such as line breaks."),
        ("[[theme]]\nid = ' '", "theme 1: a theme needs an id, without control characters"),
        ('[[theme]]\nid = "a\\tb"', "without control characters"),
        ('[[theme]]\nid = "a\\u2028b"', "without control characters"),
        ("[[theme]]\nid = 'a'\n[[theme]]\nid = 'a'", "'a' is declared 2 times"),
        ("[[theme]]\nid = 'a'\nname = 'x'", "theme 1: 'name' is not known here"),
        ("[[theme]]\nid = 1", "theme 1: a theme is a"),
        ("[[theme]]\nid = 'a'\ncolour = 'red'", "the colour must be written #rrggbb. Got 'red'"),
        ("exklusive = true\n[[theme]]\nid = 'a'", "'exklusive' is not known"),
        ("exclusive = 1\n[[theme]]\nid = 'a'", "exclusive must be true or false. Got 1"),
        ("segmenter_terms = '词'\n[[theme]]\nid = 'a'", "segmenter_terms must be a list of words"),
        ("segmenter_terms = ['']\n[[theme]]\nid = 'a'", "segmenter_terms must be a list of words"),
        ("segmenter_terms = [1]\n[[theme]]\nid = 'a'", "segmenter_terms must be a list of words"),
        ("exclusive = true\nat_least_one = true\n[[theme]]\nid = 'a'", "leave at_least_one out"),
        ("[[theme", "is not valid TOML"),
    ],
)
def test_invalid_taxonomy_is_told_with_its_file(load, text, message):
    with pytest.raises(LabelError, match=re.escape(message)) as error:
        load(text)
    assert "themes.toml: " in str(error.value)


def test_missing_taxonomy(tmp_path):
    with pytest.raises(LabelError, match="the taxonomy cannot be read"):
        load_taxonomy(tmp_path / "themes.toml")


def test_taxonomy_stands_beside_or_above_the_labels(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "themes.toml").write_text("[[theme]]\nid = 'above'", encoding="utf-8")
    assert find_taxonomy([tmp_path / "a" / "b" / "x.jsonl"]).ids == ("above",)
    (tmp_path / "a" / "b" / "themes.toml").write_text("[[theme]]\nid = 'beside'", encoding="utf-8")
    assert find_taxonomy([tmp_path / "a" / "b" / "x.jsonl"]).ids == ("beside",)


def test_no_taxonomy_anywhere(tmp_path):
    assert find_taxonomy([tmp_path / "x.jsonl"]) is None
    assert find_taxonomy([]) is None


def test_more_themes_than_colours():
    taxonomy = Taxonomy.of_ids(map(str, range(20)))
    assert len(taxonomy.ids) == 20


@pytest.mark.parametrize(("value", "good"), [("体育", True), ("a.b/c", True), ("", False), ("a\tb", False), (3, False)])
def test_theme_ids(value, good):
    assert is_theme_id(value) is good


def test_a_theme_is_found_by_any_of_its_names():
    themes = [
        Theme(id="a", zh="政策", en="Policy", colour="#000000"),
        Theme(id="b", zh="目标", en="Goals", colour="#000000"),
        Theme(id="政策", zh="别的", en="Goals", colour="#000000"),
    ]
    taxonomy = Taxonomy(themes=tuple(themes))
    assert [taxonomy.find(name) for name in ("a", "POLICY", " 目标", "别的")] == ["a", "a", "b", "政策"]
    assert taxonomy.find("政策") == "政策"  # an id wins over another's name
    assert taxonomy.find("goals") is None  # two are called so
    assert taxonomy.find("体育") is None
