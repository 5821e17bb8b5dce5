"""Typeset stories into a PDF of two or three columns, as a newspaper page."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from reading.typeset import wrap
from support import require

if TYPE_CHECKING:
    from reading.typeset import Story

# Debian: fonts-wqy-microhei, fonts-wqy-zenhei, fonts-noto-cjk; the first that is there serves.
FONTS = (
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
)
EM = 9.0
HEAD = 15.0
LEADING = 14.0
MARGIN = 40.0
GUTTER = 16.0


def font() -> str:
    """Return a Chinese font; without one the test is skipped."""
    found = [path for path in FONTS if Path(path).exists()]
    require(bool(found), "no Chinese font is installed (fonts-wqy-microhei)")
    return found[0]


def make_pdf(stories: list[Story], *, columns: int = 3, width: int = 16, spanning: bool = False) -> bytes:
    """Return a PDF; with `spanning` the first headline runs over all columns, the others stay in theirs."""
    return _Sheet(columns, width).fill(stories, spanning=spanning)


class _Sheet:
    def __init__(self, columns: int, width: int) -> None:
        from fpdf import FPDF  # noqa: PLC0415 (slow to import, and only for these tests)

        self.columns, self.width = columns, width
        size = (2 * MARGIN + columns * width * EM + (columns - 1) * GUTTER, 800.0)
        self.pdf = FPDF(unit="pt", format=size)
        self.pdf.set_auto_page_break(auto=False)
        self.pdf.add_font("body", fname=font())
        self.top = MARGIN
        self._page()

    def _page(self) -> None:
        self.pdf.add_page()
        self.column, self.y = 0, self.top

    def _line(self, text: str, size: float = EM, indent: float = 0.0) -> None:
        if self.y + LEADING > self.pdf.h - MARGIN:
            self.column, self.y = self.column + 1, self.top
            if self.column == self.columns:
                self.top = MARGIN
                self._page()
        self.pdf.set_font("body", size=size)
        self.y += LEADING * size / EM
        self.pdf.text(MARGIN + self.column * (self.width * EM + GUTTER) + indent * EM, self.y, text)

    def fill(self, stories: list[Story], *, spanning: bool) -> bytes:
        for i, story in enumerate(stories):
            if spanning and not i:
                self.pdf.set_font("body", size=20)
                self.pdf.text(MARGIN, MARGIN + 20, story.title)
                self.top = self.y = MARGIN + 40
            else:
                for line in wrap(story.title, int(self.width * EM / HEAD), 0, hang=False):
                    self._line(line, HEAD)
            for paragraph in story.paragraphs:
                for number, line in enumerate(wrap(paragraph, self.width, 2, hang=False)):
                    self._line(line, indent=0.0 if number else 2.0)
            if story.byline:
                self._line(story.byline, indent=self.width - len(story.byline))
        out = io.BytesIO()
        self.pdf.output(out)
        return out.getvalue()
