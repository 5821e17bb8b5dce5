"""PDF in the child process, by PDFium: characters with their boxes become lines in reading order."""

from __future__ import annotations

import ctypes
from statistics import median
from typing import Any

from gxclassify.errors import InputError
from gxclassify.reading.parsed import Parsed, ParsedLine
from gxclassify.reading.reading_order import Glyph, reading_order

_MOST_CHARACTERS = 20_000_000


def parse_pdf(data: bytes, most_pages: int) -> Parsed:
    """Return the lines of a PDF in reading order, columns one after the other, with their type sizes."""
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        what = "encrypted with a password; save it without" if "password" in str(error).lower() else "damaged"
        msg = f"the PDF is {what}."
        raise InputError(msg) from error
    if len(document) > most_pages:
        msg = f"the PDF has {len(document)} pages; the limit is {most_pages} (reading.max_pages)."
        raise InputError(msg)
    pages = []
    total = 0
    for number in range(len(document)):
        glyphs = _glyphs(document[number])
        total += len(glyphs)
        if total > _MOST_CHARACTERS:
            msg = f"the PDF holds more than {_MOST_CHARACTERS:,} characters; split it."
            raise InputError(msg)
        pages.append(reading_order(glyphs))
    return _answer(pages)


def _answer(pages: list[list[tuple[str, float]]]) -> Parsed:
    weighed = [size for page in pages for text, size in page for _ in range(len(text) // 8 + 1) if text]
    if not weighed:
        msg = "the PDF holds no text: it is probably a scan; run OCR on it first."
        raise InputError(msg)
    body = median(weighed)
    lines: list[ParsedLine] = []
    for number, page in enumerate(pages, start=1):
        lines += [ParsedLine(text, page=number, size=round(size / body, 2) if text else 1.0) for text, size in page]
        lines.append(ParsedLine(""))
    return Parsed(lines)


def _glyphs(page: Any) -> list[Glyph]:
    """Return the characters of a page with their boxes, y growing downwards, without those PDFium made up."""
    import pypdfium2.raw as raw  # noqa: PLR0402

    text = page.get_textpage()
    height = page.get_height()
    box = raw.FS_RECTF()
    glyphs: list[Glyph] = []
    for i in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text, i)
        if code < 32 or 0xD800 <= code <= 0xDFFF or code in {0xFFFE, 0xFFFF} or raw.FPDFText_IsGenerated(text, i) == 1:  # noqa: PLR2004
            continue
        if not raw.FPDFText_GetLooseCharBox(text, i, ctypes.byref(box)):
            continue
        size = raw.FPDFText_GetFontSize(text, i)
        tall = abs(box.top - box.bottom)
        glyphs.append(Glyph(chr(code), box.left, height - box.top, box.right, height - box.bottom, _size(size, tall)))
    text.close()
    return glyphs


def _size(nominal: float, tall: float) -> float:
    """Return the type size; a font scaled by its matrix has a nominal size that says nothing."""
    return nominal if tall and 0.6 < nominal / tall < 1.6 else tall  # noqa: PLR2004
