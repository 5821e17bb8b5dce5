"""The survey's page in Chromium: cells open paragraphs, nothing is fetched, axe finds nothing."""

from __future__ import annotations

import csv
import io

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
