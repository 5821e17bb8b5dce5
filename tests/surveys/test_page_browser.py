"""The survey's page in Chromium: cells open paragraphs, nothing is fetched, axe finds nothing."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from browsing import PHONE, WIDE, accessibility_faults, downloaded, misprints, visit
from gxclassify.surveys import survey_files
from gxclassify.zones import load_gazetteer
from support import ROOT

CORPUS = ROOT / "examples" / "corpus"
ZONES = "corpus-zones.csv"

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def page_address(tmp_path_factory):
    page = tmp_path_factory.mktemp("survey") / "survey.html"
    survey_files([CORPUS], page, gazetteer=load_gazetteer([ROOT / "examples" / "corpus-zones.csv"]))
    return page.as_uri()


@pytest.mark.parametrize(("size", "dark"), [(WIDE, False), (WIDE, True), (PHONE, False), (PHONE, True)])
def test_axe_finds_nothing_and_the_page_fits_its_width(browser, page_address, size, dark):
    with visit(browser, page_address, size=size, dark=dark, touch=size is PHONE) as page:
        assert accessibility_faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("dark", [False, True])
def test_on_paper_nothing_is_cut_and_nothing_is_dark(browser, page_address, dark):
    with visit(browser, page_address, dark=dark) as page:
        page.wait_for_selector(".heat")
        assert misprints(page) == []


def test_on_paper_stands_what_is_chosen(browser, tmp_path):
    survey_files([CORPUS], tmp_path / "page.html", start=2022, gazetteer=load_gazetteer([CORPUS.parent / ZONES]))
    with visit(browser, (tmp_path / "page.html").as_uri()) as page:
        page.select_option("#time-group", index=2)
        page.select_option("#grain", "month")
        page.emulate_media(media="print")
        name = page.evaluate("document.querySelector('#time-group').selectedOptions[0].text")
        for part, value in (("#time-group", name), ("#grain", "月")):
            assert page.locator(part).is_visible()
            assert page.locator(f"{part} option:checked").inner_text() == value
            assert page.evaluate(f"getComputedStyle(document.querySelector('{part}')).borderTopWidth") == "0px"
        assert page.locator("#profile-group").is_visible()
        assert not page.locator("#find-group").is_visible()  # nothing is sought
        assert not page.locator("#search").is_visible()
        assert "2022 至 …" in page.inner_text(".survey-head")


def test_a_cell_opens_the_paragraphs_behind_it_by_keyboard(browser, page_address):
    with visit(browser, page_address) as page:
        cell = page.locator(".heat .cell:enabled").first
        told = int(cell.locator(".of").inner_text().split("/")[0])
        cell.focus()
        page.keyboard.press("Enter")
        assert page.locator(".passages article").count() == told
        assert page.evaluate("document.activeElement.id") == "passages-head"


def test_search_finds_words_in_the_text(browser, page_address):
    with visit(browser, page_address) as page:
        page.fill("#search", "零碳厂房")
        assert page.locator(".passages mark").first.inner_text() == "零碳厂房"


def test_the_language_changes(browser, page_address):
    with visit(browser, page_address) as page:
        page.click("#language")
        assert page.locator("#heat-head").inner_text() == "Themes by zone"


@pytest.mark.parametrize(
    ("locale", "grain", "names"),
    [
        ("zh-CN", "quarter", ["2026年1季度", "3季度", "4季度"]), ("en-US", "quarter", ["2026 Q1", "Q3", "Q4"]),
        ("zh-CN", "month", ["2026年2月", "5月"]), ("en-US", "month", ["2026-02", "04"]),
    ],
)  # fmt: skip
def test_the_charts_of_one_year_name_it(browser, tmp_path, locale, grain, names):
    days = ["2026-02-03", "2026-08-01", "2026-11-30"]
    lines = [f'{{"text": "湖北襄阳高新区签约{n}个项目。", "date": "{day}"}}\n' for n, day in enumerate(days, 3)]
    (tmp_path / "news.jsonl").write_text("".join(lines), "utf-8")
    survey_files([tmp_path / "news.jsonl"], tmp_path / "page.html")
    with visit(browser, (tmp_path / "page.html").as_uri(), locale=locale) as page:
        page.select_option("#time select >> nth=1", grain)
        shown = page.locator("#time figure >> nth=0 >> text.label:not(.small)").all_text_contents()
    assert set(names) <= set(shown)


@pytest.mark.parametrize(
    ("by", "names", "told"),
    [
        ("province", ["鼓楼经开区"], "0 provinces"), ("province", ["鼓楼经开区", "衡阳高新区"], "1 province"),
        ("zone", ["鼓楼经开区", "衡阳高新区"], "2 zones"),
    ],
)  # fmt: skip
def test_what_is_unknown_is_no_province(browser, tmp_path, by, names, told):
    lines = [f'{{"text": "{name}签约12个项目，总投资30亿元。"}}\n' for name in names]
    (tmp_path / "news.jsonl").write_text("".join(lines), "utf-8")
    survey_files([tmp_path / "news.jsonl"], tmp_path / "page.html", by=by)
    with visit(browser, (tmp_path / "page.html").as_uri(), locale="en-US") as page:
        assert page.inner_text(".counts >> nth=0").split(" · ")[2] == told
        assert page.locator(".heat tbody tr").count() == len(names)


def test_signs_of_themes_are_letters_in_english_too(browser, page_address):
    with visit(browser, page_address, locale="en-US") as page:
        signs = page.locator("#time figcaption .swatch").all_inner_texts()
    assert signs == ["IA", "E", "IP", "P", "G"]


def test_every_table_and_chart_can_be_saved(browser, page_address):
    with visit(browser, page_address) as page:
        text = downloaded(page, '[data-export="themes-by-group.csv"]')
        rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
        assert len(rows) == 5 * 5
        for name in ("themes-by-group", "themes-over-time", "profile", "comparison"):
            drawing = downloaded(page, f'[data-export="{name}.svg"]')
            assert drawing.startswith("<svg")
            assert "color-mix" not in drawing
            assert "var(" not in drawing
        with page.expect_download() as download:
            page.click('[data-export="themes-over-time.png"]')
        with open(download.value.path(), "rb") as file:  # noqa: PTH123 - Playwright's path
            assert file.read(4) == b"\x89PNG"


_FAULTS = """(drawing) => {
  document.body.innerHTML = drawing;
  const frame = document.querySelector("svg").getBoundingClientRect();
  const lines = [...document.querySelectorAll("text")].map((node) => [node.textContent, node.getBoundingClientRect()]);
  const outside = lines.filter(([, box]) => box.left < frame.left || box.right > frame.right).map(([text]) => text);
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom - 3 && b.top < a.bottom - 3;
  const pairs = lines.flatMap((one, i) => lines.slice(i + 1).map((two) => [one, two]));
  return [...outside, ...pairs.filter(([one, two]) => meet(one[1], two[1])).map((pair) => pair.map(([text]) => text))];
}"""


def _drawing(page, name):
    """Return the drawing that a press on SVG gives, the texts in it, and the name of its file."""
    with page.expect_download() as download:
        page.click(f'[data-export="{name}.svg"]')
    drawing = Path(download.value.path()).read_text("utf-8")
    return drawing, re.findall("<text[^>]*>([^<]*)", drawing), download.value.suggested_filename


@pytest.mark.parametrize("size", [WIDE, PHONE])
@pytest.mark.parametrize(
    ("locale", "themes", "time", "profile"),
    [
        ("zh-CN", ["招商引资", "生态园区", "创新平台", "政策", "目标"], "随时间的变化", "园区画像："),
        (
            "en-US", ["Investment attraction", "Eco-park", "Innovation platforms", "Policy", "Goals"],
            "Themes over time", "Profile: ",
        ),
    ],
)  # fmt: skip
def test_pictures_name_their_themes_and_zones(browser, page_address, locale, size, themes, time, profile):
    with visit(browser, page_address, locale=locale, size=size) as page:
        zones = page.locator(".heat .name").all_inner_texts()
        drawn = {
            name: _drawing(page, name) for name in ("themes-by-group", "themes-over-time", "profile", "comparison")
        }
        page.select_option("#time-group", index=2)
        drawn["of one"] = _drawing(page, "themes-over-time")
        texts = {name: texts for name, (_, texts, _) in drawn.items()}
        for name in ("themes-over-time", "of one"):  # each theme above its bars
            assert [text for text in texts[name] if text in themes] == themes
        assert texts["themes-over-time"][:2] == [time, themes[0]]
        assert texts["of one"][0].startswith(time)
        assert texts["of one"][0].endswith(zones[1])
        assert texts["profile"][0] == f"{profile}{zones[0]}"
        assert texts["comparison"][1:3] == [f"● {zones[0]}", f"□ {zones[1]}"]
        assert {*zones, *themes} <= {*texts["themes-by-group"]}
        assert len({file for *_, file in drawn.values()}) == len(drawn)
        assert drawn["profile"][2] == "profile-linlan.svg"
        for drawing, *_ in drawn.values():
            assert page.evaluate(_FAULTS, drawing) == []


def test_long_names_fit_into_pictures(browser, tmp_path):
    names = [
        "北方工业大区国家级高新技术产业开发区暨综合保税区与自由贸易试验片区联合示范园",
        "西岸 WWW Technology and Innovation Park 示范区",
    ]
    head = "id,name,short,kind,level,province,city,since,source\n"
    rows = [
        f"z{i},{name},{short},hitech,national,江苏省,,2010,x\n"
        for i, (name, short) in enumerate(zip(names, ("北方某高新区", "西岸某经开区"), strict=True))
    ]
    (tmp_path / "zones.csv").write_text(head + "".join(rows), "utf-8")
    lines = [
        f'{{"text": "{short}签约12个项目。", "date": "2024-0{n}-01"}}\n'
        for n in (1, 3)
        for short in ("北方某高新区", "西岸某经开区")
    ]
    (tmp_path / "news.jsonl").write_text("".join(lines), "utf-8")
    survey_files([tmp_path / "news.jsonl"], tmp_path / "page.html", gazetteer=load_gazetteer([tmp_path / "zones.csv"]))
    with visit(browser, (tmp_path / "page.html").as_uri(), locale="en-US") as page:
        page.select_option("#time-group", index=1)
        drawings = [
            _drawing(page, name)[0] for name in ("themes-by-group", "themes-over-time", "profile", "comparison")
        ]
        assert [page.evaluate(_FAULTS, drawing) for drawing in drawings] == [[]] * 4


@pytest.mark.parametrize(("locale", "told"), [("zh-CN", "2024-02 没有段落"), ("en-US", "2024-02 no paragraphs")])
def test_a_period_without_paragraphs_has_no_share(browser, tmp_path, locale, told):
    lines = [f'{{"text": "湖北襄阳高新区签约{n}个项目。", "date": "2024-0{n}-01"}}\n' for n in (1, 3)]
    (tmp_path / "news.jsonl").write_text("".join(lines), "utf-8")
    survey_files([tmp_path / "news.jsonl"], tmp_path / "page.html")
    with visit(browser, (tmp_path / "page.html").as_uri(), locale=locale) as page:
        page.click("#time summary")
        assert page.locator("#time tbody tr >> nth=1 >> td").all_inner_texts() == ["0", *"–––––"]
        assert page.locator("#time tbody tr >> nth=0 >> td").all_inner_texts()[1] == "1 · 100%"
        assert told in page.get_attribute("#time svg >> nth=0", "aria-label")
        rows = list(csv.DictReader(io.StringIO(downloaded(page, '[data-export="themes-over-time.csv"]'))))
        assert {row["share"] for row in rows if row["period"] == "2024-02"} == {""}
