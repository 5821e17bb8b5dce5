"""Workbooks, presentations, OpenDocument and EPUB in the child process, from their XML.

A workbook is read into the cells of its sheets, and the reader decides which column is text (`Parsed.sheets`); the
others become lines as a Word document does.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import count, pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from gxclassify.errors import InputError
from gxclassify.messages import Message
from gxclassify.reading.decode import decode
from gxclassify.reading.office.docx import row_lines
from gxclassify.reading.office.numbering import whole
from gxclassify.reading.office.odf_lists import OdfLists
from gxclassify.reading.office.type_sizes import find_titles, main_size, printed
from gxclassify.reading.package import attribute, child, descendants, elements, flat_text, local
from gxclassify.reading.parsed import LEFT_OUT, Notice, Parsed, ParsedLine, left_out, solid
from gxclassify.reading.records.fields import WORKBOOK_PROPERTY, Figure, named_text_field
from gxclassify.reading.text.cues import STRONG_END
from gxclassify.reading.web.html import read_fragment

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from gxclassify.reading.package import Package

Rows = list[list[str]]
_Format = tuple[str, str, str]
"""Words before a number, what it is (``date``, the pattern of its digits, or nothing), words behind."""
_GENERAL: _Format = ("", "", "")

_MOST_CELLS = 2_000_000
_MOST_COLUMNS = 16_384
_FEW_TYPED, _MOST_TYPED = 12, 200  # lines of an article that was typed into a sheet
_SHORTEST_TITLE, _LONGEST_TITLE, _PROSE = 8, 45, 15  # characters of its title, of a sentence
_Place = tuple[int, int, int, int]
"""Top, bottom, left and right of a shape."""
_OF_SLIDES = frozenset(("dt", "ftr", "sldNum", "hdr"))
_LARGER, _SLIDE_TITLE = 1.2, 40  # times the next size, and characters: the title of a slide in a plain box
_MOST_REPEATED = 1_000  # equal cells or rows that an OpenDocument table may say in one element
_OF_ODF_SLIDES = frozenset(("date-time", "footer", "header", "page-number"))
_ODF_DECLARED = frozenset(("date-time-decl", "footer-decl", "header-decl"))
_ODF_ROLES = {
    "tracked-changes": "deleted", "annotation": "comment", "table-of-content": "contents", "notes": "note",
}  # fmt: skip
_ODF_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_ODF_PICTURE_WORDS = frozenset((f"{_ODF_SVG}title", f"{_ODF_SVG}desc"))
_RUNNING = ("header", "header-left", "header-first", "footer", "footer-left", "footer-first")
_ESCAPED = re.compile(r"_x(00[01][0-9A-Fa-f]|005[Ff])_")
_REFERENCE = re.compile(r"([A-Z]{1,3})\d")
_AREA = re.compile(r"([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})")
_DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_WHOLE = re.compile("-?[0-9]{1,24}")
_DATE_CODE = re.compile(r"[ymdhs]", re.IGNORECASE)
_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.|General', re.IGNORECASE)
_QUOTES = re.compile(r'["\\]')
_USUAL_FORMATS = {"1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "9": "0%", "10": "0.00%"}  # by their numbers
# The digits of a number and the words about them: "约"0.0"亿元" | [$¥-804]#,##0.00
_DIGITS = re.compile(
    r"""(?P<before>(?:"[^"]*"|\\.|[¥￥$€])*)(?P<digits>(?=[#,]*0)[#0,]{1,12}(?:\.0{0,10}#{0,10})?%?|General)"""
    r"""(?P<behind>(?:"[^"]*"|\\.|[\u3400-\u9fff])*)"""
)
_NO_WORDS = re.compile(r"\[(?!\$)[^\]]*\]|\[\$([^-\]]*)[^\]]*\]|_.|\*.")  # colours, white; the sign of a currency
_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 (a calendar date, of no zone); right from 1 March 1900 on
_FIRST_DAY_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
_LENGTH = re.compile(r"\d{1,6}(?:\.\d{1,6})?")
_ODF_DEFAULT = ("default-style", "paragraph")
_ODF_SIZE = 12.0  # points, where no style says a size
_MOST_PARENTS = 20  # links from a style to what it is based on
_ODF_FIGURES = {"float", "percentage", "currency", "date"}
_LAST_DAY = 2_958_466  # the year 9999


# ---- Excel


def parse_xlsx(package: Package, main: str) -> Parsed:
    """Return the sheets of an Excel workbook; a sheet that is hidden is counted and left out."""
    root = package.xml(main)
    strings = [_string(item) for item in _children(package, main, "/sharedStrings", "si")]
    formats = _number_formats(next(iter(package.related(main, "/styles").values()), ""), package)
    properties = child(root, "workbookPr")
    early = properties is not None and attribute(properties, "date1904") in {"1", "true"}
    sheets: list[tuple[str, Rows]] = []
    hidden = comments = 0
    missing: list[str] = []
    parts = package.related(main)
    budget = count()
    for sheet in descendants(root, "sheet"):
        part = parts.get(attribute(sheet, "id"), "")
        found = package.xml(part) if part else None
        if found is None:
            missing.append(attribute(sheet, "name"))
            continue
        if not strings and any(attribute(cell, "t") == "s" for cell in descendants(found, "c")):
            raise InputError("its part {stored} is damaged; save it again where it opens.", stored="sharedStrings.xml")
        rows: Rows = []
        for row in descendants(found, "row"):
            _pass_over(rows, whole(attribute(row, "r"), 0) - 1 - len(rows), budget)
            rows.append(list(_cells(row, strings, formats, budget, early=early)))
        for area in descendants(found, "mergeCell"):
            _fill_down(rows, attribute(area, "ref"))
        hidden += _take_out(rows, *_hidden_by_hand(found, package, part))
        drawings = package.related(part, "/drawing").values()
        rows += [[text] for drawing in drawings for text in _drawn(package.xml(drawing))]
        comments += sum(
            solid(text.text or "")
            for comment in package.related(part, "/comments").values()
            for text in descendants(package.xml(comment), "t")
        )
        if attribute(sheet, "state", "visible") == "visible":
            sheets.append((attribute(sheet, "name"), rows))
        else:
            hidden += sum(solid(cell) for row in rows for cell in row)
    parsed = _workbook(sheets, {"hidden": hidden, "comment": comments})
    parsed.metadata |= _written_by_us(package)
    if missing:
        text = Message("Sheets that the workbook names and does not hold: {missing}.", missing=missing)
        parsed.notices.append(Notice("damaged", "", len(missing), text))
    return parsed


def _hidden_by_hand(sheet: Any, package: Package, part: str) -> tuple[set[int], set[int]]:
    """Return the rows and columns that somebody hid: what a filter or a folded outline hides is only put aside."""
    filters = [sheet, *map(package.xml, package.related(part, "/table").values())]
    filtered = any(next(descendants(one, "filterColumn"), None) is not None for one in filters if one is not None)
    rows: set[int] = set()
    columns: set[int] = set()
    number = 0
    for row in descendants(sheet, "row"):
        number = whole(attribute(row, "r"), number + 1)
        if not filtered and _is_put_away(row):
            rows.add(number - 1)
    for item in descendants(sheet, "col"):
        if _is_put_away(item):
            first, last = (whole(attribute(item, end), 0) for end in ("min", "max"))
            columns.update(range(max(first - 1, 0), min(last, _MOST_COLUMNS)))
    return rows, columns


def _is_put_away(item: Any) -> bool:
    return attribute(item, "hidden") in {"1", "true"} and whole(attribute(item, "outlineLevel"), 0) == 0


def _take_out(rows: Rows, unseen: Collection[int], columns: Collection[int]) -> int:
    """Empty rows of a sheet, which keep their numbers, and take out columns; return how many characters were there."""
    if not unseen and not columns:
        return 0
    before = sum(solid(cell) for row in rows for cell in row)
    for number, row in enumerate(rows):
        kept = () if number in unseen else (cell for column, cell in enumerate(row) if column not in columns)
        rows[number] = list(kept)
    return before - sum(solid(cell) for row in rows for cell in row)


def _fill_down(rows: Rows, area: str) -> None:
    """Repeat what stands in cells that are merged over several rows, such as A2:A4, in each row that says more."""
    found = _AREA.fullmatch(area)
    if found is None:
        return
    column, top, bottom = _column(found[1]), int(found[2]) - 1, int(found[3])
    said = rows[top][column] if top < len(rows) and column < len(rows[top]) else ""
    for row in rows[top + 1 : bottom] if said else ():
        if column < len(row) and not row[column] and any(row):
            row[column] = said


def _written_by_us(package: Package) -> dict[str, str]:
    """Return the property of a workbook that `predict` wrote."""
    root = package.xml("docProps/custom.xml")
    properties = descendants(root, "property") if root is not None else ()
    values = {attribute(one, "name"): "".join(one.itertext()) for one in properties}
    return {name: value for name, value in values.items() if name == WORKBOOK_PROPERTY}


def _pass_over(rows: Rows, missing: int, budget: Any) -> None:
    """Add the rows that a workbook leaves out for they are empty, so that each row keeps its number."""
    for _ in range(missing):
        _spend(budget)
        rows.append([])


def _spend(budget: Any) -> None:
    if next(budget) > _MOST_CELLS:
        raise InputError("the workbook has more than {most_cells:,} cells; save it as CSV.", most_cells=_MOST_CELLS)


def _workbook(sheets: list[tuple[str, Rows]], out: Mapping[str, int]) -> Parsed:
    sheets = [(name, rows) for name, rows in sheets if any(cell.strip() for row in rows for cell in row)]
    if not sheets:
        raise InputError(
            "the Excel or OpenDocument workbook shows no text; save the sheet that holds the texts as CSV."
        )
    typed = [_typed_lines(rows) for _, rows in sheets]
    if all(typed):
        lines = [
            ParsedLine(line, "title" if len(typed) > 1 and not i else "")
            for told in typed
            for i, line in enumerate(told)
        ]
        return Parsed(lines, left_out(out), wrapped=False)
    return Parsed([], left_out(out), sheets=sheets, figures=[_figures(rows) for _, rows in sheets])


def _typed_lines(rows: Rows) -> list[str]:
    """Return the lines of an article that was typed into a sheet, below each other under its title; none of a table."""
    filled = [(column, cell) for row in rows for column, cell in enumerate(row) if cell.strip()]
    if len(filled) > _MOST_TYPED or len({column for column, _ in filled}) != 1 or len(filled) < sum(map(any, rows)):
        return []
    lines = [flat for _, cell in filled for line in cell.split("\n") if (flat := flat_text(line).strip())]
    first, *rest = lines
    whole_lines = sum(len(line) >= _PROSE and STRONG_END.search(line) is not None for line in rest)
    titled = (
        _SHORTEST_TITLE <= len(first) <= _LONGEST_TITLE
        and first[-1] not in "。？！：；，?!:;,"
        and not named_text_field([first])
    )
    listed = whole_lines == len(rest) > _FEW_TYPED  # a header over as many answers
    return lines if titled and not listed and 2 * whole_lines >= len(rest) > 1 else []


def _figures(rows: Rows) -> list[int]:
    """Return the columns of numbers or dates: a third of their cells at least, as heads and words for none are text."""
    filled: Counter[int] = Counter()
    typed: Counter[int] = Counter()
    for row in rows:
        filled.update(column for column, cell in enumerate(row) if cell)
        typed.update(column for column, cell in enumerate(row) if cell and isinstance(cell, Figure))
    return sorted(column for column, times in typed.items() if 3 * times >= filled[column])


def _children(package: Package, main: str, kind: str, name: str) -> Iterator[Any]:
    for part in package.related(main, kind).values():
        root = package.xml(part)
        yield from (item for item in elements(root) if local(item) == name) if root is not None else ()


def _string(item: Any) -> str:
    """Return the text of a string with its runs, without readings; ``_x000D_`` is a control character."""
    runs = (part for part in elements(item) if local(part) in {"t", "r"})
    text = "".join(found.text or "" for part in runs for found in descendants(part, "t"))
    return _ESCAPED.sub(lambda code: chr(int(code.group(1), 16)), text).replace("\r\n", "\n") if "_x" in text else text


def _number_formats(part: str, package: Package) -> list[_Format]:
    """Return of each cell format what its numbers are: ``date``, the pattern of their digits (``0.0%``) or nothing.

    With it come the words that it shows before and behind a number.
    """
    root = package.xml(part) if part else None
    if root is None:
        return []
    codes = {attribute(item, "numFmtId"): attribute(item, "formatCode") for item in descendants(root, "numFmt")}
    kinds = []
    for item in elements(cells) if (cells := child(root, "cellXfs")) is not None else ():
        key = attribute(item, "numFmtId", "0")
        code = _LITERAL.sub("", codes.get(key, ""))
        date = whole(key, 0) in _DATE_FORMATS or bool(_DATE_CODE.search(code))
        written = _NO_WORDS.sub(r"\1", codes.get(key) or _USUAL_FORMATS.get(key, "")).split(";")[0].strip()
        digits = None if date else _DIGITS.fullmatch(written)
        before, behind = (_QUOTES.sub("", digits[part]) if digits else "" for part in ("before", "behind"))
        kinds.append((before, "date" if date else digits["digits"] if digits else "", behind))
    return kinds


def _cells(row: Any, strings: list[str], formats: list[_Format], budget: Any, *, early: bool) -> Iterator[str]:
    column = 0
    for cell in elements(row):
        if local(cell) != "c":
            continue
        placed = _REFERENCE.match(attribute(cell, "r"))
        at = _column(placed.group(1)) if placed else column
        for _ in range(column, at):
            yield ""
        column = max(at, column) + 1
        _spend(budget)
        style = whole(attribute(cell, "s", "0"), 0)
        yield _value(cell, strings, formats[style] if 0 <= style < len(formats) else _GENERAL, early=early)


def _column(letters: str) -> int:
    """Return the number of a column, from 0.

    >>> _column("A"), _column("AB")
    (0, 27)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _value(cell: Any, strings: list[str], kind: _Format, *, early: bool) -> str:
    type_ = attribute(cell, "t", "n")
    inline, value = child(cell, "is"), child(cell, "v")
    if inline is not None:
        return _string(inline)
    text = (value.text or "") if value is not None else ""
    if type_ == "s":
        return strings[at] if 0 <= (at := whole(text, -1)) < len(strings) else ""
    if type_ == "b":
        return {"1": "TRUE", "0": "FALSE"}.get(text, text)
    return Figure(_number(text, kind, early=early)) if type_ == "n" else text


def _number(text: str, shown: _Format, *, early: bool) -> str:
    """Return a number as it is shown: a date as year, month and day, without the noise of binary fractions."""
    try:
        number = float(text)
    except ValueError:
        return text
    before, kind, behind = shown
    if kind == "date" and 0 <= number < _LAST_DAY:
        moment = (_FIRST_DAY_1904 if early else _FIRST_DAY) + timedelta(seconds=round(number * 86_400))
        day, time = f"{moment:%Y-%m-%d}", f"{moment:%H:%M}"
        return time if number < 1 else day if time == "00:00" else f"{day} {time}"
    told = text if _WHOLE.fullmatch(text) else f"{number:.15g}"  # an id keeps its digits, however many
    digits = _as_shown(Decimal(told), kind) if "0" in kind else told
    return f"{before}{digits}{behind}" if number >= 0 else f"-{before}{digits.removeprefix('-')}{behind}"


def _as_shown(number: Decimal, pattern: str) -> str:
    """Return a number with the digits of a pattern, of which 0 stands for each and # for one that there may be.

    >>> _as_shown(Decimal("0.08"), "0.0%"), _as_shown(Decimal("1234.5"), "#,##0.00")
    ('8.0%', '1,234.50')
    """
    whole_part, _, decimals = pattern.rstrip("%").partition(".")
    number *= 100 if pattern.endswith("%") else 1
    rounded = number.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    text = f"{rounded:{',' * (',' in whole_part)}f}"
    for _ in range(decimals.count("#")):
        text = text.removesuffix("0")
    return text.removesuffix(".") + "%" * pattern.endswith("%")


# ---- PowerPoint


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
        _tell_slide_title(found)
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


def _tell_slide_title(lines: list[ParsedLine]) -> None:
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
            texts = [text for text in _drawn(element) if text.strip()]
            if title and texts:
                yield ParsedLine(" ".join(texts), "heading")
            else:
                size = max((whole(attribute(run, "sz"), 0) for run in descendants(element, "rPr")), default=0)
                yield from (ParsedLine(text, "furniture" if furniture else "text", size=size or 1.0) for text in texts)
        elif name == "tbl":
            for row in descendants(element, "tr"):
                cells = [" ".join(_drawn(cell)) for cell in descendants(row, "tc")]
                if any(cells):
                    yield ParsedLine("\t".join(cells), "row")
        elif name == "relIds":
            diagram = package.xml(package.related(part).get(attribute(element, "dm"), "-"))
            yield from (ParsedLine(text) for text in _drawn(diagram) if text.strip())
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


def _drawn(root: Any) -> Iterator[str]:
    """Yield the paragraphs of text in a drawing."""
    for paragraph in descendants(root, "p") if root is not None else ():
        texts = ("\n" if local(item) == "br" else item.text or "" for item in descendants(paragraph, "t", "br"))
        yield flat_text("".join(texts))


# ---- OpenDocument


def parse_opendocument(root: Any, masters: Any = None) -> Parsed:
    """Return the lines of an OpenDocument text or presentation, or the sheets of a spreadsheet.

    `root` is its content; `masters`, its styles, may hold running heads and feet.
    """
    body = next(descendants(root, "body"), root)
    sheet = child(body, "spreadsheet")
    if sheet is not None:
        return _odf_sheets(sheet, root)
    styles = _OdfStyles(root if masters is None else masters, root)
    lines: list[ParsedLine] = []
    _odf_blocks(body, lines, "", styles)
    for area in descendants(root if masters is None else masters, *_RUNNING):
        _odf_blocks(area, lines, "furniture", styles)
    slides = child(body, "presentation") is not None
    if not slides:
        find_titles(lines, {id(line) for line in styles.centred}, _ODF_SIZE)
    elif lines and lines[0].role == "heading":
        lines[0].role = "title"
    if not any(line.text.strip() and line.role not in LEFT_OUT for line in lines):
        raise InputError("the OpenDocument file holds no text; if it holds images, save it as PDF and run OCR on it.")
    return Parsed(lines, wrapped=False if slides else printed(lines))


def _odf_sheets(sheet: Any, root: Any) -> Parsed:
    """Return the sheets of an OpenDocument workbook; one that is hidden is counted, and so are remarks on cells."""
    unseen = {
        attribute(style, "name")
        for style in descendants(root, "style")
        if any(attribute(one, "display") == "false" for one in elements(style) if local(one) == "table-properties")
    }
    remarks = (text for note in descendants(sheet, "annotation") for text in descendants(note, "p"))
    comment = sum(solid("".join(text.itertext())) for text in remarks)
    sheets: list[tuple[str, Rows]] = []
    hidden = 0
    for table in elements(sheet):
        if local(table) != "table":
            continue
        rows = list(_odf_rows(table))
        hidden += _take_out(rows, _odf_hidden(table, "row", len(rows)), _odf_hidden(table, "column", _MOST_COLUMNS))
        if attribute(table, "style-name") in unseen:
            hidden += sum(solid(cell) for row in rows for cell in row)
        else:
            sheets.append((attribute(table, "name"), rows))
    return _workbook(sheets, {"hidden": hidden, "comment": comment})


class _OdfStyles:
    """The styles of an OpenDocument text, by name: their parents, type sizes in points and whether they centre.

    `centred` collects the lines that they do, `slides` counts those of a presentation.
    """

    def __init__(self, *roots: Any) -> None:
        found = [item for root in roots for item in descendants(root, "style", "default-style")]
        self._styles = {attribute(item, "name"): item for item in found if local(item) == "style"}
        for item in found:
            if (local(item), attribute(item, "family")) == _ODF_DEFAULT:
                self._styles[""] = item  # which holds where no style says anything
        self._sizes: dict[str, float] = {}
        self._hidden: dict[str, bool] = {}
        self.lists = OdfLists(*roots)
        self.slides = 0
        self.centred: list[ParsedLine] = []

    def is_title(self, name: str) -> bool:
        """Tell whether a style, or the one that it is based on, is that of titles."""
        return "title" in {style.lower() for style in self._chain(name)[:2]}

    def size(self, name: str) -> float:
        """Return the type size that a style says, 0 if none; that of text without a style by the name of nothing."""
        if name not in self._sizes:
            self._sizes[name] = self._find_size(name)
        return self._sizes[name]

    def _find_size(self, name: str) -> float:
        share = 1.0
        for style in self._chain(name):
            keys = ("font-size-asian", "font-size")
            said = next(filter(None, (self._said(style, "text-properties", key) for key in keys)), "")
            number = _LENGTH.match(said)
            if number and said.endswith("%"):
                share *= float(number[0]) / 100
            elif number:
                return share * float(number[0])
        return 0.0

    def is_centred(self, name: str) -> bool:
        """Tell whether paragraphs of a style are set in the middle."""
        said = (self._said(style, "paragraph-properties", "text-align") for style in self._chain(name))
        return next(filter(None, said), "") == "center"

    def is_hidden(self, name: str) -> bool:
        """Tell whether text of a style is not shown."""
        if name not in self._hidden:
            said = (self._said(style, "text-properties", "display") for style in self._chain(name))
            self._hidden[name] = next(filter(None, said), "") == "none"
        return self._hidden[name]

    def is_left_out(self, name: str) -> bool:
        """Tell whether slides of a style are passed over when they are shown."""
        return any(
            self._said(style, "drawing-page-properties", "visibility") == "hidden" for style in self._chain(name)
        )

    def _said(self, name: str, group: str, key: str) -> str:
        properties = child(self._styles.get(name), group)
        return "" if properties is None else attribute(properties, key)

    def _chain(self, name: str) -> list[str]:
        """Return a style and those that it is based on."""
        chain = [name]
        while len(chain) < _MOST_PARENTS:
            style = self._styles.get(chain[-1])
            parent = "" if style is None else attribute(style, "parent-style-name")
            if not parent:
                break
            chain.append(parent)
        return chain


def _odf_cell(cell: Any) -> str:
    own = (item for item in descendants(cell, "p", "h") if local(item.getparent()) != "annotation")
    text = "\n".join(text for text, _ in map(_odf_text, own) if text)
    return Figure(text) if attribute(cell, "value-type") in _ODF_FIGURES else text


def _odf_hidden(table: Any, what: str, end: int) -> set[int]:
    """Return the rows or columns before `end` that somebody hid: those of a folded outline are only put aside."""
    found: set[int] = set()
    at = 0
    for item in descendants(table, f"table-{what}"):
        times = whole(attribute(item, f"number-{what}s-repeated", "1"), 1)
        if attribute(item, "visibility") == "collapse" and local(item.getparent()) != f"table-{what}-group":
            found.update(range(at, min(at + times, end)))
        at += times
    return found


def _odf_rows(table: Any) -> Iterator[list[str]]:
    """Yield the rows of a sheet, with those empty ones that others follow, so that each row keeps its number.

    What stands in a cell that is merged over several rows is repeated in each row that says more.
    """
    budget = empty = number = 0
    merged: dict[int, tuple[str, int]] = {}  # of a column: what is said, and the row before which it ends
    for row in descendants(table, "table-row"):
        cells: list[str] = []
        covered: list[int] = []
        for cell in elements(row):
            if local(cell) in {"table-cell", "covered-table-cell"}:
                text = _odf_cell(cell)
                down = whole(attribute(cell, "number-rows-spanned", "1"), 1)
                if local(cell) == "covered-table-cell":
                    covered.append(len(cells))
                elif text and down > 1:
                    merged[len(cells)] = text, number + down
                cells += [text] * min(whole(attribute(cell, "number-columns-repeated", "1"), 1), _MOST_REPEATED)
        for column in covered if any(cells) else ():
            said, end = merged.get(column, ("", 0))
            cells[column] = cells[column] or (said if number < end else "")
        times = whole(attribute(row, "number-rows-repeated", "1"), 1)
        number += times
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            empty += times
            continue
        times = min(times, _MOST_REPEATED)
        budget += empty + times * len(cells)
        if budget > _MOST_CELLS:
            raise InputError("the workbook has more than {most_cells:,} cells; save it as CSV.", most_cells=_MOST_CELLS)
        yield from ([] for _ in range(empty))
        yield from ([*cells] for _ in range(times))
        empty = 0


def _odf_blocks(parent: Any, lines: list[ParsedLine], role: str, styles: _OdfStyles) -> None:
    """Add the lines of all paragraphs below an element; deletions, comments and lists of contents by name."""
    for element in elements(parent):
        _odf_block(element, lines, role, styles)


def _odf_block(element: Any, lines: list[ParsedLine], role: str, styles: _OdfStyles) -> None:
    name = local(element)
    if name in {"p", "h"}:
        _odf_paragraph(element, lines, role, styles)
    elif name == "list":
        _odf_list(element, lines, role, styles)
    elif name == "table":
        _odf_table(element, lines, role, styles)
    elif name == "page":
        _odf_slide(element, lines, role, styles)
    elif name in _ODF_DECLARED and element.text:
        lines.append(ParsedLine(flat_text(element.text), role or "furniture"))
    else:
        why = _ODF_ROLES.get(name, "")
        if name == "section" and attribute(element, "display") == "none":
            why = "hidden"
        elif name == "frame" and attribute(element, "class") in _OF_ODF_SLIDES and role not in LEFT_OUT:
            role = "furniture"
        _odf_blocks(element, lines, role or why, styles)


def _odf_paragraph(element: Any, lines: list[ParsedLine], role: str, styles: _OdfStyles) -> None:
    text, boxes = _odf_text(element, styles)
    style, heading = attribute(element, "style-name"), local(element) == "h"
    own = "heading" if heading else "title" if styles.is_title(style) else ""
    if styles.is_hidden(style) or any(map(_is_off, descendants(element, "hidden-paragraph"))):
        own = "hidden"
    if heading and local(element.getparent()) != "list-item" and role not in LEFT_OUT:
        text = _odf_heading_number(element, styles) + text
    size = main_size(_odf_sizes(element, styles.size(style) or styles.size(""), styles))
    found = [ParsedLine(flat_text(line), role or own, size=size) for line in text.split("\n") if line.strip()]
    lines += found
    styles.centred += found if styles.is_centred(style) else []
    for box, why in boxes:
        _odf_blocks(box, lines, role or why, styles)


def _odf_heading_number(element: Any, styles: _OdfStyles) -> str:
    """Return the number of a heading in no list, as its level has one and it does not hold it as text."""
    level = whole(attribute(element, "outline-level"), 1) - 1
    bare = child(element, "number") is not None or attribute(element, "is-list-header") == "true"
    return "" if bare else styles.lists.next("", level, element)


def _odf_list(
    element: Any, lines: list[ParsedLine], role: str, styles: _OdfStyles, style: str = "", depth: int = 0
) -> None:
    """Add the items of a list, each with its number; a list in an item has the style of the outer one."""
    style = attribute(element, "style-name") or style
    if not depth:
        styles.lists.begin(element, style)
    for item in elements(element):
        number = ""
        told: list[ParsedLine] = []
        for part in elements(item):
            name = local(part)
            if name == "list":
                _odf_list(part, told, role, styles, style, depth + 1)
                continue
            if name == "number":
                number = number or flat_text(part.text)
                continue
            counted = name in {"p", "h"} and part.getparent() is item and local(item) == "list-item" and not told
            if counted and role not in LEFT_OUT:
                number = styles.lists.next(style, depth, item) or number
            before = len(told)
            _odf_block(part, told, role, styles)
            if number and len(told) > before:
                told[before].text = number + told[before].text
            number = ""
        lines += told


def _odf_table(table: Any, lines: list[ParsedLine], role: str, styles: _OdfStyles) -> None:
    """Add the rows of a table in a text; behind each what stands in it beside entries, such as notes and tables."""
    budget = 0
    for row in _odf_own_rows(table):
        cells: list[list[ParsedLine]] = []
        beside: list[ParsedLine] = []
        for cell in elements(row):
            if local(cell) not in {"table-cell", "covered-table-cell"}:
                continue
            told: list[ParsedLine] = []
            _odf_blocks(cell, told, role, styles)
            beside += [line for line in told if line.role == "note" != role]
            entry = [line for line in told if line.role != "note" or line.role == role]
            times = min(whole(attribute(cell, "number-columns-repeated", "1"), 1), _MOST_REPEATED)
            cells += [entry, *([replace(line) for line in entry] for _ in range(times - 1))]
        while cells and not cells[-1]:
            cells.pop()
        times = min(whole(attribute(row, "number-rows-repeated", "1"), 1), _MOST_REPEATED) if cells else 0
        budget += times * len(cells)
        if budget > _MOST_CELLS:
            raise InputError("the workbook has more than {most_cells:,} cells; save it as CSV.", most_cells=_MOST_CELLS)
        for _ in range(times):
            copies = [[replace(line) for line in cell] for cell in cells]
            lines += [line for cell in copies for line in cell] if role else row_lines(copies)
        lines += beside


def _odf_own_rows(table: Any) -> Iterator[Any]:
    """Yield the rows of a table without those of the tables in it."""
    for element in elements(table):
        if local(element) == "table-row":
            yield element
        elif local(element) in {"table-header-rows", "table-rows", "table-row-group"}:
            yield from _odf_own_rows(element)


def _odf_slide(page: Any, lines: list[ParsedLine], role: str, styles: _OdfStyles) -> None:
    """Add the lines of a slide under its title."""
    why = role or "hidden" * styles.is_left_out(attribute(page, "style-name"))
    found: list[ParsedLine] = []
    for shape in elements(page):
        told: list[ParsedLine] = []
        _odf_block(shape, told, why, styles)
        own = [line for line in told if line.role in {"", "title", "heading"}]
        for line in own:
            line.role = "text"
        if attribute(shape, "class") == "title" and own:
            own[0].text, own[0].role = " ".join(line.text for line in own), "heading"
            told = [line for line in told if line is own[0] or line not in own]
        found += told
    _tell_slide_title(found)
    found.sort(key=lambda line: line.role != "heading")  # the title may be the last that was drawn
    styles.slides += 1
    for line in found:
        line.page = styles.slides
    lines += found


def _is_off(element: Any) -> bool:
    return attribute(element, "is-hidden") == "true"


def _is_unseen(item: Any, name: str, styles: _OdfStyles | None) -> bool:
    if name == "hidden-text":
        return _is_off(item)
    return name == "span" and styles is not None and styles.is_hidden(attribute(item, "style-name"))


def _odf_text(element: Any, styles: _OdfStyles | None = None) -> tuple[str, list[tuple[Any, str]]]:
    """Return the text of a paragraph, and what stands beside it: notes, comments, boxes, what is not shown."""
    texts: list[str] = [element.text or ""]
    beside: list[tuple[Any, str]] = []
    for item in elements(element):
        name = local(item)
        if name in {"note", "annotation", "text-box"}:
            body = child(item, "note-body") if name == "note" else item
            beside.append((item if body is None else body, {"note": "note", "annotation": "comment"}.get(name, "")))
        elif name in {"s", "tab", "line-break"}:
            blanks = " " * min(whole(attribute(item, "c", "1"), 1), _MOST_REPEATED)
            texts.append({"s": blanks, "tab": "\t"}.get(name, "\n"))
        elif name == "ruby-text":
            beside.append((_wrapped(item), "ruby"))
        elif item.tag in _ODF_PICTURE_WORDS or _is_unseen(item, name, styles):
            beside.append((_wrapped(item), "hidden"))
        else:
            text, more = _odf_text(item, styles)
            texts.append(text)
            beside += more
        texts.append(item.tail or "")
    return "".join(texts), beside


def _odf_sizes(element: Any, size: float, styles: _OdfStyles) -> Iterator[tuple[float, int]]:
    """Yield the type sizes in a paragraph, each with how many characters have it."""
    yield size, len((element.text or "").strip())
    for item in elements(element):
        if local(item) not in {"note", "annotation", "text-box", "ruby-text"}:
            yield from _odf_sizes(item, styles.size(attribute(item, "style-name")) or size, styles)
        yield size, len((item.tail or "").strip())


def _wrapped(element: Any) -> Any:
    """Return an element that holds a paragraph with the text of `element`."""
    from lxml import etree

    outer = etree.Element("box")
    etree.SubElement(outer, "p").text = "".join(element.itertext())
    return outer


# ---- EPUB


def _href(opf: str, item: Any) -> str:
    """Return where a part of the book is that its list `opf` names."""
    href = unquote(attribute(item, "href")).partition("#")[0]
    return posixpath.normpath(posixpath.join(posixpath.dirname(opf), href))


def _labels(package: Package, opf: str, item: Any) -> Iterator[str]:
    """Yield the names of chapters that a part of the book lists, if it is such a list."""
    if attribute(item, "media-type") == "application/x-dtbncx+xml":
        root = package.xml(_href(opf, item))
        yield from (label.text or "" for label in descendants(root, "text")) if root is not None else ()
    elif "nav" in attribute(item, "properties").split():
        root = package.xml(_href(opf, item))
        yield from ("".join(link.itertext()) for link in descendants(root, "a")) if root is not None else ()


def _tell_chapter(lines: list[ParsedLine], labels: Collection[str]) -> None:
    """Make the heading that a chapter with text begins with a title; a longer one goes on in a file without.

    It is a heading too that the book's list of chapters, whose `labels` these are, names.
    """
    first = next((line for line in lines if line.role not in LEFT_OUT), None)
    if first is not None and first.role in {"", "text"} and "".join(first.text.split()) in labels:
        first.role = "heading"
    if first is not None and first.role == "heading" and any(line.role in {"", "text"} for line in lines):
        first.role = "title"


_CHAPTER_LINK = re.compile(
    r"<a\b[^<>]{0,400}\bhref\s*=\s*[\"'][^\"'<>#]{1,300}\.x?html?[^<>]{0,200}>(.{1,300}?)</a>",
    re.DOTALL | re.IGNORECASE,
)
_TAG, _CONTENTS = re.compile("<[^<>]*>"), re.compile(r"目\s*[录次]|Contents", re.IGNORECASE)
_FEWEST_CHAPTERS, _MOST_LINKED = 3, 0.8


def _lists_chapters(body: str, lines: Sequence[ParsedLine]) -> bool:
    """Tell whether a part of a book is nothing but links to its other parts: its list of contents."""
    links = _CHAPTER_LINK.findall(body)
    named = bool(lines) and _CONTENTS.fullmatch(lines[0].text) is not None
    size = sum(solid(line.text) for line in lines[named:])
    linked = sum(solid(_TAG.sub("", link)) for link in links)
    return linked >= _MOST_LINKED * size > 0 and (named or len(links) >= _FEWEST_CHAPTERS)


_BOOK_NUMBER = re.compile("ISBN|图书在版编目|CIP\\s*(?:数据|核字)")
_PUBLISHED = re.compile("版权|出版|书名|定价|印次|字数|责任编辑|印刷")
_LONGEST_IMPRINT = 1_500  # characters


def _is_imprint(lines: Sequence[ParsedLine]) -> bool:
    """Tell whether a part of a book is its imprint: its number with who published and printed it."""
    text = "".join(line.text for line in lines)
    said = set(_PUBLISHED.findall(text)) if len(text) <= _LONGEST_IMPRINT and _BOOK_NUMBER.search(text) else ()
    return len(said) > 1


def parse_epub(package: Package) -> Parsed:
    """Return the chapters of a book in reading order."""
    container = package.xml("META-INF/container.xml")
    named = descendants(container, "rootfile") if container is not None else ()
    opf = next((name for item in named if (name := attribute(item, "full-path")) in package), "")
    root = package.xml(opf) if opf else None
    if root is None:
        raise InputError(
            "the EPUB book names no content; open it in a reader such as Calibre and convert it to .docx or text."
        )
    items = {attribute(item, "id"): item for item in descendants(root, "item")}
    labels = {"".join(label.split()) for item in items.values() for label in _labels(package, opf, item)}
    lines: list[ParsedLine] = []
    missing = 0
    for number, reference in enumerate(descendants(root, "itemref"), start=1):
        item = items.get(attribute(reference, "idref"))
        href = _href(opf, item) if item is not None else ""
        data = package.read(href)
        if not data.strip():
            missing += 1
            continue
        text = decode(data, href, declared=True).text
        body = text[max(0, text.find("</head>")) :]  # its title is that of the file
        found = [line for line in read_fragment(body).lines if line.text.strip()]
        listed = "nav" in attribute(item, "properties").split() or _lists_chapters(body, found)
        imprint = not listed and _is_imprint(found)
        for line in found:
            line.page = number
            line.role = "contents" if listed else "furniture" if imprint else line.role
        _tell_chapter(found, labels)
        lines += found
    if not any(line.text.strip() and line.role not in LEFT_OUT for line in lines):
        raise InputError("the EPUB book holds no text; if it holds images, run OCR on them.")
    told = {local(item): (item.text or "").strip() for item in descendants(root, "creator", "title")}
    about = {key: told[name] for key, name in (("title", "title"), ("author", "creator")) if told.get(name)}
    text = Message("{missing} chapters that the book names are missing or empty.", missing=missing)
    return Parsed(lines, [Notice("no_text", "", missing, text)] if missing else [], wrapped=False, metadata=about)
