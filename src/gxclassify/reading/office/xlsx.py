"""Excel workbooks in the child process, from their XML, into the cells of their sheets.

The reader decides which column is text (`Parsed.sheets`).
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

from gxclassify.errors import InputError
from gxclassify.messages import Message
from gxclassify.reading.office.pptx import drawn_text
from gxclassify.reading.office.workbook import MOST_COLUMNS, Rows, check_size, take_out, workbook
from gxclassify.reading.package import attribute, child, descendants, elements, local, whole
from gxclassify.reading.parsed import Notice, Parsed, solid
from gxclassify.reading.records.fields import SCORE_FORMAT, WORKBOOK_PROPERTY, Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gxclassify.reading.package import Package

_Format = tuple[str, str, str]
"""Words before a number, what it is (``date``, the pattern of its digits, or nothing), words behind."""
_GENERAL: _Format = ("", "", "")
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
_LAST_DAY = 2_958_466  # the year 9999


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
        rows: Rows = []
        for row in descendants(found, "row"):
            _pass_over(rows, whole(attribute(row, "r"), 0) - 1 - len(rows), budget)
            rows.append(list(_cells(row, strings, formats, budget, early=early)))
        for area in descendants(found, "mergeCell"):
            _fill_down(rows, attribute(area, "ref"))
        hidden += take_out(rows, *_hidden_by_hand(found, package, part))
        drawings = package.related(part, "/drawing").values()
        rows += [[text] for drawing in drawings for text in drawn_text(package.xml(drawing))]
        comments += sum(
            solid(text.text or "")
            for comment in package.related(part, "/comments").values()
            for text in descendants(package.xml(comment), "t")
        )
        if attribute(sheet, "state", "visible") == "visible":
            sheets.append((attribute(sheet, "name"), rows))
        else:
            hidden += sum(solid(cell) for row in rows for cell in row)
    parsed = workbook(sheets, {"hidden": hidden, "comment": comments})
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
            columns.update(range(max(first - 1, 0), min(last, MOST_COLUMNS)))
    return rows, columns


def _is_put_away(item: Any) -> bool:
    return attribute(item, "hidden") in {"1", "true"} and whole(attribute(item, "outlineLevel"), 0) == 0


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
        check_size(next(budget))
        rows.append([])


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
        if codes.get(key) == SCORE_FORMAT:
            kinds.append(_GENERAL)
            continue
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
        check_size(next(budget))
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
        if not strings:
            raise InputError("its part {stored} is damaged; save it again where it opens.", stored="sharedStrings.xml")
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
