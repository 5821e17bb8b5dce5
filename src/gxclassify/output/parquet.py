"""Tagged paragraphs as Parquet: one row per paragraph, one column per theme's probability.

While the rows come in they are kept as Arrow record batches end to end, which may be cut off after any of them; a
Parquet file is whole only with its last byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from gxclassify.extras import need

need("pyarrow", "Writing Parquet")

import pyarrow as pa  # noqa: E402 - what is missing is said before it is imported
import pyarrow.parquet as pq  # noqa: E402

from gxclassify.output.forms import Encoder, group_cells, group_columns, json_text, split_record  # noqa: E402

if TYPE_CHECKING:
    from gxclassify.model.facts import Facts
    from gxclassify.model.model import TaggedParagraph

_ROW_GROUP_BYTES = 32 * 2**20
_JSON = "json"
_END_OF_STREAM = b"\xff\xff\xff\xff\x00\x00\x00\x00"
_MISFIT = (pa.ArrowException, UnicodeEncodeError, TypeError, ValueError, OverflowError)
_PYTHON = {pa.string(): str, pa.large_string(): str, pa.int64(): int, pa.float64(): float, pa.bool_(): bool}
"""The Python type whose values a column holds as they are, where there is one."""
_SPELLED = {
    r"decimal(\d+)\((\d+), (-?\d+)\)": lambda bits, *of: getattr(pa, f"decimal{bits}")(*map(int, of)),
    r"timestamp\[(\w+), tz=(.+)\]": pa.timestamp,
    r"fixed_size_binary\[(\d+)\]": lambda size: pa.binary(int(size)),
    r"extension<arrow\.uuid>": lambda: pa.uuid(),  # noqa: PLW0108 - PyArrow has it since 18
    r"extension<arrow\.json>": pa.string,
}
"""Types with more than a name, as Arrow spells them, which its own aliases lack."""


class ParquetEncoder(Encoder):
    """Turn tagged paragraphs into Arrow record batches, and those into a Parquet file.

    Parameters
    ----------
    themes : sequence of str
    fields : mapping of str to str
        The fields of the input's records that get a column of their own, ``record.NAME``, with their types; the rest
        goes, as JSON, to the column ``record``.
    evidence : bool
        Whether there is a column ``evidence``, as JSON.
    facts : bool
        Whether there are columns for zones, date and amounts; the last is JSON.
    """

    def __init__(
        self, themes: Sequence[str], fields: Mapping[str, str], *, evidence: bool, facts: bool = False
    ) -> None:
        self._themes = tuple(themes)
        self._fields = {name: _arrow_type(kind) for name, kind in fields.items()}
        self._evidence = evidence
        self._facts = facts
        columns: list[tuple[str, Any]] = [("document", pa.string()), ("article", pa.int64()), ("title", pa.string())]
        columns += [("paragraph", pa.int64()), ("start", pa.int64()), ("end", pa.int64())]
        columns += [("kind", pa.string()), ("subhead", pa.string()), ("page", pa.int32())]
        columns += [("box", pa.list_(pa.float32()))]
        columns += [("tags", pa.list_(pa.string())), ("review", pa.bool_())]
        columns += [(theme, pa.float32()) for theme in self._themes]
        columns += [("text", pa.string())]
        columns += [("evidence", pa.string())] * evidence
        columns += [("model", pa.string())]
        columns += [(name, kind) for name, kind in _facts_types().items() if facts]
        self.schema = pa.schema([*columns, *self._record_columns()])

    def _record_columns(self) -> list[tuple[str, Any]]:
        own = [(name, pa.string() if kind == _JSON else kind) for name, kind in self._fields.items()]
        return [*((f"record.{name}", kind) for name, kind in own), ("record", pa.string())]

    def head(self) -> bytes:
        """Return what stands before the batches: the schema."""
        return self._stream([])

    def body(self, paragraphs: Sequence[TaggedParagraph]) -> bytes:
        """Return the rows of some paragraphs."""
        return self._stream([self._batch(paragraphs)])[len(self.head()) :] if paragraphs else b""

    def _stream(self, batches: Sequence[Any]) -> bytes:
        """Return an Arrow stream without its end, so that more can follow."""
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, self.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
            for batch in batches:
                writer.write_batch(batch)
        data: bytes = sink.getvalue().to_pybytes()
        return data.removesuffix(_END_OF_STREAM)

    def _batch(self, paragraphs: Sequence[TaggedParagraph]) -> Any:
        columns: list[Any] = [
            [p.document for p in paragraphs],
            [p.article for p in paragraphs],
            [p.title for p in paragraphs],
            [p.paragraph for p in paragraphs],
            [p.span[0] for p in paragraphs],
            [p.span[1] for p in paragraphs],
            [p.kind for p in paragraphs],
            [p.subhead for p in paragraphs],
            [p.page for p in paragraphs],
            [p.box for p in paragraphs],
            [p.tags for p in paragraphs],
            [p.review for p in paragraphs],
            *(
                pa.array(c, pa.float32(), from_pandas=True)
                for c in zip(*(p.scores.values() for p in paragraphs), strict=True)
            ),
            [p.text for p in paragraphs],
        ]
        if self._evidence:
            columns.append([_evidence_json(p) for p in paragraphs])
        columns.append([p.model for p in paragraphs])
        if self._facts:
            columns += zip(*(_facts_cells(p.facts) for p in paragraphs), strict=True)
        return self._with_records(columns, paragraphs)

    def _with_records(self, columns: Iterable[Any], rows: Sequence[Any]) -> Any:
        """Return a batch of `columns` and, behind them, those of the records that `rows` came from."""
        own, rest = split_record([row.record for row in rows], self._fields)
        arrays = [
            _text_array(c) if field.type == pa.string() else pa.array(c, field.type)
            for c, field in zip(columns, self.schema, strict=False)
        ]
        arrays += [_fitting(own[name], kind, name, rest) for name, kind in self._fields.items()]
        arrays.append(_text_array([json_text(record) if record else None for record in rest]))
        return pa.record_batch(arrays, schema=self.schema)

    @staticmethod
    def finish(part: BinaryIO, target: BinaryIO) -> None:
        """Write the batches in `part` to `target` as Parquet."""
        with pa.ipc.open_stream(part) as batches, pq.ParquetWriter(target, batches.schema, compression="zstd") as out:
            waiting: list[Any] = []
            size = 0
            for batch in batches:
                waiting.append(batch)
                size += batch.nbytes
                if size >= _ROW_GROUP_BYTES:
                    out.write_table(pa.Table.from_batches(waiting))
                    waiting, size = [], 0
            if waiting:
                out.write_table(pa.Table.from_batches(waiting))


class GroupParquetEncoder(ParquetEncoder):
    """The same for articles or documents: one row each, with the columns of the table in CSV; tags and zones are lists.

    Parameters
    ----------
    themes : sequence of str
    fields : mapping of str to str
        As for paragraphs.
    facts : bool
        Whether there are columns for zones and date.
    """

    def __init__(self, themes: Sequence[str], fields: Mapping[str, str], *, facts: bool) -> None:
        self._fields = {name: _arrow_type(kind) for name, kind in fields.items()}
        kinds = {"string": pa.string(), "strings": pa.list_(pa.string()), "int64": pa.int64(), "double": pa.float64()}
        columns = [(name, kinds[kind]) for name, kind in group_columns(themes, facts=facts).items()]
        self.schema = pa.schema([*columns, *self._record_columns()])

    def _batch(self, paragraphs: Sequence[Any]) -> Any:
        return self._with_records(zip(*map(group_cells, paragraphs), strict=True), paragraphs)


def _text_array(values: Iterable[str | None]) -> Any:
    values = list(values)
    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:  # half a surrogate pair, as JSON can spell it
        return pa.array([v and v.encode("utf-8", "replace").decode("utf-8") for v in values], pa.string())


def _fitting(values: list[Any], kind: Any, name: str, rest: list[dict[str, Any]]) -> Any:
    """Return a column of the field `name`; what does not fit its type goes to `rest`."""
    if kind == _JSON:
        return _text_array([None if value is None else json_text(value) for value in values])
    try:
        array = pa.array(values, kind)
        if {*map(type, values)} <= {_PYTHON.get(kind), type(None)} or _same(array, values):
            return array
    except _MISFIT:
        pass
    for i, value in enumerate(values):
        if not _fits(value, kind):
            rest[i] = {**rest[i], name: value}
            values[i] = None
    return pa.array(values, kind)


def _same(array: Any, values: list[Any]) -> bool:
    """Tell whether an array holds `values`, none of them cut down to its type; where unsure, not."""
    try:
        return not any(isinstance(value, bool) for value in values) and array.to_pylist() == values
    except Exception:  # noqa: BLE001 - whatever Python lacks, such as a time beyond the year 9999
        return False


def _fits(value: Any, kind: Any) -> bool:
    """Tell whether a column of the type `kind` holds `value` as it is: Arrow cuts 1.75 down to a whole number."""
    try:
        held = pa.scalar(value, kind)
    except _MISFIT:
        return False
    try:
        back = held.as_py()
    except Exception:  # noqa: BLE001 - it came as a number because Python lacks it
        return True
    if isinstance(value, bool) or isinstance(back, bool):
        return value is back
    return bool(back == value or (value != value and back != back))  # noqa: PLR0124 - NaN alone differs from itself


def _arrow_type(kind: str) -> Any:
    """Return the Arrow type of that name; ``json`` for what is kept as JSON text: lists, objects, what varies."""
    if kind == _JSON:
        return _JSON
    for form, make in _SPELLED.items():
        if found := re.fullmatch(form, kind):
            return make(*found.groups())
    try:
        return pa.type_for_alias(kind)
    except ValueError:
        return _JSON


def _evidence_json(paragraph: TaggedParagraph) -> str:
    return json_text({theme: [mark.to_json() for mark in marks] for theme, marks in paragraph.evidence.items()})


def _facts_types() -> dict[str, Any]:
    text = pa.string()
    mention = pa.struct(
        [("id", text), ("name", text), ("start", pa.int32()), ("end", pa.int32()), ("listed", pa.bool_())]
    )
    names = ("article_zone", "article_zone_name", "date", "date_precision", "date_source", "amounts")
    return {"zones": pa.list_(mention)} | dict.fromkeys(names, text)


def _facts_cells(facts: Facts | None) -> list[Any]:
    if facts is None:
        return [None] * 7
    zones = [
        {"id": zone.id, "name": zone.name, "start": zone.span[0], "end": zone.span[1], "listed": zone.listed}
        for zone in facts.zones
    ]
    date = facts.date
    when = (date.date, date.precision, date.source) if date else (None, None, None)
    amounts = json_text([amount.to_json() for amount in facts.amounts]) if facts.amounts else None
    return [zones, *(facts.article_zone or (None, None)), *when, amounts]
