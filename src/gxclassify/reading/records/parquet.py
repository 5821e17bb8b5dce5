"""Parquet, in the child: the names and types of its columns, then its rows in pieces, small whatever stands in them.

What a file says of itself is not believed. A page of some kilobytes may unpack to gigabytes, a dictionary of one long
text stand for a million of them, a list of a million nulls take no bytes at all. So a file is read where memory ends at
a limit, and each piece that leaves here is measured by what Python will make of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from gxclassify.errors import InputError
from gxclassify.messages import Message
from gxclassify.reading.records.fields import TEXT_FIELDS, distinct, named_text_field, no_column

if TYPE_CHECKING:
    import pyarrow as pa

PIECE = 1 << 19
"""Bytes of a piece where rows are ordinary: a tenth of a second's work."""
MOST_ROWS = 4096
_MOST_COLUMNS = 10_000
_LARGEST = 1 << 24
_VALUE = 16
_LONGEST_NAME = 1 << 24


def parquet_pieces(
    file: Any, name: str, *, text_column: str, longest: int, rows: bool = True
) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Yield what a file holds, as tables for JSON with bytes behind them.

    First ``{"columns": {name: type}, "column", "rows"}``: the columns, which of them holds the text (None where none
    does), and how many rows the file says it has. Then, for each piece, ``{"rows"}`` and an Arrow stream of them, or
    ``{"rows": 1, "problem"}`` for a row that takes more than `longest` bytes.

    Parameters
    ----------
    file : binary file
        One that can be sought in.
    name : str
        What errors call it.
    text_column : str
        The column that is scored.
    longest : int
        Bytes of a row.
    rows : bool
        Whether more than the first is wanted; if not, there need be no text.

    Raises
    ------
    InputError
        It is damaged, or has no such column of text; the pieces before the damage have been yielded.
    MemoryError
        A page or batch of it needs more memory than there is.
    """
    import pyarrow as pa

    try:
        yield from _pieces(file, name, text_column, longest, rows=rows)
    except MemoryError:  # which pyarrow's own is as well
        raise
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(
            "{name}: the Parquet file is damaged or cannot be read ({reason}); what lies beyond is lost.",
            name=name,
            reason=reason,
        ) from error


def _pieces(
    file: Any, name: str, text_column: str, longest: int, *, rows: bool
) -> Iterator[tuple[dict[str, Any], bytes]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    # With a buffer and without pre-buffering a row group is not read as a whole.
    parquet = pq.ParquetFile(file, buffer_size=1 << 20, pre_buffer=False, thrift_string_size_limit=_LONGEST_NAME)
    if parquet.metadata.num_columns > _MOST_COLUMNS:
        raise InputError(
            "{name}: the file has {columns:,} columns, more than {most:,}; save those that matter.",
            name=name,
            columns=parquet.metadata.num_columns,
            most=_MOST_COLUMNS,
        )
    schema = parquet.schema_arrow
    names = distinct(schema.names)
    column = text_column if text_column in names else None
    if column is None and text_column == TEXT_FIELDS[0]:
        column = named_text_field(names)
    types = {name: str(_plain_type(field.type)) for name, field in zip(names, schema, strict=True)}
    yield {"columns": types, "column": column, "rows": parquet.metadata.num_rows}, b""
    if not rows:
        return
    _check_column(name, text_column, column, names, schema)
    done = 0
    batches = parquet.iter_batches(batch_size=_batch_rows(parquet.metadata), use_threads=False)
    for batch in _joined(batches):
        for part in _cut(pa.RecordBatch.from_arrays([*map(_plain, batch.columns)], names), longest):
            if isinstance(part, int):
                problem = Message(
                    "{name}:{row}: this row takes more than {longest:,} bytes; it is left out.",
                    name=name,
                    row=done + 1,
                    longest=longest,
                )
                yield {"rows": part, "problem": problem.to_json()}, b""
                done += part
                continue
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, part.schema) as writer:
                writer.write_batch(part)
            yield {"rows": part.num_rows}, sink.getvalue().to_pybytes()
            done += part.num_rows


def _check_column(name: str, wanted: str, column: str | None, names: Sequence[str], schema: pa.Schema) -> None:
    import pyarrow as pa

    if column is None:
        raise InputError(no_column(name, wanted, tuple(names)))
    kind = schema.field(list(names).index(column)).type
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)):
        raise InputError(
            "{name}: the column {column!r} holds {kind}, not text; choose another (--text-column, text_column=).",
            name=name,
            column=column,
            kind=str(kind),
        )


def _batch_rows(metadata: Any) -> int:
    """Return how many rows make a piece where they are largest, as the footer has it."""
    groups = (metadata.row_group(i) for i in range(metadata.num_row_groups))
    size = max((group.total_byte_size / max(1, group.num_rows) for group in groups), default=1.0)
    return int(max(1, min(MOST_ROWS, PIECE / max(1.0, size))))


def _joined(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Join small batches until they have a piece's size."""
    import pyarrow as pa

    waiting: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in batches:
        waiting.append(batch)
        rows, size = rows + batch.num_rows, size + batch.nbytes
        if size >= PIECE or rows >= MOST_ROWS:
            yield pa.concat_batches(waiting)
            waiting, rows, size = [], 0, 0
    if waiting:
        yield pa.concat_batches(waiting)


def _plain(column: pa.Array) -> pa.Array:
    """Return a column in which each value stands for itself: no dictionaries, no views into shared bytes."""
    kind = _plain_type(column.type)
    return column if kind == column.type else column.cast(kind)


def _plain_type(kind: pa.DataType) -> pa.DataType:
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        return _plain_type(kind.value_type)
    if pa.types.is_string_view(kind) or pa.types.is_binary_view(kind):
        return pa.large_string() if pa.types.is_string_view(kind) else pa.large_binary()
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        make = pa.list_ if pa.types.is_list(kind) else pa.large_list
        return make(kind.value_field.with_type(_plain_type(kind.value_type)))
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_plain_type(field.type)) for field in kind])
    return kind


def _cut(batch: pa.RecordBatch, longest: int) -> Iterator[pa.RecordBatch | int]:
    """Yield the batch in parts that Python can hold; a number in the place of as many rows that it should not."""
    size = sum(map(_cost, batch.columns))
    if size <= (longest if batch.num_rows == 1 else min(longest, _LARGEST)):
        yield batch
    elif batch.num_rows == 1:
        yield 1
    else:
        half = batch.num_rows // 2
        yield from _cut(batch.slice(0, half), longest)
        yield from _cut(batch.slice(half), longest)


def _cost(array: pa.Array) -> int:
    """Return about how many bytes Python takes for the values of an array, and for those within them."""
    import pyarrow as pa

    kind = array.type
    if isinstance(kind, pa.BaseExtensionType):
        return _cost(array.storage)
    size = int(array.nbytes) + _VALUE * len(array)
    if pa.types.is_struct(kind):
        return size + sum(map(_cost, array.flatten()))
    if pa.types.is_map(kind):
        start, end = (array.offsets[i].as_py() for i in (0, -1))
        return size + sum(_cost(part.slice(start, end - start)) for part in (array.keys, array.items))
    return size + _cost(array.flatten()) if pa.types.is_nested(kind) else size
