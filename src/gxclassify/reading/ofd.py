"""OFD (GB/T 33190-2016) in the child process: placed text becomes the printed lines of each page.

A page holds text objects, each with a boundary, maybe a matrix, and codes of text with the places of their characters,
all in millimetres. Objects that share a baseline are one line, from left to right; what stands in a template belongs to
every page that names it; annotations of the type Watermark are named so.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from gxclassify.errors import InputError
from gxclassify.reading.lines import width
from gxclassify.reading.package import attribute, child, descendants, elements, local
from gxclassify.reading.parsed import LEFT_OUT, Notice, Parsed, ParsedLine, solid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gxclassify.reading.package import Package

_POINTS = 72 / 25.4  # in a millimetre
_SAME_LINE = 0.5  # of the type size: how far the baselines of one line may lie apart
_SPACE, _CELL = 0.3, 2.5  # ems: a gap from which on there is a space, and a new cell
_MARGIN = 0.12  # of the page's height at its head and foot: where furniture may stand
_PAGE_NUMBER = re.compile(
    r"[-—–_·\s]*(?:第\s*)?[0-9０-９一二三四五六七八九十]{1,4}\s*(?:页|[/／]\s*\d{1,4}|共\s*\d{1,4}\s*页)?[-—–_·\s]*"
)
_LARGE = 1.3  # of the body's type: a page number is not set so large
_MANY_PAGES = 3
_MOST_CHARACTERS = 20_000_000
_A4 = (0.0, 0.0, 210.0, 297.0)

_UNIT = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)  # the matrix that changes nothing


@dataclass(slots=True)
class _Run:
    """The characters of one text code; lengths in millimetres from the top left corner of the page."""

    text: str
    x0: float
    x1: float
    y: float
    size: float


def parse_ofd(package: Package, most_pages: int) -> Parsed:
    """Return the printed lines of an OFD document, page by page.

    Raises
    ------
    InputError
        It names no document, has too many pages, or holds no text.
    """
    roots = [item.text or "" for item in descendants(package.xml("OFD.xml"), "DocRoot")]
    pages: list[list[ParsedLine]] = []
    edges: list[list[ParsedLine]] = []
    notices: list[Notice] = []
    held = 0
    for path in roots:
        document = package.xml(_joined("", path))
        if document is None:
            continue
        annotations = _annotations(package, path, document)
        templates = {
            attribute(item, "ID"): _joined(path, attribute(item, "BaseLoc"))
            for item in descendants(document, "TemplatePage")
        }
        listed = child(document, "Pages")
        for item in elements(listed) if listed is not None else ():
            if len(pages) >= most_pages:
                msg = f"the OFD document has more than {most_pages} pages, the limit (reading.max_pages)."
                raise InputError(msg)
            location = _joined(path, attribute(item, "BaseLoc"))
            runs, box = _page(package, location, templates, document)
            lines, at_edge = _lines(runs, box, len(pages) + 1)
            edges.append(at_edge)
            marks = annotations.get(attribute(item, "ID"), [])
            lines += [ParsedLine(text, "watermark", page=len(pages) + 1) for text in marks]
            held += sum(map(solid, [*(run.text for run in runs), *marks]))
            if not runs:
                text = "The page holds no text: it is probably an image; run OCR on it."
                notices.append(Notice("no_text", f"page {len(pages) + 1}", 1, text))
            pages.append(lines)
            if held > _MOST_CHARACTERS:
                msg = f"the OFD document holds more than {_MOST_CHARACTERS:,} characters; split it."
                raise InputError(msg)
    _name_furniture(edges)
    lines = [line for page in pages for line in page]
    if not any(line.text.strip() and line.role not in LEFT_OUT for line in lines):
        msg = "the OFD document holds no text: it is probably a scan; export it as PDF and run OCR on it."
        raise InputError(msg)
    return Parsed(lines, notices, held, wrapped=True)


def _joined(base: str, path: str) -> str:
    """Return a location that stands in the file `base`: absolute with a stroke before it, else relative."""
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(base), path.strip())).lstrip("/")


def _annotations(package: Package, path: str, document: Any) -> dict[str, list[str]]:
    """Return the texts of the watermarks of each page, by the page's ID."""
    listed = child(document, "Annotations")
    base = _joined(path, listed.text or "") if listed is not None else ""
    root = package.xml(base) if base else None
    found: dict[str, list[str]] = {}
    for page in elements(root) if root is not None else ():
        location = child(page, "FileLoc")
        notes = package.xml(_joined(base, location.text or "")) if location is not None else None
        for note in descendants(notes, "Annot") if notes is not None else ():
            text = "".join(code.text or "" for code in descendants(note, "TextCode"))
            if attribute(note, "Type") == "Watermark" and text.strip():
                found.setdefault(attribute(page, "PageID"), []).append(" ".join(text.split()))
    return found


def _page(
    package: Package, location: str, templates: dict[str, str], document: Any
) -> tuple[list[_Run], tuple[float, ...]]:
    root = package.xml(location)
    if root is None:
        return [], _A4
    runs: list[_Run] = []
    for template in descendants(root, "Template"):
        shared = package.xml(templates.get(attribute(template, "TemplateID"), "-"))
        runs += _runs(shared) if shared is not None else ()
    runs += _runs(root)
    area = next(descendants(root, "PhysicalBox"), None)
    if area is None:
        area = next(descendants(document, "PhysicalBox"), None)
    box = _numbers(area.text or "") if area is not None else []
    return runs, tuple(box) if len(box) == 4 and box[3] > 0 else _A4  # noqa: PLR2004 (left, top, width, height)


def _runs(root: Any) -> Iterator[_Run]:
    for item in descendants(root, "TextObject"):
        if attribute(item, "Visible", "true").lower() == "false":
            continue
        boundary = [*_numbers(attribute(item, "Boundary")), 0.0, 0.0][:2]
        a, b, c, d, e, f = [*_numbers(attribute(item, "CTM")), *_UNIT][:6] if attribute(item, "CTM") else _UNIT
        size = float((_numbers(attribute(item, "Size")) or [4.0])[0])
        x = y = 0.0
        for code in elements(item):
            if local(code) != "TextCode":
                continue
            text = code.text or ""
            x = (_numbers(attribute(code, "X")) or [x])[0]
            y = (_numbers(attribute(code, "Y")) or [y])[0]
            steps = _steps(attribute(code, "DeltaX"))
            length = sum(steps[: max(0, len(text) - 1)]) + size * width(text[-1:])
            if not steps:
                length = size * width(text)
            if text.strip():
                left, base = a * x + c * y + e, b * x + d * y + f
                scale = (d * d + c * c) ** 0.5 or 1.0
                reach = (a * a + b * b) ** 0.5 or 1.0
                yield _Run(
                    " ".join(text.splitlines()), boundary[0] + left, boundary[0] + left + reach * length,
                    boundary[1] + base, size * scale,
                )  # fmt: skip


def _numbers(text: str) -> list[float]:
    found = []
    for part in text.split():
        try:
            found.append(float(part))
        except ValueError:
            return found
    return found


def _steps(text: str) -> list[float]:
    """Return the distances between characters; ``g 3 4.2`` stands for three of 4.2.

    >>> _steps("4.2 g 2 5")
    [4.2, 5.0, 5.0]
    """
    parts = text.split()
    steps: list[float] = []
    i = 0
    while i < len(parts):
        if parts[i] == "g" and i + 2 < len(parts) and parts[i + 1].isdigit():
            steps += [*_numbers(parts[i + 2])] * min(int(parts[i + 1]), 100_000)
            i += 3
        else:
            steps += _numbers(parts[i])
            i += 1
    return steps


def _lines(runs: Sequence[_Run], box: tuple[float, ...], page: int) -> tuple[list[ParsedLine], list[ParsedLine]]:
    """Return the lines of a page from top to bottom, and those of them that stand at its head and foot."""
    edge: list[ParsedLine] = []
    if not runs:
        return [], edge
    body = median(run.size for run in runs for _ in range(len(run.text) // 4 + 1))
    rows: list[list[_Run]] = []
    for run in sorted(runs, key=lambda run: (run.y, run.x0)):
        near = rows and abs(rows[-1][0].y - run.y) < _SAME_LINE * min(rows[-1][0].size, run.size)
        if near:
            rows[-1].append(run)
        else:
            rows.append([run])
    for row in rows:
        row.sort(key=lambda run: run.x0)
    full = [row for row in rows if row[-1].x1 - row[0].x0 > _CELL * body]
    left = min((row[0].x0 for row in full), default=0.0)
    right = max((row[-1].x1 for row in full), default=left)
    lines: list[ParsedLine] = []
    last = rows[0][0].y
    for row in rows:
        size = max(run.size for run in row)
        if lines and row[0].y - last > 2.2 * size:
            lines.append(ParsedLine(""))
        last = row[0].y
        text, cells = _row_text(row)
        head = row[0].y < box[1] + _MARGIN * box[3]
        foot = row[0].y > box[1] + (1 - _MARGIN) * box[3]
        number = (head or foot) and _PAGE_NUMBER.fullmatch(text.strip()) and size <= _LARGE * body
        left_edge, right_edge = row[0].x0, row[-1].x1
        x0, y0, x1, y1 = (round(_POINTS * value, 1) for value in (left_edge, row[0].y - size, right_edge, row[0].y))
        line = ParsedLine(text, "furniture" if number else "row" if cells > 1 else "", page, (x0, y0, x1, y1))
        line.size, line.block = round(size / body, 2), page
        line.indent, line.width = (left_edge - left) / body, (right_edge - left_edge) / body
        line.measure = (right - left) / body
        lines.append(line)
        if head or foot:
            edge.append(lines[-1])
    return lines, edge


def _row_text(row: Sequence[_Run]) -> tuple[str, int]:
    """Return the text of a line, with a tab at wide gaps and a space at small ones, and how many cells it has."""
    text, cells = row[0].text, 1
    for before, run in pairwise(row):
        gap = (run.x0 - before.x1) / run.size
        if gap > _CELL:
            text, cells = text + "\t", cells + 1
        elif gap > _SPACE and (text[-1].isascii() or run.text[0].isascii()):
            text += " "
        text += run.text
    return text, cells


def _name_furniture(edges: list[list[ParsedLine]]) -> None:
    """Name the lines at the head and foot of pages that come again on most of them, whatever numbers they hold."""
    if len(edges) < _MANY_PAGES:
        return
    seen = Counter(key for edge in edges for key in {_key(line) for line in edge})
    for edge in edges:
        for line in edge:
            if seen[_key(line)] > len(edges) / 2:
                line.role = "furniture"


def _key(line: ParsedLine) -> tuple[str, int]:
    return re.sub(r"\d+", "0", line.text.strip()), round(line.box[1]) if line.box else 0
