"""A generator of newspaper pages as PDF: articles beside each other in bands, as random as a seed makes them.

Each has a headline, and maybe a kicker, a deck, a byline, a photo with a caption, and a subhead; bands may be boxed by
rules. Its settings go beyond those of any single newspaper on purpose: the reader's rules must be general.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING

from fpdf import FPDF
from PIL import Image

from reading.pdfpage import font
from reading.stories import STORIES
from reading.typeset import NAMES, wrap

if TYPE_CHECKING:
    from reading.typeset import Story

MARGIN = 30.0
HEIGHT = 2400.0  # points, of which a page uses what it needs
LAST = 900.0  # points at the foot of a page where no band begins
KICKERS = ["高质量发展在基层", "园区一线", "新春走基层", "聚焦重点项目"]
DECKS = ["全年计划投资超过百亿元", "三项措施同步推进", "首批企业已经入驻", "群众得到实惠"]
CAPTIONS = ["图为园区工人在新投产的车间里调试设备。", "新落成的企业服务中心。", "工作人员在检查管线。"]
SUBHEAD = "服务直达车间"


@dataclass
class Broadsheet:
    """A page, and the articles on it, each as its title and its paragraphs."""

    seed: int
    articles: list[tuple[str, list[str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        choice = self.random.choice
        self.em = choice([8.5, 9, 10])
        self.leading = self.em * choice([1.35, 1.5, 1.6])
        self.gutter = self.em * choice([1.2, 1.6, 2.0])
        self.chars = choice([11, 13, 15, 18])
        self.columns = choice([3, 4, 5]) if self.chars < 18 else choice([2, 3])
        self.width = 2 * MARGIN + self._span(self.columns)
        self.ruled = self.random.random() < 0.3
        self.pdf = FPDF(unit="pt", format=(self.width, HEIGHT))
        self.pdf.set_auto_page_break(auto=False)
        self.pdf.add_font("body", fname=font())
        self.pdf.add_page()
        self.photo = Image.frombytes("RGB", (8, 6), bytes(range(144)))

    def make(self) -> bytes:
        """Return the page filled with stories."""
        y = MARGIN
        if self.random.random() < 0.6:
            self._text(f"第{self.random.randint(1, 8)}版　园区视窗　2026年3月5日　星期四", MARGIN, y + 8, 9)
            y += 26
        stories = self.random.sample(STORIES, len(STORIES))[: self.random.choice([2, 3, 4, 6])]
        while stories and y < HEIGHT - LAST:
            left, bottoms = 0, []
            for columns in self._split(len(stories)):
                bottoms.append(self._article(stories.pop(0), left, columns, y))
                left += columns
            y = max(bottoms) + self.leading * self.random.choice([1.2, 1.8, 2.5])
            if self.ruled:
                self.pdf.line(MARGIN, y - 0.5 * self.leading, self.width - MARGIN, y - 0.5 * self.leading)
            y += 0.6 * self.leading
        return bytes(self.pdf.output())

    def _split(self, most: int) -> list[int]:
        """Return over how many columns each of one or two articles goes."""
        first = self.random.choice([self.columns, self.columns, *range(1, self.columns)])
        return [first, self.columns - first] if first < self.columns and most > 1 else [self.columns]

    def _span(self, columns: int) -> float:
        return columns * self.chars * self.em + (columns - 1) * self.gutter

    def _left(self, column: int) -> float:
        return MARGIN + column * (self.chars * self.em + self.gutter)

    def _text(self, text: str, x: float, y: float, size: float) -> None:
        self.pdf.set_font("body", size=size)
        self.pdf.text(x, y, text)

    def _article(self, story: Story, left: int, columns: int, y: float) -> float:
        """Set a story over some columns from `left` on, below `y`, and return where it ends."""
        x, width, may = self._left(left), self._span(columns), self.random.random
        centred = may() < 0.5

        def place(text: str, size: float) -> float:
            return x + (width - len(text) * size) / 2 if centred else x

        if may() < 0.25:
            y += 11 * 1.3
            self._text(self.random.choice(KICKERS), x, y, 11)
        size = self.random.choice([15, 17, 20, 24] if columns > 1 else [14, 15, 16])
        for line in wrap(story.title, int(width / size), 0, hang=False):
            y += 1.3 * size
            self._text(line, place(line, size), y, size)
        if columns > 1 and may() < 0.3:
            deck = "——" + self.random.choice(DECKS)
            y += 12 * 1.4
            self._text(deck, place(deck, 12), y, 12)
        name, style = self.random.choice(NAMES), self.random.choice(["end", "end", "under", "lead", "none"])
        if style == "under":
            y += 1.8 * self.em
            self._text(f"本报记者　{name}", place(f"本报记者　{name}", self.em), y, self.em)
        lines = self._lines(story, name, style)
        self.articles.append((story.title, story.paragraphs))
        return self._columns(lines, left, columns, y + 0.5 * self.leading)

    def _lines(self, story: Story, name: str, style: str) -> list[tuple[float, str]]:
        """Return the lines of a story, each with its indent in ems."""
        lines: list[tuple[float, str]] = []
        for i, paragraph in enumerate(story.paragraphs):
            lead = f"本报讯（记者　{name}）" if style == "lead" and not i else ""
            wrapped = wrap(lead + paragraph, self.chars, 2, hang=False)
            lines += [(0.0 if n else 2.0, line) for n, line in enumerate(wrapped)]
            if i == 1 and len(story.paragraphs) > 3 and self.random.random() < 0.2:
                lines.append(((self.chars - len(SUBHEAD)) / 2, SUBHEAD))
        if style == "end":
            lines.append((self.chars - len(name) - 2.0, f"（{name}）"))
        return lines

    def _columns(self, lines: list[tuple[float, str]], left: int, columns: int, top: float) -> float:
        """Set lines in columns of about one length, one of them maybe below a photo, and return where they end."""
        taken = [0] * columns  # rows
        if columns > 1 and self.random.random() < 0.35:
            at = columns - 1 if self.random.random() < 0.7 else 0
            taken[at] = self._picture(self._left(left + at), top)
        each = max(-(-(len(lines) + sum(taken)) // columns), max(taken) + 1 if any(taken) else 0)
        column, row, bottom = 0, taken[0], top
        for indent, line in lines:
            while row >= each and column < columns - 1:
                column += 1
                row = taken[column]
            row += 1
            y = top + row * self.leading
            self._text(line, self._left(left + column) + indent * self.em, y, self.em)
            bottom = max(bottom, y)
        return bottom

    def _picture(self, x: float, top: float) -> int:
        """Set a photo and its caption, and return how many rows of text they take."""
        height = self.leading * self.random.choice([5, 6])
        self.pdf.image(self.photo, x, top + 4, self.chars * self.em, height)
        y = top + 4 + height
        for line in wrap(self.random.choice(CAPTIONS), int(self.chars * self.em / 8), 0, hang=False):
            y += 8 * 1.4
            self._text(line, x, y, 8)
        return ceil((y - top) / self.leading + 0.6)
