"""Lines and columns of text as the pieces of a page."""

from __future__ import annotations

from gxclassify.reading.pdf.lines import Piece
from gxclassify.reading.pdf.order import reading_order
from gxclassify.reading.pdf.runs import find_runs

EM = 10.0
FULL = "甲乙丙丁戊己庚辛壬癸"


def line(text, x, y, size=EM, spacing=0.0):
    """Return a line on the baseline `y`, with `spacing` between its characters; a Latin one is half as wide."""
    left, right = [], []
    for char in text:
        left.append(x)
        right.append(x + (0.5 * size if char < "\u2000" else size))
        x = right[-1] + spacing
    return [Piece(text, left, right, y, size)]


def column(texts, x, y=10.0):
    return [piece for i, text in enumerate(texts) for piece in line(text, x, y + 15 * i)]


def lines(pieces):
    return [line for found in reading_order(find_runs(pieces)) for line in found]


def texts(pieces):
    return [line.text for line in lines(pieces)]
