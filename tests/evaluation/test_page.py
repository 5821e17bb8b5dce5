from __future__ import annotations

import dataclasses
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from gxclassify.evaluation import plots
from gxclassify.evaluation.learning import Gain, LearningCurve, LearningPoint
from gxclassify.evaluation.metrics import Predictions, Reliability, measure, precision_recalls
from gxclassify.evaluation.pages import evaluation_page, evaluation_table, learning_page, learning_table
from gxclassify.evaluation.report import Mistake, evaluate
from gxclassify.labels.records import LabelRecord
from gxclassify.messages import speaking
from gxclassify.themes import PALETTE, Taxonomy, Theme

INVEST = "总投资9亿元的新能源项目在开发区开工。"
PLAIN = "合唱团排练到很晚，9名团员一个没走。"
TAXONOMY = Taxonomy(themes=(Theme(id="investment", zh="招商引资", en="Investment attraction", colour=PALETTE[0]),))
CURVE = LearningCurve(
    [LearningPoint(n, "real", 0.1 * i, 0.2 * i, {"investment": 0.2 * i}) for i, n in enumerate((100, 200, 400), 1)],
    {"real": Gain(0.1, 0.2)},
)


@pytest.fixture(scope="module")
def report(tiny_model, tiny_labels):
    wrong = LabelRecord(
        id="<wrong>", text=PLAIN + INVEST, labels=("policy",), evidence={"policy": ((0, 18),)}, article="w", source="报"
    )
    return evaluate(tiny_model, [*tiny_labels.records, wrong], draws=100, mistakes=5)


@pytest.fixture(scope="module")
def page(report):
    return evaluation_page(report)


class Outline(HTMLParser):
    """Collects tags and addresses, and checks that tags are closed in order."""

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.addresses = [], [], []

    def handle_starttag(self, tag, attributes):
        self.seen.append(tag)
        self.addresses += [value for name, value in attributes if name in {"src", "href"}]
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_startendtag(self, _tag, attributes):
        self.addresses += [value for name, value in attributes if name in {"src", "href"}]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def outline(page):
    parser = Outline()
    parser.feed(page)
    return parser


def test_the_page_is_whole_and_has_three_plots(page):
    parser = outline(page)
    assert parser.open == []
    assert parser.seen.count("svg") == 3


def test_the_page_loads_nothing(page):
    assert all(address.startswith("#") for address in outline(page).addresses)
    assert "script" not in outline(page).seen
    assert "url(http" not in page


def test_an_error_shows_the_strongest_and_the_marked_sentences(report):
    text = "甲。<乙>。丙。"
    mistake = Mistake(
        id="m", where="", theme="policy", told=True, probability=0.1, threshold=0.5, sentence_span=(2, 6), terms=[],
        marked_spans=((0, 6),), text=text,
    )  # fmt: skip
    page = evaluation_page(dataclasses.replace(report, mistakes=[mistake]))
    assert "<p><u>甲。</u><u><mark>&lt;乙&gt;。</mark></u>丙。</p>" in page


def test_the_page_highlights_what_decided(page):
    assert f"<mark>{INVEST}</mark>" in page


def test_what_comes_from_labels_is_escaped(page):
    assert "&lt;wrong&gt;" in page
    assert "<wrong>" not in page


def test_the_page_is_the_same_twice(report, page):
    assert evaluation_page(report) == page


def test_a_learning_curve_page():
    page = learning_page(CURVE, TAXONOMY)
    parser = outline(page)
    assert parser.open == []
    assert parser.seen.count("svg") == 1
    for theme, precision in CURVE.points[0].average_precision.items():  # as the terminal has it
        assert f">AP {theme}</th>" in page
        assert f"<td>{precision:.3f}</td>" in page


def test_the_dots_of_the_reliability_plot_are_not_cut_by_its_frame():
    svg = ET.fromstring(plots.reliability_plot(Reliability([0.0, 1.0], [0.0, 1.0], [9, 9])))
    drawn = next(part for part in svg.iter() if part.get("id") == "PathCollection_1")
    dots = [part for part in drawn.iter() if part.tag.endswith("use")] or [
        part for part in drawn.iter() if part.tag.endswith("path")
    ]
    assert len(dots) == 2
    assert not any("clip-path" in part.attrib for part in drawn.iter())


def curves(report):
    return plots.precision_recall_plot(report.curves, report.metrics, report.taxonomy)


@pytest.mark.parametrize("draw", [curves, lambda report: plots.reliability_plot(report.reliability), plots.slice_plot])
def test_plots_are_svg_without_font_files(report, draw):
    svg = draw(report)
    assert ET.fromstring(svg).tag.endswith("svg")
    assert "<text" not in svg  # every glyph is a path


@pytest.mark.filterwarnings("error")
def test_plots_of_many_themes_stay_small():
    rng, themes = np.random.default_rng(0), tuple(f"theme{t:02d}" for t in range(65))
    told = rng.random((400, len(themes))) < 0.05
    probability = np.clip(rng.random(told.shape) + 0.3 * told, 0, 1)
    p = Predictions(themes, told, np.ones_like(told), probability, told, np.full(len(themes), 0.5))
    taxonomy = Taxonomy.of_ids(themes)
    curves = plots.precision_recall_plot(precision_recalls(p), measure(p), taxonomy)
    table = plots.confusion_plot(p, taxonomy)
    for svg in (curves, table):
        width, height = (float(ET.fromstring(svg).get(side).removesuffix("pt")) for side in ("width", "height"))
        assert max(width, height) < 2000
    assert sum(colour.casefold() in curves.casefold() for colour in PALETTE) == len(PALETTE)
    assert table.count("<use") < len(themes) * 40  # no zeros


def test_theme_names_are_chinese_where_a_font_has_them(monkeypatch):
    taxonomy = Taxonomy(themes=(Theme(id="goals", zh="目标", en="Goals", colour="#000000"),))
    monkeypatch.setattr(plots, "cjk_font", lambda: "Some Font")
    assert plots.theme_titles(taxonomy) == {"goals": "目标"}


def test_theme_names_are_english_where_no_font_has_chinese(monkeypatch):
    taxonomy = Taxonomy(themes=(Theme(id="goals", zh="目标", en="Goals", colour="#000000"),))
    monkeypatch.setattr(plots, "cjk_font", lambda: None)
    assert plots.theme_titles(taxonomy) == {"goals": "Goals"}


def test_plots_can_be_made_without_a_chinese_font(report, monkeypatch):
    monkeypatch.setattr(plots, "cjk_font", lambda: None)
    assert curves(report).startswith("<svg")


def test_bands_of_length_are_in_the_language_in_force(report, monkeypatch):
    said = []
    monkeypatch.setattr(plots, "cjk_font", lambda: "DejaVu Sans")
    monkeypatch.setattr(
        plots, "_svg", lambda figure: said.extend(t.get_text() for t in figure.axes[0].get_yticklabels())
    )
    with speaking("zh"):
        plots.slice_plot(report)
    assert any("80" in text for text in said)
    assert not any("under" in text or " to " in text for text in said)


def test_the_table_has_a_line_for_each_theme(report, tiny_model):
    table = evaluation_table(report)
    assert all(any(line.startswith(theme) for line in table.splitlines()) for theme in tiny_model.themes)
    assert "The worst errors:" in table


def test_where_no_decision_is_wrong_the_page_says_so(tiny_model, tiny_labels):
    right = [
        dataclasses.replace(one, labels=tuple(tagged.tags), maybe=(), evidence={})
        for one, tagged in zip(tiny_labels.records, tiny_model.tag(r.text for r in tiny_labels.records), strict=True)
    ]
    said = "No decision is wrong: every paragraph has the themes that its labels say."
    clean = evaluate(tiny_model, right, draws=100)
    assert f"<h2>The worst errors</h2><p>{said}</p>" in evaluation_page(clean).replace("\n", "")
    assert evaluation_table(clean).endswith(said)
    with speaking("zh"):
        assert "没有错误：每一段的主题都和标注一致。" in evaluation_page(clean)


def test_where_no_error_was_asked_for_the_page_has_none(report):
    other = dataclasses.replace(report, mistakes=[])
    assert "worst errors" not in evaluation_page(other)
    assert "No decision is wrong" not in evaluation_table(other)


def test_the_table_says_when_no_sentence_is_marked(tiny_model):
    bare = [LabelRecord(id=str(i), text=text, article=str(i)) for i, text in enumerate((PLAIN, INVEST))]
    assert "No sentences are marked" in evaluation_table(evaluate(tiny_model, bare, draws=100, mistakes=0))


def test_the_learning_table_says_what_a_doubling_brings():
    assert learning_table(CURVE, TAXONOMY).splitlines()[-1] == (
        "real: with each doubling mean AP has lately changed by +0.200, macro F1 by +0.100."
    )


def test_the_learning_curve_says_what_ap_is_in_the_language_in_force():
    assert "\nAP: average precision of the probabilities" in learning_table(CURVE, TAXONOMY)
    assert " AP investment\n" in learning_table(CURVE, TAXONOMY)
    with speaking("zh"):
        for shown in (learning_table(CURVE, TAXONOMY), learning_page(CURVE, TAXONOMY)):
            assert "平均精度均值 mAP" in shown
            assert "AP（平均精度）：" in shown
            assert "AP 招商引资" in shown
            assert "investment" not in shown
