"""Lines of text with their places as JSON, as services and programs answer that recognise the text of images (OCR).

Their names differ, what they say does not: lists of lines, each a text with a box or with its corners. Where they stand
tells columns, headings and paragraphs, in the way of PDF; where no place is told, they are printed lines of a text.
"""

from __future__ import annotations

import json
import re
from itertools import groupby
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from gxclassify.reading.parsed import Parsed, ParsedLine, solid
from gxclassify.reading.text.lines import width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gxclassify.reading.parsed import Box
    from gxclassify.reading.pdf.lines import Piece

# Quick looks: names that nothing else has, and four corners beside a text.
_NAMES = re.compile(
    rb'\\?"(?:(?:words_result|words_block_list|rec_texts|text_lines|line_texts|TextDetections|prism_wordsInfo|BlockDetails'
    rb'|ocr_response)\\?"\s*:\s*\[|(?:analyzeResult|fullTextAnnotation)"\s*:\s*\{|BlockType"\s*:\s*"(?:PAGE|LINE|WORD)")'
)
_NUMBER = rb"\s*-?[0-9.]{1,24}\s*"
_CORNERS = re.compile(
    rb'"(?:box|text_region)"\s*:\s*\[\s*\[' + _NUMBER + b"," + _NUMBER + rb"\]"
    rb'|"(?:boxes|dt_boxes|position|points|poly|polygon|pos|coord|boundingBox|bounding_box)\\?"\s*:\s*'
    rb"(?:\[(?:\s*\[" + _NUMBER + b"," + _NUMBER + rb"\]\s*,?){4}\s*\]|\[(?:" + _NUMBER + rb",){7}" + _NUMBER + rb"\]"
    rb'|\[(?:\s*\{\s*\\?"[xX]\\?"\s*:' + _NUMBER + rb',\s*\\?"[yY]\\?"\s*:' + _NUMBER + rb"\}\s*,?){4}\s*\]"
    rb'|"(?:' + _NUMBER + rb",){7}" + _NUMBER + rb'")'
)
_BEGINS = re.compile(rb"\s*(?:\[\s*){3,6}[0-9.]+\s*,\s*[0-9.]+\s*\]\s*,\s*\[\s*[0-9.]")
_TEXTS = (
    "words", "word", "text", "Text", "DetectedText", "transcription", "content", "txt", "rec_txt", "BlockContent"
)  # fmt: skip
_PLACES = (
    "location", "ItemPolygon", "Polygon", "Geometry", "BoundingBox", "boundingBox", "polygon", "pos", "box", "bbox",
    "text_region", "points", "position", "boxes", "dt_boxes", "poly", "coord", "bounding_box", "BlockPoints",
)  # fmt: skip
_SIDES = (("left", "top", "width", "height"), ("x", "y", "width", "height"), ("x", "y", "w", "h"))
_EDGES = ("left", "top", "right", "bottom")
_LISTS = ("words_block_list", "text_lines", "TextDetections", "prism_wordsInfo", "BlockDetails", "ocr_response")
_APART = {"rec_texts": ("rec_boxes", "rec_polys", "dt_polys"), "line_texts": ("line_rects", "polygons")}
_DEEPEST = 12
_EM = 10.5  # points: the type's size on the page that is laid out
_NEAR, _ROUGH = 0.04, 0.6  # of the usual size, and ems of a line: how far off boxes are
_SMALLEST = 0.2  # of the usual size
_NO_TALLER = 1.08  # than most lines: not set larger either, however wide it is
_FARTHEST = 1e6  # pixels
_FEW = 4  # ems: of shorter lines the height tells the size, else the width of a character
_ASCENT = 0.38  # of an em: the baseline below the middle of a line
_PAGE = (1_000.0, 1_414.0)  # what boxes are taken for that are told as shares of their page


class Told(NamedTuple):
    """A line that was recognised."""

    text: str
    box: Box | None


def may_be_recognised(head: bytes) -> bool:
    """Tell whether the beginning of JSON may be that of such an answer: a quick look."""
    return any(look(head) for look in (_BEGINS.match, _CORNERS.search, _NAMES.search))


def recognised(value: Any) -> Parsed | None:
    """Return the lines of an answer in reading order, None where `value` is none."""
    found = list(_pages(value, 0))
    pages = [told for page in found if (told := [line for line in page if line.text.strip()])]
    if not found:
        return None
    if pages and all(line.box for page in pages for line in page):
        return _laid_out(pages)
    lines = [ParsedLine(line.text, page=number) for number, page in enumerate(pages, start=1) for line in page]
    return Parsed(lines, wrapped=True, format="json")


def _pages(value: Any, depth: int) -> Iterator[list[Told]]:
    """Yield the lines of each page in a value, however deep they stand."""
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        found = _of_object(value)
        if found is not None:
            yield from found
            return
        for member in value.values():
            yield from _pages(member, depth + 1)
    elif isinstance(value, str) and '"prism_wordsInfo"' in value:  # JSON within JSON
        yield from _pages(json.loads(value), depth + 1)
    elif isinstance(value, list):
        lines = [_line(item) for item in value]
        if lines and all(line and line.box for line in lines):
            yield [line for line in lines if line]
            return
        for item in value:
            yield from _pages(item, depth + 1)


def _of_object(value: dict[str, Any]) -> list[list[Told]] | None:
    """Return the pages of an object that names its lines; None where it does not."""
    apart = next((name for name in _APART if isinstance(value.get(name), list)), None)
    if apart:
        texts = [str(text) for text in value[apart]]
        found = (value.get(name) or () for name in _APART[apart])
        places = next((boxes for boxes in found if len(boxes) == len(texts)), [None] * len(texts))
        return [[Told(text, _box(place)) for text, place in zip(texts, places, strict=True)]]
    if isinstance(value.get("words_result"), list):
        return [_of_words(value["words_result"], value.get("paragraphs_result"))]
    if isinstance(value.get("Blocks"), list):
        lines = [block for block in value["Blocks"] if block.get("BlockType") == "LINE"]
        return [[*filter(None, map(_line, page))] for _, page in groupby(lines, key=lambda line: line.get("Page"))]
    if isinstance(value.get("fullTextAnnotation"), dict):
        return [[Told(line, None) for line in value["fullTextAnnotation"]["text"].split("\n")]]
    if isinstance(value.get("analyzeResult"), dict):
        pages = value["analyzeResult"].get("pages") or value["analyzeResult"].get("readResults") or ()
        return [[*filter(None, map(_line, page.get("lines") or ()))] for page in pages]
    listed = next((value[name] for name in _LISTS if isinstance(value.get(name), list)), None)
    if listed is None and len(value) > 1 and all(map(_is_placed, value.values())):
        listed = list(value.values())  # the lines under their numbers
    return None if listed is None else [[*filter(None, map(_line, listed))]]


def _is_placed(item: Any) -> bool:
    """Tell whether a member of an object is a line with its place."""
    line = _line(item) if isinstance(item, dict) else None
    return line is not None and line.box is not None


def _of_words(words: Sequence[Any], paragraphs: Any) -> list[Told]:
    """Return the lines of a list; without places those of a paragraph, as far as these are told, as one."""
    told = [Told(str(item["words"]), _box(item.get("location"))) for item in words]
    if not isinstance(paragraphs, list) or any(line.box for line in told):
        return told
    joined = [Told("".join(told[i].text for i in paragraph["words_result_idx"]), None) for paragraph in paragraphs]
    return joined if sum(len(line.text) for line in joined) == sum(len(line.text) for line in told) else told


def _line(item: Any) -> Told | None:
    """Return the line that a member of a list is: an object with a text, or a box beside a text, whatever follows."""
    if isinstance(item, dict):
        text = next((item[name] for name in _TEXTS if isinstance(item.get(name), str)), None)
        words = item.get("words")
        if text is None and isinstance(words, list):  # a line as its words
            text = "".join(word["content"] for word in words if isinstance(word.get("content"), str)) or None
        place = next((item[name] for name in _PLACES if name in item), item)
        return None if text is None else Told(text, _box(place))
    if isinstance(item, list | tuple) and len(item) > 1:
        text = item[1][0] if isinstance(item[1], list | tuple) and item[1] else item[1]
        box = _box(item[0])
        return Told(text, box) if isinstance(text, str) and box else None
    return None


def _box(place: Any) -> Box | None:
    """Return left, top, right and bottom of a place, however it is told: by sides, by two or by four corners.

    >>> _box({"Left": 1, "Top": 2, "Width": 3, "Height": 1}), _box([[1, 2], [4, 2], [4, 3], [1, 3]])
    ((1.0, 2.0, 4.0, 3.0), (1.0, 2.0, 4.0, 3.0))
    """
    if isinstance(place, dict):
        inner = next((place[name] for name in _PLACES if isinstance(place.get(name), dict)), None)
        sides = {name.lower(): value for name, value in (inner or place).items()}
        for names in _SIDES:
            if all(_is_side(sides.get(name)) for name in names):
                x, y, wide, high = (float(sides[name]) for name in names)
                return (x, y, x + wide, y + high)
        if all(_is_side(sides.get(name)) for name in _EDGES):
            left, top, right, bottom = (float(sides[name]) for name in _EDGES)
            return (left, top, right, bottom)
        return None
    if isinstance(place, str):  # 12,40,300,40,300,72,12,72
        place = [float(side) for side in place.split(",")]
    if not isinstance(place, list | tuple) or not place:
        return None
    corners: list[Any] = []
    for point in place:
        if isinstance(point, dict):
            corners += [point.get(name, point.get(name.upper())) for name in "xy"]
        else:
            corners += point if isinstance(point, list) else [point]
    if len(corners) < 4 or len(corners) % 2 or not all(map(_is_side, corners)):  # noqa: PLR2004
        return None
    xs, ys = [float(side) for side in corners[::2]], [float(side) for side in corners[1::2]]
    return (min(xs), min(ys), max(xs), max(ys))


def _is_side(side: Any) -> bool:
    return isinstance(side, int | float) and abs(side) < _FARTHEST  # which NaN is not


def _laid_out(pages: Sequence[Sequence[Told]]) -> Parsed:
    """Return the lines of pages whose places are known, as those of a PDF."""
    from gxclassify.reading.pdf.page import PageText
    from gxclassify.reading.pdf.parse import read_pages

    texts = []
    for page in pages:
        pieces = list(_pieces(page))
        wide, high = max(piece.right[-1] for piece in pieces), max(piece.y for piece in pieces)
        texts.append(PageText(wide + 4 * _EM, high + 4 * _EM, pieces, held=sum(solid(line.text) for line in page)))
    parsed = read_pages(texts, "JSON")
    parsed.format = "json"
    return parsed


def _pieces(page: Iterable[Told]) -> Iterator[Piece]:
    """Yield what stands on a page, in points; the type is as large as most lines have it, unless clearly another."""
    from gxclassify.reading.pdf.lines import Piece

    told = [(" ".join(line.text.split()), line.box) for line in page if line.box]
    share = max(max(box) for _, box in told) <= 2  # noqa: PLR2004 (a page and what goes beyond its edge)
    across, down = _PAGE if share else (1.0, 1.0)
    boxes = [(x0 * across, y0 * down, max((x1 - x0) * across, 1.0), (y1 - y0) * down) for _, (x0, y0, x1, y1) in told]
    pitches = [wide / width(text) for (text, _), (_, _, wide, _) in zip(told, boxes, strict=True)]
    long = [pitch for (text, _), pitch in zip(told, pitches, strict=True) if width(text) >= _FEW]
    usual, height = median(long or pitches), median(high for *_, high in boxes) or 1.0
    for (text, _), (x, y, _, high), pitch in zip(told, boxes, pitches, strict=True):
        tall = high / height
        ratio = max(pitch / usual if width(text) >= _FEW else tall, _SMALLEST)
        ratio = min(ratio, 1.0) if tall <= _NO_TALLER else ratio  # wide with white whose spaces were not recognised
        size = _EM * (1.0 if abs(ratio - 1) <= _NEAR + _ROUGH / width(text) else ratio)
        left, right = [], []
        for char in text:
            left.append(_EM * x / usual)
            x += pitch * width(char)  # noqa: PLW2901
            right.append(_EM * x / usual)
        yield Piece(text, left, right, _EM * (y + high / 2) / usual + _ASCENT * size, size)
