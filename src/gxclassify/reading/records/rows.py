"""CSV: what separates its cells, its header, and its rows, one after another, with an eye on quotes never closed.

Python's reader takes all that follows such a quote for one cell and says nothing, or, if it is strict, refuses rows
that can be read: those with text behind a closing quote.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from contextlib import contextmanager, suppress
from itertools import islice
from typing import TYPE_CHECKING

from gxclassify.errors import InputError
from gxclassify.reading.records.fields import SURVEYED_RECORDS, named_text_field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

DELIMITERS = ",\t;"
"""What separates cells, as far as one can tell; ``|`` does in a header that has none of them."""
_SEPARATOR = re.compile(f"[{DELIMITERS}|]")
# A spreadsheet takes a cell for a formula, and runs it, when it begins with one of these signs, also behind space, line
# ends and marks that nobody sees; some fold the full-width signs. An apostrophe in front makes a text of it. One that
# has apostrophes already gets one more, so that taking one away always gives the text back.
FORMULA = re.compile(r"'*(?:[\t\r\n]|[\s\x00-\x1f\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠])")
"""How a cell of CSV begins that is written with an apostrophe before it."""
_LONGEST_CELL = 1 << 24  # characters
_MOST_ABOVE = 9
# An entry with its label, neither a name of a column (原表：标题 is one of ours) nor a record: 填报单位：宣传部
_ENTRY = re.compile(r"\s*(?!原表)[\u4e00-\u9fff]{1,8}\s*[：:]\s*\S")
_COLUMN_NAME = re.compile(r"(?=.*[^\W\d])[^，。；：！？:!?]{1,20}")  # neither a text nor a date or number
QUOTED = 40
"""Characters of a text around a table that a notice tells."""
_NAMED = re.compile(r'"?sep=(.)"?[\r\n]*')
"""The line in which Excel is told the separator, before the header."""


def unguarded(cell: str) -> str:
    """Return the text of a cell, without the apostrophe that keeps it from being a formula.

    >>> unguarded("'=1+1"), unguarded("'十四五'规划")
    ('=1+1', "'十四五'规划")
    """
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell, 1) else cell


def separator(header: str) -> str:
    """Return what separates the cells of a header.

    >>> separator("id;text"), separator("id|text"), separator("id,a|b|c")
    (';', '|', ',')
    """
    found = max(DELIMITERS, key=header.count)
    return found if found in header or "|" not in header else "|"


def _separator_below(lines: Sequence[str]) -> str:
    r"""Return what separates the cells below lines that have no separator, such as the title of the table.

    It is a comma but where the first line that has another one names columns, and the row below has as many cells. A
    table of texts alone has separators in its texts.

    >>> _separator_below(["五月来信\n", "编号;正文\n", "1;签约\n"]), _separator_below(["正文\n", "一;二\n", "三;四\n"])
    (';', ',')
    """
    *above, names, below = lines
    sign = separator(names)
    apart = below.count(sign) >= names.count(sign) > 0 and may_name_columns(names.strip("\r\n").split(sign))
    return sign if apart and named_text_field([line.strip() for line in above]) is None else ","


def header(text: str) -> list[str]:
    r"""Return the cells of the row with which a table begins, its header as a rule.

    >>> header("id,text\n1,签约"), header("sep=|\nid|text\n")
    (['id', 'text'], ['id', 'text'])
    """
    return next(iter(_first_rows(text, 1)), [])


def find_header(rows: Sequence[Sequence[str]]) -> int:
    """Return the place of the row that names the columns, from 0: the first with cells in most of them.

    What may stand above are empty rows, the title of the table, and who filled it in.

    >>> find_header([[], ["Letters of May", ""], ["no.", "text"], ["1", "The road is torn up."]])
    2
    """
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows[:SURVEYED_RECORDS]]
    most = max(filled, default=0)
    wide = [at for at, cells in enumerate(filled) if 2 * cells > most]
    entries = [sum(_ENTRY.match(cell) is not None for cell in row) for row in rows[:SURVEYED_RECORDS]]
    return next((at for at in wide if 2 * entries[at] < max(filled[at], 1)), wide[0] if wide else 0)


def may_name_columns(row: Sequence[str]) -> bool:
    """Tell whether the cells of a row may be names of columns; the first, over an index, may be empty."""
    names = row[1:] if row and not row[0] else row
    return len(row) > 1 and all(map(_COLUMN_NAME.fullmatch, names))


def table_head(
    text: str, names_text: Callable[[Sequence[str]], bool]
) -> tuple[list[list[str]], list[str], list[list[str]]]:
    r"""Return the rows above the header of a table, such as its title and who filled it in, the header, and rows below.

    That is the first row in which `names_text` finds the column of texts, over which each has fewer cells; else what
    `find_header` finds, if it may name columns, or the first row. No more than fifty rows are looked at.

    >>> table_head("五月来信,\n编号,正文\n1,签约\n", lambda row: "正文" in row)
    ([['五月来信', '']], ['编号', '正文'], [['1', '签约']])
    """
    rows = _first_rows(text, SURVEYED_RECORDS) or [[]]
    filled = [sum(map(bool, row)) for row in rows]
    named = (i for i in range(min(len(rows), _MOST_ABOVE + 1)) if len(rows[i]) > (i > 0) and names_text(rows[i]))
    at = next((i for i in named if all(count < filled[i] for count in filled[:i])), None)
    if at is None:
        at = find_header(rows)
        at = at if at <= _MOST_ABOVE and may_name_columns(rows[at]) else 0
    return rows[:at], rows[at], rows[at + 1 :]


def text_of(rows: Sequence[Sequence[str]]) -> str:
    """Return what stands in the cells of rows that are no records, such as those above a header."""
    return " ".join(" ".join(cell.split()) for row in rows for cell in row if cell.strip())


def quoted(text: str) -> str:
    """Return the beginning of such a text, for a notice that names it."""
    return text if len(text) <= QUOTED else f"{text[:QUOTED]}…"


def _first_rows(text: str, most: int) -> list[list[str]]:
    rows: list[list[str]] = []
    with long_cells(), suppress(csv.Error):  # what came before it is known
        rows.extend(islice(Rows(io.StringIO(text, newline="").readline), most))
    return rows


@contextmanager
def long_cells() -> Iterator[None]:
    """Let Python's reader take cells as long as texts may be; its own limit holds for the whole process."""
    limit = csv.field_size_limit(_LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(limit)


class OpenQuoteError(csv.Error):
    """A quote opens on `line` and is never closed: its row and what follows, in all `lost` lines, are no rows."""

    def __init__(self, line: int, lost: int) -> None:
        super().__init__(line, lost)
        self.line, self.lost = line, lost


class Rows:
    """The rows of a CSV file, its header first, and the line of each.

    Parameters
    ----------
    readline : callable
        Returns the next line, or as many characters of it as it is asked for.
    longest : int
        Characters of a row; a longer one is an `InputError`, and there is no going on behind it.

    Attributes
    ----------
    line : int
        On which line the row begins that came last, from 1.
    """

    def __init__(self, readline: Callable[[int], str], name: str = "", longest: int = sys.maxsize - 1) -> None:
        self._readline = readline
        self._name = name
        self._longest = self._left = longest
        self.line = 1
        self._open = False
        first = readline(longest + 1)
        if named := _NAMED.fullmatch(first):
            self._read, self._ahead, delimiter = 1, [], named[1]
        else:
            self._read, self._ahead = 0, [first]
            delimiter = self._separator()
        self._reader = csv.reader(iter(self._line, ""), delimiter=delimiter)

    def _separator(self) -> str:
        """Return what separates the cells, for which lines are read ahead while they have no separator."""
        ahead = self._ahead
        while len(ahead) <= _MOST_ABOVE and ahead[-1] and _SEPARATOR.search(ahead[-1]) is None:
            ahead.append(self._readline(self._longest + 1))
        if len(ahead) == 1:
            return separator(ahead[0])
        ahead.append(self._readline(self._longest + 1))
        return _separator_below(ahead)

    def __iter__(self) -> Rows:
        return self

    def __next__(self) -> list[str]:
        """Return the next row; after a `csv.Error` there may be more.

        Raises
        ------
        OpenQuoteError
            A quote is open at the end of the file, or behind more than a cell may have.
        csv.Error
            The row cannot be read.
        InputError
            It is too long.
        """
        self.line, self._left = self._read + 1, self._longest
        try:
            row = next(self._reader)
        except csv.Error as error:
            if self._read > self.line:
                raise OpenQuoteError(self.line, self._read - self.line + 1) from error
            raise
        if self._open:
            self._open = False
            self._raise_open(row[-1])
        return row

    def _raise_open(self, cell: str) -> None:
        """Raise the error of a last cell whose quote is open: the line ends in it tell where it began."""
        ends = cell.count("\n") + cell.count("\r") - cell.count("\r\n")
        line = self._read - ends + cell.endswith(("\n", "\r"))
        raise OpenQuoteError(line, self._read - self.line + 1)

    def _line(self) -> str:
        line = self._ahead.pop(0) if self._ahead else self._readline(self._left + 1)
        if not line:
            self._open = self._read >= self.line  # it is asked for though the row has a line
            return ""
        self._read += 1
        self._left -= len(line)
        if self._left < 0:
            raise InputError(
                "{name}:{line}: a row has more than {longest:,} characters; it and what lies beyond are left out.",
                name=self._name,
                line=self.line,
                longest=self._longest,
            )
        return line
