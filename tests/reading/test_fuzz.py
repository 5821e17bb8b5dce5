"""Random and mutated files end in a Document or an InputError: no traceback, no hang, no flood of memory."""

from __future__ import annotations

import os
import random
import time

import pytest

from gxclassify.config import ReadingConfig
from gxclassify.errors import InputError
from gxclassify.reading import read
from reading.pdfpage import make_pdf
from reading.stories import STORIES
from reading.test_sandbox import HTML, word
from reading.typeset import Settings, typeset
from reading.wordfile import zipped

LONG = os.environ.get("GXCLASSIFY_LONG") == "1"
TEXTS, PARSED = (2000, 400) if LONG else (200, 16)
LIMITS = ReadingConfig(parse_seconds=10, parse_memory=2**30)


def mutate(rng, data):
    data = bytearray(data)
    for _ in range(rng.randint(1, 12)):
        at = rng.randrange(len(data) + 1)
        kind = rng.randrange(5)
        if kind == 0:
            del data[at : at + rng.randint(1, 400)]
        elif kind == 1:
            data[at:at] = rng.randbytes(rng.randint(1, 60))
        elif kind == 2:
            data[at:at] = data[max(0, at - 200) : at] * rng.randint(1, 5)
        elif kind == 3 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        else:
            data = data[: max(1, at)]
    return bytes(data)


def survive(data, limit=12.0, clock=time.monotonic):
    start = clock()
    outcome = "text"
    try:
        read(data, config=LIMITS)
    except InputError as error:
        outcome = str(error)
    assert clock() - start < limit
    assert outcome
    assert "\n" not in outcome
    assert len(outcome) < 400


def text_seed(rng):
    settings = Settings(width=rng.randint(8, 34), letterspace=0.2, byline="inline", furniture="middle", doubled="runs")
    page, _ = typeset(rng.sample(STORIES, 2), settings, rng.randrange(10**6))
    return page.encode(rng.choice(["utf-8", "gb18030", "utf-16", "big5hkscs"]), "replace")


def test_mutated_texts():
    rng = random.Random(3)
    for _ in range(TEXTS):
        survive(mutate(rng, text_seed(rng)))


def test_random_bytes():
    rng = random.Random(4)
    for _ in range(TEXTS):
        survive(rng.randbytes(rng.randint(0, 3000)))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["pdf", "docx", "html"])
def test_mutated_files(kind):
    rng = random.Random(5)
    seeds = {
        "pdf": lambda: make_pdf(STORIES[:2]),
        "docx": lambda: word(*STORIES[0].paragraphs, title=STORIES[0].title),
        "html": HTML.encode,
    }
    seed = seeds[kind]()
    for _ in range(PARSED // 2):
        survive(mutate(rng, seed))


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.4" + b"1 0 obj<</Type/Catalog>>endobj " * 20_000,
        b"<html>" + b"<b><i><font>" * 50_000 + b"x",
        b"<html>" + b"<" * 500_000,
        b"<html><p>" + b"&amp;" * 200_000,
        zipped({"word/document.xml": b"<a>" * 1_000_000}),
        b"PK\x03\x04" + b"\x00" * 1000,
    ],
    ids=["pdf-objects", "open-tags", "brackets", "entities", "deep-xml", "zip-head"],
)
def test_hostile_files(data):
    survive(data)


@pytest.mark.parametrize(
    "unit",
    [
        "字",
        "。",
        "\n",
        " ",
        "高 新 区 ",
        "（",
        "“",
        "高新区\n",
        "12 ",
        "a",
        "周宁 ",
        "\u200b",
        "（下转",
        "本报讯 ",
        "图为",
    ],
)
def test_one_thing_over_and_over_is_read_in_time(unit):
    size = 10 * 2**20 if LONG else 2**19
    # Text is read in this process: its own time tells how the work grows, however busy the machine is.
    survive((unit * (size // len(unit.encode()))).encode(), 60.0 if LONG else 10.0, time.process_time)
