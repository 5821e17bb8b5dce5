"""Parquet read batch by batch, so that a row group of any size needs little memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from gxclassify.errors import InputError
from gxclassify.scoring.chunks import ArrowChunk, Chunk
from gxclassify.scoring.csv_rows import no_column

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gxclassify.scoring.compression import Plain
    from gxclassify.scoring.cutting import Cutter

__all__ = ["open_parquet", "parquet_chunks"]


def open_parquet(plain: Plain, path: Path | None) -> Any:
    """Open a Parquet file for reading piece by piece; an `InputError` says why it cannot be."""
    if path is None or plain.compression:
        msg = f"{plain.name}: Parquet is read from a file of its own, neither compressed nor piped; save it first."
        raise InputError(msg)
    try:
        # With a buffer and without pre-buffering a row group is not read as a whole.
        return pq.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False)
    except (pa.ArrowException, OSError) as error:
        raise InputError(_damaged(plain.name, error)) from error


def parquet_chunks(cutter: Cutter, plain: Plain, path: Path | None, before: int) -> Iterator[Chunk]:
    """Yield the chunks of a Parquet file that `before` bytes of input precede."""
    file = open_parquet(plain, path)
    _check_column(plain.name, cutter.text_column, file.schema_arrow)
    done, total = 0, max(1, file.metadata.num_rows)
    size = path.stat().st_size if path else 0
    batches = file.iter_batches(batch_size=_batch_rows(cutter, file.metadata), use_threads=False)
    try:
        for batch in _joined(cutter, batches):
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, batch.schema) as writer:
                writer.write_batch(batch)
            done += batch.num_rows
            yield ArrowChunk(
                name=plain.name,
                consumed=before + size * done // total,
                data=sink.getvalue().to_pybytes(),
                first=done - batch.num_rows,
                text_column=cutter.text_column,
            )
    except (pa.ArrowException, OSError) as error:
        raise InputError(_damaged(plain.name, error)) from error


def _check_column(name: str, column: str, schema: Any) -> None:
    if column not in schema.names:
        raise InputError(no_column(name, column, tuple(schema.names)))
    kind = schema.field(column).type
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        msg = f"{name}: the column {column!r} holds {kind}, not text; choose another by --text-column."
        raise InputError(msg)


def _batch_rows(cutter: Cutter, metadata: Any) -> int:
    """Return how many rows make a chunk where they are largest."""
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    size = max((group.total_byte_size / max(1, group.num_rows) for group in groups), default=1.0)
    return int(max(1, min(cutter.most_rows, cutter.chunk_bytes / max(1.0, size))))


def _joined(cutter: Cutter, batches: Iterator[Any]) -> Iterator[Any]:
    """Join small batches until they have a chunk's size."""
    waiting: list[Any] = []
    for batch in batches:
        waiting.append(batch)
        rows, size = sum(b.num_rows for b in waiting), sum(b.nbytes for b in waiting)
        if size >= cutter.chunk_bytes or rows >= cutter.most_rows:
            yield pa.concat_batches(waiting)
            waiting = []
    if waiting:
        yield pa.concat_batches(waiting)


def _damaged(name: str, error: Exception) -> str:
    reason = str(error).splitlines()[0]
    return f"{name}: the Parquet file is damaged or cannot be read ({reason}); what lies beyond is lost."
