"""Whatever stands in a text, four times as much of it takes about four times the work."""

from __future__ import annotations

import contextlib
import gc
import time
import tracemalloc

import pytest

from gxclassify.errors import InputError
from gxclassify.reading import reader
from gxclassify.reading.web.html import read_fragment
from gxclassify.reading.web.markdown import parse_markdown
from gxclassify.reading.web.markup import is_fragment

N = 12_000  # characters
MOST = 6.0
LEAST_SECONDS, LEAST_BYTES = 0.2, 2**22
"""What is less than this at 4 n is mostly start and noise."""

SHAPES = {
    "captions": "图为高新区项目开工现场。张三摄\n",
    "marked captions": "▲图为园区一角\n",
    "zero-width": "高\u200b",
    "zero-width lines": "高新区\u200b\u200b\u200b引进项目\u200b。\n",
    "brackets": "（",
    "book marks": "《高",
    "square brackets": "[高](",
    "digits": "1",
    "lines of digits": "12345\n",
    "one endless line": "高新区引进项目。",
    "one endless sentence": "高新区引进项目",
    "short lines": "高\n",
    "carriage returns": "高\r",
    "titles": "高新区提速增效\n\n",
    "bylines": "本报记者 张三\n",
    "crafts": "文/记者 张三/图 ",
    "staff": "责编 高 新 美编 ",
    "staff in lines": "责编 高 新 美编 高 新\n",
    "words above": "常山\n高新区今年引进亿元以上项目十八个，开工十二个。\n",
    "articles": "高新区引进亿元以上项目\n高新区今年引进亿元以上项目十八个，开工十二个。\n\n",
    "rules of a zone": "高新区管理办法\n第一条 为了管理，制定本办法。\n2026年3月1日\n",
    "URLs": "https://a.cn/x?y=1 ",
    "one URL": "a/",
    "spaces": " ",
    "wide spaces": "　",
    "tabs": "\t",
    "cells": "高\t新\t区\n",
    "gaps": "高  ",
    "columns": "高新区引进项目      园区招商分队\n",
    "origins": "来源： | " * 14 + "。\n",
    "dates": "发布时间：2026年3月28日 ",
    "dates behind spaces": " " * 40 + "2026年3月28日",
    "less-than": "<",
    "letters": "a",
    "ampersands": "&",
    "open tags": "<p ",
    "paragraphs": "<p>高</p>\n",
    "letter-spaced": "高 新 区 引 进 项 目\n",
    "headings": "# 高\n",
    "emphasis": "_*",
    "rules": "|高",
    "traditional": "園區招商引資項目\n",
    "combining": "\u0301",
    "NUL": "高\0",
    "mixed": "　　本报讯 记者张三 高新区引进\n亿元以上项目18个！（王五摄）\n图为现场\n# 一\n",
    "stretches": "高新区签约\n"
    + "　　高新区引进项目，\n总投资十八亿元，\n其中工业项目五个。\n" * 2
    + "高新区开通热线\n高新区昨天开通企业服务热线，企业遇到用工、用电、融资方面的难题，拨打一个号码就能得到答复。\n",
    "wrapped": "　　今年以来高新区引进亿元以上项目\n十八个园区招商小分队赴深圳拜访企业\n五家管委会印发扶持办法\n",
}  # fmt: skip


def as_text(text):
    return reader.read_decoded(
        text, name="x.txt", config=reader.ReadingConfig(), encoding="utf-8", notices=(), markdown=False
    )


def as_fragment(text):
    is_fragment(f"<{text}")
    return read_fragment(text)


READERS = {"text": as_text, "markdown": parse_markdown, "fragment": as_fragment}


def of_size(shape, n):
    unit = SHAPES[shape]
    return "高" + unit * (n // len(unit))


def run(read, text):
    with contextlib.suppress(InputError):
        read(text)


def seconds(read, text):
    gc.collect()
    gc.disable()  # what it costs hangs on what other tests have left in memory
    try:
        start = time.process_time()
        run(read, text)
        return time.process_time() - start
    finally:
        gc.enable()


def grows_evenly(read, shape):
    """Tell whether 4 n takes less than MOST times what n takes; a busy machine may need to be asked again."""
    return any(
        (more := seconds(read, of_size(shape, 4 * N))) < LEAST_SECONDS or more < MOST * seconds(read, of_size(shape, N))
        for _ in range(3)
    )


def memory(read, text):
    tracemalloc.start()
    try:
        run(read, text)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", READERS)
def test_reading_takes_time_in_proportion(name, shape):
    assert grows_evenly(READERS[name], shape)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", READERS)
def test_reading_takes_memory_in_proportion(name, shape):
    read = READERS[name]
    run(read, of_size(shape, N // 4))  # what is imported and kept at the first text is not of its size
    more = memory(read, of_size(shape, N))
    if more > LEAST_BYTES:
        assert more < MOST * memory(read, of_size(shape, N // 4))


@pytest.mark.parametrize("shape", SHAPES)
def test_scoring_takes_time_and_memory_in_proportion(tiny_model, shape):
    def score(text):
        list(tiny_model.tag([text]))

    score("高")
    assert grows_evenly(score, shape)
    more = memory(score, of_size(shape, N))
    if more > LEAST_BYTES:
        assert more < MOST * memory(score, of_size(shape, N // 4))
