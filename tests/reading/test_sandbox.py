"""PDF, DOCX and HTML through the child process."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import docx
import pytest
from fpdf import FPDF

from gxclassify.config import ReadingConfig
from gxclassify.errors import InputError
from gxclassify.reading import read, reader, sandbox
from gxclassify.reading.inputs import Inputs
from gxclassify.reading.records import cutter
from gxclassify.reading.sandbox import read_apart
from reading.checks import assert_nothing_lost, assert_spans_hold
from reading.pdfpage import font, make_pdf
from reading.stories import STORIES
from reading.wordfile import zipped


def parts(document):
    return [(article.title, [p.text for p in article.paragraphs]) for article in document.articles]


@pytest.mark.parametrize(
    ("columns", "width", "spanning"), [(3, 16, False), (3, 13, True), (2, 20, True), (2, 24, False)]
)
def test_a_pdf_in_columns_reads_as_it_was_written(columns, width, spanning):
    document = read(make_pdf(STORIES, columns=columns, width=width, spanning=spanning))
    assert document.format == "pdf"
    assert parts(document) == [(story.title, story.paragraphs) for story in STORIES]
    assert_nothing_lost(document)
    assert_spans_hold(document)


def test_a_shadowed_headline_in_a_pdf_stands_once():
    pdf = FPDF(unit="pt", format=(300, 400))
    pdf.add_font("body", fname=font())
    pdf.add_page()
    pdf.set_font("body", size=16)
    for shift in (0, 1.2):
        pdf.text(30 + shift, 40 + shift, "临江高新区引进项目")
    pdf.set_font("body", size=9)
    for row, line in enumerate(
        ["　　近日，临江高新区举行签约仪式，", "十二个项目现场落笔，计划总投资八", "十六亿元，涵盖三个产业方向。"]
    ):
        pdf.text(30, 70 + 14 * row, line)
    document = read(bytes(pdf.output()))
    assert document.source.count("临江高新区引进项目") == 1


def test_a_pdf_without_text_is_a_scan():
    pdf = FPDF()
    pdf.add_page()
    with pytest.raises(InputError, match="scan"):
        read(bytes(pdf.output()), name="scan.pdf")


def test_a_pdf_of_too_many_pages_is_refused():
    pdf = FPDF()
    for _ in range(4):
        pdf.add_page()
    with pytest.raises(InputError, match="has 4 pages; the limit is 3"):
        read(bytes(pdf.output()), config=ReadingConfig(max_pages=3))


def test_an_encrypted_pdf_says_so():
    pdf = FPDF()
    pdf.set_encryption(owner_password="a", user_password="b")
    pdf.add_page()
    with pytest.raises(InputError, match="password"):
        read(bytes(pdf.output()))


def test_a_damaged_pdf_is_an_error():
    with pytest.raises(InputError, match=r"page\.pdf: the PDF is damaged"):
        read(b"%PDF-1.7\n" + b"\x00" * 50, name="page.pdf")


def word(*paragraphs, title=None):
    document = docx.Document()
    if title:
        document.add_heading(title, 0)
    for text in paragraphs:
        if text.startswith("#"):
            document.add_heading(text[1:], 1)
        else:
            document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_word_document_keeps_title_headings_and_paragraphs():
    document = read(word("#招商", "甲项目签约。", "乙项目开工。", title="高新区年报"))
    (article,) = document.articles
    assert (document.format, article.title, article.subheads) == ("docx", "高新区年报", ("招商",))
    assert [p.text for p in article.paragraphs] == ["甲项目签约。", "乙项目开工。"]


def test_rows_of_a_word_table_are_paragraphs():
    document = docx.Document()
    document.add_paragraph("项目如下。")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "甲项目", "3亿元"
    out = io.BytesIO()
    document.save(out)
    assert [p.text for p in read(out.getvalue()).articles[0].paragraphs] == ["项目如下。", "甲项目\t3亿元"]


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    bomb = zipped({"word/document.xml": b"0" * (300 * 2**20)})
    with pytest.raises(InputError, match="larger than 256 MiB"):
        read(bomb)


def test_another_archive_is_no_document():
    with pytest.raises(InputError, match="ZIP archive of 1 file and no document"):
        read(zipped({"readme": b"x"}))


def test_a_truncated_word_document_is_an_error():
    with pytest.raises(InputError, match="damaged"):
        read(word("甲。")[:500])


HTML = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>高新区招商提速</title></head><body>
<nav><a href="/">首页</a><a href="/b">视频</a></nav><article><h1>高新区招商提速</h1>
<p>近日，高新区签约12个项目，总投资超过一百亿元，涉及新材料、集成电路等多个领域，发展前景十分广阔。</p>
<p>据介绍，高新区将继续推进招商引资，完善服务机制，确保项目早开工、早投产、早见效，今年力争再引进项目三十个。</p>
</article><footer>版权所有 京ICP备00000000号</footer></body></html>"""


@pytest.mark.parametrize("charset", ["utf-8", "gbk"])
def test_a_web_page_gives_its_article_without_the_menu(charset):
    document = read(HTML.format(charset=charset).encode(charset))
    (article,) = document.articles
    assert (document.format, article.title, len(article.paragraphs)) == ("html", "高新区招商提速", 2)
    assert "首页" not in document.articles[0].paragraphs[0].text
    assert document.characters["furniture"] == document.held - len("高新区招商提速") - document.characters["paragraphs"]


def test_deep_nesting_is_refused():
    with pytest.raises(InputError, match="nested"):
        read(b"<html>" + b"<div>" * 100_000)


def test_a_web_page_without_text_is_an_error():
    with pytest.raises(InputError, match="no article text"):
        read(b"<html><body></body></html>")


def test_parsing_stops_at_its_time_limit():
    with pytest.raises(InputError, match=r"longer than 0\.05 s"):
        read_apart("html", HTML.encode() * 20_000, "slow.html", ReadingConfig(parse_seconds=0.05))


def test_one_child_serves_many_files():
    config = ReadingConfig(parse_memory=900 * 2**20)
    processes = set()
    for _ in range(3):
        read_apart("html", HTML.encode(), "page.html", config)
        (child,) = [child for child in sandbox._children._idle if child.memory == config.parse_memory]
        processes.add(child._process.pid)
    assert len(processes) == 1


def test_a_child_that_dies_is_replaced_and_the_file_read_all_the_same():
    config = ReadingConfig(parse_memory=901 * 2**20)
    read_apart("html", HTML.encode(), "page.html", config)
    (child,) = [child for child in sandbox._children._idle if child.memory == config.parse_memory]
    child._process.kill()
    child._process.wait()
    assert read_apart("html", HTML.encode(), "page.html", config).articles


def test_threads_parse_side_by_side():
    with ThreadPoolExecutor(4) as threads:
        pages = [f"<html><body><p>{'高新区签约项目' * 20}{n}。</p></body></html>".encode() for n in range(12)]
        found = list(threads.map(lambda page: read_apart("html", page, "page.html", ReadingConfig()), pages))
    assert [f"{n}。" in parsed.articles[0].paragraphs[0].text for n, parsed in enumerate(found)] == [True] * 12


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_process_has_children_of_its_own():
    read_apart("html", HTML.encode(), "page.html", ReadingConfig())
    before = len(sandbox._children._idle)
    with get_context("fork").Pool(1) as pool:
        assert pool.apply(_idle_then_parsed) == (0, True)
    assert len(sandbox._children._idle) == before
    assert read_apart("html", HTML.encode(), "page.html", ReadingConfig()).articles


def _idle_then_parsed():
    idle = len(sandbox._children._idle)
    return idle, bool(read_apart("html", HTML.encode(), "page.html", ReadingConfig()).articles)


def test_a_web_page_in_no_known_encoding_is_refused_as_text_is():
    with pytest.raises(InputError, match=r"^bin\.html: this is not text "):
        read(b"<html><body>" + bytes(range(256)) * 40, name="bin.html")


def test_a_child_without_memory_is_an_error():
    with pytest.raises(InputError, match=r"^page\.html: "):
        read_apart("html", HTML.encode(), "page.html", ReadingConfig(parse_memory=2**24))


# ---- long texts: read in a child as well


LONG = "　　近日，高新区签约12个项目，总投资超过一百亿元。\n\n高新区提速\n\n▲图为现场\n\n" * 2000


@pytest.mark.parametrize(
    "text", [LONG, LONG + "\ud800", "# 高新区\n\n" + LONG], ids=["text", "half a pair", "markdown"]
)
def test_a_long_text_is_read_in_a_child_as_a_short_one_is(monkeypatch, text):
    name = "x.md" if text.startswith("#") else "x.txt"
    options = {"name": name, "config": ReadingConfig(), "encoding": "utf-8", "notices": (), "markdown": True}
    with monkeypatch.context() as patch:
        patch.setattr(reader, "read_decoded", None)
        apart = reader.document_from_text(text, **options)
    assert apart == reader.read_decoded(text, **options)


def test_a_long_text_has_the_limits_of_other_formats():
    with pytest.raises(InputError, match=r"^big\.txt: .* needs more .*reading\.parse_memory"):
        read(("高\n" * 900_000).encode(), name="big.txt", config=ReadingConfig(parse_memory=300 * 2**20))
    with pytest.raises(InputError, match=r"^big\.txt: reading the text took longer than 0\.2 s"):
        read(("高\n" * 500_000).encode(), name="big.txt", config=ReadingConfig(parse_seconds=0.2))


def idle_child(config):
    read(LONG.encode(), config=config)
    (child,) = [child for child in sandbox._children._idle if child.memory == config.parse_memory]
    return child._process.pid


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="there is no SIGSTOP here")
def test_waiting_for_a_processor_is_not_counted():
    config = ReadingConfig(parse_memory=902 * 2**20, parse_seconds=20.0)
    pid = idle_child(config)
    config = replace(config, parse_seconds=0.5)
    os.kill(pid, signal.SIGSTOP)
    threading.Timer(1.0, os.kill, (pid, signal.SIGCONT)).start()
    assert read(HTML.encode(), config=config).articles


def test_another_thread_can_stop_the_reading():
    config = ReadingConfig(parse_memory=903 * 2**20)
    pid = idle_child(config)
    stop = sandbox.Stop()
    threading.Timer(0.5, stop.stop).start()
    with sandbox.stoppable(stop), pytest.raises(InputError, match="was stopped"):
        read(("高\n" * 900_000).encode(), config=config)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with sandbox.stoppable(stop), pytest.raises(InputError, match="was stopped"):
        read(LONG.encode(), config=config)


RECORDS = {
    "a.jsonl": '{"id": %d, "text": "高新区签约12个项目。", "x": [null, 1.5, "\\ud83d"]}\n',
    "a.csv": '%d,"高新区签约\n12个项目。"\n',
    "a.json": '{"id": %d, "text": "高新区<br>签约<p>12个项目。</p>"},\n',
}


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize("packed", [False, True])
def test_many_records_are_read_in_a_child_as_few_are(monkeypatch, name, packed):
    content = "".join(RECORDS[name] % n for n in range(4000))
    content = {"a.csv": f"id,text\n{content}", "a.json": f"[{content[:-2]}]"}.get(name, content)
    data = gzip.compress(content.encode()) if packed else content.encode()
    assert len(content) > cutter.MOST_IN_PROCESS
    asked = []
    monkeypatch.setattr(sandbox, "read_apart", lambda *a, **k: asked.append(a[0]) or read_apart(*a, **k))
    apart = read(data, name=name)
    assert asked == ["records"]
    assert apart == reader.read_records_of(data, name, ReadingConfig(), "text")
    assert len(apart.articles) == 4000


def test_a_web_page_in_a_record_is_parsed_behind_the_walls(monkeypatch):
    asked = []
    monkeypatch.setattr(sandbox, "read_apart", lambda *a, **k: asked.append(a[0]) or read_apart(*a, **k))
    found = read('[{"text": "<p>高新区签约。</p><p>园区开工。</p>"}]'.encode("utf-16"), name="a.json")
    assert asked == ["records"]
    assert [p.text for p in found.articles[0].paragraphs] == ["高新区签约。", "园区开工。"]


def test_records_have_the_limits_of_other_formats():
    tight = ReadingConfig(parse_memory=256 * 2**20)
    with pytest.raises(InputError, match="more memory than is allowed"):
        read(b"[" + b"{}," * 3_000_000 + b"{}]", name="a.json", config=tight)
    with pytest.raises(InputError, match=r"longer than 0\.05 s"):
        read(b"id,text\n" + b"1,a\n" * 300_000, name="a.csv", config=ReadingConfig(parse_seconds=0.05))


def test_json_of_a_bulk_run_is_parsed_in_a_child(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"id": n, "content": f"园区{n}"} for n in range(5000)]), encoding="utf-8")
    monkeypatch.setattr(cutter, "json_lines", None)
    config = ReadingConfig()
    chunks = [*Inputs([path], text_column="text", config=config).chunks()]
    articles = [article for chunk in chunks for document in chunk.read(config) for article in document.articles]
    assert [article.paragraphs[0].text for article in articles] == [f"园区{n}" for n in range(5000)]
    path.write_bytes(b"[" + b"{}," * 3_000_000 + b"{}]")
    tight = ReadingConfig(parse_memory=256 * 2**20)
    (chunk,) = Inputs([path], text_column="text", config=tight).chunks()
    assert "more memory than is allowed" in str(next(iter(chunk.read(tight))))


def test_a_row_without_end_takes_little_memory(tmp_path):
    path = tmp_path / "a.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(b"id,text\n1,good\n")
        for _ in range(200):
            file.write(b'"\n",' * 400_000)
    config = ReadingConfig(max_bytes=1_000_000)
    tracemalloc.start()
    read_ = [one for chunk in Inputs([path], text_column="text", config=config).chunks() for one in chunk.read(config)]
    assert tracemalloc.get_traced_memory()[1] < 60_000_000
    tracemalloc.stop()
    assert read_[0].articles[0].paragraphs[0].text == "good"
    assert "a row has more than 1,000,000 characters" in str(read_[1])
