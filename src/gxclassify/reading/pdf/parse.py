"""PDF in the child process: its pages by PDFium, their lines by geometry, and what of it could not be read."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from gxclassify.errors import InputError
from gxclassify.messages import Message
from gxclassify.reading.parsed import Notice, Parsed, ParsedLine, left_out, solid
from gxclassify.reading.pdf.layout import body_of, lay_out
from gxclassify.reading.pdf.page import PageReader
from gxclassify.reading.text.prose import is_decoded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gxclassify.reading.pdf.lines import Placed
    from gxclassify.reading.pdf.page import PageText

MOST_CHARACTERS = 20_000_000
_A_FEW = 60  # characters: on a picture of a page they are a stamp
_PICTURE = 0.5  # of the page: a picture so large is a scan of it
# Scripts that a broken font mixes: letters of Africa and phonetics, marks above, Armenian to Arabic, of India, Korean.
_FOREIGN = re.compile(
    "(?P<latin>[\u0180-\u02af]+)|(?P<marks>[\u0300-\u036f]+)|(?P<near>[\u0530-\u08ff]+)|(?P<far>[\u0900-\u1dff]+)"
    "|(?P<korean>[\uac00-\ud7a3]+)"
)
_SCRIPTS, _STRANGE = 3, 0.5  # so many of them in one font, and their share of its characters
_UNREADABLE = 0.5  # of the characters without a Unicode value: the page cannot be read


def parse_pdf(data: bytes, most_pages: int) -> Parsed:
    """Return the lines of a PDF in reading order, columns one after the other, with what each begins."""
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        what = (
            Message("encrypted with a password; save it without")
            if "password" in str(error).lower()
            else Message("damaged")
        )
        raise InputError("the PDF is {what}.", what=what) from error
    if len(document) > most_pages:
        raise InputError(
            "the PDF has {document_count} pages; the limit is {most_pages} (reading.max_pages).",
            document_count=len(document),
            most_pages=most_pages,
        )
    reader = PageReader()
    pages: list[PageText] = []
    total = 0
    for number in range(len(document)):
        page, comments = reader.open(document, number)
        pages.append(reader.read(page))
        pages[-1].removed += [("comment", text) for text in comments]
        pages[-1].held += sum(map(solid, comments))
        page.close()
        total += pages[-1].held
        if total > MOST_CHARACTERS:
            raise InputError(
                "the PDF holds more than {most_characters:,} characters; split it.", most_characters=MOST_CHARACTERS
            )
    return read_pages(pages)


def read_pages(pages: Sequence[PageText], what: str = "PDF") -> Parsed:
    """Return the lines of pages whose text and its places are known; messages call their file `what`.

    Raises
    ------
    InputError
        None of it can be read.
    """
    notices, unread = _unreadable(pages)
    _leave_out_fonts([page for number, page in enumerate(pages, start=1) if number not in unread])
    placed = lay_out(pages)
    for item in placed:
        if item.page in unread and not item.line.role:
            item.line.role = unread[item.page]
    running = [item.line for item in placed if not item.line.role]
    if not running and not any(item.line.role in {"row", "contents", "caption"} for item in placed):
        raise InputError(_refusal(notices, what))
    body = body_of(placed)
    lines = [_parsed(item, body) for item in placed]
    for number, page in enumerate(pages, start=1):
        counts: Counter[str] = Counter()
        for reason, text in page.removed:
            counts[reason] += solid(text)
        counts["unmapped"] += page.unmapped
        notices += left_out(counts, _places([number]))
    return Parsed(lines, notices, held=sum(page.held for page in pages), wrapped=True)


def _parsed(item: Placed, body: float) -> ParsedLine:
    line = item.line
    box = (round(line.x0, 1), round(line.y0, 1), round(line.x1, 1), round(line.y1, 1))
    size = round(line.size / body, 2)
    return ParsedLine(
        line.text, line.role, item.page, box, size, block=line.region, frame=line.frame, begins=item.begins
    )


def _unreadable(pages: Sequence[PageText]) -> tuple[list[Notice], dict[int, str]]:
    """Return a notice for each kind of page without readable text, and as what such pages' lines are left out."""
    kinds: dict[str, list[int]] = defaultdict(list)
    for number, page in enumerate(pages, start=1):
        text = "".join(piece.text for piece in page.pieces)
        count = solid(text)
        if page.unmapped > _UNREADABLE * max(1, page.held) or not is_decoded(text):
            kinds["not_prose"].append(number)
        elif page.pictured > _PICTURE and count < _A_FEW:
            kinds["scan"].append(number)
    notices = []
    for kind, numbers in kinds.items():
        place = _places(numbers)
        what = (
            Message("the text cannot be decoded, since the fonts do not say which characters they show")
            if kind == "not_prose"
            else Message("there is no text but a picture, probably a scan")
        )
        notices.append(
            Notice(
                "no_text" if kind == "scan" else kind,
                place,
                len(numbers),
                Message("On {place} {what}; run OCR.", place=place, what=what),
            )
        )
    roles = {"scan": "furniture", "not_prose": "unmapped"}
    return notices, {number: roles[kind] for kind, numbers in kinds.items() for number in numbers}


def _leave_out_fonts(pages: Sequence[PageText]) -> None:
    """Take out what is set in fonts of which PDFium tells numbers of glyphs in place of characters.

    Such a number is any character: the letters of several scripts that no Chinese text has stand side by side.
    """
    odd = {piece.style[0] for page in pages for piece in page.pieces if _FOREIGN.search(piece.text)}
    texts: dict[int, list[str]] = defaultdict(list)
    for piece in (piece for page in pages for piece in page.pieces if piece.style[0] in odd):
        texts[piece.style[0]].append(piece.text)
    broken = {font for font, found in texts.items() if _tells_numbers("".join(found))}
    for page in pages if broken else ():
        page.removed += [("unmapped", piece.text) for piece in page.pieces if piece.style[0] in broken]
        page.pieces = [piece for piece in page.pieces if piece.style[0] not in broken]


def _tells_numbers(text: str) -> bool:
    found = list(_FOREIGN.finditer(text))
    several = len({match.lastgroup for match in found}) >= _SCRIPTS
    return several and sum(len(match[0]) for match in found) >= _STRANGE * solid(text)


def _refusal(notices: Sequence[Notice], what: str) -> str:
    if any(notice.kind == "not_prose" for notice in notices):
        return Message(
            "the text of this {what} cannot be decoded (its fonts do not say which characters they "
            "show); run OCR on it first.",
            what=what,
        )
    return Message("the {what} holds no text: it is probably a scan; run OCR on it first.", what=what)


def _places(numbers: Sequence[int]) -> str:
    """Return page numbers in words.

    >>> _places([2]), _places([1, 2, 3, 7])
    ('page 2', 'pages 1-3, 7')
    """
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    told = [f"{a}-{b}" if b > a else f"{a}" for a, b in spans]
    return Message("pages {numbers}", numbers=told) if len(numbers) > 1 else Message("page {number}", number=told[0])
