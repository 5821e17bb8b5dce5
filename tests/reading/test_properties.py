"""Properties of every text: nothing is lost, spans hold, whatever the text is."""

from __future__ import annotations

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gxclassify.errors import InputError
from gxclassify.reading import read_text
from reading.checks import assert_nothing_lost, assert_spans_hold
from reading.stories import STORIES
from reading.typeset import Settings, typeset

WORDS = (
    "高新区|本报讯 |（记者 周宁）|图片来源：|周宁 摄|。|，|\n|\n\n|　　| |高 新 区 "
    "|AI |12|3.5%|责任编辑：|第三版|（下转|“|”|——|\r\n|\t|\u200b|\u3000|赵志远 何一帆|2026年3月5日 星期四"
)
PIECES = st.sampled_from(WORDS.split("|"))
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=120).map("".join))
PAGES = st.builds(
    Settings,
    width=st.integers(8, 34),
    blank=st.sampled_from(["every", "paragraph", "none"]),
    indent=st.sampled_from(["kept", "lost", "half", "narrow", "flush"]),
    title=st.sampled_from(["before", "after"]),
    title_lines=st.sampled_from([1, 2]),
    doubled=st.sampled_from(["no", "whole", "runs", "lines"]),
    letterspace=st.sampled_from([0.0, 0.1, 0.5]),
    subheads=st.integers(0, 3),
    subhead_lines=st.sampled_from([1, 2]),
    byline=st.sampled_from(["none", "line", "inline", "brackets", "lead", "top"]),
    caption=st.sampled_from(["none", "credit", "text", "story"]),
    furniture=st.sampled_from(["none", "head", "foot", "middle"]),
    lead=st.sampled_from(["none", "plain", "agency"]),
    hang=st.booleans(),
    spaced_digits=st.booleans(),
    continued=st.booleans(),
)
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def check(text):
    try:
        document = read_text(text)
    except InputError:
        assert not text.strip() or not "".join(c for c in text if c.isprintable()).strip()
        return
    assert_nothing_lost(document)
    assert_spans_hold(document)


@QUICK
@given(TEXTS)
@example(">")
@example("＞ \n>")
def test_nothing_of_any_text_is_lost(text):
    check(text)


@settings(QUICK, max_examples=60)
@given(PAGES, st.integers(0, 10**6))
def test_nothing_of_a_page_is_lost(page_settings, seed):
    text, _ = typeset(STORIES[seed % 4 : seed % 4 + 2], page_settings, seed)
    check(text)


@settings(QUICK, max_examples=60)
@given(st.data())
def test_nothing_of_a_mutated_page_is_lost(data):
    text, _ = typeset(STORIES[:2], data.draw(PAGES), 1)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 80)))
    check(text[:start] + data.draw(TEXTS) + text[end:])
