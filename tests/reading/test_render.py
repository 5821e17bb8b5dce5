from __future__ import annotations

from pathlib import Path

from gxclassify.reading import read, render_text

PAGE = Path(__file__).parents[2] / "examples" / "page.txt"


def test_the_text_form_has_title_subheads_and_paragraphs_in_order():
    lines = render_text(read(PAGE)).splitlines()
    assert lines[0] == "白鹭洲高新区“链上找”出好项目"
    assert lines.index("沿着链条找来好伙伴") < lines.index("敞开大门请进新技术")


def test_the_explained_form_names_every_repair():
    document = read(PAGE)
    text = document.explain()
    kinds = {r.kind for a in document.articles for p in (*a.paragraphs, *a.parts) for r in p.repairs}
    assert {"joined_lines", "lead", "byline", "despaced", "doubled_headline"} <= kinds
    assert all(kind in text for kind in kinds)


def test_the_explained_form_shows_source_beside_result():
    text = read(PAGE).explain()
    assert "source | 之 内 就 能" in text.replace("\n", "") or "之 内 就 能 完 成" in text
