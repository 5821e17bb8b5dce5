"""Measure the reader: speed and memory on large and strange texts, quality on typeset pages by setting.

usage: python benchmarks/documents.py [--megabytes 10] [--pages 200] [--shares] [--pdf FOLDER]
Each text is read in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import random
import re
import subprocess
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

if TYPE_CHECKING:
    from collections.abc import Callable

    from gxclassify.reading import Document

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from gxclassify.config import ReadingConfig  # noqa: E402
from gxclassify.labels.records import load_labels  # noqa: E402
from gxclassify.reading import collector, read_text, reader  # noqa: E402
from gxclassify.reading.pdf.parse import parse_pdf  # noqa: E402
from gxclassify.reading.text import blocks, lines, paragraphs  # noqa: E402
from gxclassify.reading.wire import from_wire, line_of, of_line, to_wire  # noqa: E402
from reading.stories import STORIES  # noqa: E402 (after the path is set)
from reading.typeset import Settings, Story, typeset  # noqa: E402

UNITS = {
    "newspaper pages": (ROOT / "examples" / "page.txt").read_text(encoding="utf-8"),
    "reports": (ROOT / "examples" / "report.txt").read_text(encoding="utf-8"),
    "one endless line": "高新区招商引资，推进项目建设。",
    "one character": "字",
    "only punctuation": "。，、；",
    "only line breaks": "\n",
    "letter-spaced line": "高 新 区 ",
    "same short line": "高新区招商引资大会开幕了今天上午\n",
    "opening brackets": "（（（（（（（（\n",
    "names": "周宁 何一帆 欧阳静\n",
}
CHILD = """
import resource, sys, time
from gxclassify.config import ReadingConfig
from gxclassify.errors import InputError
from gxclassify.reading import read
data = sys.stdin.buffer.read()
start = time.perf_counter()
try:
    document = read(data, config=ReadingConfig(max_paragraph_chars=10**8))
    end = f"{sum(len(a.paragraphs) for a in document.articles):,} paragraphs"
except InputError as error:
    end = str(error)[:60]
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"{time.perf_counter() - start:7.2f} s {peak:7.0f} MiB  {end}")
"""
CHOICES = {
    "width": [10, 12, 14, 16, 18, 20, 22, 24, 27, 30],
    "blank": ["every", "paragraph", "none"],
    "indent": ["kept", "lost", "half", "narrow", "flush"],
    "title": ["before", "after"],
    "title_lines": [1, 2],
    "doubled": ["no", "whole", "runs", "lines"],
    "letterspace": [0.0, 0.05, 0.3],
    "subheads": [0, 2],
    "byline": ["none", "line", "inline", "brackets", "lead", "top"],
    "caption": ["none", "credit", "text", "story"],
    "furniture": ["none", "head", "foot", "middle"],
    "lead": ["none", "plain", "agency"],
    "hang": [True, False],
    "spaced_digits": [True, False],
}


def speed(megabytes: int) -> None:
    """Print time and peak memory for each kind of text."""
    print(f"speed, {megabytes} MiB of each text")
    for name, unit in UNITS.items():
        data = (unit * (megabytes * 2**20 // len(unit.encode()))).encode()
        command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT / 'src')!r})\n{CHILD}"]
        done = subprocess.run(command, input=data, capture_output=True, check=True)
        print(f"  {name:20s}{done.stdout.decode().rstrip()}")


STEPS = {
    "splitting and measuring lines": ((reader, "split_lines"), (lines.Lines, "of")),
    "layout": ((reader, "find_layout"), (blocks, "find_layout")),
    "labels: what is known of each line": ((paragraphs, "_Facts"),),
    "labels: Viterbi": ((paragraphs, "_Search"), (paragraphs._Search, "labels"), (paragraphs._Search, "totals")),  # noqa: SLF001
    "furniture, captions, paragraphs": ((reader, "find_blocks"),),
    "ordinary text": ((reader, "group_ordinary"),),
    "articles": ((reader, "group_articles"),),
    "the Document": ((reader, "to_article"),),
}


def labelled(*, columns: bool) -> str:
    """Return the paragraphs of `labels/test`, each a line; or four under a headline, in narrow columns."""
    texts = [record.text for record in load_labels([ROOT / "labels" / "test"]).records]
    if not columns:
        return "".join(f"{text}\n" for text in texts)
    told = [Story(STORIES[i % len(STORIES)].title, texts[4 * i : 4 * i + 4]) for i in range(len(texts) // 4)]
    return "\n\n".join(typeset(told[i : i + 4], Settings(), i)[0] for i in range(0, len(told), 4))


def shares(name: str, unit: str, megabytes: float) -> None:
    """Print the shares that the steps of reading a text have in the processor's time; each without those inside it."""
    took: Counter[str] = Counter()
    running: list[str] = ["the rest"]
    last = time.process_time()

    def switch() -> None:
        nonlocal last
        now = time.process_time()
        took[running[-1]] += now - last
        last = now

    def timed(step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*values: Any, **named: Any) -> Any:
            switch()
            running.append(step)
            try:
                return function(*values, **named)
            finally:
                switch()
                running.pop()

        return run

    text = unit * max(1, int(megabytes * 1e6 / len(unit.encode())))

    def read_here() -> Document:
        return reader.read_decoded(
            text, name=name, config=ReadingConfig(), encoding="", notices=(), markdown=False
        )  # as the child does that reads a long text

    read_here()
    with contextlib.ExitStack() as stack:
        for step, places in STEPS.items():
            for owner, attribute in places:
                stack.enter_context(mock.patch.object(owner, attribute, timed(step, getattr(owner, attribute))))
        last = time.process_time()
        document = read_here()
        timed("from the child to the parent", lambda: from_wire(of_line(line_of(to_wire(document, text))), text))()
        switch()
    texts = [paragraph.text for article in document.articles for paragraph in article.paragraphs]
    here = took.total() - took["from the child to the parent"]
    print(
        f"{name}: {len(text.encode()) / 1e6 / here:.2f} MB/s of processor time, "
        f"{len(text.encode()) / 1e6 / took.total():.2f} with the way to the parent; "
        f"{len(texts):,} paragraphs of {sum(map(len, texts)) / len(texts):.0f} characters, "
        f"{len(document.articles)} articles"
    )
    for step, seconds in took.most_common():
        print(f"  {step:36s}{seconds / took.total():5.0%}")


def pdf_pages(folder: Path) -> None:
    """Print how many pages of each PDF are read in a second of processor time, PDFium's work included, and of all."""
    import pypdfium2  # noqa: PLC0415

    pages = characters = 0
    seconds = 0.0
    for path in sorted(folder.glob("*.pdf")):
        data = path.read_bytes()
        took = []
        for _ in range(5):
            start = time.process_time()
            with collector.without_collector():
                parsed = parse_pdf(data, 10**6)
            document = reader.document_from_parsed(parsed, name=path.name, encoding="pdf", kind="pdf")
            took.append(time.process_time() - start)
        count, length = len(pypdfium2.PdfDocument(data)), len(document.source)
        print(
            f"  {path.name:36s}{count:4d} pages of {length / count:5.0f} characters: {count / min(took):4.0f} pages/s"
        )
        pages, characters, seconds = pages + count, characters + length, seconds + min(took)
    print(f"{pages} pages of {characters / pages:.0f} characters: {pages / seconds:.0f} pages/s of processor time")


def plain(text: str | None) -> str:
    """Return a text without white space, in its compatible form."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or ""))


def quality(pages: int) -> None:
    """Print paragraph F1, headline recall and attribution, over all pages and by setting."""
    table: dict[tuple[str, object], Counter[str]] = defaultdict(Counter)
    for seed in range(pages):
        rng = random.Random(seed)  # noqa: S311 (a fixed seed, so that two runs compare)
        settings = Settings(**{name: rng.choice(values) for name, values in CHOICES.items()})
        text, gold = typeset(rng.sample(STORIES, rng.randint(2, 5)), settings, seed)
        document = read_text(text)
        wanted = Counter(plain(p) for story in gold for p in story.paragraphs)
        found = Counter(plain(p.text) for article in document.articles for p in article.paragraphs)
        titles = Counter(plain(story.title) for story in gold)
        named = Counter(plain(article.title) for article in document.articles if article.title)
        where = {plain(p.text): plain(article.title) for article in document.articles for p in article.paragraphs}
        under = sum(where.get(plain(p)) == plain(story.title) for story in gold for p in story.paragraphs)
        counts = {"hit": (wanted & found).total(), "wanted": wanted.total(), "found": found.total(), "under": under}
        counts |= {"title": (titles & named).total(), "titles": titles.total(), "named": named.total()}
        for key in [("all", ""), *dataclasses.asdict(settings).items()]:
            table[key].update(counts)
    print(f"quality, {pages} typeset pages: paragraph F1, headline recall, spurious headlines, attribution")
    for (name, value), n in sorted(table.items(), key=str):
        f1 = 2 * n["hit"] / (n["wanted"] + n["found"])
        shares = f"{f1:.4f} {n['title'] / n['titles']:.4f} {n['named'] - n['title']:3d} {n['under'] / n['wanted']:.4f}"
        print(f"  {name:14s}{value!s:10s}{shares}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--megabytes", type=int, default=10)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--shares", action="store_true", help="only tell where reading spends its time")
    parser.add_argument("--pdf", type=Path, metavar="FOLDER", help="only tell how fast its PDF files are read")
    chosen = parser.parse_args()
    if chosen.pdf:
        pdf_pages(chosen.pdf)
        sys.exit()
    if chosen.shares:
        for kind in ("newspaper pages", "reports"):
            shares(kind, UNITS[kind], 0.5)
        shares("labelled paragraphs in columns", labelled(columns=True), 0.5)
        shares("labelled paragraphs", labelled(columns=False), 0.5)
        sys.exit()
    quality(chosen.pages)
    speed(chosen.megabytes)
