"""CSV: what separates its cells, and its rows, one after another, with an eye on quotes that are never closed.

Python's reader takes all that follows such a quote for one cell and says nothing, or, if it is strict, refuses rows
that can be read: those with text behind a closing quote.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from gxclassify.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DELIMITERS = ",\t;"
"""What separates cells, as far as one can tell; ``|`` does in a header that has none of them."""
_MOST_ABOVE = 9
QUOTED = 40
"""Characters of a text around a table that a notice tells."""
_NAMED = re.compile(r'"?sep=(.)"?[\r\n]*')
"""The line in which Excel is told the separator, before the header."""


def separator(header: str) -> str:
    """Return what separates the cells of a header.

    >>> separator("id;text"), separator("id|text"), separator("id,a|b|c")
    (';', '|', ',')
    """
    found = max(DELIMITERS, key=header.count)
    return found if found in header or "|" not in header else "|"


def header(text: str) -> list[str]:
    r"""Return the cells of the row with which a table begins, its header as a rule.

    >>> header("id,text\n1,签约"), header("sep=|\nid|text\n")
    (['id', 'text'], ['id', 'text'])
    """
    return next(iter(_first_rows(text, 1)), [])


def table_head(
    text: str, names_text: Callable[[Sequence[str]], bool], most: int = _MOST_ABOVE
) -> tuple[list[list[str]], list[str], list[list[str]]]:
    r"""Return the rows above the header of a table, such as its title and who filled it in, the header, and rows below.

    That is the first row in which `names_text` finds the column of texts, over which each has fewer cells; else the
    first that has half as many cells as any. Of the table, `most` rows below the first are looked at.

    >>> table_head("五月来信,\n编号,正文\n1,签约\n", lambda row: "正文" in row)
    ([['五月来信', '']], ['编号', '正文'], [['1', '签约']])
    """
    rows = _first_rows(text, most + 1) or [[]]
    filled = [sum(map(bool, row)) for row in rows]
    named = (i for i in range(min(len(rows), _MOST_ABOVE + 1)) if len(rows[i]) > (i > 0) and names_text(rows[i]))
    at = next((i for i in named if all(count < filled[i] for count in filled[:i])), None)
    if at is None:
        at = next(i for i, count in enumerate(filled) if 2 * count >= max(filled[: _MOST_ABOVE + 1]))
    return rows[:at], rows[at], rows[at + 1 :]


def text_of(rows: Sequence[Sequence[str]]) -> str:
    """Return what stands in the cells of rows that are no records, such as those above a header."""
    return " ".join(" ".join(cell.split()) for row in rows for cell in row if cell.strip())


def quoted(text: str) -> str:
    """Return the beginning of such a text, for a notice that names it."""
    return text if len(text) <= QUOTED else f"{text[:QUOTED]}…"


def _first_rows(text: str, most: int) -> list[list[str]]:
    rows: list[list[str]] = []
    with suppress(csv.Error):  # what came before it is known
        rows.extend(islice(Rows(io.StringIO(text, newline="").readline), most))
    return rows


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
        named = _NAMED.fullmatch(first)
        self._read, self._ahead = (1, "") if named else (0, first)
        self._reader = csv.reader(iter(self._line, ""), delimiter=named[1] if named else separator(first))

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
        line, self._ahead = self._ahead or self._readline(self._left + 1), ""
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
