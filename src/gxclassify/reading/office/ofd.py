"""OFD (GB/T 33190-2016) in the child process: what its pages show and where, for the layout that reads PDF.

A page holds text objects, each with a boundary, maybe a matrix, and codes of text with the places of their characters,
all in millimetres, y downwards. What stands in a template belongs to every page that names it, what stands in a unit
of drawing to every composite object that does.
"""

from __future__ import annotations

import math
import posixpath
import re
from typing import TYPE_CHECKING, Any

from gxclassify.errors import InputError
from gxclassify.messages import Message
from gxclassify.reading.package import attribute, child, descendants, elements, local
from gxclassify.reading.parsed import Notice, solid
from gxclassify.reading.pdf.page import PageText, Shown, level_line, seen, straighten
from gxclassify.reading.pdf.parse import MOST_CHARACTERS, read_pages
from gxclassify.reading.text.lines import width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gxclassify.reading.package import Package
    from gxclassify.reading.parsed import Parsed
    from gxclassify.reading.pdf.lines import Extent

_POINTS = 72 / 25.4  # in a millimetre
_A4 = [0.0, 0.0, 210.0, 297.0]
_UNIT = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]  # the matrix that changes nothing
_LEVEL = 0.002  # the slope of a baseline that is level
_BOLD = 600
_UNSEEN, _DRAWN = 3, 0  # modes of text, as PDFium counts them
_WHITE = 250
_FARTHEST = 1e6  # millimetres
_MOST_UNITS, _DEEPEST_UNIT = 10_000, 10  # drawn on a page; drawn in each other
_PATH = re.compile(r"([A-Za-z])|(-?\d+\.?\d*)\s+(-?\d+\.?\d*)")


def parse_ofd(package: Package, most_pages: int) -> Parsed:
    """Return the lines of an OFD document in reading order, with what each begins.

    Raises
    ------
    InputError
        It names no document, has too many pages, or holds no text that can be read.
    """
    if "Encryptions.xml" in package:  # GM/T 0099: what it lists is no XML
        raise InputError("the archive is encrypted with a password; save it without.")
    top = package.xml("OFD.xml")
    roots = [_joined("", item.text or "") for item in descendants(top, "DocRoot")] if top is not None else []
    pages: list[PageText] = []
    attached: list[str] = []
    total = missing = 0
    for path in roots:
        document = package.xml(path)
        if document is None:
            missing += 1
            continue
        reader = _Reader(package, path, document)
        attached += reader.attached
        listed = child(document, "Pages")
        for item in elements(listed) if listed is not None else ():
            if len(pages) >= most_pages:
                raise InputError(
                    "the OFD document has more than {most_pages} pages, the limit (reading.max_pages).",
                    most_pages=most_pages,
                )
            pages.append(reader.read(attribute(item, "ID"), reader.found(path, attribute(item, "BaseLoc"))))
            total += pages[-1].held
            if total > MOST_CHARACTERS:
                raise InputError(
                    "the OFD document holds more than {most_characters:,} characters; split it.",
                    most_characters=MOST_CHARACTERS,
                )
        missing += reader.missing
    if missing >= len(pages):
        raise InputError("the OFD document names no page that it holds; save it again where it opens.")
    parsed = read_pages(pages, Message("OFD document"))
    if missing:
        text = Message("{missing} pages or documents that the OFD document names are missing.", missing=missing)
        parsed.notices.append(Notice("damaged", "", missing, text))
    if attached:
        text = Message("Files attached to the document that are not read: {attached}.", attached=attached)
        parsed.notices.append(Notice("attachment", "", len(attached), text))
    return parsed


def _joined(base: str, path: str) -> str:
    """Return a location that stands in the file `base`: absolute with a stroke before it, else relative."""
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(base), path.strip().replace("\\", "/"))).lstrip("/")


class _Reader:
    """Reads the pages of one document; templates, fonts and annotations serve all of them."""

    def __init__(self, package: Package, path: str, document: Any) -> None:
        self.package, self.document = package, document
        self.fonts: dict[str, int] = {}
        self.missing = 0  # pages
        self.drawings = 0  # units that a page has drawn
        self.templates = {
            attribute(item, "ID"): self.found(path, attribute(item, "BaseLoc"))
            for item in descendants(document, "TemplatePage")
        }
        places = [self.found(path, place.text or "") for place in descendants(document, "PublicRes", "DocumentRes")]
        resources = [found for place in places if (found := package.xml(place)) is not None]
        self.bold = set(_bold_fonts(resources))
        self.units = {
            attribute(unit, "ID"): unit for one in resources for unit in descendants(one, "CompositeGraphicUnit")
        }
        listed = child(document, "Annotations")
        self.annotations = self._annotations(self.found(path, listed.text or "")) if listed is not None else {}
        listed = child(document, "Attachments")
        self.attached = self._attached(self.found(path, listed.text or "")) if listed is not None else []

    def found(self, base: str, path: str) -> str:
        """Return a location in the file `base`; some programs give it from the top of the archive, without a stroke."""
        place, other = _joined(base, path), _joined("", path)
        return other if place not in self.package and other in self.package else place

    def _attached(self, place: str) -> list[str]:
        """Return the names of the attached files; where their list is damaged, its own."""
        try:
            files = self.package.xml(place)
        except InputError:
            return [place]
        return [attribute(item, "Name") for item in descendants(files, "Attachment")] if files is not None else []

    def _annotations(self, base: str) -> dict[str, list[tuple[str, str]]]:
        """Return what is noted on each page, by its ID: ``(reason to leave it out, text)``."""
        root = self.package.xml(base)
        found: dict[str, list[tuple[str, str]]] = {}
        for page in elements(root) if root is not None else ():
            location = child(page, "FileLoc")
            notes = self.package.xml(self.found(base, location.text or "")) if location is not None else None
            for note in descendants(notes, "Annot") if notes is not None else ():
                text = "".join(code.text or "" for code in descendants(note, "TextCode"))
                reason = "watermark" if attribute(note, "Type") == "Watermark" else "comment"
                remark = "".join(said.text or "" for said in descendants(note, "Remark"))
                found.setdefault(attribute(page, "PageID"), []).extend([(reason, text), ("comment", remark)])
        return found

    def read(self, name: str, location: str) -> PageText:
        """Return what a page shows."""
        root = self.package.xml(location)
        self.missing += root is None
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
        self.drawings = 0
        drawn = [one for layer in layers for one in self._drawn(layer, _UNIT, [])]
        shown = [item for one in drawn for item in self._shown(*one, corner)]
        notes = self.annotations.get(name, [])
        found.held = sum(solid(item.text) for item in shown) + sum(solid(text) for _, text in notes)
        found.removed += notes
        dark = [_extent(*one, corner) for one in drawn if _is_ground(one[0])]
        pictures = [_extent(*one, corner) for one in drawn if local(one[0]) == "ImageObject"]
        frame = straighten(seen(shown, crop, lambda: [*dark, *pictures], found), crop, found)
        for x0, y0, x1, y1 in pictures:
            found.pictured = max(found.pictured, (x1 - x0) * (y1 - y0) / (found.width * found.height))
        for one in drawn:
            for x0, y0, x1, y1 in _rules(*one, corner):
                (ax, ay), (bx, by) = frame.place(x0, y0), frame.place(x1, y1)
                found.rules.append((min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)))
        return found

    def _drawn(self, parent: Any, outer: list[float], within: list[str]) -> Iterator[tuple[Any, list[float]]]:
        """Yield the objects below an element, those of composite ones too, each with the matrix of what it is in."""
        for item in descendants(parent, "TextObject", "PathObject", "ImageObject", "CompositeObject"):
            if local(item) != "CompositeObject":
                yield item, outer
                continue
            name = attribute(item, "ResourceID")
            if name in self.units and name not in within:
                self.drawings += 1
                if self.drawings > _MOST_UNITS or len(within) > _DEEPEST_UNIT:
                    raise InputError("it is nested too deeply to be parsed.")
                yield from self._drawn(self.units[name], _placed(item, outer), [*within, name])

    def _shown(self, item: Any, outer: list[float], corner: tuple[float, float]) -> Iterator[Shown]:
        """Yield what a text object shows, y upwards from the page's lower left corner, in points."""
        if local(item) != "TextObject":
            return
        a, b, c, d, e, f = _placed(item, outer)
        size = (_numbers(attribute(item, "Size")) or [4.0])[0]
        reach = size * (_numbers(attribute(item, "HScale")) or [1.0])[0]
        font = attribute(item, "Font")
        bold = font in self.bold or (_numbers(attribute(item, "Weight")) or [0.0])[0] >= _BOLD
        style = (self.fonts.setdefault(font, len(self.fonts)), bold)
        color = _color(item)
        drawn = color[3] and attribute(item, "Visible", "true").lower() != "false" and _is_inked(item)
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
                left = _POINTS * (a * u + c * v + e - corner[0])
                base = _POINTS * (corner[1] - (b * u + d * v + f))
                wide = reach * width(char)
                step = steps[i] if i < len(steps) else 0.0 if drops else wide
                if one is None:
                    one = Shown(like, base)
                right = left + _POINTS * across * (min(wide, step) if step > 0 else wide)
                one.add([char], [left], [right], None if level else (left, base))
                u, v = u + step, v + (drops[i] if i < len(drops) else 0.0)
            if one is not None:
                yield one.complete()


def _bold_fonts(resources: Sequence[Any]) -> Iterator[str]:
    for font in (font for one in resources for font in descendants(one, "Font")):
        name = f"{attribute(font, 'FontName')} {attribute(font, 'FamilyName')}".lower()
        if attribute(font, "Bold") == "true" or any(word in name for word in ("bold", "simhei", "黑体")):
            yield attribute(font, "ID")


def _placed(item: Any, outer: list[float]) -> list[float]:
    """Return the matrix that takes an object's own places to the page, if `outer` does so for what it stands in."""
    x, y = [*_numbers(attribute(item, "Boundary")), 0.0, 0.0][:2]
    a, b, c, d, e, f = _matrix(item)
    return _times(outer, [a, b, c, d, e + x, f + y])


def _times(outer: list[float], inner: list[float]) -> list[float]:
    a, b, c, d, e, f = outer
    u, v, w, z, x, y = inner
    return [a * u + c * v, b * u + d * v, a * w + c * z, b * w + d * z, a * x + c * y + e, b * x + d * y + f]


def _matrix(item: Any) -> list[float]:
    given = _numbers(attribute(item, "CTM"))
    return given if len(given) == len(_UNIT) else _UNIT


def _is_inked(item: Any) -> bool:
    """Tell whether letters are filled, as they are where nothing is said, or drawn by their outline."""
    return attribute(item, "Fill", "true").lower() != "false" or attribute(item, "Stroke").lower() == "true"


def _color(item: Any) -> tuple[int, int, int, int]:
    """Return red, green, blue and how opaque an object is drawn, 0 to 255; black where it does not say."""
    fill = child(item, "FillColor")
    values = [int(value) for value in _numbers(attribute(fill, "Value"))] if fill is not None else []
    opaque = [_numbers(attribute(one, "Alpha", "255")) or [255.0] for one in (item, fill) if one is not None]
    red, green, blue = values if len(values) == 3 else values * 3 if len(values) == 1 else (0, 0, 0)  # noqa: PLR2004
    return red, green, blue, int(min(alpha[0] for alpha in opaque))


def _extent(item: Any, outer: list[float], corner: tuple[float, float]) -> Extent:
    """Return where the boundary of an object lies, y upwards."""
    x, y, wide, high = [*_numbers(attribute(item, "Boundary")), 0.0, 0.0, 0.0, 0.0][:4]
    ends = [_times(outer, [0.0, 0.0, 0.0, 0.0, *end])[4:] for end in ((x, y), (x + wide, y + high))]
    (x0, x1), (y0, y1) = (sorted(place) for place in zip(*ends, strict=True))
    left, right, top, foot = x0 - corner[0], x1 - corner[0], corner[1] - y0, corner[1] - y1
    return _POINTS * left, _POINTS * foot, _POINTS * right, _POINTS * top


def _is_ground(item: Any) -> bool:
    """Tell whether an object is a filled shape that is not white."""
    return local(item) == "PathObject" and attribute(item, "Fill") == "true" and min(_color(item)[:3]) < _WHITE


def _rules(item: Any, outer: list[float], corner: tuple[float, float]) -> Iterator[Extent]:
    """Yield the level and upright lines that a path draws, y upwards."""
    data = child(item, "AbbreviatedData") if local(item) == "PathObject" else None
    if data is None:
        return
    a, b, c, d, e, f = _placed(item, outer)
    last: tuple[float, float] | None = None
    for sign, u, v in _PATH.findall(data.text or ""):
        if sign in {"M", "S"}:
            last = None
        elif not sign:
            x, y = float(u), float(v)
            x, y = a * x + c * y + e - corner[0], corner[1] - (b * x + d * y + f)
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
        if parts[i] == "g" and i + 2 < len(parts) and parts[i + 1].isdecimal():
            steps += [*_numbers(parts[i + 2])] * min(int(parts[i + 1]), 100_000)
            i += 3
        else:
            steps += _numbers(parts[i])
            i += 1
    return steps
