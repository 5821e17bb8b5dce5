"""Draw how a newspaper page is read, for ``reading.md``: its lines as they come, and beside them what each became.

Run it after a change of reading (``make docs``); a test fails while the picture is stale.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from gxclassify.reading import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gxclassify.reading import Document

PICTURE = Path(__file__).parent / "images" / "reading-page.svg"
PAGE = Path(__file__).parents[1] / "examples" / "page.txt"
HEAD = "2026年11月28日　星期六　责任编辑：林溪\n\n"
"""What the page has on top: a line that is nobody's article."""

EM, LEADING, MARGIN, GUTTER = 13, 21, 20, 26
COLUMNS, WIDTH = 3, 18  # ems
TINTS = {
    "title": "#b9d2f5", "subhead": "#cfe8d0", "byline": "#f6d8a8", "caption": "#e3d0f0", "taken out": "#d9d9d9",
    "paragraph": "#f3efdf", "next paragraph": "#e6dfc4",
}  # fmt: skip


def draw() -> str:
    """Return the picture as SVG."""
    document = read_text(HEAD + PAGE.read_text(encoding="utf-8"))
    roles, starts = _roles(document)
    lines = list(_lines(document.source))
    rows = -(-len(lines) // COLUMNS)
    half = COLUMNS * (WIDTH * EM + GUTTER)
    width, height = 2 * half + 2 * MARGIN, (rows + 3) * LEADING + 2 * MARGIN
    drawn = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-size="{EM}" '
            'font-family="sans-serif">'
        ),
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<path d="M{MARGIN + half - GUTTER / 2:g} {MARGIN}V{height - MARGIN}" stroke="#999"/>',
    ]
    for number, (start, text) in enumerate(lines):
        column, row = divmod(number, rows)
        x, y = MARGIN + column * (WIDTH * EM + GUTTER), MARGIN + (row + 1) * LEADING
        drawn += [_text(x, y, text), *_tinted(x + half, y, text, roles[start : start + len(text)])]
        drawn += [
            f'<text x="{x + half - 5}" y="{y}" text-anchor="end" font-weight="bold" fill="#1a4fa0">{starts[at]}</text>'
            for at in range(start, start + len(text))
            if at in starts
        ]
    drawn += [*_legend(MARGIN, height - MARGIN), "</svg>"]
    return "\n".join(drawn) + "\n"


def _roles(document: Document) -> tuple[list[str], dict[int, str]]:
    """Return what each character of the source became, and where the number of an article is to stand."""
    roles = [""] * len(document.source)
    starts: dict[int, str] = {}
    taken = list(document.repairs)
    paragraphs = 0
    for number, article in enumerate(document.articles, start=1):
        for part in article.parts:
            roles[slice(*part.span)] = [part.kind] * (part.span[1] - part.span[0])
            taken += part.repairs
            if part.kind == "title":
                starts[part.span[0]] = str(number)
        for paragraph in article.paragraphs:
            kind = ("paragraph", "next paragraph")[paragraphs % 2]
            paragraphs += 1
            for _, start, length in paragraph.segments:
                roles[start : start + length] = [kind] * length
            taken += paragraph.repairs
    for repair in taken:
        role = {"lead": "taken out", "furniture": "taken out", "doubled_headline": "title"}.get(repair.kind)
        if role:
            roles[slice(*repair.span)] = [role] * (repair.span[1] - repair.span[0])
    return roles, starts


def _lines(source: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in source.splitlines(keepends=True):
        if line.strip():
            yield start, line.rstrip()
        start += len(line)


def _ems(text: str) -> float:
    return sum(0.5 if char < "\u2000" and char not in "“”" else 1.0 for char in text)


def _text(x: float, y: float, text: str) -> str:
    """Return a line, set in one width whatever the font; what is wider than its column is drawn narrower."""
    size = min(_ems(text), WIDTH) * EM
    return f'<text x="{x:g}" y="{y}" textLength="{size:g}" lengthAdjust="spacingAndGlyphs">{escape(text)}</text>'


def _tinted(x: float, y: float, text: str, roles: list[str]) -> Iterator[str]:
    scale = EM * min(1.0, WIDTH / _ems(text))
    at = 0
    for role, run in groupby(roles):
        end = at + len(list(run))
        left, right = x + _ems(text[:at]) * scale, x + _ems(text[:end]) * scale
        if role:
            yield (
                f'<rect x="{left:g}" y="{y - 0.78 * LEADING:g}" width="{right - left:g}" height="{LEADING}" '
                f'fill="{TINTS[role]}"/>'
            )
        at = end
    yield _text(x, y, text)


def _legend(x: float, y: float) -> Iterator[str]:
    for name, tint in TINTS.items():
        yield f'<rect x="{x}" y="{y - EM}" width="{EM}" height="{EM}" fill="{tint}"/>'
        yield f'<text x="{x + 1.4 * EM:g}" y="{y - 1}">{name}</text>'
        x += int((2.6 + 0.6 * len(name)) * EM)
    yield f'<text x="{x}" y="{y - 1}"><tspan fill="#1a4fa0" font-weight="bold">1 2 3</tspan>  articles</text>'


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
    print(PICTURE)
