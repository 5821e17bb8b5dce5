"""OFD (GB/T 33190-2016) in the child process: what its pages show and where, for the layout that reads PDF.

A page holds text objects, each with a boundary, maybe a matrix, and codes of text with the places of their characters,
all in millimetres, y downwards. What stands in a template belongs to every page that names it.
"""

from __future__ import annotations

import math
import posixpath
import re
from typing import TYPE_CHECKING, Any

from gxclassify.errors import InputError
from gxclassify.messages import Message
from gxclassify.reading.package import attribute, child, descendants, elements, local
from gxclassify.reading.parsed import solid
from gxclassify.reading.pdf.page import PageText, Shown, level_line, seen, straighten
from gxclassify.reading.pdf.parse import MOST_CHARACTERS, read_pages
from gxclassify.reading.text.lines import width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gxclassify.reading.package import Package
    from gxclassify.reading.parsed import Parsed
    from gxclassify.reading.pdf.page import Extent

_POINTS = 72 / 25.4  # in a millimetre
_A4 = [0.0, 0.0, 210.0, 297.0]
_UNIT = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]  # the matrix that changes nothing
_LEVEL = 0.002  # the slope of a baseline that is level
_BOLD = 600
_UNSEEN, _DRAWN = 3, 0  # modes of text, as PDFium counts them
_WHITE = 250
_FARTHEST = 1e6  # millimetres
_PATH = re.compile(r"([A-Za-z])|(-?\d+\.?\d*)\s+(-?\d+\.?\d*)")


def parse_ofd(package: Package, most_pages: int) -> Parsed:
    """Return the lines of an OFD document in reading order, with what each begins.

    Raises
    ------
    InputError
        It names no document, has too many pages, or holds no text that can be read.
    """
    roots = [item.text or "" for item in descendants(package.xml("OFD.xml"), "DocRoot")]
    pages: list[PageText] = []
    total = 0
    for path in roots:
        document = package.xml(_joined("", path))
        if document is None:
            continue
        reader = _Reader(package, path, document)
        listed = child(document, "Pages")
        for item in elements(listed) if listed is not None else ():
            if len(pages) >= most_pages:
                raise InputError(
                    "the OFD document has more than {most_pages} pages, the limit (reading.max_pages).",
                    most_pages=most_pages,
                )
            pages.append(reader.read(attribute(item, "ID"), _joined(path, attribute(item, "BaseLoc"))))
            total += pages[-1].held
            if total > MOST_CHARACTERS:
                raise InputError(
                    "the OFD document holds more than {most_characters:,} characters; split it.",
                    most_characters=MOST_CHARACTERS,
                )
    return read_pages(pages, Message("OFD document"))


def _joined(base: str, path: str) -> str:
    """Return a location that stands in the file `base`: absolute with a stroke before it, else relative."""
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(base), path.strip())).lstrip("/")


class _Reader:
    """Reads the pages of one document; templates, fonts and annotations serve all of them."""

    def __init__(self, package: Package, path: str, document: Any) -> None:
        self.package, self.document = package, document
        self.fonts: dict[str, int] = {}
        self.templates = {
            attribute(item, "ID"): _joined(path, attribute(item, "BaseLoc"))
            for item in descendants(document, "TemplatePage")
        }
        self.bold = set(self._bold_fonts(path))
        listed = child(document, "Annotations")
        self.annotations = self._annotations(_joined(path, listed.text or "")) if listed is not None else {}

    def _bold_fonts(self, path: str) -> Iterator[str]:
        for place in descendants(self.document, "PublicRes", "DocumentRes"):
            resources = self.package.xml(_joined(path, place.text or ""))
            for font in descendants(resources, "Font") if resources is not None else ():
                name = f"{attribute(font, 'FontName')} {attribute(font, 'FamilyName')}".lower()
                if attribute(font, "Bold") == "true" or any(word in name for word in ("bold", "simhei", "黑体")):
                    yield attribute(font, "ID")

    def _annotations(self, base: str) -> dict[str, list[tuple[str, str]]]:
        """Return what is noted on each page, by its ID: ``(reason to leave it out, text)``."""
        root = self.package.xml(base)
        found: dict[str, list[tuple[str, str]]] = {}
        for page in elements(root) if root is not None else ():
            location = child(page, "FileLoc")
            notes = self.package.xml(_joined(base, location.text or "")) if location is not None else None
            for note in descendants(notes, "Annot") if notes is not None else ():
                text = "".join(code.text or "" for code in descendants(note, "TextCode"))
                reason = "watermark" if attribute(note, "Type") == "Watermark" else "comment"
                found.setdefault(attribute(page, "PageID"), []).append((reason, text))
        return found

    def read(self, name: str, location: str) -> PageText:
        """Return what a page shows."""
        root = self.package.xml(location)
        area = next(descendants(root, "PhysicalBox"), None) if root is not None else None
        if area is None:
            area = next(descendants(self.document, "PhysicalBox"), None)
        box = _numbers(area.text or "") if area is not None else []
        x, y, wide, high = box if len(box) == 4 and min(box[2:]) > 0 else _A4  # noqa: PLR2004
        corner = (x, y + high)
        found = PageText(_POINTS * wide, _POINTS * high)
        crop = (0.0, 0.0, found.width, found.height)
        layers = [root] if root is not None else []
        for template in [*descendants(root, "Template")] if layers else ():
            shared = self.package.xml(self.templates.get(attribute(template, "TemplateID"), "-"))
            layers[:0] = [shared] if shared is not None else []
        shown = [item for layer in layers for item in self._shown(layer, corner)]
        notes = self.annotations.get(name, [])
        found.held = sum(solid(item.text) for item in shown) + sum(solid(text) for _, text in notes)
        found.removed += notes
        dark = [place for layer in layers for place in _grounds(layer, corner)]
        pictures = [_extent(item, corner) for layer in layers for item in descendants(layer, "ImageObject")]
        frame = straighten(seen(shown, crop, lambda: [*dark, *pictures], found), crop, found)
        for x0, y0, x1, y1 in pictures:
            found.pictured = max(found.pictured, (x1 - x0) * (y1 - y0) / (found.width * found.height))
        for layer in layers:
            for x0, y0, x1, y1 in _rules(layer, corner):
                (ax, ay), (bx, by) = frame.place(x0, y0), frame.place(x1, y1)
                found.rules.append((min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)))
        return found

    def _shown(self, layer: Any, corner: tuple[float, float]) -> Iterator[Shown]:
        """Yield the text objects of a layer, y upwards from the page's lower left corner, in points."""
        for item in descendants(layer, "TextObject"):
            x0, y0 = [*_numbers(attribute(item, "Boundary")), 0.0, 0.0][:2]
            a, b, c, d, e, f = _matrix(item)
            size = (_numbers(attribute(item, "Size")) or [4.0])[0]
            reach = size * (_numbers(attribute(item, "HScale")) or [1.0])[0]
            font = attribute(item, "Font")
            bold = font in self.bold or (_numbers(attribute(item, "Weight")) or [0.0])[0] >= _BOLD
            style = (self.fonts.setdefault(font, len(self.fonts)), bold)
            color = _color(item)
            drawn = color[3] and attribute(item, "Visible", "true").lower() != "false"
            across = math.hypot(a, b) or 1.0
            height = abs(a * d - b * c) / across or 1.0
            angle = 0.0 if abs(b) < _LEVEL * abs(a) and a > 0 else math.degrees(math.atan2(-b, a))
            like = (_POINTS * size * height, angle, style, _DRAWN if drawn else _UNSEEN, color)
            x = y = 0.0
            for code in elements(item):
                if local(code) != "TextCode":
                    continue
                text = " ".join((code.text or "").split("\n"))
                x = (_numbers(attribute(code, "X")) or [x])[0]
                y = (_numbers(attribute(code, "Y")) or [y])[0]
                steps, drops = _steps(attribute(code, "DeltaX")), _steps(attribute(code, "DeltaY"))
                level = not angle and not any(drops)
                one: Shown | None = None
                u, v = x, y
                for i, char in enumerate(text):
                    left = _POINTS * (x0 + a * u + c * v + e - corner[0])
                    base = _POINTS * (corner[1] - (y0 + b * u + d * v + f))
                    wide = reach * width(char)
                    step = steps[i] if i < len(steps) else 0.0 if drops else wide
                    if one is None:
                        one = Shown(like, base)
                    right = left + _POINTS * across * (min(wide, step) if step > 0 else wide)
                    one.add([char], [left], [right], None if level else (left, base))
                    u, v = u + step, v + (drops[i] if i < len(drops) else 0.0)
                if one is not None:
                    yield one.complete()


def _matrix(item: Any) -> list[float]:
    given = _numbers(attribute(item, "CTM"))
    return given if len(given) == len(_UNIT) else _UNIT


def _color(item: Any) -> tuple[int, int, int, int]:
    """Return red, green, blue and how opaque an object is drawn, 0 to 255; black where it does not say."""
    fill = child(item, "FillColor")
    values = [int(value) for value in _numbers(attribute(fill, "Value"))] if fill is not None else []
    opaque = [_numbers(attribute(one, "Alpha", "255")) or [255.0] for one in (item, fill) if one is not None]
    red, green, blue = values if len(values) == 3 else values * 3 if len(values) == 1 else (0, 0, 0)  # noqa: PLR2004
    return red, green, blue, int(min(alpha[0] for alpha in opaque))


def _extent(item: Any, corner: tuple[float, float]) -> Extent:
    """Return where an object lies, y upwards."""
    x, y, wide, high = [*_numbers(attribute(item, "Boundary")), 0.0, 0.0, 0.0, 0.0][:4]
    left, top = x - corner[0], corner[1] - y
    return _POINTS * left, _POINTS * (top - high), _POINTS * (left + wide), _POINTS * top


def _grounds(layer: Any, corner: tuple[float, float]) -> Iterator[Extent]:
    """Yield where filled shapes lie that are not white."""
    for item in descendants(layer, "PathObject"):
        if attribute(item, "Fill") == "true" and min(_color(item)[:3]) < _WHITE:
            yield _extent(item, corner)


def _rules(layer: Any, corner: tuple[float, float]) -> Iterator[Extent]:
    """Yield the level and upright lines that paths draw, y upwards."""
    for item in descendants(layer, "PathObject"):
        data = child(item, "AbbreviatedData")
        if data is None:
            continue
        x0, y0 = [*_numbers(attribute(item, "Boundary")), 0.0, 0.0][:2]
        a, b, c, d, e, f = _matrix(item)
        last: tuple[float, float] | None = None
        for sign, u, v in _PATH.findall(data.text or ""):
            if sign in {"M", "S"}:
                last = None
            elif not sign:
                x, y = float(u), float(v)
                x, y = x0 + a * x + c * y + e - corner[0], corner[1] - (y0 + b * x + d * y + f)
                if last is not None:
                    yield from level_line(last, (_POINTS * x, _POINTS * y))
                last = _POINTS * x, _POINTS * y


def _numbers(text: str) -> list[float]:
    found: list[float] = []
    for part in text.split():
        try:
            value = float(part)
        except ValueError:
            return found
        if not abs(value) < _FARTHEST:  # not a number either
            return found
        found.append(value)
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
