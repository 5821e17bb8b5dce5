"""Where to cut a file of records, and JSON Lines in particular: at line ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gxclassify.errors import InputError
from gxclassify.scoring.chunks import Chunk, JsonLinesChunk, ProblemChunk
from gxclassify.scoring.kinds import HEAD, Kind, encoding_of, text_fields

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gxclassify.scoring.compression import Plain

__all__ = ["Cutter"]


class Cutter:
    """Cut files of records.

    Parameters
    ----------
    text_column : str
        The field that is scored.
    longest : int
        The longest record, in bytes, that is looked at.
    """

    chunk_bytes = 1 << 19
    """How much text a chunk holds: a tenth of a second's work."""
    most_rows = 4096

    def __init__(self, *, text_column: str, longest: int) -> None:
        self.text_column = text_column
        self._longest = longest

    def cut(self, kind: Kind, plain: Plain, path: Path | None, before: int) -> Iterator[Chunk]:
        """Yield the chunks of a file that `before` bytes of input precede.

        Raises
        ------
        InputError
            The file is damaged or has no such column; the chunks before the damage have been yielded.
        """
        if kind == "jsonl":
            yield from self._lines(plain, before)
        elif kind == "csv":
            from gxclassify.scoring.csv_rows import CsvCutter

            yield from CsvCutter(self, plain, before).chunks()
        else:
            from gxclassify.scoring.parquet_batches import parquet_chunks

            yield from parquet_chunks(self, plain, path, before)

    def fields(self, kind: Kind, plain: Plain, path: Path | None) -> dict[str, str]:
        """Return the fields beside the text, with their types, as far as the file's beginning tells."""
        if kind == "parquet":
            from gxclassify.scoring.parquet_batches import open_parquet

            schema = open_parquet(plain, path).schema_arrow
            return {field.name: str(field.type) for field in schema if field.name != self.text_column}
        return text_fields(kind, plain.peek(HEAD), self.text_column)

    def _lines(self, plain: Plain, before: int) -> Iterator[Chunk]:
        encoding = encoding_of(plain.peek(HEAD))
        if encoding == "utf-16":
            plain.recode(encoding)
            encoding = "utf-8"
        first, rest, skipping = 0, b"", False
        while data := plain.read(self.chunk_bytes):
            if skipping and b"\n" in data:  # the line that was too long ends here
                yield ProblemChunk(
                    name=plain.name, consumed=before + plain.consumed, problem=self._too_long(plain.name, first)
                )
                data = data[data.find(b"\n") + 1 :]
                first, skipping = first + 1, False
            end = data.rfind(b"\n") + 1
            if end:
                block, rest = rest + data[:end], data[end:]
                yield self._json_lines(plain, before, block, first, encoding)
                first += block.count(b"\n")
            elif not skipping:
                rest += data
            if len(rest) > self._longest:
                rest, skipping = b"", True
        if skipping:
            raise InputError(self._too_long(plain.name, first))
        if rest:
            yield self._json_lines(plain, before, rest, first, encoding)

    def _too_long(self, name: str, line: int) -> str:
        return f"{name}:{line + 1}: this line is longer than {self._longest:,} bytes; it is left out."

    def _json_lines(self, plain: Plain, before: int, block: bytes, first: int, encoding: str) -> Chunk:
        if first and encoding == "utf-8-sig":
            encoding = "utf-8"
        return JsonLinesChunk(
            name=plain.name,
            consumed=before + plain.consumed,
            data=block,
            first=first,
            text_column=self.text_column,
            encoding=encoding,
        )
