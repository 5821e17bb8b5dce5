"""What shows itself in a notebook: every text escaped, nothing used up by looking."""

import re

import gxclassify as gx
from gxclassify.reading import read_text

HOSTILE = "高新区新签约项目12个，总投资38亿元<script>alert(1)</script>\ud800。"


def test_a_document_shows_its_articles_and_runs_nothing():
    html = read_text(HOSTILE, name="<a>.txt")._repr_html_()
    assert "&lt;script&gt;" in html
    assert "&lt;a&gt;.txt" in html
    assert not re.search(r"<script|<a>", html)
    html.encode()


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
    assert all(theme.zh in html for theme in tiny_model.taxonomy.themes)


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
