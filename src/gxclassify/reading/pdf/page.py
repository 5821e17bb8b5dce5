"""A page of a PDF by PDFium: what each text operation shows, with its place, size, direction and looks.

Nothing else asks PDFium for text. A call costs half a microsecond and a page holds a thousand characters, so what is
the same for all characters of one text operation is asked once.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections import defaultdict, deque
from dataclasses import dataclass, field
from itertools import compress, pairwise, repeat
from typing import TYPE_CHECKING, Any

import numpy as np

from gxclassify.reading.parsed import solid
from gxclassify.reading.pdf.lines import Extent, Piece

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

_STRAIGHT = 3.5  # degrees by which text may lean and still be of the page's direction
_LEVEL = 0.1  # degrees that need no straightening
_LEVEL_SLOPE = 0.0017  # the same as a slope
_SMALLEST = 1.5  # points: smaller type is there for machines
_LINE = 3.0  # points: a ruling line is no thicker
_SHORTEST_RULE = 8.0  # points: a shorter line is part of a drawing
_MOST_SEGMENTS = 4_000
_MOST_OBJECTS = 20_000
_SMALLEST_SHAPE, _MOST_SHAPES = 32.0, 100  # points; on a page
_ASIDE = 20  # characters that run another way and are worth reading
_STEP_DOWN = (0.75, 1.9)  # ems from one character of vertical text to the next
_ASKEW = 0.4  # ems that a mark or a figure may stand beside the middle of its column
_WIDE = frozenset("mwMW%@")
_MARKS = frozenset("，。、；：！？）》」』”’一—…")  # and what else is low or flat
_TYPED, _FIELD = 3, 20  # kinds of annotations: what was typed onto the page, a field of a form
_REMARKS = frozenset({1, _TYPED, 9, 10, 11, 12, 14})  # notes; text that is marked, underlined or struck; carets
_MOST_ANNOTATIONS = 2_000
_LONGEST_REMARK = 200_000  # bytes
_DOWNWARDS = 3  # quarter turns
_VERTICAL = 4  # characters, one below the other, are vertical text
_WHITE = 250
_SAME = 0.01  # points
_NONE = "\ufffd"  # a glyph without a character
_HALF = "\udfff"  # the second half of a character beyond the first plane, which PDFium tells in two
_UNITS = 0x10000  # of UTF-16
_ODD = re.compile("[\0-\x1f\udfff-\uf8ff\ufffd-\uffff]")  # what may be none, or made up
_FIRST_WIDE = "\u2000"  # the characters before it are half as wide
_TIGHT = 0.1  # of a character's height: what lies closer to the one before it stands beside it
_EVEN = 0.001  # points: baselines that differ by less are one
_LITTLE = 100  # characters: so few on a page may stand on the picture of one
_NO_LINE = 0.8  # of the size: so near each other no two lines are
_BESIDE = 1  # pieces beside others on a page make it worth looking for rules

Like = tuple[float, float, tuple[int, bool], int, tuple[int, int, int, int]]
"""Size, angle, font and whether it is bold, rendering mode, colour."""


@dataclass(slots=True)
class PageText:
    """What a page holds, straightened: x from its left edge, y from its top edge downwards, in points.

    Attributes
    ----------
    pieces
        What the text operations show, in their order.
    verticals
        Lines of vertical text on a page of horizontal text, each as its characters.
    removed
        ``(reason, text)`` of what a reader of the page does not see or should not read.
    rules
        Ruling lines ``(x0, y0, x1, y1)``, looked for where text stands beside text.
    pictures
        Where pictures stand ``(x0, y0, x1, y1)``.
    shapes
        Where large filled shapes lie that are not white, any of which may be a drawing or stand for a photo.
    asides
        Text that runs at a right angle to the rest, each direction in a frame of its own.
    held
        How many characters, white space not counted, PDFium finds on the page.
    unmapped
        How many of them have no Unicode value.
    pictured
        The share of the page that pictures cover.
    """

    width: float
    height: float
    pieces: list[Piece] = field(default_factory=list)
    verticals: list[list[Piece]] = field(default_factory=list)
    removed: list[tuple[str, str]] = field(default_factory=list)
    rules: list[Extent] = field(default_factory=list)
    pictures: list[Extent] = field(default_factory=list)
    shapes: list[Extent] = field(default_factory=list)
    asides: list[list[Piece]] = field(default_factory=list)
    held: int = 0
    unmapped: int = 0
    pictured: float = 0.0
    vertical: bool = False


class Shown:
    """Characters of one style on one baseline, with their left and right edges; with origins where they lean."""

    __slots__ = ("angle", "chars", "color", "left", "like", "mode", "origins", "right", "size", "style", "text", "y")

    def __init__(self, like: Like, y: float) -> None:
        self.like, self.y = like, y
        self.size, self.angle, self.style, self.mode, self.color = like
        self.chars: list[str] = []
        self.text = ""
        self.left: list[float] = []
        self.right: list[float] = []
        self.origins: list[tuple[float, float]] = []

    def add(
        self, chars: list[str], left: list[float], right: list[float], origin: tuple[float, float] | None = None
    ) -> None:
        """Take in characters, or the one at this origin; those that are none stay out."""
        if _NONE in chars:
            told = [char != _NONE for char in chars]
            left, right = list(compress(left, told)), list(compress(right, told))
            chars = list(compress(chars, told))
        self.chars += chars
        self.left += left
        self.right += right
        if origin is not None and chars:
            self.origins.append(origin)

    def goes_to(self, x: float, y: float) -> bool:
        """Tell whether a character of the same style at this origin stands beside the last one."""
        if not self.left:
            return False
        if not self.origins:
            return abs(y - self.y) < _SAME and -0.5 * self.size < x - self.right[-1] < 0.3 * self.size
        last_x, last_y = self.origins[-1]
        cos, sin = math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))
        along, away = (x - last_x) * cos + (y - last_y) * sin, (y - last_y) * cos - (x - last_x) * sin
        return abs(away) < 0.1 * self.size and 0 <= along < 2 * self.size

    def complete(self) -> Shown:
        """Return it with its text."""
        self.text = "".join(self.chars)
        return self


class _Functions:
    """The functions of PDFium that are called for characters, as C knows them: with addresses in place of objects."""

    def __init__(self, raw: Any) -> None:
        number, real, place = ctypes.c_int, ctypes.c_double, ctypes.c_void_p

        def function(named: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
            return ctypes.CFUNCTYPE(result, *arguments)(self.address(named))

        self.box = function(raw.FPDFText_GetLooseCharBox, number, place, number, place)
        self.origin = function(raw.FPDFText_GetCharOrigin, number, place, number, place, place)
        self.matrix = function(raw.FPDFText_GetMatrix, number, place, number, place)
        self.font_size = function(raw.FPDFText_GetFontSize, real, place, number)
        self.text_object = function(raw.FPDFText_GetTextObject, place, place, number)
        self.font = function(raw.FPDFTextObj_GetFont, place, place)
        self.mode = function(raw.FPDFTextObj_GetTextRenderMode, number, place)
        self.color = function(raw.FPDFPageObj_GetFillColor, number, place, place, place, place, place)
        self.page_object = function(raw.FPDFPage_GetObject, place, place, number)
        self.kind = function(raw.FPDFPageObj_GetType, number, place)

    @staticmethod
    def address(pointer: Any) -> int:
        """Return where a pointer points."""
        return ctypes.cast(pointer, ctypes.c_void_p).value or 0


class PageReader:
    """Reads the pages of one document; what it learns of a font serves all pages."""

    def __init__(self) -> None:
        import pypdfium2.raw as raw  # noqa: PLR0402

        self.raw = raw
        self.fonts: dict[int, tuple[int, bool]] = {}
        self.fast = _Functions(raw)
        self.matrix = raw.FS_MATRIX()
        self.matrix_at = ctypes.addressof(self.matrix)
        self.channels = (ctypes.c_uint * 4)()
        start, step = ctypes.addressof(self.channels), ctypes.sizeof(ctypes.c_uint)
        self.places = tuple(range(start, start + 4 * step, step))

    def open(self, document: Any, number: int) -> tuple[Any, list[str]]:
        """Return a page with what was typed onto it, into a form or freely, as its text; and the remarks on it."""
        raw, page = self.raw, document[number]
        count = raw.FPDFPage_GetAnnotCount(page.raw)
        if not 0 < count <= _MOST_ANNOTATIONS:
            return page, []
        others, comments = [], []
        for i in range(count):
            note = raw.FPDFPage_GetAnnot(page.raw, i)
            kind = raw.FPDFAnnot_GetSubtype(note)
            looks = self._string(raw.FPDFAnnot_GetAP, note, 0) if kind in {_TYPED, _FIELD} else ""
            if not looks or (kind == _FIELD and "/Tx" not in looks):  # of a signature, a button
                others.append(i)
                comments += [self._string(raw.FPDFAnnot_GetStringValue, note, b"Contents")] if kind in _REMARKS else []
            raw.FPDFPage_CloseAnnot(note)
        if len(others) < count:
            for i in reversed(others):
                raw.FPDFPage_RemoveAnnot(page.raw, i)
            raw.FPDFPage_Flatten(page.raw, raw.FLAT_NORMALDISPLAY)
            page.close()
            page = document[number]
        return page, [text for text in comments if text.strip()]

    def _string(self, ask: Callable[..., int], note: Any, what: Any) -> str:
        """Return a string that PDFium says of an annotation."""
        size = min(ask(note, what, None, 0), _LONGEST_REMARK)
        buffer = (ctypes.c_ushort * (size // 2 + 1))()
        ask(note, what, buffer, size)
        return bytes(buffer)[: max(0, size - 2)].decode("utf-16-le", "replace")

    def read(self, page: Any) -> PageText:
        """Return what a page shows."""
        x0, y0, x1, y1 = page.get_bbox()  # which pages inherit, and which the crop box cuts
        found = PageText(x1 - x0, y1 - y0)
        text = page.get_textpage()
        count = self.raw.FPDFText_CountChars(text.raw)
        shown = list(self._shown(text.raw, count, found)) if count > 0 else []
        text.close()
        shown = seen(shown, (x0, y0, x1, y1), lambda: self._grounds(page.raw), found)
        frame = straighten(shown, (x0, y0, x1, y1), found)
        self._drawn(page.raw, frame, found, ruled=found.held < _LITTLE or _beside(found.pieces))
        return found

    def _shown(self, text: Any, count: int, found: PageText) -> Iterator[Shown]:
        """Yield what stands together on a baseline in one style.

        PDFium is asked for the style where something may change alone, since half of the time would go there: not of a
        character beside the last one, whose type reaches as far down or stands on its baseline.
        """
        fast = self.fast
        chars = self._characters(text, count, found)
        page = fast.address(text)
        origin = (ctypes.c_double * 2)()
        x_at = ctypes.addressof(origin)
        y_at = x_at + ctypes.sizeof(ctypes.c_double)
        item: Shown | None = None
        boxes = self._boxes(page, chars)
        left, tops, right, bottoms = boxes.tolist()
        bottom = baseline = end = back = forth = 0.0
        latin = False
        likes: dict[int, Like] = {}  # of text objects
        first = 0  # of the characters that are like each other
        for i in self._turns(page, chars, boxes):
            char, start, below = chars[i], left[i], bottoms[i]
            if i > first:
                end = right[i - 1]
            beside = back < start - end < forth and below != tops[i] and (char < _FIRST_WIDE) == latin
            if beside and not -_SAME < below - bottom < _SAME:
                fast.origin(page, i, x_at, y_at)
                beside = -_SAME < origin[1] - baseline < _SAME
            if beside:
                continue
            if item is not None:
                item.add(chars[first:i], left[first:i], right[first:i])
            first = i + 1
            handle = fast.text_object(page, i)
            if not handle:  # PDFium made the character up
                continue
            fast.origin(page, i, x_at, y_at)
            x, y = origin
            like = likes.get(handle) or likes.setdefault(handle, self._like(page, i, handle))
            height, level = like[0], like[1] == 0
            if item is None or like != item.like or not item.goes_to(x, y):
                if item is not None:
                    yield item.complete()
                item = Shown(like, y)
            item.add([char], [start], [right[i]], None if level else (x, y))
            bottom, baseline = (below, y) if level else (math.nan, math.nan)
            end, back, forth, latin = right[i], -0.5 * height, 0.3 * height, char < _FIRST_WIDE
        if item is not None:
            item.add(chars[first:], left[first:], right[first:])
            yield item.complete()

    def _like(self, page: int, i: int, handle: int) -> Like:
        """Return what a character, shown by the text object `handle`, has in common with others of its style."""
        fast, matrix = self.fast, self.matrix
        fast.matrix(page, i, self.matrix_at)
        a, b = matrix.a, matrix.b
        angle = 0.0 if abs(b) < _LEVEL_SLOPE * abs(a) and a > 0 else math.degrees(math.atan2(b, a))
        height = fast.font_size(page, i) * math.hypot(matrix.c, matrix.d)
        return height, angle, self._style(fast.font(handle)), fast.mode(handle), self._color(handle)

    def _boxes(self, page: int, chars: Sequence[str]) -> NDArray[np.float64]:
        """Return the left, top, right and bottom edges of all characters, asked for without a step of Python."""
        boxes = np.zeros((len(chars), 4), np.float32)  # as FS_RECTF has them
        first, size = boxes.ctypes.data, 4 * boxes.itemsize
        deque(map(self.fast.box, repeat(page), range(len(chars)), range(first, first + boxes.nbytes, size)), maxlen=0)
        if max(chars) > "\uffff":
            wide = [i for i, char in enumerate(chars) if char > "\uffff"]
            boxes[[i + 1 for i in wide], 0] = boxes[wide, 2]  # their second halves take no room
        return boxes.T.astype(np.float64)

    def _turns(self, page: int, chars: Sequence[str], boxes: NDArray[np.float64]) -> list[int]:
        """Return the places of characters that may be of another style or on another line than those before them.

        Boxes that reach down to different depths, as those of fonts without metrics, say nothing of the baseline.
        """
        left, top, right, bottom = boxes
        codes = np.frombuffer("".join(chars).encode("utf-32-le", "surrogatepass"), np.uint32)
        wide, high = codes >= ord(_FIRST_WIDE), top - bottom
        same = (np.abs(left[1:] - right[:-1]) < _TIGHT * high[1:]) & (high[:-1] != 0) & (wide[1:] == wide[:-1])
        below = np.flatnonzero(same & (np.abs(np.diff(bottom)) > _EVEN)) + 1
        if below.size:
            ask = np.zeros(len(chars), bool)
            ask[below] = ask[below - 1] = True
            asked = np.flatnonzero(ask)
            places = np.zeros((len(asked), 2))
            first, step = places.ctypes.data, places.itemsize
            ends = [range(start, start + places.nbytes, 2 * step) for start in (first, first + step)]
            deque(map(self.fast.origin, repeat(page), asked.tolist(), *ends), maxlen=0)
            baseline = np.zeros(len(chars))
            baseline[asked] = places[:, 1]
            same[below - 1] = np.abs(baseline[below] - baseline[below - 1]) < _EVEN
        return [0, *(np.flatnonzero(~same) + 1).tolist()]

    def _characters(self, text: Any, count: int, found: PageText) -> list[str]:
        """Return the characters, those without a Unicode value as U+FFFD."""
        raw = self.raw
        buffer = (ctypes.c_ushort * (count + 1))()
        raw.FPDFText_GetText(text, 0, count, buffer)
        whole = bytes(buffer).decode("utf-16-le", "replace")
        if len(whole) != count + 1 or "\0" in whole[:count]:  # beyond the first plane, or left out
            whole = _whole([raw.FPDFText_GetUnicode(text, i) for i in range(count)])
        chars = list(whole[:count])
        for odd in _ODD.finditer(whole, 0, count):
            i, char = odd.start(), odd[0]
            if char == _HALF:
                chars[i] = ""
            elif raw.FPDFText_IsGenerated(text, i) == 1:
                chars[i] = " "
            elif char in "\u0002\ufffe":  # PDFium's mark for a hyphen at a line's end
                chars[i] = "-"
            elif char in "\t\n\r" and raw.FPDFText_HasUnicodeMapError(text, i) != 1:
                chars[i] = " "
            else:
                chars[i] = "\ufffd"
                found.unmapped += 1
        found.held = solid("".join(chars))
        return [char or _NONE for char in chars]

    def _style(self, address: int | None) -> tuple[int, bool]:
        """Return a number for the font, and whether it is bold."""
        key = address or 0
        if key not in self.fonts:
            font = ctypes.cast(key, self.raw.FPDF_FONT) if key else None
            name = ctypes.create_string_buffer(200)
            size = self.raw.FPDFFont_GetBaseFontName(font, name, 200) if font else 0
            known = name.value.decode("utf-8", "replace").lower() if size else ""
            heavy = self.raw.FPDFFont_GetWeight(font) >= 600 if font else False  # noqa: PLR2004
            named = any(word in known for word in ("bold", "black", "heavy", "simhei", "黑体"))
            self.fonts[key] = (len(self.fonts), heavy or named)
        return self.fonts[key]

    def _color(self, item: int) -> tuple[int, int, int, int]:
        self.fast.color(item, *self.places)
        r, g, b, a = self.channels
        return r, g, b, a

    def _grounds(self, page: Any) -> list[Extent]:
        """Return the extents of pictures and filled shapes that are not white."""
        shape = self.raw.FPDF_PAGEOBJ_PATH
        filled = {shape, self.raw.FPDF_PAGEOBJ_IMAGE, self.raw.FPDF_PAGEOBJ_SHADING}
        return [
            self._bounds(item)
            for kind, item in self._objects(page, filled)
            if kind != shape or min(self._color(self.fast.address(item))[:3]) < _WHITE
        ]

    def _objects(self, page: Any, kinds: set[int]) -> Iterator[tuple[int, Any]]:
        """Yield the objects of a page that are of these kinds, with their kind."""
        count = min(self.raw.FPDFPage_CountObjects(page), _MOST_OBJECTS)
        objects = list(map(self.fast.page_object, repeat(self.fast.address(page)), range(count)))
        for kind, item in zip(map(self.fast.kind, objects), objects, strict=True):
            if kind in kinds:
                yield kind, ctypes.cast(item, self.raw.FPDF_PAGEOBJECT)

    def _bounds(self, item: Any) -> Extent:
        a, b, c, d = (ctypes.c_float() for _ in range(4))
        self.raw.FPDFPageObj_GetBounds(item, a, b, c, d)
        return a.value, b.value, c.value, d.value

    def _drawn(self, page: Any, frame: Frame, found: PageText, *, ruled: bool) -> None:
        """Find the pictures and large shapes of the page, and if `ruled` its ruling lines."""
        picture, path = self.raw.FPDF_PAGEOBJ_IMAGE, self.raw.FPDF_PAGEOBJ_PATH
        for kind, item in self._objects(page, {picture, path}):
            if kind == picture:
                a, b, c, d = self._bounds(item)
                found.pictured = max(found.pictured, (c - a) * (d - b) / max(1.0, found.width * found.height))
                found.pictures.append(frame.extent(a, b, c, d))
            elif len(found.rules) < _MOST_SEGMENTS:
                bounds = self._bounds(item)
                if ruled:
                    found.rules += [frame.extent(*segment) for segment in self._segments(item, bounds)]
                if len(found.shapes) < _MOST_SHAPES and self._is_shape(item, bounds):
                    found.shapes.append(frame.extent(*bounds))

    def _is_shape(self, item: Any, bounds: Extent) -> bool:
        """Tell whether a path is large, filled and not white."""
        x0, y0, x1, y1 = bounds
        if min(x1 - x0, y1 - y0) < _SMALLEST_SHAPE:
            return False
        stroke, fill = ctypes.c_int(), ctypes.c_int()
        self.raw.FPDFPath_GetDrawMode(item, fill, stroke)
        return fill.value != 0 and min(self._color(self.fast.address(item))[:3]) < _WHITE

    def _segments(self, item: Any, bounds: Extent) -> Iterator[Extent]:
        """Yield the level and upright lines of a path, a thin box as one line."""
        x0, y0, x1, y1 = bounds
        if min(x1 - x0, y1 - y0) <= _LINE:
            if max(x1 - x0, y1 - y0) >= _SHORTEST_RULE:
                flat = x1 - x0 >= y1 - y0
                middle = (y0 + y1) / 2 if flat else (x0 + x1) / 2
                yield (x0, middle, x1, middle) if flat else (middle, y0, middle, y1)
            return
        raw = self.raw
        stroke, fill = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(item, fill, stroke)
        if not stroke.value:
            return
        matrix = raw.FS_MATRIX()
        raw.FPDFPageObj_GetMatrix(item, matrix)
        x, y = ctypes.c_float(), ctypes.c_float()
        last = first = (0.0, 0.0)
        for i in range(min(raw.FPDFPath_CountSegments(item), _MOST_SEGMENTS)):
            segment = raw.FPDFPath_GetPathSegment(item, i)
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            at = (
                matrix.a * x.value + matrix.c * y.value + matrix.e,
                matrix.b * x.value + matrix.d * y.value + matrix.f,
            )
            kind = raw.FPDFPathSegment_GetType(segment)
            if kind == raw.FPDF_SEGMENT_MOVETO:
                first = at
            elif kind == raw.FPDF_SEGMENT_LINETO:
                yield from level_line(last, at)
            if raw.FPDFPathSegment_GetClose(segment):
                yield from level_line(at, first)
            last = at


def seen(shown: Iterable[Shown], crop: Extent, grounds: Callable[[], Sequence[Extent]], found: PageText) -> list[Shown]:
    """Return what a reader of the page sees; the rest is named in ``found.removed``.

    `grounds` tells where pictures and filled shapes lie that are not white, out of which text may be reversed.
    """
    x0, y0, x1, y1 = crop
    kept, invisible = [], []
    dark: Sequence[Extent] | None = None
    for item in shown:
        if not item.text.strip():
            continue
        cx, cy = (item.left[0] + item.right[-1]) / 2, item.y + 0.3 * item.size
        if not (x0 - 1 <= cx <= x1 + 1 and y0 - 1 <= cy <= y1 + 1):
            found.removed.append(("outside", item.text))
        elif item.size < _SMALLEST:
            found.removed.append(("hidden", item.text))
        elif item.mode in {3, 7}:
            invisible.append(item)
        elif min(item.color[:3]) >= _WHITE or item.color[3] < 8:  # noqa: PLR2004
            dark = grounds() if dark is None else dark
            if item.color[3] >= 8 and any(a <= cx <= c and b <= cy <= d for a, b, c, d in dark):  # noqa: PLR2004
                kept.append(item)  # reversed out of a dark ground
            else:
                found.removed.append(("hidden", item.text))
        else:
            kept.append(item)
    if invisible:
        under = sum(len(item.text) for item in invisible if any(_covers(other, item) for other in kept))
        if under > 0.5 * sum(len(item.text) for item in invisible):
            found.removed += [("hidden", item.text) for item in invisible]
        else:  # the text of a scan, as OCR read it
            kept = invisible + kept
    return kept


def straighten(shown: Sequence[Shown], crop: Extent, found: PageText) -> Frame:
    """Put what a page shows into the page turned as it is read; return how it was turned.

    Places are in points, y upwards; `crop` is the part of the page that is seen. What runs at another angle is named.
    """
    theta = _direction(shown)
    quarter = round(theta / 90) % 4
    if quarter % 2:
        found.width, found.height = found.height, found.width
    frame = Frame(theta, crop)
    aside: dict[int, list[Shown]] = defaultdict(list)
    places: list[int] = []  # of text that runs downwards: how many pieces stand before it
    for item in shown:
        off = (item.angle - theta + 180) % 360 - 180
        if abs(off) <= _STRAIGHT:
            found.pieces += frame.pieces(item)
        elif abs((off + 45) % 90 - 45) <= _STRAIGHT:
            turn = round(off / 90) % 4
            aside[turn].append(item)
            places += [len(found.pieces)] * (turn == _DOWNWARDS)
        else:
            found.removed.append(("watermark", item.text))
    if _find_vertical(found):
        below = Frame(theta - 90, crop)
        _fill_in(found, places, [below.pieces(item) for item in aside.pop(_DOWNWARDS, [])])
    for turn, items in aside.items():
        if sum(len(item.text) for item in items) >= _ASIDE:
            other = Frame(theta + 90 * turn, crop)
            found.asides.append([piece for item in items for piece in other.pieces(item)])
        else:
            found.removed += [("furniture", item.text) for item in items]
    return frame


def level_line(a: tuple[float, float], b: tuple[float, float]) -> Iterator[Extent]:
    """Yield the line from `a` to `b` if it is level or upright, and long enough to rule something."""
    dx, dy = abs(a[0] - b[0]), abs(a[1] - b[1])
    if min(dx, dy) <= 1.0 and max(dx, dy) >= _SHORTEST_RULE:
        yield (*a, *b)


def _whole(codes: Sequence[int]) -> str:
    """Return the characters of `codes`, one each: of a pair of surrogates the character and a mark for its second half.

    >>> _whole([0x674E, 0xD842, 0xDFB7, 0xD835]) == "李𠮷" + _HALF + _NONE
    True
    """
    units = b"".join([code.to_bytes(2, "little") if code < _UNITS else b"\xfd\xff" for code in codes])
    return "".join([char + _HALF * (char > "\uffff") for char in units.decode("utf-16-le", "replace")])


def _covers(one: Shown, other: Shown) -> bool:
    if abs(one.y - other.y) > 0.5 * max(one.size, other.size):
        return False
    return one.left[0] < other.right[-1] and one.right[-1] > other.left[0]


def _direction(shown: Sequence[Shown]) -> float:
    """Return the angle at which most of the page's characters run, in degrees."""
    weights: dict[int, int] = defaultdict(int)
    for item in shown:
        weights[round(item.angle * 2)] += len(item.text)
    if not weights or set(weights) == {0}:
        return 0.0
    best = max(weights, key=lambda a: sum(weights.get(a + d, 0) for d in range(-3, 4)))
    near = [(item.angle, len(item.text)) for item in shown if abs(item.angle * 2 - best) <= 4]  # noqa: PLR2004
    theta = sum(angle * n for angle, n in near) / sum(n for _, n in near)
    return 0.0 if abs(theta) < _LEVEL else theta


class Frame:
    """The page turned so that text at the angle `theta` runs level, its corner at the origin."""

    def __init__(self, theta: float, crop: Extent) -> None:
        self.level = theta == 0
        self.theta = theta
        self.cos, self.sin = math.cos(math.radians(theta)), math.sin(math.radians(theta))
        x0, y0, x1, y1 = crop
        quarter = round(theta / 90) % 4
        corner = [(x0, y1), (x0, y0), (x1, y0), (x1, y1)][quarter]  # which is on the top left when turned
        self.x, self.y = corner

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of a point in the turned page, y downwards."""
        x, y = x - self.x, y - self.y
        if self.level:
            return x, -y
        return x * self.cos + y * self.sin, x * self.sin - y * self.cos

    def extent(self, x0: float, y0: float, x1: float, y1: float) -> Extent:
        """Return the place of what lies between two points, or of the line between them, in the turned page."""
        (ax, ay), (bx, by) = self.place(x0, y0), self.place(x1, y1)
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)

    def pieces(self, item: Shown) -> list[Piece]:
        """Return the characters of a text operation in this frame."""
        size = item.size
        if not item.origins:
            _, y = self.place(0.0, item.y)
            if not self.level:  # level text on a page that leans a little
                return self._turned(item, list(zip(item.left, [item.y] * len(item.left), strict=True)))
            left = [x - self.x for x in item.left] if self.x else item.left
            right = [x - self.x for x in item.right] if self.x else item.right
            return [Piece(item.text, left, right, y, size, item.style, item.color)]
        return self._turned(item, item.origins)

    def _turned(self, item: Shown, origins: list[tuple[float, float]]) -> list[Piece]:
        places = [self.place(x, y) for x, y in origins]
        size = item.size
        widths = [usual_width(char) * size for char in item.text]
        if len(places) > 1 and abs(places[0][1] - places[1][1]) > 0.6 * size:  # it runs down the page
            return [
                Piece(char, [x], [x + size], y, size, item.style, item.color)
                for char, (x, y) in zip(item.text, places, strict=True)
            ]
        left = [x for x, _ in places]
        right = [
            min(a + max(w, 0.3 * size) * 1.1, b) if 0 < b - a < 1.3 * w + 0.2 * size else a + w
            for a, b, w in zip(left, [*left[1:], left[-1] + widths[-1]], widths, strict=True)
        ]
        return [Piece(item.text, left, right, places[0][1], size, item.style, item.color)]


def usual_width(char: str) -> float:
    """Return how wide a character mostly is, in ems."""
    return 1.0 if char >= "\u2000" else 0.9 if char in _WIDE else 0.5


def _find_vertical(found: PageText) -> bool:
    """Turn a page of vertical text, which it tells, or take vertical lines out of one of horizontal text."""
    pieces = found.pieces
    if sum(len(piece.text) == 1 for piece in pieces) < _VERTICAL:
        return False
    chains: list[list[Piece]] = []
    last: Piece | None = None
    for piece in pieces:
        if last is not None and _below(last, piece):
            if chains and chains[-1][-1] is last:
                chains[-1].append(piece)
            else:
                chains.append([last, piece])
        last = piece
    chains = [chain for chain in chains if len(chain) >= _VERTICAL]
    if not chains:
        return False
    inside = {id(piece) for chain in chains for piece in chain}
    rest = [piece for piece in pieces if id(piece) not in inside]
    count = sum(map(len, chains))
    if count > 0.5 * sum(len(piece.text) for piece in pieces) and len(chains) > 1:
        found.vertical = True
        width = found.width
        found.width, found.height = found.height, width
        found.pieces = [Piece(p.text, *_downwards(p), width - p.left[0], p.size, p.style, p.color) for p in pieces]
        return True
    found.pieces, found.verticals = rest, chains
    return False


def _fill_in(found: PageText, places: Sequence[int], sideways: Sequence[Sequence[Piece]]) -> None:
    """Put figures and Latin words, which lie on their side in vertical text, where they stand in its columns.

    Fonts without metrics for vertical text set a mark or such a word askew, over its neighbour or with white behind it;
    as far as they follow each other in the file, they are moved apart or together.
    """
    pieces: list[Piece] = []
    done = 0
    for place, fallen in zip(places, sideways, strict=True):
        pieces += [*found.pieces[done:place], *fallen]
        done = place
    found.pieces = pieces + found.pieces[done:]
    for last, piece in pairwise(found.pieces):
        askew = any(char < "\u2000" or char in _MARKS for char in (last.text[-1], piece.text[0]))
        if not askew or abs(last.y - piece.y) > _ASKEW * last.size or last.text == piece.text:
            continue
        end, gap = last.right[-1], piece.left[0] - last.right[-1]
        if 0 < gap < _STEP_DOWN[1] * last.size:
            last.right[-1] = piece.left[0]
        elif -_STEP_DOWN[1] * last.size < gap < 0:
            piece.left = [max(x, end) for x in piece.left]
            piece.right = [max(x, end + 0.1 * piece.size) for x in piece.right]


def _downwards(piece: Piece) -> tuple[list[float], list[float]]:
    """Return where characters of a column begin and end; figures that stand side by side in it share its step."""
    top, step = piece.y - 0.88 * piece.size, piece.size / len(piece.text)
    starts = [top + i * step for i in range(len(piece.text))]
    return starts, [start + step for start in starts]


def _beside(pieces: Sequence[Piece]) -> bool:
    """Tell whether pieces stand beside each other with white between, as cells do."""
    found = 0
    places = sorted((round(piece.y), piece.left[0], piece.right[-1], piece.size) for piece in pieces if piece.left)
    for (y, first, end, size), (other, start, last, _) in pairwise(places):  # a number may stand in the middle of a row
        found += other - y < _NO_LINE * size and (start - end > size or (y < other and first - last > size))
        if found >= _BESIDE:
            return True
    return False


def _below(above: Piece, piece: Piece) -> bool:
    if len(above.text) != 1 or len(piece.text) != 1 or min(above.text, piece.text) < "\u2000":
        return False
    size = above.size
    if abs(size - piece.size) > 0.1 * size or abs(above.left[0] - piece.left[0]) > 0.3 * size:
        return False
    return _STEP_DOWN[0] * size <= piece.y - above.y <= _STEP_DOWN[1] * size
