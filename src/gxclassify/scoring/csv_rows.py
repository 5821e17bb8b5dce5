"""CSV cut between rows, whatever stands in their cells."""

from __future__ import annotations

import csv
import io
import marshal
from typing import TYPE_CHECKING

from gxclassify.errors import InputError
from gxclassify.scoring.chunks import Chunk, CsvChunk, ProblemChunk
from gxclassify.scoring.compression import Plain, PlainBytes
from gxclassify.scoring.kinds import HEAD, cells, delimiter, encoding_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gxclassify.scoring.cutting import Cutter

__all__ = ["CsvCutter", "no_column"]

_LONGEST_CELL = 1 << 24
_CHARACTER_BYTES = 3


class CsvCutter:
    """Cut one CSV file; `before` bytes of input precede it."""

    def __init__(self, cutter: Cutter, plain: Plain, before: int) -> None:
        self._cutter = cutter
        self._plain = plain
        self._before = before
        encoding = encoding_of(plain.peek(HEAD))
        stream = io.TextIOWrapper(io.BufferedReader(PlainBytes(plain), HEAD), encoding, "replace", newline="")
        line = stream.readline().rstrip("\r\n")
        self._header = tuple(cells(line))
        self._rows = csv.reader(stream, delimiter=delimiter(line))
        self._first = 0  # the number of the next chunk's first row

    def chunks(self) -> Iterator[Chunk]:
        """Yield the chunks.

        Raises
        ------
        InputError
            There is no such column, or the file is damaged; the rows before the damage have been yielded.
        """
        if self._cutter.text_column not in self._header:
            raise InputError(no_column(self._plain.name, self._cutter.text_column, self._header))
        batch: list[list[str]] = []
        size = 0
        while True:
            row = self._next_row()
            if isinstance(row, list):
                batch.append(row)
                size += sum(map(len, row)) * _CHARACTER_BYTES
                if size < self._cutter.chunk_bytes and len(batch) < self._cutter.most_rows:
                    continue
            if batch:
                yield self._chunk(batch)
                batch, size = [], 0
            if isinstance(row, csv.Error):
                yield self._problem(row)
            elif isinstance(row, InputError):
                raise row
            elif row is None:
                return

    def _next_row(self) -> list[str] | csv.Error | InputError | None:
        """Return the next row, None at the end, or what prevents it."""
        limit = csv.field_size_limit(_LONGEST_CELL)
        try:
            return next(self._rows, None)
        except (csv.Error, InputError) as error:
            return error
        finally:
            csv.field_size_limit(limit)

    def _chunk(self, rows: list[list[str]]) -> Chunk:
        self._first += len(rows)
        return CsvChunk(
            name=self._plain.name,
            consumed=self._before + self._plain.consumed,
            data=marshal.dumps(rows, 2),  # this version gives the same bytes for the same rows
            first=self._first - len(rows),
            text_column=self._cutter.text_column,
            header=self._header,
        )

    def _problem(self, error: csv.Error) -> Chunk:
        place = f"{self._plain.name}:{self._first + CsvChunk.offset}"
        self._first += 1
        return ProblemChunk(
            name=self._plain.name,
            consumed=self._before + self._plain.consumed,
            problem=f"{place}: this row cannot be read ({error}); it is left out.",
        )


def no_column(name: str, column: str, names: tuple[str, ...]) -> str:
    """Say that a table lacks the text column."""
    return f"{name}: there is no column {column!r}; it has {', '.join(map(repr, names))} (choose by --text-column)."
