"""What shows itself in a notebook: every text escaped, nothing used up by looking."""

import re

import pytest

import gxclassify as gx
from gxclassify.messages import speaking
from gxclassify.output import notebook
from gxclassify.reading import read_text
from support import ROOT

HOSTILE = "高新区新签约项目12个，总投资38亿元<script>alert(1)</script>\ud800。"


def test_a_document_shows_its_articles_and_runs_nothing():
    html = read_text(HOSTILE, name="<a>.txt")._repr_html_()
    assert "&lt;script&gt;" in html
    assert "&lt;a&gt;.txt" in html
    assert not re.search(r"<script|<a>", html)
    html.encode()


def test_a_document_shows_its_subheads_and_captions_where_they_stand():
    html = gx.read(ROOT / "examples" / "page.txt")._repr_html_()
    shown = [re.sub("<.*?>", "", line) for line in re.findall("<p .*?</p>", html)]
    assert shown.index("敞开大门请进新技术") == 5
    assert "图片来源：盐湖产业园管委会" in shown[-1]


def test_of_many_articles_the_first_are_shown_and_the_rest_counted(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(f'{{"text": "第{i}条。"}}' for i in range(25)), encoding="utf-8")
    html = gx.read(path)._repr_html_()
    assert "第19条" in html
    assert "第20条" not in html
    assert "5 articles more" in html


def test_a_model_shows_its_themes_and_thresholds(tiny_model):
    html = tiny_model.with_thresholds({"policy": 0.87})._repr_html_()
    assert "0.87" in html
    assert all(f">{theme.en}<" in html for theme in tiny_model.taxonomy.themes)
    with speaking("zh"):
        html = tiny_model._repr_html_()
    assert all(f">{theme.zh}<" in html for theme in tiny_model.taxonomy.themes)
    assert re.findall("<th [^>]*>(.*?)</th>", html) == ["主题", "id", "阈值"]


def test_what_was_looked_at_is_still_there(tiny_model):
    document = read_text(HOSTILE + "\n\n职工篮球赛昨晚开幕，24支队伍参加。")
    plain = list(tiny_model.tag(document))
    looked_at = tiny_model.tag(document)
    html = looked_at._repr_html_()
    assert looked_at._repr_html_() == html
    assert list(looked_at) == plain
    assert list(looked_at) == []
    assert not re.search("<script", html)
    assert "border-bottom" in html  # the sentence that tells


def test_of_many_paragraphs_the_first_are_shown(tiny_model):
    assert "… and more" in tiny_model.tag(["园区"] * 201)._repr_html_()
    assert "… and more" not in tiny_model.tag(["园区"] * 200)._repr_html_()


def test_articles_have_their_tags_beside_the_headline_but_for_one_that_may_be_cut(tiny_model):
    document = gx.read(ROOT / "examples" / "page.txt")
    html = tiny_model.tag(document)._repr_html_()
    for group in gx.tag_groups(tiny_model, document):
        for theme in group.tags:
            told = group.themes[theme]
            assert f"{told.paragraphs}/{group.paragraphs} · {told.score:.2f}" in html
    long = read_text("\n\n".join(["园区招商小分队赴深圳拜访企业3家，签约项目12个。"] * 201))
    assert not re.search("/20[01] · ", tiny_model.tag(long)._repr_html_())


def test_groups_show_themselves_and_are_still_there(tiny_model):
    document = read_text(HOSTILE + "\n\n职工篮球赛昨晚开幕，24支队伍参加。")
    groups = gx.tag_groups(tiny_model, document)
    html = groups._repr_html_()
    assert "1/2 · " in html
    assert "&lt;script&gt;" in html
    assert not re.search("<script", html)
    assert len(list(groups)) == 1


def test_in_a_terminal_too_a_person_sees_what_there_is(tiny_model):
    assert repr(tiny_model).startswith(f"<{tiny_model.name}: {tiny_model.themes[0]}")
    assert "list()" in repr(tiny_model.tag(["园区签约项目3个。"]))


@pytest.mark.parametrize(("language", "said"), [("en", "2 paragraphs, 1 group;"), ("zh", "2 段，1 组；")])
def test_a_survey_shows_its_shares(tiny_model, language, said):
    found = gx.survey(["衡阳高新区新签约项目12个，总投资38亿元。", "衡阳高新区举办篮球赛。"], model=tiny_model)
    with speaking(language):
        shown = found._repr_html_()
    assert said in shown
    assert "<td style='padding:.15em 1em .15em 0;text-align:left'>50%</td>" in shown
    assert shown.count("<tr>") == 2


def test_a_survey_of_many_groups_shows_the_first_ones(tiny_model, monkeypatch):
    monkeypatch.setattr(notebook, "_MOST_GROUPS", 1)
    found = gx.survey(["衡阳高新区新签约项目12个。", "济宁高新区<b>新签约项目12个。"], model=tiny_model)
    shown = found._repr_html_()
    assert shown.count("<tr>") == 2
    assert "… and 1 group more" in shown
