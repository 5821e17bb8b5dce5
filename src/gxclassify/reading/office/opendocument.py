"""OpenDocument in the child process, from its XML: texts and slides as lines, sheets as cells."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gxclassify.errors import InputError
from gxclassify.reading.office.docx import row_lines
from gxclassify.reading.office.odf_lists import OdfLists
from gxclassify.reading.office.pptx import tell_slide_title
from gxclassify.reading.office.type_sizes import find_titles, main_size, printed
from gxclassify.reading.office.workbook import MOST_COLUMNS, Rows, check_size, take_out, workbook
from gxclassify.reading.package import attribute, child, descendants, elements, flat_text, local, whole
from gxclassify.reading.parsed import LEFT_OUT, Parsed, ParsedLine, solid
from gxclassify.reading.records.fields import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_REPEATED = 1_000  # equal cells or rows that an OpenDocument table may say in one element
_OF_SLIDES = frozenset(("date-time", "footer", "header", "page-number"))
_DECLARED = frozenset(("date-time-decl", "footer-decl", "header-decl"))
_ROLES = {
    "tracked-changes": "deleted", "annotation": "comment", "table-of-content": "contents", "notes": "note",
}  # fmt: skip
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_PICTURE_WORDS = frozenset((f"{_SVG}title", f"{_SVG}desc"))
_RUNNING = ("header", "header-left", "header-first", "footer", "footer-left", "footer-first")
_LENGTH = re.compile(r"\d{1,6}(?:\.\d{1,6})?")
_DEFAULT = ("default-style", "paragraph")
_SIZE = 12.0  # points, where no style says a size
_MOST_PARENTS = 20  # links from a style to what it is based on
_FIGURES = {"float", "percentage", "currency", "date"}


def parse_opendocument(root: Any, masters: Any = None) -> Parsed:
    """Return the lines of an OpenDocument text or presentation, or the sheets of a spreadsheet.

    `root` is its content; `masters`, its styles, may hold running heads and feet.
    """
    body = next(descendants(root, "body"), root)
    sheet = child(body, "spreadsheet")
    if sheet is not None:
        return _sheets(sheet, root)
    styles = _Styles(root if masters is None else masters, root)
    lines: list[ParsedLine] = []
    _blocks(body, lines, "", styles)
    for area in descendants(root if masters is None else masters, *_RUNNING):
        _blocks(area, lines, "furniture", styles)
    slides = child(body, "presentation") is not None
    if not slides:
        find_titles(lines, {id(line) for line in styles.centred}, _SIZE)
    elif lines and lines[0].role == "heading":
        lines[0].role = "title"
    if not any(line.text.strip() and line.role not in LEFT_OUT for line in lines):
        raise InputError("the OpenDocument file holds no text; if it holds images, save it as PDF and run OCR on it.")
    return Parsed(lines, wrapped=False if slides else printed(lines))


def _sheets(sheet: Any, root: Any) -> Parsed:
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
        rows = list(_rows(table))
        hidden += take_out(rows, _hidden(table, "row", len(rows)), _hidden(table, "column", MOST_COLUMNS))
        if attribute(table, "style-name") in unseen:
            hidden += sum(solid(cell) for row in rows for cell in row)
        else:
            sheets.append((attribute(table, "name"), rows))
    return workbook(sheets, {"hidden": hidden, "comment": comment})


def _hidden(table: Any, what: str, end: int) -> set[int]:
    """Return the rows or columns before `end` that somebody hid: those of a folded outline are only put aside."""
    found: set[int] = set()
    at = 0
    for item in descendants(table, f"table-{what}"):
        times = whole(attribute(item, f"number-{what}s-repeated", "1"), 1)
        if attribute(item, "visibility") == "collapse" and local(item.getparent()) != f"table-{what}-group":
            found.update(range(at, min(at + times, end)))
        at += times
    return found


def _rows(table: Any) -> Iterator[list[str]]:
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
                text = _cell(cell)
                down = whole(attribute(cell, "number-rows-spanned", "1"), 1)
                if local(cell) == "covered-table-cell":
                    covered.append(len(cells))
                elif text and down > 1:
                    merged[len(cells)] = text, number + down
                cells += [text] * _times(cell, "columns")
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
        check_size(budget)
        yield from ([] for _ in range(empty))
        yield from ([*cells] for _ in range(times))
        empty = 0


def _times(item: Any, what: str) -> int:
    """Return how many cells or rows, one at least, an element of a table stands for."""
    return max(1, min(whole(attribute(item, f"number-{what}-repeated", "1"), 1), _MOST_REPEATED))


def _cell(cell: Any) -> str:
    own = (item for item in descendants(cell, "p", "h") if local(item.getparent()) != "annotation")
    text = "\n".join(text for text, _ in map(_text, own) if text)
    return Figure(text) if attribute(cell, "value-type") in _FIGURES else text


class _Styles:
    """The styles of an OpenDocument text, by name: their parents, type sizes in points and whether they centre.

    `centred` collects the lines that they do, `slides` counts those of a presentation.
    """

    def __init__(self, *roots: Any) -> None:
        found = [item for root in roots for item in descendants(root, "style", "default-style")]
        self._styles = {attribute(item, "name"): item for item in found if local(item) == "style"}
        for item in found:
            if (local(item), attribute(item, "family")) == _DEFAULT:
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


def _blocks(parent: Any, lines: list[ParsedLine], role: str, styles: _Styles) -> None:
    """Add the lines of all paragraphs below an element; deletions, comments and lists of contents by name."""
    for element in elements(parent):
        _block(element, lines, role, styles)


def _block(element: Any, lines: list[ParsedLine], role: str, styles: _Styles) -> None:
    name = local(element)
    if name in {"p", "h"}:
        _paragraph(element, lines, role, styles)
    elif name == "list":
        _list(element, lines, role, styles)
    elif name == "table":
        _table(element, lines, role, styles)
    elif name == "page":
        _slide(element, lines, role, styles)
    elif name in _DECLARED and element.text:
        lines.append(ParsedLine(flat_text(element.text), role or "furniture"))
    else:
        why = _ROLES.get(name, "")
        if name == "section" and attribute(element, "display") == "none":
            why = "hidden"
        elif name == "frame" and attribute(element, "class") in _OF_SLIDES and role not in LEFT_OUT:
            role = "furniture"
        _blocks(element, lines, role or why, styles)


def _paragraph(element: Any, lines: list[ParsedLine], role: str, styles: _Styles) -> None:
    text, boxes = _text(element, styles)
    style, heading = attribute(element, "style-name"), local(element) == "h"
    own = "heading" if heading else "title" if styles.is_title(style) else ""
    if styles.is_hidden(style) or any(map(_is_off, descendants(element, "hidden-paragraph"))):
        own = "hidden"
    if heading and local(element.getparent()) != "list-item" and role not in LEFT_OUT:
        text = _heading_number(element, styles) + text
    size = main_size(_sizes(element, styles.size(style) or styles.size(""), styles))
    found = [ParsedLine(flat_text(line), role or own, size=size) for line in text.split("\n") if line.strip()]
    lines += found
    styles.centred += found if styles.is_centred(style) else []
    for box, why in boxes:
        _blocks(box, lines, role or why, styles)


def _heading_number(element: Any, styles: _Styles) -> str:
    """Return the number of a heading in no list, as its level has one and it does not hold it as text."""
    level = whole(attribute(element, "outline-level"), 1) - 1
    bare = child(element, "number") is not None or attribute(element, "is-list-header") == "true"
    return "" if bare else styles.lists.next("", level, element)


def _list(element: Any, lines: list[ParsedLine], role: str, styles: _Styles, style: str = "", depth: int = 0) -> None:
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
                _list(part, told, role, styles, style, depth + 1)
                continue
            if name == "number":
                number = number or flat_text(part.text)
                continue
            counted = name in {"p", "h"} and part.getparent() is item and local(item) == "list-item" and not told
            if counted and role not in LEFT_OUT:
                number = styles.lists.next(style, depth, item) or number
            before = len(told)
            _block(part, told, role, styles)
            if number and len(told) > before:
                told[before].text = number + told[before].text
            number = ""
        lines += told


def _table(table: Any, lines: list[ParsedLine], role: str, styles: _Styles) -> None:
    """Add the rows of a table in a text; behind each what stands in it beside entries, such as notes and tables."""
    budget = 0
    for row in _own_rows(table):
        cells: list[list[ParsedLine]] = []
        beside: list[ParsedLine] = []
        for cell in elements(row):
            if local(cell) not in {"table-cell", "covered-table-cell"}:
                continue
            told: list[ParsedLine] = []
            _blocks(cell, told, role, styles)
            beside += [line for line in told if line.role == "note" != role]
            entry = [line for line in told if line.role != "note" or line.role == role]
            cells += [entry] * _times(cell, "columns")
        while cells and not cells[-1]:
            cells.pop()
        times = _times(row, "rows") if cells else 0
        budget += times * len(cells)
        check_size(budget)
        for _ in range(times):
            copies = [[replace(line) for line in cell] for cell in cells]
            lines += [line for cell in copies for line in cell] if role else row_lines(copies)
        lines += beside


def _own_rows(table: Any) -> Iterator[Any]:
    """Yield the rows of a table without those of the tables in it."""
    for element in elements(table):
        if local(element) == "table-row":
            yield element
        elif local(element) in {"table-header-rows", "table-rows", "table-row-group"}:
            yield from _own_rows(element)


def _slide(page: Any, lines: list[ParsedLine], role: str, styles: _Styles) -> None:
    """Add the lines of a slide under its title."""
    why = role or "hidden" * styles.is_left_out(attribute(page, "style-name"))
    found: list[ParsedLine] = []
    for shape in elements(page):
        told: list[ParsedLine] = []
        _block(shape, told, why, styles)
        own = [line for line in told if line.role in {"", "title", "heading"}]
        for line in own:
            line.role = "text"
        if attribute(shape, "class") == "title" and own:
            own[0].text, own[0].role = " ".join(line.text for line in own), "heading"
            told = [line for line in told if line is own[0] or line not in own]
        found += told
    tell_slide_title(found)
    found.sort(key=lambda line: line.role != "heading")  # the title may be the last that was drawn
    styles.slides += 1
    for line in found:
        line.page = styles.slides
    lines += found


def _is_off(element: Any) -> bool:
    return attribute(element, "is-hidden") == "true"


def _is_unseen(item: Any, name: str, styles: _Styles | None) -> bool:
    if name == "hidden-text":
        return _is_off(item)
    return name == "span" and styles is not None and styles.is_hidden(attribute(item, "style-name"))


def _text(element: Any, styles: _Styles | None = None) -> tuple[str, list[tuple[Any, str]]]:
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
        elif item.tag in _PICTURE_WORDS or _is_unseen(item, name, styles):
            beside.append((_wrapped(item), "hidden"))
        else:
            text, more = _text(item, styles)
            texts.append(text)
            beside += more
        texts.append(item.tail or "")
    return "".join(texts), beside


def _sizes(element: Any, size: float, styles: _Styles) -> Iterator[tuple[float, int]]:
    """Yield the type sizes in a paragraph, each with how many characters have it."""
    yield size, len((element.text or "").strip())
    for item in elements(element):
        if local(item) not in {"note", "annotation", "text-box", "ruby-text"}:
            yield from _sizes(item, styles.size(attribute(item, "style-name")) or size, styles)
        yield size, len((item.tail or "").strip())


def _wrapped(element: Any) -> Any:
    """Return an element that holds a paragraph with the text of `element`."""
    from lxml import etree

    outer = etree.Element("box")
    etree.SubElement(outer, "p").text = "".join(element.itertext())
    return outer
