"""Whole pages: those of the generator, the example, and the shared ones where they are at hand."""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections import Counter
from dataclasses import replace

import pytest

from gxclassify.reading import read, read_text
from reading.checks import assert_nothing_lost, assert_spans_hold
from reading.stories import STORIES
from reading.typeset import Settings, typeset
from support import ROOT, SHARED, require

MARKS = [
    "--- 第{}页 ---", "=== Page {} ===", "【第{}页】", "第{}页/共2页", "# 第{}页", "<!-- page {} -->", "Page {} of 2",
    "{}", "扫描件_{}.jpg", "扫描全能王 创建", "======\n第{}页\n======",
]  # fmt: skip


@pytest.mark.parametrize("printed", [0, 24])
@pytest.mark.parametrize("mark", MARKS)
def test_a_paragraph_goes_on_across_what_stands_between_two_pages(mark, printed):
    story = STORIES[0]
    head, *rest = (f"　　{text}" if printed else text for text in story.paragraphs)
    cut = 2 * printed or head.index("举行", 2) + 10
    width = printed or 10_000
    pages = [
        [text[at : at + width] for text in page for at in range(0, len(text), width)]
        for page in ([story.title, head[:cut]], [head[cut:], *rest])
    ]
    lines = [line for n, page in enumerate(pages, start=1) for line in (*page, *mark.format(n).split("\n"))]
    document = read_text("\n".join(lines))
    assert_nothing_lost(document)
    assert_spans_hold(document)
    (article,) = document.articles
    assert article.title == story.title
    assert [paragraph.text for paragraph in article.paragraphs] == list(story.paragraphs)


CHOICES = {
    "width": range(12, 29),
    "blank": ["every", "paragraph", "none"],
    "indent": ["kept", "lost", "half", "narrow"],
    "title": ["before", "after"],
    "title_lines": [1, 2],
    "doubled": ["no", "no", "whole", "runs", "lines"],
    "letterspace": [0, 0.05, 0.3],
    "subheads": [0, 0, 2],
    "byline": ["none", "line", "inline", "brackets", "lead", "top"],
    "caption": ["none", "credit", "text", "story"],
    "furniture": ["none", "head", "foot", "middle"],
    "lead": ["none", "plain", "agency"],
    "hang": [True, False],
    "spaced_digits": [True, False],
}


def plain(text):
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or ""))


def assert_read(settings, *, stories=STORIES, seed=0):
    page, gold = typeset(stories, settings, seed)
    document = read_text(page)
    found = [(plain(a.title), [plain(p.text) for p in a.paragraphs]) for a in document.articles]
    assert found == [(plain(story.title), [plain(p) for p in story.paragraphs]) for story in gold]
    assert [plain(h) for a in document.articles for h in a.subheads] == [plain(h) for s in gold for h in s.subheads]
    assert_nothing_lost(document)
    assert_spans_hold(document)
    return document, gold


@pytest.mark.parametrize("width", range(10, 31))
def test_every_column_width(width):
    """A paragraph whose last line is full may run into the next one: a break there leaves no trace."""
    text, gold = typeset(STORIES, Settings(width=width), width)
    f1, recall, spurious, under = scores([(text, [{"title": s.title, "paragraphs": s.paragraphs} for s in gold])])
    assert (f1 >= 0.9, recall, spurious, under >= 0.9) == (True, 1.0, 0, True)


def test_many_settings_together():
    """Random settings, each page with its own: the mean over all of them."""
    rng = random.Random(7)
    pages = []
    for seed in range(60):
        choices = {name: rng.choice(values) for name, values in CHOICES.items()}
        text, gold = typeset(rng.sample(STORIES, rng.randint(2, 5)), Settings(**choices), seed)
        pages.append((text, [{"title": s.title, "paragraphs": s.paragraphs} for s in gold]))
    f1, recall, spurious, under = scores(pages)
    assert (f1 >= 0.98, recall >= 0.97, spurious <= 4, under >= 0.96) == (True, True, True, True)


@pytest.mark.parametrize("blank", ["every", "paragraph", "none"])
@pytest.mark.parametrize("indent", ["kept", "lost", "half", "narrow"])
def test_empty_lines_and_indents(blank, indent):
    assert_read(Settings(blank=blank, indent=indent))


def test_paragraphs_without_indents_are_told_by_empty_lines():
    assert_read(Settings(blank="paragraph", indent="flush"))


@pytest.mark.parametrize("title", ["before", "after"])
@pytest.mark.parametrize("lines", [1, 2])
@pytest.mark.parametrize("doubled", ["no", "whole", "runs", "lines"])
def test_headlines(title, lines, doubled):
    assert_read(Settings(title=title, title_lines=lines, doubled=doubled))


@pytest.mark.parametrize("lines", [1, 2])
@pytest.mark.parametrize("title", ["before", "after"])
def test_subheads(lines, title):
    assert_read(Settings(subheads=2, subhead_lines=lines, title=title, width=18))


@pytest.mark.parametrize("byline", ["none", "line", "inline", "brackets", "lead", "top"])
def test_bylines(byline):
    document, gold = assert_read(Settings(byline=byline))
    names = [re.sub(r"本报|记者|\s", "", article.byline or "") for article in document.articles]
    assert names == [re.sub(r"\s", "", story.byline or "") for story in gold]


@pytest.mark.parametrize("caption", ["credit", "text", "story"])
@pytest.mark.parametrize("title", ["before", "after"])
def test_captions(caption, title):
    document, gold = assert_read(Settings(caption=caption, title=title))
    assert [plain(c) for a in document.articles for c in a.captions] == [plain(c) for s in gold for c in s.captions]


@pytest.mark.parametrize("furniture", ["head", "foot", "middle"])
def test_furniture_goes_out_with_a_repair(furniture):
    document, _ = assert_read(Settings(furniture=furniture))
    assert {repair.kind for repair in document.repairs} == {"furniture"}


@pytest.mark.parametrize("share", [0.05, 0.3, 1.0])
def test_letter_spacing(share):
    assert_read(Settings(letterspace=share, byline="line"))


@pytest.mark.parametrize("hang", [True, False])
@pytest.mark.parametrize("spaced", [True, False])
@pytest.mark.parametrize("lead", ["plain", "agency"])
def test_hanging_marks_spaced_digits_and_leads(hang, spaced, lead):
    assert_read(Settings(hang=hang, spaced_digits=spaced, lead=lead))


def test_a_continuation_note_is_taken_off():
    assert_read(Settings(continued=True, byline="none", width=14))


def test_a_continuation_note_behind_names_on_a_line_of_their_own_is_taken_off():
    settings = Settings(width=21, blank="paragraph", indent="narrow", title="after", title_lines=2, doubled="lines")
    signed = replace(settings, byline="inline", caption="credit", subheads=2, hang=False, spaced_digits=True)
    assert_read(replace(signed, furniture="head", continued=True), seed=328)


def test_a_continuation_note_that_is_spaced_out_is_taken_off():
    settings = Settings(width=27, title="after", title_lines=2, doubled="runs", letterspace=0.3, byline="none")
    assert_read(replace(settings, caption="credit", continued=True), seed=98)


@pytest.mark.parametrize("marks", ["，；：？！", "，；：？！。"])
def test_half_width_marks(marks):
    """Marks half as wide change where lines break, and a full stop is the dot of a number as well."""
    half = str.maketrans("，；：？！。", ",;:?!.")
    chosen = {ord(mark): half[ord(mark)] for mark in marks}
    stories = [replace(s, paragraphs=[p.translate(chosen) for p in s.paragraphs]) for s in STORIES[:2]]
    assert_read(Settings(width=22, indent="kept"), stories=stories)


@pytest.mark.parametrize("note", ["（上接第一版）", "【上接A1版】"])
def test_a_continuation_note_at_the_head_of_a_paragraph_is_taken_off(note):
    text = f"临江高新区集中签约十二个项目\n{note}" + "临江高新区举行集中签约仪式，十二个项目落笔。\n" * 3
    (article,) = read_text(text).articles
    assert article.paragraphs[0].text.startswith("临江高新区举行")
    assert "continuation" in {repair.kind for repair in article.paragraphs[0].repairs}


def test_an_article_without_headline_is_an_article():
    page, _ = typeset(STORIES[:1], Settings(byline="inline", lead="plain"))
    other, _ = typeset(STORIES[1:2], Settings(byline="inline", lead="plain"))
    headless = other.partition("\n\n")[2]
    assert [a.title for a in read_text(page + headless).articles] == [STORIES[0].title, None]


def test_columns_of_different_width_on_one_page():
    wide, _ = typeset(STORIES[:2], Settings(width=22, byline="line"))
    narrow, _ = typeset(STORIES[2:4], Settings(width=14, byline="line"))
    titles = [article.title for article in read_text(wide + narrow).articles]
    assert titles == [story.title for story in STORIES[:4]]


def test_the_example_page():
    document = read(ROOT / "examples" / "page.txt")
    assert [(a.title, a.byline, len(a.captions), len(a.subheads), len(a.paragraphs)) for a in document.articles] == [
        ("白鹭洲高新区“链上找”出好项目", None, 0, 2, 6),
        ("石桥经开区：拿地四十五天可开工", "沈佳", 0, 0, 3),
        ("盐湖生态产业园循环经济见实效", "马骁 罗清", 1, 0, 3),
    ]
    assert_nothing_lost(document)


def shared(name):
    require((SHARED / name).exists(), "the shared pages are not at hand")
    return SHARED / name


def scores(pages):
    """Return paragraph F1, title recall, spurious titles and attribution over (text, gold) pages."""
    hit = gold_count = found_count = titles = right = spurious = under = 0
    for text, gold in pages:
        document = read_text(text)
        assert_nothing_lost(document)
        assert_spans_hold(document)
        want = Counter(plain(p) for a in gold for p in a["paragraphs"])
        have = Counter(plain(p.text) for a in document.articles for p in a.paragraphs)
        wanted = Counter(plain(a["title"]) for a in gold)
        named = Counter(plain(a.title) for a in document.articles if a.title)
        where = {plain(p.text): plain(a.title) for a in document.articles for p in a.paragraphs}
        hit += (want & have).total()
        gold_count, found_count = gold_count + want.total(), found_count + have.total()
        titles, right = titles + wanted.total(), right + (wanted & named).total()
        spurious += (named - wanted).total()
        under += sum(where.get(plain(p)) == plain(a["title"]) for a in gold for p in a["paragraphs"])
    return 2 * hit / (gold_count + found_count), right / titles, spurious, under / gold_count


def test_the_shared_pages():
    folder = shared("pages")
    pages = [
        (
            path.read_text(encoding="utf-8"),
            json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["articles"],
        )
        for path in sorted(folder.glob("*.txt"))
    ]
    f1, recall, spurious, under = scores(pages)
    assert (f1 >= 0.99, recall >= 0.99, spurious <= 1, under >= 0.99) == (True, True, True, True)


def test_the_seed_page():
    text = shared("seed-page.txt").read_text(encoding="utf-8")
    gold = json.loads(shared("seed-page.json").read_text(encoding="utf-8"))["articles"]
    f1, recall, spurious, under = scores([(text, gold)])
    assert (f1 >= 0.97, recall, spurious, under >= 0.97) == (True, 1.0, 0, True)
    document = read_text(text)
    assert [plain(a.byline) for a in document.articles] == [plain(a["byline"]) for a in gold]
