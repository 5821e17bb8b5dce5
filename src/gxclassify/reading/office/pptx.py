"""PowerPoint in the child process, from its XML: the lines of its slides, from above, and their notes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from gxclassify.errors import InputError
from gxclassify.reading.package import attribute, child, descendants, elements, flat_text, local, whole
from gxclassify.reading.parsed import LEFT_OUT, Parsed, ParsedLine, solid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gxclassify.reading.package import Package

_Place = tuple[int, int, int, int]
"""Top, bottom, left and right of a shape."""
_OF_SLIDES = frozenset(("dt", "ftr", "sldNum", "hdr"))
_LARGER, _SLIDE_TITLE = 1.2, 40  # times the next size, and characters: the title of a slide in a plain box


def parse_pptx(package: Package, main: str) -> Parsed:
    """Return the slides of a presentation in their order, each under its title; what its speaker notes are notes."""
    slides = package.related(main, "/slide")
    order = [slides[key] for item in descendants(package.xml(main), "sldId") if (key := _relation(item)) in slides]
    lines: list[ParsedLine] = []
    held = 0
    for number, part in enumerate(order or slides.values(), start=1):
        root = package.xml(part)
        if root is None:
            continue
        found = list(_shapes(child(root, "cSld"), package, part))
        tell_slide_title(found)
        found.sort(key=lambda line: line.role != "heading")  # the title may be the last that was drawn
        for notes in package.related(part, "/notesSlide").values():
            told = [line for line in _shapes(package.xml(notes), package, notes) if line.role != "furniture"]
            found += [ParsedLine(line.text, "note") for line in told]
        if attribute(root, "show") in {"0", "false"}:
            found = [ParsedLine(line.text, "hidden") for line in found]
        for line in found:
            line.page = number
        lines += found
        held += sum(solid(line.text) for line in found)
    if not any(line.text.strip() and line.role not in LEFT_OUT for line in lines):
        raise InputError(
            "the PowerPoint presentation shows no text; if its slides are images, save it as PDF and run OCR on it."
        )
    if lines[0].role == "heading":
        lines[0].role = "title"
    return Parsed(lines, held=held, wrapped=False)


def tell_slide_title(lines: list[ParsedLine]) -> None:
    """Make the line in clearly the largest type the heading of a slide that names no title."""
    sizes = sorted((line.size for line in lines), reverse=True)
    for line in lines if not any(line.role == "heading" for line in lines) else ():
        largest = len(sizes) > 1 and line.size >= _LARGER * sizes[1]
        if largest and line.role == "text" and len(line.text) <= _SLIDE_TITLE and line.text[-1] not in "。；，":
            line.role = "heading"
    for line in lines:
        line.size = 1.0


def _relation(element: Any) -> str:
    """Return the relationship that an element names by ``r:id``, which stands beside an ``id`` of its own."""
    return next((str(value) for key, value in element.items() if key.endswith("}id")), "")


def _shapes(parent: Any, package: Package, part: str) -> Iterator[ParsedLine]:
    """Yield the lines of the shapes below an element, in their order; tables by rows."""
    for element in _top_down(parent) if parent is not None else ():
        name = local(element)
        if name == "sp":
            place = next(descendants(element, "ph"), None)
            kind = attribute(place, "type") if place is not None else ""
            title, furniture = kind in {"title", "ctrTitle"}, kind in _OF_SLIDES
            texts = [text for text in drawn_text(element) if text.strip()]
            if title and texts:
                yield ParsedLine(" ".join(texts), "heading")
            else:
                size = max((whole(attribute(run, "sz"), 0) for run in descendants(element, "rPr")), default=0)
                yield from (ParsedLine(text, "furniture" if furniture else "text", size=size or 1.0) for text in texts)
        elif name == "tbl":
            for row in descendants(element, "tr"):
                cells = [" ".join(drawn_text(cell)) for cell in descendants(row, "tc")]
                if any(cells):
                    yield ParsedLine("\t".join(cells), "row")
        elif name == "relIds":
            diagram = package.xml(package.related(part).get(attribute(element, "dm"), "-"))
            yield from (ParsedLine(text) for text in drawn_text(diagram) if text.strip())
        elif name == "AlternateContent":
            yield from _shapes(next(elements(element), None), package, part)
        else:
            yield from _shapes(element, package, part)


def _top_down(parent: Any) -> list[Any]:
    """Return the shapes on a slide in the order of their places: from above, and in a row of them from the left.

    Those that stand side by side otherwise stay in the order in which they were drawn, for none is sure. What is not
    read, such as the number of the slide, comes last.
    """
    shapes = list(elements(parent))
    if local(parent) != "spTree":
        return shapes
    told: list[tuple[Any, _Place]] = []
    last = []
    for shape in shapes:
        kind = next((attribute(named, "type") for named in descendants(shape, "ph")), "")
        place = next(descendants(shape, "xfrm"), None)
        off, ext = (child(place, name) if place is not None else None for name in ("off", "ext"))
        if next(descendants(shape, "t"), None) is None or kind in _OF_SLIDES:
            last.append(shape)
        elif kind in {"title", "ctrTitle"}:
            told.append((shape, (-1, -1, 0, 0)))  # read first, wherever it stands
        elif off is None or ext is None:
            return shapes
        else:
            x, y = (whole(attribute(off, name), 0) for name in "xy")
            told.append((shape, (y, y + whole(attribute(ext, "cy"), 0), x, x + whole(attribute(ext, "cx"), 0))))
    return [*(shape for band in _bands(told) for shape in band), *last]


def _bands(told: Sequence[tuple[Any, _Place]]) -> Iterator[list[Any]]:
    """Yield what stands wholly above what follows; of these the shapes of a row from the left."""
    band: list[int] = []
    foot = 0
    order = sorted(range(len(told)), key=lambda i: told[i][1][:2])
    for i, after in zip(order, [*order[1:], None], strict=True):
        band.append(i)
        foot = max(foot, told[i][1][1])
        if after is not None and told[after][1][0] < foot:
            continue
        row = sorted(band, key=lambda i: told[i][1][2])
        beside = all(told[one][1][3] <= told[other][1][2] for one, other in pairwise(row))
        yield [told[i][0] for i in (row if beside else sorted(band))]
        band = []


def drawn_text(root: Any) -> Iterator[str]:
    """Yield the paragraphs of text in a drawing."""
    for paragraph in descendants(root, "p") if root is not None else ():
        texts = ("\n" if local(item) == "br" else item.text or "" for item in descendants(paragraph, "t", "br"))
        yield flat_text("".join(texts))
