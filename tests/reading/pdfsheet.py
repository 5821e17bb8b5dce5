"""Set paragraphs, tables and furniture on pages of a PDF, as reports, web pages and official documents have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reading.checks import assert_nothing_lost, assert_spans_hold
from reading.pdfpage import font
from reading.stories import STORIES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gxclassify.reading import Document

PARAGRAPHS = [paragraph for story in STORIES for paragraph in story.paragraphs][:8]
LEFT, WIDTH, TOP, BOTTOM = 80.0, 430.0, 100.0, 770.0
TITLE = "临江高新区上半年工作报告"
_NOT_FIRST = "，。、；：？！”）》%"


class Sheet:
    """A PDF that grows from top to bottom; `furniture` draws what each page carries beside the text."""

    def __init__(self, furniture: Callable[[Sheet], None] | None = None, size: Any = "A4") -> None:
        from fpdf import FPDF  # noqa: PLC0415 (slow to import, and only for these tests)

        self.pdf = FPDF(unit="pt", format=size)
        self.pdf.set_auto_page_break(auto=False)
        self.pdf.add_font("body", fname=font())
        self.furniture = furniture
        self.page()

    def page(self) -> None:
        self.pdf.add_page()
        self.y = TOP
        if self.furniture:
            self.furniture(self)

    @property
    def number(self) -> int:
        return self.pdf.page_no()

    def text(self, text: str, x: float, y: float, size: float = 12) -> None:
        self.pdf.set_font("body", size=size)
        self.pdf.text(x, y, text)

    def middle(self, text: str, y: float, size: float = 12) -> None:
        self.pdf.set_font("body", size=size)
        self.text(text, (self.pdf.w - self.pdf.get_string_width(text)) / 2, y, size)

    def title(self, text: str, size: float = 20) -> None:
        self.middle(text, self.y, size)
        self.y += 2 * size

    def head(self, text: str, size: float = 14, x: float = LEFT) -> None:
        self.text(text, x, self.y, size)
        self.y += 22

    def paragraph(
        self, text: str, *, x: float = LEFT, width: float = WIDTH, size: float = 12, indent: float = 2, gap: float = 0
    ) -> None:
        """Fill lines as a word processor does; `indent` in ems."""
        self.pdf.set_font("body", size=size)
        shift, line = indent * size, ""
        for char in text:
            if self.pdf.get_string_width(line + char) > width - shift and char not in _NOT_FIRST:
                self._line(line, x + shift, size)
                shift, line = 0.0, char
            else:
                line += char
        self._line(line, x + shift, size)
        self.y += gap

    def _line(self, text: str, x: float, size: float) -> None:
        if self.y > BOTTOM:
            self.page()
        self.text(text, x, self.y, size)
        self.y += 1.6 * size

    def table(
        self,
        rows: Sequence[Sequence[str]],
        widths: Sequence[float],
        *,
        rules: str,
        size: float = 10,
        middle: bool = False,
    ) -> None:
        """Set a table with a ``grid``, ``three`` rules, one below each of its ``rows``, or ``no`` rules.

        A line break in a cell is a line break; cells begin at the top of their row or stand in its middle.
        """
        edges = [LEFT + sum(widths[:i]) for i in range(len(widths) + 1)]
        for i, row in enumerate(rows):
            tallest = max(cell.count("\n") + 1 for cell in row)
            height = tallest * 14 + 6
            if rules == "rows" and i:
                self.pdf.line(edges[0], self.y, edges[-1], self.y)
            if rules == "grid" or (rules == "three" and i < 2):
                self.pdf.line(edges[0], self.y, edges[-1], self.y)
            if rules == "grid":
                for edge in edges:
                    self.pdf.line(edge, self.y, edge, self.y + height)
            for x, cell in zip(edges, row, strict=False):
                above = (tallest - cell.count("\n") - 1) / 2 if middle else 0
                for k, text in enumerate(cell.split("\n")):
                    self.text(text, x + 4, self.y + 14 + 14 * (above + k), size)
            self.y += height
        if rules != "no":
            self.pdf.line(edges[0], self.y, edges[-1], self.y)
        self.y += 24

    def data(self) -> bytes:
        return bytes(self.pdf.output())


def report(furniture: Callable[[Sheet], None] | None = None, count: int = 24, **kwargs: Any) -> Sheet:
    """Return a title and so many paragraphs below it."""
    sheet = Sheet(furniture)
    sheet.title(TITLE)
    for i in range(count):
        sheet.paragraph(PARAGRAPHS[i % len(PARAGRAPHS)], **kwargs)
    return sheet


def told(count: int = 24) -> list[str]:
    """Return the paragraphs of such a report."""
    return [PARAGRAPHS[i % len(PARAGRAPHS)] for i in range(count)]


def paragraphs(document: Document, kind: str = "paragraph") -> list[str]:
    return [p.text for article in document.articles for p in article.paragraphs if p.kind == kind]


def kinds(document: Document) -> set[str]:
    """Return the kinds of all repairs and notices."""
    return {repair.kind for repair in document.repairs} | {notice.kind for notice in document.notices}


def check(document: Document) -> None:
    assert_nothing_lost(document)
    assert_spans_hold(document)


def downwards(sheet: Sheet, text: str, x: float, *, top: float, size: float, most: int, indent: int = 0) -> float:
    """Set vertical text from right to left, `most` characters in a column; return where the next column stands."""
    k = indent
    for char in text:
        if k == most:
            x, k = x - 1.8 * size, 0
        sheet.text(char, x, top + 1.15 * size * k, size)
        k += 1
    return x - 1.8 * size
